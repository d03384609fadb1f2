using System.Text.RegularExpressions;
using ChainRule.Kernel.Sessions;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>What the README and the docs say is true: their code runs, their pictures and files are there.</summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> Pages() => ["README.md", .. Directory.GetFiles(Repository.At("docs"), "*.md").Select(file => $"docs/{Path.GetFileName(file)}").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_code_sample_runs(string page)
    {
        var text = File.ReadAllText(Repository.At(page.Split('/')));
        var samples = Sample().Matches(text).Select(match => match.Groups["code"].Value).ToList();
        Assert.Equal(text.Contains("```csharp", StringComparison.Ordinal), samples.Count > 0);
        var session = new CSharpSession(Repository.At());
        for (var cell = 0; cell < samples.Count; cell++)
        {
            var result = await session.RunAsync(samples[cell], cell + 1, interrupt: TestContext.Current.CancellationToken);
            Assert.True(result.Error is null, $"{samples[cell]}\n{result.Error?.Value}");
            Assert.True(result.Outputs.Length > 0 || samples[cell].Contains(" class ", StringComparison.Ordinal), samples[cell]);
        }
    }

    [Fact]
    public async Task Every_name_that_the_README_calls_can_be_written_in_a_cell()
    {
        var names = Span().Matches(File.ReadAllText(Repository.At("README.md")))
            .SelectMany(span => Called().Matches(Quoted().Replace(span.Value, "")))
            .Select(match => match.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        Assert.Contains("Kinks", names);
        Assert.InRange(names.Count, 25, 200);
        var session = new CSharpSession(Repository.At());
        var result = await session.RunAsync(string.Join('\n', names.Select(name => $"_ = nameof({name});")), 1, interrupt: TestContext.Current.CancellationToken);
        Assert.True(result.Error is null, string.Join('\n', result.Error?.Traceback ?? []));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_file_that_it_names_is_there(string page)
    {
        var folder = Path.GetDirectoryName(page)!;
        var files = Link().Matches(File.ReadAllText(Repository.At(page.Split('/')))).Select(match => match.Groups["path"].Value).Where(path => !path.Contains(':', StringComparison.Ordinal) && !path.StartsWith('#')).ToList();
        Assert.All(files, path => Assert.True(Path.Exists(Path.GetFullPath(Path.Combine(Repository.At(), folder, path.Split('#')[0]))), path));
    }

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();

    /// <summary>Code in a sentence.</summary>
    [GeneratedRegex("(?<!`)`[^`]+`(?!`)", RegexOptions.None, 1000)]
    private static partial Regex Span();

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex Quoted();

    /// <summary>A name that something is asked of, and that is no member of anything itself; single letters are the reader's own.</summary>
    [GeneratedRegex(@"(?<![.\w\\-])(?<name>[A-Z]\w+)[.(]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Called();

    [GeneratedRegex(@"(\]\(|src=""|srcset="")(?<path>[^)""\s]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
