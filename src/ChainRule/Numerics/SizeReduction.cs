using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// Small numbers that stand for large sizes while an equality is checked: 784 inputs say no more than 5 do. What agrees with them is
/// said to agree with them; what does not is left undecided, because a size may also stand in a formula in a way that is not seen.
/// </summary>
/// <param name="Sizes">The number that stands for each size.</param>
/// <param name="InFormulas">Whether it also stands for the same number in formulas: the 784 and the 1/784 of a mean.</param>
internal sealed record SizeReduction(ImmutableSortedDictionary<int, int> Sizes, bool InFormulas)
{
    /// <summary>Sizes up to this stay as they are.</summary>
    private const int Small = 6;

    /// <summary>Smaller sizes hide what differs between "all" and "the others".</summary>
    private const int Least = 3;

    /// <summary>From so many numbers on, nothing is gained.</summary>
    private const int Most = 12;

    /// <summary>A number in a formula stands for a size where it is no larger a multiple, or part, of it.</summary>
    private const int MostTimes = 4;

    /// <summary>
    /// What may stand for the large sizes in the expressions, or null where nothing small fits. Where positions are combined (the i + j − 1
    /// of a convolution, the 2 i − 1 of a pooling), the numbers keep the relation of the sizes: 28 inputs for 24 outputs with 5 weights.
    /// </summary>
    /// <param name="expressions">What is compared.</param>
    /// <param name="variables">The variables in them, with those of their definitions.</param>
    /// <param name="ranges">The ranges of free indices.</param>
    public static SizeReduction? For(IReadOnlyCollection<Expr> expressions, IReadOnlyCollection<Variable> variables, IEnumerable<Expr> ranges)
    {
        var relations = new List<Relation>();
        var sizes = new SortedSet<int>();
        foreach (var size in variables.SelectMany(variable => variable.Shape.Sizes).Concat(ranges))
        {
            Add(size);
        }

        foreach (var expression in expressions)
        {
            Collect(expression, []);
        }

        foreach (var variable in variables)
        {
            if (variable.Body is { } body)
            {
                Collect(body, [.. variable.Shape.Sizes]);
            }
        }

        var large = sizes.Where(size => size > Small).ToList();
        return large.Count > 0 && Solve(large, sizes, relations) is { } map ? new(map.ToImmutableSortedDictionary(), InFormulas: false) : null;

        void Add(Expr size)
        {
            if (size is Number { Value: var value } && value.ToInt32() is { } whole)
            {
                sizes.Add(whole);
            }
        }

        // The ranges of the indices that binders around the node have bound, the outermost first.
        void Collect(Expr node, ImmutableList<Expr> around)
        {
            if (node is Element element)
            {
                relations.AddRange(element.Indices.Zip(element.Variable.Shape.Sizes).Select(pair => Relation.Of(pair.First, pair.Second, around)).OfType<Relation>());
            }
            else if (node is RangeBinder sum)
            {
                Add(sum.Upper);
            }

            for (var i = 0; i < node.Children.Length; i++)
            {
                Collect(node.Children[i], node.Binds(i) == 0 ? around : around.Add(((RangeBinder)node).Upper));
            }
        }
    }

    /// <summary>The same sizes, also where they stand in formulas.</summary>
    public SizeReduction Everywhere() => this with { InFormulas = true };

    /// <summary>Numbers for the sizes, from small ones up, such that all relations hold.</summary>
    private static SortedDictionary<int, int>? Solve(List<int> large, SortedSet<int> sizes, List<Relation> relations)
    {
        var related = relations.Distinct().ToList();
        var map = new SortedDictionary<int, int>();
        foreach (var size in large)
        {
            if (map.ContainsKey(size))
            {
                continue;
            }

            // Numbers that differ from all others come first.
            var tried = Enumerable.Range(Least, Most).OrderBy(number => map.ContainsValue(number) || (number <= Small && sizes.Contains(number)) ? 1 : 0)
                .Select(number => Spread(new SortedDictionary<int, int>(map) { [size] = number }))
                .FirstOrDefault(found => found is not null);
            if (tried is null)
            {
                return null;
            }

            map = tried;
        }

        return map;

        // What follows for other sizes from those that are known.
        SortedDictionary<int, int>? Spread(SortedDictionary<int, int> known)
        {
            for (var changed = true; changed;)
            {
                changed = false;
                foreach (var relation in related)
                {
                    switch (relation.Unknown(known))
                    {
                        case []:
                            if (!relation.Holds(known))
                            {
                                return null;
                            }

                            break;
                        case [var one]:
                            if (relation.SolvedFor(one, known) is not { } number || number < 2)
                            {
                                return null;
                            }

                            known[one] = number;
                            changed = true;
                            break;
                    }
                }
            }

            return known;
        }
    }

    /// <summary>What stands for a size.</summary>
    public int Of(int size) => Sizes.GetValueOrDefault(size, size);

    /// <summary>What stands for a number in a formula.</summary>
    public Rational Of(Rational number)
    {
        foreach (var (size, small) in Sizes)
        {
            if (IsFew(number / size))
            {
                return number / size * small;
            }

            if (IsFew(number * size))
            {
                return number * size / small;
            }
        }

        return number;

        static bool IsFew(Rational times) => times.ToInt32() is { } whole and not 0 && Math.Abs(whole) <= MostTimes;
    }

    /// <summary>As people say it: "3 for 10, 4 for 128".</summary>
    public override string ToString() => string.Join(", ", Sizes.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} for {pair.Key}")));

    /// <summary>How a size follows from the ranges of the indices that are combined: 28 = 24 + 5 − 1 is 28 = 1·24 + 4.</summary>
    private sealed record Relation(int Size, ImmutableSortedDictionary<int, int> Ranges)
    {
        private int Rest => Size - Ranges.Sum(range => range.Key * range.Value);

        public static Relation? Of(Expr index, Expr size, ImmutableList<Expr> around)
        {
            // A small kernel is read at differences of positions (w_{n−i+1}), most of which are outside of it.
            if (size is not Number { Value: var value } || value.ToInt32() is not { } whole || whole <= Small || index is not (Expressions.Add or Multiply))
            {
                return null;
            }

            var ranges = ImmutableSortedDictionary<int, int>.Empty;
            foreach (var (atom, coefficient) in Affine.Of(index).Terms)
            {
                var range = atom switch
                {
                    IndexVariable free => free.Range,
                    BoundIndex bound when bound.Level < around.Count => around[around.Count - 1 - bound.Level],
                    _ => null,
                };
                // An index that is taken away only shifts what the others reach.
                if (coefficient.Sign > 0 && coefficient.ToInt32() is { } times && range is Number { Value: var end } && end.ToInt32() is { } last && last > Small)
                {
                    ranges = ranges.SetItem(last, ranges.GetValueOrDefault(last) + times);
                }
            }

            // As many positions as there are entries, with a padding: nothing follows for the size.
            return ranges.IsEmpty || (ranges.Count == 1 && ranges.ContainsKey(whole)) ? null : new(whole, ranges);
        }

        public List<int> Unknown(SortedDictionary<int, int> known) => [.. Ranges.Keys.Append(Size).Where(size => size > Small && !known.ContainsKey(size)).Distinct()];

        public bool Holds(SortedDictionary<int, int> known) => Value(Size, known) == Ranges.Sum(range => Value(range.Key, known) * range.Value) + Rest;

        /// <summary>The number for the one size that is not known, or null where none fits.</summary>
        public int? SolvedFor(int one, SortedDictionary<int, int> known)
        {
            var without = Rest + Ranges.Where(range => range.Key != one).Sum(range => Value(range.Key, known) * range.Value);
            var times = Ranges.GetValueOrDefault(one);
            return Size == one ? times == 0 ? without : null
                : (Value(Size, known) - without) % times == 0 ? (Value(Size, known) - without) / times : null;
        }

        public bool Equals(Relation? other) => other is not null && Size == other.Size && Ranges.SequenceEqual(other.Ranges);

        public override int GetHashCode() => Ranges.Aggregate(Size, (hash, range) => HashCode.Combine(hash, range.Key, range.Value));

        private static int Value(int size, SortedDictionary<int, int> known) => known.GetValueOrDefault(size, size);
    }
}
