namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>The identity x: no activation, as after the last layer of a regression.</summary>
    public static Activation Identity { get; } = Activation.Define("Identity", x => x) with
    {
        PyTorch = new("nn.Identity()", "x"),
        Kernel = new(x => x, _ => 1),
    };
}
