using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>Whether an expression is an even or an odd function of an entry, as far as its form tells.</summary>
internal enum Parity
{
    /// <summary>Neither, or not known.</summary>
    None,

    /// <summary>g(−a) = g(a).</summary>
    Even,

    /// <summary>g(−a) = −g(a).</summary>
    Odd,
}

/// <summary>Finds the parity of an expression.</summary>
internal static class ParityExtensions
{
    extension(Parity)
    {
        /// <summary>The parity in the entry; an expression with other randomness in it has none.</summary>
        public static Parity Of(Expr expression, Element entry) => OfNode(expression, entry);
    }

    private static Parity OfNode(Expr expression, Expr entry)
    {
        if (ReferenceEquals(expression, entry))
        {
            return Parity.Odd;
        }

        if (!RandomVariables.IsRandom(expression))
        {
            return Parity.Even;
        }

        switch (expression)
        {
            case Add sum:
                var first = OfNode(sum.Terms[0], entry);
                return sum.Terms.All(term => OfNode(term, entry) == first) ? first : Parity.None;
            case Multiply product:
                var parities = product.Factors.Select(factor => OfNode(factor, entry)).ToList();
                return parities.Contains(Parity.None) ? Parity.None : parities.Count(parity => parity == Parity.Odd) % 2 == 0 ? Parity.Even : Parity.Odd;
            case Power { Exponent: Number { Value: { IsInteger: true } exponent } } power:
                var parity = OfNode(power.Base, entry);
                return parity == Parity.Odd && exponent.Numerator.IsEven ? Parity.Even : parity;
            case Power { Exponent: Number } root:
                return OfNode(root.Base, entry) == Parity.Even ? Parity.Even : Parity.None;
            case Apply { Arguments: [var argument] } apply:
                return OfNode(argument, entry) switch
                {
                    Parity.Even => Parity.Even,
                    Parity.Odd => OfFunction(apply.Function),
                    _ => Parity.None,
                };
            default:
                return Parity.None;
        }
    }

    private static Parity OfFunction(FunctionDefinition function) =>
        ReferenceEquals(function, FunctionDefinition.Tanh) || ReferenceEquals(function, FunctionDefinition.Sin) || ReferenceEquals(function, FunctionDefinition.Erf) || ReferenceEquals(function, FunctionDefinition.Sign)
            ? Parity.Odd
            : ReferenceEquals(function, FunctionDefinition.Cos) || ReferenceEquals(function, FunctionDefinition.Abs) || ReferenceEquals(function, FunctionDefinition.NormalDensity)
                ? Parity.Even
                : Parity.None;
}
