using System.Collections.Immutable;
using System.CommandLine;
using ChainRule.Checking;
using ChainRule.Kernel.Notebooks;
using ChainRule.Kernel.Running;

namespace ChainRule.Kernel.Checking;

/// <summary><c>chainrule check</c>.</summary>
internal static class CheckCommand
{
    /// <summary>The option that says how many files are checked at the same time.</summary>
    public const string Workers = "--workers";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Homework to check: Markdown (.md), LaTeX (.tex) or notebooks (.ipynb).", Arity = ArgumentArity.OneOrMore };
        var html = new Option<string?>("--html") { HelpName = "FILE", Description = "Write a page that needs nothing but a browser." };
        var json = new Option<string?>("--json") { HelpName = "FILE", Description = "Write the results for a marking script; - for the standard output instead of the text." };
        var workers = NumberOption.Create<int>(Workers, "N", "How many files are checked at the same time. The results are the same for any number. [default: one per core]", number => number is > 0 and <= 256, "a number from 1 to 256");
        var steps = new Option<bool>("--steps") { Description = "Say of right lines which rules lie between their two sides." };
        var given = new Option<string?>("--given") { HelpName = "FILE", Description = "Givens that hold in every file, before its own: blocks as in the homework, or one given a line." };
        var formulas = new Option<bool>("--all-formulas") { Description = "Judge every displayed formula ($$, \\[, equation, align, …), for submissions that mark no claims." };
        var inline = new Option<bool>("--inline-formulas") { Description = "With every displayed formula, judge those in the running text that hold a relation sign." };
        var command = new Command(
            "check",
            """
            Check written derivations line by line.

            Givens and claims are marked: in Markdown by fenced blocks ```given and ```check, in LaTeX by environments given and check, in notebooks by cells that begin with #!given or #!check. What is required of the next block of claims (first:, last:, rule:) stands in blocks, environments or cells require. A bad file never stops the others.

            Exit codes: 0 every claim is right, 1 something is wrong or not as required, 2 nothing is wrong, but something (a claim, a given, a file) can't be read or judged, or the command line is wrong.
            """)
        {
            files,
            html,
            json,
            workers,
            steps,
            given,
            formulas,
            inline,
        };
        command.Validators.Add(result =>
        {
            // What looks like an option and is none would else be taken for a file.
            foreach (var unknown in (result.GetResult(files)?.Tokens ?? []).Select(token => token.Value).Where(value => value.StartsWith('-') && value.Length > 1 && !File.Exists(value)))
            {
                result.AddError($"There is no option {unknown}. (A file of that name is written ./{unknown}.)");
            }
        });
        command.SetAction((result, interrupt) => Task.FromResult(Run(
            result.GetRequiredValue(files),
            result.GetValue(html),
            result.GetValue(json),
            result.GetValue(workers) ?? Environment.ProcessorCount,
            result.GetValue(steps),
            result.GetValue(given),
            result.GetValue(inline) ? UnmarkedFormulas.All : result.GetValue(formulas) ? UnmarkedFormulas.Displayed : UnmarkedFormulas.None,
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            interrupt)));
        return command;
    }

    private static int Run(string[] paths, string? html, string? json, int workers, bool explain, string? given, UnmarkedFormulas unmarked, TextWriter output, TextWriter messages, CancellationToken interrupt)
    {
        ImmutableArray<string> givens = [];
        try
        {
            givens = given is null ? [] : HomeworkFile.Givens(given);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ChainRuleException)
        {
            messages.WriteLine($"The givens can't be read: {exception.Message}");
            return ExitCodes.Usage;
        }

        var results = new WrittenFile[paths.Length];
        var wanted = new CheckOutput.Wanted(json is not "-", json is not null, html is not null);
        var done = 0;
        var turn = new Lock();
        try
        {
            Parallel.For(0, paths.Length, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = interrupt }, i =>
            {
                results[i] = CheckOutput.Write(HomeworkFile.Check(paths[i], explain, givens, unmarked), wanted);
                if (paths.Length > 1)
                {
                    lock (turn)
                    {
                        messages.WriteLine($"[{++done}/{paths.Length}] {paths[i]}");
                    }
                }
            });
            if (json is "-")
            {
                output.Write(CheckOutput.Json(results));
            }
            else
            {
                output.Write(string.Join('\n', results.Select(file => file.Text)));
            }

            if (json is not (null or "-"))
            {
                AtomicFile.Write(json, CheckOutput.Json(results));
            }

            if (html is not null)
            {
                AtomicFile.Write(html, CheckOutput.Html(results));
            }
        }
        catch (OperationCanceledException)
        {
            messages.WriteLine("The check was interrupted.");
            return ExitCodes.Usage;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            messages.WriteLine($"The result can't be written: {exception.Message}");
            return ExitCodes.Usage;
        }

        // Something wrong is said before something unreadable.
        return Array.Exists(results, file => file.IsWrong) ? ExitCodes.CellFailed : Array.Exists(results, file => file.IsOpen) ? ExitCodes.Usage : ExitCodes.Success;
    }
}
