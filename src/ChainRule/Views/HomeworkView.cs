using System.Globalization;
using System.Net;
using System.Text;
using ChainRule.Checking;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>What a homework report looks like: one row a claim, with its mark, what is wrong, the counterexample and the repair.</summary>
public static class HomeworkView
{
    private static readonly string _style = Resources.Text("derivation.css");

    /// <summary>The report in every format.</summary>
    public static MimeBundle Show(HomeworkReport report)
    {
        Require.NotNull(report);
        return new(Html(report), Latex(report), Text(report));
    }

    /// <summary>What there is to say of a claim, in sentences; empty where it is simply right.</summary>
    public static string Explain(ClaimResult claim)
    {
        Require.NotNull(claim);
        return Explain(claim, ToCompare(claim));
    }

    /// <summary>The derivation that is shown beside a wrong claim without a repair, or null.</summary>
    private static DerivationModel? ToCompare(ClaimResult claim) => claim is { Repair: null, Solution: { } solution } ? DerivationModel.Of(solution) : null;

    private static string Explain(ClaimResult claim, DerivationModel? toCompare)
    {
        var sentences = new List<string>();
        if (claim.Repair is { } repair)
        {
            sentences.Add(claim.FollowsFrom is null ? repair.Description.TrimEnd('.') + "." : claim.Message);
            if (claim.Fault == ClaimFault.Shape)
            {
                sentences.Add(claim.Message);
            }

            sentences.Add(repair.Id is RepairKinds.WrongDerivative or RepairKinds.Convolution && !ReferenceEquals(repair.Right, claim.Right) ? $"Right would be {TextPrinter.Print(repair.Claim)}." : $"It should be {TextPrinter.Print(repair.Right)}.");
        }
        else if (claim.Message.Length > 0)
        {
            sentences.Add(claim.Message);
        }

        if (claim.Solution is { } solution && toCompare is not null)
        {
            var adjoints = toCompare.Adjoints.Select(line => $"{TextPrinter.Print(line.Left!)} = {TextPrinter.Print(line.Right)}").ToList();
            sentences.Add($"Right would be {TextPrinter.Print(solution.Of)} = {TextPrinter.Print(solution.Result)}{(adjoints.Count > 0 ? $" with {string.Join(", ", adjoints)}" : string.Empty)}.");
        }

        if (claim.Counterexample is { } example)
        {
            sentences.Add($"({Where(example)}the claim {(double.IsFinite(example.Claimed) ? $"gives {NumberText.Of(example.Claimed)}" : "has no value")}, true is {NumberText.Of(example.Actual)}.)");
        }

        if (claim.Step is { } step)
        {
            sentences.Add(step.ToString());
        }

        sentences.AddRange(claim.Remarks.Where(remark => !sentences.Contains(remark, StringComparer.Ordinal)));
        return string.Join(' ', sentences);
    }

    private static string Where(Counterexample example) => example.Where.IsEmpty ? string.Empty
        : "At " + string.Join(", ", example.Where.Select(pair => pair.Name is "row" or "column" or "entry" || pair.Name.StartsWith("axis", StringComparison.Ordinal) ? $"{pair.Name} {pair.Value.ToString(CultureInfo.InvariantCulture)}" : $"{pair.Name} = {pair.Value.ToString(CultureInfo.InvariantCulture)}")) + " ";

    /// <summary>The number of a claim as it is shown: 2, or 2.3 for the third relation of line 2; the block before it where there are several.</summary>
    public static string Number(HomeworkReport report, ClaimResult claim)
    {
        Require.NotNull(report);
        Require.NotNull(claim);
        var line = claim.Line.ToString(CultureInfo.InvariantCulture) + (report.Claims.Count(other => other.Block == claim.Block && other.Line == claim.Line) > 1 ? "." + claim.Link.ToString(CultureInfo.InvariantCulture) : string.Empty);
        return report.Claims.Any(other => other.Block != claim.Block) ? $"{claim.Block.ToString(CultureInfo.InvariantCulture)}:{line}" : line;
    }

    /// <summary>What came out, in one line.</summary>
    public static string Summary(HomeworkReport report)
    {
        Require.NotNull(report);
        var parts = new List<string> { $"{report.Right.ToString(CultureInfo.InvariantCulture)} right", $"{report.Wrong.ToString(CultureInfo.InvariantCulture)} wrong" };
        var following = report.Claims.Count(claim => claim.FollowsFrom is not null);
        if (following > 0)
        {
            parts.Add($"{following.ToString(CultureInfo.InvariantCulture)} following from a wrong line");
        }

        if (report.Open > 0)
        {
            parts.Add($"{report.Open.ToString(CultureInfo.InvariantCulture)} not judged");
        }

        if (report.UnreadGivens.Length > 0)
        {
            parts.Add($"{report.UnreadGivens.Length.ToString(CultureInfo.InvariantCulture)} given{(report.UnreadGivens.Length == 1 ? string.Empty : "s")} not read");
        }

        if (report.Requirements.Count(requirement => requirement.Met != true) is > 0 and var unmet)
        {
            parts.Add($"{unmet.ToString(CultureInfo.InvariantCulture)} of {report.Requirements.Length.ToString(CultureInfo.InvariantCulture)} requirement{(report.Requirements.Length == 1 ? string.Empty : "s")} not met");
        }

        return string.Join(", ", parts);
    }

    /// <summary>What is said of a requirement.</summary>
    private static string Required(HomeworkReport report, RequirementResult result)
    {
        var block = report.Claims.Any(claim => claim.Block != result.Requirement.Block) ? $" of block {result.Requirement.Block.ToString(CultureInfo.InvariantCulture)}" : string.Empty;
        var text = result.Requirement.Kind == RequirementKind.Rule ? result.Requirement.Text : TextPrinter.Print(LatexReader.Read(result.Requirement.Text));
        return $"required is {result.Requirement.Words}{block} {text}: {(result.Met switch { true => "met", false => "not met", _ => "not decided" })}. {result.Message}";
    }

    private static string Statement(ClaimResult claim) => claim.Left is { } left && claim.Right is { } right
        ? $"{(claim.Continues ? "    …" : TextPrinter.Print(left))} {claim.Sign} {TextPrinter.Print(right)}"
        : claim.Source;

    /// <summary>The report for a reader at a terminal.</summary>
    public static string Text(HomeworkReport report)
    {
        Require.NotNull(report);
        var text = new StringBuilder();
        foreach (var given in report.UnreadGivens)
        {
            text.Append("? given: ").Append(given.Source).Append("\n    ").Append(given.Message).Append('\n');
        }

        foreach (var claim in report.Claims)
        {
            text.Append(claim.Mark).Append(" line ").Append(Number(report, claim));
            if (claim.Mark is "✗" or "?" && claim.TextLine is { } line && report.Claims.Any(other => other.Block != claim.Block))
            {
                // Where several blocks were read, their numbers alone are hard to find again.
                text.Append(" (line ").Append(line.ToString(CultureInfo.InvariantCulture)).Append(" of the text)");
            }

            text.Append("  ").Append(Statement(claim)).Append('\n');
            if (claim.Place is { } place && claim.Status == ClaimStatus.Unreadable && place.Start >= claim.Span.Start && place.Start - claim.Span.Start <= claim.Source.Length && !claim.Source.Contains('\n', StringComparison.Ordinal))
            {
                var (source, at) = Around(claim.Source, place.Start - claim.Span.Start, TextLines.Columns - 4);
                text.Append("    ").Append(source).Append("\n    ").Append(' ', at).Append('^').Append('\n');
            }

            var toCompare = ToCompare(claim);
            if (Explain(claim, toCompare) is { Length: > 0 } words)
            {
                text.Append("    ").Append(words).Append('\n');
            }

            if (toCompare is not null)
            {
                AppendDerivation(text, toCompare);
            }
        }

        foreach (var requirement in report.Requirements)
        {
            text.Append(requirement.Mark).Append(' ').Append(Required(report, requirement)).Append('\n');
        }

        foreach (var remark in report.Remarks)
        {
            text.Append("note: ").Append(remark).Append('\n');
        }

        return TextLines.Fit(text.Append(Summary(report)).ToString());
    }

    /// <summary>As much of a source line as fits around a place, and where the place is in it.</summary>
    private static (string Source, int At) Around(string source, int at, int width)
    {
        if (source.Length <= width)
        {
            return (source, at);
        }

        const string Dots = "… ";
        var start = Math.Clamp(at - (width / 2), 0, source.Length - width);
        var (before, after) = (start > 0 ? Dots : string.Empty, start + width < source.Length ? " …" : string.Empty);
        return (string.Concat(before, source.AsSpan(start + before.Length, width - before.Length - after.Length), after), Math.Max(at - start, before.Length));
    }

    /// <summary>The first lines of the derivation to compare with; the page has all of it.</summary>
    private static void AppendDerivation(StringBuilder text, DerivationModel model)
    {
        const int Most = 5;
        var left = model.Lines is [{ Left: { } start }, ..] ? TextPrinter.Print(start) : string.Empty;
        foreach (var (line, position) in model.Lines.Take(Most).Select((line, position) => (line, position)))
        {
            text.Append("      ").Append(position == 0 ? left : new string(' ', left.Length)).Append(" = ").Append(TextPrinter.Print(line.Right)).Append("   [").Append(line.Rule).Append("]\n");
        }

        if (model.Lines.Length > Most)
        {
            text.Append("      ").Append(' ', left.Length).Append(" = …\n");
        }
    }

    private static string Latex(HomeworkReport report)
    {
        var latex = new StringBuilder("$$\n\\begin{aligned}\n");
        foreach (var claim in report.Claims)
        {
            var mark = claim.Mark switch { "✓" => "\\checkmark", "✗" => "\\times", "≔" => "\\triangleq", "↯" => "\\Rightarrow", _ => "?" };
            latex.Append(mark).Append("\\; & ");
            if (claim.Left is { } left && claim.Right is { } right)
            {
                latex.Append(LatexPrinter.Print(new Row(left, new Operator(claim.Sign, OperatorKind.Relation), right)));
            }
            else
            {
                latex.Append("\\text{not read}");
            }

            if (claim.Repair is { } repair)
            {
                latex.Append("\\quad \\text{should be}\\quad ").Append(LatexPrinter.Print(repair.Claim));
            }

            latex.Append(" \\\\\n");
        }

        return latex.Append("\\end{aligned}\n$$").ToString();
    }

    /// <summary>The report as an HTML fragment with its style.</summary>
    public static string Html(HomeworkReport report)
    {
        Require.NotNull(report);
        var html = new StringBuilder();
        html.Append("<style>").Append(_style.Trim()).Append("</style>\n<section class=\"cr-derivation\" aria-label=\"homework\">\n<header><h4>").Append(report.IsRight ? "Every line is right" : report.FirstWrong is { } first ? $"The first wrong line is line {Number(report, first)}" : report.Open == 0 && report.UnreadGivens.IsEmpty ? "Every line is right, but not everything is as required" : "Not everything could be judged")
            .Append("</h4><span class=\"cr-set\">").Append(Encode(Summary(report))).Append("</span></header>\n");
        foreach (var given in report.UnreadGivens)
        {
            html.Append("<p class=\"cr-remarks\">This given is not read: <code>").Append(Encode(given.Source)).Append("</code> ").Append(Encode(given.Message)).Append("</p>\n");
        }

        html.Append("<table class=\"cr-lines\"><tbody>\n");
        foreach (var claim in report.Claims)
        {
            html.Append("<tr><td class=\"cr-n\">").Append(Number(report, claim)).Append("</td><td class=\"cr-l\"></td><td class=\"cr-r\" tabindex=\"0\">");
            if (claim.Left is { } left && claim.Right is { } right)
            {
                html.Append(FormulaHtml.Wrapping(claim.Continues ? new Row(new Space(1), new Operator(claim.Sign, OperatorKind.Relation), right) : new Row(left, new Operator(claim.Sign, OperatorKind.Relation), right)));
            }
            else
            {
                html.Append("<code>").Append(Encode(claim.Source)).Append("</code>");
            }

            html.Append("</td><td class=\"cr-why\">");
            var toCompare = ToCompare(claim);
            Why(html, claim, toCompare);
            var good = claim.Status is ClaimStatus.Proved or ClaimStatus.Supported or ClaimStatus.Definition && claim.FollowsFrom is null;
            html.Append("</td><td class=\"cr-v\"><span class=\"").Append(good ? "cr-ok" : "cr-no").Append("\" role=\"img\" aria-label=\"").Append(Spoken(claim)).Append("\" title=\"").Append(Spoken(claim)).Append("\">").Append(claim.Mark).Append("</span></td></tr>\n");
            if (toCompare is not null)
            {
                html.Append("<tr><td class=\"cr-solution\" colspan=\"5\"><details><summary>The derivation to compare</summary><div class=\"cr-inner\">").Append(DerivationHtml.Fragment(toCompare)).Append("</div></details></td></tr>\n");
            }
        }

        html.Append("</tbody></table>\n");
        foreach (var requirement in report.Requirements)
        {
            html.Append("<p class=\"cr-remarks\"><span class=\"").Append(requirement.Met == true ? "cr-ok" : "cr-no").Append("\">").Append(requirement.Mark).Append("</span> ").Append(Encode(Required(report, requirement))).Append("</p>\n");
        }

        if (!report.Remarks.IsEmpty)
        {
            html.Append("<p class=\"cr-remarks\">").AppendJoin(' ', report.Remarks.Select(Encode)).Append("</p>\n");
        }

        return html.Append("</section>\n").ToString();
    }

    private static void Why(StringBuilder html, ClaimResult claim, DerivationModel? toCompare)
    {
        if (claim.Repair is { } repair)
        {
            html.Append("<b>").Append(Encode((claim.FollowsFrom is null ? repair.Description : claim.Message).TrimEnd('.'))).Append("</b><div>should be <span class=\"cr-fact\">").Append(MathMLPrinter.Print(claim.Continues ? repair.Right : repair.Claim, display: false)).Append("</span></div>");
            var rest = Explain(claim with { Repair = null, FollowsFrom = null, Message = claim.Fault == ClaimFault.Shape ? claim.Message : string.Empty }, toCompare: null);
            html.Append("<div>").Append(Encode(rest)).Append("</div>");
            return;
        }

        html.Append(Encode(Explain(claim, toCompare: null)));
        if (claim.Solution is { } solution && toCompare is not null)
        {
            html.Append("<div>right would be <span class=\"cr-fact\">").Append(MathMLPrinter.Print(new Row(solution.Of, new Operator("=", OperatorKind.Relation), solution.Result), display: false)).Append("</span></div>");
            foreach (var line in toCompare.Adjoints)
            {
                html.Append("<div>with <span class=\"cr-fact\">").Append(MathMLPrinter.Print(new Row(line.Left!, new Operator("=", OperatorKind.Relation), line.Right), display: false)).Append("</span></div>");
            }
        }

        if (claim.Status == ClaimStatus.Unreadable && claim.Place is { } place && place.Start - claim.Span.Start is >= 0 and var at && at < claim.Source.Length)
        {
            html.Append("<div><code>").Append(Encode(claim.Source[..at])).Append("<mark>").Append(Encode(claim.Source.Substring(at, Math.Clamp(place.Length, 1, claim.Source.Length - at)))).Append("</mark>").Append(Encode(claim.Source[(at + Math.Clamp(place.Length, 1, claim.Source.Length - at))..])).Append("</code></div>");
        }
    }

    private static string Spoken(ClaimResult claim) => claim.Status switch
    {
        ClaimStatus.Proved => "right (proved)",
        ClaimStatus.Supported when claim.FollowsFrom is { } line => $"follows from line {line.ToString(CultureInfo.InvariantCulture)}, which is wrong",
        ClaimStatus.Supported => $"right: both sides agree at {claim.Points.ToString(CultureInfo.InvariantCulture)} random points ({claim.Comparisons.ToString(CultureInfo.InvariantCulture)} comparisons)",
        ClaimStatus.Refuted when claim.FollowsFrom is { } line => $"wrong, but follows from line {line.ToString(CultureInfo.InvariantCulture)}, which is wrong",
        ClaimStatus.Refuted => "wrong",
        ClaimStatus.Definition => claim.Message,
        ClaimStatus.Undecided => "not decided",
        _ => "not read",
    };

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
