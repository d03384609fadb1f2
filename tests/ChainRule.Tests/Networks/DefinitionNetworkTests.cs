using ChainRule.Networks;
using ChainRule.Views;

namespace ChainRule.Tests.Networks;

/// <summary>Graphs of definitions that are no chain of layers: shared weights, attention, several losses, large images.</summary>
public class DefinitionNetworkTests
{
    private static readonly Variable _x = Vector("x", "N");
    private static readonly Variable _y = Vector("y", "K").OneHot();

    [Fact]
    public void A_recurrent_network_over_three_steps_shares_its_weights()
    {
        var (u, w, h0) = (Matrix("U", "H", "H"), Matrix("W", "H", "D"), Vector("h0", "H"));
        Variable[] x = [Vector("x1", "D"), Vector("x2", "D"), Vector("x3", "D")];
        var h = h0;
        for (var t = 0; t < 3; t++)
        {
            h = Tanh((u * h) + (w * x[t])).Named($"h{t + 1}");
        }

        var net = Network.Of(Dot(Vector("g", "H"), h).Named("L"), [h0, .. x]);
        Assert.Equal("(δ₁ ⊙ (𝟏 − h₁²)) h₀ᵀ + (δ₂ ⊙ (𝟏 − h₂²)) h₁ᵀ + (g ⊙ (𝟏 − h₃²)) h₂ᵀ", net.Gradient("U").Matrix!.Matrix.ToString());
        Assert.Equal("H² + H D + H", net.ParameterCount.ToString());
        AssertChecked(net);
        Assert.Contains("h2 = torch.tanh(self.U @ h1 + self.W @ x2)", net.PyTorch!, StringComparison.Ordinal);
        Assert.Contains("L = self.g @ h3", net.PyTorch!, StringComparison.Ordinal);
    }

    [Fact]
    public void Attention_with_a_residual_around_it()
    {
        var (x, t) = (Matrix("X", "T", "D"), Matrix("Y", "T", "D"));
        var (q, k, v) = ((x * Matrix("W_Q", "D", "d")).Named("Q"), (x * Matrix("W_K", "D", "d")).Named("K"), (x * Matrix("W_V", "D", "D")).Named("V"));
        var net = Network.Of(Losses.SquaredError.Of((x + VectorFunctions.Attention(q, k, v)).Named("Z"), t).Named("L"), x, t);
        Assert.Equal("δ_K W_Kᵀ + δ_Q W_Qᵀ + δ_V W_Vᵀ + δ_Z", net.Gradient("X").Matrix!.Matrix.ToString());
        AssertChecked(net);
        Assert.Contains("S = (Q @ K.T) / (d ** 0.5)", net.PyTorch!, StringComparison.Ordinal);
        Assert.Contains("Z = X + A @ V", net.PyTorch!, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_averaged_and_classified()
    {
        var (x, e, t) = (Matrix("X", "T", "V"), Matrix("E", "V", "D"), Index("t", "T"));
        var z = (x * e).Named("Z");
        var mean = Tensor.Of(Shape.Of(Size("D")), at => Sum(t, z[t, at[0]]) / Size("T")).Named("m");
        var loss = Losses.CrossEntropyWithLogits().Of((Matrix("W", "K", "D") * mean).Named("z"), _y).Named("L");
        AssertChecked(Network.Of(loss, x, _y));
        Assert.Equal(VerdictKind.Supported, loss.Gradient(e).Derivation.Verdict.Kind);
        Assert.Contains("m = Z.sum(0) / T", Network.Of(loss, x, _y).PyTorch!, StringComparison.Ordinal);
        Assert.Contains("y = F.one_hot(torch.randint(K, ()), K).to(torch.get_default_dtype())", Network.Of(loss, x, _y).PyTorch!, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_losses_and_a_penalty()
    {
        var (w, b) = (Matrix("W", "K", "N"), Vector("b", "K"));
        var z = ((w * _x) + b).Named("z");
        var loss = (Losses.CrossEntropyWithLogits().Of(z, _y).Named("C") + (Scalar("lambda") * Regularisation.L2(1, w))).Named("L");
        Assert.Equal("δ_z xᵀ + 2 λ W", loss.Gradient(w).Matrix!.Matrix.ToString());
        var net = Network.Of(loss, _x, _y);
        AssertChecked(net);
        Assert.Contains("p = torch.exp(z) / torch.exp(z).sum()", net.PyTorch!, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_of_a_drawn_classifier_add_up_to_1()
    {
        foreach (var outputs in new[] { "o1 o2", "o1 o2 o3", "o1 o2 o3 o4" })
        {
            var net = Network.FullyConnected("x1 x2", "h1 h2", outputs, Activations.Sigmoid, VectorFunctions.Softmax(), Losses.CrossEntropy);
            for (var unit = 1; unit <= outputs.Split(' ').Length; unit++)
            {
                var gradient = net.Gradient($"o{unit}");
                Assert.Equal(net[$"yhat{unit}"][[]] - net[$"y{unit}"][[]], gradient.Entry);
                Assert.True(gradient.Derivation.Replay().Holds);
            }

            Assert.Contains(net.Gradient("o1").Derivation.Steps, step => step.Name.Contains("y₁ + y₂", StringComparison.Ordinal) && step.Name.EndsWith("= 1", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Scalars_that_a_person_declares_to_add_up_to_1()
    {
        var y = AddUpToOne(Scalar("a"), Scalar("b"), Scalar("c"));
        var s = Scalar("s");
        var f = ((y[0] * Pow(s, 2)) + (y[1] * Pow(s, 2)) + (y[2] * Pow(s, 2))).Named("f");
        Assert.Equal("2 s", f.Gradient(s).Entry.ToString());
        Assert.Equal(VerdictKind.Supported, f.Gradient(s).Derivation.Verdict.Kind);
        Assert.NotEqual(Scalar("a"), y[0]);
    }

    [Fact]
    public void Rows_of_a_batch_of_labels_add_up_to_1()
    {
        var net = Network.Sequential(Layers.Linear("N", "K"), VectorFunctions.Softmax()).WithLoss(Losses.CrossEntropy).WithBatch("B");
        Assert.Equal("1/B ⋅ (Ŷ − Y)", net.Gradient("Z1").Matrix!.Matrix.ToString());
        Assert.Equal("1/B ⋅ (Ŷ − Y)ᵀ X", net.Gradient("W1").Matrix!.Matrix.ToString());
        Assert.Equal("1/B ⋅ (Ŷ − Y)ᵀ 𝟏", net.Gradient("b1").Matrix!.Matrix.ToString());
        AssertChecked(net);
    }

    [Fact]
    public void Batch_normalisation_backwards_as_textbooks_have_it()
    {
        var x = Matrix("X", "B", "D");
        var y = VectorFunctions.BatchNorm(Vector("gamma", "D"), Vector("beta", "D")).Of(x).Named("Y");
        var gradient = Upstream("L", y, Matrix("G", "B", "D")).Gradient(x);
        Assert.Equal("(δ_(X̂,i,j) B − Σ_k δ_(X̂,k,j) − (Σ_k δ_(X̂,k,j) X̂_kj) X̂_ij)/(√(v_(X,j) + ε) B)", gradient.Entry.ToString());
        Assert.Equal(VerdictKind.Supported, gradient.Matrix!.Verdict.Kind);
    }

    [Fact]
    public void Convolutions_with_letters_for_every_size()
    {
        var net = Network.Sequential(Layers.Conv2d("C", "O", "k", padding: Size("p"))).WithLoss(Losses.SquaredError);
        Assert.Equal("O×(H − k + 2 p + 1)×(W − k + 2 p + 1)", net.Outputs[0].Shape.ToString());
        Assert.Equal("O C k²", Network.Count(net.Parameters[0]).ToString());
        foreach (var by in new[] { "W1", "b1", "X" })
        {
            var gradient = net.Gradient(by);
            Assert.Equal(VerdictKind.Supported, gradient.Derivation.Verdict.Kind);
            Assert.DoesNotContain(gradient.Indices, index => index.Name == "k");
        }

        Assert.Contains("y = torch.randn(O, H - k + 2 * p + 1, W - k + 2 * p + 1)", net.PyTorch!, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_of_large_images_are_worked_out_and_nothing_runs_forever()
    {
        var net = Network.Sequential(Image("X", 3, 128, 128), Layers.Conv2d(3, 32, 8, stride: 2, padding: 3), VectorFunctions.MaxPool2d(2), Layers.Conv2d(32, 64, 3, padding: 1, bias: false)).WithLoss(Losses.SquaredError);
        var text = Unwrapped(net);
        Assert.Contains("⌊(128 + 2 ⋅ 3 − 8)/2⌋ + 1 = 64", text, StringComparison.Ordinal);
        Assert.Contains("64 ⋅ 32 ⋅ 32 = 65536 numbers", text, StringComparison.Ordinal);
        Assert.Contains("64 ⋅ 32 ⋅ 3 ⋅ 3 = 18432 numbers", text, StringComparison.Ordinal);
        Assert.Contains("max(", text, StringComparison.Ordinal);
        var verdict = net.Gradient("W2").Derivation.Verdict;
        Assert.Equal(VerdictKind.Supported, verdict.Kind);
        Assert.Contains("with smaller sizes: ", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Large_sizes_are_checked_with_small_ones_that_keep_their_relation()
    {
        var dense = Network.Sequential(Layers.Linear(784, 128), Activations.Relu, Layers.Linear(128, 10), VectorFunctions.Softmax()).WithLoss(Losses.CrossEntropy);
        var text = Unwrapped(dense.Gradient("W1"));
        Assert.Contains("all checked with smaller sizes, such as 3 for 10, 4 for 128, 5 for 784", text, StringComparison.Ordinal);
        Assert.DoesNotContain("?", text, StringComparison.Ordinal);

        // 28 inputs and 5 weights make 24 outputs, which pooling halves.
        var (x, w) = (Matrix("X", 28, 28), Matrix("W", 5, 5));
        var (i, j, k, l) = (Index("i", 24), Index("j", 24), Index("k", 5), Index("l", 5));
        var z = Tensor.Define("Z", i, j, Sum(k, Sum(l, x[i + k - 1, j + l - 1] * w[k, l])));
        var reduction = SizeReduction.For([VectorFunctions.MaxPool2d(2).Of(z)[Index("p", 12), Index("q", 12)]], [x, w, z], [Number.Of(12)]);
        Assert.NotNull(reduction);
        Assert.Equal(reduction.Of(28), reduction.Of(24) + 4);
        Assert.Equal(reduction.Of(24), 2 * reduction.Of(12));
        Assert.Equal(5, reduction.Of(5));
    }

    [Fact]
    public void Strides_with_letters_give_sizes_rounded_down()
    {
        var net = Network.Sequential(Image("X", "C", "H", "W"), Layers.Conv2d("C", "O", "K", stride: 2, padding: Size("P"))).WithLoss(Losses.SquaredError);
        Assert.Contains("⌊(H − K + 2 P)/2⌋ + 1", Unwrapped(net), StringComparison.Ordinal);
        Assert.Contains("(H - K + 2 * P) // 2 + 1", net.PyTorch!, StringComparison.Ordinal);
        foreach (var name in (string[])["W1", "X"])
        {
            Assert.Equal(VerdictKind.Supported, net.Gradient(name).Derivation.Verdict.Kind);
            Assert.All(net.Gradient(name).Derivation.Steps, step => Assert.NotEqual(VerdictKind.Refuted, step.Verdict.Kind));
        }

        var point = net.Sample(3, ("H", 7), ("W", 8), ("K", 3), ("P", 1));
        Assert.All(point.Check(), check => Assert.True(check.RelativeError < 1e-6, check.ToString()));
        Assert.Equal("⌊(n − 3)/3⌋ + 1", VectorFunctions.MaxPool(3).Of(Vector("x", "n")).Shape.ToString());
        Assert.Equal("m", VectorFunctions.MaxPool(2).Of(Vector("x", 2 * Size("m"))).Shape.ToString());
        var pooled = VectorFunctions.AveragePool(2).Of(Vector("x", "n")).Named("y");
        Assert.Equal([0.5, 0.5, 0], pooled.Jacobian(Vector("x", "n")).At((Vector("x", "n"), [1, 2, 3])).Values!.Entries.ToArray());
    }

    [Fact]
    public void Nothing_false_is_supported_with_smaller_sizes()
    {
        var (x, a) = (Vector("x", 5000), Matrix("A", 5000, 300));
        var (i, j) = (Index("i", 5000), Index("j", 300));
        var sum = Sum(i, a[i, j] * x[i]);
        Assert.Equal(VerdictKind.Supported, Verifier.Check(Sum(i, x[i] * a[i, j]), sum).Kind);
        Assert.NotEqual(VerdictKind.Supported, Verifier.Check(Sum(i, x[i] * a[i, j] * a[i, j]), sum).Kind);
        Assert.NotEqual(VerdictKind.Supported, Verifier.Check(Sum(i, x[i] + a[i, j]), Sum(i, x[i]) + (4999 * Sum(i, a[i, j]))).Kind);
        // A number that is a size stands for the size in formulas, too: Σ 1 = 5000.
        Assert.Equal(VerdictKind.Supported, Verifier.Check(Sum(i, a[i, j] + x[1]), sum - sum + Sum(i, a[i, j]) + (5000 * x[1])).Kind);
    }

    [Fact]
    public void Numbers_of_a_larger_network_come_from_the_compiled_one()
    {
        var point = Network.Sequential(Image("X", 2, 14, 14), Layers.Conv2d(2, 4, 3, padding: 1), Activations.Relu, VectorFunctions.AveragePool2d(2), Layers.Flatten, Layers.Linear(196, 20), Activations.Tanh, Layers.Linear(20, 3), VectorFunctions.Softmax()).WithLoss(Losses.CrossEntropy).Sample(1);
        Assert.All(point.Check(), check => Assert.True(check.RelativeError < 1e-5, check.ToString()));
        Assert.Equal((3, 20), (point.Jacobian("yhat", "z6").RowCount, point.Jacobian("yhat", "z6").ColumnCount));
        Assert.Contains("Gradient check: against central differences", ViewCatalog.Show(point)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_alone_says_what_it_computes()
    {
        Assert.Contains("ŷ = W⁽¹⁾ x + b⁽¹⁾", Unwrapped(Layers.Linear("N", "M")), StringComparison.Ordinal);
        Assert.Contains("8 ⋅ 3 ⋅ 3 ⋅ 3 = 216 numbers", Unwrapped(Layers.Conv2d(3, 8, 3)), StringComparison.Ordinal);
        Assert.Contains("⌊(H − 19)/5⌋ + 1", Unwrapped(Layers.Conv2d(3, 8, 3, stride: 5, padding: 0, dilation: 9)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_are_no_probabilities_is_said()
    {
        var net = Network.Sequential(Layers.Linear(2, 2)).WithLoss(Losses.CrossEntropy);
        var notes = net.At(("x", [1, 2]), ("y", [1, 0]), ("W1", [[1, 2], [3, 4]]), ("b1", [0, 0])).Notes;
        Assert.Contains(notes, note => note.StartsWith("The cross-entropy takes probabilities, and ŷ is none", StringComparison.Ordinal));
        Assert.DoesNotContain(Network.Sequential(Layers.Linear(2, 2), VectorFunctions.Softmax()).WithLoss(Losses.CrossEntropy).Sample(1).Notes, note => note.Contains("takes probabilities", StringComparison.Ordinal));
    }

    /// <summary>The text of a view with every run of blanks and line ends as one blank: where lines break is another test's matter.</summary>
    private static string Unwrapped(object shown) => string.Join(' ', ViewCatalog.Show(shown)!.Text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static void AssertChecked(Network net) =>
        Assert.All(net.Sample(2).Check(), check => Assert.True(check is { RelativeError: < 1e-6, ComplexStepError: < 1e-10 }, $"{net}: {check}"));
}
