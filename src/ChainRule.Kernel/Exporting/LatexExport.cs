using ChainRule.Kernel.Notebooks;
using ChainRule.Kernel.Sessions;
using ChainRule.Views;

namespace ChainRule.Kernel.Exporting;

/// <summary>A notebook as a LaTeX document.</summary>
internal static class LatexExport
{
    /// <summary>The document; see <see cref="LatexDocument"/> for what it needs.</summary>
    public static string Render(Notebook notebook)
    {
        var blocks = notebook.Cells.SelectMany(cell => cell.Kind switch
        {
            CellKind.Markdown => [MarkdownLatex.Render(cell.Source)],
            CellKind.Code => [cell.Source.Trim().Length > 0 ? LatexDocument.Code(cell.Source) : string.Empty, .. cell.Outputs.Select(Output)],
            _ => new[] { cell.Source.Trim().Length > 0 ? LatexDocument.Verbatim(cell.Source) : string.Empty },
        });
        return LatexDocument.Wrap(string.Join("\n\n", blocks.Where(block => block.Length > 0)), notebook.Title);
    }

    private static string Output(CellOutput output) => output switch
    {
        StreamOutput { Text: var text } when text.Trim().Length > 0 => LatexDocument.Verbatim(OutputText.Plain(text)),
        ErrorOutput error => LatexDocument.Verbatim(OutputText.Plain(string.Join('\n', error.Traceback))),
        DisplayOutput display => Display(display),
        _ => string.Empty,
    };

    private static string Display(DisplayOutput output)
    {
        if (Pictures.IsChart(output))
        {
            // TeX reads no SVG: what the chart says in words, and its values.
            var words = string.Join("\n\n", Pictures.Of(output).Select(picture => $"\\emph{{{LatexDocument.Escape(picture.Alt)}}}"));
            return output[MimeBundle.TextType] is { } values ? $"{words}\n\n{LatexDocument.Verbatim(OutputText.Plain(values))}" : words;
        }

        return output[MimeBundle.LatexType] is { } latex ? LatexDocument.Fragment(latex)
            : output["text/markdown"] is { } markdown ? MarkdownLatex.Render(markdown)
            : output[MimeBundle.TextType] is { } text ? LatexDocument.Verbatim(OutputText.Plain(text))
            : string.Empty;
    }
}
