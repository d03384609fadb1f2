using System.Text.Json;

namespace ChainRule.Charts;

/// <content>Everything around the traces: title, legend, axes, annotations, shapes, sliders and buttons.</content>
internal static partial class FigureJson
{
    private static readonly string[] s_anchors = ["left", "center", "right"];

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
}
