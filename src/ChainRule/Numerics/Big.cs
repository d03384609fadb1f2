using System.Numerics;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>How many bits a <see cref="Big{T}"/> keeps.</summary>
internal interface IPrecision
{
    static abstract int Bits { get; }
}

/// <summary>77 digits.</summary>
internal readonly struct Bits256 : IPrecision
{
    public static int Bits => 256;
}

/// <summary>385 digits: what is off by less is nothing that a double can tell from 0.</summary>
internal readonly struct Bits1280 : IPrecision
{
    public static int Bits => 1280;
}

/// <summary>1233 digits, for what the others leave open.</summary>
internal readonly struct Bits4096 : IPrecision
{
    public static int Bits => 4096;
}

/// <summary>
/// A floating-point number of many bits that knows a bound on its error, so that after a run it can be said whether cancellation
/// has eaten the digits. The value is mantissa · 2^exponent, the error at most 2^error.
/// </summary>
internal readonly struct Big<TPrecision> : IReal<Big<TPrecision>>
    where TPrecision : struct, IPrecision
{
    /// <summary>The error exponent of an exact number.</summary>
    private const long Exact = long.MinValue / 8;

    /// <summary>The error exponent of a result of which nothing is known.</summary>
    private const long Nothing = long.MaxValue / 8;

    /// <summary>From this magnitude on e^x is neither representable nor wanted.</summary>
    private const int LargestExponent = 40;

    private readonly BigInteger _mantissa;
    private readonly long _exponent;
    private readonly long _error;

    private Big(BigInteger mantissa, long exponent, long error) => (_mantissa, _exponent, _error) = (mantissa, exponent, error);

    /// <summary>Whether the value is known to at least so many bits, or to be below everything that a double can tell from 0.</summary>
    public bool IsKnownTo(int bits) => _error < Nothing && (_error <= Magnitude - bits || (_error <= -1140 && Magnitude < -1140));

    /// <summary>−1, 0 or 1, also where a double would underflow to 0; null where the error hides the sign.</summary>
    public int? Sign => _error < Magnitude - 1 ? _mantissa.Sign : _mantissa.IsZero && _error <= Exact ? 0 : null;

    /// <inheritdoc/>
    public double Value
    {
        get
        {
            if (_error >= Nothing)
            {
                return double.NaN;
            }

            // 64 bits are exact in a rational of BigInteger's; the last rounding is done by the shift into the subnormal range.
            var length = Length(_mantissa);
            var target = Math.Min(53, length + _exponent + 1074);
            if (_mantissa.IsZero || target < 0)
            {
                return _mantissa.Sign < 0 ? -0.0 : 0.0;
            }

            var shift = length - target;
            var rounded = shift > 0 ? RoundedShift(_mantissa, (int)Math.Min(shift, int.MaxValue)) : _mantissa;
            var exponent = shift > 0 ? _exponent + shift : _exponent;
            return Math.ScaleB((double)rounded, (int)Math.Clamp(exponent, -5000, 5000));
        }
    }

    /// <summary>The value is less than 2 to this power in magnitude.</summary>
    private long Magnitude => _mantissa.IsZero ? Exact : Length(_mantissa) + _exponent;

    private static int Bits => TPrecision.Bits;

    private static Big<TPrecision> Unknown => new(BigInteger.Zero, 0, Nothing);

    private static Big<TPrecision> One => new(BigInteger.One, 0, Exact);

    public static Big<TPrecision> operator +(Big<TPrecision> a, Big<TPrecision> b)
    {
        if (a._mantissa.IsZero || b._mantissa.IsZero)
        {
            var (some, none) = a._mantissa.IsZero ? (b, a) : (a, b);
            return new(some._mantissa, some._exponent, Max(some._error, none._error) + (none._error <= Exact ? 0 : 1));
        }

        if (a._exponent < b._exponent)
        {
            (a, b) = (b, a);
        }

        // What is smaller by more than all the bits only counts as an error.
        var gap = a._exponent - b._exponent;
        return gap > (2L * Bits) + Length(b._mantissa)
            ? new(a._mantissa, a._exponent, Sum(a._error, b._error, b.Magnitude))
            : Rounded((a._mantissa << (int)gap) + b._mantissa, b._exponent, Sum(a._error, b._error));
    }

    public static Big<TPrecision> operator -(Big<TPrecision> a, Big<TPrecision> b) => a + -b;

    public static Big<TPrecision> operator *(Big<TPrecision> a, Big<TPrecision> b) =>
        Rounded(a._mantissa * b._mantissa, a._exponent + b._exponent, Sum(Product(a._error, b.Magnitude), Product(b._error, a.Magnitude), Product(a._error, b._error)));

    public static Big<TPrecision> operator /(Big<TPrecision> a, Big<TPrecision> b)
    {
        if (b._mantissa.IsZero || b._error >= b.Magnitude - 2 || b._error >= Nothing)
        {
            return Unknown;
        }

        var shift = Math.Max(0, Bits + 8 + Length(b._mantissa) - Length(a._mantissa));
        // b is at least 2^(magnitude − 1), and its error at most a half of it.
        var error = Sum(Product(a._error, 2 - b.Magnitude), Product(b._error, a.Magnitude + 4 - (2 * b.Magnitude)), a._mantissa.IsZero ? Exact : a.Magnitude - b.Magnitude - Bits);
        return Rounded((a._mantissa << shift) / b._mantissa, a._exponent - b._exponent - shift, error);
    }

    public static Big<TPrecision> operator -(Big<TPrecision> a) => new(-a._mantissa, a._exponent, a._error);

    public static Big<TPrecision> Constant(double value)
    {
        if (!double.IsFinite(value))
        {
            return Unknown;
        }

        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = bits & 0xFFFFFFFFFFFFFL;
        mantissa = exponent == 0 ? mantissa : mantissa | (1L << 52);
        return new(value < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - 1075, Exact);
    }

    public static Big<TPrecision> Constant(Rational exact, double nearest)
    {
        var numerator = new Big<TPrecision>(exact.Numerator, 0, Exact);
        return exact.IsInteger ? numerator : numerator / new Big<TPrecision>(exact.Denominator, 0, Exact);
    }

    public static Big<TPrecision> Apply(Kernel kernel, Big<TPrecision> x)
    {
        if (x._error >= Nothing)
        {
            return Unknown;
        }

        return kernel.Function switch
        {
            ElementaryFunction.Exp => Exp(x),
            ElementaryFunction.Log => Log(x),
            // tanh x = 1 − 2/(e^{2x} + 1), or (1 − e^{2x})/(1 + e^{2x}) with the sign outside; near 0 the bits that cancel are known to be lost.
            ElementaryFunction.Tanh => Tanh(x),
            ElementaryFunction.Sigmoid => x._mantissa.Sign < 0 ? Exp(x) / (One + Exp(x)) : One / (One + Exp(-x)),
            ElementaryFunction.Softplus => x._mantissa.Sign < 0 ? LogOnePlus(Exp(x)) : x + LogOnePlus(Exp(-x)),
            ElementaryFunction.Sin => SineCosine(x).Sine,
            ElementaryFunction.Cos => SineCosine(x).Cosine,
            ElementaryFunction.Erf => Erf(x),
            ElementaryFunction.NormalDistribution => Erfc(-(x / SquareRoot(Constant(2)))) * Constant(0.5),
            ElementaryFunction.NormalDensity => Exp(-(x * x) * Constant(0.5)) / SquareRoot(Constant(2) * Pi()),
            ElementaryFunction.Relu => x._mantissa.Sign > 0 ? x : new(BigInteger.Zero, 0, x._error <= Exact || x.Sign is -1 ? Exact : x._error),
            ElementaryFunction.Abs => x._mantissa.Sign < 0 ? -x : x,
            ElementaryFunction.Sign => Constant(x._mantissa.Sign),
            _ => Unknown,
        };
    }

    public static Big<TPrecision> Pow(Big<TPrecision> x, Big<TPrecision> y) =>
        x._mantissa.IsZero && x._error <= Exact && y.Sign is 1 ? x : Exp(y * Log(x));

    private static Big<TPrecision> Exp(Big<TPrecision> x)
    {
        if (x._mantissa.IsZero && x._error <= Exact)
        {
            return One;
        }

        if (x.Magnitude > LargestExponent)
        {
            return x._mantissa.Sign < 0 ? new(BigInteger.Zero, 0, -(1L << (LargestExponent - 1))) : Unknown;
        }

        if (x._error > -1)
        {
            return Unknown;
        }

        var bits = Bits + 16 + LargestExponent;
        var argument = x.ToFixed(bits);
        var ln2 = BigFixed.Ln2(bits);
        var times = BigInteger.Divide((2 * argument) + (argument.Sign * ln2), 2 * ln2);
        var power = BigFixed.Exp(argument - (times * ln2), bits);
        var magnitude = Length(power) - bits + (long)times;
        return Rounded(power, (long)times - bits, Sum(Product(x._error, magnitude + 1), magnitude - Bits - 4));
    }

    private static Big<TPrecision> Log(Big<TPrecision> x)
    {
        if (x._mantissa.Sign <= 0 || x._error >= x.Magnitude - 2)
        {
            return Unknown;
        }

        // x = m 2^k with m in [½, 1), moved to [¾, 3/2) so that log x is not a difference near 1. Then y ← y + 2 (m − e^y)/(m + e^y),
        // which trebles the digits.
        var k = x.Magnitude;
        var m = new Big<TPrecision>(x._mantissa, -Length(x._mantissa), Exact);
        if (m.Value < 0.75)
        {
            (m, k) = (m * Constant(2), k - 1);
        }

        var y = Constant(Math.Log(m.Value));
        for (var known = 40; known < Bits + 16; known *= 3)
        {
            var power = Exp(y);
            y += (m - power) / (m + power) * Constant(2);
            y = new(y._mantissa, y._exponent, Exact);
        }

        // Near m = 1 the absolute error, not the relative one, is what Newton's steps bring down.
        y = new(y._mantissa, y._exponent, Max(-Bits + 4, Exact));
        var result = k == 0 ? y : y + (new Big<TPrecision>(BigFixed.Ln2(Bits + 80), -Bits - 80, -Bits - 70) * Constant(k));
        return new(result._mantissa, result._exponent, Sum(result._error, Product(x._error, 2 - x.Magnitude)));
    }

    /// <summary>log(1 + u) for u ≥ 0, with its series where 1 + u would drop the digits of u.</summary>
    private static Big<TPrecision> LogOnePlus(Big<TPrecision> u)
    {
        if (u.Magnitude > -32)
        {
            return Log(One + u);
        }

        var (sum, power) = (u, u);
        for (var n = 2; power.Magnitude > u.Magnitude - Bits - 8 && !power._mantissa.IsZero; n++)
        {
            power *= -u;
            sum += power / Constant(n);
        }

        return new(sum._mantissa, sum._exponent, Sum(u._error, sum.Magnitude - Bits));
    }

    private static Big<TPrecision> Tanh(Big<TPrecision> x)
    {
        var twice = Exp((x._mantissa.Sign < 0 ? x : -x) * Constant(2));
        var value = (One - twice) / (One + twice);
        return x._mantissa.Sign < 0 ? -value : value;
    }

    private static (Big<TPrecision> Sine, Big<TPrecision> Cosine) SineCosine(Big<TPrecision> x)
    {
        if (x.Magnitude > 200 || x._error > 0)
        {
            return (Unknown, Unknown);
        }

        // A small argument keeps its relative digits.
        var bits = Bits + 16 + (int)Math.Max(0, Math.Max(x.Magnitude, x._mantissa.IsZero ? 0 : Math.Min(-x.Magnitude, 1200)));
        var turn = 2 * BigFixed.Pi(bits);
        var argument = x.ToFixed(bits);
        var rest = BigInteger.Remainder(argument, turn);
        rest = BigInteger.Abs(rest) * 2 > turn ? rest - (rest.Sign * turn) : rest;
        var (sine, cosine) = BigFixed.SineCosine(rest, bits);
        var error = Sum(x._error, -bits + 12 + Math.Max(0, x.Magnitude));
        return (Rounded(sine, -bits, error), Rounded(cosine, -bits, error));
    }

    private static Big<TPrecision> Erf(Big<TPrecision> x)
    {
        if (x.Magnitude > 6)
        {
            return x._mantissa.Sign < 0 ? Erfc(-x) - One : One - Erfc(x);
        }

        var magnitude = x._mantissa.Sign < 0 ? -x : x;
        var value = Exp(-(x * x)) * Series(magnitude) * Constant(2) / SquareRoot(Pi());
        value = new(value._mantissa, value._exponent, Sum(value._error, Product(x._error, 1)));
        return x._mantissa.Sign < 0 ? -value : value;
    }

    private static Big<TPrecision> Erfc(Big<TPrecision> x)
    {
        if (x._mantissa.Sign <= 0)
        {
            return One - Erf(x);
        }

        var square = (x * x).Value;
        if (square > 0.7 * (Bits + 16))
        {
            const int Guard = 16;
            var inverse = (One / (x * x * Constant(2))).ToFixed(Bits + Guard);
            var series = new Big<TPrecision>(BigFixed.ErfcSeries(inverse, Bits + Guard), -Bits - Guard, -Bits + 2);
            return Exp(-(x * x)) * series / (x * SquareRoot(Pi()));
        }

        // 1 − erf x loses 1.45 x² bits, so they are brought along.
        var bits = Bits + 32 + (int)(1.45 * square) + 8;
        var sum = BigFixed.ErfSeries(x.ToFixed(bits), bits);
        var argument = x.ToFixed(bits);
        var power = ExpOfNegative((argument * argument) >> bits, bits);
        var rootOfPi = RootFixed(BigFixed.Pi(bits), bits);
        var value = (BigInteger.One << bits) - ((2 * power * sum) / rootOfPi);
        // |erfc′| ≤ 2/√π e^{−x²} ≤ erfc(x) (2x + 2).
        var magnitude = Length(value) - bits;
        return Rounded(value, -bits, Sum(Product(x._error, magnitude + Math.Max(0, x.Magnitude) + 3), -bits + 24));
    }

    private static BigInteger ExpOfNegative(BigInteger square, int bits)
    {
        var ln2 = BigFixed.Ln2(bits + 16) >> 16;
        var times = (int)(square / ln2);
        return BigFixed.Exp(-(square - (times * ln2)), bits) >> times;
    }

    private static Big<TPrecision> Series(Big<TPrecision> x)
    {
        // Small arguments keep their relative digits; each of the few hundred terms rounds once.
        var bits = Bits + 32 + (int)Math.Max(0, Math.Min(-x.Magnitude, 1200));
        var sum = BigFixed.ErfSeries(x.ToFixed(bits), bits);
        return Rounded(sum, -bits, Sum(Product(x._error, Length(sum) - bits + 8 - Math.Min(x.Magnitude, 0)), -bits + 16 + Math.Max(0, Length(sum) - bits)));
    }

    private static Big<TPrecision> Pi() => new(BigFixed.Pi(Bits + 16), -Bits - 16, -Bits - 12);

    private static Big<TPrecision> SquareRoot(Big<TPrecision> x)
    {
        var bits = 2 * (Bits + 16);
        return new(RootFixed(x.ToFixed(bits), bits) >> (Bits + 8), -Bits - 24, -Bits - 20);
    }

    /// <summary>√x in fixed point by Newton's steps on whole numbers.</summary>
    private static BigInteger RootFixed(BigInteger x, int bits)
    {
        var square = x << bits;
        var root = BigInteger.One << ((Length(square) + 1) / 2);
        while (true)
        {
            var next = (root + (square / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    private BigInteger ToFixed(int bits)
    {
        var shift = _exponent + bits;
        return shift >= 0 ? _mantissa << (int)shift
            : -shift > Length(_mantissa) + 2 ? BigInteger.Zero
            : _mantissa.Sign < 0 ? -(-_mantissa >> (int)-shift) : _mantissa >> (int)-shift;
    }

    private static Big<TPrecision> Rounded(BigInteger mantissa, long exponent, long error)
    {
        var shift = Length(mantissa) - Bits;
        if (shift <= 0)
        {
            return new(mantissa, exponent, error);
        }

        return new(RoundedShift(mantissa, shift), exponent + shift, Sum(error, exponent + shift));
    }

    private static BigInteger RoundedShift(BigInteger mantissa, int shift)
    {
        var half = BigInteger.One << (shift - 1);
        var magnitude = (BigInteger.Abs(mantissa) + half) >> shift;
        return mantissa.Sign < 0 ? -magnitude : magnitude;
    }

    private static int Length(BigInteger value) => (int)BigInteger.Abs(value).GetBitLength();

    private static long Max(long a, long b) => Math.Max(a, b);

    /// <summary>The exponent of a bound on a sum of errors.</summary>
    private static long Sum(params ReadOnlySpan<long> errors)
    {
        var (largest, others) = (Exact, false);
        foreach (var error in errors)
        {
            others |= error > Exact && largest > Exact;
            largest = Math.Max(largest, error);
        }

        return largest >= Nothing ? Nothing : largest <= Exact ? Exact : others ? largest + 2 : largest;
    }

    private static long Product(long error, long magnitude) => error >= Nothing ? Nothing : error <= Exact || magnitude <= Exact ? Exact : error + magnitude;
}
