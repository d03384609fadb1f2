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

    private readonly ImmutableArray<Variable>.Builder _given = ImmutableArray.CreateBuilder<Variable>();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>What layers are given besides their input: the mask of a dropout, the state before a recurrent step.</summary>
    public ImmutableArray<Variable> GivenInputs => _given.ToImmutable();

    /// <summary>Every parameter so far, in the order of the layers.</summary>
    public ImmutableArray<Variable> All => _all.ToImmutable();

    /// <summary>A parameter of the current layer.</summary>
    /// <param name="letter">What the field calls it: W, b.</param>
    /// <param name="sizes">Its sizes, rows before columns.</param>
    /// <exception cref="ChainRuleException">The layer has a parameter of that name already.</exception>
    public Variable Parameter(string letter, params Expr[] sizes)
    {
        Require.NotNull(sizes);
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

    /// <summary>Something that the layer is given besides its input and that is not learned: m_1, m_2, ….</summary>
    /// <param name="letter">What the field calls it.</param>
    /// <param name="shape">Its shape.</param>
    public Variable Given(string letter, Shape shape)
    {
        var given = Variable.Given(Next(letter), shape);
        _given.Add(given);
        return given;
    }

    /// <summary>Gives a name to a value inside the layer: r_1, r_2, ….</summary>
    /// <param name="letter">What the field calls it.</param>
    /// <param name="value">The value.</param>
    public Variable Name(string letter, Tensor value)
    {
        Require.NotNull(value);
        return value.Named(Next(letter));
    }

    private string Next(string letter)
    {
        var number = _counts[letter] = _counts.GetValueOrDefault(letter) + 1;
        return number < 10 ? string.Create(CultureInfo.InvariantCulture, $"{letter}_{number}") : string.Create(CultureInfo.InvariantCulture, $"{letter}_{{{number}}}");
    }

    /// <summary>Says that the parameters from here on belong to the next layer.</summary>
    internal void NextLayer() => _isNew = true;
}
