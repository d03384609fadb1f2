using System.Globalization;
using System.Text;

namespace ChainRule.Charts;

/// <summary>
/// Draws a figure as SVG, for where no script runs: print, GitHub, notebooks that nobody has trusted yet. The text is real text,
/// the colours follow light and dark, and points and cells tell their values on hover.
/// </summary>
public static class SvgRenderer
{
    /// <summary>The fonts of the figures: those of the formulas where they are installed, else a book's.</summary>
    public const string FontFamily = "\"STIX Two Text\",\"Latin Modern Roman\",Charter,\"Bitstream Charter\",Georgia,serif";

    /// <summary>The figure as one SVG element; it can stand in a page or alone in a file.</summary>
    /// <param name="figure">The figure.</param>
    public static string Render(Figure figure)
    {
        Require.NotNull(figure);
        return new SvgDrawing(figure.Still is { } still ? still with { Description = figure.Description ?? still.Description } : figure).Draw();
    }
}

/// <summary>One drawing: it collects elements and remembers which colours they used.</summary>
internal sealed class SvgDrawing(Figure figure)
{
    private const double FontSize = 13;
    private const double SmallFont = 12;
    private static readonly string[] s_dashes = ["", "7 4", "9 3 2 3", "2 3.5", "14 5"];
    private readonly StringBuilder _svg = new();
    private readonly HashSet<string> _used = new(StringComparer.Ordinal) { "ink", "paper" };
    private readonly FigureLayout _layout = figure.Layout;
    private readonly double _width = figure.Layout.Width ?? 560;
    private readonly double _height = figure.Layout.Height;

    public string Draw()
    {
        Body();
        string about = Escape(FigureParts.Describe(figure));
        string size = string.Create(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {_width} {_height}\" width=\"{_width}\" height=\"{_height}\"");
        return $"<svg class=\"cr-svg\" xmlns=\"http://www.w3.org/2000/svg\" {size} style=\"width:100%;height:auto;max-width:{C(_width * 1.25)}px\" role=\"img\" aria-label=\"{about}\"><desc>{about}</desc><style>{SvgStyle.Css(_used)}</style>{_svg}</svg>";
    }

    /// <summary>How wide a text will be, near enough to leave room for it: the font is the reader's.</summary>
    internal static double TextWidth(string text, double fontSize)
    {
        double width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            width += category switch
            {
                UnicodeCategory.NonSpacingMark => 0,
                UnicodeCategory.UppercaseLetter or UnicodeCategory.MathSymbol => 0.8,
                UnicodeCategory.SpaceSeparator => 0.28,
                UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.OtherPunctuation => 0.34,
                _ => 0.61,
            };
        }

        return width * fontSize;
    }

    private static string C(double value) => ChartNumber.Coordinate(value);

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                < ' ' => escaped.Append(' '),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    private void Body()
    {
        var legend = FigureParts.LegendEntries(figure).Where(entry => !entry.Trace.OnDemand).ToList();
        bool showLegend = _layout.ShowLegend ?? legend.Count > 1;
        double top = 14;
        if (_layout.Title is { } title)
        {
            top += 16;
            Text(title, _width / 2, top - 4, "middle", size: 15, weight: true);
            top += 8;
        }

        var panels = Panels();
        double left = 14 + panels.Where(p => p.AtLeft).Select(p => p.YLabelWidth).DefaultIfEmpty(0).Max();
        double right = _width - 18 - (figure.Data.OfType<GridTrace>().Any(g => g.ShowScale) ? 58 : 0);
        if (showLegend && legend.Count > 0)
        {
            top = Legend(legend, left, right, top);
        }

        bool above = panels.Any(p => p.X.Opposite);
        double xLabels = panels.Select(p => p.XLabelHeight).DefaultIfEmpty(0).Max();
        double bottom = _height - 12 - (above ? 0 : xLabels);
        top += 8 + (above ? xLabels : 0);
        string? caption = Caption();
        if (caption is not null)
        {
            Text(caption, _width / 2, _height - 10, "middle", size: SmallFont);
            bottom -= 20;
        }

        foreach (Panel panel in panels)
        {
            panel.Place(left, right, top, bottom);
            DrawPanel(panel);
        }
    }

    private string? Caption()
    {
        if (figure.Data.Any(t => t is SurfaceTrace))
        {
            return "The surface seen from above: lines of equal height.";
        }

        return _layout.Sliders is [{ Steps.Count: > 0 } slider, ..]
            ? "Drawn for " + slider.Prefix + slider.Steps[Math.Clamp(slider.Active, 0, slider.Steps.Count - 1)].Label + "."
            : null;
    }

    private List<Panel> Panels()
    {
        var panels = new List<Panel>();
        for (int i = 0; i < Math.Max(_layout.XAxes.Count, _layout.YAxes.Count); i++)
        {
            Axis x = _layout.XAxes[Math.Min(i, _layout.XAxes.Count - 1)];
            Axis y = _layout.YAxes[Math.Min(i, _layout.YAxes.Count - 1)];
            if (_layout.Scene is { } scene)
            {
                (x, y) = (x with { Title = scene.XTitle }, y with { Title = scene.YTitle });
            }

            var traces = figure.Data.Select((t, index) => (t, index)).Where(e => e.t is { Visible: true, OnDemand: false } && e.t.XAxis == i + 1).ToList();
            panels.Add(new Panel(
                i + 1,
                x,
                y,
                traces,
                FigureParts.Domain(x, 'x', i, _layout),
                FigureParts.Domain(y, 'y', i, _layout)));
        }

        return panels;
    }

    private double Legend(IReadOnlyList<(Trace Trace, int Index)> entries, double left, double right, double top)
    {
        const double Sample = 30;
        double x = left;
        double y = top + 9;
        foreach ((Trace trace, int index) in entries)
        {
            double width = Sample + 6 + TextWidth(trace.Name!, FontSize) + 18;
            if (x > left && x + width - 18 > right)
            {
                x = left;
                y += 19;
            }

            switch (trace)
            {
                case ScatterTrace scatter:
                    if (scatter.Mode != ScatterMode.Markers)
                    {
                        _svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{C(x)}\" y1=\"{C(y)}\" x2=\"{C(x + Sample)}\" y2=\"{C(y)}\" {Stroke(scatter.Line, index)}/>");
                    }

                    if (scatter.Mode != ScatterMode.Lines)
                    {
                        Mark(x + (Sample / 2), y, scatter.Marker ?? new MarkerStyle(), 0, index, tooltip: null);
                    }

                    break;
                case BarTrace bar:
                    _svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{C(x + 9)}\" y=\"{C(y - 6)}\" width=\"12\" height=\"12\" {Paint(bar.Marker?.Color ?? Palette.Color(index), stroke: null)}/>");
                    break;
            }

            Text(trace.Name!, x + Sample + 6, y + 4.5, "start");
            x += width;
        }

        return y + 12;
    }

    private void DrawPanel(Panel p)
    {
        bool isGrid = p.Traces.Exists(t => t.Trace is HeatmapTrace);
        if (isGrid)
        {
            // A matrix is read by its cells; lines between them would only be in the way.
            Open(p);
            Traces(p);
            Close();
            TickLabels(p);
            Titles(p);
            Scale(p);
            return;
        }

        Grid(p);
        Open(p);
        Shapes(p);
        Traces(p);
        Close();
        AxisLines(p);
        TickLabels(p);
        Titles(p);
        Marks(p);
        Annotations(p);
        Scale(p);
    }

    /// <summary>An inner svg element clips what leaves the plot, and needs no identifier that could occur twice on a page.</summary>
    private void Open(Panel p) => _svg.Append(CultureInfo.InvariantCulture, $"<svg x=\"{C(p.Left)}\" y=\"{C(p.Top)}\" width=\"{C(p.Width)}\" height=\"{C(p.Height)}\" viewBox=\"{C(p.Left)} {C(p.Top)} {C(p.Width)} {C(p.Height)}\">");

    private void Close() => _svg.Append("</svg>");

    private void Grid(Panel p)
    {
        var path = new StringBuilder();
        if (p.X.ShowGrid && !p.XIsLabels)
        {
            foreach (double tick in p.XTicks)
            {
                path.Append(CultureInfo.InvariantCulture, $"M{C(p.MapX(tick))} {C(p.Top)}V{C(p.Bottom)}");
            }
        }

        if (p.Y.ShowGrid && !p.YIsLabels)
        {
            foreach (double tick in p.YTicks)
            {
                path.Append(CultureInfo.InvariantCulture, $"M{C(p.Left)} {C(p.MapY(tick))}H{C(p.Right)}");
            }
        }

        if (path.Length > 0)
        {
            _svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" {Paint(fill: null, Palette.Grid)} stroke-width=\"1\"/>");
        }

        path.Clear();
        if (p.X.ZeroLine && !p.XIsLabels && Inside(0, p.XRange))
        {
            path.Append(CultureInfo.InvariantCulture, $"M{C(p.MapX(0))} {C(p.Top)}V{C(p.Bottom)}");
        }

        if (p.Y.ZeroLine && !p.YIsLabels && Inside(0, p.YRange))
        {
            path.Append(CultureInfo.InvariantCulture, $"M{C(p.Left)} {C(p.MapY(0))}H{C(p.Right)}");
        }

        if (path.Length > 0)
        {
            _svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" {Paint(fill: null, Palette.Helper)} stroke-width=\"1\"/>");
        }
    }

    private static bool Inside(double value, (double From, double To) range) =>
        value > Math.Min(range.From, range.To) && value < Math.Max(range.From, range.To);

    private void AxisLines(Panel p)
    {
        var path = new StringBuilder();
        double xSide = p.X.Opposite ? p.Top : p.Bottom;
        double ySide = p.Y.Opposite ? p.Right : p.Left;
        path.Append(CultureInfo.InvariantCulture, $"M{C(p.Left)} {C(xSide)}H{C(p.Right)}M{C(ySide)} {C(p.Top)}V{C(p.Bottom)}");
        if (!p.XIsLabels)
        {
            foreach (double tick in p.XTicks)
            {
                path.Append(CultureInfo.InvariantCulture, $"M{C(p.MapX(tick))} {C(xSide)}v{(p.X.Opposite ? -4 : 4)}");
            }
        }

        if (!p.YIsLabels)
        {
            foreach (double tick in p.YTicks)
            {
                path.Append(CultureInfo.InvariantCulture, $"M{C(ySide)} {C(p.MapY(tick))}h{(p.Y.Opposite ? 4 : -4)}");
            }
        }

        _svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" {Paint(fill: null, Palette.Ink)} stroke-width=\"1\"/>");
    }

    private void TickLabels(Panel p)
    {
        if (p.X.ShowTickLabels)
        {
            double y = p.X.Opposite ? p.Top - 8 : p.Bottom + 18;
            var labels = p.XLabels;
            double room = p.Width / Math.Max(1, labels.Count);
            int every = Math.Max(1, (int)Math.Ceiling((labels.Select(l => TextWidth(l.Text, SmallFont)).DefaultIfEmpty(0).Max() + 6) / room));
            for (int i = 0; i < labels.Count; i += every)
            {
                Text(labels[i].Text, KeepInside(p.MapX(labels[i].At), labels[i].Text), y, "middle", size: SmallFont, number: true);
            }
        }

        if (p.Y.ShowTickLabels)
        {
            double x = p.Y.Opposite ? p.Right + 8 : p.Left - 8;
            foreach ((double at, string text) in p.YLabels)
            {
                Text(text, x, p.MapY(at) + 4, p.Y.Opposite ? "start" : "end", size: SmallFont, number: true);
            }
        }
    }

    private double KeepInside(double middle, string text)
    {
        double half = TextWidth(text, FontSize) / 2;
        return half * 2 > _width ? _width / 2 : Math.Clamp(middle, half + 1, _width - half - 1);
    }

    private void Titles(Panel p)
    {
        if (p.X.Title is { } x)
        {
            double y = p.X.Opposite ? p.Top - 8 - (p.X.ShowTickLabels ? 20 : 0) : p.Bottom + 18 + (p.X.ShowTickLabels ? 20 : 0);
            foreach (string line in x.Split('\n'))
            {
                Text(line, p.Left + (p.Width / 2), y, "middle");
                y += Panel.LineHeight;
            }
        }

        if (p.Y.Title is { } title)
        {
            double at = p.Left - p.YLabelWidth + 10;
            double middle = p.Top + (p.Height / 2);

            // One letter stands upright, as in a book; a word is turned.
            if (TextWidth(title, FontSize) <= 14)
            {
                Text(title, at, middle + 4, "middle");
            }
            else
            {
                _svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate({C(at)} {C(middle)}) rotate(-90)\" text-anchor=\"middle\">{Escape(title)}</text>");
            }
        }
    }

    private void Traces(Panel p)
    {
        var bars = p.Traces.Where(t => t.Trace is BarTrace).ToList();
        foreach ((Trace trace, int index) in p.Traces)
        {
            if (trace.Opacity is { } opacity)
            {
                _svg.Append(CultureInfo.InvariantCulture, $"<g opacity=\"{C(opacity)}\">");
            }

            switch (trace)
            {
                case ScatterTrace { Mode: not ScatterMode.Markers } scatter:
                    Curve(p, scatter, index);
                    break;
                case BarTrace bar:
                    Bars(p, bar, index, bars.FindIndex(b => b.Index == index), bars.Count);
                    break;
                case HeatmapTrace heatmap:
                    Cells(p, heatmap);
                    break;
                case GridTrace grid:
                    Bands(p, grid);
                    break;
            }

            if (trace.Opacity is not null)
            {
                _svg.Append("</g>");
            }
        }
    }

    private void Curve(Panel p, ScatterTrace scatter, int index)
    {
        var path = new StringBuilder();
        bool open = false;
        for (int i = 0; i < Math.Min(scatter.X.Count, scatter.Y.Count); i++)
        {
            double x = p.MapX(scatter.X.Position(i));
            double y = p.MapY(scatter.Y.Position(i));
            if (!double.IsFinite(x) || !double.IsFinite(y))
            {
                open = false;
                continue;
            }

            // Far outside, a renderer's numbers may overflow; the clip hides the difference.
            y = Math.Clamp(y, p.Top - (20 * p.Height), p.Bottom + (20 * p.Height));
            path.Append(open ? 'L' : 'M').Append(C(x)).Append(' ').Append(C(y));
            open = true;
        }

        if (path.Length > 0)
        {
            string paint = scatter.Fill is { } area
                ? $"{Paint(area, scatter.Line?.Width == 0 ? null : scatter.Line?.Color ?? Palette.Color(index))} stroke-width=\"{C(scatter.Line?.Width ?? 2)}\""
                : Stroke(scatter.Line, index);
            _svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" {paint} stroke-linejoin=\"round\"/>");
        }
    }

    /// <summary>Marks stand above everything and aren't clipped: an open circle at the plot's edge stays whole.</summary>
    private void Marks(Panel p)
    {
        foreach ((Trace trace, int index) in p.Traces)
        {
            if (trace is not ScatterTrace scatter)
            {
                continue;
            }

            string name = scatter.Name is null ? string.Empty : scatter.Name + ": ";
            int count = Math.Min(scatter.X.Count, scatter.Y.Count);
            IEnumerable<int> shown = scatter.Mode == ScatterMode.Lines ? HoverPoints(p, scatter, count) : Enumerable.Range(0, count);
            foreach (int i in shown)
            {
                (double x, double y) = (scatter.X.Position(i), scatter.Y.Position(i));
                if (!Within(x, p.XRange) || !Within(y, p.YRange) || (scatter is { Fill: not null, Text: null }))
                {
                    continue;
                }

                string tooltip = scatter.Text is { } text
                    ? text[i]
                    : $"{name}{p.X.Title ?? "x"} = {scatter.X.Label(i)}, {p.Y.Title ?? "y"} = {scatter.Y.Label(i)}";
                if (scatter.Mode == ScatterMode.Lines)
                {
                    _svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"cr-hit\" fill=\"transparent\" cx=\"{C(p.MapX(x))}\" cy=\"{C(p.MapY(y))}\" r=\"5\"><title>{Escape(tooltip)}</title></circle>");
                }
                else
                {
                    Mark(p.MapX(x), p.MapY(y), scatter.Marker ?? new MarkerStyle(), i, index, tooltip);
                }
            }
        }
    }

    private static bool Within(double value, (double From, double To) range) =>
        value >= Math.Min(range.From, range.To) && value <= Math.Max(range.From, range.To);

    /// <summary>A long curve answers at round places (ticks and half-way between them), a short one at every point.</summary>
    private static IEnumerable<int> HoverPoints(Panel p, ScatterTrace scatter, int count)
    {
        if (count <= 30 || scatter.X.Numbers is not { } xs)
        {
            return Enumerable.Range(0, count);
        }

        if (p.X.Logarithmic)
        {
            return Enumerable.Range(0, count).Where(i => i % ((count / 30) + 1) == 0);
        }

        double step = p.XStep / 2;
        return Enumerable.Range(0, count).Where(i => double.IsFinite(xs[i]) && Math.Abs(xs[i] - (Math.Round(xs[i] / step) * step)) < step * 1e-6)
            .DistinctBy(i => Math.Round(xs[i] / step));
    }

    private void Mark(double x, double y, MarkerStyle marker, int point, int index, string? tooltip)
    {
        string color = marker.Colors?[point] ?? marker.Color ?? Palette.Color(index);
        double r = (marker.Size ?? 8) / 2;
        string title = tooltip is null ? "/>" : $"><title>{Escape(tooltip)}</title>";
        string element = marker.Symbol switch
        {
            MarkerSymbol.Square => string.Create(CultureInfo.InvariantCulture, $"rect x=\"{C(x - r)}\" y=\"{C(y - r)}\" width=\"{C(2 * r)}\" height=\"{C(2 * r)}\" {Paint(color, marker.Line?.Color)}"),
            MarkerSymbol.Cross => string.Create(CultureInfo.InvariantCulture, $"path d=\"M{C(x - r)} {C(y - r)}L{C(x + r)} {C(y + r)}M{C(x - r)} {C(y + r)}L{C(x + r)} {C(y - r)}\" {Paint(fill: null, color)} stroke-width=\"2\""),
            MarkerSymbol.OpenCircle => string.Create(CultureInfo.InvariantCulture, $"circle cx=\"{C(x)}\" cy=\"{C(y)}\" r=\"{C(r)}\" {Paint(Palette.Paper, color)} stroke-width=\"2\""),
            _ => string.Create(CultureInfo.InvariantCulture, $"circle cx=\"{C(x)}\" cy=\"{C(y)}\" r=\"{C(r)}\" {Paint(color, marker.Line?.Color)}"),
        };
        _svg.Append('<').Append(element).Append(title);
        if (tooltip is not null)
        {
            _svg.Append("</").Append(element.AsSpan(0, element.IndexOf(' ', StringComparison.Ordinal))).Append('>');
        }
    }

    private void Bars(Panel p, BarTrace bar, int index, int place, int groups)
    {
        double width = bar.Width ?? (0.76 / groups);
        for (int i = 0; i < Math.Min(bar.X.Count, bar.Y.Count); i++)
        {
            double at = bar.Horizontal ? bar.Y.Position(i) : bar.X.Position(i);
            double length = bar.Horizontal ? bar.X.Position(i) : bar.Y.Position(i);
            if (!double.IsFinite(length))
            {
                continue;
            }

            double from = bar.Width is { } own ? at - (own / 2) : at - 0.38 + (place * width);
            string label = bar.Horizontal ? bar.Y.Label(i) : bar.X.Label(i);
            string fill = Paint(bar.Marker?.Colors?[i] ?? bar.Marker?.Color ?? Palette.Color(index), stroke: null, also: " cr-cell");
            (double x0, double x1) = bar.Horizontal ? Sorted(p.MapX(0), p.MapX(length)) : Sorted(p.MapX(from), p.MapX(from + width));
            (double y0, double y1) = bar.Horizontal ? Sorted(p.MapY(from), p.MapY(from + width)) : Sorted(p.MapY(0), p.MapY(length));
            _svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{C(x0)}\" y=\"{C(y0)}\" width=\"{C(x1 - x0)}\" height=\"{C(y1 - y0)}\" {fill}><title>{Escape(label + ": " + ChartNumber.Format(length))}</title></rect>");
            if (bar.Text is { } text)
            {
                if (bar.Horizontal)
                {
                    Text(text[i], length < 0 ? x0 - 5 : x1 + 5, ((y0 + y1) / 2) + 4, length < 0 ? "end" : "start", size: SmallFont, number: true);
                }
                else
                {
                    Text(text[i], (x0 + x1) / 2, length < 0 ? y1 + 14 : y0 - 5, "middle", size: SmallFont, number: true);
                }
            }
        }
    }

    private static (double Low, double High) Sorted(double a, double b) => a < b ? (a, b) : (b, a);

    private void Cells(Panel p, HeatmapTrace heatmap)
    {
        double gap = (heatmap.Gap ?? 0) / 2;
        (double low, double high) = Panel.ValueRange(heatmap);
        for (int i = 0; i < heatmap.Z.Count; i++)
        {
            for (int j = 0; j < heatmap.Z[i].Count; j++)
            {
                double value = heatmap.Z[i][j];
                double x = heatmap.X?.Position(j) ?? j;
                double y = heatmap.Y?.Position(i) ?? i;
                (double x0, double x1) = Sorted(p.MapX(x - 0.5), p.MapX(x + 0.5));
                (double y0, double y1) = Sorted(p.MapY(y - 0.5), p.MapY(y + 0.5));
                string row = FigureParts.Label(p.Y, heatmap.Y, i);
                string column = FigureParts.Label(p.X, heatmap.X, j);
                string tooltip = $"row {row}, column {column}: {ChartNumber.Format(value)}";
                string fill = double.IsFinite(value)
                    ? ScaleFill(heatmap.ColorScale ?? Palette.Diverging, (value - low) / (high - low), also: " cr-cell")
                    : Paint(Palette.Paper, Palette.Helper, also: " cr-cell") + " stroke-dasharray=\"2 3\"";
                _svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{C(x0 + gap)}\" y=\"{C(y0 + gap)}\" width=\"{C(x1 - x0 - (2 * gap))}\" height=\"{C(y1 - y0 - (2 * gap))}\" {fill}><title>{Escape(tooltip)}</title></rect>");
                if (heatmap.Text is { } text && heatmap.TextTemplate is not null)
                {
                    // Long numbers shrink rather than leave their cell.
                    double size = Math.Min(FontSize, FontSize * (x1 - x0 - 6) / TextWidth(text[i][j], FontSize));
                    Text(text[i][j], (x0 + x1) / 2, ((y0 + y1) / 2) + (size * 0.35), "middle", size: size, number: true, passive: true);
                }
            }
        }
    }

    /// <summary>
    /// The scales of the palette are drawn as one colour over the page, the more opaque the larger the value: the same drawing
    /// is right in light and in dark, and text in the ink colour stays readable on it.
    /// </summary>
    private string ScaleFill(IReadOnlyList<ColorStop> scale, double t, string also = "")
    {
        t = Math.Clamp(t, 0, 1);
        if (ReferenceEquals(scale, Palette.Diverging))
        {
            double side = (2 * t) - 1;
            return Paint(side < 0 ? Palette.Negative : Palette.Positive, stroke: null, also) + $" fill-opacity=\"{C(Math.Abs(side))}\"";
        }

        if (ReferenceEquals(scale, Palette.Sequential))
        {
            return Paint(Palette.Negative, stroke: null, also) + $" fill-opacity=\"{C(t)}\"";
        }

        // Another scale was asked for: the nearest of its colours is honest, mixing in an unknown colour space would not be.
        return Paint(scale.MinBy(stop => Math.Abs(stop.At - t))!.Color, stroke: null, also);
    }

    private void Scale(Panel p)
    {
        if (p.Traces.Select(t => t.Trace).OfType<GridTrace>().FirstOrDefault(g => g.ShowScale) is not { } grid)
        {
            return;
        }

        (double low, double high) = Panel.ValueRange(grid);
        const int Parts = 40;
        double x = p.Right + 16;
        double height = p.Height / Parts;
        for (int i = 0; i < Parts; i++)
        {
            _svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{C(x)}\" y=\"{C(p.Bottom - ((i + 1) * height))}\" width=\"12\" height=\"{C(height)}\" shape-rendering=\"crispEdges\" {ScaleFill(grid.ColorScale ?? Palette.Sequential, (i + 0.5) / Parts)}/>");
        }

        double step = Ticks.Step(low, high, 5);
        foreach (double tick in Ticks.Between(low, high, 5))
        {
            double y = p.Bottom - ((tick - low) / (high - low) * p.Height);
            Text(ChartNumber.Tick(tick, step), x + 17, y + 4, "start", size: SmallFont, number: true);
        }
    }

    private void Bands(Panel p, GridTrace grid)
    {
        (double low, double high) = Panel.ValueRange(grid);
        IReadOnlyList<double> levels = grid is ContourTrace { Levels: { } given }
            ? [.. Enumerable.Range(0, 1 + (int)Math.Floor(((given.End - given.Start) / given.Step) + 1e-9)).Select(i => given.Start + (i * given.Step))]
            : Ticks.Between(low, high, 9);
        double x(int j) => p.MapX(grid.X?.Position(j) ?? j);
        double y(int i) => p.MapY(grid.Y?.Position(i) ?? i);
        if (ReferenceEquals(grid.ColorScale, Palette.Diverging))
        {
            BothSides(grid, levels, (low + high) / 2, x, y);
            return;
        }

        var contours = levels.Select(level => (Level: level, Shape: ContourLines.At(grid.Z, level, x, y))).ToList();
        string opacity = C(1 - Math.Pow(0.12, 1.0 / Math.Max(1, levels.Count)));
        foreach ((_, ContourShape shape) in contours)
        {
            if (shape.Area.Length > 0)
            {
                _svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{shape.Area}\" {Paint(Palette.Negative, stroke: null)} fill-opacity=\"{opacity}\" shape-rendering=\"crispEdges\"/>");
            }
        }

        double step = Ticks.Step(low, high, 9);
        foreach ((double level, ContourShape shape) in contours)
        {
            if (shape.Lines.Length > 0 && grid is not ContourTrace { HideLines: true })
            {
                _svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{shape.Lines}\" {Paint(fill: null, Palette.Helper)} stroke-width=\"1\"><title>{Escape("value " + ChartNumber.Format(level))}</title></path>");
            }
        }

        foreach ((double level, ContourShape shape) in contours)
        {
            string text = ChartNumber.Tick(level, step);
            double half = TextWidth(text, 11) / 2;
            if ((grid is SurfaceTrace or ContourTrace { ShowLabels: true })
                && shape.LabelAt(p.Left + half + 3, p.Right - half - 3, p.Top + 10, p.Bottom - 8) is { } at)
            {
                Text(text, at.X, at.Y + 4, "middle", size: 11, number: true, halo: true, passive: true);
            }
        }
    }

    /// <summary>Bands away from a middle: what is above it in one colour, what is below it in the other.</summary>
    private void BothSides(GridTrace grid, IReadOnlyList<double> levels, double middle, Func<int, double> x, Func<int, double> y)
    {
        IReadOnlyList<IReadOnlyList<double>> below = [.. grid.Z.Select(row => row.Select(value => -value).ToArray())];
        string opacity = C(1 - Math.Pow(0.2, 2.0 / Math.Max(2, levels.Count)));
        foreach (double level in levels)
        {
            bool above = level > middle;
            ContourShape shape = above ? ContourLines.At(grid.Z, level, x, y) : ContourLines.At(below, -level, x, y);
            if (shape.Area.Length > 0 && Math.Abs(level - middle) > 1e-12)
            {
                _svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{shape.Area}\" {Paint(above ? Palette.Positive : Palette.Negative, stroke: null)} fill-opacity=\"{opacity}\" shape-rendering=\"crispEdges\"><title>{(above ? "≥ " : "≤ ")}{ChartNumber.Format(level)}</title></path>");
            }
        }
    }

    private void Shapes(Panel p)
    {
        foreach (FigureShape shape in _layout.Shapes.Where(s => s.Axes == p.Number))
        {
            bool wide = double.IsInfinity(shape.X0) || double.IsInfinity(shape.X1);
            bool high = double.IsInfinity(shape.Y0) || double.IsInfinity(shape.Y1);
            double x0 = wide ? p.Left : p.MapX(shape.X0);
            double x1 = wide ? p.Right : p.MapX(shape.X1);
            double y0 = high ? p.Top : p.MapY(shape.Y0);
            double y1 = high ? p.Bottom : p.MapY(shape.Y1);
            string title = shape.Label is null ? string.Empty : $"<title>{Escape(shape.Label)}</title>";
            if (shape.Box)
            {
                (x0, x1) = Sorted(x0, x1);
                (y0, y1) = Sorted(y0, y1);
                _svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{C(x0)}\" y=\"{C(y0)}\" width=\"{C(x1 - x0)}\" height=\"{C(y1 - y0)}\" {Stroke(shape.Line, 0)}>{title}</rect>");
            }
            else
            {
                _svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{C(x0)}\" y1=\"{C(y0)}\" x2=\"{C(x1)}\" y2=\"{C(y1)}\" {Stroke(shape.Line, 0)}>{title}</line>");
            }
        }
    }

    private void Annotations(Panel p)
    {
        foreach (Annotation note in _layout.Annotations.Where(a => a.Axes == p.Number))
        {
            double px = p.MapX(note.X);
            double py = p.MapY(note.Y);
            double tx = px + note.ShiftX;
            double ty = Math.Clamp(py - note.ShiftY, 14, _height - 8);
            double width = TextWidth(note.Text, FontSize);
            double start = note.Anchor switch { TextAnchor.Start => tx, TextAnchor.End => tx - width, _ => tx - (width / 2) };
            tx += Math.Clamp(start, 2, Math.Max(2, _width - width - 2)) - start;
            if (note.ShowArrow)
            {
                _svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{C(tx)}\" y1=\"{C(ty)}\" x2=\"{C(px)}\" y2=\"{C(py)}\" {Paint(fill: null, Palette.Helper)} stroke-width=\"1\"/>");
            }

            string anchor = note.Anchor switch { TextAnchor.Start => "start", TextAnchor.End => "end", _ => "middle" };
            Text(note.Text, tx, ty + 4, anchor, halo: true);
        }
    }

    private void Text(string text, double x, double y, string anchor, double size = FontSize, bool weight = false, bool number = false, bool halo = false, bool passive = false)
    {
        string classes = (number, halo) switch { (true, true) => " class=\"cr-num cr-halo\"", (true, _) => " class=\"cr-num\"", (_, true) => " class=\"cr-halo\"", _ => string.Empty };
        string font = Math.Abs(size - FontSize) < 0.01 ? string.Empty : $" font-size=\"{C(size)}\"";
        string bold = weight ? " font-weight=\"600\"" : string.Empty;
        string events = passive ? " pointer-events=\"none\"" : string.Empty;
        string where = anchor == "start" ? string.Empty : $" text-anchor=\"{anchor}\"";
        _svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{C(x)}\" y=\"{C(y)}\"{where}{font}{bold}{classes}{events}>{Escape(text)}</text>");
    }

    private string Stroke(LineStyle? line, int index)
    {
        line ??= new LineStyle();
        string dash = s_dashes[(int)line.Dash];
        string dashes = dash.Length == 0 ? string.Empty : $" stroke-dasharray=\"{dash}\"";
        return $"{Paint(fill: null, line.Color ?? Palette.Color(index))} stroke-width=\"{C(line.Width ?? 2)}\"{dashes}";
    }

    /// <summary>Plain colours as attributes, for programs that know no CSS variables, and classes that overrule them with the theme's.</summary>
    private string Paint(string? fill, string? stroke, string also = "")
    {
        string? fillName = Variable(fill);
        string? strokeName = Variable(stroke);
        string classes = (fillName is null ? string.Empty : " cr-f-" + fillName) + (strokeName is null ? string.Empty : " cr-l-" + strokeName) + also;
        string attribute = classes.Length == 0 ? string.Empty : $" class=\"{classes[1..]}\"";
        string line = stroke is null ? string.Empty : $" stroke=\"{Escape(stroke)}\"";
        return $"fill=\"{(fill is null ? "none" : Escape(fill))}\"{line}{attribute}";
    }

    private string? Variable(string? color)
    {
        foreach ((string name, string light, _) in Palette.Variables)
        {
            if (light == color)
            {
                _used.Add(name);
                return name;
            }
        }

        return null;
    }
}
