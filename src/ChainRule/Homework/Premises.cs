using ChainRule.Numerics;

namespace ChainRule.Checking;

/// <summary>
/// Equations that are taken for true, as in "∇J = 0 ⇒ Xᵀ X w = Xᵀ y": a point that was drawn is moved, by the shortest steps that do it,
/// to one where they hold.
/// </summary>
internal sealed class Premises(Declarations declarations, IReadOnlyList<Link> links)
{
    private const Trait Settled = Trait.OneHot | Trait.Distribution | Trait.Binary | Trait.Integer | Trait.SumsToOne | Trait.Random | Trait.SymmetricMatrix | Trait.Orthogonal;
    private const int MostUnknowns = 48;
    private const int MostResiduals = 60;
    private const int MostSteps = 25;
    private const long Budget = 30_000_000;

    /// <summary>How near to 0 what should be 0 is brought, and how far from it what follows may be.</summary>
    private const double Exact = 1e-12;

    /// <summary>
    /// After how many steps it is asked whether the equations hold there at all, and at the beginning: (μ − y) e^{−2s} = 0 is approached by
    /// s → ∞, too, at the same pace all the way, and almost met where s is large.
    /// </summary>
    private const int Slow = 8;

    /// <summary>How large the next step may be where they do.</summary>
    private const double Near = 1e-9;

    /// <summary>How far apart values may be that are equal where the premises hold.</summary>
    public const double Tolerance = 1e-8;

    /// <summary>The equations.</summary>
    public IReadOnlyList<Link> Links { get; } = links;

    /// <summary>A world close to a drawn one in which the equations hold, or null where none was found.</summary>
    public World? Met(World world, Judge judge)
    {
        var all = Unknowns(world);
        if (all.Count == 0)
        {
            return null;
        }

        // Where everything may move and no place is found, what the equations differentiate by moves alone: the μ of ∂L/∂μ = 0. (Alone
        // from the beginning it would come to places that nobody means, as w = 0 for S w = λ w.)
        var named = Named();
        return Met(world, judge, all) ?? (all.FindAll(unknown => named.Any(name => declarations.Reaches(name, unknown.Name))) is { Count: > 0 } some && some.Count < all.Count ? Met(world, judge, some) : null);
    }

    /// <summary>What the equations differentiate by.</summary>
    private HashSet<string> Named() => Links.SelectMany(link => link.Left.Nodes().Concat(link.Right.Nodes())).Where(node => node.Is(Head.Derivative)).SelectMany(node => node.Items.Skip(1)).SelectMany(item => item.Nodes()).Where(node => node.Is(Head.Name)).Select(node => node.Text).ToHashSet(StringComparer.Ordinal);

    private World? Met(World world, Judge judge, List<(string Name, int Entry)> unknowns)
    {
        var meter = new Meter(Budget);
        try
        {
            var point = unknowns.Select(unknown => world.Values[unknown.Name].Entries[unknown.Entry]).ToArray();
            var residual = Residual(world, judge, meter);
            for (var step = 0; step < MostSteps && residual is { Length: > 0 }; step++)
            {
                var isMet = residual.Max(Math.Abs) <= Exact;
                if (isMet && step is > 0 and < Slow)
                {
                    return Allowed(world) ? world : null;
                }

                if (Toward(world, unknowns, point, residual, judge, meter) is not { } change)
                {
                    return isMet && Allowed(world) ? world : null;
                }

                if (isMet && change.Max(Math.Abs) <= Near)
                {
                    return Allowed(world) ? world : null;
                }

                // Half of a step that leads away is tried, and half of that.
                var before = residual.Sum(value => value * value);
                double[] next;
                World moved;
                var share = 1.0;
                do
                {
                    next = [.. point.Zip(change, (value, by) => value - (share * by))];
                    moved = Moved(world, unknowns, next);
                    residual = Residual(moved, judge, meter);
                    share /= 2;
                }
                while (share > 0.02 && (residual is null || !(residual.Sum(value => value * value) <= before)));

                (world, point) = (moved, next);
            }
        }
        catch (Exception exception) when (exception is IllShapedException or UnreadableException or BudgetException)
        {
            // What can't be evaluated is met nowhere.
        }

        return null;
    }

    /// <summary>The entries of what is given freely and what the equations depend on: what they differentiate by first.</summary>
    private List<(string Name, int Entry)> Unknowns(World world)
    {
        var used = Links.SelectMany(link => declarations.Names(link.Left).Concat(declarations.Names(link.Right))).Distinct(StringComparer.Ordinal).ToList();
        var by = Named();
        var free = declarations.Symbols.Values.Where(symbol => symbol.Body is null && symbol.OpaqueOf.IsEmpty && (symbol.Traits & Settled) == Trait.None && symbol.Choices.IsEmpty && world.Values.ContainsKey(symbol.Name) && used.Exists(name => declarations.Reaches(name, symbol.Name)))
            .OrderBy(symbol => !by.Contains(symbol.Name)).ThenBy(symbol => world.Values[symbol.Name].Entries.Length).ThenBy(symbol => symbol.Name, StringComparer.Ordinal);
        return [.. free.SelectMany(symbol => Enumerable.Range(0, world.Values[symbol.Name].Entries.Length).Select(entry => (symbol.Name, entry))).Take(MostUnknowns)];
    }

    private double[]? Residual(World world, Judge judge, Meter meter)
    {
        var evaluator = new Evaluator<Real>(world, meter, Orientation.Mixed, 0);
        var values = new List<double>();
        foreach (var link in Links)
        {
            var letters = judge.Letters(link.Left, link.Right);
            var ranges = letters.Select(letter => evaluator.RangeOf(letter, link.Left) ?? evaluator.RangeOf(letter, link.Right)).ToList();
            if (ranges.Contains(null))
            {
                return null;
            }

            foreach (var choice in ranges.Aggregate<(int First, int Last)?, IEnumerable<int[]>>([[]], (choices, range) => choices.SelectMany(choice => Enumerable.Range(range!.Value.First, range.Value.Last - range.Value.First + 1).Select(value => (int[])[.. choice, value]))).Take(MostResiduals))
            {
                for (var i = 0; i < choice.Length; i++)
                {
                    evaluator.Indices[letters[i]] = choice[i];
                }

                var (left, right) = (evaluator.Evaluate(link.Left).Data, evaluator.Evaluate(link.Right).Data);
                if (left.Length != right.Length && left.Length != 1 && right.Length != 1)
                {
                    return null;
                }

                values.AddRange(Enumerable.Range(0, Math.Max(left.Length, right.Length)).Select(i => left[left.Length == 1 ? 0 : i].Value - right[right.Length == 1 ? 0 : i].Value));
            }

            evaluator.Indices.Clear();
        }

        return values.Count <= MostResiduals && values.TrueForAll(double.IsFinite) ? [.. values] : null;
    }

    private static World Moved(World world, List<(string Name, int Entry)> unknowns, double[] point)
    {
        foreach (var group in unknowns.Select((unknown, position) => (unknown.Name, unknown.Entry, Value: point[position])).GroupBy(unknown => unknown.Name, StringComparer.Ordinal))
        {
            var (dimensions, entries) = world.Values[group.Key];
            var moved = (double[])entries.Clone();
            foreach (var (_, entry, value) in group)
            {
                moved[entry] = value;
            }

            world = world.Moved(group.Key, dimensions, moved);
        }

        return world;
    }

    /// <summary>The shortest step that takes the residual off to first order: Jᵀ (J Jᵀ)⁻¹ r, with differences for J.</summary>
    private double[]? Toward(World world, List<(string Name, int Entry)> unknowns, double[] point, double[] residual, Judge judge, Meter meter)
    {
        const double Step = 1e-6;
        const double Ridge = 1e-13;
        const double Least = 1e-60;
        var (rows, columns) = (residual.Length, unknowns.Count);
        var jacobian = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(rows, columns);
        for (var column = 0; column < columns; column++)
        {
            var beside = (double[])point.Clone();
            beside[column] += Step;
            if (Residual(Moved(world, unknowns, beside), judge, meter) is not { } other || other.Length != rows)
            {
                return null;
            }

            for (var row = 0; row < rows; row++)
            {
                jacobian[row, column] = (other[row] - residual[row]) / Step;
            }
        }

        var square = jacobian.TransposeAndMultiply(jacobian);
        var ridge = (Ridge * square.Trace()) + Least;
        for (var row = 0; row < rows; row++)
        {
            square[row, row] += ridge;
        }

        var change = jacobian.TransposeThisAndMultiply(square.Solve(MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(residual)));
        return change.ForAll(double.IsFinite) ? change.ToArray() : null;
    }

    /// <summary>Whether what is assumed of numbers is still met.</summary>
    private bool Allowed(World world)
    {
        const double Edge = 1e-3;
        return declarations.Symbols.Values.Where(symbol => world.Values.ContainsKey(symbol.Name)).All(symbol => world.Values[symbol.Name].Entries.All(entry => double.IsFinite(entry)
            && (!symbol.Traits.HasFlag(Trait.Positive) || entry > Edge) && (!symbol.Traits.HasFlag(Trait.NonNegative) || entry >= 0) && (!symbol.Traits.HasFlag(Trait.Negative) || entry < -Edge)
            && (!symbol.Traits.HasFlag(Trait.UnitInterval) || entry is > Edge and < 1 - Edge)));
    }
}
