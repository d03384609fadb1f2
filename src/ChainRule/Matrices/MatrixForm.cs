using System.Globalization;
using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Matrices;

/// <summary>How a derivative of a vector by a vector stands on the page.</summary>
public enum Layout
{
    /// <summary>∂y/∂x has a row for every entry of y and a column for every entry of x.</summary>
    Numerator,

    /// <summary>∂y/∂x has a row for every entry of x and a column for every entry of y: the transpose.</summary>
    Denominator,
}

/// <summary>The last step of a derivation: from the entry to the whole vector or matrix, recognised and then checked like any step.</summary>
/// <param name="Entry">The entry, in a form from which the matrix form can be read off.</param>
/// <param name="Expanded">Whether the entry had to be expanded for that.</param>
/// <param name="Matrix">The matrix form.</param>
/// <param name="Verdict">Whether the matrix form, lowered to its entries and evaluated by linear algebra, agrees with the entry.</param>
public sealed record MatrixForm(Expr Entry, bool Expanded, MatrixExpr Matrix, Verdict Verdict)
{
    /// <summary>How much longer to read one product with a sum may be than a sum of two products.</summary>
    private const int Brackets = 3;

    /// <summary>The matrix form of the entry, or null where there is none: then the result stays in index form.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="row">Its row index.</param>
    /// <param name="column">Its column index; a vector has none.</param>
    /// <param name="gather">Whether A x + B x may become (A + B) x: not in a definition, which stays as it was written.</param>
    public static MatrixForm? Of(Expr entry, IndexVariable row, IndexVariable? column, bool gather = true)
    {
        // A scalar in front is no part of the question.
        if (entry is Multiply product && product.Factors.Where(factor => IsFree(factor, row, column)).ToList() is { Count: > 0 } scalars && scalars.Count < product.Factors.Length)
        {
            var scalar = Multiply.Of(scalars);
            return Find(Multiply.Of(product.Factors.Where(factor => !IsFree(factor, row, column))), row, column, gather) is { } found
                ? Checked(found.Expanded ? scalar * found.Entry : entry, found.Expanded, ScaledMatrix.Of(scalar, found.Matrix), entry, row, column)
                : null;
        }

        return Find(entry, row, column, gather) is { } form ? Checked(form.Entry, form.Expanded, form.Matrix, entry, row, column) : null;
    }

    private static MatrixForm Checked(Expr shown, bool expanded, MatrixExpr matrix, Expr entry, IndexVariable row, IndexVariable? column) =>
        new(shown, expanded, matrix, Check(matrix, entry, row, column));

    private static bool IsFree(Expr factor, IndexVariable row, IndexVariable? column) =>
        !Binding.Nodes(factor).Any(node => ReferenceEquals(node, row) || ReferenceEquals(node, column));

    private static (Expr Entry, bool Expanded, MatrixExpr Matrix)? Find(Expr entry, IndexVariable row, IndexVariable? column, bool gather)
    {
        // p_i (δ_ij − p_j) reads diag(p) (I − 𝟏pᵀ) as it stands and diag(p) − p pᵀ expanded: the shorter form is the better one,
        // where it is shorter by enough to be worth the step.
        var direct = Recognise(entry);
        var tracer = new Tracer(entry, []);
        tracer.Everywhere(AlgebraRules.Expand);
        var expanded = ReferenceEquals(tracer.Current, entry) ? null : Recognise(tracer.Current);
        // h_i (d_i x_j + e_j) is diag(h) (d xᵀ + 𝟏 eᵀ), and with only that product multiplied in (h ⊙ d) xᵀ + h eᵀ.
        if (column is not null && entry is Multiply { Factors: var factors } && factors.OfType<Add>().ToList() is [var bracket]
            && Add.Of(bracket.Terms.Select(term => Multiply.Of(factors.Where(factor => !ReferenceEquals(factor, bracket)).Append(term)))) is var multiplied
            && Recognise(multiplied) is { } once && once.ReadingCost < Math.Min(direct?.ReadingCost ?? int.MaxValue, expanded?.ReadingCost ?? int.MaxValue))
        {
            return (multiplied, true, once);
        }

        return (direct, expanded) switch
        {
            (null, null) => null,
            ({ } matrix, null) => (entry, false, matrix),
            // The signs between the terms of the line as it stands are no reason to expand them.
            // What is multiplied entry by entry with a bracket stays so: u ⊙ (𝟏 − z) is better known than u − u ⊙ z.
            (HadamardMatrix matrix, SumMatrix other) when column is null && 4 * matrix.ReadingCost <= 7 * other.ReadingCost => (entry, false, matrix),
            ({ } matrix, { } other) when 4 * (matrix.ReadingCost - (matrix is SumMatrix sum ? sum.Terms.Length : 0)) <= 5 * other.ReadingCost => (entry, false, matrix),
            (_, { } matrix) => (tracer.Current, true, matrix),
        };

        MatrixExpr? Recognise(Expr expression) => MatrixRecogniser.Recognise(expression, row, column) is { } matrix ? gather ? Gathered(MatrixTidy.Of(matrix)) : matrix : null;
    }

    /// <summary>A x + Aᵀ x as (A + Aᵀ) x, where that is not much longer.</summary>
    private static MatrixExpr Gathered(MatrixExpr matrix)
    {
        if (matrix is ScaledMatrix { Argument: SumMatrix inner } scaled)
        {
            return ScaledMatrix.Of(scaled.Scalar, Gathered(inner));
        }

        if (matrix is not SumMatrix sum)
        {
            return matrix;
        }

        for (var i = 0; i < sum.Terms.Length; i++)
        {
            for (var j = i + 1; j < sum.Terms.Length; j++)
            {
                if (Together(sum.Terms[i], sum.Terms[j]) is { } one && one.ReadingCost <= sum.Terms[i].ReadingCost + sum.Terms[j].ReadingCost + Brackets)
                {
                    return sum.Terms.Length == 2 ? one : Gathered(new SumMatrix(sum.Terms.RemoveAt(j).SetItem(i, one)));
                }
            }
        }

        return matrix;
    }

    /// <summary>Two products as one of which a factor is a sum, where they begin or end with the same factor.</summary>
    private static MatrixExpr? Together(MatrixExpr a, MatrixExpr b)
    {
        var (first, second) = (Chain(a), Chain(b));
        if (first.Factors.Count < 2 || second.Factors.Count < 2)
        {
            return null;
        }

        // 1/f Aᵀ A − 1/f³ Aᵀ u uᵀ A = Aᵀ (1/f I − 1/f³ u uᵀ) A: what both begin and end with stays around.
        if (first.Factors.Count + second.Factors.Count > 4 && first.Factors[0].Equals(second.Factors[0]) && first.Factors[^1].Equals(second.Factors[^1]))
        {
            var middle = MatrixRecogniser.SumOf([Middle(first), Middle(second)]);
            return ProductMatrix.Of(ProductMatrix.Of(first.Factors[0], middle), first.Factors[^1]);
        }

        if (first.Factors[^1].Equals(second.Factors[^1]))
        {
            return ProductMatrix.Of(MatrixRecogniser.SumOf([Product(first.Scalar, first.Factors.SkipLast(1)), Product(second.Scalar, second.Factors.SkipLast(1))]), first.Factors[^1]);
        }

        return first.Factors[0].Equals(second.Factors[0])
            ? ProductMatrix.Of(first.Factors[0], MatrixRecogniser.SumOf([Product(first.Scalar, first.Factors.Skip(1)), Product(second.Scalar, second.Factors.Skip(1))]))
            : null;

        static MatrixExpr Middle((Expr Scalar, List<MatrixExpr> Factors) chain) =>
            chain.Factors.Count > 2 ? Product(chain.Scalar, chain.Factors.Skip(1).SkipLast(1)) : ScaledMatrix.Of(chain.Scalar, new IdentityMatrix(chain.Factors[0].Columns));

        static (Expr Scalar, List<MatrixExpr> Factors) Chain(MatrixExpr matrix) => matrix switch
        {
            ScaledMatrix scaled => (scaled.Scalar, Chain(scaled.Argument).Factors),
            ProductMatrix product => (Number.One, [.. Chain(product.Left).Factors, .. Chain(product.Right).Factors]),
            _ => (Number.One, [matrix]),
        };

        static MatrixExpr Product(Expr scalar, IEnumerable<MatrixExpr> factors) => ScaledMatrix.Of(scalar, factors.Aggregate(ProductMatrix.Of));
    }

    private static Verdict Check(MatrixExpr matrix, Expr entry, IndexVariable row, IndexVariable? column)
    {
        var lowered = Verifier.Check(entry, matrix.Entry(row, column ?? (Expr)Number.One));
        if (lowered.Kind is VerdictKind.Refuted or VerdictKind.Undecided)
        {
            return lowered;
        }

        // The second opinion: linear algebra on whole matrices.
        var variables = Dependencies.All(entry).ToList();
        var sampler = new Sampler(variables, Verifier.SizesIn([entry, row.Range, .. column is null ? Array.Empty<Expr>() : [column.Range]], variables), seed: 8_128, column is null ? [row.Range] : [row.Range, column.Range], reduction: lowered.Reduction);
        try
        {
            return Compare(matrix, entry, row, column, sampler, lowered);
        }
        catch (WorkExceededException)
        {
            return lowered;
        }
    }

    private static Verdict Compare(MatrixExpr matrix, Expr entry, IndexVariable row, IndexVariable? column, Sampler sampler, Verdict lowered)
    {
        var comparisons = lowered.Comparisons;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var point = sampler.Draw(attempt);
            // Other free indices, such as that of the right class, have the same value at every entry.
            var indices = Verifier.InDefinitions(Dependencies.All(entry)).Concat(Binding.Nodes(entry).OfType<IndexVariable>()).Distinct().ToDictionary(index => index, index => 1 + (attempt % point.SizeOf(index.Range)));
            var context = new PointContext<Real>(point, indices);
            var whole = MatrixEvaluator.Evaluate(matrix, context);
            var plan = Plan.Of(entry);
            for (var i = 1; i <= point.SizeOf(row.Range); i++)
            {
                for (var j = 1; j <= (column is null ? 1 : point.SizeOf(column.Range)); j++)
                {
                    indices[row] = i;
                    if (column is not null)
                    {
                        indices[column] = j;
                    }

                    var value = plan.Run(context, []).Value;
                    comparisons++;
                    if (Math.Abs(value - whole[i - 1, j - 1]) > 1e-9 * Math.Max(1, Math.Abs(value)))
                    {
                        return new(VerdictKind.Refuted, comparisons, attempt + 1, string.Create(CultureInfo.InvariantCulture, $"at entry ({i}, {j}): {value:G6} by the entry's formula, {whole[i - 1, j - 1]:G6} by the matrices"));
                    }
                }
            }
        }

        return lowered with { Kind = VerdictKind.Supported, Comparisons = comparisons, Points = lowered.Points + 2 };
    }
}
