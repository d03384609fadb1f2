using System.Collections.Immutable;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>What is known of a claim.</summary>
public enum ClaimStatus
{
    /// <summary>It holds beyond numbers tried: both sides are the same, or it is a statement about plain numbers.</summary>
    Proved,

    /// <summary>Both sides agreed at every point and every size tried.</summary>
    Supported,

    /// <summary>It is wrong; a counterexample or the shapes say why.</summary>
    Refuted,

    /// <summary>It can't be followed; it counts neither as right nor as wrong.</summary>
    Unreadable,

    /// <summary>It was read, but could not be settled (no point at which both sides are defined, or the work allowed was used up).</summary>
    Undecided,

    /// <summary>It gives a new name a meaning, which later lines use; there is nothing to judge.</summary>
    Definition,
}

/// <summary>In what way a claim is wrong.</summary>
public enum ClaimFault
{
    /// <summary>It is not known to be wrong.</summary>
    None,

    /// <summary>The shapes fit, the values differ.</summary>
    Value,

    /// <summary>The shapes don't fit.</summary>
    Shape,
}

/// <summary>A point at which a claim fails.</summary>
/// <param name="Where">The sizes and indices, as in C = 3, j = 2.</param>
/// <param name="Claimed">The value that the claim gives.</param>
/// <param name="Actual">The true value.</param>
public sealed record Counterexample(ImmutableArray<(string Name, int Value)> Where, double Claimed, double Actual);

/// <summary>The smallest change that was found to make a wrong claim right.</summary>
/// <param name="Id">The kind of mistake, one of <see cref="RepairKinds"/>; it never changes.</param>
/// <param name="Description">What is wrong, in words.</param>
/// <param name="Claim">The claim as it would be right.</param>
/// <param name="Right">The right side alone.</param>
public sealed record Repair(string Id, string Description, Formula Claim, Formula Right);

/// <summary>One relation of a line, judged.</summary>
public sealed record ClaimResult
{
    /// <summary>The number of the block of claims, from 1.</summary>
    public required int Block { get; init; }

    /// <summary>The number of the line in its block, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The number of the relation in its line, from 1: a = b = c holds two.</summary>
    public required int Link { get; init; }

    /// <summary>Where the claim stands in the block's source.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>The line of the whole text on which the claim begins, from 1; null where no text was read.</summary>
    public int? TextLine { get; init; }

    /// <summary>The claim as it was written.</summary>
    public required string Source { get; init; }

    /// <summary>The left side; null where it could not be read.</summary>
    public Formula? Left { get; init; }

    /// <summary>The sign between the sides.</summary>
    public string Sign { get; init; } = "=";

    /// <summary>The right side; null where it could not be read.</summary>
    public Formula? Right { get; init; }

    /// <summary>The left side stands on the line before: this one begins with the sign.</summary>
    public bool Continues { get; init; }

    /// <summary>What joins it to the line before: ⇒, ⇔, or empty.</summary>
    public string Join { get; init; } = string.Empty;

    /// <summary>What is known.</summary>
    public required ClaimStatus Status { get; init; }

    /// <summary>In what way it is wrong.</summary>
    public ClaimFault Fault { get; init; }

    /// <summary>What there is to say, in a sentence.</summary>
    public string Message { get; init; } = string.Empty;

    /// <summary>The character in the block's source that can't be followed, for an unreadable claim.</summary>
    public SourceSpan? Place { get; init; }

    /// <summary>A point at which it fails.</summary>
    public Counterexample? Counterexample { get; init; }

    /// <summary>The repair that was found.</summary>
    public Repair? Repair { get; init; }

    /// <summary>For a wrong claim without a repair: what the engine derives instead, where its expressions can say the claim.</summary>
    public Solution? Solution { get; init; }

    /// <summary>For a right claim, where it was asked for: the rules between the two sides.</summary>
    public StepSize? Step { get; init; }

    /// <summary>
    /// The wrong line that this one follows from correctly, or null. The step from a wrong line is right by itself
    /// (<see cref="ClaimStatus.Supported"/>); an equation that would hold if an earlier wrong one did is wrong all the same
    /// (<see cref="ClaimStatus.Refuted"/>). Neither is counted.
    /// </summary>
    public int? FollowsFrom { get; init; }

    /// <summary>The block of the line that this one follows from.</summary>
    public int? FollowsFromBlock { get; init; }

    /// <summary>What is not wrong, but worth saying.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>How many pairs of values were compared.</summary>
    public int Comparisons { get; init; }

    /// <summary>At how many points, each with sizes of its own.</summary>
    public int Points { get; init; }

    /// <summary>The name that a line of status <see cref="ClaimStatus.Definition"/> gives a meaning, itself or by its entries.</summary>
    internal string? DefinedName => Status != ClaimStatus.Definition ? null : LeftTree is { Head: Head.Name } name ? name.Text : LeftTree is { Head: Head.Entry, Items: [{ Head: Head.Name } table, ..] } ? table.Text : null;

    /// <summary>✓, ✗, ? or a sign for a definition.</summary>
    public string Mark => Status switch
    {
        ClaimStatus.Proved or ClaimStatus.Supported => FollowsFrom is null ? "✓" : "↯",
        ClaimStatus.Refuted => FollowsFrom is null ? "✗" : "↯",
        ClaimStatus.Definition => "≔",
        _ => "?",
    };

    internal ClaimTree? LeftTree { get; init; }

    internal ClaimTree? RightTree { get; init; }
}
