using ChainRule.Expressions;
using ChainRule.Notation;

namespace ChainRule.Matrices;

/// <summary>Turns a matrix expression into a typographic tree; it decides the brackets between +, ⊙ and the product.</summary>
public static class MatrixFormula
{
    private enum Precedence
    {
        Sum,
        Hadamard,
        Product,
        Atom,
    }

    /// <summary>The matrix expression as it is set.</summary>
    public static Formula Of(MatrixExpr matrix, Letters letters) => matrix switch
    {
        ScalarMatrix scalar => Scalar(scalar.Value, letters),
        TraceMatrix trace => new Row(new Atom("tr", AtomKind.Function), new Operator(string.Empty, OperatorKind.InvisibleApply), trace.Argument is MatrixSymbol ? Of(trace.Argument, letters) : new Fence("(", Of(trace.Argument, letters), ")")),
        SquaredNormMatrix norm => new Script(Norm(norm, letters), norm.Argument.IsColumn ? null : new Atom("F"), new Atom("2", AtomKind.Number)),
        MatrixSymbol symbol => Names.ToFormula(symbol.Variable.Name),
        IdentityMatrix identity => new Script(new Atom("I"), ExpressionFormula.Of(identity.Size, letters), null),
        ZeroMatrix => new Atom("0", AtomKind.Number),
        OnesMatrix => Ones(),
        UnitMatrix unit => new Script(new Atom("e", AtomKind.Variable, Alphabet.Bold), ExpressionFormula.Of(unit.Place, letters), null),
        TransposeMatrix transpose => new Script(Bracketed(transpose.Argument, Precedence.Atom, letters), null, new Atom("⊤", AtomKind.Symbol)),
        DiagonalMatrix diagonal => new Row(new Atom("diag", AtomKind.Function), new Operator(string.Empty, OperatorKind.InvisibleApply), new Fence("(", Of(diagonal.Argument, letters), ")")),
        ScaledMatrix scaled => Scaled(scaled, letters),
        SumMatrix sum => Sum(sum, letters),
        ProductMatrix product => new Row(
            Bracketed(product.Left, Precedence.Product, letters),
            new Operator(string.Empty, OperatorKind.InvisibleTimes),
            Bracketed(product.Right, Precedence.Product, letters)),
        HadamardMatrix hadamard => Hadamard(hadamard, letters),
        ElementwiseMatrix elementwise => Elementwise(elementwise, letters),
        PointwiseMatrix pointwise => Pointwise(pointwise, letters),
        HeadMatrix head => new Script(new Fence("(", Of(head.Argument, letters), ")"), new Row(new Atom("1", AtomKind.Number), new Atom("…", AtomKind.Symbol), ExpressionFormula.Of(head.Size, letters)), null),
        UpsampledMatrix upsampled => new Row(new Script(new Atom("↑", AtomKind.Symbol), new Atom(upsampled.Stride.ToString(System.Globalization.CultureInfo.InvariantCulture), AtomKind.Number), null), new Operator(string.Empty, OperatorKind.InvisibleApply), Bracketed(upsampled.Argument, Precedence.Atom, letters)),
        ConvolutionMatrix convolution => new Row(
            Bracketed(convolution.Signal, Precedence.Product, letters),
            OperatorOf(convolution, letters),
            Bracketed(convolution.Kernel, Precedence.Product, letters)),
        _ => throw new InvalidOperationException($"No notation for {matrix.GetType().Name}."),
    };

    /// <summary>ℝ^{M×N}, ℝ^K, or ℝ.</summary>
    public static Formula Set(Shape shape, Letters letters)
    {
        var reals = new Atom("R", AtomKind.Variable, Alphabet.DoubleStruck);
        if (shape.Rank == 0)
        {
            return reals;
        }

        var items = new List<Formula>();
        foreach (var size in shape.Sizes)
        {
            if (items.Count > 0)
            {
                items.Add(new Operator("×", OperatorKind.Binary));
            }

            var formula = ExpressionFormula.Of(size, letters);
            items.Add(shape.Rank > 1 && size is Add ? new Fence("(", formula, ")") : formula);
        }

        return new Script(reals, null, items.Count == 1 ? items[0] : new Row(items));
    }

    private static Fence Norm(SquaredNormMatrix norm, Letters letters) => new("‖", Of(norm.Argument, letters), "‖");

    /// <summary>A scalar with its sums as the field writes them: aᵀb, ‖v‖, tr A.</summary>
    private static Formula Scalar(Expr scalar, Letters letters)
    {
        // A recognised sum stands as a name would, whose letters are its formula.
        var named = Binding.Rewrite(scalar, Recognised);
        return named is Element && ScalarForms.Of(scalar) is { } whole ? Of(whole.Matrix, letters) : ExpressionFormula.Of(named, letters);

        Expr? Recognised(Expr node, int depth) => node switch
        {
            // Between + and − a product needs no brackets: yᵀz − pᵀz.
            Add { Loose: 0 } add => Add.Of(add.Terms.Select(term => term switch
            {
                Summation sum when ScalarForms.Of(sum) is { } form => Named(Of(form.Matrix, letters)),
                Multiply { Factors: [Number { Value: var sign }, Summation sum] } when sign == Rational.MinusOne && ScalarForms.Of(sum) is { } form => -Named(Of(form.Matrix, letters)),
                _ => Binding.Rewrite(term, Recognised),
            })),
            // √(Σ_i u_i²) is ‖u‖, and (Σ_i u_i²)² is ‖u‖⁴.
            Power { Base: Summation sum, Exponent: Number { Value: var exponent } } when (exponent * 2).IsInteger && !exponent.IsOne && exponent != Rational.MinusOne && ScalarForms.Of(sum)?.Matrix is SquaredNormMatrix norm =>
                Power.Of(Named(norm.Argument.IsColumn ? Norm(norm, letters) : new Script(Norm(norm, letters), new Atom("F"), null)), Number.Of(exponent * 2)),
            // The function's own brackets are enough, where it has any: σ(aᵀ b), e^(aᵀ b), but log(𝟏ᵀ u).
            Apply { Arguments: [Summation inner], Function: var function } when ScalarForms.Of(inner) is { Matrix: var matrix } =>
                function.Of(Named(matrix is ProductMatrix && ExpressionFormula.StandsBare(function) ? new Fence("(", Of(matrix, letters), ")") : Of(matrix, letters))),
            Summation sum when ScalarForms.Of(sum) is { Matrix: var matrix } => Named(matrix is ProductMatrix ? new Fence("(", Of(matrix, letters), ")") : Of(matrix, letters)),
            _ => null,
        };

        static Expr Named(Formula formula) => Variable.Given(Names.Remember(formula), Shape.Scalar);
    }

    /// <summary>The sign of a convolution with its mode: ⋆_valid, ∗_full.</summary>
    internal static Formula OperatorOf(ConvolutionMatrix convolution, Letters letters) => new Script(new Operator(convolution.Flip ? "∗" : "⋆", OperatorKind.Binary), ModeOf(convolution, letters), null);

    /// <summary>valid, full, same or the padding; and stride and dilation where they are not 1.</summary>
    private static Formula ModeOf(ConvolutionMatrix convolution, Letters letters)
    {
        var reach = Affine.Of(Number.Of(convolution.Dilation) * (convolution.Kernel.Rows - Number.One)).ToExpr();
        var mode = convolution.Padding is Number { Value.IsZero: true } ? new Atom("valid", AtomKind.Text)
            : Affine.AreEqual(convolution.Padding, reach) ? new Atom("full", AtomKind.Text)
            : convolution.Stride == 1 && Affine.AreEqual(convolution.Rows, convolution.Signal.Rows) ? new Atom("same", AtomKind.Text)
            : Setting(new Atom("p"), ExpressionFormula.Of(convolution.Padding, letters));
        var parts = new List<Formula> { mode };
        foreach (var (name, value) in new[] { ("stride", convolution.Stride), ("dilation", convolution.Dilation) })
        {
            if (value != 1)
            {
                parts.Add(new Operator(",", OperatorKind.Punctuation));
                parts.Add(Setting(new Atom(name, AtomKind.Text), new Atom(value.ToString(System.Globalization.CultureInfo.InvariantCulture), AtomKind.Number)));
            }
        }

        return parts.Count == 1 ? mode : new Row([.. parts]);

        static Formula Setting(Formula name, Formula value) => new Row(name, new Operator("=", OperatorKind.Relation), value);
    }

    private static Formula Scaled(ScaledMatrix scaled, Letters letters)
    {
        if (scaled.Scalar is Number { Value: var value } && value == Rational.MinusOne)
        {
            return new Row(new Operator("−", OperatorKind.Prefix), Bracketed(scaled.Argument, Precedence.Hadamard, letters));
        }

        var scalar = Scalar(scaled.Scalar, letters);
        return new Row(
            // A Σ takes in what stands to its right, and a sum would lose its first term.
            scaled.Scalar is Add || (scaled.Scalar is Multiply { Factors: [.., Summation last] } && ScalarForms.Of(last) is null) || (scaled.Scalar is Summation && ScalarForms.Of(scaled.Scalar)?.Matrix is not (SquaredNormMatrix or TraceMatrix)) ? new Fence("(", scalar, ")") : scalar,
            new Operator(string.Empty, OperatorKind.InvisibleTimes),
            Bracketed(scaled.Argument, Precedence.Product, letters));
    }

    private static Row Sum(SumMatrix sum, Letters letters)
    {
        var items = new List<Formula>();
        foreach (var term in sum.Terms)
        {
            var negative = term is ScaledMatrix { Scalar: Number { Value.Sign: < 0 } or Multiply { Coefficient.Sign: < 0 } };
            if (items.Count > 0)
            {
                items.Add(new Operator(negative ? "−" : "+", OperatorKind.Binary));
            }
            else if (negative)
            {
                items.Add(new Operator("−", OperatorKind.Prefix));
            }

            items.Add(Bracketed(negative ? ScaledMatrix.Of(Number.MinusOne, term) : term, Precedence.Hadamard, letters));
        }

        return new(items);
    }

    /// <summary>A product entry by entry; what has a negative power is below: (ŷ − y)/(ŷ ⊙ (𝟏 − ŷ)).</summary>
    private static Formula Hadamard(HadamardMatrix hadamard, Letters letters)
    {
        var (above, below) = (new List<MatrixExpr>(), new List<MatrixExpr>());
        foreach (var factor in Factors(hadamard))
        {
            if (Reciprocal(factor) is { } divisor)
            {
                below.Add(divisor);
            }
            else
            {
                above.Add(factor);
            }
        }

        return below.Count == 0 ? Joined(above) : new Fraction(above.Count == 0 ? Ones() : Joined(above), Joined(below));

        Formula Joined(List<MatrixExpr> factors) => factors is [var only] ? Of(only, letters)
            : new Row([.. factors.SelectMany((factor, position) => position == 0 ? (Formula[])[Factor(factor, letters)] : [new Operator("⊙", OperatorKind.Binary), Factor(factor, letters)])]);

        static IEnumerable<MatrixExpr> Factors(MatrixExpr matrix) => matrix is HadamardMatrix { Left: var left, Right: var right } ? Factors(left).Concat(Factors(right)) : [matrix];
    }

    private static Atom Ones() => new("1", AtomKind.Number, Alphabet.Bold);

    /// <summary>For a negative power entry by entry, the positive one: ŷ for 1/ŷ; null for everything else.</summary>
    private static MatrixExpr? Reciprocal(MatrixExpr matrix)
    {
        return matrix is ElementwiseMatrix { Function: var function, Argument: var argument } && Positive(function(Variable.Given("□", Shape.Scalar))) is { } positive
            ? positive is Element { Variable.Name: "□" } ? argument : new ElementwiseMatrix(x => Positive(function(x))!, argument)
            : null;

        // e^(−z) is no quotient: the sign stands in the exponent.
        static Expr? Positive(Expr applied) => applied is Power { Base: var @base, Exponent: Number { Value: { Sign: < 0 } exponent } } ? Power.Of(@base, Number.Of(-exponent)) : null;
    }

    private static Formula Elementwise(ElementwiseMatrix elementwise, Letters letters)
    {
        // The function is set as it would be for a scalar whose name is the argument's formula.
        if (elementwise.Argument is MatrixSymbol { Variable: var variable })
        {
            return ExpressionFormula.Of(elementwise.Function(Variable.Given(variable.Name, Shape.Scalar)), letters);
        }

        // 1/(v + ε 𝟏): a power −1 would be read as an inverse.
        if (Reciprocal(elementwise) is { } divisor)
        {
            return new Fraction(Ones(), Of(divisor, letters));
        }

        var placeholder = Variable.Given("□", Shape.Scalar);
        var applied = elementwise.Function(placeholder);
        var argument = new Fence("(", Of(elementwise.Argument, letters), ")");
        return applied switch
        {
            Apply { Function: var function } when ReferenceEquals(function, FunctionDefinition.Exp) => new Script(new Atom("e"), null, argument.Body),
            Apply { Function: var function, Arguments.Length: 1 } => new Row(ExpressionFormula.FunctionName(function), new Operator(string.Empty, OperatorKind.InvisibleApply), argument),
            Power { Exponent: Number { Value: var exponent } } when exponent == Rational.Create(1, 2) => new Root(argument.Body),
            Power power => new Script(argument, null, ExpressionFormula.Of(power.Exponent, letters)),
            // Between the brackets of an indicator the argument needs none of its own, so it can stand as a name does.
            _ => ExpressionFormula.Of(elementwise.Function(Variable.Given(Names.Remember(argument.Body), Shape.Scalar)), letters),
        };
    }

    /// <summary>A function of several vectors is set as it would be for scalars with the names of the vectors.</summary>
    private static Formula Pointwise(PointwiseMatrix pointwise, Letters letters) => ExpressionFormula.Of(
        pointwise.Function([.. pointwise.Arguments.Select(argument => (Expr)Variable.Given(argument is MatrixSymbol symbol ? symbol.Variable.Name : Names.Remember(Bracketed(argument, Precedence.Sum, letters)), Shape.Scalar))]),
        letters);

    private static Formula Bracketed(MatrixExpr matrix, Precedence least, Letters letters)
    {
        var formula = Of(matrix, letters);
        var own = matrix switch
        {
            SumMatrix => Precedence.Sum,
            ScalarMatrix { Value: Add } => Precedence.Sum,
            ScaledMatrix { Scalar: Number { Value.Sign: < 0 } or Multiply { Coefficient.Sign: < 0 } } => Precedence.Sum,
            HadamardMatrix or ConvolutionMatrix => Precedence.Hadamard,
            ElementwiseMatrix when formula is Fraction => Precedence.Hadamard,
            UpsampledMatrix => Precedence.Product,
            ProductMatrix or ScaledMatrix => Precedence.Product,
            ElementwiseMatrix or PointwiseMatrix when formula is Row or Script => Precedence.Product,
            _ => Precedence.Atom,
        };
        return own < least ? new Fence("(", formula, ")") : formula;
    }

    /// <summary>A side of ⊙. People read A b ⊙ c in two ways, so a product gets brackets: (Wᵀδ) ⊙ φ′(z).</summary>
    private static Formula Factor(MatrixExpr matrix, Letters letters) =>
        matrix is ProductMatrix or ScaledMatrix or ConvolutionMatrix ? new Fence("(", Of(matrix, letters), ")") : Bracketed(matrix, Precedence.Hadamard, letters);
}
