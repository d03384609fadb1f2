using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>A derivation as Unicode text: numbered lines aligned at the equals sign, in 80 columns where the formulas allow.</summary>
internal static class DerivationText
{
    private const int Width = 80;

    /// <summary>A matrix with more entries than this is not written out among the values that were given.</summary>
    private const int MostTyped = 12;

    public static string Render(DerivationModel model, string indent = "")
    {
        var text = new StringBuilder();
        var set = model.Set is { } formula ? "∈ " + TextPrinter.Print(formula) : string.Empty;
        text.Append(indent).Append(model.Title).AppendLine(set.Length == 0 ? string.Empty : set.PadLeft(Math.Max(set.Length + 2, Width - indent.Length - model.Title.Length)));
        if (!model.Adjoints.IsEmpty)
        {
            if (!model.Paths.IsEmpty)
            {
                text.Append(indent).Append("  ").AppendLine(Paths(model));
            }

            foreach (var line in model.Adjoints)
            {
                text.Append(indent).Append("  ").Append(TextPrinter.Print(line.Left!)).Append(" = ").Append(TextPrinter.Print(line.Right)).Append("   ").AppendJoin(", ", line.Facts.Select(TextPrinter.Print)).Append("  ").AppendLine(line.Verdict.Sign);
            }

            text.AppendLine();
        }

        AppendLines(text, model.Lines, indent, model.FirstNumber);
        if (model.Result is { } result)
        {
            text.AppendLine();
            text.Append(indent).Append("  ").Append(TextPrinter.Print(result));
            text.AppendLine(model.ResultStep is { } step ? $"   {step.Rule}  {step.Verdict.Sign}" : string.Empty);
        }

        foreach (var remark in model.Remarks)
        {
            text.Append(indent).Append("  ").AppendLine(remark);
        }

        if (model.Values is { } values)
        {
            text.AppendLine();
            text.Append(indent).Append("  at ").AppendJoin(", ", values.Bindings.Select(Binding)).AppendLine(values.Computed.IsEmpty ? ":" : string.Empty);
            if (!values.Computed.IsEmpty)
            {
                text.Append(indent).Append("  where ").AppendJoin(", ", values.Computed.Select(Binding)).AppendLine(":");
            }

            foreach (var row in NumbersView.Text(values.Dimensions, values.Entries))
            {
                text.Append(indent).Append("  ").AppendLine(row);
            }

            text.Append(indent).Append("  ").Append(values.CheckedBy).Append(" agree to ").AppendLine(NumberText.Scientific(values.LargestError));
        }

        text.Append(indent).Append("  ").AppendLine(model.Summary);
        // One level of local derivatives: in a deep network the levels below repeat what other derivations say in full.
        foreach (var inner in indent.Length == 0 ? [.. model.AdjointDerivations, .. model.Inner] : ImmutableArray<DerivationModel>.Empty)
        {
            text.AppendLine().Append(Render(inner, indent + "    "));
        }

        return text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>The ways from the variable to the scalar, in words.</summary>
    public static string Paths(DerivationModel model) => model.Paths.Length switch
    {
        1 => $"the path {model.Paths[0]}",
        > DerivationModel.MostPaths => $"more than {DerivationModel.MostPaths} paths, among them {string.Join("; ", model.Paths.Take(2))}",
        var count => $"{count} paths: {string.Join("; ", model.Paths)}",
    };

    /// <summary>A value that was given: z = (1, 2, 3).</summary>
    public static string Binding((Expressions.Variable Variable, int[] Dimensions, double[] Entries) binding) => binding.Dimensions.Length switch
    {
        0 or 1 => $"{binding.Variable} = {NumbersView.Text(binding.Dimensions, binding.Entries).First()}",
        2 when binding.Entries.Length <= MostTyped => $"{binding.Variable} = [{string.Join("; ", binding.Entries.Chunk(binding.Dimensions[^1]).Select(row => string.Join(", ", row.Select(NumberText.Of))))}]",
        _ => $"{binding.Variable} = {NumbersView.Compact(binding.Dimensions, flat => binding.Entries[flat])} {string.Join("×", binding.Dimensions)}",
    };

    private static void AppendLines(StringBuilder text, IReadOnlyList<ModelLine> lines, string indent, int first)
    {
        if (lines.Count == 0)
        {
            return;
        }

        var lefts = lines.Select(line => line.Left is { } left ? TextPrinter.Print(left) : string.Empty).ToList();
        var width = lefts.Max(left => left.Length);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var number = (i + first).ToString(CultureInfo.InvariantCulture).PadLeft(3);
            var start = $"{indent}{number}  {lefts[i].PadLeft(width)} = {TextPrinter.Print(line.Right)}";
            var rule = $"{line.Rule}  {line.Verdict.Sign}";
            if (start.Length + rule.Length + 3 <= Width)
            {
                text.Append(start).AppendLine(rule.PadLeft(Width - start.Length));
            }
            else
            {
                text.AppendLine(start).AppendLine(rule.PadLeft(Width));
            }

            var notes = line.Facts.Select(TextPrinter.Print).Concat(line.Conditions.Select(Condition)).Concat(line.Value is { } value ? [value] : []).ToList();
            if (notes.Count > 0)
            {
                text.Append(indent).Append(' ', width + 8).AppendJoin("; ", notes).AppendLine();
            }
        }
    }

    private static string Condition(ModelCondition condition) =>
        condition.IsMet ? $"{TextPrinter.Print(condition.Formula)} {condition.Reason}"
        : condition.Reason is { } convention ? $"for {TextPrinter.Print(condition.Formula)}; {convention}"
        : $"needs {TextPrinter.Print(condition.Formula)}";
}
