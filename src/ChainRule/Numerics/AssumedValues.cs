using System.Globalization;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>Whether numbers are what was assumed of the variables that they are given to: a formula that used the assumption holds for no others.</summary>
internal static class AssumedValues
{
    /// <summary>How far a sum may be from what is assumed: labels are typed with a few digits.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Refuses numbers that contradict an assumption.</summary>
    /// <exception cref="ChainRuleException">They do; the message says which and where.</exception>
    public static void Require(Variable variable, int[] dimensions, double[] entries)
    {
        var length = dimensions.Length == 0 ? 1 : Math.Max(1, dimensions[^1]);
        var rows = entries.Chunk(length).ToList();
        for (var row = 0; row < rows.Count; row++)
        {
            var (numbers, where) = (rows[row], dimensions.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"row {row + 1} of {variable}") : variable.ToString());
            if (variable.Assumptions.HasFlag(Assumption.OneHot) && (numbers.Count(number => number == 1) != 1 || numbers.Count(number => number == 0) != numbers.Length - 1))
            {
                throw new ChainRuleException($"{variable} is assumed to be one-hot, a single 1 among zeros, and {where} is {List(numbers)}. For soft labels declare {variable} with .SumsToOne().");
            }

            Sum(variable, Assumption.SumsToOne, 1, numbers, where);
            Sum(variable, Assumption.ZeroMean, 0, numbers, where);
            if (variable.Assumptions.HasFlag(Assumption.Positive) && numbers.Any(number => number <= 0))
            {
                throw new ChainRuleException($"{variable} is assumed to be positive, and {where} is {List(numbers)}.");
            }
        }

        if (variable.Assumptions.HasFlag(Assumption.Symmetric) && dimensions is [var size, _])
        {
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (Math.Abs(entries[(i * size) + j] - entries[(j * size) + i]) > Tolerance * Math.Max(1, Math.Abs(entries[(i * size) + j])))
                    {
                        throw new ChainRuleException(string.Create(CultureInfo.InvariantCulture, $"{variable} is assumed to be symmetric, and its entries ({i + 1}, {j + 1}) and ({j + 1}, {i + 1}) differ."));
                    }
                }
            }
        }
    }

    /// <summary>Refuses scalars that are assumed to add up to 1 and do not.</summary>
    /// <exception cref="ChainRuleException">They do not.</exception>
    public static void RequireSums(IReadOnlyDictionary<Variable, double[]> values)
    {
        foreach (var first in values.Keys.Where(variable => !variable.AddingUpToOne.IsEmpty && string.Equals(variable.Name, variable.AddingUpToOne[0], StringComparison.Ordinal)))
        {
            var group = first.Companions().Prepend(first).ToList();
            if (group.TrueForAll(values.ContainsKey) && group.Sum(member => values[member][0]) is var sum && Math.Abs(sum - 1) > Tolerance)
            {
                throw new ChainRuleException($"{string.Join(" + ", group)} = 1 is assumed, and the numbers given add up to {Text(sum)}.");
            }
        }
    }

    private static void Sum(Variable variable, Assumption assumption, double expected, double[] numbers, string where)
    {
        if (variable.Assumptions.HasFlag(assumption) && Math.Abs(numbers.Sum() - expected) > Tolerance)
        {
            throw new ChainRuleException($"The entries of {variable} are assumed to add up to {Text(expected)}, and those of {where} add up to {Text(numbers.Sum())}: {List(numbers)}.");
        }
    }

    private static string List(double[] numbers) => $"({string.Join(", ", numbers.Take(6).Select(Text))}{(numbers.Length > 6 ? ", …" : string.Empty)})";

    private static string Text(double number) => number.ToString("0.######", CultureInfo.InvariantCulture).Replace('-', '−');
}
