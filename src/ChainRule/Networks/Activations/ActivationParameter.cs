using System.Globalization;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>A parameter of an activation: the α of LeakyReLU.</summary>
/// <param name="Symbol">The letter.</param>
/// <param name="Value">Its value: a number, or a symbol for which none has been chosen.</param>
/// <param name="Default">The value that goes without saying.</param>
public sealed record ActivationParameter(string Symbol, Expr Value, Expr Default)
{
    /// <summary>Whether the value is the usual one.</summary>
    public bool IsDefault => ReferenceEquals(Value, Default);

    /// <summary>The value as people type it: 0.01, or α.</summary>
    public string Text => Number is { } number
        ? number.ToString(Math.Abs(number) is >= 1e-6 and < 1e15 ? "0.####################" : "R", CultureInfo.InvariantCulture).Replace('-', '−')
        : Value.ToString();

    /// <summary>The value as a number, or null for a symbol.</summary>
    public double? Number => Value is Number { Value: var value } ? value.ToDouble() : null;

    /// <summary>The parameter with the usual value where none is given.</summary>
    /// <exception cref="ChainRuleException">The number is not one that the parameter can have.</exception>
    internal static ActivationParameter Of(string symbol, Expr? value, Expr usual, Func<double, bool>? allowed = null, string? what = null)
    {
        var parameter = new ActivationParameter(symbol, value ?? usual, usual);
        return parameter.Number is { } number && allowed?.Invoke(number) == false
            ? throw new ChainRuleException($"{symbol} must be {what}, not {parameter.Text}.")
            : parameter;
    }
}
