using System.Text;

namespace ChainRule.Tests.Calculus;

/// <summary>The table of rules that people read is the one that the engine uses.</summary>
public class RuleCatalogTests
{
    [Fact]
    public void The_table_in_the_docs_is_the_table_in_the_code()
    {
        var text = new StringBuilder("""
            # The rules

            Every step of a derivation names one of these rules by its identifier, which never changes. `derivation.Replay()` looks each
            rule up again by its identifier, applies it to what the step says it was applied to, and wants what the step says came out.
            A rule fits one node of an expression; the engine decides where. Conditions that are not known to hold stay on the step and
            are shown with it.

            This page is made from the code: `CHAINRULE_APPROVE=1 dotnet run --project tests/ChainRule.Tests -- -class "*RuleCatalogTests"`.

            """.ReplaceLineEndings("\n"));
        foreach (var (heading, rules) in RuleCatalog.Tables)
        {
            text.Append("\n## ").Append(heading).Append("\n\n| identifier | name | statement |\n|---|---|---|\n");
            foreach (var rule in rules)
            {
                // Inside a table a vertical bar ends the cell, and GitHub reads no line breaks.
                text.Append("| `").Append(rule.Id).Append("` | ").Append(rule.Name).Append(" | $").Append(rule.Statement.Replace("|", @"\vert ", StringComparison.Ordinal)).Append("$ |\n");
            }
        }

        Approved.MatchesInRepository("docs/rules.md", text.ToString());
    }

    [Fact]
    public void An_identifier_names_one_rule()
    {
        var all = RuleCatalog.Tables.SelectMany(table => table.Rules).ToList();
        Assert.Equal(all.Count, RuleCatalog.ById.Count);
        Assert.All(all, rule => Assert.Matches("^[a-z][a-z0-9-]*$", rule.Id));
    }
}
