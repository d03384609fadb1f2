using System.Globalization;
using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>Memory over many cells, and cells that want more than there is.</summary>
public class SoakTests
{
    /// <summary>What a cell may cost for ever: its compiled code and its variables stay. docs/kernel.md states it.</summary>
    private const int MostKilobytes = 200;

    [Fact]
    public async Task Each_cell_costs_less_memory_than_the_bound()
    {
        await using var kernel = await KernelClient.StartAsync();
        const int Early = 100;
        const int Late = 300;
        var memory = 0L;
        for (var i = 1; i <= Late; i++)
        {
            var cell = await kernel.RunAsync($"var x{i} = {i};\nConsole.WriteLine(x{i});\nx{i} * 2");
            Assert.Equal($"{2 * i}", cell.Result);
            memory = i == Early ? await MemoryAsync(kernel) : memory;
        }

        var perCell = (await MemoryAsync(kernel) - memory) / (Late - Early) / 1024;

        TestContext.Current.SendDiagnosticMessage($"{perCell} kB a cell");
        Assert.InRange(perCell, 1, MostKilobytes);
    }

    [Fact]
    public async Task A_cell_that_wants_more_memory_than_there_is_has_failed_and_leaves_the_variables()
    {
        await using var kernel = await KernelClient.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_GCHeapHardLimit"] = "0x10000000" });
        await kernel.RunAsync("var kept = 41;\nvar all = new List<byte[]>();");

        var cell = await kernel.RunAsync("while (true) all.Add(new byte[1 << 20]);");

        Assert.Equal("OutOfMemoryException", (string?)cell.Reply["ename"]);
        Assert.Equal("42", (await kernel.RunAsync("all = null;\nkept + 1")).Result);
    }

    private static async Task<long> MemoryAsync(KernelClient kernel)
    {
        var cell = await kernel.RunAsync("GC.Collect();\nGC.WaitForPendingFinalizers();\nGC.Collect();\nEnvironment.WorkingSet");
        return long.Parse(cell.Result!, CultureInfo.InvariantCulture);
    }
}
