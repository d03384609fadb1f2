namespace ChainRule.Kernel.Sessions;

/// <summary>Whoever sees what a cell puts out while it still runs. Calls come one at a time and in order.</summary>
internal interface ICellFrontEnd
{
    /// <summary>The cell has written text.</summary>
    void Write(bool isError, string text);

    /// <summary>The cell shows a value.</summary>
    /// <param name="place">The number of the value among those that the cell shows.</param>
    /// <param name="output">The value.</param>
    void Show(int place, DisplayOutput output);

    /// <summary>The cell, or a later one, shows another value in a place.</summary>
    void Update(int place, DisplayOutput output);

    /// <summary>The cell takes back all that it has put out.</summary>
    /// <param name="wait">Whether to wait until there is something new to see.</param>
    void Clear(bool wait);

    /// <summary>The cell reads a line; called outside the order of the others.</summary>
    /// <returns>The line, or null where there is none.</returns>
    /// <exception cref="OperationCanceledException">The cell is to stop.</exception>
    string? ReadLine(CancellationToken stop);
}
