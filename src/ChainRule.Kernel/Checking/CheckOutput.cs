using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChainRule.Checking;
using ChainRule.Notation;
using ChainRule.Views;

namespace ChainRule.Kernel.Checking;

/// <summary>The results of <c>chainrule check</c> as text, JSON and a page.</summary>
internal static class CheckOutput
{
    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What is asked for of each file. It is written where the file is checked, so that what was derived for it can be forgotten.</summary>
    /// <param name="Text">The report for a reader at a terminal.</param>
    /// <param name="Json">The results for a marking script.</param>
    /// <param name="Html">Its part of the page.</param>
    internal readonly record struct Wanted(bool Text, bool Json, bool Html);

    /// <summary>A file's part of the outputs that were asked for.</summary>
    public static WrittenFile Write(CheckedFile file, Wanted wanted) => new(
        file.Path,
        file.IsWrong,
        file.IsOpen,
        wanted.Text ? $"{file.Path}\n{(file.Report is { } report ? HomeworkView.Text(report) : "? " + file.Error)}\n" : string.Empty,
        wanted.Json ? JsonSerializer.SerializeToElement(Results(file), _json) : default,
        wanted.Html ? Row(file) : string.Empty,
        wanted.Html ? file.Report is { } shown ? HomeworkView.Html(shown) : $"<p>{WebUtility.HtmlEncode(file.Error)}</p>\n" : string.Empty);

    /// <summary>All files for a marking script; the format is described in docs/checker.md.</summary>
    public static string Json(IReadOnlyList<WrittenFile> files) => JsonSerializer.Serialize(new { Format = 1, Files = files.Select(file => file.Json) }, _json) + "\n";

    private static object Results(CheckedFile file) => new
    {
        file.Path,
        file.Error,
        Right = file.Report?.Right,
        Wrong = file.Report?.Wrong,
        NotJudged = file.Report?.Open,
        UnreadGivens = file.Report?.UnreadGivens.Select(given => new { given.Source, given.Message, given.Span.Start, given.Span.Length }),
        Remarks = file.Report?.Remarks,
        Requirements = file.Report?.Requirements.Select(result => new { Kind = result.Requirement.Kind.ToString().ToLowerInvariant(), result.Requirement.Text, result.Requirement.Block, result.Met, result.Message }),
        Claims = file.Report?.Claims.Select(Claim),
    };

    private static object Claim(ClaimResult claim) => new
    {
        claim.Block,
        claim.Line,
        claim.Link,
        FileLine = claim.TextLine,
        claim.Source,
        Start = claim.Span.Start,
        Length = claim.Span.Length,
        Status = claim.Status.ToString().ToLowerInvariant(),
        Fault = claim.Fault.ToString().ToLowerInvariant(),
        claim.Message,
        Place = claim.Place is { } place ? new { place.Start, place.Length } : null,
        Counterexample = claim.Counterexample is { } example ? new { Where = example.Where.Select(pair => new { pair.Name, pair.Value }), Claimed = Finite(example.Claimed), Actual = Finite(example.Actual) } : null,
        Repair = claim.Repair is { } repair ? new { Kind = repair.Id, repair.Description, Latex = LatexPrinter.Print(repair.Claim), Text = TextPrinter.Print(repair.Claim) } : null,
        Solution = claim.Solution is { } solution ? new { Latex = Equation(solution), Text = $"{TextPrinter.Print(solution.Of)} = {TextPrinter.Print(solution.Result)}" } : null,
        Step = claim.Step is { } step ? new { Proved = step.IsProved, Rules = step.Rules.Select(rule => new { rule.Id, rule.Name, Inside = rule.IsInside }), Text = step.ToString() } : null,
        claim.FollowsFrom,
        claim.FollowsFromBlock,
        claim.Remarks,
        claim.Points,
        claim.Comparisons,
    };

    private static string Equation(Solution solution) => $"{LatexPrinter.Print(solution.Of)} = {LatexPrinter.Print(solution.Result)}";

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Row(CheckedFile file) => file.Report is not { } report ? "<td colspan=\"4\">not read</td>"
        : $"<td>{report.Right}</td><td>{report.Wrong}</td><td>{report.Open}</td><td>{(report.FirstWrong is { } first ? HomeworkView.Number(report, first) + (first.TextLine is { } line ? $" (line {line})" : string.Empty) : string.Empty)}</td>";

    /// <summary>A page that needs nothing but a browser.</summary>
    public static string Html(IReadOnlyList<WrittenFile> files)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Homework</title>\n<style>")
            .Append(MathFont.CssFontFace)
            .Append(":root{color-scheme:light dark}body{font:400 1rem/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}h2{font-size:1.05rem;margin:1.6rem 0 .2rem}table{border-collapse:collapse;font-size:.9rem}thead th{text-align:left;font-weight:600}th,td{padding:.15rem .8rem .15rem 0;border-bottom:1px solid #8884;vertical-align:top;overflow-wrap:anywhere}a{color:inherit}</style>\n</head>\n<body>\n<h1>Homework</h1>\n");
        if (files.Count > 1)
        {
            html.Append("<table>\n<thead><tr><th>File</th><th>right</th><th>wrong</th><th>not judged</th><th>first wrong line</th></tr></thead>\n<tbody>\n");
            for (var i = 0; i < files.Count; i++)
            {
                html.Append("<tr><td><a href=\"#file").Append(i).Append("\">").Append(WebUtility.HtmlEncode(files[i].Path)).Append("</a></td>").Append(files[i].Row).Append("</tr>\n");
            }

            html.Append("</tbody>\n</table>\n");
        }

        for (var i = 0; i < files.Count; i++)
        {
            html.Append("<h2 id=\"file").Append(i).Append("\">").Append(WebUtility.HtmlEncode(files[i].Path)).Append("</h2>\n").Append(files[i].Html);
        }

        return html.Append("</body>\n</html>\n").ToString();
    }
}
