namespace ChainRule.Kernel.Jupyter;

/// <summary>The kernel can't start or be installed as it was asked to.</summary>
internal sealed class KernelException : ChainRuleException
{
    /// <summary>An error with the message that the person will read.</summary>
    public KernelException(string message)
        : base(message)
    {
    }

    /// <summary>An error with the message that the person will read and what caused it.</summary>
    public KernelException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
