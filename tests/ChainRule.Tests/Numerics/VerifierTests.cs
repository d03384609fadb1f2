namespace ChainRule.Tests.Numerics;

/// <summary>The checks are checked: a wrong rule, a missing transpose, a lucky domain are caught.</summary>
public class VerifierTests
{
    private static readonly Variable _x = Scalar("x");
    private static readonly Variable _z = Vector("z", "K");
    private static readonly IndexVariable _i = Index("i", "K");
    private static readonly IndexVariable _j = Index("j", "K");

    [Fact]
    public void A_wrong_derivative_is_refuted_with_a_counterexample()
    {
        var verdict = Verifier.Check(Derivative.Of(Tanh(_x), (Element)_x), 1 - Tanh(_x));
        Assert.Equal(VerdictKind.Refuted, verdict.Kind);
        Assert.Contains("the left side is", verdict.Counterexample, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_sign_and_a_wrong_index_are_refuted()
    {
        var p = Softmax(_z).Named("p");
        var d = Derivative.Of(p[_i], (Element)_z[_j]);
        Assert.Equal(VerdictKind.Supported, Verifier.Check(d, p[_i] * (Delta(_i, _j) - p[_j])).Kind);
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(d, p[_i] * (p[_j] - Delta(_i, _j))).Kind);
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(d, p[_i] * (Delta(_i, _j) - p[_i])).Kind);
    }

    [Fact]
    public void Equality_on_positive_values_only_is_not_enough()
    {
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(Sqrt(_x * _x), _x).Kind);
    }

    [Fact]
    public void Two_small_numbers_are_not_equal_because_both_are_small()
    {
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(1e-12 * _x, 2e-12 * _x).Kind);
    }

    [Fact]
    public void A_true_zero_is_not_relatively_wrong()
    {
        Assert.Equal(VerdictKind.Supported, Verifier.Check(Pow(Sin(_x), 2) + Pow(Cos(_x), 2) - 1, 0).Kind);
        Assert.Equal(VerdictKind.Supported, Verifier.Check(Exp(_x + 3) - Exp(_x) * Exp(3), 0).Kind);
    }

    [Fact]
    public void What_cancellation_hides_from_doubles_is_decided_with_more_digits()
    {
        // e³⁰ is about 10¹³: of x little more than three digits are left after the sum, and a millionth more or less is not among them.
        Expr x = Scalar("x");
        var hidden = (x + Exp(30)) - Exp(30);
        Assert.Equal(VerdictKind.Supported, Verifier.Check(hidden, x).Kind);
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(hidden, x * (1 + Pow(10, -6))).Kind);
    }

    [Fact]
    public void Different_sizes_are_drawn_different()
    {
        var m = Index("m", "M");
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(Sum(_i, 1), Sum(m, 1)).Kind);
    }

    [Fact]
    public void Logarithms_of_negative_numbers_are_left_out_and_positive_ones_found()
    {
        var verdict = Verifier.Check(Log(Pow(_x, 3)), 3 * Log(_x));
        Assert.Equal(VerdictKind.Supported, verdict.Kind);
        Assert.Equal(VerdictKind.Undecided, Verifier.Check(Log(-Exp(_x)), _x).Kind);
    }

    [Fact]
    public void The_same_points_are_drawn_in_every_run()
    {
        var left = Exp(_z[_i]);
        Assert.Equal(Verifier.Check(left, _z[_i]).Counterexample, Verifier.Check(left, _z[_i]).Counterexample);
    }

    [Fact]
    public void A_derivative_cuts_the_graph_at_the_name()
    {
        var p = Softmax(_z).Named("p");
        var l = Sum(_i, Log(p[_i])).Named("L");
        Assert.Equal(VerdictKind.Supported, Verifier.Check(Derivative.Of(l, (Element)p[_j]), 1 / p[_j]).Kind);
        // By z it goes through p: Σ_i (δ_ij − p_j) = 1 − K p_j.
        Assert.Equal(VerdictKind.Supported, Verifier.Check(Derivative.Of(l, (Element)_z[_j]), 1 - (Expr)Size("K") * p[_j]).Kind);
    }

    [Fact]
    public void Along_an_edge_the_other_names_are_held_fixed()
    {
        var q = Exp(_x).Named("q");
        var l = (_x * q).Named("L");
        var x = (Element)_x;
        Assert.Equal(VerdictKind.Supported, Verifier.Check(Derivative.Of(l, x, DerivativeKind.Edge), q).Kind);
        Assert.Equal(VerdictKind.Supported, Verifier.Check(Derivative.Of(l, x), q + _x * q).Kind);
    }

    [Fact]
    public void Second_derivatives_are_checked_with_nested_dual_numbers()
    {
        var x = (Element)_x;
        Assert.Equal(VerdictKind.Supported, Verifier.Check(Derivative.Of(Derivative.Of(Sin(2 * _x), x), x), -4 * Sin(2 * _x)).Kind);
    }
}
