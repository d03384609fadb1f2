using System.Net;
using System.Text;
using ChainRule.Kernel.Pages;
using ChainRule.Views;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.Mathematics;
using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ChainRule.Kernel.Exporting;

/// <summary>Markdown as LaTeX, by its tree. Formulas go through as they are.</summary>
internal static class MarkdownLatex
{
    private static readonly string[] Headings = ["section", "subsection", "subsubsection", "paragraph"];

    /// <summary>The LaTeX of a text cell.</summary>
    public static string Render(string markdown) => Blocks(MarkdownHtml.Parse(markdown));

    private static string Blocks(ContainerBlock container) =>
        string.Join("\n\n", container.Select(Block).Where(block => block.Length > 0));

    private static string Block(Block block) => block switch
    {
        HeadingBlock heading => $"\\{Headings[Math.Min(heading.Level, Headings.Length) - 1]}{{{Inlines(heading.Inline)}}}",
        ParagraphBlock paragraph => Inlines(paragraph.Inline),
        MathBlock math => LatexDocument.Display(math.Lines.ToString()),
        CodeBlock code => LatexDocument.Code(code.Lines.ToString()),
        ListBlock list => List(list),
        QuoteBlock quote => Environment("quote", Blocks(quote)),
        ThematicBreakBlock => "\\par\\hrule\\par",
        Table table => Rows(table),
        // Markup of the page, such as comments, says nothing on paper; its text is in other blocks or preformatted.
        HtmlBlock html => SafeHtml.Parse(html.Lines.ToString()).Body!.TextContent.Trim() is { Length: > 0 } text ? LatexDocument.Escape(text) : string.Empty,
        // Notes stand where they are called.
        FootnoteGroup or LinkReferenceDefinitionGroup => string.Empty,
        ContainerBlock other => Blocks(other),
        LeafBlock { Inline: { } inline } => Inlines(inline),
        _ => string.Empty,
    };

    private static string List(ListBlock list) => Environment(
        list.IsOrdered ? "enumerate" : "itemize",
        // Braces: a bracket after \item would be its label.
        string.Join("\n", list.OfType<ListItemBlock>().Select(item => "\\item{} " + Blocks(item))));

    private static string Environment(string name, string body) => body.Length == 0 ? string.Empty : $"\\begin{{{name}}}\n{body}\n\\end{{{name}}}";

    private static string Rows(Table table)
    {
        var rows = table.OfType<TableRow>().ToList();
        var columns = rows.Count == 0 ? 0 : rows.Max(row => row.Count);
        if (columns == 0)
        {
            return string.Empty;
        }

        var letters = string.Concat(Enumerable.Range(0, columns).Select(i => i < table.ColumnDefinitions.Count ? table.ColumnDefinitions[i].Alignment : null).Select(alignment => alignment switch
        {
            TableColumnAlign.Right => 'r',
            TableColumnAlign.Center => 'c',
            _ => 'l',
        }));
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendJoin(" & ", row.OfType<TableCell>().Select(cell => "{" + Blocks(cell).Replace("\n\n", " ", StringComparison.Ordinal) + "}")).Append(" \\\\");
            text.Append(row.IsHeader ? " \\hline\n" : "\n");
        }

        // A table is set like a formula: one that is too wide is made smaller.
        return $"\\crfit{{\\begin{{tabular}}{{{letters}}}\n{text}\\end{{tabular}}}}";
    }

    private static string Inlines(ContainerInline? container) => container is null ? string.Empty : string.Concat(container.Select(Inline));

    private static string Inline(Inline inline) => inline switch
    {
        LiteralInline literal => LatexDocument.Escape(literal.Content.ToString()),
        MathInline { DelimiterCount: 2 } math => $"\n{LatexDocument.Display(math.Content.ToString())}\n",
        MathInline math => $"${math.Content}$",
        CodeInline code => $"\\texttt{{{LatexDocument.Escape(code.Content)}}}",
        EmphasisInline { DelimiterChar: '~' } struck => $"\\crstrike{{{Inlines(struck)}}}",
        EmphasisInline { DelimiterCount: >= 2 } strong => $"\\textbf{{{Inlines(strong)}}}",
        EmphasisInline emphasis => $"\\emph{{{Inlines(emphasis)}}}",
        LineBreakInline { IsHard: true } => "\\par\n",
        LineBreakInline => "\n",
        LinkInline { IsImage: true } picture => $"\\emph{{[{Inlines(picture)}]}} (\\texttt{{{LatexDocument.Escape(Address(picture.Url))}}})",
        LinkInline { Url: { } url } link when IsOutside(url) => $"\\href{{{Target(url)}}}{{{Inlines(link)}}}",
        AutolinkInline { IsEmail: false } link => $"\\href{{{Target(link.Url)}}}{{{LatexDocument.Escape(link.Url)}}}",
        AutolinkInline link => LatexDocument.Escape(link.Url),
        HtmlEntityInline entity => LatexDocument.Escape(entity.Transcoded.ToString()),
        HtmlInline => string.Empty,
        TaskList task => task.Checked ? "$\\checkmark$ " : "$\\square$ ",
        FootnoteLink { IsBackLink: false } note => $"\\footnote{{{Blocks(note.Footnote)}}}",
        ContainerInline other => Inlines(other),
        _ => string.Empty,
    };

    private static bool IsOutside(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "mailto";

    private static string Address(string? url) => url is null || url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("attachment:", StringComparison.Ordinal) ? "picture" : WebUtility.UrlDecode(url);

    /// <summary>An address as hyperref takes it, also inside of other commands.</summary>
    private static string Target(string url) => string.Concat(url.Select(letter => letter switch
    {
        '%' or '#' or '&' or '_' => $"\\{letter}",
        '\\' or '{' or '}' or '^' or '~' or '$' or '"' or '<' or '>' or ' ' or '`' or '|' => "\\%" + ((int)letter).ToString("X2", System.Globalization.CultureInfo.InvariantCulture),
        _ when letter > '~' => string.Concat(Encoding.UTF8.GetBytes(letter.ToString()).Select(part => "\\%" + part.ToString("X2", System.Globalization.CultureInfo.InvariantCulture))),
        _ => letter.ToString(),
    }));
}
