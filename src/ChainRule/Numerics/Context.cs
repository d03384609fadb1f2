using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>Where a running plan finds values: given entries, definitions (computed once per point), free indices.</summary>
internal abstract class Context<T>(Point point, IReadOnlyDictionary<IndexVariable, int> indices)
    where T : struct, IReal<T>
{
    private readonly Dictionary<Variable, (int[] Dimensions, T[] Entries)> _tables = [];
    private readonly Dictionary<(Variable, int, bool), object> _seeded = [];
    private readonly Dictionary<string, T> _expectations = new(StringComparer.Ordinal);
    private readonly Dictionary<Variable, int[]> _dimensions = [];
    private EntryReads? _reads;

    public Point Point { get; } = point;

    public IReadOnlyDictionary<IndexVariable, int> Indices { get; } = indices;

    /// <summary>Whether random variables have the values of one outcome here, which change from outcome to outcome.</summary>
    public virtual bool IsRandomised => false;

    /// <summary>The expectation of a quantity, computed once for each key.</summary>
    /// <param name="key">What tells the expectation from others at this point.</param>
    /// <param name="quantity">The quantity's value in a context that knows one outcome.</param>
    /// <param name="isSmooth">Whether the quantity has no kinks and jumps.</param>
    public virtual T Expect(string key, Func<Context<T>, T> quantity, bool isSmooth)
    {
        _reads?.AddUnknown();
        if (!_expectations.TryGetValue(key, out var value))
        {
            value = ExpectationIntegrator.Expect(this, quantity, isSmooth);
            _expectations.Add(key, value);
        }

        if (double.IsNaN(value.Value))
        {
            Point.Budget.HasGivenUp = true;
        }

        return value;
    }

    /// <summary>Which entries the formula of each entry reads, where that was noted; it is the same for every kind of number.</summary>
    protected internal virtual EntryReads? Reads => _reads;

    /// <summary>The entry of a variable; 0 where an index is out of range.</summary>
    public virtual T Entry(Variable variable, ReadOnlySpan<int> indices)
    {
        var (dimensions, entries) = Table(variable);
        var flat = Flatten(dimensions, indices);
        if (flat < 0)
        {
            return T.Constant(0);
        }

        _reads?.Add(variable, flat);
        return entries[flat];
    }

    /// <summary>All entries of a variable in row-major order.</summary>
    public (int[] Dimensions, T[] Entries) Table(Variable variable)
    {
        if (!_tables.TryGetValue(variable, out var table))
        {
            var dimensions = DimensionsOf(variable);
            Point.Meter?.Spend(dimensions.Aggregate(1L, (product, size) => product * Math.Max(size, 1)));
            table = (dimensions, Compute(variable, dimensions));
            _tables.Add(variable, table);
        }

        return table;
    }

    /// <summary>The derivative of what the plan computes by one entry of a variable, at which the graph of definitions is cut.</summary>
    public T Differentiate(Plan operand, Variable by, bool othersFixed, int[] indices, ImmutableArray<int> bound)
    {
        _reads?.AddUnknown();
        var flat = Flatten(Table(by).Dimensions, indices);
        if (flat < 0)
        {
            return T.Constant(0);
        }

        // The type is that of a dual number one order up; as a field type it would make the runtime load an endless chain of them.
        if (!_seeded.TryGetValue((by, flat, othersFixed), out var seeded))
        {
            seeded = new SeededContext<T>(this, by, flat, othersFixed);
            _seeded.Add((by, flat, othersFixed), seeded);
        }

        return operand.Run((SeededContext<T>)seeded, bound).Tangent;
    }

    /// <summary>Drops the derivatives' contexts, whose values belong to one outcome of chance.</summary>
    protected void ForgetOutcome() => _seeded.Clear();

    /// <summary>The concrete sizes of a variable.</summary>
    protected int[] DimensionsOf(Variable variable)
    {
        if (!_dimensions.TryGetValue(variable, out var dimensions))
        {
            dimensions = Point.DimensionsOf(variable.Shape);
            _dimensions.Add(variable, dimensions);
        }

        return dimensions;
    }

    protected abstract T[] Compute(Variable variable, int[] dimensions);

    /// <summary>The entries of a defined variable, from its definition.</summary>
    protected T[] Unfold(Variable variable, int[] dimensions)
    {
        var plan = Plan.Of(variable.Body!);
        var entries = new T[dimensions.Aggregate(1, (product, size) => product * Math.Max(size, 0))];
        var note = _reads?.Begin(variable, entries.Length);
        for (var flat = 0; flat < entries.Length; flat++)
        {
            entries[flat] = plan.Run(this, Unflatten(dimensions, flat));
            note?.End(flat);
        }

        note?.Dispose();
        return entries;
    }

    /// <summary>From now on it is noted which entries are read.</summary>
    protected void NoteReads() => _reads = new();

    internal static int Flatten(int[] dimensions, ReadOnlySpan<int> indices)
    {
        var flat = 0;
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (indices[i] < 1 || indices[i] > dimensions[i])
            {
                return -1;
            }

            flat = (flat * dimensions[i]) + indices[i] - 1;
        }

        return flat;
    }

    internal static ImmutableArray<int> Unflatten(int[] dimensions, int flat)
    {
        var indices = new int[dimensions.Length];
        for (var i = dimensions.Length - 1; i >= 0; i--)
        {
            indices[i] = (flat % dimensions[i]) + 1;
            flat /= dimensions[i];
        }

        return [.. indices];
    }
}

/// <summary>Values at a point.</summary>
internal sealed class PointContext<T> : Context<T>
    where T : struct, IReal<T>
{
    public PointContext(Point point, IReadOnlyDictionary<IndexVariable, int> indices)
        : base(point, indices)
    {
        // Only checks differentiate by many entries; they are also the ones that are measured.
        if (point.Meter is not null)
        {
            NoteReads();
        }
    }

    protected override T[] Compute(Variable variable, int[] dimensions) => variable.IsDefined
        ? Point.Computed.TryGetValue(variable, out var computed) ? [.. computed.Select(T.Given)] : Unfold(variable, dimensions)
        : Point.Values.TryGetValue(variable, out var given)
            ? [.. given.Select(T.Given)]
            : throw new ChainRuleException($"{variable} has no value yet: bind it, as in At(({variable}, […])).");
}

/// <summary>Dual values at a point: one entry of one variable moves.</summary>
internal sealed class SeededContext<T>(Context<T> inner, Variable seed, int flat, bool othersFixed) : Context<Dual<T>>(inner.Point, inner.Indices)
    where T : struct, IReal<T>
{
    private readonly Dictionary<RandomEntry, Dual<T>> _computed = [];
    private readonly Dictionary<Variable, bool[]?> _moved = [];

    /// <inheritdoc/>
    public override bool IsRandomised => inner.IsRandomised;

    /// <inheritdoc/>
    protected internal override EntryReads? Reads => inner.Reads;

    /// <summary>Inside an expectation entries are computed one by one, so that only those are drawn that are used.</summary>
    public override Dual<T> Entry(Variable variable, ReadOnlySpan<int> indices)
    {
        if (!IsRandomised || !variable.IsRandom)
        {
            return base.Entry(variable, indices);
        }

        var position = Flatten(DimensionsOf(variable), indices);
        if (position < 0)
        {
            return Dual<T>.Constant(0);
        }

        if (variable.Equals(seed) || othersFixed || !variable.IsDefined || !Dependencies.Reaches(variable, seed))
        {
            return new(inner.Entry(variable, indices), T.Constant(variable.Equals(seed) && position == flat ? 1 : 0));
        }

        var entry = new RandomEntry(variable, position);
        if (!_computed.TryGetValue(entry, out var value))
        {
            value = Plan.Of(variable.Body!).Run(this, [.. indices]);
            _computed.Add(entry, value);
        }

        return value;
    }

    protected override Dual<T>[] Compute(Variable variable, int[] dimensions)
    {
        var isSeed = variable.Equals(seed);
        return !isSeed && !othersFixed && variable.IsDefined && Dependencies.Reaches(variable, seed)
            ? Reads?.Of(variable) is { } reads ? Moved(variable, dimensions, reads) : Unfold(variable, dimensions)
            : [.. inner.Table(variable).Entries.Select((entry, position) => new Dual<T>(entry, T.Constant(isSeed && position == flat ? 1 : 0)))];
    }

    /// <summary>Only what reads an entry that moves is computed anew: a convolution reads a few of many.</summary>
    private Dual<T>[] Moved(Variable variable, int[] dimensions, (Variable Read, int Flat)[]?[] reads)
    {
        var plan = Plan.Of(variable.Body!);
        var entries = Array.ConvertAll(inner.Table(variable).Entries, entry => new Dual<T>(entry, T.Constant(0)));
        var moved = new bool[entries.Length];
        for (var place = 0; place < entries.Length; place++)
        {
            if (reads[place] is not { } read || Array.Exists(read, entry => Moves(entry.Read, entry.Flat)))
            {
                moved[place] = true;
                entries[place] = plan.Run(this, Unflatten(dimensions, place));
            }
        }

        _moved[variable] = moved;
        return entries;
    }

    private bool Moves(Variable variable, int place)
    {
        if (variable.Equals(seed))
        {
            return place == flat;
        }

        if (!_moved.TryGetValue(variable, out var moved))
        {
            if (variable.IsDefined && Dependencies.Reaches(variable, seed))
            {
                // Its table says which of its entries move, unless that is not known.
                var all = Table(variable).Entries.Length;
                moved = _moved.GetValueOrDefault(variable) ?? [.. Enumerable.Repeat(true, all)];
            }

            _moved[variable] = moved;
        }

        return moved?[place] ?? false;
    }
}
