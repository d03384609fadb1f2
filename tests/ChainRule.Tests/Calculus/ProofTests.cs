namespace ChainRule.Tests.Calculus;

/// <summary>Identities of the homework list, proved by rules; and equalities that don't hold, refuted with a counterexample.</summary>
public class ProofTests
{
    private static readonly Variable _x = Scalar("x");
    private static readonly Variable _c = Scalar("c");
    private static readonly Variable _z = Vector("z", "K");
    private static readonly IndexVariable _i = Index("i", "K");

    private static readonly Dictionary<string, Func<(Expr Left, Expr Right)>> _true = new(StringComparer.Ordinal)
    {
        ["004.2.1 softmax does not change when a constant is added"] = () => (Softmax(_z + _c)[_i], Softmax(_z)[_i]),
        ["004.2.2 softmax of two classes is a sigmoid"] = () => (Exp(_x) / (Exp(_x) + Exp(_c)), Sigmoid(_x - _c)),
        ["004.2.2 and its second entry is one minus it"] = () => (Exp(_c) / (Exp(_x) + Exp(_c)), 1 - Sigmoid(_x - _c)),
        ["004.2.3 one logit can be made zero"] = () => (Softmax(_z)[_i], Exp(_z[_i] - _z[1]) / Sum(Index("k", "K"), Exp(_z[Index("k", "K")] - _z[1]))),
        ["004.3 the sigmoid is a tanh"] = () => (Sigmoid(_x), 0.5 * Tanh(_x / 2) + 0.5),
        ["1 − σ(x) = σ(−x)"] = () => (1 - Sigmoid(_x), Sigmoid(-_x)),
        ["tanh x = 2/(1 + e^{−2x}) − 1"] = () => (Tanh(_x), 2 / (1 + Exp(-2 * _x)) - 1),
        ["000.1 linear activations collapse"] = () => (_c * (_x * (_c * (Scalar("w") * Scalar("u")))), Pow(_c, 2) * _x * Scalar("w") * Scalar("u")),
    };

    public static TheoryData<string> Identities() => [.. _true.Keys];

    [Theory]
    [MemberData(nameof(Identities))]
    public void An_identity_is_proved_step_by_step(string name)
    {
        var (left, right) = _true[name]();
        var proof = Prove(left, right);
        Assert.True(proof.Verdict.Kind == VerdictKind.Proved, $"{proof.FromLeft.Result} ≟ {proof.FromRight.Result}: {proof.Verdict}");
        Assert.All(proof.FromLeft.Steps.Concat(proof.FromRight.Steps), step => Assert.True(step.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{step.Rule.Id}: {step.Before} → {step.After}: {step.Verdict}"));
    }

    [Fact]
    public void What_is_not_equal_gets_a_counterexample()
    {
        var proof = Prove(Softmax(2 * _z)[_i], Softmax(_z)[_i]);
        Assert.Equal(VerdictKind.Refuted, proof.Verdict.Kind);
        Assert.Contains("the left side is", proof.Verdict.Counterexample, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_rules_cannot_do_is_left_to_the_numbers()
    {
        Assert.Equal(VerdictKind.Supported, Prove(Pow(Sin(_x), 2) + Pow(Cos(_x), 2), 1).Verdict.Kind);
    }

    [Fact]
    public void Every_identity_rule_keeps_the_value()
    {
        var examples = new Dictionary<string, Expr>(StringComparer.Ordinal)
        {
            ["exponential-of-sum"] = Exp(2 * _x - _c + 1),
            ["unfold-sigmoid"] = Sigmoid(2 * _x),
            ["unfold-tanh"] = Tanh(2 * _x),
            ["unfold-softplus"] = Softplus(2 * _x),
            ["power-of-product"] = Pow(_x * _c / 3, -2),
            ["unfold-definition"] = Exp(_x).Named("e_1").At([]),
        };
        Assert.Equal(IdentityRules.All.Select(rule => rule.Id), examples.Keys);
        Assert.All(IdentityRules.All, rule =>
        {
            var after = rule.Apply(examples[rule.Id], new Scope([], []))!.After;
            Assert.Equal(VerdictKind.Supported, Verifier.Check(examples[rule.Id], after).Kind);
        });
    }
}
