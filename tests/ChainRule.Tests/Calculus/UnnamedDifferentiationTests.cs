namespace ChainRule.Tests.Calculus;

/// <summary>Derivatives of what has no name, by names that are spelled out, and indices that can't be meant.</summary>
public class UnnamedDifferentiationTests
{
    [Fact]
    public void A_value_needs_no_name_to_be_differentiated()
    {
        var (z, x) = (Vector("z", "K"), Vector("x", "n"));
        Assert.Equal("diag(f) − f fᵀ", Softmax(z).Jacobian(z).Matrix!.Matrix.ToString());
        Assert.Equal("2 x", Dot(x, x).Gradient(x).Matrix!.Matrix.ToString());
        Assert.Equal("2 I_n", Dot(x, x).Hessian(x).Matrix!.Matrix.ToString());

        // f is taken here.
        var f = Vector("f", "n");
        Assert.Equal("g", Dot(f, f).Gradient(f).Of.Name);
    }

    [Fact]
    public void What_has_a_name_keeps_it()
    {
        var z = Vector("z", "K");
        Tensor p = Softmax(z).Named("p");
        Assert.Equal("diag(p) − p pᵀ", p.Jacobian(z).Matrix!.Matrix.ToString());
    }

    [Fact]
    public void A_name_may_be_spelled_as_it_is_typed()
    {
        var x = Vector("x", "N");
        var hidden = Tanh(Matrix("W^{(1)}", "M", "N") * x).Named("h");
        var loss = Dot(hidden, hidden).Named("L");
        Assert.Equal(loss.Gradient(hidden).Entry, loss.Gradient("h").Entry);
        Assert.Equal("M×N", loss.Gradient("W1").Shape.ToString());
        Assert.Equal("M×N", hidden.Jacobian("x").Shape.ToString());
        var error = Assert.Throws<ChainRuleException>(() => loss.Gradient("V"));
        Assert.Equal("There is no \"V\" in L; there are W⁽¹⁾, h, x.", error.Message);
    }

    [Fact]
    public void An_index_that_cannot_be_inside_is_a_mistake()
    {
        var (z, v, W) = (Vector("z", "K"), Vector("v", 3), Matrix("W", "M", 2));
        Assert.Equal("Entries count from 1: z has no entry 0.", Assert.Throws<ShapeException>(() => z[0]).Message);
        Assert.Equal("v has 3 entries, counted from 1: there is no entry 4.", Assert.Throws<ShapeException>(() => v[4]).Message);
        Assert.Equal("W has 2 columns, counted from 1: there is no entry 3.", Assert.Throws<ShapeException>(() => W[1, 3]).Message);
        Assert.Equal("i counts to M, but z has K entries: use an index of that range, Index(\"i\", \"K\").", Assert.Throws<ShapeException>(() => z[Index("i", "M")]).Message);
    }

    [Fact]
    public void An_index_that_may_be_inside_is_none()
    {
        var (h, i, j) = (Vector("h", "d"), Index("i", Size("d") - Size("k") + 1), Index("j", "k"));
        Assert.Equal("h_i", h[i].ToString());
        Assert.Equal("h_(i+j−1)", h[i + j - 1].ToString());
        Assert.Equal("h₅", h[5].ToString());
    }
}
