using System.Collections.Immutable;

namespace ChainRule.Tests.Numerics;

/// <summary>Sums in which a δ leaves few terms: what is not visited is 0.</summary>
public class SumWindowTests
{
    private static readonly Variable _x = Matrix("X", 4, 3);
    private static readonly IndexVariable _j = Index("j", 4);
    private static readonly IndexVariable _k = Index("k", 3);

    [Theory]
    [InlineData(3, 1, -3)]
    [InlineData(1, 4, -4)]
    [InlineData(-3, -1, 16)]
    [InlineData(2, 2, -3)]
    [InlineData(2, -5, 9)]
    [InlineData(0, 1, 0)]
    public void Every_place_has_the_sum_of_the_entries_that_are_put_there(int rows, int columns, int shift)
    {
        var entries = Enumerable.Range(1, 12).Select(value => (double)value * value).ToArray();
        for (var place = -3; place <= 20; place++)
        {
            var sum = Sum(_j, Sum(_k, Delta(place, (rows * (Expr)_j) + (columns * (Expr)_k) + shift) * _x[_j, _k]));
            var expected = Enumerable.Range(1, 4).SelectMany(_ => Enumerable.Range(1, 3), (j, k) => (rows * j) + (columns * k) + shift == place ? entries[(3 * (j - 1)) + k - 1] : 0).Sum();
            Assert.Equal(expected, Evaluate(sum, entries));
        }
    }

    [Fact]
    public void A_factor_beside_the_inner_sum_and_a_bound_that_moves_change_nothing()
    {
        var entries = Enumerable.Range(1, 12).Select(value => 1.0 / value).ToArray();
        var sum = Sum(_j, (Expr)_j * (1 + Sum(_k, Delta(_k, _j) * _x[_j, _k])) + Summation.Of(_k, 1, _j, Delta(_k + 1, _j) * Sum(_k, _x[_j, _k])));
        var expected = Enumerable.Range(1, 4).Sum(j => j * (1 + (j <= 3 ? entries[(3 * (j - 1)) + j - 1] : 0)) + (j > 1 ? entries[(3 * (j - 1))..(3 * j)].Sum() : 0));
        Assert.Equal(expected, Evaluate(sum, entries), 12);
    }

    [Fact]
    public void A_large_image_is_laid_out_in_time()
    {
        var network = ChainRule.Networks.Network.Sequential(Image("X", 3, 40, 40), ChainRule.Networks.Layers.Flatten);
        var z = network.Outputs[0];
        var entries = Enumerable.Range(0, 4800).Select(value => (double)value).ToArray();
        var context = new PointContext<Real>(new(ImmutableDictionary<Size, int>.Empty, ImmutableDictionary<Variable, double[]>.Empty.Add(Image("X", 3, 40, 40), entries)), ImmutableDictionary<IndexVariable, int>.Empty);
        Assert.Equal(entries, context.Table(z).Entries.Select(entry => entry.Value));
    }

    private static double Evaluate(Expr sum, double[] entries) =>
        Plan.Of(sum).Run(new PointContext<Real>(new(ImmutableDictionary<Size, int>.Empty, ImmutableDictionary<Variable, double[]>.Empty.Add(_x, entries)), ImmutableDictionary<IndexVariable, int>.Empty), []).Value;
}
