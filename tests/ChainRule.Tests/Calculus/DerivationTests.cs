namespace ChainRule.Tests.Calculus;

/// <summary>Whole derivations: the result by structure and by numbers, and the rules along the way.</summary>
public class DerivationTests
{
    private static readonly Variable _z = Vector("z", "K");
    private static readonly Variable _p = Softmax(_z).Named("p");
    private static readonly IndexVariable _i = Index("i", "K");
    private static readonly IndexVariable _j = Index("j", "K");

    [Fact]
    public void The_softmax_Jacobian_in_index_and_in_matrix_form()
    {
        var jacobian = _p.Jacobian(_z);
        Assert.Same(_p[_i] * (Delta(_i, _j) - _p[_j]), jacobian.Entry);
        Assert.Equal(["definition", "quotient", "function", "contract-delta", "recognise", "factor-out"], MainRules(jacobian.Derivation));
        Assert.Equal(VerdictKind.Supported, jacobian.Derivation.Verdict.Kind);
        AllStepsHold(jacobian.Derivation);
        var matrix = jacobian.Matrix!;
        Assert.Equal(VerdictKind.Supported, matrix.Verdict.Kind);
        Assert.IsType<SumMatrix>(matrix.Matrix);
        Assert.IsType<DiagonalMatrix>(((SumMatrix)matrix.Matrix).Terms[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_softmax_cross_entropy_gradient_is_p_minus_y(bool oneHot)
    {
        var y = oneHot ? Vector("y", "K").OneHot() : Vector("y", "K").SumsToOne();
        var loss = (-Sum(_i, y[_i] * Log(_p[_i]))).Named("L");
        var gradient = loss.Gradient(_z);
        Assert.Same(_p[_j] - y[_j], gradient.Entry);
        Assert.Equal(["chain", "local-derivative", "cancel", "contract-delta", "sums-to-one"], MainRules(gradient.Derivation));
        AllStepsHold(gradient.Derivation);
        Assert.Equal(VerdictKind.Supported, gradient.Matrix!.Verdict.Kind);
    }

    [Fact]
    public void Without_the_assumption_the_sum_stays()
    {
        var y = Vector("y", "K");
        var loss = (-Sum(_i, y[_i] * Log(_p[_i]))).Named("L");
        var gradient = loss.Gradient(_z);
        Assert.Same(_p[_j] * Sum(_i, y[_i]) - y[_j], gradient.Entry);
        AllStepsHold(gradient.Derivation);
    }

    [Fact]
    public void The_chain_rule_sums_over_every_path()
    {
        var x = Scalar("x");
        var q = Sin(x).Named("q");
        var r = Exp(x * q).Named("r");
        var l = (q * r + x).Named("L");
        var derivation = (l).Derivative(x);
        Assert.Equal(VerdictKind.Supported, derivation.Verdict.Kind);
        AllStepsHold(derivation);
        Assert.False(derivation.Result.HasDerivative);
    }

    [Fact]
    public void Binary_cross_entropy_after_a_sigmoid_is_f_minus_y()
    {
        var a = Scalar("a");
        var y = Scalar("y");
        var f = Sigmoid(a).Named("f");
        var loss = (-(y * Log(f) + (1 - y) * Log(1 - f))).Named("L");
        var gradient = loss.Gradient(a);
        Assert.Same((Expr)(f - y), gradient.Entry);
        AllStepsHold(gradient.Derivation);
        Assert.All(gradient.Derivation.Steps.SelectMany(step => step.Conditions), condition => Assert.True(condition.IsMet));
    }

    [Fact]
    public void A_linear_layer_gives_outer_products_and_transposes()
    {
        var w = Matrix("W", "C", "D");
        var h = Vector("h", "D");
        var b = Vector("b", "C");
        var y = Vector("y", "C").OneHot();
        var z = (w * h + b).Named("z");
        var p = Softmax(z).Named("p");
        var c = Index("c", "C");
        var loss = (-Sum(c, y[c] * Log(p[c]))).Named("L");
        var byWeights = loss.Gradient(w);
        var rows = Index("i", "C");
        var columns = Index("j", "D");
        Assert.Same((p[rows] - y[rows]) * h[columns], byWeights.Entry);
        Assert.Equal("(p − y) hᵀ", Plain(byWeights));
        Assert.Equal("p − y", Plain(loss.Gradient(b)));
        Assert.Equal("Wᵀ (p − y)", Plain(loss.Gradient(h)));
        Assert.Equal("W", Plain(z.Jacobian(h)));
        Assert.Equal("Wᵀ", Plain(z.Jacobian(h, Layout.Denominator)));
        Assert.Equal("I_C", Plain(z.Jacobian(b)));
        AllStepsHold(byWeights.Derivation);

        static string Plain(DerivativeResult result)
        {
            Assert.Equal(VerdictKind.Supported, result.Matrix!.Verdict.Kind);
            return result.Matrix.Matrix.ToString();
        }
    }

    [Fact]
    public void Pre_activations_need_no_name_for_a_matrix_form()
    {
        var w = Matrix("W", "D", "D");
        var x = Vector("x", "D");
        var residual = (x + Relu(w * x)).Named("r").Jacobian(x);
        AllStepsHold(residual.Derivation);
        Assert.Equal("I_D + diag(𝟙[W x > 0]) W", residual.Matrix!.Matrix.ToString());
        var recurrent = Tanh(w * Tanh(w * x).Named("h_1")).Named("h_2").Jacobian(x);
        Assert.Equal("diag(𝟏 − h₂²) W diag(𝟏 − h₁²) W", recurrent.Matrix!.Matrix.ToString());
    }

    [Fact]
    public void A_weight_used_twice_gets_the_sum_over_both_uses()
    {
        var u = Matrix("U", "H", "H");
        var h1 = Tanh(u * Vector("h_0", "H")).Named("h_1");
        var h2 = Tanh(u * h1).Named("h_2");
        var k = Index("k", "H");
        var gradient = Sum(k, h2[k]).Named("L").Gradient(u);
        AllStepsHold(gradient.Derivation);
        Assert.Equal("Uᵀ (𝟏 − h₂²)", Assert.Single(gradient.Adjoints).Gradient.Matrix!.Matrix.ToString());
        Assert.Equal("(δ₁ ⊙ (𝟏 − h₁²)) h₀ᵀ + (𝟏 − h₂²) h₁ᵀ", gradient.Matrix!.Matrix.ToString());
    }

    [Fact]
    public void Logistic_regression_gives_the_error_times_the_input()
    {
        var (w, x, y) = (Vector("w", "D"), Vector("x", "D"), Scalar("y"));
        var output = Sigmoid(Dot(w, x) + Scalar("b")).Named("yhat");
        var gradient = (-(y * Log(output) + (1 - y) * Log(1 - output))).Named("L").Gradient(w);
        AllStepsHold(gradient.Derivation);
        Assert.Equal("(ŷ − y) x", gradient.Matrix!.Matrix.ToString());
    }

    [Fact]
    public void The_Hessian_of_softmax_cross_entropy_is_the_softmax_Jacobian()
    {
        var y = Vector("y", "K").OneHot();
        var hessian = (-Sum(_i, y[_i] * Log(_p[_i]))).Named("L").Hessian(_z);
        AllStepsHold(hessian.Derivation);
        Assert.Equal("diag(p) − p pᵀ", hessian.Matrix!.Matrix.ToString());
        Assert.Equal("The Hessian is taken by a vector or a scalar, and W is M×N: of a matrix it has four indices.", Assert.Throws<ShapeException>(() => Sum(_i, Matrix("W", "M", "N")[1, 1]).Named("s").Hessian(Matrix("W", "M", "N"))).Message);
    }

    [Fact]
    public void Normalising_a_vector_projects_out_its_direction()
    {
        var norm = Sqrt(Sum(_i, Pow(_z[_i], 2))).Named("n");
        var jacobian = (_z / norm).Named("u").Jacobian(_z);
        AllStepsHold(jacobian.Derivation);
        Assert.Equal("1/n ⋅ (I_K − u uᵀ)", jacobian.Matrix!.Matrix.ToString());
    }

    [Fact]
    public void Layer_normalisation_goes_through_mean_and_variance()
    {
        var mean = (Sum(_i, _z[_i]) / Size("K")).Named("mu");
        var variance = (Sum(_i, Pow(_z[_i] - mean, 2)) / Size("K")).Named("v");
        var jacobian = ((_z - mean) / Sqrt(variance + 1)).Named("o").Jacobian(_z);
        // Three ways from z to o: through v, through μ (and from there through v), and directly.
        Assert.Equal(3, Assert.IsType<Add>(jacobian.Derivation.Lines[1].Expression).Terms.Length);
        AllStepsHold(jacobian.Derivation);
        Assert.Equal(VerdictKind.Supported, jacobian.Matrix!.Verdict.Kind);
    }

    [Fact]
    public void The_last_line_is_the_result_and_neighbouring_lines_differ()
    {
        var derivation = _p.Jacobian(_z).Derivation;
        foreach (var lines in new[] { derivation.Lines, derivation.EveryStep })
        {
            Assert.Same(derivation.Start, lines[0].Expression);
            Assert.Same(derivation.Result, lines[^1].Expression);
            Assert.All(lines.Zip(lines.Skip(1)), pair => Assert.NotSame(pair.First.Expression, pair.Second.Expression));
        }
    }

    [Fact]
    public void Numbers_at_a_point_agree_with_finite_differences()
    {
        var y = Vector("y", "K").OneHot();
        var loss = (-Sum(_i, y[_i] * Log(_p[_i]))).Named("L");
        var values = loss.Gradient(_z).At((_z, [1, 2, 3]), (y, [0, 1, 0])).Values!;
        double[] expected = [0.09003057317038046, -0.7552715289452020, 0.6652409557748218];
        Assert.All(values.Entries.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        Assert.True(values.LargestError < 1e-8);
        var jacobian = _p.Jacobian(_z).At(_z, [1, 2, 3]).Values!;
        Assert.Equal([3, 3], jacobian.Dimensions);
        Assert.All(jacobian.Entries.Chunk(3), row => Assert.Equal(0, row.Sum(), 1e-15));
    }

    [Fact]
    public void Wrong_values_are_refused_in_words_that_help()
    {
        var jacobian = _p.Jacobian(_z);
        var w = Matrix("W", "K", "N");
        var net = (w * Vector("x", "N")).Named("a").Jacobian(Vector("x", "N"));
        Assert.Equal("p does not depend on q; it depends on z.", Assert.Throws<ChainRuleException>(() => jacobian.At(Vector("q", "K"), [1, 2])).Message);
        Assert.Equal("z has no value: add (z, …) to At(…).", Assert.Throws<ChainRuleException>(() => jacobian.At()).Message);
        Assert.Equal("z has K entries; the values given for it are one number.", Assert.Throws<ShapeException>(() => jacobian.At(_z, 3)).Message);
        Assert.Equal("z[2] is NaN; a finite number is needed.", Assert.Throws<ChainRuleException>(() => jacobian.At(_z, [1, double.NaN, 3])).Message);
        Assert.Equal("x has N entries, but 3 values were given where N = 2 are needed.", Assert.Throws<ShapeException>(() => net.At((w, [[1, 2], [3, 4]]), (Vector("x", "N"), [1, 2, 3]))).Message);
        Assert.Equal("A gradient is that of a scalar, and p has K entries: ask for p.Jacobian(z) instead.", Assert.Throws<ShapeException>(() => _p.Gradient(_z)).Message);
    }

    /// <summary>The weightiest rule of each line.</summary>
    private static IEnumerable<string> MainRules(Derivation derivation) => derivation.Lines.Skip(1).Select(line => line.Steps.MinBy(step => step.Rule.Weight)!.Rule.Id);

    private static void AllStepsHold(Derivation derivation)
    {
        Assert.Null(derivation.Note);
        foreach (var step in derivation.Steps)
        {
            Assert.True(step.Verdict.Kind == VerdictKind.Supported, $"{step.Rule.Id}: {step.Before} → {step.After}: {step.Verdict}");
            if (step.Inner is { } inner)
            {
                AllStepsHold(inner);
            }
        }
    }
}
