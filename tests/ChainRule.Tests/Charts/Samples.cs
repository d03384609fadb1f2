using ChainRule.Charts;
using ChainRule.Networks;

namespace ChainRule.Tests.Charts;

/// <summary>One figure of every factory; the tests check them all.</summary>
internal static class Samples
{
    public static IReadOnlyDictionary<string, Figure> All { get; } = new Dictionary<string, Figure>(StringComparer.Ordinal)
    {
        ["relu"] = Figures.FunctionWithDerivative("ReLU", x => Math.Max(0, x), x => x > 0 ? 1 : 0, (-3, 3), [0.0]),
        ["softplus"] = Figures.FunctionWithDerivative(
            "softplus",
            x => Math.Log(1 + Math.Exp(x)),
            x => 1 / (1 + Math.Exp(-x)),
            (-5, 5),
            asymptotes: [Asymptote.Horizontal(0), new Asymptote(1, 0)]),
        ["reciprocal"] = Figures.Curves("1/x & log(x)", (-5, 5), new Curve("1/x", x => 1 / x), new Curve("log(x)", x => Math.Log(x))),
        ["jacobian"] = Figures.Heatmap(
            new[,] { { 0.0819, -0.022, -0.0599 }, { -0.022, 0.1848, -0.1628 }, { -0.0599, -0.1628, double.NaN } },
            ["p₁", "p₂", "p₃"],
            ["z₁", "z₂", "z₃"],
            "∂p/∂z"),
        ["bars"] = Figures.Bars(["cat", "dog", "bird"], [0.09, 0.245, 0.665], "softmax(z)", "p"),
        ["contours"] = Figures.Contours("L", (a, b) => (a * a) + (3 * b * b), (-2, 2), (-2, 2), "w₁", "w₂"),
        ["surface"] = Figures.Surface("L", (a, b) => (a * a) + (3 * b * b), (-2, 2), (-2, 2), "w₁", "w₂", "L"),
        ["activations"] = Activations.Compare(Activations.Relu, Activations.LeakyRelu(0.01), Activations.Softplus(), Activations.Gelu),
        ["slider"] = Activations.WithSlider("β", [0.5, 1, 2, 5], beta => Activations.Swish(beta)),
        ["controls"] = new Figure(
            [new ScatterTrace(AxisValues.Of([0.0, 1.0]), AxisValues.Of([0.0, double.NaN])) { Name = "f" }],
            new FigureLayout
            {
                Annotations = [new Annotation("here", 0, 0) { ShowArrow = true, ShiftY = 20 }],
                Sliders = [new Slider("α = ", [new ControlStep("0.1", new ShowFrame("a"))])],
                ButtonGroups = [new ButtonGroup([new ControlStep("Play", new PlayFrames()), new ControlStep("All", new ShowTraces([true]))])],
            },
            Frames: [new FigureFrame("a", [new ScatterTrace(AxisValues.Of([0.0, 1.0]), AxisValues.Of([0.0, 2.0]))])]),
    };
}
