namespace ChainRule.Tests.Expressions;

/// <summary>Tensors that are defined by their entry.</summary>
public class TensorDefinitionTests
{
    private static readonly IndexVariable _i = Index("i", "N");
    private static readonly IndexVariable _j = Index("j", "M");
    private static readonly Variable _x = Vector("x", "N");
    private static readonly Variable _c = Vector("c", "M");

    [Fact]
    public void A_matrix_by_its_entry_is_that_matrix()
    {
        var k = Tensor.Define("K", _i, _j, _x[_i] * _c[_j]);
        Assert.Equal("N×M", k.Shape.ToString());
        Assert.Equal(VerdictKind.Supported, Verifier.Check(k[_i, _j], Outer(_x, _c)[_i, _j]).Kind);
        var transposed = Tensor.Define("K", _j, _i, _x[_i] * _c[_j]);
        Assert.Equal("M×N", transposed.Shape.ToString());
        var gradient = Dot(_x, k * Vector("a", "M")).Named("s").Gradient(_c);
        Assert.Equal(VerdictKind.Supported, gradient.Derivation.Verdict.Kind);
        var values = gradient.At((_x, [1, 2]), (_c, [3, 4, 5]), (Vector("a", "M"), [6, 7, 8])).Values!;
        Assert.Equal([30, 35, 40], values.Entries.ToArray());
        Assert.Equal("N×M×N", Tensor.Define("T", [_i, _j, Index("k", "N")], k[_i, _j] * _x[Index("k", "N")]).Shape.ToString());
    }

    [Fact]
    public void Rows_and_columns_of_a_matrix_are_vectors()
    {
        var a = Matrix("A", "N", "M");
        Assert.Equal("Σ_j A_ij c_j", Dot(a.Row(_i), _c).ToString());
        Assert.NotEqual(VerdictKind.Refuted, Verifier.Check(Dot(a.Row(_i), _c), (a * _c)[_i]).Kind);
        Assert.NotEqual(VerdictKind.Refuted, Verifier.Check(Dot(a.Column(_j), _x), (a.Transpose() * _x)[_j]).Kind);
    }

    [Fact]
    public void A_loss_may_depend_on_the_index_of_the_right_class()
    {
        var (s, c, k) = (Vector("s", "K"), Index("c", "K"), Index("k", "K"));
        var gradient = Sum(k, Max(0, s[k] - s[c] + 1)).Named("L").Gradient(s);
        Assert.Equal(VerdictKind.Supported, gradient.Derivation.Verdict.Kind);
        Assert.All(gradient.Derivation.Steps, step => Assert.Equal(VerdictKind.Supported, step.Verdict.Kind));
        Assert.NotEmpty(ChainRule.Views.ViewCatalog.Show(gradient)!.Text);
    }

    [Fact]
    public void Indices_that_are_missing_or_there_twice_are_named()
    {
        Assert.Contains("j is free in x_i c_j, but no index of v: add over it, Sum(j, …), or make it an index, Tensor.Define(\"v\", i, j, …)", Assert.Throws<ChainRuleException>(() => Tensor.Define("v", _i, _x[_i] * _c[_j])).Message, StringComparison.Ordinal);
        Assert.Contains("index i twice", Assert.Throws<ChainRuleException>(() => Tensor.Define("A", _i, _i, _x[_i])).Message, StringComparison.Ordinal);
    }
}
