using ChainRule.Charts;
using ChainRule.Checking;
using ChainRule.Networks;
using static ChainRule.Networks.Layers;
using static ChainRule.Networks.Losses;

namespace ChainRule.Tests;

/// <summary>Long work stops when it is told to, and whoever asks again gets what was interrupted.</summary>
public sealed class InterruptionTests
{
    private static readonly CancellationToken Cancelled = new(canceled: true);

    public static TheoryData<string> LongWork() => [.. Works.Keys];

    private static Dictionary<string, Func<Func<object?>>> Works { get; } = new(StringComparer.Ordinal)
    {
        ["a gradient"] = () =>
        {
            var x = Vector("x", "N");
            var loss = Sum(Index("i", "N"), Pow(Tanh(x[Index("i", "N")]), 2)).Named("L");
            return () => loss.Gradient(x);
        },
        ["the check of a derivation"] = () =>
        {
            var z = Vector("z", "K");
            var jacobian = Softmax(z).Named("p").Jacobian(z);
            return () => jacobian.Derivation.Verdict;
        },
        ["a proof"] = () =>
        {
            var (a, b) = (Scalar("a"), Scalar("b"));
            return () => Prove(Pow(a + b, 2), Pow(a, 2) + (2 * a * b) + Pow(b, 2));
        },
        ["a homework"] = () =>
        {
            var homework = new Homework();
            homework.Given("f = x^2");
            return () => homework.Check("\\frac{\\partial f}{\\partial x} = 2 x");
        },
        ["compiling a network"] = () =>
        {
            var point = Net().Sample(seed: 1);
            return () => point.Compile();
        },
        ["a forward pass"] = () =>
        {
            var compiled = Net().Sample(seed: 1).Compile();
            return () => compiled.Forward();
        },
        ["a backward pass"] = () =>
        {
            var compiled = Net().Sample(seed: 1).Compile();
            compiled.Forward();
            return () =>
            {
                compiled.Backward();
                return null;
            };
        },
        ["a curve"] = () => () => CurveSampler.Sample(Math.Sin, -3, 3),
        ["a surface"] = () => () => Figures.Surface("f", Math.Atan2, (-1, 1), (-1, 1)),
        ["an experiment"] = () => () => Experiments.GradientByDepth([Activations.Tanh]),
        ["an expectation"] = () =>
        {
            var a = Scalar("a").Gaussian(0, 1);
            return () => E(Pow(a, 4)).Simplified();
        },
    };

    [Theory]
    [MemberData(nameof(LongWork))]
    public void Work_that_is_to_stop_stops_and_can_be_done_anew(string name)
    {
        var work = Works[name]();
        using (Interruption.Heed(Cancelled))
        {
            Assert.Throws<OperationCanceledException>(() => work());
        }

        work();
        Interruption.Check();
    }

    [Fact]
    public void What_heeds_nothing_runs_on_while_something_else_is_to_stop()
    {
        using var heeded = Interruption.Heed(Cancelled);
        Assert.Equal(Cancelled, Interruption.Token);
        using (Interruption.Heed(CancellationToken.None))
        {
            Interruption.Check();
        }

        Assert.Throws<OperationCanceledException>(Interruption.Check);
    }

    [Fact]
    public async Task Work_that_was_started_elsewhere_heeds_the_same_token()
    {
        using var heeded = Interruption.Heed(Cancelled);

        await Assert.ThrowsAsync<OperationCanceledException>(() => Task.Run(Interruption.Check, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_deferred_value_is_worked_out_once_and_keeps_no_exception()
    {
        var tries = 0;
        var value = new Deferred<int>(() => ++tries == 1 ? throw new OperationCanceledException() : tries);

        Assert.Throws<OperationCanceledException>(() => value.Value);
        Assert.Equal(2, value.Value);
        Assert.Equal(2, value.Value);
    }

    private static Network Net() => Network.Sequential(Linear(3, 4), Activations.Tanh, Linear(4, 2), Activations.Identity).WithLoss(SquaredError);
}
