using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// Turns definitions in index notation into steps over whole tensors. Each node of an expression becomes a tensor over the indices that
/// are free in it; Σ of a product of two becomes a contraction, an index like i + j − 1 another look at the same numbers, δ and
/// conditions on indices become constants.
/// </summary>
internal sealed class EngineCompiler(Point sizes)
{
    /// <summary>From here on a contraction is worth being made a product of contiguous rows.</summary>
    private const int ManyEntries = 64;
    private const int ManySummands = 16;

    private readonly ImmutableArray<EngineOperation>.Builder _operations = ImmutableArray.CreateBuilder<EngineOperation>();
    private readonly ImmutableDictionary<Variable, EngineTable>.Builder _tables = ImmutableDictionary.CreateBuilder<Variable, EngineTable>();
    private readonly List<(int Offset, double[] Values)> _constants = [];
    private readonly Dictionary<double, int> _numbers = [];

    /// <summary>Of each index in use: how manieth it is, its first value, and how many it has.</summary>
    private readonly Dictionary<IndexVariable, (int Order, int First, int Count)> _indices = [];
    private readonly Dictionary<Expr, Strided> _done = new(ReferenceEqualityComparer.Instance);
    private int _size;

    public ImmutableArray<EngineOperation> Operations => _operations.ToImmutable();

    public ImmutableDictionary<Variable, EngineTable> Tables => _tables.ToImmutable();

    public double[] Workspace
    {
        get
        {
            var workspace = new double[_size];
            foreach (var (offset, values) in _constants)
            {
                values.CopyTo(workspace, offset);
            }

            return workspace;
        }
    }

    /// <summary>Room for what is given.</summary>
    public void Give(Variable variable)
    {
        var table = TableFor(variable, 0);
        _tables.Add(variable, table with { Offset = Allocate(table.Count) });
    }

    /// <summary>The steps that compute a variable.</summary>
    public void Define(Variable variable)
    {
        var table = TableFor(variable, 0);
        _done.Clear();
        _fresh.Clear();
        _indices.Clear();
        ImmutableArray<IndexVariable> indices = [.. variable.Shape.Sizes.Select(Letters.Fresh)];
        foreach (var (index, count) in indices.Zip(table.Dimensions))
        {
            Enter(index, 1, count);
        }

        var before = _operations.Count;
        var result = Compile(variable.DefinitionAt([.. indices])!);
        var row = Axes(indices);
        if (_operations.Count == before || result.IsConstant || !result.Axes.SequenceEqual(row) || !_fresh.Contains(result.Offset))
        {
            // Its own entries, even where they are those of another: its adjoint is its own, too.
            result = Linear([(result, 1)], indices);
        }

        _tables.Add(variable, table with { Offset = result.Offset, End = _operations.Count });
    }

    private readonly HashSet<int> _fresh = [];

    private EngineTable TableFor(Variable variable, int offset) => new(offset, [.. sizes.DimensionsOf(variable.Shape)], 0);

    private int Allocate(int count)
    {
        var offset = _size;
        _size = checked(_size + count);
        return offset;
    }

    private void Enter(IndexVariable index, int first, int count) => _indices.Add(index, (_indices.Count, first, count));

    /// <summary>The axes of a new tensor over some indices, in row-major order.</summary>
    private ImmutableArray<Axis> Axes(IEnumerable<IndexVariable> indices)
    {
        var axes = indices.Select(index => new Axis(index, 0)).ToArray();
        for (var (position, stride) = (axes.Length - 1, 1); position >= 0; position--)
        {
            axes[position] = axes[position] with { Stride = stride };
            stride *= _indices[axes[position].Index].Count;
        }

        return [.. axes];
    }

    private int CountOf(IEnumerable<IndexVariable> indices) => indices.Aggregate(1, (product, index) => checked(product * _indices[index].Count));

    private ImmutableArray<IndexVariable> Union(params IEnumerable<Strided> tensors) =>
        [.. tensors.SelectMany(tensor => tensor.Axes.Select(axis => axis.Index)).Distinct().OrderBy(index => _indices[index].Order)];

    private Strided Compile(Expr node)
    {
        if (_done.TryGetValue(node, out var known))
        {
            return known;
        }

        if (DeepStack.IsLow)
        {
            return DeepStack.Continue(() => Compile(node));
        }

        var result = node switch
        {
            Number number => Constant(number.Value.ToDouble()),
            Constant constant => Constant(constant.Value),
            Size size => Constant(sizes.SizeOf(size)),
            IndexVariable or Delta => OfIndices(node),
            Element element => OfEntry(element),
            Add sum => Linear(sum.Terms.Select(Split), null),
            Multiply product => OfProduct(product),
            Power power => OfPower(power),
            Apply { Arguments: [var argument], Function: var function } when function.Unfold(argument) is { } formula => Compile(formula),
            Apply { Arguments: [var argument] } apply => Emit(Compile(argument), (output, count, operand) => new FunctionOperation(output, count, operand, apply.Function.Kernel)),
            Apply { Arguments: [var left, var right] } apply => Emit(Compile(left), Compile(right), (output, count, a, b) => new ExtremumOperation(output, count, a, b, ReferenceEquals(apply.Function, FunctionDefinition.Max))),
            Indicator indicator => OfIndicator(indicator),
            Piecewise piecewise => OfCases(piecewise),
            Summation sum => OfSum(sum),
            Extremum { IsIndex: false } extremum => OfExtremum(extremum),
            _ => throw new ChainRuleException($"{node} can't be compiled: a {node.GetType().Name.ToLowerInvariant()} inside a definition has no forward pass of its own. Work it out first and define the value by the result."),
        };
        _done[node] = result;
        return result;
    }

    private Strided Constant(double value)
    {
        if (!_numbers.TryGetValue(value, out var offset))
        {
            offset = Allocate(1);
            _constants.Add((offset, [value]));
            _numbers.Add(value, offset);
        }

        return new(offset, [], IsConstant: true);
    }

    /// <summary>What depends on indices alone is computed now.</summary>
    private Strided OfIndices(Expr node)
    {
        ImmutableArray<IndexVariable> indices = [.. Binding.Nodes(node).OfType<IndexVariable>().Distinct().OrderBy(index => _indices[index].Order)];
        return Constant(indices, place => Value(node, place));
    }

    private Strided Constant(ImmutableArray<IndexVariable> indices, Func<IReadOnlyDictionary<IndexVariable, int>, double> value)
    {
        var values = new double[CountOf(indices)];
        foreach (var (flat, place) in Places(indices))
        {
            values[flat] = value(place);
        }

        var offset = Allocate(values.Length);
        _constants.Add((offset, values));
        return new(offset, Axes(indices), IsConstant: true);
    }

    /// <summary>The values of indices, place by place in row-major order. The dictionary is the same one each time.</summary>
    private IEnumerable<(int Flat, IReadOnlyDictionary<IndexVariable, int> Place)> Places(ImmutableArray<IndexVariable> indices)
    {
        var place = indices.ToDictionary(index => index, index => _indices[index].First);
        var count = CountOf(indices);
        for (var flat = 0; flat < count; flat++)
        {
            Interruption.Check();
            yield return (flat, place);
            for (var position = indices.Length - 1; position >= 0; position--)
            {
                var (_, first, length) = _indices[indices[position]];
                if (++place[indices[position]] < first + length)
                {
                    break;
                }

                place[indices[position]] = first;
            }
        }
    }

    /// <summary>The value of an expression of indices and sizes.</summary>
    private double Value(Expr node, IReadOnlyDictionary<IndexVariable, int> place) => node switch
    {
        Number number => number.Value.ToDouble(),
        Size size => sizes.SizeOf(size),
        IndexVariable index => place[index],
        Add sum => sum.Terms.Sum(term => Value(term, place)),
        Multiply product => product.Factors.Aggregate(1.0, (result, factor) => result * Value(factor, place)),
        Power power => Math.Pow(Value(power.Base, place), Value(power.Exponent, place)),
        Delta delta => Value(delta.Left, place) == Value(delta.Right, place) ? 1 : 0,
        _ => throw new ChainRuleException($"{node} is no expression of indices and sizes, so it can't say which entry is meant."),
    };

    private Strided OfEntry(Element element)
    {
        if (!_tables.TryGetValue(element.Variable, out var table))
        {
            throw new ChainRuleException($"{element.Variable} is neither given nor defined before it is used.");
        }

        ImmutableArray<IndexVariable> indices = [.. element.Indices.SelectMany(Binding.Nodes).OfType<IndexVariable>().Distinct().OrderBy(index => _indices[index].Order)];
        var corner = indices.ToDictionary(index => index, index => _indices[index].First);
        var strides = new int[indices.Length];
        var start = 0;
        var isView = true;
        for (var dimension = 0; dimension < element.Indices.Length; dimension++)
        {
            var index = element.Indices[dimension];
            isView &= IsAffine(index);
            if (!isView)
            {
                break;
            }

            var first = (int)Math.Round(Value(index, corner));
            var (lowest, highest) = (first, first);
            start = (start * table.Dimensions[dimension]) + first - 1;
            for (var position = 0; position < strides.Length; position++)
            {
                corner[indices[position]]++;
                var step = (int)Math.Round(Value(index, corner)) - first;
                corner[indices[position]]--;
                strides[position] = (strides[position] * table.Dimensions[dimension]) + step;
                var reach = step * (_indices[indices[position]].Count - 1);
                (lowest, highest) = reach < 0 ? (lowest + reach, highest) : (lowest, highest + reach);
            }

            isView &= lowest >= 1 && highest <= table.Dimensions[dimension];
        }

        if (isView)
        {
            return new(table.Offset + start, [.. indices.Zip(strides, (index, stride) => new Axis(index, stride))], IsConstant: false);
        }

        var map = new int[CountOf(indices)];
        foreach (var (flat, place) in Places(indices))
        {
            var at = 0;
            for (var dimension = 0; dimension < element.Indices.Length && at >= 0; dimension++)
            {
                var index = (int)Math.Round(Value(element.Indices[dimension], place));
                at = index < 1 || index > table.Dimensions[dimension] ? -1 : (at * table.Dimensions[dimension]) + index - 1;
            }

            map[flat] = at < 0 ? -1 : table.Offset + at;
        }

        var output = Allocate(map.Length);
        _operations.Add(new GatherOperation(output, map));
        return New(output, indices);
    }

    private static bool IsAffine(Expr index) => index switch
    {
        Number or Size or IndexVariable => true,
        Add sum => sum.Terms.All(IsAffine),
        Multiply product => product.Factors.Count(factor => Binding.Nodes(factor).Any(node => node is IndexVariable)) <= 1 && product.Factors.All(IsAffine),
        _ => false,
    };

    private Strided New(int offset, ImmutableArray<IndexVariable> indices, bool isConstant = false)
    {
        _fresh.Add(offset);
        return new(offset, Axes(indices), isConstant);
    }

    /// <summary>A tensor as the argument of a step that goes entry by entry over some indices.</summary>
    private Operand Over(Strided tensor, ImmutableArray<IndexVariable> indices)
    {
        if (tensor.Axes.IsEmpty)
        {
            return new(tensor.Offset, 0, null, tensor.IsConstant);
        }

        if (tensor.Axes.SequenceEqual(Axes(indices)))
        {
            return new(tensor.Offset, 1, null, tensor.IsConstant);
        }

        return new(tensor.Offset, 0, Map(tensor, indices, tensor.Offset), tensor.IsConstant);
    }

    /// <summary>Where the entries of a tensor are as indices go through their values in row-major order.</summary>
    private int[] Map(Strided tensor, ImmutableArray<IndexVariable> indices, int start)
    {
        int[] strides = [.. indices.Select(tensor.Stride)];
        int[] counts = [.. indices.Select(index => _indices[index].Count)];
        var map = new int[CountOf(indices)];
        var place = new int[indices.Length];
        var at = start;
        for (var flat = 0; flat < map.Length; flat++)
        {
            Interruption.Check();
            map[flat] = at;
            for (var position = indices.Length - 1; position >= 0; position--)
            {
                at += strides[position];
                if (++place[position] < counts[position])
                {
                    break;
                }

                at -= strides[position] * counts[position];
                place[position] = 0;
            }
        }

        return map;
    }

    private Strided Emit(Strided argument, Func<int, int, Operand, EngineOperation> make)
    {
        var indices = Union(argument);
        var (output, count) = (Allocate(CountOf(indices)), CountOf(indices));
        _operations.Add(make(output, count, Over(argument, indices)));
        return New(output, indices, argument.IsConstant);
    }

    private Strided Emit(Strided left, Strided right, Func<int, int, Operand, Operand, EngineOperation> make)
    {
        var indices = Union(left, right);
        var (output, count) = (Allocate(CountOf(indices)), CountOf(indices));
        _operations.Add(make(output, count, Over(left, indices), Over(right, indices)));
        return New(output, indices, left.IsConstant && right.IsConstant);
    }

    /// <summary>A term as a number times the rest.</summary>
    private (Strided Tensor, double Factor) Split(Expr term)
    {
        if (term is Number number)
        {
            return (Constant(number.Value.ToDouble()), 1);
        }

        if (term is Multiply product && product.Factors.Any(factor => factor is Number or Expressions.Constant or Size or Power { Base: Number or Expressions.Constant or Size, Exponent: Number }))
        {
            var (numbers, others) = Numbers(product);
            return others.IsEmpty ? (Constant(numbers), 1) : (Compile(Multiply.Of(others)), numbers);
        }

        return (Compile(term), 1);
    }

    /// <summary>The product of the factors that are numbers here, and the others.</summary>
    private (double Numbers, ImmutableArray<Expr> Others) Numbers(Multiply product)
    {
        var (numbers, others) = (1.0, ImmutableArray.CreateBuilder<Expr>());
        foreach (var factor in product.Factors)
        {
            switch (factor)
            {
                case Number number:
                    numbers *= number.Value.ToDouble();
                    break;
                case Expressions.Constant constant:
                    numbers *= constant.Value;
                    break;
                case Size size:
                    numbers *= sizes.SizeOf(size);
                    break;
                case Power { Base: Number or Expressions.Constant or Size, Exponent: Number { Value: var exponent } } power:
                    numbers *= Math.Pow(power.Base switch { Number number => number.Value.ToDouble(), Expressions.Constant constant => constant.Value, var size => sizes.SizeOf(size) }, exponent.ToDouble());
                    break;
                default:
                    others.Add(factor);
                    break;
            }
        }

        return (numbers, others.ToImmutable());
    }

    /// <summary>c₁ u₁ + c₂ u₂ + …, over the indices of all or over those that are given.</summary>
    private Strided Linear(IEnumerable<(Strided Tensor, double Factor)> terms, ImmutableArray<IndexVariable>? over)
    {
        var all = terms.ToList();
        var indices = over ?? Union(all.Select(term => term.Tensor));
        var (output, count) = (Allocate(CountOf(indices)), CountOf(indices));
        _operations.Add(new LinearOperation(output, count, [.. all.Select(term => Over(term.Tensor, indices))], [.. all.Select(term => term.Factor)]));
        return New(output, indices, all.TrueForAll(term => term.Tensor.IsConstant));
    }

    private Strided OfProduct(Multiply product)
    {
        var (number, others) = Numbers(product);
        var result = others.IsEmpty ? Constant(1) : others.Select(Compile).Aggregate((left, right) => Emit(left, right, (output, count, a, b) => new ProductOperation(output, count, a, b)));
        return number == 1 ? result : Linear([(result, number)], null);
    }

    private Strided OfPower(Power power) => power.Exponent is Number { Value: var exponent }
        ? Emit(Compile(power.Base), (output, count, operand) => new PowerOperation(output, count, operand, exponent.ToDouble()))
        : Emit(Compile(power.Base), Compile(power.Exponent), (output, count, a, b) => new GeneralPowerOperation(output, count, a, b));

    private Strided OfIndicator(Indicator indicator)
    {
        if (!Binding.Nodes(indicator).Any(node => node is Element or Apply or Summation))
        {
            ImmutableArray<IndexVariable> used = [.. Binding.Nodes(indicator).OfType<IndexVariable>().Distinct().OrderBy(index => _indices[index].Order)];
            return Constant(used, place => indicator.Comparisons.All(comparison => Comparison.Holds(comparison.Sign, Value(comparison.Left, place), Value(comparison.Right, place))) ? 1 : 0);
        }

        var sides = indicator.Comparisons.Select(comparison => (Left: Compile(comparison.Left), comparison.Sign, Right: Compile(comparison.Right))).ToList();
        var indices = Union(sides.SelectMany(side => new[] { side.Left, side.Right }));
        var (output, count) = (Allocate(CountOf(indices)), CountOf(indices));
        _operations.Add(new ComparisonOperation(output, count, [.. sides.Select(side => (Over(side.Left, indices), side.Sign, Over(side.Right, indices)))]));
        return New(output, indices, isConstant: true);
    }

    private Strided OfCases(Piecewise piecewise)
    {
        var cases = piecewise.Cases.Select(@case => (Value: Compile(@case.Value), Left: Compile(@case.When.Left), @case.When.Sign, Right: Compile(@case.When.Right))).ToList();
        var otherwise = Compile(piecewise.Otherwise);
        var indices = Union(cases.SelectMany(@case => new[] { @case.Value, @case.Left, @case.Right }).Append(otherwise));
        var (output, count) = (Allocate(CountOf(indices)), CountOf(indices));
        _operations.Add(new CasesOperation(output, count, [.. cases.Select(@case => (Over(@case.Value, indices), Over(@case.Left, indices), @case.Sign, Over(@case.Right, indices)))], Over(otherwise, indices)));
        return New(output, indices, otherwise.IsConstant && cases.TrueForAll(@case => @case.Value.IsConstant));
    }

    /// <summary>The largest of numerically many values, one compared after the other.</summary>
    private Strided OfExtremum(Extremum extremum)
    {
        if (Bounds(extremum.Lower) is var lower && Bounds(extremum.Upper) is var upper && (lower.Least != lower.Most || upper.Least != upper.Most || upper.Most < lower.Least))
        {
            throw new ChainRuleException($"{extremum} can't be compiled: its range depends on an index.");
        }

        return Enumerable.Range(lower.Least, upper.Least - lower.Least + 1)
            .Select(value => Compile(Binding.Open(extremum.Body, [Number.Of(value)])))
            .Aggregate((best, next) => Emit(best, next, (output, count, a, b) => new ExtremumOperation(output, count, a, b, extremum.IsLargest)));
    }

    /// <summary>Σ, with the Σs directly inside it: of a product of two tensors a contraction, else a sum.</summary>
    private Strided OfSum(Summation sum)
    {
        var inner = new List<IndexVariable>();
        var masks = new List<Strided>();
        Expr body = sum;
        var number = 1.0;
        while (true)
        {
            if (body is Summation next)
            {
                var index = Letters.Fresh(next.Upper);
                var (lower, upper) = (Bounds(next.Lower), Bounds(next.Upper));
                var count = Math.Max(0, upper.Most - lower.Least + 1);
                Enter(index, lower.Least, count);
                inner.Add(index);
                if (lower.Least != lower.Most || upper.Least != upper.Most)
                {
                    // A bound that depends on another index: what lies outside counts 0.
                    ImmutableArray<IndexVariable> around = [.. new[] { next.Lower, next.Upper }.SelectMany(Binding.Nodes).OfType<IndexVariable>().Append(index).Distinct().OrderBy(other => _indices[other].Order)];
                    masks.Add(Constant(around, place => place[index] >= Value(next.Lower, place) && place[index] <= Value(next.Upper, place) ? 1 : 0));
                }

                body = Binding.Open(next.Body, [index]);
            }
            else if (body is Multiply product && Numbers(product) is { Others: [Summation rest], Numbers: var factor })
            {
                (body, number) = (rest, number * factor);
            }
            else
            {
                break;
            }
        }

        List<Strided> factors;
        if (body is Multiply multiply)
        {
            var (numbers, others) = Numbers(multiply);
            number *= numbers;
            factors = [.. others.Select(Compile)];
        }
        else
        {
            factors = [Compile(body)];
        }

        factors.AddRange(masks);
        // An index that nothing depends on counts its values.
        foreach (var unused in inner.Where(index => !factors.Exists(factor => factor.Stride(index) != 0 || factor.Axes.Any(axis => ReferenceEquals(axis.Index, index)))))
        {
            number *= _indices[unused].Count;
        }

        inner.RemoveAll(index => !factors.Exists(factor => factor.Axes.Any(axis => ReferenceEquals(axis.Index, index))));
        // What does not depend on the indices of Σ stays outside.
        var outside = factors.Where(factor => !factor.Axes.Any(axis => inner.Contains(axis.Index))).ToList();
        factors.RemoveAll(outside.Contains);
        while (factors.Count > 2)
        {
            // The two whose product is smallest.
            var (left, right) = factors.SelectMany((left, position) => factors.Skip(position + 1).Select(right => (Left: left, Right: right))).MinBy(pair => CountOf(Union(pair.Left, pair.Right)));
            factors.Remove(left);
            factors.Remove(right);
            factors.Add(Product(left, right));
        }

        Strided? result = factors.Count switch
        {
            0 => null,
            1 => Reduced(factors[0], [.. inner]),
            _ => Contracted(factors[0], factors[1], [.. inner]),
        };
        result = outside.Aggregate(result, (left, right) => left is null ? right : Product(left, right)) ?? Constant(1);
        return number == 1 ? result : Linear([(result, number)], null);
    }

    private Strided Product(Strided left, Strided right) => Emit(left, right, (output, count, a, b) => new ProductOperation(output, count, a, b));

    private (int Least, int Most) Bounds(Expr bound)
    {
        ImmutableArray<IndexVariable> indices = [.. Binding.Nodes(bound).OfType<IndexVariable>().Distinct()];
        var values = Places(indices).Select(place => (int)Math.Round(Value(bound, place.Place))).ToList();
        return values.Count == 0 ? (1, 0) : (values.Min(), values.Max());
    }

    private Strided Reduced(Strided tensor, ImmutableArray<IndexVariable> inner)
    {
        ImmutableArray<IndexVariable> outer = [.. Union(tensor).Where(index => !inner.Contains(index))];
        var output = Allocate(CountOf(outer));
        _operations.Add(new SumOperation(output, tensor.Offset, Map(tensor, outer, 0), Map(tensor, inner, 0), tensor.IsConstant));
        return New(output, outer, tensor.IsConstant);
    }

    private Strided Contracted(Strided left, Strided right, ImmutableArray<IndexVariable> inner)
    {
        ImmutableArray<IndexVariable> outer = [.. Union(left, right).Where(index => !inner.Contains(index))];
        var (count, summands) = (CountOf(outer), CountOf(inner));
        ImmutableArray<IndexVariable> rows = [.. outer.Where(index => left.Stride(index) != 0)];
        ImmutableArray<IndexVariable> columns = [.. outer.Where(index => right.Stride(index) != 0)];
        if (count >= ManyEntries && summands >= ManySummands && rows.Length + columns.Length == outer.Length)
        {
            // Large: the entries of the result are all products of a row of the one with a row of the other.
            if (outer.SequenceEqual(columns.Concat(rows)))
            {
                ((left, right), (rows, columns)) = ((right, left), (columns, rows));
            }

            if (outer.SequenceEqual(rows.Concat(columns)))
            {
                (left, right) = (Contiguous(left, rows, inner), Contiguous(right, columns, inner));
                var product = Allocate(count);
                _operations.Add(new MatrixProductOperation(product, Rows(left, rows), Rows(right, columns), summands));
                return New(product, outer, left.IsConstant && right.IsConstant);
            }
        }

        var output = Allocate(count);
        _operations.Add(new ContractionOperation(output, count, Factor(left), Factor(right)));
        return New(output, outer, left.IsConstant && right.IsConstant);

        ContractionFactor Factor(Strided tensor) => new(tensor.Offset, Map(tensor, outer, 0), Map(tensor, inner, 0), tensor.IsConstant);

        MatrixRows Rows(Strided tensor, ImmutableArray<IndexVariable> indices) => new(tensor.Offset, Map(tensor, indices, 0), tensor.IsConstant);
    }

    /// <summary>The tensor with its summands next to one another; a copy where they are not.</summary>
    private Strided Contiguous(Strided tensor, ImmutableArray<IndexVariable> outer, ImmutableArray<IndexVariable> inner)
    {
        var steps = Map(tensor, inner, 0);
        for (var place = 0; place < steps.Length; place++)
        {
            if (steps[place] != place)
            {
                return Linear([(tensor, 1)], [.. outer, .. inner]);
            }
        }

        return tensor;
    }
}
