using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>Makes a graph's nodes and edges from definitions.</summary>
internal static class GraphBuilder
{
    /// <summary>With fewer products of a given and another scalar than these, definitions make no network of units.</summary>
    private const int LeastWeights = 4;

    public static ComputationGraph Of(Network network)
    {
        var given = network.Inputs.Select(variable => (Variable: variable, Kind: GraphNodeKind.Input, Words: string.Empty))
            .Concat(network.Parameters.Select(variable => (Variable: variable, Kind: GraphNodeKind.Parameter, Words: string.Empty)))
            .Concat(network.Targets.Select(variable => (Variable: variable, Kind: GraphNodeKind.Target, Words: string.Empty)))
            .ToDictionary(part => part.Variable);
        var words = network.Values.ToDictionary(value => value.Variable, value => value.By?.ToString() ?? string.Empty);
        IEnumerable<Variable> results = network.Values.Select(value => value.Variable);
        var computed = InOrder(network.Loss is { } loss ? results.Append(loss) : results).Where(variable => !given.ContainsKey(variable)).Select(variable => (
            variable,
            variable.Equals(network.Loss) ? GraphNodeKind.Loss : variable.IsDefined ? GraphNodeKind.Value : GraphNodeKind.Input,
            variable.Equals(network.Loss) ? network.LossFunction?.ToString() ?? string.Empty : words.GetValueOrDefault(variable, string.Empty)));
        return Of([.. given.Values, .. computed]);
    }

    public static ComputationGraph Of(Variable result)
    {
        if (!result.IsDefined)
        {
            throw new ChainRuleException($"{result} is given and not computed from anything, so there is no graph: ask for that of a name which is computed from it.");
        }

        var variables = InOrder([result]);
        var parameters = WeightsAndBiases(variables);
        return Of([.. variables.Select(variable => (
            variable,
            variable.Equals(result) && result.Shape.Rank == 0 ? GraphNodeKind.Loss
                : variable.IsDefined ? GraphNodeKind.Value
                : parameters.Contains(variable) ? GraphNodeKind.Parameter
                : GraphNodeKind.Input,
            string.Empty))]);
    }

    /// <summary>
    /// Nothing but the definitions says which of the given scalars are learned. In a network of units they are told by what they
    /// do: each is used once, to multiply something that is computed or used in several places, or is added beside such products.
    /// </summary>
    private static HashSet<Variable> WeightsAndBiases(List<Variable> variables)
    {
        var uses = Uses(variables);
        var weights = new HashSet<Variable>();
        var biases = new HashSet<Variable>();
        if (variables.TrueForAll(variable => variable.Shape.Rank == 0))
        {
            foreach (var variable in variables.Where(variable => variable.Body is Add))
            {
                var terms = ((Add)variable.Body!).Terms;
                var found = terms.Select(Weight).OfType<Variable>().ToList();
                weights.UnionWith(found);
                biases.UnionWith(found.Count == 0 ? [] : terms.OfType<Element>().Select(term => term.Variable).Where(IsOwn));
            }
        }

        return weights.Count < LeastWeights ? [] : [.. weights, .. biases];

        bool IsOwn(Variable variable) => !variable.IsDefined && uses[variable] == 1;
        Variable? Weight(Expr term) => term is not Multiply { Factors: [Element { Variable: var first }, Element { Variable: var second }] } ? null
            : IsOwn(first) && !IsOwn(second) ? first
            : IsOwn(second) && !IsOwn(first) ? second
            : null;
    }

    private static Dictionary<Variable, int> Uses(IEnumerable<Variable> variables) =>
        variables.SelectMany(Parts).GroupBy(variable => variable).ToDictionary(use => use.Key, use => use.Count());

    /// <summary>The results and everything that they are computed from, each after what it needs.</summary>
    private static List<Variable> InOrder(IEnumerable<Variable> results)
    {
        var done = new List<Variable>();
        var seen = new HashSet<Variable>();
        foreach (var result in results)
        {
            // Depth first without recursion: a name is done when everything below it on the stack is.
            var waiting = new Stack<(Variable Variable, bool Expanded)>([(result, false)]);
            while (waiting.TryPop(out var next))
            {
                if (next.Expanded)
                {
                    done.Add(next.Variable);
                }
                else if (seen.Add(next.Variable))
                {
                    waiting.Push((next.Variable, true));
                    foreach (var part in Parts(next.Variable).Reverse())
                    {
                        waiting.Push((part, false));
                    }
                }
            }
        }

        return done;
    }

    private static ComputationGraph Of(ImmutableArray<(Variable Variable, GraphNodeKind Kind, string Words)> parts)
    {
        var kinds = parts.ToDictionary(part => part.Variable, part => part.Kind);
        var (weights, biases) = DrawnAtEdges(parts, kinds);
        var drawn = parts.Where(part => !weights.ContainsKey(part.Variable) && !biases.ContainsKey(part.Variable)).ToList();
        var positions = drawn.Select((part, position) => (part.Variable, position)).ToDictionary(pair => pair.Variable, pair => pair.position);
        var biasOf = biases.ToDictionary(pair => pair.Value, pair => pair.Key);
        var weightOf = weights.ToDictionary(pair => pair.Value, pair => pair.Key);
        return new(
            [.. drawn.Select(part => new GraphNode(part.Kind, [part.Variable]) { Words = part.Words, Bias = biasOf.GetValueOrDefault(part.Variable) })],
            [.. drawn.SelectMany(part => Parts(part.Variable).Where(positions.ContainsKey).OrderBy(from => Rank(kinds[from])).ThenBy(from => positions[from]).Select(from => new GraphEdge(positions[from], positions[part.Variable])
            {
                Weights = weightOf.TryGetValue((from, part.Variable), out var weight) ? [weight] : [],
            }))]);

        // As a person lists them: the values first, then what is learned, then what they are compared with.
        static int Rank(GraphNodeKind kind) => kind switch { GraphNodeKind.Parameter => 1, GraphNodeKind.Target => 2, _ => 0 };
    }

    /// <summary>The scalar parameters that need no node: weights by the edge that they stand on, biases by the unit that they shift.</summary>
    private static (Dictionary<Variable, (Variable From, Variable To)> Weights, Dictionary<Variable, Variable> Biases) DrawnAtEdges(
        ImmutableArray<(Variable Variable, GraphNodeKind Kind, string Words)> parts, Dictionary<Variable, GraphNodeKind> kinds)
    {
        var uses = Uses(parts.Select(part => part.Variable));
        var weights = new Dictionary<Variable, (Variable From, Variable To)>();
        var biases = new Dictionary<Variable, Variable>();
        foreach (var to in parts.Select(part => part.Variable).Where(variable => variable is { IsDefined: true, Shape.Rank: 0 }))
        {
            var terms = to.Body is Add sum ? sum.Terms : [to.Body!];
            var found = new List<(Variable Weight, Variable From)>();
            var shifts = new List<Variable>();
            foreach (var term in terms)
            {
                switch (term)
                {
                    case Element { Variable: var bias } when IsOwn(bias) && terms.Length > 1:
                        shifts.Add(bias);
                        break;
                    case Multiply { Factors: [Element { Variable: var first }, Element { Variable: var second }] }:
                        if (IsOwn(first) && !IsParameter(second))
                        {
                            found.Add((first, second));
                        }
                        else if (IsOwn(second) && !IsParameter(first))
                        {
                            found.Add((second, first));
                        }

                        break;
                    default:
                        break;
                }
            }

            // Only what stands in this one term is drawn there: w x + w² keeps its w as a node, and so does a weight beside another on one edge.
            var inTerms = terms.SelectMany(term => term.Variables.Items).GroupBy(variable => variable).ToDictionary(variable => variable.Key, variable => variable.Count());
            var alone = found.GroupBy(pair => pair.From).Where(edge => edge.Count() == 1).Select(edge => edge.First());
            foreach (var (weight, from) in alone.Where(pair => inTerms[pair.Weight] == 1))
            {
                weights.Add(weight, (from, to));
            }

            if (shifts is [var only] && inTerms[only] == 1)
            {
                biases.Add(only, to);
            }
        }

        // One bias alone does not make a network of units.
        return weights.Count == 0 ? ([], []) : (weights, biases);

        bool IsParameter(Variable variable) => kinds.GetValueOrDefault(variable) == GraphNodeKind.Parameter;
        bool IsOwn(Variable variable) => IsParameter(variable) && variable.Shape.Rank == 0 && uses[variable] == 1;
    }

    private static IEnumerable<Variable> Parts(Variable variable) => variable.Body is { } body ? Dependencies.Direct(body).OrderBy(part => part.Name, StringComparer.Ordinal) : [];
}
