using System.Globalization;
using ChainRule.Kernel.Notebooks;
using ChainRule.Kernel.Sessions;
using ChainRule.Views;

namespace ChainRule.Kernel.Exporting;

/// <summary>A notebook as Markdown: text cells as they are, code in fences, outputs as formulas, pictures or text.</summary>
internal static class MarkdownExport
{
    /// <summary>The document, and the pictures that lie beside it.</summary>
    /// <param name="notebook">The notebook with its outputs.</param>
    /// <param name="name">The document's name without extension: its pictures are in the folder NAME_files.</param>
    public static (string Text, IReadOnlyList<(string Path, string Svg)> Pictures) Render(Notebook notebook, string name)
    {
        var blocks = new List<string>();
        var pictures = new List<(string Path, string Svg)>();
        foreach (var cell in notebook.Cells)
        {
            if (cell.Kind != CellKind.Code)
            {
                blocks.Add(cell.Source.ReplaceLineEndings("\n").Trim('\n'));
                continue;
            }

            if (cell.Source.Trim().Length > 0)
            {
                blocks.Add(Fenced(cell.Source, "csharp"));
            }

            var number = 0;
            foreach (var output in cell.Outputs)
            {
                foreach (var (svg, alt) in output is DisplayOutput shown ? Kernel.Exporting.Pictures.Of(shown) : [])
                {
                    var file = string.Create(CultureInfo.InvariantCulture, $"{name}_files/cell-{cell.Number}-{++number}.svg");
                    pictures.Add((file, svg));
                    blocks.Add($"![{Label(alt)}](<{file}>)");
                }

                blocks.Add(output switch
                {
                    StreamOutput stream => Fenced(stream.Text, "text"),
                    ErrorOutput error => Fenced(OutputText.Plain(string.Join('\n', error.Traceback)), "text"),
                    DisplayOutput display => Display(display),
                    _ => string.Empty,
                });
            }
        }

        return (string.Join("\n\n", blocks.Where(block => block.Length > 0)) + "\n", pictures);
    }

    private static string Display(DisplayOutput output)
    {
        if (Pictures.IsChart(output))
        {
            return string.Empty;
        }

        if (output[MimeBundle.LatexType] is { } latex)
        {
            return latex.Contains('$', StringComparison.Ordinal) && !latex.StartsWith("\\text", StringComparison.Ordinal) ? latex.Trim() : $"$$\n{latex.Trim()}\n$$";
        }

        return output["text/markdown"]?.Trim() ?? (output[MimeBundle.TextType] is { } text ? Fenced(OutputText.Plain(text), "text") : string.Empty);
    }

    private static string Label(string text) => text.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    /// <summary>The text between fences longer than any in it.</summary>
    private static string Fenced(string text, string language)
    {
        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal))
        {
            fence += '`';
        }

        return $"{fence}{language}\n{text.ReplaceLineEndings("\n").Trim('\n')}\n{fence}";
    }
}
