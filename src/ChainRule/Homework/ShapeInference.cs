using System.Collections.Immutable;

namespace ChainRule.Checking;

/// <summary>
/// Finds the shapes of names that no given declares, from how the definitions use them: in z = Wh + b with W ∈ ℝ^{C×D}, h has D
/// entries and b has C. It works with one concrete size per letter, all different, and reads the letters back from the numbers.
/// </summary>
internal sealed class ShapeInference
{
    private static readonly int[] _primes = [11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173];

    private readonly Declarations _declarations;
    private readonly Dictionary<string, int> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<int, ClaimTree> _letters = [];
    private readonly Dictionary<string, int[]> _shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ranges = new(StringComparer.Ordinal);
    private readonly HashSet<string> _hidden = new(StringComparer.Ordinal);
    private bool _isGuessing;

    // What a definition leaves open is taken from where the name is used: c_t = f_t ⊙ c_{t−1} says what f_t is.
    private bool _isBackward;
    private bool _changed;
    private int _fresh;

    private ShapeInference(Declarations declarations) => _declarations = declarations;

    /// <summary>Completes the shapes of all symbols; what nothing settles is read as a number, and said to be.</summary>
    public static void Complete(Declarations declarations)
    {
        var inference = new ShapeInference(declarations);
        inference.FindNames();
        inference.Start();
        inference.Repeat();
        inference._isBackward = true;
        inference.Repeat();
        inference._isGuessing = true;
        inference.Repeat();
        inference.Finish();
        inference.Unite();
    }

    /// <summary>Names in definitions that nobody declared become sizes (in bounds), indices or symbols.</summary>
    private void FindNames()
    {
        var bodies = _declarations.Symbols.Values.Where(symbol => symbol.Body is not null).Select(symbol => (Tree: symbol.Body!, Bound: symbol.Parameters))
            .Concat(_declarations.Functions.Values.Where(function => function.Body is not null).Select(function => (Tree: function.Body!, Bound: function.Parameters.AddRange(function.Entries))))
            .Concat(_declarations.Symbols.Values.SelectMany(symbol => new[] { symbol.Start, symbol.Mean, symbol.Variance, symbol.Least, symbol.Most }).OfType<ClaimTree>().Select(tree => (Tree: tree, Bound: ImmutableArray<string>.Empty)))
            .ToList();
        foreach (var (tree, _) in bodies)
        {
            foreach (var big in tree.Nodes().Where(node => node.Is(Head.Big)))
            {
                foreach (var name in big[3].Nodes().Concat(big[2].Nodes()).Where(node => node.Is(Head.Name) && !_declarations.Symbols.ContainsKey(node.Text)))
                {
                    _declarations.Sizes.Add(name.Text);
                }
            }
        }

        foreach (var range in _declarations.Ranges.Values)
        {
            foreach (var name in range.Last.Nodes().Where(node => node.Is(Head.Name)))
            {
                _declarations.Sizes.Add(name.Text);
            }
        }

        foreach (var (tree, bound) in bodies)
        {
            Visit(tree, [.. bound], inIndex: false);
        }
    }

    private void Visit(ClaimTree tree, HashSet<string> bound, bool inIndex)
    {
        switch (tree.Head)
        {
            case Head.Name when !bound.Contains(tree.Text) && !_declarations.Symbols.ContainsKey(tree.Text) && !_declarations.Sizes.Contains(tree.Text) && !inIndex && !_declarations.Ranges.ContainsKey(tree.Text):
                var isSize = tree.Text is "N" or "n" or "m" or "K" or "M" or "B" or "C" or "D" or "T" && !_declarations.Written.ContainsKey(tree.Text + "_") && IsCount(tree.Text);
                if (isSize)
                {
                    _declarations.Sizes.Add(tree.Text);
                }
                else
                {
                    _declarations.Symbols[tree.Text] = new(tree.Text, _declarations.Written.GetValueOrDefault(tree.Text)) { IsAssumed = true };
                }

                break;
            case Head.Big:
                var added = bound.Add(tree[1].Text);
                Visit(tree[0], bound, inIndex);
                if (!tree[4].Is(Head.None))
                {
                    Visit(tree[4], bound, inIndex: true);
                }

                if (added)
                {
                    bound.Remove(tree[1].Text);
                }

                break;
            case Head.Integral:
                var isNew = bound.Add(tree[1].Text);
                Visit(tree[0], bound, inIndex);
                Visit(tree[2], bound, inIndex);
                Visit(tree[3], bound, inIndex);
                if (isNew)
                {
                    bound.Remove(tree[1].Text);
                }

                break;
            case Head.Entry:
                Visit(tree[0], bound, inIndex: false);
                foreach (var index in tree.Items.Skip(1))
                {
                    Visit(index, bound, inIndex: true);
                }

                break;
            case Head.Delta:
                break;
            default:
                foreach (var item in tree.Items)
                {
                    Visit(item, bound, inIndex || tree.Is(Head.Set));
                }

                break;
        }
    }

    /// <summary>An undeclared capital under a fraction bar counts something: 1/N.</summary>
    private bool IsCount(string name) => _declarations.Symbols.Values.Select(symbol => symbol.Body).OfType<ClaimTree>().SelectMany(body => body.Nodes())
        .Any(node => node.Is(Head.Divide) && node[1].Nodes().Any(inner => inner.IsName(name)));

    private void Start()
    {
        foreach (var size in _declarations.Sizes.Order(StringComparer.Ordinal))
        {
            Size(size);
        }

        foreach (var (name, symbol) in _declarations.Symbols)
        {
            if (symbol.Shape is { } shape)
            {
                _shapes[name] = [.. shape.Select(Measure)];
            }
            else if (!symbol.OpaqueOf.IsEmpty)
            {
                _shapes[name] = [];
            }
        }

        foreach (var (letter, range) in _declarations.Ranges)
        {
            if (!range.Last.Is(Head.None))
            {
                _ranges[letter] = Measure(range.Last);
            }
        }
    }

    private int Size(string name)
    {
        if (!_sizes.TryGetValue(name, out var value))
        {
            _sizes[name] = value = _sizes.Count < _primes.Length ? _primes[_sizes.Count] : 179 + (2 * _sizes.Count);
            _letters[value] = ClaimTree.Name(name);
        }

        return value;
    }

    private int Fresh()
    {
        string name;
        do
        {
            name = $"n{++_fresh}";
        }
        while (_declarations.IsDeclared(name));
        _declarations.Sizes.Add(name);
        return Size(name);
    }

    private int Measure(ClaimTree tree)
    {
        var value = tree.Head switch
        {
            Head.Number => int.TryParse(tree.Text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 1,
            Head.Name => Size(tree.Text),
            Head.Add => tree.Items.Sum(Measure),
            Head.Negate => -Measure(tree[0]),
            Head.Times => tree.Items.Aggregate(1, (product, item) => unchecked(product * Measure(item))),
            Head.Divide => Measure(tree[1]) is not 0 and var divisor ? Measure(tree[0]) / divisor : 1,
            _ => 1,
        };
        _letters.TryAdd(value, tree);
        return value;
    }

    private void Repeat()
    {
        for (var pass = 0; pass < 8; pass++)
        {
            _changed = false;
            Steps();
            foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol.Body is not null).ToList())
            {
                Define(symbol);
                if (symbol.Start is { } start && _shapes.TryGetValue(symbol.Name, out var steps) && steps.Length > 0)
                {
                    // a_0 = x
                    Infer(start, steps[1..]);
                }
            }

            if (!_changed)
            {
                break;
            }
        }
    }

    /// <summary>Where one step is looked at, h_{t−1} has the shape of h_t.</summary>
    private void Steps()
    {
        foreach (var before in _declarations.SingleStep is { } letter ? _declarations.Symbols.Keys.Where(name => name.EndsWith($"_{letter}−1", StringComparison.Ordinal)).ToList() : [])
        {
            var now = before[..^2];
            if (_shapes.TryGetValue(now, out var shape))
            {
                Set(before, shape);
            }
            else if (_shapes.TryGetValue(before, out shape) && _declarations.Symbols.ContainsKey(now))
            {
                Set(now, shape);
            }
        }
    }

    private void Define(Symbol symbol)
    {
        var known = _shapes.GetValueOrDefault(symbol.Name);
        var axes = symbol.Parameters.Length;
        var outer = new Dictionary<string, int>(_ranges, StringComparer.Ordinal);
        for (var axis = 0; axis < axes; axis++)
        {
            if (known is not null && axis < known.Length)
            {
                _ranges[symbol.Parameters[axis]] = known[axis];
            }
            else
            {
                FindRange(symbol.Parameters[axis], symbol.Body!);
            }
        }

        var inner = Infer(symbol.Body!, known is not null && known.Length >= axes ? known[axes..] : null);
        if (known is null && inner is not null && symbol.Parameters.All(_ranges.ContainsKey))
        {
            Set(symbol.Name, [.. symbol.Parameters.Select(letter => _ranges[letter]), .. inner]);
        }

        _ranges.Clear();
        foreach (var (letter, last) in outer)
        {
            _ranges[letter] = last;
        }
    }

    private void Set(string name, int[] shape)
    {
        if (shape.Length <= 4 && !_shapes.ContainsKey(name) && Array.TrueForAll(shape, size => size > 0))
        {
            _shapes[name] = shape;
            _changed = true;
        }
    }

    /// <summary>How far a letter counts, from a known name that it indexes.</summary>
    private void FindRange(string letter, ClaimTree tree)
    {
        if (_ranges.ContainsKey(letter))
        {
            return;
        }

        foreach (var call in tree.Nodes().Where(node => node.Is(Head.Call)))
        {
            if (_declarations.Functions.TryGetValue(call.Text, out var function) && function is { Body: { } body } && call.Items.Length == function.Parameters.Length && Enumerable.Range(0, call.Items.Length).FirstOrDefault(i => call[i].IsName(letter), -1) is >= 0 and var argument
                && Indexed(function.Parameters[argument], body) is { } length)
            {
                _ranges[letter] = length;
                return;
            }
        }

        if (Indexed(letter, tree) is { } last)
        {
            _ranges[letter] = last;
        }
    }

    /// <summary>The length of the axis that a letter stands on in a known name, or null.</summary>
    private int? Indexed(string letter, ClaimTree tree)
    {
        foreach (var node in tree.Nodes().Where(node => node.Is(Head.Entry)))
        {
            for (var axis = 1; axis < node.Items.Length; axis++)
            {
                if (node[axis].IsName(letter) && Known(node[0]) is { } shape && axis - 1 < shape.Length)
                {
                    return shape is [1, var width] && node.Items.Length == 2 ? width : shape[axis - 1];
                }
            }
        }

        return null;
    }

    private int[]? Known(ClaimTree tree) => tree.Is(Head.Name) ? _shapes.GetValueOrDefault(tree.Text)
        : tree.Is(Head.Call) && tree.Items.Length > 0 ? Infer(tree, null) : null;

    private int[]? Infer(ClaimTree tree, int[]? expected)
    {
        switch (tree.Head)
        {
            case Head.Number or Head.Delta or Head.Bars:
                return [];
            case Head.Norm:
                Infer(tree[0], null);
                return [];
            case Head.Name:
                return Name(tree.Text, expected);
            case Head.Entry:
                return Entry(tree, expected);
            case Head.Negate:
                return Infer(tree[0], expected);
            case Head.Add:
                return Same(tree.Items, expected);
            case Head.Times when tree.Text is "⊙":
                return Same(tree.Items, expected);
            case Head.Times when tree.Text is "" or "⋅" or "×":
                return Product(tree, expected);
            case Head.Times when tree.Text is "∗" && !_declarations.Operators.ContainsKey("∗"):
                // A convolution, or plain text for a product of matrices and numbers.
                return tree.Items.Any(item => Infer(item, null) is { Length: 1 }) && tree.Items.All(item => Infer(item, null) is null or { Length: 1 }) ? null : Product(tree, expected);
            case Head.Times:
                foreach (var item in tree.Items)
                {
                    Infer(item, null);
                }

                return null;
            case Head.Divide:
                var above = Infer(tree[0], expected);
                var below = Infer(tree[1], null);
                return above is { Length: 0 } && below is { Length: > 0 } ? below : above;
            case Head.Power:
                Infer(tree[1], []);
                return Infer(tree[0], expected);
            case Head.Transpose:
                return Turn(Infer(tree[0], expected is null ? null : Turn(expected)));
            case Head.Call when KnownLosses.Is(tree.Text):
                Same(tree.Items, null);
                return [];
            case Head.Call:
                return Call(tree, expected);
            case Head.Big:
                return Big(tree, expected);
            case Head.Derivative:
                return Gradient(tree);
            case Head.Integral:
                var added = _hidden.Add(tree[1].Text);
                var integrated = Infer(tree[0], expected);
                if (added)
                {
                    _hidden.Remove(tree[1].Text);
                }

                return integrated;
            case Head.Differential:
                return Infer(tree[0], expected);
            case Head.Cases:
                int[]? shape = null;
                for (var i = 0; i < tree.Items.Length; i += 2)
                {
                    shape = Infer(tree[i], expected) is { } value && (shape is null || value.Length > shape.Length) ? value : shape;
                }

                return shape;
            case Head.Indicator:
                return tree[0].Is(Head.Relation) && tree[0].Items.Select(item => Infer(item, null)).FirstOrDefault(side => side is { Length: > 0 }) is { } compared ? compared : [];
            case Head.List:
                foreach (var item in tree.Items)
                {
                    Infer(item, []);
                }

                return [tree.Items.Length];
            case Head.Identity when tree.Items is [var size]:
                return [Measure(size), Measure(size)];
            case Head.Ones when tree.Items is [var size]:
                return [Measure(size)];
            default:
                return null;
        }
    }

    private int[]? Name(string name, int[]? expected)
    {
        if (_hidden.Contains(name) || _ranges.ContainsKey(name) || _declarations.Sizes.Contains(name))
        {
            return [];
        }

        if (_shapes.TryGetValue(name, out var known))
        {
            return known;
        }

        if (expected is not null && _declarations.Symbols.TryGetValue(name, out var symbol) && (symbol.Body is null || (_isBackward && symbol.Parameters.IsEmpty)))
        {
            Set(name, expected);
            return expected;
        }

        return null;
    }

    private int[]? Entry(ClaimTree tree, int[]? expected)
    {
        var count = tree.Items.Length - 1;
        if (!tree[0].Is(Head.Name))
        {
            Infer(tree[0], null);
            return [];
        }

        if (_shapes.TryGetValue(tree[0].Text, out var shape))
        {
            return shape.Length > count ? shape[count..] : [];
        }

        if (_declarations.Symbols.TryGetValue(tree[0].Text, out var symbol) && (symbol.Body is null ? tree.Items.Skip(1).All(index => index.Is(Head.Name) && (_ranges.ContainsKey(index.Text) || _isGuessing))
            // What is defined entry by entry counts as far as it is used.
            : symbol.Parameters.Length == count && !symbol.IsRecurrence && tree.Items.Skip(1).All(index => index.Is(Head.Name) && _ranges.ContainsKey(index.Text))))
        {
            // The x_t of W x_t is a vector for each step.
            int[] inner = expected is { Length: 1 } && symbol.Body is null && count == 1 && StartsLow(tree) ? expected : [];
            Set(tree[0].Text, [.. tree.Items.Skip(1).Select(index => _ranges.TryGetValue(index.Text, out var last) ? last : _ranges[index.Text] = Fresh()), .. inner]);
            return inner;
        }

        if (_isBackward && expected is { Length: > 0 } && symbol is { Body: not null } && symbol.Parameters.Length == count && tree.Items.Skip(1).All(index => index.Is(Head.Name) && _ranges.ContainsKey(index.Text)))
        {
            Set(tree[0].Text, [.. tree.Items.Skip(1).Select(index => _ranges[index.Text]), .. expected]);
            return expected;
        }

        // The h_{t−1} of W h_{t−1}, which is not known yet, has the entries that fit.
        return symbol?.Parameters.Length == count ? expected is { Length: 1 } && count == 1 && StartsLow(tree) ? expected
            // Steps that go round are settled by the one that says most.
            : symbol.IsRecurrence && !_isGuessing ? null : [] : null;
    }

    private int[]? Same(ImmutableArray<ClaimTree> items, int[]? expected)
    {
        Biases(items);
        var shapes = items.Select(item => Infer(item, expected)).ToList();
        var shape = shapes.Find(known => known is { Length: > 0 }) ?? expected;
        if (shape is null && _isGuessing && shapes.Exists(known => known is { Length: 0 }))
        {
            shape = [];
        }

        if (shape is not null && shapes.Contains(null))
        {
            shapes = [.. items.Select(item => Infer(item, shape))];
        }

        // A vector beside a matrix is added to each row or column.
        return shapes.Find(known => known is { Length: > 1 } && known[0] > 1) ?? shapes.Find(known => known is { Length: > 0 }) ?? (shapes.TrueForAll(known => known is not null) ? [] : null);
    }

    /// <summary>The b of W X + b or X W + b, where nothing says what it is: a vector, added for each example; W tells which axis they are not on.</summary>
    private void Biases(ImmutableArray<ClaimTree> items)
    {
        foreach (var bias in items.Where(item => item.Is(Head.Name) && item.Text[0] is 'b' or 'β' && IsNew(item)))
        {
            if (items.FirstOrDefault(item => item is { Head: Head.Times, Text: "", Items.Length: 2 }) is { } product && Infer(product[0], null) is [var rows, _] && Infer(product[1], null) is [_, var columns] && rows > 1 && columns > 1 && IsWeight(product[0]) != IsWeight(product[1]))
            {
                Set(bias.Text, [IsWeight(product[0]) ? rows : columns]);
            }
        }

        static bool IsWeight(ClaimTree tree) => tree.Nodes().FirstOrDefault(node => node.Is(Head.Name))?.Text is ['W' or 'Θ' or 'Ω' or 'V' or 'U', ..];
    }

    private int[]? Product(ClaimTree tree, int[]? expected)
    {
        var items = tree.Items;
        int[]? product = null;
        var isKnown = true;
        for (var i = 0; i < items.Length; i++)
        {
            var isLast = i == items.Length - 1;
            int[]? hint = null;
            if (product is [var rows, var inner] && rows > 0)
            {
                hint = isLast && expected is [_, var columns] ? [inner, columns] : StartsLow(items[i]) || expected is { Length: 1 } ? [inner] : null;
            }
            else if (product is [_] && expected is [_, var wide] && items[i].Is(Head.Transpose))
            {
                hint = [1, wide];
            }

            // W x_t with neither declared: a matrix and a vector for each step.
            if (i + 1 < items.Length && IsNewMatrix(items[i]) && IsNewFamily(items[i + 1]) && (product is null || product.Length == 0))
            {
                if (!_isGuessing || expected is not { Length: 1 })
                {
                    (isKnown, product) = (false, null);
                    i++;
                    continue;
                }

                var across = Fresh();
                Set(items[i].Text, [expected[0], across]);
                Set(items[i + 1][0].Text, [_ranges.TryGetValue(items[i + 1][1].Text, out var steps) ? steps : Fresh(), across]);
            }

            // The last factor of an unknown product: A x with x known gives A its columns.
            var factor = Infer(items[i], hint);
            if (factor is null && !isLast && i + 1 < items.Length && Infer(items[i + 1], null) is { Length: > 0 } next && next[0] > 1)
            {
                var height = expected is { Length: > 0 } && i == 0 ? expected[0] : product is [_, var across] ? across : 0;
                if (next.Length == 1 && expected is { Length: 0 } && items[i].Is(Head.Transpose))
                {
                    factor = Infer(items[i], [1, next[0]]);
                }
                else if (height > 0)
                {
                    factor = Infer(items[i], StartsLow(items[i]) && expected is { Length: 1 } && expected[0] == next[0] ? [] : [height, next[0]]);
                }
                else if (_isGuessing)
                {
                    factor = Infer(items[i], items[i].Is(Head.Transpose) && StartsLow(items[i]) ? [1, next[0]] : StartsLow(items[i]) ? [] : [Fresh(), next[0]]);
                }
            }

            if (factor is null && _isGuessing && !StartsLow(items[i]) && i + 1 < items.Length && items[i].Head is Head.Name)
            {
                factor = Infer(items[i], [expected is { Length: > 0 } ? expected[0] : Fresh(), Fresh()]);
            }

            if (factor is null)
            {
                isKnown = false;
                product = null;
                continue;
            }

            product = product is null || product.Length == 0 ? factor : factor.Length == 0 ? product : Multiply(product, factor);
        }

        return isKnown ? product : null;
    }

    private bool IsNew(ClaimTree tree) => tree.Is(Head.Name) && !_shapes.ContainsKey(tree.Text) && _declarations.Symbols.TryGetValue(tree.Text, out var symbol) && symbol is { Body: null, OpaqueOf.IsEmpty: true };

    private bool IsNewMatrix(ClaimTree tree) => IsNew(tree) && !StartsLow(tree);

    private bool IsNewFamily(ClaimTree tree) => tree is { Head: Head.Entry, Items.Length: 2 } && IsNew(tree[0]) && StartsLow(tree) && tree[1].Is(Head.Name);

    /// <summary>Whether a name starts with a small letter, as those of numbers and vectors do; C > 0 is no matrix either.</summary>
    private bool StartsLow(ClaimTree tree)
    {
        var name = tree.Nodes().FirstOrDefault(node => node.Is(Head.Name))?.Text;
        if (name is not null && tree.Is(Head.Name) && _declarations.Symbols.TryGetValue(name, out var symbol) && (symbol.Traits & (Trait.Positive | Trait.NonNegative)) != Trait.None)
        {
            return true;
        }

        return name is { Length: > 0 } && (!char.IsUpper(name[0]) || name.Contains(',', StringComparison.Ordinal)) && name[0] is not ('Ω' or 'Θ' or 'Φ' or 'Ψ' or 'ω');
    }

    private static int[]? Multiply(int[] a, int[] b) => (a, b) switch
    {
        ([_, _], [_]) => a[0] == 1 ? [] : [a[0]],
        ([_, _], [_, _]) => a[0] == 1 && b[1] == 1 ? [] : [a[0], b[1]],
        ([_], [1, _]) => [a[0], b[1]],
        ([_], [_]) => [],
        _ => null,
    };

    private static int[]? Turn(int[]? shape) => shape switch
    {
        [var length] => [1, length],
        [1, var length] => [length],
        [var rows, var columns] => [columns, rows],
        _ => shape,
    };

    private int[]? Call(ClaimTree tree, int[]? expected)
    {
        if (_declarations.Functions.TryGetValue(tree.Text, out var given) && given.Alias is null)
        {
            var isEach = given.Body is null ? given is { Parameters.Length: <= 1, OfTensors: false, Entries.IsEmpty: true } : !_declarations.IsOfTensors(given) && !given.Body.Nodes().Any(node => node.Is(Head.Big));
            if (isEach && tree.Items.Length == 1)
            {
                return Infer(tree[0], expected);
            }

            var arguments = new int[]?[tree.Items.Length];
            for (var i = 0; i < tree.Items.Length; i++)
            {
                arguments[i] = Infer(tree[i], i < given.ParameterShapes.Length && given.ParameterShapes[i] is { } shape ? [.. shape.Select(Measure)] : null);
            }

            if (given is { Body: not null, Entries.IsEmpty: true } && given.Parameters.Length == arguments.Length)
            {
                return Applied(given, arguments, expected);
            }

            return given.OfTensors ? given.Result is { } result ? [.. result.Select(Measure)] : [] : given.Entries.Length == 1 && tree.Items.Length == 1 ? Infer(tree[0], expected) : null;
        }

        var name = given?.Alias ?? tree.Text;
        if (KnownFunctions.Elementwise.Contains(name) || name is "softmax" or "identity" or "flip")
        {
            return tree.Items.Length == 1 ? Infer(tree[0], expected) : null;
        }

        if (name is "max" or "min" && tree.Items.Length > 1)
        {
            return Same(tree.Items, expected);
        }

        var inner = tree.Items.Select(item => Infer(item, null)).ToList();
        return name switch
        {
            "diag" when inner[0] is [var size] => [size, size],
            _ when KnownFunctions.Alongside(name) is var (_, ofRows) && inner[0] is [var rows, var columns] => [ofRows ? rows : columns],
            "normal" or "sum" or "mean" or "tr" or "norm" or "inner" or "logsumexp" or "len" or "det" or "E" or "Var" or "max" or "min" => [],
            _ => null,
        };
    }

    /// <summary>The result of a function that is written out, whose body also says what the names in it are: the θ of h_θ(x) = g(θᵀx).</summary>
    private int[]? Applied(GivenFunction function, int[]?[] arguments, int[]? expected)
    {
        if (!_open.Add(function.Name))
        {
            return null;
        }

        var outer = function.Parameters.Select(_shapes.GetValueOrDefault).ToList();
        for (var i = 0; i < arguments.Length; i++)
        {
            Assign(function.Parameters[i], arguments[i] ?? outer[i]);
        }

        var result = Infer(function.Body!, expected);
        for (var i = 0; i < arguments.Length; i++)
        {
            Assign(function.Parameters[i], outer[i]);
        }

        _open.Remove(function.Name);
        return result;

        void Assign(string name, int[]? shape)
        {
            _ = shape is null ? _shapes.Remove(name) : (_shapes[name] = shape) is not null;
        }
    }

    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    private int[]? Big(ClaimTree tree, int[]? expected)
    {
        var letter = tree[1].Text;
        var had = _ranges.TryGetValue(letter, out var outer);
        if (!tree[3].Is(Head.None))
        {
            _ranges[letter] = Measure(tree[3]);
        }
        else
        {
            FindRange(letter, tree[0]);
        }

        var shape = Infer(tree[0], expected);
        _ranges.Remove(letter);
        if (had)
        {
            _ranges[letter] = outer;
        }

        return shape;
    }

    private int[]? Gradient(ClaimTree tree)
    {
        var of = Infer(tree[0], null) ?? (tree[0].Is(Head.Name) ? null : []);
        var by = Infer(tree[1], null);
        return of is null || by is null ? null : of.Length == 0 ? by : [.. of, .. by];
    }

    /// <summary>In Σ_i a_i v_i the i counts as far for v as for a: a size that nobody has named is the other one.</summary>
    private void Unite()
    {
        foreach (var sum in _declarations.Bodies.SelectMany(body => body.Nodes()).Where(node => node.Is(Head.Big) && node[3].Is(Head.None)).ToList())
        {
            var sizes = sum[0].Nodes().Where(node => node.Is(Head.Entry) && node[0].Is(Head.Name)).SelectMany(entry => entry.Items.Skip(1).Select((index, axis) => index.IsName(sum[1].Text) && _declarations.Symbols.TryGetValue(entry[0].Text, out var table) && table.Shape is { } shape && axis < shape.Length ? shape[axis] : null))
                .OfType<ClaimTree>().DistinctBy(size => size.ToString()).ToList();
            if (sizes is [var one, var other] && (IsInvented(one) ? (one, other) : IsInvented(other) ? (other, one) : default) is ({ } invented, { } known))
            {
                foreach (var symbol in _declarations.Symbols.Values.Where(symbol => symbol.Shape is not null))
                {
                    symbol.Shape = [.. symbol.Shape!.Value.Select(size => size.IsName(invented.Text) ? known : size)];
                }

                _declarations.Sizes.Remove(invented.Text);
                _declarations.Invented.Remove(invented.Text);
            }
        }

        bool IsInvented(ClaimTree size) => size.Is(Head.Name) && _declarations.Invented.Contains(size.Text) && !_declarations.Bodies.Any(body => body.Nodes().Any(node => node.IsName(size.Text)));
    }

    private static bool IsCompared(ClaimTree condition, string name) => condition.Is(Head.And) ? condition.Items.Any(item => IsCompared(item, name))
        : condition.Is(Head.Relation) && condition.Text is not ("∈" or "∉") && (condition[0].IsName(name) || condition[1].IsName(name));

    private void Finish()
    {
        foreach (var (name, symbol) in _declarations.Symbols)
        {
            if (symbol.Shape is not null)
            {
                continue;
            }

            if (_shapes.TryGetValue(name, out var shape))
            {
                if (Array.TrueForAll(shape, _letters.ContainsKey))
                {
                    symbol.Shape = [.. shape.Select(size => _letters[size])];
                }
            }
            else if (symbol.Body is null)
            {
                symbol.Shape = [];
                if (symbol.Traits.HasFlag(Trait.Positive) || string.Equals(name, ClaimParser.AnyArgument, StringComparison.Ordinal) || _declarations.Conditions.Exists(condition => IsCompared(condition, name)))
                {
                    // λ > 0 says that it is a number.
                    continue;
                }

                symbol.IsAssumed = true;
                _declarations.Numbers.Add(name);
            }
        }
    }
}
