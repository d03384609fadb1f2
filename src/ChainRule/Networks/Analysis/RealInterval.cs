namespace ChainRule.Networks;

/// <summary>An interval of the real line; a point where both ends are equal.</summary>
/// <param name="From">The lower end, −∞ for none.</param>
/// <param name="To">The upper end, ∞ for none.</param>
/// <param name="HasFrom">Whether the lower end belongs to it.</param>
/// <param name="HasTo">Whether the upper end belongs to it.</param>
public readonly record struct RealInterval(double From, double To, bool HasFrom, bool HasTo)
{
    /// <summary>The whole line.</summary>
    public static RealInterval Line { get; } = new(double.NegativeInfinity, double.PositiveInfinity, false, false);

    /// <summary>Whether it is a single point.</summary>
    public bool IsPoint => From == To;

    /// <summary>A single point.</summary>
    public static RealInterval Point(double x) => new(x, x, true, true);

    /// <summary>Whether the number belongs to it.</summary>
    public bool Contains(double x) => (x > From || (HasFrom && x == From)) && (x < To || (HasTo && x == To));

    /// <summary>The union of intervals as intervals that do not touch, in order.</summary>
    internal static IEnumerable<RealInterval> Union(IEnumerable<RealInterval> parts)
    {
        RealInterval? open = null;
        foreach (var part in parts.OrderBy(part => part.From).ThenByDescending(part => part.HasFrom))
        {
            if (open is not { } known)
            {
                open = part;
            }
            else if (part.From < known.To || (part.From == known.To && (part.HasFrom || known.HasTo)))
            {
                open = part.To > known.To ? known with { To = part.To, HasTo = part.HasTo }
                    : part.To == known.To ? known with { HasTo = known.HasTo || part.HasTo }
                    : known;
            }
            else
            {
                yield return known;
                open = part;
            }
        }

        if (open is { } last)
        {
            yield return last;
        }
    }
}
