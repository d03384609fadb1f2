using System.Runtime.CompilerServices;

namespace ChainRule.Tests;

/// <summary>Comparison with approved files.</summary>
/// <remarks>To approve a change, run the tests with CHAINRULE_APPROVE=1 and read the difference before committing it.</remarks>
internal static class Approved
{
    /// <summary>Compares with a file in the folder Approved beside the test.</summary>
    public static void Matches(string file, string actual, [CallerFilePath] string source = "") =>
        MatchesFile(Path.Combine(Path.GetDirectoryName(source)!, "Approved", file), actual);

    /// <summary>The content of a file in the folder Approved beside the test.</summary>
    public static string Read(string file, [CallerFilePath] string source = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(source)!, "Approved", file));

    /// <summary>Compares with a file of the repository that is made by the program.</summary>
    public static void MatchesInRepository(string file, string actual, [CallerFilePath] string source = "")
    {
        var folder = Path.GetDirectoryName(source);
        while (folder is not null && !File.Exists(Path.Combine(folder, "ChainRule.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        MatchesFile(Path.Combine(folder ?? throw new InvalidOperationException("The tests are run from outside the repository."), file), actual);
    }

    private static void MatchesFile(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("CHAINRULE_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"There is no {Path.GetFileName(path)}: run with CHAINRULE_APPROVE=1.");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
