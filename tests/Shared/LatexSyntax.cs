using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
#pragma warning disable IDE0005 // One of the projects that share the file imports this name for all files.
using Xunit;
#pragma warning restore IDE0005

namespace ChainRule.Tests;

/// <summary>What can be held of a LaTeX document without TeX: balance, known commands, declared characters.</summary>
internal static partial class LatexSyntax
{
    /// <summary>The commands of LaTeX, amsmath, mathtools, amssymb, graphicx, hyperref and the preamble that documents may use.</summary>
    private static readonly FrozenSet<string> _commands = (
        "begin end text textbf textit emph texttt textbackslash textasciitilde textasciicircum section subsection subsubsection paragraph item href url footnote hrule par "
        + "frac tfrac sqrt sum prod int log ln exp sin cos tan sinh cosh tanh arctan max min sup inf lim det dim arg partial nabla infty operatorname mathbb mathbf mathrm mathcal mathit mathsf mathtt boldsymbol "
        + "left right lvert rvert lVert rVert langle rangle lfloor rfloor lceil rceil big Big bigl bigr Bigl Bigr boxed quad qquad hat tilde bar vec dot ddot widehat widetilde overline underline overbrace underbrace overset underset "
        + "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon vartheta varphi varrho varsigma varpi ell "
        + "cdot times odot otimes oplus circ ast star pm mp div cup cap setminus wedge vee bullet le leq ge geq ne neq approx sim simeq equiv propto in notin subset subseteq to rightarrow leftarrow Rightarrow Leftarrow implies iff mapsto longrightarrow ll gg perp parallel mid "
        + "dots ldots cdots vdots ddots forall exists emptyset top bot intercal prime checkmark square neg degree mathbin mathop displaystyle textstyle scriptstyle limits "
        + "crfit crstrike hline relax").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Fails where the document has an unbalanced brace or environment, an unknown command or an undeclared character.</summary>
    public static void Check(string document)
    {
        var parts = document.Split("\\begin{document}", 2);
        Assert.Equal(2, parts.Length);
        var declared = Declaration().Matches(parts[0]).Select(match => int.Parse(match.Groups["code"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToHashSet();
        Assert.All(parts[0], letter => Assert.True(char.IsAscii(letter), $"The preamble holds {letter}."));
        Assert.All(parts[1].EnumerateRunes().Where(rune => !rune.IsAscii).Distinct(), rune =>
            Assert.True(declared.Contains(rune.Value) || LatexNative.Contains(rune.ToString(), StringComparison.Ordinal), $"{rune} (U+{rune.Value:X4}) is not declared."));

        var open = new Stack<string>();
        open.Push("document");
        // Preformatted text is balanced or not as its author pleased.
        foreach (Match token in Token().Matches(Preformatted().Replace(parts[1], string.Empty)))
        {
            var place = parts[1][Math.Max(0, token.Index - 30)..Math.Min(parts[1].Length, token.Index + 30)];
            if (token.Groups["begin"].Success)
            {
                open.Push(token.Groups["begin"].Value);
            }
            else if (token.Groups["end"].Success)
            {
                Assert.Equal(open.Pop(), token.Groups["end"].Value);
            }
            else if (token.Value is "{")
            {
                open.Push("{");
            }
            else if (token.Value is "}")
            {
                Assert.True(open.Pop() is "{", $"A brace closes too much near {place}");
            }
            else if (token.Groups["command"] is { Success: true, Value: var command })
            {
                Assert.True(_commands.Contains(command), $"\\{command} is not a known command.");
            }
            else
            {
                Assert.True(token.Value[0] == '\\', $"{token.Value} is not escaped near {place}");
            }
        }

        Assert.Empty(open);
    }

    /// <summary>What LaTeX sets without a declaration.</summary>
    private const string LatexNative =
        "\u00A0¡¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŁłŒœŠšŽžČčĆćĎďĚěŇňŘřŤťŮůŐőŰűĞğŞşŃńŚśŹźŻż–—‘’“”…§¶©†‡";

    [GeneratedRegex(@"\\DeclareUnicodeCharacter\{(?<code>[0-9A-F]+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\\begin\{(?<name>crtext|crcode)\}.*?\\end\{\k<name>\}", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Preformatted();

    [GeneratedRegex(@"\\begin\{(?<begin>[a-zA-Z]+\*?)\}|\\end\{(?<end>[a-zA-Z]+\*?)\}|\\(?<command>[A-Za-z]+)|\\.|[{}%#]", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Token();
}
