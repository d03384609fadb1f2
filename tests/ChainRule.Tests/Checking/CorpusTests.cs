using System.Runtime.CompilerServices;
using ChainRule.Checking;

namespace ChainRule.Tests.Checking;

/// <summary>
/// Claims in plain text files beside this test: each with its verdict, and the kind of mistake for the wrong ones. Part of them was
/// written by hand from textbooks' mistakes before the table of repairs existed, part are the lines of handed-in homework.
/// </summary>
public class CorpusTests
{
    public static TheoryData<string> Sections() => [.. Read().Select(entry => entry.Section).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Sections))]
    public void Every_claim_has_its_verdict_and_every_mistake_its_name(string section)
    {
        var failures = new List<string>();
        foreach (var entry in Read().Where(entry => string.Equals(entry.Section, section, StringComparison.Ordinal)))
        {
            var report = new Homework().Given([.. entry.Givens]).Check(entry.Claim);
            Assert.Empty(report.UnreadGivens);
            if (entry.Verdict == "chain")
            {
                var words = string.Join(", ", report.Claims.Select(Word));
                if (words != entry.Kind)
                {
                    failures.Add($"chain {entry.Kind}: {entry.Claim}\n  but {words}: {string.Join(' ', report.Claims.Select(claim => claim.Message))}");
                }

                continue;
            }

            // What a line defines on the way is no claim, unless it does nothing else.
            var claims = report.Claims.Where(claim => claim.Status != ClaimStatus.Definition).ToList();
            var claim = report.FirstWrong ?? claims.Find(claim => claim.Status is not (ClaimStatus.Proved or ClaimStatus.Supported)) ?? claims.FirstOrDefault() ?? report.Claims[0];
            var verdict = Verdict(claim);
            if (verdict != entry.Verdict || (entry.Kind is { } kind && kind != claim.Repair?.Id))
            {
                failures.Add($"{entry.Verdict} {entry.Kind}: {entry.Claim}\n  but {verdict} {claim.Repair?.Id}: {claim.Message}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static string Verdict(ClaimResult claim) => claim.Status switch
    {
        ClaimStatus.Refuted => "wrong",
        ClaimStatus.Proved or ClaimStatus.Supported => "right",
        ClaimStatus.Unreadable => "unread",
        _ => claim.Status.ToString(),
    };

    /// <summary>One relation of a chain: its verdict with the kind of mistake, or that it follows from a wrong one.</summary>
    private static string Word(ClaimResult claim) => claim.FollowsFrom is not null ? "follows" : claim.Repair is { } repair ? $"wrong {repair.Id}" : Verdict(claim);

    [Fact]
    public void It_is_large_enough_and_half_of_it_is_wrong()
    {
        var entries = Read().ToList();
        Assert.True(entries.Count >= 150, $"{entries.Count} claims");
        var wrong = entries.Count(entry => entry.Verdict == "wrong" || (entry.Verdict == "chain" && entry.Kind!.Contains("wrong", StringComparison.Ordinal)));
        Assert.True(wrong * 5 >= entries.Count * 2, $"{wrong} of {entries.Count} are wrong");
    }

    internal static IEnumerable<(string Section, IReadOnlyList<string> Givens, string Verdict, string? Kind, string Claim)> Read([CallerFilePath] string here = "")
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(here)!, "Corpus"), "*.txt").Order(StringComparer.Ordinal))
        {
            var (section, givens) = (string.Empty, new List<string>());
            foreach (var line in File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
            {
                if (line.StartsWith("==", StringComparison.Ordinal))
                {
                    (section, givens) = ($"{Path.GetFileNameWithoutExtension(file)}: {line[2..].Trim()}", []);
                    continue;
                }

                var colon = line.IndexOf(':', StringComparison.Ordinal);
                var (key, text) = (line[..colon].Split(' ', 2), line[(colon + 1)..].Trim());
                if (key[0] == "given")
                {
                    givens.Add(text);
                }
                else
                {
                    yield return (section, givens, key[0], key.Length > 1 ? key[1] : null, text);
                }
            }
        }
    }
}
