using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

public sealed partial class Network
{
    /// <summary>
    /// A network as it is drawn: every unit and every weight has a name. <c>W_{x2,h1}</c> leads from x2 to h1; the input of the
    /// hidden units is z_1, z_2, …; the outputs are the named units before the output function, and ŷ_1, ŷ_2, … after it.
    /// </summary>
    /// <param name="layers">The names of the units, layer by layer: "x1 x2", "h1 h2", "o1 o2".</param>
    /// <param name="hidden">The activation of the hidden units.</param>
    /// <param name="output">The function of all output units together; null for none.</param>
    /// <param name="loss">The loss, or null.</param>
    /// <param name="bias">Whether every unit has a bias b_{h1}.</param>
    /// <exception cref="ChainRuleException">There are fewer than two layers, a layer is empty, or two units have one name.</exception>
    public static Network FullyConnected(IReadOnlyList<string> layers, Activation hidden, Layer? output = null, Loss? loss = null, bool bias = false)
    {
        Require.NotNull(layers);
        Require.NotNull(hidden);
        var names = layers.Select(layer => layer.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)).ToList();
        if (names.Count < 2 || names.Exists(layer => layer.Length == 0))
        {
            throw new ChainRuleException("A network needs at least an input and an output layer, each with at least one unit: \"x1 x2\", \"h1 h2\", \"o1 o2\".");
        }

        if (names.SelectMany(layer => layer).GroupBy(Names.Normalize, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            throw new ChainRuleException($"Two units are called {twice.Key}; each needs a name of its own.");
        }

        ImmutableArray<Variable> inputs = [.. names[0].Select(Given)];
        var parameters = ImmutableArray.CreateBuilder<Variable>();
        var values = ImmutableArray.CreateBuilder<(Variable Variable, Layer? By)>();
        IReadOnlyList<Variable> previous = inputs;
        var previousNames = names[0];
        var count = 0;
        for (var position = 1; position < names.Count; position++)
        {
            var isLast = position == names.Count - 1;
            var sums = names[position].Select(unit => Connect(previous, previousNames, unit).Named(isLast ? unit : Numbered("z", ++count))).ToList();
            values.AddRange(sums.Select(sum => (sum, (Layer?)null)));
            if (!isLast)
            {
                sums = [.. sums.Select((sum, unit) => hidden.Of(sum).Named(names[position][unit]))];
                values.AddRange(sums.Select(unit => (unit, (Layer?)hidden)));
            }

            (previous, previousNames) = (sums, names[position]);
        }

        var unrolling = new Unrolling();
        var none = new LayerParameters();
        // What doesn't fit is said of a vector with a name, not of the sum that stands for it here.
        output?.Forward(Variable.Given("o", Shape.Of(Number.Of(previous.Count))), new());
        var all = (output ?? Activations.Identity).Forward(Unrolling.Vector(previous), none);
        if (!none.All.IsEmpty)
        {
            throw new ChainRuleException($"{output} has parameters of its own; the output function of named units has none: give it units in a layer of names.");
        }

        ImmutableArray<Variable> outputs = [.. Enumerable.Range(1, ((Number)all.Shape.Sizes[0]).Value.ToInt32()!.Value)
            .Select(unit => Scalar(unrolling.Of(all[Number.Of(unit)])).Named(Numbered(@"\hat{y}", unit)))];
        values.AddRange(outputs.Select(unit => (unit, output)));
        return Make(loss);

        Tensor Connect(IReadOnlyList<Variable> from, string[] fromNames, string to)
        {
            var weights = from.Select((_, unit) => Given($"W_{{{fromNames[unit]},{to}}}")).ToList();
            parameters.AddRange(weights);
            var terms = weights.Select((weight, unit) => weight.At([]) * from[unit].At([]));
            if (!bias)
            {
                return Scalar(Add.Of(terms));
            }

            var shift = Given($"b_{{{to}}}");
            parameters.Add(shift);
            return Scalar(Add.Of(terms.Append(shift.At([]))));
        }

        Network Make(Loss? chosen)
        {
            if (chosen is null)
            {
                return new(inputs, parameters.ToImmutable(), values, outputs, Make) { Units = AsLayers() };
            }

            ImmutableArray<Variable> targets = [.. outputs.Select((_, unit) => Given(Numbered("y", unit + 1)))];
            if (chosen.TargetAddsUpToOne && targets.Length > 1)
            {
                targets = Variable.ThatAddUpToOne(targets);
            }

            var scalar = chosen.Of(Unrolling.Vector(outputs), Unrolling.Vector(targets));
            return new(inputs, parameters.ToImmutable(), values, outputs, null)
            {
                Units = AsLayers().WithLoss(chosen),
                Targets = targets,
                Loss = Scalar(unrolling.Of(scalar.At([]))).Named("L"),
                LossFunction = chosen,
            };
        }

        Network AsLayers() => Sequential(
        [
            .. names.Zip(names.Skip(1), (from, to) => Networks.Layers.Linear(from.Length, to.Length, bias)).SelectMany((layer, position) => position < names.Count - 2 ? new[] { layer, hidden } : [layer]),
            .. output is null ? Array.Empty<Layer>() : [output],
        ]);

        static Variable Given(string name) => Variable.Given(name, Shape.Scalar);
        static Tensor Scalar(Expr value) => Tensor.Of(Shape.Scalar, _ => value);
    }

    /// <inheritdoc cref="FullyConnected(IReadOnlyList{string}, Activation, Layer, Loss, bool)"/>
    public static Network FullyConnected(IReadOnlyList<string> layers, Activation hidden, Func<Tensor, Tensor> output, Loss? loss = null, bool bias = false) =>
        FullyConnected(layers, hidden, FunctionLayer.Of(output), loss, bias);

    /// <summary>A drawn network with one hidden layer; see the list form.</summary>
    public static Network FullyConnected(string inputs, string hidden, string outputs, Activation activation, Layer? output = null, Loss? loss = null, bool bias = false) =>
        FullyConnected([inputs, hidden, outputs], activation, output, loss, bias);

    /// <summary>A drawn network with one hidden layer; see the list form.</summary>
    public static Network FullyConnected(string inputs, string hidden, string outputs, Activation activation, Func<Tensor, Tensor> output, Loss? loss = null, bool bias = false) =>
        FullyConnected([inputs, hidden, outputs], activation, FunctionLayer.Of(output), loss, bias);

    /// <summary>A drawn network with two hidden layers; see the list form.</summary>
    public static Network FullyConnected(string inputs, string first, string second, string outputs, Activation activation, Layer? output = null, Loss? loss = null, bool bias = false) =>
        FullyConnected([inputs, first, second, outputs], activation, output, loss, bias);

    /// <summary>A drawn network with two hidden layers; see the list form.</summary>
    public static Network FullyConnected(string inputs, string first, string second, string outputs, Activation activation, Func<Tensor, Tensor> output, Loss? loss = null, bool bias = false) =>
        FullyConnected([inputs, first, second, outputs], activation, FunctionLayer.Of(output), loss, bias);

    /// <summary>A drawn network with one hidden layer and the activation as a function of a scalar; see the list form.</summary>
    public static Network FullyConnected(string inputs, string hidden, string outputs, Func<Expr, Expr> activation, Layer? output = null, Loss? loss = null, bool bias = false) =>
        FullyConnected([inputs, hidden, outputs], ActivationOf(activation), output, loss, bias);

    /// <summary>A drawn network with one hidden layer and the activation as a function of a scalar; see the list form.</summary>
    public static Network FullyConnected(string inputs, string hidden, string outputs, Func<Expr, Expr> activation, Func<Tensor, Tensor> output, Loss? loss = null, bool bias = false) =>
        FullyConnected([inputs, hidden, outputs], ActivationOf(activation), FunctionLayer.Of(output), loss, bias);

    /// <summary>A drawn network with two hidden layers and the activation as a function of a scalar; see the list form.</summary>
    public static Network FullyConnected(string inputs, string first, string second, string outputs, Func<Expr, Expr> activation, Layer? output = null, Loss? loss = null, bool bias = false) =>
        FullyConnected([inputs, first, second, outputs], ActivationOf(activation), output, loss, bias);

    /// <summary>A drawn network with two hidden layers and the activation as a function of a scalar; see the list form.</summary>
    public static Network FullyConnected(string inputs, string first, string second, string outputs, Func<Expr, Expr> activation, Func<Tensor, Tensor> output, Loss? loss = null, bool bias = false) =>
        FullyConnected([inputs, first, second, outputs], ActivationOf(activation), FunctionLayer.Of(output), loss, bias);

    /// <summary>The activation with that formula which the library knows, or one that has only the formula.</summary>
    private static Activation ActivationOf(Func<Expr, Expr> function)
    {
        Require.NotNull(function);
        var formula = function((Expr)Activation.Argument);
        return Activations.All.FirstOrDefault(known => ReferenceEquals(known.Formula, formula)) ?? Activation.Define("f", function);
    }
}
