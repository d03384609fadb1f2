namespace ChainRule.Numerics;

/// <summary>What is known of an equality.</summary>
public enum VerdictKind
{
    /// <summary>It follows from a rule whose conditions are all met.</summary>
    Proved,

    /// <summary>Both sides agreed at every point tried.</summary>
    Supported,

    /// <summary>Both sides differ at a point, which is given.</summary>
    Refuted,

    /// <summary>No point could be found at which both sides are defined.</summary>
    Undecided,
}

/// <summary>The result of a numeric check.</summary>
/// <param name="Kind">What is known.</param>
/// <param name="Comparisons">How many pairs of values were compared.</param>
/// <param name="Points">At how many points, each with its own sizes.</param>
/// <param name="Counterexample">For a refuted equality: where, and both values.</param>
public sealed record Verdict(VerdictKind Kind, int Comparisons, int Points, string? Counterexample = null)
{
    /// <summary>Why nothing could be decided, where that is not for want of a point.</summary>
    public string? Reason { get; init; }

    /// <summary>The small numbers that stood for large sizes; null where sizes were what they are.</summary>
    internal SizeReduction? Reduction { get; init; }

    /// <summary>What could not be evaluated in reasonable time: given sizes are large numbers.</summary>
    internal static Verdict TooLarge { get; } = new(VerdictKind.Undecided, 0, 0) { Reason = "the sizes are too large to evaluate both sides here" };

    /// <summary>A check mark, a cross, or a question mark.</summary>
    public string Sign => Kind switch
    {
        VerdictKind.Proved or VerdictKind.Supported => "✓",
        VerdictKind.Refuted => "✗",
        _ => "?",
    };

    /// <summary>The verdict in words.</summary>
    public override string ToString() => Kind switch
    {
        VerdictKind.Proved => "proved",
        VerdictKind.Supported => $"both sides agree at {Points} random points ({Comparisons} comparisons{(Reduction is null ? string.Empty : $", with smaller sizes: {Reduction}")})",
        VerdictKind.Refuted => $"refuted: {Counterexample}",
        _ => $"not decided: {Reason ?? "no point was found at which both sides are defined"}",
    };
}
