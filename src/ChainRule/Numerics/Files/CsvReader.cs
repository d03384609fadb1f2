using System.Globalization;
using Microsoft.VisualBasic.FileIO;

namespace ChainRule.Numerics;

/// <summary>
/// Tables of numbers in text: separated by commas, semicolons, tabs or blanks, perhaps with a line of headings. One row or one
/// column is a vector.
/// </summary>
internal static class CsvReader
{
    private static readonly string[][] _separators = [["\t"], [";"], [","], [" "]];

    public static Values Read(string path)
    {
        var what = Path.GetFileName(path);
        using var stream = TableFiles.Open(path);
        using var text = new StreamReader(stream);
        var content = text.ReadToEnd();
        // The first separator that occurs: a comma inside a number never stands beside semicolons or tabs that are not there.
        var separator = Array.Find(_separators, candidate => content.Contains(candidate[0], StringComparison.Ordinal)) ?? _separators[^1];
        using var parser = new TextFieldParser(new StringReader(content)) { TextFieldType = FieldType.Delimited, HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = true };
        parser.SetDelimiters(separator);
        var rows = new List<double[]>();
        var line = 0L;
        while (!parser.EndOfData)
        {
            line = parser.LineNumber;
            var fields = Fields(parser, what);
            if (separator is [" "])
            {
                fields = [.. fields.Where(field => field.Length > 0)];
            }

            if (rows.Count == 0 && Array.TrueForAll(fields, field => !TryNumber(field, out _)))
            {
                // Headings.
                continue;
            }

            rows.Add([.. fields.Select((field, column) => TryNumber(field, out var number)
                ? number
                : throw new ChainRuleException($"{what}, line {line}, column {column + 1}: {(field.Length == 0 ? "nothing stands here" : $"\"{field}\" is not a number")}; numbers are written like −1.5 or 2e-3, with a point."))]);
            if (rows[^1].Length != rows[0].Length)
            {
                throw new ShapeException($"{what}, line {line} has {rows[^1].Length} numbers where the first row has {rows[0].Length}.");
            }
        }

        return rows.Count == 0 ? throw new ChainRuleException($"{what} holds no numbers.")
            : rows.Count == 1 ? Values.Of([rows[0].Length], rows[0])
            : Values.Of(rows[0].Length == 1 ? [rows.Count] : [rows.Count, rows[0].Length], [.. rows.SelectMany(row => row)]);
    }

    private static string[] Fields(TextFieldParser parser, string what)
    {
        try
        {
            return parser.ReadFields() ?? [];
        }
        catch (MalformedLineException exception)
        {
            throw new ChainRuleException($"{what}, line {exception.LineNumber}: a quotation mark is not closed.", exception);
        }
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text.Replace('−', '-'), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
