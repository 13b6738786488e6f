using System.Globalization;
using Clew.Server.Tests.Sampling;
using Clew.Server.Tests.Support;
using Clew.Storage;
using Clew.Telemetry;
using Xunit.Abstractions;

namespace Clew.Server.Tests.Processes;

/// <summary>Sampling, killed at random moments, comes to the same end.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SamplingKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Traces = 8_000;
    private const int Kills = 5;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clew-sampling-kill-");

    [Fact]
    public async Task Killed_while_it_decides_and_deletes_it_ends_where_it_would_have()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var data = Path.Combine(_folder.FullName, "data");
        var policies = Path.Combine(_folder.FullName, "policies.yaml");
        await File.WriteAllTextAsync(policies, "- {name: slow, type: latency, latency: {threshold_ms: 3000}}");
        var batch = RandomTraces.Make(new Random(seed), Traces);
        await using (var store = await EmbeddedStore.OpenAsync(new StoreOptions(data, TimeProvider.System), default))
        {
            await store.Writer.WriteAsync(batch, default);
        }

        string[] sampling = ["--set", "sampling.hot=1h", "--set", $"sampling.policies={policies}", "--set", "sampling.interval=1s"];
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ClewProcess.ServeOnFreePortsAsync(data, sampling);
            await Task.Delay(random.Next(600));
            await server.KillAsync();
        }

        await using (var server = await ClewProcess.ServeOnFreePortsAsync(data, sampling))
        {
            using var http = new HttpClient { BaseAddress = server.Addresses["listen"], Timeout = TestServer.Patience };
            await Eventually.BeTrueAsync(() => RunsOf(http) >= 2, "a run came to its end");
            (await server.TerminateAsync()).ExitCode.ShouldBe(0);
        }

        var expected = Expected(batch);
        await using var after = await EmbeddedStore.OpenAsync(new StoreOptions(data, TimeProvider.System), default);
        var everything = new RecordQuery(Tenant.Default, new TimeRange(new Timestamp(0), Timestamp.MaxValue), null, 1_000_000) { Parts = RecordParts.Core };
        var left = (await after.Reader.FindSpansAsync(everything, default)).TraceIds.Values.ToArray().GroupBy(id => id).ToDictionary(trace => trace.Key, trace => trace.Count());
        left.Count.ShouldBe(expected.Count);
        expected.Where(trace => left.GetValueOrDefault(trace.Key) != trace.Value).ShouldBeEmpty("every kept trace is whole");
        output.WriteLine($"{left.Count} of {Traces} traces are left after {Kills} kills");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>What the policy and the error guard keep, worked out here: spans per trace.</summary>
    private static Dictionary<TraceId, int> Expected(SpanBatch batch) => Enumerable.Range(0, batch.Count)
        .GroupBy(row => batch.TraceIds[row])
        .Where(trace => trace.Any(row => batch.Statuses[row] == SpanStatus.Error)
            || trace.Max(row => batch.StartTimes[row] + batch.Durations[row]) - trace.Min(row => batch.StartTimes[row]) >= 3_000_000_000)
        .ToDictionary(trace => trace.Key, trace => trace.Count());

    private static int RunsOf(HttpClient http)
    {
        var line = http.GetStringAsync("/metrics").GetAwaiter().GetResult().Split('\n').FirstOrDefault(line => line.StartsWith("""clew_sampling_runs_total{outcome="ok"} """, StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
