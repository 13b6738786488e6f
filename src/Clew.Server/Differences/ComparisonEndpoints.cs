using System.Globalization;
using Clew.Analysis.Differences;
using Clew.Analysis.Timelines;
using Clew.Analysis.Traces;
using Clew.Query.Language;
using Clew.Query.TraceQL;
using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Redaction;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Clew.Server.Differences;

/// <summary><c>/api/diff</c>, <c>/api/diff/requests</c>, <c>/api/compare</c>, <c>/api/critical-path</c> and <c>/api/timeline</c>; docs/comparison.md.</summary>
internal sealed class ComparisonEndpoints : IEndpointModule
{
    private static readonly ApiParameter A = new("a", "Id of the first trace, usually a good one.", "5b8efff798038103d269b633813fc60c");
    private static readonly ApiParameter B = new("b", "Id of the second trace.", "0af7651916cd43dd8448eb211c80319c");
    private static readonly ApiParameter Bad = new("bad", "The bad traces, as a TraceQL query.", "{ status = error }");
    private static readonly ApiParameter Good = new("good", "The good ones; those of the bad ones' entry points that are not bad unless given.", "{ resource.service.version = \"6\" }");
    private static readonly TimeSpan Lookback = TimeSpan.FromHours(1);

    public void AddServices(IServiceCollection services, ServerOptions options) => services.TryAddSingleton(ComparisonLimits.Default);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapQuestion<TraceDiff>("/api/diff", "diffTraces", "Two traces side by side: structure, durations, attributes", [A, B], DiffAsync)
            .Refuses(StatusCodes.Status404NotFound);
        endpoints.MapIntake("/api/diff/requests", "diffRequests", "Two requests, answers or log lines, field by field, secrets taken out", [], DiffRequestsAsync)
            .Accepts<RequestDiffQuestion>("application/json")
            .Produces<RequestDiff>();
        endpoints.MapQuestion<GroupComparison>("/api/compare", "compareTraces", "What sets bad traces apart from good ones", [Bad, Good, KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit], CompareAsync);
        endpoints.MapQuestion<CriticalPathShares>("/api/critical-path", "criticalPath", "Which operations own the critical path of a trace, or of many", [KnownParameters.Trace, .. TraceSearch.Parameters], CriticalPathAsync)
            .Refuses(StatusCodes.Status404NotFound);
        endpoints.MapQuestion<EventTimeline>("/api/timeline", "timeline", "What happened, in order: changes, alerts, events of clusters, first errors; or the story of a trace", [KnownParameters.Trace, KnownParameters.Service, KnownParameters.Start, KnownParameters.End, KnownParameters.Since], TimelineAsync)
            .Refuses(StatusCodes.Status404NotFound);
    }

    private static ComparisonLimits LimitsOf(Asking asking) => asking.Http.RequestServices.GetRequiredService<ComparisonLimits>();

    private static TraceId? Id(Asking asking, ApiParameter parameter)
    {
        if (TraceId.TryParse(asking.Query.Text(parameter), out var id) && !id.IsEmpty)
        {
            return id;
        }

        asking.Query.Refuse(parameter.Name, asking.Query.Text(parameter), "up to 32 hex digits, not all zero");
        return null;
    }

    private static async Task<IResult?> DiffAsync(Asking asking)
    {
        var (a, b) = (Id(asking, A), Id(asking, B));
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var batches = new List<SpanBatch>();
        foreach (var id in new[] { a!.Value, b!.Value })
        {
            var batch = await asking.Store.GetSpansAsync(asking.Tenant, [id], null, asking.Cancellation);
            if (batch.Count == 0)
            {
                return Problems.NotFound(asking.Http, $"No span of trace {id} is stored.");
            }

            batches.Add(batch);
        }

        return Results.Json(TraceComparer.Compare(batches[0], batches[1]), ComparisonJson.Readable.TraceDiff);
    }

    private static async Task<IResult?> DiffRequestsAsync(Asking asking)
    {
        if (await JsonBody.ReadAsync(asking, ComparisonJson.Default.RequestDiffQuestion) is not { } question)
        {
            return null;
        }

        foreach (var (name, text) in new[] { ("a", question.A), ("b", question.B) })
        {
            if (text is null)
            {
                asking.Query.Refuse(name, null, "a document as text");
            }
        }

        var redactor = asking.Http.RequestServices.GetRequiredService<TextRedactor>();
        return asking.Query.Errors.Count > 0 ? null : Results.Json(RequestComparer.Compare(question.A!, question.B!, redactor.Redact), ComparisonJson.Readable.RequestDiff);
    }

    private static async Task<IResult?> CompareAsync(Asking asking)
    {
        var limits = LimitsOf(asking);
        var bad = Parse(asking, Bad, isRequired: true);
        var good = Parse(asking, Good, isRequired: false);
        var range = asking.Query.Range(asking.Clock) ?? new TimeRange(asking.Now - Lookback, asking.Now);
        var limit = asking.Query.Int(KnownParameters.Limit, 1, limits.Traces, limits.DefaultTraces);
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var worse = await SpansAsync(asking, await FindAsync(asking, bad!, range, limit), limits);
        var better = good is not null
            ? await FindAsync(asking, good, range, limit)
            : await OthersAsync(asking, worse, range, limit);
        return Results.Json(GroupComparer.Compare(worse, await SpansAsync(asking, better, limits)), ComparisonJson.Readable.GroupComparison);
    }

    private static TraceQlQuery? Parse(Asking asking, ApiParameter parameter, bool isRequired)
    {
        if (asking.Query.Text(parameter) is not { Length: > 0 } text)
        {
            if (isRequired)
            {
                asking.Query.Refuse(parameter.Name, null, "a query in TraceQL");
            }

            return null;
        }

        try
        {
            var query = TraceQlQuery.Parse(text);
            if (query.Metrics is null)
            {
                return query;
            }

            asking.Query.Refuse(parameter.Name, text, "a query that finds traces, not metrics");
        }
        catch (QuerySyntaxException error)
        {
            asking.Query.Refuse(parameter.Name, text, string.Create(CultureInfo.InvariantCulture, $"a query in TraceQL; line {error.Position.Line}, column {error.Position.Column}: {error.Problem}"));
        }

        return null;
    }

    private static async Task<IReadOnlyList<TraceId>> FindAsync(Asking asking, TraceQlQuery query, TimeRange range, int limit)
    {
        var engine = new TraceQlEngine(new StoreTraceSource(asking.Store, asking.Tenant, asking.Limits.TraceQl));
        var found = new List<TraceId>();
        await foreach (var portion in engine.SearchInPortionsAsync(query, range, limit, new QueryBudget(asking.Limits.Budget, asking.Clock, asking.Cancellation)))
        {
            found.AddRange(portion.Traces.Select(match => match.Trace.Id));
        }

        return [.. found.Distinct().Take(limit)];
    }

    /// <summary>Traces through the same entry points that are not among the bad ones.</summary>
    private static async Task<IReadOnlyList<TraceId>> OthersAsync(Asking asking, SpanBatch bad, TimeRange range, int limit)
    {
        var ids = new HashSet<TraceId>();
        var entries = new Dictionary<(string Service, string Name), int>();
        foreach (var (trace, rows) in TraceRows.Of(bad))
        {
            ids.Add(trace);
            var tree = TraceTree.FromBatch(bad, rows);
            var root = bad[rows[tree.MainRoot]];
            entries[(root.Service, root.Name)] = entries.GetValueOrDefault((root.Service, root.Name)) + 1;
        }

        if (entries.Count == 0)
        {
            return [];
        }

        var where = entries.OrderByDescending(entry => entry.Value).Take(5).Select(entry => Predicate.AllOf(
            Predicate.Equal(Field.Intrinsic(Intrinsics.Service), Literal.String(entry.Key.Service)), Predicate.Equal(Field.Intrinsic(Intrinsics.Name), Literal.String(entry.Key.Name)))!).ToArray();
        var found = await asking.Store.FindTracesAsync(new TraceQuery(asking.Tenant, range, where.Length == 1 ? where[0] : new AnyPredicate(where), Math.Min(limit + ids.Count, asking.Limits.Traces)), asking.Cancellation);
        return [.. found.Select(trace => trace.TraceId).Where(id => !ids.Contains(id)).Take(limit)];
    }

    /// <summary>The traces' spans, as many traces as the limit allows.</summary>
    private static async Task<SpanBatch> SpansAsync(Asking asking, IReadOnlyList<TraceId> traces, ComparisonLimits limits)
    {
        for (var count = traces.Count; count > 1; count /= 2)
        {
            try
            {
                var spans = await asking.Store.GetSpansAsync(asking.Tenant, [.. traces.Take(count)], null, asking.Cancellation);
                if (spans.Count <= limits.Spans)
                {
                    return spans;
                }
            }
            catch (QueryLimitException) when (count > 1)
            {
                // Half as many may fit.
            }
        }

        return traces.Count == 0 ? new SpanBatch() : await asking.Store.GetSpansAsync(asking.Tenant, [traces[0]], null, asking.Cancellation);
    }

    private static async Task<IResult?> CriticalPathAsync(Asking asking)
    {
        var limits = LimitsOf(asking);
        var where = TraceSearch.Where(asking.Query, asking.Limits);
        var range = asking.Query.Range(asking.Clock) ?? new TimeRange(asking.Now - Lookback, asking.Now);
        var limit = asking.Query.Int(KnownParameters.Limit, 1, limits.Traces, limits.DefaultTraces);
        var trace = asking.Query.Text(KnownParameters.Trace) is { Length: > 0 } ? Id(asking, KnownParameters.Trace) : null;
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        IReadOnlyList<TraceId> ids = trace is { } one ? [one] : [.. (await asking.Store.FindTracesAsync(new TraceQuery(asking.Tenant, range, where, limit), asking.Cancellation)).Select(found => found.TraceId)];
        var spans = await SpansAsync(asking, ids, limits);
        return trace is { } missing && spans.Count == 0 ? Problems.NotFound(asking.Http, $"No span of trace {missing} is stored.") : Results.Json(CriticalPathShares.Of(spans), ComparisonJson.Readable.CriticalPathShares);
    }

    private static async Task<IResult?> TimelineAsync(Asking asking)
    {
        var limits = LimitsOf(asking);
        var trace = asking.Query.Text(KnownParameters.Trace) is { Length: > 0 } ? Id(asking, KnownParameters.Trace) : null;
        var services = asking.Query.Texts(KnownParameters.Service);
        var range = asking.Query.Range(asking.Clock) ?? new TimeRange(asking.Now - Lookback, asking.Now);
        range = range.End > asking.Now && range.Start < asking.Now ? range with { End = asking.Now } : range;
        if (trace is null && range.Length > limits.LongestTimeline)
        {
            asking.Query.Refuse(KnownParameters.Start.Name, asking.Query.Text(KnownParameters.Start), string.Create(CultureInfo.InvariantCulture, $"a window of at most {limits.LongestTimeline.TotalDays:0} days"));
        }

        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var reader = new TimelineReader(asking.Store, asking.Tenant, limits, asking.Cancellation);
        if (trace is not { } id)
        {
            return Results.Json(await reader.WindowAsync(range, services), ComparisonJson.Readable.EventTimeline);
        }

        return await reader.TraceAsync(id) is { } story ? Results.Json(story, ComparisonJson.Readable.EventTimeline) : Problems.NotFound(asking.Http, $"No span of trace {id} is stored.");
    }
}
