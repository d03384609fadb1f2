using System.Globalization;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>An activation in PyTorch.</summary>
/// <param name="Module">As a module: <c>nn.LeakyReLU(0.01)</c>; null where there is none.</param>
/// <param name="Function">As an expression in <c>x</c>: <c>F.leaky_relu(x, 0.01)</c>; one that uses a module beside x calls it module: <c>x + module(x)</c>.</param>
public sealed record PyTorchText(string? Module, string Function)
{
    /// <summary>Whether the module alone is the layer, so that it can stand in an nn.Sequential.</summary>
    public bool IsModule => Module is not null && !UsesModule;

    /// <summary>Whether the expression calls the module itself.</summary>
    internal bool UsesModule => Function.Contains("module(", StringComparison.Ordinal);

    /// <summary>The expression with something else in the place of x.</summary>
    public string Call(string argument) => string.Concat(Tokens(Function).Select(token => token == "x" ? argument.All(char.IsLetterOrDigit) || argument.EndsWith(')') && !argument.Contains(' ', StringComparison.Ordinal) ? argument : $"({argument})" : token));

    /// <summary>A parameter as Python writes it.</summary>
    internal static string Of(Expr value) => value switch
    {
        Number { Value: { IsInteger: true } whole } => whole.ToDouble().ToString("R", CultureInfo.InvariantCulture),
        Number { Value: var number } => Short(number),
        Add sum => string.Concat(sum.Terms.Select((term, position) => (Of(term), position) switch
        {
            (var text, 0) => text,
            (['-', .. var positive], _) => $" - {positive}",
            (var text, _) => $" + {text}",
        })),
        Multiply product => string.Join(" * ", product.Factors.Select(factor => factor is Add ? $"({Of(factor)})" : Of(factor))).Replace("-1 * ", "-", StringComparison.Ordinal),
        Power { Exponent: Number { Value: { IsInteger: true, Sign: > 0 } } exponent } power => $"{(power.Base is Add or Multiply ? $"({Of(power.Base)})" : Of(power.Base))} ** {Of(exponent)}",
        // The name as it was typed: H_2 and not H₂.
        Size { Quotient: { Dividend: var dividend, Divisor: var divisor } } => $"({Of(dividend)}) // {divisor.ToString(CultureInfo.InvariantCulture)}",
        Size size => size.Name,
        _ => value.ToString(),
    };

    /// <summary>1/3 stays a fraction, 0.01 a decimal.</summary>
    private static string Short(Rational number)
    {
        var text = number.ToDouble().ToString("R", CultureInfo.InvariantCulture);
        return text.Length > 10 && number.Denominator < 1000 ? $"{number.Numerator.ToString(CultureInfo.InvariantCulture)}/{number.Denominator.ToString(CultureInfo.InvariantCulture)}" : text;
    }

    /// <summary>Names apart from everything else, so that only a whole x is replaced.</summary>
    private static IEnumerable<string> Tokens(string text)
    {
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || IsName(text[i]) != IsName(text[start]))
            {
                yield return text[start..i];
                start = i;
            }
        }

        static bool IsName(char letter) => char.IsLetterOrDigit(letter) || letter == '_' || letter == '.';
    }
}
