namespace ChainRule.Tests.Expressions;

/// <summary>What is written again and again gets a name, so that text is as long as the graph.</summary>
public class SharedPartsTests
{
    private static readonly Variable _x = Scalar("x");

    [Fact]
    public void The_derivative_of_ten_thousand_nested_functions_has_a_text_linear_in_the_depth()
    {
        var (shallow, deep) = (Text(1_000), Text(10_000));
        Assert.InRange((double)deep.Length / shallow.Length, 9, 13);
        Assert.Contains("where s₁ = tanh(1/2 ⋅ x + 1)", deep, StringComparison.Ordinal);
        Assert.Contains("s₂ = tanh(1/2 ⋅ s₁ + 1)", deep, StringComparison.Ordinal);

        static string Text(int depth) => Nested(depth).Derivative(_x).Result.ToString();
    }

    [Fact]
    public void And_it_is_evaluated()
    {
        var result = Nested(10_000).Derivative(_x).Result;
        var point = new PointContext<Real>(new(System.Collections.Immutable.ImmutableDictionary<Size, int>.Empty, System.Collections.Immutable.ImmutableDictionary<Variable, double[]>.Empty.Add(_x, [0.3])), new Dictionary<IndexVariable, int>());
        Assert.Equal(0, Plan.Of(result).Run(point, []).Value);
        Assert.Equal(VerdictKind.Supported, Nested(60).Derivative(_x).Verdict.Kind);
    }

    [Fact]
    public void Names_stand_for_what_they_name()
    {
        var result = Nested(40).Derivative(_x).Result;
        var shared = SharedParts.Of(result);
        Assert.NotEmpty(shared.Parts);
        var back = shared.Parts.Reverse().Aggregate(shared.Main, (whole, part) => Binding.Rewrite(whole, (node, _) => node is Element element && element.Variable.Equals(part.Name) ? part.Part : null));
        Assert.Same(result, back);

        // A short expression is left alone, and no name is taken from a variable.
        Assert.Empty(SharedParts.Of(Nested(3).Derivative(_x).Result).Parts);
        Assert.DoesNotContain("s₁", (Nested(40).Derivative(_x).Result * (Expr)Scalar("s_1")).ToString()!.Split("where")[1], StringComparison.Ordinal);
    }

    private static Expr Nested(int depth) => Enumerable.Range(0, depth).Aggregate((Expr)_x, (inner, _) => Tanh(inner / 2 + 1));
}
