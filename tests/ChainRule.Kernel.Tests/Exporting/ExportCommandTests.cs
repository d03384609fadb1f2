using ChainRule.Kernel.Exporting;
using ChainRule.Kernel.Notebooks;
using ChainRule.Tests;
using Xunit;

namespace ChainRule.Kernel.Tests.Exporting;

/// <summary><c>chainrule export</c>. To approve a change, run with CHAINRULE_APPROVE=1 and read the difference.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private static readonly string _small = Repository.At("tests", "ChainRule.Kernel.Tests", "Exporting", "small.ipynb");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Notebooks() => [.. Directory.GetFiles(Repository.At("notebooks"), "*.ipynb").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("tex")]
    [InlineData("md")]
    public async Task A_small_notebook_is_the_approved_document(string format)
    {
        var target = _folder.At("small." + format);
        Assert.Equal(0, (await Program.RunAsync("export", _small, "--to", format, "--output", target)).Code);

        var actual = await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken);
        var approved = Repository.At("tests", "ChainRule.Kernel.Tests", "Exporting", "Approved", "small." + format);
        if (Environment.GetEnvironmentVariable("CHAINRULE_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(approved, actual, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(approved, TestContext.Current.CancellationToken), actual);
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Every_notebook_gives_LaTeX_of_right_syntax(string name) =>
        LatexSyntax.Check(LatexExport.Render(Notebook.Load(Repository.At("notebooks", name))));

    [Fact]
    public async Task Pictures_lie_beside_the_Markdown()
    {
        Assert.Equal(0, (await Program.RunAsync("export", _small, "--to", "md", "-o", _folder.At("a b.md"))).Code);
        Assert.Contains("](<a b_files/cell-2-1.svg>)", await File.ReadAllTextAsync(_folder.At("a b.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var svg = System.Xml.Linq.XElement.Load(Path.Combine(_folder.At("a b_files"), "cell-2-1.svg"));
        Assert.Equal("http://www.w3.org/2000/svg", svg.Name.NamespaceName);
    }

    [Fact]
    public async Task A_page_is_the_one_that_run_writes()
    {
        var (code, messages) = await Program.RunAsync("export", _small, "--to", "html", "-o", _folder.At("page.html"));
        Assert.Equal(0, code);
        Assert.Contains("wrote", messages, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", await File.ReadAllTextAsync(_folder.At("page.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_name_the_document_lies_beside_the_notebook()
    {
        var notebook = _folder.Write("mine.ipynb", await File.ReadAllTextAsync(_small, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await Program.RunAsync("export", notebook, "--to", "tex")).Code);
        Assert.True(File.Exists(_folder.At("mine.tex")));
    }

    [Fact]
    public async Task What_cannot_be_read_or_is_no_format_is_2()
    {
        Assert.Equal(2, (await Program.RunAsync("export", _folder.At("missing.ipynb"), "--to", "tex")).Code);
        Assert.Equal(2, (await Program.RunAsync("export", _small, "--to", "docx")).Code);
        Assert.Equal(2, (await Program.RunAsync("export", _small)).Code);
        Assert.Equal(2, (await Program.RunAsync("export", _small, "--to", "md", "-o", _small)).Code);
    }
}
