using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>
/// An expression with names for parts that it holds several times: what would be written out again and again is written once, so
/// that the text is as long as the graph and not as the tree.
/// </summary>
/// <param name="Main">The expression with names in the place of shared parts.</param>
/// <param name="Parts">The names with what they stand for, each before those that use it.</param>
internal sealed record SharedParts(Expr Main, ImmutableArray<(Variable Name, Expr Part)> Parts)
{
    /// <summary>From this reading cost on an expression is long enough for names to help.</summary>
    public const int LongExpression = 500;

    private static readonly ImmutableArray<string> _letters = ["s", "t", "u", "v", "q", "r"];

    /// <summary>A part with fewer signs than this is no longer than its name and the look-up.</summary>
    private const int ShortPart = 8;

    /// <summary>The expression with its shared parts named; as it is where it is short or shares nothing.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="mostDepth">From this depth on a part gets a name although it stands there only once.</param>
    public static SharedParts Of(Expr expression, int mostDepth = int.MaxValue)
    {
        if (ReadingCost.Of(expression) <= LongExpression)
        {
            return new(expression, []);
        }

        var uses = new Dictionary<Expr, int>(ReferenceEqualityComparer.Instance);
        var order = Binding.Nodes(expression).ToList();
        foreach (var child in order.SelectMany(node => node.Children))
        {
            uses[child] = uses.GetValueOrDefault(child) + 1;
        }

        var letter = Letter(order);
        var parts = ImmutableArray.CreateBuilder<(Variable, Expr)>();
        var made = new Dictionary<Expr, Expr>(ReferenceEqualityComparer.Instance);
        foreach (var node in order)
        {
            // Parts come before wholes, so what stands in the node has its final form already.
            var written = node.Children.IsEmpty || node is Element ? node : node.WithChildren([.. node.Children.Select((child, position) => node is Derivative && position == 1 ? child : made[child])]);
            if ((uses.GetValueOrDefault(node) > 1 || written.Depth >= mostDepth) && node.Loose == 0 && node is not Derivative && ReadingCost.Of(written) >= ShortPart)
            {
                var name = Variable.Given($"{letter}_{{{parts.Count + 1}}}", Shape.Scalar);
                parts.Add((name, written));
                written = name;
            }

            made[node] = written;
        }

        return new(made[expression], parts.ToImmutable());
    }

    /// <summary>A letter that nothing in the expression has.</summary>
    private static string Letter(IEnumerable<Expr> nodes)
    {
        var taken = nodes.OfType<Element>().Select(element => element.Variable.Name).Distinct(StringComparer.Ordinal).ToList();
        return _letters.FirstOrDefault(candidate => !taken.Exists(name => name.StartsWith(candidate, StringComparison.Ordinal))) ?? @"\tau";
    }
}
