using ChainRule.Checking;

namespace ChainRule.Tests.Checking;

/// <summary>Texts as they are handed in: displayed formulas without any marks, givens from elsewhere, givens that can't be read.</summary>
public class SubmissionTests
{
    private static readonly string[] _givens = [@"z, y \in \mathbb{R}^n", @"L = \frac{1}{2} \|z - y\|^2"];

    [Fact]
    public void Every_displayed_formula_of_a_Markdown_text_is_a_claim()
    {
        var report = HomeworkText.Check(HomeworkText.FromMarkdown("""
            It took me 50% of the weekend.

            $$
            \frac{\partial L}{\partial z} = z - y
            $$

            Not `$$ 1 = 2 $$` and not $1 = 2$, but \[ \frac{\partial L}{\partial y} = z - y \]

            ```latex
            $$ 1 = 2 $$
            ```

            \begin{align}
            \nabla_z L &= -(y - z) \\
                       &= z - y
            \end{align}
            """, UnmarkedFormulas.Displayed), _givens);
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Refuted, ClaimStatus.Supported, ClaimStatus.Supported], report.Claims.Select(claim => claim.Status));
        Assert.Equal([4, 7, 14, 15], report.Claims.Select(claim => claim.TextLine));
        Assert.Equal("sign", report.FirstWrong!.Repair!.Id);
    }

    [Fact]
    public void Every_displayed_formula_of_a_LaTeX_text_is_a_claim()
    {
        var report = HomeworkText.Check(HomeworkText.FromLatex("""
            We know ``that'' 5\% % \[ 1 = 2 \]
            \begin{verbatim}
            $$ 1 = 2 $$
            \end{verbatim}
            \begin{given} w = z - y \end{given}
            \begin{equation*} \nabla_z L = w \end{equation*}
            \begin{check} \nabla_z L = y - z \end{check}
            \begin{gather} \nabla_y L = -w, \\ L = \frac12 w^\top w \end{gather}
            """, UnmarkedFormulas.Displayed), _givens);
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Refuted, ClaimStatus.Supported, ClaimStatus.Supported], report.Claims.Select(claim => claim.Status));
        Assert.Equal([6, 7, 8, 8], report.Claims.Select(claim => claim.TextLine));
    }

    [Fact]
    public void What_the_running_text_says_of_its_names_is_given()
    {
        var report = HomeworkText.Check(HomeworkText.FromLatex("""
            Consider the gated unit with $x\in\mathbb{R}^d$, $A, B \in \mathbb{R}^{m\times d}$, where $g=\sigma(Ax)$ is the gate and $h=\tanh(Bx)$;
            the output is $y=g\odot h$ and $\delta = \partial L/\partial y \in \mathbb{R}^m$ is given.
            \begin{align}
            \frac{\partial L}{\partial g} &= \delta \odot h \\
            \frac{\partial L}{\partial B} &= (\delta \odot g \odot (1-h))\, x^\top
            \end{align}
            """, UnmarkedFormulas.Displayed));
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Refuted], report.Claims.Select(claim => claim.Status));
        Assert.Equal("power", report.FirstWrong!.Repair!.Id);
    }

    [Theory]
    [InlineData(@"z = (v^\top z) v", "z = (vᵀ z) v")]
    [InlineData(@"\frac{d}{dx} x^2 = 1 \cdot 2 x", "= 1 ⋅ 2 x")]
    public void Brackets_are_shown_where_they_were_written(string claim, string shown) =>
        Assert.Contains(shown, ChainRule.Views.HomeworkView.Show(new Homework().Given(@"z, v \in \mathbb{R}^n").Check(claim)).Text, StringComparison.Ordinal);

    [Fact]
    public void Formulas_in_the_running_text_are_claims_where_they_are_asked_for()
    {
        const string Text = "It costs $5. We know $z$ and, for $i = 1, \\dots, n$, that $\\nabla_z L = z - y$ and \\( \\nabla_y L = z - y \\).\n\n$$\\nabla_z L = z - y$$";
        Assert.Equal(3, HomeworkText.Check(HomeworkText.FromLatex(Text.Replace("$5", "5", StringComparison.Ordinal), UnmarkedFormulas.All), _givens).Claims.Length);
        Assert.Single(HomeworkText.Check(HomeworkText.FromMarkdown(Text.Replace("$5", "5", StringComparison.Ordinal), UnmarkedFormulas.Displayed), _givens).Claims);
    }

    [Theory]
    [InlineData(@"b) \quad \nabla_z L = y - z", "sign")]
    [InlineData(@"\nabla_y L = y - z \rightarrow \nabla_z L = y - z", "sign")]
    public void Labels_and_arrows_are_no_part_of_a_claim(string claim, string kind) => Assert.Equal(kind, new Homework().Given(_givens).Check(claim).FirstWrong?.Repair?.Id);

    [Fact]
    public void No_repair_restates_the_left_side() => Assert.Null(new Homework().Given(_givens).Check("y_i = z_i").FirstWrong!.Repair);

    [Fact]
    public void What_a_text_declares_is_given_and_a_new_exercise_begins_anew()
    {
        var report = HomeworkText.Check(HomeworkText.FromLatex("""
            \section{Ridge}
            Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^n$, $\lambda > 0$ and
            \[ J(w) = \frac12 \|Xw - y\|^2 + \frac{\lambda}{2} \|w\|^2. \]
            Setting the gradient to zero:
            \[ \nabla J(w) = 0 \]
            \[ w^* = (X^\top X + \lambda I)^{-1} X^\top y \]
            We step by
            \[ w_{t+1} = w_t - \eta \left( X^\top (X w_t - y) + \lambda w_t \right) \]
            \section{Softmax}
            Now $y \in \mathbb{R}^K$ is one-hot, $W \in \mathbb{R}^{K \times D}$, $x \in \mathbb{R}^D$, $\hat y = \operatorname{softmax}(W x)$ and
            \[ L = -\sum_k y_k \log \hat y_k. \]
            \[ \nabla_W L = (\hat y - y) x^\top \]
            \[ \nabla_W L = x (\hat y - y)^\top \]
            """, UnmarkedFormulas.Displayed));
        Assert.Empty(report.UnreadGivens);
        Assert.Equal([ClaimStatus.Definition, ClaimStatus.Supported, ClaimStatus.Supported, ClaimStatus.Supported, ClaimStatus.Refuted], report.Claims.Select(claim => claim.Status));
        Assert.Equal([5, 6, 8, 12, 13], report.Claims.Select(claim => claim.TextLine));
        Assert.Contains("condition", report.Claims[0].Message, StringComparison.Ordinal);
        Assert.Equal("transpose", report.FirstWrong!.Repair!.Id);
    }

    [Fact]
    public void Items_of_a_list_are_claims()
    {
        var report = HomeworkText.Check(HomeworkText.FromLatex("""
            \begin{check}
            \begin{enumerate}
            \item $\nabla_z L = z - y =: \delta$
            \item $\nabla_y L = \delta$
            \end{enumerate}
            \end{check}
            """), _givens);
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Definition, ClaimStatus.Refuted], report.Claims.Select(claim => claim.Status));
        Assert.Equal("sign", report.FirstWrong!.Repair!.Id);
    }

    [Fact]
    public void A_gradient_that_is_called_0_is_wrong_and_told_how_to_be_set_to_0() =>
        Assert.Contains(@"\overset{!}{=}", new Homework().Given(_givens).Check(@"\nabla_z L = 0").FirstWrong!.Message, StringComparison.Ordinal);

    [Fact]
    public void A_function_is_shown_as_it_was_written()
    {
        var report = new Homework().Given(@"z \in \mathbb{R}^n", @"g \text{ activation}", @"\hat y = g(z)").Check(@"\frac{\partial g}{\partial \hat y} = \frac{\partial \hat y}{\partial z}");
        Assert.Equal("∂g/∂z = ∂ŷ/∂z", ChainRule.Notation.TextPrinter.Print(report.FirstWrong!.Repair!.Claim));
    }

    [Fact]
    public void Without_the_option_only_blocks_count() => Assert.DoesNotContain(HomeworkText.FromMarkdown("$$ 1 = 2 $$"), part => part.Kind == HomeworkPartKind.Check);

    [Fact]
    public void What_was_given_for_all_survives_a_new_beginning()
    {
        var report = HomeworkText.Check(HomeworkText.FromCell("#!homework\n#!check\n\\nabla_z L = z - y"), _givens);
        Assert.True(report.IsRight);
    }

    [Theory]
    [InlineData(@"L = \wobble \|z - y\|^2")]
    [InlineData(@"L = \oint \|z - y\|^2 dt")]
    public void A_claim_is_not_called_wrong_for_a_given_that_could_not_be_read(string given)
    {
        var report = new Homework().Given(@"z, y \in \mathbb{R}^n", given).Check(@"\nabla_z L = 2 (z - y)", @"\frac{\partial z}{\partial z} = 2 I");
        Assert.Single(report.UnreadGivens);
        Assert.Equal([ClaimStatus.Undecided, ClaimStatus.Refuted], report.Claims.Select(claim => claim.Status));
        Assert.Contains("It depends on L, and a given about L could not be read.", report.Claims[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_entries_are_independent_and_not_one_number()
    {
        var report = new Homework().Given(@"q_i, k_i \sim \mathcal{N}(0, 1)", @"i = 1, \dots, d", @"s = \sum_{i=1}^d q_i k_i").Check(@"\operatorname{Var}[s] = d", @"\operatorname{Var}[s] = d^2");
        Assert.Empty(report.UnreadGivens);
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Refuted], report.Claims.Select(claim => claim.Status));
    }

    [Fact]
    public void Lines_after_one_that_broke_off_are_read_as_if_alone()
    {
        var lines = string.Join(@" \\ ", Enumerable.Repeat(@"\sum_{i=1}^n ((((\wobble)))) = 1", 150).Append(@"\nabla_z L = ((((z - y))))"));
        Assert.Equal(ClaimStatus.Supported, new Homework().Given(_givens).Check(lines).Claims[^1].Status);
    }

    [Theory]
    [InlineData(@"\sum_{i}", 2000, "x_i = 1")]
    [InlineData(@"\delta_{", 1, "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii} = 1")]
    public void Great_depth_and_many_indices_are_refused(string part, int times, string end)
    {
        var claim = new Homework().Given(@"x \in \mathbb{R}^n").Check(string.Concat(Enumerable.Repeat(part, times)) + end).Claims[0];
        Assert.Equal(ClaimStatus.Unreadable, claim.Status);
    }

    [Fact]
    public void A_name_that_is_given_as_itself_is_said_to_be()
    {
        var report = new Homework().Given(@"x \in \mathbb{R}^n", "x = x").Check(@"\frac{\partial x}{\partial x} = I");
        Assert.Contains("defined by itself", Assert.Single(report.UnreadGivens).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logistic-and-two-layers.tex", 12, "40 transpose")]
    [InlineData("temperature-norm-attention.md", 12, "33 factor", "43 name")]
    [InlineData("lstm.tex", 9, "23 power")]
    [InlineData("four-exercises.md", 22)]
    [InlineData("word-vectors.tex", 9, "21 complement")]
    [InlineData("recurrent-policy-likelihood.md", 14)]
    public void A_whole_submission_is_judged_as_it_is(string file, int right, params string[] wrong)
    {
        var text = File.ReadAllText(Path.Combine(Folder(), file));
        var report = HomeworkText.Check(file.EndsWith(".tex", StringComparison.Ordinal) ? HomeworkText.FromLatex(text, UnmarkedFormulas.All) : HomeworkText.FromMarkdown(text, UnmarkedFormulas.All));
        Assert.Equal(wrong, report.Claims.Where(claim => claim.Status is ClaimStatus.Refuted or ClaimStatus.Unreadable or ClaimStatus.Undecided).Select(claim => $"{claim.TextLine} {claim.Repair?.Id ?? claim.Message}"));
        Assert.Equal(right, report.Right);

        static string Folder([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Submissions");
    }

    [Theory]
    [InlineData(@"\frac{\partial L}{\partial h_t} = g")]
    [InlineData(@"g = \frac{\partial L}{\partial h_t}")]
    public void A_gradient_from_above_without_an_index_belongs_to_one_step(string upstream)
    {
        var homework = new Homework().Given(@"x_t \in \mathbb{R}^n, h_t \in \mathbb{R}^m", @"h_t = \tanh(W h_{t-1} + U x_t)", upstream);
        Assert.Equal([ClaimStatus.Supported, ClaimStatus.Supported], homework.Check(@"\frac{\partial L}{\partial W} = (g \odot (1 - h_t^2)) h_{t-1}^\top", @"\frac{\partial L}{\partial h_{t-1}} = W^\top (g \odot (1 - h_t^2))").Claims.Select(claim => claim.Status));
    }

    [Fact]
    public void A_gradient_from_above_with_a_range_of_steps_goes_through_all_of_them()
    {
        var homework = new Homework().Given(@"t = 1, \dots, T", @"x_t \in \mathbb{R}^n, h_t \in \mathbb{R}^m", @"h_t = \tanh(W h_{t-1} + U x_t)", @"\frac{\partial L}{\partial h_T} = g");
        Assert.Equal([ClaimStatus.Refuted, ClaimStatus.Supported], homework.Check(@"\frac{\partial L}{\partial h_{T-1}} = g", @"\frac{\partial L}{\partial h_{T-1}} = W^\top (g \odot (1 - h_T^2))").Claims.Select(claim => claim.Status));
    }

    [Fact]
    public void What_a_claim_defines_holds_in_later_blocks_until_a_given_says_something_else()
    {
        var report = HomeworkText.Check(HomeworkText.FromMarkdown("""
            ```given
            f(x) = x^3, x \in \mathbb{R}
            ```
            ```check
            s = f'(x) = 3 x^2
            ```
            ```given
            k \in \mathbb{R}
            ```
            ```check
            k s = 3 k x^2
            ```
            ```given
            s = 2 k
            ```
            ```check
            k s = 2 k^2
            ```
            """));
        Assert.Equal([ClaimStatus.Definition, ClaimStatus.Supported, ClaimStatus.Supported, ClaimStatus.Supported], report.Claims.Select(claim => claim.Status));
        Assert.Empty(report.UnreadGivens);
    }

    [Fact]
    public void A_solution_of_what_is_minimised_stays_a_claim()
    {
        var report = HomeworkText.Check(HomeworkText.FromMarkdown("""
            Let $A \in \mathbb{R}^{n \times d}$, $b \in \mathbb{R}^n$, $w \in \mathbb{R}^d$ and $J(w) = \|A w - b\|^2$.

            $$ \nabla_w J = 2 A^\top (A w - b) = 0 \Rightarrow w = (A^\top A)^{-1} A b $$
            """, UnmarkedFormulas.Displayed));
        Assert.Equal(ClaimStatus.Refuted, report.Claims[^1].Status);
    }

    [Theory]
    [InlineData("Let $U$ with columns $$ x = 1 $$")]
    [InlineData("Let $U$ with rows $ $")]
    [InlineData("Let $U$ with columns $_w$ and rows $u_$ and columns $u_{w")]
    [InlineData("# where $")]
    public void What_the_running_text_leaves_open_is_passed_over(string text) =>
        Assert.Equal(0, HomeworkText.Check(HomeworkText.FromMarkdown(text, UnmarkedFormulas.Displayed)).Right);

    [Theory]
    [InlineData(@"f(a) = f(a) + \theta_a", @"f(a) = \theta_a")]
    [InlineData(@"f(a) = h(a) + 1, h(a) = f(a) \theta_a", @"f(b) = \theta_b")]
    [InlineData(@"f(a) = f(a)", @"\sum_a f(a) = 1")]
    public void Functions_that_go_round_do_no_harm(string function, string claim) =>
        Assert.NotEqual(ClaimStatus.Supported, Assert.Single(new Homework().Given(@"\theta \in \mathbb{R}^n", function).Check(claim).Claims).Status);
}
