using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ChainRule.Calculus;

/// <summary>Every rule there is, by its identifier.</summary>
public static class RuleCatalog
{
    /// <summary>The tables with their headings, in the order in which a derivation uses them.</summary>
    public static ImmutableArray<(string Heading, ImmutableArray<Rule> Rules)> Tables { get; } =
    [
        ("From name to name", Deriver.All),
        ("Differentiation", DifferentiationRules.All),
        ("Rewriting", AlgebraRules.All),
        ("Names that add up to 1", NamedSumRules.All),
        ("Identities", IdentityRules.All),
        ("Sums of products", SumRules.All),
        ("Expectations", ExpectationRules.All),
        ("Moments", MomentRules.All),
    ];

    /// <summary>The rules by their identifiers.</summary>
    public static FrozenDictionary<string, Rule> ById { get; } = Tables.SelectMany(table => table.Rules).ToFrozenDictionary(rule => rule.Id, StringComparer.Ordinal);
}
