using ChainRule.Kernel.Sessions;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>What the compiler does not say: the name that was meant, how a function is called.</summary>
public sealed class CompilerHintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CSharpSession _session;

    public CompilerHintTests() => _session = new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    private const string Given = "var X = Matrix(\"X\", \"n\", \"d\"); var w = Vector(\"w\", \"d\");\n";

    [Theory]
    [InlineData("MaxPol2d(2)", "Did you mean MaxPool2d?")]
    [InlineData("softmax(w)", "Did you mean Softmax?")]
    [InlineData("Sigmiod(w)", "Did you mean Sigmoid?")]
    [InlineData("ReLU(w)", "Did you mean Relu?")]
    [InlineData("MSELoss(w, w)", "Did you mean SquaredError?")]
    [InlineData("Transpose(X)", "Transpose is asked of an object: X.Transpose()")]
    [InlineData("new BatchNorm()", "BatchNorm is a function: write BatchNorm(), without new.")]
    [InlineData("X.T", "Did you mean X.Transpose?")]
    [InlineData("w.Sum()", "Sum is a function here: Sum(w).")]
    [InlineData("Norm(w).Named(\"r\").grad(w)", "Did you mean Norm(w).Named(\"r\").Gradient?")]
    [InlineData("Network.Sequental(Linear(3, 2))", "Did you mean Network.Sequential?")]
    [InlineData("w ^ 2", "A power is Pow(w, 2)")]
    [InlineData("w ** 2", "A power is Pow(x, 2)")]
    [InlineData("Vector(\"x\")", "Vector(name, size), as in Vector(\"z\", \"K\")")]
    [InlineData("Vector(3, \"x\")", "Vector(name, size), as in Vector(\"z\", \"K\")")]
    [InlineData("Linear(\"N\")", "Linear(inputs, outputs)")]
    [InlineData("L2Normalize().Of(w)", "L2Normalize is no function: write it without the brackets")]
    [InlineData("Dot(X[1], w)", "X[1] is one number. A row of a matrix is X.Row(1)")]
    public async Task The_error_says_what_was_meant(string code, string hint)
    {
        var error = (await _session.RunAsync(Given + code, 1, interrupt: TestContext.Current.CancellationToken)).Error;
        Assert.NotNull(error);
        Assert.Contains(hint, string.Join('\n', error.Traceback), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_without_brackets_says_how_it_is_called() =>
        Assert.Equal("BatchNorm is a function: call it, BatchNorm().", (await _session.RunAsync("BatchNorm", 1, interrupt: TestContext.Current.CancellationToken)).Text());

    [Fact]
    public async Task Names_that_are_like_nothing_get_no_guess()
    {
        var error = (await _session.RunAsync("zzqqxx + 1", 1, interrupt: TestContext.Current.CancellationToken)).Error;
        Assert.DoesNotContain("Did you mean", string.Join('\n', error!.Traceback), StringComparison.Ordinal);
    }
}
