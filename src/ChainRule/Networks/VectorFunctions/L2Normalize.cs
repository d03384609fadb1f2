using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class VectorFunctions
{
    /// <summary>A vector divided by its length r = ‖x‖₂; for x = 0 it is not defined.</summary>
    public static VectorFunction L2Normalize { get; } = VectorFunction.Define("normalize", x =>
    {
        var norm = Rows.Sum(x, entry => Pow(entry, 2)).Map(Sqrt).Named("r", x);
        return Rows.Map(x, (row, entry) => entry / norm.At(row));
    }) with
    {
        PyTorch = new(null, "F.normalize(x, dim=-1)"),
        Remark = "PyTorch divides by max(‖x‖, 10⁻¹²), so that x = 0 gives 0.",
        Kernel = new(x => Scaled(x, 1 / Length(x)), (x, g) =>
        {
            var (unit, length) = (Scaled(x, 1 / Length(x)), Length(x));
            var along = VectorKernel.Dot(unit, g);
            return [.. g.Zip(unit, (slope, direction) => (slope - (along * direction)) / length)];
        }),
    };

    /// <summary>‖x‖₂ without overflow of the squares.</summary>
    private static double Length(double[] x)
    {
        var largest = x.Max(Math.Abs);
        return largest == 0 ? 0 : largest * Math.Sqrt(x.Sum(entry => entry / largest * (entry / largest)));
    }

    private static double[] Scaled(double[] x, double factor) => Array.ConvertAll(x, entry => entry * factor);
}
