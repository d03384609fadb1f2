using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>Writes an expression whose sizes are numbers out component by component: sums as sums of terms, entries of names as scalars with names.</summary>
internal sealed class Unrolling
{
    private readonly Dictionary<Element, Variable> _scalars = [];

    /// <summary>A vector of scalars as a tensor.</summary>
    public static Tensor Vector(IReadOnlyList<Variable> scalars) => Tensor.Of(Shape.Of(Number.Of(scalars.Count)), at =>
        Add.Of(scalars.Select((scalar, position) => Delta.Of(at[0], Number.Of(position + 1)) * scalar.At([]))));

    /// <summary>The expression component by component.</summary>
    public Expr Of(Expr expression) => Binding.Rewrite(expression, (node, _) => node switch
    {
        Summation { Loose: 0, Lower: Number { Value: var lower }, Upper: Number { Value: var upper } } sum when lower.ToInt32() is { } from && upper.ToInt32() is { } to =>
            Add.Of(Enumerable.Range(from, Math.Max(0, to - from + 1)).Select(index => Of(Binding.Open(sum.Body, [Number.Of(index)])))),
        Element { Variable.IsDefined: true, Indices.IsEmpty: false } element when element.Indices.All(index => index is Number) => Scalar(element).At([]),
        _ => null,
    });

    private Variable Scalar(Element element)
    {
        if (!_scalars.TryGetValue(element, out var scalar))
        {
            var name = element.Variable.Name;
            var script = string.Join(',', element.Indices);
            scalar = Tensor.Of(Shape.Scalar, _ => Of(element.Variable.DefinitionAt(element.Indices)!))
                .Named(name.EndsWith('}') && name.Contains("_{", StringComparison.Ordinal) ? $"{name[..^1]},{script}}}" : $"{name}_{{{script}}}");
            _scalars.Add(element, scalar);
        }

        return scalar;
    }
}
