using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Charts;

/// <summary>A function to draw.</summary>
/// <param name="Name">Its name, as in the legend: <c>GELU(x)</c>.</param>
/// <param name="Function">The function; NaN means that it isn't defined there.</param>
public sealed record Curve(string Name, Func<double, double> Function)
{
    /// <summary>Where it isn't differentiable, or where its derivative jumps: these points are marked.</summary>
    public IReadOnlyList<double> Kinks { get; init; } = [];

    /// <summary>Its derivative, for the tangent that follows the pointer; null draws none.</summary>
    public Func<double, double>? Derivative { get; init; }

    /// <summary>Whether it waits in the legend until it is asked for.</summary>
    public bool OnDemand { get; init; }

    /// <summary>Its look; what is null follows from the curve's place among the others.</summary>
    public LineStyle? Style { get; init; }
}

/// <summary>A line that a curve approaches.</summary>
/// <param name="Slope">The slope; infinite for a vertical line.</param>
/// <param name="Offset">The y at x = 0; for a vertical line, the x where it stands.</param>
public sealed record Asymptote(double Slope, double Offset)
{
    /// <summary>The line y = c.</summary>
    /// <param name="y">The c.</param>
    public static Asymptote Horizontal(double y) => new(0, y);

    /// <summary>The line x = c.</summary>
    /// <param name="x">The c.</param>
    public static Asymptote Vertical(double x) => new(double.PositiveInfinity, x);

    /// <summary>The line as an equation.</summary>
    public override string ToString()
    {
        if (double.IsInfinity(Slope))
        {
            return "x = " + ChartNumber.Format(Offset);
        }

        string slope = Slope switch { 0 => string.Empty, 1 => "x", -1 => "−x", _ => ChartNumber.Format(Slope) + "x" };
        string offset = Offset switch
        {
            0 when Slope != 0 => string.Empty,
            _ when Slope == 0 => ChartNumber.Format(Offset),
            _ => (Offset < 0 ? " − " : " + ") + ChartNumber.Format(Math.Abs(Offset)),
        };
        return "y = " + slope + offset;
    }
}

/// <summary>The figures that the subject draws again and again.</summary>
public static partial class Figures
{
    /// <summary>The largest matrix whose values are written into its cells.</summary>
    private const int WrittenSize = 12;

    /// <summary>The largest number of cells that carry their labels to the tooltip; more would swell the figure.</summary>
    private const int MostHoverTexts = 1024;

    /// <summary>Curves over one interval, with kinks and jumps marked and no line drawn across a pole.</summary>
    /// <param name="title">The title.</param>
    /// <param name="range">The interval.</param>
    /// <param name="curves">The curves.</param>
    /// <exception cref="ChartException">There is no curve, or the interval is empty.</exception>
    public static Figure Curves(string title, (double From, double To) range, params IReadOnlyList<Curve> curves) =>
        Curves(title, range, curves, asymptotes: []);

    /// <summary>Curves over one interval with their asymptotes, dashed.</summary>
    /// <param name="title">The title.</param>
    /// <param name="range">The interval.</param>
    /// <param name="curves">The curves.</param>
    /// <param name="asymptotes">The asymptotes; none where they are left out.</param>
    /// <param name="variable">The variable's name.</param>
    /// <param name="value">The y axis's title.</param>
    /// <exception cref="ChartException">There is no curve, or the interval is empty.</exception>
    public static Figure Curves(
        string title,
        (double From, double To) range,
        IReadOnlyList<Curve> curves,
        IReadOnlyList<Asymptote>? asymptotes = null,
        string variable = "x",
        string? value = null)
    {
        Require.NotNull(curves);
        asymptotes ??= [];
        if (curves.Count == 0)
        {
            throw new ChartException("A figure of curves needs at least one curve, for example new Curve(\"sin(x)\", Math.Sin).");
        }

        var sampled = curves.Select(c => CurveSampler.Sample(c.Function, range.From, range.To)).ToList();
        (double From, double To) window = Window([.. sampled.Where((_, i) => !curves[i].OnDemand)], asymptotes);
        var traces = new List<Trace>();
        for (int i = 0; i < curves.Count; i++)
        {
            traces.AddRange(Draw(curves[i], sampled[i], i, range, window, variable));
        }

        var shapes = asymptotes
            .Concat(sampled.SelectMany(s => s.Breaks).Where(b => b.IsPole && b.X > range.From && b.X < range.To).Select(b => Asymptote.Vertical(b.X)))
            .Distinct()
            .Select(a => Line(a, range))
            .ToList();
        return new Figure(traces, new FigureLayout
        {
            Title = title,
            XAxes = [new Axis { Title = variable, Range = range }],
            YAxes = [new Axis { Title = value, Range = window }],
            Shapes = shapes,
        })
        {
            Description = Describe(title, range, curves, sampled, asymptotes, variable),
        };
    }

    /// <summary>A function and its derivative: the derivative dashed, kinks and the derivative's jumps marked.</summary>
    /// <param name="name">The function's name without its argument: <c>GELU</c>.</param>
    /// <param name="function">The function.</param>
    /// <param name="derivative">Its derivative, with the value that convention gives it at a kink (or NaN for none).</param>
    /// <param name="range">The interval.</param>
    /// <param name="kinks">Where the function isn't differentiable.</param>
    /// <param name="asymptotes">Lines that the function approaches.</param>
    /// <param name="secondDerivative">The second derivative, which a button shows and hides.</param>
    /// <param name="variable">The variable's name.</param>
    /// <exception cref="ChartException">The interval is empty.</exception>
    public static Figure FunctionWithDerivative(
        string name,
        Func<double, double> function,
        Func<double, double> derivative,
        (double From, double To) range,
        IReadOnlyList<double>? kinks = null,
        IReadOnlyList<Asymptote>? asymptotes = null,
        Func<double, double>? secondDerivative = null,
        string variable = "x")
    {
        var curves = new List<Curve>
        {
            new($"{name}({variable})", function) { Kinks = kinks ?? [], Derivative = derivative },
            new($"{name}′({variable})", derivative) { Kinks = kinks ?? [], Derivative = secondDerivative },
        };
        if (secondDerivative is not null)
        {
            curves.Add(new Curve($"{name}″({variable})", secondDerivative) { Kinks = kinks ?? [], OnDemand = true });
        }

        Figure figure = Curves($"{name} and its derivative", range, curves, asymptotes ?? [], variable);
        int[] waiting = [.. Enumerable.Range(0, figure.Data.Count).Where(i => figure.Data[i].OnDemand)];
        return waiting.Length == 0 ? figure : figure with
        {
            Layout = figure.Layout with { ButtonGroups = [new ButtonGroup([new ControlStep(curves[^1].Name, new ToggleTraces(waiting))])] },
        };
    }

    /// <summary>A matrix (a Jacobian, weights) in colours: blue below zero, orange above, the rows from the top as in the matrix.</summary>
    /// <param name="values">The matrix.</param>
    /// <param name="rowLabels">One label for each row; null numbers them from 1.</param>
    /// <param name="columnLabels">One label for each column; null numbers them from 1.</param>
    /// <param name="title">The title.</param>
    /// <exception cref="ChartException">The matrix is empty, or there are too many or too few labels.</exception>
    public static Figure Heatmap(double[,] values, IReadOnlyList<string>? rowLabels = null, IReadOnlyList<string>? columnLabels = null, string? title = null)
    {
        Require.NotNull(values);
        (int rows, int columns) = (values.GetLength(0), values.GetLength(1));
        if (rows == 0 || columns == 0)
        {
            throw new ChartException($"A heatmap needs at least one row and one column; this matrix is {rows} × {columns}.");
        }

        string[] rowNames = Names(rowLabels, rows, "row");
        string[] columnNames = Names(columnLabels, columns, "column");
        double[][] z = [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Select(j => values[i, j]).ToArray())];
        double largest = z.SelectMany(row => row).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max();
        largest = largest == 0 ? 1 : largest;
        bool written = Math.Max(rows, columns) <= WrittenSize;
        IReadOnlyList<string>[]? text = written ? [.. z.Select(row => row.Select(v => double.IsNaN(v) ? "?" : ChartNumber.Format(v, 3)).ToArray())] : null;

        // Cells by their places, not by their names: two rows of one name would fall on each other.
        AxisValues places(int count) => AxisValues.Of(Enumerable.Range(1, count).Select(i => (double)i));
        (double[] Places, string[] Texts) rowTicks = Thinned(rowNames);
        (double[] Places, string[] Texts) columnTicks = Thinned(columnNames);
        double cell = Math.Clamp(300.0 / rows, 4, 56);
        return new Figure(
            [
                new HeatmapTrace(z)
                {
                    X = places(columns),
                    Y = places(rows),
                    ZMin = -largest,
                    ZMax = largest,
                    ColorScale = Palette.Diverging,
                    ShowScale = !written,
                    Gap = written ? 2 : 0,
                    Text = text,
                    TextTemplate = written ? "%{text}" : null,
                    HoverText = rows * columns > MostHoverTexts || (rowLabels is null && columnLabels is null) ? null
                        : [.. rowNames.Select(row => columnNames.Select(column => $"{row}, {column}").ToArray())],
                    HoverTemplate = (rows * columns > MostHoverTexts || (rowLabels is null && columnLabels is null) ? "row %{y}, column %{x}" : "%{hovertext}") + ": %{z:.4~g}<extra></extra>",
                },
            ],
            new FigureLayout
            {
                Title = title,
                XAxes = [new Axis { ShowGrid = false, ZeroLine = false, Opposite = true, TickValues = columnTicks.Places, TickText = columnTicks.Texts }],
                YAxes = [new Axis { ShowGrid = false, ZeroLine = false, Reversed = true, SameScale = true, TickValues = rowTicks.Places, TickText = rowTicks.Texts }],
                Height = Math.Round((title is null ? 56 : 84) + (cell * rows)),
                Width = written ? Math.Round(Math.Clamp(110 + (cell * columns), 320, 640)) : null,
            })
        {
            Description = $"Heatmap{(title is null ? string.Empty : ": " + title)}; a {rows} × {columns} matrix with values from {Extreme(z, min: true)} to {Extreme(z, min: false)}.",
        };
    }

    /// <summary>A matrix (a Jacobian, weights) in colours: blue below zero, orange above, the rows from the top as in the matrix.</summary>
    /// <param name="values">The matrix.</param>
    /// <param name="rowLabels">One label for each row; null numbers them from 1.</param>
    /// <param name="columnLabels">One label for each column; null numbers them from 1.</param>
    /// <param name="title">The title.</param>
    /// <exception cref="ChartException">The matrix is empty, or there are too many or too few labels.</exception>
    public static Figure Heatmap(Matrix<double> values, IReadOnlyList<string>? rowLabels = null, IReadOnlyList<string>? columnLabels = null, string? title = null)
    {
        Require.NotNull(values);
        return Heatmap(values.ToArray(), rowLabels, columnLabels, title);
    }

    /// <summary>Bars, for example the probabilities that softmax gives, with their values at their ends.</summary>
    /// <param name="labels">The bars' labels.</param>
    /// <param name="values">The bars' lengths.</param>
    /// <param name="title">The title.</param>
    /// <param name="valueTitle">The title of the axis along the bars.</param>
    /// <exception cref="ChartException">There are not as many labels as values, or there are none.</exception>
    public static Figure Bars(IReadOnlyList<string> labels, IReadOnlyList<double> values, string? title = null, string? valueTitle = null)
    {
        Require.NotNull(labels);
        Require.NotNull(values);
        if (values.Count == 0)
        {
            throw new ChartException("A figure of bars needs at least one value.");
        }

        _ = Names(labels, values.Count, "bar");
        return new Figure(
            [
                new BarTrace(AxisValues.Of(labels), AxisValues.Of(values))
                {
                    Text = [.. values.Select(v => ChartNumber.Format(v, 3))],
                    Marker = new MarkerStyle { Color = Palette.Color(0) },
                    HoverTemplate = "%{x}: %{y:.4~g}<extra></extra>",
                },
            ],
            new FigureLayout
            {
                Title = title,
                XAxes = [new Axis { ShowGrid = false, ZeroLine = false }],
                YAxes = [new Axis { Title = valueTitle }],
                Height = 300,
            });
    }

    /// <summary>Lines of equal value of a function of two variables, for example of a loss over two weights.</summary>
    /// <param name="title">The title.</param>
    /// <param name="function">The function.</param>
    /// <param name="xRange">The first variable's interval.</param>
    /// <param name="yRange">The second variable's interval.</param>
    /// <param name="x">The first variable's name.</param>
    /// <param name="y">The second variable's name.</param>
    /// <param name="path">Points to join, for example those that gradient descent visits; null for none.</param>
    /// <exception cref="ChartException">An interval is empty.</exception>
    public static Figure Contours(string title, Func<double, double, double> function, (double From, double To) xRange, (double From, double To) yRange, string x = "x", string y = "y", IReadOnlyList<(double X, double Y)>? path = null)
    {
        (AxisValues xs, AxisValues ys, double[][] z) = OnGrid(function, xRange, yRange);
        double[] finite = [.. z.SelectMany(row => row).Where(double.IsFinite).DefaultIfEmpty(0)];
        double step = Ticks.Step(finite.Min(), finite.Max(), 10);
        IReadOnlyList<double> levels = Ticks.Between(finite.Min(), finite.Max(), 10);
        return new Figure(
            [
                new ContourTrace(z)
                {
                    X = xs,
                    Y = ys,
                    ColorScale = Palette.Sequential,
                    ShowLabels = true,
                    Levels = levels.Count == 0 ? null : (levels[0], levels[^1], step),
                    HoverTemplate = x + " = %{x:.4~g}, " + y + " = %{y:.4~g}: %{z:.4~g}<extra></extra>",
                },
                .. path is null ? Array.Empty<Trace>() : [Steps(path, function)],
            ],
            new FigureLayout { Title = title, XAxes = [new Axis { Title = x, Range = xRange }], YAxes = [new Axis { Title = y, Range = yRange }], Height = 400 });
    }

    /// <summary>A function of two variables as a surface; without scripts, as lines of equal height.</summary>
    /// <param name="title">The title.</param>
    /// <param name="function">The function.</param>
    /// <param name="xRange">The first variable's interval.</param>
    /// <param name="yRange">The second variable's interval.</param>
    /// <param name="x">The first variable's name.</param>
    /// <param name="y">The second variable's name.</param>
    /// <param name="z">The value's name.</param>
    /// <exception cref="ChartException">An interval is empty.</exception>
    public static Figure Surface(string title, Func<double, double, double> function, (double From, double To) xRange, (double From, double To) yRange, string x = "x", string y = "y", string z = "z")
    {
        (AxisValues xs, AxisValues ys, double[][] heights) = OnGrid(function, xRange, yRange);
        return new Figure(
            [
                new SurfaceTrace(heights)
                {
                    X = xs,
                    Y = ys,
                    ColorScale = [new(0, Palette.Negative), new(1, Palette.Positive)],
                    HoverTemplate = x + " = %{x:.4~g}, " + y + " = %{y:.4~g}: %{z:.4~g}<extra></extra>",
                },
            ],
            new FigureLayout { Title = title, Scene = new Scene(x, y, z), Height = 440 });
    }

    private static ScatterTrace Steps(IReadOnlyList<(double X, double Y)> path, Func<double, double, double> function) =>
        new(AxisValues.Of(path.Select(at => at.X)), AxisValues.Of(path.Select(at => at.Y)))
        {
            Mode = ScatterMode.LinesAndMarkers,
            Line = new LineStyle { Color = Palette.Color(1), Width = 2 },
            Marker = new MarkerStyle { Color = Palette.Color(1), Size = 6, Symbol = MarkerSymbol.Circle },
            Text = [.. path.Select((at, step) => $"step {step.ToString(CultureInfo.InvariantCulture)}: ({ChartNumber.Format(at.X)}, {ChartNumber.Format(at.Y)}), value {ChartNumber.Format(function(at.X, at.Y))}")],
            HoverTemplate = "%{text}<extra></extra>",
        };

    private static (AxisValues X, AxisValues Y, double[][] Z) OnGrid(Func<double, double, double> function, (double From, double To) xRange, (double From, double To) yRange)
    {
        Require.NotNull(function);
        if (!(xRange.From < xRange.To && yRange.From < yRange.To) || !double.IsFinite(xRange.To - xRange.From + yRange.To - yRange.From))
        {
            throw new ChartException("Both variables need a finite interval from its lower to its upper end, for example (−2, 2).");
        }

        const int Steps = 48;
        double[] xs = [.. Enumerable.Range(0, Steps + 1).Select(i => xRange.From + ((xRange.To - xRange.From) * i / Steps))];
        double[] ys = [.. Enumerable.Range(0, Steps + 1).Select(i => yRange.From + ((yRange.To - yRange.From) * i / Steps))];
        return (AxisValues.Of(xs), AxisValues.Of(ys), [.. ys.Select(y => xs.Select(x => At(x, y)).ToArray())]);

        double At(double x, double y)
        {
            Interruption.Check();
            return function(x, y);
        }
    }

    private static string Extreme(double[][] z, bool min)
    {
        var finite = z.SelectMany(row => row).Where(double.IsFinite).DefaultIfEmpty(double.NaN).ToList();
        return ChartNumber.Format(min ? finite.Min() : finite.Max());
    }

    private static string[] Names(IReadOnlyList<string>? labels, int count, string what)
    {
        if (labels is null)
        {
            return [.. Enumerable.Range(1, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        }

        return labels.Count == count
            ? [.. labels]
            : throw new ChartException($"Every {what} needs one label: there are {count} {what}s and {labels.Count} labels.");
    }

    private static (double[] Places, string[] Texts) Thinned(string[] names)
    {
        int every = (names.Length + 23) / 24;
        int[] kept = [.. Enumerable.Range(0, names.Length).Where(i => i % every == 0)];
        return ([.. kept.Select(i => i + 1.0)], [.. kept.Select(i => names[i])]);
    }

    /// <summary>The y that the plot shows: all of the curves, or the usual part of them where one runs to infinity.</summary>
    private static (double From, double To) Window(List<SampledCurve> curves, IReadOnlyList<Asymptote> asymptotes)
    {
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (SampledCurve curve in curves)
        {
            double[] values = [.. curve.Pieces.SelectMany(p => p).Select(p => p.Y).Order()];
            if (values.Length == 0)
            {
                continue;
            }

            if (curve.Breaks.Any(b => b.IsPole))
            {
                // Sampling is dense near a pole, so quantiles of the samples would lie; evenly spread places don't.
                values = Evenly(curve);
                int cut = values.Length / 12;
                (low, high) = (Math.Min(low, values[cut]), Math.Max(high, values[^(cut + 1)]));
            }
            else
            {
                (low, high) = (Math.Min(low, values[0]), Math.Max(high, values[^1]));
            }
        }

        foreach (Asymptote a in asymptotes.Where(a => a.Slope == 0))
        {
            (low, high) = (Math.Min(low, a.Offset), Math.Max(high, a.Offset));
        }

        if (low > high)
        {
            return (-1, 1);
        }

        double pad = high > low ? (high - low) * 0.06 : Math.Max(1, Math.Abs(low)) * 0.5;
        return (low - pad, high + pad);
    }

    private static double[] Evenly(SampledCurve curve)
    {
        var points = curve.Pieces.SelectMany(p => p).ToList();
        (double first, double last) = (points.Min(p => p.X), points.Max(p => p.X));
        const int Bins = 120;
        return [.. points.DistinctBy(p => (int)((p.X - first) / (last - first) * Bins)).Select(p => p.Y).Order()];
    }

    private static IEnumerable<Trace> Draw(Curve curve, SampledCurve sampled, int index, (double From, double To) range, (double From, double To) window, string variable)
    {
        LineStyle style = new()
        {
            Color = curve.Style?.Color ?? Palette.Color(index),
            Width = curve.Style?.Width ?? 2.2,
            Dash = curve.Style?.Dash ?? Palette.DashOf(index),
        };
        var xs = new List<double>();
        var ys = new List<double>();
        double height = window.To - window.From;
        foreach (IReadOnlyList<(double X, double Y)> piece in sampled.Pieces)
        {
            if (xs.Count > 0)
            {
                xs.Add(double.NaN);
                ys.Add(double.NaN);
            }

            foreach ((double x, double y) in piece)
            {
                // plotly.js goes astray with coordinates of a million pixels; three heights outside nothing is seen anyway.
                xs.Add(x);
                ys.Add(Math.Clamp(y, window.From - (3 * height), window.To + (3 * height)));
            }
        }

        yield return new ScatterTrace(AxisValues.Of(xs), AxisValues.Of(ys))
        {
            Name = curve.Name,
            LegendGroup = curve.Name,
            OnDemand = curve.OnDemand,
            Line = style,
            Slopes = curve.Derivative is { } derivative ? [.. xs.Select(x => double.IsNaN(x) ? x : derivative(x))] : null,
            HoverTemplate = $"{variable} = %{{x:.4~g}}: %{{y:.4~g}}{(curve.Derivative is null ? string.Empty : "<br>slope %{customdata:.4~g}")}<extra>{curve.Name}</extra>",
        };
        (List<(double X, double Y)> filled, List<(double X, double Y)> open) = Points(curve, sampled, range);
        foreach ((List<(double X, double Y)> points, bool isOpen) in new[] { (filled, false), (open, true) })
        {
            if (points.Count > 0)
            {
                yield return new ScatterTrace(AxisValues.Of(points.Select(p => p.X)), AxisValues.Of(points.Select(p => p.Y)))
                {
                    Mode = ScatterMode.Markers,
                    Name = curve.Name,
                    LegendGroup = curve.Name,
                    ShowLegend = false,
                    OnDemand = curve.OnDemand,
                    Marker = new MarkerStyle { Color = style.Color, Size = 8, Symbol = isOpen ? MarkerSymbol.OpenCircle : MarkerSymbol.Circle, Line = isOpen ? new LineStyle { Color = style.Color, Width = 2 } : null },
                    Text = [.. points.Select(p => isOpen
                        ? $"{curve.Name} approaches {ChartNumber.Format(p.Y)} as {variable} → {ChartNumber.Format(p.X)}"
                        : $"{curve.Name} = {ChartNumber.Format(p.Y)} at {variable} = {ChartNumber.Format(p.X)}")],
                    HoverTemplate = "%{text}<extra></extra>",
                };
            }
        }
    }

    /// <summary>Filled circles where the curve has a kink or takes its value at a jump, open ones at limits that it doesn't take.</summary>
    private static (List<(double X, double Y)> Filled, List<(double X, double Y)> Open) Points(Curve curve, SampledCurve sampled, (double From, double To) range)
    {
        var filled = new List<(double X, double Y)>();
        var open = new List<(double X, double Y)>();
        double near = (range.To - range.From) * 1e-7;
        foreach (Break at in sampled.Breaks.Where(b => b.X > range.From && b.X < range.To))
        {
            bool has = double.IsFinite(at.Value);
            double height = Math.Max(1, Math.Abs(at.Value));
            foreach (double limit in new[] { at.Left, at.Right }.Where(double.IsFinite).DistinctBy(l => Math.Round(l, 6)))
            {
                if (!has || Math.Abs(limit - at.Value) > 1e-6 * height)
                {
                    open.Add((at.X, limit));
                }
            }

            if (has)
            {
                filled.Add((at.X, at.Value));
            }
        }

        foreach (double kink in curve.Kinks.Where(k => k > range.From && k < range.To && !sampled.Breaks.Any(b => Math.Abs(b.X - k) < near)))
        {
            double value = curve.Function(kink);
            double left = curve.Function(kink - near);
            double right = curve.Function(kink + near);
            if (double.IsFinite(value))
            {
                filled.Add((kink, value));
            }
            else if (double.IsFinite(left) && double.IsFinite(right))
            {
                open.Add((kink, (left + right) / 2));
            }
        }

        return (filled, open);
    }

    private static FigureShape Line(Asymptote asymptote, (double From, double To) range)
    {
        string label = "Asymptote " + asymptote;
        if (double.IsInfinity(asymptote.Slope))
        {
            return new FigureShape(asymptote.Offset, double.NegativeInfinity, asymptote.Offset, double.PositiveInfinity) { Label = label };
        }

        return asymptote.Slope == 0
            ? new FigureShape(double.NegativeInfinity, asymptote.Offset, double.PositiveInfinity, asymptote.Offset) { Label = label }
            : new FigureShape(range.From, asymptote.Offset + (asymptote.Slope * range.From), range.To, asymptote.Offset + (asymptote.Slope * range.To)) { Label = label };
    }

    private static string Describe(string title, (double From, double To) range, IReadOnlyList<Curve> curves, List<SampledCurve> sampled, IReadOnlyList<Asymptote> asymptotes, string variable)
    {
        var text = new List<string> { $"{title}: {string.Join(", ", curves.Where(c => !c.OnDemand).Select(c => c.Name))} for {variable} from {ChartNumber.Format(range.From)} to {ChartNumber.Format(range.To)}" };
        for (int i = 0; i < curves.Count; i++)
        {
            var jumps = sampled[i].Breaks.Where(b => b.X > range.From && b.X < range.To).Select(b => (b.IsPole ? "a pole at " : "a break at ") + ChartNumber.Format(b.X)).ToList();
            if (jumps.Count > 0)
            {
                text.Add($"{curves[i].Name} has {string.Join(", ", jumps)}");
            }
        }

        if (asymptotes.Count > 0)
        {
            text.Add("asymptotes " + string.Join(", ", asymptotes));
        }

        return string.Join("; ", text) + ".";
    }
}
