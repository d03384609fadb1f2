using System.Collections.Immutable;

namespace ChainRule.Checking;

/// <summary>What lies between the two sides of a right claim: the rules of the engine's table that lead from one to the other.</summary>
/// <param name="Rules">The rules, those first that say most.</param>
/// <param name="IsProved">Whether the rules prove the claim; otherwise it is supported by numbers alone.</param>
public sealed record StepSize(ImmutableArray<UsedRule> Rules, bool IsProved)
{
    /// <summary>How many rules one line may use and still show each of them.</summary>
    public const int MostShown = 3;

    /// <summary>The rules that the line itself uses, not the derivations of facts it relies on.</summary>
    public int Own => Rules.Count(rule => !rule.IsInside);

    /// <summary>In words.</summary>
    public override string ToString()
    {
        if (!IsProved)
        {
            return "No chain of the engine's rules was found between the two sides; numbers support the step.";
        }

        var (own, inside) = (Names(isInside: false), Names(isInside: true).Except(Names(isInside: false), StringComparer.Ordinal).ToList());
        var within = inside.Count == 0 ? string.Empty : $" (in {(own.Count == 1 ? "it" : "them")}: {string.Join(", ", inside)})";
        return (own.Count, inside.Count) switch
        {
            (0, 0) => "Both sides are the same up to order and notation.",
            (0, _) => $"Here {Listed(inside)} {(inside.Count == 1 ? "was used" : "were used at once")}.",
            (1, _) => $"By one rule: {own[0]}{within}.",
            _ => $"Here {Listed(own)} were used at once{within}.",
        };
    }

    private List<string> Names(bool isInside) => [.. Rules.Where(rule => rule.IsInside == isInside).Select(rule => rule.Name.StartsWith("by the definition", StringComparison.Ordinal) ? rule.Name[7..] : rule.Name).Distinct(StringComparer.Ordinal)];

    private static string Listed(List<string> names) => names.Count == 1 ? names[0] : string.Join(", ", names.SkipLast(1)) + " and " + names[^1];
}

/// <summary>A rule that a step used.</summary>
/// <param name="Id">Its identifier, as in docs/rules.md.</param>
/// <param name="Name">What a tutor would call it here.</param>
/// <param name="IsInside">It belongs to the derivation of a fact that the step relies on, such as a local derivative.</param>
public sealed record UsedRule(string Id, string Name, bool IsInside);
