using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Notation;
using ChainRule.Numerics;

namespace ChainRule.Matrices;

/// <summary>
/// A result with channels as convolutions of whole signals or images: of a layer's weights (∂ℓ/∂W)_{oc} = X_c ⋆ δ_o, of its input
/// (∂ℓ/∂X)_c = Σ_o δ_o ∗ W_{oc}. Each axis is recognised as a convolution of vectors is, and all must agree.
/// </summary>
/// <param name="Words">What kind of form it is.</param>
/// <param name="Channels">The indices that say which signal or image of the result is meant.</param>
/// <param name="Right">The right-hand side as it is set.</param>
/// <param name="Verdict">Whether the entries that the form has agree with those of the result.</param>
internal sealed record ChannelForm(string Words, ImmutableArray<IndexVariable> Channels, Formula Right, Verdict Verdict)
{
    /// <summary>The form of an entry, or null where there is none.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="indices">Its free indices; the last one or two go along the signal or image.</param>
    /// <param name="letters">The letters of the derivation.</param>
    public static ChannelForm? Of(Expr entry, ImmutableArray<IndexVariable> indices, Letters letters) =>
        (indices.Length < 2 ? null : EntryByEntry(entry, indices, letters) ?? Find(entry, indices, 2, letters) ?? Find(entry, indices, 1, letters))
        ?? Enumerable.Range(0, 3).Select(axes => SliceBySlice(entry, indices, Math.Min(2, indices.Length) - axes, letters)).FirstOrDefault(form => form is not null);

    /// <summary>The left side as it is set, with the indices of the channels: δ_i, (∂ℓ/∂W)_{ij}.</summary>
    /// <param name="whole">The whole tensor.</param>
    /// <param name="letters">The letters of the derivation.</param>
    public Formula Left(Formula whole, Letters letters) => Channels.IsEmpty ? whole : ExpressionFormula.Subscripted(whole is Fraction ? new Fence("(", whole, ")") : whole, [.. Channels], letters);

    /// <summary>Of three or more indices, what is computed entry by entry: 2 (Ŷ − Y).</summary>
    private static ChannelForm? EntryByEntry(Expr entry, ImmutableArray<IndexVariable> indices, Letters letters)
    {
        var factors = entry is Multiply product ? product.Factors : [entry];
        var parts = factors.Where(factor => indices.Any(index => Has(factor, index)))
            .Select(factor => Binding.Rewrite(factor, (node, _) => node is Element element && element.Indices.SequenceEqual(indices) ? (Expr)Variable.Given(element.Variable.Name, Shape.Scalar) : null)).ToList();
        if (indices.Length < 3 || parts.Count == 0 || parts.Exists(part => indices.Any(index => Has(part, index)) || Binding.Nodes(part).Any(node => node is Summation)))
        {
            return null;
        }

        var scalar = Multiply.Of(factors.Where(factor => !indices.Any(index => Has(factor, index))));
        var right = EntryProduct(parts, scalar is not Number { Value.IsOne: true }, letters);
        return new("entry by entry", [], scalar is Number { Value.IsOne: true } ? right : new Row(ExpressionFormula.Of(scalar, letters), new Operator(string.Empty, OperatorKind.InvisibleTimes), right), new(VerdictKind.Proved, 0, 0));
    }

    /// <summary>
    /// With whole slices of tensors that have three indices or more: (∂L/∂W)_k = 2 p_k (y − t) xᵀ, (∂ℓ/∂b)_c = 𝟏ᵀ δ_c 𝟏, ∂L/∂x = Σ_k p_k W_kᵀ δ. The
    /// first indices say which slice, and the last ones, of which there are two at most, are those of a matrix or a vector.
    /// </summary>
    private static ChannelForm? SliceBySlice(Expr entry, ImmutableArray<IndexVariable> indices, int axes, Letters letters)
    {
        if (axes < 0 || !(indices.Length > 2 || Binding.Nodes(entry).Any(node => node is Element { Indices.Length: > 2 })))
        {
            return null;
        }

        var (channels, along) = (indices[..^axes], indices[^axes..]);
        var (sums, factors) = Flattened(entry);
        // Σ over slices stay in front; what is inside them has a form.
        var over = sums.Where(SaysWhich).ToList();
        var scalars = factors.Where(factor => !indices.Concat(sums).Any(index => Has(factor, index))).ToList();
        var body = over.Count == 0 && scalars.Count == 0 ? entry : sums.Except(over).Reverse().Aggregate(Multiply.Of(factors.Except(scalars)), (inside, sum) => Summation.Of(sum, Number.One, sum.Range, inside));
        var named = new List<IndexVariable>();
        foreach (var sum in over)
        {
            named.Add(letters.Free(sum.Range, indices.Concat(named).Select(index => index.Name)));
            body = Binding.Rewrite(body, (node, _) => ReferenceEquals(node, sum) ? named[^1] : null);
        }

        var slices = new Dictionary<Variable, (Variable Whole, ImmutableArray<Expr> Leading)>();
        var which = channels.Concat(named).ToList();
        var sliced = Binding.Rewrite(body, (node, _) => node is Element element && SliceOf(element) is { } slice ? slice : null);
        if ((slices.Count == 0 && indices.Length < 3) || Form(sliced) is not { } matrix)
        {
            return null;
        }

        var lowered = Multiply.Of([.. scalars, Binding.Rewrite(
            axes == 0 ? matrix.Entry(Number.One, Number.One) : matrix.Entry(along[0], axes == 2 ? along[1] : Number.One),
            (node, _) => node is Element element && slices.TryGetValue(element.Variable, out var slice) ? Element.Of(slice.Whole, [.. slice.Leading, .. element.Indices]) : null)]);
        foreach (var index in Enumerable.Reverse(named))
        {
            lowered = Summation.Of(index, Number.One, index.Range, lowered);
        }

        var items = new List<Formula>();
        if (scalars.Count > 0)
        {
            items.AddRange([ExpressionFormula.Of(Multiply.Of(scalars), letters), new Operator(string.Empty, OperatorKind.InvisibleTimes)]);
        }

        items.AddRange(named.Select(index => SumOver(index, letters)));
        items.Add(MatrixFormula.Of(named.Count > 0 && matrix is SumMatrix ? ScaledMatrix.Of(Number.One, matrix) : matrix, letters));
        return new("slice by slice", channels, new Row(items), Verifier.Check(entry, lowered));

        // An index that is the first of a tensor with three indices or more says which slice is meant.
        bool SaysWhich(IndexVariable sum) => factors.SelectMany(Binding.Nodes).Any(node => node is Element { Indices: [var first, _, _, ..] } && ReferenceEquals(first, sum));

        Expr? SliceOf(Element element)
        {
            var leading = element.Indices.TakeWhile(index => which.Contains(index)).ToImmutableArray();
            if (leading.IsEmpty || leading.Length == element.Indices.Length || element.Indices.Length - leading.Length > 2)
            {
                return null;
            }

            var name = Names.Remember(ExpressionFormula.Subscripted(Names.ToFormula(element.Variable.Name), leading, letters));
            var slice = Variable.Given(name, Shape.Of(element.Variable.Shape.Sizes[leading.Length..]));
            slices[slice] = (element.Variable, leading);
            return Element.Of(slice, element.Indices[leading.Length..]);
        }

        MatrixExpr? Form(Expr part) => axes == 0
            ? part is Summation ? ScalarForms.Of(part)?.Matrix : null
            : MatrixForm.Of(part, along[0], axes == 2 ? along[1] : null)?.Matrix;
    }

    /// <summary>A product of factors under sums over whole ranges: the indices of the sums, the outermost first, and the factors.</summary>
    private static (List<IndexVariable> Sums, List<Expr> Factors) Flattened(Expr entry)
    {
        var (sums, factors) = (new List<IndexVariable>(), new List<Expr>());
        Collect(entry);
        return (sums, factors);

        void Collect(Expr part)
        {
            if (part is Multiply product)
            {
                foreach (var factor in product.Factors)
                {
                    Collect(factor);
                }
            }
            else if (part is Summation { Lower: Number { Value.IsOne: true } } sum)
            {
                var index = Letters.Fresh(sum.Upper);
                sums.Add(index);
                Collect(Binding.Open(sum.Body, [index]));
            }
            else
            {
                factors.Add(part);
            }
        }
    }

    /// <summary>Σ_k, with the bound where it is a number.</summary>
    private static Limits SumOver(IndexVariable index, Letters letters) => new(
        new Operator("∑", OperatorKind.Large),
        index.Range is Size ? Names.ToFormula(index.Name) : new Row(Names.ToFormula(index.Name), new Operator("=", OperatorKind.Relation), new Atom("1", AtomKind.Number)),
        index.Range is Size ? null : ExpressionFormula.Of(index.Range, letters));

    /// <summary>A product entry by entry, a ⊙ b.</summary>
    private static Formula EntryProduct(IReadOnlyList<Expr> parts, bool isFactor, Letters letters)
    {
        Formula product = new Row([.. parts.SelectMany((part, position) =>
        {
            var set = ExpressionFormula.Of(part, letters);
            set = part is Add && (parts.Count > 1 || isFactor) ? new Fence("(", set, ")") : set;
            return position == 0 ? (Formula[])[set] : [new Operator("⊙", OperatorKind.Binary), set];
        })]);
        return isFactor && parts.Count > 1 ? new Fence("(", product, ")") : product;
    }

    private static ChannelForm? Find(Expr entry, ImmutableArray<IndexVariable> indices, int axes, Letters letters)
    {
        var along = indices[^axes..];
        var (sums, factors) = Flattened(entry);

        // One factor moves along every axis, with the result's place and a sum's.
        if (factors.OfType<Element>().Where(element => element.Indices.Length >= axes && element.Indices[^axes..].Zip(along).All(pair => Has(pair.First, pair.Second))).ToList() is not [var moving])
        {
            return null;
        }

        var places = moving.Indices[^axes..];
        var over = places.Select(place => sums.Where(sum => Has(place, sum)).ToList()).ToList();
        if (over.Exists(list => list.Count != 1) || over.Select(list => list[0]).Distinct().Count() != axes)
        {
            return null;
        }

        ImmutableArray<IndexVariable> summed = [.. over.Select(list => list[0])];
        // That a place is within the kernel goes without saying: outside, it is 0.
        var others = factors.Where(factor => !ReferenceEquals(factor, moving) && !(factor is Indicator && factor.Variables.Items.Count == 0)).ToList();
        var scalars = others.Where(factor => !along.Concat(sums).Concat(indices).Any(index => Has(factor, index))).ToList();
        var around = others.Where(factor => along.Any(index => Has(factor, index))).ToList();
        var signals = others.Except(scalars).Except(around).ToList();
        if (signals.Count == 0 || signals.Exists(factor => !summed.Any(index => Has(factor, index))) || around.Exists(factor => sums.Exists(sum => Has(factor, sum))))
        {
            return null;
        }

        var channels = sums.Except(summed).ToList();
        // Letters for the channels that are summed over: those that the line would have.
        var named = new List<IndexVariable>();
        foreach (var channel in channels)
        {
            named.Add(letters.Free(channel.Range, indices.Concat(named).Select(index => index.Name)));
        }

        var conv = places.Select((place, axis) => OneAxis(place, along[axis], summed[axis], moving.Variable.Shape.Sizes[moving.Indices.Length - axes + axis])).ToList();
        if (conv.Contains(null) || signals.ConvertAll(factor => Sliced(factor, summed)) is var sliced && sliced.Contains(null) || around.ConvertAll(factor => Sliced(factor, along)) is var masks && masks.Contains(null))
        {
            return null;
        }

        var first = conv[0]!;
        if (conv.Exists(other => other!.Flip != first.Flip || other.Stride != first.Stride || IsMoving(other.Signal) != IsMoving(first.Signal) || Up(other) != Up(first)
            || !string.Equals(Mode(other), Mode(first), StringComparison.Ordinal)))
        {
            return null;
        }

        var kernel = SliceOf(moving, axes);
        var what = EntryProduct([.. sliced.Select(part => part!)], isFactor: true, letters);
        var moved = ExpressionFormula.Of(kernel, letters);
        var spread = Up(first) is { } stride ? new Row(new Script(new Atom("↑", AtomKind.Symbol), new Atom(stride.ToString(System.Globalization.CultureInfo.InvariantCulture), AtomKind.Number), null), new Operator(string.Empty, OperatorKind.InvisibleApply), what) : what;
        var (left, right) = IsMoving(first.Signal) ? (moved, what) : (spread, moved);
        var items = new List<Formula>();
        if (scalars.Count > 0)
        {
            items.AddRange([ExpressionFormula.Of(Multiply.Of(scalars), letters), new Operator(string.Empty, OperatorKind.InvisibleTimes)]);
        }

        foreach (var channel in named)
        {
            items.Add(SumOver(channel, letters));
        }

        items.AddRange([left, MatrixFormula.OperatorOf(first, letters), right]);
        Formula whole = new Row(items);
        if (around.Count > 0)
        {
            whole = new Row(new Fence("(", whole, ")"), new Operator("⊙", OperatorKind.Binary), EntryProduct([.. masks.Select(part => part!)], isFactor: false, letters));
        }

        // What the form says of each entry, with nothing said about ranges.
        var lowered = Multiply.Of([.. scalars, .. around, .. signals, moving]);
        foreach (var sum in sums)
        {
            lowered = Summation.Of(sum, Number.One, sum.Range, lowered);
        }

        return new("as a convolution", indices[..^axes], whole, Verifier.Check(entry, lowered));

        // The formula of a factor with whole signals or images in the places of their entries.
        Expr? Sliced(Expr factor, ImmutableArray<IndexVariable> inside)
        {
            var slices = Binding.Rewrite(factor, (node, _) => node is Element element && element.Indices.Length >= axes && element.Indices[^axes..].SequenceEqual(inside) ? SliceOf(element, axes) : null);
            return inside.Any(index => Has(slices, index)) ? null : slices;
        }

        Expr SliceOf(Element element, int dropped)
        {
            ImmutableArray<Expr> kept = [.. element.Indices[..^dropped].Select(index => index is IndexVariable free && channels.IndexOf(free) is >= 0 and var position ? named[position] : index)];
            var name = element.Variable.Name;
            return Variable.Given(kept.IsEmpty ? name : Names.Remember(ExpressionFormula.Subscripted(Names.ToFormula(name), kept, letters)), Shape.Scalar);
        }

        string Mode(ConvolutionMatrix convolution) => MatrixFormula.OperatorOf(convolution, letters).ToString();
    }

    /// <summary>Σ_m u_m v_{place} as a convolution of u with v, or null.</summary>
    private static ConvolutionMatrix? OneAxis(Expr place, IndexVariable output, IndexVariable summed, Expr size)
    {
        var (u, v) = (Variable.Given("u", Shape.Of(summed.Range)), Variable.Given(Moving, Shape.Of(size)));
        return ConvolutionRecogniser.Recognise([u[summed], v.At([place])], output, summed, (part, index) => part is Element { Indices: [var only], Variable: var variable } && ReferenceEquals(only, index) ? new MatrixSymbol(variable) : null) as ConvolutionMatrix;
    }

    private const string Moving = "v";

    private static bool IsMoving(MatrixExpr signal) => signal is MatrixSymbol { Variable.Name: Moving };

    private static int? Up(ConvolutionMatrix convolution) => convolution.Signal is UpsampledMatrix { Stride: var stride } ? stride : null;

    private static bool Has(Expr expression, IndexVariable index) => Binding.Nodes(expression).Contains(index, ReferenceEqualityComparer.Instance);
}
