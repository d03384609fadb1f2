using ChainRule.Numerics;

namespace ChainRule.Checking;

/// <summary>
/// A concrete number, vector, matrix or larger table. A vector is a column; a row vector is a matrix with one row. An identity or a
/// vector of ones that was written without its size takes it from its neighbours.
/// </summary>
internal sealed class Tensor<T>(int[] dimensions, T[] data)
    where T : struct, IReal<T>
{
    public int[] Dimensions { get; } = dimensions;

    public T[] Data { get; } = data;

    /// <summary>The only entry times an identity matrix of unknown size.</summary>
    public bool IsIdentity { get; init; }

    /// <summary>The only entry times a vector of ones of unknown size (a row where <see cref="IsRow"/>).</summary>
    public bool IsOnes { get; init; }

    public bool IsRow { get; init; }

    /// <summary>Beside an identity of unknown size, how often the matrix of ones of that size is added: I − 𝟏𝟏ᵀ/n.</summary>
    public T? Even
    {
        get => _even is [var even] ? even : null;
        init => _even = value is { } even ? [even] : null;
    }

    // In an array, because hardly any tensor has it and there are millions of them.
    private readonly T[]? _even;

    /// <summary>Which entries were written out; null for all.</summary>
    public bool[]? Written { get; init; }

    public int Rank => Dimensions.Length;

    public bool IsScalar => Rank == 0 && !IsIdentity && !IsOnes;

    public T Only => Data[0];

    public static Tensor<T> Scalar(T value) => new([], [value]);

    public static Tensor<T> Constant(double value) => new([], [T.Constant(value)]);

    public Tensor<T> Map(Func<T, T> function)
    {
        var mapped = new T[Data.Length];
        for (var i = 0; i < mapped.Length; i++)
        {
            mapped[i] = function(Data[i]);
        }

        return new(Dimensions, mapped) { IsIdentity = IsIdentity, IsOnes = IsOnes, IsRow = IsRow, Written = Written, Even = Even is { } even ? function(even) : null };
    }

    public bool SameShape(Tensor<T> other) => Dimensions.AsSpan().SequenceEqual(other.Dimensions) && IsIdentity == other.IsIdentity && IsOnes == other.IsOnes;

    public static int Count(int[] dimensions)
    {
        var count = 1L;
        foreach (var size in dimensions)
        {
            count *= size;
        }

        return count is >= 0 and <= 200_000 ? (int)count : throw new BudgetException();
    }

    public static Tensor<T> Eye(int size, T value)
    {
        var entries = new T[size * size];
        Array.Fill(entries, T.Constant(0));
        for (var i = 0; i < size; i++)
        {
            entries[(i * size) + i] = value;
        }

        return new([size, size], entries);
    }
}
