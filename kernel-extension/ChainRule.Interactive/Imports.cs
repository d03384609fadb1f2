using System.Collections.Immutable;
using System.Text;

namespace ChainRule.Interactive;

/// <summary>One name that a notebook has from its first cell.</summary>
/// <param name="Name">A namespace, or the full name of a static class.</param>
/// <param name="IsStatic">Whether it is a static class, whose members are then used without its name.</param>
public sealed record Import(string Name, bool IsStatic = false)
{
    /// <summary>The using directive.</summary>
    public override string ToString() => IsStatic ? $"using static {Name};" : $"using {Name};";
}

/// <summary>
/// The names that every notebook has from its first cell, in our own kernel and in .NET Interactive. This is the only list: the
/// kernel reads it, and a test holds <c>extension.dib</c> against <see cref="Script"/>.
/// </summary>
public static class Imports
{
    /// <summary>The namespaces and static classes, in the order of their using directives.</summary>
    public static ImmutableArray<Import> All { get; } =
    [
        new("System"),
        new("System.Collections.Generic"),
        new("System.IO"),
        new("System.Linq"),
        new("System.Text"),
        new("System.Threading.Tasks"),
        new("ChainRule"),
        new("ChainRule.Calculus"),
        new("ChainRule.Charts"),
        new("ChainRule.Checking"),
        new("ChainRule.Expressions"),
        new("ChainRule.Matrices"),
        new("ChainRule.Networks"),
        new("ChainRule.Numerics"),
        new("ChainRule.Views"),
        new("ChainRule.Maths", IsStatic: true),
        new("ChainRule.Networks.Activations", IsStatic: true),
        new("ChainRule.Networks.Layers", IsStatic: true),
        new("ChainRule.Networks.Losses", IsStatic: true),
        new("ChainRule.Networks.VectorFunctions", IsStatic: true),
    ];

    /// <summary>
    /// What a session declares before the first cell: names that are both a function (<c>Relu(z)</c>) and an object
    /// (<c>5 * Relu</c>). As an import the function would hide the object; a variable of the session stands for the object, and C#
    /// still finds the function where the name is called.
    /// </summary>
    public static ImmutableArray<string> Declarations { get; } =
    [
        "var Relu = ChainRule.Networks.Activations.Relu;",
        "var Sigmoid = ChainRule.Networks.Activations.Sigmoid;",
        "var Tanh = ChainRule.Networks.Activations.Tanh;",
        "var Softplus = ChainRule.Networks.Activations.Softplus();",
        "var Softmax = ChainRule.Networks.VectorFunctions.Softmax();",
        "var LogSoftmax = ChainRule.Networks.VectorFunctions.LogSoftmax;",
    ];

    /// <summary>
    /// The first cell of <c>extension.dib</c>, the script that .NET Interactive runs when the package is loaded. Its last act is a
    /// visible line, because that host swallows an exception in the script without a word: no line means that it failed.
    /// </summary>
    public static string Script
    {
        get
        {
            var script = new StringBuilder("#!csharp\n\n");
            foreach (var import in All)
            {
                script.Append(import).Append('\n');
            }

            script.Append('\n');
            foreach (var declaration in Declarations)
            {
                script.Append(declaration).Append('\n');
            }

            return script
                .Append("\nSystem.Console.WriteLine(ChainRule.Interactive.ChainRuleExtension.Register(withFont: true));\n")
                .ToString();
        }
    }
}
