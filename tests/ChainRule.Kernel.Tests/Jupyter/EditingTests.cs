using ChainRule.Kernel.Editing;
using ChainRule.Kernel.Sessions;
using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>A session whose first cell has run.</summary>
public sealed class EditingFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public EditingFixture() => Session = new(_folder.Path);

    internal CSharpSession Session { get; }

    public async ValueTask InitializeAsync()
    {
        var result = await Session.RunAsync(
            """
            var weights = new List<double> { 1, 2 };
            /// <summary>Doubles <paramref name="n"/>.</summary>
            /// <param name="n">A number.</param>
            /// <returns>Twice <c>n</c>.</returns>
            int Twice(int n) => 2 * n;
            /// <summary>A layer.</summary>
            record Layer(int Inputs, int Outputs) { public string Name { get; set; } = ""; }
            var z = Vector("z", "K");
            """,
            1);
        Assert.True(result.Succeeded, result.Error?.Value);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Completion and inspection. The cursor is at the bar.</summary>
public sealed class EditingTests(EditingFixture fixture) : IClassFixture<EditingFixture>
{
    private readonly CSharpSession _session = fixture.Session;

    [Theory]
    [InlineData("Console.WriteL|", "WriteLine")]
    [InlineData("Console.|", "WriteLine")]
    [InlineData("weights.Sel|", "Select")]
    [InlineData("weights.|", "Count")]
    [InlineData("wei|", "weights")]
    [InlineData("Twi|ce(3)", "Twice")]
    [InlineData("new Lay|", "Layer")]
    [InlineData("new Layer(1, 2).Inp|", "Inputs")]
    [InlineData("new Layer(1, 2) { Na|", "Name")]
    [InlineData("new Layer(1, 2)?.Out|", "Outputs")]
    [InlineData("weights.Where(w => w > 0).Sum(w => w.CompareT|)", "CompareTo")]
    [InlineData("var text = $\"{wei|}\";", "weights")]
    [InlineData("for (var epoch = 0; epo| < 3; epoch++) { }", "epoch")]
    [InlineData("int Local(int size) { return si|; }", "size")]
    [InlineData("System.Collections.Gen|", "Generic")]
    [InlineData("using System.Glob|", "Globalization")]
    [InlineData("fore|", "foreach")]
    [InlineData("Softm|", "Softmax")]
    [InlineData("z.Jac|", "Jacobian")]
    [InlineData("Layout.Num|", "Numerator")]
    [InlineData("var 𝑥𝑦 = \"𝑥\"; weights.Coun|", "Count")]
    [InlineData("// comment\nwei|", "weights")]
    [InlineData("#!wh|", "#!who")]
    [InlineData("#!req|", "#!require")]
    [InlineData("using var stream = new MemoryStream();\nstream.Wri|", "WriteByte")]
    [InlineData("#r \"nuget: Any.Package\"\nwei|", "weights")]
    public void What_is_there_is_offered(string code, string item)
    {
        var list = Complete(code);

        Assert.Contains(list.Items, found => found.Text == item);
        var typed = code.Replace("|", "", StringComparison.Ordinal)[list.Start..list.End];
        Assert.All(list.Items, found => Assert.StartsWith(typed, found.Text, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(code.IndexOf('|', StringComparison.Ordinal), list.End);
    }

    [Theory]
    [InlineData("// wei|")]
    [InlineData("var s = \"wei|\";")]
    [InlineData("var s = \"wei|")]
    [InlineData("var c = 'w|';")]
    [InlineData("/* wei| */")]
    [InlineData("var s = \"\"\"\n  wei|\n  \"\"\";")]
    [InlineData("12|")]
    [InlineData("nothing.wei|")]
    public void Where_no_name_can_stand_none_is_offered(string code) => Assert.Empty(Complete(code).Items);

    [Fact]
    public void What_does_not_belong_is_not_offered()
    {
        var members = Complete("weights.|").Items.Select(item => item.Text).ToList();
        Assert.DoesNotContain("foreach", members);
        Assert.DoesNotContain("weights", members);
        Assert.DoesNotContain("op_Equality", Complete("z.|").Items.Select(item => item.Text));
        Assert.DoesNotContain("weights", Complete("new We|").Items.Select(item => item.Text));
    }

    [Theory]
    [InlineData("\\alpha|", "α", 0)]
    [InlineData("var \\sigma|", "σ", 4)]
    [InlineData("var s = \"\\nabla|\";", "∇", 9)]
    [InlineData("\\alph|", "α", 0)]
    [InlineData("𝑥 = \\beta|", "β", 5)]
    public void Symbols_are_typed_by_their_names(string code, string symbol, int start)
    {
        var list = Complete(code);

        Assert.Equal(symbol, Assert.Single(list.Items).Text);
        Assert.Equal(start, list.Start);
    }

    [Fact]
    public void Several_symbols_are_offered_by_name() =>
        Assert.Equal(["\\theta", "\\therefore"], Complete("\\the|").Items.Select(item => item.Text).Order(StringComparer.Ordinal).Reverse().OrderByDescending(name => name.Length == 6));

    [Fact]
    public void Every_place_in_every_text_has_an_answer()
    {
        var code = "var α = new Layer(1, 2) { Name = $\"{weights[0]:f2}\" };\n#!time\nif (α is { Inputs: > 0 } l && l.Name?.Length > 1) Console.WriteLine(\"𝑥\\n\"); // end\nweights.Select(w => w * 2)";
        for (var i = 0; i <= code.Length; i++)
        {
            // Now and then also of code that ends there.
            foreach (var text in i % 4 == 0 ? new[] { code, code[..i] } : [code])
            {
                var list = Completion.At(_session.Cells, text, i, TestContext.Current.CancellationToken);
                Assert.InRange(list.Start, 0, list.End);
                Assert.InRange(list.End, list.Start, text.Length);
                _ = Inspection.At(_session.Cells, text, i, TestContext.Current.CancellationToken);
            }
        }
    }

    [Theory]
    [InlineData("Twi|ce(3)", "int Twice(int n)", "Doubles n.", "n: A number.", "Returns: Twice n.")]
    [InlineData("Twice(|3)", "int Twice(int n)", "Doubles n.")]
    [InlineData("Twice|", "int Twice(int n)")]
    [InlineData("weights|", "List<double> weights")]
    [InlineData("new Lay|er(1, 2)", "Layer", "A layer.")]
    [InlineData("z.Jacob|ian(z)", "Jacobian", "Jacobian")]
    [InlineData("Sof|tmax(z)", "Softmax", "softmax")]
    public void A_name_is_explained(string code, params string[] parts)
    {
        var found = Inspect(code);

        Assert.NotNull(found);
        Assert.All(parts, part => Assert.Contains(part, found.Text, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("<summary>", found.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Submission#", found.Text, StringComparison.Ordinal);
        Assert.StartsWith("<pre>", found.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("|")]
    [InlineData("1 |+ 2")]
    [InlineData("missing|")]
    [InlineData("// Twice|")]
    public void Nothing_is_said_where_there_is_nothing_to_say(string code) => Assert.Null(Inspect(code));

    [Theory]
    [InlineData("abc", 2, 2)]
    [InlineData("𝑥bc", 1, 2)]
    [InlineData("a𝑥c", 3, 4)]
    [InlineData("𝑥", 9, 2)]
    public void The_protocol_counts_characters_and_the_compiler_units(string text, int position, int units)
    {
        Assert.Equal(units, CodePoints.ToUtf16(text, position));
        Assert.Equal(Math.Min(position, text.EnumerateRunes().Count()), CodePoints.FromUtf16(text, units));
    }

    private CompletionList Complete(string marked)
    {
        var position = marked.IndexOf('|', StringComparison.Ordinal);
        return Completion.At(_session.Cells, marked.Remove(position, 1), position, TestContext.Current.CancellationToken);
    }

    private InspectionResult? Inspect(string marked)
    {
        var position = marked.IndexOf('|', StringComparison.Ordinal);
        return Inspection.At(_session.Cells, marked.Remove(position, 1), position, TestContext.Current.CancellationToken);
    }
}
