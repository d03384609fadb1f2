using ChainRule.Expressions;
using MathNet.Numerics;

namespace ChainRule.Numerics;

/// <summary>The functions that have a numeric kernel of their own.</summary>
internal enum ElementaryFunction
{
    Exp,
    Log,
    Tanh,
    Sigmoid,
    Sin,
    Cos,
    Softplus,
    Erf,
    NormalDistribution,
    NormalDensity,
    Relu,
    Abs,
    Sign,

    /// <summary>max and min: of two arguments, so they are no kernel of one; plans compare.</summary>
    Extremum,

    /// <summary>A function that has a formula instead of a kernel: a plan evaluates the formula.</summary>
    Formula,

    /// <summary>Some function of which nothing is known but that it is smooth: for evaluation one is made up from its name.</summary>
    Opaque,
}

/// <summary>A numeric kernel: which function, and for an opaque one, which and its how-manieth derivative.</summary>
internal readonly record struct Kernel(ElementaryFunction Function, int Seed = 0, int Order = 0)
{
    public static implicit operator Kernel(ElementaryFunction function) => new(function);
}

/// <summary>
/// What evaluation needs of a number. It is generic so that one evaluator serves plain values, values with a rounding bound, and
/// dual numbers nested to any order.
/// </summary>
internal interface IReal<T>
    where T : struct, IReal<T>
{
    /// <summary>The plain value.</summary>
    double Value { get; }

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    static abstract T operator -(T a);

    /// <summary>A number that depends on nothing.</summary>
    static abstract T Constant(double value);

    /// <summary>A number that is given as a double, so that there is no rounding in it.</summary>
    static virtual T Given(double value) => T.Constant(value);

    /// <summary>An exact number, of which many-digit kinds keep more than the nearest double.</summary>
    static virtual T Constant(Rational exact, double nearest) => T.Constant(nearest);

    /// <summary>The function's value.</summary>
    static abstract T Apply(Kernel kernel, T x);

    /// <summary>A power with an exponent that is not a whole number: e^(y log x), for x &gt; 0.</summary>
    static abstract T Pow(T x, T y);

    /// <summary>The value, with the difference from another approximation of it and a floor as its error, where the type keeps one.</summary>
    static virtual T Blurred(T value, T other, double floor) => value;

    /// <summary>How far the value may be off, where the type keeps track of it.</summary>
    static virtual double Uncertainty(T value) => 0;

    /// <summary>A whole power, by squaring.</summary>
    static virtual T Pow(T x, int exponent)
    {
        if (exponent < 0)
        {
            return T.Constant(1) / T.Pow(x, -exponent);
        }

        var result = T.Constant(1);
        for (var square = x; ; square *= square)
        {
            if ((exponent & 1) == 1)
            {
                result *= square;
            }

            exponent >>= 1;
            if (exponent == 0)
            {
                return result;
            }
        }
    }
}

/// <summary>The plain kernels in double precision, written so that nothing overflows that need not.</summary>
internal static class Kernels
{
    public static double Apply(Kernel kernel, double x) => kernel.Function switch
    {
        ElementaryFunction.Exp => Math.Exp(x),
        ElementaryFunction.Log => Math.Log(x),
        ElementaryFunction.Tanh => Math.Tanh(x),
        ElementaryFunction.Sigmoid => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x)),
        ElementaryFunction.Sin => Math.Sin(x),
        ElementaryFunction.Cos => Math.Cos(x),
        // log(1 + eˣ) = max(0, x) + log(1 + e^{−|x|}): nothing overflows, and small values keep their digits.
        ElementaryFunction.Softplus => Math.Max(0, x) + Log1P(Math.Exp(-Math.Abs(x))),
        ElementaryFunction.Erf => SpecialFunctions.Erf(x),
        ElementaryFunction.NormalDistribution => NormalDistribution(x),
        ElementaryFunction.NormalDensity => ExpTimes(1 / Math.Sqrt(2 * Math.PI), -0.5 * x * x),
        ElementaryFunction.Relu => Math.Max(0, x),
        ElementaryFunction.Abs => Math.Abs(x),
        ElementaryFunction.Sign => double.IsNaN(x) ? x : Math.Sign(x),
        ElementaryFunction.Opaque => Opaque(kernel, x),
        _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "No kernel."),
    };

    /// <summary>Φ: erfc where it has its digits, the ratio of Mills in the far tail.</summary>
    private static double NormalDistribution(double x) => x < -4
        ? ExpTimes(MillsRatio(-x) / Math.Sqrt(2 * Math.PI), -0.5 * x * x)
        : 0.5 * SpecialFunctions.Erfc(-x / Math.Sqrt(2));

    /// <summary>e^x − 1 without the loss of digits near 0, by the correction of W. Kahan.</summary>
    public static double Expm1(double x)
    {
        var power = Math.Exp(x);
        return power == 1 ? x
            : power - 1 == -1 ? -1
            : double.IsPositiveInfinity(power) ? power
            : (power - 1) * x / Math.Log(power);
    }

    /// <summary>factor · e^x where e^x alone would underflow or lose digits below the normal numbers.</summary>
    public static double ExpTimes(double factor, double x)
    {
        var half = Math.Exp(x / 2);
        return factor * half * half;
    }

    /// <summary>σ′(x) = e^{−|x|}/(1 + e^{−|x|})²: 1 − σ would cancel.</summary>
    public static double SigmoidSlope(double x)
    {
        var power = Math.Exp(-Math.Abs(x));
        return power / ((1 + power) * (1 + power));
    }

    /// <summary>tanh′(x) = 1 − tanh² x = 4/(e^x + e^{−x})²: 1 − tanh² would cancel.</summary>
    public static double TanhSlope(double x)
    {
        var root = 2 * Math.Exp(-Math.Abs(x));
        var divisor = 1 + (root * root / 4);
        return root * root / (divisor * divisor);
    }

    /// <summary>
    /// The ratio of Mills (1 − Φ(t))/φ(t) for t ≥ 4, by its continued fraction 1/(t + 1/(t + 2/(t + …))) (Abramowitz and Stegun
    /// 26.2.14).
    /// </summary>
    public static double MillsRatio(double t)
    {
        var tail = t;
        // So many terms leave an error below the last digit: 45 at t = 4, 14 at t = 10.
        for (var n = 8 + (int)(600 / (t * t)); n >= 1; n--)
        {
            tail = t + (n / tail);
        }

        return 1 / tail;
    }

    /// <summary>A smooth function that nobody would guess: two sines with amplitudes, frequencies and phases made from the seed.</summary>
    private static double Opaque(Kernel kernel, double x)
    {
        var value = 0.0;
        for (var term = 0; term < 2; term++)
        {
            var (amplitude, frequency, phase) = (Fraction(kernel.Seed, term, 0) + 0.6, Fraction(kernel.Seed, term, 1) + 0.5, Fraction(kernel.Seed, term, 2) * 6);
            value += amplitude * Math.Pow(frequency, kernel.Order) * Math.Sin((frequency * x) + phase + (kernel.Order * Math.PI / 2));
        }

        return value;
    }

    private static double Fraction(int seed, int term, int role)
    {
        var hash = unchecked((uint)((seed * 73_856_093) ^ (term * 19_349_663) ^ (role * 83_492_791)) * 2_654_435_761);
        return (hash >> 8) / (double)(1 << 24);
    }

    /// <summary>log(1 + u) for small u ≥ 0, by the correction of W. Kahan.</summary>
    public static double Log1P(double u)
    {
        var w = 1 + u;
        return w == 1 ? u : Math.Log(w) * u / (w - 1);
    }
}

/// <summary>A double together with a bound on its rounding error, to first order: so that a true zero is not called relatively wrong.</summary>
internal readonly record struct Bounded(double Value, double Error) : IReal<Bounded>
{
    private const double Unit = 1.2e-16;

    private bool IsZero => Value == 0 && Error == 0;

    public static Bounded operator +(Bounded a, Bounded b) => Rounded(a.Value + b.Value, a.Error + b.Error);

    public static Bounded operator -(Bounded a, Bounded b) => Rounded(a.Value - b.Value, a.Error + b.Error);

    public static Bounded operator *(Bounded a, Bounded b)
    {
        var product = a.Value * b.Value;
        return Rounded(product, (Math.Abs(a.Value) * b.Error) + (Math.Abs(b.Value) * a.Error) + (a.Error * b.Error) + (a.IsZero || b.IsZero ? 0 : Underflow(product)));
    }

    public static Bounded operator /(Bounded a, Bounded b)
    {
        var quotient = a.Value / b.Value;
        return Rounded(quotient, ((a.Error + (Math.Abs(quotient) * b.Error)) / Math.Max(Math.Abs(b.Value) - b.Error, double.Epsilon)) + (a.IsZero ? 0 : Underflow(quotient)));
    }

    public static Bounded operator -(Bounded a) => a with { Value = -a.Value };

    public static Bounded Constant(double value) => new(value, value == Math.Round(value) ? 0 : Unit * Math.Abs(value));

    public static Bounded Given(double value) => new(value, 0);

    public static Bounded Apply(Kernel kernel, Bounded x)
    {
        var value = Kernels.Apply(kernel, x.Value);
        var slope = kernel.Function switch
        {
            ElementaryFunction.Exp => value,
            ElementaryFunction.Log => 1 / Math.Max(Math.Abs(x.Value) - x.Error, double.Epsilon),
            ElementaryFunction.Opaque => 4 * Math.Pow(1.5, kernel.Order),
            ElementaryFunction.Erf => 1.13,
            // The others are 1-Lipschitz (away from a jump).
            _ => 1,
        };
        return new(value, (slope * x.Error) + (4 * Unit * Math.Abs(value)) + (x.IsZero ? 0 : kernel.Function is ElementaryFunction.Relu or ElementaryFunction.Abs or ElementaryFunction.Sign ? 0 : Underflow(value)));
    }

    public static Bounded Pow(Bounded x, Bounded y)
    {
        var value = Math.Pow(x.Value, y.Value);
        var relative = (Math.Abs(y.Value) * x.Error / Math.Max(Math.Abs(x.Value) - x.Error, double.Epsilon)) + (Math.Abs(Math.Log(Math.Abs(x.Value))) * y.Error);
        // The root of an exact 0 is exact.
        return new(value, x.IsZero && value == 0 ? 0 : Math.Abs(value) * (relative + (4 * Unit)));
    }

    public static Bounded Blurred(Bounded value, Bounded other, double floor) => value with { Error = value.Error + Math.Abs(value.Value - other.Value) + floor };

    public static double Uncertainty(Bounded value) => value.Error;

    private static Bounded Rounded(double value, double error) => new(value, error + (Unit * Math.Abs(value)));

    /// <summary>Where the result is too small for all its digits, its error is that of the smallest number there is.</summary>
    private static double Underflow(double value) => Math.Abs(value) < 1e-290 ? double.Epsilon : 0;
}

/// <summary>A plain double, for showing values.</summary>
internal readonly record struct Real(double Value) : IReal<Real>
{
    public static Real operator +(Real a, Real b) => new(a.Value + b.Value);

    public static Real operator -(Real a, Real b) => new(a.Value - b.Value);

    public static Real operator *(Real a, Real b) => new(a.Value * b.Value);

    public static Real operator /(Real a, Real b) => new(a.Value / b.Value);

    public static Real operator -(Real a) => new(-a.Value);

    public static Real Constant(double value) => new(value);

    public static Real Apply(Kernel kernel, Real x) => new(Kernels.Apply(kernel, x.Value));

    public static Real Pow(Real x, Real y) => new(Math.Pow(x.Value, y.Value));
}

/// <summary>
/// A dual number a + b ε with ε² = 0: its tangent is the derivative. This is how steps are verified, so its rules are written here
/// by hand and share nothing with the symbolic ones (Baydin et al. 2018, "Automatic differentiation in machine learning").
/// </summary>
internal readonly record struct Dual<T>(T Primal, T Tangent) : IReal<Dual<T>>
    where T : struct, IReal<T>
{
    public double Value => Primal.Value;

    public static Dual<T> operator +(Dual<T> a, Dual<T> b) => new(a.Primal + b.Primal, a.Tangent + b.Tangent);

    public static Dual<T> operator -(Dual<T> a, Dual<T> b) => new(a.Primal - b.Primal, a.Tangent - b.Tangent);

    public static Dual<T> operator *(Dual<T> a, Dual<T> b) => new(a.Primal * b.Primal, (a.Primal * b.Tangent) + (a.Tangent * b.Primal));

    public static Dual<T> operator /(Dual<T> a, Dual<T> b)
    {
        var quotient = a.Primal / b.Primal;
        return new(quotient, (a.Tangent - (quotient * b.Tangent)) / b.Primal);
    }

    public static Dual<T> operator -(Dual<T> a) => new(-a.Primal, -a.Tangent);

    public static Dual<T> Constant(double value) => new(T.Constant(value), T.Constant(0));

    public static Dual<T> Blurred(Dual<T> value, Dual<T> other, double floor) => new(T.Blurred(value.Primal, other.Primal, floor), T.Blurred(value.Tangent, other.Tangent, floor));

    public static Dual<T> Given(double value) => new(T.Given(value), T.Constant(0));

    public static Dual<T> Apply(Kernel kernel, Dual<T> x)
    {
        var value = T.Apply(kernel, x.Primal);
        var slope = kernel.Function switch
        {
            ElementaryFunction.Exp => value,
            ElementaryFunction.Log => T.Constant(1) / x.Primal,
            ElementaryFunction.Tanh => T.Constant(1) - (value * value),
            ElementaryFunction.Sigmoid => value * T.Apply(ElementaryFunction.Sigmoid, -x.Primal),
            ElementaryFunction.Sin => T.Apply(ElementaryFunction.Cos, x.Primal),
            ElementaryFunction.Cos => -T.Apply(ElementaryFunction.Sin, x.Primal),
            ElementaryFunction.Softplus => T.Apply(ElementaryFunction.Sigmoid, x.Primal),
            ElementaryFunction.Erf => T.Constant(2 / Math.Sqrt(Math.PI)) * T.Apply(ElementaryFunction.Exp, -(x.Primal * x.Primal)),
            ElementaryFunction.NormalDistribution => T.Apply(ElementaryFunction.NormalDensity, x.Primal),
            ElementaryFunction.NormalDensity => -(x.Primal * value),
            ElementaryFunction.Relu => T.Constant(x.Value > 0 ? 1 : 0),
            ElementaryFunction.Abs => T.Apply(ElementaryFunction.Sign, x.Primal),
            ElementaryFunction.Sign => T.Constant(0),
            ElementaryFunction.Opaque => T.Apply(kernel with { Order = kernel.Order + 1 }, x.Primal),
            _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "No derivative."),
        };
        return new(value, slope * x.Tangent);
    }

    public static Dual<T> Pow(Dual<T> x, Dual<T> y)
    {
        var value = T.Pow(x.Primal, y.Primal);
        return new(value, value * ((y.Tangent * T.Apply(ElementaryFunction.Log, x.Primal)) + (y.Primal * x.Tangent / x.Primal)));
    }
}
