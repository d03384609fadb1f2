using System.Collections.Immutable;

namespace ChainRule.Networks;

/// <summary>How far values and gradients of a deep network spread, for several ways to draw its weights.</summary>
/// <param name="Activation">The activation.</param>
/// <param name="Depth">How many layers.</param>
/// <param name="Width">How many units each has.</param>
/// <param name="Samples">How many random inputs.</param>
/// <param name="Series">What was computed, for every initialisation.</param>
public sealed partial record VarianceByDepth(Activation Activation, int Depth, int Width, int Samples, ImmutableArray<DepthSeries> Series) : Experiment;

public static partial class Experiments
{
    /// <summary>
    /// The variance of the pre-activations on the way forward and the size of the gradients on the way back, with weights that
    /// start too small, right, and too large.
    /// </summary>
    /// <param name="activation">The activation; null takes ReLU.</param>
    /// <param name="initialisations">How the weights are drawn; null takes He's, Xavier's, and half and twice He's variance.</param>
    /// <param name="depth">How many layers.</param>
    /// <param name="width">How many units each has.</param>
    /// <param name="samples">How many random inputs.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <exception cref="ChainRuleException">There is no initialisation, or a size is not positive.</exception>
    public static VarianceByDepth VarianceByDepth(Activation? activation = null, IReadOnlyList<WeightScale>? initialisations = null, int depth = 30, int width = 100, int samples = 40, int seed = 1)
    {
        WeightScale he = Initialisation.He();
        activation ??= Activations.Relu;
        // Without biases and with as many outputs as inputs Xavier's variance is half of He's; a fixed one stands for "just small numbers".
        initialisations ??= [he, Initialisation.Xavier(), WeightScale.Fixed(1e-3), 2 * he];
        RequireSome(initialisations, "initialisation", "[Initialisation.He()]");
        return new(activation, depth, width, samples,
        [
            .. initialisations.Select(scale => new DepthSeries(activation, scale, new DeepSignals(activation, scale, depth, width, samples, seed).Layers())),
        ]);
    }
}
