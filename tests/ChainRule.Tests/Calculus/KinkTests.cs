namespace ChainRule.Tests.Calculus;

/// <summary>What counts as the derivative where there is none: the default is PyTorch's, and it can be chosen.</summary>
public class KinkTests
{
    private static readonly Variable _x = Scalar("x");
    private static readonly Variable _c = Scalar("c");

    private static readonly Dictionary<string, Func<Expr>> _functions = new(StringComparer.Ordinal)
    {
        ["relu"] = () => Relu(_x),
        ["abs"] = () => Abs(_x),
        ["max with a threshold"] = () => Max(0, (Expr)_x),
        ["min with a threshold"] = () => Min(_x, 0),
        ["max of two that move"] = () => Max(2 * _x, -_x),
        ["leaky"] = () => Cases(_x, (_x, ">", 0), 0.1 * _x),
    };

    // At 0: PyTorch's value, then the derivative from the left, from the right, and their mean.
    [Theory]
    [InlineData("relu", 0, 0, 1, 0.5)]
    [InlineData("abs", 0, -1, 1, 0.0)]
    [InlineData("max with a threshold", 0, 0, 1, 0.5)]
    [InlineData("min with a threshold", 0, 1, 0, 0.5)]
    [InlineData("max of two that move", 0.5, -1, 2, 0.5)]
    [InlineData("leaky", 0.1, 0.1, 1, null)]
    public void At_a_kink_the_convention_decides(string name, double pyTorch, double left, double right, double? mean)
    {
        var function = _functions[name]();
        AtZero(pyTorch, Kinks.PyTorch);
        AtZero(left, Kinks.Left);
        AtZero(right, Kinks.Right);
        if (mean is { } value)
        {
            AtZero(value, Kinks.Mean);
        }

        void AtZero(double expected, Kinks kinks)
        {
            var derivation = function.Derivative(_x, kinks);
            Assert.All(derivation.Steps, step => Assert.True(step.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, step.Verdict.ToString()));
            var at = Binding.Rewrite(derivation.Result, (node, _) => node is Element ? Number.Zero : null);
            Assert.Equal(expected, Plan.Of(at).Run(new PointContext<Real>(new(System.Collections.Immutable.ImmutableDictionary<Size, int>.Empty, System.Collections.Immutable.ImmutableDictionary<Variable, double[]>.Empty), new Dictionary<IndexVariable, int>()), []).Value);
            // It is said on the step, and never passed over.
            var condition = Assert.Single(derivation.Steps.SelectMany(step => step.Conditions));
            Assert.Equal(ComparisonSign.NotEqual, condition.Sign);
            Assert.False(string.IsNullOrEmpty(condition.Reason));
        }
    }

    [Fact]
    public void The_convention_goes_through_a_whole_network()
    {
        var (w, x) = (Matrix("W", "M", "N"), Vector("x", "N"));
        var z = (w * x).Named("z");
        var k = Index("k", "M");
        var loss = Sum(k, Relu(z)[k]).Named("L");
        Assert.Equal("𝟙[z ≥ 0] xᵀ", loss.Gradient(w, kinks: Kinks.Right).Matrix!.Matrix.ToString());
        Assert.Equal("𝟙[z > 0] xᵀ", loss.Gradient(w).Matrix!.Matrix.ToString());
    }

    [Fact]
    public void A_maximum_of_vectors_entries_keeps_its_form()
    {
        var z = Vector("z", "K");
        var hinge = Max(0, 1 - z).Named("h").Jacobian(z);
        Assert.Equal("−diag(𝟙[1 − z > 0])", hinge.Matrix!.Matrix.ToString());
        Assert.Equal("max(x, c)", Max((Expr)_x, (Expr)_c).ToString());
        Assert.Equal("p", LogSumExp(z).Named("s").Gradient(z) is var gradient ? gradient.Matrix!.Matrix is var matrix && Prove(gradient.Entry, Softmax(z)[gradient.Indices[0]]).Verdict.Kind == VerdictKind.Proved ? "p" : matrix.ToString() : string.Empty);
    }

    [Fact]
    public void Half_open_cases_know_their_ends()
    {
        var clipped = Cases([(-1, (_x, "<", -1)), (1, (_x, ">=", 1))], _x);
        var derivation = clipped.Derivative(_x);
        Assert.Equal(Cases([(0, (_x, "<", -1)), (0, (_x, ">=", 1))], 1), derivation.Result);
        var inside = Within(0, _x, 1);
        Assert.Equal("𝟙[0 ≤ x < 1]", inside.ToString());
    }
}
