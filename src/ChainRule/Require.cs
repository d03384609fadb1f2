using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ChainRule.Expressions;
using ChainRule.Networks;
using ChainRule.Numerics;

namespace ChainRule;

/// <summary>Refuses null where something is needed, in words for the person who typed the call.</summary>
internal static class Require
{
    /// <summary>Requires that an argument is there.</summary>
    /// <param name="value">The argument.</param>
    /// <param name="name">How it is called; the compiler says it.</param>
    /// <param name="member">What was called; the compiler says it.</param>
    /// <exception cref="ChainRuleException">It is null.</exception>
    public static void NotNull<T>([NotNull] T? value, [CallerArgumentExpression(nameof(value))] string name = "", [CallerMemberName] string member = "")
    {
        if (value is null)
        {
            throw new ChainRuleException($"{member} was given null for \"{name}\": give {Example(typeof(T), name)}.");
        }
    }

    private static string Example(Type type, string name) =>
        typeof(Loss).IsAssignableFrom(type) ? "a loss, such as SquaredError or CrossEntropy"
        : typeof(Activation).IsAssignableFrom(type) ? "an activation, such as Relu"
        : typeof(Layer).IsAssignableFrom(type) ? "a layer, such as Linear(\"N\", \"M\")"
        : typeof(Network).IsAssignableFrom(type) ? "a network, such as Network.Sequential(Linear(\"N\", \"M\"), Relu)"
        : typeof(Variable).IsAssignableFrom(type) ? "a name, such as Vector(\"x\", \"N\") or what .Named(…) gives"
        : typeof(Tensor).IsAssignableFrom(type) ? "a vector or a matrix, such as Vector(\"x\", \"N\")"
        : typeof(IndexVariable).IsAssignableFrom(type) ? "an index, such as Index(\"i\", \"N\")"
        : typeof(Expr).IsAssignableFrom(type) ? "a number or a formula, such as 0.5 or Scalar(\"a\")"
        : typeof(Values).IsAssignableFrom(type) ? "numbers, such as [1, 2]"
        : type == typeof(string) ? "a text between quotes"
        : type.IsArray || typeof(System.Collections.IEnumerable).IsAssignableFrom(type) ? "a list, such as [1, 2]"
        : typeof(Delegate).IsAssignableFrom(type) ? "a function, such as x => x * x"
        : $"a value for {name}";
}
