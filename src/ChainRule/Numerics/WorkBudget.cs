namespace ChainRule.Numerics;

/// <summary>
/// Keeps the check of an expression with very many expectations from running on and on: when the budget is used up, further
/// expectations have no value, and a check without any says that it is undecided.
/// </summary>
internal sealed class WorkBudget
{
    private const long Most = 120_000;

    private long _left = Most;

    /// <summary>Whether an expectation had no value since this was last set to false: then nothing can be concluded from a comparison.</summary>
    public bool HasGivenUp { get; set; }

    /// <summary>Takes so much work, counted in entries read; false where there is not so much left.</summary>
    public bool Take(double work)
    {
        _left -= (long)Math.Min(work, Most + 1.0);
        return _left >= 0;
    }
}
