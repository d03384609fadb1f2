using ChainRule.Notation;

namespace ChainRule.Checking;

/// <content>Integrals, limits, differentials, and the two signs of ±.</content>
internal sealed partial class ClaimParser
{
    /// <summary>The sign that is + first and − then; it names the choice, too.</summary>
    public const string UpperSign = "±";

    /// <summary>The sign that is − first and + then.</summary>
    public const string LowerSign = "∓";

    /// <summary>Whether dL and d(…) are read as differentials; else dz is short for the derivative of the loss.</summary>
    public bool ReadsDifferentials { get; set; }

    /// <summary>Whether a formula is an arrow of a limit.</summary>
    public static bool IsArrow(string sign) => sign is "→" or "⟶";

    /// <summary>±a: a claim with it is about both signs, as one with a free index is about all its values.</summary>
    private ClaimTree Signed(Operator sign, ClaimTree term)
    {
        if (declarations.IsGiving)
        {
            throw new UnreadableException(SpanOf(sign), $"{sign.Text} is read in claims; a given has one value.");
        }

        declarations.Ranges.TryAdd(UpperSign, (ClaimTree.Number(1), ClaimTree.Number(2)));
        return new(Head.Call, sign.Text, [term, ClaimTree.Name(UpperSign)], SpanOf(sign));
    }

    /// <summary>x → a: the name, and the number or the infinity that it goes to; null where it is something else.</summary>
    public (ClaimTree Name, ClaimTree Goal)? Approach(IReadOnlyList<Formula> items)
    {
        if (SplitRelations(Flatten(items)) is not ([[var letter], { Count: > 0 } target], [var arrow]) || !IsArrow(arrow) || letter is Fence or Operator || NameText.Of(letter) is not { } name)
        {
            return null;
        }

        // x → 0⁺: the order of the goal says from which side.
        var side = target is [.., Script { Superscript: Operator { Text: "+" or "−" } mark }] ? mark.Text is "+" ? 1 : -1 : 0;
        if (side != 0)
        {
            target = [.. target.Take(target.Count - 1), ((Script)target[^1]).Base];
        }

        declarations.Differentiated.Add(name);
        return (new(Head.Name, declarations.Find(name)?.Name ?? name, [], SpanOf(letter)), Goal(target) is var goal && side != 0 ? goal.WithOrder(side) : goal);
    }

    /// <summary>A number or an infinity.</summary>
    private ClaimTree Goal(List<Formula> target)
    {
        if (target is not [.., Atom { Text: "∞" } infinity])
        {
            return Expression(target);
        }

        var sign = target.Count > 1 ? target[0] as Operator : null;
        return target.Count > 2 || (target.Count == 2 && sign is not { Text: "+" or "−" or UpperSign or LowerSign }) ? throw Unexpected(target[0])
            : new ClaimTree(Head.Number, sign is { Text: "−" } ? "-Infinity" : "Infinity", [], SpanOf(infinity)) is var far && sign is { Text: UpperSign or LowerSign } ? Signed(sign, far) : far;
    }

    /// <summary>\lim_{x \to a} f(x)</summary>
    private ClaimTree Limit(Formula? under, Cursor cursor, SourceSpan span)
    {
        if (under is null || Approach([under]) is not var (name, goal))
        {
            throw new UnreadableException(span, "A limit says below which name goes where: \\lim_{x \\to \\infty}.");
        }

        var isNew = _bound.Add(name.Text);
        while (Sign(cursor.Current) is "⋅")
        {
            cursor.Next();
        }

        var body = Products(cursor);
        if (isNew)
        {
            _bound.Remove(name.Text);
        }

        return new(Head.Elsewhere, "lim", [body, name, goal], span);
    }

    // What was integrated over last: [F]_a^b is about it.
    private string? _integrated;

    /// <summary>[F(x)]_a^b = F(b) − F(a), in the variable that an integral before it had, or the one that is written; null where there is none.</summary>
    private ClaimTree? Between(ClaimTree primitive, Formula from, Formula to, SourceSpan span)
    {
        var (low, high) = (Flatten([from]), Flatten([to]));
        var name = _integrated;
        if (SplitRelations(low) is ([[var letter], var value], ["="]) && NameText.Of(letter) is { } written)
        {
            // [F]_{x=0}^{1} and [F]_{x=0}^{x=1}
            (name, low) = (declarations.Find(written)?.Name ?? written, value);
            high = SplitRelations(high) is ([_, var other], ["="]) ? other : high;
        }

        name ??= OnlyUndeclared(primitive);
        if (name is null || primitive.Nodes().Any(node => node.Is(Head.Name) && string.Equals(node.Text, name, StringComparison.Ordinal)) is false)
        {
            return null;
        }

        declarations.Differentiated.Add(name);
        return new ClaimTree(Head.Add, string.Empty, [At(high), ClaimTree.Of(Head.Negate, At(low))], span).InBrackets();

        ClaimTree At(List<Formula> place)
        {
            var goal = Goal(place);
            return new(Head.Elsewhere, goal.Nodes().Any(node => node.Is(Head.Number) && node.Text.EndsWith("Infinity", StringComparison.Ordinal)) ? "lim" : string.Empty, [primitive, ClaimTree.Name(name), goal], span);
        }
    }

    /// <summary>∫ f(x) dx, also with the dx at once or in a numerator; the bounds may be infinite, and without them the line is meant.</summary>
    private ClaimTree Integral(Formula? under, Formula? over, Cursor cursor, SourceSpan span)
    {
        var (body, letter) = Integrand(cursor, span);
        var name = NameText.Of(letter) ?? throw Unexpected(letter);
        name = declarations.Find(name)?.Name ?? name;
        var (low, high) = Bounds(under, over, name, span);
        if (++_depth > DeepestNesting)
        {
            throw new UnreadableException(span, $"This is nested more than {DeepestNesting} deep.");
        }

        var isNew = _bound.Add(name);
        var integrand = body.Count > 0 ? Expression(body) : ClaimTree.Number(1);
        if (isNew)
        {
            _bound.Remove(name);
        }

        _depth--;
        _integrated = name;
        return new(Head.Integral, "∫", [integrand, new(Head.Name, name, [], SpanOf(letter)), low, high], span);
    }

    private (ClaimTree Low, ClaimTree High) Bounds(Formula? under, Formula? over, string name, SourceSpan span)
    {
        if (over is not null && under is not null)
        {
            return (Goal(Flatten([under])), Goal(Flatten([over])));
        }

        if (under is null || Flatten([under]) is [var only] && (NameText.Of(only) is { } region && (region is "R" or "ℝ" || string.Equals(region, name, StringComparison.Ordinal)) || only is Atom { Text: "R", Alphabet: Alphabet.DoubleStruck }))
        {
            return (ClaimTree.Nothing, ClaimTree.Nothing);
        }

        return Flatten([under]) is [Fence { Left: "[" or "(", Body: var body }] && SplitList(Flatten([body])) is [var low, var high] ? (Goal(low), Goal(high))
            : throw new UnreadableException(span, "The stretch that is integrated over is written with both bounds: \\int_a^b, \\int_{-\\infty}^{\\infty}.");
    }

    /// <summary>What stands between ∫ and its dx, and the x; integrals inside take the differentials before it.</summary>
    private (List<Formula> Body, Formula Letter) Integrand(Cursor cursor, SourceSpan span)
    {
        var open = 1;
        var body = new List<Formula>();
        for (var position = cursor.Position; cursor.At(position) is { } item; position++)
        {
            if (item is Operator { Text: "∫" } or Script { Base: Operator { Text: "∫" } } or Limits { Base: Operator { Text: "∫" } })
            {
                open++;
            }
            else if (item is Fraction fraction && Flatten([fraction.Numerator]) is var above && above.Count > 0 && Ending(above) is var (rest, variable) && --open == 0)
            {
                cursor.Position = position + 1;
                body.Add(new Fraction(new Row(rest.Count > 0 ? rest : [new Atom("1", AtomKind.Number)]), fraction.Denominator) { Origin = fraction.Origin });
                return (body, variable);
            }
            else if (Opens(item, cursor.At(position + 1)) is { } letter && --open == 0)
            {
                cursor.Position = position + (item is Atom { Text: "d" } ? 2 : 1);
                if (body.Count == 0 && !cursor.AtEnd && StartsFactor(cursor.Current!))
                {
                    // ∫ dx f(x)
                    var from = cursor.Position;
                    while (cursor.Current is { } next && next is not Operator { Kind: OperatorKind.Relation or OperatorKind.Punctuation } and not Operator { Text: "+" or "−" })
                    {
                        cursor.Next();
                    }

                    body = cursor.Range(from, cursor.Position);
                }

                return (body, letter);
            }

            body.Add(item);
        }

        throw new UnreadableException(span, "This integral does not say over what: \\, dx is missing at its end.");

        // dx as one word, or d and x.
        static Formula? Opens(Formula item, Formula? next) => item is Atom { Text: "d", Kind: not AtomKind.Text } ? next is Atom { Kind: AtomKind.Variable } or Script { Base: Atom { Kind: AtomKind.Variable } } or Accent ? next : null
            : item is Atom { Kind: AtomKind.Variable, Text: ['d', _] word } ? new Atom(word[1..]) { Origin = item.Origin } : null;

        static (List<Formula> Before, Formula Letter)? Ending(List<Formula> above)
        {
            for (var at = Math.Max(above.Count - 2, 0); at < above.Count; at++)
            {
                if (Opens(above[at], at + 1 < above.Count ? above[at + 1] : null) is { } letter)
                {
                    return (above.GetRange(0, at), letter);
                }
            }

            return null;
        }
    }

    /// <summary>A d that nobody declared, or only as a size, before what it is the differential of.</summary>
    private bool IsLoneDifferential(Cursor cursor) => cursor.Current is Atom { Text: "d", Kind: not AtomKind.Text } && !declarations.Symbols.ContainsKey("d") && !declarations.Functions.ContainsKey("d") && !_bound.Contains("d")
        && cursor.At(cursor.Position + 1) is { } next && StartsFactor(next) && (!declarations.Sizes.Contains("d") || next is Atom { Kind: AtomKind.Variable or AtomKind.Function } or Accent or Script { Base: Atom { Kind: AtomKind.Variable } });

    private ClaimTree DifferentialOf(Cursor cursor)
    {
        var span = cursor.Span;
        cursor.Next();
        return DifferentialOf(Bare(cursor), Cover(span, cursor));
    }

    private static ClaimTree DifferentialOf(ClaimTree of, SourceSpan span) => of.Is(Head.Transpose) ? of.With([DifferentialOf(of[0], span)])
        : new(Head.Differential, string.Empty, [of], span);
}
