namespace Clew.Server.Ingest.Prometheus;

internal static class PrometheusProtocols
{
    public static readonly IngestProtocol RemoteWrite1 = new("prometheus_remote_write_1");
    public static readonly IngestProtocol RemoteWrite2 = new("prometheus_remote_write_2");
    public static readonly IngestProtocol Scrape = new("prometheus_scrape");
}
