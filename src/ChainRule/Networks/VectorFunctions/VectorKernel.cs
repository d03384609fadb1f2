namespace ChainRule.Networks;

/// <summary>The numeric kernel of a vector function, written so that nothing overflows that need not.</summary>
/// <param name="Value">The output from the input.</param>
/// <param name="Backward">The gradient by the input, Jᵀg, from the input and the gradient g by the output.</param>
public sealed record VectorKernel(Func<double[], double[]> Value, Func<double[], double[], double[]> Backward)
{
    /// <summary>Σ a_i b_i.</summary>
    internal static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    /// <summary>The kernel for a number, or none while the parameter is a symbol.</summary>
    internal static VectorKernel? For(ActivationParameter parameter, Func<double, VectorKernel> kernel) => parameter.Number is { } number ? kernel(number) : null;
}
