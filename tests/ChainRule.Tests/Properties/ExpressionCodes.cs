namespace ChainRule.Tests.Properties;

/// <summary>
/// Expressions read off from whole numbers, so that a generator of arrays makes expressions and the shrinking of arrays shrinks
/// them: every array is an expression, and a shorter one mostly a smaller expression.
/// </summary>
internal sealed class ExpressionCodes(IReadOnlyList<int> codes)
{
    private int _position;

    public static Variable X { get; } = Scalar("x");

    public static Variable Y { get; } = Scalar("y");

    public static Variable Z { get; } = Vector("z", "K");

    public static Variable A { get; } = Matrix("A", "M", "K");

    private static readonly IndexVariable _k = Index("k", "K");
    private static readonly IndexVariable _m = Index("m", "M");

    /// <summary>A scalar expression of x, y and z.</summary>
    public Expr Expression(int depth = 5)
    {
        var code = Next();
        if (depth == 0)
        {
            return Leaf(code);
        }

        return (code % 28) switch
        {
            0 or 1 or 2 => Leaf(Next()),
            3 or 4 => Expression(depth - 1) + Expression(depth - 1),
            5 => Expression(depth - 1) - Expression(depth - 1),
            6 or 7 => Expression(depth - 1) * Expression(depth - 1),
            8 => Expression(depth - 1) / (2 + Sin(Expression(depth - 1))),
            9 => Pow(Expression(depth - 1), 2 + (Next() % 2)),
            10 => Sqrt(1 + Pow(Expression(depth - 1), 2)),
            11 => Exp(Sin(Expression(depth - 1))),
            12 => Log(1 + Pow(Expression(depth - 1), 2)),
            13 => Tanh(Expression(depth - 1)),
            14 => Sigmoid(Expression(depth - 1)),
            15 => Sin(Expression(depth - 1)),
            16 => Cos(Expression(depth - 1)),
            17 => Softplus(Expression(depth - 1)),
            18 => Erf(Expression(depth - 1)),
            19 => NormalCdf(Expression(depth - 1)),
            20 => NormalPdf(Expression(depth - 1)),
            21 => Sum(_k, Tanh(Z[_k] * Expression(depth - 1)) * Z[_k]),
            22 => Relu(Expression(depth - 1)),
            23 => Abs(Expression(depth - 1)),
            24 => Max(Expression(depth - 1), Expression(depth - 1)),
            25 => Cases(Expression(depth - 1), ((Expr)X, ">", Expression(depth - 1)), Expression(depth - 1)),
            26 => Min(Expression(depth - 1), Expression(depth - 1)) * Indicator(Expression(depth - 1), ">", X),
            // The number 0 is refused as a divisor when it is typed.
            _ => Expression(depth - 1) is var divisor && divisor is Number { Value.IsZero: true } ? X : 1 / divisor,
        };
    }

    /// <summary>A scalar made of entries: affine indices, δ with affine arguments, nested sums with shifted bounds.</summary>
    public Expr Contraction(int depth = 3)
    {
        var code = Next();
        var (k, m) = (Shifted(_k), Shifted(_m));
        var body = (code % 6) switch
        {
            0 => Z[k] * A[m, _k],
            1 => Tanh(Z[_k] * Z[k]) * A[_m, k],
            // m counts over another size: outside of z there is 0, which a person would not write.
            2 => Delta(k, _m) * Z[_k] * Z.At([_m]),
            3 => Delta(_k + _m, 3 + (Next() % 3)) * Z[_k] * A[_m, _k],
            4 => Pow(Z[_k] - A[_m, k], 2),
            _ => Z[_k + _m - 2] * A[m, k],
        };
        var inner = Summation.Of(_k, 1 + (Next() % 2), (Expr)Size("K") - (Next() % 2), body);
        var whole = Sum(_m, depth > 0 && Next() % 3 == 0 ? inner * Contraction(depth - 1) : inner);
        return Next() % 3 == 0 ? Sin(whole) : whole;
    }

    private Expr Shifted(IndexVariable index) => (Next() % 4) switch
    {
        0 => (Expr)index + 1,
        1 => (Expr)index - 1,
        2 => 4 - (Expr)index,
        _ => index,
    };

    private static Expr Leaf(int code) => (code % 7) switch
    {
        0 or 1 or 2 => X,
        3 => Y,
        4 => 2,
        5 => Number.Half,
        _ => -3,
    };

    private int Next() => _position < codes.Count ? Math.Abs(codes[_position++] % 1000) : 0;
}
