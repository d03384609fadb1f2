using System.Collections.Immutable;

namespace ChainRule.Networks;

/// <summary>How the gradient's size changes from the last layer of a deep network back to the first.</summary>
/// <param name="Depth">How many layers.</param>
/// <param name="Width">How many units each has.</param>
/// <param name="Samples">How many random inputs.</param>
/// <param name="Series">What was computed, for every activation with every initialisation.</param>
public sealed partial record GradientByDepth(int Depth, int Width, int Samples, ImmutableArray<DepthSeries> Series) : Experiment;

/// <summary>A deep network's layers with one activation and one initialisation.</summary>
/// <param name="Activation">The activation.</param>
/// <param name="Initialisation">How the weights were drawn.</param>
/// <param name="Layers">What was found in each layer, the first next to the input.</param>
public sealed record DepthSeries(Activation Activation, WeightScale Initialisation, ImmutableArray<LayerSignal> Layers)
{
    /// <summary>By which factor the gradient's size has changed on its way from the last layer to the first.</summary>
    public double GradientFactor => Layers[0].GradientSize / Layers[^1].GradientSize;

    /// <summary>The factor for each layer on the way, on average (geometrically).</summary>
    public double GradientFactorPerLayer => Layers.Length == 1 ? 1 : Math.Pow(GradientFactor, 1.0 / (Layers.Length - 1));

    /// <summary>By which factor the variance of the pre-activations has changed from the first layer to the last.</summary>
    public double VarianceFactor => Layers[^1].PreActivationVariance / Layers[0].PreActivationVariance;
}

public static partial class Experiments
{
    /// <summary>
    /// The gradient by the pre-activations of every layer of a deep network, for a choice of activations: where it vanishes, where
    /// it explodes, where it survives.
    /// </summary>
    /// <param name="activations">The activations: <c>[Sigmoid, Tanh, Relu]</c>.</param>
    /// <param name="initialisation">How the weights are drawn; null takes <see cref="Initialisation.Xavier"/>.</param>
    /// <param name="depth">How many layers.</param>
    /// <param name="width">How many units each has.</param>
    /// <param name="samples">How many random inputs.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <exception cref="ChainRuleException">There is no activation, or a size is not positive.</exception>
    public static GradientByDepth GradientByDepth(IReadOnlyList<Activation> activations, WeightScale? initialisation = null, int depth = 20, int width = 100, int samples = 40, int seed = 1) =>
        GradientByDepth(activations, [initialisation ?? Initialisation.Xavier()], depth, width, samples, seed);

    /// <summary>The gradient by the pre-activations of every layer of a deep network, for every activation with every initialisation.</summary>
    /// <param name="activations">The activations: <c>[Tanh, Relu]</c>.</param>
    /// <param name="initialisations">How the weights are drawn: <c>[Initialisation.Xavier(), Initialisation.He()]</c>.</param>
    /// <param name="depth">How many layers.</param>
    /// <param name="width">How many units each has.</param>
    /// <param name="samples">How many random inputs.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <exception cref="ChainRuleException">There is no activation or no initialisation, or a size is not positive.</exception>
    public static GradientByDepth GradientByDepth(IReadOnlyList<Activation> activations, IReadOnlyList<WeightScale> initialisations, int depth = 20, int width = 100, int samples = 40, int seed = 1)
    {
        RequireSome(activations, "activation", "[Sigmoid, Tanh, Relu]");
        RequireSome(initialisations, "initialisation", "[Initialisation.He()]");
        return new(depth, width, samples,
        [
            .. activations.SelectMany(activation => initialisations.Select(scale =>
                new DepthSeries(activation, scale, new DeepSignals(activation, scale, depth, width, samples, seed).Layers()))),
        ]);
    }
}
