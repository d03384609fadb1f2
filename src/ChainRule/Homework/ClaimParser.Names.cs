using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <content>Names with their scripts, calls, expectations, ∇, entries, powers.</content>
internal sealed partial class ClaimParser
{
    /// <summary>A name with its scripts, a call, δ_ij, an indicator, ∇, E[·], the identity.</summary>
    private ClaimTree Named(Cursor cursor)
    {
        var item = cursor.Current!;
        var span = SpanOf(item);
        var (@base, subs, sups) = Unwrap(item);
        cursor.Next();

        if (@base is Atom { Text: "∇" })
        {
            return Nabla(subs, sups, cursor, span);
        }

        if (Special(@base, subs, sups, cursor, span) is { } special)
        {
            return special;
        }

        if (@base is Atom { Kind: AtomKind.Number, Alphabet: Alphabet.Default or Alphabet.Upright } number)
        {
            return Suffixes(new(Head.Number, number.Text, [], span), subs, sups, span);
        }

        if (@base is Fence or Fraction or Accent { Kind: AccentKind.Overbrace or AccentKind.Underbrace } or Row or Root || NameText.Of(@base) is not { } name)
        {
            if (@base is Row { Items.IsEmpty: true } or Operator or Verbatim || (@base is Atom && NameText.Of(@base) is null))
            {
                throw Unexpected(item);
            }

            var inner = Flatten([@base]) is [Fence fence] ? Fenced(fence) : Expression(@base).InBrackets();
            if (inner.Head is Head.Norm && subs.Count > 0)
            {
                inner = inner.WithText(NameText.OfScript(subs[0]));
                subs = [];
            }

            return Suffixes(inner, subs, sups, span);
        }

        return Resolve(@base, name, subs, sups, cursor, span);
    }

    /// <summary>Scripts on scripts as one base with lists of scripts, the innermost first.</summary>
    private static (Formula Base, List<Formula> Subs, List<Formula> Sups) Unwrap(Formula formula)
    {
        var (subs, sups) = (new List<Formula>(), new List<Formula>());
        while (true)
        {
            if (formula is Script script)
            {
                if (script.Subscript is { } below)
                {
                    subs.Insert(0, below);
                }

                if (script.Superscript is { } above)
                {
                    sups.Insert(0, above);
                }

                formula = script.Base;
            }
            else if (formula is Row { Items: [var only] })
            {
                formula = only;
            }
            else
            {
                return (formula, subs, sups);
            }
        }
    }

    private ClaimTree? Special(Formula @base, List<Formula> subs, List<Formula> sups, Cursor cursor, SourceSpan span)
    {
        if (@base is not Atom atom)
        {
            return null;
        }

        var isOne = atom.Text is "1" && atom.Alphabet is not (Alphabet.Default or Alphabet.Upright);
        if (isOne || (atom.Text is "1" or "I" or "𝟙" && subs is [var relation] && IsCondition(relation)) || (atom.Text is "I" && cursor.Current is Fence { Body: var body } && IsCondition(body) && !declarations.IsDeclared("I")))
        {
            if (subs is [var below] && IsCondition(below))
            {
                return Suffixes(new(Head.Indicator, string.Empty, [Condition(Flatten([below]))], span), [], sups, span);
            }

            if (cursor.Current is Fence { Left: "[" or "(" or "{" } fence && (IsCondition(fence.Body) || (atom.Alphabet == Alphabet.DoubleStruck && subs.Count == 0)))
            {
                cursor.Next();
                return Suffixes(new(Head.Indicator, string.Empty, [IsCondition(fence.Body) ? Condition(Flatten([fence.Body])) : Expression(fence.Body)], span), subs, sups, span);
            }

            if (cursor.Current is Script { Base: Fence { Body: var inner } } scripted && IsCondition(inner))
            {
                cursor.Next();
                return Suffixes(new(Head.Indicator, string.Empty, [Condition(Flatten([inner]))], span), scripted.Subscript is { } entry ? [entry] : [], scripted.Superscript is { } power ? [power] : [], span);
            }

            if (isOne)
            {
                return Suffixes(new(Head.Ones, string.Empty, subs is [var size] ? [Expression(size)] : [], span), [], sups, span);
            }
        }

        if (atom.Text is "I" or "𝕀" && !declarations.IsDeclared("I") && !declarations.IsDeclared(NameText.Of(atom) ?? "I"))
        {
            if (subs is [var size])
            {
                var pieces = SplitList(Flatten([size]));
                return pieces.Count == 1 && !(pieces[0].Count == 2 && pieces[0].TrueForAll(piece => piece is Atom { Kind: AtomKind.Variable }))
                    ? Suffixes(new(Head.Identity, string.Empty, [Sizes(Flatten([size]))[0]], span), [], sups, span)
                    : new(Head.Entry, string.Empty, [new(Head.Identity, string.Empty, [], span), .. Indices(size, 2)], span);
            }

            return Suffixes(new(Head.Identity, string.Empty, [], span), [], sups, span);
        }

        // δ_ij is Kronecker's unless δ is declared with two indices.
        if (NameText.Of(atom) is "δ" or "𝛿" && subs is [var pair] && sups.Count == 0 && Pieces(pair) is { Count: 2 } && !(declarations.Find("δ_" + NameText.OfScript(pair)) is not null)
            && !(declarations.Find("δ") is { } delta && (delta.Shape?.Length ?? delta.Parameters.Length) >= 2))
        {
            return new(Head.Delta, string.Empty, [.. Indices(pair, 2)], span);
        }

        if (atom.Text is "E" or "𝔼" && (atom.Alphabet == Alphabet.DoubleStruck || !declarations.IsDeclared("E")) && cursor.Current is Fence { Left: "[" or "(" or "{" } or Script { Base: Fence { Left: "[" } })
        {
            return Averaged("E", subs, sups, cursor, span);
        }

        if (atom.Text is "Var" or "Cov" or "𝕍" || (atom.Text is "V" && atom.Alphabet == Alphabet.DoubleStruck))
        {
            return Averaged(atom.Text is "Cov" ? "Cov" : "Var", subs, sups, cursor, span);
        }

        // e^x
        if (atom is { Kind: AtomKind.Variable, Text: "e" } && sups is [var exponent] && subs.Count == 0 && !declarations.IsDeclared("e"))
        {
            return new(Head.Call, "exp", [Expression(exponent)], span);
        }

        if (atom.Text is "π" && subs.Count == 0 && !declarations.IsDeclared("π") && !declarations.Functions.ContainsKey("π"))
        {
            return Suffixes(new(Head.Number, "3.14159265358979", [], span), [], sups, span);
        }

        return atom.Text is "∞" ? throw new UnreadableException(span, "Limits and infinities are not read here.") : null;
    }

    private ClaimTree Averaged(string name, List<Formula> subs, List<Formula> sups, Cursor cursor, SourceSpan span)
    {
        if (subs.Count > 0 && cursor.Current is not (Fence or Script { Base: Fence }))
        {
            throw new UnreadableException(span, "An expectation needs its argument in brackets: \\mathbb{E}[x^2].");
        }

        if (cursor.Current is Script { Base: Fence scriptedFence } scripted)
        {
            cursor.Next();
            return Suffixes(Call(scriptedFence), scripted.Subscript is { } below ? [below] : [], scripted.Superscript is { } above ? [above] : [], span);
        }

        if (cursor.Current is not Fence fence)
        {
            throw new UnreadableException(span, "An expectation needs its argument in brackets: \\mathbb{E}[x^2].");
        }

        cursor.Next();
        return Suffixes(Call(fence), [], sups, span);

        ClaimTree Call(Fence body) => new(Head.Call, name, [.. SplitList(Flatten([body.Body])).Select(Expression)], span);
    }

    private ClaimTree Nabla(List<Formula> subs, List<Formula> sups, Cursor cursor, SourceSpan span)
    {
        if (subs.Count == 0)
        {
            throw new UnreadableException(span, "∇ does not say by what: write \\nabla_W L.");
        }

        var by = Applied(Expression(subs[0]));
        if (by.Is(Head.Name))
        {
            declarations.Differentiated.Add(by.Text);
        }

        while (Sign(cursor.Current) is "⋅")
        {
            cursor.Next();
        }

        if (cursor.AtEnd)
        {
            throw new UnreadableException(span, "∇ has nothing after it to differentiate.");
        }

        var of = Applied(Factor(cursor));
        if (of.Nodes().All(node => node.Head is Head.Number or Head.Divide) && !cursor.AtEnd && (StartsFactor(cursor.Current!) || Sign(cursor.Current) is "⋅"))
        {
            // ∇ ½‖x‖²: a number is not all that is differentiated.
            while (Sign(cursor.Current) is "⋅")
            {
                cursor.Next();
            }

            of = new(Head.Times, string.Empty, [of, Factors(cursor)], span);
        }

        return sups is [Atom { Text: "2" }] ? new(Head.Derivative, "∇", [of, by, by], span) : new(Head.Derivative, "∇", [of, by], span);
    }

    /// <summary>A name with scripts: which part of it is the declared name, and what the rest says.</summary>
    private ClaimTree Resolve(Formula @base, string name, List<Formula> subs, List<Formula> sups, Cursor cursor, SourceSpan span)
    {
        var primes = 0;
        var transposed = 0;
        var above = new List<Formula>();
        foreach (var formula in sups.SelectMany(sup => Parts(sup)))
        {
            if (formula is Operator { Kind: OperatorKind.Postfix, Text: var marks } && marks[0] == '′')
            {
                primes += marks.Length;
            }
            else if (IsTransposeSign(formula) && !declarations.IsDeclared(name + "^" + NameText.OfScript(formula)))
            {
                transposed++;
            }
            else
            {
                above.Add(formula);
            }
        }

        var supText = string.Concat(above.Select(NameText.OfScript));
        var subText = string.Concat(subs.Select(NameText.OfScript));
        var marked = primes > 0 ? name + new string('\'', primes) : name;
        if (primes > 0 && subs.Count == 0 && above.Count == 0 && _bound.Contains(marked))
        {
            return new(Head.Name, marked, [], span);
        }

        if (subs.Count > 0 && declarations.Find(name + Sup(supText) + "_*") is { } steps && declarations.Find(name + Sup(supText) + Sub(subText)) is null)
        {
            // n_t where n is also a size.
            return Scripted(new(Head.Name, steps.Name, [], span), steps, subs, [], primes, transposed, span);
        }

        // The most literal reading that is declared wins.
        foreach (var (stem, left) in primes > 0 ? new[] { (marked, 0), (name, primes) } : [(name, 0)])
        {
            foreach (var (candidate, useSup, useSub) in new[] { (stem + Sup(supText) + Sub(subText), true, true), (stem + Sup(supText), true, false), (stem + Sub(subText), false, true), (stem, false, false) })
            {
                if ((useSup && above.Count == 0) || (useSub && subs.Count == 0) || (!useSup && !useSub && false))
                {
                    if (above.Count > 0 || subs.Count > 0)
                    {
                        continue;
                    }
                }

                if (declarations.IsFunction(candidate, out var key) && (cursor.Current is Fence or Script { Base: Fence } || declarations.Find(candidate) is null))
                {
                    var rest = useSup ? [] : above;
                    return Function(key, @base, useSub ? [] : subs, rest, left, transposed, cursor, span);
                }

                if (declarations.Sizes.Contains(candidate) && declarations.Find(candidate) is null)
                {
                    return Powers(new(Head.Name, candidate, [], span), useSup ? [] : above, left, transposed, span);
                }

                if (declarations.Find(candidate) is { } symbol)
                {
                    var tree = new ClaimTree(Head.Name, symbol.Name, [], span);
                    if (declarations.Decorations.TryGetValue(symbol.Name, out var arguments) && cursor.Current is Fence { Body: var body } && arguments.Contains(NameText.OfScript(body)))
                    {
                        cursor.Next();
                    }
                    else if (arguments is not null && cursor.Current is Script { Base: Fence { Body: var scriptedBody } } scripted && arguments.Contains(NameText.OfScript(scriptedBody)))
                    {
                        cursor.Next();
                        return Scripted(tree, symbol, scripted.Subscript is { } below ? [below] : [], scripted.Superscript is { } sup ? [sup] : [], 0, 0, span);
                    }

                    return Scripted(tree, symbol, useSub ? [] : subs, useSup ? [] : above, left, transposed, span);
                }
            }
        }

        // x^{(i)}: an example or a step of a family.
        if (above is [Fence { Left: "(", Body: var step }] && declarations.Find(name + "^(*)") is { } family)
        {
            var slice = new ClaimTree(Head.Entry, string.Empty, [new(Head.Name, family.Name, [], span), Expression(step), .. subs.SelectMany(sub => Indices(sub, null))], span);
            return transposed % 2 == 1 ? new(Head.Transpose, string.Empty, [slice], span) : slice;
        }

        if (KnownFunctions.TryFind(name, out var known) && !(declarations.Sizes.Contains(name)) && (cursor.Current is Fence or Script { Base: Fence } || @base is Atom { Kind: AtomKind.Function } || known is "softmax" or "relu"))
        {
            return Function(known, @base, subs, above, primes, transposed, cursor, span);
        }

        if (name is "σ" && cursor.Current is Fence or Script { Base: Fence })
        {
            // Nothing else is declared: σ(…) is the logistic function.
            return name is "σ" ? Function("sigmoid", @base, subs, above, primes, transposed, cursor, span) : Undeclared(@base, name, subs, above, primes, transposed, cursor, span, supText, subText);
        }

        return Undeclared(@base, name, subs, above, primes, transposed, cursor, span, supText, subText);

        static string Sup(string text) => text.Length == 0 ? string.Empty : "^" + text;
        static string Sub(string text) => text.Length == 0 ? string.Empty : "_" + text;
    }

    /// <summary>A name that nothing declares: an index, a size, or something that a given will have to settle.</summary>
    private ClaimTree Undeclared(Formula @base, string name, List<Formula> subs, List<Formula> above, int primes, int transposed, Cursor cursor, SourceSpan span, string supText, string subText)
    {
        if (primes > 0 && cursor.Current is Fence or Script { Base: Fence })
        {
            throw new UnreadableException(span, $"{name} is not declared: give it, as in \"{name}(x) = …\" or \"{name} \\text{{ activation}}\".");
        }

        if (@base is Atom { Kind: AtomKind.Function, Text: var word } && subs.Count == 0 && !declarations.IsGiving)
        {
            throw new UnreadableException(span, $"{word} is not known: give it, as in \"\\mathrm{{{word}}}(x) = …\".");
        }

        if (@base is Atom { Kind: AtomKind.Text } && !declarations.IsGiving && !declarations.Sizes.Contains(name))
        {
            throw new UnreadableException(span, $"The words \"{Short(name)}\" are not understood here.");
        }

        var literalSup = supText.Length > 0 && above is [Fence] or [Fence, ..];
        var stem = literalSup ? name + "^" + supText : name;
        var isIndexed = !_isSize && subs.Count > 0 && subs.SelectMany(Pieces).All(IsIndexLike);
        if (cursor.Current is Fence { Left: "(" or "[" } fence && !declarations.IsGiving && !_bound.Contains(name) && !declarations.Sizes.Contains(name) && subs.Count == 0 && !declarations.Differentiated.Contains(name))
        {
            throw new UnreadableException(span, $"{name} is not declared, and a bracket follows: give it as a function ({name}(x) = …), or say {name} \\in \\mathbb{{R}} where a product is meant.");
        }

        if (declarations.IsGiving)
        {
            declarations.Written.TryAdd(isIndexed || subs.Count == 0 ? stem : stem + "_" + subText, literalSup ? new Script(@base, isIndexed || subs.Count == 0 ? null : subs[0], above[0]) : isIndexed || subs.Count == 0 ? @base : new Script(@base, subs[0], null));
        }

        var tree = new ClaimTree(Head.Name, isIndexed || subs.Count == 0 ? stem : stem + "_" + subText, [], span);
        if (isIndexed)
        {
            tree = new(Head.Entry, string.Empty, [tree, .. subs.SelectMany(sub => Indices(sub, null))], span);
        }

        return Powers(tree, literalSup ? above.GetRange(1, above.Count - 1) : above, primes, transposed, span);
    }

    /// <summary>Whether a subscript can count entries: an index letter, a number beside letters, or a sum of them.</summary>
    private bool IsIndexLike(List<Formula> piece) => piece switch
    {
        [Atom { Kind: AtomKind.Number }] => false,
        [Script primed] when LetterOf(primed) is { } letter && _bound.Contains(letter) => true,
        [Atom { Kind: AtomKind.Variable, Text.Length: 1 } letter] => _bound.Contains(letter.Text) || declarations.Ranges.ContainsKey(letter.Text) || declarations.Indexing.Contains(letter.Text)
            // In a given, W_i beside an i that nothing counts is a label, like W_f.
            || (!declarations.IsGiving && "ijklmnrstuvpqcτ".Contains(letter.Text, StringComparison.Ordinal)),
        _ => piece.Count > 1 && piece.Exists(item => item is Operator { Text: "+" or "−" }),
    };

    private static bool IsTransposeSign(Formula formula) => formula is Atom { Text: "T" or "⊤" or "⊺" or "t", Kind: AtomKind.Variable or AtomKind.Symbol or AtomKind.Text, } atom && (atom.Text is not "t" || atom.Kind == AtomKind.Text)
        || formula is Atom { Kind: AtomKind.Function, Text: "T" };

    /// <summary>The formulas of a superscript that stand for themselves: (2) and ⊤ in W^{(2)⊤}.</summary>
    private static IEnumerable<Formula> Parts(Formula formula) => formula is Row row && row.Items.Length > 1 && (row.Items.Any(IsTransposeSign) || row.Items[0] is Operator { Kind: OperatorKind.Postfix }) && !row.Items.Any(item => item is Operator { Kind: OperatorKind.Binary })
        ? row.Items.Where(item => item is not Space and not Operator { Kind: OperatorKind.Punctuation })
        : formula is Row { Items: [var only] } ? [only] : [formula];

    private ClaimTree Scripted(ClaimTree tree, Symbol symbol, List<Formula> subs, List<Formula> above, int primes, int transposed, SourceSpan span)
    {
        var rank = symbol.Shape?.Length ?? (symbol.Parameters.Length > 0 ? symbol.Parameters.Length : null);
        if (subs.Count > 0)
        {
            tree = new(Head.Entry, string.Empty, [tree, .. subs.SelectMany(sub => Indices(sub, rank))], span);
        }

        return Powers(tree, above, primes, transposed, span);
    }

    private ClaimTree Suffixes(ClaimTree tree, List<Formula> subs, List<Formula> sups, SourceSpan span)
    {
        if (subs.Count > 0)
        {
            tree = new(Head.Entry, string.Empty, [tree, .. subs.SelectMany(sub => Indices(sub, null))], span);
        }

        var (transposed, primes) = (0, 0);
        var above = new List<Formula>();
        foreach (var formula in sups.SelectMany(Parts))
        {
            if (IsTransposeSign(formula))
            {
                transposed++;
            }
            else if (formula is Operator { Kind: OperatorKind.Postfix, Text: var marks } && marks[0] == '′')
            {
                primes += marks.Length;
            }
            else
            {
                above.Add(formula);
            }
        }

        return Powers(tree, above, primes, transposed, span);
    }

    private ClaimTree Powers(ClaimTree tree, List<Formula> above, int primes, int transposed, SourceSpan span)
    {
        foreach (var exponent in above)
        {
            var odot = Flatten([exponent]);
            if (odot is [Operator { Text: "⊙" or "∘" }, .. var rest] && rest.Count > 0)
            {
                tree = new(Head.Power, "⊙", [tree, Expression(rest)], span);
                continue;
            }

            if (odot is [Operator { Text: "∗" or "⋆" }] or [Atom { Text: "†" }])
            {
                throw new UnreadableException(SpanOf(exponent), "This mark is not read here; declare the name with it, as in \"x^* \\in \\mathbb{R}\".");
            }

            tree = new(Head.Power, string.Empty, [tree, Expression(odot)], span);
        }

        // A prime that belongs to no declared name and no function transposes, as in MATLAB.
        for (var i = 0; i < transposed + primes; i++)
        {
            tree = new(Head.Transpose, string.Empty, [tree], span);
        }

        return tree;
    }

    private ClaimTree Function(string key, Formula @base, List<Formula> subs, List<Formula> above, int primes, int transposed, Cursor cursor, SourceSpan span)
    {
        if (primes == 0 && above is [Atom { Kind: AtomKind.Number }] or [] && subs.Count > 0 && key is "log" && subs[0] is Atom { Text: "2" or "10" } root)
        {
            // log₂ x = log x / log 2
            var inner = Function("log", @base, [], above, 0, transposed, cursor, span);
            return new(Head.Divide, string.Empty, [inner, new(Head.Call, "log", [new(Head.Number, root.Text, [])], span)], span);
        }

        if (KnownLosses.Is(key))
        {
            (key, subs) = Scaled(key, subs, cursor);
        }

        ImmutableArray<ClaimTree> arguments;
        List<Formula> subsAfter = [];
        List<Formula> supsAfter = [];
        if (cursor.Current is Fence { Left: "(" or "[" or "{" or "" } fence && fence.Body is not Table { Kind: TableKind.Cases })
        {
            cursor.Next();
            arguments = Arguments(fence);
        }
        else if (cursor.Current is Script { Base: Fence { Left: "(" or "[" or "{" or "" } } or Script { Base: Script { Base: Fence } })
        {
            var (inner, below, up) = Unwrap(cursor.Current!);
            cursor.Next();
            arguments = Arguments((Fence)inner);
            (subsAfter, supsAfter) = (below, up);
        }
        else if (declarations.Functions.TryGetValue(key, out var given) && cursor.AtEnd | cursor.Current is Operator or Atom { Kind: AtomKind.Symbol, Text: "/" })
        {
            if (given.Parameters.IsEmpty)
            {
                // Alone it can stand for the value that a given computes with it: ∂g/∂z for ŷ = g(z).
                return new(Head.Name, key, [], span);
            }

            arguments = [.. given.Parameters.Select(ClaimTree.Name)];
        }
        else if (cursor.AtEnd || cursor.Current is Operator { Kind: not OperatorKind.Large and not OperatorKind.Prefix })
        {
            throw new UnreadableException(span, $"{TextPrinter.Print(@base)} has no argument: write it in brackets.");
        }
        else
        {
            // log ŷ_i, exp 2x: one factor, or a number and the factor after it.
            var negative = cursor.Current is Operator { Text: "−" };
            if (negative)
            {
                cursor.Next();
            }

            var operand = Factor(cursor);
            if (operand.Is(Head.Number) && !cursor.AtEnd && StartsFactor(cursor.Current!))
            {
                operand = new(Head.Times, string.Empty, [operand, Factor(cursor)], operand.Span);
            }

            arguments = [negative ? ClaimTree.Of(Head.Negate, operand) : operand];
        }

        var call = new ClaimTree(Head.Call, key, arguments, span, primes);
        // tanh²(z): the power of the value.
        return Suffixes(Suffixes(call, subs, above, span), subsAfter, supsAfter, span) is var tree && transposed % 2 == 1 ? new(Head.Transpose, string.Empty, [tree], span) : tree;
    }

    /// <summary>MSELoss_sum(ŷ, y) and MSELoss(reduction='sum')(ŷ, y): a loss that adds up instead of averaging.</summary>
    private static (string Key, List<Formula> Subs) Scaled(string key, List<Formula> subs, Cursor cursor)
    {
        if (subs is [var below] && NameText.OfScript(below) is "sum" or "mean")
        {
            return (NameText.OfScript(subs[0]) is "sum" ? key + KnownLosses.Sum : key, []);
        }

        if (cursor.Current is Fence { Left: "(", Body: var settings } && cursor.At(cursor.Position + 1) is Fence && NameText.OfScript(settings) is var text && (text.Length == 0 || text.StartsWith("reduction", StringComparison.Ordinal)))
        {
            cursor.Next();
            return (text.Contains("sum", StringComparison.Ordinal) ? key + KnownLosses.Sum : key, subs);
        }

        return (key, subs);
    }

    private ImmutableArray<ClaimTree> Arguments(Fence fence)
    {
        if (fence.Body is Table table)
        {
            return [MatrixOf(table, SpanOf(fence))];
        }

        var inner = Flatten([fence.Body]);
        var parts = Split(inner, item => item is Operator { Kind: OperatorKind.Punctuation, Text: "," or ";" } or Operator { Text: "∣" });
        return [.. parts.Where(part => part.Count > 0).Select(Expression)];
    }

    /// <summary>The pieces of a subscript: at commas, else letter by letter.</summary>
    public List<List<Formula>> Pieces(Formula subscript)
    {
        var items = Flatten([subscript]);
        if (items is [Fence { Left: "(" or "[" } fence])
        {
            items = Flatten([fence.Body]);
        }

        var parts = SplitList(items);
        return parts.Count > 1 || items.Exists(item => item is Operator or Fraction)
            ? parts
            : [.. items.Select(item => new List<Formula> { item })];
    }

    private IEnumerable<ClaimTree> Indices(Formula subscript, int? rank)
    {
        var pieces = Pieces(subscript);
        if (pieces is [[Atom { Kind: AtomKind.Number, Text: { Length: 2 } digits } number]] && rank == 2)
        {
            return digits.Select(digit => new ClaimTree(Head.Number, digit.ToString(CultureInfo.InvariantCulture), [], SpanOf(number)));
        }

        const int MostIndices = 12;
        if (pieces.Count > MostIndices)
        {
            throw new UnreadableException(SpanOf(subscript), $"{pieces.Count} indices stand here; at most {MostIndices} are read.");
        }

        // x_{2i} of a vector has one index.
        if (pieces.Count > 1 && rank is null or 1 && pieces.TrueForAll(piece => piece is [Atom]) && pieces[0] is [Atom { Kind: AtomKind.Number }] && Flatten([subscript]) is { } product && product.Count == pieces.Count)
        {
            return [Expression(product)];
        }

        return pieces.Select(piece => piece is [Operator { Text: ":" or "∗" or "⋅" }] ? ClaimTree.Nothing : Expression(piece));
    }
}
