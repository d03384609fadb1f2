using System.Collections.Immutable;

namespace ChainRule.Networks;

/// <summary>The vector functions that the library knows, each in a file of its own.</summary>
public static partial class VectorFunctions
{
    private static readonly Deferred<ImmutableArray<VectorFunction>> _all = new(() =>
    [
        .. Catalogue.Of<VectorFunction>(typeof(VectorFunctions)).OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase),
    ]);

    /// <summary>Every vector function whose parameters have usual values, by name. What a file adds to this class is in the list.</summary>
    public static ImmutableArray<VectorFunction> All => _all.Value;
}
