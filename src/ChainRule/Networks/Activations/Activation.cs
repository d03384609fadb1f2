using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Notation;
using ChainRule.Numerics;

namespace ChainRule.Networks;

/// <summary>
/// An activation function: a function of one scalar that a network applies to every entry. Its formula is the single statement of
/// the mathematics; the derivative, the kinks, limits, zeros, range and monotonicity are derived from it. Where speed wants it, a
/// numeric kernel is given beside the formula.
/// </summary>
/// <example><c>Activation.Define("swoosh", x => x * Sigmoid(x - 1))</c></example>
public sealed record Activation
{
    private readonly Deferred<Derivation> _derivation;
    private readonly Deferred<FunctionDefinition> _function;
    private readonly Deferred<ActivationKernel> _fromFormula;
    private readonly Deferred<FunctionAnalysis> _analysis;

    private Activation(string name, ImmutableArray<ActivationParameter> parameters, Expr formula)
    {
        (Name, Parameters, Formula) = (name, parameters, formula);
        _derivation = new(() => Formula.Derivative((Expr)Argument));
        _function = new(() => FunctionDefinition.Define(FunctionName(), Argument, Formula, body => body.Derivative((Expr)Argument).Result, [.. Analysis.Kinks.Select(Convention)]));
        _analysis = new(() => new(Formula, Derivation.Result, Argument));
        _fromFormula = new(() =>
        {
            var (value, derivative) = (new RealFunction(Formula, Argument), new RealFunction(Derivation.Result, Argument));
            return new(value.At, derivative.At);
        });
    }

    /// <summary>The scalar variable x of every <see cref="Formula"/>.</summary>
    public static Variable Argument { get; } = Variable.Given("x", Shape.Scalar);

    /// <summary>The name as the field writes it: ReLU, GELU.</summary>
    public string Name { get; }

    /// <summary>The parameters with their values, in order; each a number or a symbol.</summary>
    public ImmutableArray<ActivationParameter> Parameters { get; }

    /// <summary>The formula, in <see cref="Argument"/>.</summary>
    public Expr Formula { get; }

    /// <summary>
    /// The formula as a paper states it, where <see cref="Formula"/> uses a name that the engine knows: 1/(1 + e^{−x}) beside σ(x).
    /// </summary>
    public Expr? WrittenOut { get; init; }

    /// <summary>Where it was defined: authors, title, year, and where to find it; null for one that a person made up.</summary>
    public string? Source { get; init; }

    /// <summary>How it is said in PyTorch; null where PyTorch has no name for it.</summary>
    public PyTorchText? PyTorch { get; init; }

    /// <summary>Something the reader should know: what PyTorch does differently, for example.</summary>
    public string? Remark { get; init; }

    /// <summary>The numeric kernel, or null where the formula itself is evaluated.</summary>
    public ActivationKernel? Kernel { get; init; }

    /// <summary>Whether derivations write the formula instead of the name: 5 ReLU(z), e^{−z²}.</summary>
    public bool IsInline { get; init; }

    /// <summary>Whether every parameter is a number and every function is known, so that the activation can be evaluated.</summary>
    public bool IsNumeric => Dependencies.All(Formula).All(variable => variable.IsDefined || variable.Equals(Argument))
        && !Binding.Nodes(Formula).OfType<Apply>().Any(apply => apply.Function.Kernel.Function == ElementaryFunction.Opaque);

    /// <summary>The derivative by x, with its steps.</summary>
    public Derivation Derivation => _derivation.Value;

    /// <summary>What follows from the formula: kinks, limits, zeros, range, monotonicity, the Lipschitz constant.</summary>
    /// <exception cref="ChainRuleException">A parameter has no value.</exception>
    public FunctionAnalysis Analysis => _analysis.Value;

    /// <summary>The numeric kernel that is compiled from the formula and its derivative. It is slower and right wherever the formula is defined.</summary>
    /// <exception cref="ChainRuleException">A parameter has no value.</exception>
    public ActivationKernel FromFormula => _fromFormula.Value;

    /// <summary>The name as LaTeX.</summary>
    public string Latex => Name.Length > 1 && Name.All(char.IsLetter) ? $@"\operatorname{{{Name}}}" : Name;

    /// <summary>An activation from its formula alone. Everything else about it is derived.</summary>
    /// <param name="name">The name.</param>
    /// <param name="formula">The formula: <c>x => x * Sigmoid(x - 1)</c>.</param>
    /// <exception cref="ChainRuleException">The name is empty, or the formula is not one of a scalar.</exception>
    public static Activation Define(string name, Func<Expr, Expr> formula) => Define(name, [], formula);

    /// <summary>An activation from its formula, with parameters.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameters">The parameters, each with its value and the value that goes without saying.</param>
    /// <param name="formula">The formula.</param>
    /// <exception cref="ChainRuleException">The name is empty, or the formula is not one of a scalar.</exception>
    public static Activation Define(string name, ImmutableArray<ActivationParameter> parameters, Func<Expr, Expr> formula)
    {
        Require.NotNull(formula);
        var body = formula((Expr)Argument) ?? throw new ChainRuleException($"The formula of {name} gave nothing: it must return an expression, for example x => x * Sigmoid(x).");
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new ChainRuleException("An activation needs a name, such as \"swoosh\".");
        }

        return Binding.Nodes(body).FirstOrDefault(node => node is Element { Indices.IsEmpty: false } or IndexVariable) is { } entry
            ? throw new ChainRuleException($"{name} is a function of one scalar, and {entry} in its formula has an index: use scalars only.")
            : new(name.Trim(), parameters, body);
    }

    /// <summary>The activation of a scalar, as derivations use it: by its name, or inline.</summary>
    public Expr Of(Expr z)
    {
        Require.NotNull(z);
        return Formula is Apply { Arguments: [Element] } || IsInline || !IsNumeric || Formula is Number or Element ? Write(z) : _function.Value.Of(z);
    }

    /// <summary>The activation of every entry.</summary>
    public Tensor Of(Tensor z)
    {
        Require.NotNull(z);
        return z.Map(Of);
    }

    /// <summary>The formula with z in the place of x.</summary>
    public Expr Write(Expr z) => Put(Formula, z);

    /// <summary>The value at x; NaN at NaN.</summary>
    /// <exception cref="ChainRuleException">A parameter has no value.</exception>
    public double Evaluate(double x) => double.IsNaN(x) ? x : (Kernel ?? FromFormula).Value(x);

    /// <summary>The derivative at x; at a kink, by convention.</summary>
    /// <exception cref="ChainRuleException">A parameter has no value.</exception>
    public double EvaluateDerivative(double x) => double.IsNaN(x) ? x : (Kernel ?? FromFormula).Derivative(x);

    /// <summary>The values at many places.</summary>
    /// <param name="x">Where.</param>
    /// <param name="values">What the values are written into; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The second is shorter than the first.</exception>
    /// <exception cref="ChainRuleException">A parameter has no value.</exception>
    public void Evaluate(ReadOnlySpan<double> x, Span<double> values) => Fill(x, values, Evaluate);

    /// <summary>The derivatives at many places; at a kink, by convention.</summary>
    /// <param name="x">Where.</param>
    /// <param name="derivatives">What the derivatives are written into; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The second is shorter than the first.</exception>
    /// <exception cref="ChainRuleException">A parameter has no value.</exception>
    public void EvaluateDerivative(ReadOnlySpan<double> x, Span<double> derivatives) => Fill(x, derivatives, EvaluateDerivative);

    /// <summary>The activation times a factor: <c>5 * Activations.Relu</c>.</summary>
    public static Activation operator *(Expr factor, Activation activation)
    {
        Require.NotNull(factor);
        Require.NotNull(activation);
        var inner = activation.Kernel;
        return new($"{Coefficient(factor)} {activation}", [], factor * activation.Named)
        {
            IsInline = true,
            Kernel = factor is Number { Value: var value } && inner is not null && value.ToDouble() is var k ? new(x => k * inner.Value(x), x => k * inner.Derivative(x)) : null,
            PyTorch = activation.PyTorch is { } torch ? new(null, $"{PyTorchText.Of(factor)} * {torch.Function}") : null,
        };
    }

    /// <summary>The activation times a factor.</summary>
    public static Activation operator *(Activation activation, Expr factor) => factor * activation;

    /// <summary>The sum of two activations.</summary>
    public static Activation operator +(Activation a, Activation b) => Combine(a, b, "+", (x, y) => x + y);

    /// <summary>The difference of two activations.</summary>
    public static Activation operator -(Activation a, Activation b) => Combine(a, b, "−", (x, y) => x - y);

    /// <summary>The product of two activations.</summary>
    public static Activation operator *(Activation a, Activation b) => Combine(a, b, "·", (x, y) => x * y);

    /// <summary>The opposite.</summary>
    public static Activation operator -(Activation activation) => Number.MinusOne * activation;

    /// <summary>The composition x ↦ this(inner(x)).</summary>
    public Activation After(Activation inner)
    {
        Require.NotNull(inner);
        return new($"{this} ∘ {inner}", [], Of(inner.Named))
        {
            IsInline = true,
            PyTorch = PyTorch is { } outer && inner.PyTorch is { } torch ? new(null, outer.Call(torch.Function)) : null,
        };
    }

    /// <summary>The name, with those parameters that are not the usual ones: GELU, LeakyReLU(0.2).</summary>
    public override string ToString()
    {
        var said = Parameters.Where(parameter => !parameter.IsDefault).ToList();
        return said.Count == 0 ? Name
            : Parameters.Length == 1 ? $"{Name}({said[0].Text})"
            : $"{Name}({string.Join(", ", said.Select(parameter => $"{parameter.Symbol} = {parameter.Text}"))})";
    }

    /// <summary>Two activations are equal when they have one name and one formula.</summary>
    public bool Equals(Activation? other) => ReferenceEquals(this, other)
        || (other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal) && ReferenceEquals(Formula, other.Formula));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Formula.Hash);

    /// <summary>An expression in x with z in the place of x.</summary>
    internal static Expr Put(Expr formula, Expr z) => Binding.Rewrite(formula, (node, depth) => ReferenceEquals(node, (Expr)Argument) ? Binding.Shift(z, depth) : null);

    /// <summary>The activation of x as derivations write it.</summary>
    private Expr Named => Of((Expr)Argument);

    private static void Fill(ReadOnlySpan<double> x, Span<double> results, Func<double, double> function)
    {
        if (results.Length < x.Length)
        {
            throw new ArgumentException($"There are {x.Length} places and only {results.Length} to write the results.", nameof(results));
        }

        for (var i = 0; i < x.Length; i++)
        {
            results[i] = function(x[i]);
        }
    }

    private static Activation Combine(Activation a, Activation b, string sign, Func<Expr, Expr, Expr> combine)
    {
        Require.NotNull(a);
        Require.NotNull(b);
        return new($"{a} {sign} {b}", [], combine(a.Named, b.Named))
        {
            IsInline = true,
            PyTorch = a.PyTorch is { } first && b.PyTorch is { } second ? new(null, $"({first.Function}) {(sign == "·" ? "*" : sign == "−" ? "-" : sign)} ({second.Function})") : null,
        };
    }

    private static (Number At, string Convention) Convention(FunctionKink kink) => (
        Number.Of(Rational.FromDouble(kink.At)),
        string.Create(CultureInfo.InvariantCulture, $"at {kink.At:0.####} the derivative is taken to be {kink.Convention:0.####}, {kink.Side}").Replace('-', '−'));

    private static string Coefficient(Expr factor) => factor is Number or Element ? factor.ToString() : $"({factor})";

    /// <summary>The name as it stands before an argument: σ, tanh, GELU.</summary>
    internal Formula Symbol => Formula is Apply { Function: var known, Arguments: [Element] } ? ExpressionFormula.FunctionName(known)
        : FunctionName() is var name && name.All(char.IsLetter) && name.Length > 1 ? new Atom(name, AtomKind.Function)
        : Names.ToFormula(name);

    /// <summary>The name of the function in derivations: LeakyReLU with the parameter below, where it isn't the usual one.</summary>
    private string FunctionName()
    {
        var said = Parameters.Where(parameter => !parameter.IsDefault).Select(parameter => parameter.Text).ToList();
        return said.Count == 0 && (Name.Length == 1 || Name.All(char.IsLetter)) ? Name
            : $@"\operatorname{{{Name}}}{(said.Count == 0 ? string.Empty : $"_{{{string.Join(", ", said)}}}")}";
    }
}
