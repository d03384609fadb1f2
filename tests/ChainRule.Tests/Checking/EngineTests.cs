using ChainRule.Checking;

namespace ChainRule.Tests.Checking;

/// <summary>What the engine adds to a verdict: derivations to compare, and the rules between two lines.</summary>
public class EngineTests
{
    [Fact]
    public void What_the_engine_says_of_a_claim_agrees_with_its_verdict()
    {
        var (said, all, failures) = (0, 0, new List<string>());
        foreach (var entry in CorpusTests.Read())
        {
            foreach (var (result, sides) in Checker.Said([.. entry.Givens], [entry.Claim]))
            {
                // Rounded numbers and indices that run over the end are the checker's business alone.
                if (result.Status is not (ClaimStatus.Proved or ClaimStatus.Supported or ClaimStatus.Refuted) || result.Sign != "=" || result.Fault == ClaimFault.Shape || System.Text.RegularExpressions.Regex.IsMatch(entry.Claim, @"\d\.\d"))
                {
                    continue;
                }

                all++;
                if (sides is not var (left, right))
                {
                    continue;
                }

                said++;
                var verdict = Verifier.Check(left, right);
                var isRight = result.Status != ClaimStatus.Refuted;
                if (verdict.Kind == VerdictKind.Refuted == isRight)
                {
                    failures.Add($"{result.Status} but {verdict}: {result.Source}\n   {left} = {right}");
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
        // What it can't say is recurrences (layers that are counted, too), convolutions, matrices cell by cell, limits, series, integrals and
        // suprema, and what is ill-shaped.
        Assert.True(said * 8 >= all * 5, $"{said} of {all} said");
    }
}
