using System.Collections.Immutable;

namespace ChainRule.Tests.Expectations;

/// <summary>Every rule for expectations, by numbers: what it makes of an example is equal to the example; and where it must not fit.</summary>
public class ExpectationRuleTests
{
    private static readonly Variable _sigma = Scalar("sigma").Positive();
    private static readonly Expr _v = Pow(_sigma, 2);
    private static readonly Variable _mu = Scalar("mu");
    private static readonly Variable _c = Scalar("c");
    private static readonly Variable _a = Scalar("a").Random(mean: 0, variance: _v).Symmetric();
    private static readonly Variable _g = Scalar("g").Gaussian(_mu, _v);
    private static readonly Variable _n = Scalar("n").Gaussian(0, _v);
    private static readonly Variable _x = Vector("x", "D").Random(_mu, _v).Independent();
    private static readonly Variable _w = Matrix("W", "M", "D").Random(0, _v).Independent();
    private static readonly Variable _h = Vector("h", "D").Random(1, 2);
    private static readonly Variable _b = Relu(_a).Named("b");
    private static readonly IndexVariable _i = Index("i", "M");
    private static readonly IndexVariable _j = Index("j", "D");
    private static readonly IndexVariable _k = Index("k", "D");

    private static readonly (string Rule, Expr Example)[] _examples =
    [
        ("variance", Variance(_b)),
        ("variance-shift", Variance(_b + (Expr)_c + 2)),
        ("variance-scale", Variance(-3 * (Expr)_c * _b)),
        ("covariance", Covariance(_a, _b)),
        ("expectation-definition", E(Pow(_b, 2) * _a)),
        ("expectation-definition", Variance(_b)),
        ("expectation-constant", E(_c)),
        ("expectation-constant", E(E(_x[_j]))),
        ("linearity", E(_a + (Expr)_c + _b)),
        ("expectation-constant-factor", E(_c * (Expr)_a * _b)),
        ("expectation-sum", E(Sum(_j, _w[_i, _j] * _h[_j]))),
        ("multiply-sums", E(Pow(Sum(_j, _x[_j]), 2))),
        ("multiply-sums", E(Sum(_j, _x[_j]) * _a * Sum(_j, _h[_j]))),
        ("expand-inside", E(_a * (_b + (Expr)_c))),
        ("expand-inside", E(Pow(_b + (Expr)_c, 2) * _a)),
        ("expand-inside", E(Pow(_c * (Expr)_a, 2))),
        ("independence", E(_w[_i, _j] * _h[_j] * _x[_k])),
        ("independence", E(_w[_i, _j] * _b * _h[_k])),
        ("equal-indices", E(_x[_j] * _x[_k])),
        ("equal-indices", E(Pow(_x[_j], 2) * Exp(_x[_k]))),
        ("equal-indices", E(_w[_i, _j] * _w[Index("l", "M"), _k])),
        ("equal-indices", E(_x[_j] * _x[_k] * _x[Index("l", "D")])),
        ("equal-terms", Sum(_j, (Expr)_c * E(_b))),
        ("identical-terms", Sum(_j, _c * Pow(E(Exp(_h[_j])), 2) + E(_h[_j]))),
        ("mean", E(_g)),
        ("mean", E(_x[_j])),
        ("second-moment", E(Pow(_x[_j], 2))),
        ("symmetry-odd", E(_a * Pow(Tanh(_a), 2) * Abs(_a))),
        ("gaussian-moment", E(Pow(_g, 3))),
        ("gaussian-moment", E(Pow(_g, 8))),
        ("gaussian-moment", E(Pow(_n, 6))),
        ("gaussian-absolute", E(Abs(_n))),
        ("gaussian-absolute", E(Pow(Abs(_n), 3))),
        ("gaussian-exponential", E(Exp(_c * (Expr)_g / 2 - 1))),
        ("indicator-power", E(Pow(Indicator(_a, ">", 0), 2) * _a)),
        ("exclusive-indicators", E(Indicator(_g, ">", _c) * _g * Indicator(_g, "<=", _c))),
        ("even-absolute", E(Pow(Abs(_a), 4))),
        ("relu-indicator", E(Pow(Relu(_a), 3))),
        ("relu-indicator", E(Relu(_a))),
        ("relu-indicator", E(Pow(Max(0, (Expr)_a), 2))),
        ("cases-indicators", E(Pow(Cases(_a, (_a, ">", 0), _c * (Expr)_a), 2))),
        ("cases-indicators", E(Cases(_c, (_a, "<=", 0), Exp(_a)))),
        ("symmetry", E(Indicator(_a, ">", 0))),
        ("symmetry", E(Indicator(_a, "<=", 0) * Pow(_a, 2) * Cos(_a))),
        ("gaussian-half", E(Indicator(_n, ">", 0) * _n)),
        ("gaussian-half", E(Indicator(_n, "<", 0) * Pow(_n, 5))),
        ("gaussian-probability", E(Indicator(_g, ">", _c))),
        ("gaussian-probability", E(Indicator(_c, ">=", _g))),
    ];

    public static TheoryData<string, int> Examples() => [.. _examples.Select((example, position) => (example.Rule, position))];

    public static ImmutableArray<Rule> Table => [.. ExpectationRules.All, .. MomentRules.All];

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_rule_keeps_the_value(string id, int position)
    {
        var example = _examples[position].Example;
        var rewriting = Table.Single(rule => rule.Id == id).Apply(example, new Scope([], []));
        Assert.NotNull(rewriting);
        Assert.NotSame(example, rewriting.After);
        var verdict = Verifier.Check(example, rewriting.After);
        Assert.True(verdict.Kind == VerdictKind.Supported, $"{example} → {rewriting.After}: {verdict}");
        Assert.True(verdict.Points >= 3, verdict.ToString());
    }

    [Fact]
    public void Every_rule_has_an_example_and_an_identifier_of_its_own()
    {
        ImmutableArray<Rule> all = [.. DifferentiationRules.All, .. AlgebraRules.All, .. IdentityRules.All, .. Table];
        Assert.Equal(all.Length, all.Select(rule => rule.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(Table.Select(rule => rule.Id).Except(_examples.Select(example => example.Rule), StringComparer.Ordinal));
        Assert.All(Table, rule => Assert.False(string.IsNullOrWhiteSpace(rule.Statement)));
    }

    [Fact]
    public void What_was_not_assumed_is_not_used()
    {
        var centred = Scalar("a").Random(mean: 0, variance: _v);
        DoesNotFit("symmetry", E(Indicator(centred, ">", 0) * Pow(centred, 2)));
        DoesNotFit("symmetry", E(Indicator(_g, ">", 0) * Pow(_g, 2)));
        DoesNotFit("symmetry", E(Indicator(_a, ">", 0) * Exp(_a)));
        DoesNotFit("symmetry", E(Indicator(_a, ">", _c)));
        DoesNotFit("symmetry-odd", E(Pow(centred, 3)));
        DoesNotFit("symmetry-odd", E(Pow(_a, 3) * _h[_j]));
        DoesNotFit("gaussian-moment", E(Pow(_a, 4)));
        DoesNotFit("gaussian-half", E(Indicator(_a, ">", 0) * _a));
        DoesNotFit("second-moment", E(Pow(Scalar("u").Random(mean: 0), 2)));
        DoesNotFit("independence", E(_h[_j] * _h[_k]));
        DoesNotFit("independence", E(_a * _g));
        DoesNotFit("independence", E(_x[_j] * _x[_k]));
        DoesNotFit("equal-indices", E(_h[_j] * _h[_k]));
        DoesNotFit("identical-terms", Sum(_j, E(_h[_j] * _h[_k])));
        DoesNotFit("identical-terms", Sum(_j, E(_h[_j]) * _h[_j]));

        // Beyond its size a tensor is 0, which is no draw from the law.
        DoesNotFit("mean", E(_x[_j + 1]));
        Assert.Equal(VerdictKind.Refuted, Verifier.Check(E(_x[_j + 1]), _mu).Kind);
    }

    private static void DoesNotFit(string id, Expr example) => Assert.Null(Table.Single(rule => rule.Id == id).Apply(example, new Scope([], [])));
}
