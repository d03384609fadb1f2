using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ChainRule.Kernel.Checking;
using ChainRule.Kernel.Sessions;
using Xunit;

namespace ChainRule.Kernel.Tests;

public sealed class CheckCommandTests : IDisposable
{
    private const string Givens = """
        z \in \mathbb{R}^n, \quad y \in \mathbb{R}^n
        L = \frac{1}{2} \|z - y\|^2
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Markdown(string claims) => $"# Homework\n\nSome words.\n\n```given\n{Givens}\n```\n\n```check\n{claims}\n```\n";

    [Fact]
    public async Task Right_wrong_and_unreadable_have_their_exit_codes()
    {
        var right = _folder.Write("right.md", Markdown(@"\nabla_z L = z - y"));
        var wrong = _folder.Write("wrong.tex", $"\\begin{{given}}{Givens}\\end{{given}}\\begin{{check}}\\nabla_z L = y - z\\end{{check}}");
        var unread = _folder.Write("unread.ipynb", Make.Notebook($"#!given\n{Givens}", "#!check\n\\nabla_z L = \\wobble"));

        Assert.Equal(0, (await Program.RunAsync("check", right)).Code);
        var (code, messages) = await Program.RunAsync("check", wrong);
        Assert.Equal(1, code);
        Assert.Contains("The sign is flipped", messages, StringComparison.Ordinal);
        (code, messages) = await Program.RunAsync("check", unread);
        Assert.Equal(2, code);
        Assert.Contains(@"\wobble", messages, StringComparison.Ordinal);
        Assert.Equal(1, (await Program.RunAsync("check", right, wrong, unread)).Code);
        Assert.Equal(2, (await Program.RunAsync("check", right, _folder.At("missing.md"))).Code);
        Assert.Equal(2, (await Program.RunAsync("check", _folder.Write("empty.md", "nothing"))).Code);
    }

    [Fact]
    public async Task An_unknown_option_is_named_and_not_taken_for_a_file()
    {
        var right = _folder.Write("right.md", Markdown(@"\nabla_z L = z - y"));
        var (code, messages) = await Program.RunAsync("check", "--foo", right);
        Assert.Equal(2, code);
        Assert.Contains("There is no option --foo.", messages, StringComparison.Ordinal);
        Assert.DoesNotContain("Could not find file", messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submissions_without_marks_are_judged_by_the_givens_of_one_file()
    {
        var givens = _folder.Write("givens.txt", Givens);
        var marked = _folder.Write("marked.md", $"Words.\n\n```given\n{Givens}\n```\n");
        var right = _folder.Write("right.tex", "\\newcommand{\\pd}[2]{\\frac{\\partial #1}{\\partial #2}}\n\\begin{align} \\pd{L}{z} &= z - y \\end{align}\n");
        var wrong = _folder.Write("wrong.md", "Words, and then\n\n$$\\nabla_z L = y - z$$\n");

        Assert.Equal(0, (await Program.RunAsync("check", "--all-formulas", "--given", givens, right)).Code);
        Assert.Equal(0, (await Program.RunAsync("check", "--all-formulas", "--given", marked, right)).Code);
        Assert.Equal(1, (await Program.RunAsync("check", "--all-formulas", "--given", givens, right, wrong, "--json", _folder.At("results.json"), "--html", _folder.At("results.html"))).Code);
        Assert.Equal(2, (await Program.RunAsync("check", "--given", givens, right)).Code);
        var (code, messages) = await Program.RunAsync("check", "--given", _folder.At("missing.txt"), right);
        Assert.Equal(2, code);
        Assert.Contains("The givens can't be read", messages, StringComparison.Ordinal);
        var claim = JsonNode.Parse(await File.ReadAllTextAsync(_folder.At("results.json"), TestContext.Current.CancellationToken))!["files"]![1]!["claims"]![0]!;
        Assert.Equal(3, claim["fileLine"]!.GetValue<int>());
        Assert.Contains("first wrong line", await File.ReadAllTextAsync(_folder.At("results.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_results_are_the_same_for_any_number_of_workers()
    {
        string[] files = [.. Enumerable.Range(0, 12).Select(i => _folder.Write($"{i}.md", Markdown(i % 3 == 0 ? @"\nabla_z L = y - z" : i % 3 == 1 ? @"\nabla_z L = z - y" : @"\nabla_z L = 2 (z - y) \\ = ?")))];

        await Program.RunAsync(["check", "--workers", "1", "--json", _folder.At("one.json"), "--html", _folder.At("one.html"), .. files]);
        await Program.RunAsync(["check", "--workers", "8", "--json", _folder.At("two.json"), "--html", _folder.At("two.html"), .. files]);

        var json = await File.ReadAllTextAsync(_folder.At("one.json"), TestContext.Current.CancellationToken);
        Assert.Equal(json, await File.ReadAllTextAsync(_folder.At("two.json"), TestContext.Current.CancellationToken));
        Assert.Equal(await File.ReadAllTextAsync(_folder.At("one.html"), TestContext.Current.CancellationToken), await File.ReadAllTextAsync(_folder.At("two.html"), TestContext.Current.CancellationToken));
        var first = JsonNode.Parse(json)!["files"]![0]!["claims"]![0]!;
        Assert.Equal("refuted", first["status"]!.GetValue<string>());
        Assert.Equal("sign", first["repair"]!["kind"]!.GetValue<string>());
    }

    [Fact]
    public async Task Many_files_are_checked_as_few_are()
    {
        string[] right = [.. Enumerable.Range(0, 24).Select(i => _folder.Write($"{i}.md", Markdown(@"\nabla_z L = z - y")))];
        string[] all = [.. right, _folder.Write("wrong.md", Markdown(@"\nabla_z L = y - z"))];

        var few = await RunProcessAsync(["check", .. right.Take(3)], null);
        Assert.Equal(0, few.Code);
        var (code, output, messages) = await RunProcessAsync(["check", .. all], null);
        Assert.Equal(1, code);
        Assert.StartsWith(few.Output, output, StringComparison.Ordinal);
        Assert.Contains("[25/25] ", messages, StringComparison.Ordinal);
        Assert.Equal((1, output), ((await RunProcessAsync(["check", .. all], "1000000")) is var other ? (other.Code, other.Output) : default));
        Assert.Equal((1, output), ((await RunProcessAsync(["check", "--workers", "1", .. all], null)) is var alone ? (alone.Code, alone.Output) : default));
        Assert.Equal((1, output), ((await RunProcessAsync(["check", .. all, "--workers=2"], null)) is var pair ? (pair.Code, pair.Output) : default));
        Assert.Equal(2, (await RunProcessAsync(["check", .. right, "--nonsense"], null)).Code);
        Assert.Equal(2, (await RunProcessAsync(["check", .. right, "--workers", "many"], null)).Code);
    }

    [Fact]
    public void Workers_have_heaps_of_their_own_and_room()
    {
        Assert.Equal(["DOTNET_GCgen0size"], CollectorSettings.For(1).Keys);
        var many = CollectorSettings.For(256);
        Assert.Equal(Environment.ProcessorCount > 1, many.ContainsKey("DOTNET_gcServer"));
        Assert.InRange(Convert.ToInt64(many["DOTNET_GCgen0size"], 16), 16 << 20, 128 << 20);
    }

    private static async Task<(int Code, string Output, string Messages)> RunProcessAsync(string[] arguments, string? room)
    {
        var start = SelfCommand.Process(arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.StandardOutputEncoding, start.StandardErrorEncoding) = (true, true, Encoding.UTF8, Encoding.UTF8);
        start.Environment["DOTNET_GCgen0size"] = room;
        using var process = Process.Start(start)!;
        var (output, messages) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await messages);
    }

    [Fact]
    public async Task Steps_and_derivations_are_the_same_for_any_number_of_workers()
    {
        // The same formulas with other letters: what one file wrote must not show in another.
        string[] files = [.. Enumerable.Range(0, 10).Select(i => _folder.Write($"{i}.md", Markdown($@"\nabla_z L = z - y
            \frac{{\partial L}}{{\partial z_j}} = \sum_{{{"ikm"[i % 3]}}} (z_{{{"ikm"[i % 3]}}} - y_{{{"ikm"[i % 3]}}}) \delta_{{{"ikm"[i % 3]}j}}
            \nabla_z L = e^z + 7 y^3")))];

        await Program.RunAsync(["check", "--steps", "--workers", "1", "--json", _folder.At("one.json"), "--html", _folder.At("one.html"), .. files]);
        await Program.RunAsync(["check", "--steps", "--workers", "8", "--json", _folder.At("two.json"), "--html", _folder.At("two.html"), .. files.Reverse()]);

        var one = JsonNode.Parse(await File.ReadAllTextAsync(_folder.At("one.json"), TestContext.Current.CancellationToken))!["files"]!.AsArray();
        var two = JsonNode.Parse(await File.ReadAllTextAsync(_folder.At("two.json"), TestContext.Current.CancellationToken))!["files"]!.AsArray();
        Assert.Equal(one.Select(file => file!.ToJsonString()), two.Reverse().Select(file => file!.ToJsonString()));
        var claims = one[0]!["claims"]!;
        Assert.True(claims[0]!["step"]!["proved"]!.GetValue<bool>());
        Assert.Contains("z − y", claims[2]!["solution"]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("The derivation to compare", await File.ReadAllTextAsync(_folder.At("one.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_required_and_not_met_fails_a_right_answer()
    {
        var met = _folder.Write("met.md", $"```given\n{Givens}\n```\n```require\nlast: z - y\n```\n```check\n\\nabla_z L = z - y\n```\n");
        var unmet = _folder.Write("unmet.tex", $"\\begin{{given}}{Givens}\\end{{given}}\\begin{{require}}rule: quotient rule\\end{{require}}\\begin{{check}}\\nabla_z L = z - y\\end{{check}}");
        var unknown = _folder.Write("unknown.ipynb", Make.Notebook($"#!given\n{Givens}", "#!require rule: golden rule\n#!check\n\\nabla_z L = z - y"));

        Assert.Equal(0, (await Program.RunAsync("check", met)).Code);
        var (code, messages) = await Program.RunAsync("check", unmet);
        Assert.Equal(1, code);
        Assert.Contains("quotient rule: not met", messages, StringComparison.Ordinal);
        Assert.Equal(2, (await Program.RunAsync("check", unknown)).Code);
    }

    [Fact]
    public async Task Cells_of_a_session_give_and_check()
    {
        var session = new CSharpSession(_folder.Path);
        await session.RunAsync($"#!given\n{Givens}", 1, interrupt: TestContext.Current.CancellationToken);
        var result = await session.RunAsync("#!check\n\\nabla_z L = y - z", 2, interrupt: TestContext.Current.CancellationToken);
        Assert.True(result.Succeeded);
        Assert.Contains("The sign is flipped", result.Text(), StringComparison.Ordinal);
        Assert.Contains("<math", result.Html(), StringComparison.Ordinal);
    }
}
