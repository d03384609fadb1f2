namespace ChainRule.Notation;

/// <summary>
/// The mathematical font that travels with the pages, so that formulas look the same on every machine: a subset of STIX Two Math
/// (SIL Open Font License 1.1), made by <c>Assets/refresh-font.sh</c>.
/// </summary>
public static class MathFont
{
    private static readonly Deferred<string> _face = new(static () =>
    {
        using var stream = typeof(MathFont).Assembly.GetManifestResourceStream("ChainRule.Notation.Assets.stix-two-math.woff2")
            ?? throw new InvalidOperationException("The library was built without its mathematical font.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return $"@font-face{{font-family:\"{Name}\";src:url(data:font/woff2;base64,{Convert.ToBase64String(bytes.ToArray())}) format(\"woff2\");font-display:block}}";
    });

    /// <summary>The name of the font family that <see cref="CssFontFace"/> defines.</summary>
    public const string Name = "ChainRule Math";

    /// <summary>The font-family of formulas: our font where the page carries it, then the good ones that a machine may have.</summary>
    public const string Family = "\"ChainRule Math\",\"STIX Two Math\",\"Latin Modern Math\",\"Cambria Math\",math";

    /// <summary>The class of <see cref="StyleElement"/>, by which a page with a font of its own leaves it out.</summary>
    public const string ElementClass = "cr-math-font";

    /// <summary>The @font-face rule with the font inside; it belongs on a page once.</summary>
    public static string CssFontFace => _face.Value;

    /// <summary>The rule as an element that an output of a notebook can bring along, for all formulas of the notebook.</summary>
    public static string StyleElement => $"<style class=\"{ElementClass}\">{CssFontFace}\nmath{{font-family:{Family}}}</style>\n";

    /// <summary>Whether an output has formulas, so that it needs the font.</summary>
    public static bool IsNeededBy(string html)
    {
        Require.NotNull(html);
        return html.Contains("<math", StringComparison.Ordinal) || html.Contains(Name, StringComparison.Ordinal);
    }
}
