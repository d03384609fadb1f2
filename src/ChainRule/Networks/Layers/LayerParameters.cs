using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>Makes the parameters of the layers of a network and names them: W^{(1)}, b^{(1)}, then W^{(2)} of the next layer that has any.</summary>
public sealed class LayerParameters
{
    private readonly ImmutableArray<Variable>.Builder _all = ImmutableArray.CreateBuilder<Variable>();
    private int _layer;
    private bool _isNew = true;

    /// <summary>Every parameter so far, in the order of the layers.</summary>
    public ImmutableArray<Variable> All => _all.ToImmutable();

    /// <summary>A parameter of the current layer.</summary>
    /// <param name="letter">What the field calls it: W, b.</param>
    /// <param name="sizes">Its sizes, rows before columns.</param>
    /// <exception cref="ChainRuleException">The layer has a parameter of that name already.</exception>
    public Variable Parameter(string letter, params Expr[] sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (_isNew)
        {
            (_layer, _isNew) = (_layer + 1, false);
        }

        var parameter = Variable.Given(string.Create(CultureInfo.InvariantCulture, $"{letter}^{{({_layer})}}"), Shape.Of(sizes));
        if (_all.Any(other => string.Equals(other.Name, parameter.Name, StringComparison.Ordinal)))
        {
            throw new ChainRuleException($"The layer has a parameter {letter} already; each needs a letter of its own.");
        }

        _all.Add(parameter);
        return parameter;
    }

    /// <summary>Says that the parameters from here on belong to the next layer.</summary>
    internal void NextLayer() => _isNew = true;
}
