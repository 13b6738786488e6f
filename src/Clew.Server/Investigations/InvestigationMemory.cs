using System.Security.Cryptography;
using System.Text.Json;
using Clew.Analysis.Reports;
using Clew.Analysis.Similarity;
using Clew.Server.Configuration;
using Clew.Server.Live;
using Clew.Telemetry;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Investigations;

/// <summary>Remembers what investigations found, and finds earlier ones that are like a new one. Without an archive it remembers nothing and finds nothing.</summary>
internal sealed partial class InvestigationMemory(IInvestigationArchive? archive, LiveEvents live, TimeProvider clock, InvestigationLimits limits, ILogger<InvestigationMemory> logger)
{
    /// <summary>The id of a report: the same report has the same.</summary>
    public static string IdOf(byte[] report) => Convert.ToHexStringLower(SHA256.HashData(report))[..16];

    /// <summary>Remembers a report that accuses somebody. A store that cannot keep it now is no reason to withhold the report.</summary>
    /// <returns>The id it is remembered by; null when it is not.</returns>
    public async Task<string?> KeepAsync(Tenant tenant, InvestigationReport report, CancellationToken cancellation)
    {
        if (archive is null || report.Causes.FirstOrDefault(cause => cause.Evidence.Count > 0) is not { } cause)
        {
            return null;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Readable.InvestigationReport);
        var past = new PastInvestigation
        {
            Id = IdOf(json),
            Start = Timestamp.FromDateTimeOffset(report.Window.Start),
            End = Timestamp.FromDateTimeOffset(report.Window.End),
            Written = Timestamp.FromDateTimeOffset(clock.GetUtcNow()),
            Verdict = JsonSerializer.Serialize(report.Verdict, ReportJson.Default.Verdict).Trim('"'),
            Service = cause.Service,
            Kind = JsonSerializer.Serialize(cause.Kind, ReportJson.Default.CauseKind).Trim('"'),
            Headline = report.Headline,
            Features = string.Join('\n', IncidentSimilarity.Features(report)),
            Report = System.Text.Encoding.UTF8.GetString(json),
        };
        try
        {
            await archive.WriteAsync(tenant, past, cancellation);
            live.Tell(tenant, LiveEvents.Investigations, new LiveNews { Ids = [past.Id] });
            return past.Id;
        }
        catch (StoreUnavailableException unavailable)
        {
            NotKept(logger, past.Id, unavailable.Message);
            return null;
        }
    }

    /// <summary>Remembered investigations like this, most alike first.</summary>
    /// <param name="features">What is looked for.</param>
    /// <param name="isWhole">See <see cref="IncidentSimilarity.Compare"/>.</param>
    /// <param name="before">Only those whose window ended by then; null for all.</param>
    public async Task<IReadOnlyList<PastIncident>> SimilarAsync(Tenant tenant, IReadOnlyList<string> features, bool isWhole, Timestamp? before, int limit, CancellationToken cancellation)
    {
        if (archive is null || features.Count == 0)
        {
            return [];
        }

        var past = await archive.ListAsync(tenant, before is { } end ? TimeRange.All with { End = end } : TimeRange.All, limits.PastInvestigations, cancellation);
        return
        [
            .. past.Where(one => before is null || one.End <= before.Value)
                .Select(one => (Past: one, Likeness: IncidentSimilarity.Compare(features, one.Features.Split('\n'), isWhole)))
                .Where(one => one.Likeness.Similarity >= IncidentSimilarity.Least)
                .OrderByDescending(one => one.Likeness.Similarity).ThenByDescending(one => one.Past.Start).ThenBy(one => one.Past.Id, StringComparer.Ordinal)
                .DistinctBy(one => (one.Past.Start.UnixNanoseconds / 3_600_000_000_000, one.Past.Service, one.Past.Kind))
                .Take(limit)
                .Select(one => new PastIncident(one.Past.Id, one.Past.Start.ToDateTimeOffset(), JsonSerializer.Deserialize($"\"{one.Past.Verdict}\"", ReportJson.Default.Verdict), one.Past.Headline, one.Likeness.Similarity, one.Likeness.Why)),
        ];
    }

    public async Task<IReadOnlyList<PastInvestigation>> ListAsync(Tenant tenant, TimeRange range, int limit, CancellationToken cancellation) =>
        archive is null ? [] : await archive.ListAsync(tenant, range, limit, cancellation);

    public async Task<PastInvestigation?> FindAsync(Tenant tenant, string id, CancellationToken cancellation) => archive is null ? null : await archive.FindAsync(tenant, id, cancellation);

    [LoggerMessage(LogLevel.Warning, "Investigation {Id} is not remembered: {Reason}")]
    private static partial void NotKept(ILogger logger, string id, string reason);
}
