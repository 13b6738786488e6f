using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Api;

/// <summary><c>/api/services</c>, <c>/api/services/{service}/operations</c> and <c>/api/dependencies</c>.</summary>
internal static class ServicesEndpoints
{
    public static IReadOnlyList<ApiParameter> ServicesParameters { get; } = [KnownParameters.Start, KnownParameters.End, KnownParameters.Since];

    public static IReadOnlyList<ApiParameter> OperationsParameters { get; } = [KnownParameters.Kind, KnownParameters.Start, KnownParameters.End, KnownParameters.Since];

    public static IReadOnlyList<ApiParameter> DependenciesParameters { get; } = [KnownParameters.Service, KnownParameters.Start, KnownParameters.End, KnownParameters.Since];

    private static readonly Field Service = Field.Intrinsic(Intrinsics.Service);
    private static readonly Field Name = Field.Intrinsic(Intrinsics.Name);
    private static readonly Field Kind = Field.Intrinsic(Intrinsics.Kind);
    private static readonly Field Duration = Field.Intrinsic(Intrinsics.Duration);
    private static readonly Predicate Failed = Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"));

    public static async Task<IResult?> ListServicesAsync(Asking asking)
    {
        var range = asking.Query.Range(asking.Clock) ?? TimeRange.All;
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var entries = new SortedDictionary<string, ServiceEntry>(StringComparer.Ordinal);
        var spans = await asking.Store.ReadAsync(
            new ReadPlan(asking.Tenant, Dataset.Spans, range)
            {
                GroupBy = [Service],
                Aggregates = [Aggregate.Count(), new Aggregate(AggregateFunction.CountIf, "errors", If: Failed)],
                Limit = asking.Limits.Names,
            },
            asking.Cancellation);
        for (var row = 0; row < spans.RowCount; row++)
        {
            var name = spans.Texts(Service.ToString())[row];
            entries[name] = new ServiceEntry { Name = name, SpanCount = spans.Longs("count")[row], ErrorCount = spans.Longs("errors")[row], LogCount = 0 };
        }

        var logs = await asking.Store.ReadAsync(
            new ReadPlan(asking.Tenant, Dataset.Logs, range) { GroupBy = [Service], Aggregates = [Aggregate.Count()], Limit = asking.Limits.Names },
            asking.Cancellation);
        for (var row = 0; row < logs.RowCount; row++)
        {
            var name = logs.Texts(Service.ToString())[row];
            var entry = entries.GetValueOrDefault(name) ?? new ServiceEntry { Name = name, SpanCount = 0, ErrorCount = 0, LogCount = 0 };
            entries[name] = entry with { LogCount = logs.Longs("count")[row] };
        }

        return Results.Json(new ServiceList { Services = [.. entries.Values] }, ApiJson.Readable.ServiceList);
    }

    public static async Task<IResult?> ListOperationsAsync(Asking asking)
    {
        var service = PathSegments.Decode(asking.Http, fromEnd: 2);
        var kind = asking.Query.AnyWordOf(KnownParameters.Kind, Intrinsics.Kind);
        var range = asking.Query.Range(asking.Clock) ?? TimeRange.All;
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var table = await asking.Store.ReadAsync(
            new ReadPlan(asking.Tenant, Dataset.Spans, range)
            {
                Where = Predicate.AllOf(Predicate.Equal(Service, Literal.String(service)), kind),
                GroupBy = [Name, Kind],
                Aggregates =
                [
                    Aggregate.Count(),
                    new Aggregate(AggregateFunction.CountIf, "errors", If: Failed),
                    new Aggregate(AggregateFunction.Quantile, "p50", Duration, 0.50),
                    new Aggregate(AggregateFunction.Quantile, "p95", Duration, 0.95),
                    new Aggregate(AggregateFunction.Quantile, "p99", Duration, 0.99),
                ],
                Limit = asking.Limits.Names,
            },
            asking.Cancellation);
        var operations = Enumerable.Range(0, table.RowCount)
            .Select(row => new OperationEntry
            {
                Name = table.Texts(Name.ToString())[row],
                Kind = SpanWords.ParseKind(table.Texts(Kind.ToString())[row]) ?? SpanKind.Unspecified,
                SpanCount = table.Longs("count")[row],
                ErrorCount = table.Longs("errors")[row],
                P50DurationNanos = Nanoseconds(table.Doubles("p50")[row]),
                P95DurationNanos = Nanoseconds(table.Doubles("p95")[row]),
                P99DurationNanos = Nanoseconds(table.Doubles("p99")[row]),
            })
            .OrderBy(operation => operation.Name, StringComparer.Ordinal)
            .ThenBy(operation => operation.Kind);
        return Results.Json(new OperationList { Service = service, Operations = [.. operations] }, ApiJson.Readable.OperationList);
    }

    public static async Task<IResult?> ListDependenciesAsync(Asking asking)
    {
        var now = asking.Now;
        var range = asking.Query.Range(asking.Clock) ?? new TimeRange(now - asking.Limits.DependencyWindow, now);
        var services = asking.Query.Texts(KnownParameters.Service);
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var found = await asking.Store.GetDependenciesAsync(asking.Tenant, range, asking.Cancellation);
        var dependencies = found
            .Where(pair => services.Count == 0 || services.Contains(pair.Caller) || services.Contains(pair.Callee))
            .OrderBy(pair => pair.Caller, StringComparer.Ordinal)
            .ThenBy(pair => pair.Callee, StringComparer.Ordinal)
            .Select(pair => new DependencyEntry { Caller = pair.Caller, Callee = pair.Callee, CallCount = pair.Calls, ErrorCount = pair.Errors });
        return Results.Json(
            new DependencyList { StartTime = range.Start, EndTime = range.End, Dependencies = [.. dependencies] },
            ApiJson.Readable.DependencyList);
    }

    private static long Nanoseconds(double value) => double.IsFinite(value) ? (long)Math.Round(value) : 0;
}
