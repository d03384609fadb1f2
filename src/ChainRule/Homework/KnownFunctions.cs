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
        "outer: outer", "norm: norm", "transpose: transpose", "E: E 𝔼", "Var: Var var Variance", "Cov: Cov cov", "len: len dim", "det: det",
        "logsigmoid: logsigmoid LogSigmoid", "logit: logit", "artanh: artanh arctanh atanh", "arctan: arctan atan", "arcsin: arcsin asin", "arccos: arccos acos", "softsign: softsign Softsign", "step: step Step Heaviside heaviside", "mish: Mish mish", "inv: inv", "coth: coth", "sech: sech", "csch: csch cosech", "cot: cot", "sec: sec", "csc: csc", "arsinh: arsinh arcsinh asinh", "arcosh: arcosh arccosh acosh", "factorial: factorial", "conv: conv", "corr: corr xcorr");

    /// <summary>The functions that work on each entry.</summary>
    public static FrozenSet<string> Elementwise { get; } =
        "exp log tanh sinh cosh sin cos tan sqrt sigmoid relu softplus erf Phi phi gelu silu abs sign logsigmoid logit artanh arctan arcsin arccos softsign mish step coth sech csch cot sec csc arsinh arcosh factorial".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Those of them with a kink or a jump.</summary>
    public static FrozenSet<string> Kinked { get; } = "relu abs sign softsign step".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The function that a name stands for where nothing else is declared.</summary>
    public static bool TryFind(string name, out string function) => _names.TryGetValue(name, out function!) || KnownLosses.TryFind(name, out function);

    /// <summary>The inverse function that f⁻¹ stands for, or null.</summary>
    public static string? Inverse(string function) => function switch
    {
        "sigmoid" => "logit",
        "tanh" => "artanh",
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
