using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Matrices;

/// <summary>
/// Evaluates a matrix expression with linear algebra, without going through its entries: the second opinion by which a recognised
/// matrix form is checked.
/// </summary>
internal static class MatrixEvaluator
{
    /// <summary>The matrix at a point.</summary>
    public static Matrix<double> Evaluate(MatrixExpr matrix, PointContext<Real> context) => matrix switch
    {
        ScalarMatrix scalar => Matrix<double>.Build.Dense(1, 1, Scalar(scalar.Value, context)),
        MatrixSymbol symbol => Table(symbol, context),
        IdentityMatrix identity => Matrix<double>.Build.DenseIdentity(context.Point.SizeOf(identity.Size)),
        ZeroMatrix zero => Matrix<double>.Build.Dense(context.Point.SizeOf(zero.Rows), context.Point.SizeOf(zero.Columns)),
        OnesMatrix ones => Matrix<double>.Build.Dense(context.Point.SizeOf(ones.Size), 1, 1),
        UnitMatrix unit => Matrix<double>.Build.Dense(context.Point.SizeOf(unit.Size), 1, (row, _) => row + 1 == (int)Math.Round(Scalar(unit.Place, context)) ? 1 : 0),
        TransposeMatrix transpose => Evaluate(transpose.Argument, context).Transpose(),
        DiagonalMatrix diagonal => Matrix<double>.Build.DenseOfDiagonalVector(Evaluate(diagonal.Argument, context).Column(0)),
        ScaledMatrix scaled => Scalar(scaled.Scalar, context) * Evaluate(scaled.Argument, context),
        SumMatrix sum => sum.Terms.Select(term => Evaluate(term, context)).Aggregate((a, b) => a + b),
        ProductMatrix product => Evaluate(product.Left, context) * Evaluate(product.Right, context),
        HadamardMatrix hadamard => Evaluate(hadamard.Left, context).PointwiseMultiply(Evaluate(hadamard.Right, context)),
        ElementwiseMatrix elementwise => Elementwise(elementwise, context),
        PointwiseMatrix pointwise => Pointwise(pointwise, context),
        HeadMatrix head => Evaluate(head.Argument, context).SubMatrix(0, context.Point.SizeOf(head.Size), 0, 1),
        UpsampledMatrix upsampled => Upsample(Evaluate(upsampled.Argument, context), upsampled.Stride, context.Point.SizeOf(upsampled.Size)),
        ConvolutionMatrix convolution => Convolve(convolution, context),
        TraceMatrix trace => Matrix<double>.Build.Dense(1, 1, Evaluate(trace.Argument, context).Trace()),
        SquaredNormMatrix norm => Matrix<double>.Build.Dense(1, 1, Math.Pow(Evaluate(norm.Argument, context).FrobeniusNorm(), 2)),
        _ => throw new InvalidOperationException($"No evaluation for {matrix.GetType().Name}."),
    };

    private static double Scalar(Expr expression, PointContext<Real> context) => Plan.Of(expression).Run(context, []).Value;

    private static Matrix<double> Table(MatrixSymbol symbol, PointContext<Real> context)
    {
        var (dimensions, entries) = context.Table(symbol.Variable);
        var columns = dimensions.Length == 2 ? dimensions[1] : 1;
        return Matrix<double>.Build.Dense(dimensions[0], columns, (row, column) => entries[(row * columns) + column].Value);
    }

    private static Matrix<double> Convolve(ConvolutionMatrix convolution, PointContext<Real> context)
    {
        // The definition of a padded correlation on arrays: zeros are written out, and the kernel slides.
        var dense = Evaluate(convolution.Kernel, context).Column(0).ToArray();
        double[] kernel = [.. dense.SelectMany((weight, position) => position == 0 ? [weight] : Enumerable.Repeat(0.0, convolution.Dilation - 1).Append(weight))];
        var padding = Enumerable.Repeat(0.0, context.Point.SizeOf(convolution.Padding)).ToArray();
        double[] padded = [.. padding, .. Evaluate(convolution.Signal, context).Column(0), .. padding];
        var values = convolution.Flip ? Maths.Convolve(padded, kernel, ConvolutionMode.Valid) : Maths.Correlate(padded, kernel, ConvolutionMode.Valid);
        values = [.. values.Where((_, position) => position % convolution.Stride == 0)];
        return Matrix<double>.Build.Dense(values.Length, 1, values);
    }

    private static Matrix<double> Upsample(Matrix<double> column, int stride, int size)
    {
        var spread = Matrix<double>.Build.Dense(size, 1);
        for (var i = 0; i < column.RowCount; i++)
        {
            spread[i * stride, 0] = column[i, 0];
        }

        return spread;
    }

    private static Matrix<double> Pointwise(PointwiseMatrix pointwise, PointContext<Real> context)
    {
        ImmutableArray<Variable> names = [.. pointwise.Arguments.Select((_, position) => Variable.Given($"x_{position}", Shape.Scalar))];
        var plan = Plan.Of(pointwise.Function([.. names.Select(name => (Expr)name)]));
        var arguments = pointwise.Arguments.Select(argument => Evaluate(argument, context)).ToList();
        return Matrix<double>.Build.Dense(arguments[0].RowCount, arguments[0].ColumnCount, (row, column) =>
        {
            var values = context.Point.Values;
            foreach (var (name, argument) in names.Zip(arguments))
            {
                values = values.SetItem(name, [argument[row, column]]);
            }

            return plan.Run(new PointContext<Real>(context.Point with { Values = values }, context.Indices), []).Value;
        });
    }

    private static Matrix<double> Elementwise(ElementwiseMatrix elementwise, PointContext<Real> context)
    {
        var x = Variable.Given("x", Shape.Scalar);
        var plan = Plan.Of(elementwise.Function(x));
        return Evaluate(elementwise.Argument, context).Map(
            value => plan.Run(new PointContext<Real>(context.Point with { Values = context.Point.Values.SetItem(x, [value]) }, context.Indices), []).Value,
            Zeros.Include);
    }
}
