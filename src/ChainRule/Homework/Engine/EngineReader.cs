using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Expressions;

namespace ChainRule.Checking;

/// <summary>
/// Says givens and claims in the engine's expressions, so that it can derive what a claim is about. Judging does without: what the
/// engine's expressions can't say (recurrences, matrices written cell by cell) has a verdict all the same.
/// </summary>
internal sealed partial class EngineReader(Declarations declarations, Orientation orientation)
{
    /// <summary>Beyond this many nodes in a claim and the definitions it needs, nothing is derived: strangers' formulas must not take for ever.</summary>
    private const int LargestProblem = 600;

    private readonly Dictionary<string, Variable> _variables = new(StringComparer.Ordinal);
    private bool _hasKinks;
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);
    private Dictionary<string, Expr> _indices = new(StringComparer.Ordinal);
    private Dictionary<string, Operand> _locals = new(StringComparer.Ordinal);

    /// <summary>Whether the trees and all definitions behind them are small enough.</summary>
    public bool IsSmall(params ReadOnlySpan<ClaimTree> trees)
    {
        var (count, seen, open) = (0, new HashSet<string>(StringComparer.Ordinal), new Stack<ClaimTree>());
        foreach (var tree in trees)
        {
            open.Push(tree);
        }

        while (open.TryPop(out var tree))
        {
            foreach (var node in tree.Nodes())
            {
                count++;
                if (node.Is(Head.Name) && seen.Add(node.Text) && declarations.Symbols.TryGetValue(node.Text, out var symbol) && symbol.Body is { } body)
                {
                    open.Push(body);
                }
                else if (node.Is(Head.Call) && seen.Add(node.Text + "(") && declarations.Functions.TryGetValue(node.Text, out var function) && function.Body is { } formula)
                {
                    open.Push(formula);
                }

                _hasKinks |= node.Is(Head.Call) && node.Text is "max" or "min";
                // Powers of sums and products of many sums grow when they are expanded.
                count += node.Is(Head.Power) && node[0].Is(Head.Add) ? 10 : node.Is(Head.Times) ? 12 * Math.Max(node.Items.Count(item => item.Is(Head.Add)) - 2, 0) : 0;
                if (count > LargestProblem)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Gives the letters of a claim their ranges, from the way the trees use them.</summary>
    /// <exception cref="BeyondEngineException">Nothing says how far a letter counts.</exception>
    public void Bind(IEnumerable<string> letters, params ImmutableArray<ClaimTree> trees)
    {
        foreach (var letter in letters)
        {
            _indices[letter] = IndexVariable.Of(letter, trees.Select(tree => RangeOf(letter, tree)).FirstOrDefault(range => range is not null) ?? throw new BeyondEngineException($"Nothing says how far {letter} counts."));
        }
    }

    /// <summary>The tree as a tensor.</summary>
    /// <exception cref="ChainRuleException">The engine's expressions can't say it.</exception>
    public Tensor Read(ClaimTree tree)
    {
        var value = Lower(tree);
        return value.IsOpen ? throw new BeyondEngineException("The size of an identity or of ones is open.") : value.Tensor;
    }

    /// <summary>The tree as a tensor of the given shape, which settles the size of an identity or of ones.</summary>
    public Tensor Read(ClaimTree tree, Shape shape) => Whole(Lower(tree), shape).Tensor;

    /// <summary>The variable behind a name.</summary>
    public Variable VariableOf(string name)
    {
        if (_variables.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!declarations.Symbols.TryGetValue(name, out var symbol))
        {
            throw new BeyondEngineException($"{name} is no symbol.");
        }

        if (symbol.IsRecurrence || symbol.Origin != 1)
        {
            throw new BeyondEngineException($"{name} counts steps.");
        }

        if (!_running.Add(name))
        {
            throw new BeyondEngineException($"{name} is defined by itself.");
        }

        var (indices, locals) = (_indices, _locals);
        (_indices, _locals) = (new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        try
        {
            return _variables[name] = Make(symbol);
        }
        finally
        {
            (_indices, _locals) = (indices, locals);
            _running.Remove(name);
        }
    }

    private string NameOf(string name) => Names.Remember(declarations.FormulaOf(name));

    private Variable Make(Symbol symbol)
    {
        var name = NameOf(symbol.Name);
        if (!symbol.OpaqueOf.IsEmpty)
        {
            if (symbol.OpaqueOf is not [var output])
            {
                throw new BeyondEngineException($"{symbol.Name} is any function of several names.");
            }

            var through = VariableOf(output);
            var upstream = declarations.Symbols.Values.FirstOrDefault(other => IsUpstream(other, symbol.Name, output));
            return Maths.Upstream(name, through, upstream is not null ? VariableOf(upstream.Name) : Variable.Given($@"\nabla_{{{NameOf(output)}}} {name}", through.Shape));
        }

        if (symbol.Body is not { } body || IsUpstream(symbol))
        {
            return Assumed(symbol, Variable.Given(name, ShapeOf(symbol)));
        }

        if (symbol.Parameters.IsEmpty)
        {
            var value = Lower(body);
            return (value.IsOpen ? Whole(value, ShapeOf(symbol)) : value).Tensor is var tensor && tensor.Shape.Rank == 2 && tensor.Shape.Sizes[0] is Number { Value.IsOne: true } && symbol.Shape is { Length: 1 }
                ? throw new BeyondEngineException($"{symbol.Name} is a row.")
                : tensor.Named(name);
        }

        var shape = symbol.Shape is { } declared && declared.Length >= symbol.Parameters.Length
            ? Shape.Of(declared.Take(symbol.Parameters.Length).Select(Size))
            : Shape.Of(symbol.Parameters.Select(letter => RangeOf(letter, body) ?? throw new BeyondEngineException($"Nothing says how far {letter} counts.")));
        return Tabulated(shape, symbol.Parameters, body).Named(name);
    }

    private Tensor Tabulated(Shape shape, ImmutableArray<string> letters, ClaimTree body) => Tensor.Of(shape, entries =>
    {
        for (var axis = 0; axis < letters.Length; axis++)
        {
            _indices[letters[axis]] = entries[axis];
        }

        return Scalar(Lower(body));
    });

    /// <summary>g = ∂L/∂o for an L that is not written out: g is what is given.</summary>
    private bool IsUpstream(Symbol symbol) => symbol.Body is { Head: Head.Derivative, Items: [{ Head: Head.Name } loss, { Head: Head.Name } by] } && IsUpstream(symbol, loss.Text, by.Text);

    private bool IsUpstream(Symbol symbol, string loss, string by) => symbol.Body is { Head: Head.Derivative, Items: [var of, var name] } && of.IsName(loss) && name.IsName(by)
        && declarations.Symbols.TryGetValue(loss, out var opaque) && opaque.OpaqueOf is [var only] && string.Equals(only, by, StringComparison.Ordinal);

    private Shape ShapeOf(Symbol symbol) => symbol.Shape is { } shape ? Shape.Of(shape.Select(Size)) : throw new BeyondEngineException($"{symbol.Name} has no declared shape.");

    private Variable Assumed(Symbol symbol, Variable variable)
    {
        if (variable.Shape.Rank != 1 && (symbol.Traits & (Trait.OneHot | Trait.Distribution | Trait.SumsToOne | Trait.Orthogonal)) != Trait.None)
        {
            throw new BeyondEngineException($"{symbol.Name} is a matrix of which each row has the assumption.");
        }

        if (!symbol.Choices.IsEmpty)
        {
            throw new BeyondEngineException($"{symbol.Name} takes listed values only.");
        }

        if (_hasKinks && declarations.Conditions.Exists(condition => condition.Nodes().Any(node => node.IsName(symbol.Name)) && condition.Nodes().Any(node => node.Is(Head.Number) && !node.IsNumber("0"))))
        {
            throw new BeyondEngineException($"{symbol.Name} has bounds, on which the larger of two values may depend.");
        }

        foreach (var (trait, assumption) in new[]
        {
            (Trait.Positive, Assumption.Positive),
            (Trait.OneHot, Assumption.OneHot),
            (Trait.Distribution, Assumption.SumsToOne | Assumption.Positive),
            (Trait.SumsToOne, Assumption.SumsToOne),
            (Trait.Binary, Assumption.ZeroOrOne),
            (Trait.SymmetricMatrix, Assumption.Symmetric),
        })
        {
            variable = symbol.Traits.HasFlag(trait) ? variable.Assuming(assumption) : variable;
        }

        if (!symbol.Traits.HasFlag(Trait.Random))
        {
            return variable;
        }

        var (mean, variance) = (symbol.Mean is { } m ? Scalar(Lower(m)) : null, symbol.Variance is { } v ? Scalar(Lower(v)) : null);
        // As the checker does, several random variables and the entries of one are taken to be independent.
        variable = symbol.Shape is { Length: > 0 } || declarations.Symbols.Values.Count(other => other.Traits.HasFlag(Trait.Random) && other.Body is null) > 1 ? variable.Independent() : variable;
        return symbol.Traits.HasFlag(Trait.Normal) && mean is not null && variance is not null ? variable.Gaussian(mean, variance)
            : symbol.Traits.HasFlag(Trait.Symmetric) ? variable.Random(mean, variance).Symmetric()
            : variable.Random(mean, variance);
    }

    /// <summary>A size, an index or a bound: whole numbers and letters, added and multiplied.</summary>
    private Expr Size(ClaimTree tree) => tree.Head switch
    {
        Head.Number when int.TryParse(tree.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => Number.Of(number),
        Head.Name when _indices.TryGetValue(tree.Text, out var index) => index,
        Head.Name when declarations.Sizes.Contains(tree.Text) => Expressions.Size.Of(tree.Text),
        Head.Add => Add.Of(tree.Items.Select(Size)),
        Head.Negate => -Size(tree[0]),
        Head.Times when tree.Text is "" or "⋅" or "×" => Multiply.Of(tree.Items.Select(Size)),
        _ => throw new BeyondEngineException("An index or a size is made of letters and whole numbers."),
    };

    /// <summary>The last value of a letter from the way a tree uses it; the first is 1.</summary>
    private Expr? RangeOf(string letter, ClaimTree tree)
    {
        if (declarations.Ranges.TryGetValue(letter, out var declared) && !declared.Last.Is(Head.None))
        {
            return declared.First.IsNumber("1") ? Size(declared.Last) : null;
        }

        Expr? partner = null;
        foreach (var node in tree.Nodes())
        {
            if (node.Is(Head.Entry))
            {
                for (var axis = 1; axis < node.Items.Length; axis++)
                {
                    if (node[axis].IsName(letter) && SizesOf(node[0]) is { } sizes && axis - 1 < sizes.Length)
                    {
                        return sizes[axis - 1];
                    }
                }
            }
            else if (node.Head is Head.Delta or Head.Relation && node.Items.Length == 2 && (node[0].IsName(letter) || node[1].IsName(letter)) && (node[0].IsName(letter) ? node[1] : node[0]) is { Head: Head.Name } other && !other.IsName(letter))
            {
                partner ??= _indices.TryGetValue(other.Text, out var index) && index is IndexVariable known ? known.Range : null;
            }
        }

        return partner;
    }

    private ImmutableArray<Expr>? SizesOf(ClaimTree tree) => tree switch
    {
        { Head: Head.Name } when _locals.TryGetValue(tree.Text, out var local) => local.Shape.Sizes,
        { Head: Head.Name } when declarations.Symbols.TryGetValue(tree.Text, out var symbol) && symbol.Shape is { } shape => [.. shape.Select(Size)],
        { Head: Head.Name } when declarations.Symbols.ContainsKey(tree.Text) => VariableOf(tree.Text).Shape.Sizes,
        { Head: Head.Identity or Head.Name } => null,
        _ when tree.Nodes().Any(node => node.Is(Head.Name) && !declarations.Symbols.ContainsKey(node.Text) && !declarations.Sizes.Contains(node.Text) && !_locals.ContainsKey(node.Text) && !_indices.ContainsKey(node.Text)) => null,
        _ => Lower(tree) is { IsOpen: false } value ? value.IsRow ? [value.Shape.Sizes[1]] : value.Shape.Sizes : null,
    };

    private static Expr Scalar(Operand value) => value.IsScalar ? value.Only : throw new BeyondEngineException("A number is expected.");
}
