namespace ChainRule.Kernel.Notebooks;

/// <summary>Why a notebook can't be read.</summary>
internal enum NotebookFault
{
    /// <summary>There is no such file, or it can't be opened.</summary>
    Unreadable,

    /// <summary>The file is not JSON.</summary>
    NotJson,

    /// <summary>The file is JSON, but not a notebook.</summary>
    NotANotebook,

    /// <summary>The notebook has another major version of the format than 4.</summary>
    OtherVersion,

    /// <summary>The notebook, or one of its cells, is written in another language than C#.</summary>
    OtherLanguage,
}

/// <summary>A notebook that can't be run, with a message for the person who named it.</summary>
internal sealed class NotebookException(NotebookFault fault, string message, Exception? cause = null)
    : ChainRuleException(message, cause!)
{
    /// <summary>What is wrong with it.</summary>
    public NotebookFault Fault { get; } = fault;
}
