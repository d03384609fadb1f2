namespace ChainRule.Tests.Matrices;

/// <summary>Scalars, norms, traces and batches in matrix form; what is assumed of a matrix is used.</summary>
public class ScalarFormTests
{
    private static readonly Variable _a = Vector("a", "K");
    private static readonly Variable _b = Vector("b", "K");
    private static readonly Variable _c = Scalar("c");
    private static readonly Variable _square = Matrix("A", "K", "K");
    private static readonly Variable _wide = Matrix("B", "K", "M");
    private static readonly IndexVariable _i = Index("i", "K");
    private static readonly IndexVariable _m = Index("m", "M");

    private static readonly Dictionary<string, Func<Expr>> _scalars = new(StringComparer.Ordinal)
    {
        ["aᵀ b"] = () => Dot(_a, _b),
        ["𝟏ᵀ a"] = () => Sum(_i, _a[_i]),
        ["‖a‖²"] = () => Sum(_i, Pow(_a[_i], 2)),
        ["‖a − b‖²"] = () => Sum(_i, Pow(_a[_i] - _b[_i], 2)),
        ["tr A"] = () => Sum(_i, _square[_i, _i]),
        ["aᵀ A b"] = () => Dot(_a, _square * _b),
        ["‖B‖_F²"] = () => Sum(_i, Sum(_m, Pow(_wide[_i, _m], 2))),
        ["tr(Bᵀ C)"] = () => Sum(_i, Sum(_m, _wide[_i, _m] * Matrix("C", "K", "M")[_i, _m])),
        ["tr(B D)"] = () => Sum(_i, Sum(_m, _wide[_i, _m] * Matrix("D", "M", "K")[_m, _i])),
    };

    public static TheoryData<string> Scalars() => [.. _scalars.Keys];

    [Theory]
    [MemberData(nameof(Scalars))]
    public void A_scalar_has_the_form_that_the_field_writes(string expected)
    {
        var derivative = (_c * _scalars[expected]()).Named("L").Gradient(_c);
        Assert.Equal(expected, derivative.Matrix!.Matrix.ToString());
        Assert.True(derivative.Matrix.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved);
    }

    [Fact]
    public void Norms_stand_in_gradients_too()
    {
        var cosine = (Dot(_a, _b) / (Sqrt(Dot(_a, _a)) * Sqrt(Dot(_b, _b)))).Named("s");
        Assert.Equal("1/(‖a‖ ‖b‖) ⋅ b − s/‖a‖² ⋅ a", cosine.Gradient(_a).Matrix!.Matrix.ToString());
        Assert.Equal("(A + Aᵀ) a", Dot(_a, _square * _a).Named("q").Gradient(_a).Matrix!.Matrix.ToString());
        Assert.Equal("2 c B", (_c * Sum(_i, Sum(_m, Pow(_wide[_i, _m], 2)))).Named("L").Gradient(_wide).Matrix!.Matrix.ToString());
    }

    [Fact]
    public void Samples_as_rows_are_summed_over()
    {
        var (x, w, b, g) = (Matrix("X", "B", "N"), Matrix("W", "M", "N"), Vector("b", "M"), Matrix("G", "B", "M"));
        var n = Index("n", "N");
        var z = Tensor.Of(Shape.Of(Size("B"), Size("M")), index => Sum(n, x[index[0], n] * w[index[1], n]) + b[index[1]]).Named("Z");
        var loss = Upstream("L", z, g);
        Assert.Equal("Gᵀ X", loss.Gradient(w).Matrix!.Matrix.ToString());
        Assert.Equal("Gᵀ 𝟏", loss.Gradient(b).Matrix!.Matrix.ToString());
        Assert.Equal("G W", loss.Gradient(x).Matrix!.Matrix.ToString());
    }

    [Fact]
    public void What_is_assumed_is_used_and_cited()
    {
        var symmetric = Matrix("S", "K", "K").Symmetric();
        var gradient = Dot(_a, symmetric * _a).Named("q").Gradient(_a);
        Assert.Equal("2 S a", gradient.Matrix!.Matrix.ToString());
        Assert.Contains(gradient.Derivation.Steps, step => step.Name == "S is symmetric");
        Assert.True(gradient.Derivation.Replay().Holds);

        var centred = Vector("d", "K").ZeroMean();
        Assert.Equal(VerdictKind.Proved, Prove(Sum(_i, centred[_i] * (_c + centred[_i])), Sum(_i, Pow(centred[_i], 2))).Verdict.Kind);
        Assert.Contains("only a square matrix", Assert.Throws<ShapeException>(_wide.Symmetric).Message, StringComparison.Ordinal);
    }
}
