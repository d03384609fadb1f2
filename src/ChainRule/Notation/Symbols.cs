using System.Collections.Frozen;

namespace ChainRule.Notation;

/// <summary>The one table of LaTeX commands and the Unicode characters that they stand for; printers and reader share it.</summary>
internal static class Symbols
{
    private const string GreekNames =
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega "
        + "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon vartheta varphi varrho varsigma varpi ell hbar imath jmath";

    // ε and φ are the open forms that the field writes; LaTeX calls those \varepsilon and \varphi, and both spellings are read.
    private const string GreekLetters = "αβγδϵζηθικλμνξπρστυϕχψωΓΔΘΛΞΠΣΥΦΨΩεϑφϱςϖℓℏıȷ";

    private const string BinaryPairs =
        "+ + - − − − * ∗ \\cdot ⋅ \\times × \\odot ⊙ \\otimes ⊗ \\oplus ⊕ \\circ ∘ \\ast ∗ \\star ⋆ \\pm ± \\mp ∓ \\div ÷ \\cup ∪ \\cap ∩ "
        + "\\setminus ∖ \\wedge ∧ \\vee ∨ \\bullet ∙ \\land ∧ \\lor ∨";

    private const string RelationPairs =
        "= = < < > > \\le ≤ \\leq ≤ \\ge ≥ \\geq ≥ \\ne ≠ \\neq ≠ \\approx ≈ \\sim ∼ \\simeq ≃ \\equiv ≡ \\propto ∝ \\in ∈ \\notin ∉ \\ni ∋ "
        + "\\subset ⊂ \\subseteq ⊆ \\supset ⊃ \\to → \\rightarrow → \\leftarrow ← \\gets ← \\leftrightarrow ↔ \\Rightarrow ⇒ \\implies ⟹ \\Longrightarrow ⟹ \\Longleftrightarrow ⟺ \\Leftarrow ⇐ "
        + "\\Leftrightarrow ⇔ \\iff ⟺ \\mapsto ↦ \\longrightarrow ⟶ \\ll ≪ \\gg ≫ \\perp ⊥ \\parallel ∥ \\mid ∣ \\coloneqq ≔ \\triangleq ≜ \\leqslant ⩽ "
        + "\\geqslant ⩾ \\uparrow ↑ \\downarrow ↓ \\cong ≅ \\succeq ⪰ \\succ ≻ \\preceq ⪯ \\prec ≺ \\doteq ≐ \\vdash ⊢ \\models ⊨";

    private const string SymbolPairs =
        "\\partial ∂ \\nabla ∇ \\infty ∞ \\dots … \\ldots … \\cdots ⋯ \\vdots ⋮ \\ddots ⋱ \\forall ∀ \\exists ∃ \\emptyset ∅ \\varnothing ∅ \\top ⊤ "
        + "\\bot ⊥ \\intercal ⊺ \\prime ′ \\therefore ∴ \\because ∵ \\dagger † \\# # \\% % \\& & \\$ $ \\_ _ \\checkmark ✓ \\square □ \\Box □ \\angle ∠ "
        + "\\neg ¬ \\lnot ¬ \\aleph ℵ \\Re ℜ \\Im ℑ \\degree °";

    private const string LargePairs = "\\sum ∑ \\prod ∏ \\int ∫ \\oint ∮ \\bigcup ⋃ \\bigcap ⋂ \\bigoplus ⨁ \\bigotimes ⨂ \\iint ∬ \\bigodot ⨀";

    private const string FencePairs =
        "\\{ { \\} } \\lbrace { \\rbrace } \\lvert | \\rvert | \\vert | \\lVert ‖ \\rVert ‖ \\Vert ‖ \\| ‖ \\langle ⟨ \\rangle ⟩ \\lfloor ⌊ \\rfloor ⌋ \\lceil ⌈ \\rceil ⌉ "
        + "\\lbrack [ \\rbrack ]";

    private static readonly FrozenDictionary<string, (string Text, OperatorKind? Kind)> _commands = Build();

    private static readonly FrozenDictionary<string, string> _names = Names();

    /// <summary>Every command, and every character that is read like one, with the text that it stands for.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Commands => _commands.Select(command => KeyValuePair.Create(command.Key, command.Value.Text));

    /// <summary>The names of functions that LaTeX has commands for.</summary>
    public static FrozenSet<string> Functions { get; } =
        "log ln exp sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan max min sup inf lim arg det dim ker deg gcd Pr hom limsup liminf".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Those of them whose subscript is set below in display style.</summary>
    public static FrozenSet<string> LimitFunctions { get; } = "max min sup inf lim det gcd Pr limsup liminf argmax argmin".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The character and class that a command (or a character typed directly) stands for.</summary>
    public static bool TryRead(string command, out string text, out OperatorKind? kind)
    {
        var found = _commands.TryGetValue(command, out var entry);
        (text, kind) = found ? entry : (command, null);
        return found;
    }

    /// <summary>Whether the command opens or closes a fence, and its sign.</summary>
    public static bool TryFence(string command, out string sign)
    {
        sign = command;
        return Fences.TryGetValue(command, out sign!) || (command.Length == 1 && "()[]|/.".Contains(command[0], StringComparison.Ordinal) && (sign = command == "." ? string.Empty : command) is not null);
    }

    /// <summary>The LaTeX of a character: its command with nothing after it, or the character itself.</summary>
    public static string ToLatex(string text) => _names.GetValueOrDefault(text, text);

    /// <summary>The LaTeX of a fence sign, as it follows \left.</summary>
    public static string FenceToLatex(string sign, bool left) => sign switch
    {
        "" => ".",
        "{" => "\\{",
        "}" => "\\}",
        "‖" => left ? "\\lVert" : "\\rVert",
        "|" => left ? "\\lvert" : "\\rvert",
        "⟨" => "\\langle",
        "⟩" => "\\rangle",
        "⌊" => "\\lfloor",
        "⌋" => "\\rfloor",
        "⌈" => "\\lceil",
        "⌉" => "\\rceil",
        _ => sign,
    };

    private static FrozenDictionary<string, string> Fences { get; } = Pairs(FencePairs).ToFrozenDictionary(pair => pair.Command, pair => pair.Text, StringComparer.Ordinal);

    private static IEnumerable<(string Command, string Text)> Pairs(string table) => table.Split(' ').Chunk(2).Select(pair => (pair[0], pair[1]));

    private static FrozenDictionary<string, (string Text, OperatorKind? Kind)> Build()
    {
        var commands = new Dictionary<string, (string, OperatorKind?)>(StringComparer.Ordinal);
        foreach (var (table, kind) in new (string, OperatorKind?)[] { (BinaryPairs, OperatorKind.Binary), (RelationPairs, OperatorKind.Relation), (LargePairs, OperatorKind.Large), (SymbolPairs, null) })
        {
            foreach (var (command, text) in Pairs(table))
            {
                commands[command] = (text, kind);
                // The character itself is read like its command.
                commands.TryAdd(text, (text, kind));
            }
        }

        foreach (var (name, letter) in GreekNames.Split(' ').Zip(GreekLetters))
        {
            commands["\\" + name] = (letter.ToString(), null);
        }

        // What people type when they mean Σ and Π as operators.
        commands["·"] = ("⋅", OperatorKind.Binary);
        commands["′"] = ("′", OperatorKind.Postfix);
        commands["!"] = ("!", OperatorKind.Postfix);
        foreach (var mark in (string[])[",", ";", ":"])
        {
            commands[mark] = (mark, OperatorKind.Punctuation);
        }

        commands["\\colon"] = (":", OperatorKind.Punctuation);
        commands[":="] = ("≔", OperatorKind.Relation);
        return commands.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, string> Names()
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in (string[])[BinaryPairs, RelationPairs, LargePairs, SymbolPairs])
        {
            foreach (var (command, text) in Pairs(table))
            {
                if (command.Length > 1)
                {
                    names.TryAdd(text, command);
                }
            }
        }

        foreach (var (name, letter) in GreekNames.Split(' ').Zip(GreekLetters))
        {
            names[letter.ToString()] = "\\" + name;
        }

        names["−"] = "-";
        names["∗"] = "*";
        names["′"] = "'";
        names["≔"] = ":=";
        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
