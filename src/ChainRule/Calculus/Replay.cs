using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>What a second look at a derivation found.</summary>
/// <param name="Problems">Each step that cannot be made again, with the reason; none where everything holds.</param>
/// <param name="Steps">How many steps were made again, those of inner derivations too.</param>
public sealed record ReplayResult(ImmutableArray<string> Problems, int Steps)
{
    /// <summary>Whether every step was made again.</summary>
    public bool Holds => Problems.IsEmpty;

    /// <summary>In words.</summary>
    public override string ToString() => Holds ? $"all {Steps} steps were made again" : string.Join("; ", Problems);
}

/// <summary>
/// A small checker beside the engine: it looks each rule up by its identifier, applies it to what the step says it was applied to,
/// and wants what the step says came out; it puts the steps together and wants the result. It shares the rules with the engine and
/// nothing else: not the walk, not the record of what was done.
/// </summary>
internal static class Replay
{
    /// <summary>Makes every step of a derivation again.</summary>
    public static ReplayResult Of(Expr start, ImmutableArray<Step> steps, Expr result)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<Derivation>(ReferenceEqualityComparer.Instance);
        var count = 0;
        Check(start, steps, result, string.Empty);
        return new(problems.ToImmutable(), count);

        void Check(Expr from, ImmutableArray<Step> through, Expr to, string where)
        {
            for (var i = 0; i < through.Length; i++)
            {
                count++;
                var step = through[i];
                if (Problem(step) is { } problem)
                {
                    problems.Add($"{where}step {i + 1} ({step.Rule.Id}): {problem}");
                }

                if (step.Inner is { } inner && seen.Add(inner))
                {
                    Check(inner.Start, inner.Steps, inner.Result, $"{where}in the derivation for step {i + 1}: ");
                }
            }

            if (!ReferenceEquals(Tracer.Replay(from, through), to))
            {
                problems.Add($"{where}the steps made one after another do not give the result {to}");
            }
        }
    }

    private static string? Problem(Step step)
    {
        if (!RuleCatalog.ById.TryGetValue(step.Rule.Id, out var rule))
        {
            return "there is no such rule";
        }

        if (step.Inner is { } inner)
        {
            // The step relies on a derivation of its own: it must be about this and end in that.
            var (before, after) = Open(step, inner);
            return !ReferenceEquals(before, inner.Start) ? $"it relies on a derivation of {inner.Start}, which is something else"
                : !ReferenceEquals(after, inner.Result) && !IsNameOf(after, inner.Result) ? $"the derivation it relies on ends in {inner.Result}"
                : null;
        }

        return rule.Apply(step.Before, step.Scope)?.After is not { } made ? "the rule does not apply there"
            : !ReferenceEquals(made, step.After) ? $"the rule gives {made}, not {step.After}"
            : null;
    }

    /// <summary>The step with the inner derivation's letters in the place of the indices around it.</summary>
    private static (Expr Before, Expr After) Open(Step step, Derivation inner)
    {
        // The indices in order of binding are found by matching the two derivatives entry by entry.
        var (loose, target) = ((Derivative)step.Before, (Derivative)inner.Start);
        var found = new Dictionary<int, Expr>();
        var free = new Dictionary<Expr, Expr>(ReferenceEqualityComparer.Instance);
        foreach (var (index, letter) in loose.By.Indices.Zip(target.By.Indices).Concat(loose.Operand.Children.Zip(target.Operand.Children)))
        {
            if (index is BoundIndex bound)
            {
                found.TryAdd(bound.Level, letter);
            }
            else if (index is IndexVariable)
            {
                free.TryAdd(index, letter);
            }
        }

        var depth = step.Scope.Binders.Count;
        ImmutableArray<Expr> arguments = [.. Enumerable.Range(0, depth).Select(position => found.GetValueOrDefault(depth - 1 - position, Number.Zero))];
        return (Make(step.Before), Make(step.After));

        Expr Make(Expr expression) => Binding.Rewrite(Binding.Open(expression, arguments), (node, _) => free.GetValueOrDefault(node));
    }

    /// <summary>Whether the expression is an entry of an adjoint whose definition is the result.</summary>
    private static bool IsNameOf(Expr expression, Expr result) =>
        expression is Element { Variable.AdjointOf: not null } name && ReferenceEquals(name.Variable.DefinitionAt(name.Indices), result);
}
