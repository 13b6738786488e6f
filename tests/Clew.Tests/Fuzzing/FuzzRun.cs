using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Clew.Tests.Fuzzing;

/// <summary>
/// Runs a target over damaged requests. A short run with a fixed seed is part of every test run; with CLEW_FUZZ_SECONDS=N each target runs
/// N seconds from a new seed. A failure names the seed, the input's number and the input; CLEW_FUZZ_SEED=SEED plays it again.
/// </summary>
internal static class FuzzRun
{
    private const int ShortRunInputs = 1_500;
    private const int ShortRunSeed = 20_260_917;

    public static void Run(ITestOutputHelper output, FuzzTarget target, Func<int, byte[]> sample)
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("CLEW_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("CLEW_FUZZ_SEED") ?? (seconds > 0 ? Environment.TickCount & 0x3FFF_FFFF : ShortRunSeed).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var corpus = Enumerable.Range(seed, 200).Select(sample).Where(data => data.Length is > 0 and < 20_000).ToList();
        var mutator = new Mutator(seed, corpus);
        var clock = Stopwatch.StartNew();
        var inputs = 0;
        foreach (var data in corpus)
        {
            Try(target, data, seed, inputs++);
        }

        for (; seconds > 0 ? clock.Elapsed.TotalSeconds < seconds : inputs < ShortRunInputs; inputs++)
        {
            Try(target, mutator.Next(), seed, inputs);
        }

        inputs.ShouldBeGreaterThan(corpus.Count);
        output.WriteLine($"{inputs} inputs from seed {seed} in {clock.Elapsed}");
    }

    private static void Try(FuzzTarget target, byte[] data, int seed, int number)
    {
        try
        {
            target(data);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"seed {seed}, input {number}: {exception.Message}\n{Convert.ToBase64String(data)}", exception);
        }
    }
}
