using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// Differentiates along the graph of definitions: from name to name by the chain rule, once per edge, and inside one definition by
/// the table of rules. What it returns is the trace of what it did.
/// </summary>
internal static class Deriver
{
    /// <summary>∂L/∂p = … as the fact that another derivation uses.</summary>
    public static Rule LocalDerivative { get; } = new("local-derivative", "local derivatives", @"\frac{\partial L}{\partial p} = \ldots", RuleWeight.Key, (node, scope) =>
        node is Derivative { Operand: Element } derivative && scope.Binders.IsEmpty ? new(Of(derivative).Result) : null);

    /// <summary>The chain rule over names: a sum over every name that the variable feeds directly.</summary>
    public static Rule Chain { get; } = new("chain", "chain rule", @"\frac{\partial L}{\partial z_j} = \sum_{v} \sum_i \frac{\partial L}{\partial v_i}\,\frac{\partial v_i}{\partial z_j}", RuleWeight.Headline, (node, scope) =>
        node is Derivative derivative ? ApplyChain(derivative, scope) : null);

    /// <summary>The derivation of a derivative.</summary>
    public static Derivation Of(Derivative target)
    {
        var letters = Letters.Avoiding(target);
        var names = NamesFor(target);
        var tracer = new Tracer(target, names);
        if (Chain.Apply(target, tracer.Outside) is { } chained)
        {
            tracer.BeginLine();
            tracer.Apply(Chain, tracer.Outside, target, chained);
            tracer.BeginLine();
            var since = tracer.Count;
            foreach (var (node, scope) in Tracer.Derivatives(tracer.Current, tracer.Outside))
            {
                RecordLocalDerivative(tracer, letters, node, scope);
            }

            tracer.MakeRecorded(since);
        }
        else
        {
            if (DifferentiationRules.Definition.Apply(target, tracer.Outside) is { } unfolded)
            {
                tracer.BeginLine();
                tracer.Apply(DifferentiationRules.Definition, tracer.Outside, target, unfolded);
            }

            Differentiate(tracer, letters);
        }

        Simplifier.Run(tracer);
        return new(target, tracer, letters, tracer.IsExhausted ? "The step budget was reached: every line is right, but the last one may not be in its shortest form." : null);
    }

    /// <summary>
    /// Works out every derivative that stands in the tracer's expression. Derivatives move inwards in rounds: what only moves one
    /// further in shares a line with what comes after it, up to a rule that a tutor would stop at.
    /// </summary>
    public static void Differentiate(Tracer tracer, Letters letters)
    {
        while (tracer.Current.HasDerivative && !tracer.IsExhausted)
        {
            // A derivative of a derivative waits for the inner one.
            var frontier = Tracer.Derivatives(tracer.Current, tracer.Outside).Where(found => !found.Node.Operand.HasDerivative).ToList();
            var since = tracer.Count;
            while (frontier.Count > 0)
            {
                tracer.BeginLine();
                frontier = Round(tracer, letters, frontier);
            }

            tracer.MakeRecorded(since);
        }
    }

    private static List<(Derivative Node, Scope Scope)> Round(Tracer tracer, Letters letters, List<(Derivative Node, Scope Scope)> frontier)
    {
        var next = new List<(Derivative, Scope)>();
        var ends = new List<(Derivative Node, Scope Scope)>();
        var waiting = new Queue<(Derivative Node, Scope Scope)>(frontier);
        var inner = new List<(Derivative Node, Scope Scope)>();
        while (waiting.TryDequeue(out var found) && !tracer.IsExhausted)
        {
            var (node, scope) = found;
            if (node is { Kind: DerivativeKind.Total, Operand: Element { Variable.IsDefined: true } name } && !name.Variable.Equals(node.By.Variable) && DifferentiationRules.DependsOn(name, node))
            {
                RecordLocalDerivative(tracer, letters, node, scope);
                continue;
            }

            var (rule, rewriting) = First(node, scope);
            if (!rewriting.After.HasDerivative)
            {
                // ∂x_i/∂x_j may come up several times in a round; it is said once, when no more of it can come.
                ends.Add(found);
                continue;
            }

            tracer.Record(rule, scope, node, rewriting);
            if ((rewriting.Weight ?? rule.Weight) == RuleWeight.Headline)
            {
                Tracer.AddDerivatives(rewriting.After, scope, next);
                continue;
            }

            inner.Clear();
            Tracer.AddDerivatives(rewriting.After, scope, inner);
            inner.ForEach(waiting.Enqueue);
        }

        foreach (var (node, scope) in ends.DistinctBy(end => (end.Node, end.Node.Loose == 0 ? 0 : end.Scope.Binders.Count)))
        {
            var (rule, rewriting) = First(node, scope);
            tracer.Record(rule, scope, node, rewriting);
        }

        return next;
    }

    private static (Rule Rule, Rewriting Rewriting) First(Derivative node, Scope scope)
    {
        foreach (var rule in DifferentiationRules.All)
        {
            if (rule.Apply(node, scope) is { } rewriting)
            {
                return (rule, rewriting);
            }
        }

        throw new ChainRuleException($"There is no rule for the derivative of {node.Operand}.");
    }

    private static Rewriting? ApplyChain(Derivative target, Scope scope)
    {
        if (target is not { Kind: DerivativeKind.Total, Operand: Element { Variable: { Body: { } body } top } operand } || top.Equals(target.By.Variable))
        {
            return null;
        }

        // The names that mention the variable directly, among those that the operand is computed from.
        var consumers = Dependencies.All(body)
            .Where(name => !name.Equals(target.By.Variable) && name.Body is { } definition && Dependencies.Direct(definition).Contains(target.By.Variable))
            .OrderBy(name => name.Name, StringComparer.Ordinal)
            .ToList();
        if (consumers.Count == 0)
        {
            return null;
        }

        var terms = new List<Expr>();
        foreach (var name in consumers)
        {
            ImmutableArray<IndexVariable> indices = [.. name.Shape.Sizes.Select(Letters.Fresh)];
            var entry = Element.Of(name, [.. indices]);
            Expr term = Derivative.Of(operand, entry) * Derivative.Of(entry, target.By, EdgeKind(name, target.By.Variable));
            foreach (var index in indices.Reverse())
            {
                term = Summation.Of(index, Number.One, index.Range, term);
            }

            terms.Add(term);
        }

        if (Dependencies.Direct(body).Contains(target.By.Variable))
        {
            terms.Add(Derivative.Of(operand, target.By, DerivativeKind.Edge));
        }

        return new(Add.Of(terms)) { Name = $"chain rule through {string.Join(", ", consumers)}" };
    }

    /// <summary>The derivative along one edge is the total one unless the name also depends on the variable through other names.</summary>
    private static DerivativeKind EdgeKind(Variable name, Variable by) =>
        Dependencies.Direct(name.Body!).Any(other => !other.Equals(by) && Dependencies.Reaches(other, by)) ? DerivativeKind.Edge : DerivativeKind.Total;

    /// <summary>Replaces the derivative of one name by another with its result; the way there is kept with the step.</summary>
    private static void RecordLocalDerivative(Tracer tracer, Letters letters, Derivative node, Scope scope)
    {
        var indices = scope.Indices(letters);
        var inner = Of((Derivative)Binding.Open(node, indices));
        var after = Binding.Close(inner.Result, [.. indices.Cast<IndexVariable>()]);
        tracer.Record(LocalDerivative, scope, node, new(after) { Facts = [new(node, after)] }, inner);
    }

    /// <summary>The names that the derivation may use: what the operand is computed from, and itself.</summary>
    private static ImmutableArray<Variable> NamesFor(Derivative target) =>
        [.. Dependencies.All(target.Operand).Where(name => name.IsDefined).OrderBy(name => name.Name, StringComparer.Ordinal)];
}
