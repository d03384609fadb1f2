using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// Compares two expressions at random points: small sizes that differ from one another (so that a missing transpose can't hide),
/// signed values, every free index. The points are the same in every run.
/// </summary>
internal static class Verifier
{
    private const int Points = 3;
    private const int Attempts = 24;
    private const int MostEntries = 48;

    /// <summary>An expectation costs as much as thousands of values: fewer entries of it are compared, but under more laws.</summary>
    private const int MostExpectations = 3;
    private const int Laws = 4;

    /// <summary>From so much work on, a few comparisons are enough.</summary>
    private const long MuchWork = 400_000;
    private const int FewComparisons = 6;

    /// <summary>How many entries and terms of sums one check may compute.</summary>
    private const long MostWork = 2_500_000;

    /// <summary>The same where sizes are so large that the check will hardly succeed.</summary>
    private const long LittleWork = 600_000;

    /// <summary>More entries of all variables together are not looked at: where sizes are numbers, nothing can be chosen.</summary>
    private const long MostEntriesOfAll = 6_000;

    /// <summary>The same for a check of which little is expected.</summary>
    private const long ManyEntries = 60_000;

    /// <summary>How many values the laws may have, trial by trial: many first, few where there are too many outcomes else.</summary>
    private static readonly int[] _mostNodes = [8, 6, 4, 4, 2];

    /// <summary>Relative difference up to which two values count as equal, beside their rounding bounds.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>Whether the two sides are equal.</summary>
    public static Verdict Check(Expr left, Expr right) => ReferenceEquals(left, right)
        ? new(VerdictKind.Proved, 0, 0)
        : Check(left, right, [.. Binding.Nodes(left).Concat(Binding.Nodes(right)).OfType<IndexVariable>().Distinct().Except(InDefinitions(Dependencies.All(left).Union(Dependencies.All(right))))]);

    /// <summary>
    /// The free indices of definitions that are not closed: the loss −log p_c depends on the index c of the right class. Their values are a
    /// part of the point, because what was computed at the point depends on them.
    /// </summary>
    public static IEnumerable<IndexVariable> InDefinitions(IEnumerable<Variable> variables) =>
        variables.Select(variable => variable.Body).OfType<Expr>().Where(body => (body.Kinds & NodeKinds.IndexVariable) != NodeKinds.None).SelectMany(Binding.Nodes).OfType<IndexVariable>().Distinct();

    private static Verdict Check(Expr left, Expr right, ImmutableArray<IndexVariable> indices)
    {
        var variables = Dependencies.All(left).Union(Dependencies.All(right)).OrderBy(variable => variable.Name, StringComparer.Ordinal).ToList();
        var verdict = Check(left, right, indices, variables, null, MostWork);
        if (!ReferenceEquals(verdict, Verdict.TooLarge))
        {
            // y log y has no value in numbers where an entry of y is 0, as every one-hot y has some. What holds near such labels holds at
            // them by continuity; only agreement counts, because y² = y holds for them alone.
            return verdict.Kind == VerdictKind.Undecided && variables.Exists(variable => variable.Assumptions.HasFlag(Assumption.OneHot))
                && Check(left, right, indices, variables, null, MostWork, hasSoftLabels: true) is { Kind: VerdictKind.Supported } near ? near : verdict;
        }

        if (SizeReduction.For([left, right], variables, indices.Select(index => index.Range)) is { } reduction)
        {
            // Only agreement counts: where small numbers stand for the sizes, a difference may come from that.
            var reduced = Check(left, right, indices, variables, reduction, MostWork);
            reduced = reduced.Kind == VerdictKind.Supported || ReferenceEquals(reduced, Verdict.TooLarge) ? reduced : Check(left, right, indices, variables, reduction.Everywhere(), MostWork);
            if (reduced.Kind == VerdictKind.Supported)
            {
                return reduced;
            }
        }

        // A few entries of the large tensors, if each needs only a part of them.
        return Check(left, right, indices, variables, null, LittleWork);
    }

    private static Verdict Check(Expr left, Expr right, ImmutableArray<IndexVariable> indices, List<Variable> variables, SizeReduction? reduction, long mostWork, bool hasSoftLabels = false)
    {
        var mentioned = RandomVariables.AllMentioned([left, right]);
        var sampler = new Sampler(variables, SizesIn([left, right, .. indices.Select(index => index.Range), .. mentioned.SelectMany(variable => variable.Law?.Parameters ?? (variable.Body is { } body ? [body] : []))], mentioned), seed: 20_170_501, indices.Select(index => index.Range), Borders.Reach(left, right), reduction: reduction) { HasSoftLabels = hasSoftLabels };
        var hasExpectation = RandomVariables.HasMean(left) || RandomVariables.HasMean(right);
        var (mostPoints, mostEntries) = hasExpectation ? (Laws, MostExpectations) : (sampler.ReachesFar ? 2 * Points : Points, MostEntries);
        var (leftPlan, rightPlan) = (Plan.Of(left), Plan.Of(right));
        // Laws are integrated at nodes that are rounded numbers: more digits of the rest say no more.
        var isExact = ((left.Kinds | right.Kinds) & (NodeKinds.Expectation | NodeKinds.Covariance)) == NodeKinds.None && !variables.Exists(variable => variable.IsRandom);
        var (comparisons, points) = (0, 0);
        var allZero = true;
        if (sampler.GivenEntries > (mostWork == LittleWork ? ManyEntries : MostEntriesOfAll))
        {
            return Verdict.TooLarge;
        }

        var isPoolNormal = mentioned.Any(variable => variable.Law is { IsGaussian: true, IsIndependent: false });
        var meter = new WorkMeter(mostWork);
        try
        {
            for (var attempt = 0; attempt < Attempts && points < mostPoints; attempt++)
            {
                var budget = new WorkBudget();
                var point = sampler.Draw(attempt) with { Budget = budget, Laws = new(attempt, _mostNodes[Math.Min(attempt, _mostNodes.Length - 1)], isPoolNormal && attempt % 2 == 1), Meter = isExact ? meter : null };
                var used = false;
                var values = InDefinitions(variables).ToDictionary(index => index, index => 1 + (attempt % point.SizeOf(index.Range)));
                var context = new PointContext<Bounded>(point, values);
                foreach (var choice in sampler.Choices(indices, point, mostEntries))
                {
                    for (var i = 0; i < indices.Length; i++)
                    {
                        values[indices[i]] = choice[i];
                    }

                    budget.HasGivenUp = false;
                    var a = leftPlan.Run(context, []);
                    if (!double.IsFinite(a.Value))
                    {
                        // Outside the domain of the line that is being rewritten nothing is claimed.
                        continue;
                    }

                    var b = rightPlan.Run(context, []);
                    if (budget.HasGivenUp)
                    {
                        continue;
                    }

                    used = true;
                    allZero &= a.Value == 0;
                    comparisons++;
                    if (comparisons >= FewComparisons && meter.HasSpent(MuchWork))
                    {
                        // What costs so much is compared at fewer places.
                        return Agree(a, b) switch
                        {
                            false => Refuted(),
                            null => new(VerdictKind.Supported, comparisons - 1, points + 1) { Reduction = reduction },
                            _ => new(VerdictKind.Supported, comparisons, points + 1) { Reduction = reduction },
                        };
                    }

                    if (!(Agree(a, b) ?? !isExact || AgreeExactly(leftPlan, rightPlan, point, values)))
                    {
                        return Refuted();
                    }

                    Verdict Refuted() => new(VerdictKind.Refuted, comparisons, points + 1, Describe(point, indices, choice, a.Value, b.Value));
                }

                points += used ? 1 : 0;
            }
        }
        catch (WorkExceededException)
        {
            return comparisons > 0 ? new(VerdictKind.Supported, comparisons, Math.Max(points, 1)) { Reduction = reduction } : Verdict.TooLarge;
        }

        // Beyond its sizes everything is 0, which says nothing of a line that is not the number 0.
        return new(points == 0 || (reduction is not null && allZero && right is not Number) ? VerdictKind.Undecided : VerdictKind.Supported, comparisons, points) { Reduction = reduction };
    }

    /// <summary>The sizes that occur in expressions and in the shapes of variables.</summary>
    internal static ImmutableArray<Size> SizesIn(IEnumerable<Expr> expressions, IEnumerable<Variable> variables) =>
        [.. expressions.Concat(variables.SelectMany(variable => variable.Shape.Sizes)).SelectMany(Binding.Nodes).OfType<Size>().Where(size => size.Quotient is null).Distinct().OrderBy(size => size.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Whether the two values are equal up to a relative tolerance; null where their rounding errors are too large to tell: a true
    /// zero that comes out as 10⁻¹⁷ is not relatively wrong, and two values that cancellation has eaten are not equal for it.
    /// </summary>
    private static bool? Agree(Bounded a, Bounded b)
    {
        var difference = Math.Abs(a.Value - b.Value);
        return difference <= Tolerance * Math.Max(Math.Abs(a.Value), Math.Abs(b.Value)) ? true
            : difference > 8 * (a.Error + b.Error) ? false
            : null;
    }

    /// <summary>The same comparison with 77 digits; what these do not tell apart is equal.</summary>
    private static bool AgreeExactly(Plan left, Plan right, Point point, Dictionary<IndexVariable, int> indices)
    {
        var context = new PointContext<Big<Bits256>>(point, indices);
        var (a, b) = (left.Run(context, []), right.Run(context, []));
        var difference = a - b;
        return difference.Sign is null or 0 || Math.Abs(difference.Value) <= Tolerance * Math.Max(Math.Abs(a.Value), Math.Abs(b.Value));
    }

    private static string Describe(Point point, ImmutableArray<IndexVariable> indices, ImmutableArray<int> choice, double left, double right)
    {
        var where = point.Sizes.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => $"{pair.Key.Name} = {pair.Value}")
            .Concat(indices.Select((index, position) => $"{index.Name} = {choice[position]}"))
            .ToList();
        if (where.Count == 0)
        {
            // Without sizes and indices, the numbers that stand for the scalars say where.
            where = [.. point.Values.Where(pair => pair.Key.Shape.Rank == 0).OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} = {pair.Value[0]:G6}"))];
        }

        return string.Create(CultureInfo.InvariantCulture, $"at {string.Join(", ", where)}: the left side is {left:G6}, the right side {right:G6}");
    }
}

/// <summary>Draws points that satisfy the assumptions of the variables by construction.</summary>
internal sealed class Sampler(IReadOnlyList<Variable> variables, ImmutableArray<Size> sizes, int seed, IEnumerable<Expr>? within = null, double reach = 0, IReadOnlyDictionary<Size, int>? fixedSizes = null, SizeReduction? reduction = null)
{
    /// <summary>Magnitudes are drawn from a quarter to this; what lies beyond is a matter of reach.</summary>
    private const double Usual = 2;

    /// <summary>How far sizes are from one another at least where they are to be far apart.</summary>
    private const int Apart = 3;

    /// <summary>So often sizes are drawn to find small tensors.</summary>
    private const int MostDraws = 24;

    /// <summary>So many attempts keep to the usual magnitudes.</summary>
    private const int UsualAttempts = 3;

    /// <summary>So many entries of one variable are few enough: where sizes are letters, they are chosen so.</summary>
    private const int FewEntries = 400;

    private readonly Random _random = new(seed);
    private readonly WorkMeter _meter = new(2_500_000);

    /// <summary>Whether one-hot labels are drawn as positive weights that add up to 1.</summary>
    public bool HasSoftLabels { get; init; }

    /// <summary>How many entries the variables have of which all sizes are numbers.</summary>
    public double GivenEntries => variables.Where(variable => variable.Shape.Sizes.All(size => size is Number)).Sum(variable => variable.Shape.Sizes.Aggregate(1.0, (product, size) => product * (new Point(ImmutableDictionary<Size, int>.Empty, ImmutableDictionary<Variable, double[]>.Empty) { Reduction = reduction }).SizeOf(size)));

    /// <summary>Whether there are borders that the usual magnitudes hardly get beyond: the 3 of HardSwish, the 6 of ReLU6.</summary>
    public bool ReachesFar => reach > Usual / 2;

    /// <summary>A point. Later attempts try positive values, then values below 1, for expressions that need them (logarithms).</summary>
    public Point Draw(int attempt)
    {
        var point = new Point(Sizes(attempt), ImmutableDictionary<Variable, double[]>.Empty) { Reduction = reduction };
        var values = variables.Where(variable => !variable.IsDefined).ToImmutableDictionary(variable => variable, variable => Entries(variable, point, attempt));
        return point with { Values = AddedUpToOne(values), Meter = _meter };
    }

    /// <summary>Scalars that add up to 1 together are made to, where all of them are there.</summary>
    private static ImmutableDictionary<Variable, double[]> AddedUpToOne(ImmutableDictionary<Variable, double[]> values)
    {
        foreach (var first in values.Keys.Where(variable => !variable.AddingUpToOne.IsEmpty && string.Equals(variable.Name, variable.AddingUpToOne[0], StringComparison.Ordinal)).ToList())
        {
            ImmutableArray<Variable> group = [.. first.Companions().Prepend(first)];
            if (group.All(values.ContainsKey))
            {
                values = values.SetItems(group.Zip(SummingToOne([.. group.Select(member => values[member][0])]), (member, value) => KeyValuePair.Create(member, new[] { value })));
            }
        }

        return values;
    }

    /// <summary>Divided by their sum where that is well away from 0; entries of both signs are allowed unless positive is assumed.</summary>
    private static double[] SummingToOne(double[] entries)
    {
        var sum = entries.Sum();
        return AddingUpTo(1, Math.Abs(sum) > 0.2 ? [.. entries.Select(entry => entry / sum)] : [.. entries.Select(entry => entry + ((1 - sum) / entries.Length))]);
    }

    /// <summary>Every combination of the indices' values, or a random part of them where there are too many.</summary>
    public IEnumerable<ImmutableArray<int>> Choices(ImmutableArray<IndexVariable> indices, Point point, int most)
    {
        int[] ranges = [.. indices.Select(index => point.SizeOf(index.Range))];
        var count = ranges.Aggregate(1L, (product, range) => product * Math.Max(range, 0));
        return count <= most
            ? Enumerable.Range(0, (int)count).Select(flat => Context<Real>.Unflatten(ranges, flat))
            : Enumerable.Range(0, most).Select(_ => ranges.Select(range => _random.Next(range) + 1).ToImmutableArray());
    }

    /// <summary>The entries rounded to short binary fractions that add up to the sum exactly, not only as doubles go.</summary>
    private static double[] AddingUpTo(double sum, double[] entries)
    {
        double[] others = [.. entries.SkipLast(1).Select(entry => Math.Round(entry * 4096) / 4096)];
        return [.. others, sum - others.Sum()];
    }

    /// <summary>
    /// Sizes that are pairwise different, at least 3 so that "the others" are more than one, and such that sizes made of them
    /// (d − k + 1) are at least 2. Where there are such, every other point has sizes that are far apart: next to one another, they
    /// satisfy much that is not true.
    /// </summary>
    private ImmutableDictionary<Size, int> Sizes(int attempt)
    {
        var made = variables.SelectMany(variable => variable.Shape.Sizes).Concat(within ?? []).Where(size => size is not (Size or Number)).Distinct().ToList();
        var most = 3;
        var (apartAllowed, draws, least) = (true, 0, long.MaxValue);
        ImmutableDictionary<Size, int>? smallest = null;
        while (true)
        {
            var apart = apartAllowed && made.Count > 0 && attempt % 2 == 1 ? Apart : 1;
            var pool = Enumerable.Range(0, Math.Max(most, sizes.Length)).Select(position => 3 + (apart * position)).ToArray();
            _random.Shuffle(pool);
            var values = sizes.Select((size, position) => KeyValuePair.Create(size, fixedSizes?.TryGetValue(size, out var known) == true ? known : pool[position])).ToImmutableDictionary();
            var point = new Point(values, ImmutableDictionary<Variable, double[]>.Empty) { Reduction = reduction };
            // Where no sizes satisfy everybody (d − k and k − d), whatever comes last has to do.
            if (made.TrueForAll(size => point.SizeOf(size) >= 2) || most >= 12)
            {
                var largest = variables.Select(variable => variable.Shape.Sizes.Aggregate(1L, (product, size) => product * Math.Max(1, point.SizeOf(size)))).DefaultIfEmpty(0).Max();
                if (largest < least)
                {
                    (least, smallest) = (largest, values);
                }

                // With many letters (the channels, rows and columns of a convolution) tensors are large by chance: the smallest of several draws is taken.
                if (least <= FewEntries || ++draws >= MostDraws)
                {
                    return smallest!;
                }

                apartAllowed = false;
                continue;
            }

            most++;
        }
    }

    private double[] Entries(Variable variable, Point point, int attempt)
    {
        var count = point.DimensionsOf(variable.Shape).Aggregate(1, (product, size) => product * Math.Max(size, 0));
        var entries = new double[count];
        var assumed = variable.Assumptions | (HasSoftLabels && variable.Assumptions.HasFlag(Assumption.OneHot) ? Assumption.Positive : Assumption.None);
        if (assumed.HasFlag(Assumption.OneHot) && !HasSoftLabels)
        {
            foreach (var row in Rows(entries))
            {
                row[_random.Next(row.Count)] = 1;
            }

            return entries;
        }

        for (var i = 0; i < count; i++)
        {
            var magnitude = (0.25 + ((Usual - 0.25) * _random.NextDouble())) * (ReachesFar && attempt >= UsualAttempts ? reach : 1);
            entries[i] = (attempt % 3) switch
            {
                0 => _random.Next(2) == 0 ? -magnitude : magnitude,
                1 => magnitude,
                _ => magnitude / 2.2,
            };
            if (assumed.HasFlag(Assumption.Positive))
            {
                entries[i] = Math.Abs(entries[i]);
            }
        }

        if (variable.Assumptions.HasFlag(Assumption.SumsToOne))
        {
            foreach (var row in Rows(entries))
            {
                SummingToOne([.. row]).CopyTo(row.Array!, row.Offset);
            }
        }

        if (variable.Assumptions.HasFlag(Assumption.ZeroMean))
        {
            foreach (var row in Rows(entries))
            {
                var mean = row.Average();
                AddingUpTo(0, [.. row.Select(entry => entry - mean)]).CopyTo(row.Array!, row.Offset);
            }
        }

        if (variable.Assumptions.HasFlag(Assumption.Symmetric))
        {
            var rows = point.SizeOf(variable.Shape.Sizes[0]);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    entries[(j * rows) + i] = entries[(i * rows) + j];
                }
            }
        }

        return entries;

        // What is assumed of a vector is assumed of each row of a matrix: of each sample.
        IEnumerable<ArraySegment<double>> Rows(double[] all)
        {
            var length = Math.Max(1, point.SizeOf(variable.Shape.Sizes[^1]));
            return Enumerable.Range(0, all.Length / length).Select(row => new ArraySegment<double>(all, row * length, length));
        }
    }
}
