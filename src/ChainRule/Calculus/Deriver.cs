using System.Collections.Concurrent;
using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// Differentiates along the graph of definitions: from name to name by the chain rule, once per edge, and inside one definition by
/// the table of rules. What it returns is the trace of what it did.
/// </summary>
internal sealed class Deriver
{
    private readonly Accumulation _accumulation;
    private readonly Kinks _kinks;
    private readonly ScalarGraph? _graph;
    private readonly ConcurrentDictionary<(Derivative Target, bool Named), Derivation> _known;

    /// <summary>Whether adjoints that have a name are called by it.</summary>
    private readonly bool _named;

    private Deriver(Derivative target, Accumulation accumulation, Kinks kinks = Kinks.PyTorch, bool named = false)
    {
        (_accumulation, _kinks) = (accumulation, kinks);
        // What is shared by all derivations of a scalar was derived in the usual way.
        var usual = accumulation == Accumulation.Reverse && kinks == Kinks.PyTorch;
        _graph = target is { Kind: DerivativeKind.Total, Operand: Element { Variable: { Shape.Rank: 0, IsDefined: true } } scalar } ? ScalarGraph.Of(scalar) : null;
        _known = usual && _graph is not null ? _graph.Known : new();
        _named = usual && _graph is not null && (named || _graph.HasSeveralAdjointsTo(target.By.Variable));
    }

    private Deriver(Deriver other, bool named) => (_accumulation, _kinks, _graph, _known, _named) = (other._accumulation, other._kinks, other._graph, other._known, named);

    /// <summary>∂L/∂p = … as the fact that another derivation uses.</summary>
    public static Rule LocalDerivative { get; } = new("local-derivative", "local derivatives", @"\frac{\partial L}{\partial p} = \ldots", RuleWeight.Key, (node, scope) =>
        node is Derivative { Operand: Element } derivative && scope.Binders.IsEmpty ? new(Of(derivative).Result) : null);

    /// <summary>∂L/∂z = δ as a name for what was worked out once.</summary>
    public static Rule NamedAdjoint { get; } = new("adjoint", "adjoint", @"\delta_z := \frac{\partial L}{\partial z}", RuleWeight.Key, NodeKinds.Derivative, (node, scope) =>
        node is Derivative { Kind: DerivativeKind.Total, Operand: Element { Variable.Shape.Rank: 0 } } derivative
        && scope.Names.FirstOrDefault(name => name.AdjointOf is { } origin && origin.Scalar.Equals(((Element)derivative.Operand).Variable) && origin.By.Equals(derivative.By.Variable)) is { } delta
            ? new(Element.Of(delta, derivative.By.Indices)) { Facts = [new(node, Element.Of(delta, derivative.By.Indices))] }
            : null);

    /// <summary>The chain rule over names: a sum over every name that the variable feeds directly.</summary>
    public static Rule Chain { get; } = new("chain", "chain rule", @"\frac{\partial L}{\partial z_j} = \sum_{v} \sum_i \frac{\partial L}{\partial v_i}\,\frac{\partial v_i}{\partial z_j}", RuleWeight.Headline, NodeKinds.Derivative, (node, _) =>
        node is Derivative derivative ? ByConsumers(derivative) : null);

    /// <summary>The chain rule from the other end: a sum over every name that the operand is computed from directly.</summary>
    public static Rule ForwardChain { get; } = new("forward-chain", "chain rule, forwards", @"\frac{\partial L}{\partial z_j} = \sum_{v} \sum_i \left.\frac{\partial L}{\partial v_i}\right|_{\text{direct}}\,\frac{\partial v_i}{\partial z_j}", RuleWeight.Headline, NodeKinds.Derivative, (node, _) =>
        node is Derivative derivative ? BySuppliers(derivative) : null);

    /// <summary>The rules that go from name to name.</summary>
    public static ImmutableArray<Rule> All { get; } = [Chain, ForwardChain, LocalDerivative, NamedAdjoint];

    /// <summary>The derivation of a derivative.</summary>
    public static Derivation Of(Derivative target, Accumulation accumulation = Accumulation.Reverse, Kinks kinks = Kinks.PyTorch) => new Deriver(target, accumulation, kinks).Derive(target);

    /// <summary>The derivation of a derivative that calls each adjoint on its way by its name, a single one too.</summary>
    public static Derivation WithAdjoints(Derivative target) => new Deriver(target, Accumulation.Reverse, named: true).Derive(target);

    /// <summary>
    /// What one way through the graph of definitions contributes to a derivative: the product of the derivatives along its edges.
    /// </summary>
    /// <param name="target">The derivative by the first name of the path.</param>
    /// <param name="path">The names on the way, from the variable to what is differentiated; both ends belong to it.</param>
    public static Derivation Along(Derivative target, ImmutableArray<Variable> path)
    {
        ImmutableArray<Element> entries =
        [
            target.By,
            .. path[1..^1].Select(name => (Element)Element.Of(name, [.. name.Shape.Sizes.Select(Letters.Fresh)])),
            (Element)target.Operand,
        ];
        var start = Multiply.Of(Enumerable.Range(1, path.Length - 1).Reverse().Select(position => Derivative.Of(entries[position], entries[position - 1], DerivativeKind.Edge)));
        foreach (var index in entries[1..^1].SelectMany(entry => entry.Indices).Cast<IndexVariable>())
        {
            start = Summation.Of(index, Number.One, index.Range, start);
        }

        var letters = Letters.Avoiding(start);
        var tracer = new Tracer(start, NamesFor(target));
        tracer.BeginLine();
        new Deriver(target, Accumulation.Reverse).WorkOutLocally(tracer, letters);
        Simplifier.Run(tracer);
        return new(start, tracer, letters, [], NoteOf(tracer));
    }

    /// <summary>
    /// Works out every derivative that stands in the tracer's expression. Derivatives move inwards in rounds: what only moves one
    /// further in shares a line with what comes after it, up to a rule that a tutor would stop at.
    /// </summary>
    public static void Differentiate(Tracer tracer, Letters letters) =>
        new Deriver(Derivative.Of(Number.Zero, Element.Of(Variable.Given("x", Shape.Scalar), [])), Accumulation.Reverse).DifferentiateAll(tracer, letters);

    /// <summary>Works out every derivative in the tracer's expression, those of names by the chain rule.</summary>
    public static void DifferentiateFully(Tracer tracer, Letters letters)
    {
        while (tracer.Current.HasDerivative && !tracer.IsExhausted)
        {
            tracer.BeginLine();
            var since = tracer.Count;
            foreach (var (node, scope) in Tracer.Derivatives(tracer.Current, tracer.Outside).Where(found => !found.Node.Operand.HasDerivative).ToList())
            {
                new Deriver(node, Accumulation.Forward).RecordLocalDerivative(tracer, letters, node, scope);
            }

            tracer.MakeRecorded(since);
        }
    }

    private static string? NoteOf(Tracer tracer) => tracer.IsExhausted ? "The step budget was reached: every line is right, but the last one may not be in its shortest form." : null;

    private Derivation Derive(Derivative target)
    {
        if (_known.TryGetValue((target, _named), out var known))
        {
            return known;
        }

        if (DeepStack.IsLow)
        {
            return DeepStack.Continue(() => Derive(target));
        }

        var names = ReferenceEquals(target.Operand, _graph?.Scalar) ? _graph.Names : NamesFor(target);
        var letters = Letters.Avoiding(target).Also(names);
        var tracer = new Tracer(target, names, _kinks);
        var chain = _accumulation == Accumulation.Forward ? ForwardChain : Chain;
        if (chain.Apply(target, tracer.Outside) is { } chained)
        {
            tracer.BeginLine();
            tracer.Apply(chain, tracer.Outside, target, chained);
            tracer.BeginLine();
            WorkOutLocally(tracer, letters);
        }
        else
        {
            if (DifferentiationRules.Given.Apply(target, tracer.Outside) is { } given)
            {
                tracer.BeginLine();
                tracer.Apply(DifferentiationRules.Given, tracer.Outside, target, given);
            }
            else if (DifferentiationRules.Definition.Apply(target, tracer.Outside) is { } unfolded)
            {
                tracer.BeginLine();
                tracer.Apply(DifferentiationRules.Definition, tracer.Outside, target, unfolded);
            }

            DifferentiateAll(tracer, letters);
        }

        Simplifier.Run(tracer);
        Expecter.Finish(tracer);
        if (_named)
        {
            WriteOutAdjoints(tracer);
        }

        var derivation = new Derivation(target, tracer, letters, AdjointsIn(tracer.Recorded), NoteOf(tracer));
        return _known.GetOrAdd((target, _named), derivation);
    }

    /// <summary>
    /// An adjoint that is a fraction, such as −y/ŷ, may cancel against what it is multiplied by: it is written out where that leaves less
    /// to read.
    /// </summary>
    private static void WriteOutAdjoints(Tracer tracer)
    {
        var products = Binding.Nodes(tracer.Current).OfType<Element>().Distinct()
            .Where(element => element is { Loose: 0, Variable: { AdjointOf: not null, Body: Multiply { Factors: var factors } } } && factors.Any(factor => factor is Power { Exponent: Number { Value.Sign: < 0 } }))
            .ToList();
        if (products.Count == 0)
        {
            return;
        }

        var before = ReadingCost.Of(tracer.Current);
        tracer.Try(after => ReadingCost.Of(after) < before, () =>
        {
            tracer.BeginLine();
            foreach (var adjoint in products)
            {
                tracer.Apply(IdentityRules.Definition, tracer.Outside, adjoint, IdentityRules.Definition.Apply(adjoint, tracer.Outside)!);
            }

            Simplifier.Run(tracer);
        });
    }

    /// <summary>The adjoints that the steps use, those nearest the scalar first.</summary>
    private ImmutableArray<Adjoint> AdjointsIn(IReadOnlyList<Step> steps)
    {
        var found = new List<Adjoint>();
        foreach (var step in steps)
        {
            foreach (var adjoint in step.Inner?.Adjoints ?? [])
            {
                Include(adjoint);
            }

            if (step.Rule.Id == NamedAdjoint.Id)
            {
                Include(_graph!.Adjoints[((Derivative)step.Before).By.Variable]!);
            }
        }

        return [.. found];

        void Include(Adjoint adjoint)
        {
            if (!found.Contains(adjoint))
            {
                found.Add(adjoint);
            }
        }
    }

    private void WorkOutLocally(Tracer tracer, Letters letters)
    {
        var since = tracer.Count;
        foreach (var (node, scope) in Tracer.Derivatives(tracer.Current, tracer.Outside))
        {
            RecordLocalDerivative(tracer, letters, node, scope);
        }

        tracer.MakeRecorded(since);
    }

    private void DifferentiateAll(Tracer tracer, Letters letters)
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

    private List<(Derivative Node, Scope Scope)> Round(Tracer tracer, Letters letters, List<(Derivative Node, Scope Scope)> frontier)
    {
        var next = new List<(Derivative, Scope)>(1);
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

        foreach (var (node, scope) in ends.Count < 2 ? ends : [.. ends.DistinctBy(end => (end.Node, end.Node.Loose == 0 ? 0 : end.Scope.Binders.Count))])
        {
            var (rule, rewriting) = First(node, scope);
            tracer.Record(rule, scope, node, rewriting);
        }

        return next;
    }

    private static (Rule Rule, Rewriting Rewriting) First(Derivative node, Scope scope)
    {
        foreach (var rule in DifferentiationRules.For(node.Operand.OwnKind))
        {
            if (rule.Apply(node, scope) is { } rewriting)
            {
                return (rule, rewriting);
            }
        }

        throw new ChainRuleException($"There is no rule for the derivative of {node.Operand}.");
    }

    private static Rewriting? ByConsumers(Derivative target)
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
        return consumers.Count == 0
            ? null
            : Through(target, operand, consumers, name => (DerivativeKind.Total, EdgeKind(name, target.By.Variable)), direct: Dependencies.Direct(body).Contains(target.By.Variable));
    }

    private static Rewriting? BySuppliers(Derivative target)
    {
        if (target is not { Kind: DerivativeKind.Total, Operand: Element { Variable: { Body: { } body } top } operand } || top.Equals(target.By.Variable))
        {
            return null;
        }

        var suppliers = Dependencies.Direct(body)
            .Where(name => !name.Equals(target.By.Variable) && name.IsDefined && Dependencies.Reaches(name, target.By.Variable))
            .OrderBy(name => name.Name, StringComparer.Ordinal)
            .ToList();
        return suppliers.Count == 0
            ? null
            : Through(target, operand, suppliers, name => (EdgeKind(top, name), DerivativeKind.Total), direct: Dependencies.Direct(body).Contains(target.By.Variable));
    }

    /// <summary>Σ over the names of (derivative by the name) · (derivative of the name), and the direct dependence where there is one.</summary>
    private static Rewriting Through(Derivative target, Element operand, List<Variable> names, Func<Variable, (DerivativeKind By, DerivativeKind Of)> kinds, bool direct)
    {
        var terms = new List<Expr>();
        foreach (var name in names)
        {
            ImmutableArray<IndexVariable> indices = [.. name.Shape.Sizes.Select(Letters.Fresh)];
            var entry = Element.Of(name, [.. indices]);
            var (byName, ofName) = kinds(name);
            Expr term = Derivative.Of(operand, entry, byName) * Derivative.Of(entry, target.By, ofName);
            foreach (var index in indices.Reverse())
            {
                term = Summation.Of(index, Number.One, index.Range, term);
            }

            terms.Add(term);
        }

        if (direct)
        {
            terms.Add(Derivative.Of(operand, target.By, DerivativeKind.Edge));
        }

        return new(Add.Of(terms)) { Name = $"chain rule through {string.Join(", ", names)}" };
    }

    /// <summary>The derivative along one edge is the total one unless the name also depends on the variable through other names.</summary>
    private static DerivativeKind EdgeKind(Variable name, Variable by) =>
        Dependencies.Direct(name.Body!).Any(other => !other.Equals(by) && Dependencies.Reaches(other, by)) ? DerivativeKind.Edge : DerivativeKind.Total;

    /// <summary>Replaces the derivative of one name by another with its result, or with the name of its adjoint; the way there is kept with the step.</summary>
    private void RecordLocalDerivative(Tracer tracer, Letters letters, Derivative node, Scope scope)
    {
        if (AdjointFor(node) is { } adjoint)
        {
            var named = scope with { Names = scope.Names.Add(adjoint.Name) };
            tracer.Record(NamedAdjoint, named, node, NamedAdjoint.Apply(node, named)!, adjoint.Derivation);
            return;
        }

        var indices = scope.Indices(letters);
        var inner = Derive((Derivative)Binding.Open(node, indices));
        var after = Binding.Close(inner.Result, [.. indices.Cast<IndexVariable>()]);
        tracer.Record(LocalDerivative, scope, node, new(after) { Facts = [new(node, after)] }, inner);
    }

    private Adjoint? AdjointFor(Derivative node)
    {
        var by = node.By.Variable;
        if (!_named || node.Kind != DerivativeKind.Total || !ReferenceEquals(node.Operand, _graph!.Scalar) || _graph.AdjointName(by) is not { } name)
        {
            return null;
        }

        if (_graph.Adjoints.TryGetValue(by, out var known))
        {
            return known;
        }

        var target = Derivative.WithRespectTo(_graph.Scalar, by);
        ImmutableArray<IndexVariable> indices = [.. target.By.Indices.Cast<IndexVariable>()];
        var derivation = new Deriver(this, named: true).Derive(target);
        // A number needs no name, and what has one needs no other.
        return _graph.Adjoints.GetOrAdd(by, derivation.Result is Number or Element
            ? null
            : new Adjoint(Variable.DefineAdjoint(name, by, _graph.Scalar.Variable, Binding.Close(derivation.Result, indices)), by, indices, derivation));
    }

    /// <summary>The names that the derivation may use: what the operand is computed from, and itself.</summary>
    private static ImmutableArray<Variable> NamesFor(Derivative target) => NamesIn(Dependencies.All(target.Operand));

    /// <summary>The names among the variables that have a definition, and the functions that are known without one.</summary>
    internal static ImmutableArray<Variable> NamesIn(IEnumerable<Variable> variables)
    {
        // Of a scalar of which only a gradient is given there is no definition that could be recognised.
        List<Variable> names = [.. variables.Where(name => name is { IsDefined: true, GivenGradient: null, IsGradient: false }).OrderBy(name => name.Name, StringComparer.Ordinal)];
        return [.. names, .. KnownFunctions.In(names)];
    }
}
