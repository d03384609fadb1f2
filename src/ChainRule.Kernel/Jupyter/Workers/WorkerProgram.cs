using System.Collections.Immutable;
using System.IO.Pipes;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using ChainRule.Kernel.Editing;
using ChainRule.Kernel.Sessions;
using ChainRule.Views;

namespace ChainRule.Kernel.Jupyter.Workers;

/// <summary>The process that compiles and runs cells. When a cell takes it down, the supervisor starts another.</summary>
internal sealed class WorkerProgram
{
    private readonly EventWriter _events;
    private readonly CSharpSession _session = new(Directory.GetCurrentDirectory());
    private readonly InputLine _input = new();
    private readonly Lock _gate = new();
    private Action? _interrupt;
    private long _lastCell;

    private WorkerProgram(EventWriter events) => _events = events;

    /// <summary>Works until the supervisor is gone.</summary>
    /// <param name="requestHandle">The pipe that requests come from.</param>
    /// <param name="eventHandle">The pipe that events go to.</param>
    public static void Run(string requestHandle, string eventHandle)
    {
        using var requests = new AnonymousPipeClientStream(PipeDirection.In, requestHandle);
        using var pipe = new AnonymousPipeClientStream(PipeDirection.Out, eventHandle);
        using var events = new EventWriter(pipe);
        events.Send(new WorkerReady());
        _ = WarmAsync(Task.Run(WarmUp.Beside));
        var worker = new WorkerProgram(events);
        worker.Serve(requests);
    }

    /// <summary>Waits for a part of the warm-up. Cells run without it, only later, so that its fault is told and ends nothing.</summary>
    private static async Task WarmAsync(Task part)
    {
        try
        {
            await part;
        }
        catch (Exception exception)
        {
            Program.StandardError?.WriteLine($"chainrule: warming up failed: {exception}");
        }
    }

    private static CellFailure? Failure(ErrorOutput? error) => error is null ? null : new(error.Name, error.Value, error.Traceback);

    private void Serve(Stream requests)
    {
        // Whatever a cell started, it must not take the session with it.
        ExceptionHandling.SetUnhandledExceptionHandler(exception =>
        {
            var traceback = CellErrors.Runtime(exception, Directory.GetCurrentDirectory()).Traceback;
            _events.Write(_lastCell, isError: true, $"An exception that nobody caught ended a thread.\n{string.Join('\n', traceback)}\n");

            return true;
        });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => _events.Flush();

        // Ctrl+C in the front end's terminal reaches every process that was started there.
        using var terminal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);

        var queue = Channel.CreateUnbounded<(WorkerRequest, CancellationTokenSource?)>();
        _ = Task.Run(() => WorkAsync(queue.Reader)).ContinueWith(
            work => Environment.FailFast("The worker's loop has failed.", work.Exception),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        while (WorkerPipe.Receive(requests, WorkerJson.Default.WorkerRequest) is { } request)
        {
            switch (request)
            {
                case InterruptCell:
                    lock (_gate)
                    {
                        _interrupt?.Invoke();
                    }

                    break;
                case InputGiven given:
                    _input.Answer(given.Text);
                    break;
                case RunCell run:
                    var stop = new CancellationTokenSource();
                    lock (_gate)
                    {
                        // From now on it can be interrupted, also before it begins.
                        _interrupt = stop.Cancel;
                    }

                    queue.Writer.TryWrite((run, stop));
                    break;
                default:
                    queue.Writer.TryWrite((request, null));
                    break;
            }
        }
    }

    private async Task WorkAsync(ChannelReader<(WorkerRequest Request, CancellationTokenSource? Stop)> queue)
    {
        await WarmAsync(WarmUp.SessionAsync(_session, () => queue.Count == 0));
        await foreach (var (request, stop) in queue.ReadAllAsync())
        {
            _events.Send(request is RunCell run ? await RunAsync(run, stop!) : Tell((CodeQuestion)request));
        }
    }

    /// <summary>Answers a question about code. A fault in an answer is told and costs that answer alone.</summary>
    private WorkerAnswer Tell(CodeQuestion question)
    {
        try
        {
            switch (question)
            {
                case CompleteCode complete:
                    var list = Completion.At(_session.Cells, complete.Code, complete.Position, CancellationToken.None);
                    return new CompletionsKnown(complete.Id, list.Start, list.End, [.. list.Items.Select(item => new NamedText(item.Kind, item.Text))]);
                case InspectCode inspect:
                    var found = Inspection.At(_session.Cells, inspect.Code, inspect.Position, CancellationToken.None);
                    return new InspectionKnown(inspect.Id, found is null ? [] : [new(MimeBundle.HtmlType, found.Html), new(MimeBundle.TextType, found.Text)]);
                default:
                    var (status, indent) = CellCompleteness.Of(question.Code);
                    return new CompletenessKnown(question.Id, status, indent);
            }
        }
        catch (Exception exception)
        {
            return new RequestFailed(question.Id, exception.ToString());
        }
    }

    private async Task<CellEnded> RunAsync(RunCell run, CancellationTokenSource stop)
    {
        _lastCell = run.Id;
        try
        {
            var frontEnd = new WorkerFrontEnd(run.Id, _events, run.AllowInput ? _input : null);
            var result = await _session.RunAsync(run.Code, run.Cell, timeout: null, frontEnd, stop.Token);
            var values = ImmutableArray.CreateBuilder<ExpressionValue>();
            if (result.Succeeded)
            {
                foreach (var (name, expression) in run.Expressions)
                {
                    var value = await _session.RunAsync(expression, run.Cell, interrupt: stop.Token);
                    var data = value.Outputs.OfType<DisplayOutput>().LastOrDefault() is { } output ? WorkerFrontEnd.Data(output) : [];
                    values.Add(new(name, data, Failure(value.Error)));
                    if (value.SessionEnded)
                    {
                        return new(run.Id, Failure(value.Error), SessionEnded: true, []);
                    }
                }
            }

            return new(run.Id, Failure(result.Error), result.SessionEnded, values.ToImmutable());
        }
        finally
        {
            lock (_gate)
            {
                _interrupt = null;
                stop.Dispose();
            }
        }
    }
}
