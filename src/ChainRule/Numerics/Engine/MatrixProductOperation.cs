using System.Numerics;
using System.Runtime.InteropServices;

namespace ChainRule.Numerics;

/// <summary>The rows of a matrix in the workspace.</summary>
/// <param name="Offset">Where the first row begins.</param>
/// <param name="Starts">Where each row begins, relative to that.</param>
/// <param name="IsConstant">Whether no derivative is wanted of it.</param>
internal sealed record MatrixRows(int Offset, int[] Starts, bool IsConstant);

/// <summary>A Bᵀ for two matrices whose rows are contiguous: a batch through a linear layer, a convolution as a product. Several rows are taken at once, so that each number that is loaded is used more than once.</summary>
internal sealed class MatrixProductOperation(int output, MatrixRows a, MatrixRows b, int length) : EngineOperation
{
    /// <summary>How many rows are added at once.</summary>
    private const int Together = 4;

    private readonly int _rows = a.Starts.Length;
    private readonly int _columns = b.Starts.Length;

    public override void Forward(double[] values) => Multiply(values, values, values, add: false);

    public override void Tangent(double[] values, double[] tangents)
    {
        tangents.AsSpan(output, _rows * _columns).Clear();
        if (!a.IsConstant)
        {
            Multiply(tangents, values, tangents, add: true);
        }

        if (!b.IsConstant)
        {
            Multiply(values, tangents, tangents, add: true);
        }
    }

    public override void Backward(double[] values, double[] adjoints)
    {
        if (!a.IsConstant)
        {
            for (var i = 0; i < _rows; i++)
            {
                AddRows(adjoints.AsSpan(a.Offset + a.Starts[i], length), values, b, adjoints, output + (i * _columns), 1);
            }
        }

        if (!b.IsConstant)
        {
            for (var j = 0; j < _columns; j++)
            {
                AddRows(adjoints.AsSpan(b.Offset + b.Starts[j], length), values, a, adjoints, output + j, _columns);
            }
        }
    }

    /// <summary>The products of all rows with all rows, two rows with two at once.</summary>
    private void Multiply(double[] left, double[] right, double[] to, bool add)
    {
        // Eight columns stay in the nearest cache while all rows pass.
        const int Block = 8;
        for (var block = 0; block < _columns; block += Block)
        {
            var end = Math.Min(_columns, block + Block);
            var i = 0;
            for (; i + 1 < _rows; i += 2)
            {
                var x0 = left.AsSpan(a.Offset + a.Starts[i], length);
                var x1 = left.AsSpan(a.Offset + a.Starts[i + 1], length);
                var j = block;
                for (; j + 1 < end; j += 2)
                {
                    var (p00, p01, p10, p11) = Dots(x0, x1, right.AsSpan(b.Offset + b.Starts[j], length), right.AsSpan(b.Offset + b.Starts[j + 1], length));
                    Put(to, i, j, p00, add);
                    Put(to, i, j + 1, p01, add);
                    Put(to, i + 1, j, p10, add);
                    Put(to, i + 1, j + 1, p11, add);
                }

                for (; j < end; j++)
                {
                    var y = right.AsSpan(b.Offset + b.Starts[j], length);
                    Put(to, i, j, Dot(x0, y), add);
                    Put(to, i + 1, j, Dot(x1, y), add);
                }
            }

            for (; i < _rows; i++)
            {
                for (var j = block; j < end; j++)
                {
                    Put(to, i, j, Dot(left.AsSpan(a.Offset + a.Starts[i], length), right.AsSpan(b.Offset + b.Starts[j], length)), add);
                }
            }
        }
    }

    private void Put(double[] to, int i, int j, double product, bool add)
    {
        var place = output + (i * _columns) + j;
        to[place] = add ? to[place] + product : product;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => System.Numerics.Tensors.TensorPrimitives.Dot(x, y);

    private static (double P00, double P01, double P10, double P11) Dots(ReadOnlySpan<double> x0, ReadOnlySpan<double> x1, ReadOnlySpan<double> y0, ReadOnlySpan<double> y1)
    {
        var u0 = MemoryMarshal.Cast<double, Vector<double>>(x0);
        var u1 = MemoryMarshal.Cast<double, Vector<double>>(x1);
        var v0 = MemoryMarshal.Cast<double, Vector<double>>(y0);
        var v1 = MemoryMarshal.Cast<double, Vector<double>>(y1);
        var (s00, s01, s10, s11) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        for (var k = 0; k < u0.Length && k < u1.Length && k < v0.Length && k < v1.Length; k++)
        {
            var (a0, a1, b0, b1) = (u0[k], u1[k], v0[k], v1[k]);
            s00 += a0 * b0;
            s01 += a0 * b1;
            s10 += a1 * b0;
            s11 += a1 * b1;
        }

        var (p00, p01, p10, p11) = (Vector.Sum(s00), Vector.Sum(s01), Vector.Sum(s10), Vector.Sum(s11));
        for (var k = u0.Length * Vector<double>.Count; k < x0.Length; k++)
        {
            p00 += x0[k] * y0[k];
            p01 += x0[k] * y1[k];
            p10 += x1[k] * y0[k];
            p11 += x1[k] * y1[k];
        }

        return (p00, p01, p10, p11);
    }

    /// <summary>Adds multiples of rows, four at once. Rows with a factor of 0, of which ReLU leaves many, are passed over.</summary>
    private void AddRows(Span<double> sum, double[] values, MatrixRows rows, double[] factors, int firstFactor, int factorStride)
    {
        Span<int> pending = stackalloc int[Together];
        Span<double> multiples = stackalloc double[Together];
        var waiting = 0;
        for (var row = 0; row < rows.Starts.Length; row++)
        {
            var factor = factors[firstFactor + (row * factorStride)];
            if (factor == 0)
            {
                continue;
            }

            (pending[waiting], multiples[waiting]) = (rows.Offset + rows.Starts[row], factor);
            if (++waiting == Together)
            {
                AddFour(sum, values, pending, multiples);
                waiting = 0;
            }
        }

        for (var rest = 0; rest < waiting; rest++)
        {
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(values.AsSpan(pending[rest], length), multiples[rest], sum, sum);
        }
    }

    private void AddFour(Span<double> sum, double[] values, ReadOnlySpan<int> starts, ReadOnlySpan<double> factors)
    {
        ReadOnlySpan<double> x0 = values.AsSpan(starts[0], length);
        ReadOnlySpan<double> x1 = values.AsSpan(starts[1], length);
        ReadOnlySpan<double> x2 = values.AsSpan(starts[2], length);
        ReadOnlySpan<double> x3 = values.AsSpan(starts[3], length);
        var (f0, f1, f2, f3) = (factors[0], factors[1], factors[2], factors[3]);
        var total = MemoryMarshal.Cast<double, Vector<double>>(sum);
        var v0 = MemoryMarshal.Cast<double, Vector<double>>(x0);
        var v1 = MemoryMarshal.Cast<double, Vector<double>>(x1);
        var v2 = MemoryMarshal.Cast<double, Vector<double>>(x2);
        var v3 = MemoryMarshal.Cast<double, Vector<double>>(x3);
        for (var k = 0; k < total.Length && k < v0.Length && k < v1.Length && k < v2.Length && k < v3.Length; k++)
        {
            total[k] += (v0[k] * f0) + (v1[k] * f1) + (v2[k] * f2) + (v3[k] * f3);
        }

        for (var k = total.Length * Vector<double>.Count; k < sum.Length; k++)
        {
            sum[k] += (x0[k] * f0) + (x1[k] * f1) + (x2[k] * f2) + (x3[k] * f3);
        }
    }
}
