using System.Buffers;
using System.Collections.Concurrent;
using Clew.Analysis.Doctor;
using Clew.Server.Pipeline;
using Clew.Telemetry;

namespace Clew.Server.Doctor;

/// <summary>
/// Counts how long after their end spans arrive, by service and five minutes of arrival, for a day. Arrival is when the batch is decoded; the store adds its
/// write time. Kept in memory: it is about this server's way, and the spans' own times say nothing of it.
/// </summary>
internal sealed class Arrivals(TimeProvider time) : IPipelineStage
{
    /// <summary>Services counted by themselves; further ones are counted as one, so that memory is bounded (about 17 kB per busy service and day).</summary>
    private const int MaxServices = 500;

    private const string OtherServices = "(other)";

    private static readonly TimeSpan SlotLength = TimeSpan.FromMinutes(5);

    private static readonly int Slots = (int)(TimeSpan.FromDays(1) / SlotLength);

    /// <summary>Upper bounds in seconds; beyond the last one is a bucket of its own.</summary>
    private static readonly double[] Bounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, DoctorRules.LateSeconds, 300, DoctorRules.ImportSeconds];

    private static readonly int Buckets = Bounds.Length + 1;

    private readonly ConcurrentDictionary<string, Service> _services = new(StringComparer.Ordinal);

    public string Name => "arrival";

    public void Process(SpanBatch batch, StageReport report)
    {
        var resources = batch.Resources.Count;
        if (resources == 0 || batch.Count == 0)
        {
            return;
        }

        var now = Timestamp.FromDateTimeOffset(time.GetUtcNow()).UnixNanoseconds;
        var counts = ArrayPool<int>.Shared.Rent(resources * Buckets);
        try
        {
            Array.Clear(counts, 0, resources * Buckets);
            var starts = batch.StartTimes.Values;
            var durations = batch.Durations.Values;
            var owners = batch.ResourceIndexes.Values;
            for (var row = 0; row < starts.Length; row++)
            {
                counts[(owners[row] * Buckets) + BucketOf(now - (double)starts[row] - durations[row])]++;
            }

            var slot = now / (SlotLength.Ticks * 100);
            for (var resource = 0; resource < resources; resource++)
            {
                Add(batch.Resources[resource].Service, slot, counts.AsSpan(resource * Buckets, Buckets));
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(counts);
        }
    }

    public void Process(LogBatch batch, StageReport report)
    {
    }

    public void Process(MetricBatch batch, StageReport report)
    {
    }

    /// <summary>What arrived in a stretch of time, to five minutes: by service, and the 95th percentile over all. Null when nothing did.</summary>
    public (IReadOnlyList<ArrivalCounts> Services, double P95Seconds)? Read(TimeRange range)
    {
        var first = Math.Max(0, range.Start.UnixNanoseconds) / (SlotLength.Ticks * 100);
        var last = (range.End.UnixNanoseconds - 1) / (SlotLength.Ticks * 100);
        var all = new long[Buckets];
        var found = new List<ArrivalCounts>();
        foreach (var (name, service) in _services)
        {
            var counts = service.Sum(first, last);
            var total = counts.Sum();
            if (total == 0)
            {
                continue;
            }

            for (var i = 0; i < Buckets; i++)
            {
                all[i] += counts[i];
            }

            found.Add(new ArrivalCounts
            {
                Service = name,
                Spans = total,
                Late = counts.Skip(Array.IndexOf(Bounds, DoctorRules.LateSeconds) + 1).Sum(),
                P50Seconds = Quantile(counts, 0.5),
                P95Seconds = Quantile(counts, 0.95),
            });
        }

        return found.Count == 0 ? null : ([.. found.OrderBy(item => item.Service, StringComparer.Ordinal)], Quantile(all, 0.95));
    }

    private static int BucketOf(double nanoseconds)
    {
        var seconds = nanoseconds / 1e9;
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
        {
            bucket++;
        }

        return bucket;
    }

    /// <summary>The upper bound of the bucket that holds the quantile; twice the last bound beyond it.</summary>
    private static double Quantile(long[] counts, double level)
    {
        var rank = level * counts.Sum();
        long seen = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= rank)
            {
                return i < Bounds.Length ? Bounds[i] : 2 * Bounds[^1];
            }
        }

        return 2 * Bounds[^1];
    }

    private void Add(string service, long slot, ReadOnlySpan<int> counts)
    {
        if (counts.IndexOfAnyExcept(0) < 0)
        {
            return;
        }

        if (!_services.TryGetValue(service, out var known))
        {
            known = _services.GetOrAdd(_services.Count < MaxServices ? service : OtherServices, _ => new Service());
        }

        known.Add(slot, counts);
    }

    /// <summary>A ring of slots, each with the number of the slot it holds now.</summary>
    private sealed class Service
    {
        private readonly Lock _lock = new();
        private readonly long[] _numbers = new long[Slots];
        private readonly int[]?[] _counts = new int[]?[Slots];

        public void Add(long slot, ReadOnlySpan<int> counts)
        {
            var place = (int)(slot % Slots);
            lock (_lock)
            {
                var into = _counts[place] ??= new int[Buckets];
                if (_numbers[place] != slot)
                {
                    Array.Clear(into);
                    _numbers[place] = slot;
                }

                for (var i = 0; i < counts.Length; i++)
                {
                    into[i] += counts[i];
                }
            }
        }

        public long[] Sum(long first, long last)
        {
            var sums = new long[Buckets];
            lock (_lock)
            {
                for (var place = 0; place < Slots; place++)
                {
                    if (_counts[place] is { } counts && _numbers[place] >= first && _numbers[place] <= last)
                    {
                        for (var i = 0; i < Buckets; i++)
                        {
                            sums[i] += counts[i];
                        }
                    }
                }
            }

            return sums;
        }
    }
}
