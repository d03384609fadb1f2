using ChainRule.Networks;

namespace ChainRule.Tests.Calculus;

/// <summary>The largest and smallest of many: derivatives through the entry that it is, by formulas, numbers and PyTorch's words.</summary>
public class LargestTests
{
    private static readonly Variable _x = Vector("x", "K");
    private static readonly IndexVariable _i = Index("i", "K");

    [Fact]
    public void The_gradient_of_the_largest_entry_is_the_unit_vector_of_its_place()
    {
        var gradient = Max(_x).Named("m").Gradient(_x);
        Assert.Equal("𝟙[j = argmax_i (x_i)]", gradient.Entry.ToString());
        Assert.Equal("e_(argmax_i(x_i))", gradient.Matrix!.Matrix.ToString());
        Assert.Equal([0, 1, 0], gradient.At((_x, [1, 5, 2])).Values!.Entries);
        Assert.Equal([0, 0, 1], Min(_x).Named("m").Gradient(_x).At((_x, [1, 5, -2])).Values!.Entries);
    }

    [Fact]
    public void Of_equal_entries_the_first_counts() => Assert.Equal([1, 0, 0], Max(_x).Named("m").Gradient(_x).At((_x, [5, 5, 2])).Values!.Entries);

    [Fact]
    public void A_name_between_keeps_its_range()
    {
        var w = Matrix("W", "K", "N");
        var u = Vector("u", "N");
        var loss = Max((w * u).Named("z")).Named("L");
        Assert.Equal("e_(argmax_i(z_i)) uᵀ", loss.Gradient(w).Matrix!.Matrix.ToString());
        Assert.Equal("Wᵀ e_(argmax_i(z_i))", loss.Gradient(u).Matrix!.Matrix.ToString());
    }

    [Fact]
    public void A_maximum_is_not_taken_for_its_place()
    {
        var a = Matrix("A", "n", "K");
        var r = Index("r", "n");
        var rows = Tensor.Define("p", r, Max(_i, a[r, _i]));
        var gradient = Upstream("L", rows, Vector("g", "n")).Gradient(a);
        Assert.Equal(VerdictKind.Supported, gradient.Derivation.Verdict.Kind);
        Assert.Equal([0, 3, 0, 4, 0, 0], gradient.At((a, new double[,] { { 1, 7, 2 }, { 5, 4, 3 } }), (Vector("g", "n"), [3, 4])).Values!.Entries);
    }

    [Fact]
    public void Its_second_derivative_is_0_and_a_softmax_does_not_change_by_it()
    {
        Assert.Equal("0", Max(_x).Named("m").Hessian(_x).Entry.ToString());
        Assert.Equal(VerdictKind.Proved, Prove(Softmax(_x - Max(_x))[_i], Softmax(_x)[_i]).Verdict.Kind);
    }

    [Fact]
    public void The_compiled_network_and_PyTorch_have_it()
    {
        var z = (Matrix("W", 3, 2) * Vector("u", 2)).Named("z");
        var network = Network.Of((Max(z) - Min(Abs(z))).Named("L"), Vector("u", 2));
        var sample = network.Sample(seed: 3);
        var fast = sample.Compile();
        Assert.Equal(sample.Loss, fast.Forward(), 12);
        fast.Backward();
        Assert.Equal(sample.Gradient("W").Entries, fast.Gradient("W").ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Contains("L = z.amax(0) - torch.abs(z).amin(0)", network.PyTorch!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_of_a_matrix_is_refused_with_a_hint() => Assert.Equal(
        "ArgMax takes a vector; A is n×K. Over one index of it: ArgMax(i, …).",
        Assert.Throws<ShapeException>(() => ArgMax(Matrix("A", "n", "K"))).Message);
}
