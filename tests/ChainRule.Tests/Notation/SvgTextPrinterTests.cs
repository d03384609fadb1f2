using System.Globalization;
using System.Xml.Linq;
using ChainRule.Notation;

namespace ChainRule.Tests.Notation;

/// <summary>Formulas as SVG text: the same characters as on the page, scripts at their heights, and a width to reckon with.</summary>
public class SvgTextPrinterTests
{
    [Theory]
    [InlineData("z_1", "𝑧1")]
    [InlineData(@"W^{(1)} x + b^{(1)}", "𝑊(1)𝑥+𝑏(1)")]
    [InlineData(@"\hat{y}", "𝑦̂")]
    [InlineData(@"\frac{1}{a + b} c", "1/(𝑎+𝑏)⋅𝑐")]
    [InlineData(@"\frac{\partial L}{\partial z}", "∂𝐿/∂𝑧")]
    [InlineData(@"\sqrt{v + \sigma}", "√(𝑣+𝜎)")]
    [InlineData(@"\sum_{i=1}^n x_i", "∑𝑖=1𝑛𝑥𝑖")]
    [InlineData(@"\mathbb{R}^{M \times N}", "ℝ𝑀×𝑁")]
    [InlineData(@"\log p", "log𝑝")]
    [InlineData(@"a < b", "𝑎<𝑏")]
    public void The_characters_are_those_of_the_formula(string latex, string text)
    {
        var printed = SvgTextPrinter.Print(LatexReader.Read(latex), 16);
        Assert.Equal(text, XElement.Parse($"<text>{printed.Markup}</text>").Value);
        Assert.InRange(printed.Width, 5, 16 * text.Length);
    }

    [Fact]
    public void What_follows_a_script_stands_on_the_line_again()
    {
        foreach (var latex in new[] { "z_1 + 1", "z_1^{(2)} + 1", "e^{x_1^2} + 1", @"\hat{Y}_1 + 1", @"\|\hat{y} - y\|^2 + 1" })
        {
            var text = XElement.Parse($"<text>{SvgTextPrinter.Print(LatexReader.Read(latex), 20).Markup}</text>");
            var height = text.Elements().Sum(span => double.Parse(span.Attribute("dy")?.Value ?? "0", CultureInfo.InvariantCulture));
            Assert.Equal(0, height, 1);
        }
    }

    [Fact]
    public void Both_scripts_begin_at_one_place()
    {
        var both = SvgTextPrinter.Print(LatexReader.Read("z_1^{(2)}"), 20);
        var one = SvgTextPrinter.Print(LatexReader.Read("z^{(2)}"), 20);
        Assert.Equal(one.Width, both.Width, 6);
    }

    [Fact]
    public void A_line_has_no_space_at_its_ends()
    {
        var bare = SvgTextPrinter.Print(LatexReader.Read("x"), 20);
        var spaced = SvgTextPrinter.Print(new Row(new Space(1), new Atom("x"), new Space(2)), 20);
        Assert.Equal(bare, spaced);
    }
}
