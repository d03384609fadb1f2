using System.Collections.Immutable;

namespace ChainRule.Networks;

/// <summary>The activations that the library knows, each in a file of its own.</summary>
public static partial class Activations
{
    private static readonly Deferred<ImmutableArray<Activation>> _all = new(() =>
    [
        .. Catalogue.Of<Activation>(typeof(Activations)).OrderBy(activation => activation.Name, StringComparer.OrdinalIgnoreCase),
    ]);

    /// <summary>Every activation, with its usual parameters, by name. What a file adds to this class is in the list.</summary>
    public static ImmutableArray<Activation> All => _all.Value;
}
