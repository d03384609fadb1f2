using ChainRule.Expressions;

namespace ChainRule.Matrices;

/// <summary>Writes a matrix expression with fewer signs: one transpose around a sum and not one at each term.</summary>
internal static class MatrixTidy
{
    /// <summary>The expression, shorter where it can be.</summary>
    public static MatrixExpr Of(MatrixExpr matrix) => matrix switch
    {
        SumMatrix sum => OfSum(new([.. sum.Terms.Select(Of)])),
        ProductMatrix product => ProductMatrix.Of(Of(product.Left), Of(product.Right)),
        HadamardMatrix hadamard => (Of(hadamard.Left), Of(hadamard.Right)) switch
        {
            (TransposeMatrix left, TransposeMatrix right) => new TransposeMatrix(new HadamardMatrix(left.Argument, right.Argument)),
            // δᵀ ⊙ 𝟙[Wᵀ Xᵀ > 0] = (δ ⊙ 𝟙[X W > 0])ᵀ.
            (TransposeMatrix left, ElementwiseMatrix right) when Turned(right) is var turned && turned.ReadingCost < right.ReadingCost => new TransposeMatrix(new HadamardMatrix(left.Argument, turned)),
            (ElementwiseMatrix left, TransposeMatrix right) when Turned(left) is var turned && turned.ReadingCost < left.ReadingCost => new TransposeMatrix(new HadamardMatrix(turned, right.Argument)),
            var (left, right) => new HadamardMatrix(left, right),
        },
        ScaledMatrix scaled => ScaledMatrix.Of(scaled.Scalar, Of(scaled.Argument)),
        DiagonalMatrix diagonal => new DiagonalMatrix(Of(diagonal.Argument)),
        TransposeMatrix transpose => OfTranspose(Of(transpose.Argument)),
        _ => matrix,
    };

    /// <summary>The transpose with the sign at the names and not around the whole: X W + 𝟏 bᵀ of Wᵀ Xᵀ + b 𝟏ᵀ.</summary>
    private static MatrixExpr Turned(MatrixExpr matrix) => matrix switch
    {
        ElementwiseMatrix elementwise => new ElementwiseMatrix(elementwise.Function, Turned(elementwise.Argument)),
        ProductMatrix product => ProductMatrix.Of(Turned(product.Right), Turned(product.Left)),
        SumMatrix sum => new SumMatrix([.. sum.Terms.Select(Turned)]),
        ScaledMatrix scaled => ScaledMatrix.Of(scaled.Scalar, Turned(scaled.Argument)),
        HadamardMatrix hadamard => new HadamardMatrix(Turned(hadamard.Left), Turned(hadamard.Right)),
        _ => TransposeMatrix.Of(matrix),
    };

    /// <summary>(Aᵀ 𝟏)ᵀ = 𝟏ᵀ A.</summary>
    private static MatrixExpr OfTranspose(MatrixExpr argument)
    {
        var plain = TransposeMatrix.Of(argument);
        if (argument is not ProductMatrix product)
        {
            return plain;
        }

        var turned = ProductMatrix.Of(TransposeMatrix.Of(product.Right), TransposeMatrix.Of(product.Left));
        return turned.ReadingCost < plain.ReadingCost ? turned : plain;
    }

    /// <summary>Aᵀ − Bᵀ = (A − B)ᵀ.</summary>
    private static MatrixExpr OfSum(SumMatrix sum)
    {
        var terms = sum.Terms.Select(Split).ToList();
        // a 𝟏 + b 𝟏 = (a + b) 𝟏.
        if (terms.FindAll(term => term.Matrix is OnesMatrix) is { Count: > 1 } ones)
        {
            var place = terms.FindIndex(term => term.Matrix is OnesMatrix);
            terms.RemoveAll(term => term.Matrix is OnesMatrix);
            terms.Insert(place, (Add.Of(ones.Select(term => term.Scalar)), ones[0].Matrix));
            MatrixExpr[] together = [.. terms.Select(term => ScaledMatrix.Of(term.Scalar, term.Matrix))];
            return together is [var only] ? only : OfSum(new([.. together]));
        }

        // ½ a − ½ b = ½ (a − b).
        if (terms[0].Scalar is var first && first is not Number { Value.IsInteger: true } && terms.TrueForAll(term => ReferenceEquals(term.Scalar, first) || ReferenceEquals(term.Scalar, -first)))
        {
            return ScaledMatrix.Of(first, OfSum(new([.. terms.Select(term => ReferenceEquals(term.Scalar, first) ? term.Matrix : ScaledMatrix.Of(Number.MinusOne, term.Matrix))])));
        }

        return terms.TrueForAll(term => term.Matrix is TransposeMatrix)
            ? new TransposeMatrix(new SumMatrix([.. terms.Select(term => ScaledMatrix.Of(term.Scalar, ((TransposeMatrix)term.Matrix).Argument))]))
            : sum;
    }

    private static (Expr Scalar, MatrixExpr Matrix) Split(MatrixExpr term) => term is ScaledMatrix scaled ? (scaled.Scalar, scaled.Argument) : (Number.One, term);
}
