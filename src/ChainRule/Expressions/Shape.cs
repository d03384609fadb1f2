using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>The shape of a tensor: one size per index, each a symbolic expression (M, d − k + 1) or a number. Rank 0 is a scalar.</summary>
public sealed class Shape : IEquatable<Shape>
{
    private Shape(ImmutableArray<Expr> sizes) => Sizes = sizes;

    /// <summary>The shape of a scalar.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>The sizes in the order of the indices: rows before columns.</summary>
    public ImmutableArray<Expr> Sizes { get; }

    /// <summary>The number of indices.</summary>
    public int Rank => Sizes.Length;

    /// <summary>The shape with these sizes.</summary>
    public static Shape Of(params IEnumerable<Expr> sizes) => new([.. sizes]);

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && Rank == other.Rank && Sizes.Zip(other.Sizes).All(pair => Affine.AreEqual(pair.First, pair.Second));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => Rank;

    /// <summary>As M×N; a scalar is "a scalar".</summary>
    public override string ToString() => Rank == 0 ? "a scalar" : string.Join("×", Sizes.Select(size => size is Add && Rank > 1 ? $"({size})" : size.ToString()));

    /// <summary>As a sentence goes on after a name: is a scalar, has K entries, is M×N.</summary>
    internal string Said => Rank == 1 ? $"has {this} {(Sizes[0] is Number { Value.IsOne: true } ? "entry" : "entries")}" : $"is {this}";

    internal void RequireRank(int indices, string name)
    {
        if (indices != Rank)
        {
            throw new ShapeException(Rank switch
            {
                0 => $"{name} is a scalar: it takes no index.",
                1 => $"{name} is a vector of {this} entries: it takes one index, not {indices}.",
                _ => $"{name} is {this}: it takes {Rank} indices, not {indices}.",
            });
        }
    }
}
