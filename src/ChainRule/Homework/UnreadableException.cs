using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>Something in a given or a claim that can't be followed. It is said with its place, and never counted as right or wrong.</summary>
internal sealed class UnreadableException(SourceSpan span, string message) : ChainRuleException(message)
{
    public SourceSpan Span { get; } = span;
}

/// <summary>Two parts of a claim whose shapes don't fit, found while it was evaluated.</summary>
internal sealed class IllShapedException(ClaimTree where, string message) : ChainRuleException(message)
{
    public ClaimTree Where { get; } = where;
}

/// <summary>A claim used up the work that one claim may cost.</summary>
internal sealed class BudgetException() : ChainRuleException("The budget of this claim is used up.");
