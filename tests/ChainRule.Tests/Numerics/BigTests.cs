namespace ChainRule.Tests.Numerics;

/// <summary>Many digits: functions agree with themselves at other precisions and with identities, and bounds on errors hold.</summary>
public class BigTests
{
    public static TheoryData<string> Functions => ["Exp", "Log", "Tanh", "Sigmoid", "Sin", "Cos", "Softplus", "Erf", "NormalDistribution", "NormalDensity", "Relu", "Abs"];

    [Theory]
    [MemberData(nameof(Functions))]
    public void More_bits_change_nothing_that_was_said_to_be_known(string name)
    {
        var function = Enum.Parse<ElementaryFunction>(name);
        var random = new Random(9);
        for (var i = 0; i < 60; i++)
        {
            var x = (random.NextDouble() - (function == ElementaryFunction.Log ? 0 : 0.5)) * Math.Pow(10, random.Next(-6, 4));
            var (few, many) = (Big<Bits256>.Apply(function, Big<Bits256>.Constant(x)), Big<Bits1280>.Apply(function, Big<Bits1280>.Constant(x)));
            Assert.True(many.IsKnownTo(60), $"{name}({x})");
            if (few.IsKnownTo(60))
            {
                Assert.Equal(many.Value, few.Value);
            }

            var plain = Kernels.Apply(function, x);
            Assert.True(Math.Abs(plain - many.Value) <= (1e-14 * (1 + (x * x)) * Math.Abs(many.Value)) + (4 * double.Epsilon), $"{name}({x}) = {many.Value}, in double precision {plain}");
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(-7.25)]
    [InlineData(41)]
    [InlineData(1e-9)]
    public void Identities_hold_to_70_digits(double at)
    {
        var x = Big<Bits256>.Constant(at);
        var one = Big<Bits256>.Constant(1);
        Zero((Sin(x) * Sin(x)) + (Cos(x) * Cos(x)) - one);
        Zero((Exp(x) * Exp(-x)) - one);
        Zero(Log(Exp(x)) - x);
        Zero(Of(ElementaryFunction.Sigmoid, x) + Of(ElementaryFunction.Sigmoid, -x) - one);
        Zero(Of(ElementaryFunction.NormalDistribution, x) + Of(ElementaryFunction.NormalDistribution, -x) - one);
        Zero(Of(ElementaryFunction.Softplus, x) - Of(ElementaryFunction.Softplus, -x) - x);
        Zero((Of(ElementaryFunction.Tanh, x) * (Exp(x) + Exp(-x)) / Exp(Of(ElementaryFunction.Abs, x))) - ((Exp(x) - Exp(-x)) / Exp(Of(ElementaryFunction.Abs, x))));
    }

    [Fact]
    public void Cancellation_is_noticed()
    {
        var near = Big<Bits256>.Constant(300);
        var tail = Big<Bits256>.Constant(1) - (Of(ElementaryFunction.Tanh, near) * Of(ElementaryFunction.Tanh, near));
        Assert.False(tail.IsKnownTo(10));
        Assert.Null(tail.Sign);
        var exact = Big<Bits1280>.Apply(ElementaryFunction.Tanh, Big<Bits1280>.Constant(300));
        var known = Big<Bits1280>.Constant(1) - (exact * exact);
        Assert.True(known.IsKnownTo(60));
        Assert.Equal(4 * Math.Exp(-600), known.Value, 4 * Math.Exp(-600) * 1e-12);
        Assert.True(double.IsNaN(Log(Big<Bits256>.Constant(-1)).Value));
        Assert.True(double.IsNaN((Big<Bits256>.Constant(1) / Big<Bits256>.Constant(0)).Value));
    }

    [Fact]
    public void Rationals_are_exact()
    {
        var third = Big<Bits256>.Constant(Rational.Create(1, 3), 1.0 / 3);
        Zero((third * Big<Bits256>.Constant(3)) - Big<Bits256>.Constant(1));
        Assert.Equal(1.0 / 3, third.Value);
        Assert.Equal(double.Epsilon, Big<Bits256>.Constant(double.Epsilon).Value);
        Assert.Equal(-1.5e308, Big<Bits256>.Constant(-1.5e308).Value);
    }

    private static Big<Bits256> Of(ElementaryFunction function, Big<Bits256> x) => Big<Bits256>.Apply(function, x);

    private static Big<Bits256> Exp(Big<Bits256> x) => Of(ElementaryFunction.Exp, x);

    private static Big<Bits256> Log(Big<Bits256> x) => Of(ElementaryFunction.Log, x);

    private static Big<Bits256> Sin(Big<Bits256> x) => Of(ElementaryFunction.Sin, x);

    private static Big<Bits256> Cos(Big<Bits256> x) => Of(ElementaryFunction.Cos, x);

    /// <summary>A true zero: not told apart from 0 by its own bound, and small indeed.</summary>
    private static void Zero(Big<Bits256> value)
    {
        Assert.True(value.Sign is null or 0, $"{value.Value}");
        Assert.True(Math.Abs(value.Value) < 1e-70, $"{value.Value}");
    }
}
