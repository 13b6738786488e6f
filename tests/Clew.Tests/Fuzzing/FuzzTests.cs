using System.Diagnostics;
using System.Globalization;
using Clew.Tests.Protocols.Otlp;
using Google.Protobuf;
using Xunit.Abstractions;

namespace Clew.Tests.Fuzzing;

/// <summary>
/// Runs every target over damaged requests. A short run with a fixed seed is part of every test run; with CLEW_FUZZ_SECONDS=N each target runs
/// N seconds from a new seed. A failure names the seed, the input's number and the input.
/// </summary>
public class FuzzTests(ITestOutputHelper output)
{
    private const int ShortRunInputs = 1_500;
    private const int ShortRunSeed = 20_260_917;

    [Fact]
    public void Span_protobuf() => Run(FuzzTargets.SpanProtobuf, seed => new RandomRequests(seed, 4).Traces().ToByteArray());

    [Fact]
    public void Log_protobuf() => Run(FuzzTargets.LogProtobuf, seed => new RandomRequests(seed, 4).Logs().ToByteArray());

    [Fact]
    public void Metric_protobuf() => Run(FuzzTargets.MetricProtobuf, seed => new RandomRequests(seed, 4).Metrics().ToByteArray());

    [Fact]
    public void Span_json() => Run(FuzzTargets.SpanJson, seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Traces()));

    [Fact]
    public void Log_json() => Run(FuzzTargets.LogJson, seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Logs()));

    [Fact]
    public void Metric_json() => Run(FuzzTargets.MetricJson, seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Metrics()));

    [Fact]
    public void Signal() => Run(FuzzTargets.Signal, seed => OtlpJsonText.Write(new RandomRequests(seed, 3).Logs()));

    /// <summary>Cutting a request anywhere is the commonest damage of all.</summary>
    [Fact]
    public void Cut_at_every_byte()
    {
        Cut(FuzzTargets.SpanProtobuf, Longest(seed => new RandomRequests(seed, 4).Traces().ToByteArray()));
        Cut(FuzzTargets.LogProtobuf, Longest(seed => new RandomRequests(seed, 4).Logs().ToByteArray()));
        Cut(FuzzTargets.MetricProtobuf, Longest(seed => new RandomRequests(seed, 4).Metrics().ToByteArray()));
        Cut(FuzzTargets.SpanJson, Longest(seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Traces())));
        Cut(FuzzTargets.LogJson, Longest(seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Logs())));
        Cut(FuzzTargets.MetricJson, Longest(seed => OtlpJsonText.Write(new RandomRequests(seed, 4).Metrics())));

        static byte[] Longest(Func<int, byte[]> sample) =>
            Enumerable.Range(0, 40).Select(sample).Where(data => data.Length is > 300 and < 3_000).MaxBy(data => data.Length)!;

        static void Cut(FuzzTarget target, byte[] data)
        {
            for (var length = 0; length <= data.Length; length++)
            {
                target(data.AsSpan(0, length));
            }
        }
    }

    private void Run(FuzzTarget target, Func<int, byte[]> sample)
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("CLEW_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture);
        var seed = seconds > 0 ? Environment.TickCount : ShortRunSeed;
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
