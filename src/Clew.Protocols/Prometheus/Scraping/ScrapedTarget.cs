using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Prometheus.Scraping;

/// <summary>
/// One target from scrape to scrape: turns what it exposes into points and remembers its series, so that labels are worked out once and a series that is no
/// longer there gets a stale marker.
/// </summary>
/// <remarks>
/// Every scrape ends in exactly one of <see cref="Decode"/>, <see cref="Fail"/> or <see cref="End"/>. A scrape that fails, also in its last line, leaves none
/// of its samples behind but <c>up</c> = 0 and stale markers for all that was there before (Prometheus, "Staleness"). Not safe for concurrent use.
/// </remarks>
public sealed class ScrapedTarget(ScrapeRules rules, ProtocolLimits limits, PrometheusCatalogue catalogue)
{
    private readonly Dictionary<byte[], KnownSeries> _series = new(new SeriesTexts());
    private readonly List<(int Row, string Metric)> _family = [];
    private long _scrape;

    /// <summary>Series that are remembered, those that rules drop included.</summary>
    public int KnownSeriesCount => _series.Count;

    /// <summary>Reads one exposition.</summary>
    /// <param name="time">When the scrape began, nanoseconds since the Unix epoch.</param>
    /// <param name="took">How long the target took to answer.</param>
    /// <param name="batch">Empty.</param>
    /// <param name="outcome">What became of the scrape; a failed one is a good batch that says so.</param>
    public DecodeResult Decode(ReadOnlySpan<byte> body, bool isOpenMetrics, long time, TimeSpan took, MetricBatch batch, out ScrapeOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var mark = new BatchMark(batch);
        var state = new DecodeState(limits);
        var reader = new ExpositionReader(body, isOpenMetrics);
        var counts = default(Counts);
        _scrape++;
        var error = Read(ref reader, new PrometheusRequest(batch, state, catalogue), time, ref counts);
        if (error is not null)
        {
            mark.Restore(batch);
            ForgetNew();
            return Fail(string.Create(CultureInfo.InvariantCulture, $"line {reader.Line}: {error}"), time, took, batch, out outcome);
        }

        var request = new PrometheusRequest(batch, state, catalogue);
        EndUnseen(request, time);
        outcome = new ScrapeOutcome(null, counts.Scraped, counts.Kept, counts.Added);
        Report(request, time, took, outcome);
        return state.ToResult();
    }

    /// <summary>The target could not be read: every series of it ends.</summary>
    /// <param name="error">Why, for people.</param>
    public DecodeResult Fail(string error, long time, TimeSpan took, MetricBatch batch, out ScrapeOutcome outcome)
    {
        var state = new DecodeState(limits);
        var request = new PrometheusRequest(batch, state, catalogue);
        _scrape++;
        EndUnseen(request, time);
        outcome = new ScrapeOutcome(error, 0, 0, 0);
        Report(request, time, took, outcome);
        return state.ToResult();
    }

    /// <summary>The target is scraped no more: every series ends, those about the scrapes too.</summary>
    public DecodeResult End(long time, MetricBatch batch)
    {
        var state = new DecodeState(limits);
        var request = new PrometheusRequest(batch, state, catalogue);
        _scrape++;
        EndUnseen(request, time);
        foreach (var (name, _) in ReportMetrics)
        {
            AddReport(request, name, PrometheusSeries.StaleMarker, time);
        }

        return state.ToResult();
    }

    /// <summary>What Prometheus tells of every scrape, with its help.</summary>
    private static readonly (string Name, PrometheusMetadata Metadata)[] ReportMetrics =
    [
        ("up", new PrometheusMetadata(PrometheusMetricType.Gauge, "Whether the last scrape of the target succeeded.", string.Empty)),
        ("scrape_duration_seconds", new PrometheusMetadata(PrometheusMetricType.Gauge, "How long the target took to answer.", "seconds")),
        ("scrape_samples_scraped", new PrometheusMetadata(PrometheusMetricType.Gauge, "Samples the target exposed.", string.Empty)),
        ("scrape_samples_post_metric_relabeling", new PrometheusMetadata(PrometheusMetricType.Gauge, "Samples that were left after relabeling.", string.Empty)),
        ("scrape_series_added", new PrometheusMetadata(PrometheusMetricType.Gauge, "Series that the scrape before did not have.", string.Empty)),
    ];

    /// <returns>What is wrong; null when nothing is.</returns>
    private string? Read(ref ExpositionReader reader, PrometheusRequest request, long time, ref Counts counts)
    {
        var metric = default(ReadOnlySpan<byte>);
        var metadata = new PrometheusMetadata(PrometheusMetricType.Unknown, string.Empty, string.Empty);
        _family.Clear();
        while (reader.Next())
        {
            if (reader.Entry != ExpositionEntry.Sample)
            {
                if (!reader.Name.SequenceEqual(metric))
                {
                    metric = reader.Name;
                    metadata = new PrometheusMetadata(PrometheusMetricType.Unknown, string.Empty, string.Empty);
                    _family.Clear();
                }

                metadata = reader.Entry switch
                {
                    ExpositionEntry.Type when PrometheusMetricTypes.TryParse(reader.Words, out var type) => metadata with { Type = type },
                    ExpositionEntry.Help => metadata with { Help = Encoding.UTF8.GetString(ExpositionLabels.Unescape(reader.Words)) },
                    ExpositionEntry.Unit => metadata with { Unit = Encoding.UTF8.GetString(reader.Words) },
                    _ => metadata,
                };
                continue;
            }

            counts.Scraped++;
            if (!TryFind(ref reader, out var series, out var error))
            {
                return error;
            }

            if (series.Labels is null)
            {
                series.Scrape = _scrape;
                continue;
            }

            if (series.Scrape == _scrape && (reader.Time is null || !rules.HonorTimestamps))
            {
                request.State.Warn(DecodeIssue.SampleRepeated);
                continue;
            }

            if (++counts.Kept > rules.Limits.Samples)
            {
                return string.Create(CultureInfo.InvariantCulture, $"the target exposes more than sample_limit = {rules.Limits.Samples} samples");
            }

            counts.Added += series.FirstScrape == _scrape && series.Scrape != _scrape ? 1 : 0;
            series.Scrape = _scrape;
            if (AddSample(ref reader, request, series, PrometheusNames.IsSeriesOf(series.Name, metric) ? metadata : null, time) is { } wrong)
            {
                return wrong;
            }
        }

        return reader.Error;
    }

    private string? AddSample(ref ExpositionReader reader, PrometheusRequest request, KnownSeries series, PrometheusMetadata? metadata, long time)
    {
        var ownTime = rules.HonorTimestamps ? reader.Time : null;
        series.HasOwnTime = ownTime is not null;
        var row = request.Batch.Numbers.Count;
        var added = Open(request, series, metadata);
        added.AddSampleAt(reader.Value, ownTime ?? time, 0);
        if (reader.HasExemplar)
        {
            var labels = new ExpositionLabels(reader.ExemplarLabels);
            var exemplar = default(ExemplarRow);
            while (labels.Next())
            {
                added.AddExemplarLabel(ref exemplar, labels.Name, labels.Value);
            }

            if (labels.Error is { } wrong)
            {
                added.End();
                return wrong;
            }

            added.EndExemplarAt(ref exemplar, reader.ExemplarValue, reader.ExemplarTime ?? ownTime ?? time);
        }

        added.End();
        if (request.Batch.Numbers.Count > row && metadata is not null)
        {
            SetStart(ref reader, request.Batch, series, row);
        }

        return null;
    }

    /// <summary>A sample <c>…_created</c> says when the counters, buckets, counts and sums of the same labels began.</summary>
    private void SetStart(ref ExpositionReader reader, MetricBatch batch, KnownSeries series, int row)
    {
        if (!series.Name.AsSpan().EndsWith("_created"u8))
        {
            _family.Add((row, series.Metric));
            return;
        }

        var seconds = reader.Value;
        if (seconds is > 0 and < long.MaxValue / 1e9)
        {
            var start = (long)(decimal.Round((decimal)seconds, 9) * 1_000_000_000m);
            foreach (var (earlier, metric) in _family)
            {
                if (metric == series.Metric)
                {
                    batch.Numbers.StartTimes[earlier] = start;
                }
            }
        }
    }

    private static PrometheusSeries Open(PrometheusRequest request, KnownSeries series, PrometheusMetadata? metadata)
    {
        var added = new PrometheusSeries(request) { Metadata = metadata ?? series.Metadata };
        series.Metadata = added.Metadata;
        foreach (var (name, value) in series.Labels!)
        {
            added.AddLabel(name, value);
        }

        added.EndLabels();
        return added;
    }

    /// <summary>Ends what the last scrape had and this one has not.</summary>
    private void EndUnseen(PrometheusRequest request, long time)
    {
        List<byte[]>? gone = null;
        foreach (var (text, series) in _series)
        {
            if (series.Scrape == _scrape)
            {
                continue;
            }

            (gone ??= []).Add(text);

            // A series with times of its own ends when its times do; Prometheus marks only the others.
            if (series.Labels is not null && !series.HasOwnTime)
            {
                var ended = Open(request, series, null);
                ended.AddSampleAt(PrometheusSeries.StaleMarker, time, 0);
                ended.End();
            }
        }

        gone?.ForEach(text => _series.Remove(text));
    }

    /// <summary>A scrape that failed half-way never happened: what only it had was never there.</summary>
    private void ForgetNew()
    {
        foreach (var (text, series) in _series.ToList())
        {
            if (series.FirstScrape == _scrape)
            {
                _series.Remove(text);
            }
        }
    }

    private void Report(PrometheusRequest request, long time, TimeSpan took, in ScrapeOutcome outcome)
    {
        double[] values = [outcome.Error is null ? 1 : 0, took.TotalSeconds, outcome.Scraped, outcome.Kept, outcome.Added];
        for (var i = 0; i < values.Length; i++)
        {
            AddReport(request, ReportMetrics[i].Name, values[i], time);
        }
    }

    private void AddReport(PrometheusRequest request, string name, double value, long time)
    {
        var series = new PrometheusSeries(request) { Metadata = ReportMetrics.First(metric => metric.Name == name).Metadata };
        series.AddLabel("__name__"u8, Encoding.UTF8.GetBytes(name));
        foreach (var (label, text) in rules.TargetLabels.Pairs)
        {
            series.AddLabel(Encoding.UTF8.GetBytes(label), Encoding.UTF8.GetBytes(text));
        }

        series.EndLabels();
        series.AddSampleAt(value, time, 0);
        series.End();
    }

    private bool TryFind(ref ExpositionReader reader, [NotNullWhen(true)] out KnownSeries? series, out string? error)
    {
        error = null;
        var lookup = _series.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(reader.Series, out series))
        {
            return true;
        }

        var labels = new LabelSet();
        if (!reader.Name.IsEmpty)
        {
            labels["__name__"] = Encoding.UTF8.GetString(reader.Name);
        }

        var read = new ExpositionLabels(reader.Labels);
        while (read.Next())
        {
            var name = Encoding.UTF8.GetString(read.Name);
            if (labels.Contains(name))
            {
                error = $"the label {name} comes twice";
                return false;
            }

            labels[name] = Encoding.UTF8.GetString(read.Value);
        }

        error = read.Error ?? (labels.Contains("__name__") ? null : "a metric name is missing");
        if (error is not null)
        {
            return false;
        }

        AddTargetLabels(labels);
        var isKept = RelabelRule.Apply(rules.MetricRelabeling, labels) && labels.Contains("__name__");
        error = isKept ? Judge(labels) : null;
        if (error is not null)
        {
            return false;
        }

        series = isKept ? new KnownSeries(labels, _scrape) : new KnownSeries(_scrape);
        lookup[reader.Series] = series;
        return true;
    }

    private void AddTargetLabels(LabelSet labels)
    {
        foreach (var (name, value) in rules.TargetLabels.Pairs)
        {
            if (!labels.Contains(name))
            {
                labels[name] = value;
            }
            else if (!rules.HonorLabels)
            {
                var exported = "exported_" + name;
                while (labels.Contains(exported))
                {
                    exported = "exported_" + exported;
                }

                labels[exported] = labels[name];
                labels[name] = value;
            }
        }
    }

    private string? Judge(LabelSet labels)
    {
        var bounds = rules.Limits;
        if (labels.Count > bounds.Labels)
        {
            return string.Create(CultureInfo.InvariantCulture, $"a series has more than label_limit = {bounds.Labels} labels");
        }

        foreach (var (name, value) in labels.Pairs)
        {
            if (Encoding.UTF8.GetByteCount(name) > bounds.LabelNameBytes)
            {
                return string.Create(CultureInfo.InvariantCulture, $"a label's name is longer than label_name_length_limit = {bounds.LabelNameBytes} bytes");
            }

            if (Encoding.UTF8.GetByteCount(value) > bounds.LabelValueBytes)
            {
                return string.Create(CultureInfo.InvariantCulture, $"a label's value is longer than label_value_length_limit = {bounds.LabelValueBytes} bytes");
            }
        }

        return null;
    }

    private struct Counts
    {
        public int Scraped;
        public int Kept;
        public int Added;
    }

    /// <summary>What was worked out for one series' text.</summary>
    private sealed class KnownSeries
    {
        /// <summary>For a series that rules drop.</summary>
        public KnownSeries(long scrape)
        {
            FirstScrape = scrape;
            Scrape = scrape;
            Name = [];
            Metric = string.Empty;
        }

        public KnownSeries(LabelSet labels, long scrape)
        {
            FirstScrape = scrape;
            Scrape = long.MinValue;
            Labels = [.. labels.Pairs.Select(label => (Encoding.UTF8.GetBytes(label.Key), Encoding.UTF8.GetBytes(label.Value)))];
            Name = Encoding.UTF8.GetBytes(labels["__name__"]);
            Metric = string.Join('\u0001', labels.Pairs.Where(label => label.Key is not ("__name__" or "le" or "quantile")).Select(label => label.Key + '\u0002' + label.Value));
        }

        /// <summary>Null for a series that rules drop.</summary>
        public (byte[] Name, byte[] Value)[]? Labels { get; }

        public byte[] Name { get; }

        /// <summary>The labels that all series of one metric share.</summary>
        public string Metric { get; }

        public long FirstScrape { get; }

        /// <summary>The scrape that had it last.</summary>
        public long Scrape { get; set; }

        public bool HasOwnTime { get; set; }

        public PrometheusMetadata? Metadata { get; set; }
    }

    /// <summary>Compares the texts of series as they stand in the exposition.</summary>
    private sealed class SeriesTexts : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            // Seeded per process, so that no target can prepare texts that all collide.
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}

/// <summary>What became of one scrape.</summary>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="Scraped">Samples the target exposed.</param>
/// <param name="Kept">Samples left after relabeling.</param>
/// <param name="Added">Series the scrape before did not have.</param>
public readonly record struct ScrapeOutcome(string? Error, int Scraped, int Kept, int Added);
