using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ChainRule.Expressions;
using ChainRule.Notation;

namespace ChainRule.Calculus;

/// <summary>
/// Functions of whole vectors that everybody knows by name, found where a derivation is about to meet them: where Σ_k e^{z_k} is
/// among what is differentiated, e^{z_j} / Σ_k e^{z_k} is called softmax(z)_j, although nobody defined it; of a matrix, row by row.
/// </summary>
internal static class KnownFunctions
{
    // What is known of a definition is asked for again by every derivation that it has a part in.
    private static readonly ConditionalWeakTable<Variable, Variable[]> _known = [];

    /// <summary>A softmax for each sum of exponentials in the definitions, unless one of the names is defined as it already.</summary>
    public static IEnumerable<Variable> In(IReadOnlyCollection<Variable> names)
    {
        var taken = names.Select(name => name.Body).OfType<Expr>().Select(Canonical.Of).ToHashSet(ReferenceEqualityComparer.Instance);
        return names.SelectMany(name => _known.GetValue(name, Find)).Where(softmax => taken.Add(Canonical.Of(softmax.Body!)));
    }

    /// <summary>What a defined name is in known words, softmax(z) for p_i = e^{z_i} / Σ_k e^{z_k}; null where it is anything else.</summary>
    public static Formula? Whole(Variable name) =>
        Array.Find(_known.GetValue(name, Find), known => known.Shape.Equals(name.Shape) && ReferenceEquals(Canonical.Of(known.Body!), Canonical.Of(name.Body!))) is { } same ? Names.ToFormula(same.Name) : null;

    private static Variable[] Find(Variable name)
    {
        if ((name.Body!.Kinds & NodeKinds.Summation) == NodeKinds.None)
        {
            return [];
        }

        var own = name.FreshIndices();
        return [.. Tracer.Walk(Binding.Open(name.Body, [.. own]), new Scope([], []), node => (node.Kinds & NodeKinds.Summation) != NodeKinds.None)
            .Select(found => found.Node is Summation sum ? Of(sum, found.Scope) : null)
            .OfType<Variable>()];
    }

    /// <summary>Softmax as the name of e^{u_j} / Σ_k e^{u_k}; null where the sum is another one, or u is no vector or matrix with a name.</summary>
    private static Variable? Of(Summation sum, Scope scope)
    {
        if (sum is not { Lower: Number { Value.IsOne: true }, Body: Apply { Arguments: [var argument] } apply } || !ReferenceEquals(apply.Function, FunctionDefinition.Exp) || !Binding.UsesInnermost(argument))
        {
            return null;
        }

        // What is not the sum's own index is that of the row: bound by a Σ further out, or free.
        var outside = scope.Binders.Select(binder => Letters.Fresh(binder.Upper)).ToImmutableArray();
        var closed = (Summation)Binding.Open(sum, [.. outside]);
        var rows = Binding.Nodes(closed).OfType<IndexVariable>().Distinct().ToList();
        if (rows.Count > 1 || closed.Loose > 0)
        {
            return null;
        }

        var entry = Letters.Fresh(closed.Upper);
        var body = Binding.Open(closed.Body, [entry]);
        if (Written(((Apply)body).Arguments[0], [.. rows, entry]) is not { } written)
        {
            return null;
        }

        var formula = new Row(new Atom("softmax", AtomKind.Function), new Operator(string.Empty, OperatorKind.InvisibleApply), new Fence("(", written, ")"));
        ImmutableArray<IndexVariable> indices = [.. rows, entry];
        return Variable.Define(Names.Remember(formula), [.. indices.Select(index => index.Range)], Binding.Close(body / closed, indices), Assumption.None);
    }

    /// <summary>The vector or matrix of which the argument is the entry, z/T for z_k/T and W x + b; null where it takes more than leaving the indices out.</summary>
    private static Formula? Written(Expr argument, ImmutableArray<Expr> indices)
    {
        var whole = Binding.Rewrite(argument, (node, _) => node switch
        {
            Element element when element.Indices.SequenceEqual(indices) => Named(element.Variable.Name),
            Summation { Lower: Number { Value.IsOne: true }, Body: Multiply { Factors: [Element left, Element right] } } when Product(left, right, indices) is { } product => Named(Names.Remember(product)),
            _ => null,
        });
        return Binding.Nodes(whole).Any(node => node is Summation || indices.Contains(node)) ? null : ExpressionFormula.Of(whole);

        static Expr Named(string name) => Element.Of(Variable.Given(name, Shape.Scalar), []);
    }

    /// <summary>W x for Σ_k W_ik x_k, and X W for Σ_k X_ik W_kj, each with its transposes; null for another sum.</summary>
    private static Row? Product(Element left, Element right, ImmutableArray<Expr> indices)
    {
        var second = indices.Length == 1 && right.Indices is [BoundIndex { Level: 0 }] ? Names.ToFormula(right.Variable.Name)
            : indices.Length == 2 && right.Indices is [BoundIndex { Level: 0 }, var column] && ReferenceEquals(column, indices[1]) ? Names.ToFormula(right.Variable.Name)
            : indices.Length == 2 && right.Indices is [var row, BoundIndex { Level: 0 }] && ReferenceEquals(row, indices[1]) ? Transposed(right)
            : null;
        var first = left.Indices is [var onRow, BoundIndex { Level: 0 }] && ReferenceEquals(onRow, indices[0]) ? Names.ToFormula(left.Variable.Name)
            : left.Indices is [BoundIndex { Level: 0 }, var onColumn] && ReferenceEquals(onColumn, indices[0]) ? Transposed(left)
            : null;
        return first is null || second is null ? null : new(first, new Operator(string.Empty, OperatorKind.InvisibleTimes), second);

        static Formula Transposed(Element matrix) => new Script(Names.ToFormula(matrix.Variable.Name), null, new Atom("⊤", AtomKind.Symbol));
    }
}
