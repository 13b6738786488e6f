using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Server.Investigations;

/// <summary>Asks for what is of interest once it is known who was hurt: alerts, and how the worst hit entry point fared until its end and after.</summary>
internal sealed class AftermathReader(ITelemetryReader store, TimeProvider clock)
{
    /// <summary>Alerts that are looked at.</summary>
    private const int MaxAlerts = 500;

    /// <summary>Steps of the course within the window.</summary>
    private const int Steps = 60;

    /// <summary>How far before the window an alert may have begun, and how long after it recovery is looked for at least.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan After = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestStep = TimeSpan.FromSeconds(10);

    private static readonly Predicate Failed = Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"));

    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<WorldAftermath> ReadAsync(Tenant tenant, InvestigationReport report, CancellationToken cancellation)
    {
        var start = Timestamp.FromDateTimeOffset(report.Window.Start);
        var end = Timestamp.FromDateTimeOffset(report.Window.End);
        var length = report.Window.End - report.Window.Start;
        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        var until = end + (length > After ? length : After);
        until = until > now && now > end ? now : until;
        var alerts = await store.FindAlertsAsync(new AlertQuery(tenant, new TimeRange(start - Before, until), MaxAlerts), cancellation);
        var aftermath = new WorldAftermath { Alerts = [.. alerts.Where(alert => alert.Start >= start - Before).OrderBy(alert => alert.Start).ThenBy(alert => alert.Fingerprint, StringComparer.Ordinal)] };
        if (report.Impact.Count == 0)
        {
            return aftermath;
        }

        var hurt = report.Impact[0];
        var step = length / Steps > ShortestStep ? length / Steps : ShortestStep;
        var table = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, new TimeRange(start, until))
            {
                Where = Predicate.AllOf(
                    Predicate.Equal(Field.Intrinsic(Intrinsics.Service), Literal.String(hurt.Service)),
                    Predicate.Equal(Field.Intrinsic(Intrinsics.Name), Literal.String(hurt.Operation))),
                Step = step,
                Origin = start,
                Aggregates = [Aggregate.Count(), new Aggregate(AggregateFunction.CountIf, "errors", If: Failed), new Aggregate(AggregateFunction.Quantile, "p95", Field.Intrinsic(Intrinsics.Duration), 0.95)],
            },
            cancellation);
        var course = Enumerable.Range(0, table.RowCount)
            .Select(row => new CoursePoint(table.Longs("bucket")[row], table.Longs("count")[row], table.Longs("errors")[row], Math.Round(table.Doubles("p95")[row])))
            .OrderBy(point => point.Time).ToArray();
        return aftermath with { Service = hurt.Service, Operation = hurt.Operation, Course = course };
    }
}
