using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Server.Investigations;

/// <summary>
/// Loads requests of the window's time yesterday and a week ago: counts, errors and durations per operation, one aggregation each, which the store answers from its roll-ups by the minute.
/// </summary>
internal sealed class SeasonLoader(ITelemetryReader store)
{
    /// <summary>The day before, and the same day of the week before: nights differ from days, Sundays from Mondays.</summary>
    private static readonly int[] DaysBack = [1, 7];

    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task LoadAsync(InvestigationScope scope, WorldBuilder builder, CancellationToken cancellation)
    {
        foreach (var days in DaysBack)
        {
            var back = TimeSpan.FromDays(days);
            var time = new TimeRange(scope.Window.Start - back, scope.Window.End - back);
            var rows = await OperationFigures.ReadAsync(store, scope.Tenant, time, cancellation);
            foreach (var row in rows)
            {
                builder.AddSeason(row.Service, row.Name, row.Kind, days, row.Count, row.Errors, row.P50, row.P95);
            }

            builder.AddSeasonTime(new WorldSeasonTime(days, time.Start.UnixNanoseconds, time.End.UnixNanoseconds, rows.Sum(r => r.Count)));
        }
    }
}
