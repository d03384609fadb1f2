using ChainRule.Views;

namespace ChainRule.Tests.Views;

/// <summary>Documents to hand in; that pdflatex takes them is checked by docs/export.md's command, here that their syntax is right.</summary>
public class DocumentsTests
{
    private static readonly Variable _z = Vector("z", "K");

    public static TheoryData<int> Kinds() => [.. Enumerable.Range(0, Showables.All.Count)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Everything_that_can_be_shown_becomes_a_document(int kind)
    {
        var value = Showables.All[kind];
        LatexSyntax.Check(value.ToLatexDocument("Homework & 100 % of it"));
        var markdown = value.ToMarkdown();
        Assert.EndsWith("\n", markdown, StringComparison.Ordinal);
        Assert.True(markdown.Split("$$").Length % 2 == 1, markdown);
        Assert.True(markdown.Contains("$$", StringComparison.Ordinal) || markdown.StartsWith("```text\n", StringComparison.Ordinal), markdown);
    }

    [Theory]
    [InlineData("softmax-jacobian")]
    [InlineData("cross-entropy-gradient")]
    [InlineData("cross-entropy-gradient-at")]
    [InlineData("he-initialisation")]
    [InlineData("rectified-second-moment")]
    [InlineData("relu-derivative")]
    public void Approved_views_make_documents_of_right_syntax(string name) =>
        LatexSyntax.Check(LatexDocument.Wrap(LatexDocument.Fragment(Approved.Read(name + ".tex"))));

    [Theory]
    [InlineData(@"\begin{aligned} a &= b")]
    [InlineData(@"\frac{a}{b")]
    [InlineData(@"\wobble")]
    [InlineData("50 %")]
    public void The_check_of_the_syntax_finds_what_TeX_would(string body) =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => LatexSyntax.Check(LatexDocument.Wrap(body)));

    [Fact]
    public void A_derivation_as_LaTeX_and_as_Markdown()
    {
        var result = Softmax(_z).Named("p").Jacobian(_z);
        Approved.Matches("softmax-jacobian.document.tex", result.ToLatexDocument("Jacobian of the softmax"));
        Approved.Matches("softmax-jacobian.md", result.ToMarkdown());
    }

    [Fact]
    public void Any_character_in_words_is_declared()
    {
        var document = LatexDocument.Wrap(LatexDocument.Escape("ŷ é z̃ 中 😀 x⁻¹ 𝔼 √2 → ▍\u0007"));
        LatexSyntax.Check(document);
        Assert.Contains(@"\DeclareUnicodeCharacter{0177}{\crsymbol{\hat{y}}}", document, StringComparison.Ordinal);
        Assert.Contains(@"\DeclareUnicodeCharacter{0303}{\crmark{\tilde}}", document, StringComparison.Ordinal);
        Assert.Contains(@"\DeclareUnicodeCharacter{1F600}{\crunknown{1F600}}", document, StringComparison.Ordinal);
        Assert.DoesNotContain("{00E9}", document, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0007', document);
    }

    [Fact]
    public void Preformatted_text_cannot_end_its_environment_and_wraps()
    {
        var text = LatexDocument.Verbatim("a\n\\end{crtext}\n" + new string('x', 250));
        Assert.Equal(text.Length - @"\end{crtext}".Length, text.IndexOf(@"\end{crtext}", StringComparison.Ordinal));
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public void Rows_that_begin_with_a_bracket_and_blank_lines_do_not_break_a_formula() =>
        Assert.Equal("\\crfit{\na \\\\{}\n[b]\n}", LatexDocument.Display("a \\\\\n\n[b]"));

    [Fact]
    public void What_has_no_view_is_named()
    {
        var error = Assert.Throws<NotShowableException>(() => new Uri("about:blank").ToLatexDocument());
        Assert.Contains("Uri", error.Message, StringComparison.Ordinal);
    }
}
