using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>
/// What a text that marks nothing gives: "Let $W \in \mathbb{R}^{m \times n}$ and $z = W x$". A formula that only declares, or that says what a
/// name is which nothing before it said, is a given; any other one claims.
/// </summary>
internal sealed class ProseGivens
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _sections = new(StringComparer.Ordinal);
    private readonly HashSet<string> _defined = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sizes = new(["e", "π"], StringComparer.Ordinal);
    private bool _isClaimed;
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
            Learn(clause, Names(clause) ?? []);
        }
    }

    /// <summary>The names that a given declares or defines.</summary>
    public IEnumerable<string> Named(string given) => Clauses(given).SelectMany(clause => Names(clause) ?? []);

    /// <summary>Everything is forgotten.</summary>
    public void Forget()
    {
        _known.Clear();
        _sets.Clear();
        _sections.Clear();
        _defined.Clear();
        _used.Clear();
        _macros = new();
    }

    private void Learn(Clause clause, List<string> names)
    {
        _known.UnionWith(names);
        names.ForEach(name => _sections.TryAdd(name, _section));
        if (ClaimParser.SplitRelations(clause.Items) is (var parts, ["∈"]))
        {
            _sizes.UnionWith(parts[1].SelectMany(GivenReader.Inside).OfType<Atom>().Select(atom => atom.Text));
        }

        if (IsDefinition(clause))
        {
            _defined.UnionWith(names);
            _used.UnionWith(ClaimParser.SplitRelations(clause.Items).Parts[1].SelectMany(Mentioned));
        }
    }

    /// <summary>Something was claimed: what is said of names so far is what the claims are about.</summary>
    public void Claim() => _isClaimed = true;

    /// <summary>A new section begins.</summary>
    public void Begin() => (_section, _isClaimed) = (_section + 1, false);

    /// <summary>Whether a formula gives a name another shape than it had in an earlier section: then another exercise has begun.</summary>
    public bool Redeclares(string formula) => Clauses(formula).SelectMany(Sets).Any(entry => _sets.TryGetValue(entry.Name, out var known)
        ? known.Section < _section && !string.Equals(known.Set, entry.Set, StringComparison.Ordinal)
        // y ∈ {0, 1} after the y = X w of another exercise.
        : _defined.Contains(entry.Name) && Earlier(entry.Name));

    /// <summary>
    /// Whether a formula says anew what a name of an earlier section is, with names that this section has introduced or that are new:
    /// h = tanh(W_1 x + b_1) after an h of another exercise. With known names alone it is a claim.
    /// </summary>
    public bool Redefines(string formula) => Clauses(formula).Exists(clause => IsDefinition(clause) && Defined(clause).Any(name => _known.Contains(name) && Earlier(name))
        && ClaimParser.SplitRelations(clause.Items).Parts[1].SelectMany(Mentioned).Any(used => !_known.Contains(used) || !Earlier(used)));

    /// <summary>Whether a given of an earlier section still holds where a name is used anew: it says what kind of thing names are, and y_i does not become the entry of a number.</summary>
    public bool Holds(string given, string formula) => Clauses(given).TrueForAll(clause => ClaimParser.SplitRelations(clause.Items) is var (parts, signs) && (!signs.Exists(IsEquality) || parts[^1].Exists(item => item is Atom { Text: "…" or "⋯" })))
        && !Clauses(formula).Where(IsDefinition).Any(clause => Defined(clause).ToList() is [_, var table] && Clauses(given).SelectMany(Sets).Any(entry => string.Equals(entry.Name, table, StringComparison.Ordinal) && (entry.Set is "ℝ" || entry.Set.StartsWith('{'))));

    /// <summary>Which givens of earlier sections a section needs: those about names that it speaks of, and so on. The rest belongs to other exercises.</summary>
    /// <param name="earlier">The givens of earlier sections.</param>
    /// <param name="own">What the section says.</param>
    public HashSet<string> Needed(IReadOnlyCollection<string> earlier, IEnumerable<string> own)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(own);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var waiting = earlier.Distinct(StringComparer.Ordinal).Select(given => (Given: given, Names: Clauses(given).SelectMany(clause => ClaimParser.SplitRelations(clause.Items).Parts[0]).SelectMany(Spoken).ToHashSet(StringComparer.Ordinal))).ToList();
        while (open.TryDequeue(out var text))
        {
            names.UnionWith(Clauses(text).SelectMany(Spoken));
            foreach (var found in waiting.Where(candidate => candidate.Names.Overlaps(names)).ToList())
            {
                waiting.Remove(found);
                needed.Add(found.Given);
                open.Enqueue(found.Given);
            }
        }

        return needed;
    }

    /// <summary>The names in a clause. The z of σ(z) = … is a placeholder.</summary>
    private static IEnumerable<string> Spoken(Clause clause)
    {
        var names = clause.Items.SelectMany(Spoken);
        return ClaimParser.SplitRelations(clause.Items) is ([[_, Fence { Body: var arguments }], ..], ["=", ..]) ? names.Except(Spoken(arguments), StringComparer.Ordinal) : names;
    }

    private static IEnumerable<string> Spoken(Formula formula) => GivenReader.Inside(formula).SelectMany(part => new[] { part is Atom { Kind: AtomKind.Variable or AtomKind.Function } atom ? atom.Text : null, part is Script or Accent ? GivenReader.KeyOf(part) : null }).OfType<string>();

    private bool Earlier(string name) => _sections.GetValueOrDefault(name, _section) < _section;

    /// <summary>The name on the left side, and what it is an entry of.</summary>
    private static IEnumerable<string> Defined(Clause clause) => ClaimParser.SplitRelations(clause.Items).Parts[0] switch
    {
        [var name] => Defined(name),
        [var function, Fence { Left: "(" }] => Defined(function),
        _ => [],
    };

    private static IEnumerable<string> Defined(Formula name) => name switch
    {
        Script { Superscript: null, Subscript: Atom { Kind: AtomKind.Variable }, Base: var table } => new[] { GivenReader.KeyOf(name), NameText.Of(table) }.OfType<string>(),
        Atom { Kind: AtomKind.Variable } or Script { Superscript: not (Atom { Kind: AtomKind.Number } or Operator) } or Accent => GivenReader.KeyOf(name) is { } key ? [key] : [],
        _ => [],
    };

    /// <summary>The names in a formula, without the letters in their scripts.</summary>
    private static IEnumerable<string> Mentioned(Formula formula) => formula switch
    {
        Atom { Kind: AtomKind.Variable, Text: var letter } => [letter],
        Accent or Script { Superscript: null } when GivenReader.KeyOf(formula) is { } name => [name],
        Script { Base: var @base } => Mentioned(@base),
        Row row => row.Items.SelectMany(Mentioned),
        Fence fence => Mentioned(fence.Body),
        Fraction fraction => [.. Mentioned(fraction.Numerator), .. Mentioned(fraction.Denominator)],
        Root root => Mentioned(root.Radicand),
        Table table => table.Rows.SelectMany(row => row).SelectMany(Mentioned),
        _ => [],
    };

    private static IEnumerable<(string Name, string Set)> Sets(Clause clause) => ClaimParser.SplitRelations(clause.Items) is ({ Count: 2 } parts, ["∈"])
        ? ClaimParser.SplitList(parts[0]).Where(name => name.Count == 1).SelectMany(name => new[] { GivenReader.KeyOf(name[0]), name[0] is Script script ? NameText.Of(script.Base) : null }).OfType<string>().Select(name => (name, string.Concat(parts[1].Select(NameText.OfScript)))) : [];

    /// <summary>Whether a formula is a given. Then what it names is known from now on.</summary>
    public bool Takes(string formula)
    {
        var found = new List<(Clause Clause, List<string> Names)>();
        var used = new HashSet<string>(StringComparer.Ordinal);
        var clauses = Clauses(formula);
        foreach (var clause in clauses)
        {
            if (Names(clause) is not { } names || (IsDefinition(clause) && Own(names).Any(name => !CanDefine(clause, name) || found.Exists(earlier => earlier.Names.Contains(name)))))
            {
                return false;
            }

            found.Add((clause, names));
            used.UnionWith(ClaimParser.SplitRelations(clause.Items).Parts[^1].SelectMany(Mentioned));
        }

        if (!found.Exists(entry => entry.Names.Count > 0))
        {
            return false;
        }

        found.ForEach(entry => Learn(entry.Clause, entry.Names));
        foreach (var (name, set) in clauses.SelectMany(Sets))
        {
            _sets[name] = (set, _section);
        }

        return true;

        // In L = Σ_t L_t the parts are no entries of the whole, which are known.
        IEnumerable<string> Own(List<string> names) => names is [var part, _] && (used.Contains(part) || _used.Contains(part)) ? [part] : names;
    }

    private List<Clause> Clauses(string text)
    {
        var (formula, problems) = LatexReader.ReadWithProblems(ClaimLines.Separate(text), _macros);
        _parser.Restart();
        return problems.IsEmpty ? StatementReader.Read(formula, _parser, keepWords: true) : [];
    }

    private static bool IsDefinition(Clause clause) => ClaimParser.SplitRelations(clause.Items) is (_, [var sign]) && IsEquality(sign);

    /// <summary>
    /// Whether z = W x + b can say what z is: it is new; or nothing but its shape is known, and the right side brings something new, or
    /// nothing was claimed yet and nothing is made of it (then it could be a solution that is derived).
    /// </summary>
    private bool CanDefine(Clause clause, string name) => !_known.Contains(name)
        || (!_defined.Contains(name) && (ClaimParser.SplitRelations(clause.Items).Parts[1].SelectMany(Mentioned).Any(used => !_known.Contains(used) && !_sizes.Contains(used)) || (!_isClaimed && !_used.Contains(name))));

    private static bool IsEquality(string sign) => sign is "=" or "≔" or "≜" or "≡";

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
            case ["=" or "≔" or "≜" or "≡"] when UpstreamGradients.Of(clause) is var (gradient, loss) && !_known.Contains(loss) && !_known.Contains(gradient):
                return [gradient];
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
