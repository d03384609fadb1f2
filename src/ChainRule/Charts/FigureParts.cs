using System.Globalization;

namespace ChainRule.Charts;

/// <summary>What the JSON, the SVG and the text of a figure must agree on.</summary>
internal static class FigureParts
{
    /// <summary>The traces that the legend lists, with their places among the data.</summary>
    public static IReadOnlyList<(Trace Trace, int Index)> LegendEntries(Figure figure) =>
        [.. figure.Data.Select((trace, index) => (trace, index))
            .Where(e => e.trace.Visible && e.trace.Name is not null && (e.trace.ShowLegend ?? e.trace is ScatterTrace or BarTrace))];

    public static (double From, double To) Domain(Axis axis, char letter, int index, FigureLayout layout)
    {
        if (axis.Domain is { } domain)
        {
            return domain;
        }

        if (layout.Grid is not { } grid)
        {
            return (0, 1);
        }

        int count = letter == 'x' ? grid.Columns : grid.Rows;
        int place = letter == 'x' ? index % grid.Columns : grid.Rows - 1 - (index / grid.Columns);
        double gap = letter == 'x' ? grid.ColumnGap : grid.RowGap;
        double size = (1 - (gap * (count - 1))) / count;
        double from = place * (size + gap);
        return (Math.Round(from, 4), Math.Round(from + size, 4));
    }

    /// <summary>How many decades a logarithmic axis spans.</summary>
    public static double Decades(Figure figure, Axis axis, char letter, int index)
    {
        if (axis.Range is { } range)
        {
            return Math.Abs(Math.Log10(range.To) - Math.Log10(range.From));
        }

        var exponents = figure.Data.OfType<ScatterTrace>().Where(trace => (letter == 'x' ? trace.XAxis : trace.YAxis) == index + 1)
            .SelectMany(trace => (letter == 'x' ? trace.X : trace.Y).Numbers ?? [])
            .Where(value => value > 0 && double.IsFinite(value)).Select(Math.Log10).DefaultIfEmpty(0).ToList();
        return exponents.Max() - exponents.Min();
    }

    /// <summary>What the axis writes for a row or a column of a grid.</summary>
    public static string Label(Axis axis, AxisValues? values, int index)
    {
        double place = values?.Position(index) ?? index;
        if (axis is { TickValues: { } ticks, TickText: { } texts })
        {
            for (int i = 0; i < ticks.Count; i++)
            {
                if (ticks[i] == place)
                {
                    return texts[i];
                }
            }
        }

        return values is { Labels: not null } ? values.Label(index) : ChartNumber.Format(place);
    }

    /// <summary>The figure in one or two sentences, for those who don't see it.</summary>
    public static string Describe(Figure figure)
    {
        if (figure.Description is { } description)
        {
            return description;
        }

        var parts = new List<string> { Kind(figure) + (figure.Layout.Title is { } title ? ": " + title : string.Empty) };
        if (figure.Layout.XAxes is [{ Title: { } x }, ..] && figure.Layout.YAxes is [{ Title: { } y }, ..])
        {
            parts.Add("axes " + x + " and " + y);
        }

        var names = LegendEntries(figure).Select(e => e.Trace.Name!).ToList();
        if (names.Count > 0)
        {
            parts.Add("series " + string.Join(", ", names));
        }

        foreach (GridTrace grid in figure.Data.OfType<GridTrace>())
        {
            var values = grid.Z.SelectMany(row => row).Where(double.IsFinite).ToList();
            string size = string.Create(CultureInfo.InvariantCulture, $"{grid.Z.Count} × {(grid.Z.Count == 0 ? 0 : grid.Z[0].Count)} values");
            parts.Add(values.Count == 0
                ? size
                : $"{size} from {ChartNumber.Format(values.Min())} to {ChartNumber.Format(values.Max())}");
        }

        return string.Join("; ", parts) + ".";
    }

    public static string Kind(Figure figure) => (figure.Data.Count == 0 ? null : figure.Data[0]) switch
    {
        HeatmapTrace => "Heatmap",
        ContourTrace => "Contour lines",
        SurfaceTrace => "Surface",
        BarTrace => "Bars",
        ScatterTrace { Mode: ScatterMode.Markers } => "Points",
        ScatterTrace => "Curves",
        _ => "Figure",
    };
}
