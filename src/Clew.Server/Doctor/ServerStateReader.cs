using System.Diagnostics;
using System.Net;
using Clew.Analysis.Doctor;
using Clew.Server.Configuration;
using Clew.Server.Health;
using Clew.Server.Hosting;
using Clew.Server.SelfTelemetry.Prometheus;
using Clew.Telemetry;

namespace Clew.Server.Doctor;

/// <summary>What the server knows about itself, from its own metrics, its options and its store.</summary>
internal sealed class ServerStateReader(
    ServerOptions options, MetricRegistry metrics, IStoreAdministration store, DiskSpace disk, Arrivals arrivals, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public async Task<ServerState> ReadAsync(TimeRange window, CancellationToken cancellation)
    {
        var statistics = await store.GetStatisticsAsync(cancellation);
        var spans = statistics.Tables.FirstOrDefault(table => table.Table == "spans");
        var answered = metrics.Read("clew_ingest_requests_total");
        var refused = metrics.Read("clew_ingest_refused_requests_total");
        var queries = metrics.ReadHistogram("clew_store_query_duration_seconds");
        var arrived = arrivals.Read(window);
        var requests = (long)(answered.Sum(series => series.Value) + refused.Sum(series => series.Value));
        using var process = Process.GetCurrentProcess();
        return new ServerState
        {
            UptimeSeconds = Math.Round(time.GetElapsedTime(_started).TotalSeconds, 1),
            TraceRequests = (long)answered.Where(series => series.Label("signal") == "traces").Sum(series => series.Value),
            AcceptedSpans = (long)metrics.Read("clew_ingest_accepted_items_total").Where(series => series.Label("signal") == "traces").Sum(series => series.Value),
            Refused = ByReason(refused, requests),
            Dropped = ByReason(metrics.Read("clew_ingest_dropped_items_total"), 0),
            Arrivals = arrived?.Services,
            ArrivalP95Seconds = arrived?.P95Seconds,
            Queries = queries?.Count ?? 0,
            QueryP50 = queries?.Quantile(0.5) ?? 0,
            QueryP95 = queries?.Quantile(0.95) ?? 0,
            OpenDoors =
            [
                .. Door.Open(options).Where(open => open.Door.Kind is DoorKind.Native or DoorKind.DropIn && IsReachable(open.Address)).Select(open => $"{open.Door.Name} on {open.Address}"),
            ],
            StoreBytes = statistics.TotalBytes,
            SpanRows = spans?.Rows ?? 0,
            SpanBytes = spans?.BytesOnDisk ?? 0,
            FreeBytes = disk.Free() is var free && free < long.MaxValue ? free : null,
            HasRetention = options.Retention.MaxAge is not null || options.Retention.MaxBytes is not null,
            CpuSeconds = process.TotalProcessorTime.TotalSeconds,
        };
    }

    private static Symptom[] ByReason(IReadOnlyList<SeriesValue> series, long of) =>
    [
        .. series.GroupBy(one => one.Label("reason"), StringComparer.Ordinal)
            .Select(group => new Symptom { Subject = group.Key, Count = (long)group.Sum(one => one.Value), Of = of })
            .OrderByDescending(symptom => symptom.Count).ThenBy(symptom => symptom.Subject, StringComparer.Ordinal),
    ];

    private static bool IsReachable(ListenAddress address) => !IPAddress.IsLoopback(address.IPAddress);
}
