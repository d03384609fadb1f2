using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>
/// A loss: how far a prediction is from a target. It is stated as a term for each entry (squared error) or for each sample
/// (cross-entropy), and a <see cref="Networks.Reduction"/> that is part of it: whether terms are added up or averaged changes every
/// gradient by a factor, so it is never left open.
/// </summary>
public sealed record Loss
{
    private readonly Func<Tensor, Tensor, Tensor> _terms;

    private Loss(string name, ImmutableArray<ActivationParameter> parameters, bool perSample, Func<Tensor, Tensor, Tensor> terms) =>
        (Name, Parameters, IsPerSample, _terms) = (name, parameters, perSample, terms);

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The scalar parameters with their values.</summary>
    public ImmutableArray<ActivationParameter> Parameters { get; }

    /// <summary>Whether a term belongs to a sample (a vector, or a row of a batch) rather than to an entry.</summary>
    public bool IsPerSample { get; }

    /// <summary>The term of one entry from prediction and target, or null where a term belongs to a whole sample.</summary>
    private Func<Expr, Expr, Expr>? Term { get; init; }

    /// <summary>What becomes of the terms.</summary>
    public Reduction Reduction { get; init; }

    /// <summary>What the prediction is: values, probabilities, logits.</summary>
    public required string Prediction { get; init; }

    /// <summary>What the target is: values, one-hot or soft labels, −1 and 1.</summary>
    public required string Target { get; init; }

    /// <summary>Whether the entries of a sample's target add up to 1: it is one-hot, or holds probabilities.</summary>
    internal bool TargetAddsUpToOne => Target.StartsWith("one-hot", StringComparison.Ordinal) || Target == "positive probabilities";

    /// <summary>Where it was defined; null where it is common property.</summary>
    public string? Source { get; init; }

    /// <summary>In PyTorch, without the reduction: the class or function that takes a reduction as argument; null where there is none.</summary>
    public string? PyTorchName { get; init; }

    /// <summary>Something the reader should know.</summary>
    public string? Remark { get; init; }

    /// <summary>The same loss with its terms added up.</summary>
    public Loss Sum => this with { Reduction = Reduction.Sum };

    /// <summary>The same loss with the mean of its terms: over all entries, or over the samples where terms belong to samples.</summary>
    public Loss Mean => this with { Reduction = Reduction.Mean };

    /// <summary>The same loss with its terms apart.</summary>
    public Loss Unreduced => this with { Reduction = Reduction.None };

    /// <summary>The loss as a module of PyTorch, with its reduction; null where PyTorch has none.</summary>
    public string? PyTorch => PyTorchName is null ? null
        : $"{PyTorchName.TrimEnd(')')}{(PyTorchName.EndsWith('(') ? string.Empty : ", ")}reduction='{Reduction switch { Reduction.Sum => "sum", Reduction.Mean => "mean", _ => "none" }}')";

    /// <summary>A loss with a term for each entry, from prediction and target: <c>(p, t) => Pow(p - t, 2)</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameters">The scalar parameters.</param>
    /// <param name="term">The term.</param>
    public static Loss OfEntries(string name, ImmutableArray<ActivationParameter> parameters, Func<Expr, Expr, Expr> term)
    {
        Require.NotNull(term);
        return new(name, parameters, false, (prediction, target) => Tensor.Of(prediction.Shape, at => term(prediction.At(at), target.At(at)))) { Prediction = "values", Target = "values", Term = term };
    }

    /// <summary>A loss of your own from its term for each entry: <c>Loss.Define("log cosh", (p, t) => Log(Cosh(p - t)))</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="term">The term, from an entry of the prediction and the same entry of the target.</param>
    /// <exception cref="ChainRuleException">The name is empty.</exception>
    public static Loss Define(string name, Func<Expr, Expr, Expr> term) =>
        string.IsNullOrWhiteSpace(name) ? throw new ChainRuleException("A loss needs a name, such as \"log cosh\".") : OfEntries(name, [], term);

    /// <summary>A loss with a term for each sample: for a vector, or for each row of a batch.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameters">The scalar parameters.</param>
    /// <param name="terms">
    /// The terms from prediction and target: of vectors a scalar, of matrices a vector with an entry for each row.
    /// </param>
    public static Loss OfSamples(string name, ImmutableArray<ActivationParameter> parameters, Func<Tensor, Tensor, Tensor> terms)
    {
        Require.NotNull(terms);
        return new(name, parameters, true, terms) { Prediction = "values", Target = "values" };
    }

    /// <summary>The loss: a scalar, or its terms where nothing is reduced.</summary>
    /// <param name="prediction">What the network says.</param>
    /// <param name="target">What is right; of the same shape.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public Tensor Of(Tensor prediction, Tensor target)
    {
        Require.NotNull(prediction);
        Require.NotNull(target);
        if (!prediction.Shape.Equals(target.Shape))
        {
            throw new ShapeException($"The {Name} compares a prediction with a target of the same shape; {prediction} {prediction.Shape.Said}, {target} {target.Shape.Said}.");
        }

        if (IsPerSample && prediction.Shape.Rank == 0)
        {
            throw new ShapeException($"The {Name} belongs to a sample: it takes vectors, or matrices whose rows are samples; {prediction} is a scalar.");
        }

        var terms = _terms(prediction, target);
        return Reduction == Reduction.None ? terms : Tensor.Of(Shape.Scalar, _ => Reduced(terms));
    }

    /// <summary>
    /// The loss of one entry as a function of the prediction, for a target: to look at, to compare, to compose with the function that
    /// makes the prediction. <c>Losses.SquaredError.Section(1).After(Activations.Sigmoid)</c> is what a classifier with squared error
    /// sees of a logit.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <exception cref="ChainRuleException">A term of the loss belongs to a whole sample.</exception>
    public Activation Section(Expr target)
    {
        Require.NotNull(target);
        return Term is { } term
            ? Activation.Define($"{Name}, y = {target}", prediction => term(prediction, target)) with { IsInline = true }
            : throw new ChainRuleException($"The {Name} has a term for each sample and not for each entry, so it is no function of one prediction.");
    }

    /// <summary>The name with its reduction, and those parameters that are not the usual ones.</summary>
    public override string ToString()
    {
        var said = Parameters.Where(parameter => !parameter.IsDefault).Select(parameter => $"{parameter.Symbol} = {parameter.Text}")
            .Append(Reduction switch { Reduction.Sum => "sum", Reduction.Mean => "mean", _ => "not reduced" });
        return $"{Name} ({string.Join(", ", said)})";
    }

    private Expr Reduced(Tensor terms)
    {
        var sizes = terms.Shape.Sizes;
        var sum = sizes.IsEmpty ? terms.At([]) : Total([]);
        return Reduction == Reduction.Mean && !sizes.IsEmpty ? sum / Multiply.Of(sizes) : sum;

        Expr Total(ImmutableArray<Expr> at) => at.Length == sizes.Length
            ? terms.At(at)
            : Rows.Total(sizes[at.Length], index => Total(at.Add(index)), sizes.Length == 1 ? (IsPerSample ? "b" : "i") : at.Length == 0 ? "b" : "i");
    }
}
