using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Matrices;

/// <summary>In which notation a result is written.</summary>
public enum Notation
{
    /// <summary>As vectors and matrices where the result has such a form, else by its entry.</summary>
    Matrix,

    /// <summary>By the entry with free indices: ∂L/∂z_j = p_j − y_j.</summary>
    Index,

    /// <summary>Every component written out, for small sizes.</summary>
    Components,
}

/// <summary>How much of a derivation is shown.</summary>
public enum Detail
{
    /// <summary>The lines that a textbook prints.</summary>
    Textbook,

    /// <summary>The result; the lines are one click away.</summary>
    Result,

    /// <summary>A line for every single step.</summary>
    EveryStep,
}

/// <summary>A result written out component by component, with a number for every size: diag(p) − ppᵀ as nine entries for K = 3.</summary>
public sealed class ComponentForm
{
    /// <summary>How many components are written out.</summary>
    private const int MostEntries = 16;

    /// <summary>What is longer than this is not written out.</summary>
    private const int MostToRead = 120;

    /// <summary>How many terms of a sum are written out.</summary>
    private const int MostTerms = 6;

    private ComponentForm(ImmutableArray<(Size Size, int Value)> sizes, ImmutableArray<ImmutableArray<Expr>> rows, Verdict verdict) => (Sizes, Rows, Verdict) = (sizes, rows, verdict);

    /// <summary>The numbers that stand for the sizes: K = 3.</summary>
    public ImmutableArray<(Size Size, int Value)> Sizes { get; }

    /// <summary>The components, row by row; a vector has one component in each row.</summary>
    public ImmutableArray<ImmutableArray<Expr>> Rows { get; }

    /// <summary>Whether every component agrees with the entry at its indices.</summary>
    public Verdict Verdict { get; }

    /// <summary>The components of an entry with free indices, or null where there would be too many or they would be too long to read.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="indices">Its free indices, at most two: rows before columns.</param>
    /// <param name="known">Numbers for sizes; the others get small ones, all different.</param>
    internal static ComponentForm? Of(Expr entry, ImmutableArray<IndexVariable> indices, IReadOnlyDictionary<Size, int>? known = null)
    {
        // With another free index (that of the right class) there is no number in each place.
        if (indices.Length is 0 or > 2 || ReadingCost.Of(entry) > MostToRead || Binding.Nodes(entry).OfType<IndexVariable>().Concat(Verifier.InDefinitions(Dependencies.All(entry))).Except(indices).Any())
        {
            return null;
        }

        var sizes = new Dictionary<Size, int>(known ?? new Dictionary<Size, int>());
        // Rows and columns first: three of each where they are of one size, else two rows and three columns.
        int[] wished = indices.Length == 2 && !Affine.AreEqual(indices[0].Range, indices[1].Range) ? [2, 3] : [3, 3];
        foreach (var (index, wish) in indices.Zip(wished))
        {
            if (index.Range is Size { Quotient: null } size)
            {
                sizes.TryAdd(size, wish);
            }
        }

        var letters = Binding.Nodes(entry).OfType<Element>().SelectMany(element => element.Variable.Shape.Sizes).SelectMany(Binding.Nodes)
            .Concat(indices.SelectMany(index => Binding.Nodes(index.Range)))
            .Concat(Binding.Nodes(entry))
            .OfType<Size>().Where(size => size.Quotient is null).Distinct().OrderBy(size => size.Name, StringComparer.Ordinal);
        foreach (var letter in letters)
        {
            var free = 2;
            while (!sizes.ContainsKey(letter) && !sizes.TryAdd(letter, sizes.ContainsValue(free) ? free + 1 : free))
            {
                free++;
            }
        }

        // Sizes made of others, d − k + 1, are at least 1.
        var made = Dependencies.All(entry).SelectMany(variable => variable.Shape.Sizes).Where(size => Binding.Nodes(size).All(node => node is not Size { Quotient: null } letter || sizes.ContainsKey(letter))).ToList();
        var point = new Point(sizes.ToImmutableDictionary(), ImmutableDictionary<Variable, double[]>.Empty);
        for (var attempt = 0; attempt < MostEntries && made.Exists(size => point.SizeOf(size) < 1) && indices[0].Range is Size { Quotient: null } rowSize && known is null; attempt++)
        {
            sizes[rowSize]++;
            point = point with { Sizes = sizes.ToImmutableDictionary() };
        }

        int[] ranges = [.. indices.Select(index => point.SizeOf(index.Range))];
        if (ranges.Aggregate(1L, (product, range) => product * range) > MostEntries || Array.Exists(ranges, range => range < 1))
        {
            return null;
        }

        var columns = indices.Length == 2 ? ranges[1] : 1;
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<Expr>>();
        for (var row = 1; row <= ranges[0]; row++)
        {
            var entries = ImmutableArray.CreateBuilder<Expr>();
            for (var column = 1; column <= columns; column++)
            {
                var (i, j) = (row, column);
                var chosen = Binding.Rewrite(entry, (node, _) => node switch
                {
                    IndexVariable index when indices.IndexOf(index) is >= 0 and var position => Number.Of(position == 0 ? i : j),
                    Size { Quotient: null } size => Number.Of(sizes[size]),
                    _ => null,
                });
                if (Written(chosen, point) is not { } written)
                {
                    return null;
                }

                entries.Add(written);
            }

            rows.Add(entries.ToImmutable());
        }

        return rows.Sum(row => row.Sum(ReadingCost.Of)) > MostEntries * 25 ? null : new([.. sizes.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))], rows.ToImmutable(), Check(entry, indices, rows, point));
    }

    /// <summary>Evaluates every component beside the entry at its indices.</summary>
    private static Verdict Check(Expr entry, ImmutableArray<IndexVariable> indices, IEnumerable<ImmutableArray<Expr>> rows, Point at)
    {
        try
        {
            return Compare(entry, indices, rows, at);
        }
        catch (WorkExceededException)
        {
            return Verdict.TooLarge;
        }
    }

    private static Verdict Compare(Expr entry, ImmutableArray<IndexVariable> indices, IEnumerable<ImmutableArray<Expr>> rows, Point at)
    {
        const int Points = 3;
        var variables = Dependencies.All(entry).ToList();
        var sampler = new Sampler(variables, Verifier.SizesIn([entry, .. indices.Select(index => index.Range)], variables), seed: 6_174, indices.Select(index => index.Range), fixedSizes: at.Sizes);
        var comparisons = 0;
        for (var attempt = 0; attempt < Points; attempt++)
        {
            var chosen = new Dictionary<IndexVariable, int>();
            var context = new PointContext<Real>(sampler.Draw(attempt), chosen);
            foreach (var (row, i) in rows.Select((row, i) => (row, i + 1)))
            {
                foreach (var (component, j) in row.Select((component, j) => (component, j + 1)))
                {
                    foreach (var (index, value) in indices.Zip([i, j]))
                    {
                        chosen[index] = value;
                    }

                    var (expected, actual) = (Plan.Of(entry).Run(context, []).Value, Plan.Of(component).Run(context, []).Value);
                    comparisons++;
                    if (Math.Abs(expected - actual) > 1e-9 * Math.Max(1, Math.Abs(expected)))
                    {
                        return new(VerdictKind.Refuted, comparisons, attempt + 1, string.Create(CultureInfo.InvariantCulture, $"component ({i}, {j}) is {actual:G6}, the entry {expected:G6}"));
                    }
                }
            }
        }

        return new(VerdictKind.Supported, comparisons, Points);
    }

    /// <summary>The expression with its sums written out and what is outside a tensor gone, or null where a sum has too many terms.</summary>
    private static Expr? Written(Expr expression, Point point)
    {
        switch (expression)
        {
            case Summation sum:
                {
                    if (Affine.Of(sum.Lower) is not { IsConstant: true, Constant: var first } || Affine.Of(sum.Upper) is not { IsConstant: true, Constant: var last }
                        || first.ToInt32() is not { } from || last.ToInt32() is not { } to || to - from >= MostTerms)
                    {
                        return null;
                    }

                    var terms = new List<Expr>();
                    for (var index = from; index <= to; index++)
                    {
                        if (Written(Binding.Open(sum.Body, [Number.Of(index)]), point) is not { } term)
                        {
                            return null;
                        }

                        terms.Add(term);
                    }

                    return Add.Of(terms);
                }

            case Extremum:
                // The largest of components is written with its index, as it stands: its range is whole.
                return expression;
            case Element element:
                return element.Indices.Zip(element.Variable.Shape.Sizes).Any(pair => Affine.Of(pair.First) is { IsConstant: true, Constant: var place } && place.ToInt32() is { } at && (at < 1 || at > point.SizeOf(pair.Second)))
                    ? Number.Zero
                    : element;
            case Derivative:
                // What is differentiated is a name, and by what is an entry: both stand as they are.
                return expression;
            default:
                {
                    var children = expression.Children;
                    var changed = false;
                    for (var part = 0; part < children.Length; part++)
                    {
                        if (Written(children[part], point) is not { } written)
                        {
                            return null;
                        }

                        changed |= !ReferenceEquals(written, children[part]);
                        children = children.SetItem(part, written);
                    }

                    return changed ? expression.WithChildren(children) : expression;
                }
        }
    }
}
