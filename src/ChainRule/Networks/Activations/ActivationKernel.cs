namespace ChainRule.Networks;

/// <summary>The numeric kernel of an activation, right and finite from −1000 to 1000 in double precision.</summary>
/// <param name="Value">The function.</param>
/// <param name="Derivative">The derivative, by convention at a kink.</param>
public sealed record ActivationKernel(Func<double, double> Value, Func<double, double> Derivative)
{
    /// <summary>The kernel for numbers, or none while a parameter is a symbol.</summary>
    internal static ActivationKernel? For(ActivationParameter a, Func<double, ActivationKernel> kernel) => a.Number is { } number ? kernel(number) : null;

    /// <summary>The kernel for numbers, or none while a parameter is a symbol.</summary>
    internal static ActivationKernel? For(ActivationParameter a, ActivationParameter b, Func<double, double, ActivationKernel> kernel) =>
        a.Number is { } first && b.Number is { } second ? kernel(first, second) : null;
}
