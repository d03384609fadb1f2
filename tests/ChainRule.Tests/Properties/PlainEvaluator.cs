using MathNet.Numerics;
using Complex = System.Numerics.Complex;

namespace ChainRule.Tests.Properties;

/// <summary>
/// An evaluator of the tests' own: it walks the tree and computes with complex numbers, so that a complex step gives derivatives of
/// what is analytic. It shares nothing with the library's plans.
/// </summary>
internal sealed class PlainEvaluator(IReadOnlyDictionary<string, Complex[]> values, IReadOnlyDictionary<string, int> sizes) : IExprVisitor<Complex>
{
    private readonly List<int> _bound = [];

    /// <summary>Values of free indices by their letters.</summary>
    public Dictionary<string, int> Indices { get; } = new(StringComparer.Ordinal);

    /// <summary>How near to a kink or a jump the evaluation came.</summary>
    public double NearestKink { get; private set; } = double.PositiveInfinity;

    public Complex Visit(Number number) => number.Value.ToDouble();

    public Complex Visit(Constant constant) => constant.Value;

    public Complex Visit(Size size) => sizes[size.Name];

    public Complex Visit(IndexVariable index) => Indices[index.Name];

    public Complex Visit(BoundIndex index) => _bound[^(index.Level + 1)];

    public Complex Visit(Element element)
    {
        var flat = 0;
        foreach (var (index, size) in element.Indices.Zip(element.Variable.Shape.Sizes))
        {
            var (position, length) = (Whole(index), Whole(size));
            if (position < 1 || position > length)
            {
                return 0;
            }

            flat = (flat * length) + position - 1;
        }

        return values[element.Variable.Name][flat];
    }

    public Complex Visit(Add add) => add.Terms.Aggregate(Complex.Zero, (sum, term) => sum + term.Accept(this));

    public Complex Visit(Multiply multiply) => multiply.Factors.Aggregate(Complex.One, (product, factor) => product * factor.Accept(this));

    public Complex Visit(Power power)
    {
        var @base = power.Base.Accept(this);
        if (power.Exponent is Number { Value: { IsInteger: true } exponent } && exponent.ToInt32() is { } whole)
        {
            var result = Complex.One;
            for (var i = 0; i < Math.Abs(whole); i++)
            {
                result *= @base;
            }

            return whole < 0 ? 1 / result : result;
        }

        // A root is smooth away from 0.
        if (Math.Abs(@base.Real) < 1e-3)
        {
            Kink(@base.Real);
        }

        return @base.Real < 0 ? double.NaN : Complex.Pow(@base, power.Exponent.Accept(this));
    }

    public Complex Visit(Apply apply)
    {
        var u = apply.Arguments[0].Accept(this);
        switch (apply.Function.Name)
        {
            case "max" or "min":
                var v = apply.Arguments[1].Accept(this);
                Kink(u.Real - v.Real);
                return u.Real > v.Real == (apply.Function.Name == "max") ? u : v;
            case "exp":
                return Complex.Exp(u);
            case "log":
                return u.Real <= 0 ? double.NaN : Complex.Log(u);
            case "tanh":
                return Complex.Tanh(u);
            case "σ":
                return 1 / (1 + Complex.Exp(-u));
            case "sin":
                return Complex.Sin(u);
            case "cos":
                return Complex.Cos(u);
            case "softplus":
                return Complex.Log(1 + Complex.Exp(u));
            // The imaginary part is a step of a complex-step derivative: of it only the first order counts.
            case "erf":
                return new(SpecialFunctions.Erf(u.Real), u.Imaginary * 2 / Math.Sqrt(Math.PI) * Math.Exp(-u.Real * u.Real));
            case "Φ":
                return new((1 + SpecialFunctions.Erf(u.Real / Math.Sqrt(2))) / 2, u.Imaginary * Math.Exp(-u.Real * u.Real / 2) / Math.Sqrt(2 * Math.PI));
            case "φ":
                return Complex.Exp(-u * u / 2) / Math.Sqrt(2 * Math.PI);
            case "ReLU":
                Kink(u.Real);
                return u.Real > 0 ? u : 0;
            case "abs":
                Kink(u.Real);
                return u.Real < 0 ? -u : u;
            case "sign":
                Kink(u.Real);
                return Math.Sign(u.Real);
            default:
                throw new InvalidOperationException($"The tests' evaluator does not know {apply.Function.Name}.");
        }
    }

    public Complex Visit(Summation summation)
    {
        var (lower, upper) = (Whole(summation.Lower), Whole(summation.Upper));
        var sum = Complex.Zero;
        _bound.Add(0);
        for (var i = lower; i <= upper; i++)
        {
            _bound[^1] = i;
            sum += summation.Body.Accept(this);
        }

        _bound.RemoveAt(_bound.Count - 1);
        return sum;
    }

    public Complex Visit(Extremum extremum)
    {
        var candidates = new List<Complex>();
        _bound.Add(0);
        for (var i = Whole(extremum.Lower); i <= Whole(extremum.Upper); i++)
        {
            _bound[^1] = i;
            candidates.Add(extremum.Body.Accept(this));
        }

        _bound.RemoveAt(_bound.Count - 1);
        var best = extremum.Kind is ExtremumKind.Max or ExtremumKind.ArgMax ? candidates.MaxBy(value => value.Real) : candidates.MinBy(value => value.Real);
        return extremum.Kind is ExtremumKind.Max or ExtremumKind.Min ? best : candidates.IndexOf(best) + Whole(extremum.Lower);
    }

    public Complex Visit(Delta delta) => Whole(delta.Left) == Whole(delta.Right) ? 1 : 0;

    public Complex Visit(Indicator indicator) => indicator.Comparisons.All(Holds) ? 1 : 0;

    public Complex Visit(Piecewise piecewise)
    {
        foreach (var (value, when) in piecewise.Cases)
        {
            if (Holds(when))
            {
                return value.Accept(this);
            }
        }

        return piecewise.Otherwise.Accept(this);
    }

    public Complex Visit(Derivative derivative) => throw new InvalidOperationException("A derivation's result has no derivative left.");

    public Complex Visit(Expectation expectation) => throw new InvalidOperationException("These tests make no expectations.");

    public Complex Visit(Covariance covariance) => throw new InvalidOperationException("These tests make no covariances.");

    private bool Holds(Comparison comparison)
    {
        var (left, right) = (comparison.Left.Accept(this).Real, comparison.Right.Accept(this).Real);
        if (!Binding.Nodes(comparison.Left).Concat(Binding.Nodes(comparison.Right)).All(node => node is Number or ChainRule.Expressions.Size or IndexVariable or BoundIndex or Add or Multiply))
        {
            Kink(left - right);
        }

        return comparison.Sign switch
        {
            ComparisonSign.Less => left < right,
            ComparisonSign.LessOrEqual => left <= right,
            ComparisonSign.Greater => left > right,
            ComparisonSign.GreaterOrEqual => left >= right,
            ComparisonSign.Equal => left == right,
            _ => left != right,
        };
    }

    private void Kink(double distance) => NearestKink = Math.Min(NearestKink, Math.Abs(distance));

    private int Whole(Expr index) => (int)Math.Round(index.Accept(this).Real);
}
