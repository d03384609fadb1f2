using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>
/// Writes definitions in index notation as expressions of PyTorch: each part becomes a tensor with an axis for each index that is free
/// in it, Σ of a product a matrix product or an einsum, and entries at computed places (x_{i+j−1}) a look-up that gives 0 outside.
/// </summary>
internal sealed partial class TorchWriter(Func<Variable, string> nameOf)
{
    /// <summary>The function that looks entries up, for code that needs it.</summary>
    public const string Lookup = """
        def at(x, *places):
            # the entries of x at places that count from 1; 0 outside
            places = torch.broadcast_tensors(*[torch.as_tensor(place) for place in places])
            inside = torch.stack([(place >= 1) & (place <= size) for place, size in zip(places, x.shape)]).all(0)
            return torch.where(inside, x[tuple((place - 1).clamp(0, size - 1) for place, size in zip(places, x.shape))], 0)

        """;

    /// <summary>Whether the code so far needs <see cref="Lookup"/>.</summary>
    public bool UsesLookup { get; private set; }

    /// <summary>A variable's definition as an expression of PyTorch, or null where PyTorch has no words for it.</summary>
    public string? Of(Variable variable)
    {
        ImmutableArray<IndexVariable> indices = [.. variable.Shape.Sizes.Select(Letters.Fresh)];
        if (Write(variable.DefinitionAt([.. indices])!) is not { } value)
        {
            return null;
        }

        var code = Aligned(value, indices);
        // What does not depend on one of its indices is the same for all values of it.
        return indices.All(value.Axes.Contains) ? Bare(code) : $"({Bare(code)}).expand({string.Join(", ", variable.Shape.Sizes.Select(PyTorchText.Of))})";
    }

    /// <summary>A name that Python can have: W1 for W^{(1)}, yhat for ŷ.</summary>
    public static string Identifier(string name)
    {
        var plain = NotInNames().Replace(Accents().Replace(name.Replace(@"\ell", "loss", StringComparison.Ordinal), "${letter}${accent}"), string.Empty);
        return plain is "lambda" or "in" or "is" or "as" or "if" or "or" or "at" or "F" or "nn" or "torch" or "x_" ? plain + "_" : plain.Length == 0 ? "value" : char.IsDigit(plain[0]) ? "v" + plain : plain;
    }

    private Code? Write(Expr node) => node switch
    {
        Number number => new(PyTorchText.Of(number), []) { IsAtom = number.Value.Sign >= 0 },
        Constant constant => new(ReferenceEquals(constant, Constant.Pi) ? "torch.pi" : "torch.e", []) { IsAtom = true },
        Size size => new(PyTorchText.Of(size), []) { IsAtom = size.Quotient is null },
        IndexVariable index => new($"torch.arange(1, {PyTorchText.Of(index.Range)} + 1)", [index]) { IsAtom = true },
        Element element => Entry(element),
        Add sum => Terms(sum),
        Multiply product => Product(product),
        Power power => OfPower(power),
        Apply apply => Applied(apply),
        Delta delta => Joined([delta.Left, delta.Right], parts => $"({parts[0]} == {parts[1]}).to(torch.get_default_dtype())", atom: true),
        Indicator indicator => Joined([.. indicator.Comparisons.SelectMany(comparison => new[] { comparison.Left, comparison.Right })], parts =>
            $"({string.Join(" & ", indicator.Comparisons.Select((comparison, position) => $"({parts[2 * position]} {Sign(comparison.Sign)} {parts[(2 * position) + 1]})"))}).to(torch.get_default_dtype())", atom: true),
        Piecewise piecewise => Joined([.. piecewise.Children], parts =>
        {
            var cases = piecewise.Cases.ToList();
            var code = Bare(parts[^1]);
            for (var position = cases.Count - 1; position >= 0; position--)
            {
                code = $"torch.where({parts[(3 * position) + 1]} {Sign(cases[position].When.Sign)} {parts[(3 * position) + 2]}, {Bare(parts[3 * position])}, {code})";
            }

            return code;
        }, atom: true),
        Summation sum => Sum(sum),
        Extremum extremum => OfExtremum(extremum),
        _ => null,
    };

    private Code? Entry(Element element)
    {
        var name = nameOf(element.Variable);
        if (element.Indices.IsEmpty)
        {
            return new(name, []) { IsAtom = true };
        }

        var isPlain = element.Indices.Zip(element.Variable.Shape.Sizes).All(pair => pair.First is IndexVariable index && Affine.AreEqual(index.Range, pair.Second))
            && element.Indices.Distinct().Count() == element.Indices.Length;
        if (isPlain)
        {
            return new(name, [.. element.Indices.Cast<IndexVariable>()]) { IsAtom = true };
        }

        UsesLookup = true;
        return Joined(element.Indices, parts => $"at({name}, {string.Join(", ", parts.Select(Bare))})", atom: true);
    }

    private Code? Terms(Add sum) => Joined([.. sum.Terms.Select(term => IsNegative(term) ? -term : term)], parts =>
        string.Concat(parts.Select((part, position) => (IsNegative(sum.Terms[position]), position) switch
        {
            (true, 0) => $"-{part}",
            (true, _) => $" - {part}",
            (false, 0) => Bare(part),
            (false, _) => $" + {(part.StartsWith("(-", StringComparison.Ordinal) ? part : Bare(part))}",
        })), bracketed: position => IsNegative(sum.Terms[position]) && sum.Terms[position] is Multiply { Factors: [_, Add] });

    private static bool IsNegative(Expr term) => term is Multiply { Coefficient.Sign: < 0 } or Number { Value.Sign: < 0 };

    private Code? Product(Multiply product)
    {
        var below = product.Factors.Where(IsBelow).ToList();
        var above = product.Factors.Where(factor => !IsBelow(factor)).ToList();
        var isNegative = above.FirstOrDefault() is Number { Value: var first } && first == Rational.MinusOne;
        if (isNegative)
        {
            above.RemoveAt(0);
        }

        var inverse = below.Select(factor => Power.Of(((Power)factor).Base, Number.Of(-((Number)((Power)factor).Exponent).Value))).ToList();
        return Joined([.. above, .. inverse], parts =>
        {
            var (top, bottom) = (parts.Take(above.Count).ToList(), parts.Skip(above.Count).ToList());
            var code = top.Count == 0 ? "1" : string.Join(" * ", top);
            code = bottom.Count == 0 ? code : bottom.Count == 1 ? $"{code} / {bottom[0]}" : $"{code} / ({string.Join(" * ", bottom)})";
            return isNegative ? $"-{code}" : code;
        }, bracketed: _ => true);

        static bool IsBelow(Expr factor) => factor is Power { Exponent: Number { Value.Sign: < 0 } };
    }

    private Code? OfPower(Power power) => power.Exponent is Number { Value: var exponent }
        ? exponent == Rational.Create(1, 2) ? Joined([power.Base], parts => IsScalar(power.Base) ? $"{parts[0]} ** 0.5" : $"torch.sqrt({Bare(parts[0])})", atom: !IsScalar(power.Base), bracketed: _ => true)
            : exponent.Sign < 0 ? Joined([Power.Of(power.Base, Number.Of(-exponent))], parts => $"1 / {parts[0]}", bracketed: _ => true)
            : Joined([power.Base], parts => $"{parts[0]} ** {PyTorchText.Of(power.Exponent)}", bracketed: _ => true)
        : Joined([power.Base, power.Exponent], parts => $"{parts[0]} ** {parts[1]}", bracketed: _ => true);

    /// <summary>Whether there is no tensor in it, of which PyTorch's functions could take a root.</summary>
    private static bool IsScalar(Expr expression) => !Binding.Nodes(expression).Any(node => node is Element or IndexVariable);

    private Code? Applied(Apply apply)
    {
        if (apply.Arguments.Length == 2)
        {
            return Joined(apply.Arguments, parts => $"torch.{(ReferenceEquals(apply.Function, FunctionDefinition.Max) ? "maximum" : "minimum")}(torch.as_tensor({Bare(parts[0])}), torch.as_tensor({Bare(parts[1])}))", atom: true);
        }

        var argument = apply.Arguments[0];
        if (Known(apply.Function) is { } torch)
        {
            return Joined([argument], parts => torch.Replace("·", Bare(parts[0]), StringComparison.Ordinal), atom: true);
        }

        if (Activations.All.FirstOrDefault(activation => activation is { PyTorch: not null, IsNumeric: true } && activation.Of((Expr)Activation.Argument) is Apply { Function: var function } && function.Equals(apply.Function)) is { PyTorch: { } text })
        {
            return Joined([argument], parts => text.Call(Bare(parts[0])));
        }

        return apply.Function.Unfold(argument) is { } formula ? Write(formula) : null;
    }

    private static string? Known(FunctionDefinition function) => function.Kernel.Function switch
    {
        Numerics.ElementaryFunction.Exp => "torch.exp(·)",
        Numerics.ElementaryFunction.Log => "torch.log(·)",
        Numerics.ElementaryFunction.Tanh => "torch.tanh(·)",
        Numerics.ElementaryFunction.Sigmoid => "torch.sigmoid(·)",
        Numerics.ElementaryFunction.Sin => "torch.sin(·)",
        Numerics.ElementaryFunction.Cos => "torch.cos(·)",
        Numerics.ElementaryFunction.Softplus => "F.softplus(·)",
        Numerics.ElementaryFunction.Erf => "torch.erf(·)",
        Numerics.ElementaryFunction.NormalDistribution => "torch.special.ndtr(·)",
        Numerics.ElementaryFunction.NormalDensity => "(torch.exp(-(·) ** 2 / 2) / (2 * torch.pi) ** 0.5)",
        Numerics.ElementaryFunction.Relu => "torch.relu(·)",
        Numerics.ElementaryFunction.Abs => "torch.abs(·)",
        Numerics.ElementaryFunction.Sign => "torch.sign(·)",
        _ => null,
    };

    /// <summary>Σ, with the Σs directly inside it.</summary>
    private Code? Sum(Summation sum)
    {
        var inner = new List<IndexVariable>();
        Expr body = sum;
        while (body is Summation next)
        {
            if (!Affine.AreEqual(next.Lower, Number.One) || Binding.Nodes(next.Upper).Any(node => node is IndexVariable))
            {
                return null;
            }

            inner.Add(Letters.Fresh(next.Upper));
            body = Binding.Open(next.Body, [inner[^1]]);
        }

        var factors = (body is Multiply product ? product.Factors : [body]).ToList();
        var outside = factors.Where(factor => !Binding.Nodes(factor).Any(node => node is IndexVariable index && inner.Contains(index))).ToList();
        factors.RemoveAll(outside.Contains);
        var written = factors.Select(Write).ToList();
        if (written.Contains(null))
        {
            return null;
        }

        var parts = written.Select(part => part!).ToList();
        var code = parts.Count > 1 && parts.TrueForAll(part => part is { IsAtom: true, Axes.IsEmpty: false }) && factors.TrueForAll(factor => factor is Element or Summation)
            ? Contracted(parts, inner)
            : Summed(parts is [var only] ? only : Joined(factors, Times, atom: factors.Count == 0, bracketed: _ => true), inner);
        return code is null || outside.Count == 0 ? code : Joined(outside.Select(Write).ToList(), code);
    }

    /// <summary>The largest or smallest over one axis, or its place, counted from 1.</summary>
    private Code? OfExtremum(Extremum extremum)
    {
        var index = Letters.Fresh(extremum.Upper);
        if (!Affine.AreEqual(extremum.Lower, Number.One) || Binding.Nodes(extremum.Upper).Any(node => node is IndexVariable) || Write(Binding.Open(extremum.Body, [index])) is not { } body || body.Axes.IndexOf(index) is not (>= 0 and var axis))
        {
            return null;
        }

        var name = extremum.Kind switch { ExtremumKind.Max => "amax", ExtremumKind.Min => "amin", ExtremumKind.ArgMax => "argmax", _ => "argmin" };
        var code = $"{Wrapped(body)}.{name}({axis.ToString(CultureInfo.InvariantCulture)})";
        return new(extremum.IsIndex ? $"({code} + 1)" : code, body.Axes.Remove(index)) { IsAtom = true };
    }

    private static string Times(IReadOnlyList<string> parts) => parts.Count == 0 ? "1" : string.Join(" * ", parts);

    /// <summary>What stands outside a Σ times the Σ.</summary>
    private static Code? Joined(List<Code?> outside, Code sum)
    {
        if (outside.Contains(null))
        {
            return null;
        }

        ImmutableArray<IndexVariable> axes = [.. outside.Append(sum).SelectMany(part => part!.Axes).Distinct()];
        return new(string.Join(" * ", outside.Append(sum).Select(part => Aligned(part! with { Text = Wrapped(part!), IsAtom = true }, axes))), axes);
    }

    private static Code? Summed(Code? body, List<IndexVariable> inner)
    {
        if (body is null)
        {
            return null;
        }

        var dimensions = inner.Where(body.Axes.Contains).Select(index => body.Axes.IndexOf(index)).Order().ToList();
        var counted = inner.Where(index => !body.Axes.Contains(index)).Select(index => PyTorchText.Of(index.Range));
        var code = dimensions.Count == 0 ? Wrapped(body)
            : $"{Wrapped(body)}.sum({(dimensions.Count == body.Axes.Length ? string.Empty : dimensions.Count == 1 ? dimensions[0].ToString(CultureInfo.InvariantCulture) : $"({string.Join(", ", dimensions)})")})";
        var factors = counted.ToList();
        return new(factors.Count == 0 ? code : $"{string.Join(" * ", factors)} * {code}", [.. body.Axes.Where(axis => !inner.Contains(axis))]) { IsAtom = factors.Count == 0 };
    }

    /// <summary>Σ of a product of tensors: a product of matrices where it is one, else an einsum.</summary>
    private static Code Contracted(List<Code> parts, List<IndexVariable> inner)
    {
        ImmutableArray<IndexVariable> outer = [.. parts.SelectMany(part => part.Axes).Distinct().Where(axis => !inner.Contains(axis))];
        if (parts is [var left, var right] && inner is [var index] && left.Axes.Contains(index) && right.Axes.Contains(index) && outer.Length == left.Axes.Length + right.Axes.Length - 2 && left.Axes.Length <= 2 && right.Axes.Length <= 2)
        {
            if (left.Axes.Length == 1 && right.Axes.Length == 2)
            {
                (left, right) = (right, left);
            }

            var first = left.Axes[^1].Equals(index) ? left.Text : left.Text + ".T";
            var second = right.Axes[0].Equals(index) ? right.Text : right.Text + ".T";
            return new($"{first} @ {second}", [.. left.Axes.Concat(right.Axes).Where(axis => !axis.Equals(index))]);
        }

        ImmutableArray<IndexVariable> all = [.. outer, .. inner];
        string Letter(IndexVariable axis) => ((char)('i' + all.IndexOf(axis))).ToString();
        return new($"torch.einsum('{string.Join(",", parts.Select(part => string.Concat(part.Axes.Select(Letter))))}->{string.Concat(outer.Select(Letter))}', {string.Join(", ", parts.Select(part => part.Text))})", outer) { IsAtom = true };
    }

    /// <summary>Several parts brought to common axes and put together.</summary>
    private Code? Joined(IReadOnlyList<Expr> nodes, Func<IReadOnlyList<string>, string> join, bool atom = false, Func<int, bool>? bracketed = null)
    {
        var parts = nodes.Select(Write).ToList();
        if (parts.Contains(null))
        {
            return null;
        }

        ImmutableArray<IndexVariable> axes = [.. parts.SelectMany(part => part!.Axes).Distinct()];
        return new(join([.. parts.Select((part, position) => Aligned(bracketed?.Invoke(position) == true || !part!.Axes.SequenceEqual(axes) ? part! with { Text = Wrapped(part!), IsAtom = true } : part!, axes))]), axes) { IsAtom = atom };
    }

    /// <summary>The code with these axes; one that it does not have is 1 long.</summary>
    private static string Aligned(Code code, ImmutableArray<IndexVariable> axes)
    {
        if (code.Axes.IsEmpty || code.Axes.SequenceEqual(axes))
        {
            return code.Text;
        }

        ImmutableArray<IndexVariable> present = [.. axes.Where(code.Axes.Contains)];
        var text = present.SequenceEqual(code.Axes) ? Wrapped(code)
            : code.Axes.Length == 2 ? $"{Wrapped(code)}.T"
            : $"{Wrapped(code)}.permute({string.Join(", ", present.Select(axis => code.Axes.IndexOf(axis)))})";
        return present.Length == axes.Length ? text : $"{text}[{string.Join(", ", axes.Select(axis => code.Axes.Contains(axis) ? ":" : "None"))}]";
    }

    private static string Wrapped(Code code) => code.IsAtom ? code.Text : $"({code.Text})";

    /// <summary>The code without brackets around all of it.</summary>
    private static string Bare(string code)
    {
        if (code is not ['(', .., ')'])
        {
            return code;
        }

        var depth = 0;
        for (var i = 0; i < code.Length; i++)
        {
            depth += code[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0 && i < code.Length - 1)
            {
                return code;
            }
        }

        return code[1..^1];
    }

    private static string Sign(ComparisonSign sign) => sign switch
    {
        ComparisonSign.Less => "<",
        ComparisonSign.LessOrEqual => "<=",
        ComparisonSign.Greater => ">",
        ComparisonSign.GreaterOrEqual => ">=",
        ComparisonSign.Equal => "==",
        _ => "!=",
    };

    [GeneratedRegex(@"\\(?<accent>hat|tilde|bar)\{(?<letter>[^{}]*)\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Accents();

    [GeneratedRegex(@"[^\p{L}\p{Nd}_]|_(?=\{)|_(?=\p{Nd})", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotInNames();

    /// <summary>An expression of PyTorch.</summary>
    /// <param name="Text">The code.</param>
    /// <param name="Axes">Which index each axis of the tensor belongs to; none for a scalar.</param>
    private sealed record Code(string Text, ImmutableArray<IndexVariable> Axes)
    {
        /// <summary>Whether the code needs no brackets beside an operator.</summary>
        public bool IsAtom { get; init; }
    }
}
