using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>One kernel for the tests of a class.</summary>
public sealed class KernelFixture : IAsyncLifetime
{
    internal KernelClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Client = await KernelClient.StartAsync();

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
