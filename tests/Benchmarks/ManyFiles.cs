using System.Diagnostics;
using System.Globalization;
using ChainRule.Checking;
using ChainRule.Kernel.Checking;

namespace Benchmarks;

/// <summary>
/// How the time for two hundred files falls with the workers of one process, beside what the machine gives to processes that share
/// nothing. Two virtual cores may be two threads of one core, or lent to somebody else for a minute, so that a loop of arithmetic is
/// 1.2 times as fast on both of them in one minute and 2 times in the next: workers and processes take turns, round by round, and it is
/// the ratio between them that says what the program itself loses.
/// </summary>
internal static class ManyFiles
{
    /// <summary>The argument that measures.</summary>
    public const string Measure = "many-files";

    /// <summary>The argument that starts a process which is measured.</summary>
    public const string Check = "check-files";

    private const int Files = 200;
    private const int WarmUps = 3;
    private const int Rounds = 9;

    /// <summary>Measures, and writes a table.</summary>
    public static void Compare()
    {
        var cores = Environment.ProcessorCount;
        var one = new Checker(1, Files);
        var workers = new Checker(cores, Files);
        Checker[] processes = [.. Enumerable.Range(0, cores).Select(_ => new Checker(1, Files / cores))];
        Checker[] all = [one, workers, .. processes];
        for (var i = 0; i < WarmUps; i++)
        {
            Array.ForEach(all, checker => Time(checker));
        }

        List<double> alone = [], together = [], apart = [];
        for (var i = 0; i < Rounds; i++)
        {
            alone.Add(Time(one));
            together.Add(Time(workers));
            apart.Add(Time(processes));
        }

        Array.ForEach(all, checker => checker.Dispose());
        Console.WriteLine("| 200 files of 20 claims, median (least, most) of nine rounds | seconds | as fast as one worker |");
        Console.WriteLine("|---|---|---|");
        Row("one worker", alone, alone);
        Row($"{cores} workers in one process", together, alone);
        Row($"{cores} processes of one worker, which share nothing", apart, alone);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The workers of one process do {Median(Ratios(apart, together)):0.00} times the work of processes that share nothing."));
    }

    /// <summary>Checks so many files whenever a line is read, and answers when it is done.</summary>
    public static void Serve(int workers, int files)
    {
        while (Console.ReadLine() is not null)
        {
            var wrong = 0;
            Parallel.For(0, files, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ => Interlocked.Add(ref wrong, HomeworkText.Check(HomeworkText.FromMarkdown(CheckerBenchmarks.File)).Wrong));
            Console.WriteLine(wrong);
        }
    }

    /// <summary>The seconds that pass until all of them are done, started at the same time.</summary>
    private static double Time(params Checker[] checkers)
    {
        var clock = Stopwatch.StartNew();
        Array.ForEach(checkers, checker => checker.Start());
        Array.ForEach(checkers, checker => checker.Wait());
        return clock.Elapsed.TotalSeconds;
    }

    private static void Row(string name, List<double> seconds, List<double> alone) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {Median(seconds):0.00} ({seconds.Min():0.00}, {seconds.Max():0.00}) | {Median(Ratios(alone, seconds)):0.00} |"));

    /// <summary>Round by round, as the machine's speed changes from one to the next.</summary>
    private static List<double> Ratios(List<double> times, List<double> others) => [.. times.Zip(others, (time, other) => time / other)];

    private static double Median(List<double> numbers) => numbers.Order().ElementAt(numbers.Count / 2);

    /// <summary>A process that checks files when it is asked to, with the program's settings for so many workers.</summary>
    private sealed class Checker : IDisposable
    {
        private readonly Process _process;
        private readonly int _expected;

        public Checker(int workers, int files)
        {
            _expected = files * 10;
            var start = new ProcessStartInfo(
                Environment.ProcessPath!,
                [Check, workers.ToString(CultureInfo.InvariantCulture), files.ToString(CultureInfo.InvariantCulture)])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            start.Environment["DOTNET_TieredPGO"] = "0";
            foreach (var (name, value) in CollectorSettings.For(workers))
            {
                start.Environment[name] = value;
            }

            _process = Process.Start(start)!;
        }

        public void Start() => _process.StandardInput.WriteLine();

        public void Wait()
        {
            var wrong = _process.StandardOutput.ReadLine();
            if (wrong != _expected.ToString(CultureInfo.InvariantCulture))
            {
                throw new InvalidOperationException($"Of the claims {_expected} are wrong, not {wrong ?? "unknown, as the process has ended"}.");
            }
        }

        public void Dispose()
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
