using ChainRule.Networks;

namespace ChainRule.Tests.Numerics;

/// <summary>Checks look on both sides of every kink, however far out it is.</summary>
public class BorderTests
{
    private static readonly Variable _x = Scalar("x");

    [Fact]
    public void What_differs_only_beyond_a_far_border_is_refuted()
    {
        // Right on [−3, 3], wrong outside.
        var x = (Expr)_x;
        var slope = Activations.HardSwish.Write(x).Derivative(_x).Result;
        var wrong = Cases(0, (x, "<=", -3), 2, (x, ">=", 3), ((2 * x) + 3) / 6);
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(slope, wrong).Kind);
        Assert.Equal(VerdictKind.Supported, Verifier.Check(slope, Cases(0, (x, "<=", -3), 1, (x, ">=", 3), (x / 3) + (Expr)0.5)).Kind);
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(Max(x, 6), Max(x, 6) + Indicator(x, ">", 7) - Indicator(x, ">", 100)).Kind);
    }

    [Fact]
    public void The_border_may_be_inside_a_function_with_a_name()
    {
        var x = (Expr)_x;
        Assert.Equal(6, Borders.Reach(Activations.Relu6.Of(x)));
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(Activations.Relu6.Of(x), Relu(x)).Kind);
        Assert.Equal(0, Borders.Reach(Relu(x)));
        Assert.Equal(0, Borders.Reach(x * x));
    }
}
