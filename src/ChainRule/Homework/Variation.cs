namespace ChainRule.Checking;

/// <summary>
/// A departure from the givens that shows what a right claim needs: where it fails without an assumption, it uses that assumption.
/// </summary>
/// <param name="Unassumed">The symbol of which nothing about the sum of its entries is assumed, or null.</param>
/// <param name="Single">The size that is 1, or null.</param>
internal sealed record Variation(string? Unassumed = null, string? Single = null)
{
    private const Trait Sums = Trait.OneHot | Trait.Distribution | Trait.SumsToOne;

    /// <summary>Whether something is assumed of the sum of a symbol's entries.</summary>
    public static bool HasSum(Symbol symbol) => (symbol.Traits & Sums) != Trait.None;

    /// <summary>What is still assumed of a symbol.</summary>
    public Trait TraitsOf(Symbol symbol) => !string.Equals(symbol.Name, Unassumed, StringComparison.Ordinal) ? symbol.Traits
        : (symbol.Traits & ~Sums) | (symbol.Traits.HasFlag(Trait.Distribution) ? Trait.Positive : Trait.None);
}
