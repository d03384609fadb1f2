using System.Net;
using System.Text;
using ChainRule.Charts;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>The card of an activation, a vector function or a loss as HTML, LaTeX and text.</summary>
internal static class FunctionCardView
{
    private static readonly string _style = Resources.Text("derivation.css").Trim() + "\n" + Resources.Text("function-card.css").Trim();

    public static MimeBundle Render(FunctionCard card)
    {
        var (latex, text) = (Latex(card), Text(card));
        return new(Html(card, latex, text), latex, text);
    }

    private static string Html(FunctionCard card, string latex, string text)
    {
        var html = new StringBuilder();
        html.Append("<style>").Append(_style).Append("</style>\n");
        html.Append("<section class=\"cr-derivation cr-function\" aria-label=\"").Append(Encode(card.Title)).Append("\">\n<header><h4>").Append(Encode(card.Title)).Append("</h4></header>\n");
        foreach (var statement in card.Statements)
        {
            html.Append("<div class=\"cr-statement\" tabindex=\"0\">").Append(FormulaHtml.Wrapping(statement)).Append("</div>\n");
        }

        html.Append("<dl class=\"cr-facts\">\n");
        foreach (var (name, words) in card.Facts)
        {
            html.Append("<dt>").Append(Encode(name)).Append("</dt><dd>").Append(name == "PyTorch" ? $"<code>{Encode(words)}</code>" : Encode(words)).Append("</dd>\n");
        }

        html.Append("</dl>\n");
        html.Append(DerivationHtml.Fragment(card.Derivative));
        if (!card.Values.IsEmpty)
        {
            html.Append("<div class=\"cr-numbers\"><div class=\"cr-scroll\" tabindex=\"0\"><table class=\"cr-tensor cr-values\" aria-label=\"table of values\"><tbody>\n");
            Row(html, "x", card.Values.Select(value => ChartNumber.Format(value.X)));
            Row(html, "value", card.Values.Select(value => ChartNumber.Format(value.Value)));
            Row(html, "derivative", card.Values.Select(value => ChartNumber.Format(value.Slope)));
            html.Append("</tbody></table></div></div>\n");
        }

        if (card.Chart is { } chart)
        {
            html.Append("<div class=\"cr-chart\">").Append(chart.Show().Html).Append("</div>\n");
        }

        html.Append("<footer><div class=\"cr-more\"><details><summary>LaTeX</summary><pre tabindex=\"0\">").Append(Encode(latex)).Append("</pre></details>")
            .Append("<details><summary>plain text</summary><pre tabindex=\"0\">").Append(Encode(text)).Append("</pre></details></div></footer>\n</section>\n");
        return html.ToString();
    }

    private static void Row(StringBuilder html, string head, IEnumerable<string> cells) =>
        html.Append("<tr><th scope=\"row\">").Append(head).Append("</th>").AppendJoin(string.Empty, cells.Select(cell => $"<td>{cell}</td>")).Append("</tr>\n");

    private static string Latex(FunctionCard card)
    {
        var statements = card.Statements.Select(DerivationLatex.Alone).ToList();
        var text = new StringBuilder("$$\n");
        text.Append(statements.Count == 1 ? statements[0] : $"\\begin{{gathered}}\n{string.Join(" \\\\\n", statements)}\n\\end{{gathered}}").Append("\n$$\n\n");
        text.Append(DerivationLatex.Render(card.Derivative));
        if (card.Derivative is { Result: { } result, ResultStep: null, Lines.IsEmpty: false })
        {
            text.Append("\n\n$$\n\\boxed{").Append(LatexPrinter.Print(result)).Append("}\n$$");
        }

        return text.ToString();
    }

    private static string Text(FunctionCard card)
    {
        var text = new StringBuilder();
        text.Append(card.Title).Append('\n');
        foreach (var statement in card.Statements)
        {
            TextLines.Hang(text, "  ", room => DerivationText.Equation(TextPrinter.Print(statement), room));
        }

        text.Append('\n');
        var width = card.Facts.Select(fact => fact.Name.Length).DefaultIfEmpty(0).Max();
        foreach (var (name, words) in card.Facts)
        {
            TextLines.Hang(text, $"  {name.PadRight(width)}  ", room => TextLines.Wrap(words, room));
        }

        text.Append('\n').Append(DerivationText.Render(card.Derivative));
        if (!card.Values.IsEmpty)
        {
            text.Append('\n');
            var rows = card.Values.Select(value => new[] { ChartNumber.Format(value.X), ChartNumber.Format(value.Value), ChartNumber.Format(value.Slope) }).Prepend(["x", "value", "derivative"]).ToList();
            int[] widths = [.. Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length))];
            foreach (var row in rows)
            {
                text.Append("  ").AppendJoin("  ", row.Select((cell, column) => cell.PadLeft(widths[column]))).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
