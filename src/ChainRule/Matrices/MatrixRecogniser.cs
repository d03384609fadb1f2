using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Matrices;

/// <summary>
/// Finds the matrix form of an entry: a contraction becomes a product, a repeated free index a Hadamard product or diag, indices
/// that are not shared an outer product. It knows no model and no layer, only where indices stand.
/// </summary>
internal static class MatrixRecogniser
{
    /// <summary>The matrix whose entry (row, column) is the expression, or null where no form is found. A vector has no column.</summary>
    public static MatrixExpr? Recognise(Expr entry, IndexVariable row, IndexVariable? column) =>
        entry is Number { Value.IsZero: true } ? new ZeroMatrix(row.Range, column?.Range ?? Number.One)
        : column is null ? Column(entry, row)
        : Matrix(entry, row, column);

    private static bool Has(Expr expression, IndexVariable index) => Binding.Nodes(expression).Contains(index, ReferenceEqualityComparer.Instance);

    private static ImmutableArray<Expr> FactorsOf(Expr expression) => expression is Multiply product ? product.Factors : [expression];

    /// <summary>A 1×1 form: aᵀb, 𝟏ᵀa, or the scalar itself.</summary>
    private static MatrixExpr Scalar(Expr expression) => new ScalarMatrix(expression);

    /// <summary>The column whose entry at <paramref name="i"/> is the expression.</summary>
    private static MatrixExpr? Column(Expr expression, IndexVariable i)
    {
        if (!Has(expression, i))
        {
            return ScaledMatrix.Of(expression, new OnesMatrix(i.Range));
        }

        switch (expression)
        {
            case Element { Indices: [var index], Variable: var variable } when ReferenceEquals(index, i):
                return Affine.AreEqual(variable.Shape.Sizes[0], i.Range) ? new MatrixSymbol(variable) : null;
            // Column k of A is A e_k, row k is Aᵀ e_k.
            case Element { Indices: [var first, var second], Variable: var variable } when ReferenceEquals(first, i) && IsPlace(second, i) && Affine.AreEqual(variable.Shape.Sizes[0], i.Range):
                return ProductMatrix.Of(new MatrixSymbol(variable), new UnitMatrix(variable.Shape.Sizes[1], second));
            case Element { Indices: [var first, var second], Variable: var variable } when ReferenceEquals(second, i) && IsPlace(first, i) && Affine.AreEqual(variable.Shape.Sizes[1], i.Range):
                return ProductMatrix.Of(TransposeMatrix.Of(new MatrixSymbol(variable)), new UnitMatrix(variable.Shape.Sizes[0], first));
            case Delta { Left: var first, Right: var second } when (ReferenceEquals(first, i) && IsPlace(second, i)) || (ReferenceEquals(second, i) && IsPlace(first, i)):
                return new UnitMatrix(i.Range, ReferenceEquals(first, i) ? second : first);
            case Add sum:
                return Sum(sum.Terms.Select(term => Column(term, i)));
            case Multiply product:
                return Product(product, factor => Has(factor, i), factors => factors.Select(factor => Column(factor, i)).Aggregate(Hadamard));
            case Summation { Lower: Number { Value.IsOne: true } } sum:
                var k = Letters.Fresh(sum.Upper);
                return Contract(Binding.Open(sum.Body, [k]), i, null, k);
            case Apply or Power:
                return Elementwise(expression, argument => Column(argument, i)) ?? Pointwise(expression, part => Has(part, i), part => Column(part, i));
            default:
                return OfOneSymbol(expression, [i])
                    ?? (expression is Indicator indicator ? OfIndicator(indicator, side => Has(side, i), side => Column(side, i)) : null)
                    ?? Pointwise(expression, part => Has(part, i), part => Column(part, i));
        }
    }

    /// <summary>Whether an index is the same for every value of i: a number, the index of the right class, an arg max.</summary>
    private static bool IsPlace(Expr index, IndexVariable i) => index.Loose == 0 && !Has(index, i);

    /// <summary>An indicator of one comparison, of which one side is a vector or matrix: 𝟙[W x &gt; 0].</summary>
    private static MatrixExpr? OfIndicator(Indicator indicator, Func<Expr, bool> depends, Func<Expr, MatrixExpr?> recognise)
    {
        if (indicator.Comparisons.ToList() is not [var only] || depends(only.Left) == depends(only.Right))
        {
            return null;
        }

        var onLeft = depends(only.Left);
        return recognise(onLeft ? only.Left : only.Right) is { } inner
            ? new ElementwiseMatrix(x => Indicator.Of(onLeft ? only with { Left = x } : only with { Right = x }), inner)
            : null;
    }

    /// <summary>
    /// A function, comparison or case distinction over several parts that depend on the indices: each of these is a vector or matrix of
    /// its own, max(0, 1 − y ⊙ z), 𝟙[u &gt; v].
    /// </summary>
    private static MatrixExpr? Pointwise(Expr expression, Func<Expr, bool> depends, Func<Expr, MatrixExpr?> recognise)
    {
        if (expression is not (Apply { Arguments.Length: > 1 } or Indicator or Piecewise or Power))
        {
            return null;
        }

        var places = Enumerable.Range(0, expression.Children.Length).Where(place => depends(expression.Children[place])).ToList();
        var parts = places.Select(place => recognise(expression.Children[place])).ToList();
        // 𝟏 uᵀ, the same in every row, is less than an index says of a comparison.
        if (places.Count == 0 || parts.Contains(null) || parts.Exists(part => part is OnesMatrix or ScaledMatrix { Argument: OnesMatrix } or ProductMatrix { Left: OnesMatrix } or ProductMatrix { Right: TransposeMatrix { Argument: OnesMatrix } }))
        {
            return null;
        }

        if (places.Count == 1)
        {
            return new ElementwiseMatrix(x => expression.WithChildren(expression.Children.SetItem(places[0], x)), parts[0]!);
        }

        return new PointwiseMatrix(
            entries => expression.WithChildren([.. expression.Children.Select((child, place) => places.IndexOf(place) is >= 0 and var position ? entries[position] : child)]),
            [.. parts.Select(part => part!)]);
    }

    /// <summary>A function of the entries of one vector or matrix and of scalars, such as an indicator: 𝟙[z &gt; 0].</summary>
    private static MatrixExpr? OfOneSymbol(Expr expression, ImmutableArray<IndexVariable> indices)
    {
        var entries = Binding.Nodes(expression).OfType<Element>().Where(element => indices.Any(index => Has(element, index))).ToList();
        if (entries is not [{ Variable: var variable } entry]
            || !entry.Indices.SequenceEqual(indices)
            || Binding.Rewrite(expression, (node, _) => ReferenceEquals(node, entry) ? Number.Zero : null) is not { } rest
            || indices.Any(index => Has(rest, index)))
        {
            return null;
        }

        return new ElementwiseMatrix(x => Binding.Rewrite(expression, (node, _) => ReferenceEquals(node, entry) ? x : null), new MatrixSymbol(variable));
    }

    /// <summary>The matrix whose entry at (i, j) is the expression.</summary>
    private static MatrixExpr? Matrix(Expr expression, IndexVariable i, IndexVariable j)
    {
        var (hasRow, hasColumn) = (Has(expression, i), Has(expression, j));
        if (!hasRow || !hasColumn)
        {
            return Outer(hasRow ? expression : Number.One, hasColumn ? expression : Number.One, hasRow || hasColumn ? Number.One : expression, i, j);
        }

        switch (expression)
        {
            case Element { Indices: [var first, var second], Variable: var variable }:
                return ReferenceEquals(first, i) && ReferenceEquals(second, j) ? new MatrixSymbol(variable)
                    : ReferenceEquals(first, j) && ReferenceEquals(second, i) ? TransposeMatrix.Of(new MatrixSymbol(variable))
                    : null;
            case Delta delta:
                return Affine.AreEqual(i.Range, j.Range) && (ReferenceEquals(delta.Left, i) ? ReferenceEquals(delta.Right, j) : ReferenceEquals(delta.Left, j) && ReferenceEquals(delta.Right, i))
                    ? new IdentityMatrix(i.Range)
                    : null;
            case Add sum:
                return Sum(sum.Terms.Select(term => Matrix(term, i, j)));
            case Multiply product:
                return Product(product, factor => Has(factor, i) || Has(factor, j), factors => MatrixProduct(factors, i, j));
            case Summation { Lower: Number { Value.IsOne: true } } sum:
                var k = Letters.Fresh(sum.Upper);
                return Contract(Binding.Open(sum.Body, [k]), i, j, k);
            case Apply or Power:
                return Elementwise(expression, argument => Matrix(argument, i, j)) ?? Pointwise(expression, part => Has(part, i) || Has(part, j), part => Matrix(part, i, j));
            default:
                return OfOneSymbol(expression, [i, j])
                    ?? (expression is Indicator indicator ? OfIndicator(indicator, side => Has(side, i) || Has(side, j), side => Matrix(side, i, j)) : null)
                    ?? Pointwise(expression, part => Has(part, i) || Has(part, j), part => Matrix(part, i, j));
        }
    }

    /// <summary>Factors that each depend on a row index, a column index or both.</summary>
    private static MatrixExpr? MatrixProduct(IReadOnlyList<Expr> factors, IndexVariable i, IndexVariable j)
    {
        if (factors.FirstOrDefault(factor => factor is Delta && Has(factor, i) && Has(factor, j)) is { } delta && Matrix(delta, i, j) is IdentityMatrix)
        {
            // δ_ij u_i v_j = δ_ij u_i v_i: a diagonal matrix.
            var rest = Multiply.Of(factors.Where(factor => !ReferenceEquals(factor, delta)));
            var onDiagonal = Binding.Rewrite(rest, (node, _) => ReferenceEquals(node, j) ? i : null);
            return !Has(onDiagonal, i) ? ScaledMatrix.Of(onDiagonal, new IdentityMatrix(i.Range)) : Column(onDiagonal, i) is { } diagonal ? new DiagonalMatrix(diagonal) : null;
        }

        var rows = factors.Where(factor => Has(factor, i) && !Has(factor, j)).ToList();
        var columns = factors.Where(factor => Has(factor, j) && !Has(factor, i)).ToList();
        var both = factors.Where(factor => Has(factor, i) && Has(factor, j)).ToList();
        if (both.Count == 0)
        {
            return Outer(Multiply.Of(rows), Multiply.Of(columns), Number.One, i, j);
        }

        var middle = both.Select(factor => Matrix(factor, i, j)).Aggregate(Hadamard);
        if (middle is null)
        {
            return null;
        }

        if (rows.Count > 0)
        {
            middle = Column(Multiply.Of(rows), i) is { } left ? ProductMatrix.Of(new DiagonalMatrix(left), middle) : null;
        }

        return columns.Count > 0 && middle is not null
            ? Column(Multiply.Of(columns), j) is { } right ? ProductMatrix.Of(middle, new DiagonalMatrix(right)) : null
            : middle;
    }

    /// <summary>Σ_k of factors that depend on (i, k), k, (k, j), i or j: a product through k.</summary>
    private static MatrixExpr? Contract(Expr body, IndexVariable i, IndexVariable? j, IndexVariable k)
    {
        if (body is Add sum)
        {
            return Sum(sum.Terms.Select(term => Contract(term, i, j, k)));
        }

        var scalars = new List<Expr>();
        var left = new List<Expr>();
        var middle = new List<Expr>();
        var right = new List<Expr>();
        var around = new List<Expr>();
        foreach (var factor in FactorsOf(body))
        {
            var (onRow, onColumn, onSum) = (Has(factor, i), j is not null && Has(factor, j), Has(factor, k));
            if (onSum && onRow && j is null && (factor is Element { Indices: [Add] } || (factor is Indicator range && range.Comparisons.Count() == 2)))
            {
                return WithScalars(body, i, k);
            }

            if (onSum && onRow && onColumn)
            {
                return null;
            }

            (onSum ? onRow ? left : onColumn ? right : middle : onRow || onColumn ? around : scalars).Add(factor);
        }

        MatrixExpr? product;
        if (j is null || right.Count == 0)
        {
            // Σ_k A_ik u_k, or where nothing ties k to i, Σ_k u_k v_k: a scalar.
            if (left.Count == 0 && right.Count == 0)
            {
                return null;
            }

            product = Matrix(Multiply.Of(left), i, k) is { } a && Column(Multiply.Of(middle), k) is { } u ? ProductMatrix.Of(a, u) : null;
            product = product is not null && j is not null ? ProductMatrix.Of(product, TransposeMatrix.Of(new OnesMatrix(j.Range))) : product;
        }
        else if (left.Count == 0)
        {
            product = Column(Multiply.Of(middle), k) is { } u && Matrix(Multiply.Of(right), k, j) is { } b
                ? ProductMatrix.Of(new OnesMatrix(i.Range), ProductMatrix.Of(TransposeMatrix.Of(u), b))
                : null;
        }
        else
        {
            product = Matrix(Multiply.Of(left), i, k) is { } a && Matrix(Multiply.Of(right), k, j) is { } b
                ? middle.Count == 0 ? ProductMatrix.Of(a, b)
                    : Column(Multiply.Of(middle), k) is { } d ? ProductMatrix.Of(ProductMatrix.Of(a, new DiagonalMatrix(d)), b) : null
                : null;
        }

        if (product is null)
        {
            return null;
        }

        if (around.Count > 0)
        {
            product = Hadamard(product, j is null ? Column(Multiply.Of(around), i) : Matrix(Multiply.Of(around), i, j));
        }

        return product is null ? null : ScaledMatrix.Of(Multiply.Of(scalars), product);
    }

    /// <summary>A convolution along k, with the factors that depend on neither index in front.</summary>
    private static MatrixExpr? WithScalars(Expr body, IndexVariable i, IndexVariable k)
    {
        var factors = FactorsOf(body);
        return ConvolutionRecogniser.Recognise([.. factors.Where(factor => Has(factor, i) || Has(factor, k))], i, k, Column) is { } convolution
            ? ScaledMatrix.Of(Multiply.Of(factors.Where(factor => !Has(factor, i) && !Has(factor, k))), convolution)
            : null;
    }

    /// <summary>a bᵀ, with 𝟏 for a side that does not depend on its index.</summary>
    private static MatrixExpr? Outer(Expr row, Expr column, Expr scalar, IndexVariable i, IndexVariable j)
    {
        if (Column(row, i) is not { } a || Column(column, j) is not { } b)
        {
            return null;
        }

        return ScaledMatrix.Of(scalar, ProductMatrix.Of(a, TransposeOf(b)));

        // The scalar of a scaled vector belongs in front of the product, not under the transpose.
        static MatrixExpr TransposeOf(MatrixExpr b) => b is ScaledMatrix scaled ? ScaledMatrix.Of(scaled.Scalar, TransposeMatrix.Of(scaled.Argument)) : TransposeMatrix.Of(b);
    }

    private static MatrixExpr? Product(Multiply product, Func<Expr, bool> depends, Func<IReadOnlyList<Expr>, MatrixExpr?> rest)
    {
        var scalar = Multiply.Of(product.Factors.Where(factor => !depends(factor)));
        return rest([.. product.Factors.Where(depends)]) is { } matrix ? ScaledMatrix.Of(scalar, matrix) : null;
    }

    private static MatrixExpr? Sum(IEnumerable<MatrixExpr?> terms)
    {
        var all = terms.ToList();
        return all.Contains(null) ? null : SumOf([.. all.Select(term => term!)]);
    }

    /// <summary>A sum; Pᵀ − Yᵀ is (P − Y)ᵀ.</summary>
    internal static MatrixExpr SumOf(ImmutableArray<MatrixExpr> terms)
    {
        return terms.All(term => Unscaled(term) is TransposeMatrix)
            ? TransposeMatrix.Of(new SumMatrix([.. terms.Select(term => term is ScaledMatrix scaled ? ScaledMatrix.Of(scaled.Scalar, TransposeMatrix.Of(scaled.Argument)) : TransposeMatrix.Of(term))]))
            : new SumMatrix(terms);

        static MatrixExpr Unscaled(MatrixExpr term) => term is ScaledMatrix scaled ? scaled.Argument : term;
    }

    private static MatrixExpr? Hadamard(MatrixExpr? left, MatrixExpr? right) => (left, right) switch
    {
        (null, _) or (_, null) => null,
        (ScaledMatrix a, _) => ScaledMatrix.Of(a.Scalar, Hadamard(a.Argument, right)!),
        (_, ScaledMatrix b) => ScaledMatrix.Of(b.Scalar, Hadamard(left, b.Argument)!),
        (OnesMatrix, _) => right,
        (_, OnesMatrix) => left,
        _ => new HadamardMatrix(left, right),
    };

    private static MatrixExpr? Elementwise(Expr expression, Func<Expr, MatrixExpr?> recognise) => expression switch
    {
        Apply { Arguments: [var argument], Function: var function } => recognise(argument) is { } inner ? new ElementwiseMatrix(x => Apply.Of(function, x), inner) : null,
        Power { Exponent: Number exponent } power => recognise(power.Base) is { } inner ? new ElementwiseMatrix(x => Power.Of(x, exponent), inner) : null,
        _ => null,
    };
}
