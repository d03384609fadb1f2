using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>A network as PyTorch code.</summary>
internal static class PyTorchCode
{
    /// <summary>The code: an nn.Sequential where every layer is a module, else a class; then the loss, with its reduction said.</summary>
    public static string? Of(Network network)
    {
        if (network.Units is { } units)
        {
            return Of(units);
        }

        if (network.Layers.IsEmpty || network.Layers.Any(layer => layer.PyTorch is null))
        {
            return null;
        }

        // What layers are given besides the input, such as the state of a recurrent step; PyTorch draws the mask of a dropout itself.
        ImmutableArray<string> inputs = ["x", .. network.Layers.OfType<RecurrentLayer>().Select((_, position) => $"s_{(position + 1).ToString(CultureInfo.InvariantCulture)}")];
        var code = Start(network);
        if (network.Layers.All(layer => layer.PyTorch!.IsModule))
        {
            code.Append("net = nn.Sequential(\n");
            foreach (var layer in network.Layers)
            {
                code.Append("    ").Append(layer.PyTorch!.Module).Append(",\n");
            }

            code.Append(")\n");
        }
        else
        {
            Class(code, network.Layers, inputs);
        }

        if (network.LossFunction is { } loss)
        {
            code.Append('\n').Append(loss.PyTorch is { } torch ? $"{string.Concat(inputs.Select((name, position) => Random(name, position == 0 ? network.Inputs[0] : network.Inputs.First(input => string.Equals(input.Name, name, StringComparison.Ordinal)))))}{Random("y", network.Targets[0])}loss = {torch}\nL = loss(net({string.Join(", ", inputs)}), y)\nL.backward()\n" : $"# PyTorch has no module for the {loss}\n");
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
            code.AppendJoin(", ", sizes).Append(" = ").AppendJoin(", ", sizes.Select((_, position) => (position + 2).ToString(CultureInfo.InvariantCulture))).Append("\n\n");
        }

        return code;
    }

    private static void Class(StringBuilder code, ImmutableArray<Layer> layers, IReadOnlyList<string> inputs)
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
            if (torch.Module is { } module)
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

    private static string Random(string name, Variable variable) => $"{name} = torch.randn({string.Join(", ", variable.Shape.Sizes)})\n";
}
