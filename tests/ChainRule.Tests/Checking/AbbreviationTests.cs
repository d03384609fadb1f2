using System.Globalization;
using ChainRule.Checking;
using ChainRule.Notation;

namespace ChainRule.Tests.Checking;

/// <summary>\newcommand and its like: what people define at the top of their documents is put in before formulas are read.</summary>
public class AbbreviationTests
{
    [Theory]
    [InlineData(@"\newcommand{\R}{\mathbb{R}}", @"x \in \R^n", @"x \in \mathbb{R}^n")]
    [InlineData(@"\newcommand\R{\mathbb R}", @"\R", @"\mathbb R")]
    [InlineData(@"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}", @"\pd{L}{z_j}", @"\frac{\partial L}{\partial z_j}")]
    [InlineData(@"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}", @"\pd L z", @"\frac{\partial L}{\partial z}")]
    [InlineData(@"\newcommand{\g}[1][L]{\nabla_{#1}}", @"\g + \g[W] x", @"\nabla_{L}+ \nabla_{W} x")]
    [InlineData(@"\renewcommand{\vec}[1]{\mathbf#1}", @"\vec{x}", @"\mathbf x")]
    [InlineData(@"\DeclareMathOperator{\softmax}{softmax}", @"\softmax(z)", @"\operatorname{softmax}(z)")]
    [InlineData(@"\DeclareMathOperator*{\argmin}{arg\,min}", @"\argmin_x", @"\operatorname*{arg\,min}_x")]
    [InlineData(@"\DeclarePairedDelimiter{\norm}{\lVert}{\rVert}", @"\norm{x}", @"\left\lVert x \right\rVert")]
    [InlineData(@"\def\yh{\hat{y}}", @"\yh_i", @"\hat{y}_i")]
    [InlineData(@"\def\half#1{\tfrac{1}{2}#1}", @"\half{x}", @"\tfrac{1}{2}x")]
    [InlineData(@"\let\eps\epsilon", @"\eps x", @"\epsilon x")]
    [InlineData(@"\newcommand{\a}{\alpha}", @"\a x + \a2 + \alpha", @"\alpha x + \alpha2 + \alpha")]
    [InlineData(@"\newcommand{\a}{\alpha} \newcommand{\b}{\a\a}", @"\b", @"\alpha\alpha")]
    public void An_abbreviation_is_replaced_by_what_it_stands_for(string definitions, string formula, string expected)
    {
        var macros = new LatexMacros();
        Assert.True(string.IsNullOrWhiteSpace(macros.Collect(definitions)));
        Assert.Equal(expected, macros.Expand(formula)!.Text);
    }

    [Theory]
    [InlineData(@"% \newcommand{\R}{\mathbb{R}}")]
    [InlineData(@"\newcommand{\R}")]
    [InlineData(@"\newcommand{R}{x}")]
    [InlineData(@"\newcommand{\R}[x]{y}")]
    [InlineData(@"\def\R:#1;{y}")]
    [InlineData(@"\newcommandx{\R}{y}")]
    [InlineData(@"\let\R")]
    public void What_is_no_definition_defines_nothing(string text)
    {
        var macros = new LatexMacros();
        Assert.Equal(text, macros.Collect(text));
        Assert.True(macros.IsEmpty);
    }

    [Theory]
    [InlineData(@"\def\x{\x}", @"\x = 1")]
    [InlineData(@"\def\x{\x\x}", @"\x = 1")]
    [InlineData(@"\def\x#1{\x{#1#1}}", @"\x{a} = 1")]
    [InlineData(@"\def\a{\b\b\b\b}\def\b{\c\c\c\c}\def\c{\d\d\d\d}\def\d{\e\e\e\e}\def\e{\f\f\f\f}\def\f{\g\g\g\g}\def\g{xxxxxxxx}", @"\a = 1")]
    public void What_goes_on_without_an_end_is_said_to_do_so(string definitions, string claim)
    {
        var result = new Homework().Given(definitions, @"x \in \mathbb{R}").Check(claim).Claims.Single();
        Assert.Equal(ClaimStatus.Unreadable, result.Status);
        Assert.Contains("goes on without an end", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_are_those_of_what_was_written()
    {
        var source = @"\pd{L}{z} = \wobble \pd{L}{z}";
        var report = new Homework().Given(@"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}", @"z \in \mathbb{R}^n").Check(source);
        var claim = report.Claims.Single();
        Assert.Equal(ClaimStatus.Unreadable, claim.Status);
        Assert.Equal(@"\wobble", source.Substring(claim.Place!.Value.Start, claim.Place.Value.Length));
    }

    [Fact]
    public void A_claim_shows_the_source_with_its_abbreviations()
    {
        var claim = new Homework().Given(@"z, y \in \mathbb{R}^n, \quad L = \frac12 \|z - y\|^2").Check("\\newcommand{\\pd}[2]{\\frac{\\partial #1}{\\partial #2}}\n\\pd{L}{z} = y - z").Claims.Single();
        Assert.Equal("sign", claim.Repair?.Id);
        Assert.Equal(@"\pd{L}{z} = y - z", claim.Source);
    }

    [Fact]
    public void A_document_defines_them_outside_of_its_blocks()
    {
        var report = HomeworkText.Check(HomeworkText.FromLatex("""
            \newcommand{\R}{\mathbb{R}}
            \newcommand{\pd}[2]{
              \frac{\partial #1}{\partial #2}}
            \begin{document}
            \begin{given}
            z, y \in \R^n
            L = \frac{1}{2} \|z - y\|^2
            \end{given}
            \begin{check}
            \pd{L}{z} = z - y
            \end{check}
            """));
        Assert.Empty(report.UnreadGivens);
        Assert.True(report.IsRight);
        Assert.Equal(10, report.Claims.Single().TextLine);
    }

    [Fact]
    public void Brackets_and_environments_keep_their_meaning()
    {
        var report = new Homework().Given(@"\def\begin{x}\let\left\right\def\end{}", @"x \in \mathbb{R}").Check(@"\begin{aligned} x + x &= \left( 2 \right) x \end{aligned}");
        Assert.True(report.IsRight, report.Claims[0].Message);
    }

    [Fact]
    public void Thousands_of_definitions_end()
    {
        var definitions = string.Concat(Enumerable.Range(0, 4000).Select(i => $@"\newcommand{{\{Letters(i)}}}{{\{Letters(i + 1)} x}}"));
        var report = new Homework().Given(definitions, @"x \in \mathbb{R}").Check($@"\{Letters(0)} = 1");
        Assert.Equal(ClaimStatus.Unreadable, report.Claims.Single().Status);

        static string Letters(int number) => string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => (char)('a' + digit - '0'))) + "q";
    }
}
