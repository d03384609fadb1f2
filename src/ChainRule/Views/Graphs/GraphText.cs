using System.Text;
using ChainRule.Networks;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>A graph where no picture is shown: levels with arrows and the equations, as text in 80 columns and as LaTeX.</summary>
internal static class GraphText
{
    private const int Columns = TextLines.Columns;

    public static string Plain(ComputationGraph graph)
    {
        var text = new StringBuilder(GraphWords.Title(graph)).Append('\n');
        if (GraphWords.Highlight(graph) is { } marked)
        {
            Wrap(text, "> ", marked);
        }

        foreach (var level in graph.Nodes.Select((node, position) => (node, position)).GroupBy(pair => graph.Levels[pair.position]).OrderBy(level => level.Key))
        {
            text.Append('\n');
            foreach (var (node, position) in level)
            {
                var from = graph.Edges.Where(edge => edge.To == position).Select(edge => graph.Nodes[edge.From].Name.ToString()).ToList();
                var mark = node.IsHighlighted ? "> " : "  ";
                if (from.Count == 0)
                {
                    Wrap(text, mark, GraphWords.Tell(node));
                    continue;
                }

                Wrap(text, mark, $"{string.Join(", ", from)} → {node.Name}");
                Wrap(text, "      ", GraphWords.Tell(node));
            }
        }

        var weights = graph.Edges.Where(edge => !edge.Weights.IsEmpty).ToList();
        if (weights.Count > 0)
        {
            text.Append("\nWeights on edges\n");
            foreach (var edge in weights)
            {
                Wrap(text, edge.IsWeightHighlighted ? "> " : "  ", GraphWords.Tell(graph, edge));
            }
        }

        return text.ToString();
    }

    public static string Latex(ComputationGraph graph)
    {
        var latex = new StringBuilder("$$\n\\begin{aligned}\n");
        for (var position = 0; position < graph.Nodes.Length; position++)
        {
            var node = graph.Nodes[position];
            var from = graph.Edges.Where(edge => edge.To == position).Select(edge => LatexPrinter.Print(graph.Nodes[edge.From].Name)).ToList();
            if (from.Count == 0)
            {
                continue;
            }

            // What lies on the path is framed; a colour alone would be lost in print.
            var equation = LatexPrinter.Print(node.Equation ?? node.Name);
            latex.Append(string.Join(", ", from)).Append(" &\\longrightarrow ").Append(node.IsHighlighted ? $"\\boxed{{{equation}}}" : equation).Append(" \\\\\n");
        }

        return latex.Append("\\end{aligned}\n$$").ToString();
    }

    /// <summary>The text in lines of at most 80 columns, broken at spaces where it can be; later lines stand four columns in.</summary>
    private static void Wrap(StringBuilder text, string indent, string line) =>
        text.Append(indent).AppendJoin($"\n{new string(' ', indent.Length + 4)}", TextLines.Wrap(line, Columns - indent.Length, hanging: 4)).Append('\n');
}
