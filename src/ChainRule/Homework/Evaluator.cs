using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Numerics;

namespace ChainRule.Checking;

/// <summary>
/// The value of a claim's tree at concrete sizes and values. Derivatives are true derivatives: dual numbers run through the givens,
/// and nothing of the symbolic rules is used.
/// </summary>
internal sealed partial class Evaluator<T>(World world, Meter meter, Orientation orientation, int order)
    where T : struct, IReal<T>
{
    private const int DeepestDerivative = 3;
    private const int DeepestCall = 60;

    private Dictionary<string, Tensor<T>> _tables = new(StringComparer.Ordinal);
    private Dictionary<(string, int), Tensor<T>> _slices = [];
    private Dictionary<(string, string), (int[] Of, int[] By, T[] Data)> _jacobians = [];
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);
    private Dictionary<string, Tensor<T>> _locals = new(StringComparer.Ordinal);
    private Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private Func<string, Tensor<T>?>? _lift;
    private Func<string, Tensor<T>>? _below;
    private (string Name, int? Slice, Tensor<T> Seeded)? _cut;
    private int _calls;
    private int _integrals;
    private Dictionary<(string Name, int Entry), double>? _chosen;
    private HashSet<(string Name, int Entry)>? _touched;
    private HashSet<string> _wide = new(StringComparer.Ordinal);

    /// <summary>The values of free and bound indices.</summary>
    public Dictionary<string, int> Indices => _indices;

    /// <summary>The dimensions that the other side has: they settle which convolution is meant and how large a matrix with dots is.</summary>
    public int[]? Expected { get; set; }

    /// <summary>A centred dot between two vectors is read entry by entry.</summary>
    public bool DotIsHadamard { get; set; }

    /// <summary>X_i, a row of a matrix, is a row and not a column.</summary>
    public bool RowsLie { get; init; }

    /// <summary>Products ∏ of matrices have their later factors on the left.</summary>
    public bool ProductsDescend { get; init; }

    private Declarations Declarations => world.Declarations;

    /// <summary>
    /// An evaluator for the same place that knows what this one has computed, and nothing of the evaluation that was given up in it:
    /// of a hundred repairs tried many don't fit in shape, and the true derivative beside them is the same each time.
    /// </summary>
    public Evaluator<T> Anew(bool dotIsHadamard) => Beside(orientation, dotIsHadamard, _averages);

    /// <summary>
    /// An evaluator for the same place in another layout. It shares what the names are and how they depend on one another, which is the
    /// same in every layout unless a derivative stands in a definition.
    /// </summary>
    public Evaluator<T> Beside(Orientation layout, bool dotIsHadamard) => Beside(layout, dotIsHadamard, []);

    private Evaluator<T> Beside(Orientation layout, bool dotIsHadamard, Dictionary<ClaimTree, Tensor<T>> averages) => new(world, meter, layout, order)
    {
        _tables = _tables,
        _slices = _slices,
        _jacobians = _jacobians,
        _averages = averages,
        DotIsHadamard = dotIsHadamard,
        ProductsDescend = ProductsDescend,
        RowsLie = RowsLie,
    };

    /// <summary>What did not fit where the last value that was tried is null.</summary>
    public IllShapedException? Misfit { get; private set; }

    /// <summary>The value of a tree.</summary>
    /// <exception cref="IllShapedException">Shapes don't fit.</exception>
    /// <exception cref="UnreadableException">Something is not declared.</exception>
    /// <exception cref="BudgetException">The work allowed is used up.</exception>
    public Tensor<T> Evaluate(ClaimTree tree) => Fitting(TryEvaluate(tree));

    private Tensor<T> Fitting(Tensor<T>? value) => value ?? throw Misfit!;

    private Tensor<T>? Misfits(ClaimTree where, string message)
    {
        Misfit = new(where, message);
        return null;
    }

    /// <summary>
    /// The value of a tree, or null where <see cref="Misfit"/> says what does not fit: of the repairs that are tried most don't, and to
    /// throw exceptions would cost more than all numbers that are computed for them. (In rare places one is thrown all the same.)
    /// </summary>
    /// <exception cref="IllShapedException">Shapes don't fit.</exception>
    /// <exception cref="UnreadableException">Something is not declared.</exception>
    /// <exception cref="BudgetException">The work allowed is used up.</exception>
    public Tensor<T>? TryEvaluate(ClaimTree tree)
    {
        Interruption.Check();
        meter.Spend(1);
        switch (tree.Head)
        {
            case Head.Number:
                return Tensor<T>.Constant(double.Parse(tree.Text, CultureInfo.InvariantCulture));
            case Head.Name:
                return Named(tree);
            case Head.Entry:
                return Entry(tree);
            case Head.Add:
                return Add(tree);
            case Head.Negate:
                return TryEvaluate(tree[0])?.Map(x => -x);
            case Head.Times:
                return Times(tree);
            case Head.Divide:
                return TryEvaluate(tree[0]) is { } dividend && TryEvaluate(tree[1]) is { } divisor ? Divide(tree, Plain(dividend, tree), Plain(divisor, tree)) : null;
            case Head.Power:
                return Power(tree);
            case Head.Transpose:
                return TryEvaluate(tree[0]) is not { } turned ? null : tree[0].Is(Head.List) ? turned : Transpose(turned);
            case Head.Call:
                return Call(tree);
            case Head.Big:
                return Big(tree);
            case Head.Derivative:
                return Derivative(tree);
            case Head.Integral:
                return tree.Text is "∫" ? Integral(tree) : Extreme(tree);
            case Head.Differential:
                return Differential(tree);
            case Head.Delta:
                return Tensor<T>.Constant(Whole(tree[0]) == Whole(tree[1]) ? 1 : 0);
            case Head.Indicator:
                var (dimensions, truths) = Truth(tree[0]);
                return new(dimensions, [.. truths.Select(truth => T.Constant(truth ? 1 : 0))]);
            case Head.Cases:
                return Cases(tree);
            case Head.Matrix or Head.List:
                return Table(tree);
            case Head.Norm:
                return Norm(tree);
            case Head.Bars when tree[0].Is(Head.Name) && Declarations.Symbols.TryGetValue(tree[0].Text, out var counted) && counted.Shape is { Length: > 0 } sizes && sizes.Any(size => size.Is(Head.Name) && char.IsAsciiDigit(size.Text[0])):
                // The number of entries is that of the sizes as they are given, however small they were drawn.
                return Tensor<T>.Constant(sizes.Aggregate(1.0, (product, size) => product * (size.Is(Head.Name) && double.TryParse(size.Text, CultureInfo.InvariantCulture, out var given) ? given : Whole(size))));
            case Head.Bars:
                return Bars(tree);
            case Head.Identity:
                return tree.Items.IsEmpty ? new([], [T.Constant(1)]) { IsIdentity = true } : Tensor<T>.Eye(Bounded(Whole(tree[0])), T.Constant(1));
            case Head.Ones:
                return tree.Items.IsEmpty ? new([], [T.Constant(1)]) { IsOnes = true } : new([Bounded(Whole(tree[0]))], [.. Enumerable.Repeat(T.Constant(1), Whole(tree[0]))]);
            case Head.Elsewhere:
                return Elsewhere(tree);
            case Head.Relation or Head.And or Head.Otherwise:
                throw new UnreadableException(tree.Span, "A relation can't stand inside an expression; as an indicator it needs \\mathbb{1}[…].");
            case Head.Ellipsis:
                throw new UnreadableException(tree.Span, "Dots can stand in a matrix, not here.");
            default:
                throw new UnreadableException(tree.Span, "This can't be evaluated.");
        }
    }

    /// <summary>The values of all the trees, or null where one of them does not fit.</summary>
    private Tensor<T>[]? TryEvaluateAll(ImmutableArray<ClaimTree> trees)
    {
        var values = new Tensor<T>[trees.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (TryEvaluate(trees[i]) is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        return values;
    }

    /// <summary>|A| of a square matrix is its determinant; of other tables, as of vectors, the number of entries.</summary>
    private Tensor<T> Bars(ClaimTree tree)
    {
        var inner = Evaluate(tree[0]);
        return inner is { Rank: 2 } && inner.Dimensions[0] == inner.Dimensions[1] ? Tensor<T>.Scalar(Determinant(inner))
            : inner.IsScalar ? inner.Map(x => Kinked(tree, x.Value, T.Apply(ElementaryFunction.Abs, x))) : Tensor<T>.Constant(inner.Data.Length);
    }

    /// <summary>The truth of a condition, entry by entry.</summary>
    public (int[] Dimensions, bool[] Truths) Truth(ClaimTree condition)
    {
        switch (condition.Head)
        {
            case Head.Otherwise:
                return ([], [true]);
            case Head.And:
                var all = Truth(condition[0]);
                foreach (var item in condition.Items.Skip(1))
                {
                    var next = Truth(item);
                    all = all.Truths.Length >= next.Truths.Length
                        ? (all.Dimensions, [.. all.Truths.Select((truth, i) => truth && next.Truths[next.Truths.Length == 1 ? 0 : i])])
                        : (next.Dimensions, [.. next.Truths.Select(truth => truth && all.Truths[0])]);
                }

                return all;
            case Head.Relation when condition.Text is "∈" or "∉":
                var member = Whole(condition[0]);
                var set = condition[1];
                var isIn = set.Text switch
                {
                    "range" => member >= Whole(set[0]) && (set[1].Is(Head.None) || member <= Whole(set[1])),
                    "list" => set.Items.Any(item => Whole(item) == member),
                    "interval" => member >= Whole(set[0]) && member <= Whole(set[1]),
                    _ => throw new UnreadableException(set.Span, "Membership in this set is not judged here."),
                };
                return ([], [isIn == condition.Text is "∈"]);
            case Head.Relation:
                return Compare(condition);
            default:
                throw new IllShapedException(condition, "this condition is not a relation: \"> 0\" or the like is missing");
        }
    }

    /// <summary>A whole number: an index, a size, a bound of a sum.</summary>
    public int Whole(ClaimTree tree)
    {
        switch (tree.Head)
        {
            case Head.Number when int.TryParse(tree.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                return number;
            case Head.Name when _indices.TryGetValue(tree.Text, out var index):
                return index;
            case Head.Name when world.Sizes.TryGetValue(tree.Text, out var size):
                return size;
            case Head.Add:
                return tree.Items.Sum(Whole);
            case Head.Negate:
                return -Whole(tree[0]);
            case Head.Times when tree.Text is "" or "⋅" or "×" or "∗":
                return tree.Items.Aggregate(1, (product, item) => checked(product * Math.Clamp(Whole(item), -100_000, 100_000)) is var result && Math.Abs(result) < 1_000_000_000 ? result : throw new BudgetException());
            default:
                var value = Evaluate(tree);
                return value.IsScalar && Math.Abs(value.Only.Value - Math.Round(value.Only.Value)) < 1e-9 && Math.Abs(value.Only.Value) < 1e6 ? (int)Math.Round(value.Only.Value)
                    : tree.Is(Head.Name) ? throw new UnreadableException(tree.Span, $"{tree.Text} stands as an index here, but nothing says what it counts.")
                    : throw new IllShapedException(tree, "a whole number is expected as an index or a bound");
        }
    }

    /// <summary>The first and last value of an index letter from the way a tree uses it, or null.</summary>
    /// <param name="letter">The letter.</param>
    /// <param name="tree">Where it is used.</param>
    /// <param name="isAlone">Whether only places count at which it stands as an index by itself.</param>
    /// <param name="throughCalls">Whether the bodies of functions count that it is given to: not in one of those again, for they may go round.</param>
    public (int First, int Last)? RangeOf(string letter, ClaimTree tree, bool isAlone = false, bool throughCalls = true)
    {
        if (Declarations.Ranges.TryGetValue(letter, out var declared) && !declared.Last.Is(Head.None))
        {
            return (Whole(declared.First), Whole(declared.Last));
        }

        (int First, int Last)? shifted = null;
        foreach (var node in tree.Nodes())
        {
            meter.Spend(1);
            if (node.Is(Head.Big) && node[1].IsName(letter) && !ReferenceEquals(node, tree))
            {
                continue;
            }

            // The a of π(a) = e^{θ_a} / Σ_b e^{θ_b} counts as far as the θ of the function does.
            if (throughCalls && node.Is(Head.Call) && Declarations.Functions.TryGetValue(node.Text, out var function) && function is { Body: { } body } && node.Items.Length == function.Parameters.Length
                && Enumerable.Range(0, node.Items.Length).FirstOrDefault(i => node[i].IsName(letter) && !Declarations.Ranges.ContainsKey(function.Parameters[i]), -1) is >= 0 and var argument && RangeOf(function.Parameters[argument], body, isAlone: true, throughCalls: false) is { } called)
            {
                return called;
            }

            if (node.Is(Head.Entry))
            {
                for (var axis = 1; axis < node.Items.Length; axis++)
                {
                    var plain = node[axis].IsName(letter);
                    if (!plain && !node[axis].Nodes().Any(inner => inner.IsName(letter)))
                    {
                        continue;
                    }

                    var axes = AxesOf(node[0]) is [1, var width] && node.Items.Length == 2 ? [width] : AxesOf(node[0]);
                    if (axes is not null && axis - 1 < axes.Length)
                    {
                        var symbol = node[0].Is(Head.Name) && axis == 1 ? Declarations.Symbols.GetValueOrDefault(node[0].Text) : null;
                        var origin = symbol?.Origin ?? 1;
                        // A recurrence is claimed for the steps after its start.
                        var range = (symbol is { IsFromZero: true } ? 0 : Math.Max(origin, 1), origin == 0 ? axes[axis - 1] - 1 : axes[axis - 1]);
                        if (plain)
                        {
                            return range;
                        }

                        shifted ??= range;
                    }
                }
            }
        }

        return isAlone ? null : shifted;
    }

    /// <summary>The sizes of a name's axes.</summary>
    private int[]? AxesOf(ClaimTree tree)
    {
        if (tree.Is(Head.Name) && _locals.TryGetValue(tree.Text, out var local))
        {
            return local.Dimensions;
        }

        if (tree.Is(Head.Name) && Declarations.Symbols.TryGetValue(tree.Text, out var symbol))
        {
            if (symbol.Body is not null && !symbol.IsRecurrence && !_running.Contains(tree.Text) && (symbol.Parameters.IsEmpty || symbol.Shape is null))
            {
                return Value(tree.Text).Dimensions;
            }

            return symbol.Shape is { } shape ? [.. shape.Select((size, axis) => Whole(size) + (axis == 0 && symbol.Origin == 0 ? 1 : 0))] : null;
        }

        if (tree.Head is Head.Identity or Head.Name)
        {
            return null;
        }

        try
        {
            return TryEvaluate(tree)?.Dimensions;
        }
        catch (UnreadableException)
        {
            // The base itself needs an index that has no value yet: another use of the letter decides.
            return null;
        }
        catch (IllShapedException)
        {
            return null;
        }
    }

    private static int Bounded(int size) => size is >= 0 and <= 400 ? size : throw new BudgetException();

    private Tensor<T> Named(ClaimTree tree)
    {
        if (_indices.TryGetValue(tree.Text, out var index))
        {
            return Tensor<T>.Constant(index);
        }

        if (_locals.TryGetValue(tree.Text, out var local))
        {
            return local;
        }

        if (Declarations.Symbols.ContainsKey(tree.Text))
        {
            return Value(tree.Text);
        }

        return world.Sizes.TryGetValue(tree.Text, out var size) ? Tensor<T>.Constant(size)
            : throw new UnreadableException(tree.Span, $"{tree.Text} is not declared.");
    }

    /// <summary>All entries of a symbol.</summary>
    public Tensor<T> Value(string name)
    {
        if (_cut is { Slice: null } cut && string.Equals(cut.Name, name, StringComparison.Ordinal))
        {
            return cut.Seeded;
        }

        if (_tables.TryGetValue(name, out var table))
        {
            return table;
        }

        return _tables[name] = _lift?.Invoke(name) ?? Computed(name, Declarations.Symbols[name]);
    }

    private Tensor<T> Computed(string name, Symbol symbol)
    {
        if (symbol.IsRecurrence)
        {
            var last = Steps(symbol);
            var steps = Enumerable.Range(0, last + 1).Select(step => Slice(symbol, step)).ToList();
            return new([last + 1, .. steps[0].Dimensions], [.. steps.SelectMany(step => step.Data)]);
        }

        if (!_running.Add(name))
        {
            throw new UnreadableException(default, $"{name} is defined by itself.");
        }

        var computed = Outside(() => Compute(symbol));
        _running.Remove(name);
        return computed;
    }

    private Tensor<T> Compute(Symbol symbol)
    {
        if (_below is { } below && world.Supposed is var (of, name, entries) && string.Equals(of, symbol.Name, StringComparison.Ordinal))
        {
            return Supposed(below(of), below(name), Value(name), entries);
        }

        if (!symbol.OpaqueOf.IsEmpty)
        {
            return Tensor<T>.Scalar(Opaque(symbol.Name, symbol.OpaqueOf.SelectMany(name => (symbol.OpaqueAt.TryGetValue(name, out var entry) ? Evaluate(entry) : Value(name)).Data)));
        }

        if (_chosen is not null && world.Families.ContainsKey(symbol.Name) && world.Values.TryGetValue(symbol.Name, out var places))
        {
            return new(places.Dimensions, [.. Enumerable.Range(0, places.Entries.Length).Select(flat => Outcome(symbol.Name, flat))]);
        }

        if (symbol.Body is not { } body)
        {
            return world.Values.TryGetValue(symbol.Name, out var given)
                ? new(given.Dimensions, [.. given.Entries.Select(T.Constant)])
                : throw new UnreadableException(default, $"{symbol.Name} has no declared shape: say, for example, \"{symbol.Name} \\in \\mathbb{{R}}^n\".");
        }

        if (symbol.Parameters.IsEmpty)
        {
            return Sized(Evaluate(body), symbol);
        }

        int[] axes = [.. symbol.Shape is { } shape && shape.Length >= symbol.Parameters.Length ? shape.Take(symbol.Parameters.Length).Select(Whole) : symbol.Parameters.Select(letter => RangeOf(letter, body)?.Last ?? throw new UnreadableException(body.Span, $"Nothing says how far {letter} counts in the definition of {symbol.Name}: declare {symbol.Name} \\in \\mathbb{{R}}^n."))];
        if (symbol.IsFromZero)
        {
            axes[0]++;
        }

        return Tabulated(symbol.Parameters, axes, () => Evaluate(body), symbol.IsFromZero ? 0 : 1);
    }

    /// <summary>The value from below, moved by a derivative that is supposed.</summary>
    private static Tensor<T> Supposed(Tensor<T> value, Tensor<T> from, Tensor<T> to, double[] entries) =>
        new(value.Dimensions, [.. value.Data.Select((entry, row) => entry + Total(to.Data.Select((moved, column) => T.Constant(entries[(row * to.Data.Length) + column]) * (moved - from.Data[column]))))]);

    /// <summary>An identity or ones on the right of a definition take the declared size.</summary>
    private Tensor<T> Sized(Tensor<T> value, Symbol symbol) => (value.IsIdentity || value.IsOnes) && symbol.Shape is { Length: > 0 } shape ? Expand(value, [.. shape.Select(Whole)]) : value;

    private Tensor<T> Tabulated(ImmutableArray<string> letters, int[] axes, Func<Tensor<T>> entry, int origin = 1)
    {
        var data = new List<T>();
        int[]? inner = null;
        var count = Tensor<T>.Count(axes);
        for (var flat = 0; flat < count; flat++)
        {
            var rest = flat;
            for (var axis = axes.Length - 1; axis >= 0; axis--)
            {
                _indices[letters[axis]] = (rest % axes[axis]) + (axis == 0 ? origin : 1);
                rest /= axes[axis];
            }

            var value = entry();
            inner ??= value.Dimensions;
            data.AddRange(value.Data);
            meter.Spend(value.Data.Length);
        }

        foreach (var letter in letters)
        {
            _indices.Remove(letter);
        }

        return new([.. axes, .. inner ?? []], [.. data]);
    }

    /// <summary>How many steps a recurrence has.</summary>
    private int Steps(Symbol symbol) => symbol.Shape is [var last, ..] ? Whole(last)
        : throw new UnreadableException(default, $"{symbol.Name} has no declared shape: say, for example, \"{symbol.Name}_t \\in \\mathbb{{R}}^n\".");

    /// <summary>One step of a recurrence.</summary>
    private Tensor<T> Slice(Symbol symbol, int step)
    {
        if (_cut is { Slice: { } seededStep } cut && seededStep == step && string.Equals(cut.Name, symbol.Name, StringComparison.Ordinal))
        {
            return cut.Seeded;
        }

        if (_slices.TryGetValue((symbol.Name, step), out var slice))
        {
            return slice;
        }

        if (step < 1)
        {
            if (!world.Values.TryGetValue(symbol.Name, out var given))
            {
                throw new UnreadableException(default, $"{symbol.Name} has no declared shape: say, for example, \"{symbol.Name}_t \\in \\mathbb{{R}}^n\".");
            }

            int[] inner = [.. given.Dimensions.Skip(1)];
            var size = inner.Aggregate(1, (product, factor) => product * factor);
            slice = step == 0 && symbol.Start is { } start ? Started(start, inner)
                : step == 0 ? new(inner, [.. given.Entries.Take(size).Select(T.Constant)]) : new(inner, [.. Enumerable.Repeat(T.Constant(0), size)]);
        }
        else
        {
            slice = Outside(() =>
            {
                _indices[symbol.Parameters[0]] = step;
                return symbol.Parameters.Length == 1 ? Evaluate(symbol.Body!)
                    : Tabulated([.. symbol.Parameters.Skip(1)], [.. symbol.Shape!.Value.Skip(1).Take(symbol.Parameters.Length - 1).Select(Whole)], () => Evaluate(symbol.Body!));
            });
        }

        return _slices[(symbol.Name, step)] = slice;
    }

    private Tensor<T> Started(ClaimTree start, int[] shape)
    {
        var value = Outside(() => Evaluate(start));
        return value.IsScalar && shape.Length > 0 ? new(shape, [.. Enumerable.Repeat(value.Only, Tensor<T>.Count(shape))]) : value.IsIdentity || value.IsOnes ? Expand(value, shape) : value;
    }

    /// <summary>Definitions see neither the indices nor the arguments of the place that needs them.</summary>
    private Tensor<T> Outside(Func<Tensor<T>> compute)
    {
        if (++_calls > DeepestCall)
        {
            throw new BudgetException();
        }

        var (locals, indices, expected, dot) = (_locals, _indices, Expected, DotIsHadamard);
        (_locals, _indices, Expected, DotIsHadamard) = (locals.Count == 0 ? locals : new(StringComparer.Ordinal), indices.Count == 0 ? indices : new(StringComparer.Ordinal), null, false);
        var result = compute();
        (_locals, _indices, Expected, DotIsHadamard) = (locals, indices, expected, dot);
        _calls--;
        return result;
    }

    private static T Total(IEnumerable<T> terms) => terms.Aggregate(T.Constant(0), (sum, term) => sum + term);

    /// <summary>A smooth function of many numbers of which nothing else is known.</summary>
    private static T Opaque(string name, IEnumerable<T> arguments)
    {
        var seed = World.Hash(name) % 9973;
        var (mixed, apart) = (T.Constant(0), T.Constant(0));
        var position = 0;
        foreach (var argument in arguments)
        {
            position++;
            mixed += T.Constant(0.3 + (0.7 * ((seed * 31 + position * 17) % 97 / 97.0))) * argument;
            apart += T.Constant(0.4 + ((seed + position * 29) % 89 / 89.0)) * T.Apply(new(ElementaryFunction.Opaque, seed + position), argument);
        }

        return T.Apply(new(ElementaryFunction.Opaque, seed + 500), mixed) + apart;
    }

    private Tensor<T>? Entry(ClaimTree tree)
    {
        if (tree[0].Is(Head.Name) && Declarations.Symbols.TryGetValue(tree[0].Text, out var symbol) && symbol.IsRecurrence && !_locals.ContainsKey(tree[0].Text) && !tree[1].Is(Head.None))
        {
            var slice = Slice(symbol, InSteps(tree[1], symbol));
            return tree.Items.Length == 2 ? slice : Pick(tree, slice, 2, 1);
        }

        if (_chosen is not null && Only(tree) is { } only)
        {
            return only;
        }

        if (TryEvaluate(tree[0]) is not { } whole)
        {
            return null;
        }

        if (whole.IsIdentity && tree.Items.Length == 3)
        {
            return Tensor<T>.Scalar(Whole(tree[1]) == Whole(tree[2]) ? whole.Only : T.Constant(0));
        }

        return Pick(tree, Plain(whole, tree), 1, tree[0].Is(Head.Name) && Declarations.Symbols.TryGetValue(tree[0].Text, out var known) ? known.Origin : 1);
    }

    /// <summary>One entry under chosen outcomes, without the others: of a random table, or of what is defined from one.</summary>
    private Tensor<T>? Only(ClaimTree tree)
    {
        if (!tree[0].Is(Head.Name) || _locals.ContainsKey(tree[0].Text) || !Declarations.Symbols.TryGetValue(tree[0].Text, out var symbol) || tree.Items.Any(item => item.Is(Head.None)))
        {
            return null;
        }

        int[] indices = [.. tree.Items.Skip(1).Select(Whole)];
        if (world.Families.ContainsKey(symbol.Name) && world.Values.TryGetValue(symbol.Name, out var places))
        {
            if (indices.Length > places.Dimensions.Length || indices.Where((index, axis) => index < 1 || index > places.Dimensions[axis]).Any())
            {
                return null;
            }

            int[] rest = places.Dimensions[indices.Length..];
            var start = 0;
            for (var axis = 0; axis < places.Dimensions.Length; axis++)
            {
                start = (start * places.Dimensions[axis]) + (axis < indices.Length ? indices[axis] - 1 : 0);
            }

            return new(rest, [.. Enumerable.Range(start, Tensor<T>.Count(rest)).Select(flat => Outcome(symbol.Name, flat))]);
        }

        if (symbol.Body is not { } body || symbol.IsRecurrence || !world.Families.Keys.Any(key => Declarations.Reaches(symbol.Name, key)))
        {
            return null;
        }

        if (symbol.Parameters.Length == indices.Length)
        {
            return Outside(() =>
            {
                for (var axis = 0; axis < indices.Length; axis++)
                {
                    _indices[symbol.Parameters[axis]] = indices[axis];
                }

                return Evaluate(body);
            });
        }

        // z = W x + b needs one row of W for z_i.
        return symbol.Parameters.IsEmpty && indices.Length == 1 && Row(body, indices[0]) is { } row ? Outside(() => Evaluate(row)) : null;

        static ClaimTree? Row(ClaimTree body, int index) => body switch
        {
            { Head: Head.Name } => ClaimTree.Of(Head.Entry, body, ClaimTree.Number(index)),
            { Head: Head.Add } when body.Items.Select(item => Row(item, index)).ToList() is var terms && !terms.Contains(null) => body.With([.. terms.OfType<ClaimTree>()]),
            { Head: Head.Times, Text: "", Items: [{ Head: Head.Name } matrix, { Head: Head.Name } vector] } => new(Head.Call, "inner", [ClaimTree.Of(Head.Entry, matrix, ClaimTree.Number(index)), vector]),
            _ => null,
        };
    }

    private int InSteps(ClaimTree index, Symbol symbol)
    {
        var step = Whole(index);
        var last = Steps(symbol);
        return step <= last ? step : index.Head is Head.Name or Head.Number ? throw new IllShapedException(index, $"step {step} is after the last one ({last})") : last + 1 is var beyond && step > last ? -beyond : step;
    }

    private Tensor<T> Pick(ClaimTree tree, Tensor<T> whole, int first, int origin)
    {
        var count = tree.Items.Length - first;
        // A row vector has one index.
        var dimensions = whole.Rank == 2 && count == 1 && whole.Dimensions[0] == 1 ? [whole.Dimensions[1]] : whole.Dimensions;
        if (count > dimensions.Length)
        {
            throw new IllShapedException(tree, dimensions.Length == 0 ? "a number has no entries" : $"{count} indices where there {(dimensions.Length == 1 ? "is 1 axis" : $"are {dimensions.Length} axes")}");
        }

        var (at, kept) = (new int[dimensions.Length], 0);
        for (var axis = 0; axis < dimensions.Length; axis++)
        {
            if (axis >= count || tree[first + axis].Is(Head.None))
            {
                at[axis] = -1;
                kept++;
                continue;
            }

            var index = tree[first + axis];
            at[axis] = Whole(index) - (axis == 0 && first == 1 ? origin : 1);
            if (at[axis] < 0 || at[axis] >= dimensions[axis])
            {
                // A convention of the field: outside its range a shifted index gives 0. A plain one is a mistake.
                if (index.Head is Head.Name or Head.Number && !_wide.Contains(index.Text))
                {
                    throw new IllShapedException(tree, $"index {Shown(index)} goes beyond axis {axis + 1}, which has {dimensions[axis]} entries");
                }

                return Zeros(dimensions[count..]);
            }
        }

        if (kept == 0)
        {
            var flat = 0;
            for (var axis = 0; axis < dimensions.Length; axis++)
            {
                flat = (flat * dimensions[axis]) + at[axis];
            }

            return Tensor<T>.Scalar(whole.Data[flat]);
        }

        var (shape, next) = (new int[kept], 0);
        for (var axis = 0; axis < dimensions.Length; axis++)
        {
            if (at[axis] < 0)
            {
                shape[next++] = dimensions[axis];
            }
        }

        if (RowsLie && at is [>= 0, -1] && whole.Rank == 2 && first == 1 && origin == 1)
        {
            shape = [1, dimensions[1]];
        }

        var result = new T[Tensor<T>.Count(shape)];
        for (var flat = 0; flat < result.Length; flat++)
        {
            var (rest, position, stride) = (flat, 0, 1);
            for (var axis = dimensions.Length - 1; axis >= 0; axis--)
            {
                var place = at[axis];
                if (place < 0)
                {
                    place = rest % dimensions[axis];
                    rest /= dimensions[axis];
                }

                position += place * stride;
                stride *= dimensions[axis];
            }

            result[flat] = whole.Data[position];
        }

        return new(shape, result);
    }

    private string Shown(ClaimTree index) => index.Is(Head.Name) ? $"{index.Text} = {Whole(index).ToString(CultureInfo.InvariantCulture)}" : index.Text;

    private static Tensor<T> Zeros(int[] dimensions) => new(dimensions, [.. Enumerable.Repeat(T.Constant(0), Tensor<T>.Count(dimensions))]);

    /// <summary>Σ, Π, max, min.</summary>
    private Tensor<T>? Big(ClaimTree tree)
    {
        var (body, letter) = (tree[0], tree[1].Text);
        if (tree[3].IsNumber("Infinity"))
        {
            return Series(tree);
        }

        var (first, last) = tree[2].Is(Head.None) || tree[3].Is(Head.None)
            ? RangeOf(letter, tree[0]) ?? throw new UnreadableException(tree.Span, $"Nothing says how far {letter} counts: write the bounds of the sum, or declare {letter} \\in \\{{1, \\dots, n\\}}.")
            : (Whole(tree[2]), Whole(tree[3]));
        if (!tree[2].Is(Head.None))
        {
            first = Whole(tree[2]);
        }

        if (!tree[3].Is(Head.None))
        {
            last = Whole(tree[3]);
        }

        if (last - first > 20_000)
        {
            throw new BudgetException();
        }

        // Shifted bounds, as after a change of variable, may run past the ends: outside them the terms are 0.
        var isWide = (tree[2].Is(Head.Add) || tree[3].Is(Head.Add) || (tree[2].Is(Head.Name) && _indices.ContainsKey(tree[2].Text)) || (tree[3].Is(Head.Name) && _indices.ContainsKey(tree[3].Text))) && _wide.Add(letter);
        var shadowed = _indices.TryGetValue(letter, out var outer);
        Tensor<T>? result = null;
        int? best = null;
        var fits = true;
        for (var value = first; value <= last && fits; value++)
        {
            _indices[letter] = value;
            if (!tree[4].Is(Head.None) && !Truth(tree[4]).Truths[0])
            {
                continue;
            }

            if (TryEvaluate(body) is not { } term)
            {
                fits = false;
                break;
            }

            if (tree.Text is "argmax" or "argmin")
            {
                if (!term.IsScalar)
                {
                    throw new IllShapedException(tree[0], $"{tree.Text} compares numbers; this is {Described(term)}");
                }

                var gain = result is null ? 0 : term.Only.Value - result.Only.Value;
                if (result is null || (tree.Text is "argmax" ? gain > 0 : gain < 0))
                {
                    (result, best) = (term, value);
                }

                continue;
            }

            result = result is null ? term : tree.Text switch
            {
                "∏" when result.Rank == 2 && term.Rank == 2 => ProductsDescend ? MatrixProduct(tree, string.Empty, term, result) : MatrixProduct(tree, string.Empty, result, term),
                "∑" => Elementwise(tree, result, term, (a, b) => a + b),
                "∏" => Elementwise(tree, result, term, (a, b) => a * b),
                "max" => Elementwise(tree, result, term, (a, b) => Kinked(tree, a.Value - b.Value, a.Value >= b.Value ? a : b)),
                _ => Elementwise(tree, result, term, (a, b) => Kinked(tree, a.Value - b.Value, a.Value <= b.Value ? a : b)),
            };
            fits = result is not null;
        }

        if (isWide)
        {
            _wide.Remove(letter);
        }

        _indices.Remove(letter);
        if (shadowed)
        {
            _indices[letter] = outer;
        }

        return !fits ? null : result is null ? Tensor<T>.Constant(tree.Text is "∏" ? 1 : 0) : best is { } at ? Tensor<T>.Constant(at) : result;
    }

    /// <summary>
    /// Σ over infinitely many terms: until nothing is added any more; where the terms get small like a power, by Aitken's Δ² of what is
    /// reached after twice as many each time. None where it does not settle.
    /// </summary>
    private Tensor<T>? Series(ClaimTree tree)
    {
        const int Most = 4096;
        const int FirstStop = 32;
        var (body, letter) = (tree[0], tree[1].Text);
        if (tree.Text is not "∑" || tree[2].Is(Head.None))
        {
            throw new UnreadableException(tree.Span, "Sums are read with infinitely many terms, with the first one said: \\sum_{k=0}^\\infty.");
        }

        var first = Whole(tree[2]);
        var shadowed = _indices.TryGetValue(letter, out var outer);
        Tensor<T>? sum = null;
        var (still, stops) = (0, new List<Tensor<T>>());
        for (var count = 0; count < Most && still < 4; count++)
        {
            _indices[letter] = first + count;
            if (!tree[4].Is(Head.None) && !Truth(tree[4]).Truths[0])
            {
                continue;
            }

            var term = Evaluate(body);
            sum = sum is null ? term : Fitting(Elementwise(tree, sum, term, (a, b) => a + b));
            var total = sum;
            still = total.Data.Length == term.Data.Length && !total.Data.Where((entry, i) => !(Math.Abs(term.Data[i].Value) <= 1e-17 * Math.Abs(entry.Value))).Any() ? still + 1 : 0;
            if (count + 1 >= FirstStop && int.IsPow2(count + 1))
            {
                stops.Add(total);
            }
        }

        _indices.Remove(letter);
        if (shadowed)
        {
            _indices[letter] = outer;
        }

        return sum is null ? Tensor<T>.Constant(0) : still >= 4 ? sum : new(sum.Dimensions, [.. Enumerable.Range(0, sum.Data.Length).Select(i => Accelerated([.. stops.Select(stop => stop.Data[i])]))]);

        static T Accelerated(List<T> line)
        {
            T? before = null;
            while (line.Count >= 3)
            {
                before = line[^1];
                line = [.. Enumerable.Range(0, line.Count - 2).Select(i => line[i + 2] - ((line[i + 2] - line[i + 1]) * (line[i + 2] - line[i + 1]) / (line[i + 2] - line[i + 1] - (line[i + 1] - line[i]))))];
            }

            return before is { } last && Math.Abs(last.Value - line[^1].Value) <= 1e-4 * Math.Abs(line[^1].Value) ? T.Blurred(line[^1], last, 1e-9 * Math.Abs(line[^1].Value)) : T.Constant(double.NaN);
        }
    }

    private Tensor<T>? Cases(ClaimTree tree)
    {
        (int[] Dimensions, bool[] Truths)? shape = null;
        for (var i = 1; i < tree.Items.Length; i += 2)
        {
            var truth = Truth(tree[i]);
            if (truth.Dimensions.Length > 0)
            {
                shape ??= truth;
                if (truth.Truths.Length != shape.Value.Truths.Length)
                {
                    return Misfits(tree[i], $"this condition is one of {ShapeText(truth.Dimensions)}, another one of {ShapeText(shape.Value.Dimensions)}");
                }
            }
            else if (truth.Truths[0] && shape is null)
            {
                return tree[i - 1].IsNumber("0") ? Nothing(tree) : TryEvaluate(tree[i - 1]);
            }
        }

        if (shape is not { } known)
        {
            return Tensor<T>.Constant(double.NaN);
        }

        var data = new T[known.Truths.Length];
        Array.Fill(data, T.Constant(double.NaN));
        var done = new bool[data.Length];
        for (var i = 1; i < tree.Items.Length; i += 2)
        {
            if (TryEvaluate(tree[i - 1]) is not { } value)
            {
                return null;
            }

            var truth = Truth(tree[i]);
            if (!value.IsScalar && value.Data.Length != data.Length)
            {
                return Misfits(tree[i - 1], $"this case is {ShapeText(value.Dimensions)}, its condition {ShapeText(known.Dimensions)}");
            }

            for (var entry = 0; entry < data.Length; entry++)
            {
                if (!done[entry] && truth.Truths[truth.Truths.Length == 1 ? 0 : entry])
                {
                    (data[entry], done[entry]) = (value.Data[value.Data.Length == 1 ? 0 : entry], true);
                }
            }
        }

        return new(known.Dimensions, data);
    }

    /// <summary>The 0 of "−y x if …, 0 otherwise" has the shape of the other cases.</summary>
    private Tensor<T> Nothing(ClaimTree cases)
    {
        for (var i = 0; i < cases.Items.Length; i += 2)
        {
            if (!cases[i].Is(Head.Number) && Evaluate(cases[i]) is { IsScalar: false } other)
            {
                return Zeros(other.Dimensions);
            }
        }

        return Tensor<T>.Constant(0);
    }

    private (int[] Dimensions, bool[] Truths) Compare(ClaimTree relation)
    {
        var (a, b) = (Evaluate(relation[0]), Evaluate(relation[1]));
        var shape = a.Data.Length >= b.Data.Length ? a.Dimensions : b.Dimensions;
        var count = Math.Max(a.Data.Length, b.Data.Length);
        if (a.Data.Length != b.Data.Length && a.Data.Length > 1 && b.Data.Length > 1)
        {
            throw new IllShapedException(relation, $"{ShapeText(a.Dimensions)} is compared with {ShapeText(b.Dimensions)}");
        }

        var truths = new bool[count];
        for (var i = 0; i < count; i++)
        {
            var difference = a.Data[a.Data.Length == 1 ? 0 : i].Value - b.Data[b.Data.Length == 1 ? 0 : i].Value;
            truths[i] = relation.Text switch
            {
                "=" or "≡" => Math.Abs(difference) < 1e-12,
                "≠" => Math.Abs(difference) >= 1e-12,
                "<" or "≪" => difference < 0,
                ">" or "≫" => difference > 0,
                "≤" or "⩽" => difference <= 0,
                "≥" or "⩾" => difference >= 0,
                _ => throw new UnreadableException(relation.Span, $"The relation {relation.Text} is not read in a condition."),
            };
            if (relation.Text is not ("=" or "≠" or "≡"))
            {
                world.Sides.Add((relation, difference > 0));
            }
        }

        return (shape, truths);
    }

    private T Kinked(ClaimTree node, double side, T value)
    {
        world.Sides.Add((node, side > 0));
        return value;
    }

    private Tensor<T> Table(ClaimTree tree)
    {
        var columns = tree.Is(Head.List) ? 1 : Math.Max(tree.Order, 1);
        var rows = tree.Items.Length / columns;
        if (tree.Items.Any(item => item.Is(Head.Ellipsis)))
        {
            return Dotted(tree, rows, columns);
        }

        var expected = Expected;
        Expected = null;
        var cells = tree.Items.Select(Evaluate).ToList();
        Expected = expected;
        if (cells.TrueForAll(cell => cell.IsScalar))
        {
            T[] data = [.. cells.Select(cell => cell.Only)];
            return columns == 1 ? new([rows], data) : new([rows, columns], data);
        }

        // Columns side by side, or rows (and numbers) on top of one another.
        if (rows == 1 && cells.TrueForAll(cell => cell.Rank == 1 && cell.Dimensions[0] == cells[0].Dimensions[0]))
        {
            var height = cells[0].Dimensions[0];
            return new([height, columns], [.. Enumerable.Range(0, height).SelectMany(row => cells.Select(cell => cell.Data[row]))]);
        }

        if (columns == 1 && cells.TrueForAll(cell => cell.Rank == 2 && cell.Dimensions[1] == cells[0].Dimensions[^1]))
        {
            return new([cells.Sum(cell => cell.Dimensions[0]), cells[0].Dimensions[1]], [.. cells.SelectMany(cell => cell.Data)]);
        }

        return columns == 1 && cells.TrueForAll(cell => cell.IsScalar || cell.Rank == 1)
            ? new([cells.Sum(cell => cell.Data.Length)], [.. cells.SelectMany(cell => cell.Data)])
            : throw new IllShapedException(tree, "the cells of this matrix don't fit together");
    }

    /// <summary>A matrix with dots: the cells before the dots count from the first, those after them from the last.</summary>
    private Tensor<T> Dotted(ClaimTree tree, int rows, int columns)
    {
        var isList = tree.Is(Head.List) || columns == 1;
        int[] shape = Expected switch
        {
            { Length: 1 } vector when isList || rows == 1 => vector,
            { Length: 2 } row when isList && row[0] == 1 => [row[1]],
            { Length: 2 } matrix when !isList => matrix,
            _ => throw new UnreadableException(tree.Span, "A matrix with dots can be compared with something of known size, not stand inside a formula."),
        };
        var data = Enumerable.Repeat(T.Constant(0), Tensor<T>.Count(shape)).ToArray();
        var written = new bool[data.Length];
        int[] rowAt = rows == 1 && shape.Length == 1 ? [0] : Places(tree, rows, columns, shape[0], byRow: true);
        var columnAt = shape.Length == 1 && rows > 1 ? [0] : Places(tree, rows, columns, shape[^1], byRow: false);
        Expected = null;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var cell = tree[(row * columns) + column];
                if (cell.Is(Head.Ellipsis) || rowAt[row] < 0 || columnAt[column] < 0)
                {
                    continue;
                }

                var value = Evaluate(cell);
                var at = shape.Length == 1 ? (rows == 1 ? columnAt[column] : rowAt[row]) : (rowAt[row] * shape[1]) + columnAt[column];
                if (at >= data.Length)
                {
                    throw new IllShapedException(tree, "there are more cells before the dots than entries");
                }

                (data[at], written[at]) = (value.IsScalar ? value.Only : throw new IllShapedException(cell, "a number is expected in each cell"), true);
            }
        }

        return new(shape, data) { Written = written };
    }

    private static int[] Places(ClaimTree tree, int rows, int columns, int size, bool byRow)
    {
        var count = byRow ? rows : columns;
        var dots = Enumerable.Range(0, count).Where(line => Line(line).Count(cell => cell.Is(Head.Ellipsis)) * 2 > (byRow ? columns : rows)).ToList();
        if (dots.Count == 0 && count != size)
        {
            throw new IllShapedException(tree, $"{count} {(byRow ? "rows" : "columns")} are written where there are {size}");
        }

        return [.. Enumerable.Range(0, count).Select(line => dots.Count == 0 || line < dots[0] ? line : line > dots[^1] ? size - (count - line) : -1)];

        IEnumerable<ClaimTree> Line(int line) => byRow ? tree.Items.Skip(line * columns).Take(columns) : Enumerable.Range(0, rows).Select(row => tree[(row * columns) + line]);
    }

    internal static string ShapeText(int[] dimensions) => dimensions.Length switch
    {
        0 => "a number",
        1 => $"a vector of {dimensions[0].ToString(CultureInfo.InvariantCulture)}",
        2 when dimensions[0] == 1 => $"a row of {dimensions[1].ToString(CultureInfo.InvariantCulture)}",
        2 => $"a {string.Join('×', dimensions.Select(size => size.ToString(CultureInfo.InvariantCulture)))} matrix",
        _ => $"a table with {dimensions.Length.ToString(CultureInfo.InvariantCulture)} indices ({string.Join('×', dimensions.Select(size => size.ToString(CultureInfo.InvariantCulture)))})",
    };
}
