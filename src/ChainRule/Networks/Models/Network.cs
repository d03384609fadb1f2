using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Matrices;

namespace ChainRule.Networks;

/// <summary>
/// A network: a graph of named values from inputs and parameters to an output and, with a loss, to a scalar. Everything else about
/// it is derived: <c>net.Gradient("W1")</c>, <c>net.Backward</c>, <c>net.PyTorch</c>.
/// </summary>
/// <example><c>Network.Sequential(Linear("N", "M"), 5 * Relu, Linear("M", "K"), Identity).WithLoss(SquaredError)</c></example>
public sealed partial class Network
{
    private readonly Func<Loss, Network>? _withLoss;
    private readonly Deferred<BackwardPass> _backward;

    private Network(ImmutableArray<Variable> inputs, ImmutableArray<Variable> parameters, IEnumerable<(Variable Variable, Layer? By)> computed, ImmutableArray<Variable> outputs, Func<Loss, Network>? withLoss)
    {
        (Inputs, Parameters, Outputs, _withLoss) = (inputs, parameters, outputs, withLoss);
        Values = InOrder(computed);
        _backward = new(() => BackwardPass.Of(this));
    }

    /// <summary>What the network is given.</summary>
    public ImmutableArray<Variable> Inputs { get; }

    /// <summary>What is learned, in the order of the layers.</summary>
    public ImmutableArray<Variable> Parameters { get; }

    /// <summary>What is computed, each after what it is computed from; the loss is not among them.</summary>
    public ImmutableArray<NetworkValue> Values { get; }

    /// <summary>The outputs: one tensor, or scalars with names of their own.</summary>
    public ImmutableArray<Variable> Outputs { get; }

    /// <summary>The targets that the loss compares the outputs with; empty without a loss.</summary>
    public ImmutableArray<Variable> Targets { get; private init; } = [];

    /// <summary>The scalar that is to become small, or null for a network without a loss.</summary>
    public Variable? Loss { get; private init; }

    /// <summary>Which loss it is, or null for a graph that was given.</summary>
    public Loss? LossFunction { get; private init; }

    /// <summary>
    /// What is wrong with a loss of probabilities whose predictions are none, whatever the numbers: those of a linear layer, or of an
    /// activation with values outside of 0 … 1. Null where nothing is.
    /// </summary>
    internal string? MissingProbabilities => LossFunction is { Prediction: "probabilities" } loss && Layers is [.., var last] && last.IsUnbounded
        ? $"The {loss.Name} takes probabilities, and {last} gives any numbers: {char.ToLowerInvariant(ForProbabilities(loss)[0])}{ForProbabilities(loss)[1..]}"
        : null;

    /// <summary>What makes predictions probabilities, or does without.</summary>
    internal static string ForProbabilities(Loss loss) => loss.IsPerSample
        ? "Let softmax be the last layer, or take a loss of logits, CrossEntropyWithLogits()."
        : "Let a sigmoid be the last layer, or take a loss of logits, BinaryCrossEntropyWithLogits.";

    /// <summary>The layers, for a network that was made of layers.</summary>
    public ImmutableArray<Layer> Layers { get; private init; } = [];

    /// <summary>Whether the input has samples as rows only because a layer needs them, and nobody has said yet how many.</summary>
    private bool HasOpenBatch { get; init; }

    /// <summary>The network as PyTorch code, or null for a graph of definitions or where PyTorch has no name for a layer.</summary>
    public string? PyTorch => PyTorchCode.Of(this);

    /// <summary>The same network made of layers, for one of named units.</summary>
    internal Network? Units { get; private init; }

    /// <summary>How many numbers all parameters have together, as an expression of the sizes.</summary>
    public Expr ParameterCount => Add.Of(Parameters.Select(Count));

    /// <summary>The backward pass: the adjoint of every value from the loss back, then the gradients of the parameters.</summary>
    /// <exception cref="ChainRuleException">The network has no loss.</exception>
    public BackwardPass Backward => _backward.Value;

    /// <summary>The computation graph, which is shown as a picture; <c>net.Graph.Highlight("W1")</c> marks the paths of a derivative.</summary>
    public ComputationGraph Graph => ComputationGraph.Of(this);

    /// <summary>Every name of the network: inputs, targets, parameters, values, loss.</summary>
    public ImmutableArray<Variable> Variables => [.. Inputs, .. Targets, .. Parameters, .. Values.Select(value => value.Variable), .. Loss is { } loss ? new[] { loss } : []];

    /// <summary>How many numbers a tensor has, as an expression of the sizes.</summary>
    public static Expr Count(Variable variable)
    {
        Require.NotNull(variable);
        // A square has H² numbers, and not H H.
        return Multiply.Of(variable.Shape.Sizes.GroupBy(size => size is Number ? null : size, ReferenceEqualityComparer.Instance)
            .SelectMany(group => group.Key is Expr size && group.Count() > 1 ? [Power.Of(size, Number.Of(group.Count()))] : group.ToArray()));
    }

    /// <summary>A network of any graph of definitions that ends in a scalar.</summary>
    /// <param name="loss">The scalar, defined from everything else.</param>
    /// <param name="inputs">The given variables that are data: inputs and targets. Every other given variable is a parameter.</param>
    /// <exception cref="ShapeException">The loss is not a scalar.</exception>
    /// <exception cref="ChainRuleException">The loss is not defined, or does not depend on one of the inputs.</exception>
    public static Network Of(Variable loss, params Variable[] inputs)
    {
        Require.NotNull(loss);
        Require.NotNull(inputs);
        if (loss.Shape.Rank != 0 || !loss.IsDefined)
        {
            throw loss.IsDefined
                ? new ShapeException($"A network ends in a scalar, and {loss} {loss.Shape.Said}.")
                : new ChainRuleException($"{loss} is given and not computed from anything, so it is no network: pass the last of the definitions.");
        }

        var all = Dependencies.All(loss);
        if (inputs.FirstOrDefault(input => !all.Contains(input)) is { } stranger)
        {
            throw new ChainRuleException($"{loss} does not depend on {stranger}.");
        }

        ImmutableArray<Variable> outputs = [.. Dependencies.Direct(loss.Body!).Where(name => name.IsDefined).OrderBy(name => name.Name, StringComparer.Ordinal)];
        return new([.. inputs], [.. all.Where(variable => !variable.IsDefined && !inputs.Contains(variable)).OrderBy(variable => variable.Name, StringComparer.Ordinal)], outputs.Select(output => (output, (Layer?)null)), outputs, null) { Loss = loss };
    }

    /// <summary>The network with a loss, which compares its output with a target of the same shape.</summary>
    /// <param name="loss">The loss; its reduction is part of it.</param>
    /// <exception cref="ChainRuleException">The network has a loss already, or the loss is not reduced to a scalar.</exception>
    public Network WithLoss(Loss loss)
    {
        Require.NotNull(loss);
        return loss.Reduction == Reduction.None ? throw new ChainRuleException($"A network ends in a scalar, and the terms of the {loss.Name} stay apart: say {loss.Name}.Sum or .Mean.")
            : _withLoss is null ? throw new ChainRuleException($"The network ends in {Loss} already.")
            : _withLoss(loss);
    }

    /// <summary>The name that is meant: "W1" is W^{(1)}, "yhat" is ŷ, "loss" is ℓ.</summary>
    /// <exception cref="ChainRuleException">There is none, or there are several.</exception>
    public Variable this[string name] => NameMatching.Find(Variables, name);

    /// <summary>The gradient of the loss by a parameter, an input or a value on the way, with its derivation.</summary>
    /// <param name="name">The name, as on the page or simpler: W^{(1)}, W1, yhat.</param>
    /// <param name="kinks">What counts as the derivative at a kink, where there is none.</param>
    /// <exception cref="ChainRuleException">There is no such name, or the network has no loss.</exception>
    /// <param name="accumulation">Whether the chain rule goes back from the loss, which names adjoints, or on from the variable.</param>
    /// <param name="notation">Matrices, indices or components: what is shown first.</param>
    /// <param name="layout">Whether the result has the variable's shape (the default) or is its transpose.</param>
    public Gradient Gradient(string name, Kinks kinks = Kinks.PyTorch, Accumulation accumulation = Accumulation.Reverse, Matrices.Notation notation = Matrices.Notation.Matrix, Layout layout = Layout.Denominator) =>
        RequiredLoss.Gradient(this[name], accumulation, kinks).In(notation).In(layout);

    /// <summary>The computation graph with every path highlighted that the gradient of the loss by this variable takes.</summary>
    /// <param name="name">The name, as on the page or simpler: W^{(1)}, W1, yhat.</param>
    /// <exception cref="ChainRuleException">There is no such name, or the network has no loss, or the loss does not depend on it.</exception>
    public ComputationGraph GraphOf(string name) => Graph.Highlight(RequiredLoss, this[name]);

    /// <summary>A letter with a number below: z_3, z_{12}.</summary>
    private static string Numbered(string letter, int number) => number < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{letter}_{number}")
        : string.Create(CultureInfo.InvariantCulture, $"{letter}_{{{number}}}");

    /// <summary>The Jacobian of a vector by a vector on the way to it: <c>net.Jacobian("z2", "z1")</c>.</summary>
    /// <exception cref="ShapeException">One of them is a matrix.</exception>
    /// <exception cref="ChainRuleException">There is no such name.</exception>
    public Jacobian Jacobian(string of, string by, Layout layout = Layout.Numerator, Matrices.Notation notation = Matrices.Notation.Matrix) => this[of].Jacobian(this[by], layout).In(notation);

    /// <summary>The loss.</summary>
    /// <exception cref="ChainRuleException">The network has none.</exception>
    internal Variable RequiredLoss => Loss ?? throw new ChainRuleException("The network has no loss to differentiate: add .WithLoss(SquaredError), for example.");

    /// <summary>The names on one line, those that are computed side by side together: x₁, x₂ → z₁, z₂ → … → ŷ → ℓ.</summary>
    public override string ToString() => $"{string.Join(", ", Inputs)} → {string.Join(" → ", Levels.Select(level => string.Join(", ", level)))}{(Loss is null ? string.Empty : $" → {Loss}")}";

    /// <summary>The values by how many definitions are between them and what is given.</summary>
    internal IEnumerable<IEnumerable<Variable>> Levels
    {
        get
        {
            var levels = new Dictionary<Variable, int>();
            foreach (var value in Values)
            {
                levels[value.Variable] = 1 + Dependencies.Direct(value.Variable.Body!).Select(part => levels.GetValueOrDefault(part)).DefaultIfEmpty(0).Max();
            }

            return Values.Where(value => !value.IsConstant).Select(value => value.Variable).GroupBy(variable => levels[variable]).OrderBy(level => level.Key);
        }
    }

    /// <summary>The values with the names inside their definitions, each after what it needs.</summary>
    private static ImmutableArray<NetworkValue> InOrder(IEnumerable<(Variable Variable, Layer? By)> computed)
    {
        var found = new List<NetworkValue>();
        var seen = new HashSet<Variable>();
        foreach (var (variable, by) in computed)
        {
            // A name is done when everything below it on the stack's way is.
            var waiting = new Stack<(Variable Variable, bool Expanded)>([(variable, false)]);
            while (waiting.TryPop(out var next))
            {
                if (next.Expanded)
                {
                    found.Add(new(next.Variable, next.Variable.Equals(variable) ? by : null));
                }
                else if (next.Variable.Body is { } body && seen.Add(next.Variable))
                {
                    waiting.Push((next.Variable, true));
                    foreach (var part in Dependencies.Direct(body).OrderByDescending(part => part.Name, StringComparer.Ordinal))
                    {
                        waiting.Push((part, false));
                    }
                }
            }
        }

        return [.. found];
    }

    /// <summary>A target: what is assumed of it goes with the loss.</summary>
    private static Variable TargetFor(Variable output, string name, Loss loss)
    {
        var target = Variable.Given(name, output.Shape);
        if (loss.Target == "positive probabilities")
        {
            target = target.Positive();
        }

        return output.Shape.Rank == 0 || !loss.TargetAddsUpToOne ? target : loss.Target == "one-hot" ? target.OneHot() : target.SumsToOne();
    }
}
