using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChainRule.Notation;
using ChainRule.Views;

namespace ChainRule.Tests.Notation;

/// <summary>Formulas in words: what a screen reader says.</summary>
public partial class SpeechPrinterTests
{
    [Theory]
    [InlineData(@"\frac{\partial L}{\partial z_j} = \sum_i \frac{\partial L}{\partial p_i} \frac{\partial p_i}{\partial z_j}", "partial L by partial z sub j equals the sum over i of partial L by partial p sub i partial p sub i by partial z sub j")]
    [InlineData(@"\sum_{i=1}^C y_i \log \hat y_i", "the sum from i equals 1 to C of y sub i log of y hat sub i")]
    [InlineData(@"-\frac{y_i}{p_i}", "minus y sub i over p sub i")]
    [InlineData(@"\frac{a + b}{c}", "the fraction a plus b over c end fraction")]
    [InlineData(@"a + \frac{b}{c}", "a plus b over c")]
    [InlineData(@"p_i (\delta_{ij} - p_j)", "p sub i open paren delta sub i j minus p sub j close paren")]
    [InlineData(@"W_{i, j+1}", "W sub i, j plus 1 end sub")]
    [InlineData(@"W^\top \delta \odot \phi'(z)", "W transpose delta elementwise times phi prime z")]
    [InlineData(@"\delta x^T", "delta x transpose")]
    [InlineData(@"\mathbb{1}[z_i > 0]", "the indicator of open bracket z sub i is greater than 0 close bracket")]
    [InlineData(@"\|x\|_2^2", "the norm of x sub 2 squared")]
    [InlineData(@"|x + y|", "the absolute value of x plus y end absolute value")]
    [InlineData(@"e^{z_i}", "e to the power z sub i")]
    [InlineData(@"e^{-x + c}", "e to the power minus x plus c end power")]
    [InlineData(@"x^{-1} + x^3", "x to the power minus 1 plus x cubed")]
    [InlineData(@"z^{(1)}", "z superscript 1")]
    [InlineData(@"W \in \mathbb{R}^{M \times N}", "W in the reals to the M by N")]
    [InlineData(@"\sqrt{x^2 + 1}", "the square root of x squared plus 1 end root")]
    [InlineData(@"\sqrt[3]{x}", "the cube root of x")]
    [InlineData(@"\max_k z_k", "the maximum over k of z sub k")]
    [InlineData(@"\lim_{x \to \infty} f", "the limit as x to infinity of f")]
    [InlineData(@"\prod_{t=1}^T a_t", "the product from t equals 1 to T of a sub t")]
    [InlineData(@"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "the 2 by 2 matrix: row 1: 1, 2; row 2: 3, 4; end matrix")]
    [InlineData(@"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}", "cases: 1 if x is greater than 0; 0 otherwise; end cases")]
    [InlineData(@"\operatorname{diag}(p) - p p^\top", "diag of p minus p p transpose")]
    [InlineData(@"\nabla_x f", "gradient with respect to x of f")]
    [InlineData(@"\mathbb{E}[X]", "the expectation of open bracket X close bracket")]
    [InlineData(@"\tilde z + \bar x + \mathbf{w} + \mathcal{L}", "z tilde plus x bar plus bold w plus script L")]
    [InlineData(@"\Phi(x) \ne \phi(x)", "capital phi x is not equal to phi x")]
    [InlineData(@"\lfloor x \rfloor \le \lceil x \rceil", "the floor of x is at most the ceiling of x")]
    [InlineData(@"\begin{aligned} a &= b \\ &= c \end{aligned}", "line 1: a equals b; line 2: equals c")]
    [InlineData(@"\frac{\partial}{\partial x}[x y]", "partial by partial x of open bracket x y close bracket")]
    [InlineData(@"g \ast w", "g convolved with w")]
    [InlineData(@"f''(x)", "f double prime x")]
    [InlineData(@"\underbrace{x + y}_{\text{input}}", "x plus y, noted input")]
    [InlineData("ŷ_i", "y hat sub i")]
    public void A_formula_is_said(string latex, string words) => Assert.Equal(words, SpeechPrinter.Print(LatexReader.Read(latex)));

    /// <summary>Two formulas that differ only in what a bar, a bracket or a raised sign covers must not sound alike.</summary>
    [Theory]
    [InlineData(@"\frac{a + b}{c}", @"a + \frac{b}{c}")]
    [InlineData(@"\frac{a b}{c}", @"a \frac{b}{c}")]
    [InlineData(@"\frac{a}{b + c}", @"\frac{a}{b} + c")]
    [InlineData("e^{x + y}", "e^x + y")]
    [InlineData("x_{i + j}", "x_i + j")]
    [InlineData("x_{y_i}", "{x_y}_i")]
    [InlineData("x^{y^z}", "{x^y}^z")]
    [InlineData(@"\sqrt{x + y}", @"\sqrt{x} + y")]
    [InlineData("a (b + c)", "a b + c")]
    [InlineData("|x| + y", "|x + y|")]
    [InlineData(@"\widehat{x y}", @"x \hat y")]
    [InlineData(@"\log (x + y)", @"\log (x) + y")]
    [InlineData(@"\sum_i (x_i + y)", @"\sum_i x_i + y")]
    [InlineData(@"\frac{\frac{a}{b}}{c}", @"\frac{a}{\frac{b}{c}}")]
    [InlineData("w^{(2)}", "w^2")]
    [InlineData(@"\phi", @"\Phi")]
    [InlineData(@"\mathbf{1}", @"\mathbb{1}")]
    public void Different_formulas_sound_different(string one, string other) => Assert.NotEqual(SpeechPrinter.Print(LatexReader.Read(one)), SpeechPrinter.Print(LatexReader.Read(other)));

    [Fact]
    public void Every_formula_of_the_samples_is_said_in_words()
    {
        foreach (var html in Showables.All.Select(sample => ViewCatalog.Show(sample)!.Html))
        {
            // A long formula is set in parts, and said as a whole by what is around them.
            foreach (Match match in MathElement().Matches(Wrapped().Replace(html, "<math ${label}></math>")))
            {
                var label = XElement.Parse(match.Value).Attribute("aria-label")?.Value;
                Assert.False(string.IsNullOrWhiteSpace(label), match.Value);
                Assert.DoesNotMatch(Unspoken(), label);
            }
        }
    }

    [Fact]
    public void The_chain_rule_is_said_as_a_tutor_says_it()
    {
        var z = Vector("z", "K");
        var p = Softmax(z).Named("p");
        var y = Vector("y", "K").OneHot();
        var i = Index("i", "K");
        var html = ViewCatalog.Show((-Sum(i, y[i] * Log(p[i]))).Named("L").Gradient(z))!.Html;
        Assert.Contains("aria-label=\"equals the sum over i of partial L by partial p sub i times partial p sub i by partial z sub j\"", html, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"partial L by partial z equals p minus y\"", html, StringComparison.Ordinal);
    }

    [GeneratedRegex("<span class=\"cr-wrap\" role=\"math\" (?<label>aria-label=\"[^\"]*\")>.*?</span>", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 2000)]
    private static partial Regex Wrapped();

    [GeneratedRegex("<math.*?</math>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 2000)]
    private static partial Regex MathElement();

    /// <summary>Signs and letters that voices leave out or guess at.</summary>
    [GeneratedRegex(@"[\u2061\u2062∑∏∂⊙⋅−≤≥∈→⊤′δσφ_^{}\\]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Unspoken();
}
