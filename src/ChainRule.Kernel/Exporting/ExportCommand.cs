using System.CommandLine;
using ChainRule.Kernel.Notebooks;
using ChainRule.Kernel.Pages;
using ChainRule.Kernel.Running;

namespace ChainRule.Kernel.Exporting;

/// <summary><c>chainrule export</c>.</summary>
internal static class ExportCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var notebook = new Argument<string>("NOTEBOOK") { Description = "The notebook (.ipynb, C#), with the outputs that it has." };
        var format = new Option<string>("--to") { HelpName = "FORMAT", Required = true, Description = "tex (a document for pdflatex), md (Markdown with $$) or html (a page that needs nothing but a browser)." };
        format.AcceptOnlyFromAmong("tex", "md", "html");
        var output = new Option<string?>("--output", "-o") { HelpName = "FILE", Description = "Where to write. [default: beside the notebook, with the format's extension]" };
        var command = new Command(
            "export",
            """
            Write a notebook as another kind of document. Nothing is run: the outputs are those in the notebook.

            Exit codes: 0 it is written, 2 the notebook can't be read, a file can't be written, or the command line is wrong.
            """)
        {
            notebook,
            format,
            output,
        };
        command.SetAction((result, _) => Task.FromResult(Run(
            result.GetRequiredValue(notebook),
            result.GetRequiredValue(format),
            result.GetValue(output),
            result.InvocationConfiguration.Error)));
        return command;
    }

    private static int Run(string input, string format, string? output, TextWriter messages)
    {
        try
        {
            var notebook = Notebook.Load(input);
            var target = Path.GetFullPath(output ?? Path.ChangeExtension(input, format));
            if (string.Equals(target, Path.GetFullPath(input), StringComparison.OrdinalIgnoreCase))
            {
                messages.WriteLine("--output names the notebook itself. Name another file.");
                return ExitCodes.Usage;
            }

            foreach (var (path, content) in Files(notebook, input, format, target))
            {
                AtomicFile.Write(path, content);
            }

            messages.WriteLine($"wrote {output ?? Path.ChangeExtension(input, format)}");
            return ExitCodes.Success;
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

    /// <summary>What to write, the document last: it never names a picture that isn't there yet.</summary>
    private static IEnumerable<(string Path, string Content)> Files(Notebook notebook, string input, string format, string target)
    {
        switch (format)
        {
            case "tex":
                yield return (target, LatexExport.Render(notebook));
                break;
            case "md":
                var markdown = MarkdownExport.Render(notebook, Path.GetFileNameWithoutExtension(target));
                foreach (var (name, svg) in markdown.Pictures)
                {
                    yield return (Path.Combine(Path.GetDirectoryName(target)!, name), svg);
                }

                yield return (target, markdown.Text);
                break;
            default:
                yield return (target, NotebookPage.Render(notebook, Path.GetFullPath(input)));
                break;
        }
    }
}
