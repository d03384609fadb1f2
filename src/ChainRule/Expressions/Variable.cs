using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>What is known of a variable beyond its shape. A rule that uses an assumption cites it.</summary>
[Flags]
public enum Assumption
{
    /// <summary>Any real entries.</summary>
    None = 0,

    /// <summary>Every entry is greater than 0.</summary>
    Positive = 1,

    /// <summary>The entries add up to 1; of a matrix, those of each row.</summary>
    SumsToOne = 2,

    /// <summary>Every entry is 0 or 1.</summary>
    ZeroOrOne = 4,

    /// <summary>One entry is 1 and the others are 0, of a matrix in each row; so they add up to 1.</summary>
    OneHot = ZeroOrOne | SumsToOne,

    /// <summary>A square matrix that is equal to its transpose.</summary>
    Symmetric = 8,

    /// <summary>The entries add up to 0, so that their mean is 0: centred data.</summary>
    ZeroMean = 16,
}

/// <summary>
/// A name: of a quantity that is given (z ∈ ℝ^K), or of one that is defined (p = softmax(z)). A name is distinct from its
/// definition: derivatives cut the graph at names, and unfolding or recognising a definition is a step.
/// </summary>
/// <remarks>Two variables with the same name, shape, assumptions and definition are equal, in whatever cell they were made.</remarks>
public sealed class Variable : Tensor, IEquatable<Variable>
{
    private readonly Expr? _body;
    private readonly int _hash;
    private readonly Deferred<bool> _isRandom;
    private VariableSet? _set;

    private Variable(string name, Shape shape, Assumption assumptions, Expr? body, Distribution? law = null)
        : base(shape)
    {
        law?.RequireConsistent(name, assumptions);
        Name = name;
        Assumptions = assumptions;
        Law = law;
        _isRandom = new(() => Law is not null || (_body is not null && Dependencies.All(_body).Any(variable => variable.Law is not null)));
        _body = body;
        Written = body is null ? [] : Letters.Written(body);
        _hash = HashCode.Combine(Name, assumptions, body?.Hash ?? 0, law);
    }

    /// <summary>The name, in the one spelling of LaTeX.</summary>
    public string Name { get; }

    /// <summary>What is assumed of the entries.</summary>
    public Assumption Assumptions { get; }

    /// <summary>What is assumed of the law of the entries, for a random variable; null for one that is not, or is computed from others.</summary>
    public Distribution? Law { get; }

    /// <summary>Whether the variable's value depends on chance: it has a law, or is computed from a variable that has.</summary>
    public bool IsRandom => _isRandom.Value;

    /// <summary>Whether the variable has a definition.</summary>
    public bool IsDefined => _body is not null;

    /// <summary>A given variable.</summary>
    public static Variable Given(string name, Shape shape, Assumption assumptions = Assumption.None) => new(Names.Normalize(name), shape, assumptions, null);

    /// <summary>The right-hand side of the definition at the given indices, or null for a given variable.</summary>
    public Expr? DefinitionAt(params ImmutableArray<Expr> indices)
    {
        Shape.RequireRank(indices.Length, Name);
        return _body is null ? null : Binding.Open(_body, indices);
    }

    /// <summary>
    /// The letters with which the sums of the definition were written. They belong to the variable, so that what it looks like does
    /// not depend on what else was typed in the session.
    /// </summary>
    internal ImmutableArray<(Expr Sum, string Letter)> Written { get; }

    /// <summary>Where the variable is an adjoint δ: of which scalar, by which name.</summary>
    internal (Variable Scalar, Variable By)? AdjointOf { get; private init; }

    /// <summary>Whether the variable is a gradient that is differentiated again: a second derivative is not written in terms of it.</summary>
    internal bool IsGradient { get; private init; }

    /// <summary>Where nothing is known of the scalar but its gradient by a value: which value, and the gradient.</summary>
    internal (Variable By, Variable Gradient)? GivenGradient { get; private init; }

    /// <summary>
    /// The names of scalars that add up to 1 together, this one among them: the targets y_1, y_2 of a drawn network. Empty for any other
    /// variable.
    /// </summary>
    internal ImmutableArray<string> AddingUpToOne { get; private init; } = [];

    /// <summary>The variable as a set, made once.</summary>
    internal VariableSet AsSet => _set ??= VariableSet.Of(this);

    /// <summary>The definition with its indices still bound, the last index innermost; null for a given variable.</summary>
    internal Expr? Body => _body;

    /// <summary>The same variable with an assumption more.</summary>
    public Variable Assuming(Assumption assumption) => new(Name, Shape, Assumptions | assumption, _body, Law) { AddingUpToOne = AddingUpToOne };

    /// <summary>Declares that exactly one entry is 1 and the others are 0: the target of a classification. Of a matrix, in each row: a row for each sample.</summary>
    /// <exception cref="ShapeException">The variable is a scalar.</exception>
    public Variable OneHot() => RequireRows().Assuming(Assumption.OneHot);

    /// <summary>Declares that the entries add up to 1: soft labels, probabilities. Of a matrix, those of each row.</summary>
    /// <exception cref="ShapeException">The variable is a scalar.</exception>
    public Variable SumsToOne() => RequireRows().Assuming(Assumption.SumsToOne);

    /// <summary>Declares that the entries add up to 0: data from which the mean was taken. Of a matrix, those of each row.</summary>
    /// <exception cref="ShapeException">The variable is a scalar.</exception>
    public Variable ZeroMean() => RequireRows().Assuming(Assumption.ZeroMean);

    /// <summary>Declares that every entry is greater than 0.</summary>
    public Variable Positive() => Assuming(Assumption.Positive);

    /// <summary>
    /// Declares a random variable of which at most mean and variance are known: <c>Scalar("a").Random(mean: 0, variance: 1)</c>. Every
    /// entry of a vector or matrix has the same law; whether entries depend on one another stays open.
    /// </summary>
    /// <param name="mean">The mean of an entry; not given, it stays E[a].</param>
    /// <param name="variance">The variance of an entry.</param>
    /// <exception cref="ChainRuleException">The variable is defined, or no such law exists.</exception>
    public Variable Random(Expr? mean = null, Expr? variance = null) => WithLaw((Law ?? Distribution.Unknown) with { Mean = mean ?? Law?.Mean, Variance = variance ?? Law?.Variance });

    /// <summary>
    /// Declares that the law has a density which is the same on both sides of the mean. That the mean is 0 ("centred") does not say
    /// so: a centred variable may well be positive with any probability.
    /// </summary>
    /// <remarks>Of a matrix without a law it says that the matrix is equal to its transpose.</remarks>
    /// <exception cref="ChainRuleException">The variable is defined.</exception>
    /// <exception cref="ShapeException">The variable is a matrix without a law that is not square.</exception>
    public Variable Symmetric() => (Shape.Rank, Law) switch
    {
        (2, null) when Affine.AreEqual(Shape.Sizes[0], Shape.Sizes[1]) => Assuming(Assumption.Symmetric),
        (2, null) => throw new ShapeException($"{Name} is {Shape}; only a square matrix can be symmetric. For random entries with a symmetric law, give the law first: {Name}.Random(mean, variance).Symmetric()."),
        _ => WithLaw((Law ?? Distribution.Unknown) with { IsSymmetric = true }),
    };

    /// <summary>Declares that every entry is normal with this mean and variance. It is symmetric then.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="variance">The variance (not the standard deviation).</param>
    /// <exception cref="ChainRuleException">The variable is defined, or no such law exists.</exception>
    public Variable Gaussian(Expr mean, Expr variance)
    {
        Require.NotNull(mean);
        Require.NotNull(variance);
        return WithLaw((Law ?? Distribution.Unknown) with { Mean = mean, Variance = variance, IsSymmetric = true, IsGaussian = true });
    }

    /// <summary>Declares that the entries are independent of one another and of every other random variable.</summary>
    /// <exception cref="ChainRuleException">The variable is defined.</exception>
    public Variable Independent() => WithLaw((Law ?? Distribution.Unknown) with { IsIndependent = true });

    /// <summary>The entry at these indices.</summary>
    public override Expr At(ImmutableArray<Expr> indices) => Element.Of(this, indices);

    /// <inheritdoc/>
    public bool Equals(Variable? other) => ReferenceEquals(this, other) || (other is not null
        && _hash == other._hash
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && Assumptions == other.Assumptions
        && ReferenceEquals(_body, other._body)
        && Equals(Law, other.Law)
        && GivenGradient.Equals(other.GivenGradient)
        && AddingUpToOne.SequenceEqual(other.AddingUpToOne, StringComparer.Ordinal)
        && Written.SequenceEqual(other.Written)
        && Shape.Equals(other.Shape));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Variable);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The name.</summary>
    public override string ToString() => Names.ToFormula(Name).ToString();

    internal static Variable Define(string name, ImmutableArray<Expr> sizes, Expr body, Assumption assumptions) => new(Names.Normalize(name), Shape.Of(sizes), assumptions, body);

    /// <summary>Scalars that add up to 1 together.</summary>
    internal static ImmutableArray<Variable> ThatAddUpToOne(IReadOnlyList<Variable> scalars)
    {
        var given = scalars.FirstOrDefault(scalar => scalar.Shape.Rank != 0 || scalar.IsDefined || scalar.Law is not null);
        if (given is not null)
        {
            throw new ChainRuleException(given.Shape.Rank != 0
                ? $"{given} {given.Shape.Said}: that its entries add up to 1 is said by {given}.SumsToOne()."
                : $"{given} is {(given.IsDefined ? "computed from its definition" : "random")}; only scalars that are given can be assumed to add up to 1.");
        }

        ImmutableArray<string> names = [.. scalars.Select(scalar => scalar.Name)];
        return names.Length < 2 || names.Distinct(StringComparer.Ordinal).Count() < names.Length || scalars.Any(scalar => scalar.Assumptions != scalars[0].Assumptions)
            ? throw new ChainRuleException($"Scalars that add up to 1 are at least two of different names, with the same assumptions; given were {(names.IsEmpty ? "none" : string.Join(", ", scalars))}.")
            : [.. scalars.Select(scalar => new Variable(scalar.Name, scalar.Shape, scalar.Assumptions, null) { AddingUpToOne = names })];
    }

    /// <summary>The others of the scalars that add up to 1 with this one.</summary>
    internal IEnumerable<Variable> Companions() => AddingUpToOne
        .Where(name => !string.Equals(name, Name, StringComparison.Ordinal))
        .Select(name => new Variable(name, Shape, Assumptions, null) { AddingUpToOne = AddingUpToOne });

    internal static Variable DefineGradient(string name, ImmutableArray<Expr> sizes, Expr body) => new(Names.Normalize(name), Shape.Of(sizes), Assumption.None, body) { IsGradient = true };

    internal static Variable DefineAdjoint(string name, Variable by, Variable scalar, Expr body) =>
        new(Names.Normalize(name), by.Shape, Assumption.None, body) { AdjointOf = (scalar, by) };

    internal static Variable DefineUpstream(string name, Variable output, Variable gradient)
    {
        // Any scalar with this gradient will do to compute with; this one is linear.
        var indices = output.FreshIndices();
        var body = gradient.At([.. indices]) * output.At([.. indices]);
        foreach (var index in indices.Reverse())
        {
            body = Summation.Of(index, Number.One, index.Range, body);
        }

        return new(Names.Normalize(name), Shape.Scalar, Assumption.None, body) { GivenGradient = (output, gradient) };
    }

    private Variable WithLaw(Distribution law) => IsDefined
        ? throw new ChainRuleException($"{Name} is computed from its definition; what is random about it comes from the variables in it. Declare those as random.")
        : new(Name, Shape, Assumptions, null, law);

    private Variable RequireRows() => Shape.Rank > 0 ? this : throw new ShapeException($"{this} is a scalar and has no entries to add up: assume this of a vector, or of scalars together, AddUpToOne({this}, …).");
}
