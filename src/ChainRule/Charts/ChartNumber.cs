using System.Globalization;

namespace ChainRule.Charts;

/// <summary>How charts write numbers: short, the same under every culture, with a true minus sign.</summary>
internal static class ChartNumber
{
    /// <summary>Eight digits place a point far finer than a pixel and halve the size of the JSON.</summary>
    private const string DataFormat = "G8";

    public static string Format(double value, int digits = 4)
    {
        if (double.IsNaN(value))
        {
            return "undefined";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "∞" : "−∞";
        }

        double size = Math.Abs(value);
        string format = size is >= 1e-3 and < 1e6 or 0 ? "G" + digits.ToString(CultureInfo.InvariantCulture) : "0.###E+0";
        string text = size >= 1e3 && size < 1e6 && digits < 7
            ? Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture)
            : value.ToString(format, CultureInfo.InvariantCulture);
        int exponent = text.IndexOf('E', StringComparison.Ordinal);
        if (exponent >= 0)
        {
            text = text[..exponent] + "·10" + Superscript(text[(exponent + 1)..]);
        }

        text = text.Replace('-', '−');
        return text == "−0" ? "0" : text;
    }

    /// <summary>A tick's number with just the decimals that the step between ticks asks for.</summary>
    public static string Tick(double value, double step)
    {
        if (Math.Abs(value) < step * 1e-9)
        {
            return "0";
        }

        if (Math.Abs(value) is >= 1e6 or < 1e-4)
        {
            return Format(value);
        }

        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 10);
        return value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).Replace('-', '−');
    }

    /// <summary>A tick of a logarithmic axis: 10⁻⁵, and plainly what is near 1.</summary>
    public static string Power(double value)
    {
        double exponent = Math.Round(Math.Log10(value));
        return Math.Abs(exponent) >= 3 && Math.Abs((value / Math.Pow(10, exponent)) - 1) < 1e-9
            ? "10" + Superscript(exponent.ToString("0", CultureInfo.InvariantCulture))
            : Format(value, 3);
    }

    /// <summary>A number as JSON data, or null where JSON has none (NaN, ∞).</summary>
    public static string? Data(double value)
    {
        if (!double.IsFinite(value))
        {
            return null;
        }

        string text = value.ToString(DataFormat, CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }

    /// <summary>A length or coordinate in SVG: hundredths are finer than any screen.</summary>
    public static string Coordinate(double value)
    {
        string text = value.ToString("0.##", CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }

    private static string Superscript(string exponent)
    {
        const string Digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        return string.Concat(exponent.TrimStart('+').Select(c => c == '-' ? '⁻' : Digits[c - '0']));
    }
}
