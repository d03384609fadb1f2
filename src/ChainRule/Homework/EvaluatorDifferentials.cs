using ChainRule.Numerics;

namespace ChainRule.Checking;

/// <content>Differentials: derivatives along a direction in which everything that moves moves at once.</content>
internal sealed partial class Evaluator<T>
{
    /// <summary>dL, where the names behind it move in a direction that is drawn for them, the same in the whole claim.</summary>
    private Tensor<T> Differential(ClaimTree tree)
    {
        if (order >= DeepestDerivative)
        {
            throw new BudgetException();
        }

        if (tree[0].Nodes().Any(node => node.Is(Head.Differential)))
        {
            throw new UnreadableException(tree.Span, "Differentials of differentials are not read.");
        }

        var inner = Seeded(string.Empty, null, -1);
        var moving = tree.Items.Skip(1).Select(item => item.Text).ToList();
        foreach (var name in moving)
        {
            var value = Value(name);
            var direction = Direction(Declarations.Symbols[name], value.Dimensions, value.Data.Length);
            inner._tables[name] = new(value.Dimensions, [.. value.Data.Select((entry, i) => new Dual<T>(entry, T.Constant(direction[i])))]);
        }

        inner._lift = name => moving.Exists(moved => Declarations.Reaches(name, moved)) ? null : Lifted(Value(name), -1);
        inner.Expected = Expected;
        var change = inner.Evaluate(tree[0]);
        return new(change.Dimensions, [.. change.Data.Select(entry => entry.Tangent)]);
    }

    /// <summary>A direction that keeps what is assumed: labels stay, symmetric matrices stay symmetric, what adds up to 1 goes on doing so.</summary>
    private double[] Direction(Symbol symbol, int[] dimensions, int count)
    {
        const Trait Settled = Trait.OneHot | Trait.Binary | Trait.Integer | Trait.Orthogonal;
        if ((symbol.Traits & Settled) != Trait.None || !symbol.Choices.IsEmpty)
        {
            return new double[count];
        }

        var random = new Random(unchecked((world.Seed * 31) + World.Hash(symbol.Name)));
        double[] direction = [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];
        if (symbol.Traits.HasFlag(Trait.SymmetricMatrix) && dimensions is [var rows, var columns] && rows == columns)
        {
            return [.. Enumerable.Range(0, count).Select(flat => direction[flat] + direction[(flat % columns * columns) + (flat / columns)])];
        }

        return (symbol.Traits & (Trait.Distribution | Trait.SumsToOne)) != Trait.None && count > 0 ? [.. direction.Chunk(dimensions[^1]).SelectMany(row => row.Select(entry => entry - row.Average()))] : direction;
    }
}
