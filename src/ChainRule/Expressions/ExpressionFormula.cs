using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Notation;

namespace ChainRule.Expressions;

/// <summary>
/// Turns an expression into a typographic tree. This visitor alone decides precedence, brackets, fractions and signs; the printers
/// only print.
/// </summary>
public sealed class ExpressionFormula : IExprVisitor<Formula>
{
    /// <summary>From this denominator on a number is a decimal where it can be: 1/8 and 1/50, but 0.01 and 0.044715.</summary>
    private const int SmallestDecimal = 100;

    private readonly Letters _letters;
    private readonly List<string> _binders = [];

    private ExpressionFormula(Letters letters) => _letters = letters;

    /// <summary>How tightly the outermost operation of an expression binds.</summary>
    private enum Precedence
    {
        Sum,
        Product,
        Power,
        Atom,
    }

    /// <summary>The expression as it is set, with letters for its bound indices that avoid everything free in it.</summary>
    public static Formula Of(Expr expression) => Of(expression, Letters.Avoiding(expression));

    /// <summary>The expression as it is set, with the letters of the derivation that it belongs to.</summary>
    public static Formula Of(Expr expression, Letters letters)
    {
        Require.NotNull(expression);
        Require.NotNull(letters);
        return new ExpressionFormula(letters.Also(expression)).Set(expression);
    }

    /// <inheritdoc/>
    public Formula Visit(Number number)
    {
        var value = number.Value;
        var magnitude = value.IsInteger
            ? Digits(System.Numerics.BigInteger.Abs(value.Numerator))
            : value.Denominator >= SmallestDecimal && Decimal(value) is { } digits ? new Atom(digits, AtomKind.Number)
            : (Formula)new Fraction(Digits(System.Numerics.BigInteger.Abs(value.Numerator)), Digits(value.Denominator));
        return value.Sign < 0 ? new Row(Minus(OperatorKind.Prefix), magnitude) : magnitude;
    }

    /// <inheritdoc/>
    public Formula Visit(Constant constant) => new Atom(constant.Name);

    /// <inheritdoc/>
    public Formula Visit(Size size) => size.Quotient is { Dividend: var dividend, Divisor: var divisor }
        ? new Fence("⌊", new Fraction(Set(dividend), new Atom(divisor.ToString(CultureInfo.InvariantCulture), AtomKind.Number)), "⌋")
        : Names.ToFormula(size.Name);

    /// <inheritdoc/>
    public Formula Visit(IndexVariable index) => Names.ToFormula(index.Name);

    /// <inheritdoc/>
    public Formula Visit(BoundIndex index) => index.Level < _binders.Count
        ? Names.ToFormula(_binders[^(index.Level + 1)])
        : new Atom($"·{(index.Level - _binders.Count).ToString(CultureInfo.InvariantCulture)}");

    /// <inheritdoc/>
    public Formula Visit(Element element)
    {
        var name = Names.ToFormula(element.Variable.Name);
        if (element.Indices.IsEmpty)
        {
            return name;
        }

        var entry = Subscripted(name, element.Indices);
        entry.Origin = element.Variable;
        return entry;
    }

    /// <inheritdoc/>
    public Formula Visit(Add add)
    {
        var items = new List<Formula>();
        foreach (var term in add.Terms)
        {
            var negative = IsNegative(term);
            if (items.Count > 0)
            {
                items.Add(negative ? Minus(OperatorKind.Binary) : new Operator("+", OperatorKind.Binary));
            }
            else if (negative)
            {
                items.Add(Minus(OperatorKind.Prefix));
            }

            var magnitude = negative ? Opposite(term) : term;
            items.Add(Bracketed(magnitude, Precedence.Product));
        }

        return new Row(items);
    }

    /// <inheritdoc/>
    public Formula Visit(Multiply multiply)
    {
        if (multiply.Coefficient.Sign < 0)
        {
            return new Row(Minus(OperatorKind.Prefix), Bracketed(Opposite(multiply), Precedence.Product));
        }

        // Factors are read from left to right; a divisor belongs to what was written before it, so that (y/p)·p stays as it was
        // written and is not merged into one fraction before "cancel" has been said.
        var groups = new List<(List<Expr> Above, List<Expr> Below)>();
        Expr? halves = null;
        foreach (var factor in multiply.Factors)
        {
            var divides = IsDivisor(factor, out var divisor);
            if (groups.Count == 0 || (!divides && groups[^1].Below.Count > 0))
            {
                groups.Add(([], []));
            }

            if (divides)
            {
                if (halves is not null)
                {
                    groups[^1].Below.Add(halves);
                    halves = null;
                }

                groups[^1].Below.Add(divisor);
            }
            else if (factor is Number { Value: { IsInteger: false } fraction } && multiply.Factors.Any(other => IsDivisor(other, out _)))
            {
                if (!fraction.Numerator.IsOne)
                {
                    groups[^1].Above.Add(Number.Of(Rational.Create(fraction.Numerator, 1)));
                }

                // ½ n/v is n/(2v): the number goes below the first bar that there is.
                halves = Number.Of(Rational.Create(fraction.Denominator, 1));
            }
            else
            {
                groups[^1].Above.Add(factor);
            }
        }

        var items = new List<Formula>();
        for (var g = 0; g < groups.Count; g++)
        {
            var (above, below) = groups[g];
            var last = g == groups.Count - 1;
            var formula = below.Count == 0
                ? Factors(above, last)
                : new Fraction(above.Count == 0 ? Digits(1) : Set(Multiply.Of(above)), Set(Multiply.Of(below)));
            if (g > 0)
            {
                items.Add(new Operator("⋅", OperatorKind.Binary));
            }

            items.Add(formula);
        }

        return items.Count == 1 ? items[0] : new Row(items);
    }

    /// <inheritdoc/>
    public Formula Visit(Power power)
    {
        if (IsDivisor(power, out var divisor))
        {
            return new Fraction(Digits(1), Set(divisor));
        }

        if (power.Exponent is Number { Value: var half } && half == Rational.Create(1, 2))
        {
            return new Root(Set(power.Base));
        }

        var exponent = Set(power.Exponent);
        return power.Base switch
        {
            // tanh²x rather than (tanh x)², as the field writes it.
            Apply { Function: var function } applied when !ReferenceEquals(function, FunctionDefinition.Exp) && power.Exponent is Number { Value: { IsInteger: true, Sign: > 0 } }
                => Applied(new Script(FunctionName(function), null, exponent), applied),
            Piecewise => new Script(new Fence("(", Set(power.Base), ")"), null, exponent),
            Element element when Visit(element) is var formula => formula is Script { Superscript: null } script
                ? new Script(script.Base, script.Subscript, exponent)
                : new Script(formula is Script ? new Fence("(", formula, ")") : formula, null, exponent),
            // E[X]² needs no brackets beside its own.
            Expectation or Covariance when Set(power.Base) is Row { Items: [.. var before, var last] } => new Row([.. before, new Script(last, null, exponent)]),
            var other => new Script(Bracketed(other, Precedence.Atom), null, exponent),
        };
    }

    /// <inheritdoc/>
    public Formula Visit(Apply apply) => ReferenceEquals(apply.Function, FunctionDefinition.Exp)
        ? new Script(new Atom("e"), null, Set(apply.Arguments[0]))
        : Applied(FunctionName(apply.Function), apply);

    /// <inheritdoc/>
    public Formula Visit(Summation summation)
    {
        var (lower, upper) = (Set(summation.Lower), Set(summation.Upper));
        var letter = _letters.For(summation, _binders);
        _binders.Add(letter);
        var body = Bracketed(summation.Body, Precedence.Product);
        _binders.RemoveAt(_binders.Count - 1);
        // Over a whole range 1 … K the bounds go without saying: Σ_i.
        var index = Names.ToFormula(letter);
        var sign = new Operator("∑", OperatorKind.Large);
        var sum = summation.Lower is Number { Value.IsOne: true } && summation.Upper is Size
            ? new Limits(sign, index, null)
            : new Limits(sign, new Row(index, new Operator("=", OperatorKind.Relation), lower), upper);
        return new Row(sum, body);
    }

    /// <inheritdoc/>
    public Formula Visit(Extremum extremum)
    {
        var letter = _letters.For(extremum, _binders);
        _binders.Add(letter);
        // In an index, where nothing stands apart, argmax_i (x_i) can be read and argmax_i x_i can't.
        var body = extremum.IsIndex ? new Fence("(", Set(extremum.Body), ")") : Bracketed(extremum.Body, Precedence.Product);
        _binders.RemoveAt(_binders.Count - 1);
        var name = new Atom(extremum.Kind switch { ExtremumKind.Max => "max", ExtremumKind.Min => "min", ExtremumKind.ArgMax => "argmax", _ => "argmin" }, AtomKind.Function);
        return new Row(new Limits(name, Names.ToFormula(letter), null), new Operator(string.Empty, OperatorKind.InvisibleApply), body);
    }

    /// <inheritdoc/>
    public Formula Visit(Delta delta) => delta.Right is Extremum || delta.Left is Extremum
        // 𝟙[j = argmax_i x_i]: a formula is too long to be an index.
        ? new Row(new Atom("1", AtomKind.Number, Alphabet.DoubleStruck), new Fence("[", Comparisons([delta.Left is Extremum ? new(delta.Right, ComparisonSign.Equal, delta.Left) : new(delta.Left, ComparisonSign.Equal, delta.Right)]), "]"))
        : Subscripted(new Atom("δ"), [delta.Left, delta.Right]);

    /// <inheritdoc/>
    public Formula Visit(Derivative derivative)
    {
        var d = IsOrdinary(derivative) ? new Atom("d", AtomKind.Symbol) : new Atom("∂", AtomKind.Symbol);
        var below = new Row(d, Set(derivative.By));
        return derivative.Operand is Element
            ? new Fraction(new Row(d, Set(derivative.Operand)), below)
            : new Row(new Fraction(d, below), new Fence("[", Set(derivative.Operand), "]"));
    }

    /// <inheritdoc/>
    public Formula Visit(Expectation expectation) => new Row(new Atom("E", AtomKind.Symbol, Alphabet.DoubleStruck), new Fence("[", Set(expectation.Body), "]"));

    /// <inheritdoc/>
    public Formula Visit(Covariance covariance) => new Row(
        new Atom(covariance.IsVariance ? "Var" : "Cov", AtomKind.Function),
        new Operator(string.Empty, OperatorKind.InvisibleApply),
        new Fence("[", covariance.IsVariance ? Set(covariance.Left) : new Row(Set(covariance.Left), new Operator(",", OperatorKind.Punctuation), Set(covariance.Right)), "]"));

    /// <inheritdoc/>
    public Formula Visit(Indicator indicator) => new Row(new Atom("1", AtomKind.Number, Alphabet.DoubleStruck), new Fence("[", Comparisons(indicator.Comparisons), "]"));

    /// <inheritdoc/>
    public Formula Visit(Piecewise piecewise) => new Fence(
        "{",
        new Table(
            [
                .. piecewise.Cases.Select(@case => ImmutableArray.Create(Set(@case.Value), new Row(new Atom("if ", AtomKind.Text), Comparisons([@case.When])))),
                [Set(piecewise.Otherwise), new Atom("otherwise", AtomKind.Text)],
            ],
            TableKind.Cases),
        string.Empty);

    /// <summary>Comparisons one after another, chained where they share a side: 1 ≤ n ≤ k.</summary>
    private Row Comparisons(IEnumerable<Comparison> comparisons)
    {
        var items = new List<Formula>();
        Expr? shared = null;
        foreach (var comparison in comparisons)
        {
            if (!ReferenceEquals(shared, comparison.Left))
            {
                if (items.Count > 0)
                {
                    items.Add(new Operator(",", OperatorKind.Punctuation));
                }

                items.Add(Set(comparison.Left));
            }

            items.Add(new Operator(comparison.Symbol, OperatorKind.Relation));
            items.Add(Set(comparison.Right));
            shared = comparison.Right;
        }

        return new(items);
    }

    /// <summary>A base with comma-free subscripts where every index is one letter or digit (ij), else with commas (i, j+1).</summary>
    /// <summary>A name with indices below it.</summary>
    internal static Formula Subscripted(Formula name, ImmutableArray<Expr> indices, Letters letters) => new ExpressionFormula(letters).Subscripted(name, indices);

    private Formula Subscripted(Formula name, ImmutableArray<Expr> indices)
    {
        var set = indices.Select(Set).ToList();
        var simple = indices.All(index => index is IndexVariable or BoundIndex or Number { Value: { Sign: > 0 } }) && set.TrueForAll(index => index is Atom { Text.Length: 1 });
        var items = new List<Formula>();
        if (name is Script { Subscript: { } own })
        {
            items.Add(own);
            simple = false;
        }

        foreach (var index in set)
        {
            if (items.Count > 0 && !simple)
            {
                items.Add(new Operator(",", OperatorKind.Punctuation));
            }

            items.Add(index);
        }

        var subscript = items.Count == 1 ? items[0] : new Row(items);
        // softmax(z)_j: the index belongs to the value.
        return name is Row { Items: [.. var before, Fence last] } ? new Row([.. before, new Script(last, subscript, null)])
            : name is Script script ? new Script(script.Base, subscript, script.Superscript) : new Script(name, subscript, null);
    }

    private Formula Factors(List<Expr> factors, bool last)
    {
        var items = new List<Formula>();
        for (var i = 0; i < factors.Count; i++)
        {
            var factor = factors[i];
            var end = last && i == factors.Count - 1;
            // A Σ takes in everything to its right, so anywhere but at the end it stands in brackets.
            var formula = factor is RangeBinder && !end ? new Fence("(", Set(factor), ")")
                // log p p would be the logarithm of p²: with a factor after it the argument stands in brackets.
                : i < factors.Count - 1 && Closed(factor) is { } closed ? closed
                : Bracketed(factor, factor is RangeBinder ? Precedence.Product : Precedence.Power);
            if (items.Count > 0)
            {
                var dotted = factor is Number || (factors[i - 1] is Number && factor is Power { Base: Number });
                items.Add(dotted ? new Operator("⋅", OperatorKind.Binary) : new Operator(string.Empty, OperatorKind.InvisibleTimes));
            }

            items.Add(formula);
        }

        return items.Count == 1 ? items[0] : new Row(items);
    }

    private Formula Set(Expr expression)
    {
        if (DeepStack.IsLow)
        {
            return DeepStack.Continue(() => Set(expression));
        }

        return expression.Accept(this);
    }

    private Formula Bracketed(Expr expression, Precedence least)
    {
        var formula = Set(expression);
        return PrecedenceOf(expression) < least ? new Fence("(", formula, ")") : formula;
    }

    private static Precedence PrecedenceOf(Expr expression) => expression switch
    {
        Add => Precedence.Sum,
        Number { Value: { Sign: < 0 } } => Precedence.Sum,
        // The bar groups a fraction; only as the base of a power does it need brackets.
        Number { Value: { IsInteger: false } } => Precedence.Power,
        // A leading minus may stand after a Σ or at the start of a product's line, but not between factors.
        Multiply or RangeBinder => Precedence.Product,
        Power power when IsDivisor(power, out _) => Precedence.Product,
        Power => Precedence.Power,
        Derivative { Operand: not Element } => Precedence.Power,
        Apply => Precedence.Power,
        _ => Precedence.Atom,
    };

    /// <summary>A function of one bare argument, or a power of it, with the argument in brackets; null for anything else.</summary>
    private Row? Closed(Expr factor)
    {
        var (name, argument) = factor switch
        {
            Apply { Arguments: [var of] } apply when !ReferenceEquals(apply.Function, FunctionDefinition.Exp) && IsBare(apply.Function, of) => (FunctionName(apply.Function), of),
            Power { Base: Apply { Arguments: [var of] } apply, Exponent: Number { Value: { IsInteger: true, Sign: > 0 } } exponent } when !ReferenceEquals(apply.Function, FunctionDefinition.Exp) && IsBare(apply.Function, of)
                => (new Script(FunctionName(apply.Function), null, Set(exponent)), of),
            _ => ((Formula?)null, factor),
        };
        return name is null ? null : new Row(name, new Operator(string.Empty, OperatorKind.InvisibleApply), new Fence("(", Set(argument), ")"));
    }

    /// <summary>Whether the function has no brackets around a single sign: log x, but σ(x) and e^x.</summary>
    internal static bool StandsBare(FunctionDefinition function) => function.Name.Length > 1
        && !ReferenceEquals(function, FunctionDefinition.Exp)
        && !ReferenceEquals(function, FunctionDefinition.Relu)
        && !ReferenceEquals(function, FunctionDefinition.Abs)
        && function.Definition is null;

    private static bool IsBare(FunctionDefinition function, Expr argument) => StandsBare(function)
        && argument is Element or Number { Value: { Sign: >= 0, IsInteger: true } } or IndexVariable or Size or BoundIndex;

    private Formula Applied(Formula name, Apply apply)
    {
        var argument = apply.Arguments[0];
        // log x, but σ(x): a name of one letter would read as a factor.
        if (ReferenceEquals(apply.Function, FunctionDefinition.Abs))
        {
            return new Fence("|", Set(argument), "|");
        }

        if (apply.Arguments.Length > 1)
        {
            return new Row(name, new Operator(string.Empty, OperatorKind.InvisibleApply), new Fence("(", new Row([.. Flat(apply).SelectMany((part, position) => position == 0 ? (Formula[])[Set(part)] : [new Operator(",", OperatorKind.Punctuation), Set(part)])]), ")"));
        }

        return new Row(name, new Operator(string.Empty, OperatorKind.InvisibleApply), IsBare(apply.Function, argument) ? Set(argument) : new Fence("(", Set(argument), ")"));
    }

    /// <summary>max(max(a, b), c) is read max(a, b, c).</summary>
    private static IEnumerable<Expr> Flat(Apply apply) => apply.Arguments.SelectMany(argument => argument is Apply inner && inner.Function.Equals(apply.Function) ? Flat(inner) : [argument]);

    /// <summary>The function's name with its primes.</summary>
    internal static Formula FunctionName(FunctionDefinition function)
    {
        var name = function.Name.Length > 1 && function.Name.All(char.IsLetter) ? new Atom(function.Name, AtomKind.Function) : Names.ToFormula(function.Name);
        var primes = new Operator(new string('′', function.Order), OperatorKind.Postfix);
        return function.Order == 0 ? name : name is Script { Superscript: null } script ? new Script(script.Base, script.Subscript, primes) : new Script(name, null, primes);
    }

    /// <summary>Whether the factor stands below a fraction bar, and what of it does.</summary>
    private static bool IsDivisor(Expr factor, out Expr divisor)
    {
        if (factor is Power { Exponent: Number { Value: { Sign: < 0 } exponent } } power)
        {
            divisor = Power.Of(power.Base, Number.Of(-exponent));
            return true;
        }

        divisor = factor;
        return false;
    }

    private static bool IsNegative(Expr term) => term is Number { Value.Sign: < 0 } or Multiply { Coefficient.Sign: < 0 };

    private static Expr Opposite(Expr term) => Multiply.Of(Number.MinusOne, term);

    private static Atom Digits(System.Numerics.BigInteger value) => new(value.ToString(CultureInfo.InvariantCulture), AtomKind.Number);

    /// <summary>The digits of |value|, or null where the decimal does not end within seventeen places.</summary>
    private static string? Decimal(Rational value)
    {
        for (var places = 1; places <= 17; places++)
        {
            var scale = System.Numerics.BigInteger.Pow(10, places);
            if ((scale % value.Denominator).IsZero)
            {
                var digits = (System.Numerics.BigInteger.Abs(value.Numerator) * (scale / value.Denominator)).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
                return $"{digits[..^places]}.{digits[^places..]}";
            }
        }

        return null;
    }

    private static Operator Minus(OperatorKind kind) => new("−", kind);

    /// <summary>Whether an upright d is meant: one scalar variable and nothing else to differentiate by.</summary>
    private static bool IsOrdinary(Derivative derivative) => derivative.By.Indices.IsEmpty
        && Binding.Nodes(derivative.Operand).OfType<Element>().All(element => element.Variable.Equals(derivative.By.Variable));
}
