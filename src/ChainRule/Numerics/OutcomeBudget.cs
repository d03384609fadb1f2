namespace ChainRule.Numerics;

/// <summary>
/// Keeps the check of an expression with very many expectations from running on and on: when the outcomes are used up, further
/// expectations have no value, and the check says that it is undecided.
/// </summary>
internal sealed class OutcomeBudget
{
    private const long Most = 1_000_000;

    private long _left = Most;

    /// <summary>Takes so many outcomes; false where there are not so many left.</summary>
    public bool Take(double outcomes)
    {
        _left -= (long)Math.Min(outcomes, Most + 1.0);
        return _left >= 0;
    }
}
