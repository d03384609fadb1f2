namespace ChainRule.Charts;

/// <summary>
/// The colours of the figures. They can be told apart with every common form of colour blindness, reach a contrast of 3 : 1
/// (lines, marks) against the page in light and in dark, and never carry a meaning alone: lines differ in their dashes, too.
/// </summary>
/// <remarks>
/// A figure holds the colours for light pages. For dark ones, the SVG takes the other set through CSS variables
/// (<c>--cr-s1</c> … overrule both), and the script that draws with plotly.js exchanges them.
/// </remarks>
public static class Palette
{
    /// <summary>The colours of a figure's series, in order, on a light page.</summary>
    public static IReadOnlyList<string> Series { get; } =
        ["#0067ac", "#b34800", "#00795c", "#b0367f", "#7a5c00", "#5b50b5", "#55585e"];

    /// <summary>The same on a dark page.</summary>
    public static IReadOnlyList<string> DarkSeries { get; } =
        ["#58b2f0", "#ff9d57", "#3cc79c", "#ef8fc4", "#dcc04a", "#aca4f6", "#b4b8be"];

    /// <summary>The colour that stands for the most negative value on a light page.</summary>
    public const string Negative = "#6aaee8";

    /// <summary>The colour that stands for the most positive value on a light page.</summary>
    public const string Positive = "#f0994a";

    /// <summary>The same as <see cref="Negative"/> on a dark page.</summary>
    public const string DarkNegative = "#1f5fa8";

    /// <summary>The same as <see cref="Positive"/> on a dark page.</summary>
    public const string DarkPositive = "#9c4f0c";

    /// <summary>The page, on a light one. It is also the colour of zero on the diverging scale.</summary>
    public const string Paper = "#ffffff";

    /// <summary>The page, on a dark one.</summary>
    public const string DarkPaper = "#1b1d21";

    /// <summary>Text and axes on a light page.</summary>
    public const string Ink = "#1f2328";

    /// <summary>Text and axes on a dark page.</summary>
    public const string DarkInk = "#e6e8eb";

    /// <summary>Grid lines on a light page.</summary>
    public const string Grid = "#e3e5e8";

    /// <summary>Grid lines on a dark page.</summary>
    public const string DarkGrid = "#35383e";

    /// <summary>Asymptotes and other lines that help on a light page.</summary>
    public const string Helper = "#676c74";

    /// <summary>Asymptotes and other lines that help on a dark page.</summary>
    public const string DarkHelper = "#9aa0a8";

    /// <summary>Blue for negative, the page for zero, orange for positive.</summary>
    public static IReadOnlyList<ColorStop> Diverging { get; } = [new(0, Negative), new(0.5, Paper), new(1, Positive)];

    /// <summary>From the page to the first series' colour: for values without a middle.</summary>
    public static IReadOnlyList<ColorStop> Sequential { get; } = [new(0, Paper), new(1, Negative)];

    /// <summary>A series' colour by its index, from 0; after the last, the first comes again.</summary>
    /// <param name="index">The index.</param>
    public static string Color(int index) => Series[index % Series.Count];

    /// <summary>A series' dash pattern by its index, so that a print without colours can be read.</summary>
    /// <param name="index">The index.</param>
    public static Dash DashOf(int index) => (Dash)(index % 5);

    /// <summary>CSS variable → colour on a light page, colour on a dark page.</summary>
    internal static IReadOnlyList<(string Variable, string Light, string Dark)> Variables { get; } =
    [
        .. Series.Select((light, i) => ("s" + (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), light, DarkSeries[i])),
        ("neg", Negative, DarkNegative),
        ("pos", Positive, DarkPositive),
        ("grid", Grid, DarkGrid),
        ("help", Helper, DarkHelper),
        ("ink", Ink, DarkInk),
        ("paper", Paper, DarkPaper),
    ];
}

/// <summary>A colour at a place of a colour scale.</summary>
/// <param name="At">The place, from 0 to 1.</param>
/// <param name="Color">The colour, as in CSS.</param>
public sealed record ColorStop(double At, string Color);
