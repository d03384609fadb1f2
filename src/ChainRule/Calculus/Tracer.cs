using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// The engine: it walks an expression, applies rules, and writes down what it did. There is no other way to change the expression,
/// so the trace is the computation.
/// </summary>
internal sealed class Tracer
{
    private readonly ImmutableArray<Variable> _names;
    private readonly Kinks _kinks;
    private readonly List<Step> _steps = [];
    private int _line;
    private int _budget = 100_000;

    public Tracer(Expr start, ImmutableArray<Variable> names, Kinks kinks = Kinks.PyTorch)
    {
        Current = start;
        _kinks = kinks;
        _names = names;
    }

    /// <summary>The expression as it stands.</summary>
    public Expr Current { get; private set; }

    /// <summary>Every step so far.</summary>
    public ImmutableArray<Step> Steps => [.. _steps];

    /// <summary>The steps as they are written down, not copied.</summary>
    public IReadOnlyList<Step> Recorded => _steps;

    /// <summary>How many steps there are so far.</summary>
    public int Count => _steps.Count;

    /// <summary>Whether the budget is used up.</summary>
    public bool IsExhausted => _steps.Count >= _budget;

    /// <summary>Allows so many steps from here on.</summary>
    public void Allow(int steps) => _budget = _steps.Count + steps;

    /// <summary>The scope outside all binders.</summary>
    public Scope Outside => new([], _names) { Kinks = _kinks };

    /// <summary>Makes the steps one after another on the start.</summary>
    public static Expr Replay(Expr start, ImmutableArray<Step> steps)
    {
        var line = start;
        for (var i = 0; i < steps.Length;)
        {
            // Steps that work out derivatives are made together: each expression is walked once, however many there are.
            var end = i;
            while (end < steps.Length && steps[end].Before is Derivative)
            {
                end++;
            }

            if (end > i)
            {
                line = MakeTogether(line, steps.AsSpan(i, end - i));
                i = end;
            }
            else
            {
                line = Replace(line, steps[i].Before, steps[i].After);
                i++;
            }
        }

        return line;
    }

    /// <summary>The steps from here on belong to a new line.</summary>
    /// <returns>The line before, for <see cref="ReturnTo"/>.</returns>
    public int BeginLine() => _line++;

    /// <summary>The steps from here on belong to the line that was left, because the new one stayed empty.</summary>
    public void ReturnTo(int line) => _line = line;

    /// <summary>Forgets the steps from there on, which led back to where they began.</summary>
    /// <param name="recorded">How many steps stay.</param>
    /// <param name="line">The line that was begun with them.</param>
    public void Forget(int recorded, int line)
    {
        _steps.RemoveRange(recorded, _steps.Count - recorded);
        _line = line;
    }

    /// <summary>Records a step and makes it.</summary>
    public void Apply(Rule rule, Scope scope, Expr before, Rewriting rewriting, Derivation? inner = null)
    {
        Record(rule, scope, before, rewriting, inner);
        Current = Replace(Current, before, rewriting.After);
    }

    /// <summary>Records a step that <see cref="MakeRecorded"/> will make together with others, in one walk over the expression.</summary>
    public void Record(Rule rule, Scope scope, Expr before, Rewriting rewriting, Derivation? inner = null)
    {
        Interruption.Check();
        _steps.Add(new(rule, scope, before, rewriting, _line, inner));
    }

    /// <summary>Makes the steps that were recorded since the given number of steps.</summary>
    public void MakeRecorded(int since) => Current = MakeTogether(Current, CollectionsMarshal.AsSpan(_steps)[since..]);

    /// <summary>
    /// Applies the rules wherever they fit, parts before wholes, until none fits any more.
    /// </summary>
    /// <returns>Whether anything was changed.</returns>
    public bool Everywhere(params ReadOnlySpan<Rule> rules)
    {
        var changed = false;
        while (!IsExhausted && Find(Current, Outside, rules) is { } found)
        {
            Apply(found.Rule, found.Scope, found.Node, found.Rewriting);
            changed = true;
        }

        return changed;
    }

    /// <summary>Tries a series of steps, and takes them back unless the outcome is accepted.</summary>
    public bool Try(Func<Expr, bool> accept, Action steps)
    {
        var (current, count, line) = (Current, _steps.Count, _line);
        steps();
        if (!ReferenceEquals(current, Current) && accept(Current))
        {
            return true;
        }

        _steps.RemoveRange(count, _steps.Count - count);
        (Current, _line) = (current, line);
        return false;
    }

    /// <summary>
    /// The first node, parts before wholes, that one of the rules fits. What was searched in vain is remembered, so that the next
    /// search looks only at what is new.
    /// </summary>
    public static (Rule Rule, Scope Scope, Expr Node, Rewriting Rewriting)? Find(Expr root, Scope outside, ReadOnlySpan<Rule> rules)
    {
        var (kinds, bits) = (NodeKinds.None, 0UL);
        foreach (var rule in rules)
        {
            if (!rule.UsesNames || !outside.Names.IsEmpty)
            {
                kinds |= rule.On;
                bits |= rule.Bit;
            }
        }

        var canRemember = true;
        foreach (var rule in rules)
        {
            canRemember &= rule.Bit != 0;
        }

        // Where the only rule needs names and there are none, no node has what it takes.
        foreach (var (node, scope) in Walk(root, outside, node => (node.Kinds & kinds) != NodeKinds.None && !(canRemember && (node.Settled & bits) == bits)))
        {
            if ((node.OwnKind & kinds) != NodeKinds.None)
            {
                Interruption.Check();
                foreach (var rule in rules)
                {
                    if ((rule.On & node.OwnKind) != NodeKinds.None && (rule.Bit == 0 || (node.Settled & rule.Bit) == 0) && rule.Apply(node, scope) is { } rewriting && !ReferenceEquals(rewriting.After, node))
                    {
                        return (rule, scope, node, rewriting);
                    }
                }
            }

            // Where an index is loose, what a rule says may depend on the binders around.
            if (node.Loose == 0)
            {
                node.Settled |= bits;
            }
        }

        return null;
    }

    /// <summary>Every unevaluated derivative with what is around it, from left to right.</summary>
    public static IEnumerable<(Derivative Node, Scope Scope)> Derivatives(Expr root, Scope outside) =>
        Walk(root, outside, node => node.HasDerivative).Where(found => found.Node is Derivative).Select(found => ((Derivative)found.Node, found.Scope));

    /// <summary>The unevaluated derivatives that stand in the expression, of which none has another inside.</summary>
    public static void AddDerivatives(Expr root, Scope outside, List<(Derivative Node, Scope Scope)> into)
    {
        if (root is Derivative { Operand.HasDerivative: false } derivative)
        {
            into.Add((derivative, outside));
        }
        else if (root is Multiply or Add && root.Children.All(child => child is Derivative { Operand.HasDerivative: false } || !child.HasDerivative))
        {
            into.AddRange(root.Children.OfType<Derivative>().Distinct().Select(child => (child, outside)));
        }
        else
        {
            into.AddRange(Derivatives(root, outside));
        }
    }

    /// <summary>Every node with what is around it, parts before wholes, from left to right.</summary>
    public static IEnumerable<(Expr Node, Scope Scope)> Walk(Expr root, Scope outside, Func<Expr, bool>? enter = null)
    {
        var seen = new HashSet<(Expr, int)>();
        var stack = new Stack<(Expr Node, Scope Scope, bool Expanded)>();
        if (enter?.Invoke(root) != false)
        {
            stack.Push((root, outside, false));
        }

        while (stack.Count > 0)
        {
            var (node, scope, expanded) = stack.Pop();
            if (expanded)
            {
                yield return (node, scope);
            }
            else if (seen.Add((node, node.Loose == 0 ? 0 : scope.Binders.Count)))
            {
                stack.Push((node, scope, true));
                for (var i = node.Children.Length - 1; i >= 0; i--)
                {
                    if (enter?.Invoke(node.Children[i]) != false)
                    {
                        stack.Push((node.Children[i], node.Binds(i) == 0 ? scope : scope.Into((RangeBinder)node), false));
                    }
                }
            }
        }
    }

    /// <summary>Makes steps that rewrite derivatives. From the last to the first: what a step wrote is rewritten by the steps after it.</summary>
    private static Expr MakeTogether(Expr line, ReadOnlySpan<Step> steps)
    {
        var made = new Dictionary<Expr, Expr>(steps.Length, ReferenceEqualityComparer.Instance);
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            made[steps[i].Before] = Make(steps[i].After);
        }

        return Make(line);

        Expr Make(Expr expression) => !expression.HasDerivative ? expression : Binding.Rewrite(expression, (node, _) => !node.HasDerivative ? node : made.GetValueOrDefault(node));
    }

    private static Expr Replace(Expr line, Expr before, Expr after) => Binding.Rewrite(line, (node, _) =>
        ReferenceEquals(node, before) ? after : node.Depth < before.Depth ? node : null);
}
