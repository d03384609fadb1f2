using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace ChainRule.Charts;

/// <summary>Writes a figure in the Plotly schema. The order is fixed, so that equal figures give equal text.</summary>
internal static class FigureJson
{
    // <, > and & stay escaped: the text also stands inside a script element.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private static readonly string[] s_dashes = ["solid", "dash", "dashdot", "dot", "longdash"];
    private static readonly string[] s_symbols = ["circle", "circle-open", "square", "x"];
    private static readonly string[] s_modes = ["lines", "markers", "lines+markers"];
    private static readonly string[] s_anchors = ["left", "center", "right"];

    public static string Write(Figure figure)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, s_options))
        {
            json.WriteStartObject();
            Traces(json, figure.Data);
            Layout(json, figure);
            Config(json, figure.Config ?? new FigureConfig());
            if (figure.Frames is { Count: > 0 } frames)
            {
                json.WriteStartArray("frames");
                foreach (FigureFrame frame in frames)
                {
                    json.WriteStartObject();
                    json.WriteString("name", frame.Name);
                    Traces(json, frame.Data);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Traces(Utf8JsonWriter json, IReadOnlyList<Trace> traces)
    {
        json.WriteStartArray("data");
        for (int i = 0; i < traces.Count; i++)
        {
            json.WriteStartObject();
            Trace(json, traces[i], i);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Trace(Utf8JsonWriter json, Trace trace, int index)
    {
        json.WriteString("type", trace.Type);
        Text(json, "name", trace.Name);
        if (trace.ShowLegend is { } legend && trace is not HeatmapTrace)
        {
            json.WriteBoolean("showlegend", legend);
        }

        Text(json, "legendgroup", trace.LegendGroup);
        if (!trace.Visible)
        {
            json.WriteBoolean("visible", value: false);
        }
        else if (trace.OnDemand)
        {
            json.WriteString("visible", "legendonly");
        }

        if (trace is not SurfaceTrace)
        {
            AxisReference(json, "xaxis", "x", trace.XAxis);
            AxisReference(json, "yaxis", "y", trace.YAxis);
        }

        Number(json, "opacity", trace.Opacity);
        switch (trace)
        {
            case ScatterTrace scatter:
                Data(json, "x", scatter.X);
                Data(json, "y", scatter.Y);
                json.WriteString("mode", s_modes[(int)scatter.Mode]);
                Texts(json, "text", scatter.Text);
                json.WriteBoolean("connectgaps", value: false);
                if (scatter.Mode != ScatterMode.Markers)
                {
                    Line(json, scatter.Line ?? new LineStyle(), index);
                }

                if (scatter.Mode != ScatterMode.Lines)
                {
                    Marker(json, scatter.Marker ?? new MarkerStyle(), index);
                }

                if (scatter.Fill is { } area)
                {
                    json.WriteString("fill", "toself");
                    json.WriteString("fillcolor", area);
                }

                if (scatter.Slopes is { } slopes)
                {
                    // Our script looks for this mark; plotly.js itself does nothing with it.
                    json.WriteStartObject("meta");
                    json.WriteBoolean("tangent", value: true);
                    json.WriteEndObject();
                    Data(json, "customdata", AxisValues.Of(slopes));
                }

                break;
            case BarTrace bar:
                Data(json, "x", bar.X);
                Data(json, "y", bar.Y);
                json.WriteString("orientation", bar.Horizontal ? "h" : "v");
                if (bar.Text is not null)
                {
                    Texts(json, "text", bar.Text);
                    json.WriteString("textposition", "outside");
                    json.WriteBoolean("cliponaxis", value: false);
                }

                Number(json, "width", bar.Width);
                Marker(json, bar.Marker ?? new MarkerStyle(), index);
                break;
            case GridTrace grid:
                Grid(json, grid);
                break;
        }

        Text(json, "hovertemplate", trace.HoverTemplate);
    }

    private static void Grid(Utf8JsonWriter json, GridTrace grid)
    {
        if (grid.X is { } x)
        {
            Data(json, "x", x);
        }

        if (grid.Y is { } y)
        {
            Data(json, "y", y);
        }

        json.WriteStartArray("z");
        foreach (IReadOnlyList<double> row in grid.Z)
        {
            json.WriteStartArray();
            foreach (double value in row)
            {
                Number(json, value);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        (string low, string high) = grid is SurfaceTrace ? ("cmin", "cmax") : ("zmin", "zmax");
        Number(json, low, grid.ZMin);
        Number(json, high, grid.ZMax);
        if (grid.ColorScale is { } scale)
        {
            json.WriteStartArray("colorscale");
            foreach (ColorStop stop in scale)
            {
                json.WriteStartArray();
                Number(json, stop.At);
                json.WriteStringValue(stop.Color);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteBoolean("showscale", grid.ShowScale);
        if (grid.ShowScale)
        {
            json.WriteStartObject("colorbar");
            json.WriteNumber("thickness", 14);
            json.WriteNumber("outlinewidth", 0);
            json.WriteEndObject();
        }

        switch (grid)
        {
            case HeatmapTrace heatmap:
                Number(json, "xgap", heatmap.Gap);
                Number(json, "ygap", heatmap.Gap);
                Texts(json, "text", heatmap.Text);
                Texts(json, "hovertext", heatmap.HoverText);
                Text(json, "texttemplate", heatmap.TextTemplate);
                break;
            case ContourTrace contour:
                json.WriteBoolean("autocontour", contour.Levels is null);
                json.WriteStartObject("contours");
                json.WriteString("coloring", "fill");
                json.WriteBoolean("showlabels", contour.ShowLabels);
                json.WriteBoolean("showlines", !contour.HideLines);
                if (contour.Levels is { } levels)
                {
                    Number(json, "start", levels.Start);
                    Number(json, "end", levels.End);
                    Number(json, "size", levels.Step);
                }

                json.WriteEndObject();
                json.WriteStartObject("line");
                json.WriteString("color", Palette.Helper);
                json.WriteNumber("width", 1);
                json.WriteEndObject();
                break;
        }
    }

    private static void Layout(Utf8JsonWriter json, Figure figure)
    {
        FigureLayout layout = figure.Layout;
        json.WriteStartObject("layout");
        if (layout.Title is { } title)
        {
            json.WriteStartObject("title");
            json.WriteString("text", title);
            json.WriteNumber("x", 0.5);
            json.WriteString("yref", "container");
            json.WriteNumber("y", 1);
            json.WriteString("yanchor", "top");
            json.WriteStartObject("pad");
            json.WriteNumber("t", 12);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        bool legend = layout.ShowLegend ?? FigureParts.LegendEntries(figure).Count > 1;
        json.WriteBoolean("showlegend", legend);
        if (legend)
        {
            json.WriteStartObject("legend");
            json.WriteString("orientation", "h");
            json.WriteNumber("x", 0);
            json.WriteNumber("y", 1.02);
            json.WriteString("yanchor", "bottom");
            if (layout.IsolateOnClick)
            {
                json.WriteString("itemclick", "toggleothers");
                json.WriteString("itemdoubleclick", "toggle");
            }

            json.WriteEndObject();
        }

        json.WriteString("hovermode", "closest");
        json.WriteString("paper_bgcolor", "rgba(0,0,0,0)");
        json.WriteString("plot_bgcolor", "rgba(0,0,0,0)");
        json.WriteStartObject("font");
        json.WriteString("family", SvgRenderer.FontFamily.Replace("\"", string.Empty, StringComparison.Ordinal));
        json.WriteNumber("size", 13);
        json.WriteString("color", Palette.Ink);
        json.WriteEndObject();
        json.WriteStartObject("margin");
        bool spatial = layout.Scene is not null;
        json.WriteNumber("l", spatial ? 8 : 56);
        json.WriteNumber("r", spatial ? 8 : 24);
        json.WriteNumber("t", (layout.Title is null ? 32 : spatial ? 40 : 60) + (legend ? 20 * LegendRows(figure) : 0));
        json.WriteNumber("b", spatial || layout.XAxes.All(axis => axis.Opposite) ? 12 : layout.ButtonGroups.Count > 0 ? 66 : 52);
        json.WriteEndObject();
        Number(json, "width", layout.Width);

        // plotly.js puts a slider below the axis, into the height that the plot would have.
        Number(json, "height", layout.Height + (64 * layout.Sliders.Count));
        if (layout.Scene is { } scene)
        {
            json.WriteStartObject("scene");
            SceneAxis(json, "xaxis", scene.XTitle);
            SceneAxis(json, "yaxis", scene.YTitle);
            SceneAxis(json, "zaxis", scene.ZTitle);
            json.WriteString("aspectmode", "manual");
            json.WriteStartObject("aspectratio");
            json.WriteNumber("x", 1);
            json.WriteNumber("y", 1);
            json.WriteNumber("z", 0.7);
            json.WriteEndObject();
            json.WriteStartObject("camera");
            json.WriteStartObject("eye");
            json.WriteNumber("x", 1.35);
            json.WriteNumber("y", 1.35);
            json.WriteNumber("z", 0.95);
            json.WriteEndObject();
            json.WriteStartObject("center");
            json.WriteNumber("x", 0);
            json.WriteNumber("y", 0);
            json.WriteNumber("z", -0.12);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else
        {
            for (int i = 0; i < layout.XAxes.Count; i++)
            {
                Axis(json, layout.XAxes[i], 'x', i, figure);
            }

            for (int i = 0; i < layout.YAxes.Count; i++)
            {
                Axis(json, layout.YAxes[i], 'y', i, figure);
            }
        }

        Annotations(json, layout.Annotations);
        Shapes(json, layout.Shapes);
        Controls(json, layout);
        json.WriteEndObject();
    }

    /// <summary>The title stands above the legend, so the margin must know how often the legend breaks in a narrow column.</summary>
    private static int LegendRows(Figure figure) =>
        1 + (int)(FigureParts.LegendEntries(figure).Sum(e => 56 + SvgDrawing.TextWidth(e.Trace.Name!, 13)) / 400);

    private static void SceneAxis(Utf8JsonWriter json, string name, string title)
    {
        json.WriteStartObject(name);
        json.WriteStartObject("title");
        json.WriteString("text", title);
        json.WriteEndObject();
        json.WriteString("gridcolor", Palette.Grid);
        json.WriteNumber("nticks", 5);
        json.WriteEndObject();
    }

    private static void Axis(Utf8JsonWriter json, Axis axis, char letter, int index, Figure figure)
    {
        FigureLayout layout = figure.Layout;
        char other = letter == 'x' ? 'y' : 'x';
        json.WriteStartObject(letter + "axis" + Suffix(index + 1));
        if (axis.Title is { } title)
        {
            json.WriteStartObject("title");
            json.WriteString("text", title.Replace("\n", "<br>", StringComparison.Ordinal));
            json.WriteEndObject();
        }

        if (axis.Logarithmic)
        {
            json.WriteString("type", "log");
            json.WriteString("exponentformat", "power");

            // Left to itself, plotly.js writes 2 and 5 between narrow decades, and powers larger than everything else.
            json.WriteStartObject("tickfont");
            json.WriteNumber("size", 11);
            json.WriteEndObject();
            if (FigureParts.Decades(figure, axis, letter, index) is > 2 and var decades)
            {
                json.WriteNumber("dtick", Math.Ceiling(decades / 6));
            }
        }

        if (axis.Range is { } range)
        {
            // The schema wants a logarithmic axis's range as exponents.
            json.WriteStartArray("range");
            Number(json, axis.Logarithmic ? Math.Log10(range.From) : range.From);
            Number(json, axis.Logarithmic ? Math.Log10(range.To) : range.To);
            json.WriteEndArray();
        }
        else if (axis.Reversed)
        {
            json.WriteString("autorange", "reversed");
        }

        json.WriteBoolean("showgrid", axis.ShowGrid);
        json.WriteString("gridcolor", Palette.Grid);
        json.WriteBoolean("zeroline", axis is { ZeroLine: true, Logarithmic: false });
        json.WriteString("zerolinecolor", Palette.Helper);
        if (axis.TickValues is { } ticks)
        {
            Data(json, "tickvals", AxisValues.Of(ticks));
            Texts(json, "ticktext", axis.TickText);
        }

        if (!axis.ShowTickLabels)
        {
            json.WriteBoolean("showticklabels", value: false);
        }

        // Long labels must not run out of the figure: plotly.js then makes room for them.
        json.WriteBoolean("automargin", value: true);
        if (FigureParts.Domain(axis, letter, index, layout) is { } domain && (layout.Grid is not null || axis.Domain is not null))
        {
            json.WriteStartArray("domain");
            Number(json, domain.From);
            Number(json, domain.To);
            json.WriteEndArray();
        }

        if (index > 0)
        {
            json.WriteString("anchor", other + Suffix(index + 1));
        }

        if (axis.SameScale)
        {
            json.WriteString("scaleanchor", other + Suffix(index + 1));
            json.WriteString("constrain", "domain");
        }
        else if ((letter == 'x' ? layout.YAxes : layout.XAxes).ElementAtOrDefault(index)?.SameScale == true)
        {
            json.WriteString("constrain", "domain");
        }

        if (axis.Opposite)
        {
            json.WriteString("side", letter == 'x' ? "top" : "right");
        }

        json.WriteEndObject();
    }

    private static void Annotations(Utf8JsonWriter json, IReadOnlyList<Annotation> annotations)
    {
        if (annotations.Count == 0)
        {
            return;
        }

        json.WriteStartArray("annotations");
        foreach (Annotation annotation in annotations)
        {
            json.WriteStartObject();
            json.WriteString("text", annotation.Text);
            Number(json, "x", annotation.X);
            Number(json, "y", annotation.Y);
            AxisReference(json, "xref", "x", annotation.Axes, always: true);
            AxisReference(json, "yref", "y", annotation.Axes, always: true);
            json.WriteBoolean("showarrow", annotation.ShowArrow);
            json.WriteString("xanchor", s_anchors[(int)annotation.Anchor]);
            if (annotation.ShowArrow)
            {
                // An arrow's text is placed from its tip, with y downwards.
                Number(json, "ax", annotation.ShiftX);
                Number(json, "ay", -annotation.ShiftY);
            }
            else
            {
                Number(json, "xshift", annotation.ShiftX);
                Number(json, "yshift", annotation.ShiftY);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Shapes(Utf8JsonWriter json, IReadOnlyList<FigureShape> shapes)
    {
        if (shapes.Count == 0)
        {
            return;
        }

        json.WriteStartArray("shapes");
        foreach (FigureShape shape in shapes)
        {
            bool wide = double.IsInfinity(shape.X0) || double.IsInfinity(shape.X1);
            bool high = double.IsInfinity(shape.Y0) || double.IsInfinity(shape.Y1);
            json.WriteStartObject();
            json.WriteString("type", shape.Box ? "rect" : "line");
            json.WriteString("xref", "x" + Suffix(shape.Axes) + (wide ? " domain" : string.Empty));
            json.WriteString("yref", "y" + Suffix(shape.Axes) + (high ? " domain" : string.Empty));
            Number(json, "x0", wide ? 0 : shape.X0);
            Number(json, "y0", high ? 0 : shape.Y0);
            Number(json, "x1", wide ? 1 : shape.X1);
            Number(json, "y1", high ? 1 : shape.Y1);
            json.WriteString("layer", "below");
            Line(json, shape.Line, 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Controls(Utf8JsonWriter json, FigureLayout layout)
    {
        if (layout.Sliders.Count > 0)
        {
            json.WriteStartArray("sliders");
            foreach (Slider slider in layout.Sliders)
            {
                json.WriteStartObject();
                json.WriteNumber("active", slider.Active);
                json.WriteStartObject("currentvalue");
                json.WriteString("prefix", slider.Prefix);
                json.WriteEndObject();
                json.WriteStartObject("pad");
                json.WriteNumber("t", 44);
                json.WriteEndObject();
                json.WriteString("bgcolor", Palette.Grid);
                json.WriteString("activebgcolor", Palette.Negative);
                json.WriteString("bordercolor", Palette.Helper);
                json.WriteString("tickcolor", Palette.Helper);
                Steps(json, "steps", slider.Steps);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (layout.ButtonGroups.Count > 0)
        {
            json.WriteStartArray("updatemenus");
            foreach (ButtonGroup group in layout.ButtonGroups)
            {
                json.WriteStartObject();
                json.WriteString("type", "buttons");
                json.WriteString("direction", "right");
                json.WriteNumber("active", -1);
                json.WriteBoolean("showactive", value: false);
                json.WriteString("bgcolor", Palette.Paper);
                json.WriteString("bordercolor", Palette.Helper);
                json.WriteNumber("x", 1);
                json.WriteString("xanchor", "right");

                // Below the axis at the right, where neither legend nor title grow in a narrow column.
                json.WriteNumber("y", 0);
                json.WriteString("yanchor", "top");
                json.WriteStartObject("pad");
                json.WriteNumber("t", 30);
                json.WriteEndObject();
                Steps(json, "buttons", group.Buttons);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void Steps(Utf8JsonWriter json, string name, IReadOnlyList<ControlStep> steps)
    {
        json.WriteStartArray(name);
        foreach (ControlStep step in steps)
        {
            json.WriteStartObject();
            json.WriteString("label", step.Label);
            json.WriteString("method", step.Command is ShowTraces or ToggleTraces ? "restyle" : "animate");
            if (step.Command is ToggleTraces(var toggled))
            {
                Visibility(json, "args", toggled, json => json.WriteBooleanValue(value: true));
                Visibility(json, "args2", toggled, json => json.WriteStringValue("legendonly"));
                json.WriteEndObject();
                continue;
            }

            json.WriteStartArray("args");
            switch (step.Command)
            {
                case ShowTraces(var visible):
                    json.WriteStartObject();
                    json.WriteStartArray("visible");
                    foreach (bool shown in visible)
                    {
                        json.WriteBooleanValue(shown);
                    }

                    json.WriteEndArray();
                    json.WriteEndObject();
                    break;
                case ShowFrame(var frame):
                    json.WriteStartArray();
                    json.WriteStringValue(frame);
                    json.WriteEndArray();
                    Animation(json, duration: 0);
                    break;
                case PlayFrames(var duration):
                    json.WriteNullValue();
                    Animation(json, duration);
                    break;
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Visibility(Utf8JsonWriter json, string name, IReadOnlyList<int> traces, Action<Utf8JsonWriter> value)
    {
        json.WriteStartArray(name);
        json.WriteStartObject();
        json.WritePropertyName("visible");
        value(json);
        json.WriteEndObject();
        Data(json, name: null, AxisValues.Of(traces.Select(trace => (double)trace)));
        json.WriteEndArray();
    }

    private static void Animation(Utf8JsonWriter json, double duration)
    {
        json.WriteStartObject();
        json.WriteString("mode", "immediate");
        json.WriteStartObject("frame");
        Number(json, "duration", duration);
        json.WriteBoolean("redraw", value: true);
        json.WriteEndObject();
        json.WriteStartObject("transition");
        json.WriteNumber("duration", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Config(Utf8JsonWriter json, FigureConfig config)
    {
        json.WriteStartObject("config");
        json.WriteBoolean("responsive", config.Responsive);
        json.WriteBoolean("displayModeBar", config.ShowTools);
        json.WriteBoolean("displaylogo", value: false);
        json.WriteBoolean("staticPlot", config.Static);
        json.WriteEndObject();
    }

    private static void Line(Utf8JsonWriter json, LineStyle line, int index)
    {
        json.WriteStartObject("line");
        json.WriteString("color", line.Color ?? Palette.Color(index));
        Number(json, "width", line.Width);
        json.WriteString("dash", s_dashes[(int)line.Dash]);
        json.WriteEndObject();
    }

    private static void Marker(Utf8JsonWriter json, MarkerStyle marker, int index)
    {
        json.WriteStartObject("marker");
        if (marker.Colors is not null)
        {
            Texts(json, "color", marker.Colors);
        }
        else
        {
            json.WriteString("color", marker.Color ?? Palette.Color(index));
        }

        Number(json, "size", marker.Size);
        if (marker.Symbol is { } symbol)
        {
            json.WriteString("symbol", s_symbols[(int)symbol]);
        }

        if (marker.Line is { } line)
        {
            json.WriteStartObject("line");
            json.WriteString("color", line.Color ?? Palette.Color(index));
            Number(json, "width", line.Width);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Data(Utf8JsonWriter json, string? name, AxisValues values)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteStartArray();
        for (int i = 0; i < values.Count; i++)
        {
            if (values.Numbers is { } numbers)
            {
                Number(json, numbers[i]);
            }
            else
            {
                json.WriteStringValue(values.Labels![i]);
            }
        }

        json.WriteEndArray();
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string>? texts)
    {
        if (texts is not null)
        {
            Data(json, name, AxisValues.Of(texts));
        }
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<IReadOnlyList<string>>? rows)
    {
        if (rows is null)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (IReadOnlyList<string> row in rows)
        {
            Data(json, name: null, AxisValues.Of(row));
        }

        json.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void AxisReference(Utf8JsonWriter json, string name, string letter, int number, bool always = false)
    {
        if (always || number > 1)
        {
            json.WriteString(name, letter + Suffix(number));
        }
    }

    private static string Suffix(int number) => number == 1 ? string.Empty : number.ToString(CultureInfo.InvariantCulture);

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && ChartNumber.Data(number) is { } text)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(text);
        }
    }

    private static void Number(Utf8JsonWriter json, double value)
    {
        if (ChartNumber.Data(value) is { } text)
        {
            json.WriteRawValue(text);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
