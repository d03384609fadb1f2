using ChainRule.Numerics;

namespace ChainRule.Checking;

/// <content>Integrals over one number.</content>
internal sealed partial class Evaluator<T>
{
    // The variable of the antiderivatives that are compared by their derivatives.
    private string? _antiderivativeBy;

    /// <summary>How many integrals may stand inside one another: each multiplies the work.</summary>
    private const int DeepestIntegral = 2;

    /// <summary>
    /// ∫ f dx: Gauss and Kronrod's rule on panels that are halved until both parts of it agree, after a change of variable that flattens the
    /// ends (Takahasi and Mori 1974, "Double exponential formulas"). None where it does not settle.
    /// </summary>
    private Tensor<T> Integral(ClaimTree tree)
    {
        var (body, name) = (tree[0], tree[1].Text);
        if (Declarations.Symbols.TryGetValue(name, out var symbol) && symbol.Shape is { Length: > 0 })
        {
            throw new UnreadableException(tree.Span, $"Integrals are read over one number; {name} has several entries.");
        }

        if (_antiderivativeBy is { } variable && tree[2].Is(Head.None) && string.Equals(variable, name, StringComparison.Ordinal))
        {
            // Any antiderivative: of it nothing is known, and nothing asked, but its derivative.
            var (x, integrand) = (Value(name).Only, Plain(Evaluate(body), tree));
            return integrand.Map(entry => entry * (x - T.Constant(x.Value)));
        }

        if (order > 0 && Jumps(body))
        {
            // The derivative would miss what moves with the jump.
            throw new UnreadableException(tree.Span, "The integral of a function with a jump is not differentiated here.");
        }

        if (++_integrals > DeepestIntegral)
        {
            throw new BudgetException();
        }

        var (low, high) = (Bound(tree[2], double.NegativeInfinity), Bound(tree[3], double.PositiveInfinity));
        var isNested = _integrals > 1 || body.Nodes().Any(node => node.Is(Head.Integral));
        int[]? shape = null;
        var path = IntegrationPath<T>.Between(low, high);
        var watched = world.Watched();
        var entries = Quadrature<T>.Integrate(At, Side, isNested ? IntegrationPath<T>.FewPanels : IntegrationPath<T>.Panels);
        _integrals--;
        world.Sides.UnionWith(watched.Sides);
        return new(shape!, entries);

        // On which side of each kink the integrand is at a place.
        HashSet<(ClaimTree Node, bool Above)> Side(double t)
        {
            world.Sides.UnionWith(watched.Sides);
            watched.Sides.Clear();
            At(t);
            return [.. watched.Sides];
        }

        T[] At(double t)
        {
            var (x, speed) = path.At(t);
            var value = Plain(Under(body, name, x, watched), tree);
            if (shape is not null && !shape.AsSpan().SequenceEqual(value.Dimensions))
            {
                throw new IllShapedException(body, "the integrand changes its shape");
            }

            shape = value.Dimensions;
            meter.Spend(value.Data.Length);
            return Array.ConvertAll(value.Data, entry => entry * speed);
        }
    }

    private T Bound(ClaimTree tree, double open) => tree.Is(Head.None) ? T.Constant(open)
        : Evaluate(tree) is { IsScalar: true } bound ? bound.Only : throw new IllShapedException(tree, "a bound of an integral is a number");

    /// <summary>The integrand at a value of its variable, also through the names that depend on that.</summary>
    private Tensor<T> Under(ClaimTree body, string name, T x, World watched)
    {
        var value = Tensor<T>.Scalar(x);
        var inner = new Evaluator<T>(watched, meter, orientation, order) { _locals = new(_locals, StringComparer.Ordinal), _indices = new(_indices, StringComparer.Ordinal), _calls = _calls, _wide = _wide, _integrals = _integrals, ProductsDescend = ProductsDescend, RowsLie = RowsLie, DotIsHadamard = DotIsHadamard };
        (inner._cut, inner._below, inner._chosen, inner._touched) = (_cut, _below, _chosen, _touched);
        inner._locals.Remove(name);
        inner._indices.Remove(name);
        if (Declarations.Symbols.ContainsKey(name))
        {
            inner._tables[name] = value;
            inner._lift = other => Declarations.Reaches(other, name) ? null : Value(other);
        }
        else
        {
            inner._locals[name] = value;
            inner._lift = Value;
        }

        return inner.Evaluate(body);
    }

    /// <summary>Whether an integrand may jump: a condition in it, or in a function that it calls.</summary>
    private bool Jumps(ClaimTree body) => body.Nodes().Any(node => node.Head is Head.Indicator or Head.Cases
        || (node.Is(Head.Call) && (node.Text is "sign" or "step" || (node.Order > 0 && KnownFunctions.Kinked.Contains(node.Text))
            || (Declarations.Functions.TryGetValue(node.Text, out var function) && function.Body is { } inner && inner.Nodes().Any(part => part.Head is Head.Indicator or Head.Cases)))));
}

/// <summary>A change of variable that takes the line to the stretch that is integrated over and falls off doubly exponentially at both ends.</summary>
internal sealed class IntegrationPath<T>
    where T : struct, IReal<T>
{
    /// <summary>Into how many panels the line is cut at first.</summary>
    public const int Panels = 24;

    /// <summary>The same for integrals inside integrals.</summary>
    public const int FewPanels = 12;

    private readonly Func<double, (T X, T Speed)> _at;

    private IntegrationPath(Func<double, (T X, T Speed)> at) => _at = at;

    /// <summary>The path between two bounds, of which both may be infinite.</summary>
    public static IntegrationPath<T> Between(T low, T high)
    {
        var isTurned = low.Value > high.Value;
        var (from, to) = isTurned ? (high, low) : (low, high);
        var sign = T.Constant(isTurned ? -1 : 1);
        return new((double.IsFinite(from.Value), double.IsFinite(to.Value)) switch
        {
            (true, true) => Finite,
            (true, false) => t => (from + T.Constant(Far(t)), sign * T.Constant(Far(t) * Slope(t))),
            (false, true) => t => (to - T.Constant(Far(-t)), sign * T.Constant(Far(-t) * Slope(t))),
            _ => t => (T.Constant(Math.Sinh(Math.PI / 2 * Math.Sinh(t))), sign * T.Constant(Math.Cosh(Math.PI / 2 * Math.Sinh(t)) * Slope(t))),
        });

        (T X, T Speed) Finite(double t)
        {
            // How far from the nearer end, so that nothing cancels there.
            var part = 1 / (1 + Math.Exp(Math.PI * Math.Abs(Math.Sinh(t))));
            var width = to - from;
            return (t < 0 ? from + (width * T.Constant(part)) : to - (width * T.Constant(part)), width * sign * T.Constant(2 * part * (1 - part) * Slope(t)));
        }

        static double Far(double t) => Math.Exp(Math.PI / 2 * Math.Sinh(t));

        static double Slope(double t) => Math.PI / 2 * Math.Cosh(t);
    }

    /// <summary>The place, and dx/dt there.</summary>
    public (T X, T Speed) At(double t) => _at(t);
}

/// <summary>Integration over a line on which the integrand falls off fast.</summary>
internal static class Quadrature<T>
    where T : struct, IReal<T>
{
    private const double End = 4;
    private const int MostPanels = 600;

    /// <summary>How far both parts of the rule may differ, against the largest value, where the integrand is smooth: their difference bounds the error many times over.</summary>
    private const double Goal = 5e-11;

    /// <summary>The same where halving has not helped at once, as at a kink: there the difference is what the error is.</summary>
    private const double StrictGoal = 2e-12;

    private const int SmoothHalvings = 3;

    /// <summary>What is left of the difference as an error where the integrand is smooth.</summary>
    private const double SmoothShare = 0.04;

    /// <summary>How small the integrand must be at its ends, against its largest value.</summary>
    private const double Negligible = 1e-11;

    /// <summary>What can't be seen in the sum any more.</summary>
    private const double Vanished = 1e-20;

    private static readonly double[] _nodes = [0.991455371120812639, 0.949107912342758525, 0.864864423359769073, 0.741531185599394440, 0.586087235467691130, 0.405845151377397167, 0.207784955007898468, 0];
    private static readonly double[] _kronrod = [0.022935322010529225, 0.063092092629978553, 0.104790010322250184, 0.140653259715525919, 0.169004726639267903, 0.190350578064785410, 0.204432940075298892, 0.209482141084727828];
    private static readonly double[] _gauss = [0, 0.129484966168869693, 0, 0.279705391489276668, 0, 0.381830050505118945, 0, 0.417959183673469388];

    /// <summary>The integral of each entry.</summary>
    /// <param name="integrand">The integrand.</param>
    /// <param name="side">On which side of its kinks it is at a place: panels end where that changes, for no rule sees a kink close to an end.</param>
    /// <param name="panels">Into how many panels the line is cut at first.</param>
    public static T[] Integrate(Func<double, T[]> integrand, Func<double, HashSet<(ClaimTree Node, bool Above)>> side, int panels)
    {
        // Far out values may overflow where others underflow: what can't be evaluated there is left out, if nothing is left to add before it.
        var step = 2 * End / panels;
        var middle = panels / 2;
        var walls = new T[panels + 1][];
        for (var i = 0; i <= panels; i++)
        {
            walls[i] = integrand(-End + (i * step));
        }

        var count = walls[middle].Length;
        var height = walls.Where(IsFinite).Select(Size).DefaultIfEmpty(double.NaN).Max();
        var (first, last) = (middle, middle);
        while (first > 0 && IsFinite(walls[first - 1]))
        {
            first--;
        }

        while (last < panels && IsFinite(walls[last + 1]))
        {
            last++;
        }

        // Where nothing is left, the rounding of far places would only blur the value.
        while (first + 1 < middle && Size(walls[first + 1]) <= Vanished * height)
        {
            first++;
        }

        while (last - 1 > middle && Size(walls[last - 1]) <= Vanished * height)
        {
            last--;
        }

        var nothing = new T[count];
        Array.Fill(nothing, T.Constant(double.NaN));
        var size = walls[first..(last + 1)].Where(IsFinite).Select(Size).DefaultIfEmpty(double.NaN).Max();
        if (!IsFinite(walls[middle]) || !(Size(walls[first]) <= Negligible * size) || !(Size(walls[last]) <= Negligible * size))
        {
            return size == 0 ? walls[middle] : nothing;
        }

        var (total, rough) = (new T[count], new T[count]);
        Array.Fill(total, T.Constant(0));
        Array.Fill(rough, T.Constant(0));
        var ends = Ends(-End + (first * step), last - first, step, side);
        var open = new Stack<(double From, double To, int Halvings)>(ends.Zip(ends.Skip(1), (from, to) => (from, to, 0)));
        for (var done = 0; open.TryPop(out var panel); done++)
        {
            var (fine, coarse) = Rule(integrand, panel.From, panel.To, count);
            if (!IsFinite(fine) || done > MostPanels)
            {
                return nothing;
            }

            var isSmooth = panel.Halvings <= SmoothHalvings;
            if (fine.Zip(coarse, (a, b) => Math.Abs(a.Value - b.Value)).Max() > (isSmooth ? Goal : StrictGoal) * size)
            {
                var centre = (panel.From + panel.To) / 2;
                open.Push((panel.From, centre, panel.Halvings + 1));
                open.Push((centre, panel.To, panel.Halvings + 1));
                continue;
            }

            var share = T.Constant(isSmooth ? SmoothShare : 1);
            for (var entry = 0; entry < count; entry++)
            {
                (total[entry], rough[entry]) = (total[entry] + fine[entry], rough[entry] + (fine[entry] - ((fine[entry] - coarse[entry]) * share)));
            }
        }

        return [.. total.Zip(rough, (value, other) => T.Blurred(value, other, StrictGoal * size))];
    }

    /// <summary>The ends of the panels, and the places in between at which a kink lies.</summary>
    private static List<double> Ends(double start, int panels, double step, Func<double, HashSet<(ClaimTree Node, bool Above)>> side)
    {
        const int Looks = 4;
        const int Halvings = 52;
        const int MostKinks = 40;
        var ends = new List<double> { start };
        var before = side(start);
        var isKinked = before.Count > 0;
        for (var i = 1; i <= panels * Looks; i++)
        {
            var (low, high) = (start + ((i - 1) * step / Looks), start + (i * step / Looks));
            var here = isKinked ? side(high) : before;
            for (var kinks = 0; isKinked && !before.SetEquals(here) && ends.Count < panels + MostKinks && kinks < 3; kinks++)
            {
                var (left, right) = (low, high);
                var after = here;
                for (var halving = 0; halving < Halvings; halving++)
                {
                    var middle = (left + right) / 2;
                    var there = side(middle);
                    (left, right, after) = before.SetEquals(there) ? (middle, right, after) : (left, middle, there);
                }

                ends.Add(right);
                (low, before) = (right, after);
            }

            before = here;
            if (i % Looks == 0 && high > ends[^1])
            {
                ends.Add(high);
            }
        }

        return ends;
    }

    private static (T[] Fine, T[] Coarse) Rule(Func<double, T[]> integrand, double from, double to, int count)
    {
        var (centre, half) = ((from + to) / 2, (to - from) / 2);
        var (fine, coarse) = (new T[count], new T[count]);
        Array.Fill(fine, T.Constant(0));
        Array.Fill(coarse, T.Constant(0));
        for (var node = 0; node < _nodes.Length; node++)
        {
            var isCentre = node == _nodes.Length - 1;
            Add(integrand(centre + (half * _nodes[node])), node);
            if (!isCentre)
            {
                Add(integrand(centre - (half * _nodes[node])), node);
            }
        }

        return (fine, coarse);

        void Add(T[] values, int node)
        {
            for (var entry = 0; entry < count; entry++)
            {
                fine[entry] += values[entry] * T.Constant(half * _kronrod[node]);
                coarse[entry] += values[entry] * T.Constant(half * _gauss[node]);
            }
        }
    }

    private static bool IsFinite(T[] values) => Array.TrueForAll(values, value => double.IsFinite(value.Value));

    private static double Size(T[] values) => values.Max(value => Math.Abs(value.Value));
}
