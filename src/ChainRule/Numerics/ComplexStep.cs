using System.Collections.Immutable;
using System.Numerics;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// A number with a tiny imaginary part: where a real function is evaluated at x + ih, the imaginary part of the value over h is the
/// derivative, without the cancellation of a difference.
/// </summary>
/// <remarks>
/// W. Squire and G. Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40 (1998). Comparisons
/// look at the real part, so each piece of a function continues analytically. The error function, softplus and functions of which only the
/// name is known have no complex kernel here; their first-order term is exact to h².
/// </remarks>
internal readonly record struct ComplexStep(Complex Number) : IReal<ComplexStep>
{
    /// <summary>h, so small that h² is nothing beside any real part.</summary>
    public const double Width = 1e-100;

    public double Value => Number.Real;

    /// <summary>The derivative by what was moved.</summary>
    public double Slope => Number.Imaginary / Width;

    public static ComplexStep operator +(ComplexStep a, ComplexStep b) => new(a.Number + b.Number);

    public static ComplexStep operator -(ComplexStep a, ComplexStep b) => new(a.Number - b.Number);

    public static ComplexStep operator *(ComplexStep a, ComplexStep b) => new(a.Number * b.Number);

    public static ComplexStep operator /(ComplexStep a, ComplexStep b) => new(a.Number / b.Number);

    public static ComplexStep operator -(ComplexStep a) => new(-a.Number);

    public static ComplexStep Constant(double value) => new(value);

    /// <summary>A given value that moves.</summary>
    public static ComplexStep Moved(double value) => new(new Complex(value, Width));

    public static ComplexStep Apply(Kernel kernel, ComplexStep x)
    {
        var z = x.Number;
        return kernel.Function switch
        {
            ElementaryFunction.Exp => new(Complex.Exp(z)),
            ElementaryFunction.Log => new(Complex.Log(z)),
            ElementaryFunction.Tanh => new(Complex.Tanh(z)),
            ElementaryFunction.Sigmoid => new(Sigmoid(z)),
            ElementaryFunction.Sin => new(Complex.Sin(z)),
            ElementaryFunction.Cos => new(Complex.Cos(z)),
            ElementaryFunction.Relu => z.Real > 0 ? x : new(Complex.Zero),
            ElementaryFunction.Abs => z.Real < 0 ? -x : z.Real > 0 ? x : new(Complex.Zero),
            ElementaryFunction.Sign => new(Kernels.Apply(kernel, z.Real)),
            _ => FirstOrder(kernel, z),
        };
    }

    public static ComplexStep Pow(ComplexStep x, ComplexStep y) => new(Complex.Exp(y.Number * Complex.Log(x.Number)));

    private static Complex Sigmoid(Complex z)
    {
        if (z.Real >= 0)
        {
            return 1 / (1 + Complex.Exp(-z));
        }

        var power = Complex.Exp(z);
        return power / (1 + power);
    }

    /// <summary>f(x) + ih f′(x).</summary>
    private static ComplexStep FirstOrder(Kernel kernel, Complex z)
    {
        var dual = Dual<Real>.Apply(kernel, new(new(z.Real), new(1)));
        return new(new Complex(dual.Primal.Value, dual.Tangent.Value * z.Imaginary));
    }
}

/// <summary>Values at a point where one entry of a given variable has a tiny imaginary part.</summary>
internal sealed class MovedContext(Point point, Variable moved, int flat) : Context<ComplexStep>(point, ImmutableDictionary<IndexVariable, int>.Empty)
{
    protected override ComplexStep[] Compute(Variable variable, int[] dimensions) => variable.IsDefined
        ? Unfold(variable, dimensions)
        : [.. Point.Values[variable].Select((value, position) => variable.Equals(moved) && position == flat ? ComplexStep.Moved(value) : ComplexStep.Constant(value))];
}
