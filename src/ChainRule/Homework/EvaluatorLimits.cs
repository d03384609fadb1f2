namespace ChainRule.Checking;

/// <content>Values at another place, limits, and the largest and smallest values of functions of one number.</content>
internal sealed partial class Evaluator<T>
{
    /// <summary>A value where a name has another value than at the point drawn, or comes near one.</summary>
    private Tensor<T> Elsewhere(ClaimTree tree)
    {
        if (order > 0)
        {
            throw new UnreadableException(tree.Span, "A value at a place, or a limit, is not differentiated here.");
        }

        var (body, name) = (tree[0], tree[1]);
        if (!world.Values.TryGetValue(name.Text, out var given))
        {
            return Computed(tree);
        }

        if (tree.Text is "lim")
        {
            return Limit(tree, x => Moved(body, name.Text, given.Dimensions, Filled(x)));
        }

        var value = Evaluate(tree[2]);
        return value.IsScalar || value.Dimensions.AsSpan().SequenceEqual(given.Dimensions)
            ? Moved(body, name.Text, given.Dimensions, value.IsScalar ? Filled(value.Only.Value) : [.. value.Data.Select(entry => entry.Value)])
            : throw new IllShapedException(tree[2], $"{name.Text} is {ShapeText(given.Dimensions)}, the value {ShapeText(value.Dimensions)}");

        double[] Filled(double entry) => [.. Enumerable.Repeat(entry, given.Entries.Length)];
    }

    /// <summary>The same where a name is not given freely: a number that a definition computes, of which only what is built on it moves, or a size of which nothing has as many entries.</summary>
    private Tensor<T> Computed(ClaimTree tree)
    {
        var (body, name) = (tree[0], tree[1]);
        if (world.Sizes.ContainsKey(name.Text) ? Counts(body, name.Text) : !Declarations.Symbols.ContainsKey(name.Text) || !Value(name.Text).IsScalar)
        {
            throw new UnreadableException(name.Span, world.Sizes.ContainsKey(name.Text) ? $"{name.Text} is a size; limits over sizes are read only where nothing has {name.Text} entries or terms." : $"{name.Text} is computed from what is given, so it can't be set to a value here.");
        }

        return tree.Text is "lim" ? Limit(tree, x => Under(body, name.Text, T.Constant(x), world))
            : Evaluate(tree[2]) is { IsScalar: true } value ? Under(body, name.Text, value.Only, world) : throw new IllShapedException(tree[2], $"{name.Text} is a number, the value is not");
    }

    /// <summary>Whether a size counts entries or terms in what is computed.</summary>
    private bool Counts(ClaimTree body, string size) => body.Nodes().Any(node => node.Head is Head.Big or Head.Entry or Head.Identity or Head.Ones or Head.Delta or Head.Matrix && node.Nodes().Any(inner => inner.IsName(size)))
        || Declarations.Names(body).Any(used => Declarations.Symbols.Values.Any(symbol => Declarations.Reaches(used, symbol.Name) && (symbol.Shape is { } shape && shape.Any(axis => axis.Nodes().Any(node => node.IsName(size))) || symbol.Body?.Nodes().Any(node => node.IsName(size)) == true)));

    private Tensor<T> Limit(ClaimTree tree, Func<double, Tensor<T>> value)
    {
        var goal = Evaluate(tree[2]) is { IsScalar: true } target ? target.Only.Value : throw new IllShapedException(tree[2], "a limit is taken where a name goes to a number");
        return double.IsInfinity(goal) ? AtInfinity(value, Math.Sign(goal)) : Near(value, goal, Side(tree, goal));
    }

    /// <summary>The side from which a limit is taken: the one that is written, or the only one that belongs to the numbers that are meant; 0 for both.</summary>
    private int Side(ClaimTree tree, double goal) => tree[2].Order != 0 && tree[2].Head is not (Head.Call or Head.Matrix) ? tree[2].Order
        : !Declarations.Symbols.TryGetValue(tree[1].Text, out var symbol) ? 0
        : goal == 0 && (symbol.Traits & (Trait.Positive | Trait.NonNegative | Trait.UnitInterval)) != Trait.None ? 1
        : (goal == 1 && symbol.Traits.HasFlag(Trait.UnitInterval)) || (goal == 0 && symbol.Traits.HasFlag(Trait.Negative)) ? -1
        : 0;

    private Tensor<T> Moved(ClaimTree body, string name, int[] dimensions, double[] entries)
    {
        var moved = new Evaluator<T>(world.Moved(name, dimensions, entries), meter, orientation, order) { _locals = _locals, _indices = new(_indices, StringComparer.Ordinal), _calls = _calls, _wide = _wide, ProductsDescend = ProductsDescend, RowsLie = RowsLie, DotIsHadamard = DotIsHadamard, Expected = Expected };
        return moved.Evaluate(body);
    }

    /// <summary>
    /// The value far out, with what still changes there like 1/x taken off, and uncertain by it; nearer where numbers overflow. Infinite
    /// where it grows on, none where it goes on changing otherwise.
    /// </summary>
    private static Tensor<T> AtInfinity(Func<double, Tensor<T>> value, int sign)
    {
        const int Ratio = 10;
        Tensor<T>? found = null;
        foreach (var far in new[] { 1e6, 6, 1 })
        {
            var (first, second, third) = (value(sign * far), value(sign * far * Ratio), value(sign * far * Ratio * Ratio));
            var settled = Settled(Extrapolated(first, second, Ratio), Extrapolated(second, third, Ratio));
            settled = new(settled.Dimensions, [.. settled.Data.Select((value, i) => Math.Abs(third.Data[i].Value - second.Data[i].Value) <= 1e-12 * Math.Abs(third.Data[i].Value) ? third.Data[i] : value)]);
            found = Filled(found, settled);
        }

        return Growing(found!, step => value(sign * Math.Pow(2, step / 2.0)));
    }

    private const double NearBy = 1e-3;

    private static bool IsFinite(Tensor<T> value) => Array.TrueForAll(value.Data, entry => double.IsFinite(entry.Value));

    /// <summary>
    /// The mean of the values on both sides, with what changes in proportion to the distance taken off; none where the sides differ, or
    /// infinite where they grow alike.
    /// </summary>
    private static Tensor<T> Near(Func<double, Tensor<T>> value, double goal, int side)
    {
        const int Ratio = 10;
        if (side == 0 && !IsFinite(value(goal - NearBy)) && IsFinite(value(goal + NearBy)))
        {
            // Only one side belongs to the domain, as p → 0 of p log p.
            side = 1;
        }

        if (side != 0)
        {
            return OneSided(value, goal, side);
        }

        var (first, second, third) = (Mean(NearBy), Mean(1e-4), Mean(1e-5));
        var settled = Settled(Extrapolated(first, second, Ratio), Extrapolated(second, third, Ratio));
        if (IsFinite(settled))
        {
            return settled;
        }

        var (left, right) = (OneSided(value, goal, -1), OneSided(value, goal, 1));
        return new(settled.Dimensions, [.. settled.Data.Select((entry, i) => double.IsFinite(entry.Value) ? entry : left.Data[i].Value.Equals(right.Data[i].Value) ? left.Data[i] : T.Constant(double.NaN))]);

        Tensor<T> Mean(double step)
        {
            var (below, above) = (value(goal - step), value(goal + step));
            return new(above.Dimensions, [.. above.Data.Zip(below.Data, (a, b) => Math.Abs(a.Value - b.Value) > 0.02 * (1 + Math.Abs(a.Value)) ? T.Constant(double.NaN) : (a + b) / T.Constant(2))]);
        }
    }

    /// <summary>The value close to a place on one side: very near, for functions can be steep there; else as near as they have finite values.</summary>
    private static Tensor<T> OneSided(Func<double, Tensor<T>> value, double goal, int side)
    {
        const int Steps = 80;
        const int Ratio = 10;
        var (first, second, third) = (value(goal + (side * NearBy)), value(goal + (side * NearBy / Ratio)), value(goal + (side * NearBy / Ratio / Ratio)));
        var found = Settled(Extrapolated(first, second, Ratio), Extrapolated(second, third, Ratio));
        found = IsFinite(found) ? found : Filled(found, Settled(value(goal + (side * 1e-10)), value(goal + (side * 1e-12))));
        if (IsFinite(found))
        {
            return found;
        }

        var last = new List<Tensor<T>>();
        for (var step = 4; step <= Steps && value(goal + (side * Math.Pow(2, -step / 2.0))) is var next && IsFinite(next); step++)
        {
            last.Add(next);
        }

        if (last.Count > 4)
        {
            found = Filled(found, Settled(Extrapolated(last[^5], last[^3], 2), Extrapolated(last[^3], last[^1], 2)));
        }

        return Growing(found, step => value(goal + (side * Math.Pow(2, -step / 2.0))));
    }

    private static Tensor<T> Filled(Tensor<T>? found, Tensor<T> other) => found is null ? other : new(other.Dimensions, [.. found.Data.Zip(other.Data, (a, b) => double.IsFinite(a.Value) ? a : b)]);

    /// <summary>
    /// Infinity where a value that did not settle goes on growing: along places of which each is further by the same factor, the
    /// differences of what converges get smaller, and those of x, log x and eˣ don't.
    /// </summary>
    private static Tensor<T> Growing(Tensor<T> found, Func<int, Tensor<T>> value)
    {
        const int Steps = 120;
        const int Least = 8;
        if (IsFinite(found))
        {
            return found;
        }

        var values = new List<Tensor<T>>();
        for (var step = 0; step <= Steps && value(step) is var next && (values.Count == 0 || !next.Data.Any(entry => !double.IsFinite(entry.Value))); step++)
        {
            values.Add(next);
        }

        return new(found.Dimensions, [.. found.Data.Select((entry, i) => double.IsFinite(entry.Value) ? entry : T.Constant(Way(i)))]);

        double Way(int entry)
        {
            var line = values.ConvertAll(table => table.Data[entry].Value);
            var (grows, sign) = (line.Count >= Least, line.Count > 1 ? Math.Sign(line[^1] - line[^2]) : 0);
            for (var i = Math.Max(line.Count / 2, 2); grows && i < line.Count; i++)
            {
                var (before, after) = (line[i - 1] - line[i - 2], line[i] - line[i - 1]);
                grows = Math.Sign(after) == sign && Math.Abs(after) >= 0.98 * Math.Abs(before) && Math.Abs(after) > 1e-9 * Math.Abs(line[i]);
            }

            return !grows || sign == 0 ? double.NaN : sign > 0 ? double.PositiveInfinity : double.NegativeInfinity;
        }
    }

    private static Tensor<T> Extrapolated(Tensor<T> before, Tensor<T> after, int ratio) =>
        new(after.Dimensions, [.. after.Data.Zip(before.Data, (a, b) => a + ((a - b) / T.Constant(ratio - 1)))]);

    private static Tensor<T> Settled(Tensor<T> before, Tensor<T> last)
    {
        const double Settling = 1e-4;
        const double Floor = 1e-10;
        // What can't be told from 0 is 0, unless it is rounding that hides it.
        return new(last.Dimensions, [.. last.Data.Zip(before.Data, (a, b) => T.Uncertainty(a) > 1e-3 * (Math.Abs(a.Value) + 1e-3) ? T.Constant(double.NaN) : Math.Abs(a.Value) <= Math.Abs(a.Value - b.Value) && Math.Abs(a.Value - b.Value) <= Settling * 1e-2 ? T.Constant(0) : Math.Abs(a.Value - b.Value) <= Settling * (Math.Abs(a.Value) + 1e-2) ? T.Blurred(a, b, Floor) : T.Constant(double.NaN))]);
    }

    /// <summary>How many places are looked at for the largest value, and how far out, as the argument of sinh.</summary>
    private const int Looks = 300;
    private const double Furthermost = 16;

    /// <summary>
    /// The largest or smallest value of a function of one number, or where it is: the best of many places, made exact by the golden section,
    /// and what it comes near to at the ends. The derivative by what else moves is that at the place (the envelope theorem).
    /// </summary>
    private Tensor<T> Extreme(ClaimTree tree)
    {
        var (body, name) = (tree[0], tree[1].Text);
        var (isPlace, sign) = (tree.Text.StartsWith("arg", StringComparison.Ordinal), tree.Text is "min" or "inf" or "argmin" ? -1 : 1);
        if (order > (isPlace ? 0 : 1))
        {
            throw new UnreadableException(tree.Span, "Second derivatives of a largest value, and derivatives of where it is, are not read.");
        }

        if (Declarations.Symbols.TryGetValue(name, out var symbol) && symbol.Shape is { Length: > 0 })
        {
            throw new UnreadableException(tree.Span, $"The largest value is looked for over one number; {name} has several entries.");
        }

        if (++_integrals > DeepestIntegral)
        {
            throw new BudgetException();
        }

        // Without bounds it is over the numbers that the name can be.
        var traits = symbol?.Traits ?? Trait.None;
        var (low, high) = (Bound(tree[2], (traits & (Trait.UnitInterval | Trait.Positive | Trait.NonNegative)) != Trait.None ? 0 : double.NegativeInfinity).Value, Bound(tree[3], traits.HasFlag(Trait.UnitInterval) ? 1 : double.PositiveInfinity).Value);
        var watched = world.Watched();
        var places = new double[Looks + 1];
        for (var i = 0; i <= Looks; i++)
        {
            places[i] = Place(i / (double)Looks);
        }

        var values = Array.ConvertAll(places, Height);
        // Three candidates: ties between far and near places are common.
        var best = Enumerable.Range(0, Looks + 1).Where(i => double.IsFinite(values[i])).OrderByDescending(i => values[i]).ToList();
        if (best.Count == 0)
        {
            _integrals--;
            return Tensor<T>.Constant(double.NaN);
        }

        var tops = best.Where(i => (i == 0 || !(values[i - 1] > values[i])) && (i == Looks || !(values[i + 1] > values[i]))).Take(3).Select(Refined).OrderByDescending(Height).ToList();
        var (at, top) = (tops[0], Height(tops[0]));
        var ends = new[] { End(low, -1), End(high, 1) };
        _integrals--;
        world.Sides.UnionWith(watched.Sides);
        var furthest = ends.Where(end => !double.IsNaN(end)).DefaultIfEmpty(double.NegativeInfinity).Max();
        if (furthest > top + (1e-12 * Math.Abs(top)))
        {
            // It comes nearer and nearer to a value at an end, and has it nowhere.
            return isPlace ? Tensor<T>.Constant(double.NaN) : Tensor<T>.Scalar(T.Blurred(T.Constant(sign * furthest), T.Constant(sign * furthest), double.IsFinite(furthest) ? 1e-10 : 0));
        }

        if (ends.Any(double.IsNaN) && Math.Max(values[0], values[Looks]) >= top - (1e-3 * Math.Abs(top)))
        {
            return Tensor<T>.Constant(double.NaN);
        }

        if (!isPlace)
        {
            // Near a smooth top the value is off by the square of how far the place is.
            var scale = values.Where(double.IsFinite).Select(Math.Abs).Order().ElementAt(values.Count(double.IsFinite) / 4);
            return Under(body, name, T.Constant(at), watched).Map(value => T.Blurred(value, value, 1e-13 * Math.Min(Math.Abs(top) + scale, 1)));
        }

        var isFlat = tops.Exists(other => Math.Abs(other - at) > 1e-4 * (1 + Math.Abs(at)) && Height(other) >= top - (1e-9 * Math.Abs(top)));
        return isFlat ? Tensor<T>.Constant(double.NaN) : Tensor<T>.Scalar(Math.Abs(at) < 1e-6 ? T.Constant(0) : T.Blurred(T.Constant(at), T.Constant(at), 2e-8 * Math.Abs(at)));

        double Height(double x) => Under(body, name, T.Constant(x), watched) is { IsScalar: true } height ? sign * height.Only.Value : throw new IllShapedException(body, "only numbers have a largest among them");

        // Dense near 0 and at finite ends, and wide apart far from them; never a round number, where a function may have an edge.
        double Place(double part) => (double.IsFinite(low), double.IsFinite(high)) switch
        {
            (true, true) => low + ((high - low) * (0.5 - (0.5 * Math.Cos(Math.PI * part)))),
            (true, false) => low + Math.Exp((-0.6 + (1.6 * part)) * Furthermost),
            (false, true) => high - Math.Exp((1 - (1.6 * part)) * Furthermost),
            _ => Math.Sinh(((2 * part) - 1) * Furthermost) + 1.23e-4,
        };

        double Refined(int i)
        {
            const int Sections = 64;
            var golden = (Math.Sqrt(5) - 1) / 2;
            var (left, right) = (places[Math.Max(i - 1, 0)], places[Math.Min(i + 1, Looks)]);
            var (a, b) = (right - (golden * (right - left)), left + (golden * (right - left)));
            var (atA, atB) = (Height(a), Height(b));
            for (var section = 0; section < Sections; section++)
            {
                if (!(atA < atB))
                {
                    (right, b, atB) = (b, a, atA);
                    a = right - (golden * (right - left));
                    atA = Height(a);
                }
                else
                {
                    (left, a, atA) = (a, b, atB);
                    b = left + (golden * (right - left));
                    atB = Height(b);
                }
            }

            var found = (left + right) / 2;
            return Height(found) >= values[i] ? found : places[i];
        }

        // The value at an end, or what it comes near to there.
        double End(double end, int way)
        {
            if (double.IsFinite(end) && Height(end) is var there && double.IsFinite(there))
            {
                return there;
            }

            Tensor<T> AtPlace(double x) => Tensor<T>.Constant(Height(x));
            return (double.IsFinite(end) ? OneSided(AtPlace, end, -way) : AtInfinity(AtPlace, way)).Only.Value;
        }
    }
}
