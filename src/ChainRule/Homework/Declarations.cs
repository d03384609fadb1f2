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

    /// <summary>Names of several letters that a given defines: MSE, CE, dW.</summary>
    public HashSet<string> Words { get; } = new(StringComparer.Ordinal);

    /// <summary>Letters that are written in bold: a plain one among the sizes is something else, as h is in ℝ^{h×d} beside a vector 𝐡.</summary>
    public HashSet<string> Bold { get; } = new(StringComparer.Ordinal);

    /// <summary>Letters that name a vector or matrix and a size: the h of h = σ(W x) with W ∈ ℝ^{h×d}.</summary>
    public HashSet<string> Shared { get; } = new(StringComparer.Ordinal);

    /// <summary>Stems that are defined by several index letters (δ_j for one layer, δ_k for the next): each is a name of its own.</summary>
    public HashSet<string> Lettered { get; } = new(StringComparer.Ordinal);

    /// <summary>The name of a lettered stem.</summary>
    public static string LetteredKey(string stem, string letters) => $"{stem}⟨{letters}⟩";

    /// <summary>Whether a name counts examples that are written in brackets above: x^{(i)}.</summary>
    public static bool IsExamples(string name) => name.EndsWith("^(*)", StringComparison.Ordinal);

    /// <summary>Sizes that nobody has named: how far the i of v_i counts.</summary>
    public HashSet<string> Invented { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of two signs, as δh and dW for the gradients by h and W.</summary>
    public HashSet<string> Compounds { get; } = new(StringComparer.Ordinal);

    /// <summary>The layout that a given asks for, or null.</summary>
    public Layout? Layout { get; set; }

    /// <summary>Layers that are counted in superscripts, or null.</summary>
    public LayerIndices? Layers { get; set; }

    /// <summary>The letter of the one step that is looked at, which counts nothing (see <see cref="UpstreamGradients"/>), or null.</summary>
    public string? SingleStep { get; set; }

    /// <summary>A formula as it is read: layers below, and one step of several as a name.</summary>
    public Formula Rewritten(Formula formula)
    {
        formula = Layers?.Rewritten(formula) ?? formula;
        return SingleStep is { } letter ? UpstreamGradients.Uncounted(formula, letter) : formula;
    }

    /// <summary>Einstein's convention: an index that stands twice in a product is summed over.</summary>
    public bool SumsRepeated { get; set; }

    /// <summary>The indices on the left side of the definition that is being read.</summary>
    public HashSet<string> Indexing { get; } = new(StringComparer.Ordinal);

    /// <summary>Givens are being read: names may be new.</summary>
    public bool IsGiving { get; set; }

    /// <summary>What was assumed because nothing said otherwise, for the report.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>The names that nobody declared and that are read as numbers.</summary>
    public List<string> Numbers { get; } = [];

    /// <summary>
    /// The number that is minimised: the topmost of those that depend on a name. dz beside dL/dz is short for its derivative, as programs
    /// name it.
    /// </summary>
    public Symbol? LossOf(string name)
    {
        var losses = Symbols.Values.Where(symbol => (GivenReader.IsLoss(symbol.Name) || Words.Contains(symbol.Name)) && (symbol.Body is not null || !symbol.OpaqueOf.IsEmpty) && symbol.Shape is null or { IsEmpty: true } && !string.Equals(symbol.Name, name, StringComparison.Ordinal) && Reaches(symbol.Name, name)).ToList();
        return losses.Where(loss => !losses.Exists(other => !ReferenceEquals(other, loss) && Reaches(other.Name, loss.Name))).ToList() is [var only] ? only : null;
    }

    /// <summary>What names and functions are defined as.</summary>
    public IEnumerable<ClaimTree> Bodies => Symbols.Values.Select(symbol => symbol.Body).Concat(Functions.Values.Select(function => function.Body)).OfType<ClaimTree>();

    /// <summary>Whether something is known by this name.</summary>
    public bool IsDeclared(string name) => Symbols.ContainsKey(name) || Functions.ContainsKey(name) || Sizes.Contains(name);

    /// <summary>Names that are made up of what carries the same letter with an index: the L of L = Σ_t L_t.</summary>
    public HashSet<string> Totals { get; } = new(StringComparer.Ordinal);

    /// <summary>The key of a family of steps whose letter also names a size, n_t beside ℝ^n, or the whole of its parts, L = Σ_t L_t.</summary>
    public string FamilyKey(string name) => Sizes.Contains(name) || Totals.Contains(name) ? name + "_*" : name;

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

    /// <summary>Whether a function that is written out takes its argument as a whole: θᵀx, ‖x‖, x_1 + x_2; else it works on each entry.</summary>
    public bool IsOfTensors(GivenFunction function) => function.OfTensors || !function.Entries.IsEmpty || function.Parameters.Length != 1 || function.Body?.Nodes().Any(node => node.Head switch
    {
        Head.Entry or Head.Transpose or Head.Norm or Head.Bars => Speaks(node, function),
        Head.Call => node.Text is "softmax" or "inner" or "sum" or "mean" or "diag" or "tr" or "norm" or "logsumexp" && Speaks(node, function),
        // In θᵀx it is θ that is turned, and x is a vector beside it.
        Head.Times => Speaks(node, function) && (node.Items.Any(item => item.Is(Head.Transpose)) || node.Nodes().Any(inner => inner.Is(Head.Name) && !function.Parameters.Contains(inner.Text) && Symbols.TryGetValue(inner.Text, out var symbol) && symbol.Shape is { Length: > 0 })),
        _ => false,
    }
    && !(node.Is(Head.Bars) && node[0].IsName(function.Parameters[0]))) == true;

    private static bool Speaks(ClaimTree tree, GivenFunction function) => tree.Nodes().Any(node => node.IsName(function.Parameters[0]));

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

    /// <summary>Whether a given calls one of these functions.</summary>
    public bool Mentions(params string[] functions) => Bodies.Any(body => body.Nodes().Any(node => node.Is(Head.Call) && functions.Contains(node.Text, StringComparer.Ordinal)))
        || Functions.Values.Any(function => function.Alias is { } alias && functions.Contains(alias, StringComparer.Ordinal));

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
