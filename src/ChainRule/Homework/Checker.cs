using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Notation;
using ChainRule.Numerics;

namespace ChainRule.Checking;

/// <summary>One run over the givens and all blocks of claims.</summary>
internal sealed class Checker
{
    /// <summary>What one claim may cost to judge, in elementary operations.</summary>
    private const long JudgingBudget = 20_000_000;

    /// <summary>What it may cost to see whether a wrong claim follows from another one.</summary>
    private const long SupposingBudget = 4_000_000;

    /// <summary>What the search for a repair may cost.</summary>
    private const long RepairBudget = 6_000_000;

    private readonly IReadOnlyList<string> _sources;
    private readonly Declarations _declarations = new();
    private readonly List<GivenProblem> _problems = [];
    private readonly List<Pending> _pending = [];
    private readonly ImmutableArray<ReadingResult> _readings;
    private Judge _judge;
    private Judge _fresh;
    private RemarkFinder _remarks;

    public Checker(IReadOnlyList<string> givens, IReadOnlyList<string> blocks, Layout? layout, bool explains = false, int blocksBefore = 0)
    {
        (_explains, _blocksBefore) = (explains, blocksBefore);
        _sources = blocks;
        // Abbreviations hold wherever they are defined: people put them before, between and inside the blocks.
        var macros = new LatexMacros();
        givens = [.. givens.Select(macros.Collect).Where(given => !string.IsNullOrWhiteSpace(given))];
        blocks = [.. blocks.Select(macros.Collect)];
        _readings = [.. blocks.Select(block => LatexReader.ReadWithProblems(ClaimLines.Separate(block), macros))];
        var reader = new GivenReader(_declarations);
        reader.Read(givens, _readings.Select(reading => reading.Formula), macros);
        ShapeInference.Complete(_declarations);
        _problems.AddRange(reader.Problems);
        _declarations.Layout = layout ?? _declarations.Layout;
        var least = Least(_readings);
        _judge = new(_declarations, least, 0);
        _fresh = new(_declarations, least, 1);
        _least = least;
        _remarks = new(_declarations, least);
    }

    private readonly int _least;
    private readonly bool _explains;
    private readonly int _blocksBefore;

    private sealed class Pending(int block, ReadClaim claim)
    {
        public int Block { get; } = block;

        public ReadClaim Claim { get; set; } = claim;

        public Dictionary<Orientation, Outcome> Outcomes { get; } = [];

        public ClaimStatus? Early { get; set; }

        public string Message { get; set; } = string.Empty;

        public UnreadableException? Problem { get; set; } = claim.Problem;

        public Orientation Chosen { get; set; }

        public bool Dotted { get; set; }

        public bool Descends { get; set; }

        public bool RowsLie { get; set; }

        /// <summary>How the claim is read in the layout that was chosen.</summary>
        public Reading Reading => new(Chosen, Dotted, Descends, RowsLie);

        public List<string> Remarks { get; } = [];

        /// <summary>The claim about the declared w, where it defines w^* or ŵ.</summary>
        public Link? Alias { get; set; }

        /// <summary>The points at which it is judged, and fresh ones, where it follows from an equation that is taken for true.</summary>
        public (Judge Judge, Judge Fresh)? Premised { get; set; }
    }

    /// <summary>The least size that the claims need: x_4 needs four entries.</summary>
    private static int Least(IEnumerable<ReadingResult> readings)
    {
        var least = 3;
        foreach (var formula in readings.Select(reading => reading.Formula))
        {
            Visit(formula, inScript: false);
        }

        return Math.Min(least, 8);

        void Visit(Formula formula, bool inScript)
        {
            switch (formula)
            {
                case Atom { Kind: AtomKind.Number, Text: [var digit] } when inScript && char.IsAsciiDigit(digit):
                    least = Math.Max(least, digit - '0');
                    break;
                case Row row:
                    foreach (var item in row.Items)
                    {
                        Visit(item, inScript);
                    }

                    break;
                case Script script:
                    Visit(script.Base, inScript);
                    if (script.Subscript is { } below)
                    {
                        Visit(below, inScript: true);
                    }

                    break;
                case Fraction fraction:
                    Visit(fraction.Numerator, inScript);
                    Visit(fraction.Denominator, inScript);
                    break;
                case Fence fence:
                    Visit(fence.Body, inScript);
                    break;
                case Table table:
                    foreach (var cell in table.Rows.SelectMany(row => row))
                    {
                        Visit(cell, inScript);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Judges everything.</summary>
    /// <param name="requirements">What is required of the blocks beyond being right.</param>
    public HomeworkReport Run(params IReadOnlyList<Requirement> requirements)
    {
        for (var block = 0; block < _readings.Length; block++)
        {
            var symbols = _declarations.Symbols.Count;
            var claims = new ClaimReader(_declarations).Read(_readings[block]);
            if (_declarations.Symbols.Count != symbols)
            {
                // A function that stands without an argument has got one.
                Renew();
            }

            foreach (var claim in claims)
            {
                var pending = new Pending(_blocksBefore + block + 1, claim);
                _pending.Add(pending);
                if (claim.Claim is { } link)
                {
                    Try(pending, () => Prepare(pending, link));
                }
            }
        }

        Suppose();
        Choose();
        var results = ImmutableArray.CreateBuilder<ClaimResult>();
        foreach (var pending in _pending)
        {
            results.Add(Finish(pending, results));
        }

        var required = requirements.Select(requirement => Required(requirement, results)).ToImmutableArray();
        return HomeworkReport.With(results, _problems.Select(problem => new UnreadGiven(problem.Source, problem.Span, problem.Message)), _declarations.Remarks, _declarations.Numbers) with { Requirements = required };
    }

    private RequirementResult Required(Requirement requirement, IReadOnlyList<ClaimResult> results)
    {
        _judge.Meter.Reset(JudgingBudget);
        return new RequirementChecker(_declarations, _judge).Check(requirement, [.. results.Where(result => result.Block == requirement.Block)], result =>
        {
            for (var i = 0; result.Step is null && i < results.Count; i++)
            {
                if (ReferenceEquals(results[i], result) && _pending[i] is { Claim.Claim: { } link } pending)
                {
                    return new Engine(_declarations).Explain(link, pending.Reading, _judge.Letters(link.Left, link.Right));
                }
            }

            return result.Step;
        });
    }

    /// <summary>Every claim with what the engine's expressions make of its sides, where they can say it.</summary>
    internal static List<(ClaimResult Result, Engine.Equation? Sides)> Said(IReadOnlyList<string> givens, IReadOnlyList<string> blocks)
    {
        var checker = new Checker(givens, blocks, null);
        var results = checker.Run([]).Claims;
        return [.. results.Select((result, position) => (result, checker._pending[position] is { Claim.Claim: { } link, Premised: null } pending
            ? new Engine(checker._declarations).Sides(link, pending.Reading, checker._judge.Letters(link.Left, link.Right))
            : null))];
    }

    private static void Try(Pending pending, Action action)
    {
        try
        {
            action();
        }
        catch (UnreadableException exception)
        {
            pending.Problem = exception.Span.Length > 0 ? exception : new(pending.Claim.Span, exception.Message);
        }
        catch (IllShapedException exception)
        {
            // The givens themselves don't fit together: that is no fault of the claim.
            (pending.Early, pending.Message) = (ClaimStatus.Undecided, $"The givens don't fit together: {exception.Message}.");
        }
        catch (BudgetException exception)
        {
            (pending.Early, pending.Message) = (ClaimStatus.Undecided, exception.Message);
        }
    }

    private void Prepare(Pending pending, Link link)
    {
        if (link.Right.IsNumber("0"))
        {
            // ∇f(x^*) = 0 speaks of the x that is meant.
            link = link with { Left = link.Left.Replace(node => node.Is(Head.Name) && node.Text.EndsWith('∗') && IsNew(node.Text) && _declarations.Find(node.Text.Split('^')[0]) is { Body: null } given ? ClaimTree.Name(given.Name).At(node.Span) : null) };
            pending.Claim = pending.Claim with { Claim = link };
        }

        if (!link.Left.Is(Head.Name) && _pending.Exists(before => !ReferenceEquals(before, pending) && before.Block >= pending.Block - 1 && before.Claim.Claim is { Right: { } zero } demanded && zero.IsNumber("0") && demanded.Any(node => node.Is(Head.Derivative) || (node.Is(Head.Call) && node.Order > 0))))
        {
            // ∇J = 0 ⇒ Xᵀ X ŵ = Xᵀ y speaks of the w at which that holds.
            link = link with { Left = link.Left.Replace(Unmarked), Right = link.Right.Replace(Unmarked) };
            pending.Claim = pending.Claim with { Claim = link };
        }

        pending.Alias = Meant(link);
        if (pending.Claim.IsStep)
        {
            Declare(link);
            (pending.Early, pending.Message) = (ClaimStatus.Definition, "This is read as the step of an iteration; what follows is judged for any value before it.");
            return;
        }

        if (Defines(link))
        {
            pending.Early = ClaimStatus.Definition;
            return;
        }

        link = Updated(pending, link);
        Declare(link);
        link = Directed(pending, link);
        link = Grouped(pending, link);
        link = Alike(pending, link);
        var orientations = _declarations.Layout switch
        {
            Layout.Numerator => [Orientation.Numerator],
            Layout.Denominator => [Orientation.Denominator],
            _ => HasVectorDerivative(link) ? new[] { Orientation.Mixed, Orientation.Numerator, Orientation.Denominator } : [Orientation.Mixed],
        };
        foreach (var orientation in orientations)
        {
            _judge.Meter.Reset(JudgingBudget);
            var outcome = _judge.CheckCases(link, new(orientation));
            if (!outcome.Holds && link.Any(node => node.Is(Head.Times) && node.Text is "⋅")
                && _judge.Check(link, new(orientation, DotIsHadamard: true)) is { Holds: true } dotted)
            {
                outcome = dotted with { Remarks = dotted.Remarks.Add("The dot is read entry by entry (⊙): as an inner product the shapes would not fit.") };
                pending.Dotted = true;
            }

            if (!outcome.Holds && link.Any(node => node.Is(Head.Big) && node.Text is "∏")
                && _judge.Check(link, new(orientation, ProductsDescend: true)) is { Holds: true } descending)
            {
                outcome = descending with { Remarks = descending.Remarks.Add("The product is read with its later factors on the left; written from left to right they stand in the other order.") };
                pending.Descends = true;
            }

            if (!outcome.Holds && link.Any(node => node is { Head: Head.Entry, Items.Length: 2 } && node[0].Is(Head.Name) && _declarations.Symbols.TryGetValue(node[0].Text, out var table) && table is { Families: 0, Shape.Length: 2 })
                && _judge.Check(link, new(orientation, RowsLie: true)) is { Holds: true } lying)
            {
                outcome = lying with { Remarks = lying.Remarks.Add("A row of a matrix is read as a row here, not as a column.") };
                pending.RowsLie = true;
            }

            pending.Outcomes[orientation] = outcome;
        }
    }

    /// <summary>
    /// Differentials with what moves: what the differentials of both sides depend on. dz beside a loss is one where, as the derivative of
    /// the loss, the line is wrong, and no line before took it for that.
    /// </summary>
    private Link Directed(Pending pending, Link link)
    {
        if (pending.Claim.AsDifferentials is { } other && !_pending.Exists(before => before.Claim.AsDifferentials is not null && before.Outcomes.Values.Any(outcome => outcome.Holds)))
        {
            other = Directed(other);
            _judge.Meter.Reset(JudgingBudget);
            if (Held(_judge, link, Orientation.Mixed) is not { Holds: true } && Held(_judge, other, Orientation.Mixed) is { Holds: true })
            {
                pending.Remarks.Add("The d stands for differentials here.");
                link = other;
            }
        }

        link = Directed(link);
        pending.Claim = pending.Claim with { Claim = link, AsDifferentials = ReferenceEquals(link, pending.Claim.AsDifferentials) ? null : pending.Claim.AsDifferentials };
        return link;
    }

    private Link Directed(Link link)
    {
        var (left, right) = (Moving(link.Left), Moving(link.Right));
        if (left is null && right is null)
        {
            return link;
        }

        var moving = left is null ? right! : right is null ? left : left.Intersect(right, StringComparer.Ordinal).ToList() is { Count: > 0 } both ? both : [.. left.Union(right, StringComparer.Ordinal)];
        var names = moving.Order(StringComparer.Ordinal).Select(ClaimTree.Name).ToList();
        return link with { Left = link.Left.Replace(Named), Right = link.Right.Replace(Named) };

        ClaimTree? Named(ClaimTree node) => node.Is(Head.Differential) ? node.With([node[0], .. names]) : null;
    }

    /// <summary>What is given freely and what the differentials in a side depend on; null where there are none.</summary>
    private List<string>? Moving(ClaimTree side) => side.Nodes().Where(node => node.Is(Head.Differential)).ToList() is { Count: > 0 } differentials
        ? [.. _declarations.Symbols.Values.Where(symbol => symbol is { Body: null, OpaqueOf.IsEmpty: true, IsRecurrence: false } && differentials.Exists(node => _declarations.Names(node[0]).Any(name => _declarations.Reaches(name, symbol.Name)))).Select(symbol => symbol.Name)]
        : null;

    /// <summary>Var[w], where the entries w_j are random and alike, is the variance of any of them where that of all does not fit.</summary>
    private Link Alike(Pending pending, Link link)
    {
        var (left, right) = (link.Left.Replace(Single), link.Right.Replace(Single));
        if (ReferenceEquals(left, link.Left) && ReferenceEquals(right, link.Right))
        {
            return link;
        }

        var other = link with { Left = left, Right = right };
        _judge.Meter.Reset(JudgingBudget);
        if (_judge.Check(link, new(Orientation.Mixed), points: 1).Fault != ClaimFault.Shape || _judge.Check(other, new(Orientation.Mixed), points: 1).Fault == ClaimFault.Shape)
        {
            return link;
        }

        pending.Claim = pending.Claim with { Claim = other };
        pending.Remarks.Add("Expectations of random entries that are alike are read as those of one entry.");
        return other;

        ClaimTree? Single(ClaimTree node) => node is { Head: Head.Call, Text: "E" or "Var" or "Cov" } ? node.With([.. node.Items.Select(item => item.Replace(One))]) is var single && single.SameAs(node) ? node : single : null;

        ClaimTree? One(ClaimTree node) => node.Is(Head.Entry) ? node
            : node.Is(Head.Name) && _declarations.Symbols.TryGetValue(node.Text, out var symbol) && symbol.Traits.HasFlag(Trait.Random) && symbol.Shape is { Length: > 0 } shape
            ? new ClaimTree(Head.Entry, string.Empty, [node, .. shape.Select(_ => ClaimTree.Number(1))], node.Span) : null;
    }

    /// <summary>W ← W − η G of a declared W says that G is the gradient: it is judged as W − η ∂L/∂W = W − η G.</summary>
    private Link Updated(Pending pending, Link link)
    {
        var name = link.Left.Is(Head.Entry) ? link.Left[0] : link.Left;
        if (link.Sign is not "≔" || !name.Is(Head.Name) || !_declarations.Symbols.TryGetValue(name.Text, out var symbol) || symbol.Body is not null)
        {
            return link;
        }

        var rate = "η α γ ρ ε μ lr".Split(' ').FirstOrDefault(letter => _declarations.Symbols.TryGetValue(letter, out var number) && number.Shape is null or { IsEmpty: true } && link.Right.Nodes().Any(node => node.IsName(letter)));
        if (rate is null && _declarations.LossOf(name.Text) is { } minimised && link.Right.Nodes().Any(node => node.Is(Head.Divide) || (node.Is(Head.Power) && node[1].Is(Head.Negate))))
        {
            // Newton's step goes to where the gradient of the second-order model is 0.
            var (gradient, hessian) = (ClaimTree.Of(Head.Derivative, "∂", ClaimTree.Name(minimised.Name), link.Left), ClaimTree.Of(Head.Derivative, "∂", ClaimTree.Name(minimised.Name), link.Left, link.Left));
            var change = ClaimTree.Of(Head.Times, ClaimTree.Of(Head.Power, hessian, ClaimTree.Number(-1)), gradient);
            pending.Claim = pending.Claim with { Claim = link with { Left = ClaimTree.Of(Head.Add, link.Left, ClaimTree.Of(Head.Negate, change)), Sign = "=" } };
            pending.Remarks.Add($"It is judged as a step of Newton's method for {minimised.Name}.");
            return pending.Claim.Claim!;
        }

        if (rate is null || _declarations.LossOf(name.Text) is not { } loss)
        {
            throw new UnreadableException(link.Left.Span, $"{name.Text} is declared, so this is an assignment, not an equation. An update is judged where a loss that depends on {name.Text} and a step size (η, α) are given; else give the new value a name of its own.");
        }

        Link Step(bool uphill)
        {
            var change = ClaimTree.Of(Head.Times, ClaimTree.Name(rate), ClaimTree.Of(Head.Derivative, "∂", ClaimTree.Name(loss.Name), link.Left));
            return link with { Left = ClaimTree.Of(Head.Add, link.Left, uphill ? change : ClaimTree.Of(Head.Negate, change)), Sign = "=" };
        }

        // A log-likelihood is climbed, a loss descended.
        _judge.Meter.Reset(JudgingBudget);
        var climbs = loss.Name is "ℓ" or "l" or "LL" && _judge.Check(Step(uphill: true), new(Orientation.Mixed), points: 1).Holds;
        if (climbs)
        {
            pending.Remarks.Add($"The step goes uphill: it makes {loss.Name} larger.");
        }

        pending.Claim = pending.Claim with { Claim = Step(climbs) };
        return pending.Claim.Claim!;
    }

    /// <summary>δ ⊙ φ′(z) xᵀ: ⊙ binds less than factors side by side, but where the shapes fit only from left to right, that is what is meant.</summary>
    private Link Grouped(Pending pending, Link link)
    {
        if (ClaimParser.LeftToRight(link) is not { } other)
        {
            return link;
        }

        var orientation = _declarations.Layout switch { Layout.Numerator => Orientation.Numerator, Layout.Denominator => Orientation.Denominator, _ => Orientation.Mixed };
        _judge.Meter.Reset(JudgingBudget);
        if (_judge.Check(link, new(orientation), points: 1).Fault != ClaimFault.Shape || _judge.Check(other, new(orientation), points: 1).Fault == ClaimFault.Shape)
        {
            return link;
        }

        pending.Claim = pending.Claim with { Claim = other };
        pending.Remarks.Add($"It is read from left to right, as {TextPrinter.Print(new ClaimFormula(_declarations).Of(other.Right))}: otherwise the shapes would not fit. Brackets make it plain.");
        return other;
    }

    private static bool HasVectorDerivative(Link link) => link.Any(node => node.Is(Head.Derivative) && node.Text is not "∇" && !(node[0].Is(Head.Entry) && node[1].Is(Head.Entry)));

    /// <summary>
    /// Finds the equations that are taken for true: "= 0" under an exclamation mark, or with an arrow behind it, or with a line after it
    /// that holds where it does. What stands after them in the block, and in the next one, is judged there too.
    /// </summary>
    private void Suppose()
    {
        var premises = new List<(int Position, Link Link)>();
        for (var i = 0; i < _pending.Count; i++)
        {
            var pending = _pending[i];
            premises.RemoveAll(premise => _pending[premise.Position].Block < pending.Block - 1);
            if (pending.Claim.Claim is not { } link || (pending.Problem is not null && pending.Alias is null))
            {
                continue;
            }

            if (IsRefuted(pending) && pending.Outcomes.Values.Any(outcome => outcome.Fault == ClaimFault.Value) && IsPremise(i, link))
            {
                (pending.Early, pending.Message) = (ClaimStatus.Definition, "It is read as a condition: what follows is judged where it holds.");
                premises.Add((i, link));
            }
            else if (premises.Count > 0 && (pending.Alias is not null || IsRefuted(pending)))
            {
                Presume(pending, [.. premises.Select(premise => premise.Link)], premises[^1].Position);
            }
        }
    }

    private static bool IsRefuted(Pending pending) => pending.Outcomes.Count > 0 && pending.Early is null && pending.Outcomes.Values.All(outcome => outcome.Status == ClaimStatus.Refuted);

    private bool IsPremise(int position, Link link)
    {
        const int Ahead = 4;
        var pending = _pending[position];
        if (link.Sign is not "=" || pending.Claim.IsDemanded)
        {
            return pending.Claim.IsDemanded && link.Sign is "=";
        }

        var after = _pending.Skip(position + 1).TakeWhile(other => other.Block <= pending.Block + 1).Take(Ahead).ToList();
        var isFollowed = after.FirstOrDefault() is { } next && next.Block == pending.Block && next.Claim is { Continues: false, Join: "⇒" or "⟹" or "⇔" or "⟺" };
        return IsStationary(position, link) ? isFollowed || after.Exists(other => (other.Alias ?? (IsRefuted(other) ? other.Claim.Claim : null)) is { } later && _pending.IndexOf(other) is var at && !IsStationary(at, later) && Holds(later))
            // "σ² = 2/n ⇒ …" is about a number that is given.
            : isFollowed && (link.Left.Is(Head.Power) ? link.Left[0] : link.Left) is { Head: Head.Name } name && _declarations.Symbols.TryGetValue(name.Text, out var symbol) && symbol is { Body: null, OpaqueOf.IsEmpty: true }
                && !link.Right.Nodes().Any(node => node.Is(Head.Derivative));

        bool Holds(Link later)
        {
            var judge = Premised([link], 0);
            judge.Meter.Reset(SupposingBudget);
            return Held(judge, later, Orientation.Mixed) is { Holds: true };
        }
    }

    /// <summary>Whether a derivative, or what a chain that begins with one goes on with, is set equal to 0.</summary>
    private bool IsStationary(int position, Link link)
    {
        var other = link.Right.IsNumber("0") ? link.Left : link.Left.IsNumber("0") ? link.Right : null;
        for (var i = position; other is not null && i >= 0; i--)
        {
            if (other.Nodes().Any(node => node.Is(Head.Derivative) || (node.Is(Head.Call) && node.Order > 0)))
            {
                return true;
            }

            other = _pending[i].Claim.Continues && i > 0 ? _pending[i - 1].Claim.Claim?.Left : null;
        }

        return false;
    }

    private Judge Premised(IReadOnlyList<Link> premises, int salt) => new(_declarations, _least, salt, premises: new(_declarations, premises));

    private static Outcome? Held(Judge judge, Link link, Orientation orientation)
    {
        try
        {
            return judge.Check(link, new(orientation));
        }
        catch (Exception exception) when (exception is UnreadableException or BudgetException or IllShapedException)
        {
            // Then nothing follows.
            return null;
        }
    }

    /// <summary>Judges a claim where equations before it hold: the last one alone, or all of them.</summary>
    private void Presume(Pending pending, IReadOnlyList<Link> premises, int last)
    {
        var link = pending.Alias ?? pending.Claim.Claim!;
        var isDecided = false;
        foreach (var taken in premises.Count > 1 ? new[] { [premises[^1]], premises } : [premises])
        {
            var judge = Premised(taken, 0);
            judge.Meter.Reset(JudgingBudget);
            if (Held(judge, link, Orientation.Mixed) is not { Status: not ClaimStatus.Undecided } outcome)
            {
                continue;
            }

            if (pending.Alias is not null)
            {
                (pending.Claim, pending.Early, pending.Problem) = (pending.Claim with { Claim = link }, null, null);
            }

            if (outcome.Holds)
            {
                var (block, line) = (_pending[last].Block, _pending[last].Claim.Line);
                outcome = outcome with { Remarks = outcome.Remarks.Add($"It holds where line {line}{(block == pending.Block ? string.Empty : $" of block {block}")} does.") };
            }

            isDecided = true;
            pending.Premised = (judge, Premised(taken, 1));
            pending.Outcomes.Clear();
            pending.Outcomes[Orientation.Mixed] = outcome;
            if (outcome.Holds)
            {
                return;
            }
        }

        if (!isDecided && pending.Alias is null && pending.Claim.Join is "⇒" or "⟹" or "⇔" or "⟺")
        {
            // What is said to follow can't be called wrong by points at which the condition does not hold.
            (pending.Early, pending.Message) = (ClaimStatus.Undecided, $"It is said to follow from line {_pending[last].Claim.Line}, and no values were found at which that holds.");
        }
    }

    /// <summary>w^* = … and ŵ = … (or its square), where w is given, say what w is where an equation before them holds.</summary>
    private Link? Meant(Link link)
    {
        var (power, left) = link.Left is { Head: Head.Power, Items: [{ Head: Head.Name } inner, _] } ? (link.Left, inner) : (null, link.Left);
        if (link.Sign is not ("=" or "≔") || !left.Is(Head.Name) || !IsNew(left.Text))
        {
            return null;
        }

        if (Marked(left.Text) is not { } given || link.Right.Nodes().Any(node => node.IsName(given.Name)))
        {
            return null;
        }

        // A tree of its own: the other one becomes the definition of the new name, and what does not fit in a definition is no fault of claims.
        var name = ClaimTree.Name(given.Name).At(left.Span);
        return link with { Left = power?.With(0, name) ?? name, Sign = "=", Right = link.Right.Replace(node => node.Items.IsEmpty ? node.At(node.Span) : null) };
    }

    /// <summary>The given name that carries a hat, a star or a label here: the w of ŵ, w^* and w_{ML}.</summary>
    private Symbol? Marked(string name)
    {
        var letters = name.Normalize(System.Text.NormalizationForm.FormD);
        var stem = string.Concat(letters.TakeWhile(sign => sign is not ('^' or '_') && !(sign >= '\u0300' && sign <= '\u036f')));
        return stem.Length > 0 && stem.Length < letters.Length && _declarations.Find(stem) is { Body: null, OpaqueOf.IsEmpty: true } given ? given : null;
    }

    private ClaimTree? Unmarked(ClaimTree node) => node.Is(Head.Name) && IsNew(node.Text) && Marked(node.Text) is { } given ? ClaimTree.Name(given.Name).At(node.Span) : null;

    /// <summary>An equation whose left side is a name that nobody declared gives that name a meaning.</summary>
    private bool Defines(Link link)
    {
        var (name, value, letters) = link switch
        {
            { Sign: "=" or "≔" or "≜" or "≡", Left.Head: Head.Name } => (link.Left.Text, link.Right, ImmutableArray<string>.Empty),
            { Sign: "≔" or "≜" or "≡", Right.Head: Head.Name } when IsNew(link.Right.Text) => (link.Right.Text, link.Left, []),
            { Sign: "=" or "≔" or "≜", Left.Head: Head.Entry } when link.Left[0].Is(Head.Name) && link.Left.Items.Skip(1).All(index => index.Is(Head.Name)) => (link.Left[0].Text, link.Right, [.. link.Left.Items.Skip(1).Select(index => index.Text)]),
            _ => (string.Empty, link.Right, []),
        };
        if (name.Length == 0 || !IsNew(name) || value.Head is Head.Ellipsis or Head.Set or Head.Matrix || value.Nodes().Any(node => node.IsName(name)) || _declarations.Differentiated.Contains(name))
        {
            return false;
        }

        var unknown = _judge.Letters(value).Where(letter => !letters.Contains(letter)).ToList();
        if (unknown.Count > 0 && !(letters.IsEmpty && unknown.TrueForAll(letter => value.Nodes().Any(node => node.Is(Head.Entry) && node.Items.Skip(1).Any(index => index.IsName(letter))))))
        {
            return false;
        }

        if (unknown.Count > 0)
        {
            return false;
        }

        _declarations.Symbols[name] = new(name, null) { Body = value, Parameters = letters };
        _declarations.Forget();
        ShapeInference.Complete(_declarations);
        Renew();
        return true;
    }

    private bool IsNew(string name) => !_declarations.IsDeclared(name) && !_declarations.Ranges.ContainsKey(name);

    private static bool IsIndexed(ClaimTree entry, string letter) => entry.Is(Head.Entry) && entry.Items.Skip(1).Any(index => index.Nodes().Any(inner => inner.IsName(letter)));

    /// <summary>What is not declared but can only mean one thing: a loss that is not written out, the number in d/dx, a parameter of a function.</summary>
    private void Declare(Link link)
    {
        var changed = false;
        foreach (var node in link.Left.Nodes().Concat(link.Right.Nodes()))
        {
            if (node.Is(Head.Derivative) && node[0].Is(Head.Name) && IsNew(node[0].Text) && GivenReader.IsLoss(node[0].Text))
            {
                _declarations.Symbols[node[0].Text] = new(node[0].Text, null) { Shape = [] };
                _declarations.Remarks.Add($"{node[0].Text} is not written out; it is read as any function that reaches the parameters through what is defined.");
                changed = true;
            }
        }

        foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol is { Body: null, OpaqueOf.IsEmpty: true, Shape.IsEmpty: true } && GivenReader.IsLoss(symbol.Name)).ToList())
        {
            var used = _declarations.Symbols.Values.SelectMany(_declarations.Uses).ToHashSet(StringComparer.Ordinal);
            var ends = _declarations.Symbols.Values.Where(other => other.Body is { } body && !body.Nodes().Any(node => node.Is(Head.Derivative)) && !used.Contains(other.Name)).Select(other => other.Name).ToList();
            if (link.Any(node => node.Is(Head.Derivative) && node[0].IsName(symbol.Name)))
            {
                var by = link.Left.Nodes().Concat(link.Right.Nodes()).Where(node => node.Is(Head.Derivative) && node[0].IsName(symbol.Name)).Select(node => node[1].Is(Head.Entry) ? node[1][0].Text : node[1].Text).Where(_declarations.Symbols.ContainsKey);
                symbol.OpaqueOf = [.. ends.Count > 0 ? ends : by.Distinct(StringComparer.Ordinal)];
                changed = true;
            }
        }

        foreach (var letter in _judge.Letters(link.Left, link.Right))
        {
            if ((_declarations.Differentiated.Contains(letter) && link.Any(node => node.Is(Head.Derivative) && node.Items.Skip(1).Any(by => by.IsName(letter)) && node[0].Nodes().Any(inner => inner.IsName(letter)))) || link.Any(node => node.Is(Head.Elsewhere) && node[1].IsName(letter)) || _declarations.Functions.Values.Any(function => function.Parameters.Contains(letter)) || IsOfNumbers(link, letter))
            {
                // Also the a of π(a) = e^{θ_a} / Σ_b e^{θ_b}.
                var isIndex = link.Any(node => IsIndexed(node, letter)) || _declarations.Functions.Values.Any(function => function.Parameters.Contains(letter) && function.Body?.Nodes().Any(node => IsIndexed(node, letter)) == true);
                if (!isIndex)
                {
                    var shape = ParameterShape(letter);
                    _declarations.Symbols[letter] = new(letter, _declarations.Written.GetValueOrDefault(letter)) { Shape = shape ?? [], IsAssumed = true };
                    if (shape is null && !_declarations.Functions.Values.Any(function => function.Parameters.Contains(letter)))
                    {
                        _declarations.Numbers.Add(letter);
                    }

                    changed = true;
                }
            }
        }

        if (changed)
        {
            _declarations.Forget();
            Renew();
        }
    }

    /// <summary>max(0, x) = (x + |x|)/2: a claim about known functions and nothing that is declared is about numbers.</summary>
    private bool IsOfNumbers(Link link, string letter)
    {
        var nodes = link.Left.Nodes().Concat(link.Right.Nodes()).ToList();
        return letter.Length == 1 && !_declarations.Ranges.ContainsKey(letter)
            && nodes.TrueForAll(node => node.Head is not (Head.Entry or Head.Big or Head.Transpose or Head.Norm or Head.Delta or Head.Set or Head.Identity or Head.Ones)
                && !(node.Is(Head.Name) && _declarations.IsDeclared(node.Text) && !_declarations.Symbols.TryGetValue(node.Text, out _))
                && !(node.Is(Head.Name) && _declarations.Symbols.TryGetValue(node.Text, out var symbol) && !symbol.IsAssumed && symbol.Shape is not { IsEmpty: true }))
            && nodes.Exists(node => node.Is(Head.Bars) || (node.Is(Head.Call) && (KnownFunctions.Elementwise.Contains(node.Text) || node.Text is "max" or "min" || _declarations.Functions.ContainsKey(node.Text)) && node.Nodes().Any(inner => inner.IsName(letter))));
    }

    /// <summary>The shape of a parameter that a claim uses as if it were declared, from the function's definition: the x of h(x) = θᵀx.</summary>
    private ImmutableArray<ClaimTree>? ParameterShape(string parameter)
    {
        const string Probe = "°";
        if (_declarations.Functions.Values.FirstOrDefault(function => function.Body is not null && function.Parameters.Contains(parameter) && _declarations.IsOfTensors(function)) is not { } given)
        {
            return null;
        }

        var (remarks, numbers) = (_declarations.Remarks.Count, _declarations.Numbers.Count);
        _declarations.Symbols[parameter] = new(parameter, null);
        _declarations.Symbols[Probe] = new(Probe, null) { Body = given.Body, Parameters = given.Entries };
        ShapeInference.Complete(_declarations);
        var shape = _declarations.Symbols[parameter].Shape;
        _declarations.Symbols.Remove(Probe);
        _declarations.Symbols.Remove(parameter);
        _declarations.Remarks.RemoveRange(remarks, _declarations.Remarks.Count - remarks);
        _declarations.Numbers.RemoveRange(numbers, _declarations.Numbers.Count - numbers);
        return shape;
    }

    private void Renew()
    {
        _remarks = new(_declarations, _least);
        _judge = new(_declarations, _least, 0);
        _fresh = new(_declarations, _least, 1);
    }

    /// <summary>
    /// Settles the layout: a claim that holds only in another layout is right there if a layout is declared, if it is a chain of
    /// derivatives alone, or if at least two claims reveal that layout and none reveals another.
    /// </summary>
    private void Choose()
    {
        var judged = _pending.Where(pending => pending.Outcomes.Count > 0).ToList();
        if (_declarations.Layout is { } declared)
        {
            foreach (var pending in judged)
            {
                pending.Chosen = declared == Layout.Numerator ? Orientation.Numerator : Orientation.Denominator;
            }

            return;
        }

        Orientation? shown = null;
        foreach (var orientation in new[] { Orientation.Numerator, Orientation.Denominator })
        {
            var revealing = judged.Count(pending => !pending.Outcomes[Orientation.Mixed].Holds && pending.Outcomes.TryGetValue(orientation, out var outcome) && outcome.Holds);
            var against = judged.Count(pending => pending.Outcomes.Count > 1 && !pending.Outcomes[orientation].Holds && pending.Outcomes.Any(entry => entry.Key != orientation && entry.Value.Holds) && !IsChain(pending.Claim.Claim!));
            shown = revealing >= 2 && against == 0 ? orientation : shown;
        }

        RemarkOnLayouts(judged);
        foreach (var pending in judged)
        {
            pending.Chosen = Orientation.Mixed;
            if (pending.Outcomes[Orientation.Mixed].Holds || pending.Outcomes.Count == 1)
            {
                continue;
            }

            foreach (var orientation in new[] { Orientation.Numerator, Orientation.Denominator })
            {
                if (pending.Outcomes[orientation].Holds && (shown == orientation || IsChain(pending.Claim.Claim!)))
                {
                    pending.Chosen = orientation;
                    pending.Remarks.Add($"It is right in {(orientation == Orientation.Numerator ? "numerator" : "denominator")} layout.");
                    break;
                }
            }
        }
    }

    /// <summary>Says where an answer turns its Jacobians, or its gradients, one way here and another way there.</summary>
    private void RemarkOnLayouts(List<Pending> judged)
    {
        var open = judged.Where(pending => pending.Outcomes.Count > 1 && !IsChain(pending.Claim.Claim!)).ToList();
        // A gradient that is a column and a Jacobian with its rows from the numerator are what most write: that alone is no mixture.
        var (byRow, byColumn) = (Lines(numerator: true, denominator: false), Lines(numerator: false, denominator: true));
        var turned = byColumn.Where(pending => !pending.Outcomes[Orientation.Mixed].Holds).ToList();
        var rows = byRow.Where(pending => !pending.Outcomes[Orientation.Mixed].Holds).ToList();
        if ((turned.Count > 0 && byRow.Count > 0) || (rows.Count > 0 && byColumn.Count > 0))
        {
            _declarations.Remarks.Add($"The answer uses both layouts: {Named(byRow)} in numerator layout only, {Named(byColumn)} in denominator layout only.");
        }

        List<Pending> Lines(bool numerator, bool denominator) => [.. open.Where(pending => pending.Outcomes[Orientation.Numerator].Holds == numerator && pending.Outcomes[Orientation.Denominator].Holds == denominator)];

        string Named(List<Pending> lines) => $"line{(lines.Count == 1 ? string.Empty : "s")} {string.Join(", ", lines.Select(pending => _sources.Count > 1 || _blocksBefore > 0 ? $"{pending.Block}:{pending.Claim.Line}" : $"{pending.Claim.Line}"))} {(lines.Count == 1 ? "is" : "are")} right";
    }

    /// <summary>A product of derivatives, as the chain rule is written before anything is put in.</summary>
    private static bool IsChain(Link link)
    {
        return IsDerivatives(link.Left) && IsDerivatives(link.Right) && link.Left.Nodes().Concat(link.Right.Nodes()).Count(node => node.Is(Head.Derivative)) > 2;

        static bool IsDerivatives(ClaimTree tree) => tree.Head switch
        {
            Head.Derivative => true,
            Head.Times => tree.Text is "" or "⋅" && tree.Items.All(IsDerivatives),
            Head.Add => tree.Items.All(IsDerivatives),
            Head.Transpose => false,
            _ => false,
        };
    }

    private ClaimResult Finish(Pending pending, IReadOnlyList<ClaimResult> earlier)
    {
        var (claim, printer) = (pending.Claim, new ClaimFormula(_declarations));
        var source = _sources[pending.Block - _blocksBefore - 1];
        var result = new ClaimResult
        {
            Block = pending.Block,
            Line = claim.Line,
            Link = claim.Link,
            Span = claim.Span,
            Source = Cut(source, claim.Span),
            Join = claim.Join is "⇒" or "⟹" or "⇔" or "⟺" ? claim.Join : string.Empty,
            Status = ClaimStatus.Unreadable,
            Left = claim.Claim is { } read ? printer.Of(read.Left) : null,
            Sign = claim.Claim?.Sign ?? "=",
            Continues = claim.Continues,
            Right = claim.Claim is { } written ? printer.Of(written.Right) : null,
            LeftTree = claim.Claim?.Left,
            RightTree = claim.Claim?.Right,
        };
        if (pending.Problem is { } problem)
        {
            return result with { Message = problem.Message, Place = problem.Span };
        }

        if (pending.Early is { } early)
        {
            return result with { Status = early, Message = pending.Message.Length > 0 || early != ClaimStatus.Definition ? pending.Message : "This is read as the definition of a new name." };
        }

        var outcome = pending.Outcomes[pending.Chosen];
        if (outcome.Status == ClaimStatus.Refuted && Missing(claim.Claim!) is { } missing)
        {
            return result with { Status = ClaimStatus.Undecided, Message = missing };
        }

        result = result with
        {
            Status = outcome.Status,
            Fault = outcome.Fault,
            Message = outcome is { Status: ClaimStatus.Undecided, Comparisons: 0 } && claim.Claim is { } open && open.Left.Nodes().Concat(open.Right.Nodes()).Any(node => node.Is(Head.Integral)) ? $"The integral does not settle: it may have no value. {Sentence(outcome)}".Trim() : Sentence(outcome),
            Counterexample = outcome.Counterexample,
            Comparisons = outcome.Comparisons,
            Points = outcome.Points,
            Remarks = [.. outcome.Remarks, .. pending.Remarks],
        };
        var reading = pending.Reading;
        return outcome.Status == ClaimStatus.Refuted ? Refuted(result, claim, reading, earlier, pending.Premised) : outcome.Holds ? Explained(Follows(Remarked(result, claim.Claim!, reading, earlier), claim, earlier), claim, reading) : result;
    }

    /// <summary>A claim that needs a given that was not understood can't be called wrong.</summary>
    private string? Missing(Link link)
    {
        var names = new[] { link.Left, link.Right }.SelectMany(_declarations.Names).Distinct(StringComparer.Ordinal).ToList();
        return _problems.SelectMany(problem => problem.Names).FirstOrDefault(missing => names.Exists(name => string.Equals(name, missing, StringComparison.Ordinal) || _declarations.Reaches(name, missing))) is { } unread
            ? $"It depends on {unread}, and a given about {unread} could not be read." : null;
    }

    /// <summary>A right claim with what is worth pointing out; each remark once in a block, and where no line says it.</summary>
    private ClaimResult Remarked(ClaimResult result, Link link, Reading reading, IReadOnlyList<ClaimResult> earlier)
    {
        var before = earlier.Where(other => other.Block == result.Block).SelectMany(other => other.Remarks).ToHashSet(StringComparer.Ordinal);
        var isRead = result.Remarks.Any(remark => remark.EndsWith("it is read so.", StringComparison.Ordinal));
        var remarks = _remarks.On(link, reading, isRead ? ([], []) : (_judge.Letters(link.Left), _judge.Letters(link.Right)), name => _pending.Exists(pending => pending.Block == result.Block && pending.Claim.Claim is { } said && RemarkFinder.SaysSum(said, name)))
            .Where(remark => !before.Contains(remark));
        return result with { Remarks = result.Remarks.AddRange(remarks) };
    }

    /// <summary>Where it was asked for, a right claim says which rules lie between its sides.</summary>
    private ClaimResult Explained(ClaimResult result, ReadClaim claim, Reading reading) => !_explains || claim.Claim is not { } link ? result
        : result with { Step = new Engine(_declarations).Explain(link, reading, _judge.Letters(link.Left, link.Right)) };

    /// <summary>A right step from a wrong line is no more than that.</summary>
    private static ClaimResult Follows(ClaimResult result, ReadClaim claim, IReadOnlyList<ClaimResult> earlier)
    {
        if (!claim.Continues || earlier.Count == 0 || earlier[^1].Block != result.Block)
        {
            return result;
        }

        var last = earlier[^1];
        return last.FollowsFrom is not null || (last.Status == ClaimStatus.Refuted && !last.Remarks.Contains(Recovered, StringComparer.Ordinal)) ? From(result, last, "It follows from") : result;
    }

    /// <summary>The claim with the wrong line that it goes back to.</summary>
    private static ClaimResult From(ClaimResult result, ClaimResult wrong, string words)
    {
        var (block, line) = (wrong.FollowsFromBlock ?? wrong.Block, wrong.FollowsFrom ?? wrong.Line);
        return result with { FollowsFrom = line, FollowsFromBlock = block, Message = $"{words} line {line}{(block == result.Block ? string.Empty : $" of block {block}")}, which is wrong." };
    }

    /// <summary>An equation of its own that is wrong may be right if an earlier wrong one were.</summary>
    private ClaimResult Supposed(ClaimResult result, Link link, Reading reading, IReadOnlyList<ClaimResult> earlier)
    {
        const int MostTried = 6;
        var tried = 0;
        _judge.Meter.Reset(SupposingBudget);
        for (var i = earlier.Count - 1; i >= 0 && tried < MostTried && result.Fault == ClaimFault.Value; i--)
        {
            if (earlier[i].Status == ClaimStatus.Refuted && _pending[i] is { Claim.Claim: { } wrong } before && Supposition.Made(wrong, before.Reading, _declarations) is { } supposition)
            {
                tried++;
                if (_judge.HoldsSupposing(link, reading, supposition))
                {
                    return From(result, earlier[i], "It is wrong, but follows from");
                }
            }
        }

        return result;
    }

    private const string Recovered = "It does not follow from the line before, but it is right.";

    private ClaimResult Refuted(ClaimResult result, ReadClaim claim, Reading reading, IReadOnlyList<ClaimResult> earlier, (Judge Judge, Judge Fresh)? premised)
    {
        var link = claim.Claim!;
        if (link.Sign is "=" && IsStationary(earlier.Count, link))
        {
            result = result with { Message = $"{result.Message} It is not 0 everywhere; to set it to 0, go on with ⇒, or write \\overset{{!}}{{=}} 0." };
        }

        if (premised is null && claim.Continues && Truth(result.Block, earlier) is { } truth)
        {
            // The line before is wrong: this one is judged against the last right one.
            var again = link with { Left = truth };
            _judge.Meter.Reset(JudgingBudget);
            var direct = _judge.Check(again, reading);
            if (direct.Holds)
            {
                return result with { Status = direct.Status, Fault = ClaimFault.None, Counterexample = null, Message = Recovered, Remarks = result.Remarks.Add(Recovered) };
            }

            link = again;
        }

        var (judge, fresh) = premised ?? (_judge, _fresh);
        result = premised is null ? Supposed(result, claim.Claim!, reading, earlier) : result;
        try
        {
            judge.Meter.Reset(RepairBudget);
            fresh.Meter.Reset(RepairBudget);
            var repairer = new Repairer(_declarations, judge, fresh);
            if ((repairer.Find(link, reading) ?? (Inlined(link, earlier) is { } inlined ? repairer.Find(inlined, reading) : claim.AsDifferentials is { } other ? repairer.Find(Directed(other), reading) : null)) is { } repair)
            {
                return result with { Repair = repair };
            }
        }
        catch (BudgetException)
        {
            result = result with { Remarks = result.Remarks.Add("The search for a repair was given up: it had used the work that one claim may cost.") };
        }

        return premised is null ? result with { Solution = Solve(link, claim, reading, earlier) } : result;
    }

    /// <summary>The claim with what its lines call by a name written out, "… S v, where S = diag(1 − h)": the mistake may stand there. Null without such a name.</summary>
    private Link? Inlined(Link link, IReadOnlyList<ClaimResult> earlier)
    {
        var defined = earlier.Where(result => result.Status == ClaimStatus.Definition && result.LeftTree is { Head: Head.Name }).Select(result => result.LeftTree!.Text).ToHashSet(StringComparer.Ordinal);
        var right = link.Right.Replace(node => node.Is(Head.Name) && defined.Contains(node.Text) && _declarations.Symbols.TryGetValue(node.Text, out var symbol) && symbol is { Body: { } body, Parameters.IsEmpty: true } ? (body.Head is Head.Add or Head.Negate or Head.Times ? body.InBrackets() : body) : null);
        return ReferenceEquals(right, link.Right) ? null : link with { Right = right };
    }

    /// <summary>Without a repair, the engine's derivation of what the line is about, for comparison.</summary>
    private Solution? Solve(Link link, ReadClaim claim, Reading reading, IReadOnlyList<ClaimResult> earlier)
    {
        var engine = new Engine(_declarations);
        var letters = _judge.Letters(link.Left, link.Right);
        if (engine.Sides(link, reading, letters) is var (left, right) && !IsRefuted(left, right))
        {
            // The engine reads the claim in another way, in which it may even be right: its derivation would be about something else.
            return null;
        }

        var isReversed = IsDerivative(link.Right) && !IsDerivative(link.Left);
        var start = link.Left;
        for (var i = earlier.Count - 1; claim.Continues && i >= 0 && earlier[i].LeftTree is { } before && ReferenceEquals(earlier[i].RightTree, start); i--)
        {
            start = before;
        }

        return engine.Solve(isReversed ? link.Right : link.Left, reading, letters) ?? (ReferenceEquals(start, link.Left) ? null : engine.Solve(start, reading, letters));

        static bool IsDerivative(ClaimTree tree) => tree.Is(Head.Derivative) || (tree.Is(Head.Entry) && tree[0].Is(Head.Derivative));
    }

    private static bool IsRefuted(Expr left, Expr right)
    {
        try
        {
            return Verifier.Check(left, right).Kind == VerdictKind.Refuted;
        }
        catch (ChainRuleException exception) when (exception is not BudgetException)
        {
            // A size in it has no value there: then nothing is known, and nothing derived from it is shown.
            return false;
        }
    }

    /// <summary>The last side of the running chain that was not found wrong, where the line before is wrong or follows from a wrong one.</summary>
    private static ClaimTree? Truth(int block, IReadOnlyList<ClaimResult> earlier)
    {
        if (earlier.Count == 0 || earlier[^1].Block != block || !(earlier[^1].Status == ClaimStatus.Refuted || earlier[^1].FollowsFrom is not null))
        {
            return null;
        }

        for (var i = earlier.Count - 1; i >= 0 && earlier[i].Block == block; i--)
        {
            if (earlier[i].Status == ClaimStatus.Refuted && (i == 0 || !(earlier[i - 1].Status == ClaimStatus.Refuted || earlier[i - 1].FollowsFrom is not null) || !ReferenceEquals(earlier[i - 1].RightTree, earlier[i].LeftTree)))
            {
                return earlier[i].LeftTree;
            }
        }

        return null;
    }

    private string Sentence(Outcome outcome)
    {
        if (outcome.Status != ClaimStatus.Refuted)
        {
            return outcome.Message;
        }

        var where = outcome.Where is { } node && node.Head is not Head.None ? $" (in {TextPrinter.Print(new ClaimFormula(_declarations).Of(node))})" : string.Empty;
        return outcome.Fault == ClaimFault.Shape
            ? $"The shapes don't fit: {char.ToLowerInvariant(outcome.Message[0])}{outcome.Message[1..].TrimEnd('.')}{where}."
            : outcome.Message.Length > 0 ? $"{outcome.Message}." : "It is wrong.";
    }

    private static string Cut(string source, SourceSpan span) => span.Start < 0 || span.Start >= source.Length ? source.Trim() : source.Substring(span.Start, Math.Min(span.Length, source.Length - span.Start)).Trim();
}
