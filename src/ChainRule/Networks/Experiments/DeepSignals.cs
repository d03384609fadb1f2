using System.Collections.Immutable;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Networks;

/// <summary>How large values and gradients are in one layer of a deep network.</summary>
/// <param name="Layer">The layer, from 1 next to the input.</param>
/// <param name="PreActivationVariance">The variance of the pre-activations z over units and samples.</param>
/// <param name="GradientSize">The root mean square of ∂L/∂z over units and samples.</param>
/// <param name="WeightGradientSize">The root mean square of the entries of ∂L/∂W, L being the sum over the samples.</param>
public sealed record LayerSignal(int Layer, double PreActivationVariance, double GradientSize, double WeightGradientSize);

/// <summary>
/// A deep network of equal layers z_l = W_l h_{l−1}, h_l = φ(z_l) without biases, with random weights and random inputs; the
/// gradient that enters at the last layer is random, too. So it shows what the layers do to a signal, and nothing else.
/// </summary>
internal sealed class DeepSignals
{
    private readonly Activation _activation;

    /// <summary>Draws the weights and inputs, and computes forward.</summary>
    /// <param name="activation">φ.</param>
    /// <param name="scale">The variance of the weights.</param>
    /// <param name="depth">How many layers.</param>
    /// <param name="width">How many units each layer and the input have.</param>
    /// <param name="samples">How many inputs, each entry standard normal.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    public DeepSignals(Activation activation, WeightScale scale, int depth, int width, int samples, int seed)
    {
        Require.NotNull(activation);
        Require.NotNull(scale);
        Experiments.RequirePositive(depth, "depth");
        Experiments.RequirePositive(width, "width");
        Experiments.RequirePositive(samples, "number of samples");
        var variance = scale.Variance(width, width);
        if (!(double.IsFinite(variance) && variance >= 0))
        {
            throw new ChainRuleException($"{scale.Name} gives the variance {variance} for {width} inputs and {width} outputs; a variance is a finite number from 0 on.");
        }

        _activation = activation;
        var normal = new Normal(0, 1, new Random(seed));
        var h = Matrix<double>.Build.Random(width, samples, normal);
        Outputs = [h];
        Weights = [];
        PreActivations = [];
        for (var layer = 0; layer < depth; layer++)
        {
            Interruption.Check();
            var w = Matrix<double>.Build.Random(width, width, normal).Multiply(Math.Sqrt(variance));
            var z = w * h;
            h = z.Map(activation.Evaluate, Zeros.Include);
            Weights.Add(w);
            PreActivations.Add(z);
            Outputs.Add(h);
        }

        Incoming = Matrix<double>.Build.Random(width, samples, normal);
    }

    /// <summary>W_1, W_2, ….</summary>
    public List<Matrix<double>> Weights { get; }

    /// <summary>z_1, z_2, …; a column for each sample.</summary>
    public List<Matrix<double>> PreActivations { get; }

    /// <summary>h_0 (the inputs), h_1, …; a column for each sample.</summary>
    public List<Matrix<double>> Outputs { get; }

    /// <summary>∂L/∂h at the last layer.</summary>
    public Matrix<double> Incoming { get; }

    /// <summary>∂L/∂z_l and ∂L/∂W_l, the first layer first.</summary>
    public List<(Matrix<double> PreActivation, Matrix<double> Weight)> Gradients()
    {
        var gradients = new List<(Matrix<double>, Matrix<double>)>();
        var behind = Incoming;
        for (var layer = Weights.Count - 1; layer >= 0; layer--)
        {
            Interruption.Check();
            var delta = behind.PointwiseMultiply(PreActivations[layer].Map(_activation.EvaluateDerivative, Zeros.Include));
            gradients.Add((delta, delta.TransposeAndMultiply(Outputs[layer])));
            behind = Weights[layer].TransposeThisAndMultiply(delta);
        }

        gradients.Reverse();
        return gradients;
    }

    /// <summary>The sizes of values and gradients, layer by layer.</summary>
    public ImmutableArray<LayerSignal> Layers() =>
    [
        .. Gradients().Select((gradient, layer) => new LayerSignal(
            layer + 1,
            Variance(PreActivations[layer]),
            RootMeanSquare(gradient.PreActivation),
            RootMeanSquare(gradient.Weight))),
    ];

    private static double Variance(Matrix<double> values)
    {
        var mean = values.Enumerate().Average();
        return values.Enumerate().Average(value => (value - mean) * (value - mean));
    }

    private static double RootMeanSquare(Matrix<double> values) => Math.Sqrt(values.Enumerate().Average(value => value * value));
}
