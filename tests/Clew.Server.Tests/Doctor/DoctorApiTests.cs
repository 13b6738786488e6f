using System.Net;
using System.Text.Json;
using Clew.Analysis.Doctor;
using Clew.Server.Api.Contracts;
using Clew.Server.Doctor;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Doctor;

/// <summary>An hour of a shop with one fault, sent over OTLP, stored, and looked at by the doctor.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class DoctorApiTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = SpanBatchBuilder.Start.ToDateTimeOffset();

    private readonly SetClock _clock = new(Start + TimeSpan.FromSeconds(55));
    private StoreServer _server = null!;

    public async Task InitializeAsync() => _server = await StoreServer.StartAsync(
        // What the pipeline would mend, the doctor would not find.
        options => options with
        {
            Redaction = options.Redaction with { Secrets = false },
            Normalisation = options.Normalisation with { SpanNames = false },
        },
        _clock);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public static TheoryData<string> Faults => [.. FaultyShop.Faults.Keys];

    [Fact]
    public async Task A_sound_shop_has_nothing_that_misleads()
    {
        await SendAsync(new FaultyShop());

        var report = await ExamineAsync("?since=10m");

        report.Findings.Where(finding => finding.Severity > DoctorSeverity.Note).Select(finding => $"{finding.Check}: {finding.Summary}").ShouldBeEmpty();
        report.Checks.Single(check => check.Check == "clock-skew").Outcome.ShouldBe(CheckOutcome.Clean);
        report.Checks.Single(check => check.Check == "broken-propagation").Outcome.ShouldBe(CheckOutcome.Clean);
        report.Basis.ShouldContain(sentence => sentence.Contains("300 traces with", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_is_found_and_named(string fault)
    {
        var (shop, check, subject) = FaultyShop.Faults[fault];
        await SendAsync(shop());

        var report = await ExamineAsync("?since=10m");

        var found = report.Findings.Where(finding => finding.Check == check).ToArray();
        found.Select(finding => finding.Subject).ShouldContain(one => one.Contains(subject, StringComparison.Ordinal), customMessage: string.Join("\n", report.Findings.Select(finding => $"{finding.Check} {finding.Subject}: {finding.Summary}")));
        foreach (var trace in found.SelectMany(finding => finding.Traces).Take(3))
        {
            using var answer = await _server.Native.GetAsync(new Uri($"/api/traces/{trace}", UriKind.Relative));
            if (check != "uncaptured-errors")
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, trace);
            }
        }
    }

    [Fact]
    public async Task Without_a_window_the_hour_up_to_the_latest_span_is_looked_at()
    {
        await SendAsync(new FaultyShop());

        var report = await ExamineAsync(string.Empty);

        (report.End - report.Start).ShouldBe(TimeSpan.FromHours(1));
        report.End.ShouldBeLessThan(_clock.GetUtcNow());
        report.Basis[0].ShouldNotStartWith("0 spans");
    }

    [Fact]
    public async Task An_empty_store_says_that_it_cannot_tell()
    {
        var report = await ExamineAsync(string.Empty);

        report.Findings.ShouldBeEmpty();
        report.Checks.Count(check => check.Outcome == CheckOutcome.Unknown).ShouldBeGreaterThan(25);
    }

    [Theory]
    [InlineData("?since=soon", "since")]
    [InlineData("?start=2030-01-01", "start")]
    [InlineData("?service=web", "service")]
    public async Task What_is_wrong_is_named(string query, string parameter)
    {
        using var answer = await _server.Native.GetAsync(new Uri("/api/doctor" + query, UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(Problem.MediaType);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(parameter);
    }

    [Fact]
    public async Task The_measures_of_the_tracing_are_answered_and_scraped()
    {
        await SendAsync(new FaultyShop());
        await using var answer = await _server.Native.GetStreamAsync(new Uri("/api/tracing/measures?since=10m", UriKind.Relative));
        var measures = (await JsonSerializer.DeserializeAsync(answer, DoctorJson.Default.TracingMeasures))!.Measures.ToDictionary(measure => measure.Name);

        measures["ingest_rate"].Value.ShouldBe(FaultyShop.SpansPerTrace * 300 / 600.0);
        measures["trace_error_ratio"].Value.ShouldBe(0);
        measures["trace_duration_p95"].Value.ShouldBe(0.1);
        measures["retained_spans"].Value.ShouldBe(FaultyShop.SpansPerTrace * 300);
        measures["retained_bytes"].Value.ShouldNotBeNull().ShouldBeGreaterThan(1_000);
        measures["sampling_ratio"].Unknown.ShouldNotBeNull().ShouldContain("sampled");
        measures["partial_trace_ratio"].Value.ShouldBe(0);
        measures["arrival_delay_p95"].Value.ShouldNotBeNull().ShouldBe(60);
        measures["million_spans_stored"].Value.ShouldNotBeNull().ShouldBeGreaterThan(1_000);
        measures["error_capture_ratio"].Value.ShouldBe(1);
        measures.Values.Select(measure => measure.Id).Distinct().ShouldBe(Enumerable.Range(1, 10).Select(i => $"M{i}"));

        await _server.Service<MeasuresService>().ComputeAsync(CancellationToken.None);
        var scraped = await _server.Native.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        scraped.ShouldContain("\nclew_tracing_partial_trace_ratio 0\n");
        scraped.ShouldContain("\nclew_tracing_trace_duration_p95_seconds 0.1\n");
        scraped.ShouldContain($"\nclew_tracing_retained_spans {FaultyShop.SpansPerTrace * 300}\n");
        scraped.ShouldNotContain("clew_tracing_sampling_ratio");
    }

    [Fact]
    public async Task A_trace_is_adjusted_by_what_many_traces_tell_of_clocks()
    {
        await SendAsync(new FaultyShop { OrdersAheadMs = 250 });
        var path = $"/api/traces/{SpanBatchBuilder.Trace(7)}";

        var asReceived = await TraceAsync(path);
        var adjusted = await TraceAsync(path + "?adjusted=true");

        asReceived.Adjusted.ShouldBeNull();
        adjusted.Adjusted.ShouldBe(true);
        Offset(asReceived).ShouldBe(260);

        // The request takes 80 ms at its caller and 60 ms at its callee; the shop lets it arrive after 5 ms, and many such calls cannot tell that from 10.
        Offset(adjusted).ShouldBe(15);
        var orders = adjusted.Spans.Where(span => span.Service == "orders").ToArray();
        orders.ShouldAllBe(span => span.Analysis.AdjustedNanos == -245_000_000 && span.Analysis.ClockSkewNanos == null);
        adjusted.Spans.Where(span => span.Service == "web").ShouldAllBe(span => span.Analysis.AdjustedNanos == null);
        using var refused = await _server.Native.GetAsync(new Uri(path + "?adjusted=true&format=otlp", UriKind.Relative));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        static double Offset(TraceDetail trace) => (trace.Spans.Single(span => span.Name == "GET /orders").StartTime - trace.Spans.Single(span => span.Name == "GET /checkout/{id}").StartTime).TotalMilliseconds;
    }

    [Fact]
    public async Task Spans_that_come_late_are_found()
    {
        _clock.Now += TimeSpan.FromMinutes(4);
        await SendAsync(new FaultyShop());

        var late = (await ExamineAsync("?since=20m")).Findings.Where(finding => finding.Check == "late-spans").ToArray();

        late.Select(finding => finding.Subject).ShouldBe(["orders", "web"], ignoreOrder: true);
        late[0].Count.ShouldBe(600);
    }

    [Fact]
    public async Task Senders_that_break_rules_or_send_span_by_span_are_found()
    {
        await SendAsync(new FaultyShop { Checkouts = 12 });
        var one = new FaultyShop { Checkouts = 1, LoseClients = 1, LoseOrders = true }.Requests().First().Json;
        for (var i = 0; i < 220; i++)
        {
            await _server.SendAsync("traces", one);
        }

        for (var i = 0; i < 6; i++)
        {
            using var answer = await _server.OtlpHttp.PostAsync(new Uri("/v1/traces", UriKind.Relative), new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new("application/x-protobuf") } });
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        var report = await ExamineAsync("?since=10m");

        report.Findings.Single(finding => finding.Check == "synchronous-export").Summary.ShouldBe("221 requests carried 268 spans, 1.2 each.");
        report.Findings.Single(finding => finding.Check == "refused-data").Subject.ShouldBe("malformed");
    }

    /// <summary>Everything is sent at once, when the last checkout is over; the doctor is asked five minutes later.</summary>
    private async Task SendAsync(FaultyShop shop)
    {
        foreach (var (signal, json) in shop.Requests())
        {
            await _server.SendAsync(signal, json);
        }

        _clock.Now = Start + TimeSpan.FromMinutes(6);
    }

    private async Task<TraceDetail> TraceAsync(string path) =>
        JsonSerializer.Deserialize(await _server.Native.GetStringAsync(new Uri(path, UriKind.Relative)), ApiJson.Default.TraceDetail)!;

    private async Task<DoctorReport> ExamineAsync(string query)
    {
        using var answer = await _server.Native.GetAsync(new Uri("/api/doctor" + query, UriKind.Relative));
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize(body, DoctorJson.Default.DoctorReport)!;
    }

    /// <summary>A clock that goes where it is set.</summary>
    private sealed class SetClock(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
