using System.Reflection;

namespace ChainRule.Networks;

/// <summary>What a class of definitions holds, so that a definition is added in one file and no list.</summary>
internal static class Catalogue
{
    /// <summary>The values of the static properties of a type, and of the static methods all of whose parameters have a usual value.</summary>
    public static IEnumerable<T> Of<T>(Type definitions)
        where T : class => definitions.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Select(member => member switch
            {
                PropertyInfo property when property.PropertyType == typeof(T) => property.GetValue(null),
                MethodInfo { IsSpecialName: false } method when method.ReturnType == typeof(T) && Array.TrueForAll(method.GetParameters(), parameter => parameter.IsOptional)
                    => method.Invoke(null, [.. method.GetParameters().Select(parameter => parameter.DefaultValue)]),
                _ => null,
            })
            .OfType<T>();
}
