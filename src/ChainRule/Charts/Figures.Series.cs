namespace ChainRule.Charts;

/// <summary>Numbers in a row, for example the loss after each step.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Values">The numbers; NaN leaves a gap.</param>
public sealed record Series(string Name, IReadOnlyList<double> Values);

public static partial class Figures
{
    /// <summary>The longest series whose points are marked one by one.</summary>
    private const int MarkedPoints = 40;

    /// <summary>Series over their numbers 1, 2, 3, …: the loss by step, the gradient by layer.</summary>
    /// <param name="title">The title.</param>
    /// <param name="x">The x axis's title: step, layer.</param>
    /// <param name="y">The y axis's title.</param>
    /// <param name="series">The series.</param>
    /// <param name="logarithmic">Whether equal heights stand for equal factors.</param>
    /// <param name="first">The number of the first value.</param>
    /// <exception cref="ChartException">There is no series, or one has no value.</exception>
    public static Figure Lines(string title, string x, string y, IReadOnlyList<Series> series, bool logarithmic = false, int first = 1)
    {
        Require.NotNull(series);
        if (series.Count == 0 || series.Any(one => one.Values.Count == 0))
        {
            throw new ChartException("A figure needs at least one series, and every series at least one value: new Series(\"loss\", [1.0, 0.5, 0.3]).");
        }

        return new Figure(
            [.. series.Select((one, i) => Line(one, i, x, y, first))],
            new FigureLayout
            {
                Title = title,
                XAxes = [new Axis { Title = x, ZeroLine = false }],
                YAxes = [new Axis { Title = y, Logarithmic = logarithmic, ZeroLine = !logarithmic }],
                IsolateOnClick = series.Count > 2,
            });
    }

    /// <summary>The loss while a network learns, step by step.</summary>
    /// <param name="losses">The series: <c>new Series("squared error", losses)</c>.</param>
    /// <exception cref="ChartException">There is no series, or one has no value.</exception>
    public static Figure LossCurve(params IReadOnlyList<Series> losses)
    {
        Require.NotNull(losses);

        // A loss that falls over decades is a straight line on a logarithmic axis and a corner on a linear one.
        List<double> values = [.. losses.SelectMany(one => one.Values).Where(double.IsFinite)];
        bool decades = values.Count > 0 && values.Min() > 0 && values.Max() > 100 * values.Min();
        return Lines("Loss by step", "step", "loss", losses, decades, first: 0);
    }

    /// <summary>
    /// The plotting library for a notebook: show it in one cell, and every chart of the notebook can be hovered, zoomed and slid, on
    /// every machine and without a network. It adds 0.7 MB (1.4 MB with surfaces) to the notebook's file.
    /// </summary>
    /// <param name="surfaces">Whether surfaces can be turned, too.</param>
    public static InteractiveCharts Interactive(bool surfaces = false) => new(surfaces);

    internal static ScatterTrace Line(Series series, int place, string x, string y, int first) =>
        new(AxisValues.Of(Enumerable.Range(first, series.Values.Count).Select(i => (double)i)), AxisValues.Of(series.Values))
        {
            Name = series.Name,
            Mode = series.Values.Count <= MarkedPoints ? ScatterMode.LinesAndMarkers : ScatterMode.Lines,
            Line = new LineStyle { Color = Palette.Color(place), Width = 2, Dash = Palette.DashOf(place) },
            Marker = new MarkerStyle { Color = Palette.Color(place), Size = 5, Symbol = place % 2 == 0 ? MarkerSymbol.Circle : MarkerSymbol.Square },
            HoverTemplate = $"{x} %{{x}}: {y} = %{{y:.4~g}}<extra>{series.Name}</extra>",
        };
}
