using ChainRule.Networks;
using ChainRule.Views;

namespace ChainRule.Tests.Networks;

/// <summary>A network with numbers: what is shown, how gradients are checked, and what is said where numbers get in the way.</summary>
public class NetworkPointTests
{
    private static readonly Network _classifier = Network.Sequential(Layers.Linear(2, 2), Activations.Relu, Layers.Linear(2, 2), VectorFunctions.Softmax()).WithLoss(Losses.CrossEntropy);

    [Fact]
    public void Every_name_has_its_value_and_its_gradient()
    {
        var bundle = ViewCatalog.Show(Network.Sequential(Layers.Linear("N", "M"), 5 * Activations.Relu, Layers.Linear("M", "K"), Activations.Identity).WithLoss(Losses.SquaredError).Sample(seed: 1))!;
        Approved.Matches("network-point.txt", bundle.Text);
        Approved.Matches("network-point.html", bundle.Html);
        Approved.Matches("network-point.tex", bundle.Latex);
    }

    [Fact]
    public void A_gradient_at_a_network_s_numbers_has_them_on_every_line()
    {
        var net = Network.Sequential(Layers.Linear("N", "M"), 5 * Activations.Relu, Layers.Linear("M", "K"), Activations.Identity).WithLoss(Losses.SquaredError);
        var point = net.Sample(seed: 1);
        var gradient = net.Gradient("W1").At(point);
        Assert.Equal(point.Gradient("W1").Entries, gradient.Values!.Entries);
        Assert.True(gradient.Values.LargestError < 1e-8);
        var model = DerivationModel.Of(gradient);
        Assert.All([.. model.Adjoints, .. model.Lines, .. model.AdjointDerivations.SelectMany(derivation => derivation.Lines), .. model.Inner.SelectMany(derivation => derivation.Lines)], line => Assert.NotNull(line.Value));
        Assert.Equal(4, model.Adjoints.Length + model.AdjointDerivations.Length);
        Approved.Matches("network-gradient-at.txt", ViewCatalog.Show(gradient)!.Text);
        Assert.Equal(5, net["z2"].Jacobian(net["z1"]).At(point).Values!.Dimensions[0]);
    }

    [Fact]
    public void A_point_of_another_network_is_refused()
    {
        var (one, other) = (Network.Sequential(Layers.Linear(2, 3)).WithLoss(Losses.SquaredError), Network.Sequential(Layers.Linear(2, 4)).WithLoss(Losses.SquaredError));
        var error = Assert.Throws<ChainRuleException>(() => one.Gradient("W1").At(other.Sample(1)));
        Assert.Contains("is not a value of the network that the point belongs to", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_large_gradient_some_entries_are_checked()
    {
        var net = Network.Sequential(Layers.Linear(30, 20), Activations.Tanh, Layers.Linear(20, 2)).WithLoss(Losses.SquaredError);
        var values = net.Gradient("W1").At(net.Sample(1)).Values!;
        Assert.Equal("central differences, at 100 of 600 entries,", values.CheckedBy);
        Assert.True(values.LargestError < 1e-8);
    }

    [Fact]
    public void Large_matrices_are_shown_by_their_corners()
    {
        var text = ViewCatalog.Show(Network.Sequential(Layers.Linear(30, 20), Activations.Tanh).Sample(seed: 1).Value("W1"))!.Text;
        Assert.Contains("⋯", text, StringComparison.Ordinal);
        Assert.Contains("⋮", text, StringComparison.Ordinal);
        Assert.Contains("20×30; norm ", text, StringComparison.Ordinal);
        Assert.Contains("rank 20; largest entry ", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 1, 80));
    }

    [Fact]
    public void The_complex_step_agrees_to_rounding()
    {
        foreach (var activation in Activations.All)
        {
            var net = Network.Sequential(Layers.Linear(3, 4), activation, Layers.Linear(4, 2)).WithLoss(Losses.SquaredError);
            Assert.All(net.Sample(seed: 3).Check(), check => Assert.True(check.ComplexStepError < 1e-12, $"{activation}: {check}"));
        }
    }

    [Fact]
    public void Overflow_and_rounding_are_explained()
    {
        var notes = _classifier.At(("x", [1000, 2]), ("y", [1, 0]), ("W1", [[1, 2], [-3, 4]]), ("b1", [0, 0]), ("W2", [[1, 2], [-3, 4]]), ("b2", [0, 0])).Notes;
        Assert.Contains(notes, note => note.Contains("overflows: 1004 is above 709.8", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("= −2992 < 0: ReLU has the derivative 0 there", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.EndsWith("is exactly 0 by rounding: a quotient of exponentials is never 0 or 1.", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.StartsWith("log ŷ₂ is −∞", StringComparison.Ordinal));
    }

    [Fact]
    public void Softmax_rounds_to_one_from_a_gap_of_37_on()
    {
        Assert.DoesNotContain(Softmaxed(36).Notes, note => note.Contains("exactly", StringComparison.Ordinal));
        Assert.Contains(Softmaxed(38).Notes, note => note.Contains("exactly 1", StringComparison.Ordinal));

        static NetworkPoint Softmaxed(double gap) => Network.Sequential(Vector("z", 2), VectorFunctions.Softmax()).At([gap, 0]);
    }

    [Fact]
    public void Saturation_is_told_with_the_slope_that_is_left()
    {
        var point = Network.Sequential(Vector("z", 3), Activations.Sigmoid).At([0.5, -40, 3]);
        Assert.Equal("ŷ is saturated: σ has the derivative 4.2484E−18 at z₂ = −40, so next to no gradient passes.", Assert.Single(point.Notes));
    }

    [Fact]
    public void Nothing_is_said_where_all_is_well() =>
        Assert.Empty(Network.Sequential(Layers.Linear("N", "M"), Activations.Tanh).WithLoss(Losses.SquaredError).Sample(seed: 1).Notes);

    [Fact]
    public void A_loss_that_is_no_number_is_not_checked() =>
        Assert.Contains("is NaN in double precision, so there is no gradient to check here", ViewCatalog.Show(_classifier.At(("x", [1000, 2]), ("y", [1, 0]), ("W1", [[1, 2], [-3, 4]]), ("b1", [0, 0]), ("W2", [[1, 2], [-3, 4]]), ("b2", [0, 0])))!.Text, StringComparison.Ordinal);
}
