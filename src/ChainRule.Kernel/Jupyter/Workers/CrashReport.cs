using System.Text;

namespace ChainRule.Kernel.Jupyter.Workers;

/// <summary>
/// Tells the last words of a runtime that dies (a stack overflow's thousands of lines, say) from what programs write to the error
/// stream: they become part of the cell's error instead of its output.
/// </summary>
/// <param name="onText">Takes what is no report.</param>
internal sealed class CrashReport(Action<string> onText)
{
    private const int MaxLength = 1024 * 1024;

    private static readonly string[] Beginnings = ["Stack overflow.", "Unhandled exception.", "Process terminated.", "Fatal error.", "Out of memory."];

    private readonly Lock _gate = new();
    private readonly StringBuilder _report = new();
    private bool _atLineStart = true;
    private bool _isReport;

    /// <summary>Takes text from the error stream.</summary>
    public void Write(string text)
    {
        lock (_gate)
        {
            if (!_isReport)
            {
                var start = Begin(text);
                if (start != 0)
                {
                    onText(start < 0 ? text : text[..start]);
                }

                _isReport = start >= 0;
                text = start < 0 ? "" : text[start..];
            }

            if (_isReport && _report.Length < MaxLength)
            {
                _report.Append(text);
            }
        }
    }

    /// <summary>The report, once the process is gone.</summary>
    public string Close()
    {
        lock (_gate)
        {
            return _report.ToString();
        }
    }

    private int Begin(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (_atLineStart && Beginnings.Any(beginning => text.AsSpan(i).StartsWith(beginning, StringComparison.Ordinal)))
            {
                return i;
            }

            _atLineStart = text[i] == '\n';
        }

        return -1;
    }
}
