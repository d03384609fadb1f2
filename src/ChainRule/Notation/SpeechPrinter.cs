using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace ChainRule.Notation;

/// <summary>
/// Prints a formula as words for those who hear it: "partial L by partial z sub j equals p sub j minus y sub j". What is one letter,
/// number or name with plain scripts is said as it stands; anything longer says where it ends, so that two different formulas never
/// sound alike.
/// </summary>
public sealed class SpeechPrinter : IFormulaVisitor<string>
{
    private const string Pairs =
        "+=plus|−=minus|-=minus|⋅=times|·=times|×=times|⊙=elementwise times|⊗=tensor times|⊕=circled plus|∘=composed with|∗=convolved with|*=star|"
        + "⋆=cross-correlated with|±=plus or minus|∓=minus or plus|÷=divided by|/=over|∪=union|∩=intersection|∖=without|∧=and|∨=or|"
        + "==equals|≠=is not equal to|≈=is approximately|∼=is distributed as|≃=is asymptotic to|≡=is identical to|∝=is proportional to|∈=in|∉=not in|∋=contains|"
        + "<=is less than|>=is greater than|≤=is at most|≥=is at least|⩽=is at most|⩾=is at least|≪=is much less than|⪰=is above or equal to|≻=is above|⪯=is below or equal to|≺=is below|≫=is much greater than|"
        + "⊂=is a subset of|⊆=is a subset of or equal to|⊃=is a superset of|→=to|⟶=to|←=from|↔=to and from|⇒=implies|⟹=implies|⇐=follows from|⇔=if and only if|"
        + "⟺=if and only if|↦=maps to|⊥=is perpendicular to|∥=is parallel to|∣=given|≔=is defined as|≜=is defined as|≅=is congruent to|≐=is by definition|⊢=proves|⊨=models|"
        + "′=prime|!=factorial|∂=partial|∇=gradient|∞=infinity|…=and so on|⋯=and so on|⋮=and so on down|⋱=and so on|∀=for all|∃=there exists|∅=the empty set|"
        + "⊤=transpose|⊺=transpose|∴=therefore|∵=because|†=dagger|¬=not|ℓ=ell|ℏ=h bar|ı=i|ȷ=j|✓=check|□=box|°=degrees|ℵ=aleph|ℜ=real part|ℑ=imaginary part|"
        + "∑=the sum|∏=the product|∫=the integral|∬=the double integral|∮=the contour integral|⋃=the union|⋂=the intersection|⨁=the direct sum|⨂=the tensor product|⨀=the elementwise product|"
        + "α=alpha|β=beta|γ=gamma|δ=delta|ϵ=epsilon|ε=epsilon|ζ=zeta|η=eta|θ=theta|ϑ=theta|ι=iota|κ=kappa|λ=lambda|μ=mu|ν=nu|ξ=xi|π=pi|ϖ=pi|ρ=rho|ϱ=rho|σ=sigma|ς=sigma|"
        + "τ=tau|υ=upsilon|ϕ=phi|φ=phi|χ=chi|ψ=psi|ω=omega|Γ=capital gamma|Δ=capital delta|Θ=capital theta|Λ=capital lambda|Ξ=capital xi|Π=capital pi|Σ=capital sigma|"
        + "Υ=capital upsilon|Φ=capital phi|Ψ=capital psi|Ω=capital omega";

    private static readonly FrozenDictionary<string, string> _words = Pairs.Split('|').ToFrozenDictionary(pair => pair[..1], pair => pair[2..], StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> _functions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["max"] = "the maximum",
        ["min"] = "the minimum",
        ["argmax"] = "the argmax",
        ["argmin"] = "the argmin",
        ["sup"] = "the supremum",
        ["inf"] = "the infimum",
        ["lim"] = "the limit",
        ["ln"] = "natural log",
        ["Var"] = "the variance",
        ["Cov"] = "the covariance",
        ["det"] = "the determinant",
        ["tr"] = "the trace",
        ["erf"] = "the error function",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A name has an accent and scripts, and these have theirs; what is deeper is no name.</summary>
    private const int MostPlain = 4;

    private SpeechPrinter()
    {
    }

    /// <summary>The formula in words.</summary>
    public static string Print(Formula formula)
    {
        Require.NotNull(formula);
        return Tidy(new SpeechPrinter().Say(formula));
    }

    /// <inheritdoc/>
    public string Visit(Row row)
    {
        var words = new Words();
        for (var i = 0; i < row.Items.Length; i++)
        {
            var item = row.Items[i];
            var next = i + 1 < row.Items.Length ? row.Items[i + 1] : null;
            if (item is Operator { Kind: OperatorKind.InvisibleTimes })
            {
                // 2 x needs no word between; everything else would run together.
                words.Add(i > 0 && row.Items[i - 1] is Atom { Kind: AtomKind.Number } && next is Atom or Script ? string.Empty : "times");
                continue;
            }

            words.Add(Say(item));
            if (next is not null && next is not Operator { Kind: not (OperatorKind.Prefix or OperatorKind.Large) } && TakesWhatFollows(item))
            {
                words.Add("of");
            }
        }

        return words.ToString();
    }

    /// <inheritdoc/>
    public string Visit(Atom atom)
    {
        var text = atom.Kind == AtomKind.Function && _functions.TryGetValue(atom.Text, out var name) ? name
            : _words.TryGetValue(atom.Text, out var word) ? word
            : atom.Text.Length > 1 && Accents.TryDecompose(atom.Text, out var letter, out var kind) ? $"{Letter(letter)} {Mark(kind)}"
            : atom.Text;
        return atom switch
        {
            { Alphabet: Alphabet.DoubleStruck, Text: "1" } or { Alphabet: Alphabet.Bold, Text: "1", Kind: AtomKind.Number } => atom.Alphabet == Alphabet.Bold ? "bold 1" : "the indicator",
            { Alphabet: Alphabet.DoubleStruck, Text: "E" } => "the expectation",
            { Alphabet: Alphabet.DoubleStruck, Text: "R" } => "the reals",
            { Alphabet: Alphabet.DoubleStruck, Text: "P" } => "the probability",
            { Alphabet: Alphabet.Bold or Alphabet.BoldItalic } => $"bold {text}",
            { Alphabet: Alphabet.Calligraphic } => $"script {text}",
            { Alphabet: Alphabet.Fraktur } => $"fraktur {text}",
            { Alphabet: Alphabet.DoubleStruck } => $"double-struck {text}",
            _ => text,
        };
    }

    /// <inheritdoc/>
    public string Visit(Operator op) => op.Kind switch
    {
        OperatorKind.InvisibleTimes => "times",
        OperatorKind.InvisibleApply => "of",
        OperatorKind.Punctuation => op.Text,
        OperatorKind.Relation when op.Text.Length > 1 => string.Join(' ', op.Text.Split(' ').Select(Letter)),
        OperatorKind.Postfix when op.Text.Length > 1 && op.Text.All(letter => letter == '′') => Primes(op.Text.Length),
        _ => Letter(op.Text),
    };

    /// <inheritdoc/>
    public string Visit(Fraction fraction)
    {
        if (Differential(fraction.Numerator) && Differential(fraction.Denominator))
        {
            return $"{Say(fraction.Numerator)} by {Say(fraction.Denominator)}";
        }

        var (above, below) = (Say(fraction.Numerator), Say(fraction.Denominator));
        // A fraction in a fraction would leave open which "over" is whose.
        return IsPlain(fraction.Numerator) && IsPlain(fraction.Denominator) ? $"{above} over {below}"
            : above.Contains(" over ", StringComparison.Ordinal) || below.Contains(" over ", StringComparison.Ordinal) ? $"the fraction with numerator {above} and denominator {below} end fraction"
            : $"the fraction {above} over {below} end fraction";
    }

    /// <inheritdoc/>
    public string Visit(Script script)
    {
        if (IsLarge(script.Base))
        {
            return Ranged(script.Base, script.Subscript, script.Superscript);
        }

        if (script is { Base: Fence { Left: "", Right: "|" } bar, Subscript: { } where })
        {
            return $"{Say(bar.Body)} {(Contains(where, "→") ? "along the path" : "at")} {Say(where)}, end";
        }

        var words = new Words();
        words.Add(script.Base is Script or Row { Items.Length: > 1 } ? $"the group {Say(script.Base)} end group" : Say(script.Base));
        if (script.Subscript is { } sub)
        {
            // A mode of a convolution, a variable of a gradient.
            words.Add(script.Base is Operator ? $"in mode {Say(sub)}" : script.Base is Atom { Text: "∇" } ? $"with respect to {Say(sub)}" : Ended("sub", sub, "sub"));
        }

        if (script.Superscript is { } super)
        {
            words.Add(Raised(script.Base, super));
        }

        return words.ToString();
    }

    /// <inheritdoc/>
    public string Visit(Limits limits) => limits.Base is Accent { Kind: AccentKind.Overbrace or AccentKind.Underbrace }
        ? $"{Say(limits.Base)}, noted {Say(limits.Under ?? limits.Over!)},"
        : IsLarge(limits.Base) || limits.Base is Atom { Kind: AtomKind.Function } ? Ranged(limits.Base, limits.Under, limits.Over)
        : $"{Say(limits.Base)}{(limits.Over is { } over ? $" with {Say(over)} above" : string.Empty)}{(limits.Under is { } under ? $" with {Say(under)} below" : string.Empty)}";

    /// <inheritdoc/>
    public string Visit(Fence fence)
    {
        if (Only(fence.Body) is Table { Kind: TableKind.Matrix or TableKind.Cases } table)
        {
            return Say(table);
        }

        var body = Say(fence.Body);
        return (fence.Left, fence.Right) switch
        {
            ("|", "|") => Named("the absolute value of", fence.Body, "end absolute value"),
            ("‖", "‖") => Named("the norm of", fence.Body, "end norm"),
            ("⌊", "⌋") => Named("the floor of", fence.Body, "end floor"),
            ("⌈", "⌉") => Named("the ceiling of", fence.Body, "end ceiling"),
            ("(", ")") when IsPlain(fence.Body) => body,
            _ => $"{Bracket(fence.Left, "open")} {body} {Bracket(fence.Right, "close")}",
        };
    }

    /// <inheritdoc/>
    public string Visit(Root root) => Named(
        root.Degree switch
        {
            null => "the square root of",
            var degree when Only(degree) is Atom { Text: "3" } => "the cube root of",
            var degree => $"the root of degree {Say(degree)} of",
        },
        root.Radicand,
        "end root");

    /// <inheritdoc/>
    public string Visit(Accent accent) => accent.Kind is AccentKind.Overbrace or AccentKind.Underbrace ? Say(accent.Base)
        : IsPlain(accent.Base) ? $"{Say(accent.Base)} {Mark(accent.Kind)}"
        : $"the group {Say(accent.Base)} end group {Mark(accent.Kind)}";

    /// <inheritdoc/>
    public string Visit(Table table)
    {
        var rows = table.Rows.Select((row, number) => (Number: (number + 1).ToString(CultureInfo.InvariantCulture), Cells: row.Select(Say).ToList())).ToList();
        var columns = table.Rows.Select(row => row.Length).DefaultIfEmpty(0).Max();
        return table.Kind switch
        {
            TableKind.Matrix => $"the {rows.Count} by {columns} matrix: {string.Join("; ", rows.Select(row => $"row {row.Number}: {string.Join(", ", row.Cells)}"))}; end matrix",
            TableKind.Cases => $"cases: {string.Join("; ", rows.Select(row => string.Join(" ", row.Cells)))}; end cases",
            _ => string.Join("; ", rows.Select(row => (rows.Count > 1 ? $"line {row.Number}: " : string.Empty) + string.Join(" ", row.Cells))),
        };
    }

    /// <inheritdoc/>
    public string Visit(Space space) => space.Em >= 1 ? "," : string.Empty;

    /// <inheritdoc/>
    public string Visit(Boxed boxed) => Say(boxed.Body);

    /// <inheritdoc/>
    public string Visit(Verbatim verbatim) => verbatim.Latex;

    private static string Letter(string text) => _words.GetValueOrDefault(text, text);

    private static string Mark(AccentKind kind) => kind switch
    {
        AccentKind.Hat => "hat",
        AccentKind.Tilde => "tilde",
        AccentKind.Bar => "bar",
        AccentKind.Vector => "vector",
        AccentKind.Dot => "dot",
        AccentKind.DoubleDot => "double dot",
        AccentKind.Underline => "underlined",
        _ => string.Empty,
    };

    private static string Bracket(string sign, string which) => sign switch
    {
        "" => string.Empty,
        "(" or ")" => $"{which} paren",
        "[" or "]" => $"{which} bracket",
        "{" or "}" => $"{which} brace",
        "⟨" or "⟩" => $"{which} angle",
        "|" => "bar",
        _ => sign,
    };

    private static string Primes(int count) => count switch
    {
        1 => "prime",
        2 => "double prime",
        3 => "triple prime",
        _ => $"with {count} primes",
    };

    /// <summary>What a superscript says: squared, transpose, prime, the number of a layer, a power.</summary>
    private string Raised(Formula @base, Formula super)
    {
        var text = IsPlain(super) ? TextPrinter.Print(super) : string.Empty;
        if (@base is Atom { Alphabet: Alphabet.DoubleStruck })
        {
            return $"to the {Say(super).Replace("times", "by", StringComparison.Ordinal)}";
        }

        return text switch
        {
            "2" => "squared",
            "3" => "cubed",
            "T" or "⊤" or "⊺" => "transpose",
            "∗" or "*" or "⋆" => "star",
            "†" => "dagger",
            _ when text.Length > 0 && text.All(letter => letter == '′') => Primes(text.Length),
            _ when super is Fence { Left: "(" } layer => Ended("superscript", layer.Body, "superscript"),
            _ => Ended("to the power", super, "power"),
        };
    }

    /// <summary>The sum over i, the sum from i equals 1 to C, the maximum over i, the limit as x to infinity.</summary>
    private string Ranged(Formula @base, Formula? under, Formula? over)
    {
        var words = new Words();
        words.Add(Say(@base));
        if (under is not null)
        {
            words.Add(over is not null ? "from" : @base is Atom { Text: "lim" } ? "as" : "over");
            words.Add(Say(under));
        }

        if (over is not null)
        {
            words.Add("to");
            words.Add(Say(over));
        }

        return words.ToString();
    }

    private string Named(string start, Formula body, string end) => IsPlain(body) ? $"{start} {Say(body)}" : $"{start} {Say(body)} {end}";

    private string Ended(string start, Formula body, string end) => IsPlain(body) || IsListOfLetters(body) ? $"{start} {Say(body)}" : $"{start} {Say(body)} end {end}";

    /// <summary>Whether what stands to the right is what this is applied to: log, Σ_i, ∂/∂x, 𝟙, ∇_x.</summary>
    private static bool TakesWhatFollows(Formula item) => item switch
    {
        Operator { Kind: OperatorKind.Large } => true,
        Atom { Kind: AtomKind.Function } or Atom { Text: "∇" } => true,
        Atom { Alphabet: Alphabet.DoubleStruck, Text: "1" or "E" or "P" } => true,
        Limits limits => IsLarge(limits.Base) || limits.Base is Atom { Kind: AtomKind.Function },
        Script { Base: not Script } script => TakesWhatFollows(script.Base),
        Fraction { Numerator: var above, Denominator: var below } => Differential(below) && Only(above) is Atom { Text: "∂" or "d" },
        _ => false,
    };

    private static bool IsLarge(Formula formula) => Only(formula) is Operator { Kind: OperatorKind.Large };

    /// <summary>∂L, d x, ∂²L: the parts of a derivative.</summary>
    private static bool Differential(Formula formula) => (formula is Row { Items: [var first, ..] } ? first : formula) switch
    {
        Atom { Text: "∂" } or Script { Base: Atom { Text: "∂" } } => true,
        Atom { Text: "d", Kind: AtomKind.Symbol } => true,
        _ => false,
    };

    /// <summary>Whether it is heard as one thing: a letter, a number, a name, with scripts that are such themselves.</summary>
    private static bool IsPlain(Formula formula, int depth = 0) => depth < MostPlain && Only(formula) switch
    {
        Atom => true,
        Row { Items: [Operator { Kind: OperatorKind.Prefix }, Atom] } => true,
        Operator { Kind: not (OperatorKind.Large or OperatorKind.Relation) } => true,
        Accent accent => IsPlain(accent.Base, depth + 1),
        Script script => !IsLarge(script.Base) && IsPlain(script.Base, depth + 1)
            && (script.Subscript is null || IsPlain(script.Subscript, depth + 1) || IsListOfLetters(script.Subscript))
            && script.Superscript is null or Atom or Operator or Fence { Body: Atom },
        Fence { Left: "|" or "‖" or "⌊" or "⌈", Body: var body } => IsPlain(body, depth + 1),
        _ => false,
    };

    private static bool IsListOfLetters(Formula formula) => formula is Row row && row.Items.All(item => item is Atom or Operator { Kind: OperatorKind.Punctuation } or Script { Base: Atom, Subscript: Atom or null, Superscript: null });

    private static bool Contains(Formula formula, string sign) => formula is Row row && row.Items.Any(item => item is Operator op && string.Equals(op.Text, sign, StringComparison.Ordinal));

    private static Formula Only(Formula formula)
    {
        while (formula is Row { Items: [var only] })
        {
            formula = only;
        }

        return formula;
    }

    /// <summary>One space between words, none before a comma, no comma twice.</summary>
    private static string Tidy(string text)
    {
        var words = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            var space = char.IsWhiteSpace(letter);
            if (letter is ',' or ';' or ':' or '.')
            {
                while (words.Length > 0 && words[^1] == ' ')
                {
                    words.Length--;
                }

                if (letter == ',' && words.Length > 0 && words[^1] is ',' or ';' or ':')
                {
                    continue;
                }
            }

            if (!space || (words.Length > 0 && words[^1] != ' '))
            {
                words.Append(space ? ' ' : letter);
            }
        }

        return words.ToString().Trim(' ', ',');
    }

    private string Say(Formula formula) => formula.Spoken ?? (DeepStack.IsLow ? DeepStack.Continue(() => formula.Accept(this)) : formula.Accept(this));

    /// <summary>Words with a space between.</summary>
    private sealed class Words
    {
        private readonly StringBuilder _text = new();

        public void Add(string words) => _text.Append(_text.Length > 0 && words.Length > 0 ? " " : string.Empty).Append(words);

        public override string ToString() => _text.ToString();
    }
}
