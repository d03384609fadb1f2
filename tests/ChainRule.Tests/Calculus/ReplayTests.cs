namespace ChainRule.Tests.Calculus;

/// <summary>Derivations are made again by a checker that knows only the rules; what was tampered with is found.</summary>
public class ReplayTests
{
    private static readonly Variable _z = Vector("z", "K");
    private static readonly Variable _y = Vector("y", "K").OneHot();
    private static readonly Variable _p = Softmax(_z).Named("p");
    private static readonly IndexVariable _i = Index("i", "K");

    private static readonly Dictionary<string, Func<Derivation>> _derivations = new(StringComparer.Ordinal)
    {
        ["softmax"] = () => _p.Jacobian(_z).Derivation,
        ["cross-entropy"] = () => CrossEntropy().Gradient(_z).Derivation,
        ["Hessian"] = () => CrossEntropy().Hessian(_z).Derivation,
        ["two layers"] = () => TwoLayers().Gradient(TwoLayers().Weights).Derivation,
        ["two layers, forwards"] = () => TwoLayers().Loss.Gradient(TwoLayers().Weights, Accumulation.Forward).Derivation,
        ["convolution"] = () => Upstream("L", Conv1D.Valid(Vector("x", "d"), Vector("w", "k")).Named("a"), Vector("g", (Expr)Size("d") - Size("k") + 1)).Gradient(Vector("x", "d")).Derivation,
        ["a proof"] = () => Prove(Softmax(_z + Scalar("c"))[_i], Softmax(_z)[_i]).FromLeft,
        ["kinks"] = () => Max(2 * (Expr)Scalar("x"), Sin(Scalar("x"))).Derivative(Scalar("x"), Kinks.Left),
        ["nested"] = () => Enumerable.Range(0, 200).Aggregate((Expr)Scalar("x"), (e, _) => Tanh(e / 2 + 1)).Derivative(Scalar("x")),
    };

    public static TheoryData<string> Names() => [.. _derivations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_step_can_be_made_again(string name)
    {
        var replay = _derivations[name]().Replay();
        Assert.True(replay.Holds, replay.ToString());
        Assert.True(replay.Steps > 0);
    }

    [Fact]
    public void What_was_tampered_with_is_found()
    {
        var derivation = _p.Jacobian(_z).Derivation;
        var step = derivation.Steps[^1];

        var unknown = Forge(derivation, derivation.Steps.Length - 1, new Step(step.Rule with { Id = "wishful-thinking" }, step.Scope, step.Before, new(step.After), step.Line));
        Assert.Contains("there is no such rule", unknown.ToString(), StringComparison.Ordinal);

        var wrong = Forge(derivation, derivation.Steps.Length - 1, new Step(step.Rule, step.Scope, step.Before, new(2 * step.After), step.Line));
        Assert.Contains("the rule gives", wrong.ToString(), StringComparison.Ordinal);

        var elsewhere = Forge(derivation, derivation.Steps.Length - 1, new Step(step.Rule, step.Scope, _z[_i], new(step.After), step.Line));
        Assert.Contains("does not apply there", elsewhere.ToString(), StringComparison.Ordinal);

        var skipped = Replay.Of(derivation.Start, derivation.Steps[1..], derivation.Result);
        Assert.Contains("do not give the result", skipped.ToString(), StringComparison.Ordinal);

        var chained = CrossEntropy().Gradient(_z).Derivation;
        var position = chained.Steps.TakeWhile(candidate => candidate.Inner is null).Count();
        var reliesOnOther = Forge(chained, position, new Step(chained.Steps[position].Rule, chained.Steps[position].Scope, chained.Steps[position].Before, new(chained.Steps[position].After * 2), chained.Steps[position].Line, chained.Steps[position].Inner));
        Assert.Contains("the derivation it relies on ends in", reliesOnOther.ToString(), StringComparison.Ordinal);
    }

    private static ReplayResult Forge(Derivation derivation, int position, Step forged) =>
        Replay.Of(derivation.Start, derivation.Steps.SetItem(position, forged), derivation.Result);

    private static Variable CrossEntropy() => (-Sum(_i, _y[_i] * Log(_p[_i]))).Named("L");

    private static Network TwoLayers()
    {
        var (w1, w2, x, y) = (Matrix("W_1", "M", "N"), Matrix("W_2", "K", "M"), Vector("x", "N"), Vector("y", "K"));
        var z2 = (w2 * Tanh((w1 * x).Named("z_1")).Named("h")).Named("z_2");
        return new(Sum(_i, Pow(z2[_i] - y[_i], 2)).Named("L"), w1);
    }

    private sealed record Network(Variable Loss, Variable Weights)
    {
        public Gradient Gradient(Variable by) => Loss.Gradient(by);
    }
}
