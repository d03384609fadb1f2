using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>An entry of a random variable: its position in row-major order.</summary>
internal readonly record struct RandomEntry(Variable Variable, int Flat);

/// <summary>
/// Random entries that are drawn together, in standard units (mean 0, variance 1). Different blocks are independent.
/// </summary>
/// <param name="Entries">The entries.</param>
/// <param name="Scenarios">The probability of each outcome and the entries' values in it; empty where the block is normal.</param>
/// <param name="Signs">For a normal block: each entry is the sign times one standard normal variable; else empty.</param>
internal sealed record RandomBlock(ImmutableArray<RandomEntry> Entries, ImmutableArray<(double Weight, double[] Values)> Scenarios, ImmutableArray<int> Signs)
{
    /// <summary>With so many outcomes in all a sum is still quick.</summary>
    private const double MostOutcomes = 1024;

    /// <summary>Whether the entries are normal, so that the expectation is an integral.</summary>
    public bool IsNormal => Signs.Length > 0;

    /// <summary>
    /// The joint law of the entries: an independent one is a block by itself; the others are drawn together, in ways that differ from
    /// trial to trial and in which they depend on one another.
    /// </summary>
    /// <param name="entries">The entries that an expectation uses, with the laws of their variables.</param>
    /// <param name="trial">Which of the laws that fit the assumptions is taken.</param>
    /// <param name="lowest">For a positive variable: the standardised value that is 0; the law stays above it.</param>
    public static List<RandomBlock> Of(IReadOnlyList<RandomEntry> entries, int trial, Func<Variable, double> lowest)
    {
        var blocks = new List<RandomBlock>();
        var pool = entries.Where(entry => !entry.Variable.Law!.IsIndependent).ToList();
        // A law of which only moments are known may be normal too: every other time the whole pool is.
        var normal = pool.Where(entry => entry.Variable.Law!.IsGaussian || (trial % 2 == 1 && pool.Exists(other => other.Variable.Law!.IsGaussian) && !entry.Variable.Assumptions.HasFlag(Assumption.Positive))).ToList();
        var others = pool.Except(normal).ToList();
        if (normal.Count > 0)
        {
            blocks.Add(new([.. normal], [], [.. normal.Select((_, position) => SignOf(position, trial))]));
        }

        var alone = entries.Where(entry => entry.Variable.Law!.IsIndependent).ToList();
        var discrete = alone.Count(entry => !entry.Variable.Law!.IsGaussian) + (others.Count > 0 ? 1 : 0);
        var most = Math.Pow(MostOutcomes, 1.0 / Math.Max(discrete, 1));
        if (others.Count > 0)
        {
            blocks.Add(Together(others, trial, lowest));
        }

        foreach (var entry in alone)
        {
            var law = entry.Variable.Law!.IsGaussian ? null : LawOf(entry.Variable, trial, most, lowest);
            blocks.Add(law is null ? new([entry], [], [1]) : new([entry], [.. law.Nodes.Select((node, k) => (law.Weights[k], new[] { node }))], []));
        }

        return blocks;
    }

    /// <summary>A law that fits what is assumed of the variable; all its entries get the same.</summary>
    private static StandardLaw LawOf(Variable variable, int trial, double most, Func<Variable, double> lowest)
    {
        // Variables of different names get different laws.
        var choice = trial + variable.Name.Sum(letter => letter);
        if (variable.Assumptions.HasFlag(Assumption.Positive))
        {
            double[] ratios = [0.5, 0.25, 0.7];
            var down = Math.Min(ratios[choice % ratios.Length], 0.8 * -lowest(variable));
            // Of a law with two points the lower one is −√(p/(1 − p)).
            return variable.Law!.IsSymmetric
                ? new("symmetric", [-1, 1], [0.5, 0.5])
                : StandardLaw.TwoPoint("positive", down * down / (1 + (down * down)));
        }

        var family = variable.Law!.IsSymmetric ? StandardLaw.Symmetric : StandardLaw.Skewed;
        for (var k = 0; k < family.Count; k++)
        {
            if (family[(choice + k) % family.Count] is var law && law.Nodes.Length <= Math.Max(most, 2))
            {
                return law;
            }
        }

        throw new InvalidOperationException("A law on two points always fits.");
    }

    /// <summary>Entries driven by one and the same chance: all rise together, or every other one falls.</summary>
    private static RandomBlock Together(List<RandomEntry> entries, int trial, Func<Variable, double> lowest)
    {
        var laws = entries.Select((entry, position) =>
        {
            var law = LawOf(entry.Variable, trial, most: 8, lowest);
            return SignOf(position, trial) > 0 ? law : new(law.Name, [.. Enumerable.Reverse(law.Nodes)], [.. Enumerable.Reverse(law.Weights)]);
        }).ToList();

        // Where the chance u ∈ [0, 1] crosses a border of one of them, that one takes its next value.
        var borders = laws.SelectMany(Cumulated).Order().ToList();
        var scenarios = ImmutableArray.CreateBuilder<(double, double[])>();
        var from = 0.0;
        foreach (var to in borders.Append(1))
        {
            if (to - from > 1e-13)
            {
                var middle = (from + to) / 2;
                scenarios.Add((to - from, [.. laws.Select(law => law.Nodes[Cumulated(law).TakeWhile(border => border < middle).Count()])]));
                from = to;
            }
        }

        return new([.. entries], scenarios.ToImmutable(), []);

        static IEnumerable<double> Cumulated(StandardLaw law)
        {
            var sum = 0.0;
            foreach (var weight in law.Weights.SkipLast(1))
            {
                yield return sum += weight;
            }
        }
    }

    private static int SignOf(int position, int trial) => trial % 3 != 1 || position % 2 == 0 ? 1 : -1;
}
