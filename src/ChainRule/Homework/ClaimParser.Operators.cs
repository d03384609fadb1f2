using System.Collections.Immutable;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <content>Sums, products, quotients, derivatives, Σ and its bounds, brackets, matrices, cases.</content>
internal sealed partial class ClaimParser
{
    private ClaimTree Sum(Cursor cursor)
    {
        var terms = new List<ClaimTree>();
        var start = cursor.Span;
        while (true)
        {
            var negative = false;
            Operator? open = null;
            while (cursor.Current is Operator { Text: "+" or "−" or UpperSign or LowerSign, Kind: OperatorKind.Binary or OperatorKind.Prefix } sign)
            {
                open = sign.Text is UpperSign or LowerSign ? sign : open;
                negative ^= sign.Text == "−";
                cursor.Next();
            }

            var before = cursor.Span;
            var term = Products(cursor);
            term = open is null ? term : Signed(open, term);
            terms.Add(negative ? new(Head.Negate, string.Empty, [term], before) : term);
            if (cursor.Current is not Operator { Text: "+" or "−" or UpperSign or LowerSign, Kind: OperatorKind.Binary or OperatorKind.Prefix })
            {
                break;
            }
        }

        Extend(terms);
        return terms.Count == 1 ? terms[0] : new(Head.Add, string.Empty, [.. terms], Cover(start, cursor));
    }

    /// <summary>a ⊙ b c read from left to right, (a ⊙ b) c; null where there is nothing to read so.</summary>
    public static Link? LeftToRight(Link link)
    {
        var (left, right) = (link.Left.Replace(Regrouped), link.Right.Replace(Regrouped));
        return ReferenceEquals(left, link.Left) && ReferenceEquals(right, link.Right) ? null : link with { Left = left, Right = right };

        static ClaimTree? Regrouped(ClaimTree node)
        {
            if (node is not { Head: Head.Times, Text: "⊙" } || !node.Items.Skip(1).Any(IsLoose))
            {
                return null;
            }

            var result = node[0].Replace(Regrouped);
            foreach (var item in node.Items.Skip(1))
            {
                result = IsLoose(item)
                    ? item.With([ClaimTree.Of(Head.Times, "⊙", result, item[0].Replace(Regrouped)).InBrackets(), .. item.Items.Skip(1).Select(factor => factor.Replace(Regrouped))])
                    : ClaimTree.Of(Head.Times, "⊙", result, item.Replace(Regrouped));
            }

            return result;
        }

        static bool IsLoose(ClaimTree item) => item is { Head: Head.Times, Text: "" or "⋅", Bracketed: false };
    }

    /// <summary>Σ_i a_i + b_i, −1/m Σ_i a_i + b_i: where a later term still speaks of the sum's index, the sum goes on over it.</summary>
    private void Extend(List<ClaimTree> terms)
    {
        for (var i = 0; i < terms.Count - 1; i++)
        {
            if (Extended(terms, i, CanBeBound) is var (sum, last))
            {
                terms[i] = sum;
                terms.RemoveRange(i + 1, last - i);
            }
        }

        bool CanBeBound(string letter) => !_bound.Contains(letter) && !declarations.Symbols.ContainsKey(letter) && !(declarations.IsGiving ? declarations.Indexing.Contains(letter) : declarations.Ranges.ContainsKey(letter));
    }

    /// <summary>The same for a letter with a declared range, which could be free: it is the sum's where the other side does not speak of it.</summary>
    public static ClaimTree Extended(ClaimTree tree, ClaimTree other) => tree.Replace(node =>
    {
        for (var i = 0; node.Is(Head.Add) && i < node.Items.Length - 1; i++)
        {
            if (Extended(node.Items, i, letter => !UsesFreely(other, letter)) is var (sum, last))
            {
                var terms = node.Items.RemoveRange(i + 1, last - i).SetItem(i, sum);
                return terms.Length == 1 ? terms[0] : node.With(terms);
            }
        }

        return null;
    });

    /// <summary>A term that ends with a sum, the terms behind it that speak of the sum's index taken in, and the last of them.</summary>
    private static (ClaimTree Sum, int Last)? Extended(IReadOnlyList<ClaimTree> terms, int at, Func<string, bool> canBeBound)
    {
        return Taken(terms[at]);

        (ClaimTree Sum, int Last)? Taken(ClaimTree term)
        {
            switch (term)
            {
                case { Head: Head.Negate, Bracketed: false }:
                    return Taken(term[0]) is var (negated, end) ? (term.With([negated]), end) : null;
                case { Head: Head.Times, Text: "" or "⋅", Bracketed: false }:
                    return Taken(term.Items[^1]) is var (factor, until) ? (term.With(term.Items.Length - 1, factor), until) : null;
                case { Head: Head.Big, Text: "∑", Bracketed: false }:
                    if (Taken(term[0]) is var (inner, stop))
                    {
                        return (term.With(0, inner), stop);
                    }

                    var letter = term[1].Text;
                    var last = terms.Count - 1;
                    while (last > at && !UsesFreely(terms[last], letter))
                    {
                        last--;
                    }

                    return last > at && canBeBound(letter) && !terms.Take(at).Any(earlier => UsesFreely(earlier, letter))
                        ? (term.With(0, new(Head.Add, string.Empty, [term[0], .. terms.Skip(at + 1).Take(last - at)], term.Span)), last) : null;
                default:
                    return null;
            }
        }
    }

    private static bool UsesFreely(ClaimTree tree, string letter) => tree.Is(Head.Big) && string.Equals(tree[1].Text, letter, StringComparison.Ordinal)
        ? false
        : tree.IsName(letter) || tree.Items.Any(item => UsesFreely(item, letter));

    /// <summary>⊙, ∗, ⋆ and ⊗ bind less than factors side by side.</summary>
    private ClaimTree Products(Cursor cursor)
    {
        var start = cursor.Span;
        var left = Factors(cursor);
        while (Sign(cursor.Current) is { } sign && (sign is "⊙" or "∗" or "⋆" or "⊗" or "∘" or "⊛" or "⊕" || declarations.Operators.ContainsKey(sign) || ModeOf(sign) is not null))
        {
            cursor.Next();
            var right = Factors(cursor);
            var name = sign is "∘" ? "⊙" : sign is "⊛" ? "∗" : sign;
            left = left.Is(Head.Times) && string.Equals(left.Text, name, StringComparison.Ordinal) && !left.Bracketed && name is "⊙" or "∗" && !declarations.Operators.ContainsKey(name)
                ? left.With([.. left.Items, right])
                : new(Head.Times, name, [left, right], Cover(start, cursor));
        }

        return left;
    }

    /// <summary>valid, full or same where a sign of convolution carries the word as its subscript, else null.</summary>
    public static string? ModeOf(string sign) => sign is ['∗' or '⋆' or '⊛', '_', .. var mode] && mode is "valid" or "full" or "same" ? mode : null;

    private static string? Sign(Formula? formula) => formula switch
    {
        Operator { Kind: OperatorKind.Binary, Text: var text } => text,
        Accent { Base: Operator { Text: var text }, Kind: AccentKind.Tilde } => text + "\u0303",
        Accent { Base: Operator { Text: var text }, Kind: AccentKind.Bar } => text + "\u0304",
        Accent { Base: Operator { Text: var text }, Kind: AccentKind.Hat } => text + "\u0302",
        Script { Base: Operator { Kind: OperatorKind.Binary, Text: var text }, Subscript: { } below, Superscript: null } => text + "_" + NameText.OfScript(below),
        Limits { Base: Operator { Kind: OperatorKind.Binary, Text: var text } } limits => text + "_" + NameText.OfScript(limits.Under ?? limits.Over!),
        _ => null,
    };

    private ClaimTree Factors(Cursor cursor, bool takesPlaces = true)
    {
        var start = cursor.Span;
        if (cursor.Current is Operator { Text: "+" or "−", Kind: OperatorKind.Binary or OperatorKind.Prefix })
        {
            var negative = cursor.Current is Operator { Text: "−" };
            cursor.Next();
            var operand = Factors(cursor);
            return negative ? new(Head.Negate, string.Empty, [operand], start) : operand;
        }

        var result = Factor(cursor);
        while (!cursor.AtEnd)
        {
            var sign = Sign(cursor.Current);
            if (cursor.Current is Script { Base: Operator { Text: "|" or "∣" } or Atom { Text: "|" or "∣" }, Subscript: { } lower, Superscript: { } upper } && Between(result.InBrackets(), lower, upper, start) is { } stretch)
            {
                // F(x)|_0^1
                cursor.Next();
                result = stretch;
            }
            else if (cursor.Current is Script { Base: Operator { Text: "|" or "∣" } or Atom { Text: "|" or "∣" }, Subscript: { } place, Superscript: null } && IsPlace(place))
            {
                if (!takesPlaces)
                {
                    // It belongs to the derivative whose operand this is.
                    break;
                }

                // f'(x)|_{x = 0}
                cursor.Next();
                result = Elsewhere(result, place, start);
            }
            else if (cursor.Current is Script { Base: Operator { Text: "|" or "∣" } or Atom { Text: "|" or "∣" }, Subscript: { } values, Superscript: null } && AtPlace(result, values, start) is { } moved)
            {
                cursor.Next();
                result = moved;
            }
            else if (sign is "⋅" or "×" or "∙")
            {
                cursor.Next();
                var negative = false;
                while (cursor.Current is Operator { Text: "−" or "+", Kind: OperatorKind.Prefix or OperatorKind.Binary } op)
                {
                    negative ^= op.Text == "−";
                    cursor.Next();
                }

                var right = Factor(cursor);
                result = Joined(result, negative ? ClaimTree.Of(Head.Negate, right) : right, sign is "∙" ? "⋅" : sign, start, cursor);
            }
            else if (sign is "÷" || cursor.Current is Atom { Kind: AtomKind.Symbol, Text: "/" })
            {
                cursor.Next();
                result = new(Head.Divide, string.Empty, [result, Factor(cursor)], Cover(start, cursor));
            }
            else if (sign is null && StartsFactor(cursor.Current!))
            {
                result = Joined(result, Factor(cursor), string.Empty, start, cursor);
            }
            else
            {
                break;
            }
        }

        return result;
    }

    /// <summary>∇f|_{(1, 0)}: values in the order of the arguments that f was given with.</summary>
    private ClaimTree? AtPlace(ClaimTree tree, Formula place, SourceSpan span) => Flatten([place]) is [Fence { Left: "(", Body: var list }] && SplitList(Flatten([list])) is { Count: > 1 } values && tree.Nodes().FirstOrDefault(node => node.Is(Head.Derivative)) is { } derivative
        && declarations.Functions.TryGetValue(derivative[0].Text, out var function) && function.Parameters.Length == values.Count ? AtArguments(tree, function, [.. values.Select(Expression)], span) : null;

    private bool IsPlace(Formula below) => Flatten([below]) is var items && SplitRelations(items) is ({ Count: > 1 }, ["=", ..] signs) && signs.TrueForAll(sign => sign is "=");

    /// <summary>A value at a place: |_{x = 0, y = 1}.</summary>
    private ClaimTree Elsewhere(ClaimTree tree, Formula place, SourceSpan span)
    {
        foreach (var part in SplitList(Flatten([place])))
        {
            var (sides, signs) = SplitRelations(part);
            if (signs is not ["="] || Expression(sides[0]) is not { Head: Head.Name } name)
            {
                throw new UnreadableException(SpanOf(part), "Behind the bar stands a name with its value, as in |_{x = 0}.");
            }

            declarations.Differentiated.Add(name.Text);
            tree = new(Head.Elsewhere, string.Empty, [tree, name, Expression(sides[1])], span);
        }

        return tree;
    }

    private static ClaimTree Joined(ClaimTree left, ClaimTree right, string sign, SourceSpan start, Cursor cursor) =>
        left.Is(Head.Times) && !left.Bracketed && string.Equals(left.Text, sign, StringComparison.Ordinal)
            ? new(Head.Times, sign, left.Items.Add(right), Cover(start, cursor))
            : new(Head.Times, sign, [left, right], Cover(start, cursor));

    private static SourceSpan Cover(SourceSpan start, Cursor cursor) => new(start.Start, Math.Max(start.Length, cursor.LastEnd - start.Start));

    private static bool StartsFactor(Formula formula) => formula is not (Operator { Kind: not OperatorKind.Large and not OperatorKind.Prefix } or Operator { Text: "−" or "+" } or Table or Verbatim)
        && formula is not Atom { Kind: AtomKind.Symbol, Text: "/" } && formula is not Operator { Kind: OperatorKind.Prefix }
        && Sign(formula) is null;

    private ClaimTree Factor(Cursor cursor)
    {
        if (cursor.AtEnd)
        {
            throw new UnreadableException(new(cursor.LastEnd, 0), "Something is missing at the end: an operand is expected.");
        }

        var start = cursor.Span;
        var tree = Bare(cursor);
        while (cursor.Current is Operator { Kind: OperatorKind.Postfix, Text: "!" } factorial)
        {
            cursor.Next();
            tree = new(Head.Call, "factorial", [tree], SpanOf(factorial));
        }

        return tree.Span.Length == 0 ? tree.At(Cover(start, cursor)) : tree;
    }

    private ClaimTree Bare(Cursor cursor)
    {
        var item = cursor.Current!;
        var span = SpanOf(item);
        if (Differential(cursor) is { } slashed)
        {
            return slashed;
        }

        if (ReadsDifferentials && IsLoneDifferential(cursor))
        {
            return DifferentialOf(cursor);
        }

        if (!declarations.IsGiving && !declarations.IsDeclared("d") && IsLoneDifferential(cursor) && GradientOf(cursor) is { } gradient)
        {
            return gradient;
        }

        switch (item)
        {
            case Script { Base: Atom { Text: "∂" }, Subscript: { } twice, Superscript: null } when Pieces(twice) is { Count: 2 or 3 } pieces && pieces.TrueForAll(piece => piece is [var single] && NameText.Of(single) is { Length: 1 } letter && declarations.Find(letter) is { Shape.IsEmpty: true, Body: null } or null && declarations.Find(NameText.OfScript(twice)) is null):
                cursor.Next();
                var (order, differentiated) = (pieces.ConvertAll(piece => Expression(piece)), Applied(Factor(cursor)));
                declarations.Differentiated.UnionWith(order.Select(name => name.Text));
                return new(Head.Derivative, "∂", [differentiated, .. order], span);
            case Atom { Text: "D", Kind: AtomKind.Variable } when !declarations.IsGiving && !declarations.IsDeclared("D") && cursor.At(cursor.Position + 1) is Atom { Kind: AtomKind.Variable } next && NameText.Of(next) is { } differentiable && (declarations.Functions.ContainsKey(differentiable) || declarations.Decorations.ContainsKey(differentiable)):
                // Df(x, y): a row of the partial derivatives, or the Jacobian.
                cursor.Next();
                var mapped = Applied(null, isSecond: false, "∇", cursor, span);
                return mapped.Is(Head.List) ? new(Head.Matrix, string.Empty, mapped.Items, span, mapped.Items.Length) : mapped.WithText("∂");
            case Script { Base: Atom { Text: "∂" }, Subscript: { } by } partial:
                cursor.Next();
                return Applied(by, partial.Superscript is Atom { Text: "2" }, "∂", cursor, span);
            case Script { Base: Atom { Text: "D", Kind: AtomKind.Variable }, Subscript: { } by, Superscript: null or Atom { Text: "2" } } total when IsOperator(total, by, cursor):
                cursor.Next();
                return Applied(by, total.Superscript is not null, "∂", cursor, span);
            case Fraction fraction:
                cursor.Next();
                return Quotient(fraction, cursor);
            case Root root:
                cursor.Next();
                var radicand = Expression(root.Radicand);
                return root.Degree is null ? new(Head.Call, "sqrt", [radicand], span)
                    : new(Head.Power, string.Empty, [radicand, ClaimTree.Of(Head.Divide, ClaimTree.Number(1), Expression(root.Degree))], span);
            case Operator { Kind: OperatorKind.Large } or Limits { Base: Operator { Kind: OperatorKind.Large } } or Script { Base: Operator { Kind: OperatorKind.Large } }:
                cursor.Next();
                return Big(item, cursor);
            case Limits { Base: Accent { Kind: AccentKind.Underbrace or AccentKind.Overbrace } brace } limits:
                cursor.Next();
                return Braced(brace, limits.Under ?? limits.Over);
            case Accent { Kind: AccentKind.Underbrace or AccentKind.Overbrace } brace:
                cursor.Next();
                return Expression(brace.Base);
            case Limits { Base: Atom { Kind: AtomKind.Function, Text: var name } } limited:
                cursor.Next();
                return name is "max" or "min" or "argmax" or "argmin" or "sup" or "inf" ? Extremum(name, limited.Under, cursor, span)
                    : name is "lim" ? Limit(limited.Under, cursor, span) : throw Unexpected(item);
            case Script { Base: Atom { Kind: AtomKind.Function, Text: "lim" }, Subscript: { } below }:
                cursor.Next();
                return Limit(below, cursor, span);
            case Script { Base: Fence { Left: "" or "[", Right: "|" or "∣", Body: var stretched }, Subscript: { } lower, Superscript: { } upper } when Between(Expression(stretched).InBrackets(), lower, upper, span) is { } stretch:
                cursor.Next();
                return stretch;
            case Script { Base: Fence { Left: "", Right: "|" or "∣", Body: var placed }, Subscript: { } place, Superscript: null } when IsPlace(place):
                cursor.Next();
                return Elsewhere(Expression(placed), place, span);
            case Script { Base: Atom { Kind: AtomKind.Function, Text: "max" or "min" or "argmax" or "argmin" or "sup" or "inf" } extremum, Subscript: { } letter, Superscript: null }:
                cursor.Next();
                return Extremum(extremum.Text, letter, cursor, span);
            case Fence fence:
                cursor.Next();
                return Fenced(fence);
            case Atom { Kind: AtomKind.Number, Alphabet: Alphabet.Default or Alphabet.Upright } number:
                cursor.Next();
                if (number.Text is "1" && cursor.Current is Fence { Left: "[" or "{", Body: var inside } && IsCondition(inside))
                {
                    cursor.Next();
                    return new(Head.Indicator, string.Empty, [Condition(Flatten([inside]))], span);
                }

                return new(Head.Number, number.Text, [], span);
            case Verbatim or Table:
                throw Unexpected(item);
            default:
                return Named(cursor);
        }
    }

    /// <summary>D_θ J is a derivative where neither D nor D_θ is declared, but θ is.</summary>
    private bool IsOperator(Script total, Formula by, Cursor cursor) => !declarations.IsDeclared("D") && !declarations.IsDeclared("D_" + NameText.OfScript(by))
        && NameText.Of(by) is { } name && (declarations.Find(name) is not null || declarations.Functions.Values.Any(function => function.Parameters.Contains(name)))
        && cursor.At(cursor.Position + 1) is { } next && StartsFactor(next) && total.Superscript is null or Atom;

    private ClaimTree Braced(Accent brace, Formula? note)
    {
        var tree = Expression(brace.Base);
        if (note is not null && Flatten([note]) is [Operator { Kind: OperatorKind.Relation } relation, .. var rest] && rest.Count > 0 && !rest.Exists(item => item is Atom { Kind: AtomKind.Text }))
        {
            Notes.Add((tree, relation.Text, Expression(rest)));
        }

        return tree;
    }

    /// <summary>∂L/∂z and dL/dz written on one line.</summary>
    private ClaimTree? Differential(Cursor cursor)
    {
        if (!IsDifferential(cursor.Current) || (cursor.Current is Atom { Text: "d" } && (declarations.IsDeclared("d") && !FollowsSlashD(cursor))))
        {
            return null;
        }

        var span = cursor.Span;
        var slash = cursor.Find(item => item is Atom { Kind: AtomKind.Symbol, Text: "/" });
        if (slash < 0 || slash == cursor.Position || !IsDifferential(cursor.At(slash + 1)))
        {
            return cursor.Current is Atom { Text: "∂" } ? throw new UnreadableException(span, "A ∂ alone can't be followed: derivatives are \\frac{\\partial L}{\\partial x} or ∂L/∂x.") : null;
        }

        var order = cursor.Current is Script;
        var above = cursor.Range(cursor.Position + 1, slash);
        if (above.Exists(item => item is Operator { Kind: OperatorKind.Binary or OperatorKind.Relation, Text: "+" or "−" or "=" }))
        {
            return null;
        }

        cursor.Position = slash + 2;
        var by = new List<ClaimTree> { Name(cursor) };
        while (IsDifferential(cursor.Current))
        {
            cursor.Next();
            by.Add(Name(cursor));
        }

        if (order && by is [{ Head: Head.Power, Bracketed: false } raised] && raised[1] is { Head: Head.Number, Text: "2" or "3" } times)
        {
            // ∂²S/∂b² and ∂³S/∂b³
            by = [.. Enumerable.Repeat(raised[0], times.Text[0] - '0')];
        }

        var of = above.Count == 0 ? Operand(cursor) : Expression(above);
        return Derivative("∂", of, by, span, order);
    }

    private static bool FollowsSlashD(Cursor cursor) => cursor.Find(item => item is Atom { Kind: AtomKind.Symbol, Text: "/" }) is > 0 and var slash && IsDifferential(cursor.At(slash + 1)) && slash - cursor.Position <= 2;

    private static bool IsDifferential(Formula? formula) => formula is Atom { Text: "∂" or "d", Kind: AtomKind.Symbol or AtomKind.Variable or AtomKind.Function }
        or Script { Base: Atom { Text: "∂" or "d", Kind: AtomKind.Symbol or AtomKind.Variable or AtomKind.Function }, Subscript: null, Superscript: Atom { Kind: AtomKind.Number } };

    private ClaimTree Name(Cursor cursor) => cursor.AtEnd ? throw new UnreadableException(new(cursor.LastEnd, 0), "The derivative does not say by what.") : Factor(cursor);

    private ClaimTree Quotient(Fraction fraction, Cursor cursor)
    {
        var span = SpanOf(fraction);
        _isDerivative = true;
        var (above, below) = (Flatten([fraction.Numerator]), Flatten([fraction.Denominator]));
        _isDerivative = false;
        if (above.Count > 1 && below.Count > 1 && above[0] is Atom { Text: "δ" } && below[0] is Atom { Text: "δ" } && declarations.Find("δ") is null)
        {
            // δL/δw, as some write ∂L/∂w.
            (above[0], below[0]) = (new Atom("∂", AtomKind.Symbol) { Origin = above[0].Origin }, new Atom("∂", AtomKind.Symbol) { Origin = below[0].Origin });
        }

        if (above.Count > 0 && below.Count > 1 && IsDifferential(above[0]) && IsDifferential(below[0]) && below[1] is not Operator { Kind: not OperatorKind.Large })
        {
            var by = new List<ClaimTree>();
            var inner = new Cursor(below);
            while (!inner.AtEnd)
            {
                if (!IsDifferential(inner.Current))
                {
                    throw Unexpected(inner.Current!);
                }

                inner.Next();
                if (inner.Current is Script { Superscript: Atom { Kind: AtomKind.Number, Text: ['2' or '3'] } power } raised && above[0] is Script)
                {
                    // ∂²f/∂x² and ∂³f/∂x³
                    inner.Next();
                    var name = Expression(raised.Subscript is null ? raised.Base : new Script(raised.Base, raised.Subscript, null) { Origin = raised.Origin });
                    by.AddRange(Enumerable.Repeat(name, power.Text[0] - '0'));
                }
                else
                {
                    by.Add(Name(inner));
                }
            }

            var rest = above.GetRange(1, above.Count - 1);
            var of = rest.Count > 0 ? Differentiated(rest) : Operand(cursor);
            var derivative = Derivative("∂", of, by, span, above[0] is Script);
            return rest.Count > 0 ? At(derivative, cursor) : derivative;
        }

        (above, below) = (Flatten([fraction.Numerator]), Flatten([fraction.Denominator]));
        return new(Head.Divide, string.Empty, [Expression(above), Expression(below)], span);
    }

    /// <summary>df/dx (a), where f is a function of one number, is f′(a); a bracket with a sum in it is a factor.</summary>
    private ClaimTree At(ClaimTree derivative, Cursor cursor)
    {
        var by = derivative.Items.RemoveAt(0);
        if (derivative[0].Is(Head.Name) && OnlyArgument(derivative[0]) is { } only && by.All(only.SameAs) && cursor.Current is Fence { Left: "(", Body: var value } && Flatten([value]) is [Atom])
        {
            cursor.Next();
            return new(Head.Elsewhere, string.Empty, [derivative, only, Expression(value)], derivative.Span);
        }

        if (derivative[0] is { Head: Head.Call or Head.Name, Order: 0 } several && declarations.Functions.TryGetValue(several.Text, out var function) && function.Parameters.Length > 1 && (several.Is(Head.Name) || (function.Parameters.Length == several.Items.Length && several.Items.Zip(function.Parameters).All(pair => pair.First.IsName(pair.Second))))
            && cursor.Current is Fence { Left: "(", Body: var list } && SplitList(Flatten([list])) is { } values && values.Count == function.Parameters.Length)
        {
            // ∂f/∂x (1, 2)
            cursor.Next();
            return AtArguments(derivative, function, [.. values.Select(Expression)], derivative.Span);
        }

        if (derivative[0] is not { Head: Head.Call, Items: [{ Head: Head.Name } argument] } call || !(argument.IsName(AnyArgument) || by.All(argument.SameAs)) || !by.All(by[0].SameAs)
            || cursor.Current is not Fence { Left: "(", Body: var body } || Flatten([body]) is not { Count: > 0 } place || place.Exists(item => item is Operator) || !(declarations.Functions.ContainsKey(call.Text) || KnownFunctions.Elementwise.Contains(call.Text)))
        {
            return derivative;
        }

        cursor.Next();
        Argument = null;
        return call.With([Expression(place)]).WithOrder(call.Order + by.Length);
    }

    /// <summary>What stands under ∂ in the numerator: dσ/dz is about the sigmoid where no σ is declared.</summary>
    private ClaimTree Differentiated(List<Formula> items)
    {
        if (InverseAlone(items) is { } inverse)
        {
            return Valueless(inverse, SpanOf(items));
        }

        if (items is [Atom only] && NameText.Of(only) is { } name && BareFunction(name) is { } key)
        {
            _hasBareSigmoid |= name is "σ";
            return Valueless(key, SpanOf(only));
        }

        return Expression(items);
    }

    /// <summary>What an operator without its operand under the bar works on: the product that follows.</summary>
    private ClaimTree Operand(Cursor cursor)
    {
        while (Sign(cursor.Current) is "⋅")
        {
            cursor.Next();
        }

        // A bracket is the whole operand: d/dx (…) · 3 is a product.
        return cursor.Current is Fence ? Factor(cursor) : Factors(cursor, takesPlaces: false);
    }

    private ClaimTree Derivative(string sign, ClaimTree of, List<ClaimTree> by, SourceSpan span, bool second)
    {
        if (second && by.Count == 1)
        {
            by.Add(by[0]);
        }

        of = Applied(of, isFunction: true);
        by = [.. by.Select(name => Applied(name))];
        if (by[0].Is(Head.Name) && of is { Head: Head.Call, Items: [var argument] } && argument.IsName(AnyArgument))
        {
            Argument = by[0];
        }

        // A derivative by an undeclared single letter declares a number: d/dx x².
        foreach (var name in by.Where(name => name.Is(Head.Name)))
        {
            declarations.Differentiated.Add(name.Text);
        }

        return new(Head.Derivative, sign, [of, .. by], span);
    }

    /// <summary>A function without its arguments, as in ∂f/∂x, stands for its value.</summary>
    private ClaimTree Applied(ClaimTree tree, bool isFunction = false) => tree.Is(Head.Name) && !declarations.Symbols.ContainsKey(tree.Text) && declarations.Functions.TryGetValue(tree.Text, out var function) && function.Parameters.Length > 0
        ? new(Head.Call, tree.Text, [.. function.Parameters.Select(ClaimTree.Name)], tree.Span)
        : tree.Is(Head.Name) && !declarations.Symbols.ContainsKey(tree.Text) && declarations.Functions.TryGetValue(tree.Text, out var bare) && declarations.Symbols.Values.FirstOrDefault(symbol => symbol.Body is { Head: Head.Call } body && string.Equals(body.Text, bare.Alias ?? tree.Text, StringComparison.Ordinal)) is { } value
        ? ClaimTree.Name(isFunction ? Alias(tree.Text, value) : value.Name).At(tree.Span)
        : tree;

    /// <summary>The g of ŷ = g(z) as a name of its own, written as g: it has the value of ŷ.</summary>
    private string Alias(string function, Symbol value)
    {
        var name = function + "°";
        declarations.Symbols.TryAdd(name, new(name, declarations.FormulaOf(function)) { Body = ClaimTree.Name(value.Name), Shape = value.Shape, IsAlias = true });
        return name;
    }

    private ClaimTree Big(Formula item, Cursor cursor)
    {
        var (@base, under, over) = item switch
        {
            Limits limits => (limits.Base, limits.Under, limits.Over),
            Script script => (script.Base, script.Subscript, script.Superscript),
            _ => (item, null, null),
        };
        var sign = ((Operator)@base).Text;
        var span = SpanOf(item);
        if (sign is "∫")
        {
            return Integral(under, over, cursor, span);
        }

        if (sign is not ("∑" or "∏"))
        {
            throw new UnreadableException(span, $"{sign} is not read here: sums, products and integrals over one number are.");
        }

        if (under is null)
        {
            throw new UnreadableException(span, "This sum does not say over which index: write \\sum_{i=1}^n or \\sum_i.");
        }

        var indices = IndexList(under is Table { } lines ? [.. lines.Rows.SelectMany(row => row.Append(new Operator(",", OperatorKind.Punctuation)))] : [under], over);
        var letters = indices.Select(index => index.Letter).Where(_bound.Add).ToList();
        while (Sign(cursor.Current) is "⋅")
        {
            cursor.Next();
        }

        if (++_depth > DeepestNesting)
        {
            throw new UnreadableException(span, $"This is nested more than {DeepestNesting} deep.");
        }

        var isBracketed = sign is "∏" && cursor.Current is Fence { Left: "(" or "[" };
        var body = Products(cursor);
        _depth--;
        _bound.ExceptWith(letters);
        // ∏_i (w_i a_i) x: behind a bracket, what does not speak of the index stands outside. (∏_i q^{k_i} p is left as it is: people mean the p in it.)
        var (whole, inside) = (body, isBracketed && body is { Head: Head.Times, Text: "" or "⋅" or "×" } ? Enumerable.Range(0, body.Items.Length).LastOrDefault(i => body[i].Nodes().Any(node => indices.Exists(index => node.IsName(index.Letter))), -1) + 1 : 0);
        body = inside == 0 || inside == body.Items.Length ? body : inside == 1 ? body[0] : body.With(body.Items[..inside]);
        for (var i = indices.Count - 1; i >= 0; i--)
        {
            body = new(Head.Big, sign, [body, ClaimTree.Name(indices[i].Letter), indices[i].Lower, indices[i].Upper, indices[i].Condition], span);
        }

        return inside == 0 || inside == whole.Items.Length ? body : whole.With([body, .. whole.Items[inside..]]);
    }

    private ClaimTree Extremum(string name, Formula? under, Cursor cursor, SourceSpan span)
    {
        if (under is null)
        {
            throw new UnreadableException(span, $"{name} does not say over which index: write \\{(name.StartsWith("arg", StringComparison.Ordinal) ? "arg\\" + name[3..] : name)}_i.");
        }

        if (OverNumbers(name, under, cursor, span) is { } extreme)
        {
            return extreme;
        }

        var indices = IndexList([under], null);
        var letters = indices.Select(index => index.Letter).Where(_bound.Add).ToList();
        var body = Operand(cursor);
        _bound.ExceptWith(letters);
        name = name switch { "sup" => "max", "inf" => "min", _ => name };
        foreach (var index in indices)
        {
            body = new(Head.Big, name, [body, ClaimTree.Name(index.Letter), index.Lower, index.Upper, index.Condition], span);
        }

        return body;
    }

    /// <summary>max over all numbers, max_z σ′(z), or over a stretch of them; null (and nothing read) where the letter is an index.</summary>
    private ClaimTree? OverNumbers(string name, Formula under, Cursor cursor, SourceSpan span)
    {
        var (parts, signs) = SplitRelations(Flatten([under]));
        if (parts[0] is not [var single] || LetterOf(single) is not { } letter || declarations.Ranges.ContainsKey(letter) || declarations.Sizes.Contains(letter) || signs.Count > 1 || (signs is [not ("∈" or ">" or "≥" or "<" or "≤")]))
        {
            return null;
        }

        var (low, high) = (ClaimTree.Nothing, ClaimTree.Nothing);
        if (signs is ["∈"])
        {
            var set = Set(parts[1]);
            if (set is not { Text: "R" or "R+" or "R0" or "interval" } || set.Items.Length != (set.Text is "interval" ? 2 : 0))
            {
                return set.Text is "range" or "list" ? null : throw new UnreadableException(SpanOf(under), "The largest value is looked for over one number, or over the entries that an index counts.");
            }

            (low, high) = set.Text is "interval" ? (set[0], set[1]) : set.Text is "R" ? (low, high) : (ClaimTree.Number(0), high);
        }
        else if (signs is [var sign])
        {
            (low, high) = sign is ">" or "≥" ? (Expression(parts[1]), high) : (low, Expression(parts[1]));
        }

        var position = cursor.Position;
        letter = declarations.Find(letter)?.Name ?? letter;
        var isNew = _bound.Add(letter);
        while (Sign(cursor.Current) is "⋅")
        {
            cursor.Next();
        }

        var body = cursor.Current is Fence { Left: "{" or "(" or "[" } ? Factors(cursor) : Products(cursor);
        if (isNew)
        {
            _bound.Remove(letter);
        }

        if (!(UsesFreely(body, letter) || declarations.Names(body).Any(used => declarations.Reaches(used, letter))) || body.Nodes().Any(node => node.Head is Head.Entry or Head.Delta or Head.Big && node.Items.Skip(node.Is(Head.Delta) ? 0 : 1).Any(index => index.Nodes().Any(inner => inner.IsName(letter)))))
        {
            cursor.Position = position;
            return null;
        }

        return new(Head.Integral, name, [body, new(Head.Name, letter, [], SpanOf(single)), low, high], span);
    }

    private List<(string Letter, ClaimTree Lower, ClaimTree Upper, ClaimTree Condition)> IndexList(IEnumerable<Formula> under, Formula? over)
    {
        var result = new List<(string Letter, ClaimTree Lower, ClaimTree Upper, ClaimTree Condition)>();
        var upper = over is null ? ClaimTree.Nothing : Bound(over);
        foreach (var part in SplitList(Flatten(under)).Where(part => part.Count > 0))
        {
            if (part is [Operator { Text: ":" } or Atom { Kind: AtomKind.Text }, ..])
            {
                continue;
            }

            var colon = part.FindIndex(item => item is Operator { Text: ":" or "∣" });
            var (head, extra) = colon > 0 ? (part.GetRange(0, colon), part.GetRange(colon + 1, part.Count - colon - 1)) : (part, []);
            var (parts, signs) = SplitRelations(head);
            if (signs.Count == 0 && parts[0].TrueForAll(item => LetterOf(item) is not null) && extra.Count == 0)
            {
                // Σ_i, Σ_{ij}
                result.AddRange(parts[0].Select(item => (LetterOf(item)!, ClaimTree.Nothing, upper, ClaimTree.Nothing)));
                continue;
            }

            if (signs.Count == 0 && extra.Count > 0 && parts[0] is [var alone] && LetterOf(alone) is { } chosen)
            {
                // Σ_{i : a_i < b}
                result.Add((chosen, ClaimTree.Nothing, upper, Relations(extra)));
                continue;
            }

            if (signs.Count == 0 || parts[0] is not [var single] || LetterOf(single) is not { } letter)
            {
                // A condition on an index that is there already: Σ_{i, i ≠ j}; or 1 ≤ i ≤ n.
                if (signs.Count == 2 && parts[1] is [var middle] && NameText.Of(middle) is { } between && signs.TrueForAll(sign => sign is "≤" or "<" or "⩽"))
                {
                    var (lowest, highest) = (Expression(parts[0]), Expression(parts[2]));
                    result.Add((between, signs[0] is "<" ? Plus(lowest, 1) : lowest, signs[1] is "<" ? Plus(highest, -1) : highest, ClaimTree.Nothing));
                    continue;
                }

                throw new UnreadableException(SpanOf(part), "The range of this sum can't be followed: write i=1 below and n above, or i \\ne j.");
            }

            if (signs[0] is "=" && signs.Count == 1)
            {
                result.Add((letter, Expression(parts[1]), upper, ClaimTree.Nothing));
            }
            else if (result.FindIndex(index => string.Equals(index.Letter, letter, StringComparison.Ordinal)) is >= 0 and var known)
            {
                result[known] = result[known] with { Condition = Relations(head) };
            }
            else if (signs[0] is "∈")
            {
                var set = Set(parts[1]);
                result.Add(set.Text == "range" ? (letter, set[0], set[1], ClaimTree.Nothing) : throw new UnreadableException(SpanOf(part), "Sums over sets other than \\{1, \\dots, n\\} are not read here."));
            }
            else
            {
                result.Add((letter, ClaimTree.Nothing, upper, Relations(head)));
            }

            if (extra.Count > 0)
            {
                result[^1] = result[^1] with { Condition = Relations(extra) };
            }
        }

        return result.Count > 0 ? result : throw new UnreadableException(default, "This sum does not say over which index.");

        static ClaimTree Plus(ClaimTree tree, int value) => ClaimTree.Of(Head.Add, tree, ClaimTree.Number(value));
    }

    /// <summary>An index letter, also with primes: k′ beside k.</summary>
    private static string? LetterOf(Formula formula) => formula is Script { Base: var stem, Subscript: null, Superscript: Operator { Kind: OperatorKind.Postfix, Text: ['′', ..] marks } } && NameText.Of(stem) is { } letter
        ? letter + new string('\'', marks.Length) : NameText.Of(formula);

    private ClaimTree Bound(Formula formula)
    {
        var outer = _isSize;
        _isSize = declarations.Bold.Count > 0 && formula is Atom;
        var bound = Small(Expression(formula));
        _isSize = outer;
        return bound;
    }

    private static bool IsCondition(Formula body) => body is Fence { Left: "{", Body: var inner } ? IsCondition(inner) : body is Row row && row.Items.Any(item => item is Operator { Kind: OperatorKind.Relation, Text: "=" or "<" or ">" or "≤" or "≥" or "≠" or "∈" or "⩽" or "⩾" });

    private ClaimTree Fenced(Fence fence)
    {
        var span = SpanOf(fence);
        if (fence.Body is Table table)
        {
            return fence is { Left: "{", Right: "" } || table.Kind == TableKind.Cases ? CaseTable(table, span)
                : fence.Left is "|" ? new(Head.Call, "det", [MatrixOf(table, span)], span)
                : MatrixOf(table, span);
        }

        var inner = Flatten([fence.Body]);
        if (fence.Body is Row { Items: [Table only] } && inner is [Table])
        {
            return Fenced(new Fence(fence.Left, only, fence.Right) { Origin = fence.Origin });
        }

        switch (fence.Left)
        {
            case "‖":
                return new(Head.Norm, "2", [Expression(inner)], span);
            case "|":
                return new(Head.Bars, string.Empty, [Expression(inner)], span);
            case "⟨":
                return SplitList(inner) is [var left, var right] ? new(Head.Call, "inner", [Expression(left), Expression(right)], span)
                    : throw new UnreadableException(span, "⟨a, b⟩ takes two vectors.");
            case "⌊" or "⌈":
                return new(Head.Call, fence.Left == "⌊" ? "floor" : "ceil", [Expression(inner)], span);
            case "[" when IsCondition(fence.Body):
                return new(Head.Indicator, string.Empty, [Condition(inner)], span);
            case "(" or "[" or "{" or "":
                var parts = SplitList(inner);
                if (parts.Count > 1 || (fence.Left == "[" && parts is [[Atom { Kind: AtomKind.Number }]]))
                {
                    return new(Head.List, string.Empty, [.. parts.Select(Cell)], span);
                }

                if (fence.Left == "[" && inner.Count > 1 && inner.TrueForAll(item => item is Atom { Kind: AtomKind.Number }))
                {
                    return new(Head.List, string.Empty, [.. inner.Select(item => Expression([item]))], span);
                }

                return Expression(inner).InBrackets();
            default:
                throw new UnreadableException(span, $"Brackets {fence.Left}{fence.Right} are not read here.");
        }
    }

    private ClaimTree Cell(IReadOnlyList<Formula> items) => items is [Atom { Text: "…" or "⋯" or "⋮" or "⋱" } dots] ? ClaimTree.Of(Head.Ellipsis).At(SpanOf(dots))
        : items.Count > 0 && items.All(item => item is Atom { Text: "⋅" or "." } or Operator { Text: "⋅" or "." }) ? ClaimTree.Of(Head.Ellipsis).At(SpanOf(items))
        : items.Count == 0 ? ClaimTree.Of(Head.Ellipsis) : Expression(items);

    private ClaimTree MatrixOf(Table table, SourceSpan span)
    {
        var columns = table.Rows.Max(row => row.Length);
        return columns > 64 || table.Rows.Length > 64
            ? throw new UnreadableException(span, "Matrices up to 64 by 64 are read.")
            : new(Head.Matrix, string.Empty, [.. table.Rows.SelectMany(row => Enumerable.Range(0, columns).Select(column => column < row.Length ? Cell(Flatten([row[column]])) : ClaimTree.Of(Head.Ellipsis)))], span, columns);
    }

    private ClaimTree CaseTable(Table table, SourceSpan span)
    {
        var items = ImmutableArray.CreateBuilder<ClaimTree>();
        foreach (var row in table.Rows)
        {
            var (value, condition) = row.Length > 1 ? (Flatten([row[0]]), Flatten(row.Skip(1))) : SplitCase(Flatten(row));
            Unpunctuated(value);
            Unpunctuated(condition);
            items.Add(Expression(value));
            items.Add(Condition(condition));
        }

        return new(Head.Cases, string.Empty, items.ToImmutable(), span);
    }

    /// <summary>A case may end with a comma or, as a sentence does, with a full stop.</summary>
    private static void Unpunctuated(List<Formula> items)
    {
        while (items is [.., Operator { Kind: OperatorKind.Punctuation } or Operator { Text: "." } or Atom { Text: "." }])
        {
            items.RemoveAt(items.Count - 1);
        }
    }

    /// <summary>A case without &amp;: the condition begins at a word or after a comma.</summary>
    private static (List<Formula> Value, List<Formula> Condition) SplitCase(List<Formula> items)
    {
        var word = items.FindIndex(item => item is Atom { Kind: AtomKind.Text } or Operator { Kind: OperatorKind.Punctuation });
        return word < 0 ? (items, []) : (items.GetRange(0, word), items.GetRange(word, items.Count - word).SkipWhile(item => item is Operator { Kind: OperatorKind.Punctuation }).ToList());
    }
}
