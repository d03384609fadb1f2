namespace ChainRule.Views;

/// <summary>
/// Something that a notebook can show. It yields every format at once; the host picks the richest that it understands.
/// </summary>
/// <remarks>
/// This interface keeps the library free of notebooks: <c>ChainRule.Interactive</c> registers one formatter per MIME type for
/// everything that implements it, for .NET Interactive and for our own kernel alike.
/// </remarks>
public interface IShowable
{
    /// <summary>The object in every format. Called each time it is shown, so it should be cheap or cached.</summary>
    MimeBundle Show();
}

/// <summary>An object in several formats: MIME type → content.</summary>
/// <param name="Html">A fragment (no html or body element) with its own style, readable in light and dark and without scripts.</param>
/// <param name="Latex">Display mathematics including its delimiters, for front ends that run no HTML.</param>
/// <param name="Text">Unicode text, aligned, at most 80 columns where the mathematics allows.</param>
public sealed record MimeBundle(string Html, string Latex, string Text)
{
    /// <summary>The figure in the Plotly schema (JSON) for <c>application/vnd.plotly.v1+json</c>, or null where it is no chart.</summary>
    public string? Plotly { get; init; }

    /// <summary>The MIME type of <see cref="Html"/>.</summary>
    public const string HtmlType = "text/html";

    /// <summary>The MIME type of <see cref="Latex"/>.</summary>
    public const string LatexType = "text/latex";

    /// <summary>The MIME type of <see cref="Text"/>.</summary>
    public const string TextType = "text/plain";

    /// <summary>The MIME type of <see cref="Plotly"/>.</summary>
    public const string PlotlyType = "application/vnd.plotly.v1+json";

    /// <summary>The formats that this bundle has, richest first.</summary>
    public IEnumerable<KeyValuePair<string, string>> Formats
    {
        get
        {
            if (Plotly is not null)
            {
                yield return new(PlotlyType, Plotly);
            }

            yield return new(HtmlType, Html);
            yield return new(LatexType, Latex);
            yield return new(TextType, Text);
        }
    }
}
