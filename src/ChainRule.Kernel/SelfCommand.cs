using System.Diagnostics;
using System.Reflection;

namespace ChainRule.Kernel;

/// <summary>How this program is started once more.</summary>
internal static class SelfCommand
{
    /// <summary>A process of this program with the given arguments.</summary>
    public static ProcessStartInfo Process(params string[] arguments)
    {
        var command = With(arguments);
        return new(command[0], command.Skip(1)) { UseShellExecute = false };
    }

    /// <summary>The command line with the given arguments.</summary>
    public static IReadOnlyList<string> With(params string[] arguments)
    {
        // Started as "dotnet ChainRule.Kernel.dll" the process is dotnet; inside a test it is the test's.
        var self = typeof(SelfCommand).Assembly;
        var host = Environment.ProcessPath!;
        var hostIsDotnet = string.Equals(Path.GetFileNameWithoutExtension(host), "dotnet", StringComparison.OrdinalIgnoreCase);
        return Assembly.GetEntryAssembly() == self && !hostIsDotnet
            ? [host, .. arguments]
            : [hostIsDotnet ? host : "dotnet", Path.Combine(AppContext.BaseDirectory, self.GetName().Name + ".dll"), .. arguments];
    }
}
