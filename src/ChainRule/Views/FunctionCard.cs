using System.Collections.Immutable;
using ChainRule.Charts;
using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Networks;
using ChainRule.Notation;
using ChainRule.Numerics;

namespace ChainRule.Views;

/// <summary>
/// The card of an activation, a vector function or a loss, before any output format: its formula, what is known of it, its
/// derivative, and for an activation values and a chart.
/// </summary>
internal sealed record FunctionCard
{
    /// <summary>Above this many stretches of rising and falling nobody reads them one by one.</summary>
    private const int MostStretches = 5;

    /// <summary>The heading: the name, with its parameters.</summary>
    public required string Title { get; init; }

    /// <summary>f(x) = …, with what is computed on the way before it.</summary>
    public required ImmutableArray<Formula> Statements { get; init; }

    /// <summary>What is known of it, in words.</summary>
    public required ImmutableArray<(string Name, string Text)> Facts { get; init; }

    /// <summary>The derivative, worked out.</summary>
    public required DerivationModel Derivative { get; init; }

    /// <summary>x, f(x), f′(x).</summary>
    public ImmutableArray<(double X, double Value, double Slope)> Values { get; init; } = [];

    /// <summary>The function and its derivative; null while a parameter is a symbol.</summary>
    public Figure? Chart { get; init; }

    /// <summary>The card of an activation.</summary>
    public static FunctionCard Of(Activation activation)
    {
        var x = (Expr)Activation.Argument;
        var written = activation.WrittenOut ?? activation.Formula;
        var facts = ImmutableArray.CreateBuilder<(string, string)>();
        facts.AddRange(ParametersOf(activation.Parameters));
        if (activation.Source is { } source)
        {
            facts.Add(("defined in", source));
        }

        var card = new FunctionCard
        {
            Title = activation.ToString(),
            Statements = [Equation(activation.IsInline ? Applied(new Atom("f"), 0) : Applied(activation.Symbol, 0), ExpressionFormula.Of(written))],
            Facts = [],
            Derivative = DerivativeOf(activation, written, x),
        };
        if (!activation.IsNumeric)
        {
            facts.Add(("facts", "follow once every parameter is a number and every function is known"));
            return card with { Facts = facts.ToImmutable() };
        }

        var analysis = activation.Analysis;
        facts.AddRange(FactsOf(analysis));
        if (activation.PyTorch is { } torch)
        {
            facts.Add(("PyTorch", torch.Module is { } module && module != torch.Function ? $"{module}, {torch.Function}" : torch.Function));
        }

        if (activation.Remark is { } remark)
        {
            facts.Add(("note", remark));
        }

        if (activation.Kernel is null)
        {
            facts.Add(("numbers", "evaluated from the formula, with more digits where double precision would overflow or cancel; a kernel of its own would be faster"));
        }

        double[] kinks = [.. analysis.Kinks.Select(kink => kink.At)];
        double[] places = [.. new[] { -3, -2, -1, -0.5, 0, 0.5, 1, 2, 3 }.Concat(kinks).Distinct().Order()];
        return card with
        {
            Facts = facts.ToImmutable(),
            Values = [.. places.Select(place => (place, activation.Evaluate(place), activation.EvaluateDerivative(place)))],
            Chart = ChartOf(activation, analysis, kinks),
        };
    }

    /// <summary>The card of a vector function, with its Jacobian; of one that looks at a batch, with the gradient from a given one.</summary>
    public static FunctionCard Of(VectorFunction function)
    {
        var facts = ImmutableArray.CreateBuilder<(string, string)>();
        facts.AddRange(ParametersOf(function.Parameters));
        AddText(facts, function.Source, function.PyTorch is { } torch ? torch.Module is { } module ? $"{module}, {torch.Function}" : torch.Function : null, function.Remark);
        var input = function.LeastRank == 1 ? Maths.Vector("z", "K") : Maths.Matrix("X", "B", "D");
        var output = function.Of(input).Named(function.LeastRank == 1 ? "y" : "Y");
        DerivativeResult derivative = output.Shape.Rank == 0 ? output.Gradient(input)
            : output.Shape.Rank == 1 ? output.Jacobian(input)
            : Maths.Upstream("L", output, Variable.Given("G", output.Shape)).Gradient(input);
        return new()
        {
            Title = function.ToString(),
            Statements = StatementsOf(output),
            Facts = facts.ToImmutable(),
            Derivative = DerivationModel.Of(derivative),
        };
    }

    /// <summary>The card of a loss of one sample, with the gradient by the prediction.</summary>
    public static FunctionCard Of(Loss loss)
    {
        var facts = ImmutableArray.CreateBuilder<(string, string)>();
        facts.AddRange(ParametersOf(loss.Parameters));
        facts.Add(("prediction", loss.Prediction));
        facts.Add(("target", loss.Target));
        facts.Add(("reduction", loss.Reduction switch
        {
            Reduction.Sum => loss.IsPerSample ? "the samples of a batch are added up" : "the entries are added up",
            Reduction.Mean => loss.IsPerSample ? "the mean over the samples of a batch" : "the mean over all entries",
            _ => loss.IsPerSample ? "none: a term for each sample" : "none: a term for each entry",
        }));
        AddText(facts, loss.Source, loss.PyTorch, loss.Remark);
        var prediction = Maths.Vector(loss.Prediction is "logits" or "scores" ? "z" : loss.Prediction == "probabilities" ? "q" : "yhat", "K");
        var target = Maths.Vector("y", "K");
        target = loss.Target.StartsWith("one-hot", StringComparison.Ordinal) ? target.OneHot() : target;
        var value = (loss.Reduction == Reduction.None ? loss.Sum : loss).Of(prediction, target).Named("L");
        return new()
        {
            Title = loss.ToString(),
            Statements = StatementsOf(value),
            Facts = facts.ToImmutable(),
            Derivative = DerivationModel.Of(value.Gradient(prediction)),
        };
    }

    /// <summary>The definition, after those of the names on the way.</summary>
    private static ImmutableArray<Formula> StatementsOf(Variable output)
    {
        var names = new List<Variable>();
        Visit(output);
        return [.. names.Select(name => ViewCatalog.Statement(name))];

        // What a name is computed from comes before it.
        void Visit(Variable name)
        {
            if (name.Body is { } body && !names.Contains(name))
            {
                foreach (var inner in Dependencies.Direct(body).OrderBy(inner => inner.Name, StringComparer.Ordinal))
                {
                    Visit(inner);
                }

                names.Add(name);
            }
        }
    }

    private static IEnumerable<(string, string)> ParametersOf(ImmutableArray<ActivationParameter> parameters) =>
        parameters.Select(parameter => ("parameter", parameter.Number is null ? $"{parameter.Text}, a symbol" : $"{parameter.Symbol} = {parameter.Text}"));

    private static void AddText(ImmutableArray<(string, string)>.Builder facts, string? source, string? torch, string? remark)
    {
        foreach (var (name, text) in new[] { ("defined in", source), ("PyTorch", torch), ("note", remark) })
        {
            if (text is not null)
            {
                facts.Add((name, text));
            }
        }
    }

    private static Figure ChartOf(Activation activation, FunctionAnalysis analysis, double[] kinks)
    {
        var range = (Math.Min(-4.5, kinks.DefaultIfEmpty(0).Min() - 2), Math.Max(4.5, kinks.DefaultIfEmpty(0).Max() + 2));
        var lines = (analysis.Undefined is null ? [analysis.AtMinusInfinity, analysis.AtPlusInfinity] : Array.Empty<FunctionLimit>())
            .Where(limit => limit is { HasAsymptote: true, IsReached: false })
            .Select(limit => new Asymptote(limit.Slope, limit.Offset))
            .Distinct();
        var second = new RealFunction(activation.Derivation.Result.Derivative((Expr)Activation.Argument).Result, Activation.Argument);
        return Figures.FunctionWithDerivative(activation.ToString(), activation.Evaluate, activation.EvaluateDerivative, range, kinks, [.. lines], second.At);
    }

    private static DerivationModel DerivativeOf(Activation activation, Expr written, Expr x)
    {
        var derivation = written.Derivative(x);
        var model = DerivationModel.Of(derivation, "Derivative");
        var result = ExpressionFormula.Of(activation.Derivation.Result);
        var left = activation.IsInline ? ExpressionFormula.Of(Expressions.Derivative.Of(activation.Formula, (Element)x)) : Applied(activation.Symbol, 1);
        if (ReferenceEquals(activation.Derivation.Result, derivation.Result))
        {
            return activation.IsInline ? model : model with { Result = Equation(left, result) };
        }

        // The derivation is that of the written formula; in terms of the function itself its result is shorter.
        var verdict = Verifier.Check(derivation.Result, activation.Derivation.Result);
        return model with { Result = Equation(left, result), ResultStep = new(left, result, "the same by the function's own rule", [], [], verdict) };
    }

    private static IEnumerable<(string Name, string Text)> FactsOf(FunctionAnalysis analysis)
    {
        if (analysis.Undefined is { } hole)
        {
            yield return ("domain", $"not the whole line: at x = {Number(hole)} there is no finite value, so this is no activation for every input");
            yield break;
        }

        yield return ("range", analysis.Range.IsEmpty ? "not known: it swings ever higher" : string.Join(" ∪ ", analysis.Range.Select(Text)));
        yield return ("limits", $"x → −∞: {Text(analysis.AtMinusInfinity)};  x → ∞: {Text(analysis.AtPlusInfinity)}");
        yield return ("zeros", ZerosOf(analysis));
        yield return analysis.Kinks.IsEmpty
            ? ("kinks", "none; it is differentiable everywhere")
            : ("kinks", string.Join("; ", analysis.Kinks.Select(Text)) + (analysis.HasMoreKinks ? "; and so on" : string.Empty));
        yield return ("monotonicity", MonotonicityOf(analysis));
        yield return ("Lipschitz constant", double.IsFinite(analysis.Lipschitz) ? $"{Number(analysis.Lipschitz)}, the steepest slope" : analysis.Kinks.Any(kink => kink.IsJump) ? "none: it jumps" : "none: it gets ever steeper");
    }

    private static string ZerosOf(FunctionAnalysis analysis) => analysis.ZeroDistance is { } distance
        ? $"{Number(analysis.Zeros.MinBy(zero => Math.Abs(zero.From)).From)} and every {Number(distance)} to both sides"
        : analysis.Zeros.IsEmpty ? "none"
        : analysis.Zeros.All(zero => zero.IsPoint) ? string.Join(", ", analysis.Zeros.Select(zero => Number(zero.From))) + (analysis.Swings ? ", and so on" : string.Empty)
        : string.Join(" ∪ ", analysis.Zeros.Select(Text));

    private static string MonotonicityOf(FunctionAnalysis analysis)
    {
        if (analysis.IsIncreasing)
        {
            return "rises everywhere";
        }

        if (analysis is { IsNondecreasing: true, IsNonincreasing: true })
        {
            return "constant";
        }

        var stretches = analysis.Stretches.ToList();
        var list = string.Join(", ", stretches.Select(stretch => $"{(stretch.Sign > 0 ? "rises" : stretch.Sign < 0 ? "falls" : "is constant")} on {Text(new RealInterval(stretch.From, stretch.To, false, false))}"));
        return analysis.IsNondecreasing ? $"never falls: {list}"
            : analysis.IsNonincreasing ? $"never rises: {list}"
            : stretches.Count > MostStretches || analysis.Swings ? "rises and falls in turn"
            : list;
    }

    private static string Text(FunctionKink kink)
    {
        var slopes = $"slope {Number(kink.SlopeLeft)} from the left, {Number(kink.SlopeRight)} from the right; the derivative there is taken to be {Number(kink.Convention)}, {kink.Side}";
        return kink.IsJump
            ? $"at {Number(kink.At)} it jumps from {Digits(kink.FromLeft, kink.FromRight)} to {Digits(kink.FromRight, kink.FromLeft)} (value {Digits(kink.Value, kink.FromRight)}), {slopes}"
            : $"at {Number(kink.At)}: {slopes}";
    }

    private static string Text(FunctionLimit limit) => double.IsNaN(limit.Value) ? "none, it swings"
        : limit is { HasAsymptote: true, Slope: not 0 } ? $"{Number(limit.Value)}, {(limit.IsReached ? "on" : "towards")} the line {new Asymptote(limit.Slope, limit.Offset)}"
        : Number(limit.Value);

    private static string Text(RealInterval interval) => interval.IsPoint
        ? $"{{{Number(interval.From)}}}"
        : $"{(interval.HasFrom ? '[' : '(')}{Number(interval.From)}, {Number(interval.To)}{(interval.HasTo ? ']' : ')')}";

    /// <summary>A small jump needs more digits, or it looks like none.</summary>
    private static string Digits(double value, double other) => ChartNumber.Format(value, Math.Abs(value - other) < 1e-3 && value != other ? 12 : 4);

    private static string Number(double value) => ChartNumber.Format(value, 4);

    private static Row Applied(Formula name, int primes) => new(
        primes == 0 ? name : name is Script { Superscript: null } script ? new Script(script.Base, script.Subscript, new Operator("′", OperatorKind.Postfix)) : new Script(name, null, new Operator("′", OperatorKind.Postfix)),
        new Operator(string.Empty, OperatorKind.InvisibleApply),
        new Fence("(", new Atom("x"), ")"));

    private static Row Equation(Formula left, Formula right) => new(left, new Operator("=", OperatorKind.Relation), right);
}
