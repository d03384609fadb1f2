using System.Collections.Immutable;

namespace ChainRule.Networks;

/// <summary>The losses that the library knows, each in a file of its own.</summary>
public static partial class Losses
{
    private static readonly Deferred<ImmutableArray<Loss>> _all = new(() =>
    [
        .. Catalogue.Of<Loss>(typeof(Losses)).OrderBy(loss => loss.Name, StringComparer.OrdinalIgnoreCase),
    ]);

    /// <summary>Every loss, with its usual parameters and reduction, by name. What a file adds to this class is in the list.</summary>
    public static ImmutableArray<Loss> All => _all.Value;
}
