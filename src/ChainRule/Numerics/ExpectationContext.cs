using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// Values under the bodies of an expectation: random entries have the values of the current outcome, and what is computed from them
/// is computed anew for each outcome, entry by entry, so that only what is used is drawn.
/// </summary>
internal sealed class ExpectationContext<T>(Context<T> outer) : Context<T>(outer.Point, outer.Indices)
    where T : struct, IReal<T>
{
    private readonly Dictionary<RandomEntry, int> _slots = [];
    private readonly Dictionary<RandomEntry, T> _computed = [];
    private T[] _values = [];
    private bool _isListening;
    private int _reads;

    /// <inheritdoc/>
    public override bool IsRandomised => true;

    /// <summary>Which random entries the quantity uses. Which those are does not depend on their values.</summary>
    /// <param name="quantity">The quantity.</param>
    /// <param name="reads">How many times an entry is read, as a measure of how much there is to compute.</param>
    public ImmutableArray<RandomEntry> Listen(Func<Context<T>, T> quantity, out int reads)
    {
        _isListening = true;
        quantity(this);
        _isListening = false;
        reads = _reads;
        _computed.Clear();
        ForgetOutcome();
        return [.. _slots.OrderBy(slot => slot.Value).Select(slot => slot.Key)];
    }

    /// <summary>Sets the outcome; the values are in the order in which the entries were first used.</summary>
    public void Draw(T[] values)
    {
        _values = values;
        _computed.Clear();
        ForgetOutcome();
    }

    /// <inheritdoc/>
    public override T Entry(Variable variable, ReadOnlySpan<int> indices)
    {
        if (!variable.IsRandom)
        {
            return outer.Entry(variable, indices);
        }

        var flat = Flatten(DimensionsOf(variable), indices);
        if (flat < 0)
        {
            return T.Constant(0);
        }

        var entry = new RandomEntry(variable, flat);
        if (variable.Law is not null)
        {
            if (_isListening)
            {
                _reads++;
                ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_slots, entry, out var known);
                slot = known ? slot : _slots.Count - 1;
                return T.Constant(0.5);
            }

            return _values[_slots[entry]];
        }

        if (!_computed.TryGetValue(entry, out var value))
        {
            value = Plan.Of(variable.Body!).Run(this, [.. indices]);
            _computed.Add(entry, value);
        }

        return value;
    }

    /// <inheritdoc/>
    public override T Expect(string key, Func<Context<T>, T> quantity, bool isSmooth) => outer.Expect(key, quantity, isSmooth);

    /// <inheritdoc/>
    protected override T[] Compute(Variable variable, int[] dimensions) => variable.IsRandom
        ? throw new InvalidOperationException($"The entries of {variable} are drawn one by one.")
        : outer.Table(variable).Entries;
}
