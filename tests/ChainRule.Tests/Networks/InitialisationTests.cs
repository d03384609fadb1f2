using ChainRule.Networks;

namespace ChainRule.Tests.Networks;

/// <summary>Initialisations derived from the layer's equation: forward, backward, and the compromise.</summary>
public class InitialisationTests
{
    private static readonly Size _in = Size("D_h");
    private static readonly Size _out = Size("D_h'");

    [Fact]
    public void He_forward_is_two_over_the_number_of_inputs()
    {
        var he = Initialisation.He();
        Assert.Equal("σ_Ω² = 2/D_h", he.ToString());
        Holds(he, 2 / (Expr)_in);
        var ids = he.Spreads[0].Derivation.Steps.Select(step => step.Rule.Id).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string>(["variance", "expectation-sum", "independence", "mean", "multiply-sums", "equal-indices", "second-moment", "contract-delta", "relu-indicator", "symmetry", "equal-terms"], StringComparer.Ordinal), ids);
        Assert.Contains(he.Assumptions, assumption => assumption.Contains("symmetric about 0", StringComparison.Ordinal));
        Assert.Same(2 / (Expr)Size("N"), Initialisation.He("N", "M").Variance);
    }

    [Fact]
    public void Backward_it_is_two_over_the_number_of_outputs()
    {
        var backward = Initialisation.Backward(Activations.Relu);
        Holds(backward, 2 / (Expr)_out);
        Assert.Contains(backward.Spreads[0].Derivation.Steps, step => step.Rule.Id == "symmetry");
        Assert.NotNull(backward.Spreads[0].Gradient);
        Assert.Contains(backward.Assumptions, assumption => assumption.Contains("come back", StringComparison.Ordinal));
    }

    [Fact]
    public void Xavier_is_the_compromise_for_the_identity()
    {
        Holds(Initialisation.Xavier(), 2 / (_in + (Expr)_out));
        Holds(Initialisation.Forward(Activations.Identity), 1 / (Expr)_in);
        Holds(Initialisation.Backward(Activations.Identity), 1 / (Expr)_out);
        Holds(Initialisation.Compromise(Activations.Relu), 4 / (_in + (Expr)_out));
    }

    [Fact]
    public void Other_activations()
    {
        var alpha = Scalar("alpha");
        Holds(Initialisation.Forward(Activations.LeakyRelu(alpha)), 2 / (_in * (1 + Pow(alpha, 2))));
        Holds(Initialisation.Backward(Activations.LeakyRelu(alpha)), 2 / (_out * (1 + Pow(alpha, 2))));

        // Nothing closes E[tanh²]; it stays, for one entry.
        var tanh = Initialisation.Forward(Activations.Tanh);
        Assert.Contains("𝔼[tanh² f₁]", tanh.ToString(), StringComparison.Ordinal);
        Assert.True(tanh.Solution.Verdict.Kind == VerdictKind.Supported, tanh.Solution.Verdict.ToString());
    }

    [Fact]
    public void One_variance_cannot_serve_both_ways()
    {
        var (forward, backward) = (Initialisation.He(), Initialisation.Backward(Activations.Relu));
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(forward.Variance, backward.Variance).Kind);
    }

    private static void Holds(Initialisation initialisation, Expr expected)
    {
        var verdict = Verifier.Check(expected, initialisation.Variance);
        Assert.True(verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{initialisation}: {verdict}");
        foreach (var derivation in initialisation.Spreads.Select(spread => spread.Derivation).Append(initialisation.Solution))
        {
            Assert.All(derivation.Steps, step => Assert.True(step.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{step.Rule.Id}: {step.Before} → {step.After}: {step.Verdict}"));
            Assert.True(derivation.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, derivation.Verdict.ToString());
            Assert.True(derivation.Replay().Holds, derivation.Replay().ToString());
        }
    }
}
