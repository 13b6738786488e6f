using System.Text.Json;
using Clew.Analysis;
using Clew.Analysis.Paperwork;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Server.Redaction;
using Clew.Telemetry;

namespace Clew.Server.Capsules;

/// <summary>Gathers what an investigation rests on, redacts it, and packs it.</summary>
internal sealed class CapsuleWriter(ITelemetryReader store, TextRedactor redactor, TimeProvider clock, CapsuleLimits limits)
{
    public const string ReportPath = "report.json";
    public const string WorldPath = "world.json";

    /// <summary>Writes a capsule of a world. Its report is made of the world as it is after redaction, so that both fit each other byte for byte.</summary>
    /// <returns>The packed bytes.</returns>
    public async Task<byte[]> WriteAsync(Tenant tenant, World world, CancellationToken cancellation)
    {
        var worldJson = JsonRedaction.Apply(JsonSerializer.SerializeToUtf8Bytes(world, WorldJson.Default.World), redactor);
        var redacted = JsonSerializer.Deserialize(worldJson, WorldJson.Default.World)!;
        var report = Investigator.Investigate(redacted);
        var files = new List<(string Path, byte[] Content)>
        {
            (ReportPath, JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Readable.InvestigationReport)),
            ("postmortem.md", System.Text.Encoding.UTF8.GetBytes(Postmortem.Write(report))),
            ("runbook.md", System.Text.Encoding.UTF8.GetBytes(Runbook.Write(report))),
            (WorldPath, worldJson),
        };
        await AddTracesAsync(files, tenant, report, cancellation);
        await AddLogsAsync(files, tenant, report, cancellation);
        AddSeries(files, redacted, report);
        AddRecords(files, redacted);

        using var output = new MemoryStream();
        CapsuleArchive.Write(output, clock.GetUtcNow(), redactor.Redact(report.Headline), files);
        return output.ToArray();
    }

    private async Task AddTracesAsync(List<(string Path, byte[] Content)> files, Tenant tenant, InvestigationReport report, CancellationToken cancellation)
    {
        var cited = new[] { report.FailingTrace?.TraceId }.OfType<string>().Concat(report.Causes.SelectMany(cause => cause.Evidence).SelectMany(item => item.TraceIds)).Distinct(StringComparer.Ordinal).Take(limits.Traces);
        foreach (var text in cited)
        {
            if (TraceId.TryParse(text, out var id) && await store.GetSpansAsync(tenant, [id], null, cancellation) is { Count: > 0 } spans)
            {
                files.Add(($"evidence/traces/{id}.json", Redacted(JsonSerializer.SerializeToUtf8Bytes(TraceMapping.Map(spans), ApiJson.Default.TraceDetail))));
                var where = Predicate.Equal(Field.Intrinsic(Intrinsics.TraceId), Literal.String(id.ToString()));
                var logs = await store.FindLogsAsync(new RecordQuery(tenant, TimeRange.All, where, limits.LogsPerQuery, TimeOrder.OldestFirst), cancellation);
                if (logs.Count > 0)
                {
                    files.Add(($"evidence/traces/{id}.logs.json", Redacted(JsonSerializer.SerializeToUtf8Bytes(LogEndpoints.Map(logs, limits.LogsPerQuery), ApiJson.Default.LogList))));
                }
            }
        }
    }

    private async Task AddLogsAsync(List<(string Path, byte[] Content)> files, Tenant tenant, InvestigationReport report, CancellationToken cancellation)
    {
        foreach (var (item, check) in report.Causes.SelectMany(cause => cause.Evidence).Where(item => item.Check?.Api == "/api/logs").DistinctBy(item => item.Query).Select(item => (item, item.Check!)).Take(limits.Traces))
        {
            if (await LogEndpoints.FindAsync(store, tenant, check.Parameters, limits.LogsPerQuery, clock, cancellation) is { Count: > 0 } logs)
            {
                files.Add(($"evidence/logs/{item.Id}.json", Redacted(JsonSerializer.SerializeToUtf8Bytes(LogEndpoints.Map(logs, limits.LogsPerQuery), ApiJson.Default.LogList))));
            }
        }
    }

    /// <summary>The metric series of those who are accused by evidence, the first cause's first.</summary>
    private void AddSeries(List<(string Path, byte[] Content)> files, World world, InvestigationReport report)
    {
        var accused = report.Causes.Where(cause => cause.Evidence.Count > 0).Select(cause => cause.Service).ToList();
        var series = world.Series.Where(one => one.Service >= 0 && accused.Contains(world.Services[one.Service])).OrderBy(one => accused.IndexOf(world.Services[one.Service])).Take(limits.Series)
            .Select(one => new CapsuleSeries(world.Services[one.Service], one.Instance >= 0 ? world.Instances[one.Instance].Name : null, one.Name, one.Unit, one.Attributes, one.Kind, one.Points)).ToArray();
        if (series.Length > 0)
        {
            files.Add(("evidence/series.json", JsonSerializer.SerializeToUtf8Bytes(series, CapsuleContentJson.Default.CapsuleSeriesArray)));
        }
    }

    private static void AddRecords(List<(string Path, byte[] Content)> files, World world)
    {
        if (world.Changes.Count > 0)
        {
            files.Add(("evidence/changes.json", JsonSerializer.SerializeToUtf8Bytes([.. world.Changes], CapsuleContentJson.Default.ChangeRecordArray)));
        }

        if (world.Aftermath is { Alerts.Count: > 0 } aftermath)
        {
            files.Add(("evidence/alerts.json", JsonSerializer.SerializeToUtf8Bytes([.. aftermath.Alerts], CapsuleContentJson.Default.AlertRecordArray)));
        }

        if (world.Answers.Count > 0)
        {
            files.Add(("evidence/answers.json", JsonSerializer.SerializeToUtf8Bytes([.. world.Answers], CapsuleContentJson.Default.WorldAnswerArray)));
        }
    }

    private byte[] Redacted(byte[] json) => JsonRedaction.Apply(json, redactor);
}
