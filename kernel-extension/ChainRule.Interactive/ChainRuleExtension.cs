using ChainRule.Views;
using Microsoft.DotNet.Interactive.Formatting;

namespace ChainRule.Interactive;

/// <summary>Teaches a notebook host to show everything that implements <see cref="IShowable"/>, in every format at once.</summary>
public static class ChainRuleExtension
{
    /// <summary>The namespace whose showable types are charts: only they offer <see cref="MimeBundle.PlotlyType"/>.</summary>
    private const string ChartNamespace = "ChainRule.Charts";

    /// <summary>What a figure without data looks like in the Plotly schema.</summary>
    private const string EmptyFigure = """{"data":[],"layout":{}}""";

    private static readonly object Gate = new();

    /// <summary>
    /// Registers the formatters with the host's <see cref="Formatter"/>. Calling it again changes nothing; after
    /// <see cref="Formatter.ResetToDefault"/> it registers anew.
    /// </summary>
    /// <returns>One line that says so, for the host to show.</returns>
    public static string Register()
    {
        lock (Gate)
        {
            if (!Formatter.RegisteredFormatters(includeDefaults: false).Any(formatter => formatter.Type == typeof(IShowable)))
            {
                // A preferred MIME type without a formatter ends the host by stack overflow, so every format has one,
                // the figure's too, although only charts prefer it.
                RegisterFormat(MimeBundle.PlotlyType, bundle => bundle.Plotly ?? EmptyFigure);
                RegisterFormat(MimeBundle.HtmlType, bundle => bundle.Html);
                RegisterFormat(MimeBundle.LatexType, bundle => bundle.Latex);
                RegisterFormat(MimeBundle.TextType, bundle => bundle.Text);

                Formatter.SetPreferredMimeTypesFor(
                    typeof(IShowable),
                    MimeBundle.HtmlType,
                    MimeBundle.LatexType,
                    MimeBundle.TextType);

                // Preferences belong to types, not to values: an empty figure for a derivation would hide its HTML in
                // front ends that prefer figures. So only the types that always have one say that they do.
                foreach (var chart in typeof(IShowable).Assembly.GetExportedTypes().Where(IsChart))
                {
                    Formatter.SetPreferredMimeTypesFor(
                        chart,
                        MimeBundle.PlotlyType,
                        MimeBundle.HtmlType,
                        MimeBundle.LatexType,
                        MimeBundle.TextType);
                }
            }
        }

        var version = typeof(IShowable).Assembly.GetName().Version?.ToString(3);
        return $"ChainRule {version} is ready: derivations, Jacobians and charts show as mathematics.";
    }

    private static bool IsChart(Type type) =>
        string.Equals(type.Namespace, ChartNamespace, StringComparison.Ordinal) && type.IsAssignableTo(typeof(IShowable));

    private static void RegisterFormat(string mimeType, Func<MimeBundle, string> format) =>
        Formatter.Register<IShowable>(
            (value, context) =>
            {
                context.Writer.Write(value is null ? Formatter.NullString : format(value.Show()));
                return true;
            },
            mimeType);
}
