using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>A product seen as a coefficient and bases with exponents, in the order of their first appearance.</summary>
internal sealed class FactorList
{
    private readonly List<Expr> _order = [];
    private bool _inProduct;
    private readonly Dictionary<Expr, Expr> _exponents = new(ReferenceEqualityComparer.Instance);

    private FactorList(Rational coefficient) => Coefficient = coefficient;

    /// <summary>The numeric coefficient.</summary>
    public Rational Coefficient { get; private set; }

    /// <summary>The bases in order of their first appearance.</summary>
    public IReadOnlyList<Expr> Bases => _order;

    /// <summary>The bases of which both a positive and a negative power stood in the product.</summary>
    public List<Expr> Cancelled { get; } = [];

    /// <summary>Whether some base stood in the product more than once.</summary>
    public bool HasRepeated { get; private set; }

    /// <summary>The factors of the expression (of itself, where it is no product).</summary>
    public static FactorList Of(Expr expression)
    {
        var list = new FactorList(Rational.One);
        list.Add(expression, Number.One);
        return list;
    }

    /// <summary>The exponent of a base: 0 where it is absent.</summary>
    public Expr ExponentOf(Expr @base) => _exponents.GetValueOrDefault(@base, Number.Zero);

    /// <summary>The exponent of a base where it is a whole number, else null.</summary>
    public int? WholeExponentOf(Expr @base) => ExponentOf(@base) is Number number ? number.Value.ToInt32() : null;

    /// <summary>The exponent of a base where it is a number, else null.</summary>
    public Rational? NumericExponentOf(Expr @base) => ExponentOf(@base) is Number number ? number.Value : null;

    /// <summary>Changes the exponent of a base that may be new.</summary>
    public void Multiply(Expr @base, Expr exponent) => Add(@base, exponent);

    /// <summary>Puts a power of one more base in the place of a base that is there.</summary>
    public void MultiplyBefore(Expr place, Expr @base, Rational exponent)
    {
        if (!_exponents.ContainsKey(@base))
        {
            _order.Insert(_order.IndexOf(place), @base);
            _exponents[@base] = Number.Zero;
        }

        _exponents[@base] += Number.Of(exponent);
    }

    /// <summary>The product again: numerator and denominator each in order.</summary>
    public Expr ToExpr() => Number.Of(Coefficient) * WithoutCoefficient();

    /// <summary>The product without its numeric coefficient.</summary>
    public Expr WithoutCoefficient() => Expressions.Multiply.Of(_order
        .Where(@base => ExponentOf(@base) is not Number { Value.IsZero: true })
        .OrderBy(@base => ExponentOf(@base) is Number { Value.Sign: < 0 })
        .Select(@base => Power.Of(@base, ExponentOf(@base))));

    /// <summary>Whether something in the product may be divided by; false only where certainly nothing is.</summary>
    public static bool MayDivide(Expr expression) => expression switch
    {
        Expressions.Multiply product => product.Factors.Any(MayDivide),
        Power { Exponent: Number { Value.Sign: > 0 }, Base: Expressions.Multiply or Power } power => MayDivide(power.Base),
        Power { Exponent: Number { Value.Sign: > 0 } } => false,
        Power => true,
        _ => false,
    };

    /// <summary>Whether some base may stand in the product more than once; false only where certainly none does.</summary>
    public static bool MayRepeat(Expressions.Multiply product)
    {
        var seen = new HashSet<Expr>(ReferenceEqualityComparer.Instance);
        foreach (var factor in product.Factors)
        {
            var @base = factor is Power power ? power.Base : factor;
            if ((factor is Power && @base is Expressions.Multiply or Power) || !seen.Add(@base))
            {
                return true;
            }
        }

        return false;
    }

    private void Add(Expr factor, Expr exponent)
    {
        switch (factor)
        {
            case Number number when exponent is Number { Value: var power } && power.ToInt32() is { } whole && (!number.Value.IsZero || whole > 0):
                Coefficient *= Rational.Pow(number.Value, whole);
                break;
            // A product inside a product is one that was too long to be flat: it stays by itself, or every search in it would be quadratic.
            case Expressions.Multiply product when exponent is Number { Value.IsInteger: true } && !(_inProduct && exponent is Number { Value.IsOne: true }):
                _inProduct = true;
                foreach (var part in product.Factors)
                {
                    Add(part, exponent);
                }

                break;
            // (aʳ)ⁿ = aʳⁿ for whole n, wherever aʳ is defined.
            case Power { Exponent: Number inner } nested when exponent is Number { Value.IsInteger: true, Value.IsOne: false } || (exponent is Number { Value.IsOne: true } && inner.Value.IsInteger):
                Add(nested.Base, Expressions.Multiply.Of(inner, exponent));
                break;
            case Power nested when exponent is Number { Value.IsOne: true }:
                Add(nested.Base, nested.Exponent);
                break;
            default:
                if (_exponents.TryGetValue(factor, out var known))
                {
                    HasRepeated = true;
                    if (known is Number { Value.Sign: var a } && exponent is Number { Value.Sign: var b } && a * b < 0)
                    {
                        Cancelled.Add(factor);
                    }

                    // γ + 1 − γ is 1.
                    _exponents[factor] = known is Number && exponent is Number ? known + exponent : Affine.Of(known + exponent).ToExpr();
                }
                else
                {
                    _order.Add(factor);
                    _exponents[factor] = exponent;
                }

                break;
        }
    }
}
