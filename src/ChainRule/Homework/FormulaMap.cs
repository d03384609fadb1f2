using System.Collections.Immutable;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>Rewrites what carries a script, wherever it stands in a formula; every place of the source is kept.</summary>
internal static class FormulaMap
{
    /// <summary>The formula with each outermost <see cref="Script"/> replaced.</summary>
    public static Formula Scripts(Formula formula, Func<Script, Formula> replaced)
    {
        return Map(formula);

        Formula Map(Formula formula) => formula switch
        {
            Script script => replaced(script),
            Row row => new Row(row.Items.Select(Map)) { Origin = row.Origin },
            Fence fence => new Fence(fence.Left, Map(fence.Body), fence.Right) { Origin = fence.Origin },
            Fraction fraction => new Fraction(Map(fraction.Numerator), Map(fraction.Denominator)) { Origin = fraction.Origin },
            Limits limits => new Limits(Map(limits.Base), limits.Under is { } under ? Map(under) : null, limits.Over is { } over ? Map(over) : null) { Origin = limits.Origin },
            Root root => new Root(Map(root.Radicand), root.Degree) { Origin = root.Origin },
            Accent accent => new Accent(Map(accent.Base), accent.Kind) { Origin = accent.Origin },
            Boxed boxed => new Boxed(Map(boxed.Body)) { Origin = boxed.Origin },
            Table table => new Table([.. table.Rows.Select(row => row.Select(Map).ToImmutableArray())], table.Kind) { Origin = table.Origin },
            _ => formula,
        };
    }
}
