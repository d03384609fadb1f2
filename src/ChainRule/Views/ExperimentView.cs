using System.Collections.Immutable;
using System.Net;
using System.Text;
using ChainRule.Charts;
using ChainRule.Networks;

namespace ChainRule.Views;

/// <summary>An experiment as HTML, LaTeX and text: what was found, with what, the numbers, the picture.</summary>
internal static class ExperimentView
{
    private static readonly string _style = Resources.Text("derivation.css").Trim() + "\n" + Resources.Text("experiment.css").Trim();

    public static MimeBundle Render(Experiment experiment)
    {
        var text = Text(experiment);
        return new(Html(experiment, text), Latex(experiment), text);
    }

    private static string Html(Experiment experiment, string text)
    {
        var html = new StringBuilder();
        html.Append("<style>").Append(_style).Append("</style>\n");
        html.Append("<section class=\"cr-derivation cr-experiment\" aria-label=\"").Append(Encode(experiment.Title)).Append("\">\n<header><h4>").Append(Encode(experiment.Title)).Append("</h4></header>\n");
        html.Append("<p class=\"cr-finding\">").Append(Encode(experiment.Finding)).Append("</p>\n<p class=\"cr-setting\">").Append(Encode(experiment.Setting)).Append("</p>\n");
        html.Append("<div class=\"cr-numbers\"><div class=\"cr-scroll\" tabindex=\"0\"><table aria-label=\"").Append(Encode($"numbers: {experiment.Title}")).Append("\"><thead><tr>")
            .AppendJoin(string.Empty, experiment.Table.Header.Select(head => $"<th scope=\"col\">{Encode(head)}</th>")).Append("</tr></thead>\n<tbody>\n");
        foreach (var row in experiment.Table.Rows)
        {
            html.Append("<tr><th scope=\"row\">").Append(Encode(row[0])).Append("</th>").AppendJoin(string.Empty, row.Skip(1).Select(cell => $"<td>{Encode(cell)}</td>")).Append("</tr>\n");
        }

        html.Append("</tbody></table></div></div>\n<div class=\"cr-chart\">").Append(experiment.Figure.Show().Html).Append("</div>\n");
        html.Append("<footer><div class=\"cr-more\"><details><summary>plain text</summary><pre tabindex=\"0\">").Append(Encode(text)).Append("</pre></details></div></footer>\n</section>\n");
        return html.ToString();
    }

    private static string Latex(Experiment experiment)
    {
        var latex = new StringBuilder("$$\n\\begin{array}{l").Append('r', experiment.Table.Header.Length - 1).Append("}\n");
        foreach (var row in experiment.Table.Rows.Prepend(experiment.Table.Header))
        {
            latex.AppendJoin(" & ", row.Select(FigureText.Cell)).Append(" \\\\\n");
        }

        // Prose stands outside of the formula, where it wraps.
        return latex.Append("\\end{array}\n$$\n\n").Append(FigureText.Prose(experiment.Finding)).ToString();
    }

    private static string Text(Experiment experiment)
    {
        var text = new StringBuilder(experiment.Title).Append("\n  ");
        text.AppendJoin("\n  ", TextLines.Wrap(experiment.Finding, TextLines.Columns - 2)).Append("\n\n  ").AppendJoin("\n  ", TextLines.Wrap(experiment.Setting, TextLines.Columns - 2)).Append("\n\n");
        return text.AppendJoin('\n', Blocks(experiment.Table).Select(FigureText.Align)).ToString();
    }

    /// <summary>The table in parts that fit beside their rows' names, one below the other.</summary>
    private static IEnumerable<List<IReadOnlyList<string>>> Blocks(ExperimentTable table)
    {
        List<ImmutableArray<string>> rows = [table.Header, .. table.Rows];
        int[] widths = [.. Enumerable.Range(0, table.Header.Length).Select(column => rows.Max(row => row[column].Length) + 2)];
        for (var (from, to) = (1, 1); from < widths.Length; from = to)
        {
            var used = widths[0];
            for (to = from; to < widths.Length && (to == from || used + widths[to] <= TextLines.Columns); to++)
            {
                used += widths[to];
            }

            yield return [.. rows.Select(row => (IReadOnlyList<string>)[row[0], .. row[from..to]])];
        }
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
