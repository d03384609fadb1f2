using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// Brings an expression into the form that is shortest to read, the way a person would: what always helps is done at once; what
/// helps only sometimes (expanding, factoring) is tried, and kept if there is less to read afterwards.
/// </summary>
internal static class Simplifier
{
    /// <summary>How many steps the simplification of one derivation may take.</summary>
    private const int MostSteps = 400;

    /// <summary>Simplifies the tracer's expression; each kind of simplification gets a line.</summary>
    public static void Run(Tracer tracer)
    {
        // What only moves things about is taken back by its opposite sooner or later: a form that was there before ends the search.
        var seen = new HashSet<Expr>(ReferenceEqualityComparer.Instance) { tracer.Current };
        tracer.Allow(MostSteps);
        while (!tracer.IsExhausted
            && (Cancel(tracer) || Contract(tracer) || Assume(tracer) || AddUp(tracer) || Recognise(tracer) || Collect(tracer) || Factor(tracer))
            && seen.Add(tracer.Current))
        {
        }

        tracer.Everywhere(AlgebraRules.Reorder, AlgebraRules.OneFraction);
        // Only the whole result: among other terms the minus is that of a difference.
        if (AlgebraRules.TurnBracket.Apply(tracer.Current, tracer.Outside) is { } turned)
        {
            tracer.Apply(AlgebraRules.TurnBracket, tracer.Outside, tracer.Current, turned);
        }
    }

    private static bool Cancel(Tracer tracer) =>
        Line(tracer, () => tracer.Everywhere(AlgebraRules.OppositeFactor, AlgebraRules.Cancel, AlgebraRules.CasesIndicator, AlgebraRules.Absorb, AlgebraRules.SignOfFactor, AlgebraRules.OppositeExponentials, AlgebraRules.OneSide, AlgebraRules.CompareExtremum, AlgebraRules.Between))
        || Line(tracer, () => Shorter(tracer, () =>
        {
            if (tracer.Everywhere(AlgebraRules.Distribute))
            {
                tracer.Everywhere(AlgebraRules.Cancel, AlgebraRules.CombinePowers);
            }
        }));

    private static bool Assume(Tracer tracer) => Line(tracer, () => tracer.Everywhere(AlgebraRules.SumsToOne, AlgebraRules.ZeroMean, AlgebraRules.Symmetric, AlgebraRules.Normalised, AlgebraRules.Centred))
        || Line(tracer, () =>
        {
            // What an assumption has made of it is not longer: Σ_i y_i (c − z_i) = c − Σ_i y_i z_i.
            var before = ReadingCost.Of(tracer.Current);
            return tracer.Try(after => ReadingCost.Of(after) <= before, () =>
            {
                if (tracer.Everywhere(AlgebraRules.SplitWeights))
                {
                    tracer.Everywhere(AlgebraRules.SumsToOne, AlgebraRules.ZeroMean, AlgebraRules.Normalised);
                }
            });
        });

    /// <summary>Names that add up to 1: at once, after expanding, or with one of them written by the others.</summary>
    private static bool AddUp(Tracer tracer)
    {
        if (Line(tracer, () => tracer.Everywhere(NamedSumRules.AddUp)))
        {
            return true;
        }

        var candidates = NamedSumRules.Eliminable(tracer.Current).ToList();
        return (candidates.Count > 0 && Line(tracer, () => Shorter(tracer, () => Expanded(null))))
            || candidates.Exists(member => Line(tracer, () => Shorter(tracer, () => Expanded(member))));

        void Expanded(Element? eliminated)
        {
            if (eliminated is not null)
            {
                tracer.Apply(NamedSumRules.Complement, tracer.Outside, eliminated, NamedSumRules.Complement.Apply(eliminated, tracer.Outside)!);
            }

            tracer.Everywhere(AlgebraRules.Expand);
            tracer.Everywhere(AlgebraRules.CombinePowers, AlgebraRules.Cancel);
            tracer.Everywhere(NamedSumRules.AddUp);
            tracer.Everywhere(AlgebraRules.Collect);
        }
    }

    /// <summary>δ contracts: products are expanded and sums split only where that sets a δ free.</summary>
    internal static bool Contract(Tracer tracer) => Line(tracer, () =>
    {
        var changed = tracer.Everywhere(AlgebraRules.FactorCases);
        while (!tracer.IsExhausted && DeltaSum(tracer) is { } found)
        {
            var (sum, scope) = found;
            var inside = scope.Into(sum);
            if (sum.Body is Add)
            {
                tracer.Apply(AlgebraRules.SplitSum, scope, sum, AlgebraRules.SplitSum.Apply(sum, scope)!);
            }
            else if (AlgebraRules.ContractDelta.Apply(sum, scope) is { } contracted)
            {
                tracer.Apply(AlgebraRules.ContractDelta, scope, sum, contracted);
            }
            else
            {
                // Σ_i (p_i − y_i) p_i (δ_ij − p_j): what δ does not stand in stays together.
                var expand = AlgebraRules.ExpandDelta.Apply(sum.Body, inside) is null ? AlgebraRules.Expand : AlgebraRules.ExpandDelta;
                tracer.Apply(expand, inside, sum.Body, expand.Apply(sum.Body, inside)!);
            }

            changed = true;
        }

        // Σ_n (a_n δ_li + b_n δ_mi) holds δs that sums further out are to contract: each term gets a sum of its own.
        while (!tracer.IsExhausted && OuterDeltas(tracer) is var (inner, around))
        {
            tracer.Apply(AlgebraRules.SplitSum, around, inner, AlgebraRules.SplitSum.Apply(inner, around)!);
            changed = true;
        }

        return tracer.Everywhere(AlgebraRules.PullOut, AlgebraRules.Support, AlgebraRules.InRange, AlgebraRules.Centred, AlgebraRules.SplitConstant, ExpectationRules.EqualTerms) || changed;
    });

    /// <summary>The first Σ over a δ with its own index that can be contracted, at once or after expanding or splitting.</summary>
    private static (Summation Sum, Scope Scope)? DeltaSum(Tracer tracer)
    {
        foreach (var (node, scope) in Tracer.Walk(tracer.Current, tracer.Outside))
        {
            if (node is Summation sum && CanContract(sum.Body, sum, scope))
            {
                return (sum, scope);
            }
        }

        return null;
    }

    /// <summary>The first Σ inside another whose terms have δs of indices further out, and none that its own index could contract.</summary>
    private static (Summation Sum, Scope Scope)? OuterDeltas(Tracer tracer)
    {
        foreach (var (node, scope) in Tracer.Walk(tracer.Current, tracer.Outside, node => (node.Kinds & NodeKinds.Delta) != NodeKinds.None))
        {
            if (node is Summation { Body: Add body } sum && scope.Binders.Count > 0 && body.Terms.Any(term => term is Multiply product && product.Factors.Any(factor => factor is Delta { Loose: > 0 } && !Binding.UsesInnermost(factor))))
            {
                return (sum, scope);
            }
        }

        return null;
    }

    private static bool CanContract(Expr body, Summation sum, Scope scope) => body switch
    {
        Add add => add.Terms.Any(term => CanContract(term, sum, scope)),
        Multiply product when AlgebraRules.ContractDelta.Apply(Summation.OfBody(sum.Lower, sum.Upper, product), scope) is null
            => product.Factors.OfType<Add>().Any(factor => CanContract(factor, sum, scope)),
        _ => AlgebraRules.ContractDelta.Apply(Summation.OfBody(sum.Lower, sum.Upper, body), scope) is not null,
    };

    /// <summary>Recognises definitions, expanding and cancelling on the way if that is what it takes.</summary>
    private static bool Recognise(Tracer tracer) => Line(tracer, () =>
        Shorter(tracer, () =>
        {
            if (tracer.Everywhere(AlgebraRules.RecogniseComplement))
            {
                tracer.Everywhere(AlgebraRules.Recognise);
            }
        })
        || Shorter(tracer, () => tracer.Everywhere(AlgebraRules.Recognise))
        || Shorter(tracer, () =>
        {
            // Products before their parts: of e^{−u}/(1 + e^{−u})² the power alone would be σ(u)².
            tracer.Everywhere(AlgebraRules.RecogniseSigmoidShare);
            tracer.Everywhere(AlgebraRules.RecogniseSigmoid, AlgebraRules.RecogniseTanh, AlgebraRules.ReflectSigmoid);
        })
        || Shorter(tracer, () =>
        {
            tracer.Everywhere(AlgebraRules.Expand);
            tracer.Everywhere(AlgebraRules.Cancel, AlgebraRules.Recognise);
        })
        || TermByTerm(tracer)
        || (!tracer.Outside.Names.IsEmpty && Shorter(tracer, () =>
        {
            // (Σ_j e^{z_j} u_j)/S is Σ_j p_j u_j: what divides a sum may be part of a definition inside it.
            tracer.Everywhere(SumRules.PullIn);
            tracer.Everywhere(AlgebraRules.Recognise);
            tracer.Everywhere(AlgebraRules.PullOut);
        }))
        || (!tracer.Outside.Names.IsEmpty && Shorter(tracer, () =>
        {
            // Where the definition has products of sums in it, e^{(Σ_k q_k k_k)/√d}, these must stay as they are.
            tracer.Everywhere(SumRules.PullInDivisor);
            tracer.Everywhere(AlgebraRules.Recognise);
            tracer.Everywhere(AlgebraRules.PullOut);
        })));

    /// <summary>Of ((δ − 1/n) √s − x̂_i (x_j − μ)/n)/s the second term is x̂_i x̂_j/(n √s): a fraction is split where that lets a name be seen.</summary>
    private static bool TermByTerm(Tracer tracer)
    {
        if (tracer.Outside.Names.IsEmpty)
        {
            return false;
        }

        var (before, recognised) = (ReadingCost.Of(tracer.Current), false);
        return tracer.Try(after => recognised && ReadingCost.Of(after) < before, () =>
        {
            if (tracer.Everywhere(AlgebraRules.SplitFraction))
            {
                tracer.Everywhere(AlgebraRules.Cancel, AlgebraRules.CombinePowers);
                recognised = tracer.Everywhere(AlgebraRules.Recognise);
                tracer.Everywhere(AlgebraRules.FactorOut, AlgebraRules.CombinePowers);
            }
        });
    }

    private static bool Collect(Tracer tracer) => Line(tracer, () =>
        tracer.Everywhere(AlgebraRules.Collect, AlgebraRules.CombinePowers, AlgebraRules.DeltaRun)
        || Shorter(tracer, () =>
        {
            tracer.Everywhere(AlgebraRules.OpenBrackets);
            tracer.Everywhere(AlgebraRules.Collect, AlgebraRules.CombinePowers);
        })
        || InOneSum(tracer)
        // What is common in brackets comes out before anything is multiplied out.
        || (Binding.Nodes(tracer.Current).Any(AlgebraRules.HasCommonBracket) && Shorter(tracer, () =>
        {
            tracer.Everywhere(AlgebraRules.FactorOut);
            tracer.Everywhere(AlgebraRules.OpenBrackets);
            tracer.Everywhere(AlgebraRules.Collect, AlgebraRules.CombinePowers);
        }))
        || Shorter(tracer, () =>
        {
            tracer.Everywhere(AlgebraRules.Expand);
            tracer.Everywhere(AlgebraRules.CombinePowers, AlgebraRules.Cancel);
            tracer.Everywhere(AlgebraRules.Collect);
        }));

    /// <summary>Σ_i y_i (1 − p_i) x_i − Σ_i (1 − y_i) p_i x_i = Σ_i (y_i − p_i) x_i: two sums are put together where like terms come of it.</summary>
    private static bool InOneSum(Tracer tracer)
    {
        var (before, collected) = (ReadingCost.Of(tracer.Current), false);
        return tracer.Try(after => collected && ReadingCost.Of(after) < before, () =>
        {
            if (tracer.Everywhere(SumRules.OneSum))
            {
                tracer.Everywhere(AlgebraRules.Expand);
                collected = tracer.Everywhere(AlgebraRules.Collect);
                tracer.Everywhere(AlgebraRules.FactorOut);
            }
        });
    }

    private static bool Factor(Tracer tracer)
    {
        // σ²/2 − σ²/(2π) is better read as σ²/2 (1 − 1/π) than as a fraction; what is shorter comes first.
        return CostAfter(tracer, FactorOut) < CostAfter(tracer, OneFraction)
            ? Try(FactorOut) || Try(OneFraction)
            : Try(OneFraction) || Try(FactorOut);

        bool Try(Action steps) => Line(tracer, () => Shorter(tracer, steps));

        void FactorOut() => tracer.Everywhere(AlgebraRules.FactorOut, AlgebraRules.CombinePowers);

        void OneFraction() => tracer.Everywhere(AlgebraRules.CommonDenominator);
    }

    /// <summary>How much there would be to read after some steps.</summary>
    private static long CostAfter(Tracer tracer, Action steps)
    {
        var cost = long.MaxValue;
        tracer.Try(
            after =>
            {
                cost = ReadingCost.Of(after);
                return false;
            },
            steps);
        return cost;
    }

    private static bool Shorter(Tracer tracer, Action steps)
    {
        var before = ReadingCost.Of(tracer.Current);
        return tracer.Try(after => ReadingCost.Of(after) < before, steps);
    }

    /// <summary>Makes the steps on a line of their own, if there are any.</summary>
    private static bool Line(Tracer tracer, Func<bool> steps)
    {
        var before = tracer.Current;
        var line = tracer.BeginLine();
        if (steps() && !ReferenceEquals(before, tracer.Current))
        {
            return true;
        }

        tracer.ReturnTo(line);
        return false;
    }
}
