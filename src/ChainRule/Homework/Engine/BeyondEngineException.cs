namespace ChainRule.Checking;

/// <summary>Something was read and judged by numbers that the engine's expressions can't say.</summary>
internal sealed class BeyondEngineException(string message) : ChainRuleException(message);
