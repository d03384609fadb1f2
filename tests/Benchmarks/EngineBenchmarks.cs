using BenchmarkDotNet.Attributes;
using ChainRule;
using ChainRule.Expressions;
using ChainRule.Views;
using static ChainRule.Maths;

namespace Benchmarks;

/// <summary>The engine on what people derive. Each method ends with the answer, steps and all.</summary>
[MemoryDiagnoser]
[MedianColumn]
public class EngineBenchmarks
{
    private readonly Variable _x = Scalar("x");
    private Expr _nested40 = Number.Zero;
    private Expr _nested10000 = Number.Zero;
    private int _networks;

    /// <summary>Builds what is differentiated.</summary>
    [GlobalSetup]
    public void Build()
    {
        _nested40 = Nested(40);
        _nested10000 = Nested(10_000);
    }

    /// <summary>tanh(x/2 + 1) in itself 40 times.</summary>
    [Benchmark]
    public Expr Nested40() => _nested40.Derivative(_x).Result;

    /// <summary>tanh(x/2 + 1) in itself 10 000 times.</summary>
    [Benchmark]
    public Expr Nested10000() => _nested10000.Derivative(_x).Result;

    /// <summary>Softmax cross-entropy from its definitions to p − y, verified, as HTML, LaTeX and text.</summary>
    [Benchmark]
    public int SoftmaxCrossEntropy()
    {
        var z = Vector("z", "K");
        var p = Softmax(z).Named("p");
        var y = Vector("y", "K").OneHot();
        var i = Index("i", "K");
        var bundle = ViewCatalog.Show((-Sum(i, y[i] * Log(p[i]))).Named($"L_{{{++_networks}}}").Gradient(z))!;
        return bundle.Html.Length + bundle.Latex.Length + bundle.Text.Length;
    }

    /// <summary>
    /// The gradients by every weight and bias of an 8-8-4 tanh network with softmax cross-entropy, every unit a scalar with a name:
    /// 108 derivatives. The network is a new one each time, so that nothing of it is known already.
    /// </summary>
    [Benchmark]
    public int Network884()
    {
        var steps = 0;
        var (loss, weights) = Network($"L_{{{++_networks}}}");
        foreach (var weight in weights)
        {
            steps += loss.Gradient(weight).Derivation.Steps.Length;
        }

        return steps;
    }

    private Expr Nested(int depth) => Enumerable.Range(0, depth).Aggregate((Expr)_x, (inner, _) => Tanh((inner / 2) + 1));

    private static (Variable Loss, Variable[] Weights) Network(string name)
    {
        var weights = new List<Variable>();
        var hidden = Layer("w", "b", [.. Enumerable.Range(1, 8).Select(i => Scalar($"x_{i}"))], 8, "z").Select((z, j) => Tanh((Expr)z).Named($"h_{j + 1}")).ToArray();
        var logits = Layer("v", "c", hidden, 4, "o");
        Expr[] exponentials = [.. logits.Select(o => Exp((Expr)o))];
        var total = Add.Of(exponentials);
        var loss = Add.Of(exponentials.Select((e, k) => -(Expr)Scalar($"y_{k + 1}") * Log((e / total).Named($"p_{k + 1}")[[]]))).Named(name);
        return (loss, [.. weights]);

        Variable[] Layer(string weight, string bias, Variable[] inputs, int outputs, string unit) =>
        [
            .. Enumerable.Range(1, outputs).Select(j =>
            {
                var terms = inputs.Select((input, i) => (Expr)New($"{weight}_{{{j}{i + 1}}}") * (Expr)input).Append((Expr)New($"{bias}_{j}"));
                return Add.Of(terms).Named($"{unit}_{j}");
            }),
        ];

        Variable New(string symbol)
        {
            weights.Add(Scalar(symbol));
            return weights[^1];
        }
    }
}
