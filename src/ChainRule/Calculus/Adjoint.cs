using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// The derivative of a scalar by a name on the way, with a name of its own: δ₂ = ∂L/∂z₂. It is worked out once and used by
/// everything that the name is computed from, so that a derivation grows with the edges of the graph and not with its paths.
/// </summary>
/// <param name="Name">The variable δ; its definition is the derivation's result.</param>
/// <param name="By">The name on the way.</param>
/// <param name="Indices">The free indices of the derivation.</param>
/// <param name="Derivation">How it is found.</param>
public sealed record Adjoint(Variable Name, Variable By, ImmutableArray<IndexVariable> Indices, Derivation Derivation);

/// <summary>In which direction the chain rule goes along the graph of definitions.</summary>
public enum Accumulation
{
    /// <summary>From the result back: ∂L/∂x = Σ_v ∂L/∂v · ∂v/∂x over the names v that x feeds. This is backpropagation.</summary>
    Reverse,

    /// <summary>From the input on: ∂L/∂x = Σ_v ∂L/∂v · ∂v/∂x over the names v that L is computed from directly.</summary>
    Forward,
}
