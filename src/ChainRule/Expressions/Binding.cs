using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>Opening and closing binders, and rewriting an expression from the leaves up.</summary>
internal static class Binding
{
    /// <summary>
    /// Rebuilds an expression from the leaves up. <paramref name="replace"/> sees each node (with the number of binders around it)
    /// before its parts: an answer that is not null replaces the node and its parts are not visited. Each shared node is rebuilt once.
    /// </summary>
    public static Expr Rewrite(Expr expression, Func<Expr, int, Expr?> replace) => new Rewriter(replace).Rewrite(expression, 0);

    /// <summary>Replaces the free index by the bound index of a new outermost binder.</summary>
    public static Expr Close(Expr body, IndexVariable index) => Close(body, [index]);

    /// <summary>Replaces free indices by those of new outermost binders; the first index gets the outermost binder.</summary>
    public static Expr Close(Expr body, ImmutableArray<IndexVariable> indices) => Rewrite(body, (node, depth) => node switch
    {
        IndexVariable index when indices.IndexOf(index) is >= 0 and var position => BoundIndex.Of(depth + indices.Length - 1 - position),
        // What was loose before now lies outside the new binders too.
        BoundIndex bound => bound.Level >= depth ? BoundIndex.Of(bound.Level + indices.Length) : bound,
        _ => null,
    });

    /// <summary>Replaces the bound indices of the outermost <c>arguments.Length</c> binders (which are removed) by the arguments.</summary>
    public static Expr Open(Expr body, ImmutableArray<Expr> arguments) => body.Loose == 0 ? body : Rewrite(body, (node, depth) =>
    {
        if (node.Loose <= depth)
        {
            return node;
        }

        if (node is not BoundIndex bound)
        {
            return null;
        }

        var position = arguments.Length - 1 - (bound.Level - depth);
        return position >= 0 ? Shift(arguments[position], depth) : BoundIndex.Of(bound.Level - arguments.Length);
    });

    /// <summary>The same expression seen from <paramref name="by"/> binders further in: loose indices count that many more.</summary>
    public static Expr Shift(Expr expression, int by) => by == 0 || expression.Loose == 0 ? expression : Rewrite(expression, (node, depth) =>
        node.Loose <= depth ? node : node is BoundIndex bound ? BoundIndex.Of(bound.Level + by) : null);

    /// <summary>Whether the innermost binder's index occurs.</summary>
    public static bool UsesInnermost(Expr expression) => Uses(expression, 0);

    /// <summary>Whether the loose index of that level occurs.</summary>
    public static bool Uses(Expr expression, int level)
    {
        if (expression.Loose <= level)
        {
            return false;
        }

        if (expression is BoundIndex bound)
        {
            return bound.Level == level;
        }

        var children = expression.Children;
        for (var i = 0; i < children.Length; i++)
        {
            if (Uses(children[i], level + expression.Binds(i)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The free indices that an expression mentions, in the order in which they stand there.</summary>
    public static ImmutableArray<IndexVariable> FreeIndices(Expr expression) => [.. Nodes(expression).OfType<IndexVariable>().Distinct()];

    /// <summary>Every node once, parts before wholes. (A node under different binders is given once.)</summary>
    public static IEnumerable<Expr> Nodes(Expr expression)
    {
        var seen = new HashSet<Expr>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<(Expr Node, bool Expanded)>();
        stack.Push((expression, false));
        while (stack.Count > 0)
        {
            var (node, expanded) = stack.Pop();
            if (expanded)
            {
                yield return node;
            }
            else if (seen.Add(node))
            {
                stack.Push((node, true));
                for (var i = node.Children.Length - 1; i >= 0; i--)
                {
                    stack.Push((node.Children[i], false));
                }
            }
        }
    }

    private sealed class Rewriter(Func<Expr, int, Expr?> replace)
    {
        // Most rewritings are of small expressions, which share nothing.
        private Dictionary<(Expr, int), Expr>? _done;

        public Expr Rewrite(Expr node, int depth)
        {
            if (replace(node, depth) is { } replacement)
            {
                return replacement;
            }

            var children = node.Children;
            if (children.IsEmpty)
            {
                return node;
            }

            if (_done is not null && _done.TryGetValue((node, depth), out var done))
            {
                return done;
            }

            if (DeepStack.IsLow)
            {
                return DeepStack.Continue(() => Rewrite(node, depth));
            }

            ImmutableArray<Expr>.Builder? changed = null;
            for (var i = 0; i < children.Length; i++)
            {
                var child = Rewrite(children[i], depth + node.Binds(i));
                if (changed is null && !ReferenceEquals(child, children[i]))
                {
                    changed = ImmutableArray.CreateBuilder<Expr>(children.Length);
                    changed.AddRange(children, i);
                }

                changed?.Add(child);
            }

            var result = changed is null ? node : node.WithChildren(changed.MoveToImmutable());
            // A node of leaves is as quickly rebuilt as looked up.
            if (node.Depth > 2)
            {
                (_done ??= [])[(node, depth)] = result;
            }

            return result;
        }
    }
}
