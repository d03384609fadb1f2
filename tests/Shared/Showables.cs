using ChainRule.Charts;
using ChainRule.Checking;
#pragma warning disable IDE0005 // One of the projects that share the file imports these names for all files.
using ChainRule.Expressions;
using ChainRule.Networks;
using static ChainRule.Maths;
#pragma warning restore IDE0005

namespace ChainRule.Tests;

/// <summary>One object of every kind that can be shown, in the order of the catalogue of views.</summary>
internal static class Showables
{
    private static readonly Variable _z = Vector("z", "K");
    private static readonly Variable _p = Softmax(_z).Named("p");
    private static readonly IndexVariable _i = Index("i", "K");
    private static readonly Network _net = Network.Sequential(Layers.Linear("N", "M"), Layers.Linear("M", "K")).WithLoss(Losses.SquaredError);
    private static readonly NetworkPoint _point = Network.Sequential(Layers.Linear(3, 2)).WithLoss(Losses.SquaredError).Sample(1);

    /// <summary>The objects.</summary>
    public static IReadOnlyList<object> All { get; } =
    [
        Figures.Bars(["a", "b"], [1, 2]),
        new Homework().Given(@"x \in \mathbb{R}^n").Check(@"\nabla_x \|x\|^2 = x"),
        new Homework().Given(@"x \in \mathbb{R}^n"),
        _p.Jacobian(_z).At(_z, [1, 2, 3]),
        _p[_i].Derivative(_z[Index("j", "K")]),
        Chain(Softmax(_z + 1)[_i], Softmax(_z)[_i], _z[_i]),
        Prove(Softmax(_z + 1)[_i], Softmax(_z)[_i]),
        Exp(_z[_i]),
        _p,
        Softmax(_z),
        _p.Shape,
        Function("g"),
        _p.Jacobian(_z).Matrix!.Matrix,
        Activations.Gelu,
        VectorFunctions.LayerNorm(),
        Losses.CrossEntropyWithLogits(),
        Initialisation.He(),
        Experiments.SoftmaxRounding(),
        _net,
        Layers.Linear("N", "M"),
        _point,
        _point.Value("W1"),
        _point.Jacobian("yhat", "x"),
        MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense([1, 2]),
        _point.Check()[0],
        _net.Graph,
        _net.Backward,
        _p.Jacobian(_z).Derivation.Verdict,
    ];
}
