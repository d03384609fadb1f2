using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>A derivation as Unicode text in 80 columns: numbered lines aligned at the equals sign, long ones broken before a sign.</summary>
internal static class DerivationText
{
    private const int Width = TextLines.Columns;

    /// <summary>A left side that is longer stands on a line of its own, so that the right sides have room.</summary>
    private const int MostLeft = 20;

    /// <summary>A matrix with more entries than this is not written out among the values that were given.</summary>
    private const int MostTyped = 12;

    public static string Render(DerivationModel model, string indent = "")
    {
        var text = new StringBuilder();
        var set = model.Set is { } formula ? "∈ " + TextPrinter.Print(formula) : string.Empty;
        Beside(text, indent, [.. TextLines.Wrap(model.Title, Width - indent.Length)], set);
        if (!model.Adjoints.IsEmpty)
        {
            if (!model.Paths.IsEmpty)
            {
                TextLines.Hang(text, indent + "  ", width => TextLines.Wrap(Paths(model), width));
            }

            foreach (var line in model.Adjoints)
            {
                Statement(text, indent + "  ", line);
            }

            text.Append('\n');
        }

        AppendLines(text, model.Lines, indent, model.FirstNumber);
        if (model.Result is { } result)
        {
            text.Append('\n');
            var rule = model.ResultStep is { } step ? $"{step.Rule}  {step.Verdict.Sign}" : string.Empty;
            Beside(text, indent + "  ", [.. Equation(TextPrinter.Print(result), Width - indent.Length - 2)], rule, gap: 3);
        }

        foreach (var remark in model.Remarks)
        {
            TextLines.Hang(text, indent + "  ", width => TextLines.Wrap(remark, width));
        }

        if (model.Values is { } values)
        {
            text.Append('\n');
            Given(text, indent + "  at ", values.Bindings, values.Computed.IsEmpty);
            if (!values.Computed.IsEmpty)
            {
                Given(text, indent + "  where ", values.Computed, last: true);
            }

            foreach (var row in NumbersView.Text(values.Dimensions, values.Entries, Width - indent.Length - 2))
            {
                text.Append(indent).Append("  ").Append(row).Append('\n');
            }

            if (model.LinesAgree)
            {
                text.Append(indent).Append("  ").Append(DerivationModel.Agreement).Append('\n');
            }

            TextLines.Hang(text, indent + "  ", width => TextLines.Wrap(DerivationModel.Check(values), width));
        }

        TextLines.Hang(text, indent + "  ", width => TextLines.Wrap(model.Summary, width));
        // One level of local derivatives: in a deep network the levels below repeat what other derivations say in full.
        foreach (var inner in indent.Length == 0 ? [.. model.AdjointDerivations, .. model.Inner] : ImmutableArray<DerivationModel>.Empty)
        {
            text.Append('\n').Append(Render(inner, indent + "    "));
        }

        return text.ToString();
    }

    /// <summary>The ways from the variable to the scalar, in words.</summary>
    public static string Paths(DerivationModel model) => model.Paths.Length switch
    {
        1 => $"the path {model.Paths[0]}",
        > DerivationModel.MostPaths => $"more than {DerivationModel.MostPaths} paths, among them {string.Join("; ", model.Paths.Take(2))}",
        var count => $"{count} paths: {string.Join("; ", model.Paths)}",
    };

    /// <summary>A value that was given: z = (1, 2, 3).</summary>
    public static string Binding((Expressions.Variable Variable, int[] Dimensions, double[] Entries) binding) => $"{binding.Variable} = {Numbers(binding)}";

    /// <summary>The numbers of a value that was given, on one line; of a large one the first and the last, and its sizes.</summary>
    public static string Numbers((Expressions.Variable Variable, int[] Dimensions, double[] Entries) binding) => binding.Dimensions.Length switch
    {
        0 or 1 => NumbersView.Text(binding.Dimensions, binding.Entries, int.MaxValue).First(),
        2 when binding.Entries.Length <= MostTyped => $"[{string.Join("; ", binding.Entries.Chunk(binding.Dimensions[^1]).Select(row => string.Join(", ", row.Select(NumberText.Of))))}]",
        _ => $"{NumbersView.Compact(binding.Dimensions, flat => binding.Entries[flat])} {string.Join("×", binding.Dimensions)}",
    };

    /// <summary>An equation, its further lines below what stands to the right of its first =.</summary>
    public static IEnumerable<string> Equation(string equation, int width)
    {
        var at = equation.IndexOf(" = ", StringComparison.Ordinal);
        if (TextLines.Width(equation) <= width || at < 0)
        {
            return TextLines.Break(equation, width);
        }

        var left = TextLines.Width(equation[..at]);
        return left > MostLeft
            ? [.. TextLines.Break(equation[..at], width), .. Hung("  = ", equation[(at + 3)..], width)]
            : Hung($"{equation[..at]} = ", equation[(at + 3)..], width);

        static IEnumerable<string> Hung(string prefix, string right, int width) =>
            TextLines.Break(right, width - TextLines.Width(prefix)).Select((line, position) => (position == 0 ? prefix : new string(' ', TextLines.Width(prefix))) + line);
    }

    /// <summary>Lines, and after the last of them what is said of them: at the right margin, or after a gap; below where there is no room.</summary>
    private static void Beside(StringBuilder text, string indent, IReadOnlyList<string> lines, string right, int? gap = null)
    {
        text.AppendJoin('\n', lines.Select(line => indent + line));
        var length = TextLines.Width(right);
        var free = Width - indent.Length - TextLines.Width(lines[^1]) - length;
        if (length == 0)
        {
            text.Append('\n');
        }
        else if (free >= (gap ?? 2))
        {
            text.Append(' ', gap ?? free).Append(right).Append('\n');
        }
        else
        {
            var below = TextLines.Wrap(right, Width - indent.Length).ToList();
            text.Append('\n').AppendJoin('\n', below.Select(line => new string(' ', Width - TextLines.Width(line)) + line)).Append('\n');
        }
    }

    private static void Given(StringBuilder text, string prefix, IEnumerable<(Expressions.Variable Variable, int[] Dimensions, double[] Entries)> bindings, bool last) =>
        TextLines.Hang(text, prefix, width => TextLines.Wrap(string.Join(", ", bindings.Select(Binding)) + (last ? ":" : string.Empty), width));

    /// <summary>An adjoint: δ₂ = ∂L/∂z₂ = Wᵀδ₃, and what it is an element of.</summary>
    private static void Statement(StringBuilder text, string indent, ModelLine line)
    {
        var equation = Equation($"{TextPrinter.Print(line.Left!)} = {TextPrinter.Print(line.Right)}", Width - indent.Length).ToList();
        Beside(text, indent, equation, $"{string.Join(", ", line.Facts.Select(TextPrinter.Print))}  {line.Verdict.Sign}", gap: 3);
        if (line.Value is { } value)
        {
            TextLines.Hang(text, indent + "  ", width => TextLines.Wrap($"value {value}", width));
        }
    }

    private static void AppendLines(StringBuilder text, IReadOnlyList<ModelLine> lines, string indent, int first)
    {
        if (lines.Count == 0)
        {
            return;
        }

        var lefts = lines.Select(line => line.Left is { } left ? TextPrinter.Print(left) : string.Empty).ToList();
        var width = lefts.Select(TextLines.Width).Where(width => width <= MostLeft).DefaultIfEmpty(1).Max();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var number = (i + first).ToString(CultureInfo.InvariantCulture).PadLeft(3);
            var start = $"{indent}{number}  ";
            if (TextLines.Width(lefts[i]) > MostLeft)
            {
                TextLines.Hang(text, start, room => TextLines.Break(lefts[i], room));
                start = new string(' ', start.Length + width);
            }
            else
            {
                start += new string(' ', width - TextLines.Width(lefts[i])) + lefts[i];
            }

            start += " = ";
            var below = new string(' ', TextLines.Width(start));
            var rights = TextLines.Break(TextPrinter.Print(line.Right), Width - below.Length).Select((right, position) => (position == 0 ? start : below) + right).ToList();
            Beside(text, string.Empty, rights, $"{line.Rule}  {line.Verdict.Sign}");
            var notes = line.Facts.Select(TextPrinter.Print).Concat(line.Conditions.Select(Condition)).Concat(line.Value is { } value ? [$"value {value}"] : []).ToList();
            if (line.Reason is { } reason)
            {
                notes.Insert(0, TextPrinter.Print(reason));
            }

            if (notes.Count > 0)
            {
                TextLines.Hang(text, below, room => Joined(notes, room));
            }
        }
    }

    /// <summary>Notes side by side as far as they fit; a longer one is broken like a formula.</summary>
    private static IEnumerable<string> Joined(IReadOnlyList<string> notes, int width)
    {
        var line = string.Empty;
        foreach (var note in notes)
        {
            var joined = line.Length == 0 ? note : $"{line}; {note}";
            if (TextLines.Width(joined) <= width)
            {
                line = joined;
                continue;
            }

            if (line.Length > 0)
            {
                yield return line + ";";
            }

            var parts = TextLines.Break(note, width - 1).ToList();
            foreach (var part in parts.SkipLast(1))
            {
                yield return part;
            }

            line = parts[^1];
        }

        yield return line;
    }

    private static string Condition(ModelCondition condition) =>
        condition.IsMet ? $"{TextPrinter.Print(condition.Formula)} {condition.Reason}"
        : condition.Reason is { } convention ? $"for {TextPrinter.Print(condition.Formula)}; {convention}"
        : $"needs {TextPrinter.Print(condition.Formula)}";
}
