using ChainRule.Kernel.Notebooks;
using ChainRule.Kernel.Sessions;

namespace ChainRule.Kernel.Running;

/// <summary>Is told how a run goes on.</summary>
internal interface IRunProgress
{
    /// <summary>A cell begins.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="count">How many code cells the notebook has.</param>
    void Begin(NotebookCell cell, int count);

    /// <summary>A cell has ended.</summary>
    void End(NotebookCell cell, CellResult result);
}

/// <summary>How a run ended.</summary>
/// <param name="Count">How many code cells the notebook has.</param>
/// <param name="Ran">How many of them ran.</param>
/// <param name="Failed">The numbers of those that failed although nobody expected it.</param>
internal sealed record RunResult(int Count, int Ran, IReadOnlyList<int> Failed)
{
    /// <summary>Whether every cell ran and did what it says.</summary>
    public bool Succeeded => Ran == Count && Failed.Count == 0;
}

/// <summary>Runs the code cells of a notebook from top to bottom in one session.</summary>
internal static class NotebookRunner
{
    /// <summary>Runs the notebook and leaves each cell's outputs in it. A cell that doesn't run loses those of an earlier run.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="session">The session to run it in.</param>
    /// <param name="goOn">Whether to go on after a cell that failed.</param>
    /// <param name="timeout">How long each cell may run, or null.</param>
    /// <param name="progress">Is told how the run goes on.</param>
    /// <param name="interrupt">Stops the run.</param>
    public static async Task<RunResult> RunAsync(
        Notebook notebook,
        CSharpSession session,
        bool goOn,
        TimeSpan? timeout,
        IRunProgress progress,
        CancellationToken interrupt)
    {
        var cells = notebook.Cells.Where(cell => cell.Kind == CellKind.Code).ToList();
        cells.ForEach(cell => cell.SetResult(executionCount: null, []));
        var results = new List<(NotebookCell Cell, CellResult Result)>();
        var failed = new List<int>();
        var ran = 0;
        foreach (var cell in cells)
        {
            progress.Begin(cell, cells.Count);
            var result = await session.RunAsync(cell.Source, cell.Number, timeout, interrupt: interrupt);
            ran++;
            results.Add((cell, result));
            cell.SetResult(cell.Number, result.Outputs);
            progress.End(cell, result);
            var isFailure = !result.Succeeded && (!cell.MayFail || result.SessionEnded);
            if (isFailure)
            {
                failed.Add(cell.Number);
            }

            if (interrupt.IsCancellationRequested || result.SessionEnded || (isFailure && !goOn))
            {
                break;
            }
        }

        // A display belongs to the cell that made it, whoever has updated it since.
        results.ForEach(done => done.Cell.SetResult(done.Cell.Number, done.Result.OutputsNow()));
        return new(cells.Count, ran, failed);
    }
}
