using System.Collections.Immutable;
using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

/// <summary>Terms that are added to a loss to keep parameters small.</summary>
public static class Regularisation
{
    /// <summary>λ Σ |w|. At w = 0 the derivative is 0, as in PyTorch.</summary>
    /// <param name="strength">λ.</param>
    /// <param name="parameters">The parameters, of whatever shapes.</param>
    public static Expr L1(Expr strength, params IReadOnlyList<Tensor> parameters) => Penalty(strength, parameters, Abs);

    /// <summary>λ Σ w². Its gradient is 2λw: the weight decay of PyTorch's optimisers is 2λ.</summary>
    /// <param name="strength">λ.</param>
    /// <param name="parameters">The parameters, of whatever shapes.</param>
    public static Expr L2(Expr strength, params IReadOnlyList<Tensor> parameters) => Penalty(strength, parameters, w => Pow(w, 2));

    private static Expr Penalty(Expr strength, IReadOnlyList<Tensor> parameters, Func<Expr, Expr> term)
    {
        Require.NotNull(strength);
        Require.NotNull(parameters);
        return strength * Add.Of(parameters.Select(parameter => Total(parameter, [])));

        Expr Total(Tensor w, ImmutableArray<Expr> at) => at.Length == w.Shape.Rank ? term(w.At(at)) : Rows.Total(w.Shape.Sizes[at.Length], index => Total(w, at.Add(index)), at.Length == 0 ? "i" : "j");
    }
}
