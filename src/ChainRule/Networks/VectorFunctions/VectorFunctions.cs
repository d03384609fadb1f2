namespace ChainRule.Networks;

/// <summary>The vector functions that the library knows, each in a file of its own.</summary>
public static partial class VectorFunctions;
