using Clew.Server.Alerts;
using Clew.Server.Api;
using Clew.Server.Changes;
using Clew.Server.Correlation;
using Clew.Server.Demonstration;
using Clew.Server.Derivation;
using Clew.Server.Detection;
using Clew.Server.Differences;
using Clew.Server.Doctor;
using Clew.Server.Health;
using Clew.Server.Ingest.Jaeger;
using Clew.Server.Ingest.LogLines;
using Clew.Server.Ingest.Loki;
using Clew.Server.Ingest.Otlp;
using Clew.Server.Ingest.Prometheus;
using Clew.Server.Ingest.Syslog;
using Clew.Server.Ingest.Zipkin;
using Clew.Server.Investigations;
using Clew.Server.Jaeger;
using Clew.Server.Kubernetes;
using Clew.Server.Limiting;
using Clew.Server.Live;
using Clew.Server.Loki;
using Clew.Server.PostgreSql;
using Clew.Server.Prometheus;
using Clew.Server.Queries;
using Clew.Server.Sampling;
using Clew.Server.Scraping;
using Clew.Server.SelfTelemetry;
using Clew.Server.Settings;
using Clew.Server.Tempo;
using Clew.Server.Web;
using Clew.Server.Webhooks;
using Clew.Server.Zipkin;

namespace Clew.Server.Hosting;

/// <summary>Every face of the server, listed here and nowhere else.</summary>
internal static class EndpointModules
{
    public static IReadOnlyList<IEndpointModule> All { get; } =
    [
        new OtlpHttpEndpoints(),
        new LokiPushEndpoints(),
        new RemoteWriteEndpoints(),
        new LogLineEndpoints(),
        new SyslogModule(),
        new ScrapeEndpoints(),
        new NativeApi(),
        new JaegerApi(),
        new JaegerCollector(),
        new RemoteSampling(),
        new ZipkinCollector(),
        new ZipkinApi(),
        new TempoApi(),
        new LokiApi(),
        new QueryEndpoints(),
        new PrometheusApi(),
        new HealthEndpoints(),
        new MetricsEndpoint(),
        new InvestigationEndpoints(),
        new PastEndpoints(),
        new ComparisonEndpoints(),
        new ChangeEndpoints(),
        new PostgreSqlModule(),
        new DoctorEndpoints(),
        new DerivationEndpoints(),
        new SamplingEndpoints(),
        new CorrelationEndpoints(),
        new LimitEndpoints(),
        new KubernetesEndpoints(),
        new WebhookEndpoints(),
        new AlertEndpoints(),
        new DetectionModule(),
        new LiveEndpoints(),
        new SettingsEndpoints(),
        new DemonstrationEndpoints(),
        new WebEndpoints(),
    ];
}
