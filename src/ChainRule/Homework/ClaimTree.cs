using System.Collections.Immutable;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>What a node of a <see cref="ClaimTree"/> is.</summary>
internal enum Head
{
    /// <summary>A number; Text holds its digits.</summary>
    Number,

    /// <summary>A name: a declared symbol, a size, an index, or something nobody declared.</summary>
    Name,

    /// <summary>An entry (or a slice) of the first item; the others are its indices.</summary>
    Entry,

    /// <summary>The first item where the second, a name, has the value of the third; Text is "lim" where it only comes near it.</summary>
    Elsewhere,

    /// <summary>A sum of the items.</summary>
    Add,

    /// <summary>The item with the opposite sign.</summary>
    Negate,

    /// <summary>Factors side by side; Text is the sign between them, empty where they only stand together.</summary>
    Times,

    /// <summary>A quotient of two items.</summary>
    Divide,

    /// <summary>A power: base and exponent.</summary>
    Power,

    /// <summary>A transpose.</summary>
    Transpose,

    /// <summary>A function, named by Text, of the items; Order counts its primes.</summary>
    Call,

    /// <summary>Σ, Π, max or min (Text) over the index in the second item: body, index, lower, upper, condition.</summary>
    Big,

    /// <summary>An integral: body, the name of its variable, lower and upper bound (None: the whole line).</summary>
    Integral,

    /// <summary>A derivative: what is differentiated, then what by. Text is ∂, d or ∇.</summary>
    Derivative,

    /// <summary>A differential dL: of what, then the names that move.</summary>
    Differential,

    /// <summary>Kronecker's δ of two indices.</summary>
    Delta,

    /// <summary>1 where the condition holds, else 0.</summary>
    Indicator,

    /// <summary>Value, condition, value, condition, …</summary>
    Cases,

    /// <summary>The condition that no other one met.</summary>
    Otherwise,

    /// <summary>Rows and cells; Order is the number of columns.</summary>
    Matrix,

    /// <summary>Numbers or formulas in a row between brackets, with commas.</summary>
    List,

    /// <summary>Dots that stand for the cells in between.</summary>
    Ellipsis,

    /// <summary>A norm; Text is its kind (2, 1, F, ∞).</summary>
    Norm,

    /// <summary>Bars: an absolute value, or the number of entries.</summary>
    Bars,

    /// <summary>A relation between two items; Text is its sign.</summary>
    Relation,

    /// <summary>All the items hold.</summary>
    And,

    /// <summary>A set of shapes (Text ℝ) with sizes as items, an interval or a range.</summary>
    Set,

    /// <summary>The identity matrix; a size as item, or none where it follows from the neighbours.</summary>
    Identity,

    /// <summary>A vector of ones; a size as item, or none where it follows from the neighbours.</summary>
    Ones,

    /// <summary>Nothing stands here (a sum without a bound).</summary>
    None,
}

/// <summary>
/// What a person wrote, as an untyped tree: nothing in it says that shapes fit. A claim that is ill-shaped can so be represented,
/// explained and repaired; readings and repairs are edits of this tree.
/// </summary>
internal sealed class ClaimTree(Head head, string text, ImmutableArray<ClaimTree> items, SourceSpan span = default, int order = 0)
{
    private readonly int _hash = Hash(head, text, items, order);
    private ImmutableArray<ClaimTree> _nodes;

    /// <summary>Trees are equal here that say the same, wherever they stand.</summary>
    public static IEqualityComparer<ClaimTree> Equality { get; } = EqualityComparer<ClaimTree>.Create((one, other) => one is null ? other is null : other is not null && one.SameAs(other), tree => tree._hash);

    public Head Head { get; } = head;

    public string Text { get; } = text;

    public ImmutableArray<ClaimTree> Items { get; } = items;

    /// <summary>Where it stands in the source; empty for what a repair put in.</summary>
    public SourceSpan Span { get; } = span;

    public int Order { get; } = order;

    /// <summary>Whether it was written in brackets; those are kept when it is printed.</summary>
    public bool Bracketed { get; init; }

    public static ClaimTree Nothing { get; } = new(Head.None, string.Empty, []);

    public ClaimTree this[int index] => Items[index];

    public static ClaimTree Of(Head head, params ReadOnlySpan<ClaimTree> items) => new(head, string.Empty, [.. items]);

    public static ClaimTree Of(Head head, string text, params ReadOnlySpan<ClaimTree> items) => new(head, text, [.. items]);

    public static ClaimTree Name(string name) => new(Head.Name, name, []);

    public static ClaimTree Number(int value) => value < 0
        ? Of(Head.Negate, Number(-value))
        : new(Head.Number, value.ToString(System.Globalization.CultureInfo.InvariantCulture), []);

    public bool Is(Head head) => Head == head;

    public bool IsNumber(string digits) => Head == Head.Number && string.Equals(Text, digits, StringComparison.Ordinal);

    /// <summary>Whether it is the number e, which was written with its letter.</summary>
    public bool IsEuler => Head == Head.Number && Text.StartsWith("2.7182818284", StringComparison.Ordinal);

    /// <summary>Whether it is the number π, which was written with its letter.</summary>
    public bool IsPi => Head == Head.Number && Text.StartsWith("3.1415926535", StringComparison.Ordinal);

    public bool IsName(string name) => Head == Head.Name && string.Equals(Text, name, StringComparison.Ordinal);

    /// <summary>The same node with other items.</summary>
    public ClaimTree With(ImmutableArray<ClaimTree> items) => new(Head, Text, items, Span, Order) { Bracketed = Bracketed };

    /// <summary>The same node with one other item.</summary>
    public ClaimTree With(int index, ClaimTree item) => With(Items.SetItem(index, item));

    /// <summary>The same node with another text.</summary>
    public ClaimTree WithText(string text) => new(Head, text, Items, Span, Order) { Bracketed = Bracketed };

    /// <summary>The same node with other primes or columns.</summary>
    public ClaimTree WithOrder(int order) => new(Head, Text, Items, Span, order) { Bracketed = Bracketed };

    /// <summary>The same node at another place.</summary>
    public ClaimTree At(SourceSpan span) => new(Head, Text, Items, span, Order) { Bracketed = Bracketed };

    /// <summary>The same node, known to stand in brackets.</summary>
    public ClaimTree InBrackets() => new(Head, Text, Items, Span, Order) { Bracketed = true };

    /// <summary>The node and everything below it, parents first. They are listed once: judging asks for them again and again.</summary>
    public ImmutableArray<ClaimTree> Nodes()
    {
        if (_nodes.IsDefault)
        {
            var nodes = ImmutableArray.CreateBuilder<ClaimTree>();
            var stack = new Stack<ClaimTree>();
            stack.Push(this);
            while (stack.TryPop(out var node))
            {
                nodes.Add(node);
                for (var i = node.Items.Length - 1; i >= 0; i--)
                {
                    stack.Push(node.Items[i]);
                }
            }

            _nodes = nodes.ToImmutable();
        }

        return _nodes;
    }

    /// <summary>Whether the two trees say the same, wherever they stand.</summary>
    public bool SameAs(ClaimTree other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (_hash != other._hash || Head != other.Head || Order != other.Order || Items.Length != other.Items.Length || !string.Equals(Text, other.Text, StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = 0; i < Items.Length; i++)
        {
            if (!Items[i].SameAs(other.Items[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The tree with every name replaced for which <paramref name="replace"/> has something else.</summary>
    public ClaimTree Replace(Func<ClaimTree, ClaimTree?> replace)
    {
        if (replace(this) is { } other)
        {
            return other;
        }

        if (Items.IsEmpty)
        {
            return this;
        }

        var changed = false;
        var others = ImmutableArray.CreateBuilder<ClaimTree>(Items.Length);
        foreach (var item in Items)
        {
            var replaced = item.Replace(replace);
            changed |= !ReferenceEquals(replaced, item);
            others.Add(replaced);
        }

        return changed ? With(others.MoveToImmutable()) : this;
    }

    private static int Hash(Head head, string text, ImmutableArray<ClaimTree> items, int order)
    {
        var hash = HashCode.Combine(head, text, order);
        foreach (var item in items)
        {
            hash = HashCode.Combine(hash, item._hash);
        }

        return hash;
    }

    /// <summary>The whole tree without its places: two trees that print the same are the same.</summary>
    public override string ToString() => (Order == 0 ? string.Empty : $"{Order}") + (Items.IsEmpty ? $"{Head}:{Text}" : $"{Head}{Text}({string.Join(", ", Items)})");
}
