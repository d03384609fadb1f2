using System.Globalization;
using ChainRule.Networks;

namespace ChainRule.Tests.Networks;

/// <summary>Kinks, limits, zeros, range, monotonicity and the Lipschitz constant as they are derived from formulas.</summary>
public class ActivationAnalysisTests
{
    private static readonly Dictionary<string, (Activation Activation, string Range, string Zeros, string Left, string Right, string Kinks, string Steps, double Lipschitz)> _facts = new(StringComparer.Ordinal)
    {
        ["Identity"] = (Activations.Identity, "(-∞, ∞)", "0", "y = 1x + 0", "y = 1x + 0", "", "+", 1),
        ["ReLU"] = (Activations.Relu, "[0, ∞)", "(-∞, 0]", "y = 0x + 0", "y = 1x + 0", "0: 0|1 → 0", "0+", 1),
        ["LeakyReLU"] = (Activations.LeakyRelu(), "(-∞, ∞)", "0", "y = 0.01x + 0", "y = 1x + 0", "0: 0.01|1 → 0.01", "+", 1),
        ["PReLU"] = (Activations.Prelu(), "(-∞, ∞)", "0", "y = 0.25x + 0", "y = 1x + 0", "0: 0.25|1 → 0.25", "+", 1),
        ["PReLU(−2)"] = (Activations.Prelu(-2), "[0, ∞)", "0", "y = -2x + 0", "y = 1x + 0", "0: -2|1 → -2", "-+", 2),
        ["RReLU"] = (Activations.Rrelu(), "(-∞, ∞)", "0", "y = 0.229167x + 0", "y = 1x + 0", "0: 0.229167|1 → 0.229167", "+", 1),
        ["ELU"] = (Activations.Elu(), "(-1, ∞)", "0", "y = 0x + -1", "y = 1x + 0", "", "+", 1),
        ["ELU(2)"] = (Activations.Elu(2), "(-2, ∞)", "0", "y = 0x + -2", "y = 1x + 0", "0: 2|1 → 2", "+", 2),
        ["CELU(3)"] = (Activations.Celu(3), "(-3, ∞)", "0", "y = 0x + -3", "y = 1x + 0", "", "+", 1),
        ["SELU"] = (Activations.Selu, "(-1.7581, ∞)", "0", "y = 0x + -1.7581", "y = 1.0507x + 0", "0: 1.7581|1.0507 → 1.7581", "+", 1.7580993408473766),
        ["GELU"] = (Activations.Gelu, "[-0.169971, ∞)", "0", "y = 0x + 0", "y = 1x + 0", "", "-+", 1.1289041451851550),
        ["GELUtanh"] = (Activations.GeluTanh, "[-0.170041, ∞)", "0", "y = 0x + 0", "y = 1x + 0", "", "-+", 1.1289930686587717),
        ["SiLU"] = (Activations.Silu, "[-0.278465, ∞)", "0", "y = 0x + 0", "y = 1x + 0", "", "-+", 1.0998393201288668),
        ["Swish(50)"] = (Activations.Swish(50), "[-0.00556929, ∞)", "0", "y = 0x + 0", "y = 1x + 0", "", "-+", 1.0998393201288668),
        ["Mish"] = (Activations.Mish, "[-0.308843, ∞)", "0", "y = 0x + 0", "y = 1x + 0", "", "-+", 1.0884981612517277),
        ["Softplus"] = (Activations.Softplus(), "(0, ∞)", "", "y = 0x + 0", "y = 1x + 0", "", "+", 1),
        ["Softplus(3)"] = (Activations.Softplus(3), "(0, ∞)", "", "y = 0x + 0", "y = 1x + 0", "", "+", 1),
        ["Softplus(1, 20)"] = (Activations.Softplus(1, 20), "(0, ∞)", "", "y = 0x + 0", "y = 1x + 0", "20: jump 1|1 → 1", "++", double.PositiveInfinity),
        ["Softsign"] = (Activations.Softsign, "(-1, 1)", "0", "y = 0x + -1", "y = 0x + 1", "", "+", 1),
        ["Sigmoid"] = (Activations.Sigmoid, "(0, 1)", "", "y = 0x + 0", "y = 0x + 1", "", "+", 0.25),
        ["LogSigmoid"] = (Activations.LogSigmoid, "(-∞, 0)", "", "y = 1x + 0", "y = 0x + 0", "", "+", 1),
        ["HardSigmoid"] = (Activations.HardSigmoid, "[0, 1]", "(-∞, -3]", "y = 0x + 0", "y = 0x + 1", "-3: 0|0.166667 → 0; 3: 0.166667|0 → 0", "0+0", 1.0 / 6),
        ["Tanh"] = (Activations.Tanh, "(-1, 1)", "0", "y = 0x + -1", "y = 0x + 1", "", "+", 1),
        ["Tanhshrink"] = (Activations.Tanhshrink, "(-∞, ∞)", "0", "y = 1x + 1", "y = 1x + -1", "", "+", 1),
        ["HardTanh(−2, 0.5)"] = (Activations.HardTanh(-2, 0.5), "[-2, 0.5]", "0", "y = 0x + -2", "y = 0x + 0.5", "-2: 0|1 → 0; 0.5: 1|0 → 0", "0+0", 1),
        ["HardSwish"] = (Activations.HardSwish, "[-0.375, ∞)", "(-∞, -3], 0", "y = 0x + 0", "y = 1x + 0", "-3: 0|-0.5 → 0; 3: 1.5|1 → 1", "0-+", 1.5),
        ["ReLU6"] = (Activations.Relu6, "[0, 6]", "(-∞, 0]", "y = 0x + 0", "y = 0x + 6", "0: 0|1 → 0; 6: 1|0 → 0", "0+0", 1),
        ["Softshrink"] = (Activations.Softshrink(), "(-∞, ∞)", "[-0.5, 0.5]", "y = 1x + 0.5", "y = 1x + -0.5", "-0.5: 1|0 → 0; 0.5: 0|1 → 0", "+0+", 1),
        ["Hardshrink"] = (Activations.Hardshrink(), "(-∞, -0.5), 0, (0.5, ∞)", "[-0.5, 0.5]", "y = 1x + 0", "y = 1x + 0", "-0.5: jump 1|0 → 0; 0.5: jump 0|1 → 0", "+0+", double.PositiveInfinity),
        ["Threshold(1, 20)"] = (Activations.Threshold(1, 20), "(1, ∞)", "", "y = 0x + 20", "y = 1x + 0", "1: jump 0|1 → 0", "0+", double.PositiveInfinity),
        ["Heaviside"] = (Activations.Heaviside(), "0, 0.5, 1", "(-∞, 0)", "y = 0x + 0", "y = 0x + 1", "0: jump 0|0 → 0", "00", double.PositiveInfinity),
        ["Gaussian"] = (Activations.Gaussian, "(0, 1]", "", "y = 0x + 0", "y = 0x + 0", "", "+-", Math.Sqrt(2 / Math.E)),
        ["|x² − 2|"] = (Activation.Define("f", x => Abs(Pow(x, 2) - 2)), "[0, ∞)", "-1.41421, 1.41421", "∞", "∞", "-1.41421: -2.82843|2.82843 → -2.82843; 1.41421: -2.82843|2.82843 → -2.82843", "-+-+", double.PositiveInfinity),
        ["|x² − 9/4|"] = (Activation.Define("f", x => Abs(Pow(x, 2) - 2.25)), "[0, ∞)", "-1.5, 1.5", "∞", "∞", "-1.5: -3|3 → 0; 1.5: -3|3 → 0", "-+-+", double.PositiveInfinity),
        ["max(−1, min(x, 2))"] = (Activation.Define("f", x => Max(-1, Min(x, 2))), "[-1, 2]", "0", "y = 0x + -1", "y = 0x + 2", "-1: 0|1 → 0; 2: 1|0 → 0", "0+0", 1),
        ["x³"] = (Activation.Define("f", x => Pow(x, 3)), "(-∞, ∞)", "0", "-∞", "∞", "", "+", double.PositiveInfinity),
        ["5 LeakyReLU + Tanh"] = ((5 * Activations.LeakyRelu()) + Activations.Tanh, "(-∞, ∞)", "0", "y = 0.05x + -1", "y = 5x + 1", "0: 1.05|6 → 1.05", "+", 6),
    };

    public static TheoryData<string> Names => [.. _facts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Facts_follow_from_the_formula(string name)
    {
        var (activation, range, zeros, left, right, kinks, steps, lipschitz) = _facts[name];
        var analysis = activation.Analysis;
        Assert.Equal(range, string.Join(", ", analysis.Range.Select(Text)));
        Assert.Equal(zeros, string.Join(", ", analysis.Zeros.Select(Text)));
        Assert.Equal(left, Text(analysis.AtMinusInfinity));
        Assert.Equal(right, Text(analysis.AtPlusInfinity));
        Assert.Equal(kinks, string.Join("; ", analysis.Kinks.Select(kink => $"{Text(kink.At)}: {(kink.IsJump ? "jump " : string.Empty)}{Text(kink.SlopeLeft)}|{Text(kink.SlopeRight)} → {Text(kink.Convention)}")));
        Assert.Equal(steps, string.Concat(analysis.Stretches.Select(stretch => stretch.Sign > 0 ? '+' : stretch.Sign < 0 ? '-' : '0')));
        Assert.Equal(lipschitz, analysis.Lipschitz, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Facts_agree_with_values(string name)
    {
        var activation = _facts[name].Activation;
        var (analysis, random) = (activation.Analysis, new Random(7));
        var steepest = 0.0;
        for (var i = 0; i < 400; i++)
        {
            var (x, y) = ((random.NextDouble() - 0.5) * 30, (random.NextDouble() - 0.5) * 30);
            var (f, g) = (activation.Evaluate(x), activation.Evaluate(y));
            // A value that rounds to an end that is not taken is as near as doubles come.
            Assert.True(analysis.Range.Any(interval => interval.Contains(f) || Math.Abs(f - interval.From) < 1e-12 || Math.Abs(f - interval.To) < 1e-12), $"{name}({x}) = {f} is outside of the range");
            if (f == 0)
            {
                Assert.Contains(analysis.Zeros, zero => zero.Contains(x));
            }

            steepest = Math.Max(steepest, Math.Abs(f - g) / Math.Abs(x - y));
            if (analysis.IsNondecreasing)
            {
                Assert.True((f - g) * (x - y) >= -1e-12, name);
            }
        }

        Assert.True(steepest <= analysis.Lipschitz * (1 + 1e-12), $"{steepest} > {analysis.Lipschitz}");
        Assert.All(analysis.Zeros.Where(zero => zero.IsPoint), zero => Assert.Equal(0, activation.Evaluate(zero.From), 1e-12));
    }

    [Fact]
    public void What_is_0_over_0_at_a_border_has_its_limit_there()
    {
        var sinc = Activation.Define("f", x => Cases(1, (x, "=", 0), Sin(x) / x)).Analysis;
        Assert.Empty(sinc.Kinks);
        Assert.Equal("[-0.217234, 1]", Text(Assert.Single(sinc.Range)));
        Assert.Equal(0.436182, sinc.Lipschitz, 1e-6);
        var hole = Assert.Single(Activation.Define("f", x => Cases(2, (x, "=", 0), Sin(x) / x)).Analysis.Kinks);
        Assert.Equal((true, 1.0, 1.0, 2.0), (hole.IsJump, hole.FromLeft, hole.FromRight, hole.Value));
        Assert.Equal(-0.5, Activation.Define("f", x => Cases(0, (x, "=", 0), (Cos(x) - 1) / Pow(x, 2))).Analysis.Kinks[0].FromLeft, 1e-12);
    }

    [Fact]
    public void Zeros_that_come_back_without_end_are_said_so()
    {
        Assert.Equal(Math.PI, Activations.Sine.Analysis.ZeroDistance!.Value, 1e-12);
        Assert.True(double.IsNaN(Activations.Sine.Analysis.AtPlusInfinity.Value));
        Assert.Equal("[-1, 1]", Text(Assert.Single(Activations.Sine.Analysis.Range)));
        Assert.Null(Activations.Gelu.Analysis.ZeroDistance);
    }

    [Fact]
    public void What_is_not_defined_everywhere_is_said_and_nothing_else_is_claimed()
    {
        Func<Expr, Expr>[] holes = [x => Log(x), x => 1 / x, x => Sqrt(x), x => Sin(x) / x, x => x * Log(Abs(x)), x => 1 / (1 - x), x => 1 / (Pow(x, 2) - 2)];
        Assert.All(holes, formula =>
        {
            var activation = Activation.Define("f", formula);
            Assert.NotNull(activation.Analysis.Undefined);
            var text = ChainRule.Views.ViewCatalog.Show(activation)!.Text;
            Assert.Contains("not the whole line", text, StringComparison.Ordinal);
            Assert.DoesNotContain("zeros", text, StringComparison.Ordinal);
        });
        Assert.All(_facts.Values, fact => Assert.Null(fact.Activation.Analysis.Undefined));
    }

    [Fact]
    public void What_swings_without_end_is_not_described_by_what_is_near()
    {
        var growing = Activation.Define("f", x => x * Sin(x)).Analysis;
        Assert.True(growing.Swings);
        Assert.True(double.IsNaN(growing.AtPlusInfinity.Value));
        Assert.Empty(growing.Range);
        Assert.Equal(double.PositiveInfinity, growing.Lipschitz);
        var saw = Activation.Define("f", x => Abs(Sin(x))).Analysis;
        Assert.True(saw.HasMoreKinks);
        Assert.Equal("[0, 1]", Text(Assert.Single(saw.Range)));
        Assert.False(Activations.Gelu.Analysis.Swings);
    }

    [Fact]
    public void An_unknown_function_has_no_values()
    {
        var activation = Activation.Define("f", x => x * Function("phi").Of(x));
        Assert.False(activation.IsNumeric);
        Assert.Contains("only a name", Assert.Throws<ChainRuleException>(() => activation.Evaluate(1)).Message, StringComparison.Ordinal);
        Assert.Equal("φ(x) + x φ′(x)", activation.Derivation.Result.ToString());
    }

    [Fact]
    public void A_symbol_in_the_place_of_a_number_is_asked_for() =>
        Assert.Contains("α in", Assert.Throws<ChainRuleException>(() => Activations.LeakyRelu(Scalar("alpha")).Analysis).Message, StringComparison.Ordinal);

    [Fact]
    public void A_function_with_kinks_says_its_conventions_in_derivations()
    {
        var z = Vector("z", "K");
        var j = Index("j", "K");
        var step = Activations.HardTanh().Of(z)[j].Derivative(z[j]).Steps.Single(step => step.Rule.Id == "function");
        Assert.Equal(["at −1 the derivative is taken to be 0, as from the left", "at 1 the derivative is taken to be 0, as from the right"], step.Conditions.Select(condition => condition.Reason));
        Assert.Empty(Activations.Gelu.Of(z)[j].Derivative(z[j]).Steps.Single(other => other.Rule.Id == "function").Conditions);
    }

    [Fact]
    public void Another_convention_at_the_kinks_can_be_asked_for()
    {
        var x = Scalar("x");
        var f = Activations.HardTanh().Of((Expr)x);
        Assert.Equal([0.0, 0, 0], Slopes(Kinks.PyTorch));
        Assert.Equal([0.0, 0, 1], Slopes(Kinks.Left));
        Assert.Equal([0.0, 1, 0], Slopes(Kinks.Right));

        // Well inside the flat part, then at both kinks.
        IEnumerable<double> Slopes(Kinks kinks)
        {
            var slope = new RealFunction(f.Derivative(x, kinks).Result, x);
            return [slope.At(-2), slope.At(-1), slope.At(1)];
        }
    }

    private static string Text(FunctionLimit limit) => limit.HasAsymptote ? $"y = {Text(limit.Slope)}x + {Text(limit.Offset)}" : Text(limit.Value);

    private static string Text(RealInterval interval) => interval.IsPoint ? Text(interval.From) : $"{(interval.HasFrom ? '[' : '(')}{Text(interval.From)}, {Text(interval.To)}{(interval.HasTo ? ']' : ')')}";

    private static string Text(double value) => double.IsInfinity(value) ? (value > 0 ? "∞" : "-∞") : value.ToString("G6", CultureInfo.InvariantCulture);
}
