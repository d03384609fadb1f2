using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// An expression compiled for evaluation: one instruction per shared node, parts before wholes, so that running it needs no
/// recursion and each node is computed once per binding of its indices. What does not depend on a Σ's index is computed outside it.
/// </summary>
internal sealed class Plan
{
    private static readonly ConditionalWeakTable<Expr, Plan> _compiled = [];

    private static int _instructions;

    private readonly List<Instruction> _code = [];
    private readonly Dictionary<Expr, int> _slots = new(ReferenceEqualityComparer.Instance);
    private readonly Plan? _outermost;

    private Plan(Plan? outermost) => _outermost = outermost;

    private enum Operation
    {
        Constant,
        Size,
        Index,
        Bound,
        Outer,
        Element,
        Add,
        Multiply,
        Power,
        WholePower,
        Apply,
        Sum,
        Extremum,
        Delta,
        Indicator,
        Piecewise,
        Derivative,
        Expectation,
        Covariance,
    }

    /// <summary>The plan of an expression, compiled once. Loose bound indices get their values when it is run.</summary>
    public static Plan Of(Expr expression) => _compiled.GetValue(expression, static e =>
    {
        var plan = new Plan(null);
        plan.Compile(e);
        return plan;
    });

    /// <summary>Runs the plan.</summary>
    /// <param name="context">Where values come from.</param>
    /// <param name="bound">The values of enclosing binders' indices, the innermost last.</param>
    public T Run<T>(Context<T> context, ImmutableArray<int> bound)
        where T : struct, IReal<T> => Run(context, [.. bound], null);

    private T Run<T>(Context<T> context, List<int> bound, T[]? outer, T[]? memory = null)
        where T : struct, IReal<T>
    {
        Interruption.Check();
        var slots = memory ?? new T[_code.Count];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = Execute(_code[i], slots, context, bound, outer ?? slots);
        }

        return slots[^1];
    }

    private static T Execute<T>(Instruction instruction, T[] slots, Context<T> context, List<int> bound, T[] outer)
        where T : struct, IReal<T>
    {
        var arguments = instruction.Arguments;
        switch (instruction.Operation)
        {
            case Operation.Constant:
                return instruction.Node is not Number { Value: var exact } ? T.Constant(instruction.Number)
                    : context.Point.Reduction is not { InFormulas: true } reduction ? T.Constant(exact, instruction.Number)
                    : reduction.Of(exact) is var reduced ? T.Constant(reduced, reduced.ToDouble()) : default;
            case Operation.Size:
                return T.Constant(context.Point.SizeOf(instruction.Node));
            case Operation.Index:
                return context.Indices.TryGetValue((IndexVariable)instruction.Node, out var chosen) ? T.Constant(chosen)
                    : throw new ChainRuleException($"The index {instruction.Node} is free and has no value here: write a number in its place, or add over it, Sum({instruction.Node}, …).");
            case Operation.Bound:
                return T.Constant(bound[^(((BoundIndex)instruction.Node).Level + 1)]);
            case Operation.Outer:
                return outer[arguments[0]];
            case Operation.Element:
                Span<int> indices = stackalloc int[arguments.Length];
                Whole(arguments, slots, indices);
                return context.Entry(((Element)instruction.Node).Variable, indices);
            case Operation.Add:
                var sum = slots[arguments[0]];
                for (var i = 1; i < arguments.Length; i++)
                {
                    sum += slots[arguments[i]];
                }

                return sum;
            case Operation.Multiply:
                var product = slots[arguments[0]];
                for (var i = 1; i < arguments.Length; i++)
                {
                    product *= slots[arguments[i]];
                }

                return product;
            case Operation.Power:
                return T.Pow(slots[arguments[0]], slots[arguments[1]]);
            case Operation.WholePower:
                return T.Pow(slots[arguments[0]], (int)instruction.Number);
            case Operation.Apply when arguments.Length == 2:
                // Where both are equal nothing is compared: a kink is left out of every check.
                var (first, second) = (slots[arguments[0]], slots[arguments[1]]);
                return (first.Value > second.Value) == ReferenceEquals(((Apply)instruction.Node).Function, FunctionDefinition.Max) ? first : second;
            case Operation.Apply:
                return T.Apply(((Apply)instruction.Node).Function.Kernel, slots[arguments[0]]);
            case Operation.Delta:
                return T.Constant(Math.Round(slots[arguments[0]].Value) == Math.Round(slots[arguments[1]].Value) ? 1 : 0);
            case Operation.Indicator:
                var holds = true;
                for (var i = 0; i < instruction.Signs.Length && holds; i++)
                {
                    holds = Comparison.Holds(instruction.Signs[i], Compared(2 * i), Compared((2 * i) + 1));
                }

                return T.Constant(holds ? 1 : 0);

                // The end of a range that is a number: 𝟙[n ≤ 126].
                double Compared(int side) => instruction.Node.Children[side] is Number && context.Point.Reduction is { } smaller
                    ? smaller.Of((int)slots[arguments[side]].Value)
                    : slots[arguments[side]].Value;
            case Operation.Piecewise:
                for (var i = 0; i < instruction.Signs.Length; i++)
                {
                    if (Comparison.Holds(instruction.Signs[i], slots[arguments[(3 * i) + 1]].Value, slots[arguments[(3 * i) + 2]].Value))
                    {
                        return slots[arguments[3 * i]];
                    }
                }

                return slots[arguments[^1]];
            case Operation.Sum:
                var (lower, upper) = Range();
                if (context.Point.Reduction is null && SumWindow.Of((Summation)instruction.Node) is { } window)
                {
                    (lower, upper) = window.Within(lower, upper, slots[arguments[2]].Value);
                }

                var total = T.Constant(0);
                context.Point.Meter?.Spend(Math.Max(0L, upper - lower + 1));
                bound.Add(0);
                var inside = new T[instruction.Inner!._code.Count];
                for (var value = lower; value <= upper; value++)
                {
                    bound[^1] = value;
                    total += instruction.Inner.Run(context, bound, outer, inside);
                }

                bound.RemoveAt(bound.Count - 1);
                return total;
            case Operation.Extremum:
                var extremum = (Extremum)instruction.Node;
                var (from, to) = Range();
                context.Point.Meter?.Spend(Math.Max(0L, to - from + 1));
                bound.Add(0);
                var slotsInside = new T[instruction.Inner!._code.Count];
                var (best, place) = (T.Constant(double.NaN), 0);
                for (var value = from; value <= to; value++)
                {
                    bound[^1] = value;
                    var candidate = instruction.Inner.Run(context, bound, outer, slotsInside);
                    if (place == 0 || (extremum.IsLargest ? candidate.Value > best.Value : candidate.Value < best.Value))
                    {
                        (best, place) = (candidate, value);
                    }
                }

                bound.RemoveAt(bound.Count - 1);
                return extremum.IsIndex ? T.Constant(place) : best;
            case Operation.Derivative:
                var derivative = (Derivative)instruction.Node;
                return context.Differentiate(instruction.Inner!, derivative.By.Variable, derivative.Kind != DerivativeKind.Total, Whole(arguments, slots, new int[arguments.Length]), [.. bound]);
            case Operation.Expectation:
                ImmutableArray<int> outside = [.. bound];
                return context.Expect(KeyOf(instruction, context, bound), outcome => instruction.Inner!.Run(outcome, outside), instruction.IsSmooth);
            case Operation.Covariance:
                ImmutableArray<int> around = [.. bound];
                var key = KeyOf(instruction, context, bound);
                var (left, right) = (instruction.Inner!, instruction.Second!);
                var leftMean = context.Expect(key + "L", outcome => left.Run(outcome, around), instruction.IsSmooth);
                var rightMean = context.Expect(key + "R", outcome => right.Run(outcome, around), instruction.IsSmooth);
                return context.Expect(key, outcome => (left.Run(outcome, around) - leftMean) * (right.Run(outcome, around) - rightMean), instruction.IsSmooth);
            default:
                throw new InvalidOperationException($"No evaluation for {instruction.Operation}.");
        }

        // The bounds of a Σ or a maximum; one that is a number is smaller where small sizes stand for large ones.
        (int Lower, int Upper) Range()
        {
            var (least, most) = ((int)Math.Round(slots[arguments[0]].Value), (int)Math.Round(slots[arguments[1]].Value));
            return (least, ((RangeBinder)instruction.Node).Upper is Number ? context.Point.Reduction?.Of(most) ?? most : most);
        }
    }

    private static int[] Whole<T>(int[] arguments, T[] slots, int[] indices)
        where T : struct, IReal<T>
    {
        Whole(arguments, slots, indices.AsSpan());
        return indices;
    }

    private static void Whole<T>(int[] arguments, T[] slots, Span<int> indices)
        where T : struct, IReal<T>
    {
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = (int)Math.Round(slots[arguments[i]].Value);
        }
    }

    private void Compile(Expr expression)
    {
        var stack = new Stack<(Expr Node, bool Expanded)>();
        stack.Push((expression, false));
        while (stack.Count > 0)
        {
            var (node, expanded) = stack.Pop();
            if (_slots.ContainsKey(node))
            {
                continue;
            }

            if (!expanded && _outermost is not null && node.Loose == 0 && !node.Children.IsEmpty)
            {
                _outermost.Compile(node);
                Emit(new(Operation.Outer, node, [_outermost._slots[node]]));
            }
            else if (!expanded)
            {
                stack.Push((node, true));
                foreach (var child in Operands(node))
                {
                    stack.Push((child, false));
                }
            }
            else
            {
                Emit(Translate(node));
            }
        }

        // A repeated compile (for a hoisted node) leaves the result where it is; the plan's own result is compiled last.
        void Emit(Instruction instruction)
        {
            _slots[instruction.Node] = _code.Count;
            _code.Add(instruction);
        }
    }

    /// <summary>The parts that are computed in the same scope: not the body of a Σ, not the operand of a derivative.</summary>
    private static IEnumerable<Expr> Operands(Expr node) => node switch
    {
        Summation sum when SumWindow.Of(sum) is { } window => [sum.Lower, sum.Upper, window.Rest],
        RangeBinder binder => [binder.Lower, binder.Upper],
        Derivative derivative => derivative.By.Indices,
        Expectation or Covariance => [],
        Apply { Function: var function, Arguments: [var argument] } when function.Unfold(argument) is { } formula => [formula],
        Power { Exponent: Number { Value: { IsInteger: true } whole } } power when whole.ToInt32() is not null => [power.Base],
        _ => node.Children,
    };

    /// <summary>Along one edge the operand's own definition is what is differentiated.</summary>
    private static Expr Operand(Derivative derivative) =>
        derivative is { Kind: DerivativeKind.Edge, Operand: Element element } && element.Variable.DefinitionAt(element.Indices) is { } definition
            ? definition
            : derivative.Operand;

    private Instruction Translate(Expr node)
    {
        int[] arguments = [.. Operands(node).Select(operand => _slots[operand])];
        return node switch
        {
            Number number => new(Operation.Constant, node, []) { Number = number.Value.ToDouble() },
            Constant constant => new(Operation.Constant, node, []) { Number = constant.Value },
            Size => new(Operation.Size, node, []),
            IndexVariable => new(Operation.Index, node, []),
            BoundIndex => new(Operation.Bound, node, []),
            Element => new(Operation.Element, node, arguments),
            Add => new(Operation.Add, node, arguments),
            Multiply => new(Operation.Multiply, node, arguments),
            Power when arguments.Length == 1 => new(Operation.WholePower, node, arguments) { Number = ((Number)((Power)node).Exponent).Value.ToDouble() },
            Power => new(Operation.Power, node, arguments),
            // A function that is defined by a formula has the formula's value.
            Apply { Function.Definition: not null } => new(Operation.Add, node, arguments),
            Apply => new(Operation.Apply, node, arguments),
            Delta => new(Operation.Delta, node, arguments),
            Indicator indicator => new(Operation.Indicator, node, arguments) { Signs = [.. indicator.Comparisons.Select(comparison => comparison.Sign)] },
            Piecewise piecewise => new(Operation.Piecewise, node, arguments) { Signs = [.. piecewise.Cases.Select(@case => @case.When.Sign)] },
            Summation sum => new(Operation.Sum, node, arguments) { Inner = Nested(sum.Body) },
            Extremum extremum => new(Operation.Extremum, node, arguments) { Inner = Nested(extremum.Body) },
            // Its operand runs on dual numbers, so it shares no slot with this plan.
            Derivative derivative => new(Operation.Derivative, node, arguments) { Inner = Of(Operand(derivative)) },
            // What is random is computed anew for each outcome, so it shares no slot with this plan either.
            Expectation expectation => new(Operation.Expectation, node, []) { Inner = Of(expectation.Body), Free = Binding.FreeIndices(node), IsSmooth = IsSmooth(node) },
            Covariance covariance => new(Operation.Covariance, node, []) { Inner = Of(covariance.Left), Second = Of(covariance.Right), Free = Binding.FreeIndices(node), IsSmooth = IsSmooth(node) },
            _ => throw new InvalidOperationException($"No evaluation for {node.GetType().Name}."),
        };
    }

    /// <summary>Whether nothing in the expression, names unfolded, has a kink or a jump.</summary>
    private static bool IsSmooth(Expr expression) => RandomVariables.AllMentioned([expression]).Select(variable => variable.Body).OfType<Expr>().Append(expression)
        .All(part => (part.Kinds & (NodeKinds.Indicator | NodeKinds.Piecewise | NodeKinds.Extremum)) == NodeKinds.None && !Binding.Nodes(part).Any(node => node is Apply { Function: var function } && (function.Arity > 1 || function.Kinks.Any() || (function.Unfold(Number.One) is { } formula && !IsSmooth(formula)))));

    /// <summary>What an expectation's value depends on at a point: which one it is, and the indices around it.</summary>
    private static string KeyOf<T>(Instruction instruction, Context<T> context, List<int> bound)
        where T : struct, IReal<T> => string.Join(
            ',',
            instruction.Free.Select(index => context.Indices[index]).Concat(bound.TakeLast(instruction.Node.Loose)).Prepend(instruction.Identity));

    private Plan Nested(Expr body)
    {
        var plan = new Plan(_outermost ?? this);
        plan.Compile(body);
        return plan;
    }

    private sealed record Instruction(Operation Operation, Expr Node, int[] Arguments)
    {
        public double Number { get; init; }

        public Plan? Inner { get; init; }

        public Plan? Second { get; init; }

        /// <summary>The free indices in an expectation, on whose values it depends.</summary>
        public ImmutableArray<IndexVariable> Free { get; init; } = [];

        /// <summary>Whether what an expectation is taken of has no kinks and jumps.</summary>
        public bool IsSmooth { get; init; }

        /// <summary>Tells the instruction from every other.</summary>
        public int Identity { get; } = Interlocked.Increment(ref _instructions);

        public ComparisonSign[] Signs { get; init; } = [];
    }
}
