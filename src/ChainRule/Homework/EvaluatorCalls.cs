using System.Collections.Immutable;
using ChainRule.Notation;
using ChainRule.Numerics;

namespace ChainRule.Checking;

/// <content>Functions, expectations and derivatives.</content>
internal sealed partial class Evaluator<T>
{
    private Tensor<T>? Call(ClaimTree tree)
    {
        if (Declarations.Functions.TryGetValue(tree.Text, out var given) && given.Alias is null)
        {
            return TryEvaluateAll(tree.Items) is { } places ? Given(tree, given, places) : null;
        }

        if (KnownLosses.Formula(tree) is { } loss)
        {
            return TryEvaluate(loss);
        }

        var name = given?.Alias ?? tree.Text;
        if (name is "E" or "Var" or "Cov")
        {
            return Average(tree, name);
        }

        if (name is "unit")
        {
            return Unit(tree);
        }

        if (name is ClaimParser.UpperSign or ClaimParser.LowerSign)
        {
            var isPositive = Whole(tree[1]) == 1 == name is ClaimParser.UpperSign;
            return isPositive ? TryEvaluate(tree[0]) : TryEvaluate(tree[0])?.Map(x => -x);
        }

        if (name is "identity")
        {
            var same = TryEvaluate(tree[0]);
            return tree.Order == 0 ? same : same?.Map(_ => T.Constant(tree.Order == 1 ? 1 : 0));
        }

        if (name is "log" && tree is { Order: 0, Items: [{ Head: Head.Add } beyond] } && beyond.Items.ToList().FindIndex(item => item.IsNumber("1")) is >= 0 and var one)
        {
            // log(1 + u): for a small u the digits would be lost in 1 + u.
            var rest = beyond.Items.RemoveAt(one);
            return TryEvaluate(rest.Length == 1 ? rest[0] : beyond.With(rest)) is { } above ? Plain(above, tree).Map(u => Math.Abs(u.Value) < Small ? Log1(u) : T.Apply(ElementaryFunction.Log, T.Constant(1) + u)) : null;
        }

        if (TryEvaluateAll(tree.Items) is not { } arguments)
        {
            return null;
        }

        if (arguments.Length == 0)
        {
            throw new UnreadableException(tree.Span, $"{name} has no argument.");
        }

        if (KnownFunctions.Elementwise.Contains(name))
        {
            return arguments.Length == 1 ? Plain(arguments[0], tree).Map(x => Function(tree, name, x, tree.Order)) : throw new UnreadableException(tree.Span, $"{name} takes one argument.");
        }

        if (tree.Order > 0)
        {
            throw new UnreadableException(tree.Span, $"A prime on {name} is not read: it is not a function of one number.");
        }

        return Collective(tree, name, arguments);
    }

    /// <summary>Below it, series are used that lose no digits.</summary>
    private const double Small = 0.05;

    /// <summary>log(1 + u) = 2 (w + w³/3 + w⁵/5 + …) with w = u/(2 + u), for small u.</summary>
    private static T Log1(T u)
    {
        const int Terms = 7;
        var w = u / (T.Constant(2) + u);
        var (square, sum) = (w * w, T.Constant(0));
        for (var term = Terms; term >= 0; term--)
        {
            sum = (sum * square) + (T.Constant(1) / T.Constant((2 * term) + 1));
        }

        return T.Constant(2) * w * sum;
    }

    /// <summary>eᵘ − 1 = u (1 + u/2 (1 + u/3 (1 + …))), for small u.</summary>
    private static T Exp1(T u)
    {
        const int Terms = 11;
        var sum = T.Constant(1);
        for (var term = Terms; term >= 2; term--)
        {
            sum = T.Constant(1) + (u / T.Constant(term) * sum);
        }

        return u * sum;
    }

    /// <summary>e_i, with as many entries as i counts or the other side has.</summary>
    private Tensor<T> Unit(ClaimTree tree)
    {
        var size = tree[0].Is(Head.Name) && Declarations.Ranges.TryGetValue(tree[0].Text, out var range) && !range.Last.Is(Head.None) ? Whole(range.Last)
            : Expected is [var length] ? length : throw new UnreadableException(tree.Span, "Nothing says how many entries this unit vector has: say how far its index counts, or declare it.");
        var unit = Zeros([size]);
        var at = Whole(tree[0]);
        if (at < 1 || at > size)
        {
            throw new IllShapedException(tree, $"there is no unit vector {at} among {size}");
        }

        unit.Data[at - 1] = T.Constant(1);
        return unit;
    }

    private Tensor<T>? Collective(ClaimTree tree, string name, Tensor<T>[] arguments)
    {
        var first = Plain(arguments[0], tree);
        switch (name)
        {
            case "softmax":
                return Softmax(tree, first);
            case "logsumexp":
                return Tensor<T>.Scalar(T.Apply(ElementaryFunction.Log, Total(first.Data.Select(x => T.Apply(ElementaryFunction.Exp, x)))));
            case "diag":
                return Diagonal(tree, first);
            case "tr":
                return first is { Rank: 2 } square && square.Dimensions[0] == square.Dimensions[1]
                    ? Tensor<T>.Scalar(Total(Enumerable.Range(0, square.Dimensions[0]).Select(i => square.Data[(i * square.Dimensions[0]) + i])))
                    : first.IsScalar ? first : Misfits(tree, $"a trace needs a square matrix; this is {Described(first)}");
            case "flip":
                return new(first.Dimensions, [.. Enumerable.Reverse(first.Data)]);
            case "vec":
                return new([first.Data.Length], Transpose(first).Data);
            case "sum":
                return Tensor<T>.Scalar(Total(first.Data));
            case "mean":
                return Tensor<T>.Scalar(Total(first.Data) / T.Constant(first.Data.Length));
            case KnownLosses.Examples:
                return Tensor<T>.Constant(first.Rank == 2 ? first.Dimensions[0] : 1);
            case "len":
                return Tensor<T>.Constant(first.Data.Length);
            case "norm":
                return Tensor<T>.Scalar(Root(Total(first.Data.Select(x => x * x))));
            case "transpose":
                return Transpose(first);
            case "det":
                return first is { Rank: 2 } whole && whole.Dimensions[0] == whole.Dimensions[1] ? Tensor<T>.Scalar(Determinant(whole))
                    : first.IsScalar ? first : Misfits(tree, $"a determinant needs a square matrix; this is {Described(first)}");
            case "inv":
                return first is { Rank: 2 } ? Inverse(first) : Misfits(tree, "an inverse needs a square matrix");
            case "floor" or "ceil":
                return first.Map(x => T.Constant(name == "floor" ? Math.Floor(x.Value + 1e-9) : Math.Ceiling(x.Value - 1e-9)));
            case "inner" when arguments is [_, var other]:
                return first.Data.Length == other.Data.Length ? Tensor<T>.Scalar(Total(first.Data.Zip(other.Data, (x, y) => x * y)))
                    : Misfits(tree, $"an inner product of {Described(first)} and {Described(other)}");
            case "normal" when arguments is [_, var mean, var covariance]:
                return Tensor<T>.Scalar(Density(tree, first, mean, covariance));
            case "outer" when arguments is [_, var other]:
                return Outer(tree, first, other);
            case "clip" when arguments is [_, var least, var most]:
                return Elementwise(tree, first, least, (x, end) => Kinked(tree[1], x.Value - end.Value, x.Value >= end.Value ? x : end)) is not { } above ? null : Elementwise(tree, above, most, (x, end) => Kinked(tree[2], x.Value - end.Value, x.Value <= end.Value ? x : end));
            case "conv" or "corr" when arguments is [_, var other]:
                return Convolve(tree, first, other, name is "conv" ? "any convolution" : "any correlation");
            case "max" or "min" when arguments.Length == 1 && first.IsScalar && !tree[0].Is(Head.Bars):
                // max σ′(z) = ¼: over the one number that it speaks of.
                return tree[0].Nodes().Where(node => node.Is(Head.Name)).Select(node => node.Text).Distinct(StringComparer.Ordinal).ToList() is [var only] && !_indices.ContainsKey(only) && Declarations.Symbols.TryGetValue(only, out var moving) && moving is { Body: null, Shape.IsEmpty: true }
                    ? Extreme(new(Head.Integral, name, [tree[0], ClaimTree.Name(only), ClaimTree.Nothing, ClaimTree.Nothing], tree.Span))
                    : throw new UnreadableException(tree.Span, $"{name} of one number does not say over what it is taken: write \\{name}_z.");
            case "max" or "min":
                var isMax = name is "max";
                if (arguments.Length > 2 && arguments.All(argument => argument.IsScalar))
                {
                    // Each of them is to be seen as the largest one.
                    var winner = isMax ? arguments.Max(argument => argument.Only.Value) : arguments.Min(argument => argument.Only.Value);
                    for (var i = 0; i < arguments.Length; i++)
                    {
                        world.Sides.Add((tree[i], arguments[i].Only.Value.Equals(winner)));
                    }
                }

                T Choose(T a, T b) => Kinked(tree, a.Value - b.Value, (a.Value >= b.Value) == isMax ? a : b);
                return arguments.Length == 1 ? Tensor<T>.Scalar(first.Data.Skip(1).Aggregate(first.Data[0], Choose))
                    : arguments.Skip(1).Aggregate((Tensor<T>?)first, (best, next) => best is null ? null : Elementwise(tree, best, next, Choose));
            case var _ when KnownFunctions.Alongside(name) is var (single, ofRows):
                return Alongside(tree, single, ofRows, first);
            default:
                throw new UnreadableException(tree.Span, KnownLosses.Is(name) ? $"{name} takes two arguments, the prediction and the target." : $"{name} is not read here.");
        }
    }

    /// <summary>The density of a normal distribution, of a number or of a vector with a covariance matrix.</summary>
    private static T Density(ClaimTree tree, Tensor<T> x, Tensor<T> mean, Tensor<T> covariance)
    {
        var difference = Elementwise(tree, x, mean);
        if (difference.IsScalar && covariance.IsScalar)
        {
            return Exponential(difference.Only * difference.Only / covariance.Only) / Root(T.Constant(2 * Math.PI) * covariance.Only);
        }

        var size = difference.Data.Length;
        covariance = covariance.IsIdentity ? Expand(covariance, [size, size]) : covariance;
        if (difference.Rank != 1 || covariance is not { Rank: 2 } || covariance.Dimensions[0] != size || covariance.Dimensions[1] != size)
        {
            throw new IllShapedException(tree, $"the covariance of {Described(difference)} is {Described(covariance)}");
        }

        var inverse = Inverse(covariance);
        var square = Total(Enumerable.Range(0, size * size).Select(i => difference.Data[i / size] * inverse.Data[i] * difference.Data[i % size]));
        return Exponential(square) / Root(Enumerable.Repeat(T.Constant(2 * Math.PI), size).Aggregate(Determinant(covariance), (product, factor) => product * factor));

        static T Exponential(T square) => T.Apply(ElementaryFunction.Exp, -square / T.Constant(2));

        static Tensor<T> Elementwise(ClaimTree tree, Tensor<T> a, Tensor<T> b) => b.IsScalar ? a.Map(entry => entry - b.Only)
            : a.SameShape(b) ? new(a.Dimensions, [.. a.Data.Zip(b.Data, (u, v) => u - v)]) : throw new IllShapedException(tree, $"the mean of {Described(a)} is {Described(b)}");
    }

    /// <summary>The sum (or mean, …) of each row or of each column; a row where the other side is one.</summary>
    private Tensor<T>? Alongside(ClaimTree tree, string single, bool ofRows, Tensor<T> value)
    {
        if (value.Rank == 1)
        {
            return Collective(tree, single, [value]);
        }

        if (value.Rank != 2)
        {
            return Misfits(tree, $"rows and columns are those of a matrix; this is {Described(value)}");
        }

        var lines = ofRows ? value : Transpose(value);
        T[] entries = [.. lines.Data.Chunk(lines.Dimensions[1]).Select(line => Fitting(Collective(tree, single, [new([line.Length], line)])).Only)];
        return new(Expected is [1, _] ? [1, entries.Length] : [entries.Length], entries);
    }

    private Tensor<T>? Softmax(ClaimTree tree, Tensor<T> z)
    {
        if (z.Rank > 2 || z.IsScalar)
        {
            return Misfits(tree, $"softmax needs a vector; this is {Described(z)}");
        }

        // Of a matrix, each row by itself. The largest entry is taken off for the exponentials' sake.
        var length = z.Dimensions[^1];
        return new(z.Dimensions, [.. z.Data.Chunk(length).SelectMany(row =>
        {
            var top = T.Constant(row.Max(x => x.Value));
            T[] powers = [.. row.Select(x => T.Apply(ElementaryFunction.Exp, x - top))];
            var sum = Total(powers);
            return powers.Select(power => power / sum);
        })]);
    }

    private Tensor<T>? Diagonal(ClaimTree tree, Tensor<T> value)
    {
        if (value.IsScalar)
        {
            return value;
        }

        if (value is { Rank: 2 } matrix && matrix.Dimensions[0] == matrix.Dimensions[1])
        {
            var size = matrix.Dimensions[0];
            return new([size], [.. Enumerable.Range(0, size).Select(i => matrix.Data[(i * size) + i])]);
        }

        if (value.Rank == 1 || (value.Rank == 2 && value.Dimensions[0] == 1))
        {
            var size = value.Data.Length;
            var result = Tensor<T>.Eye(size, T.Constant(0));
            for (var i = 0; i < size; i++)
            {
                result.Data[(i * size) + i] = value.Data[i];
            }

            return result;
        }

        return Misfits(tree, $"diag needs a vector; this is {Described(value)}");
    }

    /// <summary>A known function, or its derivative of some order by dual numbers.</summary>
    private T Function(ClaimTree node, string name, T x, int primes)
    {
        if (primes > 0)
        {
            return primes > DeepestDerivative ? throw new BudgetException() : Inner().Function(node, name, new(x, T.Constant(1)), primes - 1).Tangent;
        }

        if (KnownFunctions.Kinked.Contains(name))
        {
            world.Sides.Add((node, x.Value > 0));
        }

        return name switch
        {
            "exp" => T.Apply(ElementaryFunction.Exp, x),
            "log" => T.Apply(ElementaryFunction.Log, x),
            "tanh" => T.Apply(ElementaryFunction.Tanh, x),
            "sigmoid" => T.Apply(ElementaryFunction.Sigmoid, x),
            "logsigmoid" => -T.Apply(ElementaryFunction.Softplus, -x),
            "sin" => T.Apply(ElementaryFunction.Sin, x),
            "cos" => T.Apply(ElementaryFunction.Cos, x),
            "tan" => T.Apply(ElementaryFunction.Sin, x) / T.Apply(ElementaryFunction.Cos, x),
            "sinh" => (T.Apply(ElementaryFunction.Exp, x) - T.Apply(ElementaryFunction.Exp, -x)) / T.Constant(2),
            "cosh" => (T.Apply(ElementaryFunction.Exp, x) + T.Apply(ElementaryFunction.Exp, -x)) / T.Constant(2),
            "sqrt" => T.Pow(x, T.Constant(0.5)),
            "softplus" => T.Apply(ElementaryFunction.Softplus, x),
            "erf" => T.Apply(ElementaryFunction.Erf, x),
            "Phi" => T.Apply(ElementaryFunction.NormalDistribution, x),
            "phi" => T.Apply(ElementaryFunction.NormalDensity, x),
            "relu" => T.Apply(ElementaryFunction.Relu, x),
            "abs" => T.Apply(ElementaryFunction.Abs, x),
            "sign" => T.Apply(ElementaryFunction.Sign, x),
            "gelu" => x * T.Apply(ElementaryFunction.NormalDistribution, x),
            "silu" => x * T.Apply(ElementaryFunction.Sigmoid, x),
            "step" => (T.Apply(ElementaryFunction.Sign, x) + T.Constant(1)) / T.Constant(2),
            "mish" => x * T.Apply(ElementaryFunction.Tanh, T.Apply(ElementaryFunction.Softplus, x)),
            "softsign" => x / (T.Constant(1) + T.Apply(ElementaryFunction.Abs, x)),
            "logit" => T.Apply(ElementaryFunction.Log, x / (T.Constant(1) - x)),
            "artanh" => T.Apply(ElementaryFunction.Log, (T.Constant(1) + x) / (T.Constant(1) - x)) / T.Constant(2),
            "coth" => T.Constant(1) / T.Apply(ElementaryFunction.Tanh, x),
            "sech" => T.Constant(2) / (T.Apply(ElementaryFunction.Exp, x) + T.Apply(ElementaryFunction.Exp, -x)),
            "csch" => T.Constant(2) / (T.Apply(ElementaryFunction.Exp, x) - T.Apply(ElementaryFunction.Exp, -x)),
            "cot" => T.Apply(ElementaryFunction.Cos, x) / T.Apply(ElementaryFunction.Sin, x),
            "sec" => T.Constant(1) / T.Apply(ElementaryFunction.Cos, x),
            "csc" => T.Constant(1) / T.Apply(ElementaryFunction.Sin, x),
            "arsinh" => T.Apply(ElementaryFunction.Log, x + Root((x * x) + T.Constant(1))),
            "arcosh" => T.Apply(ElementaryFunction.Log, x + Root((x * x) - T.Constant(1))),
            "factorial" => Factorial(node, x),
            "arctan" => Angle(Math.Atan(x.Value), y => (T.Apply(ElementaryFunction.Sin, y) - (x * T.Apply(ElementaryFunction.Cos, y))) * T.Apply(ElementaryFunction.Cos, y)),
            "arcsin" => Angle(Math.Asin(x.Value), y => (T.Apply(ElementaryFunction.Sin, y) - x) / T.Apply(ElementaryFunction.Cos, y)),
            "arccos" => Angle(Math.Acos(x.Value), y => (x - T.Apply(ElementaryFunction.Cos, y)) / T.Apply(ElementaryFunction.Sin, y)),
            _ => throw new UnreadableException(node.Span, $"{name} is not read here."),
        };
    }

    /// <summary>n! of a whole number, which nothing is differentiated by.</summary>
    private static T Factorial(ClaimTree node, T x)
    {
        const int Largest = 100;
        var n = Math.Round(x.Value);
        return Math.Abs(x.Value - n) > 1e-9 || n is < 0 or > Largest
            ? throw new UnreadableException(node.Span, "Factorials are read of whole numbers: declare it as one, as in y \\in \\mathbb{N}.")
            : Enumerable.Range(1, (int)n).Aggregate(T.Constant(1), (product, factor) => product * T.Constant(factor));
    }

    /// <summary>An inverse function by Newton's steps from its value: each step gets two more orders of the derivatives right.</summary>
    private static T Angle(double value, Func<T, T> correction)
    {
        const int Steps = 3;
        var angle = T.Constant(value);
        for (var step = 0; step < Steps; step++)
        {
            angle -= correction(angle);
        }

        return angle;
    }

    /// <summary>A function from the givens.</summary>
    private Tensor<T> Given(ClaimTree tree, GivenFunction function, Tensor<T>[] arguments)
    {
        if (function.InverseOf is { } inverted)
        {
            return arguments is [var image] ? Plain(image, tree).Map(y => Inverted(tree, inverted, y, tree.Order)) : throw new UnreadableException(tree.Span, $"{TextPrinter.Print(function.Formula!)} takes one argument.");
        }

        if (function.Body is null)
        {
            return Unknown(tree, function, arguments);
        }

        if (function.Parameters.Length != arguments.Length && !(function.Parameters.Length > arguments.Length && arguments.Length > 0))
        {
            throw new UnreadableException(tree.Span, $"{function.Name.TrimStart('#')} takes {function.Parameters.Length} arguments, not {arguments.Length}.");
        }

        // A function of a number works on each entry.
        if (arguments is [var only] && function.Parameters.Length == 1 && function.Entries.IsEmpty && (tree.Order > 0 || (!only.IsScalar && (function.ParameterShapes is [null] or [{ IsEmpty: true }]) && !Declarations.IsOfTensors(function))))
        {
            if (function.ParameterShapes is [{ Length: > 0 }] && tree.Order > 0 && !only.IsScalar && function.Body.Nodes().Any(node => node.Is(Head.Entry)))
            {
                throw new UnreadableException(tree.Span, $"A prime on {function.Name} is not read: it is not a function of one number.");
            }

            return Plain(only, tree).Map(x => Entrywise(tree, function, x, tree.Order));
        }

        if (++_calls > DeepestCall)
        {
            throw new BudgetException();
        }

        var (locals, indices, expected) = (_locals, _indices, Expected);
        var bound = new Dictionary<string, Tensor<T>>(StringComparer.Ordinal);
        var sizes = world.Sizes;
        for (var i = 0; i < arguments.Length; i++)
        {
            bound[function.Parameters[i]] = arguments[i];
            if (function.ParameterShapes.Length > i && function.ParameterShapes[i] is { } shape && shape.Length == arguments[i].Rank)
            {
                // The sizes in the parameter's shape are those of the argument.
                for (var axis = 0; axis < shape.Length; axis++)
                {
                    if (shape[axis].Is(Head.Name) && sizes.TryGetValue(shape[axis].Text, out var usual) && usual != arguments[i].Dimensions[axis])
                    {
                        bound[shape[axis].Text] = Tensor<T>.Constant(arguments[i].Dimensions[axis]);
                    }
                }
            }
        }

        (_locals, _indices, Expected) = (bound, new(StringComparer.Ordinal), null);
        foreach (var (name, value) in bound.Where(pair => pair.Value.IsScalar && world.Sizes.ContainsKey(pair.Key)).ToList())
        {
            _indices[name] = (int)value.Only.Value;
        }

        Tensor<T> result;
        if (function.Entries.IsEmpty)
        {
            result = Evaluate(function.Body);
        }
        else
        {
            int[] axes = [.. function.Entries.Select((letter, axis) => function.Result is { } shape && axis < shape.Length ? Whole(shape[axis])
                : RangeOf(letter, function.Body)?.Last ?? expected?.ElementAtOrDefault(axis) ?? throw new UnreadableException(tree.Span, $"Nothing says how many entries {function.Name.TrimStart('#')} has: declare its result, as in \"x * w \\in \\mathbb{{R}}^{{d-k+1}}\"."))];
            result = Tabulated(function.Entries, axes, () => Evaluate(function.Body));
        }

        (_locals, _indices, Expected) = (locals, indices, expected);
        _calls--;
        return result;
    }

    private T Entrywise(ClaimTree tree, GivenFunction function, T x, int primes)
    {
        if (primes > DeepestDerivative || _calls > DeepestCall)
        {
            throw new BudgetException();
        }

        if (primes > 0)
        {
            return Inner().Entrywise(tree, function, new(x, T.Constant(1)), primes - 1).Tangent;
        }

        _calls++;
        var (locals, indices) = (_locals, _indices);
        (_locals, _indices) = (new(StringComparer.Ordinal) { [function.Parameters[0]] = Tensor<T>.Scalar(x) }, new(StringComparer.Ordinal));
        var value = Evaluate(function.Body!);
        (_locals, _indices) = (locals, indices);
        _calls--;
        return value.IsScalar ? value.Only : throw new IllShapedException(tree, $"{function.Name} of a number is {Described(value)}");
    }

    /// <summary>
    /// f⁻¹(y), or a derivative of it: the argument at which f has the value y, found between two points of different signs and made exact in
    /// its derivatives by Newton's steps. No value where there is none, or more than one.
    /// </summary>
    private T Inverted(ClaimTree tree, GivenFunction function, T y, int primes)
    {
        if (primes > 0)
        {
            return primes > DeepestDerivative ? throw new BudgetException() : Inner().Inverted(tree, function, new(y, T.Constant(1)), primes - 1).Tangent;
        }

        var isPositive = Declarations.Symbols.TryGetValue(function.Parameters[0], out var parameter) && parameter.Traits.HasFlag(Trait.Positive);
        if (Preimage(u => Entrywise(tree, function, T.Constant(u), 0).Value - y.Value, isPositive ? 0 : -Furthest) is not { } root)
        {
            // No value, and no derivative either.
            return y * T.Constant(double.NaN);
        }

        return Angle(root, u => (Entrywise(tree, function, u, 0) - y) / Entrywise(tree, function, u, 1));
    }

    /// <summary>How far from 0 arguments of inverse functions are looked for, as the exponent of a step of a fifth.</summary>
    private const int Furthest = 30;

    /// <summary>The only zero of a function, or null.</summary>
    private static double? Preimage(Func<double, double> value, int from)
    {
        const int Halvings = 70;
        (double Low, double High)? bracket = null;
        (double At, double Value)? before = null;
        for (var step = from; step <= Furthest; step++)
        {
            // Dense at 0 and wide apart far from it; never a round number, where f may have an edge.
            var at = Math.Sinh(step / 5.0) + 0.0123;
            var here = value(at);
            if (double.IsFinite(here) && before is { } last && here * last.Value <= 0)
            {
                if (bracket is not null)
                {
                    return null;
                }

                bracket = (last.At, at);
            }

            before = double.IsFinite(here) ? (at, here) : null;
        }

        if (bracket is not var (low, high))
        {
            return null;
        }

        var isRising = value(high) > 0;
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = value(middle) > 0 == isRising ? (low, middle) : (middle, high);
        }

        return (low + high) / 2;
    }

    /// <summary>A smooth function that is not written out: of each entry, or of whole tensors.</summary>
    private Tensor<T> Unknown(ClaimTree tree, GivenFunction function, Tensor<T>[] arguments)
    {
        if (function.OfTensors)
        {
            if (tree.Order > 0)
            {
                throw new UnreadableException(tree.Span, $"A prime on {function.Name} is not read: it is not a function of one number.");
            }

            int[] shape = function.Result is { } result ? [.. result.Select(Whole)] : [];
            var entries = arguments.SelectMany(argument => argument.Data).ToList();
            return new(shape, [.. Enumerable.Range(0, Tensor<T>.Count(shape)).Select(i => Opaque(function.Name + "#" + i, entries))]);
        }

        return arguments is [var only]
            ? Plain(only, tree).Map(x => T.Apply(new(ElementaryFunction.Opaque, World.Hash(function.Name) % 9973, tree.Order), x))
            : Tensor<T>.Scalar(Opaque(function.Name, arguments.SelectMany(argument => argument.Data)));
    }

    /// <summary>An evaluator one order of dual numbers up, in which nothing moves.</summary>
    private Evaluator<Dual<T>> Inner() => Seeded(string.Empty, null, -1);

    private Dictionary<ClaimTree, Tensor<T>> _averages = [];

    /// <summary>E[·], Var[·], Cov[·, ·] over the outcomes of the random variables; one that depends on nothing around it is taken once.</summary>
    private Tensor<T> Average(ClaimTree tree, string name)
    {
        if (_averages.TryGetValue(tree, out var known))
        {
            return known;
        }

        var average = Averaged(tree, name);
        if (order == 0 && _locals.Count == 0 && _chosen is null && !tree.Nodes().Any(node => node.Is(Head.Name) && _indices.ContainsKey(node.Text)))
        {
            _averages[tree] = average;
        }

        return average;
    }

    private Tensor<T> Averaged(ClaimTree tree, string name)
    {
        if (name is "Cov" && tree.Items.Length == 2)
        {
            var product = Expectation(ClaimTree.Of(Head.Times, tree[0], tree[1]), tree);
            return Fitting(Elementwise(tree, product, Fitting(Hadamard(tree, Expectation(tree[0], tree), Expectation(tree[1], tree))), (a, b) => a - b));
        }

        if (name is "Var")
        {
            var mean = Expectation(tree[0], tree);
            return Fitting(Elementwise(tree, Expectation(ClaimTree.Of(Head.Power, tree[0], ClaimTree.Number(2)), tree), mean, (a, b) => a - (b * b)));
        }

        return Expectation(tree[0], tree);
    }

    private Tensor<T> Expectation(ClaimTree of, ClaimTree where)
    {
        var random = world.Outcomes.Keys.Where(key => Declarations.Names(of).Any(used => Declarations.Reaches(used, key))).Order(StringComparer.Ordinal).ToList();
        var families = world.Families.Keys.Where(key => Declarations.Names(of).Any(used => Declarations.Reaches(used, key))).ToHashSet(StringComparer.Ordinal);
        if (world.Outcomes.Count + world.Families.Count == 0)
        {
            throw new UnreadableException(where.Span, "Nothing is declared to be random: say, for example, \"a \\sim \\mathcal{N}(0, \\sigma^2)\" or \"a \\text{ symmetric}\".");
        }

        Tensor<T>? sum = null;
        Visit(0, 1, []);
        return sum!;

        void Visit(int position, double weight, ImmutableArray<(string Name, double Value)> chosen)
        {
            if (position < random.Count)
            {
                foreach (var (value, probability) in world.Outcomes[random[position]])
                {
                    Visit(position + 1, weight * probability, chosen.Add((random[position], value)));
                }

                return;
            }

            var inner = new Evaluator<T>(world, meter, orientation, order) { _locals = _locals, _indices = _indices, _wide = _wide, ProductsDescend = ProductsDescend, RowsLie = RowsLie };
            foreach (var (name, value) in chosen)
            {
                inner._tables[name] = Tensor<T>.Constant(value);
            }

            inner._lift = name => random.Exists(key => Declarations.Reaches(name, key)) || families.Any(key => Declarations.Reaches(name, key)) ? null : Value(name);
            if (families.Count > 0)
            {
                Many(inner, weight);
                return;
            }

            var term = inner.Evaluate(of).Map(x => x * T.Constant(weight));
            sum = sum is null ? term : Fitting(Elementwise(where, sum, term, (a, b) => a + b));
        }

        // Only the entries that the value looks at are varied: a first look says which.
        void Many(Evaluator<T> inner, double weight)
        {
            const int MostOutcomes = 300_000;
            (inner._chosen, inner._touched) = ([], []);
            _ = inner.Evaluate(of);
            var touched = inner._touched.Order().ToList();
            if (touched is [var single] && Declarations.Symbols[single.Name].Traits.HasFlag(Trait.Normal) && world.Families[single.Name] is [var middle, var above, _])
            {
                // One entry can be integrated over finely.
                var deviation = (above.Value - middle.Value) / Math.Sqrt(3);
                foreach (var (value, probability) in WorldSampler.Halves())
                {
                    inner._chosen[single] = middle.Value + (deviation * value);
                    Each(1, weight * probability);
                }

                return;
            }

            world.IsRough |= families.Any(key => Declarations.Symbols[key].Traits.HasFlag(Trait.Normal)) && Reached(of).Any(node => node.Head is Head.Call or Head.Bars or Head.Cases or Head.Indicator or Head.Divide && node.Nodes().Any(used => used.Is(Head.Name) && families.Any(key => Declarations.Reaches(used.Text, key))) && !(node.Is(Head.Divide) && !node[1].Nodes().Any(used => used.Is(Head.Name) && families.Any(key => Declarations.Reaches(used.Text, key)))));
            if (touched.Aggregate(1.0, (product, entry) => product * world.Families[entry.Name].Length) > MostOutcomes)
            {
                throw new BudgetException();
            }

            Each(0, weight);

            void Each(int position, double share)
            {
                if (position < touched.Count)
                {
                    foreach (var (value, probability) in world.Families[touched[position].Name])
                    {
                        inner._chosen[touched[position]] = value;
                        Each(position + 1, share * probability);
                    }

                    return;
                }

                var fresh = new Evaluator<T>(world, meter, orientation, order) { _locals = _locals, _indices = new(_indices, StringComparer.Ordinal), _wide = _wide, _chosen = inner._chosen, _lift = inner._lift };
                foreach (var (name, value) in inner._tables.Where(table => world.Outcomes.ContainsKey(table.Key)))
                {
                    fresh._tables[name] = value;
                }

                var term = fresh.Evaluate(of).Map(x => x * T.Constant(share));
                sum = sum is null ? term : Fitting(Elementwise(where, sum, term, (a, b) => a + b));
            }
        }

        IEnumerable<ClaimTree> Reached(ClaimTree tree) => tree.Nodes().Concat(Declarations.Symbols.Values.Where(symbol => symbol.Body is not null && Declarations.Names(tree).Any(used => Declarations.Reaches(used, symbol.Name))).SelectMany(symbol => symbol.Body!.Nodes()));
    }

    /// <summary>The entry of a random table under the outcomes chosen; that it was looked at is noted.</summary>
    private T Outcome(string name, int flat)
    {
        const double Unseen = 0.7;
        _touched?.Add((name, flat));
        return T.Constant(_chosen!.GetValueOrDefault((name, flat), Unseen));
    }

    private Tensor<T> Derivative(ClaimTree tree)
    {
        if (tree.Items.Length > 2)
        {
            return Derivative(new(Head.Derivative, tree.Text, [new(Head.Derivative, tree.Text, [.. tree.Items.Take(tree.Items.Length - 1)], tree.Span), tree.Items[^1]], tree.Span));
        }

        if (order >= DeepestDerivative)
        {
            throw new BudgetException();
        }

        var (of, by) = (tree[0], tree[1]);
        var layout = tree.Text is "∇" ? Orientation.Mixed : orientation;
        if (by.Is(Head.Transpose))
        {
            (by, layout) = (by[0], Orientation.Numerator);
        }

        by = Sliced(by);
        if (by is { Head: Head.Call, Items.Length: 1 } && KnownFunctions.Elementwise.Contains(by.Text) && by.Nodes().FirstOrDefault(node => node.Is(Head.Entry)) is var part && (part ?? by.Nodes().FirstOrDefault(node => node.Is(Head.Name) && Declarations.Symbols.ContainsKey(node.Text))) is { } variable)
        {
            // ∂/∂ log σ²: by the chain rule through σ, entry by entry.
            var (outer, step) = (Derivative(tree.With([of, variable])), Derivative(new(Head.Derivative, "∇", [by, variable])));
            step = step is { Rank: 2 } square && square.Dimensions[0] == square.Dimensions[1] ? Fitting(Diagonal(tree, square)) : step;
            return step.IsScalar ? outer.Map(x => x / step.Only) : outer.Data.Length == step.Data.Length ? new(outer.Dimensions, [.. outer.Data.Zip(step.Data, (x, slope) => x / slope)]) : throw new UnreadableException(by.Span, "Derivatives by a function are read where it is one of a number, or of each entry.");
        }

        if (by is { Head: Head.Call, Text: "vec", Order: 0, Items: [var stacked] } && Derivative(new(Head.Derivative, "∇", [of, stacked], tree.Span)) is { Rank: >= 2 } table)
        {
            // By the entries of a matrix, column by column.
            int[] rows = table.Dimensions[..^2];
            var turned = Turned(table, [.. Enumerable.Range(0, rows.Length), rows.Length + 1, rows.Length]);
            return Oriented(rows, [table.Dimensions[^1] * table.Dimensions[^2]], turned.Data, layout);
        }

        if (by is { Head: Head.Power } && (by[0].Is(Head.Name) ? by[0] : by[0].Is(Head.Entry) ? by[0][0] : by) is { Head: Head.Name } based && Declarations.Symbols.ContainsKey(based.Text) && !Declarations.Symbols.Values.Any(symbol => symbol.Body?.SameAs(by) == true))
        {
            // ∂/∂σ²: by the chain rule through σ.
            var (outer, step) = (Derivative(tree.With([of, by[0]])), Derivative(tree.With([by, by[0]])));
            return step.IsScalar ? outer.Map(x => x / step.Only) : throw new UnreadableException(by.Span, "Derivatives by a power are read where it is a power of a number.");
        }

        if (by.Head is Head.Times or Head.Add or Head.Call && of.Nodes().Any(by.SameAs) && !Declarations.Symbols.Values.Any(symbol => symbol.Body?.SameAs(by) == true))
        {
            return ByExpression(of, by, layout);
        }

        var (name, indices) = By(by);
        _antiderivativeBy = tree.Text is ClaimReader.AntiderivativeSign ? name : _antiderivativeBy;
        var symbol = Declarations.Symbols[name];
        int[] shape;
        int[] ofShape;
        T[] data;
        if (symbol.IsRecurrence && !indices.IsEmpty)
        {
            var step = InSteps(indices[0], symbol);
            var slice = Slice(symbol, step);
            (ofShape, data) = Jacobian(of, name, step, slice.Dimensions, Tensor<T>.Count(slice.Dimensions));
            (shape, data) = Select(data, slice.Dimensions, by, indices, 1, Tensor<T>.Count(ofShape));
        }
        else
        {
            var whole = Value(name);
            var full = Cached(of, name, whole);
            ofShape = full.Of;
            (shape, data) = Select(full.Data, whole.Dimensions, by, indices, 0, Tensor<T>.Count(ofShape));
        }

        return Oriented(ofShape, shape, data, layout);
    }

    /// <summary>∂f(Ax)/∂(Ax): what it is taken by is one variable, wherever it stands in what is differentiated.</summary>
    private Tensor<T> ByExpression(ClaimTree of, ClaimTree by, Orientation layout)
    {
        const string Probe = "∂·";
        var at = Plain(Evaluate(by), by);
        var moved = of.Replace(node => node.SameAs(by) ? ClaimTree.Name(Probe) : null);
        int[] shape = [];
        T[] data = [];
        for (var position = 0; position < at.Data.Length; position++)
        {
            var inner = Seeded(string.Empty, null, -1);
            inner._locals[Probe] = Lifted(at, position);
            var value = inner.Evaluate(moved);
            shape = value.Dimensions;
            data = data.Length == 0 ? new T[value.Data.Length * at.Data.Length] : data;
            for (var entry = 0; entry < value.Data.Length; entry++)
            {
                data[(entry * at.Data.Length) + position] = value.Data[entry].Tangent;
            }
        }

        return Oriented(shape, at.Dimensions, data, layout);
    }

    /// <summary>The symbol that a derivative is taken by, and the indices of its entry.</summary>
    private (string Name, ImmutableArray<ClaimTree> Indices) By(ClaimTree by)
    {
        var (name, indices) = by switch
        {
            { Head: Head.Entry } when by[0].Is(Head.Name) => (by[0].Text, by.Items.RemoveAt(0)),
            { Head: Head.Name } => (by.Text, []),
            _ => (string.Empty, ImmutableArray<ClaimTree>.Empty),
        };
        if (name.Length > 0 && Declarations.Symbols.ContainsKey(name))
        {
            return (name, indices);
        }

        // ∂/∂(Wx + b) where z = Wx + b is given.
        return name.Length == 0 && Declarations.Symbols.Values.FirstOrDefault(symbol => symbol.Body?.SameAs(by) == true && symbol.Parameters.IsEmpty) is { } defined ? (defined.Name, [])
            : throw new UnreadableException(by.Span, name.Length > 0 ? $"{name} is not declared, so nothing can be differentiated by it." : "Derivatives are read by a declared name or one of its entries.");
    }

    /// <summary>The column u_w of U, where u_w = U_{:,w} is given, as that part of U: what is made of U is moved by it. Anything else is as it was.</summary>
    private ClaimTree Sliced(ClaimTree by)
    {
        var name = by.Is(Head.Entry) ? by[0] : by;
        var indices = by.Is(Head.Entry) ? by.Items.RemoveAt(0) : [];
        if (!name.Is(Head.Name) || Declarations.Find(name.Text) is not { Body: { Head: Head.Entry, Items: [{ Head: Head.Name } table, ..] } slice } symbol || indices.Length < symbol.Parameters.Length || Declarations.Find(table.Text) is not { Body: null, OpaqueOf.IsEmpty: true })
        {
            return by;
        }

        // Further indices go where the slice is open.
        var further = new Queue<ClaimTree>(indices.Skip(symbol.Parameters.Length));
        var all = slice.Items.Skip(1).Select(index => index.Is(Head.None) && further.TryDequeue(out var next) ? next
            : index.Replace(node => node.Is(Head.Name) && symbol.Parameters.IndexOf(node.Text) is >= 0 and var position ? indices[position] : null)).ToList();
        return slice.With([table, .. all, .. further]);
    }

    private (int[] Of, int[] By, T[] Data) Cached(ClaimTree of, string by, Tensor<T> whole)
    {
        var stem = of.Is(Head.Name) && !_indices.ContainsKey(of.Text) && !_locals.ContainsKey(of.Text) ? of.Text : null;
        if (stem is not null && _jacobians.TryGetValue((stem, by), out var known))
        {
            return known;
        }

        if (of.Is(Head.Entry) && of[0].Is(Head.Name) && Declarations.Symbols.TryGetValue(of[0].Text, out var symbol) && !symbol.IsRecurrence && !_locals.ContainsKey(of[0].Text))
        {
            // The entries of a name share the work for all of them.
            var (shape, _, data) = Cached(of[0], by, whole);
            var count = whole.Data.Length;
            var positions = new Tensor<T>(shape, [.. Enumerable.Range(0, Tensor<T>.Count(shape)).Select(position => T.Constant(position))]);
            var picked = Pick(of, positions, 1, symbol.Origin);
            var isOutside = picked.Data.Length == 1 && picked.Only.Value == 0 && IsOutside(of, shape, symbol.Origin);
            return (picked.Dimensions, whole.Dimensions, isOutside ? [.. Enumerable.Repeat(T.Constant(0), count)] : [.. picked.Data.SelectMany(position => data.Skip((int)position.Value * count).Take(count))]);
        }

        var (ofShape, jacobian) = Jacobian(of, by, null, whole.Dimensions, whole.Data.Length);
        var result = (ofShape, whole.Dimensions, jacobian);
        if (stem is not null)
        {
            _jacobians[(stem, by)] = result;
        }

        return result;
    }

    private bool IsOutside(ClaimTree entry, int[] shape, int origin)
    {
        for (var axis = 0; axis + 1 < entry.Items.Length && axis < shape.Length; axis++)
        {
            var offset = Whole(entry[axis + 1]) - (axis == 0 ? origin : 1);
            if (offset < 0 || offset >= shape[axis])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>All derivatives of a tree's entries by all entries of a symbol (or one step of it): one run of dual numbers each.</summary>
    private (int[] Of, T[] Data) Jacobian(ClaimTree of, string by, int? step, int[] byShape, int count)
    {
        int[]? ofShape = null;
        T[] data = [];
        var constants = new Dictionary<string, Tensor<Dual<T>>>(StringComparer.Ordinal);
        for (var position = 0; position < count; position++)
        {
            var inner = Seeded(by, step, position, constants);
            inner.Expected = Expected;
            var value = inner.Evaluate(of);
            if (ofShape is null)
            {
                ofShape = value.Dimensions;
                data = new T[Tensor<T>.Count([Math.Max(value.Data.Length, 1), count])];
            }

            for (var entry = 0; entry < value.Data.Length; entry++)
            {
                data[(entry * count) + position] = value.Data[entry].Tangent;
            }
        }

        _ = byShape;
        return (ofShape ?? [], data);
    }

    /// <summary>An evaluator in which one entry of a name moves.</summary>
    /// <param name="by">The name.</param>
    /// <param name="step">The step of a recurrence that moves.</param>
    /// <param name="position">Which entry; below 0 for none.</param>
    /// <param name="constants">What does not depend on the name, for all of its entries.</param>
    private Evaluator<Dual<T>> Seeded(string by, int? step, int position, Dictionary<string, Tensor<Dual<T>>>? constants = null)
    {
        var inner = new Evaluator<Dual<T>>(world, meter, orientation, order + 1) { _antiderivativeBy = _antiderivativeBy, _indices = new(_indices, StringComparer.Ordinal), _calls = _calls, _integrals = _integrals, _wide = _wide, DotIsHadamard = DotIsHadamard, ProductsDescend = ProductsDescend, RowsLie = RowsLie, _chosen = _chosen, _touched = _touched };
        foreach (var (name, value) in _locals)
        {
            inner._locals[name] = Lifted(value, -1);
        }

        if (position >= 0)
        {
            var seeded = Lifted(step is { } at ? Slice(Declarations.Symbols[by], at) : Value(by), position);
            inner._cut = (by, step, seeded);
        }

        inner._below = name => Lifted(Value(name), -1);
        inner._lift = name => position >= 0 && Declarations.Reaches(name, by) ? null : Constant(name);
        return inner;

        Tensor<Dual<T>> Constant(string name)
        {
            if (constants?.TryGetValue(name, out var known) == true)
            {
                return known;
            }

            var lifted = Lifted(Value(name), -1);
            constants?.Add(name, lifted);
            return lifted;
        }
    }

    private static Tensor<Dual<T>> Lifted(Tensor<T> value, int position)
    {
        var data = new Dual<T>[value.Data.Length];
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = new(value.Data[i], T.Constant(i == position ? 1 : 0));
        }

        return new(value.Dimensions, data) { IsIdentity = value.IsIdentity, IsOnes = value.IsOnes, IsRow = value.IsRow, Written = value.Written, Even = value.Even is { } even ? new Dual<T>(even, T.Constant(0)) : null };
    }

    /// <summary>The part of a Jacobian that belongs to an entry or slice of what it is taken by.</summary>
    private (int[] Shape, T[] Data) Select(T[] data, int[] byShape, ClaimTree by, ImmutableArray<ClaimTree> indices, int skip, int rows)
    {
        if (indices.Length <= skip)
        {
            return (byShape, data);
        }

        var count = Tensor<T>.Count(byShape);
        var positions = new Tensor<T>(byShape, [.. Enumerable.Range(0, count).Select(position => T.Constant(position))]);
        var name = by[0].Text;
        var picked = Pick(by, positions, 1 + skip, Declarations.Symbols[name].Origin);
        if (picked.Data.Length == 1 && picked.Only.Value == 0 && IsOutside(by.With([by[0], .. by.Items.Skip(1 + skip)]), byShape, skip == 0 ? Declarations.Symbols[name].Origin : 1))
        {
            return ([], [.. Enumerable.Repeat(T.Constant(0), rows)]);
        }

        var result = new T[rows * picked.Data.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < picked.Data.Length; i++)
            {
                result[(row * picked.Data.Length) + i] = data[(row * count) + (int)picked.Data[i].Value];
            }
        }

        return (picked.Dimensions, result);
    }

    private static Tensor<T> Oriented(int[] of, int[] by, T[] data, Orientation layout)
    {
        int[] rows = of is [1, var length] ? [length] : of;
        int[] columns = by is [1, var width] && layout != Orientation.Mixed ? [width] : by;
        if (rows.Length == 0)
        {
            // The derivative of a number has its variable's shape; in numerator layout it is a row for a vector.
            return layout == Orientation.Numerator && columns.Length == 1 ? new([1, columns[0]], data) : new(by, data);
        }

        if (columns.Length == 0)
        {
            return layout == Orientation.Denominator && rows.Length == 1 ? new([1, rows[0]], data) : new(of, data);
        }

        var jacobian = new Tensor<T>([.. rows, .. columns], data);
        return layout == Orientation.Denominator ? Turned(jacobian, [.. Enumerable.Range(rows.Length, columns.Length), .. Enumerable.Range(0, rows.Length)]) : jacobian;
    }
}
