namespace ChainRule;

/// <summary>
/// The base of every error that the library raises for input it can't accept. Its message is written for the person who typed
/// the input: what was wrong, and what would be right. Notebooks show the message alone, without a stack trace.
/// </summary>
public class ChainRuleException : Exception
{
    /// <summary>An error with the message that the person will read.</summary>
    /// <param name="message">What was wrong and what would be right.</param>
    public ChainRuleException(string message)
        : base(message)
    {
    }

    /// <summary>An error with the message that the person will read and what caused it.</summary>
    /// <param name="message">What was wrong and what would be right.</param>
    /// <param name="innerException">The cause.</param>
    public ChainRuleException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Two shapes that don't fit: the message names both symbols and both shapes.</summary>
/// <param name="message">What was wrong and what would be right.</param>
public sealed class ShapeException(string message) : ChainRuleException(message);
