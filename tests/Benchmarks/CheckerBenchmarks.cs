using BenchmarkDotNet.Attributes;
using ChainRule.Checking;

namespace Benchmarks;

/// <summary>
/// The homework checker. What it is held to: one claim under 5 ms in the median and a file of 20 under 200 ms. Many files at once are
/// measured by <see cref="ManyFiles"/>.
/// </summary>
[MemoryDiagnoser]
[MedianColumn]
public class CheckerBenchmarks
{
    private static readonly string[] _givens =
    [
        @"z = W h + b", @"W \in \mathbb{R}^{C \times D}", @"\hat y = \mathrm{softmax}(z)", @"y \text{ one-hot}", @"L = -\sum_{i=1}^C y_i \log \hat y_i",
    ];

    /// <summary>A student's page: ten right lines, ten wrong ones of the kinds that are common, one without a repair among them.</summary>
    private static readonly string[] _claims =
    [
        @"\frac{\partial L}{\partial \hat y_i} = -\frac{y_i}{\hat y_i}",
        @"\frac{\partial \hat y_i}{\partial z_j} = \hat y_i (\delta_{ij} - \hat y_j)",
        @"\frac{\partial L}{\partial z_j} = \sum_{i=1}^C -\frac{y_i}{\hat y_i} \hat y_i (\delta_{ij} - \hat y_j)",
        @"\frac{\partial L}{\partial z_j} = \hat y_j - y_j",
        @"\nabla_z L = \hat y - y",
        @"\frac{\partial L}{\partial W} = (\hat y - y) h^T",
        @"\frac{\partial L}{\partial W_{ij}} = (\hat y_i - y_i) h_j",
        @"\frac{\partial L}{\partial h} = W^T (\hat y - y)",
        @"\frac{\partial L}{\partial b} = \hat y - y",
        @"\frac{\partial \hat y}{\partial z} = \operatorname{diag}(\hat y) - \hat y \hat y^T",
        @"\frac{\partial L}{\partial z_j} = y_j - \hat y_j",
        @"\frac{\partial L}{\partial W} = h (\hat y - y)^T",
        @"\frac{\partial L}{\partial W} = h^T (\hat y - y)",
        @"\frac{\partial L}{\partial h} = W (\hat y - y)",
        @"\frac{\partial L}{\partial W_{ij}} = (\hat y_j - y_j) h_i",
        @"\frac{\partial \hat y_i}{\partial z_j} = \hat y_i (\delta_{ij} + \hat y_j)",
        @"\frac{\partial \hat y_i}{\partial z_i} = \hat y_i",
        @"\frac{\partial \hat y}{\partial z} = \operatorname{diag}(\hat y) - \hat y^T \hat y",
        @"\frac{\partial L}{\partial b} = 2 (\hat y - y)",
        @"\frac{\partial L}{\partial W} = \hat y y^T W + W",
    ];

    /// <summary>The page as a file.</summary>
    internal static string File { get; } = $"```given\n{string.Join('\n', _givens)}\n```\n{string.Concat(_claims.Select(claim => $"```check\n{claim}\n```\n"))}";
    private int _next;

    /// <summary>A right claim, with all its givens read anew.</summary>
    [Benchmark]
    public HomeworkReport RightClaim() => new Homework().Given(_givens).Check(_claims[_next++ % 10]);

    /// <summary>A wrong claim with its diagnosis, with all its givens read anew.</summary>
    [Benchmark]
    public HomeworkReport WrongClaim() => new Homework().Given(_givens).Check(_claims[10 + (_next++ % 9)]);

    /// <summary>A wrong claim without a repair: the whole search, and the engine's derivation.</summary>
    [Benchmark]
    public HomeworkReport WithoutRepair() => new Homework().Given(_givens).Check(_claims[19]);

    /// <summary>A file of twenty claims.</summary>
    [Benchmark]
    public HomeworkReport File20() => HomeworkText.Check(HomeworkText.FromMarkdown(File));
}
