using System.Text;

namespace ChainRule.Charts;

/// <summary>The part of a grid at or above a level, and its edge.</summary>
/// <param name="Area">The part, as an SVG path.</param>
/// <param name="Lines">Its edge inside the grid, as an SVG path.</param>
/// <param name="Points">Points on the edge.</param>
internal sealed record ContourShape(string Area, string Lines, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>The edge inside the grid as straight pieces.</summary>
    public IReadOnlyList<((double X, double Y) From, (double X, double Y) To)> Segments { get; init; } = [];

    /// <summary>A point on the line where a label of its value fits, or null.</summary>
    public (double X, double Y)? LabelAt(double left, double right, double top, double bottom)
    {
        var inside = Points.Where(p => p.X >= left && p.X <= right && p.Y >= top && p.Y <= bottom).ToList();
        if (inside.Count < 6)
        {
            return null;
        }

        // The rightmost point of every line: labels then stand in a row, as on a map.
        return inside.MaxBy(p => p.X);
    }
}

/// <summary>Marching squares with linear interpolation along the cells' edges.</summary>
internal static class ContourLines
{
    public static ContourShape At(IReadOnlyList<IReadOnlyList<double>> z, double level, Func<int, double> mapX, Func<int, double> mapY)
    {
        var area = new StringBuilder();
        var lines = new StringBuilder();
        var points = new List<(double X, double Y)>();
        var segments = new List<((double X, double Y) From, (double X, double Y) To)>();
        for (int i = 0; i + 1 < z.Count; i++)
        {
            int run = -1;
            int columns = Math.Min(z[i].Count, z[i + 1].Count);
            for (int j = 0; j + 1 < columns; j++)
            {
                bool whole = z[i][j] >= level && z[i][j + 1] >= level && z[i + 1][j] >= level && z[i + 1][j + 1] >= level;
                if (whole)
                {
                    // Neighbouring whole cells are one box: a tenth of the text.
                    run = run < 0 ? j : run;
                    continue;
                }

                Box(area, run, j, i, mapX, mapY);
                run = -1;
                Cell(z, level, i, j, mapX, mapY, area, lines, points, segments);
            }

            Box(area, run, columns - 1, i, mapX, mapY);
        }

        return new ContourShape(area.ToString(), lines.ToString(), points) { Segments = segments };
    }

    private static void Box(StringBuilder area, int from, int to, int row, Func<int, double> mapX, Func<int, double> mapY)
    {
        if (from >= 0)
        {
            area.Append('M').Append(C(mapX(from))).Append(' ').Append(C(mapY(row)))
                .Append('H').Append(C(mapX(to))).Append('V').Append(C(mapY(row + 1))).Append('H').Append(C(mapX(from))).Append('Z');
        }
    }

    private static void Cell(
        IReadOnlyList<IReadOnlyList<double>> z,
        double level,
        int i,
        int j,
        Func<int, double> mapX,
        Func<int, double> mapY,
        StringBuilder area,
        StringBuilder lines,
        List<(double X, double Y)> points,
        List<((double X, double Y) From, (double X, double Y) To)> segments)
    {
        ReadOnlySpan<(int Row, int Column)> corners = [(i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j)];
        var polygon = new List<(double X, double Y)>(8);
        var crossings = new List<(double X, double Y)>(4);
        for (int k = 0; k < 4; k++)
        {
            (int r0, int c0) = corners[k];
            (int r1, int c1) = corners[(k + 1) % 4];
            double a = z[r0][c0];
            double b = z[r1][c1];
            if (!double.IsFinite(a))
            {
                return;
            }

            if (a >= level)
            {
                polygon.Add((mapX(c0), mapY(r0)));
            }

            if ((a >= level) != (b >= level) && double.IsFinite(b))
            {
                double t = (level - a) / (b - a);
                var point = (X: mapX(c0) + (t * (mapX(c1) - mapX(c0))), Y: mapY(r0) + (t * (mapY(r1) - mapY(r0))));
                polygon.Add(point);
                crossings.Add(point);
            }
        }

        for (int k = 0; k < polygon.Count; k++)
        {
            area.Append(k == 0 ? 'M' : 'L').Append(C(polygon[k].X)).Append(' ').Append(C(polygon[k].Y));
        }

        if (polygon.Count > 0)
        {
            area.Append('Z');
        }

        for (int k = 0; k + 1 < crossings.Count; k += 2)
        {
            lines.Append('M').Append(C(crossings[k].X)).Append(' ').Append(C(crossings[k].Y))
                .Append('L').Append(C(crossings[k + 1].X)).Append(' ').Append(C(crossings[k + 1].Y));
            points.Add(crossings[k]);
            segments.Add((crossings[k], crossings[k + 1]));
        }
    }

    private static string C(double value) => ChartNumber.Coordinate(value);
}
