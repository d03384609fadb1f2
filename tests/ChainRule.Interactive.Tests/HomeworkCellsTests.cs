using ChainRule.Checking;
using Xunit;

namespace ChainRule.Interactive.Tests;

public class HomeworkCellsTests
{
    private const string Givens = """
        #!given
        z \in \mathbb{R}^C
        \hat y = \mathrm{softmax}(z)
        y \text{ one-hot}
        L = -\sum_{i=1}^C y_i \log \hat y_i
        """;

    private readonly HomeworkCells _cells = new();

    [Fact]
    public void A_new_homework_forgets_what_was_given()
    {
        var cells = new HomeworkCells();
        Assert.Null(cells.Run("#!given\nx, n \\in \\mathbb{R}\ny = n x"));
        Assert.True(HomeworkCells.Owns("#!homework"));
        var report = cells.Run("#!homework\n#!given\nx \\in \\mathbb{R}^n\ny = \\|x\\|^2\n#!check\n\\frac{\\partial y}{\\partial x_i} = 2 x_i")!;
        Assert.Empty(report.UnreadGivens);
        Assert.Equal(1, report.Right);
        report = cells.Run("#!check\n\\nabla_x y = 2 x")!;
        Assert.Equal(1, report.Right);
    }

    [Fact]
    public void A_claim_is_judged_under_what_earlier_cells_gave()
    {
        Assert.Null(_cells.Run(Givens));

        var right = _cells.Run("#!check\n\\frac{\\partial L}{\\partial z} = \\hat y - y");
        var wrong = _cells.Run("#!check\n\\frac{\\partial L}{\\partial z} = y - \\hat y");

        Assert.True(right!.IsRight);
        Assert.Equal(ClaimStatus.Refuted, Assert.Single(wrong!.Claims).Status);
    }

    [Fact]
    public void One_cell_can_give_and_claim()
    {
        var report = _cells.Run(Givens + "\n#!check\n\\frac{\\partial L}{\\partial z} = \\hat y - y\n");

        Assert.True(report!.IsRight);
    }

    [Fact]
    public void What_is_given_and_not_understood_is_said_at_once()
    {
        var report = _cells.Run("#!given\nz = = W");

        Assert.Empty(report!.Claims);
        Assert.NotEmpty(report.UnreadGivens);
    }

    [Fact]
    public void A_cell_that_was_wrong_can_be_corrected_and_run_again()
    {
        _cells.Run("#!given\nz = = W");

        Assert.Null(_cells.Run(Givens));
        Assert.Null(_cells.Run(Givens));
        var report = _cells.Run("#!check\n\\frac{\\partial L}{\\partial z} = \\hat y - y");

        Assert.True(report!.IsRight);
        Assert.Empty(report.UnreadGivens);
    }

    [Fact]
    public void What_follows_on_the_line_of_the_command_counts()
    {
        var report = _cells.Run("#!given x \\in \\mathbb{R}\n#!check x + x = 3 x");

        Assert.Equal(ClaimStatus.Refuted, Assert.Single(report!.Claims).Status);
        Assert.Empty(report.Remarks);
    }

    [Theory]
    [InlineData("#!check")]
    [InlineData("#!given\nx \\in \\mathbb{R}\n#!check\n  \n")]
    [InlineData("#!given\n")]
    public void A_command_without_anything_below_it_is_an_error(string cell) =>
        Assert.Contains("Nothing stands below", Assert.Throws<HomeworkCellException>(() => _cells.Run(cell)).Message, StringComparison.Ordinal);

    [Fact]
    public void Another_notebook_has_givens_of_its_own()
    {
        _cells.Run(Givens);

        var report = new HomeworkCells().Run("#!check\n\\frac{\\partial L}{\\partial z} = \\hat y - y");

        Assert.Equal(ClaimStatus.Unreadable, Assert.Single(report!.Claims).Status);
    }

    [Theory]
    [InlineData("#!given\nx = 1", true)]
    [InlineData("\n  #!check\nx = 1", true)]
    [InlineData("#!check x = 1", true)]
    [InlineData("#!checks\nx = 1", false)]
    [InlineData("#!csharp\n1", false)]
    [InlineData("var given = 1;", false)]
    public void A_cell_belongs_to_the_checker_by_its_first_line(string cell, bool owned) => Assert.Equal(owned, HomeworkCells.Owns(cell));

    [Fact]
    public void Every_command_says_what_it_does() => Assert.All(HomeworkCells.Commands, command =>
    {
        Assert.True(HomeworkCells.Owns(command.Name + "\n1"));
        Assert.EndsWith(".", command.Description, StringComparison.Ordinal);
    });
}
