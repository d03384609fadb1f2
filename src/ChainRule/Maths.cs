using System.Collections.Immutable;
using ChainRule.Calculus;
using ChainRule.Expressions;

namespace ChainRule;

/// <summary>What a person types in a cell: symbols, sums and functions. A notebook session has them in scope from the first cell.</summary>
public static partial class Maths
{
    /// <summary>A scalar x ∈ ℝ.</summary>
    /// <param name="name">The name, in LaTeX-like spelling.</param>
    public static Variable Scalar(string name) => Variable.Given(name, Shape.Scalar);

    /// <summary>A vector in ℝ^size: <c>Vector("z", "K")</c>.</summary>
    /// <param name="name">The name, in LaTeX-like spelling.</param>
    /// <param name="size">The number of entries: a letter, a number, or an expression of sizes.</param>
    public static Variable Vector(string name, SizeLike size) => Variable.Given(name, Shape.Of(size.Expression));

    /// <summary>A matrix in ℝ^{rows×columns}: <c>Matrix("W", "M", "N")</c>.</summary>
    /// <param name="name">The name, in LaTeX-like spelling.</param>
    /// <param name="rows">The number of rows: a letter, a number, or an expression of sizes.</param>
    /// <param name="columns">The number of columns.</param>
    public static Variable Matrix(string name, SizeLike rows, SizeLike columns) => Variable.Given(name, Shape.Of(rows.Expression, columns.Expression));

    /// <summary>An image in ℝ^{channels×height×width}: <c>Image("X", 3, 128, 128)</c>.</summary>
    /// <param name="name">The name, in LaTeX-like spelling.</param>
    /// <param name="channels">The number of channels: 3 for colours, 1 for grey.</param>
    /// <param name="height">The number of rows of pixels.</param>
    /// <param name="width">The number of columns of pixels.</param>
    public static Variable Image(string name, SizeLike channels, SizeLike height, SizeLike width) => Variable.Given(name, Shape.Of(channels.Expression, height.Expression, width.Expression));

    /// <summary>Declares that scalars add up to 1, such as the targets of two classes: <c>var y = AddUpToOne(Scalar("y1"), Scalar("y2"))</c>, then <c>y[0]</c>, <c>y[1]</c>.</summary>
    /// <param name="scalars">At least two scalars that are given.</param>
    /// <returns>The same scalars with the assumption, which a step that uses it cites.</returns>
    /// <exception cref="ChainRuleException">One of them is not given, or there are fewer than two.</exception>
    public static ImmutableArray<Variable> AddUpToOne(params Variable[] scalars)
    {
        Require.NotNull(scalars);
        return Variable.ThatAddUpToOne(scalars);
    }

    /// <summary>An index that runs from 1 to the size: <c>Index("i", "K")</c>.</summary>
    /// <param name="name">The letter.</param>
    /// <param name="size">The last value: a letter, a number, or an expression of sizes.</param>
    public static IndexVariable Index(string name, SizeLike size) => IndexVariable.Of(name, size.Expression);

    /// <summary>A size for expressions of sizes: <c>Size("d") - Size("k") + 1</c>.</summary>
    /// <param name="name">The letter.</param>
    /// <exception cref="ChainRuleException">The letter is a number, which needs no name.</exception>
    public static Size Size(string name) => int.TryParse(name, out var number)
        ? throw new ChainRuleException($"{number} is a number and no letter for a size: write {number} in its place.")
        : Expressions.Size.Of(name);

    /// <summary>Σ over the whole range of the index: <c>Sum(i, y[i] * Log(p[i]))</c>.</summary>
    /// <param name="index">The index; it is bound by the sum and means nothing outside it.</param>
    /// <param name="body">What is summed.</param>
    public static Expr Sum(IndexVariable index, Expr body)
    {
        Require.NotNull(index);
        Require.NotNull(body);
        var sum = Summation.Of(index, Number.One, index.Range, body);
        Letters.Remember(sum, index.Name);
        return sum;
    }

    /// <summary>Kronecker's δ: 1 where the indices are equal, else 0.</summary>
    public static Expr Delta(Expr i, Expr j) => Expressions.Delta.Of(i, j);

    /// <summary>e to the power x.</summary>
    public static Expr Exp(Expr x) => Apply.Of(FunctionDefinition.Exp, x);

    /// <summary>e to the power of every entry.</summary>
    public static Tensor Exp(Tensor x) => x.Map(Exp);

    /// <summary>The natural logarithm, for x &gt; 0.</summary>
    public static Expr Log(Expr x) => Apply.Of(FunctionDefinition.Log, x);

    /// <summary>The natural logarithm of every entry.</summary>
    public static Tensor Log(Tensor x) => x.Map(Log);

    /// <summary>The hyperbolic tangent.</summary>
    public static Expr Tanh(Expr x) => Apply.Of(FunctionDefinition.Tanh, x);

    /// <summary>The hyperbolic tangent of every entry.</summary>
    public static Tensor Tanh(Tensor x) => x.Map(Tanh);

    /// <summary>The logistic sigmoid σ(x) = 1/(1 + e^{−x}).</summary>
    public static Expr Sigmoid(Expr x) => Apply.Of(FunctionDefinition.Sigmoid, x);

    /// <summary>The logistic sigmoid of every entry.</summary>
    public static Tensor Sigmoid(Tensor x) => x.Map(Sigmoid);

    /// <summary>The sine.</summary>
    public static Expr Sin(Expr x) => Apply.Of(FunctionDefinition.Sin, x);

    /// <summary>The cosine.</summary>
    public static Expr Cos(Expr x) => Apply.Of(FunctionDefinition.Cos, x);

    /// <summary>The rectifier max(0, x).</summary>
    public static Expr Relu(Expr x) => FunctionDefinition.Relu.Of(x);

    /// <summary>The rectifier of every entry.</summary>
    public static Tensor Relu(Tensor x) => FunctionDefinition.Relu.Of(x);

    /// <summary>Softplus log(1 + e^x).</summary>
    public static Expr Softplus(Expr x) => FunctionDefinition.Softplus.Of(x);

    /// <summary>Softplus of every entry.</summary>
    public static Tensor Softplus(Tensor x) => FunctionDefinition.Softplus.Of(x);

    /// <summary>The absolute value.</summary>
    public static Expr Abs(Expr x) => FunctionDefinition.Abs.Of(x);

    /// <summary>The error function.</summary>
    public static Expr Erf(Expr x) => FunctionDefinition.Erf.Of(x);

    /// <summary>The distribution function Φ of the standard normal law.</summary>
    public static Expr NormalCdf(Expr x) => FunctionDefinition.NormalDistribution.Of(x);

    /// <summary>The density φ of the standard normal law.</summary>
    public static Expr NormalPdf(Expr x) => FunctionDefinition.NormalDensity.Of(x);

    /// <summary>Some smooth function of which only the name is known: <c>var phi = Function("phi"); phi.Of(z)</c>.</summary>
    /// <param name="name">The name; its derivative is written with a prime.</param>
    public static FunctionDefinition Function(string name) => FunctionDefinition.Opaque(name);

    /// <summary>1 where the comparison holds, else 0: <c>Indicator(x, "&gt;", 0)</c>.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="sign">One of &lt;, &lt;=, &gt;, &gt;=, =, !=, or ≤, ≥, ≠.</param>
    /// <param name="right">The right side.</param>
    /// <exception cref="ChainRuleException">The sign is none of these.</exception>
    public static Expr Indicator(Expr left, string sign, Expr right) => Expressions.Indicator.Of(new Comparison(left, SignOf(sign), right));

    /// <summary>A definition by two cases: <c>Cases(x, (x, "&gt;", 0), 0.01 * x)</c> is x for x &gt; 0, else x/100.</summary>
    /// <param name="value">The value where the comparison holds.</param>
    /// <param name="when">The comparison.</param>
    /// <param name="otherwise">The value elsewhere.</param>
    /// <exception cref="ChainRuleException">The sign of the comparison is none that is known.</exception>
    public static Expr Cases(Expr value, (Expr Left, string Sign, Expr Right) when, Expr otherwise) =>
        Piecewise.Of([(value, new Comparison(when.Left, SignOf(when.Sign), when.Right))], otherwise);

    /// <summary>
    /// A definition by any number of cases, the first that holds: <c>Cases([(-1, (x, "&lt;", -1)), (1, (x, "&gt;=", 1))], x)</c>.
    /// </summary>
    /// <param name="cases">The values with the comparisons under which they hold, in order.</param>
    /// <param name="otherwise">The value where none holds.</param>
    /// <exception cref="ChainRuleException">The sign of a comparison is none that is known.</exception>
    public static Expr Cases((Expr Value, (Expr Left, string Sign, Expr Right) When)[] cases, Expr otherwise)
    {
        Require.NotNull(cases);
        return Piecewise.Of(cases.Select(@case => (@case.Value, new Comparison(@case.When.Left, SignOf(@case.When.Sign), @case.When.Right))), otherwise);
    }

    /// <summary>The same with two cases one after another: <c>Cases((0, (x, "&lt;", -1)), (x + 1, (x, "&lt;", 1)), 2)</c>.</summary>
    /// <param name="first">The first value, with the comparison under which it holds.</param>
    /// <param name="second">The value where the second comparison holds and the first does not.</param>
    /// <param name="otherwise">The value where none holds.</param>
    /// <exception cref="ChainRuleException">The sign of a comparison is none that is known.</exception>
    public static Expr Cases((Expr Value, (Expr Left, string Sign, Expr Right) When) first, (Expr Value, (Expr Left, string Sign, Expr Right) When) second, Expr otherwise) =>
        Cases([first, second], otherwise);

    /// <summary>The same with three cases one after another.</summary>
    /// <param name="first">The first value, with the comparison under which it holds.</param>
    /// <param name="second">The value where the second comparison holds and the first does not.</param>
    /// <param name="third">The value where the third comparison holds and none before does.</param>
    /// <param name="otherwise">The value where none holds.</param>
    /// <exception cref="ChainRuleException">The sign of a comparison is none that is known.</exception>
    public static Expr Cases((Expr Value, (Expr Left, string Sign, Expr Right) When) first, (Expr Value, (Expr Left, string Sign, Expr Right) When) second, (Expr Value, (Expr Left, string Sign, Expr Right) When) third, Expr otherwise) =>
        Cases([first, second, third], otherwise);

    /// <summary>1 where a number lies in a half-open interval, a ≤ x &lt; b, else 0.</summary>
    /// <param name="lower">The lower end a, which belongs to the interval.</param>
    /// <param name="x">The number.</param>
    /// <param name="upper">The upper end b, which does not.</param>
    public static Expr Within(Expr lower, Expr x, Expr upper) =>
        Expressions.Indicator.Of(new Comparison(lower, ComparisonSign.LessOrEqual, x), new Comparison(x, ComparisonSign.Less, upper));

    /// <summary>A definition by three cases: <c>Cases(-1, (x, "&lt;", -1), 1, (x, "&gt;", 1), x)</c>.</summary>
    /// <param name="first">The value where the first comparison holds.</param>
    /// <param name="whenFirst">The first comparison.</param>
    /// <param name="second">The value where the second comparison holds and the first does not.</param>
    /// <param name="whenSecond">The second comparison.</param>
    /// <param name="otherwise">The value elsewhere.</param>
    /// <exception cref="ChainRuleException">The sign of a comparison is none that is known.</exception>
    public static Expr Cases(Expr first, (Expr Left, string Sign, Expr Right) whenFirst, Expr second, (Expr Left, string Sign, Expr Right) whenSecond, Expr otherwise) =>
        Piecewise.Of([(first, new Comparison(whenFirst.Left, SignOf(whenFirst.Sign), whenFirst.Right)), (second, new Comparison(whenSecond.Left, SignOf(whenSecond.Sign), whenSecond.Right))], otherwise);

    /// <summary>The larger of two numbers.</summary>
    public static Expr Max(Expr a, Expr b) => Apply.Of(FunctionDefinition.Max, a, b);

    /// <summary>The smaller of two numbers.</summary>
    public static Expr Min(Expr a, Expr b) => Apply.Of(FunctionDefinition.Min, a, b);

    /// <summary>The square root, for x ≥ 0.</summary>
    public static Expr Sqrt(Expr x) => Power.Of(x, Number.Of(Rational.Create(1, 2)));

    /// <summary>x to the power y.</summary>
    public static Expr Pow(Expr x, Expr y) => Power.Of(x, y);

    /// <summary>Softmax: e^{z_i} / Σ_k e^{z_k}. Its entries are positive and add up to 1; of a matrix, row by row.</summary>
    /// <param name="z">The logits: a vector, or a matrix with a row for each example.</param>
    /// <exception cref="ShapeException">The argument is a scalar.</exception>
    public static Tensor Softmax(Tensor z)
    {
        Require.NotNull(z);
        RequireRows(z, "Softmax");
        return Tensor.Of(z.Shape, entry =>
        {
            var k = Letters.Fresh(z.Shape.Sizes[^1]);
            var sum = Summation.Of(k, Number.One, k.Range, Exp(z.At([.. entry[..^1], k])));
            Letters.Remember(sum, "k");
            return Exp(z.At(entry)) / sum;
        });
    }

    /// <summary>The expectation E[x] over every random variable in x: <c>E(Pow(b, 2))</c>. <c>Simplified()</c> works it out.</summary>
    /// <param name="x">A random quantity, built from variables that were declared <c>Random</c>, <c>Symmetric</c> or <c>Gaussian</c>.</param>
    public static Expr E(Expr x) => Expectation.Of(x);

    /// <summary>The variance Var[x] = E[x²] − E[x]².</summary>
    /// <param name="x">A random quantity.</param>
    public static Expr Variance(Expr x) => Expressions.Covariance.Of(x, x);

    /// <summary>The covariance Cov[x, y] = E[x y] − E[x] E[y].</summary>
    /// <param name="x">A random quantity.</param>
    /// <param name="y">Another one.</param>
    public static Expr Covariance(Expr x, Expr y) => Expressions.Covariance.Of(x, y);

    /// <summary>The larger of two numbers, entry by entry.</summary>
    public static Tensor Max(Expr threshold, Tensor x) => x.Map(entry => Max(threshold, entry));

    /// <summary>log Σ_k e^{z_k}, the smooth maximum; its gradient is softmax(z).</summary>
    /// <param name="z">A vector.</param>
    /// <exception cref="ShapeException">The argument is not a vector.</exception>
    public static Expr LogSumExp(Tensor z)
    {
        Require.NotNull(z);
        if (z.Shape.Rank != 1)
        {
            throw new ShapeException($"LogSumExp takes a vector; {z} {z.Shape.Said}.");
        }

        var k = Letters.Fresh(z.Shape.Sizes[0]);
        var sum = Summation.Of(k, Number.One, k.Range, Exp(z[k]));
        Letters.Remember(sum, "k");
        return Log(sum);
    }

    /// <summary>The product entry by entry, a ⊙ b. A vector beside a matrix goes with every row, the sample of a batch, as with +.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor Hadamard(Tensor a, Tensor b)
    {
        Require.NotNull(a);
        Require.NotNull(b);
        return Tensor.Combine(a, b, "⊙", (x, y) => x * y);
    }

    /// <summary>The kernel stays within the signal.</summary>
    public const ConvolutionMode Valid = ConvolutionMode.Valid;

    /// <summary>As many outputs as inputs.</summary>
    public const ConvolutionMode Same = ConvolutionMode.Same;

    /// <summary>Every overlap counts.</summary>
    public const ConvolutionMode Full = ConvolutionMode.Full;

    /// <summary>The convolution of numbers, which flips the kernel: <c>Convolve([1, 2, 3, 4], [2, 0, 1], Full)</c> is [2, 4, 7, 10, 3, 4].</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="mode">How far the kernel reaches over the ends. Same keeps the middle of Full, as NumPy does.</param>
    /// <exception cref="ShapeException">One of them is empty, or Valid is asked for and the kernel is longer than the signal.</exception>
    public static double[] Convolve(double[] signal, double[] kernel, ConvolutionMode mode = ConvolutionMode.Full)
    {
        Require.NotNull(kernel);
        return Correlate(signal, [.. Enumerable.Reverse(kernel)], mode);
    }

    /// <summary>The cross-correlation of numbers, which does not flip the kernel; the convolution layers of deep-learning libraries compute this.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="mode">How far the kernel reaches over the ends.</param>
    /// <exception cref="ShapeException">One of them is empty, or Valid is asked for and the kernel is longer than the signal.</exception>
    public static double[] Correlate(double[] signal, double[] kernel, ConvolutionMode mode = ConvolutionMode.Valid)
    {
        Require.NotNull(signal);
        Require.NotNull(kernel);
        var (d, k) = (signal.Length, kernel.Length);
        if (d == 0 || k == 0 || (mode == ConvolutionMode.Valid && k > d))
        {
            throw new ShapeException(d == 0 || k == 0 ? "A convolution needs at least one number on each side." : $"A kernel of {k} numbers does not fit into a signal of {d}: Valid needs k ≤ d.");
        }

        // In the middle of Full, an even kernel leaves one more at the end, as in NumPy.
        var (count, offset) = mode switch
        {
            ConvolutionMode.Valid => (d - k + 1, 0),
            ConvolutionMode.Same => (d, k / 2),
            _ => (d + k - 1, k - 1),
        };
        return [.. Enumerable.Range(0, count).Select(i => kernel.Select((weight, j) => i + j - offset is >= 0 and var position && position < d ? weight * signal[position] : 0).Sum())];
    }

    /// <summary>
    /// Some scalar function of which only its gradient by a value is given: <c>Upstream("L", a, g)</c> is a loss with ∂L/∂a = g that
    /// depends on everything else through a.
    /// </summary>
    /// <param name="name">The name of the scalar.</param>
    /// <param name="output">The value that it is computed from.</param>
    /// <param name="gradient">Its gradient, of the same shape.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Variable Upstream(string name, Variable output, Variable gradient)
    {
        Require.NotNull(output);
        Require.NotNull(gradient);
        return output.Shape.Equals(gradient.Shape)
            ? Variable.DefineUpstream(name, output, gradient)
            : throw new ShapeException($"{gradient} {gradient.Shape.Said} and {output} {output.Shape.Said}: a gradient has the shape of what it is taken by.");
    }

    /// <summary>Looks for a proof that two scalars are equal: <c>Prove(Softmax(x + c)[i], Softmax(x)[i])</c>.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    /// <returns>Both sides brought to one form by named rules; or what numbers say, with a counterexample where they differ.</returns>
    public static Proof Prove(Expr left, Expr right)
    {
        Require.NotNull(left);
        Require.NotNull(right);
        return Proof.Of(left, right);
    }

    /// <summary>Looks for a proof that two tensors of one shape are equal, entry by entry: <c>Prove(M2 * (M1 * x), (M2 * M1) * x)</c>.</summary>
    /// <param name="left">The left side.</param>
    /// <param name="right">The right side.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Proof Prove(Tensor left, Tensor right)
    {
        Require.NotNull(left);
        Require.NotNull(right);
        if (!left.Shape.Equals(right.Shape))
        {
            throw new ShapeException($"{left} {left.Shape.Said}, {right} {right.Shape.Said}: what is equal has equal shapes.");
        }

        Expr[] indices = [.. Letters.For(left.Shape)];
        return Proof.Of(left.At([.. indices]), right.At([.. indices]));
    }

    /// <summary>Checks a chain of equal scalars that a person wrote, link by link: <c>Chain(e1, e2, e3)</c>. Derivatives in it count as what they are.</summary>
    /// <param name="lines">The lines, two or more.</param>
    /// <exception cref="ChainRuleException">There are fewer than two lines.</exception>
    public static Chain Chain(params Expr[] lines)
    {
        Require.NotNull(lines);
        return Calculus.Chain.Of([.. lines], []);
    }

    /// <summary>Checks a chain of equal vectors or matrices that a person wrote, link by link, entry by entry.</summary>
    /// <param name="lines">The lines, two or more, of one shape.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ChainRuleException">There are fewer than two lines.</exception>
    public static Chain Chain(params Tensor[] lines)
    {
        Require.NotNull(lines);
        if (lines.FirstOrDefault(line => !line.Shape.Equals(lines[0].Shape)) is { } other)
        {
            throw new ShapeException($"{lines[0]} {lines[0].Shape.Said}, {other} {other.Shape.Said}: the lines of a chain have equal shapes.");
        }

        ImmutableArray<IndexVariable> indices = lines.Length == 0 ? [] : [.. Letters.For(lines[0].Shape)];
        return Calculus.Chain.Of([.. lines.Select(line => line.At([.. indices]))], indices);
    }

    /// <summary>A derivative to be written in a chain or an identity: <c>Partial(L, z[j])</c> is ∂L/∂z_j, not worked out.</summary>
    /// <param name="of">What is differentiated.</param>
    /// <param name="by">A scalar variable or an entry of a variable.</param>
    /// <exception cref="ChainRuleException">The second is no variable.</exception>
    public static Expr Partial(Expr of, Expr by) => by is Element element
        ? Derivative.Of(of, element)
        : throw new ChainRuleException($"A derivative is taken by a variable or one of its entries, not by {by}.");

    private static ComparisonSign SignOf(string sign) => sign switch
    {
        "<" => ComparisonSign.Less,
        "<=" or "≤" => ComparisonSign.LessOrEqual,
        ">" => ComparisonSign.Greater,
        ">=" or "≥" => ComparisonSign.GreaterOrEqual,
        "=" or "==" => ComparisonSign.Equal,
        "!=" or "≠" => ComparisonSign.NotEqual,
        _ => throw new ChainRuleException($"\"{sign}\" is not a comparison: use <, <=, >, >=, = or !=."),
    };

    /// <summary>The inner product aᵀb of two vectors.</summary>
    /// <exception cref="ShapeException">They are not vectors of equal size.</exception>
    public static Expr Dot(Tensor a, Tensor b)
    {
        Require.NotNull(a);
        Require.NotNull(b);
        if (a.Shape.Rank != 1 || !a.Shape.Equals(b.Shape))
        {
            throw new ShapeException($"{a} {a.Shape.Said}, {b} {b.Shape.Said}: Dot takes two vectors of equal size.");
        }

        var k = Letters.Fresh(a.Shape.Sizes[0]);
        // aᵀa is written ‖a‖², a sum of squares.
        return Summation.Of(k, Number.One, k.Range, ReferenceEquals(a[k], b[k]) ? Power.Of(a[k], Number.Two) : a[k] * b[k]);
    }

    /// <summary>The outer product a bᵀ of two vectors.</summary>
    /// <exception cref="ShapeException">They are not vectors.</exception>
    public static Tensor Outer(Tensor a, Tensor b)
    {
        Require.NotNull(a);
        Require.NotNull(b);
        return a.Shape.Rank == 1 && b.Shape.Rank == 1
            ? Tensor.Of(Shape.Of(a.Shape.Sizes[0], b.Shape.Sizes[0]), indices => a[indices[0]] * b[indices[1]])
            : throw new ShapeException($"{a} {a.Shape.Said}, {b} {b.Shape.Said}: Outer takes two vectors.");
    }
}

/// <summary>A size as people type it: a letter ("K"), a number (3), or an expression of sizes.</summary>
/// <param name="Expression">The size as an expression.</param>
public readonly record struct SizeLike(Expr Expression)
{
    /// <summary>A letter.</summary>
    public static implicit operator SizeLike(string name) => new(int.TryParse(name, out var number) ? FromInt32(number) : Size.Of(name));

    /// <summary>A number.</summary>
    public static implicit operator SizeLike(int size) => new(FromInt32(size));

    /// <summary>An expression of sizes.</summary>
    public static implicit operator SizeLike(Expr size) => new(size);

    private static Expr FromInt32(int size) => size > 0 ? Number.Of(size) : throw new ShapeException($"A size is a positive whole number, not {size}.");
}
