using System.Collections.Immutable;
using ChainRule.Charts;

namespace ChainRule.Networks;

public sealed partial record SoftmaxRounding
{
    /// <inheritdoc/>
    public override string Title => "When softmax is exactly 0 or 1";

    /// <inheritdoc/>
    public override string Setting => $"{Classes} entries, temperature {Say(Temperature)}; the first logit is larger than {(Classes == 2 ? "the other" : "all the others")} by the gap.";

    /// <inheritdoc/>
    public override string Finding => $"For every finite gap e^z > 0, so no entry is 0 and none is 1; rounding makes them so. The largest entry is exactly 1 {And([.. Formats.Select(format => $"in {format.Format} from a gap of {Say(format.One, 4)} on")])}; the smallest is exactly 0 {And([.. Formats.Select(format => $"in {format.Format} from {Say(format.Zero, 4)} on")])}.";

    /// <inheritdoc/>
    public override ExperimentTable Table
    {
        get
        {
            double[] gaps = [.. Formats.SelectMany(format => new[] { format.One, format.Zero }).Concat([1, 10, 30]).Order()];
            return new(
                ["gap", .. Formats.SelectMany(format => new[] { $"1 − largest, {format.Format}", $"smallest, {format.Format}" })],
                [.. gaps.Select(gap => (ImmutableArray<string>)[Say(gap, 5), .. Formats.SelectMany(format => format.Entries(gap) is var (largest, smallest) ? new[] { Say(1 - largest), Say(smallest) } : [])])]);
        }
    }

    /// <inheritdoc/>
    public override Figure Figure
    {
        get
        {
            var traces = new List<Trace>();
            for (var i = 0; i < Formats.Length; i++)
            {
                traces.Add(Curve(Formats[i], i, 1.25 * Formats.Max(format => format.One), entries => 1 - entries.Largest));
                traces.Add(Curve(Formats[i], i, 1.1 * Formats.Max(format => format.Zero), entries => entries.Smallest) with { XAxis = 2, YAxis = 2, ShowLegend = false });
            }

            return new Figure(traces, new FigureLayout
            {
                Title = "Softmax in floating point, by the gap between logits",
                Grid = new SubplotGrid(2, 1) { RowGap = 0.2 },
                XAxes = [new Axis { Title = "gap", ZeroLine = false }, new Axis { Title = "gap", ZeroLine = false }],
                YAxes = [new Axis { Title = "1 − largest entry", Logarithmic = true }, new Axis { Title = "smallest entry", Logarithmic = true, Range = (double.Epsilon, 10) }],
                Shapes =
                [
                    .. Formats.Select(format => new FigureShape(format.One, double.NegativeInfinity, format.One, double.PositiveInfinity) { Label = $"exactly 1 in {format.Format} from {Say(format.One, 4)} on" }),
                    .. Formats.Select(format => new FigureShape(format.Zero, double.NegativeInfinity, format.Zero, double.PositiveInfinity) { Axes = 2, Label = $"exactly 0 in {format.Format} from {Say(format.Zero, 4)} on" }),
                ],
                ShowLegend = true,
                Height = 560,
            })
            {
                Description = $"{Title}: how far the largest entry is from 1, and the smallest entry, by the gap. {Finding}",
            };
        }
    }

    private static ScatterTrace Curve(RoundingGaps format, int place, double to, Func<(double Largest, double Smallest), double> value)
    {
        const int Points = 240;
        double[] gaps = [.. Enumerable.Range(0, Points + 1).Select(i => to * i / Points)];

        // 0 has no place on a logarithmic axis: the curve ends there, which is the point of the picture.
        return new ScatterTrace(AxisValues.Of(gaps), AxisValues.Of(gaps.Select(gap => value(format.Entries(gap)) is var v && v > 0 ? v : double.NaN)))
        {
            Name = format.Format,
            LegendGroup = format.Format,
            Line = new LineStyle { Color = Palette.Color(place), Width = 2.2, Dash = Palette.DashOf(place) },
            HoverTemplate = $"gap %{{x:.4~g}}: %{{y:.3~g}}<extra>{format.Format}</extra>",
        };
    }
}
