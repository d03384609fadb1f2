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
    /// <summary>The matrix form of the entry, or null where there is none: then the result stays in index form.</summary>
    public static MatrixForm? Of(Expr entry, IndexVariable row, IndexVariable? column)
    {
        // p_i (δ_ij − p_j) reads diag(p) (I − 𝟏pᵀ) as it stands and diag(p) − p pᵀ expanded: the shorter form is the better one,
        // where it is shorter by enough to be worth the step.
        var direct = Recognised(entry, row, column);
        var tracer = new Tracer(entry, []);
        tracer.Everywhere(AlgebraRules.Expand);
        var expanded = ReferenceEquals(tracer.Current, entry) ? null : Recognised(tracer.Current, row, column);
        return (direct, expanded) switch
        {
            (null, null) => null,
            ({ } matrix, null) => new(entry, false, matrix, Check(matrix, entry, row, column)),
            ({ } matrix, { } other) when 4 * matrix.ReadingCost <= 5 * other.ReadingCost => new(entry, false, matrix, Check(matrix, entry, row, column)),
            (_, { } matrix) => new(tracer.Current, true, matrix, Check(matrix, entry, row, column)),
        };
    }

    private static MatrixExpr? Recognised(Expr entry, IndexVariable row, IndexVariable? column) =>
        MatrixRecogniser.Recognise(entry, row, column) is { } matrix ? MatrixTidy.Of(matrix) : null;

    private static Verdict Check(MatrixExpr matrix, Expr entry, IndexVariable row, IndexVariable? column)
    {
        var lowered = Verifier.Check(entry, matrix.Entry(row, column ?? (Expr)Number.One));
        if (lowered.Kind is VerdictKind.Refuted or VerdictKind.Undecided)
        {
            return lowered;
        }

        // The second opinion: linear algebra on whole matrices.
        var variables = Dependencies.All(entry).ToList();
        var sampler = new Sampler(variables, Verifier.SizesIn([entry, row.Range, .. column is null ? Array.Empty<Expr>() : [column.Range]], variables), seed: 8_128, column is null ? [row.Range] : [row.Range, column.Range]);
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
            var indices = new Dictionary<IndexVariable, int>();
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

        return new(VerdictKind.Supported, comparisons, lowered.Points + 2);
    }
}
