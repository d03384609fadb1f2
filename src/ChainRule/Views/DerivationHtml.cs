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
internal sealed class DerivationHtml
{
    private static readonly string _style = Resources.Text("derivation.css");

    private readonly StringBuilder _html = new();

    /// <summary>The adjoints' names as they are set.</summary>
    private readonly HashSet<Formula> _names = new(ReferenceEqualityComparer.Instance);

    /// <summary>The variables that their entries come from. An entry may hold an equal one of an earlier derivation.</summary>
    private readonly HashSet<Expressions.Variable> _adjoints = [];

    private DerivationHtml(DerivationModel model)
    {
        foreach (var name in model.AdjointNames)
        {
            _adjoints.Add(name);
            _names.Add(Expressions.Names.ToFormula(name.Name));
        }
    }

    public static string Render(DerivationModel model, string latex, string text)
    {
        return $"<style>{_style.Trim()}</style>\n{Written(model, latex, text)}";
    }

    /// <summary>A derivation inside another card: the style is there already, and the card has its own sources.</summary>
    public static string Fragment(DerivationModel model) => Written(model, null, null);

    private static string Written(DerivationModel model, string? latex, string? text)
    {
        var writer = new DerivationHtml(model);
        writer.Card(model, latex, text);
        return writer._html.ToString();
    }

    private void Card(DerivationModel model, string? latex, string? text)
    {
        _html.Append("<section class=\"cr-derivation\" aria-label=\"").Append(Encode(model.Title)).Append("\">\n<header><h4>").Append(model.Heading is { } heading ? Mixed(heading) : Encode(model.Title)).Append("</h4>");
        if (model.Set is { } set)
        {
            var member = new Operator("∈", OperatorKind.Relation);
            _html.Append("<span class=\"cr-set\">").Append(Math(model.Member is { } of ? new Row([.. of.Items, member, set]) : new Row(member, set))).Append("</span>");
        }

        _html.Append("</header>\n");
        if (!model.Adjoints.IsEmpty)
        {
            if (!model.Paths.IsEmpty)
            {
                _html.Append("<p class=\"cr-paths\"><b>").Append(Encode(DerivationText.Paths(model))).Append("</b></p>\n");
            }

            Lines(model.Adjoints, numbered: false);
        }

        Levels(model);
        Result(model);
        Numbers(model);
        if (!model.Remarks.IsEmpty)
        {
            _html.Append("<p class=\"cr-remarks\">").AppendJoin(' ', model.Remarks.Select(Encode)).Append("</p>\n");
        }

        Footer(model, latex, text);
        _html.Append("</section>\n");
    }

    /// <summary>Result, textbook, every step: radio buttons choose without a script, in a form that keeps those of one card together.</summary>
    private void Levels(DerivationModel model)
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
            Lines(model.Lines, first: model.FirstNumber);
            return;
        }

        var chosen = model.IsFolded ? "result" : isEveryStep ? "steps" : "textbook";
        _html.Append("<form class=\"cr-detail\" method=\"dialog\"><div class=\"cr-tabs\" role=\"radiogroup\" aria-label=\"how much to show\">");
        foreach (var (value, words, _) in levels)
        {
            _html.Append("<label><input type=\"radio\" name=\"detail\" value=\"").Append(value).Append('"').Append(value == chosen ? " checked" : string.Empty).Append('>').Append(words).Append("</label>");
        }

        _html.Append("</div>\n");
        foreach (var (value, _, lines) in levels.Where(level => !level.Lines.IsEmpty))
        {
            _html.Append("<div class=\"cr-level cr-level-").Append(value).Append("\">");
            Lines(lines, first: model.FirstNumber);
            _html.Append("</div>\n");
        }

        _html.Append("</form>\n");

        static string Counted(string words, ImmutableArray<ModelLine> lines) => $"{words} ({lines.Length.ToString(CultureInfo.InvariantCulture)})";
    }

    private void Lines(IReadOnlyList<ModelLine> lines, bool numbered = true, int first = 1)
    {
        if (lines.Count == 0)
        {
            return;
        }

        _html.Append(numbered ? "<table class=\"cr-lines\"><tbody>\n" : "<table class=\"cr-lines cr-adjoints\"><tbody>\n");
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var (number, left) = (numbered ? (i + first).ToString(CultureInfo.InvariantCulture) : string.Empty, line.Left);
            if (left is not null && FormulaBreaks.Width(left) > DerivationModel.MostLeft)
            {
                _html.Append("<tr class=\"cr-start\"><td class=\"cr-n\">").Append(number).Append("</td><td class=\"cr-r\" colspan=\"4\" tabindex=\"0\">").Append(Wrapping(left)).Append("</td></tr>\n");
                (number, left) = (string.Empty, null);
            }

            _html.Append("<tr><td class=\"cr-n\">").Append(number).Append("</td><td class=\"cr-l\">")
                .Append(left is null ? string.Empty : Math(left, display: true))
                .Append("</td><td class=\"cr-r\" tabindex=\"0\">").Append(Wrapping(new Row(new Operator("=", OperatorKind.Relation), line.Right)))
                .Append("</td><td class=\"cr-why\">");
            Why(line);
            _html.Append("</td><td class=\"cr-v\">").Append(Sign(line.Verdict)).Append("</td></tr>\n");
        }

        _html.Append("</tbody></table>\n");
    }

    private void Why(ModelLine line)
    {
        _html.Append("<b").Append(line.Statement.Length > 0 ? $" title=\"{Encode(line.Statement)}\"" : string.Empty).Append('>').Append(Encode(line.Rule)).Append("</b>");
        if (line.Reason is { } why)
        {
            _html.Append("<div class=\"cr-reason\">").Append(Mixed(why)).Append("</div>");
        }

        if (!line.Facts.IsEmpty || !line.Conditions.IsEmpty)
        {
            Facts(line);
        }

        if (line.Value is { } value)
        {
            _html.Append("<div class=\"cr-value\">= ").Append(Encode(value)).Append("</div>");
        }
    }

    private void Facts(ModelLine line)
    {
        _html.Append("<div>");
        foreach (var fact in line.Facts)
        {
            _html.Append("<span class=\"cr-fact\">").Append(Math(fact)).Append("</span> ");
        }

        foreach (var condition in line.Conditions)
        {
            var open = !condition.IsMet && condition.Reason is null;
            _html.Append("<span class=\"cr-fact").Append(open ? " cr-needs" : string.Empty).Append("\">")
                .Append(open ? "needs " : condition.IsMet ? string.Empty : "for ").Append(Math(condition.Formula))
                .Append(condition.Reason is { } reason ? (condition.IsMet ? " " : "; ") + Encode(reason) : string.Empty).Append("</span> ");
        }

        _html.Append("</div>");
    }

    private void Result(DerivationModel model)
    {
        if (model.Result is not { } result)
        {
            return;
        }

        _html.Append("<div class=\"cr-result\">");
        if (model.Forms.IsEmpty)
        {
            Boxed(result, model.ResultStep);
        }
        else
        {
            Forms(model.Forms, shown: result);
        }

        _html.Append("</div>\n");
    }

    /// <summary>One result in several notations: radio buttons choose, without a script. A form keeps those of one card together.</summary>
    private void Forms(ImmutableArray<ModelForm> forms, Formula shown)
    {
        // A form of this method has nothing to send, so that Enter does nothing.
        _html.Append("<form class=\"cr-forms\" method=\"dialog\"><div class=\"cr-tabs\" role=\"radiogroup\" aria-label=\"notation\">");
        foreach (var form in forms)
        {
            _html.Append("<label><input type=\"radio\" name=\"notation\" value=\"").Append(Name(form)).Append('"').Append(ReferenceEquals(form.Formula, shown) ? " checked" : string.Empty).Append('>').Append(Name(form)).Append("</label>");
        }

        _html.Append("</div>\n");
        foreach (var form in forms)
        {
            _html.Append("<div class=\"cr-form cr-form-").Append(Name(form)).Append("\">");
            Boxed(form.Formula, form.Step);
            _html.Append("</div>\n");
        }

        _html.Append("</form>");

        static string Name(ModelForm form) => form.Notation switch
        {
            Matrices.Notation.Matrix => "matrix",
            Matrices.Notation.Index => "index",
            _ => "components",
        };
    }

    private void Boxed(Formula result, ModelLine? step)
    {
        _html.Append("<div class=\"cr-boxed\" tabindex=\"0\">").Append(Wrapping(result)).Append("</div>");
        if (step is not null)
        {
            _html.Append("<div class=\"cr-why\">");
            Why(step);
            _html.Append("</div>").Append(Sign(step.Verdict));
        }
    }

    private void Numbers(DerivationModel model)
    {
        if (model.Values is not { } values)
        {
            return;
        }

        _html.Append("<div class=\"cr-numbers\"><p>at ").AppendJoin(", ", values.Bindings.Select(binding => Encode(DerivationText.Binding(binding)))).Append("</p>\n");
        if (!values.Computed.IsEmpty)
        {
            _html.Append("<p>where ").AppendJoin(", ", values.Computed.Select(binding => Encode(DerivationText.Binding(binding)))).Append("</p>\n");
        }

        NumbersView.Html(_html, values.Dimensions, values.Entries, "value of the result");
        _html.Append("<p class=\"cr-quiet\">").Append(model.LinesAgree ? DerivationModel.Agreement + "; " : string.Empty).Append(DerivationModel.Check(values)).Append("</p></div>\n");
    }

    private void Footer(DerivationModel model, string? latex, string? text)
    {
        _html.Append("<footer><div class=\"cr-more\">");
        Inner("adjoints", model.AdjointDerivations);
        Inner("local derivatives", model.Inner);

        if (latex is not null)
        {
            _html.Append("<details><summary>LaTeX</summary><pre tabindex=\"0\">").Append(Encode(latex)).Append("</pre></details>");
        }

        if (text is not null)
        {
            _html.Append("<details><summary>plain text</summary><pre tabindex=\"0\">").Append(Encode(text)).Append("</pre></details>");
        }

        _html.Append("</div><span>").Append(Encode(model.Summary)).Append("</span></footer>\n");
    }

    private void Inner(string what, IReadOnlyList<DerivationModel> models)
    {
        if (models.Count == 0)
        {
            return;
        }

        _html.Append("<details class=\"cr-inner\"><summary>").Append(what).Append(" (").Append(models.Count.ToString(CultureInfo.InvariantCulture)).Append(")</summary>\n");
        foreach (var inner in models)
        {
            Card(inner, null, null);
        }

        _html.Append("</details>");
    }

    private static string Sign(Verdict verdict)
    {
        var good = verdict.Kind is VerdictKind.Supported or VerdictKind.Proved;
        return $"<span class=\"{(good ? "cr-ok" : "cr-no")}\" role=\"img\" aria-label=\"{Encode(verdict.ToString())}\" title=\"{Encode(verdict.ToString())}\">{verdict.Sign}</span>";
    }

    /// <summary>Words with formulas between them.</summary>
    private string Mixed(Row row) => string.Concat(row.Items.Select(item => item is Atom { Kind: AtomKind.Text } words ? Encode(words.Text) : Math(item)));

    private string Math(Formula formula, bool display = false) => MathMLPrinter.Print(formula, display, _adjoints.Count > 0 ? IsAdjoint : null);

    private string Wrapping(Formula formula) => FormulaHtml.Wrapping(formula, _adjoints.Count > 0 ? IsAdjoint : null);

    private bool IsAdjoint(Formula formula) => _names.Contains(formula) || (formula.Origin is Expressions.Variable origin && _adjoints.Contains(origin));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
