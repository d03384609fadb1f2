using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>
/// What a text that marks nothing gives: "Let $W \in \mathbb{R}^{m \times n}$ and $z = W x$". A formula that only declares, or that says what a
/// name is which nothing before it said, is a given; any other one claims.
/// </summary>
internal sealed class ProseGivens
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly ClaimParser _parser = new(new Declarations { IsGiving = true });
    private readonly Dictionary<string, (string Set, int Section)> _sets = new(StringComparer.Ordinal);
    private LatexMacros _macros = new();
    private int _section;

    /// <summary>Givens that are marked: what they name is no news.</summary>
    public void Know(string given)
    {
        given = _macros.Collect(given);
        foreach (var clause in Clauses(given))
        {
            _known.UnionWith(Names(clause) ?? []);
        }
    }

    /// <summary>Everything is forgotten.</summary>
    public void Forget()
    {
        _known.Clear();
        _sets.Clear();
        _macros = new();
    }

    /// <summary>A new section begins.</summary>
    public void Begin() => _section++;

    /// <summary>Whether a formula gives a name another shape than it had in an earlier section: then another exercise has begun.</summary>
    public bool Redeclares(string formula) => Clauses(formula).SelectMany(Sets).Any(entry => _sets.TryGetValue(entry.Name, out var known) && known.Section < _section && !string.Equals(known.Set, entry.Set, StringComparison.Ordinal));

    private static IEnumerable<(string Name, string Set)> Sets(Clause clause) => ClaimParser.SplitRelations(clause.Items) is ({ Count: 2 } parts, ["∈"])
        ? ClaimParser.SplitList(parts[0]).Where(name => name.Count == 1).SelectMany(name => new[] { GivenReader.KeyOf(name[0]), name[0] is Script script ? NameText.Of(script.Base) : null }).OfType<string>().Select(name => (name, string.Concat(parts[1].Select(NameText.OfScript)))) : [];

    /// <summary>Whether a formula is a given. Then what it names is known from now on.</summary>
    public bool Takes(string formula)
    {
        var found = new List<string>();
        var clauses = Clauses(formula);
        foreach (var clause in clauses)
        {
            if (Names(clause) is not { } names || (IsDefinition(clause) && names.Exists(name => _known.Contains(name) || found.Contains(name))))
            {
                return false;
            }

            found.AddRange(names);
        }

        if (clauses.Count == 0 || found.Count == 0)
        {
            return false;
        }

        _known.UnionWith(found);
        foreach (var (name, set) in clauses.SelectMany(Sets))
        {
            _sets[name] = (set, _section);
        }

        return true;
    }

    private List<Clause> Clauses(string text)
    {
        var (formula, problems) = LatexReader.ReadWithProblems(ClaimLines.Separate(text), _macros);
        _parser.Restart();
        return problems.IsEmpty ? StatementReader.Read(formula, _parser, keepWords: true) : [];
    }

    private static bool IsDefinition(Clause clause) => ClaimParser.SplitRelations(clause.Items) is (_, ["=" or "≔" or "≜" or "≡"]);

    /// <summary>The names that a clause declares or defines; none for a condition or a range; null where it does neither.</summary>
    private List<string>? Names(Clause clause)
    {
        var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
        switch (signs)
        {
            case [] when clause.Items is [var described, Atom { Kind: AtomKind.Text }] && GivenReader.KeyOf(described) is { } what:
                return [what];
            case ["∈"] or ["∼"]:
                var names = ClaimParser.SplitList(parts[0]);
                return names.TrueForAll(name => name is [var single] && (GivenReader.KeyOf(single) is not null || single is Atom { Text: "…" or "⋯" }))
                    ? [.. names.Select(name => GivenReader.KeyOf(name[0])).OfType<string>()] : null;
            case ["=" or "≔" or "≜" or "≡", "∈"] when parts[0] is [Atom or Script or Accent] && GivenReader.KeyOf(parts[0][0]) is { } upstream && !_known.Contains(upstream):
                // δ = ∂L/∂y ∈ ℝ^m declares δ, also where it is a derivative.
                return [upstream];
            case [">" or "≥" or "<" or "≤"] when parts[1] is [Atom { Kind: AtomKind.Number }] && parts[0] is [var bounded] && GivenReader.KeyOf(bounded) is { } number:
                return [number];
            case ["="] when UpstreamGradients.Named(clause) is { } given && GivenReader.KeyOf(given) is { } fromAbove && !_known.Contains(fromAbove):
                return [fromAbove];
            case ["="] when parts[1].Exists(item => item is Atom { Text: "…" or "⋯" }) && parts[0] is [Atom { Kind: AtomKind.Variable } counter]:
                return ["1…" + counter.Text];
            case ["=" or "≔" or "≜" or "≡"] when parts[0] is [_] or [_, Fence { Left: "(" or "[" }] && parts[1].Count > 0:
                var named = parts[0][0];
                if (named is Script { Superscript: Operator or Atom { Kind: AtomKind.Number } or Row { Items: [Operator, Atom { Kind: AtomKind.Number }] } } || (parts[0].Count == 2 && named is Atom { Kind: AtomKind.Function, Text: var function } && KnownFunctions.TryFind(function, out _)))
                {
                    // f'(x), f^{-1}(x) and tanh(x) are no new names.
                    return null;
                }

                if (named is Script marked && NameText.Of(marked.Base) is { } stem && _known.Contains(stem) && (marked.Superscript is Operator { Text: "∗" or "⋆" } || IsStep(marked.Subscript) || IsStep(marked.Superscript)))
                {
                    // w^* and w_{t+1} beside a known w: an answer, or an update.
                    return null;
                }

                // The θ of h_θ(x) is what h depends on; the i of x_i counts.
                var isCounted = parts[0].Count == 1;
                return GivenReader.KeyOf(named) is { } key && named is Atom or Script or Accent && !parts[1].SelectMany(GivenReader.Inside).Any(IsDifferential) && !GivenReader.Inside(named).Any(IsDifferential)
                    ? [key, .. isCounted && named is Script { Subscript: Atom { Kind: AtomKind.Variable }, Base: var table } && NameText.Of(table) is { } whole ? new[] { whole } : []] : null;
            default:
                return null;
        }
    }

    private static bool IsStep(Formula? script) => script is not null && NameText.OfScript(script).Trim('(', ')') is [var letter, '+', '1'] && char.IsLetter(letter);

    private static bool IsDifferential(Formula formula) => formula is Atom { Text: "∂" or "∇" };
}
