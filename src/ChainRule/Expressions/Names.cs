using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.RegularExpressions;
using ChainRule.Notation;

namespace ChainRule.Expressions;

/// <summary>How names are spelled: what a person types ("alpha", "W1", "yhat", "\\hat y") becomes one form, which is LaTeX.</summary>
internal static partial class Names
{
    private const string GreekNames =
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega "
        + "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega";

    private const string GreekLetters = "αβγδεζηθικλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ";

    private static readonly FrozenDictionary<string, string> _greek = GreekNames.Split(' ')
        .Zip(GreekLetters, (name, letter) => KeyValuePair.Create(name, letter.ToString()))
        .ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<string, Formula> _formulas = new(StringComparer.Ordinal);

    /// <summary>The one spelling of a name.</summary>
    /// <exception cref="ChainRuleException">The name is empty.</exception>
    public static string Normalize(string name)
    {
        Require.NotNull(name);
        var text = name.Trim();
        if (text.Length == 0)
        {
            throw new ChainRuleException("A name must not be empty: give a letter such as \"x\" or \"W_1\".");
        }

        // ŷ typed, composed or not, is \hat{y}.
        if (Accents.TryDecompose(text, out var bare, out var accent) && bare.Length == 1)
        {
            return LatexPrinter.Print(new Accent(new Atom(bare), accent));
        }

        // z_out and a_10 have one subscript, of several letters or digits, whatever TeX would make of them.
        text = LongScript().Replace(text, "${mark}{${script}}");

        // lambda_1 is λ with the subscript 1.
        text = GreekWord().Replace(text, match => _greek.TryGetValue(match.Value, out var found) ? found : match.Value);

        // z_{1} and z_1 are one name.
        text = ShortScript().Replace(text, "${mark}${script}");

        // A greek letter spelled out, with or without a number: sigma, theta01. Anything else in words (loss, net) stays as it is.
        var match = LettersAndDigits().Match(text);
        if (!match.Success)
        {
            return text.StartsWith('\\') && _greek.TryGetValue(text[1..], out var letter) ? letter : text;
        }

        var (word, digits) = (match.Groups["word"].Value, match.Groups["digits"].Value);
        var accented = word.Length is 4 && word.EndsWith("hat", StringComparison.Ordinal) ? $"\\hat{{{word[0]}}}"
            : word.Length is 6 && word.EndsWith("tilde", StringComparison.Ordinal) ? $"\\tilde{{{word[0]}}}"
            : _greek.TryGetValue(word, out var greek) ? greek : word;
        return digits.Length switch
        {
            0 => accented,
            _ when accented.Length > 1 && accented[0] != '\\' => text,
            1 => $"{accented}_{digits}",
            _ => $"{accented}_{{{digits}}}",
        };
    }

    /// <summary>The name as it is set.</summary>
    public static Formula ToFormula(string name) => _formulas.GetOrAdd(name, static key =>
        key.Length > 1 && key.All(char.IsLetter) ? new Atom(key) : LatexReader.Read(key));

    /// <summary>Says how a name is set that stands for a formula, where its spelling alone would not tell.</summary>
    public static string Remember(Formula formula)
    {
        var name = LatexPrinter.Print(formula);
        if (!string.Equals(Normalize(name), name, StringComparison.Ordinal))
        {
            // W_1x, which is W₁ times x, would be spelled as W with the subscript 1x.
            name = Normalize($"\\mathord{{{name}}}");
        }

        _formulas[name] = formula;
        return name;
    }

    [GeneratedRegex(@"(?<=^|[\w}])(?<mark>[_^])(?<script>\w{2,})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LongScript();

    [GeneratedRegex(@"(?<![\\\w])[A-Za-z]+(?=[_^])|(?<=[_^]\{)[A-Za-z]{2,}(?=\})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GreekWord();

    [GeneratedRegex(@"(?<mark>[_^])\{(?<script>\w)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ShortScript();

    [GeneratedRegex(@"^(?<word>\p{L}+)(?<digits>\d*)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LettersAndDigits();
}
