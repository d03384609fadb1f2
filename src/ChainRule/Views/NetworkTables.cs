using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Networks;
using ChainRule.Notation;
using ChainRule.Numerics;

namespace ChainRule.Views;

/// <summary>What a network and its backward pass say, as tables of equations.</summary>
internal static class NetworkTables
{
    /// <summary>How many scalars stand in one line.</summary>
    private const int MostInALine = 4;

    /// <summary>Forward equations with shapes, parameters with counts, PyTorch code.</summary>
    public static StatementTable Of(Network network)
    {
        var given = Given(network.Inputs, _ => "input").Concat(Given(network.Targets, _ => "target"));
        var forward = network.Values.Select(value => Definition(value.Variable, Words(network, value)));
        var loss = network.Loss is { } scalar ? new[] { Definition(scalar, network.LossFunction?.ToString() ?? "loss") } : [];
        return new(
            "Network",
            network.ToString(),
            [
                new("Given", [.. given]),
                new("Forward", [.. forward, .. loss]),
                new("Parameters", [.. Given(network.Parameters, parameter => parameter.Shape.Rank == 0 ? "scalars" : $"{Counted(parameter)} numbers")]),
            ],
            $"{network.ParameterCount} parameters{(network.MissingProbabilities is { } missing ? $". {missing}" : string.Empty)}")
        {
            Picture = GraphView.Part(network.Graph),
            Code = network.PyTorch is { } torch ? ("PyTorch", torch) : null,
        };
    }

    /// <summary>One layer alone, as a network: what it computes, with which parameters.</summary>
    public static StatementTable Of(Layer layer)
    {
        Func<Variable>[] inputs =
        [
            () => layer.InputShape is { } shape ? Variable.Given(shape.Rank <= 1 ? "x" : "X", shape) : Maths.Vector("x", "N"),
            () => Maths.Matrix("X", "B", "N"),
            () => Maths.Matrix("X", 3, 4),
            () => Maths.Image("X", 3, 8, 8),
        ];
        foreach (var input in inputs)
        {
            try
            {
                var table = Of(Network.Sequential(input(), layer));
                return table with { Title = "Layer", Subtitle = layer.ToString()!, Picture = string.Empty };
            }
            catch (ShapeException)
            {
                // It takes another shape: the next one is tried.
            }
        }

        return new("Layer", layer.ToString()!, [], $"It takes inputs of a certain shape: Network.Sequential({layer.InputExample}, {layer}).");
    }

    /// <summary>What computes a value, and how its sizes come about.</summary>
    private static string Words(Network network, NetworkValue value)
    {
        if (value.By is not { } layer)
        {
            return string.Empty;
        }

        // The value before, or the input, is what the layer was given.
        var outputs = network.Values.Where(other => other.By is not null).ToList();
        var position = outputs.IndexOf(value);
        var before = network.Layers.IsEmpty ? null : position == 0 ? network.Inputs[0] : outputs[position - 1].Variable;
        return before is not null && layer.OutputSizes(before.Shape) is { } sizes ? $"{layer}; {sizes}; {Counted(value.Variable)} numbers" : layer.ToString()!;
    }

    /// <summary>64 ⋅ 32 ⋅ 3 ⋅ 3 = 18432, or M N.</summary>
    private static string Counted(Variable variable) => variable.Shape.Sizes.Count(size => size is Number) > 1 && variable.Shape.Sizes.All(size => size is Number)
        ? $"{string.Join(" ⋅ ", variable.Shape.Sizes)} = {Network.Count(variable)}"
        : $"{Network.Count(variable)}";

    /// <summary>The adjoints from the loss back, and the gradients of the parameters.</summary>
    public static StatementTable Of(BackwardPass backward)
    {
        var lines = backward.Lines.Select(line => (line.IsParameter, Statement: Gradient(line))).ToList();
        return new(
            "Backward pass",
            $"{backward.Network.Loss} → {string.Join(" → ", backward.Network.Levels.Reverse().Select(level => string.Join(", ", level)))}",
            [
                new("Values, from the loss back", [.. lines.Where(line => !line.IsParameter).Select(line => line.Statement)]),
                new("Parameters", [.. lines.Where(line => line.IsParameter).Select(line => line.Statement)]),
            ],
            backward.Lines.Any(line => line.Gradient.Derivation.Verdict.Kind == VerdictKind.Refuted) ? "one line is refuted"
                : backward.Lines.Any(line => line.Gradient.Derivation.Verdict.Kind == VerdictKind.Undecided) ? $"{backward.Lines.Length} gradients, not all could be checked"
                : $"{backward.Lines.Length} gradients, all checked");
    }

    /// <summary>x ∈ ℝ^N, one line for each; scalars side by side, a few in a line.</summary>
    private static IEnumerable<StatementLine> Given(IEnumerable<Variable> variables, Func<Variable, string> words) =>
        variables.GroupBy(variable => variable.Shape.Rank == 0).SelectMany(group => group.Chunk(group.Key ? MostInALine : 1)).Select(chunk => new StatementLine(
            null,
            new Row(
            [
                .. chunk.SelectMany((variable, position) => position == 0
                    ? (Formula[])[Names.ToFormula(variable.Name)]
                    : [new Operator(",", OperatorKind.Punctuation), Names.ToFormula(variable.Name)]),
                new Operator("∈", OperatorKind.Relation),
                MatrixFormula.Set(chunk[0].Shape, Letters.Avoiding()),
            ]),
            null,
            words(chunk[0])));

    private static StatementLine Definition(Variable variable, string words)
    {
        var (left, right) = DefinitionFormula.Of(variable);
        return new(left, right, variable.Shape.Rank == 0 ? null : MatrixFormula.Set(variable.Shape, Letters.Avoiding(variable.Shape.Sizes)), words);
    }

    private static StatementLine Gradient(BackwardLine line)
    {
        var (gradient, letters) = (line.Gradient, line.Gradient.Derivation.Letters);
        Formula partial = new Fraction(
            new Row(new Atom("∂", AtomKind.Symbol), Names.ToFormula(gradient.Of.Name)),
            new Row(new Atom("∂", AtomKind.Symbol), gradient.Matrix is null ? ExpressionFormula.Of(gradient.By.At([.. gradient.Indices]), letters) : Names.ToFormula(gradient.By.Name)));
        var left = line.Name is { } name ? new Row(Names.ToFormula(name.Name), new Operator("=", OperatorKind.Relation), partial) : partial;
        return new(
            left,
            gradient.Matrix is { } matrix ? MatrixFormula.Of(matrix.Matrix, letters) : ExpressionFormula.Of(gradient.Entry, letters),
            gradient.Shape.Rank == 0 ? null : MatrixFormula.Set(gradient.Shape, letters),
            $"{gradient.Derivation.Verdict.Sign}");
    }
}
