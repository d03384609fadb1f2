using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ChainRule.Notation;

/// <summary>A place in a source text.</summary>
/// <param name="Start">The position of the first character.</param>
/// <param name="Length">The number of characters.</param>
public readonly record struct SourceSpan(int Start, int Length);

/// <summary>Something that could not be read.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Message">What was wrong and what would be right.</param>
public sealed record ReadingProblem(SourceSpan Span, string Message);

/// <summary>What was read, and what could not be.</summary>
/// <param name="Formula">The formula; what was not understood stands in it as <see cref="Verbatim"/>.</param>
/// <param name="Problems">The problems, in the order of their places.</param>
public sealed record ReadingResult(Formula Formula, ImmutableArray<ReadingProblem> Problems);

/// <summary>
/// Reads mathematics as people write it: LaTeX with amsmath, and Unicode characters typed directly. It never throws and never
/// executes anything (no programs, no files; abbreviations are only put in where a caller collected them); what it does not know
/// survives verbatim.
/// </summary>
public sealed class LatexReader
{
    private const int LongestSource = 20_000;
    private const int DeepestNesting = 120;

    private static readonly FrozenDictionary<string, AccentKind> _accents = new Dictionary<string, AccentKind>(StringComparer.Ordinal)
    {
        ["\\hat"] = AccentKind.Hat,
        ["\\widehat"] = AccentKind.Hat,
        ["\\tilde"] = AccentKind.Tilde,
        ["\\widetilde"] = AccentKind.Tilde,
        ["\\bar"] = AccentKind.Bar,
        ["\\overline"] = AccentKind.Bar,
        ["\\vec"] = AccentKind.Vector,
        ["\\overrightarrow"] = AccentKind.Vector,
        ["\\dot"] = AccentKind.Dot,
        ["\\ddot"] = AccentKind.DoubleDot,
        ["\\underline"] = AccentKind.Underline,
        ["\\overbrace"] = AccentKind.Overbrace,
        ["\\underbrace"] = AccentKind.Underbrace,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Alphabet> _alphabets = new Dictionary<string, Alphabet>(StringComparer.Ordinal)
    {
        ["\\mathrm"] = Alphabet.Upright,
        ["\\mathit"] = Alphabet.Italic,
        ["\\mathbf"] = Alphabet.Bold,
        ["\\bf"] = Alphabet.Bold,
        ["\\rm"] = Alphabet.Upright,
        ["\\cal"] = Alphabet.Calligraphic,
        ["\\boldsymbol"] = Alphabet.BoldItalic,
        ["\\bm"] = Alphabet.BoldItalic,
        ["\\mathbb"] = Alphabet.DoubleStruck,
        ["\\mathbbm"] = Alphabet.DoubleStruck,
        ["\\mathds"] = Alphabet.DoubleStruck,
        ["\\mathcal"] = Alphabet.Calligraphic,
        ["\\mathscr"] = Alphabet.Calligraphic,
        ["\\mathsf"] = Alphabet.SansSerif,
        ["\\mathtt"] = Alphabet.Typewriter,
        ["\\mathfrak"] = Alphabet.Fraktur,
        ["\\pmb"] = Alphabet.Bold,
        ["\\vect"] = Alphabet.Bold,
        ["\\vb"] = Alphabet.Bold,
        ["\\mat"] = Alphabet.Bold,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, double> _spaces = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["\\,"] = 0.1667,
        ["\\:"] = 0.2222,
        ["\\>"] = 0.2222,
        ["\\;"] = 0.2778,
        ["\\!"] = -0.1667,
        ["\\ "] = 0.25,
        ["~"] = 0.25,
        ["\\quad"] = 1,
        ["\\qquad"] = 2,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> _ignored = "\\displaystyle \\textstyle \\scriptstyle \\scriptscriptstyle \\mathstrut \\strut \\hfill \\noindent \\qty \\limits \\nolimits \\nonumber \\notag \\left. \\right. \\middle \\relax \\allowbreak \\centering"
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private const string VulgarFractions = "½⅓⅔¼¾⅕⅛";
    private const string VulgarValues = "12132314341518";
    private const string SuperscriptCharacters = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴸ";
    private const string SuperscriptMeanings = "0123456789+-=()niTabcdefghjklmoprstuvwxyzL";
    private const string SubscriptCharacters = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ";
    private const string SubscriptMeanings = "0123456789+-=()aehijklmnoprstuvx";

    private static readonly FrozenDictionary<string, (string Text, Alphabet Alphabet)> _letterlike = "ℂC ℍH ℕN ℙP ℚQ ℝR ℤZ 𝔼E 𝟙1 𝕀I".Split(' ').Select(pair => (pair[..^1], pair[^1..], Alphabet.DoubleStruck))
        .Concat("ℒL ℱF ℋH ℓℓ".Split(' ').Select(pair => (pair[..^1], pair[^1..], pair[0] == 'ℓ' ? Alphabet.Default : Alphabet.Calligraphic)))
        .Append(("𝟏", "1", Alphabet.Bold))
        .ToFrozenDictionary(entry => entry.Item1, entry => (entry.Item2, entry.Item3), StringComparer.Ordinal);

    private readonly string _source;
    private readonly List<ReadingProblem> _problems = [];

    // Opening signs that were tried and have no partner, so that no stretch of the source is read more than a few times.
    private readonly HashSet<int> _unpaired = [];
    private int _position;
    private int _depth;

    // Where the characters come from, where abbreviations were replaced before.
    private readonly Expansion? _expansion;

    private LatexReader(string source, Expansion? expansion = null) => (_source, _expansion) = (source, expansion);

    /// <summary>The formula that the source stands for.</summary>
    public static Formula Read(string source) => ReadWithProblems(source).Formula;

    /// <summary>The formula that the source stands for, and what could not be read.</summary>
    public static ReadingResult ReadWithProblems(string source) => ReadWithProblems(source, null);

    /// <summary>The formula that the source stands for when abbreviations are replaced; places are those of the source.</summary>
    internal static ReadingResult ReadWithProblems(string source, LatexMacros? macros)
    {
        Require.NotNull(source);
        if (source.Length > LongestSource)
        {
            return new(new Verbatim(source), [new(new(0, source.Length), $"The formula has {source.Length} characters; at most {LongestSource} are read.")]);
        }

        var expansion = macros?.Expand(source);
        if (expansion?.Problem is { } endless)
        {
            return new(new Verbatim(source), [new(new(0, source.Length), endless)]);
        }

        var reader = new LatexReader(expansion?.Text ?? source, expansion);
        var formula = reader.Lines(null);
        return new(formula, [.. reader._problems]);
    }

    /// <summary>A character that separates lines as \\\\ does, for texts in which the end of a line means something.</summary>
    internal const char LineSeparator = '\u2028';

    private bool AtEnd => _position >= _source.Length;

    /// <summary>Lines and cells: a table where the source has &amp; or \\ at this level, else one row.</summary>
    private Formula Lines(string? environment)
    {
        var start = _position;
        var rows = new List<List<Formula>> { new() };
        Formula? before = null;
        while (true)
        {
            var cell = List(null);
            rows[^1].Add(before is null ? cell : new Row(before, cell));
            before = null;
            if (AtEnd)
            {
                break;
            }

            var token = Peek();
            if (token is "&")
            {
                Take(token);
            }
            else if (token is "\\\\" or "\\cr" or "\u2028")
            {
                Take(token);
                SkipOptional();
                rows.Add([]);
            }
            else if ((token, environment) is ("}", "{") or ("\\right", "\\left") || (token is "\\end" && environment is not (null or "{" or "\\left")))
            {
                break;
            }
            else
            {
                // A closing sign without an opening one.
                Problem(_position, token.Length, $"\"{token}\" closes something that was not opened.");
                Take(token);
                before = new Row(rows[^1][^1], new Verbatim(token));
                rows[^1].RemoveAt(rows[^1].Count - 1);
            }
        }

        if (rows.Count == 1 && rows[0].Count == 1 && environment is null)
        {
            return rows[0][0];
        }

        if (rows.Count > 1 && rows[^1] is [Row { Items.IsEmpty: true }])
        {
            rows.RemoveAt(rows.Count - 1);
        }

        return Mark(new Table([.. rows.Select(row => row.ToImmutableArray())], KindOf(environment)), start);
    }

    /// <summary>Formulas up to a token that ends the list; that token is left standing.</summary>
    private Formula List(string? closing)
    {
        var start = _position;
        var items = new List<Formula>();
        if (++_depth > DeepestNesting)
        {
            _depth--;
            return Rest(start);
        }

        while (!AtEnd)
        {
            SkipSpace();
            if (AtEnd)
            {
                break;
            }

            var token = Peek();
            if (token is "&" or "\\\\" or "\\cr" or "\u2028" or "}" or "\\right" or "\\end" || string.Equals(token, closing, StringComparison.Ordinal))
            {
                break;
            }

            if (token is "\\over" && items.Count > 0)
            {
                Take(token);
                var above = new Row(items);
                items = [Mark(new Fraction(above, List(closing)), start)];
                continue;
            }

            var before = _position;
            if (Item(items, closing) is { } item)
            {
                items.Add(item);
            }

            if (_position == before)
            {
                // Nothing was taken: keep the character and go on.
                Take(token);
                items.Add(Mark(new Verbatim(token), before));
            }
        }

        _depth--;
        return items.Count == 1 ? items[0] : Mark(new Row(items), start);
    }

    /// <summary>One formula with its scripts; null for what leaves nothing on the page.</summary>
    private Formula? Item(List<Formula> before, string? closing)
    {
        var start = _position;
        var token = Peek();
        if (token is "^" or "_" or "'" or "′")
        {
            // Scripts without a base of their own belong to the formula before, if there is one: {W}^T, ^T after a fence.
            if (before.Count > 0 && before[^1] is not Operator { Kind: OperatorKind.Binary or OperatorKind.Relation })
            {
                var last = before[^1];
                if (last is Script { Subscript: not null } or Limits { Under: not null } && token is "_" || (last is Script { Superscript: not null } or Limits { Over: not null } && token is not "_"))
                {
                    // TeX calls it a double script. Nesting one in the other would also let x^^^… grow without end.
                    Problem(start, 1, $"This \"{token}\" follows one that is there already: put the first part in braces.");
                    Take(token);
                    return Mark(new Verbatim(token), start);
                }

                before.RemoveAt(before.Count - 1);
                return Scripts(last, start);
            }

            return Scripts(new Row(), start);
        }

        var formula = Bare(before, closing);
        return formula is null or Space ? formula : Scripts(formula, start);
    }

    private Formula Scripts(Formula @base, int start)
    {
        Formula? under = null;
        Formula? over = null;
        var primes = 0;
        var limits = @base is Operator { Kind: OperatorKind.Large } large ? large.Text is not ("∫" or "∮" or "∬")
            : @base is Atom { Kind: AtomKind.Function, Text: var name } ? Symbols.LimitFunctions.Contains(name)
            : @base is Accent { Kind: AccentKind.Overbrace or AccentKind.Underbrace };
        while (true)
        {
            SkipSpace();
            var token = AtEnd ? string.Empty : Peek();
            if (token is "\\limits" or "\\nolimits")
            {
                Take(token);
                limits = token is "\\limits";
            }
            else if (token is "_" && under is null)
            {
                Take(token);
                if (IsPlain && PlainWord() is { } word)
                {
                    if (PlainAccent(word) is { } kind && @base is Atom)
                    {
                        @base = Mark(new Accent(@base, kind), start);
                        continue;
                    }

                    under = Mark<Formula>(word.Length > 2 && char.IsAsciiLetter(word[0]) ? new Atom(word, AtomKind.Text) : new LatexReader(word).Lines(null), _position - word.Length);
                    continue;
                }

                under = Argument();
            }
            else if (token is "^" && over is null)
            {
                Take(token);
                over = Argument();
            }
            else if (token is "'" or "′")
            {
                Take(token);
                primes++;
            }
            else if (token.Length == 1 && SuperscriptCharacters.Contains(token[0], StringComparison.Ordinal) && over is null)
            {
                over = Typed(SuperscriptCharacters, SuperscriptMeanings);
            }
            else if (token.Length == 1 && SubscriptCharacters.Contains(token[0], StringComparison.Ordinal) && under is null)
            {
                under = Typed(SubscriptCharacters, SubscriptMeanings);
            }
            else
            {
                break;
            }
        }

        if (primes > 0)
        {
            var prime = new Operator(new string('′', primes), OperatorKind.Postfix);
            over = over is null ? prime : new Row(prime, over);
        }

        return under is null && over is null ? @base
            : limits ? Mark(new Limits(@base, under, over), start)
            : Mark(new Script(@base, under, over), start);
    }

    /// <summary>The letters (or the digits) right after an underscore.</summary>
    private string? PlainWord()
    {
        var start = _position;
        var isDigits = !AtEnd && char.IsAsciiDigit(_source[start]);
        while (!AtEnd && (isDigits ? char.IsAsciiDigit(_source[_position]) : char.IsAsciiLetter(_source[_position])))
        {
            _position++;
        }

        return _position > start ? _source[start.._position] : null;
    }

    private static AccentKind? PlainAccent(string word) => word switch
    {
        "hat" => AccentKind.Hat,
        "bar" or "mean" => AccentKind.Bar,
        "tilde" => AccentKind.Tilde,
        _ => null,
    };

    /// <summary>No command and no brace anywhere: typed as in an e-mail.</summary>
    private bool IsPlain => _isPlain ??= _source.AsSpan().IndexOfAny('\\', '{', '}') < 0;

    private bool? _isPlain;

    /// <summary>Raised or lowered characters typed directly: x², Wᵀ, x₁.</summary>
    private Formula Typed(string characters, string meanings)
    {
        var start = _position;
        var text = new StringBuilder();
        while (!AtEnd && characters.IndexOf(_source[_position], StringComparison.Ordinal) is >= 0 and var index)
        {
            text.Append(meanings[index]);
            _position++;
        }

        return Mark(new LatexReader(text.ToString()).Lines(null), start);
    }

    private Formula? Bare(List<Formula> before, string? closing)
    {
        if (++_depth > 2 * DeepestNesting)
        {
            _depth--;
            return Rest(_position);
        }

        var formula = BareWithin(before, closing);
        _depth--;
        return formula;
    }

    /// <summary>What is nested too deep is left as it is.</summary>
    private Verbatim Rest(int start)
    {
        var rest = _source[_position..];
        Problem(_position, rest.Length, $"The formula is nested more than {DeepestNesting} deep; the rest is left as it is.");
        _position = _source.Length;
        return Mark(new Verbatim(rest), start);
    }

    private Formula? BareWithin(List<Formula> before, string? closing)
    {
        var start = _position;
        var token = Peek();
        Take(token);
        if (token[0] != '\\')
        {
            return Character(token, start, before, closing);
        }

        if (_spaces.TryGetValue(token, out var em))
        {
            return Mark(new Space(em), start);
        }

        if (_ignored.Contains(token))
        {
            return null;
        }

        if (_accents.TryGetValue(token, out var accent))
        {
            return Mark(new Accent(Argument(), accent), start);
        }

        if (_alphabets.TryGetValue(token, out var alphabet))
        {
            return Mark(InAlphabet(Argument(), alphabet), start);
        }

        if (Symbols.Functions.Contains(token[1..]) || token is "\\argmax" or "\\argmin" or "\\softmax" or "\\diag" or "\\sigmoid" or "\\relu" or "\\ReLU" or "\\Var" or "\\tr" or "\\sign" or "\\sgn")
        {
            return Mark(new Atom(token[1..], AtomKind.Function), start);
        }

        switch (token)
        {
            case "\\frac" or "\\dfrac" or "\\tfrac" or "\\cfrac":
                return Mark(new Fraction(Argument(), Argument()), start);
            // What people define for themselves, or take from the packages physics and mathtools.
            case "\\R" or "\\N" or "\\Z" or "\\E":
                return Mark(new Atom(token[1..], AtomKind.Variable, Alphabet.DoubleStruck), start);
            case "\\grad":
                return Mark(new Atom("∇", AtomKind.Symbol), start);
            case "\\T" or "\\trans" or "\\transpose":
                return Mark(new Atom("⊤", AtomKind.Symbol), start);
            case "\\binom":
                return Mark(new Fence("(", new Table([[Argument()], [Argument()]], TableKind.Matrix), ")"), start);
            case "\\sqrt":
                var degree = Optional();
                return Mark(new Root(Argument(), degree), start);
            case "\\boxed" or "\\fbox":
                return Mark(new Boxed(Argument()), start);
            case "\\text" or "\\textrm" or "\\textbf" or "\\textit" or "\\mbox" or "\\textsf" or "\\texttt":
                return Mark(new Atom(Unescaped(RawArgument()), AtomKind.Text), start);
            case "\\operatorname":
                if (!AtEnd && _source[_position] == '*')
                {
                    _position++;
                }

                return Mark(new Atom(Words(RawArgument()), AtomKind.Function), start);
            case "\\stackrel" or "\\overset":
                var over = Argument();
                return Mark(new Limits(Argument(), null, over), start);
            case "\\underset":
                var under = Argument();
                return Mark(new Limits(Argument(), under, null), start);
            case "\\xleftarrow" or "\\xrightarrow":
                var below = Optional();
                return Mark(new Limits(new Operator(token is "\\xleftarrow" ? "←" : "→", OperatorKind.Relation), below, Argument()), start);
            case "\\substack":
                return Mark(Gathered(Argument()), start);
            case "\\not":
                return Mark(new Operator(Negated(Peek()), OperatorKind.Relation), start);
            case "\\hspace":
                return RawArgument().TrimStart().StartsWith('-') ? null : Mark(new Space(1), start);
            case "\\label" or "\\tag" or "\\color" or "\\vspace" or "\\intertext" or "\\shortintertext" or "\\ref" or "\\eqref" or "\\footnote":
                RawArgument();
                return null;
            case "\\textcolor" or "\\colorbox":
                RawArgument();
                return Argument();
            case "\\cancel" or "\\bcancel" or "\\xcancel" or "\\ensuremath" or "\\mathop" or "\\mathrel" or "\\mathbin" or "\\mathord" or "\\smash":
                return Argument();
            case "\\qed" or "\\qedhere" or "\\qedsymbol" or "\\blacksquare":
                return Mark(new Atom("□", AtomKind.Symbol), start);
            case "\\pdv" or "\\pderiv" or "\\dv" or "\\deriv":
                return Mark(Derivative(token is "\\pdv" or "\\pderiv" ? "∂" : "d"), start);
            case "\\norm" or "\\abs":
                var bar = token is "\\norm" ? "‖" : "|";
                return Mark(new Fence(bar, Argument(), bar), start);
            case "\\phantom" or "\\hphantom" or "\\vphantom":
                Argument();
                return null;
            case "\\left":
                return Fenced(start);
            case "\\big" or "\\Big" or "\\bigg" or "\\Bigg" or "\\bigl" or "\\Bigl" or "\\biggl" or "\\Biggl" or "\\bigr" or "\\Bigr" or "\\biggr" or "\\Biggr" or "\\bigm" or "\\Bigm":
                // The size is the page's business; the bracket is read as if it stood alone.
                return AtEnd || string.Equals(Peek(), closing, StringComparison.Ordinal) ? null : Bare(before, closing);
            case "\\begin":
                return Environment(start);
            default:
                break;
        }

        if (Symbols.TryFence(token, out var sign))
        {
            return Bracket(sign, token, start, before);
        }

        if (Symbols.TryRead(token, out var text, out var kind))
        {
            return Mark<Formula>(kind is { } operatorKind ? Operation(text, operatorKind, before) : token.Length > 1 && char.IsLetter(text[0]) ? new Atom(text) : new Atom(text, AtomKind.Symbol), start);
        }

        Problem(start, token.Length, $"The command {token} is not known; it is kept as it is.");
        return Mark(new Verbatim(token), start);
    }

    private Formula? Character(string token, int start, List<Formula> before, string? closing)
    {
        var first = token[0];
        if (first == '{')
        {
            var body = List("}");
            if (AtEnd || Peek() is not "}")
            {
                Problem(start, 1, "This { is never closed.");
            }
            else
            {
                Take("}");
            }

            // {,} is a comma that separates nothing: 25{,}088.
            return body is Operator { Kind: OperatorKind.Punctuation } mark ? Mark(new Row(mark), start) : body;
        }

        if (char.IsAsciiDigit(first))
        {
            var (point, second) = (-1, -1);
            while (!AtEnd && (char.IsAsciiDigit(_source[_position]) || (_source[_position] == '.' && _position + 1 < _source.Length && char.IsAsciiDigit(_source[_position + 1]))))
            {
                if (_source[_position] == '.')
                {
                    (point, second) = point < 0 ? (_position, second) : (point, second < 0 ? _position : second);
                }

                _position++;
            }

            if (second < 0)
            {
                return Mark(new Atom(_source[start.._position], AtomKind.Number), start);
            }

            Problem(start, _position - start, $"{_source[start.._position]} has more than one decimal point.");
            return Mark(new Atom(_source[start..second], AtomKind.Number), start);
        }

        // Entry by entry, as MATLAB writes it: a .* b, a ./ b, a .^ 2.
        if (first == '.' && !AtEnd && _source[_position] is '*' or '/' or '^')
        {
            if (_source[_position] == '*')
            {
                _position++;
                return Mark(new Operator("⊙", OperatorKind.Binary), start);
            }

            return null;
        }

        if (VulgarFractions.IndexOf(first, StringComparison.Ordinal) is >= 0 and var vulgar)
        {
            var (above, below) = (VulgarValues[2 * vulgar], VulgarValues[(2 * vulgar) + 1]);
            return Mark(new Fraction(Mark(new Atom(above.ToString(), AtomKind.Number), start), Mark(new Atom(below.ToString(), AtomKind.Number), start)), start);
        }

        if (first is '(' or '[' or '|' or '‖' or '⟨' or '⌊' or '⌈')
        {
            return Bracket(token, token, start, before);
        }

        if (_letterlike.TryGetValue(token, out var letter))
        {
            return Mark(new Atom(letter.Text, char.IsAsciiDigit(letter.Text[0]) ? AtomKind.Number : AtomKind.Variable, letter.Alphabet), start);
        }

        if (Symbols.TryRead(token, out var text, out var kind))
        {
            return Mark<Formula>(kind is { } operatorKind ? Operation(text, operatorKind, before) : new Atom(text, AtomKind.Symbol), start);
        }

        if (_spaces.TryGetValue(token, out var em))
        {
            return Mark(new Space(em), start);
        }

        // Σ typed as a letter before a script is the operator: Σ_i x_i.
        if (first is 'Σ' or 'Π' && !AtEnd && (_source[_position] == '_' || SubscriptCharacters.Contains(_source[_position], StringComparison.Ordinal)))
        {
            return Mark(new Operator(first == 'Σ' ? "∑" : "∏", OperatorKind.Large), start);
        }

        // An accent typed with its letter (ŷ), composed or not.
        if (Accents.TryDecompose(token, out var bare, out var accent))
        {
            return Mark(new Accent(new Atom(bare), accent), start);
        }

        return Mark(char.IsLetter(first) || char.IsSurrogate(first) ? new Atom(token) : new Atom(token, AtomKind.Symbol), start);
    }

    /// <summary>+ and − before an operand are signs; between operands they are operations.</summary>
    private static Operator Operation(string text, OperatorKind kind, List<Formula> before)
    {
        var last = before.FindLast(formula => formula is not Space);
        var sign = kind == OperatorKind.Binary && text is "−" or "+" or "±" or "∓"
            && last is null or Operator { Kind: not OperatorKind.Postfix } or Limits { Base: Operator { Kind: OperatorKind.Large or OperatorKind.Relation } } or Script { Base: Operator { Kind: OperatorKind.Large } };
        return new(text, sign ? OperatorKind.Prefix : kind);
    }

    /// <summary>An opening bracket without \left: a fence where its partner follows in the same group, else the bare sign.</summary>
    private Formula Bracket(string sign, string token, int start, List<Formula> before)
    {
        string? partner = sign switch
        {
            "(" => ")",
            "[" => "]",
            "{" => token is "\\lbrace" ? "\\rbrace" : "\\}",
            "⟨" => token.Length > 1 ? "\\rangle" : "⟩",
            "⌊" => token.Length > 1 ? "\\rfloor" : "⌋",
            "⌈" => token.Length > 1 ? "\\rceil" : "⌉",
            "|" => token is "\\lvert" ? "\\rvert" : token,
            "‖" => token is "\\lVert" ? "\\rVert" : token,
            _ => null,
        };
        // A bar after an operand is a relation (a | b); before one it opens.
        var last = before.FindLast(formula => formula is not Space);
        var closes = sign is "|" or "‖" && token is not ("\\lvert" or "\\lVert") && last is not (null or Operator { Kind: not OperatorKind.Postfix }) && !HasPartner(token);
        if (partner is null || closes || _unpaired.Contains(start))
        {
            return Mark(new Operator(sign is "|" ? "∣" : sign, sign is "|" or "‖" ? OperatorKind.Relation : OperatorKind.Prefix), start);
        }

        var (position, problems) = (_position, _problems.Count);
        var body = List(partner);
        if (!AtEnd && string.Equals(Peek(), partner, StringComparison.Ordinal))
        {
            Take(partner);
            var right = sign switch { "(" => ")", "[" => "]", "{" => "}", "⟨" => "⟩", "⌊" => "⌋", "⌈" => "⌉", _ => sign };
            return Mark(new Fence(sign, body, right), start);
        }

        // Half-open intervals and lone bars: read on after the sign as if it were a symbol.
        _unpaired.Add(start);
        _position = position;
        _problems.RemoveRange(problems, _problems.Count - problems);
        return Mark(new Operator(sign, OperatorKind.Prefix), start);
    }

    /// <summary>Whether a bar after an operand opens: its partner follows before the group around it ends (2|x|, but not a | b).</summary>
    private bool HasPartner(string token)
    {
        var depth = 0;
        for (var i = _position; i < Math.Min(_source.Length, _position + 500); i++)
        {
            if (depth == 0 && string.CompareOrdinal(_source, i, token, 0, token.Length) == 0)
            {
                return true;
            }

            depth += _source[i] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
            if (depth < 0 || _source[i] == '&')
            {
                return false;
            }

            if (_source[i] == '\\')
            {
                i++;
            }
        }

        return false;
    }

    private Formula Fenced(int start)
    {
        var left = Delimiter();
        var body = Lines("\\left");
        if (AtEnd || Peek() is not "\\right")
        {
            Problem(start, 5, "This \\left has no \\right.");
            return Mark(new Fence(left, body, string.Empty), start);
        }

        Take("\\right");
        return Mark(new Fence(left, body is Table { Rows: [[var only]] } ? only : body, Delimiter()), start);
    }

    private string Delimiter()
    {
        SkipSpace();
        if (AtEnd)
        {
            return string.Empty;
        }

        var token = Peek();
        Take(token);
        return Symbols.TryFence(token, out var sign) ? sign : token;
    }

    private Formula? Environment(int start)
    {
        var name = RawArgument();
        if (name is "array" or "tabular" or "alignat" or "alignat*" or "alignedat" or "IEEEeqnarray" or "IEEEeqnarray*")
        {
            RawArgument();
        }

        var body = Lines(name);
        if (!AtEnd && Peek() is "\\end")
        {
            Take("\\end");
            var ended = RawArgument();
            if (!string.Equals(ended, name, StringComparison.Ordinal))
            {
                Problem(start, 6, $"\\begin{{{name}}} is ended by \\end{{{ended}}}.");
            }
        }
        else
        {
            Problem(start, 6, $"\\begin{{{name}}} is never ended.");
        }

        if (body is not Table table)
        {
            return body;
        }

        if (name.TrimEnd('*') is "multline")
        {
            // One formula on several lines.
            return Mark(new Row(table.Rows.SelectMany(row => row)), start);
        }

        var (left, right) = name.TrimEnd('*') switch
        {
            "pmatrix" or "psmallmatrix" => ("(", ")"),
            "bmatrix" or "bsmallmatrix" => ("[", "]"),
            "Bmatrix" => ("{", "}"),
            "vmatrix" => ("|", "|"),
            "Vmatrix" => ("‖", "‖"),
            "cases" or "dcases" => ("{", string.Empty),
            _ => (string.Empty, string.Empty),
        };
        return left.Length == 0 ? table : Mark(new Fence(left, table, right), start);
    }

    private static TableKind KindOf(string? environment) => environment?.TrimEnd('*') switch
    {
        "cases" or "dcases" => TableKind.Cases,
        "gather" or "gathered" or "multline" => TableKind.Gathered,
        null or "aligned" or "align" or "alignat" or "alignedat" or "flalign" or "split" or "eqnarray" or "IEEEeqnarray" or "equation" or "displaymath" or "math" or "dmath" or "dgroup" or "subequations" or "proof" or "center" or "\\left" => TableKind.Aligned,
        _ => TableKind.Matrix,
    };

    private static Formula Gathered(Formula formula) => formula is Table table ? new Table(table.Rows, TableKind.Gathered) : formula;

    private string Negated(string token)
    {
        Take(token);
        return token switch
        {
            "=" => "≠",
            "\\in" or "∈" => "∉",
            "<" => "≮",
            ">" => "≯",
            _ => Symbols.TryRead(token, out var text, out _) ? text + "\u0338" : token,
        };
    }

    /// <summary>Letters in an alphabet; words in upright letters are names of functions.</summary>
    private static Formula InAlphabet(Formula formula, Alphabet alphabet)
    {
        switch (formula)
        {
            case Atom { Kind: AtomKind.Variable or AtomKind.Number or AtomKind.Symbol } atom:
                return new Atom(atom.Text, atom.Kind, alphabet);
            case Row row when alphabet is Alphabet.Upright && row.Items.Length > 1 && row.Items.All(item => item is Atom { Alphabet: Alphabet.Default }):
                return new Atom(string.Concat(row.Items.Select(item => ((Atom)item).Text)), AtomKind.Function);
            case Row row:
                return new Row(row.Items.Select(item => InAlphabet(item, alphabet)));
            case Script script:
                return new Script(InAlphabet(script.Base, alphabet), script.Subscript, script.Superscript);
            case Accent accent:
                return new Accent(InAlphabet(accent.Base, alphabet), accent.Kind);
            default:
                return formula;
        }
    }

    /// <summary>The argument of a command or script: a group, or the next single formula.</summary>
    private Formula Argument()
    {
        SkipSpace();
        if (AtEnd)
        {
            Problem(_position, 0, "Something is missing at the end.");
            return new Row();
        }

        var token = Peek();
        if (token is "{")
        {
            var start = _position;
            Take(token);
            var body = Lines("{");
            if (!AtEnd && Peek() is "}")
            {
                Take("}");
            }
            else
            {
                Problem(start, 1, "This { is never closed.");
            }

            return body is Table { Rows: [[var only]] } ? only : body;
        }

        if (token is "}" or "&" or "\\\\" or "\u2028" or "\\right" or "\\end")
        {
            Problem(_position, token.Length, $"Something is missing before \"{token}\".");
            return new Row();
        }

        // ½ as \frac12: a single digit, not the whole number.
        if (char.IsAsciiDigit(token[0]))
        {
            var start = _position;
            Take(token);
            return Mark(new Atom(token, AtomKind.Number), start);
        }

        return Bare([], null) ?? new Row();
    }

    /// <summary>\pdv{L}{z} and \pdv[2]{L}{z}, as the package physics has them.</summary>
    private Fraction Derivative(string sign)
    {
        Formula mark = sign is "∂" ? new Atom("∂", AtomKind.Symbol) : new Atom("d");
        var (order, of) = (Optional(), Argument());
        SkipSpace();
        if (AtEnd || Peek() is not "{")
        {
            // \pdv{z}: the operator alone.
            return new(order is null ? mark : new Script(mark, null, order), new Row(mark, order is null ? of : new Script(of, null, order)));
        }

        var by = Argument();
        return new(new Row(order is null ? mark : new Script(mark, null, order), of), new Row(mark, order is null ? by : new Script(by, null, order)));
    }

    /// <summary>An argument in square brackets, or null.</summary>
    private Formula? Optional()
    {
        SkipSpace();
        if (AtEnd || Peek() is not "[")
        {
            return null;
        }

        Take("[");
        var body = List("]");
        if (!AtEnd && Peek() is "]")
        {
            Take("]");
        }

        return body;
    }

    /// <summary>[2pt] after \\: a length. Anything else in brackets is the beginning of the next line.</summary>
    private void SkipOptional()
    {
        var end = AtEnd || _source[_position] != '[' ? -1 : _source.IndexOf(']', _position);
        if (end > 0 && _source[(_position + 1)..end].Trim() is [.. var number, >= 'a' and <= 'z', >= 'a' and <= 'z'] && number.Length > 0 && number.All(letter => char.IsAsciiDigit(letter) || letter is '.' or '-' or '+' or ' '))
        {
            _position = end + 1;
        }
    }

    /// <summary>The characters of a braced argument, unread.</summary>
    private string RawArgument()
    {
        SkipSpace();
        if (AtEnd || _source[_position] != '{')
        {
            return string.Empty;
        }

        var start = ++_position;
        for (var open = 1; !AtEnd; _position++)
        {
            open += _source[_position] switch { '{' => 1, '}' => -1, _ => 0 };
            if (open == 0)
            {
                return _source[start.._position++];
            }
        }

        Problem(start - 1, 1, "This { is never closed.");
        return _source[start..];
    }

    /// <summary>Words without the backslashes that TeX wants before % and its like.</summary>
    private static string Unescaped(string raw)
    {
        foreach (var sign in (string[])["%", "_", "&", "#", "$", "{", "}"])
        {
            raw = raw.Replace("\\" + sign, sign, StringComparison.Ordinal);
        }

        return raw;
    }

    private static string Words(string raw) => string.Concat(raw.Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-')).Trim();

    private void SkipSpace()
    {
        while (!AtEnd)
        {
            if (char.IsWhiteSpace(_source[_position]) && _source[_position] != LineSeparator)
            {
                _position++;
            }
            else if (_source[_position] == '%')
            {
                // A comment goes to the end of its line.
                var end = _source.IndexOf('\n', _position);
                _position = end < 0 ? _source.Length : end + 1;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>The next token: a command with its backslash, or one character with its combining marks.</summary>
    private string Peek()
    {
        var start = _position;
        if (_source[start] == '\\')
        {
            var end = start + 1;
            while (end < _source.Length && char.IsAsciiLetter(_source[end]))
            {
                end++;
            }

            return end == start + 1 ? _source.Substring(start, Math.Min(2, _source.Length - start)) : _source[start..end];
        }

        var length = char.IsHighSurrogate(_source[start]) && start + 1 < _source.Length ? 2 : 1;
        while (start + length < _source.Length && CharUnicodeInfo.GetUnicodeCategory(_source[start + length]) == UnicodeCategory.NonSpacingMark)
        {
            length++;
        }

        if (_source[start] == ':' && start + 1 < _source.Length && _source[start + 1] == '=')
        {
            length = 2;
        }

        return _source.Substring(start, length);
    }

    private void Take(string token) => _position += token.Length;

    private void Problem(int start, int length, string message) => _problems.Add(new(Place(start, start + length), message));

    private SourceSpan Place(int start, int end)
    {
        if (_expansion is not { From: { Length: > 0 } from, To: var to })
        {
            return new(start, end - start);
        }

        // The end of the text lies behind its last character.
        var first = start < from.Length ? from[start] : to[^1];
        return new(first, end > start ? Math.Max(to[Math.Min(end, to.Length) - 1] - first, 1) : 0);
    }

    private T Mark<T>(T formula, int start)
        where T : Formula
    {
        formula.Origin ??= Place(start, _position);
        return formula;
    }
}
