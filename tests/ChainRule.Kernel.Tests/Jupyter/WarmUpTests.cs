using ChainRule.Kernel.Jupyter.Workers;
using ChainRule.Kernel.Sessions;
using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

public sealed class WarmUpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_session_forgets_the_cells_that_warmed_it()
    {
        var session = new CSharpSession(_folder.Path);

        // A cell that failed would throw.
        await WarmUp.SessionAsync(session, () => true);

        Assert.Equal("No cell has declared anything yet.", (await session.RunAsync("#!who", 1, interrupt: TestContext.Current.CancellationToken)).Text());
        Assert.Equal("CS0103", (await session.RunAsync("z", 2, interrupt: TestContext.Current.CancellationToken)).Error?.Name);
        Assert.Equal("1", (await session.RunAsync("var z = 1;\nz", 3, interrupt: TestContext.Current.CancellationToken)).Text());
        Assert.Equal("2", (await session.RunAsync("var p = z + 1;\np", 4, interrupt: TestContext.Current.CancellationToken)).Text());
        Assert.Null((await session.RunAsync("5 * Relu", 5, interrupt: TestContext.Current.CancellationToken)).Error);
    }

    [Fact]
    public async Task Whoever_is_there_already_does_not_wait_for_the_next_cell()
    {
        var asked = 0;

        await WarmUp.SessionAsync(new(_folder.Path), () => ++asked < 2);

        Assert.Equal(2, asked);
    }

    [Fact]
    public void What_is_warmed_beside_compiles_and_shows() => WarmUp.Beside();
}
