using ChainRule.Checking;
using ChainRule.Views;

namespace ChainRule.Tests.Checking;

/// <summary>Chains, layouts, what can't be read, and what a report says.</summary>
public class CheckerTests
{
    private static Homework CrossEntropy() => new Homework().Given(
        @"z = W h + b",
        @"W \in \mathbb{R}^{C \times D}",
        @"\hat y = \mathrm{softmax}(z)",
        @"y \text{ one-hot}",
        @"L = -\sum_{i=1}^C y_i \log \hat y_i");

    [Fact]
    public void The_north_star_homework_is_marked_line_by_line()
    {
        var report = CrossEntropy().Check("""
            \frac{\partial L}{\partial z_j} &= \sum_{i=1}^C -\frac{y_i}{\hat y_i} \hat y_i (\delta_{ij} - \hat y_j) \\
             &= y_j - \hat y_j \\
            \frac{\partial L}{\partial W} &= h (\hat y - y)^T
            """);
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Refuted, ClaimStatus.Refuted], report.Claims.Select(claim => claim.Status));
        Assert.Equal([1, 2, 3], report.Claims.Select(claim => claim.Line));
        Assert.Equal("sign", report.Claims[1].Repair!.Id);
        Assert.Equal("ŷ_j − y_j", report.Claims[1].Repair!.Right.ToString());
        Assert.Equal(ClaimFault.Value, report.Claims[1].Fault);
        var example = report.Claims[1].Counterexample!;
        Assert.Equal(-example.Actual, example.Claimed, 12);
        Assert.Contains(example.Where, pair => pair.Name == "j");
        Assert.Equal("transpose", report.Claims[2].Repair!.Id);
        Assert.Equal("(ŷ − y) hᵀ", report.Claims[2].Repair!.Right.ToString());
        Assert.Equal(ClaimFault.Shape, report.Claims[2].Fault);
        Assert.Equal((1, 2, 0), (report.Right, report.Wrong, report.Open));
    }

    [Fact]
    public void One_claim_a_line_needs_no_double_backslash()
    {
        var report = new Homework().Given(@"x \in \mathbb{R}^n", @"q = x^T x").Check("""
            \frac{\partial q}{\partial x} = 2 x
            \frac{\partial q}{\partial x_j} = x_j

            \nabla_x q = x
              + x
            q = \sum_i
              x_i^2
            """);
        Assert.Equal([true, false, true, true], report.Claims.Select(claim => claim.Status is ClaimStatus.Proved or ClaimStatus.Supported));
        Assert.Equal([1, 2, 3, 4], report.Claims.Select(claim => claim.Line));
    }

    [Fact]
    public void What_has_no_value_where_the_derivative_has_one_is_neither_right_nor_a_repair()
    {
        var homework = new Homework().Given(
            @"\alpha \in \mathbb{R}",
            @"f = \Omega h, \Omega \in \mathbb{R}^{D \times E}",
            @"k_i = \begin{cases} f_i & f_i > 0 \\ \alpha f_i & \text{otherwise} \end{cases}");
        var report = homework.Check("""
            \frac{\partial k_i}{\partial h_j} = \mathbb{1}[f_i > 0] \Omega_{ij}
            \frac{\partial f_i}{\partial h_j} = \frac{\Omega_{ij}}{\mathbb{1}[f_i > 0]}
            """);
        Assert.All(report.Claims, claim => Assert.Equal(ClaimStatus.Refuted, claim.Status));
        Assert.DoesNotContain("/", report.Claims[0].Repair?.Right.ToString() ?? string.Empty, StringComparison.Ordinal);
        Assert.Equal("Ω_ij", report.Claims[1].Repair!.Right.ToString());
        Assert.False(double.IsFinite(report.Claims[1].Counterexample!.Claimed));
        Assert.Contains("has no value", HomeworkView.Explain(report.Claims[1]), StringComparison.Ordinal);

        // The edge of a domain is no gap: the logarithm of both sides' argument is asked for where it exists.
        Assert.Equal(1, new Homework().Given(@"x \in \mathbb{R}").Check(@"\frac{d}{dx} \log x = \frac{1}{x}").Right);
    }

    [Fact]
    public void A_wrong_letter_in_a_condition_is_mended_where_the_condition_says_it_twice()
    {
        var report = new Homework().Given(
            @"h \in \mathbb{R}^d, w \in \mathbb{R}^k",
            @"a_i = \sum_{j=1}^{k} h_{i+j-1} w_j, i \in \{1, \ldots, d-k+1\}").Check(@"\frac{\partial a_i}{\partial h_n} = w_{n-i+1} \mathbb{1}[1 \le n-k+1 \le k]");
        Assert.Equal("index", report.Claims[0].Repair!.Id);
        Assert.Contains("n − i + 1 ≤ k", report.Claims[0].Repair!.Right.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_about_a_shape_ends_with_its_line()
    {
        var report = new Homework().Given(@"W \in \mathbb{R}^{m \times n}, x \in \mathbb{R}^n", @"f = W x").Check("""
            \frac{\partial f}{\partial x} : m \times n
            \frac{\partial f}{\partial x} = W
            """);
        Assert.Equal([1, 2], report.Claims.Select(claim => claim.Line));
        Assert.Equal(2, report.Right);
    }

    [Fact]
    public void A_derivative_claimed_to_be_zero_is_not_mended_by_adding_to_zero()
    {
        var report = new Homework().Given(@"W \in \mathbb{R}^{m \times n}, b \in \mathbb{R}^m", @"f = W x + b", @"L = \|f - y\|^2").Check(@"\frac{\partial L}{\partial b} = 0");
        Assert.DoesNotContain("0", report.Claims[0].Repair!.Right.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Givens_that_do_not_fit_together_are_no_fault_of_the_claim()
    {
        var report = new Homework().Given(@"f_t = \sigma(W h_{t-1} + U x_t)").Check(@"\frac{\partial f_t}{\partial f_t} = I");
        Assert.Equal(0, report.Wrong);
    }

    [Fact]
    public void A_line_that_follows_from_a_wrong_one_is_said_to()
    {
        var report = CrossEntropy().Check(@"\nabla_z L &= y - \hat y \\ &= -(\hat y - y) \\ &= \hat y - y");
        Assert.Equal(ClaimStatus.Refuted, report.Claims[0].Status);
        Assert.Equal((ClaimStatus.Supported, 1), (report.Claims[1].Status, report.Claims[1].FollowsFrom));
        Assert.Contains("follows from line 1", report.Claims[1].Message, StringComparison.Ordinal);
        Assert.Equal(ClaimStatus.Supported, report.Claims[2].Status);
        Assert.Null(report.Claims[2].FollowsFrom);
        Assert.Equal((1, 1), (report.Right, report.Wrong));
    }

    [Theory]
    [InlineData(@"\frac{\partial L}{\partial z} = y - \hat y", @"\frac{\partial L}{\partial W} = (y - \hat y) h^T", true)]
    [InlineData(@"\frac{\partial L}{\partial z_j} = y_j - \hat y_j", @"\frac{\partial L}{\partial b_i} = y_i - \hat y_i", true)]
    [InlineData(@"\frac{\partial L}{\partial z_j} = y_j - \hat y_j", @"\nabla_W L = \nabla_z L \, h^T = (y - \hat y) h^T", true)]
    [InlineData(@"\frac{\partial \hat y_i}{\partial z_j} = \hat y_i (\delta_{ij} + \hat y_j)", @"\frac{\partial L}{\partial z_j} = -y_j - \hat y_j", true)]
    [InlineData(@"\frac{\partial L}{\partial z} = y - \hat y", @"\frac{\partial L}{\partial W} = 2 (y - \hat y) h^T", false)] // a mistake more
    [InlineData(@"\frac{\partial L}{\partial z} = y - \hat y", @"\frac{\partial L}{\partial \hat y_i} = \frac{y_i}{\hat y_i}", false)] // not by way of z
    [InlineData(@"\frac{\partial L}{\partial W} = h (\hat y - y)^T", @"\frac{\partial L}{\partial b} = y - \hat y", false)]
    public void An_equation_of_its_own_that_follows_from_a_wrong_one_is_said_to(string first, string second, bool follows)
    {
        var report = CrossEntropy().Check(first, second);
        var claim = report.Claims.Last(claim => claim.Status == ClaimStatus.Refuted);
        Assert.Equal(2, claim.Block);
        Assert.Equal(follows ? (1, 1) : (null, null), (claim.FollowsFrom, claim.FollowsFromBlock));
        Assert.Equal(follows ? 1 : 2, report.Wrong);
        Assert.Equal(follows, claim.Message.Contains("follows from line 1 of block 1", StringComparison.Ordinal));
        Assert.False(report.IsRight);
    }

    [Fact]
    public void A_transposed_gradient_alone_is_wrong_and_two_reveal_the_layout()
    {
        var homework = new Homework().Given(@"x \in \mathbb{R}^n, \quad A \in \mathbb{R}^{m \times n}, \quad z = A x, \quad L = \|z\|^2");
        Assert.Equal(ClaimStatus.Refuted, Assert.Single(homework.Check(@"\frac{\partial L}{\partial x} = 2 z^T A").Claims).Status);
        var both = homework.Check(@"\frac{\partial L}{\partial x} = 2 z^T A \\ \frac{\partial L}{\partial z} = 2 z^T");
        Assert.All(both.Claims, claim => Assert.Equal(ClaimStatus.Supported, claim.Status));
        Assert.Contains("numerator layout", Assert.Single(both.Claims[0].Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void What_can_t_be_followed_is_said_with_its_place_and_never_counted()
    {
        var report = CrossEntropy().Check(@"\frac{\partial L}{\partial z_j} = \hat y_j - \wobble{y}_j");
        var claim = Assert.Single(report.Claims);
        Assert.Equal(ClaimStatus.Unreadable, claim.Status);
        Assert.Equal(@"\frac{\partial L}{\partial z_j} = \hat y_j - ".Length, claim.Place!.Value.Start);
        Assert.Equal((0, 0, 1), (report.Right, report.Wrong, report.Open));
    }

    [Fact]
    public void An_undeclared_name_is_offered_declarations()
    {
        var claim = Assert.Single(CrossEntropy().Check(@"\nabla_z L = \hat y - q").Claims);
        Assert.Equal(ClaimStatus.Unreadable, claim.Status);
        Assert.Contains("q is not declared", claim.Message, StringComparison.Ordinal);
        Assert.Contains(@"\mathbb{R}^n", claim.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"∂L/∂z_j = ŷ_j − y_j", ClaimStatus.Supported)]
    [InlineData(@"∂L/∂W = (ŷ − y) hᵀ", ClaimStatus.Supported)]
    [InlineData(@"dL/dW = (yhat - y) * h^T", ClaimStatus.Supported)]
    [InlineData(@"dL/dz_j = y_j - yhat_j", ClaimStatus.Refuted)]
    public void Unicode_and_plain_text_are_read(string claim, ClaimStatus expected) => Assert.Equal(expected, Assert.Single(CrossEntropy().Check(claim).Claims).Status);

    [Fact]
    public void An_upstream_gradient_is_enough()
    {
        var report = new Homework()
            .Given(@"x \in \mathbb{R}^n, \quad W \in \mathbb{R}^{d \times n}, \quad \phi \text{ activation}")
            .Given(@"a = W x, \quad o = \phi(a), \quad g = \frac{\partial L}{\partial o} \in \mathbb{R}^d")
            .Check(@"\frac{\partial L}{\partial W} = (g \odot \phi'(a)) x^T \\ \frac{\partial L}{\partial x} = W^T (g \odot \phi'(a)) \\ \frac{\partial L}{\partial x} = W^T g");
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Supported, ClaimStatus.Refuted], report.Claims.Select(claim => claim.Status));
        Assert.Equal("activation", report.Claims[2].Repair!.Id);
    }

    [Fact]
    public void A_recurrence_is_differentiated_through_time()
    {
        var report = new Homework()
            .Given(@"h_t \in \mathbb{R}^H, \quad x_t \in \mathbb{R}^D, \quad W \in \mathbb{R}^{H \times H}, \quad U \in \mathbb{R}^{H \times D}")
            .Given(@"h_t = \tanh(W h_{t-1} + U x_t)")
            .Check(@"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W \\ \frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W^T");
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Refuted], report.Claims.Select(claim => claim.Status));
    }

    [Fact]
    public void A_condition_declares_a_number_and_the_second_derivative_keeps_its_sign()
    {
        var report = new Homework().Given(@"w \in \mathbb{R}^n, \lambda > 0", @"J = \lambda \|w\|^2", @"\eta > 0", @"w' = w - \eta \nabla_w J").Check(@"\nabla_w^2 J = 2 \lambda I \\ w' = (1 - 2 \eta \lambda) w");
        Assert.All(report.Claims, claim => Assert.Equal(ClaimStatus.Supported, claim.Status));
        Assert.Empty(report.Remarks);
        Assert.Contains("∇_w²J", ViewCatalog.Show(report)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tiny_values_fool_nobody()
    {
        var report = new Homework().Given(@"x \in \mathbb{R}").Check(@"10^{-12} x = 10^{-12} x^2 \\ 10^{-12} x = 0 \\ x - x = 0");
        Assert.Equal([ClaimStatus.Refuted, ClaimStatus.Refuted, ClaimStatus.Supported], report.Claims.Select(claim => claim.Status));
    }

    [Fact]
    public void The_report_has_every_format_and_runs_no_script()
    {
        var bundle = ViewCatalog.Show(CrossEntropy().Check(@"\nabla_z L = y - \hat y \\ x ="))!;
        Assert.Contains("The sign is flipped", bundle.Text, StringComparison.Ordinal);
        Assert.Contains("ŷ − y", bundle.Text, StringComparison.Ordinal);
        Assert.Contains("<math", bundle.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", bundle.Html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(@"\hat{y} - y", bundle.Latex, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_in_the_source_are_shown_as_text_never_as_markup()
    {
        var bundle = ViewCatalog.Show(new Homework().Given("x in <b>").Check(@"<img src=x onerror=alert(1)> = \text{<script>alert(1)</script>}"))!;
        Assert.DoesNotContain("<img", bundle.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", bundle.Html, StringComparison.OrdinalIgnoreCase);
    }
}
