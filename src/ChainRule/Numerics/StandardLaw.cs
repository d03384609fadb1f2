namespace ChainRule.Numerics;

/// <summary>A law on finitely many points with mean 0 and variance 1, the points in rising order: its expectations are finite sums.</summary>
/// <param name="Name">What it stands for.</param>
/// <param name="Nodes">The points.</param>
/// <param name="Weights">Their probabilities.</param>
internal sealed record StandardLaw(string Name, double[] Nodes, double[] Weights)
{
    private const double HalfWidth = 14;

    private static readonly Deferred<StandardLaw>[] _halfNormal = [.. Enumerable.Range(0, 21).Select(count => new Deferred<StandardLaw>(() => Mirrored("normal", NormalDensity, HalfWidth, count)))];

    private static readonly Deferred<StandardLaw>[] _normal = [.. Enumerable.Range(0, 41).Select(count => new Deferred<StandardLaw>(() =>
    {
        var (nodes, weights) = GaussRule.For(NormalDensity, -HalfWidth, HalfWidth, count);
        return Standardised("normal", nodes, weights);
    }))];

    /// <summary>
    /// Laws that are the same on both sides of 0 and have no mass at 0. Those of many points have the moments of a uniform, a Laplace
    /// and a bimodal law; what follows from symmetry alone holds for each.
    /// </summary>
    public static IReadOnlyList<StandardLaw> Symmetric { get; } =
    [
        Mirrored("Laplace", x => Math.Exp(-Math.Sqrt(2) * x) / Math.Sqrt(2), 40, 3),
        Mirrored("uniform", _ => 0.5 / Math.Sqrt(3), Math.Sqrt(3), 3),
        Bimodal("two bumps", 0.5, 0.5),
        Bimodal("heavy tails", 0.4, 0.8),
        TwoPoint("two points", 0.5),
    ];

    /// <summary>Laws that are skewed, to the right or to the left.</summary>
    public static IReadOnlyList<StandardLaw> Skewed { get; } =
    [
        TwoPoint("skewed to the right", 0.2),
        OneSided("exponential", x => Math.Exp(-x), 50, 4),
        TwoPoint("skewed to the left", 0.75),
        TwoPoint("strongly skewed", 0.1),
    ];

    /// <summary>The normal law on 2m points: exact for polynomials up to degree 2m − 1 on each side of 0, so also for kinks there.</summary>
    public static StandardLaw Normal(int halfCount) => _halfNormal[halfCount].Value;

    /// <summary>The normal law on m points (Gauss–Hermite): exact for polynomials up to degree 2m − 1.</summary>
    public static StandardLaw SmoothNormal(int count) => _normal[count].Value;

    /// <summary>The largest rule that <see cref="Normal"/> has; <see cref="SmoothNormal"/> has twice as many points.</summary>
    public static int MostNormal => 20;

    /// <summary>The density of the standard normal law.</summary>
    public static double NormalDensity(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);

    /// <summary>The larger value with probability p, else the smaller.</summary>
    public static StandardLaw TwoPoint(string name, double p) => new(name, [-Math.Sqrt(p / (1 - p)), Math.Sqrt((1 - p) / p)], [1 - p, p]);

    /// <summary>±t with probability p, ±u else, where u is what the variance needs.</summary>
    private static StandardLaw Bimodal(string name, double t, double p)
    {
        var u = Math.Sqrt((1 - (p * t * t)) / (1 - p));
        return new(name, [-u, -t, t, u], [(1 - p) / 2, p / 2, p / 2, (1 - p) / 2]);
    }

    private static StandardLaw Mirrored(string name, Func<double, double> density, double to, int halfCount)
    {
        var (nodes, weights) = GaussRule.For(density, 0, to, halfCount);
        return Standardised(name, [.. Enumerable.Reverse(nodes).Select(node => -node), .. nodes], [.. Enumerable.Reverse(weights), .. weights]);
    }

    /// <summary>Mean 0 and variance 1 to the last digit; for symmetric nodes the mean is so already.</summary>
    private static StandardLaw Standardised(string name, double[] nodes, double[] weights)
    {
        var total = weights.Sum();
        double[] shares = [.. weights.Select(weight => weight / total)];
        var mean = shares.Zip(nodes, (share, node) => share * node).Sum();
        var deviation = Math.Sqrt(shares.Zip(nodes, (share, node) => share * (node - mean) * (node - mean)).Sum());
        return new(name, [.. nodes.Select(node => (node - mean) / deviation)], shares);
    }

    /// <summary>A density on [0, ∞), moved to mean 0 and variance 1.</summary>
    private static StandardLaw OneSided(string name, Func<double, double> density, double to, int count)
    {
        var (nodes, weights) = GaussRule.For(density, 0, to, count);
        return Standardised(name, nodes, weights);
    }
}
