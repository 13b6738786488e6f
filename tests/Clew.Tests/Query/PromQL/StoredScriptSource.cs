using System.Runtime.CompilerServices;
using Clew.Protocols;
using Clew.Protocols.Prometheus;
using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Source;
using Clew.Telemetry;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Prometheus.Write.V1;

namespace Clew.Tests.Query.PromQL;

/// <summary>
/// Series that go the whole way: as remote write to the decoder, from there into a store, and back through <see cref="StoreMetricSource"/>. Every script has a tenant of its own.
/// </summary>
internal sealed class StoredScriptSource(IMetricReader store, Func<MetricBatch, Task> writeAsync) : IScriptSource
{
    private static int _tenants;

    private readonly Dictionary<LabelSet, TimeSeries> _pending = [];

    public int FirstPortion { get; init; } = 3;

    public int PortionPoints { get; init; } = 40;

    private Tenant _tenant = NextTenant();

    public void Clear()
    {
        _pending.Clear();
        _tenant = NextTenant();
    }

    public void Add(LabelSet labels, long time, double value, FloatHistogram? histogram, long start)
    {
        if (!_pending.TryGetValue(labels, out var series))
        {
            _pending.Add(labels, series = new TimeSeries { Labels = { labels.Pairs.Select(pair => new Label { Name = pair.Key, Value = pair.Value }) } });
        }

        if (histogram is null)
        {
            series.Samples.Add(new Sample { Value = value, Timestamp = time });
        }
        else
        {
            series.Histograms.Add(Encode(histogram, time));
        }
    }

    public async IAsyncEnumerable<SampledSeries> SelectAsync(MetricSelection selection, QueryBudget budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await FlushAsync();

        // Portions of a few points, so that the seams between them are tested too.
        await foreach (var series in new StoreMetricSource(store, _tenant) { FirstPortion = FirstPortion, PortionPoints = PortionPoints }.SelectAsync(selection, budget, cancellation))
        {
            yield return series;
        }
    }

    private static Tenant NextTenant() => new($"script-{Interlocked.Increment(ref _tenants)}");

    private async Task FlushAsync()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        var batch = new MetricBatch { Tenant = _tenant };
        var decoder = new RemoteWriteDecoder(ProtocolLimits.Default, new PrometheusCatalogue(ProtocolLimits.Default));
        var result = decoder.DecodeV1(new WriteRequest { Timeseries = { _pending.Values } }.ToByteArray(), batch);
        result.Rejected.ShouldBe(0);
        _pending.Clear();
        await writeAsync(batch);
    }

    private static Histogram Encode(FloatHistogram histogram, long time)
    {
        var encoded = new Histogram { CountFloat = histogram.Count, Sum = histogram.Sum, Schema = histogram.Schema, ZeroThreshold = histogram.ZeroThreshold, ZeroCountFloat = histogram.ZeroCount, Timestamp = time, ResetHint = histogram.Hint == CounterResetHint.Gauge ? 3 : 0 };
        encoded.CustomValues.Add(histogram.CustomValues);
        Fill(histogram.Positive, encoded.PositiveSpans, encoded.PositiveCounts);
        Fill(histogram.Negative, encoded.NegativeSpans, encoded.NegativeCounts);
        return encoded;
    }

    private static void Fill(BucketCounts counts, RepeatedField<BucketSpan> spans, RepeatedField<double> values)
    {
        var next = 0;
        foreach (var (index, count) in counts.Pairs())
        {
            spans.Add(new BucketSpan { Offset = index - next, Length = 1 });
            values.Add(count);
            next = index + 1;
        }
    }
}
