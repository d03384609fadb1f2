namespace ChainRule.Views;

/// <summary>Files that travel inside the library.</summary>
internal static class Resources
{
    /// <summary>The text of an embedded file of this folder's Assets.</summary>
    public static string Text(string name)
    {
        using var stream = typeof(Resources).Assembly.GetManifestResourceStream($"ChainRule.Views.Assets.{name}")
            ?? throw new InvalidOperationException($"The library was built without {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
