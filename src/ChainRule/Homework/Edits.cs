using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>
/// The table of mistakes: every edit is generic, none knows what the right answer is. Costs are published in docs/checker.md.
/// </summary>
internal sealed partial class Edits(Declarations declarations, ImmutableArray<string> indices)
{
    // The sign that ± stands for is no index to mend.
    private readonly ImmutableArray<string> _letters = indices.Remove(ClaimParser.UpperSign);

    private readonly ClaimFormula _printer = new(declarations);

    /// <summary>All single edits of a side, the cheapest first.</summary>
    /// <param name="tree">The side.</param>
    /// <param name="other">The other side.</param>
    /// <param name="most">What an edit may cost.</param>
    public IEnumerable<Edit> Of(ClaimTree tree, ClaimTree other, int most = int.MaxValue)
    {
        _most = most;
        if (!ReferenceEquals(other, _other))
        {
            _other = other;
            // An index that the other side does not speak of was summed over, or should have been.
            _loose = [.. _letters.Where(letter => !other.Nodes().Any(node => node.IsName(letter)))];
            _context = [.. Context(other)];
            Gather(tree, other);
        }

        _isNumeric = tree.Nodes().All(node => node.Head is Head.Number or Head.Negate or Head.Add or Head.Times or Head.Divide or Head.Matrix or Head.List or Head.Transpose);
        var edits = Whole(tree).Concat(Within(tree)).Concat(Paths(tree, other)).Concat(Rules(tree, other)).Concat(Suggested(tree, other)).Where(edit => edit.Cost <= most).ToList();
        return edits.OrderBy(edit => edit.Cost).ThenBy(edit => edit.Depth);
    }

    private ClaimTree? _other;

    // What costs more is dropped where it is found: to put it into the whole side costs more than to find it.
    private int _most = int.MaxValue;

    private ImmutableArray<string> _loose = [];

    // What the other side speaks of: itself, and the definitions of what it differentiates.
    private ImmutableArray<ClaimTree> _context = [];

    private IEnumerable<ClaimTree> Context(ClaimTree other)
    {
        yield return other;
        foreach (var name in other.Nodes().Where(node => node.Head is Head.Name or Head.Call).Select(node => node.Text).Distinct(StringComparer.Ordinal))
        {
            if (declarations.Symbols.TryGetValue(name, out var symbol) && symbol.Body is { } body)
            {
                yield return body;
            }
            else if (declarations.Functions.TryGetValue(name, out var function) && (function.InverseOf ?? function).Body is { } formula)
            {
                yield return formula;
            }
        }
    }

    private string Text(ClaimTree tree)
    {
        // Trees in brackets and without are equal, but do not read alike.
        var texts = tree.Bracketed ? _bracketed : _texts;
        if (!texts.TryGetValue(tree, out var text))
        {
            text = TextPrinter.Print(_printer.Of(tree));
            texts[tree] = text;
        }

        return text;
    }

    // Every edit says what it does, and the same parts are named again and again in one search.
    private readonly Dictionary<ClaimTree, string> _texts = new(ClaimTree.Equality);

    private readonly Dictionary<ClaimTree, string> _bracketed = new(ClaimTree.Equality);

    private int? RankOf(ClaimTree tree) => tree.Head switch
    {
        Head.Name => declarations.Symbols.TryGetValue(tree.Text, out var symbol) ? symbol.Shape?.Length : 0,
        Head.Number or Head.Delta => 0,
        Head.Entry => tree[0].Is(Head.Name) && declarations.Symbols.TryGetValue(tree[0].Text, out var symbol) && symbol.Shape is { } shape ? Math.Max(shape.Length - tree.Items.Length + 1, 0) : 0,
        Head.Transpose => RankOf(tree[0]),
        Head.Norm or Head.Bars => 0,
        Head.Negate => RankOf(tree[0]),
        Head.Divide => RankOf(tree[1]) is 0 ? RankOf(tree[0]) : null,
        Head.Power => RankOf(tree[0]) is 0 ? 0 : null,
        Head.Call when tree.Items.Length == 1 && KnownFunctions.Elementwise.Contains(tree.Text) => RankOf(tree[0]),
        _ => null,
    };

    /// <summary>Edits of the side as a whole.</summary>
    private IEnumerable<Edit> Whole(ClaimTree tree)
    {
        yield return new(RepairKinds.Sign, 1, "the sign is flipped", Rewriting.Negated(tree));
        yield return new(RepairKinds.Transpose, 1, "this is the transpose", Rewriting.Transposed(tree));
        if (tree.Head is Head.Times or Head.Entry or Head.Name or Head.Call or Head.Power && RankOf(tree) is null or 0)
        {
            yield return new(RepairKinds.Factor, 4, "it is upside down", ClaimTree.Of(Head.Divide, ClaimTree.Number(1), tree));
        }

        foreach (var (factor, words) in Factors().Concat(Logarithms()).Where(pair => !(pair.Factor.IsNumber("2") && tree is { Head: Head.Divide } quotient && quotient[1] is { Head: Head.Number, Text: [.., '2' or '4' or '6' or '8' or '0'] })))
        {
            yield return Multiplied(factor, words, tree, string.Empty);
        }

        foreach (var (factor, words) in Averages())
        {
            yield return Multiplied(factor, words, tree, string.Empty) with { Cost = 4 };
        }

        foreach (var (first, last, name) in LetterRanges())
        {
            if (!tree.Nodes().Any(node => node.Is(Head.Big) && node[1].IsName(name)))
            {
                yield return new(RepairKinds.Sum, 4, $"the sum over {name} is missing", ClaimTree.Of(Head.Big, "∑", tree, ClaimTree.Name(name), first, last, ClaimTree.Nothing));
            }
        }

        if (RankOf(tree) is null or 1 && tree is not { Head: Head.Times, Text: "⊙" })
        {
            foreach (var factor in LostFactors())
            {
                yield return new(RepairKinds.Factor, 4, $"the factor {Text(factor)} is missing: ⊙", ClaimTree.Of(Head.Times, "⊙", factor, tree.Is(Head.Add) ? tree.InBrackets() : tree));
            }
        }

        for (var i = 0; i < _letters.Length; i++)
        {
            for (var j = i + 1; j < _letters.Length; j++)
            {
                var (one, two) = (_letters[i], _letters[j]);
                yield return new(RepairKinds.Index, 2, $"the indices {one} and {two} are exchanged", tree.Replace(node => node.IsName(one) ? ClaimTree.Name(two) : node.IsName(two) ? ClaimTree.Name(one) : null));
            }
        }

        if (IsOfSizes(tree))
        {
            foreach (var step in new[] { 1, -1 })
            {
                yield return new(RepairKinds.OffByOne, 2, "the size is off by one", Shifted(tree, step));
            }
        }

        if (RankOf(tree) is null)
        {
            yield return new(RepairKinds.Term, 4, "the identity matrix is missing as a term", ClaimTree.Of(Head.Add, ClaimTree.Of(Head.Identity), tree));
        }

        if (RankOf(tree) is null or 0)
        {
            yield return new(RepairKinds.Term, 4, "the term 1 is missing", tree.Is(Head.Negate) ? ClaimTree.Of(Head.Add, ClaimTree.Number(1), tree) : ClaimTree.Of(Head.Add, tree, ClaimTree.Number(1)));
            yield return new(RepairKinds.Term, 4, "the term −1 is missing", ClaimTree.Of(Head.Add, tree, ClaimTree.Of(Head.Negate, ClaimTree.Number(1))));
        }

        yield return new(RepairKinds.Diagonal, 3, "it is a diagonal matrix: diag(·) is missing", new(Head.Call, "diag", [tree]));
        if (tree.IsNumber("1"))
        {
            yield return new(RepairKinds.Diagonal, 2, "it is the identity matrix, not the number 1", ClaimTree.Of(Head.Identity));
        }
        else if (RankOf(tree) is null or 0)
        {
            yield return new(RepairKinds.Diagonal, 4, "it is a multiple of the identity matrix", ClaimTree.Of(Head.Times, tree, ClaimTree.Of(Head.Identity)));
        }
    }

    /// <summary>A factor more; one that is there already is squared instead.</summary>
    private Edit Multiplied(ClaimTree factor, string words, ClaimTree tree, string where)
    {
        var product = tree.Is(Head.Negate) ? tree[0] : tree;
        if (factor.Is(Head.Divide) && product.SameAs(factor[1]))
        {
            // K that should be 1.
            return new(RepairKinds.Factor, 3, $"the factor {words} is missing{where}", tree.Is(Head.Negate) ? tree.With([factor[0]]) : factor[0]);
        }

        if (factor.Is(Head.Divide) && factor[0].IsNumber("1") && !factor[1].Is(Head.Number) && product.Is(Head.Divide) && (product[1].SameAs(factor[1]) || (product[1].Is(Head.Times) && product[1].Items.Any(factor[1].SameAs))))
        {
            var deeper = product.With(1, product[1].SameAs(factor[1]) ? Square(factor[1]) : product[1].With(product[1].Items.Replace(product[1].Items.First(factor[1].SameAs), Square(factor[1]))));
            return new(RepairKinds.Power, 3, $"it is divided by the square of {Text(factor[1])}{where}", tree.Is(Head.Negate) ? tree.With([deeper]) : deeper);
        }

        if (factor.Is(Head.Divide) && factor[0].IsNumber("1") && product.Is(Head.Times) && product.Items.FirstOrDefault(item => item.Is(Head.Divide) && item[1].SameAs(factor[1])) is { } quotient)
        {
            var deeper = product.With(product.Items.Replace(quotient, quotient.With(1, Square(factor[1]))));
            return new(RepairKinds.Power, 3, $"it is divided by the square of {Text(factor[1])}{where}", tree.Is(Head.Negate) ? tree.With([deeper]) : deeper);
        }

        if (IsComplement(factor) is { } part && (product.SameAs(part) || (product.Is(Head.Times) && product.Items.Any(part.SameAs))))
        {
            // The other part of p(1 − p).
            return new(RepairKinds.Complement, 3, $"{Text(part)} should be {Text(part)}(1 − {Text(part)}){where}", WithComplement(tree, part, factor));
        }

        if (factor.Is(Head.Name) && product.SameAs(factor))
        {
            return new(RepairKinds.Power, 3, $"the square of {words} is needed{where}", tree.Is(Head.Negate) ? tree.With([Square(factor)]) : Square(factor));
        }

        if (product is { Head: Head.Divide, Items: [{ Head: Head.Times } above, _] } && above.Items.Any(factor.SameAs))
        {
            var higher = product.With(0, above.With(above.Items.Replace(above.Items.First(factor.SameAs), Square(factor))));
            return new(RepairKinds.Power, 3, $"the square of {words} is needed{where}", tree.Is(Head.Negate) ? tree.With([higher]) : higher);
        }

        if (!(product.Is(Head.Times) && product.Items.Any(factor.SameAs)))
        {
            return new(RepairKinds.Factor, 3, $"the factor {words} is missing{where}", Rewriting.Product(factor, tree));
        }

        var squared = product.With([.. product.Items.Select(item => !item.SameAs(factor) ? item : item.Is(Head.Divide) ? item.With(1, Square(item[1])) : Square(item))]);
        return new(RepairKinds.Power, 3, $"the square of {words} is needed{where}", tree.Is(Head.Negate) ? tree.With([squared]) : squared);

        static ClaimTree Square(ClaimTree item) => ClaimTree.Of(Head.Power, item, ClaimTree.Number(2));
    }

    /// <summary>Whether a claim is about a size: d − k + 1.</summary>
    private bool IsOfSizes(ClaimTree tree) => tree.Nodes().Any(node => node.Is(Head.Name)) && tree.Nodes().All(node => node.Head is Head.Add or Head.Negate or Head.Number or Head.Times or Head.Divide || (node.Is(Head.Name) && declarations.Sizes.Contains(node.Text)));

    /// <summary>Numbers, sizes and declared numbers that people lose.</summary>
    private IEnumerable<(ClaimTree Factor, string Words)> Factors()
    {
        yield return (ClaimTree.Number(2), "2");
        yield return (Rewriting.Fraction(1, 2), "1/2");
        foreach (var size in declarations.Sizes.Where(size => size[0] is not ('#' or 'n') || size.Length == 1).Order(StringComparer.Ordinal))
        {
            yield return (ClaimTree.Of(Head.Divide, ClaimTree.Number(1), ClaimTree.Name(size)), "1/" + size);
            yield return (ClaimTree.Name(size), size);
            yield return (ClaimTree.Of(Head.Divide, ClaimTree.Number(1), new(Head.Call, "sqrt", [ClaimTree.Name(size)])), "1/√" + size);
        }

        foreach (var symbol in Given().Where(symbol => symbol.Shape is { IsEmpty: true }))
        {
            var name = ClaimTree.Name(symbol.Name);
            yield return (name, Text(name));
            yield return (ClaimTree.Of(Head.Divide, ClaimTree.Number(1), name), "1/" + Text(name));
            var complement = ClaimTree.Of(Head.Add, ClaimTree.Number(1), ClaimTree.Of(Head.Negate, name)).InBrackets();
            yield return (complement, $"1 − {Text(name)}");
            yield return (ClaimTree.Of(Head.Divide, ClaimTree.Number(1), complement), $"1/(1 − {Text(name)})");
        }
    }

    private static readonly int[] _tops = [1, 2];

    /// <summary>What the mean of squares over all entries leaves: 2/n, 2/(m n).</summary>
    private IEnumerable<(ClaimTree Factor, string Words)> Averages()
    {
        var sizes = declarations.Sizes.Where(size => size[0] is not ('#' or 'n') || size.Length == 1).Order(StringComparer.Ordinal).Take(4).ToList();
        foreach (var (above, below) in sizes.Select(size => (2, ClaimTree.Name(size))).Concat(sizes.Select(size => (1, ClaimTree.Of(Head.Times, ClaimTree.Number(2), ClaimTree.Name(size)))))
            .Concat(sizes.SelectMany((size, i) => sizes.Skip(i + 1).SelectMany(other => _tops.Select(number => (number, ClaimTree.Of(Head.Times, ClaimTree.Name(size), ClaimTree.Name(other))))))))
        {
            var factor = ClaimTree.Of(Head.Divide, ClaimTree.Number(above), below);
            yield return (factor, $"{above.ToString(CultureInfo.InvariantCulture)}/{(below.Is(Head.Times) ? $"({Text(below)})" : Text(below))}");
        }

        foreach (var square in Given().Where(symbol => symbol.Shape is { IsEmpty: true }).Select(symbol => ClaimTree.Of(Head.Power, ClaimTree.Name(symbol.Name), ClaimTree.Number(2))))
        {
            yield return (square, Text(square));
            yield return (ClaimTree.Of(Head.Divide, ClaimTree.Number(1), square), "1/" + Text(square));
        }
    }

    /// <summary>ln 2 of a logarithm to the base 2, ln a of a power of a.</summary>
    private IEnumerable<(ClaimTree Factor, string Words)> Logarithms() => _context.SelectMany(tree => tree.Nodes()).Select(node => node switch
    {
        { Head: Head.Call, Text: "log", Items: [{ Head: Head.Number }] } => node,
        { Head: Head.Power } when !node[1].Is(Head.Number) && !(node[1].Is(Head.Negate) && node[1][0].Is(Head.Number)) && node[0].Head is Head.Number or Head.Name => new(Head.Call, "log", [node[0]]),
        _ => null,
    }).OfType<ClaimTree>().Distinct(ClaimTree.Equality).SelectMany(node => new[] { (node, Text(node)), (ClaimTree.Of(Head.Divide, ClaimTree.Number(1), node), "1/" + Text(node)) });

    private IEnumerable<Symbol> Symbols() => declarations.Symbols.Values.Where(symbol => !symbol.IsAlias);

    /// <summary>The names with one index.</summary>
    private IEnumerable<string> Vectors() => Symbols().Where(symbol => symbol.Shape is { Length: 1 } && symbol.OpaqueOf.IsEmpty).Select(symbol => symbol.Name).Order(StringComparer.Ordinal);

    /// <summary>Vectors that may be lost as a factor: names, and steps of names, now and one before.</summary>
    private IEnumerable<ClaimTree> LostFactors() => Vectors().Where(name => declarations.Symbols[name].Families == 0).Select(ClaimTree.Name)
        .Concat(Symbols().Where(symbol => symbol is { Families: 1, Shape.Length: 2 }).OrderBy(symbol => symbol.Name, StringComparer.Ordinal).SelectMany(symbol => _letters.SelectMany(letter => new[] { ClaimTree.Name(letter), Shifted(ClaimTree.Name(letter), -1) }).Select(step => ClaimTree.Of(Head.Entry, ClaimTree.Name(symbol.Name), step))));

    private IEnumerable<Symbol> Given() => Symbols().Where(symbol => symbol.Body is null && symbol.OpaqueOf.IsEmpty).OrderBy(symbol => symbol.Name, StringComparer.Ordinal);

    private IEnumerable<(ClaimTree First, ClaimTree Last, string Name)> LetterRanges() => declarations.Ranges.Where(range => !range.Value.Last.Is(Head.None) && range.Key is not ClaimParser.UpperSign).OrderBy(range => range.Key, StringComparer.Ordinal).Select(range => (range.Value.First, range.Value.Last, range.Key))
        .Concat(_letters.Where(letter => !declarations.Ranges.ContainsKey(letter)).Select(letter => (ClaimTree.Nothing, ClaimTree.Nothing, letter)));

    /// <summary>Edits of every node, put back into the whole.</summary>
    private IEnumerable<Edit> Within(ClaimTree tree)
    {
        foreach (var edit in Local(tree))
        {
            if (edit.Cost <= _most)
            {
                yield return edit;
            }
        }

        for (var i = 0; i < tree.Items.Length; i++)
        {
            // The letter of a sum is no place to edit.
            if ((tree.Head is Head.Big or Head.Integral && i == 1) || (tree.Is(Head.Differential) && i > 0) || (tree is { Head: Head.Call, Text: ClaimParser.UpperSign or ClaimParser.LowerSign } && i == 1) || (tree.Is(Head.Derivative) && i > 0 && !tree[i].Is(Head.Entry)) || tree[i].Head is Head.None or Head.Ellipsis)
            {
                continue;
            }

            // An index is moved as a whole: h_{t−1} to h_t, not to h_{t−0}.
            if (tree.Is(Head.Entry) && i > 0 && (tree[i].Is(Head.Number) || (tree[i].Is(Head.Add) && tree[i].Items.All(term => term.Head is Head.Name or Head.Number || (term.Is(Head.Negate) && term[0].Is(Head.Number))))))
            {
                foreach (var edit in Within(tree[i]).Where(edit => edit.Kind is not (RepairKinds.OffByOne or RepairKinds.Number)))
                {
                    yield return edit with { Tree = tree.With(i, edit.Tree), Depth = edit.Depth + 1 };
                }

                continue;
            }

            // λ/1 is nothing that anyone writes: that it should not be divided is said of the quotient.
            var position = i;
            foreach (var edit in Within(tree[i]).Where(edit => !(tree.Is(Head.Entry) && position == 0 && edit.Kind == RepairKinds.Transpose) && !(tree.Is(Head.Divide) && position == 1 && edit.Tree.IsNumber("1"))))
            {
                // t − s + 0 is written t − s.
                var isLost = tree.Is(Head.Add) && tree.Items.Length > 1 && (edit.Tree.IsNumber("0") || (edit.Tree.Is(Head.Negate) && edit.Tree[0].IsNumber("0")));
                if (isLost && tree.Nodes().Any(node => node.Is(Head.Call) || (node.Is(Head.Name) && declarations.Symbols.ContainsKey(node.Text))))
                {
                    // The 1 of e^x − 1 is a term too many; that of a size or an index is off by one.
                    continue;
                }

                yield return edit with { Tree = isLost ? (tree.Items.Length == 2 ? tree[1 - position] : tree.With(tree.Items.RemoveAt(position))) : tree.With(position, edit.Tree), Depth = edit.Depth + 1 };
            }
        }
    }

    private IEnumerable<Edit> Local(ClaimTree node) => _radicands.IsEmpty || !_radicands.Any(node.SameAs) ? Slips(node)
        : Slips(node).Prepend(new(RepairKinds.Power, 3, $"the square root of {Text(node)} is meant", new(Head.Call, "sqrt", [node])));

    private IEnumerable<Edit> Slips(ClaimTree node)
    {
        switch (node.Head)
        {
            case Head.Add:
                return Sums(node);
            case Head.Times:
                return Products(node).Concat(LostTerm(node)).Concat(Activations(node)).Concat(LostSums(node));
            case Head.Negate when node[0].Head is Head.Times or Head.Power:
                return [new(RepairKinds.Sign, 2, $"the sign of {Text(node[0])} is flipped", node[0]), .. LostTerm(node)];
            case Head.Negate:
                return [new(RepairKinds.Sign, 2, $"the sign of {Text(node[0])} is flipped", node[0])];
            case Head.Divide:
                return Quotients(node);
            case Head.Power:
                return Powers(node);
            case Head.Transpose:
                return [new(RepairKinds.Transpose, 1, $"{Text(node[0])} should not be transposed", node[0])];
            case Head.Number:
                return Numbers(node);
            case Head.Name:
                return Names(node);
            case Head.Entry:
                return Entries(node);
            case Head.Delta:
                return Indices(node, 0);
            case Head.Big:
                return Bigs(node);
            case Head.Call:
                return Calls(node);
            case Head.Indicator:
                return Indicators(node);
            case Head.Relation:
                return Relations(node);
            case Head.And when node.Items is [{ Head: Head.Relation, Items.Length: 2 } low, { Head: Head.Relation, Items.Length: 2 } high] && low[1].SameAs(high[0]):
                // 1 ≤ n − k + 1 ≤ k is two relations, but one mistake in its middle.
                return Within(low[1]).Select(edit => edit with { Tree = node.With([low.With(1, edit.Tree), high.With(0, edit.Tree)]) });
            case Head.Derivative when node is { Items: [{ Head: Head.Name } of, { Head: Head.Name } by] } && declarations.Functions.TryGetValue(of.Text, out var function) && function.Parameters is [var parameter] && by.IsName(parameter):
                // f′(x) where f and x are both given.
                var primed = new ClaimTree(Head.Call, of.Text, [by], node.Span, 1);
                return Places(primed).Select(place => new Edit(RepairKinds.Activation, 3, $"{Text(primed)} is taken at the wrong place: it should be {Text(primed.With([place]))}", primed.With([place])));
            case Head.Derivative:
                return [new(RepairKinds.Transpose, 2, $"{Text(node)} should be transposed", ClaimTree.Of(Head.Transpose, node))];
            case Head.Norm:
                return [new(RepairKinds.Power, 3, $"the square of {Text(node)} is needed", ClaimTree.Of(Head.Power, node, ClaimTree.Number(2)))];
            case Head.Identity or Head.Ones or Head.Bars:
                return [];
            case Head.Cases:
                return CaseEdits(node);
            case Head.Matrix or Head.List:
                return Cells(node);
            default:
                return [];
        }
    }

    private IEnumerable<Edit> Sums(ClaimTree node)
    {
        for (var i = 0; i < node.Items.Length; i++)
        {
            // That something does not belong says less than what else would have to be done to it.
            var rest = node.Items.RemoveAt(i);
            yield return new(RepairKinds.Term, 3, $"the term {Text(node[i])} does not belong here", rest.Length == 1 ? rest[0] : node.With(rest));
        }

        if (_squared.Any(node.SameAs))
        {
            yield return new(RepairKinds.Power, 3, $"the square of {Text(node)} is needed", ClaimTree.Of(Head.Power, node.InBrackets(), ClaimTree.Number(2)));
        }

        if (IsComplement(node) is { } taken)
        {
            yield return new(RepairKinds.Complement, taken.Is(Head.Call) ? 2 : 3, $"1 − {Text(taken)} should be {Text(taken)}", taken);
        }

        if (node.Items.Any(term => (term.Is(Head.Negate) ? term[0] : term).Head is Head.Times))
        {
            foreach (var edit in Diagonals(node))
            {
                yield return edit;
            }
        }

        for (var i = 0; i < node.Items.Length; i++)
        {
            if ((node[i].Is(Head.Negate) ? node[i][0] : node[i]) is { Head: Head.Times, Text: "" or "⋅" } part && part.Nodes().Any(inner => RankOf(inner) is > 0))
            {
                yield return new(RepairKinds.Transpose, 2, $"{Text(part)} should be transposed", node.With(i, Rewriting.Transposed(node[i])));
            }
        }

        for (var i = 0; i < node.Items.Length; i++)
        {
            var term = node[i];
            var bare = term.Is(Head.Negate) ? term[0] : term;
            yield return new(RepairKinds.Sign, 1, $"the sign of {Text(bare)} is flipped", node.With(i, Rewriting.Negated(term)));
            foreach (var (factor, words) in Factors())
            {
                var edit = Multiplied(factor, words, term, $" in {Text(bare)}");
                yield return edit with { Tree = node.With(i, edit.Tree) };
            }

            foreach (var (factor, words) in Losable(term))
            {
                // What is wrong within the term is nearer than a factor from elsewhere.
                var edit = Multiplied(factor, words, term, $" in {Text(bare)}");
                yield return edit with { Tree = node.With(i, edit.Tree), Depth = 2 };
            }

            if (RankOf(bare) is 0 && !bare.Is(Head.Delta))
            {
                yield return new(RepairKinds.Diagonal, 3, $"{Text(bare)} is added to every entry; the identity matrix is missing behind it", node.With(i, term.Is(Head.Negate) ? ClaimTree.Of(Head.Negate, ClaimTree.Of(Head.Times, bare, ClaimTree.Of(Head.Identity))) : ClaimTree.Of(Head.Times, bare, ClaimTree.Of(Head.Identity))));
            }

            if (indices.Contains(ClaimParser.UpperSign) && !bare.Nodes().Any(inner => inner.IsName(ClaimParser.UpperSign)))
            {
                foreach (var sign in new[] { ClaimParser.UpperSign, ClaimParser.LowerSign })
                {
                    yield return new(RepairKinds.Sign, 2, $"the sign of {Text(bare)} goes with the other one: {sign}", node.With(i, new(Head.Call, sign, [bare, ClaimTree.Name(ClaimParser.UpperSign)])));
                }
            }

            foreach (var name in Vectors().Where(name => RankOf(bare) is 0 && _context.Any(body => body.Nodes().Any(inner => inner is { Head: Head.Norm, Text: "1" } && inner[0].IsName(name)))))
            {
                yield return new(RepairKinds.Activation, 3, $"the sign of {Text(ClaimTree.Name(name))} is missing in {Text(bare)}: it is the derivative of |{Text(ClaimTree.Name(name))}|", node.With(i, ClaimTree.Of(Head.Times, term, new(Head.Call, "sign", [ClaimTree.Name(name)]))));
            }

            foreach (var name in Vectors().Where(name => !bare.Nodes().Any(inner => inner.IsName(name))))
            {
                var product = ClaimTree.Of(Head.Times, bare, ClaimTree.Name(name));
                yield return new(RepairKinds.Factor, 4, $"the factor {Text(ClaimTree.Name(name))} is missing in {Text(bare)}", node.With(i, term.Is(Head.Negate) ? ClaimTree.Of(Head.Negate, product) : product));
            }

            // Of μ_k − μ_k μ_j one μ_j was lost.
            foreach (var factor in node.Nodes().Where(inner => inner.Is(Head.Entry) && inner[0].Is(Head.Name)).Select(inner => inner[0].Text).Concat(Vectors()).Distinct(StringComparer.Ordinal).SelectMany(name => _letters.Select(letter => ClaimTree.Of(Head.Entry, ClaimTree.Name(name), ClaimTree.Name(letter)))).Where(entry => !bare.IsNumber("1") && !bare.Nodes().Any(inner => inner.SameAs(entry))))
            {
                yield return new(RepairKinds.Factor, 3, $"the factor {Text(factor)} is missing in {Text(bare)}", node.With(i, term.Is(Head.Negate) ? ClaimTree.Of(Head.Negate, ClaimTree.Of(Head.Times, bare, factor)) : ClaimTree.Of(Head.Times, bare, factor)));
            }
        }

        if (node.Bracketed)
        {
            yield return new(RepairKinds.Transpose, 1, $"{Text(node)} should be transposed", ClaimTree.Of(Head.Transpose, node));
            foreach (var edit in Weighted(node))
            {
                yield return edit;
            }
        }

        if (node.Items.All(term => !term.Is(Head.Negate)))
        {
            yield return new(RepairKinds.Path, 4, "along a path the derivatives are multiplied, not added", ClaimTree.Of(Head.Times, [.. node.Items]));
        }

        if (Slope(node) is { } slope)
        {
            yield return slope;
        }
    }

    /// <summary>1 − a² for a(1 − a), which belongs to the other of tanh and σ.</summary>
    private Edit? Slope(ClaimTree node)
    {
        if (node.Items is [{ Head: Head.Number, Text: "1" }, { Head: Head.Negate } minus] && minus[0] is { Head: Head.Power } power && power[1].IsNumber("2"))
        {
            var complement = ClaimTree.Of(Head.Add, ClaimTree.Number(1), ClaimTree.Of(Head.Negate, power[0])).InBrackets();
            return new(RepairKinds.Activation, 3, $"1 − {Text(power[0])}² is the derivative of a tanh; that of a sigmoid is {Text(power[0])}(1 − {Text(power[0])})", ClaimTree.Of(Head.Times, RankOf(power[0]) is 0 ? string.Empty : "⊙", power[0], complement).InBrackets());
        }

        return null;
    }

    private IEnumerable<Edit> Products(ClaimTree node)
    {
        var items = node.Items;
        var isPlain = node.Text is "" or "⋅" or "×";
        for (var i = 0; i + 1 < items.Length; i++)
        {
            if (isPlain)
            {
                if (RankOf(items[i]) is not 0 && RankOf(items[i + 1]) is not 0)
                {
                    yield return new(RepairKinds.Order, 1, $"{Text(items[i])} and {Text(items[i + 1])} are in the wrong order", node.With(items.SetItem(i, items[i + 1]).SetItem(i + 1, items[i])));
                    if (items[i].Is(Head.Transpose) != items[i + 1].Is(Head.Transpose))
                    {
                        var (one, other) = items[i].Is(Head.Transpose) ? (items[i][0], items[i + 1]) : (items[i + 1][0], items[i]);
                        yield return new(RepairKinds.Transpose, 1, $"{Text(other)} should be transposed, not {Text(one)}", node.With(items.SetItem(i, Rewriting.Transposed(items[i])).SetItem(i + 1, Rewriting.Transposed(items[i + 1]))));
                    }

                    var (left, right) = (Joined(node, items[..(i + 1)]), Joined(node, items[(i + 1)..]));
                    yield return new(RepairKinds.Hadamard, 1, $"{Text(left)} and {Text(right)} are multiplied entry by entry: ⊙ is missing", ClaimTree.Of(Head.Times, "⊙", left, right));
                    yield return new(RepairKinds.Hadamard, 2, $"{Text(items[i])} and {Text(items[i + 1])} are multiplied entry by entry: ⊙ is missing", Joined(node, [.. items[..i], ClaimTree.Of(Head.Times, "⊙", items[i], items[i + 1]).InBrackets(), .. items[(i + 2)..]]));
                    yield return new(RepairKinds.Transpose, 2, $"{Text(items[i])} and {Text(items[i + 1])} stand the wrong way round and untransposed", node.With(items.SetItem(i, Rewriting.Transposed(items[i + 1])).SetItem(i + 1, items[i])));
                }
            }
            else if (node.Text is "⊙")
            {
                yield return new(RepairKinds.Hadamard, 1, $"{Text(items[i])} and {Text(items[i + 1])} are multiplied as matrices, not entry by entry", ClaimTree.Of(Head.Times, string.Empty, [.. items]));
                yield return new(RepairKinds.Hadamard, 2, "the factors are multiplied as matrices, in the other order", ClaimTree.Of(Head.Times, string.Empty, [.. items.Reverse()]));
                yield return new(RepairKinds.Hadamard, 2, "an outer product is meant, not one entry by entry", ClaimTree.Of(Head.Times, items[i], ClaimTree.Of(Head.Transpose, items[i + 1])));
            }
        }

        if (isPlain && items.Length == 2 && RankOf(items[0]) is not 0 && RankOf(items[1]) is not 0)
        {
            yield return new(RepairKinds.Transpose, 1, $"{Text(items[1])} should be transposed", node.With(1, Rewriting.Transposed(items[1])));
            yield return new(RepairKinds.Transpose, 1, $"{Text(items[0])} should be transposed", node.With(0, Rewriting.Transposed(items[0])));
        }

        if (isPlain && items is [{ Head: Head.Transpose } first, var second] && !second.Is(Head.Transpose) && RankOf(first) is not 0 && RankOf(second) is not 0)
        {
            yield return new(RepairKinds.Transpose, 1, $"{Text(node)} is an inner product, the outer one is meant", node.With([first[0], Rewriting.Transposed(second)]));
        }

        foreach (var edit in (isPlain ? TransposedParts(node).Concat(Diagonals(node)) : []).Concat(Coupled(node)).Concat(Quadratic(node)).Concat(Commuting(node)).Concat(Betweens(node)))
        {
            yield return edit;
        }

        for (var i = 0; i + 1 < items.Length && isPlain; i++)
        {
            if (items[i].Is(Head.Transpose) && RankOf(items[i][0]) is 1 && RankOf(items[i + 1]) is 1 && !items[i + 1].Is(Head.Transpose))
            {
                var square = ClaimTree.Of(Head.Power, ClaimTree.Of(Head.Times, items[i], items[i + 1]).InBrackets(), ClaimTree.Number(2));
                yield return new(RepairKinds.Power, 3, $"the square of {Text(square[0])} is needed", items.Length == 2 ? square : node.With(items.RemoveAt(i + 1).SetItem(i, square)));
            }
        }

        foreach (var edit in Skipped(node))
        {
            yield return edit;
        }

        if (isPlain && items.Length > 2)
        {
            yield return new(RepairKinds.Order, 2, "the factors are in the opposite order", node.With([.. items.Reverse()]));
        }

        for (var i = 0; i < items.Length; i++)
        {
            var rest = items.RemoveAt(i);
            yield return new(IsComplement(items[i]) is { } partner && items.Any(partner.SameAs) ? RepairKinds.Complement : RepairKinds.Factor, items[i].Is(Head.Number) || (items[i].Is(Head.Divide) && items[i].Items.All(item => item.Is(Head.Number))) ? 2 : items[i].Is(Head.Indicator) ? 4 : 3, $"the factor {Text(items[i])} does not belong here", rest.Length == 1 ? rest[0] : node.With(rest));
            yield return new(RepairKinds.Factor, 4, $"{Text(items[i])} belongs under the fraction bar", ClaimTree.Of(Head.Divide, rest.Length == 1 ? rest[0] : node.With(rest), items[i]));
        }

        if (node.Text is "⊙")
        {
            foreach (var factor in LostFactors().Where(factor => !items.Any(factor.SameAs)))
            {
                yield return new(RepairKinds.Factor, 4, $"the factor {Text(factor)} is missing", node.With(items.Add(factor)));
            }
        }

        foreach (var edit in Convolutions(node))
        {
            yield return edit;
        }
    }

    /// <summary>p_k r_k of which the mean over the entries was not taken off, p_k (r_k − Σ_j p_j r_j); a(1 − a) for 1 − a².</summary>
    private IEnumerable<Edit> Coupled(ClaimTree node)
    {
        var items = node.Items;
        for (var i = 0; i < items.Length && items.Length > 1; i++)
        {
            var rest = Joined(node, items.RemoveAt(i));
            if (rest.Nodes().Any(inner => inner.Is(Head.Big)))
            {
                // A sum is taken off already: the slip is in it.
                continue;
            }

            if (items[i] is { Head: Head.Entry } weight && weight[0].Is(Head.Name) && node.Text is "" or "⋅" or "×")
            {
                foreach (var letter in weight.Items.Skip(1).Where(index => index.Is(Head.Name) && _letters.Contains(index.Text)).Select(index => index.Text))
                {
                    var other = _fresh.First(name => !declarations.IsDeclared(name) && !node.Nodes().Any(inner => inner.IsName(name)) && !_letters.Contains(name));
                    var mean = ClaimTree.Of(Head.Big, "∑", ClaimTree.Of(Head.Times, weight, rest).Replace(inner => inner.IsName(letter) ? ClaimTree.Name(other) : null), ClaimTree.Name(other), ClaimTree.Nothing, ClaimTree.Nothing, ClaimTree.Nothing);
                    yield return new(RepairKinds.Term, 4, $"every entry depends on all of them: the mean {Text(mean)} has to be taken off", ClaimTree.Of(Head.Times, weight, ClaimTree.Of(Head.Add, rest, ClaimTree.Of(Head.Negate, mean)).InBrackets()));
                }
            }

            if (node.Text is "⊙" && RankOf(items[i]) is 1 && items[i].Is(Head.Name))
            {
                var mean = ClaimTree.Of(Head.Times, ClaimTree.Of(Head.Transpose, items[i]), rest.Is(Head.Add) ? rest.InBrackets() : rest);
                yield return new(RepairKinds.Term, 4, $"every entry depends on all of them: the mean {Text(mean)} has to be taken off", ClaimTree.Of(Head.Times, "⊙", items[i], ClaimTree.Of(Head.Add, rest, ClaimTree.Of(Head.Negate, mean)).InBrackets()));
            }

            if (node.Text is "⊙" && RankOf(items[i]) is 2 && items[i].Is(Head.Name))
            {
                var means = ClaimTree.Of(Head.Times, new ClaimTree(Head.Call, "rowsum", [ClaimTree.Of(Head.Times, "⊙", items[i], rest)]), ClaimTree.Of(Head.Transpose, ClaimTree.Of(Head.Ones)));
                yield return new(RepairKinds.Term, 4, "in each row every entry depends on all of them: the mean of the row has to be taken off", ClaimTree.Of(Head.Times, "⊙", items[i], ClaimTree.Of(Head.Add, rest, ClaimTree.Of(Head.Negate, means)).InBrackets()));
            }
        }

        for (var i = 0; i < items.Length && items.Length > 2; i++)
        {
            if (IsComplement(items[i]) is { } slope && items.Any(slope.SameAs))
            {
                yield return new(RepairKinds.Activation, 3, $"{Text(slope)}(1 − {Text(slope)}) does not belong here: it has cancelled", Joined(node, items.Remove(items[i]).Remove(items.First(slope.SameAs))));
            }

            var complement = items.ToList().FindIndex(item => IsComplement(item) is { } part && part.SameAs(items[i]));
            if (complement < 0)
            {
                continue;
            }

            var upstream = Joined(node, [.. items.Where((_, k) => k != i && k != complement)]);
            foreach (var edit in Coupled(node.With([items[i], upstream])).Where(edit => edit.Kind == RepairKinds.Term && edit.Tree[0].SameAs(items[i])))
            {
                yield return edit with { Description = $"{Text(items[i])}(1 − {Text(items[i])}) is only the diagonal; {edit.Description}" };
            }
        }

        for (var i = 0; i + 1 < items.Length; i++)
        {
            if (items[i + 1] is { Head: Head.Add, Items: [{ Head: Head.Number, Text: "1" }, { Head: Head.Negate } minus] } && minus[0].SameAs(items[i]))
            {
                var slope = ClaimTree.Of(Head.Add, ClaimTree.Number(1), ClaimTree.Of(Head.Negate, ClaimTree.Of(Head.Power, items[i], ClaimTree.Number(2)))).InBrackets();
                yield return new(RepairKinds.Activation, 3, $"{Text(items[i])}(1 − {Text(items[i])}) is the derivative of a sigmoid; that of a tanh is 1 − {Text(items[i])}²", items.Length == 2 ? slope : node.With(items.RemoveAt(i + 1).SetItem(i, slope)));
            }
        }
    }

    private static readonly string[] _fresh = ["k", "j", "l", "m", "r", "s", "u", "q", "v"];

    /// <summary>2A of a matrix that is not symmetric: A + Aᵀ.</summary>
    private IEnumerable<Edit> Quadratic(ClaimTree node)
    {
        var two = node.Items.ToList().FindIndex(item => item.IsNumber("2"));
        for (var i = 0; i < node.Items.Length && two >= 0; i++)
        {
            if (IsSquare(node[i]))
            {
                var items = node.Items.SetItem(i, Symmetric(node[i])).RemoveAt(two);
                yield return new(RepairKinds.Term, 3, $"2 {Text(node[i])} is right only where {Text(node[i])} is symmetric; in general it is {Text(Symmetric(node[i]))}", items.Length == 1 ? items[0] : node.With(items));
            }
        }
    }

    /// <summary>2 X dX of matrices that do not commute: X dX + dX X.</summary>
    private IEnumerable<Edit> Commuting(ClaimTree node)
    {
        if (node.Text is "" or "⋅" && node.Items is [{ Head: Head.Number, Text: "2" }, var one, var other] && RankOf(one) is null or 2 && RankOf(other) is null or 2)
        {
            yield return new(RepairKinds.Term, 3, $"{Text(one)} and {Text(other)} need not commute: both orders stand there", ClaimTree.Of(Head.Add, ClaimTree.Of(Head.Times, one, other), ClaimTree.Of(Head.Times, other, one)));
        }
    }

    private bool IsSquare(ClaimTree tree) => (tree.Is(Head.Transpose) ? tree[0] : tree) is { Head: Head.Name } name && declarations.Symbols.TryGetValue(name.Text, out var symbol) && symbol is { Shape: [var rows, var columns], Families: 0 } && rows.SameAs(columns) && !symbol.Traits.HasFlag(Trait.SymmetricMatrix);

    private static ClaimTree Symmetric(ClaimTree matrix) => ClaimTree.Of(Head.Add, matrix, Rewriting.Transposed(matrix)).InBrackets();

    /// <summary>V W of which the derivative of the activation in between was lost: V diag(f′(z)) W; and what comes out of a determinant once for each row.</summary>
    private IEnumerable<Edit> Betweens(ClaimTree node)
    {
        if (node.Text is not ("" or "⋅"))
        {
            yield break;
        }

        foreach (var edit in LostStep(node))
        {
            yield return edit;
        }

        foreach (var factor in ActivationFactors())
        {
            for (var i = 1; i < node.Items.Length; i++)
            {
                if (RankOf(node[i - 1]) is not 0 && RankOf(node[i]) is not 0)
                {
                    if (i > 1)
                    {
                        yield return new(RepairKinds.Activation, 4, $"the derivative {Text(factor)} of the activation is missing at {Text(Joined(node, node.Items[..i]))}", node.With([ClaimTree.Of(Head.Times, "⊙", Joined(node, node.Items[..i]), factor).InBrackets(), .. node.Items[i..]]));
                    }

                    yield return new(RepairKinds.Activation, 4, $"the derivative {Text(factor)} of the activation is missing", node.With(node.Items.Insert(i, new(Head.Call, "diag", [factor]))));
                }
            }
        }

        var scalars = node.Items.Where(item => item.Is(Head.Name) && declarations.Symbols.ContainsKey(item.Text) && RankOf(item) is 0).ToList();
        if (scalars.Count > 1)
        {
            yield return new(RepairKinds.Power, 4, $"the squares of {string.Join(" and ", scalars.Select(Text))} are needed", node.With([.. node.Items.Select(item => scalars.Contains(item) ? ClaimTree.Of(Head.Power, item, ClaimTree.Number(2)) : item)]));
        }

        for (var i = 0; i < node.Items.Length && _context.Any(tree => tree.Nodes().Any(inner => inner is { Head: Head.Call, Text: "det" } or { Head: Head.Bars })); i++)
        {
            foreach (var size in declarations.Sizes.Where(_ => node.Items[i].Is(Head.Number) || RankOf(node.Items[i]) is 0).Order(StringComparer.Ordinal))
            {
                yield return new(RepairKinds.Power, 4, $"{Text(node[i])} comes out once for each row: {Text(node[i])} to the power {size}", node.With(i, ClaimTree.Of(Head.Power, node[i], ClaimTree.Name(size))));
            }
        }
    }

    /// <summary>A sum that was lost inside: A_ij g_ij where only i stands on the other side.</summary>
    private IEnumerable<Edit> LostSums(ClaimTree node) => _loose.Where(letter => node.Items.Any(item => item.Nodes().Any(inner => inner.IsName(letter))) && !node.Nodes().Any(inner => inner.Is(Head.Big) && inner[1].IsName(letter)))
        .Select(letter => new Edit(RepairKinds.Sum, 3, $"the sum over {letter} is missing in {Text(node)}", ClaimTree.Of(Head.Big, "∑", node, ClaimTree.Name(letter), ClaimTree.Nothing, ClaimTree.Nothing, ClaimTree.Nothing)));

    private static ClaimTree Joined(ClaimTree node, ImmutableArray<ClaimTree> items) => items.Length == 1 ? items[0] : new(Head.Times, node.Text, items);

    /// <summary>Other readings of a convolution.</summary>
    public IEnumerable<Edit> Convolutions(ClaimTree node)
    {
        if (node.Text is "" or "⋅" or "×" or "⊙" or "⊗" || node.Items is not [var signal, var kernel])
        {
            yield break;
        }

        var flipped = kernel.Is(Head.Call) && kernel.Text is "flip" ? kernel[0] : new(Head.Call, "flip", [kernel]);
        yield return new(RepairKinds.Convolution, 2, kernel.Is(Head.Call) && kernel.Text is "flip" ? "the kernel should not be flipped" : "the kernel is not flipped", node.With([signal, flipped]));
        foreach (var sign in declarations.Operators.Keys.Append("∗").Append("⋆").Concat(ClaimParser.ModeOf(node.Text) is null ? [] : ["⋆_valid", "∗_valid", "⋆_full", "∗_full"]).Distinct(StringComparer.Ordinal).Where(sign => !string.Equals(sign, node.Text, StringComparison.Ordinal)))
        {
            yield return new(RepairKinds.Convolution, 2, $"the operation is {sign}, not {node.Text}", node.WithText(sign));
            yield return new(RepairKinds.Convolution, 4, $"the operation is {sign}, not {node.Text}, and the kernel {(kernel.Is(Head.Call) ? "should not be" : "is not")} flipped", node.WithText(sign).With([signal, flipped]));
        }
    }

    /// <summary>p(1 − p) of which one part was lost: −ab that should be a − ab.</summary>
    private IEnumerable<Edit> LostTerm(ClaimTree node)
    {
        var product = node.Is(Head.Negate) ? node[0] : node;
        if (!product.Is(Head.Times))
        {
            yield break;
        }

        // (1 − p) x has its 1 already.
        foreach (var factor in product.Items.Any(item => item.Is(Head.Add) && item.Items.Any(term => (term.Is(Head.Negate) ? term[0] : term).IsNumber("1"))) ? [] : product.Items.Distinct(ClaimTree.Equality).Where(item => item.Head is Head.Name or Head.Entry or Head.Call || (item.Is(Head.Number) && _isNumeric)))
        {
            if (!(factor.Is(Head.Call) && product.Items.Length == 2 && product.Items.Any(item => item.Head is Head.Name or Head.Entry)))
            {
                // y log q for (1 − y) log q is the complement of y.
                yield return new(RepairKinds.Term, 3, $"the term {Text(factor)} is missing", node.Is(Head.Negate) ? ClaimTree.Of(Head.Add, factor, node) : ClaimTree.Of(Head.Add, factor, ClaimTree.Of(Head.Negate, node)));
            }

            yield return new(RepairKinds.Term, 3, $"the term {Text(factor)} is missing", ClaimTree.Of(Head.Add, node, factor));
        }

        // (w + 1) a of which only w a was written.
        for (var i = 0; i < product.Items.Length && product.Items.Length > 1 && product.Text is "" or "⋅"; i++)
        {
            var rest = product.Items.RemoveAt(i);
            var term = rest.Length == 1 ? rest[0] : product.With(rest);
            yield return new(RepairKinds.Term, 4, $"the term {Text(term)} is missing", ClaimTree.Of(Head.Add, node, term));
        }
    }

    private IEnumerable<Edit> Quotients(ClaimTree node)
    {
        if ((node[0].IsNumber("1") && !node[1].IsNumber("2")) || node[0].IsNumber("2"))
        {
            yield return node[0].IsNumber("1") ? new(RepairKinds.Factor, 2, "the factor 2 is missing", node.With(0, ClaimTree.Number(2))) : new(RepairKinds.Factor, 2, "the factor 2 does not belong here", node.With(0, ClaimTree.Number(1)));
        }


        yield return new(RepairKinds.Factor, 3, $"it should not be divided by {Text(node[1])}", node[0]);
        yield return new(RepairKinds.Factor, 3, $"{Text(node)} is upside down", ClaimTree.Of(Head.Divide, node[1], node[0]));
        yield return new(RepairKinds.Power, 3, $"the square of {Text(node[1])} belongs under the fraction bar", node.With(1, ClaimTree.Of(Head.Power, node[1], ClaimTree.Number(2))));
        if (RankOf(node[1]) is 0 && node[1].Is(Head.Name))
        {
            yield return new(RepairKinds.Power, 3, $"the square root of {Text(node[1])} belongs under the fraction bar", node.With(1, new(Head.Call, "sqrt", [node[1]])));
        }

        yield return new(RepairKinds.Factor, 3, $"{Text(node[1])} should multiply, not divide", ClaimTree.Of(Head.Times, node[0], node[1]));
        if (node[0].Is(Head.Times))
        {
            for (var i = 0; i < node[0].Items.Length; i++)
            {
                var rest = node[0].Items.RemoveAt(i);
                yield return new(RepairKinds.Factor, 3, $"the factor {Text(node[0][i])} does not belong here", node.With(0, rest.Length == 1 ? rest[0] : node[0].With(rest)));
            }
        }
    }

    private IEnumerable<Edit> Powers(ClaimTree node)
    {
        yield return new(RepairKinds.Power, 2, $"{Text(node[0])} should not be raised to the power {Text(node[1])}", node[0]);
        foreach (var edit in Repeated(node))
        {
            yield return edit;
        }

        if (node[1].Is(Head.Number) && int.TryParse(node[1].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var exponent))
        {
            yield return new(RepairKinds.Power, 2, $"the exponent should be {exponent + 1}", node.With(1, ClaimTree.Number(exponent + 1)));
            if (exponent > 2)
            {
                yield return new(RepairKinds.Power, 2, $"the exponent should be {exponent - 1}", node.With(1, ClaimTree.Number(exponent - 1)));
            }
        }
        else
        {
            yield return new(RepairKinds.Power, 3, "the sign of the exponent is flipped", node.With(1, Rewriting.Negated(node[1])));
            foreach (var one in new[] { 1, -1 })
            {
                var other = ClaimTree.Of(Head.Add, node[1], one > 0 ? ClaimTree.Number(1) : ClaimTree.Of(Head.Negate, ClaimTree.Number(1)));
                yield return new(RepairKinds.Power, 3, $"the exponent should be {Text(other)}", node.With(1, other));
            }
        }
    }

    private IEnumerable<Edit> Numbers(ClaimTree node)
    {
        for (var i = 0; i < _letters.Length && node.IsNumber("1"); i++)
        {
            foreach (var other in _letters.Skip(i + 1))
            {
                yield return new(RepairKinds.Diagonal, 3, $"1 should be δ_{_letters[i]}{other}: it stands only where {_letters[i]} = {other}", ClaimTree.Of(Head.Delta, ClaimTree.Name(_letters[i]), ClaimTree.Name(other)));
            }
        }

        foreach (var edit in Digits(node))
        {
            yield return edit;
        }

        if (!int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 10_000)
        {
            yield break;
        }

        foreach (var other in new[] { number + 1, number - 1, number * 2 }.Concat(number % 2 == 0 ? [number / 2] : []).Concat([number + 2, number - 2]).Where(other => other >= 0 && other != number).Distinct())
        {
            yield return new(Math.Abs(other - number) == 1 ? RepairKinds.OffByOne : RepairKinds.Number, Math.Abs(other - number) == 1 ? 2 : 3, $"{number} should be {other}", ClaimTree.Number(other));
        }
    }

    private IEnumerable<Edit> Names(ClaimTree node)
    {
        var rank = RankOf(node);
        if (rank is not 0)
        {
            yield return new(RepairKinds.Transpose, 1, $"{Text(node)} should be transposed", ClaimTree.Of(Head.Transpose, node));
        }

        if (!declarations.Symbols.TryGetValue(node.Text, out var named))
        {
            foreach (var letter in _letters.Where(letter => !node.IsName(letter) && _letters.Contains(node.Text)))
            {
                yield return new(RepairKinds.Index, 2, $"the index {node.Text} should be {letter}", ClaimTree.Name(letter));
            }

            foreach (var letter in _letters.Where(_ => declarations.Sizes.Contains(node.Text)))
            {
                yield return new(RepairKinds.Index, 3, $"{node.Text} should be {letter}", ClaimTree.Name(letter));
            }

            foreach (var size in declarations.Sizes.Where(size => declarations.Sizes.Contains(node.Text) && !node.IsName(size)).Order(StringComparer.Ordinal))
            {
                yield return new(RepairKinds.Name, 3, $"{node.Text} should be {size}", ClaimTree.Name(size));
            }

            yield break;
        }

        foreach (var edit in Complements(node, rank))
        {
            yield return edit;
        }

        if (rank is 1 or 2 or null)
        {
            foreach (var factor in ActivationFactors())
            {
                yield return new(RepairKinds.Activation, 3, $"the derivative {Text(factor)} of the activation is missing at {Text(node)}", ClaimTree.Of(Head.Times, "⊙", node, factor).InBrackets());
            }
        }

        yield return new(RepairKinds.Power, 3, $"the square of {Text(node)} is needed", ClaimTree.Of(Head.Power, node, ClaimTree.Number(2)));
        if (IsSquare(node))
        {
            yield return new(RepairKinds.Term, 3, $"{Text(node)} need not be symmetric: {Text(Symmetric(node))} is meant", Symmetric(node));
            yield return new(RepairKinds.Term, 3, $"{Text(node)} need not be symmetric: its symmetric part is meant", ClaimTree.Of(Head.Times, Rewriting.Fraction(1, 2), Symmetric(node)));
        }

        if (rank is 2 && named.Shape is [var height, var width] && height.SameAs(width))
        {
            yield return new(RepairKinds.Power, 3, $"the inverse of {Text(node)} is needed", ClaimTree.Of(Head.Power, node, ClaimTree.Of(Head.Negate, ClaimTree.Number(1))));
        }

        if (rank is 0)
        {
            yield return new(RepairKinds.Sign, 3, $"{Text(node)} may be negative: its absolute value is meant", ClaimTree.Of(Head.Bars, node));
        }

        foreach (var edit in Applied(node))
        {
            yield return edit;
        }

        foreach (var other in Symbols().Where(other => !node.IsName(other.Name) && (rank is null || other.Shape is null || other.Shape.Value.Length == rank)).OrderBy(other => other.Name, StringComparer.Ordinal))
        {
            // h = o tanh(s) for o is a factor that is missing, by another name.
            var isProduct = rank is 0 && other.Body is { Head: Head.Times or Head.Divide } body && body.Items.Any(node.SameAs);
            yield return new(RepairKinds.Name, 3, $"{Text(node)} should be {Text(ClaimTree.Name(other.Name))}", ClaimTree.Name(other.Name)) { Depth = isProduct ? 2 : 0 };
        }

        foreach (var edit in Differences(node).Concat(OtherSlices(node)))
        {
            yield return edit;
        }

        if (rank is 1)
        {
            foreach (var edit in Weighted(node))
            {
                yield return edit;
            }
        }

        foreach (var (matrix, vector) in _mapped.Where(pair => pair.Vector.SameAs(node)))
        {
            yield return new(RepairKinds.Factor, 3, $"the factor {Text(matrix)} is missing: {Text(ClaimTree.Of(Head.Times, matrix, vector))}, not {Text(node)}", ClaimTree.Of(Head.Times, matrix, vector).InBrackets());
        }
    }

    /// <summary>z for f(z), where a definition computes that; w for the sign of w, where it computes an absolute value.</summary>
    private IEnumerable<Edit> Applied(ClaimTree node)
    {
        var bodies = Symbols().Select(symbol => symbol.Body).OfType<ClaimTree>().SelectMany(body => body.Nodes()).ToList();
        foreach (var call in bodies.Where(inner => inner is { Head: Head.Call, Items.Length: 1, Order: 0 } && KnownFunctions.Elementwise.Contains(inner.Text) && inner.Text is not ("log" or "sqrt" or "abs") && inner[0].SameAs(node)).DistinctBy(inner => inner.Text))
        {
            yield return new(RepairKinds.Activation, 3, $"{Text(node)} is what goes into the function; its value {Text(call)} is meant", call);
        }

        if (bodies.Exists(inner => (inner is { Head: Head.Norm, Text: "1" } or { Head: Head.Bars } or { Head: Head.Call, Text: "abs" }) && inner.Nodes().Any(part => part.IsName(node.Is(Head.Entry) ? node[0].Text : node.Text))))
        {
            yield return new(RepairKinds.Activation, 3, $"the derivative of |{Text(node)}| is the sign of {Text(node)}", new(Head.Call, "sign", [node]));
        }
    }

    /// <summary>p for p(1 − p) and for 1 − p.</summary>
    private IEnumerable<Edit> Complements(ClaimTree node, int? rank)
    {
        var complement = ClaimTree.Of(Head.Add, ClaimTree.Number(1), ClaimTree.Of(Head.Negate, node)).InBrackets();
        yield return new(RepairKinds.Complement, 3, $"{Text(node)} should be {Text(node)}(1 − {Text(node)})", ClaimTree.Of(Head.Times, rank > 0 ? "⊙" : string.Empty, node, complement).InBrackets());
        yield return new(RepairKinds.Complement, _complements.Any(node.SameAs) ? 2 : 3, $"{Text(node)} should be 1 − {Text(node)}", complement);
    }

    private IEnumerable<Edit> Entries(ClaimTree node)
    {
        foreach (var edit in Indices(node, 1).Concat(AsDefined(node)).Concat(OtherSlices(node)))
        {
            yield return edit;
        }

        foreach (var edit in Complements(node, 0))
        {
            yield return edit;
        }

        yield return new(RepairKinds.Power, 3, $"the square of {Text(node)} is needed", ClaimTree.Of(Head.Power, node, ClaimTree.Number(2)));
        foreach (var edit in Applied(node).Concat(Differences(node)))
        {
            yield return edit;
        }
    }

    private IEnumerable<Edit> Indices(ClaimTree node, int first)
    {
        if (node.Items.Length == first + 2 && !node[first].SameAs(node[first + 1]))
        {
            yield return new(RepairKinds.Index, 2, $"the indices of {Text(node)} are the wrong way round", node.With(node.Items.SetItem(first, node[first + 1]).SetItem(first + 1, node[first])));
        }

        foreach (var edit in Mirrored(node, first))
        {
            yield return edit;
        }

        for (var i = first; i < node.Items.Length; i++)
        {
            foreach (var step in new[] { 1, -1 })
            {
                yield return new(RepairKinds.OffByOne, node[i].Is(Head.Name) ? 3 : 2, $"an index of {Text(node)} is off by one", node.With(i, Shifted(node[i], step)));
            }

            if (node[i].Head is not (Head.Name or Head.Number))
            {
                continue;
            }

            var candidates = _letters.Where(letter => !node[i].IsName(letter)).Select(ClaimTree.Name);
            foreach (var index in candidates)
            {
                yield return new(RepairKinds.Index, 2, $"the index {Text(node[i])} of {Text(node)} should be {Text(index)}", node.With(i, index));
            }
        }
    }

    internal static ClaimTree Shifted(ClaimTree index, int step)
    {
        if (index.Is(Head.Number) && int.TryParse(index.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number + step >= 0)
        {
            return ClaimTree.Number(number + step);
        }

        if (index.Is(Head.Add) && index.Items[^1] is var last && (last.Is(Head.Number) || (last.Is(Head.Negate) && last[0].Is(Head.Number))))
        {
            var value = last.Is(Head.Number) ? int.Parse(last.Text, CultureInfo.InvariantCulture) : -int.Parse(last[0].Text, CultureInfo.InvariantCulture);
            return value + step == 0 ? (index.Items.Length == 2 ? index[0] : index.With(index.Items.RemoveAt(index.Items.Length - 1))) : index.With(index.Items.Length - 1, ClaimTree.Number(value + step));
        }

        return index.Is(Head.Add) ? index.With(index.Items.Add(ClaimTree.Number(step))) : ClaimTree.Of(Head.Add, index, ClaimTree.Number(step));
    }

    private IEnumerable<Edit> Bigs(ClaimTree node)
    {
        foreach (var edit in Turned(node).Concat(Flipped(node)).Concat(Unmoved(node, Text)))
        {
            yield return edit;
        }

        yield return new(RepairKinds.Sum, 2, $"the sum over {node[1].Text} does not belong here", node[0]);
        // Of Σ_n (p_n − y_n) x_nj the x_nj was lost.
        var tables = Symbols().Where(symbol => symbol is { Shape.Length: 2, Body: null }).OrderBy(symbol => symbol.Name, StringComparer.Ordinal).SelectMany(symbol => _letters.SelectMany(letter => new[] { (node[1], ClaimTree.Name(letter)), (ClaimTree.Name(letter), node[1]) }).Select(pair => ClaimTree.Of(Head.Entry, ClaimTree.Name(symbol.Name), pair.Item1, pair.Item2)));
        foreach (var example in Symbols().Where(symbol => symbol is { Shape.Length: 2, Families: 1 }).OrderBy(symbol => symbol.Name, StringComparer.Ordinal).Take(4).Select(symbol => ClaimTree.Of(Head.Entry, ClaimTree.Name(symbol.Name), node[1])))
        {
            yield return new(RepairKinds.Factor, 4, $"the factor {Text(example)} is missing under the sum", node.With(0, ClaimTree.Of(Head.Times, Bracketed(node[0]), example)));
        }

        foreach (var factor in Vectors().Select(name => ClaimTree.Of(Head.Entry, ClaimTree.Name(name), node[1])).Concat(tables).Concat(Weights(node)).Distinct(ClaimTree.Equality).Where(factor => !(node[0].Is(Head.Times) ? node[0].Items : [node[0]]).Any(factor.SameAs)))
        {
            yield return new(RepairKinds.Factor, 4, $"the factor {Text(factor)} is missing under the sum", node.With(0, ClaimTree.Of(Head.Times, factor, node[0].Is(Head.Add) ? node[0].InBrackets() : node[0])));
        }

        if (!node[3].Is(Head.None) && node[0].Nodes().FirstOrDefault(IsCounting) is { } counting)
        {
            var left = ClaimTree.Of(Head.Add, node[3], ClaimTree.Of(Head.Negate, node[1]));
            yield return new(RepairKinds.Power, 3, $"the exponent counts from the other end: {Text(left)}, not {Text(counting[1])}", node.With(0, node[0].Replace(inner => IsCounting(inner) ? inner.With(1, left) : null)));
        }

        bool IsCounting(ClaimTree inner) => inner.Is(Head.Power) && (inner[1].IsName(node[1].Text) || (inner[1].Is(Head.Add) && inner[1].Items.All(term => term.IsName(node[1].Text) || term.Nodes().All(part => part.Head is Head.Number or Head.Negate)) && inner[1].Nodes().Any(part => part.IsName(node[1].Text))));

        foreach (var size in Counted(node).Where(size => !size.Is(Head.Name) && !node[3].Is(Head.None) && !size.SameAs(node[3])).Take(2))
        {
            yield return new(RepairKinds.Index, 2, $"the sum over {node[1].Text} should go to {Text(size)}", node.With(3, size));
        }

        for (var bound = 2; bound <= 3; bound++)
        {
            if (node[bound].Is(Head.None))
            {
                continue;
            }

            yield return new(RepairKinds.OffByOne, 2, "a bound of the sum is off by one", node.With(bound, Shifted(node[bound], 1)));
            yield return new(RepairKinds.OffByOne, 2, "a bound of the sum is off by one", node.With(bound, Shifted(node[bound], -1)));
            foreach (var size in declarations.Sizes.Where(size => bound == 3 && !node[3].IsName(size)).Order(StringComparer.Ordinal))
            {
                yield return new(RepairKinds.Index, 3, $"the sum over {node[1].Text} should go to {size}", node.With(3, ClaimTree.Name(size)));
            }
        }

        foreach (var letter in _loose.Where(letter => node[0].Nodes().Any(inner => inner.IsName(letter)) && !node[1].IsName(letter)))
        {
            yield return new(RepairKinds.Index, 2, $"the sum should run over {letter}, not over {node[1].Text}", ClaimTree.Of(Head.Big, node.Text, node[0], ClaimTree.Name(letter), ClaimTree.Nothing, ClaimTree.Nothing, ClaimTree.Nothing));
        }

        foreach (var letter in _letters.Where(_ => node[0].Nodes().Any(HasOne)))
        {
            var delta = ClaimTree.Of(Head.Delta, node[1], ClaimTree.Name(letter));
            yield return new(RepairKinds.Diagonal, 3, $"1 should be {Text(delta)}: it stands only where {node[1].Text} = {letter}", node.With(0, node[0].Replace(inner => HasOne(inner) ? inner.With([.. inner.Items.Select(term => term.IsNumber("1") ? delta : term)]) : null)));
        }

        static bool HasOne(ClaimTree inner) => inner.Is(Head.Add) && inner.Items.Any(term => term.IsNumber("1"));

        foreach (var letter in _letters)
        {
            yield return new(RepairKinds.Index, 2, $"the index {node[1].Text} of the sum should be {letter} in its terms", node.With(0, node[0].Replace(tree => tree.IsName(node[1].Text) ? ClaimTree.Name(letter) : null)));
        }
    }

    /// <summary>The sizes of the axes that the letter of a sum counts along.</summary>
    private IEnumerable<ClaimTree> Counted(ClaimTree sum)
    {
        foreach (var entry in sum[0].Nodes().Where(node => node.Is(Head.Entry) && node[0].Is(Head.Name)))
        {
            for (var axis = 1; axis < entry.Items.Length; axis++)
            {
                if (entry[axis].IsName(sum[1].Text) && declarations.Symbols.TryGetValue(entry[0].Text, out var symbol) && symbol.Shape is { } shape && axis <= shape.Length)
                {
                    yield return shape[axis - 1];
                }
            }
        }
    }

    private IEnumerable<Edit> Calls(ClaimTree node)
    {
        if (KnownFunctions.Elementwise.Contains(node.Text) || declarations.Functions.ContainsKey(node.Text))
        {
            yield return new(RepairKinds.Activation, 2, $"{Text(node)} should be its derivative {Text(Derived(node))}", Derived(node));
            if (node.Order > 0)
            {
                yield return new(RepairKinds.Activation, 2, $"{Text(node)} should be {Text(node.WithOrder(node.Order - 1))}", node.WithOrder(node.Order - 1));
            }
        }

        if (node.Order > 0)
        {
            yield return new(RepairKinds.Diagonal, 2, $"{Text(node)} stands for a diagonal matrix: diag(·) is missing", new(Head.Call, "diag", [node]));
        }

        if (KnownLosses.Is(node.Text))
        {
            var bare = KnownLosses.Bare(node.Text);
            yield return node.Text.Length == bare.Length
                ? new(RepairKinds.Factor, 1, $"{bare} averages over its {KnownLosses.Averages(bare)}{Number(node[0], bare)}; with reduction='sum' it adds them up", node.WithText(bare + KnownLosses.Sum))
                : new(RepairKinds.Factor, 1, $"with reduction='sum' {bare} adds up its {KnownLosses.Averages(bare)}; the average is meant{Number(node[0], bare)}", node.WithText(bare));
        }

        if (node.Text is "diag")
        {
            yield return new(RepairKinds.Diagonal, 3, "diag(·) does not belong here", node[0]);
            if (node[0].Is(Head.Name) && declarations.Symbols.GetValueOrDefault(node[0].Text)?.Shape is [var size])
            {
                yield return new(RepairKinds.Diagonal, 4, $"{Text(node)} should be 𝟏 {Text(Rewriting.Transposed(node[0]))}: the entries beside the diagonal are not 0", ClaimTree.Of(Head.Times, ClaimTree.Of(Head.Ones, size), Rewriting.Transposed(node[0])));
            }

            foreach (var factor in LostFactors().Where(factor => !node[0].Nodes().Any(factor.SameAs)))
            {
                yield return new(RepairKinds.Factor, 4, $"the factor {Text(factor)} is missing in diag(·)", node.With(0, node[0] is { Head: Head.Times, Text: "⊙" } ? node[0].With(node[0].Items.Add(factor)) : ClaimTree.Of(Head.Times, "⊙", factor, Bracketed(node[0]))));
            }
        }

        if (node.Text is ClaimParser.UpperSign or ClaimParser.LowerSign)
        {
            yield return new(RepairKinds.Sign, 1, $"{node.Text} should be the other of ± and ∓", node.WithText(node.Text is ClaimParser.UpperSign ? ClaimParser.LowerSign : ClaimParser.UpperSign));
            yield break;
        }

        if (node.Order == 0 && Partner(node.Text) is { } partner)
        {
            yield return new(RepairKinds.Name, 3, $"{Text(node.WithText(partner))} is meant, not {Text(node)}", node.WithText(partner));
        }

        if (RankOf(node) is 1)
        {
            foreach (var edit in Weighted(node))
            {
                yield return edit;
            }
        }

        if (node.Text is "sqrt")
        {
            yield return new(RepairKinds.Power, 2, $"{Text(node[0])} is meant, without the square root", node[0]);
        }

        foreach (var place in Places(node).Concat(Arguments(node)))
        {
            yield return new(RepairKinds.Activation, 3, $"{Text(node)} is taken at the wrong place: it should be {Text(node.With([place]))}", node.With([place]));
        }

        if (node.Text is "sigmoid" or "softmax" || declarations.Functions.ContainsKey(node.Text))
        {
            foreach (var edit in Complements(node, 0).Concat(Complements(node, 1).Take(1)))
            {
                yield return edit;
            }
        }

        if (node.Text is "sigmoid" && node.Order == 0)
        {
            yield return new(RepairKinds.Complement, 3, $"{Text(node)} should be {Text(node)} − 1", ClaimTree.Of(Head.Add, node, ClaimTree.Of(Head.Negate, ClaimTree.Number(1))).InBrackets());
        }

        yield return new(RepairKinds.Power, 2, $"the square of {Text(node)} is needed", ClaimTree.Of(Head.Power, node, ClaimTree.Number(2)));
        if (node.Items.Length == 1)
        {
            foreach (var factor in new[] { ClaimTree.Number(2), Rewriting.Fraction(1, 2) })
            {
                yield return new(RepairKinds.Factor, 3, $"the factor {Text(factor)} is missing in the argument of {Text(node)}", node.With(0, Rewriting.Product(factor, node[0])));
            }

            yield return new(RepairKinds.Sign, 2, $"the sign of the argument of {Text(node)} is flipped", node.With(0, Rewriting.Negated(node[0])));
        }

        yield return new(RepairKinds.Transpose, 1, $"{Text(node)} should be transposed", ClaimTree.Of(Head.Transpose, node));
    }

    /// <summary>Functions that are taken for one another: a function and its derivative or its relative.</summary>
    private static string? Partner(string function) => function switch
    {
        "sin" => "cos",
        "cos" => "sin",
        "sinh" => "cosh",
        "cosh" => "sinh",
        "tanh" => "sigmoid",
        "sigmoid" => "tanh",
        "Phi" => "phi",
        "phi" => "Phi",
        _ => null,
    };

    /// <summary>Where else a function's derivative may have to be taken: at the argument that it has on the other side, or at the value of an inverse.</summary>
    private IEnumerable<ClaimTree> Places(ClaimTree call) => call.Order == 0 || call.Items.Length != 1 ? []
        : _context.SelectMany(tree => tree.Nodes()).Where(node => node is { Head: Head.Call, Items.Length: 1 }).Select(node => string.Equals(node.Text, call.Text, StringComparison.Ordinal) ? node[0]
            : declarations.Functions.TryGetValue(node.Text, out var function) && function.InverseOf is { } inverted && string.Equals(inverted.Name, call.Text, StringComparison.Ordinal) ? node.WithOrder(0) : null)
            .OfType<ClaimTree>().Where(place => !place.SameAs(call[0])).Distinct(ClaimTree.Equality).Take(4);

    /// <summary>What an average divides by, where the shapes say it: a factor 1/K.</summary>
    private string Number(ClaimTree averaged, string loss) => averaged.Is(Head.Name) && declarations.Symbols.GetValueOrDefault(averaged.Text)?.Shape is { Length: > 0 } shape && !(shape.Length < 2 && KnownLosses.Averages(loss) is "examples")
        ? $": a factor 1/{(KnownLosses.Averages(loss) is "examples" || shape.Length == 1 ? Text(shape[0]) : $"({string.Join(" ", shape.Select(Text))})")}"
        : string.Empty;

    private static IEnumerable<Edit> Indicators(ClaimTree node)
    {
        if (!(node[0].Head is Head.Relation or Head.And or Head.Otherwise))
        {
            yield return new(RepairKinds.Indicator, 1, "\"> 0\" is missing in the indicator", node.With(0, ClaimTree.Of(Head.Relation, ">", node[0], ClaimTree.Number(0))));
            yield return new(RepairKinds.Indicator, 2, "\"< 0\" is missing in the indicator", node.With(0, ClaimTree.Of(Head.Relation, "<", node[0], ClaimTree.Number(0))));
        }

        // A condition with a slip in it is mended before it is dropped.
        yield return new(RepairKinds.Indicator, 4, "the indicator does not belong here", ClaimTree.Number(1));
    }

    private static IEnumerable<Edit> Relations(ClaimTree node)
    {
        var turned = node.Text switch { "<" => ">", ">" => "<", "≤" => "≥", "≥" => "≤", "=" => "≠", "≠" => "=", _ => null };
        if (turned is not null)
        {
            yield return new(RepairKinds.Indicator, 2, $"{node.Text} should be {turned} in the condition", node.WithText(turned));
        }
    }

    private IEnumerable<Edit> CaseEdits(ClaimTree node)
    {
        var signs = _context.SelectMany(body => body.Nodes()).Where(inner => inner.Is(Head.Bars) || inner is { Head: Head.Call, Text: "abs" }).Select(inner => new ClaimTree(Head.Call, "sign", [inner[0]])).Distinct(ClaimTree.Equality).Take(3).ToList();
        for (var i = 0; i < node.Items.Length; i += 2)
        {
            foreach (var sign in signs)
            {
                yield return new(RepairKinds.Activation, 3, $"the factor {Text(sign)} is missing in {Text(node[i])}", node.With(i, ClaimTree.Of(Head.Times, Bracketed(node[i]), sign)));
            }

            yield return new(RepairKinds.Sign, 2, $"the sign of {Text(node[i])} is flipped", node.With(i, Rewriting.Negated(node[i])));
            foreach (var (factor, words) in Factors())
            {
                yield return new(RepairKinds.Factor, 3, $"the factor {words} is missing in {Text(node[i])}", node.With(i, Rewriting.Product(factor, node[i])));
            }
        }

        if (node.Items.Length == 4)
        {
            yield return new(RepairKinds.Indicator, 2, "the two cases are exchanged", node.With([node[2], node[1], node[0], node[3]]));
        }
    }

    /// <summary>The derivative of an activation that was left out, or an indicator: a factor f′(z) for every f(z) in the definitions.</summary>
    private IEnumerable<Edit> Activations(ClaimTree node) => ActivationFactors().SelectMany(factor => new[]
    {
        new Edit(RepairKinds.Activation, 3, $"the derivative {Text(factor)} of the activation is missing", ClaimTree.Of(Head.Times, "⊙", node, factor)),
    });

    private IEnumerable<ClaimTree> ActivationFactors()
    {
        foreach (var symbol in Symbols().Where(symbol => symbol.Body is not null).OrderBy(symbol => symbol.Name, StringComparer.Ordinal))
        {
            foreach (var call in symbol.Body!.Nodes().Where(node => node.Is(Head.Call) && node.Items.Length == 1 && (KnownFunctions.Elementwise.Contains(node.Text) ? node.Text is not ("exp" or "log" or "sqrt") : declarations.Functions.TryGetValue(node.Text, out var function) && !function.OfTensors && function.Entries.IsEmpty)))
            {
                // In a definition by entries the letter must be one of the claim's.
                yield return call.WithOrder(1);
            }

            foreach (var hinge in symbol.Body.Nodes().Where(node => node is { Head: Head.Call, Text: "max", Items.Length: 2 } && node.Items.Any(item => item.IsNumber("0")) && node.Items.Any(item => RankOf(item) is > 0)))
            {
                yield return ClaimTree.Of(Head.Indicator, ClaimTree.Of(Head.Relation, ">", hinge.Items.First(item => !item.IsNumber("0")), ClaimTree.Number(0)));
            }
        }
    }

    /// <summary>A forgotten summand or path of the chain rule, a factor that was lost, the derivative of or by something else.</summary>
    private IEnumerable<Edit> Paths(ClaimTree tree, ClaimTree other)
    {
        // d/dx f(g(x)): the derivatives of what is differentiated.
        var own = other.Is(Head.Derivative) ? other[0].Nodes().Where(node => node.Is(Head.Call) && node.Items.Length == 1 && (KnownFunctions.Elementwise.Contains(node.Text) || declarations.Functions.ContainsKey(node.Text))).Select(call => call.WithOrder(call.Order + 1)).Take(8).ToList() : [];
        foreach (var factor in own)
        {
            yield return new(RepairKinds.Activation, 3, $"the factor {Text(factor)} is missing", tree.Is(Head.Times) && tree.Text.Length == 0 && !tree.Bracketed ? tree.With(tree.Items.Add(factor)) : ClaimTree.Of(Head.Times, Bracketed(tree), factor));
        }

        foreach (var factor in ActivationFactors())
        {
            if (!tree.Is(Head.Times))
            {
                yield return new(RepairKinds.Activation, 3, $"the derivative {Text(factor)} of the activation is missing", ClaimTree.Of(Head.Times, "⊙", tree, factor));
            }

            yield return new(RepairKinds.Activation, 4, $"the derivative {Text(factor)} of the activation is missing", ClaimTree.Of(Head.Times, tree, factor));
            yield return new(RepairKinds.Activation, 4, $"the derivative {Text(factor)} of the activation is missing", ClaimTree.Of(Head.Times, new ClaimTree(Head.Call, "diag", [factor]), tree));
            foreach (var letter in _letters)
            {
                yield return new(RepairKinds.Activation, 4, $"the derivative {Text(factor)} of the activation is missing", ClaimTree.Of(Head.Times, tree, AtEntry(factor, letter)));
            }
        }

        foreach (var symbol in Symbols().OrderBy(symbol => symbol.Name, StringComparer.Ordinal))
        {
            var name = ClaimTree.Name(symbol.Name);
            var words = $"the factor {Text(name)} is missing";
            yield return new(RepairKinds.Term, 4, $"the term {Text(name)} is missing", ClaimTree.Of(Head.Add, tree, name));
            if (!tree.IsNumber("0"))
            {
                yield return new(RepairKinds.Term, 4, $"the term −{Text(name)} is missing", tree.SameAs(name) ? ClaimTree.Number(0) : ClaimTree.Of(Head.Add, tree, ClaimTree.Of(Head.Negate, name)));
            }

            if (symbol.Shape is { IsEmpty: true } && symbol.Body is null)
            {
                var square = ClaimTree.Of(Head.Power, name, ClaimTree.Number(2));
                yield return new(RepairKinds.Term, 4, $"the term {Text(square)} is missing", ClaimTree.Of(Head.Add, tree, square));
                yield return new(RepairKinds.Term, 4, $"the term −{Text(square)} is missing", ClaimTree.Of(Head.Add, tree, ClaimTree.Of(Head.Negate, square)));
            }

            switch (symbol.Shape?.Length)
            {
                case 0 or null when symbol.Body is not null:
                    yield return new(RepairKinds.Factor, 4, words, tree.IsNumber("1") ? name : ClaimTree.Of(Head.Times, Bracketed(tree), name));
                    yield return new(RepairKinds.Factor, 4, $"the factor 1/{Text(name)} is missing", ClaimTree.Of(Head.Divide, tree, name));
                    break;
                case 1 or null:
                    if (symbol is { Shape: null, Body: not null })
                    {
                        yield return new(RepairKinds.Factor, 4, words, ClaimTree.Of(Head.Times, name, Bracketed(tree)));
                    }

                    foreach (var letter in _letters)
                    {
                        var entry = ClaimTree.Of(Head.Entry, name, ClaimTree.Name(letter));
                        yield return new(RepairKinds.Factor, 4, $"the factor {Text(entry)} is missing", ClaimTree.Of(Head.Times, Bracketed(tree), entry));
                    }

                    yield return new(RepairKinds.Factor, 4, $"the factor {Text(ClaimTree.Of(Head.Transpose, name))} is missing", ClaimTree.Of(Head.Times, Bracketed(tree), ClaimTree.Of(Head.Transpose, name)));
                    yield return new(RepairKinds.Factor, 4, words, ClaimTree.Of(Head.Times, Bracketed(tree), name));
                    break;
                case 2:
                    yield return new(RepairKinds.Factor, 4, words, ClaimTree.Of(Head.Times, name, Bracketed(tree)));
                    yield return new(RepairKinds.Factor, 4, $"the factor {Text(ClaimTree.Of(Head.Transpose, name))} is missing", ClaimTree.Of(Head.Times, ClaimTree.Of(Head.Transpose, name), Bracketed(tree)));
                    break;
                default:
                    break;
            }
        }

        if (other is { Head: Head.Call, Order: > 0, Items: [{ Head: Head.Name } place] })
        {
            // f′(x) is df/dx.
            other = ClaimTree.Of(Head.Derivative, "∂", [other.WithOrder(0), .. Enumerable.Repeat(place, other.Order)]);
        }

        if (!other.Is(Head.Derivative))
        {
            yield break;
        }

        var (of, by) = (other[0], other[1]);
        if (of.Is(Head.Name) && declarations.Symbols.TryGetValue(of.Text, out var loss) && loss.Body is { Head: Head.Add } sum && loss.Parameters.IsEmpty)
        {
            foreach (var term in sum.Items)
            {
                yield return new(RepairKinds.Term, 4, $"the derivative of the term {Text(term)} is missing", Plus(other.With(0, term.Is(Head.Times) ? term.InBrackets() : term)));
            }
        }

        if (of is { Head: Head.Call, Order: 0, Items: [{ Head: Head.Name } argument] } && argument.SameAs(by) && declarations.Functions.GetValueOrDefault(of.Text) is { Body: { Head: Head.Add } terms, Parameters: [var parameter] } && by.IsName(parameter))
        {
            foreach (var term in terms.Items.Where(term => term.Nodes().Any(by.SameAs)))
            {
                yield return new(RepairKinds.Term, 4, $"the derivative of the term {Text(term)} is missing", Plus(other.With(0, term.Is(Head.Times) ? term.InBrackets() : term)));
            }
        }

        if (of.Is(Head.Name) && by.Is(Head.Name) && other.Items.Length == 2)
        {
            foreach (var through in Symbols().Where(symbol => !by.IsName(symbol.Name) && !of.IsName(symbol.Name) && symbol.Body is { } body && body.Nodes().Any(node => node.IsName(by.Text)) && declarations.Reaches(of.Text, symbol.Name)).OrderBy(symbol => symbol.Name, StringComparer.Ordinal))
            {
                var name = ClaimTree.Name(through.Name);
                var (outer, inner) = (other.With(1, name), other.With(0, name));
                var words = $"the path through {Text(name)} is forgotten";
                yield return new(RepairKinds.Path, 4, words, Plus(ClaimTree.Of(Head.Times, outer, inner)));
                yield return new(RepairKinds.Path, 4, words, Plus(ClaimTree.Of(Head.Times, ClaimTree.Of(Head.Transpose, inner), outer)));
            }
        }

        ClaimTree Plus(ClaimTree path) => tree.IsNumber("0") ? path : ClaimTree.Of(Head.Add, tree, path);
    }

    /// <summary>Rules of differentiation of which a part was lost: inner derivatives, the other term of a product, where a derivative is taken, a condition.</summary>
    private IEnumerable<Edit> Rules(ClaimTree tree, ClaimTree other)
    {
        var calls = _context.SelectMany(body => body.Nodes()).Where(node => node is { Head: Head.Call, Items.Length: 1 } && (KnownFunctions.Elementwise.Contains(node.Text) || declarations.Functions.ContainsKey(node.Text))).Distinct(ClaimTree.Equality).Take(12).ToList();
        // f′(x) g′(x) h′(x) where each belongs at the value inside it.
        var inner = calls.Where(call => call[0].Is(Head.Call)).GroupBy(call => call.Text, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First()[0], StringComparer.Ordinal);
        var placed = tree.Replace(node => node is { Head: Head.Call, Items.Length: 1, Order: > 0 } && inner.TryGetValue(node.Text, out var place) ? node.With([place]) : null);
        if (!placed.SameAs(tree))
        {
            yield return new(RepairKinds.Activation, 3, "each derivative is taken at the value that goes into its function", placed);
        }

        if (tree is { Head: Head.Times, Items.Length: > 1 } product && product.Items.All(item => item is { Head: Head.Call, Order: 1 }))
        {
            yield return new(RepairKinds.Term, 4, "the derivative of a product is not the product of the derivatives: each factor is differentiated once", ClaimTree.Of(Head.Add, [.. product.Items.Select((_, i) => product.With([.. product.Items.Select((factor, j) => i == j ? factor : factor.WithOrder(0))]))]));
        }

        foreach (var symbol in Symbols().Where(symbol => symbol.Body is { Head: Head.Add } && (symbol.Parameters.Length == 0 || (symbol.Parameters.Length == 1 && _letters.Length > 0)) && !symbol.IsRecurrence).OrderBy(symbol => symbol.Name, StringComparer.Ordinal))
        {
            foreach (var term in symbol.Body!.Items.Where(term => !tree.Nodes().Any(term.SameAs)))
            {
                var summand = symbol.Parameters.IsEmpty ? term : term.Replace(node => node.IsName(symbol.Parameters[0]) ? ClaimTree.Name(_letters[0]) : null);
                var bare = summand.Is(Head.Negate) ? summand[0] : summand;
                yield return new(RepairKinds.Term, 4, $"the term {Text(bare)} is missing", ClaimTree.Of(Head.Add, tree, bare));
                yield return new(RepairKinds.Term, 4, $"the term −{Text(bare)} is missing", ClaimTree.Of(Head.Add, tree, ClaimTree.Of(Head.Negate, bare)));
            }
        }

        if (Variable(other) is { } by)
        {
            foreach (var call in calls.Where(call => !call[0].SameAs(by) && call[0].Nodes().Any(inner => inner.SameAs(by) || (by.Is(Head.Name) && inner.Is(Head.Name) && declarations.Reaches(inner.Text, by.Text)))))
            {
                var slope = call[0] is { Head: Head.Call, Items: [var argument] } && argument.SameAs(by) ? call[0].WithOrder(call[0].Order + 1) : ClaimTree.Of(Head.Derivative, "∂", call[0], by);
                var words = $"the inner derivative {Text(slope)} is missing";
                yield return new(RepairKinds.Activation, 3, words, tree.Is(Head.Times) && tree.Text.Length == 0 && !tree.Bracketed ? tree.With(tree.Items.Add(slope)) : ClaimTree.Of(Head.Times, Bracketed(tree), slope));
                for (var i = 0; i < tree.Items.Length && tree.Is(Head.Add); i++)
                {
                    var term = tree[i].Is(Head.Negate) ? tree[i][0] : tree[i];
                    var whole = ClaimTree.Of(Head.Times, Bracketed(term), slope);
                    yield return new(RepairKinds.Activation, 3, $"{words} in {Text(term)}", tree.With(i, tree[i].Is(Head.Negate) ? tree[i].With([whole]) : whole));
                }
            }

            foreach (var (factors, isNegative) in _context.Select(body => body.Is(Head.Derivative) ? body[0] : body).Select(body => body.Is(Head.Negate) ? (Factors: body[0], IsNegative: true) : (Factors: body, IsNegative: false)).Where(body => body.Factors is { Head: Head.Times, Text: "" or "⋅" or "×" }))
            {
                if (factors.Items.FirstOrDefault(by.SameAs) is { } itself)
                {
                    yield return new(RepairKinds.Term, 4, "the derivative of a product is not the product of the derivatives: each factor is differentiated once", ClaimTree.Of(Head.Add, Joined(factors, factors.Items.Remove(itself)), ClaimTree.Of(Head.Times, itself, Bracketed(tree))));
                }

                foreach (var factor in factors.Items.Where(item => item.Nodes().Any(by.SameAs)))
                {
                    var slope = factor is { Head: Head.Call, Items: [var argument] } && argument.SameAs(by) ? factor.WithOrder(factor.Order + 1) : ClaimTree.Of(Head.Derivative, "∂", factor, by);
                    var term = factor.SameAs(by) ? Joined(factors, factors.Items.Remove(factor)) : factors.With(factors.Items.Replace(factor, slope));
                    yield return new(RepairKinds.Term, 4, $"the product rule has a second term: {Text(factor)} is differentiated, too", ClaimTree.Of(Head.Add, tree, isNegative ? ClaimTree.Of(Head.Negate, term) : term));
                }
            }
        }

        if (other is { Head: Head.Differential } differential && differential[0] is { Head: Head.Name } changed && declarations.Symbols.TryGetValue(changed.Text, out var total) && total is { Body: { Head: Head.Add } terms, Parameters.IsEmpty: true })
        {
            foreach (var term in terms.Items)
            {
                yield return new(RepairKinds.Term, 4, $"the differential of the term {Text(term)} is missing", ClaimTree.Of(Head.Add, tree, other.With(0, term.InBrackets())));
            }
        }

        foreach (var hinge in Symbols().Select(symbol => symbol.Body).OfType<ClaimTree>().SelectMany(body => body.Nodes()).Where(node => node is { Head: Head.Call, Text: "max", Items: [{ Head: Head.Number, Text: "0" }, _] } or { Head: Head.Call, Text: "max", Items: [_, { Head: Head.Number, Text: "0" }] }).Distinct(ClaimTree.Equality).Take(4))
        {
            var indicator = ClaimTree.Of(Head.Indicator, ClaimTree.Of(Head.Relation, ">", hinge[0].Is(Head.Number) ? hinge[1] : hinge[0], ClaimTree.Number(0)));
            yield return new(RepairKinds.Indicator, 4, $"it holds only where the maximum is not 0: the factor {Text(indicator)} is missing", ClaimTree.Of(Head.Times, indicator, Bracketed(tree)));
            for (var i = 0; i < tree.Items.Length && tree.Is(Head.Add); i++)
            {
                var term = tree[i].Is(Head.Negate) ? tree[i][0] : tree[i];
                var guarded = ClaimTree.Of(Head.Times, indicator, Bracketed(term));
                yield return new(RepairKinds.Indicator, 4, $"{Text(term)} belongs there only where the maximum is not 0: the factor {Text(indicator)} is missing in it", tree.With(i, tree[i].Is(Head.Negate) ? tree[i].With([guarded]) : guarded));
            }
        }

        foreach (var sum in _context.SelectMany(body => body.Nodes()).Where(node => node is { Head: Head.Big, Text: "∑" }).Take(4))
        {
            foreach (var term in sum[0].Nodes().Where(node => node.Is(Head.Call) && node.Nodes().Any(part => part.IsName(sum[1].Text))).Distinct(ClaimTree.Equality).Take(4))
            {
                foreach (var letter in _letters)
                {
                    var factor = term.Replace(node => node.IsName(sum[1].Text) ? ClaimTree.Name(letter) : null);
                    yield return new(RepairKinds.Factor, 4, $"the factor {Text(factor)} is missing", tree is { Head: Head.Divide } && tree[0].IsNumber("1") ? tree.With(0, factor) : ClaimTree.Of(Head.Times, factor, Bracketed(tree)));
                }
            }
        }

        if (other is { Head: Head.Derivative, Items: [{ Head: Head.Name or Head.Entry } of, { Head: Head.Name or Head.Entry } to] } && !(of.Is(Head.Name) && to.Is(Head.Name) && RankOf(of) is 0))
        {
            var (top, bottom) = (of.Is(Head.Entry) ? of[0].Text : of.Text, to.Is(Head.Entry) ? to[0].Text : to.Text);
            var through = Symbols().Where(symbol => symbol.Body is not null && symbol.Shape is { IsEmpty: true } && declarations.Reaches(top, symbol.Name) && declarations.Reaches(symbol.Name, bottom)).OrderBy(symbol => symbol.Name, StringComparer.Ordinal).Select(symbol => ClaimTree.Name(symbol.Name)).Take(4).ToList();
            for (var i = 0; i < through.Count; i++)
            {
                yield return new(RepairKinds.Path, 4, $"the path through {Text(through[i])} is forgotten", ClaimTree.Of(Head.Add, tree, Along(through[i])));
                foreach (var next in through.Skip(i + 1))
                {
                    yield return new(RepairKinds.Path, 4, $"the paths through {Text(through[i])} and {Text(next)} are forgotten", ClaimTree.Of(Head.Add, tree, Along(through[i]), Along(next)));
                }
            }

            ClaimTree Along(ClaimTree name)
            {
                var (first, second) = (other.With(1, name), other.With(0, name));
                return ClaimTree.Of(Head.Times, first, of.Is(Head.Name) && to.Is(Head.Name) ? ClaimTree.Of(Head.Transpose, second) : second);
            }
        }
    }

    /// <summary>The number that the other side is differentiated by, or null.</summary>
    private ClaimTree? Variable(ClaimTree other) => other is { Head: Head.Derivative, Items: [_, { Head: Head.Name } by] } && RankOf(by) is 0 ? by
        : other is { Head: Head.Call, Order: > 0, Items: [{ Head: Head.Name } argument] } && RankOf(argument) is 0 ? argument : null;

    private static ClaimTree Bracketed(ClaimTree tree) => tree.Is(Head.Add) ? tree.InBrackets() : tree;

    /// <summary>The claim may be right where the name goes elsewhere.</summary>
    public IEnumerable<Edit> OtherGoals(ClaimTree limit)
    {
        if (limit is not { Head: Head.Elsewhere, Text: "lim" })
        {
            yield break;
        }

        foreach (var goal in new[] { new(Head.Number, "Infinity", []), new(Head.Number, "-Infinity", []), ClaimTree.Number(0) }.Where(goal => !goal.SameAs(limit[2])))
        {
            yield return new(RepairKinds.Name, 3, $"it holds as {Text(limit[1])} goes to {Text(goal)}, not to {Text(limit[2])}", limit.With(2, goal));
        }
    }

    /// <summary>The claim may be right for another derivative than the one on its left.</summary>
    public IEnumerable<Edit> OtherDerivatives(ClaimTree derivative)
    {
        if (!derivative.Is(Head.Derivative) || derivative.Items.Length != 2)
        {
            yield break;
        }

        if (derivative[0].Is(Head.Name) && RankOf(derivative[0]) is 0)
        {
            var square = ClaimTree.Of(Head.Power, derivative[0], ClaimTree.Number(2));
            yield return new(RepairKinds.WrongDerivative, 4, $"this is the derivative of {Text(square)}, not of {Text(derivative[0])}", derivative.With(0, square));
        }

        foreach (var symbol in Symbols().OrderBy(symbol => symbol.Name, StringComparer.Ordinal))
        {
            var name = ClaimTree.Name(symbol.Name);
            if (derivative[1].Is(Head.Name) && !derivative[1].IsName(symbol.Name) && !derivative[0].IsName(symbol.Name) && (!derivative[0].Is(Head.Name) || declarations.Reaches(derivative[0].Text, symbol.Name)))
            {
                yield return new(RepairKinds.WrongDerivative, 4, $"this is the derivative by {Text(name)}, not by {Text(derivative[1])}", derivative.With(1, name));
            }
            else if (derivative[1].Is(Head.Entry) && derivative[1][0].Is(Head.Name) && !derivative[1][0].IsName(symbol.Name) && symbol.Shape is { } shape && shape.Length == derivative[1].Items.Length - 1)
            {
                var entry = derivative[1].With(0, name);
                yield return new(RepairKinds.WrongDerivative, 4, $"this is the derivative by {Text(entry)}, not by {Text(derivative[1])}", derivative.With(1, entry));
            }

            if (derivative[0].Is(Head.Name) && !derivative[0].IsName(symbol.Name) && !derivative[1].IsName(symbol.Name) && derivative[1].Is(Head.Name) && declarations.Reaches(symbol.Name, derivative[1].Text))
            {
                yield return new(RepairKinds.WrongDerivative, 4, $"this is the derivative of {Text(name)}, not of {Text(derivative[0])}", derivative.With(0, name));
            }
        }
    }
}
