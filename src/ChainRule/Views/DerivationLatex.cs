using System.Text;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>A derivation as display mathematics, for front ends that render LaTeX only.</summary>
internal static class DerivationLatex
{
    public static string Render(DerivationModel model)
    {
        var text = new StringBuilder("$$\n\\begin{aligned}\n");
        foreach (var line in model.Adjoints.Concat(model.Lines))
        {
            text.Append(line.Left is { } left ? LatexPrinter.Print(left) : string.Empty)
                .Append(" &= ").Append(LatexPrinter.Print(line.Right))
                .Append(" && \\text{").Append(Escape(line.Rule)).Append("} \\\\\n");
        }

        if (model.ResultStep is { Left: { } whole } step)
        {
            text.Append(LatexPrinter.Print(whole)).Append(" &= ").Append("\\boxed{").Append(LatexPrinter.Print(step.Right)).Append('}');
            text.Append(model.Set is { } set ? $" \\in {LatexPrinter.Print(set)}" : string.Empty);
            text.Append(" && \\text{").Append(Escape(step.Rule)).Append("}\n");
        }

        else if (model.Lines.IsEmpty && model.Result is { } result)
        {
            text.Append(LatexPrinter.Print(result)).Append('\n');
        }

        return text.Append("\\end{aligned}\n$$").ToString();
    }

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
