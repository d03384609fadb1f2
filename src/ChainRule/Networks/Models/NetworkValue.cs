using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>A value that a network computes on its way forward.</summary>
/// <param name="Variable">Its name, with its definition.</param>
/// <param name="By">What computes it: Linear(N, M), 5 ReLU; null for what has a name of its own inside a layer, or in a graph that was given.</param>
public sealed record NetworkValue(Variable Variable, Layer? By)
{
    /// <summary>Whether it is a number that depends on nothing, such as the ε of a normalisation.</summary>
    internal bool IsConstant => Dependencies.Direct(Variable.Body!).Count == 0;
}
