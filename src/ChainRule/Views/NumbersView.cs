using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Views;

/// <summary>
/// Numbers of a scalar, a vector, a matrix or a tensor as a page shows them: small ones whole, each entry tinted by sign and size;
/// large ones by their corners, with shape, norm and rank.
/// </summary>
internal static class NumbersView
{
    private static readonly string _style = Resources.Text("derivation.css").Trim();

    /// <summary>From more rows or columns on only the corners are shown.</summary>
    private const int MostInARow = 10;

    /// <summary>How many rows and columns the corners have at the beginning and at the end.</summary>
    private const int First = 3;
    private const int Last = 2;

    /// <summary>From more entries on a line says only the first and the last.</summary>
    private const int MostInALine = 6;

    /// <summary>The rank is found by singular values, which takes the cube of the size.</summary>
    private const int MostForRank = 200;

    /// <summary>Numbers by themselves.</summary>
    /// <param name="dimensions">The sizes; none for a number.</param>
    /// <param name="entries">The entries in row-major order.</param>
    /// <param name="label">What the numbers are, for those who hear the page.</param>
    public static MimeBundle Show(IReadOnlyList<int> dimensions, IReadOnlyList<double> entries, string label)
    {
        var html = new StringBuilder("<style>").Append(_style).Append("</style>\n<section class=\"cr-derivation\" aria-label=\"").Append(WebUtility.HtmlEncode(label)).Append("\"><div class=\"cr-numbers\">");
        Html(html, dimensions, entries, label);
        html.Append("</div></section>\n");
        return new(html.ToString(), $"$$\n{Latex(dimensions, entries)}\n$$", string.Join('\n', Text(dimensions, entries, TextLines.Columns)));
    }

    /// <summary>A sentence with numbers in it.</summary>
    public static MimeBundle Sentence(string sentence) => new($"<p>{WebUtility.HtmlEncode(sentence)}</p>", $"\\text{{{DerivationLatex.Escape(sentence)}}}", TextLines.Fit(sentence));

    /// <summary>A table with brackets, or a number.</summary>
    /// <param name="html">Where it goes.</param>
    /// <param name="dimensions">The sizes; none for a number.</param>
    /// <param name="entries">The entries in row-major order.</param>
    /// <param name="label">What the numbers are, for those who hear the page.</param>
    public static void Html(StringBuilder html, IReadOnlyList<int> dimensions, IReadOnlyList<double> entries, string label)
    {
        if (dimensions.Count == 0)
        {
            html.Append("<span class=\"cr-scalar\">").Append(NumberText.Of(entries[0])).Append("</span>");
            return;
        }

        var scale = entries.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        foreach (var (name, slice) in Slices(dimensions, entries))
        {
            html.Append("<div class=\"cr-scroll\" tabindex=\"0\">");
            if (name.Length > 0)
            {
                html.Append("<span class=\"cr-quiet\">").Append(name).Append("</span>");
            }

            html.Append("<table class=\"cr-tensor\" aria-label=\"").Append(WebUtility.HtmlEncode(label)).Append("\"><tbody>");
            var (rows, columns) = (Places(slice.Rows), Places(slice.Columns));
            foreach (var row in rows)
            {
                html.Append("<tr>");
                foreach (var column in columns)
                {
                    if (row < 0 || column < 0)
                    {
                        html.Append("<td>").Append(row < 0 && column < 0 ? '⋱' : row < 0 ? '⋮' : '⋯').Append("</td>");
                        continue;
                    }

                    var entry = slice[row, column];
                    var share = scale > 0 && double.IsFinite(entry) ? Math.Round(Math.Abs(entry) / scale * 34) : 0;
                    html.Append("<td").Append(share > 0 ? $" class=\"{(entry < 0 ? "cr-neg" : "cr-pos")}\" style=\"--v:{share.ToString(CultureInfo.InvariantCulture)}%\"" : string.Empty).Append('>').Append(NumberText.Of(entry)).Append("</td>");
                }

                html.Append("</tr>");
            }

            html.Append("</tbody></table></div>");
        }

        if (Summary(dimensions, entries) is { Length: > 0 } summary)
        {
            html.Append("<p class=\"cr-quiet\">").Append(WebUtility.HtmlEncode(summary)).Append("</p>");
        }
    }

    /// <summary>Lines of text: (1, 2, 3), or rows in brackets with aligned columns; a matrix that is too wide has its columns in parts.</summary>
    /// <param name="dimensions">The sizes; none for a number.</param>
    /// <param name="entries">The entries in row-major order.</param>
    /// <param name="room">How many columns of text there are.</param>
    public static IEnumerable<string> Text(IReadOnlyList<int> dimensions, IReadOnlyList<double> entries, int room)
    {
        if (dimensions.Count < 2)
        {
            var vector = dimensions.Count == 0 ? NumberText.Of(entries[0])
                : entries.Count <= MostInARow ? NumberText.Vector(entries)
                : $"({string.Join(", ", Places(entries.Count).Select(place => place < 0 ? "…" : NumberText.Of(entries[place])))})";
            foreach (var (line, position) in TextLines.Wrap(vector, room).Select((line, position) => (line, position)))
            {
                yield return position == 0 ? line : $" {line}";
            }
        }
        else
        {
            foreach (var (name, slice) in Slices(dimensions, entries))
            {
                if (name.Length > 0)
                {
                    yield return name;
                }

                var columns = Places(slice.Columns);
                var cells = Places(slice.Rows).Select(row => columns.Select(column => row < 0 ? "⋮" : column < 0 ? "⋯" : NumberText.Of(slice[row, column])).ToList()).ToList();
                var width = cells.Max(row => row.Max(cell => cell.Length));
                var most = Math.Max(1, (room - 2) / (width + 2));
                for (var from = 0; from < columns.Length; from += most)
                {
                    var to = Math.Min(from + most, columns.Length);
                    if (most < columns.Length)
                    {
                        yield return to - from == 1 ? $"column {Number(from)}:" : $"columns {Number(from)} to {Number(to - 1)}:";
                    }

                    foreach (var row in cells)
                    {
                        yield return "[ " + string.Join("  ", row[from..to].Select(cell => cell.PadLeft(width))) + " ]";
                    }
                }

                // The dots stand for all columns between, so the number of a column is its place in the matrix.
                string Number(int shown) => ((columns[shown] < 0 ? columns[shown - 1] + 1 : columns[shown]) + 1).ToString(CultureInfo.InvariantCulture);
            }
        }

        if (Summary(dimensions, entries) is { Length: > 0 } summary)
        {
            foreach (var line in TextLines.Wrap(summary, room))
            {
                yield return line;
            }
        }
    }

    /// <summary>The numbers as LaTeX: a number, a column or a matrix with its corners.</summary>
    public static string Latex(IReadOnlyList<int> dimensions, IReadOnlyList<double> entries)
    {
        if (dimensions.Count == 0)
        {
            return Number(entries[0]);
        }

        var latex = new StringBuilder();
        foreach (var (_, slice) in Slices(dimensions, entries).Take(1))
        {
            var columns = Places(slice.Columns);
            latex.Append("\\begin{bmatrix} ")
                .AppendJoin(" \\\\ ", Places(slice.Rows).Select(row => string.Join(" & ", columns.Select(column => row < 0 ? (column < 0 ? "\\ddots" : "\\vdots") : column < 0 ? "\\cdots" : Number(slice[row, column])))))
                .Append(" \\end{bmatrix}");
        }

        return latex.ToString();

        static string Number(double value) => Latex(NumberText.Of(value));
    }

    /// <summary>Numbers that are text already, as LaTeX: (0.09, …, 2·10⁻⁵).</summary>
    public static string Latex(string numbers) => string.Concat(numbers.Select(letter => letter switch
    {
        '−' => "-",
        '·' => " \\cdot ",
        '×' => " \\times ",
        '∞' => "\\infty",
        '…' => "\\ldots",
        '⁻' => "^{-}",
        >= '⁰' and <= '⁹' => $"^{{{letter - '⁰'}}}",
        '¹' => "^{1}",
        '²' => "^{2}",
        '³' => "^{3}",
        _ => letter.ToString(),
    })).Replace("}^{", string.Empty, StringComparison.Ordinal);

    /// <summary>
    /// What stands beside a line: all entries where they are few, else the first and the last. Entries are asked for one by one, so
    /// that a large Jacobian costs no more than what is shown of it.
    /// </summary>
    public static string Compact(int[] dimensions, Func<int, double> entry)
    {
        var count = dimensions.Aggregate(1, (product, size) => product * size);
        if (dimensions.Length == 0)
        {
            return NumberText.Of(entry(0));
        }

        if (count > MostInALine)
        {
            return $"({NumberText.Of(entry(0))}, {NumberText.Of(entry(1))}, …, {NumberText.Of(entry(count - 1))})";
        }

        var all = Enumerable.Range(0, count).Select(flat => NumberText.Of(entry(flat)));
        return dimensions.Length == 1 ? $"({string.Join(", ", all)})" : $"[{string.Join("; ", all.Chunk(dimensions[^1]).Select(row => string.Join(", ", row)))}]";
    }

    /// <summary>Shape, norm and rank of what is not shown whole.</summary>
    private static string Summary(IReadOnlyList<int> dimensions, IReadOnlyList<double> entries)
    {
        if (dimensions.Count < 3 && dimensions.All(size => size <= MostInARow))
        {
            return string.Empty;
        }

        var parts = new List<string> { string.Join("×", dimensions), $"norm {NumberText.Of(Math.Sqrt(entries.Sum(entry => entry * entry)))}" };
        if (dimensions is [var rows, var columns] && Math.Min(rows, columns) <= MostForRank && entries.All(double.IsFinite))
        {
            parts.Add($"rank {Matrix<double>.Build.DenseOfRowMajor(rows, columns, entries).Rank().ToString(CultureInfo.InvariantCulture)}");
        }

        var largest = Enumerable.Range(0, entries.Count).MaxBy(flat => Math.Abs(entries[flat]));
        var place = Numerics.Context<Numerics.Real>.Unflatten([.. dimensions], largest);
        parts.Add($"largest entry {NumberText.Of(entries[largest])} at ({string.Join(", ", place)})");
        return string.Join("; ", parts);
    }

    /// <summary>Which rows or columns are shown; −1 stands for those between.</summary>
    private static ImmutableArray<int> Places(int count) => count <= MostInARow
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, First), -1, .. Enumerable.Range(count - Last, Last)];

    /// <summary>A vector is one row; a tensor with more indices is shown matrix by matrix, the first of them.</summary>
    private static IEnumerable<(string Name, Slice Slice)> Slices(IReadOnlyList<int> dimensions, IReadOnlyList<double> entries)
    {
        var (rows, columns) = (dimensions.Count < 2 ? 1 : dimensions[^2], dimensions[^1]);
        if (dimensions.Count < 3)
        {
            yield return (string.Empty, new(entries, 0, rows, columns));
            yield break;
        }

        int[] outer = [.. dimensions.Take(dimensions.Count - 2)];
        for (var flat = 0; flat < Math.Min(First, outer.Aggregate(1, (product, size) => product * size)); flat++)
        {
            yield return ($"[{string.Join(", ", Numerics.Context<Numerics.Real>.Unflatten(outer, flat))}, ·, ·]", new(entries, flat * rows * columns, rows, columns));
        }
    }

    private readonly record struct Slice(IReadOnlyList<double> Entries, int Start, int Rows, int Columns)
    {
        public double this[int row, int column] => Entries[Start + (row * Columns) + column];
    }
}
