using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ChainRule.Kernel.Sessions;

/// <summary>What went wrong in a cell, in the words of the notebook: cells and lines, no files, no machinery.</summary>
internal static partial class CellErrors
{
    private const int MostDiagnostics = 10;
    private const int MostFrames = 20;

    /// <summary>The name that the code of a cell has in errors.</summary>
    public static string CellName(int number) => $"cell {number}";

    /// <summary>The errors of the compiler, each with its line and a caret below the place.</summary>
    /// <param name="diagnostics">What the compiler says.</param>
    /// <param name="code">The cell.</param>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="cell">The cell as it was compiled; null where that is not at hand.</param>
    public static ErrorOutput Compilation(IEnumerable<Diagnostic> diagnostics, string code, string folder, CSharpCompilation? cell = null)
    {
        var errors = diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
            .ToList();

        // What the parser could not read leaves names that nobody meant: they are no errors of their own.
        if (errors.Exists(IsSyntax))
        {
            errors.RemoveAll(error => !IsSyntax(error));
        }

        // What was added to a line (see TopLevel) says again what is wrong with what was typed.
        var lines = code.Split('\n');
        if (errors.Exists(IsTyped))
        {
            errors.RemoveAll(error => !IsTyped(error));
        }

        var traceback = ImmutableArray.CreateBuilder<string>();
        foreach (var error in errors.Take(MostDiagnostics))
        {
            traceback.AddRange(Describe(error, lines, folder));
        }

        if (errors.Count > MostDiagnostics)
        {
            traceback.Add($"… and {errors.Count - MostDiagnostics} more");
        }

        traceback.AddRange(errors.Select(error => CompilerHints.For(error, cell)).OfType<string>().Distinct(StringComparer.Ordinal));
        return new(errors[0].Id, WithoutFolder(errors[0].GetMessage(), folder), traceback.ToImmutable());

        bool IsTyped(Diagnostic error) =>
            !error.Location.IsInSource || (error.Location.GetLineSpan().StartLinePosition is var start && start.Line < lines.Length && start.Character <= lines[start.Line].Length);
    }

    /// <summary>The warnings of the compiler, each with its line.</summary>
    /// <remarks>Without columns: the code that was compiled has interruption checks in its lines.</remarks>
    public static IEnumerable<string> Warnings(IEnumerable<Diagnostic> diagnostics, string code)
    {
        var lines = code.Split('\n').Length;
        return diagnostics
            .Where(diagnostic => diagnostic is { Severity: DiagnosticSeverity.Warning, IsSuppressed: false } && diagnostic.Location.IsInSource)
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
            .Where(diagnostic => diagnostic.Location.GetLineSpan().StartLinePosition.Line < lines)
            .Select(diagnostic => $"{Path.GetFileName(diagnostic.Location.SourceTree!.FilePath)}, line {diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1}: warning {diagnostic.Id}: {diagnostic.GetMessage()}")
            .Distinct(StringComparer.Ordinal)
            .Take(MostDiagnostics);
    }

    /// <summary>A line that the host can't carry out.</summary>
    public static ErrorOutput Directive(DirectiveException error, int cell) =>
        new("Directive", error.Message, [error.Message, $"   at {CellName(cell)}, line {error.Line}"]);

    /// <summary>A cell that was stopped.</summary>
    public static ErrorOutput Stopped(string name, string message) => new(name, message, [$"{name}: {message}"]);

    /// <summary>An exception with its message and the frames that belong to the notebook.</summary>
    public static ErrorOutput Runtime(Exception exception, string folder)
    {
        exception = Unwrap(exception);
        var message = WithoutFolder(exception.Message.ReplaceLineEndings("\n"), folder);
        var name = TypeName(exception.GetType());
        var frames = Frames(exception);

        // The library's own errors are written for the reader: the type and the way there would only be in the way.
        if (exception is ChainRuleException)
        {
            return new(name, message, [message, .. frames.Take(1)]);
        }

        var traceback = ImmutableArray.CreateBuilder<string>();
        traceback.Add($"{name}: {message}");
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            traceback.Add($"   caused by {TypeName(cause.GetType())}: {WithoutFolder(cause.Message.ReplaceLineEndings("\n"), folder)}");
        }

        traceback.AddRange(frames.Take(MostFrames));
        if (frames.Count > MostFrames)
        {
            traceback.Add($"   … and {frames.Count - MostFrames} more");
        }

        return new(name, message, traceback.ToImmutable());
    }

    private static bool IsSyntax(Diagnostic error) =>
        error.Location.SourceTree is { } tree && tree.GetDiagnostics().Contains(error);

    private static IEnumerable<string> Describe(Diagnostic error, string[] lines, string folder)
    {
        var message = $"{error.Id}: {WithoutFolder(error.GetMessage(), folder)}";
        if (!error.Location.IsInSource)
        {
            yield return message;
            yield break;
        }

        var span = error.Location.GetLineSpan();
        var start = span.StartLinePosition;
        yield return $"{Path.GetFileName(span.Path)}, line {start.Line + 1}, column {start.Character + 1}: {message}";
        if (start.Line >= lines.Length)
        {
            yield break;
        }

        var line = lines[start.Line].TrimEnd('\r');
        var end = span.EndLinePosition.Line == start.Line ? span.EndLinePosition.Character : line.Length;
        var width = Math.Max(1, Math.Min(end, line.Length) - start.Character);

        // Tabs before the place are kept in the line of carets, so that it lines up whatever a tab's width is.
        var indent = string.Concat(line.Take(start.Character).Select(c => c == '\t' ? '\t' : ' ')).PadRight(start.Character);
        yield return $"    {line}";
        yield return $"    {indent}{new string('^', width)}";
    }

    private static Exception Unwrap(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Unwrap(only),
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        TypeInitializationException { InnerException: { } inner } => Unwrap(inner),
        _ => exception,
    };

    private static List<string> Frames(Exception exception)
    {
        var frames = new List<string>();
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            var onlyLine = Submissions.OneLineCell(frame.GetMethod());
            var file = onlyLine ?? Path.GetFileName(frame.GetFileName());
            if (file is null || !Cell().IsMatch(file))
            {
                continue;
            }

            var place = $"{file}, line {(onlyLine is null ? frame.GetFileLineNumber() : 1)}";
            var text = FunctionName(frame.GetMethod()) is { } function ? $"   at {function} ({place})" : $"   at {place}";

            // An await leaves the same frame twice.
            if (frames.Count == 0 || !string.Equals(frames[^1], text, StringComparison.Ordinal))
            {
                frames.Add(text);
            }
        }

        return frames;
    }

    /// <summary>The name that the author gave the function, or null for the cell itself.</summary>
    private static string? FunctionName(MethodBase? method)
    {
        if (method is null)
        {
            return null;
        }

        // Async functions and iterators run in a class of their own, named after them.
        var owner = method.DeclaringType;
        var name = method.Name;
        if (name is "MoveNext" && owner is { Name: ['<', ..] })
        {
            name = owner.Name;
            owner = owner.DeclaringType;
        }

        if (name.Contains("<Initialize>", StringComparison.Ordinal) && !name.Contains("g__", StringComparison.Ordinal))
        {
            return name.Contains("b__", StringComparison.Ordinal) ? "a lambda" : null;
        }

        if (name is "<Factory>" or "<Main>")
        {
            return null;
        }

        var local = LocalFunction().Match(name);
        if (local.Success)
        {
            return local.Groups["name"].Value;
        }

        if (name.Contains(">b__", StringComparison.Ordinal))
        {
            return "a lambda";
        }

        var generated = Generated().Match(name);
        name = generated.Success ? generated.Groups["name"].Value : name;
        var isTopLevel = owner is null || owner.Name.StartsWith("Submission#", StringComparison.Ordinal) || owner.Name.Contains('<', StringComparison.Ordinal);
        if (name is ".ctor" or ".cctor")
        {
            return isTopLevel ? null : $"new {TypeName(owner!)}";
        }

        name = name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal) ? name[4..] : name;
        return isTopLevel ? name : $"{TypeName(owner!)}.{name}";
    }

    private static string TypeName(Type type) => type.Name.Split('`')[0];

    /// <summary>A message is the same on every machine: files are named from the notebook's folder.</summary>
    private static string WithoutFolder(string message, string folder) =>
        message.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    [GeneratedRegex(@"^cell \d+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Cell();

    [GeneratedRegex(@">g__(?<name>[^|]+)\|", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LocalFunction();

    [GeneratedRegex("^<(?<name>[^<>]+)>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Generated();
}
