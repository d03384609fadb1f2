using System.Collections.Immutable;
using MathNet.Numerics.Distributions;

namespace ChainRule.Networks;

/// <summary>A unit whose pre-activation is negative for every sample, with several activations: who gets a gradient, and who recovers.</summary>
/// <param name="Bias">The bias that it starts with.</param>
/// <param name="PreActivations">Its pre-activations at the start, one for each sample.</param>
/// <param name="LearningRate">The step size of the gradient descent.</param>
/// <param name="Units">What was computed for each activation.</param>
public sealed partial record DeadUnit(double Bias, ImmutableArray<double> PreActivations, double LearningRate, ImmutableArray<TrainedUnit> Units) : Experiment;

/// <summary>One unit while it learns.</summary>
/// <param name="Activation">The activation.</param>
/// <param name="WeightGradient">The norm of the gradient by its weights at the start.</param>
/// <param name="BiasGradient">The gradient by its bias at the start.</param>
/// <param name="Losses">The loss before each step, and after the last.</param>
/// <param name="LargestPreActivation">The largest pre-activation over the samples, before each step and after the last.</param>
public sealed record TrainedUnit(Activation Activation, double WeightGradient, double BiasGradient, ImmutableArray<double> Losses, ImmutableArray<double> LargestPreActivation)
{
    /// <summary>The first step after which some pre-activation is positive, or null if there is none.</summary>
    public int? Recovered => LargestPreActivation.Select((value, step) => (value, step)).Where(at => at.value > 0).Select(at => (int?)at.step).FirstOrDefault();

    /// <summary>Whether the unit gets no gradient at all.</summary>
    public bool IsDead => WeightGradient == 0 && BiasGradient == 0;
}

public static partial class Experiments
{
    /// <summary>
    /// One unit h = φ(wᵀx + b) with a bias so low that its pre-activation is negative for every sample. It should give 1, and learns
    /// by gradient descent on the mean squared error.
    /// </summary>
    /// <param name="activations">The activations; null takes ReLU, LeakyReLU and Softplus.</param>
    /// <param name="bias">The bias to start with.</param>
    /// <param name="steps">How many steps of gradient descent.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="inputs">How many inputs the unit has.</param>
    /// <param name="samples">How many samples, each entry standard normal.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <exception cref="ChainRuleException">There is no activation, a size is not positive, or the bias leaves some pre-activation positive.</exception>
    public static DeadUnit DeadUnit(IReadOnlyList<Activation>? activations = null, double bias = -4, int steps = 300, double learningRate = 0.2, int inputs = 3, int samples = 60, int seed = 1)
    {
        activations ??= [Activations.Relu, Activations.LeakyRelu(0.1), Activations.Softplus()];
        RequireSome(activations, "activation", "[Relu, LeakyRelu(0.01)]");
        RequirePositive(steps, "number of steps");
        RequirePositive(inputs, "number of inputs");
        RequirePositive(samples, "number of samples");
        var normal = new Normal(0, 1, new Random(seed));
        double[][] x = [.. Enumerable.Range(0, samples).Select(_ => Enumerable.Range(0, inputs).Select(_ => normal.Sample()).ToArray())];
        double[] weights = [.. Enumerable.Range(0, inputs).Select(_ => normal.Sample() / Math.Sqrt(inputs))];
        double[] start = [.. x.Select(sample => VectorKernel.Dot(weights, sample) + bias)];
        return start.Max() < 0
            ? new(bias, [.. start], learningRate, [.. activations.Select(activation => Train(activation, x, weights, bias, steps, learningRate))])
            : throw new ChainRuleException($"With the bias {bias} the largest pre-activation is {start.Max():0.###}; a dead unit's are negative for every sample, so the bias must be below {bias - start.Max():0.###}.");
    }

    private static TrainedUnit Train(Activation activation, double[][] x, double[] weights, double bias, int steps, double learningRate)
    {
        double[] w = [.. weights];
        var b = bias;
        var losses = ImmutableArray.CreateBuilder<double>();
        var largest = ImmutableArray.CreateBuilder<double>();
        var (first, firstBias) = (0.0, 0.0);
        for (var step = 0; step <= steps; step++)
        {
            var (loss, most, gradient, biasGradient) = (0.0, double.NegativeInfinity, new double[w.Length], 0.0);
            foreach (var sample in x)
            {
                var z = VectorKernel.Dot(w, sample) + b;
                var error = activation.Evaluate(z) - 1;
                var delta = 2 * error * activation.EvaluateDerivative(z) / x.Length;
                loss += error * error / x.Length;
                most = Math.Max(most, z);
                biasGradient += delta;
                for (var j = 0; j < w.Length; j++)
                {
                    gradient[j] += delta * sample[j];
                }
            }

            losses.Add(loss);
            largest.Add(most);
            (first, firstBias) = step == 0 ? (Math.Sqrt(VectorKernel.Dot(gradient, gradient)), biasGradient) : (first, firstBias);
            b -= learningRate * biasGradient;
            for (var j = 0; j < w.Length; j++)
            {
                w[j] -= learningRate * gradient[j];
            }
        }

        return new(activation, first, firstBias, losses.ToImmutable(), largest.ToImmutable());
    }
}
