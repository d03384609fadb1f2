namespace ChainRule.Checking;

/// <summary>
/// Looks for the smallest repair of a wrong claim: single edits by cost, then pairs of cheap ones. A repair counts only when the
/// repaired claim holds at the points at which the claim was judged and again at fresh ones.
/// </summary>
internal sealed class Repairer(Declarations declarations, Judge judge, Judge fresh)
{
    private const int MostSingles = 2500;
    private const int MostPairs = 2500;
    private const int CheapEnough = 2;

    /// <summary>The repair, or null where none was found.</summary>
    public Repair? Find(Link link, Reading reading)
    {
        var isReversed = (IsTruth(link.Right) && !IsTruth(link.Left)) || (link.Right.IsNumber("0") && !IsTruth(link.Left) && !link.Left.IsNumber("0") && link.Left.Head is not (Head.Elsewhere or Head.Integral));
        _isReversed = isReversed;
        var (truth, claimed) = isReversed ? (link.Right, link.Left) : (link.Left, link.Right);
        if (claimed.Head is Head.Set)
        {
            return Sizes(link, reading);
        }

        Link With(ClaimTree side) => isReversed ? link with { Left = side } : link with { Right = side };
        var edits = new Edits(declarations, judge.Letters(link.Left, link.Right));
        // A repair that says no more than that the left side is the left side restates the answer.
        var bare = Untransposed(truth);
        var tried = new HashSet<ClaimTree>(ClaimTree.Equality) { claimed, truth };
        var isCircular = (truth.Is(Head.Derivative) || truth is { Head: Head.Call, Order: > 0 }) && !claimed.Nodes().Any(truth.SameAs);
        // f′(x) = f′(x), in one of the cases, says nothing either.
        bool IsNew(Edit edit) => !(isCircular && edit.Tree.Nodes().Any(truth.SameAs)) && !(bare.Head is Head.Name or Head.Entry or Head.Bars or Head.Norm && Untransposed(edit.Tree).SameAs(bare)) && !(edit.Tree.Is(Head.Times) && edit.Tree.Items.Where(item => !item.IsNumber("1")).ToList() is [var alone] && alone.SameAs(truth)) && tried.Add(edit.Tree);
        var singles = edits.Of(claimed, truth).Where(IsNew).Take(MostSingles).ToList();
        // Without a derivative that only shifts the work, a claim by another derivative is weighed among the edits of its cost.
        foreach (var edit in singles.Where(edit => edit.Cost < 4))
        {
            if (Holds(With(edit.Tree), reading))
            {
                return Made(edit, With(edit.Tree), edit.Tree);
            }
        }

        var cheap = singles.Where(edit => edit.Cost <= CheapEnough).Take(90).ToList();
        var pairs = cheap.SelectMany(first => edits.Of(first.Tree, truth, CheapEnough).Select(second => (first, second)))
            .Where(pair => pair.first.Cost + pair.second.Cost <= 2 * CheapEnough - 1).ToList();
        foreach (var (first, second) in pairs.OrderBy(pair => pair.first.Cost + pair.second.Cost).Where(pair => IsNew(pair.second)).Take(MostPairs / 4))
        {
            if (Holds(With(second.Tree), reading))
            {
                return Made(first with { Description = first.Description + ", and " + second.Description }, With(second.Tree), second.Tree);
            }
        }

        foreach (var edit in singles.Where(edit => edit.Cost >= 4))
        {
            if (Holds(With(edit.Tree), reading) && !IsWhole(edit.Tree) && (edit.Premise is not { } premise || Holds(link with { Left = premise, Right = claimed }, reading)))
            {
                return Made(edit, With(edit.Tree), edit.Tree);
            }
        }

        // What was written is 0 everywhere, and the term that is added to it the whole answer.
        bool IsWhole(ClaimTree repaired) => repaired is { Head: Head.Add, Items: [var first, var added] } && first.SameAs(claimed) && Holds(With(added), reading);

        foreach (var edit in edits.OtherDerivatives(truth).Concat(edits.OtherGoals(truth)).Concat(truth.Is(Head.Times) ? edits.Convolutions(truth) : []))
        {
            var other = isReversed ? link with { Right = edit.Tree } : link with { Left = edit.Tree };
            if (Holds(other, reading))
            {
                return Made(edit, other, claimed);
            }
        }

        if (truth.Is(Head.Big) || (truth.Is(Head.Add) && claimed.Head is Head.Name or Head.Number) || (truth.Is(Head.Times) && claimed.Head is Head.Identity))
        {
            // Σ_i A_ij = 1: nothing says that the mistake is on the right.
            foreach (var edit in edits.Of(truth, claimed).Where(edit => edit.Cost <= CheapEnough))
            {
                var other = isReversed ? link with { Right = edit.Tree } : link with { Left = edit.Tree };
                if (Holds(other, reading))
                {
                    return Made(edit, other, claimed);
                }
            }
        }

        foreach (var (first, second) in pairs.Concat(cheap.Take(40).SelectMany(first => edits.Of(first.Tree, truth, 3).Select(second => (first, second))))
            .Where(pair => IsNew(pair.second)).Take(MostPairs))
        {
            if (Holds(With(second.Tree), reading))
            {
                return Made(first with { Description = first.Description + ", and " + second.Description }, With(second.Tree), second.Tree);
            }
        }

        return null;
    }

    private static ClaimTree Untransposed(ClaimTree tree) => tree.Is(Head.Transpose) ? Untransposed(tree[0]) : tree.Replace(node => node.Is(Head.Transpose) ? Untransposed(node[0]) : null);

    private static bool IsTruth(ClaimTree tree) => tree.Is(Head.Derivative) || (tree.Is(Head.Entry) && tree[0].Is(Head.Derivative));

    private bool Holds(Link link, Reading reading)
    {
        if (link.Any(node => node.Is(Head.Derivative) && node[0].SameAs(node[1])))
        {
            // ∂z/∂z says nothing.
            return false;
        }

        try
        {
            // Most candidates fail at the first point, unless it lies outside of what both sides are defined for.
            // A division by what is 0 at half of the points would hold at the other half: a repair has a value wherever the truth has one.
            return !judge.FailsAtOnce(link, reading) && judge.CheckCases(link, reading) is { Holds: true, Undefined: 0 } first && !IsNarrower(first) && fresh.CheckCases(link, reading) is { Holds: true, Undefined: 0 };
        }
        catch (UnreadableException)
        {
            // An edit that can't be evaluated is no repair.
            return false;
        }
    }

    /// <summary>A repair that has no value where what it should equal has one only hides the mistake: a case turned round covers nothing.</summary>
    private bool IsNarrower(Outcome outcome) => (_isReversed ? outcome.Alone.Left < outcome.Alone.Right : outcome.Alone.Right < outcome.Alone.Left);

    private bool _isReversed;

    private Repair Made(Edit edit, Link link, ClaimTree side)
    {
        var printer = new ClaimFormula(declarations);
        return new(edit.Kind, Capital(edit.Description), printer.Of(link.Left, link.Sign, link.Right), printer.Of(side));
    }

    /// <summary>A sentence that begins with a word, not with a formula, begins with a capital.</summary>
    private static string Capital(string words) => words.StartsWith("the ", StringComparison.Ordinal) || words.StartsWith("this ", StringComparison.Ordinal) || words.StartsWith("it ", StringComparison.Ordinal) || words.StartsWith("an ", StringComparison.Ordinal)
        || words.StartsWith("every ", StringComparison.Ordinal) || words.StartsWith("each ", StringComparison.Ordinal) || words.StartsWith("along ", StringComparison.Ordinal) || words.StartsWith("in each ", StringComparison.Ordinal)
        ? char.ToUpperInvariant(words[0]) + words[1..] : words;

    /// <summary>Sizes the wrong way round in a claim about a shape.</summary>
    private Repair? Sizes(Link link, Reading reading)
    {
        var turned = link.Right.With([.. link.Right.Items.Reverse()]);
        if (link.Right.Items.Length == 2 && Holds(link with { Right = turned }, reading))
        {
            return Made(new(RepairKinds.Transpose, 1, "the sizes are the wrong way round", turned), link with { Right = turned }, turned);
        }

        for (var axis = 0; axis < link.Right.Items.Length; axis++)
        {
            foreach (var step in new[] { 1, -1 })
            {
                var other = link.Right.With(axis, Edits.Shifted(link.Right[axis], step));
                if (Holds(link with { Right = other }, reading))
                {
                    return Made(new(RepairKinds.OffByOne, 2, "the size is off by one", other), link with { Right = other }, other);
                }
            }
        }

        foreach (var size in declarations.Sizes.Order(StringComparer.Ordinal))
        {
            for (var axis = 0; axis < link.Right.Items.Length; axis++)
            {
                var other = link.Right.With(axis, ClaimTree.Name(size));
                if (Holds(link with { Right = other }, reading))
                {
                    return Made(new(RepairKinds.Name, 3, $"the size {new ClaimFormula(declarations).Of(link.Right[axis])} should be {size}", other), link with { Right = other }, other);
                }
            }
        }

        return null;
    }
}
