using System.Collections.Immutable;
using System.Reflection;

namespace ChainRule.Networks;

/// <summary>The activations that the library knows, each in a file of its own.</summary>
public static partial class Activations
{
    private static readonly Lazy<ImmutableArray<Activation>> _all = new(() =>
    [
        .. typeof(Activations).GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Select(member => member switch
            {
                PropertyInfo property when property.PropertyType == typeof(Activation) => property.GetValue(null),
                MethodInfo { IsSpecialName: false } method when method.ReturnType == typeof(Activation) && Array.TrueForAll(method.GetParameters(), parameter => parameter.IsOptional)
                    => method.Invoke(null, [.. method.GetParameters().Select(_ => (object?)null)]),
                _ => null,
            })
            .OfType<Activation>()
            .OrderBy(activation => activation.Name, StringComparer.OrdinalIgnoreCase),
    ]);

    /// <summary>Every activation, with its usual parameters, by name. What a file adds to this class is in the list.</summary>
    public static ImmutableArray<Activation> All => _all.Value;
}
