namespace ChainRule.Charts;

/// <summary>One series of a figure: a curve, a heatmap, ….</summary>
public abstract record Trace
{
    /// <summary>The name in the legend and in tooltips.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the legend lists it; null leaves it to the renderer, which lists everything that has a name.</summary>
    public bool? ShowLegend { get; init; }

    /// <summary>Traces of one group appear and disappear together.</summary>
    public string? LegendGroup { get; init; }

    /// <summary>Whether it is drawn at first.</summary>
    public bool Visible { get; init; } = true;

    /// <summary>Whether it waits in the legend (or behind a button) until it is asked for; a still picture leaves it out.</summary>
    public bool OnDemand { get; init; }

    /// <summary>The number of its x axis, from 1.</summary>
    public int XAxis { get; init; } = 1;

    /// <summary>The number of its y axis, from 1.</summary>
    public int YAxis { get; init; } = 1;

    /// <summary>The tooltip in plotly.js's template language.</summary>
    public string? HoverTemplate { get; init; }

    /// <summary>From 0 (invisible) to 1.</summary>
    public double? Opacity { get; init; }

    /// <summary>The trace's type in the Plotly schema.</summary>
    public abstract string Type { get; }
}

/// <summary>What a scatter trace draws.</summary>
public enum ScatterMode
{
    /// <summary>A line through the points.</summary>
    Lines,

    /// <summary>Marks at the points.</summary>
    Markers,

    /// <summary>Both.</summary>
    LinesAndMarkers,
}

/// <summary>A dash pattern.</summary>
public enum Dash
{
    /// <summary>An unbroken line.</summary>
    Solid,

    /// <summary>Dashes.</summary>
    Dashed,

    /// <summary>Dash, dot, dash, dot.</summary>
    DashDot,

    /// <summary>Dots.</summary>
    Dotted,

    /// <summary>Long dashes.</summary>
    LongDash,
}

/// <summary>The mark at a point.</summary>
public enum MarkerSymbol
{
    /// <summary>A filled circle: the point belongs to the curve.</summary>
    Circle,

    /// <summary>An open circle: the curve comes as near as you like and doesn't take this value.</summary>
    OpenCircle,

    /// <summary>A filled square.</summary>
    Square,

    /// <summary>A cross.</summary>
    Cross,
}

/// <summary>How a line looks.</summary>
public sealed record LineStyle
{
    /// <summary>The colour, as in CSS; null takes the next of <see cref="Palette"/>.</summary>
    public string? Color { get; init; }

    /// <summary>The width in pixels.</summary>
    public double? Width { get; init; }

    /// <summary>The dash pattern.</summary>
    public Dash Dash { get; init; }
}

/// <summary>How marks (and bars) look.</summary>
public sealed record MarkerStyle
{
    /// <summary>The colour, as in CSS; null takes the next of <see cref="Palette"/>.</summary>
    public string? Color { get; init; }

    /// <summary>One colour for each point, instead of <see cref="Color"/>.</summary>
    public IReadOnlyList<string>? Colors { get; init; }

    /// <summary>The diameter in pixels; bars have none.</summary>
    public double? Size { get; init; }

    /// <summary>The mark; bars have none.</summary>
    public MarkerSymbol? Symbol { get; init; }

    /// <summary>The outline.</summary>
    public LineStyle? Line { get; init; }
}

/// <summary>Points in the plane, joined or not. NaN breaks the line.</summary>
/// <param name="X">Where the points stand along the x axis.</param>
/// <param name="Y">Where the points stand along the y axis.</param>
public sealed record ScatterTrace(AxisValues X, AxisValues Y) : Trace
{
    /// <summary>What is drawn.</summary>
    public ScatterMode Mode { get; init; }

    /// <summary>The line.</summary>
    public LineStyle? Line { get; init; }

    /// <summary>The marks.</summary>
    public MarkerStyle? Marker { get; init; }

    /// <summary>One text for each point, for tooltips.</summary>
    public IReadOnlyList<string>? Text { get; init; }

    /// <summary>The slope at each point: hovering it then draws the tangent there. NaN where there is none.</summary>
    public IReadOnlyList<double>? Slopes { get; init; }

    /// <summary>The colour of the area that the line encloses, as in CSS; null leaves it empty.</summary>
    public string? Fill { get; init; }

    /// <inheritdoc/>
    public override string Type => "scatter";
}

/// <summary>Bars from zero.</summary>
/// <param name="X">Where the bars stand, or how long they are where they lie.</param>
/// <param name="Y">How high the bars are, or where they stand where they lie.</param>
public sealed record BarTrace(AxisValues X, AxisValues Y) : Trace
{
    /// <summary>Whether the bars lie.</summary>
    public bool Horizontal { get; init; }

    /// <summary>One text for each bar, written at its end.</summary>
    public IReadOnlyList<string>? Text { get; init; }

    /// <summary>How wide each bar is, in the axis's units, so that the bars of a histogram touch; null leaves gaps.</summary>
    public double? Width { get; init; }

    /// <summary>The bars' colour and outline.</summary>
    public MarkerStyle? Marker { get; init; }

    /// <inheritdoc/>
    public override string Type => "bar";
}

/// <summary>A trace with values over a grid: z(row, column).</summary>
/// <param name="Z">The values, row by row. NaN is a hole.</param>
public abstract record GridTrace(IReadOnlyList<IReadOnlyList<double>> Z) : Trace
{
    /// <summary>The columns' places or labels; null counts from 0.</summary>
    public AxisValues? X { get; init; }

    /// <summary>The rows' places or labels; null counts from 0.</summary>
    public AxisValues? Y { get; init; }

    /// <summary>The value at the scale's lower end.</summary>
    public double? ZMin { get; init; }

    /// <summary>The value at the scale's upper end.</summary>
    public double? ZMax { get; init; }

    /// <summary>The scale from its lower to its upper end.</summary>
    public IReadOnlyList<ColorStop>? ColorScale { get; init; }

    /// <summary>Whether the scale stands beside the plot.</summary>
    public bool ShowScale { get; init; }
}

/// <summary>A matrix in colours.</summary>
/// <param name="Z">The values, row by row. NaN is a hole.</param>
public sealed record HeatmapTrace(IReadOnlyList<IReadOnlyList<double>> Z) : GridTrace(Z)
{
    /// <summary>What is written into the cells, in plotly.js's template language (<c>%{text}</c> for <see cref="Text"/>).</summary>
    public string? TextTemplate { get; init; }

    /// <summary>A text for each cell.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Text { get; init; }

    /// <summary>What a tooltip calls each cell (<c>%{hovertext}</c>); null leaves it to its places.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? HoverText { get; init; }

    /// <summary>The gap between cells in pixels.</summary>
    public double? Gap { get; init; }

    /// <inheritdoc/>
    public override string Type => "heatmap";
}

/// <summary>Lines of equal value, with the bands between them filled.</summary>
/// <param name="Z">The values, row by row. NaN is a hole.</param>
public sealed record ContourTrace(IReadOnlyList<IReadOnlyList<double>> Z) : GridTrace(Z)
{
    /// <summary>The lowest, the highest and the step of the values for which a line is drawn.</summary>
    public (double Start, double End, double Step)? Levels { get; init; }

    /// <summary>Whether there are only the bands, without lines between them.</summary>
    public bool HideLines { get; init; }

    /// <summary>Whether the lines carry their values.</summary>
    public bool ShowLabels { get; init; }

    /// <inheritdoc/>
    public override string Type => "contour";
}

/// <summary>A surface over the plane. Without scripts, its contour lines are drawn instead.</summary>
/// <param name="Z">The heights, row by row. NaN is a hole.</param>
public sealed record SurfaceTrace(IReadOnlyList<IReadOnlyList<double>> Z) : GridTrace(Z)
{
    /// <inheritdoc/>
    public override string Type => "surface";
}
