using System.Collections.Immutable;
using ChainRule.Views;
using Microsoft.DotNet.Interactive.Formatting;

namespace ChainRule.Kernel.Sessions;

/// <summary>Values in every format that a front end may want.</summary>
internal static class ValueFormats
{
    /// <summary>The formats of a value, richest first.</summary>
    /// <param name="value">The value, or null.</param>
    /// <param name="mimeTypes">The formats that are wanted; none for all that suit the value.</param>
    public static ImmutableArray<KeyValuePair<string, string>> Of(object? value, params IReadOnlyCollection<string> mimeTypes)
    {
        // A function whose brackets were forgotten: BatchNorm for BatchNorm().
        value = value is Delegate { Method: var method } ? $"{method.Name} is a function: call it, {method.Name}({string.Join(", ", method.GetParameters().Where(parameter => !parameter.IsOptional).Select(parameter => parameter.Name))})." : value;
        IEnumerable<string> types = mimeTypes.Count > 0 ? mimeTypes
            : IsPlain(value) ? [MimeBundle.TextType]
            : Formatter.GetPreferredMimeTypesFor(value?.GetType()).Append(MimeBundle.TextType).Distinct(StringComparer.Ordinal);
        return [.. types.Select(type => KeyValuePair.Create(type, value.ToDisplayString(type).ReplaceLineEndings("\n")))];
    }

    /// <summary>
    /// Whether a value is as good as its text: a number, a character, true. Its HTML would be the same in a box, with 2 kB of style, and
    /// cost the first cell a tenth of a second. A formatter that the person registered for it is asked all the same.
    /// </summary>
    private static bool IsPlain(object? value) =>
        value?.GetType() is { } type && (type.IsPrimitive || value is decimal or System.Numerics.BigInteger)
        && !Formatter.RegisteredFormatters(includeDefaults: false).Any(formatter => formatter.Type == type);
}
