using ChainRule.Views;

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
        ["a log-likelihood in two sums, without a name for the probabilities"] = (
            () =>
            {
                var (x, y, w) = (Matrix("X", "n", "D"), Vector("y", "n"), Vector("w", "D"));
                return (Dot(y, Log(Sigmoid(x * w))) + Dot(1 - y, Log(1 - Sigmoid(x * w)))).Named("l").Gradient(w);
            },
            "Xᵀ (y − σ(X w))"),
        ["the new state of a gated unit"] = (() => Upstream("L", (Hadamard(1 - Vector("z", "D"), Vector("n", "D")) + Hadamard(Vector("z", "D"), _x)).Named("h"), Vector("u", "D")).Gradient("n"), "u ⊙ (𝟏 − z)"),
        ["a dice loss by the probabilities"] = (
            () =>
            {
                var (p, y) = (Vector("p", "D"), Vector("y", "D"));
                return (1 - (((2 * Dot(p, y)) + _epsilon) / (Sum(p) + Sum(y) + _epsilon))).Named("L").Gradient(p);
            },
            "1/(𝟏ᵀ p + 𝟏ᵀ y + ε)² ⋅ ((2 (pᵀ y) + ε) 𝟏 − 2 (𝟏ᵀ p + 𝟏ᵀ y + ε) y)"),
        ["the length of A x, twice"] = (() => Norm(Matrix("A", "m", "D") * _x).Named("f").Hessian(_x), "Aᵀ (1/f ⋅ I_m − 1/f³ ⋅ A x (A x)ᵀ) A"),
        ["a power of a dot product, twice"] = (() => Pow(Dot(_x, Vector("b", "D")), 3).Named("f").Hessian(_x), "6 (xᵀ b) b bᵀ"),
        ["a graph convolution with a symmetric adjacency"] = (
            () => Upstream("L", (Matrix("A", "n", "n").Symmetric() * Matrix("X", "n", "D") * Matrix("W", "D", "h")).Named("Z"), Matrix("G", "n", "h")).Gradient("W"),
            "Xᵀ A G"),
        ["a residual of a convolution with padding"] = (
            () => SquaredNorm(Conv1D.Padded(_x, Vector("k", 3), 1).Named("c") - Vector("y", "D")).Named("L").Gradient(_x),
            "2 ((c − y) ∗_same k)"),
        ["self-attention without a name for the scores, by the weights of the queries"] = (
            () => SelfAttention().Gradient("W_Q"),
            "1/√k ⋅ Xᵀ ((δ_A ⊙ A) X W_K − ((δ_A ⊙ A) 𝟏 𝟏ᵀ) ⊙ (A X W_K))"),
        ["self-attention without a name for the scores, by its input"] = (
            () => SelfAttention().Gradient("X"),
            "1/√k ⋅ ((δ_A ⊙ A) X W_K W_Qᵀ + (δ_A ⊙ A)ᵀ X W_Q W_Kᵀ − diag((δ_A ⊙ A) 𝟏) A X W_K W_Qᵀ − Aᵀ diag((δ_A ⊙ A) 𝟏) X W_Q W_Kᵀ) + Aᵀ G W_Vᵀ"),
        ["a word's class without a name for the scores, by the output vectors"] = (() => (-Log(Softmax(Matrix("U", "V", "D") * _x)[Index("t", "V")])).Named("L").Gradient("U"), "(softmax(U x) − e_t) xᵀ"),
        ["a word's class without a name for the scores, by the word"] = (() => (-Log(Softmax(Matrix("U", "V", "D") * _x)[2])).Named("L").Gradient(_x), "Uᵀ (softmax(U x) − e₂)"),
        ["log-softmax of an affine map"] = (() => LogSoftmax((Matrix("W", "K", "D") * _x) + Vector("b", "K")).Named("l").Jacobian(_x), "W − 𝟏 softmax(W x + b)ᵀ W"),
        ["log-sum-exp of a transposed product"] = (() => LogSumExp(Matrix("W", "D", "K").Transpose() * _x).Named("s").Gradient(_x), "W softmax(Wᵀ x)"),
        ["cross-entropy of a batch without a name for the scores"] = (
            () => (-Sum(Hadamard(Matrix("Y", "n", "K").OneHot(), LogSoftmax(Matrix("X", "n", "D") * Matrix("W", "D", "K"))))).Named("L").Gradient("W"),
            "Xᵀ (softmax(X W) − Y)"),
        ["the logarithm of a length, twice"] = (() => Log(Norm(_x)).Named("f").Hessian(_x), "1/‖x‖⁴ ⋅ (‖x‖² I_D − 2 x xᵀ)"),
        ["the sine of an angle"] = (() => Sqrt(1 - Pow(Dot(_x, Vector("v", "D")), 2)).Named("s").Gradient(_x), "−(xᵀ v)/s ⋅ v"),
        ["the KL divergence to a one-hot label, whose logarithm is −∞"] = (
            () =>
            {
                var (z, y) = (Vector("z", "K"), Vector("y", "K").OneHot());
                return Sum(Hadamard(y, Log(y) - Log(Softmax(z).Named("p")))).Named("L").Gradient(z);
            },
            "p − y"),
    };

    /// <summary>Derivatives of functions of one variable, as tables have them.</summary>
    private static readonly Dictionary<string, (Func<Expr, Expr> Function, string Derivative)> _functions = new()
    {
        ["softsign"] = (x => x / (1 + Abs(x)), "1/(1 + |x|)²"),
        ["tanh from its formula"] = (x => (Exp(x) - Exp(-x)) / (Exp(x) + Exp(-x)), "4/(e^x + e^(−x))²"),
        ["sinc with its value at 0"] = (x => Cases(1, (x, "=", 0), Sin(x) / x), "{0 if x = 0; (x cos x − sin x)/x² otherwise}"),
        ["ELU by cases"] = (x => Cases(x, (x, ">", 0), Scalar("alpha") * (Exp(x) - 1)), "{1 if x > 0; α e^x otherwise}"),
        ["Swish with β"] = (x => x * Sigmoid(Scalar("beta") * x), "σ(β x) (1 + x β (1 − σ(β x)))"),
        ["Snake"] = (x => x + (Pow(Sin(Scalar("alpha").Positive() * x), 2) / Scalar("alpha").Positive()), "1 + 2 sin(α x) cos(α x)"),
        ["a damped sine"] = (x => Exp(-x) * Sin(2 * x), "e^(−x) (2 cos(2 x) − sin(2 x))"),
    };

    public static TheoryData<string> Functions() => [.. _functions.Keys];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_derivative_is_that_of_the_tables(string function)
    {
        var (of, derivative) = _functions[function];
        var derivation = of(Scalar("x")).Derivative(Scalar("x"));
        Assert.Equal(derivative, derivation.Result.ToString());
        Assert.Equal(VerdictKind.Supported, derivation.Verdict.Kind);
    }

    [Fact]
    public void Squares_and_sizes_make_a_divisor_positive() =>
        Assert.All(
            new[] { 1 + Pow(Scalar("x"), 2), 1 + Abs(Scalar("x")), (SquaredNorm(_x) / Size("D")) + _epsilon },
            divisor => Assert.DoesNotContain((Scalar("x") / Pow(divisor, 2) * divisor).Named("f").Derivative(Scalar("x")).Steps.SelectMany(step => step.Conditions), condition => !condition.IsMet && condition.Reason is null));

    [Fact]
    public void A_derivative_is_taken_once_more_and_by_a_name()
    {
        var x = Scalar("x");
        Assert.Equal("6", Pow(x, 3).Derivative("x").Derivative(x).Derivative(x).Result.ToString());
        Assert.Equal("2 w", Pow(Scalar("w"), 2).Named("L").Derivative("w").Result.ToString());
        Assert.Contains("There is no \"v\"", Assert.Throws<ChainRuleException>(() => Pow(x, 2).Derivative("v")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_are_listed_and_quotients_of_numbers_are_fractions()
    {
        var x = Scalar("x");
        Assert.Equal("{0 if x < −1; 1/2 ⋅ (x + 1) if x < 1; 1 otherwise}", Cases((0, (x, "<", -1)), (Pow(x + 1, 2) / 4, (x, "<", 1)), x).Derivative(x).Result.ToString());
        Assert.Equal("{1 if x < −1; 2 if x < 0; 3 if x < 1; 4 otherwise}", Cases((x, (x, "<", -1)), (2 * (Expr)x, (x, "<", 0)), (3 * (Expr)x, (x, "<", 1)), 4 * (Expr)x).Derivative(x).Result.ToString());
        Assert.Equal("x^(1/3)", Pow(x, 1.0 / 3).ToString());
        Assert.Equal("2/3 ⋅ x", (2.0 / 3 * (Expr)x).ToString());
        Assert.Equal("0.044715 x", (0.044715 * (Expr)x).ToString());
        Assert.Equal("1.0507009873554805 x", (1.0507009873554804934193349852946 * (Expr)x).ToString());
    }

    [Fact]
    public void The_first_derivative_is_shown_once_beside_the_second()
    {
        var text = ViewCatalog.Show(Exp(-Pow(Scalar("x"), 2)).Named("g").Hessian(Scalar("x")))!.Text;
        Assert.Contains("g′: the derivative of g with respect to x", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Derivative of g with respect to x", text, StringComparison.Ordinal);
        Assert.Contains("∂²g/∂x² = 2 g (2 x² − 1)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_of_the_domain_there_is_no_derivative()
    {
        var x = Scalar("x");
        Assert.Contains("log x has no finite value at this point", Words(Log(x).Derivative(x).At(x, -1)), StringComparison.Ordinal);
        Assert.Contains("(sin x)/x has no finite value at this point", Words((Sin(x) / x).Derivative(x).At(x, 0)), StringComparison.Ordinal);
        Assert.Contains("the derivative has no finite value at this point", Words(Sqrt(x).Derivative(x).At(x, 0)), StringComparison.Ordinal);
        Assert.Contains("give another number, as they do where a kink is near", Words(Relu(x).Derivative(x).At(x, 0)), StringComparison.Ordinal);
        Assert.Contains("central differences agree to", Words(Log(x).Derivative(x).At(x, 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_two_definitions_are_pointed_out()
    {
        var sum = (SquaredNorm(_x).Named("L") + Sum(_x).Named("L")).Named("M");
        Assert.Contains("2 definitions are called L here", Words(sum.Gradient(_x)), StringComparison.Ordinal);
    }

    [Fact]
    public void No_index_is_called_as_a_name_is()
    {
        var gate = Sigmoid((Matrix("W_i", "H", "D") * _x) + Vector("b_i", "H")).Named("i");
        var text = ViewCatalog.Show(Upstream("L", Hadamard(gate, Vector("c", "H")).Named("h"), Vector("u", "H")).Gradient("W_i"))!.Text;
        Assert.DoesNotContain("i_i", text, StringComparison.Ordinal);
        Assert.DoesNotContain("(i,i", text, StringComparison.Ordinal);
    }

    private static string Words(object result) => string.Join(' ', ViewCatalog.Show(result)!.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

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

    private static Variable SelfAttention()
    {
        var (x, q, k, v) = (Matrix("X", "T", "d"), Matrix("W_Q", "d", "k"), Matrix("W_K", "d", "k"), Matrix("W_V", "d", "k"));
        var a = Softmax((x * q) * (x * k).Transpose() / Sqrt(Size("k"))).Named("A");
        return Upstream("L", (a * (x * v)).Named("O"), Matrix("G", "T", "k"));
    }

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
