using System.Text;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.Mathematics;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace ChainRule.Kernel.Pages;

/// <summary>Markdown as notebooks know it (GitHub's, with formulas), as HTML. What it returns is not yet safe: see <see cref="SafeHtml"/>.</summary>
internal static partial class MarkdownHtml
{
    // Not all of Markdig's advanced extensions: attributes in braces would eat LaTeX, and media links embed other sites.
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseTaskLists()
        .UseAutoLinks()
        .UseFootnotes()
        .UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .UseMathematics()
        .Build();

    /// <summary>The HTML of a text cell.</summary>
    public static string Render(string markdown)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlMathInlineRenderer>(new InlineMathRenderer());
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlMathBlockRenderer>(new BlockMathRenderer());
        renderer.Render(Parse(markdown));
        return writer.ToString();
    }

    /// <summary>The text cell as a tree, for pages and other formats alike.</summary>
    internal static MarkdownDocument Parse(string markdown) => Markdown.Parse(WithMathOnItsOwnLines(markdown), Pipeline);

    /// <summary>
    /// Brings formulas into the forms that Markdig knows: Jupyter allows $$…$$ and $…$ to run over lines, and an
    /// environment (align and its kin) to stand without dollars.
    /// </summary>
    internal static string WithMathOnItsOwnLines(string markdown)
    {
        var text = markdown.ReplaceLineEndings("\n");
        var result = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            var length = Untouched().Match(text, i) is { Success: true, Length: > 0 } untouched ? untouched.Length : 0;
            if (length > 0)
            {
                result.Append(text, i, length);
            }
            else if (Display().Match(text, i) is { Success: true } display)
            {
                length = display.Length;
                var content = display.Groups["content"].Value.Trim('\n');
                if (display.Value.Contains('\n', StringComparison.Ordinal) || display.Groups["name"].Success)
                {
                    var indent = Indent().Match(text, text.LastIndexOf('\n', Math.Max(i - 1, 0)) + 1).Value;
                    var lines = content.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
                    var body = string.Join("", lines.Select(line => $"{indent}{line}\n"));
                    result.Append($"\n{indent}$$\n{body}{indent}$$\n{indent}");
                    while (i + length < text.Length && text[i + length] == ' ')
                    {
                        length++;
                    }
                }
                else
                {
                    result.Append(display.Value);
                }
            }
            else if (Inline().Match(text, i) is { Success: true } inline)
            {
                length = inline.Length;
                result.Append(inline.Value.Replace('\n', ' '));
            }
            else
            {
                length = 1;
                result.Append(text[i]);
            }

            i += length;
        }

        return result.ToString();
    }

    /// <summary>A fenced block of code, a piece of code in a line, an escaped character.</summary>
    [GeneratedRegex(@"\G(?:(?<=^|\n) {0,3}(?<fence>`{3,}|~{3,})[\s\S]*?(?:\n {0,3}\k<fence>[`~]*[ \t]*(?=\n|$)|$)|(?<ticks>`+)(?!`)[\s\S]+?(?<!`)\k<ticks>(?!`)|\\(?!begin\{)[\s\S])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Untouched();

    [GeneratedRegex(@"\G(?:\$\$(?<content>[\s\S]+?)\$\$|(?<content>\\begin\{(?<name>(?:align|alignat|equation|gather|multline|eqnarray)\*?)\}[\s\S]+?\\end\{\k<name>\}))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Display();

    [GeneratedRegex(@"\G\$(?![\s$])(?:[^$\n\\]|\\[\s\S]|\n(?![ \t]*\n))+?(?<!\s)\$(?!\d)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Inline();

    [GeneratedRegex(@"\G[ \t]*", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Indent();

    private sealed class InlineMathRenderer : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline obj) =>
            renderer.Write(MathHtml.Render(obj.Content.ToString(), display: obj.DelimiterCount == 2));
    }

    private sealed class BlockMathRenderer : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock obj) =>
            renderer.WriteLine($"<p>{MathHtml.Render(obj.Lines.ToString(), display: true)}</p>");
    }
}
