using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Numerics;

namespace ChainRule.Checking;

/// <summary>A relation between two trees, with the condition under which it is claimed.</summary>
internal sealed record Link(ClaimTree Left, string Sign, ClaimTree Right, ClaimTree? Condition = null)
{
    /// <summary>Whether a node of one of its sides is of that kind.</summary>
    public bool Any(Func<ClaimTree, bool> isSuch)
    {
        foreach (var side in new ReadOnlySpan<ClaimTree>([Left, Right]))
        {
            foreach (var node in side.Nodes())
            {
                if (isSuch(node))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>What judging a claim gave.</summary>
internal sealed record Outcome(ClaimStatus Status, ClaimFault Fault, string Message, Counterexample? Counterexample = null, int Comparisons = 0, int Points = 0, ClaimTree? Where = null)
{
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>At how many values only one of the sides was defined: the left one, the right one.</summary>
    public (int Left, int Right) Alone { get; init; }

    /// <summary>How often the side that says what is true had a value and the other one none.</summary>
    public int Undefined { get; init; }

    public bool Holds => Status is ClaimStatus.Proved or ClaimStatus.Supported;
}

/// <summary>How a claim is read where its notation leaves a choice.</summary>
internal readonly record struct Reading(Orientation Orientation, bool DotIsHadamard = false, bool ProductsDescend = false, bool RowsLie = false);

/// <summary>
/// Judges a claim at random points of several random sizes. It holds only where it holds at every one of them; comparison is relative
/// and knows its rounding error, so that two tiny numbers are not equal because both are tiny.
/// </summary>
internal sealed class Judge(Declarations declarations, int least, int salt, Variation? variation = null, Premises? premises = null)
{
    private const int Points = 6;
    private const int MostPoints = 12;
    private const int SeveralKinks = 3;
    private const int MostEntries = 80;
    private const double Tolerance = 1e-9;

    /// <summary>The share of points without a value from which on it is no edge of a domain any more.</summary>
    private const double LargeGap = 0.05;

    private readonly WorldSampler _sampler = new(declarations, least, variation);
    private readonly Dictionary<int, World?> _worlds = [];
    private readonly Dictionary<(int, Reading), Evaluator<Bounded>> _evaluators = [];

    /// <summary>What evaluation may still cost for the claim at hand.</summary>
    public Meter Meter { get; } = new(long.MaxValue);

    /// <summary>The world with that number.</summary>
    public World? WorldAt(int number)
    {
        if (!_worlds.TryGetValue(number, out var world))
        {
            _worlds[number] = world = premises is not null ? Premised(number)
                : number >= Mirror ? _sampler.Mirrored(number - Mirror + (1000 * salt), (number - Mirror) % 3) : _sampler.Draw(number + (1000 * salt), number % 3);
        }

        return world;
    }

    /// <summary>From which number on worlds are those before with numbers of the opposite sign.</summary>
    private const int Mirror = 100;

    /// <summary>
    /// Whether the claim holds; what is given by cases is looked at with the opposite signs, too: a case may ask for two things at once,
    /// as |x| &gt; δ and x &lt; 0.
    /// </summary>
    public Outcome CheckCases(Link link, Reading reading)
    {
        var outcome = Check(link, reading);
        return outcome.Holds && premises is null && link.Any(node => node.Is(Head.Cases)) && Check(link, reading, Mirror, MostPoints) is { Status: ClaimStatus.Refuted } refuted ? refuted : outcome;
    }

    /// <summary>A world in which the premises hold: not every one that is drawn has such a one near it.</summary>
    private World? Premised(int number)
    {
        const int Attempts = 4;
        const int Apart = 50;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var seed = number + (1000 * salt) + (Apart * attempt);
            if (_sampler.Draw(seed, number % 3) is { } drawn && premises!.Met(drawn, this) is { } met)
            {
                _sampler.Distribute(met, new(seed));
                return met;
            }
        }

        return null;
    }

    /// <summary>Whether the claim holds.</summary>
    /// <param name="link">The claim.</param>
    /// <param name="reading">How it is read.</param>
    /// <param name="first">The number of the first point.</param>
    /// <param name="points">How many points; more are drawn while a kink was seen from one side only.</param>
    public Outcome Check(Link link, Reading reading, int first = 0, int points = Points) => Check(About(link), reading, first, points);

    /// <summary>Whether the claim fails at the first point: most repairs that are tried do. No counterexample is made out of it.</summary>
    public bool FailsAtOnce(Link link, Reading reading) => Check(About(link) with { IsShown = false }, reading, first: 0, points: 1).Status == ClaimStatus.Refuted;

    /// <summary>A claim with what is needed of it at each point.</summary>
    /// <param name="Link">The claim.</param>
    /// <param name="Left">The letters of indices in its left side.</param>
    /// <param name="Right">Those in its right side.</param>
    /// <param name="HasSteps">Whether it speaks of steps of a recurrence.</param>
    private sealed record Subject(Link Link, ImmutableArray<string> Left, ImmutableArray<string> Right, bool HasSteps)
    {
        public ImmutableArray<string> Letters { get; } = Left.AddRange(Right.Where(letter => !Left.Contains(letter)));

        /// <summary>Whether a counterexample is wanted.</summary>
        public bool IsShown { get; init; } = true;
    }

    private Subject About(Link link) => new(link, Letters(link.Left), Letters(link.Right),
        declarations.Layers is not null || link.Any(node => node.Is(Head.Entry) && node[0].Is(Head.Name) && declarations.Symbols.TryGetValue(node[0].Text, out var step) && step.IsRecurrence));

    private Outcome Check(Subject subject, Reading reading, int first, int points)
    {
        var link = subject.Link;
        // The same on both sides is equal where it is anything: W x = W x says nothing if W x has no value.
        var isSame = link.Left.SameAs(link.Right) && link.Sign is "=" or "≡";
        _alone = (0, 0);
        var isNumeric = !link.Any(node => node.Head is Head.Name or Head.Derivative or Head.Identity or Head.Ones);
        var (comparisons, used, gaps) = (0, 0, new Gaps());
        var remarks = new SortedSet<string>(StringComparer.Ordinal);
        var most = isNumeric || isSame ? 1 : Math.Min(points, MostPoints);
        var seen = new HashSet<(ClaimTree, bool)>();
        for (var number = first; number < first + most; number++)
        {
            if (WorldAt(number) is not { } world)
            {
                return new(ClaimStatus.Undecided, ClaimFault.None, "No sizes and values were found that meet all the givens.");
            }

            // Kinks of other claims: hundreds of repairs are tried at the same points. Those of the givens were met once, when they got their values.
            world.Sides.RemoveWhere(side => !_given.Contains(side.Node));
            var evaluator = At(number, world, reading);
            try
            {
                var (compared, failure) = Compare(subject, evaluator, world, remarks, number, gaps);
                comparisons += compared;
                used += compared > 0 ? 1 : 0;
                if (failure is { Fault: not ClaimFault.Shape } && world.IsRough)
                {
                    return new(ClaimStatus.Undecided, ClaimFault.None, "The expectation of a function of several normal variables is not settled here.");
                }

                if (failure is not null)
                {
                    return failure with { Comparisons = comparisons, Points = used, Remarks = [.. remarks], Undefined = gaps.Count };
                }
            }
            catch (IllShapedException exception)
            {
                _evaluators[(number, reading)] = evaluator.Anew(reading.DotIsHadamard);
                return Misfitting(exception) with { Comparisons = comparisons, Points = used };
            }
            catch (Exception exception) when (exception is UnreadableException or BudgetException)
            {
                _evaluators[(number, reading)] = evaluator.Anew(reading.DotIsHadamard);
                throw;
            }

            seen.UnionWith(world.Sides);
            if (number == first + most - 1 && most == points && points == Points && !isNumeric && !isSame && seen.Select(side => side.Item1).Distinct().Count() is >= SeveralKinks and var kinks)
            {
                // Where many kinks meet, there are many pieces.
                most = Math.Min(kinks * Points, 2 * MostPoints);
            }

            if (number == first + most - 1 && !isNumeric && !isSame && most < MostPoints && points == Points && seen.GroupBy(side => side.Item1).Any(group => group.Count() == 1))
            {
                // A kink was met from one side only: look on.
                most++;
            }
        }

        if (gaps.First is { } gap && gaps.Count >= LargeGap * (gaps.Count + comparisons))
        {
            return new(ClaimStatus.Refuted, ClaimFault.Value, "Where the derivative has a value, what stands here has none at many points (a division by 0, or a root or logarithm of a negative number)", gap, comparisons, used) { Remarks = [.. remarks], Undefined = gaps.Count };
        }

        if (_alone.Left + _alone.Right > 0 && comparisons > 0 && !link.Any(node => node.Head is Head.Derivative or Head.Cases || (node.Is(Head.Call) && node.Order > 0)))
        {
            remarks.Add($"Where only the {(_alone.Left > 0 ? "left" : "right")} side is defined it does not hold: it needs an assumption, such as a positive argument.");
        }

        return isSame ? new(ClaimStatus.Proved, ClaimFault.None, "Both sides are the same.", null, comparisons, used)
            : comparisons == 0 ? new(ClaimStatus.Undecided, ClaimFault.None, "No point was found at which both sides are defined.")
            : new(isNumeric ? ClaimStatus.Proved : ClaimStatus.Supported, ClaimFault.None, string.Empty, null, comparisons, used) { Remarks = [.. remarks], Alone = _alone, Undefined = gaps.Count };
    }

    private (int Left, int Right) _alone;

    /// <summary>What does not fit inside a definition is no fault of a claim that uses it.</summary>
    private Outcome Misfitting(IllShapedException misfit) => _given.Contains(misfit.Where) && declarations.Symbols.Values.Any(symbol => symbol.Body?.Nodes().Any(node => ReferenceEquals(node, misfit.Where)) == true)
        ? new(ClaimStatus.Undecided, ClaimFault.None, $"The givens don't fit together: {misfit.Message}. Declare the shapes of what stands there.")
        : new(ClaimStatus.Refuted, ClaimFault.Shape, misfit.Message, Where: misfit.Where);

    /// <summary>Whether a claim holds where a wrong line is taken for true.</summary>
    public bool HoldsSupposing(Link link, Reading reading, Supposition supposition)
    {
        const int Tried = 3;
        var compared = 0;
        var subject = About(link) with { IsShown = false };
        for (var number = 0; number < Tried; number++)
        {
            if (WorldAt(number) is not { } world)
            {
                return false;
            }

            var plain = At(number, world, supposition.Reading);
            try
            {
                plain.Indices.Clear();
                if (supposition.Entries(plain) is not { } entries)
                {
                    return false;
                }

                var supposing = world.Supposing(supposition.Of, supposition.By, entries);
                var evaluator = new Evaluator<Bounded>(supposing, Meter, reading.Orientation, 0) { DotIsHadamard = reading.DotIsHadamard, ProductsDescend = reading.ProductsDescend, RowsLie = reading.RowsLie };
                var (count, failure) = Compare(subject, evaluator, supposing, [], number, new());
                compared += count;
                if (failure is not null)
                {
                    return false;
                }
            }
            catch (Exception exception) when (exception is IllShapedException or UnreadableException or BudgetException)
            {
                // What can't be evaluated does not follow.
                _evaluators[(number, supposition.Reading)] = plain.Anew(supposition.Reading.DotIsHadamard);
                return false;
            }
        }

        return compared > 0;
    }

    private Evaluator<Bounded> At(int number, World world, Reading reading)
    {
        if (!_evaluators.TryGetValue((number, reading), out var evaluator))
        {
            _evaluators[(number, reading)] = evaluator = Other(number, reading)?.Beside(reading.Orientation, reading.DotIsHadamard) ?? new(world, Meter, reading.Orientation, 0) { DotIsHadamard = reading.DotIsHadamard, ProductsDescend = reading.ProductsDescend, RowsLie = reading.RowsLie };
        }

        return evaluator;
    }

    /// <summary>An evaluator of the same world for which all names are the same, in another layout; null without one.</summary>
    private Evaluator<Bounded>? Other(int number, Reading reading) => _definesDerivatives ? null : Enum.GetValues<Orientation>()
        .Select(orientation => _evaluators.GetValueOrDefault((number, reading with { Orientation = orientation })))
        .FirstOrDefault(other => other is not null);

    private readonly bool _definesDerivatives = declarations.Bodies.Any(body => body.Nodes().Any(node => node.Head is Head.Derivative or Head.Differential));

    private readonly HashSet<ClaimTree> _given = declarations.Bodies.SelectMany(body => body.Nodes()).ToHashSet<ClaimTree>(ReferenceEqualityComparer.Instance);

    /// <summary>The names in a claim that stand for indices.</summary>
    public ImmutableArray<string> Letters(params ReadOnlySpan<ClaimTree> trees)
    {
        var letters = new List<string>();
        foreach (var tree in trees)
        {
            Collect(tree, []);
        }

        return [.. letters];

        void Collect(ClaimTree tree, ImmutableArray<string> bound)
        {
            if (tree.Is(Head.Name))
            {
                if (!bound.Contains(tree.Text) && !declarations.Symbols.ContainsKey(tree.Text) && !declarations.Sizes.Contains(tree.Text) && !declarations.Fixed.Contains(tree.Text) && !letters.Contains(tree.Text))
                {
                    letters.Add(tree.Text);
                }

                return;
            }

            if (tree.Head is Head.Big or Head.Integral)
            {
                bound = bound.Add(tree[1].Text);
            }

            foreach (var item in tree.Items)
            {
                Collect(item, bound);
            }
        }
    }

    private (int Compared, Outcome? Failure) Compare(Subject subject, Evaluator<Bounded> evaluator, World world, SortedSet<string> remarks, int number, Gaps gaps)
    {
        evaluator.Indices.Clear();
        var (link, letters) = (subject.Link, subject.Letters);
        var (left, right) = (link.Left, link.Right);
        // The sign that ± stands for is no entry.
        var (leftLetters, rightLetters) = (subject.Left.Remove(ClaimParser.UpperSign), subject.Right.Remove(ClaimParser.UpperSign));
        var ranges = Ranges(letters, link, evaluator);

        // A vector set equal to one of its entries: read entry by entry, and said so.
        var isLeft = rightLetters.Any(letter => !leftLetters.Contains(letter));
        var (fewer, more) = isLeft ? (leftLetters, rightLetters) : (rightLetters, leftLetters);
        var loose = more.Where(letter => !fewer.Contains(letter)).ToList();
        if (loose.Count > 0 && link.Sign is not ("∈" or ":"))
        {
            var side = isLeft ? left : right;
            if (loose.Count <= 2 && RankOf(side, evaluator, ranges) == loose.Count && RankOf(isLeft ? right : left, evaluator, ranges) <= 0)
            {
                loose.Sort(StringComparer.Ordinal);
                var entry = new ClaimTree(Head.Entry, string.Empty, [side, .. loose.Select(ClaimTree.Name)], side.Span);
                (left, right) = isLeft ? (entry, right) : (left, entry);
                remarks.Add($"The {(isLeft ? "right" : "left")} side is one entry ({string.Join(", ", loose)}) of the {(isLeft ? "left" : "right")} side; it is read so.");
            }
        }

        var compared = 0;
        var ratios = link.Sign is "∝" ? new List<(Bounded Left, Bounded Right)>() : null;
        foreach (var choice in Choices(ranges, number))
        {
            evaluator.Indices.Clear();
            for (var i = 0; i < letters.Length; i++)
            {
                evaluator.Indices[letters[i]] = choice[i];
            }

            if (!Applies(link.Condition, letters, evaluator) || (subject.HasSteps && IsBeforeStart(link, letters, evaluator)))
            {
                continue;
            }

            if (link.Sign is "∈" or ":")
            {
                if (Member(link, evaluator) is { } wrong)
                {
                    return (compared, wrong);
                }

                compared++;
                continue;
            }

            evaluator.HasRegrouped = false;
            if (Sides(left, right, evaluator) is not var (a, b))
            {
                return (compared, Misfitting(evaluator.Misfit!));
            }

            if (evaluator.HasRegrouped)
            {
                remarks.Add("⊙ is read as binding closer here than the products beside it: otherwise the shapes would not fit. Brackets make it plain.");
            }

            if (ratios is not null)
            {
                Collect(ratios, a, b, link);
                continue;
            }

            if (link.Sign is "⪰" or "≻" or "⪯" or "≺")
            {
                if (Definite(link, a, b) is { } indefinite)
                {
                    return (compared, indefinite);
                }

                compared++;
                continue;
            }

            var (count, failure) = Compare(subject, left, right, a, b, world, choice, gaps);
            if (failure is { Fault: ClaimFault.Value } && link.Sign is "=" && Slack(left, right, evaluator) is { } slack && Compare(subject, left, right, a, b, world, choice, new(), slack) is (var again, null))
            {
                (count, failure) = (again, null);
            }

            compared += count;
            if (failure is not null)
            {
                return (compared, failure);
            }
        }

        if (ratios is not null)
        {
            if (ratios.Count < 2)
            {
                Elsewhere(link, world, number, ratios);
            }

            return (ratios.Count, ratios.TrueForAll(pair => Math.Abs((pair.Left.Value * ratios[0].Right.Value) - (ratios[0].Left.Value * pair.Right.Value)) <= 1e-8 * Math.Abs(pair.Left.Value * ratios[0].Right.Value)) ? null
                : new(ClaimStatus.Refuted, ClaimFault.Value, "The two sides are not proportional: their ratio is not the same everywhere"));
        }

        return (compared, null);
    }

    /// <summary>A ⪰ B says that A − B is symmetric and has no negative eigenvalue; where there are none to see, rounding leaves ≻ open, and it passes.</summary>
    private static Outcome? Definite(Link link, Tensor<Bounded> a, Tensor<Bounded> b)
    {
        var shape = a.Rank == 2 ? a.Dimensions : b.Dimensions;
        if (shape is not [var size, var columns] || size != columns || !Fits(a) || !Fits(b))
        {
            return new(ClaimStatus.Refuted, ClaimFault.Shape, $"{link.Sign} is said of square matrices; the left side is {Evaluator<Bounded>.ShapeText(a.Dimensions)}");
        }

        var difference = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(size, size, (row, column) => (link.Sign is "⪰" or "≻" ? 1 : -1) * (Cell(a, row, column) - Cell(b, row, column)));
        var largest = difference.Enumerate().Max(Math.Abs);
        if (!double.IsFinite(largest) || (difference - difference.Transpose()).Enumerate().Max(Math.Abs) > 1e-9 * largest)
        {
            return new(ClaimStatus.Refuted, ClaimFault.Value, "The matrix is not symmetric, so nothing is said of its definiteness");
        }

        var least = difference.Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric).EigenValues.Min(value => value.Real);
        return least < -1e-9 * largest || (link.Sign is "≻" or "≺" && least < 1e-12 * largest)
            ? new(ClaimStatus.Refuted, ClaimFault.Value, FormattableString.Invariant($"The least eigenvalue of the difference is {least:0.####}"))
            : null;

        bool Fits(Tensor<Bounded> value) => value.IsScalar || value.IsIdentity || value.Dimensions.AsSpan().SequenceEqual(shape);

        // A number beside a matrix is 0, or stands for that multiple of the identity.
        static double Cell(Tensor<Bounded> value, int row, int column) => value.Rank == 2 ? value.Data[(row * value.Dimensions[1]) + column].Value : row == column ? value.Only.Value : 0;
    }

    private static void Collect(List<(Bounded Left, Bounded Right)> ratios, Tensor<Bounded> a, Tensor<Bounded> b, Link link)
    {
        if (!a.SameShape(b))
        {
            throw new IllShapedException(link.Right, $"the left side is {Evaluator<Bounded>.ShapeText(a.Dimensions)}, the right side {Evaluator<Bounded>.ShapeText(b.Dimensions)}");
        }

        ratios.AddRange(a.Data.Zip(b.Data).Where(pair => double.IsFinite(pair.First.Value) && double.IsFinite(pair.Second.Value)));
    }

    /// <summary>What is proportional to something without an index is so as a function of its first argument: p(x | θ) ∝ …</summary>
    private void Elsewhere(Link link, World world, int number, List<(Bounded Left, Bounded Right)> ratios)
    {
        const int Places = 4;
        var argument = link.Left is { Head: Head.Call, Items: [{ Head: Head.Name } first, ..] } ? first.Text
            : link.Left.Is(Head.Name) && declarations.Decorations.TryGetValue(link.Left.Text, out var written) ? written.First().Split(',', ';', '∣', '|')[0] : string.Empty;
        if (!world.Values.TryGetValue(argument, out var value))
        {
            throw new UnreadableException(link.Left.Span, "∝ is judged where the left side has an index or entries, or is a function of a declared name: \\mathrm{p}(x) \\propto …");
        }

        var random = new Random(number);
        for (var i = 0; i < Places; i++)
        {
            var moved = new Evaluator<Bounded>(world.Moved(argument, value.Dimensions, [.. value.Entries.Select(entry => entry * (0.4 + random.NextDouble()))]), Meter, Orientation.Mixed, 0);
            var (a, b) = Sides(link.Left, link.Right, moved) ?? throw moved.Misfit!;
            Collect(ratios, a, b, link);
        }
    }

    private static int RankOf(ClaimTree side, Evaluator<Bounded> evaluator, List<(string Letter, int First, int Last)> ranges)
    {
        if (side.Head is Head.Number or Head.Matrix or Head.List)
        {
            return -1;
        }

        foreach (var (letter, first, _) in ranges)
        {
            evaluator.Indices[letter] = first;
        }

        var value = evaluator.Evaluate(side);
        evaluator.Indices.Clear();
        return value.IsScalar ? 0 : value.Dimensions is [1, _] ? 1 : value.Rank;
    }

    private static List<(string Letter, int First, int Last)> Ranges(ImmutableArray<string> letters, Link link, Evaluator<Bounded> evaluator)
    {
        var ranges = new List<(string, int, int)>();
        foreach (var letter in letters)
        {
            // What a letter counts is said where it stands alone: g_i beside x_{2i}.
            var range = evaluator.RangeOf(letter, link.Left, isAlone: true) ?? evaluator.RangeOf(letter, link.Right, isAlone: true)
                ?? evaluator.RangeOf(letter, link.Left) ?? evaluator.RangeOf(letter, link.Right) ?? Partner(letter, link, evaluator);
            if (range is not { } known)
            {
                var where = link.Left.Nodes().Concat(link.Right.Nodes()).First(node => node.IsName(letter));
                throw new UnreadableException(where.Span, $"{letter} is not declared. If it is an index, say how far it counts ({letter} = 1, \\dots, n); if it is a number, a vector or a matrix, say {letter} \\in \\mathbb{{R}}, \\mathbb{{R}}^n or \\mathbb{{R}}^{{m \\times n}}.");
            }

            ranges.Add((letter, known.First, known.Last));
        }

        return ranges;
    }

    /// <summary>δ_ij and i = j give both letters one range.</summary>
    private static (int First, int Last)? Partner(string letter, Link link, Evaluator<Bounded> evaluator)
    {
        var trees = new[] { link.Left, link.Right, link.Condition ?? ClaimTree.Nothing };
        foreach (var node in trees.SelectMany(tree => tree.Nodes()).Where(node => node.Head is Head.Delta or Head.Relation && node.Items.Length == 2))
        {
            if ((node[0].IsName(letter) || node[1].IsName(letter)) && (node[0].IsName(letter) ? node[1] : node[0]) is { Head: Head.Name } other && !other.IsName(letter)
                && (evaluator.RangeOf(other.Text, link.Left) ?? evaluator.RangeOf(other.Text, link.Right)) is { } range)
            {
                return range;
            }
        }

        // Σ_{s=1}^t β^s of no table: t is any number of terms.
        const int Terms = 6;
        return trees.SelectMany(tree => tree.Nodes()).Any(node => node.Is(Head.Big) && node[3].IsName(letter)) && !trees.SelectMany(tree => tree.Nodes()).Any(node => node.Is(Head.Entry)) ? (1, Terms) : null;
    }

    private bool Applies(ClaimTree? condition, ImmutableArray<string> letters, Evaluator<Bounded> evaluator)
    {
        if (condition is null && declarations.Conditions.Count == 0)
        {
            return true;
        }

        if (condition is not null && !Array.TrueForAll(evaluator.Truth(condition).Truths, truth => truth))
        {
            return false;
        }

        // What the givens assume of indices: k ≠ c.
        return declarations.Conditions.TrueForAll(given => !given.Nodes().Any(node => node.Is(Head.Name) && letters.Contains(node.Text))
            || given.Nodes().Any(node => node.Is(Head.Name) && !letters.Contains(node.Text) && !declarations.Symbols.ContainsKey(node.Text) && !declarations.Sizes.Contains(node.Text) && !declarations.Fixed.Contains(node.Text))
            || Array.TrueForAll(evaluator.Truth(given).Truths, truth => truth));
    }

    /// <summary>∂h_t/∂h_{t−2} says nothing of t = 1, for there is no h_{−1}, and h_{t+1} nothing of the last step.</summary>
    private bool IsBeforeStart(Link link, ImmutableArray<string> letters, Evaluator<Bounded> evaluator) => link.Left.Nodes().Concat(link.Right.Nodes())
        .Where(node => node.Is(Head.Derivative)).SelectMany(node => node.Items)
        .Any(item => item.Is(Head.Entry) && item[0].Is(Head.Name) && declarations.Symbols.TryGetValue(item[0].Text, out var symbol) && symbol.IsRecurrence
            && item[1].Is(Head.Add) && item[1].Nodes().All(node => node.Head is Head.Add or Head.Negate or Head.Number || (node.Is(Head.Name) && (letters.Contains(node.Text) || declarations.Sizes.Contains(node.Text))))
            && evaluator.Whole(item[1]) < symbol.Origin)
        || link.Any(node => node is { Head: Head.Entry, Items: [{ Head: Head.Name }, { Head: Head.Add } step, ..] } && step.Items[0].Is(Head.Name) && letters.Contains(step.Items[0].Text)
            && declarations.Symbols.TryGetValue(node[0].Text, out var later) && later is { Shape: [var last, ..] } && (declarations.Layers is not null || (later.IsRecurrence && !later.Body!.Nodes().Any(inner => inner.Is(Head.Derivative)))) && step.Nodes().All(inner => inner.Head is Head.Add or Head.Negate or Head.Number or Head.Name) && evaluator.Whole(step) > evaluator.Whole(last));

    private static IEnumerable<int[]> Choices(List<(string Letter, int First, int Last)> ranges, int number)
    {
        var count = ranges.Aggregate(1L, (product, range) => Math.Min(product * Math.Max(range.Last - range.First + 1, 0), 1_000_000));
        if (count <= MostEntries)
        {
            for (var flat = 0L; flat < count; flat++)
            {
                var (rest, choice) = (flat, new int[ranges.Count]);
                for (var i = ranges.Count - 1; i >= 0; i--)
                {
                    var width = ranges[i].Last - ranges[i].First + 1;
                    choice[i] = ranges[i].First + (int)(rest % width);
                    rest /= width;
                }

                yield return choice;
            }

            yield break;
        }

        // Too many: a random part, and everything with equal indices.
        var random = new Random(number);
        for (var i = 0; i < MostEntries; i++)
        {
            var same = random.Next(1_000_000);
            yield return [.. ranges.Select(range => range.First + ((i % 4 == 0 ? same : random.Next(1_000_000)) % (range.Last - range.First + 1)))];
        }
    }

    /// <summary>Both sides; what needs the other side's shape is evaluated second. Null where something in them does not fit.</summary>
    private static (Tensor<Bounded> Left, Tensor<Bounded> Right)? Sides(ClaimTree left, ClaimTree right, Evaluator<Bounded> evaluator)
    {
        evaluator.Expected = null;
        var isReversed = Needs(left) && !Needs(right);
        if (evaluator.TryEvaluate(isReversed ? right : left) is not { } first)
        {
            return null;
        }

        evaluator.Expected = first.IsIdentity || first.IsOnes ? null : first.Dimensions;
        var second = evaluator.TryEvaluate(isReversed ? left : right);
        evaluator.Expected = null;
        return second is null ? null : isReversed ? (second, first) : (first, second);

        static bool Needs(ClaimTree tree) => tree.Nodes().Any(node => node.Is(Head.Ellipsis) || (node.Is(Head.Times) && node.Text is "∗" or "⋆"));
    }

    private static Outcome? Member(Link link, Evaluator<Bounded> evaluator)
    {
        var value = evaluator.Evaluate(link.Left);
        int[] written = [.. (link.Right.Text switch { "interval" or "range" => link.Right.Items.Skip(2), "list" => link.Right.Items.Skip(link.Right.Items.Length - link.Right.Order), _ => link.Right.Items }).Select(evaluator.Whole)];
        // n×1 is a column; 1×1 a number.
        int[] claimed = written is [var rows, 1] ? (rows == 1 ? [] : [rows]) : written is [1] ? [] : written;
        return value.Dimensions.AsSpan().SequenceEqual(claimed) || value.IsIdentity || value.IsOnes ? null
            : new(ClaimStatus.Refuted, ClaimFault.Shape, $"It is {Evaluator<Bounded>.ShapeText(value.Dimensions)}, not {Evaluator<Bounded>.ShapeText(written.Length > 0 ? written : claimed)}.", null, Where: link.Right);
    }

    private (int Compared, Outcome? Failure) Compare(Subject subject, ClaimTree left, ClaimTree right, Tensor<Bounded> a, Tensor<Bounded> b, World world, int[] choice, Gaps gaps, double[]? slack = null)
    {
        var (link, letters) = (subject.Link, subject.Letters);
        if (a.IsIdentity || a.IsOnes)
        {
            a = Evaluator<Bounded>.Expand(a, b.Dimensions);
        }

        if (b.IsIdentity || b.IsOnes)
        {
            b = Evaluator<Bounded>.Expand(b, a.Dimensions);
        }

        var isZero = IsZero(left) || IsZero(right);
        var isLoose = (left.Is(Head.List) || right.Is(Head.List)) && a.Data.Length == b.Data.Length && Math.Max(a.Rank, b.Rank) <= 2;
        b = Diagonal(link, right, a, b) ?? b;
        if (!a.SameShape(b) && !isZero && !isLoose)
        {
            return (0, new(ClaimStatus.Refuted, ClaimFault.Shape, $"The left side is {Name(a)}, the right side {Name(b)}."));
        }

        var count = Math.Max(a.Data.Length, b.Data.Length);
        var compared = 0;
        if (link.Sign is "≠" && count > 1)
        {
            // Tables differ where any entry does.
            var pairs = Enumerable.Range(0, count).Select(i => (First: a.Data[a.Data.Length == 1 ? 0 : i], Second: b.Data[b.Data.Length == 1 ? 0 : i])).ToList();
            var apart = pairs.ConvertAll(pair => Holds("≠", pair.First, pair.Second, left, right, premises is null ? 0 : Premises.Tolerance));
            return apart.Exists(differs => differs == true) ? (1, null)
                : apart.Contains(null) ? (0, null)
                : (1, new(ClaimStatus.Refuted, ClaimFault.Value, string.Empty, new(Place(0), pairs[0].Second.Value, pairs[0].First.Value)));
        }

        var isReversed = IsTruth(right) && !IsTruth(left);
        for (var i = 0; i < count; i++)
        {
            if ((a.Written is { } first && !first[i]) || (b.Written is { } second && !second[i]))
            {
                continue;
            }

            var (x, y) = (a.Data[a.Data.Length == 1 ? 0 : i], b.Data[b.Data.Length == 1 ? 0 : i]);
            if ((double.IsInfinity(x.Value) || double.IsInfinity(y.Value)) && !double.IsNaN(x.Value) && !double.IsNaN(y.Value) && (MayBeInfinite(left) || MayBeInfinite(right)))
            {
                compared++;
                if (!(link.Sign switch { "≠" => x.Value != y.Value, "<" => x.Value < y.Value, ">" => x.Value > y.Value, "≤" or "⩽" => x.Value <= y.Value, "≥" or "⩾" => x.Value >= y.Value, _ => x.Value.Equals(y.Value) }))
                {
                    return (compared, new(ClaimStatus.Refuted, ClaimFault.Value, string.Empty, new(Place(i), isReversed ? x.Value : y.Value, isReversed ? y.Value : x.Value)));
                }

                continue;
            }

            if (!double.IsFinite(x.Value) || !double.IsFinite(y.Value))
            {
                // Outside the domain nothing is claimed; but a derivative that has a value is to be given there, too. (A formula for
                // different indices, such as 1/(x_i − x_j), says nothing where they are equal.)
                var (truth, claimed) = isReversed ? (y, x) : (x, y);
                if (double.IsFinite(x.Value) != double.IsFinite(y.Value))
                {
                    _alone = double.IsFinite(x.Value) ? (_alone.Left + 1, _alone.Right) : (_alone.Left, _alone.Right + 1);
                    if ((double.IsFinite(x.Value) ? right : left) is { Head: Head.Cases } cases && !cases.Nodes().Any(node => node.Head is Head.Call or Head.Divide or Head.Power))
                    {
                        return (compared + 1, new(ClaimStatus.Refuted, ClaimFault.Value, "None of the cases covers every point", new(Place(i), (double.IsFinite(x.Value) ? y : x).Value, (double.IsFinite(x.Value) ? x : y).Value)));
                    }
                }

                if (double.IsFinite(truth.Value) && (IsTruth(left) || isReversed) && choice.Distinct().Count() == choice.Length)
                {
                    gaps.Count++;
                    gaps.First ??= new(Place(i), claimed.Value, truth.Value);
                }

                continue;
            }

            if (Holds(link.Sign, x, y, left, right, premises is null ? 0 : Premises.Tolerance) is not { } holds)
            {
                continue;
            }

            compared++;
            if (!holds && !(slack is not null && Math.Abs(x.Value - y.Value) <= slack[slack.Length == 1 ? 0 : i] + (Tolerance * Math.Abs(x.Value))))
            {
                return (compared, new(ClaimStatus.Refuted, ClaimFault.Value, string.Empty, new(Place(i), isReversed ? x.Value : y.Value, isReversed ? y.Value : x.Value)));
            }
        }

        return (compared, null);

        ImmutableArray<(string Name, int Value)> Place(int flat) => !subject.IsShown ? [] :
        [
            .. world.Sizes.Where(size => Mentions(link, size.Key)).OrderBy(size => size.Key, StringComparer.Ordinal).Select(size => (size.Key, size.Value)),
            .. letters.Select((letter, position) => letter is ClaimParser.UpperSign ? ("sign", choice[position] == 1 ? 1 : -1) : (letter, choice[position])),
            .. count > 1 ? Position(a.Data.Length > 1 ? a.Dimensions : b.Dimensions, flat) : [],
        ];

        static string Name(Tensor<Bounded> value) => value.IsIdentity ? "an identity matrix" : value.IsOnes ? value.IsRow ? "a row of ones" : "a vector of ones" : Evaluator<Bounded>.ShapeText(value.Dimensions);
    }

    /// <summary>
    /// How far a side that consists of numbers alone may be off because the decimals in it were rounded: in ∂L/∂w = 0.0067 · 2 each
    /// counts as exact to half a unit of its last digit. Null where no side does, or both do.
    /// </summary>
    private static double[]? Slack(ClaimTree left, ClaimTree right, Evaluator<Bounded> evaluator)
    {
        const int MostDecimals = 24;
        const int Fine = 5;
        var areNumbers = IsNumeric(left) && IsNumeric(right);
        if (IsNumeric(left) == IsNumeric(right) && !areNumbers)
        {
            return null;
        }

        // ½ (0.01 − 0.75136507)² = 0.274811083: what has so many digits was rounded before. e and π were not.
        var side = areNumbers ? left.Head is Head.Number or Head.Negate ? right : left : IsNumeric(left) ? left : right;
        var decimals = side.Nodes().Where(node => node.Is(Head.Number) && Decimals(node.Text) >= (areNumbers ? Fine : 2) && !node.IsEuler && !node.IsPi).ToList();
        if (decimals.Count is 0 or > MostDecimals || side.Is(Head.Number))
        {
            return null;
        }

        var value = evaluator.Evaluate(side);
        var slack = new double[value.Data.Length];
        foreach (var written in decimals)
        {
            var moved = double.Parse(written.Text, CultureInfo.InvariantCulture) + (0.5 * Math.Pow(10, -Decimals(written.Text)));
            var other = evaluator.Evaluate(side.Replace(node => ReferenceEquals(node, written) ? new ClaimTree(Head.Number, moved.ToString("R", CultureInfo.InvariantCulture), []) : null));
            for (var i = 0; i < slack.Length && other.Data.Length == slack.Length; i++)
            {
                slack[i] += Math.Abs(other.Data[i].Value - value.Data[i].Value) * 1.001;
            }
        }

        return slack;
    }

    private static bool IsNumeric(ClaimTree tree) => !tree.Nodes().Any(node => node.Head is Head.Name or Head.Derivative or Head.Identity or Head.Ones);

    private static int Decimals(string text) => text.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point ? text.Length - point - 1 : 0;

    /// <summary>A Jacobian of a function of each entry, given by cases, is read as its diagonal.</summary>
    private static Tensor<Bounded>? Diagonal(Link link, ClaimTree right, Tensor<Bounded> a, Tensor<Bounded> b)
    {
        if (!right.Is(Head.Cases) || link.Left.Head != Head.Derivative || a.Dimensions is not [var rows, var columns] || rows != columns || b.Dimensions is not [var length] || length != rows)
        {
            return null;
        }

        var matrix = Tensor<Bounded>.Eye(rows, Bounded.Constant(0));
        for (var i = 0; i < rows; i++)
        {
            matrix.Data[(i * rows) + i] = b.Data[i];
        }

        return matrix;
    }

    private static bool IsZero(ClaimTree tree) => tree.IsNumber("0") || (tree.Is(Head.Negate) && tree[0].IsNumber("0"));

    /// <summary>Whether an infinite value of a side is meant: ∞ itself, a limit, a supremum.</summary>
    private static bool MayBeInfinite(ClaimTree tree) => tree.Is(Head.Negate) ? MayBeInfinite(tree[0]) : tree.IsNumber("Infinity") || tree is { Head: Head.Elsewhere, Text: "lim" } || (tree.Is(Head.Integral) && tree.Text is not "∫");

    /// <summary>The side that says what is true: a derivative or a name, where the other one computes it.</summary>
    private static bool IsTruth(ClaimTree tree) => tree.Is(Head.Derivative) || (tree.Is(Head.Entry) && tree[0].Is(Head.Derivative));

    private bool Mentions(Link link, string size) => link.Any(node => node.IsName(size)
        || (node.Is(Head.Name) && declarations.Symbols.TryGetValue(node.Text, out var symbol) && symbol.Shape is { } shape && shape.Any(axis => axis.Nodes().Any(inner => inner.IsName(size)))));

    private static IEnumerable<(string Name, int Value)> Position(int[] dimensions, int flat)
    {
        var position = new int[dimensions.Length];
        for (var axis = dimensions.Length - 1; axis >= 0; axis--)
        {
            position[axis] = (flat % dimensions[axis]) + 1;
            flat /= dimensions[axis];
        }

        return dimensions is [1, _] ? [("entry", position[1])] : position.Select((value, axis) => (dimensions.Length == 1 ? "entry" : axis == 0 ? "row" : axis == 1 ? "column" : "axis " + (axis + 1).ToString(CultureInfo.InvariantCulture), value));
    }

    /// <summary>Whether a relation holds between two values; null where rounding leaves it open.</summary>
    private static bool? Holds(string sign, Bounded x, Bounded y, ClaimTree left, ClaimTree right, double floor)
    {
        var difference = x.Value - y.Value;
        var size = Math.Max(Math.Abs(x.Value), Math.Abs(y.Value));
        // A bound that is lost (0 · ∞) bounds nothing.
        var error = 8 * (double.IsNaN(x.Error + y.Error) ? double.PositiveInfinity : x.Error + y.Error);
        var isEqual = Math.Abs(difference) <= Tolerance * size || Math.Abs(difference) <= error || Math.Abs(difference) <= floor;
        if (error > 1e-3 * size && size > 0 && error > 1e-9)
        {
            // Cancellation has eaten the digits: this pair says nothing.
            return null;
        }

        return sign switch
        {
            "≈" or "≃" or "≅" => Math.Abs(difference) <= (0.01 * size) + 1e-9 || Rounded(left, x, y, 1) || Rounded(right, y, x, 1),
            "≠" => !isEqual,
            "<" => difference < 0 && !isEqual,
            ">" => difference > 0 && !isEqual,
            "≤" or "⩽" => difference <= 0 || isEqual,
            "≥" or "⩾" => difference >= 0 || isEqual,
            _ => isEqual || Rounded(left, x, y) || Rounded(right, y, x),
        };
    }

    /// <summary>A decimal number that was rounded to the digits written.</summary>
    private static bool Rounded(ClaimTree tree, Bounded written, Bounded exact, int least = 2)
    {
        var digits = tree.Is(Head.Negate) ? tree[0] : tree;
        if (digits.Is(Head.List))
        {
            digits = digits.Items.Select(item => item.Is(Head.Negate) ? item[0] : item).Where(item => item.Is(Head.Number)).MinBy(item => Decimals(item.Text)) ?? digits;
        }

        return digits.Is(Head.Number) && Decimals(digits.Text) is var places && places >= least && Math.Abs(written.Value - exact.Value) <= 0.5001 * Math.Pow(10, -places);
    }

    /// <summary>Where a derivative has a value and what is claimed of it has none.</summary>
    private sealed class Gaps
    {
        public int Count { get; set; }

        public Counterexample? First { get; set; }
    }
}
