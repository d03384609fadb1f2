namespace ChainRule.Charts;

/// <summary>Everything around the data: title, axes, subplots, annotations and controls.</summary>
public sealed record FigureLayout
{
    /// <summary>The figure's title.</summary>
    public string? Title { get; init; }

    /// <summary>The x axes; the first has number 1.</summary>
    public IReadOnlyList<Axis> XAxes { get; init; } = [new Axis()];

    /// <summary>The y axes; the first has number 1.</summary>
    public IReadOnlyList<Axis> YAxes { get; init; } = [new Axis()];

    /// <summary>Subplots in rows and columns; axis pair k belongs to the k-th cell, row by row from the top.</summary>
    public SubplotGrid? Grid { get; init; }

    /// <summary>The titles of a surface's three axes.</summary>
    public Scene? Scene { get; init; }

    /// <summary>Texts in the plot.</summary>
    public IReadOnlyList<Annotation> Annotations { get; init; } = [];

    /// <summary>Lines and boxes in the plot.</summary>
    public IReadOnlyList<FigureShape> Shapes { get; init; } = [];

    /// <summary>Sliders under the plot.</summary>
    public IReadOnlyList<Slider> Sliders { get; init; } = [];

    /// <summary>Groups of buttons.</summary>
    public IReadOnlyList<ButtonGroup> ButtonGroups { get; init; } = [];

    /// <summary>Whether there is a legend; null shows one as soon as two series have a name.</summary>
    public bool? ShowLegend { get; init; }

    /// <summary>Whether a click on a name in the legend shows that series alone, and a double click hides or shows it.</summary>
    public bool IsolateOnClick { get; init; }

    /// <summary>The width in pixels; null takes the room that there is (and 560 for the SVG's proportions).</summary>
    public double? Width { get; init; }

    /// <summary>The height in pixels.</summary>
    public double Height { get; init; } = 360;
}

/// <summary>Subplots in rows and columns, each with its own axes.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Columns">How many columns.</param>
public sealed record SubplotGrid(int Rows, int Columns)
{
    /// <summary>The gap between two columns as a part of the figure's width.</summary>
    public double ColumnGap { get; init; } = 0.16;

    /// <summary>The gap between two rows as a part of the figure's height.</summary>
    public double RowGap { get; init; } = 0.16;
}

/// <summary>The titles of a surface's axes.</summary>
/// <param name="XTitle">The x axis's title.</param>
/// <param name="YTitle">The y axis's title.</param>
/// <param name="ZTitle">The z axis's title.</param>
public sealed record Scene(string XTitle, string YTitle, string ZTitle);

/// <summary>An axis.</summary>
public sealed record Axis
{
    /// <summary>The title; below or above a plot it may have several lines.</summary>
    public string? Title { get; init; }

    /// <summary>From where to where it runs; null takes what the data need. The first may be the larger one.</summary>
    public (double From, double To)? Range { get; init; }

    /// <summary>Whether equal distances stand for equal factors; what isn't positive is then left out.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Whether it runs backwards, as the rows of a matrix do on a y axis.</summary>
    public bool Reversed { get; init; }

    /// <summary>Whether there are grid lines.</summary>
    public bool ShowGrid { get; init; } = true;

    /// <summary>Whether the line at zero is drawn.</summary>
    public bool ZeroLine { get; init; } = true;

    /// <summary>Where ticks stand; null chooses them.</summary>
    public IReadOnlyList<double>? TickValues { get; init; }

    /// <summary>What is written at <see cref="TickValues"/>.</summary>
    public IReadOnlyList<string>? TickText { get; init; }

    /// <summary>Whether the tick labels are written.</summary>
    public bool ShowTickLabels { get; init; } = true;

    /// <summary>The part of the figure's width or height, from 0 to 1 (left to right, bottom to top), that it takes.</summary>
    public (double From, double To)? Domain { get; init; }

    /// <summary>Whether a unit is as long as a unit of the other axis of the pair, so that squares look square.</summary>
    public bool SameScale { get; init; }

    /// <summary>Whether it stands opposite of its usual place: above for x, at the right for y.</summary>
    public bool Opposite { get; init; }
}

/// <summary>A text at a point of the plot.</summary>
/// <param name="Text">The text.</param>
/// <param name="X">The point's x.</param>
/// <param name="Y">The point's y.</param>
public sealed record Annotation(string Text, double X, double Y)
{
    /// <summary>The number of its axis pair, from 1.</summary>
    public int Axes { get; init; } = 1;

    /// <summary>Whether an arrow leads from the text to the point.</summary>
    public bool ShowArrow { get; init; }

    /// <summary>Which end of the text stands at the point.</summary>
    public TextAnchor Anchor { get; init; } = TextAnchor.Middle;

    /// <summary>How far the text is moved right, in pixels.</summary>
    public double ShiftX { get; init; }

    /// <summary>How far the text is moved up, in pixels.</summary>
    public double ShiftY { get; init; }
}

/// <summary>Which part of a text stands at its point.</summary>
public enum TextAnchor
{
    /// <summary>Its left end.</summary>
    Start,

    /// <summary>Its middle.</summary>
    Middle,

    /// <summary>Its right end.</summary>
    End,
}

/// <summary>A straight line or a box, in the plot's coordinates. An infinite coordinate reaches to the plot's edge.</summary>
/// <param name="X0">One corner's x.</param>
/// <param name="Y0">One corner's y.</param>
/// <param name="X1">The other corner's x.</param>
/// <param name="Y1">The other corner's y.</param>
public sealed record FigureShape(double X0, double Y0, double X1, double Y1)
{
    /// <summary>Whether it is a box rather than a line.</summary>
    public bool Box { get; init; }

    /// <summary>The number of its axis pair, from 1.</summary>
    public int Axes { get; init; } = 1;

    /// <summary>The line.</summary>
    public LineStyle Line { get; init; } = new() { Color = Palette.Helper, Width = 1, Dash = Dash.Dashed };

    /// <summary>What it means, for the tooltip of the SVG.</summary>
    public string? Label { get; init; }
}

/// <summary>What a control does when it is moved or pressed.</summary>
public abstract record FigureCommand;

/// <summary>Shows the animation frame with this name at once.</summary>
/// <param name="Name">The frame's name.</param>
public sealed record ShowFrame(string Name) : FigureCommand;

/// <summary>Plays all frames.</summary>
/// <param name="MillisecondsPerFrame">How long each frame stands.</param>
public sealed record PlayFrames(double MillisecondsPerFrame = 100) : FigureCommand;

/// <summary>Shows some of the traces and hides the others.</summary>
/// <param name="Visible">For each trace, whether it is shown.</param>
public sealed record ShowTraces(IReadOnlyList<bool> Visible) : FigureCommand;

/// <summary>Shows some traces when pressed and puts them back into the legend when pressed again.</summary>
/// <param name="Traces">Which traces, by their places among the data.</param>
public sealed record ToggleTraces(IReadOnlyList<int> Traces) : FigureCommand;

/// <summary>A labelled place of a slider, or a button.</summary>
/// <param name="Label">The label.</param>
/// <param name="Command">What it does.</param>
public sealed record ControlStep(string Label, FigureCommand Command);

/// <summary>A slider under the plot.</summary>
/// <param name="Prefix">What stands before the current value: <c>"α = "</c>.</param>
/// <param name="Steps">Its places.</param>
/// <param name="Active">The place where it stands at first, from 0.</param>
public sealed record Slider(string Prefix, IReadOnlyList<ControlStep> Steps, int Active = 0);

/// <summary>A row of buttons over the plot.</summary>
/// <param name="Buttons">The buttons.</param>
public sealed record ButtonGroup(IReadOnlyList<ControlStep> Buttons);
