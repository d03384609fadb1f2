using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ChainRule.Views;

/// <summary>
/// LaTeX documents for pdflatex. Characters beyond ASCII stay readable in the source: the preamble declares each that occurs, so that
/// no document fails over a letter. All macros of the preamble begin with cr.
/// </summary>
public static partial class LatexDocument
{
    /// <summary>The most columns of preformatted text that fit between the margins.</summary>
    private const int Columns = 100;

    // fontenc T1 declares the accented letters; OT1, the last, sets them from fonts that every installation has as outlines.
    private const string Preamble = """
        \documentclass[11pt,a4paper]{article}
        \usepackage[T1,OT1]{fontenc}
        \usepackage[utf8]{inputenc}
        \usepackage[margin=2.2cm]{geometry}
        \usepackage{mathtools}
        \usepackage{amssymb}
        \usepackage{graphicx}
        \usepackage{fancyvrb}
        \usepackage[hidelinks,bookmarks=false]{hyperref}
        \setlength{\parindent}{0pt}
        \setlength{\parskip}{6pt plus 2pt}
        \setcounter{secnumdepth}{0}
        \emergencystretch=3em
        \renewcommand{\labelitemi}{$\bullet$}
        \newsavebox{\crbox}
        % A symbol in words, and one as wide as a letter where text is preformatted.
        \DeclareRobustCommand{\crsymbol}[1]{\ensuremath{#1}}
        \DeclareRobustCommand{\crmono}[1]{\makebox[\fontcharwd\font`x]{$#1$}}
        % A mark over the letter before it.
        \DeclareRobustCommand{\crmark}[1]{\makebox[0pt][r]{$#1{\phantom{x}}$}}
        \DeclareRobustCommand{\crunknown}[1]{\texttt{[U+#1]}}
        \providecommand{\degree}{{}^{\circ}}
        % The fonts of amssymb have no double-struck digits.
        \let\crmathbb\mathbb
        \DeclareRobustCommand{\crdigit}[1]{\mathbf{#1}}
        \renewcommand{\mathbb}[1]{\ifx1#1\crdigit{#1}\else\crmathbb{#1}\fi}
        \DeclareRobustCommand{\crstrike}[1]{\sbox{\crbox}{#1}\rlap{\rule[0.5ex]{\wd\crbox}{0.4pt}}\usebox{\crbox}}
        % A formula wider or higher than the page is set smaller.
        \newcommand{\crfit}[1]{\sbox{\crbox}{$\displaystyle #1$}\[\ifdim\wd\crbox>\linewidth
          \resizebox{\linewidth}{!}{\usebox{\crbox}}\else
          \ifdim\dimexpr\ht\crbox+\dp\crbox\relax>0.9\textheight \resizebox{!}{0.9\textheight}{\usebox{\crbox}}\else\usebox{\crbox}\fi\fi\]}
        \DefineVerbatimEnvironment{crtext}{Verbatim}{fontsize=\footnotesize,formatcom=\let\crsymbol\crmono}
        \DefineVerbatimEnvironment{crcode}{Verbatim}{fontsize=\footnotesize,frame=leftline,framesep=6pt,formatcom=\let\crsymbol\crmono}

        """;

    /// <summary>The whole document.</summary>
    /// <param name="body">What stands between begin and end of the document.</param>
    /// <param name="title">The heading, in plain words; none where null.</param>
    public static string Wrap(string body, string? title = null)
    {
        Require.NotNull(body);
        var heading = title is null ? string.Empty : $"\\section*{{{Escape(title)}}}\n\n";
        var content = Printable(heading + body.Trim());
        var text = new StringBuilder(Preamble.ReplaceLineEndings("\n"));
        foreach (var rune in content.EnumerateRunes().Distinct().Where(rune => !rune.IsAscii).OrderBy(rune => rune.Value))
        {
            if (LatexCharacters.Declaration(rune) is { } declaration)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\DeclareUnicodeCharacter{{{rune.Value:X4}}}{{{declaration}}}\n");
            }
        }

        return text.Append("\\begin{document}\n\n").Append(content).Append("\n\n\\end{document}\n").ToString();
    }

    /// <summary>Plain words, with everything escaped that LaTeX would take for something else.</summary>
    public static string Escape(string text)
    {
        Require.NotNull(text);
        // Two quotes or hyphens side by side would become another sign.
        return Ligature().Replace(string.Concat(text.Select(letter => letter switch
        {
            '\\' => "\\textbackslash{}",
            '~' => "\\textasciitilde{}",
            '^' => "\\textasciicircum{}",
            '{' or '}' or '_' or '&' or '%' or '#' or '$' => $"\\{letter}",
            '<' or '>' or '|' => $"${letter}$",
            _ => letter.ToString(),
        })), "$0{}");
    }

    /// <summary>Preformatted text: an output, a table of values.</summary>
    public static string Verbatim(string text) => Preformatted(text, "crtext");

    /// <summary>Source code, with a line at its left.</summary>
    public static string Code(string code) => Preformatted(code, "crcode");

    /// <summary>One formula, without delimiters, on lines of its own.</summary>
    public static string Display(string latex)
    {
        Require.NotNull(latex);
        // A blank line ends a paragraph, which no formula may.
        var formula = string.Join('\n', latex.ReplaceLineEndings("\n").Split('\n').Where(line => line.Trim().Length > 0));
        // After \\ on a line before, a bracket would be read as the distance to the next row.
        formula = Words(RowThenBracket().Replace(formula, @"\\{}"));
        return formula.Length == 0 || OwnEnvironment().IsMatch(formula) ? formula : $"\\crfit{{\n{formula}\n}}";
    }

    /// <summary>The content of a text/latex output: formulas with their delimiters, and text between them.</summary>
    public static string Fragment(string latex)
    {
        Require.NotNull(latex);
        return latex.Contains("$$", StringComparison.Ordinal) || latex.Contains("\\[", StringComparison.Ordinal)
            ? Delimited().Replace(latex.Trim(), match => "\n" + Display(match.Groups["formula"].Value) + "\n").Trim()
            : (latex.Contains('$', StringComparison.Ordinal) && !latex.StartsWith("\\text", StringComparison.Ordinal)) || latex.Contains("\\(", StringComparison.Ordinal) ? latex.Trim() : Display(latex);
    }

    private static string Preformatted(string text, string environment)
    {
        Require.NotNull(text);
        var lines = text.ReplaceLineEndings("\n").Trim('\n').Split('\n').SelectMany(line => Chunks(line.Replace("\t", "    ", StringComparison.Ordinal).TrimEnd()));
        // A zero-width space keeps text that says \end{…} from ending the environment.
        var body = string.Join('\n', lines).Replace("\\end{", "\\end\u200B{", StringComparison.Ordinal);
        return $"\\begin{{{environment}}}\n{body}\n\\end{{{environment}}}";
    }

    private static IEnumerable<string> Chunks(string line)
    {
        var sign = string.Empty;
        while (line.Length > Columns - sign.Length)
        {
            var length = Columns - sign.Length;
            length -= char.IsHighSurrogate(line[length - 1]) ? 1 : 0;
            yield return sign + line[..length];
            (line, sign) = (line[length..], "↪ ");
        }

        yield return sign + line;
    }

    /// <summary>Inside \text the signs &lt;, &gt; and | are other letters of the font: they go back to mathematics.</summary>
    private static string Words(string latex) => TextGroup().Replace(latex, match =>
        "\\text{" + string.Join('$', match.Groups["words"].Value.Split('$').Select((part, i) => i % 2 == 1 ? part : Sign().Replace(part, "$$$0$$"))) + "}");

    private static string Printable(string text) => Unprintable().Replace(text.ReplaceLineEndings("\n"), string.Empty);

    [GeneratedRegex(@"\\\\(?=\s+\[)", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex RowThenBracket();

    [GeneratedRegex(@"\A\s*\\begin\{(align|alignat|flalign|gather|multline|equation|eqnarray)\*?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex OwnEnvironment();

    [GeneratedRegex(@"\$\$(?<formula>.+?)\$\$|\\\[(?<formula>.+?)\\\]", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Delimited();

    [GeneratedRegex(@"\\text\{(?<words>([^{}\\]|\\.|\{[^{}]*\})*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex TextGroup();

    [GeneratedRegex("(?<sign>[-`',])(?=\\k<sign>)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Ligature();

    [GeneratedRegex("[<>|]", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Sign();

    [GeneratedRegex(@"[\x00-\x08\x0B-\x1F\x7F-\x9F]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Unprintable();
}
