using System.Collections.Immutable;
using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Numerics;

namespace ChainRule.Checking;

/// <summary>
/// What the engine has to say about a claim that was judged by numbers: a derivation to compare, and the rules between two lines.
/// Where its expressions can't say the claim, it has nothing to say.
/// </summary>
internal sealed class Engine(Declarations declarations)
{
    /// <summary>Both sides of a claim, at free indices.</summary>
    public sealed record Equation(Expr Left, Expr Right);

    private const int MostIndices = 4;

    private readonly ClaimFormula _printer = new(declarations);

    /// <summary>Both sides of a claim at free indices, or null where the engine can't say them.</summary>
    public Equation? Sides(Link link, Reading reading, IEnumerable<string> letters)
    {
        if (link.Sign is not ("=" or "≡") || reading.DotIsHadamard)
        {
            return null;
        }

        return Try(() =>
        {
            var reader = new EngineReader(declarations, reading.Orientation);
            if (!reader.IsSmall(link.Left, link.Right))
            {
                throw new BeyondEngineException("This is too large.");
            }

            var all = letters.ToList();
            reader.Bind(all, link.Left, link.Right);
            var (left, right) = Pair(reader, link.Left, link.Right);
            if (!left.Shape.Equals(right.Shape))
            {
                throw new BeyondEngineException("The shapes differ.");
            }

            var entry = Indices(left.Shape, all);
            var (a, b) = (left.At([.. entry]), right.At([.. entry]));
            if (link.Condition is { } condition)
            {
                // Both sides count only where the condition holds.
                var holds = (Expr)reader.Read(ClaimTree.Of(Head.Indicator, condition));
                (a, b) = (holds * a, holds * b);
            }

            return new Equation(a, b);
        });
    }

    /// <summary>The derivation of what a wrong claim is about.</summary>
    /// <param name="truth">The side that says what is meant.</param>
    /// <param name="reading">How the claim is read.</param>
    /// <param name="letters">The letters of the claim.</param>
    public Solution? Solve(ClaimTree truth, Reading reading, IEnumerable<string> letters)
    {
        if (reading.DotIsHadamard)
        {
            return null;
        }

        var solved = Try(() =>
        {
            var reader = new EngineReader(declarations, reading.Orientation);
            // A name for a derivative stands for that derivative.
            var tree = truth.Is(Head.Name) && declarations.Symbols.TryGetValue(truth.Text, out var symbol) && symbol.Body is { Head: Head.Derivative } body ? body : truth;
            if (!reader.IsSmall(tree))
            {
                throw new BeyondEngineException("This is too large.");
            }

            var all = letters.ToList();
            reader.Bind(all.Where(letter => tree.Nodes().Any(node => node.IsName(letter))), tree);
            return Whole(tree, reader, reading) ?? OfEntry(tree, reader, all);
        });
        return solved is { Derivation: { Note: null, Steps.Length: > 0 } } solution ? solution : null;
    }

    /// <summary>The rules between the two sides of a right claim, or null where the engine can't say them.</summary>
    public StepSize? Explain(Link link, Reading reading, IEnumerable<string> letters)
    {
        if (link.Condition is not null || Sides(link, reading, letters) is not { } sides)
        {
            return null;
        }

        return Try(() => Explain(sides.Left, sides.Right));
    }

    /// <summary>Whether the two trees are one formula up to the order of terms and factors.</summary>
    public bool IsSameForm(ClaimTree a, ClaimTree b, Reading reading, IEnumerable<string> letters)
    {
        if (a.SameAs(b))
        {
            return true;
        }

        return Sides(new(a, "=", b), reading, letters) is var (left, right) && ReferenceEquals(Canonical.Of(left), Canonical.Of(right));
    }

    private static T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (ChainRuleException)
        {
            // Not said in the engine's expressions: the claim has its verdict from numbers alone, and the report shows no derivation.
            return null;
        }
    }

    private static (Tensor Left, Tensor Right) Pair(EngineReader reader, ClaimTree left, ClaimTree right)
    {
        try
        {
            var first = reader.Read(left);
            return (first, reader.Read(right, first.Shape));
        }
        catch (BeyondEngineException)
        {
            // The left side may be an identity whose size the right side settles.
            var second = reader.Read(right);
            return (reader.Read(left, second.Shape), second);
        }
    }

    private static ImmutableArray<IndexVariable> Indices(Shape shape, IReadOnlyCollection<string> taken)
    {
        if (shape.Rank > MostIndices)
        {
            throw new BeyondEngineException("There are too many indices.");
        }

        var free = Letters.Defaults.Where(letter => !taken.Contains(letter, StringComparer.Ordinal)).ToList();
        return [.. shape.Sizes.Select((size, axis) => IndexVariable.Of(free[axis], size))];
    }

    /// <summary>A gradient or Jacobian by name, which has a matrix form.</summary>
    private Solution? Whole(ClaimTree tree, EngineReader reader, Reading reading)
    {
        if (tree is not { Head: Head.Derivative, Items: [{ Head: Head.Name } of, { Head: Head.Name } by] }
            || !declarations.Symbols.TryGetValue(of.Text, out var symbol) || symbol.Body is { Head: Head.Derivative } || declarations.Symbols.GetValueOrDefault(by.Text)?.Body is { Head: Head.Derivative, Items: [{ Head: Head.Name }, ..] } && !declarations.Symbols[by.Text].OpaqueOf.IsEmpty)
        {
            return null;
        }

        var (value, variable) = (reader.VariableOf(of.Text), reader.VariableOf(by.Text));
        DerivativeResult? result = value.Shape.Rank == 0 ? value.Gradient(variable)
            : value.Shape.Rank == 1 && variable.Shape.Rank <= 1 ? value.Jacobian(variable, reading.Orientation == Orientation.Denominator ? Layout.Denominator : Layout.Numerator)
            : null;
        if (result is null)
        {
            return null;
        }

        var letters = result.Derivation.Letters;
        return new(_printer.Of(tree), result.Matrix is { } matrix ? MatrixFormula.Of(matrix.Matrix, letters) : ExpressionFormula.Of(result.Entry, letters), result.Derivation, result);
    }

    private Solution OfEntry(ClaimTree tree, EngineReader reader, List<string> letters)
    {
        var whole = reader.Read(tree);
        var entry = whole.At([.. Indices(whole.Shape, letters)]);
        var derivation = entry is Derivative derivative ? Deriver.Of(derivative) : WorkedOut(entry);
        return new(whole.Shape.Rank == 0 ? _printer.Of(tree) : ExpressionFormula.Of(entry, derivation.Letters), ExpressionFormula.Of(derivation.Result, derivation.Letters), derivation, null);
    }

    /// <summary>An expression with its derivatives and expectations worked out and brought to its shortest form; a name becomes its definition first.</summary>
    private static Derivation WorkedOut(Expr expression)
    {
        if ((expression.Kinds & (NodeKinds.Expectation | NodeKinds.Covariance)) != NodeKinds.None && !expression.HasDerivative)
        {
            return expression.Simplified();
        }

        var letters = Letters.Avoiding(expression);
        var names = Dependencies.All(expression).Where(name => name.IsDefined && name.GivenGradient is null).OrderBy(name => name.Name, StringComparer.Ordinal).ToImmutableArray();
        var tracer = new Tracer(expression, expression is Element ? [] : names);
        if (expression.HasDerivative)
        {
            Deriver.DifferentiateFully(tracer, letters);
        }
        else if (expression is Element && IdentityRules.Definition.Apply(expression, tracer.Outside) is { } unfolded)
        {
            tracer.BeginLine();
            tracer.Apply(IdentityRules.Definition, tracer.Outside, expression, unfolded);
        }

        Simplifier.Run(tracer);
        return new(expression, tracer, letters, [], tracer.IsExhausted ? "The step budget was reached." : null);
    }

    private static StepSize Explain(Expr left, Expr right)
    {
        var goal = Canonical.Of(right);
        if (ReferenceEquals(Canonical.Of(left), goal))
        {
            return new([], IsProved: true);
        }

        // The line may be one on the engine's own way; then the steps up to there are what was done.
        if (OnTheWay(left, goal) is { } own)
        {
            return new(Used(own, [], []), IsProved: true);
        }

        var proof = Proof.Of(left, right);
        if (proof.Verdict.Kind != VerdictKind.Proved)
        {
            return new([], IsProved: false);
        }

        // What both sides needed to come to their common form is not between them.
        var (here, there) = (Steps(proof.FromLeft.Steps), Steps(proof.FromRight.Steps));
        return new(Used(here, there, [.. there]), IsProved: true);
    }

    private static List<(Step Step, bool IsInside)>? OnTheWay(Expr left, Expr goal)
    {
        var derivation = left is Derivative derivative ? Deriver.Of(derivative) : WorkedOut(left);
        var steps = new List<Step>();
        foreach (var line in derivation.MakeLines(everyStep: true))
        {
            steps.AddRange(line.Steps);
            if (ReferenceEquals(Canonical.Of(line.Expression), goal))
            {
                return Steps([.. steps]);
            }
        }

        return null;
    }

    /// <summary>All steps, each followed by those of the derivations it relies on.</summary>
    private static List<(Step Step, bool IsInside)> Steps(ImmutableArray<Step> steps)
    {
        var all = new List<(Step, bool)>();
        var seen = new HashSet<Derivation>(ReferenceEqualityComparer.Instance);
        Add(steps, isInside: false);
        return all;

        void Add(ImmutableArray<Step> of, bool isInside)
        {
            foreach (var step in of)
            {
                all.Add((step, isInside));
                if (step.Inner is { } inner && seen.Add(inner))
                {
                    Add(inner.Steps, isInside: true);
                }
            }
        }
    }

    /// <summary>The rules that say something, once each, those of the line itself first and the weightier ones before the others.</summary>
    private static ImmutableArray<UsedRule> Used(List<(Step Step, bool IsInside)> here, List<(Step Step, bool IsInside)> there, List<(Step Step, bool IsInside)> other)
    {
        var shared = here.Select(Key).ToHashSet();
        shared.IntersectWith(there.Select(Key));
        var left = here.Where(step => !shared.Contains(Key(step))).Concat(other.Where(step => !shared.Contains(Key(step)))).Where(found => !found.IsInside || found.Step.Rule.Id != Deriver.LocalDerivative.Id).ToList();
        var most = left.Exists(found => found.Step.Weight <= RuleWeight.Key) ? RuleWeight.Key : left.Exists(found => found.Step.Weight == RuleWeight.Routine) ? RuleWeight.Routine : RuleWeight.Tidy;
        return
        [
            .. left.Where(found => found.Step.Weight <= most)
                .OrderBy(found => found.IsInside)
                .ThenBy(found => found.Step.Weight)
                .Select(found => new UsedRule(found.Step.Rule.Id, found.Step.Name, found.IsInside))
                .DistinctBy(rule => rule.Name, StringComparer.Ordinal),
        ];

        static (string, Expr, Expr) Key((Step Step, bool IsInside) found) => (found.Step.Rule.Id, found.Step.Before, found.Step.After);
    }
}
