using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace ChainRule.Kernel.Editing;

/// <summary>XML documentation as sentences.</summary>
internal static partial class Documentation
{
    private const int MaxInheritance = 10;

    /// <summary>The parts of a symbol's documentation in the order in which a person reads them: title (empty for the summary) and content.</summary>
    public static IReadOnlyList<(string Title, string Content)> Of(ISymbol symbol, Compilation compilation, CancellationToken stop)
    {
        if (Element(symbol, compilation, MaxInheritance, stop) is not { } member)
        {
            return [];
        }

        var parts = new List<(string, string)>();
        Add("", member.Element("summary"));
        foreach (var parameter in member.Elements("typeparam").Concat(member.Elements("param")))
        {
            Add((string?)parameter.Attribute("name") ?? "", parameter);
        }

        Add("Returns", member.Element("returns"));
        Add("Value", member.Element("value"));
        foreach (var exception in member.Elements("exception"))
        {
            Add(ShortName((string?)exception.Attribute("cref") ?? ""), exception);
        }

        Add("Remarks", member.Element("remarks"));
        return parts;

        void Add(string title, XElement? element)
        {
            if (element is not null && Text(element) is { Length: > 0 } text)
            {
                parts.Add((title, text));
            }
        }
    }

    private static XElement? Element(ISymbol symbol, Compilation compilation, int depth, CancellationToken stop)
    {
        var original = (symbol as IMethodSymbol)?.ReducedFrom ?? symbol.OriginalDefinition;
        if (depth == 0 || original.GetDocumentationCommentXml(expandIncludes: false, cancellationToken: stop) is not { Length: > 0 } xml)
        {
            return null;
        }

        XElement member;
        try
        {
            member = XElement.Parse(xml, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            // Somebody's documentation is not well-formed: the signature has to do.
            return null;
        }

        if (member.Descendants("inheritdoc").FirstOrDefault() is not { } inherit)
        {
            return member;
        }

        var source = (string?)inherit.Attribute("cref") is { } reference
            ? DocumentationCommentId.GetFirstSymbolForDeclarationId(reference, compilation)
            : Base(original);
        return (source is null ? null : Element(source, compilation, depth - 1, stop)) ?? member;
    }

    private static ISymbol? Base(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { OverriddenMethod: { } method } => method,
        IPropertySymbol { OverriddenProperty: { } property } => property,
        INamedTypeSymbol type => type.BaseType is { SpecialType: not SpecialType.System_Object } parent ? parent : type.Interfaces.FirstOrDefault(),
        _ => symbol.ContainingType?.AllInterfaces
            .SelectMany(type => type.GetMembers(symbol.Name))
            .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(member), symbol)),
    };

    private static string Text(XElement element)
    {
        var text = new StringBuilder();
        Append(text, element);
        return string.Join("\n", text.ToString().Split('\f').Select(paragraph => Space().Replace(paragraph, " ").Trim()).Where(paragraph => paragraph.Length > 0));
    }

    private static void Append(StringBuilder text, XElement element)
    {
        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XText content:
                    text.Append(content.Value);
                    break;
                case XElement { Name.LocalName: "see" or "seealso" or "paramref" or "typeparamref" } reference:
                    text.Append(reference.Nodes().Any()
                        ? reference.Value
                        : (string?)reference.Attribute("langword")
                            ?? (string?)reference.Attribute("name")
                            ?? ShortName((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("href") ?? ""));
                    break;
                case XElement { Name.LocalName: "para" or "list" or "item" or "code" or "example" } block:
                    text.Append('\f').Append(block.Name.LocalName is "item" ? "- " : "");
                    Append(text, block);
                    text.Append('\f');
                    break;
                case XElement { Name.LocalName: "term" } term:
                    Append(text, term);
                    text.Append(": ");
                    break;
                case XElement other:
                    Append(text, other);
                    break;
            }
        }
    }

    /// <summary><c>M:System.String.Join(System.String,…)</c> is Join to a reader, <c>T:System.Exception</c> Exception.</summary>
    private static string ShortName(string reference)
    {
        var name = reference.Split('(')[0];
        return name.Length > 2 && name[1] == ':' ? name[2..].Split('.')[^1].Split('`')[0] : name;
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Space();
}
