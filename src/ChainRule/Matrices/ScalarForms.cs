using System.Runtime.CompilerServices;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Matrices;

/// <summary>The trace of a square matrix, Σ_i A_ii.</summary>
/// <param name="Argument">The matrix.</param>
public sealed record TraceMatrix(MatrixExpr Argument) : MatrixExpr(Number.One, Number.One)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column)
    {
        var k = Letters.Fresh(Argument.Rows);
        return Summation.Of(k, Number.One, k.Range, Argument.Entry(k, k));
    }
}

/// <summary>The squared norm: ‖v‖² = Σ_i v_i² of a vector, ‖A‖²_F = Σ_ij A_ij² of a matrix (Frobenius).</summary>
/// <param name="Argument">The vector or matrix.</param>
public sealed record SquaredNormMatrix(MatrixExpr Argument) : MatrixExpr(Number.One, Number.One)
{
    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column)
    {
        var (i, j) = (Letters.Fresh(Argument.Rows), Letters.Fresh(Argument.Columns));
        return Argument.IsColumn
            ? Summation.Of(i, Number.One, i.Range, Power.Of(Argument.Entry(i, Number.One), Number.Two))
            : Summation.Of(i, Number.One, i.Range, Summation.Of(j, Number.One, j.Range, Power.Of(Argument.Entry(i, j), Number.Two)));
    }
}

/// <summary>Scalars as the field writes them: aᵀb, xᵀA y, 𝟏ᵀv, ‖v‖², tr A. Each is checked before it is shown.</summary>
internal static class ScalarForms
{
    private static readonly ConditionalWeakTable<Expr, MatrixForm?> _known = [];

    /// <summary>The form of a Σ over whole ranges in which no index is free, or null where none is known.</summary>
    public static MatrixForm? Of(Expr scalar) => scalar is Summation { Loose: 0 } ? _known.GetValue(scalar, static sum =>
        Recognise((Summation)sum) is { } matrix && Check(sum, matrix) is { Kind: VerdictKind.Supported or VerdictKind.Proved } verdict ? new(sum, false, matrix, verdict) : null!) : null;

    /// <summary>The form of a scalar of which some sums have one; null where none has.</summary>
    public static MatrixForm? Inside(Expr scalar) => Of(scalar)
        ?? (Binding.Nodes(scalar).Any(node => Of(node) is not null) ? new(scalar, false, new ScalarMatrix(scalar), new(VerdictKind.Proved, 0, 0)) : null);

    private static MatrixExpr? Recognise(Summation sum)
    {
        if (sum.Lower is not Number { Value.IsOne: true })
        {
            return null;
        }

        var i = Letters.Fresh(sum.Upper);
        var body = Binding.Open(sum.Body, [i]);
        if (body is Element { Indices: [var row, var column], Variable: var variable } && ReferenceEquals(row, i) && ReferenceEquals(column, i))
        {
            return new TraceMatrix(new MatrixSymbol(variable));
        }

        if (body is Power { Exponent: Number { Value: var two } } square && two == 2)
        {
            return MatrixRecogniser.Recognise(square.Base, i, null) is { } vector ? new SquaredNormMatrix(vector) : null;
        }

        if (body is Summation { Lower: Number { Value.IsOne: true } } inner && OfDouble(inner, i) is { } both)
        {
            return both;
        }

        // The first factor is one side of the product, and what it is multiplied by the other.
        var factors = body is Multiply product ? product.Factors : [body];
        var depending = factors.Where(factor => Binding.Nodes(factor).Contains(i, ReferenceEqualityComparer.Instance)).ToList();
        if (depending.Count == 0 || depending.Count != factors.Length)
        {
            return null;
        }

        if (depending.Count == 1)
        {
            return MatrixRecogniser.Recognise(depending[0], i, null) is { } summed and not OnesMatrix ? ProductMatrix.Of(TransposeMatrix.Of(new OnesMatrix(sum.Upper)), summed) : null;
        }

        return MatrixRecogniser.Recognise(depending[0], i, null) is { } left && MatrixRecogniser.Recognise(Multiply.Of(depending.Skip(1)), i, null) is { } right
            ? left.Equals(right) ? new SquaredNormMatrix(left) : ProductMatrix.Of(TransposeMatrix.Of(left), right)
            : null;
    }

    /// <summary>Σ_i Σ_j A_ij², ‖A‖²; Σ_i Σ_j A_ij B_ij, tr(AᵀB); Σ_i Σ_j A_ij B_ji, tr(A B).</summary>
    private static MatrixExpr? OfDouble(Summation inner, IndexVariable i)
    {
        var j = Letters.Fresh(inner.Upper);
        switch (Binding.Open(inner.Body, [j]))
        {
            case Power { Exponent: Number { Value: var two } } square when two == 2:
                return MatrixRecogniser.Recognise(square.Base, i, j) is { } matrix and not ProductMatrix ? new SquaredNormMatrix(matrix) : null;
            case Multiply { Factors: [Element { Indices.Length: 2 } first, Element { Indices.Length: 2 } second] }
                when MatrixRecogniser.Recognise(first, i, j) is { } a && MatrixRecogniser.Recognise(second, i, j) is { } b:
                return new TraceMatrix(b is TransposeMatrix turned ? ProductMatrix.Of(a, turned.Argument) : ProductMatrix.Of(TransposeMatrix.Of(a), b));
            default:
                return null;
        }
    }

    private static Verdict Check(Expr sum, MatrixExpr matrix)
    {
        var lowered = Verifier.Check(sum, matrix.Entry(Number.One, Number.One));
        if (lowered.Kind is VerdictKind.Refuted or VerdictKind.Undecided)
        {
            return lowered;
        }

        // The second opinion: linear algebra on whole matrices.
        var variables = Dependencies.All(sum).ToList();
        var point = new Sampler(variables, Verifier.SizesIn([sum], variables), seed: 8_128).Draw(0);
        var context = new PointContext<Real>(point with { Meter = null }, Binding.Nodes(sum).OfType<IndexVariable>().Distinct().ToDictionary(index => index, _ => 1));
        var (value, whole) = (Plan.Of(sum).Run(context, []).Value, MatrixEvaluator.Evaluate(matrix, context)[0, 0]);
        return Math.Abs(value - whole) <= 1e-9 * Math.Max(1, Math.Abs(value)) ? lowered : new(VerdictKind.Refuted, lowered.Comparisons + 1, 1, $"{value} by indices, {whole} by matrices");
    }
}
