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
        ["descent"] = Figures.Contours("L", (a, b) => (a * a) + (3 * b * b), (-2, 2), (-2, 2), "w₁", "w₂", [(-1.5, 1.2), (-1.2, 0.48), (-0.96, 0.19)]),
        ["surface"] = Figures.Surface("L", (a, b) => (a * a) + (3 * b * b), (-2, 2), (-2, 2), "w₁", "w₂", "L"),
        ["activations"] = Activations.Compare(Activations.Relu, Activations.LeakyRelu(0.01), Activations.Softplus(), Activations.Gelu),
        ["slider"] = Activations.WithSlider("β", [0.5, 1, 2, 5], beta => Activations.Swish(beta)),
        ["card"] = Figures.FunctionWithDerivative("tanh", Math.Tanh, x => 1 - Math.Pow(Math.Tanh(x), 2), (-3, 3), secondDerivative: x => -2 * Math.Tanh(x) * (1 - Math.Pow(Math.Tanh(x), 2))),
        ["leaky"] = Activations.WithSlider("α", [0, 0.01, 0.1, 0.2, 0.3], alpha => Activations.LeakyRelu(alpha)),
        ["waves"] = Figures.WithSlider("k", [1, 2, 3], k => Figures.Curves("sin(kx)", (-3, 3), new Curve("sin(kx)", x => Math.Sin(k * x)))),
        ["temperature"] = Figures.SoftmaxTemperature([1, 2, 3]),
        ["shear"] = Figures.PlaneMap(PlaneMap.Shear(1)),
        ["reflection"] = Figures.PlaneMap(PlaneMap.Reflection(30), Activations.Relu),
        ["plane-steps"] = Figures.PlaneMaps([PlaneMap.Rotation(30), PlaneMap.Scale(1.5, 0.75), PlaneMap.Shear(0.5)], Activations.Tanh),
        ["loss-curve"] = Figures.LossCurve(new Series("ReLU", [.. Enumerable.Range(0, 60).Select(i => Math.Exp(-0.1 * i))]), new Series("σ", [.. Enumerable.Range(0, 60).Select(i => 1.0 / (1 + i))])),
        ["lines"] = Figures.Lines("size by layer", "layer", "size", [new("a", [1, 0.1, double.NaN, 1e-3]), new("b", [1, 2, 3, 0])], logarithmic: true),
        ["boundary"] = Figures.DecisionBoundary((a, b) => 1 / (1 + Math.Exp(-4 * ((a * a) + (b * b) - 1.2))), [(0, 0, 0), (0.5, 0.2, 0), (1.5, 0, 1), (-1, 1, 1), (0.2, -1.4, 1)]),
        ["gradient-by-depth"] = Experiments.GradientByDepth([Activations.Sigmoid, Activations.Relu], [Initialisation.Xavier(), Initialisation.He()], depth: 12, width: 30, samples: 10).Figure,
        ["variance-by-depth"] = Experiments.VarianceByDepth(depth: 12, width: 30, samples: 10).Figure,
        ["pre-activations"] = Experiments.PreActivations(width: 30, samples: 30).Figure,
        ["losses"] = Experiments.CrossEntropyAgainstSquaredError().Figure,
        ["softmax-rounding"] = Experiments.SoftmaxRounding().Figure,
        ["dead-unit"] = Experiments.DeadUnit(steps: 60).Figure,
        ["zero-initialisation"] = Experiments.ZeroInitialisation(steps: 5, samples: 3).Figure,
        ["linear-composition"] = Experiments.LinearComposition().Figure,
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
