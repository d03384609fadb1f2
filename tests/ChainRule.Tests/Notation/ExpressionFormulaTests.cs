namespace ChainRule.Tests.Notation;

/// <summary>From expressions to the page: precedence, brackets, signs, and letters that capture nothing.</summary>
public class ExpressionFormulaTests
{
    private static readonly Variable _x = Scalar("x");
    private static readonly Variable _y = Scalar("y");
    private static readonly Variable _z = Vector("z", "K");
    private static readonly IndexVariable _i = Index("i", "K");
    private static readonly IndexVariable _k = Index("k", "K");

    public static TheoryData<Func<Expr>, string> Cases() => new()
    {
        { () => (_x + _y) * _x, "(x + y) x" },
        { () => _x - (_y - 1), "x − (y − 1)" },
        { () => -(_x + _y), "−(x + y)" },
        { () => -_x * _y, "−x y" },
        { () => 2 * _x / 3, "2/3 ⋅ x" },
        { () => _x / (_y * 2), "x/(2 y)" },
        { () => _x / _y * _x, "x/y ⋅ x" },
        { () => Pow(_x + 1, 2), "(x + 1)²" },
        { () => Pow(_x, -1), "1/x" },
        { () => Sqrt(_x), "√x" },
        { () => Pow(-_x, 2), "(−x)²" },
        { () => Exp(-_x), "e^(−x)" },
        { () => Pow(Exp(_x), 2), "(e^x)²" },
        { () => Pow(Tanh((Expr)_x), 2), "tanh² x" },
        { () => Log((Expr)_x) * _y, "log(x) y" },
        { () => Sigmoid((Expr)_x), "σ(x)" },
        { () => Abs(_x), "|x|" },
        { () => Sum(_i, _z[_i]) * _y, "(Σ_i z_i) y" },
        { () => _y * Sum(_i, _z[_i]), "y Σ_i z_i" },
        { () => Sum(_i, _z[_i] + 1), "Σ_i (z_i + 1)" },
        { () => Sum(_i, Sum(_k, _z[_i] * _z[_k])), "Σ_i Σ_j z_i z_j" },
        { () => _z[_i + 1], "z_(i+1)" },
        { () => Matrix("W", "M", "N")[1, 2], "W₁₂" },
        { () => Vector("z_1", "K")[_i], "z_(1,i)" },
        { () => Indicator(_x, ">", 0), "𝟙[x > 0]" },
        { () => 0.5 * (Expr)_x, "1/2 ⋅ x" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_expression_is_set_with_the_brackets_it_needs(Func<Expr> expression, string text) =>
        Assert.Equal(text, expression().ToString());

    [Fact]
    public void No_sum_captures_an_index_that_is_free()
    {
        // The letter that was written for the Σ is that of the free index: it must give way.
        var sum = Sum(_k, _z[_k]);
        Assert.Equal("(Σ_i z_i) z_k", (sum * _z[_k]).ToString());
        Assert.Equal("(Σ_k z_k) z_i", (sum * _z[_i]).ToString());
    }

    [Fact]
    public void Facts_beside_a_line_use_the_letters_of_the_line()
    {
        var hidden = Function("phi").Of(_z).Named("h");
        var w = Matrix("W", "M", "K");
        var m = Index("m", "M");
        var loss = Sum(m, Pow((w * hidden).Named("o")[m], 2)).Named("L");
        var text = ChainRule.Views.ViewCatalog.Show(loss.Gradient(_z))!.Text;
        // An index that is summed over and free in one formula would be a misprint: no Σ_j beside a free j.
        Assert.DoesNotContain("W_jj", text, StringComparison.Ordinal);
        Assert.DoesNotContain("W_ii", text, StringComparison.Ordinal);
        Assert.DoesNotContain("W_kk", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alpha", "α")]
    [InlineData("W1", "W₁")]
    [InlineData("theta01", "θ₀₁")]
    [InlineData("yhat", "ŷ")]
    [InlineData("\\hat y", "ŷ")]
    [InlineData("ŷ", "ŷ")]
    [InlineData("W^{(1)}", "W⁽¹⁾")]
    [InlineData("loss", "loss")]
    public void Names_are_set_as_the_field_writes_them(string typed, string text) => Assert.Equal(text, Scalar(typed).ToString());
}
