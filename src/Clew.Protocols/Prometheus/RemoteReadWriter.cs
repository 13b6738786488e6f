using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Prometheus;

/// <summary>Buckets of one side of zero: their numbers, ascending, and counts.</summary>
public readonly ref struct RemoteBuckets(ReadOnlySpan<int> indexes, ReadOnlySpan<double> counts)
{
    public ReadOnlySpan<int> Indexes { get; } = indexes;

    public ReadOnlySpan<double> Counts { get; } = counts;
}

/// <summary>
/// Writes a <c>prometheus.ReadResponse</c> with all samples (Prometheus, <c>prompb/remote.proto</c> and <c>types.proto</c>): for each query
/// <see cref="BeginResult"/>, its series, <see cref="EndResult"/>.
/// </summary>
public sealed class RemoteReadWriter
{
    private const uint Result = (1 << 3) | 2;
    private const uint Series = (1 << 3) | 2;
    private const uint Label = (1 << 3) | 2;
    private const uint Sample = (2 << 3) | 2;
    private const uint Histogram = (4 << 3) | 2;

    private readonly ProtobufWriter _writer = new();

    public ReadOnlySpan<byte> Written => _writer.Written;

    public int BeginResult() => _writer.Begin(Result);

    public void EndResult(int started) => _writer.End(started);

    /// <param name="labels">Ordered by name.</param>
    public int BeginSeries(IEnumerable<KeyValuePair<string, string>> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var series = _writer.Begin(Series);
        foreach (var (name, value) in labels)
        {
            var label = _writer.Begin(Label);
            _writer.Text((1 << 3) | 2, name);
            _writer.Text((2 << 3) | 2, value);
            _writer.End(label);
        }

        return series;
    }

    public void EndSeries(int started) => _writer.End(started);

    /// <param name="time">Milliseconds since the Unix epoch.</param>
    public void AddSample(double value, long time)
    {
        var sample = _writer.Begin(Sample);
        _writer.Double((1 << 3) | 1, value);
        _writer.Varint(2 << 3, (ulong)time);
        _writer.End(sample);
    }

    /// <summary>Adds a native histogram with float counts.</summary>
    /// <param name="resetHint">0 unknown, 1 reset, 2 not reset, 3 gauge.</param>
    public void AddHistogram(
        long time, int schema, double count, double sum, double zeroThreshold, double zeroCount, RemoteBuckets negative, RemoteBuckets positive, ReadOnlySpan<double> customValues, int resetHint)
    {
        var histogram = _writer.Begin(Histogram);
        _writer.Double((2 << 3) | 1, count);
        _writer.Double((3 << 3) | 1, sum);
        _writer.SInt32(4 << 3, schema);
        _writer.Double((5 << 3) | 1, zeroThreshold);
        _writer.Double((7 << 3) | 1, zeroCount);
        Side(negative, spans: (8 << 3) | 2, counts: (10 << 3) | 2);
        Side(positive, spans: (11 << 3) | 2, counts: (13 << 3) | 2);
        _writer.Varint(14 << 3, (ulong)resetHint);
        _writer.Varint(15 << 3, (ulong)time);
        Doubles((16 << 3) | 2, customValues);
        _writer.End(histogram);
    }

    private void Side(RemoteBuckets buckets, uint spans, uint counts)
    {
        var next = 0;
        for (var i = 0; i < buckets.Indexes.Length;)
        {
            var length = 1;
            while (i + length < buckets.Indexes.Length && buckets.Indexes[i + length] == buckets.Indexes[i] + length)
            {
                length++;
            }

            var span = _writer.Begin(spans);
            _writer.SInt32(1 << 3, buckets.Indexes[i] - next);
            _writer.Varint(2 << 3, (ulong)length);
            _writer.End(span);
            next = buckets.Indexes[i] + length;
            i += length;
        }

        Doubles(counts, buckets.Counts);
    }

    private void Doubles(uint tag, ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        var list = _writer.Begin(tag);
        foreach (var value in values)
        {
            _writer.Fixed64(BitConverter.DoubleToUInt64Bits(value));
        }

        _writer.End(list);
    }
}
