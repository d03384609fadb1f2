namespace ChainRule.Expressions;

/// <summary>How much there is to read: the measure by which one form of a result is preferred to another.</summary>
internal static class ReadingCost
{
    /// <summary>The number of signs on the page, roughly. Shared parts count each time they are written.</summary>
    public static long Of(Expr expression)
    {
        if (expression.ReadingCost != 0)
        {
            return expression.ReadingCost;
        }

        if (DeepStack.IsLow)
        {
            return DeepStack.Continue(() => Of(expression));
        }

        // What is written out from shared parts may be longer than a number can say; beyond this nobody reads anyway.
        long parts = 0;
        foreach (var child in expression.Children)
        {
            parts = Math.Min(parts + Of(child), long.MaxValue / 4);
        }

        return expression.ReadingCost = expression switch
        {
            Element => 2 + (parts / 2),
            Add add => parts + (2 * (add.Terms.Length - 1)) + 1,
            // A minus sign is counted with the sum it stands in.
            Multiply { Coefficient: var sign } when sign == Rational.MinusOne => parts - 1,
            Multiply => parts,
            Power { Exponent: Number } => parts,
            RangeBinder { Lower: Number { Value.IsOne: true } } sum => 3 + Of(sum.Body),
            Summation => parts + 4,
            Number { Value.IsInteger: false } => 2,
            Derivative => parts + 3,
            _ => parts + 1,
        };
    }
}
