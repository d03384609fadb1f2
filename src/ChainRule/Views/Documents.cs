namespace ChainRule.Views;

/// <summary>What can be shown, as a document to hand in: LaTeX that compiles by itself, or Markdown.</summary>
public static class Documents
{
    /// <summary>A complete LaTeX document for pdflatex; Debian's texlive-latex-base and texlive-latex-recommended suffice.</summary>
    /// <param name="value">A derivation, a function, a network, …: anything that a notebook shows.</param>
    /// <param name="title">The heading, in plain words; none where null.</param>
    /// <exception cref="NotShowableException">There is no view of such an object.</exception>
    public static string ToLatexDocument(this object value, string? title = null)
    {
        var bundle = Bundle(value);
        return LatexDocument.Wrap(bundle.Plotly is null ? LatexDocument.Fragment(bundle.Latex) : LatexDocument.Verbatim(bundle.Text), title);
    }

    /// <summary>Markdown with formulas between $$, as GitHub, Jupyter and Pandoc read it. A chart gives its values as text.</summary>
    /// <param name="value">A derivation, a function, a network, …: anything that a notebook shows.</param>
    /// <exception cref="NotShowableException">There is no view of such an object.</exception>
    public static string ToMarkdown(this object value)
    {
        var bundle = Bundle(value);
        if (bundle.Plotly is not null)
        {
            return $"```text\n{bundle.Text.TrimEnd()}\n```\n";
        }

        return bundle.Latex.Contains("$$", StringComparison.Ordinal) ? bundle.Latex.Trim() + "\n" : $"$$\n{bundle.Latex.Trim()}\n$$\n";
    }

    private static MimeBundle Bundle(object value)
    {
        Require.NotNull(value);
        return ViewCatalog.Show(value) ?? throw new NotShowableException(
            $"There is no view of a {value.GetType().Name}. Documents are made of what ChainRule shows: derivatives, derivations, expressions, functions, networks, charts.");
    }
}

/// <summary>An object that the library has no view of.</summary>
/// <param name="message">What was given and what can be shown.</param>
public sealed class NotShowableException(string message) : ChainRuleException(message);
