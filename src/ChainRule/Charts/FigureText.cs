using System.Text;
using ChainRule.Views;

namespace ChainRule.Charts;

/// <summary>A figure for a terminal, a screen reader or a notebook that runs no HTML: its name and its values, in 80 columns.</summary>
internal static class FigureText
{
    private const int Columns = TextLines.Columns;
    private const int MostRows = 11;

    public static string Plain(Figure figure)
    {
        figure = figure.Still ?? figure;
        string head = FigureParts.Kind(figure) + (figure.Layout.Title is { } title ? ": " + title : string.Empty);
        var names = FigureParts.LegendEntries(figure).Where(e => !e.Trace.OnDemand).Select(e => e.Trace.Name!).Where(n => n != figure.Layout.Title).ToList();
        if (names.Count > 0)
        {
            head += " (" + string.Join(", ", names) + ")";
        }

        var text = new StringBuilder().AppendJoin('\n', TextLines.Wrap(head, Columns)).Append('\n');
        var tables = Tables(figure).ToList();
        foreach ((string? heading, List<IReadOnlyList<string>> table) in tables)
        {
            text.Append(heading is null ? string.Empty : heading + "\n").Append(Align(table));
        }

        var bars = figure.Data.OfType<BarTrace>().ToList();
        foreach (BarTrace bar in bars)
        {
            text.Append(bars.Count > 1 && bar.Name is not null ? bar.Name + "\n" : string.Empty).Append(Bars(bar));
        }

        if (tables.Count == 0 && bars.Count == 0)
        {
            // Curves in the plane have no value at an x; words must do.
            text.AppendJoin('\n', TextLines.Wrap(FigureParts.Describe(figure), Columns)).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>Display mathematics that MathJax sets: a matrix or a table of values under the title.</summary>
    public static string Latex(Figure figure)
    {
        figure = figure.Still ?? figure;
        var tex = new StringBuilder("$$\n\\begin{array}{c}\n");
        tex.Append(Words(FigureParts.Kind(figure) + (figure.Layout.Title is { } title ? ": " + title : string.Empty))).Append(" \\\\\n");
        List<IReadOnlyList<string>>? table = Tables(figure).Select(one => one.Table).FirstOrDefault()
            ?? (figure.Data.OfType<BarTrace>().FirstOrDefault() is { } bar ? [.. BarRows(bar)] : null);
        if (table is { Count: > 0 })
        {
            tex.Append("\\begin{array}{").Append('r', table[0].Count).Append("}\n");
            foreach (IReadOnlyList<string> row in table)
            {
                tex.AppendJoin(" & ", row.Select(Cell)).Append(" \\\\\n");
            }

            tex.Append("\\end{array}\n");
        }

        return tex.Append("\\end{array}\n$$").ToString();
    }

    internal static string Cell(string cell) =>
        cell.Length > 0 && cell.All(c => char.IsAsciiDigit(c) || c is '.' or '−') ? cell.Replace('−', '-') : Words(cell);

    private static string Words(string text) => text.Length == 0 ? string.Empty : $"\\text{{{Prose(text)}}}";

    /// <summary>Words as LaTeX writes them outside of formulas.</summary>
    internal static string Prose(string text)
    {
        var tex = new StringBuilder();
        foreach (char c in text)
        {
            _ = c switch
            {
                // MathJax takes these literally inside \text once they are escaped; a backslash it knows by no name there.
                '{' or '}' or '$' or '%' or '&' or '#' or '_' => tex.Append('\\').Append(c),
                '\\' => tex.Append('∖'),
                '^' => tex.Append('ˆ'),
                '~' => tex.Append('∼'),
                _ => tex.Append(c),
            };
        }

        return tex.ToString();
    }

    /// <summary>A table for each plot of the figure, headed by what its y axis says where there are several.</summary>
    private static IEnumerable<(string? Heading, List<IReadOnlyList<string>> Table)> Tables(Figure figure)
    {
        if (figure.Data.OfType<GridTrace>().FirstOrDefault() is { } grid)
        {
            yield return (null, Matrix(figure, grid));
            yield break;
        }

        for (int plot = 1; plot <= figure.Layout.XAxes.Count; plot++)
        {
            var curves = figure.Data.OfType<ScatterTrace>()
                .Where(t => t is { Visible: true, OnDemand: false, X.Numbers: not null, Y.Numbers: not null } && t.XAxis == plot)
                .ToList();
            if (!curves.TrueForAll(IsFunction))
            {
                continue;
            }

            var lines = curves.Where(t => t.Mode is not ScatterMode.Markers && t.Name is not null).ToList();
            lines = lines.Count == 0 ? [.. curves.Take(1)] : lines;
            if (lines.Count > 0)
            {
                Axis y = figure.Layout.YAxes[Math.Min(plot, figure.Layout.YAxes.Count) - 1];
                string? x = figure.Layout.XAxes[plot - 1].Title ?? figure.Layout.XAxes.Select(axis => axis.Title).FirstOrDefault(title => title is not null);
                yield return (figure.Layout.XAxes.Count > 1 ? y.Title : null, Values(x ?? "x", lines));
            }
        }
    }

    /// <summary>Whether a curve has its places from left to right, so that it has one value (or, at a jump, two) at each.</summary>
    private static bool IsFunction(ScatterTrace curve)
    {
        var places = curve.X.Numbers!.Where(x => !double.IsNaN(x)).ToList();
        return curve.Mode == ScatterMode.Markers || places.Zip(places.Skip(1)).All(pair => pair.First <= pair.Second);
    }

    private static List<IReadOnlyList<string>> Values(string x, List<ScatterTrace> lines)
    {
        var all = lines.SelectMany(l => l.X.Numbers!).Where(double.IsFinite).ToList();
        (double low, double high) = all.Count == 0 ? (0, 1) : (all.Min(), all.Max());
        bool few = lines.TrueForAll(l => l.X.Count <= MostRows);
        double step = Ticks.Step(low, high, MostRows - 1);
        IReadOnlyList<double> places = few ? [.. all.Distinct().Order()] : Ticks.Between(low, high, MostRows - 1);
        var rows = new List<IReadOnlyList<string>> { new[] { x }.Concat(lines.Select(l => l.Name ?? "y")).ToList() };
        foreach (double place in places)
        {
            rows.Add([few ? ChartNumber.Format(place) : ChartNumber.Tick(place, step), .. lines.Select(l => At(l, place, step))]);
        }

        return rows;
    }

    private static string At(ScatterTrace line, double place, double step)
    {
        // Between samples nothing is known; the samplers of this library put one at every round place.
        var found = new List<string>();
        for (int i = 0; i < Math.Min(line.X.Count, line.Y.Count); i++)
        {
            if (Math.Abs(line.X.Numbers![i] - place) <= step * 1e-6 && double.IsFinite(line.Y.Numbers![i]))
            {
                found.Add(ChartNumber.Format(line.Y.Numbers![i]));
            }
        }

        return found.Count == 0 ? "·" : string.Join(" | ", found.Distinct(StringComparer.Ordinal));
    }

    private static List<IReadOnlyList<string>> Matrix(Figure figure, GridTrace grid)
    {
        // Of a matrix the first rows and columns are shown, of a function over the plane some from all over it.
        int[] rows = Some(grid.Z.Count, grid is HeatmapTrace ? 12 : 9, grid is not HeatmapTrace);
        int[] columns = Some(grid.Z.Count == 0 ? 0 : grid.Z[0].Count, grid is HeatmapTrace ? 8 : 7, grid is not HeatmapTrace);
        string[] more = grid is HeatmapTrace && grid.Z.Count > 0 && columns.Length < grid.Z[0].Count ? ["…"] : [];
        string[] heading(string text) => grid.Y is null ? [] : [text];
        var table = new List<IReadOnlyList<string>>();
        if (grid.X is { } x)
        {
            table.Add([.. heading(string.Empty), .. columns.Select(j => FigureParts.Label(figure.Layout.XAxes[0], x, j)), .. more]);
        }

        foreach (int i in rows)
        {
            table.Add([.. heading(grid.Y is { } y ? FigureParts.Label(figure.Layout.YAxes[0], y, i) : string.Empty), .. columns.Select(j => ChartNumber.Format(grid.Z[i][j])), .. more]);
        }

        if (grid is HeatmapTrace && rows.Length < grid.Z.Count)
        {
            table.Add([.. Enumerable.Repeat("…", table[^1].Count)]);
        }

        return table;
    }

    /// <summary>The first of many places, or as many from the first to the last.</summary>
    private static int[] Some(int count, int most, bool spread) => count <= most
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, most).Select(i => spread ? (int)Math.Round(i * (count - 1) / (most - 1.0)) : i)];

    private static IEnumerable<IReadOnlyList<string>> BarRows(BarTrace bar)
    {
        for (int i = 0; i < Math.Min(bar.X.Count, bar.Y.Count); i++)
        {
            yield return bar.Horizontal
                ? [bar.Y.Label(i), ChartNumber.Format(bar.X.Position(i))]
                : [bar.X.Label(i), ChartNumber.Format(bar.Y.Position(i))];
        }
    }

    private static string Bars(BarTrace bar)
    {
        const string Eighths = " ▏▎▍▌▋▊▉";
        const int Longest = 32;
        AxisValues lengths = bar.Horizontal ? bar.X : bar.Y;
        double most = Enumerable.Range(0, lengths.Count).Select(i => Math.Abs(lengths.Position(i))).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        var rows = BarRows(bar).ToList();
        if (rows.Count == 0)
        {
            return string.Empty;
        }

        (int names, int numbers) = (rows.Max(r => TextLines.Width(r[0])), rows.Max(r => TextLines.Width(r[1])));
        var text = new StringBuilder();
        for (int i = 0; i < rows.Count; i++)
        {
            double length = lengths.Position(i);
            int eighths = double.IsFinite(length) && most > 0 ? (int)Math.Round(Math.Abs(length) / most * Longest * 8) : 0;
            string drawn = new string('█', eighths / 8) + (eighths % 8 == 0 ? string.Empty : Eighths[eighths % 8]);
            text.Append(rows[i][0].PadRight(names)).Append("  ").Append(rows[i][1].PadLeft(numbers)).Append("  ").Append(drawn).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Rows in columns, numbers to the right, in lines of at most 80.</summary>
    internal static string Align(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows.Max(r => r.Count)).Select(c => rows.Max(r => c < r.Count ? TextLines.Width(r[c]) : 0))];
        var text = new StringBuilder();
        foreach (IReadOnlyList<string> row in rows)
        {
            int used = 0;
            for (int c = 0; c < row.Count; c++)
            {
                if (used + widths[c] + 2 > Columns)
                {
                    text.Append(" …");
                    break;
                }

                text.Append(c == 0 ? string.Empty : "  ").Append(' ', widths[c] - TextLines.Width(row[c])).Append(row[c]);
                used += widths[c] + 2;
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
