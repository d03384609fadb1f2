using System.Collections.Immutable;
using ChainRule.Matrices;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>Something about a given that could not be used.</summary>
/// <param name="Source">The given.</param>
/// <param name="Span">Where in it the problem stands.</param>
/// <param name="Message">What was wrong and what would be right.</param>
internal sealed record GivenProblem(string Source, SourceSpan Span, string Message)
{
    /// <summary>The names that the given speaks about: no claim that depends on them can be refuted.</summary>
    public ImmutableArray<string> Names { get; init; } = [];
}

/// <summary>
/// Reads givens: shapes (W ∈ ℝ^{M×N}), traits (y one-hot), definitions, functions, ranges, conditions. All names are collected
/// before any definition is read, so the order of the givens does not matter.
/// </summary>
internal sealed class GivenReader
{
    private static readonly (string Word, Trait Trait)[] _traits =
    [
        ("one-hot", Trait.OneHot), ("one hot", Trait.OneHot), ("onehot", Trait.OneHot), ("distribution", Trait.Distribution), ("probability vector", Trait.Distribution), ("probabilities", Trait.Distribution),
        ("simplex", Trait.Distribution), ("positive", Trait.Positive), ("> 0", Trait.Positive), ("negative", Trait.Negative), ("binary", Trait.Binary), ("integer", Trait.Integer), ("probability", Trait.UnitInterval),
        ("symmetric", Trait.Symmetric), ("orthogonal", Trait.Orthogonal), ("sums to one", Trait.SumsToOne), ("sums to 1", Trait.SumsToOne), ("sum to one", Trait.SumsToOne), ("normal", Trait.Normal | Trait.Random), ("gaussian", Trait.Normal | Trait.Random),
        ("random", Trait.Random), ("nonzero", Trait.Nonzero), ("non-zero", Trait.Nonzero), ("nonnegative", Trait.NonNegative), ("non-negative", Trait.NonNegative),
    ];

    private static readonly (string Word, string Function)[] _functionWords =
    [
        ("sigmoid", "sigmoid"), ("logistic", "sigmoid"), ("tanh", "tanh"), ("relu", "relu"), ("softplus", "softplus"), ("softmax", "softmax"), ("gelu", "gelu"), ("silu", "silu"), ("identity", "identity"),
        ("exponential", "exp"), ("standard normal cdf", "Phi"), ("normal cdf", "Phi"), ("normal density", "phi"), ("standard normal pdf", "phi"),
    ];

    private readonly Declarations _declarations;
    private readonly ClaimParser _parser;
    private readonly List<(string Source, Clause Clause)> _clauses = [];
    private readonly List<(string Source, Clause Clause, Action Read)> _later = [];
    private readonly HashSet<string> _shifted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _apart = new(StringComparer.Ordinal);

    public GivenReader(Declarations declarations)
    {
        _declarations = declarations;
        _parser = new(declarations);
    }

    public List<GivenProblem> Problems { get; } = [];

    /// <summary>Reads all givens.</summary>
    /// <param name="givens">The givens as they were written.</param>
    /// <param name="claims">The claims, whose names show which letters count steps.</param>
    /// <param name="macros">The abbreviations of the document.</param>
    public void Read(IReadOnlyList<string> givens, IEnumerable<Formula> claims, LatexMacros macros)
    {
        _declarations.IsGiving = true;
        var readable = new List<(string Source, Formula Formula)>();
        foreach (var given in givens)
        {
            var (formula, problems) = LatexReader.ReadWithProblems(given, macros);
            ImmutableArray<string> unread = problems.IsEmpty ? [] : [.. StatementReader.Read(formula, _parser, keepWords: true).SelectMany(Subjects).Distinct(StringComparer.Ordinal)];
            Problems.AddRange(problems.Select(problem => new GivenProblem(given, problem.Span, problem.Message) { Names = unread }));
            if (problems.IsEmpty)
            {
                readable.Add((given, formula));
                Bolds(formula);
            }
        }

        var said = claims.ToList();
        if (LayerIndices.Find([.. readable.Select(given => given.Formula)], said, _parser) is { } layers)
        {
            (_declarations.Layers, readable, said) = (layers, readable.ConvertAll(given => (given.Source, layers.Rewritten(given.Formula))), said.ConvertAll(layers.Rewritten));
            readable.AddRange(layers.Implied([.. readable.Select(given => given.Formula)], said).ToList().ConvertAll(formula => (string.Empty, formula)));
            _declarations.Remarks.Add(layers.Remark);
        }

        var clauses = readable.SelectMany(given => StatementReader.Read(given.Formula, _parser, keepWords: true));
        if (UpstreamGradients.SingleStep(clauses, [.. said, .. readable.Select(given => given.Formula)]) is { } step)
        {
            _declarations.SingleStep = step;
            (readable, said) = (readable.ConvertAll(given => (given.Source, UpstreamGradients.Uncounted(given.Formula, step))), said.ConvertAll(formula => UpstreamGradients.Uncounted(formula, step)));
            _declarations.Remarks.Add($"The gradient from above belongs to step {step} alone: what comes from step {step} − 1 is given.");
        }

        claims = said;
        foreach (var (_, formula) in readable)
        {
            Compounds(StatementReader.Read(formula, _parser, keepWords: true));
            NewWords(StatementReader.Read(formula, _parser, keepWords: true), readable.Select(other => other.Formula));
        }

        foreach (var (source, formula) in readable)
        {
            _clauses.AddRange(StatementReader.Read(formula, _parser, keepWords: true).Select(clause => (source, clause)));
        }

        for (var i = 0; i < _clauses.Count; i++)
        {
            var (source, clause) = _clauses[i];
            if (UpstreamGradients.Named(clause) is { } gradient && !IsLeftSide(KeyOf(gradient)!))
            {
                _clauses[i] = (source, UpstreamGradients.Turned(clause));
            }
        }

        foreach (var formula in claims.Concat(_clauses.SelectMany(clause => clause.Clause.Items)))
        {
            Shifts(formula);
        }

        Totals(claims);
        Shared();

        Each(Counters);
        Numbered(claims);
        SeveralLetters();
        Each(Sets);
        Each(Positives);
        Each(Unwritten);
        Each(Names);
        foreach (var (source, clause, read) in _later)
        {
            Try(source, clause, read);
        }

        Numbers();
        Fix();
        Lengths();
        Losses();
        Cycles();
        _declarations.IsGiving = false;
    }

    /// <summary>L = Σ_t L_t: the whole and its parts go by one letter, and are two names. Of a vector y, y = Σ_i y_i e_i says something.</summary>
    private void Totals(IEnumerable<Formula> claims)
    {
        var vectors = new Lazy<HashSet<string>>(() => [.. _clauses.Select(entry => ClaimParser.SplitRelations(entry.Clause.Items)).Where(split => split.Signs is ["∈", ..] && split.Parts[1] is not [Atom]).SelectMany(split => ClaimParser.SplitList(split.Parts[0])).Select(part => part is [var single] ? NameText.Of(single) : null).OfType<string>()]);
        foreach (var items in _clauses.Where(entry => !StatementReader.IsConditionWord(entry.Clause.Before)).Select(entry => entry.Clause.Items).Concat(claims.Where(IsSum).SelectMany(formula => StatementReader.Read(formula, _parser)).Select(clause => clause.Items)))
        {
            if (ClaimParser.SplitRelations(items) is ([[Atom or Accent, ..] left, var right, ..], ["=" or "≔" or "≜", ..]) && left is [_] or [_, Fence] && NameText.Of(left[0]) is { } name
                && right.SelectMany(Inside).OfType<Script>().Any(part => part is { Subscript: Atom { Kind: AtomKind.Variable, Text.Length: 1 } } && string.Equals(NameText.Of(part.Base), name, StringComparison.Ordinal)) && !vectors.Value.Contains(name))
            {
                _declarations.Totals.Add(name);
            }
        }

        static bool IsSum(Formula formula) => Inside(formula).Any(part => part is Limits { Base: Operator { Kind: OperatorKind.Large } } or Script { Base: Operator { Kind: OperatorKind.Large } } or Operator { Kind: OperatorKind.Large });
    }

    /// <summary>h = σ(W x) with W ∈ ℝ^{h×d}: a letter for a size, and for what is computed from vectors.</summary>
    private void Shared()
    {
        var splits = _clauses.ConvertAll(entry => ClaimParser.SplitRelations(entry.Clause.Items));
        var sets = splits.Where(split => split.Signs is ["∈", ..]).Select(split => (split.Parts, Space: split.Parts[^1].OfType<Script>().FirstOrDefault(script => script is { Base: Atom { Text: "ℝ" or "R", Alphabet: Alphabet.DoubleStruck } or Atom { Text: "ℝ" }, Superscript: not null }))).Where(set => set.Space is not null).ToList();
        var sizes = sets.SelectMany(set => Inside(set.Space!.Superscript!)).OfType<Atom>().Where(atom => atom is { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text.Length: 1 }).Select(atom => atom.Text).ToHashSet(StringComparer.Ordinal);
        var defined = splits.Where(split => split.Signs is ["=" or "≔" or "≜", ..] && split.Parts[0] is [Atom { Kind: AtomKind.Variable }]).Select(split => (Name: NameText.Of(split.Parts[0][0])!, Right: split.Parts[1])).ToList();
        var tables = sets.SelectMany(set => ClaimParser.SplitList(set.Parts[0])).Select(part => part is [var single] ? NameText.Of(single is Script script ? script.Base : single) : null).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (!sizes.Overlaps(defined.Select(entry => entry.Name)) && !sizes.Overlaps(tables))
        {
            return;
        }

        for (var found = true; found;)
        {
            found = false;
            foreach (var (name, right) in defined.Where(entry => !tables.Contains(entry.Name)))
            {
                // d = |x| and n = len(x) count.
                var parts = right.SelectMany(Inside).ToList();
                if (parts.Exists(part => NameText.Of(part) is { } used && tables.Contains(used)) && !parts.Exists(part => part is Fence { Left: "|" or "∣" or "⌊" or "⌈" } or Atom { Text: "len" or "dim" or "rank" }))
                {
                    found |= tables.Add(name);
                }
            }
        }

        _declarations.Shared.UnionWith(sizes.Where(tables.Contains));
    }

    /// <summary>Letters that stand in bold somewhere.</summary>
    private void Bolds(Formula formula)
    {
        foreach (var part in Inside(formula))
        {
            if (part is Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Bold or Alphabet.BoldItalic, Text: { Length: 1 } letter })
            {
                _declarations.Bold.Add(letter);
            }
        }
    }

    /// <summary>A formula and everything in it.</summary>
    internal static IEnumerable<Formula> Inside(Formula formula)
    {
        yield return formula;
        IEnumerable<Formula> inner = formula switch
        {
            Row row => row.Items,
            Script script => Present(script.Base, script.Subscript, script.Superscript),
            Fence fence => [fence.Body],
            Fraction fraction => [fraction.Numerator, fraction.Denominator],
            Limits limits => Present(limits.Base, limits.Under, limits.Over),
            Root root => [root.Radicand],
            Accent accent => [accent.Base],
            Boxed boxed => [boxed.Body],
            Table table => table.Rows.SelectMany(row => row),
            _ => [],
        };
        foreach (var part in inner.SelectMany(Inside))
        {
            yield return part;
        }

        static IEnumerable<Formula> Present(params Formula?[] parts) => parts.OfType<Formula>();
    }

    /// <summary>MSE = …, CE(y, ŷ) = … and ds = …: several letters on the left of a definition that are not all names by themselves.</summary>
    private void NewWords(List<Clause> clauses, IEnumerable<Formula> all)
    {
        foreach (var clause in clauses)
        {
            var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
            if (signs is ["∈" or ">" or "≥"])
            {
                // TP, FP, FN > 0
                foreach (var listed in ClaimParser.SplitList(parts[0]).Select(Spelled).OfType<List<string>>().Where(listed => listed is not ["d", ..] && listed.Exists(letter => !all.Any(formula => IsIntroduced(formula, letter)))))
                {
                    _declarations.Words.Add(string.Concat(listed));
                }

                continue;
            }

            if (signs.FindIndex(sign => sign is "=" or "≔" or "≡" or "≜") != 0 || StatementReader.IsConditionWord(clause.Before))
            {
                continue;
            }

            // L = loss(y), which nobody wrote out.
            if (parts[1] is [.., Fence { Left: "(" }] && parts[1].Count > 2 && parts[1].SkipLast(1).Select(item => item is Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: [>= 'a' and <= 'z'] text } ? text : null).ToList() is var called && !called.Contains(null)
                && string.Concat(called) is var word && !KnownFunctions.TryFind(word, out _) && !ClaimParser.IsGreek(word) && called.Exists(letter => !all.Any(formula => IsIntroduced(formula, letter!))))
            {
                _declarations.Words.Add(word);
            }

            var left = parts[0] is [.., Fence { Left: "(" or "[" }] ? parts[0].GetRange(0, parts[0].Count - 1) : parts[0];
            var letters = left.Select((item, position) => item is Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: [>= 'A' and <= 'z'] text } ? text.ToString()
                : item is Script { Base: Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: [>= 'A' and <= 'z'] last } } && position == left.Count - 1 ? last.ToString() : null).ToList();
            if (letters.Count < 2 || letters.Contains(null) || !Enumerable.Range(1, left.Count - 1).All(i => ClaimParser.SpanOf(left[i - 1]) is var before && before.Start + before.Length == ClaimParser.SpanOf(left[i]).Start))
            {
                continue;
            }

            var isDifferential = letters is ["d", _, ..] && left[1] is not Operator;
            // dL/dγ and mu: what is spelled out is no word.
            if (ClaimParser.IsGreek(string.Concat(letters)))
            {
                continue;
            }

            if (isDifferential || letters.Exists(letter => !all.Any(formula => IsIntroduced(formula, letter!))))
            {
                _declarations.Words.Add(string.Concat(letters));
            }
        }
    }

    /// <summary>The letters that stand side by side without a gap, where there are several and they spell no Greek one and no function.</summary>
    private static List<string>? Spelled(List<Formula> items)
    {
        var letters = items.Select(item => item is Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: [>= 'A' and <= 'z'] text } ? text : null).OfType<string>().ToList();
        return letters.Count > 1 && letters.Count == items.Count && !ClaimParser.IsGreek(string.Concat(letters))
            && Enumerable.Range(1, items.Count - 1).All(i => ClaimParser.SpanOf(items[i - 1]) is var before && before.Start + before.Length == ClaimParser.SpanOf(items[i]).Start) ? letters : null;
    }

    /// <summary>Whether a letter stands alone before ∈ or = somewhere: Ax = b is a fact about A and x, and names nothing.</summary>
    private bool IsIntroduced(Formula formula, string letter) => StatementReader.Read(formula, _parser, keepWords: true).Exists(clause => ClaimParser.SplitRelations(clause.Items) is ({ Count: > 1 } parts, _)
        && ClaimParser.SplitList(parts[0]).Exists(part => part is [var single] && NameText.Of(single is Script script ? script.Base : single) is { } name && string.Equals(name, letter, StringComparison.Ordinal)));

    /// <summary>x_1, x_2, x_3 ∈ ℝ beside x_i: the entries of one name.</summary>
    private void Numbered(IEnumerable<Formula> claims)
    {
        var indexed = claims.Concat(_clauses.SelectMany(clause => clause.Clause.Items)).SelectMany(Inside).OfType<Script>()
            .Where(script => script is { Superscript: null, Subscript: Atom { Kind: AtomKind.Variable, Text: ['i' or 'j' or 'k' or 'n' or 'm' or 'l'] } }).Select(script => NameText.Of(script.Base)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, List<(int Number, string Set)>>(StringComparer.Ordinal);
        foreach (var (_, clause) in _clauses)
        {
            var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
            if (signs is not ["∈"])
            {
                continue;
            }

            foreach (var part in ClaimParser.SplitList(parts[0]))
            {
                if (part is [Script { Superscript: null, Subscript: Atom { Kind: AtomKind.Number, Text: var digits } } script] && NameText.Of(script.Base) is { } stem && indexed.Contains(stem) && int.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out var number))
                {
                    found.TryAdd(stem, []);
                    found[stem].Add((number, string.Concat(parts[1].Select(NameText.OfScript))));
                }
            }
        }

        foreach (var (stem, members) in found)
        {
            if (members.Count > 1 && members.Select(member => member.Number).Order().SequenceEqual(Enumerable.Range(1, members.Count)) && members.TrueForAll(member => string.Equals(member.Set, members[0].Set, StringComparison.Ordinal)))
            {
                _numbered[stem] = members.Count;
            }
        }
    }

    private readonly Dictionary<string, int> _numbered = new(StringComparer.Ordinal);

    /// <summary>Stems with definitions by different letters, δ_k = … and δ_j = …, where the letters count differently: names of their own.</summary>
    private void SeveralLetters()
    {
        var found = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (_, clause) in _clauses)
        {
            var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
            if (signs is not ["=" or "≔" or "∈", ..] || StatementReader.IsConditionWord(clause.Before))
            {
                continue;
            }

            foreach (var left in ClaimParser.SplitList(parts[0]))
            {
                if (left is [Script { Subscript: { } below } script] && NameText.Of(script.Base) is { } stem
                    && _parser.Pieces(below) is { Count: > 0 } pieces && pieces.TrueForAll(piece => piece is [Atom { Kind: AtomKind.Variable, Text.Length: 1 } letter] && _declarations.Ranges.ContainsKey(letter.Text)))
                {
                    stem += script.Superscript is null ? string.Empty : "^" + NameText.OfScript(script.Superscript);
                    found.TryAdd(stem, new(StringComparer.Ordinal));
                    found[stem].Add(string.Concat(pieces.Select(piece => ((Atom)piece[0]).Text)));
                }
            }
        }

        foreach (var (stem, letters) in found.Where(entry => entry.Value.Count > 1 && entry.Value.All(word => word.Length == entry.Value.First().Length)))
        {
            // w_ij ∈ ℝ and w_ji elsewhere are one name; with different ranges they are not.
            if (letters.Select(word => string.Join(';', word.Select(letter => _declarations.Ranges[letter.ToString()].Last))).Distinct(StringComparer.Ordinal).Count() == letters.Count
                && letters.Select(word => string.Concat(word.Order())).Distinct(StringComparer.Ordinal).Count() == letters.Count)
            {
                _declarations.Lettered.Add(stem);
            }
        }
    }

    /// <summary>δh = ∂L/∂h and dW = ∂L/∂W name gradients with two signs.</summary>
    private void Compounds(List<Clause> clauses)
    {
        foreach (var (parts, _) in clauses.Select(clause => ClaimParser.SplitRelations(clause.Items)).Where(split => split.Signs is ["=" or "≔" or "≜", ..]))
        {
            if (parts[0] is [Atom { Text: "δ" or "d" or "Δ" } prefix, var named] && KeyOf(named) is { } key && parts[1] is [Fraction { Denominator: var below }]
                && _parser.Flatten([below]) is [_, var by] && string.Equals(KeyOf(by), key, StringComparison.Ordinal) && NameText.Of(prefix) is { } first && NameText.Of(named is Script script ? script.Base : named) is { } stem)
            {
                _declarations.Compounds.Add(first + stem);
            }
        }
    }

    private void Each(Action<string, Clause> read)
    {
        for (var i = 0; i < _clauses.Count; i++)
        {
            var (source, clause) = _clauses[i];
            Try(source, clause, () => read(source, clause));
        }
    }

    private void Try(string source, Clause clause, Action read)
    {
        try
        {
            _parser.Restart();
            read();
        }
        catch (UnreadableException exception)
        {
            Problems.Add(new(source, exception.Span.Length > 0 || exception.Span.Start > 0 ? exception.Span : ClaimParser.SpanOf(clause.Items), exception.Message) { Names = [.. Subjects(clause)] });
        }
    }

    /// <summary>The names on the left side of a given, or all of one without a relation.</summary>
    private static IEnumerable<string> Subjects(Clause clause)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in ClaimParser.SplitRelations(clause.Items).Parts[0])
        {
            Visit(item);
        }

        return seen;

        void Visit(Formula formula)
        {
            if (KeyOf(formula) is { } key)
            {
                seen.Add(key);
            }

            foreach (var part in formula switch
            {
                Row row => row.Items,
                Script script => [script.Base],
                Fence fence => [fence.Body],
                Fraction fraction => [fraction.Numerator],
                Limits limits => [limits.Base],
                Root root => [root.Radicand],
                _ => ImmutableArray<Formula>.Empty,
            })
            {
                Visit(part);
            }
        }
    }

    /// <summary>Notes the names whose subscript or superscript moves: h_{t-1}.</summary>
    private void Shifts(Formula formula)
    {
        switch (formula)
        {
            case Script script:
                if (NameText.Of(script.Base) is { } name)
                {
                    if (script.Subscript is { } below)
                    {
                        foreach (var piece in _parser.Pieces(below).Where(piece => piece.Count > 1 && piece.Exists(item => item is Operator { Text: "−" or "+" })))
                        {
                            _shifted.Add(name);
                            if (piece is [Atom { Kind: AtomKind.Variable, Text: { Length: 1 } step }, Operator, Atom { Kind: AtomKind.Number }])
                            {
                                // The letter counts steps, for every name that carries it.
                                _shifted.Add("∑" + step);
                            }
                        }
                    }
                }

                Shifts(script.Base);
                break;
            case Row row:
                foreach (var item in row.Items)
                {
                    Shifts(item);
                }

                break;
            case Fence fence:
                Shifts(fence.Body);
                break;
            case Fraction fraction:
                Shifts(fraction.Numerator);
                Shifts(fraction.Denominator);
                break;
            case Limits limits:
                Shifts(limits.Base);
                if (limits.Base is Operator { Kind: OperatorKind.Large } && limits.Under is Row { Items: [var letter, ..] } && NameText.Of(letter) is { } summed)
                {
                    _shifted.Add("∑" + summed);
                }
                else if (limits.Base is Operator { Kind: OperatorKind.Large } && limits.Under is Atom { Text: var alone })
                {
                    _shifted.Add("∑" + alone);
                }

                break;
            case Table table:
                foreach (var cell in table.Rows.SelectMany(row => row))
                {
                    Shifts(cell);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>First pass: memberships, traits in words, ranges.</summary>
    private void Sets(string source, Clause clause)
    {
        var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
        var member = signs.IndexOf("∈");
        if (member < 0 || IsOnlyMeasured(clause))
        {
            return;
        }

        // g = ∂L/∂o ∈ ℝ^d: the names before the first sign.
        var set = _parser.Set([.. parts[^1].Where(item => item is not Atom { Kind: AtomKind.Text })]);
        var words = string.Join(' ', parts[^1].OfType<Atom>().Where(atom => atom.Kind == AtomKind.Text).Select(atom => atom.Text.Trim())).ToLowerInvariant();
        foreach (var size in SizesOf(set).SelectMany(size => size.Nodes()).Where(node => node.Is(Head.Name)))
        {
            _declarations.Sizes.Add(size.Text);
        }

        // s_i, s_j ∈ ℝ with letters that count nothing: two names.
        foreach (var stem in ClaimParser.SplitList(parts[0]).Select(part => part is [Script { Superscript: null, Subscript: Atom { Kind: AtomKind.Variable, Text: { Length: 1 } letter } } script] && !_declarations.Ranges.ContainsKey(letter) && !_shifted.Contains("∑" + letter) ? (Stem: NameText.Of(script.Base), Letter: letter) : default)
            .Where(pair => pair.Stem is not null).GroupBy(pair => pair.Stem!, StringComparer.Ordinal).Where(group => group.Select(pair => pair.Letter).Distinct(StringComparer.Ordinal).Count() > 1))
        {
            _apart.Add(stem.Key);
        }

        foreach (var name in Listed(ClaimParser.SplitList(parts[0])))
        {
            Member(name, set);
            if (words.Length > 0)
            {
                Describe(name, words);
            }
        }
    }

    /// <summary>x_1, …, x_n are the entries x_k with k = 1, …, n: the letter under which the givens and claims speak of them, if they do.</summary>
    private List<List<Formula>> Listed(List<List<Formula>> names)
    {
        for (var i = 0; i + 2 < names.Count; i++)
        {
            if (names[i] is [Script { Superscript: null, Subscript: Atom { Kind: AtomKind.Number, Text: "2" } }] && names[i + 1] is [Atom { Text: "…" or "⋯" }] && i > 0 && names[i - 1] is [Script { Subscript: Atom { Text: "1" } }])
            {
                // x_1, x_2, …, x_n
                names = [.. names.Take(i), .. names.Skip(i + 1)];
                i--;
            }

            if (names[i] is [Script { Superscript: null, Subscript: Atom { Kind: AtomKind.Number, Text: "1" } } first] && names[i + 1] is [Atom { Text: "…" or "⋯" }] && names[i + 2] is [Script { Superscript: null, Subscript: { } last }]
                && _parser.Sizes(_parser.Flatten([last])) is [var size])
            {
                var letter = "ijklmnt".Select(candidate => candidate.ToString()).First(candidate => !_declarations.Sizes.Contains(candidate) && !size.Nodes().Any(node => node.IsName(candidate)) && (!_declarations.Ranges.TryGetValue(candidate, out var range) || range.Last.SameAs(size)));
                foreach (var name in size.Nodes().Where(node => node.Is(Head.Name)))
                {
                    _declarations.Sizes.Add(name.Text);
                }

                _declarations.Ranges.TryAdd(letter, (ClaimTree.Number(1), size));
                return [.. names.Take(i), [new Script(first.Base, new Atom(letter), null) { Origin = first.Origin }], .. Listed([.. names.Skip(i + 3)])];
            }
        }

        return names;
    }

    private static bool IsOnlyMeasured(Clause clause) => clause.Items.Count == 0;

    private static IEnumerable<ClaimTree> SizesOf(ClaimTree set) => set.Text switch
    {
        "range" => set.Items,
        "interval" => set.Items.Skip(2),
        "list" => set.Items.Skip(set.Items.Length - set.Order),
        _ => set.Items,
    };

    private void Member(List<Formula> name, ClaimTree set)
    {
        var shape = set.Text switch
        {
            "range" => [.. set.Items.Skip(2)],
            "interval" => [.. set.Items.Skip(2)],
            "list" => [.. set.Items.Skip(set.Items.Length - set.Order)],
            _ => set.Items,
        };
        if (set.Text == "range" && name is [var letter] && NameText.Of(letter) is { } index && shape.IsEmpty)
        {
            _declarations.Ranges[index] = (set[0], set[1]);
            return;
        }

        if (set.Text[0] is 'N' or 'Z' && shape.IsEmpty && name is [var whole] && KeyOf(whole) is { } integer && !(whole is Script { Subscript: { } counts } && _parser.Pieces(counts).TrueForAll(piece => piece is [Atom { Kind: AtomKind.Variable, Text: var letter }] && _declarations.Ranges.ContainsKey(letter))))
        {
            _declarations.Sizes.Add(integer);
            return;
        }

        // a(x, θ) ∈ ℝ: a name that is written with arguments.
        if (name is [var decorated, Fence { Left: "(", Body: var arguments }] && KeyOf(decorated) is { } key)
        {
            Declare(key, decorated).Shape ??= shape;
            Decorate(key, arguments);
            return;
        }

        if (name is not [var single])
        {
            return;
        }

        // ℝ^{n×1} is a column.
        shape = shape is [var rows, var columns] && columns.IsNumber("1") ? rows.IsNumber("1") ? [] : [rows] : shape;
        var symbol = Labelled(single, shape) ?? Family(single, shape) ?? Declare(KeyOf(single) ?? throw new UnreadableException(ClaimParser.SpanOf(single), "A name is expected before ∈."), single);
        symbol.Shape ??= shape;
        symbol.IsAssumed = false;
        symbol.Traits |= set.Text switch
        {
            "R+" => Trait.Positive,
            "R0" => Trait.NonNegative,
            "interval" when set[0].IsNumber("0") && set[1].IsNumber("1") => Trait.UnitInterval,
            "list" when set.Items.Length - set.Order == 2 && set[0].IsNumber("0") && set[1].IsNumber("1") => Trait.Binary,
            "N" or "Z" or "range" => Trait.Integer,
            _ => Trait.None,
        };
        if (set.Text == "range" && !set[1].Is(Head.None))
        {
            // y_i ∈ {1, …, K}: the class of each example.
            (symbol.Least, symbol.Most) = (set[0], set[1]);
        }

        if (set.Text == "list" && !symbol.Traits.HasFlag(Trait.Binary) && set.Items.Take(set.Items.Length - set.Order).All(item => item.Is(Head.Number) || (item.Is(Head.Negate) && item[0].Is(Head.Number))))
        {
            symbol.Choices = [.. set.Items.Take(set.Items.Length - set.Order).Select(item => item.Is(Head.Number) ? double.Parse(item.Text, System.Globalization.CultureInfo.InvariantCulture) : -double.Parse(item[0].Text, System.Globalization.CultureInfo.InvariantCulture))];
        }

        if (set.Text == "interval" && !symbol.Traits.HasFlag(Trait.UnitInterval))
        {
            (symbol.Least, symbol.Most) = (set[0], set[1]);
        }
    }

    private void Decorate(string key, Formula arguments)
    {
        if (!_declarations.Decorations.TryGetValue(key, out var known))
        {
            _declarations.Decorations[key] = known = new(StringComparer.Ordinal);
        }

        known.Add(NameText.OfScript(arguments));
    }

    /// <summary>w_{ji} ∈ ℝ beside w_{kj} ∈ ℝ: the stem with the letters is a name, and each letter counts an axis.</summary>
    private Symbol? Labelled(Formula formula, ImmutableArray<ClaimTree> shape)
    {
        if (Labels(formula) is var (key, stem, letters))
        {
            var symbol = Declare(key, stem);
            symbol.Shape = [.. letters.Select(Last), .. shape];
            return symbol;
        }

        if (formula is Script { Subscript: Atom { Kind: AtomKind.Number } } numbered && NameText.Of(numbered.Base) is { } counted && _numbered.TryGetValue(counted, out var count))
        {
            var table = Declare(counted, numbered.Base);
            table.Shape = [ClaimTree.Number(count), .. shape];
            table.Families = 1;
            return table;
        }

        // w_{ij} ∈ ℝ with i and j that count: a matrix, entry by entry.
        if (shape.IsEmpty && formula is Script { Subscript: { } below } script && NameText.Of(script.Base) is { } name && _parser.Pieces(below) is { Count: 2 } pieces
            && pieces.TrueForAll(piece => piece is [Atom { Kind: AtomKind.Variable, Text.Length: 1 } letter] && (_declarations.Ranges.ContainsKey(letter.Text) || _shifted.Contains("∑" + letter.Text))))
        {
            var whole = script.Superscript is null ? script.Base : new Script(script.Base, null, script.Superscript);
            var matrix = Declare(script.Superscript is { } above ? name + "^" + NameText.OfScript(above) : name, whole);
            matrix.Shape ??= [.. pieces.Select(piece => Last(((Atom)piece[0]).Text))];
            return matrix;
        }

        return null;
    }

    private (string Key, Formula Stem, ImmutableArray<string> Letters)? Labels(Formula formula)
    {
        if (formula is not Script { Subscript: { } below } script || NameText.Of(script.Base) is not { } name)
        {
            return null;
        }

        var stem = script.Superscript is { } above ? name + "^" + NameText.OfScript(above) : name;
        if (!_declarations.Lettered.Contains(stem))
        {
            return null;
        }

        ImmutableArray<string> letters = [.. _parser.Pieces(below).Select(piece => piece is [Atom { Text: var letter }] ? letter : string.Empty)];
        return letters.All(_declarations.Ranges.ContainsKey) ? (Declarations.LetteredKey(stem, string.Concat(letters)), script.Superscript is null ? script.Base : new Script(script.Base, null, script.Superscript), letters) : null;
    }

    /// <summary>h_t ∈ ℝ^H with h_{t−1} elsewhere: one symbol with an axis that counts steps.</summary>
    private Symbol? Family(Formula formula, ImmutableArray<ClaimTree> shape)
    {
        if (formula is Script { Superscript: Fence { Left: "(", Body: Atom { Kind: AtomKind.Variable, Text: var example } }, Subscript: null } raised && NameText.Of(raised.Base) is { } stem && (_declarations.Ranges.ContainsKey(example) || _shifted.Contains("∑" + example)))
        {
            var examples = Declare(stem + "^(*)", raised.Base);
            examples.Families = 1;
            examples.Shape = [Last(example), .. shape];
            return examples;
        }

        // c_{t−1} ∈ ℝ^H declares the same as c_t.
        if (formula is Script { Subscript: Row { Items: [Atom { Kind: AtomKind.Variable } step, Operator { Text: "−" or "+" }, Atom { Kind: AtomKind.Number }] } } shifted)
        {
            formula = new Script(shifted.Base, step, shifted.Superscript);
        }

        if (formula is not Script { Subscript: Atom { Kind: AtomKind.Variable, Text: { Length: 1 } letter } } script || NameText.Of(script.Base) is not { } name)
        {
            return null;
        }

        if (_declarations.Lettered.Contains(script.Superscript is { } raise ? name + "^" + NameText.OfScript(raise) : name) || (_apart.Contains(name) && !_shifted.Contains(name)))
        {
            return null;
        }

        var counts = _declarations.Ranges.ContainsKey(letter) || _shifted.Contains(name) || _shifted.Contains("∑" + letter) || (shape.IsEmpty && "ijkn".Contains(letter, StringComparison.Ordinal));
        if (!counts || !("ijklmnrst".Contains(letter, StringComparison.Ordinal) || _declarations.Ranges.ContainsKey(letter)) || shape.Any(size => size.Nodes().Any(node => node.Text.Contains('_', StringComparison.Ordinal) && node.Text.Contains(letter, StringComparison.Ordinal))))
        {
            return null;
        }

        var key = _declarations.FamilyKey(script.Superscript is { } above ? name + "^" + NameText.OfScript(above) : name);
        var symbol = Declare(key, script.Superscript is null ? script.Base : new Script(script.Base, null, script.Superscript));
        symbol.Families = 1;
        symbol.Origin = _shifted.Contains(name) ? 0 : 1;
        symbol.IsFromZero = CountsFromZero(letter);
        symbol.Shape = [Last(letter), .. shape];
        return symbol;
    }

    private bool CountsFromZero(string letter) => _declarations.Ranges.TryGetValue(letter, out var range) && range.First.IsNumber("0");

    private ClaimTree Last(string letter)
    {
        if (_declarations.Ranges.TryGetValue(letter, out var range) && !range.Last.Is(Head.None))
        {
            return range.Last;
        }

        var name = letter.ToUpperInvariant();
        // The L of a loss is not the number of layers, though l counts them.
        name = _declarations.Symbols.ContainsKey(name) || (IsLoss(name) && IsLeftSide(name)) ? "#" + letter : name;
        if (_declarations.Sizes.Add(name))
        {
            _declarations.Invented.Add(name);
        }

        return ClaimTree.Name(name);
    }

    private Symbol Declare(string key, Formula formula)
    {
        if (!_declarations.Symbols.TryGetValue(key, out var symbol))
        {
            _declarations.Symbols[key] = symbol = new(key, formula);
        }

        return symbol;
    }

    /// <summary>The text by which a name with its scripts is looked up, or null where the formula is none.</summary>
    internal static string? KeyOf(Formula formula)
    {
        var (subs, sups) = (string.Empty, string.Empty);
        while (formula is Script script)
        {
            subs = (script.Subscript is { } below ? NameText.OfScript(below) : string.Empty) + subs;
            sups = (script.Superscript is { } above ? NameText.OfScript(above) : string.Empty) + sups;
            formula = script.Base;
        }

        if (sups.Length > 0 && sups.All(mark => mark == '′'))
        {
            return NameText.Of(formula) is { } primed ? primed + new string('\'', sups.Length) + (subs.Length > 0 ? "_" + subs : string.Empty) : null;
        }

        return NameText.Of(formula) is { } name ? name + (sups.Length > 0 ? "^" + sups : string.Empty) + (subs.Length > 0 ? "_" + subs : string.Empty) : null;
    }

    /// <summary>σ &gt; 0 declares a number, for a Greek letter that nothing else declares; σ² &gt; 0 says the same.</summary>
    private void Positives(string source, Clause clause)
    {
        var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
        foreach (var (sign, position) in signs.Select((sign, position) => (sign, position)))
        {
            var (name, bound) = sign is ">" or "≥" ? (parts[position], parts[position + 1]) : sign is "<" or "≤" ? (parts[position + 1], parts[position]) : ([], []);
            if (bound is [Atom { Kind: AtomKind.Number, Text: "0" }] && name is [var single])
            {
                var (letter, isSquare) = single is Script { Superscript: Atom { Text: "2" }, Subscript: null } square ? (square.Base, true) : (single, false);
                if (letter is Atom { Text: [>= 'α' and <= 'ω' or 'ϵ'] } && NameText.Of(letter) is { } key && !_declarations.IsDeclared(key) && !_clauses.Exists(other => ClaimParser.SplitRelations(other.Clause.Items) is ([[var first], ..], ["=" or "≔", ..]) && KeyOf(first) is { } defined && (string.Equals(defined, key, StringComparison.Ordinal) || (isSquare && string.Equals(defined, key + "^2", StringComparison.Ordinal)))))
                {
                    // The shape is left open: a definition may use it as a vector.
                    Declare(key, letter).Traits |= Trait.Positive;
                }
            }
        }

        _ = source;
    }

    /// <summary>L = ℓ(z) + R: a loss or penalty among other terms that nobody wrote out is some number that depends on its arguments, no product.</summary>
    private void Unwritten(string source, Clause clause)
    {
        if (ClaimParser.SplitRelations(clause.Items) is not ([_, { Count: > 2 } right, ..], ["=" or "≔" or "≜", ..]))
        {
            return;
        }

        for (var i = 0; i + 1 < right.Count; i++)
        {
            if (KeyOf(right[i]) is { } key && right[i + 1] is Fence { Left: "(", Right: ")", Body: var arguments } && (IsLoss(key) || key is "Ω" or "R" or "Rᶜ") && key is not ("E" or "Eᵈ") && !_declarations.IsDeclared(key) && !KnownFunctions.TryFind(key, out _) && !IsDefined(key)
                && AreParameters(arguments) && Parts(arguments).TrueForAll(part => KeyOf(part[0]) is { } argument && (_declarations.Symbols.ContainsKey(argument) || IsLeftSide(argument))))
            {
                var loss = Declare(key, right[i]);
                loss.Shape = [];
                Decorate(key, arguments);
                loss.OpaqueOf = [.. loss.OpaqueOf.Concat(Parts(arguments).Select(part => KeyOf(part[0])!)).Distinct(StringComparer.Ordinal)];
            }
        }

        _ = source;

        // Also by its entries or as a function: R(w) = ‖w‖², ℓ_i = ….
        bool IsDefined(string name) => _clauses.Exists(entry => ClaimParser.SplitRelations(entry.Clause.Items) is ([[var first, ..], ..], ["=" or "≔" or "≜" or "∈", ..]) && (string.Equals(KeyOf(first), name, StringComparison.Ordinal) || (first is Script script && string.Equals(NameText.Of(script.Base), name, StringComparison.Ordinal))));
    }

    /// <summary>Second pass: left sides, words, distributions, conditions; the definitions themselves are read when all names are known.</summary>
    private void Names(string source, Clause clause)
    {
        var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
        if (clause.Items is [Atom { Kind: AtomKind.Text, Text: var alone }] && (alone.Contains("layout", StringComparison.OrdinalIgnoreCase) || alone.Contains("einstein", StringComparison.OrdinalIgnoreCase) || alone.Contains("summation convention", StringComparison.OrdinalIgnoreCase)))
        {
            Describe([], alone.ToLowerInvariant());
            return;
        }

        if (IsWords(clause, out var words))
        {
            Words(clause, words);
            return;
        }

        if (StatementReader.IsConditionWord(clause.Before) && signs is not ["∈"] && !(signs is ["=" or "≔"] && LooksLikeName(parts[0]) && !IsRange(parts[1])))
        {
            Later(source, clause, () => _declarations.Conditions.Add(_parser.Condition(clause.Items)));
            return;
        }

        if (signs.Count == 0)
        {
            if (clause.Items is [var bare] && KeyOf(bare) is { } single)
            {
                // "x, y scalars": the word follows as the next clause's lead; the name alone is declared there.
                Declare(single, bare);
                return;
            }

            if (clause.Items.Count > 1 && clause.Items.Exists(item => item is Operator { Text: ":" }))
            {
                Mapped(clause);
            }

            return;
        }

        if (signs.Contains("∼"))
        {
            Later(source, clause, () => Distributed(parts));
            return;
        }

        if (signs is ["→"] or ["⟶"] or ["↦"] && clause.Items.Exists(item => item is Operator { Text: ":" }))
        {
            Mapped(clause);
            return;
        }

        var equals = signs.FindIndex(sign => sign is "=" or "≔" or "←" or "≡" or "≜" or "≐");
        if (equals == 0)
        {
            Definition(source, clause, parts, signs);
            return;
        }

        if (signs.Contains("∈"))
        {
            // k ∈ {1, …, n} and the like were read in the first pass.
            return;
        }

        Later(source, clause, () =>
        {
            // σ_1, σ_2 > 0 says it of both.
            foreach (var named in ClaimParser.SplitList(parts[0]).Where(named => named.Count > 0))
            {
                if (signs is ["≻" or "⪰"] && parts[1] is [Atom { Text: "0" }] && _parser.Expression(named) is { Head: Head.Name } name && _declarations.Symbols.TryGetValue(name.Text, out var matrix))
                {
                    // A ≻ 0; a semidefinite one is drawn so, too.
                    Definite(matrix);
                    continue;
                }

                _declarations.Conditions.Add(_parser.Relations([.. named, .. clause.Items.Skip(parts[0].Count)]));
            }
        });
    }

    private void Later(string source, Clause clause, Action read) => _later.Add((source, clause, read));

    private static bool IsRange(List<Formula> items) => items.Exists(item => item is Atom { Text: "…" or "⋯" });

    private static bool LooksLikeName(List<Formula> items) => items is [var single] && KeyOf(single) is not null;

    private static bool IsWords(Clause clause, out string words)
    {
        // "y one-hot" is the clause y followed by a clause that begins with the words, or by nothing.
        words = string.Empty;
        var texts = clause.Items.OfType<Atom>().Where(atom => atom.Kind == AtomKind.Text).ToList();
        if (texts.Count > 0)
        {
            words = string.Join(' ', texts.Select(text => text.Text.Trim()));
        }

        return words.Length > 0 && clause.Items.Exists(item => item is not Atom { Kind: AtomKind.Text }) && ClaimParser.SplitRelations(clause.Items).Signs.Count == 0;
    }

    private void Words(Clause clause, string words)
    {
        var names = ClaimParser.SplitList([.. clause.Items.Where(item => item is not Atom { Kind: AtomKind.Text })]);
        foreach (var name in names.Where(name => name.Count > 0))
        {
            Describe(name, words.ToLowerInvariant());
        }
    }

    /// <summary>What words say of a name.</summary>
    public void Describe(List<Formula> name, string words)
    {
        if (words.Contains("einstein", StringComparison.OrdinalIgnoreCase) || words.Contains("summation convention", StringComparison.OrdinalIgnoreCase))
        {
            _declarations.SumsRepeated = true;
            return;
        }

        if (words.Contains("layout", StringComparison.Ordinal))
        {
            _declarations.Layout = words.Contains("denominator", StringComparison.Ordinal) ? Layout.Denominator : Layout.Numerator;
            return;
        }

        if (name is [Operator or Accent { Base: Operator } or Script { Base: Operator }] sign)
        {
            var kind = (words.Contains("valid", StringComparison.Ordinal) ? "valid" : words.Contains("same", StringComparison.Ordinal) ? "same" : words.Contains("full", StringComparison.Ordinal) ? "full" : "any")
                + (words.Contains("correlation", StringComparison.Ordinal) || words.Contains("without", StringComparison.Ordinal) || words.Contains("no flip", StringComparison.Ordinal) ? " correlation" : " convolution");
            _declarations.Operators[SignOf(sign[0])] = kind;
            return;
        }

        if (name is not [var single, ..] || KeyOf(single) is not { } key)
        {
            throw new UnreadableException(ClaimParser.SpanOf(name), "A name is expected before these words.");
        }

        if (Array.Find(_functionWords, entry => words.Contains(entry.Word, StringComparison.Ordinal)) is { Function: { } function } && !_declarations.Symbols.ContainsKey(key))
        {
            _declarations.Functions[key] = new(key) { Formula = single, Alias = function };
            return;
        }

        if (words.Contains("activation", StringComparison.Ordinal) || words.Contains("elementwise", StringComparison.Ordinal) || words.Contains("element-wise", StringComparison.Ordinal) || words.Contains("function", StringComparison.Ordinal) || words.Contains("nonlinearity", StringComparison.Ordinal) || words.Contains("non-linearity", StringComparison.Ordinal) || words.Contains("smooth", StringComparison.Ordinal) || words.Contains("differentiable", StringComparison.Ordinal))
        {
            _declarations.Functions.TryAdd(key, new(key) { Formula = single });
            return;
        }

        if (words.Contains("size", StringComparison.Ordinal) || words.Contains("dimension", StringComparison.Ordinal) || words.Contains("number of", StringComparison.Ordinal) || words is "integer" or "count" or "integers")
        {
            _declarations.Sizes.Add(key);
            return;
        }

        var symbol = FamilyOf(single, key) ?? Declare(key, single);
        if (words.Contains("scalar", StringComparison.Ordinal) || words.Contains("constant", StringComparison.Ordinal) || words.Contains("number", StringComparison.Ordinal) || words.Contains("rate", StringComparison.Ordinal) || words.Contains("loss", StringComparison.Ordinal) || words.Contains("real", StringComparison.Ordinal))
        {
            symbol.Shape ??= [];
        }

        foreach (var (word, trait) in _traits)
        {
            if (words.Contains(word, StringComparison.Ordinal) && !(word is "positive" or "negative" && words.Contains("non", StringComparison.Ordinal)) && !(word is "probability" && symbol.Traits.HasFlag(Trait.Distribution)))
            {
                symbol.Traits |= trait;
            }
        }

        if (words.Contains("definite", StringComparison.Ordinal) || words.Contains("psd", StringComparison.Ordinal) || words.Contains("spd", StringComparison.Ordinal))
        {
            Definite(symbol);
        }
        else if (symbol.Traits.HasFlag(Trait.Symmetric) && symbol.Shape is { Length: 2 })
        {
            symbol.Traits = (symbol.Traits & ~Trait.Symmetric) | Trait.SymmetricMatrix;
        }
        else if ((symbol.Traits & (Trait.Symmetric | Trait.Random | Trait.Normal)) != Trait.None)
        {
            symbol.Traits |= Trait.Random;
            symbol.Shape ??= [];
        }

        if ((words.Contains("mean", StringComparison.Ordinal) && (words.Contains("zero", StringComparison.Ordinal) || words.Contains("mean 0", StringComparison.Ordinal))) || words.Contains("centred", StringComparison.Ordinal) || words.Contains("centered", StringComparison.Ordinal))
        {
            symbol.Traits |= Trait.Random;
            symbol.Mean = ClaimTree.Number(0);
            symbol.Shape ??= [];
        }
    }

    /// <summary>The table whose rows or entries an indexed name speaks of: y_t one-hot, where y_t ∈ ℝ^K for each step t.</summary>
    private Symbol? FamilyOf(Formula formula, string key)
    {
        if (_declarations.Symbols.ContainsKey(key) || formula is not Script { Subscript: Atom { Kind: AtomKind.Variable, Text: { Length: 1 } letter } } script || NameText.Of(script.Base) is not { } stem)
        {
            return null;
        }

        var name = _declarations.FamilyKey(script.Superscript is { } above ? stem + "^" + NameText.OfScript(above) : stem);
        if (_declarations.Symbols.TryGetValue(name, out var family))
        {
            return family.Families == 1 ? family : null;
        }

        // y_t one-hot beside y_{t,k}, with no more said of y: its shape follows from how it is used.
        if (script.Superscript is not null || !_shifted.Contains("∑" + letter) || !_clauses.SelectMany(entry => entry.Clause.Items).SelectMany(Inside).OfType<Script>().Any(other => other.Superscript is null && other.Subscript is { } below
            && string.Equals(NameText.Of(other.Base), stem, StringComparison.Ordinal) && _parser.Pieces(below) is { Count: 2 } pieces && pieces[0] is [Atom { Text: var first }] && string.Equals(first, letter, StringComparison.Ordinal)))
        {
            return null;
        }

        var table = Declare(name, script.Base);
        table.Families = 1;
        return table;
    }

    /// <summary>A positive definite matrix: symmetric, and its entries have any sign.</summary>
    private static void Definite(Symbol symbol) => symbol.Traits = (symbol.Traits & ~(Trait.Positive | Trait.NonNegative | Trait.Symmetric)) | Trait.SymmetricMatrix | Trait.PositiveDefinite;

    private static string SignOf(Formula formula) => formula switch
    {
        Operator op => op.Text,
        Accent { Base: Operator op, Kind: var kind } => op.Text + kind switch { AccentKind.Tilde => "\u0303", AccentKind.Bar => "\u0304", _ => "\u0302" },
        Script { Base: Operator op, Subscript: { } below } => op.Text + "_" + NameText.OfScript(below),
        _ => string.Empty,
    };

    /// <summary>f: ℝ^n → ℝ^m.</summary>
    private void Mapped(Clause clause)
    {
        var colon = clause.Items.FindIndex(item => item is Operator { Text: ":" });
        if (colon != 1 || KeyOf(clause.Items[0]) is not { } key)
        {
            return;
        }

        var (parts, signs) = ClaimParser.SplitRelations(clause.Items.GetRange(2, clause.Items.Count - 2));
        if (signs is not (["→"] or ["⟶"]))
        {
            return;
        }

        var (from, to) = (_parser.Set(parts[0]), _parser.Set(parts[1]));
        foreach (var size in from.Items.Concat(to.Items).SelectMany(size => size.Nodes()).Where(node => node.Is(Head.Name)))
        {
            _declarations.Sizes.Add(size.Text);
        }

        if (!_declarations.Functions.ContainsKey(key))
        {
            _declarations.Functions[key] = new(key) { Formula = clause.Items[0], Result = to.Items, OfTensors = from.Items.Length > 0 || to.Items.Length > 0 };
        }
    }

    /// <summary>w_{ij} ∼ 𝒩(0, σ²) with letters that count: a table of variables, independent and alike.</summary>
    private Symbol? Independent(Formula formula)
    {
        if (formula is not Script { Subscript: { } below } script || NameText.Of(script.Base) is not { } stem
            || !_parser.Pieces(below).TrueForAll(piece => piece is [Atom { Kind: AtomKind.Variable, Text.Length: 1 } letter] && (_declarations.Ranges.ContainsKey(letter.Text) || _shifted.Contains("∑" + letter.Text) || "ijkn".Contains(letter.Text, StringComparison.Ordinal))))
        {
            return null;
        }

        var key = script.Superscript is { } above ? stem + "^" + NameText.OfScript(above) : stem;
        var symbol = Declare(key, script.Superscript is null ? script.Base : new Script(script.Base, null, script.Superscript));
        symbol.Shape ??= [.. _parser.Pieces(below).Select(piece => ((Atom)piece[0]).Text).Select(letter => Beside(letter) ?? Last(letter))];
        return symbol;
    }

    /// <summary>The size of a vector that stands with the same index in the givens: x ∈ ℝ^n beside m_i and x_i.</summary>
    private ClaimTree? Beside(string letter) => _declarations.Ranges.ContainsKey(letter) ? null
        : _clauses.SelectMany(clause => clause.Clause.Items).SelectMany(Inside).OfType<Script>().Where(script => script is { Superscript: null, Subscript: Atom { Text: var index } } && string.Equals(index, letter, StringComparison.Ordinal))
            .Select(script => NameText.Of(script.Base) is { } name && _declarations.Symbols.TryGetValue(name, out var vector) && vector is { Shape: [var size], Families: 0 } ? size : null).FirstOrDefault(size => size is not null);

    /// <summary>σ² I is the covariance of entries that each have the variance σ².</summary>
    private static ClaimTree Single(ClaimTree covariance) => covariance.Is(Head.Times) && covariance.Items.Any(item => item.Is(Head.Identity)) && covariance.Items.Where(item => !item.Is(Head.Identity)).ToImmutableArray() is { Length: > 0 } rest
        ? rest.Length == 1 ? rest[0] : covariance.With(rest)
        : covariance.Is(Head.Identity) ? ClaimTree.Number(1) : covariance;

    private void Distributed(List<List<Formula>> parts)
    {
        foreach (var part in Listed(ClaimParser.SplitList(parts[0])))
        {
            Distributed(part, [.. parts[1].Where(item => item is not Atom { Kind: AtomKind.Text })]);
        }
    }

    private void Distributed(List<Formula> named, List<Formula> distribution)
    {
        if (named is not [var single] || KeyOf(single) is not { } name)
        {
            throw new UnreadableException(ClaimParser.SpanOf(named), "A name is expected before ∼.");
        }

        var symbol = Independent(single) ?? Declare(name, single);
        symbol.Shape ??= [];
        symbol.Traits |= Trait.Random;
        if (distribution is [Atom { Text: "N" }, Fence { Body: var body }] && ClaimParser.SplitList(_parser.Flatten([body])) is [var mean, var variance])
        {
            symbol.Traits |= Trait.Normal | Trait.Symmetric;
            (symbol.Mean, symbol.Variance) = (_parser.Expression(mean), Single(_parser.Expression(variance)));
            if (symbol.Variance is { Head: Head.Power } square && square[1].IsNumber("2") && square[0] is { Head: Head.Name, Text: var deviation } && !_declarations.IsDeclared(deviation))
            {
                // The σ of 𝒩(0, σ²) is a standard deviation.
                Declare(deviation, _declarations.Written.GetValueOrDefault(deviation) ?? new Atom(deviation)).Traits |= Trait.Positive;
            }

        }
        else if (distribution is [var kind, Fence { Body: var chance }] && IsNamed(kind, "Ber") && _parser.Flatten([chance]) is var probability)
        {
            // 0 or 1, and 1 with this probability.
            var p = _parser.Expression(probability);
            symbol.Traits |= Trait.Binary;
            (symbol.Mean, symbol.Variance) = (p, ClaimTree.Of(Head.Times, p, ClaimTree.Of(Head.Add, ClaimTree.Number(1), ClaimTree.Of(Head.Negate, p)).InBrackets()));
            if (p.Is(Head.Name) && !_declarations.IsDeclared(p.Text))
            {
                Declare(p.Text, _declarations.Written.GetValueOrDefault(p.Text) ?? new Atom(p.Text)).Shape = [];
            }

            if (p.Is(Head.Name) && _declarations.Symbols.TryGetValue(p.Text, out var given) && given.Body is null)
            {
                given.Traits |= Trait.UnitInterval;
            }
        }
        else if (distribution is [var flat, Fence { Body: var range }] && IsNamed(flat, "U") && ClaimParser.SplitList(_parser.Flatten([range])) is [var low, var high])
        {
            var (from, to) = (_parser.Expression(low), _parser.Expression(high));
            var width = ClaimTree.Of(Head.Add, to, ClaimTree.Of(Head.Negate, from)).InBrackets();
            symbol.Mean = ClaimTree.Of(Head.Divide, ClaimTree.Of(Head.Add, from, to), ClaimTree.Number(2));
            symbol.Variance = ClaimTree.Of(Head.Divide, ClaimTree.Of(Head.Power, width, ClaimTree.Number(2)), ClaimTree.Number(12));
            symbol.Traits |= Trait.Symmetric | Trait.Uniform;
        }
        else
        {
            throw new UnreadableException(ClaimParser.SpanOf(distribution), "This distribution is not known here: \\mathcal{N}(\\mu, \\sigma^2), \\mathrm{Bernoulli}(p) and \\mathcal{U}(a, b) are.");
        }

        static bool IsNamed(Formula formula, string start) => NameText.OfScript(formula) is var text && text.TrimEnd('ᶜ').StartsWith(start, StringComparison.OrdinalIgnoreCase);
    }

    private void Definition(string source, Clause clause, List<List<Formula>> parts, List<string> signs)
    {
        var left = parts[0];
        // i = 1, …, n
        if (left is [var letter] && NameText.Of(letter) is not null && (IsRange(parts[1]) || Count(parts[1]) is not null))
        {
            // Read in the first pass of all.
            return;
        }

        if (parts[1] is [Script { Base: Fence { Left: "{", Right: "}" } } or Script { Base: Fence, Subscript: Row { Items: [_, Operator { Text: "=" }, _] } } or Fence { Left: "{", Right: "}" }] && left is [var data] && KeyOf(data) is not null)
        {
            // D = {(x_i, y_i)}_{i=1}^n: a name for the data, of which nothing more is said.
            if (parts[1] is [Script { Subscript: Row { Items: [Atom { Kind: AtomKind.Variable } counter, Operator { Text: "=" }, var first] }, Superscript: { } last }])
            {
                var size = _parser.Sizes(_parser.Flatten([last]))[0];
                _declarations.Sizes.UnionWith(size.Nodes().Where(node => node.Is(Head.Name)).Select(node => node.Text));
                _declarations.Ranges.TryAdd(counter.Text, (_parser.Expression([first]), size));
            }

            return;
        }

        if (left is [Atom { Kind: AtomKind.Text, Text: var word }] && word.Contains("layout", StringComparison.OrdinalIgnoreCase) && parts[1] is [Atom { Kind: AtomKind.Text, Text: var value }])
        {
            Describe([], value + " layout");
            return;
        }

        var right = parts[1];
        switch (left)
        {
            case [Atom { Text: { } called }, var argument] when KnownFunctions.TryFind(called, out var known) && KnownFunctions.Inverse(known) is { } inverse && !_declarations.IsDeclared(called)
                && (argument is Fence { Left: "(", Body: { } inside } ? inside : argument) is { } solved && KeyOf(solved) is { } name && _parser.Flatten([solved]) is [_] && !_declarations.IsDeclared(name) && !IsLeftSide(name) && !right.SelectMany(Inside).Any(part => string.Equals(NameText.Of(part), name, StringComparison.Ordinal)):
                // cos θ = …, log σ = …, logit(p) = …: the name is solved for.
                var angle = Declare(name, solved);
                Later(source, clause, () => angle.Body = new(Head.Call, inverse, [_parser.Expression(right)], ClaimParser.SpanOf(right)));
                break;
            case [Atom { Text: "E", Alphabet: not Alphabet.DoubleStruck } name, Fence { Left: "(", Body: var arguments }] when AreParameters(arguments) && (right.Count > 2 || Parts(arguments).Exists(part => part is [var argument] && NameText.Of(argument) is { } letter && right.Exists(item => Inside(item).Any(inner => string.Equals(NameText.Of(inner), letter, StringComparison.Ordinal)))))
                && Parts(arguments).TrueForAll(part => KeyOf(part[0]) is { } argument && !(_declarations.Symbols.TryGetValue(argument, out var random) && random.Traits.HasFlag(Trait.Random))):
                // An error that depends on w, not an expectation: E(w) = ½ ‖Xw − t‖².
                DefineFunction(source, clause, "E", name, arguments, [], right);
                break;
            case [Script { Subscript: { } which, Superscript: null } name, Fence { Left: "(", Body: var arguments }] when NameText.Of(name.Base) is { } stem && (_declarations.Totals.Contains(stem) || IsLoss(stem)) && AreParameters(arguments) && Parts(arguments).TrueForAll(part => KeyOf(part[0]) is { } given && _declarations.Symbols.ContainsKey(given))
                && _parser.Pieces(which).TrueForAll(piece => piece is [Atom { Kind: AtomKind.Variable, Text: { Length: 1 } letter }] && (_declarations.Ranges.ContainsKey(letter) || _shifted.Contains("∑" + letter))):
                // ℓ_i(w) is the loss of each example, and the bracket only says what it depends on.
                DefineName(source, clause, name, right);
                Decorate(_declarations.FamilyKey(stem), arguments);
                break;
            case [var name, Fence { Left: "(" or "[", Body: var arguments }] when KeyOf(name) is { } key && key is not ("E" or "Eᵈ" or "Var" or "Cov") && AreParameters(arguments):
                DefineFunction(source, clause, key, name, arguments, [], right);
                break;
            case [var name, Script { Base: Fence { Left: "(" or "[", Body: var arguments }, Subscript: { } below, Superscript: null }] when KeyOf(name) is { } key && key is not ("E" or "Eᵈ" or "Var" or "Cov") && AreParameters(arguments):
                DefineFunction(source, clause, key, name, arguments, _parser.Pieces(below), right);
                break;
            case [Script { Base: Fence { Body: var operation }, Subscript: { } below }] when _parser.Flatten([operation]) is [var first, var sign, var second] && SignOf(sign) is { Length: > 0 } text && KeyOf(first) is { } a && KeyOf(second) is { } b:
                _declarations.Operators[text] = "#" + text;
                var function = new GivenFunction("#" + text) { Formula = sign, Parameters = [a, b], Entries = [.. _parser.Pieces(below).Select(piece => NameText.OfScript(new Row(piece)))] };
                _declarations.Functions["#" + text] = function;
                Later(source, clause, () => Complete(function, right));
                break;
            case [Script { Base: Fence or Row } or Fence, ..] or [_, _, ..] or [Limits, ..] or [Fraction] or []:
                Later(source, clause, () => Fact(clause, parts, signs));
                break;
            case [var name]:
                DefineName(source, clause, name, right);
                break;
        }
    }

    /// <summary>Before everything else: i = 1, …, n and c ∈ {1, …, C}, for they tell steps and examples from labels.</summary>
    private void Counters(string source, Clause clause)
    {
        var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
        if (signs is not ["=" or "∈", ..] || ClaimParser.SplitList(parts[0]) is not [[var letter], ..] || NameText.Of(letter) is not { } index)
        {
            return;
        }

        var body = signs[0] is "∈" && parts[1] is [Fence { Left: "{" } braces] ? _parser.Flatten([braces.Body]) : signs[0] is "=" ? parts[1] : [];
        if (Count(body) is { } count)
        {
            _declarations.Ranges[index] = (ClaimTree.Number(1), ClaimTree.Number(count));
            return;
        }

        if (!IsRange(body))
        {
            return;
        }

        // 1, …, m and 1 … m
        var dots = body.FindIndex(item => item is Atom { Text: "…" or "⋯" });
        var ends = body.Exists(item => item is Operator { Kind: OperatorKind.Punctuation }) || dots == 0 ? ClaimParser.SplitList(body) : [body.GetRange(0, dots), .. dots + 1 < body.Count ? new[] { body.GetRange(dots + 1, body.Count - dots - 1) } : []];
        var last = ends.Count > 1 && ends[^1] is not [Atom { Text: "…" or "⋯" }] ? _parser.Sizes(ends[^1])[0] : ClaimTree.Nothing;
        foreach (var name in last.Nodes().Where(node => node.Is(Head.Name)))
        {
            _declarations.Sizes.Add(name.Text);
        }

        foreach (var name in ClaimParser.SplitList(parts[0]).Where(part => part.Count == 1).Select(part => NameText.Of(part[0])).OfType<string>())
        {
            _declarations.Ranges[name] = (_parser.Expression(ends[0]), last);
        }

        _ = index;
    }

    /// <summary>How far 1, 2, 3 counts; null where the numbers are other ones.</summary>
    private static int? Count(List<Formula> items)
    {
        var numbers = ClaimParser.SplitList(items);
        return numbers.Count > 1 && numbers.Select((part, position) => part is [Atom { Kind: AtomKind.Number, Text: var digits }] && string.Equals(digits, (position + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)).All(fits => fits) ? numbers.Count : null;
    }

    private bool AreParameters(Formula arguments) => ClaimParser.SplitList(_parser.Flatten([arguments])) is { Count: > 0 } list && list.TrueForAll(part => part is [var single] && (KeyOf(single) is not null || single is Operator { Text: "⋅" } or Atom { Text: "…" or "⋯" }) || part is [var applied, Fence] && KeyOf(applied) is not null || part.Exists(item => item is Operator { Text: ";" or "∣" }));

    /// <summary>f(x_1, …, x_n) is f(x) of the vector that x_1, …, x_n are the entries of.</summary>
    private Formula Gathered(Formula arguments)
    {
        if (ClaimParser.Gathered(Parts(arguments)) is not var (gathered, vector, last))
        {
            return arguments;
        }

        if (KeyOf(vector) is { } key && !_declarations.Symbols.ContainsKey(key) && _parser.Sizes(_parser.Flatten([last])) is [var size])
        {
            _declarations.Sizes.UnionWith(size.Nodes().Where(node => node.Is(Head.Name)).Select(node => node.Text));
            Member([vector], new(Head.Set, "ℝ", [size]));
        }

        return Gathered(new Row(gathered.SelectMany((part, position) => position == 0 ? part : [new Operator(",", OperatorKind.Punctuation), .. part])) { Origin = arguments.Origin });
    }

    private void DefineFunction(string source, Clause clause, string key, Formula name, Formula arguments, List<List<Formula>> entries, List<Formula> right)
    {
        arguments = Gathered(arguments);
        if (Parts(arguments).Exists(part => part is [Atom { Text: "…" or "⋯" }]))
        {
            throw new UnreadableException(ClaimParser.SpanOf(arguments), "Nothing says what stands for the dots: write all arguments, or the first and the last, x_1, \\dots, x_n.");
        }

        var parameters = Parts(arguments).Select(part => part is [Operator] ? ClaimParser.AnyArgument : ParameterKey(part[0])).ToImmutableArray();
        var isUnknown = right is [var called, Fence { Left: "(", Body: var inner }] && !_parser.IsDensity(called, right[1]) && KeyOf(called) is { } other && AreParameters(inner) && !KnownFunctions.TryFind(other, out _) && !_declarations.IsDeclared(other) && !_clauses.Exists(entry => entry.Clause.Items is [var head, Fence, ..] && string.Equals(KeyOf(head), other, StringComparison.Ordinal));
        if (_declarations.Functions.TryGetValue(key, out var other1) && other1.Parameters.Length > 0 && other1.Parameters.Length != parameters.Length)
        {
            // H(q, p) and H(q) are two functions.
            key = ClaimParser.Overload(key, parameters.Length);
        }

        if (_declarations.Functions.TryGetValue(key, out var known) && known.Body is not null)
        {
            return;
        }

        var function = new GivenFunction(key)
        {
            Formula = name,
            Parameters = parameters,
            Entries = [.. entries.Select(piece => NameText.OfScript(new Row(piece)))],
            Result = known?.Result,
        };
        _declarations.Functions[key] = function;
        if (isUnknown)
        {
            function.OfTensors = true;
        }

        foreach (var part in Parts(arguments).Where(part => part is [var single] && KeyOf(single) is { } parameter && IsModelParameter(parameter)))
        {
            Declare(KeyOf(part[0])!, part[0]);
        }

        var declared = parameters.All(parameter => _declarations.Symbols.ContainsKey(parameter) || IsLeftSide(parameter));
        if (declared || parameters.Any(parameter => IsLeftSide(parameter)))
        {
            Decorate(key, arguments);
            Declare(key, name);
        }

        Later(source, clause, () =>
        {
            if (isUnknown)
            {
                if (_declarations.Symbols.TryGetValue(key, out var loss))
                {
                    loss.OpaqueOf = [.. parameters.Where(_declarations.Symbols.ContainsKey)];
                    loss.Shape ??= [];
                }

                return;
            }

            Complete(function, right);
            if (function.Body is { } body && entries.Count == 0 && body.Nodes().Any(node => node.Is(Head.Name) && _declarations.Symbols.ContainsKey(node.Text)) && !body.Nodes().Any(node => node.Is(Head.Name) && function.Parameters.Contains(node.Text)))
            {
                // f(w, x) = w_1 x_1 + w_2 x_2 with numbers w_1, …: the bracket only says what it depends on.
                _declarations.Functions.Remove(key);
                Decorate(key, arguments);
                Declare(key, name);
            }

            if (_declarations.Symbols.TryGetValue(key, out var symbol))
            {
                (symbol.Body, symbol.Parameters) = (function.Body, function.Entries);
            }
        });
    }

    /// <summary>The σ² of L(μ, σ²) is no name of its own unless it is declared as one.</summary>
    private string ParameterKey(Formula formula)
    {
        var key = KeyOf(formula)!;
        return formula is Script { Superscript: Atom { Kind: AtomKind.Number }, Subscript: null } power && !_declarations.IsDeclared(key) && !IsLeftSide(key) && KeyOf(power.Base) is { } @base ? @base : key;
    }

    private List<List<Formula>> Parts(Formula arguments) => [.. ClaimParser.SplitList(_parser.Flatten([arguments])).Where(part => part.Count > 0)];

    private bool IsLeftSide(string name) => _clauses.Exists(entry => ClaimParser.SplitRelations(entry.Clause.Items) is ([[var single, ..] first, ..], ["=" or "≔" or "←", ..]) && first is [_] or [_, Fence] && string.Equals(KeyOf(single), name, StringComparison.Ordinal));

    /// <summary>The θ of J(θ) beside h_θ(x) = g(θᵀx): one name in both, not a placeholder.</summary>
    private bool IsModelParameter(string name) => _clauses.Exists(entry => ClaimParser.SplitRelations(entry.Clause.Items) is ([[Script { Subscript: { } below }, Fence, ..], ..], ["=" or "≔", ..]) && _parser.Pieces(below).Exists(piece => piece is [var single] && string.Equals(KeyOf(single), name, StringComparison.Ordinal)));

    private void Complete(GivenFunction function, List<Formula> right)
    {
        if (right is [Atom { Kind: AtomKind.Function, Text: var alias }] && KnownFunctions.TryFind(alias, out var target))
        {
            function.Alias = target;
            return;
        }

        // The parameters are names of their own while the body is read.
        var added = function.Parameters.Where(parameter => !_declarations.Symbols.ContainsKey(parameter)).ToList();
        foreach (var parameter in added)
        {
            _declarations.Symbols[parameter] = new(parameter, null);
        }

        _declarations.Indexing.Clear();
        _declarations.Indexing.UnionWith(function.Entries);
        function.Body = _parser.Expression(right);
        function.ParameterShapes = [.. function.Parameters.Select(parameter => _declarations.Symbols[parameter].Shape)];
        foreach (var parameter in added)
        {
            _declarations.Symbols.Remove(parameter);
        }
    }

    private void DefineName(string source, Clause clause, Formula name, List<Formula> right)
    {
        // f = tanh
        if (right is [Atom { Kind: AtomKind.Function, Text: var alias }] && KnownFunctions.TryFind(alias, out var function) && KeyOf(name) is { } renamed)
        {
            _declarations.Functions[renamed] = new(renamed) { Formula = name, Alias = function };
            return;
        }

        // h_0 = 0: where a recurrence starts.
        if (name is Script { Subscript: Atom { Kind: AtomKind.Number, Text: "0" } } first && NameText.Of(first.Base) is { } started && _shifted.Contains(started))
        {
            var above = first.Superscript is null ? string.Empty : "^" + NameText.OfScript(first.Superscript);
            var family = Declare(_declarations.FamilyKey(started + above), first.Superscript is null ? first.Base : new Script(first.Base, null, first.Superscript));
            Later(source, clause, () => family.Start = _parser.Expression(right));
            return;
        }

        var (symbol, parameters) = LeftSide(name, right);
        if (symbol is null)
        {
            Later(source, clause, () => Fact(clause, [[name], right], ["="]));
            return;
        }

        var duplicate = symbol.Body is not null || _defined.Contains(symbol.Name);
        if (duplicate)
        {
            _declarations.Remarks.Add($"{TextPrinter.Print(name)} is given twice; the first definition counts.");
            return;
        }

        _defined.Add(symbol.Name);
        symbol.Parameters = parameters;
        Later(source, clause, () => Body(symbol, name, right));
    }

    private readonly HashSet<string> _defined = new(StringComparer.Ordinal);

    private void Body(Symbol symbol, Formula name, List<Formula> right)
    {
        // L = ℓ(o) with an ℓ that nobody wrote out.
        if (right is [var called, Fence { Left: "(" or "[", Body: var inner } bracket] && !_parser.IsDensity(called, bracket) && KeyOf(called) is { } other && !_declarations.IsFunction(other, out _) && !KnownFunctions.TryFind(other, out _) && (!_declarations.Symbols.ContainsKey(other) || string.Equals(other, symbol.Name, StringComparison.Ordinal)) && other is not "σ" && AreParameters(inner))
        {
            symbol.OpaqueOf = [.. Parts(inner).Select(part => Known(part[0])).OfType<string>().Distinct(StringComparer.Ordinal)];
            foreach (var part in Parts(inner).Where(part => part is [Script { Subscript: not null }] && Known(part[0]) is { } step && _declarations.Symbols[step].Families > 0))
            {
                // ℓ(a_L) depends on the last layer alone.
                if (_parser.Expression(part) is { Head: Head.Entry, Items: [{ Head: Head.Name } family, var at] } entry && at.Nodes().All(node => !node.Is(Head.Name) || _declarations.Sizes.Contains(node.Text)))
                {
                    symbol.OpaqueAt[family.Text] = entry;
                }
            }

            symbol.Shape ??= [];
            return;
        }

        _declarations.Indexing.Clear();
        _declarations.Indexing.UnionWith(symbol.Parameters);
        var body = _parser.Expression(right);
        if (body.Is(Head.Derivative) && body[0].Is(Head.Name) && (!_declarations.Symbols.TryGetValue(body[0].Text, out var loss) || loss is { Body: null, OpaqueOf.IsEmpty: false }))
        {
            Upstream(symbol, body);
        }

        symbol.IsRecurrence = body.Nodes().Any(node => node.IsName(symbol.Name));
        symbol.Body = symbol.IsRecurrence && symbol.Parameters.IsEmpty ? null : body;
        if (symbol.Body is null)
        {
            symbol.IsRecurrence = false;
            throw new UnreadableException(ClaimParser.SpanOf(name), $"{symbol.Name} is defined by itself; a recurrence needs a step, as in h_t = … h_{{t-1}}.");
        }

        if (symbol.IsRecurrence)
        {
            symbol.Origin = 0;
            symbol.Families = 1;
        }
    }

    /// <summary>The symbol that an argument names, itself or by one of its entries: y_1, …, y_m.</summary>
    private string? Known(Formula argument) => KeyOf(argument) is not { } key ? null
        : _declarations.Symbols.ContainsKey(key) ? key
        : argument is Script { Base: var stem } && NameText.Of(stem) is { } family && _declarations.Find(_declarations.FamilyKey(family)) is { } symbol ? symbol.Name : null;

    /// <summary>g = ∂L/∂o for an L that is not written out.</summary>
    private void Upstream(Symbol gradient, ClaimTree derivative)
    {
        var loss = derivative[0].Text;
        if (!_declarations.Symbols.TryGetValue(loss, out var symbol))
        {
            _declarations.Symbols[loss] = symbol = new(loss, _declarations.Written.GetValueOrDefault(loss)) { Shape = [] };
        }

        var by = derivative[1].Is(Head.Entry) ? derivative[1][0] : derivative[1];
        if (by.Is(Head.Name) && !_declarations.Symbols.ContainsKey(by.Text))
        {
            _declarations.Symbols[by.Text] = new(by.Text, _declarations.Written.GetValueOrDefault(by.Text)) { Shape = gradient.Shape };
        }

        if (by.Is(Head.Name) && symbol.Body is null && !symbol.OpaqueOf.Contains(by.Text))
        {
            symbol.OpaqueOf = symbol.OpaqueOf.Add(by.Text);
            // g = ∂L/∂h_T: the last step alone, and earlier ones through it.
            if (derivative[1] is { Head: Head.Entry, Items.Length: 2 } && derivative[1][1] is var step && _declarations.Symbols[by.Text].Families > 0 && step.Nodes().All(node => !node.Is(Head.Name) || _declarations.Sizes.Contains(node.Text)))
            {
                symbol.OpaqueAt[by.Text] = derivative[1];
            }
        }
    }

    /// <summary>Whether a letter stands anywhere in a formula: l_i = ℓ(f) has no entries, for nothing on its right speaks of i.</summary>
    private static bool Uses(Formula formula, string letter) => formula switch
    {
        Atom atom => string.Equals(atom.Text, letter, StringComparison.Ordinal),
        Row row => row.Items.Any(item => Uses(item, letter)),
        Script script => Uses(script.Base, letter) || (script.Subscript is { } below && Uses(below, letter)) || (script.Superscript is { } above && Uses(above, letter)),
        Fence fence => Uses(fence.Body, letter),
        Fraction fraction => Uses(fraction.Numerator, letter) || Uses(fraction.Denominator, letter),
        Limits limits => Uses(limits.Base, letter) || (limits.Under is { } under && Uses(under, letter)) || (limits.Over is { } over && Uses(over, letter)),
        Root root => Uses(root.Radicand, letter),
        Accent accent => Uses(accent.Base, letter),
        Boxed boxed => Uses(boxed.Body, letter),
        Table table => table.Rows.SelectMany(row => row).Any(cell => Uses(cell, letter)),
        _ => false,
    };

    /// <summary>The symbol on the left of a definition and the indices it is defined by; none where the left side is no name.</summary>
    private (Symbol? Symbol, ImmutableArray<string> Parameters) LeftSide(Formula name, List<Formula> right)
    {
        if (KeyOf(name) is { } literal && _declarations.Symbols.TryGetValue(literal, out var known))
        {
            return (known, []);
        }

        if (Labels(name) is var (labelled, bare, indices))
        {
            return (Declare(labelled, bare), indices);
        }

        if (name is Script { Subscript: { } below } script && NameText.Of(script.Base) is { } stem)
        {
            var above = script.Superscript is null ? string.Empty : "^" + NameText.OfScript(script.Superscript);
            var pieces = _parser.Pieces(below);
            if (pieces.TrueForAll(piece => piece is [Atom { Kind: AtomKind.Variable, Text.Length: 1 } letter] && ("ijklmnrstuvpqcτ".Contains(letter.Text, StringComparison.Ordinal) || _declarations.Ranges.ContainsKey(letter.Text) || IndexesTable(letter.Text, right)) && !_declarations.Sizes.Contains(letter.Text) && !IsTable(letter.Text)) && pieces.Exists(piece => right.Exists(item => Uses(item, ((Atom)piece[0]).Text))))
            {
                ImmutableArray<string> letters = [.. pieces.Select(piece => ((Atom)piece[0]).Text)];
                var symbol = Declare(_declarations.FamilyKey(stem + above), script.Superscript is null ? script.Base : new Script(script.Base, null, script.Superscript));
                return (symbol, letters);
            }
        }

        if (name is Script { Superscript: Fence { Left: "(", Body: Atom { Kind: AtomKind.Variable, Text: var example } }, Subscript: null } raised && NameText.Of(raised.Base) is { } root && (_declarations.Ranges.ContainsKey(example) || _shifted.Contains("∑" + example)))
        {
            var family = Declare(root + "^(*)", raised.Base);
            family.Families = 1;
            return (family, [example]);
        }

        return KeyOf(name) is { } key && name is not Fraction ? (Declare(key, name), []) : (null, []);
    }

    /// <summary>Whether a letter of another kind is an index on the right side: the g of x_{gj}, where x is declared as a table and no letter g as anything.</summary>
    private bool IndexesTable(string letter, List<Formula> right) => letter is [>= 'a' and <= 'z'] && !_declarations.IsDeclared(letter) && right.SelectMany(Inside).OfType<Script>().Any(script => script.Subscript is { } below && NameText.Of(script.Base) is { } stem
        && _parser.Pieces(below).Exists(piece => piece is [Atom { Text: var index }] && string.Equals(index, letter, StringComparison.Ordinal)) && (_declarations.Symbols.TryGetValue(stem, out var table) && (table.Shape is { Length: > 0 } || !table.Parameters.IsEmpty))
        && !_declarations.Symbols.ContainsKey(KeyOf(script) ?? string.Empty));

    /// <summary>The u of d_{uv} where u is a vector counts nothing: it is part of the name.</summary>
    private bool IsTable(string letter) => !_declarations.Ranges.ContainsKey(letter) && _declarations.Symbols.TryGetValue(letter, out var symbol) && symbol is { Shape.Length: > 0, Families: 0 };

    /// <summary>An equation that defines no name: Σ y_i = 1, E[a] = 0, Var[a] = σ², a relation between sizes.</summary>
    private void Fact(Clause clause, List<List<Formula>> parts, List<string> signs)
    {
        var left = _parser.Expression(parts[0]);
        var right = _parser.Expression(parts[1]);
        switch (left)
        {
            case { Head: Head.Big, Text: "∑" } when left[0].Is(Head.Entry) && left[0][0].Is(Head.Name) && right.IsNumber("1") && _declarations.Symbols.TryGetValue(left[0][0].Text, out var summed):
                summed.Traits |= Trait.SumsToOne;
                break;
            case { Head: Head.Call, Text: "E" or "Var" } when left[0].Is(Head.Entry) && left[0][0].Is(Head.Name) && _declarations.Symbols.TryGetValue(left[0][0].Text, out var alike) && left[0].Items.Skip(1).All(index => index.Is(Head.Name)):
                alike.Traits |= Trait.Random;
                (alike.Mean, alike.Variance) = left.Text == "E" ? (right, alike.Variance) : (alike.Mean, right);
                break;
            case { Head: Head.Call, Text: "E" or "Var" } when left[0].Is(Head.Name):
                var random = Declare(left[0].Text, _declarations.Written.GetValueOrDefault(left[0].Text) ?? new Atom(left[0].Text));
                random.Traits |= Trait.Random;
                random.Shape ??= [];
                right = Single(right);
                (random.Mean, random.Variance) = left.Text == "E" ? (right, random.Variance) : (random.Mean, right);
                break;
            case { Head: Head.Times, Text: "" or "⋅", Items.Length: 2 } when right.Is(Head.Identity) && left.Items.Count(item => item.Is(Head.Transpose)) == 1 && (left[0].Is(Head.Transpose) ? left[0][0] : left[0]) is { Head: Head.Name } turned && (left[1].Is(Head.Transpose) ? left[1][0] : left[1]).SameAs(turned) && _declarations.Symbols.TryGetValue(turned.Text, out var rotation) && rotation is { Body: null, Shape: [var height, var width] } && (left[0].Is(Head.Transpose) || height.SameAs(width)):
                // Uᵀ U = I; of a matrix that is not square it needs no more columns than rows.
                rotation.Traits |= Trait.Orthogonal;
                if (!height.SameAs(width))
                {
                    _declarations.Conditions.Add(ClaimTree.Of(Head.Relation, "≤", width, height));
                }

                break;
            case { Head: Head.Derivative } when left[0].Is(Head.Name) && right.Is(Head.Name):
                // ∂L/∂o = g
                if (!_declarations.Symbols.TryGetValue(left[0].Text, out var upstream) || upstream is { Body: null })
                {
                    var gradient = Declare(right.Text, _declarations.Written.GetValueOrDefault(right.Text) ?? new Atom(right.Text));
                    Upstream(gradient, left);
                    gradient.Body ??= left;
                    break;
                }

                goto default;
            default:
                if (left.Nodes().Concat(right.Nodes()).Where(node => node.Is(Head.Name)).All(node => _declarations.Sizes.Contains(node.Text) || _declarations.Ranges.ContainsKey(node.Text)))
                {
                    _declarations.Conditions.Add(ClaimTree.Of(Head.Relation, "=", left, right));
                    break;
                }

                throw new UnreadableException(ClaimParser.SpanOf(clause.Items), "This given defines no name: write the name alone on the left side.");
        }

        _ = signs;
    }

    /// <summary>Definitions that go round through earlier steps (a_t from h_{t−1}, h_t from a_t) are evaluated step by step.</summary>
    private void Cycles()
    {
        foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol is { IsRecurrence: false, Parameters.Length: > 0 }))
        {
            if (_declarations.Uses(symbol).Any(used => _declarations.Reaches(used, symbol.Name)))
            {
                (symbol.IsRecurrence, symbol.Origin, symbol.Families) = (true, 0, 1);
            }
        }

        foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol is { Body: not null, IsRecurrence: false, Origin: 0, Parameters.IsEmpty: false }))
        {
            // What is defined for each step by itself has none before the first.
            symbol.Origin = 1;
        }

        FromZero();

        _declarations.Forget();
        foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol.OpaqueOf.Length > 1))
        {
            // What another one is made of is reached through that one.
            symbol.OpaqueOf = [.. symbol.OpaqueOf.Where(name => !symbol.OpaqueOf.Any(other => !string.Equals(name, other, StringComparison.Ordinal) && _declarations.Reaches(other, name)))];
        }

        _declarations.Forget();
    }

    /// <summary>k_i with i = 0, …, N, and the w ∈ ℝ^{M+1} of Σ_{j=0}^M w_j x^j: entries that are counted from 0.</summary>
    private void FromZero()
    {
        foreach (var symbol in _declarations.Symbols.Values)
        {
            symbol.IsFromZero = !symbol.IsRecurrence && (symbol.IsFromZero || (symbol.Body is not null && symbol.Parameters is [var letter, ..] && CountsFromZero(letter)));
            symbol.Origin = symbol.IsFromZero ? 0 : symbol.Origin;
        }

        foreach (var big in _declarations.Bodies.SelectMany(body => body.Nodes()).Where(node => node.Is(Head.Big) && node[2].IsNumber("0")).ToList())
        {
            foreach (var entry in big[0].Nodes().Where(node => node.Is(Head.Entry) && node[0].Is(Head.Name) && node[1].IsName(big[1].Text)))
            {
                // Its size is the number of entries, which is one more than the last of them.
                if (_declarations.Symbols.TryGetValue(entry[0].Text, out var vector) && vector is { IsFromZero: false, Origin: 1, Families: 0, Shape: [var size] } && (size.SameAs(ClaimTree.Of(Head.Add, big[3], ClaimTree.Number(1))) || big[3].SameAs(ClaimTree.Of(Head.Add, size, ClaimTree.Of(Head.Negate, ClaimTree.Number(1))))))
                {
                    (vector.IsFromZero, vector.Origin, vector.Shape) = (true, 0, [big[3]]);
                }
            }
        }
    }

    /// <summary>T &gt; 0 declares a number where nothing counts up to T.</summary>
    private void Numbers()
    {
        var bounds = _declarations.Symbols.Values.Select(symbol => symbol.Body).Concat(_declarations.Functions.Values.Select(function => function.Body)).OfType<ClaimTree>()
            .SelectMany(body => body.Nodes()).Where(node => node.Is(Head.Big)).SelectMany(big => big[2].Nodes().Concat(big[3].Nodes())).Where(node => node.Is(Head.Name)).Select(node => node.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var condition in _declarations.Conditions)
        {
            if (condition is { Head: Head.Relation, Text: ">" or "≥", Items: [{ Head: Head.Name, Text: { Length: 1 } name }, { Head: Head.Number, Text: "0" }] } && !_declarations.IsDeclared(name) && !_declarations.Ranges.ContainsKey(name) && !bounds.Contains(name))
            {
                // The shape is left open: a definition may use it as a vector.
                Declare(name, _declarations.Written.GetValueOrDefault(name) ?? new Atom(name)).Traits |= condition.Text is ">" ? Trait.Positive : Trait.NonNegative;
            }
        }
    }

    /// <summary>A valid convolution needs a kernel that is no longer than what it slides over.</summary>
    private void Lengths()
    {
        foreach (var product in _declarations.Symbols.Values.Where(symbol => symbol.Body is not null).SelectMany(symbol => symbol.Body!.Nodes()).Where(node => node is { Head: Head.Times, Items.Length: 2 }
            && (ClaimParser.ModeOf(node.Text) is "valid" || (_declarations.Operators.TryGetValue(node.Text, out var kind) && kind.StartsWith("valid", StringComparison.Ordinal)))).ToList())
        {
            if (product.Items.All(item => item.Is(Head.Name)) && _declarations.Find(product[0].Text)?.Shape is [var signal] && _declarations.Find(product[1].Text)?.Shape is [var kernel])
            {
                _declarations.Conditions.Add(ClaimTree.Of(Head.Relation, "≤", kernel, signal));
            }
        }
    }

    /// <summary>s_c in a definition that does not bind c: the c of c ∈ {1, …, C} is one index, the same in every place.</summary>
    private void Fix()
    {
        foreach (var (body, bound) in _declarations.Symbols.Values.Where(symbol => symbol.Body is not null).Select(symbol => (symbol.Body!, symbol.Parameters))
            .Concat(_declarations.Functions.Values.Where(function => function.Body is not null).Select(function => (function.Body!, function.Parameters.AddRange(function.Entries)))))
        {
            Visit(body, bound);
        }

        void Visit(ClaimTree tree, ImmutableArray<string> bound)
        {
            if (tree.Is(Head.Name) && !bound.Contains(tree.Text) && !_declarations.Symbols.ContainsKey(tree.Text) && _declarations.Ranges.TryGetValue(tree.Text, out var range) && !range.Last.Is(Head.None))
            {
                _declarations.Fixed.Add(tree.Text);
            }

            if (tree is { Head: Head.Entry, Items: [{ Head: Head.Name } table, { Head: Head.Name } step, ..] } && !bound.Contains(step.Text) && !_declarations.IsDeclared(step.Text) && !_declarations.Ranges.ContainsKey(step.Text) && _shifted.Contains("∑" + step.Text)
                && _declarations.Symbols.TryGetValue(table.Text, out var family) && family is { Families: > 0, Shape: [var count, ..] })
            {
                // ε = x_t − α_t x_0: the t is the same step everywhere.
                _declarations.Ranges[step.Text] = (ClaimTree.Number(1), count);
                _declarations.Fixed.Add(step.Text);
            }

            bound = tree.Is(Head.Big) ? bound.Add(tree[1].Text) : bound;
            foreach (var item in tree.Items)
            {
                Visit(item, bound);
            }
        }
    }

    /// <summary>A loss that is a number with no definition is some function of everything that nothing else uses.</summary>
    private void Losses()
    {
        var used = _declarations.Symbols.Values.SelectMany(_declarations.Uses).ToHashSet(StringComparer.Ordinal);
        foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol is { Body: null, OpaqueOf.IsEmpty: true, Shape.IsEmpty: true } && IsLoss(symbol.Name)).ToList())
        {
            if (_declarations.Symbols.Values.All(other => other.Body is null))
            {
                continue;
            }

            // E(w) is a function of w; without arguments it is one of what nothing else uses and does not come from it.
            symbol.OpaqueOf = _declarations.Decorations.TryGetValue(symbol.Name, out var written) && written.SelectMany(arguments => arguments.Split([',', ';'])).Where(_declarations.Symbols.ContainsKey).Distinct(StringComparer.Ordinal).ToImmutableArray() is { Length: > 0 } arguments ? arguments
                : [.. _declarations.Symbols.Values.Where(other => other.Body is { } body && !body.Is(Head.Derivative) && !used.Contains(other.Name) && !_declarations.Reaches(other.Name, symbol.Name)).Select(other => other.Name)];
        }
    }

    internal static bool IsLoss(string name) => name.Normalize(System.Text.NormalizationForm.FormD) is [var letter, >= '\u0300' and <= '\u036f'] ? IsLoss(letter.ToString()) : name is "L" or "Lᶜ" or "ℓ" or "J" or "E" or "C" or "loss" or "l" or "Jᶜ" or "Eᶜ" || name.StartsWith("L_", StringComparison.Ordinal) || name.StartsWith("ℓ_", StringComparison.Ordinal);
}
