using System.Text;
using ChainRule.Notation;
using ChainRule.Views;

namespace ChainRule.Tests.Notation;

/// <summary>Where long formulas are broken.</summary>
public class FormulaBreaksTests
{
    [Theory]
    [InlineData("a + b", 30, "a + b")]
    [InlineData("a + b - c = d", 2.5, "a + b|− c|= d")]
    [InlineData(@"x \cdot (a + b + c + d + e + f + g)", 6, "x ⋅ (a + b|+ c + d + e|+ f+ g)")]
    [InlineData(@"aaaa \cdot bbbb \cdot cccc", 3, "aaaa|⋅ bbbb|⋅ cccc")]
    [InlineData("-a - b", 2, "−a|− b")]
    [InlineData(@"\frac{a + b + c + d + e + f}{g}", 2, "(a + b + c + d + e + f)/g")]
    public void A_formula_is_broken_before_its_signs(string latex, double width, string lines) =>
        Assert.Equal(lines, string.Join('|', FormulaBreaks.Lines(LatexReader.Read(latex), width).Select(line => TextPrinter.Print(line))));

    [Fact]
    public void Parts_hold_all_that_the_formula_holds()
    {
        var z = Vector("z", "K");
        var i = Index("i", "K");
        var long1 = Enumerable.Range(1, 9).Select(n => Sum(i, Pow(z[i], n) * Sigmoid(z[i] * n + n))).Aggregate((a, b) => (a + b) * Exp(a));
        var formula = ExpressionFormula.Of(long1);
        var parts = FormulaBreaks.Parts(formula, 8);
        Assert.True(parts.Length > 5);
        Assert.Equal(Signs(TextPrinter.Print(formula)), Signs(string.Concat(parts.Select(part => TextPrinter.Print(part)))));

        // A product's sign that was left out within a line is written at the start of one.
        static string Signs(string text) => string.Concat(text.Where(letter => letter is not (' ' or '⋅')));
    }

    [Fact]
    public void A_factor_on_a_new_line_has_its_sign()
    {
        var x = Vector("x", "K")[Index("i", "K")];
        var formula = ExpressionFormula.Of(Enumerable.Range(1, 6).Select(n => Sigmoid(x * n)).Aggregate((a, b) => a * b));
        Assert.All(FormulaBreaks.Lines(formula, 5).Skip(1), line => Assert.StartsWith("⋅", TextPrinter.Print(line), StringComparison.Ordinal));
    }

    [Fact]
    public void Deep_formulas_neither_overflow_nor_hang()
    {
        var latex = new StringBuilder();
        foreach (var piece in new[] { "(x + ", @"\frac{1}{", "e^{", "{" })
        {
            latex.Clear();
            for (var depth = 0; depth < 3_000; depth++)
            {
                latex.Append(piece);
            }

            var formula = LatexReader.Read(latex.ToString());
            Assert.NotEmpty(FormulaBreaks.Lines(formula, 20));
            Assert.NotEmpty(FormulaHtml.Wrapping(formula));
        }
    }

    [Fact]
    public void A_long_formula_can_be_wrapped_and_is_said_once()
    {
        var z = Vector("z", "K");
        var i = Index("i", "K");
        var html = ViewCatalog.Show(Enumerable.Range(1, 8).Select(n => Sum(i, Pow(z[i], n))).Aggregate((a, b) => a + b))!.Html;
        Assert.Equal(8, html.Split("<math ").Length - 1);
        Assert.Equal(8, html.Split("aria-hidden=\"true\"").Length - 1);
        Assert.Equal(2, html.Split("aria-label=").Length);
    }

    [Fact]
    public void Long_lines_are_broken_in_LaTeX_too()
    {
        var z = Vector("z", "K");
        var i = Index("i", "K");
        var latex = ViewCatalog.Show(Enumerable.Range(1, 12).Select(n => Sum(i, Pow(z[i], n) * Exp(z[i] * n))).Aggregate((a, b) => a + b).Named("S").Gradient(z))!.Latex;
        Assert.Matches(@"\\\\\n&\\quad\s+\+", latex);
        // Brackets that are opened in one row and closed in another need their invisible partners.
        Assert.Equal(latex.Split("\\left").Length, latex.Split("\\right").Length);
    }

    [Fact]
    public void Adjoints_have_a_colour_of_their_own_and_the_Kronecker_delta_has_not()
    {
        var (x, t) = (Vector("x", "N"), Vector("t", "K"));
        var phi = Function("phi");
        var z1 = (Matrix("W1", "M", "N") * x).Named("z1");
        var h = phi.Of(z1).Named("h");
        var z2 = (Matrix("W2", "K", "M") * h).Named("z2");
        var k = Index("k", "K");
        var html = ViewCatalog.Show(Sum(k, Pow(z2[k] - t[k], 2)).Named("L").Gradient(x))!.Html;
        Assert.Contains("<mrow class=\"cr-adjoint\"><msub><mi>δ</mi><mn>1</mn></msub></mrow>", System.Net.WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        var plain = ViewCatalog.Show(Softmax(x).Named("p").Jacobian(x))!.Html;
        Assert.DoesNotContain("class=\"cr-adjoint\"", plain, StringComparison.Ordinal);
    }
}
