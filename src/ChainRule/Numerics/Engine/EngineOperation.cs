using System.Numerics.Tensors;

namespace ChainRule.Numerics;

/// <summary>
/// One step of a compiled network: it computes one part of the workspace from others. The adjoint and the tangent of the step belong
/// to it, so a backward or a forward pass is the same list of steps walked in the other or in the same direction.
/// </summary>
/// <remarks>Steps keep no state and allocate nothing. A gradient of 0 is not passed on, so that the branch that was not taken, where something may be infinite, adds no NaN.</remarks>
internal abstract class EngineOperation
{
    /// <summary>Computes the values.</summary>
    public abstract void Forward(double[] values);

    /// <summary>Adds to the adjoints of what was read, from the adjoint of what was written.</summary>
    public abstract void Backward(double[] values, double[] adjoints);

    /// <summary>Computes how what is written moves as what is read moves.</summary>
    public abstract void Tangent(double[] values, double[] tangents);
}

/// <summary>An argument of a step that goes entry by entry: next to one another, always the same, or by a map of places.</summary>
/// <param name="Offset">Where the first entry is.</param>
/// <param name="Stride">1 for entries next to one another, 0 for a scalar.</param>
/// <param name="Map">The places, or null where the stride says them.</param>
/// <param name="IsConstant">Whether no derivative is wanted of it.</param>
internal readonly record struct Operand(int Offset, int Stride, int[]? Map, bool IsConstant)
{
    /// <summary>Whether entries stand next to one another.</summary>
    public bool IsRow => Map is null && Stride == 1;

    /// <summary>Where an entry is.</summary>
    public int At(int entry) => Map is null ? Offset + (entry * Stride) : Map[entry];
}

/// <summary>c₁ u₁ + c₂ u₂ + … entry by entry: sums, differences, copies, multiples.</summary>
internal sealed class LinearOperation(int output, int count, Operand[] terms, double[] factors) : EngineOperation
{
    public override void Forward(double[] values) => Combine(values, includeConstants: true);

    public override void Tangent(double[] values, double[] tangents) => Combine(tangents, includeConstants: false);

    public override void Backward(double[] values, double[] adjoints)
    {
        for (var k = 0; k < terms.Length; k++)
        {
            var (term, factor) = (terms[k], factors[k]);
            if (term.IsConstant)
            {
                continue;
            }

            if (term.IsRow)
            {
                var from = adjoints.AsSpan(output, count);
                var to = adjoints.AsSpan(term.Offset, count);
                for (var i = 0; i < from.Length; i++)
                {
                    to[i] += factor * from[i];
                }
            }
            else
            {
                for (var i = 0; i < count; i++)
                {
                    adjoints[term.At(i)] += factor * adjoints[output + i];
                }
            }
        }
    }

    private void Combine(double[] numbers, bool includeConstants)
    {
        var result = numbers.AsSpan(output, count);
        result.Clear();
        for (var k = 0; k < terms.Length; k++)
        {
            var (term, factor) = (terms[k], factors[k]);
            if (term.IsConstant && !includeConstants)
            {
                continue;
            }

            if (term.IsRow)
            {
                var from = numbers.AsSpan(term.Offset, count);
                for (var i = 0; i < result.Length; i++)
                {
                    result[i] += factor * from[i];
                }
            }
            else
            {
                for (var i = 0; i < result.Length; i++)
                {
                    result[i] += factor * numbers[term.At(i)];
                }
            }
        }
    }
}

/// <summary>u v entry by entry.</summary>
internal sealed class ProductOperation(int output, int count, Operand left, Operand right) : EngineOperation
{
    public override void Forward(double[] values)
    {
        for (var i = 0; i < count; i++)
        {
            values[output + i] = values[left.At(i)] * values[right.At(i)];
        }
    }

    public override void Backward(double[] values, double[] adjoints)
    {
        for (var i = 0; i < count; i++)
        {
            var adjoint = adjoints[output + i];
            if (adjoint == 0)
            {
                continue;
            }

            if (!left.IsConstant)
            {
                adjoints[left.At(i)] += adjoint * values[right.At(i)];
            }

            if (!right.IsConstant)
            {
                adjoints[right.At(i)] += adjoint * values[left.At(i)];
            }
        }
    }

    public override void Tangent(double[] values, double[] tangents)
    {
        for (var i = 0; i < count; i++)
        {
            var (a, b) = (left.At(i), right.At(i));
            tangents[output + i] = Moved(tangents, a, left, values[b]) + Moved(tangents, b, right, values[a]);
        }
    }

    private static double Moved(double[] tangents, int place, Operand operand, double factor) => operand.IsConstant || tangents[place] == 0 ? 0 : tangents[place] * factor;
}

/// <summary>A function of one argument entry by entry.</summary>
internal sealed class FunctionOperation(int output, int count, Operand argument, Kernel kernel) : EngineOperation
{
    /// <summary>From this many entries on the vectorised functions are used where there are some.</summary>
    private const int Many = 32;

    public override void Forward(double[] values)
    {
        var result = values.AsSpan(output, count);
        if (argument.IsRow && count >= Many && Vectorised(values.AsSpan(argument.Offset, count), result))
        {
            return;
        }

        switch (kernel.Function)
        {
            case ElementaryFunction.Relu:
                for (var i = 0; i < result.Length; i++)
                {
                    var x = values[argument.At(i)];
                    result[i] = x > 0 ? x : 0;
                }

                break;
            case ElementaryFunction.Tanh:
                for (var i = 0; i < result.Length; i++)
                {
                    result[i] = Math.Tanh(values[argument.At(i)]);
                }

                break;
            default:
                for (var i = 0; i < result.Length; i++)
                {
                    result[i] = Kernels.Apply(kernel, values[argument.At(i)]);
                }

                break;
        }
    }

    public override void Backward(double[] values, double[] adjoints)
    {
        if (argument.IsConstant)
        {
            return;
        }

        for (var i = 0; i < count; i++)
        {
            var adjoint = adjoints[output + i];
            if (adjoint != 0)
            {
                var place = argument.At(i);
                adjoints[place] += adjoint * Slope(values[place], values[output + i]);
            }
        }
    }

    public override void Tangent(double[] values, double[] tangents)
    {
        for (var i = 0; i < count; i++)
        {
            var place = argument.At(i);
            tangents[output + i] = argument.IsConstant || tangents[place] == 0 ? 0 : tangents[place] * Slope(values[place], values[output + i]);
        }
    }

    private bool Vectorised(ReadOnlySpan<double> from, Span<double> to)
    {
        switch (kernel.Function)
        {
            case ElementaryFunction.Exp:
                TensorPrimitives.Exp(from, to);
                return true;
            case ElementaryFunction.Relu:
                TensorPrimitives.Max(from, 0.0, to);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The derivative at x, where the value is y. At a kink it is 0, as PyTorch has it.</summary>
    private double Slope(double x, double y) => kernel.Function switch
    {
        ElementaryFunction.Exp => y,
        ElementaryFunction.Log => 1 / x,
        ElementaryFunction.Tanh => 1 - (y * y),
        ElementaryFunction.Sigmoid => y * Kernels.Apply(ElementaryFunction.Sigmoid, -x),
        ElementaryFunction.Sin => Math.Cos(x),
        ElementaryFunction.Cos => -Math.Sin(x),
        ElementaryFunction.Softplus => Kernels.Apply(ElementaryFunction.Sigmoid, x),
        ElementaryFunction.Erf => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x),
        ElementaryFunction.NormalDistribution => Kernels.Apply(ElementaryFunction.NormalDensity, x),
        ElementaryFunction.NormalDensity => -x * y,
        ElementaryFunction.Relu => x > 0 ? 1 : 0,
        ElementaryFunction.Abs => Math.Sign(x),
        ElementaryFunction.Sign => 0,
        _ => Kernels.Apply(kernel with { Order = kernel.Order + 1 }, x),
    };
}

/// <summary>u^n entry by entry, with a number as the exponent.</summary>
internal sealed class PowerOperation(int output, int count, Operand argument, double exponent) : EngineOperation
{
    public override void Forward(double[] values)
    {
        for (var i = 0; i < count; i++)
        {
            values[output + i] = Raised(values[argument.At(i)], exponent);
        }
    }

    public override void Backward(double[] values, double[] adjoints)
    {
        for (var i = 0; i < count; i++)
        {
            var adjoint = adjoints[output + i];
            if (adjoint != 0 && !argument.IsConstant)
            {
                var place = argument.At(i);
                adjoints[place] += adjoint * exponent * Raised(values[place], exponent - 1);
            }
        }
    }

    public override void Tangent(double[] values, double[] tangents)
    {
        for (var i = 0; i < count; i++)
        {
            var place = argument.At(i);
            tangents[output + i] = argument.IsConstant || tangents[place] == 0 ? 0 : tangents[place] * exponent * Raised(values[place], exponent - 1);
        }
    }

    private static double Raised(double x, double exponent) => exponent switch
    {
        2 => x * x,
        1 => x,
        0 => 1,
        -1 => 1 / x,
        -2 => 1 / (x * x),
        0.5 => Math.Sqrt(x),
        _ => Math.Pow(x, exponent),
    };
}

/// <summary>u^v entry by entry, for u &gt; 0.</summary>
internal sealed class GeneralPowerOperation(int output, int count, Operand @base, Operand exponent) : EngineOperation
{
    public override void Forward(double[] values)
    {
        for (var i = 0; i < count; i++)
        {
            values[output + i] = Math.Pow(values[@base.At(i)], values[exponent.At(i)]);
        }
    }

    public override void Backward(double[] values, double[] adjoints)
    {
        for (var i = 0; i < count; i++)
        {
            var adjoint = adjoints[output + i];
            if (adjoint == 0)
            {
                continue;
            }

            var (u, v) = (@base.At(i), exponent.At(i));
            if (!@base.IsConstant)
            {
                adjoints[u] += adjoint * values[v] * Math.Pow(values[u], values[v] - 1);
            }

            if (!exponent.IsConstant)
            {
                adjoints[v] += adjoint * values[output + i] * Math.Log(values[u]);
            }
        }
    }

    public override void Tangent(double[] values, double[] tangents)
    {
        for (var i = 0; i < count; i++)
        {
            var (u, v) = (@base.At(i), exponent.At(i));
            tangents[output + i] = (@base.IsConstant || tangents[u] == 0 ? 0 : tangents[u] * values[v] * Math.Pow(values[u], values[v] - 1))
                + (exponent.IsConstant || tangents[v] == 0 ? 0 : tangents[v] * values[output + i] * Math.Log(values[u]));
        }
    }
}

/// <summary>max(u, v) or min(u, v) entry by entry. Where both are equal, each of two moving sides has half of the derivative and a threshold leaves none to the other, as PyTorch has it.</summary>
internal sealed class ExtremumOperation(int output, int count, Operand left, Operand right, bool isMax) : EngineOperation
{
    private readonly double _shareOfTie = left.IsConstant || right.IsConstant ? 0 : 0.5;

    public override void Forward(double[] values)
    {
        for (var i = 0; i < count; i++)
        {
            var (a, b) = (values[left.At(i)], values[right.At(i)]);
            values[output + i] = (a > b) == isMax ? a : b;
        }
    }

    public override void Backward(double[] values, double[] adjoints)
    {
        for (var i = 0; i < count; i++)
        {
            var adjoint = adjoints[output + i];
            if (adjoint == 0)
            {
                continue;
            }

            var (a, b) = (left.At(i), right.At(i));
            var share = Share(values[a], values[b]);
            if (!left.IsConstant)
            {
                adjoints[a] += adjoint * share.Left;
            }

            if (!right.IsConstant)
            {
                adjoints[b] += adjoint * share.Right;
            }
        }
    }

    public override void Tangent(double[] values, double[] tangents)
    {
        for (var i = 0; i < count; i++)
        {
            var (a, b) = (left.At(i), right.At(i));
            var share = Share(values[a], values[b]);
            tangents[output + i] = (left.IsConstant ? 0 : share.Left * tangents[a]) + (right.IsConstant ? 0 : share.Right * tangents[b]);
        }
    }

    private (double Left, double Right) Share(double a, double b) => a == b ? (_shareOfTie, _shareOfTie) : (a > b) == isMax ? (1, 0) : (0, 1);
}

/// <summary>1 where every comparison holds, else 0; its derivative is 0.</summary>
internal sealed class ComparisonOperation(int output, int count, (Operand Left, Expressions.ComparisonSign Sign, Operand Right)[] comparisons) : EngineOperation
{
    public override void Forward(double[] values)
    {
        for (var i = 0; i < count; i++)
        {
            var holds = true;
            foreach (var (left, sign, right) in comparisons)
            {
                holds &= Expressions.Comparison.Holds(sign, values[left.At(i)], values[right.At(i)]);
            }

            values[output + i] = holds ? 1 : 0;
        }
    }

    public override void Backward(double[] values, double[] adjoints)
    {
    }

    public override void Tangent(double[] values, double[] tangents) => tangents.AsSpan(output, count).Clear();
}

/// <summary>The value of the first case whose condition holds, entry by entry.</summary>
internal sealed class CasesOperation(int output, int count, (Operand Value, Operand Left, Expressions.ComparisonSign Sign, Operand Right)[] cases, Operand otherwise) : EngineOperation
{
    public override void Forward(double[] values)
    {
        for (var i = 0; i < count; i++)
        {
            values[output + i] = values[Chosen(values, i).At(i)];
        }
    }

    public override void Backward(double[] values, double[] adjoints)
    {
        for (var i = 0; i < count; i++)
        {
            var chosen = Chosen(values, i);
            if (!chosen.IsConstant)
            {
                adjoints[chosen.At(i)] += adjoints[output + i];
            }
        }
    }

    public override void Tangent(double[] values, double[] tangents)
    {
        for (var i = 0; i < count; i++)
        {
            var chosen = Chosen(values, i);
            tangents[output + i] = chosen.IsConstant ? 0 : tangents[chosen.At(i)];
        }
    }

    private Operand Chosen(double[] values, int entry)
    {
        foreach (var (value, left, sign, right) in cases)
        {
            if (Expressions.Comparison.Holds(sign, values[left.At(entry)], values[right.At(entry)]))
            {
                return value;
            }
        }

        return otherwise;
    }
}

/// <summary>Entries taken from elsewhere by a map; a place outside of the tensor, −1, gives 0.</summary>
internal sealed class GatherOperation(int output, int[] map) : EngineOperation
{
    public override void Forward(double[] values) => Take(values);

    public override void Tangent(double[] values, double[] tangents) => Take(tangents);

    public override void Backward(double[] values, double[] adjoints)
    {
        for (var i = 0; i < map.Length; i++)
        {
            if (map[i] >= 0)
            {
                adjoints[map[i]] += adjoints[output + i];
            }
        }
    }

    private void Take(double[] numbers)
    {
        for (var i = 0; i < map.Length; i++)
        {
            numbers[output + i] = map[i] < 0 ? 0 : numbers[map[i]];
        }
    }
}

/// <summary>Σ over some indices of one tensor.</summary>
internal sealed class SumOperation(int output, int offset, int[] outer, int[] inner, bool isConstant) : EngineOperation
{
    public override void Forward(double[] values) => Add(values);

    public override void Tangent(double[] values, double[] tangents)
    {
        if (isConstant)
        {
            tangents.AsSpan(output, outer.Length).Clear();
        }
        else
        {
            Add(tangents);
        }
    }

    public override void Backward(double[] values, double[] adjoints)
    {
        if (isConstant)
        {
            return;
        }

        for (var o = 0; o < outer.Length; o++)
        {
            var adjoint = adjoints[output + o];
            var start = offset + outer[o];
            foreach (var step in inner)
            {
                adjoints[start + step] += adjoint;
            }
        }
    }

    private void Add(double[] numbers)
    {
        for (var o = 0; o < outer.Length; o++)
        {
            var (sum, start) = (0.0, offset + outer[o]);
            foreach (var step in inner)
            {
                sum += numbers[start + step];
            }

            numbers[output + o] = sum;
        }
    }
}
