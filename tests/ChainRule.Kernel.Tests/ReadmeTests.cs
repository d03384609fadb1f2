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

    [GeneratedRegex(@"(\]\(|src=""|srcset="")(?<path>[^)""\s]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
