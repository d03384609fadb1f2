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

        if (@base is Accent { Kind: AccentKind.Dot or AccentKind.DoubleDot, Base: Atom moving } dotted && subs.Count == 0 && sups.Count == 0 && NameText.Of(dotted) is { } composed && !declarations.IsDeclared(composed) && NameText.Of(moving) is { } undotted
            && (declarations.Functions.TryGetValue(undotted, out var motion) && motion.Parameters.Length == 1 && motion.Body is not null && motion.Alias is null))
        {
            // ẋ(t) is the derivative of the x(t) that was given.
            var order = dotted.Kind == AccentKind.Dot ? 1 : 2;
            return declarations.Symbols.ContainsKey(undotted) || cursor.Current is not (Fence or Script { Base: Fence }) ? Dotted(motion, order, cursor, span) : Function(undotted, moving, [], [], order, 0, cursor, span);
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

            if (@base is Accent { Kind: not (AccentKind.Overbrace or AccentKind.Underbrace) })
            {
                throw new UnreadableException(span, $"A sign over \"{Short(TextPrinter.Print(((Accent)@base).Base))}\" is not read here: signs are read over single names.");
            }

            if (@base is Fence { Left: "(", Body: var combined } && subs.Count == 0 && sups.Count > 0 && sups.SelectMany(Parts).All(IsPrime) && Combined(Flatten([combined]), sups.SelectMany(Parts).Sum(marks => marks is Operator { Text: var text } ? text.Length : 1), cursor, span) is { } derivative)
            {
                return derivative;
            }

            if (@base is Fence { Left: "(", Body: var body } && sups.Count > 0 && sups.SelectMany(Parts).All(IsPrime) && InverseAlone(Flatten([body])) is { } inverse)
            {
                // (f^{-1})'(y)
                return Function(inverse, body, [], [], sups.SelectMany(Parts).Sum(marks => marks is Operator { Text: var text } ? text.Length : 1), 0, cursor, span);
            }

            if (@base is Fence { Left: "[", Right: "]", Body: var primitive } && subs is [var from] && sups is [var to] && Between(Expression(primitive).InBrackets(), from, to, span) is { } stretch)
            {
                return stretch;
            }

            var inner = Flatten([@base]) is [Fence fence] ? Fenced(fence) : Expression(@base).InBrackets();
            if (subs is [Operator { Text: "+" }])
            {
                // [1 − y f]_+ is the positive part.
                return Suffixes(new(Head.Call, "max", [ClaimTree.Number(0), inner], span), [], sups, span);
            }

            if (inner is { Head: Head.Call, Text: "inner" } && subs is [Atom { Kind: AtomKind.Variable or AtomKind.Number or AtomKind.Text }])
            {
                // ⟨A, B⟩_F: the letter says of which space.
                subs = [];
            }

            if (inner.Head is Head.Norm && subs.Count > 0)
            {
                inner = inner.WithText(NameText.OfScript(subs[0]));
                subs = [];
            }

            return Suffixes(inner, subs, sups, span);
        }

        return Resolve(@base, name, subs, sups, cursor, span);
    }

    /// <summary>(fg)′(x), (f/g)′ and (f ∘ g)′(x): what stands in the bracket is made of functions alone; null where it is not.</summary>
    private ClaimTree? Combined(List<Formula> items, int primes, Cursor cursor, SourceSpan span)
    {
        if (declarations.IsGiving || !AreFunctions(items) || !items.Exists(item => item is not Operator))
        {
            return null;
        }

        Formula argument = new Atom(AnyArgument, AtomKind.Variable);
        var place = cursor.Current is Fence { Left: "(", Body: var at } ? at : null;
        var name = place is not null && NameText.Of(place) is { } written && declarations.Find(written) is null or { Shape.IsEmpty: true, Body: null } ? NameText.Of(place)! : AnyArgument;
        if (place is null && GivenReader.Inside(new Row(items)).OfType<Atom>().Select(atom => NameText.Of(atom) is { } function && declarations.Functions.TryGetValue(function, out var given) && given.Parameters is [var parameter] ? parameter : null).OfType<string>().Distinct(StringComparer.Ordinal).ToList() is [var usual])
        {
            // f′ of a given f(x) is taken at x.
            (name, place) = (usual, null);
        }

        argument = name is AnyArgument ? argument : place ?? new Atom(name);
        declarations.Symbols.TryAdd(AnyArgument, new(AnyArgument, new Atom(AnyArgument, AtomKind.Symbol)) { Shape = [] });
        declarations.Differentiated.Add(name);
        var tree = Expression(Flatten(Filled(items)));
        for (var prime = 0; prime < primes; prime++)
        {
            tree = new(Head.Derivative, "∂", [tree, ClaimTree.Name(name)], span);
        }

        if (place is not null)
        {
            cursor.Next();
        }

        return place is null || name is not AnyArgument ? tree : new(Head.Elsewhere, string.Empty, [tree, ClaimTree.Name(name), Expression(place)], span);

        bool AreFunctions(List<Formula> formulas) => formulas.TrueForAll(item => item switch
        {
            Operator { Text: "+" or "−" or "⋅" or "×" or "∘" } => true,
            Atom { Kind: AtomKind.Symbol, Text: "/" } => true,
            Fraction fraction => AreFunctions(Flatten([fraction.Numerator])) && AreFunctions(Flatten([fraction.Denominator])),
            Atom { Kind: AtomKind.Variable or AtomKind.Function } atom => NameText.Of(atom) is { } function && IsOfOne(function),
            _ => false,
        });

        bool IsOfOne(string function) => declarations.Functions.TryGetValue(function, out var given) ? given.Parameters.Length <= 1 && !given.OfTensors : function is "σ" && declarations.Find(function) is null || (KnownFunctions.TryFind(function, out var known) && KnownFunctions.Elementwise.Contains(known));

        // Each function with its argument; what stands behind ∘ is the argument of what stands before it.
        List<Formula> Filled(List<Formula> formulas)
        {
            var filled = new List<Formula>();
            for (var i = 0; i < formulas.Count; i++)
            {
                if (formulas[i] is Operator)
                {
                    filled.Add(formulas[i]);
                    continue;
                }

                var last = i;
                while (last + 2 < formulas.Count && formulas[last + 1] is Operator { Text: "∘" })
                {
                    last += 2;
                }

                var inner = argument;
                for (var position = last; position > i; position -= 2)
                {
                    inner = new Row(formulas[position], new Fence("(", inner, ")"));
                }

                filled.AddRange(formulas[i] is Fraction fraction ? [new Fraction(new Row(Filled(Flatten([fraction.Numerator]))), new Row(Filled(Flatten([fraction.Denominator])))) { Origin = fraction.Origin }]
                    : formulas[i] is Atom { Kind: AtomKind.Symbol } ? [formulas[i]] : new[] { formulas[i], new Fence("(", inner, ")") { Origin = formulas[i].Origin } });
                i = last;
            }

            return filled;
        }
    }

    private ClaimTree Dotted(GivenFunction motion, int order, Cursor cursor, SourceSpan span)
    {
        if (cursor.Current is Fence { Left: "(", Body: var argument } && string.Equals(NameText.OfScript(argument), motion.Parameters[0], StringComparison.Ordinal))
        {
            cursor.Next();
        }

        declarations.Differentiated.Add(motion.Parameters[0]);
        return new(Head.Call, motion.Name, [ClaimTree.Name(motion.Parameters[0])], span, order);
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
            else if (formula is Accent { Kind: AccentKind.Vector or AccentKind.Underline, Base: Atom { Text: "∇" } nabla })
            {
                formula = nabla;
            }
            else
            {
                return (formula, subs, sups);
            }
        }
    }

    /// <summary>𝒩(x; μ, σ²) and 𝒩(x | μ, Σ), but not the 𝒩(μ, σ²) of a distribution.</summary>
    public bool IsDensity(Formula name, Formula bracket) => name is Atom { Text: "N", Alphabet: Alphabet.Calligraphic } or Atom { Text: "N", Kind: AtomKind.Function } && bracket is Fence { Left: "(", Body: var variables }
        && Flatten([variables]).Exists(item => item is Operator { Text: ";" or "∣" or "|" } or Atom { Text: "|" or "∣" });

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
                return Suffixes(new(Head.Indicator, string.Empty, [Condition(Flatten([below is Fence { Left: "{", Body: var set } ? set : below]))], span), [], sups, span);
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

        if (atom is { Text: "0", Kind: AtomKind.Number, Alphabet: not (Alphabet.Default or Alphabet.Upright) })
        {
            return Suffixes(new(Head.Number, "0", [], span), [], sups, span);
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

        // e_c: the unit vector, where no e is declared.
        if (atom is { Kind: AtomKind.Variable, Text: "e" } && subs is [var place] && Pieces(place) is [var index] && !declarations.IsDeclared("e") && declarations.Find("e_" + NameText.OfScript(place)) is null && !declarations.IsGiving)
        {
            return Suffixes(new(Head.Call, "unit", [Expression(index)], span), [], sups, span);
        }

        // e^x
        if (atom is { Kind: AtomKind.Variable, Text: "e" } && sups is [var exponent] && subs.Count == 0 && !declarations.IsDeclared("e"))
        {
            return new(Head.Call, "exp", [Expression(exponent)], span);
        }

        // The number e in log(2πe σ²): alone, where nothing is called so.
        if (atom is { Kind: AtomKind.Variable or AtomKind.Function, Text: "e" } && subs.Count == 0 && sups.Count == 0 && !declarations.IsGiving && !_bound.Contains("e") && !declarations.IsDeclared("e") && !declarations.Differentiated.Contains("e"))
        {
            return new(Head.Number, "2.71828182845905", [], span);
        }

        if (subs.Count == 0 && sups.Count == 0 && cursor.Current is Fence density && IsDensity(atom, density) && Arguments(density) is { Length: 3 } normal)
        {
            // 𝒩(x; μ, σ²): the density at x.
            cursor.Next();
            return new(Head.Call, "normal", normal, span);
        }

        if (StatementReader.IsConstant(atom) && subs.Count == 0 && sups.Count == 0 && !declarations.IsGiving)
        {
            return new(Head.Name, "const", [], span);
        }

        // 2π is the number also where π_k are mixing weights.
        if (atom.Text is "π" && subs.Count == 0 && (!declarations.Functions.ContainsKey("π") || (cursor.At(cursor.Position - 2) is Atom { Kind: AtomKind.Number, Text: "2" } && cursor.Current is not Fence)) && (declarations.Functions.ContainsKey("π") || !declarations.IsDeclared("π") || (cursor.At(cursor.Position - 2) is Atom { Kind: AtomKind.Number, Text: "2" } && declarations.Find("π") is not { Shape.IsEmpty: true })))
        {
            return Suffixes(new(Head.Number, "3.14159265358979", [], span), [], sups, span);
        }

        return atom.Text is not "∞" ? null
            : declarations.IsGiving ? throw new UnreadableException(span, "Infinities are read in claims; what is given is finite.")
            : new(Head.Number, "Infinity", [], span);
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
        var isSecond = sups is [Atom { Text: "2" }];
        if (subs.Count == 0 && cursor.Current is Atom { Text: "∇" } or Script { Base: Atom { Text: "∇" }, Superscript: null })
        {
            // ∇∇E
            (isSecond, subs) = (true, cursor.Current is Script { Subscript: { } below } ? [below] : subs);
            cursor.Next();
        }

        return Applied(subs is [var by, ..] ? by : null, isSecond, "∇", cursor, span);
    }

    /// <summary>What an operator of differentiation with its variable in the subscript works on: ∇_W L, ∂_w L, D_θ J.</summary>
    private ClaimTree Applied(Formula? subscript, bool isSecond, string sign, Cursor cursor, SourceSpan span)
    {
        var by = subscript is null ? null : Applied(Expression(subscript));
        if (by?.Is(Head.Name) == true)
        {
            declarations.Differentiated.Add(by.Text);
        }

        while (Sign(cursor.Current) is "⋅")
        {
            cursor.Next();
        }

        if (cursor.AtEnd)
        {
            throw new UnreadableException(span, $"{sign} has nothing after it to differentiate.");
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

        if (of.Is(Head.Transpose))
        {
            // ∇f(x)ᵀ
            return new(Head.Transpose, string.Empty, [Made(of[0])], span);
        }

        return Made(of);

        ClaimTree Made(ClaimTree function)
        {
            if (function is { Head: Head.Call, Order: 0 } call && declarations.Functions.TryGetValue(call.Text, out var given) && given.Parameters.Length == call.Items.Length && (by is null || (by.Is(Head.Name) && given.Parameters.Contains(by.Text))) && !call.Items.Any(item => item.Is(Head.Name) && !item.IsName(AnyArgument)) && !call.Items.Zip(given.Parameters).Any(pair => pair.First.IsName(pair.Second)))
            {
                // ∇f(1, 0): the gradient at a place.
                declarations.Differentiated.UnionWith(given.Parameters);
                return AtArguments(Made(call.With([.. given.Parameters.Select(ClaimTree.Name)])), given, call.Items, span);
            }

            if (by is null && isSecond && Arguments(function) is { Count: > 1 } numbers)
            {
                declarations.Differentiated.UnionWith(numbers.Select(number => number.Text));
                return new(Head.Matrix, string.Empty, [.. numbers.SelectMany(row => numbers.Select(column => new ClaimTree(Head.Derivative, "∂", [function, row, column], span)))], span, numbers.Count);
            }

            if (by is null && !isSecond && Arguments(function) is { Count: > 1 } several)
            {
                return new(Head.List, string.Empty, [.. several.Select(name => new ClaimTree(Head.Derivative, "∂", [function, name], span))], span);
            }

            // ∇E(w) = Σ ∂E/∂y ∇y: by what is said once. ∇f(Ax) of an f that is not written out is its gradient at Ax.
            var variable = by ?? (function is { Head: Head.Call, Items: [{ Head: Head.Times or Head.Add or Head.Call } place] } && declarations.Functions.TryGetValue(function.Text, out var unwritten) && unwritten is { Body: null, OfTensors: true } ? place : null) ?? OnlyArgument(function) ?? _variable ?? Parameter(function) ?? throw new UnreadableException(span, "∇ does not say by what: write \\nabla_W L.");
            _variable = variable;
            return isSecond ? new(Head.Derivative, sign, [function, variable, variable], span) : new(Head.Derivative, sign, [function, variable], span);
        }
    }

    /// <summary>A derivative of f where its arguments have other values than their names.</summary>
    private static ClaimTree AtArguments(ClaimTree derivative, GivenFunction function, ImmutableArray<ClaimTree> arguments, SourceSpan span)
    {
        // The first name is set last: outermost, so that no value is taken where another name has moved already.
        foreach (var (name, value) in function.Parameters.Zip(arguments).Where(pair => !pair.Second.IsName(pair.First)))
        {
            derivative = new(Head.Elsewhere, string.Empty, [derivative, ClaimTree.Name(name), value], span);
        }

        return derivative;
    }

    /// <summary>The numbers that f(x, y) was given with, in their order: ∇f lists the derivatives by them.</summary>
    private List<ClaimTree>? Arguments(ClaimTree of)
    {
        List<ClaimTree>? arguments = of.Is(Head.Call) ? [.. of.Items]
            : of.Is(Head.Name) && declarations.Decorations.TryGetValue(of.Text, out var written) && written.Count == 1 ? [.. written.First().Split(',').Select(ClaimTree.Name)] : null;
        return arguments is not null && arguments.TrueForAll(argument => argument.Is(Head.Name) && declarations.Symbols.TryGetValue(argument.Text, out var symbol) && symbol.Shape is { IsEmpty: true }) ? arguments : null;
    }

    /// <summary>∇E(w) and ∇f, where f(x) is given: the one argument is what it is differentiated by.</summary>
    private ClaimTree? OnlyArgument(ClaimTree of)
    {
        if (of is { Head: Head.Call, Items: [{ Head: Head.Name } argument] })
        {
            return argument;
        }

        return of.Is(Head.Name) && declarations.Decorations.TryGetValue(of.Text, out var written) && written.Where(text => declarations.Find(text) is not null).Distinct(StringComparer.Ordinal).ToList() is [var only]
            ? ClaimTree.Name(declarations.Find(only)!.Name)
            : of.Is(Head.Name) && declarations.Symbols.TryGetValue(of.Text, out var symbol) && symbol.Body is not null && declarations.Symbols.Values.Where(other => other.Body is null && other.OpaqueOf.IsEmpty && declarations.Reaches(of.Text, other.Name)).ToList() is [var free] && free.Shape is { Length: > 0 }
            ? ClaimTree.Name(free.Name) : null;
    }

    /// <summary>The one freely given number that a number depends on, or null.</summary>
    private ClaimTree? OnlyNumber(Symbol symbol) => declarations.Symbols.Values.Where(other => other.Body is null && other.OpaqueOf.IsEmpty && declarations.Reaches(symbol.Name, other.Name)).ToList() is [{ Shape.IsEmpty: true } only] ? ClaimTree.Name(only.Name) : null;

    private static readonly string[] _parameterNames = ["w", "W", "θ", "Θ", "β", "ω"];

    /// <summary>∇J, where J depends on one name that parameters go by, is by that; the report says so.</summary>
    private ClaimTree? Parameter(ClaimTree of)
    {
        var free = declarations.Symbols.Values.Where(symbol => symbol is { Body: null, OpaqueOf.IsEmpty: true } && _parameterNames.Contains(symbol.Name, StringComparer.Ordinal) && declarations.Names(of).Any(name => declarations.Reaches(name, symbol.Name))).ToList();
        if (free is not [var only])
        {
            return null;
        }

        declarations.Remarks.Add($"∇ is taken by {only.Name}.");
        return ClaimTree.Name(only.Name);
    }

    /// <summary>The name of a function that shares its letter with one of another number of arguments.</summary>
    public static string Overload(string name, int arguments) => string.Create(CultureInfo.InvariantCulture, $"{name}⟨{arguments}⟩");

    /// <summary>A name with scripts: which part of it is the declared name, and what the rest says.</summary>
    private ClaimTree Resolve(Formula @base, string name, List<Formula> subs, List<Formula> sups, Cursor cursor, SourceSpan span)
    {
        if (subs.Count == 0 && (cursor.Current is Script { Base: Fence called } ? called : cursor.Current) is Fence { Left: "(", Body: var list1 } && declarations.Functions.ContainsKey(name) && Overload(name, SplitList(Flatten([list1])).Count) is var overload && declarations.Functions.ContainsKey(overload))
        {
            name = overload;
        }

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

        if (above is [Fence { Left: "(", Body: Atom { Kind: AtomKind.Number, Text: ['1' or '2' or '3'] and var times } }] && !declarations.IsDeclared(name + "^(" + times + ")") && cursor.Current is Fence or Script { Base: Fence }
            && (declarations.Functions.ContainsKey(name) || declarations.Decorations.ContainsKey(name) || BareFunction(name) is not null))
        {
            // f^{(3)}(x) is f‴(x).
            (primes, above) = (primes + times[0] - '0', []);
        }

        var supText = string.Concat(above.Select(NameText.OfScript));
        if (above.Exists(IsMark) && declarations.Find(name + "^" + supText) is null)
        {
            // w^* beside a declared w is another name.
            return Undeclared(@base, name, subs, above, primes, transposed, cursor, span, supText, string.Concat(subs.Select(NameText.OfScript)));
        }

        var subText = string.Concat(subs.Select(NameText.OfScript));
        var marked = primes > 0 ? name + new string('\'', primes) : name;
        if (primes > 0 && subs.Count == 0 && above.Count == 0 && _bound.Contains(marked))
        {
            return new(Head.Name, marked, [], span);
        }

        if (primes > 0 && _bound.Contains(marked) && subs.Count == 0 && above.Count == 0)
        {
            return new(Head.Name, marked, [], span);
        }

        if (above is [var minusOne] && IsMinusOne(minusOne) && subs.Count == 0 && cursor.Current is Fence or Script { Base: Fence } && InverseOf(name) is not null)
        {
            return Function(name, @base, [], above, primes, transposed, cursor, span);
        }

        if (declarations.Lettered.Contains(name + Sup(supText)) && subs.Count > 0)
        {
            return LetteredName(name + Sup(supText), subs, transposed, span);
        }

        if (subs.Count > 0 && declarations.Find(name + Sup(supText) + Sub(subText)) is null && (declarations.Find(name + Sup(supText) + "_*") is { } steps ? (steps, []) : (declarations.Find(name + "_*"), above)) is ({ } family1, var powers))
        {
            // n_t where n is also a size, and n_t²; ℓ_i(w) beside ℓ(w) = Σ_i ℓ_i(w).
            if (declarations.Decorations.TryGetValue(family1.Name, out var written) && cursor.Current is Fence { Body: var dependence } && written.Contains(NameText.OfScript(dependence)))
            {
                cursor.Next();
            }

            return Scripted(new(Head.Name, family1.Name, [], span), family1, subs, powers, primes, transposed, span);
        }

        if (_isSize && subs.Count == 0 && above.Count == 0 && @base is Atom { Alphabet: Alphabet.Default } && name.Length == 1 && (declarations.Bold.Contains(name) || declarations.Shared.Contains(name)))
        {
            declarations.Written.TryAdd(name + "°", @base);
            return Powers(new(Head.Name, name + "°", [], span), above, primes, transposed, span);
        }

        // x^{(i)}: an example or a step of a family, or an entry of a vector that counts the examples.
        if (above is [Fence { Left: "(", Body: var step }] && declarations.Find(name + "^(*)") is { } family && declarations.Find(name + "^" + supText) is null)
        {
            var slice = new ClaimTree(Head.Entry, string.Empty, [new(Head.Name, family.Name, [], span), Expression(step), .. subs.SelectMany(sub => Indices(sub, null))], span);
            return transposed % 2 == 1 ? new(Head.Transpose, string.Empty, [slice], span) : slice;
        }

        if (above is [Fence { Left: "(", Body: Atom { Kind: AtomKind.Variable or AtomKind.Number } example }] && subs.Count == 0 && declarations.Find(name + "^" + supText) is null && declarations.Find(name) is { Shape.Length: 1 } examples)
        {
            return new(Head.Entry, string.Empty, [new(Head.Name, examples.Name, [], span), Expression(example)], span);
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

                if (declarations.IsFunction(candidate, out var key) && ((cursor.Current is Fence or Script { Base: Fence } && !SpeaksOfItself(cursor.Current!, candidate) && !IsDecorated(candidate, cursor.Current!)) || declarations.Find(candidate) is null))
                {
                    var rest = useSup ? [] : above;
                    return Function(key, @base, useSub ? [] : subs, rest, left, transposed, cursor, span);
                }

                if (declarations.Sizes.Contains(candidate) && declarations.Find(candidate) is null && (useSub || subs.Count == 0))
                {
                    return Powers(new(Head.Name, candidate, [], span), useSup ? [] : above, left, transposed, span);
                }

                if (declarations.Find(candidate) is { } symbol)
                {
                    var tree = new ClaimTree(Head.Name, symbol.Name, [], span);
                    if (declarations.Decorations.TryGetValue(symbol.Name, out var arguments) && cursor.Current is Fence { Body: var body } && arguments.Contains(NameText.OfScript(body)))
                    {
                        cursor.Next();
                        if (left > 0 && symbol.Shape is null or { IsEmpty: true } && OnlyArgument(tree) is { } argument)
                        {
                            // ℓ′(π), where ℓ(π) was given.
                            declarations.Differentiated.Add(argument.Text);
                            tree = Enumerable.Range(0, left).Aggregate(tree, (inner, _) => new(Head.Derivative, "∂", [inner, argument], span));
                            return Powers(tree, useSup ? [] : above, 0, transposed, span);
                        }
                    }
                    else if (arguments is not null && cursor.Current is Script { Base: Fence { Body: var scriptedBody } } scripted && arguments.Contains(NameText.OfScript(scriptedBody)))
                    {
                        cursor.Next();
                        return Suffixes(tree, scripted.Subscript is { } below ? [below] : [], scripted.Superscript is { } sup ? [sup] : [], span);
                    }
                    else if (cursor.Current is Fence { Left: "(", Body: var list } && IsDependence(symbol, list))
                    {
                        // L(w, b) where L = … was given without its arguments.
                        cursor.Next();
                    }
                    else if (left == 0 && above.Count == 0 && Places(symbol, useSub ? 0 : subs.SelectMany(Pieces).Count(), cursor.Current) is { } places)
                    {
                        // α_t(j): an entry, where α_t is a vector and j nothing but an index.
                        cursor.Next();
                        var (raised, sups2) = (Scripted(tree, symbol, useSub ? [] : subs, [], 0, 0, span), cursor.At(cursor.Position - 1) is Script { Superscript: { } exponent } ? new List<Formula> { exponent } : []);
                        raised = raised.Is(Head.Entry) ? raised.With([.. raised.Items, .. places]) : new(Head.Entry, string.Empty, [raised, .. places], span);
                        return Powers(raised, sups2, 0, transposed, span);
                    }

                    if (left > 0 && subs.Count == 0 && symbol is { Body: not null, Parameters.IsEmpty: true, Shape: null or { IsEmpty: true } } && !declarations.IsGiving && (OnlyArgument(tree) ?? OnlyNumber(symbol)) is { } moved && cursor.Current is not (Fence or Script { Base: Fence }))
                    {
                        // f′ of a given f(x), and y′ of a number that depends on one other: a number has no transpose.
                        declarations.Differentiated.Add(moved.Text);
                        tree = Enumerable.Range(0, left).Aggregate(tree, (inner, _) => new(Head.Derivative, "∂", [inner, moved], span));
                        return Powers(tree, useSup ? [] : above, 0, transposed, span);
                    }

                    return Scripted(tree, symbol, useSub ? [] : subs, useSup ? [] : above, left, transposed, span);
                }
            }
        }

        if (!_isSize && name is [>= 'α' and <= 'ω'] && supText.Length == 0 && declarations.Find(name) is null && (declarations.Find(name + "^2" + Sub(subText)) ?? declarations.Find(name + "^2")) is { } variance && (subs.Count == 0 || variance.Name.Length > name.Length + 2 || variance.Parameters.Length > 0 || variance.Shape is { Length: > 0 }))
        {
            // σ where σ² is what was declared, and σ_g where σ_g² was.
            var squared = ClaimTree.Name(variance.Name);
            return Powers(new(Head.Call, "sqrt", [subs.Count == 0 || variance.Name.Length > name.Length + 2 ? squared : new(Head.Entry, string.Empty, [squared, .. subs.SelectMany(sub => Indices(sub, variance.Shape?.Length))], span)], span), above, 0, transposed, span);
        }

        if (ReadsDifferentials && name.Length > 1 && name[0] == 'd' && IsDifferentialOf(name))
        {
            // dW: the differential of what is left when the d is taken off; a transpose is taken outside of it.
            return DifferentialOf(Resolve(new Atom(name[1..]), name[1..], subs, sups, cursor, span), span);
        }

        if (!declarations.IsGiving && name.Length > 1 && name[0] == 'd' && IsDifferentialOf(name) && Gradient(name[1..], subs, above, supText, subText, span) is { } gradient)
        {
            return transposed % 2 == 1 ? new(Head.Transpose, string.Empty, [gradient], span) : gradient;
        }

        if (subs.Count == 0 && primes + (cursor.Current is { } around && SpeaksOfItself(around, name) ? 1 : 0) + (_hasBareSigmoid && name is "σ" ? 1 : 0) > 0 && !(cursor.Current is Fence or Script { Base: Fence } && !SpeaksOfItself(cursor.Current!, name)) && BareFunction(name) is { } bare)
        {
            _hasBareSigmoid |= name is "σ";
            return Suffixes(Valueless(bare, span).WithOrder(primes), [], above, span);
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

        if (!declarations.IsGiving && name is "Φ" or "φ" or "ϕ" && subs.Count == 0 && cursor.Current is Fence { Left: "(" or "[" } or Script { Base: Fence { Left: "(" } } && (name is "Φ" || _speaksOfNormal || declarations.Mentions("gelu", "Phi")))
        {
            // Φ is the normal distribution where nobody calls anything else so, and φ beside it its density.
            _speaksOfNormal = true;
            declarations.Remarks.Add(name is "Φ" ? "Φ is read as the standard normal distribution." : "φ is read as the standard normal density.");
            return Function(name is "Φ" ? "Phi" : "phi", @base, subs, above, primes, transposed, cursor, span);
        }

        if (name.Length == 1 && char.IsLower(name[0]) && !_isSize && subs.Count > 0 && !_bound.Contains(name) && EntryOf(name, subs, above, supText, span) is { } entry)
        {
            return entry;
        }

        return Undeclared(@base, name, subs, above, primes, transposed, cursor, span, supText, subText);

        static string Sup(string text) => text.Length == 0 ? string.Empty : "^" + text;
        static string Sub(string text) => text.Length == 0 ? string.Empty : "_" + text;
    }

    /// <summary>The indices in a bracket behind a table: one for each axis that is left, each a number or a letter that is nothing else. Null where a product is meant.</summary>
    private List<ClaimTree>? Places(Symbol symbol, int taken, Formula? bracket)
    {
        var rank = symbol.Shape?.Length - taken;
        if ((bracket is Script { Subscript: null } raised ? raised.Base : bracket) is not Fence { Left: "(", Body: var list } || rank is null or < 1 || SplitList(Flatten([list])) is not { } pieces || pieces.Count != rank
            || !pieces.TrueForAll(piece => piece is [var single] && (single is Atom { Kind: AtomKind.Number, Text: var digits } ? pieces.Count > 1 && !digits.Contains('.', StringComparison.Ordinal) : IsCounter(single))))
        {
            return null;
        }

        return [.. pieces.Select(Expression)];

        bool IsCounter(Formula formula) => formula is Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: { Length: 1 } letter } ? _bound.Contains(letter) || declarations.Ranges.ContainsKey(letter) || declarations.Indexing.Contains(letter) || (!declarations.IsDeclared(letter) && char.IsAsciiLetterLower(letter[0]))
            : formula is Script && Expression(formula) is var index && (index.Is(Head.Entry) ? index[0] : index) is { Head: Head.Name } counted && declarations.Symbols.TryGetValue(counted.Text, out var number) && number.Traits.HasFlag(Trait.Integer);
    }

    /// <summary>δ_j and δ_k, each with a definition of its own: the letters say which one is meant.</summary>
    private ClaimTree LetteredName(string stem, List<Formula> subs, int transposed, SourceSpan span)
    {
        var indices = subs.SelectMany(sub => Indices(sub, null)).ToImmutableArray();
        var letters = string.Concat(indices.Select(index => index.Nodes().FirstOrDefault(node => node.Is(Head.Name))?.Text));
        if (declarations.Find(Declarations.LetteredKey(stem, letters)) is not { } symbol)
        {
            throw new UnreadableException(span, $"{stem} is given with several index letters, as different names; which one is meant here does not follow.");
        }

        var tree = new ClaimTree(Head.Entry, string.Empty, [new(Head.Name, symbol.Name, [], span), .. indices], span);
        return transposed % 2 == 1 ? new(Head.Transpose, string.Empty, [tree], span) : tree;
    }

    /// <summary>w_{ij} where only the matrix W is declared: its entries.</summary>
    private ClaimTree? EntryOf(string name, List<Formula> subs, List<Formula> above, string supText, SourceSpan span)
    {
        var upper = name.ToUpperInvariant();
        var pieces = subs.SelectMany(Pieces).ToList();
        if (pieces.Count == 3 && declarations.Find(upper) is { Families: 1, Shape.Length: 3 } layered)
        {
            // w^l_{jk} where W^l are matrices: their entries.
            return Powers(new(Head.Entry, string.Empty, [new(Head.Name, layered.Name, [], span), .. subs.SelectMany(sub => Indices(sub, 3))], span), above, 0, 0, span);
        }

        if (pieces.Count != 2 || !pieces.TrueForAll(piece => piece is [Atom { Kind: AtomKind.Variable or AtomKind.Number, Text.Length: 1 }]))
        {
            return null;
        }

        var raised = supText.Length > 0 ? declarations.Find(upper + "^" + supText) : null;
        if ((raised ?? declarations.Find(upper)) is not { Shape.Length: 2 } matrix)
        {
            return null;
        }

        var tree = new ClaimTree(Head.Entry, string.Empty, [new(Head.Name, matrix.Name, [], span), .. subs.SelectMany(sub => Indices(sub, 2))], span);
        return raised is null ? Powers(tree, above, 0, 0, span) : tree;
    }

    /// <summary>dW^{[1]} and dz_i as programs name them: the derivative of the loss.</summary>
    private ClaimTree? Gradient(string name, List<Formula> subs, List<Formula> above, string supText, string subText, SourceSpan span)
    {
        foreach (var (key, useSup, useSub) in new[] { ($"{name}^{supText}_{subText}", true, true), ($"{name}^{supText}", true, false), ($"{name}_{subText}", false, true), (name, false, false) })
        {
            if ((useSup && supText.Length == 0) || (useSub && subText.Length == 0) || (!useSup && above.Count > 0) || declarations.Find(key) is not { } symbol || declarations.LossOf(symbol.Name) is not { } loss)
            {
                continue;
            }

            var of = GradientBy(symbol, loss, span);
            return useSub || subs.Count == 0 ? of : new(Head.Entry, string.Empty, [of, .. subs.SelectMany(sub => Indices(sub, null))], span);
        }

        return null;
    }

    private ClaimTree GradientBy(Symbol symbol, Symbol loss, SourceSpan span)
    {
        var of = new ClaimTree(Head.Derivative, "∂", [ClaimTree.Name(loss.Name), ClaimTree.Name(symbol.Name)], span);
        var printer = new ClaimFormula(declarations);
        declarations.Remarks.Add($"d{TextPrinter.Print(printer.Of(of[1]))} is read as {TextPrinter.Print(printer.Of(of))}.");
        return of;
    }

    /// <summary>d 𝐖^{[2]} with its d by itself: the derivative of the loss; null (and nothing read) where no loss depends on what follows.</summary>
    private ClaimTree? GradientOf(Cursor cursor)
    {
        var (position, span) = (cursor.Position, cursor.Span);
        cursor.Next();
        var operand = Bare(cursor);
        var (of, isTransposed) = operand.Is(Head.Transpose) ? (operand[0], true) : (operand, false);
        var name = of.Is(Head.Entry) ? of[0] : of;
        if (!name.Is(Head.Name) || !declarations.Symbols.TryGetValue(name.Text, out var symbol) || declarations.LossOf(symbol.Name) is not { } loss)
        {
            cursor.Position = position;
            return null;
        }

        var gradient = GradientBy(symbol, loss, span);
        gradient = of.Is(Head.Entry) ? of.With(0, gradient) : gradient;
        return isTransposed ? operand.With([gradient]) : gradient;
    }

    /// <summary>The argument of a function that is written without one: any number.</summary>
    public const string AnyArgument = "·";

    /// <summary>σ alone, in σ′ = σ(1 − σ): its value at any argument.</summary>
    private ClaimTree Valueless(string key, SourceSpan span)
    {
        if (!declarations.Symbols.ContainsKey(AnyArgument))
        {
            declarations.Symbols[AnyArgument] = new(AnyArgument, new Atom(AnyArgument, AtomKind.Symbol)) { Shape = [] };
        }

        return new(Head.Call, key, [ClaimTree.Name(AnyArgument)], span);
    }

    /// <summary>The function of one number that a name stands for, where it has no argument.</summary>
    private string? BareFunction(string name)
    {
        if (declarations.IsGiving || declarations.Find(name) is not null)
        {
            return null;
        }

        return declarations.IsFunction(name, out var key) ? (!declarations.Functions.TryGetValue(key, out var given) || (given.Parameters.IsEmpty && !given.OfTensors && !declarations.Symbols.Values.Any(symbol => symbol.Body is { Head: Head.Call } body && string.Equals(body.Text, key, StringComparison.Ordinal))) ? key : null)
            : name is "σ" ? "sigmoid" : KnownFunctions.TryFind(name, out var known) && KnownFunctions.Elementwise.Contains(known) ? known : null;
    }

    /// <summary>f(1 − f) is a product: the bracket speaks of f itself, without an argument.</summary>
    private bool SpeaksOfItself(Formula formula, string name)
    {
        if ((formula is Script script ? script.Base : formula) is not Fence { Left: "(" or "[", Body: var body })
        {
            return false;
        }

        var inner = Flatten([body]);
        for (var i = 0; i < inner.Count; i++)
        {
            if (string.Equals(NameText.Of(Unwrap(inner[i]).Base), name, StringComparison.Ordinal) && !(i + 1 < inner.Count && inner[i + 1] is Fence or Script { Base: Fence }) && inner.Exists(item => item is Operator { Text: "−" or "+" }))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether this is a name that nobody declared, with declared names in the bracket behind it; it is noted as written so.</summary>
    public bool IsNewWithArguments(Formula formula, Formula arguments)
    {
        var (@base, subs, sups) = Unwrap(formula);
        if (NameText.Of(@base) is not { } name || @base is Operator || sups.Count > 0 || KnownFunctions.TryFind(name, out _) || name is "σ" or "E" or "Var")
        {
            return false;
        }

        var key = subs.Count > 0 ? name + "_" + string.Concat(subs.Select(NameText.OfScript)) : name;
        if (declarations.IsDeclared(key) || declarations.IsDeclared(name) || !SplitList(Flatten([arguments])).TrueForAll(part => part is [var single] && NameText.Of(single) is { } argument && declarations.Find(argument) is not null))
        {
            return false;
        }

        declarations.Decorations.TryAdd(key, new(StringComparer.Ordinal));
        declarations.Decorations[key].Add(NameText.OfScript(arguments));
        return true;
    }

    /// <summary>J(θ), where J was given with θ as its argument, is the name J.</summary>
    private bool IsDecorated(string name, Formula formula) => declarations.Find(name) is { } symbol && (symbol.Body is not null || !symbol.OpaqueOf.IsEmpty) && (formula is Script script ? script.Base : formula) is Fence { Body: var body }
        && declarations.Decorations.TryGetValue(symbol.Name, out var arguments) && arguments.Contains(NameText.OfScript(body));

    /// <summary>Whether a bracket after a name holds nothing but names that it depends on: L(w, b).</summary>
    private bool IsDependence(Symbol symbol, Formula list) => (symbol.Body is not null || !symbol.OpaqueOf.IsEmpty) && (GivenReader.IsLoss(symbol.Name) || declarations.Words.Contains(symbol.Name) || symbol.Name is "f" or "g" or "F" or "G")
        && SplitList(Flatten([list])) is { Count: > 0 } names && names.TrueForAll(part => part is [var single] && NameText.Of(Unwrap(single).Base) is { } stem
            && declarations.Symbols.Keys.Any(key => (string.Equals(key, stem, StringComparison.Ordinal) || key.StartsWith(stem + "_", StringComparison.Ordinal) || key.StartsWith(stem + "^", StringComparison.Ordinal)) && declarations.Reaches(symbol.Name, key)));

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

        // w^* is a name of its own, as W^{(1)} is.
        var literalSup = supText.Length > 0 && above is [var first, ..] && (first is Fence || IsMark(first));
        var stem = literalSup ? name + "^" + supText : name;
        var isIndexed = !_isSize && subs.Count > 0 && subs.SelectMany(Pieces).All(IsIndexLike);
        if (cursor.Current is Fence { Left: "(" or "[" } fence && !declarations.IsGiving && !_bound.Contains(name) && !declarations.Sizes.Contains(name) && subs.Count == 0 && !declarations.Differentiated.Contains(name)
            // The x of a given f(x) is a number before a bracket, too.
            && !declarations.Functions.Values.Any(function => function.Parameters.Contains(name)))
        {
            throw new UnreadableException(span, $"{name} is not declared, and a bracket follows: give it as a function ({name}(x) = …), or say {name} \\in \\mathbb{{R}} where a product is meant.");
        }

        if (declarations.IsGiving)
        {
            declarations.Written.TryAdd(isIndexed || subs.Count == 0 ? stem : stem + "_" + subText, literalSup ? new Script(@base, isIndexed || subs.Count == 0 ? null : subs[0], above[0]) : isIndexed || subs.Count == 0 ? @base : new Script(@base, subs[0], null));
        }

        var tree = new ClaimTree(Head.Name, isIndexed || subs.Count == 0 ? stem : stem + "_" + subText, [], span);
        if (isIndexed && !declarations.IsGiving && subs.SelectMany(Pieces).Count() == 1)
        {
            Listed(stem, @base);
        }

        if (isIndexed)
        {
            tree = new(Head.Entry, string.Empty, [tree, .. subs.SelectMany(sub => Indices(sub, null))], span);
        }

        return Powers(tree, literalSup ? above.GetRange(1, above.Count - 1) : above, primes, transposed, span);
    }

    /// <summary>h_i, where h_1, h_2 and h_3 were given one by one: a list of them. It has no other use than its entries.</summary>
    private void Listed(string stem, Formula @base)
    {
        var numbered = new List<ClaimTree>();
        while (declarations.Symbols.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{stem}_{numbered.Count + 1}"), out var next) && next.Shape is { IsEmpty: true })
        {
            numbered.Add(ClaimTree.Name(next.Name));
        }

        if (numbered.Count > 1 && !declarations.IsDeclared(stem))
        {
            declarations.Symbols[stem] = new(stem, @base) { Body = new(Head.List, string.Empty, [.. numbered], default), Shape = [ClaimTree.Number(numbered.Count)], IsAlias = true };
            declarations.Forget();
        }
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

    private static bool IsPrime(Formula formula) => formula is Operator { Kind: OperatorKind.Postfix, Text: ['′', ..] } or Atom { Text: "′" } || (formula is Script { Base: Fence, Superscript: { } up, Subscript: null } && up is Operator { Kind: OperatorKind.Postfix, Text: ['′', ..] });

    /// <summary>The star or dagger of w^*.</summary>
    private static bool IsMark(Formula formula) => formula is Operator { Text: "∗" or "⋆" or "+" } or Atom { Text: "†" } || (formula is Row { Items: [var only] } && IsMark(only));

    private static bool IsTransposeSign(Formula formula) => formula is Atom { Text: "T" or "⊤" or "⊺" or "t", Kind: AtomKind.Variable or AtomKind.Symbol or AtomKind.Text, } atom && (atom.Text is not "t" || atom.Kind == AtomKind.Text)
        || formula is Atom { Kind: AtomKind.Function, Text: "T" or "tr" or "Tr" };

    /// <summary>The formulas of a superscript that stand for themselves: (2) and ⊤ in W^{(2)⊤}.</summary>
    private static IEnumerable<Formula> Parts(Formula formula) => formula is Row row && row.Items.Length > 1 && (row.Items.Any(IsTransposeSign) || row.Items.Any(IsPrime)) && !row.Items.Any(item => item is Operator { Kind: OperatorKind.Binary or OperatorKind.Prefix })
        ? row.Items.Where(item => item is not Space and not Operator { Kind: OperatorKind.Punctuation }).Select(item => item is Atom && IsPrime(item) ? new Operator("′", OperatorKind.Postfix) : item).SelectMany(item => item is Script { Superscript: { } up, Subscript: null } raised && Parts(up).All(IsPrime) ? [raised.Base, .. Parts(up)] : new[] { item })
        : formula is Row { Items: [var only] } ? Parts(only) : formula is Script { Base: Fence marked } && IsPrime(formula) ? [marked, ((Script)formula).Superscript!] : [formula];

    private ClaimTree Scripted(ClaimTree tree, Symbol symbol, List<Formula> subs, List<Formula> above, int primes, int transposed, SourceSpan span)
    {
        var rank = symbol.Shape?.Length ?? (symbol.Parameters.Length > 0 ? symbol.Parameters.Length : null);
        if (subs.Count > 0 && symbol.Body is not null && rank is null or 0 && symbol.Parameters.IsEmpty && !declarations.IsGiving
            && subs.SelectMany(Pieces).ToList() is { Count: 1 or 2 } by && by.TrueForAll(piece => piece is [var single] && NameText.Of(single) is { } letter && declarations.Find(letter) is { Shape.Length: 0, Body: null } && declarations.Reaches(symbol.Name, letter)))
        {
            // f_{xy} of a number f that depends on the numbers x and y.
            var names = by.Select(piece => ClaimTree.Name(NameText.Of(piece[0])!)).ToList();
            declarations.Differentiated.UnionWith(names.Select(letter => letter.Text));
            return Powers(new(Head.Derivative, "∂", [tree, .. names], span), above, primes, transposed, span);
        }

        if (subs.Count > 0)
        {
            var indices = subs.SelectMany(sub => Indices(sub, rank)).ToList();
            if (rank == 2 && indices.Count == 2 && !indices.Exists(index => index.Is(Head.None)) && (transposed > 0 || (above is [var only] && IsMinusOne(only))))
            {
                // A^⊤_ij and A^{-1}_ij are entries of the transpose and of the inverse.
                tree = Powers(tree, above, 0, transposed, span);
                (above, transposed) = ([], 0);
            }

            tree = new(Head.Entry, string.Empty, [tree, .. indices], span);
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
        if (primes > 0 && tree.Bracketed && OnlyUndeclared(tree) is { } variable)
        {
            // (tanh x)′: a formula in one letter that nobody declared is differentiated by it.
            declarations.Differentiated.Add(variable);
            for (; primes > 0; primes--)
            {
                tree = new(Head.Derivative, "∂", [tree, ClaimTree.Name(variable)], span);
            }
        }

        foreach (var exponent in above)
        {
            var odot = Flatten([exponent]);
            if (odot is [Operator { Text: "⊙" or "∘" }, .. var rest] && rest.Count > 0)
            {
                tree = new(Head.Power, "⊙", [tree, Expression(rest)], span);
                continue;
            }

            if (odot is [Operator { Text: "−" }, var sign] && IsTransposeSign(sign))
            {
                // A^{-⊤}
                tree = new(Head.Transpose, string.Empty, [new(Head.Power, string.Empty, [tree, ClaimTree.Number(-1)], span)], span);
                continue;
            }

            if (IsMark(exponent))
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

    private string? OnlyUndeclared(ClaimTree tree) => !declarations.IsGiving && tree.Nodes().All(node => node.Head is not (Head.Entry or Head.Big)) && tree.Nodes().Where(node => node.Is(Head.Name)).Select(node => node.Text).Distinct(StringComparer.Ordinal).ToList() is [var only] && (!declarations.IsDeclared(only) || declarations.Find(only) is { Shape.IsEmpty: true, Body: null }) ? only : null;

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

        if (above is [var inverse] && IsMinusOne(inverse) && cursor.Current is Fence or Script { Base: Fence })
        {
            (key, above) = (KnownFunctions.Inverse(key) ?? InverseOf(key) ?? throw new UnreadableException(span, $"{TextPrinter.Print(@base)}⁻¹(…) can be the inverse function or one over the value: write 1/{TextPrinter.Print(@base)}(…), or give the inverse a name of its own."), []);
        }

        ImmutableArray<ClaimTree> arguments;
        List<Formula> subsAfter = [];
        List<Formula> supsAfter = [];
        if ((cursor.Current is Script { Base: Fence raised } ? raised : cursor.Current) is Fence { Left: "(" or "[" or "{", Body: var body } empty && Flatten([body]).Count == 0)
        {
            throw new UnreadableException(SpanOf(empty), $"{TextPrinter.Print(@base)} has no argument: its brackets are empty.");
        }

        if (cursor.Current is Fence { Left: "(" or "[" or "{" or "" } fence && fence.Body is not Table { Kind: TableKind.Cases })
        {
            cursor.Next();
            if (AxisOf(fence) is { } axis)
            {
                key = KnownFunctions.Along(key, axis) ?? throw new UnreadableException(SpanOf(fence), $"{key} along an axis is not read here.");
            }

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
            if (given.Parameters.IsEmpty && BareFunction(key) is not null)
            {
                return Suffixes(Valueless(key, span).WithOrder(primes), subs, above, span);
            }

            if (given.Parameters.IsEmpty)
            {
                // Alone it can stand for the value that a given computes with it: ∂g/∂z for ŷ = g(z).
                return new(Head.Name, key, [], span);
            }

            arguments = [.. given.Parameters.Select(ClaimTree.Name)];
        }
        else if (!declarations.IsGiving && declarations.Functions.TryGetValue(key, out var factor) && factor.Alias is null && factor.Parameters.Length <= 1 && Unwrap(cursor.Current!).Base is Atom another && NameText.Of(another) is { } beside && declarations.Functions.ContainsKey(beside))
        {
            // f′g + fg′: side by side they are multiplied.
            return Suffixes(factor.Parameters is [var usual] ? new(Head.Call, key, [ClaimTree.Name(usual)], span, primes) : Valueless(key, span).WithOrder(primes), subs, above, span);
        }
        else if (cursor.AtEnd || cursor.Current is Operator { Kind: not OperatorKind.Large and not OperatorKind.Prefix })
        {
            if (!declarations.IsGiving && KnownFunctions.Elementwise.Contains(key) && subs.Count == 0)
            {
                // tanh′ = 1 − tanh²
                return Suffixes(Valueless(key, span).WithOrder(primes), [], above, span);
            }

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

            var operand = key is "tr" ? Factors(cursor) : Factor(cursor);
            if (operand.Is(Head.Number) && !cursor.AtEnd && StartsFactor(cursor.Current!))
            {
                operand = new(Head.Times, string.Empty, [operand, Factor(cursor)], operand.Span);
            }

            while (key is "sin" or "cos" or "tan" && IsFrequency(operand) && cursor.Current is Atom { Kind: AtomKind.Variable, Text.Length: 1 } or Script { Base: Atom { Kind: AtomKind.Variable, Text.Length: 1 }, Superscript: null })
            {
                // sin ωt and cos 2πx; but in cos θ x the x is a factor.
                operand = new(Head.Times, string.Empty, [operand, Factor(cursor)], operand.Span);
            }

            arguments = [negative ? ClaimTree.Of(Head.Negate, operand) : operand];
        }

        if (subs.SelectMany(Pieces).Select(piece => piece is [var single] ? NameText.Of(single) : null).ToList() is { Count: > 0 } by && declarations.Functions.TryGetValue(key, out var partial) && primes == 0 && by.TrueForAll(name => name is not null && partial.Parameters.Contains(name)))
        {
            // f_x(1, 2): the derivative of f by its x.
            var names = by.Select(name => ClaimTree.Name(name!)).ToList();
            declarations.Differentiated.UnionWith(names.Select(name => name.Text));
            var derivative = new ClaimTree(Head.Derivative, "∂", [new(Head.Call, key, [.. partial.Parameters.Select(ClaimTree.Name)], span), .. names], span);
            return Suffixes(AtArguments(derivative, partial, arguments, span), [], above, span);
        }

        var call = new ClaimTree(Head.Call, key, arguments, span, primes);
        if (_side != 0 && arguments is [var near])
        {
            // f(0⁺): what it comes near to from the right.
            call = new(Head.Elsewhere, "lim", [Valueless(key, span).WithOrder(primes), ClaimTree.Name(AnyArgument), near.WithOrder(_side)], span);
            _side = 0;
        }

        // tanh²(z): the power of the value.
        return Suffixes(Suffixes(call, subs, above, span), subsAfter, supsAfter, span) is var tree && transposed % 2 == 1 ? new(Head.Transpose, string.Empty, [tree], span) : tree;
    }

    /// <summary>ω, π, or a whole number of them: what an angle begins with, and never is by itself.</summary>
    private static bool IsFrequency(ClaimTree tree) => tree is { Head: Head.Name, Text: ['ω' or 'Ω', ..] } or { Head: Head.Number, Text: ['3', '.', '1', '4', '1', '5', ..] } || (tree is { Head: Head.Entry } && IsFrequency(tree[0]))
        || (tree is { Head: Head.Times, Items: [{ Head: Head.Number }, var last] } && IsFrequency(last));

    private static bool IsMinusOne(Formula formula) => formula is Row { Items: [Operator { Text: "−" }, Atom { Text: "1" }] };

    /// <summary>The inverse of a function of one number that is given by a formula, or null.</summary>
    private string? InverseOf(string key)
    {
        if (declarations.IsGiving || !declarations.Functions.TryGetValue(key, out var function) || function.Body is null || function.Alias is not null || declarations.IsOfTensors(function))
        {
            return null;
        }

        var name = key + "⁻¹";
        declarations.Functions.TryAdd(name, new(name) { Formula = new Script(function.Formula ?? new Atom(key), null, new Row(new Operator("−", OperatorKind.Prefix), new Atom("1", AtomKind.Number))), Parameters = function.Parameters, InverseOf = function });
        return name;
    }

    /// <summary>The function that f^{-1} stands for where no argument follows at once, as in (f^{-1})'(y), or null.</summary>
    private string? InverseAlone(List<Formula> items) => items is [Script { Base: var @base, Subscript: null, Superscript: { } above }] && IsMinusOne(above) && NameText.Of(@base) is { } name
        ? InverseOf(name) ?? (BareFunction(name) is { } known ? KnownFunctions.Inverse(known) : null) : null;

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
        _side = 0;
        if (!declarations.IsGiving && inner is [.. var before, Script { Superscript: Operator { Text: "+" or "−" } sign, Subscript: null, Base: Atom { Kind: AtomKind.Number } or Atom { Kind: AtomKind.Variable } } sided] && before.All(item => item is Operator { Text: "−" or "+" }))
        {
            _side = sign.Text is "+" ? 1 : -1;
            return [Expression([.. before, sided.Base])];
        }

        var parts = Split(inner, item => item is Operator { Kind: OperatorKind.Punctuation, Text: "," or ";" } or Operator { Text: "∣" or "‖" } or Atom { Text: "∣" or "‖" });
        var gathered = Gathered(parts) is var (others, vector, _) && NameText.Of(vector) is { } name && declarations.Find(name) is { Shape.Length: 1 } ? others : parts;
        return [.. gathered.Where(part => part.Count > 0 && !IsSetting(part)).Select(Expression)];
    }

    /// <summary>
    /// Arguments x_1, …, x_n (or x_1, x_2, …, x_n) as the vector x whose entries they are, with the last index; null where none are written
    /// like that.
    /// </summary>
    public static (List<List<Formula>> Parts, Formula Vector, Formula Last)? Gathered(List<List<Formula>> parts)
    {
        var dots = parts.FindIndex(part => part is [Atom { Text: "…" or "⋯" }]);
        if (dots < 1 || dots + 1 >= parts.Count || parts[dots + 1] is not [Script { Superscript: null, Subscript: { } last } end] || NameText.Of(end.Base) is not { } name)
        {
            return null;
        }

        var first = parts.FindIndex(part => part is [Script { Superscript: null, Subscript: Atom { Kind: AtomKind.Number, Text: "1" } } begin] && string.Equals(NameText.Of(begin.Base), name, StringComparison.Ordinal));
        return first >= 0 && first < dots ? ([.. parts.Take(first), [end.Base], .. parts.Skip(dots + 2)], end.Base, last) : null;
    }

    // From which side the argument that was read last is approached: 0⁺.
    private int _side;

    /// <summary>axis=0 and keepdims=True among the arguments, as programs write them.</summary>
    private static bool IsSetting(List<Formula> part) => part.FindIndex(item => item is Operator { Text: "=" }) is > 0 and var sign && NameText.OfScript(new Row(part.GetRange(0, sign))) is "axis" or "dim" or "keepdims" or "keepdim";

    /// <summary>The axis that is set among the arguments, or null.</summary>
    private int? AxisOf(Fence fence)
    {
        var settings = Split(Flatten([fence.Body]), item => item is Operator { Kind: OperatorKind.Punctuation, Text: "," }).Where(IsSetting).Select(part => NameText.OfScript(new Row(part)).Split('=')).ToList();
        return settings.Find(pair => pair[0] is "axis" or "dim") is { } axis && int.TryParse(axis[1].Replace('−', '-'), CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The pieces of a subscript: at commas, else letter by letter.</summary>
    public List<List<Formula>> Pieces(Formula subscript)
    {
        var items = Flatten([subscript]);
        if (items is [Fence { Left: "(" or "[" } fence])
        {
            items = Flatten([fence.Body]);
        }

        if (items is [Operator { Text: ":" or "⋅" or "∗" }, not Operator] or [not Operator, Operator { Text: ":" or "⋅" or "∗" }])
        {
            // A_{i:} and A_{⋅j}
            return [.. items.Select(item => new List<Formula> { item })];
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
