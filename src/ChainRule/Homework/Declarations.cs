using System.Collections.Immutable;
using ChainRule.Matrices;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>Everything that the givens say: names with their shapes and definitions, functions, sizes, ranges of indices, conditions.</summary>
internal sealed class Declarations
{
    public Dictionary<string, Symbol> Symbols { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, GivenFunction> Functions { get; } = new(StringComparer.Ordinal);

    /// <summary>Signs between two operands that a given defines or names (∗ as a valid convolution).</summary>
    public Dictionary<string, string> Operators { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Sizes { get; } = new(StringComparer.Ordinal);

    /// <summary>Index letters with their first and last values.</summary>
    public Dictionary<string, (ClaimTree First, ClaimTree Last)> Ranges { get; } = new(StringComparer.Ordinal);

    /// <summary>Letters with a range that a definition uses without binding them: one fixed index, the same everywhere.</summary>
    public HashSet<string> Fixed { get; } = new(StringComparer.Ordinal);

    /// <summary>What is assumed beyond shapes: relations between sizes, numbers and indices.</summary>
    public List<ClaimTree> Conditions { get; } = [];

    /// <summary>Names that are written with arguments: a(x, θ) is the symbol a.</summary>
    public Dictionary<string, HashSet<string>> Decorations { get; } = new(StringComparer.Ordinal);

    /// <summary>Names by which something is differentiated.</summary>
    public HashSet<string> Differentiated { get; } = new(StringComparer.Ordinal);

    /// <summary>How names were written that nothing declares yet.</summary>
    public Dictionary<string, Formula> Written { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of two signs, as δh and dW for the gradients by h and W.</summary>
    public HashSet<string> Compounds { get; } = new(StringComparer.Ordinal);

    /// <summary>The layout that a given asks for, or null.</summary>
    public Layout? Layout { get; set; }

    /// <summary>The indices on the left side of the definition that is being read.</summary>
    public HashSet<string> Indexing { get; } = new(StringComparer.Ordinal);

    /// <summary>Givens are being read: names may be new.</summary>
    public bool IsGiving { get; set; }

    /// <summary>What was assumed because nothing said otherwise, for the report.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>Whether something is known by this name.</summary>
    public bool IsDeclared(string name) => Symbols.ContainsKey(name) || Functions.ContainsKey(name) || Sizes.Contains(name);

    /// <summary>The key of a family of steps whose letter also names a size: n_t beside ℝ^n.</summary>
    public string FamilyKey(string name) => Sizes.Contains(name) ? name + "_*" : name;

    /// <summary>The symbol of that name; a calligraphic letter and its plain form find one another.</summary>
    public Symbol? Find(string name) => Symbols.TryGetValue(name, out var symbol) ? symbol
        : name.Contains('ᶜ') ? Symbols.GetValueOrDefault(name.Replace("ᶜ", string.Empty, StringComparison.Ordinal))
        : Symbols.GetValueOrDefault(name + "ᶜ");

    /// <summary>Whether a function goes by that name, and which.</summary>
    public bool IsFunction(string name, out string key)
    {
        key = name;
        if (!Functions.TryGetValue(name, out var function))
        {
            return false;
        }

        key = function.Alias ?? name;
        return true;
    }

    /// <summary>How a name is written.</summary>
    public Formula FormulaOf(string name) => Symbols.TryGetValue(name, out var symbol) && symbol.Formula is { } formula ? formula
        : Functions.TryGetValue(name, out var function) && function.Formula is { } written ? written
        : Written.TryGetValue(name, out var raw) ? raw : new Atom(name);

    /// <summary>The symbols that a symbol's definition mentions, directly.</summary>
    public IEnumerable<string> Uses(Symbol symbol) => symbol.OpaqueOf.Concat(symbol.Body is null ? [] : Names(symbol.Body)).Concat(symbol.Start is null ? [] : Names(symbol.Start)).Distinct(StringComparer.Ordinal);

    /// <summary>Whether a symbol depends on another one through definitions.</summary>
    public bool Reaches(string from, string to)
    {
        if (!_reaches.TryGetValue((from, to), out var reaches))
        {
            reaches = Search(from, to);
            _reaches[(from, to)] = reaches;
        }

        return reaches;
    }

    /// <summary>Definitions have changed.</summary>
    public void Forget() => _reaches.Clear();

    private readonly Dictionary<(string, string), bool> _reaches = [];

    private bool Search(string from, string to)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([from]);
        while (open.TryPop(out var name))
        {
            if (string.Equals(name, to, StringComparison.Ordinal))
            {
                return true;
            }

            if (seen.Add(name) && Symbols.TryGetValue(name, out var symbol))
            {
                foreach (var used in Uses(symbol))
                {
                    open.Push(used);
                }
            }
        }

        return false;
    }

    /// <summary>The symbols that a tree mentions, also through the functions it calls.</summary>
    public IEnumerable<string> Names(ClaimTree tree)
    {
        foreach (var node in tree.Nodes())
        {
            if (node.Is(Head.Name) && Symbols.ContainsKey(node.Text))
            {
                yield return node.Text;
            }
            else if (node.Is(Head.Call) && Functions.TryGetValue(node.Text, out var function) && function.Body is { } body)
            {
                foreach (var inner in body.Nodes().Where(inner => inner.Is(Head.Name) && Symbols.ContainsKey(inner.Text) && !function.Parameters.Contains(inner.Text)))
                {
                    yield return inner.Text;
                }
            }
        }
    }
}
