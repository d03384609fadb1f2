using System.Collections.Immutable;
using ChainRule.Charts;

namespace ChainRule.Networks;

public sealed partial record DeadUnit
{
    /// <inheritdoc/>
    public override string Title => "A unit that is negative at every sample";

    /// <inheritdoc/>
    public override string Setting => $"One unit h = φ(wᵀx + b) with b = {Say(Bias)} at {PreActivations.Length} random samples; it should give 1, and learns by gradient descent with step size {Say(LearningRate)}.";

    /// <inheritdoc/>
    public override string Finding => $"At every sample the pre-activation is negative, from {Say(PreActivations.Min())} to {Say(PreActivations.Max())}. {string.Join(" ", Units.Select(Fate))}";

    /// <inheritdoc/>
    public override ExperimentTable Table => new(
        ["activation", "‖∂L/∂w‖ at first", "∂L/∂b at first", "loss at first", $"loss after {Units[0].Losses.Length - 1} steps", "positive after"],
        [.. Units.Select(unit => (ImmutableArray<string>)[unit.Activation.ToString(), Say(unit.WeightGradient), Say(unit.BiasGradient), Say(unit.Losses[0]), Say(unit.Losses[^1]), unit.Recovered is { } step ? $"{step} steps" : "never"])]);

    /// <inheritdoc/>
    public override Figure Figure
    {
        get
        {
            (double, double) range = (Math.Min(PreActivations.Min() - 1, -3), 3);
            var slopes = Figures.Curves(string.Empty, range, [.. Units.Select(unit => new Curve(unit.Activation.ToString(), unit.Activation.EvaluateDerivative) { Kinks = [.. unit.Activation.Analysis.Kinks.Select(kink => kink.At)] })]);
            return new Figure(
                [
                    .. slopes.Data,
                    new ScatterTrace(AxisValues.Of(PreActivations), AxisValues.Of(PreActivations.Select(_ => 0.0)))
                    {
                        Name = "samples",
                        Mode = ScatterMode.Markers,
                        Marker = new MarkerStyle { Color = Palette.Ink, Size = 6, Symbol = MarkerSymbol.Cross },
                        Opacity = 0.6,
                        HoverTemplate = "z = %{x:.3~g}<extra>a sample</extra>",
                    },
                    .. Units.Select((unit, i) => Figures.Line(new(unit.Activation.ToString(), unit.Losses), i, "step", "loss", 0) with { LegendGroup = unit.Activation.ToString(), XAxis = 2, YAxis = 2, ShowLegend = false }),
                ],
                new FigureLayout
                {
                    Title = "The derivative at the samples, and what the unit learns",
                    Grid = new SubplotGrid(2, 1) { RowGap = 0.2 },
                    XAxes = [slopes.Layout.XAxes[0] with { Title = "pre-activation z at the start" }, new Axis { Title = "step" }],
                    YAxes = [slopes.Layout.YAxes[0] with { Title = "φ′(z)" }, new Axis { Title = "loss" }],
                    ShowLegend = true,
                    Height = 600,
                })
            {
                Description = $"{Title}: derivatives with the samples' pre-activations, and the loss by step. {Finding}",
            };
        }
    }

    private static string Loss(TrainedUnit unit) => (Say(unit.Losses[0]), Say(unit.Losses[^1])) is var (before, after) && before == after
        ? $"the loss is {after} as before"
        : $"the loss has gone from {before} to {after}";

    private static string Fate(TrainedUnit unit) => unit.IsDead
        ? $"With {unit.Activation} its gradient is 0, by every weight and by the bias: after {unit.Losses.Length - 1} steps {Loss(unit)}."
        : $"With {unit.Activation} the gradient by the bias is {Say(unit.BiasGradient)}; {(unit.Recovered is { } step ? $"after {step} steps a sample is positive" : "no sample becomes positive")}, and after {unit.Losses.Length - 1} steps {Loss(unit)}.";
}
