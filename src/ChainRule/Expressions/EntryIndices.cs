using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>
/// What a person may write between the brackets of <c>z[i]</c>. A number or a plain index that can't be inside is a slip; a shifted
/// index (<c>x[i + j - 1]</c>) carries its range as a condition and may leave it.
/// </summary>
internal static class EntryIndices
{
    /// <summary>The indices, where each can be inside of its axis.</summary>
    /// <exception cref="ShapeException">One of them can't.</exception>
    public static ImmutableArray<Expr> Checked(Tensor tensor, ReadOnlySpan<Expr> indices)
    {
        // Too many or too few is for the tensor itself to say.
        for (var axis = 0; axis < indices.Length && indices.Length == tensor.Shape.Rank; axis++)
        {
            var size = tensor.Shape.Sizes[axis];
            switch (indices[axis])
            {
                case Number { Value: var value } when !value.IsInteger || value.Sign <= 0:
                    throw new ShapeException($"Entries count from 1: {tensor} has no entry {indices[axis]}.");
                case Number { Value: var value } when size is Number { Value: var last } && value > last:
                    throw new ShapeException($"{tensor} has {last} {(tensor.Shape.Rank == 1 ? "entries" : axis == 0 ? "rows" : "columns")}, counted from 1: there is no entry {indices[axis]}.");
                case IndexVariable index when IsAnother(index.Range, size):
                    throw new ShapeException($"{index} counts to {index.Range}, but {tensor} has {size} {(tensor.Shape.Rank == 1 ? "entries" : axis == 0 ? "rows" : "columns")}: use an index of that range, Index(\"{index}\", \"{size}\").");
                default:
                    break;
            }
        }

        return [.. indices];
    }

    /// <summary>Letters and numbers that are not the same; a range such as d − k + 1 may lie within a size d.</summary>
    private static bool IsAnother(Expr range, Expr size) => (range, size) switch
    {
        (Number number, Number last) => number.Value > last.Value,
        (Size, Size) => !ReferenceEquals(range, size),
        _ => false,
    };
}
