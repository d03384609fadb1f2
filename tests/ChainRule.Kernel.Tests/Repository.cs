namespace ChainRule.Kernel.Tests;

/// <summary>The files of the repository that the tests run in.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Root = new(() =>
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ChainRule.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
        }

        return folder.FullName;
    });

    /// <summary>The path of a file or folder of the repository.</summary>
    public static string At(params string[] parts) => Path.Combine([Root.Value, .. parts]);
}
