namespace ChainRule.Expressions;

/// <summary>What is random in an expression. An expectation is a number, so what stands inside one does not count.</summary>
internal static class RandomVariables
{
    /// <summary>Whether the expression's value depends on chance.</summary>
    public static bool IsRandom(Expr expression) => expression.Variables.Items.Any(IsRandom);

    /// <summary>Whether the variable has a law, or is computed from one that has.</summary>
    public static bool IsRandom(Variable variable) => variable.IsRandom;

    /// <summary>The variables with a law on which the expression's value depends, names unfolded.</summary>
    public static IEnumerable<Variable> LeavesOf(Expr expression) => Dependencies.All(expression).Where(variable => variable.Law is not null);

    /// <summary>
    /// What the expectation of the expressions depends on: names that are random are looked through, and of a random variable only
    /// the parameters of its law are left.
    /// </summary>
    public static VariableSet DependenciesOfMean(params ReadOnlySpan<Expr> bodies)
    {
        var result = VariableSet.Empty;
        var seen = new HashSet<Variable>();
        var waiting = new Stack<Expr>(bodies.ToArray());
        while (waiting.TryPop(out var expression))
        {
            foreach (var variable in expression.Variables.Items)
            {
                if (!seen.Add(variable))
                {
                    continue;
                }

                if (!variable.IsRandom)
                {
                    result = result.Union(variable.AsSet);
                }
                else if (variable.Law is { } law)
                {
                    foreach (var parameter in law.Parameters)
                    {
                        result = result.Union(parameter.Variables);
                    }
                }
                else
                {
                    waiting.Push(variable.Body!);
                }
            }
        }

        return result;
    }

    /// <summary>Every variable that is needed to say what the expression means: also those inside expectations, and their laws' parameters.</summary>
    public static HashSet<Variable> AllMentioned(IReadOnlyCollection<Expr> expressions)
    {
        var known = expressions.SelectMany(Dependencies.All).ToHashSet();
        if (!expressions.Any(HasMean) && !known.Any(variable => variable.Law is not null || (variable.Body is { } body && HasMean(body))))
        {
            return known;
        }

        var found = new HashSet<Variable>();
        var waiting = new Stack<Expr>(expressions);
        while (waiting.TryPop(out var expression))
        {
            var direct = !HasMean(expression)
                ? expression.Variables.Items
                : expression.Variables.Items.Concat(Binding.Nodes(expression).OfType<Element>().Select(element => element.Variable));
            foreach (var variable in direct)
            {
                if (!found.Add(variable))
                {
                    continue;
                }

                if (variable.Body is { } body)
                {
                    waiting.Push(body);
                }

                foreach (var parameter in variable.Law?.Parameters ?? [])
                {
                    waiting.Push(parameter);
                }
            }
        }

        return found;
    }

    /// <summary>Whether an expectation, variance or covariance stands in the expression itself.</summary>
    public static bool HasMean(Expr expression) => (expression.Kinds & (NodeKinds.Expectation | NodeKinds.Covariance)) != NodeKinds.None;
}
