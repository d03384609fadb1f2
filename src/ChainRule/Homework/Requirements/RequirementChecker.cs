using System.Collections.Immutable;
using ChainRule.Calculus;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>Looks whether a block of judged claims meets what a teacher requires of it.</summary>
internal sealed class RequirementChecker(Declarations declarations, Judge judge)
{
    private readonly Engine _engine = new(declarations);

    /// <summary>Whether the requirement is met by the claims of its block.</summary>
    /// <param name="requirement">What is required.</param>
    /// <param name="claims">The judged claims of its block, in order.</param>
    /// <param name="explain">The rules between the sides of a right claim.</param>
    public RequirementResult Check(Requirement requirement, ImmutableArray<ClaimResult> claims, Func<ClaimResult, StepSize?> explain)
    {
        if (claims.IsEmpty)
        {
            return new(requirement, null, "There are no claims to look at.");
        }

        return requirement.Kind == RequirementKind.Rule ? Rule(requirement, claims, explain) : Line(requirement, claims);
    }

    private RequirementResult Line(Requirement requirement, ImmutableArray<ClaimResult> claims)
    {
        var isFirst = requirement.Kind == RequirementKind.First;
        var claim = isFirst ? claims[0] : claims[^1];
        if (claim.LeftTree is not { } left || claim.RightTree is not { } right)
        {
            return new(requirement, null, $"Line {claim.Line} can't be read.");
        }

        // What a chain of lines is about is the left side of its first.
        for (var i = claims.Length - 1; !isFirst && i >= 0 && claims[i].LeftTree is { } before && claims[i].RightTree is not null; i--)
        {
            left = before;
            if (!claims[i].Continues)
            {
                break;
            }
        }

        try
        {
            var (wantedLeft, wanted) = Read(requirement.Text);
            (wantedLeft, wanted) = Renamed(wantedLeft, wanted, judge.Letters(left, right));
            var isSame = wantedLeft is null ? Same(wanted, right) || (isFirst && Same(wanted, left)) : Same(wantedLeft, left) && Same(wanted, right);
            var printer = new ClaimFormula(declarations);
            return isSame
                ? claim.Status == ClaimStatus.Refuted ? new(requirement, false, $"Line {claim.Line} is wrong.") : new(requirement, true, $"It is line {claim.Line}.")
                : new(requirement, false, $"Line {claim.Line} says {TextPrinter.Print(wantedLeft is null ? printer.Of(right) : printer.Of(left, claim.Sign, right))}{(IsEqual(wanted, right) ? ", which is equal but not in that form" : string.Empty)}.");
        }
        catch (UnreadableException exception)
        {
            return new(requirement, null, $"The requirement can't be read: {exception.Message}");
        }
    }

    private (ClaimTree? Left, ClaimTree Right) Read(string text)
    {
        var reading = LatexReader.ReadWithProblems(text);
        if (reading.Problems is [var problem, ..])
        {
            throw new UnreadableException(problem.Span, problem.Message);
        }

        var claims = new ClaimReader(declarations).Read(reading);
        if (claims is [{ Problem: { } unread }, ..])
        {
            throw unread;
        }

        if (claims is [{ Claim: { } link }])
        {
            return (link.Left, link.Right);
        }

        return claims.Count > 1 ? throw new UnreadableException(default, "one formula or one equation is expected.") : (null, new ClaimParser(declarations).Expression(reading.Formula));
    }

    /// <summary>The index letters of what is required mean the claim's own, in the order in which they come.</summary>
    private (ClaimTree? Left, ClaimTree Right) Renamed(ClaimTree? left, ClaimTree right, ImmutableArray<string> letters)
    {
        var own = left is null ? judge.Letters(right) : judge.Letters(left, right);
        if (own.Length != letters.Length || own.All(letters.Contains))
        {
            return (left, right);
        }

        ClaimTree? Other(ClaimTree node) => node.Is(Head.Name) && own.IndexOf(node.Text, StringComparer.Ordinal) is >= 0 and var at ? ClaimTree.Name(letters[at]) : null;
        return (left?.Replace(Other), right.Replace(Other));
    }

    private bool Same(ClaimTree wanted, ClaimTree written) => string.Equals(Sorted(wanted), Sorted(written), StringComparison.Ordinal)
        || _engine.IsSameForm(wanted, written, new(Orientation.Mixed), judge.Letters(wanted, written));

    /// <summary>The tree as text, with terms (and factors of ⊙) in one order.</summary>
    private static string Sorted(ClaimTree tree)
    {
        var items = tree.Items.Select(Sorted);
        return $"{tree.Head}{tree.Text}({string.Join(", ", tree.Is(Head.Add) || (tree.Is(Head.Times) && tree.Text is "⊙") ? items.Order(StringComparer.Ordinal) : items)})";
    }

    private bool IsEqual(ClaimTree wanted, ClaimTree written)
    {
        try
        {
            return judge.Check(new(wanted, "=", written), new(Orientation.Mixed)).Holds;
        }
        catch (BudgetException)
        {
            return false;
        }
    }

    private static RequirementResult Rule(Requirement requirement, ImmutableArray<ClaimResult> claims, Func<ClaimResult, StepSize?> explain)
    {
        var wanted = requirement.Text.Trim();
        var ids = RuleCatalog.ById.Values.Where(rule => string.Equals(rule.Id, wanted, StringComparison.OrdinalIgnoreCase) || rule.Name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)).Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        if (ids.Count == 0 || wanted.Length == 0)
        {
            return new(requirement, null, $"There is no rule \"{wanted}\"; the rules are listed in docs/rules.md, for example \"chain rule\" or \"quotient rule\".");
        }

        (int Line, string How)? crowded = null;
        foreach (var claim in claims.Where(claim => claim.Status is ClaimStatus.Proved or ClaimStatus.Supported))
        {
            if (explain(claim) is not { } step || step.Rules.Where(rule => ids.Contains(rule.Id)).OrderBy(rule => rule.IsInside).FirstOrDefault() is not { } used)
            {
                continue;
            }

            if (!used.IsInside && step.Own <= StepSize.MostShown)
            {
                return new(requirement, true, $"Line {claim.Line} shows it.");
            }

            crowded ??= (claim.Line, used.IsInside ? "inside a fact that was put in at once" : $"together with {step.Own - 1} other rules");
        }

        return new(requirement, false, crowded is var (line, how) ? $"Line {line} uses it, but {how}; no line shows it." : "No right line uses it.");
    }
}
