using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Calculus;

/// <summary>One link of a chain that a person wrote: one line and the next.</summary>
/// <param name="Proof">Whether the two lines are equal, and why.</param>
/// <param name="FromStart">Whether the later line is equal to the first of the chain.</param>
public sealed record ChainLink(Proof Proof, Verdict FromStart)
{
    /// <summary>Whether the line follows from the one before.</summary>
    public bool Follows => Proof.Verdict.Kind is VerdictKind.Proved or VerdictKind.Supported;

    /// <summary>Whether the line is equal to the first one.</summary>
    public bool IsRight => FromStart.Kind is VerdictKind.Proved or VerdictKind.Supported;
}

/// <summary>
/// A chain of equalities that a person wrote, e₁ = e₂ = …, checked link by link: each by rules where they find a way, else by
/// numbers. A line may follow from a wrong one, and a wrong link may lead back to the right value: both are said.
/// </summary>
public sealed class Chain
{
    private Chain(ImmutableArray<Expr> lines, ImmutableArray<ChainLink> links, ImmutableArray<IndexVariable> indices) => (Lines, Links, Indices) = (lines, links, indices);

    /// <summary>The lines.</summary>
    public ImmutableArray<Expr> Lines { get; }

    /// <summary>The links between neighbouring lines: one fewer than lines.</summary>
    public ImmutableArray<ChainLink> Links { get; }

    /// <summary>The free indices of the lines, where the chain is one of vectors or matrices.</summary>
    public ImmutableArray<IndexVariable> Indices { get; }

    /// <summary>The number of the first line (from 2 on) that does not follow from the one before, or null.</summary>
    public int? FirstWrongLine => Links.Select((link, position) => link.Follows ? (int?)null : position + 2).FirstOrDefault(line => line is not null);

    /// <summary>Checks a chain.</summary>
    /// <exception cref="ChainRuleException">There are fewer than two lines.</exception>
    internal static Chain Of(ImmutableArray<Expr> lines, ImmutableArray<IndexVariable> indices)
    {
        if (lines.Length < 2)
        {
            throw new ChainRuleException($"A chain has at least two lines, and this has {lines.Length}: Chain(e1, e2, …).");
        }

        return new(lines, [.. lines.Skip(1).Select((line, position) => new ChainLink(Proof.Of(lines[position], line), Verifier.Check(lines[0], line)))], indices);
    }
}
