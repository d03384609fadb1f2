using System.Collections.Immutable;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>A line of a table of equations.</summary>
/// <param name="Left">The left side; null where the right side says it all.</param>
/// <param name="Right">The right side.</param>
/// <param name="Set">What the left side is an element of.</param>
/// <param name="Words">What is said beside it.</param>
internal sealed record StatementLine(Formula? Left, Formula Right, Formula? Set, string Words);

/// <summary>A part of a table of equations, with its heading.</summary>
internal sealed record StatementPart(string Heading, ImmutableArray<StatementLine> Lines);

/// <summary>Equations with their shapes under headings, and code: what a network and its backward pass look like before any output format.</summary>
internal sealed record StatementTable(string Title, string Subtitle, ImmutableArray<StatementPart> Parts, string Summary)
{
    /// <summary>A picture above the equations, as HTML; empty for none.</summary>
    public string Picture { get; init; } = string.Empty;

    /// <summary>Code with its heading, or null.</summary>
    public (string Heading, string Text)? Code { get; init; }
}
