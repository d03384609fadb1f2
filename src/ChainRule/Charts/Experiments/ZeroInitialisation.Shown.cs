using System.Collections.Immutable;
using ChainRule.Charts;

namespace ChainRule.Networks;

public sealed partial record ZeroInitialisation
{
    /// <inheritdoc/>
    public override string Title => "All weights and biases start at 0";

    /// <inheritdoc/>
    public override string Setting => $"{Network}; {Samples} random samples, {Steps} steps of gradient descent on their mean loss.";

    /// <inheritdoc/>
    public override string Finding
    {
        get
        {
            string[] still = [.. Parameters.Where(one => one.Gradient == 0).Select(Name)];
            string[] moving = [.. Parameters.Where(one => one.Gradient != 0).Select(Name)];
            string[] never = [.. Parameters.Where(one => one.Moved == 0).Select(Name)];
            string[] alike = [.. Parameters.Where(one => one.Moved != 0 && one.RowDifference is { } difference && difference <= 1e-12 * one.Moved).Select(Name)];
            return string.Join(' ', new[]
            {
                $"At the start the gradient is 0 for {(still.Length == 0 ? "no parameter" : And(still))}{(moving.Length == 0 ? string.Empty : $" and not 0 for {And(moving)}")}.",
                $"After {Steps} steps {(never.Length == 0 ? "every parameter has moved" : $"{And(never)} still {(never.Length == 1 ? "is" : "are")} 0")}{(alike.Length == 0 ? string.Empty : $", and the rows of {And(alike)} are equal: its units do the same")}.",
                OutputSpread == 0 ? "The output is the same for every sample: the network has learned a constant." : $"The output differs from sample to sample by up to {Say(OutputSpread)}.",
                $"The loss goes from {Say(LossBefore, 5)} to {Say(LossAfter, 5)}.",
            });
        }
    }

    /// <inheritdoc/>
    public override ExperimentTable Table => new(
        ["parameter", "largest |gradient| at the start", $"largest |entry| after {Steps} steps", "largest difference between rows"],
        [.. Parameters.Select(one => (ImmutableArray<string>)[Name(one), Say(one.Gradient), Say(one.Moved), one.RowDifference is { } difference ? Say(difference) : "–"])]);

    /// <inheritdoc/>
    public override Figure Figure
    {
        get
        {
            string[] names = [.. Parameters.Select(Name)];
            BarTrace bars(string name, IEnumerable<double> values, int place) => new(AxisValues.Of(names), AxisValues.Of(values))
            {
                Name = name,
                Text = [.. values.Select(value => Say(value))],
                Marker = new MarkerStyle { Color = Palette.Color(place) },
                HoverTemplate = "%{x}: %{y:.4~g}<extra>" + name + "</extra>",
            };
            return new Figure(
                [bars("largest |gradient| at the start", Parameters.Select(one => one.Gradient), 0), bars($"largest |entry| after {Steps} steps", Parameters.Select(one => one.Moved), 1)],
                new FigureLayout
                {
                    Title = "What moves when everything starts at 0",
                    XAxes = [new Axis { ShowGrid = false, ZeroLine = false }],
                    YAxes = [new Axis()],
                    ShowLegend = true,
                    Height = 320,
                })
            {
                Description = $"{Title}: bars for each parameter. {Finding}",
            };
        }
    }

    private static string Name(ZeroParameter one) => one.Parameter.ToString();
}
