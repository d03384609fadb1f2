using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// Evaluates an expectation. Laws of which only moments or symmetry are known are represented by laws on finitely many points, so
/// that their expectations are finite sums without an error; normal ones are integrated: one by an adaptive rule, several by
/// products of Gauss rules that know the kink at the mean. The error of an integral is estimated and kept with the value.
/// </summary>
internal static class ExpectationIntegrator
{
    /// <summary>An expectation may be so much work: outcomes times entries read.</summary>
    private const double MostWork = 40_000;

    /// <summary>About so many nodes an adaptive integral needs.</summary>
    private const int AdaptiveOutcomes = 400;
    private const int MostPanels = 400;
    private const double HalfWidth = 14;

    /// <summary>Above this share of the absolute moment an integral is too rough to be compared with.</summary>
    private const double RoughestError = 1e-5;

    /// <summary>Nodes and weights are known to about this many digits.</summary>
    private const double Rounding = 1e-13;

    private static readonly int[] _smoothPoints = [5, 9, 15, 24, 40];
    private static readonly int[] _halfPoints = [3, 5, 9, 14, 20];
    private static readonly (double Node, double Weight)[] _panel = [.. ClenshawCurtis(16)];

    /// <summary>The expectation of the quantity, seen from outside; NaN where it can't be computed with a known error.</summary>
    /// <param name="outside">The point.</param>
    /// <param name="quantity">The quantity's value for one outcome.</param>
    /// <param name="isSmooth">Whether it has no kinks and jumps.</param>
    public static T Expect<T>(Context<T> outside, Func<Context<T>, T> quantity, bool isSmooth)
        where T : struct, IReal<T>
    {
        var context = new ExpectationContext<T>(outside);
        var entries = context.Listen(quantity, out var reads);
        if (entries.IsEmpty)
        {
            return quantity(context);
        }

        var parameters = entries.Select(entry => entry.Variable).Distinct().ToDictionary(variable => variable, variable => Parameters(variable, outside));
        var blocks = RandomBlock.Of(entries, outside.Point.Laws, variable => -(parameters[variable].Mean.Value / parameters[variable].Deviation.Value));
        var normal = blocks.Count(block => block.IsNormal);
        var outcomes = blocks.Where(block => !block.IsNormal).Aggregate(1.0, (product, block) => product * block.Scenarios.Length);
        var state = new State<T>(context, quantity, entries, parameters, blocks);
        var budget = outside.Point.Budget;
        if (normal == 0)
        {
            return outcomes * reads <= MostWork && budget.Take(outcomes * reads) ? state.Sum(null) : T.Constant(double.NaN);
        }

        // Where there are no kinks the points need not know about them, and half as many do. Few points are tried first: for
        // polynomials they are exact.
        T? best = null;
        foreach (var points in isSmooth ? _smoothPoints : normal > 1 ? _halfPoints : [])
        {
            var work = 2 * outcomes * reads * Math.Pow(isSmooth ? points : 2 * points, normal);
            if (work > MostWork || !budget.Take(work))
            {
                break;
            }

            var fine = state.Sum(isSmooth ? StandardLaw.SmoothNormal(points) : StandardLaw.Normal(points));
            var scale = state.Absolute;
            var coarse = state.Sum(isSmooth ? StandardLaw.SmoothNormal(points - 1) : StandardLaw.Normal(points - 1));
            var error = Math.Abs(fine.Value - coarse.Value);
            if (error <= 10 * Rounding * scale)
            {
                return T.Blurred(fine, coarse, Rounding * scale);
            }

            best = normal > 1 && error <= RoughestError * scale ? T.Blurred(fine, coarse, Rounding * scale) : null;
        }

        if (best is { } rough)
        {
            return rough;
        }

        return normal == 1 && outcomes * AdaptiveOutcomes * reads <= 4 * MostWork && budget.Take(outcomes * AdaptiveOutcomes * reads) ? state.Sum(null) : T.Constant(double.NaN);
    }

    /// <summary>Mean and standard deviation; where they are not declared, some that fit the other assumptions.</summary>
    private static (T Mean, T Deviation, T Variance) Parameters<T>(Variable variable, Context<T> outside)
        where T : struct, IReal<T>
    {
        var undeclared = outside.Point.Laws.Undeclared(variable);
        var law = variable.Law!;
        var mean = law.Mean is { } known ? Plan.Of(known).Run(outside, []) : T.Constant(undeclared.Mean);
        var variance = law.Variance is { } given ? Plan.Of(given).Run(outside, []) : T.Constant(undeclared.Variance);
        return variance.Value > 0 ? (mean, T.Pow(variance, T.Constant(0.5)), variance) : (T.Constant(double.NaN), T.Constant(double.NaN), variance);
    }

    /// <summary>
    /// The Clenshaw–Curtis rule on [−1, 1]. It has nodes at the ends, so that a kink just inside an end does not go unseen; they are
    /// moved inwards by a hair, because at a jump the value belongs to one side only.
    /// </summary>
    private static IEnumerable<(double Node, double Weight)> ClenshawCurtis(int order)
    {
        for (var k = 0; k <= order; k++)
        {
            var weight = 1.0;
            for (var j = 1; j <= order / 2; j++)
            {
                weight -= (2 * j == order ? 1.0 : 2.0) * Math.Cos(2 * j * k * Math.PI / order) / ((4.0 * j * j) - 1);
            }

            yield return (Math.Cos(k * Math.PI / order) * (1 - 1e-13), weight * (k == 0 || k == order ? 1 : 2) / order);
        }
    }

    private sealed class State<T>(
        ExpectationContext<T> context,
        Func<Context<T>, T> quantity,
        ImmutableArray<RandomEntry> entries,
        Dictionary<Variable, (T Mean, T Deviation, T Variance)> parameters,
        List<RandomBlock> blocks)
        where T : struct, IReal<T>
    {
        private readonly T[] _values = new T[entries.Length];

        /// <summary>For each block and entry of it: where its value goes, and its mean and standard deviation.</summary>
        private readonly (int Slot, T Mean, T Deviation)[][] _places = [.. blocks.Select(block => block.Entries.Select(entry => (entries.IndexOf(entry), parameters[entry.Variable].Mean, parameters[entry.Variable].Deviation)).ToArray())];

        /// <summary>The sum of the absolute terms: what an error is small against. Of an adaptive integral it counts every panel that was tried.</summary>
        public double Absolute { get; private set; }

        /// <summary>The expectation over all blocks; normal ones by the rule, or adaptively where there is none.</summary>
        public T Sum(StandardLaw? normal)
        {
            Absolute = 0;
            return Sum(0, normal, 1);
        }

        private T Sum(int position, StandardLaw? normal, double weight)
        {
            if (position == blocks.Count)
            {
                context.Draw(_values);
                var value = quantity(context);
                Absolute += weight * Math.Abs(value.Value);
                return value;
            }

            var block = blocks[position];
            if (block.IsNormal && normal is null)
            {
                return Integrate(position, weight);
            }

            var total = T.Constant(0);
            if (block.IsNormal)
            {
                for (var k = 0; k < normal!.Nodes.Length; k++)
                {
                    total += T.Constant(normal.Weights[k]) * SetNormal(position, normal.Nodes[k]) * Sum(position + 1, normal, weight * normal.Weights[k]);
                }

                return total;
            }

            foreach (var (probability, values) in block.Scenarios)
            {
                for (var e = 0; e < values.Length; e++)
                {
                    var (slot, mean, deviation) = _places[position][e];
                    _values[slot] = mean + (deviation * T.Constant(values[e]));
                }

                total += T.Constant(probability) * Sum(position + 1, normal, weight * probability);
            }

            return total;
        }

        /// <summary>
        /// Sets the entries of a normal block to z standard deviations from their means, and returns the likelihood ratio. Its value is
        /// 1; its tangents carry the derivative by the law's parameters, which is right where the quantity jumps too.
        /// </summary>
        private T SetNormal(int position, double z)
        {
            var (block, places) = (blocks[position], _places[position]);
            if (block.Entries.Length > 1 || typeof(T) == typeof(Bounded) || typeof(T) == typeof(Real))
            {
                for (var e = 0; e < places.Length; e++)
                {
                    var (slot, mean, deviation) = places[e];
                    _values[slot] = mean + (deviation * T.Constant(block.Signs[e] * z));
                }

                return T.Constant(1);
            }

            var (mu, sigma, variance) = parameters[block.Entries[0].Variable];
            var x = mu.Value + (sigma.Value * z);
            _values[places[0].Slot] = T.Constant(x);
            var distance = T.Constant(x) - mu;
            return T.Apply(ElementaryFunction.Exp, T.Constant(0.5 * z * z) - (distance * distance / (T.Constant(2) * variance))) * T.Constant(sigma.Value) / sigma;
        }

        /// <summary>Panels are halved where two halves say something else than the whole.</summary>
        private T Integrate(int position, double weight)
        {
            var block = blocks[position];
            var borders = new SortedSet<double> { -HalfWidth, -6, -3, -1.25, 0, 1.25, 3, 6, HalfWidth };
            // Kinks are mostly where an entry changes its sign.
            for (var e = 0; e < block.Entries.Length; e++)
            {
                var (_, mean, deviation) = _places[position][e];
                if (Math.Abs(mean.Value / deviation.Value) < HalfWidth)
                {
                    borders.Add(-block.Signs[e] * mean.Value / deviation.Value);
                }
            }

            var before = Absolute;
            var waiting = new Stack<(double From, double To, T Whole)>();
            var border = borders.ToArray();
            for (var k = 1; k < border.Length; k++)
            {
                waiting.Push((border[k - 1], border[k], Panel(border[k - 1], border[k])));
            }

            var (total, rough, panels) = (T.Constant(0), T.Constant(0), 0);
            // Against the mean of the absolute value: what is 0 by symmetry has no scale of its own.
            var scale = Math.Max((Absolute - before) / weight, double.Epsilon);
            var goal = Rounding * scale;
            while (waiting.TryPop(out var panel))
            {
                var middle = (panel.From + panel.To) / 2;
                var (left, right) = (Panel(panel.From, middle), Panel(middle, panel.To));
                var halves = left + right;
                if (double.IsNaN(halves.Value))
                {
                    return halves;
                }

                if (Math.Abs(halves.Value - panel.Whole.Value) <= goal || panels >= MostPanels || panel.To - panel.From < 1e-13)
                {
                    total += halves;
                    rough += Math.Abs(halves.Value - panel.Whole.Value) <= goal ? halves : panel.Whole;
                }
                else
                {
                    panels++;
                    waiting.Push((panel.From, middle, left));
                    waiting.Push((middle, panel.To, right));
                }
            }

            return Math.Abs(total.Value - rough.Value) <= RoughestError * scale ? T.Blurred(total, rough, goal) : T.Constant(double.NaN);

            T Panel(double from, double to)
            {
                var (center, half) = ((from + to) / 2, (to - from) / 2);
                var sum = T.Constant(0);
                foreach (var (node, share) in _panel)
                {
                    var z = center + (half * node);
                    var part = half * share * StandardLaw.NormalDensity(z);
                    sum += T.Constant(part) * SetNormal(position, z) * Sum(position + 1, null, weight * part);
                }

                return sum;
            }
        }
    }
}
