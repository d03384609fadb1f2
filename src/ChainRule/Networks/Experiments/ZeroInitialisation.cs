using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Networks;

/// <summary>What a network learns that starts with all weights and biases at 0.</summary>
/// <param name="Network">The network.</param>
/// <param name="Samples">How many samples.</param>
/// <param name="Steps">How many steps of gradient descent.</param>
/// <param name="Parameters">What became of each parameter.</param>
/// <param name="LossBefore">The mean loss at the start.</param>
/// <param name="LossAfter">The mean loss after the last step.</param>
/// <param name="OutputSpread">After the last step: by how much an entry of the output differs at most from one sample to another.</param>
public sealed partial record ZeroInitialisation(
    Network Network,
    int Samples,
    int Steps,
    ImmutableArray<ZeroParameter> Parameters,
    double LossBefore,
    double LossAfter,
    double OutputSpread) : Experiment;

/// <summary>A parameter that started at 0.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Gradient">The largest entry of its gradient at the start, in absolute value, over all samples.</param>
/// <param name="Moved">Its largest entry after the last step, in absolute value.</param>
/// <param name="RowDifference">After the last step: by how much two rows of a matrix differ at most (its units then differ); null for what is no matrix.</param>
public sealed record ZeroParameter(Variable Parameter, double Gradient, double Moved, double? RowDifference);

public static partial class Experiments
{
    /// <summary>
    /// A network whose weights and biases all start at 0, with random samples: which gradients are 0, and what gradient descent
    /// makes of it.
    /// </summary>
    /// <param name="network">A network with a loss; null takes a ReLU network 2–3–1 with squared error.</param>
    /// <param name="steps">How many steps of gradient descent.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <exception cref="ChainRuleException">The network has no loss or no parameters, or a number is not positive.</exception>
    public static ZeroInitialisation ZeroInitialisation(Network? network = null, int steps = 50, double learningRate = 0.1, int samples = 8, int seed = 1)
    {
        network ??= Network.Sequential(Layers.Linear(2, 3), Activations.Relu, Layers.Linear(3, 1)).WithLoss(Losses.SquaredError);
        RequirePositive(steps, "number of steps");
        RequirePositive(samples, "number of samples");
        RequireSome(network.Parameters, "parameter", "a network with a Linear layer");
        _ = network.RequiredLoss;
        var points = Enumerable.Range(0, samples).Select(sample => network.Sample(unchecked((seed * 1009) + sample))).ToList();
        var values = network.Parameters.ToDictionary(parameter => parameter.Name, parameter => new double[points[0].Value(parameter.Name).Entries.Length], StringComparer.Ordinal);
        var data = points.Select(point => network.Inputs.Concat(network.Targets).Select(given => (given.Name, Values: Shaped(point.Value(given.Name).Dimensions, point.Value(given.Name).Entries))).ToList()).ToList();
        var shapes = network.Parameters.ToDictionary(parameter => parameter.Name, parameter => points[0].Value(parameter.Name).Dimensions, StringComparer.Ordinal);
        List<NetworkPoint> bound() => [.. data.Select(given => network.At([.. given, .. values.Select(value => (value.Key, Shaped(shapes[value.Key], value.Value)))]))];

        var first = bound();
        var start = network.Parameters.ToDictionary(
            parameter => parameter.Name,
            parameter => first.Max(point => point.Gradient(parameter.Name).Entries.Max(Math.Abs)),
            StringComparer.Ordinal);
        var last = first;
        for (var step = 0; step < steps; step++)
        {
            var gradients = values.Keys.ToDictionary(name => name, name => Mean([.. last.Select(point => point.Gradient(name).Entries)]), StringComparer.Ordinal);
            foreach (var (name, gradient) in gradients)
            {
                for (var i = 0; i < gradient.Length; i++)
                {
                    values[name][i] -= learningRate * gradient[i];
                }
            }

            last = bound();
        }

        var outputs = last.Select(point => network.Outputs.SelectMany(output => point.Value(output.Name).Entries).ToArray()).ToList();
        return new(
            network,
            samples,
            steps,
            [.. network.Parameters.Select(parameter => new ZeroParameter(parameter, start[parameter.Name], values[parameter.Name].Max(Math.Abs), RowDifference(shapes[parameter.Name], values[parameter.Name])))],
            first.Average(point => point.Loss),
            last.Average(point => point.Loss),
            Enumerable.Range(0, outputs[0].Length).Max(entry => outputs.Max(output => output[entry]) - outputs.Min(output => output[entry])));
    }

    private static double[] Mean(List<ImmutableArray<double>> gradients) =>
        [.. Enumerable.Range(0, gradients[0].Length).Select(entry => gradients.Average(gradient => gradient[entry]))];

    private static double? RowDifference(ImmutableArray<int> dimensions, double[] entries) => dimensions is not [var rows, var columns] || rows < 2
        ? null
        : Enumerable.Range(0, columns).Max(column =>
        {
            double[] entriesBelow = [.. Enumerable.Range(0, rows).Select(row => entries[(row * columns) + column])];
            return entriesBelow.Max() - entriesBelow.Min();
        });

    /// <summary>Entries in row-major order as nested lists.</summary>
    private static Values Shaped(ImmutableArray<int> dimensions, IReadOnlyList<double> entries)
    {
        if (dimensions.IsEmpty)
        {
            return entries[0];
        }

        var size = entries.Count / dimensions[0];
        return Values.Create([.. Enumerable.Range(0, dimensions[0]).Select(row => Shaped(dimensions[1..], [.. entries.Skip(row * size).Take(size)]))]);
    }
}
