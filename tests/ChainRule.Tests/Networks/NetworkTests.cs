using System.Runtime.CompilerServices;
using ChainRule.Networks;
using ChainRule.Views;
using static ChainRule.Networks.Activations;
using static ChainRule.Networks.Layers;
using static ChainRule.Networks.Losses;

namespace ChainRule.Tests.Networks;

/// <summary>Networks of layers, and networks of named units.</summary>
public class NetworkTests
{
    private static readonly Network _twoLayers = Network.Sequential(Linear("N", "M"), 5 * Activations.Relu, Linear("M", "K"), Identity).WithLoss(SquaredError);

    private static readonly Network _drawn = Network.FullyConnected("x1 x2", "h1 h2", "h3 h4", "o1 o2", Sigmoid, output: Softmax, loss: CrossEntropy);

    [Theory]
    [InlineData("W1", "W^{(1)}")]
    [InlineData("W^(1)", "W^{(1)}")]
    [InlineData("b_2", "b^{(2)}")]
    [InlineData("w2", "W^{(2)}")]
    [InlineData("yhat", @"\hat{y}")]
    [InlineData("ŷ", @"\hat{y}")]
    [InlineData("z_3", "z_3")]
    [InlineData("loss", @"\ell")]
    public void Finds_names_as_people_type_them(string typed, string name) => Assert.Equal(Names.Normalize(name), _twoLayers[typed].Name);

    [Fact]
    public void A_layer_that_looks_at_all_samples_makes_the_input_a_batch()
    {
        var net = Network.Sequential(Linear("N", "M"), VectorFunctions.BatchNorm(), Activations.Relu, Linear("M", "K")).WithLoss(SquaredError.Mean);
        Assert.Equal("B×N", net.Inputs[0].Shape.ToString());
        Assert.Equal("B×K", net.Targets[0].Shape.ToString());
        var five = net.WithBatch(5);
        Assert.Equal("5×N", five.Inputs[0].Shape.ToString());
        Assert.Throws<ChainRuleException>(() => five.WithBatch(6));
        Assert.All(five.Sample(2).Check(), check => Assert.InRange(check.RelativeError, 0, 1e-6));

        // A size that is called B already keeps its name.
        Assert.Equal("S×N", Network.Sequential(Linear("N", "B"), VectorFunctions.BatchNorm()).Inputs[0].Shape.ToString());
        Assert.Equal("B×N", Network.Sequential(Linear("N", "M"), Residual(Linear("M", "M"), VectorFunctions.BatchNorm())).Inputs[0].Shape.ToString());
        Assert.Equal("N", Network.Sequential(Linear("N", "M"), VectorFunctions.LayerNorm()).Inputs[0].Shape.ToString());
    }

    [Fact]
    public void Says_which_names_there_are()
    {
        var error = Assert.Throws<ChainRuleException>(() => _twoLayers["W7"]);
        Assert.Contains("W⁽¹⁾", error.Message, StringComparison.Ordinal);
        Assert.Contains("W7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_and_counts_of_two_layers()
    {
        Assert.Equal(["M×N", "M", "K×M", "K"], _twoLayers.Parameters.Select(parameter => parameter.Shape.ToString()));
        Assert.Equal(["z₁ M", "z₂ M", "z₃ K", "ŷ K"], _twoLayers.Values.Select(value => $"{value.Variable} {value.Variable.Shape}"));
        Assert.Equal("M N + M + K M + K", _twoLayers.ParameterCount.ToString());
    }

    [Theory]
    [InlineData("yhat", "2 (ŷ − y)")]
    [InlineData("b2", "2 (ŷ − y)")]
    [InlineData("W2", "2 (ŷ − y) z₂ᵀ")]
    [InlineData("b1", "δ₁")]
    [InlineData("W1", "δ₁ xᵀ")]
    [InlineData("x", "W⁽¹⁾ᵀ δ₁")]
    public void Gradients_of_two_layers(string by, string expected)
    {
        var gradient = _twoLayers.Gradient(by);
        Assert.Equal(expected, MatrixFormula.Of(gradient.Matrix!.Matrix, gradient.Derivation.Letters).ToString());
        Assert.NotEqual(VerdictKind.Refuted, gradient.Derivation.Verdict.Kind);
    }

    [Fact]
    public void Backward_pass_of_two_layers() =>
        Assert.Equal(["ŷ", "z₃", "z₂", "z₁", "W⁽¹⁾", "b⁽¹⁾", "W⁽²⁾", "b⁽²⁾"], _twoLayers.Backward.Lines.Select(line => line.By.ToString()));

    [Theory]
    [InlineData("W_{x2,h1}", "δ_(z₁) x₂")]
    [InlineData("z1", "(δ₃ W_(h1,h3) + δ₄ W_(h1,h4)) h₁ (1 − h₁)")]
    [InlineData("z3", "(δ_(o₁) W_(h3,o1) + δ_(o₂) W_(h3,o2)) h₃ (1 − h₃)")]
    [InlineData("o1", "ŷ₁ − y₁")]
    [InlineData("o2", "ŷ₂ − y₂")]
    public void Gradients_of_named_units(string by, string expected)
    {
        var gradient = _drawn.Gradient(by);
        Assert.Equal(expected, gradient.Entry.ToString());
    }

    [Fact]
    public void Shows_two_layers() => CheckApproved("two-layers", _twoLayers, _twoLayers.Backward);

    [Fact]
    public void Shows_named_units() => CheckApproved("named-units", _drawn, _drawn.Backward);

    [Fact]
    public void Shapes_and_counts_of_convolutions()
    {
        var net = Network.Sequential(
            Variable.Given("X", Shape.Of(3, 128, 128)),
            Conv2d(3, 32, 8, stride: 2, padding: 3), VectorFunctions.MaxPool2d(2), Conv2d(32, 64, 3, padding: 1, bias: false));
        Assert.Equal(["32×64×64", "32×32×32", "64×32×32"], net.Values.Select(value => value.Variable.Shape.ToString()));
        Assert.Equal("65536", Network.Count(net.Outputs[0]).ToString());
        Assert.Equal("18432", Network.Count(net.Parameters[^1]).ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Numbers_agree_with_differences(int seed)
    {
        Network[] nets =
        [
            _twoLayers,
            _twoLayers.WithBatch("B"),
            _drawn,
            Network.Sequential(Linear("N", "M"), Activations.Tanh, Linear("M", "M", bias: false), Gelu, Linear("M", "K"), VectorFunctions.Softmax()).WithLoss(CrossEntropy),
            Network.Sequential(Variable.Given("X", Shape.Of(2, 5, 4)), Conv2d(2, 3, 2, padding: 1, dilation: 2), Activations.Sigmoid, Conv2d(3, 2, 2, stride: 2)).WithLoss(SquaredError),
            Network.Sequential(Residual(Linear("N", "M"), Activations.Tanh, Linear("M", "N")), Linear("N", 2)).WithLoss(SquaredError),
            Network.Sequential(RnnStep("N", "M"), Dropout(0.25), Linear("M", 2)).WithLoss(SquaredError),
            Network.Sequential(Embedding(5, 2), Rotation(Number.Half), Linear(2, 2)).WithLoss(SquaredError),
            Network.Sequential(Variable.Given("X", Shape.Of(2, 4)), Conv1d(2, 3, 2), Activations.Tanh, Flatten, Linear(9, 2)).WithLoss(SquaredError.Mean),
        ];
        foreach (var net in nets)
        {
            Assert.All(net.Sample(seed).Check(), check => Assert.True(check.RelativeError < 1e-6, $"{net}: {check}"));
        }
    }

    [Fact]
    public void PyTorch_code_of_layers_that_are_no_single_module()
    {
        var code = Network.Sequential(Residual(Linear(2, 3), Activations.Tanh, Linear(3, 2)), Maxout(2, 4, 3), RnnStep(4, 2), Rotation(0), Linear(2, 1)).WithLoss(SquaredError).PyTorch!;
        Assert.Contains("self.layer1 = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))", code, StringComparison.Ordinal);
        Assert.Contains("z1 = x + self.layer1(x)", code, StringComparison.Ordinal);
        Assert.Contains("z2 = self.layer2(z1).unflatten(-1, (3, 4)).amax(-2)", code, StringComparison.Ordinal);
        Assert.Contains("z3 = self.layer3(z2, s_1)", code, StringComparison.Ordinal);
        Assert.Contains("z4 = z3 @ torch.tensor([[1.0, 0.0], [0.0, 1.0]]).T", code.Replace("-0.0", "0.0", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("def forward(self, x, s_1):", code, StringComparison.Ordinal);
        Assert.Contains("L = loss(net(x, s_1), y)", code, StringComparison.Ordinal);
    }

    [Fact]
    public void Maxout_takes_the_largest_piece()
    {
        var net = Network.Sequential(Maxout(1, 1)).WithLoss(SquaredError);
        var point = net.At(("x", [3]), ("y", [0]), ("W1", new double[,,] { { { 1 } }, { { 0 } } }), ("b1", [[0], [0]]));
        Assert.Equal([3.0], point.Value("yhat").Entries);
        Assert.Equal([18.0, 0.0], point.Gradient("W1").Entries);
        Assert.Contains("at least two pieces", Assert.Throws<ChainRuleException>(() => Maxout(1, 1, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_class_of_a_drawn_network_is_the_right_one() =>
        Assert.Equal([0.0, 1.0], new[] { "y1", "y2" }.Select(name => _drawn.Sample(seed: 1).Value(name).Entries[0]).Order());

    [Fact]
    public void The_class_by_its_index()
    {
        var (z, c, j) = (Vector("z", "K"), Index("c", "K"), Index("j", "K"));
        var p = Softmax(z).Named("p");
        Assert.Equal("p_j − δ_cj", (-Log(p[c])).Derivative(z[j]).Result.ToString());

        var net = Network.Sequential(z, VectorFunctions.Softmax()).WithLoss(CrossEntropy);
        Assert.Equal(-0.7552715, net.At(("z", [1, 2, 3]), ("y", OneHot(2, of: 3))).Gradient("z").Entries[1], 1e-7);
        Assert.Equal("There is no class 4: classes are counted from 1 to 3.", Assert.Throws<ChainRuleException>(() => OneHot(4, of: 3)).Message);
    }

    [Fact]
    public void Plane_transformations()
    {
        (Layer Layer, double[] Expected)[] cases = [(Shear(2), [7, 3]), (Scale(2, 5), [2, 15]), (Rotation(0), [1, 3]), (Reflection(0), [1, -3])];
        foreach (var (layer, expected) in cases)
        {
            Assert.Equal(expected, Network.Sequential(layer).At([1, 3]).Value("yhat").Entries);
        }

        var turned = Network.Sequential(Rotation(Constant.Pi / 2)).At([1, 3]).Value("yhat").Entries;
        Assert.Equal(-3, turned[0], 1e-15);
        Assert.Equal(1, turned[1], 1e-15);
    }

    [Fact]
    public void Numbers_of_two_layers()
    {
        var point = _twoLayers.At([1, -2], [1], [[1, 0], [2, 3], [1, 1]], [0, 0, 2], [[1, 2, 3]], [0.5]);
        // z₁ = (1, −4, 1), z₂ = (5, 0, 5), ŷ = 5 + 15 + 0.5, ℓ = 19.5².
        Assert.Equal([1, -4, 1], point.Value("z1").Entries);
        Assert.Equal([5, 0, 5], point.Value("z2").Entries);
        Assert.Equal(380.25, point.Loss, 1e-12);
        Assert.Equal([39], point.Gradient("z3").Entries);
        Assert.Equal([195, 0, 585], point.Gradient("z1").Entries);
        Assert.Equal([195, -390, 0, 0, 585, -1170], point.Gradient("W1").Entries);
        Assert.Equal([5, 0, 0, 0, 0, 0, 0, 0, 5], point.Jacobian("z2", "z1").ToRowMajorArray());
    }

    [Fact]
    public void Refuses_numbers_that_do_not_fit()
    {
        Assert.Contains("6 are needed", Assert.Throws<ChainRuleException>(() => _twoLayers.At([1, 2], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("b⁽¹⁾", Assert.Throws<ShapeException>(() => _twoLayers.At([1, -2], [1], [[1, 0], [2, 3], [1, 1]], [0, 0], [[1, 2, 3]], [0.5])).Message, StringComparison.Ordinal);
        Assert.Contains("NaN", Assert.Throws<ChainRuleException>(() => _twoLayers.At([1, double.NaN], [1], [[1, 0], [2, 3], [1, 1]], [0, 0, 1], [[1, 2, 3]], [0.5])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batched_samples_are_rows()
    {
        var batched = _twoLayers.WithBatch("B");
        var gradient = batched.Gradient("W1");
        Assert.Equal("δ₁ᵀ X", MatrixFormula.Of(gradient.Matrix!.Matrix, gradient.Derivation.Letters).ToString());
    }

    [Fact]
    public void A_loss_of_probabilities_after_a_linear_layer_is_pointed_out()
    {
        Assert.Contains("The cross-entropy takes probabilities, and Linear(3, 2) gives any numbers: let softmax be the last layer", Summary(Network.Sequential(Linear(2, 3), Activations.Relu, Linear(3, 2)).WithLoss(CrossEntropy)), StringComparison.Ordinal);
        Assert.Contains("binary cross-entropy takes probabilities, and Tanh gives any numbers: let a sigmoid be the last layer", Summary(Network.Sequential(Linear(2, 1), Activations.Tanh).WithLoss(BinaryCrossEntropy)), StringComparison.Ordinal);
        Assert.DoesNotContain("probabilities", Summary(Network.Sequential(Linear(2, 3), VectorFunctions.Softmax()).WithLoss(CrossEntropy)), StringComparison.Ordinal);
        Assert.DoesNotContain("probabilities", Summary(Network.Sequential(Linear(2, 1), Activations.Sigmoid).WithLoss(BinaryCrossEntropy)), StringComparison.Ordinal);
        Assert.DoesNotContain("probabilities", Summary(Network.Sequential(Linear(2, 3)).WithLoss(CrossEntropyWithLogits())), StringComparison.Ordinal);

        static string Summary(Network network) => string.Join(' ', ViewCatalog.Show(network)!.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Split("parameters.")[^1];
    }

    [Fact]
    public void The_epsilon_of_a_normalisation_is_no_line_of_a_backward_pass()
    {
        var network = Network.Sequential(Linear("N", "M"), VectorFunctions.LayerNorm(), Linear("M", "K")).WithLoss(SquaredError);
        Assert.DoesNotContain(network.Backward.Lines, line => line.By.ToString() == "ε");
        Assert.StartsWith("x → z₁ → μ_(z₁) → v_(z₁) → z₂", network.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_logarithm_of_a_sum_has_brackets()
    {
        var network = Network.Sequential(Linear("N", "K"), VectorFunctions.LogSoftmax).WithLoss(NegativeLogLikelihood);
        Assert.Contains("ŷ = z₁ − log(𝟏ᵀ e^(z₁)) 𝟏", ViewCatalog.Show(network)!.Text, StringComparison.Ordinal);
    }

    private static void CheckApproved(string name, params object[] shown) => CheckFile(name + ".txt", string.Join("\n", shown.Select(item => ViewCatalog.Show(item)!.Text)));

    private static void CheckFile(string file, string actual, [CallerFilePath] string source = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(source)!, "Approved", file);
        if (Environment.GetEnvironmentVariable("CHAINRULE_APPROVE") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"There is no approved {file}: run with CHAINRULE_APPROVE=1.");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
