using System.Collections.Immutable;
using System.Globalization;
using ChainRule.Expressions;

namespace ChainRule.Checking;

/// <content>Sums, products, entries, derivatives.</content>
internal sealed partial class EngineReader
{
    private Operand Lower(ClaimTree tree) => tree.Head switch
    {
        Head.Number => Operand.Of(NumberOf(tree.Text)),
        Head.Name => Named(tree),
        Head.Entry => Entry(tree),
        Head.Add => tree.Items.Skip(1).Aggregate(Lower(tree[0]), (sum, item) => Elementwise(sum, Lower(item), (a, b) => a + b)),
        Head.Negate => Map(Lower(tree[0]), x => -x),
        Head.Times => Times(tree),
        Head.Divide => Lower(tree[1]) is { IsScalar: true } divisor ? Map(Lower(tree[0]), x => x / divisor.Only) : Elementwise(Lower(tree[0]), Lower(tree[1]), (a, b) => a / b),
        Head.Power => Powered(tree),
        Head.Transpose => Transposed(Lower(tree[0])),
        Head.Call => Call(tree),
        Head.Big => Big(tree),
        Head.Derivative => tree.Items.Skip(1).Aggregate(Lower(tree[0]), (of, by) => Derived(of, by)),
        Head.Delta => Operand.Of(Delta.Of(Size(tree[0]), Size(tree[1]))),
        Head.Indicator => Truth(tree[0]),
        Head.Cases => Cases(tree),
        Head.Norm => Norm(tree),
        Head.Bars when tree[0].Is(Head.Name) && declarations.Symbols.TryGetValue(tree[0].Text, out var counted) && counted.Shape is { } sizes && sizes.Any(size => size.Is(Head.Name) && char.IsAsciiDigit(size.Text[0])) => throw new BeyondEngineException("A number of entries by sizes in numbers."),
        Head.Bars => Lower(tree[0]) is { IsScalar: true } number ? Operand.Of(FunctionDefinition.Abs.Of(number.Only)) : Operand.Of(Multiply.Of(Lower(tree[0]).Shape.Sizes)),
        Head.Identity => tree.Items is [var size] ? Eye(Size(size)) : new(Operand.Of(Number.One).Tensor, OperandKind.Identity),
        Head.Ones => tree.Items is [var length] ? new(Tensor.Of(Shape.Of(Size(length)), _ => Number.One)) : new(Operand.Of(Number.One).Tensor, OperandKind.Column),
        _ => throw new BeyondEngineException("This is not said in the engine's expressions."),
    };

    private static Expr NumberOf(string digits) => digits.StartsWith("3.14159265358979", StringComparison.Ordinal) ? Constant.Pi
        : digits.Length <= 12 && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? Number.Of(Rational.FromDouble((double)number))
        : throw new BeyondEngineException("This number has too many digits.");

    private Operand Named(ClaimTree tree) => _locals.TryGetValue(tree.Text, out var local) ? local
        : _indices.TryGetValue(tree.Text, out var index) ? Operand.Of(index)
        : declarations.Symbols.TryGetValue(tree.Text, out var symbol)
            ? symbol.Body is { Head: Head.Derivative } body && !IsUpstream(symbol) && symbol.Parameters.IsEmpty ? Outside(() => Lower(body)) : new(VariableOf(tree.Text))
            : declarations.Sizes.Contains(tree.Text) ? Operand.Of(Expressions.Size.Of(tree.Text))
            : throw new BeyondEngineException($"{tree.Text} is not declared.");

    private Operand Outside(Func<Operand> read)
    {
        var (indices, locals) = (_indices, _locals);
        (_indices, _locals) = (new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        var value = read();
        (_indices, _locals) = (indices, locals);
        return value;
    }

    private Operand Entry(ClaimTree tree)
    {
        var whole = Lower(tree[0]);
        ImmutableArray<Expr?> at = [.. tree.Items.Skip(1).Select(index => index.Is(Head.None) ? null : Size(index))];
        if (whole.Kind == OperandKind.Identity && at is [{ } row, { } column])
        {
            return Operand.Of(whole.Only * Delta.Of(row, column));
        }

        if (whole.IsOpen)
        {
            throw new BeyondEngineException("The size of an identity or of ones is open.");
        }

        at = whole.IsRow && at.Length == 1 ? [Number.One, at[0]] : at;
        if (at.Length > whole.Rank)
        {
            throw new BeyondEngineException("There are more indices than axes.");
        }

        at = at.AddRange(Enumerable.Repeat<Expr?>(null, whole.Rank - at.Length));
        var kept = Enumerable.Range(0, whole.Rank).Where(axis => at[axis] is null).ToList();
        return new(Tensor.Of(Shape.Of(kept.Select(axis => whole.Shape.Sizes[axis])), rest => whole.Tensor.At([.. at.Select((index, axis) => index ?? rest[kept.IndexOf(axis)])])));
    }

    private static Operand Map(Operand value, Func<Expr, Expr> function) => value with { Tensor = value.Tensor.Map(function) };

    private static Operand Eye(Expr size) => new(Tensor.Of(Shape.Of(size, size), at => Delta.Of(at[0], at[1])));

    /// <summary>An identity or ones at the size that is asked for.</summary>
    private static Operand Whole(Operand value, Shape shape) => value.Kind switch
    {
        OperandKind.Whole => value,
        OperandKind.Identity when shape.Rank == 2 => new(Tensor.Of(shape, at => value.Only * Delta.Of(at[0], at[1]))),
        OperandKind.Column when value.Rank == 0 && shape.Rank == 1 => new(Tensor.Of(shape, _ => value.Only)),
        OperandKind.Column when value.Rank == 2 && shape.Rank == 2 => new(Tensor.Of(shape, at => value.Tensor.At([Number.One, at[1]]))),
        OperandKind.Row when value.Rank == 0 && shape.Rank == 2 => new(Tensor.Of(shape, _ => value.Only)),
        OperandKind.Row when value.Rank == 1 && shape.Rank == 2 => new(Tensor.Of(shape, at => value.Tensor.At([at[0]]))),
        _ => throw new BeyondEngineException("The size of an identity or of ones is open."),
    };

    private static Operand Elementwise(Operand a, Operand b, Func<Expr, Expr, Expr> operation)
    {
        if (a.IsOpen && a.Kind == b.Kind && a.Rank == b.Rank)
        {
            return a with { Tensor = Tensor.Of(a.Shape, at => operation(a.Tensor.At(at), b.Tensor.At(at))) };
        }

        a = a.IsOpen && !b.IsOpen ? Whole(a, b.Shape) : a;
        b = b.IsOpen && !a.IsOpen ? Whole(b, a.Shape) : b;
        if (a.IsOpen || b.IsOpen)
        {
            throw new BeyondEngineException("The size of an identity or of ones is open.");
        }

        if (a.Rank == 0 || b.Rank == 0)
        {
            return new(Tensor.Of(a.Rank == 0 ? b.Shape : a.Shape, at => operation(a.Rank == 0 ? a.Only : a.Tensor.At(at), b.Rank == 0 ? b.Only : b.Tensor.At(at))));
        }

        // A vector added to a matrix whose rows are examples is added to each row.
        if (a.Rank == 2 && !a.IsRow && (b.Rank == 1 || b.IsRow) && Affine.AreEqual(a.Shape.Sizes[1], b.Shape.Sizes[^1]))
        {
            return new(Tensor.Of(a.Shape, at => operation(a.Tensor.At(at), b.Rank == 1 ? b.Tensor.At([at[1]]) : b.Tensor.At([Number.One, at[1]]))));
        }

        return a.Shape.Equals(b.Shape) ? new(Tensor.Of(a.Shape, at => operation(a.Tensor.At(at), b.Tensor.At(at)))) : throw new BeyondEngineException("The shapes differ.");
    }

    private Operand Times(ClaimTree tree)
    {
        if (declarations.Operators.ContainsKey(tree.Text) || tree.Text is "∗" or "⋆" or "⊕")
        {
            throw new BeyondEngineException("Convolutions are judged by numbers only.");
        }

        return tree.Items.Skip(1).Aggregate(Lower(tree[0]), (product, item) => Product(tree.Text, product, Lower(item)));
    }

    private static Operand Product(string sign, Operand a, Operand b) => sign switch
    {
        "⊙" => Elementwise(a, b, (x, y) => x * y),
        "⊗" => a.Rank <= 1 && b.Rank <= 1 && !a.IsOpen && !b.IsOpen ? new(Tensor.Of(Shape.Of([.. a.Shape.Sizes, .. b.Shape.Sizes]), at => a.Tensor.At(at[..a.Rank]) * b.Tensor.At(at[a.Rank..]))) : throw new BeyondEngineException("⊗ stands between two vectors."),
        _ => Joined(sign, a, b),
    };

    private static Operand Joined(string sign, Operand a, Operand b)
    {
        if (a.Kind == OperandKind.Identity && a.Rank == 0)
        {
            return b with { Tensor = b.Tensor.Map(x => a.Only * x), Kind = b.IsScalar ? OperandKind.Identity : b.Kind };
        }

        if (b.Kind == OperandKind.Identity && b.Rank == 0)
        {
            return a with { Tensor = a.Tensor.Map(x => x * b.Only), Kind = a.IsScalar ? OperandKind.Identity : a.Kind };
        }

        if (a.IsScalar || b.IsScalar)
        {
            return a.IsScalar ? Map(b, x => a.Only * x) : Map(a, x => x * b.Only);
        }

        // 1 bᵀ repeats a row, b 1ᵀ a column, as often as the neighbour asks for.
        if (a is { Kind: OperandKind.Column, Rank: 0 } && b.IsRow)
        {
            return Map(b, x => a.Only * x) with { Kind = OperandKind.Column };
        }

        if (b is { Kind: OperandKind.Row, Rank: 0 } && a is { Kind: OperandKind.Whole, Rank: 1 })
        {
            return Map(a, x => x * b.Only) with { Kind = OperandKind.Row };
        }

        a = a is { Kind: OperandKind.Row, Rank: 0 } && !b.IsOpen ? new(Tensor.Of(Shape.Of(Number.One, b.Shape.Sizes[0]), _ => a.Only)) : a;
        b = b is { Kind: OperandKind.Column, Rank: 0 } && !a.IsOpen ? new(Tensor.Of(Shape.Of(a.Shape.Sizes[^1]), _ => b.Only)) : b;
        if (a.IsOpen || b.IsOpen || a.Rank > 2 || b.Rank > 2)
        {
            throw new BeyondEngineException("This product is judged by numbers only.");
        }

        if (a.Rank == 1 && b.Rank == 1)
        {
            return sign is "⋅" ? Operand.Of(Maths.Dot(a.Tensor, b.Tensor)) : throw new BeyondEngineException("Two columns have no matrix product.");
        }

        if (a.Rank == 1)
        {
            // A column times a row.
            return b.IsRow ? new(Tensor.Of(Shape.Of(a.Shape.Sizes[0], b.Shape.Sizes[1]), at => a.Tensor.At([at[0]]) * b.Tensor.At([Number.One, at[1]]))) : throw new BeyondEngineException("A column times a matrix.");
        }

        var product = a.Tensor * b.Tensor;
        return a.IsRow && product.Shape.Rank == 1 ? Operand.Of(product.At([Number.One])) : new(product);
    }

    private static Operand Transposed(Operand value) => value switch
    {
        { Kind: OperandKind.Identity } => value,
        { Kind: OperandKind.Column, Rank: 0 } => value with { Kind = OperandKind.Row },
        { Kind: OperandKind.Row, Rank: 0 } => value with { Kind = OperandKind.Column },
        { IsOpen: true } => throw new BeyondEngineException("The size of ones is open."),
        { Rank: 0 } => value,
        { Rank: 1 } => new(Tensor.Of(Shape.Of(Number.One, value.Shape.Sizes[0]), at => value.Tensor.At([at[1]]))),
        { IsRow: true } => new(Tensor.Of(Shape.Of(value.Shape.Sizes[1]), at => value.Tensor.At([Number.One, at[0]]))),
        { Rank: 2 } => new(Tensor.Of(Shape.Of(value.Shape.Sizes[1], value.Shape.Sizes[0]), at => value.Tensor.At([at[1], at[0]]))),
        _ => throw new BeyondEngineException("A table with more than two indices has no transpose."),
    };

    private Operand Powered(ClaimTree tree)
    {
        if (tree[0].Is(Head.Norm) && tree[1].IsNumber("2") && tree[0].Text is "2" or "" or "F")
        {
            return Operand.Of(Squares(Lower(tree[0][0])));
        }

        var (@base, exponent) = (Lower(tree[0]), Lower(tree[1]));
        return exponent.IsScalar && !@base.IsOpen && (@base.Rank < 2 || tree.Text is "⊙")
            ? Map(@base, x => Power.Of(x, exponent.Only))
            : throw new BeyondEngineException("Powers of matrices are judged by numbers only.");
    }

    private static Expr Total(Tensor tensor, Func<Expr, Expr> term)
    {
        ImmutableArray<IndexVariable> indices = [.. tensor.Shape.Sizes.Select(Letters.Fresh)];
        var sum = term(tensor.At([.. indices]));
        foreach (var index in indices.Reverse())
        {
            sum = Summation.Of(index, Number.One, index.Range, sum);
        }

        return sum;
    }

    private static Expr Squares(Operand value) => value.IsRow ? Squares(Transposed(value)) : value.IsOpen ? throw new BeyondEngineException("The size is open.") : Total(value.Tensor, x => Power.Of(x, Number.Two));

    private Operand Norm(ClaimTree tree) => tree.Text switch
    {
        "2" or "" or "F" => Operand.Of(Maths.Sqrt(Squares(Lower(tree[0])))),
        "1" => Operand.Of(Total(Lower(tree[0]).Tensor, FunctionDefinition.Abs.Of)),
        _ => throw new BeyondEngineException("This norm is judged by numbers only."),
    };

    private Operand Big(ClaimTree tree)
    {
        if (tree.Text is not "∑")
        {
            throw new BeyondEngineException($"{tree.Text} over an index is judged by numbers only.");
        }

        var letter = tree[1].Text;
        var known = _indices.TryGetValue(letter, out var outer);
        _indices.Remove(letter);
        var upper = tree[3].Is(Head.None) ? RangeOf(letter, tree[0]) ?? throw new BeyondEngineException($"Nothing says how far {letter} counts.") : Size(tree[3]);
        var lower = tree[2].Is(Head.None) ? Number.One : Size(tree[2]);
        var index = Letters.Fresh(upper);
        _indices[letter] = index;
        var body = Lower(tree[0]);
        if (!tree[4].Is(Head.None))
        {
            var condition = Scalar(Truth(tree[4]));
            body = Map(body, x => condition * x);
        }

        if (known)
        {
            _indices[letter] = outer!;
        }
        else
        {
            _indices.Remove(letter);
        }

        return body.IsOpen ? throw new BeyondEngineException("The size is open.") : new(Tensor.Of(body.Shape, at => Summation.Of(index, lower, upper, body.Tensor.At(at))));
    }

    /// <summary>1 where a condition holds, entry by entry.</summary>
    private Operand Truth(ClaimTree condition) => condition switch
    {
        { Head: Head.And } => condition.Items.Skip(1).Aggregate(Truth(condition[0]), (all, item) => Elementwise(all, Truth(item), (a, b) => a * b)),
        { Head: Head.Relation } when SignOf(condition.Text) is { } sign => Elementwise(LowerOrSize(condition[0]), LowerOrSize(condition[1]), (a, b) => Indicator.Of(new Comparison(a, sign, b))),
        _ => throw new BeyondEngineException("This condition is judged by numbers only."),
    };

    private Operand LowerOrSize(ClaimTree tree) => tree.Is(Head.Number) || !tree.Is(Head.Name) || !_indices.TryGetValue(tree.Text, out var index) ? Lower(tree) : Operand.Of(index);

    private static ComparisonSign? SignOf(string sign) => sign switch
    {
        "<" => ComparisonSign.Less,
        "≤" or "⩽" => ComparisonSign.LessOrEqual,
        ">" => ComparisonSign.Greater,
        "≥" or "⩾" => ComparisonSign.GreaterOrEqual,
        "=" => ComparisonSign.Equal,
        "≠" => ComparisonSign.NotEqual,
        _ => null,
    };

    private Operand Cases(ClaimTree tree)
    {
        var pairs = tree.Items.Chunk(2).ToList();
        // The last case is what is left, whether it says so or states its condition.
        var conditions = pairs.SkipLast(1).Select(pair => pair[1]).ToList();
        if (conditions.Exists(condition => condition is not { Head: Head.Relation } || SignOf(condition.Text) is null))
        {
            throw new BeyondEngineException("This condition is judged by numbers only.");
        }

        var values = pairs.Select(pair => Lower(pair[0])).ToList();
        var sides = conditions.Select(condition => (Left: LowerOrSize(condition[0]), Sign: SignOf(condition.Text)!.Value, Right: LowerOrSize(condition[1]))).ToList();
        var shape = values.Concat(sides.SelectMany(side => new[] { side.Left, side.Right })).Select(value => value.IsOpen ? throw new BeyondEngineException("The size is open.") : value.Shape).MaxBy(shape => shape.Rank)!;
        return new(Tensor.Of(shape, at => Piecewise.Of(sides.Select((side, i) => (At(values[i], at), new Comparison(At(side.Left, at), side.Sign, At(side.Right, at)))), At(values[^1], at))));

        static Expr At(Operand value, ImmutableArray<Expr> at) => value.Rank == 0 ? value.Only : value.Tensor.At(at);
    }

    private Operand Derived(Operand of, ClaimTree by)
    {
        var (name, at) = by switch
        {
            { Head: Head.Name } => (by.Text, ImmutableArray<Expr>.Empty),
            { Head: Head.Entry, Items: [{ Head: Head.Name } whole, ..] } when !by.Items.Any(index => index.Is(Head.None)) => (whole.Text, [.. by.Items.Skip(1).Select(Size)]),
            _ => throw new BeyondEngineException("A derivative is taken by a name or one of its entries."),
        };
        if (_locals.ContainsKey(name) || of.IsOpen || (declarations.Symbols.TryGetValue(name, out var symbol) && symbol.Body is { Head: Head.Derivative } && !IsUpstream(symbol)))
        {
            throw new BeyondEngineException("This derivative is judged by numbers only.");
        }

        var variable = VariableOf(name);
        if (at.Length > variable.Shape.Rank)
        {
            throw new BeyondEngineException("There are more indices than axes.");
        }

        var rows = of.IsRow ? Transposed(of) : of;
        var columns = variable.Shape.Sizes[at.Length..];
        Expr Entry(ImmutableArray<Expr> row, ImmutableArray<Expr> column) => Derivative.Of(rows.Tensor.At(row), Element.Of(variable, [.. at, .. column]));
        if (rows.Rank == 0)
        {
            return orientation == Orientation.Numerator && columns.Length == 1
                ? new(Tensor.Of(Shape.Of(Number.One, columns[0]), entry => Entry([], entry[1..])))
                : new(Tensor.Of(Shape.Of(columns), entry => Entry([], entry)));
        }

        if (columns.IsEmpty)
        {
            return orientation == Orientation.Denominator && rows.Rank == 1
                ? new(Tensor.Of(Shape.Of(Number.One, rows.Shape.Sizes[0]), entry => Entry(entry[1..], [])))
                : new(Tensor.Of(rows.Shape, entry => Entry(entry, [])));
        }

        return orientation == Orientation.Denominator
            ? new(Tensor.Of(Shape.Of([.. columns, .. rows.Shape.Sizes]), entry => Entry(entry[columns.Length..], entry[..columns.Length])))
            : new(Tensor.Of(Shape.Of([.. rows.Shape.Sizes, .. columns]), entry => Entry(entry[..rows.Rank], entry[rows.Rank..])));
    }
}
