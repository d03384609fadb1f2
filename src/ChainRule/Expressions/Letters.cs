using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace ChainRule.Expressions;

/// <summary>
/// The letters that nameless bound indices get on the page. A derivation holds one of these, so that an index keeps its letter from
/// line to line and no letter means two things.
/// </summary>
public sealed class Letters
{
    /// <summary>The letters in the order in which the field takes them for indices.</summary>
    internal static readonly ImmutableArray<string> Defaults = ["i", "j", "k", "l", "m", "n", "q", "r", "s", "t", "u", "v"];

    private static readonly ConditionalWeakTable<Expr, string> _written = [];
    private static int _fresh;

    private readonly ImmutableHashSet<string> _reserved;
    private readonly ImmutableDictionary<Expr, string> _wishes;

    private Letters(ImmutableHashSet<string> reserved, ImmutableDictionary<Expr, string> wishes) => (_reserved, _wishes) = (reserved, wishes);

    /// <summary>
    /// Letters that avoid the names of everything in the expressions (free indices, sizes, variables) and prefer those with which
    /// the sums in them, and in the definitions behind them, were written.
    /// </summary>
    public static Letters Avoiding(params IEnumerable<Expr> expressions)
    {
        ImmutableArray<Expr> all = [.. expressions];
        var wishes = ImmutableDictionary.CreateBuilder<Expr, string>(ReferenceEqualityComparer.Instance);
        foreach (var written in all.Select(Written).Concat(RandomVariables.AllMentioned(all).Select(variable => variable.Written)))
        {
            foreach (var (sum, letter) in written)
            {
                wishes[sum] = letter;
            }
        }

        return new(NamesIn(all, ImmutableHashSet<string>.Empty.WithComparer(StringComparer.Ordinal)), wishes.ToImmutable());
    }

    /// <summary>These letters, avoiding the names in one more expression: an index that is free there must not be captured by a Σ.</summary>
    internal Letters Also(Expr expression)
    {
        var reserved = NamesIn([expression], _reserved);
        return ReferenceEquals(reserved, _reserved) ? this : new(reserved, _wishes);
    }

    /// <summary>These letters, avoiding some names and their sizes: beside an input gate i no index is called i, and none k beside K ∈ ℝ^{T×k}.</summary>
    internal Letters Also(ImmutableArray<Variable> names)
    {
        var sizes = names.SelectMany(name => name.Shape.Sizes).OfType<Size>().Select(size => size.Name);
        var reserved = _reserved.Union(names.Select(name => name.Name).Concat(sizes).Where(name => Defaults.Contains(name)));
        return ReferenceEquals(reserved, _reserved) ? this : new(reserved, _wishes);
    }

    /// <summary>The letters with which the sums in an expression were last written by a person.</summary>
    internal static ImmutableArray<(Expr Sum, string Letter)> Written(Expr expression) =>
        [.. Binding.Nodes(expression).OfType<RangeBinder>().Select(sum => ((Expr)sum, Letter: _written.TryGetValue(sum, out var letter) ? letter : null)).Where(pair => pair.Letter is not null).Select(pair => (pair.Item1, pair.Letter!))];

    private static ImmutableHashSet<string> NamesIn(IEnumerable<Expr> expressions, ImmutableHashSet<string> known)
    {
        foreach (var node in expressions.SelectMany(Binding.Nodes))
        {
            known = node switch
            {
                IndexVariable index => known.Add(index.Name),
                Size size => known.Add(size.Name),
                // Beside W_i the i is taken, too.
                Element { Variable.Name: [.., '_', var subscript] name } => known.Add(name).Add(subscript.ToString()),
                Element element => known.Add(element.Variable.Name),
                _ => known,
            };
        }

        return known;
    }

    /// <summary>Remembers the letter that a person wrote for a Σ's index; a definition made of it keeps it.</summary>
    internal static void Remember(Expr summation, string letter) => _written.AddOrUpdate(summation, letter);

    /// <summary>An index that nobody has written, for building under a binder that is about to be closed.</summary>
    internal static IndexVariable Fresh(Expr range) => IndexVariable.Of($"#{Interlocked.Increment(ref _fresh)}", range);

    /// <summary>One free index for each size of the shape, in the usual letters.</summary>
    internal static IEnumerable<IndexVariable> For(Shape shape) => shape.Sizes.Select((size, position) => IndexVariable.Of(Defaults[position], size));

    /// <summary>One free index for each size, as the entry that is differentiated by has them: j for a vector, i and j for a matrix.</summary>
    internal static IEnumerable<IndexVariable> ForEntry(Shape shape) => shape.Rank == 1 ? [IndexVariable.Of("j", shape.Sizes[0])] : For(shape);

    /// <summary>The same, with letters that no size has: the k of a kernel's size is no index beside it.</summary>
    internal static IEnumerable<IndexVariable> For(Shape shape, IEnumerable<Size> sizes) => For(shape, sizes.Select(size => size.Name).ToHashSet(StringComparer.Ordinal));

    private static IEnumerable<IndexVariable> For(Shape shape, HashSet<string> taken)
    {
        return Defaults.Where(letter => !taken.Contains(letter)).Zip(shape.Sizes, IndexVariable.Of);
    }

    /// <summary>The same as an entry that is differentiated by has them: j for a vector.</summary>
    internal static IEnumerable<IndexVariable> ForEntry(Shape shape, IEnumerable<string> names)
    {
        var taken = names.ToHashSet(StringComparer.Ordinal);
        return shape.Rank == 1 && !taken.Contains("j") ? ForEntry(shape) : For(shape, taken);
    }

    /// <summary>A free index over the range whose letter is not reserved: the first that the field would take.</summary>
    internal IndexVariable Free(Expr range, IEnumerable<string> taken) => IndexVariable.Of(Pick(null, taken), range);

    /// <summary>The letter for the index of a Σ or a maximum, given the letters of the binders around it.</summary>
    internal string For(RangeBinder binder, IEnumerable<string> enclosing) => Pick(_wishes.GetValueOrDefault(binder), enclosing);

    private string Pick(string? wish, IEnumerable<string> enclosing)
    {
        if (wish is not null && !_reserved.Contains(wish) && !enclosing.Contains(wish, StringComparer.Ordinal))
        {
            return wish;
        }

        for (var round = 0; ; round++)
        {
            foreach (var letter in Defaults)
            {
                var candidate = round == 0 ? letter : $"{letter}_{round}";
                if (!_reserved.Contains(candidate) && !enclosing.Contains(candidate, StringComparer.Ordinal))
                {
                    return candidate;
                }
            }
        }
    }
}
