using System.IO.Compression;
using System.Text;
using ChainRule.Networks;

namespace ChainRule.Tests.Numerics;

/// <summary>Numbers from files: what NumPy and spreadsheets write, and what is said of a file that is none.</summary>
public sealed class DataFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chainrule-data").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("<f8", false, "00000000 0000F03F 00000000 00000040 00000000 00000840 00000000 00001040 00000000 00001440 00000000 00001840")]
    [InlineData("<f8", true, "00000000 0000F03F 00000000 00001040 00000000 00000040 00000000 00001440 00000000 00000840 00000000 00001840")]
    [InlineData(">f4", false, "3F800000 40000000 40400000 40800000 40A00000 40C00000")]
    [InlineData("<f2", false, "003C 0040 0042 0044 0045 0046")]
    [InlineData("|u1", false, "01 02 03 04 05 06")]
    [InlineData(">i2", false, "0001 0002 0003 0004 0005 0006")]
    [InlineData("<i4", false, "01000000 02000000 03000000 04000000 05000000 06000000")]
    public void Npy_in_every_type_and_order(string type, bool byColumns, string bytes)
    {
        var path = Write("w.npy", [.. Header(type, byColumns, "(2, 3)"), .. Convert.FromHexString(bytes.Replace(" ", string.Empty, StringComparison.Ordinal))]);
        var values = Npy(path);
        Assert.Equal([2, 3], values.Dimensions("w"));
        Assert.Equal([1, 2, 3, 4, 5, 6], values.Flatten("w"));
    }

    [Fact]
    public void A_vector_and_a_number_of_numpy()
    {
        Assert.Equal([2], Npy(Write("v.npy", [.. Header("|b1", false, "(2,)"), 1, 0])).Dimensions("v"));
        Assert.Equal([], Npy(Write("n.npy", [.. Header("|i1", false, "()"), 0xFF])).Dimensions("n"));
        Assert.Equal([-1], Npy(Path.Combine(_folder, "n.npy")).Flatten("n"));
    }

    [Fact]
    public void Npz_binds_a_network_by_its_names()
    {
        var path = Path.Combine(_folder, "weights.npz");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (var (name, shape, entries) in new[] { ("W1", "(1, 2)", new double[] { 3, -4 }), ("b1", "(1,)", [0.5]) })
            {
                using var entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write([.. Header("<f8", false, shape), .. entries.SelectMany(BitConverter.GetBytes)]);
            }
        }

        var net = Network.Sequential(Layers.Linear(2, 1)).WithLoss(Losses.SquaredError);
        var point = net.At(Npz(path), ("x", [1, 2]), ("y", [0]));
        Assert.Equal(4.5 * 4.5, point.Loss, 1e-12);
        Assert.Equal(["W1", "b1"], Npz(path).Names);
        Assert.Equal("There is no array W2 here; there are W1, b1.", Assert.Throws<ChainRuleException>(() => Npz(path)["W2"]).Message);
        Assert.Contains("y has no numbers", Assert.Throws<ChainRuleException>(() => net.At(Npz(path), ("x", [1, 2]))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,2,3\n4,5,6\n", new[] { 2, 3 }, new double[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("height;weight\n1.5;-2e3\n.5;4\n", new[] { 2, 2 }, new double[] { 1.5, -2000, 0.5, 4 })]
    [InlineData("1\t2\n3\t4", new[] { 2, 2 }, new double[] { 1, 2, 3, 4 })]
    [InlineData("1   2\n3 4\n", new[] { 2, 2 }, new double[] { 1, 2, 3, 4 })]
    [InlineData("x\n1\n2\n3\n", new[] { 3 }, new double[] { 1, 2, 3 })]
    [InlineData("\"1\",\"−2\"\n", new[] { 2 }, new double[] { 1, -2 })]
    public void Csv_with_any_separator_and_perhaps_headings(string text, int[] dimensions, double[] entries)
    {
        var values = Csv(Write("x.csv", Encoding.UTF8.GetBytes(text)));
        Assert.Equal(dimensions, values.Dimensions("x"));
        Assert.Equal(entries, values.Flatten("x"));
    }

    [Theory]
    [InlineData("1,2\n3,four\n", "x.csv, line 2, column 2: \"four\" is not a number; numbers are written like −1.5 or 2e-3, with a point.")]
    [InlineData("1,2\n3\n", "x.csv, line 2 has 1 numbers where the first row has 2.")]
    [InlineData("1;2,5\n3;4\n", "x.csv, line 1, column 2: \"2,5\" is not a number; numbers are written like −1.5 or 2e-3, with a point.")]
    [InlineData("a,b\n", "x.csv holds no numbers.")]
    [InlineData("1,\n", "x.csv, line 1, column 2: nothing stands here; numbers are written like −1.5 or 2e-3, with a point.")]
    public void What_is_wrong_with_a_table_is_said_with_its_place(string text, string message) =>
        Assert.Equal(message, Assert.ThrowsAny<ChainRuleException>(() => Csv(Write("x.csv", Encoding.UTF8.GetBytes(text)))).Message);

    [Fact]
    public void What_is_no_file_of_numbers_is_said_to_be_none()
    {
        Assert.StartsWith("There is no file nowhere.npy in ", Assert.Throws<ChainRuleException>(() => Npy("nowhere.npy")).Message, StringComparison.Ordinal);
        Assert.Equal("t.npy is not an .npy file: write it with numpy.save.", Assert.Throws<ChainRuleException>(() => Npy(Write("t.npy", "text"u8.ToArray()))).Message);
        Assert.StartsWith("t.npy is not an .npz file", Assert.Throws<ChainRuleException>(() => Npz(Path.Combine(_folder, "t.npy"))).Message, StringComparison.Ordinal);
        Assert.Equal("s.npy ends too early: 6 numbers are announced and 1 are there.", Assert.Throws<ChainRuleException>(() => Npy(Write("s.npy", [.. Header("<f8", false, "(2, 3)"), .. new byte[8]]))).Message);
        Assert.Contains("type '<c16'", Assert.Throws<ChainRuleException>(() => Npy(Write("c.npy", [.. Header("<c16", false, "(1,)"), .. new byte[16]]))).Message, StringComparison.Ordinal);
        Assert.Contains("holds something else than numbers", Assert.Throws<ChainRuleException>(() => Npy(Write("o.npy", [.. Header("object", false, "(1,)"), .. new byte[8]]))).Message, StringComparison.Ordinal);
        Assert.StartsWith("l.npy is damaged", Assert.Throws<ChainRuleException>(() => Npy(Write("l.npy", [.. Header("<f8", false, "(70000, 70000)"), .. new byte[8]]))).Message, StringComparison.Ordinal);
        Assert.StartsWith("e.npy is damaged", Assert.Throws<ChainRuleException>(() => Npy(Write("e.npy", [0x93, .. "NUMPY"u8, 1]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Not_a_number_is_named_with_its_place()
    {
        var net = Network.Sequential(Layers.Linear(2, 2)).WithLoss(Losses.SquaredError);
        Assert.Equal(
            "W^{(1)}[2, 1] is NaN (row 2, column 1); a finite number is needed, and 1 more is not.",
            Assert.Throws<ChainRuleException>(() => net.At(("x", [1, 2]), ("y", [0, 0]), ("W1", [[1, 2], [double.NaN, double.PositiveInfinity]]), ("b1", [0, 0]))).Message.Replace("W⁽¹⁾", "W^{(1)}", StringComparison.Ordinal));
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Header(string type, bool byColumns, string shape)
    {
        var text = $"{{'descr': '{type}', 'fortran_order': {(byColumns ? "True" : "False")}, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. Encoding.ASCII.GetBytes(text)];
    }
}
