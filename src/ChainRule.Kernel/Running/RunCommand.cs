using System.CommandLine;
using System.Globalization;
using ChainRule.Kernel.Notebooks;
using ChainRule.Kernel.Pages;
using ChainRule.Kernel.Sessions;
using Spectre.Console;

namespace ChainRule.Kernel.Running;

/// <summary><c>chainrule run</c>.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var notebook = new Argument<string>("NOTEBOOK") { Description = "The notebook to run (.ipynb, C#)." };
        var output = new Option<string?>("--output", "-o")
        {
            HelpName = "FILE",
            Description = "Write the notebook with its new outputs to this file.",
        };
        var inPlace = new Option<bool>("--in-place")
        {
            Description = "Write the new outputs into the notebook itself. After a failed cell it stays as it was, unless --allow-errors is given.",
        };
        var html = new Option<string?>("--html") { HelpName = "FILE", Description = "Write a page that needs nothing but a browser." };
        var timeout = NumberOption.Create<double>("--timeout", "SECONDS", "How long each cell may run. A cell that takes longer has failed. [default: no limit]", seconds => seconds is > 0 and < 1e6, "a number of seconds above 0");
        var stop = new Option<bool>("--stop-on-error")
        {
            Description = "Stop at the first cell that fails; later cells don't run and have no outputs. This is the default.",
        };
        var allow = new Option<bool>("--allow-errors")
        {
            Description = "Go on after a cell that fails, and write everything that was asked for. The exit code is 1 all the same.",
        };
        var command = new Command(
            "run",
            """
            Run a notebook from its first cell to its last, and write what came out.

            Without --output, --in-place or --html nothing is written: the run is a check. A failed cell and its message are part of what --output and --html write. A cell with the tag "raises-exception" is expected to fail and may.

            Exit codes: 0 every cell succeeded, 1 a cell failed or the run was interrupted, 2 the notebook can't be read, a file can't be written, or the command line is wrong.
            """)
        {
            notebook,
            output,
            inPlace,
            html,
            timeout,
            stop,
            allow,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(stop) && result.GetValue(allow))
            {
                result.AddError("--stop-on-error and --allow-errors exclude each other.");
            }

            if (result.GetValue(inPlace) && result.GetValue(output) is not null)
            {
                result.AddError("--in-place and --output exclude each other.");
            }

            if (result.GetResult(notebook) is not { Tokens.Count: 1 } || result.GetValue(notebook) is not { } input)
            {
                return;
            }

            foreach (var (option, file) in new[] { ("--output", result.GetValue(output)), ("--html", result.GetValue(html)) })
            {
                if (file is not null && IsSame(file, input))
                {
                    result.AddError($"{option} names the notebook itself.{(option is "--output" ? " To replace it, use --in-place." : "")}");
                }
            }

            if (result.GetValue(output) is { } one && result.GetValue(html) is { } other && IsSame(one, other))
            {
                result.AddError("--output and --html name the same file.");
            }
        });
        command.SetAction((result, interrupt) => RunAsync(
            new(
                result.GetRequiredValue(notebook),
                result.GetValue(inPlace) ? result.GetRequiredValue(notebook) : result.GetValue(output),
                result.GetValue(inPlace),
                result.GetValue(html),
                result.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                result.GetValue(allow)),
            result.InvocationConfiguration.Error,
            interrupt));
        return command;
    }

    private static async Task<int> RunAsync(RunRequest request, TextWriter messages, CancellationToken interrupt)
    {
        try
        {
            var input = Path.GetFullPath(request.Notebook);
            var output = request.Output is null ? null : Path.GetFullPath(request.Output);
            var html = request.Html is null ? null : Path.GetFullPath(request.Html);
            var notebook = Notebook.Load(request.Notebook);
            var name = Path.GetFileName(input);
            var folder = Path.GetDirectoryName(input)!;

            // Cells find the files beside their notebook, as in Jupyter.
            var previous = Directory.GetCurrentDirectory();
            Directory.SetCurrentDirectory(folder);
            var session = new CSharpSession(folder);

            Task<RunResult> Run(IRunProgress progress) =>
                NotebookRunner.RunAsync(notebook, session, request.AllowErrors, request.Timeout, progress, interrupt);

            // Cells take the console over, so what the program itself says goes to the writer that it was given.
            var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(messages) });
            var isTerminal = ReferenceEquals(messages, Program.StandardError) && !Console.IsErrorRedirected;
            var result = isTerminal && console.Profile.Capabilities.Interactive
                ? await console.Status().StartAsync(name, status => Run(new LiveProgress(console, status, name)))
                : await Run(new PlainProgress(messages, name));

            Directory.SetCurrentDirectory(previous);
            Write(request, notebook, result, output, html, messages);
            messages.WriteLine(Summary(name, result));
            return result.Succeeded ? ExitCodes.Success : ExitCodes.CellFailed;
        }
        catch (NotebookException exception)
        {
            messages.WriteLine(exception.Message);
            return ExitCodes.Usage;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            messages.WriteLine($"The result can't be written: {exception.Message}");
            return ExitCodes.Usage;
        }
    }

    private static void Write(RunRequest request, Notebook notebook, RunResult result, string? output, string? html, TextWriter messages)
    {
        if (output is not null && request.InPlace && !result.Succeeded && !request.AllowErrors)
        {
            messages.WriteLine($"{request.Notebook} stays as it was.");
        }
        else if (output is not null)
        {
            notebook.Save(output);
            messages.WriteLine($"wrote {request.Output}");
        }

        if (html is not null)
        {
            AtomicFile.Write(html, NotebookPage.Render(notebook, Path.GetFullPath(request.Notebook)));
            messages.WriteLine($"wrote {request.Html}");
        }
    }

    private static string Summary(string name, RunResult result)
    {
        var count = result.Count == 1 ? "1 cell" : $"{result.Count} cells";
        if (result.Succeeded)
        {
            return $"{name}: {count} ran.";
        }

        var failed = string.Join(", ", result.Failed.Select(number => number.ToString(CultureInfo.InvariantCulture)));
        var cells = result.Failed.Count switch
        {
            0 => "it was interrupted",
            1 => $"cell {failed} failed",
            _ => $"cells {failed} failed",
        };
        return result.Ran < result.Count
            ? $"{name}: {cells}; {result.Count - result.Ran} of {count} did not run."
            : $"{name}: {count} ran; {cells}.";
    }

    private static bool IsSame(string one, string other) => string.Equals(
        Path.GetFullPath(one),
        Path.GetFullPath(other),
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    private sealed record RunRequest(string Notebook, string? Output, bool InPlace, string? Html, TimeSpan? Timeout, bool AllowErrors);
}

/// <summary>What the program tells a script that called it.</summary>
internal static class ExitCodes
{
    /// <summary>Every cell succeeded.</summary>
    public const int Success = 0;

    /// <summary>A cell failed.</summary>
    public const int CellFailed = 1;

    /// <summary>The command line is wrong, or a file can't be read or written.</summary>
    public const int Usage = 2;
}
