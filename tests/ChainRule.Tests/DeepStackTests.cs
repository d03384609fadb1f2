namespace ChainRule.Tests;

/// <summary>Stacks for deep walks are used again and again, by many threads, and none hears of another's work.</summary>
public class DeepStackTests
{
    private static int Depth(int levels) => levels == 0 ? 0 : 1 + (DeepStack.IsLow ? DeepStack.Continue(() => Depth(levels - 1)) : Depth(levels - 1));

    [Fact]
    public void A_walk_goes_as_deep_as_it_needs() => Assert.Equal(1_000_000, Depth(1_000_000));

    [Fact]
    public void Results_and_exceptions_are_those_of_the_caller()
    {
        Parallel.For(0, 2_000, i =>
        {
            if (i % 3 == 0)
            {
                Assert.Equal($"{i}", Assert.Throws<InvalidOperationException>(() => DeepStack.Ensure<int>(() => throw new InvalidOperationException($"{i}"))).Message);
            }
            else
            {
                Assert.Equal(i, DeepStack.Ensure(() => DeepStack.Ensure(() => i)));
            }
        });
    }

    [Fact]
    public void What_belongs_to_a_caller_goes_along_and_no_further()
    {
        using var stop = new CancellationTokenSource();
        using (Interruption.Heed(stop.Token))
        {
            Assert.Equal(stop.Token, DeepStack.Continue(() => Interruption.Token));
        }

        Assert.Equal(CancellationToken.None, DeepStack.Continue(() => Interruption.Token));
    }

    [Fact]
    public void Who_does_not_wait_disturbs_nobody_after()
    {
        using var begun = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        var caller = new Thread(() => Assert.Throws<ThreadInterruptedException>(() => DeepStack.Continue(() =>
        {
            begun.Set();
            mayEnd.Wait();
            return 1;
        })));
        caller.Start();
        begun.Wait(TestContext.Current.CancellationToken);
        caller.Interrupt();
        caller.Join();
        mayEnd.Set();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(i, DeepStack.Continue(() => i));
        }
    }
}
