using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// Where double precision or a flat function gets in the way of learning, at a point: an exponential that overflows, a logarithm of
/// almost nothing, a sigmoid or tanh that is saturated, a ReLU that is off, a softmax that has rounded to 0 or 1.
/// </summary>
internal static class Conditioning
{
    /// <summary>A derivative below this stops learning for practical purposes.</summary>
    private const double Flat = 1e-6;

    /// <summary>The largest argument whose exponential is finite in double precision.</summary>
    private const double LargestExponent = 709.782712893384;

    /// <summary>How many places a note names.</summary>
    private const int MostPlaces = 3;

    /// <summary>Larger tables are not looked through.</summary>
    private const int MostEntries = 100_000;

    /// <summary>What is worth a note, in the order of the values.</summary>
    /// <param name="values">Defined variables.</param>
    /// <param name="context">The point.</param>
    public static ImmutableArray<string> Notes(IEnumerable<Variable> values, PointContext<Real> context)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach (var variable in values.Where(value => value.IsDefined))
        {
            IndexVariable[] indices = [.. Letters.For(variable.Shape)];
            var exponentials = false;
            foreach (var (apply, open) in Applications(variable.DefinitionAt([.. indices])!, [.. indices]))
            {
                exponentials |= apply.Function.Equals(FunctionDefinition.Exp);
                if (Note(variable, apply, open, context) is { } note && !notes.Contains(note))
                {
                    notes.Add(note);
                }
            }

            if (exponentials && variable.Shape.Rank > 0 && Rounded(variable, context) is { } rounded)
            {
                notes.Add(rounded);
            }
        }

        return notes.ToImmutable();
    }

    /// <summary>Every function of one argument in an expression, with the indices that are free in it: those of the whole and those of the sums around it.</summary>
    private static IEnumerable<(Apply Apply, ImmutableArray<IndexVariable> Indices)> Applications(Expr expression, ImmutableArray<IndexVariable> indices)
    {
        var seen = new HashSet<Expr>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<(Expr Expression, ImmutableArray<IndexVariable> Indices)>([(expression, indices)]);
        while (waiting.TryPop(out var next))
        {
            if (!seen.Add(next.Expression))
            {
                continue;
            }

            if (next.Expression is Apply { Arguments: [var argument] } apply)
            {
                yield return (apply, next.Indices);
                waiting.Push((argument, next.Indices));
            }
            else if (next.Expression is RangeBinder sum)
            {
                if (Affine.AreEqual(sum.Lower, Number.One))
                {
                    var letter = Letters.Fresh(sum.Upper);
                    waiting.Push((Binding.Open(sum.Body, [letter]), next.Indices.Add(letter)));
                }
            }
            else
            {
                foreach (var part in next.Expression.Children.Reverse())
                {
                    waiting.Push((part, next.Indices));
                }
            }
        }
    }

    private static string? Note(Variable variable, Apply apply, ImmutableArray<IndexVariable> indices, PointContext<Real> context)
    {
        var argument = apply.Arguments[0];
        ImmutableArray<IndexVariable> used = [.. indices.Where(index => Binding.Nodes(argument).Contains(index))];
        if (Entries(argument, used, context) is not { } entries)
        {
            return null;
        }

        var kernel = apply.Function.Kernel.Function;
        return kernel switch
        {
            ElementaryFunction.Exp => Say(x => x > LargestExponent, (where, x) => $"e^({where}) overflows: {Text(x)} is above 709.8, so double precision gives ∞. A program subtracts the largest logit first, which changes no softmax."),
            ElementaryFunction.Log => Say(x => x == 0, (where, _) => $"log {where} is −∞: {where} is 0 in double precision. Computed from the logits (log-softmax) it would be finite.")
                ?? Say(x => x is > 0 and < Flat, (where, x) => $"{where} = {Text(x)}: log has the derivative 1/{where} = {Text(1 / x)} there, which multiplies every rounding error."),
            ElementaryFunction.Sigmoid or ElementaryFunction.Tanh => Say(x => Math.Abs(Slope(kernel, x)) < Flat, (where, x) => $"{variable} is saturated: {apply.Function} has the derivative {Text(Slope(kernel, x))} at {where} = {Text(x)}, so next to no gradient passes."),
            ElementaryFunction.Relu => Say(x => x == 0, (where, _) => $"{where} is 0, the kink of ReLU, which has no derivative there.")
                ?? Say(x => x < 0, (where, x) => $"{variable} is off where {where} = {Text(x)} < 0: ReLU has the derivative 0 there, so no gradient passes."),
            _ => null,
        };

        string? Say(Func<double, bool> applies, Func<string, double, string> words)
        {
            var places = Enumerable.Range(0, entries.Length).Where(flat => applies(entries[flat])).ToList();
            if (places.Count == 0)
            {
                return null;
            }

            // The worst place is told, the others are named.
            var worst = places.MaxBy(flat => Math.Abs(entries[flat]));
            var others = places.Where(flat => flat != worst).ToList();
            return words(Place(argument, used, worst, context), entries[worst])
                + (others.Count == 0 ? string.Empty : $" The same at {string.Join(", ", others.Take(MostPlaces).Select(flat => Place(argument, used, flat, context)))}{(others.Count > MostPlaces ? $" and {others.Count - MostPlaces} more" : string.Empty)}.");
        }
    }

    private static string? Rounded(Variable variable, PointContext<Real> context)
    {
        var (dimensions, entries) = context.Table(variable);
        var flat = Array.FindIndex(entries, entry => entry.Value is 0 or 1);
        return flat < 0 ? null
            : $"{Entry(variable, Context<Real>.Unflatten(dimensions, flat))} is exactly {Text(entries[flat].Value)} by rounding: a quotient of exponentials is never 0 or 1.";
    }

    private static double[]? Entries(Expr expression, ImmutableArray<IndexVariable> indices, PointContext<Real> context)
    {
        if (indices.Aggregate(1L, (product, index) => product * context.Point.SizeOf(index.Range)) > MostEntries)
        {
            return null;
        }

        var table = Variable.Define("entries", [.. indices.Select(index => index.Range)], Binding.Close(expression, indices), Assumption.None);
        return [.. context.Table(table).Entries.Select(entry => entry.Value)];
    }

    /// <summary>The expression with its indices as numbers: z_2.</summary>
    private static string Place(Expr expression, ImmutableArray<IndexVariable> indices, int flat, PointContext<Real> context)
    {
        var values = Context<Real>.Unflatten([.. indices.Select(index => context.Point.SizeOf(index.Range))], flat);
        return Binding.Rewrite(expression, (node, _) => node is IndexVariable index && indices.IndexOf(index) is >= 0 and var position ? Number.Of(values[position]) : null).ToString();
    }

    private static string Entry(Variable variable, ImmutableArray<int> place) => variable.At([.. place.Select(index => Number.Of(index))]).ToString();

    private static double Slope(ElementaryFunction function, double x) => Dual<Real>.Apply(function, new(new(x), new(1))).Tangent.Value;

    private static string Text(double value) => value.ToString("0.####E0", CultureInfo.InvariantCulture) is var text && Math.Abs(value) is >= 1e-3 and < 1e6 or 0
        ? value.ToString("0.####", CultureInfo.InvariantCulture).Replace('-', '−')
        : text.Replace('-', '−');
}
