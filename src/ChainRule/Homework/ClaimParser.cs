using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>
/// Reads a typographic tree as a <see cref="ClaimTree"/>: what is a name with scripts, what an entry, a power, a call or a product
/// is decided by what is declared, never by the shapes.
/// </summary>
internal sealed partial class ClaimParser(Declarations declarations)
{
    private const int DeepestNesting = 100;
    private const int LongestWord = 24;

    /// <summary>The sign of an equation that is demanded, an equals sign under an exclamation mark.</summary>
    public const string Demanded = "≟";

    private readonly HashSet<string> _bound = new(StringComparer.Ordinal);
    private int _depth;
    private bool _isSize;
    private bool _isDerivative;
    private bool _hasBareSigmoid;
    private bool _speaksOfNormal;

    // What the last ∇ was taken by.
    private ClaimTree? _variable;

    /// <summary>Claims that stand inside others: the note of an underbrace.</summary>
    public List<(ClaimTree Left, string Sign, ClaimTree Right)> Notes { get; } = [];

    /// <summary>Whether a word in \text is a declared name, as in \text{loss}.</summary>
    public bool IsName(string word) => declarations.Symbols.ContainsKey(word);

    /// <summary>The a of dσ/da: the argument of the functions that stand without one.</summary>
    public ClaimTree? Argument { get; private set; }

    /// <summary>Forgets where the statement before broke off: nothing of it is open any more.</summary>
    public void Restart()
    {
        _bound.Clear();
        Notes.Clear();
        (_depth, _isSize) = (0, false);
    }

    /// <summary>The formulas of a row with groups opened, spaces dropped, words that were typed letter by letter joined, and boxes opened.</summary>
    public List<Formula> Flatten(IEnumerable<Formula> formulas, bool keepWide = false)
    {
        var items = new List<Formula>();
        Open(formulas, items, keepWide);
        return Member(Joined(Grouped(Dotted(items))));
    }

    /// <summary>Three full stops in a row are dots: i = 1, ..., n.</summary>
    private static List<Formula> Dotted(List<Formula> items)
    {
        for (var i = 0; i + 2 < items.Count; i++)
        {
            if (items.GetRange(i, 3).TrueForAll(item => item is Operator { Text: "." } or Atom { Text: "." }))
            {
                items[i] = new Atom("…", AtomKind.Symbol) { Origin = SpanOf(items.GetRange(i, 3)) };
                items.RemoveRange(i + 1, 2);
            }
        }

        return items;
    }

    /// <summary>"x in R^n" in plain text: the two letters are the sign of membership.</summary>
    private static List<Formula> Member(List<Formula> items)
    {
        for (var i = 1; i + 2 < items.Count; i++)
        {
            if (items[i] is Operator { Text: "=" } && items[i + 1] is Operator { Text: ":" } && Follows(items[i], items[i + 1]))
            {
                // a =: b names a.
                items[i] = new Operator("≔", OperatorKind.Relation) { Origin = SpanOf(items.GetRange(i, 2)) };
                items.RemoveAt(i + 1);
            }

            if (items[i] is Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: "i" } first && items[i + 1] is Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: "n" } second && Follows(first, second)
                && !Follows(second, items[i + 2]) && items[i + 2] is Fence { Left: "{" or "[" } or Atom { Text: "R" or "N" or "ℝ" } or Script { Base: Atom { Text: "R" or "N" or "ℝ" } })
            {
                items[i] = new Operator("∈", OperatorKind.Relation) { Origin = SpanOf(items.GetRange(i, 2)) };
                items.RemoveAt(i + 1);
            }
        }

        return items;
    }

    /// <summary>A new statement begins.</summary>
    public void Forget() => (_hasBareSigmoid, Argument) = (false, null);

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

        // {−1, 1} in plain text, where braces only group.
        if (SplitList(items) is { Count: > 1 } listed && listed.TrueForAll(part => part is [.., Atom { Kind: AtomKind.Number }]))
        {
            return new(Head.Set, "list", [.. listed.Select(Expression)], span);
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

        // R^(m x n) in plain text.
        var hasSign = items.Any(item => item is Operator { Text: "×" or "," });
        var parts = Split(items, item => item is Operator { Text: "×" } or Operator { Text: "," } || (!hasSign && items.Count >= 3 && !ReferenceEquals(item, items[0]) && !ReferenceEquals(item, items[^1]) && item is Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: "x" }));
        var outer = _isSize;
        _isSize = true;
        ImmutableArray<ClaimTree> sizes = [.. parts.Select(Expression).Select(Small)];
        _isSize = outer;
        return sizes;
    }

    /// <summary>A size like 784 is drawn like one with a letter: what holds for small sizes that differ holds for it, at a fraction of the work.</summary>
    private ClaimTree Small(ClaimTree size)
    {
        const int Largest = 16;
        if (size.Is(Head.Number) && size.Text.Contains('.', StringComparison.Ordinal))
        {
            throw new UnreadableException(size.Span, $"A size is a whole number; {size.Text} is none.");
        }

        if (!size.Is(Head.Number) || !int.TryParse(size.Text, System.Globalization.CultureInfo.InvariantCulture, out var number) || number <= Largest)
        {
            return size;
        }

        if (declarations.IsGiving)
        {
            declarations.Sizes.Add(size.Text);
        }

        return declarations.Sizes.Contains(size.Text) ? new(Head.Name, size.Text, [], size.Span) : size;
    }

    /// <summary>The parts between top-level commas; dots stay with nothing.</summary>
    public static List<List<Formula>> SplitList(IReadOnlyList<Formula> items) => Split(items, item => item is Operator { Kind: OperatorKind.Punctuation, Text: "," or ";" }
        or Operator { Text: "∧" or "‖" } or Atom { Text: "‖" } || (item is Atom { Kind: AtomKind.Text, Text: var word } && word.Trim() is "and" or "und" or ","));

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
            else if (item is Limits { Base: Operator { Kind: OperatorKind.Relation, Text: var text } } limits)
            {
                // What shall be, with an exclamation mark over the sign.
                signs.Add(text is "=" && limits.Over is { } over && NameText.OfScript(over) is "!" ? Demanded : text);
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
                case Space { Em: > 0 and < 0.2 } or Row { Items: [Operator { Kind: OperatorKind.Punctuation, Text: "," }] } when items is [.., Atom { Kind: AtomKind.Number }]:
                    // 102\,764\,544 and 25{,}088, unless something else than digits follows.
                    items.Add(new Space(formula is Space ? DigitGap : DigitComma) { Origin = SpanOf(formula) });
                    break;
                case Row row:
                    Open(row.Items, items, keepWide);
                    break;
                case Limits { Base: Accent { Kind: AccentKind.Underbrace or AccentKind.Overbrace, Base: var braced } } when EndsInSum(braced):
                    // The sum under a brace goes on behind it.
                    Open([braced], items, keepWide);
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

    /// <summary>Whether a formula is one product with an open sum in it.</summary>
    private static bool EndsInSum(Formula braced)
    {
        var items = new List<Formula>();
        Open([braced], items, keepWide: false);
        return items.Exists(item => item is Operator { Kind: OperatorKind.Large, Text: "∑" } or Limits { Base: Operator { Text: "∑" } } or Script { Base: Operator { Text: "∑" } }) && !items.Skip(1).Any(item => item is Operator { Text: "+" or "−" });
    }

    private const double DigitGap = 0.01;
    private const double DigitComma = 0.02;

    /// <summary>The numbers that were written in groups of digits, and the one with a decimal comma in braces; other gaps are dropped.</summary>
    private static List<Formula> Grouped(List<Formula> items)
    {
        if (!items.Exists(item => item is Space { Em: DigitGap or DigitComma }))
        {
            return items;
        }

        var grouped = new List<Formula>();
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is not Space { Em: DigitGap or DigitComma } gap)
            {
                grouped.Add(items[i]);
            }
            else if (grouped[^1] is Atom { Kind: AtomKind.Number } before && i + 1 < items.Count && items[i + 1] is Atom { Kind: AtomKind.Number, Alphabet: Alphabet.Default } after && !(gap.Em == DigitComma && before.Text.Contains('.', StringComparison.Ordinal)))
            {
                var isThousand = after.Text.Split('.')[0].Length == 3 && before.Text is not "0" && !before.Text.Contains('.', StringComparison.Ordinal);
                if (!isThousand && (gap.Em == DigitGap || before.Text.Contains('.', StringComparison.Ordinal) || after.Text.Contains('.', StringComparison.Ordinal)))
                {
                    // 1{,}08{,}576 is no number.
                    if (gap.Em == DigitComma)
                    {
                        grouped.Add(new Operator(",", OperatorKind.Punctuation) { Origin = gap.Origin });
                    }

                    continue;
                }

                var (start, end) = (SpanOf(before), SpanOf(after));
                grouped[^1] = new Atom(before.Text + (isThousand ? string.Empty : ".") + after.Text, AtomKind.Number) { Origin = new SourceSpan(start.Start, end.Start + end.Length - start.Start) };
                i++;
            }
            else if (gap.Em == DigitComma)
            {
                grouped.Add(new Operator(",", OperatorKind.Punctuation) { Origin = gap.Origin });
            }
        }

        return grouped;
    }

    /// <summary>Letters typed side by side that spell a known function or a declared name: plain text without backslashes.</summary>
    private List<Formula> Joined(List<Formula> items)
    {
        var joined = new List<Formula>();
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is Atom { Text: "Δ", Kind: AtomKind.Variable } delta && !declarations.IsDeclared("Δ") && i + 1 < items.Count && Changed(delta, items[i + 1]) is { } changed)
            {
                joined.Add(changed);
                i++;
                continue;
            }

            // arg max and arg min are one word.
            if (items[i] is Atom { Kind: AtomKind.Function, Text: "arg" } && i + 1 < items.Count && items[i + 1] is Atom { Kind: AtomKind.Function, Text: "max" or "min" } or Limits { Base: Atom { Kind: AtomKind.Function, Text: "max" or "min" } })
            {
                var (extreme, under) = items[i + 1] is Limits limits ? ((Atom)limits.Base, limits.Under) : ((Atom)items[i + 1], null);
                var whole = SpanOf(items.GetRange(i, 2));
                var word = new Atom("arg" + extreme.Text, AtomKind.Function) { Origin = whole };
                joined.Add(under is null ? word : new Limits(word, under, null) { Origin = whole });
                i++;
                continue;
            }

            if (i + 1 < items.Count && NameText.Of(items[i]) is { } prefix && Compound(prefix, items[i + 1]) is { } compound)
            {
                joined.Add(compound);
                i++;
                continue;
            }

            // 1.5e-3
            if (items[i] is Atom { Kind: AtomKind.Number } mantissa && Exponent(items, i) is (var exponent, var taken1))
            {
                joined.Add(new Atom((double.Parse(mantissa.Text, CultureInfo.InvariantCulture) * Math.Pow(10, exponent)).ToString("0.################", CultureInfo.InvariantCulture), AtomKind.Number) { Origin = SpanOf(items.GetRange(i, taken1)) });
                i += taken1 - 1;
                continue;
            }

            var run = 0;
            while (run <= LongestWord && i + run < items.Count && Letter(items[i + run]) is { } && (run == 0 || Follows(items[i + run - 1], items[i + run])))
            {
                run++;
            }

            var taken = 0;
            for (var length = Math.Min(run, LongestWord); length > 1; length--)
            {
                var word = string.Concat(items.Skip(i).Take(length).Select(Letter));
                var scripted = items[i + length - 1] as Script;
                if (Word(word, i + length < items.Count ? items[i + length] : null, joined.Count > 0 ? joined[^1] : null, scripted?.Subscript is not null) is { } atom)
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

    /// <summary>dz beside a declared z, where no d is declared.</summary>
    private bool IsDifferentialOf(string word) => word[0] == 'd' && declarations.Find("d") is null && !_bound.Contains("d")
        && (Spelled(word[1..]) is { } accented && NameText.Of(accented) is { } composed ? declarations.Find(composed) is not null : declarations.Symbols.Keys.Any(name => name.StartsWith(word[1..], StringComparison.Ordinal) && (name.Length == word.Length - 1 || name[word.Length - 1] is '_' or '^' or '\'')));

    /// <summary>xhat and hbar: a letter with its accent, or null.</summary>
    private static Accent? Spelled(string word) => word switch
    {
        _ when word.Length is > 3 and < 6 && word.EndsWith("hat", StringComparison.Ordinal) => new Accent(new Atom(word[..^3]), AccentKind.Hat),
        _ when word.Length is > 3 and < 6 && word.EndsWith("bar", StringComparison.Ordinal) => new Accent(new Atom(word[..^3]), AccentKind.Bar),
        _ when word.Length is > 5 and < 8 && word.EndsWith("tilde", StringComparison.Ordinal) => new Accent(new Atom(word[..^5]), AccentKind.Tilde),
        _ => null,
    };

    /// <summary>The exponent of a number in scientific notation and how many formulas it takes, or null.</summary>
    private (int Exponent, int Length)? Exponent(List<Formula> items, int at)
    {
        const int Largest = 15;
        if (at + 2 >= items.Count || items[at + 1] is not Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: "e" or "E" } letter || !Follows(items[at], letter) || declarations.IsDeclared("e"))
        {
            return null;
        }

        var isSigned = items[at + 2] is Operator { Text: "−" or "+" };
        var digits = isSigned ? at + 3 : at + 2;
        return digits < items.Count && Follows(letter, items[at + 2]) && items[digits] is Atom { Kind: AtomKind.Number } number && (!isSigned || Follows(items[at + 2], number)) && int.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var exponent) && exponent <= Largest
            ? (items[at + 2] is Operator { Text: "−" } ? -exponent : exponent, digits - at + 1) : null;
    }

    /// <summary>δh and dW where a given names a gradient so: one name, not a product.</summary>
    private Formula? Compound(string prefix, Formula next)
    {
        var (@base, script) = next is Script scripted ? (scripted.Base, scripted) : (next, null);
        if (NameText.Of(@base) is not { } stem || !declarations.Compounds.Contains(prefix + stem))
        {
            return null;
        }

        var name = new Atom(prefix + stem) { Origin = SpanOf(next) };
        return script is null ? name : new Script(name, script.Subscript, script.Superscript) { Origin = name.Origin };
    }

    private static string? Letter(Formula formula) => formula switch
    {
        Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default or Alphabet.Bold or Alphabet.Upright, Text: [>= 'A' and <= 'z'] } atom => atom.Text,
        Script { Base: Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: [>= 'A' and <= 'z'] } atom } => atom.Text,
        _ => null,
    };

    private static bool Follows(Formula before, Formula after) => before is not Script && SpanOf(before) is var first && SpanOf(after) is var second && first.Start + first.Length == second.Start;

    /// <summary>Δw is one name: the change of w.</summary>
    private static Formula? Changed(Atom delta, Formula next)
    {
        var (@base, script) = next is Script scripted ? (scripted.Base, scripted) : (next, null);
        if (@base is Operator or Fence || NameText.Of(@base) is not { } name)
        {
            return null;
        }

        var (first, last) = (SpanOf(delta), SpanOf(next));
        var atom = new Atom("Δ" + name) { Origin = new SourceSpan(first.Start, last.Start + last.Length - first.Start) };
        return script is null ? atom : new Script(atom, script.Subscript, script.Superscript) { Origin = atom.Origin };
    }

    private static readonly FrozenDictionary<string, string> _greek = ("alpha α beta β gamma γ delta δ epsilon ε eps ε zeta ζ eta η theta θ kappa κ lambda λ mu μ nu ν xi ξ rho ρ sigma σ tau τ phi φ chi χ psi ψ omega ω "
        + "Gamma Γ Delta Δ Theta Θ Lambda Λ Sigma Σ Phi Φ Psi Ψ Omega Ω").Split(' ').Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary>Whether letters side by side spell a Greek one.</summary>
    public static bool IsGreek(string word) => _greek.ContainsKey(word);

    private Formula? Word(string word, Formula? next, Formula? before, bool isScripted) => IsDifferentialOf(word) && (_isDerivative || next is Atom { Kind: AtomKind.Symbol, Text: "/" } || before is Atom { Kind: AtomKind.Symbol, Text: "/" }) ? null
        : declarations.IsDeclared(word) || declarations.Words.Contains(word) || (!declarations.IsGiving && IsDifferentialOf(word)) ? new Atom(word)
        : isScripted && word is "sum" or "prod" ? new Operator(word is "sum" ? "∑" : "∏", OperatorKind.Large)
        : word is "sum" && next is null or Script ? null
        : KnownFunctions.IsWord(word) && (next is Fence || (word.Length > 2 && next is not null)) ? new Atom(word, AtomKind.Function)
        : _greek.TryGetValue(word, out var greek) ? new Atom(greek)
        : word switch
        {
            "sum" => new Operator("∑", OperatorKind.Large),
            "prod" => new Operator("∏", OperatorKind.Large),
            "axis" => next is Operator { Text: "=" } ? new Atom(word) : null,
            _ => Spelled(word),
        };

    private static UnreadableException Unexpected(Formula formula) => formula switch
    {
        Verbatim verbatim => new(SpanOf(formula), $"\"{Short(verbatim.Latex)}\" is not understood here."),
        Table => new(SpanOf(formula), "A table can't stand inside an expression; matrices need brackets (pmatrix, bmatrix)."),
        Atom { Kind: AtomKind.Text } text => new(SpanOf(formula), $"The words \"{Short(text.Text.Trim())}\" are not understood here."),
        _ => new(SpanOf(formula), $"\"{Short(TextPrinter.Print(formula))}\" can't be followed at this place."),
    };

    private static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;

    private sealed class Cursor(IReadOnlyList<Formula> items)
    {
        public int Position { get; set; }

        public bool AtEnd => Position >= items.Count;

        public Formula? Current => AtEnd ? null : items[Position];

        public SourceSpan Span => AtEnd ? new(LastEnd, 0) : SpanOf(items[Position]);

        /// <summary>Where what was read last ends in the source.</summary>
        public int LastEnd => Position == 0 || items.Count == 0 ? 0 : SpanOf(items[Math.Min(Position, items.Count) - 1]) is var span ? span.Start + span.Length : 0;

        public void Next() => Position++;

        public Formula? At(int index) => index >= 0 && index < items.Count ? items[index] : null;

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
