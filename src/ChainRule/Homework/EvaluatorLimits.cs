namespace ChainRule.Checking;

/// <content>Values at another place, and limits.</content>
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
            throw new UnreadableException(name.Span, world.Sizes.ContainsKey(name.Text) ? $"{name.Text} is a size; limits over sizes are not read." : $"{name.Text} is computed from what is given, so it can't be set to a value here.");
        }

        if (tree.Text is "lim")
        {
            var goal = Evaluate(tree[2]) is { IsScalar: true } target ? target.Only.Value : throw new IllShapedException(tree[2], "a limit is taken where a name goes to a number");
            return double.IsInfinity(goal) ? AtInfinity(x => Moved(body, name.Text, given.Dimensions, Filled(x)), Math.Sign(goal))
                : Near(x => Moved(body, name.Text, given.Dimensions, Filled(x)), goal);
        }

        var value = Evaluate(tree[2]);
        return value.IsScalar || value.Dimensions.AsSpan().SequenceEqual(given.Dimensions)
            ? Moved(body, name.Text, given.Dimensions, value.IsScalar ? Filled(value.Only.Value) : [.. value.Data.Select(entry => entry.Value)])
            : throw new IllShapedException(tree[2], $"{name.Text} is {ShapeText(given.Dimensions)}, the value {ShapeText(value.Dimensions)}");

        double[] Filled(double entry) => [.. Enumerable.Repeat(entry, given.Entries.Length)];
    }

    private Tensor<T> Moved(ClaimTree body, string name, int[] dimensions, double[] entries)
    {
        var moved = new Evaluator<T>(world.Moved(name, dimensions, entries), meter, orientation, order) { _locals = _locals, _indices = new(_indices, StringComparer.Ordinal), _calls = _calls, _wide = _wide, ProductsDescend = ProductsDescend, RowsLie = RowsLie, DotIsHadamard = DotIsHadamard, Expected = Expected };
        return moved.Evaluate(body);
    }

    /// <summary>
    /// The value far out, with what still changes there like 1/x taken off, and uncertain by it; nearer where numbers overflow. None where it
    /// goes on changing.
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
            found = found is null ? settled : new(settled.Dimensions, [.. found.Data.Zip(settled.Data, (a, b) => double.IsFinite(a.Value) ? a : b)]);
        }

        return found!;
    }

    private const double NearBy = 1e-3;

    private static bool IsFinite(Tensor<T> value) => Array.TrueForAll(value.Data, entry => double.IsFinite(entry.Value));

    /// <summary>The mean of the values on both sides, with what changes in proportion to the distance taken off; none where the sides differ.</summary>
    private static Tensor<T> Near(Func<double, Tensor<T>> value, double goal)
    {
        const int Ratio = 10;
        if (!IsFinite(value(goal - NearBy)) && IsFinite(value(goal + NearBy)))
        {
            // Only one side belongs to the domain, as p → 0 of p log p: nearer, for such functions are steep there.
            return Settled(value(goal + 1e-10), value(goal + 1e-12));
        }

        var (first, second, third) = (Mean(NearBy), Mean(1e-4), Mean(1e-5));
        return Settled(Extrapolated(first, second, Ratio), Extrapolated(second, third, Ratio));

        Tensor<T> Mean(double step)
        {
            var (below, above) = (value(goal - step), value(goal + step));
            return new(above.Dimensions, [.. above.Data.Zip(below.Data, (a, b) => Math.Abs(a.Value - b.Value) > 0.02 * (1 + Math.Abs(a.Value)) ? T.Constant(double.NaN) : (a + b) / T.Constant(2))]);
        }
    }

    private static Tensor<T> Extrapolated(Tensor<T> before, Tensor<T> after, int ratio) =>
        new(after.Dimensions, [.. after.Data.Zip(before.Data, (a, b) => a + ((a - b) / T.Constant(ratio - 1)))]);

    private static Tensor<T> Settled(Tensor<T> before, Tensor<T> last)
    {
        const double Settling = 1e-4;
        const double Floor = 1e-10;
        // What can't be told from 0 is 0.
        return new(last.Dimensions, [.. last.Data.Zip(before.Data, (a, b) => Math.Abs(a.Value) <= Math.Abs(a.Value - b.Value) && Math.Abs(a.Value - b.Value) <= Settling * 1e-2 ? T.Constant(0) : Math.Abs(a.Value - b.Value) <= Settling * (Math.Abs(a.Value) + 1e-2) ? T.Blurred(a, b, Floor) : T.Constant(double.NaN))]);
    }
}
