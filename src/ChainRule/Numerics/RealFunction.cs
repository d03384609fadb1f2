using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// An expression of one scalar variable as a function on the doubles that is right wherever it is asked: it is evaluated in double
/// precision with a bound on the rounding error, and where that bound is not small (cancellation, overflow, underflow on the way)
/// once more with 256, 1280 and at last 4096 bits. (The strategy is that of A. Ziv, "Fast evaluation of elementary mathematical
/// functions with correctly rounded last bit", 1991.)
/// </summary>
internal sealed class RealFunction
{
    /// <summary>The relative error up to which double precision is taken as it is.</summary>
    private const double Accepted = 1e-13;

    /// <summary>The bits that a slow evaluation must know.</summary>
    private const int Wanted = 60;

    private static readonly ImmutableDictionary<IndexVariable, int> _noIndices = ImmutableDictionary<IndexVariable, int>.Empty;

    private readonly Plan _plan;
    private readonly Variable _variable;

    /// <summary>The function.</summary>
    /// <param name="formula">A closed expression.</param>
    /// <param name="variable">The scalar variable, the only one in it.</param>
    /// <exception cref="ChainRuleException">Something else than the variable stands in the expression.</exception>
    public RealFunction(Expr formula, Variable variable)
    {
        var others = Dependencies.All(formula).Where(other => !other.IsDefined && !other.Equals(variable)).Select(other => other.ToString()).Order(StringComparer.Ordinal).ToList();
        if (others.Count > 0)
        {
            throw new ChainRuleException($"{string.Join(", ", others)} in {formula} has no value: put a number in its place.");
        }

        if (Binding.Nodes(formula).OfType<Apply>().FirstOrDefault(apply => apply.Function.Kernel.Function == ElementaryFunction.Opaque) is { Function: var unknown })
        {
            throw new ChainRuleException($"{unknown} in {formula} is only a name and has no values: put a function in its place.");
        }

        (_plan, _variable) = (Plan.Of(formula), variable);
    }

    /// <summary>The value, or NaN where the function is not defined.</summary>
    public double At(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        var quick = Run<Bounded>(x);
        if (double.IsFinite(quick.Value) && quick.Error <= Accepted * Math.Abs(quick.Value))
        {
            return quick.Value;
        }

        return !double.IsFinite(x) ? quick.Value
            : Try<Bits256>(x) ?? Try<Bits1280>(x)
            // A value that is 0 for reasons no precision shows (sin²x + cos²x − 1) is as good as its last digit.
            ?? (Run<Big<Bits4096>>(x).Value is var last && double.IsFinite(last) ? last : quick.Value);
    }

    /// <summary>−1, 0 or 1: the sign of the value, also where a double would round it to 0; null where 1280 bits do not tell it.</summary>
    public int? SignAt(double x)
    {
        var quick = Run<Bounded>(x);
        return double.IsFinite(quick.Value) && (quick.Error < Math.Abs(quick.Value) || quick.Error == 0)
            ? Math.Sign(quick.Value)
            : Run<Big<Bits256>>(x).Sign ?? Run<Big<Bits1280>>(x).Sign;
    }

    private double? Try<TPrecision>(double x)
        where TPrecision : struct, IPrecision => Run<Big<TPrecision>>(x) is var value && value.IsKnownTo(Wanted) ? value.Value : null;

    private T Run<T>(double x)
        where T : struct, IReal<T> => _plan.Run(new PointContext<T>(new(ImmutableDictionary<Size, int>.Empty, ImmutableDictionary<Variable, double[]>.Empty.Add(_variable, [x])), _noIndices), []);
}
