using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>A piece of a line: formulas without a separator in between, and the word or arrow before it.</summary>
internal sealed record Clause(int Line, string Before, List<Formula> Items);

/// <summary>Cuts what was read into lines and clauses: rows of align, commas between statements, arrows, words.</summary>
internal static class StatementReader
{
    private static readonly string[] _conditionWords = ["if", "for", "when", "where", "with", "whenever", "provided", "given", "für", "wenn", "for all", "∀"];

    /// <summary>Whether the word before a clause makes it a condition of the clause before.</summary>
    public static bool IsConditionWord(string word) => _conditionWords.Contains(word.Trim().TrimStart(',', '(').TrimEnd(',', ':').Trim(), StringComparer.OrdinalIgnoreCase) || word.Trim().StartsWith("for ", StringComparison.OrdinalIgnoreCase) || word.Trim().StartsWith("if ", StringComparison.OrdinalIgnoreCase);

    /// <summary>The lines of a formula, the first being 1.</summary>
    public static List<Clause> Read(Formula formula, ClaimParser parser, bool keepWords = false)
    {
        var clauses = new List<Clause>();
        var line = 0;
        foreach (var row in Rows(formula))
        {
            line++;
            Split(line, parser, parser.Flatten(row, keepWide: true), clauses, keepWords);
        }

        return clauses;
    }

    private static IEnumerable<IEnumerable<Formula>> Rows(Formula formula)
    {
        if (formula is Table { Kind: TableKind.Aligned or TableKind.Gathered } table)
        {
            return table.Rows.SelectMany(row => row is [var only] || row.Skip(1).All(IsEmpty) ? Rows(row[0]) : Around(row));
        }

        if (System(formula) is { } system)
        {
            return system.Rows.SelectMany(row => Rows(row.Length == 1 ? row[0] : new Row(row)));
        }

        if (formula is Row row)
        {
            var inner = row.Items.Where(item => !IsEmpty(item)).ToList();
            // ⇒ before an aligned block, a full stop after it.
            var at = inner.FindIndex(item => item is Table { Kind: TableKind.Aligned or TableKind.Gathered });
            if (at >= 0)
            {
                var rows = Rows(inner[at]).Select(items => items.ToList()).ToList();
                if (rows.Count > 0)
                {
                    rows[0].InsertRange(0, inner.Take(at));
                    rows[^1].AddRange(inner.Skip(at + 1));
                }

                return rows;
            }
        }

        return IsEmpty(formula) ? [] : [[formula]];

        IEnumerable<IEnumerable<Formula>> Around(IEnumerable<Formula> cells)
        {
            var all = cells.Where(cell => !IsEmpty(cell)).ToList();
            return all is [Table only] ? Rows(only) : all.Count > 0 && all[^1] is Table { Kind: TableKind.Aligned } last && all.Count == 2
                ? Rows(last).Select((items, position) => position == 0 ? all.Take(1).Concat(items) : items)
                : [all];
        }
    }

    /// <summary>Equations on top of one another in an array or behind a brace: rows of their own, where every row has a relation before any condition.</summary>
    private static Table? System(Formula formula) => formula switch
    {
        Row { Items: [var only] } => System(only),
        Row row when row.Items.Where(item => !IsEmpty(item) && item is not Operator { Kind: OperatorKind.Punctuation } && item is not Atom { Text: "." }).ToList() is [var only] => System(only),
        Fence { Left: "{", Right: "" or ".", Body: var body } => System(body),
        Table { Kind: not (TableKind.Aligned or TableKind.Gathered) } table when table.Rows.All(row => row.Length > 0 && (row.Length == 1 || table.Kind is not TableKind.Cases) && row.SelectMany(cell => cell is Row inner ? inner.Items : [cell]).Any(IsRelation)) => table,
        _ => null,
    };

    private static bool IsEmpty(Formula formula) => formula is Space or Row { Items.IsEmpty: true } || (formula is Row row && row.Items.All(IsEmpty));

    /// <summary>a) or 3) at the beginning: the letter or number of a part of the exercise.</summary>
    private static bool IsLabelled(List<Formula> items) => items.Count > 2 && items[0] is Atom { Text.Length: <= 2, Kind: AtomKind.Variable or AtomKind.Number } && items[1] is Operator { Text: ")" } or Atom { Text: ")" } or Verbatim { Latex: ")" };

    private static bool IsNumbered(List<Formula> items, int at) => items.Skip(at + 1).Where(item => item is not (Space or Operator { Kind: OperatorKind.Punctuation })).ToList() is [Fence { Left: "(", Body: Atom { Kind: AtomKind.Number } or Row { Items: [Atom { Kind: AtomKind.Number }, Atom { Kind: AtomKind.Variable }] } }];

    private static bool IsRelation(Formula formula) => formula is Operator { Kind: OperatorKind.Relation };

    private static void Split(int line, ClaimParser parser, List<Formula> items, List<Clause> clauses, bool keepWords)
    {
        var current = new List<Formula>();
        var before = string.Empty;
        for (var i = IsLabelled(items) ? 2 : 0; i < items.Count; i++)
        {
            switch (items[i])
            {
                case Operator { Text: "→", Kind: OperatorKind.Relation } when !keepWords && current.Exists(item => IsRelation(item) && item is not Operator { Text: "→" }) && items.Skip(i + 1).Any(IsRelation):
                    // a = b → c = d: people mean ⇒.
                    Close();
                    before = "⇒";
                    break;
                case Operator { Text: "⇒" or "⟹" or "⇔" or "⟺" or "⇐" or "∣" } arrow when arrow.Text != "∣" || i == 0 || current.Exists(item => item is Operator { Kind: OperatorKind.Relation }):
                    Close();
                    before = arrow.Text;
                    break;
                case Operator { Text: "→", Kind: OperatorKind.Relation } when current.Count == 0:
                    break;
                case Atom { Text: "∴" or "∵" or "#" or "□" or "✓" or "…" or "\\" or "." } when current.Count == 0 || i == items.Count - 1:
                    break;
                case Operator { Text: "." } or Atom { Text: ".", Kind: AtomKind.Symbol }:
                    Close();
                    break;
                case Space when IsNumbered(items, i):
                    // The number of an equation, put there by hand.
                    i = items.Count;
                    break;
                case Space when !Separates(items, i, current):
                    break;
                case Operator { Text: ":" } when current.Exists(IsRelation) && items.Skip(i + 1).Any(IsRelation):
                    Close();
                    break;
                case Fence { Left: "(", Body: Row condition } when current.Exists(IsRelation) && condition.Items.Any(IsRelation) && items[i - 1] is Space or Operator { Kind: OperatorKind.Punctuation }:
                    Close();
                    clauses.Add(new(line, "if", parser.Flatten([condition])));
                    break;
                case Space:
                    Close();
                    break;
                case Fence { Body: var note } when IsNote(note) && !(i > 0 && items[i - 1] is Atom { Kind: AtomKind.Function or AtomKind.Variable } or Script && NameText.OfScript(note) is { Length: > 0 } word && !word.Contains(' ', StringComparison.Ordinal)):
                    // A remark or the number of an equation in brackets.
                    Close();
                    break;
                case Atom { Text: "∀" }:
                    Close();
                    before = "∀";
                    break;
                case Atom { Kind: AtomKind.Text, Text: var listed } trait when keepWords && current.Exists(IsRelation) && items.Skip(i + 1).Any(IsRelation) && listed.Trim().Split(' ') is { Length: > 1 } several && several[^1] is "and" or "und" or "with" or "where" or "for" or "let" or "mit":
                    // "symmetric and b ∈ ℝ^n": the words end with the one that leads on.
                    current.Add(new Atom(string.Join(' ', several[..^1]), AtomKind.Text) { Origin = trait.Origin });
                    Close();
                    before = IsConditionWord(several[^1]) ? several[^1] : string.Empty;
                    break;
                case Atom { Kind: AtomKind.Text } word when !(items.Count > i + 1 && items[i + 1] is Fence && NameText.Of(word) is not null && !IsConditionWord(word.Text)) && !IsShort(word, i, items) && !parser.IsName(word.Text.Trim()) && !(keepWords && !IsConditionWord(word.Text) && word.Text.Trim() is not ("and" or "is")):
                    Close();
                    before = word.Text;
                    break;
                case Operator { Kind: OperatorKind.Punctuation, Text: "," or ";" } when Separates(items, i, current):
                    Close();
                    before = IsConditionWord(before) ? before : ",";
                    break;
                default:
                    current.Add(items[i]);
                    break;
            }
        }

        Close();
        return;

        void Close()
        {
            while (current is [.., Operator { Kind: OperatorKind.Punctuation }] or [.., Atom { Text: "." }])
            {
                current.RemoveAt(current.Count - 1);
            }

            if (current is not ([] or [Fence { Left: "(", Body: Atom { Kind: AtomKind.Number } }]))
            {
                clauses.Add(new(line, before, current));
                before = string.Empty;
            }

            current = [];
        }
    }

    private static bool IsNote(Formula body) => !NameText.OfScript(body).StartsWith("reduction", StringComparison.Ordinal) && IsWords(body);

    private static bool IsWords(Formula body) => body is Atom { Kind: AtomKind.Text } || (body is Row row && row.Items.Any(item => item is Atom { Kind: AtomKind.Text }) && row.Items.All(item => item is Atom { Kind: AtomKind.Text } or Space));

    /// <summary>The "const" of F(x) + const.</summary>
    internal static bool IsConstant(Formula formula) => formula is Atom { Kind: AtomKind.Text or AtomKind.Function, Text: var text } && text.Trim().TrimEnd('.') is "const" or "constant" or "konst" or "Konst";

    /// <summary>One letter or a name in \text is a name, not a word, where a relation or an operator stands beside it.</summary>
    private static bool IsShort(Atom word, int index, List<Formula> items) => (IsConstant(word) && index > 0 && items[index - 1] is Operator { Text: "+" or "−" }) || word.Text.Trim() is { Length: > 0 } text && !text.Contains(' ', StringComparison.Ordinal) && !IsConditionWord(text)
        && text is not ("and" or "or" or "so" or "thus" or "hence" or "then" or "otherwise" or "else") && char.IsLetter(text[0]) && text.TrimEnd('.').Length == text.Length
        && (text.Length == 1 || (index + 1 < items.Count && items[index + 1] is Operator { Kind: OperatorKind.Relation, Text: "=" }) || KnownFunctions.IsWord(text));

    /// <summary>A comma separates statements where both sides hold a relation; not inside "1, …, n" or "i, j ∈ …".</summary>
    private static bool Separates(List<Formula> items, int index, List<Formula> current)
    {
        if (index + 1 >= items.Count)
        {
            return true;
        }

        // i = 1, 2, 3
        if (items[index + 1] is Atom { Kind: AtomKind.Number } && (index + 2 == items.Count || items[index + 2] is Operator { Kind: OperatorKind.Punctuation }) && index > 0 && items[index - 1] is Atom { Kind: AtomKind.Number })
        {
            return false;
        }

        static bool IsDots(Formula formula) => formula is Atom { Text: "…" or "⋯" or "." };
        if (IsDots(items[index + 1]) || (index > 0 && IsDots(items[index - 1])))
        {
            return false;
        }

        return (current.Exists(IsSeparable) || current.Exists(item => item is Atom { Kind: AtomKind.Text })) && items.Skip(index + 1).Any(item => IsSeparable(item) || item is Atom { Kind: AtomKind.Text });

        static bool IsSeparable(Formula formula) => formula is Operator { Kind: OperatorKind.Relation } or Limits { Base: Operator { Kind: OperatorKind.Relation } } or Operator { Text: ":" };
    }
}
