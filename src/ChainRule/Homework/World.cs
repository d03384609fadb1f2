using System.Collections.Immutable;

namespace ChainRule.Checking;

/// <summary>How the orientation of a derivative is read.</summary>
internal enum Orientation
{
    /// <summary>What most write: the gradient has its variable's shape, a Jacobian has its rows from the numerator.</summary>
    Mixed,

    /// <summary>Rows from the numerator throughout: the gradient by a vector is a row.</summary>
    Numerator,

    /// <summary>Rows from the denominator throughout.</summary>
    Denominator,
}

/// <summary>What evaluation may cost: one count for everything that is done for a claim, so that the same input always ends at the same place.</summary>
internal sealed class Meter(long operations)
{
    public long Left { get; private set; } = operations;

    /// <summary>A new claim begins.</summary>
    public void Reset(long count) => Left = count;

    public void Spend(long count)
    {
        Left -= count;
        if (Left < 0)
        {
            throw new BudgetException();
        }
    }
}

/// <summary>Concrete sizes and values for everything that is given.</summary>
internal sealed class World(Declarations declarations, ImmutableDictionary<string, int> sizes, Dictionary<string, (int[] Dimensions, double[] Entries)> values, int seed)
{
    public Declarations Declarations { get; } = declarations;

    public ImmutableDictionary<string, int> Sizes { get; } = sizes;

    public Dictionary<string, (int[] Dimensions, double[] Entries)> Values { get; } = values;

    public int Seed { get; } = seed;

    /// <summary>For each random variable its outcomes with their weights.</summary>
    public Dictionary<string, (double Value, double Weight)[]> Outcomes { get; } = new(StringComparer.Ordinal);

    /// <summary>For each table of random variables, independent and alike, the outcomes of one entry.</summary>
    public Dictionary<string, (double Value, double Weight)[]> Families { get; } = new(StringComparer.Ordinal);

    /// <summary>An expectation was taken of a function for which few outcomes don't stand for a normal distribution.</summary>
    public bool IsRough { get; set; }

    /// <summary>A derivative that is taken to be what a wrong line says: its entries, those of what is differentiated first.</summary>
    public (string Of, string By, double[] Entries)? Supposed { get; private init; }

    /// <summary>The same world in which a derivative is what a line says.</summary>
    public World Supposing(string of, string by, double[] entries) => Copy(Values, (of, by, entries));

    /// <summary>The same world in which a name has other values.</summary>
    public World Moved(string name, int[] dimensions, double[] entries) => Copy(new(Values, StringComparer.Ordinal) { [name] = (dimensions, entries) }, Supposed);

    /// <summary>The same world, which notes for itself on which side of kinks it is evaluated.</summary>
    public World Watched() => Copy(Values, Supposed, []);

    private World Copy(Dictionary<string, (int[] Dimensions, double[] Entries)> values, (string Of, string By, double[] Entries)? supposed, HashSet<(ClaimTree Node, bool Above)>? sides = null)
    {
        var world = new World(Declarations, Sizes, values, Seed) { Supposed = supposed, Sides = sides ?? Sides };
        foreach (var (name, outcomes) in Outcomes)
        {
            world.Outcomes[name] = outcomes;
        }

        foreach (var (name, outcomes) in Families)
        {
            world.Families[name] = outcomes;
        }

        return world;
    }

    /// <summary>The kinks that were met, with the side: a claim is not settled before both sides were seen.</summary>
    public HashSet<(ClaimTree Node, bool Above)> Sides { get; private init; } = [];

    /// <summary>A number that goes with a name, the same in every run.</summary>
    public static int Hash(string text)
    {
        var hash = 2_166_136_261u;
        foreach (var letter in text)
        {
            hash = unchecked((hash ^ letter) * 16_777_619u);
        }

        return (int)(hash & 0x7FFF_FFFF);
    }
}
