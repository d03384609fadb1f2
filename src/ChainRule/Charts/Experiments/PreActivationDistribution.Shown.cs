using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Charts;

namespace ChainRule.Networks;

public sealed partial record PreActivationDistribution
{
    /// <inheritdoc/>
    public override string Title => $"Pre-activations before and after {Activation}";

    /// <inheritdoc/>
    public override string Setting => $"{Before.Count.ToString(CultureInfo.InvariantCulture)} pre-activations a of a random layer, and b = {Activation}(a).";

    /// <inheritdoc/>
    public override string Finding => $"{Activation} makes {Percent(After.ShareOfZeros)} of the values exactly 0 ({Percent(Before.ShareOfZeros)} before); the mean goes from {Say(Before.Mean)} to {Say(After.Mean)}, and the mean square from {Say(Before.SecondMoment)} to {Say(After.SecondMoment)}, that is {Say(After.SecondMoment / Before.SecondMoment)} of it. The variance of b is {Say(After.Variance)}, which is {(After.Mean == 0 ? "the mean square, the mean being 0" : "less than the mean square, because the mean is not 0")}.";

    /// <inheritdoc/>
    public override ExperimentTable Table => new(
        ["", "mean", "variance", "mean square", "exactly 0"],
        [Row("a, before", Before), Row("b, after", After)]);

    /// <inheritdoc/>
    public override Figure Figure
    {
        get
        {
            var all = Before.Edges.Concat(After.Edges).ToList();
            var range = (all.Min(), all.Max());
            return new Figure(
                [
                    Histogram(Before, "a", 0),
                    Histogram(After, "b", 1) with { XAxis = 2, YAxis = 2 },
                ],
                new FigureLayout
                {
                    Title = Title,
                    Grid = new SubplotGrid(2, 1) { RowGap = 0.2 },
                    XAxes = [new Axis { Title = "a, before", Range = range, ShowGrid = false }, new Axis { Title = $"b = {Activation}(a), after", Range = range, ShowGrid = false }],
                    YAxes = [new Axis { Title = "share" }, new Axis { Title = "share" }],
                    Annotations = After.ShareOfZeros == 0 ? [] :
                    [
                        new Annotation($"{Percent(After.ShareOfZeros)} are exactly 0", 0, 0.7 * After.Counts.Max() / After.Count) { Axes = 2, Anchor = TextAnchor.End, ShiftX = -8 },
                    ],
                    ShowLegend = false,
                    Height = 500,
                })
            {
                Description = $"{Title}: two histograms. {Finding}",
            };
        }
    }

    private static BarTrace Histogram(SampleDistribution distribution, string letter, int color)
    {
        var width = distribution.Edges[1] - distribution.Edges[0];
        return new BarTrace(
            AxisValues.Of(distribution.Edges.SkipLast(1).Select(edge => edge + (width / 2))),
            AxisValues.Of(distribution.Counts.Select(count => (double)count / distribution.Count)))
        {
            Name = letter,
            Width = width,
            Marker = new MarkerStyle { Color = Palette.Color(color), Line = new LineStyle { Color = Palette.Paper, Width = 1 } },
            HoverTemplate = letter + " near %{x:.3~g}: %{y:.2%} of the values<extra></extra>",
        };
    }

    private static ImmutableArray<string> Row(string name, SampleDistribution distribution) =>
        [name, Say(distribution.Mean), Say(distribution.Variance), Say(distribution.SecondMoment), Percent(distribution.ShareOfZeros)];

    private static string Percent(double share) => Say(100 * share) + " %";
}
