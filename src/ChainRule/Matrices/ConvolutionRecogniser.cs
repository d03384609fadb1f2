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
    /// <param name="isReversed">Whether the order of the sum was turned round already.</param>
    public static MatrixExpr? Recognise(IReadOnlyList<Expr> factors, IndexVariable n, IndexVariable j, Func<Expr, IndexVariable, MatrixExpr?> column, bool isReversed = false)
    {
        // One factor moves with both indices; the others only with the sum's.
        var moving = factors.Where(factor => Has(factor, n)).ToList();
        if (moving is not [var only] || Moving(only, n) is not var (position, mover) || !Has(position, j) || factors.Count < 2)
        {
            return null;
        }

        var affine = Affine.Of(position);
        var (alongOutput, alongSum) = (affine.CoefficientOf(n), affine.CoefficientOf(j));
        if (alongOutput.ToInt32() is not (> 0 and var stride) || alongSum.ToInt32() is not { } step || step == 0)
        {
            return null;
        }

        var others = Multiply.Of(factors.Where(factor => !Has(factor, n)));
        var offset = Affine.Of(position - (Number.Of(alongOutput) * n) - (Number.Of(alongSum) * j)).ToExpr();
        if (Has(offset, n) || Has(offset, j))
        {
            return null;
        }

        if (column(others, j) is not { } kernel)
        {
            // Written with the kernel reversed, w_{k−j+1}: over the whole range j may count from the other end.
            return isReversed ? null : Recognise([.. factors.Select(factor => Reversed(factor, j))], n, j, column, isReversed: true);
        }

        // Back through a stride: the gradient gets zeros between its entries, and then the kernel goes over it as it is.
        if (stride == 1 && step < -1 && Strided(kernel, mover, offset, -step, n) is { } strided)
        {
            return strided;
        }

        // With the kernel flipped the roles can be exchanged: j = n − i + c. What moves is then the kernel, as people write it.
        if (stride == 1 && step == -1 && (others is Element or Add || (others is Multiply product && product.Factors.Any(factor => factor is Element))) && Make(kernel, mover, offset, 1, -1, n) is { } exchanged)
        {
            return exchanged;
        }

        return Make(mover, kernel, offset, stride, step, n);
    }

    /// <summary>What moves with the indices, and where: v at a place, or as a kernel of ones the condition that n is one of some places in a row.</summary>
    private static (Expr Position, MatrixExpr Mover)? Moving(Expr factor, IndexVariable n) => factor switch
    {
        Element { Indices: [var position], Variable: { Shape.Rank: 1 } variable } => (position, new MatrixSymbol(variable)),
        Indicator indicator when indicator.Comparisons.ToList() is [{ Sign: ComparisonSign.LessOrEqual } from, { Sign: ComparisonSign.LessOrEqual } to]
            && ReferenceEquals(from.Right, n) && ReferenceEquals(to.Left, n) && Affine.Of(to.Right - from.Left + Number.One) is { IsConstant: true, Constant.Sign: > 0 } width
            => (Affine.Of(n - from.Left + Number.One).ToExpr(), new OnesMatrix(Number.Of(width.Constant))),
        _ => null,
    };

    /// <summary>Σ_j g_j w_{n − s j + c}: the convolution of ↑ₛ g with w. Zeros are added at the end where the stride left something over.</summary>
    private static ConvolutionMatrix? Strided(MatrixExpr gradient, MatrixExpr kernel, Expr offset, int stride, IndexVariable n)
    {
        // The entry g_j stands at s (j − 1) + 1 in ↑ₛ g, where the flipped kernel has its entry n + k − p − (s (j − 1) + 1).
        var padding = Affine.Of(kernel.Rows - Number.One + Number.Of(stride) - offset).ToExpr();
        var size = Affine.Of(n.Range + kernel.Rows - Number.One - (Number.Two * padding)).ToExpr();
        var least = Affine.Of((Number.Of(stride) * (gradient.Rows - Number.One)) + Number.One).ToExpr();
        if (!IsNeverNegative(padding) || !IsNeverNegative(size - least))
        {
            return null;
        }

        var convolution = new ConvolutionMatrix(new UpsampledMatrix(gradient, stride, size), kernel, padding, true);
        return Affine.AreEqual(convolution.Rows, n.Range) ? convolution : null;
    }

    /// <summary>Σ_j u_{s n + t j + c} v_j, t &lt; 0 where the kernel is flipped.</summary>
    private static MatrixExpr? Make(MatrixExpr signal, MatrixExpr kernel, Expr offset, int stride, int step, IndexVariable n)
    {
        // s n + t j + c = s (n − 1) + t (j − 1) + 1 − p, and with the kernel flipped s (n − 1) + |t| (k − j) + 1 − p.
        var (flip, dilation) = (step < 0, Math.Abs(step));
        var along = flip ? Number.Of(dilation) * kernel.Rows : Number.Of(-dilation);
        var padding = Affine.Of(along + Number.One - Number.Of(stride) - offset).ToExpr();
        if (padding is Number { Value.Sign: < 0 })
        {
            return null;
        }

        var convolution = new ConvolutionMatrix(signal, kernel, padding, flip, stride, dilation);
        return Affine.AreEqual(convolution.Rows, n.Range) ? convolution
            // Where a stride left something over, the gradient's kernel reaches further than the weights do.
            : dilation > 1 && IsNeverNegative(convolution.Rows - n.Range) ? new HeadMatrix(convolution, n.Range)
            : null;
    }

    /// <summary>Whether an expression of sizes is at least 0 for all sizes, as far as its form tells: D − s ⌊D/s⌋ is.</summary>
    private static bool IsNeverNegative(Expr expression)
    {
        var affine = Affine.Of(expression);
        var least = affine.Terms.Where(term => term is { Atom: Size { Quotient: not null }, Coefficient.Sign: < 0 }).Aggregate(expression, (rest, term) =>
        {
            var (dividend, divisor) = ((Size)term.Atom).Quotient!.Value;
            return rest - (Number.Of(term.Coefficient) * term.Atom) + (Number.Of(term.Coefficient / Rational.Create(divisor, 1)) * dividend);
        });
        // Every size is 1 at least.
        var bound = Affine.Of(least);
        return bound.Terms.All(term => term is { Atom: Size { Quotient: null }, Coefficient.Sign: > 0 }) && (bound.Constant + bound.Terms.Aggregate(Rational.Zero, (sum, term) => sum + term.Coefficient)).Sign >= 0;
    }

    private static Expr Reversed(Expr factor, IndexVariable j)
    {
        var turned = Affine.Of(j.Range + Number.One - j).ToExpr();
        return Binding.Rewrite(factor, (node, _) => node is Element { Indices.IsEmpty: false } element
            ? Element.Of(element.Variable, [.. element.Indices.Select(index => Affine.Of(Binding.Rewrite(index, (part, _) => ReferenceEquals(part, j) ? turned : null)).ToExpr())])
            : ReferenceEquals(node, j) ? turned : null);
    }

    private static bool Has(Expr expression, IndexVariable index) => Binding.Nodes(expression).Contains(index, ReferenceEqualityComparer.Instance);
}
