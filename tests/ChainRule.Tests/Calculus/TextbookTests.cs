using ChainRule.Views;

namespace ChainRule.Tests.Calculus;

/// <summary>
/// Derivatives as textbooks and courses print them. Each is asked for as a student would write it; the printed form is the one of the
/// books, every step holds, and the numbers are those of differences.
/// </summary>
public class TextbookTests
{
    private static readonly Variable _x = Vector("x", "d");
    private static readonly Variable _z = Vector("z", "K");
    private static readonly Variable _label = Vector("y", "K").OneHot();
    private static readonly Variable _data = Matrix("X", "n", "d");
    private static readonly Variable _w = Vector("w", "d");
    private static readonly Variable _target = Vector("y", "n");
    private static readonly Variable _binary = _target.Assuming(Assumption.ZeroOrOne);
    private static readonly Variable _t = Scalar("t");
    private static readonly IndexVariable _k = Index("k", "K");
    private static readonly IndexVariable _n = Index("i", "n");
    private static readonly IndexVariable _d = Index("j", "d");
    private static readonly Variable _scores = (_data * _w).Named("z");
    private static readonly Variable _probabilities = Sigmoid(_scores).Named("p");
    private static readonly Variable _softmax = Softmax(_z).Named("p");

    private static readonly Dictionary<string, Func<(DerivativeResult Result, string Expected)>> _questions = new(StringComparer.Ordinal)
    {
        // Regression
        ["ridge"] = () => ((SquaredNorm((_data * _w) - _target) + (Scalar("lambda") * SquaredNorm(_w))).Named("L").Gradient(_w), "2 (Xᵀ (X w − y) + λ w)"),
        ["ridge, its Hessian"] = () => ((SquaredNorm((_data * _w) - _target) + (Scalar("lambda") * SquaredNorm(_w))).Named("L").Hessian(_w), "2 (Xᵀ X + λ I_d)"),
        ["lasso"] = () => (((SquaredNorm((_data * _w) - _target) / (2 * Size("n"))) + (Scalar("lambda_1") * Sum(Abs(_w)))).Named("L").Gradient(_w), "1/n ⋅ Xᵀ (X w − y) + λ₁ sign w"),
        ["Huber"] = () =>
        {
            var (r, delta) = (((_data * _w) - _target).Named("r"), Scalar("delta").Positive());
            return (Sum(_n, Cases(Pow(r[_n], 2) / 2, (Abs(r[_n]), "<=", delta), delta * (Abs(r[_n]) - (delta / 2)))).Named("L").Gradient(_w), "Xᵀ {r if |r| ≤ δ; δ sign r otherwise}");
        },
        ["logistic regression over a batch"] = () => ((-Mean(Hadamard(_binary, Log(_probabilities)) + Hadamard(1 - _binary, Log(1 - _probabilities)))).Named("L").Gradient(_w), "1/n ⋅ Xᵀ (p − y)"),
        ["logistic regression, its Hessian"] = () => ((-Sum(Hadamard(_binary, Log(_probabilities)) + Hadamard(1 - _binary, Log(1 - _probabilities)))).Named("L").Hessian(_w), "Xᵀ diag(p ⊙ (𝟏 − p)) X"),
        ["logistic regression from logits"] = () => (Mean(Softplus(_scores) - Hadamard(_binary, _scores)).Named("L").Gradient(_w), "1/n ⋅ Xᵀ (σ(z) − y)"),
        ["hinge"] = () => (Sum(Max(0, 1 - Hadamard(_target, _scores))).Named("L").Gradient(_w), "−Xᵀ (𝟙[𝟏 − y ⊙ z > 0] ⊙ y)"),
        ["squared hinge"] = () => (Sum(_n, Pow(Max(0, 1 - (_target[_n] * _scores[_n])), 2)).Named("L").Gradient(_w), "−2 Xᵀ (max(0, 𝟏 − y ⊙ z) ⊙ y)"),
        ["Poisson"] = () => (Sum(Exp(_scores) - Hadamard(_target, _scores)).Named("L").Gradient(_w), "Xᵀ (e^z − y)"),
        ["Poisson, its Hessian"] = () => (Sum(Exp(_scores) - Hadamard(_target, _scores)).Named("L").Hessian(_w), "Xᵀ diag(e^z) X"),
        ["multinomial regression by W"] = () => (Multinomial().Loss.Gradient(Multinomial().W), "1/n ⋅ Xᵀ (P − Y)"),
        ["multinomial regression by b"] = () => (Multinomial().Loss.Gradient(Multinomial().B), "1/n ⋅ (P − Y)ᵀ 𝟏"),
        ["multinomial regression by X"] = () => (Multinomial().Loss.Gradient(_data), "1/n ⋅ (P − Y) Wᵀ"),

        // Quadratic forms, traces, norms
        ["a quadratic form"] = () => (Dot(_x, Matrix("A", "d", "d") * _x).Named("f").Gradient(_x), "(A + Aᵀ) x"),
        ["a quadratic form, its Hessian"] = () => (Dot(_x, Matrix("A", "d", "d") * _x).Named("f").Hessian(_x), "A + Aᵀ"),
        ["a symmetric quadratic form"] = () => (((Dot(_x, Matrix("A", "d", "d").Symmetric() * _x) / 2) - Dot(Vector("b", "d"), _x)).Named("f").Gradient(_x), "A x − b"),
        ["a quadratic form by its matrix"] = () => (Dot(_x, Matrix("A", "d", "d") * _x).Named("f").Gradient(Matrix("A", "d", "d")), "x xᵀ"),
        ["tr(Aᵀ B)"] = () => (Trace(Matrix("A", "m", "n").Transpose() * Matrix("B", "m", "n")).Named("f").Gradient(Matrix("A", "m", "n")), "B"),
        ["tr(A X B)"] = () => (Trace(Matrix("A", "n", "m") * Matrix("X", "m", "d") * Matrix("B", "d", "n")).Named("f").Gradient(Matrix("X", "m", "d")), "Aᵀ Bᵀ"),
        ["tr(Vᵀ A V)"] = () => (Trace(Matrix("V", "d", "k").Transpose() * Matrix("A", "d", "d") * Matrix("V", "d", "k")).Named("f").Gradient(Matrix("V", "d", "k")), "(A + Aᵀ) V"),
        ["‖A B − C‖²"] = () => (SquaredNorm((Matrix("A", "m", "r") * Matrix("B", "r", "n")) - Matrix("C", "m", "n")).Named("f").Gradient(Matrix("A", "m", "r")), "2 (A B − C) Bᵀ"),
        ["a norm"] = () => (Norm(_x).Named("r").Gradient(_x), "1/r ⋅ x"),
        ["normalisation to length 1"] = () => ((_x / Norm(_x)).Named("u").Jacobian(_x), "1/‖x‖ ⋅ (I_d − u uᵀ)"),
        ["normalisation through its norm"] = () =>
        {
            var r = Norm(_x).Named("r");
            return ((_x / r).Named("u").Jacobian(_x), "1/r ⋅ (I_d − u uᵀ)");
        },
        ["triplet loss"] = () =>
        {
            var (p, q) = (Vector("p", "d"), Vector("q", "d"));
            return (Relu(SquaredNorm(_x - p) - SquaredNorm(_x - q) + Scalar("m")).Named("L").Gradient(_x), "2 𝟙[‖x − p‖² − ‖x − q‖² + m > 0] (q − p)");
        },

        // Likelihoods
        ["a Gaussian by σ"] = () => (Sum(_n, Log(Scalar("sigma").Positive()) + (Pow(_target[_n] - Scalar("mu"), 2) / (2 * Pow(Scalar("sigma").Positive(), 2)))).Named("L").Gradient(Scalar("sigma").Positive()), "n/σ − ‖y − μ 𝟏‖²/σ³"),
        ["a Gaussian by its variance"] = () => (((SquaredNorm(_target - Scalar("mu")) / (2 * (Expr)Scalar("v").Positive())) + (Size("n") / 2 * Log(Scalar("v").Positive()))).Named("L").Gradient(Scalar("v").Positive()), "(n v − ‖y − μ 𝟏‖²)/(2 v²)"),
        ["a Gaussian by log σ"] = () => (((SquaredNorm(_target - Scalar("mu")) * Exp(-2 * (Expr)_t) / 2) + (Size("n") * (Expr)_t)).Named("L").Gradient(_t), "n − ‖y − μ 𝟏‖² e^(−2 t)"),
        ["KL to the standard normal by μ"] = () => ((Sum(_d, Exp(_w[_d]) + Pow(_x[_d], 2) - 1 - _w[_d]) / 2).Named("D").Gradient(_x), "x"),
        ["KL to the standard normal by log σ²"] = () => ((Sum(_d, Exp(_w[_d]) + Pow(_x[_d], 2) - 1 - _w[_d]) / 2).Named("D").Gradient(_w), "1/2 ⋅ (e^w − 𝟏)"),
        ["reparametrisation"] = () => (Upstream("L", (_x + Hadamard(Exp(_w / 2), Vector("epsilon", "d"))).Named("z"), Vector("g", "d")).Gradient(_w), "1/2 ⋅ (g ⊙ ε ⊙ e^(1/2 ⋅ w))"),

        // Softmax in its many forms
        ["softmax with a temperature"] = () => (Softmax(_z / Scalar("T").Positive()).Named("p").Jacobian(_z), "1/T ⋅ (diag(p) − p pᵀ)"),
        ["cross-entropy by the temperature"] = () => ((-Dot(_label, Log(Softmax(_z / Scalar("T").Positive()).Named("p")))).Named("L").Gradient(Scalar("T").Positive()), "(yᵀ z − pᵀ z)/T²"),
        ["log-softmax"] = () => (LogSoftmax(_z).Named("l").Jacobian(_z), "I_K − 𝟏 softmax(z)ᵀ"),
        ["cross-entropy from log-softmax"] = () => ((-Dot(_label, LogSoftmax(_z))).Named("L").Gradient(_z), "softmax(z) − y"),
        ["log-sum-exp"] = () => (LogSumExp(_z).Named("s").Gradient(_z), "softmax(z)"),
        ["log-sum-exp, its Hessian"] = () => (LogSumExp(_z).Named("s").Hessian(_z), "diag(softmax(z)) − softmax(z) softmax(z)ᵀ"),
        ["cross-entropy, its Hessian"] = () => ((-Dot(_label, Log(_softmax))).Named("L").Hessian(_z), "diag(p) − p pᵀ"),
        ["log-softmax of a batch"] = () => ((-Sum(Hadamard(Matrix("Y", "n", "K").OneHot(), LogSoftmax(Matrix("Z", "n", "K"))))).Named("L").Gradient(Matrix("Z", "n", "K")), "softmax(Z) − Y"),
        ["label smoothing"] = () =>
        {
            var q = (((1 - Scalar("epsilon")) * _label) + (Scalar("epsilon") / Size("K"))).Named("q");
            return ((-Dot(q, Log(_softmax))).Named("L").Gradient(_z), "p − q");
        },
        ["KL of two softmaxes by the first"] = () => (Divergence().Gradient(_z), "p ⊙ (log(p/q) − D 𝟏)"),
        ["KL of two softmaxes by the second"] = () => (Divergence().Gradient(Vector("u", "K")), "q − p"),
        ["entropy"] = () => ((-Sum(_k, _softmax[_k] * Log(_softmax[_k]))).Named("H").Gradient(_z), "−p ⊙ (log p + H 𝟏)"),
        ["InfoNCE"] = () => ((LogSumExp(_z / Scalar("tau").Positive()) - (Dot(_label, _z) / Scalar("tau").Positive())).Named("L").Gradient(_z), "1/τ ⋅ (softmax(z/τ) − y)"),
        ["focal loss"] = () =>
        {
            var p = Sigmoid(_t).Named("p");
            return ((-Pow(1 - p, Scalar("gamma")) * Log(p)).Named("L").Gradient(_t), "(1 − p)^γ (γ p log p + p − 1)");
        },
        ["policy gradient"] = () => ((Scalar("R") * Dot(_label, Log(_softmax))).Named("J").Gradient(_z), "R (y − p)"),

        // Sigmoids
        ["the sigmoid from its formula"] = () => ((1 / (1 + Exp(-(Expr)_t))).Named("s").Gradient(_t), "s (1 − s)"),
        ["binary cross-entropy from its formula"] = () => ((Log(1 + Exp(_t)) - (Scalar("y") * (Expr)_t)).Named("L").Gradient(_t), "σ(t) − y"),
        ["the second derivative of σ"] = () => (Sigmoid(_t).Named("s").Hessian(_t), "(1 − 2 s) s (1 − s)"),
        ["the second derivative of tanh"] = () => (Tanh(_t).Named("h").Hessian(_t), "−2 h (1 − h²)"),
        ["the second derivative of softplus"] = () => (Softplus(_t).Named("f").Hessian(_t), "σ(t) (1 − σ(t))"),
        ["the second derivative of GELU"] = () => ((_t * NormalCdf(_t)).Named("f").Hessian(_t), "φ(t) (2 − t²)"),
        ["log cosh"] = () => (Log((Exp(_t) + Exp(-(Expr)_t)) / 2).Named("f").Gradient(_t), "tanh t"),
        ["negative sampling by the word"] = () =>
        {
            var s = (Matrix("U", "K", "d") * _x).Named("s");
            return ((-Log(Sigmoid(Dot(_w, _x))) - Sum(_k, Log(Sigmoid(-s[_k])))).Named("L").Gradient(_x), "Uᵀ σ(s) + (σ(wᵀ x) − 1) w");
        },

        // Layers
        ["attention by the values"] = () => (Attention().Gradient(Matrix("V", "S", "e")), "Aᵀ G"),
        ["attention by the queries"] = () => (Attention().Gradient(Matrix("Q", "T", "d")), "1/√d ⋅ δ_S K"),
        ["attention by the keys"] = () => (Attention().Gradient(Matrix("K", "S", "d")), "1/√d ⋅ δ_Sᵀ Q"),
        ["layer normalisation"] = () =>
        {
            var mu = Mean(_x).Named("mu");
            var v = (Sum(Pow(_x - mu, 2)) / Size("d")).Named("v");
            return (((_x - mu) / Sqrt(v + Scalar("epsilon").Positive())).Named("u").Jacobian(_x), "1/(√(v + ε) d) ⋅ (d I_d − u uᵀ − 𝟏 𝟏ᵀ)");
        },
        ["a gate"] = () => (Upstream("L", Hadamard(_x, Sigmoid(_w)).Named("y"), Vector("g", "d")).Gradient(_w), "g ⊙ y ⊙ (𝟏 − σ(w))"),
        ["maxout"] = () => (Upstream("L", Max(_x, _w).Named("y"), Vector("g", "d")).Gradient(_x), "g ⊙ 𝟙[x > w]"),
        ["a graph convolution by its input"] = () =>
        {
            var z = (Matrix("A", "n", "n") * _data * Matrix("W", "d", "h")).Named("Z");
            return (Upstream("L", Relu(z).Named("H"), Matrix("G", "n", "h")).Gradient(_data), "Aᵀ (G ⊙ 𝟙[Z > 0]) Wᵀ");
        },
        ["mixture of experts by the gate"] = () => (Upstream("L", (_softmax * Matrix("F", "K", "M")).Named("y"), Vector("g", "M")).Gradient(_z), "p ⊙ (F g − ((F g)ᵀ p) 𝟏)"),
        ["a convolution with stride by its input"] = () => (Upstream("L", Conv1D.Padded(Vector("x", 9), Vector("w", 3), 1, stride: 2).Named("a"), Vector("g", 5)).Gradient(Vector("x", 9)), "↑₂g ∗_same w"),
        ["a convolution with stride that leaves something over"] = () => (Upstream("L", Conv1D.Padded(Vector("x", 9), Vector("w", 4), 0, stride: 2).Named("a"), Vector("g", 3)).Gradient(Vector("x", 9)), "↑₂g ∗_full w"),
        ["a convolution with stride by its kernel"] = () => (Upstream("L", Conv1D.Padded(Vector("x", 9), Vector("w", 3), 1, stride: 2).Named("a"), Vector("g", 5)).Gradient(Vector("w", 3)), "x ⋆_(p=1,dilation=2) g"),
        ["an autoencoder with tied weights"] = () =>
        {
            var w = Matrix("W", "h", "d");
            var h = Sigmoid(w * _x).Named("h");
            return (SquaredNorm((w.Transpose() * h).Named("r") - _w).Named("L").Gradient(w), "(h ⊙ δ_h ⊙ (𝟏 − h)) xᵀ + h δ_rᵀ");
        },
        ["a residual block"] = () => ((_x + (Matrix("W_2", "d", "h") * Relu(Matrix("W_1", "h", "d") * _x))).Named("y").Jacobian(_x), "I_d + W₂ diag(𝟙[W₁ x > 0]) W₁"),
        ["a Gaussian density by its mean"] = () => ((Exp(-Pow(_t - Scalar("mu"), 2) / 2) / Sqrt(2 * Pi)).Named("f").Gradient(Scalar("mu")), "f (t − μ)"),
        ["squared error of a softmax"] = () => (SquaredNorm(_softmax - _label).Named("L").Gradient(_z), "2 (p ⊙ (p − y − ((p − y)ᵀ p) 𝟏))"),
        ["a policy with an entropy bonus"] = () => ((Dot(_softmax, Vector("R", "K")) - (Scalar("beta") * Dot(_softmax, Log(_softmax)))).Named("J").Gradient(_z), "p ⊙ (R − β (log p + 𝟏) − ((R − β (log p + 𝟏))ᵀ p) 𝟏)"),
        ["log cosh of a vector"] = () => (Sum(_k, Log(Cosh(_z[_k] - _label[_k]))).Named("L").Gradient(_z), "tanh(z − y)"),
        ["a gain for each feature of a batch"] = () => (Upstream("L", Hadamard(_w, _data).Named("Z"), Matrix("G", "n", "d")).Gradient(_w), "(G ⊙ X)ᵀ 𝟏"),
        ["several labels, by the probabilities"] = () =>
        {
            var p = Sigmoid(_z).Named("p");
            return ((-Sum(_k, (_label[_k] * Log(p[_k])) + ((1 - _label[_k]) * Log(1 - p[_k])))).Named("L").Gradient(p), "(p − y)/(p ⊙ (𝟏 − p))");
        },
        ["a variance for each example"] = () => (Sum(_n, (Pow(_target[_n] - Vector("mu", "n")[_n], 2) / (2 * Exp(Vector("s", "n")[_n]))) + (Vector("s", "n")[_n] / 2)).Named("L").Gradient(Vector("s", "n")), "1/2 ⋅ (𝟏 − (y − μ)²/e^s)"),
        ["a recurrent bias"] = () =>
        {
            var (u, w, b) = (Matrix("U", "h", "h"), Matrix("W", "h", "d"), Vector("b", "h"));
            var first = Tanh((w * _x) + b).Named("h_1");
            var second = Tanh((u * first) + (w * _w) + b).Named("h_2");
            return (Upstream("L", second, Vector("g", "h")).Gradient(b), "δ₁ ⊙ (𝟏 − h₁²) + g ⊙ (𝟏 − h₂²)");
        },
        ["InfoNCE of a batch"] = () =>
        {
            var s = (Matrix("Z", "n", "d") * Matrix("V", "n", "d").Transpose() / Scalar("tau").Positive()).Named("S");
            return ((-Mean(Tensor.Define("l", _n, LogSoftmax(s)[_n, _n]))).Named("L").Gradient(Matrix("Z", "n", "d")), "1/(n τ) ⋅ (softmax(S) V − V)");
        },
        ["a kernel machine by its centres"] = () =>
        {
            var (c, m) = (Matrix("C", "K", "d"), _k);
            var phi = Tensor.Define("phi", m, Exp(-SquaredNorm(_x - c.Row(m)) / 2));
            return (Dot(Vector("v", "K"), phi).Named("o").Gradient(c), "diag(v ⊙ φ) (𝟏 xᵀ − C)");
        },
        ["a masked factorisation"] = () =>
        {
            var e = Hadamard(Matrix("M", "n", "m").Assuming(Assumption.ZeroOrOne), Matrix("R", "n", "m") - (Matrix("U", "n", "r") * Matrix("V", "m", "r").Transpose())).Named("E");
            return (SquaredNorm(e).Named("L").Gradient(Matrix("U", "n", "r")), "−2 (E ⊙ M) V");
        },
    };

    public static TheoryData<string> Questions() => [.. _questions.Keys];

    [Theory]
    [MemberData(nameof(Questions))]
    public void The_form_is_that_of_the_books(string question)
    {
        var (result, expected) = _questions[question]();
        Assert.Equal(expected, result.Matrix?.Matrix.ToString() ?? result.Entry.ToString());
        Assert.True(result.Matrix is null || result.Matrix.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, result.Matrix?.Verdict.ToString());
        AllHold(result.Derivation);
        Assert.NotEmpty(ViewCatalog.Show(result)!.Text);
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public void The_numbers_are_those_of_differences(string question)
    {
        var (result, _) = _questions[question]();
        var given = Dependencies.All(result.Of).Where(variable => !variable.IsDefined).OrderBy(variable => variable.Name, StringComparer.Ordinal).ToList();
        var point = new Sampler(given, Verifier.SizesIn([], given), seed: 77).Draw(0);
        var values = PointValues.Evaluate(result.Derivation, result.Indices, result.Of, result.By, given.Select(variable => (variable, Values.Of(point.DimensionsOf(variable.Shape), point.Values[variable]))));
        Assert.True(values.LargestError < 1e-6, $"{values.CheckedBy}: {values.LargestError}");
        Assert.All(values.Entries, entry => Assert.True(double.IsFinite(entry)));
    }

    [Fact]
    public void A_second_derivative_says_what_it_is_of()
    {
        var text = ViewCatalog.Show(Dot(_x, Matrix("A", "d", "d") * _x).Named("f").Hessian(_x))!.Text;
        Assert.StartsWith("Hessian of f with respect to x", text, StringComparison.Ordinal);
        Assert.Contains("∇f = ∂f/∂x = (A + Aᵀ) x", text, StringComparison.Ordinal);
        Assert.Contains("∇²f = A + Aᵀ   matrix form  ✓", text, StringComparison.Ordinal);
        Assert.DoesNotContain("0 paths", text, StringComparison.Ordinal);
        Assert.StartsWith("Second derivative of s with respect to t", ViewCatalog.Show(Sigmoid(_t).Named("s").Hessian(_t))!.Text, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Trace(Matrix("A", "d", "d")).Named("f").Hessian(Matrix("A", "d", "d")));
    }

    [Fact]
    public void A_gradient_by_what_does_not_occur_says_what_does()
    {
        var loss = SquaredNorm(_x).Named("L");
        Assert.Contains("L does not depend on w; it is computed from x.", OnOneLine(loss.Gradient(_w)), StringComparison.Ordinal);
        Assert.Contains("The x in L is another one than the x that was asked for (of shape d there, of shape K here)", OnOneLine(loss.Gradient(Vector("x", "K"))), StringComparison.Ordinal);
        Assert.Contains("ask for L.Gradient(x), or for this one entry, L.Derivative(x₂)", Assert.Throws<ChainRuleException>(() => loss.Gradient(_x[2])).Message, StringComparison.Ordinal);
        Assert.Contains("not by 3", Assert.Throws<ChainRuleException>(() => loss.Gradient(3)).Message, StringComparison.Ordinal);
        Assert.Contains("has no name", Assert.Throws<ChainRuleException>(() => loss.Gradient(_data * _x)).Message, StringComparison.Ordinal);
    }

    private static string OnOneLine(Gradient gradient) => string.Join(' ', ViewCatalog.Show(gradient)!.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Shapes_of_whole_tensors()
    {
        Assert.Equal("n×K", ((_data * Matrix("W", "d", "K")) + Vector("b", "K")).Shape.ToString());
        Assert.Equal("d×n", _data.Transpose().Shape.ToString());
        Assert.Contains("needs equal shapes", Assert.Throws<ShapeException>(() => _data + Vector("b", "K")).Message, StringComparison.Ordinal);
        Assert.Contains("is a vector", Assert.Throws<ShapeException>(() => _x.Transpose()).Message, StringComparison.Ordinal);
        Assert.Contains("square matrix", Assert.Throws<ShapeException>(() => Trace(_data)).Message, StringComparison.Ordinal);
        Assert.Contains("is a scalar", Assert.Throws<ShapeException>(() => Softmax(_t)).Message, StringComparison.Ordinal);
        Assert.Contains("is a scalar", Assert.Throws<ShapeException>(() => LogSoftmax(_t)).Message, StringComparison.Ordinal);
        Assert.Equal("x_i/w_i", (_x / _w)[Index("i", "d")].ToString());
        Assert.Equal("δ_ij", Eye("n")[Index("i", "n"), Index("j", "n")].ToString());
        Assert.Equal(Number.One, Ones("n")[Index("i", "n")]);
        Assert.Equal("min(x_i, w_i)", Min(_x, _w)[Index("i", "d")].ToString());
        Assert.Equal("sin x_i + cos x_i", (Sin(_x) + Cos(_x))[Index("i", "d")].ToString());
        Assert.Equal("√(x_i)", Sqrt(_x)[Index("i", "d")].ToString());
    }

    [Fact]
    public void Names_with_subscripts_are_greek_too()
    {
        Assert.Equal("λ₁", Scalar("lambda_1").ToString());
        Assert.Equal("σ_w²", Pow(Scalar("sigma_w"), 2).ToString());
        Assert.Equal("δ_α", Scalar("delta_alpha").ToString());
        Assert.Equal("loss_1", Scalar("loss_1").Name);
    }

    [Fact]
    public void A_logarithm_before_a_factor_has_brackets()
    {
        Assert.Equal("log(x₁) x₂", (Log(_x[1]) * _x[2]).ToString());
        Assert.Equal("x₂ log x₁", (_x[2] * Log(_x[1])).ToString());
        Assert.Equal("tanh²(x₁) x₂", (Pow(Tanh(_x[1]), 2) * _x[2]).ToString());
        Assert.Equal("x₁/(2 x₂)", (_x[1] / 2 / _x[2]).ToString());
    }

    [Fact]
    public void Batches_are_given_row_by_row()
    {
        var y = Matrix("Y", "n", "K").OneHot();
        var point = new Sampler([y], Verifier.SizesIn([], [y]), seed: 3).Draw(0);
        var columns = point.SizeOf(y.Shape.Sizes[1]);
        Assert.All(point.Values[y].Chunk(columns), row => Assert.Equal(1, row.Count(entry => entry == 1)));
        var p = Matrix("P", "n", "K").SumsToOne();
        Assert.All(new Sampler([p], Verifier.SizesIn([], [p]), seed: 3).Draw(0).Values[p].Chunk(columns), row => Assert.Equal(1, row.Sum(), 12));
        Assert.Throws<ShapeException>(() => _t.OneHot());
    }

    private static (Variable Loss, Variable W, Variable B) Multinomial()
    {
        var (w, b) = (Matrix("W", "d", "K"), Vector("b", "K"));
        var p = Softmax(((_data * w) + b).Named("Z")).Named("P");
        return ((-Sum(Hadamard(Matrix("Y", "n", "K").OneHot(), Log(p))) / Size("n")).Named("L"), w, b);
    }

    private static Variable Divergence()
    {
        var q = Softmax(Vector("u", "K")).Named("q");
        return Sum(_k, _softmax[_k] * Log(_softmax[_k] / q[_k])).Named("D");
    }

    private static Variable Attention()
    {
        var scores = (Matrix("Q", "T", "d") * Matrix("K", "S", "d").Transpose() / Sqrt(Size("d"))).Named("S");
        return Upstream("L", (Softmax(scores).Named("A") * Matrix("V", "S", "e")).Named("O"), Matrix("G", "T", "e"));
    }

    private static void AllHold(Derivation derivation)
    {
        Assert.Null(derivation.Note);
        Assert.NotEqual(VerdictKind.Refuted, derivation.Verdict.Kind);
        Assert.True(derivation.Replay().Holds, derivation.Replay().ToString());
        Assert.All(derivation.Steps, step => Assert.True(step.Verdict.Kind != VerdictKind.Refuted, $"{step.Rule.Id}: {step.Before} → {step.After}: {step.Verdict}"));
        Assert.All(derivation.Steps.Where(step => step.Inner is not null), step => AllHold(step.Inner!));
    }
}
