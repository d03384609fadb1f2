using System.Globalization;

namespace ChainRule.Charts;

public static partial class Figures
{
    /// <summary>How many places of a slider a still picture shows side by side.</summary>
    private const int StillPlaces = 4;

    /// <summary>A figure with a slider for a parameter: one picture for each value, all with the same axes.</summary>
    /// <param name="symbol">The parameter's letter.</param>
    /// <param name="values">The values that the slider takes.</param>
    /// <param name="figure">The figure for a value: <c>Figures.WithSlider("k", [1, 2, 3], k => Figures.Curves("", (-3, 3), new Curve("f", x => Math.Sin(k * x))))</c>.</param>
    /// <exception cref="ChartException">There is no value, or the figures have different subplots.</exception>
    public static Figure WithSlider(string symbol, IReadOnlyList<double> values, Func<double, Figure> figure)
    {
        Require.NotNull(values);
        Require.NotNull(figure);
        List<Figure> figures = [.. values.Select(figure)];
        string[] labels = [.. values.Select(Label)];
        Figure moving = WithSlider(symbol, labels, figures);

        // Where every picture is one of curves, a few of them fit into one still picture; otherwise the first stands for all.
        bool drawable = figures.TrueForAll(f => f.Layout.Grid is null && f.Data.All(trace => trace is ScatterTrace));
        return drawable ? moving with { Still = Together(moving, figures, symbol, labels) } : moving;
    }

    /// <summary>The probabilities that softmax makes of logits, with a slider for the temperature τ.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="temperatures">The values of the slider; null takes a few between 0.1 and 10.</param>
    /// <param name="labels">One label for each logit; null numbers them.</param>
    /// <exception cref="ChartException">There is no logit, no temperature, or not one label for each logit.</exception>
    /// <exception cref="ChainRuleException">A temperature is not positive.</exception>
    public static Figure SoftmaxTemperature(IReadOnlyList<double> logits, IReadOnlyList<double>? temperatures = null, IReadOnlyList<string>? labels = null)
    {
        Require.NotNull(logits);
        temperatures ??= [0.1, 0.2, 0.5, 1, 2, 5, 10];
        double[] z = [.. logits];
        if (z.Length == 0)
        {
            throw new ChartException("Softmax needs at least one logit, for example [1, 2, 3].");
        }

        IReadOnlyList<string> names = labels ?? [.. Enumerable.Range(1, z.Length).Select(i => "p" + Subscript(i))];
        double[] probabilities(double temperature) => Networks.VectorFunctions.Softmax(Expressions.Number.Of(Expressions.Rational.FromDouble(temperature))).Kernel!.Value(z);
        string title = $"Softmax of ({string.Join(", ", z.Select(value => ChartNumber.Format(value)))}) at temperature τ";
        var axis = new Axis { Title = "p", Range = (0, 1.12), TickValues = s_shares, TickText = [.. s_shares.Select(share => ChartNumber.Format(share))] };
        Figure at(double temperature)
        {
            Figure bars = Bars(names, probabilities(temperature), title, "p");
            return bars with { Layout = bars.Layout with { YAxes = [axis] } };
        }

        string[] places = [.. temperatures.Select(Label)];
        Figure moving = WithSlider("τ", places, [.. temperatures.Select(at)]);
        return moving with
        {
            Still = new Figure(
                [
                    .. AFew(temperatures.Count).Select((place, i) => new BarTrace(AxisValues.Of(names), AxisValues.Of(probabilities(temperatures[place])))
                    {
                        Name = "τ = " + places[place],
                        Marker = new MarkerStyle { Color = Palette.Color(i) },
                    }),
                ],
                new FigureLayout { Title = title, XAxes = [new Axis { ShowGrid = false, ZeroLine = false }], YAxes = moving.Layout.YAxes, ShowLegend = true, Height = moving.Layout.Height }),
            Description = $"Probabilities that softmax makes of {z.Length} logits; a slider sets the temperature to {string.Join(", ", places)}.",
        };
    }

    private static readonly double[] s_shares = [0, 0.25, 0.5, 0.75, 1];

    /// <summary>Pictures one after the other, all with the same traces and axes.</summary>
    internal static Figure WithSlider(string symbol, IReadOnlyList<string> labels, IReadOnlyList<Figure> figures)
    {
        if (figures.Count == 0)
        {
            throw new ChartException($"A slider for {symbol} needs at least one value, for example [0.5, 1, 2].");
        }

        if (figures.Any(figure => figure.Layout.YAxes.Count != figures[0].Layout.YAxes.Count))
        {
            throw new ChartException("The figures of a slider must have the same subplots.");
        }

        // Every frame has the same traces, or the last one's would stay: as many marks as the richest has, empty where there are none.
        IReadOnlyList<Trace> most = figures.MaxBy(figure => figure.Data.Count)!.Data;
        List<FigureFrame> frames = [.. figures.Select((figure, i) => new FigureFrame(labels[i], Filled(figure.Data, most)))];

        // In the middle there is something to see in both directions, and there people put what is usual.
        int start = figures.Count / 2;
        return new Figure(
            frames[start].Data,
            figures[0].Layout with
            {
                XAxes = [.. figures[0].Layout.XAxes.Select((axis, i) => axis with { Range = Union(figures, figure => figure.Layout.XAxes[i].Range) })],
                YAxes = [.. figures[0].Layout.YAxes.Select((axis, i) => axis with { Range = Union(figures, figure => figure.Layout.YAxes[i].Range) })],
                Sliders = [new Slider($"{symbol} = ", [.. labels.Select(label => new ControlStep(label, new ShowFrame(label)))], start)],
            },
            Frames: frames)
        {
            Description = $"{FigureParts.Kind(figures[0])}{(figures[0].Layout.Title is { } title ? ": " + title : string.Empty)}; a slider sets {symbol} to {string.Join(", ", labels)}.",
        };
    }

    /// <summary>The first, the last, and some evenly between them.</summary>
    internal static IReadOnlyList<int> AFew(int count) => count <= StillPlaces
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, StillPlaces).Select(i => (int)Math.Round(i * (count - 1) / (double)(StillPlaces - 1)))];

    /// <summary>A parameter's value as it is said.</summary>
    internal static string Label(double value) => value.ToString("R", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>1 as ₁.</summary>
    internal static string Subscript(int number) => string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => (char)('₀' + (digit - '0'))));

    private static Figure Together(Figure moving, List<Figure> figures, string symbol, string[] labels)
    {
        var traces = new List<Trace>();
        int named = figures[0].Data.Count(trace => trace.Name is not null && trace.ShowLegend != false);
        foreach ((int place, int order) in AFew(figures.Count).Select((place, order) => (place, order)))
        {
            foreach (Trace trace in figures[place].Data)
            {
                var scatter = (ScatterTrace)trace;
                string value = $"{symbol} = {labels[place]}";
                traces.Add(scatter with
                {
                    Name = named > 1 && scatter.Name is not null ? $"{scatter.Name}, {value}" : value,
                    Line = (scatter.Line ?? new LineStyle()) with { Color = Palette.Color(order), Dash = named > 1 ? scatter.Line?.Dash ?? Dash.Solid : Palette.DashOf(order) },
                    Marker = scatter.Marker is { } marker ? marker with { Color = Palette.Color(order), Line = marker.Line is { } line ? line with { Color = Palette.Color(order) } : null } : null,
                });
            }
        }

        return new Figure(traces, moving.Layout with { Sliders = [] });
    }

    private static (double From, double To)? Union(IReadOnlyList<Figure> figures, Func<Figure, (double From, double To)?> range)
    {
        List<(double From, double To)> ranges = [.. figures.Select(range).Where(r => r is not null).Select(r => r!.Value)];
        if (ranges.Count < figures.Count)
        {
            return null;
        }

        return ranges[0].From <= ranges[0].To
            ? (ranges.Min(r => r.From), ranges.Max(r => r.To))
            : (ranges.Max(r => r.From), ranges.Min(r => r.To));
    }

    private static List<Trace> Filled(IReadOnlyList<Trace> traces, IReadOnlyList<Trace> pattern)
    {
        var filled = new List<Trace>();
        int next = 0;
        foreach (Trace wanted in pattern)
        {
            if (wanted is not ScatterTrace sample)
            {
                filled.Add(next < traces.Count ? traces[next++] : wanted);
                continue;
            }

            bool fits = next < traces.Count && traces[next] is ScatterTrace trace && trace.Mode == sample.Mode && trace.Name == sample.Name && trace.Marker?.Symbol == sample.Marker?.Symbol;
            filled.Add(fits ? traces[next++] : sample with { X = AxisValues.Of(Array.Empty<double>()), Y = AxisValues.Of(Array.Empty<double>()), Text = [], Slopes = null });
        }

        return filled;
    }
}
