using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ChainRule.Charts;
using ChainRule.Kernel.Notebooks;
using ChainRule.Kernel.Sessions;
using ChainRule.Notation;
using ChainRule.Views;

namespace ChainRule.Kernel.Pages;

/// <summary>A notebook as one HTML file that asks nobody for anything.</summary>
internal sealed partial class NotebookPage
{
    /// <summary>A page with fewer headings than this is its own table of contents.</summary>
    private const int HeadingsForContents = 4;

    /// <summary>The formats that a page can show, best first.</summary>
    private static readonly string[] Preferred =
        [MimeBundle.HtmlType, "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp", MimeBundle.LatexType, "text/markdown", MimeBundle.TextType, "application/json"];

    private static readonly Lazy<string> Style = new(() =>
    {
        using var reader = new StreamReader(typeof(NotebookPage).Assembly.GetManifestResourceStream("page.css")!);
        return reader.ReadToEnd();
    });

    private readonly string _folder;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<(int Level, string Id, string Text)> _headings = [];

    private NotebookPage(string folder) => _folder = folder;

    /// <summary>The page of a notebook.</summary>
    /// <param name="notebook">The notebook with its outputs.</param>
    /// <param name="path">Where the notebook is: pictures beside it are taken into the page.</param>
    public static string Render(Notebook notebook, string path)
    {
        var page = new NotebookPage(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var body = new StringBuilder();
        foreach (var cell in notebook.Cells)
        {
            page.Cell(body, cell);
        }

        var title = notebook.Title
            ?? page._headings.OrderBy(heading => heading.Level).Select(heading => heading.Text).FirstOrDefault(text => text.Length > 0)
            ?? Path.GetFileNameWithoutExtension(path);

        var content = page.WithContents(body.ToString());

        // The policy is the promise "no network" in a form that the browser holds us to, whatever an output contains.
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; font-src data:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="generator" content="ChainRule">
            <title>{WebUtility.HtmlEncode(title)}</title>
            <link rel="icon" href="data:,">
            <style>
            {MathFont.CssFontFace}
            {Style.Value}</style>
            </head>
            <body>
            <form class="cr-theme" role="radiogroup" aria-label="Colours">
            <label><input type="radio" name="theme" id="cr-auto" checked><span>auto</span></label>
            <label><input type="radio" name="theme" id="cr-light"><span>light</span></label>
            <label><input type="radio" name="theme" id="cr-dark"><span>dark</span></label>
            </form>
            <main class="cr-page">
            {content}</main>
            {Library(content)}            </body>
            </html>

            """.ReplaceLineEndings("\n");
    }

    /// <summary>The plotting library, once, and only those parts of it that the figures on the page ask for.</summary>
    private static string Library(string content) => string.Concat(Enum.GetValues<PlotlyBundle>()
        .Where(bundle => content.Contains($"data-cr-bundle=\"{bundle.ToString().ToLowerInvariant()}\"", StringComparison.Ordinal))
        .Select(bundle => PlotlyLibrary.ScriptElement(ScriptForm.Plain, bundle) + "\n"));

    private static void Code(StringBuilder html, NotebookCell cell)
    {
        if (cell.Source.Trim().Length > 0)
        {
            html.Append($"<div class=\"cr-input\"><span class=\"cr-number\" aria-label=\"cell {cell.Number}\">{cell.Number}</span>")
                .Append($"<pre tabindex=\"0\"><code>{CSharpHtml.Render(cell.Source)}</code></pre></div>\n");
        }

        foreach (var output in cell.Outputs)
        {
            html.Append(output switch
            {
                StreamOutput stream => $"<pre class=\"cr-stream{(stream.IsError ? " cr-stderr" : "")}\" tabindex=\"0\">{Plain(stream.Text)}</pre>\n",
                ErrorOutput error => $"<pre class=\"cr-error\" tabindex=\"0\">{Plain(string.Join('\n', error.Traceback))}</pre>\n",
                DisplayOutput display => Display(display),
                _ => "",
            });
        }
    }

    private static string Display(DisplayOutput output)
    {
        var type = Preferred.FirstOrDefault(type => output[type] is not null);
        if (type is null || output[type] is not { } content)
        {
            return "";
        }

        return type switch
        {
            MimeBundle.HtmlType => $"<div class=\"cr-output\">{Whole(content)}</div>\n",
            MimeBundle.LatexType => $"<div class=\"cr-output\">{MathHtml.RenderOutput(content)}</div>\n",
            "text/markdown" => $"<div class=\"cr-output\">{Whole(MarkdownHtml.Render(content))}</div>\n",
            "image/svg+xml" => Picture(type, Convert.ToBase64String(Encoding.UTF8.GetBytes(content))),
            _ when type.StartsWith("image/", StringComparison.Ordinal) => Picture(type, WhiteSpace().Replace(content, "")),
            _ => $"<pre class=\"cr-plain\" tabindex=\"0\">{Plain(content)}</pre>\n",
        };
    }

    private static string Picture(string type, string base64) =>
        $"<div class=\"cr-output\"><img alt=\"output\" src=\"data:{type};base64,{WebUtility.HtmlEncode(base64)}\"></div>\n";

    /// <summary>The fragment with all its elements closed, and without the style of the host's formatters, which speaks for the whole page.</summary>
    private static string Whole(string fragment)
    {
        var body = SafeHtml.Parse(fragment).Body!;
        foreach (var style in body.QuerySelectorAll("style").Where(style => style.TextContent.Contains(".dni-", StringComparison.Ordinal)).ToList())
        {
            style.Remove();
        }

        // The page brings the plotting library and the font itself, once.
        foreach (var library in body.QuerySelectorAll($".{InteractiveCharts.ElementClass},.{MathFont.ElementClass}").ToList())
        {
            library.Remove();
        }

        return body.InnerHtml;
    }

    private static string Plain(string text) => WebUtility.HtmlEncode(Ansi().Replace(text, "").TrimEnd('\n'));

    private void Cell(StringBuilder html, NotebookCell cell)
    {
        switch (cell.Kind)
        {
            case CellKind.Code:
                html.Append("<section class=\"cr-cell cr-code\">\n");
                Code(html, cell);
                html.Append("</section>\n");
                break;
            case CellKind.Markdown:
                html.Append($"<section class=\"cr-cell cr-text\">\n{Text(cell)}\n</section>\n");
                break;
            case CellKind.Raw:
                html.Append($"<section class=\"cr-cell\">\n<pre class=\"cr-plain\" tabindex=\"0\">{Plain(cell.Source)}</pre>\n</section>\n");
                break;
        }
    }

    private string Text(NotebookCell cell)
    {
        var document = SafeHtml.Parse(MarkdownHtml.Render(cell.Source));
        SafeHtml.Clean(document, address => Image(address, cell));
        var body = document.Body!;
        foreach (var heading in body.QuerySelectorAll("h1, h2, h3, h4, h5, h6"))
        {
            var name = heading.Id is { Length: > 0 } given ? given : "section";
            var id = name;
            for (var i = 2; !_ids.Add(id); i++)
            {
                id = $"{name}-{i}";
            }

            heading.Id = id;
            _headings.Add((heading.LocalName[1] - '0', id, heading.TextContent.Trim()));
        }

        foreach (var code in body.QuerySelectorAll("pre > code.language-csharp, pre > code.language-cs, pre > code.language-c\\#"))
        {
            code.InnerHtml = CSharpHtml.Render(code.TextContent);
        }

        foreach (var link in body.QuerySelectorAll("a[href^='#']"))
        {
            // Jupyter's own anchors keep capitals; ours are GitHub's.
            link.SetAttribute("href", link.GetAttribute("href")!.ToLowerInvariant());
        }

        foreach (var table in body.QuerySelectorAll("table").ToList())
        {
            var wrapper = document.CreateElement("div");
            wrapper.ClassName = "cr-wide";
            wrapper.SetAttribute("tabindex", "0");
            table.Replace(wrapper);
            wrapper.AppendChild(table);
        }

        return body.InnerHtml.Trim();
    }

    private string WithContents(string body)
    {
        var headings = _headings.Where(heading => heading.Level is 2 or 3).ToList();
        if (headings.Count < HeadingsForContents)
        {
            return body;
        }

        var items = headings.Select(heading =>
            $"<li class=\"cr-level{heading.Level}\"><a href=\"#{WebUtility.HtmlEncode(heading.Id)}\">{WebUtility.HtmlEncode(heading.Text)}</a></li>\n");
        var contents = $"<nav class=\"cr-contents\" aria-label=\"Contents\">\n<ol>\n{string.Concat(items)}</ol>\n</nav>\n";

        // Below the title, where the page begins with one.
        const string TitleEnd = "</h1>";
        var end = _headings[0].Level == 1 ? body.IndexOf(TitleEnd, StringComparison.Ordinal) + TitleEnd.Length : 0;
        return body.Insert(end, contents);
    }

    /// <summary>The picture as a data address: an attachment of the cell, or a file in the notebook's folder.</summary>
    private string? Image(string address, NotebookCell cell)
    {
        if (address.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase))
        {
            return address;
        }

        const string Attachment = "attachment:";
        var name = Uri.UnescapeDataString(address);
        if (name.StartsWith(Attachment, StringComparison.Ordinal))
        {
            return cell.Attachments.TryGetValue(name[Attachment.Length..], out var formats) && formats.Count > 0
                ? $"data:{formats.First().Key};base64,{WhiteSpace().Replace(formats.First().Value, "")}"
                : null;
        }

        var type = Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".png" => "image/png",
            ".jpg" or ".jpeg" => "image/jpeg",
            ".gif" => "image/gif",
            ".webp" => "image/webp",
            ".svg" => "image/svg+xml",
            _ => null,
        };
        if (type is null || name.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }

        // Only what lies in the notebook's folder: a page is made to be passed on.
        var file = Path.GetFullPath(Path.Combine(_folder, name));
        return file.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(file)
            ? $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(file))}"
            : null;
    }

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Ansi();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex WhiteSpace();
}
