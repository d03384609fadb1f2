using ChainRule.Views;
using FsCheck;
using FsCheck.Fluent;
using Complex = System.Numerics.Complex;

namespace ChainRule.Tests.Properties;

/// <summary>Random expressions of every kind (FsCheck), by an evaluator of the tests' own.</summary>
public class RandomExpressionProperties
{
    private static readonly Dictionary<string, int> _sizes = new(StringComparer.Ordinal) { ["K"] = 4, ["M"] = 3 };

    private static readonly Arbitrary<int[]> _codes = Arb.From(
        Gen.Choose(3, 40).SelectMany(length => Gen.Choose(0, 999).ArrayOf(length)),
        codes => ArbMap.Default.ArbFor<int[]>().Shrinker(codes));

    private static readonly double[] _z = [0.7, -1.3, 0.4, 1.9];
    private static readonly double[] _a = [.. Enumerable.Range(0, 12).Select(i => Math.Sin(1.7 * i) + 0.1)];

    [Fact]
    public void A_derivative_equals_the_complex_step_and_central_differences()
    {
        var (bySteps, byDifferences) = (0, 0);
        Check(400, codes =>
        {
            var expression = new ExpressionCodes(codes).Expression();
            var result = expression.Derivative(ExpressionCodes.X).Result;
            foreach (var (x, y) in new[] { (0.37, -0.81), (-1.1, 0.6), (1.6, 1.2) })
            {
                var at = At(x, y);
                var value = expression.Accept(at);
                var derivative = result.Accept(at).Real;
                // Near a kink, outside the domain, or where the value has lost its digits, nothing is claimed.
                const double h = 1e-5;
                var (right, left) = (At(x + h, y), At(x - h, y));
                var difference = (expression.Accept(right) - expression.Accept(left)).Real / (2 * h);
                if (at.NearestKink < 1e-3 || !Complex.IsFinite(value) || Complex.Abs(value) > 1e4 || !(Math.Abs(difference) < 1e4))
                {
                    continue;
                }

                Assert.True(Math.Abs(difference - derivative) <= 2e-4 * Math.Max(1, Math.Abs(derivative)), $"{expression} at x = {x}, y = {y}: {result} is {derivative}, differences give {difference}");
                byDifferences++;

                if (double.IsPositiveInfinity(at.NearestKink))
                {
                    var step = expression.Accept(At(new Complex(x, 1e-30), y)).Imaginary / 1e-30;
                    Assert.True(Math.Abs(step - derivative) <= 1e-8 * Math.Max(1, Math.Abs(derivative)), $"{expression} at x = {x}, y = {y}: {result} is {derivative}, the complex step gives {step}");
                    bySteps++;
                }
            }
        });
        Assert.InRange(byDifferences, 500, int.MaxValue);
        Assert.InRange(bySteps, 250, int.MaxValue);
    }

    [Fact]
    public void A_derivative_of_entries_with_affine_indices_equals_differences_for_every_index()
    {
        var compared = 0;
        var n = Index("n", "K");
        Check(150, codes =>
        {
            var expression = new ExpressionCodes(codes).Contraction();
            var derivation = expression.Derivative(ExpressionCodes.Z[n]);
            Assert.True(derivation.Replay().Holds, $"{expression}: {derivation.Replay()}");
            for (var index = 1; index <= 4; index++)
            {
                var at = At(0, 0);
                at.Indices["n"] = index;
                var derivative = derivation.Result.Accept(at).Real;
                const double h = 1e-5;
                var (right, left) = ((double[])_z.Clone(), (double[])_z.Clone());
                right[index - 1] += h;
                left[index - 1] -= h;
                var difference = (expression.Accept(At(0, 0, right)) - expression.Accept(At(0, 0, left))).Real / (2 * h);
                Assert.True(Math.Abs(difference - derivative) <= 2e-4 * Math.Max(1, Math.Abs(derivative)), $"{expression} by z_{index}: {derivation.Result} is {derivative}, differences give {difference}");
                compared++;
            }
        });
        Assert.Equal(600, compared);
    }

    [Fact]
    public void Every_step_keeps_the_value_and_can_be_made_again()
    {
        var steps = 0;
        Check(60, codes =>
        {
            var derivation = new ExpressionCodes(codes).Expression(4).Derivative(ExpressionCodes.X);
            Assert.True(derivation.Replay().Holds, derivation.Replay().ToString());
            Assert.All(derivation.Steps, step => Assert.True(step.Verdict.Kind != VerdictKind.Refuted, $"{step.Rule.Id}: {step.Before} → {step.After}: {step.Verdict}"));
            steps += derivation.Steps.Length;
        });
        Assert.InRange(steps, 200, int.MaxValue);
    }

    [Fact]
    public void What_is_shown_depends_on_nothing_but_the_expression()
    {
        var first = new List<(string, string, string)>();
        Check(25, codes =>
        {
            var derivation = new ExpressionCodes(codes).Expression(3).Derivative(ExpressionCodes.X);
            var bundle = ViewCatalog.Show(derivation)!;
            // Something else is built in between.
            _ = ViewCatalog.Show(new ExpressionCodes([.. Enumerable.Reverse(codes)]).Expression(3));
            var again = ViewCatalog.Show(new ExpressionCodes(codes).Expression(3).Derivative(ExpressionCodes.X))!;
            Assert.Equal(bundle.Html, again.Html);
            Assert.Equal(bundle.Latex, again.Latex);
            Assert.Equal(bundle.Text, again.Text);
            first.Add((bundle.Html, bundle.Latex, bundle.Text));
        });
        Assert.NotEmpty(first);
    }

    [Fact]
    public void Simplifying_changes_no_value_where_there_was_one()
    {
        // The edges: roots and logarithms of squares, quotients by what may be 0.
        Expr x = ExpressionCodes.X;
        foreach (var expression in new[] { Sqrt(Pow(x, 2)), Log(Pow(x, 2)), x / x, Abs(x) / x, Pow(Pow(x, 2), Number.Half) * x, x / Pow(x, 2), Log(Exp(x) * x), Pow(x, 2) / x - x, Pow(Sqrt(x), 2), (Pow(x, 2) - 1) / (x - 1), 1 / (1 / x) })
        {
            var tracer = new Tracer(expression, []);
            Simplifier.Run(tracer);
            var derivative = expression.Derivative(ExpressionCodes.X).Result;
            foreach (var point in new[] { -2.5, -1, -1e-3, 1e-3, 0.5, 1, 3 })
            {
                var before = expression.Accept(At(point, 0));
                if (!Complex.IsFinite(before))
                {
                    continue;
                }

                var after = tracer.Current.Accept(At(point, 0));
                Assert.True(Complex.Abs(before - after) <= 1e-9 * Math.Max(1e-3, Complex.Abs(before)), $"{expression} → {tracer.Current} at {point}: {before} → {after}");
                var difference = (expression.Accept(At(point * (1 + 1e-7), 0)) - expression.Accept(At(point * (1 - 1e-7), 0))).Real / (2e-7 * point);
                if (double.IsFinite(difference))
                {
                    Assert.True(Math.Abs(derivative.Accept(At(point, 0)).Real - difference) <= 1e-4 * Math.Max(1, Math.Abs(difference)), $"∂({expression}) = {derivative} at {point}: differences give {difference}");
                }
            }
        }
    }

    [Fact]
    public void Opening_undoes_closing_and_the_canonical_form_knows_no_order()
    {
        var i = Index("i", "K");
        Check(100, codes =>
        {
            var body = new ExpressionCodes(codes).Expression(3) * ExpressionCodes.Z[i];
            Assert.Same(body, Binding.Open(Binding.Close(body, i), [i]));
            Assert.Same(Canonical.Of(body), Canonical.Of(Turned(body)));
        });

        static Expr Turned(Expr expression) => expression switch
        {
            Add add => Add.Of(add.Terms.Reverse().Select(Turned)),
            Multiply product => Multiply.Of(product.Factors.Reverse().Select(Turned)),
            { Children.IsEmpty: true } => expression,
            _ => expression.WithChildren([.. expression.Children.Select(Turned)]),
        };
    }

    private static PlainEvaluator At(Complex x, double y, double[]? z = null) => new(
        new Dictionary<string, Complex[]>(StringComparer.Ordinal)
        {
            ["x"] = [x],
            ["y"] = [y],
            ["z"] = [.. (z ?? _z).Select(value => (Complex)value)],
            ["A"] = [.. _a.Select(value => (Complex)value)],
        },
        _sizes);

    /// <summary>The property for so many arrays, the same in every run; a failure is shrunk and its array printed.</summary>
    private static void Check(int times, Action<int[]> property) => Prop.ForAll(_codes, property)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(times).WithReplay(20_170_501UL, 31UL));
}
