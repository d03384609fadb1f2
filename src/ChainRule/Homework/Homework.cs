using ChainRule.Matrices;

namespace ChainRule.Checking;

/// <summary>
/// Checks written derivations line by line: <c>new Homework().Given(…).Check(…)</c>. Givens declare names; claims are judged at random
/// points of several sizes, with derivatives by dual numbers, and a wrong line is diagnosed.
/// </summary>
/// <remarks>The input may come from strangers: nothing in it is executed, and one claim may cost only so much work.</remarks>
public sealed class Homework
{
    private readonly List<string> _givens = [];
    private readonly List<string> _claims = [];
    private Layout? _layout;
    private readonly List<Requirement> _requirements = [];
    private bool _explains;

    /// <summary>Adds givens: shapes, definitions, assumptions, in LaTeX, Unicode or plain ASCII.</summary>
    /// <param name="givens">Any number of statements; each string may hold several, separated by commas or lines.</param>
    public Homework Given(params ReadOnlySpan<string> givens)
    {
        foreach (var given in givens)
        {
            _givens.Add(given ?? throw new ChainRuleException("A given is null; a statement like \"W \\in \\mathbb{R}^{m \\times n}\" is expected."));
        }

        return this;
    }

    /// <summary>Says how derivatives by vectors are oriented; without it they are read by what the claims show.</summary>
    public Homework In(Layout layout)
    {
        _layout = layout;
        return this;
    }

    /// <summary>Asks for the step size: a right claim says which rules of the engine's table lie between its two sides.</summary>
    public Homework ExplainSteps()
    {
        _explains = true;
        return this;
    }

    /// <summary>
    /// Requires something of the next block of claims, beyond being right: a first line, a last line (each a formula or an equation, up
    /// to the order of terms and factors and to the letters of indices), or a rule that a line of its own must show.
    /// </summary>
    /// <param name="first">What the block must begin with.</param>
    /// <param name="last">What it must end with.</param>
    /// <param name="rule">A rule of docs/rules.md, by its name or identifier: "chain rule".</param>
    public Homework Require(string? first = null, string? last = null, string? rule = null)
    {
        foreach (var (kind, text) in new[] { (RequirementKind.First, first), (RequirementKind.Last, last), (RequirementKind.Rule, rule) })
        {
            if (text is not null)
            {
                Require(new Requirement(kind, text, 1));
            }
        }

        return this;
    }

    /// <summary>What was given so far, as it was written.</summary>
    internal IReadOnlyList<string> Givens => _givens;

    /// <summary>How many blocks of the same text were judged before: numbers go on from there.</summary>
    internal int BlocksBefore { get; init; }

    /// <summary>Requires something of one of the next blocks of claims, by its number.</summary>
    internal void Require(Requirement requirement) => _requirements.Add(requirement);

    /// <summary>Judges claims under everything that was given so far.</summary>
    /// <param name="claims">Equations or chains of them, as in an align environment; each string is a block of its own.</param>
    public HomeworkReport Check(params ReadOnlySpan<string> claims)
    {
        foreach (var block in claims)
        {
            _claims.Add(block ?? throw new ChainRuleException("A block of claims is null; equations are expected."));
        }

        var blocks = _claims.ToArray();
        _claims.Clear();
        var requirements = _requirements.ToArray();
        _requirements.Clear();
        // A deep formula is read and judged on a stack of its own.
        return DeepStack.Ensure(() => new Checker(_givens, blocks, _layout, _explains, BlocksBefore).Run(requirements));
    }
}
