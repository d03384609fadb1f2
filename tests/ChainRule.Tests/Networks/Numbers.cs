using System.Collections.Immutable;

namespace ChainRule.Tests.Networks;

/// <summary>Values and differences of formulas at a point, without any rule of differentiation.</summary>
internal sealed class Numbers
{
    private readonly Point _point;

    private Numbers(Point point) => _point = point;

    /// <summary>A point with random values for every variable that the expressions need; sizes are small and different.</summary>
    public static Numbers Random(int seed, Expr expression, params (string Size, int Value)[] sizes)
    {
        var random = new Random(seed);
        var point = new Point(sizes.ToImmutableDictionary(size => Size(size.Size), size => size.Value), ImmutableDictionary<Variable, double[]>.Empty);
        foreach (var variable in Dependencies.All(expression).Where(variable => !variable.IsDefined).OrderBy(variable => variable.Name, StringComparer.Ordinal))
        {
            var values = new double[point.DimensionsOf(variable.Shape).Aggregate(1, (a, b) => a * b)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = variable.Assumptions.HasFlag(Assumption.Positive) ? 0.2 + random.NextDouble() : (random.NextDouble() * 3) - 1.5;
            }

            if (variable.Assumptions.HasFlag(Assumption.OneHot))
            {
                Array.Clear(values);
                values[random.Next(values.Length)] = 1;
            }
            else if (variable.Assumptions.HasFlag(Assumption.SumsToOne))
            {
                var sum = values.Sum(Math.Abs);
                values = Array.ConvertAll(values, value => Math.Abs(value) / sum);
            }
            else if (variable.Assumptions.HasFlag(Assumption.ZeroOrOne))
            {
                values = Array.ConvertAll(values, value => value > 0 ? 1.0 : 0.0);
            }

            point = point with { Values = point.Values.Add(variable, values) };
        }

        return new(point);
    }

    /// <summary>The variables that have values.</summary>
    public IEnumerable<Variable> Inputs => _point.Values.Keys;

    /// <summary>The same point with other values for a variable.</summary>
    public Numbers With(Variable variable, params double[] values) => new(_point with { Values = _point.Values.SetItem(variable, values) });

    public double[] this[Variable variable] => _point.Values[variable];

    public double Of(Expr scalar, params (IndexVariable Index, int Value)[] indices) =>
        Plan.Of(scalar).Run(new PointContext<Real>(_point, indices.ToImmutableDictionary(pair => pair.Index, pair => pair.Value)), []).Value;

    /// <summary>All entries, row by row.</summary>
    public double[] Of(Tensor tensor) => [.. new PointContext<Real>(_point, ImmutableDictionary<IndexVariable, int>.Empty).Table(tensor as Variable ?? tensor.Named("everything")).Entries.Select(entry => entry.Value)];

    /// <summary>The gradient by five-point differences.</summary>
    public double[] Differences(Expr scalar, Variable by, double step = 1e-3)
    {
        return [.. Enumerable.Range(0, this[by].Length).Select(position =>
        {
            double At(double shift)
            {
                double[] moved = [.. this[by]];
                moved[position] += shift;
                return With(by, moved).Of(scalar);
            }

            return ((8 * (At(step) - At(-step))) - At(2 * step) + At(-2 * step)) / (12 * step);
        })];
    }

    /// <summary>The gradient that the engine derived, at this point.</summary>
    public double[] Gradient(Variable scalar, Variable by)
    {
        var gradient = scalar.Gradient(by);
        Assert.NotEqual(VerdictKind.Refuted, gradient.Derivation.Verdict.Kind);
        Assert.All(gradient.Derivation.Steps, step => Assert.NotEqual(VerdictKind.Refuted, step.Verdict.Kind));
        int[] dimensions = _point.DimensionsOf(by.Shape);
        var plan = Plan.Of(gradient.Entry);
        return [.. Enumerable.Range(0, this[by].Length).Select(flat =>
        {
            var place = Context<Real>.Unflatten(dimensions, flat);
            var indices = gradient.Indices.Select((index, axis) => KeyValuePair.Create(index, place[axis])).ToImmutableDictionary();
            return plan.Run(new PointContext<Real>(_point, indices), []).Value;
        })];
    }

    /// <summary>Whether the derived gradient is that of differences.</summary>
    public void CheckGradient(Variable scalar, Variable by)
    {
        var (derived, differences) = (Gradient(scalar, by), Differences(scalar, by));
        AssertClose(differences, derived, 1e-8, $"∂{scalar}/∂{by}");
    }

    public static void AssertClose(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1e-3, expected.Max(Math.Abs));
        Assert.True(expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) <= tolerance * scale), $"{what}: {string.Join(", ", actual)}, not {string.Join(", ", expected)}");
    }
}
