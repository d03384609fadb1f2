using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>An index along which a part of the workspace is walked.</summary>
/// <param name="Index">The index.</param>
/// <param name="Stride">How far apart its neighbours are.</param>
internal readonly record struct Axis(IndexVariable Index, int Stride);

/// <summary>
/// A part of the workspace as a tensor over indices: where it begins and how far apart neighbours are along each index. A transposed
/// matrix, a row of one, or the window x_{i+j−1} of a convolution is another look at the same numbers.
/// </summary>
/// <param name="Offset">Where the first entry is.</param>
/// <param name="Axes">The indices in the order of their scopes; none for a scalar.</param>
/// <param name="IsConstant">Whether no derivative is wanted of it.</param>
internal sealed record Strided(int Offset, ImmutableArray<Axis> Axes, bool IsConstant)
{
    /// <summary>How far apart neighbours along an index are; 0 where the tensor does not depend on it.</summary>
    public int Stride(IndexVariable index)
    {
        foreach (var axis in Axes)
        {
            if (ReferenceEquals(axis.Index, index))
            {
                return axis.Stride;
            }
        }

        return 0;
    }
}
