using System.Collections.Immutable;
using ChainRule.Charts;

namespace ChainRule.Networks;

/// <content>What experiments say and draw. It stands with the charts, because the computations themselves know nothing of pictures.</content>
public abstract partial record Experiment
{
    /// <summary>The question.</summary>
    public abstract string Title { get; }

    /// <summary>With what it was computed.</summary>
    public abstract string Setting { get; }

    /// <summary>What the computation found, in words with its numbers.</summary>
    public abstract string Finding { get; }

    /// <summary>The most important numbers.</summary>
    public abstract ExperimentTable Table { get; }

    /// <summary>The picture.</summary>
    public abstract Figure Figure { get; }

    /// <summary>A number as people say it.</summary>
    private protected static string Say(double value, int digits = 3) => ChartNumber.Format(value, digits);

    /// <summary>The first letter as a sentence has it.</summary>
    private protected static string Sentence(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];

    /// <summary>a, b and c.</summary>
    private protected static string And(IReadOnlyList<string> parts) =>
        parts.Count < 2 ? string.Concat(parts) : $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}";

    /// <summary>What a factor does to what is multiplied by it.</summary>
    private protected static string Fate(double factor) => factor switch
    {
        double.NaN => "is lost",
        < 1e-2 => "vanishes",
        < 0.3 => "shrinks",
        <= 3 => "keeps its size",
        <= 1e2 => "grows",
        _ => "explodes",
    };
}

/// <summary>A small table of an experiment.</summary>
/// <param name="Header">The columns' heads; the first is that of the rows' names.</param>
/// <param name="Rows">The rows, each as long as the header.</param>
public sealed record ExperimentTable(ImmutableArray<string> Header, ImmutableArray<ImmutableArray<string>> Rows);
