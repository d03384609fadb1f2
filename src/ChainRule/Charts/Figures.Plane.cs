using ChainRule.Networks;
using ChainRule.Views;

namespace ChainRule.Charts;

public static partial class Figures
{
    /// <summary>The grid's lines run from here to there.</summary>
    private const double GridReach = 2;

    private const int CaptionWidth = 22;

    /// <summary>How high a line of a caption is, in pixels.</summary>
    private const int CaptionLine = 21;

    /// <summary>
    /// What a linear map of the plane does to the grid and to the unit square, and what an activation then does to its image; the
    /// caption says the determinant.
    /// </summary>
    /// <param name="map">The map: <c>PlaneMap.Shear(1)</c>, or a 2 × 2 matrix.</param>
    /// <param name="activation">An activation that follows it, entry by entry; null for none.</param>
    public static Figure PlaneMap(PlaneMap map, Activation? activation = null) => PlaneMaps([map], activation);

    /// <summary>Linear maps of the plane one after the other, with what each does to the grid and to the unit square.</summary>
    /// <param name="maps">The maps, the first first.</param>
    /// <param name="activation">An activation after the last of them, entry by entry; null for none.</param>
    /// <exception cref="ChartException">There is no map.</exception>
    public static Figure PlaneMaps(IReadOnlyList<PlaneMap> maps, Activation? activation = null)
    {
        Require.NotNull(maps);
        if (maps.Count == 0)
        {
            throw new ChartException("At least one map is needed, for example PlaneMap.Rotation(30).");
        }

        var panels = new List<(string Caption, Func<double, double, (double X, double Y)> Map)>();
        PlaneMap whole = Networks.PlaneMap.Identity;
        for (int i = 0; i < maps.Count; i++)
        {
            whole = i == 0 ? maps[0] : maps[i] * whole;
            PlaneMap upToHere = whole;
            panels.Add(($"{(i == 0 ? string.Empty : "then ")}{maps[i].Name}\ndet = {ChartNumber.Format(upToHere.Determinant)}", upToHere.Apply));
        }

        if (activation is not null)
        {
            (double X, double Y) bent(double x, double y)
            {
                (double u, double v) = whole.Apply(x, y);
                return (activation.Evaluate(u), activation.Evaluate(v));
            }

            panels.Add(($"then {activation}\nnot a matrix", bent));
        }

        return Planes(maps.Count == 1 && activation is null ? "The plane under a linear map" : "The plane, step by step", panels);
    }

    /// <summary>Maps of the plane beside one another: the image of the grid, of the unit square and of the two unit vectors.</summary>
    internal static Figure Planes(string title, IReadOnlyList<(string Caption, Func<double, double, (double X, double Y)> Map)> panels)
    {
        // What the square from −1 to 1 becomes fits into every panel, so that sizes can be compared.
        double reach = 1.15 * panels.Max(panel => Square(-1, 2).Select(at => panel.Map(at.X, at.Y)).Max(at => Math.Max(Math.Abs(at.X), Math.Abs(at.Y))));
        reach = double.IsFinite(reach) ? Math.Max(reach, 1.3) : 2;
        int columns = panels.Count == 1 ? 1 : 2;
        int rows = (panels.Count + columns - 1) / columns;
        List<string> captions = [.. panels.Select(panel => Wrapped(panel.Caption))];
        int lines = captions.Max(caption => 1 + caption.Count(c => c == '\n'));
        double height = columns == 1 ? 440 : 130 + (rows * (260 + (CaptionLine * lines)));
        var traces = new List<Trace>();
        for (int i = 0; i < panels.Count; i++)
        {
            traces.AddRange(Plane(panels[i].Map, reach).Select(trace => trace with { XAxis = i + 1, YAxis = i + 1, ShowLegend = i == 0 && trace.ShowLegend != false }));
        }

        var axis = new Axis { Range = (-reach, reach), ShowGrid = false, TickValues = [.. Ticks.Between(-reach, reach, 4)], TickText = [.. Ticks.Between(-reach, reach, 4).Select(t => ChartNumber.Format(t))] };
        return new Figure(traces, new FigureLayout
        {
            Title = title,
            Grid = columns == 1 ? null : new SubplotGrid(rows, columns) { ColumnGap = 0.12, RowGap = (56 + (CaptionLine * lines)) / (height - 150) },
            XAxes = [.. captions.Select(caption => axis with { Title = caption })],
            YAxes = [.. panels.Select(_ => axis with { SameScale = true })],
            ShowLegend = true,
            Height = height,
        })
        {
            Description = $"{title}: the grid, the unit square and the unit vectors e₁ and e₂ under {string.Join("; ", panels.Select(panel => panel.Caption.Replace("\n", ", ", StringComparison.Ordinal)))}.",
        };
    }

    private static IEnumerable<ScatterTrace> Plane(Func<double, double, (double X, double Y)> map, double reach)
    {
        var grid = new List<(double X, double Y)>();
        for (double at = -GridReach; at <= GridReach; at += 0.5)
        {
            grid.AddRange(Mapped(map, [.. Segment((at, -GridReach), (at, GridReach)), .. Segment((-GridReach, at), (GridReach, at))]));
        }

        // plotly.js goes astray far outside of the plot.
        grid = [.. grid.Select(at => Math.Abs(at.X) > 10 * reach || Math.Abs(at.Y) > 10 * reach ? (double.NaN, double.NaN) : at)];
        yield return Path(grid) with { Name = "grid", ShowLegend = false, Line = new LineStyle { Color = Palette.Helper, Width = 0.7 }, HoverTemplate = "(%{x:.3~g}, %{y:.3~g})<extra></extra>" };
        yield return Path(Mapped(map, Square(0, 1))) with { Name = "unit square", ShowLegend = false, Fill = Palette.Negative, Opacity = 0.45, Line = new LineStyle { Color = Palette.Negative, Width = 0 }, HoverTemplate = "image of the unit square<extra></extra>" };
        yield return Path(Square(0, 1)) with { Name = "unit square before", Line = new LineStyle { Color = Palette.Ink, Width = 1.2, Dash = Dash.Dotted } };
        yield return Path(Mapped(map, Segment((0, 0), (1, 0)))) with { Name = "image of e₁", Line = new LineStyle { Color = Palette.Color(0), Width = 3 } };
        yield return Path(Mapped(map, Segment((0, 0), (0, 1)))) with { Name = "image of e₂", Line = new LineStyle { Color = Palette.Color(1), Width = 3, Dash = Dash.Dashed } };
    }

    private static ScatterTrace Path(IEnumerable<(double X, double Y)> points)
    {
        List<(double X, double Y)> all = [.. points];
        return new ScatterTrace(AxisValues.Of(all.Select(at => Math.Round(at.X, 6))), AxisValues.Of(all.Select(at => Math.Round(at.Y, 6))));
    }

    private static IEnumerable<(double X, double Y)> Mapped(Func<double, double, (double X, double Y)> map, IEnumerable<(double X, double Y)> points) =>
        points.Select(at => double.IsNaN(at.X) ? at : map(at.X, at.Y));

    /// <summary>The outline of a square, in enough points to bend under what isn't linear.</summary>
    private static IEnumerable<(double X, double Y)> Square(double from, double size)
    {
        double to = from + size;
        (double X, double Y)[] corners = [(from, from), (to, from), (to, to), (from, to), (from, from)];
        return corners.Zip(corners.Skip(1)).SelectMany(side => Segment(side.First, side.Second)).Where(at => !double.IsNaN(at.X));
    }

    /// <summary>Points from one end to the other, and a gap.</summary>
    private static IEnumerable<(double X, double Y)> Segment((double X, double Y) from, (double X, double Y) to)
    {
        const int Parts = 16;
        return Enumerable.Range(0, Parts + 1)
            .Select(i => (from.X + ((to.X - from.X) * i / Parts), from.Y + ((to.Y - from.Y) * i / Parts)))
            .Append((double.NaN, double.NaN));
    }

    /// <summary>A caption in lines that fit below half of a phone's screen.</summary>
    private static string Wrapped(string caption) => string.Join('\n', caption.Split('\n').SelectMany(line => TextLines.Wrap(line, CaptionWidth)));
}
