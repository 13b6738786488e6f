using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Shop;

/// <summary>
/// The shop's OpenTelemetry set-up: the framework's own activity sources and meters, the shop's own, and the SDK's logger
/// provider, all sent over OTLP. The usual OTEL_* variables (endpoint, protocol, headers) apply.
/// </summary>
internal static class Telemetry
{
    /// <summary>Spans of the shop's own code; everything else comes from the framework.</summary>
    public static readonly ActivitySource Source = new("Shop", "1.0.0");

    /// <summary>Measurements of the shop's own code.</summary>
    public static readonly Meter Meter = new("Shop", "1.0.0");

    // Without the experimental sources for connections and sockets: each connection would be a trace of its own, and what they tell about
    // waiting is in the metrics of System.Net.Http.
    private static readonly string[] FrameworkSources =
    [
        "Microsoft.AspNetCore",
        "System.Net.Http",
        "Experimental.System.Net.NameResolution",
    ];

    private static readonly string[] FrameworkMeters =
    [
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http",
        "System.Net.NameResolution",
        "System.Runtime",
    ];

    /// <summary>Adds traces, metrics and logs to a service. The providers are flushed when the host stops.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, Workload workload)
    {
        var resource = Describe(workload);
        var metricInterval = int.Parse(
            Environment.GetEnvironmentVariable("OTEL_METRIC_EXPORT_INTERVAL") ?? "2000", CultureInfo.InvariantCulture);

        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(FrameworkSources)
            .AddSource(Source.Name)
            .AddProcessor(new HttpConventions())
            .AddOtlpExporter(exporter =>
            {
                Aim(exporter);
                exporter.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 1000;
            })
            .Build());

        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(FrameworkMeters)
            .AddMeter(Meter.Name)
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddOtlpExporter((exporter, reader) =>
            {
                Aim(exporter);
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = metricInterval;
            })
            .Build());

        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(resource);
            options.IncludeFormattedMessage = true;
            options.ParseStateValues = true;
            options.AddOtlpExporter((exporter, processor) =>
            {
                Aim(exporter);
                processor.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 1000;
            });
        });
    }

    /// <summary>Builds the providers; without this a singleton nobody asks for would never listen.</summary>
    public static void StartTelemetry(this IServiceProvider services)
    {
        services.GetRequiredService<TracerProvider>();
        services.GetRequiredService<MeterProvider>();
    }

    private static void Aim(OtlpExporterOptions exporter)
    {
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is null)
        {
            exporter.Endpoint = new Uri("http://127.0.0.1:4317");
        }
    }

    private static ResourceBuilder Describe(Workload workload) => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddAttributes(
        [
            new("service.name", workload.Service),
            new("service.namespace", workload.Namespace),
            new("service.version", workload.Version),
            new("service.instance.id", workload.Pod),
            new("deployment.environment.name", "demo"),
            new("k8s.cluster.name", workload.Namespace == "cardpay" ? "cardpay-eu" : "shop-demo"),
            new("k8s.namespace.name", workload.Namespace),
            new("k8s.deployment.name", workload.Service),
            new("k8s.pod.name", workload.Pod),
            new("k8s.node.name", workload.Node),
            new("process.pid", Environment.ProcessId),
            new("process.runtime.name", ".NET"),
            new("process.runtime.version", Environment.Version.ToString()),
        ]);

    /// <summary>
    /// What the HTTP conventions ask for and the framework cannot know: which attempt of a retried request a client span is
    /// (<c>http.request.resend_count</c>), left on the parent by whoever retries.
    /// </summary>
    private sealed class HttpConventions : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            var ahead = ClockAhead;
            if (ahead != TimeSpan.Zero)
            {
                var duration = data.Duration;
                data.SetStartTime(data.StartTimeUtc + ahead);
                data.SetEndTime(data.StartTimeUtc + duration);
            }
        }

        public override void OnStart(Activity data)
        {
            if (data.Kind == ActivityKind.Client && data.Parent?.GetCustomProperty(ResendCount) is int count and > 0)
            {
                data.SetTag(ResendCount, count);
            }
        }
    }

    /// <summary>How far this machine's clock is ahead of the others', as far as its spans are concerned.</summary>
    public static TimeSpan ClockAhead
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _clockAhead));
        set => Interlocked.Exchange(ref _clockAhead, value.Ticks);
    }

    private static long _clockAhead;

    /// <summary>The attribute that counts how often a request was sent again; absent on the first attempt.</summary>
    public const string ResendCount = "http.request.resend_count";
}
