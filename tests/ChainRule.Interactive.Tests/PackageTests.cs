using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Xunit;

namespace ChainRule.Interactive.Tests;

public class PackageTests
{
    private static string Project => Path.Combine(Root(), "kernel-extension", "ChainRule.Interactive");

    private static string Script => File.ReadAllText(Path.Combine(Project, "extension.dib"));

    [Fact]
    public void The_script_is_the_one_made_from_the_list_of_imports() => Assert.Equal(Imports.Script, Script);

    [Fact]
    public void Each_cell_of_the_script_names_its_kernel_and_is_whole_CSharp()
    {
        Assert.StartsWith("#!csharp\n", Script, StringComparison.Ordinal);
        var code = Script["#!csharp\n".Length..];
        Assert.DoesNotContain("#!", code, StringComparison.Ordinal);

        var root = CSharpSyntaxTree
            .ParseText(code, new(LanguageVersion.Latest, kind: SourceCodeKind.Script), cancellationToken: TestContext.Current.CancellationToken)
            .GetCompilationUnitRoot(TestContext.Current.CancellationToken);
        Assert.Empty(root.GetDiagnostics());
        Assert.Equal(Imports.All.Select(import => import.ToString()), root.Usings.Select(directive => directive.ToString()));
        var last = Assert.IsType<GlobalStatementSyntax>(root.Members.Last());
        Assert.Contains("WriteLine", last.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_runs_and_its_names_exist()
    {
        var options = ScriptOptions.Default.AddReferences(
            typeof(ChainRuleExtension).Assembly,
            typeof(ChainRuleException).Assembly,
            typeof(Enumerable).Assembly,
            typeof(Console).Assembly);
        var code = Script["#!csharp\n".Length..] + "\nnew[] { 1, 2 }.Sum()";

        Assert.Equal(3, await CSharpScript.EvaluateAsync<int>(code, options, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_package_holds_the_script_and_both_assemblies_and_asks_for_no_host()
    {
        using var folder = new TemporaryFolder();
        var configuration = typeof(PackageTests).Assembly.Location.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        await DotNetAsync("pack", Project, "--no-build", "--configuration", configuration, "--output", folder.Path);

        var package = Assert.Single(Directory.GetFiles(folder.Path, "*.nupkg"));
        using var archive = await ZipFile.OpenReadAsync(package, TestContext.Current.CancellationToken);
        var names = archive.Entries.Select(entry => entry.FullName).ToList();
        Assert.Contains("interactive-extensions/dotnet/extension.dib", names);
        Assert.Contains("lib/net8.0/ChainRule.Interactive.dll", names);
        Assert.Contains("lib/net8.0/ChainRule.dll", names);

        var specification = archive.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal));
        using var stream = await specification.OpenAsync(TestContext.Current.CancellationToken);
        var dependencies = XDocument.Load(stream).Descendants()
            .Where(element => element.Name.LocalName is "dependency" or "frameworkReference")
            .Select(element => (string?)element.Attribute("id") ?? (string?)element.Attribute("name"))
            .Order(StringComparer.Ordinal);
        Assert.Equal(["MathNet.Numerics", "System.Numerics.Tensors"], dependencies);
    }

    private static async Task DotNetAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
    }

    private static string Root([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("chainrule-package-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
