using ChainRule.Expressions;

namespace ChainRule.Checking;

/// <content>Functions: those that everybody knows, and those from the givens.</content>
internal sealed partial class EngineReader
{
    private Operand Call(ClaimTree tree)
    {
        if (declarations.Functions.TryGetValue(tree.Text, out var given) && given.Alias is null)
        {
            return given.InverseOf is null ? Given(tree, given) : throw new BeyondEngineException("Inverses of given functions are judged by numbers only.");
        }

        if (KnownLosses.Formula(tree) is { } loss)
        {
            return Lower(loss);
        }

        var name = given?.Alias ?? tree.Text;
        if (tree.Items is [var only] && Elementary(name) is { } function)
        {
            return Map(Closed(Lower(only)), x => Primed(function, x, tree.Order));
        }

        if (tree.Order > 0 && name is not "identity")
        {
            throw new BeyondEngineException($"Derivatives of {name} are judged by numbers only.");
        }

        var arguments = tree.Items.Select(item => Closed(Lower(item))).ToList();
        return (name, arguments) switch
        {
            ("identity", [var x]) => tree.Order == 0 ? x : Map(x, _ => tree.Order == 1 ? Number.One : Number.Zero),
            ("sqrt", [var x]) => Map(x, Maths.Sqrt),
            ("tan", [var x]) => Map(x, u => Maths.Sin(u) / Maths.Cos(u)),
            ("gelu", [var x]) => Map(x, u => u * Maths.NormalCdf(u)),
            ("silu", [var x]) => Map(x, u => u * Maths.Sigmoid(u)),
            ("logsigmoid", [var x]) => Map(x, u => -Maths.Softplus(-u)),
            ("softmax", [{ Rank: 1 } z]) => new(Maths.Softmax(z.Tensor)),
            ("softmax", [{ Rank: 2 } rows]) => Rows(rows, row => Maths.Softmax(row)),
            ("logsumexp", [{ Rank: 1 } z]) => Operand.Of(Maths.LogSumExp(z.Tensor)),
            ("diag", [{ Rank: 1 } x]) => new(Tensor.Of(Shape.Of(x.Shape.Sizes[0], x.Shape.Sizes[0]), at => Delta.Of(at[0], at[1]) * x.Tensor.At([at[0]]))),
            ("diag", [{ Rank: 2, IsRow: false } square]) => new(Tensor.Of(Shape.Of(square.Shape.Sizes[0]), at => square.Tensor.At([at[0], at[0]]))),
            ("tr", [{ Rank: 2 } square]) => Operand.Of(Total(Tensor.Of(Shape.Of(square.Shape.Sizes[0]), at => square.Tensor.At([at[0], at[0]])), x => x)),
            ("sum", [var x]) => Operand.Of(Total(x.Tensor, u => u)),
            ("mean", [var x]) => Operand.Of(Total(x.Tensor, u => u) / Multiply.Of(x.Shape.Sizes)),
            (KnownLosses.Examples, [var x]) => Operand.Of(x.Rank == 2 ? x.Shape.Sizes[0] : Number.One),
            ("norm", [var x]) => Operand.Of(Maths.Sqrt(Squares(x))),
            ("transpose", [var x]) => Transposed(x),
            ("inner", [{ Rank: 1 } a, { Rank: 1 } b]) => Operand.Of(Maths.Dot(a.Tensor, b.Tensor)),
            ("outer", [{ Rank: 1 } a, { Rank: 1 } b]) => new(Maths.Outer(a.Tensor, b.Tensor)),
            ("max", [var a, var b]) => Extremum(a, b, FunctionDefinition.Max),
            ("min", [var a, var b]) => Extremum(a, b, FunctionDefinition.Min),
            ("E", [{ IsScalar: true } x]) => Operand.Of(Maths.E(x.Only)),
            ("Var", [{ IsScalar: true } x]) => Operand.Of(Maths.Variance(x.Only)),
            ("Cov", [{ IsScalar: true } x, { IsScalar: true } y]) => Operand.Of(Maths.Covariance(x.Only, y.Only)),
            _ => throw new BeyondEngineException($"{name} is judged by numbers only."),
        };
    }

    private static Operand Extremum(Operand a, Operand b, FunctionDefinition function)
    {
        // max(0, x) is what everybody calls ReLU.
        if (ReferenceEquals(function, FunctionDefinition.Max) && (a is { IsScalar: true, Only: Number { Value.IsZero: true } } || b is { IsScalar: true, Only: Number { Value.IsZero: true } }))
        {
            return Map(a is { IsScalar: true, Only: Number { Value.IsZero: true } } ? b : a, FunctionDefinition.Relu.Of);
        }

        return Elementwise(a, b, (x, y) => Apply.Of(function, x, y));
    }

    private static Operand Closed(Operand value) => value.IsOpen ? throw new BeyondEngineException("The size is open.") : value;

    private static Operand Rows(Operand matrix, Func<Tensor, Tensor> function) => new(Tensor.Of(matrix.Shape, at =>
        function(Tensor.Of(Shape.Of(matrix.Shape.Sizes[1]), column => matrix.Tensor.At([at[0], column[0]]))).At([at[1]])));

    private static FunctionDefinition? Elementary(string name) => name switch
    {
        "exp" => FunctionDefinition.Exp,
        "log" => FunctionDefinition.Log,
        "tanh" => FunctionDefinition.Tanh,
        "sigmoid" => FunctionDefinition.Sigmoid,
        "sin" => FunctionDefinition.Sin,
        "cos" => FunctionDefinition.Cos,
        "softplus" => FunctionDefinition.Softplus,
        "erf" => FunctionDefinition.Erf,
        "Phi" => FunctionDefinition.NormalDistribution,
        "phi" => FunctionDefinition.NormalDensity,
        "relu" => FunctionDefinition.Relu,
        "abs" => FunctionDefinition.Abs,
        "sign" => FunctionDefinition.Sign,
        _ => null,
    };

    private static Expr Primed(FunctionDefinition function, Expr x, int primes) => primes switch
    {
        0 => function.Of(x),
        1 => function.DerivativeOf(x, function.Of(x)),
        _ when function.DerivativeOf(x, function.Of(x)) is Apply { Arguments: [var same] } next && ReferenceEquals(same, x) => Primed(next.Function, x, primes - 1),
        _ => throw new BeyondEngineException("Higher derivatives of a function are judged by numbers only."),
    };

    private Operand Given(ClaimTree tree, GivenFunction function)
    {
        var arguments = tree.Items.Select(item => Closed(Lower(item))).ToList();
        if (function.Body is not { } body)
        {
            return arguments is [var only] && !function.OfTensors
                ? Map(only, x => Primed(FunctionDefinition.Opaque(NameOf(function.Name)), x, tree.Order))
                : throw new BeyondEngineException($"{function.Name} is any function of several numbers.");
        }

        if (function.Parameters.Length != arguments.Count || !_running.Add(function.Name + "("))
        {
            throw new BeyondEngineException($"{function.Name} is judged by numbers only.");
        }

        var (indices, locals) = (_indices, _locals);
        try
        {
            // A function of a number works on each entry.
            return arguments is [{ } entry] && function.Entries.IsEmpty && (tree.Order > 0 || entry.Rank > 0 && function.ParameterShapes is [null] or [{ IsEmpty: true }])
                ? Map(entry, x => Entrywise(function, body, x, tree.Order))
                : tree.Order > 0 ? throw new BeyondEngineException($"Derivatives of {function.Name} are judged by numbers only.")
                : Substituted(function, body, arguments);
        }
        finally
        {
            (_indices, _locals) = (indices, locals);
            _running.Remove(function.Name + "(");
        }
    }

    private Operand Substituted(GivenFunction function, ClaimTree body, List<Operand> arguments)
    {
        _indices = new(StringComparer.Ordinal);
        _locals = new(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            _locals[function.Parameters[i]] = arguments[i];
            if (function.ParameterShapes.Length > i && function.ParameterShapes[i] is { } shape && shape.Length == arguments[i].Rank)
            {
                // The sizes in the parameter's shape are those of the argument.
                foreach (var (size, axis) in shape.Select((size, axis) => (size, axis)).Where(pair => pair.size.Is(Head.Name)))
                {
                    _indices[size.Text] = arguments[i].Shape.Sizes[axis];
                }
            }
        }

        if (function.Entries.IsEmpty)
        {
            return Lower(body);
        }

        var result = Shape.Of(function.Entries.Select((letter, axis) => function.Result is { } shape && axis < shape.Length ? Size(shape[axis]) : RangeOf(letter, body) ?? throw new BeyondEngineException($"Nothing says how far {letter} counts.")));
        return new(Tabulated(result, function.Entries, body));
    }

    private Expr Entrywise(GivenFunction function, ClaimTree body, Expr x, int primes)
    {
        if (primes == 0)
        {
            (_indices, _locals) = (new(StringComparer.Ordinal), new(StringComparer.Ordinal) { [function.Parameters[0]] = Operand.Of(x) });
            return Scalar(Lower(body));
        }

        var argument = Variable.Given(NameOf(function.Parameters[0]), Shape.Scalar);
        var derivative = Entrywise(function, body, argument, 0);
        for (var i = 0; i < primes; i++)
        {
            derivative = derivative.Derivative(argument).Result;
        }

        return Binding.Rewrite(derivative, (node, depth) => node is Element element && element.Variable.Equals(argument) ? Binding.Shift(x, depth) : null);
    }
}
