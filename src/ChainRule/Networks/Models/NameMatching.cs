using System.Text;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>Finds a name as people type it: W1 and W_1 for W^{(1)}, yhat for ŷ, w_x2h1 for W_{x2,h1}.</summary>
internal static class NameMatching
{
    /// <summary>The variable that is meant.</summary>
    /// <param name="variables">The names that there are.</param>
    /// <param name="name">The name as it was typed.</param>
    /// <param name="where">What the names belong to, for the message.</param>
    /// <exception cref="ChainRuleException">None is, or several are.</exception>
    public static Variable Find(IReadOnlyCollection<Variable> variables, string name, string where = "this network")
    {
        Require.NotNull(name);
        var spelled = Names.Normalize(name);
        if (variables.FirstOrDefault(variable => string.Equals(variable.Name, spelled, StringComparison.Ordinal)) is { } exact)
        {
            return exact;
        }

        foreach (var comparison in new[] { StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase })
        {
            var found = variables.Where(variable => string.Equals(Key(variable.Name), Key(spelled), comparison)).ToList();
            if (found.Count == 1)
            {
                return found[0];
            }

            if (found.Count > 1)
            {
                throw new ChainRuleException($"\"{name}\" could be {string.Join(" or ", found)}: say which.");
            }
        }

        throw new ChainRuleException($"There is no \"{name}\" in {where}; there are {string.Join(", ", variables)}.");
    }

    /// <summary>A name as people type it, W1 for W⁽¹⁾.</summary>
    public static string Typed(Variable variable) => variable.Name.Contains('^', StringComparison.Ordinal) ? Key(variable.Name) : variable.ToString();

    /// <summary>The letters and digits of a name, without what only says where they stand.</summary>
    private static string Key(string name)
    {
        var key = new StringBuilder();
        foreach (var letter in name.Replace(@"\ell", "L", StringComparison.Ordinal).Replace("loss", "L", StringComparison.OrdinalIgnoreCase).EnumerateRunes().Where(Rune.IsLetterOrDigit))
        {
            key.Append(letter);
        }

        return key.ToString();
    }
}
