using System.Collections.Immutable;
using ChainRule.Charts;

namespace ChainRule.Networks;

public sealed partial record VarianceByDepth
{
    /// <inheritdoc/>
    public override string Title => $"Initialisation by depth, {Activation}";

    /// <inheritdoc/>
    public override string Setting => $"{Depth} layers of {Width} units with {Activation} and without biases, {Samples} random inputs; variance of a weight: {And([.. Series.Select(one => $"{Say(one.Initialisation.Variance(Width, Width))} ({one.Initialisation})")])}.";

    /// <inheritdoc/>
    public override string Finding => $"Over {Depth} layers the variance of the pre-activations {And([.. Series.Select(one => $"{Fate(one.VarianceFactor)} with {one.Initialisation} (times {Say(one.VarianceFactor)})")])}; on the way back the size of the gradient {And([.. Series.Select(one => $"{Fate(one.GradientFactor)} with {one.Initialisation} (times {Say(one.GradientFactor)})")])}.";

    /// <inheritdoc/>
    public override ExperimentTable Table => new(
        ["weights", "Var[z], layer 1", $"Var[z], layer {Depth}", $"size of ∂L/∂z, layer {Depth}", "size of ∂L/∂z, layer 1"],
        [.. Series.Select(one => (ImmutableArray<string>)[one.Initialisation.Name, Say(one.Layers[0].PreActivationVariance), Say(one.Layers[^1].PreActivationVariance), Say(one.Layers[^1].GradientSize), Say(one.Layers[0].GradientSize)])]);

    /// <inheritdoc/>
    public override Figure Figure
    {
        get
        {
            var (forward, backward) = ("Var[z]", "size of ∂L/∂z");
            return new Figure(
                [
                    .. Series.Select((one, i) => Figures.Line(new(one.Initialisation.Name, [.. one.Layers.Select(layer => layer.PreActivationVariance)]), i, "layer", forward, 1) with { LegendGroup = one.Initialisation.Name }),
                    .. Series.Select((one, i) => Figures.Line(new(one.Initialisation.Name, [.. one.Layers.Select(layer => layer.GradientSize)]), i, "layer", backward, 1) with { LegendGroup = one.Initialisation.Name, XAxis = 2, YAxis = 2, ShowLegend = false }),
                ],
                new FigureLayout
                {
                    Title = $"Values forward and gradients backward, {Activation}",
                    Grid = new SubplotGrid(2, 1) { RowGap = 0.14 },
                    XAxes = [new Axis { ZeroLine = false }, new Axis { Title = "layer", ZeroLine = false }],
                    YAxes = [new Axis { Title = forward, Logarithmic = true }, new Axis { Title = backward, Logarithmic = true }],
                    ShowLegend = true,
                    IsolateOnClick = true,
                    Height = 580,
                })
            {
                Description = $"{Title}: the variance of the pre-activations and the size of the gradients by layer, for {And([.. Series.Select(one => one.Initialisation.Name)])}.",
            };
        }
    }
}
