using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>Cells that are stopped, and cells that take their process with them.</summary>
public sealed class WorkerTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    private readonly KernelClient _kernel = fixture.Client;

    [Theory]
    [InlineData("while (true) ;")]
    [InlineData("System.Threading.Thread.Sleep(-1);")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("Task.Delay(-1).Wait();")]
    [InlineData("await Task.Run(async () => { while (true) await Task.Yield(); });")]
    [InlineData("new System.Threading.SemaphoreSlim(0).Wait();")]
    [InlineData("Console.ReadLine();")]
    [InlineData("Expr e = Scalar(\"s\");\nfor (var i = 0; i < 3000; i++) e = Tanh(e * Sigmoid(e) + i);\nwhile (true) e.Derivative(Scalar(\"s\")).ToString();")]
    [InlineData("var homework = new Homework();\nhomework.Given(\"z = W h + b\", \"W \\\\in \\\\mathbb{R}^{C \\\\times D}\", \"\\\\hat y = \\\\mathrm{softmax}(z)\", \"L = -\\\\sum_{i=1}^C y_i \\\\log \\\\hat y_i\");\nhomework.Check(string.Join(\"\\n\", Enumerable.Range(0, 9000).Select(i => $\"\\\\frac{{\\\\partial L}}{{\\\\partial W}} = h (\\\\hat y - y)^T + {i} W\")))")]
    [InlineData("var fast = Network.Sequential(Linear(500, 500), 5 * Relu, Linear(500, 500), Identity).WithLoss(SquaredError).Sample(1).Compile();\nFunc<int, double> pass = _ => { fast.Forward(); fast.Backward(); return 0; };\nEnumerable.Range(0, int.MaxValue).Select(pass).Sum()")]
    public async Task An_interrupt_stops_a_cell_and_leaves_the_variables(string code)
    {
        var secret = code.Length;
        await _kernel.RunAsync($"var before = {secret};");
        var id = await _kernel.SendAsync(_kernel.Shell, "execute_request", KernelClient.Cell($"var within = {secret};\nConsole.WriteLine(\"go\");\n{code}", new() { ["allow_stdin"] = true }));
        while (await _kernel.ReceiveAsync(_kernel.Iopub) is var message && !(message.ParentId == id && message.Type == "stream"))
        {
        }

        var (interrupted, _) = await _kernel.AskAsync(_kernel.Control, "interrupt_request", []);
        Assert.Equal("ok", interrupted.Text("status"));
        var reply = await _kernel.ReceiveAsync(_kernel.Shell);

        Assert.Equal(id, reply.ParentId);
        Assert.Equal("Interrupted", reply.Text("ename"));
        Assert.Equal($"{2 * secret}", (await _kernel.RunAsync("before + within")).Result);
        if (code.Contains("ReadLine", StringComparison.Ordinal))
        {
            Assert.Equal("input_request", (await _kernel.ReceiveAsync(_kernel.Stdin)).Type);
        }
    }

    [Theory]
    [InlineData("int Fall(int n) => Fall(n + 1) + 1;\nFall(0)", "StackOverflow", "its stack overflowed")]
    [InlineData("class Deep { public int Fall() => Fall() + 1; }\nnew Deep().Fall()", "StackOverflow", "its stack overflowed")]
    [InlineData("Environment.Exit(3);", "Exit", "its process ended")]
    [InlineData("Environment.FailFast(\"enough\");", "Crash", "its process ended")]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().Kill();", "Exit", "its process ended")]
    public async Task A_cell_that_takes_its_process_down_has_failed_and_the_next_one_says_what_is_lost(string code, string name, string why)
    {
        await _kernel.RunAsync("var before = 1;");
        var cell = await _kernel.RunAsync("Console.WriteLine(\"last words\");\n" + code);
        var number = (int)cell.Reply["execution_count"]!;
        var next = await _kernel.RunAsync("1 + 1");
        var gone = await _kernel.RunAsync("before");

        Assert.Equal(name, (string?)cell.Reply["ename"]);
        Assert.Equal("last words\n", cell.Stream("stdout"));
        Assert.Empty(cell.Stream("stderr"));
        if (name == "StackOverflow")
        {
            Assert.Contains(cell.Reply["traceback"]!.AsArray(), line => ((string?)line)!.Contains("Fall", StringComparison.Ordinal));
        }

        Assert.Equal("2", next.Result);
        Assert.Equal($"The session was started anew after cell {number} ({why}): what earlier cells declared is gone. Run them again.\n", next.Stream("stderr"));
        Assert.Equal("CS0103", (string?)gone.Reply["ename"]);
        Assert.Empty(gone.Stream("stderr"));
    }

    [Fact]
    public async Task An_exception_on_a_thread_of_its_own_is_told_and_costs_nothing()
    {
        await _kernel.RunAsync("var before = 1;");
        var cell = await _kernel.RunAsync("var thread = new System.Threading.Thread(() => throw new InvalidOperationException(\"alone\"));\nthread.Start();\nthread.Join();");

        Assert.Equal("ok", cell.Status);
        Assert.Contains("InvalidOperationException: alone", cell.Stream("stderr"), StringComparison.Ordinal);
        Assert.Equal("1", (await _kernel.RunAsync("before")).Result);
    }

    [Fact]
    public async Task Two_kernels_do_not_disturb_each_other()
    {
        await using var other = await KernelClient.StartAsync();
        await _kernel.RunAsync("var mine = \"mine\";");
        var both = await Task.WhenAll(
            _kernel.RunAsync("for (var i = 0; i < 200; i++) Console.Write(\"a\");\nmine"),
            other.RunAsync("for (var i = 0; i < 200; i++) Console.Write(\"b\");\nmine"));

        Assert.Equal("mine", both[0].Result);
        Assert.Equal(new('a', 200), both[0].Stream("stdout"));
        Assert.Equal("CS0103", (string?)both[1].Reply["ename"]);
        await other.RunAsync("Environment.Exit(0);");
        Assert.Equal("mine", (await _kernel.RunAsync("mine")).Result);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_shutdown_is_answered_and_ends_the_process_also_while_a_cell_runs(bool restart, bool busy)
    {
        await using var kernel = await KernelClient.StartAsync();
        if (busy)
        {
            var id = await kernel.SendAsync(kernel.Shell, "execute_request", KernelClient.Cell("Console.WriteLine(\"go\"); while (true) ;"));
            while (await kernel.ReceiveAsync(kernel.Iopub) is var message && !(message.ParentId == id && message.Type == "stream"))
            {
            }
        }

        await kernel.SendAsync(kernel.Control, "shutdown_request", new() { ["restart"] = restart });
        var reply = await kernel.ReceiveAsync(kernel.Control);
        await kernel.Process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(ZmtpPeer.Patience, TestContext.Current.CancellationToken);

        Assert.Equal("shutdown_reply", reply.Type);
        Assert.Equal(restart, (bool)reply.Content["restart"]!);
        Assert.Equal(0, kernel.Process.ExitCode);
    }
}
