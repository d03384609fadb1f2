namespace ChainRule.Tests.HomeworkRows;

/// <summary>
/// The symbolic questions of the homework list, one test a row: the result by structure, every step by numbers, and the rules
/// along the way. The row is the test's name.
/// </summary>
public class SymbolicRowsTests
{
    private static readonly FunctionDefinition _phi = Function("phi");

    [Fact]
    public void Row_000_2a_to_c_named_units_sum_over_both_paths()
    {
        var net = new NamedUnits();
        var byWeight = net.Loss.Gradient(net.Weights["x2h1"]);
        AllHold(byWeight.Derivation);
        AssertSame(Derivative.Of(net.Loss, Entry(net.Z[1])) * net.X[2], byWeight.Derivation);

        // ∂L/∂z1 by its consumer h1, and that by z3 and z4: the sum over both paths.
        var byHidden = net.Loss.Gradient(net.H[1]);
        Assert.Equal("chain", byHidden.Derivation.Steps[0].Rule.Id);
        Assert.Equal(2, Assert.IsType<Add>(byHidden.Derivation.Lines[1].Expression).Terms.Length);
        AllHold(byHidden.Derivation);
        AssertSame(
            (Derivative.Of(net.Loss, Entry(net.Z[3])) * net.Weights["h1h3"]) + (Derivative.Of(net.Loss, Entry(net.Z[4])) * net.Weights["h1h4"]),
            byHidden.Derivation);
    }

    [Fact]
    public void Row_000_2b_one_path_alone()
    {
        var net = new NamedUnits();
        var alone = net.Loss.GradientAlong(net.H[1], net.Z[3], net.H[3], net.O[1], net.P[1]);
        AllHold(alone.Derivation);
        Assert.Equal(VerdictKind.Supported, alone.Derivation.Verdict.Kind);
        Assert.Contains(net.Weights["h1h3"], Dependencies.Direct(alone.Entry));
        Assert.DoesNotContain(net.Weights["h1h4"], Dependencies.Direct(alone.Entry));

        // The gradient is the sum over all ways.
        var ways = Dependencies.Paths(net.H[1], net.Loss, 100).ToList();
        Assert.True(ways.Count > 1);
        var sum = Add.Of(ways.Select(way => net.Loss.GradientAlong(net.H[1], [.. way[1..^1]]).Entry));
        Assert.Equal(VerdictKind.Supported, Verifier.Check(net.Loss.Gradient(net.H[1]).Entry, sum).Kind);
        Assert.Contains("is not computed from", Assert.Throws<ChainRuleException>(() => net.Loss.GradientAlong(net.H[1], net.O[1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_000_2d_through_a_softmax_of_two_outputs()
    {
        var net = new NamedUnits();
        var gradient = net.Loss.Gradient(net.O[1]);
        AllHold(gradient.Derivation);
        AssertSame(net.Y[1] * (net.P[1] - 1) + net.Y[2] * net.P[1], gradient.Derivation);
    }

    [Fact]
    public void Row_001_1_delta_at_the_output()
    {
        var (loss, z, _, _, _, p, y) = SoftmaxLayer();
        var gradient = loss.Gradient(z);
        var j = Index("j", "C");
        Assert.Same(p[j] - y[j], gradient.Entry);
        Assert.Contains(gradient.Derivation.Steps, step => step.Rule.Id == "sums-to-one");
        AllHold(gradient.Derivation);
    }

    [Fact]
    public void Row_001_2_weights_and_bias_of_the_last_layer()
    {
        var (loss, _, w, h, b, p, y) = SoftmaxLayer();
        var (i, j) = (Index("i", "C"), Index("j", "D"));
        Assert.Same((p[i] - y[i]) * h[j], loss.Gradient(w).Entry);
        Assert.Equal("(p − y) hᵀ", MatrixText(loss.Gradient(w)));
        Assert.Equal("C×D", loss.Gradient(w).Shape.ToString());
        Assert.Equal("p − y", MatrixText(loss.Gradient(b)));
        Assert.Equal("I_C", MatrixText(_z(w, h, b).Jacobian(b)));
    }

    [Fact]
    public void Row_001_3_delta_one_layer_back()
    {
        var w = Matrix("W", "C", "D");
        var before = Vector("u", "D");
        var hidden = _phi.Of(before).Named("h");
        var (loss, y, p) = CrossEntropy((w * hidden + Vector("b", "C")).Named("z"));
        var gradient = loss.Gradient(before);
        AllHold(gradient.Derivation);
        Assert.Equal("(Wᵀ (p − y)) ⊙ φ′(u)", MatrixText(gradient));

        var rectified = CrossEntropy((w * Relu(before).Named("h") + Vector("b", "C")).Named("z")).Loss.Gradient(before);
        AllHold(rectified.Derivation);
        var zero = rectified.At((before, [-1, 2]), (w, [[1, 2], [3, -1], [0.5, 1]]), (Vector("b", "C"), [0, 0, 0]), (Vector("y", "C"), [0, 1, 0])).Values!;
        Assert.Equal(0, zero.Entries[0]);
        Assert.NotEqual(0, zero.Entries[1]);
        Assert.NotNull(y);
        Assert.NotNull(p);
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("tanh")]
    public void Rows_002_1_2c_to_1_3a_the_two_layer_net(string activation)
    {
        var (w1, b1, w2, b2) = (Matrix("W1", "M", "N"), Vector("b1", "M"), Matrix("W2", "K", "M"), Vector("b2", "K"));
        var (x, y) = (Vector("x", "N"), Vector("y", "K"));
        var z1 = (w1 * x + b1).Named("z1");
        var z2 = (activation == "relu" ? 5 * Relu(z1) : Tanh(z1)).Named("z2");
        var z3 = (w2 * z2 + b2).Named("z3");
        var output = (activation == "relu" ? z3 : Sigmoid(z3)).Named("yhat");
        var k = Index("k", "K");
        var loss = Sum(k, Pow(output[k] - y[k], 2)).Named("L");

        // The Jacobians that the question asks for.
        Assert.Equal(activation == "relu" ? "5 diag(𝟙[z₁ > 0])" : "diag(𝟏 − z₂²)", MatrixText(z2.Jacobian(z1)));
        Assert.Equal(activation == "relu" ? "I_K" : "diag(ŷ ⊙ (𝟏 − ŷ))", MatrixText(output.Jacobian(z3)));
        Assert.Equal("2 (ŷ − y)", MatrixText(loss.Gradient(output)));

        foreach (var variable in new[] { w1, b1, w2, b2 })
        {
            var gradient = loss.Gradient(variable);
            AllHold(gradient.Derivation);
            Assert.Equal(variable.Shape, gradient.Shape);
            Assert.NotNull(gradient.Matrix);
            Assert.Equal(VerdictKind.Supported, gradient.Matrix.Verdict.Kind);
        }

        if (activation == "relu")
        {
            Assert.Equal("2 (ŷ − y) z₂ᵀ", MatrixText(loss.Gradient(w2)));
            var first = loss.Gradient(w1);
            Assert.Equal("δ₁ xᵀ", MatrixText(first));
            Assert.Equal(["δ₃ = 2 (ŷ − y)", "δ₁ = 5 ((W₂ᵀ δ₃) ⊙ 𝟙[z₁ > 0])"], first.Adjoints.Select(adjoint => $"{adjoint.Name} = {MatrixText(adjoint.Gradient)}"));
            Assert.Equal("10 W₁ᵀ diag(𝟙[z₁ > 0]) W₂ᵀ (ŷ − y)", MatrixText(loss.Gradient(x, Accumulation.Forward)));
        }
    }

    [Fact]
    public void Row_002_1_3b_binary_cross_entropy_keeps_its_mean()
    {
        var (p, y) = (Vector("p", "K"), Vector("y", "K"));
        var k = Index("k", "K");
        var loss = (1 / (Expr)Size("K") * Sum(k, -(y[k] * Log(p[k]) + (1 - y[k]) * Log(1 - p[k])))).Named("L");
        var gradient = loss.Gradient(p);
        AllHold(gradient.Derivation);
        var j = Index("j", "K");
        AssertSame((p[j] - y[j]) / (Size("K") * p[j] * (1 - p[j])), gradient.Derivation);
    }

    [Fact]
    public void Row_003_7_1_all_thirteen_parameters()
    {
        var names = "phi0 phi1 phi2 psi01 psi11 psi21 psi02 psi12 psi22 theta01 theta11 theta02 theta12".Split(' ');
        var q = names.ToDictionary(name => name, Scalar);
        var x = Scalar("x");
        var (f1, f2) = ((q["theta01"] + q["theta11"] * x).Named("f_1"), (q["theta02"] + q["theta12"] * x).Named("f_2"));
        var (h1, h2) = (Relu(f1).Named("h_1"), Relu(f2).Named("h_2"));
        var (g1, g2) = ((q["psi01"] + q["psi11"] * h1 + q["psi21"] * h2).Named("g_1"), (q["psi02"] + q["psi12"] * h1 + q["psi22"] * h2).Named("g_2"));
        var y = (q["phi0"] + q["phi1"] * Relu(g1) + q["phi2"] * Relu(g2)).Named("y");
        var results = q.ToDictionary(pair => pair.Key, pair => y.Gradient(pair.Value).Derivation);
        Assert.All(results.Values, AllHold);
        AssertSame(Number.One, results["phi0"]);
        AssertSame(Relu(g1), results["phi1"]);
        AssertSame(q["phi1"] * Positive(g1), results["psi01"]);
        AssertSame(q["phi1"] * h1 * Positive(g1), results["psi11"]);
        AssertSame((q["phi1"] * q["psi11"] * Positive(g1) + q["phi2"] * q["psi12"] * Positive(g2)) * Positive(f1), results["theta01"]);
        AssertSame(x * results["theta01"].Result, results["theta11"]);

        static Expr Positive(Variable f) => Indicator(f, ">", 0);
    }

    [Fact]
    public void Rows_003_7_5_and_004_1_4_sigmoid_with_cross_entropy()
    {
        var (a, y) = (Scalar("a"), Scalar("y"));
        var f = Sigmoid(a).Named("f");
        var gradient = (-(y * Log(f) + (1 - y) * Log(1 - f))).Named("L").Gradient(a);
        AllHold(gradient.Derivation);
        Assert.Same((Expr)(f - y), gradient.Entry);
    }

    [Fact]
    public void Rows_003_7_6_and_7_9_a_linear_layer_in_denominator_layout()
    {
        var (omega, h, beta) = (Matrix("Omega", "D_2", "D_1"), Vector("h", "D_1"), Vector("beta", "D_2"));
        var f = (beta + omega * h).Named("f");
        Assert.Equal("Ωᵀ", MatrixText(f.Jacobian(h, Layout.Denominator)));
        Assert.Equal("Ω", MatrixText(f.Jacobian(h)));
        Assert.Equal("D₁×D₂", f.Jacobian(h, Layout.Denominator).Shape.ToString());
    }

    [Fact]
    public void Row_003_7_7_the_derivative_of_the_sigmoid_vanishes_both_ways()
    {
        var f = Scalar("f");
        var sigmoid = Sigmoid(f).Named("h");
        var derivative = sigmoid.Jacobian(f);
        Assert.Same((Expr)(sigmoid * (1 - sigmoid)), derivative.Entry);
        Assert.True(Math.Abs(derivative.At(f, 40).Values!.Entries[0]) < 1e-15);
        Assert.True(Math.Abs(derivative.At(f, -40).Values!.Entries[0]) < 1e-15);
    }

    [Fact]
    public void Row_003_7_10_leaky_relu_backwards_scales_columns()
    {
        var (omega, h, beta, alpha) = (Matrix("Omega", "D_2", "D_1"), Vector("h", "D_1"), Vector("beta", "D_2"), Scalar("alpha"));
        var f = (beta + omega * h).Named("f");
        var j = Index("i", "D_2");
        var leaky = Tensor.Of(f.Shape, indices => Cases(f.At(indices), (f.At(indices), ">", 0), alpha * f.At(indices))).Named("k");
        var backwards = leaky.Jacobian(h, Layout.Denominator);
        AllHold(backwards.Derivation);
        AssertSame(omega[j, Index("j", "D_1")] * Cases(1, (f[j], ">", 0), alpha), leaky.Jacobian(h).Derivation);
    }

    [Fact]
    public void Row_004_1_6_squared_error_after_a_sigmoid()
    {
        var (a, y) = (Scalar("a"), Scalar("y"));
        var f = Sigmoid(a).Named("f");
        var gradient = Pow(y - f, 2).Named("L").Gradient(a);
        AllHold(gradient.Derivation);
        AssertSame(-2 * (y - f) * f * (1 - f), gradient.Derivation);
    }

    [Fact]
    public void Row_004_5_2_a_valid_convolution()
    {
        var (d, k) = (Size("d"), Size("k"));
        var (h, w) = (Vector("h", d), Vector("w", k));
        var (i, j, n) = (Index("i", d - k + 1), Index("j", k), Index("n", d));
        var derivation = Sum(j, h[i + j - 1] * w[j]).Derivative(h[n]);
        AllHold(derivation);
        AssertSame(w[n - i + 1] * Within(1, n - i + 1, k), derivation);
    }

    [Fact]
    public void Row_004_5_5_a_full_convolution()
    {
        var (d, k) = (Size("d"), Size("k"));
        var (h, w) = (Vector("h", d), Vector("w", k));
        var (i, j, n) = (Index("i", d + k - 1), Index("j", k), Index("n", d));
        var derivation = Sum(j, h[i + j - k] * w[j]).Derivative(h[n]);
        AllHold(derivation);
        AssertSame(w[n - i + k] * Within(1, n - i + k, k), derivation);
    }

    [Fact]
    public void Row_003_7_3_the_sizes_of_the_factors_in_denominator_layout()
    {
        // f_k = β_k + Ω_k h_k and h_{k+1} = a(f_k), with D_k units in layer k.
        Variable Affine(int layer, Variable h) => (Matrix($"Omega_{layer}", $"D_{layer + 1}", $"D_{layer}") * h + Vector($"beta_{layer}", $"D_{layer + 1}")).Named($"f_{layer}");
        var f0 = Vector("f_0", "D_1");
        var h1 = _phi.Of(f0).Named("h_1");
        var f1 = Affine(1, h1);
        var h2 = _phi.Of(f1).Named("h_2");
        Assert.Equal("D₁×D₁", h1.Jacobian(f0, Layout.Denominator).Shape.ToString());
        Assert.Equal("D₁×D₂", f1.Jacobian(h1, Layout.Denominator).Shape.ToString());
        Assert.Equal("D₂×D₂", h2.Jacobian(f1, Layout.Denominator).Shape.ToString());
        Assert.Equal("D₂×D₁", f1.Jacobian(h1).Shape.ToString());
        Assert.Contains("denominator layout", ChainRule.Views.ViewCatalog.Show(f1.Jacobian(h1, Layout.Denominator))!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_004_5_1_and_5_4_the_sizes_of_two_convolutions()
    {
        var x = Vector("x", "d");
        var (w1, w2) = (Vector("w_1", "k_1"), Vector("w_2", "k_2"));
        var (d, k1, k2) = (Size("d"), Size("k_1"), Size("k_2"));
        Assert.Equal(Shape.Of(d - k1 - k2 + 2), Conv1D.Valid(Conv1D.Valid(x, w1).Named("a_1"), w2).Shape);
        Assert.Equal(Shape.Of(d + k1 + k2 - 2), Conv1D.Full(Conv1D.Full(x, w1).Named("a_1"), w2).Shape);
        Assert.NotEqual(Shape.Of(d + k1 + k2 - 1), Conv1D.Full(Conv1D.Full(x, w1).Named("a_1"), w2).Shape);
    }

    [Theory]
    [InlineData("valid", "g ∗_full w", "h ⋆_valid g")]
    [InlineData("full", "g ∗_valid w", "h ⋆_(p=k−1) g")]
    public void Rows_004_5_3_and_5_6_the_gradient_of_a_convolution_is_one(string mode, string byInput, string byKernel)
    {
        var (h, w) = (Vector("h", "d"), Vector("w", "k"));
        var a = (mode == "valid" ? Conv1D.Valid(h, w) : Conv1D.Full(h, w)).Named("a");
        var loss = Upstream("L", a, Vector("g", a.Shape.Sizes[0]));
        var gradient = loss.Gradient(h);
        AllHold(gradient.Derivation);
        Assert.Contains(gradient.Derivation.Steps, step => step.Rule.Id == "support");
        Assert.Equal(byInput, MatrixText(gradient));
        Assert.Equal(VerdictKind.Supported, gradient.Matrix!.Verdict.Kind);
        Assert.Equal(byKernel, MatrixText(loss.Gradient(w)));

        // Behind an activation the upstream gradient is multiplied in before the kernel slides.
        var behind = Upstream("L", Tanh(a).Named("o"), Vector("g", a.Shape.Sizes[0])).Gradient(h);
        Assert.Equal(byInput.Replace("g ", "(g ⊙ (𝟏 − o²)) ", StringComparison.Ordinal), MatrixText(behind));
    }

    [Theory]
    [InlineData(1, 1, false, "x ⋆_same w")]
    [InlineData(0, 2, false, "x ⋆_(valid,stride=2) w")]
    [InlineData(1, 2, true, "x ∗_(p=1,stride=2) w")]
    [InlineData(2, 3, false, "x ⋆_(full,stride=3) w")]
    public void Convolutions_with_stride_padding_and_flip_are_recognised(int padding, int stride, bool flip, string expected)
    {
        var (x, w) = (Vector("x", 9), Vector("w", 3));
        var a = Conv1D.Padded(x, w, padding, flip, stride);
        var n = IndexVariable.Of("n", a.Shape.Sizes[0]);
        var form = MatrixForm.Of(a[n], n, null)!;
        Assert.Equal(expected, form.Matrix.ToString());
        Assert.Equal(VerdictKind.Supported, form.Verdict.Kind);

        // The kernel's gradient slides the upstream gradient over the input, its entries as far apart as the stride.
        var gradient = Upstream("L", a.Named("a"), Vector("g", a.Shape.Sizes[0])).Gradient(w);
        if (stride == 2 && !flip)
        {
            Assert.Equal("x ⋆_(valid,dilation=2) g", MatrixText(gradient));
        }

        Assert.True(gradient.Matrix is null || gradient.Matrix.Verdict.Kind == VerdictKind.Supported);
    }

    [Fact]
    public void Row_004_4_3_convolution_flips_and_correlation_does_not()
    {
        double[] x = [1, 2, 3, 4];
        double[] w = [2, 0, 1];
        Assert.Equal([2, 4, 7, 10, 3, 4], Convolve(x, w, Full));
        Assert.Equal([7, 10], Convolve(x, w, Valid));
        Assert.Equal([4, 7, 10, 3], Convolve(x, w, Same));
        Assert.Equal([1, 2, 5, 8, 6, 8], Correlate(x, w, Full));
        Assert.Equal([5, 8], Correlate(x, w, Valid));
        Assert.Equal([2, 5, 8, 6], Correlate(x, w, Same));
        Assert.Contains("does not fit", Assert.Throws<ShapeException>(() => Correlate([1], w)).Message, StringComparison.Ordinal);
    }

    private static Expr Within(Expr lower, Expr index, Expr upper) => Indicator(lower, "<=", index) * Indicator(index, "<=", upper);

    private static Variable _z(Variable w, Variable h, Variable b) => (w * h + b).Named("z");

    private static (Variable Loss, Variable Y, Variable P) CrossEntropy(Variable z)
    {
        var p = Softmax(z).Named("p");
        var y = Vector("y", "C").OneHot();
        var c = Index("c", "C");
        return ((-Sum(c, y[c] * Log(p[c]))).Named("L"), y, p);
    }

    private static (Variable Loss, Variable Z, Variable W, Variable H, Variable B, Variable P, Variable Y) SoftmaxLayer()
    {
        var (w, h, b) = (Matrix("W", "C", "D"), Vector("h", "D"), Vector("b", "C"));
        var z = _z(w, h, b);
        var (loss, y, p) = CrossEntropy(z);
        return (loss, z, w, h, b, p, y);
    }

    private static Element Entry(Variable scalar) => (Element)scalar.At([]);

    private static string MatrixText(DerivativeResult result)
    {
        Assert.NotNull(result.Matrix);
        Assert.True(result.Matrix.Verdict.Kind == VerdictKind.Supported, result.Matrix.Verdict.ToString());
        return result.Matrix.Matrix.ToString();
    }

    /// <summary>The derivation's result is the expected expression, up to the order of terms and factors, or at least in value; and it is fully worked out.</summary>
    private static void AssertSame(Expr expected, Derivation derivation)
    {
        Assert.False(derivation.Result.HasDerivative);
        var verdict = Verifier.Check(expected, derivation.Result);
        Assert.True(verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"expected {expected}, derived {derivation.Result}: {verdict}");
        // No longer than what a person would have written, but for a few signs.
        Assert.True(expected.HasDerivative || ReadingCost.Of(derivation.Result) <= ReadingCost.Of(expected) + 6, $"{derivation.Result} is longer than {expected}");
    }

    private static void AllHold(Derivation derivation)
    {
        Assert.Null(derivation.Note);
        Assert.True(derivation.Replay().Holds, derivation.Replay().ToString());
        Assert.True(derivation.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{derivation.Start} → {derivation.Result}: {derivation.Verdict}");
        foreach (var step in derivation.Steps)
        {
            Assert.True(step.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{step.Rule.Id}: {step.Before} → {step.After}: {step.Verdict}");
            if (step.Inner is { } inner)
            {
                AllHold(inner);
            }
        }
    }

    /// <summary>The drawn network of document 000: x1 x2 → h1 h2 → h3 h4 → o1 o2, every unit and weight a name of its own.</summary>
    private sealed class NamedUnits
    {
        public NamedUnits()
        {
            for (var i = 1; i <= 2; i++)
            {
                X[i] = Scalar($"x_{i}");
                Y[i] = Scalar($"y_{i}");
            }

            for (var j = 1; j <= 2; j++)
            {
                Z[j] = (Weight("x1", $"h{j}") * X[1] + Weight("x2", $"h{j}") * X[2]).Named($"z_{j}");
                H[j] = Sigmoid(Z[j]).Named($"h_{j}");
            }

            for (var j = 3; j <= 4; j++)
            {
                Z[j] = (Weight("h1", $"h{j}") * H[1] + Weight("h2", $"h{j}") * H[2]).Named($"z_{j}");
                H[j] = Sigmoid(Z[j]).Named($"h_{j}");
            }

            for (var k = 1; k <= 2; k++)
            {
                O[k] = (Weight("h3", $"o{k}") * H[3] + Weight("h4", $"o{k}") * H[4]).Named($"o_{k}");
            }

            for (var k = 1; k <= 2; k++)
            {
                P[k] = (Exp(O[k]) / (Exp(O[1]) + Exp(O[2]))).Named($"\\hat y_{k}");
            }

            Loss = (-(Y[1] * Log(P[1])) - Y[2] * Log(P[2])).Named("L");
        }

        public Dictionary<int, Variable> X { get; } = [];

        public Dictionary<int, Variable> Y { get; } = [];

        public Dictionary<int, Variable> Z { get; } = [];

        public Dictionary<int, Variable> H { get; } = [];

        public Dictionary<int, Variable> O { get; } = [];

        public Dictionary<int, Variable> P { get; } = [];

        public Dictionary<string, Variable> Weights { get; } = [];

        public Variable Loss { get; }

        private Variable Weight(string from, string to)
        {
            var weight = Scalar($"W_{{{from},{to}}}");
            Weights[from + to] = weight;
            return weight;
        }
    }
}
