using ChainRule.Networks;
using ChainRule.Views;

namespace ChainRule.Tests.Matrices;

/// <summary>Gradients of convolution layers as the books write them: with whole signals and images, channel by channel.</summary>
public class ChannelFormTests
{
    private static readonly Network _signals = Network.Sequential(Matrix("X", "C", "L"), Layers.Conv1d("C", "O", 3, padding: 1), Activations.Relu, Layers.Conv1d("O", "P", 3, padding: 1)).WithLoss(Losses.SquaredError);
    private static readonly Network _images = Network.Sequential(Image("X", "C", "H", "W"), Layers.Conv2d("C", "O", "K"), Activations.Relu).WithLoss(Losses.SquaredError);
    private static readonly Network _strides = Network.Sequential(Image("X", 2, 7, 7), Layers.Conv2d(2, 3, 3, stride: 2)).WithLoss(Losses.SquaredError);

    public static TheoryData<string, string, string> Forms() => new()
    {
        { "signals", "W1", "(∂ℓ/∂W⁽¹⁾)_ij = X_j ⋆_(p=1) δ_(1,i) as a convolution ✓" },
        { "signals", "X", "(∂ℓ/∂X)_i = Σ_k δ_(1,k) ∗_same W_ki⁽¹⁾ as a convolution ✓" },
        { "signals", "W1", "δ_(1,i) = (∂ℓ/∂Z₁)_i = (Σ_k δ_(Ŷ,k) ∗_same W_ki⁽²⁾) ⊙ 𝟙[Z_(1,i) > 0]" },
        { "images", "W1", "(∂ℓ/∂W⁽¹⁾)_ij = 2 X_j ⋆_valid ((Ŷ_i − Y_i) ⊙ 𝟙[Z_(1,i) > 0])" },
        { "images", "X", "(∂ℓ/∂X)_i = 2 Σ_l ((Ŷ_l − Y_l) ⊙ 𝟙[Z_(1,l) > 0]) ∗_full W_li⁽¹⁾" },
        { "images", "yhat", "∂ℓ/∂Ŷ = 2 (Ŷ − Y) entry by entry ✓" },
        { "images", "b1", "(∂ℓ/∂b⁽¹⁾)_j = 2 𝟏ᵀ ((Ŷ_j − Y_j) ⊙ 𝟙[Z_(1,j) > 0]) 𝟏 slice by slice ✓" },
        { "strides", "W1", "(∂ℓ/∂W⁽¹⁾)_ij = 2 X_j ⋆_(valid,dilation=2) (Ŷ_i − Y_i)" },
        { "strides", "X", "(∂ℓ/∂X)_i = 2 Σ_(l=1)^3 ↑₂(Ŷ_l − Y_l) ∗_full W_li⁽¹⁾" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_form_is_that_of_the_books(string network, string by, string form)
    {
        var net = network switch { "signals" => _signals, "images" => _images, _ => _strides };
        Assert.Contains(form, string.Join(' ', ViewCatalog.Show(net.Gradient(by))!.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_numbers_are_those_of_the_convolutions_of_numbers()
    {
        var point = _signals.Sample(3, ("C", 2), ("L", 5), ("O", 3), ("P", 2));
        var (x, weights) = (point.Value("X").Entries.ToArray(), point.Value("W1").Entries.ToArray());
        var adjoint = point.Gradient("z1").Entries.ToArray();
        var (byWeights, byInput) = (point.Gradient("W1").Entries.ToArray(), point.Gradient("X").Entries.ToArray());
        for (var c = 0; c < 2; c++)
        {
            var signal = new double[5];
            for (var o = 0; o < 3; o++)
            {
                var delta = adjoint[(5 * o)..(5 * (o + 1))];
                var kernel = weights[(3 * ((2 * o) + c))..(3 * ((2 * o) + c + 1))];
                AssertClose(Correlate([0, .. x[(5 * c)..(5 * (c + 1))], 0], delta), byWeights[(3 * ((2 * o) + c))..(3 * ((2 * o) + c + 1))]);
                signal = [.. signal.Zip(Convolve(delta, kernel, Same), (a, b) => a + b)];
            }

            AssertClose(signal, byInput[(5 * c)..(5 * (c + 1))]);
        }
    }

    [Fact]
    public void Experts_with_a_tensor_of_weights_are_written_slice_by_slice()
    {
        var (experts, rows, columns) = (Index("s", "S"), Index("m", "M"), Index("d", "D"));
        var (weights, p, x, t) = (Image("W", "S", "M", "D"), Softmax(Vector("g", "S")).Named("p"), Vector("x", "D"), Vector("t", "M"));
        var y = Tensor.Define("y", rows, Sum(experts, p[experts] * Sum(columns, weights[experts, rows, columns] * x[columns])));
        var loss = SquaredNorm(y - t).Named("L");
        Assert.Contains("(∂L/∂W)_i = 2 p_i (y − t) xᵀ   slice by slice  ✓", ViewCatalog.Show(loss.Gradient(weights))!.Text, StringComparison.Ordinal);
        Assert.Contains("∂L/∂x = 2 Σ_i p_i W_iᵀ (y − t)   slice by slice  ✓", ViewCatalog.Show(loss.Gradient(x))!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stride_goes_back_through_letters_as_well_as_through_numbers()
    {
        var (x, w) = (Vector("x", "N"), Vector("w", "k"));
        var a = Conv1D.Padded(x, w, 0, stride: 2).Named("a");
        var loss = Upstream("L", a, Vector("g", a.Shape.Sizes[0]));
        Assert.Equal("↑₂g ∗_full w", loss.Gradient(x).Matrix!.Matrix.ToString());
        Assert.Equal("(x ⋆_(valid,dilation=2) g)_(1…k)", loss.Gradient(w).Matrix!.Matrix.ToString());
        // Seven entries and a kernel of two leave one over.
        var small = Conv1D.Padded(Vector("x", 7), Vector("w", 2), 0, stride: 2).Named("a");
        Assert.Equal("(x ⋆_(valid,dilation=2) g)_(1…2)", Upstream("L", small, Vector("g", 3)).Gradient("w").Matrix!.Matrix.ToString());
        Assert.Equal(VerdictKind.Supported, loss.Gradient(w).Matrix!.Verdict.Kind);
    }

    [Fact]
    public void An_average_goes_back_to_all_that_it_was_taken_of()
    {
        var a = VectorFunctions.AveragePool(3).Of(Vector("x", 6)).Named("a");
        Assert.Equal("1/3 ⋅ 𝟙[3 i − 2 ≤ j ≤ 3 i]", a.Jacobian(Vector("x", 6)).Entry.ToString());
        var gradient = Upstream("L", a, Vector("g", 2)).Gradient("x");
        Assert.Equal("1/3 ⋅ (↑₃g ∗_full 𝟏)", gradient.Matrix!.Matrix.ToString());
        Assert.Equal(VerdictKind.Supported, gradient.Matrix.Verdict.Kind);
    }

    private static void AssertClose(double[] expected, double[] actual) => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
}
