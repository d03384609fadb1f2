using System.Net;
using System.Text;
using ChainRule.Expressions;
using ChainRule.Networks;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>A network with numbers: every name with its value and, with a loss, its gradient; the gradient check; what is badly conditioned.</summary>
internal static class NetworkPointView
{
    private static readonly string _style = Resources.Text("derivation.css").Trim() + "\n" + Resources.Text("network.css").Trim();

    public static MimeBundle Render(NetworkPoint point)
    {
        var parts = Parts(point);
        var check = Check(point);
        var notes = point.Notes;
        var (latex, text) = (Latex(parts, point.Network.Loss), Text(point, parts, check, notes));
        return new(Html(point, parts, check, notes, latex, text), latex, text);
    }

    private static List<(string Heading, List<Entry> Entries)> Parts(NetworkPoint point)
    {
        var network = point.Network;
        var loss = network.Loss;
        return
        [
            .. new (string Heading, IEnumerable<Variable> Names)[]
            {
                ("Inputs", network.Inputs),
                ("Targets", network.Targets),
                ("Parameters", network.Parameters),
                ("Forward", network.Values.Select(value => value.Variable).Concat(loss is null ? [] : [loss])),
            }.Select(part => (part.Heading, part.Names.Select(Of).ToList())).Where(part => part.Item2.Count > 0),
        ];

        Entry Of(Variable name) => new(
            name,
            point.Value(name.Name),
            loss is null || name.Equals(loss) || network.Targets.Contains(name) || !Dependencies.Reaches(loss, name) ? null : point.Gradient(name.Name));
    }

    /// <summary>How well all gradients agree with what knows no rules.</summary>
    private static string Check(NetworkPoint point)
    {
        if (point.Network.Loss is null)
        {
            return string.Empty;
        }

        if (!double.IsFinite(point.Loss))
        {
            return $"{point.Network.Loss} is {NumberText.Of(point.Loss)} in double precision, so there is no gradient to check here.";
        }

        var checks = point.Check();
        var (difference, step) = (checks.MaxBy(check => check.RelativeError)!, checks.MaxBy(check => check.ComplexStepError)!);
        var entries = checks.Sum(check => (long)check.Compared);
        return $"Gradient check: against central differences the largest relative error is {NumberText.Scientific(difference.RelativeError)} (∂{point.Network.Loss}/∂{difference.By})"
            + (double.IsNaN(step.ComplexStepError) ? $" at {entries} entries of all gradients." : $", against the complex step {NumberText.Scientific(step.ComplexStepError)}.");
    }

    private static string Html(NetworkPoint point, List<(string Heading, List<Entry> Entries)> parts, string check, IReadOnlyList<string> notes, string latex, string text)
    {
        var html = new StringBuilder();
        html.Append("<style>").Append(_style).Append("</style>\n");
        html.Append("<section class=\"cr-derivation cr-network\" aria-label=\"Network with numbers\">\n<header><h4>Network with numbers</h4></header>\n");
        html.Append("<p class=\"cr-paths\">").Append(Encode(point.Network.ToString())).Append("</p>\n");
        foreach (var (heading, entries) in parts)
        {
            html.Append("<h5>").Append(heading).Append("</h5>\n");
            foreach (var entry in entries)
            {
                html.Append("<div class=\"cr-point\">");
                Numbers(html, Names.ToFormula(entry.Name.Name), entry.Value, $"value of {entry.Name}");
                if (entry.Gradient is { } gradient)
                {
                    Numbers(html, Gradient(point.Network.Loss!, entry.Name), gradient, $"gradient with respect to {entry.Name}");
                }

                html.Append("</div>\n");
            }
        }

        if (notes.Count > 0)
        {
            html.Append("<ul class=\"cr-notes\">").AppendJoin(string.Empty, notes.Select(note => $"<li>{Encode(note)}</li>")).Append("</ul>\n");
        }

        html.Append("<footer><div class=\"cr-more\">");
        foreach (var (heading, source) in new[] { ("LaTeX", latex), ("plain text", text) })
        {
            html.Append("<details><summary>").Append(heading).Append("</summary><pre tabindex=\"0\">").Append(Encode(source)).Append("</pre></details>");
        }

        return html.Append("</div><span>").Append(Encode(check)).Append("</span></footer>\n</section>\n").ToString();
    }

    private static void Numbers(StringBuilder html, Formula name, NetworkNumbers numbers, string label)
    {
        html.Append("<div class=\"cr-equation\">").Append(MathMLPrinter.Print(new Row(name, new Operator("=", OperatorKind.Relation)), display: true)).Append("<div class=\"cr-values\">");
        NumbersView.Html(html, numbers.Dimensions, numbers.Entries, label);
        html.Append("</div></div>");
    }

    private static string Latex(List<(string Heading, List<Entry> Entries)> parts, Variable? loss)
    {
        var latex = new StringBuilder("$$\n\\begin{aligned}\n");
        foreach (var entry in parts.SelectMany(part => part.Entries))
        {
            latex.Append(LatexPrinter.Print(Names.ToFormula(entry.Name.Name))).Append(" &= ").Append(NumbersView.Latex(entry.Value.Dimensions, entry.Value.Entries));
            if (entry.Gradient is { } gradient)
            {
                latex.Append(" & ").Append(LatexPrinter.Print(Gradient(loss!, entry.Name))).Append(" &= ").Append(NumbersView.Latex(gradient.Dimensions, gradient.Entries));
            }

            latex.Append(" \\\\\n");
        }

        return latex.Append("\\end{aligned}\n$$").ToString();
    }

    private static string Text(NetworkPoint point, List<(string Heading, List<Entry> Entries)> parts, string check, IReadOnlyList<string> notes)
    {
        var text = new StringBuilder("Network with numbers\n");
        TextLines.Hang(text, string.Empty, width => TextLines.Wrap(point.Network.ToString(), width));
        foreach (var (heading, entries) in parts)
        {
            text.Append('\n').Append(heading).Append('\n');
            foreach (var entry in entries)
            {
                Append($"{entry.Name} = ", entry.Value);
                if (entry.Gradient is { } gradient)
                {
                    Append($"∂{point.Network.Loss}/∂{entry.Name} = ", gradient);
                }
            }
        }

        foreach (var line in notes.Append(check).Where(line => line.Length > 0))
        {
            text.Append('\n');
            TextLines.Hang(text, string.Empty, width => TextLines.Wrap(line, width));
        }

        return text.ToString();

        void Append(string start, NetworkNumbers numbers) => TextLines.Hang(text, $"  {start}", width => NumbersView.Text(numbers.Dimensions, numbers.Entries, width));
    }

    private static Fraction Gradient(Variable loss, Variable by) =>
        new(new Row(new Atom("∂", AtomKind.Symbol), Names.ToFormula(loss.Name)), new Row(new Atom("∂", AtomKind.Symbol), Names.ToFormula(by.Name)));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private sealed record Entry(Variable Name, NetworkNumbers Value, NetworkNumbers? Gradient);
}
