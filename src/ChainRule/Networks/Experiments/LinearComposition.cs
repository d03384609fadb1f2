using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Networks;

/// <summary>Linear maps of the plane one after the other, with and without an activation between them.</summary>
/// <param name="Maps">The maps, the first first.</param>
/// <param name="Product">The one map that does the same as all of them without an activation.</param>
/// <param name="Activation">The activation that was put after every map but the last.</param>
/// <param name="LargestDifference">How far the steps and the product are apart at most, over the points: rounding only.</param>
/// <param name="BestMap">With the activation: the linear map that comes nearest to the whole, by least squares over the points.</param>
/// <param name="BestMapError">How far that one is off, as a root mean square over the points.</param>
/// <param name="AdditivityError">With the activation: how far f(u + v) is from f(u) + f(v) at most; 0 for every linear map.</param>
/// <param name="Points">At how many random points that was looked at.</param>
public sealed partial record LinearComposition(
    ImmutableArray<PlaneMap> Maps,
    PlaneMap Product,
    Activation Activation,
    double LargestDifference,
    PlaneMap BestMap,
    double BestMapError,
    double AdditivityError,
    int Points) : Experiment
{
    /// <summary>Where a point goes with the activation after every map but the last.</summary>
    /// <param name="x">Its first coordinate.</param>
    /// <param name="y">Its second coordinate.</param>
    public (double X, double Y) WithActivation(double x, double y)
    {
        for (var i = 0; i < Maps.Length; i++)
        {
            (x, y) = Maps[i].Apply(x, y);
            (x, y) = i == Maps.Length - 1 ? (x, y) : (Activation.Evaluate(x), Activation.Evaluate(y));
        }

        return (x, y);
    }
}

public static partial class Experiments
{
    /// <summary>
    /// Why networks need something that isn't linear: linear maps one after the other are one linear map, and with an activation
    /// between them they are not.
    /// </summary>
    /// <param name="maps">Two or more maps, the first first; null takes a rotation, a scaling and a shear.</param>
    /// <param name="activation">The activation; null takes ReLU.</param>
    /// <param name="points">At how many random points to look.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <exception cref="ChainRuleException">There are fewer than two maps, or too few points.</exception>
    public static LinearComposition LinearComposition(IReadOnlyList<PlaneMap>? maps = null, Activation? activation = null, int points = 200, int seed = 1)
    {
        maps ??= [PlaneMap.Rotation(30), PlaneMap.Scale(1.5, 0.75), PlaneMap.Shear(0.5)];
        activation ??= Activations.Relu;
        RequirePositive(points, "number of points");
        if (maps.Count < 2)
        {
            throw new ChainRuleException($"A composition needs two maps or more, for example [PlaneMap.Rotation(30), PlaneMap.Shear(1)]; there {(maps.Count == 1 ? "is one" : "are none")}.");
        }

        var random = new Random(seed);
        double draw() => (random.NextDouble() * 4) - 2;
        (double X, double Y)[] at = [.. Enumerable.Range(0, points + 2).Select(_ => (draw(), draw()))];
        var product = maps.Aggregate((before, after) => after * before);
        var whole = new LinearComposition([.. maps], product, activation, 0, PlaneMap.Identity, 0, 0, points);
        var difference = at.Max(point => Distance(maps.Aggregate(point, (moved, map) => map.Apply(moved.X, moved.Y)), product.Apply(point.X, point.Y)));

        // The linear map nearest to the whole: the least-squares solution X of  points · X = images.
        var images = at.Select(point => whole.WithActivation(point.X, point.Y)).ToList();
        var solution = Matrix<double>.Build.DenseOfRows(at.Select(point => new[] { point.X, point.Y }))
            .Solve(Matrix<double>.Build.DenseOfRows(images.Select(image => new[] { image.X, image.Y })));
        var best = PlaneMap.Of(solution.Transpose().ToArray());
        return whole with
        {
            LargestDifference = difference,
            BestMap = best,
            BestMapError = Math.Sqrt(at.Zip(images, (point, image) => Math.Pow(Distance(best.Apply(point.X, point.Y), image), 2)).Average()),
            AdditivityError = at.Zip(at.Skip(1), (u, v) =>
            {
                var (a, b, sum) = (whole.WithActivation(u.X, u.Y), whole.WithActivation(v.X, v.Y), whole.WithActivation(u.X + v.X, u.Y + v.Y));
                return Distance(sum, (a.X + b.X, a.Y + b.Y));
            }).Max(),
        };
    }

    private static double Distance((double X, double Y) a, (double X, double Y) b) => Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2));
}
