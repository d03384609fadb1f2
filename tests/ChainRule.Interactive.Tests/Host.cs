// What extension.dib calls of the host, with the host's names and signatures (its approved public API, versions 1.0.553001 to the last).
// The host itself can't be had from the package feed; these stand in for it, so that the script is compiled and run.
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Directives;

namespace Microsoft.DotNet.Interactive
{
    public delegate Task KernelCommandInvocation(KernelCommand command, KernelInvocationContext context);

    public sealed class Kernel
    {
        public static Kernel Root { get; set; } = new();

        internal Dictionary<string, (KernelActionDirective Directive, KernelCommandInvocation Handler)> Directives { get; } = new(StringComparer.Ordinal);

        public void AddDirective(KernelActionDirective directive, KernelCommandInvocation handler) =>
            Directives.Add(directive.Name, (directive, handler));

        public void AddDirective<TCommand>(KernelActionDirective directive, Func<TCommand, KernelInvocationContext, Task> handler)
            where TCommand : KernelCommand =>
            throw new NotSupportedException($"{directive.Name}: the script's commands need no {typeof(TCommand)}, {handler.Method.Name} is never called.");
    }

    public sealed class KernelInvocationContext(KernelCommand command)
    {
        public KernelCommand Command { get; } = command;

        public CancellationToken CancellationToken { get; init; }

        public bool IsComplete { get; private set; }

        internal List<object> Displayed { get; } = [];

        public void Complete(KernelCommand command) => IsComplete = ReferenceEquals(command, Command);
    }

    public static class KernelInvocationContextExtensions
    {
        public static object Display(this KernelInvocationContext context, object value, params string[] mimeTypes)
        {
            context.Displayed.Add(value);
            return mimeTypes;
        }
    }
}

namespace Microsoft.DotNet.Interactive.Commands
{
    public abstract class KernelCommand;

    public sealed class SubmitCode(string code) : KernelCommand
    {
        public string Code { get; } = code;
    }
}

namespace Microsoft.DotNet.Interactive.Directives
{
    public sealed class KernelActionDirective(string name)
    {
        public string Name { get; } = name;

        public string? Description { get; set; }
    }
}
