using System.Text.Json.Nodes;
using ChainRule.Kernel.Sessions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>Assemblies and packages, magic commands and warnings in cells. The packages are made here and lie in a cache of their own: no network.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string[] Variables = ["NUGET_PACKAGES", "RestoreSources"];

    private readonly TemporaryFolder _folder = new();
    private readonly string?[] _before = [.. Variables.Select(Environment.GetEnvironmentVariable)];
    private readonly CSharpSession _session;
    private int _cell;

    public PackageTests()
    {
        Environment.SetEnvironmentVariable(Variables[0], _folder.At("cache"));
        Environment.SetEnvironmentVariable(Variables[1], Directory.CreateDirectory(_folder.At("feed")).FullName);
        _session = new(_folder.Path);
    }

    public void Dispose()
    {
        foreach (var (name, value) in Variables.Zip(_before))
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_package_in_the_cache_is_used_and_stays_for_later_cells()
    {
        MakePackage("Zoo.Animals", "1.2.3", "namespace Zoo; /// <summary>Says something.</summary>\npublic static class Animal { public static string Say() => \"moo\"; public class Cow { } }");
        var result = await RunAsync("#r \"nuget: Zoo.Animals, 1.2.3\"\nusing Zoo;\nAnimal.Say()");
        Assert.True(result.Succeeded, result.Error?.Value);

        Assert.Equal("Package Zoo.Animals 1.2.3 is there.", ((DisplayOutput)result.Outputs[0])["text/plain"]);
        Assert.Equal("moo", result.Text());
        Assert.Equal("Cow", (await RunAsync("new Animal.Cow().GetType().Name")).Text());
    }

    [Fact]
    public async Task A_second_package_comes_to_the_first()
    {
        MakePackage("Zoo.One", "1.0.0", "public static class One { public static int Value => 1; }");
        MakePackage("Zoo.Two", "2.0.0", "public static class Two { public static int Value => 2; }");
        await RunAsync("#r \"nuget: Zoo.One, 1.0.0\"");

        Assert.Equal("3", (await RunAsync("#r \"nuget:Zoo.Two,2.0.0\"\nOne.Value + Two.Value")).Text());
    }

    [Fact]
    public async Task A_package_is_there_also_after_a_cell_that_did_not_compile()
    {
        MakePackage("Zoo.Late", "1.0.0", "public static class Late { public static int Value => 4; }");
        Assert.Equal("CS0103", (await RunAsync("#r \"nuget: Zoo.Late, 1.0.0\"\nLate.Value + missing")).Error?.Name);

        Assert.Equal("4", (await RunAsync("Late.Value")).Text());
    }

    [Fact]
    public async Task A_package_that_cannot_be_had_is_an_error_that_says_so_and_spoils_nothing()
    {
        var result = await RunAsync("1 + 1;\n#r \"nuget: No.Such.Package, 9.9.9\"");

        Assert.Equal("Directive", result.Error?.Name);
        Assert.StartsWith("The package No.Such.Package 9.9.9 can't be had. NU1101", result.Error?.Value, StringComparison.Ordinal);
        Assert.Equal("   at cell 1, line 2", result.Error?.Traceback[^1]);
        MakePackage("Zoo.Three", "1.0.0", "public static class Three { public static int Value => 3; }");
        Assert.Equal("3", (await RunAsync("#r \"nuget: Zoo.Three, 1.0.0\"\nThree.Value")).Text());
    }

    [Fact]
    public async Task An_assembly_is_used_by_its_path_from_the_notebooks_folder_and_finds_its_neighbours()
    {
        var inner = Compile("Inner", "public static class Inner { public static string Word => \"inner\"; }", _folder.At("Inner.dll"));
        Compile("Outer", "public static class Outer { public static string Word => \"outer \" + Inner.Word; }", _folder.At("Outer.dll"), inner);

        Assert.Equal("outer inner", (await RunAsync("#r \"Outer.dll\"\nOuter.Word")).Text());
        Assert.Equal("outer inner", (await RunAsync("Outer.Word")).Text());
    }

    [Fact]
    public async Task A_missing_assembly_is_a_compile_error() =>
        Assert.Equal("CS0006", (await RunAsync("#r \"Missing.dll\"")).Error?.Name);

    [Fact]
    public async Task Time_about_and_who_are_answered()
    {
        Assert.Equal("No cell has declared anything yet.", (await RunAsync("#!who")).Text());
        await RunAsync("var rate = 0.5;\nList<int> sizes = [1];\nint Twice(int n) => 2 * n;\nrecord Point(int X);");
        await RunAsync("var rate = \"fast\";");

        Assert.Equal("Point  record\nTwice  int Twice(int n)\nrate   string\nsizes  List<int>", (await RunAsync("#!who")).Text());
        Assert.StartsWith("ChainRule 0.1.0: C# ", (await RunAsync("#!about")).Text(), StringComparison.Ordinal);
        var timed = await RunAsync("#!time\n1 + 1");
        Assert.Equal("2", ((DisplayOutput)timed.Outputs[0])["text/plain"]);
        Assert.Matches(@"^Wall time: \d+\.\d ms$", timed.Text());
    }

    [Fact]
    public async Task Warnings_are_shown_and_stop_nothing()
    {
        var result = await RunAsync("string text = null;\nfor (var i = 0; i < 1; i++) { string other = null; }\ntext is null");

        Assert.True(result.Succeeded);
        Assert.Equal("True", result.Text());
        var lines = ((StreamOutput)result.Outputs[0]).Text.TrimEnd().Split('\n');
        Assert.Contains(lines, line => line.StartsWith("cell 1, line 1: warning CS8625: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("cell 1, line 2: warning CS8600: ", StringComparison.Ordinal));
        Assert.DoesNotContain((await RunAsync("string? fine = null;\nfine")).Outputs, output => output is StreamOutput);
    }

    [Fact]
    public async Task What_a_cell_writes_piece_by_piece_costs_no_more_than_it_should()
    {
        var result = await RunAsync("for (var i = 0; i < 200_000; i++) Console.WriteLine(i);");

        Assert.Equal(1_288_890, Assert.IsType<StreamOutput>(Assert.Single(result.Outputs)).Text.Length);
    }

    private static MetadataReference Compile(string name, string code, string path, params MetadataReference[] more)
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(file => Path.GetFileName(file) is "System.Private.CoreLib.dll" or "System.Runtime.dll");
        var result = CSharpCompilation.Create(
                name,
                [CSharpSyntaxTree.ParseText(code)],
                [.. platform.Select(file => MetadataReference.CreateFromFile(file)), .. more],
                new(OutputKind.DynamicallyLinkedLibrary))
            .Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return MetadataReference.CreateFromFile(path);
    }

    /// <summary>A package as it lies in NuGet's cache.</summary>
    private void MakePackage(string name, string version, string code)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.At("cache"), name.ToLowerInvariant(), version)).FullName;
        var library = Directory.CreateDirectory(Path.Combine(folder, "lib", "net8.0")).FullName;
        Compile(name, code, Path.Combine(library, name + ".dll"));
        File.WriteAllText(
            Path.Combine(folder, name.ToLowerInvariant() + ".nuspec"),
            $"<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\"><metadata><id>{name}</id><version>{version}</version><authors>test</authors><description>test</description><dependencies><group targetFramework=\"net8.0\" /></dependencies></metadata></package>");
        File.WriteAllText(Path.Combine(folder, $"{name.ToLowerInvariant()}.{version}.nupkg.sha512"), "AA==");
        File.WriteAllText(Path.Combine(folder, ".nupkg.metadata"), new JsonObject { ["version"] = 2, ["contentHash"] = "AA==", ["source"] = "test" }.ToJsonString());
    }

    private Task<CellResult> RunAsync(string code) => _session.RunAsync(code, ++_cell, interrupt: TestContext.Current.CancellationToken);
}
