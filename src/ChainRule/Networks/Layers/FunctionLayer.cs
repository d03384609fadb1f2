using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>Any function of tensors as a layer without parameters.</summary>
internal sealed class FunctionLayer : Layer
{
    private readonly Func<Tensor, Tensor> _function;

    private FunctionLayer(Func<Tensor, Tensor> function) => _function = function;

    /// <summary>The layer; a function that the library knows by a name of its own is that one.</summary>
    public static Layer Of(Func<Tensor, Tensor> function)
    {
        Require.NotNull(function);
        return function == Maths.Softmax ? VectorFunctions.Softmax() : new FunctionLayer(function);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters) => _function(input);

    /// <inheritdoc/>
    public override string ToString() => _function.Method.Name is var name && name.All(char.IsLetter) ? name : "function";
}
