using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Networks;

/// <summary>Where the cases of a formula meet, and the formula that holds between two such places.</summary>
internal static class FunctionBorders
{
    /// <summary>The places at which a case, an indicator, a rectifier, a modulus or a sign in the formula changes sides, in order.</summary>
    public static ImmutableArray<double> Of(Expr formula, Variable x) =>
    [
        .. Binding.Nodes(Written(formula)).SelectMany(Switches).Distinct().SelectMany(difference => Roots(difference, x)).Distinct().Order(),
    ];

    /// <summary>Whether there are borders without end, of which <see cref="Of"/> gives those near 0.</summary>
    public static bool HasMore(Expr formula, Variable x) => Binding.Nodes(Written(formula)).SelectMany(Switches).Distinct()
        .Any(difference => difference.Derivative((Expr)x).Result is not Number && Pieces(difference, x).Any(piece =>
        {
            _ = piece.Zeros().Count();
            return piece.Swings;
        }));

    /// <summary>The formula as it is around a place that is no border: each case decided, no rectifier left.</summary>
    public static Expr Branch(Expr formula, Variable x, double place)
    {
        return Decide(Written(formula));

        Expr Decide(Expr expression) => Binding.Rewrite(expression, (node, _) => node switch
        {
            Piecewise piecewise => Decide(piecewise.Cases.Where(@case => Holds(@case.When)).Select(@case => @case.Value).FirstOrDefault(piecewise.Otherwise)),
            Indicator indicator => indicator.Comparisons.All(Holds) ? Number.One : Number.Zero,
            Apply { Function: var function, Arguments: [var u] } when ReferenceEquals(function, FunctionDefinition.Relu) => Sign(u) > 0 ? Decide(u) : Number.Zero,
            Apply { Function: var function, Arguments: [var u] } when ReferenceEquals(function, FunctionDefinition.Abs) => Sign(u) < 0 ? -Decide(u) : Decide(u),
            Apply { Function: var function, Arguments: [var u] } when ReferenceEquals(function, FunctionDefinition.Sign) => Sign(u),
            Apply { Function: var function, Arguments: [var u, var v] } when IsExtremum(function) => Decide((Sign(u - v) > 0) == ReferenceEquals(function, FunctionDefinition.Max) ? u : v),
            _ => null,
        });

        int Sign(Expr u) => new RealFunction(u, x).SignAt(place) ?? 0;

        bool Holds(Comparison comparison) => Comparison.Holds(comparison.Sign, Sign(comparison.Left - comparison.Right), 0);
    }

    /// <summary>The formula with the formulas of functions that have one in the place of their names.</summary>
    private static Expr Written(Expr formula) => Binding.Rewrite(formula, (node, _) =>
        node is Apply { Function: var function, Arguments: [var argument] } && function.Unfold(argument) is { } body ? Written(body) : null);

    private static IEnumerable<Expr> Switches(Expr node) => node switch
    {
        Piecewise piecewise => piecewise.Cases.Select(@case => @case.When.Left - @case.When.Right),
        Indicator indicator => indicator.Comparisons.Select(comparison => comparison.Left - comparison.Right),
        Apply { Function: var function, Arguments: [var u] } when ReferenceEquals(function, FunctionDefinition.Relu) || ReferenceEquals(function, FunctionDefinition.Abs) || ReferenceEquals(function, FunctionDefinition.Sign) => [u],
        Apply { Function: var function, Arguments: [var u, var v] } when IsExtremum(function) => [u - v],
        _ => [],
    };

    private static bool IsExtremum(FunctionDefinition function) => ReferenceEquals(function, FunctionDefinition.Max) || ReferenceEquals(function, FunctionDefinition.Min);

    private static IEnumerable<double> Roots(Expr difference, Variable x)
    {
        var function = new RealFunction(difference, x);
        return difference.Derivative((Expr)x).Result switch
        {
            Number { Value.IsZero: true } => [],
            Number { Value: var slope } => [-function.At(0) / slope.ToDouble() is var root && root == 0 ? 0 : root],
            // The border of a border: where |x| − 1 is 0.
            _ => Enumerate(difference, x),
        };
    }

    private static IEnumerable<double> Enumerate(Expr difference, Variable x)
    {
        var whole = new RealFunction(difference, x);
        return Pieces(difference, x).SelectMany(piece => piece.Zeros()).Concat(Of(difference, x).Where(border => whole.At(border) == 0));
    }

    private static IEnumerable<FunctionPiece> Pieces(Expr difference, Variable x)
    {
        var inner = Of(difference, x);
        double[] ends = [double.NegativeInfinity, .. inner, double.PositiveInfinity];
        return Enumerable.Range(0, ends.Length - 1).Select(i => new FunctionPiece(Branch(difference, x, Inside(ends[i], ends[i + 1])), x, ends[i], ends[i + 1], inner));
    }

    /// <summary>A place between two borders.</summary>
    public static double Inside(double from, double to) =>
        double.IsInfinity(from) && double.IsInfinity(to) ? 0.5
        : double.IsInfinity(from) ? to - 1
        : double.IsInfinity(to) ? from + 1
        : from + ((to - from) / 2);
}
