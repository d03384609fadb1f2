using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace ChainRule.Interactive.Tests;

public class PackageTests(PackageFixture package) : IClassFixture<PackageFixture>
{
    /// <summary>What .NET 8 itself brings and what the package asks for, without the tests' own copies of anything else.</summary>
    private static IEnumerable<string> Platform => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => !Path.GetFileName(path).StartsWith("ChainRule", StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith("Microsoft.DotNet.Interactive", StringComparison.Ordinal));

    [Fact]
    public void The_package_holds_the_script_the_assemblies_and_their_documentation()
    {
        Assert.Equal(
            [
                "interactive-extensions/dotnet/extension.dib",
                "lib/net8.0/ChainRule.Interactive.dll",
                "lib/net8.0/ChainRule.Interactive.xml",
                "lib/net8.0/ChainRule.dll",
                "lib/net8.0/ChainRule.xml",
            ],
            package.Names.Where(name => name.StartsWith("lib/", StringComparison.Ordinal) || name.StartsWith("interactive-extensions/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(
            File.ReadAllText(Path.Combine(PackageFixture.Project, "extension.dib")),
            File.ReadAllText(Path.Combine(package.Content, "interactive-extensions", "dotnet", "extension.dib")));
    }

    [Fact]
    public void It_asks_for_what_the_library_needs_and_for_no_host()
    {
        var asked = package.Specification.Descendants()
            .Where(element => element.Name.LocalName is "dependency" or "frameworkReference")
            .Select(element => (string?)element.Attribute("id") ?? (string?)element.Attribute("name"))
            .Order(StringComparer.Ordinal);

        Assert.Equal(["MathNet.Numerics", "System.Numerics.Tensors"], asked);
    }

    [Fact]
    public async Task It_restores_from_a_folder_and_brings_both_assemblies()
    {
        // Its own cache, so that the machine's keeps no package of a test; what the package asks for comes from the machine's.
        var assets = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(PackageFixture.Project, "obj", "project.assets.json"), TestContext.Current.CancellationToken))!;
        var folder = Directory.CreateDirectory(package.At("user")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "user.csproj"),
            new XElement(
                "Project",
                new XAttribute("Sdk", "Microsoft.NET.Sdk"),
                new XElement(
                    "PropertyGroup",
                    new XElement("TargetFramework", "net8.0"),
                    new XElement("NuGetAudit", "false"),
                    new XElement("RestoreSources", package.Feed),
                    new XElement("RestorePackagesPath", package.At("cache")),
                    new XElement("RestoreFallbackFolders", string.Join(';', assets["packageFolders"]!.AsObject().Select(cache => cache.Key)))),
                new XElement("ItemGroup", new XElement("PackageReference", new XAttribute("Include", "ChainRule.Interactive"), new XAttribute("Version", "0.1.0")))).ToString(),
            TestContext.Current.CancellationToken);

        await PackageFixture.DotNetAsync(folder, "restore", folder);

        var restored = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "obj", "project.assets.json"), TestContext.Current.CancellationToken))!;
        var runtime = restored["targets"]!["net8.0"]!["ChainRule.Interactive/0.1.0"]!["runtime"]!.AsObject();
        Assert.Equal(["lib/net8.0/ChainRule.Interactive.dll", "lib/net8.0/ChainRule.dll"], runtime.Select(file => file.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_scripts_cells_compile_against_the_packed_assemblies()
    {
        var references = Directory.GetFiles(Path.Combine(package.Content, "lib", "net8.0"), "*.dll").Concat(Platform)
            .Append(typeof(Microsoft.DotNet.Interactive.Kernel).Assembly.Location)
            .DistinctBy(Path.GetFileName, StringComparer.OrdinalIgnoreCase)
            .Select(path => MetadataReference.CreateFromFile(path));
        CSharpCompilation? previous = null;
        foreach (var cell in ScriptTests.Cells)
        {
            var tree = CSharpSyntaxTree.ParseText(cell, new(LanguageVersion.CSharp12, kind: SourceCodeKind.Script), cancellationToken: TestContext.Current.CancellationToken);
            previous = CSharpCompilation.CreateScriptCompilation($"cell{(previous is null ? 1 : 2)}", tree, references, previousScriptCompilation: previous);

            // CS1701: the packed assemblies were made with .NET 8's own, the test runs on a later one.
            Assert.Empty(previous.GetDiagnostics(TestContext.Current.CancellationToken).Where(found => found.Severity > DiagnosticSeverity.Hidden && found.Id != "CS1701"));
        }
    }
}
