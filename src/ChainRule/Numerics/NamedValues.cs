namespace ChainRule.Numerics;

/// <summary>Several arrays by name, as an .npz file holds them: <c>net.At(Npz("weights.npz"))</c>, <c>Npz("weights.npz")["W1"]</c>.</summary>
public sealed class NamedValues
{
    internal NamedValues(IReadOnlyDictionary<string, Values> arrays) => Arrays = arrays;

    /// <summary>The names, in alphabetical order.</summary>
    public IEnumerable<string> Names => Arrays.Keys.Order(StringComparer.Ordinal);

    /// <summary>The arrays.</summary>
    internal IReadOnlyDictionary<string, Values> Arrays { get; }

    /// <summary>The array of a name.</summary>
    /// <exception cref="ChainRuleException">There is none; the message says which there are.</exception>
    public Values this[string name] => Arrays.TryGetValue(name, out var values)
        ? values
        : throw new ChainRuleException($"There is no array {name} here; there are {string.Join(", ", Names)}.");
}
