using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Expressions;

namespace ChainRule.Networks;

public sealed partial class Network
{
    private static readonly string[] _batchLetters = ["B", "S", "Q"];

    /// <summary>Layers one after another. The values are called z_1, z_2, …, the last one ŷ; the parameters W^{(1)}, b^{(1)}, ….</summary>
    /// <param name="layers">The layers; activations and vector functions are layers too.</param>
    /// <exception cref="ShapeException">A layer does not take what the one before gives, or nothing says how large the input is.</exception>
    public static Network Sequential(params Layer[] layers)
    {
        Require.NotNull(layers);
        RequireLayers(layers);
        var first = layers.SkipWhile(layer => layer.KeepsShape).FirstOrDefault();
        return first?.InputShape is { } shape
            ? shape.Rank == 1 && layers.Any(layer => layer.TakesBatches) ? OfBatches(shape.Sizes[0], [.. layers]) : Build(InputOf(shape), [.. layers])
            : throw new ShapeException(first is null
                ? "A network needs a layer that says how large its input is: Sequential(Linear(\"N\", \"M\"), …), or give the input, Sequential(Vector(\"x\", \"N\"), …)."
                : $"{first} takes inputs of any size: give the input, Sequential({first.InputExample}, {first}, …).");
    }

    /// <summary>Layers one after another, for a given input.</summary>
    /// <param name="input">The input: a vector, a matrix whose rows are samples, or an image.</param>
    /// <param name="layers">The layers.</param>
    /// <exception cref="ShapeException">A layer does not take what the one before gives.</exception>
    public static Network Sequential(Variable input, params Layer[] layers)
    {
        Require.NotNull(input);
        Require.NotNull(layers);
        RequireLayers(layers);
        return layers.Length > 0 ? Build(input, [.. layers]) : throw new ChainRuleException("A network needs at least one layer.");
    }

    /// <summary>The same network for a batch of samples, which are the rows of the input.</summary>
    /// <param name="samples">How many: a letter or a number.</param>
    /// <exception cref="ChainRuleException">The network is not made of layers, or has a batch already.</exception>
    public Network WithBatch(SizeLike samples)
    {
        if (Layers.IsEmpty || Inputs is not [{ Shape: var shape }] || shape.Rank != (HasOpenBatch ? 2 : 1))
        {
            throw new ChainRuleException("A batch needs a network of layers whose input is one vector; its rows are the samples.");
        }

        var network = Build(Variable.Given("X", Shape.Of(samples.Expression, shape.Sizes[^1])), Layers);
        return LossFunction is { } loss ? network.WithLoss(loss) : network;
    }

    /// <summary>Refuses a list with nothing in some place.</summary>
    /// <exception cref="ChainRuleException">A layer is null.</exception>
    internal static void RequireLayers(IReadOnlyList<Layer?> layers)
    {
        for (var position = 0; position < layers.Count; position++)
        {
            if (layers[position] is null)
            {
                throw new ChainRuleException(string.Create(CultureInfo.InvariantCulture, $"Layer {position + 1} of {layers.Count} is null: give a layer, such as Linear(\"N\", \"M\"), an activation or a vector function."));
            }
        }
    }

    private static Variable InputOf(Shape shape) => Variable.Given(shape.Rank <= 1 ? "x" : "X", shape);

    /// <summary>The network of layers of which one looks at all samples at once: B of them, until WithBatch says how many.</summary>
    private static Network OfBatches(Expr size, ImmutableArray<Layer> layers)
    {
        // B, unless a layer has a size of that name.
        var networks = _batchLetters.Select(letter => (Letter: letter, Network: Build(Variable.Given("X", Shape.Of(Size.Of(letter), size)), layers, hasOpenBatch: true)));
        return networks.First(one => one.Letter == _batchLetters[^1] || !one.Network.Parameters.SelectMany(parameter => parameter.Shape.Sizes).SelectMany(Binding.Nodes).Contains(Size.Of(one.Letter))).Network;
    }

    private static Network Build(Variable input, ImmutableArray<Layer> layers, bool hasOpenBatch = false)
    {
        var parameters = new LayerParameters();
        var values = ImmutableArray.CreateBuilder<(Variable Variable, Layer? By)>();
        var current = input;
        for (var position = 0; position < layers.Length; position++)
        {
            parameters.NextLayer();
            var output = layers[position].Forward(current, parameters);
            var big = output.Shape.Rank > 1;
            current = output.Named(position == layers.Length - 1
                ? big ? @"\hat{Y}" : @"\hat{y}"
                : Numbered(big ? "Z" : "z", position + 1));
            values.Add((current, layers[position]));
        }

        return Make(null);

        Network Make(Loss? loss)
        {
            if (loss is null)
            {
                return new([input, .. parameters.GivenInputs], parameters.All, values, [current], Make) { Layers = layers, HasOpenBatch = hasOpenBatch };
            }

            var target = TargetFor(current, current.Shape.Rank > 1 ? "Y" : "y", loss);
            return new([input, .. parameters.GivenInputs], parameters.All, values, [current], null)
            {
                Layers = layers,
                HasOpenBatch = hasOpenBatch,
                Targets = [target],
                Loss = loss.Of(current, target).Named(@"\ell"),
                LossFunction = loss,
            };
        }
    }
}
