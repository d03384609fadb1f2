using ChainRule.Charts;

namespace ChainRule.Networks;

public sealed partial record GradientByDepth
{
    /// <inheritdoc/>
    public override string Title => "The gradient by depth";

    /// <inheritdoc/>
    public override string Setting => $"{Depth} layers of {Width} units without biases, {Samples} random inputs, {And([.. Series.Select(one => one.Initialisation.Name).Distinct(StringComparer.Ordinal)])}; the gradient that enters at layer {Depth} is random.";

    /// <inheritdoc/>
    public override string Finding => $"From layer {Depth} back to layer 1 the gradient {And([.. Series.Select(one => $"{Fate(one.GradientFactor)} with {NameOf(one)} (times {Say(one.GradientFactor)}, that is {Say(one.GradientFactorPerLayer)} for each layer)")])}.";

    /// <inheritdoc/>
    public override ExperimentTable Table
    {
        get
        {
            var shown = Figures.AFew(Depth);
            return new(
                ["size of ∂L/∂z", .. shown.Reverse().Select(layer => $"layer {layer + 1}"), "per layer"],
                [.. Series.Select(one => (System.Collections.Immutable.ImmutableArray<string>)[NameOf(one), .. shown.Reverse().Select(layer => Say(one.Layers[layer].GradientSize)), "× " + Say(one.GradientFactorPerLayer)])]);
        }
    }

    /// <inheritdoc/>
    public override Figure Figure => Figures.Lines("Size of the gradient by layer", "layer", "size of ∂L/∂z (root mean square)", [.. Series.Select(one => new Series(NameOf(one), [.. one.Layers.Select(layer => layer.GradientSize)]))], logarithmic: true);

    private string NameOf(DepthSeries series)
    {
        var (one, single) = (Series.All(other => other.Activation.Equals(series.Activation)), Series.All(other => other.Initialisation.Name == series.Initialisation.Name));
        return single ? series.Activation.ToString() : one ? series.Initialisation.Name : $"{series.Activation}, {series.Initialisation}";
    }
}
