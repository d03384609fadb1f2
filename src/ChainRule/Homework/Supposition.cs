using System.Collections.Immutable;

namespace ChainRule.Checking;

/// <summary>
/// A wrong line about a derivative, taken for true: ∂of/∂by is what the line says, and nothing else reaches <paramref name="Of"/>. What
/// holds then follows from that line.
/// </summary>
/// <param name="Of">What is differentiated.</param>
/// <param name="OfLetters">The indices of the entry that the line speaks of; none where it speaks of the whole.</param>
/// <param name="By">What by.</param>
/// <param name="ByLetters">The indices of its entry.</param>
/// <param name="Value">What the line says.</param>
/// <param name="Reading">How the line is read.</param>
internal sealed record Supposition(string Of, ImmutableArray<string> OfLetters, string By, ImmutableArray<string> ByLetters, ClaimTree Value, Reading Reading)
{
    /// <summary>The supposition that a line makes, or null where it is not about the derivative of one name by another.</summary>
    public static Supposition? Made(Link link, Reading reading, Declarations declarations)
    {
        if (link.Sign is not "=" || link.Condition is not null)
        {
            return null;
        }

        var left = link.Left.Is(Head.Name) && declarations.Symbols.TryGetValue(link.Left.Text, out var named) && named is { Body: { Head: Head.Derivative } body, Parameters.IsEmpty: true } ? body : link.Left;
        // (∂L/∂z)_j and ∂L/∂z_j are one.
        if (left is { Head: Head.Entry, Items: [{ Head: Head.Derivative, Items: [_, { Head: Head.Name } whole] } inner, ..] })
        {
            left = inner.With(1, new(Head.Entry, string.Empty, [whole, .. left.Items.Skip(1)]));
        }

        return left is { Head: Head.Derivative, Items: [var of, var by] } && NameOf(of, declarations) is var (top, ofLetters) && NameOf(by, declarations) is var (bottom, byLetters)
            && ofLetters.Concat(byLetters).Distinct(StringComparer.Ordinal).Count() == ofLetters.Length + byLetters.Length && !string.Equals(top, bottom, StringComparison.Ordinal)
            ? new(top, ofLetters, bottom, byLetters, link.Right, reading)
            : null;
    }

    private static (string Name, ImmutableArray<string> Letters)? NameOf(ClaimTree tree, Declarations declarations)
    {
        var name = tree.Is(Head.Entry) ? tree[0] : tree;
        if (!name.Is(Head.Name) || !declarations.Symbols.TryGetValue(name.Text, out var symbol) || symbol.IsRecurrence || !tree.Items.Skip(1).All(index => index.Is(Head.Name) && !declarations.Symbols.ContainsKey(index.Text) && !declarations.Sizes.Contains(index.Text) && !declarations.Fixed.Contains(index.Text)))
        {
            return null;
        }

        return tree.Is(Head.Entry) && symbol.Shape is { } shape && shape.Length != tree.Items.Length - 1 ? null : (name.Text, [.. tree.Items.Skip(1).Select(index => index.Text)]);
    }

    /// <summary>The derivative's entries, those of <see cref="Of"/> first; null where what the line says does not have its shape.</summary>
    public double[]? Entries(Evaluator<Numerics.Bounded> evaluator)
    {
        var (of, by) = (evaluator.Value(Of), evaluator.Value(By));
        if (OfLetters.IsEmpty && ByLetters.IsEmpty)
        {
            return Whole(evaluator, of.Dimensions, by.Dimensions);
        }

        if (OfLetters.Length != of.Rank || ByLetters.Length != by.Rank)
        {
            return null;
        }

        var (letters, sizes) = (OfLetters.AddRange(ByLetters), of.Dimensions.Concat(by.Dimensions).ToArray());
        var entries = new double[Tensor<Numerics.Bounded>.Count(sizes)];
        for (var flat = 0; flat < entries.Length; flat++)
        {
            var rest = flat;
            for (var axis = sizes.Length - 1; axis >= 0; axis--)
            {
                evaluator.Indices[letters[axis]] = (rest % sizes[axis]) + 1;
                rest /= sizes[axis];
            }

            if (evaluator.Evaluate(Value) is not { IsScalar: true } entry)
            {
                evaluator.Indices.Clear();
                return null;
            }

            entries[flat] = entry.Only.Value;
        }

        evaluator.Indices.Clear();
        return entries;
    }

    private double[]? Whole(Evaluator<Numerics.Bounded> evaluator, int[] of, int[] by)
    {
        int[] shape = of.Length == 0 ? by : by.Length == 0 ? of : [.. of, .. by];
        var value = evaluator.Evaluate(Value);
        value = value.IsIdentity || value.IsOnes ? Evaluator<Numerics.Bounded>.Expand(value, shape) : value;
        var isTurned = Reading.Orientation == Orientation.Denominator && of.Length == 1 && by.Length == 1;
        if (Value.IsNumber("0"))
        {
            return new double[Tensor<Numerics.Bounded>.Count(shape)];
        }

        int[] expected = isTurned ? [by[0], of[0]] : shape;
        var isRow = value.Dimensions is [1, var width] && shape is [var length] && width == length;
        if (value.IsIdentity || value.IsOnes || !(isRow || value.Dimensions.AsSpan().SequenceEqual(expected)))
        {
            return null;
        }

        return isTurned
            ? [.. Enumerable.Range(0, of[0]).SelectMany(row => Enumerable.Range(0, by[0]).Select(column => value.Data[(column * of[0]) + row].Value))]
            : [.. value.Data.Select(entry => entry.Value)];
    }
}
