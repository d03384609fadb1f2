// Replaced by the notation branch.
namespace ChainRule.Notation;

/// <summary>Prints a formula as Unicode text.</summary>
public static class TextPrinter
{
    /// <summary>The formula on one line.</summary>
    public static string Print(Formula formula) => formula.GetType().Name;
}

/// <summary>Prints a formula as LaTeX.</summary>
public static class LatexPrinter
{
    /// <summary>The LaTeX of the formula, without delimiters.</summary>
    public static string Print(Formula formula) => formula.GetType().Name;
}

/// <summary>Prints a formula as MathML Core.</summary>
public static class MathMLPrinter
{
    /// <summary>A math element.</summary>
    public static string Print(Formula formula, bool display = false) => formula.GetType().Name;
}

/// <summary>Reads LaTeX.</summary>
public static class LatexReader
{
    /// <summary>The formula that the LaTeX stands for; what is not understood survives as <see cref="Verbatim"/>.</summary>
    public static Formula Read(string latex) => new Atom(latex);
}
