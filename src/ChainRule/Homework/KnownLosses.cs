using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ChainRule.Checking;

/// <summary>
/// The losses that PyTorch's nn has, by their names there and with their scale: by default most of them average over all entries,
/// which a written loss often does not.
/// </summary>
/// <remarks>Source of the formulas: the documentation of torch.nn, section Loss Functions. Rows of a matrix are examples.</remarks>
internal static class KnownLosses
{
    /// <summary>A subscript or an argument reduction='sum' makes a sum of the average.</summary>
    public const string Sum = ".sum";

    private static readonly FrozenDictionary<string, string> _names = new[]
    {
        "MSELoss mse_loss", "L1Loss l1_loss", "SmoothL1Loss smooth_l1_loss HuberLoss huber_loss", "BCELoss binary_cross_entropy", "BCEWithLogitsLoss binary_cross_entropy_with_logits",
        "CrossEntropyLoss cross_entropy", "NLLLoss nll_loss", "KLDivLoss kl_div", "SoftMarginLoss soft_margin_loss",
    }.Select(row => row.Split(' ')).SelectMany(row => row.Select(name => KeyValuePair.Create(name, row[0]))).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The loss that a name stands for: nn.MSELoss, F.mse_loss.</summary>
    public static bool TryFind(string name, out string loss) => _names.TryGetValue(name[(name.LastIndexOf('.') + 1)..], out loss!);

    /// <summary>Whether a function is one of these, with either scale.</summary>
    public static bool Is(string function) => _names.ContainsKey(Bare(function));

    /// <summary>The name without its scale.</summary>
    public static string Bare(string function) => function.EndsWith(Sum, StringComparison.Ordinal) ? function[..^Sum.Length] : function;

    /// <summary>What an average is taken over, in words.</summary>
    public static string Averages(string function) => Bare(function) is "CrossEntropyLoss" or "NLLLoss" ? "examples" : "entries";

    /// <summary>The formula behind a call, or null where it is none of these or has not two arguments.</summary>
    public static ClaimTree? Formula(ClaimTree call)
    {
        if (!call.Is(Head.Call) || !Is(call.Text) || call.Items.Length != 2 || call.Order > 0)
        {
            return null;
        }

        var (x, y, isSum) = (call[0], call[1], call.Text.EndsWith(Sum, StringComparison.Ordinal));
        var difference = Plus(x, Minus(y));
        return Bare(call.Text) switch
        {
            "MSELoss" => Reduced(Squared(difference)),
            "L1Loss" => Reduced(Of("abs", difference)),
            // Quadratic up to 1, then linear: ½ m² + |d| − m with m = min(|d|, 1).
            "SmoothL1Loss" => Reduced(Plus(Halved(Squared(Capped())), Of("abs", difference), Minus(Capped()))),
            "BCELoss" => Reduced(Minus(Plus(Times(y, Of("log", x)), Times(Plus(ClaimTree.Number(1), Minus(y)), Of("log", Plus(ClaimTree.Number(1), Minus(x))))))),
            "BCEWithLogitsLoss" => Reduced(Plus(Of("softplus", x), Minus(Times(y, x)))),
            "CrossEntropyLoss" => ByExample(Minus(Of("sum", Times(y, Of("log", Of("softmax", x)))))),
            "NLLLoss" => ByExample(Minus(Of("sum", Times(y, x)))),
            "KLDivLoss" => Reduced(Times(y, Plus(Of("log", y), Minus(x)))),
            _ => Reduced(Of("softplus", Minus(Times(y, x)))),
        };

        ClaimTree Reduced(ClaimTree entries) => Of(isSum ? "sum" : "mean", entries);
        ClaimTree ByExample(ClaimTree total) => isSum ? total : ClaimTree.Of(Head.Divide, total, Of(Examples, x));
        ClaimTree Capped() => Of("min", Of("abs", difference), ClaimTree.Number(1));
    }

    /// <summary>An inner function that nobody can write: the number of rows of a matrix, else 1.</summary>
    public const string Examples = "#examples";

    private static ClaimTree Of(string function, params ImmutableArray<ClaimTree> arguments) => new(Head.Call, function, arguments);

    private static ClaimTree Plus(params ImmutableArray<ClaimTree> terms) => new(Head.Add, string.Empty, terms);

    private static ClaimTree Minus(ClaimTree term) => ClaimTree.Of(Head.Negate, term);

    private static ClaimTree Times(ClaimTree a, ClaimTree b) => ClaimTree.Of(Head.Times, "⊙", a, b);

    private static ClaimTree Halved(ClaimTree tree) => ClaimTree.Of(Head.Divide, tree, ClaimTree.Number(2));

    private static ClaimTree Squared(ClaimTree tree) => new(Head.Power, "⊙", [tree, ClaimTree.Number(2)]);
}
