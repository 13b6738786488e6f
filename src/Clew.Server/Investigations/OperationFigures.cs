using System.Globalization;
using Clew.Telemetry;

namespace Clew.Server.Investigations;

/// <summary>Exact figures of one operation in a time, computed by the store.</summary>
/// <param name="P50">Nanoseconds.</param>
/// <param name="P95">Nanoseconds.</param>
internal readonly record struct OperationFigures(string Service, string Name, SpanKind Kind, long Count, long Errors, double P50, double P95)
{
    /// <summary>Operations that are read; the busiest ones.</summary>
    private const int MaxOperations = 5_000;

    private static readonly Predicate IsError = Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"));

    /// <summary>All operations of a time, in an order that does not depend on the store.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public static async Task<IReadOnlyList<OperationFigures>> ReadAsync(ITelemetryReader store, Tenant tenant, TimeRange time, CancellationToken cancellation)
    {
        var duration = Field.Intrinsic(Intrinsics.Duration);
        var table = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, time)
            {
                GroupBy = [Field.Intrinsic(Intrinsics.Service), Field.Intrinsic(Intrinsics.Name), Field.Intrinsic(Intrinsics.Kind)],
                Aggregates =
                [
                    Aggregate.Count(),
                    new Aggregate(AggregateFunction.CountIf, "errors", If: IsError),
                    new Aggregate(AggregateFunction.Quantile, "p50", duration, 0.5),
                    new Aggregate(AggregateFunction.Quantile, "p95", duration, 0.95),
                ],
                Limit = MaxOperations,
            },
            cancellation);
        var (services, names, kinds) = (table.Texts(Intrinsics.Service), table.Texts(Intrinsics.Name), table.Texts(Intrinsics.Kind));
        var (counts, errors, p50, p95) = (table.Longs("count"), table.Longs("errors"), table.Doubles("p50"), table.Doubles("p95"));
        return
        [
            .. Enumerable.Range(0, table.RowCount).OrderBy(i => services[i], StringComparer.Ordinal).ThenBy(i => names[i], StringComparer.Ordinal).ThenBy(i => kinds[i], StringComparer.Ordinal)
                .Select(i => new OperationFigures(services[i], names[i], KindOf(kinds[i]), counts[i], errors[i], p50[i], p95[i])),
        ];
    }

    private static SpanKind KindOf(string text) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (SpanKind)number : Enum.TryParse<SpanKind>(text, ignoreCase: true, out var kind) ? kind : SpanKind.Unspecified;
}
