using System.Collections.Immutable;
using ChainRule.Views;

namespace ChainRule.Tests.Properties;

/// <summary>
/// Expressions that nobody chose: each is derived, every step is checked, and the result is compared with central differences of
/// the expression, which know nothing of rules or dual numbers. Seeds are fixed; a failure prints its expression.
/// </summary>
public class RandomDerivationTests
{
    private static readonly Variable _x = Scalar("x");
    private static readonly Variable _c = Scalar("c");
    private static readonly Variable _z = Vector("z", "K");
    private static readonly Variable _y = Vector("y", "K").OneHot();
    private static readonly Variable _w = Matrix("W", "K", "K");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_scalar_expressions(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 120; round++)
        {
            var expression = Term(random, 3);
            if (random.Next(3) == 0)
            {
                // Through names, with two ways from x to the result.
                var f = expression.Named("f");
                expression = (f * Sin(f) + _x).Named("g");
            }

            var derivation = expression.Derivative(_x);
            AllHold(derivation, expression.ToString());
            AgreesWithDifferences(derivation, expression);
            Assert.NotNull(ViewCatalog.Show(derivation));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_networks_of_named_vectors(int seed)
    {
        var random = new Random(seed);
        var i = Index("i", "K");
        for (var round = 0; round < 60; round++)
        {
            var names = new List<Variable>();
            var layers = random.Next(1, 4);
            for (var layer = 0; layer < layers; layer++)
            {
                var body = Entry(random, i, random.Next(1, 3), names);
                names.Add(Variable.Define($"n_{layer}", [Size("K")], Binding.Close(body, i), Assumption.None));
            }

            var last = names[^1];
            var loss = Sum(i, Entry(random, i, 1, names) * last[i]).Named("L");
            DerivativeResult result = random.Next(3) switch
            {
                0 => last.Jacobian(_z),
                1 => loss.Gradient(_z),
                _ => loss.Gradient(_w),
            };
            var description = string.Join("; ", names.Append(loss).Select(name => $"{name} = {name.DefinitionAt([.. Letters.For(name.Shape)])}"));
            AllHold(result.Derivation, description);
            Assert.True(result.Matrix is null || result.Matrix.Verdict.Kind == VerdictKind.Supported, $"{description}: {result.Matrix?.Matrix}: {result.Matrix?.Verdict}");
            Assert.NotNull(ViewCatalog.Show(result));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_two_layer_networks_by_matrices_and_by_indices(int seed)
    {
        // Weights are rectangular, so that a missing transpose can't hide; kinks have every convention.
        var random = new Random(seed);
        for (var round = 0; round < 12; round++)
        {
            var isBatch = random.Next(2) == 0;
            var (w1, b1) = (isBatch ? Matrix("W_1", "N", "M") : Matrix("W_1", "M", "N"), Vector("b_1", "M"));
            var (w2, b2) = (isBatch ? Matrix("W_2", "M", "K") : Matrix("W_2", "K", "M"), Vector("b_2", "K"));
            var x = isBatch ? Matrix("X", "B", "N") : Vector("x", "N");
            var y = isBatch ? Matrix("Y", "B", "K") : Vector("y", "K");
            var z1 = ((isBatch ? x * w1 : w1 * x) + b1).Named("z_1");
            var h1 = Activation(random, z1).Named("h_1");
            var z2 = ((isBatch ? h1 * w2 : w2 * h1) + b2).Named("z_2");
            var loss = random.Next(5) switch
            {
                0 => SquaredNorm(z2 - y),
                1 => Sum(Abs(z2 - y)),
                2 => -Sum(Hadamard(y.OneHot(), Log(Softmax(z2).Named("p")))),
                3 => -Sum(Hadamard(y.OneHot(), LogSoftmax(z2))),
                _ => Mean(Softplus(z2) - Hadamard(y, z2)),
            };
            var scalar = loss.Named("L");
            var kinks = Enum.GetValues<Kinks>()[random.Next(Enum.GetValues<Kinks>().Length)];
            var by = new[] { w1, b1, w2, b2, x, z1 }[random.Next(6)];
            var gradient = scalar.Gradient(by, kinks: kinks);
            var description = $"{by}, {kinks}: {scalar.DefinitionAt()}, {h1.DefinitionAt([.. Letters.For(h1.Shape)])}";
            AllHold(gradient.Derivation, description);
            Assert.True(gradient.Matrix is { Verdict.Kind: VerdictKind.Supported }, $"{description}: {gradient.Entry}, {gradient.Matrix?.Verdict}");
            Assert.NotNull(ViewCatalog.Show(gradient));
        }
    }

    private static Tensor Activation(Random random, Variable z) => random.Next(6) switch
    {
        0 => Relu(z),
        1 => Tanh(z),
        2 => Max(z, z * Number.Of(Rational.Create(1, 10))),
        3 => Abs(z),
        4 => Function("phi").Of(z),
        _ => Hadamard(z, Sigmoid(z)),
    };

    [Fact]
    public void Numbers_hidden_in_powers_are_collected_once()
    {
        // Found by the tests above: (−3)³ was counted and kept as well.
        var f = (Pow(-3 / (2 + (_x * _x)), 3) * _x * _x * Sigmoid(_x)).Named("f");
        AllHold(f.Derivative(_x), "f");
    }

    private static Expr Term(Random random, int depth)
    {
        if (depth == 0)
        {
            return random.Next(4) switch
            {
                0 => _c,
                1 => Number.Of(random.Next(-3, 4)),
                _ => _x,
            };
        }

        Expr Next() => Term(random, depth - 1);
        Expr AboveOne()
        {
            var part = Next();
            return 1 + (part * part);
        }

        return random.Next(15) switch
        {
            0 or 1 => Next() + Next(),
            2 => Next() - Next(),
            3 or 4 => Next() * Next(),
            5 => Next() / AboveOne(),
            6 => Exp(Next() / 4),
            7 => Tanh(Next()),
            8 => Sigmoid(Next()),
            9 => Sin(Next()),
            10 => Pow(Next(), random.Next(2, 4)),
            11 => Log(AboveOne()),
            12 => Softplus(Next()),
            13 => Function("phi").Of(Next()),
            _ => Sqrt(AboveOne()),
        };
    }

    private static Expr Entry(Random random, IndexVariable i, int depth, List<Variable> names)
    {
        if (depth == 0)
        {
            return random.Next(5) switch
            {
                0 => _y[i],
                1 => _c,
                2 when names.Count > 0 => names[random.Next(names.Count)][i],
                _ => _z[i],
            };
        }

        var k = IndexVariable.Of($"q_{depth}", i.Range);
        Expr Next(IndexVariable index) => Entry(random, index, depth - 1, names);
        return random.Next(10) switch
        {
            0 => Next(i) + Next(i),
            1 => Next(i) * Next(i),
            2 => Exp(Next(i) / 4),
            3 => Tanh(Next(i)),
            4 => Sum(k, _w[i, k] * Next(k)),
            5 => Next(i) / (1 + Sum(k, Pow(Next(k), 2))),
            6 => Sum(k, Delta(i, k) * Next(k)),
            7 => Next(i) - Sum(k, Next(k)),
            8 => Relu(Next(i)),
            _ => Function("phi").Of(Next(i)),
        };
    }

    private static void AgreesWithDifferences(Derivation derivation, Expr expression)
    {
        var indices = new Dictionary<IndexVariable, int>();
        double At(Expr e, double x) => Plan.Of(e).Run(
            new PointContext<Real>(new(ImmutableDictionary<Size, int>.Empty, ImmutableDictionary<Variable, double[]>.Empty.Add(_x, [x]).Add(_c, [0.7])), indices),
            []).Value;

        foreach (var x in new[] { -1.3, 0.4, 1.7 })
        {
            const double Step = 1e-5;
            var expected = (At(expression, x + Step) - At(expression, x - Step)) / (2 * Step);
            var actual = At(derivation.Result, x);
            // Rounding of a central difference: about the value's rounding unit over the step.
            var tolerance = 1e-5 * Math.Max(1, Math.Max(Math.Abs(actual), Math.Abs(At(expression, x))));
            Assert.True(Math.Abs(expected - actual) <= tolerance, $"{expression} at {x}: {actual} derived, {expected} by differences");
        }
    }

    private static void AllHold(Derivation derivation, string description)
    {
        Assert.True(derivation.Note is null, $"{description}: {derivation.Note}");
        Assert.False(derivation.Result.HasDerivative, description);
        Assert.True(derivation.Verdict.Kind != VerdictKind.Refuted, $"{description}: {derivation.Result}: {derivation.Verdict}");
        foreach (var step in derivation.Steps)
        {
            Assert.True(step.Verdict.Kind != VerdictKind.Refuted, $"{description}: {step.Rule.Id}: {step.Before} → {step.After}: {step.Verdict}");
            if (step.Inner is { } inner)
            {
                AllHold(inner, description);
            }
        }
    }
}
