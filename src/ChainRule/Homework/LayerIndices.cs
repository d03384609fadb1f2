using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>
/// Layers that are counted above: a^{(l)} = f(W^{(l)} a^{(l−1)} + b^{(l)}), also a^l and a^{[l]}. Each is a step, as h_t is one from h_{t−1}: the
/// formulas are rewritten with the layer in the subscript. All layers are drawn equally wide; what holds for any widths holds for these.
/// </summary>
internal sealed class LayerIndices
{
    private readonly string _letter;
    private readonly string _last;
    private readonly string _bracket;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Formula> _written = new(StringComparer.Ordinal);
    private string _carried = string.Empty;
    private string? _width;
    private readonly ClaimParser _parser;

    private LayerIndices(string letter, string bracket, ClaimParser parser) => (_letter, _last, _bracket, _parser) = (letter, letter.ToUpperInvariant(), bracket, parser);

    /// <summary>The layers of these givens and claims, or null: one given must define a layer from the one before.</summary>
    public static LayerIndices? Find(IReadOnlyList<Formula> givens, IEnumerable<Formula> claims, ClaimParser parser)
    {
        LayerIndices? found = null;
        foreach (var given in givens)
        {
            foreach (var clause in StatementReader.Read(given, parser, keepWords: true))
            {
                var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
                if (signs is ["=" or "≔" or "∈", ..] && parts[0].OfType<Script>().Any(script => script.Superscript is { } named && (Shift(named, "(") ?? Shift(named, "[") ?? Shift(named, string.Empty)) is not null))
                {
                    // a^{(l−1)} ∈ ℝ^n: the layers are names, each with a shape of its own.
                    return null;
                }

                if (signs is ["=" or "≔", ..] && parts[0] is [Script { Superscript: { } above, Base: Atom } left] && NameText.Of(left.Base) is not null && Counted(above) is ({ Length: 1 } letter, var bracket)
                    && parts[1].SelectMany(GivenReader.Inside).OfType<Script>().Any(script => script.Superscript is { } other && Shift(other, bracket) is { } shifted && string.Equals(shifted, letter, StringComparison.Ordinal)))
                {
                    found = new(letter, bracket, parser);
                }
            }
        }

        // Where the number of layers is also the name of the loss, nothing tells them apart.
        if (found is null || givens.SelectMany(given => StatementReader.Read(given, parser, keepWords: true)).Any(clause => ClaimParser.SplitRelations(clause.Items) is ([[var name, ..], ..], ["=" or "≔", ..]) && string.Equals(NameText.Of(name), found._last, StringComparison.Ordinal)))
        {
            return null;
        }

        foreach (var script in givens.Concat(claims).SelectMany(GivenReader.Inside).OfType<Script>())
        {
            if (script.Superscript is { } above && NameText.Of(script.Base) is { } name && (Counted(above) is var (letter, bracket) && string.Equals(letter, found._letter, StringComparison.Ordinal) && string.Equals(bracket, found._bracket, StringComparison.Ordinal)
                || string.Equals(Shift(above, found._bracket), found._letter, StringComparison.Ordinal)))
            {
                found._names.Add(name);
                found._written.TryAdd(name, script.Base);
                found._carried = Shift(above, found._bracket) is not null && found._carried.Length == 0 ? name : found._carried;
            }
        }

        // w^l_{jk} beside W^l are the entries of that.
        found._lower = found._names.Where(name => name is [>= 'a' and <= 'z'] && found._names.Contains(name.ToUpperInvariant()) && name is "w" or "u" or "v").ToHashSet(StringComparer.Ordinal);
        return found;
    }

    private HashSet<string> _lower = [];

    /// <summary>What the givens leave open of the layers: how far they count, shapes, and that a loss which is not written out depends on the last one.</summary>
    /// <param name="givens">The givens, rewritten.</param>
    /// <param name="claims">The claims, rewritten.</param>
    public IEnumerable<Formula> Implied(IReadOnlyList<Formula> givens, IReadOnlyList<Formula> claims)
    {
        var used = givens.Concat(claims).SelectMany(GivenReader.Inside).Select(NameText.Of).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var width = _width ?? "ndpqrsv".Select(letter => letter.ToString()).First(letter => !used.Contains(letter));
        var clauses = givens.SelectMany(given => StatementReader.Read(given, _parser, keepWords: true)).Select(clause => ClaimParser.SplitRelations(clause.Items)).ToList();
        var declared = clauses.Where(clause => clause.Signs.Contains("∈")).SelectMany(clause => ClaimParser.SplitList(clause.Parts[0])).Select(part => part is [Script script] ? NameText.Of(script.Base) : null).OfType<string>().ToHashSet(StringComparer.Ordinal);
        // L may be the loss where no a^L is spoken of.
        var count = !givens.Concat(claims).SelectMany(GivenReader.Inside).OfType<Script>().Any(script => NameText.Of(script.Base) is { } name && _names.Contains(name) && script.Subscript is { } below && GivenReader.Inside(below).Any(part => part is Atom { Text: var index } && string.Equals(index, _last, StringComparison.Ordinal)))
            && used.Contains(_last) ? "MDQRS".Select(letter => letter.ToString()).First(letter => !used.Contains(letter)) : _last;
        if (!clauses.Exists(clause => clause.Parts[0] is [Atom { Text: var letter }] && string.Equals(letter, _letter, StringComparison.Ordinal)))
        {
            yield return LatexReader.Read($"{_letter} = 1, \\dots, {count}");
        }

        foreach (var name in _names.Where(name => !declared.Contains(name) && !_lower.Contains(name)).Order(StringComparer.Ordinal))
        {
            // W and the like are matrices; other capitals hold the examples in their columns.
            var shape = name is "W" or "V" or "U" or "Θ" or "Ω" ? $"{width} \\times {width}" : char.IsUpper(name[0]) ? $"{width} \\times {(used.Contains("m") ? "m" : "N")}" : width;
            yield return new Row(new Script(_written[name], new Atom(_letter), null), LatexReader.Read($"\\in \\mathbb{{R}}^{{{shape}}}"));
        }

        var defined = clauses.Where(clause => clause.Signs is ["=" or "≔", ..]).Select(clause => clause.Parts[0] is [var name, ..] && (clause.Parts[0].Count == 1 || clause.Parts[0][1] is Fence) ? NameText.Of(name) : null).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var losses = givens.Concat(claims).SelectMany(GivenReader.Inside).OfType<Fraction>().Where(fraction => GivenReader.Inside(fraction.Denominator).OfType<Script>().Any(script => NameText.Of(script.Base) is { } name && _names.Contains(name)))
            .Select(fraction => _parser.Flatten([fraction.Numerator])).Where(above => above is [Atom { Text: "∂" }, Atom]).Select(above => above[1]).DistinctBy(NameText.Of).ToList();
        foreach (var loss in losses.Where(loss => NameText.Of(loss) is { } name && GivenReader.IsLoss(name) && !defined.Contains(name)))
        {
            yield return new Row(loss, new Operator("=", OperatorKind.Relation), new Atom("ℓ"), new Fence("(", new Script(_written[_carried], new Atom(count), null), ")"));
        }
    }

    /// <summary>What is said about it in the report.</summary>
    public string Remark => $"The layers {_letter} are counted as steps, and written below; all of them are taken to be equally wide.";

    /// <summary>The formula with its layers in subscripts.</summary>
    public Formula Rewritten(Formula formula) => FormulaMap.Scripts(formula, Script);

    private Formula Script(Script script)
    {
        if (script is { Base: Atom { Alphabet: Alphabet.DoubleStruck } or Atom { Text: "ℝ" }, Superscript: { } shape } && GivenReader.Inside(shape).OfType<Script>().Any(size => IsWidth(size.Subscript) || IsWidth(size.Superscript)))
        {
            // n_l × n_{l−1}: as wide as one another.
            return new Script(script.Base, script.Subscript, Even(shape)) { Origin = script.Origin };
        }

        var (@base, below, above) = (Rewritten(script.Base), script.Subscript is { } sub ? Rewritten(sub) : null, script.Superscript);
        if (above is null || NameText.Of(script.Base) is not { } name || !_names.Contains(name) || Split(above) is not var (layer, rest))
        {
            return new Script(@base, below, above is null ? null : Rewritten(above)) { Origin = script.Origin };
        }

        var index = new List<Formula> { layer };
        foreach (var piece in below is null ? [] : _parser.Pieces(below))
        {
            index.Add(new Operator(",", OperatorKind.Punctuation));
            index.AddRange(piece);
        }

        return new Script(@base, index.Count == 1 ? layer : new Row(index), rest) { Origin = script.Origin };
    }

    private bool IsWidth(Formula? index) => index is not null && IsLayer(index is Fence { Body: var body } ? body : index);

    private Formula Even(Formula shape)
    {
        switch (shape)
        {
            case Script size when NameText.Of(size.Base) is { } letter && (IsWidth(size.Subscript) || IsWidth(size.Superscript)):
                _width ??= letter;
                return new Atom(_width) { Origin = size.Origin };
            case Row row:
                return new Row(row.Items.Select(Even)) { Origin = row.Origin };
            default:
                return shape;
        }
    }

    /// <summary>The layer in a superscript, and what else stands there, as the ⊤ of W^{(l)⊤}; null where it is a power.</summary>
    private (Formula Layer, Formula? Other)? Split(Formula above)
    {
        if (_bracket.Length == 0)
        {
            return IsLayer(above) ? (above, null) : null;
        }

        List<Formula> items = above is Row row ? [.. row.Items] : [above];
        if (items[0] is Fence { Body: var body } fence && string.Equals(fence.Left, _bracket, StringComparison.Ordinal) && IsLayer(body))
        {
            return (body, items.Count == 1 ? null : items.Count == 2 ? items[1] : new Row(items.Skip(1)));
        }

        return null;
    }

    private bool IsLayer(Formula formula) => NameText.OfScript(formula) is var text && (text is [var only] ? text == _letter || text == _last || only == '0' || (_bracket.Length > 0 && char.IsAsciiDigit(only)) : text.Length == 3 && text[1] is '−' or '+' or '-' && (text[..1] == _letter || text[..1] == _last) && char.IsAsciiDigit(text[2]));

    /// <summary>The letter of a superscript that is nothing but a letter, in brackets or alone.</summary>
    private static (string Letter, string Bracket)? Counted(Formula above) => above switch
    {
        Fence { Left: "(" or "[", Body: var body } fence when NameText.OfScript(body) is [>= 'a' and <= 'z'] letter => (letter, fence.Left),
        Atom { Kind: AtomKind.Variable, Text: [>= 'a' and <= 'z'] letter } => (letter, string.Empty),
        Row { Items: [var only] } => Counted(only),
        _ => null,
    };

    /// <summary>The l of l − 1 in a superscript of that kind, or null.</summary>
    private static string? Shift(Formula above, string bracket) => (bracket.Length == 0 ? NameText.OfScript(above) : (above is Row { Items: [var first, ..] } ? first : above) is Fence { Body: var body } fence && string.Equals(fence.Left, bracket, StringComparison.Ordinal) ? NameText.OfScript(body) : null) is [>= 'a' and <= 'z', '−' or '+' or '-', >= '1' and <= '9'] text ? text[..1] : null;
}
