using System.Collections.Immutable;
using ChainRule.Views;
using MathNet.Numerics;

namespace ChainRule.Tests.Properties;

/// <summary>
/// Expectations that nobody chose: each is worked out, every step is checked under several laws, and made again by the replay. What
/// is closed for a normal law is compared with an integration that shares nothing with the library's own.
/// </summary>
public class RandomExpectationTests
{
    private static readonly Expr _v = Pow(Scalar("sigma").Positive(), 2);
    private static readonly Variable _c = Scalar("c");
    private static readonly ImmutableArray<Variable> _scalars =
    [
        Scalar("a").Random(0, _v).Symmetric(),
        Scalar("b").Random(0, 2),
        Scalar("p").Random(1, _v).Independent(),
        Scalar("q").Random(0, 3).Symmetric().Independent(),
        Scalar("g").Gaussian(0, 1).Independent(),
    ];

    private static readonly Variable _x = Vector("x", "D").Random(Scalar("mu"), _v).Independent();
    private static readonly Variable _h = Vector("h", "D").Random(0, 2).Symmetric();
    private static readonly Variable _w = Matrix("W", "M", "D").Random(0, 3).Independent();
    private static readonly IndexVariable _i = Index("i", "M");
    private static readonly IndexVariable _j = Index("j", "D");
    private static readonly IndexVariable _k = Index("k", "D");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_scalar_quantities(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 25; round++)
        {
            var body = Quantity(random, 2);
            if (random.Next(3) == 0)
            {
                var name = body.Named("f");
                body = random.Next(2) == 0 ? Pow(name, 2) : name * (Expr)_scalars[random.Next(_scalars.Length)];
            }

            Holds(random.Next(4) == 0 ? Variance(body) : random.Next(5) == 0 ? Covariance(body, Quantity(random, 1)) : E(body));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_sums_over_entries(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 8; round++)
        {
            var sum = Sum(_j, Entry(random));
            Holds(random.Next(4) switch
            {
                0 => Variance(sum),
                1 => E(sum * _x[_k]),
                2 => E(Pow(sum + (Expr)_c, 2)),
                _ => Covariance(sum, _x[_k]),
            });
        }
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.6, 0.7)]
    [InlineData(-1.1, 1.3)]
    public void Closed_forms_of_a_normal_law_against_an_independent_integration(double mu, double sigma)
    {
        var (m, s) = (Scalar("m"), Scalar("s").Positive());
        var g = Scalar("g").Gaussian(m, Pow(s, 2));
        for (var n = 1; n <= 10; n++)
        {
            Agrees(E(Pow(g, n)), x => Math.Pow(x, n));
        }

        Agrees(E(Exp(g / 2)), x => Math.Exp(x / 2));
        Agrees(E(Indicator(g, ">", 0.25)), x => x > 0.25 ? 1 : 0);
        if (mu == 0)
        {
            var centred = Scalar("g").Gaussian(0, Pow(s, 2));
            for (var n = 1; n <= 5; n++)
            {
                Agrees(E(Pow(Relu(centred), n)), x => Math.Pow(Math.Max(x, 0), n));
                Agrees(E(Pow(Abs(centred), n)), x => Math.Pow(Math.Abs(x), n));
            }
        }

        void Agrees(Expr expectation, Func<double, double> body)
        {
            var result = expectation.Simplified().Result;
            Assert.DoesNotContain(Binding.Nodes(result), node => node is Expectation);
            var point = new Point(ImmutableDictionary<Size, int>.Empty, ImmutableDictionary<Variable, double[]>.Empty.Add(m, [mu]).Add(s, [sigma]));
            var value = Plan.Of(result).Run(new PointContext<Real>(point, new Dictionary<IndexVariable, int>()), []).Value;

            // Cut where the bodies have kinks or jumps.
            double[] borders = [mu - (12 * sigma), 0, 0.25, mu + (12 * sigma)];
            var integral = borders.Zip(borders.Skip(1), (from, to) => Integrate.GaussKronrod(x => body(x) * Math.Exp(-(x - mu) * (x - mu) / (2 * sigma * sigma)) / (sigma * Math.Sqrt(2 * Math.PI)), from, to, 1e-12)).Sum();
            Assert.True(Math.Abs(value - integral) <= 1e-9 * Math.Max(1, Math.Abs(integral)), $"{expectation} = {result}: {value} and {integral}");
        }
    }

    private static Expr Quantity(Random random, int depth)
    {
        Expr leaf = _scalars[random.Next(_scalars.Length)];
        return depth == 0 ? leaf : random.Next(10) switch
        {
            0 => Pow(leaf, random.Next(2, 4)),
            1 => Relu(leaf),
            2 => Tanh(leaf),
            3 => Cases(leaf, (leaf, ">", 0), _c * leaf),
            4 => Abs(leaf) + (Expr)_c,
            5 => Indicator(leaf, random.Next(2) == 0 ? ">" : "<=", 0) * Quantity(random, depth - 1),
            6 => Quantity(random, depth - 1) - (_c * Quantity(random, depth - 1)),
            7 => 2 * leaf + 1,
            _ => Quantity(random, depth - 1) * Quantity(random, depth - 1),
        };
    }

    private static Expr Entry(Random random) => random.Next(6) switch
    {
        0 => _w[_i, _j] * Relu(_h[_j]),
        1 => _w[_i, _j] * _x[_j],
        2 => _c * _x[_j] + 1,
        3 => _h[_j] * _x[_j],
        4 => _x[_j] * _w[_i, _j] * _scalars[random.Next(2, _scalars.Length)],
        _ => _w[_i, _j] * Cases(_h[_j], (_h[_j], ">", 0), _h[_j] / 4),
    };

    private static void Holds(Expr expression)
    {
        var derivation = expression.Simplified();
        Assert.All(derivation.Steps, step => Assert.True(step.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{expression}: {step.Rule.Id}: {step.Before} → {step.After}: {step.Verdict}"));
        Assert.True(derivation.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{expression} = {derivation.Result}: {derivation.Verdict}");
        Assert.True(derivation.Replay().Holds, $"{expression}: {derivation.Replay()}");
        Assert.Null(derivation.Note);
        Assert.NotNull(ViewCatalog.Show(derivation));
    }
}
