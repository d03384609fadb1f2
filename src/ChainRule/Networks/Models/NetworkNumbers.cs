using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Networks;

/// <summary>The numbers of a value, a parameter or a gradient.</summary>
/// <param name="Variable">Whose numbers they are; of a gradient, by what it is.</param>
/// <param name="Dimensions">The sizes; none for a scalar.</param>
/// <param name="Entries">The entries in row-major order.</param>
public sealed record NetworkNumbers(Variable Variable, ImmutableArray<int> Dimensions, ImmutableArray<double> Entries)
{
    /// <summary>The values of a variable at a point, as the numbers of a name.</summary>
    /// <param name="name">Whose numbers they are called.</param>
    /// <param name="values">What is evaluated: the name itself, or a table of a gradient by it.</param>
    /// <param name="context">The point, which keeps what was computed on the way.</param>
    internal static NetworkNumbers Of(Variable name, Variable values, PointContext<Real> context)
    {
        var (dimensions, entries) = context.Table(values);
        return new(name, [.. dimensions], [.. entries.Select(entry => entry.Value)]);
    }

    /// <summary>Every entry of an expression with free indices at a point, as the numbers of a name.</summary>
    /// <param name="name">Whose numbers they are called.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="indices">Its free indices.</param>
    /// <param name="context">The point.</param>
    internal static NetworkNumbers Of(Variable name, Expr entry, ImmutableArray<IndexVariable> indices, PointContext<Real> context) =>
        Of(name, Variable.Define("entries", [.. indices.Select(index => index.Range)], Binding.Close(entry, indices), Assumption.None), context);

    /// <summary>The numbers as a matrix: a vector is one column, a scalar 1×1; further indices belong to the columns.</summary>
    public Matrix<double> ToMatrix()
    {
        var rows = Dimensions.IsEmpty ? 1 : Dimensions[0];
        return Matrix<double>.Build.DenseOfRowMajor(rows, rows == 0 ? 0 : Entries.Length / rows, Entries);
    }
}

/// <summary>A gradient beside two other ways to find it, neither of which knows any rule.</summary>
/// <param name="By">By what the gradient is.</param>
/// <param name="Compared">How many of its entries were compared.</param>
/// <param name="RelativeError">The largest difference from central differences, relative to the largest entry of both; of a gradient that is 0 but for rounding, relative to the loss.</param>
/// <param name="ComplexStepError">The largest difference from the complex step Im f(x + ih)/h, relative to the same; NaN for a large network, of which it is not taken.</param>
public sealed record GradientCheck(Variable By, int Compared, double RelativeError, double ComplexStepError);
