namespace ChainRule.Numerics;

/// <summary>Opening files that people name in a cell.</summary>
internal static class TableFiles
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="ChainRuleException">There is no such file, or it may not be read; the message says where it was looked for.</exception>
    public static FileStream Open(string path)
    {
        Require.NotNull(path);
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ChainRuleException($"There is no file {path} in {Directory.GetCurrentDirectory()}.", exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException or ArgumentException)
        {
            throw new ChainRuleException($"{path} can't be read: {exception.Message}", exception);
        }
    }
}
