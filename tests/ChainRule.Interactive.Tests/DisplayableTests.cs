using ChainRule.Charts;
using ChainRule.Checking;
using ChainRule.Expressions;
using ChainRule.Networks;
using ChainRule.Views;
using Microsoft.DotNet.Interactive.Formatting;
using Xunit;
using static ChainRule.Maths;

namespace ChainRule.Interactive.Tests;

/// <summary>One object of every kind that can be shown, as the host shows it.</summary>
public class DisplayableTests
{
    private static readonly Variable X = Scalar("x");
    private static readonly Variable Z = Vector("z", "K");
    private static readonly Variable P = Softmax(Z).Named("p");
    private static readonly Network Net = Network.Sequential(Layers.Linear("N", "M"), Layers.Linear("M", "K")).WithLoss(Losses.SquaredError);

    /// <summary>In the order of the catalog.</summary>
    private static readonly object[] Objects =
    [
        Figures.Bars(["a", "b"], [1, 2]),
        new Homework().Given("x in R").Check("x + x = 2 x"),
        P.Jacobian(Z),
        Pow(X, 2).Derivative(X),
        Chain(X + X, 2 * X),
        Prove(X + X, 2 * X),
        Pow(X, 2),
        X,
        Softmax(Z),
        P.Jacobian(Z).Matrix!.Matrix,
        Activations.Tanh,
        VectorFunctions.All[0],
        Losses.SquaredError,
        Initialisation.He(),
        Net,
        Net.Backward,
        Prove(X + X, 2 * X).Verdict,
    ];

    public DisplayableTests() => ChainRuleExtension.Register();

    /// <summary>The places in the catalog.</summary>
    public static TheoryData<int> Kinds() => [.. Enumerable.Range(0, ViewCatalog.Types.Count)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_has_a_formatter_for_every_format_that_it_promises(int kind)
    {
        var value = Objects[kind];
        Assert.IsType(ViewCatalog.Types[kind].Key, value, exactMatch: false);
        var bundle = ViewCatalog.Show(value)!;
        string[] promised = [MimeBundle.HtmlType, MimeBundle.LatexType, MimeBundle.TextType];

        var preferred = Formatter.GetPreferredMimeTypesFor(value.GetType()).ToList();

        Assert.Equal(value is Charts.Figure ? [MimeBundle.PlotlyType, .. promised] : promised, preferred);
        Assert.Equal([bundle.Html, bundle.Latex, bundle.Text], promised.Select(value.ToDisplayString));
        Assert.All(preferred, format => Assert.False(string.IsNullOrWhiteSpace(value.ToDisplayString(format))));

        // A preference without a formatter ends the host by stack overflow: it is looked up before it is used.
        Assert.All(preferred, format => Assert.Contains(
            Formatter.RegisteredFormatters(includeDefaults: false),
            formatter => formatter.MimeType == format && formatter.Type.IsInstanceOfType(value)));
    }
}
