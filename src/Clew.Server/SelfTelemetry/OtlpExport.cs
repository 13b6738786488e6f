using Clew.Server.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Clew.Server.SelfTelemetry;

/// <summary>
/// Sends the server's own traces, metrics and logs to <see cref="SelfTelemetryOptions.Endpoint"/> through the OpenTelemetry SDK. Sending to itself
/// is refused when the configuration is read; requests that bring telemetry are not traced, since each would make more of it somewhere.
/// </summary>
internal sealed class OtlpExport : IHostedService, IDisposable
{
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    public OtlpExport(Uri endpoint)
    {
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddSource(ServerTelemetry.SourceName)
            .AddSource("Microsoft.AspNetCore")
            .AddOtlpExporter(exporter => exporter.Endpoint = endpoint)
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter(Instruments.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter(exporter => exporter.Endpoint = endpoint)
            .Build();
    }

    public static void Add(IServiceCollection services, ILoggingBuilder logging, SelfTelemetryOptions options)
    {
        if (options.Endpoint is not { } endpoint)
        {
            return;
        }

        services.AddSingleton<IHostedService>(_ => new OtlpExport(endpoint));
        logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(Resource());
            logs.IncludeFormattedMessage = true;
            logs.AddOtlpExporter(exporter => exporter.Endpoint = endpoint);
        });
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is still waiting, for as long as a stop may take.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _traces.ForceFlush(FlushMilliseconds);
            _metrics.ForceFlush(FlushMilliseconds);
        },
        cancellationToken);

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private const int FlushMilliseconds = 2_000;

    private static ResourceBuilder Resource() => ResourceBuilder.CreateDefault().AddService("clew", serviceVersion: ProcessGauges.Version, serviceInstanceId: Environment.MachineName);
}
