using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Numerics;

/// <summary>
/// Numbers as people have them: <c>3</c>, <c>[1, 2, 3]</c>, <c>[[1, 2], [3, 4]]</c>, a <c>double[]</c>, a <c>double[,]</c>, a vector
/// or matrix of Math.NET, or a file: <c>Csv("x.csv")</c>, <c>Npy("W1.npy")</c>, <c>Npz("weights.npz")</c>.
/// </summary>
[CollectionBuilder(typeof(Values), nameof(Create))]
public sealed class Values : IEnumerable<Values>
{
    /// <summary>The numbers in row-major order with their sizes, or null for a list that was typed.</summary>
    private readonly (int[] Dimensions, double[] Entries)? _table;
    private readonly Values[] _items = [];

    private Values(Values[] items) => _items = items;

    private Values(int[] dimensions, double[] entries) => _table = (dimensions, entries);

    /// <summary>A list of numbers, or of lists of one length.</summary>
    public static Values Create(ReadOnlySpan<Values> items) => new(items.ToArray());

    /// <summary>A number.</summary>
    public static implicit operator Values(double value) => new([], [value]);

    /// <summary>A vector.</summary>
    public static implicit operator Values(double[] values) => new([values.Length], [.. values]);

    /// <summary>A matrix.</summary>
    public static implicit operator Values(double[,] values) => new([values.GetLength(0), values.GetLength(1)], [.. values.Cast<double>()]);

    /// <summary>A tensor with three indices: the pixels of an image by channel.</summary>
    public static implicit operator Values(double[,,] values) => new([values.GetLength(0), values.GetLength(1), values.GetLength(2)], [.. values.Cast<double>()]);

    /// <summary>A vector of Math.NET.</summary>
    public static implicit operator Values(Vector<double> values) => values.ToArray();

    /// <summary>A matrix of Math.NET.</summary>
    public static implicit operator Values(Matrix<double> values) => values.ToArray();

    /// <inheritdoc/>
    public IEnumerator<Values> GetEnumerator() => (_table is { Dimensions: [var length, .. var inner], Entries: var entries }
        ? Enumerable.Range(0, length).Select(row => new Values(inner, entries[(row * entries.Length / length)..((row + 1) * entries.Length / length)]))
        : _items).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Numbers in row-major order.</summary>
    internal static Values Of(int[] dimensions, double[] entries) => new(dimensions, entries);

    /// <summary>The lengths, the outermost first; none for a number.</summary>
    /// <param name="name">Whose values they are, for the error.</param>
    /// <exception cref="ShapeException">Inner lists have different lengths.</exception>
    internal int[] Dimensions(string name)
    {
        if (_table is { } table)
        {
            return table.Dimensions;
        }

        var inner = _items.Select(item => item.Dimensions(name)).ToList();
        return inner.TrueForAll(dimensions => dimensions.AsSpan().SequenceEqual(inner[0]))
            ? [_items.Length, .. inner.Count == 0 ? [] : inner[0]]
            : throw new ShapeException($"The rows given for {name} have different lengths; every row needs as many numbers as the first.");
    }

    /// <summary>The numbers in row-major order.</summary>
    /// <param name="name">Whose values they are, for the error.</param>
    /// <exception cref="ChainRuleException">One of them is NaN or infinite; the message says where.</exception>
    internal double[] Flatten(string name)
    {
        double[] numbers = [.. All()];
        var bad = Array.FindIndex(numbers, number => !double.IsFinite(number));
        if (bad < 0)
        {
            return numbers;
        }

        var place = Context<Real>.Unflatten(Dimensions(name), bad);
        var others = numbers.Count(number => !double.IsFinite(number)) - 1;
        throw new ChainRuleException(
            $"{name}{(place.IsEmpty ? string.Empty : $"[{string.Join(", ", place)}]")} is {numbers[bad].ToString(CultureInfo.InvariantCulture)}{(place.Length == 2 ? $" (row {place[0]}, column {place[1]})" : string.Empty)}; "
            + $"a finite number is needed{(others > 0 ? $", and {others} more {(others == 1 ? "is" : "are")} not" : string.Empty)}.");
    }

    private IEnumerable<double> All() => _table is { } table ? table.Entries : _items.SelectMany(item => item.All());
}
