namespace ChainRule.Charts;

/// <summary>A point of the plane with its class.</summary>
/// <param name="X1">The first coordinate.</param>
/// <param name="X2">The second coordinate.</param>
/// <param name="Label">The class, 0 or 1.</param>
public sealed record LabelledPoint(double X1, double X2, int Label)
{
    /// <summary>A point from a tuple: <c>(0.5, 1, 1)</c>.</summary>
    public static implicit operator LabelledPoint((double X1, double X2, int Label) point) => new(point.X1, point.X2, point.Label);
}

public static partial class Figures
{
    /// <summary>
    /// What a classifier of the plane thinks: the probability of class 1 in colours, the line where it is ½, and the data points.
    /// </summary>
    /// <param name="probability">The probability of class 1 at (x₁, x₂).</param>
    /// <param name="points">The data: <c>[(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]</c>.</param>
    /// <param name="title">The title.</param>
    /// <param name="x1">The first coordinate's name.</param>
    /// <param name="x2">The second coordinate's name.</param>
    /// <exception cref="ChartException">There is no point, one is not finite, or a class is not 0 or 1.</exception>
    public static Figure DecisionBoundary(Func<double, double, double> probability, IReadOnlyList<LabelledPoint> points, string title = "Decision boundary", string x1 = "x₁", string x2 = "x₂")
    {
        Require.NotNull(probability);
        Require.NotNull(points);
        if (points.Count == 0)
        {
            throw new ChartException("A decision boundary needs data points, for example [(0, 0, 0), (1, 1, 1)].");
        }

        if (points.FirstOrDefault(p => !double.IsFinite(p.X1 + p.X2) || p.Label is not (0 or 1)) is { } wrong)
        {
            throw new ChartException($"A data point has finite coordinates and the class 0 or 1; ({ChartNumber.Format(wrong.X1)}, {ChartNumber.Format(wrong.X2)}) has the class {wrong.Label}.");
        }

        (double From, double To) xRange = Around(points.Select(p => p.X1));
        (double From, double To) yRange = Around(points.Select(p => p.X2));
        (AxisValues xs, AxisValues ys, double[][] z) = OnGrid(probability, xRange, yRange);
        ContourShape boundary = ContourLines.At(z, 0.5, xs.Position, ys.Position);
        var traces = new List<Trace>
        {
            new ContourTrace(z)
            {
                X = xs,
                Y = ys,
                ZMin = 0,
                ZMax = 1,
                ColorScale = Palette.Diverging,
                Levels = (0.1, 0.9, 0.1),
                HideLines = true,
                HoverTemplate = x1 + " = %{x:.3~g}, " + x2 + " = %{y:.3~g}: p = %{z:.4~g}<extra></extra>",
            },
            new ScatterTrace(
                AxisValues.Of(boundary.Segments.SelectMany(s => new[] { s.From.X, s.To.X, double.NaN })),
                AxisValues.Of(boundary.Segments.SelectMany(s => new[] { s.From.Y, s.To.Y, double.NaN })))
            {
                Name = "p = ½",
                Line = new LineStyle { Color = Palette.Ink, Width = 2 },
                HoverTemplate = "p = ½<extra></extra>",
            },
        };
        for (int label = 0; label <= 1; label++)
        {
            List<LabelledPoint> own = [.. points.Where(p => p.Label == label)];
            if (own.Count > 0)
            {
                traces.Add(new ScatterTrace(AxisValues.Of(own.Select(p => p.X1)), AxisValues.Of(own.Select(p => p.X2)))
                {
                    Mode = ScatterMode.Markers,
                    Name = label == 0 ? "y = 0" : "y = 1",
                    Marker = new MarkerStyle { Color = Palette.Color(label), Size = 9, Symbol = label == 0 ? MarkerSymbol.Circle : MarkerSymbol.Square, Line = new LineStyle { Color = Palette.Paper, Width = 1 } },
                    Text = [.. own.Select(p => $"({ChartNumber.Format(p.X1)}, {ChartNumber.Format(p.X2)}): y = {p.Label}, p = {ChartNumber.Format(probability(p.X1, p.X2))}")],
                    HoverTemplate = "%{text}<extra></extra>",
                });
            }
        }

        int right = points.Count(p => probability(p.X1, p.X2) >= 0.5 == (p.Label == 1));
        return new Figure(traces, new FigureLayout
        {
            Title = title,
            XAxes = [new Axis { Title = x1, Range = xRange, ZeroLine = false, ShowGrid = false }],
            YAxes = [new Axis { Title = x2, Range = yRange, ZeroLine = false, ShowGrid = false }],
            ShowLegend = true,
            Height = 420,
        })
        {
            Description = $"{title}: the probability of class 1 over {x1} and {x2}, the line where it is ½, and {points.Count} data points, of which {right} are on their side.",
        };
    }

    private static (double From, double To) Around(IEnumerable<double> values)
    {
        List<double> all = [.. values];
        (double low, double high) = (all.Min(), all.Max());
        double pad = high > low ? (high - low) * 0.18 : 1;
        return (low - pad, high + pad);
    }
}
