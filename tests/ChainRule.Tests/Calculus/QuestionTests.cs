namespace ChainRule.Tests.Calculus;

/// <summary>Questions as sheets ask them, with the end form of the books; every line is checked by numbers as it is derived.</summary>
public class QuestionTests
{
    private static readonly Variable _x = Vector("x", "D");
    private static readonly Expr _epsilon = Scalar("epsilon").Positive();

    private static readonly Dictionary<string, (Func<DerivativeResult> Ask, string Form)> _questions = new()
    {
        ["layer norm without names for mean and variance"] = (
            () => ((_x - Mean(_x)) / Sqrt(SquaredNorm(_x - Mean(_x)) / Size("D") + _epsilon)).Named("xhat").Jacobian(_x),
            "1/√(‖x − (𝟏ᵀ x)/D ⋅ 𝟏‖²/D + ε) ⋅ (I_D − 1/D ⋅ 𝟏 𝟏ᵀ − 1/D ⋅ x̂ x̂ᵀ)"),
        ["variance without a name for the mean"] = (() => (SquaredNorm(_x - Mean(_x)) / Size("D")).Named("v").Gradient(_x), "2/D ⋅ (x − (𝟏ᵀ x)/D ⋅ 𝟏)"),
        ["InfoNCE by the query"] = (() => InfoNce().Gradient("q"), "1/τ ⋅ Kᵀ (p − e₁)"),
        ["InfoNCE by the keys"] = (() => InfoNce().Gradient("K"), "1/τ ⋅ (p − e₁) qᵀ"),
        ["quantile loss by its maximum"] = (Quantile, "{τ if e > 0; τ − 1 if e < 0; τ − 1/2 otherwise}"),
        ["the KL divergence of a VAE by the logarithm of the variance"] = (
            () => (-Sum(1 + Vector("s", "D") - Exp(Vector("s", "D"))) / 2).Named("KL").Gradient("s"),
            "1/2 ⋅ (e^s − 𝟏)"),
        ["one word's vector"] = (() => (-Log(Sigmoid(Dot(Matrix("E", "V", "D").Row(2), Vector("u", "D"))))).Named("L").Gradient("E"), "(σ((Eᵀ e₂)ᵀ u) − 1) e₂ uᵀ"),
        ["the length of a difference, twice"] = (() => Norm(_x - Vector("b", "D")).Named("d").Hessian(_x), "1/d ⋅ I_D − 1/d³ ⋅ (x − b) (x − b)ᵀ"),
        ["the biases of a batch"] = (
            () =>
            {
                var h = Relu((Matrix("X", "n", "D") * Matrix("W", "D", "M")) + Vector("b", "M")).Named("H");
                return Upstream("L", h, Matrix("G", "n", "M")).Gradient("b");
            },
            "(G ⊙ 𝟙[X W + 𝟏 bᵀ > 0])ᵀ 𝟏"),
        ["a hinge over all classes"] = (
            () =>
            {
                var (i, z, y) = (Index("i", "K"), Vector("z", "K"), Vector("y", "K").OneHot());
                return (Max(i, 1 - y[i] + z[i]) - Dot(y, z)).Named("L").Gradient(z);
            },
            "e_(argmax_i(1−y_i+z_i)) − y"),
    };

    public static TheoryData<string> Questions() => [.. _questions.Keys];

    [Theory]
    [MemberData(nameof(Questions))]
    public void The_end_form_is_that_of_the_books(string question)
    {
        var (ask, form) = _questions[question];
        var result = ask();
        Assert.Equal(form, result.Matrix?.Matrix.ToString());
        Assert.Contains(result.Matrix!.Verdict.Kind, new[] { VerdictKind.Supported, VerdictKind.Proved });
        Assert.Equal(VerdictKind.Supported, result.Derivation.Verdict.Kind);
    }

    [Fact]
    public void Its_numbers_are_those_of_differences()
    {
        var gradient = InfoNce().Gradient("q").At((Matrix("K", "M", "D"), new double[,] { { 1, -2 }, { 0.5, 3 }, { -1, 1 } }), (Vector("q", "D"), [0.3, -0.7]), (Scalar("tau"), 0.5));
        Assert.True(gradient.Values!.LargestError < 1e-8);
        var norm = ((_x - Mean(_x)) / Sqrt(SquaredNorm(_x - Mean(_x)) / Size("D") + 0.1)).Named("xhat").Jacobian(_x).At((_x, [1, 2, 4]));
        Assert.True(norm.Values!.LargestError < 1e-8);
    }

    [Fact]
    public void A_clip_is_steep_between_its_ends_only() =>
        Assert.Equal("𝟙[−1 < x < 1]", Min(Max(Scalar("x"), -1), 1).Named("f").Derivative(Scalar("x")).Result.ToString());

    [Fact]
    public void The_reparametrised_second_moment_has_a_number_for_its_expectation() =>
        Assert.Equal("2 σ", E(Pow(Scalar("mu") + (Scalar("sigma") * (Expr)Scalar("epsilon").Gaussian(0, 1)), 2)).Named("J").Derivative(Scalar("sigma")).Result.ToString());

    private static Variable InfoNce()
    {
        var s = (Matrix("K", "M", "D") * Vector("q", "D") / Scalar("tau").Positive()).Named("s");
        return (-Log(Softmax(s).Named("p")[1])).Named("L");
    }

    private static DerivativeResult Quantile()
    {
        var (i, e, tau) = (Index("i", "N"), Vector("e", "N"), Scalar("tau"));
        return Sum(i, Max((Expr)tau * e[i], (tau - 1) * e[i])).Named("L").Gradient(e);
    }
}
