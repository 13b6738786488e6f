using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Loki;

/// <summary>
/// Loki's query API under <c>/loki</c> on the native port, and with Loki's own paths on 3100: what Grafana's Loki data source, its Logs Drilldown and <c>logcli</c> ask
/// (grafana.com/docs/loki, HTTP API).
/// </summary>
/// <remarks>As with pushes, a client whose URL has no path finds it on the native port as well: <c>/loki/api/v1/…</c> is there beside <c>/loki/loki/api/v1/…</c>.</remarks>
internal sealed class LokiApi : IEndpointModule
{
    private static readonly string[] GetOrPost = [HttpMethods.Get, HttpMethods.Post];
    private static readonly string[] AnyOfDeletions = [HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete];

    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddSingleton(new LokiTails(options.Queries.Tails));

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var loki = endpoints.MapGroup(Door.Loki.PathPrefix).ExcludeFromDescription();
        foreach (var api in new[] { "/loki/api/v1", "/api/v1" })
        {
            Map(api + "/query", LokiQueries.QueryAsync);
            Map(api + "/query_range", LokiQueries.QueryRangeAsync);
            Map(api + "/labels", LokiLabels.NamesAsync);
            Map(api + "/label", LokiLabels.NamesAsync);
            Map(api + "/label/{name}/values", LokiLabels.ValuesAsync);
            Map(api + "/series", LokiLabels.SeriesAsync);
            Map(api + "/detected_labels", LokiLabels.DetectedAsync);
            Map(api + "/index/stats", LokiIndex.StatsAsync);
            Map(api + "/index/volume", LokiIndex.VolumeAsync);
            Map(api + "/index/volume_range", LokiIndex.VolumeRangeAsync);
            Map(api + "/patterns", LokiPatterns.FindAsync);
            Map(api + "/detected_fields", LokiDetectedFields.ListAsync);
            Map(api + "/detected_field/{name}/values", LokiDetectedFields.ValuesAsync);
            Map(api + "/tail", LokiTail.FollowAsync);
            Map(api + "/format_query", LokiStatus.FormatAsync);
            Map(api + "/status/buildinfo", LokiStatus.WriteBuildInfoAsync);
            Map(api + "/drilldown-limits", LokiStatus.WriteDrilldownLimitsAsync);
            Map(api + "/rules", LokiStatus.WriteRulesAsync);
            loki.MapMethods(api + "/delete", AnyOfDeletions, http => LokiAnswer.AnswerAsync(http, LokiStatus.RefuseDeletionAsync));
        }

        Map("/api/prom/query", LokiOlderApi.QueryAsync);
        Map("/api/prom/label", LokiOlderApi.NamesAsync);
        Map("/api/prom/label/{name}/values", LokiOlderApi.ValuesAsync);
        Map("/api/prom/series", LokiLabels.SeriesAsync);
        Map("/api/prom/tail", LokiTail.FollowAsOfOldAsync);
        Map("/ready", LokiStatus.WriteReadyAsync);
        Map("/prometheus/api/v1/rules", LokiStatus.WritePrometheusRulesAsync);
        Map("/prometheus/api/v1/alerts", LokiStatus.WriteAlertsAsync);

        void Map(string path, Func<LokiAsking, Task> answer) => loki.MapMethods(path, GetOrPost, http => LokiAnswer.AnswerAsync(http, answer));
    }
}
