namespace ChainRule.Expressions;

/// <summary>
/// Lists in which sums and products are put together before they become nodes. Building is what the engine does most, so the lists
/// are used again; one that an exception leaves behind is collected like any other.
/// </summary>
internal static class PartBuffer
{
    [ThreadStatic]
    private static Stack<List<Expr>>? _free;

    /// <summary>An empty list.</summary>
    public static List<Expr> Rent() => (_free ??= new()).TryPop(out var list) ? list : new List<Expr>(Multiply.LongestFlat + 2);

    /// <summary>Gives the list back; it must not be used any more.</summary>
    public static void Return(List<Expr> list)
    {
        list.Clear();
        _free!.Push(list);
    }
}
