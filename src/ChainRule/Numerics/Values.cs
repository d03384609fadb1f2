using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Numerics;

/// <summary>
/// Numbers as people type them: <c>3</c>, <c>[1, 2, 3]</c>, <c>[[1, 2], [3, 4]]</c>, a <c>double[]</c>, a <c>double[,]</c>, or a
/// vector or matrix of Math.NET.
/// </summary>
[CollectionBuilder(typeof(Values), nameof(Create))]
public sealed class Values : IEnumerable<Values>
{
    private readonly double _scalar;
    private readonly Values[]? _items;

    private Values(double scalar) => _scalar = scalar;

    private Values(Values[] items) => _items = items;

    /// <summary>A list of numbers, or of lists of one length.</summary>
    public static Values Create(ReadOnlySpan<Values> items) => new(items.ToArray());

    /// <summary>A number.</summary>
    public static implicit operator Values(double value) => new(value);

    /// <summary>A vector.</summary>
    public static implicit operator Values(double[] values) => new([.. values.Select(value => new Values(value))]);

    /// <summary>A matrix.</summary>
    public static implicit operator Values(double[,] values) => new([.. Enumerable.Range(0, values.GetLength(0)).Select(row => new Values([.. Enumerable.Range(0, values.GetLength(1)).Select(column => new Values(values[row, column]))]))]);

    /// <summary>A vector of Math.NET.</summary>
    public static implicit operator Values(Vector<double> values) => values.ToArray();

    /// <summary>A matrix of Math.NET.</summary>
    public static implicit operator Values(Matrix<double> values) => values.ToArray();

    /// <inheritdoc/>
    public IEnumerator<Values> GetEnumerator() => (_items ?? []).AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The lengths, the outermost first; none for a number.</summary>
    /// <param name="name">Whose values they are, for the error.</param>
    /// <exception cref="ShapeException">Inner lists have different lengths.</exception>
    internal int[] Dimensions(string name)
    {
        if (_items is null)
        {
            return [];
        }

        var inner = _items.Select(item => item.Dimensions(name)).ToList();
        return inner.TrueForAll(dimensions => dimensions.AsSpan().SequenceEqual(inner[0]))
            ? [_items.Length, .. inner.Count == 0 ? [] : inner[0]]
            : throw new ShapeException($"The rows given for {name} have different lengths; every row needs as many numbers as the first.");
    }

    /// <summary>The numbers in row-major order.</summary>
    /// <param name="name">Whose values they are, for the error.</param>
    /// <exception cref="ChainRuleException">One of them is NaN or infinite.</exception>
    internal double[] Flatten(string name)
    {
        double[] numbers = [.. All()];
        var bad = Array.FindIndex(numbers, number => !double.IsFinite(number));
        return bad < 0 ? numbers : throw new ChainRuleException($"Number {(bad + 1).ToString(CultureInfo.InvariantCulture)} given for {name} is {numbers[bad].ToString(CultureInfo.InvariantCulture)}; a finite number is needed.");
    }

    private IEnumerable<double> All() => _items is null ? [_scalar] : _items.SelectMany(item => item.All());
}
