using System.Collections.Immutable;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>A given that could not be used.</summary>
/// <param name="Source">The given as it was written.</param>
/// <param name="Span">Where it can't be followed.</param>
/// <param name="Message">What was wrong and what would be right.</param>
public sealed record UnreadGiven(string Source, SourceSpan Span, string Message);

/// <summary>What a homework's claims are worth, one by one.</summary>
/// <param name="Claims">The claims in the order of their lines.</param>
/// <param name="UnreadGivens">Givens that could not be used; claims that need them are unreadable.</param>
/// <param name="Remarks">What was assumed because nothing said otherwise.</param>
public sealed record HomeworkReport(ImmutableArray<ClaimResult> Claims, ImmutableArray<UnreadGiven> UnreadGivens, ImmutableArray<string> Remarks)
{
    /// <summary>How many claims are right (those that only follow from a wrong line are not counted).</summary>
    public int Right => Claims.Count(claim => claim.Status is ClaimStatus.Proved or ClaimStatus.Supported && claim.FollowsFrom is null);

    /// <summary>How many claims are wrong.</summary>
    public int Wrong => Claims.Count(claim => claim.Status == ClaimStatus.Refuted);

    /// <summary>How many claims can't be followed or were not settled.</summary>
    public int Open => Claims.Count(claim => claim.Status is ClaimStatus.Unreadable or ClaimStatus.Undecided);

    /// <summary>The first wrong claim, or null.</summary>
    public ClaimResult? FirstWrong => Claims.FirstOrDefault(claim => claim.Status == ClaimStatus.Refuted);

    /// <summary>Every claim is right.</summary>
    public bool IsRight => Wrong == 0 && Open == 0 && UnreadGivens.IsEmpty;
}

/// <summary>The kinds of mistake that a repair can name; docs/checker.md lists them with their costs.</summary>
public static class RepairKinds
{
}
