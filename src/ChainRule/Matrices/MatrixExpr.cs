using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Matrices;

/// <summary>
/// A matrix expression as the field writes it: p − y, diag(p) − p pᵀ, Wᵀδ. It is a second, small tree beside the scalar expressions;
/// it can be lowered to its entries, and it has an evaluator of its own, so that a recognition is checked by both.
/// </summary>
/// <remarks>A vector is a column: its shape is K×1 and its set ℝ^K.</remarks>
public abstract record MatrixExpr(Expr Rows, Expr Columns)
{
    /// <summary>Whether it is a column with any number of rows.</summary>
    public bool IsColumn => Columns is Number { Value.IsOne: true };

    /// <summary>Whether it is 1×1.</summary>
    public bool IsScalar => IsColumn && Rows is Number { Value.IsOne: true };

    /// <summary>How much there is to read, roughly: the number of signs.</summary>
    internal int ReadingCost => this switch
    {
        TransposeMatrix transpose => transpose.Argument.ReadingCost + 1,
        DiagonalMatrix diagonal => diagonal.Argument.ReadingCost + 2,
        ScaledMatrix { Scalar: Number { Value: var value } } scaled when value == Rational.MinusOne => scaled.Argument.ReadingCost,
        ScaledMatrix scaled => scaled.Argument.ReadingCost + (int)Math.Min(Expressions.ReadingCost.Of(scaled.Scalar), 1000),
        SumMatrix sum => sum.Terms.Sum(term => term.ReadingCost) + sum.Terms.Length,
        ProductMatrix product => product.Left.ReadingCost + product.Right.ReadingCost + Grouping(product.Left) + Grouping(product.Right),
        HadamardMatrix hadamard => hadamard.Left.ReadingCost + hadamard.Right.ReadingCost + 1 + Grouping(hadamard.Left) + Grouping(hadamard.Right),
        ElementwiseMatrix elementwise => elementwise.Argument.ReadingCost + 2,
        TraceMatrix trace => trace.Argument.ReadingCost + 2,
        SquaredNormMatrix norm => norm.Argument.ReadingCost + 2,
        PointwiseMatrix pointwise => pointwise.Arguments.Sum(argument => argument.ReadingCost) + 2,
        HeadMatrix head => head.Argument.ReadingCost + 2,
        UpsampledMatrix upsampled => upsampled.Argument.ReadingCost + 2,
        ConvolutionMatrix convolution => convolution.Signal.ReadingCost + convolution.Kernel.ReadingCost + 2,
        ScalarMatrix scalar => (int)Math.Min(Expressions.ReadingCost.Of(scalar.Value), 1000),
        _ => 1,
    };

    private static int Grouping(MatrixExpr part) => part is SumMatrix ? 2 : 0;

    /// <summary>The entry at a row and a column, as a scalar expression.</summary>
    public abstract Expr Entry(Expr row, Expr column);

    /// <summary>Requires two sizes to be equal.</summary>
    /// <exception cref="ShapeException">They differ.</exception>
    private protected static void RequireEqual(Expr a, Expr b, string operation, MatrixExpr left, MatrixExpr right)
    {
        if (!Affine.AreEqual(a, b))
        {
            throw new ShapeException($"{left} is {left.Rows}×{left.Columns}, {right} is {right.Rows}×{right.Columns}: they have no {operation}.");
        }
    }

    /// <summary>As text.</summary>
    public sealed override string ToString() => MatrixFormula.Of(this, Letters.Avoiding(Rows, Columns)).ToString();
}

/// <summary>A scalar, as a 1×1 matrix.</summary>
/// <param name="Value">The scalar.</param>
public sealed record ScalarMatrix(Expr Value) : MatrixExpr(Number.One, Number.One)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Value;
}

/// <summary>A named vector or matrix.</summary>
/// <param name="Variable">The name.</param>
public sealed record MatrixSymbol(Variable Variable)
    : MatrixExpr(Variable.Shape.Sizes[0], Variable.Shape.Rank == 2 ? Variable.Shape.Sizes[1] : Number.One)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Variable.Shape.Rank == 2 ? Variable[row, column] : Variable[row];
}

/// <summary>A function of every entry: e^z, log p, σ(z), x².</summary>
/// <param name="Function">The function, with its argument as bound index 0.</param>
/// <param name="Argument">The matrix.</param>
public sealed record ElementwiseMatrix(Func<Expr, Expr> Function, MatrixExpr Argument) : MatrixExpr(Argument.Rows, Argument.Columns)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Function(Argument.Entry(row, column));
}

/// <summary>The identity matrix I.</summary>
/// <param name="Size">Its number of rows and columns.</param>
public sealed record IdentityMatrix(Expr Size) : MatrixExpr(Size, Size)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Delta.Of(row, column);
}

/// <summary>The zero matrix: nothing depends on anything.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Columns">The number of columns.</param>
public sealed record ZeroMatrix(Expr Rows, Expr Columns) : MatrixExpr(Rows, Columns)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Number.Zero;
}

/// <summary>The column of ones, 𝟏.</summary>
/// <param name="Size">Its number of rows.</param>
public sealed record OnesMatrix(Expr Size) : MatrixExpr(Size, Number.One)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Number.One;
}

/// <summary>A unit vector e_k: 1 in one row, 0 in the others.</summary>
/// <param name="Size">Its number of rows.</param>
/// <param name="Place">The row of the 1, counted from 1; the same for every entry of what it stands in.</param>
public sealed record UnitMatrix(Expr Size, Expr Place) : MatrixExpr(Size, Number.One)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Delta.Of(row, Place);
}

/// <summary>A transpose.</summary>
/// <param name="Argument">What is transposed.</param>
public sealed record TransposeMatrix(MatrixExpr Argument) : MatrixExpr(Argument.Columns, Argument.Rows)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Argument.Entry(column, row);

    /// <summary>The transpose, undoing one that is there: (Aᵀ)ᵀ is A.</summary>
    public static MatrixExpr Of(MatrixExpr argument) => argument switch
    {
        TransposeMatrix transpose => transpose.Argument,
        { IsScalar: true } or IdentityMatrix or DiagonalMatrix => argument,
        MatrixSymbol { Variable.Assumptions: var assumed } when assumed.HasFlag(Assumption.Symmetric) => argument,
        _ => new TransposeMatrix(argument),
    };
}

/// <summary>The matrix with the vector on its diagonal.</summary>
/// <param name="Argument">The vector, a column.</param>
public sealed record DiagonalMatrix(MatrixExpr Argument) : MatrixExpr(Argument.Rows, Argument.Rows)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Delta.Of(row, column) * Argument.Entry(row, Number.One);
}

/// <summary>A scalar times a matrix.</summary>
/// <param name="Scalar">The scalar.</param>
/// <param name="Argument">The matrix.</param>
public sealed record ScaledMatrix(Expr Scalar, MatrixExpr Argument) : MatrixExpr(Argument.Rows, Argument.Columns)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Scalar * Argument.Entry(row, column);

    /// <summary>The matrix scaled; by 1 it is itself.</summary>
    public static MatrixExpr Of(Expr scalar, MatrixExpr argument) => (scalar, argument) switch
    {
        (Number { Value.IsOne: true }, _) => argument,
        (_, ScalarMatrix value) => new ScalarMatrix(scalar * value.Value),
        (_, ScaledMatrix inner) => Of(scalar * inner.Scalar, inner.Argument),
        _ => new ScaledMatrix(scalar, argument),
    };
}

/// <summary>A sum.</summary>
public sealed record SumMatrix : MatrixExpr
{
    /// <summary>The sum of matrices of one shape.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public SumMatrix(ImmutableArray<MatrixExpr> terms)
        : base(terms[0].Rows, terms[0].Columns)
    {
        foreach (var term in terms)
        {
            RequireEqual(Rows, term.Rows, "sum", terms[0], term);
            RequireEqual(Columns, term.Columns, "sum", terms[0], term);
        }

        Terms = terms;
    }

    /// <summary>The terms.</summary>
    public ImmutableArray<MatrixExpr> Terms { get; }

    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Add.Of(Terms.Select(term => term.Entry(row, column)));
}

/// <summary>A matrix product.</summary>
public sealed record ProductMatrix : MatrixExpr
{
    /// <summary>The product of two matrices.</summary>
    /// <exception cref="ShapeException">The inner sizes differ.</exception>
    public ProductMatrix(MatrixExpr left, MatrixExpr right)
        : base(left.Rows, right.Columns)
    {
        RequireEqual(left.Columns, right.Rows, "product", left, right);
        (Left, Right) = (left, right);
    }

    /// <summary>The left factor.</summary>
    public MatrixExpr Left { get; }

    /// <summary>The right factor.</summary>
    public MatrixExpr Right { get; }

    /// <summary>The product; by an identity matrix it is the other factor.</summary>
    public static MatrixExpr Of(MatrixExpr left, MatrixExpr right) => (left, right) switch
    {
        (IdentityMatrix, _) => right,
        (_, IdentityMatrix) => left,
        (ScaledMatrix scaled, _) => ScaledMatrix.Of(scaled.Scalar, Of(scaled.Argument, right)),
        (_, ScaledMatrix scaled) => ScaledMatrix.Of(scaled.Scalar, Of(left, scaled.Argument)),
        _ => new ProductMatrix(left, right),
    };

    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column)
    {
        if (Left.Columns is Number { Value.IsOne: true })
        {
            return Left.Entry(row, Number.One) * Right.Entry(Number.One, column);
        }

        var k = Letters.Fresh(Left.Columns);
        return Summation.Of(k, Number.One, k.Range, Left.Entry(row, k) * Right.Entry(k, column));
    }
}

/// <summary>The product entry by entry, ⊙.</summary>
public sealed record HadamardMatrix : MatrixExpr
{
    /// <summary>The Hadamard product of two matrices of one shape.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public HadamardMatrix(MatrixExpr left, MatrixExpr right)
        : base(left.Rows, left.Columns)
    {
        RequireEqual(left.Rows, right.Rows, "Hadamard product", left, right);
        RequireEqual(left.Columns, right.Columns, "Hadamard product", left, right);
        (Left, Right) = (left, right);
    }

    /// <summary>The left factor.</summary>
    public MatrixExpr Left { get; }

    /// <summary>The right factor.</summary>
    public MatrixExpr Right { get; }

    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column) => Left.Entry(row, column) * Right.Entry(row, column);
}
