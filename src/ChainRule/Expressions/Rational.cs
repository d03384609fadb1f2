using System.Globalization;
using System.Numerics;

namespace ChainRule.Expressions;

/// <summary>An exact rational number: numerator over a positive denominator, in lowest terms.</summary>
public readonly struct Rational : IEquatable<Rational>, IComparable<Rational>
{
    private readonly BigInteger _denominatorMinusOne;

    private Rational(BigInteger numerator, BigInteger denominator)
    {
        Numerator = numerator;
        _denominatorMinusOne = denominator - BigInteger.One;
    }

    /// <summary>Zero.</summary>
    public static Rational Zero => default;

    /// <summary>One.</summary>
    public static Rational One { get; } = new(BigInteger.One, BigInteger.One);

    /// <summary>Minus one.</summary>
    public static Rational MinusOne { get; } = new(BigInteger.MinusOne, BigInteger.One);

    /// <summary>The numerator, which carries the sign.</summary>
    public BigInteger Numerator { get; }

    /// <summary>The denominator, positive. (Stored less one, so that <c>default</c> is 0/1.)</summary>
    public BigInteger Denominator => _denominatorMinusOne + BigInteger.One;

    /// <summary>Whether the number is a whole number.</summary>
    public bool IsInteger => _denominatorMinusOne.IsZero;

    /// <summary>Whether the number is 0.</summary>
    public bool IsZero => Numerator.IsZero;

    /// <summary>Whether the number is 1.</summary>
    public bool IsOne => IsInteger && Numerator.IsOne;

    /// <summary>−1, 0 or 1.</summary>
    public int Sign => Numerator.Sign;

    /// <summary>The number in lowest terms.</summary>
    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public static Rational Create(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
        {
            throw new DivideByZeroException($"{numerator}/0 is not a number.");
        }

        if (denominator.Sign < 0)
        {
            (numerator, denominator) = (-numerator, -denominator);
        }

        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return new(numerator / divisor, denominator / divisor);
    }

    /// <summary>
    /// The number that a person means by a double in a formula: 1/3 for 1.0 / 3, where a fraction of small numbers is that double to the
    /// last digit and its decimals go on to the end; else the decimals.
    /// </summary>
    /// <exception cref="ChainRuleException">The value is not finite.</exception>
    internal static Rational AsWritten(double value)
    {
        const int LongDecimals = 15;
        const int LargestDenominator = 99;
        var decimals = FromDouble(value);
        if (BigInteger.Abs(decimals.Numerator) < BigInteger.Pow(10, LongDecimals - 1))
        {
            return decimals;
        }

        for (var denominator = 3; denominator <= LargestDenominator; denominator++)
        {
            var numerator = Math.Round(value * denominator);
            if (Math.Abs(numerator) < LargestDenominator * LargestDenominator && numerator / denominator == value)
            {
                return Create((BigInteger)numerator, denominator);
            }
        }

        return decimals;
    }

    /// <summary>
    /// The rational that a person means who types the number: its shortest decimal form read exactly, so 0.1 is 1/10 and not the
    /// binary fraction nearest to it.
    /// </summary>
    /// <exception cref="ChainRuleException">The number is NaN or infinite.</exception>
    public static Rational FromDouble(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ChainRuleException($"{value.ToString(CultureInfo.InvariantCulture)} is not a number that an expression can hold; use a finite one.");
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = 0;
        var e = text.IndexOf('E', StringComparison.Ordinal);
        if (e >= 0)
        {
            exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.Integer, CultureInfo.InvariantCulture);
            text = text[..e];
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= text.Length - point - 1;
            text = text.Remove(point, 1);
        }

        var digits = BigInteger.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);
        return exponent >= 0
            ? Create(digits * BigInteger.Pow(10, exponent), BigInteger.One)
            : Create(digits, BigInteger.Pow(10, -exponent));
    }

    /// <summary>The nearest double.</summary>
    public double ToDouble()
    {
        // Parts of up to 53 bits are exact, and one division rounds once.
        var (numerator, denominator) = (BigInteger.Abs(Numerator), Denominator);
        if (numerator.GetBitLength() <= 53 && denominator.GetBitLength() <= 53)
        {
            return (double)Numerator / (double)denominator;
        }

        // A quotient of 66 bits whose last one stands for everything that was cut off, rounded once to as many bits as a double of
        // that size has; the conversion of a larger BigInteger would truncate.
        var shift = (int)(66 + denominator.GetBitLength() - numerator.GetBitLength());
        var quotient = BigInteger.DivRem(shift >= 0 ? numerator << shift : numerator, shift >= 0 ? denominator : denominator << -shift, out var rest);
        quotient = rest.IsZero ? quotient : quotient | BigInteger.One;
        var length = (int)quotient.GetBitLength();
        var kept = Math.Min(53, length - shift + 1074);
        if (kept < 0)
        {
            return 0;
        }

        var cut = length - kept;
        var half = (BigInteger.One << (cut - 1)) - (((quotient >> cut) & BigInteger.One).IsZero ? 1 : 0);
        var value = Math.ScaleB((double)((quotient + half) >> cut), cut - shift);
        return Numerator.Sign < 0 ? -value : value;
    }

    /// <summary>The number as an int, or null where it isn't one.</summary>
    public int? ToInt32() => IsInteger && Numerator >= int.MinValue && Numerator <= int.MaxValue ? (int)Numerator : null;

    /// <summary>A whole number.</summary>
    public static implicit operator Rational(long value) => new(value, BigInteger.One);

    /// <summary>The sum.</summary>
    public static Rational operator +(Rational a, Rational b) => Create((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    /// <summary>The difference.</summary>
    public static Rational operator -(Rational a, Rational b) => a + (-b);

    /// <summary>The opposite.</summary>
    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    /// <summary>The product.</summary>
    public static Rational operator *(Rational a, Rational b) => Create(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    /// <summary>The quotient.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static Rational operator /(Rational a, Rational b) => Create(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>Whether the first is smaller.</summary>
    public static bool operator <(Rational a, Rational b) => a.CompareTo(b) < 0;

    /// <summary>Whether the first is greater.</summary>
    public static bool operator >(Rational a, Rational b) => a.CompareTo(b) > 0;

    /// <summary>Whether the first is smaller or equal.</summary>
    public static bool operator <=(Rational a, Rational b) => a.CompareTo(b) <= 0;

    /// <summary>Whether the first is greater or equal.</summary>
    public static bool operator >=(Rational a, Rational b) => a.CompareTo(b) >= 0;

    /// <summary>Whether the numbers are equal.</summary>
    public static bool operator ==(Rational a, Rational b) => a.Equals(b);

    /// <summary>Whether the numbers differ.</summary>
    public static bool operator !=(Rational a, Rational b) => !a.Equals(b);

    /// <summary>The number to a whole power.</summary>
    /// <exception cref="DivideByZeroException">0 to a negative power.</exception>
    public static Rational Pow(Rational value, int exponent) => exponent >= 0
        ? new(BigInteger.Pow(value.Numerator, exponent), BigInteger.Pow(value.Denominator, exponent))
        : Create(BigInteger.Pow(value.Denominator, -exponent), BigInteger.Pow(value.Numerator, -exponent));

    /// <inheritdoc/>
    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <inheritdoc/>
    public bool Equals(Rational other) => Numerator == other.Numerator && _denominatorMinusOne == other._denominatorMinusOne;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Numerator, _denominatorMinusOne);

    /// <summary>As 3, −3 or 1/3 (with an ASCII sign).</summary>
    public override string ToString() => IsInteger ? Numerator.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}
