using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace ChainRule.Kernel;

/// <summary>Options of the command line that are numbers.</summary>
internal static class NumberOption
{
    /// <summary>An option with a number; what is none, or not allowed, is an error of the command line.</summary>
    /// <param name="name">The option.</param>
    /// <param name="helpName">What the help calls the number.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="isAllowed">Which numbers are allowed.</param>
    /// <param name="expected">Which they are, in words: "a number from 1 to 256".</param>
    public static Option<T?> Create<T>(string name, string helpName, string description, Func<T, bool> isAllowed, string expected)
        where T : struct, INumber<T>
        => new(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result =>
            {
                if (result.Tokens is [var token] && T.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && isAllowed(number))
                {
                    return number;
                }

                result.AddError($"{name} is {expected}.");
                return null;
            },
        };
}
