namespace ChainRule.Checking;

/// <summary>One way in which a claim could have gone wrong, undone.</summary>
/// <param name="Kind">The kind of mistake; one of <see cref="RepairKinds"/>.</param>
/// <param name="Cost">How far the repaired claim is from the one that was written.</param>
/// <param name="Description">What is wrong, in words.</param>
/// <param name="Tree">The repaired side.</param>
internal sealed record Edit(string Kind, int Cost, string Description, ClaimTree Tree)
{
    /// <summary>How deep in the formula it changes something: of two that cost the same, the one nearer to the whole is tried first.</summary>
    public int Depth { get; init; }

    /// <summary>What the side that was written has to equal for the edit to be about it; null where the edit keeps what was written.</summary>
    public ClaimTree? Premise { get; init; }
}

/// <summary>Small constructions that keep a repaired tree as a person would write it.</summary>
internal static class Rewriting
{
    /// <summary>The tree with the opposite sign: the terms of a sum are turned one by one, the positive one first.</summary>
    public static ClaimTree Negated(ClaimTree tree)
    {
        switch (tree.Head)
        {
            case Head.Negate:
                return tree[0];
            case Head.Call when tree.Text is ClaimParser.UpperSign or ClaimParser.LowerSign:
                return tree.WithText(tree.Text is ClaimParser.UpperSign ? ClaimParser.LowerSign : ClaimParser.UpperSign);
            case Head.Add:
                var terms = tree.Items.Select(Negated).ToList();
                return new(Head.Add, string.Empty, [.. terms.Where(term => !term.Is(Head.Negate)), .. terms.Where(term => term.Is(Head.Negate))]) { Bracketed = tree.Bracketed };
            case Head.Times when tree.Items.Any(item => item.Head is Head.Negate):
                var at = tree.Items.ToList().FindIndex(item => item.Is(Head.Negate));
                return tree.With(at, tree[at][0]);
            case Head.Times when tree.Items.Count(item => item.Is(Head.Add)) == 1 && tree.Items.Any(item => item.Is(Head.Add) && item.Items.Any(term => term.Is(Head.Negate))):
                var sum = tree.Items.ToList().FindIndex(item => item.Is(Head.Add));
                return tree.With(sum, Negated(tree[sum]));
            default:
                return ClaimTree.Of(Head.Negate, tree);
        }
    }

    /// <summary>The transpose: of a product the transposed factors in the other order.</summary>
    public static ClaimTree Transposed(ClaimTree tree) => tree.Head switch
    {
        Head.Transpose => tree[0],
        Head.Number => tree,
        Head.Divide => IsScalar(tree[0]) ? tree : tree.With(0, Transposed(tree[0])),
        Head.Times when tree.Text is "" or "⋅" => tree.With([.. tree.Items.Where(IsScalar), .. tree.Items.Where(item => !IsScalar(item)).Reverse().Select(Transposed)]),
        Head.Times when tree.Text is "⊙" => tree.With([.. tree.Items.Select(Transposed)]),
        Head.Negate => tree.With([Transposed(tree[0])]),
        Head.Add when !tree.Bracketed => tree.With([.. tree.Items.Select(Transposed)]),
        _ => ClaimTree.Of(Head.Transpose, tree),
    };

    private static bool IsScalar(ClaimTree tree) => tree.Head is Head.Number or Head.Entry or Head.Delta || (tree.Is(Head.Divide) ? tree[0].Is(Head.Number) || tree.Items.All(IsScalar) : tree.Is(Head.Power) && tree.Items.All(IsScalar));

    /// <summary>a · b, with numbers first.</summary>
    public static ClaimTree Product(ClaimTree factor, ClaimTree tree)
    {
        if (tree.Is(Head.Negate))
        {
            return ClaimTree.Of(Head.Negate, Product(factor, tree[0]));
        }

        if (tree is { Head: Head.Call, Text: ClaimParser.UpperSign or ClaimParser.LowerSign })
        {
            return tree.With(0, Product(factor, tree[0]));
        }

        return tree.IsNumber("1") ? factor : tree.Is(Head.Times) && tree.Text.Length == 0 && !tree.Bracketed ? tree.With(tree.Items.Insert(0, factor)) : ClaimTree.Of(Head.Times, factor, tree.Is(Head.Add) ? tree.InBrackets() : tree);
    }

    public static ClaimTree Fraction(int above, int below) => ClaimTree.Of(Head.Divide, ClaimTree.Number(above), ClaimTree.Number(below));
}
