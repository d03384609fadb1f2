using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>What the form of an expression tells about its sign, for the conditions of rules.</summary>
internal static class Signs
{
    /// <summary>Whether the expression is greater than 0 wherever it is defined. False means "not known".</summary>
    public static bool IsPositive(Expr expression) => expression switch
    {
        Number number => number.Value.Sign > 0,
        Constant constant => constant.Value > 0,
        Size => true,
        IndexVariable or BoundIndex => true,
        Element { Variable: var variable } => variable.Assumptions.HasFlag(Assumption.Positive) || (variable.Body is { } body && IsPositive(body)),
        Add { Terms: [Number { Value.IsOne: true }, Multiply { Factors: [Number { Value: var minus }, var subtracted] }] } when minus == Rational.MinusOne => IsBelowOne(subtracted),
        // 1 + x²: one term is positive and the others are at least 0.
        Add sum => sum.Terms.Any(IsPositive) && sum.Terms.All(IsNonNegative),
        Multiply product => product.Factors.All(IsPositive),
        Power power => IsPositive(power.Base),
        Apply apply => apply.Function.IsPositive,
        Extremum { IsIndex: true } => true,
        Extremum extremum => IsPositive(extremum.Body),
        // A Σ over a whole range has at least one term: sizes are positive.
        Summation { Lower: Number { Value.IsOne: true }, Upper: Size or Number { Value.Sign: > 0 } } sum => IsPositive(sum.Body),
        _ => false,
    };

    /// <summary>Whether the expression is at least 0 wherever it is defined. False means "not known".</summary>
    public static bool IsNonNegative(Expr expression) => IsPositive(expression) || expression switch
    {
        Number number => number.Value.Sign >= 0,
        Indicator or Delta => true,
        Power { Exponent: Number { Value: { IsInteger: true, Numerator: { IsEven: true } } } } => true,
        Power power => IsNonNegative(power.Base),
        Add sum => sum.Terms.All(IsNonNegative),
        Multiply product => product.Factors.All(IsNonNegative),
        Summation sum => IsNonNegative(sum.Body),
        Apply { Function: var function } when ReferenceEquals(function, FunctionDefinition.Abs) || ReferenceEquals(function, FunctionDefinition.Relu) => true,
        Apply { Function: var function, Arguments: var arguments } when ReferenceEquals(function, FunctionDefinition.Max) => arguments.Any(IsNonNegative),
        _ => false,
    };

    /// <summary>Whether the expression is less than 1 wherever it is defined. False means "not known".</summary>
    private static bool IsBelowOne(Expr expression) => expression switch
    {
        Number number => number.Value < Rational.One,
        Element { Variable.Body: { } body } => IsBelowOne(body),
        Apply apply => apply.Function.IsBelowOne,
        _ => false,
    };

    /// <summary>The condition that the expression is not 0, with the reason where it is known.</summary>
    public static Condition NotZero(Expr expression) => IsPositive(expression)
        ? new(expression, ComparisonSign.Greater, Number.Zero, true, expression is Element { Variable.IsDefined: true } ? "by its definition" : "by its form")
        : new(expression, ComparisonSign.NotEqual, Number.Zero, false, null);
}
