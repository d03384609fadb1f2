using ChainRule.Networks;
using ChainRule.Views;
using As = ChainRule.Matrices.Notation;

namespace ChainRule.Tests.Matrices;

/// <summary>One result in three notations and two layouts.</summary>
public class ComponentTests
{
    private static readonly Variable _z = Vector("z", "K");
    private static readonly Variable _p = Softmax(_z).Named("p");

    [Fact]
    public void The_softmax_Jacobian_written_out()
    {
        var components = _p.Jacobian(_z).Components!;
        Assert.Equal("K = 3", string.Join(", ", components.Sizes.Select(size => $"{size.Size} = {size.Value}")));
        Assert.Equal("p₁ (1 − p₁) | −p₁ p₂ | −p₁ p₃", string.Join(" | ", components.Rows[0]));
        Assert.Equal(VerdictKind.Supported, components.Verdict.Kind);
        Assert.True(components.Verdict.Comparisons >= 27);
    }

    [Fact]
    public void A_convolution_keeps_what_is_inside_the_kernel()
    {
        var (x, w) = (Vector("x", "d"), Vector("w", "k"));
        var a = Conv1D.Valid(x, w).Named("a");
        var gradient = Upstream("L", a, Vector("g", a.Shape.Sizes[0])).Gradient(x).Components!;
        Assert.Equal(["g₁ w₁", "g₁ w₂ + g₂ w₁", "g₂ w₂"], gradient.Rows.Select(row => row[0].ToString()));
        Assert.Equal(VerdictKind.Supported, gradient.Verdict.Kind);
    }

    [Fact]
    public void The_sizes_of_the_point_are_taken_where_there_is_one() =>
        Assert.Equal(2, _p.Jacobian(_z).At(_z, [0.5, 1]).Components!.Rows.Length);

    [Fact]
    public void What_is_too_large_to_read_is_not_written_out()
    {
        Assert.Null(_p.Jacobian(_z).At(_z, [1, 2, 3, 4, 5]).Components);
        var x = Vector("x", 20);
        Assert.Null(Dot(x, x).Named("s").Gradient(x).Components);
    }

    [Fact]
    public void In_numerator_layout_a_gradient_is_transposed()
    {
        var net = Network.Sequential(Layers.Linear("N", "M"), 5 * Activations.Relu, Layers.Linear("M", "K"), Activations.Identity).WithLoss(Losses.SquaredError);
        Assert.Contains("∂ℓ/∂W⁽¹⁾ = x δ₁ᵀ   matrix form  ✓", Text(net.Gradient("W1", layout: Layout.Numerator)), StringComparison.Ordinal);
        Assert.Contains("∈ ℝ^(N×M)", Text(net.Gradient("W1", layout: Layout.Numerator)), StringComparison.Ordinal);
        Assert.Contains("∂ℓ/∂b⁽¹⁾ = [δ_(1,1), δ_(1,2), δ_(1,3)]   written out for M = 3  ✓", Text(net.Gradient("b1", notation: As.Components, layout: Layout.Numerator)), StringComparison.Ordinal);
        Assert.Contains("∂ℓ/∂b⁽¹⁾ = [δ_(1,1); δ_(1,2); δ_(1,3)]", Text(net.Gradient("b1", notation: As.Components)), StringComparison.Ordinal);
        Assert.Contains("∈ ℝ^(1×M)", Text(net.Gradient("b1", layout: Layout.Numerator)), StringComparison.Ordinal);

        var (a, m) = (Matrix("A", "M", "N"), Vector("m", "N"));
        var q = Dot(a * m, a * m).Named("q");
        var values = q.Gradient(a).At((a, [[1, 2, 3], [4, 5, 6]]), (m, [1, 0, -1]));
        Assert.Contains("[ −4  −4 ]", Text(values.In(Layout.Numerator)), StringComparison.Ordinal);
    }

    [Fact]
    public void Index_notation_first_when_it_is_asked_for()
    {
        Assert.Contains("\n  ∂p_i/∂z_j = p_i (δ_ij − p_j)\n", Text(_p.Jacobian(_z).In(As.Index)), StringComparison.Ordinal);
        Assert.Contains("\n  ∂p/∂z = diag(p) − p pᵀ", Text(_p.Jacobian(_z)), StringComparison.Ordinal);
    }

    [Fact]
    public void Three_levels_of_detail()
    {
        var jacobian = _p.Jacobian(_z);
        Assert.Contains("value=\"textbook\" checked", ViewCatalog.Show(jacobian)!.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"result\" checked", ViewCatalog.Show(jacobian.In(Detail.Result))!.Html, StringComparison.Ordinal);
        Assert.Contains("\n 13  ", Text(jacobian.In(Detail.EveryStep)), StringComparison.Ordinal);
    }

    private static string Text(object value) => ViewCatalog.Show(value)!.Text;
}
