using ChainRule.Expressions;

namespace ChainRule.Matrices;

/// <summary>Finds convolutions: Σ_j u_{n±j+c} v_j, where u and v are 0 outside their ranges.</summary>
internal static class ConvolutionRecogniser
{
    /// <summary>The convolution whose entry at <paramref name="n"/> is Σ over <paramref name="j"/> of the factors, or null.</summary>
    /// <param name="factors">Factors that each depend on n, on j or on both.</param>
    /// <param name="n">The free index.</param>
    /// <param name="j">The index of the sum, over its whole range.</param>
    /// <param name="column">Recognises a column from its entry.</param>
    public static MatrixExpr? Recognise(IReadOnlyList<Expr> factors, IndexVariable n, IndexVariable j, Func<Expr, IndexVariable, MatrixExpr?> column)
    {
        // One factor moves with both indices; the others only with the sum's.
        var moving = factors.Where(factor => Has(factor, n)).ToList();
        if (moving is not [Element { Indices: [var position], Variable: { Shape.Rank: 1 } variable }] || !Has(position, j) || factors.Count < 2)
        {
            return null;
        }

        var affine = Affine.Of(position);
        var (alongOutput, alongSum) = (affine.CoefficientOf(n), affine.CoefficientOf(j));
        if (!alongOutput.IsOne || (!alongSum.IsOne && alongSum != Rational.MinusOne))
        {
            return null;
        }

        var others = Multiply.Of(factors.Where(factor => !Has(factor, n)));
        var offset = Affine.Of(position - n - (Number.Of(alongSum) * j)).ToExpr();
        if (Has(offset, n) || Has(offset, j) || column(others, j) is not { } kernel)
        {
            return null;
        }

        // With the kernel flipped the roles can be exchanged: j = n − i + c. What moves is then the kernel, as people write it.
        if (alongSum == Rational.MinusOne && (others is Element || (others is Multiply product && product.Factors.Any(factor => factor is Element))) && Make(kernel, new MatrixSymbol(variable), offset, flip: true, n) is { } exchanged)
        {
            return exchanged;
        }

        return Make(new MatrixSymbol(variable), kernel, offset, alongSum == Rational.MinusOne, n);
    }

    private static ConvolutionMatrix? Make(MatrixExpr signal, MatrixExpr kernel, Expr offset, bool flip, IndexVariable n)
    {
        var padding = Affine.Of(flip ? kernel.Rows - offset : -offset - Number.One).ToExpr();
        if (padding is Number { Value.Sign: < 0 })
        {
            return null;
        }

        var convolution = new ConvolutionMatrix(signal, kernel, padding, flip);
        return Affine.AreEqual(convolution.Rows, n.Range) ? convolution : null;
    }

    private static bool Has(Expr expression, IndexVariable index) => Binding.Nodes(expression).Contains(index, ReferenceEqualityComparer.Instance);
}
