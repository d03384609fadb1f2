using System.Collections.Immutable;
using ChainRule.Checking;
using ChainRule.Kernel.Notebooks;

namespace ChainRule.Kernel.Checking;

/// <summary>What came of a file: its report, or why there is none.</summary>
/// <param name="Path">The file as it was named.</param>
/// <param name="Report">The report, or null.</param>
/// <param name="Error">Why there is none, or null.</param>
internal sealed record CheckedFile(string Path, HomeworkReport? Report, string? Error)
{
    /// <summary>Something in it is wrong, or something that is required is missing.</summary>
    public bool IsWrong => Report?.Wrong > 0 || Report?.Requirements.Any(requirement => requirement.Met == false) == true;

    /// <summary>Something in it could not be read or judged.</summary>
    public bool IsOpen => Report is null || Report.Open > 0 || Report.UnreadGivens.Length > 0 || Report.Requirements.Any(requirement => requirement.Met is null);
}

/// <summary>Reads and checks one file: Markdown, LaTeX or a notebook.</summary>
internal static class HomeworkFile
{
    private const long LargestFile = 8 * 1024 * 1024;

    /// <summary>Checks a file; whatever is wrong with it is said in the result and stops nobody else.</summary>
    /// <param name="path">The file.</param>
    /// <param name="explain">Whether right claims say which rules lie between their sides.</param>
    /// <param name="givens">What is given before everything that the file gives.</param>
    /// <param name="unmarked">Which formulas outside of marked blocks are claims, too.</param>
    public static CheckedFile Check(string path, bool explain, ImmutableArray<string> givens, UnmarkedFormulas unmarked)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > LargestFile)
            {
                return new(path, null, $"The file has {length} bytes; at most {LargestFile} are read.");
            }

            var parts = Parts(path, unmarked);
            return !parts.Any(part => part.Kind == HomeworkPartKind.Check)
                ? new(path, null, "There is nothing to check: claims stand in fenced blocks ```check (Markdown), environments check (LaTeX) or cells that begin with #!check; with --all-formulas every displayed formula is one.")
                : new(path, HomeworkText.Check(parts, givens, explain), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ChainRuleException)
        {
            return new(path, null, exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A fault of this program in one of two hundred files must not lose the other reports; it is said in its place.
            return new(path, null, $"ChainRule failed on this file: that is a fault of the program, please report it with the file. {exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>The givens of a file: its blocks of givens, or, where it marks nothing, its lines.</summary>
    public static ImmutableArray<string> Givens(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > LargestFile)
        {
            throw new ChainRuleException($"The file has {length} bytes; at most {LargestFile} are read.");
        }

        var parts = Parts(path, UnmarkedFormulas.None);
        return parts.Any(part => part.Kind == HomeworkPartKind.Given)
            ? [.. parts.Where(part => part.IsGiven).SelectMany(part => HomeworkText.Givens(part.Text))]
            : HomeworkText.Givens(File.ReadAllText(path));
    }

    private static ImmutableArray<HomeworkPart> Parts(string path, UnmarkedFormulas unmarked) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".IPYNB" => [.. Notebook.Load(path).Cells.SelectMany(cell => cell.Kind == CellKind.Code ? (HomeworkText.IsCell(cell.Source) ? HomeworkText.FromCell(cell.Source) : []) : HomeworkText.FromMarkdown(cell.Source, unmarked))],
        ".TEX" or ".LTX" or ".LATEX" => HomeworkText.FromLatex(File.ReadAllText(path), unmarked),
        _ => HomeworkText.FromMarkdown(File.ReadAllText(path), unmarked),
    };
}
