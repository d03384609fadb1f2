using System.Collections.Immutable;
using ChainRule.Numerics;

namespace ChainRule.Expressions;

/// <summary>
/// What there is to know about a function of scalars. Functions are data: tanh is an <see cref="Apply"/> of one of these, never a
/// kind of node.
/// </summary>
public sealed class FunctionDefinition
{
    private FunctionDefinition(string name, ElementaryFunction kernel, string derivativeStatement, Func<Expr, Expr, Expr> derivative)
    {
        Name = name;
        Kernel = kernel;
        DerivativeStatement = derivativeStatement;
        DerivativeOf = derivative;
    }

    /// <summary>The exponential function.</summary>
    public static FunctionDefinition Exp { get; } = new("exp", ElementaryFunction.Exp, @"\frac{d}{du} e^{u} = e^{u}", (_, value) => value)
    {
        IsPositive = true,
        Fold = arguments => arguments[0] is Number { Value.IsZero: true } ? Number.One : null,
    };

    /// <summary>The natural logarithm.</summary>
    public static FunctionDefinition Log { get; } = new("log", ElementaryFunction.Log, @"\frac{d}{du} \log u = \frac{1}{u}", (u, _) => Number.One / u)
    {
        Fold = arguments => arguments[0] is Number { Value.IsOne: true } ? Number.Zero : null,
    };

    /// <summary>The hyperbolic tangent.</summary>
    public static FunctionDefinition Tanh { get; } = new("tanh", ElementaryFunction.Tanh, @"\frac{d}{du} \tanh u = 1 - \tanh^2 u", (_, value) => Number.One - Power.Of(value, Number.Two))
    {
        IsBelowOne = true,
    };

    /// <summary>The logistic sigmoid σ(u) = 1/(1 + e^{−u}).</summary>
    public static FunctionDefinition Sigmoid { get; } = new("σ", ElementaryFunction.Sigmoid, @"\sigma'(u) = \sigma(u)\,(1 - \sigma(u))", (_, value) => value * (Number.One - value))
    {
        IsPositive = true,
        IsBelowOne = true,
    };

    /// <summary>The sine.</summary>
    public static FunctionDefinition Sin { get; } = new("sin", ElementaryFunction.Sin, @"\frac{d}{du} \sin u = \cos u", (u, _) => Apply.Of(Cos!, u));

    /// <summary>The cosine.</summary>
    public static FunctionDefinition Cos { get; } = new("cos", ElementaryFunction.Cos, @"\frac{d}{du} \cos u = -\sin u", (u, _) => -Apply.Of(Sin, u));

    /// <summary>The name as it is set before the argument.</summary>
    public string Name { get; }

    /// <summary>How many arguments it takes.</summary>
    public int Arity { get; } = 1;

    /// <summary>Whether every value is greater than 0.</summary>
    public bool IsPositive { get; private init; }

    /// <summary>Whether every value is less than 1.</summary>
    public bool IsBelowOne { get; private init; }

    /// <summary>The derivative rule as LaTeX, for reading.</summary>
    public string DerivativeStatement { get; }

    /// <summary>The numeric kernel.</summary>
    internal ElementaryFunction Kernel { get; }

    /// <summary>The outer derivative f′(u), from the argument u and the value f(u).</summary>
    internal Func<Expr, Expr, Expr> DerivativeOf { get; }

    /// <summary>Values that no reader would call a step: e⁰ = 1.</summary>
    internal Func<ImmutableArray<Expr>, Expr?> Fold { get; private init; } = _ => null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
