using System.Diagnostics.Metrics;
using System.Globalization;

namespace Clew.Server.SelfTelemetry.Prometheus;

/// <summary>One instrument as Prometheus sees it: a name, a type and one series per set of labels.</summary>
internal sealed class MetricFamily
{
    /// <summary>Series of one instrument. Bounds memory when a label turns out to have many values; further ones are added up under <c>otel_metric_overflow</c>.</summary>
    private const int MaxSeries = 1_000;

    /// <summary>OpenTelemetry's default boundaries, for instruments that advise none.</summary>
    private static readonly double[] DefaultBounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly Lock _lock = new();
    private readonly List<Series> _series = [];
    private readonly FamilyType _type;
    private readonly bool _isObserved;
    private readonly double[] _bounds = [];
    private readonly string _help;

    public MetricFamily(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        _isObserved = instrument.IsObservable;
        _type = kind.Contains("UpDownCounter", StringComparison.Ordinal) || kind.Contains("Gauge", StringComparison.Ordinal) ? FamilyType.Gauge
            : kind.StartsWith("Histogram", StringComparison.Ordinal) ? FamilyType.Histogram
            : FamilyType.Counter;
        if (_type == FamilyType.Histogram)
        {
            _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries is { Count: > 0 } advised ? [.. advised] : DefaultBounds;
        }

        Name = PrometheusName.Of(instrument.Name, instrument.Unit, _type);
        _help = instrument.Description ?? string.Empty;
    }

    public string Name { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            var series = Find(tags);
            switch (_type)
            {
                case FamilyType.Histogram:
                    series.Count++;
                    series.Value += value;
                    var bucket = Array.BinarySearch(_bounds, value);
                    series.Buckets[bucket < 0 ? ~bucket : bucket]++;
                    break;
                case var _ when _isObserved:
                    series.Value = value;
                    break;
                default:
                    series.Value += value;
                    break;
            }
        }
    }

    public void WriteTo(TextWriter output)
    {
        lock (_lock)
        {
            if (_series.Count == 0)
            {
                return;
            }

            output.Write($"# HELP {Name} {_help.Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(@"\n")}\n# TYPE {Name} {TypeWord(_type)}\n");
            foreach (var series in _series)
            {
                if (_type == FamilyType.Histogram)
                {
                    WriteHistogram(series, output);
                }
                else
                {
                    output.Write($"{Name}{Braced(series.Labels)} {Number(series.Value)}\n");
                }
            }
        }
    }

    public IReadOnlyList<SeriesValue> Read()
    {
        lock (_lock)
        {
            return [.. _series.Select(series => new SeriesValue(series.Tags, series.Value))];
        }
    }

    public HistogramValue? ReadHistogram()
    {
        if (_type != FamilyType.Histogram)
        {
            return null;
        }

        lock (_lock)
        {
            var buckets = new long[_bounds.Length + 1];
            foreach (var series in _series)
            {
                for (var i = 0; i < buckets.Length; i++)
                {
                    buckets[i] += series.Buckets[i];
                }
            }

            return _series.Count == 0 ? null : new HistogramValue(_bounds, buckets);
        }
    }

    private void WriteHistogram(Series series, TextWriter output)
    {
        var separator = series.Labels.Length > 0 ? "," : string.Empty;
        long below = 0;
        for (var i = 0; i < series.Buckets.Length; i++)
        {
            below += series.Buckets[i];
            var bound = i < _bounds.Length ? Number(_bounds[i]) : "+Inf";
            output.Write($"{Name}_bucket{{{series.Labels}{separator}le=\"{bound}\"}} {below.ToString(CultureInfo.InvariantCulture)}\n");
        }

        output.Write($"{Name}_sum{Braced(series.Labels)} {Number(series.Value)}\n{Name}_count{Braced(series.Labels)} {series.Count.ToString(CultureInfo.InvariantCulture)}\n");
    }

    /// <summary>A linear search: an instrument has a handful of series, and comparing references of label words is quick.</summary>
    private Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var series in _series)
        {
            if (series.Has(tags))
            {
                return series;
            }
        }

        KeyValuePair<string, object?>[] own = _series.Count < MaxSeries ? tags.ToArray() : [KeyValuePair.Create<string, object?>("otel_metric_overflow", "true")];
        if (_series.Count > MaxSeries)
        {
            return _series[MaxSeries];
        }

        var added = new Series(own, _type == FamilyType.Histogram ? _bounds.Length + 1 : 0);
        _series.Add(added);
        return added;
    }

    private static string Braced(string labels) => labels.Length == 0 ? string.Empty : $"{{{labels}}}";

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string TypeWord(FamilyType type) => type switch
    {
        FamilyType.Counter => "counter",
        FamilyType.Gauge => "gauge",
        _ => "histogram",
    };

    private sealed class Series(KeyValuePair<string, object?>[] tags, int buckets)
    {
        public IReadOnlyList<KeyValuePair<string, object?>> Tags => tags;

        public string Labels { get; } = string.Join(',', tags.Select(tag => $"{PrometheusName.Label(tag.Key)}=\"{PrometheusName.LabelValue(tag.Value)}\""));

        public double Value { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[buckets];

        public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
        {
            if (others.Length != tags.Length)
            {
                return false;
            }

            for (var i = 0; i < others.Length; i++)
            {
                if (!ReferenceEquals(tags[i].Key, others[i].Key) && tags[i].Key != others[i].Key)
                {
                    return false;
                }

                if (!Equals(tags[i].Value, others[i].Value))
                {
                    return false;
                }
            }

            return true;
        }
    }
}

internal enum FamilyType
{
    Counter,
    Gauge,
    Histogram,
}
