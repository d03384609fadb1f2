using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>The layers, as people type them: <c>Linear("N", "M")</c>.</summary>
public static partial class Layers
{
    /// <summary>z = W x + b with W ∈ ℝ^{outputs×inputs}; of samples as rows, Z = X Wᵀ + 1 bᵀ.</summary>
    /// <param name="inputs">How many entries the input has: a letter or a number.</param>
    /// <param name="outputs">How many entries the output has.</param>
    /// <param name="bias">Whether b is added.</param>
    public static Layer Linear(SizeLike inputs, SizeLike outputs, bool bias = true) => new LinearLayer(inputs.Expression, outputs.Expression, bias);

    /// <summary>z = W x, without a bias.</summary>
    /// <param name="inputs">How many entries the input has: a letter or a number.</param>
    /// <param name="outputs">How many entries the output has.</param>
    public static Layer BiasFreeLinear(SizeLike inputs, SizeLike outputs) => Linear(inputs, outputs, bias: false);

    /// <summary>All entries as one vector, row by row; all sizes but the first must be numbers.</summary>
    public static Layer Flatten { get; } = new FlattenLayer();

    /// <summary>y = x + F(x), where F is the layers one after another.</summary>
    /// <param name="inner">The layers; together they keep the shape.</param>
    public static Layer Residual(params Layer[] inner)
    {
        Require.NotNull(inner);
        Networks.Network.RequireLayers(inner);
        return inner.Length > 0 ? new ResidualLayer([.. inner]) : throw new ChainRuleException("A residual needs at least one layer inside.");
    }

    /// <summary>y_i = m_i x_i/(1 − p) with a given mask m of zeros and ones.</summary>
    /// <param name="probability">p, with which an entry is left out: a number from 0 up to below 1, or a symbol.</param>
    /// <exception cref="ChainRuleException">The number is no such probability.</exception>
    public static Layer Dropout(Expr probability)
    {
        Require.NotNull(probability);
        return probability is Number { Value: var p } && (p.Sign < 0 || p.ToDouble() >= 1)
            ? throw new ChainRuleException($"Dropout leaves entries out with a probability from 0 up to below 1, and {probability} is none: with p = 1 nothing would be left, and 1/(1 − p) is not defined.")
            : new DropoutLayer(probability);
    }

    /// <summary>One step of a recurrent network, h = φ(W x + U s + b) from the state s before.</summary>
    /// <param name="inputs">How many entries the input has.</param>
    /// <param name="states">How many entries the state has.</param>
    /// <param name="activation">φ; tanh where nothing is said.</param>
    public static Layer RnnStep(SizeLike inputs, SizeLike states, Activation? activation = null) => new RecurrentLayer(inputs.Expression, states.Expression, activation ?? Activations.Tanh);

    /// <summary>The largest of several linear pieces: h_i = max_p (Σ_j W_pij x_j + b_pi).</summary>
    /// <param name="inputs">How many entries the input has.</param>
    /// <param name="outputs">How many entries the output has.</param>
    /// <param name="pieces">How many pieces there are, at least 2.</param>
    /// <exception cref="ChainRuleException">There are fewer than two pieces.</exception>
    public static Layer Maxout(SizeLike inputs, SizeLike outputs, int pieces = 2) => pieces >= 2
        ? new MaxoutLayer(inputs.Expression, outputs.Expression, pieces)
        : throw new ChainRuleException($"Maxout takes the largest of at least two pieces, and {pieces} is fewer.");

    /// <summary>The vector of a word, W x with x one-hot over the words: the columns of W are the words' vectors.</summary>
    /// <param name="words">How many words there are.</param>
    /// <param name="size">How many entries a word's vector has.</param>
    public static Layer Embedding(SizeLike words, SizeLike size) => Linear(words, size, bias: false);

    /// <summary>A shear of the plane, (x + k y, y); its determinant is 1.</summary>
    public static Layer Shear(Expr k) => new PlaneLayer($"Shear({k})", Number.One, k, Number.Zero, Number.One);

    /// <summary>A scaling of the plane, (s x, t y); its determinant is s t.</summary>
    public static Layer Scale(Expr s, Expr t) => new PlaneLayer($"Scale({s}, {t})", s, Number.Zero, Number.Zero, t);

    /// <summary>A rotation of the plane by an angle in radians, counter-clockwise; its determinant is 1.</summary>
    public static Layer Rotation(Expr angle) => new PlaneLayer($"Rotation({angle})", Maths.Cos(angle), -Maths.Sin(angle), Maths.Sin(angle), Maths.Cos(angle));

    /// <summary>The reflection of the plane at the line through 0 with that angle to the first axis; its determinant is −1.</summary>
    public static Layer Reflection(Expr angle) => new PlaneLayer($"Reflection({angle})", Maths.Cos(2 * angle), Maths.Sin(2 * angle), Maths.Sin(2 * angle), -Maths.Cos(2 * angle));
}
