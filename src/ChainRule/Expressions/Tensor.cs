using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>
/// Scalars, vectors, matrices and whatever has more indices: a shape and an entry for every index. What is computed from tensors
/// is stated entry by entry, so that Σ, δ and the scalar rules are all that differentiation needs.
/// </summary>
public abstract class Tensor
{
    private protected Tensor(Shape shape) => Shape = shape;

    /// <summary>The shape.</summary>
    public Shape Shape { get; }

    /// <summary>The entry at these indices: <c>z[i]</c>, <c>W[i, j]</c>, <c>x[i + j - 1]</c>.</summary>
    /// <exception cref="ShapeException">There are more or fewer indices than the tensor has, or one of them counts over another size.</exception>
    public Expr this[params Expr[] indices] => At(EntryIndices.Checked(this, indices));

    /// <summary>The entry at these indices.</summary>
    public abstract Expr At(ImmutableArray<Expr> indices);

    /// <summary>The transpose of a matrix: <c>Q * K.Transpose()</c>.</summary>
    /// <exception cref="ShapeException">The tensor is no matrix.</exception>
    public Tensor Transpose() => Shape.Rank switch
    {
        2 => Of(Shape.Of(Shape.Sizes[1], Shape.Sizes[0]), indices => At([indices[1], indices[0]])),
        1 => throw new ShapeException($"{this} is a vector, and stands as a row or a column as it is needed: say {this} * A for the row times a matrix, Dot({this}, …) or Outer({this}, …)."),
        _ => throw new ShapeException($"{this} is {Shape}; only a matrix has a transpose."),
    };

    /// <summary>One row of a matrix, as a vector: <c>Dot(X.Row(i), w)</c>.</summary>
    /// <param name="row">Which one: an index or a number, counted from 1.</param>
    /// <exception cref="ShapeException">The tensor is no matrix, or has no such row.</exception>
    public Tensor Row(Expr row) => Shape.Rank == 2
        ? Of(Shape.Of(Shape.Sizes[1]), indices => this[row, indices[0]])
        : throw new ShapeException($"{this} is {Shape}; only a matrix has rows.");

    /// <summary>One column of a matrix, as a vector: <c>Dot(W.Column(k), x)</c>.</summary>
    /// <param name="column">Which one: an index or a number, counted from 1.</param>
    /// <exception cref="ShapeException">The tensor is no matrix, or has no such column.</exception>
    public Tensor Column(Expr column) => Shape.Rank == 2
        ? Of(Shape.Of(Shape.Sizes[0]), indices => this[indices[0], column])
        : throw new ShapeException($"{this} is {Shape}; only a matrix has columns.");

    /// <summary>Defines a vector by its entry: <c>Tensor.Define("k", i, Exp(-Pow(x[i] - c[i], 2)))</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="i">The index of the entries.</param>
    /// <param name="entry">The entry at that index.</param>
    /// <exception cref="ChainRuleException">The entry depends on another index, too.</exception>
    public static Variable Define(string name, IndexVariable i, Expr entry) => Define(name, [i], entry);

    /// <summary>Defines a matrix by its entry: <c>Tensor.Define("K", i, j, Exp(-Pow(x[i] - y[j], 2)))</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="i">The index of the rows.</param>
    /// <param name="j">The index of the columns.</param>
    /// <param name="entry">The entry at these indices.</param>
    /// <exception cref="ChainRuleException">The entry depends on another index, too.</exception>
    public static Variable Define(string name, IndexVariable i, IndexVariable j, Expr entry) => Define(name, [i, j], entry);

    /// <summary>Defines a tensor by its entry, with as many indices as it takes: <c>Tensor.Define("T", [i, j, k], A[i, j] * x[k])</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="indices">The indices, which are different; each counts one axis.</param>
    /// <param name="entry">The entry at these indices.</param>
    /// <exception cref="ChainRuleException">An index is there twice, or the entry depends on another index, too.</exception>
    public static Variable Define(string name, ImmutableArray<IndexVariable> indices, Expr entry)
    {
        Require.NotNull(entry);
        if (indices.GroupBy(index => index).FirstOrDefault(group => group.Skip(1).Any()) is { Key: var twice })
        {
            throw new ChainRuleException($"{name} has the index {twice} twice: rows and columns need an index each, such as Index(\"i\", …) and Index(\"j\", …).");
        }

        return Binding.Nodes(entry).OfType<IndexVariable>().FirstOrDefault(index => !indices.Contains(index)) is { } free
            ? throw new ChainRuleException($"{free} is free in {entry}, but no index of {name}: add over it, Sum({free}, …), or make it an index, Tensor.Define(\"{name}\", {string.Join(", ", indices.Append(free))}, …).")
            : Variable.Define(name, [.. indices.Select(index => index.Range)], Binding.Close(entry, indices), Assumption.None);
    }

    /// <summary>Gives the tensor a name: <c>Softmax(z).Named("p")</c> defines p.</summary>
    /// <param name="name">The name, in LaTeX-like spelling.</param>
    public Variable Named(string name)
    {
        var indices = FreshIndices();
        return Variable.Define(name, Shape.Sizes, Binding.Close(At([.. indices]), indices), this is Variable variable ? variable.Assumptions : Assumption.None);
    }

    /// <summary>A scalar tensor is its only entry.</summary>
    /// <exception cref="ShapeException">The tensor is not a scalar.</exception>
    public static implicit operator Expr(Tensor tensor) => tensor.Shape.Rank == 0
        ? tensor.At([])
        : throw new ShapeException($"{tensor} {tensor.Shape.Said}, but a scalar is needed here: pick an entry, such as {tensor}[{string.Join(", ", Letters.For(tensor.Shape).Select(index => index.Name))}].");

    /// <summary>The sum, entry by entry.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor operator +(Tensor a, Tensor b) => Combine(a, b, "+", (x, y) => x + y);

    /// <summary>The difference, entry by entry.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor operator -(Tensor a, Tensor b) => Combine(a, b, "−", (x, y) => x - y);

    /// <summary>The opposite, entry by entry.</summary>
    public static Tensor operator -(Tensor a) => a.Map(x => -x);

    /// <summary>The scalar added to every entry.</summary>
    public static Tensor operator +(Tensor a, Expr scalar) => a.Map(x => x + scalar);

    /// <summary>The scalar added to every entry.</summary>
    public static Tensor operator +(Expr scalar, Tensor a) => a.Map(x => scalar + x);

    /// <summary>The scalar taken from every entry.</summary>
    public static Tensor operator -(Tensor a, Expr scalar) => a.Map(x => x - scalar);

    /// <summary>The scalar less every entry.</summary>
    public static Tensor operator -(Expr scalar, Tensor a) => a.Map(x => scalar - x);

    /// <summary>Every entry times the scalar.</summary>
    public static Tensor operator *(Expr scalar, Tensor a) => a.Map(x => scalar * x);

    /// <summary>Every entry times the scalar.</summary>
    public static Tensor operator *(Tensor a, Expr scalar) => a.Map(x => x * scalar);

    /// <summary>Every entry divided by the scalar.</summary>
    public static Tensor operator /(Tensor a, Expr scalar) => a.Map(x => x / scalar);

    /// <summary>A scalar divided by a scalar.</summary>
    /// <exception cref="ShapeException">The divisor is not a scalar.</exception>
    public static Tensor operator /(Expr scalar, Tensor divisor) => Of(Shape.Scalar, _ => scalar / (Expr)divisor);

    /// <summary>Every entry divided by the scalar, or by the entry at the same place.</summary>
    /// <exception cref="ShapeException">The divisor is neither a scalar nor of the same shape.</exception>
    public static Tensor operator /(Tensor a, Tensor divisor) => divisor.Shape.Rank == 0 ? a / (Expr)divisor : Combine(a, divisor, "/", (x, y) => x / y);

    /// <summary>
    /// The product of linear algebra: matrix by vector, matrix by matrix, row by matrix. Two vectors have several products, so they
    /// are asked for by name: <c>Dot</c>, <c>Outer</c>, <c>Hadamard</c>. A scalar scales.
    /// </summary>
    /// <exception cref="ShapeException">The inner sizes differ, or both are vectors.</exception>
    public static Tensor operator *(Tensor a, Tensor b)
    {
        Require.NotNull(a, member: "The product");
        Require.NotNull(b, member: "The product");
        if (a.Shape.Rank == 0)
        {
            return (Expr)a * b;
        }

        if (b.Shape.Rank == 0)
        {
            return a * (Expr)b;
        }

        if (a.Shape.Rank == 1 && b.Shape.Rank == 1)
        {
            throw new ShapeException($"{a} and {b} are both vectors, and vectors have several products: say Dot({a}, {b}), Outer({a}, {b}) or Hadamard({a}, {b}).");
        }

        var (inner, other) = (a.Shape.Sizes[^1], b.Shape.Sizes[0]);
        if (!Affine.AreEqual(inner, other))
        {
            throw new ShapeException($"{a} {a.Shape.Said}, {b} {b.Shape.Said}: the inner sizes must agree ({inner} and {other}).");
        }

        return Of(Shape.Of([.. a.Shape.Sizes[..^1], .. b.Shape.Sizes[1..]]), indices =>
        {
            var k = Letters.Fresh(inner);
            return Summation.Of(k, Number.One, inner, a.At([.. indices[..(a.Shape.Rank - 1)], k]) * b.At([k, .. indices[(a.Shape.Rank - 1)..]]));
        });
    }

    /// <summary>A tensor from its shape and its entry at free indices.</summary>
    internal static Tensor Of(Shape shape, Func<ImmutableArray<Expr>, Expr> entry)
    {
        var indices = FreshIndices(shape);
        return new Computed(shape, Binding.Close(entry([.. indices]), indices));
    }

    /// <summary>The function applied to every entry.</summary>
    internal Tensor Map(Func<Expr, Expr> function) => Of(Shape, indices => function(At(indices)));

    /// <summary>Free indices for each size that collide with nothing.</summary>
    internal ImmutableArray<IndexVariable> FreshIndices() => FreshIndices(Shape);

    private static ImmutableArray<IndexVariable> FreshIndices(Shape shape) => [.. shape.Sizes.Select(Letters.Fresh)];

    /// <summary>Two tensors entry by entry; a scalar goes with every entry, and a vector beside a matrix with every row.</summary>
    internal static Tensor Combine(Tensor a, Tensor b, string sign, Func<Expr, Expr, Expr> combine)
    {
        Require.NotNull(a);
        Require.NotNull(b);
        // A scalar goes with every entry.
        if (a.Shape.Rank == 0 || b.Shape.Rank == 0)
        {
            return Of(a.Shape.Rank == 0 ? b.Shape : a.Shape, indices => combine(a.Shape.Rank == 0 ? a : a.At(indices), b.Shape.Rank == 0 ? b : b.At(indices)));
        }

        // X W + b: the bias is added to the row of each example, as NumPy and PyTorch do.
        if ((a.Shape.Rank, b.Shape.Rank) is (2, 1) or (1, 2) && Affine.AreEqual(a.Shape.Sizes[^1], b.Shape.Sizes[^1]))
        {
            return Of(a.Shape.Rank == 2 ? a.Shape : b.Shape, indices => combine(a.At(indices[^a.Shape.Rank..]), b.At(indices[^b.Shape.Rank..])));
        }

        return a.Shape.Equals(b.Shape)
            ? Of(a.Shape, indices => combine(a.At(indices), b.At(indices)))
            : throw new ShapeException($"{a} {a.Shape.Said}, {b} {b.Shape.Said}: {(char.IsLetter(sign[0]) ? $"{sign}({a}, {b})" : $"{a} {sign} {b}")} needs equal shapes.");
    }

    /// <summary>A tensor without a name of its own.</summary>
    private sealed class Computed(Shape shape, Expr body) : Tensor(shape)
    {
        public override Expr At(ImmutableArray<Expr> indices)
        {
            Shape.RequireRank(indices.Length, "this tensor");
            return Binding.Open(body, indices);
        }

        public override string ToString()
        {
            ImmutableArray<Expr> indices = [.. Letters.For(Shape)];
            var entry = At(indices);
            // Wᵀ is called so, and not by its entry W_ji.
            return entry is Element { Variable: var variable, Indices: [var first, var second] } && indices.Length == 2 && ReferenceEquals(first, indices[1]) && ReferenceEquals(second, indices[0])
                ? $"{variable}ᵀ"
                : ExpressionFormula.Of(entry).ToString();
        }
    }
}
