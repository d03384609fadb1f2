namespace ChainRule.Tests.Expectations;

/// <summary>Expectations by numbers alone: true equalities hold, and what the assumptions do not give is refuted.</summary>
public class ExpectationNumericsTests
{
    private static readonly Variable _sigma = Scalar("sigma").Positive();
    private static readonly Variable _mu = Scalar("mu");
    private static readonly Expr _v = Pow(_sigma, 2);
    private static readonly Variable _centred = Scalar("a").Random(mean: 0, variance: _v);
    private static readonly Variable _symmetric = _centred.Symmetric();
    private static readonly Variable _gauss = Scalar("a").Gaussian(0, _v);
    private static readonly Variable _shifted = Scalar("a").Gaussian(_mu, _v);

    [Fact]
    public void Half_the_second_moment_needs_symmetry()
    {
        Holds(E(Pow(Relu(_symmetric), 2)), _v / 2);
        Holds(E(Pow(Relu(_gauss), 2)), _v / 2);
        Fails(E(Pow(Relu(_centred), 2)), _v / 2);
        Fails(E(Indicator(_centred, ">", 0)), Number.Half);
        Holds(E(Indicator(_symmetric, ">", 0)), Number.Half);
        Fails(E(Relu(_symmetric)), 0);
        Fails(E(Pow(Relu(_symmetric), 2)), Variance(Relu(_symmetric)));
    }

    [Fact]
    public void Gaussian_integrals()
    {
        Holds(E(Relu(_gauss)), _sigma / Sqrt(2 * Constant.Pi));
        Fails(E(Relu(_symmetric)), _sigma / Sqrt(2 * Constant.Pi));
        Holds(E(Pow(_gauss, 4)), 3 * Pow(_sigma, 4));
        Fails(E(Pow(_symmetric, 4)), 3 * Pow(_sigma, 4));
        Holds(E(Pow(_shifted, 6)), Pow(_mu, 6) + (15 * Pow(_mu, 4) * _v) + (45 * Pow(_mu, 2) * Pow(_sigma, 4)) + (15 * Pow(_sigma, 6)));
        Holds(E(Exp(_shifted)), Exp(_mu + (_v / 2)));
        Holds(E(Cos(_gauss)), Exp(-_v / 2));
        Holds(E(Indicator(_shifted, ">", Number.Half)), NormalCdf((_mu - Number.Half) / _sigma));
        // The kink is where the argument is 0, not at the mean.
        Holds(E(Relu(_gauss + _mu)), (_mu * NormalCdf(_mu / _sigma)) + (_sigma * NormalPdf(_mu / _sigma)));
    }

    [Fact]
    public void Several_normal_variables()
    {
        var x = Vector("x", "D").Gaussian(0, _v).Independent();
        var w = Vector("w", "D").Gaussian(0, 1).Independent();
        var i = Index("i", "D");
        Holds(E(Pow(Sum(i, x[i]), 2)), Size("D") * _v);
        Holds(E(Pow(x[1] * w[1], 2)), _v);
        Holds(E(Relu(x[1]) * Relu(w[2])), _sigma / (2 * Constant.Pi));
        Holds(E(Pow(x[1] + x[2], 4)), 12 * Pow(_sigma, 4));
        Fails(E(Pow(x[1] + x[2], 4)), 6 * Pow(_sigma, 4));
    }

    [Fact]
    public void Without_independence_a_product_does_not_split()
    {
        var x = Scalar("x").Random(_mu, _v);
        var y = Scalar("y").Random(mean: 2, variance: 3);
        Fails(E(x * y), E(x) * E(y));
        Holds(E(x.Independent() * y), 2 * (Expr)_mu);
        var h = Vector("h", "D").Random(mean: 1, variance: _v);
        var i = Index("i", "D");
        Fails(Variance(Sum(i, h[i])), Size("D") * _v);
        var g = h.Independent();
        Holds(Variance(Sum(i, g[i])), Size("D") * _v);
    }

    [Fact]
    public void Nested_expectations_and_positive_variables()
    {
        var h = Scalar("h").Positive().Random(mean: 2, variance: _v / (1 + _v));
        Holds(E(Pow(h - E(h), 2)), Variance(h));
        Holds(E(Abs(h)), E(h));
        Holds(E(Relu(h)), 2);
        Fails(E(Log(h)), Log(E(h)));
        Holds(Covariance(h, 3 * h + 1), 3 * Variance(h));
    }

    [Fact]
    public void The_derivative_of_an_expectation_by_numbers()
    {
        var w = Scalar("w");
        Holds(Derivative.Of(E(Pow(w * _centred, 2)), (Element)w), 2 * w * _v);
        Holds(Derivative.Of(E(Exp(_shifted)), (Element)_mu), Exp(_mu + (_v / 2)));
        Holds(Derivative.Of(E(Indicator(_shifted, ">", 0)), (Element)_mu), NormalPdf(_mu / _sigma) / _sigma);
        Holds(Derivative.Of(E(Pow(_centred, 2)), (Element)_sigma), 2 * _sigma);
        Holds(Derivative.Of(E(Pow(_centred, 2)), (Element)_centred), 0);
    }

    private static void Holds(Expr left, Expr right)
    {
        var verdict = Verifier.Check(left, right);
        Assert.True(verdict.Kind == VerdictKind.Supported, $"{left} = {right}: {verdict}");
    }

    private static void Fails(Expr left, Expr right)
    {
        var verdict = Verifier.Check(left, right);
        Assert.True(verdict.Kind == VerdictKind.Refuted, $"{left} ≠ {right}: {verdict}");
    }
}
