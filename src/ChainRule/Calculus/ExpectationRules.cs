using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// The table of rules for expectations, but for those that know a law (<see cref="MomentRules"/>). All expectations are assumed to
/// exist. What is assumed of a random variable is read from its <see cref="Distribution"/>, never guessed.
/// </summary>
public static class ExpectationRules
{
    private const NodeKinds OnExpectation = NodeKinds.Expectation;

    /// <summary>Var[X] = E[X²] − E[X]².</summary>
    public static Rule Variance { get; } = new("variance", "definition of the variance", @"\operatorname{Var}[X] = \mathbb{E}[X^2] - \mathbb{E}[X]^2", RuleWeight.Headline, NodeKinds.Covariance, (node, _) =>
        node is Expressions.Covariance { IsVariance: true } variance
            ? new Rewriting(Expectation.Of(Power.Of(variance.Left, Number.Two)) - Power.Of(Expectation.Of(variance.Left), Number.Two))
            : null);

    /// <summary>Cov[X, Y] = E[X Y] − E[X] E[Y].</summary>
    public static Rule Covariance { get; } = new("covariance", "definition of the covariance", @"\operatorname{Cov}[X, Y] = \mathbb{E}[X\,Y] - \mathbb{E}[X]\,\mathbb{E}[Y]", RuleWeight.Headline, NodeKinds.Covariance, (node, _) =>
        node is Expressions.Covariance { IsVariance: false } covariance
            ? new Rewriting(Expectation.Of(covariance.Left * covariance.Right) - (Expectation.Of(covariance.Left) * Expectation.Of(covariance.Right)))
            : null);

    /// <summary>Var[X + c] = Var[X] where c is not random.</summary>
    public static Rule VarianceShift { get; } = new("variance-shift", "a constant does not vary", @"\operatorname{Var}[X + c] = \operatorname{Var}[X]", RuleWeight.Key, NodeKinds.Covariance, (node, _) =>
    {
        if (node is not Expressions.Covariance { Left: Add sum, IsVariance: true })
        {
            return null;
        }

        var random = Add.Of(sum.Terms.Where(RandomVariables.IsRandom));
        return ReferenceEquals(random, sum) ? null : new Rewriting(Expressions.Covariance.Of(random, random));
    });

    /// <summary>Var[c X] = c² Var[X] where c is not random.</summary>
    public static Rule VarianceScale { get; } = new("variance-scale", "constant out of the variance", @"\operatorname{Var}[c\,X] = c^2 \operatorname{Var}[X]", RuleWeight.Key, NodeKinds.Covariance, (node, _) =>
    {
        if (node is not Expressions.Covariance { Left: Multiply product, IsVariance: true })
        {
            return null;
        }

        var random = Multiply.Of(product.Factors.Where(RandomVariables.IsRandom));
        var outside = Multiply.Of(product.Factors.Where(factor => !RandomVariables.IsRandom(factor)));
        return ReferenceEquals(random, product) ? null : new Rewriting(Power.Of(outside, Number.Two) * Expressions.Covariance.Of(random, random));
    });

    /// <summary>A random name in an expectation or a variance is replaced by its definition.</summary>
    public static Rule Definition { get; } = new("expectation-definition", "definition", @"\mathbb{E}[f] = \mathbb{E}[\ldots], \quad f := \ldots", RuleWeight.Headline, OnExpectation | NodeKinds.Covariance, (node, _) =>
    {
        if (node is not (Expectation or Expressions.Covariance))
        {
            return null;
        }

        var names = new List<string>();
        var facts = new List<Fact>();
        var parts = node.Children.Select(part => Binding.Rewrite(part, (node, _) =>
        {
            if (node is Expectation or Expressions.Covariance || !RandomVariables.IsRandom(node))
            {
                return node;
            }

            if (node is Apply { Arguments: [var argument] } apply && apply.Function.Unfold(argument) is { } formula)
            {
                names.Add(apply.Function.ToString());
                facts.Add(new(node, formula));
                return formula;
            }

            if (node is not Element { Variable: { IsDefined: true } name } element)
            {
                return null;
            }

            var definition = name.DefinitionAt(element.Indices)!;
            names.Add(name.ToString());
            facts.Add(new(node, definition));
            return definition;
        })).ToImmutableArray();
        return names.Count == 0 ? null : new Rewriting(node.WithChildren(parts)) { Name = $"definition of {string.Join(", ", names.Distinct(StringComparer.Ordinal))}", Facts = [.. facts.Where(fact => fact.Left.Loose == 0)] };
    });

    /// <summary>E[c] = c where c is not random.</summary>
    public static Rule Constant { get; } = On("expectation-constant", "expectation of a constant", @"\mathbb{E}[c] = c", RuleWeight.Routine, (expectation, _) =>
        RandomVariables.IsRandom(expectation.Body) ? null : new Rewriting(expectation.Body));

    /// <summary>E[X + Y] = E[X] + E[Y].</summary>
    public static Rule Linearity { get; } = On("linearity", "linearity", @"\mathbb{E}[X + Y] = \mathbb{E}[X] + \mathbb{E}[Y]", RuleWeight.Key, (expectation, _) =>
        expectation.Body is Add sum ? new Rewriting(Add.Of(sum.Terms.Select(Expectation.Of))) : null);

    /// <summary>E[c X] = c E[X] where c is not random.</summary>
    public static Rule ConstantFactor { get; } = On("expectation-constant-factor", "constant out of the expectation", @"\mathbb{E}[c\,X] = c\,\mathbb{E}[X]", RuleWeight.Routine, (expectation, _) =>
    {
        if (expectation.Body is not Multiply product)
        {
            return null;
        }

        var outside = product.Factors.Where(factor => !RandomVariables.IsRandom(factor)).ToList();
        return outside.Count == 0 || outside.Count == product.Factors.Length
            ? null
            : new Rewriting(Multiply.Of([.. outside, Expectation.Of(Multiply.Of(product.Factors.Where(RandomVariables.IsRandom)))]));
    });

    /// <summary>E[Σ_i X_i] = Σ_i E[X_i]; the sums are finite.</summary>
    public static Rule Sum { get; } = On("expectation-sum", "linearity", @"\mathbb{E}\left[\sum_i X_i\right] = \sum_i \mathbb{E}[X_i]", RuleWeight.Key, (expectation, _) =>
        expectation.Body is Summation sum ? new Rewriting(Summation.OfBody(sum.Lower, sum.Upper, Expectation.Of(sum.Body))) : null);

    /// <summary>(Σ_j u_j)(Σ_k v_k) = Σ_j Σ_k u_j v_k, where a product in an expectation holds a Σ.</summary>
    public static Rule MultiplySums { get; } = On("multiply-sums", "multiply the sums", @"\left(\sum_j u_j\right)^2 = \sum_j \sum_k u_j u_k, \quad X \sum_k v_k = \sum_k X\,v_k", RuleWeight.Key, (expectation, _) =>
    {
        var factors = RandomFactors.Of(expectation.Body).SelectMany(factor => factor is Power { Base: Summation sum, Exponent: Number { Value: { IsInteger: true, Sign: > 0 } exponent } } && exponent <= 4
            ? Enumerable.Repeat((Expr)sum, (int)exponent.Numerator)
            : [factor]).ToList();
        return factors.Count < 2 || !factors.Exists(factor => factor is Summation) ? null : new Rewriting(Expectation.Of(Product(factors, 0)));

        // The first Σ goes to the outside, the rest of the product into its body.
        static Expr Product(List<Expr> factors, int from)
        {
            var position = factors.FindIndex(from, factor => factor is Summation);
            if (position < 0)
            {
                return Multiply.Of(factors);
            }

            var sum = (Summation)factors[position];
            List<Expr> inside = [.. factors.Select((factor, k) => k == position ? sum.Body : Binding.Shift(factor, 1))];
            return Summation.OfBody(sum.Lower, sum.Upper, Product(inside, position + 1));
        }
    });

    /// <summary>E[X (Y + Z)] = E[X Y + X Z], and powers of products and sums are multiplied out.</summary>
    public static Rule Expand { get; } = On("expand-inside", "expand", @"\mathbb{E}[X\,(Y + Z)] = \mathbb{E}[X\,Y + X\,Z]", RuleWeight.Key, (expectation, scope) =>
    {
        if (expectation.Body is Power { Base: Multiply, Exponent: Number { Value.IsInteger: true } } && FactorList.Of(expectation.Body).ToExpr() is var taken && !ReferenceEquals(taken, expectation.Body))
        {
            return new Rewriting(Expectation.Of(taken));
        }

        // A sum to a power is multiplied out also where it is one factor among others.
        var factors = RandomFactors.Of(expectation.Body).Select(factor => factor is Power { Base: Add } ? AlgebraRules.Expand.Apply(factor, scope)?.After ?? factor : factor);
        var body = Multiply.Of(factors);
        body = AlgebraRules.Expand.Apply(body, scope)?.After ?? body;
        return ReferenceEquals(body, expectation.Body) ? null : new Rewriting(Expectation.Of(body));
    });

    /// <summary>E[X Y] = E[X] E[Y] where X and Y are independent.</summary>
    public static Rule Independence { get; } = On("independence", "independence", @"\mathbb{E}[X\,Y] = \mathbb{E}[X]\,\mathbb{E}[Y] \quad (X \text{ and } Y \text{ independent})", RuleWeight.Key, (expectation, _) =>
    {
        var factors = RandomFactors.Of(expectation.Body);
        if (factors.Length < 2)
        {
            return null;
        }

        var groups = RandomFactors.Groups(factors, (a, b) => RandomFactors.Relation(factors[a], factors[b]) is not null);
        if (groups.Count < 2)
        {
            return null;
        }

        var products = groups.Select(group => Multiply.Of(group.Select(k => factors[k]))).ToList();
        return new Rewriting(Multiply.Of(products.Select(Expectation.Of))) { Name = NameOf(products) };

        static string NameOf(List<Expr> products)
        {
            var names = products.Select(product => string.Join(" ", product.Variables.Items.Where(variable => variable.IsRandom).Select(variable => variable.ToString()).Order(StringComparer.Ordinal))).Distinct(StringComparer.Ordinal).ToList();
            return names.Count == 1 ? $"the entries of {names[0]} are independent" : $"independence of {string.Join(", ", names.SkipLast(1))} and {names[^1]}";
        }
    });

    /// <summary>E[x_j y_k] = δ_jk E[x_j y_j] + (1 − δ_jk) E[x_j] E[y_k] where entries of different indices are independent.</summary>
    public static Rule EqualIndices { get; } = On("equal-indices", "equal or different indices", @"\mathbb{E}[g(x_j)\,h(x_k)] = \delta_{jk}\,\mathbb{E}[g(x_j)\,h(x_j)] + (1 - \delta_{jk})\,\mathbb{E}[g(x_j)]\,\mathbb{E}[h(x_k)] \quad (x_j, x_k \text{ independent for } j \neq k)", RuleWeight.Key, (expectation, _) =>
    {
        var factors = RandomFactors.Of(expectation.Body);
        if (factors.Length < 2)
        {
            return null;
        }

        // What certainly belongs together, and what does only where indices are equal.
        var groups = RandomFactors.Groups(factors, (a, b) => RandomFactors.Relation(factors[a], factors[b]) is { IsEmpty: true });
        if (groups.Count < 2)
        {
            return null;
        }

        var products = groups.Select(group => Multiply.Of(group.Select(k => factors[k]))).ToList();
        var last = products[^1];
        Expr different = Number.One;
        var terms = new List<Expr>();
        foreach (var other in products.SkipLast(1))
        {
            if (RandomFactors.Relation(other, last) is not { } pairs)
            {
                continue;
            }

            if (pairs.IsEmpty || pairs.Any(pair => pair.Right is not (IndexVariable or BoundIndex)) || pairs.Select(pair => pair.Right).Distinct().Count() < pairs.Length)
            {
                return null;
            }

            var equal = Multiply.Of(pairs.Select(pair => Delta.Of(pair.Left, pair.Right)));
            terms.Add(different * equal * Expectation.Of(Replaced(expectation.Body, pairs)));
            different *= Number.One - equal;
        }

        if (terms.Count == 0)
        {
            return null;
        }

        terms.Add(different * Expectation.Of(Multiply.Of(products.SkipLast(1))) * Expectation.Of(last));
        var after = Add.Of(terms);
        return new Rewriting(after) { Facts = [new(expectation, after)] };

        static Expr Replaced(Expr body, ImmutableArray<(Expr Left, Expr Right)> pairs) => Binding.Rewrite(body, (node, depth) =>
        {
            foreach (var (left, right) in pairs)
            {
                if (ReferenceEquals(node, Binding.Shift(right, depth)))
                {
                    return Binding.Shift(left, depth);
                }
            }

            return null;
        });
    });

    /// <summary>Σ_i c = n c for a sum of n terms that do not depend on the index.</summary>
    public static Rule EqualTerms { get; } = new("equal-terms", "equal terms", @"\sum_{i=1}^{n} c = n\,c", RuleWeight.Key, NodeKinds.Summation, (node, _) =>
        node is Summation { Lower: Number { Value.IsOne: true }, Upper: Size or Number { Value.Sign: > 0 } } sum && !Binding.UsesInnermost(sum.Body)
            ? new Rewriting(sum.Upper * Binding.Open(sum.Body, [Number.One]))
            : null);

    /// <summary>Σ_i E[g(x_i)] = n E[g(x_1)]: all entries have the same law.</summary>
    public static Rule IdenticalTerms { get; } = new("identical-terms", "identically distributed", @"\sum_{i=1}^{n} \mathbb{E}[g(x_i)] = n\,\mathbb{E}[g(x_1)]", RuleWeight.Key, NodeKinds.Summation, (node, _) =>
    {
        if (node is not Summation { Lower: Number { Value.IsOne: true }, Upper: Size or Number { Value.Sign: > 0 } } sum || !Binding.UsesInnermost(sum.Body))
        {
            return null;
        }

        Variable? variable = null;
        return IsSame(sum.Body, 0)
            ? new Rewriting(sum.Upper * Binding.Open(sum.Body, [Number.One])) { Name = $"the entries of {variable} are identically distributed" }
            : null;

        // Whether the index occurs only as that of the one entry in an expectation; how two entries depend on one another may differ
        // from index to index.
        bool IsSame(Expr part, int level)
        {
            if (!Binding.Uses(part, level))
            {
                return true;
            }

            if (part is not Expectation expectation)
            {
                return part is Add or Multiply or Power or Apply or Summation && part.Children.Select((child, position) => IsSame(child, level + part.Binds(position))).All(same => same);
            }

            var indexed = Binding.Nodes(expectation.Body).Where(inner => inner is not BoundIndex && inner.Children.Any(child => child is BoundIndex || (child.Loose > 0 && inner is Element or Delta))).ToList();
            var random = Binding.Nodes(expectation.Body).OfType<Element>().Where(element => element.Variable.IsRandom).ToList();
            if (indexed is [Element { Variable: { Law: not null } entries, Indices: [BoundIndex index] } only] && index.Level == level && random.TrueForAll(element => ReferenceEquals(element, only)) && Affine.AreEqual(entries.Shape.Sizes[0], sum.Upper))
            {
                variable = entries;
                return true;
            }

            return false;
        }
    });

    /// <summary>The rules of this table.</summary>
    public static ImmutableArray<Rule> All { get; } =
        [Variance, VarianceShift, VarianceScale, Covariance, Definition, Constant, Linearity, ConstantFactor, Sum, MultiplySums, Expand, Independence, EqualIndices, EqualTerms, IdenticalTerms];

    /// <summary>A rule for an expectation.</summary>
    internal static Rule On(string id, string name, string statement, RuleWeight weight, Func<Expectation, Scope, Rewriting?> apply) =>
        new(id, name, statement, weight, OnExpectation, (node, scope) => node is Expectation expectation ? apply(expectation, scope) : null)
        {
            IsRemembered = false,
        };
}
