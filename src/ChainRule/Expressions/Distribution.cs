namespace ChainRule.Expressions;

/// <summary>
/// What is assumed of the law of a random variable, and no more than that. Every entry of a random vector or matrix has this law;
/// what the entries have to do with one another is open unless <see cref="IsIndependent"/> says so.
/// </summary>
/// <remarks>
/// An expectation is evaluated under several laws that fit the assumptions (skewed ones where no symmetry is assumed, entries that
/// depend on one another where no independence is assumed), so that a claim that needs more than was assumed is refuted.
/// </remarks>
public sealed record Distribution
{
    /// <summary>A law of which nothing is known but that its first moments exist.</summary>
    public static Distribution Unknown { get; } = new();

    /// <summary>The mean, or null where it is not known.</summary>
    public Expr? Mean { get; init; }

    /// <summary>The variance, or null where it is not known.</summary>
    public Expr? Variance { get; init; }

    /// <summary>Whether the law has a density that is the same on both sides of the mean.</summary>
    public bool IsSymmetric { get; init; }

    /// <summary>Whether the law is normal with this mean and variance.</summary>
    public bool IsGaussian { get; init; }

    /// <summary>Whether the entries are independent of one another and of every other random variable.</summary>
    public bool IsIndependent { get; init; }

    /// <summary>Whether the mean is the number 0.</summary>
    public bool IsCentred => Mean is Number { Value.IsZero: true };

    /// <summary>The expressions for mean and variance, as far as they are known.</summary>
    internal IEnumerable<Expr> Parameters => new[] { Mean, Variance }.OfType<Expr>();

    /// <summary>The standard deviation: σ where the variance is σ² with σ &gt; 0, else a square root; null where it is not known.</summary>
    internal Expr? StandardDeviation => Variance switch
    {
        null => null,
        Power { Base: Element { Variable: var sigma } root, Exponent: Number { Value: var two } } when two == 2 && sigma.Assumptions.HasFlag(Assumption.Positive) => root,
        Number { Value.IsOne: true } => Number.One,
        var variance => Power.Of(variance, Number.Half),
    };

    /// <summary>Refuses what no law can have.</summary>
    /// <exception cref="ChainRuleException">The assumptions contradict one another.</exception>
    internal void RequireConsistent(string name, Assumption assumptions)
    {
        if ((assumptions & ~Assumption.Positive) != Assumption.None)
        {
            throw new ChainRuleException($"{name} is random and has an assumption beside its law that ties its entries to one another or to certain values ({assumptions & ~Assumption.Positive}); that is not supported: declare {name} without the one or the other.");
        }

        foreach (var parameter in Parameters)
        {
            if (Binding.Nodes(parameter).Any(node => node is IndexVariable or BoundIndex))
            {
                throw new ChainRuleException($"{parameter} depends on an index; mean and variance of {name} are the same for all its entries.");
            }

            if (RandomVariables.IsRandom(parameter))
            {
                throw new ChainRuleException($"{parameter} is random itself; mean and variance of {name} must be fixed.");
            }
        }

        if (Variance is Number { Value.Sign: < 0 })
        {
            throw new ChainRuleException($"{name} can't have the variance {Variance}: a variance is at least 0.");
        }

        if (assumptions.HasFlag(Assumption.Positive) && (IsGaussian || Mean is Number { Value.Sign: <= 0 }))
        {
            throw new ChainRuleException(IsGaussian
                ? $"{name} is assumed to be positive, so it can't be Gaussian: a Gaussian variable takes every real value."
                : $"{name} is assumed to be positive, so its mean can't be {Mean}.");
        }
    }
}
