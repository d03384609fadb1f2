using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>The graph of definitions: which names a name is computed from.</summary>
internal static class Dependencies
{
    /// <summary>The variables that stand in the expression itself.</summary>
    public static IReadOnlySet<Variable> Direct(Expr expression) => expression.Variables.Items;

    /// <summary>Whether the variable's definition, unfolded all the way, mentions the other.</summary>
    public static bool Reaches(Variable from, Variable to)
    {
        var seen = new HashSet<Variable> { from };
        var waiting = new Stack<Variable>([from]);
        while (waiting.TryPop(out var variable))
        {
            if (variable.Equals(to))
            {
                return true;
            }

            foreach (var next in variable.Body?.Variables.Items ?? VariableSet.Empty.Items)
            {
                if (seen.Add(next))
                {
                    waiting.Push(next);
                }
            }
        }

        return false;
    }

    /// <summary>Whether the expression, with names unfolded, mentions the variable.</summary>
    public static bool DependsOn(Expr expression, Variable variable) =>
        expression.Variables.Contains(variable) || (expression.Variables.HasDefined && All(expression).Contains(variable));

    /// <summary>The ways along the graph of definitions, at most so many, each from the first name to the last.</summary>
    public static IEnumerable<ImmutableArray<Variable>> Paths(Variable from, Variable to, int most)
    {
        // Backwards from the end, only into what leads to the start: every way that is begun is also finished.
        var found = new List<ImmutableArray<Variable>>();
        var begun = new Stack<ImmutableArray<Variable>>([[to]]);
        while (found.Count < most && begun.TryPop(out var path))
        {
            if (path[0].Equals(from))
            {
                found.Add(path);
                continue;
            }

            foreach (var next in path[0].Body is { } body ? Direct(body).Where(name => Reaches(name, from)).OrderByDescending(name => name.Name, StringComparer.Ordinal) : Enumerable.Empty<Variable>())
            {
                begun.Push(path.Insert(0, next));
            }
        }

        return found;
    }

    /// <summary>The variable, and every variable that its definition needs.</summary>
    public static HashSet<Variable> All(Variable variable) => variable.Body is { } body ? [.. All(body), variable] : [variable];

    /// <summary>Every variable that the expression needs: its own, and those of the definitions behind them.</summary>
    public static HashSet<Variable> All(Expr expression)
    {
        var found = new HashSet<Variable>();
        var waiting = new Stack<Variable>(Direct(expression));
        while (waiting.TryPop(out var variable))
        {
            if (found.Add(variable) && variable.Body is { } body)
            {
                foreach (var next in Direct(body))
                {
                    waiting.Push(next);
                }
            }
        }

        return found;
    }
}
