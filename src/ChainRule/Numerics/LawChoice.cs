using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// Which of the laws that fit the assumptions are taken at a point. The choice depends on nothing but the variable and its entry: two
/// expectations that are compared must mean the same variables by the same names.
/// </summary>
/// <param name="Trial">The number of the trial.</param>
/// <param name="MostNodes">How many values a law may have; two where many entries are drawn.</param>
/// <param name="IsPoolNormal">Whether variables that are neither independent nor positive are all normal, so that a normal one can depend on the others.</param>
internal sealed record LawChoice(int Trial, int MostNodes, bool IsPoolNormal)
{
    /// <summary>Whether the variable is normal here.</summary>
    public bool IsNormal(Variable variable) => variable.Law is { } law && (law.IsGaussian || (IsPoolNormal && !law.IsIndependent && !variable.Assumptions.HasFlag(Assumption.Positive)));

    /// <summary>A law on finitely many points for a variable that is not normal; all its entries get the same.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="lowest">For a positive variable: the standardised value that is 0; the law stays above it.</param>
    public StandardLaw LawOf(Variable variable, double lowest)
    {
        // Variables of different names get different laws.
        var choice = Trial + variable.Name.Sum(letter => letter);
        if (variable.Assumptions.HasFlag(Assumption.Positive))
        {
            double[] ratios = [0.5, 0.25, 0.7];
            var down = Math.Min(ratios[choice % ratios.Length], -0.8 * lowest);
            // Of a law with two points the lower one is −√(p/(1 − p)).
            return variable.Law!.IsSymmetric ? StandardLaw.TwoPoint("symmetric", 0.5) : StandardLaw.TwoPoint("positive", down * down / (1 + (down * down)));
        }

        var family = (variable.Law!.IsSymmetric ? StandardLaw.Symmetric : StandardLaw.Skewed).Where(law => law.Nodes.Length <= MostNodes).ToList();
        return family[choice % family.Count];
    }

    /// <summary>Mean and variance where they are not declared: some that fit the other assumptions.</summary>
    public (double Mean, double Variance) Undeclared(Variable variable)
    {
        double[] means = variable.Assumptions.HasFlag(Assumption.Positive) ? [1.5, 2.25, 1.125] : [0.75, -0.5, 1.25];
        double[] variances = [0.8125, 1.75, 0.4375];
        var choice = Trial + variable.Name.Length + variable.Name[0];
        return (means[choice % means.Length], variances[choice % variances.Length]);
    }

    /// <summary>Whether the entry rises (1) or falls (−1) with the chance that drives all variables that are not independent.</summary>
    public int SignOf(RandomEntry entry) => Trial % 3 != 1 || (entry.Flat + entry.Variable.Name[^1]) % 2 == 0 ? 1 : -1;
}
