using ChainRule.Calculus;
using ChainRule.Expressions;

namespace ChainRule;

/// <summary>Working out expectations: <c>E(Pow(b, 2)).Simplified()</c>.</summary>
public static class Expectations
{
    /// <summary>
    /// Works out the expectations and variances in an expression and brings it to its shortest form, with every step. What the
    /// assumptions about the random variables do not give stays an expectation.
    /// </summary>
    /// <param name="expression">An expression such as <c>Variance(f[i])</c>.</param>
    /// <returns>The derivation; its result is the last line.</returns>
    public static Derivation Simplified(this Expr expression)
    {
        Require.NotNull(expression);
        return Expecter.Of(expression);
    }
}
