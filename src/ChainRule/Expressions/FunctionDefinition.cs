using System.Collections.Immutable;
using ChainRule.Notation;
using ChainRule.Numerics;

namespace ChainRule.Expressions;

/// <summary>
/// What there is to know about a function of one scalar. Functions are data: tanh is an <see cref="Apply"/> of one of these, never
/// a kind of node.
/// </summary>
public sealed class FunctionDefinition : IEquatable<FunctionDefinition>
{
    private string? _text;

    private FunctionDefinition(string name, Kernel kernel, string derivativeStatement, Func<Expr, Expr, Expr> derivative)
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
    public static FunctionDefinition Sin { get; } = new("sin", ElementaryFunction.Sin, @"\frac{d}{du} \sin u = \cos u", (u, _) => Cos!.Of(u));

    /// <summary>The cosine.</summary>
    public static FunctionDefinition Cos { get; } = new("cos", ElementaryFunction.Cos, @"\frac{d}{du} \cos u = -\sin u", (u, _) => -Sin.Of(u));

    /// <summary>Softplus, log(1 + e^u).</summary>
    public static FunctionDefinition Softplus { get; } = new("softplus", ElementaryFunction.Softplus, @"\operatorname{softplus}'(u) = \sigma(u)", (u, _) => Sigmoid.Of(u))
    {
        IsPositive = true,
    };

    /// <summary>The error function 2/√π ∫₀^u e^{−t²} dt.</summary>
    public static FunctionDefinition Erf { get; } = new("erf", ElementaryFunction.Erf, @"\operatorname{erf}'(u) = \frac{2}{\sqrt{\pi}} e^{-u^2}", (u, _) =>
        Number.Two / Power.Of(Constant.Pi, Number.Half) * Exp.Of(-Power.Of(u, Number.Two)))
    {
        IsBelowOne = true,
    };

    /// <summary>The distribution function of the standard normal law, Φ.</summary>
    public static FunctionDefinition NormalDistribution { get; } = new("Φ", ElementaryFunction.NormalDistribution, @"\Phi'(u) = \varphi(u)", (u, _) => NormalDensity!.Of(u))
    {
        IsPositive = true,
        IsBelowOne = true,
    };

    /// <summary>The density of the standard normal law, φ(u) = e^{−u²/2}/√(2π).</summary>
    public static FunctionDefinition NormalDensity { get; } = new("φ", ElementaryFunction.NormalDensity, @"\varphi'(u) = -u\,\varphi(u)", (u, value) => -u * value)
    {
        IsPositive = true,
        IsBelowOne = true,
    };

    /// <summary>The rectifier max(0, u). At its kink the derivative is 0 by PyTorch's convention.</summary>
    public static FunctionDefinition Relu { get; } = new("ReLU", ElementaryFunction.Relu, @"\operatorname{ReLU}'(u) = \mathbb{1}[u > 0]", (u, _) => Indicator.Of(new Comparison(u, ComparisonSign.Greater, Number.Zero)))
    {
        Kink = (Number.Zero, "at 0 the derivative is taken to be 0, as PyTorch does"),
    };

    /// <summary>The absolute value. At its kink the derivative is 0 by PyTorch's convention.</summary>
    public static FunctionDefinition Abs { get; } = new("abs", ElementaryFunction.Abs, @"\frac{d}{du} |u| = \operatorname{sign}(u)", (u, _) => Sign!.Of(u))
    {
        Kink = (Number.Zero, "at 0 the derivative is taken to be 0, as PyTorch does"),
    };

    /// <summary>The sign: −1, 0 or 1.</summary>
    public static FunctionDefinition Sign { get; } = new("sign", ElementaryFunction.Sign, @"\operatorname{sign}'(u) = 0 \quad (u \neq 0)", (_, _) => Number.Zero)
    {
        Kink = (Number.Zero, "at 0 it jumps; the derivative there is taken to be 0"),
    };

    /// <summary>The larger of two numbers.</summary>
    public static FunctionDefinition Max { get; } = new("max", ElementaryFunction.Extremum, @"\frac{\partial}{\partial x} \max(u, v) = \mathbb{1}[u > v]\,\frac{\partial u}{\partial x} + \mathbb{1}[v > u]\,\frac{\partial v}{\partial x}", (_, _) => throw new InvalidOperationException("max has two arguments, and a rule of its own."))
    {
        Arity = 2,
    };

    /// <summary>The smaller of two numbers.</summary>
    public static FunctionDefinition Min { get; } = new("min", ElementaryFunction.Extremum, @"\frac{\partial}{\partial x} \min(u, v) = \mathbb{1}[u < v]\,\frac{\partial u}{\partial x} + \mathbb{1}[v < u]\,\frac{\partial v}{\partial x}", (_, _) => throw new InvalidOperationException("min has two arguments, and a rule of its own."))
    {
        Arity = 2,
    };

    /// <summary>The name as it is set before the argument, without primes.</summary>
    public string Name { get; }

    /// <summary>How many primes the name carries: φ′ is the first derivative of an opaque φ.</summary>
    public int Order => Kernel.Order;

    /// <summary>How many arguments it takes.</summary>
    public int Arity { get; private init; } = 1;

    /// <summary>Whether every value is greater than 0.</summary>
    public bool IsPositive { get; private init; }

    /// <summary>Whether every value is less than 1.</summary>
    public bool IsBelowOne { get; private init; }

    /// <summary>Where the function has no derivative, and the convention that is followed there; null where it is smooth.</summary>
    public (Number At, string Convention)? Kink { get; private init; }

    /// <summary>Every place where the function has no derivative, with the convention there.</summary>
    internal IEnumerable<(Number At, string Convention)> Kinks => Kink is { } kink ? [kink] : FormulaKinks;

    private ImmutableArray<(Number At, string Convention)> FormulaKinks { get; init; } = [];

    /// <summary>The derivative rule as LaTeX, for reading.</summary>
    public string DerivativeStatement { get; }

    /// <summary>Whether nothing but the name is known.</summary>
    internal bool IsOpaque => Kernel.Function == ElementaryFunction.Opaque;

    /// <summary>The numeric kernel.</summary>
    internal Kernel Kernel { get; }

    /// <summary>The outer derivative f′(u), from the argument u and the value f(u).</summary>
    internal Func<Expr, Expr, Expr> DerivativeOf { get; }

    /// <summary>For a function that is defined by a formula: the formula, and the scalar variable in it that stands for the argument.</summary>
    internal (Variable Argument, Expr Body)? Definition { get; private init; }

    /// <summary>Values that no reader would call a step: e⁰ = 1.</summary>
    internal Func<ImmutableArray<Expr>, Expr?> Fold { get; private init; } = _ => null;

    /// <summary>Some smooth function of which only the name is known: "some activation φ". Its derivative is φ′.</summary>
    /// <param name="name">The name.</param>
    public static FunctionDefinition Opaque(string name) => Opaque(Names.Normalize(name), 0);

    /// <summary>
    /// A function that has a name and a formula: GELU(u) = u Φ(u). A derivation keeps the name, and calls the derivative by the name
    /// with a prime, which has a formula too.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="argument">The scalar variable in the formula that stands for the argument; it must hold no other.</param>
    /// <param name="body">The formula.</param>
    /// <param name="differentiate">What makes a formula's derivative by the argument from the formula.</param>
    /// <param name="kinks">Where the function has no derivative, and the conventions there.</param>
    internal static FunctionDefinition Define(string name, Variable argument, Expr body, Func<Expr, Expr> differentiate, ImmutableArray<(Number At, string Convention)> kinks) =>
        Define(name, argument, body, differentiate, kinks, 0);

    /// <summary>The formula of the function at an argument, or null where the function has none.</summary>
    internal Expr? Unfold(Expr argument) => Definition is var (variable, body) ? Put(body, variable, argument) : null;

    /// <summary>The derivative of the formula, taken in some way, at an argument; null where the function has no formula.</summary>
    internal Expr? UnfoldDerivative(Expr argument, Func<Expr, Element, Expr> differentiate) =>
        Definition is var (variable, body) ? Put(differentiate(body, Element.Of(variable, [])), variable, argument) : null;

    /// <summary>The function applied to a scalar.</summary>
    public Expr Of(Expr argument) => Apply.Of(this, argument);

    /// <summary>The function applied to every entry.</summary>
    public Tensor Of(Tensor argument)
    {
        Require.NotNull(argument);
        return argument.Map(Of);
    }

    /// <inheritdoc/>
    public bool Equals(FunctionDefinition? other) => ReferenceEquals(this, other)
        || (other is { Kernel.Function: ElementaryFunction.Opaque or ElementaryFunction.Formula } && Kernel == other.Kernel && string.Equals(Name, other.Name, StringComparison.Ordinal)
            && ReferenceEquals(Definition?.Body, other.Definition?.Body) && Equals(Definition?.Argument, other.Definition?.Argument));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FunctionDefinition);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kernel);

    /// <summary>The name with its primes; a parameter stands in brackets after it.</summary>
    public override string ToString() => _text ??= (Name.All(char.IsLetter) ? Name
        : Names.ToFormula(Name) is Script { Subscript: { } parameter, Superscript: null } script ? $"{script.Base}({parameter})"
        : Names.ToFormula(Name).ToString()) + new string('′', Order);

    private static FunctionDefinition Define(string name, Variable argument, Expr body, Func<Expr, Expr> differentiate, ImmutableArray<(Number At, string Convention)> kinks, int order)
    {
        var derivative = new Deferred<Func<Expr, Expr>>(() => differentiate(body) switch
        {
            // What is as short as a name needs none.
            Number constant => _ => constant,
            Indicator or Apply { Arguments: [Element] } => u => Define(name, argument, differentiate(body), differentiate, [], order + 1).Unfold(u)!,
            var after => Define(name, argument, after, differentiate, [], order + 1).Of,
        });
        return new(name, new(ElementaryFunction.Formula, 0, order), @"\frac{d}{du} f(u) = f'(u)", (u, _) => derivative.Value(u)) { Definition = (argument, body), FormulaKinks = kinks };
    }

    private static Expr Put(Expr formula, Variable variable, Expr argument) =>
        Binding.Rewrite(formula, (node, depth) => node is Element element && element.Variable.Equals(variable) ? Binding.Shift(argument, depth) : null);

    private static FunctionDefinition Opaque(string name, int order)
    {
        // The made-up function depends on the name alone, so that it is the same one in every run.
        var seed = name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));
        return new(name, new(ElementaryFunction.Opaque, seed, order), @"\frac{d}{du} \phi(u) = \phi'(u)", (u, _) => Opaque(name, order + 1).Of(u));
    }
}
