using System.Collections.Immutable;
using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Networks;

/// <summary>
/// What can be said of a function of one variable from its formula: kinks with their one-sided derivatives, limits and asymptotes,
/// zeros, range, monotonicity, the Lipschitz constant. The formula is cut at the borders of its cases into smooth pieces; kinks are
/// judged by the formulas of neighbouring pieces, and within a piece zeros and turning points are bracketed by signs that are
/// certain (<see cref="RealFunction.SignAt"/>) and bisected to the last digit.
/// </summary>
public sealed class FunctionAnalysis
{
    private readonly ImmutableArray<FunctionPiece> _pieces;
    private readonly ImmutableArray<(double At, double Value)> _borders;
    private readonly Deferred<ImmutableArray<RealInterval>> _range;
    private readonly Deferred<ImmutableArray<RealInterval>> _zeros;
    private readonly Deferred<FunctionLimit> _left;
    private readonly Deferred<FunctionLimit> _right;
    private readonly Deferred<double> _lipschitz;
    private readonly Deferred<double?> _undefined;

    internal FunctionAnalysis(Expr formula, Expr derivative, Variable x)
    {
        var borders = FunctionBorders.Of(formula, x);
        var (value, slope) = (new RealFunction(formula, x), new RealFunction(derivative, x));
        double[] ends = [double.NegativeInfinity, .. borders, double.PositiveInfinity];
        _pieces = [.. Enumerable.Range(0, ends.Length - 1).Select(i => new FunctionPiece(FunctionBorders.Branch(formula, x, FunctionBorders.Inside(ends[i], ends[i + 1])), x, ends[i], ends[i + 1], borders))];
        FunctionKink[] meetings = [.. borders.Select((border, i) => Meeting(border, value, slope, _pieces[i], _pieces[i + 1]))];
        _borders = [.. meetings.Select(meeting => (meeting.At, meeting.Value))];
        Kinks = [.. meetings.Where(meeting => meeting.IsJump || !FunctionKink.Near(meeting.SlopeLeft, meeting.SlopeRight))];
        HasMoreKinks = FunctionBorders.HasMore(formula, x);
        _undefined = new(() => _borders.Where(border => !double.IsFinite(border.Value)).Select(border => (double?)border.At).FirstOrDefault() ?? _pieces.Select(piece => piece.Undefined()).FirstOrDefault(place => place is not null));
        _left = new(() => Limit(_pieces[0], x, -1));
        _right = new(() => Limit(_pieces[^1], x, +1));
        _range = new(() => _pieces.Any(piece => piece.Turns is var turns && piece.Grows([.. turns.Select(piece.Value.At)])) ? [] : [.. RealInterval.Union(Images())]);
        _zeros = new(() => [.. RealInterval.Union(ZeroSets())]);
        _lipschitz = new(() => Kinks.Any(kink => kink.IsJump) ? double.PositiveInfinity : _pieces.Max(piece => piece.Steepest()));
    }

    /// <summary>Where the function is not differentiable.</summary>
    public ImmutableArray<FunctionKink> Kinks { get; }

    /// <summary>Whether there are kinks without end, of which only those near 0 are listed.</summary>
    public bool HasMoreKinks { get; }

    /// <summary>
    /// A place at which the function is not defined, or infinite between finite values; null where it is defined on the whole line. The
    /// other facts are meant for functions that are.
    /// </summary>
    public double? Undefined => _undefined.Value;

    /// <summary>What it does as x → −∞.</summary>
    public FunctionLimit AtMinusInfinity => _left.Value;

    /// <summary>What it does as x → ∞.</summary>
    public FunctionLimit AtPlusInfinity => _right.Value;

    /// <summary>Whether the function rises and falls without end; then zeros and turning points are those near 0.</summary>
    public bool Swings
    {
        get
        {
            _ = Zeros.Length + Range.Length;
            return _pieces.Any(piece => piece.Swings);
        }
    }

    /// <summary>The values that it takes; empty where that is not known, because it swings ever higher.</summary>
    public ImmutableArray<RealInterval> Range => _range.Value;

    /// <summary>Where it is 0. Of a function with zeros without end, those nearest to 0.</summary>
    public ImmutableArray<RealInterval> Zeros => _zeros.Value;

    /// <summary>The distance from zero to zero, where they come at equal distances without end; else null.</summary>
    public double? ZeroDistance
    {
        get
        {
            double[] points = [.. Zeros.Where(zero => zero.IsPoint && Math.Abs(zero.From) <= 12.6).Select(zero => zero.From)];
            return points.Length >= 4 && points.Length == points.Distinct().Count() && points.Zip(points.Skip(1), (a, b) => b - a).All(step => Math.Abs(step - (points[1] - points[0])) < 1e-9) && double.IsNaN(AtPlusInfinity.Value)
                ? points[1] - points[0]
                : null;
        }
    }

    /// <summary>The least L with |f(a) − f(b)| ≤ L |a − b|; infinite where the function jumps or gets ever steeper.</summary>
    public double Lipschitz => _lipschitz.Value;

    /// <summary>Stretch by stretch, whether the function rises (1), falls (−1) or stands still (0).</summary>
    public IEnumerable<(double From, double To, int Sign)> Stretches
    {
        get
        {
            (double From, double To, int Sign)? open = null;
            foreach (var stretch in _pieces.SelectMany(piece => piece.Stretches()))
            {
                if (open is { } known && known.Sign == stretch.Sign && !Kinks.Any(kink => kink.IsJump && kink.At == known.To))
                {
                    open = known with { To = stretch.To };
                }
                else
                {
                    if (open is { } done)
                    {
                        yield return done;
                    }

                    open = stretch;
                }
            }

            yield return open!.Value;
        }
    }

    /// <summary>Whether the function never falls.</summary>
    public bool IsNondecreasing => Stretches.All(stretch => stretch.Sign >= 0) && Kinks.All(kink => kink.FromLeft <= kink.Value + 1e-12 && kink.Value <= kink.FromRight + 1e-12);

    /// <summary>Whether the function rises everywhere.</summary>
    public bool IsIncreasing => IsNondecreasing && Stretches.All(stretch => stretch.Sign > 0);

    /// <summary>Whether the function never rises.</summary>
    public bool IsNonincreasing => Stretches.All(stretch => stretch.Sign <= 0) && Kinks.All(kink => kink.FromLeft >= kink.Value - 1e-12 && kink.Value >= kink.FromRight - 1e-12);

    /// <summary>What the function does at a border, which may be rounded itself: a value below what that rounding makes of it is 0.</summary>
    private static FunctionKink Meeting(double border, RealFunction value, RealFunction slope, FunctionPiece before, FunctionPiece after)
    {
        var (left, right) = (before.SlopeAt(border, +1) + 0.0, after.SlopeAt(border, -1) + 0.0);
        var noise = 4e-16 * Math.Abs(border) * Math.Max(Math.Abs(left), Math.Abs(right));
        return new(border, Clean(value.At(border)), Clean(before.ValueAt(border, +1)), Clean(after.ValueAt(border, -1)), left, right, slope.At(border) + 0.0);

        // Adding 0 turns −0 into 0.
        double Clean(double number) => Math.Abs(number) <= noise ? 0 : number + 0.0;
    }

    private static FunctionLimit Limit(FunctionPiece piece, Variable x, int side)
    {
        var (value, slope) = (FunctionLimit.Of(piece.Value, side), FunctionLimit.Of(piece.Slope, side));
        if (double.IsFinite(value))
        {
            return new(value, 0, value) { IsReached = piece.IsConstant };
        }

        // The line's slope must be exact, or the offset runs away with the error.
        var exact = piece.ExactSlope ?? (double.IsFinite(slope) ? Rational.FromDouble(slope) : Rational.Zero);
        var offset = double.IsFinite(slope) && double.IsInfinity(value) ? FunctionLimit.Of(new(piece.Formula - (Number.Of(exact) * (Expr)x), x), side) : double.NaN;
        return double.IsFinite(offset) ? new(value, slope, offset) { IsReached = piece.ExactSlope is not null } : new(value, double.NaN, double.NaN);
    }

    private IEnumerable<RealInterval> Images()
    {
        foreach (var (_, value) in _borders.Where(border => !double.IsNaN(border.Value)))
        {
            yield return RealInterval.Point(value);
        }

        foreach (var piece in _pieces)
        {
            // A turning point is one of its own, so the stretches may leave their ends out.
            foreach (var turn in piece.Turns)
            {
                yield return RealInterval.Point(piece.Value.At(turn));
            }

            foreach (var (from, to, sign) in piece.Stretches())
            {
                if (sign == 0)
                {
                    yield return RealInterval.Point(piece.Value.At(FunctionBorders.Inside(from, to)));
                    continue;
                }

                var (a, b) = (End(piece, from, -1), End(piece, to, +1));
                if (!double.IsNaN(a) && !double.IsNaN(b))
                {
                    yield return new(Math.Min(a, b), Math.Max(a, b), false, false);
                }
            }
        }
    }

    private double End(FunctionPiece piece, double end, int side) =>
        piece.ValueAt(end, side) is var value && _borders.Any(border => border.At == end && border.Value == 0 && Math.Abs(value) < 1e-12) ? 0 : value + 0.0;

    private IEnumerable<RealInterval> ZeroSets()
    {
        foreach (var (at, _) in _borders.Where(border => border.Value == 0))
        {
            yield return RealInterval.Point(at);
        }

        foreach (var piece in _pieces)
        {
            if (piece.IsConstant)
            {
                if (piece.Value.At(FunctionBorders.Inside(piece.From, piece.To)) == 0)
                {
                    yield return new(piece.From, piece.To, false, false);
                }
            }
            else
            {
                foreach (var zero in piece.Zeros())
                {
                    yield return RealInterval.Point(zero);
                }
            }
        }
    }
}
