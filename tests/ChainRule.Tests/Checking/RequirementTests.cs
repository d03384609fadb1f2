using ChainRule.Checking;
using ChainRule.Views;

namespace ChainRule.Tests.Checking;

/// <summary>What a teacher requires of an answer, and the rules between its lines.</summary>
public class RequirementTests
{
    private const string Full = @"
        \frac{\partial L}{\partial z_j} &= \sum_{i=1}^C \frac{\partial L}{\partial \hat y_i} \frac{\partial \hat y_i}{\partial z_j} \\
         &= \sum_{i=1}^C -\frac{y_i}{\hat y_i} \hat y_i (\delta_{ij} - \hat y_j) \\
         &= -y_j + \hat y_j \sum_i y_i \\
         &= \hat y_j - y_j";

    private const string Jump = @"\frac{\partial L}{\partial z_j} = \hat y_j - y_j";

    private static Homework CrossEntropy() => new Homework().Given(
        @"z = W h + b",
        @"W \in \mathbb{R}^{C \times D}",
        @"\hat y = \mathrm{softmax}(z)",
        @"y \text{ one-hot}",
        @"L = -\sum_{i=1}^C y_i \log \hat y_i");

    [Theory]
    [InlineData(null, @"\hat y_j - y_j", null, true)]
    [InlineData(null, @"-y_k + \hat y_k", null, true)] // another order, another letter
    [InlineData(null, @"\frac{\partial L}{\partial z_j} = \hat y_j - y_j", null, true)]
    [InlineData(null, @"\frac{\partial L}{\partial b_j} = \hat y_j - y_j", null, false)]
    [InlineData(null, @"\sum_i y_i (\hat y_j - \delta_{ij})", null, false)] // equal, in another form
    [InlineData(@"\frac{\partial L}{\partial z_j} = \sum_{k=1}^C \frac{\partial L}{\partial \hat y_k} \frac{\partial \hat y_k}{\partial z_j}", null, null, true)]
    [InlineData(@"\sum_i \frac{\partial \hat y_i}{\partial z_j} \frac{\partial L}{\partial \hat y_i}", null, null, true)]
    [InlineData(@"\frac{\partial L}{\partial z_j} = \hat y_j - y_j", null, null, false)]
    [InlineData(null, null, "chain rule", true)]
    [InlineData(null, null, "sums-to-one", true)]
    [InlineData(null, null, "quotient rule", false)] // inside the local derivatives only
    [InlineData(null, null, "independence", false)]
    public void Lines_and_rules_are_looked_for(string? first, string? last, string? rule, bool met)
    {
        var report = CrossEntropy().Require(first, last, rule).Check(Full);
        Assert.Equal(4, report.Right);
        var result = Assert.Single(report.Requirements);
        Assert.True(met == result.Met, result.Message);
        Assert.Equal(met, report.IsRight);
    }

    [Fact]
    public void An_answer_at_one_go_shows_no_rule_and_the_message_says_where_it_was_used()
    {
        var report = CrossEntropy().Require(rule: "quotient rule").Check(Jump);
        var result = Assert.Single(report.Requirements);
        Assert.False(result.Met);
        Assert.Contains("Line 1 uses it", result.Message, StringComparison.Ordinal);
        Assert.False(report.IsRight);
        Assert.Contains("not met", HomeworkView.Show(report).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_but_in_another_form_is_said_to_be()
    {
        var report = CrossEntropy().Require(last: @"\hat y_j - \sum_i y_i \delta_{ij}").Check(Jump);
        Assert.Contains("equal but not in that form", Assert.Single(report.Requirements).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\frac{x}", null)]
    [InlineData(null, "golden rule")]
    public void What_can_t_be_looked_for_is_neither_met_nor_not(string? last, string? rule)
    {
        var result = Assert.Single(CrossEntropy().Require(last: last, rule: rule).Check(Jump).Requirements);
        Assert.Null(result.Met);
        Assert.NotEmpty(result.Message);
    }

    [Fact]
    public void In_files_they_hold_for_the_next_block_of_claims()
    {
        var parts = HomeworkText.FromMarkdown("""
            ```given
            x \in \mathbb{R}^n
            q = x^T x
            ```
            ```require
            last: $2 x$
            rule: power rule
            colour: blue
            ```
            ```check
            \nabla_x q = x + x
            ```
            ```check
            \nabla_x q = 2 x
            ```
            ```require
            first: x
            ```
            """);
        var report = HomeworkText.Check(parts);
        Assert.Equal([1, 1, 1, 3], report.Requirements.OrderBy(result => result.Requirement.Block).Select(result => result.Requirement.Block));
        Assert.Equal(false, report.Requirements.Single(result => result.Requirement.Kind == RequirementKind.Last).Met);
        Assert.Null(report.Requirements.Single(result => result.Requirement.Text.Contains("blue", StringComparison.Ordinal)).Met);
        Assert.Contains("No block", report.Requirements.Single(result => result.Requirement.Block == 3).Message, StringComparison.Ordinal);
        Assert.Equal(HomeworkPartKind.Require, HomeworkText.FromLatex(@"\begin{require}rule: chain rule\end{require}").Single().Kind);
        Assert.Equal("rule: chain rule", HomeworkText.FromCell("#!require rule: chain rule\n#!check\nx = x").First().Text);
    }

    [Fact]
    public void Steps_name_the_rules_between_two_lines_where_it_was_asked_for()
    {
        Assert.All(CrossEntropy().Check(Full).Claims, claim => Assert.Null(claim.Step));
        var steps = CrossEntropy().ExplainSteps().Check(Full).Claims.Select(claim => claim.Step!).ToList();
        Assert.All(steps, step => Assert.True(step.IsProved));
        Assert.Equal(["chain"], steps[0].Rules.Select(rule => rule.Id));
        Assert.Contains(steps[1].Rules, rule => rule is { Id: "quotient", IsInside: true });
        Assert.Contains(steps[2].Rules, rule => rule is { Id: "contract-delta", IsInside: false });
        Assert.Equal("By one rule: y is one-hot.", steps[3].ToString());
        var jump = CrossEntropy().ExplainSteps().Check(@"\frac{\partial \hat y_i}{\partial z_j} = \hat y_i (\delta_{ij} - \hat y_j)").Claims[0].Step!;
        Assert.Contains("quotient rule", jump.ToString(), StringComparison.Ordinal);
        Assert.Contains("were used at once", jump.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_repair_there_is_the_right_result_and_a_derivation_to_compare()
    {
        var claim = Assert.Single(CrossEntropy().Check(@"\frac{\partial L}{\partial W} = \hat y y^T W + W").Claims);
        Assert.Null(claim.Repair);
        Assert.Equal("(ŷ − y) hᵀ", claim.Solution!.Result.ToString());
        Assert.True(claim.Solution.Derivation.Replay().Holds);
        var bundle = HomeworkView.Show(CrossEntropy().Check(@"\frac{\partial L}{\partial W} = \hat y y^T W + W"));
        Assert.Contains("Right would be ∂L/∂W = (ŷ − y) hᵀ", bundle.Text, StringComparison.Ordinal);
        Assert.Contains("[chain rule through z]", bundle.Text, StringComparison.Ordinal);
        Assert.Contains("<details><summary>The derivation to compare", bundle.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_derivation_to_compare_goes_on_from_the_last_right_line()
    {
        var claim = CrossEntropy().Check(@"\frac{\partial L}{\partial z_j} &= \sum_{i=1}^C -\frac{y_i}{\hat y_i} \hat y_i (\delta_{ij} - \hat y_j) \\ &= e^{\hat y_j} + 7 h_1").Claims[1];
        Assert.Null(claim.Repair);
        Assert.Equal("ŷ_j − y_j", claim.Solution!.Result.ToString());
        Assert.StartsWith("Σ", claim.Solution.Of.ToString(), StringComparison.Ordinal);
    }
}
