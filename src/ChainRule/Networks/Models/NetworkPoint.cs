using System.Collections.Immutable;
using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Networks;

/// <summary>A network with numbers: forward values, adjoints, gradients, Jacobians, and a check against differences.</summary>
public sealed class NetworkPoint
{
    /// <summary>How many entries of one gradient are compared with differences; each costs two forward passes.</summary>
    private const int MostCompared = 64;

    /// <summary>From so many numbers on, values and gradients come from the compiled network; below, from the derived formulas themselves.</summary>
    private const long ManyNumbers = 4000;

    /// <summary>How many entries of a gradient of a large network are compared.</summary>
    private const int FewCompared = 8;

    private readonly Point _point;
    private readonly PointContext<Real> _context;

    /// <summary>The network compiled, with both passes made at the point, where it is large.</summary>
    private readonly CompiledNetwork? _fast;

    internal NetworkPoint(Network network, Point point)
    {
        (Network, _point) = (network, point);
        if (network.Variables.Sum(variable => point.DimensionsOf(variable.Shape).Aggregate(1L, (product, size) => product * size)) > ManyNumbers)
        {
            _fast = Compile();
            _fast.Forward();
            if (network.Loss is not null)
            {
                _fast.Backward();
            }

            point = point with { Computed = network.Values.Select(value => value.Variable).Concat(network.Loss is { } loss ? [loss] : []).ToImmutableDictionary(variable => variable, variable => _fast.Values(variable).ToArray()) };
        }

        _context = new(point, ImmutableDictionary<IndexVariable, int>.Empty);
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The sizes and the numbers that were given or drawn.</summary>
    internal Point Point => _point;

    /// <summary>The value of the loss.</summary>
    /// <exception cref="ChainRuleException">The network has no loss.</exception>
    public double Loss => Value(Network.RequiredLoss).Entries[0];

    /// <summary>
    /// The computation graph with the value of every node from the forward pass and, with a loss, its adjoint from the backward pass.
    /// A graph that is too large to be read node by node has no numbers.
    /// </summary>
    public ComputationGraph Graph
    {
        get
        {
            var graph = Network.Graph;
            return graph.Nodes.Length > ComputationGraph.MostReadable ? graph
                : graph.With(variable => new(Value(variable), Network.Loss is { } loss && !Network.Targets.Contains(variable) && Dependencies.Reaches(loss, variable) ? Gradient(variable) : null));
        }
    }

    /// <summary>The numbers of an input, a parameter or a value on the way.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ChainRuleException">There is no such name.</exception>
    public NetworkNumbers Value(string name) => Value(Network[name]);

    /// <summary>The gradient of the loss by an input, a parameter or a value on the way (its adjoint δ).</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ChainRuleException">There is no such name, or the network has no loss.</exception>
    public NetworkNumbers Gradient(string name) => Gradient(Network[name]);

    /// <summary>
    /// The Jacobian of any value by any other, numerator layout: a row for each entry of the one, a column for each entry of the other,
    /// both in row-major order.
    /// </summary>
    /// <param name="of">What is differentiated.</param>
    /// <param name="by">By what.</param>
    /// <exception cref="ChainRuleException">There is no such name.</exception>
    public Matrix<double> Jacobian(string of, string by)
    {
        if (_fast is not null)
        {
            // A copy: the adjoints of the loss are still needed.
            var fast = Compile();
            fast.Forward();
            return fast.Jacobian(of, by);
        }

        var (numerator, denominator) = (Network[of], Network[by]);
        var (rows, columns) = (numerator.FreshIndices(), denominator.FreshIndices());
        var entry = Deriver.Of(Derivative.Of(Element.Of(numerator, [.. rows]), (Element)Element.Of(denominator, [.. columns]))).Result;
        var entries = NetworkNumbers.Of(numerator, entry, [.. rows, .. columns], _context).Entries;
        var height = _point.DimensionsOf(numerator.Shape).Aggregate(1, (product, size) => product * size);
        return Matrix<double>.Build.DenseOfRowMajor(height, height == 0 ? 0 : entries.Length / height, entries);
    }

    /// <summary>The network at this point, compiled for speed: forward and backward passes without allocation, training loops, large Jacobians.</summary>
    /// <exception cref="ChainRuleException">A definition holds a derivative or an expectation.</exception>
    public CompiledNetwork Compile() => new(Network, _point);

    /// <summary>
    /// Where double precision or a flat function gets in the way of learning: a saturated sigmoid, a ReLU that is off, a logarithm of
    /// almost nothing, a softmax that has rounded to 0 or 1.
    /// </summary>
    public ImmutableArray<string> Notes =>
    [
        .. Improbable is { } improbable ? [improbable] : Array.Empty<string>(),
        .. Conditioning.Notes(Network.Values.Select(value => value.Variable).Concat(Network.Loss is { } loss ? [loss] : []), _context),
    ];

    /// <summary>What is said where a loss of probabilities gets what are none.</summary>
    private string? Improbable
    {
        get
        {
            if (Network is not { LossFunction: { Prediction: "probabilities" } loss, Outputs: [var output, ..] outputs })
            {
                return null;
            }

            var entries = outputs.SelectMany(unit => _context.Table(unit).Entries.Select(entry => entry.Value)).ToArray();
            var length = outputs.Length > 1 ? entries.Length : output.Shape.Rank == 0 ? 1 : _point.SizeOf(output.Shape.Sizes[^1]);
            var addUp = !loss.IsPerSample || entries.Chunk(Math.Max(1, length)).All(sample => Math.Abs(sample.Sum() - 1) < 1e-6);
            return entries.All(entry => entry is >= 0 and <= 1) && addUp ? null
                : $"The {loss.Name} takes probabilities, and {string.Join(", ", outputs)} {(outputs.Length > 1 ? "are" : "is")} none: {(addUp ? "entries lie outside of 0 … 1" : "they do not add up to 1")}. {Network.ForProbabilities(loss)}";
        }
    }

    /// <summary>The gradients of all parameters and inputs beside central differences and the complex step of the forward pass.</summary>
    /// <exception cref="ChainRuleException">The network has no loss.</exception>
    public ImmutableArray<GradientCheck> Check() => [.. Network.Parameters.Concat(Network.Inputs).Select(Check)];

    private GradientCheck Check(Variable by)
    {
        var gradient = Gradient(by).Entries;
        var values = _point.Values[by];
        // The entries are spread over the whole tensor where there are too many.
        var compared = Math.Min(values.Length, _fast is null ? MostCompared : FewCompared);
        int[] places = [.. Enumerable.Range(0, compared).Select(place => (int)((long)place * values.Length / compared))];
        var (error, stepError, scale) = (0.0, 0.0, double.Epsilon);
        foreach (var place in places)
        {
            // The step that balances truncation against rounding: the cube root of the rounding unit, in the scale of the value.
            var step = 6.055e-6 * Math.Max(1, Math.Abs(values[place]));
            var difference = (LossAt(place, step) - LossAt(place, -step)) / (2 * step);
            error = Math.Max(error, Math.Abs(difference - gradient[place]));
            // The complex step goes entry by entry, which takes too long for a large network.
            stepError = _fast is not null ? double.NaN : Math.Max(stepError, Math.Abs(new MovedContext(_point, by, place).Table(Network.RequiredLoss).Entries[0].Slope - gradient[place]));
            scale = Math.Max(scale, Math.Max(Math.Abs(difference), Math.Abs(gradient[place])));
        }

        // A gradient that is 0 but for rounding is not wrong by all of itself.
        var size = Math.Max(1, Math.Abs(Loss));
        scale = scale < 1e-9 * size ? size : scale;
        return new(by, places.Length, error / scale, stepError / scale);

        double LossAt(int place, double shift)
        {
            if (_fast is not null)
            {
                var entries = _fast.Values(by);
                entries[place] = values[place] + shift;
                var loss = _fast.Forward();
                entries[place] = values[place];
                return loss;
            }

            double[] moved = [.. values];
            moved[place] += shift;
            return new NetworkPoint(Network, _point with { Values = _point.Values.SetItem(by, moved) }).Loss;
        }
    }

    private NetworkNumbers Gradient(Variable by)
    {
        if (_fast is not null)
        {
            _ = Network.RequiredLoss;
            return new(by, [.. _point.DimensionsOf(by.Shape)], [.. _fast.Gradient(by)]);
        }

        var gradient = Network.RequiredLoss.Gradient(by);
        return NetworkNumbers.Of(by, gradient.Entry, gradient.Indices, _context);
    }

    private NetworkNumbers Value(Variable variable) => NetworkNumbers.Of(variable, variable, _context);
}
