using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>The gain γ and the shift β after a normalisation.</summary>
internal static class Affines
{
    /// <summary>γ_i y, or y.</summary>
    public static Expr Gained(Tensor? gain, Expr i, Expr y) => gain is null ? y : gain[i] * y;

    /// <summary>y + β_i, or y.</summary>
    public static Expr Shifted(Tensor? shift, Expr i, Expr y) => shift is null ? y : y + shift[i];

    /// <summary>Refuses what has not one entry for each entry of a row.</summary>
    /// <exception cref="ShapeException">It does not fit.</exception>
    public static void RequireRow(Tensor? parameter, Expr length, string name)
    {
        if (parameter is not null && (parameter.Shape.Rank != 1 || !Affine.AreEqual(parameter.Shape.Sizes[0], length)))
        {
            throw new ShapeException($"{name} needs one entry for each of the {length} entries of a row; {parameter} {parameter.Shape.Said}.");
        }
    }
}
