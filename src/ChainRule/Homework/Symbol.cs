using System.Collections.Immutable;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>What is assumed of a given symbol; the sampling meets it by construction.</summary>
[Flags]
internal enum Trait
{
    None = 0,
    Positive = 1,
    OneHot = 2,
    Distribution = 4,
    UnitInterval = 8,
    Binary = 16,
    Integer = 32,
    NonNegative = 64,
    Nonzero = 128,
    Random = 256,
    Symmetric = 512,
    Normal = 1024,
    Square = 2048,
    SymmetricMatrix = 4096,
    Negative = 8192,
    SumsToOne = 16384,
    Orthogonal = 32768,
    Uniform = 65536,
    PositiveDefinite = 131072,
}

/// <summary>A name that stands for a number, vector, matrix or larger table.</summary>
internal sealed class Symbol(string name, Formula? formula)
{
    public string Name { get; } = name;

    /// <summary>How it was written where it was declared.</summary>
    public Formula? Formula { get; set; } = formula;

    /// <summary>The sizes of its axes, or null while they are not known.</summary>
    public ImmutableArray<ClaimTree>? Shape { get; set; }

    /// <summary>How many of the axes count steps or examples (h_t, x^{(n)}): an index for each gives a slice.</summary>
    public int Families { get; set; }

    /// <summary>The first index of its family axis: 0 for a recurrence that starts from h_0.</summary>
    public int Origin { get; set; } = 1;

    /// <summary>Its index counts from 0, i = 0, …, n, without being a recurrence: the entry 0 is one like the others.</summary>
    public bool IsFromZero { get; set; }

    /// <summary>The definition, with <see cref="Parameters"/> as free indices; null for what is given.</summary>
    public ClaimTree? Body { get; set; }

    /// <summary>The indices that stand in the definition of one entry.</summary>
    public ImmutableArray<string> Parameters { get; set; } = [];

    /// <summary>The definition calls on earlier steps of the symbol itself.</summary>
    public bool IsRecurrence { get; set; }

    /// <summary>Names through which alone this number (a loss that is not written out) reaches the parameters.</summary>
    public ImmutableArray<string> OpaqueOf { get; set; } = [];

    /// <summary>Of a name in <see cref="OpaqueOf"/>, the one step that the number depends on (L of h_T alone).</summary>
    public Dictionary<string, ClaimTree> OpaqueAt { get; } = new(StringComparer.Ordinal);

    /// <summary>Of a recurrence, the value that it starts from: h_0 = 0.</summary>
    public ClaimTree? Start { get; set; }

    public Trait Traits { get; set; }

    /// <summary>Bounds of a number, where some are known.</summary>
    public ClaimTree? Least { get; set; }

    public ClaimTree? Most { get; set; }

    /// <summary>The only values that its entries take, where they are listed: y ∈ {−1, 1}.</summary>
    public ImmutableArray<double> Choices { get; set; } = [];

    /// <summary>The mean and variance that are given for a random variable.</summary>
    public ClaimTree? Mean { get; set; }

    public ClaimTree? Variance { get; set; }

    /// <summary>Another way of writing the name in its definition: the g of ŷ = g(z) in ∂g/∂z.</summary>
    public bool IsAlias { get; init; }

    /// <summary>The shape was not given but follows from how the symbol is used, or was assumed to be a number.</summary>
    public bool IsAssumed { get; set; }
}

/// <summary>A function that is given by a formula, or of which nothing is known but that it is smooth.</summary>
internal sealed class GivenFunction(string name)
{
    public string Name { get; } = name;

    public Formula? Formula { get; set; }

    public ImmutableArray<string> Parameters { get; set; } = [];

    /// <summary>The definition; null for an unknown smooth function.</summary>
    public ClaimTree? Body { get; set; }

    /// <summary>Indices on the left side of the definition: S(x)_i = …</summary>
    public ImmutableArray<string> Entries { get; set; } = [];

    /// <summary>The shape of the result where the definition gives one entry.</summary>
    public ImmutableArray<ClaimTree>? Result { get; set; }

    /// <summary>The shapes of the parameters: their sizes take the sizes of the arguments.</summary>
    public ImmutableArray<ImmutableArray<ClaimTree>?> ParameterShapes { get; set; } = [];

    /// <summary>Another name for a known function (σ is the sigmoid).</summary>
    public string? Alias { get; set; }

    /// <summary>The function whose inverse this one is: f⁻¹ of a given f.</summary>
    public GivenFunction? InverseOf { get; init; }

    /// <summary>An unknown function of whole tensors (a loss) rather than of each entry.</summary>
    public bool OfTensors { get; set; }
}
