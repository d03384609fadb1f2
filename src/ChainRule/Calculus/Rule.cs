using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>How much a rule says: it decides whether a step gets a line of its own.</summary>
public enum RuleWeight
{
    /// <summary>A step that a tutor writes on a line of its own, before anything else happens: the quotient rule.</summary>
    Headline,

    /// <summary>A step that gives its line its name and may share it with others.</summary>
    Key,

    /// <summary>A step that prepares another and shares its line.</summary>
    Routine,

    /// <summary>Tidying that goes without saying; shown only among every step.</summary>
    Tidy,
}

/// <summary>
/// A rule of calculus or algebra: an identifier that never changes, its name, its statement in mathematics, and the code that
/// applies it to one node. A rule never walks the expression: the engine does.
/// </summary>
/// <param name="Id">The lasting identifier: "quotient".</param>
/// <param name="Name">The name a tutor says: "quotient rule".</param>
/// <param name="Statement">The rule as LaTeX.</param>
/// <param name="Weight">How much the rule says.</param>
/// <param name="Apply">The rewriting of a node, or null where the rule does not apply.</param>
public sealed record Rule(string Id, string Name, string Statement, RuleWeight Weight, Func<Expr, Scope, Rewriting?> Apply)
{
    private static int _made;
    private int _number;

    internal Rule(string id, string name, string statement, RuleWeight weight, NodeKinds on, Func<Expr, Scope, Rewriting?> apply)
        : this(id, name, statement, weight, apply) => On = on;

    /// <summary>The kinds of nodes that the rule can fit: where none of them is, it is not tried.</summary>
    internal NodeKinds On { get; init; } = (NodeKinds)int.MaxValue;

    /// <summary>For a rule of differentiation: the kinds of operands that it can fit.</summary>
    internal NodeKinds Operands { get; init; } = (NodeKinds)int.MaxValue;

    /// <summary>Whether the rule looks at the names that may be recognised: then it may fit in one derivation and not in another.</summary>
    internal bool UsesNames { get; init; }

    /// <summary>Whether it is worth a bit to remember where the rule does not fit; not for rules on nodes that are few.</summary>
    internal bool IsRemembered { get; init; } = true;

    /// <summary>The rule's bit in <see cref="Expr.Settled"/>; 0 where nothing can be remembered.</summary>
    internal ulong Bit
    {
        get
        {
            if (UsesNames || !IsRemembered)
            {
                return 0;
            }

            // There are only so many bits: a rule gets its own when it is first looked for.
            if (_number == 0)
            {
                Interlocked.CompareExchange(ref _number, Interlocked.Increment(ref _made), 0);
            }

            return _number > 64 ? 0 : 1UL << (_number - 1);
        }
    }
}

/// <summary>What a rule makes of a node.</summary>
/// <param name="After">The node rewritten.</param>
public sealed record Rewriting(Expr After)
{
    /// <summary>What the rule needed to be true, met or not.</summary>
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>The facts that were used, each an equality: Σ_i y_i = 1.</summary>
    public ImmutableArray<Fact> Facts { get; init; } = [];

    /// <summary>How much this application says, where that is more than the rule usually does.</summary>
    public RuleWeight? Weight { get; init; }

    /// <summary>A more telling name than the rule's own, for this application: "definition of p".</summary>
    public string? Name { get; init; }
}

/// <summary>An equality that a step relied on, for the reader: ∂z_i/∂z_j = δ_ij.</summary>
/// <param name="Left">The left side.</param>
/// <param name="Right">The right side.</param>
public sealed record Fact(Expr Left, Expr Right);

/// <summary>Something that must hold for a step to be valid, such as p_i ≠ 0, or that the reader must know, such as the convention at a kink.</summary>
/// <param name="Left">The left side.</param>
/// <param name="Sign">The relation.</param>
/// <param name="Right">The right side.</param>
/// <param name="IsMet">Whether it is known to hold.</param>
/// <param name="Reason">Why it is known to hold; where it is not, the convention that is followed there; null where neither is known.</param>
public sealed record Condition(Expr Left, ComparisonSign Sign, Expr Right, bool IsMet, string? Reason);

/// <summary>What is around a node: the binders it stands in, and the names that may be recognised.</summary>
/// <param name="Binders">The enclosing sums and maxima, the innermost last.</param>
/// <param name="Names">The defined variables that the derivation knows of.</param>
public sealed record Scope(ImmutableList<RangeBinder> Binders, ImmutableArray<Variable> Names)
{
    /// <summary>What counts as the derivative at a kink.</summary>
    public Kinks Kinks { get; init; }

    /// <summary>One binder further in.</summary>
    internal Scope Into(RangeBinder binder) => this with { Binders = Binders.Add(binder) };

    /// <summary>The last value of an index, or null where the expression is no single index. The first value is 1.</summary>
    internal Expr? RangeOf(Expr index) => index switch
    {
        IndexVariable free => free.Range,
        Extremum { IsIndex: true, Lower: Number { Value.IsOne: true }, Upper: var last } => last,
        BoundIndex bound when bound.Level < Binders.Count && Binders[^(bound.Level + 1)] is { Lower: Number { Value.IsOne: true } } binder => Binding.Shift(binder.Upper, bound.Level + 1),
        _ => null,
    };

    /// <summary>Free indices in the place of the binders' own, with the letters that they have on the page.</summary>
    internal ImmutableArray<Expr> Indices(Letters letters)
    {
        var indices = ImmutableArray<Expr>.Empty;
        var taken = new List<string>();
        foreach (var binder in Binders)
        {
            taken.Add(letters.For(binder, taken));
            indices = indices.Add(IndexVariable.Of(taken[^1], Binding.Open(binder.Upper, indices)));
        }

        return indices;
    }
}
