using System.Globalization;
using System.Reflection;
using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Health;
using Clew.Server.Hosting;
using Clew.Server.Redaction;
using Clew.Server.SelfTelemetry.Prometheus;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Settings;

/// <summary>
/// <c>GET /api/settings</c>, <c>/api/storage</c> and <c>/api/sources</c>: how this server is set up, what it keeps and what came in;
/// <c>POST /api/redaction/preview</c>: what redaction makes of a text. Nothing is changed or stored by any of them.
/// </summary>
internal sealed class SettingsEndpoints : IEndpointModule
{
    /// <summary>Lines of one preview; more are refused with 400. It is for trying out, not for files: <c>clew redact test</c> takes those.</summary>
    private const int MaxLines = 1_000;

    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddSingleton(provider => new ServerStart(Timestamp.FromDateTimeOffset(provider.GetRequiredService<TimeProvider>().GetUtcNow())));

    public void Map(IEndpointRouteBuilder endpoints)
    {
        // Made now rather than at the first question: it is the start that is meant.
        _ = endpoints.ServiceProvider.GetRequiredService<ServerStart>();
        endpoints.MapQuestion<SettingList>("/api/settings", "listSettings", "How this server is set up: every setting with its value and its default", [], ListAsync);
        endpoints.MapQuestion<StorageAnswer>("/api/storage", "describeStorage", "What is kept, on how much disk, and what retention deletes", [], StorageAsync);
        endpoints.MapQuestion<SourceList>("/api/sources", "listSources", "What came in since the start, by signal and protocol, and what was not stored and why", [], SourcesAsync);
        endpoints.MapIntake("/api/redaction/preview", "previewRedaction", "What redaction makes of a text; nothing is stored", [], PreviewAsync)
            .Accepts<RedactionPreviewRequest>("application/json")
            .Produces<RedactionPreview>();
    }

    private static Task<IResult?> ListAsync(Asking asking)
    {
        var services = asking.Http.RequestServices;
        var options = services.GetRequiredService<ServerOptions>();
        var redactor = services.GetRequiredService<TextRedactor>();
        var usual = new ServerOptions();
        var version = typeof(SettingsEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        return Task.FromResult<IResult?>(Results.Json(
            new SettingList(
                version,
                services.GetRequiredService<ServerStart>().At,
                [.. SettingTable.All.Select(setting => new SettingEntry(
                    setting.Name, redactor.Redact(setting.Name, setting.Print(options)), setting.Print(usual), setting.Description, setting.Expected, setting.Variable))]),
            SettingsJson.Default.SettingList));
    }

    private static async Task<IResult?> StorageAsync(Asking asking)
    {
        var services = asking.Http.RequestServices;
        var options = services.GetRequiredService<ServerOptions>();
        var statistics = await services.GetRequiredService<IStoreAdministration>().GetStatisticsAsync(asking.Cancellation);
        var free = services.GetRequiredService<DiskSpace>().Free();
        return Results.Json(
            new StorageAnswer(
                options.DataDirectory,
                statistics.TotalBytes,
                free < long.MaxValue ? free : null,
                options.Limits.MinFreeDisk,
                options.Retention.MaxAge is null ? null : SettingTable.All.First(setting => setting.Name == "retention.max_age").Print(options),
                options.Retention.MaxBytes,
                [.. statistics.Tables.Where(table => table.Rows > 0).OrderByDescending(table => table.BytesOnDisk)
                    .Select(table => new StoredTable(table.Table, table.Rows, table.BytesOnDisk, table.Parts))]),
            SettingsJson.Default.StorageAnswer);
    }

    private static Task<IResult?> SourcesAsync(Asking asking)
    {
        var services = asking.Http.RequestServices;
        var metrics = services.GetRequiredService<MetricRegistry>();
        var requests = metrics.Read("clew_ingest_requests_total");
        var accepted = metrics.Read("clew_ingest_accepted_items_total");
        var stored = metrics.Read("clew_ingest_stored_items_total");
        (string What, IReadOnlyList<SeriesValue> Series)[] losses =
        [
            ("requests", metrics.Read("clew_ingest_refused_requests_total")),
            ("refused", metrics.Read("clew_ingest_refused_items_total")),
            ("dropped", metrics.Read("clew_ingest_dropped_items_total")),
        ];
        var sources = requests.Concat(accepted).Concat(losses.SelectMany(loss => loss.Series))
            .Select(series => (Signal: series.Label("signal"), Protocol: series.Label("protocol")))
            .Distinct()
            .Select(source => new SourceEntry(
                source.Signal,
                source.Protocol,
                Sum(requests, source),
                Sum(losses[0].Series, source),
                Sum(accepted, source),
                Sum(stored, source),
                [.. losses.SelectMany(loss => Of(loss.Series, source).GroupBy(series => series.Label("reason"), StringComparer.Ordinal)
                        .Select(group => new SourceLoss(loss.What, group.Key, (long)group.Sum(series => series.Value))))
                    .Where(loss => loss.Count > 0).OrderByDescending(loss => loss.Count)]))
            .OrderByDescending(source => source.Accepted).ThenBy(source => source.Protocol, StringComparer.Ordinal).ThenBy(source => source.Signal, StringComparer.Ordinal);
        return Task.FromResult<IResult?>(Results.Json(
            new SourceList(services.GetRequiredService<ServerStart>().At, asking.Now, [.. sources]), SettingsJson.Default.SourceList));
    }

    private static IEnumerable<SeriesValue> Of(IReadOnlyList<SeriesValue> series, (string Signal, string Protocol) source) =>
        series.Where(one => one.Label("signal") == source.Signal && one.Label("protocol") == source.Protocol);

    private static long Sum(IReadOnlyList<SeriesValue> series, (string Signal, string Protocol) source) => (long)Of(series, source).Sum(one => one.Value);

    private static async Task<IResult?> PreviewAsync(Asking asking)
    {
        if (await JsonBody.ReadAsync(asking, SettingsJson.Default.RedactionPreviewRequest) is not { } request)
        {
            return null;
        }

        var lines = (request.Text ?? string.Empty).Split('\n');
        if (lines.Length > MaxLines)
        {
            asking.Query.Refuse("text", null, string.Create(CultureInfo.InvariantCulture, $"at most {MaxLines} lines; clew redact test takes files"));
            return null;
        }

        var redactor = asking.Http.RequestServices.GetRequiredService<TextRedactor>();
        var after = lines.Select(line => Try(redactor, request, line.TrimEnd('\r'))).ToArray();
        return Results.Json(new RedactionPreview(after.Count(line => line.IsChanged), after), SettingsJson.Default.RedactionPreview);
    }

    private static RedactedLine Try(TextRedactor redactor, RedactionPreviewRequest request, string line)
    {
        var after = request.Statement ? redactor.RedactStatement(line, string.Empty, out var fired)
            : !string.IsNullOrEmpty(request.Key) ? redactor.Redact(request.Key, line, out fired)
            : redactor.Redact(line, out fired);
        return new RedactedLine(after, after != line, fired.ToDictionary(rule => rule.Rule.Word(), rule => rule.Count));
    }

    /// <summary>When the server began to serve.</summary>
    private sealed record ServerStart(Timestamp At);
}
