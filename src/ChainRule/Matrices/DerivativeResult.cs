using System.Collections.Immutable;
using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Networks;
using ChainRule.Numerics;

namespace ChainRule.Matrices;

/// <summary>What a gradient and a Jacobian have in common: the derivation of their entry, the matrix form, and numbers at a point.</summary>
public abstract class DerivativeResult
{
    private readonly Deferred<MatrixForm?> _matrix;
    private readonly Deferred<ComponentForm?> _components;
    private readonly Deferred<ChannelForm?> _channels;

    private protected DerivativeResult(Derivation derivation, Variable of, Variable by, ImmutableArray<IndexVariable> indices, PointValues? values)
    {
        (Derivation, Of, By, Indices, Values) = (derivation, of, by, indices, values);
        _components = new(() => ComponentForm.Of(derivation.Result, indices, values?.Point.Sizes));
        _channels = new(() => Matrix is null ? ChannelForm.Of(Entry, Indices, Derivation.Letters) : null);
        _matrix = new(() => indices.Length == 0 ? ScalarForms.Inside(derivation.Result) : indices.Length <= 2 ? MatrixForm.Of(derivation.Result, indices[0], indices.Length == 2 ? indices[1] : null) : null);
    }

    /// <summary>The derivation of one entry, with free indices.</summary>
    public Derivation Derivation { get; }

    /// <summary>What is differentiated.</summary>
    public Variable Of { get; }

    /// <summary>By what.</summary>
    public Variable By { get; }

    /// <summary>The entry's free indices: rows before columns; none for a scalar by a scalar.</summary>
    public ImmutableArray<IndexVariable> Indices { get; }

    /// <summary>The shape of the result.</summary>
    public Shape Shape => Shape.Of(Indices.Select(index => index.Range));

    /// <summary>The result as a whole vector or matrix, or null where it has no matrix form.</summary>
    public MatrixForm? Matrix => _matrix.Value;

    /// <summary>
    /// The result component by component, with small numbers for the sizes (those of the point, where there is one), or null where
    /// that would be too long to read.
    /// </summary>
    public ComponentForm? Components => _components.Value;

    /// <summary>The result with whole signals or images in it, where it has no matrix form; null where it has none of these either.</summary>
    internal ChannelForm? Channels => _channels.Value;

    /// <summary>In which notation the result is shown first; the others are one click away.</summary>
    public Notation Notation { get; private protected init; }

    /// <summary>How much of the derivation is shown.</summary>
    public Detail Detail { get; private protected init; }

    /// <summary>The numbers at the point that was asked for, or null.</summary>
    public PointValues? Values { get; }

    /// <summary>The entry's formula.</summary>
    public Expr Entry => Derivation.Result;

    private protected PointValues Evaluate(IEnumerable<(Variable Variable, Values Values)> bindings) =>
        PointValues.Evaluate(Derivation, Indices, Of, By, bindings);

    private protected PointValues Evaluate(NetworkPoint point)
    {
        Require.NotNull(point);
        return PointValues.Evaluate(Derivation, Indices, Of, By, point.Point);
    }
}

/// <summary>The gradient of a scalar: it has the shape of the variable, whatever the layout.</summary>
public sealed class Gradient : DerivativeResult
{
    private Gradient(Derivation derivation, Variable of, Variable by, ImmutableArray<IndexVariable> indices, PointValues? values)
        : base(derivation, of, by, indices, values)
    {
    }

    /// <summary>The gradient with numbers at a point: <c>gradient.At((z, [1, 2, 3]), (y, [0, 1, 0]))</c>.</summary>
    /// <param name="values">A value for every given variable; sizes follow from them.</param>
    /// <exception cref="ShapeException">A value does not have its variable's shape.</exception>
    public Gradient At(params (Variable Variable, Values Values)[] values) => new(Derivation, Of, By, Indices, Evaluate(values)) { Path = Path, Notation = Notation, Detail = Detail, Layout = Layout };

    /// <summary>The gradient with the numbers of a network's inputs and parameters: <c>net.Gradient("W1").At(net.Sample(seed: 1))</c>.</summary>
    /// <param name="point">The network with numbers.</param>
    /// <exception cref="ChainRuleException">The gradient is of another network.</exception>
    public Gradient At(NetworkPoint point) => new(Derivation, Of, By, Indices, Evaluate(point)) { Path = Path, Notation = Notation, Detail = Detail, Layout = Layout };

    /// <summary>The same gradient in another notation: <c>L.Gradient(z).In(Notation.Components)</c>.</summary>
    public Gradient In(Notation notation) => new(Derivation, Of, By, Indices, Values) { Path = Path, Notation = notation, Detail = Detail, Layout = Layout };

    /// <summary>The same gradient with more or less of its derivation: <c>L.Gradient(z).In(Detail.EveryStep)</c>.</summary>
    public Gradient In(Detail detail) => new(Derivation, Of, By, Indices, Values) { Path = Path, Notation = Notation, Detail = detail, Layout = Layout };

    /// <summary>
    /// The derivative in a layout: with <see cref="Layout.Denominator"/> it has the variable's shape, as a gradient has; with
    /// <see cref="Layout.Numerator"/> it is the transpose, and that of a vector is a row.
    /// </summary>
    public Gradient In(Layout layout) => new(Derivation, Of, By, Indices, Values) { Path = Path, Notation = Notation, Detail = Detail, Layout = layout };

    /// <summary>Whether the result stands in the variable's shape (a column for a vector), or transposed.</summary>
    public Layout Layout { get; private init; } = Layout.Denominator;

    /// <summary>The gradient with numbers at a point, for one variable.</summary>
    public Gradient At(Variable variable, Values values) => At((variable, values));

    /// <summary>The path that was asked for alone, from the variable to the scalar; empty where the gradient is over all paths.</summary>
    public ImmutableArray<Variable> Path { get; private init; } = [];

    /// <summary>The adjoints that the gradient was found through, those nearest the scalar first.</summary>
    public ImmutableArray<(Variable Name, Gradient Gradient)> Adjoints => [.. Derivation.Adjoints.Select(adjoint => (adjoint.Name, new Gradient(adjoint.Derivation, Of, adjoint.By, adjoint.Indices, null)))];

    internal static Gradient MakeAlong(Variable of, Variable by, ImmutableArray<Variable> through)
    {
        if (of.Shape.Rank != 0)
        {
            throw new ShapeException($"A gradient is that of a scalar, and {of} {of.Shape.Said}.");
        }

        ImmutableArray<Variable> path = [by, .. through, of];
        for (var position = 1; position < path.Length; position++)
        {
            var (from, to) = (path[position - 1], path[position]);
            if (to.Body is not { } body || !Dependencies.Direct(body).Contains(from))
            {
                throw new ChainRuleException(to.Body is { } definition
                    ? $"{to} is not computed from {from} directly, so no path goes from {from} to {to}; it is computed from {string.Join(", ", Dependencies.Direct(definition).Select(name => name.ToString()).Order(StringComparer.Ordinal))}."
                    : $"{to} is given and not computed from {from}, so no path goes through it.");
            }
        }

        var target = Derivative.WithRespectTo(of, by);
        return new(Deriver.Along(target, path), of, by, [.. target.By.Indices.Cast<IndexVariable>()], null) { Path = path };
    }

    internal static Gradient Make(Variable of, Variable by, Accumulation accumulation, Kinks kinks)
    {
        if (of.Shape.Rank != 0)
        {
            throw new ShapeException($"A gradient is that of a scalar, and {of} {of.Shape.Said}: ask for {of}.Jacobian({by}) instead.");
        }

        var target = Derivative.WithRespectTo(of, by);
        return new(Deriver.Of(target, accumulation, kinks), of, by, [.. target.By.Indices.Cast<IndexVariable>()], null);
    }

    /// <summary>A line of a backward pass: each adjoint that was worked out before is called by its name.</summary>
    internal static Gradient MakeWithAdjoints(Variable loss, Variable by)
    {
        var target = Derivative.WithRespectTo(loss, by);
        return new(Deriver.WithAdjoints(target), loss, by, [.. target.By.Indices.Cast<IndexVariable>()], null);
    }
}

/// <summary>The derivative of a vector by a vector (or of a scalar by a scalar): the matrix of partial derivatives, oriented by its layout.</summary>
public sealed class Jacobian : DerivativeResult
{
    private Jacobian(Derivation derivation, Variable of, Variable by, ImmutableArray<IndexVariable> indices, Layout layout, PointValues? values)
        : base(derivation, of, by, indices, values) => Layout = layout;

    /// <summary>Whether rows belong to the numerator or to the denominator.</summary>
    public Layout Layout { get; }

    /// <summary>The Jacobian with numbers at a point: <c>p.Jacobian(z).At((z, [1, 2, 3]))</c>.</summary>
    /// <param name="values">A value for every given variable; sizes follow from them.</param>
    /// <exception cref="ShapeException">A value does not have its variable's shape.</exception>
    public Jacobian At(params (Variable Variable, Values Values)[] values) => new(Derivation, Of, By, Indices, Layout, Evaluate(values)) { First = First, Notation = Notation, Detail = Detail };

    /// <summary>The Jacobian with the numbers of a network's inputs and parameters: <c>net["z2"].Jacobian(net["z1"]).At(net.Sample(seed: 1))</c>.</summary>
    /// <param name="point">The network with numbers.</param>
    /// <exception cref="ChainRuleException">The Jacobian is of another network.</exception>
    public Jacobian At(NetworkPoint point) => new(Derivation, Of, By, Indices, Layout, Evaluate(point)) { First = First, Notation = Notation, Detail = Detail };

    /// <summary>For a Hessian: the gradient of which this is the Jacobian; else null.</summary>
    public Gradient? First { get; private init; }

    /// <summary>The same Jacobian in another notation: <c>p.Jacobian(z).In(Notation.Components)</c>.</summary>
    public Jacobian In(Notation notation) => new(Derivation, Of, By, Indices, Layout, Values) { First = First, Notation = notation, Detail = Detail };

    /// <summary>The same Jacobian with more or less of its derivation: <c>p.Jacobian(z).In(Detail.Result)</c>.</summary>
    public Jacobian In(Detail detail) => new(Derivation, Of, By, Indices, Layout, Values) { First = First, Notation = Notation, Detail = detail };

    /// <summary>The Jacobian with numbers at a point, for one variable.</summary>
    public Jacobian At(Variable variable, Values values) => At((variable, values));

    /// <summary>The Jacobian of a gradient by the same variable.</summary>
    internal static Jacobian MakeSecond(Gradient first)
    {
        // The gradient gets a name: ∇L, or f′ where it is an ordinary derivative.
        var name = first.Indices.IsEmpty ? first.Of.Name + "'" : $"\\nabla {first.Of.Name}";
        var gradient = Variable.DefineGradient(name, first.Shape.Sizes, Binding.Close(first.Entry, first.Indices));
        var second = Make(gradient, first.By, Layout.Numerator, Kinks.PyTorch);
        return new(second.Derivation, gradient, first.By, second.Indices, Layout.Numerator, null) { First = first };
    }

    internal static Jacobian Make(Variable of, Variable by, Layout layout, Kinks kinks)
    {
        if (of.Shape.Rank > 1 || by.Shape.Rank > 1)
        {
            throw new ShapeException($"The derivative of {of} ({of.Shape}) by {by} ({by.Shape}) has {of.Shape.Rank + by.Shape.Rank} indices and is no matrix: ask for an entry, {of}[…].Derivative({by}[…]).");
        }

        ImmutableArray<IndexVariable> rows = [.. of.Shape.Sizes.Select(size => IndexVariable.Of("i", size))];
        ImmutableArray<IndexVariable> columns = [.. by.Shape.Sizes.Select(size => IndexVariable.Of("j", size))];
        var derivation = Deriver.Of(Derivative.Of(Element.Of(of, [.. rows]), Element.Of(by, [.. columns])), kinks: kinks);
        return new(derivation, of, by, layout == Layout.Numerator ? [.. rows, .. columns] : [.. columns, .. rows], layout, null);
    }
}
