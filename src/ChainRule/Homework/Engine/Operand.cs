using ChainRule.Expressions;

namespace ChainRule.Checking;

/// <summary>
/// A value of a claim in the engine's terms: a tensor (a row vector has two axes, the first of size 1), or an identity or ones whose
/// size its neighbours settle.
/// </summary>
/// <param name="Tensor">The entries; for an identity or ones of open size what they are multiplied with.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct Operand(Tensor Tensor, OperandKind Kind = OperandKind.Whole)
{
    public Shape Shape => Tensor.Shape;

    public int Rank => Tensor.Shape.Rank;

    public bool IsOpen => Kind != OperandKind.Whole;

    public bool IsScalar => Kind == OperandKind.Whole && Rank == 0;

    public bool IsRow => Kind == OperandKind.Whole && Rank == 2 && Shape.Sizes[0] is Number { Value.IsOne: true };

    public Expr Only => Tensor.At([]);

    public static Operand Of(Expr scalar) => new(Tensor.Of(Shape.Scalar, _ => scalar));
}

/// <summary>Whether an operand has its size.</summary>
internal enum OperandKind
{
    /// <summary>All its entries are known.</summary>
    Whole,

    /// <summary>A multiple of the identity matrix of a size that is not written.</summary>
    Identity,

    /// <summary>Ones in a column of unknown height; or a row that is repeated so often.</summary>
    Column,

    /// <summary>Ones in a row of unknown width; or a column that is repeated so often.</summary>
    Row,
}
