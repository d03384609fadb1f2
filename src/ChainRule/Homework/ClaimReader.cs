using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>A relation as it was read, or why it was not.</summary>
internal sealed record ReadClaim(int Line, int Link, SourceSpan Span, string Join, Link? Claim, UnreadableException? Problem)
{
    /// <summary>The left side is the right side of the relation before.</summary>
    public bool Continues { get; init; }

    /// <summary>The equation is demanded, not claimed: set to 0.</summary>
    public bool IsDemanded { get; init; }

    /// <summary>It says how the next step of an iteration comes from this one: u_{k+1} = u_k − f(u_k)/f′(u_k).</summary>
    public bool IsStep { get; init; }

    /// <summary>The same with dz read as a differential, where it was read as the derivative of a loss.</summary>
    public Link? AsDifferentials { get; init; }
}

/// <summary>Turns a block of claims into relations: chains over lines, conditions behind them, notes under braces.</summary>
internal sealed class ClaimReader(Declarations declarations)
{
    private readonly ClaimParser _parser = new(declarations);
    private readonly List<ReadClaim> _claims = [];
    private ClaimTree? _previous;
    private UnreadableException? _lost;
    private int _aside;

    private static bool IsReason(string word) => word.Trim().TrimStart(',', '(').Trim().ToLowerInvariant() is "since" or "because" or "as" or "denn" or "weil" or "da" or "using" or "by" or "using that" or "mit" or "note that" or "note" or "recall" or "recall that";

    // "For i ≠ j," holds for the claims after it: those of its line, or, where it has a line to itself, of the lines up to the next one.
    private ClaimTree? _leading;
    private int? _leadingLine;
    private bool _isFollowed;

    // The line whose claims got a condition last: "if s = 1, 2p = k − 1" is two of them.
    private int? _conditioned;

    private static bool Demands(string words) => words.Split([' ', ',', ':', '\u00a0'], StringSplitOptions.RemoveEmptyEntries).Any(word => word.ToUpperInvariant() is "SET" or "SETTING" or "SOLVE" or "SOLVING" or "SETZE" or "REQUIRE");

    /// <summary>The relations of a block, in order.</summary>
    public List<ReadClaim> Read(ReadingResult reading)
    {
        var clauses = Merged(StatementReader.Read(declarations.Rewritten(reading.Formula), _parser));
        clauses.RemoveAll(clause => clauses.Count > 1 && Declares(clause));
        clauses.RemoveAll(clause => Approaches(clause, clauses));
        clauses.RemoveAll(clause => clauses.Count > 1 && DefinesFunction(clause));
        int? explained = null;
        foreach (var clause in clauses)
        {
            _parser.Forget();
            var (previous, lost, isAside) = (_previous, _lost, IsReason(clause.Before));
            _aside = isAside ? _claims.Count : clause.Line != (_claims.Count > 0 ? _claims[^1].Line : 0) ? 0 : _aside;
            var span = ClaimParser.SpanOf(clause.Items);
            var problem = reading.Problems.FirstOrDefault(problem => problem.Span.Start >= span.Start && problem.Span.Start <= span.Start + span.Length);
            _parser.Restart();
            _isFollowed = clauses.Exists(other => other.Line == clause.Line && !ReferenceEquals(other, clause));
            if (problem is null && _claims.Count > 0 && ((StatementReader.IsConditionWord(clause.Before) && Explains(clause)) || (clause.Before is "," or "and" && explained == clause.Line && Explains(clause with { Before = "where" }))))
            {
                // "where a = …, b = …": what follows the comma explains as well.
                explained = clause.Line;
                continue;
            }

            if (StatementReader.IsConditionWord(clause.Before) || (problem is null && clause.Before is "," && _conditioned == clause.Line && IsOfSizes(clause)) || (problem is null && clause.Before.Trim() is not "so" && IsOfIndices(clause)))
            {
                Condition(clause);
            }
            else if (problem is not null)
            {
                Lose(clause, new(problem.Span, problem.Message));
            }
            else
            {
                Relations(clause);
            }

            if (isAside)
            {
                // "since a = b" is judged, but the chain goes on from what stands before it.
                (_previous, _lost) = (previous, lost);
            }
        }

        if (_claims.Count == 0 && reading.Problems is [var first, ..])
        {
            _claims.Add(new(1, 1, first.Span, string.Empty, null, new(first.Span, first.Message)));
        }

        return _claims;
    }

    /// <summary>"for any c ∈ ℝ" beside a claim declares c where nothing else does.</summary>
    private bool Declares(Clause clause)
    {
        if (ClaimParser.SplitRelations(clause.Items) is not ([[var single], var right], ["∈"]) || NameText.Of(single) is not { } name || declarations.IsDeclared(name) || declarations.Ranges.ContainsKey(name))
        {
            return false;
        }

        try
        {
            if (_parser.Set(right) is not { Text: "R" or "R+" } set)
            {
                return false;
            }

            declarations.Symbols[name] = new(name, single) { Shape = set.Items, Traits = set.Text is "R+" ? Trait.Positive : Trait.None };
            return true;
        }
        catch (UnreadableException)
        {
            // Read as a claim it gets its message.
            return false;
        }
    }

    // On which line a name goes where: "σ(x) → 1 as x → ∞".
    private readonly Dictionary<int, (ClaimTree Name, ClaimTree Goal)> _approaches = [];

    /// <summary>"as x → ∞" beside a claim with an arrow says where the limit of that is taken.</summary>
    private bool Approaches(Clause clause, List<Clause> clauses)
    {
        if (ClaimParser.SplitRelations(clause.Items) is not ([[not Fence], _], [var arrow]) || !ClaimParser.IsArrow(arrow) || !clauses.Exists(other => other.Line == clause.Line && !ReferenceEquals(other, clause) && other.Items.Exists(item => item is Operator { Kind: OperatorKind.Relation }) && (IsApproach(clause.Before) || other.Items.Exists(item => item is Operator { Text: var sign } && ClaimParser.IsArrow(sign)))))
        {
            return false;
        }

        try
        {
            if (_approaches.ContainsKey(clause.Line) || _parser.Approach(clause.Items) is not { } approach || (!IsApproach(clause.Before) && !approach.Goal.Nodes().Any(node => node.Is(Head.Number)) && clause.Before.Length > 0))
            {
                return false;
            }

            _approaches[clause.Line] = approach;
            return true;
        }
        catch (UnreadableException)
        {
            // Read as a claim it gets its message.
            return false;
        }
    }

    private static bool IsApproach(string word) => StatementReader.IsConditionWord(word) || word.Trim().TrimStart(',', '(').TrimEnd(',', ':').Trim().ToUpperInvariant() is "AS" or "WHILE" or "FÜR" or "IN THE LIMIT";

    /// <summary>The limit that a relation with an arrow speaks of, or null.</summary>
    private (ClaimTree Name, ClaimTree Goal)? ApproachOf(Clause clause, int position)
    {
        var arrows = clause.Items.Where(item => item is Operator { Kind: OperatorKind.Relation, Text: not "∣" } or Limits { Base: Operator { Kind: OperatorKind.Relation } }).ToList();
        return position < arrows.Count && arrows[position] is Limits { Base: Operator { Text: var sign } } limits && ClaimParser.IsArrow(sign) && _parser.Approach([limits.Over ?? limits.Under!]) is { } written ? written
            : _approaches.TryGetValue(clause.Line, out var approach) ? approach : null;
    }

    /// <summary>A line that begins with + or a sign of multiplication, or follows one that ends with a sign, goes on with the line before.</summary>
    private static List<Clause> Merged(List<Clause> clauses)
    {
        var merged = new List<Clause>();
        foreach (var clause in clauses)
        {
            var begins = clause.Items[0] is Operator { Kind: OperatorKind.Binary } or Operator { Kind: OperatorKind.Prefix, Text: "+" or "−" };
            var hasRelation = clause.Items.Exists(item => item is Operator { Kind: OperatorKind.Relation });
            var ends = merged.Count > 0 && merged[^1].Items[^1] is Operator { Kind: OperatorKind.Relation or OperatorKind.Binary or OperatorKind.Prefix };
            var isPositive = clause.Items[0] is not Operator { Text: "−" };
            if (merged.Count > 0 && clause.Line == merged[^1].Line + 1 && clause.Before.Length == 0 && ((begins && (!hasRelation || isPositive)) || ends))
            {
                merged[^1] = merged[^1] with { Items = [.. merged[^1].Items, .. clause.Items] };
            }
            else
            {
                merged.Add(clause with { Items = [.. clause.Items] });
            }
        }

        return merged;
    }

    /// <summary>"where H(x) = …" gives its new function a meaning, before the claims beside it are read.</summary>
    private bool DefinesFunction(Clause clause)
    {
        if (!IsWhere(clause.Before) || ClaimParser.SplitRelations(clause.Items) is not ([[var name, Fence { Left: "(", Body: var arguments }], var right], ["=" or "≔" or "≜"]) || NameText.Of(name) is not { } key || declarations.IsDeclared(key))
        {
            return false;
        }

        var parameters = ClaimParser.SplitList(_parser.Flatten([arguments])).Select(part => part is [var single] ? NameText.Of(single) : null).ToList();
        if (parameters.Count == 0 || parameters.Contains(null))
        {
            return false;
        }

        var added = parameters.OfType<string>().Where(parameter => !declarations.Symbols.ContainsKey(parameter)).ToList();
        foreach (var parameter in added)
        {
            declarations.Symbols[parameter] = new(parameter, null);
        }

        try
        {
            declarations.Functions[key] = new(key) { Formula = name, Parameters = [.. parameters.OfType<string>()], Body = _parser.Expression(right), ParameterShapes = [.. parameters.Select(parameter => declarations.Symbols[parameter!].Shape)] };
            declarations.Forget();
            return true;
        }
        catch (UnreadableException)
        {
            // Read as a condition it gets its message.
            return false;
        }
        finally
        {
            foreach (var parameter in added)
            {
                declarations.Symbols.Remove(parameter);
            }
        }
    }

    private static bool IsWhere(string word) => word.Trim().TrimStart(',', '(').TrimEnd(',', ':').Trim().ToUpperInvariant() is "WHERE" or "WITH";

    private int NextLink(int line) => _claims.Count(claim => claim.Line == line) + 1;

    private void Lose(Clause clause, UnreadableException problem)
    {
        var span = ClaimParser.SpanOf(clause.Items);
        _claims.Add(new(clause.Line, NextLink(clause.Line), span, clause.Before, null, problem.Span.Length == 0 && problem.Span.Start == 0 ? new(span, problem.Message) : problem));
        _previous = null;
        _lost = problem;
    }

    /// <summary>"where δ_i = …" behind a claim gives its new name a meaning, before the claim is judged.</summary>
    private bool Explains(Clause clause)
    {
        if (!IsWhere(clause.Before) || ClaimParser.SplitRelations(clause.Items) is not ([[var name], var right], ["=" or "≔" or "≜"]))
        {
            return false;
        }

        try
        {
            var (left, value) = (_parser.Expression([name]), _parser.Expression(right));
            if (left.Is(Head.Transpose))
            {
                // "where x_iᵀ = X_{i,:}" says what x_i is.
                (left, value) = (left[0], new(Head.Transpose, string.Empty, [value], value.Span));
            }

            // A row of a matrix by a name of its own is a vector, written as a row or turned.
            value = value is { Head: Head.Transpose, Items: [{ Head: Head.Entry, Items: [_, _, { Head: Head.None }] } row] } ? row : value;

            var stem = left.Is(Head.Entry) ? left[0] : left;
            if (!stem.Is(Head.Name) || declarations.IsDeclared(stem.Text) || declarations.Ranges.ContainsKey(stem.Text))
            {
                return false;
            }

            var first = _claims.FindIndex(claim => claim.Line == _claims[^1].Line);
            _claims.Insert(first, new(clause.Line, NextLink(clause.Line), ClaimParser.SpanOf(clause.Items), string.Empty, new(left, "=", value), null));
            return true;
        }
        catch (UnreadableException)
        {
            // Read as a condition it gets its message.
            return false;
        }
    }

    /// <summary>Whether a clause says something about indices only: i = j, k ≠ c, t &lt; T, 1 ≤ k &lt; d.</summary>
    private bool IsOfIndices(Clause clause)
    {
        var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
        return signs.Count > 0 && signs.TrueForAll(sign => sign is "=" or "≠" or "<" or ">" or "≤" or "≥") && parts.TrueForAll(part => part.Count > 0)
            && (parts[0] is [var first] && IsIndex(first) || (parts[0] is [Atom { Kind: AtomKind.Number }] && parts.Count > 2 && parts[1] is [var second] && IsIndex(second)))
            && parts.TrueForAll(part => part.TrueForAll(item => item is Atom { Kind: AtomKind.Number } or Operator { Text: "+" or "−" } || IsIndex(item) || (item is Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default } size && declarations.Sizes.Contains(size.Text))));

        bool IsIndex(Formula formula) => formula is Atom { Kind: AtomKind.Variable, Alphabet: Alphabet.Default, Text: { Length: 1 } letter } && ("ijklmnpqrstuv".Contains(letter, StringComparison.Ordinal) || declarations.Ranges.ContainsKey(letter)) && !declarations.IsDeclared(letter) && !declarations.Differentiated.Contains(letter);
    }

    private bool IsOfSizes(Clause clause) => ClaimParser.SplitRelations(clause.Items) is ([_, _, ..], ["=" or "≠" or "<" or ">" or "≤" or "≥", ..])
        && clause.Items.TrueForAll(item => item is Operator or Atom { Kind: AtomKind.Number } or Fraction || (item is Atom { Kind: AtomKind.Variable } letter && declarations.Sizes.Contains(letter.Text)));

    /// <summary>A condition behind claims of its line holds for them, one before claims for those.</summary>
    private void Condition(Clause clause)
    {
        if (_claims.Exists(claim => claim.Line == clause.Line))
        {
            _conditioned = clause.Line;
            Attach(clause);
            return;
        }

        try
        {
            (_leading, _leadingLine) = (_parser.Condition(clause.Items), _isFollowed ? clause.Line : null);
        }
        catch (UnreadableException exception)
        {
            Lose(clause, exception);
        }
    }

    /// <summary>"if i = j" behind a claim holds for the relations of its line.</summary>
    private void Attach(Clause clause)
    {
        try
        {
            if (ClaimParser.SplitRelations(clause.Items) is ([[var single], var right], ["="]) && NameText.Of(single) is { Length: > 0 } name && _parser.Expression(right) is var value
                && (IsPlain(value) && !declarations.IsDeclared(name) && !declarations.Ranges.ContainsKey(name) && !"ijklmnrst".Contains(name, StringComparison.Ordinal) || IsOfSizesAlone(name, value, clause.Line)))
            {
                // "for η = 0.5", where nothing else says what η is, and "if p = (k − 1)/2" of sizes, which few sizes that are drawn would meet.
                for (var i = _claims.Count - 1; i >= _aside && _claims[i].Line == clause.Line; i--)
                {
                    if (_claims[i].Claim is { } open)
                    {
                        _claims[i] = _claims[i] with { Claim = open with { Left = open.Left.Replace(Valued), Right = open.Right.Replace(Valued) } };
                    }
                }

                return;

                ClaimTree? Valued(ClaimTree node) => node.IsName(name) ? value.InBrackets() : null;
            }

            var condition = _parser.Condition(clause.Items);
            for (var i = _claims.Count - 1; i >= _aside && _claims[i].Line == clause.Line; i--)
            {
                if (_claims[i].Claim is { } claim)
                {
                    _claims[i] = _claims[i] with { Claim = claim with { Condition = claim.Condition is { } other ? ClaimTree.Of(Head.And, other, condition) : condition } };
                }
            }
        }
        catch (UnreadableException exception)
        {
            Lose(clause, exception);
        }
    }

    private static bool IsPlain(ClaimTree value) => value.Nodes().All(node => node.Head is Head.Number or Head.Negate or Head.Divide or Head.Times or Head.Power);

    /// <summary>Whether a size is said to be a formula of others beside claims that speak of sizes and numbers alone.</summary>
    private bool IsOfSizesAlone(string name, ClaimTree value, int line)
    {
        return declarations.Sizes.Contains(name) && !value.Nodes().Any(node => node.IsName(name)) && AreSizes(value)
            && _claims.Where(claim => claim.Line == line).All(claim => claim.Claim is { } said && said.Any(node => node.IsName(name)) && AreSizes(said.Left) && AreSizes(said.Right));

        bool AreSizes(ClaimTree tree) => tree.Nodes().All(node => node.Head is Head.Number or Head.Negate or Head.Divide or Head.Times or Head.Power or Head.Add || (node.Is(Head.Name) && declarations.Sizes.Contains(node.Text) && !declarations.Symbols.ContainsKey(node.Text)));
    }

    private static readonly string[] _rates = ["η", "α", "γ"];

    /// <summary>The step size of an update that nobody declared is a positive number.</summary>
    private void Rate(List<List<Formula>> parts, List<string> signs)
    {
        var isUpdate = signs is ["≔" or "←", ..] || (signs is ["=", ..] && parts[0] is [var left] && NameText.Of(left is Script script ? script.Base : left) is ['Δ', _, ..]);
        foreach (var rate in _rates.Where(rate => isUpdate && !declarations.IsDeclared(rate) && parts.Skip(1).SelectMany(part => part).Any(item => item is Atom atom ? IsRate(atom, rate) : GivenReader.Inside(item).Any(inner => IsRate(inner, rate)))))
        {
            declarations.Symbols[rate] = new(rate, new Atom(rate)) { Shape = [], Traits = Trait.Positive, IsAssumed = true };
            declarations.Numbers.Add(rate);
        }

        static bool IsRate(Formula formula, string rate) => formula is Atom { Text: var letter } && string.Equals(letter, rate, StringComparison.Ordinal);
    }

    /// <summary>The step of an iteration of an undeclared u, u_{k+1} = … u_k …: u_k is any number then.</summary>
    private string? Stepped(List<List<Formula>> parts, List<string> signs)
    {
        if (signs is not ["=" or "≔" or "←", ..] || parts[0] is not [Script { Base: var name, Subscript: { } below, Superscript: null }] || NameText.Of(name) is not { } key || NameText.OfScript(below) is not [var letter, '+', '1'] || !char.IsLetter(letter)
            || declarations.Find(key) is { } known && (known.Body is not null || !known.OpaqueOf.IsEmpty || known.Shape is not { Length: 1 }) || declarations.Functions.ContainsKey(key)
            || !parts.Skip(1).SelectMany(part => part).SelectMany(item => GivenReader.Inside(item).Append(item)).Any(item => item is Script { Base: var stem, Subscript: { } now } && string.Equals(NameText.Of(stem), key, StringComparison.Ordinal) && string.Equals(NameText.OfScript(now), letter.ToString(), StringComparison.Ordinal)))
        {
            return null;
        }

        if (declarations.Find(key) is null)
        {
            var size = Enumerable.Range(1, int.MaxValue).Select(number => $"n{number}").First(candidate => !declarations.IsDeclared(candidate));
            declarations.Sizes.Add(size);
            declarations.Symbols[key] = new(key, name) { Shape = [ClaimTree.Name(size)], Families = 1, IsAssumed = true };
            declarations.Remarks.Add($"{key} is not declared; {key}_{letter} is read as any number.");
            declarations.Forget();
        }

        return key;
    }

    // What the next step of an iteration is, by its name.
    private readonly Dictionary<string, ClaimTree> _steps = new(StringComparer.Ordinal);

    /// <summary>w^{(t+1)} = w^{(t)} − η ∇L(w^{(t)}), or w_new from w_old, where w has no steps of its own, is the update w ← w − η ∇L(w).</summary>
    private (List<List<Formula>> Parts, List<string> Signs) Iterated(List<List<Formula>> parts, List<string> signs)
    {
        if (signs is not ["=" or "≔" or "←" or "≜", ..] || parts[0] is not [var left] || (left is Script script ? script.Base : left) is not { } name || NameText.Of(name) is not { } key
            || declarations.Find(key) is not { Families: 0, Body: null, OpaqueOf.IsEmpty: true, IsRecurrence: false } symbol)
        {
            return (parts, signs);
        }

        var hasLoss = declarations.LossOf(symbol.Name) is not null;
        if (!hasLoss && (signs.Count < 2 || symbol.Shape is { Length: > 0 }))
        {
            return (parts, signs);
        }

        var step = left is Script { Subscript: var below, Superscript: var above } && (below is null) != (above is null) ? NameText.OfScript(below ?? above!).Trim('(', ')') : string.Empty;
        var earlier = step is "new" or "neu" ? "old" : step.EndsWith("+1", StringComparison.Ordinal) && step.Length == 3 && char.IsLetter(step[0]) ? step[..1] : null;
        if (earlier is null && signs[0] is "=")
        {
            return (parts, signs);
        }

        if (earlier is not null)
        {
            // Without a loss it says what the next number is; the equations behind are judged for any number before it.
            parts = [[hasLoss ? name : new Atom(key + "⁺") { Origin = left.Origin }], .. parts.Skip(1).Select(part => part.ConvertAll(Settled))];
            signs = [hasLoss ? "≔" : "=", .. signs.Skip(1)];
        }

        return (parts, signs);

        Formula Settled(Formula formula) => formula switch
        {
            Script { Base: var @base } old when string.Equals(NameText.Of(@base), key, StringComparison.Ordinal) && (old.Subscript is null) != (old.Superscript is null) && NameText.OfScript(old.Subscript ?? old.Superscript!).Trim('(', ')') is var mark && (string.Equals(mark, earlier, StringComparison.Ordinal) || (earlier is "old" && mark is "alt")) => @base,
            Script other => new Script(Settled(other.Base), other.Subscript is { } sub ? Settled(sub) : null, other.Superscript is { } sup ? Settled(sup) : null) { Origin = other.Origin },
            Fence fence => new Fence(fence.Left, Settled(fence.Body), fence.Right) { Origin = fence.Origin },
            Row row => new Row(row.Items.Select(Settled)) { Origin = row.Origin },
            Fraction fraction => new Fraction(Settled(fraction.Numerator), Settled(fraction.Denominator)) { Origin = fraction.Origin },
            _ => formula,
        };
    }

    /// <summary>
    /// Whether there is a d before something, and whether it can only be a differential: dL of the loss itself, d(X⁻¹), or dz where there is
    /// no loss. Else dz may be short for the derivative of the loss by z.
    /// </summary>
    private (bool Has, bool AreDefinite) Differentials(List<List<Formula>> parts)
    {
        if (!parts.SelectMany(part => part).SelectMany(item => GivenReader.Inside(item).Append(item)).Any(item => item is Atom { Text: ['d', ..], Kind: not AtomKind.Text }))
        {
            return (false, false);
        }

        _parser.ReadsDifferentials = true;
        var nodes = new List<ClaimTree>();
        var sides = 0;
        foreach (var part in parts.Where(part => part.Count > 0))
        {
            try
            {
                var before = nodes.Count;
                nodes.AddRange(_parser.Expression(part).Nodes().Where(node => node.Is(Head.Differential)));
                sides += nodes.Count > before ? 1 : 0;
            }
            catch (UnreadableException)
            {
                // A set or a shape stands there, or something that gets its message when it is read.
            }
        }

        _parser.ReadsDifferentials = false;
        _parser.Restart();
        if (declarations.Sizes.Contains("d") && sides < 2)
        {
            // d γ_i with a size d on one side is a product.
            return (false, false);
        }

        return (nodes.Count > 0, nodes.Exists(node => !((node[0].Is(Head.Entry) ? node[0][0] : node[0]) is { Head: Head.Name } name && declarations.LossOf(name.Text) is not null)));
    }

    /// <summary>The relation with dz read as a differential, where it can be read so.</summary>
    private Link? OtherReading(List<List<Formula>> parts, int at, ClaimTree left, Link link)
    {
        _parser.ReadsDifferentials = true;
        try
        {
            var right = _parser.Expression(parts[at + 1]);
            return link with { Left = parts[at].Count > 0 ? _parser.Expression(parts[at]) : left, Right = right };
        }
        catch (UnreadableException)
        {
            // Then the other reading is the only one.
            return null;
        }
        finally
        {
            _parser.ReadsDifferentials = false;
        }
    }

    /// <summary>a → b: the limit of a is b. a ≈ b, where b moves as well: that of a/b is 1.</summary>
    private static Link Limiting(Link link, ClaimTree name, ClaimTree goal)
    {
        var isMoving = link.Right.Nodes().Any(node => node.IsName(name.Text));
        return isMoving && link.Sign is "≈" or "∼" ? link with { Left = Limit(ClaimTree.Of(Head.Divide, link.Left, link.Right)), Sign = "=", Right = ClaimTree.Number(1) }
            : link with { Left = Limit(link.Left), Sign = "=", Right = isMoving ? Limit(link.Right) : link.Right };

        ClaimTree Limit(ClaimTree tree) => new(Head.Elsewhere, "lim", [tree, name, goal], tree.Span);
    }

    /// <summary>
    /// σ′(z) = σ(z)(1 − σ(z)) with a vector z is about the function, at each entry: factors side by side are numbers then. Only where nothing
    /// else stands there that has entries.
    /// </summary>
    private Link Entrywise(Link link)
    {
        if (link.Left is not { Head: Head.Call, Order: > 0, Items: [{ Head: Head.Name } argument] } || !declarations.Symbols.TryGetValue(argument.Text, out var vector) || vector.Shape is not { Length: > 0 }
            || !link.Right.Nodes().All(node => node.Head is Head.Number or Head.Add or Head.Negate or Head.Times or Head.Divide or Head.Power || node.IsName(argument.Text) || (node.Is(Head.Call) && (KnownFunctions.Elementwise.Contains(node.Text) || declarations.Functions.ContainsKey(node.Text))))
            || !link.Right.Nodes().Any(node => node is { Head: Head.Times, Text: "" or "⋅" } && node.Items.Count(item => item.Nodes().Any(inner => inner.IsName(argument.Text))) > 1))
        {
            return link;
        }

        declarations.Symbols.TryAdd(ClaimParser.AnyArgument, new(ClaimParser.AnyArgument, new Atom(ClaimParser.AnyArgument, AtomKind.Symbol)) { Shape = [] });
        return link with { Left = link.Left.Replace(One), Right = link.Right.Replace(One) };

        ClaimTree? One(ClaimTree node) => node.IsName(argument.Text) ? ClaimTree.Name(ClaimParser.AnyArgument).At(node.Span) : null;
    }

    /// <summary>A_ij x_j with its sum over j: letters that count, twice in one product, by Einstein's convention.</summary>
    private ClaimTree Summed(ClaimTree tree)
    {
        if (tree.Head is Head.Add or Head.Negate or Head.Call or Head.Matrix or Head.List or Head.Cases or Head.Indicator or Head.Norm)
        {
            return tree.Items.IsEmpty ? tree : tree.With([.. tree.Items.Select(Summed)]);
        }

        if (tree.Is(Head.Big))
        {
            return tree.With(0, Summed(tree[0]));
        }

        // What is differentiated, and sums in brackets, are products of their own.
        tree = tree.Is(Head.Derivative) ? tree.With(0, Summed(tree[0])) : tree.Is(Head.Times) ? tree.With([.. tree.Items.Select(item => item.Head is Head.Add or Head.Derivative or Head.Call ? Summed(item) : item)]) : tree;
        var letters = new List<string>();
        Count(tree, []);
        foreach (var letter in letters.Distinct(StringComparer.Ordinal).Where(letter => letters.Count(other => string.Equals(other, letter, StringComparison.Ordinal)) == 2).ToList())
        {
            tree = new(Head.Big, "∑", [tree, ClaimTree.Name(letter), ClaimTree.Nothing, ClaimTree.Nothing, ClaimTree.Nothing], tree.Span);
        }

        return tree;

        void Count(ClaimTree node, System.Collections.Immutable.ImmutableArray<string> bound)
        {
            if (node.Is(Head.Big))
            {
                bound = bound.Add(node[1].Text);
            }

            if (node.Head is Head.Entry or Head.Delta)
            {
                letters.AddRange(node.Items.Skip(node.Is(Head.Entry) ? 1 : 0).Where(index => index.Is(Head.Name) && !bound.Contains(index.Text) && !declarations.IsDeclared(index.Text)).Select(index => index.Text));
            }

            foreach (var item in node.Items)
            {
                Count(item, bound);
            }
        }
    }

    /// <summary>The sign of a derivative that stands for an equation between antiderivatives: it is printed as what it differentiates.</summary>
    public const string AntiderivativeSign = "∫";

    private static readonly string[] _constants = ["C", "c", "K", "const", "C_1", "c_1", "C_2", "c_2"];

    /// <summary>
    /// ∫ f dx = F + C: where an integral without bounds is set equal to something that speaks of its x, or has a constant that nothing
    /// declares, it is the antiderivatives that are meant, and the line says that both sides have the same derivative. The x, or null.
    /// </summary>
    private ClaimTree? Antidifferentiated(int first)
    {
        var links = _claims.Skip(first).Select(claim => claim.Claim).OfType<Link>().ToList();
        var sides = links.SelectMany(link => new[] { link.Left, link.Right }).ToList();
        if (links.Count == 0 || !links.TrueForAll(link => link.Sign is "=") || sides.SelectMany(side => side.Nodes()).FirstOrDefault(IsOpen) is not { } integral)
        {
            // A line that goes on from one with antiderivatives is about them, too.
            return null;
        }

        var name = integral[1];
        var constants = sides.SelectMany(Constants).Distinct(StringComparer.Ordinal).ToList();
        if (constants.Count == 0 && !sides.Exists(side => Speaks(side, name.Text)))
        {
            return null;
        }

        foreach (var constant in constants)
        {
            declarations.Symbols[constant] = new(constant, null) { Shape = [] };
        }

        if (declarations.Find(name.Text) is null)
        {
            declarations.Symbols[name.Text] = new(name.Text, null) { Shape = [], IsAssumed = true };
        }

        declarations.Differentiated.Add(name.Text);
        declarations.Remarks.Add($"Antiderivatives are compared by their derivatives by {name.Text}; the values that are shown are those.");
        declarations.Forget();
        for (var i = first; i < _claims.Count; i++)
        {
            if (_claims[i].Claim is { } link)
            {
                _claims[i] = _claims[i] with { Claim = link with { Left = Derived(link.Left), Right = Derived(link.Right) } };
            }
        }

        return name;

        bool IsOpen(ClaimTree node) => node is { Head: Head.Integral, Text: "∫" } && node[2].Is(Head.None) && !node[2].IsName("ℝ");

        IEnumerable<string> Constants(ClaimTree side) => side.Is(Head.Add) ? side.Items.Select(item => item.Is(Head.Negate) ? item[0] : item).Where(item => item.Is(Head.Name) && _constants.Contains(item.Text, StringComparer.Ordinal) && !declarations.IsDeclared(item.Text)).Select(item => item.Text) : [];

        static bool Speaks(ClaimTree tree, string letter) => tree.Is(Head.Integral) && tree[1].IsName(letter) ? false : tree.IsName(letter) || tree.Items.Any(item => Speaks(item, letter));

        ClaimTree Derived(ClaimTree tree) => tree is { Head: Head.Derivative, Text: AntiderivativeSign } ? tree : new(Head.Derivative, AntiderivativeSign, [tree, name], tree.Span);
    }

    private void Relations(Clause clause)
    {
        var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
        var colon = signs.Count == 0 ? clause.Items.FindIndex(item => item is Operator { Text: ":" }) : -1;
        if (colon > 0)
        {
            (parts, signs) = ([clause.Items.GetRange(0, colon), clause.Items.GetRange(colon + 1, clause.Items.Count - colon - 1)], [":"]);
        }

        var before = _claims.Count;
        (parts, signs) = Iterated(parts, signs);
        Rate(parts, signs);
        var step = Stepped(parts, signs);
        _parser.ReadsDifferentials = false;
        var (hasDifferentials, areDefinite) = Differentials(parts);
        _parser.ReadsDifferentials = areDefinite;
        try
        {
            if (signs is ["=" or "≔" or "≜" or "≡", ..] && parts[0] is [var named, Fence { Left: "(", Body: var arguments }] && _parser.IsNewWithArguments(named, arguments))
            {
                // H(w) = ∇²J: a new name with what it depends on.
                parts[0] = [named];
            }

            ClaimTree? left;
            if (parts[0].Count == 0)
            {
                left = _previous ?? throw (_lost is not null ? new UnreadableException(ClaimParser.SpanOf(clause.Items), "This line goes on from one that can't be read.") : new(ClaimParser.SpanOf(clause.Items), "This line has nothing on its left side, and no line before it to go on from."));
            }
            else
            {
                left = _parser.Expression(parts[0]);
            }

            var continues = parts[0].Count == 0;
            if (!continues && _leadingLine is { } led && led != clause.Line)
            {
                (_leading, _leadingLine) = (null, null);
            }

            for (var i = 0; i < signs.Count; i++)
            {
                var right = signs[i] is "∈" ? _parser.Set(parts[i + 1])
                    : signs[i] is ":" ? new ClaimTree(Head.Set, "R", _parser.Sizes(parts[i + 1]), ClaimParser.SpanOf(parts[i + 1]))
                    : _parser.Expression(parts[i + 1]);
                var span = ClaimParser.SpanOf([.. continues ? [] : parts[i], .. parts[i + 1]]);
                var link = new Link(ClaimParser.Extended(left, right), signs[i] switch { "←" => "≔", ClaimParser.Demanded => "=", var sign => sign }, ClaimParser.Extended(right, left), _leading);
                link = Entrywise(declarations.SumsRepeated ? link with { Left = Summed(link.Left), Right = Summed(link.Right) } : link);
                if (ApproachOf(clause, i) is var (name, goal) && signs[i] is "→" or "⟶" or "=" or "≈" or "∼")
                {
                    link = Limiting(link, name, goal);
                }
                else if (signs[i] is "→" or "∼" or "↦" or "⟶")
                {
                    throw new UnreadableException(span, ClaimParser.IsArrow(signs[i]) ? "An arrow is judged where the line says what goes where, as in \"\\sigma(x) \\to 1 \\text{ as } x \\to \\infty\"." : $"The relation {signs[i]} is not judged here.");
                }

                var isStep = i == 0 && step is not null && _steps.TryAdd(step, right);
                if (i == 0 && step is not null && !isStep)
                {
                    link = link with { Left = _steps[step] };
                }

                _claims.Add(new(clause.Line, NextLink(clause.Line), span, i == 0 ? clause.Before : string.Empty, link, null) { Continues = continues, IsStep = isStep, AsDifferentials = hasDifferentials && !areDefinite ? OtherReading(parts, i, left, link) : null, IsDemanded = signs[i] is ClaimParser.Demanded || (i == signs.Count - 1 && Demands(clause.Before)) });
                if (signs[i] is not ("∈" or ":"))
                {
                    left = right;
                }

                continues = true;
            }

            if (Antidifferentiated(before) is { } constant)
            {
                left = Judged(left);

                ClaimTree Judged(ClaimTree tree) => new(Head.Derivative, AntiderivativeSign, [tree, constant], tree.Span);
            }

            if (_parser.Argument is { } argument)
            {
                left = Filled(left);
                for (var i = before; i < _claims.Count; i++)
                {
                    _claims[i] = _claims[i] with { Claim = _claims[i].Claim! with { Left = Filled(_claims[i].Claim!.Left), Right = Filled(_claims[i].Claim!.Right) } };
                }

                ClaimTree Filled(ClaimTree tree) => tree.Replace(node => node.IsName(ClaimParser.AnyArgument) ? argument : null);
            }

            foreach (var (inner, sign, note) in _parser.Notes)
            {
                _claims.Add(new(clause.Line, NextLink(clause.Line), inner.Span, string.Empty, new(inner, sign, note), null));
            }

            _parser.Notes.Clear();
            _previous = left;
            _lost = null;
        }
        catch (UnreadableException exception)
        {
            _claims.RemoveRange(before, _claims.Count - before);
            _parser.Notes.Clear();
            Lose(clause, exception);
        }
    }
}
