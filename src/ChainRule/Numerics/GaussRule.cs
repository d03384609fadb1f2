using MathNet.Numerics.Integration;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Numerics;

/// <summary>
/// Gauss quadrature for a density: nodes and weights that are exact for polynomials up to degree 2m − 1. The recurrence of the
/// orthogonal polynomials comes from the Stieltjes procedure on a fine grid, the nodes from its Jacobi matrix (Golub and Welsch 1969,
/// "Calculation of Gauss quadrature rules").
/// </summary>
internal static class GaussRule
{
    private const int GridPanels = 24;
    private const int GridOrder = 24;

    /// <summary>The rule with so many nodes for a density on an interval; the weights add up to the density's integral.</summary>
    public static (double[] Nodes, double[] Weights) For(Func<double, double> density, double from, double to, int count)
    {
        var (grid, mass) = Grid(density, from, to);
        var (alpha, beta) = (new double[count], new double[count]);
        var (before, current) = (new double[grid.Length], Enumerable.Repeat(1.0, grid.Length).ToArray());
        var normBefore = 1.0;
        for (var k = 0; k < count; k++)
        {
            var (norm, moment) = (0.0, 0.0);
            for (var i = 0; i < grid.Length; i++)
            {
                norm += mass[i] * current[i] * current[i];
                moment += mass[i] * current[i] * current[i] * grid[i];
            }

            alpha[k] = moment / norm;
            beta[k] = k == 0 ? norm : norm / normBefore;
            var next = new double[grid.Length];
            for (var i = 0; i < grid.Length; i++)
            {
                next[i] = ((grid[i] - alpha[k]) * current[i]) - ((k == 0 ? 0 : beta[k]) * before[i]);
            }

            (before, current, normBefore) = (current, next, norm);
        }

        var jacobi = Matrix<double>.Build.Dense(count, count, (row, column) =>
            row == column ? alpha[row] : Math.Abs(row - column) == 1 ? Math.Sqrt(beta[Math.Max(row, column)]) : 0);
        var system = jacobi.Evd(Symmetricity.Symmetric);
        return ([.. system.EigenValues.Select(value => value.Real)], [.. Enumerable.Range(0, count).Select(k => beta[0] * system.EigenVectors[0, k] * system.EigenVectors[0, k])]);
    }

    private static (double[] Points, double[] Mass) Grid(Func<double, double> density, double from, double to)
    {
        var (points, mass) = (new List<double>(), new List<double>());
        for (var panel = 0; panel < GridPanels; panel++)
        {
            var width = (to - from) / GridPanels;
            var rule = new GaussLegendreRule(from + (panel * width), from + ((panel + 1) * width), GridOrder);
            points.AddRange(rule.Abscissas);
            mass.AddRange(rule.Abscissas.Zip(rule.Weights, (x, w) => density(x) * w));
        }

        return ([.. points], [.. mass]);
    }
}
