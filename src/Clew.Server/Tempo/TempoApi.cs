using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tempo;

/// <summary>Tempo's HTTP API under <c>/tempo</c> on the native port, and with Tempo's own paths on 3200: what Grafana's Tempo data source asks.</summary>
internal sealed class TempoApi : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddSingleton<IGrpcService, TempoStreams>();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var tempo = endpoints.MapGroup(Door.Tempo.PathPrefix).ExcludeFromDescription();
        Get("/api/echo", asking => TempoAnswer.WriteTextAsync(asking.Http, "echo"));
        Get("/ready", TempoStatus.WriteReadyAsync);
        Get("/api/status/buildinfo", TempoStatus.WriteBuildInfoAsync);
        Get("/api/traces/{traceId}", TempoTraces.GetAsync);
        Get("/api/v2/traces/{traceId}", TempoTraces.GetV2Async);
        Get("/api/search", TempoSearch.FindAsync);
        Get("/api/search/tags", TempoTags.ListAsync);
        Get("/api/v2/search/tags", TempoTags.ListV2Async);
        Get("/api/search/tag/{tag}/values", TempoTagValues.ListAsync);
        Get("/api/v2/search/tag/{tag}/values", TempoTagValues.ListV2Async);
        Get("/api/metrics/query_range", TempoMetrics.QueryRangeAsync);
        Get("/api/metrics/query", TempoMetrics.QueryAsync);
        void Get(string path, Func<TempoAsking, Task> answer) => tempo.MapGet(path, http => TempoAnswer.AnswerAsync(http, answer));
    }
}
