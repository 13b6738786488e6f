using Clew.Protocols.Prometheus;
using Clew.Server.Configuration;
using Clew.Server.Pipeline;
using Clew.Server.SelfTelemetry;
using Clew.Telemetry;

namespace Clew.Server.Scraping;

/// <summary>What all targets use.</summary>
internal sealed class ScrapingServices(ServerOptions options, IngestPipeline pipeline, PrometheusCatalogue catalogue, ServerTelemetry telemetry, TimeProvider time) : IDisposable
{
    public ServerOptions Options { get; } = options;

    public ScrapingLimits Limits { get; } = ScrapingLimits.Default;

    /// <summary>Whose data targets expose.</summary>
    public Tenant Tenant { get; } = options.Tenancy.Of("scrape");

    public IngestPipeline Pipeline { get; } = pipeline;

    public PrometheusCatalogue Catalogue { get; } = catalogue;

    public ServerTelemetry Telemetry { get; } = telemetry;

    public TimeProvider Time { get; } = time;

    /// <summary>Taken for the time that a scrape is read and stored.</summary>
    public SemaphoreSlim Places { get; } = new(ScrapingLimits.Default.Concurrent);

    public void Dispose() => Places.Dispose();
}
