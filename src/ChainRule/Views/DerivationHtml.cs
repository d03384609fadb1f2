using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using ChainRule.Notation;
using ChainRule.Numerics;

namespace ChainRule.Views;

/// <summary>
/// A derivation as an HTML fragment: formulas in MathML, no script, its own style. Colours are mixed from the ink of whatever page
/// it stands on, so it is readable in every theme of every host.
/// </summary>
internal static class DerivationHtml
{
    private static readonly string _style = Resources.Text("derivation.css");

    public static string Render(DerivationModel model, string latex, string text)
    {
        var html = new StringBuilder();
        html.Append("<style>").Append(_style.Trim()).Append("</style>\n");
        Card(html, model, latex, text);
        return html.ToString();
    }

    /// <summary>A derivation inside another card: the style is there already, and the card has its own sources.</summary>
    public static string Fragment(DerivationModel model)
    {
        var html = new StringBuilder();
        Card(html, model, null, null);
        return html.ToString();
    }

    private static void Card(StringBuilder html, DerivationModel model, string? latex, string? text)
    {
        html.Append("<section class=\"cr-derivation\" aria-label=\"").Append(Encode(model.Title)).Append("\">\n<header><h4>").Append(model.Heading is { } heading ? Mixed(heading) : Encode(model.Title)).Append("</h4>");
        if (model.Set is { } set)
        {
            var member = new Operator("∈", OperatorKind.Relation);
            html.Append("<span class=\"cr-set\">").Append(Math(model.Member is { } of ? new Row([.. of.Items, member, set]) : new Row(member, set))).Append("</span>");
        }

        html.Append("</header>\n");
        if (!model.Adjoints.IsEmpty)
        {
            if (!model.Paths.IsEmpty)
            {
                html.Append("<p class=\"cr-paths\">").Append(Encode(DerivationText.Paths(model))).Append("</p>\n");
            }

            Lines(html, model.Adjoints, numbered: false);
        }

        Levels(html, model);
        Result(html, model);
        Numbers(html, model);
        if (!model.Remarks.IsEmpty)
        {
            html.Append("<p class=\"cr-remarks\">").AppendJoin(' ', model.Remarks.Select(Encode)).Append("</p>\n");
        }

        Footer(html, model, latex, text);
        html.Append("</section>\n");
    }

    /// <summary>Result, textbook, every step: radio buttons choose without a script, in a form that keeps those of one card together.</summary>
    private static void Levels(StringBuilder html, DerivationModel model)
    {
        var isEveryStep = model.Lines == model.EveryStep;
        var levels = new List<(string Value, string Words, ImmutableArray<ModelLine> Lines)>();
        if (model is { Result: not null, Lines.IsEmpty: false })
        {
            levels.Add(("result", "result", []));
        }

        if (!isEveryStep && !model.Lines.IsEmpty)
        {
            levels.Add(("textbook", Counted("textbook", model.Lines), model.Lines));
        }

        if (!model.EveryStep.IsEmpty)
        {
            levels.Add(("steps", Counted("every step", model.EveryStep), model.EveryStep));
        }

        if (levels.Count < 2)
        {
            Lines(html, model.Lines, first: model.FirstNumber);
            return;
        }

        var chosen = model.IsFolded ? "result" : isEveryStep ? "steps" : "textbook";
        html.Append("<form class=\"cr-detail\" method=\"dialog\"><div class=\"cr-tabs\" role=\"radiogroup\" aria-label=\"how much to show\">");
        foreach (var (value, words, _) in levels)
        {
            html.Append("<label><input type=\"radio\" name=\"detail\" value=\"").Append(value).Append('"').Append(value == chosen ? " checked" : string.Empty).Append('>').Append(words).Append("</label>");
        }

        html.Append("</div>\n");
        foreach (var (value, _, lines) in levels.Where(level => !level.Lines.IsEmpty))
        {
            html.Append("<div class=\"cr-level cr-level-").Append(value).Append("\">");
            Lines(html, lines, first: model.FirstNumber);
            html.Append("</div>\n");
        }

        html.Append("</form>\n");

        static string Counted(string words, ImmutableArray<ModelLine> lines) => $"{words} ({lines.Length.ToString(CultureInfo.InvariantCulture)})";
    }

    private static void Lines(StringBuilder html, IReadOnlyList<ModelLine> lines, bool numbered = true, int first = 1)
    {
        if (lines.Count == 0)
        {
            return;
        }

        html.Append(numbered ? "<table class=\"cr-lines\"><tbody>\n" : "<table class=\"cr-lines cr-adjoints\"><tbody>\n");
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            html.Append("<tr><td class=\"cr-n\">").Append(numbered ? (i + first).ToString(CultureInfo.InvariantCulture) : string.Empty).Append("</td><td class=\"cr-l\">")
                .Append(line.Left is { } left ? Math(left, display: true) : string.Empty)
                .Append("</td><td class=\"cr-r\" tabindex=\"0\">").Append(Math(new Row(new Operator("=", OperatorKind.Relation), line.Right), display: true))
                .Append("</td><td class=\"cr-why\">");
            Why(html, line);
            html.Append("</td><td class=\"cr-v\">").Append(Sign(line.Verdict)).Append("</td></tr>\n");
        }

        html.Append("</tbody></table>\n");
    }

    private static void Why(StringBuilder html, ModelLine line)
    {
        html.Append("<b").Append(line.Statement.Length > 0 ? $" title=\"{Encode(line.Statement)}\"" : string.Empty).Append('>').Append(Encode(line.Rule)).Append("</b>");
        if (line.Reason is { } why)
        {
            html.Append("<div class=\"cr-reason\">").Append(Mixed(why)).Append("</div>");
        }

        if (!line.Facts.IsEmpty || !line.Conditions.IsEmpty)
        {
            Facts(html, line);
        }

        if (line.Value is { } value)
        {
            html.Append("<div class=\"cr-value\">= ").Append(Encode(value)).Append("</div>");
        }
    }

    private static void Facts(StringBuilder html, ModelLine line)
    {
        html.Append("<div>");
        foreach (var fact in line.Facts)
        {
            html.Append("<span class=\"cr-fact\">").Append(Math(fact)).Append("</span> ");
        }

        foreach (var condition in line.Conditions)
        {
            var open = !condition.IsMet && condition.Reason is null;
            html.Append("<span class=\"cr-fact").Append(open ? " cr-needs" : string.Empty).Append("\">")
                .Append(open ? "needs " : condition.IsMet ? string.Empty : "for ").Append(Math(condition.Formula))
                .Append(condition.Reason is { } reason ? (condition.IsMet ? " " : "; ") + Encode(reason) : string.Empty).Append("</span> ");
        }

        html.Append("</div>");
    }

    private static void Result(StringBuilder html, DerivationModel model)
    {
        if (model.Result is not { } result)
        {
            return;
        }

        html.Append("<div class=\"cr-result\">");
        if (model.Forms.IsEmpty)
        {
            Boxed(html, result, model.ResultStep);
        }
        else
        {
            Forms(html, model.Forms, shown: result);
        }

        html.Append("</div>\n");
    }

    /// <summary>One result in several notations: radio buttons choose, without a script. A form keeps those of one card together.</summary>
    private static void Forms(StringBuilder html, ImmutableArray<ModelForm> forms, Formula shown)
    {
        // A form of this method has nothing to send, so that Enter does nothing.
        html.Append("<form class=\"cr-forms\" method=\"dialog\"><div class=\"cr-tabs\" role=\"radiogroup\" aria-label=\"notation\">");
        foreach (var form in forms)
        {
            html.Append("<label><input type=\"radio\" name=\"notation\" value=\"").Append(Name(form)).Append('"').Append(ReferenceEquals(form.Formula, shown) ? " checked" : string.Empty).Append('>').Append(Name(form)).Append("</label>");
        }

        html.Append("</div>\n");
        foreach (var form in forms)
        {
            html.Append("<div class=\"cr-form cr-form-").Append(Name(form)).Append("\">");
            Boxed(html, form.Formula, form.Step);
            html.Append("</div>\n");
        }

        html.Append("</form>");

        static string Name(ModelForm form) => form.Notation switch
        {
            Matrices.Notation.Matrix => "matrix",
            Matrices.Notation.Index => "index",
            _ => "components",
        };
    }

    private static void Boxed(StringBuilder html, Formula result, ModelLine? step)
    {
        html.Append("<div class=\"cr-boxed\" tabindex=\"0\">").Append(Math(result, display: true)).Append("</div>");
        if (step is not null)
        {
            html.Append("<div class=\"cr-why\">");
            Why(html, step);
            html.Append("</div>").Append(Sign(step.Verdict));
        }
    }

    private static void Numbers(StringBuilder html, DerivationModel model)
    {
        if (model.Values is not { } values)
        {
            return;
        }

        html.Append("<div class=\"cr-numbers\"><p>at ").AppendJoin(", ", values.Bindings.Select(binding => Encode(DerivationText.Binding(binding)))).Append("</p>\n");
        if (!values.Computed.IsEmpty)
        {
            html.Append("<p>where ").AppendJoin(", ", values.Computed.Select(binding => Encode(DerivationText.Binding(binding)))).Append("</p>\n");
        }

        NumbersView.Html(html, values.Dimensions, values.Entries, "value of the result");
        html.Append("<p class=\"cr-quiet\">").Append(model.LinesAgree ? DerivationModel.Agreement + "; " : string.Empty).Append(Encode(values.CheckedBy)).Append(" agree to ").Append(NumberText.Scientific(values.LargestError)).Append("</p></div>\n");
    }

    private static void Footer(StringBuilder html, DerivationModel model, string? latex, string? text)
    {
        html.Append("<footer><div class=\"cr-more\">");
        Inner(html, "adjoints", model.AdjointDerivations);
        Inner(html, "local derivatives", model.Inner);

        if (latex is not null)
        {
            html.Append("<details><summary>LaTeX</summary><pre tabindex=\"0\">").Append(Encode(latex)).Append("</pre></details>");
        }

        if (text is not null)
        {
            html.Append("<details><summary>plain text</summary><pre tabindex=\"0\">").Append(Encode(text)).Append("</pre></details>");
        }

        html.Append("</div><span>").Append(Encode(model.Summary)).Append("</span></footer>\n");
    }

    private static void Inner(StringBuilder html, string what, IReadOnlyList<DerivationModel> models)
    {
        if (models.Count == 0)
        {
            return;
        }

        html.Append("<details class=\"cr-inner\"><summary>").Append(what).Append(" (").Append(models.Count.ToString(CultureInfo.InvariantCulture)).Append(")</summary>\n");
        foreach (var inner in models)
        {
            Card(html, inner, null, null);
        }

        html.Append("</details>");
    }

    private static string Sign(Verdict verdict)
    {
        var good = verdict.Kind is VerdictKind.Supported or VerdictKind.Proved;
        return $"<span class=\"{(good ? "cr-ok" : "cr-no")}\" role=\"img\" aria-label=\"{Encode(verdict.ToString())}\" title=\"{Encode(verdict.ToString())}\">{verdict.Sign}</span>";
    }

    /// <summary>Words with formulas between them.</summary>
    private static string Mixed(Row row) => string.Concat(row.Items.Select(item => item is Atom { Kind: AtomKind.Text } words ? Encode(words.Text) : Math(item)));

    private static string Math(Formula formula, bool display = false) => MathMLPrinter.Print(formula, display);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
