using ChainRule.Views;

namespace ChainRule.Charts;

/// <summary>
/// A chart in the Plotly schema. It shows itself as plotly.js's JSON, as HTML that holds our own SVG and is drawn by plotly.js
/// where scripts run (<see cref="PlotlyLibrary"/>), as LaTeX and as text.
/// </summary>
/// <param name="Data">The series.</param>
/// <param name="Layout">Everything around them.</param>
/// <param name="Config">How plotly.js behaves; null takes the defaults of <see cref="FigureConfig"/>.</param>
/// <param name="Frames">Animation frames that sliders and buttons show.</param>
public sealed record Figure(
    IReadOnlyList<Trace> Data,
    FigureLayout Layout,
    FigureConfig? Config = null,
    IReadOnlyList<FigureFrame>? Frames = null) : IShowable
{
    private MimeBundle? _shown;

    /// <summary>What a person who can't see the figure is told; null describes the title, axes and series.</summary>
    public string? Description { get; init; }

    /// <summary>What a still picture (SVG, text) shows instead, where the figure itself shows one thing after the other.</summary>
    public Figure? Still { get; init; }

    /// <summary>The figure as JSON for plotly.js: data, layout, config and frames.</summary>
    public string ToJson() => FigureJson.Write(this);

    /// <summary>The figure as an SVG document that stands alone, in light and dark.</summary>
    public string ToSvg() => SvgRenderer.Render(this);

    /// <inheritdoc/>
    public MimeBundle Show() => _shown ??= new MimeBundle(FigureHtml.Write(this), FigureText.Latex(this), FigureText.Plain(this))
    {
        Plotly = ToJson(),
    };

    /// <summary>Two figures are equal when plotly.js is told the same.</summary>
    /// <param name="other">The other figure.</param>
    public bool Equals(Figure? other) => other is not null && (ReferenceEquals(this, other) || ToJson() == other.ToJson());

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToJson());

    /// <summary>The figure as text.</summary>
    public override string ToString() => FigureText.Plain(this);
}

/// <summary>How plotly.js behaves.</summary>
public sealed record FigureConfig
{
    /// <summary>Whether the figure takes the width that there is.</summary>
    public bool Responsive { get; init; } = true;

    /// <summary>Whether the bar of tools appears on hover.</summary>
    public bool ShowTools { get; init; }

    /// <summary>Whether the figure stands still: no zoom, no hover.</summary>
    public bool Static { get; init; }
}

/// <summary>One picture of an animation: traces that replace those of the figure from the first on.</summary>
/// <param name="Name">The name by which a slider or a button calls it.</param>
/// <param name="Data">The traces.</param>
public sealed record FigureFrame(string Name, IReadOnlyList<Trace> Data);

/// <summary>Data from which no chart can be drawn; the message says what would do.</summary>
/// <param name="message">What was wrong and what would be right.</param>
public sealed class ChartException(string message) : ChainRuleException(message);
