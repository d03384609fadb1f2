using System.Runtime.CompilerServices;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>Where the cases of an expression meet, as far as a number tells: a check must look on both sides.</summary>
internal static class Borders
{
    private static readonly ConditionalWeakTable<FunctionDefinition, object> _reaches = [];

    /// <summary>The largest number, in magnitude, to which something is compared in the expressions or in the formulas of their functions.</summary>
    public static double Reach(params ReadOnlySpan<Expr> expressions)
    {
        var reach = 0.0;
        foreach (var expression in expressions)
        {
            if ((expression.Kinds & (NodeKinds.Apply | NodeKinds.Indicator | NodeKinds.Piecewise)) != NodeKinds.None)
            {
                reach = Math.Max(reach, Binding.Nodes(expression).Select(node => Of(node)).DefaultIfEmpty(0).Max());
            }
        }

        return reach;
    }

    private static double Of(Expr node) => node switch
    {
        Piecewise piecewise => piecewise.Cases.Max(@case => Of(@case.When)),
        Indicator indicator => indicator.Comparisons.Max(comparison => Of(comparison)),
        Apply { Arguments: [var a, var b] } => Of(new Comparison(a, ComparisonSign.Less, b)),
        Apply { Function: { Definition: (_, var body) } function } => (double)_reaches.GetValue(function, _ => Reach(body)),
        _ => 0,
    };

    /// <summary>The number on either side, alone or added to something else.</summary>
    private static double Of(Comparison comparison) => Math.Max(NumberIn(comparison.Left), NumberIn(comparison.Right));

    private static double NumberIn(Expr side) => side switch
    {
        Number { Value: var value } => Math.Abs(value.ToDouble()),
        Add sum => sum.Terms.OfType<Number>().Select(term => Math.Abs(term.Value.ToDouble())).DefaultIfEmpty(0).Max(),
        Element { Variable.Body: Number { Value: var value } } => Math.Abs(value.ToDouble()),
        _ => 0,
    };
}
