using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Api;

/// <summary>A server with a small shop's telemetry: three traces and four log records, at half past ten on the tests' own day.</summary>
public sealed class ShopServer : IAsyncLifetime
{
    /// <summary>Half an hour after the data.</summary>
    private static readonly DateTimeOffset Now = SpanBatchBuilder.Start.ToDateTimeOffset() + TimeSpan.FromMinutes(30);

    private StoreServer? _server;

    internal StoreServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public HttpClient Native => Server.Native;

    public async Task InitializeAsync()
    {
        _server = await StoreServer.StartAsync(time: new StandingClock(Now));
        await Server.Writer.WriteAsync(Traces(), CancellationToken.None);
        await Server.SendAsync("logs", Logs);
    }

    public async Task DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }

    private static SpanBatch Traces()
    {
        var builder = new SpanBatchBuilder();
        var pod = builder.Resource("orders", ("k8s.pod.name", "orders-1"));
        var scope = builder.Scope("shop.orders", "2.1", ("team", "checkout"));

        // 1: a checkout that failed in payments.
        builder.Span(1, 1, service: "gateway", name: "POST /checkout", durationMs: 100, kind: SpanKind.Server, status: SpanStatus.Error,
            attributes: [("http.response.status_code", 500), ("user.id", "u-17")]);
        builder.Span(1, 2, parent: 1, service: "gateway", name: "orders.Place", startMs: 5, durationMs: 90, kind: SpanKind.Client, status: SpanStatus.Error);
        builder.Span(1, 3, parent: 2, name: "Place", startMs: 10, durationMs: 80, kind: SpanKind.Server, status: SpanStatus.Error, resource: pod, scope: scope,
            attributes: [("order.total", 49.5), ("retry", true)]);
        builder.Span(1, 4, parent: 3, service: "payments", name: "Charge", startMs: 20, durationMs: 60, kind: SpanKind.Server, status: SpanStatus.Error, message: "timed out",
            events: [("exception", [("exception.type", "TimeoutException")])]);

        // 2: one that went well, and continued in a message.
        builder.Span(2, 1, service: "gateway", name: "POST /checkout", startMs: 60_000, durationMs: 40, kind: SpanKind.Server, attributes: [("http.response.status_code", 200), ("user.id", "u-18")]);
        builder.Span(2, 2, parent: 1, name: "Place", startMs: 60_010, durationMs: 20, kind: SpanKind.Server, resource: pod, scope: scope, attributes: [("order.total", 5)]);

        // 3: the message, in a trace of its own, with a part missing.
        builder.Span(3, 7, parent: 6, service: "mails", name: "send/receipt", startMs: 120_000, durationMs: 250, kind: SpanKind.Consumer,
            links: [(SpanBatchBuilder.Trace(2), [("link.reason", "continued")])]);
        return builder.Batch;
    }

    /// <summary>Three records of payments in trace 1 (two of them on its span), one of the mailer without a trace.</summary>
    private static string Logs { get; } = $$$$"""
        {"resourceLogs": [
          {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "payments"}}]},
           "scopeLogs": [{"scope": {"name": "Payments"}, "logRecords": [
             {"timeUnixNano": "{{{{At(20)}}}}", "severityNumber": 9, "severityText": "Information", "body": {"stringValue": "charging card"}, "traceId": "{{{{SpanBatchBuilder.Trace(1)}}}}", "spanId": "{{{{SpanBatchBuilder.Id(4)}}}}"},
             {"timeUnixNano": "{{{{At(80)}}}}", "severityNumber": 17, "body": {"stringValue": "Charge failed: timeout"}, "traceId": "{{{{SpanBatchBuilder.Trace(1)}}}}", "spanId": "{{{{SpanBatchBuilder.Id(4)}}}}",
              "attributes": [{"key": "attempt", "value": {"intValue": "3"}}]},
             {"timeUnixNano": "{{{{At(90)}}}}", "severityNumber": 13, "body": {"kvlistValue": {"values": [{"key": "pool", "value": {"intValue": "0"}}]}}, "traceId": "{{{{SpanBatchBuilder.Trace(1)}}}}"}]}]},
          {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "mailer"}}]},
           "scopeLogs": [{"scope": {}, "logRecords": [{"observedTimeUnixNano": "{{{{At(500)}}}}", "body": {"stringValue": "queue is empty"}}]}]}
        ]}
        """;

    private static string At(int milliseconds) => (SpanBatchBuilder.Start.UnixNanoseconds + (milliseconds * 1_000_000L)).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
