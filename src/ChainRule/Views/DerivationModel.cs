using System.Collections.Concurrent;
using System.Collections.Immutable;
using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Networks;
using ChainRule.Notation;
using ChainRule.Numerics;

namespace ChainRule.Views;

/// <summary>A line of a derivation as every output format needs it.</summary>
/// <param name="Left">The left side; null where it is that of the line above.</param>
/// <param name="Right">The right side.</param>
/// <param name="Rule">What a tutor calls the step; empty for the first line.</param>
/// <param name="Facts">The facts that were used.</param>
/// <param name="Conditions">What the step needs.</param>
/// <param name="Verdict">The numeric check of the step.</param>
internal sealed record ModelLine(Formula? Left, Formula Right, string Rule, ImmutableArray<Formula> Facts, ImmutableArray<ModelCondition> Conditions, Verdict Verdict)
{
    /// <summary>What the right side comes to at the point: every entry, or the first and the last; null without numbers.</summary>
    public string? Value { get; init; }

    /// <summary>The rule as a formula on one line, for those who want to be reminded; empty where the line has no rule of its own.</summary>
    public string Statement { get; init; } = string.Empty;

    /// <summary>Why the rule has the form that it has, in words with formulas: over every p_i that z_j reaches. Null where the name says all.</summary>
    public Row? Reason { get; init; }
}

/// <summary>A result in one notation.</summary>
/// <param name="Notation">Which.</param>
/// <param name="Formula">The whole statement: ∂L/∂z = p − y.</param>
/// <param name="Step">How it was found, and its check; null where it is the last line.</param>
internal sealed record ModelForm(Matrices.Notation Notation, Formula Formula, ModelLine? Step);

/// <summary>A condition of a step.</summary>
internal sealed record ModelCondition(Formula Formula, bool IsMet, string? Reason);

/// <summary>
/// A derivation prepared for the page, before any output format: what is said, in which order, with which formulas. The HTML, LaTeX
/// and text views only set it.
/// </summary>
internal sealed record DerivationModel
{
    private static readonly ConcurrentDictionary<string, string> _statements = new(StringComparer.Ordinal);

    /// <summary>How many lines and steps a view shows, and how many are checked for it.</summary>
    private const int MostLines = 60;
    private const int MostSteps = 300;

    /// <summary>How many ways through a graph are listed.</summary>
    public const int MostPaths = 4;

    /// <summary>How much there may be to read in the list of every step before it is left out.</summary>
    private const int MostInEveryStep = 8_000;

    /// <summary>From this reading cost on an expression is no heading.</summary>
    private const int MostInTitle = 60;

    /// <summary>How deep a formula may be before parts of it get names.</summary>
    private const int MostDepth = 16;

    /// <summary>A formula with more parts than this in a row shows the first and the last of them.</summary>
    private const int MostInARow = 24;

    /// <summary>A left side that is wider, in em, stands above the first line instead of beside it.</summary>
    public const double MostLeft = 9;

    /// <summary>How many named parts of a long line are said beside it.</summary>
    private const int MostParts = 3;

    /// <summary>What is said of numbers that every line comes to.</summary>
    public const string Agreement = "every line above comes to the same";

    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>The heading with its names as formulas, or null where it has none.</summary>
    public Row? Heading { get; init; }

    /// <summary>What the result is an element of, or null.</summary>
    public Formula? Set { get; init; }

    /// <summary>What the result is, on one line beside its set: ∂L/∂z. Null where the set says enough.</summary>
    public Row? Member { get; init; }

    /// <summary>The ways from the variable to the scalar: "W₁ → z₁ → h → z₂ → L".</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>The adjoints that were given names, those nearest the scalar first, each as one line.</summary>
    public ImmutableArray<ModelLine> Adjoints { get; init; } = [];

    /// <summary>The names of the adjoints, which have one colour in the derivation and in the graph.</summary>
    public ImmutableArray<Variable> AdjointNames { get; init; } = [];

    /// <summary>How the adjoints are found.</summary>
    public ImmutableArray<DerivationModel> AdjointDerivations { get; init; } = [];

    /// <summary>The lines of the textbook form.</summary>
    public required ImmutableArray<ModelLine> Lines { get; init; }

    /// <summary>Whether the lines are folded away, so that the result stands alone.</summary>
    public bool IsFolded { get; init; }

    /// <summary>The number of the first line: a chain's first right side is its second line.</summary>
    public int FirstNumber { get; init; } = 1;

    /// <summary>One line for each step, for those who want to see every one.</summary>
    public ImmutableArray<ModelLine> EveryStep { get; init; } = [];

    /// <summary>The derivations of facts that were used.</summary>
    public ImmutableArray<DerivationModel> Inner { get; init; } = [];

    /// <summary>The boxed result, or null where the last line is it.</summary>
    public Formula? Result { get; init; }

    /// <summary>The result in every notation that it has, where there are several: matrix, index, components.</summary>
    public ImmutableArray<ModelForm> Forms { get; init; } = [];

    /// <summary>What led to the boxed result, and its check.</summary>
    public ModelLine? ResultStep { get; init; }

    /// <summary>Things worth knowing: that rows add up to 0, that the result has no matrix form, that the step budget was reached.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>The numbers, or null.</summary>
    public PointValues? Values { get; init; }

    /// <summary>Whether every line comes to the same at the point, so that one of them says it.</summary>
    public bool LinesAgree { get; init; }

    /// <summary>How many steps there are, and whether all were checked.</summary>
    public required string Summary { get; init; }

    /// <summary>The model of a gradient or Jacobian.</summary>
    public static DerivationModel Of(DerivativeResult result)
    {
        var letters = result.Derivation.Letters;
        var second = (result as Jacobian)?.First;
        var kind = second is not null ? (result.Indices.Length == 0 ? "Second derivative" : "Hessian") : result is Gradient ? "Gradient" : result.Indices.Length == 0 ? "Derivative" : "Jacobian";
        var along = result is Gradient { Path: { IsEmpty: false } path } ? $" along {string.Join(" → ", path)}" : string.Empty;
        // The two layouts are transposes of each other, so a Jacobian says which it has.
        var layout = result is Jacobian { Indices.Length: 2, First: null, Layout: var chosen } ? $", {(chosen == Layout.Numerator ? "numerator" : "denominator")} layout" : string.Empty;
        var model = Of(result.Derivation, values: result.Values is { } numbers ? (numbers, result.Indices) : null, title: $"{kind} of {(second ?? result).Of} with respect to {result.By}{along}{layout}");
        var whole = Whole(result);
        model = model with { Heading = new(new Atom($"{kind} of ", AtomKind.Text), Names.ToFormula((second ?? result).Of.Name), new Atom(" with respect to ", AtomKind.Text), Names.ToFormula(result.By.Name), new Atom(along + layout, AtomKind.Text)) };
        if (second is not null)
        {
            model = model with { Member = whole is Fraction { Numerator: Row above, Denominator: Row below } ? new([.. above.Items, new Atom("/", AtomKind.Symbol), .. below.Items]) : new(whole) };
        }
        else if (along.Length == 0)
        {
            var d = new Atom("∂", AtomKind.Symbol);
            model = model with { Member = new(d, Names.ToFormula(result.Of.Name), new Atom("/", AtomKind.Symbol), d, Names.ToFormula(result.By.Name)) };
        }
        else
        {
            var start = new ModelLine(whole, ExpressionFormula.Of(result.Derivation.Start, letters), "the derivatives along the path", [], [], new(VerdictKind.Proved, 0, 0))
            {
                Value = result.Values is { } there ? ValueOf(there, result.Derivation.Start, result.Indices) : null,
            };
            model = model with { Lines = [start, .. model.Lines.Select(line => line with { Left = null })] };
        }

        var remarks = model.Remarks.ToBuilder();
        remarks.AddRange(RemarksOnNames(second ?? result));
        if (result is Jacobian { Indices.Length: 2 } jacobian)
        {
            remarks.AddRange(RemarksOn(jacobian));
        }

        var channels = ChannelsOf(result);
        if (result.Indices.Length > 0 && result.Matrix is null && channels is null)
        {
            remarks.Add("This result has no matrix form that is known here; it stays in index form.");
        }

        if (channels is { Words: "as a convolution" } || result.Matrix?.Matrix is ConvolutionMatrix or ScaledMatrix { Argument: ConvolutionMatrix })
        {
            remarks.Add("⋆ is cross-correlation, what the layers of deep-learning libraries compute; ∗ is convolution, which flips its kernel first: u ∗ v = u ⋆ flip(v).");
        }

        if ((result.Matrix?.Matrix is ScaledMatrix { Argument: var unscaled } ? unscaled : result.Matrix?.Matrix) is ConvolutionMatrix { Signal: UpsampledMatrix upsampled })
        {
            remarks.Add($"{upsampled} has {(upsampled.Stride == 2 ? "a zero" : $"{upsampled.Stride - 1} zeros")} between each two entries of {upsampled.Argument}, as the stride left them out: a transposed convolution.");
        }

        var forms = FormsOf(result, whole).ToImmutableArray();
        var shown = forms.FirstOrDefault(form => form.Notation == result.Notation) ?? forms[0];
        model = model with { Result = shown.Formula, ResultStep = shown.Step, Forms = forms.Length > 1 ? forms : [] };
        if (result.Matrix is { } matrix)
        {
            model = model with { Summary = SummaryOf(result.Derivation, matrix.Verdict) };
        }

        if (result.Detail != Detail.Textbook)
        {
            model = model with { Lines = result.Detail == Detail.EveryStep && !model.EveryStep.IsEmpty ? model.EveryStep : model.Lines, IsFolded = result.Detail == Detail.Result };
        }

        if (result is Gradient gradient)
        {
            model = WithAdjoints(model, gradient);
        }
        else if (second is not null)
        {
            model = WithFirst(model, result.Of, second, result.Values);
        }

        return model with { Set = MatrixFormula.Set(ShapeOf(result), letters), Values = Oriented(result), Remarks = remarks.ToImmutable() };
    }

    /// <summary>A gradient with channels as convolutions, where it has no matrix form.</summary>
    private static ChannelForm? ChannelsOf(DerivativeResult result) =>
        result is Gradient { Layout: Layout.Denominator, Channels: { Verdict.Kind: VerdictKind.Supported or VerdictKind.Proved } form } ? form : null;

    /// <summary>The result in each notation: matrices, the entry, the components.</summary>
    private static IEnumerable<ModelForm> FormsOf(DerivativeResult result, Formula whole)
    {
        var letters = result.Derivation.Letters;
        if (result.Matrix is { } found)
        {
            var matrix = Oriented(result, found);
            ImmutableArray<Formula> facts = matrix.Expanded ? [Equation(ExpressionFormula.Of(result.Derivation.Start, letters), ExpressionFormula.Of(matrix.Entry, letters))] : [];
            var right = MatrixFormula.Of(matrix.Matrix, letters);
            yield return new(Matrices.Notation.Matrix, Equation(whole, right), new(whole, right, "matrix form", facts, [], matrix.Verdict));
        }

        else if (ChannelsOf(result) is { } form)
        {
            var left = form.Left(whole, letters);
            yield return new(Matrices.Notation.Matrix, Equation(left, form.Right), new(left, form.Right, form.Words, [], [], form.Verdict));
        }

        // A second derivative is called so, ∂²s/∂x², and not ∂s′/∂x.
        var isSecond = result is Jacobian { First: not null, Indices.IsEmpty: true };
        yield return new(Matrices.Notation.Index, Equation(isSecond ? whole : Written(result.Derivation.Start, letters), Written(result.Entry, letters)), null);
        if (result.Components is { } components)
        {
            var rows = components.Rows.Select(row => row.Select(entry => ExpressionFormula.Of(entry, letters)).ToImmutableArray()).ToImmutableArray();
            if (result is Gradient { Layout: Layout.Numerator })
            {
                rows = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Select(row => row[column]).ToImmutableArray())];
            }

            var right = new Fence("[", new Table(rows, TableKind.Matrix), "]");
            var words = components.Sizes.IsEmpty ? "written out" : $"written out for {string.Join(", ", components.Sizes.Select(size => $"{size.Size} = {size.Value}"))}";
            yield return new(Matrices.Notation.Components, Equation(whole, right), new(whole, right, words, [], [], components.Verdict));
        }
    }

    /// <summary>The matrix form, transposed where the numerator layout of a gradient was asked for.</summary>
    private static MatrixForm Oriented(DerivativeResult result, MatrixForm form) => result switch
    {
        Gradient { Layout: Layout.Numerator, Indices: [var row, var column] } when MatrixForm.Of(result.Entry, column, row) is { } transposed => transposed,
        Gradient { Layout: Layout.Numerator, Indices.Length: > 0 } => form with { Matrix = TransposeMatrix.Of(form.Matrix) },
        _ => form,
    };

    /// <summary>The numbers, transposed in the same case.</summary>
    private static PointValues? Oriented(DerivativeResult result) => result is Gradient { Layout: Layout.Numerator, Values: { Dimensions: [var rows, var columns] } values }
        ? values with { Dimensions = [columns, rows], Entries = [.. Enumerable.Range(0, columns).SelectMany(column => Enumerable.Range(0, rows).Select(row => values.Entries[(row * columns) + column]))] }
        : result.Values;

    private static Shape ShapeOf(DerivativeResult result) => result is Gradient { Layout: Layout.Numerator, Shape: { Rank: > 0 } shape }
        ? Shape.Of(shape.Rank == 1 ? [Number.One, shape.Sizes[0]] : shape.Sizes.Reverse())
        : result.Shape;

    /// <summary>The model of the derivation that a wrong claim is compared with.</summary>
    public static DerivationModel Of(Checking.Solution solution) => solution.Whole is { } whole ? Of(whole) : Of(solution.Derivation);

    /// <summary>The model of a proof: the left side's lines, then the right side's, down to where they meet.</summary>
    public static DerivationModel Of(Proof proof)
    {
        var letters = proof.FromLeft.Letters;
        var (left, right) = (ExpressionFormula.Of(proof.Left, letters), ExpressionFormula.Of(proof.Right, letters));
        var proved = proof.Verdict.Kind == VerdictKind.Proved;
        var steps = proof.FromLeft.Steps.Length + proof.FromRight.Steps.Length;
        return new()
        {
            Title = proof.Verdict.Kind switch
            {
                VerdictKind.Proved => "Proof",
                VerdictKind.Refuted => "Not equal",
                _ => "No proof found",
            },
            Lines = proved ? [.. LinesOf(proof.FromLeft.Lines, left, letters), .. LinesOf(proof.FromRight.Lines, right, letters)] : [],
            Result = new Row(left, new Operator(proof.Verdict.Kind == VerdictKind.Refuted ? "≠" : "=", OperatorKind.Relation), right),
            Remarks = proved ? [] : [proof.Verdict.Kind == VerdictKind.Refuted ? $"Counterexample {proof.Verdict.Counterexample}." : $"The rules brought the two sides to no common form, but {proof.Verdict}."],
            Summary = proved ? $"{steps} steps; {proof.Verdict with { Kind = VerdictKind.Supported }}" : proof.Verdict.Kind == VerdictKind.Refuted ? "refuted by numbers" : "decided by numbers only",
        };
    }

    /// <summary>The model of a chain that a person wrote: every line with what is known of it.</summary>
    public static DerivationModel Of(Chain chain)
    {
        var letters = Letters.Avoiding(chain.Lines);
        var lines = ImmutableArray.CreateBuilder<ModelLine>();
        var remarks = ImmutableArray.CreateBuilder<string>();
        for (var position = 0; position < chain.Links.Length; position++)
        {
            var link = chain.Links[position];
            var number = position + 2;
            var how = link switch
            {
                { Follows: false, Proof.Verdict.Kind: VerdictKind.Refuted } => $"does not follow from line {number - 1}",
                { Follows: false } => "not decided",
                { IsRight: false } => "follows, from a wrong line",
                { Proof.Verdict.Kind: VerdictKind.Proved } => Names(link.Proof),
                _ => "supported by numbers",
            };
            lines.Add(new(position == 0 ? ExpressionFormula.Of(chain.Lines[0], letters) : null, ExpressionFormula.Of(chain.Lines[position + 1], letters), how, [], [], link.Proof.Verdict));
            if (!link.Follows)
            {
                remarks.Add(link.Proof.Verdict.Kind == VerdictKind.Refuted
                    ? $"Line {number} is not equal to line {number - 1}: {link.Proof.Verdict.Counterexample}{(link.IsRight ? $"; it is equal to line 1 again, so the mistakes cancel" : string.Empty)}."
                    : $"Line {number}: {link.Proof.Verdict}.");
            }
        }

        var wrong = chain.Links.Count(link => !link.Follows);
        return new()
        {
            Title = chain.FirstWrongLine is { } first ? $"Line {first} is the first that does not follow" : "Every line follows",
            Lines = lines.ToImmutable(),
            Remarks = remarks.ToImmutable(),
            FirstNumber = 2,
            Summary = string.Join(", ", new (int Count, string What)[]
            {
                (chain.Links.Count(link => link.Proof.Verdict.Kind == VerdictKind.Proved), "proved by rules"),
                (chain.Links.Count(link => link.Proof.Verdict.Kind == VerdictKind.Supported), "supported by numbers"),
                (wrong, wrong == 1 ? "does not follow" : "do not follow"),
            }
            .Where(part => part.Count > 0)
            .Select((part, position) => position > 0 ? $"{part.Count} {part.What}" : $"{part.Count} {(chain.Links.Length == 1 ? "link" : "links")} {part.What}")),
        };

        // The rules that say most, at most three of them.
        static string Names(Proof proof) => proof.FromLeft.Steps.Concat(proof.FromRight.Steps).OrderBy(step => step.Weight).Select(step => step.Name).Distinct(StringComparer.Ordinal).Take(3).ToList() is { Count: > 0 } names
            ? string.Join("; ", names)
            : "the same";
    }

    /// <summary>The model of an initialisation: how variances spread, what is asked of them, and the variance of the weights that follows.</summary>
    public static DerivationModel Of(Initialisation initialisation)
    {
        var solution = initialisation.Solution;
        var symbol = ExpressionFormula.Of(Initialisation.Symbol);
        var proved = new Verdict(VerdictKind.Proved, 0, 0);
        // With both ways there are two equations that contradict one another, and the requirement is said in words only.
        ImmutableArray<Formula> equation = initialisation.Spreads is [var only]
            ? [Equation(ExpressionFormula.Of(only.Derivation.Start, only.Derivation.Letters), ExpressionFormula.Of(only.Before, only.Derivation.Letters))]
            : [];
        var required = new ModelLine(symbol, ExpressionFormula.Of(solution.Start, solution.Letters), initialisation.Requirement, equation, [], proved);
        var verdicts = initialisation.Spreads.Select(spread => spread.Derivation).Append(solution).SelectMany(derivation => derivation.Steps.Select(step => step.Verdict).Append(derivation.Verdict)).ToList();
        return new()
        {
            Title = initialisation.Name,
            Lines =
            [
                .. initialisation.Spreads.SelectMany(spread => LinesOf(spread.Derivation.Lines, ExpressionFormula.Of(spread.Derivation.Start, spread.Derivation.Letters), spread.Derivation.Letters)),
                required,
                .. LinesOf(solution.Lines, symbol, solution.Letters).Select(line => line with { Left = null }),
            ],
            Result = Equation(symbol, ExpressionFormula.Of(initialisation.Variance, solution.Letters)),
            Inner = [.. initialisation.Spreads.Select(spread => spread.Gradient).OfType<Derivation>().Select(gradient => Of(gradient))],
            Remarks = [$"Assumed: {string.Join("; ", initialisation.Assumptions)}."],
            Summary = SummaryOf(verdicts.Count - initialisation.Spreads.Length - 1, int.MaxValue, verdicts),
        };
    }

    /// <summary>The model of a derivation by itself.</summary>
    public static DerivationModel Of(Derivation derivation, string? title = null, (PointValues Values, ImmutableArray<IndexVariable> Indices)? values = null)
    {
        var letters = derivation.Letters;
        values ??= derivation.Values is { } own ? (own, Binding.FreeIndices(derivation.Start)) : null;
        var inner = derivation.Steps.Where(step => step.Inner is not null && step.Rule.Id != Deriver.NamedAdjoint.Id).Select(step => step.Inner!).Distinct().ToList();
        var start = Written(derivation.Start, letters);

        // Nobody reads ten thousand lines, or many lines of ten thousand signs; the first ones tell how it goes on.
        var most = ReadingCost.Of(derivation.Start) > SharedParts.LongExpression ? 3 : MostLines;
        ImmutableArray<Line> lines = [.. derivation.MakeLines(everyStep: false).Take(most + 1)];
        var cut = !ReferenceEquals(lines[^1].Expression, derivation.Result);
        var textbook = LinesOf(lines, start, letters, values);
        return new()
        {
            Title = title ?? derivation.Start switch
            {
                Derivative d when ReadingCost.Of(d.Operand) > MostInTitle => $"Derivative with respect to {d.By}",
                Expectation or Covariance when ReadingCost.Of(derivation.Start) > MostInTitle => "Expectation",
                Derivative d => $"Derivative of {d.Operand} with respect to {d.By}",
                Expectation expectation => $"Expectation of {expectation.Body}",
                Covariance { IsVariance: true } variance => $"Variance of {variance.Left}",
                Covariance covariance => $"Covariance of {covariance.Left} and {covariance.Right}",
                _ => "Derivation",
            },
            Lines = textbook,
            LinesAgree = textbook.Length > 1 && values?.Values.Undefined is null && Agree(textbook),
            EveryStep = !cut && derivation.Steps.Length + 1 > lines.Length && derivation.Steps.Length <= MostSteps && derivation.Steps.Length * ReadingCost.Of(derivation.Start) < MostInEveryStep ? LinesOf(derivation.EveryStep, start, letters, values) : [],
            Inner = [.. inner.Select(sub => Of(sub, values: values is { } point ? (point.Values, Binding.FreeIndices(sub.Start)) : null))],
            Result = cut ? new Row(new Operator("⋯ =", OperatorKind.Relation), Written(derivation.Result, letters)) : null,
            Remarks = [.. derivation.Steps.IsEmpty && derivation.Start is Expectation or Covariance ? ["No rule that is known here works this out: it stays as it is."] : Array.Empty<string>(), .. derivation.Note is { } note ? [note] : Array.Empty<string>(), .. cut ? [$"Only the first {lines.Length - 1} lines are shown; the whole derivation has {derivation.Steps.Length} steps."] : Array.Empty<string>()],
            Values = derivation.Values,
            Summary = SummaryOf(derivation, null),
        };
    }

    private static ImmutableArray<ModelLine> LinesOf(ImmutableArray<Line> lines, Formula start, Letters letters, (PointValues Values, ImmutableArray<IndexVariable> Indices)? values = null)
    {
        var result = ImmutableArray.CreateBuilder<ModelLine>();
        foreach (var line in lines.Skip(1))
        {
            var weightiest = line.Steps.Min(step => step.Weight);
            var names = line.Steps.Where(step => step.Weight == weightiest).Select(step => step.Name).Distinct(StringComparer.Ordinal);
            result.Add(new(
                result.Count == 0 ? start : null,
                Written(line.Expression, letters),
                string.Join("; ", names),
                FactsOf(line, letters),
                [.. line.Steps.SelectMany(step => step.Conditions.Select(condition => ConditionOf(step, condition, letters))).DistinctBy(condition => condition.Formula.ToString(), StringComparer.Ordinal)],
                line.Verdict)
            {
                Value = values is { } point ? ValueOf(point.Values, line.Expression, point.Indices) : null,
                Reason = ReasonOf(line, letters),
                Statement = string.Join("; ", line.Steps.Where(step => step.Weight == weightiest).Select(step => step.Rule).DistinctBy(rule => rule.Id).Select(StatementOf)),
            });
        }

        return result.ToImmutable();
    }

    private static bool Agree(ImmutableArray<ModelLine> lines) => lines.All(line => line.Value is not null && string.Equals(line.Value, lines[0].Value, StringComparison.Ordinal));

    /// <summary>What a chain rule adds up over: every p_i that z_j reaches.</summary>
    private static Row? ReasonOf(Line line, Letters letters)
    {
        var step = line.Steps.FirstOrDefault(step => step.Rule.Id == Deriver.Chain.Id || step.Rule.Id == Deriver.ForwardChain.Id);
        if (step is not { Before: Derivative { Operand: Element, By: var by }, After: var after } || after.Loose > 0)
        {
            return null;
        }

        var ways = new List<Expr>();
        var (summed, direct) = (false, false);
        foreach (var term in after is Add add ? add.Terms : [after])
        {
            var (inner, taken) = (term, new List<string>());
            while (inner is Summation sum)
            {
                taken.Add(letters.Also(after).For(sum, taken));
                inner = Binding.Open(sum.Body, [IndexVariable.Of(taken[^1], sum.Upper)]);
            }

            summed |= taken.Count > 0;
            if (inner is Derivative)
            {
                direct = true;
            }
            else if (inner.Children.OfType<Derivative>().FirstOrDefault(factor => ReferenceEquals(factor.By, by)) is { Operand: Element way })
            {
                ways.Add(way);
            }
        }

        // One name on the way, and no sum: the rule's name says it all.
        if (ways.Count == 0 || (ways.Count == 1 && !summed && !direct))
        {
            return null;
        }

        var alone = ways.Count == 1 && !summed;
        var items = new List<Formula> { new Atom(summed ? "over every " : alone ? "one term for " : "one term for each of ", AtomKind.Text) };
        for (var position = 0; position < ways.Count; position++)
        {
            if (position > 0)
            {
                items.Add(new Atom(position < ways.Count - 1 ? ", " : summed ? " and every " : " and ", AtomKind.Text));
            }

            items.Add(ExpressionFormula.Of(ways[position], letters));
        }

        return new([.. items, new Atom(alone ? ", which " : " that ", AtomKind.Text), ExpressionFormula.Of(by, letters), new Atom(!direct ? " reaches" : summed ? " reaches, and what it does directly" : " reaches, and one for what it does directly", AtomKind.Text)]);
    }

    private static string StatementOf(Rule rule) => _statements.GetOrAdd(rule.Id, static (_, rule) => $"{rule.Name}: {TextPrinter.Print(LatexReader.Read(rule.Statement))}", rule);

    /// <summary>What an expression with free indices comes to: every entry, or the first and the last.</summary>
    private static string ValueOf(PointValues values, Expr expression, ImmutableArray<IndexVariable> indices) =>
        NumbersView.Compact(values.DimensionsOf(indices), flat => values.Entry(expression, indices, flat));

    /// <summary>A line as it is set; a long one with names for what it holds several times.</summary>
    private static Formula Written(Expr expression, Letters letters)
    {
        var shared = SharedParts.Of(expression, MostDepth);
        var main = Abbreviated(shared.Main, letters);
        if (shared.Parts.IsEmpty)
        {
            return main;
        }

        var items = new List<Formula> { main, new Space(1), new Atom("where ", AtomKind.Text) };
        foreach (var (name, part) in shared.Parts.Take(MostParts))
        {
            items.Add(Equation(Names.ToFormula(name.Name), ExpressionFormula.Of(part, letters)));
            items.Add(new Operator(",", OperatorKind.Punctuation));
        }

        items[^1] = shared.Parts.Length > MostParts ? new Atom(", …", AtomKind.Text) : new Space(0);
        return new Row(items);
    }

    /// <summary>A very long sum or product: its first and last parts, with dots between.</summary>
    private static Formula Abbreviated(Expr expression, Letters letters)
    {
        if (expression is not (Add or Multiply) || expression.Children.Length <= MostInARow)
        {
            return ExpressionFormula.Of(expression, letters);
        }

        var parts = expression.Children;
        return new Row(
            ExpressionFormula.Of(expression.WithChildren(parts[..(MostInARow / 2)]), letters),
            new Operator("⋯", expression is Add ? OperatorKind.Binary : OperatorKind.Postfix),
            ExpressionFormula.Of(expression.WithChildren(parts[^4..]), letters));
    }

    /// <summary>The facts of a line, each once; one that is longer than the line itself would not explain it.</summary>
    private static ImmutableArray<Formula> FactsOf(Line line, Letters letters) =>
    [
        .. line.Steps
            .SelectMany(step => step.Facts.Select(fact => (Left: step.Open(fact.Left, letters), Right: step.Open(fact.Right, letters))))
            .Distinct()
            .Where(fact => ReadingCost.Of(fact.Left) + ReadingCost.Of(fact.Right) <= 40)
            .Select(fact => Equation(ExpressionFormula.Of(fact.Left, letters), ExpressionFormula.Of(fact.Right, letters)))
            .DistinctBy(formula => formula.ToString(), StringComparer.Ordinal)
            .Take(3),
    ];

    private static ModelCondition ConditionOf(Step step, Condition condition, Letters letters)
    {
        var formula = new Row(
            ExpressionFormula.Of(step.Open(condition.Left, letters), letters),
            new Operator(new Comparison(condition.Left, condition.Sign, condition.Right).Symbol, OperatorKind.Relation),
            ExpressionFormula.Of(step.Open(condition.Right, letters), letters));
        return new(formula, condition.IsMet, condition.Reason);
    }

    /// <summary>The backward pass down to where this gradient branches off.</summary>
    private static DerivationModel WithAdjoints(DerivationModel model, Gradient gradient)
    {
        var lines = ImmutableArray.CreateBuilder<ModelLine>();
        var derivations = ImmutableArray.CreateBuilder<DerivationModel>();
        foreach (var (name, adjoint) in gradient.Adjoints)
        {
            var letters = adjoint.Derivation.Letters;
            var derivation = Of(adjoint.Derivation, $"{name}: the derivative of {adjoint.Of} with respect to {adjoint.By}", gradient.Values is { } point ? (point, adjoint.Indices) : null);
            derivations.Add(derivation);
            var channels = ChannelsOf(adjoint);
            lines.Add(new(
                channels is null ? Equation(Names.ToFormula(name.Name), Whole(adjoint)) : Equation(channels.Left(Names.ToFormula(name.Name), letters), channels.Left(Whole(adjoint), letters)),
                adjoint.Matrix is { } matrix ? MatrixFormula.Of(matrix.Matrix, letters) : channels?.Right ?? ExpressionFormula.Of(adjoint.Entry, letters),
                $"adjoint of {adjoint.By}",
                [new Row(Names.ToFormula(name.Name), new Operator("∈", OperatorKind.Relation), MatrixFormula.Set(adjoint.Shape, letters))],
                [],
                adjoint.Matrix?.Verdict ?? adjoint.Derivation.Verdict)
            { Value = gradient.Values is { } values ? ValueOf(values, adjoint.Entry, adjoint.Indices) : null });
        }

        return model with
        {
            Paths = lines.Count == 0 ? [] : [.. Dependencies.Paths(gradient.By, gradient.Of, MostPaths + 1).Select(path => string.Join(" → ", path))],
            Adjoints = lines.ToImmutable(),
            AdjointNames = [.. gradient.Adjoints.Select(adjoint => adjoint.Name)],
            AdjointDerivations = derivations.ToImmutable(),
        };
    }

    /// <summary>The gradient that a Hessian is the Jacobian of, with the way there.</summary>
    private static DerivationModel WithFirst(DerivationModel model, Variable name, Gradient first, PointValues? values)
    {
        var letters = first.Derivation.Letters;
        var line = new ModelLine(
            Equation(Names.ToFormula(name.Name), Whole(first)),
            first.Matrix is { } matrix ? MatrixFormula.Of(matrix.Matrix, letters) : ExpressionFormula.Of(first.Entry, letters),
            "gradient",
            [new Row(Names.ToFormula(name.Name), new Operator("∈", OperatorKind.Relation), MatrixFormula.Set(first.Shape, letters))],
            [],
            first.Matrix?.Verdict ?? first.Derivation.Verdict)
        {
            Value = values is null ? null : ValueOf(values, first.Entry, first.Indices),
        };
        // The way to the first derivative is shown once, although it is a local derivative of the second as well.
        var shown = Of(first.Derivation).Title;
        return model with { Adjoints = [line, .. model.Adjoints], Inner = [.. model.Inner.Where(inner => !string.Equals(inner.Title, shown, StringComparison.Ordinal))], AdjointDerivations = [Of(first.Derivation, $"{name}: the derivative of {first.Of} with respect to {first.By}", values is null ? null : (values, first.Indices)), .. model.AdjointDerivations] };
    }

    /// <summary>What is wrong with the names: one for several definitions, or one that does not occur, where most often another was meant.</summary>
    private static IEnumerable<string> RemarksOnNames(DerivativeResult result)
    {
        if (Dependencies.All(result.Of).Where(variable => variable.IsDefined).GroupBy(variable => variable.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            yield return $"{twice.Count()} definitions are called {twice.First()} here, so that the lines don't tell them apart: give each a name of its own with .Named(…), and define {result.Of} again.";
        }

        if (Dependencies.Reaches(result.Of, result.By))
        {
            yield break;
        }

        var given = Dependencies.All(result.Of).Where(variable => !variable.IsDefined).OrderBy(variable => variable.Name, StringComparer.Ordinal).ToList();
        yield return Dependencies.All(result.Of).FirstOrDefault(variable => variable.Name == result.By.Name) is { } other
            ? $"The {other} in {result.Of} is another one than the {result.By} that was asked for ({Described(other)} there, {Described(result.By)} here): a name that is declared anew does not change what was defined before. Define {result.Of} again."
            : given.Count == 0 || !result.Of.IsDefined ? $"{result.Of} does not depend on {result.By}."
            : $"{result.Of} does not depend on {result.By}; it is computed from {string.Join(", ", given)}.";

        static string Described(Variable variable) => (variable.Shape.Rank == 0 ? "a scalar" : $"of shape {variable.Shape}")
            + (variable.IsDefined ? ", defined" : string.Empty)
            + (variable.Assumptions == Assumption.None ? string.Empty : $", assumed {variable.Assumptions}");
    }

    private static Formula Whole(DerivativeResult result)
    {
        if (result is Jacobian { First: { } first })
        {
            return first.Indices.IsEmpty
                ? new Fraction(new Row(new Script(new Atom("∂", AtomKind.Symbol), null, new Atom("2", AtomKind.Number)), Names.ToFormula(first.Of.Name)), new Row(new Atom("∂", AtomKind.Symbol), new Script(Names.ToFormula(first.By.Name), null, new Atom("2", AtomKind.Number))))
                : new Row(new Script(new Atom("∇", AtomKind.Symbol), null, new Atom("2", AtomKind.Number)), Names.ToFormula(first.Of.Name));
        }

        var fraction = new Fraction(
            new Row(new Atom("∂", AtomKind.Symbol), Names.ToFormula(result.Of.Name)),
            new Row(new Atom("∂", AtomKind.Symbol), Names.ToFormula(result.By.Name)));
        return result is Gradient { Path: { IsEmpty: false } path }
            ? new Script(new Fence(string.Empty, fraction, "|"), new Row([.. path.SelectMany((name, position) => position == 0 ? (Formula[])[Names.ToFormula(name.Name)] : [new Operator("→", OperatorKind.Relation), Names.ToFormula(name.Name)])]), null)
            : fraction;
    }

    private static Row Equation(Formula left, Formula right) => new(left, new Operator("=", OperatorKind.Relation), right);

    /// <summary>How the numbers were checked. Differences take the mean of both sides of a kink, which is not what counts there.</summary>
    internal static string Check(PointValues values) => values.Undefined is { } what
            ? $"{what} has no finite value at this point (it is not defined there, or too large for a double), and so no derivative"
        : Array.Exists(values.Entries, entry => !double.IsFinite(entry)) ? "the derivative has no finite value at this point, though what is differentiated has one: the slope is without bound, or too large for a double"
        : values.LargestError < 1e-3 ? $"{values.CheckedBy} agree to {NumberText.Scientific(values.LargestError)}"
        : !double.IsFinite(values.LargestError) || values.LargestError > 1e6 ? $"{values.CheckedBy} give another number, as they do where a kink is near: they look at both of its sides"
        : $"{values.CheckedBy} differ by {NumberText.Scientific(values.LargestError)}, as they do where a kink is near: they look at both of its sides";

    private static string SummaryOf(Derivation derivation, Verdict? matrix)
    {
        var count = derivation.Steps.Length;
        // Each check evaluates the step; where the expressions are huge, fewer of them have to do for a view.
        var most = Math.Clamp(MostSteps * 200 / derivation.Start.Depth, 3, MostSteps);
        var verdicts = derivation.Steps.Take(most).Select(step => step.Verdict).Append(derivation.Verdict).Concat(matrix is null ? [] : [matrix]).ToList();
        return SummaryOf(count, most, verdicts);
    }

    private static string SummaryOf(int count, int most, List<Verdict> verdicts)
    {
        var steps = $"{count} step{(count == 1 ? string.Empty : "s")}";
        return verdicts.Exists(verdict => verdict.Kind == VerdictKind.Refuted) ? $"{steps}, one refuted"
            : verdicts.Exists(verdict => verdict.Kind == VerdictKind.Undecided) ? $"{steps}, not all could be checked"
            : count > most ? $"{steps}; the first {most} and the result were checked"
            : verdicts.Find(verdict => verdict.Reduction is not null)?.Reduction is { } reduction ? $"{steps}, all checked with smaller sizes, such as {reduction}"
            : $"{steps}, all checked";
    }

    private static IEnumerable<string> RemarksOn(Jacobian jacobian)
    {
        var (row, column) = (jacobian.Indices[0], jacobian.Indices[1]);
        if (jacobian.Entry is Number { Value.IsZero: true })
        {
            yield return $"{jacobian.Of} does not depend on {jacobian.By}.";
            yield break;
        }

        if (SumIsZero(jacobian.Entry, column))
        {
            yield return "Each row adds up to 0.";
        }

        if (!Affine.AreEqual(row.Range, column.Range))
        {
            yield break;
        }

        if (jacobian.Matrix?.Matrix is DiagonalMatrix)
        {
            yield return "It is diagonal: every output depends on its own input only.";
            yield break;
        }

        var swapped = Binding.Rewrite(jacobian.Entry, (node, _) => ReferenceEquals(node, row) ? column : ReferenceEquals(node, column) ? row : null);
        if (Verifier.Check(jacobian.Entry, swapped).Kind is VerdictKind.Supported or VerdictKind.Proved)
        {
            yield return "It is symmetric.";
        }
    }

    /// <summary>Whether the rules bring the sum over an index down to 0.</summary>
    private static bool SumIsZero(Expr entry, IndexVariable index)
    {
        var tracer = new Tracer(Summation.Of(index, Number.One, index.Range, entry), []);
        Simplifier.Run(tracer);
        return tracer.Current is Number { Value.IsZero: true };
    }
}
