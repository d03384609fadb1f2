namespace ChainRule.Tests.Expressions;

public class BuildingTests
{
    private static readonly Variable _x = Scalar("x");
    private static readonly Variable _y = Scalar("y");

    [Fact]
    public void Expressions_built_alike_are_the_same_object()
    {
        var z = Vector("z", "K");
        var i = Index("i", "K");
        var k = Index("k", "K");
        Assert.Same((Expr)(Exp(_x) + 1), (Expr)(Exp(Scalar("x")) + 1));
        Assert.Same(Sum(i, z[i]), Sum(k, z[k]));
        Assert.NotSame(Sum(i, z[i]), Sum(k, Vector("w", "K")[k]));
    }

    [Fact]
    public void Threads_that_build_the_same_names_do_not_wait_for_one_another()
    {
        // Shapes written in two ways are compared by building their difference, while other threads do the same.
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            for (var round = 0; round < 4_000; round++)
            {
                Expr n = Size($"n{round % 7}");
                var left = Variable.Given("v", Shape.Of(n + 1 + (round % 5)));
                var right = Variable.Given("v", Shape.Of(Add.Of([Number.Of(1 + (round % 5)), n])));
                var i = Index("i", "K");
                Assert.Equal(left, right);
                Assert.Same(Element.Of(left, [i]), Element.Of(right, [i]));
            }
        });
    }

    [Fact]
    public void Building_folds_only_what_no_reader_would_call_a_step()
    {
        Expr x = _x;
        Expr y = _y;
        Assert.Same(x, x + 0);
        Assert.Same(x, 1 * x);
        Assert.Same(Number.Zero, 0 * x);
        Assert.Same(Number.Of(5), (Expr)2 + 3);
        Assert.Same(x + y + 1, x + (y + 1));
        Assert.Same(2 * x * y, (2 * x) * y);
        // Collecting, cancelling and expanding are steps.
        Assert.IsType<Add>(x + x);
        Assert.IsType<Multiply>(x / x);
        Assert.IsType<Multiply>(x * (y + 1));
    }

    [Fact]
    public void A_scalar_times_itself_is_its_power_and_entries_keep_their_factors()
    {
        Expr x = _x;
        Expr y = _y;
        Assert.Same(Pow(x, 2), x * x);
        Assert.Same(Pow(x, 3), x * x * x);
        Assert.Same(Pow(x + y, 4), (x + y) * (x + y) * (x + y) * (x + y));
        Assert.IsType<Multiply>(x * y);
        Assert.IsType<Multiply>((1 / x) * x);
        var z = Vector("z", "K");
        var k = Index("k", "K");
        Assert.IsType<Multiply>(z[k] * z[k]);
    }

    [Fact]
    public void A_decimal_is_read_as_it_is_typed()
    {
        Assert.Equal(Rational.Create(1, 10), ((Number)(Expr)0.1).Value);
        Assert.Equal(Rational.Create(1, 100), Rational.FromDouble(0.01));
        Assert.Equal(Rational.Create(-5, 2), Rational.FromDouble(-2.5));
        Assert.Equal(1e300, Rational.FromDouble(1e300).ToDouble());
        Assert.Equal(5e-324, Rational.FromDouble(5e-324).ToDouble());
        Assert.Throws<ChainRuleException>(() => (Expr)double.NaN);
    }

    [Fact]
    public void Delta_knows_when_its_indices_are_plainly_equal_or_different()
    {
        var i = Index("i", "K");
        var j = Index("j", "K");
        Assert.Same(Number.One, Delta(i, i));
        Assert.Same(Number.One, Delta(i + 1 - i, 1));
        Assert.Same(Number.Zero, Delta(1, 2));
        Assert.IsType<Delta>(Delta(i, j));
    }

    [Fact]
    public void Opening_a_binder_undoes_closing_it()
    {
        var z = Vector("z", "K");
        var i = Index("i", "K");
        var j = Index("j", "K");
        var body = z[i] * Sum(j, z[i] * z[j]);
        var closed = Binding.Close(body, i);
        Assert.Equal(1, closed.Loose);
        Assert.Same(body, Binding.Open(closed, [i]));
    }

    [Fact]
    public void An_index_substituted_under_a_binder_is_not_captured()
    {
        var z = Vector("z", "K");
        var i = Index("i", "K");
        var k = Index("k", "K");
        // p_k := Σ_i z_k z_i at k = the Σ's own kind of index stays apart from it.
        var p = Variable.Define("p", [Size("K")], Binding.Close(Sum(i, z[k] * z[i]), k), Assumption.None);
        var twice = Sum(i, p.DefinitionAt(i)!);
        Assert.Same(Sum(k, Sum(i, z[k] * z[i])), twice);
    }

    [Fact]
    public void Scalars_vectors_and_numbers_mix_in_every_operation()
    {
        var z = Vector("z", "K");
        var i = Index("i", "K");
        Expr x = _x;
        Assert.Same(1 / x, (Expr)(1 / _x));
        Assert.Same(x / _y.At([]), (Expr)(_x / _y));
        Assert.Same(2 * x + 1 - x, (Expr)(2 * _x + 1 - _x));
        Assert.Same(1 - x, (Expr)(1 - _x));
        Assert.Same(z[i] + x, (z + _x)[i]);
        Assert.Same(x - z[i], (_x - z)[i]);
        Assert.Same(x * z[i], (_x * z)[i]);
        Assert.Same(z[i] * x, (z * _x)[i]);
        Assert.Same(z[i] / x, (z / _x)[i]);
        Assert.Same(z[i] / 2, (z / 2)[i]);
        Assert.Same(-z[i], (-z)[i]);
        Assert.Equal("z has K entries, but a scalar is needed here: pick an entry, such as z[i].", Assert.Throws<ShapeException>(() => 1 / z).Message);
    }

    [Fact]
    public void Shape_errors_name_both_sides()
    {
        var w = Matrix("W", "M", "N");
        var h = Vector("h", "K");
        var error = Assert.Throws<ShapeException>(() => w * h);
        Assert.Equal("W is M×N, h has K entries: the inner sizes must agree (N and K).", error.Message);
        Assert.Equal("W is M×N: it takes 2 indices, not 1.", Assert.Throws<ShapeException>(() => w[1]).Message);
        Assert.Equal("a and b are both vectors, and vectors have several products: say Dot(a, b), Outer(a, b) or Hadamard(a, b).", Assert.Throws<ShapeException>(() => Vector("a", "K") * Vector("b", "K")).Message);
        Assert.Equal("W is M×N, but a scalar is needed here: pick an entry, such as W[i, j].", Assert.Throws<ShapeException>(() => { Expr e = w; }).Message);
    }

    [Fact]
    public void Ten_thousand_nested_functions_overflow_nothing()
    {
        Expr nested = _x;
        for (var i = 0; i < 10_000; i++)
        {
            nested = Tanh(nested / 2 + 1);
        }

        Assert.True(nested.Depth > 10_000);
        var renamed = Binding.Rewrite(nested, (node, _) => node is Element ? _y.At([]) : null);
        Assert.True(Dependencies.DependsOn(renamed, _y));
        Assert.False(Dependencies.DependsOn(renamed, _x));
    }

    [Theory]
    [InlineData(0.1, "1", "10")]
    [InlineData(1e-5, "1", "100000")]
    [InlineData(-2.5e-7, "-1", "4000000")]
    [InlineData(1e21, "1000000000000000000000", "1")]
    [InlineData(3, "3", "1")]
    public void A_typed_number_is_read_as_it_was_typed(double typed, string numerator, string denominator)
    {
        var value = Rational.FromDouble(typed);
        Assert.Equal(numerator, value.Numerator.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(denominator, value.Denominator.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Every_double_comes_back_from_its_decimal()
    {
        var random = new Random(12);
        for (var i = 0; i < 2000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64());
            if (double.IsFinite(value))
            {
                Assert.Equal(value, Rational.FromDouble(value).ToDouble());
                Assert.Equal(-value, (-Rational.FromDouble(value)).ToDouble());
            }
        }

        Assert.Equal(double.Epsilon, Rational.FromDouble(double.Epsilon).ToDouble());
        Assert.Equal(0, (Rational.FromDouble(double.Epsilon) * Rational.Create(1, 3)).ToDouble());
        Assert.Equal(1.0 / 3, Rational.Create(1, 3).ToDouble());
    }

    [Theory]
    [InlineData("a_10", "a_{10}")]
    [InlineData("z_out", "z_{out}")]
    [InlineData("z_{1}", "z_1")]
    [InlineData("z1", "z_1")]
    [InlineData("W^(1)", "W^(1)")]
    public void A_name_has_one_spelling(string typed, string name) => Assert.Equal(name, Vector(typed, "K").Name);
}
