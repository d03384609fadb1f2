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
    /// <summary>Whether the entries are normal, so that the expectation is an integral.</summary>
    public bool IsNormal => Signs.Length > 0;

    /// <summary>
    /// The joint law of the entries: an independent one is a block by itself; the others are drawn together, and depend on one another
    /// in ways that differ from trial to trial.
    /// </summary>
    /// <param name="entries">The entries that an expectation uses.</param>
    /// <param name="laws">Which of the laws that fit the assumptions are taken.</param>
    /// <param name="lowest">For a positive variable: the standardised value that is 0.</param>
    public static List<RandomBlock> Of(IReadOnlyList<RandomEntry> entries, LawChoice laws, Func<Variable, double> lowest)
    {
        var blocks = new List<RandomBlock>();
        foreach (var pool in entries.Where(entry => !entry.Variable.Law!.IsIndependent).GroupBy(entry => laws.IsNormal(entry.Variable)))
        {
            blocks.Add(pool.Key ? new([.. pool], [], [.. pool.Select(laws.SignOf)]) : Together([.. pool], laws, lowest));
        }

        foreach (var entry in entries.Where(entry => entry.Variable.Law!.IsIndependent))
        {
            var law = laws.IsNormal(entry.Variable) ? null : laws.LawOf(entry.Variable, lowest(entry.Variable));
            blocks.Add(law is null ? new([entry], [], [1]) : new([entry], [.. law.Nodes.Select((node, k) => (law.Weights[k], new[] { node }))], []));
        }

        return blocks;
    }

    /// <summary>Entries driven by one and the same chance: all rise together, or some of them fall.</summary>
    private static RandomBlock Together(ImmutableArray<RandomEntry> entries, LawChoice choice, Func<Variable, double> lowest)
    {
        var laws = entries.Select(entry =>
        {
            var law = choice.LawOf(entry.Variable, lowest(entry.Variable));
            return choice.SignOf(entry) > 0 ? law : new(law.Name, [.. Enumerable.Reverse(law.Nodes)], [.. Enumerable.Reverse(law.Weights)]);
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

        return new(entries, scenarios.ToImmutable(), []);

        static IEnumerable<double> Cumulated(StandardLaw law)
        {
            var sum = 0.0;
            foreach (var weight in law.Weights.SkipLast(1))
            {
                yield return sum += weight;
            }
        }
    }
}
