using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>
/// A set of variables that every node carries. Parts and wholes mostly have the same set, and then share it: so asking what an
/// expression depends on costs no walk, however deep it is.
/// </summary>
internal sealed class VariableSet
{
    private readonly ImmutableHashSet<Variable> _items;

    private VariableSet(ImmutableHashSet<Variable> items) => _items = items;

    /// <summary>The empty set.</summary>
    public static VariableSet Empty { get; } = new([]);

    /// <summary>The variables.</summary>
    public IReadOnlySet<Variable> Items => _items;

    /// <summary>The set of one variable.</summary>
    public static VariableSet Of(Variable variable) => new([variable]);

    /// <summary>Whether the variable is in the set.</summary>
    public bool Contains(Variable variable) => _items.Contains(variable);

    /// <summary>The union: one of the two themselves where it holds the other.</summary>
    public VariableSet Union(VariableSet other)
    {
        if (ReferenceEquals(this, other) || other._items.IsEmpty)
        {
            return this;
        }

        if (_items.Count < other._items.Count)
        {
            return other.Union(this);
        }

        var union = _items.Union(other._items);
        return ReferenceEquals(union, _items) || union.Count == _items.Count ? this : new(union);
    }
}
