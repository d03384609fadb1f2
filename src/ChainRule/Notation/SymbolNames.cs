using System.Collections.Frozen;

namespace ChainRule.Notation;

/// <summary>The names by which mathematical characters are typed: LaTeX's commands, such as <c>\alpha</c> for α.</summary>
public static class SymbolNames
{
    /// <summary>Command, with its backslash → the character that it stands for.</summary>
    public static FrozenDictionary<string, string> All { get; } = Symbols.Commands
        .Where(command => command.Key.Length > 2 && command.Key[0] == '\\' && char.IsAsciiLetter(command.Key[1]))
        .ToFrozenDictionary(StringComparer.Ordinal);
}
