using System.Globalization;
using System.Net;
using ChainRule.Calculus;
using ChainRule.Charts;
using ChainRule.Checking;
using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Networks;
using ChainRule.Notation;
using ChainRule.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Views;

/// <summary>
/// What each kind of object looks like. The types themselves know nothing of pages; hosts register everything in this list, and the
/// tests hold that each has every format.
/// </summary>
public static class ViewCatalog
{
    /// <summary>A derivative whose paths meet fewer names than these is clear without a picture.</summary>
    private const int LeastOnPath = 4;

    /// <summary>Every type that can be shown, with what makes its formats; derived types are shown like their base.</summary>
    public static IReadOnlyList<KeyValuePair<Type, Func<object, MimeBundle>>> Types { get; } =
    [
        Entry<IShowable>(showable => showable.Show()),
        Entry<HomeworkReport>(HomeworkView.Show),
        Entry<Homework>(homework => NumbersView.Sentence(homework.Givens.Count == 0
            ? "Homework of which nothing is given yet. Given(…) declares names, Check(…) judges claims."
            : $"Homework. Given: {string.Join("; ", homework.Givens)}. Check(…) judges claims.")),
        Entry<DerivativeResult>(result => WithGraph(WithHeatmap(Derivation(DerivationModel.Of(result)), result), result)),
        Entry<Derivation>(derivation => Derivation(DerivationModel.Of(derivation))),
        Entry<Chain>(chain => Derivation(DerivationModel.Of(chain))),
        Entry<Proof>(proof => Derivation(DerivationModel.Of(proof))),
        Entry<Expr>(expression => Formula(ExpressionFormula.Of(expression))),
        Entry<Variable>(variable => Formula(Statement(variable))),
        Entry<Tensor>(tensor => Formula(Statement(tensor))),
        Entry<Shape>(shape => Formula(MatrixFormula.Set(shape, Letters.Avoiding(shape.Sizes)))),
        Entry<FunctionDefinition>(function => Formula(Statement(function))),
        Entry<MatrixExpr>(matrix => Formula(MatrixFormula.Of(matrix, Letters.Avoiding(matrix.Rows, matrix.Columns)))),
        Entry<Activation>(activation => FunctionCardView.Render(FunctionCard.Of(activation))),
        Entry<VectorFunction>(function => FunctionCardView.Render(FunctionCard.Of(function))),
        Entry<Loss>(loss => FunctionCardView.Render(FunctionCard.Of(loss))),
        Entry<Initialisation>(initialisation => Derivation(DerivationModel.Of(initialisation))),
        Entry<Experiment>(ExperimentView.Render),
        Entry<Network>(network => StatementTableView.Render(NetworkTables.Of(network))),
        Entry<Layer>(layer => StatementTableView.Render(NetworkTables.Of(layer))),
        Entry<NetworkPoint>(NetworkPointView.Render),
        Entry<NetworkNumbers>(numbers => NumbersView.Show(numbers.Dimensions, numbers.Entries, numbers.Variable.ToString())),
        Entry<Matrix<double>>(matrix => NumbersView.Show([matrix.RowCount, matrix.ColumnCount], matrix.ToRowMajorArray(), "matrix")),
        Entry<Vector<double>>(vector => NumbersView.Show([vector.Count], vector.ToArray(), "vector")),
        Entry<GradientCheck>(check => NumbersView.Sentence($"The gradient with respect to {check.By}: {check.Compared} {(check.Compared == 1 ? "entry" : "entries")} compared; relative error {NumberText.Scientific(check.RelativeError)} against central differences{(double.IsNaN(check.ComplexStepError) ? string.Empty : $", {NumberText.Scientific(check.ComplexStepError)} against the complex step")}.")),
        Entry<ComputationGraph>(GraphView.Show),
        Entry<BackwardPass>(backward => StatementTableView.Render(NetworkTables.Of(backward))),
        Entry<Verdict>(verdict => new(WebUtility.HtmlEncode($"{verdict.Sign} {verdict}"), $"\\text{{{verdict}}}", TextLines.Fit($"{verdict.Sign} {verdict}"))),
    ];

    /// <summary>The object in every format, or null where its type is not in the list.</summary>
    public static MimeBundle? Show(object value) => Types.FirstOrDefault(entry => entry.Key.IsInstanceOfType(value)).Value?.Invoke(value);

    private static KeyValuePair<Type, Func<object, MimeBundle>> Entry<T>(Func<T, MimeBundle> show) => new(typeof(T), value => show((T)value));

    private static MimeBundle Derivation(DerivationModel model)
    {
        var (latex, text) = (DerivationLatex.Render(model), DerivationText.Render(model));
        return new(DerivationHtml.Render(model, latex, text), latex, text);
    }

    /// <summary>A Jacobian's numbers are a picture too: where it is large, which way it pushes.</summary>
    private static MimeBundle WithHeatmap(MimeBundle bundle, DerivativeResult result)
    {
        if (result is not Jacobian { Values: { Dimensions: [var rows, var columns] } values } jacobian || rows * columns < 2)
        {
            return bundle;
        }

        var matrix = new double[rows, columns];
        Buffer.BlockCopy(values.Entries, 0, matrix, 0, values.Entries.Length * sizeof(double));
        var (row, column) = jacobian.Layout == Layout.Numerator ? (jacobian.Of, jacobian.By) : (jacobian.By, jacobian.Of);
        var figure = Figures.Heatmap(
            matrix,
            [.. Enumerable.Range(1, rows).Select(index => $"{row}{Lowered(index)}")],
            [.. Enumerable.Range(1, columns).Select(index => $"{column}{Lowered(index)}")],
            $"∂{jacobian.Of}/∂{jacobian.By} at {string.Join(", ", values.Bindings.Select(DerivationText.Binding))}");
        return bundle with { Html = bundle.Html + figure.Show().Html };

        static string Lowered(int index) => string.Concat(index.ToString(CultureInfo.InvariantCulture).Select(digit => "₀₁₂₃₄₅₆₇₈₉"[digit - '0']));
    }

    /// <summary>Where the chain rule has more than one name on its way, a picture shows the way.</summary>
    private static MimeBundle WithGraph(MimeBundle bundle, DerivativeResult result)
    {
        if (result is not Gradient || !result.Of.IsDefined || !Dependencies.Reaches(result.Of, result.By))
        {
            return bundle;
        }

        var graph = result.Graph();
        return graph.Nodes.Count(node => node.IsHighlighted) < LeastOnPath ? bundle : bundle with { Html = bundle.Html + GraphView.Part(graph) };
    }

    private static MimeBundle Formula(Formula formula)
    {
        var latex = DerivationLatex.Alone(formula);
        return new($"<div style=\"overflow-x:auto;overflow-y:hidden\">{FormulaHtml.Wrapping(formula)}</div>", $"$$\n{latex}\n$$", string.Join('\n', DerivationText.Equation(TextPrinter.Print(formula), TextLines.Columns)));
    }

    /// <summary>φ: ℝ → ℝ, and for a function of which more is known than its name, its derivative.</summary>
    private static Row Statement(FunctionDefinition function)
    {
        var reals = MatrixFormula.Set(Shape.Scalar, Letters.Avoiding());
        List<Formula> items =
        [
            Names.ToFormula(function.ToString()), new Operator(":", OperatorKind.Relation), function.Arity == 1 ? reals : new Script(reals, null, new Atom($"{function.Arity}", AtomKind.Number)),
            new Operator("→", OperatorKind.Relation), reals,
        ];
        if (function.Arity == 1 && !function.IsOpaque)
        {
            var u = Element.Of(Variable.Given("u", Shape.Scalar), []);
            var value = function.Of(u);
            items.AddRange(
            [
                new Operator(",", OperatorKind.Punctuation), new Space(1),
                ExpressionFormula.Of(Derivative.Of(value, (Element)u)), new Operator("=", OperatorKind.Relation), ExpressionFormula.Of(function.DerivativeOf(u, value)),
            ]);
        }

        return new(items);
    }

    /// <summary>What is assumed of a random variable: 𝔼[a] = 0, Var[a] = σ², and in words what has no formula.</summary>
    private static IEnumerable<Formula> Laws(Expr entry, Distribution law)
    {
        var parts = new List<Formula>();
        if (law.Mean is { } mean)
        {
            parts.Add(new Row(ExpressionFormula.Of(Expectation.Of(entry)), new Operator("=", OperatorKind.Relation), ExpressionFormula.Of(mean)));
        }

        if (law.Variance is { } variance)
        {
            parts.Add(new Row(ExpressionFormula.Of(Covariance.Of(entry, entry)), new Operator("=", OperatorKind.Relation), ExpressionFormula.Of(variance)));
        }

        string[] words = [law.IsGaussian ? "Gaussian" : law.IsSymmetric ? "symmetric" : "random", .. law.IsIndependent ? new[] { "independent" } : []];
        parts.Add(new Atom(string.Join(" and ", words), AtomKind.Text));
        return parts.SelectMany(part => new[] { new Operator(",", OperatorKind.Punctuation), new Space(1), part });
    }

    /// <summary>z ∈ ℝ^K, or p_i = e^{z_i}/Σ_k e^{z_k} with p ∈ ℝ^K.</summary>
    internal static Row Statement(Tensor tensor)
    {
        var indices = Letters.For(tensor.Shape).ToArray<Expr>();
        var letters = Letters.Avoiding([.. indices, tensor.At([.. indices])]);
        var set = MatrixFormula.Set(tensor.Shape, letters);
        var member = new Operator("∈", OperatorKind.Relation);
        if (tensor is not Variable variable)
        {
            return new(ExpressionFormula.Of(tensor.At([.. indices]), letters), new Space(1), new Operator("∈", OperatorKind.Relation), set);
        }

        var name = Names.ToFormula(variable.Name);
        if (variable.GivenGradient is { } given)
        {
            return new(new Fraction(new Row(new Atom("∂", AtomKind.Symbol), name), new Row(new Atom("∂", AtomKind.Symbol), Names.ToFormula(given.By.Name))), new Operator("=", OperatorKind.Relation), Names.ToFormula(given.Gradient.Name));
        }

        return variable.DefinitionAt([.. indices]) is { } body
            ? new(ExpressionFormula.Of(variable.At([.. indices]), letters), new Operator("=", OperatorKind.Relation), ExpressionFormula.Of(body, letters), new Operator(",", OperatorKind.Punctuation), new Space(1), name, member, set)
            : new([name, member, set, .. variable.Law is { } law ? Laws(variable.At([.. indices]), law) : []]);
    }
}
