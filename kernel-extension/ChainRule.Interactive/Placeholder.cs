namespace ChainRule.Interactive; internal static class Placeholder;
