using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// On what chance a factor depends: an entry of an independent variable, or (variable null) the common chance of all variables that
/// are not declared independent. An index is null where it runs over a Σ inside the factor.
/// </summary>
internal readonly record struct ChanceOf(Variable? Variable, ImmutableArray<Expr?> Indices);

/// <summary>The random factors of a product, and which of them have to do with one another.</summary>
internal static class RandomFactors
{
    /// <summary>The factors of a product, or the expression itself.</summary>
    public static ImmutableArray<Expr> Of(Expr product) => product is Multiply multiply ? multiply.Factors : [product];

    /// <summary>Everything by chance that the expression depends on, names unfolded.</summary>
    public static List<ChanceOf> ChancesOf(Expr expression)
    {
        var found = new List<ChanceOf>();
        Collect(expression, 0, found, []);
        return found;
    }

    /// <summary>
    /// How two factors are related: null where they are independent; else the pairs of indices that must be equal for them to depend
    /// on one another, none where they do in any case or where it can't be told.
    /// </summary>
    public static ImmutableArray<(Expr Left, Expr Right)>? Relation(Expr left, Expr right)
    {
        ImmutableArray<(Expr, Expr)>? relation = null;
        foreach (var a in ChancesOf(left))
        {
            foreach (var b in ChancesOf(right))
            {
                if (Meet(a, b) is not { } met)
                {
                    continue;
                }

                // Several different ways to depend on one another are not told apart.
                relation = relation is null || (relation.Value.SequenceEqual(met) && !met.IsEmpty) ? met : [];
            }
        }

        return relation;
    }

    /// <summary>Groups of factors; different groups are independent. In the order of their first members.</summary>
    /// <param name="factors">The factors.</param>
    /// <param name="areTied">Whether two factors belong together directly.</param>
    public static List<List<int>> Groups(ImmutableArray<Expr> factors, Func<int, int, bool> areTied)
    {
        var groups = new List<List<int>>();
        for (var i = 0; i < factors.Length; i++)
        {
            var joined = groups.Where(group => group.Exists(member => areTied(member, i))).ToList();
            if (joined.Count == 0)
            {
                groups.Add([i]);
                continue;
            }

            foreach (var other in joined.Skip(1))
            {
                joined[0].AddRange(other);
                groups.Remove(other);
            }

            joined[0].Add(i);
            joined[0].Sort();
        }

        return groups;
    }

    private static ImmutableArray<(Expr, Expr)>? Meet(ChanceOf a, ChanceOf b)
    {
        if (a.Variable is null || b.Variable is null)
        {
            return a.Variable is null && b.Variable is null ? [] : null;
        }

        if (!a.Variable.Equals(b.Variable))
        {
            return null;
        }

        var pairs = ImmutableArray.CreateBuilder<(Expr, Expr)>();
        var unknown = false;
        foreach (var (left, right) in a.Indices.Zip(b.Indices))
        {
            if (left is null || right is null)
            {
                unknown = true;
                continue;
            }

            var difference = Affine.Of(left - right);
            if (!difference.IsConstant)
            {
                pairs.Add((left, right));
            }
            else if (!difference.Constant.IsZero)
            {
                return null;
            }
        }

        return unknown ? [] : pairs.ToImmutable();
    }

    private static void Collect(Expr node, int depth, List<ChanceOf> found, HashSet<(Expr, int)> seen)
    {
        if (!RandomVariables.IsRandom(node) || !seen.Add((node, depth)))
        {
            return;
        }

        if (DeepStack.IsLow)
        {
            DeepStack.Continue<object?>(() =>
            {
                Collect(node, depth, found, seen);
                return null;
            });
            return;
        }

        if (node is Element { Variable: var variable } element)
        {
            if (variable.Law is not { } law)
            {
                Collect(variable.DefinitionAt(element.Indices)!, depth, found, seen);
                return;
            }

            var chance = law.IsIndependent
                ? new ChanceOf(variable, [.. element.Indices.Select(index => Enumerable.Range(0, depth).Any(level => Binding.Uses(index, level)) ? null : Binding.Shift(index, -depth))])
                : new ChanceOf(null, []);
            if (!found.Exists(known => Equals(known.Variable, chance.Variable) && known.Indices.SequenceEqual(chance.Indices)))
            {
                found.Add(chance);
            }

            return;
        }

        for (var i = 0; i < node.Children.Length; i++)
        {
            Collect(node.Children[i], depth + node.Binds(i), found, seen);
        }
    }
}
