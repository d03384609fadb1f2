using BenchmarkDotNet.Attributes;
using ChainRule.Networks;

namespace Benchmarks;

/// <summary>Forward and backward pass of compiled networks. peer.py measures torch on the same in double precision on one thread.</summary>
[MemoryDiagnoser]
[MedianColumn]
public class NetworkBenchmarks
{
    private readonly CompiledNetwork _small = Network.Sequential(Layers.Linear(3, 4), Activations.Tanh, Layers.Linear(4, 3)).WithLoss(Losses.SquaredError).Sample(seed: 1).Compile();
    private readonly CompiledNetwork _large = Network.Sequential(Layers.Linear(784, 512), Activations.Relu, Layers.Linear(512, 10)).WithLoss(Losses.CrossEntropyWithLogits().Mean).WithBatch(64).Sample(seed: 1).Compile();

    /// <summary>3-4-3, one sample, tanh, squared error.</summary>
    /// <returns>The loss.</returns>
    [Benchmark]
    public double Small343()
    {
        var loss = _small.Forward();
        _small.Backward();
        return loss;
    }

    /// <summary>784-512-10, 64 samples, ReLU, cross-entropy.</summary>
    /// <returns>The loss.</returns>
    [Benchmark]
    public double Large784()
    {
        var loss = _large.Forward();
        _large.Backward();
        return loss;
    }
}
