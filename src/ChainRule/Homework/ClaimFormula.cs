using System.Collections.Immutable;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>A claim's tree as it stands on a page; it alone decides the brackets of claims and of their repairs.</summary>
internal sealed class ClaimFormula(Declarations declarations)
{
    // How tightly a node binds: a child that binds less than its place asks for gets brackets.
    private const int SumLevel = 1;
    private const int WeakProductLevel = 2;
    private const int ProductLevel = 3;
    private const int FactorLevel = 4;
    private const int BaseLevel = 5;

    /// <summary>The formula of an expression, condition or set.</summary>
    public Formula Of(ClaimTree tree) => Print(tree, 0);

    /// <summary>Both sides with the sign between them.</summary>
    public Formula Of(ClaimTree left, string sign, ClaimTree right) => new Row(Of(left), new Operator(sign, OperatorKind.Relation), Of(right));

    private static int LevelOf(ClaimTree tree) => tree.Head switch
    {
        Head.Add or Head.Relation or Head.And or Head.Cases => SumLevel,
        Head.Negate => SumLevel,
        Head.Call when tree.Text is ClaimParser.UpperSign or ClaimParser.LowerSign => SumLevel,
        Head.Integral => WeakProductLevel,
        Head.Times when tree.Text is "" or "⋅" or "×" => ProductLevel,
        Head.Times or Head.Big => WeakProductLevel,
        Head.Derivative when tree.Text is "∇" => ProductLevel,
        Head.Divide or Head.Derivative or Head.Call or Head.Power or Head.Transpose => FactorLevel,
        Head.Number when tree.Text.StartsWith('-') => SumLevel,
        _ => BaseLevel,
    };

    private Formula Print(ClaimTree tree, int needed)
    {
        var formula = Bare(tree);
        formula.Origin ??= tree.Span.Length > 0 ? tree.Span : null;
        return LevelOf(tree) < needed || (tree.Bracketed && needed > 0 && LevelOf(tree) <= WeakProductLevel) ? new Fence("(", formula, ")") : formula;
    }

    private Formula Bare(ClaimTree tree)
    {
        switch (tree.Head)
        {
            case Head.Number:
                return tree.IsEuler ? new Atom("e") : new Atom(tree.IsPi ? "π" : tree.Text.Replace("-Infinity", "−∞", StringComparison.Ordinal).Replace("Infinity", "∞", StringComparison.Ordinal), AtomKind.Number);
            case Head.Name:
                return declarations.FormulaOf(tree.Text);
            case Head.Entry when tree[0].Is(Head.Name) && Declarations.IsExamples(tree[0].Text):
                var rest = tree.Items.Length > 2 ? new Row(Joined([.. tree.Items.Skip(2).Select(index => index.Is(Head.None) ? new Operator(":", OperatorKind.Punctuation) : Of(index))], isTight: true)) : null;
                return new Script(Print(tree[0], BaseLevel), rest, new Fence("(", Of(tree[1]), ")"));
            case Head.Entry:
                var indices = new Row(Joined(tree.Items.Skip(1).Select(index => index.Is(Head.None) ? new Operator(":", OperatorKind.Punctuation) : Of(index)).ToList(), tree.Items.Skip(1).All(index => index.Head is Head.Name or Head.Number && index.Text.Length == 1)));
                if (tree[0].Is(Head.Call) && Print(tree[0], BaseLevel) is Row { Items: [var function, Operator { Kind: OperatorKind.InvisibleApply } apply, Fence arguments] })
                {
                    // softmax(z)_i without brackets around the whole.
                    return new Row(function, apply, new Script(arguments, indices, null));
                }

                return Print(tree[0], BaseLevel) is Script { Subscript: null, Superscript: { } above } raised ? new Script(raised.Base, indices, above) : new Script(Wrapped(tree[0]), indices, null);
            case Head.Add:
                return new Row(Terms(tree));
            case Head.Negate:
                return new Row(new Operator("−", OperatorKind.Prefix), Print(tree[0], WeakProductLevel));
            case Head.Times:
                return new Row(Factors(tree));
            case Head.Divide:
                return new Fraction(Of(tree[0]), Of(tree[1]));
            case Head.Power:
                return new Script(Wrapped(tree[0]), null, Of(tree[1]));
            case Head.Transpose:
                return new Script(Wrapped(tree[0]), null, new Atom("⊤", AtomKind.Symbol));
            case Head.Call:
                return Call(tree);
            case Head.Big:
                return Big(tree);
            case Head.Derivative:
                return Derivative(tree);
            case Head.Integral when tree.Text is not "∫":
                var over = Of(tree[1]);
                return new Row(new Limits(new Atom(tree.Text, AtomKind.Function), tree[2].Is(Head.None) ? over : new Row(over, new Operator("∈", OperatorKind.Relation), new Fence("[", new Row(Of(tree[2]), new Operator(",", OperatorKind.Punctuation), Of(tree[3])), "]")), null), Print(tree[0], WeakProductLevel));
            case Head.Integral:
                return Integral(tree);
            case Head.Differential:
                return new Row(new Atom("d", AtomKind.Symbol), Print(tree[0], FactorLevel));
            case Head.Delta:
                return new Script(new Atom("δ"), new Row(Joined([Of(tree[0]), Of(tree[1])], tree.Items.All(item => item.Text.Length == 1))), null);
            case Head.Indicator:
                return new Row(new Atom("1", AtomKind.Number, Alphabet.DoubleStruck), new Fence("[", Of(tree[0]), "]"));
            case Head.Cases:
                return new Fence("{", new Table([.. tree.Items.Chunk(2).Select(pair => ImmutableArray.Create(Of(pair[0]), pair[1].Is(Head.Otherwise) ? new Atom("otherwise", AtomKind.Text) : Of(pair[1])))], TableKind.Cases), string.Empty);
            case Head.Otherwise:
                return new Atom("otherwise", AtomKind.Text);
            case Head.Matrix:
                return new Fence("(", new Table([.. tree.Items.Select(Of).Chunk(Math.Max(tree.Order, 1)).Select(row => row.ToImmutableArray())], TableKind.Matrix), ")");
            case Head.List:
                return new Fence("[", new Row(Joined([.. tree.Items.Select(Of)], isTight: false)), "]");
            case Head.Ellipsis:
                return new Atom("…", AtomKind.Symbol);
            case Head.Norm:
                var norm = new Fence("‖", Of(tree[0]), "‖");
                return tree.Text is "2" or "" ? norm : new Script(norm, new Atom(tree.Text), null);
            case Head.Elsewhere when tree.Text is "lim":
                var goal = tree[2].Order == 0 || tree[2].Is(Head.Call) ? Of(tree[2]) : new Script(Of(tree[2]), null, new Operator(tree[2].Order > 0 ? "+" : "−", OperatorKind.Postfix));
                return new Row(new Limits(new Atom("lim", AtomKind.Function), new Row(Of(tree[1]), new Operator("→", OperatorKind.Relation), goal), null), Print(tree[0], WeakProductLevel));
            case Head.Elsewhere:
                return new Script(new Fence(string.Empty, Of(tree[0]), "|"), Of(tree[1], "=", tree[2]), null);
            case Head.Bars:
                return new Fence("|", Of(tree[0]), "|");
            case Head.Relation:
                return Of(tree[0], tree.Text, tree[1]);
            case Head.And:
                return new Row(Joined([.. tree.Items.Select(Of)], isTight: false));
            case Head.Set:
                return Set(tree);
            case Head.Identity:
                return tree.Items is [var size] ? new Script(new Atom("I"), Of(size), null) : new Atom("I");
            case Head.Ones:
                var ones = new Atom("1", AtomKind.Number, Alphabet.Bold);
                return tree.Items is [var length] ? new Script(ones, Of(length), null) : ones;
            default:
                return new Row();
        }
    }

    private Formula Wrapped(ClaimTree tree) => LevelOf(tree) < BaseLevel || tree.Head is Head.Relation ? new Fence("(", Of(tree), ")")
        : Print(tree, BaseLevel) is Script script ? new Row(script) : Print(tree, BaseLevel);

    private static IEnumerable<Formula> Joined(List<Formula> items, bool isTight)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0 && !isTight)
            {
                yield return new Operator(",", OperatorKind.Punctuation);
            }

            yield return items[i];
        }
    }

    private IEnumerable<Formula> Terms(ClaimTree tree)
    {
        for (var i = 0; i < tree.Items.Length; i++)
        {
            var term = tree[i];
            if (i > 0 && term is { Head: Head.Call, Text: ClaimParser.UpperSign or ClaimParser.LowerSign })
            {
                yield return new Operator(term.Text, OperatorKind.Binary);
                yield return Print(term[0], WeakProductLevel);
                continue;
            }

            var isNegative = term.Is(Head.Negate) && !term.Bracketed;
            if (isNegative || i > 0)
            {
                yield return new Operator(isNegative ? "−" : "+", i == 0 ? OperatorKind.Prefix : OperatorKind.Binary);
            }

            yield return Print(isNegative ? term[0] : term, i == 0 && !isNegative ? SumLevel : WeakProductLevel);
        }
    }

    private IEnumerable<Formula> Factors(ClaimTree tree)
    {
        var sign = tree.Text.TrimStart('#');
        for (var i = 0; i < tree.Items.Length; i++)
        {
            if (i > 0)
            {
                // Two numbers side by side need a sign.
                yield return sign.Length > 0 ? new Operator(sign, OperatorKind.Binary)
                    : tree[i].Is(Head.Number) ? new Operator("⋅", OperatorKind.Binary) : new Operator(string.Empty, OperatorKind.InvisibleTimes);
            }

            var isLast = i == tree.Items.Length - 1;
            yield return Print(tree[i], tree[i].Is(Head.Big) && isLast ? WeakProductLevel : sign is "" or "⋅" or "×" ? (tree[i].Is(Head.Times) && !(i == 0 && !tree[i].Bracketed && tree[i].Text is "" or "⋅") ? FactorLevel : ProductLevel) : ProductLevel);
        }
    }

    private Formula Call(ClaimTree tree)
    {
        if (tree.Text is ClaimParser.UpperSign or ClaimParser.LowerSign)
        {
            return new Row(new Operator(tree.Text, OperatorKind.Prefix), Print(tree[0], WeakProductLevel));
        }

        if (tree.Text is "exp" && tree.Order == 0)
        {
            return new Script(new Atom("e"), null, Of(tree[0]));
        }

        if (tree.Text is "sqrt" && tree.Order == 0)
        {
            return new Root(Of(tree[0]));
        }

        if (tree.Text is "unit")
        {
            return new Script(new Atom("e"), Of(tree[0]), null);
        }

        Formula name = declarations.Functions.TryGetValue(tree.Text, out var given) ? given.Formula ?? new Atom(tree.Text, AtomKind.Function)
            : declarations.Functions.Values.FirstOrDefault(function => string.Equals(function.Alias, tree.Text, StringComparison.Ordinal))?.Formula is { } alias ? alias
            : tree.Text switch
            {
                "sigmoid" => new Atom("σ"),
                "relu" => new Atom("ReLU", AtomKind.Function),
                "E" => new Atom("E", AtomKind.Variable, Alphabet.DoubleStruck),
                "Phi" => new Atom("Φ"),
                "normal" => new Atom("N", AtomKind.Variable, Alphabet.Calligraphic),
                _ when tree.Text.EndsWith(KnownLosses.Sum, StringComparison.Ordinal) => new Script(new Atom(KnownLosses.Bare(tree.Text), AtomKind.Function), new Atom("sum", AtomKind.Text), null),
                _ => new Atom(tree.Text, AtomKind.Function),
            };
        if (tree.Order > 0)
        {
            name = new Script(name is Script { Superscript: not null } ? new Fence("(", name, ")") : name, null, new Operator(new string('′', tree.Order), OperatorKind.Postfix));
        }

        var brackets = tree.Text is "E" or "Var" or "Cov" ? ("[", "]") : ("(", ")");
        return new Row(name, new Operator(string.Empty, OperatorKind.InvisibleApply), new Fence(brackets.Item1, new Row(Joined([.. tree.Items.Select(Of)], isTight: false)), brackets.Item2));
    }

    private Formula Big(ClaimTree tree)
    {
        Formula sign = tree.Text is "∑" or "∏" ? new Operator(tree.Text, OperatorKind.Large) : new Atom(tree.Text, AtomKind.Function);
        Formula under = !tree[2].Is(Head.None) ? Of(tree[1], "=", tree[2]) : tree[4].Is(Head.None) ? Of(tree[1]) : Of(tree[4]);
        if (!tree[2].Is(Head.None) && !tree[4].Is(Head.None))
        {
            under = new Row(under, new Operator(",", OperatorKind.Punctuation), Of(tree[4]));
        }

        return new Row(new Limits(sign, under, tree[3].Is(Head.None) ? null : Of(tree[3])), Print(tree[0], WeakProductLevel));
    }

    private Row Integral(ClaimTree tree)
    {
        Formula sign = new Operator("∫", OperatorKind.Large);
        return new(tree[2].Is(Head.None) ? sign : new Script(sign, Of(tree[2]), Of(tree[3])), Print(tree[0], WeakProductLevel), new Space(1.0 / 6), new Row(new Atom("d", AtomKind.Symbol), Of(tree[1])));
    }

    private Formula Derivative(ClaimTree tree)
    {
        if (tree[0].Is(Head.Derivative) && !tree[0].Bracketed && string.Equals(tree[0].Text, tree.Text, StringComparison.Ordinal) && tree[0].Items.Skip(1).Concat(tree.Items.Skip(1)).All(tree[1].SameAs))
        {
            // ∂²f/∂x² and not ∂(∂f/∂x)/∂x
            return Derivative(tree.With([.. tree[0].Items, .. tree.Items.Skip(1)]));
        }

        if (tree.Text is ClaimReader.AntiderivativeSign)
        {
            return Of(tree[0]);
        }

        var order = tree.Items.Length - 1;
        if (tree.Text is "∇")
        {
            var twice = order > 1 ? new Atom(order.ToString(System.Globalization.CultureInfo.InvariantCulture), AtomKind.Number) : null;
            return new Row(new Script(new Atom("∇", AtomKind.Symbol), Of(tree[1]), twice), Print(tree[0], FactorLevel));
        }

        Formula sign = new Atom("∂", AtomKind.Symbol);
        Formula above = order > 1 ? new Script(sign, null, new Atom(order.ToString(System.Globalization.CultureInfo.InvariantCulture), AtomKind.Number)) : sign;
        Formula? below = order > 1 && tree.Items.Skip(2).All(tree[1].SameAs) && tree[1].Is(Head.Name) ? new Row(new Atom("∂", AtomKind.Symbol), new Script(Print(tree[1], FactorLevel), null, new Atom(order.ToString(System.Globalization.CultureInfo.InvariantCulture), AtomKind.Number))) : null;
        if (tree[0].Is(Head.Divide))
        {
            // d/dx of a quotient: a fraction above a bar would be hard to tell from the bar.
            return new Row(new Fraction(above, below ?? Below()), new Operator(string.Empty, OperatorKind.InvisibleApply), new Fence("(", Of(tree[0]), ")"));
        }

        // ∂(c xᵀx): without brackets the ∂ would seem to belong to the first factor.
        return new Fraction(new Row(above, Print(tree[0], tree[0].Is(Head.Times) ? FactorLevel : ProductLevel)), below ?? Below());

        Formula Below() => new Row(tree.Items.Skip(1).SelectMany(by => new[] { new Atom("∂", AtomKind.Symbol), Print(by, FactorLevel) }));
    }

    private Formula Set(ClaimTree tree)
    {
        switch (tree.Text)
        {
            case "range":
                return new Fence("{", new Row(Joined([Of(tree[0]), new Atom("…", AtomKind.Symbol), Of(tree[1])], isTight: false)), "}");
            case "interval":
                return new Fence("[", new Row(Joined([Of(tree[0]), Of(tree[1])], isTight: false)), "]");
            case "list":
                return new Fence("{", new Row(Joined([.. tree.Items.Take(tree.Items.Length - tree.Order).Select(Of)], isTight: false)), "}");
            default:
                var letter = new Atom(tree.Text[..1], AtomKind.Variable, Alphabet.DoubleStruck);
                return tree.Items.IsEmpty ? letter : new Script(letter, null, new Row(tree.Items.SelectMany((size, position) => position == 0 ? [Print(size, FactorLevel)] : new[] { new Operator("×", OperatorKind.Binary), Print(size, FactorLevel) })));
        }
    }
}
