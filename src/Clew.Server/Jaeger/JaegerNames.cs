using Clew.Server.Api.Contracts;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Jaeger;

/// <summary>Services and operations, as both generations list them.</summary>
internal static class JaegerNames
{
    private static readonly Field Service = Field.Intrinsic(Intrinsics.Service);
    private static readonly Field Name = Field.Intrinsic(Intrinsics.Name);
    private static readonly Field Kind = Field.Intrinsic(Intrinsics.Kind);

    /// <returns>By name.</returns>
    public static async Task<IReadOnlyList<string>> ServicesAsync(ITelemetryReader store, Tenant tenant, QueryLimits limits, CancellationToken cancellation)
    {
        var table = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, TimeRange.All) { GroupBy = [Service], Aggregates = [Aggregate.Count()], Limit = limits.Names },
            cancellation);
        return [.. table.Texts(Service.ToString()).Order(StringComparer.Ordinal)];
    }

    /// <param name="kind">Null for all.</param>
    /// <returns>By name, then kind.</returns>
    public static async Task<IReadOnlyList<(string Name, SpanKind Kind)>> OperationsAsync(
        ITelemetryReader store, Tenant tenant, string service, SpanKind? kind, QueryLimits limits, CancellationToken cancellation)
    {
        var table = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, TimeRange.All)
            {
                Where = Predicate.AllOf(
                    Predicate.Equal(Service, Literal.String(service)),
                    kind is { } wanted ? Predicate.Equal(Kind, Literal.Int((int)wanted)) : null),
                GroupBy = [Name, Kind],
                Aggregates = [Aggregate.Count()],
                Limit = limits.Names,
            },
            cancellation);
        var names = table.Texts(Name.ToString());
        var kinds = table.Texts(Kind.ToString());
        return
        [
            .. names.Zip(kinds, (name, word) => (Name: name, Kind: SpanWords.ParseKind(word) ?? SpanKind.Unspecified))
                .OrderBy(operation => operation.Name, StringComparer.Ordinal)
                .ThenBy(operation => operation.Kind),
        ];
    }
}
