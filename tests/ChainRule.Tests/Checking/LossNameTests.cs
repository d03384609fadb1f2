using ChainRule.Checking;

namespace ChainRule.Tests.Checking;

/// <summary>The losses of PyTorch's nn under their names there.</summary>
public class LossNameTests
{
    private static Homework Written() => new Homework().Given(
        @"x \in \mathbb{R}^N, \quad W \in \mathbb{R}^{K \times N}, \quad y \in \mathbb{R}^K, \quad \hat y = W x",
        @"\ell = \|\hat y - y\|^2");

    [Fact]
    public void An_average_for_a_sum_is_found_and_named()
    {
        var claim = Assert.Single(Written().Check(@"\ell = \text{MSELoss}(\hat y, y)").Claims);
        Assert.Equal(ClaimStatus.Refuted, claim.Status);
        Assert.Equal("factor", claim.Repair!.Id);
        Assert.Contains("averages over its entries: a factor 1/K", claim.Repair.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\ell = \text{MSELoss}_{\text{sum}}(\hat y, y)")]
    [InlineData(@"\ell = \mathrm{MSELoss}(\text{reduction='sum'})(\hat y, y)")]
    [InlineData(@"\ell = MSELoss(reduction='sum')(yhat, y)")]
    [InlineData(@"\ell = K \, \text{nn.MSELoss}()(\hat y, y)")]
    [InlineData(@"\frac{\partial}{\partial \hat y} \text{MSELoss}(\hat y, y) = \frac{2}{K} (\hat y - y)")]
    [InlineData(@"\nabla_W \text{MSELoss}(\hat y, y) = \frac{2}{K} (\hat y - y) x^T")]
    public void With_the_scale_that_is_written_it_is_right(string claim)
    {
        var result = Assert.Single(Written().Check(claim).Claims);
        Assert.True(result.Status == ClaimStatus.Supported, result.Message);
    }

    [Theory]
    [InlineData(@"\text{L1Loss}(z, y) = \frac{1}{K} \sum_i |z_i - y_i|")]
    [InlineData(@"\text{SmoothL1Loss}(z, y) = \frac{1}{K} \sum_i \begin{cases} \frac{1}{2} (z_i - y_i)^2 & |z_i - y_i| < 1 \\ |z_i - y_i| - \frac{1}{2} & \text{otherwise} \end{cases}")]
    [InlineData(@"\text{BCELoss}(p, t) = -\frac{1}{K} \sum_i (t_i \log p_i + (1 - t_i) \log(1 - p_i))")]
    [InlineData(@"\text{BCEWithLogitsLoss}(z, t) = \text{BCELoss}(\sigma(z), t)")]
    [InlineData(@"\text{CrossEntropyLoss}(z, o) = -\sum_i o_i \log \mathrm{softmax}(z)_i")]
    [InlineData(@"\text{CrossEntropyLoss}(Z, O) = -\frac{1}{B} \sum_{n=1}^B \sum_k O_{nk} \log \mathrm{softmax}(Z)_{nk}")]
    [InlineData(@"\text{NLLLoss}(z, o) = -\sum_i o_i z_i")]
    [InlineData(@"\text{KLDivLoss}(z, p) = \frac{1}{K} \sum_i p_i (\log p_i - z_i)")]
    [InlineData(@"\text{SoftMarginLoss}(z, y) = \frac{1}{K} \sum_i \log(1 + e^{-y_i z_i})")]
    public void Each_has_its_formula(string claim)
    {
        var result = Assert.Single(new Homework().Given(
            @"z, y \in \mathbb{R}^K, \quad p \in [0, 1]^K, \quad t \in \{0, 1\}^K, \quad o \in \mathbb{R}^K, \quad o \text{ one-hot}",
            @"Z, O \in \mathbb{R}^{B \times K}").Check(claim).Claims);
        Assert.True(result.Status == ClaimStatus.Supported, result.Message);
    }

    [Fact]
    public void In_a_given_they_stand_for_their_formula()
    {
        var claims = new Homework().Given(@"\hat y \in \mathbb{R}^K", @"L = \text{MSELoss}(\hat y, y)").Check(@"\nabla_{\hat y} L = \frac{2}{K} (\hat y - y) \\ \nabla_{\hat y} L = 2 (\hat y - y)").Claims;
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Refuted], claims.Select(claim => claim.Status));
        Assert.Equal("factor", claims[1].Repair!.Id);
    }

    [Fact]
    public void One_argument_is_not_enough()
    {
        var claim = Assert.Single(Written().Check(@"\ell = \text{MSELoss}(\hat y)").Claims);
        Assert.Equal(ClaimStatus.Unreadable, claim.Status);
        Assert.Contains("two arguments", claim.Message, StringComparison.Ordinal);
    }
}
