using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// What derivations of one scalar share: the names it is computed from, what their adjoints are called, and what was derived already.
/// It lives as long as the scalar does, so that the gradients by every weight of a network cost each edge once.
/// </summary>
internal sealed class ScalarGraph
{
    private static readonly ConditionalWeakTable<Expr, ScalarGraph> _graphs = [];

    private readonly FrozenDictionary<Variable, string> _adjointNames;

    private ScalarGraph(Element scalar)
    {
        Scalar = scalar;
        var all = Dependencies.All(scalar.Variable);
        Names = Deriver.NamesIn(all);

        // The adjoint of a name that is computed from several others is needed by each of these: a person gives it a name.
        var several = Names.Where(name => all.Contains(name) && !name.Equals(scalar.Variable) && Dependencies.Direct(name.Body!).Count > 1).ToList();

        // δ takes over what is written around the letter (z₁ → δ₁), unless that would give two names one δ.
        var taken = all.Select(name => name.Name).ToHashSet(StringComparer.Ordinal);
        var wishes = several.ToDictionary(name => name, name => Short(name.Name));
        var wished = wishes.Values.Where(wish => wish is not null).GroupBy(wish => wish!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        _adjointNames = several.ToFrozenDictionary(
            name => name,
            // The v of x, v_x, must not get the δ of x.
            name => wishes[name] is { } wish && wished[wish] == 1 && !taken.Contains(wish) && !taken.Contains(wish[@"\delta_".Length..].Trim('{', '}')) ? wish : $@"\delta_{{{name.Name}}}");

        static string? Short(string name)
        {
            var rest = name.AsSpan().IndexOfAny('_', '^');
            return rest > 0 && !name.AsSpan(0, rest).ContainsAny('{', ' ') ? @"\delta" + name[rest..] : null;
        }
    }

    /// <summary>The scalar.</summary>
    public Element Scalar { get; }

    /// <summary>The defined names that the scalar is computed from, and its own.</summary>
    public System.Collections.Immutable.ImmutableArray<Variable> Names { get; }

    /// <summary>What was derived: with adjoints by their names, or written out.</summary>
    public ConcurrentDictionary<(Derivative Target, bool Named), Derivation> Known { get; } = new();

    /// <summary>The adjoints that were worked out; null for one that needs no name.</summary>
    public ConcurrentDictionary<Variable, Adjoint?> Adjoints { get; } = new();

    /// <summary>What derivations of the scalar share.</summary>
    public static ScalarGraph Of(Element scalar) => _graphs.GetValue(scalar, static key => new((Element)key));

    /// <summary>What the adjoint of a name would be called, or null where it is not given a name.</summary>
    public string? AdjointName(Variable name) => _adjointNames.GetValueOrDefault(name);

    /// <summary>Whether at least two adjoints with names are on the way to the variable: a single one is no trouble to write out.</summary>
    public bool HasSeveralAdjointsTo(Variable by) => _adjointNames.Keys.Where(name => !name.Equals(by) && Dependencies.Reaches(name, by)).Take(2).Count() == 2;
}
