namespace ChainRule.Kernel.Sessions;

/// <summary>
/// What a cell reads from <see cref="Console.In"/>: the lines that its front end's person types. Where nobody can be asked, reading
/// finds the end.
/// </summary>
internal sealed class ConsoleInput : TextReader
{
    /// <summary>The rest of a line of which characters were read one by one.</summary>
    private string _rest = "";

    /// <inheritdoc/>
    public override string? ReadLine()
    {
        if (_rest.Length > 0)
        {
            var line = _rest.TrimEnd('\n');
            _rest = "";
            return line;
        }

        return OutputCollector.Current?.ReadLine();
    }

    /// <inheritdoc/>
    public override int Peek() => Fill() ? _rest[0] : -1;

    /// <inheritdoc/>
    public override int Read()
    {
        if (!Fill())
        {
            return -1;
        }

        var first = _rest[0];
        _rest = _rest[1..];
        return first;
    }

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count)
    {
        if (count == 0 || !Fill())
        {
            return 0;
        }

        var length = Math.Min(count, _rest.Length);
        _rest.CopyTo(0, buffer, index, length);
        _rest = _rest[length..];
        return length;
    }

    private bool Fill()
    {
        if (_rest.Length == 0 && OutputCollector.Current?.ReadLine() is { } line)
        {
            _rest = line + "\n";
        }

        return _rest.Length > 0;
    }
}
