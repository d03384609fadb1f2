using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChainRule.Expressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// What to write instead: where a cell's top level is not quite a file's (the compiler's messages speak of files with classes), where a
/// name is nearly one that there is, and how a function is called. Names and examples come from what the cell can see, so that nothing
/// here has to know the library.
/// </summary>
internal static partial class CompilerHints
{
    private const int MostNames = 3;

    /// <summary>What other libraries call the same thing.</summary>
    private static readonly Dictionary<string, string> _elsewhere = new(StringComparer.OrdinalIgnoreCase)
    {
        ["T"] = "Transpose",
        ["grad"] = "Gradient",
        ["diff"] = "Derivative",
        ["jac"] = "Jacobian",
        ["matmul"] = "*",
        ["einsum"] = "Sum",
        ["identity"] = "Eye",
        ["power"] = "Pow",
        ["maximum"] = "Max",
        ["minimum"] = "Min",
        ["ln"] = "Log",
        ["mse"] = "SquaredError",
        ["mseloss"] = "SquaredError",
        ["bce"] = "BinaryCrossEntropy",
        ["bceloss"] = "BinaryCrossEntropy",
        ["dense"] = "Linear",
    };

    /// <summary>A sentence for the reader, or null where the compiler says it all.</summary>
    /// <param name="error">The compiler's error.</param>
    /// <param name="cell">The cell as it was typed, among those before it; null where only the error is known.</param>
    public static string? For(Diagnostic error, CSharpCompilation? cell = null) => error.Id switch
    {
        "CS9283" => "A cell can't declare an extension block; an extension method by itself works: static int Twice(this int x) => 2 * x;",
        "CS7021" => "A cell can't declare a namespace: declare its types without one.",
        "CS0193" => "A power is Pow(x, 2); ** means nothing in C#.",
        _ => error.Location.SourceTree is { } tree && cell?.SyntaxTrees.Contains(tree) == true && Node(error) is { } node ? For(error.Id, node, cell.GetSemanticModel(tree)) : null,
    };

    private static string? For(string id, SyntaxNode node, SemanticModel model) => id switch
    {
        "CS0103" or "CS0246" => OfName(node, model),
        "CS0117" or "CS1061" or "CS1929" => OfMember(node, model),
        "CS0019" => node is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.ExclusiveOrExpression } power ? $"A power is Pow({power.Left}, {power.Right}); ^ is another operation in C#." : null,
        "CS1955" => $"{node} is no function: write it without the brackets behind it.",
        "CS1501" or "CS1503" or "CS7036" => OfCall(node, model),
        _ => null,
    };

    private static SyntaxNode? Node(Diagnostic error) => error.Location.SourceTree?.GetRoot().FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);

    private static string? OfName(SyntaxNode node, SemanticModel model)
    {
        var position = node.SpanStart;
        if (node.FirstAncestorOrSelf<SimpleNameSyntax>() is not { Identifier.ValueText: var name })
        {
            return null;
        }

        var symbols = Visible(model, position);
        if (node.Parent is ObjectCreationExpressionSyntax && symbols.Find(symbol => string.Equals(symbol.Name, name, StringComparison.Ordinal)) is IMethodSymbol method)
        {
            return $"{name} is a function: write {Call(method)}, without new.";
        }

        // A method of an object that is written as a function: Transpose(A).
        var member = node.Parent is InvocationExpressionSyntax { ArgumentList.Arguments: [{ Expression: var first }, ..] } call && model.GetTypeInfo(first).Type is { } type
            ? Members(model, position, type).Find(symbol => string.Equals(symbol.Name, name, StringComparison.OrdinalIgnoreCase)) is { } found
                ? $"{found.Name} is asked of an object: {first}.{found.Name}({string.Join(", ", call.ArgumentList.Arguments.Skip(1))})."
                : null
            : null;
        return member ?? (Near(name, symbols.Select(symbol => symbol.Name)) is { Count: > 0 } near ? $"There is no {name} here. Did you mean {string.Join(" or ", near)}?" : null);
    }

    private static string? OfMember(SyntaxNode node, SemanticModel model)
    {
        if (node.FirstAncestorOrSelf<MemberAccessExpressionSyntax>() is not { Name.Identifier.ValueText: var name, Expression: var receiver } access || (model.GetTypeInfo(receiver).Type ?? model.GetSymbolInfo(receiver).Symbol as ITypeSymbol) is not { } type)
        {
            return null;
        }

        var (start, rest) = (access.SpanStart, access.Parent is InvocationExpressionSyntax { ArgumentList.Arguments: var arguments } ? arguments.Select(argument => argument.ToString()) : []);
        if (Visible(model, start).Find(symbol => symbol is IMethodSymbol { IsStatic: true, Parameters.Length: > 0 } && string.Equals(symbol.Name, name, StringComparison.OrdinalIgnoreCase)) is { } function)
        {
            return $"{function.Name} is a function here: {function.Name}({string.Join(", ", rest.Prepend(receiver.ToString()))}).";
        }

        return Near(name, Members(model, start, type).Select(symbol => symbol.Name)) is { Count: > 0 } near
            ? $"{receiver} has no {name}. Did you mean {string.Join(" or ", near.Select(other => $"{receiver}.{other}"))}?"
            : null;
    }

    private static string? OfCall(SyntaxNode node, SemanticModel model)
    {
        var argument = node.FirstAncestorOrSelf<ArgumentSyntax>();
        if (argument?.Expression is ElementAccessExpressionSyntax { Expression: var matrix } entry
            && IsNamed(model.GetTypeInfo(entry).Type, nameof(Expr)) && model.GetTypeInfo(matrix).Type is { } whole && (IsNamed(whole, nameof(Tensor)) || IsNamed(whole, nameof(Variable))))
        {
            return $"{entry} is one number. A row of a matrix is {matrix}.Row({string.Join(", ", entry.ArgumentList.Arguments)}), a column {matrix}.Column(…).";
        }

        if ((argument?.Parent?.Parent ?? node.FirstAncestorOrSelf<InvocationExpressionSyntax>()) is not InvocationExpressionSyntax { Expression: var called })
        {
            return null;
        }

        var methods = model.GetMemberGroup(called).OfType<IMethodSymbol>().Where(IsOurs).ToList();
        return methods.Count == 0 ? null : string.Join(
            '\n',
            methods.Take(MostNames).Select(method => $"{Call(method)}{(Example(method) is { } example ? $", as in {example}" : string.Empty)}").Distinct(StringComparer.Ordinal).Prepend("This can be called so:"));
    }

    private static bool IsNamed(ITypeSymbol? type, string name) => string.Equals(type?.Name, name, StringComparison.Ordinal);

    private static bool IsOurs(ISymbol symbol) => symbol.ContainingAssembly?.Name.StartsWith(nameof(ChainRule), StringComparison.Ordinal) == true;

    /// <summary>What the library and the cells before call something.</summary>
    private static List<ISymbol> Visible(SemanticModel model, int position) =>
        [.. model.LookupSymbols(position).Where(symbol => symbol is not ITypeSymbol && (IsOurs(symbol) || symbol.ContainingType is { IsScriptClass: true }))];

    private static List<ISymbol> Members(SemanticModel model, int position, ITypeSymbol type) =>
        [.. model.LookupSymbols(position, type, includeReducedExtensionMethods: true).Where(symbol => symbol.CanBeReferencedByName && symbol is IMethodSymbol or IPropertySymbol && (IsOurs(symbol) || symbol.ContainingType is { IsScriptClass: true }))];

    /// <summary>A call with the names of what must be given.</summary>
    private static string Call(IMethodSymbol method) => $"{method.Name}({string.Join(", ", method.Parameters.Where(parameter => !parameter.IsOptional).Select(parameter => parameter.IsParams ? $"{parameter.Name}, …" : parameter.Name))})";

    /// <summary>The first example in the documentation that calls the method.</summary>
    private static string? Example(IMethodSymbol method)
    {
        var xml = method.GetDocumentationCommentXml(expandIncludes: false);
        return string.IsNullOrEmpty(xml) ? null
            : XElement.Parse(xml).Descendants("c").Select(code => code.Value).FirstOrDefault(code => code.Contains($"{method.Name}(", StringComparison.Ordinal));
    }

    /// <summary>The names that are nearest: but for upper case the same, called so elsewhere, or a slip of the finger away.</summary>
    private static List<string> Near(string name, IEnumerable<string> names)
    {
        var all = names.Distinct(StringComparer.Ordinal).Where(other => !other.Contains('_', StringComparison.Ordinal) || name.Contains('_', StringComparison.Ordinal)).ToList();
        var plain = Plain(name);
        if (all.FindAll(other => string.Equals(Plain(other), plain, StringComparison.Ordinal)) is { Count: > 0 } same)
        {
            return [.. same.Take(MostNames)];
        }

        if (_elsewhere.TryGetValue(name, out var known) && (all.Contains(known) || known is "*"))
        {
            return [known];
        }

        // A slip in three letters is another word.
        var most = name.Length switch { < 4 => 0, < 8 => 1, _ => 2 };
        var close = all.Select(other => (Name: other, Slips: Slips(plain, Plain(other)))).Where(pair => pair.Slips <= most).OrderBy(pair => pair.Slips).ThenBy(pair => pair.Name, StringComparer.Ordinal).Select(pair => pair.Name).ToList();
        return [.. (close.Count > 0 || plain.Length < 5 ? close.AsEnumerable() : all.Where(other => other.Length > 3 && (Plain(other).StartsWith(plain, StringComparison.Ordinal) || plain.StartsWith(Plain(other), StringComparison.Ordinal))).OrderBy(other => Math.Abs(other.Length - name.Length)).ThenBy(other => other, StringComparer.Ordinal)).Take(MostNames)];

        static string Plain(string text) => Separators().Replace(text, string.Empty).ToLowerInvariant();
    }

    /// <summary>How many letters are to be put in, left out, or changed, or neighbours to be exchanged.</summary>
    private static int Slips(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }

    [GeneratedRegex("[_ ]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Separators();
}
