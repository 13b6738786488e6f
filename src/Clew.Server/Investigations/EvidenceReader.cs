using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Clew.Analysis.Proof;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Query.Language;
using Clew.Server.Alerts;
using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Changes;
using Clew.Server.Configuration;
using Clew.Server.Kubernetes;
using Clew.Server.Queries;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Clew.Server.Investigations;

/// <summary>
/// Asks the store what evidence cites: the same parameters that the API reads, counted by the store instead of listed. Used twice: when a report is written, to put the
/// figures beside its evidence, and by <c>POST /api/investigations/verify</c>.
/// </summary>
internal sealed class EvidenceReader(ITelemetryReader store, IMetricReader? metrics, IEnumerable<IQueryLanguage> languages, TimeProvider clock, QueryLimits queries, InvestigationLimits limits)
{
    /// <summary>Checks asked side by side: the store answers few at once, and others ask it, too.</summary>
    private const int AtATime = 2;

    private static readonly Predicate Failed = Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"));
    private static readonly IReadOnlyList<ApiParameter> QueryParameters = [QueryEndpoints.Language, QueryEndpoints.Query, KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit];

    /// <summary>The world with what its report's queries find, for as many as the limit allows; the rest goes without figures.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<IReadOnlyList<WorldAnswer>> AnswersAsync(Tenant tenant, InvestigationReport report, CancellationToken cancellation)
    {
        return [.. (await AskAllAsync(tenant, report, cancellation)).Where(found => found.Figures is not null).Select(found => new WorldAnswer(found.Query, found.Figures!))];
    }

    /// <summary>Looks everything up again that a report cites.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<Verification> VerifyAsync(Tenant tenant, InvestigationReport report, CancellationToken cancellation)
    {
        var found = (await AskAllAsync(tenant, report, cancellation)).ToDictionary(one => one.Query, one => (one.Figures, one.Problem), StringComparer.Ordinal);
        var cited = report.Causes.SelectMany(cause => cause.Evidence).SelectMany(item => item.TraceIds).Distinct(StringComparer.Ordinal).Take(limits.EvidenceChecks * 3).ToArray();
        var stored = await StoredAsync(tenant, cited, cancellation);
        return Verifier.Compare(
            report,
            item => item.Query is { } query && found.TryGetValue(query, out var answer) ? answer
                : (null, item.Check is null ? null : string.Create(CultureInfo.InvariantCulture, $"more than {limits.EvidenceChecks} different queries; this one was not asked")),
            stored);
    }

    /// <summary>The checks of a report, as many as the limit allows, a few at a time.</summary>
    private async Task<IReadOnlyList<(string Query, EvidenceFigures? Figures, string? Problem)>> AskAllAsync(Tenant tenant, InvestigationReport report, CancellationToken cancellation)
    {
        var found = new List<(string, EvidenceFigures?, string?)>();
        foreach (var few in Verifier.ChecksOf(report).Take(limits.EvidenceChecks).Chunk(AtATime))
        {
            found.AddRange(await Task.WhenAll(few.Select(async one =>
            {
                var (figures, problem) = await AskAsync(tenant, one.Check, cancellation);
                return (one.Query, figures, problem);
            })));
        }

        return found;
    }

    /// <summary>One check; figures, or why there are none.</summary>
    public async Task<(EvidenceFigures? Figures, string? Problem)> AskAsync(Tenant tenant, EvidenceCheck check, CancellationToken cancellation)
    {
        var form = check.Parameters.GroupBy(parameter => parameter.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => new StringValues([.. group.Select(parameter => parameter.Value)]), StringComparer.Ordinal);
        var parameters = new QueryCollection(form);
        try
        {
            QueryReader Reader(IReadOnlyList<ApiParameter> known) => new(parameters, known);
            return check.Api switch
            {
                "/api/traces" => await SpansAsync(tenant, Reader(TraceSearch.Parameters), cancellation),
                "/api/logs" => await LogsAsync(tenant, Reader(LogEndpoints.SearchParameters), cancellation),
                "/api/kubernetes/events" => await ListAsync(Reader(KubernetesEndpoints.EventParameters), "events", query => KubernetesEndpoints.EventQuery(query, tenant, clock), async question => (await store.FindKubernetesEventsAsync(question, cancellation)).Count),
                "/api/kubernetes/objects" => await ListAsync(Reader(KubernetesEndpoints.ObjectParameters), "objects", query => KubernetesEndpoints.ObjectQuery(query, tenant, clock), async question => (await store.FindKubernetesObjectsAsync(question, cancellation)).Count),
                "/api/alerts" => await ListAsync(Reader(AlertEndpoints.ListParameters), "alerts", query => AlertEndpoints.Question(query, tenant, clock), async question => (await store.FindAlertsAsync(question, cancellation)).Count),
                "/api/changes" => await ListAsync(Reader(ChangeEndpoints.ListParameters), "changes", query => query.Range(clock) ?? TimeRange.All, async range => (await store.GetChangesAsync(tenant, range, cancellation)).Count),
                "/api/dependencies" => await CallsAsync(tenant, Reader(ServicesEndpoints.DependenciesParameters), cancellation),
                "/api/query" => await QueryAsync(tenant, Reader(QueryParameters), cancellation),
                _ when check.Api.StartsWith("/api/traces/", StringComparison.Ordinal) => await TraceAsync(tenant, check.Api["/api/traces/".Length..], cancellation),
                _ => (null, $"this server does not count what {check.Api} answers"),
            };
        }
        catch (Exception refused) when (refused is QueryLimitException or InvalidQuestionException or QuerySyntaxException)
        {
            return (null, refused.Message);
        }
    }

    private static (EvidenceFigures? Figures, string? Problem) Refused(QueryReader query) =>
        (null, string.Join(' ', query.Errors.Select(error => $"{error.Parameter} is '{error.Value}'; expected {error.Expected}.")));

    private static async Task<(EvidenceFigures? Figures, string? Problem)> ListAsync<TQuestion>(QueryReader query, string of, Func<QueryReader, TQuestion> read, Func<TQuestion, Task<int>> count)
    {
        var question = read(query);
        return query.Errors.Count > 0 ? Refused(query) : (new EvidenceFigures { Of = of, Count = await count(question) }, null);
    }

    private async Task<(EvidenceFigures? Figures, string? Problem)> SpansAsync(Tenant tenant, QueryReader query, CancellationToken cancellation)
    {
        var where = TraceSearch.Where(query, queries);
        var range = query.Range(clock) ?? TimeRange.All;
        return query.Errors.Count > 0 ? Refused(query) : (await CountSpansAsync(tenant, range, where, cancellation), null);
    }

    private async Task<EvidenceFigures> CountSpansAsync(Tenant tenant, TimeRange range, Predicate? where, CancellationToken cancellation)
    {
        var table = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, range)
            {
                Where = where,
                Aggregates = [Aggregate.Count(), new Aggregate(AggregateFunction.CountIf, "errors", If: Failed), new Aggregate(AggregateFunction.Quantile, "p95", Field.Intrinsic(Intrinsics.Duration), 0.95)],
            },
            cancellation);
        var count = table.RowCount == 0 ? 0 : table.Longs("count")[0];
        return count == 0
            ? new EvidenceFigures { Of = "spans", Count = 0 }
            : new EvidenceFigures { Of = "spans", Count = count, Errors = table.Longs("errors")[0], DurationP95 = Math.Round(table.Doubles("p95")[0] / 1e9, 9) };
    }

    private async Task<(EvidenceFigures? Figures, string? Problem)> TraceAsync(Tenant tenant, string id, CancellationToken cancellation) =>
        TraceId.TryParse(id, out var trace) && !trace.IsEmpty
            ? (await CountSpansAsync(tenant, TimeRange.All, Predicate.Equal(Field.Intrinsic(Intrinsics.TraceId), Literal.String(trace.ToString())), cancellation), null)
            : (null, $"'{id}' is no trace id");

    private async Task<(EvidenceFigures? Figures, string? Problem)> LogsAsync(Tenant tenant, QueryReader query, CancellationToken cancellation)
    {
        var where = LogEndpoints.Where(query, queries);
        var range = query.Range(clock) ?? TimeRange.All;
        if (query.Errors.Count > 0)
        {
            return Refused(query);
        }

        var table = await store.ReadAsync(new ReadPlan(tenant, Dataset.Logs, range) { Where = where, Aggregates = [Aggregate.Count()] }, cancellation);
        return (new EvidenceFigures { Of = "log records", Count = table.RowCount == 0 ? 0 : table.Longs("count")[0] }, null);
    }

    private async Task<(EvidenceFigures? Figures, string? Problem)> CallsAsync(Tenant tenant, QueryReader query, CancellationToken cancellation)
    {
        var services = query.Texts(KnownParameters.Service);
        if (query.Range(clock) is not { } range || query.Errors.Count > 0)
        {
            return query.Errors.Count > 0 ? Refused(query) : (null, "calls without a time range are those up to now");
        }

        var calls = (await store.GetDependenciesAsync(tenant, range, cancellation)).Where(pair => services.Count == 0 || services.Contains(pair.Caller) || services.Contains(pair.Callee)).ToArray();
        return (new EvidenceFigures { Of = "calls", Count = calls.Sum(pair => pair.Calls), Errors = calls.Sum(pair => pair.Errors) }, null);
    }

    private async Task<(EvidenceFigures? Figures, string? Problem)> QueryAsync(Tenant tenant, QueryReader query, CancellationToken cancellation)
    {
        var name = query.Word(QueryEndpoints.Language);
        var text = query.Text(QueryEndpoints.Query);
        var range = query.Range(clock);
        var limit = query.Int(KnownParameters.Limit, 1, queries.Traces, queries.Traces);
        if (query.Errors.Count > 0 || text is null || range is null)
        {
            return query.Errors.Count > 0 ? Refused(query) : (null, "a query without its text or its time");
        }

        var asked = languages.First(language => language.Name == name).Parse(text);
        var rows = new HashSet<string>(StringComparer.Ordinal);
        double? largest = null;
        var source = new QueryStore(store, tenant, queries, clock, cancellation) { Metrics = metrics };
        await foreach (var line in asked.RunAsync(source, new QueryQuestion(range.Value, null, limit)))
        {
            if (line is QueryRow { IsPartial: false } row)
            {
                var value = LastValue(row, out var written);
                largest = value is { } number && !(number <= largest) ? number : largest;
                rows.Add(written);
            }
        }

        return (new EvidenceFigures { Of = "rows", Count = rows.Count, Value = largest }, null);
    }

    /// <summary>The last point of a series; null for rows that are none.</summary>
    private static double? LastValue(QueryRow row, out string written)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            row.Write(writer);
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        written = document.RootElement.GetRawText();
        return document.RootElement.TryGetProperty("points", out var points) && points.ValueKind == JsonValueKind.Array && points.GetArrayLength() is > 0 and var count
            && points[count - 1] is { ValueKind: JsonValueKind.Array } point && point.GetArrayLength() == 2 && point[1].ValueKind == JsonValueKind.Number
            ? point[1].GetDouble()
            : null;
    }

    private async Task<IReadOnlySet<string>> StoredAsync(Tenant tenant, string[] cited, CancellationToken cancellation)
    {
        var ids = cited.Where(text => TraceId.TryParse(text, out var id) && !id.IsEmpty).ToArray();
        if (ids.Length == 0)
        {
            return new HashSet<string>();
        }

        var field = Field.Intrinsic(Intrinsics.TraceId);
        var table = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, TimeRange.All) { Where = new InPredicate(field, [.. ids.Select(Literal.String)]), GroupBy = [field], Aggregates = [Aggregate.Count()], Limit = ids.Length }, cancellation);
        return Enumerable.Range(0, table.RowCount).Select(row => table.Texts(field.ToString())[row]).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }
}
