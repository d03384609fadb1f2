using ChainRule.Views;

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
        ["log-sum-exp can be shifted"] = () => (Log(Sum(_i, Exp(_z[_i]))), _c + Log(Sum(_i, Exp(_z[_i] - _c)))),
        ["log softmax"] = () => (Log(Softmax(_z)[_i]), _z[_i] - Log(Sum(Index("k", "K"), Exp(_z[Index("k", "K")])))),
        ["softplus(x) − softplus(−x) = x"] = () => (Softplus(_x) - Softplus(-_x), _x),
        ["Φ by erf"] = () => (NormalCdf(_x), (1 + Erf(_x / Sqrt(2))) / 2),
        ["sin² + cos² = 1"] = () => (Pow(Sin(_x), 2) + Pow(Cos(_x), 2), 1),
        ["a derivative on one side"] = () => (Partial(Sigmoid(2 * _x), _x), 2 * Sigmoid(2 * _x) * Sigmoid(-2 * _x)),
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

    private static readonly Dictionary<string, Func<(Tensor Left, Tensor Right)>> _trueTensors = new(StringComparer.Ordinal)
    {
        ["000.1 linear layers collapse to one matrix"] = () =>
        {
            var (m1, m2, m3, x) = (Matrix("M_1", "H", "N"), Matrix("M_2", "K", "H"), Matrix("M_3", "L", "K"), Vector("x", "N"));
            return (_c * (m3 * (_c * (m2 * (_c * (m1 * x)).Named("h_1"))).Named("h_2")), Pow(_c, 3) * (m3 * (m2 * m1) * x));
        },
        ["004.3 a network of sigmoids is a network of tanhs"] = () =>
        {
            var (w1, b1, w2, b2, x) = (Matrix("W_1", "H", "N"), Vector("b_1", "H"), Matrix("W_2", "K", "H"), Vector("b_2", "K"), Vector("x", "N"));
            var half = Number.Half;
            var ones = Tensor.Of(Shape.Of(Size("H")), _ => Number.One);
            var tanh = (half * w2).Named("V_2") * Tanh((half * w1).Named("V_1") * x + (half * b1).Named("a_1")).Named("t") + (half * (w2 * ones) + b2).Named("a_2");
            return (w2 * Sigmoid(w1 * x + b1).Named("h") + b2, tanh);
        },
        ["two linear convolutions are one"] = () =>
        {
            var (x, u, w) = (Vector("x", "d"), Vector("u", "k"), Vector("w", "l"));
            return (Conv1D.Valid(Conv1D.Valid(x, u).Named("a"), w), Conv1D.Valid(x, Conv1D.Full(w, u, flip: true).Named("v")));
        },
        ["convolution commutes"] = () =>
        {
            var (x, w) = (Vector("x", "d"), Vector("w", "k"));
            return (Conv1D.Full(x, w, flip: true), Conv1D.Full(w, x, flip: true));
        },
        ["the product of matrices is associative"] = () =>
        {
            var (a, b, c) = (Matrix("A", "M", "N"), Matrix("B", "N", "K"), Matrix("C", "K", "L"));
            return ((a * b) * c, a * (b * c));
        },
    };

    public static TheoryData<string> TensorIdentities() => [.. _trueTensors.Keys];

    [Theory]
    [MemberData(nameof(TensorIdentities))]
    public void An_identity_of_tensors_is_proved_step_by_step(string name)
    {
        var (left, right) = _trueTensors[name]();
        var proof = Prove(left, right);
        Assert.True(proof.Verdict.Kind == VerdictKind.Proved, $"{proof.FromLeft.Result} ≟ {proof.FromRight.Result}: {proof.Verdict}");
        Assert.All(proof.FromLeft.Steps.Concat(proof.FromRight.Steps), step => Assert.True(step.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{step.Rule.Id}: {step.Before} → {step.After}: {step.Verdict}"));
    }

    [Fact]
    public void The_softmax_of_two_classes_is_a_sigmoid()
    {
        var x = Vector("x", 2);
        foreach (var proof in new[] { Prove(Softmax(x)[1], Sigmoid(x[1] - x[2])), Prove(Softmax(x)[2], 1 - Sigmoid(x[1] - x[2])) })
        {
            Assert.Equal(VerdictKind.Proved, proof.Verdict.Kind);
            Assert.Contains(proof.FromLeft.Steps, step => step.Rule.Id == "write-out");
        }
    }

    [Fact]
    public void Shifted_the_wrong_way_a_convolution_is_not_the_other()
    {
        var (x, u, w) = (Vector("x", "d"), Vector("u", "k"), Vector("w", "l"));
        var wrong = Prove(Conv1D.Valid(Conv1D.Valid(x, u).Named("a"), w), Conv1D.Valid(x, Conv1D.Full(w, u).Named("v")));
        Assert.Equal(VerdictKind.Refuted, wrong.Verdict.Kind);
        Assert.Contains("equal shapes", Assert.Throws<ShapeException>(() => Prove(x, u)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_says_which_line_is_the_first_that_does_not_follow()
    {
        var p = Softmax(_z).Named("p");
        var y = Vector("y", "K").OneHot();
        var loss = (-Sum(_i, y[_i] * Log(p[_i]))).Named("L");
        var j = Index("j", "K");
        var right = Chain(Partial(loss, _z[j]), Sum(_i, -y[_i] / p[_i] * (p[_i] * (Delta(_i, j) - p[j]))), -y[j] + p[j] * Sum(_i, y[_i]), p[j] - y[j]);
        Assert.Null(right.FirstWrongLine);
        Assert.All(right.Links, link => Assert.Equal(VerdictKind.Proved, link.Proof.Verdict.Kind));

        var wrong = Chain(Partial(loss, _z[j]), y[j] - p[j], -(p[j] - y[j]), p[j] - y[j]);
        Assert.Equal(2, wrong.FirstWrongLine);
        Assert.Equal([(false, false), (true, false), (false, true)], wrong.Links.Select(link => (link.Follows, link.IsRight)));
        var text = ViewCatalog.Show(wrong)!.Text;
        Assert.Contains("Line 2 is the first that does not follow", text, StringComparison.Ordinal);
        Assert.Contains("follows, from a wrong line", text, StringComparison.Ordinal);
        Assert.Contains("the mistakes cancel", text, StringComparison.Ordinal);
        Assert.Throws<ChainRuleException>(() => Chain(_x.At([])));
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
        Assert.Equal(VerdictKind.Supported, Prove(Sin(2 * _x), 2 * Sin(_x) * Cos(_x)).Verdict.Kind);
    }

    [Fact]
    public void Kinks_are_proved_with_one_indicator()
    {
        Expr minus = -(Expr)_x;
        Assert.Equal(VerdictKind.Proved, Prove(Relu(_x) - Relu(minus), _x).Verdict.Kind);
        Assert.Equal(VerdictKind.Proved, Prove(Relu(_x) + Relu(minus), Abs(_x)).Verdict.Kind);
        Assert.Equal(VerdictKind.Proved, Prove(Max(_x, _c), (_x + _c + Abs(_x - _c)) / 2).Verdict.Kind);
        Assert.Equal(VerdictKind.Proved, Prove(Min(_x, _c) + Max(_c, _x), _x + _c).Verdict.Kind);
        Assert.Equal(VerdictKind.Refuted, Prove(Relu(_x) - Relu(minus), Abs(_x)).Verdict.Kind);
        Assert.All(new[] { Relu(minus), Relu(_c - _x), Abs(minus), Min(_c, 2 - _x) }, example =>
        {
            var after = new[] { IdentityRules.Relu, IdentityRules.Abs, IdentityRules.Extremum }.Select(rule => rule.Apply(example, new Scope([], []))).First(found => found is not null)!.After;
            Assert.Equal(VerdictKind.Supported, Verifier.Check(example, after).Kind);
        });
    }

    [Fact]
    public void Sums_of_equal_terms_are_proved()
    {
        Assert.Equal(VerdictKind.Proved, Prove(Sigmoid(_x) + Sigmoid(-(Expr)_x), 1).Verdict.Kind);
        var mean = (Sum(_i, _z[_i]) / Size("K")).Named("m");
        Assert.Equal(VerdictKind.Proved, Prove(Sum(_i, Pow(_z[_i] - mean, 2)) / Size("K"), (Sum(_i, Pow(_z[_i], 2)) / Size("K")) - Pow(mean, 2)).Verdict.Kind);
    }

    [Fact]
    public void A_counterexample_in_scalars_says_their_values() =>
        Assert.Matches(@"^at x = -?\d+\.\d+: the left side is", Prove(Sigmoid(_x), Tanh(_x)).Verdict.Counterexample!);

    [Fact]
    public void Every_identity_rule_keeps_the_value()
    {
        var examples = new Dictionary<string, Expr>(StringComparer.Ordinal)
        {
            ["exponential-of-sum"] = Exp(2 * _x - _c + 1),
            ["logarithm-of-product"] = Log(Exp(_x) * (1 + Exp(_c))),
            ["merge-sums"] = _c * Sum(_i, 1 / (1 + Exp(_z[_i]))) + _x - 2 * Sum(_i, _z[_i]),
            ["unfold-sigmoid"] = Sigmoid(2 * _x),
            ["unfold-tanh"] = Tanh(2 * _x),
            ["unfold-softplus"] = Softplus(2 * _x),
            ["unfold-normal-distribution"] = NormalCdf(2 * _x),
            ["unfold-relu"] = Relu(2 * _x),
            ["unfold-abs"] = Abs(_x - _c),
            ["unfold-extremum"] = Max(_x - _c, _c),
            ["pythagoras"] = Pow(Sin(2 * _x), 3),
            ["same-factor"] = (1 + _x) * _c / (_x + 1),
            ["same-term"] = 1 / (2 + Sin(_x)) + 1 / (Sin(_x) + 2),
            ["power-of-product"] = Pow(_x * _c / 3, -2),
            ["unfold-definition"] = Exp(_x).Named("e_1").At([]),
            ["unfold-function"] = ChainRule.Networks.Activations.Gelu.Of(2 * _x),
        };
        Assert.Equal(IdentityRules.All.Select(rule => rule.Id), examples.Keys);
        Assert.All(IdentityRules.All, rule =>
        {
            var after = rule.Apply(examples[rule.Id], new Scope([], []))!.After;
            Assert.Equal(VerdictKind.Supported, Verifier.Check(examples[rule.Id], after).Kind);
        });
    }
}
