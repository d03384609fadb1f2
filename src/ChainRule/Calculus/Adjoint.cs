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
public sealed record Adjoint(Variable Name, Variable By, ImmutableArray<IndexVariable> Indices, Derivation Derivation)
{
    /// <summary>
    /// The names on the way from <paramref name="by"/> to the scalar whose adjoints a person would name: those that are computed from
    /// several others, because each of these needs it. A single one is no trouble to write out.
    /// </summary>
    internal static ImmutableDictionary<Variable, string> Choose(Variable scalar, Variable by)
    {
        var onTheWay = scalar.Body is { } body
            ? Dependencies.All(body)
                .Where(name => !name.Equals(by) && name.Body is { } definition && Dependencies.Direct(definition).Count > 1 && Dependencies.Reaches(name, by))
                .OrderBy(name => name.Name, StringComparer.Ordinal)
                .ToList()
            : [];
        if (onTheWay.Count < 2)
        {
            return ImmutableDictionary<Variable, string>.Empty;
        }

        // δ takes over what is written around the letter (z₁ → δ₁), unless that would give two names one δ.
        var taken = Dependencies.All(scalar).Select(name => name.Name).ToHashSet(StringComparer.Ordinal);
        var shortNames = onTheWay.ToDictionary(name => name, name => Short(name.Name));
        return onTheWay.ToImmutableDictionary(
            name => name,
            name => shortNames[name] is { } wish && !taken.Contains(wish) && onTheWay.Count(other => string.Equals(shortNames[other], wish, StringComparison.Ordinal)) == 1
                ? wish
                : $@"\delta_{{{name.Name}}}");

        static string? Short(string name)
        {
            var rest = name.AsSpan().IndexOfAny('_', '^');
            return rest > 0 && !name.AsSpan(0, rest).ContainsAny('{', ' ') ? @"\delta" + name[rest..] : null;
        }
    }
}

/// <summary>In which direction the chain rule goes along the graph of definitions.</summary>
public enum Accumulation
{
    /// <summary>From the result back: ∂L/∂x = Σ_v ∂L/∂v · ∂v/∂x over the names v that x feeds. This is backpropagation.</summary>
    Reverse,

    /// <summary>From the input on: ∂L/∂x = Σ_v ∂L/∂v · ∂v/∂x over the names v that L is computed from directly.</summary>
    Forward,
}
