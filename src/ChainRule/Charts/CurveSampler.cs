namespace ChainRule.Charts;

/// <summary>A place where a function jumps, runs to infinity, or isn't defined.</summary>
/// <param name="X">Where.</param>
/// <param name="Left">The limit from the left; infinite at a pole, NaN where the function isn't defined on that side.</param>
/// <param name="Right">The limit from the right; infinite at a pole, NaN where the function isn't defined on that side.</param>
/// <param name="Value">The function's value there; NaN where it has none.</param>
public sealed record Break(double X, double Left, double Right, double Value)
{
    /// <summary>Whether the function runs to infinity on a side.</summary>
    public bool IsPole => double.IsInfinity(Left) || double.IsInfinity(Right);
}

/// <summary>A function in points, close where it bends; no piece reaches across a jump or a pole.</summary>
/// <param name="Pieces">The pieces of the curve, each with ascending x and finite values.</param>
/// <param name="Breaks">Where it is broken.</param>
public sealed record SampledCurve(IReadOnlyList<IReadOnlyList<(double X, double Y)>> Pieces, IReadOnlyList<Break> Breaks);

/// <summary>Chooses the points of a curve.</summary>
public static class CurveSampler
{
    private const int Intervals = 128;
    private const int MaximalDepth = 7;

    /// <summary>Samples a function on an interval.</summary>
    /// <param name="function">The function; NaN means that it isn't defined there.</param>
    /// <param name="from">The interval's lower end.</param>
    /// <param name="to">The interval's upper end.</param>
    /// <exception cref="ChartException">The interval is empty or infinite.</exception>
    public static SampledCurve Sample(Func<double, double> function, double from, double to)
    {
        Require.NotNull(function);
        if (!(double.IsFinite(from) && double.IsFinite(to) && from < to))
        {
            throw new ChartException($"A curve needs a finite interval from left to right, for example (−5, 5); this one is ({ChartNumber.Format(from)}, {ChartNumber.Format(to)}).");
        }

        return new Sampling(
            x =>
            {
                Interruption.Check();
                return function(x);
            },
            from,
            to).Run();
    }

    private sealed class Sampling(Func<double, double> function, double from, double to)
    {
        private readonly double _width = to - from;
        private readonly List<Break> _breaks = [];
        private double _span = 1;

        public SampledCurve Run()
        {
            double[] grid = FirstGrid();
            double[] values = [.. grid.Select(function)];
            (double low, double high) = Window(values);
            _span = Math.Max(high - low, 1e-300);
            FindBreaks(grid, values);
            if (_breaks.Exists(b => b.IsPole))
            {
                // The plot won't show all of a curve that has a pole, so bends are judged by the part that it shows.
                (low, high) = Percentiles(values);
                _span = Math.Max(high - low, 1e-300);
            }

            var pieces = new List<IReadOnlyList<(double X, double Y)>>();
            double start = from;
            double startValue = function(from);
            foreach (Break at in _breaks.OrderBy(b => b.X).ToList())
            {
                Piece(start, startValue, at.X, at.Left, grid, pieces);
                (start, startValue) = (at.X, at.Right);
            }

            Piece(start, startValue, to, start == to ? double.NaN : function(to), grid, pieces);
            return new SampledCurve(pieces, [.. _breaks.OrderBy(b => b.X)]);
        }

        /// <summary>Evenly spread, and at the round places where ticks, tables and tooltips ask for values.</summary>
        private double[] FirstGrid()
        {
            IEnumerable<double> even = Enumerable.Range(0, Intervals + 1).Select(i => i == Intervals ? to : from + (_width * i / Intervals));
            IReadOnlyList<double> round = Ticks.Between(from, to, 9);
            double half = Ticks.Step(from, to, 9) / 2;
            double[] all = [.. even.Concat(round).Concat(round.Select(t => t + half)).Where(x => x >= from && x <= to).Order()];
            var kept = new List<double>();
            foreach (double x in all)
            {
                if (kept.Count == 0 || x - kept[^1] > _width * 1e-9)
                {
                    kept.Add(x);
                }
            }

            return [.. kept];
        }

        private static (double Low, double High) Window(double[] values)
        {
            double[] finite = [.. values.Where(double.IsFinite)];
            return finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
        }

        private static (double Low, double High) Percentiles(double[] values)
        {
            double[] sorted = [.. values.Where(double.IsFinite).Order()];
            return sorted.Length == 0 ? (0, 1) : (sorted[sorted.Length / 12], sorted[sorted.Length - 1 - (sorted.Length / 12)]);
        }

        private void FindBreaks(double[] grid, double[] values)
        {
            // A pole between two samples may hide every smaller jump behind its height, so heights are judged by the usual ones.
            (double low, double high) = Percentiles(values);
            double usual = high > low ? high - low : _span;
            for (int i = 0; i < grid.Length; i++)
            {
                if (!double.IsFinite(values[i]) && IsLonely(values, i))
                {
                    Add(grid[i]);
                }
            }

            for (int i = 0; i + 1 < grid.Length; i++)
            {
                bool known = double.IsFinite(values[i]);
                if (known != double.IsFinite(values[i + 1]))
                {
                    if (!IsLonely(values, known ? i + 1 : i))
                    {
                        Add(EdgeOfDomain(grid[i], grid[i + 1], known));
                    }
                }
                else if (known && Math.Abs(values[i + 1] - values[i]) > 1e-3 * usual && Jump(grid[i], values[i], grid[i + 1], values[i + 1], usual) is { } at)
                {
                    Add(at);
                }
            }

            for (int i = 1; i + 1 < grid.Length; i++)
            {
                double top = Math.Abs(values[i]);
                if (top >= Math.Abs(values[i - 1]) && top >= Math.Abs(values[i + 1]) && top > usual)
                {
                    double peak = Peak(grid[i - 1], grid[i + 1]);
                    if (!_breaks.Exists(b => Math.Abs(b.X - peak) < _width * 1e-6) && !(Math.Abs(function(peak)) < 1e4 * top))
                    {
                        Add(peak);
                    }
                }
            }
        }

        private static bool IsLonely(double[] values, int i) =>
            (i == 0 || double.IsFinite(values[i - 1])) && (i == values.Length - 1 || double.IsFinite(values[i + 1]));

        private double EdgeOfDomain(double left, double right, bool leftIsKnown)
        {
            for (int k = 0; k < 80; k++)
            {
                double middle = left + ((right - left) / 2);
                if (double.IsFinite(function(middle)) == leftIsKnown)
                {
                    left = middle;
                }
                else
                {
                    right = middle;
                }
            }

            return leftIsKnown ? right : left;
        }

        /// <summary>Halves the interval towards the larger difference. What is continuous has no difference left in the end.</summary>
        private double? Jump(double left, double leftValue, double right, double rightValue, double usual)
        {
            for (int k = 0; k < 70; k++)
            {
                double middle = left + ((right - left) / 2);
                if (middle <= left || middle >= right)
                {
                    break;
                }

                double value = function(middle);
                if (!double.IsFinite(value))
                {
                    return middle;
                }

                if (Math.Abs(value - leftValue) >= Math.Abs(rightValue - value))
                {
                    (right, rightValue) = (middle, value);
                }
                else
                {
                    (left, leftValue) = (middle, value);
                }

                if (Math.Abs(rightValue - leftValue) <= 1e-3 * usual)
                {
                    return null;
                }
            }

            // A value on the left of a jump belongs to the point itself when the jump stands at a round number.
            return Math.Abs(left) < Math.Abs(right) ? left : right;
        }

        private double Peak(double left, double right)
        {
            for (int k = 0; k < 120; k++)
            {
                double a = left + ((right - left) / 3);
                double b = right - ((right - left) / 3);
                if (!(Math.Abs(function(a)) >= Math.Abs(function(b))))
                {
                    left = a;
                }
                else
                {
                    right = b;
                }
            }

            return (left + right) / 2;
        }

        private void Add(double x)
        {
            // Halving ends next to a round number where the function itself means the round one.
            double round = Math.Round(x / _width * 1e6) * _width / 1e6;
            round = double.Round(round, 9);
            if (Math.Abs(x - round) < 1e-9 * _width)
            {
                x = round;
            }

            if (_breaks.Exists(b => Math.Abs(b.X - x) < 1e-7 * _width))
            {
                return;
            }

            _breaks.Add(new Break(x, Limit(x, -1), Limit(x, +1), function(x)));
        }

        /// <summary>
        /// The limit from one side. A function runs to infinity when coming a thousand times nearer keeps changing it by as much
        /// as before (log) or more (1/x); what has a limit changes less and less.
        /// </summary>
        private double Limit(double x, int side)
        {
            double near = function(x + (side * _width * 1e-5));
            double nearer = function(x + (side * _width * 1e-8));
            double nearest = function(x + (side * _width * 1e-11));
            if (double.IsInfinity(nearest))
            {
                return nearest;
            }

            if (!double.IsFinite(near) || !double.IsFinite(nearer) || !double.IsFinite(nearest))
            {
                return double.NaN;
            }

            double first = nearer - near;
            double second = nearest - nearer;
            bool diverges = Math.Abs(second) >= 0.9 * Math.Abs(first) && Math.Abs(second) > 1e-6 * _span && Math.Abs(first) > 1e-6 * _span;
            return diverges ? second * double.PositiveInfinity : nearest;
        }

        private void Piece(double start, double startValue, double end, double endValue, double[] grid, List<IReadOnlyList<(double X, double Y)>> pieces)
        {
            if (end <= start)
            {
                return;
            }

            // At a pole the curve is followed until far outside of the plot; the limit itself isn't a point.
            double first = double.IsFinite(startValue) ? start : start + ((end - start) * 1e-4);
            double last = double.IsFinite(endValue) ? end : end - ((end - start) * 1e-4);
            var points = new List<(double X, double Y)>();
            double x = first;
            double y = double.IsFinite(startValue) ? startValue : function(first);
            points.Add((x, y));
            foreach (double next in grid.Where(g => g > first && g < last))
            {
                double value = function(next);
                Refine(x, y, next, value, 0, points);
                points.Add((next, value));
                (x, y) = (next, value);
            }

            double lastValue = double.IsFinite(endValue) ? endValue : function(last);
            Refine(x, y, last, lastValue, 0, points);
            points.Add((last, lastValue));
            var piece = new List<(double X, double Y)>();
            foreach ((double X, double Y) point in points)
            {
                if (double.IsFinite(point.Y))
                {
                    piece.Add(point);
                }
                else
                {
                    Keep(piece, pieces);
                    piece = [];
                }
            }

            Keep(piece, pieces);
        }

        private static void Keep(List<(double X, double Y)> piece, List<IReadOnlyList<(double X, double Y)>> pieces)
        {
            if (piece.Count > 1)
            {
                pieces.Add(piece);
            }
        }

        private void Refine(double x0, double y0, double x1, double y1, int depth, List<(double X, double Y)> points)
        {
            if (depth >= MaximalDepth || !double.IsFinite(y0) || !double.IsFinite(y1))
            {
                return;
            }

            double x = x0 + ((x1 - x0) / 2);
            double y = function(x);
            if (!double.IsFinite(y))
            {
                return;
            }

            // A thousandth of the plot's height is a third of a pixel. Far outside of the plot nobody looks.
            double error = Math.Abs(y - ((y0 + y1) / 2));
            if (error <= 1e-3 * _span || (Math.Abs(y) > 50 * _span && Math.Abs(y0) > 50 * _span && Math.Abs(y1) > 50 * _span))
            {
                return;
            }

            Refine(x0, y0, x, y, depth + 1, points);
            points.Add((x, y));
            Refine(x, y, x1, y1, depth + 1, points);
        }
    }
}
