using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Calculus;

/// <summary>
/// One application of one rule. It says what was rewritten, not where: wherever the same expression stands in the line, it is
/// rewritten too, as a person would. So a step stays small however large the line is.
/// </summary>
public sealed class Step
{
    private Verdict? _verdict;

    internal Step(Rule rule, Scope scope, Expr before, Rewriting rewriting, int line, Derivation? inner = null)
    {
        (Rule, Before, After, Conditions, Facts, Line, Inner) = (rule, before, rewriting.After, rewriting.Conditions, rewriting.Facts, line, inner);
        (Name, Weight, Scope) = (rewriting.Name ?? rule.Name, rewriting.Weight ?? rule.Weight, scope);
    }

    /// <summary>The rule that was applied.</summary>
    public Rule Rule { get; }

    /// <summary>What a tutor would call the step.</summary>
    public string Name { get; }

    /// <summary>How much the step says.</summary>
    public RuleWeight Weight { get; }

    /// <summary>What was rewritten. Indices of binders around it are loose.</summary>
    public Expr Before { get; }

    /// <summary>What it became.</summary>
    public Expr After { get; }

    /// <summary>What the step needed to be true.</summary>
    public ImmutableArray<Condition> Conditions { get; }

    /// <summary>The facts it used.</summary>
    public ImmutableArray<Fact> Facts { get; }

    /// <summary>The line of the textbook form that the step belongs to; steps of one line are shown together.</summary>
    public int Line { get; }

    /// <summary>The derivation of the fact that was used, where it has one of its own.</summary>
    public Derivation? Inner { get; }

    /// <summary>Whether both sides agree numerically. Computed when first asked for.</summary>
    public Verdict Verdict => _verdict ??= Check();

    /// <summary>What was around it.</summary>
    internal Scope Scope { get; }

    /// <summary>An expression of the step with the indices of the binders around it made free, so that it can be shown by itself.</summary>
    internal Expr Open(Expr expression, Letters letters) => expression.Loose == 0 ? expression : Binding.Open(expression, Scope.Indices(letters));

    private Verdict Check()
    {
        // Any letters will do for a check, as long as they are new.
        var indices = Scope.Indices(Letters.Avoiding(Before, After));
        return Verifier.Check(Binding.Open(Before, indices), Binding.Open(After, indices));
    }
}

/// <summary>A line of a derivation: everything that the steps since the line before made of it.</summary>
/// <param name="Expression">The whole line.</param>
/// <param name="Steps">The steps that led here from the line before; none for the first line.</param>
public sealed record Line(Expr Expression, ImmutableArray<Step> Steps)
{
    /// <summary>The verdict over all steps: the worst of them.</summary>
    public Verdict Verdict => Steps.Select(step => step.Verdict).Aggregate(
        new Verdict(VerdictKind.Supported, 0, 0),
        (worst, verdict) => new(
            worst.Kind == VerdictKind.Refuted || verdict.Kind == VerdictKind.Refuted ? VerdictKind.Refuted
                : worst.Kind == VerdictKind.Undecided || verdict.Kind == VerdictKind.Undecided ? VerdictKind.Undecided
                : VerdictKind.Supported,
            worst.Comparisons + verdict.Comparisons,
            Math.Max(worst.Points, verdict.Points),
            worst.Counterexample ?? verdict.Counterexample)
        {
            Reason = worst.Reason ?? verdict.Reason,
            Reduction = worst.Reduction ?? verdict.Reduction,
        });
}

/// <summary>
/// A chain of equal expressions from a start to a result, each line following from the one before by named rules. The result is
/// read from the steps, so that answer and steps cannot disagree.
/// </summary>
public sealed class Derivation
{
    private readonly Deferred<ImmutableArray<Line>> _lines;
    private readonly Deferred<ImmutableArray<Line>> _everyStep;
    private readonly Deferred<Verdict> _verdict;

    internal Derivation(Expr start, Tracer tracer, Letters letters, ImmutableArray<Adjoint> adjoints, string? note)
    {
        (Start, Steps, Result, Letters, Adjoints, Note) = (start, tracer.Steps, tracer.Current, letters, adjoints, note);
        _lines = new(() => [.. MakeLines(everyStep: false)]);
        _everyStep = new(() => [.. MakeLines(everyStep: true)]);
        _verdict = new(() => Verifier.Check(Start, Result));
    }

    /// <summary>The first line.</summary>
    public Expr Start { get; }

    /// <summary>Every rule that was applied, in order.</summary>
    public ImmutableArray<Step> Steps { get; }

    /// <summary>The last line.</summary>
    public Expr Result { get; }

    /// <summary>The letters of the indices on the page.</summary>
    public Letters Letters { get; }

    /// <summary>The adjoints that were given a name on the way, each before those that use it.</summary>
    public ImmutableArray<Adjoint> Adjoints { get; }

    /// <summary>Something the reader must know: that the step budget was reached.</summary>
    public string? Note { get; }

    /// <summary>The lines as a textbook writes them. The first is the start.</summary>
    public ImmutableArray<Line> Lines => _lines.Value;

    /// <summary>One line for each step.</summary>
    public ImmutableArray<Line> EveryStep => _everyStep.Value;

    /// <summary>Whether first and last line agree numerically, beside every step by itself.</summary>
    public Verdict Verdict => _verdict.Value;

    /// <summary>The numbers at the point that was asked for, or null.</summary>
    public PointValues? Values { get; private set; }

    /// <summary>The derivation with numbers at a point, on every line: <c>(x * Tanh(x)).Derivative(x).At((x, 0.5))</c>.</summary>
    /// <param name="values">A value for every given variable; sizes follow from them.</param>
    /// <exception cref="ShapeException">A value does not have its variable's shape.</exception>
    /// <exception cref="ChainRuleException">A given variable has no value, or one is defined or random and so can't be given one.</exception>
    public Derivation At(params (Variable Variable, Values Values)[] values)
    {
        var copy = (Derivation)MemberwiseClone();
        copy.Values = PointValues.Evaluate(this, values);
        return copy;
    }

    /// <summary>The derivation with numbers at a point, for one variable.</summary>
    public Derivation At(Variable variable, Values values) => At((variable, values));

    /// <summary>Makes every step again by a small checker of its own, which knows the rules by their identifiers and nothing of how the derivation was found.</summary>
    public ReplayResult Replay() => Calculus.Replay.Of(Start, Steps, Result);

    /// <summary>The lines one after another, each made only when it is asked for.</summary>
    internal IEnumerable<Line> MakeLines(bool everyStep)
    {
        var line = new Line(Start, []);
        foreach (var group in everyStep ? Steps.Select(step => (IEnumerable<Step>)[step]) : Steps.GroupBy(step => step.Line))
        {
            Interruption.Check();
            ImmutableArray<Step> steps = [.. group];
            var expression = Tracer.Replay(line.Expression, steps);
            if (ReferenceEquals(expression, line.Expression))
            {
                // Neighbouring lines differ.
                line = line with { Steps = line.Steps.AddRange(steps) };
            }
            else
            {
                yield return line;
                line = new(expression, steps);
            }
        }

        yield return line;
    }
}
