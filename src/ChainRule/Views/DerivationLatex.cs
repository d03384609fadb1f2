using System.Text;
using System.Text.RegularExpressions;
using ChainRule.Calculus;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>A derivation as display mathematics, for front ends that render LaTeX only.</summary>
internal static partial class DerivationLatex
{
    /// <summary>How wide a right side may be, in em, so that it stands on a page beside the name of its rule.</summary>
    private const double MostBeside = 24;

    /// <summary>How wide a formula may be that stands by itself.</summary>
    private const double MostAlone = 36;

    [GeneratedRegex("[0-9.]+·10[⁻⁰¹²³⁴-⁹]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PowerOfTen();

    public static string Render(DerivationModel model)
    {
        var text = new StringBuilder("$$\n\\begin{aligned}\n");
        foreach (var line in model.Adjoints.Concat(model.Lines))
        {
            text.Append(line.Left is not { } left ? string.Empty : FormulaBreaks.Width(left) <= DerivationModel.MostLeft ? LatexPrinter.Print(left) : $"& {Broken(left, MostAlone)} \\\\\n")
                .Append(" &= ").Append(Broken(line.Right, MostBeside))
                .Append(" && \\text{").Append(Escape(line.Rule)).Append("} \\\\\n");
            if (line.Value is { } value)
            {
                text.Append("&\\quad {\\scriptstyle \\text{value } ").Append(NumbersView.Latex(value)).Append("} \\\\\n");
            }
        }

        if (model.ResultStep is { Left: { } whole } step)
        {
            // A box goes around one line; a result of several lines is none the less the last.
            text.Append(LatexPrinter.Print(whole)).Append(" &= ").Append(FormulaBreaks.Lines(step.Right, MostBeside).Length == 1 ? $"\\boxed{{{LatexPrinter.Print(step.Right)}}}" : Broken(step.Right, MostBeside));
            text.Append(model.Set is { } set ? $" \\in {LatexPrinter.Print(set)}" : string.Empty);
            text.Append(" && \\text{").Append(Escape(step.Rule)).Append("}\n");
        }

        else if (model.Lines.IsEmpty && model.Result is { } result)
        {
            text.Append(Broken(result, MostAlone)).Append('\n');
        }

        text.Append("\\end{aligned}\n$$");
        if (model.Values is { } values)
        {
            Numbers(text, values);
        }

        return text.ToString();
    }

    /// <summary>The point in a sentence, which breaks as words do, and what the result is there.</summary>
    private static void Numbers(StringBuilder text, PointValues values)
    {
        text.Append("\n\nAt ").AppendJoin(", ", values.Bindings.Select(Binding));
        if (!values.Computed.IsEmpty)
        {
            text.Append(", where ").AppendJoin(", ", values.Computed.Select(Binding));
        }

        text.Append(":\n\n$$\n").Append(NumbersView.Latex(values.Dimensions, values.Entries)).Append("\n$$\n\n").Append(PowerOfTen().Replace(Escape(DerivationModel.Check(values)), match => $"${NumbersView.Latex(match.Value)}$")).Append('.');

        static string Binding((Expressions.Variable Variable, int[] Dimensions, double[] Entries) binding) =>
            $"${LatexPrinter.Print(Expressions.Names.ToFormula(binding.Variable.Name))} = {NumbersView.Latex(DerivationText.Numbers(binding))}$";
    }

    /// <summary>A right side; where it is too long, in rows of its own that begin a quad further in.</summary>
    public static string Broken(Formula right, double width) =>
        string.Join(" \\\\\n&\\quad ", FormulaBreaks.Lines(right, width).Select(LatexPrinter.Print));

    /// <summary>A formula by itself, in lines aligned at their left where it is too long for one.</summary>
    public static string Alone(Formula formula) => FormulaBreaks.Width(formula) <= MostAlone
        ? LatexPrinter.Print(formula)
        : $"\\begin{{aligned}}\n& {Broken(formula, MostAlone)}\n\\end{{aligned}}";

    /// <summary>Words inside \text{}: what LaTeX would take for a command is escaped, and mathematics goes back to mathematics.</summary>
    public static string Escape(string words)
    {
        var text = new StringBuilder();
        foreach (var letter in words)
        {
            text.Append(letter switch
            {
                '_' or '%' or '&' or '#' or '$' or '{' or '}' => $"\\{letter}",
                >= 'Α' and <= 'ω' => $"${LatexPrinter.Print(new Atom(letter.ToString()))}$",
                '′' => "'",
                _ => letter.ToString(),
            });
        }

        return text.ToString();
    }
}
