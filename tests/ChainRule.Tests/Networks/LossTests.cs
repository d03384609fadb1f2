using ChainRule.Networks;

namespace ChainRule.Tests.Networks;

public class LossTests
{
    private static readonly Variable _yhat = Vector("yhat", "K");
    private static readonly Variable _y = Vector("y", "K");
    private static readonly Variable _predictions = Matrix("A", "B", "K");
    private static readonly Variable _targets = Matrix("T", "B", "K");

    /// <summary>Each loss with its term written here once more, on numbers: of an entry, or of a sample.</summary>
    private static readonly Dictionary<string, (Loss Loss, Func<double[], double[], double> Sample)> _losses = new(StringComparer.Ordinal)
    {
        ["squared error"] = (Losses.SquaredError, Entries((p, t) => (p - t) * (p - t))),
        ["absolute error"] = (Losses.AbsoluteError, Entries((p, t) => Math.Abs(p - t))),
        ["Huber"] = (Losses.Huber(), Entries((p, t) => Huber(p - t, 1))),
        ["Huber(0.3)"] = (Losses.Huber(0.3), Entries((p, t) => Huber(p - t, 0.3))),
        ["smooth absolute error"] = (Losses.SmoothAbsoluteError(0.5), Entries((p, t) => Huber(p - t, 0.5) / 0.5)),
        ["binary cross-entropy"] = (Losses.BinaryCrossEntropy, Entries((p, t) => -(t * Math.Log(p)) - ((1 - t) * Math.Log(1 - p)))),
        ["binary cross-entropy with logits"] = (Losses.BinaryCrossEntropyWithLogits, Entries((z, t) => -(t * Math.Log(Logistic(z))) - ((1 - t) * Math.Log(1 - Logistic(z))))),
        ["cross-entropy"] = (Losses.CrossEntropy, (p, t) => -p.Zip(t, (a, b) => b * Math.Log(a)).Sum()),
        ["cross-entropy with logits"] = (Losses.CrossEntropyWithLogits(), (z, t) => -Softened(z).Zip(t, (a, b) => b * Math.Log(a)).Sum()),
        ["label smoothing"] = (Losses.CrossEntropyWithLogits(0.2), (z, t) => -Softened(z).Zip(t, (a, b) => ((0.8 * b) + (0.2 / z.Length)) * Math.Log(a)).Sum()),
        ["negative log-likelihood"] = (Losses.NegativeLogLikelihood, (logs, t) => -logs.Zip(t, (a, b) => a * b).Sum()),
        ["Kullback–Leibler"] = (Losses.KullbackLeibler, (q, p) => q.Zip(p, (a, b) => b * Math.Log(b / a)).Sum()),
        ["hinge"] = (Losses.Hinge, Entries((s, t) => Math.Max(0, 1 - (s * t)))),
        ["multi-class hinge"] = (Losses.MultiClassHinge(0.7), (z, t) => z.Select((score, j) => (1 - t[j]) * Math.Max(0, 0.7 - z.Zip(t, (a, b) => a * b).Sum() + score)).Sum()),
        ["cosine"] = (Losses.Cosine, (a, b) => 1 - (a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x)))),
        ["focal"] = (Losses.Focal(), Entries((p, t) => -(t * (1 - p) * (1 - p) * Math.Log(p)) - ((1 - t) * p * p * Math.Log(1 - p)))),
        ["focal, γ = 0.5"] = (Losses.Focal(0.5), Entries((p, t) => -(t * Math.Sqrt(1 - p) * Math.Log(p)) - ((1 - t) * Math.Sqrt(p) * Math.Log(1 - p)))),
    };

    public static TheoryData<string, Reduction, bool> Cases => [.. _losses.Keys.SelectMany(_ => new[] { Reduction.Sum, Reduction.Mean }, (name, reduction) => (name, reduction)).SelectMany(_ => new[] { true, false }, (pair, batch) => (pair.name, pair.reduction, batch))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_are_those_of_the_definition_and_gradients_those_of_differences(string name, Reduction reduction, bool batch)
    {
        var (loss, sample) = _losses[name];
        loss = loss with { Reduction = reduction };
        var (prediction, target) = batch ? (_predictions, _targets) : (_yhat, _y);
        var value = loss.Of(prediction, target).Named("L");
        var numbers = Point(loss, prediction, target, Numbers.Random(2, value, ("K", 4), ("B", 3)));
        var samples = numbers[prediction].Chunk(4).Zip(numbers[target].Chunk(4), sample).ToArray();
        var count = reduction == Reduction.Sum ? 1 : loss.IsPerSample ? samples.Length : samples.Length * 4;
        Assert.Equal(samples.Sum() / count, numbers.Of(value.At([])), 1e-12);
        numbers.CheckGradient(value, prediction);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_a_reduction_the_terms_stay_apart(string name)
    {
        var (loss, sample) = _losses[name];
        var terms = loss.Unreduced.Of(_predictions, _targets);
        Assert.Equal(loss.IsPerSample ? "B" : "B×K", terms.Shape.ToString());
        var numbers = Point(loss, _predictions, _targets, Numbers.Random(2, loss.Sum.Of(_predictions, _targets), ("K", 4), ("B", 3)));
        var expected = numbers[_predictions].Chunk(4).Zip(numbers[_targets].Chunk(4), sample);
        Numbers.AssertClose([.. expected], loss.IsPerSample ? numbers.Of(terms) : [.. numbers.Of(terms).Chunk(4).Select(row => row.Sum())], 1e-12, name);
    }

    public static TheoryData<string> Names => [.. _losses.Keys];

    [Fact]
    public void Every_loss_of_the_library_is_tested() =>
        Assert.Empty(Losses.All.Select(loss => loss.Name).Except(_losses.Values.Select(pair => pair.Loss.Name)));

    [Fact]
    public void Gradients_as_textbooks_have_them()
    {
        var z = Vector("z", "K");
        var y = Vector("y", "K").OneHot();
        Assert.Equal("p − y", Gradient(Losses.CrossEntropyWithLogits().Of(z, y), z));
        Assert.Equal("σ(z) − y", Gradient(Losses.BinaryCrossEntropyWithLogits.Of(z, _y), z));
        Assert.Equal("1/K ⋅ (σ(z) − y)", Gradient(Losses.BinaryCrossEntropyWithLogits.Mean.Of(z, _y), z));
        Assert.Equal("2 (ŷ − y)", Gradient(Losses.SquaredError.Of(_yhat, _y), _yhat));
        Assert.Equal("2/K ⋅ (ŷ − y)", Gradient(Losses.SquaredError.Mean.Of(_yhat, _y), _yhat));
        Assert.Equal("p − ỹ", Gradient(Losses.CrossEntropyWithLogits(0.1).Of(z, y), z));
        var c = Index("c", "K");
        var j = Index("j", "K");
        var ofClass = Losses.CrossEntropyOfClass(z, c).Named("L")[[]].Derivative(z[j]);
        Assert.Equal(VerdictKind.Supported, Verifier.Check(ofClass.Result, Softmax(z)[j] - Delta(c, j)).Kind);
    }

    [Fact]
    public void Cross_entropy_stays_steep_where_squared_error_is_flat()
    {
        // A confident mistake: the target is 1 and the logit runs to −∞.
        var crossEntropy = Losses.BinaryCrossEntropyWithLogits.Section(1);
        var squared = Losses.SquaredError.Section(1).After(Activations.Sigmoid);
        Assert.Equal(-1, crossEntropy.EvaluateDerivative(-30), 1e-12);
        Assert.InRange(squared.EvaluateDerivative(-30), -1e-12, -1e-14);
        Assert.Equal(-1, crossEntropy.Analysis.AtMinusInfinity.Slope);
        Assert.Equal((0, 1), (squared.Analysis.AtMinusInfinity.Slope, squared.Analysis.AtMinusInfinity.Value));
        // Squared error of a probability is bounded, cross-entropy is not.
        Assert.Equal(new RealInterval(0, 1, false, false), Assert.Single(squared.Analysis.Range));
        Assert.Equal(new RealInterval(0, double.PositiveInfinity, false, false), Assert.Single(crossEntropy.Analysis.Range));
        Assert.Equal(4, Activations.Compare(crossEntropy, squared).Data.Count);
    }

    [Fact]
    public void A_section_has_the_facts_of_a_function()
    {
        var huber = Losses.Huber(0.5).Section(1).Analysis;
        Assert.Empty(huber.Kinks);
        Assert.Equal(0.5, huber.Lipschitz);
        Assert.Equal(1, Assert.Single(huber.Zeros).From);
        var hinge = Losses.Hinge.Section(-1).Analysis;
        Assert.Equal((-1.0, 0.0), (Assert.Single(hinge.Kinks).At, hinge.Kinks[0].Convention));
        Assert.Contains("not for each entry", Assert.Throws<ChainRuleException>(() => Losses.CrossEntropy.Section(1)).Message, StringComparison.Ordinal);
        Assert.Contains("all checked", ChainRule.Views.ViewCatalog.Show(Losses.AbsoluteError.Section(2))!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Regularisation_keeps_weights_small()
    {
        var (w, b) = (Matrix("W", "M", "N"), Vector("b", "M"));
        var penalty = (Regularisation.L2(0.1, w, b) + Regularisation.L1(0.01, w)).Named("R");
        var numbers = Numbers.Random(3, penalty, ("M", 2), ("N", 3));
        Assert.Equal((0.1 * (numbers[w].Sum(x => x * x) + numbers[b].Sum(x => x * x))) + (0.01 * numbers[w].Sum(Math.Abs)), numbers.Of(penalty.At([])), 1e-14);
        numbers.CheckGradient(penalty, w);
        numbers.CheckGradient(penalty, b);
    }

    [Fact]
    public void The_reduction_is_said()
    {
        Assert.Equal("squared error (sum)", Losses.SquaredError.ToString());
        Assert.Equal("squared error (mean)", Losses.SquaredError.Mean.ToString());
        Assert.Equal("nn.MSELoss(reduction='sum')", Losses.SquaredError.PyTorch);
        Assert.Equal("nn.CrossEntropyLoss(label_smoothing=0.1, reduction='mean')", Losses.CrossEntropyWithLogits(0.1).PyTorch);
        Assert.Equal("Huber loss (δ = 0.5, not reduced)", Losses.Huber(0.5).Unreduced.ToString());
        Assert.Null(Losses.Cosine.PyTorch);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Assert.Contains("of the same shape", Assert.Throws<ShapeException>(() => Losses.SquaredError.Of(_yhat, _targets)).Message, StringComparison.Ordinal);
        Assert.Contains("takes vectors", Assert.Throws<ShapeException>(() => Losses.CrossEntropy.Of(Scalar("p"), Scalar("t"))).Message, StringComparison.Ordinal);
        Assert.Contains("takes a vector", Assert.Throws<ShapeException>(() => Losses.CrossEntropyOfClass(_predictions, 1)).Message.Replace("goes with a vector", "takes a vector", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("from 0 to 1", Assert.Throws<ChainRuleException>(() => Losses.CrossEntropyWithLogits(1.5)).Message, StringComparison.Ordinal);
    }

    private static string Gradient(Tensor loss, Variable by) => loss.Named("L").Gradient(by).Matrix!.Matrix.ToString()!;

    /// <summary>Numbers of the kind that the loss takes.</summary>
    private static Numbers Point(Loss loss, Variable prediction, Variable target, Numbers numbers)
    {
        var random = new Random(17);
        return numbers.With(prediction, Values(loss.Prediction, numbers[prediction].Length)).With(target, Values(loss.Target, numbers[target].Length));

        double[] Values(string kind, int count) => kind switch
        {
            "probabilities" or "positive probabilities" => [.. Enumerable.Range(0, count).Select(_ => 0.1 + (0.8 * random.NextDouble()))],
            "0 or 1" or "0 or 1, or probabilities" => [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(2))],
            "one-hot" or "one-hot or soft labels" => [.. Enumerable.Range(0, count / 4).SelectMany(_ => OneHot(random.Next(4)))],
            "−1 or 1" => [.. Enumerable.Range(0, count).Select(_ => (2.0 * random.Next(2)) - 1)],
            _ => [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 3) - 1.5)],
        };

        static double[] OneHot(int position)
        {
            var row = new double[4];
            row[position] = 1;
            return row;
        }
    }

    private static Func<double[], double[], double> Entries(Func<double, double, double> term) => (p, t) => p.Zip(t, term).Sum();

    private static double Huber(double r, double delta) => Math.Abs(r) <= delta ? r * r / 2 : delta * (Math.Abs(r) - (delta / 2));

    private static double Logistic(double z) => 1 / (1 + Math.Exp(-z));

    private static double[] Softened(double[] z)
    {
        var powers = Array.ConvertAll(z, Math.Exp);
        return Array.ConvertAll(powers, power => power / powers.Sum());
    }

    [Fact]
    public void A_loss_of_ones_own_is_a_loss_like_any_other()
    {
        var loss = Loss.Define("log cosh", (prediction, target) => Log(Cosh(prediction - target)));
        var point = Network.Sequential(Layers.Linear(2, 3)).WithLoss(loss.Mean).Sample(seed: 4);
        Assert.All(point.Check(), check => Assert.True(check.RelativeError < 1e-6, check.ToString()));
        Assert.Contains("tanh", loss.Of(Vector("p", "K"), Vector("t", "K")).Named("L").Gradient(Vector("p", "K")).Matrix!.Matrix.ToString(), StringComparison.Ordinal);
        Assert.Contains("needs a name", Assert.Throws<ChainRuleException>(() => Loss.Define(" ", (prediction, target) => prediction - target)).Message, StringComparison.Ordinal);
    }
}
