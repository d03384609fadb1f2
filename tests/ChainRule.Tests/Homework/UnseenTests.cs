namespace ChainRule.Tests.HomeworkRows;

/// <summary>What other courses ask: losses, layers and models beyond the five documents, each in the form that textbooks print.</summary>
public class UnseenTests
{
    private static readonly Variable _x = Vector("x", "N");
    private static readonly IndexVariable _n = Index("n", "N");
    private static readonly IndexVariable _k = Index("k", "K");

    private static readonly Dictionary<string, Func<DerivativeResult>> _questions = new(StringComparer.Ordinal)
    {
        ["2 (Xᵀ r + λ w)"] = () => Ridge().Gradient(Vector("w", "N")),
        ["2 (Xᵀ X + λ I_N)"] = () => Ridge().Hessian(Vector("w", "N")),
        ["1/B ⋅ Xᵀ (q − y)"] = () =>
        {
            var (y, b) = (Vector("y", "B"), Index("b", "B"));
            var q = Sigmoid(Matrix("X", "B", "N") * Vector("w", "N")).Named("q");
            return ((Expr)Number.MinusOne / Size("B") * Sum(b, y[b] * Log(q[b]) + (1 - y[b]) * Log(1 - q[b]))).Named("L").Gradient(Vector("w", "N"));
        },
        ["a gᵀ"] = () => Attention().Gradient(Matrix("V", "T", "E")),
        ["1/√d ⋅ Kᵀ δ_s"] = () => Attention().Gradient(Vector("q", "D")),
        ["Uᵀ σ(s) + (σ(u_oᵀ v_c) − 1) u_o"] = () => SkipGram().Gradient(Vector("v_c", "D")),
        ["σ(s) v_cᵀ"] = () => SkipGram().Gradient(Matrix("U", "K", "D")),
        ["(m − x)/s²"] = () => GaussianLogLikelihood().Gradient(Vector("m", "N")),
        ["1/s − (x − m)²/s³"] = () => GaussianLogLikelihood().Gradient(Vector("s", "N").Positive()),
        ["s − 1/s"] = () => Divergence().Gradient(Vector("s", "N").Positive()),
        ["−2 E Qᵀ"] = () =>
        {
            var (m, e) = (Index("m", "M"), (Matrix("A", "M", "N") - Matrix("P", "M", "R") * Matrix("Q", "R", "N")).Named("E"));
            return Sum(m, Sum(_n, Pow(e[m, _n], 2))).Named("L").Gradient(Matrix("P", "M", "R"));
        },
        ["(g ⊙ (σ(z) + h ⊙ (𝟏 − σ(z)))) xᵀ"] = () =>
        {
            var z = (Matrix("W", "H", "N") * _x + Vector("c", "H")).Named("z");
            return Upstream("L", Hadamard(z, Sigmoid(z)).Named("h"), Vector("g", "H")).Gradient(Matrix("W", "H", "N"));
        },
        ["h δ_(x̂)ᵀ + (δ_h ⊙ (𝟏 − h²)) xᵀ"] = () =>
        {
            var (w, h) = (Matrix("W", "H", "N"), Index("h", "H"));
            var hidden = Tanh(w * _x).Named("h");
            var output = Tensor.Of(Shape.Of(Size("N")), index => Sum(h, w[h, index[0]] * hidden[h])).Named("xhat");
            return Sum(_n, Pow(output[_n] - _x[_n], 2)).Named("L").Gradient(w);
        },
        ["1/r ⋅ (I_N − 1/N ⋅ u uᵀ)"] = () =>
        {
            var norm = Sqrt((Expr)1 / Size("N") * Sum(_n, Pow(_x[_n], 2))).Named("r");
            return (_x / (Expr)norm).Named("u").Jacobian(_x);
        },
    };

    public static TheoryData<string> Questions() => [.. _questions.Keys];

    [Theory]
    [MemberData(nameof(Questions))]
    public void A_question_from_another_course_has_its_textbook_answer(string expected)
    {
        var result = _questions[expected]();
        Assert.Equal(expected, result.Matrix?.Matrix.ToString());
        Assert.True(result.Matrix!.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved);
        Assert.True(result.Derivation.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, result.Derivation.Verdict.ToString());
        Assert.True(result.Derivation.Replay().Holds, result.Derivation.Replay().ToString());
        Assert.All(result.Derivation.Steps, step => Assert.True(step.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{step.Rule.Id}: {step.Verdict}"));
    }

    [Fact]
    public void A_loss_of_which_only_the_gradient_is_given_is_not_recognised_in_anything()
    {
        var mean = ((Expr)1 / Size("N") * Sum(_n, _x[_n])).Named("mu");
        var variance = ((Expr)1 / Size("N") * Sum(_n, Pow(_x[_n] - mean, 2))).Named("v");
        var normal = ((_x - mean) / Sqrt((Expr)variance + Scalar("epsilon").Positive())).Named("xhat");
        var gradient = Upstream("L", normal, Vector("g", "N")).Gradient(_x);
        var adjoint = Assert.Single(gradient.Adjoints).Gradient;
        Assert.Equal("−(gᵀ x̂)/(2 (v + ε))", adjoint.Matrix!.Matrix.ToString());
        Assert.DoesNotContain(Dependencies.Direct(adjoint.Entry), variable => variable.Name == "L");
    }

    private static Variable Ridge()
    {
        var (w, b) = (Vector("w", "N"), Index("b", "B"));
        var r = (Matrix("X", "B", "N") * w - Vector("y", "B")).Named("r");
        return (Sum(b, Pow(r[b], 2)) + Scalar("lambda") * Sum(_n, Pow(w[_n], 2))).Named("L");
    }

    private static Variable Attention()
    {
        var (d, t, v) = (Scalar("d").Positive(), Index("t", "T"), Matrix("V", "T", "E"));
        var weights = Softmax((Matrix("K", "T", "D") * Vector("q", "D") / Sqrt(d)).Named("s")).Named("a");
        return Upstream("L", Tensor.Of(Shape.Of(Size("E")), index => Sum(t, weights[t] * v[t, index[0]])).Named("o"), Vector("g", "E"));
    }

    private static Variable SkipGram()
    {
        var centre = Vector("v_c", "D");
        var scores = (Matrix("U", "K", "D") * centre).Named("s");
        return (-Log(Sigmoid(Dot(Vector("u_o", "D"), centre))) - Sum(_k, Log(Sigmoid(-scores[_k])))).Named("J");
    }

    private static Variable GaussianLogLikelihood()
    {
        var (m, s) = (Vector("m", "N"), Vector("s", "N").Positive());
        return Sum(_n, Log(s[_n]) + Pow(_x[_n] - m[_n], 2) / (2 * Pow(s[_n], 2))).Named("L");
    }

    private static Variable Divergence()
    {
        var (m, s) = (Vector("m", "N"), Vector("s", "N").Positive());
        return (-Number.Half * Sum(_n, 1 + Log(Pow(s[_n], 2)) - Pow(m[_n], 2) - Pow(s[_n], 2))).Named("D");
    }
}
