using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Matrices;

/// <summary>A function of several matrices of one shape, entry by entry: max(u, v), 𝟙[u &gt; v].</summary>
public sealed record PointwiseMatrix : MatrixExpr
{
    /// <summary>The function of the entries at each place.</summary>
    /// <param name="function">The function of one entry of each argument.</param>
    /// <param name="arguments">Two or more matrices.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public PointwiseMatrix(Func<ImmutableArray<Expr>, Expr> function, ImmutableArray<MatrixExpr> arguments)
        : base(arguments[0].Rows, arguments[0].Columns)
    {
        foreach (var argument in arguments)
        {
            RequireEqual(Rows, argument.Rows, "function entry by entry", arguments[0], argument);
            RequireEqual(Columns, argument.Columns, "function entry by entry", arguments[0], argument);
        }

        (Function, Arguments) = (function, arguments);
    }

    /// <summary>The function of one entry of each argument.</summary>
    public Func<ImmutableArray<Expr>, Expr> Function { get; }

    /// <summary>The matrices.</summary>
    public ImmutableArray<MatrixExpr> Arguments { get; }

    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Function([.. Arguments.Select(argument => argument.Entry(row, column))]);
}

/// <summary>The first rows of a column.</summary>
/// <param name="Argument">The column.</param>
/// <param name="Size">How many rows, not more than the column has.</param>
public sealed record HeadMatrix(MatrixExpr Argument, Expr Size) : MatrixExpr(Size, Number.One)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Argument.Entry(row, column);
}

/// <summary>A column with s − 1 zeros between its entries, ↑ₛ u, and zeros at the end up to its size: what goes back through a stride.</summary>
/// <param name="Argument">The column u.</param>
/// <param name="Stride">The number s.</param>
/// <param name="Size">How many rows there are, at least s (m − 1) + 1 for a column of m.</param>
public sealed record UpsampledMatrix(MatrixExpr Argument, int Stride, Expr Size) : MatrixExpr(Size, Number.One)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column)
    {
        var i = Letters.Fresh(Argument.Rows);
        var place = (Number.Of(Stride) * (i - Number.One)) + Number.One;
        return Summation.Of(i, Number.One, i.Range, Argument.Entry(i, Number.One) * Delta.Of(Affine.Of(place).ToExpr(), row));
    }
}
