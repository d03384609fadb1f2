using ChainRule.Notation;
using ChainRule.Views;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// Lets the first output of a session that has formulas bring the mathematical font along, so that a notebook holds it once. When the
/// cell that brought it runs again, its output is replaced, so it brings it again.
/// </summary>
internal sealed class SessionFont
{
    private readonly Lock _gate = new();
    private string? _broughtBy;

    /// <summary>What a cell gives to the output at a place, when it is shown and when it is exchanged.</summary>
    /// <param name="code">The cell's code.</param>
    public Func<int, DisplayOutput, DisplayOutput> For(string code)
    {
        int? at = null;
        return (place, output) =>
        {
            lock (_gate)
            {
                if ((at is { } taken && taken != place) || (_broughtBy is not null && !string.Equals(_broughtBy, code, StringComparison.Ordinal)) || output[MimeBundle.HtmlType] is not { } html || !MathFont.IsNeededBy(html))
                {
                    return output;
                }

                (at, _broughtBy) = (place, code);
                return output with { Data = [.. output.Data.Select(format => string.Equals(format.Key, MimeBundle.HtmlType, StringComparison.Ordinal) ? KeyValuePair.Create(format.Key, MathFont.StyleElement + format.Value) : format)] };
            }
        };
    }
}
