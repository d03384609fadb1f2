using System.Text;

namespace ChainRule.Kernel.Sessions;

/// <summary>A console stream that belongs to the cell that writes to it, and outside cells to the process.</summary>
internal sealed class ConsoleRouter(TextWriter outside, bool isError) : TextWriter
{
    private static readonly Lock Gate = new();
    private static (TextWriter Out, TextWriter Error, TextReader In)? _installed;

    /// <inheritdoc/>
    public override Encoding Encoding => outside.Encoding;

    /// <summary>
    /// Makes <see cref="Console"/> route what cells write, again if something else has been put in its place. What they read is typed
    /// into their front end.
    /// </summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (_installed is not var (output, error, input))
            {
                Console.SetOut(new ConsoleRouter(Console.Out, isError: false));
                Console.SetError(new ConsoleRouter(Console.Error, isError: true));
                Console.SetIn(new ConsoleInput());
                _installed = (Console.Out, Console.Error, Console.In);
            }
            else if (Console.Out != output || Console.Error != error || Console.In != input)
            {
                Console.SetOut(output);
                Console.SetError(error);
                Console.SetIn(input);
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (OutputCollector.Current is { } cell)
        {
            // Outputs are the same on every system: lines end as they do in the notebook file.
            cell.Write(isError, value?.ReplaceLineEndings("\n") ?? "");
        }
        else
        {
            outside.Write(value);
        }
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + "\n");

    /// <inheritdoc/>
    public override void WriteLine() => Write("\n");

    /// <inheritdoc/>
    public override void Flush() => outside.Flush();
}
