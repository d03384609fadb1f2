using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Matrices;

namespace ChainRule.Networks;

/// <summary>A line of the backward pass: the gradient of the loss by one value or parameter.</summary>
/// <param name="By">The value or parameter.</param>
/// <param name="Name">The δ that later lines use for it, or null where it has no name.</param>
/// <param name="Gradient">The gradient with its derivation.</param>
/// <param name="IsParameter">Whether it is what learning needs, rather than a value on the way.</param>
public sealed record BackwardLine(Variable By, Variable? Name, Gradient Gradient, bool IsParameter);

/// <summary>The backward pass of a network: the adjoints of all values from the loss back, then the gradients of the parameters.</summary>
public sealed class BackwardPass
{
    private BackwardPass(Network network, ImmutableArray<BackwardLine> lines) => (Network, Lines) = (network, lines);

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The lines, in the order in which a program computes them.</summary>
    public ImmutableArray<BackwardLine> Lines { get; }

    internal static BackwardPass Of(Network network)
    {
        var loss = network.RequiredLoss;
        var parameters = network.Parameters.Select(parameter => (Variable: parameter, IsParameter: true));
        var gradients = network.Values.Reverse().Where(value => !value.IsConstant && Dependencies.Reaches(loss, value.Variable)).Select(value => (value.Variable, IsParameter: false))
            .Concat(parameters)
            .Select(by => (by.Variable, by.IsParameter, Gradient: Matrices.Gradient.MakeWithAdjoints(loss, by.Variable)))
            .ToList();
        var names = gradients.SelectMany(line => line.Gradient.Adjoints).DistinctBy(adjoint => adjoint.Name).ToDictionary(adjoint => adjoint.Gradient.By, adjoint => adjoint.Name);
        return new(network, [.. gradients.Select(line => new BackwardLine(line.Variable, names.GetValueOrDefault(line.Variable), line.Gradient, line.IsParameter))]);
    }
}
