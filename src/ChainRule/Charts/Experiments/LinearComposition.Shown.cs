using System.Collections.Immutable;
using ChainRule.Charts;

namespace ChainRule.Networks;

public sealed partial record LinearComposition
{
    /// <summary>Below this, a distance between points of the size of 1 is rounding.</summary>
    private const double Rounding = 1e-12;

    /// <inheritdoc/>
    public override string Title => "Linear maps one after the other";

    /// <inheritdoc/>
    public override string Setting => $"{Sentence(And([.. Maps.Select(map => map.Name)]))}; looked at in {Points} random points of the square from −2 to 2.";

    /// <inheritdoc/>
    public override string Finding => $"The {Maps.Length} maps together are one linear map with the matrix {Matrix(Product)} and the determinant {Say(Product.Determinant, 4)}: steps and product differ by {Say(LargestDifference)} at most{(LargestDifference is > 0 and < Rounding ? ", which is rounding" : string.Empty)}. " + (AdditivityError < Rounding
        ? $"With {Activation} between them that is still so: the best matrix is off by {Say(BestMapError)}."
        : $"With {Activation} between them no matrix does the same: f(u + v) differs from f(u) + f(v) by up to {Say(AdditivityError)}, and the nearest matrix, {Matrix(BestMap)}, is off by {Say(BestMapError)} (root mean square).");

    /// <inheritdoc/>
    public override ExperimentTable Table => new(
        ["map", "matrix", "determinant"],
        [
            .. Maps.Select(map => (ImmutableArray<string>)[map.Name, Matrix(map), Say(map.Determinant, 4)]),
            ["all together", Matrix(Product), Say(Product.Determinant, 4)],
            [$"nearest with {Activation}", Matrix(BestMap), Say(BestMap.Determinant, 4)],
        ]);

    /// <inheritdoc/>
    public override Figure Figure
    {
        get
        {
            var panels = new List<(string, Func<double, double, (double X, double Y)>)>();
            PlaneMap? whole = null;
            foreach (var map in Maps)
            {
                whole = whole is null ? map : map * whole;
                panels.Add(($"{(panels.Count == 0 ? string.Empty : "then ")}{map.Name}\ndet = {Say(whole.Determinant, 4)}", whole.Apply));
            }

            panels.Add(($"all of them, with {Activation} in between", WithActivation));
            return Figures.Planes("Linear maps, and with an activation in between", panels);
        }
    }

    private static string Matrix(PlaneMap map) => $"[{Say(map.A)} {Say(map.B)}; {Say(map.C)} {Say(map.D)}]";
}
