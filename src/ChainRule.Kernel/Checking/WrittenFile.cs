using System.Text.Json;

namespace ChainRule.Kernel.Checking;

/// <summary>What came of a file, as it goes into the outputs.</summary>
/// <param name="Path">The file as it was named.</param>
/// <param name="IsWrong">Something in it is wrong, or something that is required is missing.</param>
/// <param name="IsOpen">Something in it could not be read or judged.</param>
/// <param name="Text">The report for a reader at a terminal, where it was asked for.</param>
/// <param name="Json">The results for a marking script, where they were asked for.</param>
/// <param name="Row">Its cells in the page's table, where a page was asked for.</param>
/// <param name="Html">Its part of the page, where one was asked for.</param>
internal sealed record WrittenFile(string Path, bool IsWrong, bool IsOpen, string Text, JsonElement Json, string Row, string Html);
