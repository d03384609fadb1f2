using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChainRule.Charts;
using ChainRule.Networks;
using ChainRule.Views;
using static ChainRule.Networks.Layers;
using static ChainRule.Networks.Losses;

namespace ChainRule.Tests.Views.Graphs;

/// <summary>What graphs look like, against approved files, and what holds for every drawing.</summary>
public partial class GraphViewTests
{
    private static readonly Network _layers = Network.Sequential(Linear("N", "M"), 5 * Activations.Relu, Linear("M", "K"), Activations.Identity).WithLoss(SquaredError);
    private static readonly Network _units = Network.FullyConnected("x1 x2", "h1 h2", "h3 h4", "o1 o2", Activations.Sigmoid, output: Softmax, loss: CrossEntropy);

    private static readonly Dictionary<string, Func<ComputationGraph>> _graphs = new(StringComparer.Ordinal)
    {
        ["layers"] = () => _layers.GraphOf("W1"),
        ["layers-at"] = () => _layers.Sample(seed: 1).Graph,
        ["units"] = () => _units.GraphOf("W_{x2,h1}"),
        ["units-at"] = () => _units.Sample(seed: 1).Graph,
        ["biases"] = () => Network.FullyConnected("x1 x2", "h1 h2 h3", "o1 o2", Activations.Tanh, loss: SquaredError, bias: true).Sample(2).Graph.Highlight("b_{h2}"),
        ["convolutions"] = () => Network.Sequential(Variable.Given("X", Shape.Of(2, 8, 8)), Conv2d(2, 3, 3), Activations.Relu, Conv2d(3, 2, 3), Activations.Relu, Flatten, Linear(32, 4)).WithLoss(CrossEntropyWithLogits()).Graph,
        ["residual"] = () => Network.Sequential(Residual(Linear("N", "M"), Activations.Tanh, Linear("M", "N")), Linear("N", 2)).WithLoss(SquaredError).GraphOf("x"),
        ["used-twice"] = UsedTwice,
        ["wide"] = () => Network.FullyConnected(["x1 x2 x3", Units("g", 12), Units("h", 12), "o1 o2 o3"], Activations.Relu).Graph,
        ["folded"] = () => Network.FullyConnected(["x1 x2 x3", Units("g", 40), Units("h", 40), "o1 o2 o3"], Activations.Relu, loss: SquaredError).GraphOf("W_{g2,h3}"),
        ["deep"] = () => Network.Sequential([.. Enumerable.Range(0, 40).SelectMany(_ => new Layer[] { Linear("N", "N"), Activations.Tanh })]).WithLoss(SquaredError).GraphOf("W3"),
    };

    public static TheoryData<string> Graphs() => [.. _graphs.Keys];

    [Theory]
    [InlineData("layers")]
    [InlineData("units-at")]
    [InlineData("residual")]
    [InlineData("used-twice")]
    [InlineData("folded")]
    public void A_graph_looks_as_approved(string name)
    {
        var graph = _graphs[name]();
        var bundle = ViewCatalog.Show(graph)!;
        Approved.Matches(name + ".txt", bundle.Text);
        Approved.Matches(name + ".tex", bundle.Latex);
        Approved.Matches(name + ".svg", GraphDrawing.Of(graph.Folded()).ToSvg(withStyle: false) + "\n");
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Every_drawing_is_XML_that_shares_no_names_with_others_and_stays_inside_its_box(string name)
    {
        foreach (var down in new[] { false, true })
        {
            var svg = XElement.Parse(_graphs[name]().ToSvg(down));
            Assert.Equal("img", svg.Attribute("role")!.Value);
            Assert.DoesNotContain(svg.DescendantsAndSelf(), element => element.Attribute("id") is not null);
            Assert.DoesNotContain(svg.Descendants(), element => element.Name.LocalName is "script" or "image" or "foreignObject");
            var (width, height) = (Number(svg, "width"), Number(svg, "height"));
            foreach (var shape in svg.Descendants().Where(element => element.Name.LocalName is "rect"))
            {
                Assert.InRange(Number(shape, "x"), 0, width - Number(shape, "width"));
                Assert.InRange(Number(shape, "y"), 0, height - Number(shape, "height"));
            }

            foreach (var text in svg.Descendants().Where(element => element.Name.LocalName is "text"))
            {
                Assert.InRange(Number(text, "x"), 0, width);
                Assert.InRange(Number(text, "y"), 0, height);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Every_node_and_every_weight_tells_its_equation(string name)
    {
        var graph = _graphs[name]().Folded();
        var svg = XElement.Parse(graph.ToSvg());
        var nodes = Groups(svg, "cr-node").Where(node => node.Parent!.Attribute("class")?.Value != "cr-legend").ToList();
        Assert.Equal(graph.Nodes.Length, nodes.Count);
        Assert.All(graph.Nodes.Zip(nodes), pair =>
        {
            var title = pair.Second.Elements().First();
            Assert.Equal("title", title.Name.LocalName);
            Assert.StartsWith(pair.First.Equation?.ToString() ?? pair.First.Name.ToString(), title.Value, StringComparison.Ordinal);
            Assert.Contains(pair.Second.Elements(), element => element.Attribute("class")?.Value == "cr-tip");
        });
        Assert.Equal(graph.Edges.Count(edge => !edge.Weights.IsEmpty), Groups(svg, "cr-edge").Count(edge => edge.Elements().First().Name.LocalName == "title"));
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void A_highlighted_path_is_thicker_too_and_the_words_name_it(string name)
    {
        var graph = _graphs[name]().Folded();
        var svg = XElement.Parse(graph.ToSvg());
        Assert.Equal(graph.Edges.Count(edge => edge.IsHighlighted), Groups(svg, "cr-edge").Count(edge => Classes(edge).Contains("cr-path")));
        Assert.Equal(graph.Nodes.Count(node => node.IsHighlighted), Groups(svg, "cr-node").Count(node => Classes(node).Contains("cr-path")));
        Assert.Contains(".cr-path .cr-line{stroke:var(--cr-fig-s2);stroke-width:3.2}", GraphDrawing.Style, StringComparison.Ordinal);
        if (graph.HighlightedBy is { } by)
        {
            Assert.Contains($"highlighted for ∂{graph.HighlightedOf}/∂{by}", svg.Attribute("aria-label")!.Value, StringComparison.Ordinal);
            Assert.Contains("path of ", string.Concat(Groups(svg, "cr-legend").Single().Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value)).Replace('\u00A0', ' '), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Text_fits_its_outline_and_outlines_do_not_overlap(string name)
    {
        var graph = _graphs[name]().Folded();
        foreach (var down in new[] { false, true })
        {
            var drawing = GraphDrawing.Of(graph, down);
            var boxes = graph.Nodes.Select((node, position) =>
            {
                var face = GraphNodeFace.Of(node, graph.HasUnits);
                Assert.All(face.Inside, line => Assert.True(line.Text.Width <= face.Width - 8));
                var (x, y) = drawing.Centre(position);
                return (Left: x - (face.Width / 2), Top: y - (face.Height / 2), Right: x + (face.Width / 2), Bottom: y + (face.Height / 2) + face.HeightBelow);
            }).ToList();
            for (var one = 0; one < boxes.Count; one++)
            {
                Assert.All(boxes.Skip(one + 1), other => Assert.False(
                    boxes[one].Left < other.Right && other.Left < boxes[one].Right && boxes[one].Top < other.Bottom && other.Top < boxes[one].Bottom));
            }
        }
    }

    [Theory]
    [InlineData("units")]
    [InlineData("units-at")]
    [InlineData("biases")]
    public void Weights_cover_neither_one_another_nor_a_unit(string name)
    {
        var svg = XElement.Parse(_graphs[name]().ToSvg());
        var labels = Groups(svg, "cr-label").Select(label => Box(label.Elements().First())).ToList();
        Assert.Equal(12, labels.Count);
        var units = svg.Descendants().Where(element => element.Name.LocalName == "circle" && Classes(element).Contains("cr-shape"))
            .Select(circle => GraphBox.Around(Number(circle, "cx"), Number(circle, "cy"), 2 * Number(circle, "r"), 2 * Number(circle, "r")))
            .Concat(svg.Descendants().Where(element => Classes(element).Contains("cr-back")).Select(Box)).ToList();
        Assert.All(labels.Select((label, position) => (label, position)), one =>
        {
            Assert.Equal(0, labels.Skip(one.position + 1).Sum(one.label.Overlap));
            Assert.Equal(0, units.Sum(one.label.Overlap));
        });

        static GraphBox Box(XElement rect) => new(Number(rect, "x"), Number(rect, "y"), Number(rect, "x") + Number(rect, "width"), Number(rect, "y") + Number(rect, "height"));
    }

    [Theory]
    [InlineData(0, 0, 10, 10, true)]
    [InlineData(-1, 5, 11, 5, true)]
    [InlineData(4, 4, 5, 5, true)]
    [InlineData(-1, 11, 11, 11, false)]
    [InlineData(-5, 2, 2, -5, false)]
    [InlineData(12, 0, 12, 10, false)]
    public void A_line_crosses_a_box_or_does_not(double x1, double y1, double x2, double y2, bool crosses) =>
        Assert.Equal(crosses, new GraphBox(1, 1, 9, 9).IsCrossedBy((x1, y1), (x2, y2)));

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Text_keeps_to_80_columns_and_names_every_node(string name)
    {
        var graph = _graphs[name]().Folded();
        var text = ViewCatalog.Show(graph)!.Text;
        Assert.All(text.Split('\n'), line => Assert.InRange(new StringInfo(line).LengthInTextElements, 0, 80));
        Assert.DoesNotContain(text.Split('\n'), line => line.EndsWith(' '));
        Assert.All(graph.Nodes, node => Assert.Contains(node.Name.ToString(), text, StringComparison.Ordinal));
    }

    [Fact]
    public void Text_and_marks_keep_their_contrast_in_light_and_dark()
    {
        foreach (var dark in new[] { false, true })
        {
            var colors = Palette.Variables.ToDictionary(color => color.Variable, color => dark ? color.Dark : color.Light);
            var tints = Tint().Matches(GraphDrawing.Style).Select(tint => Blend(tint.Groups["color"].Value, double.Parse(tint.Groups["part"].Value, CultureInfo.InvariantCulture))).ToList();
            Assert.Equal(3, tints.Count);
            foreach (var ground in tints.Append(Channels(colors["paper"])))
            {
                foreach (var text in new[] { "ink", "help", "s3", "s4" })
                {
                    Assert.True(Contrast(Channels(colors[text]), ground) >= 4.5, $"{text} on {string.Join(", ", ground)} {(dark ? "dark" : "light")}: {Contrast(Channels(colors[text]), ground)}");
                }
            }

            // The names of what is highlighted stand on the page itself.
            Assert.True(Contrast(Channels(colors["s2"]), Channels(colors["paper"])) >= 4.5);
            foreach (var line in new[] { "ink", "help", "s1", "s2", "s5", "s6" })
            {
                Assert.True(Contrast(Channels(colors[line]), Channels(colors["paper"])) >= 3);
            }

            double[] Blend(string tint, double part) => [.. Channels(colors[tint]).Zip(Channels(colors["paper"]), (over, under) => (part * over) + ((1 - part) * under))];
        }
    }

    [Fact]
    public void A_network_and_a_gradient_through_several_names_are_shown_with_their_graph()
    {
        Assert.Contains("<svg class=\"cr-svg cr-graph\"", ViewCatalog.Show(_layers)!.Html, StringComparison.Ordinal);
        Assert.Contains("cr-edge cr-path", ViewCatalog.Show(_layers.Gradient("W1"))!.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg class=\"cr-svg cr-graph\"", ViewCatalog.Show(_layers.Gradient("yhat"))!.Html, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"fill:var\(--cr-fig-(?<color>\w+)\);fill-opacity:(?<part>[.\d]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tint();

    private static ComputationGraph UsedTwice()
    {
        var x = Scalar("x");
        var a = Sin(x).Named("a");
        return (Exp(a).Named("b") * Pow(a, 2).Named("c") + a).Named("L").Gradient(x).Graph();
    }

    private static string Units(string letter, int count) => string.Join(' ', Enumerable.Range(1, count).Select(unit => letter + unit.ToString(CultureInfo.InvariantCulture)));

    private static IEnumerable<XElement> Groups(XElement svg, string name) => svg.Descendants().Where(element => element.Name.LocalName == "g" && Classes(element).Contains(name));

    private static string[] Classes(XElement element) => element.Attribute("class")?.Value.Split(' ') ?? [];

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static double[] Channels(string color) => [.. Enumerable.Range(0, 3).Select(channel => (double)int.Parse(color.AsSpan(1 + (2 * channel), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    /// <summary>The contrast ratio of WCAG 2.</summary>
    private static double Contrast(double[] one, double[] other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);

        static double Luminance(double[] channels)
        {
            var linear = channels.Select(channel => channel / 255).Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToArray();
            return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
        }
    }
}
