using System.Text.RegularExpressions;

namespace ChainRule.Kernel.Jupyter.Workers;

/// <summary>The functions of a notebook in what the runtime says when it dies. It knows neither files nor lines there.</summary>
internal static partial class CrashFrames
{
    private const int Most = 5;

    /// <summary>The innermost of them, as lines of a traceback.</summary>
    /// <param name="report">The report.</param>
    /// <param name="cell">The number of the cell that ran.</param>
    public static IEnumerable<string> Of(string report, int cell) => Frame().Matches(report)
        .Select(match => match.Groups["local"] is { Success: true } local ? local.Value : match.Groups["name"].Value)
        .Where(name => !name.StartsWith('<') && !name.Contains(".ctor", StringComparison.Ordinal))
        .Distinct(StringComparer.Ordinal)
        .Take(Most)
        .Select(name => $"   at {name} (called from cell {cell})");

    // "   at Submission#3.Fall(Int32)", "   at Submission#3+Tree.Depth()", "   at Submission#3+<>c.<<Initialize>>g__Fall|0_0(Int32)"
    [GeneratedRegex(@"^ *at Submission\#\d+[+.](?:(?:\S*)g__(?<local>[^|]+)\|\S*|(?<name>[^(\r\n]+))\(", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Frame();
}
