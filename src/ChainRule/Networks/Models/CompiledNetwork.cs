using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Networks;

/// <summary>
/// A network compiled for numbers: forward pass, backward pass and a step of gradient descent, without any allocation. It knows none of
/// the symbolic rules: each step of the forward pass brings its own adjoint.
/// </summary>
/// <example><c>var fast = net.Sample(seed: 1).Compile(); for (…) { x.CopyTo(fast.Values("x")); fast.Forward(); fast.Backward(); fast.Step(0.1); }</c></example>
public sealed class CompiledNetwork
{
    private readonly EngineProgram _program;
    private readonly double[] _values;
    private readonly double[] _adjoints;
    private readonly Deferred<double[]> _tangents;
    private readonly EngineTable? _loss;
    private readonly EngineTable[] _parameters;

    internal CompiledNetwork(Network network, Point point)
    {
        Network = network;
        _program = EngineProgram.Of(
            [.. network.Inputs, .. network.Targets, .. network.Parameters],
            [.. network.Values.Select(value => value.Variable), .. network.Loss is { } scalar ? Below(network, scalar) : []],
            point);
        _values = [.. _program.Initial];
        _adjoints = new double[_values.Length];
        _tangents = new(() => new double[_values.Length]);
        _loss = network.Loss is { } loss ? _program.Tables[loss] : null;
        _parameters = [.. network.Parameters.Select(parameter => _program.Tables[parameter])];
        foreach (var (variable, entries) in point.Values)
        {
            if (_program.Tables.TryGetValue(variable, out var table))
            {
                entries.CopyTo(_values, table.Offset);
            }
        }
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>How many numbers the workspace has: all values, and what is computed on the way to them.</summary>
    public int WorkspaceSize => _values.Length;

    /// <summary>The numbers of an input, a target or a parameter, to be read or written; those of a computed value are overwritten by the next forward pass. Row-major.</summary>
    /// <param name="name">The name, as on the page or simpler: W^{(1)}, W1, yhat.</param>
    /// <exception cref="ChainRuleException">There is no such name.</exception>
    public Span<double> Values(string name) => Span(_values, Table(name));

    /// <summary>The gradient of the loss by a parameter, an input or a value, from the last backward pass. Row-major.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ChainRuleException">There is no such name.</exception>
    public ReadOnlySpan<double> Gradient(string name) => Span(_adjoints, Table(name));

    /// <summary>The numbers of a name.</summary>
    internal Span<double> Values(Variable variable) => Span(_values, _program.Tables[variable]);

    /// <summary>The gradient by a name, from the last backward pass.</summary>
    internal ReadOnlySpan<double> Gradient(Variable variable) => Span(_adjoints, _program.Tables[variable]);

    /// <summary>Computes every value.</summary>
    /// <returns>The loss; 0 for a network that has none.</returns>
    public double Forward()
    {
        foreach (var operation in _program.Operations)
        {
            Interruption.Check();
            operation.Forward(_values);
        }

        return _loss is null ? 0 : _values[_loss.Offset];
    }

    /// <summary>Computes the gradients of the loss by every parameter, input and value, at the values of the last forward pass: reverse mode.</summary>
    /// <exception cref="ChainRuleException">The network has no loss.</exception>
    public void Backward()
    {
        if (_loss is null)
        {
            _ = Network.RequiredLoss;
            return;
        }

        Pull(_loss.Offset, _program.Operations.Length);
    }

    /// <summary>A step of gradient descent with the gradients of the last backward pass: θ ← θ − η ∂ℓ/∂θ for every parameter θ.</summary>
    /// <param name="learningRate">η.</param>
    public void Step(double learningRate)
    {
        foreach (var table in _parameters)
        {
            var values = Span(_values, table);
            var gradient = Span(_adjoints, table);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] -= learningRate * gradient[i];
            }
        }
    }

    /// <summary>
    /// The Jacobian of any value by any other at the values of the last forward pass, numerator layout, entries of both in row-major
    /// order. Reverse mode takes a pass for each row and forward mode one for each column; the one with fewer passes is taken.
    /// </summary>
    /// <param name="of">What is differentiated.</param>
    /// <param name="by">By what.</param>
    /// <exception cref="ChainRuleException">There is no such name.</exception>
    public Matrix<double> Jacobian(string of, string by) => Jacobian(of, by, Table(of).Count <= Table(by).Count ? Accumulation.Reverse : Accumulation.Forward);

    /// <summary>The same, by the mode that is asked for. The gradients of the last backward pass are gone afterwards.</summary>
    internal Matrix<double> Jacobian(string of, string by, Accumulation mode)
    {
        var (numerator, denominator) = (Table(of), Table(by));
        var jacobian = Matrix<double>.Build.Dense(numerator.Count, denominator.Count);
        if (mode == Accumulation.Reverse)
        {
            for (var row = 0; row < numerator.Count; row++)
            {
                Pull(numerator.Offset + row, numerator.End);
                for (var column = 0; column < denominator.Count; column++)
                {
                    jacobian[row, column] = _adjoints[denominator.Offset + column];
                }
            }

            return jacobian;
        }

        var tangents = _tangents.Value;
        for (var column = 0; column < denominator.Count; column++)
        {
            Array.Clear(tangents);
            tangents[denominator.Offset + column] = 1;
            for (var step = denominator.End; step < numerator.End; step++)
            {
                Interruption.Check();
                _program.Operations[step].Tangent(_values, tangents);
            }

            for (var row = 0; row < numerator.Count; row++)
            {
                jacobian[row, column] = tangents[numerator.Offset + row];
            }
        }

        return jacobian;
    }

    /// <summary>The names between the values and the loss, then the loss.</summary>
    private static IEnumerable<Variable> Below(Network network, Variable loss)
    {
        var known = network.Variables.ToHashSet();
        return Dependencies.All(loss).Where(name => name.IsDefined && (name.Equals(loss) || !known.Contains(name))).OrderBy(name => Dependencies.All(name).Count);
    }

    private static Span<double> Span(double[] numbers, EngineTable table) => numbers.AsSpan(table.Offset, table.Count);

    private EngineTable Table(string name) => _program.Tables[Network[name]];

    /// <summary>Adjoints of everything from one number back, through the first so many steps.</summary>
    private void Pull(int from, int steps)
    {
        Array.Clear(_adjoints);
        _adjoints[from] = 1;
        for (var step = steps - 1; step >= 0; step--)
        {
            Interruption.Check();
            _program.Operations[step].Backward(_values, _adjoints);
        }
    }
}
