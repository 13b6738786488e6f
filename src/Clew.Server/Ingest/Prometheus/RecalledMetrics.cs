using System.Text;
using Clew.Protocols.Prometheus;
using Clew.Server.Configuration;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Ingest.Prometheus;

/// <summary>Tells the catalogue, before the doors open, what senders said of their metrics before this start: <see cref="PrometheusCatalogue.Recall"/>.</summary>
internal sealed class RecalledMetrics(ITelemetryReader store, PrometheusCatalogue catalogue, ServerOptions options, ServerTelemetry telemetry) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var said in await store.GetMetricDescriptionsAsync(options.Limits.Records.MaxKnownMetrics, cancellationToken))
            {
                if (PrometheusMetricTypes.TryParse(Encoding.UTF8.GetBytes(said.Type), out var type))
                {
                    catalogue.Recall(said.Tenant, said.Name, new PrometheusMetadata(type, said.Description, said.Unit));
                }
            }
        }
        catch (Exception e) when (e is StoreUnavailableException or QueryLimitException)
        {
            telemetry.Report(new MetricsNotRecalled(e));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
