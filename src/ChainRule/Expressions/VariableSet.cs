namespace ChainRule.Expressions;

/// <summary>
/// A set of variables that every node carries. Parts and wholes mostly have the same set, and then share it: so asking what an
/// expression depends on costs no walk, however deep it is.
/// </summary>
internal sealed class VariableSet
{
    /// <summary>Up to this many variables a look at each is faster than a look-up.</summary>
    private const int FewItems = 8;

    private readonly HashSet<Variable> _items;
    private readonly Variable[]? _few;

    private VariableSet(HashSet<Variable> items)
    {
        _items = items;
        _few = items.Count <= FewItems ? [.. items] : null;
        HasDefined = items.Any(variable => variable.IsDefined);
    }

    /// <summary>The empty set.</summary>
    public static VariableSet Empty { get; } = new([]);

    /// <summary>The variables.</summary>
    public IReadOnlySet<Variable> Items => _items;

    /// <summary>Whether one of the variables has a definition.</summary>
    public bool HasDefined { get; }

    /// <summary>The set of one variable.</summary>
    public static VariableSet Of(Variable variable) => new([variable]);

    /// <summary>Whether the variable is in the set.</summary>
    public bool Contains(Variable variable)
    {
        if (_few is null)
        {
            return _items.Contains(variable);
        }

        foreach (var item in _few)
        {
            if (item.Equals(variable))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The union: one of the two themselves where it holds the other.</summary>
    public VariableSet Union(VariableSet other) => Holds(other) ? this : other.Holds(this) ? other : new([.. _items, .. other._items]);

    /// <summary>The union of a set and those of the parts of a node: one of them where it holds all others, else made at once.</summary>
    public static VariableSet Union(VariableSet first, ReadOnlySpan<Expr> parts)
    {
        var union = first;
        for (var i = 0; i < parts.Length; i++)
        {
            var next = parts[i].Variables;
            if (union.Holds(next))
            {
                continue;
            }

            if (!next.Holds(union))
            {
                var items = new HashSet<Variable>(union._items);
                foreach (var part in parts[i..])
                {
                    items.UnionWith(part.Variables._items);
                }

                return new(items);
            }

            union = next;
        }

        return union;
    }

    private bool Holds(VariableSet other)
    {
        if (ReferenceEquals(this, other) || other._items.Count == 0)
        {
            return true;
        }

        if (other._items.Count > _items.Count)
        {
            return false;
        }

        foreach (var item in other._items)
        {
            if (!Contains(item))
            {
                return false;
            }
        }

        return true;
    }
}
