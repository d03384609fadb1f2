using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace ChainRule.Charts;

/// <summary>Writes a figure in the Plotly schema. The order is fixed, so that equal figures give equal text.</summary>
internal static partial class FigureJson
{
    // <, > and & stay escaped: the text also stands inside a script element.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private static readonly string[] s_dashes = ["solid", "dash", "dashdot", "dot", "longdash"];
    private static readonly string[] s_symbols = ["circle", "circle-open", "square", "x"];
    private static readonly string[] s_modes = ["lines", "markers", "lines+markers"];

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
                    Line(json, scatter.Line ?? new LineStyle(), index, isCurve: true);
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

    private static void Config(Utf8JsonWriter json, FigureConfig config)
    {
        json.WriteStartObject("config");
        json.WriteBoolean("responsive", config.Responsive);
        json.WriteBoolean("displayModeBar", config.ShowTools);
        json.WriteBoolean("displaylogo", value: false);
        json.WriteBoolean("staticPlot", config.Static);
        json.WriteEndObject();
    }

    private static void Line(Utf8JsonWriter json, LineStyle line, int index, bool isCurve = false)
    {
        json.WriteStartObject("line");
        json.WriteString("color", line.Color ?? Palette.Color(index));
        Number(json, "width", line.Width);
        json.WriteString("dash", s_dashes[(int)line.Dash]);
        if (isCurve)
        {
            // The points were chosen so that a curve is smooth; plotly.js would leave most of them out, and one sees corners.
            json.WriteBoolean("simplify", value: false);
        }

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
