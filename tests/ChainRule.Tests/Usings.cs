global using ChainRule.Calculus;
global using ChainRule.Expressions;
global using ChainRule.Matrices;
global using ChainRule.Numerics;
global using Xunit;
global using static ChainRule.Maths;
