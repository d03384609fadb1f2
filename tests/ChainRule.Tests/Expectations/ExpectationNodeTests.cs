using ChainRule.Notation;

namespace ChainRule.Tests.Expectations;

/// <summary>Expectations as nodes: identity, dependencies, looks, and what is refused.</summary>
public class ExpectationNodeTests
{
    private static readonly Variable _sigma = Scalar("sigma").Positive();
    private static readonly Variable _w = Scalar("w");
    private static readonly Variable _a = Scalar("a").Random(mean: 0, variance: Pow(_sigma, 2));
    private static readonly Variable _b = Relu(_a).Named("b");

    [Fact]
    public void Equal_expectations_are_one_node()
    {
        Assert.Same(E(Pow(_a, 2)), E(Pow(_a, 2)));
        Assert.NotSame(E(Pow(_a, 2)), E(_a));
        Assert.Same(Variance(_a), Covariance(_a, _a));
        Assert.NotSame(E(_a), E(Scalar("a").Gaussian(0, Pow(_sigma, 2))));
        Assert.Same(Number.Of(3), E(3));
        Assert.Same(Number.Zero, Variance(3));
    }

    [Fact]
    public void It_is_set_in_three_notations()
    {
        var square = E(Pow(_b, 2)) - Pow(E(_b), 2);
        Assert.Equal("𝔼[b²] − 𝔼[b]²", square.ToString());
        Assert.Equal(@"\mathbb{E}[b^2] - \mathbb{E}[b]^2", LatexPrinter.Print(ExpressionFormula.Of(square)));
        Assert.Contains("&#120124;", MathMLPrinter.Print(ExpressionFormula.Of(square)), StringComparison.Ordinal);
        Assert.Equal("Var[b]", Variance(_b).ToString());
        Assert.Equal("Cov[a, b]", Covariance(_a, _b).ToString());
        Assert.Contains("Var", LatexPrinter.Print(ExpressionFormula.Of(Variance(_b))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_random_variable_shows_what_is_assumed_of_it()
    {
        Assert.Equal("a ∈ ℝ, 𝔼[a] = 0, Var[a] = σ², symmetric", ChainRule.Views.ViewCatalog.Show(_a.Symmetric())!.Text);
        Assert.Equal("x ∈ ℝ^D, 𝔼[x_i] = 1, Var[x_i] = 2, Gaussian and independent", ChainRule.Views.ViewCatalog.Show(Vector("x", "D").Gaussian(1, 2).Independent())!.Text);
        Assert.StartsWith("Variance of b\n", ChainRule.Views.ViewCatalog.Show(Variance(_b).Simplified())!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_depends_on_what_is_fixed_and_on_the_parameters_of_the_law_only()
    {
        var mean = E(Pow(_w * _b, 2));
        Assert.False(Dependencies.DependsOn(mean, _a));
        Assert.False(Dependencies.DependsOn(mean, _b));
        Assert.True(Dependencies.DependsOn(mean, _w));
        Assert.True(Dependencies.DependsOn(mean, _sigma));
        Assert.True(_b.IsRandom);
        Assert.False(mean.Named("m").IsRandom);
    }

    [Fact]
    public void What_no_law_can_have_is_refused()
    {
        Assert.Contains("comes from the variables in it", Assert.Throws<ChainRuleException>(() => _b.Random(0, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("at least 0", Assert.Throws<ChainRuleException>(() => Scalar("x").Random(variance: -1)).Message, StringComparison.Ordinal);
        Assert.Contains("random itself", Assert.Throws<ChainRuleException>(() => Scalar("x").Random(mean: _a)).Message, StringComparison.Ordinal);
        Assert.Contains("can't be Gaussian", Assert.Throws<ChainRuleException>(() => Scalar("x").Positive().Gaussian(1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("its mean can't be 0", Assert.Throws<ChainRuleException>(() => Scalar("x").Random(mean: 0).Positive()).Message, StringComparison.Ordinal);
        Assert.Contains("ties its entries", Assert.Throws<ChainRuleException>(() => Vector("x", "N").ZeroMean().Random(0, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("ties its entries", Assert.Throws<ChainRuleException>(() => Vector("y", "K").OneHot().Independent()).Message, StringComparison.Ordinal);
        Assert.Contains("index", Assert.Throws<ChainRuleException>(() => Vector("x", "K").Random(mean: Vector("mu", "K")[Index("i", "K")])).Message, StringComparison.Ordinal);
    }
}
