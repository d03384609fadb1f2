using System.Runtime.CompilerServices;
using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Notation;
using ChainRule.Numerics;

namespace ChainRule.Matrices;

/// <summary>A definition as a reader wants it: z = W x + b where there is a matrix form, z_i = … by entries where there is none.</summary>
/// <param name="Left">The name, with indices where the right side has them.</param>
/// <param name="Right">What it is defined as.</param>
internal sealed record DefinitionFormula(Formula Left, Formula Right)
{
    private static readonly ConditionalWeakTable<Variable, DefinitionFormula> _known = [];

    /// <summary>The definition of a variable that has one.</summary>
    public static DefinitionFormula Of(Variable variable) => _known.GetValue(variable, static defined =>
    {
        if (KnownFunctions.Whole(defined) is { } known)
        {
            return new(Names.ToFormula(defined.Name), known);
        }

        IndexVariable[] indices = [.. Letters.For(defined.Shape, defined.Shape.Sizes.Append(defined.Body!).SelectMany(Binding.Nodes).OfType<Size>())];
        var body = defined.DefinitionAt([.. indices])!;
        var letters = Letters.Avoiding([.. indices, body]);
        var matrix = indices.Length switch
        {
            0 => ScalarForms.Inside(body),
            1 or 2 => MatrixForm.Of(body, indices[0], indices.Length == 2 ? indices[1] : null, gather: false),
            _ => null,
        };
        return matrix is { Verdict.Kind: not VerdictKind.Refuted }
            ? new(Names.ToFormula(defined.Name), MatrixFormula.Of(matrix.Matrix, letters))
            : new(ExpressionFormula.Of(defined.At([.. indices]), letters), ExpressionFormula.Of(body, letters));
    });
}
