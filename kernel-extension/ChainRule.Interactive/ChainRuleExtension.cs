using System.Runtime.CompilerServices;
using ChainRule.Charts;
using ChainRule.Notation;
using ChainRule.Views;
using Microsoft.DotNet.Interactive.Formatting;

namespace ChainRule.Interactive;

/// <summary>Teaches a notebook host to show everything in the library's <see cref="ViewCatalog"/>, in every format at once.</summary>
public static class ChainRuleExtension
{
    /// <summary>What a figure without data looks like in the Plotly schema.</summary>
    private const string EmptyFigure = """{"data":[],"layout":{}}""";

    private static readonly object Gate = new();

    private static int _bringsFont;

    /// <summary>What an object looks like, kept for as long as the object: a host asks once for every format.</summary>
    private static readonly ConditionalWeakTable<object, MimeBundle> Shown = [];

    /// <summary>
    /// Registers the formatters with the host's <see cref="Formatter"/>. Calling it again changes nothing; after
    /// <see cref="Formatter.ResetToDefault"/> it registers anew.
    /// </summary>
    /// <param name="withFont">
    /// Whether the first formula that is shown brings the mathematical font along, for the whole notebook. Our own kernel does that
    /// by itself, because it knows its sessions.
    /// </param>
    /// <returns>One line that says so, for the host to show.</returns>
    public static string Register(bool withFont = false)
    {
        // Registered by a host that brings the font by itself, nothing here does.
        Interlocked.CompareExchange(ref _bringsFont, withFont ? 1 : 0, withFont ? 0 : 1);

        lock (Gate)
        {
            if (!Formatter.RegisteredFormatters(includeDefaults: false).Any(formatter => formatter.Type == typeof(IShowable)))
            {
                foreach (var (type, make) in ViewCatalog.Types)
                {
                    MimeBundle Show(object value) => Shown.GetValue(value, key => make(key));

                    // A preferred MIME type without a formatter ends the host by stack overflow, so every format has one, the
                    // figure's too, although only charts prefer it.
                    Add(type, MimeBundle.PlotlyType, value => Show(value).Plotly ?? EmptyFigure);
                    Add(type, MimeBundle.HtmlType, value => WithFont(Show(value).Html));
                    Add(type, MimeBundle.LatexType, value => Show(value).Latex);
                    Add(type, MimeBundle.TextType, value => Show(value).Text);
                    Formatter.SetPreferredMimeTypesFor(type, MimeBundle.HtmlType, MimeBundle.LatexType, MimeBundle.TextType);
                }

                // Preferences belong to types, not to values: an empty figure for a derivation would hide its HTML in front ends
                // that prefer figures. So only the type that always has one says that it does.
                Formatter.SetPreferredMimeTypesFor(typeof(Figure), MimeBundle.PlotlyType, MimeBundle.HtmlType, MimeBundle.LatexType, MimeBundle.TextType);
            }
        }

        var version = typeof(IShowable).Assembly.GetName().Version?.ToString(3);
        return $"ChainRule {version} is ready: derivations, Jacobians and charts show as mathematics.";
    }

    /// <summary>The font goes with the first formula, and only with that.</summary>
    private static string WithFont(string html) =>
        Volatile.Read(ref _bringsFont) == 1 && MathFont.IsNeededBy(html) && Interlocked.CompareExchange(ref _bringsFont, 2, 1) == 1 ? MathFont.StyleElement + html : html;

    private static void Add(Type type, string mimeType, Func<object, string> format) =>
        Formatter.Register(
            type,
            (value, writer) => writer.Write(value is null ? Formatter.NullString : format(value)),
            mimeType);
}
