using ChainRule.Views;

namespace ChainRule.Interactive.Tests;

internal class Plain : IShowable
{
    public virtual MimeBundle Show() => new("<b class=\"it\">x &lt; 1</b>", "$$x < 1$$", "x < 1");
}

internal sealed class Derived : Plain;

internal sealed record Recorded(int Number) : IShowable
{
    public MimeBundle Show() => new($"<i>{Number}</i>", $"$${Number}$$", $"number {Number}");
}

/// <summary>Also a sequence: the host's own formatter for sequences must not win.</summary>
internal sealed class Sequence : List<int>, IShowable
{
    public MimeBundle Show() => new("<p>sequence</p>", "$$s$$", "a sequence");
}

internal sealed class Figure : IShowable
{
    public MimeBundle Show() => new("<svg></svg>", "$$f$$", "a figure") { Plotly = """{"data":[1],"layout":{}}""" };
}
