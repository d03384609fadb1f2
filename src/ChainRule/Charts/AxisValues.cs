namespace ChainRule.Charts;

/// <summary>What stands along an axis: numbers, or labels (categories) at the places 0, 1, 2, ….</summary>
public sealed class AxisValues
{
    private AxisValues(IReadOnlyList<double>? numbers, IReadOnlyList<string>? labels)
    {
        Numbers = numbers;
        Labels = labels;
    }

    /// <summary>The numbers, or null where these are labels.</summary>
    public IReadOnlyList<double>? Numbers { get; }

    /// <summary>The labels, or null where these are numbers.</summary>
    public IReadOnlyList<string>? Labels { get; }

    /// <summary>How many there are.</summary>
    public int Count => Numbers?.Count ?? Labels!.Count;

    /// <summary>Values that are numbers. NaN marks a gap.</summary>
    /// <param name="numbers">The numbers; they are copied.</param>
    public static AxisValues Of(IEnumerable<double> numbers) => new([.. numbers], labels: null);

    /// <summary>Values that are labels.</summary>
    /// <param name="labels">The labels; they are copied.</param>
    public static AxisValues Of(IEnumerable<string> labels) => new(numbers: null, [.. labels]);

    /// <summary>Where the value with this index stands on its axis: the number itself, or a label's place.</summary>
    /// <param name="index">The index, from 0.</param>
    public double Position(int index) => Numbers is null ? index : Numbers[index];

    /// <summary>The value with this index as a person reads it.</summary>
    /// <param name="index">The index, from 0.</param>
    public string Label(int index) => Labels is null ? ChartNumber.Format(Numbers![index]) : Labels[index];
}
