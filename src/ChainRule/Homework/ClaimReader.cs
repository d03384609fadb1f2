using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>A relation as it was read, or why it was not.</summary>
internal sealed record ReadClaim(int Line, int Link, SourceSpan Span, string Join, Link? Claim, UnreadableException? Problem)
{
    /// <summary>The left side is the right side of the relation before.</summary>
    public bool Continues { get; init; }
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

    /// <summary>The relations of a block, in order.</summary>
    public List<ReadClaim> Read(ReadingResult reading)
    {
        foreach (var clause in Merged(StatementReader.Read(reading.Formula, _parser)))
        {
            _parser.Forget();
            var (previous, lost, isAside) = (_previous, _lost, IsReason(clause.Before));
            _aside = isAside ? _claims.Count : clause.Line != (_claims.Count > 0 ? _claims[^1].Line : 0) ? 0 : _aside;
            var span = ClaimParser.SpanOf(clause.Items);
            var problem = reading.Problems.FirstOrDefault(problem => problem.Span.Start >= span.Start && problem.Span.Start <= span.Start + span.Length);
            if (StatementReader.IsConditionWord(clause.Before) && _claims.Count > 0)
            {
                Attach(clause);
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

    /// <summary>A line that begins with + or a sign of multiplication, or follows one that ends with a sign, goes on with the line before.</summary>
    private static List<Clause> Merged(List<Clause> clauses)
    {
        var merged = new List<Clause>();
        foreach (var clause in clauses)
        {
            var begins = clause.Items[0] is Operator { Kind: OperatorKind.Binary } or Operator { Kind: OperatorKind.Prefix, Text: "+" or "−" };
            var hasRelation = clause.Items.Exists(item => item is Operator { Kind: OperatorKind.Relation });
            var ends = merged.Count > 0 && merged[^1].Items[^1] is Operator { Kind: OperatorKind.Relation or OperatorKind.Binary or OperatorKind.Prefix };
            if (merged.Count > 0 && clause.Line == merged[^1].Line + 1 && clause.Before.Length == 0 && ((begins && !hasRelation) || ends))
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

    private int NextLink(int line) => _claims.Count(claim => claim.Line == line) + 1;

    private void Lose(Clause clause, UnreadableException problem)
    {
        var span = ClaimParser.SpanOf(clause.Items);
        _claims.Add(new(clause.Line, NextLink(clause.Line), span, clause.Before, null, problem.Span.Length == 0 && problem.Span.Start == 0 ? new(span, problem.Message) : problem));
        _previous = null;
        _lost = problem;
    }

    /// <summary>"if i = j" behind a claim holds for the relations of its line.</summary>
    private void Attach(Clause clause)
    {
        try
        {
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

    private void Relations(Clause clause)
    {
        var (parts, signs) = ClaimParser.SplitRelations(clause.Items);
        var colon = signs.Count == 0 ? clause.Items.FindIndex(item => item is Operator { Text: ":" }) : -1;
        if (colon > 0)
        {
            (parts, signs) = ([clause.Items.GetRange(0, colon), clause.Items.GetRange(colon + 1, clause.Items.Count - colon - 1)], [":"]);
        }

        var before = _claims.Count;
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
            for (var i = 0; i < signs.Count; i++)
            {
                var right = signs[i] is "∈" ? _parser.Set(parts[i + 1])
                    : signs[i] is ":" ? new ClaimTree(Head.Set, "R", _parser.Sizes(parts[i + 1]), ClaimParser.SpanOf(parts[i + 1]))
                    : _parser.Expression(parts[i + 1]);
                var span = ClaimParser.SpanOf([.. continues ? [] : parts[i], .. parts[i + 1]]);
                if (signs[i] is "→" or "∝" or "∼" or "↦" or "⟶")
                {
                    throw new UnreadableException(span, $"The relation {signs[i]} is not judged here.");
                }

                _claims.Add(new(clause.Line, NextLink(clause.Line), span, i == 0 ? clause.Before : string.Empty, new(ClaimParser.Extended(left, right), signs[i] is "←" ? "≔" : signs[i], ClaimParser.Extended(right, left)), null) { Continues = continues });
                if (signs[i] is not ("∈" or ":"))
                {
                    left = right;
                }

                continues = true;
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
