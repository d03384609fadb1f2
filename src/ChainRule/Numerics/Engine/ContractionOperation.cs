using System.Numerics.Tensors;

namespace ChainRule.Numerics;

/// <summary>One of the two factors of a <see cref="ContractionOperation"/>.</summary>
/// <param name="Offset">Where the tensor begins.</param>
/// <param name="Outer">The place of each entry of the result, relative to the beginning.</param>
/// <param name="Inner">The place of each summand, relative to that.</param>
/// <param name="IsConstant">Whether no derivative is wanted of it.</param>
internal sealed record ContractionFactor(int Offset, int[] Outer, int[] Inner, bool IsConstant)
{
    /// <summary>Whether summands stand next to one another.</summary>
    public bool IsRow { get; } = Inner.Select((place, position) => place == position).All(same => same);
}

/// <summary>Σ a b over some indices: matrix times vector, matrix times matrix, an outer product, a convolution.</summary>
internal sealed class ContractionOperation(int output, int count, ContractionFactor a, ContractionFactor b) : EngineOperation
{
    /// <summary>From this many summands on the vectorised loops are faster than the plain ones.</summary>
    private const int Many = 16;

    private readonly int _summands = a.Inner.Length;
    private readonly bool _rows = a.IsRow && b.IsRow;

    public override void Forward(double[] values)
    {
        if (_rows)
        {
            for (var o = 0; o < count; o++)
            {
                values[output + o] = Dot(values, a.Offset + a.Outer[o], values, b.Offset + b.Outer[o]);
            }
        }
        else
        {
            for (var o = 0; o < count; o++)
            {
                values[output + o] = Scattered(values, a.Offset + a.Outer[o], values, b.Offset + b.Outer[o]);
            }
        }
    }

    public override void Backward(double[] values, double[] adjoints)
    {
        for (var o = 0; o < count; o++)
        {
            var adjoint = adjoints[output + o];
            if (adjoint == 0)
            {
                continue;
            }

            var (startA, startB) = (a.Offset + a.Outer[o], b.Offset + b.Outer[o]);
            if (_rows)
            {
                if (!a.IsConstant)
                {
                    AddMultiple(adjoints, startA, values, startB, adjoint);
                }

                if (!b.IsConstant)
                {
                    AddMultiple(adjoints, startB, values, startA, adjoint);
                }
            }
            else
            {
                for (var s = 0; s < _summands; s++)
                {
                    var (placeA, placeB) = (startA + a.Inner[s], startB + b.Inner[s]);
                    if (!a.IsConstant)
                    {
                        adjoints[placeA] += adjoint * values[placeB];
                    }

                    if (!b.IsConstant)
                    {
                        adjoints[placeB] += adjoint * values[placeA];
                    }
                }
            }
        }
    }

    public override void Tangent(double[] values, double[] tangents)
    {
        for (var o = 0; o < count; o++)
        {
            var (startA, startB) = (a.Offset + a.Outer[o], b.Offset + b.Outer[o]);
            var moved = 0.0;
            if (!a.IsConstant)
            {
                moved += _rows ? Dot(tangents, startA, values, startB) : Scattered(tangents, startA, values, startB);
            }

            if (!b.IsConstant)
            {
                moved += _rows ? Dot(values, startA, tangents, startB) : Scattered(values, startA, tangents, startB);
            }

            tangents[output + o] = moved;
        }
    }

    private double Dot(double[] left, int startLeft, double[] right, int startRight)
    {
        var x = left.AsSpan(startLeft, _summands);
        var y = right.AsSpan(startRight, _summands);
        if (x.Length >= Many)
        {
            return TensorPrimitives.Dot<double>(x, y);
        }

        var sum = 0.0;
        for (var s = 0; s < x.Length && s < y.Length; s++)
        {
            sum += x[s] * y[s];
        }

        return sum;
    }

    private double Scattered(double[] left, int startLeft, double[] right, int startRight)
    {
        var sum = 0.0;
        var (innerA, innerB) = (a.Inner, b.Inner);
        for (var s = 0; s < innerA.Length && s < innerB.Length; s++)
        {
            sum += left[startLeft + innerA[s]] * right[startRight + innerB[s]];
        }

        return sum;
    }

    private void AddMultiple(double[] to, int startTo, double[] from, int startFrom, double factor)
    {
        var x = from.AsSpan(startFrom, _summands);
        var y = to.AsSpan(startTo, _summands);
        if (x.Length >= Many)
        {
            TensorPrimitives.MultiplyAdd(x, factor, y, y);
            return;
        }

        for (var s = 0; s < x.Length && s < y.Length; s++)
        {
            y[s] += factor * x[s];
        }
    }
}
