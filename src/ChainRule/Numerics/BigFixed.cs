using System.Collections.Concurrent;
using System.Numerics;

namespace ChainRule.Numerics;

/// <summary>
/// Elementary functions in fixed point: a whole number stands for itself divided by 2^bits. Each result is right to a few units of
/// the last place; callers bring guard bits.
/// </summary>
internal static class BigFixed
{
    private static readonly ConcurrentDictionary<int, BigInteger> _pi = new();
    private static readonly ConcurrentDictionary<int, BigInteger> _ln2 = new();

    /// <summary>π, by Machin's formula 16 arctan(1/5) − 4 arctan(1/239).</summary>
    public static BigInteger Pi(int bits) => _pi.GetOrAdd(bits, static b =>
        ((16 * ArcTangentOfReciprocal(5, b + 16)) - (4 * ArcTangentOfReciprocal(239, b + 16))) >> 16);

    /// <summary>log 2 = Σ 1/(k 2^k) in its faster form 18 artanh(1/26) − 2 artanh(1/4801) + 8 artanh(1/8749).</summary>
    public static BigInteger Ln2(int bits) => _ln2.GetOrAdd(bits, static b =>
        ((18 * HyperbolicArcTangentOfReciprocal(26, b + 16)) - (2 * HyperbolicArcTangentOfReciprocal(4801, b + 16)) + (8 * HyperbolicArcTangentOfReciprocal(8749, b + 16))) >> 16);

    /// <summary>e^r for |r| &lt; 1: the Taylor series of a 2^16th part, squared sixteen times.</summary>
    public static BigInteger Exp(BigInteger r, int bits)
    {
        const int Halvings = 16;
        var work = bits + (2 * Halvings) + 8;
        var small = (r << (work - bits)) >> Halvings;
        var one = BigInteger.One << work;
        var (sum, term) = (one, one);
        for (var n = 1; !term.IsZero && !term.Equals(BigInteger.MinusOne); n++)
        {
            term = ((term * small) >> work) / n;
            sum += term;
        }

        for (var i = 0; i < Halvings; i++)
        {
            sum = (sum * sum) >> work;
        }

        return sum >> (work - bits);
    }

    /// <summary>sin r and cos r for |r| ≤ π.</summary>
    public static (BigInteger Sine, BigInteger Cosine) SineCosine(BigInteger r, int bits)
    {
        var work = bits + 16;
        var x = r << (work - bits);
        var square = (x * x) >> work;
        var (sine, cosine) = (x, BigInteger.One << work);
        var (oddTerm, evenTerm) = (sine, cosine);
        for (var n = 1; !(oddTerm.IsZero && evenTerm.IsZero); n++)
        {
            evenTerm = -Quotient(Product(evenTerm, square, work), (2L * n) * ((2L * n) - 1));
            oddTerm = -Quotient(Product(oddTerm, square, work), (2L * n) * ((2L * n) + 1));
            cosine += evenTerm;
            sine += oddTerm;
        }

        return (sine >> (work - bits), cosine >> (work - bits));
    }

    /// <summary>Σ_n 2ⁿ x^{2n+1} / (2n+1)!! for x ≥ 0, which is √π/2 e^{x²} erf x. Its terms are positive, so nothing cancels.</summary>
    public static BigInteger ErfSeries(BigInteger x, int bits)
    {
        var square = (2 * x * x) >> bits;
        var (sum, term) = (x, x);
        for (var n = 1; !term.IsZero; n++)
        {
            term = ((term * square) >> bits) / ((2 * n) + 1);
            sum += term;
        }

        return sum;
    }

    /// <summary>
    /// The asymptotic series 1 − 1/(2x²) + 1·3/(2x²)² − …, which is √π x e^{x²} erfc x. Its terms fall until n ≈ x²; the error is
    /// below the first one left out.
    /// </summary>
    /// <param name="inverse">1/(2x²).</param>
    /// <param name="bits">The fixed point.</param>
    public static BigInteger ErfcSeries(BigInteger inverse, int bits)
    {
        var one = BigInteger.One << bits;
        var (sum, term) = (one, one);
        for (var n = 1; ; n++)
        {
            var next = -Product(term, inverse * ((2 * n) - 1), bits);
            if (next.IsZero || BigInteger.Abs(next) >= BigInteger.Abs(term))
            {
                return sum;
            }

            term = next;
            sum += term;
        }
    }

    private static BigInteger ArcTangentOfReciprocal(int n, int bits) => OddSeries(n, bits, alternating: true);

    private static BigInteger HyperbolicArcTangentOfReciprocal(int n, int bits) => OddSeries(n, bits, alternating: false);

    private static BigInteger OddSeries(int n, int bits, bool alternating)
    {
        var power = (BigInteger.One << bits) / n;
        var sum = BigInteger.Zero;
        for (var k = 0; !power.IsZero; k++)
        {
            var term = power / ((2 * k) + 1);
            sum += alternating && k % 2 == 1 ? -term : term;
            power /= (BigInteger)n * n;
        }

        return sum;
    }

    /// <summary>Shifting rounds negative numbers away from 0, so that a term would never get there.</summary>
    private static BigInteger Product(BigInteger a, BigInteger b, int bits)
    {
        var product = a * b;
        return product.Sign < 0 ? -(-product >> bits) : product >> bits;
    }

    private static BigInteger Quotient(BigInteger a, long n) => a / n;
}
