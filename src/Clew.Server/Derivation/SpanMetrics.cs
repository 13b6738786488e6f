using Clew.Telemetry;

namespace Clew.Server.Derivation;

/// <summary>
/// Writes roll-ups as metrics under the names and labels that Tempo's metrics generator made usual, so that dashboards and service maps made for them work.
/// </summary>
/// <remarks>
/// Counters are cumulative within a day (UTC): they begin at 0 at midnight, as their points' start time says. A point is at the end of its minute, and is
/// there when the series was active in that minute. Spans that come after their minute was written count from the next point of the same day on; the roll-ups
/// themselves, and what the API answers from them, are exact.
/// </remarks>
internal sealed class SpanMetrics(ITelemetryRollup rollup, ITelemetryReader reader, ITelemetryWriter writer)
{
    /// <summary>The instrumentation scope of every series written here; investigations leave it out, because it is their own spans again.</summary>
    public const string Scope = "clew.derivation";

    /// <summary>Points of one day and kind that are written at once, series by series; what is beyond is left out and told of by the next roll's count.</summary>
    private const int MaxPoints = 50_000;

    /// <summary>Days that are written at once, the latest ones: an import of years of spans has its sums, and no metrics of long ago.</summary>
    private const int MaxDays = 31;

    private const string Service = "clew";

    private static readonly double[] Bounds = [.. DurationHistogram.BoundsSeconds];

    private readonly Dictionary<Tenant, Timestamp> _written = [];

    /// <returns>Points written.</returns>
    public async Task<int> WriteAsync(Tenant tenant, RollupResult rolled, CancellationToken cancellation)
    {
        if (!_written.TryGetValue(tenant, out var written))
        {
            _written[tenant] = written = await LatestAsync(tenant, cancellation);
        }

        var batch = new MetricBatch { Tenant = tenant };
        var into = new Points(batch);
        foreach (var (day, part) in Days(rolled.Ranges, written).TakeLast(MaxDays))
        {
            var range = new TimeRange(day, part.End);
            into.Add(await rollup.GetSpanSeriesAsync(tenant, range, part.Start, MaxPoints, cancellation), day);
            into.Add(await rollup.GetEdgeSeriesAsync(tenant, range, part.Start, MaxPoints, cancellation), day);
        }

        if (batch.Count > 0)
        {
            await writer.WriteAsync(batch, cancellation);
        }

        _written[tenant] = rolled.Ranges[^1].End > written ? rolled.Ranges[^1].End : written;
        return batch.Count;
    }

    /// <summary>The end of the last minute that was written before this start of the server.</summary>
    private async Task<Timestamp> LatestAsync(Tenant tenant, CancellationToken cancellation)
    {
        var name = Predicate.Equal(Field.Intrinsic(Intrinsics.Name), Literal.String("traces_spanmetrics_calls_total"));
        var table = await reader.ReadAsync(
            new ReadPlan(tenant, Dataset.NumberPoints, TimeRange.All)
            {
                Where = Predicate.AllOf(name, Predicate.Equal(Field.Intrinsic(Intrinsics.ScopeName), Literal.String(Scope))),
                Aggregates = [new Aggregate(AggregateFunction.Max, "last", Field.Intrinsic(Intrinsics.Time)), Aggregate.Count()],
            },
            cancellation);
        return table.RowCount == 0 || table.Longs("count")[0] == 0 ? Timestamp.MinValue : new Timestamp((long)table.Doubles("last")[0] / 60_000_000_000 * 60_000_000_000);
    }

    /// <summary>What of the ranges is new, as one stretch for each day they touch.</summary>
    private static IEnumerable<(Timestamp Day, TimeRange Part)> Days(IReadOnlyList<TimeRange> ranges, Timestamp written)
    {
        var parts = new SortedDictionary<Timestamp, TimeRange>();
        foreach (var range in ranges.Where(range => range.End > written))
        {
            var start = range.Start > written ? range.Start : written;
            for (var day = DayOf(start); day < range.End; day += TimeSpan.FromDays(1))
            {
                var midnight = day + TimeSpan.FromDays(1);
                var part = new TimeRange(start > day ? start : day, range.End < midnight ? range.End : midnight);
                parts[day] = parts.TryGetValue(day, out var known) ? new TimeRange(known.Start, part.End) : part;
            }
        }

        return parts.Select(part => (part.Key, part.Value));
    }

    private static Timestamp DayOf(Timestamp time) => new(time.UnixNanoseconds / 86_400_000_000_000 * 86_400_000_000_000);

    private sealed class Points(MetricBatch batch)
    {
        private readonly int _resource = MakeResource(batch);
        private readonly int _scope = batch.Scopes.End(batch.Dictionary.Add(Scope), batch.Dictionary.Add(string.Empty), TextRef.Empty, 0);

        public void Add(IReadOnlyList<SpanSeriesPoint> points, Timestamp day)
        {
            foreach (var group in points.GroupBy(point => (point.Service, point.Name, point.Kind, point.Status)))
            {
                (string, string)[] labels =
                [
                    ("service", group.Key.Service),
                    ("span_name", group.Key.Name),
                    ("span_kind", $"SPAN_KIND_{group.Key.Kind.ToString().ToUpperInvariant()}"),
                    ("status_code", $"STATUS_CODE_{group.Key.Status.ToString().ToUpperInvariant()}"),
                ];
                var calls = Counter("traces_spanmetrics_calls_total", "{span}", "Spans, by service, name, kind and status.", labels);
                var size = Counter("traces_spanmetrics_size_total", "By", "Bytes of spans in OTLP's protobuf, by service, name, kind and status.", labels);
                var latency = Histogram("traces_spanmetrics_latency", "Durations of spans.", labels);
                foreach (var point in group)
                {
                    Number(calls, day, point.Time, point.Spans);
                    Number(size, day, point.Time, point.Bytes);
                    Distribution(latency, day, point.Time, point.Durations);
                    Exemplar(latency, point.Time, point.SlowestTrace, point.SlowestSpan, point.SlowestNanoseconds);
                }
            }
        }

        public void Add(IReadOnlyList<EdgeSeriesPoint> points, Timestamp day)
        {
            foreach (var group in points.GroupBy(point => (point.Client, point.Server, Type: TypeOf(point.Link))))
            {
                (string, string)[] labels = [("client", group.Key.Client), ("server", group.Key.Server), ("connection_type", group.Key.Type)];
                var total = Counter("traces_service_graph_request_total", "{request}", "Calls from one service to another.", labels);
                var failed = Counter("traces_service_graph_request_failed_total", "{request}", "Calls of which either side failed.", labels);
                var server = Histogram("traces_service_graph_request_server_seconds", "Time of calls as the callee saw it.", labels);
                var client = Histogram("traces_service_graph_request_client_seconds", "Time of calls as the caller saw it.", labels);
                var waiting = group.Key.Type == "messaging_system" ? Histogram("traces_service_graph_request_messaging_system_seconds", "Time that messages spent between producer and consumer.", labels) : -1;

                // Requests and other calls between two services are one series: the points of each link up to a minute are added.
                foreach (var (time, links) in Together([.. group]))
                {
                    Number(total, day, time, links.Aggregate(0UL, (sum, link) => sum + link.Calls));
                    Number(failed, day, time, links.Aggregate(0UL, (sum, link) => sum + link.Failed));
                    Distribution(server, day, time, Sum(links.Select(link => link.ServerDurations)));
                    Distribution(client, day, time, Sum(links.Select(link => link.ClientDurations)));
                    var slowest = links.Where(link => link.Time == time).MaxBy(link => link.SlowestNanoseconds)!;
                    Exemplar(links[0].Link is EdgeLink.Database or EdgeLink.External ? client : server, time, slowest.SlowestTrace, slowest.SlowestSpan, slowest.SlowestNanoseconds);
                    if (waiting >= 0)
                    {
                        Distribution(waiting, day, time, Sum(links.Select(link => link.WaitingDurations)));
                    }
                }
            }
        }

        /// <summary>For each time at which one of the links has a point, the latest point of every link up to then.</summary>
        private static IEnumerable<(Timestamp Time, IReadOnlyList<EdgeSeriesPoint> Links)> Together(IReadOnlyList<EdgeSeriesPoint> points)
        {
            var latest = new SortedDictionary<EdgeLink, EdgeSeriesPoint>();
            foreach (var time in points.GroupBy(point => point.Time).OrderBy(group => group.Key))
            {
                foreach (var point in time)
                {
                    latest[point.Link] = point;
                }

                yield return (time.Key, [.. latest.Values]);
            }
        }

        private static DurationHistogram Sum(IEnumerable<DurationHistogram> histograms)
        {
            var buckets = new ulong[Bounds.Length + 1];
            long sum = 0;
            foreach (var histogram in histograms)
            {
                sum += histogram.SumNanoseconds;
                for (var i = 0; i < histogram.Buckets.Count; i++)
                {
                    buckets[i] += histogram.Buckets[i];
                }
            }

            return new DurationHistogram(buckets, sum);
        }

        private static string TypeOf(EdgeLink link) => link switch
        {
            EdgeLink.Message => "messaging_system",
            EdgeLink.Database => "database",
            EdgeLink.External => "virtual_node",
            _ => string.Empty,
        };

        private static int MakeResource(MetricBatch batch)
        {
            batch.Resources.Attributes.Add(batch.Dictionary.Add("service.name"), AttributeType.String, batch.Arena.Add(Service));
            return batch.Resources.End(TextRef.Empty, 0);
        }

        private int Counter(string name, string unit, string description, (string Key, string Value)[] labels) => Series(name, unit, description, MetricKind.Sum, labels);

        private int Histogram(string name, string description, (string Key, string Value)[] labels) => Series(name, "s", description, MetricKind.Histogram, labels);

        private int Series(string name, string unit, string description, MetricKind kind, (string Key, string Value)[] labels)
        {
            var series = batch.Series;
            series.Names.Add(batch.Dictionary.Add(name));
            series.Units.Add(batch.Dictionary.Add(unit));
            series.Descriptions.Add(batch.Dictionary.Add(description));
            series.Kinds.Add(kind);
            series.Temporalities.Add(Temporality.Cumulative);
            series.Monotonic.Add(kind == MetricKind.Sum ? (byte)1 : (byte)0);
            series.ResourceIndexes.Add(_resource);
            series.ScopeIndexes.Add(_scope);
            // Names and labels are those that dashboards know; units do not go into them.
            AddMetadata(MetadataKeys.PrometheusType, kind == MetricKind.Sum ? "counter" : "histogram");
            if (kind == MetricKind.Histogram)
            {
                AddMetadata(MetadataKeys.PrometheusBuckets, MetadataKeys.ClassicBuckets);
            }

            foreach (var (key, value) in labels)
            {
                series.Attributes.Add(batch.Dictionary.Add(key), AttributeType.String, batch.Arena.Add(value));
            }

            return series.End();

            void AddMetadata(string key, string value) => series.Metadata.Add(batch.Dictionary.Add(key), AttributeType.String, batch.Arena.Add(value));
        }

        private static void Point(PointColumns points, int series, Timestamp day, Timestamp time)
        {
            points.SeriesIndexes.Add(series);
            points.StartTimes.Add(day.UnixNanoseconds);
            points.Times.Add(time.UnixNanoseconds);
            points.Flags.Add(0);
            points.EndPoint();
        }

        private void Number(int series, Timestamp day, Timestamp time, ulong value)
        {
            Point(batch.Numbers, series, day, time);
            batch.Numbers.Types.Add(NumberType.Int);
            batch.Numbers.Doubles.Add(value);
            batch.Numbers.Ints.Add((long)value);
        }

        private void Distribution(int series, Timestamp day, Timestamp time, DurationHistogram histogram)
        {
            Point(batch.Histograms, series, day, time);
            batch.Histograms.Counts.Add(histogram.Count);
            batch.Histograms.Parts.Add(HistogramParts.Sum);
            batch.Histograms.Sums.Add(histogram.SumNanoseconds / 1e9);
            batch.Histograms.Mins.Add(0);
            batch.Histograms.Maxes.Add(0);
            batch.Histograms.Bounds.AddList(Bounds);
            batch.Histograms.BucketCounts.AddList([.. histogram.Buckets]);
        }

        private void Exemplar(int series, Timestamp time, TraceId trace, SpanId span, long nanoseconds)
        {
            var exemplars = batch.Exemplars;
            exemplars.SeriesIndexes.Add(series);
            exemplars.PointTimes.Add(time.UnixNanoseconds);
            exemplars.Times.Add(time.UnixNanoseconds - 1);
            exemplars.TraceIds.Add(trace);
            exemplars.SpanIds.Add(span);
            exemplars.Types.Add(NumberType.Double);
            exemplars.Doubles.Add(nanoseconds / 1e9);
            exemplars.Ints.Add(0);
            exemplars.Attributes.EndList();
        }
    }
}
