using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>What counts as the derivative where there is none: at the kink of ReLU, |x|, max and min.</summary>
public enum Kinks
{
    /// <summary>PyTorch's conventions: 0 for ReLU, |x| and a threshold (max(c, u)); the mean of both sides where two moving sides meet.</summary>
    PyTorch,

    /// <summary>The derivative from the left: as if the argument were a little smaller.</summary>
    Left,

    /// <summary>The derivative from the right: as if the argument were a little larger.</summary>
    Right,

    /// <summary>The mean of the derivatives from the left and from the right.</summary>
    Mean,
}

/// <summary>The conventions as formulas.</summary>
internal static class KinkConventions
{
    /// <summary>𝟙[u &gt; 0] with the value at u = 0 that the convention gives it.</summary>
    public static Expr Step(Expr u, Kinks kinks) => kinks switch
    {
        Kinks.Right => Indicator.Of(new Comparison(u, ComparisonSign.GreaterOrEqual, Number.Zero)),
        Kinks.Mean => Number.Half * (Number.One + FunctionDefinition.Sign.Of(u)),
        _ => Indicator.Of(new Comparison(u, ComparisonSign.Greater, Number.Zero)),
    };

    /// <summary>sign(u) with the value at u = 0 that the convention gives it.</summary>
    public static Expr Sign(Expr u, Kinks kinks) => kinks is Kinks.Left or Kinks.Right ? (Number.Two * Step(u, kinks)) - Number.One : FunctionDefinition.Sign.Of(u);

    /// <summary>The comparison of a case, so that at its border the case to the left or to the right of it holds, as asked for.</summary>
    public static Comparison AtBorder(Comparison comparison, Kinks kinks) => comparison with
    {
        Sign = (comparison.Sign, kinks) switch
        {
            (ComparisonSign.Greater or ComparisonSign.GreaterOrEqual, Kinks.Left) => ComparisonSign.Greater,
            (ComparisonSign.Greater or ComparisonSign.GreaterOrEqual, Kinks.Right) => ComparisonSign.GreaterOrEqual,
            (ComparisonSign.Less or ComparisonSign.LessOrEqual, Kinks.Left) => ComparisonSign.LessOrEqual,
            (ComparisonSign.Less or ComparisonSign.LessOrEqual, Kinks.Right) => ComparisonSign.Less,
            var (sign, _) => sign,
        },
    };

    /// <summary>The convention in words.</summary>
    public static string Describe(Kinks kinks, string pyTorch) => kinks switch
    {
        Kinks.Left => "there the derivative from the left is taken, as was asked for",
        Kinks.Right => "there the derivative from the right is taken, as was asked for",
        Kinks.Mean => "there the mean of both sides is taken, as was asked for",
        _ => pyTorch,
    };
}
