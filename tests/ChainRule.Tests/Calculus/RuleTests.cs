using System.Collections.Immutable;

namespace ChainRule.Tests.Calculus;

/// <summary>Every rule of both tables, by numbers: what it makes of an example is equal to the example.</summary>
public class RuleTests
{
    private static readonly Variable _x = Scalar("x");
    private static readonly Variable _c = Scalar("c");
    private static readonly Variable _a = Scalar("a").Random(_c, 2);
    private static readonly Variable _z = Vector("z", "K");
    private static readonly Variable _y = Vector("y", "K").SumsToOne();
    private static readonly Variable _p = Softmax(_z).Named("p");
    private static readonly Variable _named = (Exp(_x) * _c).Named("f");
    private static readonly IndexVariable _i = Index("i", "K");
    private static readonly Variable _y2 = Vector("q", "K").Positive();
    private static readonly Variable _entropy = (-Sum(_i, _y2[_i] * Log(_y2[_i]))).Named("H");
    private static readonly IndexVariable _j = Index("j", "K");

    private static readonly ImmutableArray<Variable> _summands = AddUpToOne(Scalar("y_1"), Scalar("y_2"));

    private static readonly (string Rule, Expr Example)[] _examples =
    [
        ("constant", D(_c)),
        ("variable", Derivative.Of(_z[_i], (Element)_z[_j])),
        ("given-gradient", Derivative.Of(Upstream("L", _y, _z), (Element)_y[_j])),
        ("definition", D(_named)),
        ("sum", D(_x + _c + Exp(_x))),
        ("summation", Derivative.Of(Sum(_i, Exp(_z[_i])), (Element)_z[_j])),
        ("constant-factor", D(_c * Exp(_x))),
        ("constant-factor", D(_c / (2 * Exp(_x)))),
        ("constant-factor", D(1 / (_c * Exp(_x)))),
        ("quotient", D(Exp(_x) / (2 + Sin(_x)))),
        ("quotient", D(1 / (2 + Sin(_x)))),
        ("quotient", D(_c / Pow(2 + Sin(_x), 3))),
        ("product", D(Sin(_x) * Exp(_x) * Tanh(_x))),
        ("power", D(Pow(2 + Sin(_x), 5))),
        ("power", D(Sqrt(2 + Sin(_x)))),
        ("general-power", D(Pow(2 + Sin(_x), _x))),
        ("function", D(Exp(2 * _x))),
        ("function", D(Log(2 + Sin(_x)))),
        ("function", D(Tanh(2 * _x))),
        ("function", D(Sigmoid(2 * _x))),
        ("function", D(Sin(2 * _x))),
        ("function", D(Cos(2 * _x))),
        ("function", D(Softplus(2 * _x))),
        ("function", D(Erf(2 * _x))),
        ("function", D(NormalCdf(2 * _x))),
        ("function", D(NormalPdf(2 * _x))),
        ("function", D(Relu(2 * _x))),
        ("function", D(Abs(2 * _x))),
        ("function", D(FunctionDefinition.Sign.Of(2 * _x))),
        ("function", D(Function("phi").Of(2 * _x))),
        ("extremum", D(Max(Sin(_x), Exp(_x)))),
        ("extremum", D(Min(Sin(_x), (Expr)_c))),
        ("extremum", D(Max(0, Sin(_x)))),
        ("largest", Derivative.Of(Max(_z), (Element)_z[_j])),
        ("largest", D(Max(_i, Sin(_x * _z[_i])))),
        ("largest", D(Min(_i, Pow(_x - _z[_i], 2)))),
        ("largest", D(ArgMax(_i, Sin(_x * _z[_i])))),
        ("place", D(Delta(_j, ArgMax(_i, Sin(_x * _z[_i]))))),
        ("place", D(_z[ArgMax(_i, Sin(_x * _y[_i]))])),
        ("piecewise", D(Cases(_x, (_x, ">", 0), Exp(_x)))),
        ("indicator", D(Indicator(_x, ">", 0))),
        ("derivative-inside", D(E(Pow(_x * (Expr)_a + _c, 2)))),
        ("expectation-first", D(E(Exp(Scalar("g").Gaussian(_x, 1))))),
        ("derivative-of-variance", D(Variance(_x * (Expr)_a))),
        ("derivative-of-variance", D(Covariance(_x * (Expr)_a, Exp(_a)))),
        ("cancel", _x * _c / _x),
        ("combine-powers", _x * _c * _x),
        ("combine-powers", Pow(Sqrt(2 + Sin(_x)), 2)),
        ("absorb-indicator", Relu(_x) * Indicator(_x, ">", 0) * _c),
        ("absorb-indicator", Pow(Max(0, _x - _c), 2) * Indicator(_x - _c, ">", 0)),
        ("absorb-indicator", Pow(Indicator(_x, ">", _c), 2)),
        ("sign-of-factor", _x * _c * FunctionDefinition.Sign.Of(_x)),
        ("sign-of-factor", Pow(Abs(_x - _c), 2) * FunctionDefinition.Sign.Of(_x - _c)),
        ("opposite-exponentials", Exp(_x) * _c * Exp(-_x)),
        ("opposite-exponentials", Pow(Exp(_x - _c), 2) * Exp(-(_x - _c))),
        ("opposite-factor", (1 - _x) * (_x - 1) * _c),
        ("opposite-factor", (_x - _c) / Pow(_c - _x, 2)),
        ("opposite-factor", (_z[_i] - _y2[_i]) * _c * (_y2[_j] - _z[_j])),
        ("distribute", (_c / _x + 1) * _x),
        ("distribute", (_c / _x + 1) * Exp(_c) * _x),
        ("split-fraction", (_x * Sqrt(2 + Sin(_x)) - _c) / (2 + Sin(_x))),
        ("open-brackets", _x - 2 * (_c - _x)),
        ("split-constant", Sum(_i, 1 / (2 + Sin(_x)) + _z[_i])),
        ("split-weights", Sum(_i, _y[_i] * (_c - _z[_i]))),
        ("split-weights", Sum(_i, _p[_i] * _x * (_c - _z[_i] + 1))),
        ("expand", _c * (1 + _x) * (2 - _c)),
        ("expand", Pow(1 + _x, 3)),
        ("expand-delta", (1 + _x) * (Delta(Index("i", "K"), Index("j", "K")) - _c)),
        ("split-sum", Sum(_i, _z[_i] + _y[_i])),
        ("pull-out", Sum(_i, _c * _z[_i])),
        ("contract-delta", Sum(_i, Delta(_i, _j) * _z[_i] * _c)),
        ("contract-delta", Sum(_i, Delta(_j, _i) * _z[_i])),
        ("contract-delta", Sum(_i, Delta(_i + 1, _j) * _z[_i])),
        ("contract-delta", Sum(_i, Delta(_j - _i, 2) * _z[_i])),
        ("zero-mean", Sum(_i, Vector("d", "K").ZeroMean()[_i])),
        ("symmetric", Matrix("S", "K", "K").Symmetric()[_j, _i]),
        ("support", Sum(_i, _z[_i] * _y[_j - _i] * Indicator(1, "<=", _j - _i) * _c)),
        ("in-range", ChainRule.Expressions.Indicator.Of(new Comparison(1, ComparisonSign.LessOrEqual, _j), new Comparison(_j, ComparisonSign.LessOrEqual, Size("K")))),
        ("add-up", (_summands[0][[]] * _x) + _c + (_x * _summands[1][[]])),
        ("complement", _summands[1][[]]),
        ("pull-in", _c * Sum(_i, _z[_i]) * _x),
        ("reindex", Sum(_i, _z[_i] * _y[_j + 1 - _i])),
        ("write-out", Sum(Index("m", 3), Vector("u", 3)[Index("m", 3)] * _c)),
        ("exchange-sums", Sum(Index("m", "M"), Sum(_i, _z[_i] * Matrix("A", "K", "M")[_i, Index("m", "M")]))),
        ("sums-to-one", Sum(_i, _y[_i])),
        ("sums-to-one", Sum(_i, Matrix("Y", "n", "K").OneHot()[Index("r", "n"), _i])),
        ("zero-mean", Sum(_i, Matrix("D", "n", "K").ZeroMean()[Index("r", "n"), _i])),
        ("normalised", Sum(_i, _p[_i])),
        ("normalised", Sum(_i, Softmax(Matrix("Z", "n", "K")).Named("P")[Index("r", "n"), _i])),
        ("normalised", Sum(_i, ((1 - _c) * _y + _c / Size("K")).Named("q")[_i])),
        ("centred", Sum(_i, _z[_i] - (Sum(_i, _z[_i]) / Size("K")).Named("\\mu"))),
        ("centred", Sum(_i, Pow(_y[_i], 2) - (Sum(_i, Pow(_y[_i], 2)) / Size("K")).Named("m_2"))),
        ("centred", Sum(_i, _z[_i] - Mean(_z))),
        ("centred", Sum(_i, Mean(Sigmoid(_z)) * -1 + Sigmoid(_z[_i]))),
        ("delta-run", Delta(3 * _i - 2, _j) + Delta(3 * _i, _j) + Delta(_j, 3 * _i - 1)),
        ("collect", 2 * _x + _c - _x * _c + _c * _x - 5 * _x),
        ("factor-out", 2 * _x * _c - 4 * _x / _c),
        ("factor-out", -_x - _x * _c),
        ("factor-out", Pow(1 + _x * _x, _c) * _x - Pow(1 + _x * _x, (Expr)_c + 1)),
        ("factor-out", _x * _c - _c / 2),
        ("one-side", Indicator(_x * _c, ">", (_x - 1) * _c)),
        ("one-side", Indicator((2 + Exp(_x)) * (_c - _x), "<=", 0)),
        ("one-side", Cases(_x, (3 * (Expr)_x - 3 * (Expr)_c, "<", 0), _c, (_c * _x, ">", _x + _c * _x), Exp(_x))),
        ("compare-extremum", Indicator(Max(_x, (Expr)_c), "<", Exp(_c))),
        ("compare-extremum", Indicator(Max(_x, -1), ">=", 0.5)),
        ("compare-extremum", Indicator(Min(2, (Expr)_x), "<=", 0.5)),
        ("between", Indicator(_x, "<", 2) * _c * Indicator(_x, ">=", -1)),
        ("factor-cases", Cases(2 * (Expr)_c * _x, (_x, ">", 0), 0)),
        ("cases-indicator", Cases(1, (_x, ">", _c), 0)),
        ("cases-indicator", Cases(0, (_x, "<=", _c), 1)),
        ("factor-cases", Cases(_x * _c, (_x, ">", 0), _c * Exp(_x))),
        ("common-denominator", (1 - _c) / (3 - Sin(_x)) - _c / (2 + Sin(_x))),
        ("recognise", Exp(_z[_i]) * Exp(_z[_j]) / Pow(Sum(_i, Exp(_z[_i])), 2)),
        ("recognise", _c / Sqrt(1 + _c * _c)),
        ("recognise", Sum(_i, Log(_y2[_i]) * _y2[_i])),
        ("recognise-complement", Exp(_x) / (1 + Exp(_x)) * Sin(_x)),
        ("recognise-complement", _c * Exp(_x) / Pow(Exp(_x) + 1, 2)),
        ("recognise-sigmoid-share", Exp(_x) / (1 + Exp(_x))),
        ("recognise-sigmoid-share", _c * Exp(_x) / Pow(Exp(_x) + 1, 3)),
        ("recognise-sigmoid-share", Exp(-(Expr)_x) / Pow(1 + Exp(-(Expr)_x), 2)),
        ("recognise-sigmoid", _c / (1 + Exp(-(Expr)_x))),
        ("recognise-sigmoid", Pow(1 + Exp(-(Expr)_x), -2)),
        ("recognise-tanh", (Exp(_x) - Exp(-(Expr)_x)) / (Exp(-(Expr)_x) + Exp(_x))),
        ("reflect-sigmoid", 1 - Sigmoid(-2 * (Expr)_x)),
        ("reflect-sigmoid", Sigmoid(_c * -1) - 1),
        ("reorder", -_x + _c),
        ("reorder", -2 * (_x - _c) * Exp(_x)),
        ("reorder", Log(2 + Sin(_x)) * _x),
        ("reorder", Cos(_x) * _c * Pow(_x, 2)),
        ("turn-bracket", -Sum(_i, _z[_i] * (_y2[_i] - _y[_i]))),
        ("reorder", _x * (1 - Sigmoid(_c * (Expr)_x)) * _c),
        ("pull-in-divisor", _c * Sum(_i, Exp(_z[_i]) * _y2[_i]) / Sum(_i, Exp(_z[_i]))),
        ("one-sum", Sum(_i, _z[_i] * _y2[_i]) - Sum(_i, (1 - _y2[_i]) * _z[_i])),
        ("one-fraction", 1 / (2 + Sin(_x)) * _c),
    ];

    public static TheoryData<string, int> Examples() => [.. _examples.Select((example, position) => (example.Rule, position))];

    public static ImmutableArray<Rule> Table => [.. DifferentiationRules.All, .. AlgebraRules.All, .. NamedSumRules.All, .. SumRules.All];

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_rule_keeps_the_value(string id, int position)
    {
        var rule = Table.Single(rule => rule.Id == id);
        var example = _examples[position].Example;
        var rewriting = rule.Apply(example, new Scope([], [_p, Sqrt(1 + _c * _c).Named("g"), (1 / (1 + Exp(_x))).Named("s"), _entropy]));
        Assert.NotNull(rewriting);
        Assert.NotSame(example, rewriting.After);
        var verdict = Verifier.Check(example, rewriting.After);
        Assert.True(verdict.Kind == VerdictKind.Supported, verdict.ToString());
    }

    [Fact]
    public void Every_rule_has_an_example_and_an_identifier_of_its_own()
    {
        Assert.Equal(Table.Length, Table.Select(rule => rule.Id).Distinct().Count());
        Assert.Empty(Table.Select(rule => rule.Id).Except(_examples.Select(example => example.Rule)));
        Assert.All(Table, rule => Assert.False(string.IsNullOrWhiteSpace(rule.Statement)));
    }

    [Fact]
    public void A_condition_that_is_not_known_to_hold_stays_on_the_step()
    {
        var open = Assert.Single(AlgebraRules.Cancel.Apply(_x * _c / _x, new Scope([], []))!.Conditions);
        Assert.Equal(ComparisonSign.NotEqual, open.Sign);
        Assert.False(open.IsMet);
        var met = Assert.Single(AlgebraRules.Cancel.Apply(_y[_i] / _p[_i] * _p[_i], new Scope([], []))!.Conditions);
        Assert.Equal(ComparisonSign.Greater, met.Sign);
        Assert.True(met.IsMet);
    }

    [Fact]
    public void The_assumption_is_used_only_over_the_whole_vector()
    {
        var half = Summation.Of(_i, 1, (Expr)Size("K") - 1, _y[_i]);
        Assert.Null(AlgebraRules.SumsToOne.Apply(half, new Scope([], [])));
        Assert.Null(AlgebraRules.SumsToOne.Apply(Sum(_i, _z[_i]), new Scope([], [])));
    }

    [Fact]
    public void Where_the_index_may_be_out_of_range_the_range_becomes_a_condition()
    {
        var m = Index("m", "M");
        var after = AlgebraRules.ContractDelta.Apply(Sum(_i, Delta(_i, m) * Exp(_z[_i])), new Scope([], []))!.After;
        Assert.Contains(Binding.Nodes(after), node => node is Indicator);
        Assert.DoesNotContain(Binding.Nodes(AlgebraRules.ContractDelta.Apply(Sum(_i, Delta(_i, _j) * Exp(_z[_i])), new Scope([], []))!.After), node => node is Indicator);
    }

    private static Derivative D(Expr operand) => Derivative.Of(operand, (Element)_x);
}
