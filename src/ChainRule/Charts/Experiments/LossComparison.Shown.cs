using System.Collections.Immutable;
using ChainRule.Charts;

namespace ChainRule.Networks;

public sealed partial record LossComparison
{
    /// <inheritdoc/>
    public override string Title => Sentence($"{And([.. Losses.Select(loss => loss.Name)])} by the logit");

    /// <inheritdoc/>
    public override string Setting => $"y = {Say(Label)}; f = σ(a) is the probability that the classifier gives; the further a is on the {(Label == 0 ? "positive" : "negative")} side, the more confidently it is wrong.";

    /// <inheritdoc/>
    public override string Finding
    {
        get
        {
            var wrong = Logits[^3];
            return $"At a = {Say(wrong)} the gradient {And([.. Losses.Select(loss => $"of {loss.Name} is {Say(loss.EvaluateDerivative(wrong), 5)}")])}. {string.Join(" ", Losses.Select(Bounds))}";
        }
    }

    /// <inheritdoc/>
    public override ExperimentTable Table => new(
        ["logit a", .. Losses.Select(loss => $"∂L/∂a, {loss.Name}")],
        [.. Logits.Select(logit => (ImmutableArray<string>)[Say(logit), .. Losses.Select(loss => Say(loss.EvaluateDerivative(logit)))])]);

    /// <inheritdoc/>
    public override Figure Figure
    {
        get
        {
            (double From, double To) range = (-8, 8);
            var above = Figures.Curves(string.Empty, range, [.. Losses.Select(loss => new Curve(loss.Name, loss.Evaluate) { Kinks = Kinks(loss), Derivative = loss.EvaluateDerivative })]);
            var below = Figures.Curves(string.Empty, range, [.. Losses.Select(loss => new Curve(loss.Name, loss.EvaluateDerivative) { Kinks = Kinks(loss) })]);
            return new Figure(
                [.. above.Data, .. below.Data.Select(trace => trace with { XAxis = 2, YAxis = 2, ShowLegend = false })],
                new FigureLayout
                {
                    Title = $"Losses and their gradients by the logit, y = {Say(Label)}",
                    Grid = new SubplotGrid(2, 1),
                    XAxes = [above.Layout.XAxes[0] with { Title = null }, below.Layout.XAxes[0] with { Title = "logit a" }],
                    YAxes = [above.Layout.YAxes[0] with { Title = "L" }, below.Layout.YAxes[0] with { Title = "∂L/∂a" }],
                    ShowLegend = true,
                    IsolateOnClick = true,
                    Height = 580,
                })
            {
                Description = $"{Title}: the losses above, their gradients below. {Finding}",
            };
        }
    }

    private static double[] Kinks(Activation loss) => [.. loss.Analysis.Kinks.Select(kink => kink.At)];

    private string Bounds(Activation loss)
    {
        var limit = Label == 0 ? loss.Analysis.AtPlusInfinity : loss.Analysis.AtMinusInfinity;
        var highest = loss.Analysis.Range.Select(part => part.To).DefaultIfEmpty(double.NaN).Max();
        var gradient = double.IsFinite(limit.Value) ? "goes to 0" : double.IsFinite(limit.Slope) ? $"goes to {Say(limit.Slope)}" : "grows without bound";
        return $"{Sentence(loss.Name)} {(double.IsFinite(highest) ? $"is never above {Say(highest)}" : "grows without bound")}; where it is confidently wrong its gradient {gradient}, and its size is {Say(loss.Analysis.Lipschitz)} at most.";
    }
}
