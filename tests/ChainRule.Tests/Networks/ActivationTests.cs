using ChainRule.Networks;
using ChainRule.Notation;

namespace ChainRule.Tests.Networks;

public class ActivationTests
{
    private static readonly Variable _z = Vector("z", "K");
    private static readonly IndexVariable _j = Index("j", "K");

    [Fact]
    public void A_derivation_keeps_the_name_and_says_what_the_derivative_is()
    {
        var h = Activations.Gelu.Of(_z).Named("h");
        var derivation = h[_j].Derivative(_z[_j]);
        Assert.Equal("GELU′(z_j)", derivation.Result.ToString());
        var fact = Assert.Single(derivation.Steps.SelectMany(step => step.Facts), fact => fact.Left.ToString() == "GELU′(z_j)");
        Assert.Equal("Φ(z_j) + z_j φ(z_j)", fact.Right.ToString());
        Assert.Equal(VerdictKind.Supported, derivation.Verdict.Kind);
        Assert.Equal("diag(GELU′(z))", h.Jacobian(_z).Matrix!.Matrix.ToString());
    }

    [Fact]
    public void Backpropagation_through_a_named_activation()
    {
        var (w, x, v) = (Matrix("W", "M", "N"), Vector("x", "N"), Vector("v", "M"));
        var z = (w * x).Named("z");
        var h = Activations.LeakyRelu(0.2).Of(z).Named("h");
        var loss = Dot(v, h).Named("L");
        var gradient = loss.Gradient(w);
        Assert.Equal(VerdictKind.Supported, gradient.Matrix!.Verdict.Kind);
        Assert.Contains("LeakyReLU", gradient.Matrix.Matrix.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_activation_is_differentiated_in_a_network(string name)
    {
        var activation = Named(name);
        var (w, x, v) = (Matrix("W", "M", "N"), Vector("x", "N"), Vector("v", "M"));
        var h = activation.Of((w * x).Named("z")).Named("h");
        var gradient = Dot(v, h).Named("L").Gradient(w);
        Assert.NotEqual(VerdictKind.Refuted, gradient.Derivation.Verdict.Kind);
        Assert.All(gradient.Derivation.Steps, step => Assert.NotEqual(VerdictKind.Refuted, step.Verdict.Kind));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_step_of_the_derivative_of_the_formula_is_checked(string name)
    {
        var derivation = Named(name).Derivation;
        Assert.Equal(VerdictKind.Supported, derivation.Verdict.Kind);
        Assert.All(derivation.Steps, step => Assert.True(step.Verdict.Kind is VerdictKind.Supported or VerdictKind.Proved, $"{step.Before} → {step.After}: {step.Verdict}"));
        Assert.Null(derivation.Note);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_a_paper_states_is_what_the_engine_uses(string name)
    {
        var activation = Named(name);
        if (activation.WrittenOut is { } formula)
        {
            Assert.Equal(VerdictKind.Supported, Verifier.Check(activation.Formula, formula).Kind);
        }

        Assert.True(activation.Formula.ToString().Length > 0);
    }

    [Fact]
    public void An_activation_that_the_engine_knows_is_its_own_function()
    {
        Assert.Same(Tanh(_z[_j]), Activations.Tanh.Of(_z[_j]));
        Assert.Same(Relu(_z[_j]), Activations.Relu.Of(_z[_j]));
        Assert.Same(Softplus(_z[_j]), Activations.Softplus().Of(_z[_j]));
        Assert.Same(_z[_j], Activations.Identity.Of(_z[_j]));
    }

    [Fact]
    public void Scaled_activations_are_written_out()
    {
        var scaled = 5 * Activations.Relu;
        Assert.Equal("5 ReLU(z_j)", scaled.Of(_z[_j]).ToString());
        Assert.Equal("5 𝟙[z_j > 0]", scaled.Of(_z[_j]).Derivative(_z[_j]).Result.ToString());
        Assert.Equal("5 ReLU", scaled.ToString());
        Assert.Equal("5 * F.relu(x)", scaled.PyTorch!.Function);
        Assert.Equal(10, scaled.Evaluate(2));
    }

    [Fact]
    public void Sums_products_and_compositions()
    {
        var sum = Activations.Gelu + Activations.Tanh;
        Assert.Equal(Activations.Gelu.Evaluate(0.7) + Math.Tanh(0.7), sum.Evaluate(0.7), 1e-14);
        var inner = Activations.Tanh.After(Activations.Gelu);
        Assert.Equal(Math.Tanh(Activations.Gelu.Evaluate(0.7)), inner.Evaluate(0.7), 1e-14);
        Assert.Equal("torch.tanh(F.gelu(x))", inner.PyTorch!.Function);
        var slope = (1 - Math.Pow(Math.Tanh(Activations.Gelu.Evaluate(0.7)), 2)) * Activations.Gelu.EvaluateDerivative(0.7);
        Assert.Equal(slope, inner.EvaluateDerivative(0.7), 1e-14);
        Assert.Equal(Math.Sin(0.7) * Math.Tanh(0.7), (Activations.Sine * Activations.Tanh).Evaluate(0.7), 1e-14);
        Assert.Equal(-Math.Sin(0.7), (-Activations.Sine).Evaluate(0.7), 1e-14);
    }

    [Fact]
    public void A_parameter_may_be_a_symbol_and_is_differentiated_by()
    {
        var a = Scalar("a");
        var prelu = Activations.Prelu(a);
        Assert.False(prelu.IsNumeric);
        var derivative = prelu.Of(_z[_j]).Derivative(a);
        Assert.Equal(VerdictKind.Supported, derivative.Verdict.Kind);
        Assert.Equal(VerdictKind.Supported, Verifier.Check(derivative.Result, Cases(0, (_z[_j], ">", 0), _z[_j])).Kind);
        var error = Assert.Throws<ChainRuleException>(() => prelu.Evaluate(1));
        Assert.Contains("a in", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_values_at_once()
    {
        double[] x = [-2, 0, 3];
        Activations.LeakyRelu(0.5).EvaluateDerivative(x, x);
        Assert.Equal([0.5, 0.5, 1], x);
        Activations.LeakyRelu(0.5).Evaluate([-2, 0, 3], x);
        Assert.Equal([-1, 0, 3], x);
        Assert.Throws<ArgumentException>(() => Activations.Relu.Evaluate([1, 2, 3], new double[2]));
    }

    [Fact]
    public void Two_with_different_parameters_are_different_functions()
    {
        Assert.NotEqual(Activations.LeakyRelu(0.1), Activations.LeakyRelu(0.2));
        Assert.Equal(Activations.LeakyRelu(0.01), Activations.LeakyRelu());
        Assert.NotSame(Activations.LeakyRelu(0.1).Of(_z[_j]), Activations.LeakyRelu(0.2).Of(_z[_j]));
        Assert.Same(Activations.LeakyRelu(0.1).Of(_z[_j]), Activations.LeakyRelu(0.1).Of(_z[_j]));
        Assert.Equal(@"\operatorname{LeakyReLU}_{0.2}(z_j)", LatexPrinter.Print(ExpressionFormula.Of(Activations.LeakyRelu(0.2).Of(_z[_j]))).Replace(" ", string.Empty, StringComparison.Ordinal));
        Assert.Contains("derivative of LeakyReLU(0.2)", Activations.LeakyRelu(0.2).Of(_z[_j]).Derivative(_z[_j]).Steps.Select(step => step.Name));
        Assert.Equal("LeakyReLU(0.2)", Activations.LeakyRelu(0.2).ToString());
        Assert.Equal("LeakyReLU", Activations.LeakyRelu().ToString());
    }

    [Fact]
    public void Parameters_that_make_no_sense_are_named()
    {
        Assert.Contains("β must be greater than 0, not −1", Assert.Throws<ChainRuleException>(() => Activations.Softplus(-1)).Message, StringComparison.Ordinal);
        Assert.Contains("2 is greater than 1", Assert.Throws<ChainRuleException>(() => Activations.HardTanh(2, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("λ must be 0 or greater", Assert.Throws<ChainRuleException>(() => Activations.Softshrink(-0.1)).Message, StringComparison.Ordinal);
        Assert.Contains("needs a name", Assert.Throws<ChainRuleException>(() => Activation.Define(" ", x => x)).Message, StringComparison.Ordinal);
        Assert.Contains("has an index", Assert.Throws<ChainRuleException>(() => Activation.Define("bad", x => x * _z[_j])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_second_derivative_has_a_name_too()
    {
        var x = Scalar("x");
        var f = Activations.Silu.Of((Expr)x);
        var second = f.Derivative(x).Result.Derivative(x);
        Assert.Equal("SiLU″(x)", second.Result.ToString().Replace("′′", "″", StringComparison.Ordinal));
        Assert.Equal(VerdictKind.Supported, second.Verdict.Kind);
    }

    [Theory]
    [InlineData("F.relu(x)", "F.relu(z1)", "z1")]
    [InlineData("torch.exp(-x**2)", "torch.exp(-(a + b)**2)", "a + b")]
    public void PyTorch_is_told_with_another_argument(string text, string expected, string argument) =>
        Assert.Equal(expected, new PyTorchText(null, text).Call(argument));

    public static TheoryData<string> All => [.. Activations.All.Select(activation => activation.Name)];

    private static Activation Named(string name) => Activations.All.Single(activation => activation.Name == name);
}
