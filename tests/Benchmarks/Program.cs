using System.Globalization;
using BenchmarkDotNet.Running;
using Benchmarks;

if (args is [ManyFiles.Measure])
{
    ManyFiles.Compare();
}
else if (args is [ManyFiles.Check, var workers, var files])
{
    ManyFiles.Serve(int.Parse(workers, CultureInfo.InvariantCulture), int.Parse(files, CultureInfo.InvariantCulture));
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
