using ChainRule.Views;

namespace ChainRule.Charts;

/// <summary>
/// The plotting library as something that a cell shows. A notebook that holds it once, in any cell, has charts that answer the
/// pointer; without it every chart is the SVG that it carries anyway, and the notebook is small.
/// </summary>
/// <param name="Surfaces">Whether surfaces can be turned, too, which needs a second part of the library.</param>
public sealed record InteractiveCharts(bool Surfaces) : IShowable
{
    /// <summary>The class of the element that holds the library, by which a page with a library of its own leaves it out.</summary>
    public const string ElementClass = "cr-chart-library";

    private const string Words = "The charts of this notebook answer the pointer.";

    private MimeBundle? _shown;

    /// <inheritdoc/>
    public MimeBundle Show() => _shown ??= new MimeBundle(
        $"<div class=\"{ElementClass}\"><p>{Words}</p>{PlotlyLibrary.ScriptElement(ScriptForm.Compressed)}{(Surfaces ? PlotlyLibrary.ScriptElement(ScriptForm.Compressed, PlotlyBundle.Surface) : string.Empty)}</div>",
        $"\\text{{{Words}}}",
        Words);

    /// <summary>Whether the same parts of the library are brought.</summary>
    /// <param name="other">The other one.</param>
    public bool Equals(InteractiveCharts? other) => other?.Surfaces == Surfaces;

    /// <inheritdoc/>
    public override int GetHashCode() => Surfaces.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Words;
}
