using System.Collections.Immutable;

namespace ChainRule.Notation;

/// <summary>
/// Where a formula that is too long for a line may be broken: before a sign that stands outside of brackets, and inside of brackets
/// only where what they hold is too long by itself. Nothing is lost or added but the sign of a product that was written without one.
/// </summary>
internal static class FormulaBreaks
{
    /// <summary>Inside of how many brackets a break is looked for.</summary>
    private const int MostFences = 3;

    /// <summary>Scripts are set in this share of the size of what carries them.</summary>
    private const double ScriptSize = 0.7;

    /// <summary>How wide a formula is set, in em and roughly: good enough to tell what fits in a line.</summary>
    public static double Width(Formula formula)
    {
        if (DeepStack.IsLow)
        {
            return DeepStack.Continue(() => Width(formula));
        }

        return formula switch
        {
            Row row => row.Items.Sum(Width),
            Atom { Kind: AtomKind.Text, Text: var words } => 0.46 * words.Length,
            Atom { Kind: AtomKind.Function, Text: var name } => (0.5 * name.Length) + 0.17,
            Atom { Text: var name } => 0.55 * name.Length,
            Operator { Kind: OperatorKind.Binary, Text: var sign } => (0.7 * sign.Length) + 0.44,
            Operator { Kind: OperatorKind.Relation, Text: var sign } => (0.7 * sign.Length) + 0.56,
            Operator { Kind: OperatorKind.Large } => 1.5,
            Operator { Kind: OperatorKind.InvisibleTimes or OperatorKind.InvisibleApply } => 0.12,
            Operator { Text: var sign } => 0.6 * sign.Length,
            Fraction fraction => Math.Max(Width(fraction.Numerator), Width(fraction.Denominator)) + 0.2,
            Script script => Width(script.Base) + (ScriptSize * Math.Max(Width(script.Subscript), Width(script.Superscript))),
            Limits limits => Math.Max(Width(limits.Base), ScriptSize * Math.Max(Width(limits.Under), Width(limits.Over))),
            Fence fence => Width(fence.Body) + 0.9,
            Root root => Width(root.Radicand) + 0.9,
            Accent accent => Width(accent.Base),
            Boxed boxed => Width(boxed.Body) + 0.6,
            Space space => space.Em,
            Verbatim verbatim => 0.5 * verbatim.Latex.Length,
            Table table => TableWidth(table),
            _ => 1,
        };

        static double Width(Formula? part) => part is null ? 0 : FormulaBreaks.Width(part);
    }

    /// <summary>The formula in parts between which a line may end; one part where it is short.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="most">Up to this width, in em, brackets and products stay whole.</param>
    public static ImmutableArray<Formula> Parts(Formula formula, double most) => [.. Parts(formula, most, 0)];

    /// <summary>The formula in lines of a width, as few as can be; a part that can't be broken may be wider.</summary>
    public static ImmutableArray<Formula> Lines(Formula formula, double width)
    {
        if (Width(formula) <= width)
        {
            return [formula];
        }

        var lines = ImmutableArray.CreateBuilder<Formula>();
        var (line, used) = (new List<Formula>(), 0.0);
        foreach (var part in Parts(formula, width, 0))
        {
            var own = Width(part);
            if (line.Count > 0 && used + own > width)
            {
                lines.Add(new Row(line));
                (line, used) = ([], 0);
            }

            line.Add(part);
            used += own;
        }

        lines.Add(new Row(line));
        return lines.ToImmutable();
    }

    private static IEnumerable<Formula> Parts(Formula formula, double most, int depth)
    {
        var items = new List<Formula>();
        Flatten(formula, items);
        foreach (var part in Split(items, IsSum))
        {
            if (Width(new Row(part)) <= most)
            {
                yield return Joined(part);
                continue;
            }

            foreach (var piece in Opened(part, most, depth))
            {
                yield return piece;
            }
        }
    }

    /// <summary>A term that is too long: its factors stand one by one, and of a factor that is too long itself the widest brackets are opened.</summary>
    private static IEnumerable<Formula> Opened(List<Formula> term, double most, int depth)
    {
        foreach (var factors in Split(term, IsProduct))
        {
            // A sign that was left out within a line has to be there at the start of one.
            List<Formula> factor = factors[0] is Operator { Kind: OperatorKind.InvisibleTimes } ? [new Operator("⋅", OperatorKind.Binary), .. factors[1..]] : factors;
            var wide = Width(Joined(factor)) <= most || depth >= MostFences ? -1 : factor.FindIndex(item => item is Fence { Body: not Table } && Width(item) > most / 2);
            if (wide < 0 || factor[wide] is not Fence fence || Parts(fence.Body, most, depth + 1).ToList() is not { Count: > 1 } inner)
            {
                yield return Joined(factor);
                continue;
            }

            yield return new Row([.. factor[..wide], new Fence(fence.Left, inner[0], string.Empty)]);
            foreach (var part in inner[1..^1])
            {
                yield return part;
            }

            yield return new Row([new Fence(string.Empty, inner[^1], fence.Right), .. factor[(wide + 1)..]]);
        }
    }

    private static IEnumerable<List<Formula>> Split(List<Formula> items, Func<Formula, bool> before)
    {
        var part = new List<Formula>();
        foreach (var item in items)
        {
            // What is nothing but a sign so far waits for what the sign stands before.
            if (before(item) && part.Exists(one => one is not (Operator or Space)))
            {
                yield return part;
                part = [];
            }

            part.Add(item);
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    private static bool IsSum(Formula item) => item is Operator { Kind: OperatorKind.Relation } or Operator { Kind: OperatorKind.Binary, Text: "+" or "−" or "-" or "±" or "⋯" } or Atom { Kind: AtomKind.Text, Text: "where " };

    private static bool IsProduct(Formula item) => item is Operator { Kind: OperatorKind.Binary or OperatorKind.InvisibleTimes };

    private static Formula Joined(List<Formula> part) => part.Count == 1 ? part[0] : new Row(part);

    private static void Flatten(Formula formula, List<Formula> items)
    {
        if (formula is not Row row)
        {
            items.Add(formula);
        }
        else if (DeepStack.IsLow)
        {
            DeepStack.Continue(() =>
            {
                Flatten(formula, items);
                return items.Count;
            });
        }
        else
        {
            foreach (var item in row.Items)
            {
                Flatten(item, items);
            }
        }
    }

    private static double TableWidth(Table table)
    {
        var columns = table.Rows.Select(row => row.Length).DefaultIfEmpty(0).Max();
        return Enumerable.Range(0, columns).Sum(column => table.Rows.Where(row => column < row.Length).Select(row => Width(row[column])).DefaultIfEmpty(0).Max() + 1);
    }
}
