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
    /// <summary>A report in which names that nobody declared and that are read as numbers are named in one remark.</summary>
    internal static HomeworkReport With(IEnumerable<ClaimResult> claims, IEnumerable<UnreadGiven> unread, IEnumerable<string> remarks, IEnumerable<string> numbers)
    {
        ImmutableArray<string> names = [.. numbers.Distinct(StringComparer.Ordinal)];
        string[] assumed = names switch
        {
            [] => [],
            [var name] => [$"{name} is not declared; it is read as a number."],
            [.. var first, var last] => [$"{string.Join(", ", first)} and {last} are not declared; they are read as numbers."],
        };
        ImmutableArray<string> others = [.. remarks.Distinct(StringComparer.Ordinal)];
        return new([.. claims], [.. unread.Distinct()], [.. others, .. assumed]) { Numbers = names, Other = others };
    }

    /// <summary>The names that are read as numbers.</summary>
    internal ImmutableArray<string> Numbers { get; private init; } = [];

    /// <summary>The remarks about anything else than them.</summary>
    internal ImmutableArray<string> Other { get; private init; } = [];

    /// <summary>What was required of the claims, and whether it is met.</summary>
    public ImmutableArray<RequirementResult> Requirements { get; init; } = [];

    /// <summary>How many claims are right (those that only follow from a wrong line are not counted).</summary>
    public int Right => Claims.Count(claim => claim.Status is ClaimStatus.Proved or ClaimStatus.Supported && claim.FollowsFrom is null);

    /// <summary>How many claims are wrong (those that follow from a wrong line are not counted).</summary>
    public int Wrong => Claims.Count(claim => claim.Status == ClaimStatus.Refuted && claim.FollowsFrom is null);

    /// <summary>How many claims can't be followed or were not settled.</summary>
    public int Open => Claims.Count(claim => claim.Status is ClaimStatus.Unreadable or ClaimStatus.Undecided);

    /// <summary>The first wrong claim, or null.</summary>
    public ClaimResult? FirstWrong => Claims.FirstOrDefault(claim => claim.Status == ClaimStatus.Refuted);

    /// <summary>Every claim is right, and everything that was required is met.</summary>
    public bool IsRight => Wrong == 0 && Open == 0 && UnreadGivens.IsEmpty && Requirements.All(requirement => requirement.Met == true);
}

/// <summary>The kinds of mistake that a repair can name; docs/checker.md lists them with their costs.</summary>
public static class RepairKinds
{
    /// <summary>A sign is flipped.</summary>
    public const string Sign = "sign";

    /// <summary>A transpose is missing or too many.</summary>
    public const string Transpose = "transpose";

    /// <summary>Factors stand in the wrong order.</summary>
    public const string Order = "order";

    /// <summary>Entry by entry (⊙) and matrix product are confused.</summary>
    public const string Hadamard = "hadamard";

    /// <summary>A factor is missing or too many.</summary>
    public const string Factor = "factor";

    /// <summary>A number is wrong.</summary>
    public const string Number = "number";

    /// <summary>A number, index, bound or size is off by one.</summary>
    public const string OffByOne = "off-by-one";

    /// <summary>An exponent is wrong.</summary>
    public const string Power = "power";

    /// <summary>A wrong index.</summary>
    public const string Index = "index";

    /// <summary>A sum is missing or too many.</summary>
    public const string Sum = "sum";

    /// <summary>A condition is missing, turned round or exchanged.</summary>
    public const string Indicator = "indicator";

    /// <summary>The derivative of an activation is missing, or stands for the activation.</summary>
    public const string Activation = "activation";

    /// <summary>p for p(1 − p) or 1 − p.</summary>
    public const string Complement = "complement";

    /// <summary>A vector or number where a diagonal matrix is meant, or the reverse.</summary>
    public const string Diagonal = "diagonal";

    /// <summary>Correlation for convolution, a kernel not flipped, full for valid.</summary>
    public const string Convolution = "convolution";

    /// <summary>Another name is meant.</summary>
    public const string Name = "name";

    /// <summary>A term is missing or too many.</summary>
    public const string Term = "term";

    /// <summary>A path of the chain rule is forgotten.</summary>
    public const string Path = "path";

    /// <summary>The derivative of or by something else.</summary>
    public const string WrongDerivative = "wrong-derivative";
}
