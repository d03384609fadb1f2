using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>
/// What is not wrong but worth pointing out in a right claim: an assumption used in silence, a kink without a convention, a size that
/// must not be 1, an index that stands on one side only.
/// </summary>
internal sealed class RemarkFinder(Declarations declarations, int least)
{
    /// <summary>What one look may cost, in elementary operations.</summary>
    private const long Budget = 4_000_000;

    private static readonly string[] _letters = ["i", "k", "m"];

    private readonly Dictionary<Variation, Judge> _judges = [];
    private readonly Dictionary<string, bool> _kinked = new(StringComparer.Ordinal);
    private readonly ClaimFormula _printer = new(declarations);

    /// <summary>The remarks on a right claim.</summary>
    /// <param name="link">The claim.</param>
    /// <param name="reading">How it is read.</param>
    /// <param name="letters">The index letters of its left and of its right side.</param>
    /// <param name="isSaid">Whether a line beside it says that the entries of a name add up to 1.</param>
    public IEnumerable<string> On(Link link, Reading reading, (IReadOnlyCollection<string> Left, IReadOnlyCollection<string> Right) letters, Func<string, bool> isSaid)
    {
        if (link.Sign is "∈" or ":")
        {
            return [];
        }

        return Sums(link, reading, isSaid).Concat(Sizes(link, reading, letters)).Concat(Kinks(link)).Concat(Strays(link, letters));
    }

    /// <summary>Whether a claim says itself that the entries of something add up to 1.</summary>
    public static bool SaysSum(Link link, string name) => IsSum(link.Left) && link.Right.IsNumber("1") || IsSum(link.Right) && link.Left.IsNumber("1")
        ? link.Any(node => node.IsName(name))
        : false;

    private static bool IsSum(ClaimTree tree) => tree is { Head: Head.Big, Text: "∑" } && tree[0].Is(Head.Entry);

    /// <summary>Σ_i y_i = 1 is used where the claim fails without it.</summary>
    private IEnumerable<string> Sums(Link link, Reading reading, Func<string, bool> isSaid)
    {
        var names = declarations.Names(link.Left).Concat(declarations.Names(link.Right)).Distinct(StringComparer.Ordinal).ToList();
        foreach (var symbol in declarations.Symbols.Values.Where(Variation.HasSum).Where(symbol => names.Exists(name => declarations.Reaches(name, symbol.Name)) && !isSaid(symbol.Name)))
        {
            if (Fails(new(Unassumed: symbol.Name), link, reading))
            {
                var name = TextPrinter.Print(_printer.Of(ClaimTree.Name(symbol.Name)));
                var letter = _letters.First(letter => !declarations.Symbols.ContainsKey(letter) && !declarations.Sizes.Contains(letter) || letter is "m");
                yield return $"It uses that the entries of {name} add up to 1 (Σ_{letter} {name}_{letter} = 1, as {name} is {(symbol.Traits.HasFlag(Trait.OneHot) ? "one-hot" : symbol.Traits.HasFlag(Trait.Distribution) ? "a distribution" : "given so")}); the line does not say so.";
            }
        }
    }

    /// <summary>An inequality may need more than one entry: softmax of one number is 1.</summary>
    private IEnumerable<string> Sizes(Link link, Reading reading, (IReadOnlyCollection<string> Left, IReadOnlyCollection<string> Right) letters)
    {
        if (link.Sign is "=" or "≡" or "≈")
        {
            return [];
        }

        var names = declarations.Names(link.Left).Concat(declarations.Names(link.Right)).ToList();
        var reached = declarations.Symbols.Values.Where(symbol => names.Exists(name => declarations.Reaches(name, symbol.Name))).ToList();
        return declarations.Sizes
            .Where(size => !declarations.Symbols.ContainsKey(size) && reached.Exists(symbol => symbol.Shape is { } shape && shape.Any(axis => axis.Nodes().Any(node => node.IsName(size)))))
            .Order(StringComparer.Ordinal)
            .Where(size => Fails(new(Single: size), link, reading))
            .Select(size => $"It needs {size.TrimStart('#')} ≥ 2: for {size.TrimStart('#')} = 1 it fails.");
    }

    /// <summary>A derivative that is given by cases at a kink, without a word about the kink itself.</summary>
    private IEnumerable<string> Kinks(Link link)
    {
        var nodes = link.Left.Nodes().Concat(link.Right.Nodes()).ToList();
        var kinked = nodes.Where(node => node.Is(Head.Derivative) || (node.Is(Head.Call) && node.Order > 0)).Any(IsKinked);
        if (!kinked || link.Condition is not null)
        {
            yield break;
        }

        var relations = nodes.Where(node => node.Head is Head.Cases or Head.Indicator).SelectMany(node => node.Nodes()).Where(node => node.Is(Head.Relation) && !node.Items.All(IsCount)).ToList();
        if (relations.Count > 0 && !relations.Exists(relation => relation.Text is "=" or "≠"))
        {
            yield return $"Where {TextPrinter.Print(_printer.Of(relations[0][0], "=", relations[0][1]))} there is no derivative: which value counts there is a convention, and the line does not name it.";
        }
    }

    private bool IsCount(ClaimTree tree) => tree.Nodes().All(node => !node.Is(Head.Name) || !declarations.Symbols.ContainsKey(node.Text)) && !tree.Nodes().Any(node => node.Is(Head.Call));

    /// <summary>Whether a function with a kink is met on the way from a tree through the definitions.</summary>
    private bool IsKinked(ClaimTree tree) => tree.Nodes().Any(node => node.Head switch
    {
        Head.Call when node.Text is "max" or "min" => true,
        Head.Call => KnownFunctions.Kinked.Contains(declarations.Functions.GetValueOrDefault(node.Text)?.Alias ?? node.Text) || (declarations.Functions.TryGetValue(node.Text, out var function) && function.Body is { } formula && Known(node.Text + "(", formula)),
        Head.Name => declarations.Symbols.TryGetValue(node.Text, out var symbol) && symbol.Body is { } body && Known(node.Text, body),
        Head.Bars or Head.Cases => true,
        Head.Big => node.Text is "max" or "min",
        _ => false,
    });

    private bool Known(string key, ClaimTree body)
    {
        if (!_kinked.TryGetValue(key, out var isKinked))
        {
            _kinked[key] = false;
            _kinked[key] = isKinked = IsKinked(body);
        }

        return isKinked;
    }

    /// <summary>An index that stands free on the right side and not on the left: left over after a change of variable.</summary>
    private static IEnumerable<string> Strays(Link link, (IReadOnlyCollection<string> Left, IReadOnlyCollection<string> Right) letters)
    {
        var named = link.Condition?.Nodes().Where(node => node.Is(Head.Name)).Select(node => node.Text).ToHashSet(StringComparer.Ordinal) ?? [];
        return letters.Right.Except(letters.Left, StringComparer.Ordinal).Where(letter => !named.Contains(letter) && letter is not ClaimParser.UpperSign).Order(StringComparer.Ordinal)
            .Select(letter => $"{letter} stands free on the right side only: nothing says which {letter} is meant.");
    }

    private bool Fails(Variation variation, Link link, Reading reading)
    {
        if (!_judges.TryGetValue(variation, out var judge))
        {
            _judges[variation] = judge = new(declarations, least, 2, variation);
        }

        try
        {
            judge.Meter.Reset(Budget);
            return judge.Check(link, reading, first: 0, points: 2) is { Status: ClaimStatus.Refuted, Fault: ClaimFault.Value };
        }
        catch (BudgetException)
        {
            // A remark is not worth more work than the verdict.
            return false;
        }
        catch (UnreadableException)
        {
            // With other sizes an index may have no entry left.
            return false;
        }
    }
}
