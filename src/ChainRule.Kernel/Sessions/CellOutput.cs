using System.Collections.Immutable;

namespace ChainRule.Kernel.Sessions;

/// <summary>Something that a cell put out.</summary>
internal abstract record CellOutput;

/// <summary>Text written to the console.</summary>
/// <param name="IsError">Whether it was written to the error stream.</param>
/// <param name="Text">The text, with its line ends.</param>
internal sealed record StreamOutput(bool IsError, string Text) : CellOutput;

/// <summary>A value in several formats.</summary>
/// <param name="Data">MIME type → content, richest first.</param>
/// <param name="ExecutionCount">The number of the run for the value of a cell; null for one that was displayed on the way.</param>
internal sealed record DisplayOutput(ImmutableArray<KeyValuePair<string, string>> Data, int? ExecutionCount) : CellOutput
{
    /// <summary>The content in the format, or null.</summary>
    public string? this[string mimeType] => Data.FirstOrDefault(format => string.Equals(format.Key, mimeType, StringComparison.Ordinal)).Value;
}

/// <summary>What went wrong.</summary>
/// <param name="Name">The compiler's number of the error, or the type of the exception.</param>
/// <param name="Value">The message.</param>
/// <param name="Traceback">The lines that a notebook shows.</param>
internal sealed record ErrorOutput(string Name, string Value, ImmutableArray<string> Traceback) : CellOutput;
