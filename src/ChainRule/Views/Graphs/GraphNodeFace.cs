using System.Collections.Immutable;
using ChainRule.Networks;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>A line of text in or under a node.</summary>
/// <param name="Text">What is written.</param>
/// <param name="Size">The size of the font.</param>
/// <param name="Style">The class that gives its colour.</param>
internal sealed record GraphTextLine(SvgText Text, double Size, string Style);

/// <summary>What a node looks like before it has a place: its outline, its size and its lines of text.</summary>
internal sealed record GraphNodeFace(bool IsCircle, double Width, double Height, ImmutableArray<GraphTextLine> Inside, ImmutableArray<GraphTextLine> Below)
{
    private const double NameSize = 17;
    private const double SmallSize = 13;
    private const double TinySize = 12;
    private const double SmallestRadius = 20;

    /// <summary>A formula wider than this is said on hover only.</summary>
    private const double WidestEquation = 190;

    /// <summary>The height of a line of text.</summary>
    public static double LineHeight(double size) => Math.Round(size * 1.32, 1);

    /// <summary>How much room the lines below take.</summary>
    public double HeightBelow => Below.Sum(line => LineHeight(line.Size));

    /// <summary>The look of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="isUnit">Whether it is drawn as a unit of a network: a circle with its name, everything else below it.</param>
    public static GraphNodeFace Of(GraphNode node, bool isUnit)
    {
        var name = Line(node.Name, NameSize, "cr-name");
        var more = Numbers(node.Numbers).ToList();
        if (isUnit && !node.IsFolded && node.Shape.Rank == 0)
        {
            if (node.Bias is { } bias)
            {
                List<Formula> shift = [new Operator("+", OperatorKind.Prefix), new Space(0.15), Expressions.Names.ToFormula(bias.Name)];
                if (node.BiasNumbers is { } numbers)
                {
                    shift.AddRange([new Operator("→", OperatorKind.Relation), new Atom(GraphWords.Numbers(numbers.Value), AtomKind.Text)]);
                }

                more.Insert(0, Line(new Row(shift), TinySize, node.IsBiasHighlighted ? "cr-on" : node.BiasNumbers is null ? "cr-quiet" : "cr-forward"));
            }

            var radius = Math.Max(SmallestRadius, (name.Text.Width / 2) + 7);
            return new(true, 2 * radius, 2 * radius, [name], [.. more]);
        }

        // A value's equation stands below its name and set; what is given has its set there.
        var hasSet = !node.IsFolded && node.Shape.Rank > 0;
        List<GraphTextLine> lines = [hasSet && node.Equation is not null ? Line(new Row(node.Name, new Operator("∈", OperatorKind.Relation), GraphWords.Set(node)), NameSize, "cr-name") : name];
        if (hasSet && node.Equation is null)
        {
            lines.Add(Line(new Row(new Operator("∈", OperatorKind.Relation), GraphWords.Set(node)), SmallSize, "cr-quiet"));
        }
        else if (node.IsFolded)
        {
            lines.Add(Line(new Atom(GraphWords.Folded(node), AtomKind.Text), SmallSize, "cr-quiet"));
        }
        else if (Second(node) is { } second)
        {
            lines.Add(second);
        }

        lines.AddRange(more);
        var width = Math.Max(44, lines.Max(line => line.Text.Width) + 18);
        return new(false, width, lines.Sum(line => LineHeight(line.Size)) + 12, [.. lines], []);
    }

    /// <summary>The lines of a weight on its edge.</summary>
    public static ImmutableArray<GraphTextLine> OfWeights(GraphEdge edge) => edge.Weights switch
    {
        [] => [],
        [var weight] when edge.WeightNumbers is { } numbers =>
        [
            Line(new Row(Expressions.Names.ToFormula(weight.Name), new Operator("→", OperatorKind.Relation), new Atom(GraphWords.Numbers(numbers.Value), AtomKind.Text)), TinySize, edge.IsWeightHighlighted ? "cr-on" : "cr-forward"),
            .. Numbers(numbers).Skip(1),
        ],
        [var weight] => [Line(Expressions.Names.ToFormula(weight.Name), SmallSize, edge.IsWeightHighlighted ? "cr-on" : "cr-weight")],
        _ => [Line(new Atom(GraphWords.Count(edge.Weights.Length, "weight"), AtomKind.Text), TinySize, edge.IsWeightHighlighted ? "cr-on" : "cr-weight")],
    };

    /// <summary>A line of a legend or an equation.</summary>
    public static GraphTextLine Line(Formula formula, double size, string style) => new(SvgTextPrinter.Print(formula, size), size, style);

    /// <summary>The right side of the equation where it is short, else the name of the layer.</summary>
    private static GraphTextLine? Second(GraphNode node)
    {
        if (node.Equation is Row { Items: [.., var right] })
        {
            var equation = Line(new Row(new Operator("=", OperatorKind.Relation), right), SmallSize, "cr-quiet");
            if (equation.Text.Width <= WidestEquation)
            {
                return equation;
            }
        }

        var words = node.Words.Length == 0 ? null : Line(new Atom(node.Words, AtomKind.Text), SmallSize, "cr-quiet");
        return words?.Text.Width <= WidestEquation ? words : null;
    }

    private static IEnumerable<GraphTextLine> Numbers(GraphNumbers? numbers)
    {
        if (numbers is null)
        {
            yield break;
        }

        yield return Number("→", numbers.Value, "cr-forward");
        if (numbers.Adjoint is { } adjoint)
        {
            yield return Number("←", adjoint, "cr-backward");
        }

        static GraphTextLine Number(string arrow, NetworkNumbers value, string style) =>
            Line(new Row(new Atom(arrow, AtomKind.Symbol), new Space(0.25), new Atom(GraphWords.Numbers(value), AtomKind.Text)), TinySize, style);
    }
}
