using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>
/// How people say that a gradient comes from above: "given ∂L/∂h_t = g", "let g = ∂L/∂o". Nothing is known of L then but that it reaches
/// everything through h_t.
/// </summary>
internal static class UpstreamGradients
{
    /// <summary>The name of ∂L/∂h = g, where g is no part of what is differentiated; null for any other clause.</summary>
    public static Formula? Named(Clause clause) => ClaimParser.SplitRelations(clause.Items) is ({ Count: 2 } sides, ["="]) && sides[1] is [Atom { Kind: AtomKind.Variable } or Script { Superscript: null, Base: Atom } or Accent] && GivenReader.KeyOf(sides[1][0]) is { } name
        && IsDerivative(sides[0]) && !sides[0].SelectMany(GivenReader.Inside).Any(part => string.Equals(GivenReader.KeyOf(part), name, StringComparison.Ordinal)) ? sides[1][0] : null;

    /// <summary>The g and the L of g = ∂L/∂h; null for any other clause.</summary>
    public static (string Gradient, string Loss)? Of(Clause clause) => ClaimParser.SplitRelations(clause.Items) is ({ Count: 2 } sides, [_]) && sides[0] is [Atom or Script or Accent] && GivenReader.KeyOf(sides[0][0]) is { } gradient && IsDerivative(sides[1])
        && sides[1].SelectMany(GivenReader.Inside).FirstOrDefault(part => part is Atom { Kind: AtomKind.Variable, Text: not "d" }) is Atom { Text: var loss } ? (gradient, loss) : null;

    /// <summary>∂L/∂h = g as g = ∂L/∂h.</summary>
    public static Clause Turned(Clause clause)
    {
        var equals = clause.Items.FindIndex(item => item is Operator { Kind: OperatorKind.Relation });
        return clause with { Items = [.. clause.Items.Skip(equals + 1), clause.Items[equals], .. clause.Items.Take(equals)] };
    }

    /// <summary>
    /// The letter of the one step that a text looks at: where the gradient from above belongs to h_t alone, and nothing else is said of
    /// later steps or of a sum over them, h_{t−1} is what goes into the step and comes from nowhere.
    /// </summary>
    /// <param name="clauses">The clauses of the givens.</param>
    /// <param name="all">Everything that is written, claims too.</param>
    public static string? SingleStep(IEnumerable<Clause> clauses, IReadOnlyList<Formula> all)
    {
        var parts = all.SelectMany(GivenReader.Inside);
        if (!parts.Any(part => part is Script { Subscript: Row { Items: [Atom, Operator { Text: "−" }, Atom { Kind: AtomKind.Number }] } }))
        {
            // No steps at all, as nearly always: the clauses are not read.
            return null;
        }

        var said = clauses.ToList();
        return said.Select(clause => Step(Named(clause) is null ? clause : Turned(clause))).OfType<string>().Distinct(StringComparer.Ordinal).ToList() is [var letter]
            && !said.Exists(clause => Counts(clause, letter)) && parts.Any(part => part is Script { Subscript: Row row } && IsShifted(row, letter, "−")) && !parts.Any(part => GoesFurther(part, letter)) ? letter : null;
    }

    /// <summary>h_t and h_{t−1} as names of their own: the t counts nothing.</summary>
    public static Formula Uncounted(Formula formula, string letter) => FormulaMap.Scripts(formula, script =>
        new Script(Uncounted(script.Base, letter), script.Subscript is { } below ? Name(below, letter) ?? Uncounted(below, letter) : null, script.Superscript is { } above ? Uncounted(above, letter) : null) { Origin = script.Origin });

    private static Atom? Name(Formula below, string letter) => below is Atom { Text: var text } && string.Equals(text, letter, StringComparison.Ordinal) ? new(letter, AtomKind.Symbol) { Origin = below.Origin }
        : below is Row { Items: [_, _, Atom { Text: var back }] } row && IsShifted(row, letter, "−") ? new($"{letter}−{back}", AtomKind.Symbol) { Origin = below.Origin } : null;

    /// <summary>t = 1, …, T and t ∈ {1, …, T}</summary>
    private static bool Counts(Clause clause, string letter) => ClaimParser.SplitRelations(clause.Items) is ([var counted, ..], ["=" or "∈", ..]) && counted.Exists(item => item is Atom { Text: var text } && string.Equals(text, letter, StringComparison.Ordinal));

    private static string? Step(Clause clause) => ClaimParser.SplitRelations(clause.Items) is ({ Count: > 1 } sides, ["=" or "≔" or "≜" or "≡", ..]) && sides[0] is [var name] && IsDerivative(sides[1])
        && sides[1].SelectMany(GivenReader.Inside).OfType<Script>().Select(script => script.Subscript).OfType<Atom>().Select(atom => atom.Text).Distinct(StringComparer.Ordinal).ToList() is [[>= 'a' and <= 'z'] letter]
        && !GivenReader.Inside(name).Any(part => part is Atom { Text: var text } && string.Equals(text, letter, StringComparison.Ordinal)) ? letter : null;

    /// <summary>Σ_t, h_{t+1} and h_T.</summary>
    private static bool GoesFurther(Formula part, string letter) => part switch
    {
        Limits { Base: Operator { Kind: OperatorKind.Large }, Under: { } under } => GivenReader.Inside(under).Any(inner => inner is Atom { Text: var text } && string.Equals(text, letter, StringComparison.Ordinal)),
        Script { Subscript: Row row } => IsShifted(row, letter, "+"),
        Script { Subscript: Atom { Text: var last } } => string.Equals(last, letter.ToUpperInvariant(), StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsShifted(Row row, string letter, string sign) => row.Items is [Atom { Text: var text }, Operator { Text: var shift }, Atom { Kind: AtomKind.Number }] && string.Equals(text, letter, StringComparison.Ordinal) && string.Equals(shift, sign, StringComparison.Ordinal);

    /// <summary>∂L/∂h or ∇_h L, and nothing else.</summary>
    private static bool IsDerivative(List<Formula> side) => side switch
    {
        [Fraction fraction] => Begins(fraction.Numerator) && Begins(fraction.Denominator),
        [Atom { Text: "∂" }, Atom or Script, Operator { Text: "/" or "∕" } or Atom { Text: "/" }, Atom { Text: "∂" }, Atom or Script or Accent] => true,
        [Script { Base: Atom { Text: "∇" }, Subscript: not null }, Atom or Script] => true,
        _ => false,
    };

    private static bool Begins(Formula part) => part is Row { Items: [Atom { Text: "∂" }, Atom or Script or Accent] };
}
