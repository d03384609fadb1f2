using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Calculus;

/// <summary>The numbers of a derivative at a point, beside an independent check.</summary>
/// <param name="Bindings">The values that were given.</param>
/// <param name="Dimensions">The result's sizes: none for a scalar, rows, or rows and columns.</param>
/// <param name="Entries">The result's entries in row-major order, from the derived formula.</param>
/// <param name="CheckedBy">How the entries were checked.</param>
/// <param name="LargestError">The largest difference from that check, relative to the largest entry.</param>
public sealed record PointValues(
    ImmutableArray<(Variable Variable, int[] Dimensions, double[] Entries)> Bindings,
    int[] Dimensions,
    double[] Entries,
    string CheckedBy,
    double LargestError)
{
    /// <summary>How many entries are checked in another way.</summary>
    private const int MostCompared = 100;

    /// <summary>What is differentiated, where it has no finite value at the point: then it has no derivative there, whatever the formula gives; else null.</summary>
    public string? Undefined { get; private init; }

    private readonly Dictionary<IndexVariable, int> _indices = [];
    private PointContext<Real>? _context;

    /// <summary>The point as a place to evaluate at; values and adjoints that are computed there are kept.</summary>
    internal PointContext<Real> Context => _context ??= new(Point, _indices);

    /// <summary>The names that the result is computed from on the way, with their values at the point: p = (0.09, 0.24, 0.67).</summary>
    public ImmutableArray<(Variable Variable, int[] Dimensions, double[] Entries)> Computed { get; private init; } = [];

    /// <summary>The point.</summary>
    internal Point Point { get; private init; } = new(ImmutableDictionary<Size, int>.Empty, ImmutableDictionary<Variable, double[]>.Empty);

    /// <summary>The sizes of a tensor of which an entry is given with free indices.</summary>
    internal int[] DimensionsOf(ImmutableArray<IndexVariable> indices) => [.. indices.Select(index => Point.SizeOf(index.Range))];

    /// <summary>One entry of an expression with free indices; values and adjoints that it is computed from are computed once for the point.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="indices">Its free indices.</param>
    /// <param name="flat">Which entry, in row-major order from 0 on.</param>
    internal double Entry(Expr expression, ImmutableArray<IndexVariable> indices, int flat) =>
        Entry(expression, indices, DimensionsOf(indices), flat, Context, _indices);

    /// <summary>Evaluates a derivation's result at every value of its free indices.</summary>
    /// <exception cref="ShapeException">A value does not have its variable's shape.</exception>
    /// <exception cref="ChainRuleException">A given variable has no value, or a variable is defined and so can't be given one.</exception>
    internal static PointValues Evaluate(Derivation derivation, ImmutableArray<IndexVariable> indices, Variable of, Variable by, IEnumerable<(Variable Variable, Values Values)> bindings) =>
        Evaluate(derivation, indices, of.ToString(), Dependencies.All(of), by, bindings);

    /// <summary>Evaluates a derivation of an expression, which has no name, at every value of its free indices.</summary>
    /// <exception cref="ShapeException">A value does not have its variable's shape.</exception>
    /// <exception cref="ChainRuleException">A given variable has no value, or one is defined or random and so can't be given one.</exception>
    internal static PointValues Evaluate(Derivation derivation, IEnumerable<(Variable Variable, Values Values)> bindings)
    {
        var known = Dependencies.All(derivation.Start);
        return RandomVariables.AllMentioned([derivation.Start]).FirstOrDefault(variable => variable.IsRandom) is { } random
            ? throw new ChainRuleException($"{random} is random: it has a distribution and no value at a point.")
            : Evaluate(derivation, Binding.FreeIndices(derivation.Start), "What is derived here", known, (derivation.Start as Derivative)?.By.Variable, bindings);
    }

    private static PointValues Evaluate(Derivation derivation, ImmutableArray<IndexVariable> indices, string of, HashSet<Variable> known, Variable? by, IEnumerable<(Variable Variable, Values Values)> bindings)
    {
        var sizes = new Dictionary<Size, int>();
        var values = new Dictionary<Variable, double[]>();
        var given = ImmutableArray.CreateBuilder<(Variable, int[], double[])>();
        foreach (var (name, typed) in bindings)
        {
            // A variable is known by its name here, so that y declared one-hot later is still y.
            var variable = known.FirstOrDefault(candidate => string.Equals(candidate.Name, name.Name, StringComparison.Ordinal))
                ?? throw new ChainRuleException($"{of} does not depend on {name}; it depends on {string.Join(", ", known.Where(other => !other.IsDefined).Select(other => other.ToString()).Order(StringComparer.Ordinal))}.");
            if (variable.IsDefined)
            {
                throw new ChainRuleException($"{variable} is computed from its definition and can't be given a value; give values to what it is computed from.");
            }

            var dimensions = typed.Dimensions(variable.ToString());
            Bind(variable, dimensions, sizes);
            values[variable] = typed.Flatten(variable.ToString());
            AssumedValues.Require(variable, dimensions, values[variable]);
            given.Add((variable, dimensions, values[variable]));
        }

        if (known.FirstOrDefault(variable => !variable.IsDefined && !values.ContainsKey(variable)) is { } missing)
        {
            throw new ChainRuleException($"{missing} has no value: add ({missing}, …) to At(…).");
        }

        AssumedValues.RequireSums(values);
        return Evaluate(derivation, indices, by, new Point(sizes.ToImmutableDictionary(), values.ToImmutableDictionary()), given.ToImmutable());
    }

    /// <summary>Evaluates a derivation's result at a point that somebody else has made, such as a network's sample.</summary>
    /// <exception cref="ChainRuleException">A given variable has no value there.</exception>
    internal static PointValues Evaluate(Derivation derivation, ImmutableArray<IndexVariable> indices, Variable of, Variable by, Point point)
    {
        ImmutableArray<Variable> given = [.. Dependencies.All(of).Where(variable => !variable.IsDefined).OrderBy(variable => variable.Name, StringComparer.Ordinal)];
        return given.FirstOrDefault(variable => !point.Values.ContainsKey(variable)) is { } missing
            ? throw new ChainRuleException($"{missing} has no value at this point: {of} is not a value of the network that the point belongs to. Ask its own network for the derivative, as in net.Gradient(\"W1\").At(net.Sample(1)).")
            : Evaluate(derivation, indices, by, point, [.. given.Select(variable => (variable, point.DimensionsOf(variable.Shape), point.Values[variable]))]);
    }

    private static PointValues Evaluate(Derivation derivation, ImmutableArray<IndexVariable> indices, Variable? by, Point point, ImmutableArray<(Variable, int[], double[])> given)
    {
        int[] ranges = [.. indices.Select(index => point.SizeOf(index.Range))];
        var entries = Table(derivation.Result, indices, ranges, point);
        // The places are spread over the whole tensor where there are too many: each costs two evaluations of what is differentiated.
        var compared = Math.Min(entries.Length, MostCompared);
        int[] places = [.. Enumerable.Range(0, compared).Select(place => (int)((long)place * entries.Length / compared))];
        var (check, how) = Check(derivation.Start, indices, ranges, places, point, by);
        how += compared < entries.Length ? $", at {compared} of {entries.Length} entries," : string.Empty;
        var scale = Math.Max(entries.Select(Math.Abs).DefaultIfEmpty(0).Max(), double.Epsilon);
        var context = new PointContext<Real>(point, ImmutableDictionary<IndexVariable, int>.Empty);
        return new(given, ranges, entries, how, places.Zip(check, (place, value) => Math.Abs(entries[place] - value)).DefaultIfEmpty(0).Max() / scale)
        {
            Point = point,
            Undefined = UndefinedAt(derivation.Start, indices, places, ranges, point),
            Computed = [.. Named(derivation).Select(name => (Name: name, Table: context.Table(name))).Select(name => (name.Name, name.Table.Dimensions, name.Table.Entries.Select(entry => entry.Value).ToArray()))],
        };
    }

    /// <summary>What is differentiated, as text, where one of its values at the point is not finite: log x at x = −1.</summary>
    private static string? UndefinedAt(Expr start, ImmutableArray<IndexVariable> indices, int[] places, int[] ranges, Point point)
    {
        if (start is not Derivative { Operand: var operand })
        {
            return null;
        }

        var chosen = new Dictionary<IndexVariable, int>();
        var context = new PointContext<Real>(point, chosen);
        return Array.Exists(places, place => !double.IsFinite(Entry(operand, indices, ranges, place, context, chosen))) ? operand.ToString() : null;
    }

    /// <summary>The defined names that the lines mention, each after what it is computed from.</summary>
    private static IEnumerable<Variable> Named(Derivation derivation)
    {
        var adjoints = derivation.Adjoints.Select(adjoint => adjoint.Name).ToHashSet();
        return derivation.Adjoints.Select(adjoint => adjoint.Derivation).Prepend(derivation)
            .SelectMany(part => part.Steps.SelectMany(step => new[] { step.Before, step.After }).Prepend(part.Start))
            .SelectMany(Dependencies.Direct)
            .Distinct()
            .Where(name => name.IsDefined && !name.IsRandom && !adjoints.Contains(name))
            .OrderBy(name => Dependencies.All(name).Count)
            .ThenBy(name => name.Name, StringComparer.Ordinal);
    }

    internal static void Bind(Variable variable, int[] dimensions, Dictionary<Size, int> sizes)
    {
        if (dimensions.Length != variable.Shape.Rank)
        {
            throw new ShapeException($"{variable} {variable.Shape.Said}; the values given for it are {dimensions switch { [] => "one number", [var length] => $"{length} in a row", _ => string.Join("×", dimensions) }}.");
        }

        foreach (var (size, length) in variable.Shape.Sizes.Zip(dimensions))
        {
            var fits = size switch
            {
                Size { Quotient: not null } => true,
                Size symbol when sizes.TryGetValue(symbol, out var known) => known == length,
                Size symbol => sizes.TryAdd(symbol, length),
                Number number => number.Value == length,
                _ => true,
            };
            if (!fits)
            {
                throw new ShapeException($"{variable} {variable.Shape.Said}, but {length} values were given where {size}{(size is Size symbol ? $" = {sizes[symbol]}" : string.Empty)} are needed.");
            }
        }
    }

    /// <summary>Every entry of an expression with free indices, in row-major order.</summary>
    private static double[] Table(Expr expression, ImmutableArray<IndexVariable> indices, int[] ranges, Point point)
    {
        var values = new Dictionary<IndexVariable, int>();
        var context = new PointContext<Real>(point, values);
        return [.. Enumerable.Range(0, ranges.Aggregate(1, (product, range) => product * range)).Select(flat => Entry(expression, indices, ranges, flat, context, values))];
    }

    private static double Entry(Expr expression, ImmutableArray<IndexVariable> indices, int[] ranges, int flat, PointContext<Real> context, Dictionary<IndexVariable, int> values)
    {
        foreach (var (index, value) in indices.Zip(Context<Real>.Unflatten(ranges, flat)))
        {
            values[index] = value;
        }

        return Plan.Of(expression).Run(context, []).Value;
    }

    /// <summary>Central differences of the definitions where the variable is given; dual numbers where it has a definition itself.</summary>
    private static (double[] Entries, string How) Check(Expr start, ImmutableArray<IndexVariable> indices, int[] ranges, int[] places, Point point, Variable? by)
    {
        if (by is null or { IsDefined: true } || start is not Derivative target)
        {
            var chosen = new Dictionary<IndexVariable, int>();
            var context = new PointContext<Real>(point, chosen);
            return ([.. places.Select(place => Entry(start, indices, ranges, place, context, chosen))], "forward-mode dual numbers");
        }

        var values = point.Values[by];
        var byDimensions = point.DimensionsOf(by.Shape);
        var result = new double[places.Length];
        for (var position = 0; position < places.Length; position++)
        {
            var choice = indices.Zip(Context<Real>.Unflatten(ranges, places[position])).ToDictionary(pair => pair.First, pair => pair.Second);
            var entry = Context<Real>.Flatten(byDimensions, [.. target.By.Indices.Select(index => (int)Plan.Of(index).Run(new PointContext<Real>(point, choice), []).Value)]);
            // The step that balances truncation against rounding: the cube root of the rounding unit, in the scale of the value.
            var h = 6.055e-6 * Math.Max(1, Math.Abs(values[entry]));
            result[position] = (Shifted(entry, h, choice) - Shifted(entry, -h, choice)) / (2 * h);
        }

        return (result, "central differences");

        double Shifted(int entry, double shift, Dictionary<IndexVariable, int> choice)
        {
            var moved = (double[])values.Clone();
            moved[entry] += shift;
            return Plan.Of(target.Operand).Run(new PointContext<Real>(point with { Values = point.Values.SetItem(by, moved) }, choice), []).Value;
        }
    }
}
