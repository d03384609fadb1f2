using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

public static partial class VectorFunctions
{
    /// <summary>
    /// The largest of each k entries in a row, y_i = max(x_{s(i−1)+1}, …, x_{s(i−1)+k}). Of equal entries the first counts, as in
    /// PyTorch.
    /// </summary>
    /// <param name="window">k.</param>
    /// <param name="stride">s; null for k, so that windows do not overlap.</param>
    public static VectorFunction MaxPool(int window, int? stride = null) => Pool("max pooling", 1, window, stride, Largest, "max_pool");

    /// <summary>The mean of each k entries in a row, y_i = (x_{s(i−1)+1} + … + x_{s(i−1)+k})/k.</summary>
    /// <param name="window">k.</param>
    /// <param name="stride">s; null for k.</param>
    public static VectorFunction AveragePool(int window, int? stride = null) => Pool("average pooling", 1, window, stride, Mean, "avg_pool");

    /// <summary>The largest entry of each k×k part of a matrix. Of equal entries the first counts, row by row.</summary>
    /// <param name="window">k.</param>
    /// <param name="stride">s; null for k.</param>
    public static VectorFunction MaxPool2d(int window, int? stride = null) => Pool("max pooling", 2, window, stride, Largest, "max_pool");

    /// <summary>The mean of each k×k part of a matrix.</summary>
    /// <param name="window">k.</param>
    /// <param name="stride">s; null for k.</param>
    public static VectorFunction AveragePool2d(int window, int? stride = null) => Pool("average pooling", 2, window, stride, Mean, "avg_pool");

    private static VectorFunction Pool(string name, int dimensions, int window, int? stride, Func<ImmutableArray<Expr>, Expr> combine, string torch)
    {
        var step = stride ?? window;
        if (window < 1 || step < 1)
        {
            throw new ShapeException($"A pooling window and its stride are positive whole numbers, not {window} and {step}.");
        }

        return VectorFunction.Define(name, x =>
        {
            var kept = x.Shape.Rank - dimensions;
            if (kept < 0)
            {
                throw new ShapeException($"Two-dimensional {name} takes a matrix, or an image of channels × height × width; {x} {x.Shape.Said}.");
            }

            return Tensor.Of(Shape.Of(x.Shape.Sizes.Select((size, axis) => axis < kept ? size : OutputSize(size, window, step))), at =>
                combine([.. Offsets(dimensions, window).Select(offset => x.At([.. at.Select((index, axis) => axis < kept ? index : Position(index, step, offset[axis - kept]))]))]));
        }) with
        {
            LeastRank = dimensions,
            OutputSizes = input => string.Join(", ", input.Sizes.TakeLast(dimensions).OfType<Number>().Distinct().Select(size => Convolutions.SizeText(size, Number.Of(window), Number.Zero, 1, step, OutputSize(size, window, step)))) is { Length: > 0 } said ? said : null,
            PyTorch = new($"nn.{(torch == "max_pool" ? "MaxPool" : "AvgPool")}{dimensions}d({window}, stride={step})", $"F.{torch}{dimensions}d(x, {window}, stride={step})"),
        };
    }

    /// <summary>⌊(n − k)/s⌋ + 1; where n is a multiple of the stride, without the brackets.</summary>
    private static Expr OutputSize(Expr size, int window, int stride)
    {
        var room = Affine.Of(size - Number.Of(window));
        if (room.IsConstant && room.Constant.ToInt32() is { } whole)
        {
            return whole >= 0 ? Number.Of((whole / stride) + 1) : throw new ShapeException($"A pooling window of {window} does not fit into {size} entries.");
        }

        var one = Rational.Create(1, stride);
        return room.Terms.All(term => (term.Coefficient * one).IsInteger) && (room.Constant * one).IsInteger
            ? Affine.Of((Number.Of(one) * room.ToExpr()) + Number.One).ToExpr()
            : Affine.Of(Size.Floor(room.ToExpr(), stride) + Number.One).ToExpr();
    }

    private static Expr Position(Expr index, int stride, int offset) => Affine.Of((Number.Of(stride) * (index - Number.One)) + Number.Of(offset)).ToExpr();

    /// <summary>The places in a window, row by row, each from 1 to k.</summary>
    private static IEnumerable<int[]> Offsets(int dimensions, int window) => dimensions == 1
        ? Enumerable.Range(1, window).Select(i => new[] { i })
        : Enumerable.Range(1, window).SelectMany(_ => Enumerable.Range(1, window), (i, j) => new[] { i, j });

    /// <summary>A later entry counts only where it is greater than all before it.</summary>
    private static Expr Largest(ImmutableArray<Expr> entries)
    {
        // From the last entry on: it is the largest if it is greater than all before it, and so on down to the first.
        var cases = new Stack<(Expr, Comparison)>();
        var before = entries[0];
        foreach (var entry in entries.Skip(1))
        {
            cases.Push((entry, new Comparison(entry, ComparisonSign.Greater, before)));
            before = Maths.Max(before, entry);
        }

        return cases.Count == 0 ? entries[0] : Piecewise.Of(cases, entries[0]);
    }

    private static Expr Mean(ImmutableArray<Expr> entries) => Add.Of(entries) / Number.Of(entries.Length);
}
