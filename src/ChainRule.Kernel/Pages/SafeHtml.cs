using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace ChainRule.Kernel.Pages;

/// <summary>HTML from notebooks, made fit for the page: whole elements, nothing that runs, nothing from elsewhere.</summary>
internal static class SafeHtml
{
    private static readonly HashSet<string> Forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "link", "meta", "base", "form", "button",
        "textarea", "select", "audio", "video", "source", "track", "template", "noscript", "foreignobject", "annotation-xml", "title",
        "animate", "set", "use", "portal", "dialog",
    };

    private static readonly HashSet<string> LinkSchemes = new(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto" };

    /// <summary>A document that holds the fragment in its body.</summary>
    public static IHtmlDocument Parse(string fragment)
    {
        var document = new HtmlParser().ParseDocument("<!DOCTYPE html><body></body>");
        document.Body!.InnerHtml = fragment;
        return document;
    }

    /// <summary>Takes out what a text cell may not bring along.</summary>
    /// <param name="document">The cell.</param>
    /// <param name="image">Gives an image's content as a data address, or null where there is none.</param>
    public static void Clean(IHtmlDocument document, Func<string, string?> image)
    {
        foreach (var element in document.Body!.QuerySelectorAll("*").ToList())
        {
            if (Forbidden.Contains(element.LocalName) || (element is IHtmlInputElement input && input.Type is not "checkbox"))
            {
                element.Remove();
                continue;
            }

            foreach (var attribute in element.Attributes.ToList())
            {
                if (!IsHarmless(attribute))
                {
                    element.RemoveAttribute(attribute.NamespaceUri, attribute.LocalName);
                    element.RemoveAttribute(attribute.Name);
                }
            }

            if (element is IHtmlImageElement picture)
            {
                Inline(picture, image);
            }
        }
    }

    private static void Inline(IHtmlImageElement picture, Func<string, string?> image)
    {
        var address = picture.GetAttribute("src") ?? "";
        if (image(address) is { } data)
        {
            picture.SetAttribute("src", data);
            return;
        }

        // The page asks nobody for anything: a picture from elsewhere becomes a link that the reader may follow.
        var owner = picture.Owner!;
        var text = picture.GetAttribute("alt") is { Length: > 0 } alt ? alt : "picture";
        var isElsewhere = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
        var replacement = owner.CreateElement(isElsewhere ? "a" : "em");
        replacement.TextContent = isElsewhere ? text : $"[{text}: missing picture]";
        if (isElsewhere)
        {
            replacement.SetAttribute("href", address);
        }

        picture.Replace(replacement);
    }

    private static bool IsHarmless(IAttr attribute)
    {
        var name = attribute.LocalName;
        if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return name.ToLowerInvariant() switch
        {
            "href" => attribute.Value.StartsWith('#') || !Uri.TryCreate(attribute.Value.Trim(), UriKind.Absolute, out var uri)
                ? !attribute.Value.Contains(':', StringComparison.Ordinal)
                : LinkSchemes.Contains(uri.Scheme),
            "src" => attribute.OwnerElement is IHtmlImageElement,
            "srcset" or "action" or "formaction" or "background" or "ping" or "poster" or "data" or "srcdoc" or "http-equiv" => false,
            "style" => !attribute.Value.Contains("url", StringComparison.OrdinalIgnoreCase)
                && !attribute.Value.Contains("position", StringComparison.OrdinalIgnoreCase)
                && !attribute.Value.Contains('\\', StringComparison.Ordinal),
            _ => true,
        };
    }
}
