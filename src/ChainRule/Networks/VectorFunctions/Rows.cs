using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>Building blocks of functions that work along one index of a tensor.</summary>
internal static class Rows
{
    /// <summary>The size of the last index: how many entries a row has.</summary>
    public static Expr Length(Tensor x) => x.Shape.Sizes[^1];

    /// <summary>Σ_k f(x_{…k}) along the last index: a scalar for a vector, one number for each row of a matrix.</summary>
    public static Tensor Sum(Tensor x, Func<Expr, Expr> term, string letter = "k") => Sum(x, (_, _, entry) => term(entry), letter);

    /// <summary>Σ_k f(row, k, x_{…k}) along the last index, where the term also sees the indices.</summary>
    public static Tensor Sum(Tensor x, Func<ImmutableArray<Expr>, Expr, Expr, Expr> term, string letter = "k") =>
        Tensor.Of(Shape.Of(x.Shape.Sizes[..^1]), row => Total(Length(x), k => term(row, k, x.At(row.Add(k))), letter));

    /// <summary>A tensor of one shape with another, from the indices that they share.</summary>
    public static Tensor Combine(Tensor like, Func<ImmutableArray<Expr>, Expr> entry) => Tensor.Of(like.Shape, entry);

    /// <summary>Every entry from its row's indices and itself.</summary>
    public static Tensor Map(Tensor x, Func<ImmutableArray<Expr>, Expr, Expr> entry) => Tensor.Of(x.Shape, indices => entry(indices[..^1], x.At(indices)));

    /// <summary>Σ_k over 1 … size, with the letter that it is written with.</summary>
    public static Expr Total(Expr size, Func<IndexVariable, Expr> term, string letter)
    {
        var index = Letters.Fresh(size);
        var sum = Summation.Of(index, Number.One, size, term(index));
        Letters.Remember(sum, letter);
        return sum;
    }

    /// <summary>A name for something computed on the way from x: μ, or μ_x where x has a name, so that two of them stay apart.</summary>
    public static Variable Named(this Tensor value, string symbol, Tensor x) => value.Named(x is Variable { Name: var name } ? $"{symbol}_{{{name}}}" : symbol);

    /// <summary>A small number with the name ε.</summary>
    public static Expr Epsilon(ActivationParameter epsilon) => epsilon.Value is Number number ? number.Named("\\epsilon") : epsilon.Value;
}
