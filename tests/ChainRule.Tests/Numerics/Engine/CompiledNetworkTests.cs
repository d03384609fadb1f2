using ChainRule.Networks;
using static ChainRule.Networks.Layers;
using static ChainRule.Networks.Losses;

namespace ChainRule.Tests.Numerics.Engine;

/// <summary>The numeric engine beside the symbolic derivations: two ways to the same numbers that share nothing but the definitions.</summary>
public class CompiledNetworkTests
{
    private const double Tolerance = 1e-11;

    private static readonly Dictionary<string, Func<Network>> _networks = new(StringComparer.Ordinal)
    {
        ["two layers"] = () => Network.Sequential(Linear("N", "M"), 5 * Activations.Relu, Linear("M", "K"), Activations.Identity).WithLoss(SquaredError),
        ["classifier"] = () => Network.Sequential(Linear("N", "M"), Activations.Tanh, Linear("M", "K"), VectorFunctions.Softmax()).WithLoss(CrossEntropy),
        ["logits"] = () => Network.Sequential(Linear("N", "M"), Activations.Gelu, Linear("M", "K")).WithLoss(CrossEntropyWithLogits()),
        ["batch"] = () => Network.Sequential(Linear("N", "M"), Activations.Mish, Linear("M", "K")).WithLoss(SquaredError.Mean).WithBatch("B"),
        ["batch norm"] = () => Network.Sequential(Matrix("X", "B", "N"), Linear("N", "M"), VectorFunctions.BatchNorm(), Activations.Relu, Linear("M", "K")).WithLoss(SquaredError),
        ["norms"] = () => Network.Sequential(Linear("N", "M"), VectorFunctions.LayerNorm(), Activations.Relu, Linear("M", "K"), VectorFunctions.RmsNorm(), VectorFunctions.L2Normalize).WithLoss(SquaredError),
        ["one-dimensional convolutions"] = () => Network.Sequential(Variable.Given("X", Shape.Of(2, 9)), Conv1d(2, 3, 3, stride: 2, padding: 1), Activations.Sigmoid, Conv1d(3, 2, 2, dilation: 2), Flatten, Linear(6, 2)).WithLoss(SquaredError),
        ["convolutions"] = () => Network.Sequential(Variable.Given("X", Shape.Of(2, 6, 6)), Conv2d(2, 3, 3, padding: 1), Activations.Tanh, VectorFunctions.MaxPool2d(2), Flatten, Linear(27, 4)).WithLoss(SquaredError),
        ["pooling by means"] = () => Network.Sequential(Variable.Given("X", Shape.Of(2, 4, 4)), VectorFunctions.AveragePool2d(2), Flatten, Linear(8, 3)).WithLoss(Huber()),
        ["residual"] = () => Network.Sequential(Residual(Linear("N", "M"), Activations.Tanh, Linear("M", "N")), Linear("N", 2)).WithLoss(SquaredError),
        ["recurrent"] = () => Network.Sequential(RnnStep("N", "M"), Dropout(0.25), Linear("M", 2)).WithLoss(SquaredError),
        ["plane"] = () => Network.Sequential(Embedding(5, 2), Rotation(Number.Half), Shear(2), Linear(2, 2)).WithLoss(AbsoluteError),
        ["maxout"] = () => Network.Sequential(Maxout("N", "M", 3), Linear("M", 2)).WithLoss(SquaredError),
        ["maxout of a batch"] = () => Network.Sequential(Maxout("N", "M"), Linear("M", 2)).WithBatch("B").WithLoss(SquaredError),
        ["drawn"] = () => Network.FullyConnected("x1 x2", "h1 h2", "h3 h4", "o1 o2", Activations.Sigmoid, output: VectorFunctions.Softmax(), loss: CrossEntropy, bias: true),
        ["attention"] = () => Attending(),
    };

    public static TheoryData<string> Names() => [.. _networks.Keys];

    public static TheoryData<int> Activation() => [.. Enumerable.Range(0, Activations.All.Length)];

    public static TheoryData<int> Loss() => [.. Enumerable.Range(0, Losses.All.Length)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_value_and_gradient_is_that_of_the_derivation(string name) => AgreesWithDerivations(_networks[name](), seed: 3);

    [Theory]
    [MemberData(nameof(Activation))]
    public void Every_activation(int index) => AgreesWithDerivations(Network.Sequential(Linear(3, 4), Activations.All[index], Linear(4, 2)).WithLoss(SquaredError), seed: index);

    [Theory]
    [MemberData(nameof(Loss))]
    public void Every_loss(int index)
    {
        var loss = Losses.All[index];
        Layer last = loss.Prediction switch
        {
            "probabilities" => loss.IsPerSample ? VectorFunctions.Softmax() : Activations.Sigmoid,
            "log-probabilities" => VectorFunctions.LogSoftmax,
            _ => Activations.Identity,
        };
        AgreesWithDerivations(Network.Sequential(Linear(3, 4), last).WithLoss(loss.Reduction == Reduction.None ? loss.Sum : loss), seed: index);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Jacobians_by_either_mode_are_those_of_the_derivation(string name)
    {
        var net = _networks[name]();
        var point = net.Sample(seed: 2);
        var fast = point.Compile();
        fast.Forward();
        var (of, by) = (net.Outputs[0].Name, net.Values[0].Variable.Name);
        foreach (var input in new[] { by, net.Inputs[0].Name })
        {
            var derived = point.Jacobian(of, input);
            foreach (var mode in new[] { Accumulation.Reverse, Accumulation.Forward })
            {
                var computed = fast.Jacobian(of, input, mode);
                Assert.True((derived - computed).L2Norm() <= Tolerance * Math.Max(1, derived.L2Norm()), $"{mode}: {computed} instead of {derived}");
            }
        }

        Assert.Equal(fast.Jacobian(of, of).Diagonal().Sum(), fast.Jacobian(of, of).RowCount);
    }

    [Fact]
    public void A_value_that_is_another_has_a_gradient_of_its_own()
    {
        var x = Vector("x", 3);
        var a = Tanh(x).Named("a");
        var b = Tensor.Of(a.Shape, indices => a[indices[0]]).Named("b");
        var loss = (Dot(a, b) + Dot(b, b)).Named("L");
        AgreesWithDerivations(Network.Of(loss, x), seed: 1);
    }

    [Fact]
    public void A_pass_allocates_nothing()
    {
        foreach (var name in _networks.Keys)
        {
            var fast = _networks[name]().Sample(seed: 1).Compile();
            Pass();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Pass();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

            void Pass()
            {
                fast.Forward();
                fast.Backward();
                fast.Step(0.01);
            }
        }
    }

    [Fact]
    public void Gradient_descent_learns_the_exclusive_or()
    {
        var fast = Network.Sequential(Linear(2, 4), Activations.Tanh, Linear(4, 1)).WithBatch(4).WithLoss(SquaredError).Sample(seed: 5).Compile();
        new double[] { 0, 0, 0, 1, 1, 0, 1, 1 }.CopyTo(fast.Values("X"));
        new double[] { 0, 1, 1, 0 }.CopyTo(fast.Values("Y"));
        var first = fast.Forward();
        for (var step = 0; step < 2_000; step++)
        {
            fast.Forward();
            fast.Backward();
            fast.Step(0.05);
        }

        Assert.True(first > 1);
        Assert.InRange(fast.Forward(), 0, 1e-3);
    }

    [Fact]
    public void The_branch_that_is_not_taken_adds_no_NaN()
    {
        var x = Scalar("x");
        var fast = Network.Of(Cases(x, (x, ">", 0), Exp(x)).Named("L"), x).At(1000.0).Compile();
        Assert.Equal(1000, fast.Forward());
        fast.Backward();
        Assert.Equal([1.0], fast.Gradient("x").ToArray());
    }

    [Fact]
    public void A_definition_with_a_derivative_in_it_is_refused_in_words()
    {
        var x = Scalar("x");
        var p = Pow(x, 2).Named("p");
        var slope = Derivative.Of(Element.Of(p, []), Element.Of(x, []));
        var error = Assert.Throws<ChainRuleException>(() => Network.Of((slope * 2).Named("L"), x).At(1.0).Compile());
        Assert.Contains("can't be compiled: a derivative inside a definition", error.Message, StringComparison.Ordinal);
    }

    private static void AgreesWithDerivations(Network net, int seed)
    {
        var point = net.Sample(seed);
        var fast = point.Compile();
        Assert.Equal(point.Loss, fast.Forward(), Tolerance * Math.Max(1, Math.Abs(point.Loss)));
        fast.Backward();
        foreach (var value in net.Values)
        {
            Close(point.Value(value.Variable.Name).Entries, fast.Values(value.Variable.Name), $"value of {value.Variable}");
        }

        foreach (var by in net.Parameters.Concat(net.Inputs).Concat(net.Values.Select(value => value.Variable)).Where(name => Dependencies.Reaches(net.Loss!, name)))
        {
            Close(point.Gradient(by.Name).Entries, fast.Gradient(by.Name), $"gradient by {by}");
        }
    }

    private static void Close(IReadOnlyList<double> expected, ReadOnlySpan<double> actual, string what)
    {
        Assert.Equal(expected.Count, actual.Length);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * scale, $"{what}, entry {i}: {actual[i]} instead of {expected[i]}");
        }
    }

    private static Network Attending()
    {
        var (q, k, v) = (Matrix("Q", "T", "D"), Matrix("K", "S", "D"), Matrix("V", "S", "E"));
        var a = VectorFunctions.Attention(q, k, v).Named("A");
        var (t, e) = (Index("t", "T"), Index("e", "E"));
        return Network.Of(Sum(t, Sum(e, Pow(a[t, e], 2))).Named("L"), q, k, v);
    }
}
