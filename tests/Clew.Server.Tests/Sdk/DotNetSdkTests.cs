using System.Diagnostics;
using System.Diagnostics.Metrics;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Clew.Server.Tests.Sdk;

/// <summary>The OpenTelemetry .NET SDK as a real client.</summary>
public sealed partial class DotNetSdkTests
{
    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Everything_arrives_field_by_field(OtlpExportProtocol protocol)
    {
        await using var server = await TestServer.StartAsync();

        var names = SendTraceAndLog(server, protocol);
        SendMetrics(server, protocol);

        Golden.Check("Sdk/Cases/dotnet-spans.txt", ReceivedRecords.Comparable(server.Store.Spans, names));
        Golden.Check("Sdk/Cases/dotnet-logs.txt", ReceivedRecords.Comparable(server.Store.Logs, names));
        Golden.Check("Sdk/Cases/dotnet-points.txt", ReceivedRecords.Comparable(server.Store.Points, names));
    }

    private static Dictionary<string, string> SendTraceAndLog(TestServer server, OtlpExportProtocol protocol)
    {
        using var source = new ActivitySource("dotnet-tracer", "1.2.3");
        using var traces = OpenTelemetry.Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddSource(source.Name)
            .AddOtlpExporter(exporter => Configure(exporter, server, protocol, "traces"))
            .Build();
        using var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(Resource());
            logs.IncludeFormattedMessage = true;
            logs.AddOtlpExporter((exporter, processor) =>
            {
                Configure(exporter, server, protocol, "logs");
                processor.ExportProcessorType = ExportProcessorType.Simple;
            });
        }));

        var start = new DateTimeOffset(2023, 11, 14, 22, 13, 20, TimeSpan.Zero).AddTicks(1_234_567);
        var other = new ActivityContext(ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c"), ActivitySpanId.CreateFromString("b7ad6b7169203331"), ActivityTraceFlags.Recorded, "vendor=x");
        using var parent = source.StartActivity(
            ActivityKind.Server,
            new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, "rojo=1,congo=2", isRemote: true),
            [new("http.route", "/checkout"), new("retry.count", 3), new("cart.value", 12.5), new("user.known", true), new("item.ids", new[] { 1L, 2L, 3L })],
            [new ActivityLink(other, new ActivityTagsCollection { { "reason", "batch" } })],
            start,
            "POST /checkout")!;
        using var child = source.StartActivity("charge", ActivityKind.Client, parent.Context, startTime: start.AddMilliseconds(100))!;
        child.AddEvent(new ActivityEvent("retry", start.AddMilliseconds(150), new ActivityTagsCollection { { "attempt", 2 } }));
        child.SetStatus(ActivityStatusCode.Error, "Zeitüberschreitung ⏳");
        PaymentFailed(loggers.CreateLogger("dotnet-logger"), "p-1", 99);
        child.SetEndTime(start.AddMilliseconds(200).UtcDateTime);
        child.Stop();
        parent.SetEndTime(start.AddSeconds(1).UtcDateTime);
        parent.Stop();
        traces.ForceFlush().ShouldBeTrue();
        return new Dictionary<string, string>
        {
            ["traceId"] = parent.TraceId.ToHexString(),
            ["remoteSpanId"] = parent.ParentSpanId.ToHexString(),
            ["parentSpanId"] = parent.SpanId.ToHexString(),
            ["childSpanId"] = child.SpanId.ToHexString(),
        };
    }

    private static void SendMetrics(TestServer server, OtlpExportProtocol protocol)
    {
        using var meter = new Meter(new MeterOptions("dotnet-meter") { Version = "7.8.9", Tags = [new("team", "checkout")] });
        using var metrics = OpenTelemetry.Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter(meter.Name)
            .AddView("exponential", new Base2ExponentialBucketHistogramConfiguration { MaxSize = 20 })
            .AddOtlpExporter((exporter, reader) =>
            {
                Configure(exporter, server, protocol, "metrics");
                reader.TemporalityPreference = MetricReaderTemporalityPreference.Delta;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 3_600_000;
            })
            .Build();
        meter.CreateCounter<long>("orders", "{order}", "Orders taken").Add(5, new KeyValuePair<string, object?>("region", "eu"));
        meter.CreateUpDownCounter<double>("carts").Add(-1.5);
        meter.CreateGauge<double>("temperature", "Cel").Record(36.6, new KeyValuePair<string, object?>("room", "kitchen"));
        var latency = meter.CreateHistogram("latency", "ms", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [10, 100] });
        var exponential = meter.CreateHistogram<double>("exponential");
        foreach (var value in (double[])[5, 50, 500, 7])
        {
            latency.Record(value);
        }

        foreach (var value in (double[])[1, 2, 4, 8])
        {
            exponential.Record(value);
        }

        metrics.Shutdown().ShouldBeTrue();
    }

    private static void Configure(OtlpExporterOptions exporter, TestServer server, OtlpExportProtocol protocol, string signal)
    {
        exporter.Protocol = protocol;
        exporter.Endpoint = protocol == OtlpExportProtocol.Grpc ? server.Address(Door.OtlpGrpc) : new Uri(server.Address(Door.OtlpHttp), $"/v1/{signal}");
    }

    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty().AddAttributes(
    [
        new("service.name", "dotnet-shop"),
        new("service.instance.id", "dotnet-1"),
        new("process.pid", 4711L),
        new("host.tags", new[] { "a", "b" }),
    ]);

    [LoggerMessage(17, LogLevel.Error, "Payment {PaymentId} of {Amount} failed", EventName = "payment.failed")]
    private static partial void PaymentFailed(ILogger logger, string paymentId, int amount);
}
