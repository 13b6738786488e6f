using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Prometheus;

/// <summary>
/// Prometheus's HTTP API under <c>/prometheus</c> on the native port, and with Prometheus's own paths on 9090: what Grafana's Prometheus data source and everybody's
/// scripts ask. Remote write is <see cref="Ingest.Prometheus.RemoteWriteEndpoints"/>.
/// </summary>
internal sealed class PrometheusApi : IEndpointModule
{
    private static readonly string[] Get = [HttpMethods.Get];
    private static readonly string[] Post = [HttpMethods.Post];
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] PostOrPut = [HttpMethods.Post, HttpMethods.Put];
    private static readonly string[] GetOrPost = [HttpMethods.Get, HttpMethods.Post];

    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddSingleton<StartTime>();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        // Asked for when the server starts, so that it tells when that was.
        _ = endpoints.ServiceProvider.GetRequiredService<StartTime>();
        var prometheus = endpoints.MapGroup(Door.Prometheus.PathPrefix).ExcludeFromDescription();
        Map(GetOrPost, "/api/v1/query", PromQlEndpoints.QueryAsync);
        Map(GetOrPost, "/api/v1/query_range", PromQlEndpoints.QueryRangeAsync);
        Map(GetOrPost, "/api/v1/query_exemplars", PromQlEndpoints.ExemplarsAsync);
        Map(GetOrPost, "/api/v1/format_query", PromQlEndpoints.FormatAsync);
        Map(GetOrPost, "/api/v1/parse_query", PromQlEndpoints.ParseAsync);
        Map(GetOrPost, "/api/v1/series", SeriesEndpoints.ListAsync);
        Map(GetOrPost, "/api/v1/labels", SeriesEndpoints.LabelsAsync);
        Map(Get, "/api/v1/label/{name}/values", SeriesEndpoints.LabelValuesAsync);
        Map(Get, "/api/v1/metadata", SeriesEndpoints.MetadataAsync);
        Map(Get, "/api/v1/targets", TargetEndpoints.ListAsync);
        Map(Get, "/api/v1/targets/metadata", TargetEndpoints.MetadataAsync);
        Map(Get, "/api/v1/scrape_pools", TargetEndpoints.PoolsAsync);
        Map(Get, "/api/v1/rules", StatusEndpoints.RulesAsync);
        Map(Get, "/api/v1/alerts", StatusEndpoints.AlertsAsync);
        Map(Get, "/api/v1/alertmanagers", StatusEndpoints.AlertmanagersAsync);
        Map(Get, "/api/v1/status/config", StatusEndpoints.ConfigAsync);
        Map(Get, "/api/v1/status/flags", StatusEndpoints.FlagsAsync);
        Map(Get, "/api/v1/status/runtimeinfo", StatusEndpoints.RuntimeInfoAsync);
        Map(Get, "/api/v1/status/buildinfo", StatusEndpoints.BuildInfoAsync);
        Map(Get, "/api/v1/status/tsdb", StatusEndpoints.TsdbAsync);
        Map(Get, "/api/v1/status/tsdb/blocks", StatusEndpoints.BlocksAsync);
        Map(Get, "/api/v1/status/walreplay", StatusEndpoints.WalReplayAsync);
        Map(Get, "/api/v1/features", StatusEndpoints.FeaturesAsync);
        Map(Get, "/api/v1/notifications", StatusEndpoints.NotificationsAsync);
        MapText(Post, "/api/v1/read", RemoteRead.AnswerAsync);
        MapText(Get, "/federate", Federation.WriteAsync);
        Map(Get, "/version", StatusEndpoints.VersionAsync);
        Map(GetOrHead, "/-/healthy", StatusEndpoints.HealthyAsync);
        Map(GetOrHead, "/-/ready", StatusEndpoints.ReadyAsync);
        Map(PostOrPut, "/-/reload", StatusEndpoints.NotEnabledAsync);
        Map(PostOrPut, "/-/quit", StatusEndpoints.NotEnabledAsync);
        void Map(string[] methods, string path, Func<PrometheusAsking, Task> answer) => prometheus.MapMethods(path, methods, http => PrometheusAnswer.AnswerAsync(http, answer));
        void MapText(string[] methods, string path, Func<PrometheusAsking, Task> answer) => prometheus.MapMethods(path, methods, http => PrometheusAnswer.AnswerAsync(http, answer, isErrorText: true));
    }
}

/// <summary>When the server was started.</summary>
internal sealed class StartTime(TimeProvider clock)
{
    public DateTimeOffset Time { get; } = clock.GetUtcNow();
}
