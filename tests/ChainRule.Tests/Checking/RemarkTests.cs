using ChainRule.Checking;

namespace ChainRule.Tests.Checking;

/// <summary>What is not wrong but worth pointing out.</summary>
public class RemarkTests
{
    private static Homework CrossEntropy() => new Homework().Given(
        @"z \in \mathbb{R}^C", @"\hat y = \mathrm{softmax}(z)", @"y \text{ one-hot}", @"L = -\sum_{i=1}^C y_i \log \hat y_i");

    private static void Contains(ClaimResult claim, string words)
    {
        Assert.True(claim.Status is ClaimStatus.Supported or ClaimStatus.Proved, claim.Message);
        Assert.Contains(claim.Remarks, remark => remark.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void The_step_that_uses_a_sum_of_1_in_silence_is_pointed_out()
    {
        var claims = CrossEntropy().Check(@"\frac{\partial L}{\partial z_j} &= \sum_i -y_i (\delta_{ij} - \hat y_j) \\ &= -y_j + \hat y_j \sum_i y_i \\ &= \hat y_j - y_j").Claims;
        Assert.Empty(claims[0].Remarks);
        Assert.Empty(claims[1].Remarks);
        Contains(claims[2], "Σ_i y_i = 1");
    }

    [Fact]
    public void Said_in_a_line_beside_it_it_is_not_silent()
    {
        var claims = CrossEntropy().Check(@"\sum_i y_i = 1 \\ \frac{\partial L}{\partial z_j} = \hat y_j - y_j").Claims;
        Assert.All(claims, claim => Assert.Empty(claim.Remarks));
        // What softmax gives by itself is no assumption.
        Assert.Empty(Assert.Single(CrossEntropy().Check(@"\sum_i \hat y_i = 1").Claims).Remarks);
    }

    [Theory]
    [InlineData(@"z_1 \in \mathbb{R}^M, a = \mathrm{ReLU}(z_1)", @"\frac{\partial a}{\partial z_1} = \operatorname{diag}(\mathbb{1}[z_1 > 0])", true)]
    [InlineData(@"\phi(x) = \max(0, x)", @"\phi'(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{else} \end{cases}", true)]
    [InlineData(@"\phi(x) = \max(0, x)", @"\phi'(x) = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \\ 0 & x = 0 \end{cases}", false)]
    [InlineData(@"\phi(x) = \max(0, x)", @"\phi'(x) = 0 \text{ if } x < 0", false)]
    [InlineData(@"x \in \mathbb{R}^n, y = A x, A \in \mathbb{R}^{m \times n}", @"\frac{\partial y_i}{\partial x_j} = A_{ij} \mathbb{1}[i > 0]", false)]
    public void A_kink_without_a_convention_is_pointed_out(string given, string claim, bool expected)
    {
        var result = Assert.Single(new Homework().Given(given).Check(claim).Claims);
        Assert.Equal(ClaimStatus.Supported, result.Status);
        Assert.Equal(expected, result.Remarks.Any(remark => remark.Contains("there is no derivative", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_inequality_that_needs_two_entries_says_so()
    {
        var claims = new Homework().Given(@"z \in \mathbb{R}^K, p = \mathrm{softmax}(z)").Check(@"p_i < 1 \\ p_i > 0").Claims;
        Contains(claims[0], "It needs K ≥ 2");
        Assert.Empty(claims[1].Remarks);
    }

    [Fact]
    public void An_index_left_over_on_the_right_is_pointed_out()
    {
        var claims = new Homework().Given(@"x \in \mathbb{R}^n, q = x^T x").Check(@"\frac{\partial q}{\partial x_n} = 2 x_n + x_i - x_i \\ \frac{\partial q}{\partial x} = 2 x_i \\ \frac{\partial^2 q}{\partial x_i \partial x_i} = 2").Claims;
        Contains(claims[0], "i stands free on the right side only");
        Contains(claims[1], "one entry (i) of the left side");
        Assert.Single(claims[1].Remarks);
        Assert.Empty(claims[2].Remarks);
    }

    [Fact]
    public void Both_layouts_in_one_answer_are_pointed_out()
    {
        var homework = new Homework().Given(@"x \in \mathbb{R}^n, A \in \mathbb{R}^{m \times n}, B \in \mathbb{R}^{k \times m}, z = A x, u = B z, L = \|u\|^2");
        Assert.Contains(homework.Check(@"\frac{\partial z}{\partial x} = A \\ \frac{\partial u}{\partial z} = B^T").Remarks, remark => remark.Contains("both layouts", StringComparison.Ordinal));
        Assert.Contains(homework.Check(@"\frac{\partial L}{\partial u} = 2 u^T \\ \frac{\partial L}{\partial z} = 2 B^T u").Remarks, remark => remark.Contains("both layouts", StringComparison.Ordinal));
        // A gradient in a column beside a Jacobian with its rows from the numerator is what most write.
        Assert.DoesNotContain(homework.Check(@"\frac{\partial z}{\partial x} = A \\ \frac{\partial L}{\partial z} = 2 B^T u").Remarks, remark => remark.Contains("layout", StringComparison.Ordinal));
        Assert.DoesNotContain(homework.Check(@"\frac{\partial z}{\partial x} = A^T \\ \frac{\partial u}{\partial z} = B^T").Remarks, remark => remark.Contains("both layouts", StringComparison.Ordinal));
    }
}
