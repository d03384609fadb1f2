namespace ChainRule.Numerics;

/// <summary>
/// Keeps a check from running on and on where sizes are given as large numbers (an image of 128×128): counted are the entries and the
/// terms of sums that are computed.
/// </summary>
internal sealed class WorkMeter(long most)
{
    private long _spent;

    /// <summary>Whether more than so much work was done already.</summary>
    public bool HasSpent(long work) => _spent > work;

    /// <summary>Takes so much work.</summary>
    /// <exception cref="WorkExceededException">There is not so much left.</exception>
    public void Spend(long work)
    {
        _spent += work;
        if (_spent > most)
        {
            throw new WorkExceededException();
        }
    }
}

/// <summary>A check was given up because it would take too long.</summary>
internal sealed class WorkExceededException : Exception;
