using ChainRule.Numerics;

namespace ChainRule;

/// <content>Numbers from files.</content>
public static partial class Maths
{
    /// <summary>The label of one class, 1 for it and 0 for the others: <c>net.At(("y", OneHot(2, of: 3)), …)</c> is the class index 2 of 3.</summary>
    /// <param name="class">The class, counted from 1.</param>
    /// <param name="of">How many classes there are.</param>
    /// <exception cref="ChainRuleException">There is no such class.</exception>
    public static Values OneHot(int @class, int of) => @class >= 1 && @class <= of
        ? Values.Of([of], [.. Enumerable.Range(1, of).Select(other => other == @class ? 1.0 : 0.0)])
        : throw new ChainRuleException($"There is no class {@class}: classes are counted from 1 to {of}.");

    /// <summary>A table of numbers from text: rows of numbers separated by commas, semicolons, tabs or blanks, perhaps under a line of headings; one row or one column is a vector.</summary>
    /// <param name="path">The file, from the notebook's folder on.</param>
    /// <exception cref="ChainRuleException">There is no such file, or something in it is not a number; the message says where.</exception>
    /// <exception cref="ShapeException">A row is longer or shorter than the first.</exception>
    public static Values Csv(string path) => CsvReader.Read(path);

    /// <summary>An array that NumPy wrote: <c>numpy.save("W1.npy", W1)</c>.</summary>
    /// <param name="path">The file, from the notebook's folder on.</param>
    /// <exception cref="ChainRuleException">There is no such file, or it is not one of numbers.</exception>
    public static Values Npy(string path) => NumpyReader.Npy(path);

    /// <summary>The arrays that NumPy wrote, by name: <c>numpy.savez("weights.npz", W1=W1, b1=b1)</c>; <c>net.At(Npz("weights.npz"))</c>.</summary>
    /// <param name="path">The file, from the notebook's folder on.</param>
    /// <exception cref="ChainRuleException">There is no such file, or it holds no arrays of numbers.</exception>
    public static NamedValues Npz(string path) => NumpyReader.Npz(path);
}
