namespace ChainRule.Checking;

/// <summary>What a teacher can ask of an answer beyond being right.</summary>
public enum RequirementKind
{
    /// <summary>The block begins with this formula or equation.</summary>
    First,

    /// <summary>The block ends with this formula or equation.</summary>
    Last,

    /// <summary>A line of the block shows this rule.</summary>
    Rule,
}

/// <summary>Something that is required of a block of claims.</summary>
/// <param name="Kind">What is required.</param>
/// <param name="Text">The formula, in any form that claims have, or the rule's name or identifier.</param>
/// <param name="Block">The number of the block, from 1.</param>
public sealed record Requirement(RequirementKind Kind, string Text, int Block)
{
    /// <summary>In words: the first line …</summary>
    public string Words => Kind switch
    {
        RequirementKind.First => "the first line",
        RequirementKind.Last => "the last line",
        _ => "the rule",
    };
}

/// <summary>Whether a requirement is met.</summary>
/// <param name="Requirement">What is required.</param>
/// <param name="Met">Whether it is met; null where that can't be said.</param>
/// <param name="Message">Where it is met, or what is there instead.</param>
public sealed record RequirementResult(Requirement Requirement, bool? Met, string Message)
{
    /// <summary>✓, ✗ or ?.</summary>
    public string Mark => Met switch { true => "✓", false => "✗", _ => "?" };
}
