using System.Collections.Frozen;

namespace ChainRule.Checking;

/// <summary>The functions that need no declaration, under every name that people write for them.</summary>
internal static class KnownFunctions
{
    private static readonly FrozenDictionary<string, string> _names = Build(
        "exp: exp e", "log: log ln", "tanh: tanh", "sinh: sinh", "cosh: cosh", "sin: sin", "cos: cos", "tan: tan", "sqrt: sqrt",
        "sigmoid: sigmoid sigm sig logistic Sigmoid expit", "relu: ReLU relu Relu RELU", "softplus: softplus Softplus", "erf: erf",
        "Phi: normcdf", "phi: normpdf", "gelu: GELU gelu Gelu", "silu: SiLU silu swish Swish", "abs: abs", "sign: sign sgn", "max: max", "min: min", "softmax: softmax Softmax SoftMax smax",
        "logsumexp: logsumexp LSE lse LogSumExp", "diag: diag Diag", "tr: tr Tr trace Trace", "flip: flip rev Flip", "vec: vec", "sum: sum", "mean: mean", "inner: inner dot",
        "outer: outer", "norm: norm", "transpose: transpose", "rowsum: rowsum rowsums RowSum rowSum rowSums", "colsum: colsum colsums ColSum colSum colSums columnsum", "rowmean: rowmean rowMeans RowMean", "colmean: colmean colMeans ColMean", "E: E 𝔼", "Var: Var var Variance", "Cov: Cov cov", "len: len dim", "det: det",
        "logsigmoid: logsigmoid LogSigmoid", "logit: logit", "artanh: artanh arctanh atanh", "arctan: arctan atan", "arcsin: arcsin asin", "arccos: arccos acos", "softsign: softsign Softsign", "step: step Step Heaviside heaviside", "mish: Mish mish", "inv: inv", "coth: coth", "sech: sech", "csch: csch cosech", "cot: cot", "sec: sec", "csc: csc", "arsinh: arsinh arcsinh asinh", "arcosh: arcosh arccosh acosh", "factorial: factorial", "conv: conv", "clip: clip clamp Clip Clamp", "corr: corr xcorr");

    /// <summary>The functions that work on each entry.</summary>
    public static FrozenSet<string> Elementwise { get; } =
        "exp log tanh sinh cosh sin cos tan sqrt sigmoid relu softplus erf Phi phi gelu silu abs sign logsigmoid logit artanh arctan arcsin arccos softsign mish step coth sech csch cot sec csc arsinh arcosh factorial".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Those of them with a kink or a jump.</summary>
    public static FrozenSet<string> Kinked { get; } = "relu abs sign softsign step".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The function that a name stands for where nothing else is declared.</summary>
    public static bool TryFind(string name, out string function) => _names.TryGetValue(Unqualified(name), out function!) || KnownLosses.TryFind(name, out function);

    /// <summary>np.sum and torch.exp without the package.</summary>
    private static string Unqualified(string name) => Array.Find(_packages, package => name.StartsWith(package, StringComparison.Ordinal)) is { } package ? name[package.Length..] : name;

    private static readonly string[] _packages = ["np.", "numpy.", "torch.", "jnp.", "tf."];

    /// <summary>The functions that take an axis: each row or each column by itself.</summary>
    private static readonly FrozenSet<string> _along = "sum mean max min norm logsumexp".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private const string Row = "row";
    private const string Column = "col";

    /// <summary>The function of each column (axis 0) or of each row (axis 1 or −1), as programs count; null where it takes no axis.</summary>
    public static string? Along(string function, int axis) => _along.Contains(function) && axis is 0 or 1 or -1 ? (axis == 0 ? Column : Row) + function : null;

    /// <summary>What a function of each row or column does with one of them; null where it is another function.</summary>
    public static (string Function, bool OfRows)? Alongside(string function) => function.Length > Row.Length && _along.Contains(function[Row.Length..]) && function[..Row.Length] is Row or Column ? (function[Row.Length..], function.StartsWith(Row, StringComparison.Ordinal)) : null;

    /// <summary>The inverse function that f⁻¹ stands for, or null.</summary>
    public static string? Inverse(string function) => function switch
    {
        "sigmoid" => "logit",
        "logit" => "sigmoid",
        "tanh" => "artanh",
        "artanh" => "tanh",
        "exp" => "log",
        "log" => "exp",
        "sin" => "arcsin",
        "cos" => "arccos",
        "tan" => "arctan",
        _ => null,
    };

    /// <summary>Words that are read where letters stand side by side (plain text without backslashes).</summary>
    public static bool IsWord(string letters) => letters.Length > 1 && (_names.ContainsKey(letters) || KnownLosses.TryFind(letters, out _));

    private static FrozenDictionary<string, string> Build(params IEnumerable<string> rows) => rows
        .Select(row => row.Split(": "))
        .SelectMany(row => row[1].Split(' ').Select(name => KeyValuePair.Create(name, row[0])))
        .Where(pair => pair.Key is not ("e" or "E"))
        .ToFrozenDictionary(StringComparer.Ordinal);
}
