using System.Collections.Immutable;
using System.Globalization;

namespace ChainRule.Checking;

/// <summary>
/// Edits that the definitions suggest: what stands there beside what is differentiated is what gets lost on the way. They are proposed
/// only where a definition has the form for it, so that claims about anything else cost no more.
/// </summary>
internal sealed partial class Edits
{
    private const int MostCofactors = 12;

    private static readonly int[] _steps = [1, -1];

    // The definitions between what is differentiated and what by, the other side among them.
    private ImmutableArray<ClaimTree> _bodies = [];

    // Factors, denominators and roots of numbers that stand in the definitions and are no given numbers.
    private ImmutableArray<(ClaimTree Factor, string Words)> _cofactors = [];

    // p of 1 − p.
    private ImmutableArray<ClaimTree> _complements = [];

    // x − m in brackets.
    private ImmutableArray<ClaimTree> _differences = [];

    // Sums that are squared.
    private ImmutableArray<ClaimTree> _squared = [];

    // Letters that the claimed side speaks of, those of its own sums among them.
    private HashSet<string> _written = [];

    // Factors of products entry by entry.
    private ImmutableArray<ClaimTree> _entrywise = [];

    // What the definitions take the root of.
    private ImmutableArray<ClaimTree> _radicands = [];

    // A and x of A x.
    private ImmutableArray<(ClaimTree Matrix, ClaimTree Vector)> _mapped = [];

    // The side consists of numbers alone.
    private bool _isNumeric;

    private void Gather(ClaimTree tree, ClaimTree other)
    {
        // x₀ = (x − …)/√a turns the definition of x round.
        var speaking = _context.Length == 1 && !other.Is(Head.Derivative) ? other.Nodes().Concat(tree.Nodes()) : other.Nodes();
        var names = speaking.Where(node => node.Is(Head.Name) && declarations.Symbols.ContainsKey(node.Text)).Select(node => node.Text).Distinct(StringComparer.Ordinal).ToList();
        _bodies = [.. _context.Concat(Symbols().Where(symbol => symbol.Body is not null && names.Exists(name => declarations.Reaches(name, symbol.Name))).OrderBy(symbol => symbol.Name, StringComparer.Ordinal).Select(symbol => symbol.Body!)).Distinct(ClaimTree.Equality).Take(12)];
        var nodes = _bodies.SelectMany(body => body.Nodes()).ToList();
        _radicands = [.. nodes.Where(node => node is { Head: Head.Call, Text: "sqrt", Items.Length: 1 } && !node[0].Is(Head.Number)).Select(node => node[0]).Distinct(ClaimTree.Equality).Take(4)];
        _mapped = [.. nodes.Where(node => node is { Head: Head.Times, Text: "" or "⋅" }).SelectMany(node => node.Items.Zip(node.Items.Skip(1))).Where(pair => RankOf(pair.First) is 2 && pair.Second.Is(Head.Name) && RankOf(pair.Second) is 1 or 2).Distinct().Take(6)];
        _complements = [.. nodes.Select(IsComplement).OfType<ClaimTree>().Distinct(ClaimTree.Equality).Take(4)];
        _squared = [.. nodes.Where(node => node.Is(Head.Power) && node[1].IsNumber("2") && node[0].Is(Head.Add)).Select(node => node[0]).Distinct(ClaimTree.Equality).Take(4)];
        _written = tree.Nodes().Where(node => node.Is(Head.Name) && !declarations.Symbols.ContainsKey(node.Text)).Select(node => node.Text).ToHashSet(StringComparer.Ordinal);
        _differences = [.. nodes.Where(node => node is { Head: Head.Add, Bracketed: true, Items.Length: 2 } && node.Items.All(term => (term.Is(Head.Negate) ? term[0] : term).Head is Head.Name or Head.Entry)).Distinct(ClaimTree.Equality).Take(4)];
        _entrywise = [.. nodes.Where(node => node is { Head: Head.Times, Text: "⊙" }).SelectMany(node => node.Items).Concat(nodes.Where(node => node is { Head: Head.Call, Text: "diag", Items.Length: 1 }).Select(node => node[0]))
            // Of cᵀ f(z) the c is a factor of each entry.
            .Concat(nodes.Where(node => node is { Head: Head.Times, Text: "" or "⋅", Items: [{ Head: Head.Transpose }, { Head: Head.Call }] }).Select(node => node[0][0])).Where(item => item.Head is Head.Call ? RankOf(item) is not 0 : RankOf(item) is 1).Distinct(ClaimTree.Equality).Take(4)];
        _cofactors = [.. Cofactors(nodes, other).Distinct(ClaimTree.Equality).Take(MostCofactors).SelectMany(Both)];

        IEnumerable<(ClaimTree, string)> Both(ClaimTree factor)
        {
            var inverse = factor is { Head: Head.Divide } && factor[0].IsNumber("1") ? factor[1] : ClaimTree.Of(Head.Divide, ClaimTree.Number(1), factor is { Head: Head.Add } ? factor.InBrackets() : factor);
            yield return (factor is { Head: Head.Add } ? factor.InBrackets() : factor, Text(factor));
            if (!inverse.Is(Head.Power))
            {
                // σ² beside 1/σ⁴ is a matter of the exponent.
                yield return (inverse, Text(inverse));
            }
        }
    }

    /// <summary>Numbers that multiply or divide in the definitions, and what an exponent leaves behind. Given numbers and sizes are tried anyway.</summary>
    private IEnumerable<ClaimTree> Cofactors(List<ClaimTree> nodes, ClaimTree other)
    {
        if (other is { Head: Head.Derivative, Items: [var of, var by] })
        {
            if (by.Is(Head.Entry) && RankOf(by) is 0)
            {
                yield return by;
            }

            if (of.Head is Head.Call or Head.Norm && IsScalar(of))
            {
                yield return of;
            }
        }

        foreach (var name in other.Nodes().Concat(nodes).Where(node => node.Is(Head.Name) && RankOf(node) is 0 && declarations.Symbols.GetValueOrDefault(node.Text) is { Body: not null }).Distinct(ClaimTree.Equality).Take(3))
        {
            yield return name;
        }

        foreach (var node in nodes)
        {
            if (node.Is(Head.Divide) && (node[0].Is(Head.Negate) ? node[0][0] : node[0]) is { Head: Head.Power or Head.Norm } above && IsScalar(above))
            {
                yield return above;
            }

            switch (node.Head)
            {
                case Head.Times when node.Text is "" or "⋅" or "×":
                    foreach (var number in node.Items.Where(item => item is { Head: Head.Number, Text: [>= '3' and <= '9'] } && other.Nodes().Any(call => call is { Head: Head.Call, Text: "Var" })))
                    {
                        yield return ClaimTree.Number((number.Text[0] - '0') * (number.Text[0] - '0'));
                    }

                    foreach (var item in node.Items.Where(item => item.Is(Head.Number) ? !item.IsNumber("2") && !item.IsNumber("1") : item.Head is Head.Add or Head.Divide or Head.Call && IsScalar(item)))
                    {
                        yield return item;
                    }

                    break;
                case Head.Divide when IsScalar(node[1]) && !(node[1].Is(Head.Name) && declarations.Symbols.GetValueOrDefault(node[1].Text) is null or { Body: null }) && node[1].Head is not Head.Number && !(node[1] is { Head: Head.Add } && !node[1].Nodes().Any(inner => inner.Is(Head.Name))):
                    yield return ClaimTree.Of(Head.Divide, ClaimTree.Number(1), node[1]);
                    foreach (var item in node[1].Is(Head.Times) ? node[1].Items.Where(item => item.Head is Head.Norm or Head.Call or Head.Add) : [])
                    {
                        yield return ClaimTree.Of(Head.Divide, ClaimTree.Number(1), item);
                    }

                    break;
                case Head.Call when node is { Text: "log", Items: [var inside] } && inside.Head is Head.Add && IsScalar(inside):
                    yield return ClaimTree.Of(Head.Divide, ClaimTree.Number(1), inside.InBrackets());
                    break;
                case Head.Norm when node.Text is "2" or "":
                    yield return ClaimTree.Of(Head.Divide, ClaimTree.Number(1), node);
                    break;
                case Head.Call when node is { Text: "sqrt", Items: [var radicand] } && !radicand.Is(Head.Number) && IsScalar(radicand):
                    yield return node;
                    break;
                case Head.Power when node[1] is { Head: Head.Number, Text: [>= '3' and <= '9' and var digit] }:
                    yield return ClaimTree.Number(digit - '0');
                    yield return ClaimTree.Number(digit - '1');
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The factors that may have got lost in a side; the root of what stands there without a root has not.</summary>
    private IEnumerable<(ClaimTree Factor, string Words)> Losable(ClaimTree tree) => _cofactors.Where(pair => Root(pair.Factor.Is(Head.Divide) ? pair.Factor[1] : pair.Factor) is not { } radicand || !HasOutsideRoots(tree, radicand));

    private static bool HasOutsideRoots(ClaimTree tree, ClaimTree radicand) => tree.SameAs(radicand) || (Root(tree) is null && tree.Items.Any(item => HasOutsideRoots(item, radicand)));

    private static ClaimTree? Root(ClaimTree tree) => tree is { Head: Head.Call, Text: "sqrt", Items: [var radicand] } ? radicand : null;

    /// <summary>A factor s ⊙ that was lost inside: Xᵀ(s ⊙ e).</summary>
    private IEnumerable<Edit> Weighted(ClaimTree node) => _entrywise.Where(factor => !node.SameAs(factor)).Select(factor => new Edit(RepairKinds.Factor, 4, $"the factor {Text(factor)} is missing at {Text(node)}", ClaimTree.Of(Head.Times, "⊙", factor, node).InBrackets()));

    /// <summary>Whether it is a number whose letters the claim has, too.</summary>
    private bool IsScalar(ClaimTree tree) => tree.Head switch
    {
        Head.Number or Head.Norm or Head.Bars => true,
        Head.Name => declarations.Symbols.ContainsKey(tree.Text) ? RankOf(tree) is 0 : declarations.Sizes.Contains(tree.Text),
        Head.Entry => RankOf(tree) is 0 && tree.Items.Skip(1).All(index => index.Nodes().All(node => !node.Is(Head.Name) || _letters.Contains(node.Text))),
        Head.Add or Head.Negate or Head.Divide or Head.Power => tree.Items.All(IsScalar),
        Head.Times => tree.Items.All(IsScalar) || (tree.Items is [{ Head: Head.Transpose, Items: [var row] }, var column] && RankOf(row) is 1 && RankOf(column) is 1),
        Head.Call => tree.Text is "det" or "tr" || (KnownFunctions.Elementwise.Contains(tree.Text) && tree.Items.All(IsScalar)),
        _ => false,
    };

    /// <summary>p where a side is 1 − p.</summary>
    private static ClaimTree? IsComplement(ClaimTree tree) => tree is { Head: Head.Add, Items: [{ Head: Head.Number, Text: "1" }, { Head: Head.Negate } minus] } ? minus[0] : null;

    /// <summary>p replaced by p(1 − p), once.</summary>
    private static ClaimTree WithComplement(ClaimTree tree, ClaimTree part, ClaimTree complement)
    {
        var product = tree.Is(Head.Negate) ? tree[0] : tree;
        var whole = product.SameAs(part) ? ClaimTree.Of(Head.Times, part, complement) : product.With(product.Items.Insert(product.Items.ToList().FindIndex(part.SameAs) + 1, complement));
        return tree.Is(Head.Negate) ? tree.With([whole]) : whole;
    }

    /// <summary>The factor f′(z) at one entry of z.</summary>
    private static ClaimTree AtEntry(ClaimTree factor, string letter) => factor.Is(Head.Indicator)
        ? factor.With(0, factor[0].With(0, ClaimTree.Of(Head.Entry, factor[0][0], ClaimTree.Name(letter))))
        : factor.With(0, ClaimTree.Of(Head.Entry, factor[0], ClaimTree.Name(letter)));

    /// <summary>x of x − m: what is taken off in the definition was lost.</summary>
    private IEnumerable<Edit> Differences(ClaimTree node) => _differences.Where(sum => sum[0].SameAs(node)).Select(sum => new Edit(RepairKinds.Term, 3, $"{Text(node)} should be {Text(sum)}: the term {Text(sum[1])} is missing", sum));

    /// <summary>Another vector for the slice of a table, k_i for q, or the reverse.</summary>
    private IEnumerable<Edit> OtherSlices(ClaimTree node)
    {
        if (node.Is(Head.Entry))
        {
            foreach (var other in Symbols().Where(other => RankOf(node) is { } rank and > 0 && other is { Families: 0, Shape: { } shape } && shape.Length == rank).OrderBy(symbol => symbol.Name, StringComparer.Ordinal).Take(4))
            {
                yield return new(RepairKinds.Name, 3, $"{Text(node)} should be {Text(ClaimTree.Name(other.Name))}", ClaimTree.Name(other.Name));
            }
        }

        foreach (var other in Symbols().Where(other => RankOf(node) is { } rank and > 0 && other is { Families: 1, Shape: { } shape } && shape.Length == rank + 1 && !(node.Is(Head.Entry) && node[0].IsName(other.Name))).OrderBy(symbol => symbol.Name, StringComparer.Ordinal).Take(4))
        {
            foreach (var letter in node.Is(Head.Entry) ? [] : _letters)
            {
                var slice = ClaimTree.Of(Head.Entry, ClaimTree.Name(other.Name), ClaimTree.Name(letter));
                yield return new(RepairKinds.Name, 3, $"{Text(node)} should be {Text(slice)}", slice);
            }
        }
    }

    /// <summary>Two entries of one table, or two names of one shape, each in the other's place.</summary>
    private IEnumerable<Edit> Exchanged(ClaimTree tree)
    {
        var entries = tree.Nodes().Where(node => node is { Head: Head.Entry, Items: [{ Head: Head.Name }, { Head: Head.Name or Head.Number or Head.Add }] }).Distinct(ClaimTree.Equality).Take(5).ToList();
        for (var i = 0; i < entries.Count; i++)
        {
            foreach (var other in entries.Skip(i + 1).Where(other => other[0].SameAs(entries[i][0])))
            {
                yield return new(RepairKinds.Index, 2, $"{Text(entries[i])} and {Text(other)} are exchanged", Swapped(entries[i], other));
            }
        }

        var names = tree.Nodes().Where(node => node.Is(Head.Name) && declarations.Symbols.GetValueOrDefault(node.Text) is { Shape: not null, Families: 0 }).Distinct(ClaimTree.Equality).Take(6).ToList();
        for (var i = 0; i < names.Count; i++)
        {
            foreach (var other in names.Skip(i + 1).Where(other => RankOf(other) == RankOf(names[i])))
            {
                yield return new(RepairKinds.Name, 4, $"{Text(names[i])} and {Text(other)} are exchanged", Swapped(names[i], other));
            }
        }

        // x xᵀ that should be u uᵀ.
        foreach (var name in names.Where(name => tree.Nodes().Count(name.SameAs) > 1))
        {
            foreach (var other in Symbols().Where(symbol => !name.IsName(symbol.Name) && symbol.Shape?.Length == RankOf(name)).OrderBy(symbol => symbol.Name, StringComparer.Ordinal).Select(symbol => ClaimTree.Name(symbol.Name)))
            {
                yield return new(RepairKinds.Name, 3, $"{Text(name)} should be {Text(other)} in every place", tree.Replace(node => node.SameAs(name) ? other : null));
            }
        }

        ClaimTree Swapped(ClaimTree one, ClaimTree two) => tree.Replace(node => node.SameAs(one) ? two : node.SameAs(two) ? one : null);
    }

    /// <summary>An entry under a sum that does not move with it: Σ_s g_t for Σ_s g_s.</summary>
    private static IEnumerable<Edit> Unmoved(ClaimTree sum, Func<ClaimTree, string> text)
    {
        foreach (var entry in sum[0].Nodes().Where(node => node.Is(Head.Entry)).Distinct(ClaimTree.Equality).Take(6))
        {
            for (var i = 1; i < entry.Items.Length; i++)
            {
                if (entry[i].Is(Head.Name) && !entry.Items.Any(sum[1].SameAs))
                {
                    var moved = entry.With(i, sum[1]);
                    yield return new(RepairKinds.Index, 2, $"the index {text(entry[i])} of {text(entry)} should be {text(sum[1])}", sum.With(0, sum[0].Replace(node => node.SameAs(entry) ? moved : null)));
                }
            }
        }
    }

    private IEnumerable<Edit> Suggested(ClaimTree tree, ClaimTree other)
    {
        foreach (var (factor, words) in Losable(tree))
        {
            // What is wrong within is nearer than a factor from elsewhere.
            yield return Multiplied(factor, words, tree, string.Empty) with { Depth = 2 };
        }

        foreach (var edit in Exchanged(tree).Concat(Deltas(tree, other)).Concat(Summed(tree, other)).Concat(TwiceUsed(tree)).Concat(QuotientTerms(tree, other)).Concat(EarlierSteps(tree, other)).Concat(Largest(tree, other)).Concat(Counted(tree, other)).Concat(FalseRules(other)).Concat(AddedPaths(tree, other)).Concat(LostUses(tree, other)).Concat(LostOuters(tree, other)).Concat(Reciprocals(tree, other)))
        {
            yield return edit;
        }

        foreach (var factor in _entrywise.Where(factor => !(tree.Is(Head.Times) && tree.Items.Any(factor.SameAs))))
        {
            yield return new(RepairKinds.Factor, 4, $"the factor {Text(factor)} is missing", tree is { Head: Head.Times, Text: "⊙" } ? tree.With(tree.Items.Add(factor)) : ClaimTree.Of(Head.Times, "⊙", Bracketed(tree), factor));
        }
    }

    /// <summary>∂y_i/∂x_j of what works on each entry by itself: δ_ij was lost.</summary>
    private IEnumerable<Edit> Deltas(ClaimTree tree, ClaimTree other)
    {
        if (other is not { Head: Head.Derivative, Items: [{ Head: Head.Entry } of, { Head: Head.Entry } by] })
        {
            yield break;
        }

        foreach (var (one, two) in of.Items.Skip(1).SelectMany(index => by.Items.Skip(1).Select(letter => (index, letter))).Where(pair => pair.index.Is(Head.Name) && pair.letter.Is(Head.Name) && !pair.index.SameAs(pair.letter)))
        {
            var delta = ClaimTree.Of(Head.Delta, one, two);
            if (tree.Nodes().Any(node => node.Is(Head.Delta)))
            {
                continue;
            }

            yield return new(RepairKinds.Diagonal, 3, $"it is 0 unless {Text(one)} = {Text(two)}: the factor {Text(delta)} is missing", Rewriting.Product(delta, tree));
            for (var i = 0; i < tree.Items.Length && tree.Is(Head.Add); i++)
            {
                yield return new(RepairKinds.Diagonal, 3, $"{Text(tree[i])} is 0 unless {Text(one)} = {Text(two)}: the factor {Text(delta)} is missing in it", tree.With(i, Rewriting.Product(delta, tree[i])));
            }
        }
    }

    /// <summary>The derivative by a vector that is added to each row or column adds those up.</summary>
    private IEnumerable<Edit> Summed(ClaimTree tree, ClaimTree other)
    {
        if (other is { Head: Head.Derivative, Items: [var of, { Head: Head.Name } by] } && RankOf(of) is 0 && RankOf(by) is 1 && tree.Nodes().Any(node => node.Is(Head.Name) && RankOf(node) is 2))
        {
            yield return new(RepairKinds.Sum, 4, "the columns have to be added up: the factor 𝟏 is missing", ClaimTree.Of(Head.Times, Bracketed(tree), ClaimTree.Of(Head.Ones)));
            yield return new(RepairKinds.Sum, 4, "the rows have to be added up: the factor 𝟏 is missing", ClaimTree.Of(Head.Times, ClaimTree.Of(Head.Transpose, tree.Is(Head.Name) ? tree : tree.InBrackets()), ClaimTree.Of(Head.Ones)));
        }
    }

    /// <summary>M u vᵀ where M v uᵀ belongs beside it: a matrix that is used twice.</summary>
    private IEnumerable<Edit> TwiceUsed(ClaimTree tree)
    {
        var product = tree.Is(Head.Negate) ? tree[0] : tree;
        if (product is { Head: Head.Times, Text: "" or "⋅", Items: [.., var left, { Head: Head.Transpose } right] } && RankOf(left) is not 0)
        {
            var turned = product.With([.. product.Items[..^2], right[0], ClaimTree.Of(Head.Transpose, left)]);
            yield return new(RepairKinds.Path, 4, $"it is used in two places: {Text(turned)} is missing", ClaimTree.Of(Head.Add, tree, tree.Is(Head.Negate) ? tree.With([turned]) : turned));
            if (product[0].IsNumber("2") && product.Items.Length > 3)
            {
                var (one, two) = (product.With(product.Items.RemoveAt(0)), turned.With(turned.Items.RemoveAt(0)));
                yield return new(RepairKinds.Path, 4, $"the two places in which it is used do not give the same: one of both should be {Text(two)}", tree.Is(Head.Negate) ? tree.With([ClaimTree.Of(Head.Add, one, two).InBrackets()]) : ClaimTree.Of(Head.Add, one, two));
            }
        }
    }

    /// <summary>N/D of which only N was differentiated: −f ∂D/∂x / D.</summary>
    private IEnumerable<Edit> QuotientTerms(ClaimTree tree, ClaimTree other)
    {
        if (Differentiated(other) is not var (of, body, by))
        {
            yield break;
        }

        foreach (var factor in body.Nodes().Where(node => node.Is(Head.Divide)).SelectMany(node => node[1].Is(Head.Times) ? node[1].Items : [node[1]]).Where(factor => factor.Nodes().Any(by.SameAs) || declarations.Names(factor).Any(name => by.Is(Head.Name) && declarations.Reaches(name, by.Text))).Distinct(ClaimTree.Equality).Take(3))
        {
            var slope = factor.SameAs(by) ? null : ClaimTree.Of(Head.Derivative, "∂", factor, by);
            var term = ClaimTree.Of(Head.Divide, of, factor);
            yield return new(RepairKinds.Term, 4, $"{Text(factor)} {(slope is null ? "is differentiated" : $"depends on {Text(by)}")}, too: the other term of the quotient rule is missing", ClaimTree.Of(Head.Add, tree, ClaimTree.Of(Head.Negate, slope is null ? term : ClaimTree.Of(Head.Times, term, slope))));
        }
    }

    /// <summary>What is differentiated once, its definition, and what by.</summary>
    private (ClaimTree Of, ClaimTree Body, ClaimTree By)? Differentiated(ClaimTree other) => other switch
    {
        { Head: Head.Derivative, Items: [{ Head: Head.Name } of, { Head: Head.Name or Head.Entry } by] } when declarations.Symbols.GetValueOrDefault(of.Text) is { Body: { } body, Parameters.IsEmpty: true } => (of, body, by),
        { Head: Head.Derivative, Items: [{ Head: Head.Call, Order: 0, Items: [{ Head: Head.Name } argument] } of, { Head: Head.Name } by] } when argument.SameAs(by) && declarations.Functions.GetValueOrDefault(of.Text) is { Body: { } body, Parameters: [var parameter] } && by.IsName(parameter) => (of, body, by),
        { Head: Head.Derivative, Items: [{ Head: Head.Add or Head.Times or Head.Divide or Head.Call or Head.Power } of, { Head: Head.Name or Head.Entry } by] } => (of, of, by),
        { Head: Head.Call, Order: 1, Items: [{ Head: Head.Name } by] } when declarations.Functions.GetValueOrDefault(other.Text) is { Body: { } body, Parameters: [var parameter] } && by.IsName(parameter) => (other.WithOrder(0), body, by),
        _ => null,
    };

    /// <summary>Rules that do not exist: (u v)′ = u′ v′, (u/v)′ = u′/v′, f(g(x))′ = f′(g′(x)). What was written has to be exactly that.</summary>
    private IEnumerable<Edit> FalseRules(ClaimTree other)
    {
        if (Differentiated(other) is not var (_, body, by) || RankOf(by) is not 0)
        {
            yield break;
        }

        if (body is { Head: Head.Times, Text: "" or "⋅" or "×" })
        {
            var (kept, moving) = (body.Items.Where(item => !Moves(item)).ToList(), body.Items.Where(Moves).ToList());
            if (moving is [var one, var two])
            {
                yield return new(RepairKinds.Term, 4, "the derivative of a product is not the product of the derivatives: each factor is differentiated once", Kept(ClaimTree.Of(Head.Add, Product(Slope(one), two), Product(one, Slope(two)))))
                {
                    Premise = Kept(Product(Slope(one), Slope(two))),
                };
            }

            ClaimTree Kept(ClaimTree tree) => kept.Count == 0 ? tree : ClaimTree.Of(Head.Times, [.. kept, Bracketed(tree)]);
        }
        else if (body.Is(Head.Divide) && Moves(body[1]))
        {
            var (above, below) = (body[0], body[1]);
            var square = ClaimTree.Of(Head.Power, Bracketed(below), ClaimTree.Number(2));
            yield return new(RepairKinds.Term, 4, "the derivative of a quotient is not the quotient of the derivatives", ClaimTree.Of(Head.Divide, ClaimTree.Of(Head.Add, Product(Slope(above), below), ClaimTree.Of(Head.Negate, Product(above, Slope(below)))), square))
            {
                Premise = ClaimTree.Of(Head.Divide, Slope(above), Slope(below)),
            };
        }
        else if (body is { Head: Head.Call, Order: 0, Items: [var inner] } && !inner.SameAs(by) && Moves(inner) && KnownFunctions.Elementwise.Contains(body.Text))
        {
            yield return new(RepairKinds.Activation, 4, "the derivative of the outer function is taken at what goes into it, and the inner derivative is a factor", Product(body.WithOrder(1), Slope(inner)))
            {
                Premise = body.WithOrder(1).With([Slope(inner)]),
            };
        }

        bool Moves(ClaimTree tree) => tree.Nodes().Any(by.SameAs) || (by.Is(Head.Name) && declarations.Names(tree).Any(name => declarations.Reaches(name, by.Text)));

        ClaimTree Slope(ClaimTree tree) => tree.SameAs(by) ? ClaimTree.Number(1) : ClaimTree.Of(Head.Derivative, "∂", tree, by);

        ClaimTree Product(ClaimTree one, ClaimTree two) => one.IsNumber("1") ? two : two.IsNumber("1") ? one : ClaimTree.Of(Head.Times, Bracketed(one), Bracketed(two));
    }

    /// <summary>What was multiplied is the sum of two paths.</summary>
    private static IEnumerable<Edit> AddedPaths(ClaimTree tree, ClaimTree other)
    {
        if (!other.Is(Head.Derivative) || tree is not { Head: Head.Times, Text: "" or "⋅" or "×", Items.Length: <= 5 })
        {
            yield break;
        }

        for (var i = 1; i < tree.Items.Length; i++)
        {
            yield return new(RepairKinds.Path, 4, "what comes along two paths is added, not multiplied", ClaimTree.Of(Head.Add, Joined(tree, tree.Items[..i]), Joined(tree, tree.Items[i..])));
        }
    }

    /// <summary>∂L/∂W of a matrix that is used in two places: an outer product u vᵀ of given vectors that fits its shape was forgotten.</summary>
    private IEnumerable<Edit> LostOuters(ClaimTree tree, ClaimTree other)
    {
        if (other is not { Head: Head.Derivative, Items: [{ Head: Head.Name } of, { Head: Head.Name } by] } || RankOf(of) is not 0 || declarations.Symbols.GetValueOrDefault(by.Text)?.Shape is not [var rows, var columns])
        {
            yield break;
        }

        foreach (var left in Fitting(rows))
        {
            foreach (var right in Fitting(columns))
            {
                var outer = ClaimTree.Of(Head.Times, ClaimTree.Name(left), ClaimTree.Of(Head.Transpose, ClaimTree.Name(right)));
                yield return new(RepairKinds.Path, 4, $"{Text(by)} is used in another place, too: {Text(outer)} is missing", ClaimTree.Of(Head.Add, tree, outer));
            }
        }

        IEnumerable<string> Fitting(ClaimTree size) => Vectors().Where(name => declarations.Symbols[name] is { Families: 0, Shape: [var length] } && length.SameAs(size)).Take(4);
    }

    /// <summary>
    /// What is used in several places reaches the loss along several ways: one of them was forgotten. A use is found in a definition,
    /// and the derivative by what is defined there is taken back through it: ∂L/∂y ⊙ s of y = s ⊙ x, Wᵀ ∂L/∂y of y = W x.
    /// </summary>
    private IEnumerable<Edit> LostUses(ClaimTree tree, ClaimTree other)
    {
        if (tree.IsNumber("0") || other is not { Head: Head.Derivative, Items: [{ Head: Head.Name } of, { Head: Head.Name } by] } || RankOf(of) is not 0 || RankOf(by) is not > 0 || _bodies.Sum(body => body.Nodes().Count(by.SameAs)) < 2)
        {
            yield break;
        }

        foreach (var symbol in Symbols().Where(symbol => symbol is { Body: { } body, Parameters.IsEmpty: true, Shape.Length: > 0 } && declarations.Reaches(of.Text, symbol.Name) && body.Nodes().Any(by.SameAs)).OrderBy(symbol => symbol.Name, StringComparer.Ordinal).Take(4))
        {
            foreach (var use in Uses(symbol.Body!, ClaimTree.Of(Head.Derivative, "∂", of, ClaimTree.Name(symbol.Name)), 4))
            {
                yield return new(RepairKinds.Path, 4, $"{Text(by)} is used in {Text(ClaimTree.Name(symbol.Name))}, too: {Text(use)} is missing", ClaimTree.Of(Head.Add, tree, use));
            }
        }

        IEnumerable<ClaimTree> Uses(ClaimTree body, ClaimTree upstream, int deep)
        {
            if (deep == 0)
            {
                return [];
            }

            if (body.SameAs(by))
            {
                return [upstream];
            }

            if (body.Is(Head.Transpose) && body[0].SameAs(by))
            {
                return [Rewriting.Transposed(upstream)];
            }

            return body switch
            {
                { Head: Head.Add } => body.Items.SelectMany(term => Uses(term, upstream, deep - 1)),
                { Head: Head.Negate } => Uses(body[0], upstream, deep - 1).Select(use => ClaimTree.Of(Head.Negate, use)),
                { Head: Head.Call, Order: 0, Items: [var inner] } when KnownFunctions.Elementwise.Contains(body.Text) => Uses(inner, ClaimTree.Of(Head.Times, "⊙", upstream, body.WithOrder(1)).InBrackets(), deep - 1),
                { Head: Head.Times, Text: "⊙" } => Enumerable.Range(0, body.Items.Length).SelectMany(i => Uses(body[i], ClaimTree.Of(Head.Times, "⊙", [upstream, .. body.Items.RemoveAt(i).Select(Bracketed)]).InBrackets(), deep - 1)),
                { Head: Head.Times, Text: "" or "⋅" } => Enumerable.Range(0, body.Items.Length).SelectMany(i => Uses(body[i], Around(body, i, upstream), deep - 1)),
                _ => [],
            };
        }

        // Of A X B with the upstream G it is Aᵀ G Bᵀ.
        static ClaimTree Around(ClaimTree product, int at, ClaimTree upstream) => product.Items.Length == 1 ? upstream
            : ClaimTree.Of(Head.Times, [.. product.Items[..at].Reverse().Select(Rewriting.Transposed), upstream, .. product.Items[(at + 1)..].Reverse().Select(Rewriting.Transposed)]);
    }

    /// <summary>±1/x of a factor x under a logarithm.</summary>
    private IEnumerable<Edit> Reciprocals(ClaimTree tree, ClaimTree other)
    {
        if (other is { Head: Head.Derivative, Items: [_, { Head: Head.Name or Head.Entry } by] } && RankOf(by) is 0 && _bodies.Any(body => body.Nodes().Any(node => node is { Head: Head.Call, Text: "log" })))
        {
            var reciprocal = ClaimTree.Of(Head.Divide, ClaimTree.Number(1), by);
            yield return new(RepairKinds.Term, 4, $"the term {Text(reciprocal)} is missing", ClaimTree.Of(Head.Add, tree, reciprocal));
            yield return new(RepairKinds.Term, 4, $"the term −{Text(reciprocal)} is missing", ClaimTree.Of(Head.Add, tree, ClaimTree.Of(Head.Negate, reciprocal)));
        }
    }

    /// <summary>The derivative of a function that has a name of its own.</summary>
    private static ClaimTree Derived(ClaimTree call) => (call.Text, call.Order) switch
    {
        ("sin", 0) => call.WithText("cos"),
        ("cos", 0) => ClaimTree.Of(Head.Negate, call.WithText("sin")),
        ("sinh", 0) => call.WithText("cosh"),
        ("cosh", 0) => call.WithText("sinh"),
        ("softplus", 0) => call.WithText("sigmoid"),
        _ => call.WithOrder(call.Order + 1),
    };

    /// <summary>∂h_t/∂w of a recurrence goes through h_{t−1}, too.</summary>
    private IEnumerable<Edit> EarlierSteps(ClaimTree tree, ClaimTree other)
    {
        if (other is { Head: Head.Derivative, Items: [{ Head: Head.Entry } of, { Head: Head.Name }] } && of.Items.Length == 2 && of[0].Is(Head.Name) && declarations.Symbols.GetValueOrDefault(of[0].Text) is { IsRecurrence: true })
        {
            var before = of.With(1, Shifted(of[1], -1));
            yield return new(RepairKinds.Path, 4, $"the path through {Text(before)} is forgotten", ClaimTree.Of(Head.Add, tree, ClaimTree.Of(Head.Times, other.With(1, before), other.With(0, before))));
        }
    }

    /// <summary>The derivative of a maximum goes to the largest entry alone.</summary>
    private IEnumerable<Edit> Largest(ClaimTree tree, ClaimTree other)
    {
        if (other is { Head: Head.Derivative, Items: [{ Head: Head.Name } of, { Head: Head.Entry } by] } && declarations.Symbols.GetValueOrDefault(of.Text)?.Body is { Text: "max" or "min" })
        {
            var indicator = ClaimTree.Of(Head.Indicator, ClaimTree.Of(Head.Relation, "=", by, of));
            yield return new(RepairKinds.Indicator, 4, $"only the entry that is {Text(of)} gets it: the factor {Text(indicator)} is missing", Rewriting.Product(indicator, tree));
        }
    }

    /// <summary>A number claimed for a sum or product of numbers: a term or factor of it that was left out, or counted twice.</summary>
    private IEnumerable<Edit> Counted(ClaimTree tree, ClaimTree other)
    {
        if (!tree.Is(Head.Number) || other.Head is not (Head.Add or Head.Times))
        {
            yield break;
        }

        foreach (var number in other.Nodes().Where(node => node.Is(Head.Number) && node.Text is not ("0" or "1")).Distinct(ClaimTree.Equality).Take(6))
        {
            yield return new(RepairKinds.Term, 3, $"{Text(number)} has not been added", ClaimTree.Of(Head.Add, tree, number));
            yield return new(RepairKinds.Term, 3, $"{Text(number)} has been added that does not stand on the other side", ClaimTree.Of(Head.Add, tree, ClaimTree.Of(Head.Negate, number)));
            yield return new(RepairKinds.Factor, 3, $"the factor {Text(number)} has been left out", ClaimTree.Of(Head.Times, "⋅", tree, number));
            yield return new(RepairKinds.Factor, 3, $"it has been multiplied by {Text(number)} once too often", ClaimTree.Of(Head.Divide, tree, number));
        }
    }

    /// <summary>diag(f′(z_t)) W W of which the f′ of the step before was lost.</summary>
    private IEnumerable<Edit> LostStep(ClaimTree node)
    {
        for (var i = 1; i < node.Items.Length; i++)
        {
            if (node[i].Is(Head.Name) && node[i].SameAs(node[i - 1]) && node.Items[..i].LastOrDefault(item => item is { Head: Head.Call, Text: "diag" } && item.Nodes().Any(IsStep)) is { } slope)
            {
                var before = slope.Replace(inner => IsStep(inner) ? inner.With(1, Shifted(inner[1], -1)) : null);
                yield return new(RepairKinds.Activation, 4, $"each step has a derivative of its own: {Text(before)} is missing", node.With(node.Items.Insert(i, before)));
            }
        }

        static bool IsStep(ClaimTree inner) => inner is { Head: Head.Entry, Items: [{ Head: Head.Name }, _] };
    }

    /// <summary>The sign of a cell.</summary>
    private IEnumerable<Edit> Cells(ClaimTree node)
    {
        for (var i = 0; i < node.Items.Length; i++)
        {
            if (node[i].Head is not (Head.Negate or Head.Ellipsis or Head.Add) && !node[i].IsNumber("0"))
            {
                yield return new(RepairKinds.Sign, 2, $"the sign of {Text(node[i])} is flipped", node.With(i, Rewriting.Negated(node[i])));
            }
        }
    }

    /// <summary>Slips in copying a number: two digits exchanged, one wrong, the point at another place. Of short numbers that would only say what is right.</summary>
    private IEnumerable<Edit> Digits(ClaimTree node)
    {
        var text = node.Text;
        if (!_isNumeric || text.Count(char.IsAsciiDigit) < 3 || text.TrimStart('0', '.').Length < 3 || text.Length > 8 || !text.All(sign => char.IsAsciiDigit(sign) || sign == '.'))
        {
            yield break;
        }

        for (var i = 0; i + 1 < text.Length; i++)
        {
            var next = text[i + 1] == '.' && i + 2 < text.Length ? i + 2 : i + 1;
            if (text[i] != text[next] && text[i] != '.' && text[next] != '.')
            {
                var digits = text.ToCharArray();
                (digits[i], digits[next]) = (digits[next], digits[i]);
                yield return Copied(new(digits), 3, "two digits are exchanged");
            }
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0 && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            yield return Copied((value * 10).ToString(CultureInfo.InvariantCulture), 3, "the decimal point stands at the wrong place");
            yield return Copied((value / 10).ToString(CultureInfo.InvariantCulture), 3, "the decimal point stands at the wrong place");
        }

        for (var i = 0; i < text.Length; i++)
        {
            for (var digit = '0'; digit <= '9' && text[i] != '.'; digit++)
            {
                if (digit != text[i] && !(digit == '0' && i == 0 && point < 0))
                {
                    yield return Copied(text[..i] + digit + text[(i + 1)..], 4, "a digit is wrong");
                }
            }
        }

        Edit Copied(string digits, int cost, string words) => new(RepairKinds.Number, cost, $"{text} should be {digits}: {words}", new(Head.Number, digits, []));
    }

    /// <summary>x_i² for x_i x_j, X_{ij}² for X_{ij} X_{ik}, and (J_t)² for J_t J_{t−1}.</summary>
    private IEnumerable<Edit> Repeated(ClaimTree node)
    {
        if (node[0].Is(Head.Entry) && node[1].IsNumber("2"))
        {
            foreach (var position in Enumerable.Range(1, node[0].Items.Length - 1).Where(position => node[0][position].Is(Head.Name) && _letters.Contains(node[0][position].Text)))
            {
                foreach (var letter in _letters.Where(letter => !node[0].Items.Any(item => item.IsName(letter))))
                {
                    var other = node[0].With(position, ClaimTree.Name(letter));
                    yield return new(RepairKinds.Index, 2, $"{Text(node)} should be {Text(node[0])} {Text(other)}", ClaimTree.Of(Head.Times, node[0], other));
                }
            }
        }

        if (node[0].Head is Head.Times && node[1] is { Head: Head.Number, Text: "2" or "3" } count)
        {
            foreach (var letter in _letters.Where(letter => node[0].Nodes().Any(inner => inner.Is(Head.Entry) && inner.Items.Skip(1).Any(index => index.IsName(letter)))))
            {
                var steps = Enumerable.Range(0, count.Text[0] - '0').Select(back => back == 0 ? node[0].InBrackets() : node[0].Replace(inner => inner.IsName(letter) ? Shifted(inner, -back) : null).InBrackets()).ToArray();
                yield return new(RepairKinds.Index, 3, $"each step has a factor of its own, taken at its own {letter}", ClaimTree.Of(Head.Times, steps));
            }
        }
    }

    /// <summary>Indices that run the wrong way: p − a for p + a, in one of them or in all.</summary>
    private static IEnumerable<Edit> Mirrored(ClaimTree node, int first)
    {
        var turned = node.Items.Select((index, i) => i < first || !index.Is(Head.Add) ? null : Turned(index)).ToList();
        for (var i = first; i < node.Items.Length; i++)
        {
            if (turned[i] is { } other)
            {
                yield return new(RepairKinds.Index, 3, "the index runs the wrong way", node.With(i, other));
            }
        }

        if (turned.Count(index => index is not null) > 1)
        {
            yield return new(RepairKinds.Index, 3, "the indices run the wrong way", node.With([.. node.Items.Select((index, i) => turned[i] ?? index)]));
        }

        if (node.Items.Length > first && node.Items.Skip(first).All(index => index is { Head: Head.Add, Items: [{ Head: Head.Number }, { Head: Head.Negate } letter] } && letter[0].Is(Head.Name)))
        {
            yield return new(RepairKinds.Convolution, 3, "the kernel is not flipped here", node.With([.. node.Items.Select((index, i) => i < first ? index : index[1][0])]));
        }

        // i + a − 1 goes to i − a + 1: the second letter and the constant change their signs.
        static ClaimTree? Turned(ClaimTree index)
        {
            var letters = index.Items.Count(IsLetter);
            return letters < 2 ? null : index.With([.. index.Items.Select((term, i) => i == 0 ? term : Rewriting.Negated(term))]);
        }

        static bool IsLetter(ClaimTree term) => term.Is(Head.Name) || (term.Is(Head.Negate) && term[0].Is(Head.Name));
    }

    /// <summary>The kernel of a sum with shifted indices, flipped.</summary>
    private IEnumerable<Edit> Flipped(ClaimTree node)
    {
        if (!node[0].Nodes().Any(inner => inner.Is(Head.Entry) && inner.Items.Skip(1).Any(index => index.Is(Head.Add))))
        {
            yield break;
        }

        var bound = new List<string> { node[1].Text };
        for (var inner = node[0]; inner.Is(Head.Big); inner = inner[0])
        {
            bound.Add(inner[1].Text);
        }

        foreach (var kernel in node[0].Nodes().Where(inner => inner.Is(Head.Entry) && inner[0].Is(Head.Name) && inner.Items.Skip(1).All(index => index.Is(Head.Name) && bound.Contains(index.Text)) && inner.Items.Length - 1 == bound.Count).Distinct(ClaimTree.Equality).Take(2))
        {
            if (declarations.Symbols.GetValueOrDefault(kernel[0].Text)?.Shape is { } shape && shape.Length == bound.Count)
            {
                var flipped = kernel.With([kernel[0], .. shape.Select((size, axis) => ClaimTree.Of(Head.Add, size, ClaimTree.Number(1), ClaimTree.Of(Head.Negate, kernel[axis + 1])))]);
                yield return new(RepairKinds.Convolution, 3, $"the kernel {Text(kernel[0])} is flipped here", node.With(0, node[0].Replace(inner => inner.SameAs(kernel) ? flipped : null)));
            }
        }
    }

    /// <summary>The indices that the same table has in a definition: x_{i+j−1} for x_j.</summary>
    private IEnumerable<Edit> AsDefined(ClaimTree entry) => !entry[0].Is(Head.Name) ? []
        : _bodies.SelectMany(body => body.Nodes()).Where(node => node.Is(Head.Entry) && node.Items.Length == entry.Items.Length && node[0].SameAs(entry[0]) && !node.SameAs(entry) && node.Items.Any(index => index.Is(Head.Add)) && node.Items.Skip(1).All(index => index.Nodes().All(inner => !inner.Is(Head.Name) || _letters.Contains(inner.Text) || _written.Contains(inner.Text) || declarations.IsDeclared(inner.Text)))).Distinct(ClaimTree.Equality).Take(3)
            .Select(node => new Edit(RepairKinds.Index, 3, $"{Text(entry)} should be {Text(node)}", node));

    /// <summary>A vector where its diagonal matrix belongs: beside a matrix, or between two.</summary>
    private IEnumerable<Edit> Diagonals(ClaimTree node)
    {
        for (var i = 0; i < node.Items.Length && node.Items.Length > 1; i++)
        {
            var item = node[i].Is(Head.Negate) ? node[i][0] : node[i];
            if (item.Head is Head.Name or Head.Call && RankOf(item) is 1 || (node.Is(Head.Times) && item is { Head: Head.Add, Bracketed: true } or { Head: Head.Times, Text: "⊙", Bracketed: true } && item.Nodes().Any(inner => inner.Is(Head.Name) && RankOf(inner) is 1) && !item.Nodes().Any(inner => inner.Head is Head.Transpose || (inner.Is(Head.Name) && RankOf(inner) is > 1))))
            {
                var diagonal = new ClaimTree(Head.Call, "diag", [item]);
                yield return new(RepairKinds.Diagonal, 2, $"{Text(item)} stands for a diagonal matrix: diag(·) is missing", node.With(i, node[i].Is(Head.Negate) ? node[i].With([diagonal]) : diagonal));
            }
        }
    }

    /// <summary>Parts of a product that stand transposed: u vᵀ for v uᵀ, B C for (B C)ᵀ.</summary>
    private IEnumerable<Edit> TransposedParts(ClaimTree node)
    {
        var items = node.Items;
        for (var i = 0; i + 1 < items.Length && items.Length > 2; i++)
        {
            if (RankOf(items[i]) is not 0 && RankOf(items[i + 1]) is not 0)
            {
                var part = ClaimTree.Of(Head.Times, items[i], items[i + 1]);
                yield return new(RepairKinds.Transpose, 2, $"{Text(part)} should be transposed", node.With([.. items[..i], .. Rewriting.Transposed(part).Items, .. items[(i + 2)..]]));
            }
        }
    }

    /// <summary>A sum over the other axis: Σ_k P_ik for Σ_k P_kj.</summary>
    private IEnumerable<Edit> Turned(ClaimTree node)
    {
        var letter = node[1].Text;
        var entries = node[0].Nodes().Where(IsPair).ToList();
        if (entries.Count == 0 || node[0].Nodes().Any(inner => inner.Is(Head.Big)))
        {
            yield break;
        }

        var free = entries.SelectMany(entry => entry.Items.Skip(1)).Where(index => index.Is(Head.Name) && !index.IsName(letter)).Select(index => index.Text).Distinct(StringComparer.Ordinal).ToList();
        if (free is not [var fixedLetter] || declarations.IsDeclared(fixedLetter))
        {
            yield break;
        }

        var swapped = node[0].Replace(inner => IsPair(inner) ? inner.With([inner[0], inner[2], inner[1]]) : null);
        foreach (var name in _letters.Where(name => !string.Equals(name, letter, StringComparison.Ordinal)))
        {
            var body = string.Equals(name, fixedLetter, StringComparison.Ordinal) ? swapped : swapped.Replace(inner => inner.IsName(fixedLetter) ? ClaimTree.Name(name) : null);
            var other = node.With(0, body);
            if (!node[3].Is(Head.None) && Counted(other).FirstOrDefault() is { } size)
            {
                other = other.With(3, size);
            }

            yield return new(RepairKinds.Index, 3, $"the sum over {letter} runs along the wrong axis", other);
        }

        bool IsPair(ClaimTree inner) => inner is { Head: Head.Entry, Items: [_, { Head: Head.Name } one, { Head: Head.Name } two] } && (one.IsName(letter) != two.IsName(letter));
    }

    /// <summary>Weights that stand elsewhere in the definitions with the letter of a sum: P_ik of Σ_k P_ik g_ik.</summary>
    private IEnumerable<ClaimTree> Weights(ClaimTree sum) => _bodies.SelectMany(body => body.Nodes()).Where(node => node is { Head: Head.Entry, Items: [{ Head: Head.Name }, { Head: Head.Name }, { Head: Head.Name }] }).Concat(Symbols().Where(symbol => symbol is { Shape.Length: 2, Body: not null, Families: 0 }).Select(symbol => ClaimTree.Of(Head.Entry, ClaimTree.Name(symbol.Name), sum[1], sum[1])))
        .Select(entry => entry[0]).Distinct(ClaimTree.Equality).Take(4).SelectMany(name => _letters.SelectMany(letter => new[] { ClaimTree.Of(Head.Entry, name, ClaimTree.Name(letter), sum[1]), ClaimTree.Of(Head.Entry, name, sum[1], ClaimTree.Name(letter)) }));

    /// <summary>What else a function is applied to in the definitions: tanh(s(x)) for tanh(x).</summary>
    private IEnumerable<ClaimTree> Arguments(ClaimTree call) => call.Order > 0 || call.Items.Length != 1 || !KnownFunctions.Elementwise.Contains(call.Text) || call.Text is "log" or "exp" or "sqrt" ? []
        : _bodies.SelectMany(body => body.Nodes()).Where(node => node is { Head: Head.Call, Items.Length: 1 } && string.Equals(node.Text, call.Text, StringComparison.Ordinal)).Select(node => node[0])
            .Where(argument => !argument.SameAs(call[0]) && argument.Nodes().All(node => !node.Is(Head.Name) || declarations.IsDeclared(node.Text) || _letters.Contains(node.Text))).Distinct(ClaimTree.Equality).Take(4);

    /// <summary>f′(x) of what skips a layer, x + f(x): the 1 was lost, in one factor or in all.</summary>
    private IEnumerable<Edit> Skipped(ClaimTree node)
    {
        var slopes = node.Items.Where(item => item is { Head: Head.Call, Order: 1 }).ToList();
        if (slopes.Count == 0 || !_bodies.Any(body => body.Is(Head.Add) && body.Items.Any(term => term is { Head: Head.Call, Items: [var argument] } && body.Items.Any(argument.SameAs))))
        {
            yield break;
        }

        foreach (var slope in slopes)
        {
            yield return new(RepairKinds.Term, 4, $"the derivative of what is added unchanged, 1, is missing beside {Text(slope)}", node.With(node.Items.Replace(slope, With(slope))));
        }

        if (slopes.Count > 1)
        {
            yield return new(RepairKinds.Term, 4, "the derivative of what is added unchanged, 1, is missing in every factor", node.With([.. node.Items.Select(item => slopes.Contains(item) ? With(item) : item)]));
        }

        static ClaimTree With(ClaimTree slope) => ClaimTree.Of(Head.Add, ClaimTree.Number(1), slope).InBrackets();
    }
}
