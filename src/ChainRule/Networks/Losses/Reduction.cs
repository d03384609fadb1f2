namespace ChainRule.Networks;

/// <summary>What becomes of the terms of a loss: of its entries, or of its samples where a term belongs to a whole sample.</summary>
public enum Reduction
{
    /// <summary>They are added up.</summary>
    Sum,

    /// <summary>Their mean is taken.</summary>
    Mean,

    /// <summary>They stay apart.</summary>
    None,
}
