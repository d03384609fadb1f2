using System.Collections.Immutable;
using ChainRule.Kernel.Sessions;

namespace ChainRule.Kernel.Jupyter.Workers;

/// <summary>The front end of one cell, seen from the worker.</summary>
/// <param name="id">The number of the request that started the cell.</param>
/// <param name="events">Leads to the supervisor.</param>
/// <param name="input">Where lines come from, or null where the front end has none.</param>
internal sealed class WorkerFrontEnd(long id, EventWriter events, InputLine? input) : ICellFrontEnd
{
    /// <summary>Display names are the same for no two cells, also of kernels that share a notebook.</summary>
    private readonly string _name = Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public void Write(bool isError, string text) => events.Write(id, isError, text);

    /// <inheritdoc/>
    public void Show(int place, DisplayOutput output) => Send(place, output, isUpdate: false);

    /// <inheritdoc/>
    public void Update(int place, DisplayOutput output) => Send(place, output, isUpdate: true);

    /// <inheritdoc/>
    public void Clear(bool wait) => events.Send(new OutputCleared(id, wait));

    /// <inheritdoc/>
    public string? ReadLine(CancellationToken stop) => input?.Ask(() => events.Send(new InputWanted(id)), stop);

    /// <summary>The formats of an output as they travel.</summary>
    public static ImmutableArray<NamedText> Data(DisplayOutput output) =>
        [.. output.Data.Select(format => new NamedText(format.Key, format.Value))];

    private void Send(int place, DisplayOutput output, bool isUpdate) =>
        events.Send(new ValueShown(id, $"{_name}-{place}", isUpdate, output.ExecutionCount is not null, Data(output)));
}

/// <summary>The line that a cell waits for.</summary>
internal sealed class InputLine
{
    private readonly Lock _turn = new();
    private volatile TaskCompletionSource<string?>? _answer;

    /// <summary>Asks and waits.</summary>
    /// <param name="ask">Sends the question.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The cell is to stop.</exception>
    public string? Ask(Action ask, CancellationToken stop)
    {
        lock (_turn)
        {
            var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _answer = answer;
            ask();
            try
            {
                answer.Task.Wait(stop);
                return answer.Task.Result;
            }
            finally
            {
                _answer = null;
            }
        }
    }

    /// <summary>Gives the answer; without a question it is dropped.</summary>
    public void Answer(string? text) => _answer?.TrySetResult(text);
}
