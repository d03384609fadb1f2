using System.Collections.Immutable;
using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

/// <summary>
/// With which variance the weights of a layer f′ = Ω φ(f) should start, so that neither the values on the way forward nor the
/// gradients on the way back grow or shrink from layer to layer; derived from the layer's equation, with every step.
/// </summary>
/// <remarks>
/// K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers, ICCV 2015; X. Glorot, Y. Bengio, Understanding the difficulty of
/// training deep feedforward neural networks, AISTATS 2010; S. Prince, Understanding Deep Learning, section 7.5.
/// </remarks>
public sealed class Initialisation
{
    private readonly Layer _layer;

    private Initialisation(string name, Layer layer, ImmutableArray<Spread> spreads, string requirement, Derivation solution)
    {
        (Name, _layer, Spreads, Requirement, Solution) = (name, layer, spreads, requirement, solution);
        if (Dependencies.DependsOn(solution.Result, _weightDeviation))
        {
            throw new ChainRuleException($"The variance does not come out in proportion to that of the weights ({spreads[0].Derivation.Result}), so no initialisation follows.");
        }
    }

    private static readonly Variable _weightDeviation = Scalar("σ_Ω").Positive();
    private static readonly Variable _valueDeviation = Scalar("σ_f").Positive();
    private static readonly Variable _gradientDeviation = Scalar("σ_g").Positive();

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>How far values or gradients spread after one layer, derived.</summary>
    public ImmutableArray<Spread> Spreads { get; }

    /// <summary>What is asked for, in words.</summary>
    public string Requirement { get; }

    /// <summary>That the weights have this variance, as an equation: σ_Ω² = 2/D_h.</summary>
    public override string ToString() => $"{Symbol} = {Variance}";

    /// <summary>The variance of a weight at the start, from the requirement.</summary>
    public Derivation Solution { get; }

    /// <summary>The variance of a weight at the start: 2/D_h.</summary>
    public Expr Variance => Solution.Result;

    /// <summary>The variance of a weight at the start as a number, for a layer of these sizes.</summary>
    /// <param name="inputs">How many inputs the layer has.</param>
    /// <param name="outputs">How many outputs.</param>
    /// <exception cref="ChainRuleException">The initialisation was made for other sizes, or its variance has no value.</exception>
    public double VarianceAt(int inputs, int outputs)
    {
        var sizes = ImmutableDictionary.CreateBuilder<Size, int>();
        foreach (var (size, value, what) in new[] { (_layer.From.Expression, inputs, "inputs"), (_layer.To.Expression, outputs, "outputs") })
        {
            if (value < 1)
            {
                throw new ShapeException($"A layer has at least one of its {what}, and here are {value}.");
            }

            if (size is Size letter && !sizes.TryAdd(letter, value) && sizes[letter] != value)
            {
                throw new ShapeException($"{Name} was made for as many inputs as outputs ({letter}), and this layer has {inputs} and {outputs}.");
            }

            if (size is Number { Value: var fixedSize } && fixedSize != value)
            {
                throw new ShapeException($"{Name} was made for {size} {what}, and this layer has {value}.");
            }
        }

        return Plan.Of(Variance).Run(new PointContext<Real>(new(sizes.ToImmutable(), ImmutableDictionary<Variable, double[]>.Empty), ImmutableDictionary<IndexVariable, int>.Empty), []).Value;
    }

    /// <summary>The symbol of that variance, σ_Ω².</summary>
    public static Expr Symbol => Pow(_weightDeviation, Number.Two);

    /// <summary>What was assumed on the way.</summary>
    public ImmutableArray<string> Assumptions => [.. Spreads.SelectMany(spread => spread.Assumptions).Distinct(StringComparer.Ordinal)];

    /// <summary>He's initialisation for ReLU: σ_Ω² = 2/D_h, so that pre-activations keep their variance on the way forward.</summary>
    /// <param name="inputs">D_h, the number of inputs of the layer.</param>
    /// <param name="outputs">D_h′, the number of outputs.</param>
    public static Initialisation He(SizeLike? inputs = null, SizeLike? outputs = null) => Forward(Activations.Relu, inputs, outputs, "He initialisation");

    /// <summary>Xavier's (Glorot's) initialisation, for activations that are nearly the identity around 0: σ_Ω² = 2/(D_h + D_h′).</summary>
    /// <param name="inputs">D_h, the number of inputs of the layer.</param>
    /// <param name="outputs">D_h′, the number of outputs.</param>
    public static Initialisation Xavier(SizeLike? inputs = null, SizeLike? outputs = null) => Compromise(Activations.Identity, inputs, outputs, "Xavier initialisation");

    /// <summary>The variance with which pre-activations keep theirs on the way forward: Var[f′_i] = Var[f_j].</summary>
    /// <param name="activation">The activation φ.</param>
    /// <param name="inputs">D_h, the number of inputs of the layer.</param>
    /// <param name="outputs">D_h′, the number of outputs.</param>
    /// <param name="name">What it is called.</param>
    public static Initialisation Forward(Activation activation, SizeLike? inputs = null, SizeLike? outputs = null, string? name = null)
    {
        Require.NotNull(activation);
        var layer = new Layer(activation, inputs, outputs);
        var forward = Spread.Forward(layer);
        return new(name ?? $"Initialisation for {activation}, forward", layer, [forward], "the pre-activations keep their variance", (Symbol * forward.Before / forward.After).Simplified());
    }

    /// <summary>The variance with which gradients keep theirs on the way back: Var[∂L/∂f_j] = Var[∂L/∂f′_i].</summary>
    /// <param name="activation">The activation φ.</param>
    /// <param name="inputs">D_h, the number of inputs of the layer.</param>
    /// <param name="outputs">D_h′, the number of outputs.</param>
    /// <param name="name">What it is called.</param>
    public static Initialisation Backward(Activation activation, SizeLike? inputs = null, SizeLike? outputs = null, string? name = null)
    {
        Require.NotNull(activation);
        var layer = new Layer(activation, inputs, outputs);
        var backward = Spread.Backward(layer);
        return new(name ?? $"Initialisation for {activation}, backward", layer, [backward], "the gradients keep their variance", (Symbol * backward.Before / backward.After).Simplified());
    }

    /// <summary>
    /// Both ways at once: where D_h ≠ D_h′ the two requirements contradict one another, and the mean of the two factors by which
    /// variances grow is asked to be 1.
    /// </summary>
    /// <param name="activation">The activation φ.</param>
    /// <param name="inputs">D_h, the number of inputs of the layer.</param>
    /// <param name="outputs">D_h′, the number of outputs.</param>
    /// <param name="name">What it is called.</param>
    public static Initialisation Compromise(Activation activation, SizeLike? inputs = null, SizeLike? outputs = null, string? name = null)
    {
        Require.NotNull(activation);
        var layer = new Layer(activation, inputs, outputs);
        var (forward, backward) = (Spread.Forward(layer), Spread.Backward(layer));
        return new(
            name ?? $"Initialisation for {activation}, forward and backward",
            layer,
            [forward, backward],
            "the factors by which the variances grow, forward and backward, have the mean 1",
            (Symbol / (Number.Half * (forward.Growth + backward.Growth))).Simplified());
    }

    /// <summary>A layer f′ = Ω φ(f) with random weights.</summary>
    internal sealed record Layer(Activation Activation, SizeLike? Inputs, SizeLike? Outputs)
    {
        /// <summary>D_h.</summary>
        public SizeLike From => Inputs ?? "D_h";

        /// <summary>D_h′.</summary>
        public SizeLike To => Outputs ?? "D_h'";

        /// <summary>The pre-activations before the layer.</summary>
        public Variable Before => Vector("f", From).Random(Number.Zero, Pow(_valueDeviation, Number.Two)).Symmetric();

        /// <summary>The pre-activations after the layer.</summary>
        public Variable After
        {
            get
            {
                var hidden = Activation.Of(Before).Named("h");
                return (Matrix("Ω", To, From).Random(Number.Zero, Symbol).Independent() * hidden).Named("f'");
            }
        }
    }

    /// <summary>The variance after one layer, derived from that before.</summary>
    /// <param name="Derivation">The variance after, worked out.</param>
    /// <param name="Before">The variance before.</param>
    /// <param name="Gradient">On the way back: the gradient of which this is the variance.</param>
    /// <param name="Assumptions">What was assumed, in words.</param>
    public sealed record Spread(Derivation Derivation, Expr Before, Derivation? Gradient, ImmutableArray<string> Assumptions)
    {
        /// <summary>The variance after.</summary>
        public Expr After => Derivation.Result;

        /// <summary>By which factor the variance grows.</summary>
        public Expr Growth => (After / Before).Simplified().Result;

        internal static Spread Forward(Layer layer) => new(
            Variance(layer.After[Index("i", layer.To)]).Simplified(),
            Pow(_valueDeviation, Number.Two),
            null,
            [WeightsAssumption, BiasesAssumption, ValuesAssumption(layer)]);

        internal static Spread Backward(Layer layer)
        {
            // What comes back from the layers behind is given. Written out without names for adjoints, whose means are wanted here.
            var after = layer.After;
            var behind = Vector("g", layer.To).Random(Number.Zero, Pow(_gradientDeviation, Number.Two)).Independent();
            var gradient = Upstream("L", after, behind).Gradient(layer.Before, Accumulation.Forward);
            return new(
                Variance(gradient.Entry).Simplified(),
                Pow(_gradientDeviation, Number.Two),
                gradient.Derivation,
                [WeightsAssumption, ValuesAssumption(layer), "the gradients g = ∂L/∂f′ that come back have mean 0, and are independent of one another, of the weights and of the pre-activations f"]);
        }

        private const string WeightsAssumption = "the weights Ω are independent of one another and of everything else, with mean 0 and variance σ_Ω²";
        private const string BiasesAssumption = "the biases start at 0";

        private static string ValuesAssumption(Layer layer) => $"the pre-activations f are symmetric about 0 with variance σ_f² (they need not be independent of one another){(layer.Activation.Equals(Activations.Identity) ? ", and the activation is the identity near 0" : string.Empty)}";
    }
}
