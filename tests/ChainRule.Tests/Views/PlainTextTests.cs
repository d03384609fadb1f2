using System.Globalization;
using ChainRule.Charts;
using ChainRule.Checking;
using ChainRule.Networks;
using ChainRule.Views;

namespace ChainRule.Tests.Views;

/// <summary>Plain text keeps to 80 columns, whatever is shown.</summary>
public class PlainTextTests
{
    private static readonly Variable _z = Vector("z", "K");

    /// <summary>Things whose formulas, names or numbers are too long for one line.</summary>
    private static IEnumerable<(string Name, object Value)> LongOnes()
    {
        var long1 = Vector(@"z_{\text{hidden},\text{first layer}}", "K");
        var p = Softmax(_z).Named("p");
        var i = Index("i", "K");
        yield return ("a long sum", Enumerable.Range(1, 12).Select(n => Sum(i, Pow(_z[i], n) * Exp(_z[i] * n))).Aggregate((a, b) => a + b).Named("S").Gradient(_z));
        yield return ("a long product", Enumerable.Range(1, 9).Select(n => (Expr)Sigmoid(n * _z[i] + n)).Aggregate((a, b) => a * b).Derivative(_z[i]));
        yield return ("a long name", Sum(i, Log(Softmax(long1)[i]) * long1[i]).Named(@"L_{\text{cross entropy}}").Gradient(long1));
        yield return ("every step", p.Jacobian(_z).In(Detail.EveryStep));
        yield return ("components", p.Jacobian(_z).In(ChainRule.Matrices.Notation.Components));
        yield return ("values of ten", p.Jacobian(_z).At(_z, [.. Enumerable.Range(1, 10).Select(n => n / 7.0)]));
        yield return ("values of many", p.Jacobian(_z).At(_z, [.. Enumerable.Range(1, 40).Select(n => n / 7.0)]));
        yield return ("an expression", Enumerable.Range(1, 30).Select(n => (Expr)Sum(i, Pow(_z[i], n))).Aggregate((a, b) => a + b));
        yield return ("a network", Network.Sequential([.. Enumerable.Range(1, 9).SelectMany(n => new Layer[] { Layers.Linear($"D_{n}", $"D_{n + 1}"), n % 2 == 0 ? Activations.Tanh : Activations.Gelu })]).WithLoss(Losses.SquaredError));
        var drawn = Network.FullyConnected("x1 x2 x3", "h1 h2 h3", "h4 h5 h6", "o1 o2", Activations.Sigmoid, output: Softmax, loss: Losses.CrossEntropy);
        yield return ("a drawn network", drawn);
        yield return ("its backward pass", drawn.Backward);
        yield return ("its graph", drawn.Graph);
        yield return ("its numbers", drawn.Sample(1));
        yield return ("a gradient in it", drawn.Gradient("W_{x2,h1}"));
        yield return ("wide numbers", Network.Sequential(Layers.Linear(40, 30), Activations.Relu, Layers.Linear(30, 12)).WithLoss(Losses.SquaredError).Sample(1));
        yield return ("homework", new Homework().Given(@"z = W h + b", @"W \in \mathbb{R}^{C \times D}", @"\hat y = \mathrm{softmax}(z)", @"y \text{ one-hot}", @"L = -\sum_{i=1}^C y_i \log \hat y_i")
            .Check(@"\frac{\partial L}{\partial z_j} = \sum_{i=1}^C -\frac{y_i}{\hat y_i} \hat y_i (\delta_{ij} - \hat y_j) = \sum_{i=1}^C -y_i \delta_{ij} + \sum_{i=1}^C y_i \hat y_j + 0 \cdot \sum_{i=1}^C y_i \hat y_j = y_j - \hat y_j \\ \frac{\partial L}{\partial W} = h (\hat y - y)^T"));
        yield return ("homework that can't be read", new Homework().Given(@"x \in \mathbb{R}^n").Check(@"\frac{\partial}{\partial x} \operatorname{nonsense}(x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x) = \foo{x} + \bar{x} + \operatorname{nonsense}(x)"));
        yield return ("a chart", Figures.Curves("the same function under several names that are too long for one line of a terminal", (-1, 1), new Curve("the line through the origin", x => x), new Curve("the square of the number", x => x * x)));
        yield return ("a matrix", MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(4, 10, (row, column) => Math.Exp(-7 * (row + column))));
    }

    [Fact]
    public void Every_sample_keeps_to_80_columns()
    {
        var wide = Showables.All.Select(sample => (Name: sample.GetType().Name, Value: sample)).Concat(LongOnes())
            .SelectMany(sample => Wide(ViewCatalog.Show(sample.Value)!.Text).Select(line => $"{sample.Name}: {line}"))
            .ToList();
        Assert.True(wide.Count == 0, string.Join('\n', wide));
    }

    [Fact]
    public void Every_card_keeps_to_80_columns()
    {
        var cards = Activations.All.Cast<object>().Concat(Losses.All).Concat(VectorFunctions.All);
        var wide = cards.SelectMany(card => Wide(ViewCatalog.Show(card)!.Text).Select(line => $"{card}: {line}")).ToList();
        Assert.True(wide.Count == 0, string.Join('\n', wide));
    }

    [Fact]
    public void Lines_are_aligned_at_the_equals_sign()
    {
        var text = ViewCatalog.Show(LongOnes().First().Value)!.Text.Split('\n');
        var at = text.Where(line => line.Length > 4 && char.IsAsciiDigit(line[2]) && line[3] == ' ').Select(line => line.IndexOf(" = ", StringComparison.Ordinal)).ToList();
        Assert.True(at.Count > 1);
        Assert.Single(at.Distinct());
        // A line that goes on begins below the right side, with a sign.
        Assert.Contains(text, line => line.StartsWith(new string(' ', at[0] + 3) + "+ ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a + b + c", 80, "a + b + c")]
    [InlineData("aaaa + bbbb + cccc", 12, "aaaa + bbbb|+ cccc")]
    [InlineData("aaaa (b + c + d) + e", 16, "aaaa (b + c + d)|+ e")]
    [InlineData("aaaa (bbbb + cccc + dddd)", 18, "aaaa (bbbb + cccc|+ dddd)")]
    [InlineData("ŷŷŷŷ + ẑẑẑẑ", 11, "ŷŷŷŷ + ẑẑẑẑ")]
    [InlineData("aaaaaaaaaaaa", 5, "aaaaa|aaaaa|aa")]
    [InlineData("𝟙[aa > 0] + 𝟙[bb > 0]", 12, "𝟙[aa > 0]|+ 𝟙[bb > 0]")]
    public void A_formula_is_broken_before_a_sign(string formula, int width, string lines) => Assert.Equal(lines, string.Join('|', TextLines.Break(formula, width)));

    [Fact]
    public void Broken_formulas_lose_nothing()
    {
        var random = new Random(80);
        const string Signs = "ab cd + − ( ) [ ] _ = , Σ ŷ 𝟙";
        for (var round = 0; round < 500; round++)
        {
            var formula = string.Join(' ', Enumerable.Range(0, random.Next(1, 60)).Select(_ => Signs.Split(' ')[random.Next(Signs.Split(' ').Length)]));
            var width = random.Next(3, 40);
            var lines = TextLines.Break(formula, width).ToList();
            Assert.Equal(formula.Replace(" ", string.Empty, StringComparison.Ordinal), string.Concat(lines).Replace(" ", string.Empty, StringComparison.Ordinal));
            Assert.All(lines, line => Assert.InRange(TextLines.Width(line), 0, width));
        }
    }

    [Fact]
    public void Every_line_shows_its_value_in_every_format()
    {
        var p = Softmax(_z).Named("p");
        var model = DerivationModel.Of(p.Jacobian(_z).At(_z, [1, 2, 3]));
        Assert.All(model.Lines.Concat(model.EveryStep), line => Assert.Equal("(0.0819, −0.0220, …, 0.2227)", line.Value));
        Assert.True(model.LinesAgree);
        var bundle = ViewCatalog.Show(p.Jacobian(_z).At(_z, [1, 2, 3]))!;
        Assert.Equal(model.Lines.Length, Occurrences(bundle.Text, "value (0.0819, "));
        Assert.Equal(model.Lines.Length, Occurrences(bundle.Latex, "(0.0819, "));
        Assert.Equal(model.Lines.Length + model.EveryStep.Length, Occurrences(bundle.Html[..bundle.Html.IndexOf("<footer>", StringComparison.Ordinal)], "= (0.0819, "));
        Assert.Contains("every line above comes to the same", bundle.Text, StringComparison.Ordinal);

        static int Occurrences(string text, string part) => text.Split(part).Length - 1;
    }

    [Fact]
    public void A_derivation_without_a_name_has_numbers_too()
    {
        var x = Scalar("x");
        var model = DerivationModel.Of((x * Tanh(x)).Derivative(x).At(x, 0.5));
        Assert.All(model.Lines, line => Assert.Equal("0.8553", line.Value));
        var (i, j) = (Index("i", "K"), Index("j", "K"));
        var softmax = Log(Sum(i, Exp(_z[i]))).Derivative(_z[j]).At(_z, [1, 2, 3]).Values!;
        Assert.Equal([3], softmax.Dimensions);
        Assert.Equal(1, softmax.Entries.Sum(), 12);
        Assert.True(softmax.LargestError < 1e-9);
    }

    [Fact]
    public void The_gradient_above_a_Hessian_and_a_path_have_numbers_too()
    {
        var x = Scalar("x");
        var u = Tanh(x).Named("u");
        var loss = Pow(u, 2).Named("L");
        var hessian = DerivationModel.Of(loss.Hessian(x).At(x, 0.5));
        Assert.Equal("0.7269", Assert.Single(hessian.Adjoints, line => line.Rule == "gradient").Value);
        Assert.All([.. hessian.Lines, .. hessian.AdjointDerivations.SelectMany(derivation => derivation.Lines)], line => Assert.NotNull(line.Value));
        Assert.All(DerivationModel.Of(loss.GradientAlong(x, u).At(x, 0.5)).Lines, line => Assert.Equal("0.7269", line.Value));
    }

    [Fact]
    public void What_is_random_has_no_numbers_and_says_so()
    {
        var a = Scalar("a").Gaussian(0, 1);
        var error = Assert.Throws<ChainRuleException>(() => E(Pow(a, 2)).Simplified().At(a, 1));
        Assert.Equal("a is random: it has a distribution and no value at a point.", error.Message);
    }

    private static IEnumerable<string> Wide(string text) => text.Split('\n').Where(line => new StringInfo(line).LengthInTextElements > 80);
}
