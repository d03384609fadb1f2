using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Notation;

namespace ChainRule.Calculus;

/// <summary>
/// Functions of whole vectors that everybody knows by name, found where a derivation is about to meet them: where Σ_k e^{z_k} is
/// among what is differentiated, e^{z_j} / Σ_k e^{z_k} is called softmax(z)_j, although nobody defined it.
/// </summary>
internal static class KnownFunctions
{
    /// <summary>A softmax for each sum of exponentials in the definitions, unless one of the names is defined as it already.</summary>
    public static IEnumerable<Variable> In(IReadOnlyCollection<Variable> names)
    {
        var taken = names.Select(name => name.Body).OfType<Expr>().Select(Canonical.Of).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var sum in names.SelectMany(name => Binding.Nodes(name.Body!)).OfType<Summation>().Where(IsOfExponentials).Distinct())
        {
            var argument = ((Apply)sum.Body).Arguments[0];
            if (Written(argument) is not { } written)
            {
                continue;
            }

            // Under the name's own binder the entry's index has level 0, as it has under the sum's.
            var body = sum.Body / sum;
            if (taken.Add(Canonical.Of(body)))
            {
                var formula = new Row(new Atom("softmax", AtomKind.Function), new Operator(string.Empty, OperatorKind.InvisibleApply), new Fence("(", written, ")"));
                yield return Variable.Define(Names.Remember(formula), [sum.Upper], body, Assumption.None);
            }
        }
    }

    private static bool IsOfExponentials(Summation sum) => sum is { Loose: 0, Lower: Number { Value.IsOne: true }, Body: Apply { Arguments: [var argument] } apply }
        && ReferenceEquals(apply.Function, FunctionDefinition.Exp)
        && Binding.UsesInnermost(argument);

    /// <summary>The vector of which the argument is the entry, z/T for z_k/T; null where it takes more than leaving the index out.</summary>
    private static Formula? Written(Expr argument)
    {
        var whole = Binding.Rewrite(argument, (node, _) => node is Element { Indices: [BoundIndex { Level: 0 }], Variable: var vector } ? Element.Of(Variable.Given(vector.Name, Shape.Scalar), []) : null);
        return whole.Loose == 0 && !Binding.Nodes(whole).Any(node => node is Summation) ? ExpressionFormula.Of(whole) : null;
    }
}
