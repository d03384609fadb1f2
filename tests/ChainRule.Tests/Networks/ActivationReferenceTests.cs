using System.Globalization;
using ChainRule.Networks;

namespace ChainRule.Tests.Networks;

/// <summary>
/// Value and derivative of every activation against 50 digits that mpmath computed (References/activations.py), from the numeric
/// kernel and from the formula.
/// </summary>
public class ActivationReferenceTests
{
    private static readonly Lazy<ILookup<string, (double X, double Value, double Derivative)>> _references = new(() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Networks", "References", "activations.csv")).Skip(1)
            .Select(line => line.Split(';'))
            .ToLookup(cells => cells[0], cells => (Number(cells[1]), Number(cells[2]), Number(cells[3])), StringComparer.Ordinal));

    private static readonly Dictionary<string, Activation> _activations = new(StringComparer.Ordinal)
    {
        ["Identity"] = Activations.Identity,
        ["ReLU"] = Activations.Relu,
        ["LeakyReLU(0.01)"] = Activations.LeakyRelu(),
        ["LeakyReLU(0.2)"] = Activations.LeakyRelu(0.2),
        ["PReLU(0.25)"] = Activations.Prelu(),
        ["RReLU(1/8, 1/3)"] = Activations.Rrelu(),
        ["ELU(1)"] = Activations.Elu(),
        ["ELU(0.5)"] = Activations.Elu(0.5),
        ["CELU(1)"] = Activations.Celu(),
        ["CELU(2)"] = Activations.Celu(2),
        ["SELU"] = Activations.Selu,
        ["GELU"] = Activations.Gelu,
        ["GELU(tanh)"] = Activations.GeluTanh,
        ["SiLU"] = Activations.Silu,
        ["Swish(1.5)"] = Activations.Swish(1.5),
        ["Mish"] = Activations.Mish,
        ["Softplus"] = Activations.Softplus(),
        ["Softplus(2)"] = Activations.Softplus(2),
        ["Softplus(1, 20)"] = Activations.Softplus(1, 20),
        ["Softsign"] = Activations.Softsign,
        ["Sigmoid"] = Activations.Sigmoid,
        ["LogSigmoid"] = Activations.LogSigmoid,
        ["HardSigmoid"] = Activations.HardSigmoid,
        ["Tanh"] = Activations.Tanh,
        ["Tanhshrink"] = Activations.Tanhshrink,
        ["HardTanh(-1, 1)"] = Activations.HardTanh(),
        ["HardTanh(-2, 0.5)"] = Activations.HardTanh(-2, 0.5),
        ["HardSwish"] = Activations.HardSwish,
        ["ReLU6"] = Activations.Relu6,
        ["Softshrink(0.5)"] = Activations.Softshrink(),
        ["Hardshrink(0.5)"] = Activations.Hardshrink(),
        ["Threshold(1, 20)"] = Activations.Threshold(1, 20),
        ["Heaviside(0.5)"] = Activations.Heaviside(),
        ["Gaussian"] = Activations.Gaussian,
        ["Sine"] = Activations.Sine,
        ["5 ReLU"] = 5 * Activations.Relu,
        ["formula alone"] = Activation.Define("formula alone", x => (x * Sigmoid(x - 1)) + (Exp(-Pow(x, 2)) / 2)),
    };

    public static TheoryData<string> Names => [.. _activations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_numeric_kernel_is_right_from_minus_1000_to_1000(string name)
    {
        var activation = _activations[name];
        Compare(name, activation.Evaluate, activation.EvaluateDerivative);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_formula_and_its_derivative_are_right_from_minus_1000_to_1000(string name)
    {
        var kernel = _activations[name].FromFormula;
        Compare(name, kernel.Value, kernel.Derivative);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Kernel_and_formula_agree_between_the_points_of_the_references(string name)
    {
        var (activation, random) = (_activations[name], new Random(4));
        var formula = activation.FromFormula;
        for (var i = 0; i < 400; i++)
        {
            var x = (random.NextDouble() - 0.5) * (i % 4) switch { 0 => 8, 1 => 80, 2 => 1600, _ => 2e-3 };
            var (f, slope) = (formula.Value(x), formula.Derivative(x));
            Agree(x, f, activation.Evaluate(x), Math.Max(Math.Abs(f), Math.Abs(x * slope)));
            Agree(x, slope, activation.EvaluateDerivative(x), Math.Max(Math.Abs(slope), Condition(formula.Derivative, x)));
        }

        void Agree(double x, double expected, double actual, double scale) =>
            Assert.True(Math.Abs(actual - expected) <= (1e-12 * scale) + double.Epsilon, string.Create(CultureInfo.InvariantCulture, $"{name} at {x:R}: the kernel gives {actual:R}, the formula {expected:R}"));
    }

    public static TheoryData<string> Unusual => [.. _unusual.Keys];

    /// <summary>Parameters that nobody sets, and combinations: where a kernel and the formula would part first.</summary>
    private static readonly Dictionary<string, Activation> _unusual = new(StringComparer.Ordinal)
    {
        ["Softplus(0.01)"] = Activations.Softplus(0.01),
        ["Softplus(50)"] = Activations.Softplus(50),
        ["Softplus(2, 5)"] = Activations.Softplus(2, 5),
        ["Swish(50)"] = Activations.Swish(50),
        ["Swish(-2)"] = Activations.Swish(-2),
        ["Swish(0.01)"] = Activations.Swish(0.01),
        ["Swish(0)"] = Activations.Swish(0),
        ["LeakyReLU(2)"] = Activations.LeakyRelu(2),
        ["LeakyReLU(-0.5)"] = Activations.LeakyRelu(-0.5),
        ["PReLU(-1)"] = Activations.Prelu(-1),
        ["RReLU(0.5, 0.9)"] = Activations.Rrelu(0.5, 0.9),
        ["ELU(30)"] = Activations.Elu(30),
        ["ELU(0.001)"] = Activations.Elu(0.001),
        ["CELU(0.1)"] = Activations.Celu(0.1),
        ["CELU(100)"] = Activations.Celu(100),
        ["Threshold(-2, 7)"] = Activations.Threshold(-2, 7),
        ["HardTanh(2, 3)"] = Activations.HardTanh(2, 3),
        ["Softshrink(0)"] = Activations.Softshrink(0),
        ["Hardshrink(20)"] = Activations.Hardshrink(20),
        ["-3 GELU"] = -3 * Activations.Gelu,
        ["GELU + Sine"] = Activations.Gelu + Activations.Sine,
        ["Tanh ∘ Softplus"] = Activations.Tanh.After(Activations.Softplus()),
        ["Mish · Sigmoid"] = Activations.Mish * Activations.Sigmoid,
    };

    [Theory]
    [MemberData(nameof(Unusual))]
    public void Kernel_and_formula_agree_for_parameters_that_nobody_sets(string name)
    {
        var (activation, random) = (_unusual[name], new Random(5));
        var formula = activation.FromFormula;
        for (var i = 0; i < 400; i++)
        {
            var x = (random.NextDouble() - 0.5) * (i % 4) switch { 0 => 8, 1 => 80, 2 => 2000, _ => 2e-3 };
            var (f, slope) = (formula.Value(x), formula.Derivative(x));
            Assert.True(double.IsFinite(f) && double.IsFinite(slope), $"{name} at {x:R}: {f}, {slope}");
            Assert.True(Math.Abs(activation.Evaluate(x) - f) <= (1e-12 * Math.Max(Math.Abs(f), Math.Abs(x * slope))) + double.Epsilon, $"{name} at {x:R}: {activation.Evaluate(x):R}, not {f:R}");
            Assert.True(Math.Abs(activation.EvaluateDerivative(x) - slope) <= (1e-12 * Math.Max(Math.Abs(slope), Condition(formula.Derivative, x))) + double.Epsilon, $"{name} at {x:R}: derivative {activation.EvaluateDerivative(x):R}, not {slope:R}");
        }
    }

    [Fact]
    public void NaN_stays_NaN()
    {
        Assert.All(Activations.All, activation =>
        {
            Assert.True(double.IsNaN(activation.Evaluate(double.NaN)));
            Assert.True(double.IsNaN(activation.EvaluateDerivative(double.NaN)));
        });
    }

    [Fact]
    public void Every_activation_of_the_library_has_references()
    {
        Assert.Equal(Activations.All.Select(activation => activation.Name).Order(StringComparer.Ordinal), _activations.Values.Where(activation => activation.Source is not null || !activation.IsInline).Select(activation => activation.Name).Distinct().Except(["formula alone"]).Order(StringComparer.Ordinal));
        Assert.Equal(_references.Value.Select(group => group.Key).Order(StringComparer.Ordinal), _activations.Keys.Order(StringComparer.Ordinal));
    }

    private static void Compare(string name, Func<double, double> value, Func<double, double> derivative)
    {
        var points = _references.Value[name].ToList();
        Assert.Equal(101, points.Count);
        var wrong = new List<string>();
        for (var i = 0; i < points.Count; i++)
        {
            var (x, f, slope) = points[i];
            // A rounded argument changes f by |x f′|, so no more can be asked; for the derivative the change of f′ is measured.
            Check("f", x, f, value(x), Math.Max(Math.Abs(f), Math.Abs(x * slope)));
            Check("f′", x, slope, derivative(x), Math.Max(Math.Abs(slope), Condition(derivative, x)));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        void Check(string what, double x, double expected, double actual, double scale)
        {
            if (!(Math.Abs(actual - expected) <= (1e-12 * scale) + double.Epsilon))
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {what}({x:R}) = {actual:R}, not {expected:R}"));
            }
        }
    }

    /// <summary>By how much the derivative changes when x does, relatively: |x f″|, from both sides' smaller difference so that a kink does not count.</summary>
    private static double Condition(Func<double, double> derivative, double x)
    {
        var step = 1e-6 * Math.Abs(x);
        var here = derivative(x);
        return step == 0 ? 0 : Math.Min(Math.Abs(derivative(x + step) - here), Math.Abs(derivative(x - step) - here)) / 1e-6;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
