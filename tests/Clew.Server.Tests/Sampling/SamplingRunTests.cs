using Clew.Server.Configuration;
using Clew.Server.Sampling;
using Clew.Server.SelfTelemetry;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Storage;
using Clew.Telemetry;
using Clew.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Server.Tests.Sampling;

/// <summary>Deciding, deleting, and everything that comes too late, in a real store.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class SamplingRunTests : IDisposable
{
    private static readonly TimeSpan Hot = TimeSpan.FromHours(24);
    private static readonly TimeRange Everything = new(new Timestamp(0), Timestamp.MaxValue);
    private static readonly DateTimeOffset TwoDaysLater = SpanBatchBuilder.Start.ToDateTimeOffset().AddDays(2);

    private const string Errors = "- {name: slow, type: latency, latency: {threshold_ms: 1000}}";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clew-sampling-");
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [Fact]
    public async Task Dropped_traces_are_gone_and_kept_ones_are_whole()
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, ["1 0 10 a GET", "1 1 5 b x", "2 0 2000 a GET", "2 100 5 b x", "3 0 10 a GET", "3 1 2 ERROR b x"]);

        (await RunAsync(store, Errors)).ShouldBe(1);

        (await SpansAsync(store)).ShouldBe(["2: 2 spans", "3: 2 spans"]);
        (await store.Sampling.FindDecisionAsync(Tenant.Default, SpanBatchBuilder.Trace(1), default))!.Value.Kept.ShouldBeFalse();
        (await store.Sampling.FindDecisionAsync(Tenant.Default, SpanBatchBuilder.Trace(3), default))!.Value.Policy.ShouldBe("errors");
    }

    [Fact]
    public async Task Nothing_is_decided_before_the_hot_time_and_the_grace_are_over()
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, ["1 0 10 a GET"]);
        var hourEnds = SpanBatchBuilder.Start.ToDateTimeOffset().AddHours(1);

        (await RunAsync(store, Errors, hourEnds + Hot + TimeSpan.FromMinutes(29))).ShouldBe(0);
        (await RunAsync(store, Errors, hourEnds + Hot + TimeSpan.FromMinutes(30))).ShouldBe(1);
    }

    [Fact]
    public async Task Late_spans_follow_what_was_decided()
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, ["1 0 10 a GET", "2 0 2000 a GET"]);
        await RunAsync(store, Errors);

        await WriteAsync(store, ["1 5 3 c late", "2 5 3 c late", "4 7 3 c alone"]);
        (await SpansAsync(store)).ShouldBe(["1: 1 spans", "2: 2 spans", "4: 1 spans"]);
        (await RunAsync(store, Errors)).ShouldBe(1);

        (await SpansAsync(store)).ShouldBe(["2: 2 spans"]);
        (await RunAsync(store, Errors)).ShouldBe(0, "the hour is complete again");
    }

    [Fact]
    public async Task A_late_error_keeps_what_there_is_of_its_trace()
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, ["1 0 10 a GET"]);
        await RunAsync(store, Errors);

        await WriteAsync(store, ["1 5 3 ERROR c late"]);
        await RunAsync(store, Errors);
        await WriteAsync(store, ["1 6 3 c later"]);
        await RunAsync(store, Errors);

        (await SpansAsync(store)).ShouldBe(["1: 2 spans"]);
        (await store.Sampling.FindDecisionAsync(Tenant.Default, SpanBatchBuilder.Trace(1), default))!.Value.Policy.ShouldBe("errors");
    }

    [Fact]
    public async Task A_late_error_does_not_bring_back_what_a_drop_policy_threw_away()
    {
        const string Noise = "- {name: noise, type: drop, drop: {drop_sub_policy: [{name: a, type: string_attribute, string_attribute: {key: noise, values: ['yes']}}]}}";
        await using var store = await OpenAsync();
        await WriteAsync(store, ["1 0 10 ERROR a GET noise=yes"]);
        await RunAsync(store, Noise);
        await WriteAsync(store, ["1 5 3 ERROR c late"]);
        await RunAsync(store, Noise);

        (await SpansAsync(store)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_trace_over_the_end_of_an_hour_is_decided_once_and_whole()
    {
        await using var store = await OpenAsync();
        var justBefore = SpanBatchBuilder.Start + TimeSpan.FromMinutes(59) + TimeSpan.FromSeconds(59.5);
        await WriteAsync(store, ["1 0 100 a GET", "1 900 200 b x", "2 0 10 a GET", "2 900 11 b x"], justBefore);

        (await RunAsync(store, Errors)).ShouldBe(2);

        (await SpansAsync(store)).ShouldBe(["1: 2 spans"]);
    }

    [Fact]
    public async Task Spans_of_one_trace_that_lie_far_apart_all_find_a_decision()
    {
        await using var store = await OpenAsync();
        foreach (var hours in new[] { 0.2, 1.1, 2.0, 2.9, 5 })
        {
            await WriteAsync(store, ["1 0 10 a beat"], SpanBatchBuilder.Start + TimeSpan.FromHours(hours));
        }

        await RunAsync(store, Errors);

        (await RunAsync(store, Errors)).ShouldBe(0, "no hour stays open");
    }

    [Fact]
    public async Task Log_records_go_with_their_trace_when_asked_to()
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, ["1 0 10 a GET", "2 0 2000 a GET"]);
        foreach (var trace in new[] { 0, 1, 2 })
        {
            await store.Writer.WriteAsync(LogOf(trace), default);
        }

        await RunAsync(store, Errors, logs: true);

        var logs = await store.Reader.FindLogsAsync(new RecordQuery(Tenant.Default, Everything, null, 10, TimeOrder.OldestFirst), default);
        Enumerable.Range(0, logs.Count).Select(row => logs[row].Body.Text).Order(StringComparer.Ordinal).ShouldBe(["of 0", "of 2"]);
    }

    [Fact]
    public async Task A_run_that_was_cut_off_between_any_two_steps_is_done_again_to_the_same_end()
    {
        string[] lines = [.. Enumerable.Range(1, 60).Select(i => $"{i} {i} {(i % 5 == 0 ? 2000 : 10)} {(i % 7 == 0 ? "ERROR" : "UNSET")} a GET")];
        List<string> expected;
        await using (var store = await OpenAsync())
        {
            await WriteAsync(store, lines);
            await RunAsync(store, Errors);
            expected = await SpansAsync(store);
        }

        expected.Count.ShouldBe(Enumerable.Range(1, 60).Count(i => i % 5 == 0 || i % 7 == 0));
        for (var step = 0; step < 8; step++)
        {
            var folder = _folder.CreateSubdirectory($"cut-{step}");
            await using (var store = await OpenAsync(folder))
            {
                await WriteAsync(store, lines);
                await Should.ThrowAsync<CutOffException>(() => RunAsync(new CutOff(store.Sampling, step), Errors));
            }

            await using (var again = await OpenAsync(folder))
            {
                await RunAsync(again, Errors);
                (await SpansAsync(again)).ShouldBe(expected, $"cut off before step {step}");
                (await RunAsync(again, Errors)).ShouldBe(0);
            }
        }
    }

    [Fact]
    public async Task What_a_simulation_would_keep_is_what_deciding_keeps()
    {
        const string Policies =
            """
            - {name: slow, type: latency, latency: {threshold_ms: 900}}
            - {name: code, type: numeric_attribute, numeric_attribute: {key: code, min_value: 7}}
            - {name: rate, type: and, and: {and_sub_policy: [{name: m, type: string_attribute, string_attribute: {key: m, values: [GET]}}, {name: r, type: rate_limiting, rate_limiting: {spans_per_second: 5}}]}}
            - {name: lot, type: probabilistic, probabilistic: {sampling_percentage: 10}}
            - {name: noise, type: drop, drop: {drop_sub_policy: [{name: n, type: numeric_attribute, numeric_attribute: {key: code, min_value: 3, max_value: 3}}]}}
            """;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var batch = RandomTraces.Make(random, 3_000);
        await using var store = await OpenAsync();
        await store.Writer.WriteAsync(batch, default);
        var policies = PolicyFile.Parse(Policies, "test", SamplingLimits.Default).Policies;
        var kept = new HashSet<TraceId>();
        using var simulator = new Simulator(store.Sampling, SamplingLimits.Default with { StretchSpans = 500 });

        var answer = await simulator.RunAsync(
            Tenant.Default, Everything, policies, TimeSpan.FromHours(1), _ => Task.CompletedTask,
            decision =>
            {
                if (decision.Kept)
                {
                    kept.Add(decision.TraceId).ShouldBeTrue($"a trace was shown twice (seed {seed})");
                }
            },
            default);
        await RunAsync(store, Policies, stretchSpans: 700);

        var left = (await store.Reader.FindSpansAsync(new RecordQuery(Tenant.Default, Everything, null, 100_000), default)).TraceIds.Values.ToArray();
        left.ToHashSet().SetEquals(kept).ShouldBeTrue($"seed {seed}: {left.Distinct().Count()} traces are left, {kept.Count} should be");
        answer.Report.Total.KeptTraces.ShouldBe(kept.Count);
        answer.Report.Total.KeptSpans.ShouldBe(left.Length, $"seed {seed}");
        answer.Report.Total.KeptErrorTraces.ShouldBe(answer.Report.Total.ErrorTraces - RandomTraces.ErrorsThatAreNoise(batch));
        answer.Report.Policies.Sum(policy => policy.Decided).ShouldBe(answer.Report.Total.Traces);
    }

    public void Dispose()
    {
        _services.Dispose();
        _folder.Delete(recursive: true);
    }

    private Task<EmbeddedStore> OpenAsync(DirectoryInfo? folder = null) => EmbeddedStore.OpenAsync(new StoreOptions((folder ?? _folder.CreateSubdirectory("store")).FullName, TimeProvider.System), default);

    private static Task WriteAsync(EmbeddedStore store, string[] lines, Timestamp? origin = null) => store.Writer.WriteAsync(TraceLines.Read(Tenant.Default, lines, origin), default);

    private Task<int> RunAsync(EmbeddedStore store, string policies, DateTimeOffset? now = null, bool logs = false, long stretchSpans = 1_000_000) =>
        RunAsync(store.Sampling, policies, now, logs, stretchSpans);

    private Task<int> RunAsync(ISamplingStore store, string policies, DateTimeOffset? now = null, bool logs = false, long stretchSpans = 1_000_000)
    {
        var file = PolicyFile.Parse(policies, "test", SamplingLimits.Default);
        file.Problems.ShouldBeEmpty();
        var telemetry = new ServerTelemetry(NullLogger<ServerTelemetry>.Instance, new Instruments(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()));
        var options = new SamplingOptions { Hot = Hot, Logs = logs };
        return new SamplingRun(store, file.Policies, options, SamplingLimits.Default with { StretchSpans = stretchSpans }, telemetry, new StandingClock(now ?? TwoDaysLater)).RunAsync(Hot, default);
    }

    private static async Task<List<string>> SpansAsync(EmbeddedStore store)
    {
        var spans = await store.Reader.FindSpansAsync(new RecordQuery(Tenant.Default, Everything, null, 10_000), default);
        return [.. spans.TraceIds.Values.ToArray().GroupBy(id => id).OrderBy(group => group.Key)
            .Select(group => $"{int.Parse(group.Key.ToString()[4..], System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture)}: {group.Count()} spans")];
    }

    private static LogBatch LogOf(int trace)
    {
        var batch = new LogBatch();
        SpanBatchBuilder.Attributes(batch, batch.Resources.Attributes, [("service.name", "a")]);
        var resource = batch.Resources.End(TextRef.Empty, 0);
        batch.Times.Add(SpanBatchBuilder.Start.UnixNanoseconds + 5);
        batch.ObservedTimes.Add(0);
        batch.TraceIds.Add(trace == 0 ? default : SpanBatchBuilder.Trace(trace));
        batch.SpanIds.Add(default);
        batch.Severities.Add(9);
        batch.SeverityTexts.Add(0);
        batch.BodyTypes.Add(AttributeType.String);
        batch.Bodies.Add(batch.Arena.Add($"of {trace}"));
        batch.EventNames.Add(0);
        batch.Flags.Add(0);
        batch.DroppedAttributes.Add(0);
        batch.ResourceIndexes.Add(resource);
        batch.ScopeIndexes.Add(batch.Scopes.End(0, 0, TextRef.Empty, 0));
        batch.Attributes.EndList();
        return batch;
    }
}
