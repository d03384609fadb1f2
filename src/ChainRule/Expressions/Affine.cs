namespace ChainRule.Expressions;

/// <summary>
/// An index or size expression as a constant plus whole multiples of indices and sizes: the form in which i + (k − i) and k are
/// seen to be equal.
/// </summary>
internal sealed class Affine
{
    private readonly SortedDictionary<string, (Expr Atom, Rational Coefficient)> _terms = new(StringComparer.Ordinal);

    private Affine()
    {
    }

    /// <summary>The constant part.</summary>
    public Rational Constant { get; private set; }

    /// <summary>Whether there is nothing but the constant.</summary>
    public bool IsConstant => _terms.Count == 0;

    /// <summary>The indices and sizes with their coefficients, in a fixed order.</summary>
    public IEnumerable<(Expr Atom, Rational Coefficient)> Terms => _terms.Values;

    /// <summary>The affine form of the expression. What is not affine (a product of sizes) counts as an atom of its own.</summary>
    public static Affine Of(Expr expression)
    {
        var affine = new Affine();
        affine.Add(expression, Rational.One);
        return affine;
    }

    /// <summary>Whether the two expressions are equal for all values of their indices and sizes, as far as affine forms tell.</summary>
    public static bool AreEqual(Expr a, Expr b) => ReferenceEquals(a, b) || Of(a - b) is { IsConstant: true, Constant.IsZero: true };

    /// <summary>The coefficient of an index or size.</summary>
    public Rational CoefficientOf(Expr atom) => _terms.TryGetValue(Key(atom), out var term) ? term.Coefficient : Rational.Zero;

    /// <summary>
    /// The expression again: positive terms first, the constant last (d − k + 1). Between sizes what is there once goes before what is
    /// there several times, as the formula of a convolution's size is written (W − K + 2P).
    /// </summary>
    public Expr ToExpr() => Expressions.Add.Of(_terms.Values
        .OrderBy(IsMultiple)
        .ThenByDescending(term => term.Coefficient.Sign)
        .Select(term => Number.Of(term.Coefficient) * term.Atom)
        .Append(Number.Of(Constant)));

    /// <summary>Whether the term follows those with the factor 1 or −1: a multiple of a size, where no index is near and something leads the sum.</summary>
    private bool IsMultiple((Expr Atom, Rational Coefficient) term) =>
        !term.Coefficient.IsOne && term.Coefficient != Rational.MinusOne && _terms.Values.All(other => other.Atom is Size) && _terms.Values.Any(other => other.Coefficient.IsOne);

    private static string Key(Expr atom) => atom switch
    {
        IndexVariable index => "i" + index.Name,
        BoundIndex bound => "j" + bound.Level,
        Size size => "s" + size.Name,
        _ => "x" + atom.ToString(),
    };

    private void Add(Expr expression, Rational factor)
    {
        switch (expression)
        {
            case Number number:
                Constant += factor * number.Value;
                break;
            case Expressions.Add sum:
                foreach (var term in sum.Terms)
                {
                    Add(term, factor);
                }

                break;
            case Multiply product when !product.Coefficient.IsOne:
                Add(Multiply.Of(product.Factors.Skip(1)), factor * product.Coefficient);
                break;
            default:
                var key = Key(expression);
                var coefficient = factor + (_terms.TryGetValue(key, out var term0) ? term0.Coefficient : Rational.Zero);
                if (coefficient.IsZero)
                {
                    _terms.Remove(key);
                }
                else
                {
                    _terms[key] = (expression, coefficient);
                }

                break;
        }
    }
}
