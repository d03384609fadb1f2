namespace ChainRule.Kernel.Jupyter.Install;

/// <summary>Where Jupyter looks for kernels (docs.jupyter.org, "Common Directories and File Locations"), without asking Python.</summary>
internal static class JupyterPaths
{
    /// <summary>The data folder of the person who runs the program.</summary>
    public static string User
    {
        get
        {
            if (Variable("JUPYTER_DATA_DIR") is { } own)
            {
                return own;
            }

            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter")
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Jupyter")
                : Path.Combine(Variable("XDG_DATA_HOME") ?? Path.Combine(home, ".local", "share"), "jupyter");
        }
    }

    /// <summary>The Python environment that is active in this shell, or null.</summary>
    public static string? ActiveEnvironment => Variable("VIRTUAL_ENV") ?? Variable("CONDA_PREFIX");

    /// <summary>The data folders that Jupyter reads, in its order.</summary>
    public static IReadOnlyList<string> All
    {
        get
        {
            List<string> folders = [.. (Variable("JUPYTER_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)];
            folders.Add(User);
            if (ActiveEnvironment is { } prefix)
            {
                folders.Add(Under(prefix));
            }

            folders.AddRange(OperatingSystem.IsWindows()
                ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter")]
                : ["/usr/local/share/jupyter", "/usr/share/jupyter"]);
            return [.. folders.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
        }
    }

    /// <summary>The data folder of an environment.</summary>
    /// <param name="prefix">The folder of the environment.</param>
    public static string Under(string prefix) => Path.Combine(prefix, "share", "jupyter");

    /// <summary>The folder of a kernel.</summary>
    /// <param name="data">A data folder.</param>
    /// <param name="name">The name of the kernel.</param>
    public static string Kernel(string data, string name) => Path.Combine(data, "kernels", name);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
