using Microsoft.AspNetCore.Html;

namespace ChainRule.Kernel.Sessions;

/// <summary>The functions that every cell has in scope.</summary>
public static class NotebookFunctions
{
    /// <summary>Shows a value below the cell, at once and wherever in the cell the call stands.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The formats to show it in; none for all that suit the value.</param>
    /// <returns>What is shown, for changing it later.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes)
    {
        var output = new DisplayOutput(ValueFormats.Of(value, mimeTypes), ExecutionCount: null);
        var collector = OutputCollector.Current;
        return new(value, mimeTypes, collector, collector?.Add(output) ?? -1);
    }

    /// <summary>Takes back what the cell has put out so far, for a display that changes while the cell runs.</summary>
    /// <param name="wait">Whether to wait until there is something new to see, so that nothing flickers.</param>
    public static void ClearOutput(bool wait = false) => OutputCollector.Current?.Clear(wait);

    /// <summary>A piece of HTML as a value.</summary>
    /// <param name="content">The HTML.</param>
    public static IHtmlContent HTML(string content) => new HtmlString(content);
}

/// <summary>The same as a method of every value, as .NET Interactive has it.</summary>
public static class NotebookExtensions
{
    /// <summary>Shows the value below the cell.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The formats to show it in; none for all that suit the value.</param>
    /// <returns>What is shown, for changing it later.</returns>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => NotebookFunctions.display(value, mimeTypes);
}

/// <summary>A value that is shown below a cell.</summary>
public sealed class DisplayedValue
{
    private readonly string[] _mimeTypes;
    private readonly OutputCollector? _collector;
    private readonly int _place;

    internal DisplayedValue(object? value, string[] mimeTypes, OutputCollector? collector, int place)
    {
        Value = value;
        _mimeTypes = mimeTypes;
        _collector = collector;
        _place = place;
    }

    /// <summary>The value.</summary>
    public object? Value { get; private set; }

    /// <summary>Shows another value in the same place, while the cell runs.</summary>
    /// <param name="value">The new value.</param>
    public void Update(object? value)
    {
        Value = value;
        _collector?.Replace(_place, new DisplayOutput(ValueFormats.Of(value, _mimeTypes), ExecutionCount: null));
    }
}
