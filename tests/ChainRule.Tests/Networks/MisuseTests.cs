using ChainRule.Networks;

namespace ChainRule.Tests.Networks;

/// <summary>What people do wrong gets one sentence that says what was wrong and what would be right.</summary>
public class MisuseTests
{
    private static readonly Network _net = Network.Sequential(Layers.Linear(2, 3), Activations.Relu).WithLoss(Losses.SquaredError);

    private static readonly Dictionary<string, (Action Do, string Says)> _misuses = new(StringComparer.Ordinal)
    {
        ["a number as a letter"] = (() => Size("15"), "write 15 in its place"),
        ["no inputs"] = (() => Layers.Linear(0, 3), "A size is a positive whole number, not 0"),
        ["negative size"] = (() => Layers.Linear(-2, 3), "positive whole number"),
        ["sizes that do not follow"] = (() => Network.Sequential(Layers.Linear(2, 3), Layers.Linear(4, 5)), "Linear(4, 5) takes vectors of 4 entries"),
        ["no layers"] = (() => Network.Sequential(), "says how large its input is"),
        ["no size anywhere"] = (() => Network.Sequential(Activations.Relu), "says how large its input is"),
        ["null for a layer"] = (() => Network.Sequential(Layers.Linear(2, 3), null!), "Layer 2 of 2 is null"),
        ["null inside a residual"] = (() => Layers.Residual(null!, Activations.Relu), "Layer 1 of 2 is null"),
        ["null for a loss"] = (() => Network.Sequential(Layers.Linear(2, 3)).WithLoss(null!), "WithLoss was given null for \"loss\": give a loss, such as SquaredError"),
        ["null for an input"] = (() => Network.Sequential((Variable)null!, Layers.Linear(2, 3)), "null for \"input\": give a name, such as Vector(\"x\", \"N\")"),
        ["null to differentiate by"] = (() => Norm(Vector("x", "N")).Named("r").Gradient((Variable)null!), "Gradient was given null for \"by\": give a name"),
        ["null by its name"] = (() => Norm(Vector("x", "N")).Named("r").Gradient((string)null!), "give a text between quotes"),
        ["null for a name in a network"] = (() => _net.Gradient(null!), "give a text between quotes"),
        ["null to differentiate"] = (() => ((Variable)null!).Gradient(Vector("x", "N")), "Gradient was given null for \"scalar\""),
        ["null for a Hessian"] = (() => Norm(Vector("x", "N")).Named("r").Hessian(null!), "Hessian was given null for \"by\""),
        ["null for a Jacobian"] = (() => Softmax(Vector("x", "N")).Named("p").Jacobian((Variable)null!), "Jacobian was given null for \"by\""),
        ["null for logits"] = (() => Softmax(null!), "give a vector or a matrix"),
        ["null in a sum of names"] = (() => Network.Of(null!), "give a name"),
        ["null for a target"] = (() => Losses.SquaredError.Of(Vector("x", "N"), null!), "give a vector or a matrix"),
        ["null added"] = (() => _ = Vector("x", "N") + (Tensor)null!, "give a vector or a matrix"),
        ["null multiplied"] = (() => _ = Vector("x", "N") * (Tensor)null!, "give a vector or a matrix"),
        ["null called a name"] = (() => Vector(null!, 3), "a text between quotes"),
        ["null for a name"] = (() => Softmax(Vector("x", "N")).Named(null!), "a text between quotes"),
        ["a row of a vector"] = (() => Vector("x", "N").Row(1), "x is N; only a matrix has rows"),
        ["a row that is not there"] = (() => Matrix("A", 2, 3).Row(3), "there is no entry 3"),
        ["a column of a vector"] = (() => Vector("x", "N").Column(1), "only a matrix has columns"),
        ["null in a dot product"] = (() => Dot(null!, Vector("x", "N")), "give a vector or a matrix"),
        ["null for a formula"] = (() => Activation.Define("f", null!), "give a function, such as x => x * x"),
        ["dropout above 1"] = (() => Layers.Dropout(1.5), "from 0 up to below 1"),
        ["dropout below 0"] = (() => Layers.Dropout(-0.1), "from 0 up to below 1"),
        ["dropout of everything"] = (() => Layers.Dropout(1), "1/(1 − p) is not defined"),
        ["stride 0"] = (() => Layers.Conv2d(3, 8, 3, stride: 0), "here stride is 0, dilation 1, padding 0"),
        ["negative padding"] = (() => Layers.Conv1d(3, 8, 3, padding: -1), "padding at least 0"),
        ["dilation 0"] = (() => Layers.Conv1d(3, 8, 3, dilation: 0), "dilation 0"),
        ["kernel of nothing"] = (() => Layers.Conv2d(3, 8, 0), "positive whole number"),
        ["kernel larger than the image"] = (() => Network.Sequential(Image("X", 3, 5, 5), Layers.Conv2d(3, 8, 7)), "A kernel of 7 entries does not fit into 5 inputs"),
        ["other channels"] = (() => Network.Sequential(Image("X", 1, 5, 5), Layers.Conv2d(3, 8, 3)), "takes 3 channels of an image"),
        ["window of nothing"] = (() => VectorFunctions.MaxPool(0), "positive whole numbers"),
        ["window larger than the vector"] = (() => Network.Sequential(Vector("x", 3), VectorFunctions.MaxPool(4)), "does not fit into 3 entries"),
        ["plane pooling of a vector"] = (() => Network.Sequential(Vector("x", 3), VectorFunctions.MaxPool2d(2)), "takes a matrix, or an image"),
        ["flatten with letters"] = (() => Network.Sequential(Matrix("X", "a", "b"), Layers.Flatten), "b is a letter"),
        ["batch normalisation of a vector"] = (() => Network.Sequential(Vector("x", "N"), VectorFunctions.BatchNorm()), "a matrix whose rows are samples"),
        ["a gain of another size"] = (() => Network.Sequential(Matrix("X", "B", "N"), VectorFunctions.BatchNorm(Vector("g", "M"))), "γ needs one entry for each of the N entries"),
        ["queries that do not fit"] = (() => VectorFunctions.Attention(Matrix("Q", 2, 3), Matrix("K", 2, 4), Matrix("V", 2, 3)), "Q is 2×3, K is 2×4"),
        ["a branch of another shape"] = (() => Network.Sequential(Layers.Residual(Layers.Linear(2, 3))), "the input is 2, the branch 3"),
        ["one piece"] = (() => Layers.Maxout(2, 3, 1), "at least two pieces"),
        ["unknown name"] = (() => _net.Gradient("W9"), "There is no \"W9\""),
        ["missing numbers"] = (() => _net.At(("x", [1, 2])), "y has no numbers"),
        ["missing weights"] = (() => _net.At(("x", [1, 2]), ("y", [1, 2, 3])), "W⁽¹⁾ has no numbers: add (\"W1\", …)"),
        ["a transpose that does not fit"] = (() => _ = Matrix("W", "m", "n").Transpose() * Vector("x", "n"), "Wᵀ is n×m, x has n entries"),
        ["numbers of another size"] = (() => _net.At(("x", [1, 2, 3]), ("y", [1, 2, 3]), ("W1", [[1, 2], [3, 4], [5, 6]]), ("b1", [1, 2, 3])), "3 values were given where 2 are needed"),
        ["not a number"] = (() => _net.At(("x", [1, double.NaN]), ("y", [1, 2, 3]), ("W1", [[1, 2], [3, 4], [5, 6]]), ("b1", [1, 2, 3])), "x[2] is NaN"),
        ["ragged rows"] = (() => _net.At(("x", [1, 2]), ("y", [1, 2, 3]), ("W1", [[1, 2], [3, 4], [5]]), ("b1", [1, 2, 3])), "different lengths"),
        ["numbers for what is computed"] = (() => _net.At(("z1", [1, 2, 3])), "is computed from its definition"),
        ["numbers twice"] = (() => _net.At(("x", [1, 2]), ("x", [1, 2])), "x is given twice"),
        ["a second loss"] = (() => _net.WithLoss(Losses.SquaredError), "ends in ℓ already"),
        ["no loss"] = (() => Network.Sequential(Layers.Linear(2, 3)).Gradient("W1"), "add .WithLoss(SquaredError)"),
        ["terms apart"] = (() => Network.Sequential(Layers.Linear(2, 3)).WithLoss(Losses.SquaredError.Unreduced), "say squared error.Sum or .Mean"),
        ["unknown size"] = (() => _net.Sample(1, ("Q", 3)), "The network has no size Q"),
        ["a batch of a batch"] = (() => _net.WithBatch("B").WithBatch("C"), "one vector"),
        ["units of one name"] = (() => Network.FullyConnected("x1 x2", "h1 x1", "o", Sigmoid), "Two units are called"),
        ["no units"] = (() => Network.FullyConnected("", "h1", "o", Sigmoid), "at least one unit"),
        ["an output of another size"] = (() => Network.FullyConnected("x1", "h1", "o", Activations.Sigmoid, output: Layers.Linear(2, 3)), "o has 1 entry"),
        ["a loss of other shapes"] = (() => Losses.SquaredError.Of(Vector("a", 3), Vector("b", 4)), "a has 3 entries, b has 4 entries"),
        ["smoothing above 1"] = (() => Losses.CrossEntropyWithLogits(2), "from 0 to 1"),
        ["a border of 0"] = (() => Losses.Huber(0), "greater than 0"),
        ["class 0"] = (() => OneHot(0, of: 3), "classes are counted from 1 to 3"),
        ["not computed"] = (() => Network.Of(Scalar("L")), "pass the last of the definitions"),
        ["an input that is not there"] = (() => Network.Of(Pow(Scalar("a"), 2).Named("L"), Scalar("b")), "L does not depend on b"),
        ["labels that are none"] = (() => Network.Sequential(Layers.Linear(1, 2), VectorFunctions.Softmax()).WithLoss(Losses.CrossEntropy).At(("x", [1]), ("y", [0.2, 0.2]), ("W1", [[1], [3]]), ("b1", [0, 0])), "assumed to add up to 1"),
        ["two classes at once"] = (() => Network.FullyConnected("x1", "h1", "o1 o2", Activations.Sigmoid, VectorFunctions.Softmax(), Losses.CrossEntropy).At(("x1", 1), ("y1", 1), ("y2", 1), ("W_{x1,h1}", 1), ("W_{h1,o1}", 1), ("W_{h1,o2}", 1)), "the numbers given add up to 2"),
        ["not one-hot"] = (() => Dot(Vector("a", "K"), Vector("y", "K").OneHot()).Named("L").Gradient(Vector("a", "K")).At((Vector("a", "K"), [1, 2]), (Vector("y", "K"), [0.5, 0.5])), "declare y with .SumsToOne()"),
        ["one scalar that adds up"] = (() => AddUpToOne(Scalar("y1")), "at least two"),
    };

    public static TheoryData<string> Names => [.. _misuses.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gets_one_sentence(string misuse)
    {
        var (act, says) = _misuses[misuse];
        var message = Assert.ThrowsAny<ChainRuleException>(act).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }
}
