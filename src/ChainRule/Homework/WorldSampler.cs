using System.Collections.Immutable;
using ChainRule.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace ChainRule.Checking;

/// <summary>Draws concrete sizes and values that meet everything that is assumed.</summary>
internal sealed class WorldSampler
{
    private const int Attempts = 300;

    /// <summary>How far sizes are from one another at least where they are to be far apart.</summary>
    private const int Apart = 4;

    private readonly Declarations _declarations;
    private readonly ImmutableArray<string> _sizes;
    private readonly int _least;
    private readonly Variation _variation;
    private readonly bool _combinesSizes;
    private readonly HashSet<int> _literal;
    private readonly List<ClaimTree> _onSizes = [];
    private readonly List<ClaimTree> _onValues = [];

    /// <summary>A sampler for the declarations.</summary>
    /// <param name="declarations">What is given.</param>
    /// <param name="least">The least size that may be drawn: a claim that speaks of x_4 needs four entries.</param>
    /// <param name="variation">What is not met after all.</param>
    public WorldSampler(Declarations declarations, int least, Variation? variation = null)
    {
        _variation = variation ?? new();
        _declarations = declarations;
        _least = Math.Clamp(least, 3, 16);
        _sizes = [.. declarations.Sizes.Where(size => !declarations.Symbols.ContainsKey(size)).Order(StringComparer.Ordinal)];
        foreach (var condition in declarations.Conditions.SelectMany(Flat))
        {
            if (condition.Items.Any(IsEach) && AsTrait(condition))
            {
                continue;
            }

            var names = condition.Nodes().Where(node => node.Is(Head.Name)).Select(node => node.Text).ToList();
            if (names.TrueForAll(name => _sizes.Contains(name) || declarations.Fixed.Contains(name)))
            {
                _onSizes.Add(condition);
            }
            else if (names.TrueForAll(name => _sizes.Contains(name) || declarations.Symbols.TryGetValue(name, out var symbol) && symbol.Shape is { Length: 0 }))
            {
                if (!AsTrait(condition))
                {
                    _onValues.Add(condition);
                }
            }
        }

        // A size that is a number beside one with a letter: they are to differ, too.
        _literal = [.. declarations.Symbols.Values.Where(symbol => symbol.Shape is { Length: > 0 }).SelectMany(symbol => symbol.Shape!.Value).Where(size => size.Is(Head.Number)).Select(size => int.Parse(size.Text, System.Globalization.CultureInfo.InvariantCulture))];
        _combinesSizes = _sizes.Length > 1 && CombinesSizes();
    }

    /// <summary>Whether a size is computed from others, d − k + 1.</summary>
    private bool CombinesSizes() => _onSizes.Count > 0
        || _declarations.Symbols.Values.Any(symbol => symbol.Shape is { } shape && shape.Any(IsCombined))
        || _declarations.Ranges.Values.Any(range => IsCombined(range.First) || IsCombined(range.Last));

    private bool IsCombined(ClaimTree size) => !size.Is(Head.Name) && size.Nodes().Any(node => node.Is(Head.Name) && _sizes.Contains(node.Text));

    private static IEnumerable<ClaimTree> Flat(ClaimTree condition) => condition.Is(Head.And) ? condition.Items.SelectMany(Flat) : [condition];

    /// <summary>An entry at letters that stand for any index: the p_k of p_k &gt; 0, where p is given freely.</summary>
    private bool IsEach(ClaimTree tree) => tree.Is(Head.Entry) && tree[0].Is(Head.Name) && _declarations.Symbols.TryGetValue(tree[0].Text, out var table) && table is { Body: null, Shape: { } shape } && shape.Length == tree.Items.Length - 1
        && tree.Items.Skip(1).All(index => index.Is(Head.Name) && !_declarations.IsDeclared(index.Text) && !_declarations.Fixed.Contains(index.Text)) && tree.Items.Skip(1).Select(index => index.Text).Distinct(StringComparer.Ordinal).Count() == shape.Length;

    /// <summary>ε &gt; 0 and the like are met by construction.</summary>
    private bool AsTrait(ClaimTree condition)
    {
        if (!condition.Is(Head.Relation))
        {
            return false;
        }

        var (left, sign, right) = (condition[0], condition.Text, condition[1]);
        if (right.Head is Head.Name or Head.Entry && left.Head is not (Head.Name or Head.Entry))
        {
            (left, right) = (right, left);
            sign = sign switch { "<" => ">", ">" => "<", "≤" => "≥", "≥" => "≤", _ => sign };
        }

        // p_k > 0 is said of every entry.
        left = IsEach(left) ? left[0] : left;
        if (!left.Is(Head.Name) || !_declarations.Symbols.TryGetValue(left.Text, out var symbol) || !right.Is(Head.Number))
        {
            return false;
        }

        if (!right.IsNumber("0"))
        {
            // γ > 1: drawn from a stretch beyond it, where nothing else is known of it.
            var bound = double.Parse(right.Text, System.Globalization.CultureInfo.InvariantCulture);
            if (sign is ">" or "≥" && symbol.Least is null && !symbol.Traits.HasFlag(Trait.Integer))
            {
                (symbol.Least, symbol.Most) = (right, symbol.Most ?? new ClaimTree(Head.Number, (bound + 2).ToString(System.Globalization.CultureInfo.InvariantCulture), []));
            }

            return false;
        }

        var trait = sign switch { ">" => Trait.Positive, "<" => Trait.Negative, "≥" => Trait.NonNegative, "≠" => Trait.Nonzero, _ => Trait.None };
        symbol.Traits |= trait;
        return trait != Trait.None;
    }

    /// <summary>A world, or null where no sizes or values meet the conditions.</summary>
    /// <param name="seed">Which one: the same seed gives the same world.</param>
    /// <param name="style">0 mixes signs, 1 is positive, 2 is positive and below 1.</param>
    public World? Draw(int seed, int style) => Any(seed, style) is { } world ? Matrices(world) : null;

    /// <summary>The world with that number in which every number that may have either sign has the other one; null where there is none.</summary>
    /// <param name="seed">Which one.</param>
    /// <param name="style">As in <see cref="Draw"/>.</param>
    public World? Mirrored(int seed, int style)
    {
        var world = Draw(seed, style);
        foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol is { Body: null, OpaqueOf.IsEmpty: true, Shape.IsEmpty: true, Traits: Trait.None, Choices.IsEmpty: true, Least: null, Most: null }))
        {
            if (world is not null && world.Values.TryGetValue(symbol.Name, out var value) && !_declarations.Conditions.Exists(condition => condition.Nodes().Any(node => node.IsName(symbol.Name))))
            {
                world = world.Moved(symbol.Name, value.Dimensions, [.. value.Entries.Select(entry => -entry)]);
            }
        }

        return world;
    }

    /// <summary>Makes positive definite matrices so, M Mᵀ with something on its diagonal, and the columns of orthogonal ones orthonormal.</summary>
    private World Matrices(World world)
    {
        const double Least = 0.3;
        foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol.Traits.HasFlag(Trait.PositiveDefinite)))
        {
            if (world.Values.TryGetValue(symbol.Name, out var value) && value.Dimensions is [var size, var columns] && size == columns)
            {
                var matrix = Matrix<double>.Build.DenseOfRowMajor(size, size, value.Entries);
                var square = (matrix.TransposeAndMultiply(matrix) / size) + (Least * Matrix<double>.Build.DenseIdentity(size));
                world = world.Moved(symbol.Name, value.Dimensions, square.ToRowMajorArray());
            }
        }

        foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol.Traits.HasFlag(Trait.Orthogonal)))
        {
            if (world.Values.TryGetValue(symbol.Name, out var value) && value.Dimensions is [var rows, var columns] && rows >= columns)
            {
                var matrix = Matrix<double>.Build.DenseOfRowMajor(rows, columns, value.Entries);
                world = world.Moved(symbol.Name, value.Dimensions, matrix.QR(QRMethod.Thin).Q.ToRowMajorArray());
            }
        }

        return world;
    }

    private World? Any(int seed, int style)
    {
        var random = new Random(unchecked((seed * 7919) + 17));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var start = _sizes.Length > 7 && _least == 3 ? 2 : _least;
            // Sizes that are next to one another satisfy much that is not true: d − k + 1 is 2 for all of them. Where sizes are combined,
            // every other world has sizes that are far apart.
            var apart = _combinesSizes && seed % 2 == 1 ? Apart : 1;
            var pool = Enumerable.Range(0, 64).Select(position => start + (apart * position)).Where(size => !_literal.Contains(size)).Take(Math.Max(_sizes.Length + (attempt / 12), 2)).ToArray();
            random.Shuffle(pool);
            var sizes = _sizes.Select((name, position) => KeyValuePair.Create(name, string.Equals(name, _variation.Single, StringComparison.Ordinal) ? 1 : pool[position])).ToImmutableDictionary(StringComparer.Ordinal);
            foreach (var letter in _declarations.Fixed.Order(StringComparer.Ordinal))
            {
                var (first, last) = _declarations.Ranges[letter];
                var evaluator = Plain(new(_declarations, sizes, new(StringComparer.Ordinal), seed));
                var (lowest, highest) = (evaluator.Whole(first), evaluator.Whole(last));
                sizes = sizes.SetItem(letter, random.Next(lowest, Math.Max(highest, lowest) + 1));
            }

            var world = new World(_declarations, sizes, new(StringComparer.Ordinal), seed);
            if (!Fits(world, attempt < Attempts / 2 ? 2 : 1) || !Fill(world, random, style))
            {
                continue;
            }

            return world;
        }

        return null;
    }

    /// <summary>Whether sizes meet the conditions, and those that are computed from others are as large as they are to be: with one entry, much holds that is not true.</summary>
    private bool Fits(World world, int least)
    {
        var evaluator = Plain(world);
        return _onSizes.TrueForAll(condition => evaluator.Truth(condition).Truths[0])
            && _declarations.Symbols.Values.All(symbol => symbol.Shape is not { } shape || shape.All(size => evaluator.Whole(size) >= (IsCombined(size) || (size.Is(Head.Name) && !_sizes.Contains(size.Text)) ? least : 1)));
    }

    private static Evaluator<Real> Plain(World world) => new(world, new(200_000), Orientation.Mixed, 0);

    private bool Fill(World world, Random random, int style)
    {
        foreach (var symbol in _declarations.Symbols.Values.OrderBy(symbol => symbol.Name, StringComparer.Ordinal))
        {
            if ((symbol.Body is not null && !symbol.IsRecurrence) || !symbol.OpaqueOf.IsEmpty || symbol.Shape is not { } shape)
            {
                continue;
            }

            var evaluator = Plain(world);
            int[] dimensions = [.. shape.Select((size, axis) => evaluator.Whole(size) + (axis == 0 && symbol.Origin == 0 ? 1 : 0))];
            world.Values[symbol.Name] = (dimensions, Entries(symbol, dimensions, random, style));
            if (symbol.Traits.HasFlag(Trait.Integer) && symbol is { Least: { } first, Most: { } last })
            {
                var (low, high) = (evaluator.Whole(first), evaluator.Whole(last));
                world.Values[symbol.Name] = (dimensions, [.. world.Values[symbol.Name].Entries.Select(_ => (double)random.Next(low, Math.Max(low, high) + 1))]);
            }
        }

        Distribute(world, random);
        if (_onValues.Count == 0)
        {
            return true;
        }

        var judge = Plain(world);
        return _onValues.TrueForAll(condition => judge.Truth(condition).Truths[0]);
    }

    /// <summary>Gives every random variable its outcomes, by the means and variances that are given.</summary>
    public void Distribute(World world, Random random)
    {
        foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol.Traits.HasFlag(Trait.Random) && symbol.Body is null && symbol.Shape is { Length: 0 }).OrderBy(symbol => symbol.Name, StringComparer.Ordinal))
        {
            world.Outcomes[symbol.Name] = Distribution(symbol, world, random);
        }

        foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol.Traits.HasFlag(Trait.Random) && symbol.Body is null && symbol.Shape is { Length: > 0 }).OrderBy(symbol => symbol.Name, StringComparer.Ordinal))
        {
            world.Families[symbol.Name] = Distribution(symbol, world, random);
        }
    }

    private double[] Entries(Symbol symbol, int[] dimensions, Random random, int style)
    {
        var entries = new double[Tensor<Real>.Count(dimensions)];
        var traits = _variation.TraitsOf(symbol);
        if (traits.HasFlag(Trait.OneHot))
        {
            // Of a table, each row by itself.
            var row = Math.Max(dimensions.Length == 0 ? 1 : dimensions[^1], 1);
            for (var start = 0; start < entries.Length; start += row)
            {
                entries[start + random.Next(row)] = 1;
            }

            return entries;
        }

        for (var i = 0; i < entries.Length; i++)
        {
            var magnitude = 0.25 + (1.75 * random.NextDouble());
            var isNegative = random.Next(2) == 0;
            entries[i] = style switch { 0 => isNegative ? -magnitude : magnitude, 1 => magnitude, _ => magnitude / 2.2 };
            if (!symbol.Choices.IsEmpty)
            {
                entries[i] = symbol.Choices[random.Next(symbol.Choices.Length)];
            }
            else if (traits.HasFlag(Trait.Binary))
            {
                entries[i] = isNegative ? 0 : 1;
            }
            else if (traits.HasFlag(Trait.UnitInterval))
            {
                entries[i] = 0.05 + (0.9 * random.NextDouble());
            }
            else if (traits.HasFlag(Trait.Integer))
            {
                entries[i] = 1 + random.Next(6);
            }
            else if ((traits & (Trait.Positive | Trait.NonNegative | Trait.Distribution)) != Trait.None)
            {
                entries[i] = magnitude;
            }
            else if (traits.HasFlag(Trait.Negative))
            {
                entries[i] = -magnitude;
            }
            else if (symbol.Least is { Head: Head.Number or Head.Negate } least && symbol.Most is { Head: Head.Number or Head.Negate } most)
            {
                var (low, high) = (Number(least), Number(most));
                entries[i] = low + ((high - low) * (0.02 + (0.96 * random.NextDouble())));
            }
        }

        if (traits.HasFlag(Trait.Distribution) || traits.HasFlag(Trait.SumsToOne))
        {
            var row = dimensions.Length == 0 ? 1 : dimensions[^1];
            for (var start = 0; start < entries.Length; start += row)
            {
                var sum = entries.Skip(start).Take(row).Sum();
                for (var i = start; i < start + row; i++)
                {
                    entries[i] = Math.Abs(sum) > 0.2 ? entries[i] / sum : entries[i] + ((1 - sum) / row);
                }
            }
        }

        if (traits.HasFlag(Trait.SymmetricMatrix) && dimensions is [var rows, var columns] && rows == columns)
        {
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    entries[(i * rows) + j] = entries[(j * rows) + i];
                }
            }
        }

        return entries;

        static double Number(ClaimTree tree) => tree.Is(Head.Negate) ? -Number(tree[0]) : double.Parse(tree.Text, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Outcomes with weights that have the given mean and variance, and no other regularity than the one that is assumed.</summary>
    private static (double Value, double Weight)[] Distribution(Symbol symbol, World world, Random random)
    {
        var evaluator = Plain(world);
        var mean = symbol.Mean is { } given ? evaluator.Evaluate(given).Only.Value : symbol.Traits.HasFlag(Trait.Symmetric) ? 0 : random.NextDouble() - 0.5;
        var deviation = symbol.Variance is { } variance ? Math.Sqrt(Math.Max(evaluator.Evaluate(variance).Only.Value, 0)) : 0.5 + random.NextDouble();
        if (symbol.Traits.HasFlag(Trait.Binary))
        {
            return [(1, mean), (0, 1 - mean)];
        }

        if (symbol.Traits.HasFlag(Trait.Uniform))
        {
            // Gauss and Legendre's three points have the moments up to the fifth.
            var edge = deviation * Math.Sqrt(3) * Math.Sqrt(0.6);
            return [(mean - edge, 5.0 / 18), (mean, 4.0 / 9), (mean + edge, 5.0 / 18)];
        }

        if (symbol.Traits.HasFlag(Trait.Normal) && symbol.Shape is { Length: > 0 })
        {
            // Of many entries each has three outcomes, with the moments of a normal distribution up to the fifth.
            return [(mean, 2.0 / 3), (mean + (deviation * Math.Sqrt(3)), 1.0 / 6), (mean - (deviation * Math.Sqrt(3)), 1.0 / 6)];
        }

        if (symbol.Shape is { Length: > 0 } && !symbol.Traits.HasFlag(Trait.Symmetric))
        {
            // Two outcomes, not alike, are enough for what holds for every distribution.
            var share = 0.25 + (0.2 * random.NextDouble());
            return [(mean + (deviation * Math.Sqrt((1 - share) / share)), share), (mean - (deviation * Math.Sqrt(share / (1 - share))), 1 - share)];
        }

        if (symbol.Traits.HasFlag(Trait.Normal))
        {
            // Gauss–Legendre on pieces of each half line: a kink at the mean lies between two pieces.
            return [.. Halves().Select(node => (mean + (deviation * node.Value), node.Weight))];
        }

        (double Value, double Weight)[] raw = symbol.Traits.HasFlag(Trait.Symmetric)
            ? [.. new[] { (0.3 + random.NextDouble(), 0.1 + (0.3 * random.NextDouble())), (1.5 + random.NextDouble(), 0.1) }.SelectMany(pair => new[] { (pair.Item1, pair.Item2), (-pair.Item1, pair.Item2) })]
            : [(-1 - random.NextDouble(), 0.2), (0.1 + random.NextDouble(), 0.5), (1.7 + random.NextDouble(), 0.3)];
        var total = raw.Sum(outcome => outcome.Weight);
        var centre = raw.Sum(outcome => outcome.Value * outcome.Weight) / total;
        var spread = Math.Sqrt(raw.Sum(outcome => (outcome.Value - centre) * (outcome.Value - centre) * outcome.Weight) / total);
        return [.. raw.Select(outcome => (mean + (deviation * (outcome.Value - centre) / spread), outcome.Weight / total))];
    }

    /// <summary>A standard normal variable as many outcomes, none of them at 0.</summary>
    internal static IEnumerable<(double Value, double Weight)> Halves()
    {
        double[] nodes = [0.1488743389816312, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845, 0.9739065285171717];
        double[] weights = [0.2955242247147529, 0.2692667193099963, 0.2190863625159821, 0.1494513491505806, 0.0666713443086881];
        const int Pieces = 6;
        const double Reach = 9.0;
        foreach (var side in new[] { -1.0, 1.0 })
        {
            for (var piece = 0; piece < Pieces; piece++)
            {
                var (middle, half) = (Reach * (piece + 0.5) / Pieces, Reach / Pieces / 2);
                for (var i = 0; i < nodes.Length; i++)
                {
                    foreach (var sign in new[] { -1.0, 1.0 })
                    {
                        var x = middle + (sign * nodes[i] * half);
                        yield return (side * x, half * weights[i] * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));
                    }
                }
            }
        }
    }
}
