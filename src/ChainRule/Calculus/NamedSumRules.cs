using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// Rules for numbers that have names of their own and add up to 1, component by component: the targets y_1 + y_2 = 1 of a drawn network,
/// the outputs ŷ_1 + ŷ_2 = 1 of its softmax, the entries of a vector of which that is assumed.
/// </summary>
public static class NamedSumRules
{
    /// <summary>c y_1 + c y_2 = c for y_1 + y_2 = 1.</summary>
    public static Rule AddUp { get; } = new("add-up", "they add up to 1", @"c\,y_1 + \dots + c\,y_K = c \quad \text{for} \quad y_1 + \dots + y_K = 1", RuleWeight.Key, NodeKinds.Add, (node, _) =>
    {
        if (node is not Add sum)
        {
            return null;
        }

        foreach (var (group, members) in Groups(sum.Terms.SelectMany(term => FactorsOf(term)).OfType<Element>().Distinct()))
        {
            // Of each cofactor, the terms that have a member beside it.
            var found = new Dictionary<Expr, Dictionary<Element, int>>(ReferenceEqualityComparer.Instance);
            for (var position = 0; position < sum.Terms.Length; position++)
            {
                foreach (var member in FactorsOf(sum.Terms[position]).OfType<Element>().Where(members.Contains).Distinct())
                {
                    var cofactor = Canonical.Of(Without(sum.Terms[position], member));
                    if (!found.TryGetValue(cofactor, out var terms))
                    {
                        found.Add(cofactor, terms = []);
                    }

                    terms.TryAdd(member, position);
                }
            }

            if (found.Values.FirstOrDefault(terms => terms.Count == members.Count && terms.Values.Distinct().Count() == terms.Count) is not { } complete)
            {
                continue;
            }

            var first = complete.MinBy(entry => entry.Value);
            var rest = Without(sum.Terms[first.Value], first.Key);
            var total = Add.Of(group.Members);
            return new Rewriting(Add.Of(sum.Terms.Select((term, position) => position == first.Value ? rest : term).Where((_, position) => position == first.Value || !complete.ContainsValue(position))))
            {
                Facts = [new(total, Number.One)],
                Name = group.Reason,
            };
        }

        return null;
    });

    /// <summary>y_2 = 1 − y_1 for y_1 + y_2 = 1.</summary>
    public static Rule Complement { get; } = new("complement", "assumption", @"y_K = 1 - y_1 - \dots - y_{K-1} \quad \text{for} \quad y_1 + \dots + y_K = 1", RuleWeight.Key, NodeKinds.Element, (node, _) =>
        node is Element element && GroupOf(element) is { IsAssumed: true } group
            ? new Rewriting(Add.Of([Number.One, .. group.Members.Where(member => !ReferenceEquals(member, element)).Select(member => Number.MinusOne * member)]))
            {
                Facts = [new(Add.Of(group.Members), Number.One)],
                Name = group.Reason,
            }
            : null);

    /// <summary>The rules of this table.</summary>
    public static ImmutableArray<Rule> All { get; } = [AddUp, Complement];

    /// <summary>
    /// The entries in an expression for which the others of their group could be put, where at least two of the group stand there. First
    /// those in terms without a minus: what comes out begins with one, then.
    /// </summary>
    internal static IEnumerable<Element> Eliminable(Expr expression) => !Dependencies.Direct(expression).Any(IsAssumed) ? [] :
        [.. Binding.Nodes(expression).OfType<Element>().Distinct()
            .Select(element => (Element: element, Group: GroupOf(element)))
            .Where(found => found.Group is { IsAssumed: true })
            .GroupBy(found => Canonical.Of(Add.Of(found.Group!.Members)), ReferenceEqualityComparer.Instance)
            .Where(group => group.Skip(1).Any())
            .SelectMany(group => group.Select(found => found.Element))
            .OrderBy(element => expression is Add sum && sum.Terms.Any(term => term is Multiply { Coefficient.Sign: < 0 } && FactorsOf(term).Contains(element)))
            .ThenByDescending(element => element.ToString(), StringComparer.Ordinal)];

    private static bool IsAssumed(Variable variable) => !variable.AddingUpToOne.IsEmpty || (variable.Assumptions.HasFlag(Assumption.SumsToOne) && variable.Shape.Sizes is [Number]);

    /// <summary>The sums to 1 of which all members are among the elements.</summary>
    private static IEnumerable<(Group Group, HashSet<Element> Members)> Groups(IEnumerable<Element> elements)
    {
        var all = elements.ToList();
        if (all.Count < 2)
        {
            yield break;
        }

        var seen = new HashSet<Element>();
        foreach (var element in all)
        {
            if (!seen.Contains(element) && (GroupOf(element) ?? Normalised(element, all)) is { } group && group.Members.All(member => all.Contains((Element)member)))
            {
                HashSet<Element> members = [.. group.Members.Cast<Element>()];
                seen.UnionWith(members);
                yield return (group, members);
            }
        }
    }

    /// <summary>The entries that are assumed to add up to 1 together with this one.</summary>
    private static Group? GroupOf(Element element)
    {
        var variable = element.Variable;
        if (!variable.AddingUpToOne.IsEmpty)
        {
            // In the order in which they were declared, so that the sum is the same whichever of them is looked at.
            ImmutableArray<Expr> members = [.. variable.Companions().Append(variable).OrderBy(member => variable.AddingUpToOne.IndexOf(member.Name)).Select(member => member.At([]))];
            return new(members, $"{Add.Of(members)} = 1", true);
        }

        if (IsAssumed(variable) && element.Indices is [Number] && ((Number)variable.Shape.Sizes[0]).Value.ToInt32() is >= 2 and <= MostMembers and var size)
        {
            ImmutableArray<Expr> members = [.. Enumerable.Range(1, size).Select(position => variable.At([Number.Of(position)]))];
            return new(members, variable.Assumptions.HasFlag(Assumption.OneHot) ? $"{variable} is one-hot" : $"{Add.Of(members)} = 1", true);
        }

        return null;
    }

    /// <summary>The entries among some that add up to 1 by their definitions, u_i/(u_1 + … + u_K): the outputs of a softmax.</summary>
    private static Group? Normalised(Element element, List<Element> among)
    {
        if (Quotient(element) is not { } own || own.Total.Terms.Length > MostMembers)
        {
            return null;
        }

        var total = Canonical.Of(own.Total);
        var candidates = among.Select(candidate => (Element: candidate, Quotient: Quotient(candidate)))
            .Where(candidate => candidate.Quotient is { } quotient && ReferenceEquals(Canonical.Of(quotient.Total), total))
            .ToList();
        // In the order of the sum that they are divided by.
        var members = ImmutableArray.CreateBuilder<Expr>();
        foreach (var part in own.Total.Terms.Select(Canonical.Of))
        {
            var position = candidates.FindIndex(candidate => ReferenceEquals(Canonical.Of(candidate.Quotient!.Value.Part), part));
            if (position < 0)
            {
                return null;
            }

            members.Add(candidates[position].Element);
            candidates.RemoveAt(position);
        }

        return Signs.IsPositive(own.Total) ? new(members.ToImmutable(), $"{Add.Of(members)} = 1 by definition", false) : null;

        static (Expr Part, Add Total)? Quotient(Element element)
        {
            if (element.Variable.DefinitionAt(element.Indices) is not { } body)
            {
                return null;
            }

            var factors = FactorList.Of(body);
            if (factors.Bases.OfType<Add>().FirstOrDefault(sum => factors.WholeExponentOf(sum) == -1) is not { } total)
            {
                return null;
            }

            factors.Multiply(total, Number.One);
            return (factors.ToExpr(), total);
        }
    }

    private static ImmutableArray<Expr> FactorsOf(Expr term) => term is Multiply product ? product.Factors : [term];

    /// <summary>The term without the first of its factors that is this.</summary>
    private static Expr Without(Expr term, Expr factor)
    {
        var factors = FactorsOf(term);
        return Multiply.Of(factors.RemoveAt(factors.IndexOf(factor)));
    }

    /// <summary>Larger groups are written with a Σ.</summary>
    private const int MostMembers = 16;

    private sealed record Group(ImmutableArray<Expr> Members, string Reason, bool IsAssumed);
}
