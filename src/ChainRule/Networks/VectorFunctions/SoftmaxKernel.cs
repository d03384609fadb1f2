namespace ChainRule.Networks;

/// <summary>Softmax and its relatives in double precision: the largest entry is taken away first, so that no exponential overflows.</summary>
internal static class SoftmaxKernel
{
    public static double[] Value(double[] z, double temperature)
    {
        var largest = z.Max();
        double[] powers = [.. z.Select(entry => Math.Exp((entry - largest) / temperature))];
        var sum = powers.Sum();
        return [.. powers.Select(power => power / sum)];
    }

    /// <summary>p ⊙ (g − pᵀg)/τ.</summary>
    public static double[] Backward(double[] p, double[] g, double temperature)
    {
        var mean = VectorKernel.Dot(p, g);
        return [.. p.Zip(g, (probability, slope) => probability * (slope - mean) / temperature)];
    }

    public static double LogSumExp(double[] z)
    {
        var largest = z.Max();
        // An infinite entry is the sum itself; taking it away would give NaN.
        return double.IsInfinity(largest) ? largest : largest + Math.Log(z.Sum(entry => Math.Exp(entry - largest)));
    }
}
