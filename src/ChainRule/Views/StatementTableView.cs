using System.Net;
using System.Text;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>A table of equations as HTML, LaTeX and text.</summary>
internal static class StatementTableView
{
    private static readonly string _style = Resources.Text("derivation.css").Trim() + "\n" + Resources.Text("network.css").Trim();

    /// <summary>How wide a right side may be on paper, in em.</summary>
    private const double MostRight = 30;

    public static MimeBundle Render(StatementTable table)
    {
        var (latex, text) = (Latex(table), Text(table));
        return new(Html(table, latex, text), latex, text);
    }

    private static string Html(StatementTable table, string latex, string text)
    {
        var html = new StringBuilder();
        html.Append("<style>").Append(_style).Append("</style>\n");
        html.Append("<section class=\"cr-derivation cr-network\" aria-label=\"").Append(Encode(table.Title)).Append("\">\n<header><h4>").Append(Encode(table.Title)).Append("</h4></header>\n");
        html.Append("<p class=\"cr-paths\">").Append(Encode(table.Subtitle)).Append("</p>\n").Append(table.Picture).Append("<table class=\"cr-lines\">\n");
        foreach (var part in table.Parts.Where(part => !part.Lines.IsEmpty))
        {
            html.Append("<tbody><tr class=\"cr-part\"><th scope=\"rowgroup\" colspan=\"4\">").Append(Encode(part.Heading)).Append("</th></tr>\n");
            foreach (var line in part.Lines)
            {
                html.Append("<tr><td class=\"cr-l\">").Append(line.Left is { } left ? Math(left) : string.Empty)
                    .Append("</td><td class=\"cr-r\" tabindex=\"0\">").Append(FormulaHtml.Wrapping(line.Left is null ? line.Right : new Row(new Operator("=", OperatorKind.Relation), line.Right)))
                    .Append("</td><td class=\"cr-s\">").Append(line.Set is { } set ? Math(new Row(new Operator("∈", OperatorKind.Relation), set)) : string.Empty)
                    .Append("</td><td class=\"cr-why\">").Append(Encode(line.Words)).Append("</td></tr>\n");
            }

            html.Append("</tbody>\n");
        }

        html.Append("</table>\n<footer><div class=\"cr-more\">");
        if (table.Code is { } code)
        {
            Details(html, code.Heading, code.Text);
        }

        Details(html, "LaTeX", latex);
        Details(html, "plain text", text);
        html.Append("</div><span>").Append(Encode(table.Summary)).Append("</span></footer>\n</section>\n");
        return html.ToString();
    }

    private static void Details(StringBuilder html, string heading, string text) =>
        html.Append("<details><summary>").Append(Encode(heading)).Append("</summary><pre tabindex=\"0\">").Append(Encode(text)).Append("</pre></details>");

    private static string Latex(StatementTable table)
    {
        var latex = new StringBuilder("$$\n\\begin{aligned}\n");
        foreach (var line in table.Parts.SelectMany(part => part.Lines))
        {
            latex.Append(line.Left is { } left ? $"{LatexPrinter.Print(left)} &= " : "& ").Append(DerivationLatex.Broken(line.Right, MostRight))
                .Append(line.Set is { } set ? $" \\in {LatexPrinter.Print(set)}" : string.Empty).Append(" \\\\\n");
        }

        return latex.Append("\\end{aligned}\n$$").ToString();
    }

    private static string Text(StatementTable table)
    {
        var text = new StringBuilder(table.Title).Append('\n');
        TextLines.Hang(text, string.Empty, width => TextLines.Wrap(table.Subtitle, width));
        var width = table.Parts.SelectMany(part => part.Lines).Select(line => line.Left is { } left ? TextLines.Width(TextPrinter.Print(left)) : 0).DefaultIfEmpty(0).Max();
        foreach (var part in table.Parts.Where(part => !part.Lines.IsEmpty))
        {
            text.Append('\n').Append(part.Heading).Append('\n');
            var rows = part.Lines.Select(line => (
                Equation: line.Left is { } left ? Padded(TextPrinter.Print(left), width, atRight: true) + $" = {TextPrinter.Print(line.Right)}" : TextPrinter.Print(line.Right),
                Set: line.Set is { } set ? $"∈ {TextPrinter.Print(set)}" : string.Empty,
                line.Words)).ToList();
            var (sets, words) = (rows.Max(row => TextLines.Width(row.Set)), rows.Max(row => TextLines.Width(row.Words)));
            // An equation that leaves no room for what stands beside it keeps to itself and has the rest below.
            var room = TextLines.Columns - 2 - sets - words - 4;
            var equations = rows.Select(row => TextLines.Width(row.Equation)).Where(length => length <= room).DefaultIfEmpty(0).Max();
            foreach (var row in rows)
            {
                var beside = $"{Padded(row.Set, sets)}  {row.Words}".TrimEnd();
                if (TextLines.Width(row.Equation) <= equations)
                {
                    text.Append($"  {Padded(row.Equation, equations)}  {beside}".TrimEnd()).Append('\n');
                    continue;
                }

                TextLines.Hang(text, "  ", columns => DerivationText.Equation(row.Equation, columns));
                if (beside.Length > 0)
                {
                    TextLines.Hang(text, new string(' ', width + 5), columns => TextLines.Wrap(beside.Trim(), columns));
                }
            }
        }

        if (table.Code is { } code)
        {
            text.Append('\n').Append(code.Heading).Append('\n').AppendJoin('\n', code.Text.TrimEnd().Split('\n').Select(line => $"  {line}".TrimEnd())).Append('\n');
        }

        text.Append('\n');
        TextLines.Hang(text, string.Empty, columns => TextLines.Wrap(table.Summary, columns));
        return text.ToString();

        static string Padded(string cell, int columns, bool atRight = false)
        {
            var space = new string(' ', int.Max(0, columns - TextLines.Width(cell)));
            return atRight ? space + cell : cell + space;
        }
    }

    private static string Math(Formula formula) => MathMLPrinter.Print(formula, display: true);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
