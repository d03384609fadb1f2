using System.Diagnostics;
using System.Text;
using System.Xml.Linq;
using ChainRule.Notation;

namespace ChainRule.Tests.Notation;

/// <summary>Reading LaTeX as people write it, and printing it in three formats.</summary>
public class NotationTests
{
    /// <summary>Source, LaTeX printed, text printed.</summary>
    public static TheoryData<string, string, string> Formulas() => new()
    {
        { @"\frac{\partial L}{\partial z_j}", @"\frac{\partial L}{\partial z_j}", "∂L/∂z_j" },
        { @"\sum_{i=1}^C y_i", @"\sum_{i = 1}^C y_i", "Σ_(i=1)^C y_i" },
        { @"\hat y_i (\delta_{ij} - \hat y_j)", @"\hat{y}_i(\delta_{ij} - \hat{y}_j)", "ŷ_i(δ_ij − ŷ_j)" },
        { @"W^{(1)} x", @"W^{(1)} x", "W⁽¹⁾x" },
        { @"\mathbf{W}^\top \delta \odot \phi'(z)", @"\mathbf{W}^{\top} \delta \odot \phi'(z)", "Wᵀδ ⊙ ϕ′(z)" },
        { @"\left( \frac{a}{b} \right)^{2}", @"\left( \frac{a}{b} \right)^2", "(a/b)²" },
        { @"-x + y", "-x + y", "−x + y" },
        { "a = -b", "a = -b", "a = −b" },
        { @"\frac12 x", @"\frac{1}{2} x", "1/2 ⋅ x" },
        { @"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", @"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "[1, 2; 3, 4]" },
        { @"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{else} \end{cases}", @"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{else} \end{cases}", "{1 if x > 0; 0 else}" },
        { @"\int_0^\infty x e^{-x} \, dx", @"\int_0^{\infty} xe^{-x} \,dx", "∫₀^∞ xe^(−x) dx" },
        { @"\mathbb{R}^{M \times N}", @"\mathbb{R}^{M \times N}", "ℝ^(M×N)" },
        { @"\operatorname{diag}(p) - p p^\top", @"\operatorname{diag}(p) - pp^{\top}", "diag(p) − ppᵀ" },
        { @"\log p_i", @"\log p_i", "log p_i" },
        { @"\sqrt[3]{x}", @"\sqrt[3]{x}", "³√x" },
        { "∂L/∂z = ŷ − y", @"\partial L/\partial z = \hat{y} - y", "∂L/∂z = ŷ − y" },
        { "Wᵀδ + x² + Σ_i p_i", @"W^T \delta + x^2 + \sum_i p_i", "Wᵀδ + x² + Σ_i p_i" },
        { @"|x| + \|v\|^2", @"\lvert x\rvert  + \lVert v\rVert ^2", "|x| + ‖v‖²" },
        { @"x \in [0, 1)", @"x \in [0, 1)", "x ∈ [0, 1)" },
        { @"\max_i x_i", @"\max_i x_i", "max_i x_i" },
        { @"\mathbb{1}[z > 0]", @"\mathbb{1}[z > 0]", "𝟙[z > 0]" },
        { @"e^{x_i + c}", @"e^{x_i + c}", "e^(x_i + c)" },
        { "f'(x)", "f'(x)", "f′(x)" },
        { @"\tilde{z}^{(L-1)}", @"\tilde{z}^{(L - 1)}", "z̃^(L−1)" },
        { "3.14 x", "3.14x", "3.14x" },
        { "% a comment\nx", "x", "x" },
        { "f''(x)", "f''(x)", "f′′(x)" },
        { @"2|x|", @"2 \lvert x\rvert", "2|x|" },
        { @"\lambda\|w\|^2", @"\lambda\lVert w\rVert ^2", "λ‖w‖²" },
        { "a | b", @"a \mid b", "a ∣ b" },
        { "p(a|b)", @"p(a \mid b)", "p(a ∣ b)" },
        { @"\lbrace x \rbrace", @"\{x\}", "{x}" },
        { @"\text{50\%}", @"\text{50\%}", "50%" },
    };

    [Theory]
    [MemberData(nameof(Formulas))]
    public void A_formula_is_read_and_printed(string source, string latex, string text)
    {
        var result = LatexReader.ReadWithProblems(source);
        Assert.Empty(result.Problems);
        Assert.Equal(latex, LatexPrinter.Print(result.Formula).Trim());
        Assert.Equal(text, TextPrinter.Print(result.Formula));
        // What was printed is read as the same formula.
        Assert.Equal(latex, LatexPrinter.Print(LatexReader.Read(latex)).Trim());
        Assert.Equal("math", XElement.Parse(MathMLPrinter.Print(result.Formula)).Name.LocalName);
    }

    [Fact]
    public void A_derivative_is_a_fraction_of_two_rows()
    {
        var fraction = Assert.IsType<Fraction>(LatexReader.Read(@"\frac{\partial L}{\partial z_j}"));
        var below = Assert.IsType<Row>(fraction.Denominator);
        Assert.Equal("∂", Assert.IsType<Atom>(below.Items[0]).Text);
        var entry = Assert.IsType<Script>(below.Items[1]);
        Assert.Equal("z", Assert.IsType<Atom>(entry.Base).Text);
        Assert.Equal("j", Assert.IsType<Atom>(entry.Subscript).Text);
    }

    [Fact]
    public void A_minus_before_an_operand_is_a_sign()
    {
        var row = Assert.IsType<Row>(LatexReader.Read("-a - b = -c"));
        Assert.Equal([OperatorKind.Prefix, OperatorKind.Binary, OperatorKind.Relation, OperatorKind.Prefix], row.Items.OfType<Operator>().Select(op => op.Kind));
    }

    [Fact]
    public void Every_node_knows_where_it_was_read()
    {
        var row = Assert.IsType<Row>(LatexReader.Read(@"a + \hat y_j"));
        var script = Assert.IsType<Script>(row.Items[2]);
        Assert.Equal(new SourceSpan(4, 8), script.Origin);
    }

    [Fact]
    public void Unknown_commands_survive_and_are_reported_with_their_place()
    {
        var result = LatexReader.ReadWithProblems(@"x + \foo y");
        var problem = Assert.Single(result.Problems);
        Assert.Equal(new SourceSpan(4, 4), problem.Span);
        Assert.Contains(@"\foo", problem.Message, StringComparison.Ordinal);
        Assert.Contains(@"\foo", LatexPrinter.Print(result.Formula), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("^")]
    [InlineData("(")]
    [InlineData("|")]
    [InlineData(@"\frac")]
    [InlineData(@"\left(")]
    [InlineData(@"\hat{")]
    [InlineData(@"\begin{cases}")]
    [InlineData(@"\sqrt")]
    [InlineData("_{")]
    public void Deep_nonsense_neither_overflows_nor_hangs(string piece)
    {
        var clock = Stopwatch.StartNew();
        var result = LatexReader.ReadWithProblems(string.Concat(Enumerable.Repeat(piece, 5_000)));
        _ = LatexPrinter.Print(result.Formula);
        _ = TextPrinter.Print(result.Formula);
        _ = MathMLPrinter.Print(result.Formula);
        _ = SpeechPrinter.Print(result.Formula);
        // No timing assert: a hang would be seen as the run's own time limit; exponential work as much more than this.
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("a } b")]
    [InlineData("x^2^3")]
    [InlineData(@"\sum_i _j")]
    public void What_TeX_would_refuse_is_reported_and_kept(string source)
    {
        var result = LatexReader.ReadWithProblems(source);
        Assert.NotEmpty(result.Problems);
        Assert.IsNotType<Table>(result.Formula);
    }

    [Theory]
    [InlineData("(x", "^", ")")]
    [InlineData(@"\mathbf{x", "^", "}")]
    [InlineData("x", "^{}_", "")]
    [InlineData("x", "'", "")]
    public void Long_chains_of_scripts_overflow_nothing(string start, string link, string end)
    {
        var formula = LatexReader.Read(start + string.Concat(Enumerable.Repeat(link, 4_000)) + end);
        Assert.NotEmpty(LatexPrinter.Print(formula) + TextPrinter.Print(formula) + MathMLPrinter.Print(formula));
    }

    [Fact]
    public void Mutated_formulas_never_throw()
    {
        var random = new Random(20_261_120);
        string[] sources = [.. Formulas().Select(row => row.Data.Item1)];
        const string Noise = "{}^_\\&|()[]$%'\"~ abcz∂Σŷ²\u0302\uD835";
        for (var round = 0; round < 4_000; round++)
        {
            var text = new StringBuilder(sources[random.Next(sources.Length)]);
            for (var edit = random.Next(1, 5); edit > 0; edit--)
            {
                var position = random.Next(text.Length + 1);
                switch (random.Next(3))
                {
                    case 0:
                        text.Insert(position, Noise[random.Next(Noise.Length)]);
                        break;
                    case 1 when position < text.Length:
                        text.Remove(position, 1);
                        break;
                    default:
                        text.Insert(position, sources[random.Next(sources.Length)]);
                        break;
                }
            }

            var formula = LatexReader.Read(text.ToString());
            _ = LatexPrinter.Print(formula);
            _ = TextPrinter.Print(formula);
            _ = MathMLPrinter.Print(formula);
        }
    }
}
