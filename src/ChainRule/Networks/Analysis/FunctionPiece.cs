using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Networks;

/// <summary>A smooth piece of a function: between two borders, or from one on without end, one formula holds.</summary>
internal sealed class FunctionPiece
{
    /// <summary>Up to here the points to look at lie close.</summary>
    private const double Near = 12.5;

    /// <summary>A root is rounded, so that next to a pole the function may be finite, but not less than this.</summary>
    private const double Huge = 1e8;

    /// <summary>Of so many roots further out it is said that they go on.</summary>
    private const int FewRoots = 3;

    private readonly Variable _x;
    private readonly RealFunction _derivative;
    private readonly Deferred<RealFunction> _second;
    private readonly Deferred<ImmutableArray<double>> _turns;
    private readonly Deferred<ImmutableArray<double>> _grid;

    public FunctionPiece(Expr formula, Variable x, double from, double to, IEnumerable<double> borders)
    {
        (From, To, Formula) = (from, to, formula);
        _x = x;
        Value = new(formula, x);
        var slope = formula.Derivative((Expr)x).Result;
        _derivative = new(slope, x);
        _second = new(() => new(slope.Derivative((Expr)x).Result, x));
        IsConstant = slope is Number { Value.IsZero: true };
        _grid = new(() =>
        {
            // Where a function swings without end, what is far out is like what is near.
            var swings = (Left: double.IsInfinity(from) && double.IsNaN(FunctionLimit.Of(Value, -1)), Right: double.IsInfinity(to) && double.IsNaN(FunctionLimit.Of(Value, +1)));
            Swings = swings.Left || swings.Right;
            return [.. Grid(from, to, borders).Where(point => (!swings.Left || point >= -Near) && (!swings.Right || point <= Near))];
        });
        ExactSlope = (slope as Number)?.Value;
        _turns = new(() => IsConstant ? [] : [.. Roots(_derivative)]);
    }

    /// <summary>The lower end, or −∞.</summary>
    public double From { get; }

    /// <summary>The upper end, or ∞.</summary>
    public double To { get; }

    /// <summary>The formula that holds here.</summary>
    public Expr Formula { get; }

    /// <summary>The formula as a function.</summary>
    public RealFunction Value { get; }

    /// <summary>Its derivative.</summary>
    public RealFunction Slope => _derivative;

    /// <summary>Whether the function is constant here.</summary>
    public bool IsConstant { get; }

    /// <summary>The derivative, where it is the same number all over the piece.</summary>
    public Rational? ExactSlope { get; }

    /// <summary>Where the function turns from rising to falling or back.</summary>
    public ImmutableArray<double> Turns => _turns.Value;

    /// <summary>Whether the function, or its derivative, goes up and down without end; then only what is near 0 was looked at.</summary>
    public bool Swings { get; private set; }

    /// <summary>A place where the function has no value, or only an infinite one between finite ones; null where there is none.</summary>
    public double? Undefined()
    {
        var values = _grid.Value.Select(x => (X: x, Value: Value.At(x))).ToList();
        for (var i = 0; i < values.Count; i++)
        {
            if (double.IsNaN(values[i].Value) || (double.IsInfinity(values[i].Value) && i > 0 && i + 1 < values.Count && double.IsFinite(values[i - 1].Value) && double.IsFinite(values[i + 1].Value)))
            {
                return values[i].X;
            }
        }

        // A pole may lie between the points: where something that is divided by is 0.
        foreach (var divisor in Binding.Nodes(Formula).OfType<Power>().Where(power => power.Exponent is Number { Value.Sign: < 0 } && power.Base.Variables.Contains(_x)))
        {
            foreach (var root in Roots(new(divisor.Base, _x)))
            {
                if (!(Math.Abs(Value.At(root)) < Huge))
                {
                    return root;
                }
            }
        }

        return null;
    }

    /// <summary>The zeros inside.</summary>
    public IEnumerable<double> Zeros() => Roots(Value).Concat(Turns.Where(turn => Math.Abs(Value.At(turn)) < 1e-14)).Distinct().Order();

    /// <summary>The stretches on which the function only rises, only falls, or stands still.</summary>
    public IEnumerable<(double From, double To, int Sign)> Stretches()
    {
        double[] ends = [From, .. Turns, To];
        for (var i = 0; i + 1 < ends.Length; i++)
        {
            yield return (ends[i], ends[i + 1], IsConstant ? 0 : SignBetween(ends[i], ends[i + 1]));
        }
    }

    /// <summary>The largest |derivative| on the piece, its ends included; infinite where there is none.</summary>
    public double Steepest()
    {
        if (IsConstant)
        {
            return 0;
        }

        double[] turns = [.. Roots(_second.Value).Select(_derivative.At)];
        double[] candidates = [End(_derivative, From, -1), .. turns, End(_derivative, To, +1)];
        // A derivative that swings without end has no limit; where it swings ever higher it has no bound either.
        return Grows(turns) ? double.PositiveInfinity : candidates.Where(slope => !double.IsNaN(slope)).Select(Math.Abs).DefaultIfEmpty(double.PositiveInfinity).Max();
    }

    /// <summary>
    /// Whether the values at turning points get larger towards where the piece goes on without end, so that those that were found do
    /// not bound the others.
    /// </summary>
    public bool Grows(IReadOnlyList<double> turns)
    {
        if (!Swings || turns.Count < 4)
        {
            return false;
        }

        var (left, right) = (double.IsInfinity(From) ? 2 : 0, double.IsInfinity(To) ? 2 : 0);
        var inner = turns.Skip(left).Take(turns.Count - left - right).Select(Math.Abs).DefaultIfEmpty(0).Max();
        return turns.Take(left).Concat(turns.TakeLast(right)).Select(Math.Abs).DefaultIfEmpty(0).Max() > inner * (1 + 1e-9);
    }

    /// <summary>The value at an end of the piece, or the limit where it has none on that side.</summary>
    public double ValueAt(double end, int side) => End(Value, end, side);

    /// <summary>The derivative at an end of the piece, or the limit where it has none on that side.</summary>
    public double SlopeAt(double end, int side) => End(_derivative, end, side);

    private static double End(RealFunction function, double end, int side) =>
        double.IsInfinity(end) ? FunctionLimit.Of(function, side)
        : function.At(end) is var value && double.IsNaN(value) ? Approached(function, end, side)
        : value;

    /// <summary>
    /// What sin(x)/x comes to at 0, where its formula is 0/0: values ever nearer to the end, extrapolated as a power series in the
    /// distance (Richardson). NaN where they settle on nothing.
    /// </summary>
    private static double Approached(RealFunction function, double end, int side)
    {
        const int Most = 8;
        var (row, before) = (new double[Most], double.NaN);
        for (var step = 0; step < Most; step++)
        {
            before = step == 0 ? before : row[0];
            row[step] = function.At(end - (side * Math.Pow(2, -4 - step)));
            for (var (column, factor) = (step - 1, 2.0); column >= 0; column--, factor *= 2)
            {
                row[column] = row[column + 1] + ((row[column + 1] - row[column]) / (factor - 1));
            }
        }

        return Math.Abs(row[0] - before) <= 1e-10 * Math.Max(1, Math.Abs(row[0])) ? Rounded(row[0]) : double.NaN;

        // What an extrapolation is off by is no digit of the limit.
        static double Rounded(double value) => Math.Round(value, 12) is var round && Math.Abs(round - value) <= 1e-12 ? round : value;
    }

    private int SignBetween(double from, double to)
    {
        var inside = _grid.Value.Where(x => x > from && x < to).ToList();
        var middle = inside.Count > 0 ? inside[inside.Count / 2] : from + ((to - from) / 2);
        return _derivative.SignAt(middle) ?? inside.Select(_derivative.SignAt).FirstOrDefault(sign => sign is not null) ?? 0;
    }

    /// <summary>The places where the sign changes, bisected to the last digit, and grid points that are zeros themselves.</summary>
    private List<double> Roots(RealFunction function)
    {
        var roots = new List<double>();
        var (before, sign) = (double.NaN, 0);
        foreach (var x in _grid.Value)
        {
            if (function.SignAt(x) is not { } here)
            {
                continue;
            }

            if (here == 0)
            {
                roots.Add(x);
            }
            else if (sign == -here)
            {
                roots.Add(Bisect(function, before, x, sign));
            }

            (before, sign) = (x, here);
        }

        // A function that is 0 all along has no isolated zeros.
        if (roots.Count > _grid.Value.Length / 2)
        {
            return [];
        }

        // The grid is wide far out: to find several roots there means that there are many more.
        var near = roots.Where(root => Math.Abs(root) <= Near).ToList();
        if (roots.Count - near.Count >= FewRoots || near.Count < roots.Count && double.IsNaN(FunctionLimit.Of(function, Math.Sign(roots[^1]))))
        {
            Swings = true;
            roots = near;
        }

        return roots;
    }

    private static double Bisect(RealFunction function, double left, double right, int leftSign)
    {
        while (left + ((right - left) / 2) is var middle && middle > left && middle < right)
        {
            var sign = function.SignAt(middle);
            if (sign is null or 0)
            {
                return middle;
            }

            (left, right) = sign == leftSign ? (middle, right) : (left, middle);
        }

        var snapped = FunctionLimit.Snap(left, 1e-12 * Math.Max(1, Math.Abs(left)));
        return function.SignAt(snapped) == 0 ? snapped : left;
    }

    /// <summary>
    /// Points to look at: close where activations bend, further apart far out, and closing in on 0 and on every border. They end at
    /// ±10³; beyond that the limits speak.
    /// </summary>
    private static IEnumerable<double> Grid(double from, double to, IEnumerable<double> borders)
    {
        var points = new SortedSet<double> { 0 };
        for (var i = 1; i <= 40; i++)
        {
            points.UnionWith([0.3125 * i, -0.3125 * i]);
        }

        for (var far = 13.0; far < 1e3; far *= 1.5)
        {
            points.UnionWith([far, -far]);
        }

        foreach (var center in borders.Append(0))
        {
            for (var near = 0.2; near > 1e-4; near /= 2.5)
            {
                points.UnionWith([center + near, center - near]);
            }
        }

        return points.Where(x => x > from && x < to);
    }
}
