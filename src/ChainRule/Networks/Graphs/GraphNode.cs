using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Notation;

namespace ChainRule.Networks;

/// <summary>What a node of a computation graph stands for.</summary>
public enum GraphNodeKind
{
    /// <summary>Data, or anything else that is given.</summary>
    Input,

    /// <summary>What the outputs are compared with.</summary>
    Target,

    /// <summary>What is learned.</summary>
    Parameter,

    /// <summary>What is computed on the way.</summary>
    Value,

    /// <summary>The scalar at the end.</summary>
    Loss,
}

/// <summary>The numbers of a node at a point.</summary>
/// <param name="Value">Its value, from the forward pass.</param>
/// <param name="Adjoint">The gradient of the loss by it, from the backward pass; null where there is no loss to go back from.</param>
public sealed record GraphNumbers(NetworkNumbers Value, NetworkNumbers? Adjoint);

/// <summary>A node of a computation graph: a name, or several in one where the graph is folded.</summary>
public sealed record GraphNode
{
    internal GraphNode(GraphNodeKind kind, ImmutableArray<Variable> variables) => (Kind, Variables) = (kind, variables);

    /// <summary>What the node stands for.</summary>
    public GraphNodeKind Kind { get; internal init; }

    /// <summary>The variable; several where the graph is folded.</summary>
    public ImmutableArray<Variable> Variables { get; }

    /// <summary>What computes the value: ReLU, Linear(N, M); empty where nothing more than its equation is known.</summary>
    public string Words { get; internal init; } = string.Empty;

    /// <summary>A scalar parameter that is only added here and is therefore drawn at this node: the bias of a unit.</summary>
    public Variable? Bias { get; internal init; }

    /// <summary>Whether the bias is what the highlighted derivative is taken by.</summary>
    public bool IsBiasHighlighted { get; internal init; }

    /// <summary>Whether the node lies on a path of the derivative that was asked for.</summary>
    public bool IsHighlighted { get; internal init; }

    /// <summary>The numbers, for a graph at a point; null for one in symbols, and for a folded node.</summary>
    public GraphNumbers? Numbers { get; internal init; }

    /// <summary>The numbers of the bias.</summary>
    public GraphNumbers? BiasNumbers { get; internal init; }

    /// <summary>Whether the node stands for several variables.</summary>
    public bool IsFolded => Variables.Length > 1;

    /// <summary>The shape; that of the first variable where there are several.</summary>
    public Shape Shape => Variables[0].Shape;

    /// <summary>The name as it is set: z₁, or h₁, …, h₁₂.</summary>
    public Formula Name => Variables.Length switch
    {
        1 => NameOf(Variables[0]),
        2 => new Row(NameOf(Variables[0]), new Operator(",", OperatorKind.Punctuation), NameOf(Variables[1])),
        _ => new Row(NameOf(Variables[0]), new Operator(",", OperatorKind.Punctuation), new Atom("…", AtomKind.Symbol), new Operator(",", OperatorKind.Punctuation), NameOf(Variables[^1])),
    };

    /// <summary>The equation, z = W x + b; null for what is given and for a folded node.</summary>
    public Formula? Equation => Variables is [{ IsDefined: true } variable] && DefinitionFormula.Of(variable) is var definition
        ? new Row(definition.Left, new Operator("=", OperatorKind.Relation), definition.Right)
        : null;

    private static Formula NameOf(Variable variable) => Names.ToFormula(variable.Name);
}

/// <summary>An edge of a computation graph: one value is computed from another.</summary>
/// <param name="From">The position of the node that is used.</param>
/// <param name="To">The position of the node that is computed from it.</param>
public sealed record GraphEdge(int From, int To)
{
    /// <summary>The scalar parameters that multiply the value on its way: one weight, several on a folded edge, or none.</summary>
    public ImmutableArray<Variable> Weights { get; internal init; } = [];

    /// <summary>The numbers of the weight, for a graph at a point.</summary>
    public GraphNumbers? WeightNumbers { get; internal init; }

    /// <summary>Whether the edge lies on a path of the derivative that was asked for.</summary>
    public bool IsHighlighted { get; internal init; }

    /// <summary>Whether the weight is what the highlighted derivative is taken by.</summary>
    public bool IsWeightHighlighted { get; internal init; }
}
