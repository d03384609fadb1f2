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
    internal double Entry(Expr expression, ImmutableArray<IndexVariable> indices, int flat)
    {
        foreach (var (index, value) in indices.Zip(Context<Real>.Unflatten(DimensionsOf(indices), flat)))
        {
            _indices[index] = value;
        }

        return Plan.Of(expression).Run(Context, []).Value;
    }

    /// <summary>Evaluates a derivation's result at every value of its free indices.</summary>
    /// <exception cref="ShapeException">A value does not have its variable's shape.</exception>
    /// <exception cref="ChainRuleException">A given variable has no value, or a variable is defined and so can't be given one.</exception>
    internal static PointValues Evaluate(Derivation derivation, ImmutableArray<IndexVariable> indices, Variable of, Variable by, IEnumerable<(Variable Variable, Values Values)> bindings)
    {
        var sizes = new Dictionary<Size, int>();
        var values = new Dictionary<Variable, double[]>();
        var given = ImmutableArray.CreateBuilder<(Variable, int[], double[])>();
        var known = Dependencies.All(of);
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
        var point = new Point(sizes.ToImmutableDictionary(), values.ToImmutableDictionary());
        int[] ranges = [.. indices.Select(index => point.SizeOf(index.Range))];
        var entries = Table(derivation.Result, indices, ranges, point);
        var (check, how) = Check(derivation.Start, indices, ranges, point, by);
        var scale = Math.Max(entries.Select(Math.Abs).DefaultIfEmpty(0).Max(), double.Epsilon);
        var context = new PointContext<Real>(point, ImmutableDictionary<IndexVariable, int>.Empty);
        return new(given.ToImmutable(), ranges, entries, how, entries.Zip(check, (a, b) => Math.Abs(a - b)).DefaultIfEmpty(0).Max() / scale)
        {
            Point = point,
            Computed = [.. Named(derivation).Select(name => (Name: name, Table: context.Table(name))).Select(name => (name.Name, name.Table.Dimensions, name.Table.Entries.Select(entry => entry.Value).ToArray()))],
        };
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
        var plan = Plan.Of(expression);
        var entries = new double[ranges.Aggregate(1, (product, range) => product * range)];
        for (var flat = 0; flat < entries.Length; flat++)
        {
            var choice = Context<Real>.Unflatten(ranges, flat);
            for (var i = 0; i < indices.Length; i++)
            {
                values[indices[i]] = choice[i];
            }

            entries[flat] = plan.Run(context, []).Value;
        }

        return entries;
    }

    /// <summary>Central differences of the definitions where the variable is given; dual numbers where it has a definition itself.</summary>
    private static (double[] Entries, string How) Check(Expr start, ImmutableArray<IndexVariable> indices, int[] ranges, Point point, Variable by)
    {
        if (by.IsDefined || start is not Derivative target)
        {
            return (Table(start, indices, ranges, point), "forward-mode dual numbers");
        }

        var values = point.Values[by];
        var byDimensions = point.DimensionsOf(by.Shape);
        var result = new double[ranges.Aggregate(1, (product, range) => product * range)];
        for (var flat = 0; flat < result.Length; flat++)
        {
            var choice = indices.Zip(Context<Real>.Unflatten(ranges, flat)).ToDictionary(pair => pair.First, pair => pair.Second);
            var entry = Context<Real>.Flatten(byDimensions, [.. target.By.Indices.Select(index => choice[(IndexVariable)index])]);
            // The step that balances truncation against rounding: the cube root of the rounding unit, in the scale of the value.
            var h = 6.055e-6 * Math.Max(1, Math.Abs(values[entry]));
            result[flat] = (Shifted(entry, h, choice) - Shifted(entry, -h, choice)) / (2 * h);
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
