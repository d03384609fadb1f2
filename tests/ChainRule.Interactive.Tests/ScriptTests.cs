using System.Collections.Immutable;
using ChainRule.Checking;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Xunit;

namespace ChainRule.Interactive.Tests;

/// <summary>The script that the host runs when the package is loaded, with stand-ins for the host's own types.</summary>
public class ScriptTests
{
    private const string Given = "#!given\nz \\in \\mathbb{R}^C\n\\hat y = \\mathrm{softmax}(z)\ny \\text{ one-hot}\nL = -\\sum_{i=1}^C y_i \\log \\hat y_i\n";
    private const string Check = "#!check\n\\frac{\\partial L}{\\partial z} = \\hat y - y\n";

    /// <summary>The cells of the script. The host sends each as a submission of its own, so a later one can't spoil an earlier one.</summary>
    internal static ImmutableArray<string> Cells { get; } =
        [.. File.ReadAllText(Path.Combine(PackageFixture.Project, "extension.dib")).Split("#!csharp\n", StringSplitOptions.RemoveEmptyEntries)];

    [Fact]
    public void It_begins_with_the_list_of_imports_and_each_cell_names_its_kernel()
    {
        var script = File.ReadAllText(Path.Combine(PackageFixture.Project, "extension.dib"));

        Assert.StartsWith(Imports.Script, script, StringComparison.Ordinal);
        Assert.Equal(2, Cells.Length);
        Assert.All(script.Split('\n').Where(line => line.StartsWith("#!", StringComparison.Ordinal)), line => Assert.Equal("#!csharp", line));
    }

    [Fact]
    public void The_first_cell_imports_every_name_and_each_cell_ends_with_a_visible_line()
    {
        // C# 12 is what the oldest of the hosts compiles.
        var roots = Cells.Select(cell => CSharpSyntaxTree
            .ParseText(cell, new(LanguageVersion.CSharp12, kind: SourceCodeKind.Script), cancellationToken: TestContext.Current.CancellationToken)
            .GetCompilationUnitRoot(TestContext.Current.CancellationToken)).ToList();

        Assert.All(roots, root => Assert.Empty(root.GetDiagnostics()));
        Assert.All(roots, root => Assert.StartsWith("System.Console.WriteLine(", root.Members.Last().ToString(), StringComparison.Ordinal));
        Assert.Equal(Imports.All.Select(import => import.ToString()), roots[0].Usings.Select(directive => directive.ToString()));
        Assert.Empty(roots[1].Usings);
    }

    [Fact]
    public async Task Its_names_are_the_notebooks_afterwards_and_nothing_else_is()
    {
        var (state, output) = await LoadAsync();

        Assert.Equal(["LogSoftmax", "Relu", "Sigmoid", "Softmax", "Softplus", "Tanh"], state.Variables.Select(variable => variable.Name).Order(StringComparer.Ordinal));
        state = await state.ContinueWithAsync("var f = Softmax(Vector(\"z\", \"K\")); var layer = 5 * Relu; new[] { 1, 2 }.Sum()", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(3, state.ReturnValue);
        Assert.Equal(
            ["ChainRule 0.1.0 is ready: derivations, Jacobians and charts show as mathematics.", "Cells that begin with #!given or #!check are judged as homework."],
            output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task It_adds_the_magic_commands_with_a_word_about_each()
    {
        await LoadAsync();

        Assert.Equal(
            HomeworkCells.Commands.Select(command => (command.Name, (string?)command.Description)),
            Kernel.Root.Directives.Values.Select(entry => (entry.Directive.Name, entry.Directive.Description)));
    }

    [Fact]
    public async Task A_homework_cell_is_judged_shown_and_not_compiled()
    {
        await LoadAsync();

        var given = await SubmitAsync("#!given", Given);
        Assert.True(given.IsComplete);
        Assert.Empty(given.Displayed);

        var check = await SubmitAsync("#!check", Check);
        Assert.True(check.IsComplete);
        Assert.True(Assert.IsType<HomeworkReport>(Assert.Single(check.Displayed)).IsRight);
    }

    [Fact]
    public async Task A_cell_with_both_commands_is_judged_once()
    {
        await LoadAsync();

        var both = await SubmitAsync("#!given", Given + Check);

        // The host passes over what follows in a cell that is complete, the second command included.
        Assert.True(both.IsComplete);
        Assert.True(Assert.IsType<HomeworkReport>(Assert.Single(both.Displayed)).IsRight);
    }

    [Fact]
    public async Task A_homework_cell_ends_when_the_host_cancels_it()
    {
        await LoadAsync();

        await SubmitAsync("#!given", Given);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SubmitAsync("#!check", Check, isCancelled: true));
        Assert.Single((await SubmitAsync("#!check", Check)).Displayed);
    }

    private static async Task<KernelInvocationContext> SubmitAsync(string name, string cell, bool isCancelled = false)
    {
        var command = new SubmitCode(cell);
        var context = new KernelInvocationContext(command) { CancellationToken = new(isCancelled) };
        await Kernel.Root.Directives[name].Handler(command, context);
        return context;
    }

    private static async Task<(ScriptState<object> State, string Output)> LoadAsync()
    {
        Kernel.Root = new();
        var options = ScriptOptions.Default.WithLanguageVersion(LanguageVersion.CSharp12).AddReferences(
            typeof(ChainRuleExtension).Assembly,
            typeof(ChainRuleException).Assembly,
            typeof(Kernel).Assembly,
            typeof(Enumerable).Assembly,
            typeof(Console).Assembly);
        var console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            var state = await CSharpScript.RunAsync(Cells[0], options, cancellationToken: TestContext.Current.CancellationToken);
            foreach (var cell in Cells.Skip(1))
            {
                state = await state.ContinueWithAsync(cell, cancellationToken: TestContext.Current.CancellationToken);
            }

            return (state, output.ToString());
        }
        finally
        {
            Console.SetOut(console);
        }
    }
}
