using ChainRule.Checking;

namespace ChainRule.Tests.Checking;

/// <summary>Integrals, differentials, both signs of ± and limits in words: what their reports say beyond the verdict.</summary>
public class AnalysisTests
{
    [Fact]
    public void Three_integrals_inside_one_another_are_more_than_a_claim_may_cost()
    {
        var claim = Only(@"x \in \mathbb{R}", @"\int_0^1\int_0^1\int_0^1 u v w\,du\,dv\,dw = \frac18");
        Assert.Equal(ClaimStatus.Undecided, claim.Status);
        Assert.Contains("budget", claim.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(@"\int_0^\infty \sin(t^2)\,dt = 1")]
    [InlineData(@"\int_{-1}^1 \frac1t\,dt = 0")]
    [InlineData(@"\int_{-\infty}^\infty e^{t^2}\,dt = 1")]
    [InlineData(@"\int_1^\infty \frac1t\,dt = 7")]
    public void An_integral_that_does_not_settle_is_not_judged(string claim)
    {
        var result = Only(@"a > 0", claim);
        Assert.Equal(ClaimStatus.Undecided, result.Status);
        Assert.Contains("integral", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_integral_over_a_jump_has_its_value_and_no_derivative()
    {
        Assert.Equal(ClaimStatus.Supported, Only(@"a > 0", @"\int_0^{1 + a} \mathbb{1}[t > \frac13]\,dt = a + \frac23").Status);
        var derivative = Only(@"a > 0", @"\frac{d}{da} \int_0^1 \mathbb{1}[t > a]\,dt = -1");
        Assert.Equal(ClaimStatus.Unreadable, derivative.Status);
        Assert.Contains("jump", derivative.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_signs_must_hold_and_the_counterexample_says_which_one_does_not()
    {
        Assert.Equal(ClaimStatus.Supported, Only(@"a, b \in \mathbb{R}", @"(a \pm b)^2 = a^2 \pm 2ab + b^2").Status);
        var wrong = Only(@"a, b \in \mathbb{R}", @"(a \pm b)^2 = a^2 + 2ab + b^2");
        Assert.Equal(ClaimStatus.Refuted, wrong.Status);
        Assert.Contains(wrong.Counterexample!.Where, pair => pair is ("sign", -1));
        Assert.Equal("a² ± 2 a b + b²", wrong.Repair!.Right.ToString());
    }

    [Fact]
    public void A_d_is_a_differential_only_where_it_is_not_short_for_a_gradient()
    {
        string[] givens = [@"W \in \mathbb{R}^{m \times n}, z = W x, y \in \mathbb{R}^m, L = \frac12\|z - y\|^2"];
        var gradient = new Homework().Given(givens).Check(@"dW = dz\, x^\top").Claims[0];
        Assert.Equal(ClaimStatus.Supported, gradient.Status);
        Assert.DoesNotContain(gradient.Remarks, remark => remark.Contains("differential", StringComparison.Ordinal));
        var differential = new Homework().Given(givens).Check(@"dz = W\,dx + dW\,x").Claims[0];
        Assert.Equal(ClaimStatus.Supported, differential.Status);
        Assert.Contains(differential.Remarks, remark => remark.Contains("differential", StringComparison.Ordinal));
        // After a line in which dz was a gradient it stays one.
        var mixed = new Homework().Given(givens).Check(@"dz = z - y \\ dW = dz\, x^\top \\ dz = W\,dx + dW\,x");
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Supported, ClaimStatus.Refuted], mixed.Claims.Select(claim => claim.Status));
    }

    [Fact]
    public void A_size_d_before_a_name_stays_a_factor()
    {
        var claim = new Homework().Given(@"x \in \mathbb{R}^d, m = \frac1d \sum_{i=1}^d x_i").Check(@"d\,m = \sum_{i=1}^d x_i").Claims[0];
        Assert.Equal(ClaimStatus.Supported, claim.Status);
    }

    [Fact]
    public void A_mistake_in_what_a_line_calls_by_a_name_is_mended_there()
    {
        var claim = new Homework().Given(@"W \in \mathbb{R}^{m \times n}, v \in \mathbb{R}^m, h = \tanh(W x), L = v^\top h").Check(@"\frac{\partial L}{\partial x} = W^\top S v, \text{ where } S = \operatorname{diag}(1 - h)").FirstWrong!;
        Assert.Equal("Wᵀ diag(1 − h²) v", claim.Repair!.Right.ToString());
    }

    [Fact]
    public void Cases_are_looked_at_with_both_signs()
    {
        var claim = new Homework().Given(@"r \in \mathbb{R}, \delta > 0, \rho(r) = \begin{cases} \frac12 r^2 & |r| \le \delta \\ \delta(|r| - \frac12\delta) & |r| > \delta \end{cases}")
            .Check(@"\rho'(r) = \begin{cases} r & |r| \le \delta \\ \delta & |r| > \delta \end{cases}").Claims[0];
        Assert.Equal(ClaimStatus.Refuted, claim.Status);
        Assert.Equal(RepairKinds.Activation, claim.Repair!.Id);
    }

    [Fact]
    public void An_arrow_without_a_word_on_what_goes_where_is_not_judged()
    {
        var claim = Only(@"x \in \mathbb{R}", @"\sigma(x) \to 1");
        Assert.Equal(ClaimStatus.Unreadable, claim.Status);
        Assert.Contains(@"\text{ as }", claim.Message, StringComparison.Ordinal);
    }

    private static ClaimResult Only(string given, string claim) => Assert.Single(new Homework().Given(given).Check(claim).Claims);
}
