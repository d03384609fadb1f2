namespace ChainRule.Networks;

/// <summary>A place where a function is not differentiable: a corner or a jump.</summary>
/// <param name="At">Where.</param>
/// <param name="Value">The function's value there.</param>
/// <param name="FromLeft">The limit of the function from the left.</param>
/// <param name="FromRight">The limit of the function from the right.</param>
/// <param name="SlopeLeft">The derivative from the left.</param>
/// <param name="SlopeRight">The derivative from the right.</param>
/// <param name="Convention">The derivative that is used there.</param>
public sealed record FunctionKink(double At, double Value, double FromLeft, double FromRight, double SlopeLeft, double SlopeRight, double Convention)
{
    /// <summary>Whether the function jumps there.</summary>
    public bool IsJump => !Near(FromLeft, FromRight) || !Near(Value, FromLeft);

    /// <summary>Whether the value used there is one of the two one-sided derivatives, and which.</summary>
    public string Side => Near(SlopeLeft, SlopeRight) && Near(Convention, SlopeLeft) ? "as on both sides"
        : Near(Convention, SlopeLeft) ? "as from the left"
        : Near(Convention, SlopeRight) ? "as from the right"
        : Convention > Math.Min(SlopeLeft, SlopeRight) && Convention < Math.Max(SlopeLeft, SlopeRight) ? "between the two sides"
        : "on neither side";

    internal static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-12 * Math.Max(1e-3, Math.Max(Math.Abs(a), Math.Abs(b)));
}
