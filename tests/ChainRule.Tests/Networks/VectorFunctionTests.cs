using ChainRule.Networks;

namespace ChainRule.Tests.Networks;

public class VectorFunctionTests
{
    private static readonly Variable _x = Vector("x", "N");
    private static readonly Variable _batch = Matrix("X", "B", "N");
    private static readonly Variable _gain = Vector("gamma", "N");
    private static readonly Variable _shift = Vector("beta", "N");

    private static readonly Dictionary<string, VectorFunction> _functions = new(StringComparer.Ordinal)
    {
        ["softmax"] = VectorFunctions.Softmax(),
        ["softmax, τ = 2.5"] = VectorFunctions.Softmax(2.5),
        ["log softmax"] = VectorFunctions.LogSoftmax,
        ["logsumexp"] = VectorFunctions.LogSumExp,
        ["normalize"] = VectorFunctions.L2Normalize,
        ["RMSNorm"] = VectorFunctions.RmsNorm(),
        ["RMSNorm with gain"] = VectorFunctions.RmsNorm(_gain, 0.1),
        ["LayerNorm"] = VectorFunctions.LayerNorm(),
        ["LayerNorm with gain and shift"] = VectorFunctions.LayerNorm(_gain, _shift, 0.1),
        ["BatchNorm"] = VectorFunctions.BatchNorm(),
        ["BatchNorm with gain and shift"] = VectorFunctions.BatchNorm(_gain, _shift, 0.1),
        ["max pooling, stride 1"] = VectorFunctions.MaxPool(2, 1),
        ["average pooling, stride 1"] = VectorFunctions.AveragePool(3, 1),
    };

    public static TheoryData<string, bool> Cases => [.. _functions.SelectMany(_ => new[] { true, false }, (pair, batched) => (pair.Key, batched)).Where(pair => pair.batched || _functions[pair.Key].LeastRank == 1).Select(pair => (pair.Key, pair.batched))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Derived_gradients_are_those_of_differences(string name, bool batched)
    {
        var input = batched ? _batch : _x;
        var output = _functions[name].Of(input).Named("Y");
        var loss = Weighted(output).Named("L");
        var numbers = Numbers.Random(3, loss, ("N", 4), ("B", 3));
        foreach (var by in numbers.Inputs.Where(variable => variable.Name != "C"))
        {
            numbers.CheckGradient(loss, by);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_numeric_kernel_is_the_formula(string name)
    {
        var function = _functions[name];
        var kernel = function.Kernel!;
        var output = function.Of(_x).Named("Y");
        var loss = Weighted(output).Named("L");
        var numbers = Numbers.Random(5, loss, ("N", 5));
        Numbers.AssertClose(numbers.Of(output), kernel.Value(numbers[_x]), 1e-14, name);
        var weights = numbers[numbers.Inputs.Single(variable => variable.Name == "C")];
        Numbers.AssertClose(numbers.Gradient(loss, _x), kernel.Backward(numbers[_x], weights), 1e-13, name);
    }

    public static TheoryData<string> Kernels => [.. _functions.Where(pair => pair.Value.Kernel is not null).Select(pair => pair.Key)];

    [Fact]
    public void Kernels_neither_overflow_nor_give_NaN()
    {
        double[] far = [1000, 1001, -1000];
        Assert.Equal([1 / (1 + Math.E), Math.E / (1 + Math.E), 0], VectorFunctions.Softmax().Kernel!.Value(far), new Near());
        Assert.Equal(1001 + Math.Log(1 + (1 / Math.E)), VectorFunctions.LogSumExp.Kernel!.Value(far)[0], 1e-12);
        Assert.Equal(-2001 - Math.Log(1 + (1 / Math.E)), VectorFunctions.LogSoftmax.Kernel!.Value(far)[2], 1e-12);
        Assert.Equal([0.6, 0.8], VectorFunctions.L2Normalize.Kernel!.Value([3e300, 4e300]), new Near());
        Assert.Equal([0.6, 0.8], VectorFunctions.L2Normalize.Kernel!.Value([3e-300, 4e-300]), new Near());
    }

    [Fact]
    public void Softmax_rounds_to_one_and_to_zero_only_where_its_remark_says()
    {
        var softmax = VectorFunctions.Softmax().Kernel!;
        Assert.True(softmax.Value([0, -36])[0] < 1);
        Assert.Equal(1, softmax.Value([0, -38])[0]);
        Assert.True(softmax.Value([0, -744])[1] > 0);
        Assert.Equal(0, softmax.Value([0, -746])[1]);
    }

    [Fact]
    public void Jacobians_as_textbooks_have_them()
    {
        var z = Vector("z", "K");
        Assert.Equal("1/τ ⋅ (diag(p) − p pᵀ)", Jacobian(VectorFunctions.Softmax(Scalar("tau").Positive()).Of(z).Named("p"), z));
        Assert.Equal("1/r_x ⋅ (I_N − u uᵀ)", Jacobian(VectorFunctions.L2Normalize.Of(_x).Named("u"), _x));
        Assert.Equal("1/(√(v_x + ε) N) ⋅ (N I_N − 𝟏 𝟏ᵀ − y yᵀ)", Jacobian(VectorFunctions.LayerNorm().Of(_x).Named("y"), _x));
        Assert.Equal("1/r_x ⋅ (I_N − 1/N ⋅ y yᵀ)", Jacobian(VectorFunctions.RmsNorm().Of(_x).Named("y"), _x));
        var normal = VectorFunctions.LayerNorm().Of(_x).Named("y").Jacobian(_x);
        Assert.DoesNotContain("∑", normal.Entry.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Σ", normal.Entry.ToString(), StringComparison.Ordinal);
        Assert.Contains(Steps(normal.Derivation), step => step.Rule.Id == "centred");
    }

    [Fact]
    public void Values_of_pooling()
    {
        var x = Vector("x", 6);
        var numbers = Numbers.Random(1, Sum(Index("i", 6), x[Index("i", 6)])).With(x, 1, 5, 2, 2, -1, 3);
        Assert.Equal([5, 2, 3], numbers.Of(VectorFunctions.MaxPool(2).Of(x)));
        Assert.Equal([3, 2, 1], numbers.Of(VectorFunctions.AveragePool(2).Of(x)));
        Assert.Equal([5, 2], numbers.Of(VectorFunctions.MaxPool(3, 2).Of(x)));
        Assert.Equal([5, 3], numbers.Of(VectorFunctions.MaxPool(3).Of(x)));
        // Of two equal entries the first gets the gradient.
        var sum = Sum(Index("i", 3), VectorFunctions.MaxPool(2).Of(x)[Index("i", 3)]).Named("L");
        Assert.Equal([0, 1, 1, 0, 0, 1], numbers.Gradient(sum, x));
    }

    [Fact]
    public void Two_dimensional_pooling()
    {
        var x = Matrix("X", 4, 4);
        var y = VectorFunctions.MaxPool2d(2).Of(x).Named("Y");
        var numbers = Numbers.Random(1, Total(y)).With(x, 1, 2, 5, 6, 3, 4, 8, 7, 9, 9, 0, -1, 8, 9, -2, -3);
        Assert.Equal([4, 8, 9, 0], numbers.Of(y));
        Assert.Equal([2.5, 6.5, 8.75, -1.5], numbers.Of(VectorFunctions.AveragePool2d(2).Of(x)));
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0], numbers.Gradient(Total(y).Named("L"), x));
        var symbolic = VectorFunctions.AveragePool2d(2).Of(Matrix("A", 2 * Size("h"), 2 * Size("w")));
        Assert.Equal("h×w", symbolic.Shape.ToString());
    }

    [Fact]
    public void Attention_differentiates_through_scores_and_weights()
    {
        var (q, k, v) = (Matrix("Q", "n", "d"), Matrix("K", "m", "d"), Matrix("V", "m", "e"));
        var output = VectorFunctions.Attention(q, k, v).Named("O");
        var loss = Weighted(output).Named("L");
        var numbers = Numbers.Random(8, loss, ("n", 2), ("d", 3), ("m", 4), ("e", 2));
        Assert.All(new[] { q, k, v }, by => numbers.CheckGradient(loss, by));
        // With equal keys every value has the same weight.
        var even = numbers.With(k, new double[12]);
        var values = even[v];
        var mean = new[] { 0, 1 }.Select(column => Enumerable.Range(0, 4).Average(row => values[(2 * row) + column])).ToArray();
        Numbers.AssertClose([.. mean, .. mean], even.Of(output), 1e-14, "attention");
    }

    [Fact]
    public void Normalised_rows_have_mean_0_and_variance_1()
    {
        var y = VectorFunctions.LayerNorm(epsilon: 0).Of(_batch).Named("Y");
        var numbers = Numbers.Random(11, Total(y), ("B", 3), ("N", 5)).Of(y);
        Assert.All(numbers.Chunk(5), row =>
        {
            Assert.Equal(0, row.Sum(), 1e-13);
            Assert.Equal(1, row.Average(entry => entry * entry), 1e-13);
        });
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Assert.Contains("takes a vector", Assert.Throws<ShapeException>(() => VectorFunctions.Softmax().Of(Scalar("s"))).Message, StringComparison.Ordinal);
        Assert.Contains("rows are samples", Assert.Throws<ShapeException>(() => VectorFunctions.BatchNorm().Of(_x)).Message, StringComparison.Ordinal);
        Assert.Contains("γ needs one entry", Assert.Throws<ShapeException>(() => VectorFunctions.LayerNorm(Vector("g", "M")).Of(_x)).Message, StringComparison.Ordinal);
        Assert.Contains("does not fit", Assert.Throws<ShapeException>(() => VectorFunctions.MaxPool(4).Of(Vector("v", 3))).Message, StringComparison.Ordinal);
        Assert.Contains("Q of n×d", Assert.Throws<ShapeException>(() => VectorFunctions.Attention(_batch, Matrix("K", "m", "d"), Matrix("V", "m", "e"))).Message, StringComparison.Ordinal);
        Assert.Throws<ChainRuleException>(() => VectorFunctions.Softmax(0));
    }

    [Fact]
    public void The_adjoint_of_the_variance_is_not_called_like_that_of_the_input()
    {
        var y = VectorFunctions.BatchNorm(_gain, _shift).Of(_batch).Named("Y");
        var gradient = Upstream("L", y, Matrix("G", "B", "N")).Gradient(_batch);
        Assert.Contains(@"\delta_{v_X}", gradient.Derivation.Adjoints.Select(adjoint => adjoint.Name.Name));
        Assert.Equal(VerdictKind.Supported, gradient.Matrix!.Verdict.Kind);
    }

    private static IEnumerable<Step> Steps(Derivation derivation) => derivation.Steps.Concat(derivation.Steps.Where(step => step.Inner is not null).SelectMany(step => Steps(step.Inner!)));

    private static string Jacobian(Variable of, Variable by) => of.Jacobian(by).Matrix!.Matrix.ToString()!;

    /// <summary>Σ C ⊙ Y with given weights C.</summary>
    private static Expr Weighted(Variable output) => Total(Variable.Given("C", output.Shape), output);

    private static Expr Total(params Variable[] factors)
    {
        IndexVariable[] indices = [.. factors[0].Shape.Sizes.Select((size, axis) => Index($"i_{axis}", size))];
        var term = factors.Select(factor => factor.At([.. indices])).Aggregate((a, b) => a * b);
        return indices.Reverse().Aggregate(term, (body, index) => Sum(index, body));
    }

    private sealed class Near : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= 1e-12;

        public int GetHashCode(double obj) => 0;
    }
}
