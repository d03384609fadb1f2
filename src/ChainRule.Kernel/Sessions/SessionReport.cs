using System.Net;
using System.Reflection;
using System.Text;
using ChainRule.Views;
using Microsoft.CodeAnalysis;

namespace ChainRule.Kernel.Sessions;

/// <summary>What a session says of itself: <c>#!about</c>, <c>#!who</c>.</summary>
internal static class SessionReport
{
    /// <summary>What this is, and which versions.</summary>
    public static DisplayOutput About()
    {
        var version = typeof(SessionReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        return Text($"ChainRule {version}: C# {Microsoft.CodeAnalysis.CSharp.LanguageVersion.Preview.ToString().ToLowerInvariant()} on .NET {Environment.Version}.");
    }

    /// <summary>The variables and functions that the cells have declared; of two with one name the later.</summary>
    public static DisplayOutput Who(Submissions cells)
    {
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var compilation = cells.Last; compilation is not null; compilation = compilation.ScriptCompilationInfo?.PreviousScriptCompilation)
        {
            if (compilation.SyntaxTrees.Any(tree => tree.FilePath == Submissions.Prelude))
            {
                continue;
            }

            foreach (var member in compilation.ScriptClass!.GetMembers().Where(member => !member.IsImplicitlyDeclared && member.CanBeReferencedByName))
            {
                var type = member switch
                {
                    IFieldSymbol field => field.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
                    IPropertySymbol property => property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
                    IMethodSymbol method => method.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
                    INamedTypeSymbol named => named.IsRecord ? "record" : named.TypeKind.ToString().ToLowerInvariant(),
                    _ => null,
                };
                if (type is not null)
                {
                    rows.TryAdd(member.Name, type);
                }
            }
        }

        if (rows.Count == 0)
        {
            return Text("No cell has declared anything yet.");
        }

        var width = rows.Keys.Max(name => name.Length);
        var html = new StringBuilder("<table><thead><tr><th>Name</th><th>Type</th></tr></thead><tbody>");
        foreach (var (name, type) in rows)
        {
            html.Append("<tr><td>").Append(WebUtility.HtmlEncode(name)).Append("</td><td>").Append(WebUtility.HtmlEncode(type)).Append("</td></tr>");
        }

        return new(
            [
                KeyValuePair.Create(MimeBundle.HtmlType, html.Append("</tbody></table>").ToString()),
                KeyValuePair.Create(MimeBundle.TextType, string.Join('\n', rows.Select(row => $"{row.Key.PadRight(width)}  {row.Value}"))),
            ],
            ExecutionCount: null);
    }

    /// <summary>A line of text.</summary>
    public static DisplayOutput Text(string line) =>
        new([KeyValuePair.Create(MimeBundle.TextType, line)], ExecutionCount: null);
}
