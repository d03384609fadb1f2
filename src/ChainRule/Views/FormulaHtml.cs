using System.Net;
using System.Text;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>Formulas on a page that may be narrower than they are.</summary>
internal static class FormulaHtml
{
    /// <summary>Up to this width, in em, a formula is one piece: it fits beside its rule, and on a telephone by itself.</summary>
    private const double MostWhole = 13;

    /// <summary>Up to this width brackets and products stay whole.</summary>
    private const double MostPart = 19;

    /// <summary>
    /// The formula in display style. A long one is set in parts between which the browser may end a line, at any width of the page;
    /// it is said as one.
    /// </summary>
    /// <param name="formula">The formula.</param>
    /// <param name="marked">Which of its nodes are adjoints, and get their colour.</param>
    public static string Wrapping(Formula formula, Predicate<Formula>? marked = null)
    {
        var parts = FormulaBreaks.Width(formula) <= MostWhole ? [formula] : FormulaBreaks.Parts(formula, MostPart);
        if (parts.Length == 1)
        {
            return MathMLPrinter.Print(formula, display: true, marked);
        }

        var html = new StringBuilder("<span class=\"cr-wrap\" role=\"math\" aria-label=\"").Append(WebUtility.HtmlEncode(SpeechPrinter.Print(formula))).Append("\">");
        foreach (var part in parts)
        {
            html.Append(MathMLPrinter.Part(part, marked)).Append("<wbr>");
        }

        return html.Append("</span>").ToString();
    }
}
