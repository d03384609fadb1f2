using System.Reflection;
using ChainRule.Networks;

namespace ChainRule.Tests.Networks;

/// <summary>
/// Random networks in which every layer, vector function and loss of the library has its turn. What there is is found by reflection:
/// one that is added must be added to the table, too, or a test fails.
/// </summary>
public class EveryLayerTests
{
    /// <summary>How each is made for an input of a given shape, or null where it takes no such input.</summary>
    private static readonly Dictionary<string, Func<int[], Random, Layer?>> _makers = new(StringComparer.Ordinal)
    {
        ["Layers.Linear"] = (shape, random) => shape.Length <= 2 ? Layers.Linear(shape[^1], 2 + random.Next(3)) : null,
        ["Layers.BiasFreeLinear"] = (shape, random) => shape.Length <= 2 ? Layers.BiasFreeLinear(shape[^1], 2 + random.Next(3)) : null,
        ["Layers.Embedding"] = (shape, random) => shape.Length <= 2 ? Layers.Embedding(shape[^1], 2 + random.Next(3)) : null,
        ["Layers.RnnStep"] = (shape, random) => shape.Length <= 2 ? Layers.RnnStep(shape[^1], 2 + random.Next(3), random.Next(2) == 0 ? null : Activations.Gelu) : null,
        ["Layers.Maxout"] = (shape, random) => shape.Length <= 2 ? Layers.Maxout(shape[^1], 2 + random.Next(3), 2 + random.Next(2)) : null,
        ["Layers.Conv1d"] = (shape, random) => shape is [var channels, >= 4] ? Layers.Conv1d(channels, 2, 2, stride: 1 + random.Next(2), padding: random.Next(2), dilation: 1 + random.Next(2)) : null,
        ["Layers.Conv2d"] = (shape, random) => shape is [var channels, >= 4, >= 4] ? Layers.Conv2d(channels, 2, 2, stride: 1 + random.Next(2), padding: random.Next(2), dilation: 1 + random.Next(2)) : null,
        ["Layers.Flatten"] = (shape, _) => shape.Length > 1 ? Layers.Flatten : null,
        ["Layers.Residual"] = (shape, random) => shape.Length <= 2 ? Layers.Residual(Layers.Linear(shape[^1], 3), Activations.Tanh, Layers.Linear(3, shape[^1])) : Layers.Residual(Activations.Gelu),
        ["Layers.Dropout"] = (_, _) => Layers.Dropout(0.25),
        ["Layers.Shear"] = (shape, _) => shape[^1] == 2 ? Layers.Shear(1.5) : null,
        ["Layers.Scale"] = (shape, _) => shape[^1] == 2 ? Layers.Scale(2, -0.5) : null,
        ["Layers.Rotation"] = (shape, _) => shape[^1] == 2 ? Layers.Rotation(0.3) : null,
        ["Layers.Reflection"] = (shape, _) => shape[^1] == 2 ? Layers.Reflection(0.3) : null,
        ["VectorFunctions.Softmax"] = (_, random) => VectorFunctions.Softmax(1 + random.Next(2)),
        ["VectorFunctions.LogSoftmax"] = (_, _) => VectorFunctions.LogSoftmax,
        ["VectorFunctions.LogSumExp"] = (shape, _) => shape.Length > 1 ? (Layer)VectorFunctions.LogSumExp : null,
        ["VectorFunctions.L2Normalize"] = (_, _) => VectorFunctions.L2Normalize,
        ["VectorFunctions.LayerNorm"] = (_, _) => VectorFunctions.LayerNorm(epsilon: 0.1),
        ["VectorFunctions.RmsNorm"] = (_, _) => VectorFunctions.RmsNorm(epsilon: 0.1),
        ["VectorFunctions.BatchNorm"] = (shape, _) => shape.Length == 2 ? (Layer)VectorFunctions.BatchNorm(epsilon: 0.1) : null,
        ["VectorFunctions.MaxPool"] = (shape, random) => shape[^1] >= 3 ? (Layer)VectorFunctions.MaxPool(2, 1 + random.Next(2)) : null,
        ["VectorFunctions.AveragePool"] = (shape, random) => shape[^1] >= 3 ? (Layer)VectorFunctions.AveragePool(2, 1 + random.Next(2)) : null,
        ["VectorFunctions.MaxPool2d"] = (shape, random) => shape is [.., >= 3, >= 3] ? (Layer)VectorFunctions.MaxPool2d(2, 1 + random.Next(2)) : null,
        ["VectorFunctions.AveragePool2d"] = (shape, random) => shape is [.., >= 3, >= 3] ? (Layer)VectorFunctions.AveragePool2d(2, 1 + random.Next(2)) : null,
        ["VectorFunctions.Attention"] = (shape, _) => shape.Length == 2 ? new SelfAttention() : null,
        ["activation"] = (_, random) => Activations.All[random.Next(Activations.All.Length)],
    };

    private static readonly int[][] _inputs = [[4], [2], [3, 2], [4, 5], [2, 4, 4]];

    public static TheoryData<string, int> Cases => [.. _makers.Keys.SelectMany(_ => Enumerable.Range(0, 3), (name, seed) => (name, seed))];

    public static TheoryData<string, int> LossCases => [.. Losses.All.SelectMany(_ => Enumerable.Range(0, 3), (loss, seed) => (loss.Name, seed))];

    [Fact]
    public void Every_layer_and_vector_function_is_in_the_table() =>
        Assert.Equal(
            new[] { typeof(Layers), typeof(VectorFunctions) }
                .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                    .Where(member => member is PropertyInfo or MethodInfo { IsSpecialName: false })
                    .Where(member => member.Name != "All")
                    .Select(member => $"{type.Name}.{member.Name}"))
                .Append("activation").Distinct().Order(StringComparer.Ordinal),
            _makers.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_every_layer_are_those_of_differences(string name, int seed)
    {
        var random = new Random(HashOf(name) + seed);
        var input = _inputs.OrderBy(_ => random.Next()).First(shape => _makers[name](shape, new Random(0)) is not null);
        Check(Grow(name, input, random), Losses.All[random.Next(Losses.All.Length)], random);
    }

    [Theory]
    [MemberData(nameof(LossCases))]
    public void Gradients_of_every_loss_are_those_of_differences(string name, int seed)
    {
        var random = new Random(HashOf(name) + (31 * seed));
        var first = _makers.Keys.Where(maker => maker != "activation").ElementAt(random.Next(_makers.Count - 1));
        var input = _inputs.OrderBy(_ => random.Next()).First(shape => _makers[first](shape, new Random(0)) is not null);
        Check(Grow(first, input, random), Losses.All.Single(loss => loss.Name == name), random);
    }

    /// <summary>The layer, then others at random.</summary>
    private static Network Grow(string first, int[] input, Random random)
    {
        var x = Variable.Given("X", Shape.Of(input.Select(size => Number.Of(size))));
        List<Layer> layers = [_makers[first](input, random)!];
        for (var more = random.Next(3); more > 0; more--)
        {
            var shape = Dimensions(Network.Sequential(x, [.. layers]));
            var next = _makers.Values.ElementAt(random.Next(_makers.Count));
            if (shape.Length > 0 && next(shape, random) is { } layer)
            {
                layers.Add(layer);
            }
        }

        return Network.Sequential(x, [.. layers]);
    }

    private static void Check(Network network, Loss loss, Random random)
    {
        if (Dimensions(network).Length == 0 && loss.IsPerSample)
        {
            loss = Losses.SquaredError;
        }

        Layer[] last = loss.Prediction switch
        {
            "probabilities" => [loss.IsPerSample ? VectorFunctions.Softmax() : Activations.Sigmoid],
            "log-probabilities" => [VectorFunctions.LogSoftmax],
            _ => [],
        };
        var net = Network.Sequential(network.Inputs[0], [.. network.Layers, .. last]).WithLoss(random.Next(2) == 0 ? loss.Sum : loss.Mean);
        var point = net.Sample(random.Next(1000));
        Assert.All(point.Check(), check =>
        {
            Assert.True(check.ComplexStepError < 1e-9, $"{net} ({string.Join(", ", net.Layers)}; {loss}): {check}");
            Assert.True(check.RelativeError < 2e-5, $"{net} ({string.Join(", ", net.Layers)}; {loss}): {check}");
        });

        // The compiled network knows no rule: each of its steps brings its own adjoint.
        var compiled = point.Compile();
        Assert.Equal(point.Loss, compiled.Forward(), 1e-9 * Math.Max(1, Math.Abs(point.Loss)));
        compiled.Backward();
        foreach (var by in net.Parameters.Concat(net.Inputs))
        {
            Numbers.AssertClose([.. point.Gradient(by.Name).Entries], compiled.Gradient(by.Name).ToArray(), 1e-9, $"{net}: ∂ℓ/∂{by} compiled");
        }
    }

    private static int[] Dimensions(Network network) => [.. network.Outputs[0].Shape.Sizes.Select(size => ((Number)size).Value.ToInt32()!.Value)];

    /// <summary>A hash that is the same in every run.</summary>
    private static int HashOf(string name) => name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)) & 0xFFFF;

    /// <summary>Attention of the rows to one another, around which the input is kept.</summary>
    private sealed class SelfAttention : Layer
    {
        public override Tensor Forward(Tensor input, LayerParameters parameters)
        {
            var size = input.Shape.Sizes[1];
            var (q, k, v) = (parameters.Parameter("W_Q", size, Number.Of(2)), parameters.Parameter("W_K", size, Number.Of(2)), parameters.Parameter("W_V", size, size));
            return input + VectorFunctions.Attention((input * q).Named("Q"), (input * k).Named("K"), (input * v).Named("V"));
        }
    }
}
