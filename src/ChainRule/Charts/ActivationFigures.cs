using ChainRule.Charts;

namespace ChainRule.Networks;

/// <content>Figures of activations. They stand with the charts, because activations themselves know nothing of pictures.</content>
public static partial class Activations
{
    /// <summary>From here to there a figure reaches where no kink asks for more.</summary>
    private const double Usual = 4.5;

    /// <summary>Activations side by side: above the functions, below their derivatives, with kinks marked.</summary>
    /// <param name="activations">The activations: <c>Activations.Compare(Activations.Relu, Activations.LeakyRelu(0.01), Activations.Gelu)</c>.</param>
    /// <exception cref="ChartException">There is none.</exception>
    /// <exception cref="ChainRuleException">A parameter of one has no value.</exception>
    public static Figure Compare(params IReadOnlyList<Activation> activations)
    {
        Require.NotNull(activations);
        if (activations.Count == 0)
        {
            throw new ChartException("A comparison needs at least one activation: Activations.Compare(Activations.Relu, Activations.Gelu).");
        }

        string[] names = [.. activations.Select(activation => activation.ToString())];
        return Compare(activations, names, activations.Count == 1 ? $"{names[0]} and its derivative" : "Activations and their derivatives");
    }

    private static Figure Compare(IReadOnlyList<Activation> activations, IReadOnlyList<string> names, string title)
    {
        var range = RangeOf(activations);
        var (above, below) = (Panel(activations, names, range, derivatives: false), Panel(activations, names, range, derivatives: true));
        return new Figure(
            [.. above.Data, .. below.Data.Select(trace => trace with { XAxis = 2, YAxis = 2, ShowLegend = false })],
            new FigureLayout
            {
                Title = title,
                Grid = new SubplotGrid(2, 1),
                XAxes = [above.Layout.XAxes[0] with { Title = null }, below.Layout.XAxes[0]],
                YAxes = [above.Layout.YAxes[0] with { Title = "f(x)" }, below.Layout.YAxes[0] with { Title = "f′(x)" }],
                ShowLegend = true,
                IsolateOnClick = true,
                Height = 620,
            })
        {
            Description = $"{title}: {string.Join(", ", names)}; the functions above, their derivatives below, for x from {ChartNumber.Format(range.From)} to {ChartNumber.Format(range.To)}.",
        };
    }

    /// <summary>An activation and its derivative with a slider for a parameter.</summary>
    /// <param name="symbol">The parameter's letter.</param>
    /// <param name="values">The values that the slider takes.</param>
    /// <param name="activation">The activation for a value: <c>Activations.WithSlider("β", [0.5, 1, 2, 5], b => Activations.Swish(b))</c>.</param>
    /// <exception cref="ChartException">There is no value.</exception>
    public static Figure WithSlider(string symbol, IReadOnlyList<double> values, Func<double, Activation> activation)
    {
        Require.NotNull(values);
        Require.NotNull(activation);
        if (values.Count == 0)
        {
            throw new ChartException($"A slider for {symbol} needs at least one value, for example [0.5, 1, 2].");
        }

        Activation[] all = [.. values.Select(activation)];
        var range = RangeOf(all);
        string[] labels = [.. values.Select(Figures.Label)];
        var few = Figures.AFew(values.Count);
        List<Figure> figures = [.. all.Select(one => Figures.FunctionWithDerivative(one.Name, one.Evaluate, one.EvaluateDerivative, range, KinksOf(one)))];
        return Figures.WithSlider(symbol, labels, figures) with
        {
            Still = Compare([.. few.Select(i => all[i])], [.. few.Select(i => $"{symbol} = {labels[i]}")], $"{all[0].Name} and its derivative"),
            Description = $"{all[0].Name} and its derivative; a slider sets {symbol} to {string.Join(", ", labels)}.",
        };
    }

    private static Figure Panel(IReadOnlyList<Activation> activations, IReadOnlyList<string> names, (double From, double To) range, bool derivatives) => Figures.Curves(
        string.Empty,
        range,
        [
            .. activations.Select((activation, i) => new Curve(names[i], derivatives ? activation.EvaluateDerivative : activation.Evaluate)
            {
                Kinks = KinksOf(activation),
                Derivative = derivatives ? null : activation.EvaluateDerivative,
            }),
        ]);

    private static double[] KinksOf(Activation activation) => [.. activation.Analysis.Kinks.Select(kink => kink.At)];

    private static (double From, double To) RangeOf(IEnumerable<Activation> activations)
    {
        var kinks = activations.SelectMany(KinksOf).DefaultIfEmpty(0).ToList();
        return (Math.Min(-Usual, kinks.Min() - 2), Math.Max(Usual, kinks.Max() + 2));
    }
}
