using ChainRule.Networks;
using ChainRule.Views;

namespace ChainRule.Tests.Networks;

/// <summary>What experiments compute, against the engine, against theory, and against the numbers of the homework.</summary>
public class ExperimentTests
{
    [Fact]
    public void The_numbers_of_a_deep_network_are_those_of_the_engine()
    {
        var signals = new DeepSignals(Activations.Tanh, Initialisation.Xavier(), depth: 3, width: 4, samples: 2, seed: 5);
        var gradients = signals.Gradients();
        var network = Network.Sequential(
            Layers.BiasFreeLinear(4, 4), Activations.Tanh, Layers.BiasFreeLinear(4, 4), Activations.Tanh, Layers.BiasFreeLinear(4, 4), Activations.Tanh)
            .WithLoss(Loss.OfEntries("weighted sum", [], (prediction, target) => prediction * target).Sum);
        var weightGradients = signals.Weights.Select(w => w.Clone()).ToList();
        weightGradients.ForEach(w => w.Clear());
        for (var sample = 0; sample < 2; sample++)
        {
            var point = network.At(
                signals.Outputs[0].Column(sample),
                signals.Incoming.Column(sample),
                signals.Weights[0],
                signals.Weights[1],
                signals.Weights[2]);
            foreach (var (layer, name) in new[] { "z_1", "z_3", "z_5" }.Index())
            {
                AssertEqual(point.Value(name).Entries, signals.PreActivations[layer].Column(sample));
                AssertEqual(point.Gradient(name).Entries, gradients[layer].PreActivation.Column(sample));
                weightGradients[layer] += point.Gradient($"W{layer + 1}").ToMatrix();
            }
        }

        foreach (var (layer, expected) in weightGradients.Index())
        {
            AssertEqual(expected.ToRowMajorArray(), gradients[layer].Weight.ToRowMajorArray());
        }
    }

    [Fact]
    public void The_gradient_vanishes_with_sigmoid_and_survives_with_ReLU_and_He()
    {
        var found = Experiments.GradientByDepth([Activations.Sigmoid, Activations.Relu], [Initialisation.He()], depth: 20, width: 64, samples: 20, seed: 3);

        // σ′ ≤ ¼, so with weights of variance 2/n the factor for each layer stays below ¼ √2 on average.
        Assert.InRange(found.Series[0].GradientFactorPerLayer, 0.1, Math.Sqrt(2) / 4);
        Assert.InRange(found.Series[1].GradientFactorPerLayer, 0.9, 1.1);
        Assert.Contains("vanishes with Sigmoid", found.Finding, StringComparison.Ordinal);
        Assert.Contains("keeps its size with ReLU", found.Finding, StringComparison.Ordinal);
        Assert.Equal(found.Finding, Experiments.GradientByDepth([Activations.Sigmoid, Activations.Relu], Initialisation.He(), depth: 20, width: 64, samples: 20, seed: 3).Finding);
    }

    [Fact]
    public void Twice_the_variance_doubles_the_variance_in_every_layer()
    {
        var found = Experiments.VarianceByDepth(initialisations: [Initialisation.He(), 2 * (WeightScale)Initialisation.He(), WeightScale.Fixed(0.01)], depth: 10, width: 50, samples: 20);

        // ReLU is positively homogeneous and the seeds are the same: exactly 2^l times the variance in layer l.
        Assert.All(found.Series[0].Layers.Zip(found.Series[1].Layers), pair => Assert.Equal(Math.Pow(2, pair.First.Layer), pair.Second.PreActivationVariance / pair.First.PreActivationVariance, 1e-6));
        Assert.InRange(found.Series[0].VarianceFactor, 0.4, 2.5);
        Assert.Equal(0.01, found.Series[2].Initialisation.Variance(7, 9));
    }

    [Fact]
    public void The_variance_of_an_initialisation_follows_from_the_layers_sizes()
    {
        Assert.Equal(2.0 / 50, Initialisation.He().VarianceAt(50, 20), 1e-15);
        Assert.Equal(2.0 / 70, Initialisation.Xavier().VarianceAt(50, 20), 1e-15);
        Assert.Equal(2.0 / 50, Initialisation.He("N", "M").VarianceAt(50, 20), 1e-15);
        Assert.Contains("50 inputs", Assert.Throws<ShapeException>(() => Initialisation.He(50).VarianceAt(20, 20)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Initialisation.He().VarianceAt(0, 1));
    }

    [Fact]
    public void ReLU_halves_the_mean_square_and_moves_the_mean_to_σ_over_the_root_of_2π()
    {
        var found = Experiments.PreActivations(width: 200, samples: 200);
        var σ = Math.Sqrt(found.Before.SecondMoment);
        Assert.Equal(0.5, found.After.SecondMoment / found.Before.SecondMoment, 0.02);
        Assert.Equal(σ / Math.Sqrt(2 * Math.PI), found.After.Mean, 0.02);
        Assert.Equal(0.5, found.After.ShareOfZeros, 0.02);
        Assert.Equal(found.After.SecondMoment - (found.After.Mean * found.After.Mean), found.After.Variance, 1e-9);
        Assert.Equal(40_000, found.Before.Count);

        // The two histograms have the same bins.
        Assert.Empty(found.After.Edges.Except(found.Before.Edges));
        Assert.Equal(0, Experiments.PreActivations(Activations.Sigmoid).After.ShareOfZeros);
    }

    [Fact]
    public void A_histogram_counts_every_number_once_and_names_what_is_none()
    {
        var distribution = SampleDistribution.Of([0, 0.4, 0.5, -0.1, 1], 0.5);
        Assert.Equal([-0.5, 0, 0.5, 1, 1.5], distribution.Edges);
        Assert.Equal([1, 2, 1, 1], distribution.Counts);
        Assert.Equal(0.36, distribution.Mean, 1e-12);
        Assert.Equal(0.2, distribution.ShareOfZeros, 1e-12);
        Assert.Contains("number 2 of 2 is NaN", Assert.Throws<ChainRuleException>(() => SampleDistribution.Of([1, double.NaN], 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Cross_entropys_gradient_stays_where_squared_errors_goes_to_zero(int label)
    {
        var found = Experiments.CrossEntropyAgainstSquaredError(label);
        foreach (var logit in found.Logits)
        {
            var f = 1 / (1 + Math.Exp(-logit));
            Assert.Equal(f - label, found.Losses[0].EvaluateDerivative(logit), 1e-12);
            Assert.Equal(-2 * (label - f) * f * (1 - f), found.Losses[1].EvaluateDerivative(logit), 1e-12);
        }

        // Squared error is the bounded one: it never exceeds 1, and its steepest slope is 8/27.
        Assert.Equal(8.0 / 27, found.Losses[1].Analysis.Lipschitz, 1e-9);
        Assert.Contains("Cross-entropy grows without bound", found.Finding, StringComparison.Ordinal);
        Assert.Contains("Squared error is never above 1", found.Finding, StringComparison.Ordinal);
        Assert.Throws<ChainRuleException>(() => Experiments.CrossEntropyAgainstSquaredError(2));
    }

    [Fact]
    public void Any_loss_of_the_logit_can_stand_beside_the_others()
    {
        var found = Experiments.CompareLosses(1, ("hinge", (a, y) => Max(0, 1 - (((2 * y) - 1) * a))));
        Assert.Equal(-1, found.Losses[0].EvaluateDerivative(-5));
        Assert.Equal(0, found.Losses[0].EvaluateDerivative(5));
    }

    [Fact]
    public void Softmax_rounds_to_1_from_a_gap_of_37_and_to_0_from_745()
    {
        var found = Experiments.SoftmaxRounding();
        var (exact, single) = (found.Formats[0], found.Formats[1]);
        Assert.Equal(36.74, exact.One, 0.01);
        Assert.Equal(745.13, exact.Zero, 0.01);
        Assert.Equal(16.64, single.One, 0.01);
        Assert.Equal(103.97, single.Zero, 0.01);

        // Found means: it rounds there, and one number before it does not.
        Assert.Equal(1, exact.Entries(exact.One).Largest);
        Assert.True(exact.Entries(Math.BitDecrement(exact.One)).Largest < 1);
        Assert.Equal(0, exact.Entries(exact.Zero).Smallest);
        Assert.True(exact.Entries(Math.BitDecrement(exact.Zero)).Smallest > 0);

        // Twice the temperature needs twice the gap. Summed one by one, each small term of many is lost beside 1 as one alone is.
        Assert.Equal(2 * exact.One, Experiments.SoftmaxRounding(temperature: 2).Formats[0].One, 1e-9);
        Assert.Equal(exact.One, Experiments.SoftmaxRounding(classes: 1000).Formats[0].One, 1e-9);
        Assert.Throws<ChainRuleException>(() => Experiments.SoftmaxRounding(1));
    }

    [Fact]
    public void A_dead_ReLU_gets_no_gradient_and_LeakyReLU_and_Softplus_recover()
    {
        var found = Experiments.DeadUnit();
        Assert.All(found.PreActivations, z => Assert.True(z < 0));
        Assert.True(found.Units[0].IsDead);
        Assert.Equal(found.Units[0].Losses[0], found.Units[0].Losses[^1]);
        Assert.Null(found.Units[0].Recovered);
        Assert.All(found.Units[1..], unit =>
        {
            Assert.False(unit.IsDead);
            Assert.NotNull(unit.Recovered);
            Assert.True(unit.Losses[^1] < 0.01 * unit.Losses[0]);
        });

        // The mean of 2 (h − 1) φ′(z), φ′ = α.
        var leaky = found.PreActivations.Average(z => 2 * ((0.1 * z) - 1) * 0.1);
        Assert.Equal(leaky, found.Units[1].BiasGradient, 1e-12);
        Assert.Contains("With ReLU its gradient is 0", found.Finding, StringComparison.Ordinal);
        Assert.Contains("the bias must be below", Assert.Throws<ChainRuleException>(() => Experiments.DeadUnit(bias: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_zero_a_ReLU_network_moves_its_last_bias_only()
    {
        var found = Experiments.ZeroInitialisation();
        Assert.Equal(["W⁽¹⁾", "b⁽¹⁾", "W⁽²⁾", "b⁽²⁾"], found.Parameters.Select(one => one.Parameter.ToString()));
        Assert.Equal([true, true, true, false], found.Parameters.Select(one => one.Gradient == 0));
        Assert.Equal([true, true, true, false], found.Parameters.Select(one => one.Moved == 0));
        Assert.Equal(0, found.OutputSpread);
        Assert.True(found.LossAfter < found.LossBefore);
        Assert.Contains("has learned a constant", found.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void From_zero_a_sigmoid_network_moves_but_its_units_stay_alike()
    {
        var network = Network.Sequential(Layers.Linear(2, 3), Activations.Sigmoid, Layers.Linear(3, 1)).WithLoss(Losses.SquaredError);
        var found = Experiments.ZeroInitialisation(network, steps: 20);
        Assert.Equal([true, true, false, false], found.Parameters.Select(one => one.Gradient == 0));
        Assert.All(found.Parameters, one => Assert.NotEqual(0, one.Moved));
        Assert.Equal(0, found.Parameters[0].RowDifference!.Value, 1e-12);
        Assert.Contains("its units do the same", found.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Linear_maps_compose_to_one_and_with_ReLU_they_do_not()
    {
        var found = Experiments.LinearComposition([PlaneMap.Rotation(30), PlaneMap.Scale(2, 0.5), PlaneMap.Shear(1)]);
        Assert.Equal(1, found.Product.Determinant, 1e-12);
        Assert.InRange(found.LargestDifference, 0, 1e-14);
        Assert.True(found.AdditivityError > 0.1);
        Assert.True(found.BestMapError > 0.1);
        Assert.Contains("no matrix does the same", found.Finding, StringComparison.Ordinal);

        // With an activation that is linear itself, nothing changes.
        var linear = Experiments.LinearComposition(activation: 3 * Activations.Identity);
        Assert.InRange(linear.AdditivityError, 0, 1e-12);
        Assert.InRange(linear.BestMapError, 0, 1e-12);
        Assert.Contains("that is still so", linear.Finding, StringComparison.Ordinal);
        Assert.Throws<ChainRuleException>(() => Experiments.LinearComposition([PlaneMap.Identity]));
    }

    [Fact]
    public void Experiments_look_as_approved()
    {
        foreach (var (name, experiment) in new (string, Experiment)[] { ("softmax-rounding", Experiments.SoftmaxRounding()), ("linear-composition", Experiments.LinearComposition()) })
        {
            var bundle = ViewCatalog.Show(experiment)!;
            Approved.Matches($"experiment-{name}.txt", bundle.Text);
            Approved.Matches($"experiment-{name}.tex", bundle.Latex);
            Assert.All(bundle.Text.Split('\n'), line => Assert.True(line.Length <= 80, line));
            Assert.Contains(experiment.Finding, System.Net.WebUtility.HtmlDecode(bundle.Html), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Wrong_sizes_and_scales_are_named()
    {
        Assert.Contains("depth", Assert.Throws<ChainRuleException>(() => Experiments.GradientByDepth([Activations.Relu], depth: 0)).Message, StringComparison.Ordinal);
        Assert.Contains("activation", Assert.Throws<ChainRuleException>(() => Experiments.GradientByDepth([])).Message, StringComparison.Ordinal);
        Assert.Contains("variance", Assert.Throws<ChainRuleException>(() => WeightScale.Fixed(-1)).Message, StringComparison.Ordinal);
    }

    private static void AssertEqual(IEnumerable<double> expected, IEnumerable<double> actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
}
