using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>How much there is to read: the measure by which one form of a result is preferred to another.</summary>
internal static class ReadingCost
{
    /// <summary>The number of signs on the page, roughly. Shared parts count each time they are written.</summary>
    public static long Of(Expr expression)
    {
        var costs = new Dictionary<Expr, long>(ReferenceEqualityComparer.Instance);
        foreach (var node in Binding.Nodes(expression))
        {
            var parts = node.Children.Sum(child => costs[child]);
            costs[node] = node switch
            {
                Element => 2 + (parts / 2),
                Add add => parts + (2 * (add.Terms.Length - 1)) + 1,
                Multiply => parts,
                Power { Exponent: Number } => parts,
                Summation { Lower: Number { Value.IsOne: true } } sum => 3 + costs[sum.Body],
                Summation => parts + 4,
                Number { Value.IsInteger: false } => 2,
                Derivative => parts + 3,
                _ => parts + 1,
            };
        }

        return costs[expression];
    }
}
