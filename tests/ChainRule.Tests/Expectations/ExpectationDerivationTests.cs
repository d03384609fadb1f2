namespace ChainRule.Tests.Expectations;

/// <summary>Expectations worked out with every step: results by structure and by numbers, and the rules along the way.</summary>
public class ExpectationDerivationTests
{
    private static readonly Variable _sigma = Scalar("sigma").Positive();
    private static readonly Expr _v = Pow(_sigma, 2);

    [Fact]
    public void Row_003_7_14_half_the_variance_by_symmetry()
    {
        var a = Scalar("a").Random(mean: 0, variance: _v).Symmetric();
        var b = Relu(a).Named("b");
        var derivation = E(Pow(b, 2)).Simplified();
        Assert.Same(Number.Half * _v, derivation.Result);
        Assert.Equal(["expectation-definition", "relu-indicator", "symmetry", "second-moment"], derivation.Steps.Select(step => step.Rule.Id));
        Assert.Equal(["𝔼[b²]", "𝔼[ReLU²(a)]", "𝔼[𝟙[a > 0] a²]", "1/2 ⋅ 𝔼[a²]", "1/2 ⋅ σ²"], derivation.Lines.Select(line => line.Expression.ToString()));
        Assert.Equal("a is symmetric about 0", derivation.Steps[2].Name);
        AllHold(derivation);
    }

    [Fact]
    public void Row_003_7_14_centred_alone_does_not_give_it()
    {
        var a = Scalar("a").Random(mean: 0, variance: _v);
        var b = Relu(a).Named("b");
        var derivation = E(Pow(b, 2)).Simplified();
        Assert.Same(E(Pow(Relu(a), 2)), derivation.Result);
        Refuted(E(Pow(b, 2)), _v / 2);

        // What the homework says on the way: P(a > 0) = ½ "because a is centred", E[b] = 0, E[b²] = Var[b].
        Refuted(E(Indicator(a, ">", 0)), Number.Half);
        Refuted(E(b), 0);
        Refuted(E(Pow(b, 2)), Variance(b));

        // Nor do the last two hold where a is Gaussian.
        var gaussian = Relu(Scalar("a").Gaussian(0, _v)).Named("b");
        Refuted(E(gaussian), 0);
        Refuted(E(Pow(gaussian, 2)), Variance(gaussian));
        Assert.Contains("the left side is", Verifier.Check(E(gaussian), 0).Counterexample!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mean_of_a_rectified_Gaussian()
    {
        var b = Relu(Scalar("a").Gaussian(0, _v)).Named("b");
        var derivation = E(b).Simplified();
        Same(_sigma / Sqrt(2 * Constant.Pi), derivation);
        Assert.Contains(derivation.Steps, step => step.Rule.Id == "gaussian-half");

        var variance = Variance(b).Simplified();
        Assert.Equal("variance", variance.Steps[0].Rule.Id);
        Same((_v / 2) - (_v / (2 * Constant.Pi)), variance);
        Assert.Empty(variance.Result.Kinds.HasFlag(NodeKinds.Expectation) ? ["an expectation is left"] : Array.Empty<string>());
    }

    [Fact]
    public void Pre_activations_of_a_layer_of_rectifiers()
    {
        var (omega, f) = (Scalar("s").Positive(), Scalar("t").Positive());
        var before = Vector("f", "D").Random(0, Pow(f, 2)).Symmetric();
        var h = Relu(before).Named("h");
        var weights = Matrix("Omega", "M", "D").Random(0, Pow(omega, 2)).Independent();
        var after = (Vector("beta", "M") + (weights * h)).Named("f'");
        var i = Index("i", "M");
        var derivation = Variance(after[i]).Simplified();
        Same(Size("D") * Pow(omega, 2) * Pow(f, 2) / 2, derivation);
        Assert.Equal(
            ["expectation-definition", "variance-shift", "variance", "expectation-sum", "independence", "mean", "multiply-sums", "equal-indices", "second-moment", "contract-delta", "relu-indicator", "symmetry", "equal-terms"],
            derivation.Steps.Select(step => step.Rule.Id).Where(id => id is not ("combine-powers" or "pull-out")).Distinct(StringComparer.Ordinal));

        // Nothing was assumed of how the hidden units depend on one another; of the weights it is needed.
        var tied = Matrix("Omega", "M", "D").Random(0, Pow(omega, 2));
        Refuted(Variance((tied * h)[i]), Size("D") * Pow(omega, 2) * Pow(f, 2) / 2);
    }

    [Fact]
    public void A_leaky_rectifier_and_a_bias_that_is_random_too()
    {
        var alpha = Scalar("alpha");
        var f = Vector("f", "D").Random(0, _v).Symmetric();
        var j = Index("j", "D");
        var weights = Vector("w", "D").Random(0, 3).Independent();
        var bias = Scalar("beta").Random(0, 5).Independent();
        var derivation = Variance(bias + Sum(j, weights[j] * Cases(f[j], (f[j], ">", 0), alpha * f[j]))).Simplified();
        Same(5 + (3 * Size("D") * _v * (1 + Pow(alpha, 2)) / 2), derivation);
    }

    [Fact]
    public void Sums_of_independent_variables()
    {
        var x = Vector("x", "D").Random(Scalar("mu"), _v).Independent();
        var (j, k) = (Index("j", "D"), Index("k", "D"));
        Same(Size("D") * _v, Variance(Sum(k, x[k])).Simplified());
        Same(_v / Size("D"), Variance(Sum(k, x[k]) / Size("D")).Simplified());
        Same(_v, Covariance(Sum(k, x[k]), x[j]).Simplified());
        Same(_v * Delta(j, k), Covariance(x[j], x[k]).Simplified());
        var y = Scalar("y").Random(2, 3).Independent();
        var z = Scalar("z").Random(-1, 4).Independent();
        Same(-2, E(y * z).Simplified());
        Same((7 * 5) - 4, Variance(y * z).Simplified());
        Same(3 - 24, (Variance(y) - Covariance(3 * (Expr)y * z, 2 * (Expr)z) / 2).Simplified());
    }

    [Fact]
    public void The_fourth_moment_of_a_sum_of_normal_variables()
    {
        var x = Vector("x", "D").Gaussian(0, 1).Independent();
        var k = Index("k", "D");
        var derivation = E(Pow(Sum(k, x[k]), 4)).Simplified();
        Assert.Same(3 * Pow(Size("D"), 2), derivation.Result);
        Assert.Equal(VerdictKind.Supported, derivation.Verdict.Kind);
    }

    [Fact]
    public void A_size_that_stands_in_a_definition_alone_has_a_value_where_it_is_checked()
    {
        var w = Vector("w", "D").Random(0, _v).Independent();
        var k = Index("k", "D");
        var z = Sum(k, w[k]).Named("z");
        Assert.Equal(VerdictKind.Supported, Verifier.Check(Variance(z), E(Pow(z, 2))).Kind);
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(Variance(z), 2 * E(Pow(z, 2))).Kind);
    }

    [Fact]
    public void What_is_not_known_stays_an_expectation()
    {
        var u = Vector("u", "D").Independent();
        var k = Index("k", "D");
        Same(Size("D") * (E(Pow(u[1], 2)) - Pow(E(u[1]), 2)), Variance(Sum(k, u[k])).Simplified());
        var a = Scalar("a").Random(0, 1);
        Assert.Same(E(Tanh(a)), E(Tanh(a)).Simplified().Result);
        Same(0, E(Tanh(a.Symmetric())).Simplified());
        var b = Scalar("b").Random(2, 1);
        Same(E(a * b) + 3, E((a + (Expr)1) * (b + (Expr)1)).Simplified());
    }

    [Fact]
    public void The_derivative_of_an_expected_loss_goes_inside()
    {
        var (w, y) = (Scalar("w"), Scalar("y"));
        var x = Scalar("x").Random(Scalar("mu"), _v);
        var f = (w * (Expr)x).Named("f");
        var loss = E(Pow(y - f, 2)).Named("L");
        var gradient = loss.Gradient(w);
        Assert.Contains(gradient.Derivation.Steps, step => step.Rule.Id == "derivative-inside");
        AllHold(gradient.Derivation);
        var workedOut = gradient.Entry.Simplified();
        Same((2 * w * (_v + Pow(Scalar("mu"), 2))) - (2 * y * Scalar("mu")), workedOut);

        // A random variable is no parameter of its own mean.
        Assert.Same(Number.Zero, E(Pow(x, 2)).Derivative(x).Result);
    }

    [Fact]
    public void Where_the_law_depends_on_the_parameter_the_expectation_comes_first()
    {
        var mu = Scalar("mu");
        var derivation = E(Exp(Scalar("g").Gaussian(mu, _v))).Derivative(_sigma);
        Assert.Contains(derivation.Steps, step => step.Rule.Id == "expectation-first");
        Same(_sigma * Exp(mu + (_v / 2)), derivation);
        var a = Scalar("a").Random(mu, _v);
        Assert.Contains("not known", Assert.Throws<ChainRuleException>(() => E(Tanh(a)).Derivative(mu)).Message, StringComparison.Ordinal);
        Same(2 * (Expr)mu, E(Pow(a, 2)).Derivative(mu));
    }

    [Fact]
    public void The_other_kinds_of_derivatives_look_through_random_names()
    {
        // L depends on w directly and through g, which is fixed along the direct edge; f is random and is looked through.
        var w = Scalar("w");
        var x = Scalar("x").Random(1, 2);
        var g = Pow(w, 2).Named("g");
        var f = (w * (Expr)x + g).Named("f");
        var loss = (E(Pow(f, 2)) + g).Named("L");
        var gradient = loss.Gradient(w);
        AllHold(gradient.Derivation);
        Same((6 * (Expr)w) + (6 * Pow(w, 2)) + (4 * Pow(w, 3)) + (2 * (Expr)w), gradient.Entry.Simplified(), loose: true);
    }

    private static void Same(Expr expected, Derivation derivation, bool loose = false)
    {
        AllHold(derivation);
        Assert.DoesNotContain(Binding.Nodes(derivation.Result), node => node is Covariance);
        var verdict = Verifier.Check(expected, derivation.Result);
        Assert.True(verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{expected} = {derivation.Result}: {verdict}");
        Assert.True(loose || ReadingCostOf(derivation.Result) <= ReadingCostOf(expected) + 4, $"{derivation.Result} is longer than {expected}");
    }

    private static long ReadingCostOf(Expr expression) => ReadingCost.Of(expression);

    private static void AllHold(Derivation derivation)
    {
        Assert.All(derivation.Steps, step => Assert.True(step.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{step.Rule.Id}: {step.Before} → {step.After}: {step.Verdict}"));
        Assert.True(derivation.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, derivation.Verdict.ToString());
        Assert.Null(derivation.Note);
    }

    private static void Refuted(Expr left, Expr right)
    {
        var verdict = Verifier.Check(left, right);
        Assert.True(verdict.Kind == VerdictKind.Refuted, $"{left} ≠ {right}: {verdict}");
    }
}
