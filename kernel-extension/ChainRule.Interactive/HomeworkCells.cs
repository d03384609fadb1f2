using System.Collections.Immutable;
using ChainRule.Checking;

namespace ChainRule.Interactive;

/// <summary>
/// The homework cells of one notebook: those that begin with <c>#!given</c>, <c>#!check</c> or <c>#!require</c>. What a cell claims is judged under what
/// it and the cells before it gave. Our own kernel and the script for .NET Interactive both hand such cells to this class.
/// </summary>
public sealed class HomeworkCells
{
    private readonly List<string> _givens = [];

    /// <summary>The magic commands, each with what it does, as a host lists them.</summary>
    public static ImmutableArray<(string Name, string Description)> Commands { get; } =
    [
        ("#!given", "Declares what a derivation starts from: definitions, shapes, assumptions; one a line, in LaTeX or plain text."),
        ("#!check", "Judges a derivation line by line, names the first wrong line and the smallest repair."),
        ("#!homework", "Begins a new homework: what was given before is forgotten."),
        ("#!require", "What the next derivation must have: first: …, last: … or rule: …."),
    ];

    /// <summary>Whether a cell belongs here and not to the compiler.</summary>
    /// <param name="cell">The whole cell.</param>
    public static bool Owns(string cell) => HomeworkText.IsCell(cell);

    /// <summary>Takes the givens of a cell and judges its claims.</summary>
    /// <param name="cell">The whole cell with its commands; what stands before the first of them is passed over.</param>
    /// <returns>The verdicts, or null where there is nothing to say: only givens, all of them understood.</returns>
    /// <exception cref="HomeworkCellException">Nothing stands below a command: no answer would look like a right one.</exception>
    public HomeworkReport? Run(string cell)
    {
        var parts = HomeworkText.FromCell(cell);
        if (parts.FirstOrDefault(part => part.Kind != HomeworkPartKind.Fresh && string.IsNullOrWhiteSpace(part.Text)) is { } empty)
        {
            throw new HomeworkCellException(empty.IsGiven
                ? "Nothing stands below #!given: write what the derivation starts from, one statement a line."
                : "Nothing stands below #!check: write the claims to judge.");
        }

        var report = HomeworkText.Check(parts, earlier: _givens);
        if (parts.Any(part => part.Kind == HomeworkPartKind.Fresh))
        {
            _givens.Clear();
            parts = [.. parts.Reverse().TakeWhile(part => part.Kind != HomeworkPartKind.Fresh).Reverse()];
        }

        // A cell is run again after a mistake in it: what could not be read is not kept, and nothing is kept twice.
        var unread = report.UnreadGivens.Select(given => given.Source).ToHashSet(StringComparer.Ordinal);
        _givens.AddRange(parts
            .Where(part => part.IsGiven)
            .SelectMany(part => HomeworkText.Givens(part.Text))
            .Where(given => !unread.Contains(given) && !_givens.Contains(given))
            .Distinct(StringComparer.Ordinal));
        return report.Claims.Length > 0 || report.UnreadGivens.Length > 0 || report.Requirements.Length > 0 ? report : null;
    }
}

/// <summary>A homework cell that can't be judged.</summary>
public sealed class HomeworkCellException : ChainRuleException
{
    /// <summary>An error with what the person will read.</summary>
    public HomeworkCellException(string message)
        : base(message)
    {
    }
}
