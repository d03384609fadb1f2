using ChainRule.Networks;

namespace ChainRule.Tests.Networks;

/// <summary>Random networks of all activations, normalisations and losses: every derived gradient is that of differences.</summary>
public class RandomNetworkTests
{
    private static readonly Variable _x = Vector("x", "N");
    private static readonly Variable _w1 = Matrix("W_1", "M", "N");
    private static readonly Variable _b1 = Vector("b_1", "M");
    private static readonly Variable _w2 = Matrix("W_2", "K", "M");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Gradients_of_random_networks(int seed)
    {
        var random = new Random(seed);
        // Every activation and every loss has its turn; what stands between them is drawn.
        var activation = Activations.All[seed % Activations.All.Length];
        var loss = Losses.All[seed % Losses.All.Length];
        loss = random.Next(2) == 0 ? loss.Sum : loss.Mean;
        activation = random.Next(3) switch { 0 => 5 * activation, 1 => activation + Activations.Sine, _ => activation };

        var hidden = activation.Of(((_w1 * _x) + _b1).Named("z_1")).Named("h_1");
        Tensor normal = random.Next(4) switch
        {
            0 => VectorFunctions.LayerNorm(epsilon: 0.1).Of(hidden),
            1 => VectorFunctions.RmsNorm(epsilon: 0.1).Of(hidden),
            2 => VectorFunctions.Softmax(2).Of(hidden),
            _ => hidden,
        };
        var logits = (_w2 * (normal as Variable ?? normal.Named("n_1"))).Named("z_2");
        var prediction = loss.Prediction switch
        {
            "probabilities" => loss.IsPerSample ? VectorFunctions.Softmax().Of(logits).Named("q") : Activations.Sigmoid.Of(logits).Named("q"),
            "log-probabilities" => VectorFunctions.LogSoftmax.Of(logits).Named("q"),
            _ => logits,
        };
        var y = Vector("y", "K");
        var target = loss.Target switch { "positive probabilities" => y.Positive(), "0 or 1" or "0 or 1, or probabilities" => y.Assuming(Assumption.ZeroOrOne), _ when loss.Target.StartsWith("one-hot", StringComparison.Ordinal) => y.OneHot(), _ => y };
        var value = loss.Of(prediction, target).Named("L");

        var numbers = Numbers.Random(seed, value, ("N", 3), ("M", 4), ("K", 2));
        var compared = 0;
        foreach (var by in new[] { _w1, _b1, _w2, _x })
        {
            var derived = numbers.Gradient(value, by);
            var (coarse, fine) = (numbers.Differences(value, by, 1e-3), numbers.Differences(value, by, 3e-4));
            var scale = Math.Max(1e-3, coarse.Concat(derived).Max(Math.Abs));
            for (var i = 0; i < derived.Length; i++)
            {
                // Where two steps disagree, there is a kink between the points, and differences say nothing.
                if (Math.Abs(coarse[i] - fine[i]) <= 1e-8 * scale)
                {
                    Assert.True(Math.Abs(fine[i] - derived[i]) <= 1e-7 * scale, $"{activation}, {normal.GetType().Name}, {loss}: ∂L/∂{by}[{i}] = {derived[i]}, not {fine[i]}");
                    compared++;
                }
            }
        }

        Assert.InRange(compared, 12, 27);
    }
}
