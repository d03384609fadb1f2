using ChainRule.Numerics;

namespace ChainRule.Checking;

/// <content>Sums, products, quotients and powers, each with its shapes.</content>
internal sealed partial class Evaluator<T>
{
    /// <summary>An identity or ones of unknown size, at a size.</summary>
    public static Tensor<T> Expand(Tensor<T> value, int[] shape)
    {
        if (value.IsIdentity && shape is [var rows, var columns] && (rows == columns || (value.Even is not null && value.Only.Value == 0)))
        {
            if (value.Even is not { } even)
            {
                return Tensor<T>.Eye(rows, value.Only);
            }

            return new(shape, [.. Enumerable.Range(0, rows * columns).Select(flat => rows == columns && flat / columns == flat % columns ? even + value.Only : even)]);
        }

        if (value is { IsOnes: true, Rank: > 0 })
        {
            return shape is not [var height, var width] ? value
                : value.IsRow && value.Dimensions[0] == height ? new(shape, [.. value.Data.SelectMany(entry => Enumerable.Repeat(entry, width))])
                : !value.IsRow && value.Dimensions[1] == width ? new(shape, [.. Enumerable.Repeat(value.Data, height).SelectMany(row => row)])
                : value;
        }

        if (value.IsOnes && (value.IsRow ? shape is [1, _] : shape is [_]))
        {
            return new(shape, [.. Enumerable.Repeat(value.Only, Tensor<T>.Count(shape))]);
        }

        return value;
    }

    /// <summary>The value where an identity of unknown size can't be used.</summary>
    private static Tensor<T> Plain(Tensor<T> value, ClaimTree where) => value.IsOnes || value.IsIdentity
        ? throw new UnreadableException(where.Span, value.IsOnes ? "The size of this vector of ones does not follow from its neighbours: write \\mathbf{1}_n." : "The size of this identity does not follow from its neighbours: write I_n.")
        : value;

    private Tensor<T>? Add(ClaimTree tree)
    {
        if (tree.Items.Length == 2 && tree.Items.IndexOf(tree.Items.FirstOrDefault(item => (item.Is(Head.Negate) ? item[0] : item).IsNumber("1"))!) is >= 0 and var one && tree[1 - one] is var power && (power.Is(Head.Negate) ? power[0] : power) is { Head: Head.Call, Text: "exp", Order: 0 } exponential && power.Is(Head.Negate) != tree[one].Is(Head.Negate))
        {
            // eᵘ − 1 and 1 − eᵘ: for a small u the digits would be lost.
            var difference = TryEvaluate(exponential[0]) is not { } exponent ? null : Plain(exponent, tree).Map(u => Math.Abs(u.Value) < Small ? Exp1(u) : T.Apply(ElementaryFunction.Exp, u) - T.Constant(1));
            return power.Is(Head.Negate) ? difference?.Map(x => -x) : difference;
        }

        var sum = TryEvaluate(tree[0]);
        for (var i = 1; i < tree.Items.Length && sum is not null; i++)
        {
            sum = TryEvaluate(tree[i]) is { } term ? Elementwise(tree, sum, term, (a, b) => a + b) : null;
        }

        return sum;
    }

    private Tensor<T>? Elementwise(ClaimTree where, Tensor<T> a, Tensor<T> b, Func<T, T, T> operation)
    {
        if (a.IsIdentity && b.IsIdentity && (a.Even ?? b.Even) is not null)
        {
            if (!where.Is(Head.Add))
            {
                throw new UnreadableException(where.Span, "The size of these vectors of ones does not follow: write \\mathbf{1}_n.");
            }

            return new([], [a.Only + b.Only]) { IsIdentity = true, Even = (a.Even ?? T.Constant(0)) + (b.Even ?? T.Constant(0)) };
        }

        if ((a.IsIdentity && b.IsIdentity) || (a.IsOnes && b.IsOnes && a.IsRow == b.IsRow))
        {
            return new([], [operation(a.Only, b.Only)]) { IsIdentity = a.IsIdentity, IsOnes = a.IsOnes, IsRow = a.IsRow };
        }

        a = a.IsIdentity || a.IsOnes ? Expand(a, b.Dimensions) : a;
        b = b.IsIdentity || b.IsOnes ? Expand(b, a.Dimensions) : b;
        if (a.IsIdentity || b.IsIdentity || a.IsOnes || b.IsOnes)
        {
            return Misfits(where, $"{Described(a)} and {Described(b)} can't be added");
        }

        meter.Spend(Math.Max(a.Data.Length, b.Data.Length));
        if (a.SameShape(b))
        {
            var data = new T[a.Data.Length];
            for (var i = 0; i < data.Length; i++)
            {
                data[i] = operation(a.Data[i], b.Data[i]);
            }

            return new(a.Dimensions, data);
        }

        if (where.Is(Head.Add) && (Repeated(b, a.Dimensions) ?? Repeated(a, b.Dimensions)) is { } repeated)
        {
            return a.Rank == 2 && a.SameShape(repeated) ? Elementwise(where, a, repeated, operation) : Elementwise(where, repeated, b, operation);
        }

        // A number added to a vector is added to each entry.
        return a.IsScalar ? b.Map(x => operation(a.Only, x))
            : b.IsScalar ? a.Map(x => operation(x, b.Only))
            : Misfits(where, $"{Described(a)} and {Described(b)} stand side by side where equal shapes are needed");
    }

    /// <summary>A vector added to a matrix whose rows (or columns) are examples is added to each of them; the sizes say which is meant.</summary>
    private static Tensor<T>? Repeated(Tensor<T> vector, int[] shape)
    {
        if (shape is not [> 1, > 1] || (shape[0] == shape[1] && vector.Rank == 1) || vector.Rank is 0 or > 2 || (vector.Rank == 2 && vector.Dimensions[0] != 1))
        {
            return null;
        }

        var count = shape[0] * shape[1];
        return vector.Data.Length == shape[1] ? new(shape, [.. Enumerable.Range(0, count).Select(flat => vector.Data[flat % shape[1]])])
            : vector.Rank == 1 && vector.Data.Length == shape[0] ? new(shape, [.. Enumerable.Range(0, count).Select(flat => vector.Data[flat / shape[1]])])
            : null;
    }

    private static string Described(Tensor<T> value) => value.IsIdentity ? "an identity matrix" : value.IsOnes ? "a vector of ones" : ShapeText(value.Dimensions);

    private Tensor<T>? Times(ClaimTree tree)
    {
        var sign = tree.Text;
        var expected = Expected;
        Expected = null;
        if (sign.Length == 0 && tree.Items is [var first, var second] && first.Is(Head.Transpose) != second.Is(Head.Transpose) && IsList(first) && IsList(second))
        {
            // (1, 2) is a row beside (3, 4)ᵀ: an outer product, or an inner one.
            var (a, b) = (TryEvaluate(first), TryEvaluate(second));
            Expected = expected;
            return a is null || b is null ? null : first.Is(Head.Transpose) ? Outer(tree, a, b) : MatrixProduct(tree, "⋅", a, b);
        }

        var values = TryEvaluateAll(tree.Items);
        Expected = expected;
        if (values is null)
        {
            return null;
        }

        var hasRows = false;
        for (var i = 0; i + 1 < values.Length && sign is "" or "⋅"; i++)
        {
            // X_{i,:} W: a row before a matrix or a vector of its length.
            if (IsRow(tree[i]) && values[i].Rank == 1 && values[i + 1] is { Rank: 1 or 2, IsOnes: false, IsIdentity: false } next && next.Dimensions[0] == values[i].Dimensions[0])
            {
                values[i] = Transpose(values[i]);
                hasRows = true;
            }
        }

        var product = (Tensor<T>?)values[0];
        for (var i = 1; i < values.Length && product is not null; i++)
        {
            var regrouped = sign is "⊙" ? Regrouped(tree, i, product, values[i]) : null;
            HasRegrouped |= regrouped is not null && _calls == 0;
            product = regrouped ?? Product(tree, sign, product, values[i]);
        }

        return hasRows && product is { Rank: 2, Dimensions: [1, _] } ? Transpose(product) : product;

        static bool IsRow(ClaimTree item) => item.Is(Head.Entry) && item.Items.Length == 3 && item[2].Is(Head.None) && !item[1].Is(Head.None);
    }

    private static bool IsList(ClaimTree tree) => tree.Is(Head.List) || (tree.Is(Head.Transpose) && tree[0].Is(Head.List));

    /// <summary>Whether ⊙ was taken to bind closer than the factors beside it, in what was evaluated itself and not in a definition.</summary>
    public bool HasRegrouped { get; set; }

    /// <summary>
    /// δ ⊙ f′(z) xᵀ and gᵀW ⊙ m: where the shapes of the two whole products don't agree, ⊙ belongs to as much of them as does agree.
    /// </summary>
    private Tensor<T>? Regrouped(ClaimTree tree, int at, Tensor<T> a, Tensor<T> b)
    {
        if (a.SameShape(b) || a.Rank == 0 || b.Rank == 0)
        {
            return null;
        }

        var right = Parts(tree[at]);
        for (var taken = 1; taken < right.Length; taken++)
        {
            if (Piece(tree[at], right[..taken]) is { } near && near.SameShape(a))
            {
                return right[taken..].Aggregate(Elementwise(tree, a, near, (x, y) => x * y), (product, factor) => product is not null && TryEvaluate(factor) is { } next ? MatrixProduct(tree, tree[at].Text, product, next) : null);
            }
        }

        var left = at == 1 ? Parts(tree[0]) : [];
        for (var kept = left.Length - 1; kept > 0; kept--)
        {
            if (Piece(tree[0], left[kept..]) is { } near && near.SameShape(b))
            {
                return Enumerable.Reverse(left[..kept]).Aggregate(Elementwise(tree, near, b, (x, y) => x * y), (product, factor) => product is not null && TryEvaluate(factor) is { } next ? MatrixProduct(tree, tree[0].Text, next, product) : null);
            }
        }

        return null;

        static ClaimTree[] Parts(ClaimTree product) => product is { Head: Head.Times, Bracketed: false, Text: "" or "⋅" or "×" } ? [.. product.Items] : [];

        // A part of the product that has no meaning of its own is passed over: another one is tried.
        Tensor<T>? Piece(ClaimTree product, ClaimTree[] factors) => TryEvaluate(factors.Length == 1 ? factors[0] : product.With([.. factors]));
    }

    private Tensor<T>? Product(ClaimTree tree, string sign, Tensor<T> a, Tensor<T> b)
    {
        meter.Spend(a.Data.Length + b.Data.Length);
        if (Declarations.Operators.TryGetValue(sign, out var kind) && !(a.IsScalar || b.IsScalar))
        {
            return kind[0] == '#' ? Given(tree, Declarations.Functions[kind], [a, b]) : Convolve(tree, a, b, kind);
        }

        if (Convolution(sign) is { } written && a.Rank == 1 && b.Rank == 1)
        {
            return Convolve(tree, a, b, written);
        }

        switch (sign)
        {
            case "⊙":
                return a.IsIdentity && b.Rank == 2 ? Elementwise(tree, Expand(a, b.Dimensions), b, (x, y) => x * y) : Hadamard(tree, a, b);
            case "⊗":
                return Outer(tree, a, b);
            case "∗" when a.Rank > 0 && a.SameShape(b) && tree.Nodes().Any(node => node.Is(Head.Name)) && (a.Rank == 1 || a.Dimensions[0] != a.Dimensions[1]):
                // As programs write it; a convolution of two of one size would be declared.
                return Hadamard(tree, a, b);
            case "∗" when a.Rank == 1 && b.Rank == 1:
                return Convolve(tree, a, b, "any convolution");
            case "⋆" when a.Rank == 1 && b.Rank == 1:
                return Convolve(tree, a, b, Expected is null ? "valid correlation" : "any correlation");
            case "⊕":
                throw new UnreadableException(tree.Span, "⊕ is not read here.");
            default:
                return MatrixProduct(tree, sign, a, b);
        }
    }

    /// <summary>⋆_valid, ∗_full: what the sign itself says, unless a given says what the bare sign means.</summary>
    private string? Convolution(string sign)
    {
        if (ClaimParser.ModeOf(sign) is not { } mode)
        {
            return null;
        }

        var bare = sign[..1];
        var kind = Declarations.Operators.TryGetValue(bare, out var given) && given.Split(' ') is [_, var flips] ? flips : bare is "⋆" ? "correlation" : "convolution";
        return $"{mode} {kind}";
    }

    private Tensor<T>? Hadamard(ClaimTree tree, Tensor<T> a, Tensor<T> b) => a.SameShape(b) || a.IsScalar || b.IsScalar ? Elementwise(tree, a, b, (x, y) => x * y)
        : Misfits(tree, $"⊙ needs equal shapes; here stand {Described(a)} and {Described(b)}");

    private Tensor<T>? Outer(ClaimTree tree, Tensor<T> a, Tensor<T> b) => a.Rank <= 1 && b.Rank <= 1
        ? new([.. a.Dimensions, .. b.Dimensions], [.. a.Data.SelectMany(x => b.Data.Select(y => x * y))])
        : a.Rank == 2 && b.Rank == 2 ? Kronecker(a, b)
        : Misfits(tree, $"⊗ is read between two vectors or two matrices; here stand {Described(a)} and {Described(b)}");

    private static Tensor<T> Kronecker(Tensor<T> a, Tensor<T> b)
    {
        var (rows, columns) = (a.Dimensions[0] * b.Dimensions[0], a.Dimensions[1] * b.Dimensions[1]);
        return new([rows, columns], [.. Enumerable.Range(0, Tensor<T>.Count([rows, columns])).Select(flat => (Row: flat / columns, Column: flat % columns))
            .Select(at => a.Data[(at.Row / b.Dimensions[0] * a.Dimensions[1]) + (at.Column / b.Dimensions[1])] * b.Data[(at.Row % b.Dimensions[0] * b.Dimensions[1]) + (at.Column % b.Dimensions[1])])]);
    }

    private Tensor<T>? MatrixProduct(ClaimTree tree, string sign, Tensor<T> a, Tensor<T> b)
    {
        // 1 bᵀ repeats a row, b 1ᵀ a column, as often as the neighbour asks for.
        if (a is { IsOnes: true, IsRow: false, Rank: 0 } && b is { Rank: 2, IsOnes: false } && b.Dimensions[0] == 1)
        {
            return new(b.Dimensions, b.Map(x => a.Only * x).Data) { IsOnes = true };
        }

        if (b is { IsOnes: true, IsRow: true, Rank: 0 } && a is { Rank: 1, IsOnes: false })
        {
            return new(a.Dimensions, a.Map(x => x * b.Only).Data) { IsOnes = true, IsRow = true };
        }

        if (a.Rank == 0 && b.Rank == 0)
        {
            if (a is { IsOnes: true, IsRow: false } && b is { IsOnes: true, IsRow: true })
            {
                return new([], [T.Constant(0)]) { IsIdentity = true, Even = a.Only * b.Only };
            }

            if ((a.IsOnes && b.IsOnes) || (a.Even is not null && !b.IsScalar) || (b.Even is not null && !a.IsScalar))
            {
                throw new UnreadableException(tree.Span, "The size of these vectors of ones does not follow: write \\mathbf{1}_n.");
            }

            return new([], [a.Only * b.Only]) { IsIdentity = a.IsIdentity || b.IsIdentity, IsOnes = a.IsOnes || b.IsOnes, IsRow = a.IsRow || b.IsRow, Even = a.Even is { } left ? left * b.Only : b.Even is { } right ? a.Only * right : null };
        }

        // I − 𝟏𝟏ᵀ/n takes its size from the neighbour it is multiplied with.
        if (a.Even is not null && b is { Rank: > 0, IsOnes: false })
        {
            a = Expand(a, [b.Dimensions[0], b.Dimensions[0]]);
        }
        else if (b.Even is not null && a is { Rank: > 0, IsOnes: false })
        {
            b = Expand(b, [a.Dimensions[^1], a.Dimensions[^1]]);
        }

        // An identity leaves its neighbour alone, a number scales it.
        if (a.Rank == 0 && !a.IsOnes)
        {
            return b.Map(x => a.Only * x);
        }

        if (b.Rank == 0 && !b.IsOnes)
        {
            return a.Map(x => x * b.Only);
        }

        if (a.IsOnes && b.Rank == 0)
        {
            throw new UnreadableException(tree.Span, "The size of these vectors of ones does not follow: write \\mathbf{1}_n.");
        }

        if (a.IsOnes)
        {
            a = a.IsRow ? Expand(a, [1, b.Dimensions[0]]) : throw new UnreadableException(tree.Span, "The size of this vector of ones does not follow from its neighbours: write \\mathbf{1}_n.");
        }

        if (b.IsOnes)
        {
            b = b.IsRow ? throw new UnreadableException(tree.Span, "The size of this row of ones does not follow from its neighbours: write \\mathbf{1}_n^T.") : Expand(b, [a.Dimensions[^1]]);
        }

        if (a.Rank > 2 || b.Rank > 2)
        {
            return Contract(tree, a, b);
        }

        if (a.Rank == 1 && b.Rank == 1)
        {
            if (sign is "⋅" && a.Dimensions[0] == b.Dimensions[0])
            {
                return DotIsHadamard ? Elementwise(tree, a, b, (x, y) => x * y) : Tensor<T>.Scalar(Total(a.Data.Zip(b.Data, (x, y) => x * y)));
            }

            return Misfits(tree, a.Dimensions[0] == b.Dimensions[0]
                ? $"two column vectors of {a.Dimensions[0]} can't be multiplied as matrices: ⊙ works entry by entry, a transpose makes an inner or outer product"
                : $"a vector of {a.Dimensions[0]} and a vector of {b.Dimensions[0]} can't be multiplied as matrices");
        }

        var (rows, inner) = a.Rank == 1 ? (a.Dimensions[0], 1) : (a.Dimensions[0], a.Dimensions[1]);
        var (height, columns) = b.Rank == 1 ? (b.Dimensions[0], 1) : (b.Dimensions[0], b.Dimensions[1]);
        if (inner != height)
        {
            return sign is "⋅" && a.SameShape(b) ? Elementwise(tree, a, b, (x, y) => x * y)
                : Misfits(tree, $"{Described(a)} times {Described(b)}: the inner sizes {inner} and {height} don't fit");
        }

        meter.Spend((long)rows * inner * columns);
        var data = new T[Tensor<T>.Count([rows, columns])];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = a.Data[i * inner] * b.Data[j];
                for (var k = 1; k < inner; k++)
                {
                    sum += a.Data[(i * inner) + k] * b.Data[(k * columns) + j];
                }

                data[(i * columns) + j] = sum;
            }
        }

        return b.Rank == 1 ? (a.Rank == 2 && rows == 1 ? new([], data) : new([rows], data))
            : rows == 1 && columns == 1 && a.Rank == 2 ? new([], data)
            : new([rows, columns], data);
    }

    /// <summary>The chain rule with a factor of three indices: neighbouring axes are summed.</summary>
    private Tensor<T>? Contract(ClaimTree tree, Tensor<T> a, Tensor<T> b)
    {
        int[] left = a.Rank == 2 && a.Dimensions[0] == 1 ? [a.Dimensions[1]] : a.Dimensions;
        int[] right = b.Rank == 2 && b.Dimensions[0] == 1 ? [b.Dimensions[1]] : b.Dimensions;
        if (left[^1] != right[0])
        {
            return Misfits(tree, $"{Described(a)} times {Described(b)}: the neighbouring axes {left[^1]} and {right[0]} don't fit");
        }

        var inner = right[0];
        var (rows, columns) = (a.Data.Length / inner, b.Data.Length / inner);
        var data = new T[rows * columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = T.Constant(0);
                for (var k = 0; k < inner; k++)
                {
                    sum += a.Data[(i * inner) + k] * b.Data[(k * columns) + j];
                }

                data[(i * columns) + j] = sum;
            }
        }

        return new([.. left[..^1], .. right[1..]], data);
    }

    private Tensor<T> Convolve(ClaimTree tree, Tensor<T> a, Tensor<T> b, string kind)
    {
        if (a.Rank != 1 || b.Rank != 1)
        {
            throw new IllShapedException(tree, $"a convolution is read between two vectors; here stand {Described(a)} and {Described(b)}");
        }

        var (n, k) = (a.Data.Length, b.Data.Length);
        var mode = kind.Split(' ')[0];
        if (mode == "any")
        {
            mode = Expected is [var length] && length != n + k - 1 ? (length == Math.Max(n, k) ? "same" : length == Math.Abs(n - k) + 1 ? "valid" : "full") : "full";
        }

        // Correlation slides the kernel as it is; convolution flips it first.
        var kernel = kind.EndsWith("convolution", StringComparison.Ordinal) ? b.Data : [.. Enumerable.Reverse(b.Data)];
        var (signal, filter) = n >= k ? (a.Data, kernel) : (kernel, a.Data);
        var full = new T[n + k - 1];
        meter.Spend((long)n * k);
        for (var at = 0; at < full.Length; at++)
        {
            var sum = T.Constant(0);
            for (var j = 0; j < filter.Length; j++)
            {
                if (at - j >= 0 && at - j < signal.Length)
                {
                    sum += signal[at - j] * filter[j];
                }
            }

            full[at] = sum;
        }

        var (start, count) = mode switch
        {
            "valid" => (filter.Length - 1, signal.Length - filter.Length + 1),
            "same" => ((filter.Length - 1) / 2, signal.Length),
            _ => (0, full.Length),
        };
        return new([count], full[start..(start + count)]);
    }

    private Tensor<T>? Divide(ClaimTree tree, Tensor<T> a, Tensor<T> b) => b.IsScalar ? a.Map(x => x / b.Only)
        : a.IsScalar ? b.Map(x => a.Only / x)
        : a.SameShape(b) ? Elementwise(tree, a, b, (x, y) => x / y)
        : Misfits(tree, $"{Described(a)} is divided by {Described(b)}; equal shapes or a number are needed");

    private Tensor<T>? Power(ClaimTree tree)
    {
        if (tree[1].IsNumber("2") && tree[0] is { Head: Head.Norm, Text: "2" or "F" or "" })
        {
            // ‖x‖² needs no root, which would lose the digits near 0.
            return TryEvaluate(tree[0][0]) is { } entries ? Tensor<T>.Scalar(Total(Plain(entries, tree).Data.Select(x => x * x))) : null;
        }

        var exponentTree = tree[1];
        if (TryEvaluate(tree[0]) is not { } @base || TryEvaluate(exponentTree) is not { } exponent)
        {
            return null;
        }

        if (!exponent.IsScalar)
        {
            return @base.IsScalar || @base.SameShape(exponent) ? Elementwise(tree, @base, exponent, T.Pow) : Misfits(exponentTree, $"an exponent is a number; this is {Described(exponent)}");
        }

        var isWhole = Math.Abs(exponent.Only.Value - Math.Round(exponent.Only.Value)) < 1e-12 && Math.Abs(exponent.Only.Value) <= 64 && IsConstant(exponentTree);
        var whole = (int)Math.Round(exponent.Only.Value);
        if (@base is { Rank: 2 } && tree.Text.Length == 0 && isWhole && @base.Dimensions[0] == @base.Dimensions[1])
        {
            var factor = whole < 0 ? Inverse(@base) : @base;
            var result = Tensor<T>.Eye(@base.Dimensions[0], T.Constant(1));
            for (var i = 0; i < Math.Abs(whole); i++)
            {
                result = Fitting(MatrixProduct(tree, string.Empty, result, factor));
            }

            return result;
        }

        return isWhole ? @base.Map(x => T.Pow(x, whole)) : @base.Map(x => T.Pow(x, exponent.Only));
    }

    private bool IsConstant(ClaimTree tree) => tree.Nodes().All(node => node.Head is Head.Number or Head.Negate or Head.Add or Head.Times or Head.Divide
        || (node.Is(Head.Name) && (_indices.ContainsKey(node.Text) || (world.Sizes.ContainsKey(node.Text) && !Declarations.Symbols.ContainsKey(node.Text)))));

    /// <summary>The determinant, by elimination with pivots by size.</summary>
    private static T Determinant(Tensor<T> matrix)
    {
        var n = matrix.Dimensions[0];
        var a = (T[])matrix.Data.Clone();
        var determinant = T.Constant(1);
        for (var column = 0; column < n; column++)
        {
            var pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(a[(row * n) + column].Value));
            if (a[(pivot * n) + column].Value == 0)
            {
                return T.Constant(0);
            }

            for (var j = 0; pivot != column && j < n; j++)
            {
                (a[(column * n) + j], a[(pivot * n) + j]) = (a[(pivot * n) + j], a[(column * n) + j]);
            }

            determinant = pivot == column ? determinant * a[(column * n) + column] : -(determinant * a[(column * n) + column]);
            for (var row = column + 1; row < n; row++)
            {
                var factor = a[(row * n) + column] / a[(column * n) + column];
                for (var j = column; j < n; j++)
                {
                    a[(row * n) + j] -= factor * a[(column * n) + j];
                }
            }
        }

        return determinant;
    }

    /// <summary>Gauss–Jordan elimination with pivots by size.</summary>
    private static Tensor<T> Inverse(Tensor<T> matrix)
    {
        var n = matrix.Dimensions[0];
        const double Singular = 1e-12;
        var largest = matrix.Data.Max(entry => Math.Abs(entry.Value));
        var (a, inverse) = ((T[])matrix.Data.Clone(), Tensor<T>.Eye(n, T.Constant(1)).Data);
        for (var column = 0; column < n; column++)
        {
            var pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(a[(row * n) + column].Value));
            if (!(Math.Abs(a[(pivot * n) + column].Value) > Singular * largest))
            {
                // Xᵀ X with fewer rows than columns: no value here, and no derivative.
                return matrix.Map(entry => entry * T.Constant(double.NaN));
            }

            for (var j = 0; j < n; j++)
            {
                (a[(column * n) + j], a[(pivot * n) + j]) = (a[(pivot * n) + j], a[(column * n) + j]);
                (inverse[(column * n) + j], inverse[(pivot * n) + j]) = (inverse[(pivot * n) + j], inverse[(column * n) + j]);
            }

            var divisor = a[(column * n) + column];
            for (var j = 0; j < n; j++)
            {
                a[(column * n) + j] /= divisor;
                inverse[(column * n) + j] /= divisor;
            }

            for (var row = 0; row < n; row++)
            {
                if (row == column)
                {
                    continue;
                }

                var factor = a[(row * n) + column];
                for (var j = 0; j < n; j++)
                {
                    a[(row * n) + j] -= factor * a[(column * n) + j];
                    inverse[(row * n) + j] -= factor * inverse[(column * n) + j];
                }
            }
        }

        return new(matrix.Dimensions, inverse);
    }

    private static Tensor<T> Transpose(Tensor<T> value)
    {
        if (value.IsOnes)
        {
            return new([], value.Data) { IsOnes = true, IsRow = !value.IsRow };
        }

        switch (value.Dimensions)
        {
            case []:
                return value;
            case [var length]:
                return new([1, length], value.Data);
            case [1, var length]:
                return new([length], value.Data);
            case [var rows, var columns]:
                var data = new T[value.Data.Length];
                for (var i = 0; i < rows; i++)
                {
                    for (var j = 0; j < columns; j++)
                    {
                        data[(j * rows) + i] = value.Data[(i * columns) + j];
                    }
                }

                return new([columns, rows], data);
            default:
                return Turned(value, [.. Enumerable.Range(0, value.Rank).Reverse()]);
        }
    }

    /// <summary>The same entries with the axes in another order.</summary>
    private static Tensor<T> Turned(Tensor<T> value, int[] axes)
    {
        int[] shape = [.. axes.Select(axis => value.Dimensions[axis])];
        var strides = new int[value.Rank];
        var stride = 1;
        for (var axis = value.Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= value.Dimensions[axis];
        }

        var data = new T[value.Data.Length];
        for (var flat = 0; flat < data.Length; flat++)
        {
            var (rest, from) = (flat, 0);
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                from += rest % shape[axis] * strides[axes[axis]];
                rest /= shape[axis];
            }

            data[flat] = value.Data[from];
        }

        return new(shape, data);
    }

    private Tensor<T>? Norm(ClaimTree tree)
    {
        if (TryEvaluate(tree[0]) is not { Data: var entries })
        {
            return null;
        }

        return Tensor<T>.Scalar(tree.Text switch
        {
            "1" => Total(entries.Select(entry => Kinked(tree, entry.Value, T.Apply(ElementaryFunction.Abs, entry)))),
            "∞" => throw new UnreadableException(tree.Span, "The maximum norm is not read here."),
            _ => Root(Total(entries.Select(entry => entry * entry))),
        });
    }

    private static T Root(T square) => T.Pow(square, T.Constant(0.5));
}
