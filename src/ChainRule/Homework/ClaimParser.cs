using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>
/// Reads a typographic tree as a <see cref="ClaimTree"/>: what is a name with scripts, what an entry, a power, a call or a product
/// is decided by what is declared, never by the shapes.
/// </summary>
internal sealed class ClaimParser(Declarations declarations)
{
    private const int DeepestNesting = 100;

    private readonly HashSet<string> _bound = new(StringComparer.Ordinal);
    private int _depth;
    private bool _isSize;

    /// <summary>Claims that stand inside others: the note of an underbrace.</summary>
    public List<(ClaimTree Left, string Sign, ClaimTree Right)> Notes { get; } = [];

    /// <summary>The formulas of a row with groups opened, spaces dropped, words that were typed letter by letter joined, and boxes opened.</summary>
    public List<Formula> Flatten(IEnumerable<Formula> formulas, bool keepWide = false)
    {
        var items = new List<Formula>();
        Open(formulas, items, keepWide);
        return Joined(items);
    }

    /// <summary>One expression out of a flattened row.</summary>
    /// <exception cref="UnreadableException">Something in it can't be followed.</exception>
    public ClaimTree Expression(IReadOnlyList<Formula> items)
    {
        if (items.Count == 0)
        {
            throw new UnreadableException(default, "Something is missing here: an expression is expected.");
        }

        if (++_depth > DeepestNesting)
        {
            throw new UnreadableException(SpanOf(items[0]), $"This is nested more than {DeepestNesting} deep.");
        }

        var cursor = new Cursor(items);
        var tree = Sum(cursor);
        _depth--;
        return cursor.AtEnd ? tree : throw Unexpected(cursor.Current!);
    }

    /// <summary>One expression.</summary>
    public ClaimTree Expression(Formula formula) => Expression(Flatten([formula]));

    /// <summary>A condition: relations, joined by commas or "and".</summary>
    public ClaimTree Condition(IReadOnlyList<Formula> items)
    {
        var conditions = new List<ClaimTree>();
        foreach (var part in SplitList(items))
        {
            if (part is [Atom { Kind: AtomKind.Text, Text: var word }] && IsOtherwise(word))
            {
                conditions.Add(ClaimTree.Of(Head.Otherwise));
                continue;
            }

            var trimmed = part.Where(item => item is not Atom { Kind: AtomKind.Text }).ToList();
            if (trimmed.Count == 0)
            {
                continue;
            }

            conditions.Add(Relations(trimmed));
        }

        return conditions.Count switch
        {
            0 => ClaimTree.Of(Head.Otherwise),
            1 => conditions[0],
            _ => new(Head.And, string.Empty, [.. conditions]),
        };
    }

    /// <summary>x &lt; y ≤ z as a conjunction; i ∈ {1, …, n} as a relation to a set.</summary>
    public ClaimTree Relations(IReadOnlyList<Formula> items)
    {
        var (parts, signs) = SplitRelations(items);
        if (signs.Count == 0)
        {
            // A condition without a relation is a number used as a condition: kept as it is, judged when it is evaluated.
            return Expression(items);
        }

        var relations = new List<ClaimTree>();
        for (var i = 0; i < signs.Count; i++)
        {
            var right = signs[i] is "∈" or "∉" ? Set(parts[i + 1]) : Expression(parts[i + 1]);
            relations.Add(new(Head.Relation, signs[i], [Expression(parts[i]), right], SpanOf(parts[i])));
        }

        return relations.Count == 1 ? relations[0] : new(Head.And, string.Empty, [.. relations]);
    }

    /// <summary>ℝ^{M×N}, {1, …, n}, [0, 1], {0, 1}^K.</summary>
    public ClaimTree Set(IReadOnlyList<Formula> items)
    {
        var span = SpanOf(items);
        if (items.Count == 0)
        {
            throw new UnreadableException(span, "A set is missing here, like \\mathbb{R}^n.");
        }

        var first = items[0];
        var (@base, below, above) = first is Script script ? (script.Base, script.Subscript, script.Superscript) : (first, null, null);
        var name = @base is Atom { Alphabet: Alphabet.DoubleStruck or Alphabet.Bold } letter && letter.Text is "R" or "N" or "Z" or "C" or "Q" ? ((Atom)@base).Text
            : @base is Atom { Text: "R" or "ℝ" or "ℕ" or "ℤ" } plain ? plain.Text switch { "ℕ" => "N", "ℤ" => "Z", _ => "R" } : null;
        var shape = above is null or Operator ? [] : Sizes(Flatten([above]));
        if (name is not null)
        {
            var signs = (below is null ? string.Empty : NameText.OfScript(below)) + (above is Operator { Text: var mark } ? mark : string.Empty);
            return new(Head.Set, name + (signs.Contains('+') || signs.Contains('>') ? "+" : signs.Contains('≥') ? "0" : string.Empty), shape, span);
        }

        if (@base is Fence fence)
        {
            var parts = SplitList(Flatten([fence.Body]));
            var dots = parts.FindIndex(part => part is [Atom { Text: "…" or "⋯" }]);
            if (fence.Left == "{" && dots > 0)
            {
                var last = dots + 1 < parts.Count ? Expression(parts[^1]) : ClaimTree.Nothing;
                return new(Head.Set, "range", [Expression(parts[0]), last, .. shape], span);
            }

            if (fence.Left == "{")
            {
                return new ClaimTree(Head.Set, "list", [.. parts.Select(Expression)], span, shape.Length).WithShape(shape);
            }

            if (parts.Count == 2)
            {
                return new(Head.Set, "interval", [Expression(parts[0]), Expression(parts[1]), .. shape], span);
            }
        }

        if (items.Count > 2 && items[0] is Operator { Text: "[" or "(" } || items[0] is Operator { Text: "{" })
        {
            var inner = items.Skip(1).TakeWhile(item => item is not Operator { Text: ")" or "]" or "}" }).ToList();
            var parts = SplitList(inner);
            if (parts.Count == 2)
            {
                return new(Head.Set, "interval", [Expression(parts[0]), Expression(parts[1])], span);
            }
        }

        throw new UnreadableException(span, "This set is not known here. Sets are \\mathbb{R}^{m \\times n}, \\{1, \\dots, n\\}, \\{0, 1\\}, [0, 1], \\mathbb{N}.");
    }

    /// <summary>m × n as sizes.</summary>
    public ImmutableArray<ClaimTree> Sizes(IReadOnlyList<Formula> items)
    {
        if (items is [Fence { Left: "(" } only])
        {
            items = Flatten([only.Body]);
        }

        var parts = Split(items, item => item is Operator { Text: "×" } or Operator { Text: "," });
        var outer = _isSize;
        _isSize = true;
        ImmutableArray<ClaimTree> sizes = [.. parts.Select(Expression)];
        _isSize = outer;
        return sizes;
    }

    /// <summary>The parts between top-level commas; dots stay with nothing.</summary>
    public static List<List<Formula>> SplitList(IReadOnlyList<Formula> items) => Split(items, item => item is Operator { Kind: OperatorKind.Punctuation, Text: "," or ";" }
        or Operator { Text: "∧" } || (item is Atom { Kind: AtomKind.Text, Text: var word } && word.Trim() is "and" or "und" or ","));

    /// <summary>The parts between top-level relation signs, and the signs.</summary>
    public static (List<List<Formula>> Parts, List<string> Signs) SplitRelations(IReadOnlyList<Formula> items)
    {
        var (parts, signs) = (new List<List<Formula>> { new() }, new List<string>());
        foreach (var item in items)
        {
            if (item is Operator { Kind: OperatorKind.Relation, Text: not "∣" } relation)
            {
                signs.Add(relation.Text);
                parts.Add([]);
            }
            else if (item is Limits { Base: Operator { Kind: OperatorKind.Relation, Text: var text } })
            {
                signs.Add(text);
                parts.Add([]);
            }
            else
            {
                parts[^1].Add(item);
            }
        }

        return (parts, signs);
    }

    public static SourceSpan SpanOf(Formula formula) => formula.Origin is SourceSpan span ? span
        : formula switch
        {
            Row { Items: [var first, ..] } => SpanOf(first),
            Script script => SpanOf(script.Base),
            Fence fence => SpanOf(fence.Body),
            _ => default,
        };

    public static SourceSpan SpanOf(IReadOnlyList<Formula> items)
    {
        if (items.Count == 0)
        {
            return default;
        }

        var (first, last) = (SpanOf(items[0]), SpanOf(items[^1]));
        return new(first.Start, Math.Max(first.Length, last.Start + last.Length - first.Start));
    }

    internal static bool IsOtherwise(string words) => words.Trim().TrimEnd('.', ',') is "otherwise" or "else" or "otw" or "otw." or "o.w" or "sonst" or "elsewhere" or "if not" or "else 0";

    private static List<List<Formula>> Split(IReadOnlyList<Formula> items, Func<Formula, bool> separates)
    {
        var parts = new List<List<Formula>> { new() };
        foreach (var item in items)
        {
            if (separates(item))
            {
                parts.Add([]);
            }
            else
            {
                parts[^1].Add(item);
            }
        }

        return parts;
    }

    private static void Open(IEnumerable<Formula> formulas, List<Formula> items, bool keepWide)
    {
        foreach (var formula in formulas)
        {
            switch (formula)
            {
                case Row row:
                    Open(row.Items, items, keepWide);
                    break;
                case Boxed boxed:
                    Open([boxed.Body], items, keepWide);
                    break;
                case Space { Em: < 1 }:
                    break;
                case Space when !keepWide:
                    break;
                case Atom { Kind: AtomKind.Text } text when string.IsNullOrWhiteSpace(text.Text):
                    break;
                case Table { Rows: [[var only]] }:
                    Open([only], items, keepWide);
                    break;
                default:
                    items.Add(formula);
                    break;
            }
        }
    }

    /// <summary>Letters typed side by side that spell a known function or a declared name: plain text without backslashes.</summary>
    private List<Formula> Joined(List<Formula> items)
    {
        var joined = new List<Formula>();
        for (var i = 0; i < items.Count; i++)
        {
            var run = 0;
            while (i + run < items.Count && Letter(items[i + run]) is { } && (run == 0 || Follows(items[i + run - 1], items[i + run])))
            {
                run++;
            }

            var taken = 0;
            for (var length = Math.Min(run, 24); length > 1; length--)
            {
                var word = string.Concat(items.Skip(i).Take(length).Select(Letter));
                var scripted = items[i + length - 1] as Script;
                if (Word(word, i + length < items.Count ? items[i + length] : null) is { } atom)
                {
                    atom.Origin = SpanOf(items.GetRange(i, length));
                    joined.Add(scripted is null ? atom : new Script(atom, scripted.Subscript, scripted.Superscript) { Origin = atom.Origin });
                    taken = length;
                    break;
                }

                if (scripted is not null)
                {
                    run = length - 1;
                }
            }

            if (taken == 0)
            {
                joined.Add(items[i]);
            }
            else
            {
                i += taken - 1;
            }
        }

        return joined;
    }

    private static string? Letter(Formula formula) => formula switch
    {
        Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default or Alphabet.Bold or Alphabet.Upright, Text: [>= 'A' and <= 'z'] } atom => atom.Text,
        Script { Base: Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: [>= 'A' and <= 'z'] } atom } => atom.Text,
        _ => null,
    };

    private static bool Follows(Formula before, Formula after) => before is not Script && SpanOf(before) is var first && SpanOf(after) is var second && first.Start + first.Length == second.Start;

    private Formula? Word(string word, Formula? next) => declarations.IsDeclared(word) ? new Atom(word)
        : word is "sum" && next is null or Script ? null
        : KnownFunctions.IsWord(word) && (next is Fence || (word.Length > 2 && next is not null)) ? new Atom(word, AtomKind.Function)
        : word switch
        {
            "alpha" => new Atom("α"),
            "beta" => new Atom("β"),
            "gamma" => new Atom("γ"),
            "delta" => new Atom("δ"),
            "epsilon" or "eps" => new Atom("ε"),
            "theta" => new Atom("θ"),
            "lambda" => new Atom("λ"),
            "sigma" => new Atom("σ"),
            "phi" => new Atom("φ"),
            "eta" => new Atom("η"),
            "sum" => new Operator("∑", OperatorKind.Large),
            "prod" => new Operator("∏", OperatorKind.Large),
            _ when word.Length is > 3 and < 6 && word.EndsWith("hat", StringComparison.Ordinal) => new Accent(new Atom(word[..^3]), AccentKind.Hat),
            _ when word.Length is > 3 and < 6 && word.EndsWith("bar", StringComparison.Ordinal) => new Accent(new Atom(word[..^3]), AccentKind.Bar),
            _ when word.Length is > 5 and < 8 && word.EndsWith("tilde", StringComparison.Ordinal) => new Accent(new Atom(word[..^5]), AccentKind.Tilde),
            _ => null,
        };

    private static UnreadableException Unexpected(Formula formula) => formula switch
    {
        Verbatim verbatim => new(SpanOf(formula), $"\"{Short(verbatim.Latex)}\" is not understood here."),
        Table => new(SpanOf(formula), "A table can't stand inside an expression; matrices need brackets (pmatrix, bmatrix)."),
        Atom { Kind: AtomKind.Text } text => new(SpanOf(formula), $"The words \"{Short(text.Text.Trim())}\" are not understood here."),
        _ => new(SpanOf(formula), $"\"{Short(TextPrinter.Print(formula))}\" can't be followed at this place."),
    };

    private static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;

    private ClaimTree Sum(Cursor cursor)
    {
        var terms = new List<ClaimTree>();
        var start = cursor.Span;
        while (true)
        {
            var negative = false;
            while (cursor.Current is Operator { Text: "+" or "−" or "±" or "∓", Kind: OperatorKind.Binary or OperatorKind.Prefix } sign)
            {
                if (sign.Text is "±" or "∓")
                {
                    throw new UnreadableException(SpanOf(sign), "± stands for two claims at once: write them one by one.");
                }

                negative ^= sign.Text == "−";
                cursor.Next();
            }

            var before = cursor.Span;
            var term = Products(cursor);
            terms.Add(negative ? new(Head.Negate, string.Empty, [term], before) : term);
            if (cursor.Current is not Operator { Text: "+" or "−" or "±" or "∓", Kind: OperatorKind.Binary or OperatorKind.Prefix })
            {
                break;
            }
        }

        Extend(terms);
        return terms.Count == 1 ? terms[0] : new(Head.Add, string.Empty, [.. terms], Cover(start, cursor));
    }

    /// <summary>Σ_i a_i + b_i: where a later term still speaks of the sum's index, the sum goes on over it.</summary>
    private void Extend(List<ClaimTree> terms)
    {
        for (var i = 0; i < terms.Count - 1; i++)
        {
            var (sum, negative) = terms[i].Is(Head.Negate) ? (terms[i][0], true) : (terms[i], false);
            if (sum.Head != Head.Big || sum.Text is not "∑" || sum.Bracketed)
            {
                continue;
            }

            var letter = sum[1].Text;
            var last = terms.FindLastIndex(term => UsesFreely(term, letter));
            if (last <= i || _bound.Contains(letter) || declarations.Ranges.ContainsKey(letter) || declarations.Symbols.ContainsKey(letter) || terms.Take(i).Any(term => UsesFreely(term, letter)))
            {
                continue;
            }

            var body = new ClaimTree(Head.Add, string.Empty, [sum[0], .. terms.Skip(i + 1).Take(last - i)], sum.Span);
            var whole = sum.With(0, body);
            terms[i] = negative ? terms[i].With([whole]) : whole;
            terms.RemoveRange(i + 1, last - i);
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
        while (Sign(cursor.Current) is { } sign && (sign is "⊙" or "∗" or "⋆" or "⊗" or "∘" or "⊛" or "⊕" || declarations.Operators.ContainsKey(sign)))
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

    private ClaimTree Factors(Cursor cursor)
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
            if (sign is "⋅" or "×" or "∙")
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
            throw new UnreadableException(SpanOf(factorial), "Factorials are not read here.");
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

        switch (item)
        {
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
                return name is "max" or "min" or "argmax" or "argmin" ? Extremum(name, limited.Under, cursor, span) : throw Unexpected(item);
            case Script { Base: Atom { Kind: AtomKind.Function, Text: "max" or "min" } extremum, Subscript: { } letter, Superscript: null }:
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
        var (above, below) = (Flatten([fraction.Numerator]), Flatten([fraction.Denominator]));
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
                if (inner.Current is Script { Superscript: Atom { Kind: AtomKind.Number, Text: "2" } } squared && above[0] is Script)
                {
                    // ∂²f/∂x²
                    inner.Next();
                    var name = Expression(new Script(squared.Base, squared.Subscript, null) is { Subscript: null } ? squared.Base : new Script(squared.Base, squared.Subscript, null) { Origin = squared.Origin });
                    by.AddRange([name, name]);
                }
                else
                {
                    by.Add(Name(inner));
                }
            }

            var rest = above.GetRange(1, above.Count - 1);
            var of = rest.Count > 0 ? Expression(rest) : Operand(cursor);
            return Derivative("∂", of, by, span, above[0] is Script);
        }

        return new(Head.Divide, string.Empty, [Expression(above), Expression(below)], span);
    }

    /// <summary>What an operator without its operand under the bar works on: the product that follows.</summary>
    private ClaimTree Operand(Cursor cursor)
    {
        while (Sign(cursor.Current) is "⋅")
        {
            cursor.Next();
        }

        // A bracket is the whole operand: d/dx (…) · 3 is a product.
        return cursor.Current is Fence ? Factor(cursor) : Factors(cursor);
    }

    private ClaimTree Derivative(string sign, ClaimTree of, List<ClaimTree> by, SourceSpan span, bool second)
    {
        if (second && by.Count == 1)
        {
            by.Add(by[0]);
        }

        of = Applied(of);
        by = [.. by.Select(Applied)];
        // A derivative by an undeclared single letter declares a number: d/dx x².
        foreach (var name in by.Where(name => name.Is(Head.Name)))
        {
            declarations.Differentiated.Add(name.Text);
        }

        return new(Head.Derivative, sign, [of, .. by], span);
    }

    /// <summary>A function without its arguments, as in ∂f/∂x, stands for its value.</summary>
    private ClaimTree Applied(ClaimTree tree) => tree.Is(Head.Name) && !declarations.Symbols.ContainsKey(tree.Text) && declarations.Functions.TryGetValue(tree.Text, out var function) && function.Parameters.Length > 0
        ? new(Head.Call, tree.Text, [.. function.Parameters.Select(ClaimTree.Name)], tree.Span)
        : tree.Is(Head.Name) && !declarations.Symbols.ContainsKey(tree.Text) && declarations.Functions.TryGetValue(tree.Text, out var bare) && declarations.Symbols.Values.FirstOrDefault(symbol => symbol.Body is { Head: Head.Call } body && string.Equals(body.Text, bare.Alias ?? tree.Text, StringComparison.Ordinal)) is { } value
        ? ClaimTree.Name(value.Name).At(tree.Span)
        : tree;

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
        if (sign is not ("∑" or "∏"))
        {
            throw new UnreadableException(span, $"{sign} is not read here: sums and products are.");
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

        var body = BigBody(cursor);
        _bound.ExceptWith(letters);
        for (var i = indices.Count - 1; i >= 0; i--)
        {
            body = new(Head.Big, sign, [body, ClaimTree.Name(indices[i].Letter), indices[i].Lower, indices[i].Upper, indices[i].Condition], span);
        }

        return body;
    }

    private ClaimTree BigBody(Cursor cursor) => Products(cursor);

    private ClaimTree Extremum(string name, Formula? under, Cursor cursor, SourceSpan span)
    {
        if (name is "argmax" or "argmin" || under is null)
        {
            throw new UnreadableException(span, $"{name} is not read here.");
        }

        var indices = IndexList([under], null);
        var letters = indices.Select(index => index.Letter).Where(_bound.Add).ToList();
        var body = Operand(cursor);
        _bound.ExceptWith(letters);
        foreach (var index in indices)
        {
            body = new(Head.Big, name, [body, ClaimTree.Name(index.Letter), index.Lower, index.Upper, index.Condition], span);
        }

        return body;
    }

    private List<(string Letter, ClaimTree Lower, ClaimTree Upper, ClaimTree Condition)> IndexList(IEnumerable<Formula> under, Formula? over)
    {
        var result = new List<(string Letter, ClaimTree Lower, ClaimTree Upper, ClaimTree Condition)>();
        var upper = over is null ? ClaimTree.Nothing : Expression(over);
        foreach (var part in SplitList(Flatten(under)).Where(part => part.Count > 0))
        {
            if (part is [Operator { Text: ":" } or Atom { Kind: AtomKind.Text }, ..])
            {
                continue;
            }

            var colon = part.FindIndex(item => item is Operator { Text: ":" or "∣" });
            var (head, extra) = colon > 0 ? (part.GetRange(0, colon), part.GetRange(colon + 1, part.Count - colon - 1)) : (part, []);
            var (parts, signs) = SplitRelations(head);
            if (signs.Count == 0 && parts[0].TrueForAll(item => NameText.Of(item) is not null) && extra.Count == 0)
            {
                // Σ_i, Σ_{ij}
                result.AddRange(parts[0].Select(item => (NameText.Of(item)!, ClaimTree.Nothing, upper, ClaimTree.Nothing)));
                continue;
            }

            if (signs.Count == 0 || parts[0] is not [var single] || NameText.Of(single) is not { } letter)
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

    private static bool IsCondition(Formula body) => body is Row row && row.Items.Any(item => item is Operator { Kind: OperatorKind.Relation, Text: "=" or "<" or ">" or "≤" or "≥" or "≠" or "∈" or "⩽" or "⩾" });

    private ClaimTree Fenced(Fence fence)
    {
        var span = SpanOf(fence);
        if (fence.Body is Table table)
        {
            return fence is { Left: "{", Right: "" } || table.Kind == TableKind.Cases ? CaseTable(table, span)
                : fence.Left is "|" or "‖" ? throw new UnreadableException(span, "Determinants are not read here.")
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
            while (value is [.., Operator { Kind: OperatorKind.Punctuation }])
            {
                value.RemoveAt(value.Count - 1);
            }

            items.Add(Expression(value));
            items.Add(Condition(condition));
        }

        return new(Head.Cases, string.Empty, items.ToImmutable(), span);
    }

    /// <summary>A case without &amp;: the condition begins at a word or after a comma.</summary>
    private static (List<Formula> Value, List<Formula> Condition) SplitCase(List<Formula> items)
    {
        var word = items.FindIndex(item => item is Atom { Kind: AtomKind.Text } or Operator { Kind: OperatorKind.Punctuation });
        return word < 0 ? (items, []) : (items.GetRange(0, word), items.GetRange(word, items.Count - word).SkipWhile(item => item is Operator { Kind: OperatorKind.Punctuation }).ToList());
    }

    /// <summary>A name with its scripts, a call, δ_ij, an indicator, ∇, E[·], the identity.</summary>
    private ClaimTree Named(Cursor cursor)
    {
        var item = cursor.Current!;
        var span = SpanOf(item);
        var (@base, subs, sups) = Unwrap(item);
        cursor.Next();

        if (@base is Atom { Text: "∇" })
        {
            return Nabla(subs, sups, cursor, span);
        }

        if (Special(@base, subs, sups, cursor, span) is { } special)
        {
            return special;
        }

        if (@base is Atom { Kind: AtomKind.Number, Alphabet: Alphabet.Default or Alphabet.Upright } number)
        {
            return Suffixes(new(Head.Number, number.Text, [], span), subs, sups, span);
        }

        if (@base is Fence or Fraction or Accent { Kind: AccentKind.Overbrace or AccentKind.Underbrace } or Row or Root || NameText.Of(@base) is not { } name)
        {
            if (@base is Row { Items.IsEmpty: true } or Operator or Verbatim || (@base is Atom && NameText.Of(@base) is null))
            {
                throw Unexpected(item);
            }

            var inner = Flatten([@base]) is [Fence fence] ? Fenced(fence) : Expression(@base).InBrackets();
            if (inner.Head is Head.Norm && subs.Count > 0)
            {
                inner = inner.WithText(NameText.OfScript(subs[0]));
                subs = [];
            }

            return Suffixes(inner, subs, sups, span);
        }

        return Resolve(@base, name, subs, sups, cursor, span);
    }

    /// <summary>Scripts on scripts as one base with lists of scripts, the innermost first.</summary>
    private static (Formula Base, List<Formula> Subs, List<Formula> Sups) Unwrap(Formula formula)
    {
        var (subs, sups) = (new List<Formula>(), new List<Formula>());
        while (true)
        {
            if (formula is Script script)
            {
                if (script.Subscript is { } below)
                {
                    subs.Insert(0, below);
                }

                if (script.Superscript is { } above)
                {
                    sups.Insert(0, above);
                }

                formula = script.Base;
            }
            else if (formula is Row { Items: [var only] })
            {
                formula = only;
            }
            else
            {
                return (formula, subs, sups);
            }
        }
    }

    private ClaimTree? Special(Formula @base, List<Formula> subs, List<Formula> sups, Cursor cursor, SourceSpan span)
    {
        if (@base is not Atom atom)
        {
            return null;
        }

        var isOne = atom.Text is "1" && atom.Alphabet is not (Alphabet.Default or Alphabet.Upright);
        if (isOne || (atom.Text is "1" or "I" or "𝟙" && subs is [var relation] && IsCondition(relation)) || (atom.Text is "I" && cursor.Current is Fence { Body: var body } && IsCondition(body) && !declarations.IsDeclared("I")))
        {
            if (subs is [var below] && IsCondition(below))
            {
                return Suffixes(new(Head.Indicator, string.Empty, [Condition(Flatten([below]))], span), [], sups, span);
            }

            if (cursor.Current is Fence { Left: "[" or "(" or "{" } fence && (IsCondition(fence.Body) || (atom.Alphabet == Alphabet.DoubleStruck && subs.Count == 0)))
            {
                cursor.Next();
                return Suffixes(new(Head.Indicator, string.Empty, [IsCondition(fence.Body) ? Condition(Flatten([fence.Body])) : Expression(fence.Body)], span), subs, sups, span);
            }

            if (cursor.Current is Script { Base: Fence { Body: var inner } } scripted && IsCondition(inner))
            {
                cursor.Next();
                return Suffixes(new(Head.Indicator, string.Empty, [Condition(Flatten([inner]))], span), scripted.Subscript is { } entry ? [entry] : [], scripted.Superscript is { } power ? [power] : [], span);
            }

            if (isOne)
            {
                return Suffixes(new(Head.Ones, string.Empty, subs is [var size] ? [Expression(size)] : [], span), [], sups, span);
            }
        }

        if (atom.Text is "I" or "𝕀" && !declarations.IsDeclared("I") && !declarations.IsDeclared(NameText.Of(atom) ?? "I"))
        {
            if (subs is [var size])
            {
                var pieces = SplitList(Flatten([size]));
                return pieces.Count == 1 && !(pieces[0].Count == 2 && pieces[0].TrueForAll(piece => piece is Atom { Kind: AtomKind.Variable }))
                    ? Suffixes(new(Head.Identity, string.Empty, [Sizes(Flatten([size]))[0]], span), [], sups, span)
                    : new(Head.Entry, string.Empty, [new(Head.Identity, string.Empty, [], span), .. Indices(size, 2)], span);
            }

            return Suffixes(new(Head.Identity, string.Empty, [], span), [], sups, span);
        }

        // δ_ij is Kronecker's unless δ is declared with two indices.
        if (NameText.Of(atom) is "δ" or "𝛿" && subs is [var pair] && sups.Count == 0 && Pieces(pair) is { Count: 2 } && !(declarations.Find("δ_" + NameText.OfScript(pair)) is not null)
            && !(declarations.Find("δ") is { } delta && (delta.Shape?.Length ?? delta.Parameters.Length) >= 2))
        {
            return new(Head.Delta, string.Empty, [.. Indices(pair, 2)], span);
        }

        if (atom.Text is "E" or "𝔼" && (atom.Alphabet == Alphabet.DoubleStruck || !declarations.IsDeclared("E")) && cursor.Current is Fence { Left: "[" or "(" or "{" } or Script { Base: Fence { Left: "[" } })
        {
            return Averaged("E", subs, sups, cursor, span);
        }

        if (atom.Text is "Var" or "Cov" or "𝕍" || (atom.Text is "V" && atom.Alphabet == Alphabet.DoubleStruck))
        {
            return Averaged(atom.Text is "Cov" ? "Cov" : "Var", subs, sups, cursor, span);
        }

        // e^x
        if (atom is { Kind: AtomKind.Variable, Text: "e" } && sups is [var exponent] && subs.Count == 0 && !declarations.IsDeclared("e"))
        {
            return new(Head.Call, "exp", [Expression(exponent)], span);
        }

        if (atom.Text is "π" && subs.Count == 0 && !declarations.IsDeclared("π") && !declarations.Functions.ContainsKey("π"))
        {
            return Suffixes(new(Head.Number, "3.14159265358979", [], span), [], sups, span);
        }

        return atom.Text is "∞" ? throw new UnreadableException(span, "Limits and infinities are not read here.") : null;
    }

    private ClaimTree Averaged(string name, List<Formula> subs, List<Formula> sups, Cursor cursor, SourceSpan span)
    {
        if (subs.Count > 0 && cursor.Current is not (Fence or Script { Base: Fence }))
        {
            throw new UnreadableException(span, "An expectation needs its argument in brackets: \\mathbb{E}[x^2].");
        }

        if (cursor.Current is Script { Base: Fence scriptedFence } scripted)
        {
            cursor.Next();
            return Suffixes(Call(scriptedFence), scripted.Subscript is { } below ? [below] : [], scripted.Superscript is { } above ? [above] : [], span);
        }

        if (cursor.Current is not Fence fence)
        {
            throw new UnreadableException(span, "An expectation needs its argument in brackets: \\mathbb{E}[x^2].");
        }

        cursor.Next();
        return Suffixes(Call(fence), [], sups, span);

        ClaimTree Call(Fence body) => new(Head.Call, name, [.. SplitList(Flatten([body.Body])).Select(Expression)], span);
    }

    private ClaimTree Nabla(List<Formula> subs, List<Formula> sups, Cursor cursor, SourceSpan span)
    {
        if (subs.Count == 0)
        {
            throw new UnreadableException(span, "∇ does not say by what: write \\nabla_W L.");
        }

        var by = Applied(Expression(subs[0]));
        if (by.Is(Head.Name))
        {
            declarations.Differentiated.Add(by.Text);
        }

        while (Sign(cursor.Current) is "⋅")
        {
            cursor.Next();
        }

        if (cursor.AtEnd)
        {
            throw new UnreadableException(span, "∇ has nothing after it to differentiate.");
        }

        var of = Applied(Factor(cursor));
        if (of.Nodes().All(node => node.Head is Head.Number or Head.Divide) && !cursor.AtEnd && (StartsFactor(cursor.Current!) || Sign(cursor.Current) is "⋅"))
        {
            // ∇ ½‖x‖²: a number is not all that is differentiated.
            while (Sign(cursor.Current) is "⋅")
            {
                cursor.Next();
            }

            of = new(Head.Times, string.Empty, [of, Factors(cursor)], span);
        }

        return sups is [Atom { Text: "2" }] ? new(Head.Derivative, "∇", [of, by, by], span) : new(Head.Derivative, "∇", [of, by], span);
    }

    /// <summary>A name with scripts: which part of it is the declared name, and what the rest says.</summary>
    private ClaimTree Resolve(Formula @base, string name, List<Formula> subs, List<Formula> sups, Cursor cursor, SourceSpan span)
    {
        var primes = 0;
        var transposed = 0;
        var above = new List<Formula>();
        foreach (var formula in sups.SelectMany(sup => Parts(sup)))
        {
            if (formula is Operator { Kind: OperatorKind.Postfix, Text: var marks } && marks[0] == '′')
            {
                primes += marks.Length;
            }
            else if (IsTransposeSign(formula) && !declarations.IsDeclared(name + "^" + NameText.OfScript(formula)))
            {
                transposed++;
            }
            else
            {
                above.Add(formula);
            }
        }

        var supText = string.Concat(above.Select(NameText.OfScript));
        var subText = string.Concat(subs.Select(NameText.OfScript));
        var marked = primes > 0 ? name + new string('\'', primes) : name;

        if (subs.Count > 0 && declarations.Find(name + Sup(supText) + "_*") is { } steps && declarations.Find(name + Sup(supText) + Sub(subText)) is null)
        {
            // n_t where n is also a size.
            return Scripted(new(Head.Name, steps.Name, [], span), steps, subs, [], primes, transposed, span);
        }

        // The most literal reading that is declared wins.
        foreach (var (stem, left) in primes > 0 ? new[] { (marked, 0), (name, primes) } : [(name, 0)])
        {
            foreach (var (candidate, useSup, useSub) in new[] { (stem + Sup(supText) + Sub(subText), true, true), (stem + Sup(supText), true, false), (stem + Sub(subText), false, true), (stem, false, false) })
            {
                if ((useSup && above.Count == 0) || (useSub && subs.Count == 0) || (!useSup && !useSub && false))
                {
                    if (above.Count > 0 || subs.Count > 0)
                    {
                        continue;
                    }
                }

                if (declarations.IsFunction(candidate, out var key) && (cursor.Current is Fence or Script { Base: Fence } || declarations.Find(candidate) is null))
                {
                    var rest = useSup ? [] : above;
                    return Function(key, @base, useSub ? [] : subs, rest, left, transposed, cursor, span);
                }

                if (declarations.Sizes.Contains(candidate) && declarations.Find(candidate) is null)
                {
                    return Powers(new(Head.Name, candidate, [], span), useSup ? [] : above, left, transposed, span);
                }

                if (declarations.Find(candidate) is { } symbol)
                {
                    var tree = new ClaimTree(Head.Name, symbol.Name, [], span);
                    if (declarations.Decorations.TryGetValue(symbol.Name, out var arguments) && cursor.Current is Fence { Body: var body } && arguments.Contains(NameText.OfScript(body)))
                    {
                        cursor.Next();
                    }
                    else if (arguments is not null && cursor.Current is Script { Base: Fence { Body: var scriptedBody } } scripted && arguments.Contains(NameText.OfScript(scriptedBody)))
                    {
                        cursor.Next();
                        return Scripted(tree, symbol, scripted.Subscript is { } below ? [below] : [], scripted.Superscript is { } sup ? [sup] : [], 0, 0, span);
                    }

                    return Scripted(tree, symbol, useSub ? [] : subs, useSup ? [] : above, left, transposed, span);
                }
            }
        }

        // x^{(i)}: an example or a step of a family.
        if (above is [Fence { Left: "(", Body: var step }] && declarations.Find(name + "^(*)") is { } family)
        {
            var slice = new ClaimTree(Head.Entry, string.Empty, [new(Head.Name, family.Name, [], span), Expression(step), .. subs.SelectMany(sub => Indices(sub, null))], span);
            return transposed % 2 == 1 ? new(Head.Transpose, string.Empty, [slice], span) : slice;
        }

        if (KnownFunctions.TryFind(name, out var known) && !(declarations.Sizes.Contains(name)) && (cursor.Current is Fence or Script { Base: Fence } || @base is Atom { Kind: AtomKind.Function } || known is "softmax" or "relu"))
        {
            return Function(known, @base, subs, above, primes, transposed, cursor, span);
        }

        if (name is "σ" && cursor.Current is Fence or Script { Base: Fence })
        {
            // Nothing else is declared: σ(…) is the logistic function.
            return name is "σ" ? Function("sigmoid", @base, subs, above, primes, transposed, cursor, span) : Undeclared(@base, name, subs, above, primes, transposed, cursor, span, supText, subText);
        }

        return Undeclared(@base, name, subs, above, primes, transposed, cursor, span, supText, subText);

        static string Sup(string text) => text.Length == 0 ? string.Empty : "^" + text;
        static string Sub(string text) => text.Length == 0 ? string.Empty : "_" + text;
    }

    /// <summary>A name that nothing declares: an index, a size, or something that a given will have to settle.</summary>
    private ClaimTree Undeclared(Formula @base, string name, List<Formula> subs, List<Formula> above, int primes, int transposed, Cursor cursor, SourceSpan span, string supText, string subText)
    {
        if (primes > 0 && cursor.Current is Fence or Script { Base: Fence })
        {
            throw new UnreadableException(span, $"{name} is not declared: give it, as in \"{name}(x) = …\" or \"{name} \\text{{ activation}}\".");
        }

        if (@base is Atom { Kind: AtomKind.Function, Text: var word } && subs.Count == 0 && !declarations.IsGiving)
        {
            throw new UnreadableException(span, $"{word} is not known: give it, as in \"\\mathrm{{{word}}}(x) = …\".");
        }

        if (@base is Atom { Kind: AtomKind.Text } && !declarations.IsGiving && !declarations.Sizes.Contains(name))
        {
            throw new UnreadableException(span, $"The words \"{Short(name)}\" are not understood here.");
        }

        var literalSup = supText.Length > 0 && above is [Fence] or [Fence, ..];
        var stem = literalSup ? name + "^" + supText : name;
        var isIndexed = !_isSize && subs.Count > 0 && subs.SelectMany(Pieces).All(IsIndexLike);
        if (cursor.Current is Fence { Left: "(" or "[" } fence && !declarations.IsGiving && !_bound.Contains(name) && !declarations.Sizes.Contains(name) && subs.Count == 0 && !declarations.Differentiated.Contains(name))
        {
            throw new UnreadableException(span, $"{name} is not declared, and a bracket follows: give it as a function ({name}(x) = …), or say {name} \\in \\mathbb{{R}} where a product is meant.");
        }

        if (declarations.IsGiving)
        {
            declarations.Written.TryAdd(isIndexed || subs.Count == 0 ? stem : stem + "_" + subText, literalSup ? new Script(@base, isIndexed || subs.Count == 0 ? null : subs[0], above[0]) : isIndexed || subs.Count == 0 ? @base : new Script(@base, subs[0], null));
        }

        var tree = new ClaimTree(Head.Name, isIndexed || subs.Count == 0 ? stem : stem + "_" + subText, [], span);
        if (isIndexed)
        {
            tree = new(Head.Entry, string.Empty, [tree, .. subs.SelectMany(sub => Indices(sub, null))], span);
        }

        return Powers(tree, literalSup ? above.GetRange(1, above.Count - 1) : above, primes, transposed, span);
    }

    /// <summary>Whether a subscript can count entries: an index letter, a number beside letters, or a sum of them.</summary>
    private bool IsIndexLike(List<Formula> piece) => piece switch
    {
        [Atom { Kind: AtomKind.Number }] => false,
        [Atom { Kind: AtomKind.Variable, Text.Length: 1 } letter] => _bound.Contains(letter.Text) || declarations.Ranges.ContainsKey(letter.Text) || declarations.Indexing.Contains(letter.Text)
            // In a given, W_i beside an i that nothing counts is a label, like W_f.
            || (!declarations.IsGiving && "ijklmnrstuvpqcτ".Contains(letter.Text, StringComparison.Ordinal)),
        _ => piece.Count > 1 && piece.Exists(item => item is Operator { Text: "+" or "−" }),
    };

    private static bool IsTransposeSign(Formula formula) => formula is Atom { Text: "T" or "⊤" or "⊺" or "t", Kind: AtomKind.Variable or AtomKind.Symbol or AtomKind.Text, } atom && (atom.Text is not "t" || atom.Kind == AtomKind.Text)
        || formula is Atom { Kind: AtomKind.Function, Text: "T" };

    /// <summary>The formulas of a superscript that stand for themselves: (2) and ⊤ in W^{(2)⊤}.</summary>
    private static IEnumerable<Formula> Parts(Formula formula) => formula is Row row && row.Items.Length > 1 && (row.Items.Any(IsTransposeSign) || row.Items[0] is Operator { Kind: OperatorKind.Postfix }) && !row.Items.Any(item => item is Operator { Kind: OperatorKind.Binary })
        ? row.Items.Where(item => item is not Space and not Operator { Kind: OperatorKind.Punctuation })
        : formula is Row { Items: [var only] } ? [only] : [formula];

    private ClaimTree Scripted(ClaimTree tree, Symbol symbol, List<Formula> subs, List<Formula> above, int primes, int transposed, SourceSpan span)
    {
        var rank = symbol.Shape?.Length ?? (symbol.Parameters.Length > 0 ? symbol.Parameters.Length : null);
        if (subs.Count > 0)
        {
            tree = new(Head.Entry, string.Empty, [tree, .. subs.SelectMany(sub => Indices(sub, rank))], span);
        }

        return Powers(tree, above, primes, transposed, span);
    }

    private ClaimTree Suffixes(ClaimTree tree, List<Formula> subs, List<Formula> sups, SourceSpan span)
    {
        if (subs.Count > 0)
        {
            tree = new(Head.Entry, string.Empty, [tree, .. subs.SelectMany(sub => Indices(sub, null))], span);
        }

        var (transposed, primes) = (0, 0);
        var above = new List<Formula>();
        foreach (var formula in sups.SelectMany(Parts))
        {
            if (IsTransposeSign(formula))
            {
                transposed++;
            }
            else if (formula is Operator { Kind: OperatorKind.Postfix, Text: var marks } && marks[0] == '′')
            {
                primes += marks.Length;
            }
            else
            {
                above.Add(formula);
            }
        }

        return Powers(tree, above, primes, transposed, span);
    }

    private ClaimTree Powers(ClaimTree tree, List<Formula> above, int primes, int transposed, SourceSpan span)
    {
        foreach (var exponent in above)
        {
            var odot = Flatten([exponent]);
            if (odot is [Operator { Text: "⊙" or "∘" }, .. var rest] && rest.Count > 0)
            {
                tree = new(Head.Power, "⊙", [tree, Expression(rest)], span);
                continue;
            }

            if (odot is [Operator { Text: "∗" or "⋆" }] or [Atom { Text: "†" }])
            {
                throw new UnreadableException(SpanOf(exponent), "This mark is not read here; declare the name with it, as in \"x^* \\in \\mathbb{R}\".");
            }

            tree = new(Head.Power, string.Empty, [tree, Expression(odot)], span);
        }

        // A prime that belongs to no declared name and no function transposes, as in MATLAB.
        for (var i = 0; i < transposed + primes; i++)
        {
            tree = new(Head.Transpose, string.Empty, [tree], span);
        }

        return tree;
    }

    private ClaimTree Function(string key, Formula @base, List<Formula> subs, List<Formula> above, int primes, int transposed, Cursor cursor, SourceSpan span)
    {
        if (primes == 0 && above is [Atom { Kind: AtomKind.Number }] or [] && subs.Count > 0 && key is "log" && subs[0] is Atom { Text: "2" or "10" } root)
        {
            // log₂ x = log x / log 2
            var inner = Function("log", @base, [], above, 0, transposed, cursor, span);
            return new(Head.Divide, string.Empty, [inner, new(Head.Call, "log", [new(Head.Number, root.Text, [])], span)], span);
        }

        if (KnownLosses.Is(key))
        {
            (key, subs) = Scaled(key, subs, cursor);
        }

        ImmutableArray<ClaimTree> arguments;
        List<Formula> subsAfter = [];
        List<Formula> supsAfter = [];
        if (cursor.Current is Fence { Left: "(" or "[" or "{" or "" } fence && fence.Body is not Table { Kind: TableKind.Cases })
        {
            cursor.Next();
            arguments = Arguments(fence);
        }
        else if (cursor.Current is Script { Base: Fence { Left: "(" or "[" or "{" or "" } } or Script { Base: Script { Base: Fence } })
        {
            var (inner, below, up) = Unwrap(cursor.Current!);
            cursor.Next();
            arguments = Arguments((Fence)inner);
            (subsAfter, supsAfter) = (below, up);
        }
        else if (declarations.Functions.TryGetValue(key, out var given) && cursor.AtEnd | cursor.Current is Operator or Atom { Kind: AtomKind.Symbol, Text: "/" })
        {
            if (given.Parameters.IsEmpty)
            {
                // Alone it can stand for the value that a given computes with it: ∂g/∂z for ŷ = g(z).
                return new(Head.Name, key, [], span);
            }

            arguments = [.. given.Parameters.Select(ClaimTree.Name)];
        }
        else if (cursor.AtEnd || cursor.Current is Operator { Kind: not OperatorKind.Large and not OperatorKind.Prefix })
        {
            throw new UnreadableException(span, $"{TextPrinter.Print(@base)} has no argument: write it in brackets.");
        }
        else
        {
            // log ŷ_i, exp 2x: one factor, or a number and the factor after it.
            var negative = cursor.Current is Operator { Text: "−" };
            if (negative)
            {
                cursor.Next();
            }

            var operand = Factor(cursor);
            if (operand.Is(Head.Number) && !cursor.AtEnd && StartsFactor(cursor.Current!))
            {
                operand = new(Head.Times, string.Empty, [operand, Factor(cursor)], operand.Span);
            }

            arguments = [negative ? ClaimTree.Of(Head.Negate, operand) : operand];
        }

        var call = new ClaimTree(Head.Call, key, arguments, span, primes);
        // tanh²(z): the power of the value.
        return Suffixes(Suffixes(call, subs, above, span), subsAfter, supsAfter, span) is var tree && transposed % 2 == 1 ? new(Head.Transpose, string.Empty, [tree], span) : tree;
    }

    /// <summary>MSELoss_sum(ŷ, y) and MSELoss(reduction='sum')(ŷ, y): a loss that adds up instead of averaging.</summary>
    private static (string Key, List<Formula> Subs) Scaled(string key, List<Formula> subs, Cursor cursor)
    {
        if (subs is [var below] && NameText.OfScript(below) is "sum" or "mean")
        {
            return (NameText.OfScript(subs[0]) is "sum" ? key + KnownLosses.Sum : key, []);
        }

        if (cursor.Current is Fence { Left: "(", Body: var settings } && cursor.At(cursor.Position + 1) is Fence && NameText.OfScript(settings) is var text && (text.Length == 0 || text.StartsWith("reduction", StringComparison.Ordinal)))
        {
            cursor.Next();
            return (text.Contains("sum", StringComparison.Ordinal) ? key + KnownLosses.Sum : key, subs);
        }

        return (key, subs);
    }

    private ImmutableArray<ClaimTree> Arguments(Fence fence)
    {
        if (fence.Body is Table table)
        {
            return [MatrixOf(table, SpanOf(fence))];
        }

        var inner = Flatten([fence.Body]);
        var parts = Split(inner, item => item is Operator { Kind: OperatorKind.Punctuation, Text: "," or ";" } or Operator { Text: "∣" });
        return [.. parts.Where(part => part.Count > 0).Select(Expression)];
    }

    /// <summary>The pieces of a subscript: at commas, else letter by letter.</summary>
    public List<List<Formula>> Pieces(Formula subscript)
    {
        var items = Flatten([subscript]);
        if (items is [Fence { Left: "(" or "[" } fence])
        {
            items = Flatten([fence.Body]);
        }

        var parts = SplitList(items);
        return parts.Count > 1 || items.Exists(item => item is Operator or Fraction)
            ? parts
            : [.. items.Select(item => new List<Formula> { item })];
    }

    private IEnumerable<ClaimTree> Indices(Formula subscript, int? rank)
    {
        var pieces = Pieces(subscript);
        if (pieces is [[Atom { Kind: AtomKind.Number, Text: { Length: 2 } digits } number]] && rank == 2)
        {
            return digits.Select(digit => new ClaimTree(Head.Number, digit.ToString(CultureInfo.InvariantCulture), [], SpanOf(number)));
        }

        return pieces.Select(piece => piece is [Operator { Text: ":" or "∗" or "⋅" }] ? ClaimTree.Nothing : Expression(piece));
    }

    private sealed class Cursor(IReadOnlyList<Formula> items)
    {
        public int Position { get; set; }

        public bool AtEnd => Position >= items.Count;

        public Formula? Current => AtEnd ? null : items[Position];

        public SourceSpan Span => AtEnd ? new(LastEnd, 0) : SpanOf(items[Position]);

        /// <summary>Where what was read last ends in the source.</summary>
        public int LastEnd => Position == 0 || items.Count == 0 ? 0 : SpanOf(items[Math.Min(Position, items.Count) - 1]) is var span ? span.Start + span.Length : 0;

        public void Next() => Position++;

        public Formula? At(int index) => index < items.Count ? items[index] : null;

        public int Find(Func<Formula, bool> matches)
        {
            for (var i = Position; i < items.Count; i++)
            {
                if (matches(items[i]))
                {
                    return i;
                }

                if (items[i] is Operator { Kind: OperatorKind.Relation or OperatorKind.Punctuation })
                {
                    break;
                }
            }

            return -1;
        }

        public List<Formula> Range(int start, int end)
        {
            var range = new List<Formula>();
            for (var i = start; i < end; i++)
            {
                range.Add(items[i]);
            }

            return range;
        }
    }
}

/// <summary>Sets with a shape keep it as the last items.</summary>
file static class SetShapes
{
    public static ClaimTree WithShape(this ClaimTree set, ImmutableArray<ClaimTree> shape) => shape.IsEmpty ? set
        : new(Head.Set, set.Text, [.. set.Items, .. shape], set.Span, shape.Length);
}
