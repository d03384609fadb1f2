using ChainRule.Calculus;
using ChainRule.Matrices;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>What the engine derives for the side of a wrong claim that says what is meant: a derivation to compare one's own with.</summary>
/// <param name="Of">What is derived.</param>
/// <param name="Result">What comes out, as a matrix where it has a matrix form.</param>
/// <param name="Derivation">The derivation; of one entry, where <paramref name="Of"/> is a vector or matrix.</param>
/// <param name="Whole">The gradient or Jacobian that the derivation belongs to, or null.</param>
public sealed record Solution(Formula Of, Formula Result, Derivation Derivation, DerivativeResult? Whole);
