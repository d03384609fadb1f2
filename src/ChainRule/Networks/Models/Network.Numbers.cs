using System.Collections.Immutable;
using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Networks;

public sealed partial class Network
{
    /// <summary>What needs numbers: inputs, targets, parameters, in this order.</summary>
    private ImmutableArray<Variable> Unknowns => [.. Inputs, .. Targets, .. Parameters];

    /// <summary>The network with numbers, in the order inputs, targets, parameters: <c>net.At(x, y, W1, b1, W2, b2)</c>.</summary>
    /// <param name="values">The numbers; sizes follow from them.</param>
    /// <exception cref="ChainRuleException">There are too few or too many, or one is NaN or infinite.</exception>
    /// <exception cref="ShapeException">Numbers do not have the shape of what they are for.</exception>
    public NetworkPoint At(params Values[] values)
    {
        Require.NotNull(values);
        if (Unknowns is [var only] && (values.Length != 1 || values[0].Dimensions(only.ToString()).Length < only.Shape.Rank))
        {
            // At([1, 2]) for one vector: C# takes the list for the list of arguments.
            values = [Numerics.Values.Create(values)];
        }

        return values.Length == Unknowns.Length
            ? Bind(Unknowns.Zip(values))
            : throw new ChainRuleException($"{values.Length} values were given where {Unknowns.Length} are needed, in this order: {string.Join(", ", Unknowns)}.");
    }

    /// <summary>The network with numbers by name: <c>net.At(("x", [1, 2]), ("W1", [[1, 2], [3, 4]]), …)</c>.</summary>
    /// <param name="values">The names with their numbers.</param>
    /// <exception cref="ChainRuleException">A name is unknown, computed, given twice or missing, or a number is NaN or infinite.</exception>
    /// <exception cref="ShapeException">Numbers do not have the shape of what they are for.</exception>
    public NetworkPoint At(params (string Name, Values Values)[] values)
    {
        Require.NotNull(values);
        return Bind(values.Select(value => (this[value.Name], value.Values)));
    }

    /// <summary>The network with the arrays of a file and, beside them, what the file does not hold: <c>net.At(Npz("weights.npz"), ("x", [1, 2]), ("y", [0, 1]))</c>.</summary>
    /// <param name="file">Arrays by name.</param>
    /// <param name="values">Further names with their numbers; they take precedence.</param>
    /// <exception cref="ChainRuleException">A name is unknown, computed or missing, or a number is NaN or infinite.</exception>
    /// <exception cref="ShapeException">Numbers do not have the shape of what they are for.</exception>
    public NetworkPoint At(NamedValues file, params (string Name, Values Values)[] values)
    {
        Require.NotNull(file);
        Require.NotNull(values);
        var typed = values.Select(value => (Variable: this[value.Name], value.Values)).ToList();
        return Bind(file.Arrays.Select(entry => (Variable: this[entry.Key], Values: entry.Value)).Where(entry => !typed.Exists(value => value.Variable.Equals(entry.Variable))).Concat(typed));
    }

    /// <summary>The network with random numbers: small sizes that are all different, so that a missing transpose shows.</summary>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <param name="sizes">Sizes that are to have a certain value: <c>("N", 5)</c>.</param>
    /// <exception cref="ChainRuleException">A size is not one of the network's.</exception>
    public NetworkPoint Sample(int seed, params (string Size, int Value)[] sizes)
    {
        Require.NotNull(sizes);
        var letters = Unknowns.SelectMany(variable => variable.Shape.Sizes).SelectMany(Binding.Nodes).OfType<Size>().Where(size => size.Quotient is null).Distinct().ToList();
        var chosen = new Dictionary<Size, int>();
        foreach (var (name, value) in sizes)
        {
            var letter = letters.Find(size => string.Equals(size.Name, name, StringComparison.Ordinal))
                ?? throw new ChainRuleException($"The network has no size {name}; it has {(letters.Count == 0 ? "none that is a letter" : string.Join(", ", letters))}.");
            chosen[letter] = value > 0 ? value : throw new ShapeException($"A size is a positive whole number, and {name} is {value}.");
        }

        var free = 3;
        foreach (var letter in letters.Where(letter => !chosen.ContainsKey(letter)))
        {
            while (chosen.ContainsValue(free))
            {
                free++;
            }

            chosen.Add(letter, free++);
        }

        var random = new Random(seed);
        var point = new Point(chosen.ToImmutableDictionary(), ImmutableDictionary<Variable, double[]>.Empty);
        foreach (var variable in Unknowns)
        {
            Interruption.Check();
            var numbers = new double[point.DimensionsOf(variable.Shape).Aggregate(1, (product, size) => product * size)];
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = (random.NextDouble() * 2) - 1;
            }

            // What is assumed of a vector is assumed of each row of a matrix.
            var length = variable.Shape.Rank == 0 ? 1 : point.SizeOf(variable.Shape.Sizes[^1]);
            point = point with { Values = point.Values.Add(variable, [.. numbers.Chunk(Math.Max(1, length)).SelectMany(row => Fitting(variable, row))]) };
        }

        if (Targets.Length > 1 && LossFunction?.TargetAddsUpToOne == true)
        {
            // The classes of a drawn network are scalars with names of their own; one of them is the right one.
            var right = Targets.MaxBy(target => point.Values[target][0]);
            point = point with { Values = point.Values.SetItems(Targets.Select(target => KeyValuePair.Create(target, new double[] { target.Equals(right) ? 1 : 0 }))) };
        }

        return new(this, point);
    }

    private static double[] Fitting(Variable variable, double[] numbers)
    {
        if (variable.Assumptions.HasFlag(Assumption.OneHot))
        {
            var largest = Array.IndexOf(numbers, numbers.Max());
            return [.. numbers.Select((_, place) => place == largest ? 1.0 : 0.0)];
        }

        if (variable.Assumptions.HasFlag(Assumption.SumsToOne))
        {
            var sum = numbers.Sum(Math.Abs);
            return Array.ConvertAll(numbers, number => Math.Abs(number) / sum);
        }

        return variable.Assumptions.HasFlag(Assumption.Positive) ? Array.ConvertAll(numbers, number => 0.1 + Math.Abs(number))
            : variable.Assumptions.HasFlag(Assumption.ZeroOrOne) ? Array.ConvertAll(numbers, number => number > 0 ? 1.0 : 0.0)
            : numbers;
    }

    private NetworkPoint Bind(IEnumerable<(Variable Variable, Values Values)> bindings)
    {
        var sizes = new Dictionary<Size, int>();
        var numbers = new Dictionary<Variable, double[]>();
        foreach (var (variable, values) in bindings)
        {
            if (variable.IsDefined)
            {
                throw new ChainRuleException($"{variable} is computed from its definition and can't be given numbers; give them to {string.Join(", ", Unknowns)}.");
            }

            PointValues.Bind(variable, values.Dimensions(variable.ToString()), sizes);
            if (!numbers.TryAdd(variable, values.Flatten(variable.ToString())))
            {
                throw new ChainRuleException($"{variable} is given twice.");
            }

            AssumedValues.Require(variable, values.Dimensions(variable.ToString()), numbers[variable]);
        }

        AssumedValues.RequireSums(numbers);
        return Unknowns.FirstOrDefault(variable => !numbers.ContainsKey(variable)) is { } missing
            ? throw new ChainRuleException($"{missing} has no numbers: add (\"{NameMatching.Typed(missing)}\", …).")
            : new(this, new(sizes.ToImmutableDictionary(), numbers.ToImmutableDictionary()));
    }
}
