using System.Collections.Immutable;
using ChainRule.Interactive;
using ChainRule.Kernel.Editing;
using ChainRule.Kernel.Sessions;
using ChainRule.Networks;
using static ChainRule.Maths;

namespace ChainRule.Kernel.Jupyter.Workers;

/// <summary>
/// Has the compiler, the library and the formatters loaded and compiled to machine code while the front end is still connecting. Most
/// of the time until a first cell's answer is that, and two cores can share it.
/// </summary>
internal static class WarmUp
{
    /// <summary>
    /// What most first cells do. Whoever is there already waits for the one that runs, never for the next, so each does little that
    /// those before it have not done.
    /// </summary>
    public static ImmutableArray<string> Cells { get; } =
    [
        "1 + 1",
        "var z = Vector(\"z\", \"K\");\nSoftmax(z)",
        "var p = Softmax(z).Named(\"p\");\np.Jacobian(z)",
        "var xs = new[] { 1.0, 2.0 }.Select(x => x * x).ToList();\nforeach (var x in xs) Console.WriteLine($\"{x}\");\nxs",
    ];

    /// <summary>Warms the session that the person's cells will run in; it forgets what the cells have declared.</summary>
    /// <param name="session">The session, before its first cell.</param>
    /// <param name="isWanted">Whether there is still time.</param>
    public static async Task SessionAsync(CSharpSession session, Func<bool> isWanted)
    {
        // The outputs take the way that they will take later, to where nobody looks.
        using var events = new EventWriter(Stream.Null);
        var frontEnd = new WorkerFrontEnd(0, events, input: null);
        await session.RehearseAsync(Cells.TakeWhile(_ => isWanted()), frontEnd, Ended);

        void Ended(string code)
        {
            Completion.At(session.Cells, code, code.Length, CancellationToken.None);
            events.Send(new CellEnded(0, Error: null, SessionEnded: false, []));
        }
    }

    /// <summary>
    /// Warms on another core what the session's first compilation does not need at once: the library and its views. The formatter that
    /// binds its styles at run time comes first.
    /// </summary>
    public static void Beside()
    {
        ChainRuleExtension.Register();
        ValueFormats.Of(Enumerable.Range(1, 2));
        ValueFormats.Of(Activations.Relu.Formula);
        var z = Vector("z", "K");
        ValueFormats.Of(Softmax(z).Named("p").Jacobian(z));
    }
}
