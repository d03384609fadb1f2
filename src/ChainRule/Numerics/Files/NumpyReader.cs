using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace ChainRule.Numerics;

/// <summary>
/// Arrays that NumPy wrote with <c>save</c> and <c>savez</c>: the .npy format, versions 1 to 3, of whole and floating-point numbers
/// in either byte order, by rows or by columns.
/// </summary>
/// <remarks>The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.</remarks>
internal static partial class NumpyReader
{
    private static readonly byte[] _magic = [0x93, .. "NUMPY"u8];

    public static Values Npy(string path)
    {
        using var stream = TableFiles.Open(path);
        return Read(stream, Path.GetFileName(path));
    }

    public static NamedValues Npz(string path)
    {
        using var stream = TableFiles.Open(path);
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            var arrays = new Dictionary<string, Values>(StringComparer.Ordinal);
            foreach (var entry in archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)))
            {
                using var array = entry.Open();
                arrays[entry.FullName[..^4]] = Read(array, $"{entry.FullName} in {Path.GetFileName(path)}");
            }

            return arrays.Count > 0 ? new(arrays) : throw new ChainRuleException($"{Path.GetFileName(path)} holds no arrays: write it with numpy.savez(\"{Path.GetFileName(path)}\", W1=W1, b1=b1).");
        }
        catch (InvalidDataException exception)
        {
            throw new ChainRuleException($"{Path.GetFileName(path)} is not an .npz file (a zip archive of .npy files): write it with numpy.savez.", exception);
        }
    }

    private static Values Read(Stream stream, string what)
    {
        try
        {
            var reader = new BinaryReader(stream, Encoding.Latin1);
            if (!reader.ReadBytes(_magic.Length).AsSpan().SequenceEqual(_magic))
            {
                throw new ChainRuleException($"{what} is not an .npy file: write it with numpy.save.");
            }

            var version = reader.ReadByte();
            _ = reader.ReadByte();
            var header = Encoding.UTF8.GetString(reader.ReadBytes(version == 1 ? reader.ReadUInt16() : checked((int)reader.ReadUInt32())));
            var (type, byColumns, dimensions) = Header(header, what);
            var width = type[2] - '0';
            var count = dimensions.Aggregate(1, (product, size) => checked(product * size));
            var bytes = reader.ReadBytes(checked(count * width));
            if (bytes.Length < count * width)
            {
                throw new ChainRuleException($"{what} ends too early: {count} numbers are announced and {bytes.Length / width} are there.");
            }

            var entries = new double[count];
            for (var i = 0; i < count; i++)
            {
                entries[i] = Number(bytes.AsSpan(i * width, width), type);
            }

            return Values.Of(dimensions, byColumns ? ByRows(dimensions, entries) : entries);
        }
        catch (Exception exception) when (exception is EndOfStreamException or OverflowException or InvalidDataException)
        {
            throw new ChainRuleException($"{what} is damaged: {exception.Message}", exception);
        }
    }

    private static (string Type, bool ByColumns, int[] Dimensions) Header(string header, string what)
    {
        var type = TypePattern().Match(header);
        var shape = ShapePattern().Match(header);
        if (!type.Success || !shape.Success)
        {
            throw new ChainRuleException($"{what} holds {(header.Contains("'descr': [", StringComparison.Ordinal) ? "records" : "something else than numbers")}; arrays of whole or floating-point numbers can be read.");
        }

        var descriptor = type.Groups["type"].Value;
        return descriptor[1..] is "f2" or "f4" or "f8" or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8" or "b1"
            ? (descriptor, OrderPattern().IsMatch(header), [.. shape.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(size => int.Parse(size, CultureInfo.InvariantCulture))])
            : throw new ChainRuleException($"{what} holds numbers of the type '{descriptor}'; whole numbers and floating-point numbers of up to 8 bytes can be read: array.astype('float64').");
    }

    private static double Number(ReadOnlySpan<byte> bytes, string type)
    {
        Span<byte> little = stackalloc byte[8];
        little.Clear();
        bytes.CopyTo(little);
        if (type[0] == '>')
        {
            little[..bytes.Length].Reverse();
        }

        var bits = BinaryPrimitives.ReadInt64LittleEndian(little);
        return type[1..] switch
        {
            "f2" => (double)BitConverter.Int16BitsToHalf((short)bits),
            "f4" => BitConverter.Int32BitsToSingle((int)bits),
            "f8" => BitConverter.Int64BitsToDouble(bits),
            "i1" => (sbyte)bits,
            "i2" => (short)bits,
            "i4" => (int)bits,
            "i8" => bits,
            _ => (ulong)bits,
        };
    }

    private static double[] ByRows(int[] dimensions, double[] byColumns)
    {
        var result = new double[byColumns.Length];
        for (var flat = 0; flat < result.Length; flat++)
        {
            var (position, stride) = (0, 1);
            foreach (var (index, size) in Context<Real>.Unflatten(dimensions, flat).Zip(dimensions))
            {
                position += (index - 1) * stride;
                stride *= size;
            }

            result[flat] = byColumns[position];
        }

        return result;
    }

    [GeneratedRegex(@"'descr':\s*'(?<type>[<>|=][a-zA-Z]\d+)'", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'shape':\s*\((?<shape>[\d,\s]*)\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ShapePattern();

    [GeneratedRegex(@"'fortran_order':\s*True", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OrderPattern();
}
