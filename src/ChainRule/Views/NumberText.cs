using System.Globalization;

namespace ChainRule.Views;

/// <summary>Numbers as a reader wants them: four digits, a true minus sign, powers of ten where they are needed.</summary>
internal static class NumberText
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>One number.</summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
        }

        var magnitude = Math.Abs(value);
        var text = magnitude == Math.Round(magnitude) && magnitude < 1e6 ? magnitude.ToString("0", CultureInfo.InvariantCulture)
            : magnitude is >= 1e-3 and < 1e5 ? magnitude.ToString("0.0000", CultureInfo.InvariantCulture)
            : Scientific(magnitude);
        return value < 0 && text is not "0.0000" ? "−" + text : text;
    }

    /// <summary>An error as a power of ten: 2·10⁻¹⁰.</summary>
    public static string Scientific(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value == 0 ? "0" : Of(value);
        }

        var parts = value.ToString("0.#E+0", CultureInfo.InvariantCulture).Split('E');
        var exponent = int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = string.Concat(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).Select(digit => Superscripts[digit - '0']));
        return $"{parts[0]}·10{(exponent < 0 ? "⁻" : string.Empty)}{digits}";
    }

    /// <summary>A vector: (1, 2, 3).</summary>
    public static string Vector(IEnumerable<double> values) => $"({string.Join(", ", values.Select(Of))})";
}
