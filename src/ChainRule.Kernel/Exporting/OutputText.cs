using System.Text.RegularExpressions;

namespace ChainRule.Kernel.Exporting;

/// <summary>Output as a terminal would show it, without its colours.</summary>
internal static partial class OutputText
{
    /// <summary>The text without escape sequences.</summary>
    public static string Plain(string text) => Escapes().Replace(text, string.Empty);

    [GeneratedRegex(@"\x1B\[[0-9;]*[A-Za-z]", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Escapes();
}
