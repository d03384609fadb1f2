using ChainRule.Checking;

namespace ChainRule.Tests.Checking;

/// <summary>What the engine adds to a verdict: derivations to compare, and the rules between two lines.</summary>
public class EngineTests(ITestOutputHelper output)
{
    [Fact]
    public void What_the_engine_says_of_a_claim_agrees_with_its_verdict()
    {
        var (said, all, failures) = (0, 0, new List<string>());
        foreach (var entry in CorpusTests.Read())
        {
            foreach (var (result, sides) in Checker.Said([.. entry.Givens], [entry.Claim]))
            {
                if (result.Status is not (ClaimStatus.Proved or ClaimStatus.Supported or ClaimStatus.Refuted) || result.Sign != "=")
                {
                    continue;
                }

                all++;
                if (sides is not var (left, right))
                {
                    output.WriteLine($"not said: {result.Source}");
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

        output.WriteLine($"{said} of {all} said");
        Assert.True(failures.Count == 0, $"{said}/{all} " + string.Join('\n', failures));
    }

    [Fact]
    public void Show()
    {
        var hw = new Homework().Given(
        @"z = W h + b",
        @"W \in \mathbb{R}^{C \times D}",
        @"\hat y = \mathrm{softmax}(z)",
        @"y \text{ one-hot}",
        @"L = -\sum_{i=1}^C y_i \log \hat y_i").ExplainSteps();
        var r = hw.Check(@"
\frac{\partial \hat y_i}{\partial z_j} &= \hat y_i (\delta_{ij} - \hat y_j) \\
\frac{\partial L}{\partial z_j} &= \sum_{i=1}^C \frac{\partial L}{\partial \hat y_i} \frac{\partial \hat y_i}{\partial z_j} \\
 &= \sum_{i=1}^C -\frac{y_i}{\hat y_i} \hat y_i (\delta_{ij} - \hat y_j) \\
 &= -y_j + \hat y_j \sum_i y_i \\
 &= \hat y_j - y_j \\
 \frac{\partial L}{\partial W} &= (\hat y - y) h^T \\
\frac{\partial L}{\partial W} &= \hat y y^T W + W \\
\frac{\partial L}{\partial z_j} &= \sum_{i=1}^C \frac{\partial L}{\partial \hat y_i} \frac{\partial \hat y_i}{\partial z_j} \\
 &= \exp(\hat y_j) + 7 h_1 \\
\frac{\partial \hat y}{\partial z} &= \hat y \hat y^T + 3 I \\
\hat y_i &= \exp(z_i - 3)");
        output.WriteLine(ChainRule.Views.HomeworkView.Show(r).Text);
        File.WriteAllText("/tmp/check-show.html", ChainRule.Views.HomeworkView.Show(r).Html);
    }
}
