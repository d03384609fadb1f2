using ChainRule.Kernel.Notebooks;
using ChainRule.Kernel.Sessions;
using Spectre.Console;

namespace ChainRule.Kernel.Running;

/// <summary>Progress as plain lines, for logs and pipes.</summary>
internal sealed class PlainProgress(TextWriter output, string notebook) : IRunProgress
{
    /// <inheritdoc/>
    public void Begin(NotebookCell cell, int count) => output.WriteLine($"{notebook}: cell {cell.Number} of {count} …");

    /// <inheritdoc/>
    public void End(NotebookCell cell, CellResult result)
    {
        if (result.Error is { } error)
        {
            output.WriteLine($"cell {cell.Number} {(cell.MayFail ? "failed, as its tag says" : "failed")}:");
            foreach (var line in error.Traceback)
            {
                output.WriteLine($"  {line}");
            }
        }
    }
}

/// <summary>Progress as a line that changes in place, for people at a terminal.</summary>
internal sealed class LiveProgress(IAnsiConsole console, StatusContext status, string notebook) : IRunProgress
{
    /// <inheritdoc/>
    public void Begin(NotebookCell cell, int count)
    {
        var first = cell.Source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";
        first = first.Length > 60 ? first[..60] + "…" : first;
        status.Status($"{Markup.Escape(notebook)}: cell {cell.Number} of {count}  [grey]{Markup.Escape(first)}[/]");
        status.Refresh();
    }

    /// <inheritdoc/>
    public void End(NotebookCell cell, CellResult result)
    {
        if (result.Error is { } error)
        {
            console.MarkupLineInterpolated($"[red]cell {cell.Number} {(cell.MayFail ? "failed, as its tag says" : "failed")}:[/]");
            foreach (var line in error.Traceback)
            {
                console.WriteLine($"  {line}");
            }
        }
    }
}
