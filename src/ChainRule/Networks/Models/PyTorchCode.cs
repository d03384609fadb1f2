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
            return OfDefinitions(network);
        }

        // What layers are given besides the input, such as the state of a recurrent step; PyTorch draws the mask of a dropout itself.
        ImmutableArray<string> inputs = ["x", .. network.Layers.OfType<RecurrentLayer>().Select((_, position) => $"s_{(position + 1).ToString(CultureInfo.InvariantCulture)}")];
        var code = Start(network);
        var outputs = network.Values.Where(value => value.By is not null).Select(value => value.Variable).ToList();
        var modules = layers.Select((layer, position) => Module(layer, position == 0 ? network.Inputs[0] : outputs[position - 1])).ToList();
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
            code.Append(folds ? "\n# nn.CrossEntropyLoss takes the logits: softmax is part of it\n" : "\n").Append(said is { } torch ? $"{string.Concat(inputs.Select((name, position) => Random(name, position == 0 ? network.Inputs[0] : network.Inputs.First(input => string.Equals(input.Name, name, StringComparison.Ordinal)))))}{Target(network.Targets[0], loss)}loss = {torch}\nL = loss(net({string.Join(", ", inputs)}), {(loss.PyTorchName == "nn.NLLLoss(" ? "y.argmax(-1)" : "y")})\nL.backward()\n" : $"# PyTorch has no module for the {loss}\n");
        }

        return code.ToString();
    }

    /// <summary>A target of the kind that the loss compares with.</summary>
    private static string Target(Variable target, Loss loss)
    {
        var sizes = string.Join(", ", target.Shape.Sizes.Select(PyTorchText.Of));
        return loss.Target switch
        {
            _ when loss.TargetAddsUpToOne && target.Shape.Rank > 0 && loss.Target.StartsWith("one-hot", StringComparison.Ordinal) => OneHot("y", target.Shape, "x.dtype"),
            _ when loss.TargetAddsUpToOne => $"y = torch.softmax(torch.randn({sizes}), -1)\n",
            _ when loss.Target.StartsWith("0 or 1", StringComparison.Ordinal) => $"y = torch.randint(2, ({sizes},)).to(x.dtype)\n",
            "−1 or 1" => $"y = 2 * torch.randint(2, ({sizes},)).to(x.dtype) - 1\n",
            _ => Random("y", target),
        };
    }

    /// <summary>Any graph of definitions as a class that computes each of them; null where PyTorch has no words for one.</summary>
    private static string? OfDefinitions(Network network)
    {
        var names = new Dictionary<Variable, string>();
        foreach (var variable in network.Variables)
        {
            var name = TorchWriter.Identifier(variable.Name);
            while (names.ContainsValue(name))
            {
                name += "_";
            }

            names.Add(variable, name);
        }

        var parameters = network.Parameters.ToHashSet();
        var writer = new TorchWriter(variable => parameters.Contains(variable) ? $"self.{names[variable]}" : names.GetValueOrDefault(variable) ?? TorchWriter.Identifier(variable.Name));
        var forward = new StringBuilder();
        var result = network.Loss is { } loss ? [loss] : network.Outputs;
        foreach (var variable in network.Values.Select(value => value.Variable).Concat(Inner(network)).Concat(network.Loss is { } last ? [last] : []))
        {
            if (writer.Of(variable) is not { } definition)
            {
                return null;
            }

            forward.Append("        ").Append(names.GetValueOrDefault(variable) ?? TorchWriter.Identifier(variable.Name)).Append(" = ").Append(definition).Append('\n');
        }

        ImmutableArray<Variable> given = [.. network.Inputs, .. network.Targets];
        var code = Start(network).Append(writer.UsesLookup ? TorchWriter.Lookup + "\n" : string.Empty)
            .Append("class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n");
        foreach (var parameter in network.Parameters)
        {
            code.Append("        self.").Append(names[parameter]).Append(" = nn.Parameter(torch.randn(").AppendJoin(", ", parameter.Shape.Sizes.Select(PyTorchText.Of)).Append("))\n");
        }

        code.Append("\n    def forward(self, ").AppendJoin(", ", given.Select(variable => names[variable])).Append("):\n").Append(forward)
            .Append("        return ").AppendJoin(", ", result.Select(variable => names[variable])).Append("\n\nnet = Net()\n");
        foreach (var variable in given)
        {
            code.Append(Sample(names[variable], variable));
        }

        var call = $"net({string.Join(", ", given.Select(variable => names[variable]))})";
        return code.Append(network.Loss is null ? $"{call}\n" : $"{names[network.Loss]} = {call}\n{names[network.Loss]}.backward()\n").ToString().Replace("torch.randn()", "torch.randn(())", StringComparison.Ordinal);
    }

    /// <summary>The names between the values and the loss: the p of a cross-entropy of logits.</summary>
    private static IEnumerable<Variable> Inner(Network network)
    {
        if (network.Loss is not { } loss)
        {
            return [];
        }

        var known = network.Variables.ToHashSet();
        return Dependencies.All(loss).Where(name => name.IsDefined && !known.Contains(name)).OrderBy(name => Dependencies.All(name).Count);
    }

    private static StringBuilder Start(Network network)
    {
        var code = new StringBuilder("import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n");
        var sizes = network.Variables.SelectMany(variable => variable.Shape.Sizes).SelectMany(size => Binding.Nodes(size)).OfType<Size>().Where(size => size.Quotient is null).Select(size => size.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
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
    private static string? Module(Layer layer, Variable input) => layer is VectorFunctionLayer && layer.PyTorch?.Module is { } module && module.IndexOf('(') is > 0 and var bracket && (module[bracket + 1] is 'N' or 'D')
        ? $"{module[..(bracket + 1)]}{PyTorchText.Of(input.Shape.Sizes[^1])}{module[(bracket + 2)..]}"
        : layer.PyTorch?.Module;

    /// <summary>Numbers that satisfy what is assumed of a variable.</summary>
    private static string Sample(string name, Variable variable)
    {
        var sizes = string.Join(", ", variable.Shape.Sizes.Select(PyTorchText.Of));
        return variable.Shape.Rank == 0 ? $"{name} = torch.randn(())\n"
            : variable.Assumptions.HasFlag(Assumption.OneHot) ? OneHot(name, variable.Shape, "torch.get_default_dtype()")
            : variable.Assumptions.HasFlag(Assumption.SumsToOne) ? $"{name} = torch.softmax(torch.randn({sizes}), -1)\n"
            : variable.Assumptions.HasFlag(Assumption.Positive) ? $"{name} = torch.rand({sizes}) + 0.1\n"
            : Random(name, variable);
    }

    private static string OneHot(string name, Shape shape, string type) =>
        $"{name} = F.one_hot(torch.randint({PyTorchText.Of(shape.Sizes[^1])}, ({string.Concat(shape.Sizes.SkipLast(1).Select(size => $"{PyTorchText.Of(size)}, "))})), {PyTorchText.Of(shape.Sizes[^1])}).to({type})\n";

    private static string Random(string name, Variable variable) => $"{name} = torch.randn({string.Join(", ", variable.Shape.Sizes.Select(PyTorchText.Of))})\n";
}
