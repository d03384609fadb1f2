using System.Text;
using ChainRule.Checking;

namespace ChainRule.Tests.Checking;

/// <summary>Strangers' input: LaTeX with random damage neither crashes the checker nor hangs it, and gives the same report again.</summary>
public class FuzzTests
{
    private static readonly string[] _scraps =
    [
        @"\frac", "{", "}", "^", "_", "&", @"\\", @"\left(", @"\right)", "=", @"\sum_{i=1}^{", @"\partial", @"\begin{cases}", @"\end{cases}", @"\begin{pmatrix}", @"\nabla", "'", @"\text{if }", "[", "]", "|",
        "999999999", @"\mathbb{R}^{", @"\in", ",", @"\dots", @"\delta_{ij}", @"\odot", "*", @"\hat", "^T", "x_{x_{x_x}}", @"\sum_i \sum_j \sum_k", "e^{e^{e^x}}", "10^{10^{10}}", "\u0000", "🙂", @"\mathbb{1}[", "^{-1}",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(25)]
    public void Damaged_claims_and_givens_are_reported_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var entries = CorpusTests.Read().ToList();
        for (var round = 0; round < 40; round++)
        {
            var entry = entries[random.Next(entries.Count)];
            var claim = Damaged(entry.Claim, random);
            string[] givens = [.. entry.Givens.Select(given => random.Next(6) == 0 ? Damaged(given, random) : given)];
            var report = new Homework().Given(givens).Check(claim);
            var again = new Homework().Given(givens).Check(claim);
            Assert.Equal(report.Claims.Select(result => (result.Status, result.Message, result.Repair?.Id)), again.Claims.Select(result => (result.Status, result.Message, result.Repair?.Id)));
            Assert.NotEmpty(ChainRule.Views.HomeworkView.Show(report).Text);
            if (round % 4 == 0)
            {
                // With everything that can be asked for, and a second block that may follow from the first.
                var asked = new Homework().Given(givens).ExplainSteps().Require(Damaged(entry.Claim, random), Damaged(entry.Claim, random), "chain rule").Check(claim, entry.Claim);
                Assert.Equal(3, asked.Requirements.Length);
                Assert.NotEmpty(ChainRule.Views.HomeworkView.Show(asked).Html);
            }
        }
    }

    [Theory]
    [InlineData(@"x \in \mathbb{R}", @"x = 0.5 + 0.50.5", "more than one decimal point")]
    [InlineData(@"x \in \mathbb{R}", "e-3 = 0.0011.5e-3 = 0.0015", "more than one decimal point")]
    [InlineData(@"x \in \mathbb{R}^n", @"\operatorname{diag}() = x", "its brackets are empty")]
    [InlineData(@"f(\dots) = \max(0, x)", "f(1) = 1", "what stands for the dots")]
    [InlineData(@"W \in \mathbb{R}^{2.5 \times 3}", "W = W", "A size is a whole number")]
    [InlineData(@"x \in \mathbb{R}^n", @"x \mathbf{1}^\top \mathbf{1} = x", "size of these vectors of ones")]
    [InlineData(@"x \in \mathbb{R}", "0{,}5 + 0{,}25 = 0{,}70{,}75", "")]
    [InlineData(@"a, n \in \mathbb{R}^d, L = \|a - n\|^2", @"\frac{\partial L}{\partial n} = \begin{cases} 2(n - a), & [1, 2] > 0, \\ 0, & a > 0 \end{cases}", "another one of a vector of")]
    public void What_makes_no_sense_is_said_where_it_stands(string given, string claim, string message)
    {
        var report = new Homework().Given(given).Check(claim);
        Assert.Contains(message, string.Join('\n', report.Claims.Select(result => result.Message).Concat(report.UnreadGivens.Select(unread => unread.Message))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"x = \sum_{i=1}^{1000000} \sum_{j=1}^{1000000} i j")]
    [InlineData(@"\sum_{a=1}^{999}\sum_{b=1}^{999}\sum_{c=1}^{999}\sum_{d=1}^{999} a b c d = 0")]
    [InlineData(@"x^{999999999999} = 1")]
    [InlineData(@"I_{100000} = I_{100000}^2")]
    [InlineData(@"\frac{d}{dx}\frac{d}{dx}\frac{d}{dx}\frac{d}{dx}\frac{d}{dx}\frac{d}{dx} e^x = e^x")]
    public void Costly_claims_end_and_are_called_undecided_or_unreadable(string claim)
    {
        var result = new Homework().Given(@"x \in \mathbb{R}").Check(claim).Claims[0];
        Assert.True(result.Status is ClaimStatus.Undecided or ClaimStatus.Unreadable or ClaimStatus.Refuted, $"{result.Status}: {result.Message}");
    }

    [Theory]
    [InlineData(@"(x + 1)(x + 2)(x + 3)(x + 4)(x + 5)(x + 6)(x + 7)(x + 8)(x + 9)(x + 10)(x + y)(x - y)(1 + y) = (1 + y)(x - y)(x + y)(x + 10)(x + 9)(x + 8)(x + 7)(x + 6)(x + 5)(x + 4)(x + 3)(x + 2)(1 + x)")]
    [InlineData(@"(x + y)^{40} = (x + y)^{39} (x + y)")]
    [InlineData(@"((((x + 1)^9 + y)^9 + 1)^9 + x)^9 = ((((1 + x)^9 + y)^9 + 1)^9 + x)^9")]
    [InlineData(@"\frac{1}{x+1} + \frac{1}{x+2} + \frac{1}{x+3} + \frac{1}{x+4} + \frac{1}{x+5} + \frac{1}{x+6} + \frac{1}{y+1} + \frac{1}{y+2} = \frac{1}{x+2} + \frac{1}{x+1} + \frac{2x + 7}{(x+3)(x+4)} + \frac{1}{x+5} + \frac{1}{x+6} + \frac{1}{y+1} + \frac{1}{y+2}")]
    [InlineData(@"\frac{d}{dx} e^{e^{e^{x y}}} \tanh(\tanh(\tanh(x^5 y^4 + x))) = x^y")]
    public void What_the_engine_adds_ends_too(string claim)
    {
        // Products of many sums must not be multiplied out without end.
        Assert.Single(new Homework().Given(@"x, y \in \mathbb{R}").ExplainSteps().Check(claim).Claims);
    }

    [Fact]
    public void Deep_nesting_and_great_length_end()
    {
        foreach (var claim in new[] { new string('(', 5000) + "x" + new string(')', 5000) + " = x", string.Concat(Enumerable.Repeat(@"\frac{1}{", 3000)) + "x" + new string('}', 3000) + "= 1", string.Concat(Enumerable.Repeat("x + ", 4000)) + "x = 4001 x", "x = " + string.Concat(Enumerable.Repeat("-", 5000)) + "x", "x" + string.Concat(Enumerable.Repeat("^{x", 2000)) + new string('}', 2000) + " = 1", "x " + string.Concat(Enumerable.Repeat("= x ", 2000)) })
        {
            Assert.NotEmpty(new Homework().Given(@"x \in \mathbb{R}").Check(claim).Claims);
        }
    }

    [Fact]
    public void A_given_that_calls_itself_ends()
    {
        var report = new Homework().Given("f(x) = f(x - 1) + 1", "a = b + 1", "b = a + 1").Check("f(3) = 3", "a = 2");
        Assert.All(report.Claims, claim => Assert.True(claim.Status is ClaimStatus.Undecided or ClaimStatus.Unreadable, $"{claim.Status}: {claim.Message}"));
    }

    private static string Damaged(string text, Random random)
    {
        var damaged = new StringBuilder(text);
        for (var i = 1 + random.Next(4); i > 0 && damaged.Length > 0; i--)
        {
            var at = random.Next(damaged.Length);
            switch (random.Next(4))
            {
                case 0:
                    damaged.Remove(at, Math.Min(1 + random.Next(6), damaged.Length - at));
                    break;
                case 1:
                    damaged.Insert(at, _scraps[random.Next(_scraps.Length)]);
                    break;
                case 2:
                    damaged.Insert(at, text.AsSpan(random.Next(text.Length)));
                    break;
                default:
                    (damaged[at], damaged[damaged.Length - 1 - at]) = (damaged[damaged.Length - 1 - at], damaged[at]);
                    break;
            }
        }

        return damaged.ToString();
    }
}
