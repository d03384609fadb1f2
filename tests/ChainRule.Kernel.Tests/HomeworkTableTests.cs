using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>The table that says which cell answers which homework question, beside the notebooks.</summary>
public partial class HomeworkTableTests
{
    /// <summary>Every question of the five documents.</summary>
    private const string Questions =
        """
        000.1 000.2a 000.2b 000.2c 000.2d 001.1 001.2a 001.2b 001.2c 001.3
        002.1.2a 002.1.2b 002.1.2c 002.1.2d 002.1.3a 002.1.3b 002.1.3c 002.1.4a 002.1.4b 002.1.4c 002.1.4d 002.1.4e 002.2.1 002.2.2
        003.7.1 003.7.3 003.7.5 003.7.6 003.7.7 003.7.9 003.7.10 003.7.14 003.7.15
        004.1.1 004.1.2 004.1.3 004.1.4 004.1.5 004.1.6 004.1.7 004.2.1 004.2.2 004.2.3 004.2.4 004.3 004.4.1 004.4.2 004.4.3
        004.5.1 004.5.2 004.5.3 004.5.4 004.5.5 004.5.6
        """;

    [Fact]
    public void Every_question_has_its_heading_and_an_executed_cell_below_it()
    {
        var rows = Row().Matches(File.ReadAllText(Repository.At("docs", "homework.md"))).ToDictionary(row => row.Groups["question"].Value, StringComparer.Ordinal);
        Assert.Equal(Questions.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries), rows.Keys);
        foreach (var (question, row) in rows)
        {
            var cells = JsonNode.Parse(File.ReadAllText(Repository.At("notebooks", row.Groups["notebook"].Value)))!["cells"]!.AsArray();
            var heading = cells.Select((cell, position) => (Text: string.Concat(cell!["source"]!.AsArray().Select(line => (string?)line)), Position: position))
                .Single(cell => (string?)cells[cell.Position]!["cell_type"] == "markdown" && cell.Text.Split('\n').Any(line => line.StartsWith("### ", StringComparison.Ordinal) && Words(line).Contains(question)));
            Assert.Contains(row.Groups["heading"].Value, heading.Text, StringComparison.Ordinal);
            var answer = cells[heading.Position + 1]!;
            Assert.Equal(row.Groups["cell"].Value, (string?)answer["id"]);
            Assert.Equal("code", (string?)answer["cell_type"]);
            Assert.NotNull((int?)answer["execution_count"]);
        }

        static string[] Words(string line) => line.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"^\| (?<question>\d{3}\.[\w.]+) \| \[(?<notebook>[\w.-]+)\]\([^)]+\) \| (?<heading>.+?) \| `(?<cell>[\w-]+)` \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
