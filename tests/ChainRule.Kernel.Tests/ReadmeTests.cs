using System.Text.RegularExpressions;
using ChainRule.Kernel.Sessions;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>What the README says is true: its code runs, its pictures and files are there.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Text = File.ReadAllText(Repository.At("README.md"));

    [Fact]
    public async Task Every_code_sample_runs()
    {
        var samples = Sample().Matches(Text).Select(match => match.Groups["code"].Value).ToList();
        Assert.NotEmpty(samples);
        var session = new CSharpSession(Repository.At());
        for (var cell = 0; cell < samples.Count; cell++)
        {
            var result = await session.RunAsync(samples[cell], cell + 1, interrupt: TestContext.Current.CancellationToken);
            Assert.True(result.Error is null, $"{samples[cell]}\n{result.Error?.Value}");
            Assert.NotEmpty(result.Outputs);
        }
    }

    [Fact]
    public void Every_file_that_it_names_is_there()
    {
        var files = Link().Matches(Text).Select(match => match.Groups["path"].Value).Where(path => !path.Contains(':', StringComparison.Ordinal) && !path.StartsWith('#')).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, path => Assert.True(Path.Exists(Repository.At(path.Split('/'))), path));
    }

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();

    [GeneratedRegex(@"(\]\(|src=""|srcset="")(?<path>[^)""\s]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
