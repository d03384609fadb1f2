using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>A network as PyTorch code.</summary>
internal static class PyTorchCode
{
    /// <summary>How many sizes get their values in one line.</summary>
    private const int MostInALine = 8;

    /// <summary>The code: an nn.Sequential where every layer is a module, else a class; then the loss, with its reduction said.</summary>
    public static string? Of(Network network)
    {
        if (network.Units is { } units)
        {
            return Of(units);
        }

        // PyTorch's cross-entropy takes logits: softmax is part of it.
        var folds = network is { LossFunction.Name: "cross-entropy", Layers: [.., { PyTorch.Module: "nn.Softmax(dim=-1)" }] };
        var layers = folds ? network.Layers[..^1] : network.Layers;
        if (layers.IsEmpty || layers.Any(layer => layer.PyTorch is null))
        {
            return null;
        }

        // What layers are given besides the input, such as the state of a recurrent step; PyTorch draws the mask of a dropout itself.
        ImmutableArray<string> inputs = ["x", .. network.Layers.OfType<RecurrentLayer>().Select((_, position) => $"s_{(position + 1).ToString(CultureInfo.InvariantCulture)}")];
        var code = Start(network);
        var modules = layers.Select((layer, position) => Module(layer, position == 0 ? network.Inputs[0] : network.Values.First(value => ReferenceEquals(value.By, layers[position - 1])).Variable)).ToList();
        if (layers.All(layer => layer.PyTorch!.IsModule))
        {
            code.Append("net = nn.Sequential(\n");
            foreach (var module in modules)
            {
                code.Append("    ").Append(module).Append(",\n");
            }

            code.Append(")\n");
        }
        else
        {
            Class(code, layers, modules, inputs);
        }

        if (network.LossFunction is { } loss)
        {
            var said = folds ? (Losses.CrossEntropyWithLogits() with { Reduction = loss.Reduction }).PyTorch : loss.PyTorch;
            code.Append(folds ? "\n# nn.CrossEntropyLoss takes the logits: softmax is part of it\n" : "\n").Append(said is { } torch ? $"{string.Concat(inputs.Select((name, position) => Random(name, position == 0 ? network.Inputs[0] : network.Inputs.First(input => string.Equals(input.Name, name, StringComparison.Ordinal)))))}{Random("y", network.Targets[0])}loss = {torch}\nL = loss(net({string.Join(", ", inputs)}), y)\nL.backward()\n" : $"# PyTorch has no module for the {loss}\n");
        }

        return code.ToString();
    }

    private static StringBuilder Start(Network network)
    {
        var code = new StringBuilder("import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n");
        var sizes = network.Variables.SelectMany(variable => variable.Shape.Sizes).SelectMany(size => Binding.Nodes(size)).OfType<Size>().Select(size => size.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (sizes.Count > 0)
        {
            // Letters need a value before the code runs; small different ones, so that a wrong shape shows.
            foreach (var some in sizes.Select((size, position) => (Size: size, Value: (position + 2).ToString(CultureInfo.InvariantCulture))).Chunk(MostInALine))
            {
                code.AppendJoin(", ", some.Select(one => one.Size)).Append(" = ").AppendJoin(", ", some.Select(one => one.Value)).Append('\n');
            }

            code.Append('\n');
        }

        return code;
    }

    private static void Class(StringBuilder code, ImmutableArray<Layer> layers, IReadOnlyList<string?> modules, IReadOnlyList<string> inputs)
    {
        code.Append("class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n");
        var forward = new StringBuilder();
        var value = "x";
        var states = 0;
        for (var position = 0; position < layers.Length; position++)
        {
            var torch = layers[position].PyTorch!;
            var number = (position + 1).ToString(CultureInfo.InvariantCulture);
            var next = position == layers.Length - 1 ? "yhat" : $"z{number}";
            if (modules[position] is { } module)
            {
                code.Append("        self.layer").Append(number).Append(" = ").Append(module).Append('\n');
            }

            if (torch.UsesModule)
            {
                var call = layers[position] is RecurrentLayer ? torch.Call(value).Replace("state", inputs[++states], StringComparison.Ordinal) : torch.Call(value);
                forward.Append("        ").Append(next).Append(" = ").Append(call.Replace("module(", $"self.layer{number}(", StringComparison.Ordinal)).Append('\n');
            }
            else if (torch.Module is not null)
            {
                forward.Append("        ").Append(next).Append(" = self.layer").Append(number).Append('(').Append(value).Append(")\n");
            }
            else
            {
                forward.Append("        ").Append(next).Append(" = ").Append(torch.Call(value)).Append('\n');
            }

            value = next;
        }

        code.Append("\n    def forward(self, ").AppendJoin(", ", inputs).Append("):\n").Append(forward).Append("        return ").Append(value).Append("\n\nnet = Net()\n");
    }

    /// <summary>The layer as a module; a normalisation is told how many entries it normalises.</summary>
    private static string? Module(Layer layer, Variable input) => layer is VectorFunctionLayer && layer.PyTorch?.Module is { } module && (module.EndsWith("(N)", StringComparison.Ordinal) || module.EndsWith("(D)", StringComparison.Ordinal))
        ? $"{module[..^2]}{input.Shape.Sizes[^1]})"
        : layer.PyTorch?.Module;

    private static string Random(string name, Variable variable) => $"{name} = torch.randn({string.Join(", ", variable.Shape.Sizes)})\n";
}
