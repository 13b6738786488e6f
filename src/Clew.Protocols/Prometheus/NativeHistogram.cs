using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// A native histogram as both versions of remote write send it (the field numbers are the same), and its way into the store's columns. Kept between
/// histograms, so that reading one allocates nothing.
/// </summary>
/// <remarks>
/// Prometheus's bucket <c>i</c> ends at <c>base^i</c>, OpenTelemetry's begins there: the offset is one less. Sparse spans become dense counts from the first
/// bucket to the last. Schema -53 has bounds of its own and becomes a histogram with explicit bounds.
/// </remarks>
internal sealed class NativeHistogram
{
    private const int CustomSchema = -53;
    private const int LowestSchema = -4;
    private const int HighestSchema = 8;
    private const int GaugeHint = 3;

    private readonly Side _negative = new();
    private readonly Side _positive = new();
    private readonly Column<double> _bounds = new();
    private ulong _count;
    private double _floatCount;
    private ulong _zeroCount;
    private double _floatZeroCount;
    private double _zeroThreshold;
    private int _schema;
    private int _resetHint;
    private bool _isFloat;
    private int _positiveOffset;
    private int _negativeOffset;

    /// <summary>Milliseconds since the Unix epoch.</summary>
    public long Timestamp { get; private set; }

    /// <summary>As above; 0 when not sent.</summary>
    public long StartTimestamp { get; private set; }

    public double Sum { get; private set; }

    /// <summary>The buckets have bounds of their own.</summary>
    public bool IsCustom => _schema == CustomSchema;

    /// <summary>Its counts may also fall.</summary>
    public bool IsGauge => _resetHint == GaugeHint;

    public void Read(ref ProtobufReader reader)
    {
        Clear();
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Count:
                    (_count, _isFloat) = (reader.ReadVarint(), false);
                    break;
                case Tags.FloatCount:
                    (_floatCount, _isFloat) = (reader.ReadDouble(), true);
                    break;
                case Tags.Sum:
                    Sum = reader.ReadDouble();
                    break;
                case Tags.Schema:
                    _schema = reader.ReadSInt32();
                    break;
                case Tags.ZeroThreshold:
                    _zeroThreshold = reader.ReadDouble();
                    break;
                case Tags.ZeroCount:
                    _zeroCount = reader.ReadVarint();
                    break;
                case Tags.FloatZeroCount:
                    _floatZeroCount = reader.ReadDouble();
                    break;
                case Tags.NegativeSpans:
                    _negative.ReadSpan(ref reader);
                    break;
                case Tags.NegativeDeltas or Tags.NegativeDelta:
                    _negative.ReadDeltas(ref reader, tag == Tags.NegativeDeltas);
                    break;
                case Tags.NegativeCounts or Tags.NegativeCount:
                    ReadDoubles(ref reader, tag == Tags.NegativeCounts, _negative.FloatCounts);
                    break;
                case Tags.PositiveSpans:
                    _positive.ReadSpan(ref reader);
                    break;
                case Tags.PositiveDeltas or Tags.PositiveDelta:
                    _positive.ReadDeltas(ref reader, tag == Tags.PositiveDeltas);
                    break;
                case Tags.PositiveCounts or Tags.PositiveCount:
                    ReadDoubles(ref reader, tag == Tags.PositiveCounts, _positive.FloatCounts);
                    break;
                case Tags.ResetHint:
                    _resetHint = reader.ReadInt32();
                    break;
                case Tags.Timestamp:
                    Timestamp = (long)reader.ReadVarint();
                    break;
                case Tags.CustomValues or Tags.CustomValue:
                    ReadDoubles(ref reader, tag == Tags.CustomValues, _bounds);
                    break;
                case Tags.StartTimestamp:
                    StartTimestamp = (long)reader.ReadVarint();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
    }

    /// <summary>Appends the buckets to the open lists of the kind of histogram this is; the caller rolls back when there is an issue.</summary>
    public DecodeIssue AppendBuckets(MetricBatch batch, ProtocolLimits limits)
    {
        if (!IsCustom && _schema is < LowestSchema or > HighestSchema)
        {
            return DecodeIssue.HistogramSchema;
        }

        if (_isFloat)
        {
            if (!TryWhole(_floatCount, out _count) || !TryWhole(_floatZeroCount, out _zeroCount))
            {
                return DecodeIssue.HistogramFractional;
            }
        }

        var issue = _negative.Count(_isFloat);
        issue = issue == DecodeIssue.None ? _positive.Count(_isFloat) : issue;
        if (issue != DecodeIssue.None)
        {
            return issue;
        }

        // Observations of NaN are in the count and in no bucket.
        var isWhole = _negative.TryTotal(_zeroCount, out var total) && _positive.TryTotal(total, out total);
        if (!PrometheusSeries.IsStale(Sum) && (!isWhole || (double.IsNaN(Sum) ? total > _count : total != _count)))
        {
            return DecodeIssue.HistogramInvalid;
        }

        return IsCustom ? AppendCustom(batch.Histograms, limits) : AppendExponential(batch.ExponentialHistograms, limits);
    }

    /// <summary>Everything but the buckets, the times and the flags.</summary>
    public PointRow ToPoint() => new()
    {
        Count = _count,
        Sum = Sum,
        Parts = HistogramParts.Sum,
        Scale = _schema,
        ZeroCount = _zeroCount,
        ZeroThreshold = _zeroThreshold,
        PositiveOffset = _positiveOffset,
        NegativeOffset = _negativeOffset,
    };

    private static bool TryWhole(double value, out ulong whole)
    {
        var isWhole = value >= 0 && value < (1UL << 53) && double.IsInteger(value);
        whole = isWhole ? (ulong)value : 0;
        return isWhole;
    }

    private static void ReadDoubles(ref ProtobufReader reader, bool isPacked, Column<double> to)
    {
        if (!isPacked)
        {
            to.Add(reader.ReadDouble());
            return;
        }

        var outer = reader.Enter();
        while (reader.HasMore)
        {
            to.Add(reader.ReadDouble());
        }

        reader.Leave(outer);
    }

    private DecodeIssue AppendExponential(ExponentialHistogramColumns points, ProtocolLimits limits)
    {
        if (_bounds.Count != 0)
        {
            return DecodeIssue.HistogramInvalid;
        }

        var issue = _positive.AppendDense(points.PositiveCounts.Values, limits.MaxBuckets, out _positiveOffset);
        return issue != DecodeIssue.None ? issue : _negative.AppendDense(points.NegativeCounts.Values, limits.MaxBuckets, out _negativeOffset);
    }

    private DecodeIssue AppendCustom(HistogramColumns points, ProtocolLimits limits)
    {
        var bounds = _bounds.Values;
        if (bounds.Length > limits.MaxBuckets)
        {
            return DecodeIssue.TooManyBuckets;
        }

        if (!PointRow.AreIncreasing(bounds))
        {
            return DecodeIssue.BoundsNotIncreasing;
        }

        if (!_negative.IsEmpty || _zeroCount != 0)
        {
            return DecodeIssue.HistogramInvalid;
        }

        points.Bounds.Values.AddRange(bounds);
        return _positive.TryFill(points.BucketCounts.Values.Append(bounds.Length + 1)) ? DecodeIssue.None : DecodeIssue.HistogramInvalid;
    }

    private void Clear()
    {
        _negative.Clear();
        _positive.Clear();
        _bounds.Clear();
        (_count, _floatCount, _zeroCount, _floatZeroCount, _zeroThreshold) = (0, 0, 0, 0, 0);
        (_schema, _resetHint, _isFloat, _positiveOffset, _negativeOffset) = (0, 0, false, 0, 0);
        (Timestamp, StartTimestamp, Sum) = (0, 0, 0);
    }

    /// <summary>Field numbers with wire types, packed and single where a field is repeated.</summary>
    private static class Tags
    {
        public const uint Count = 1 << 3;
        public const uint FloatCount = (2 << 3) | 1;
        public const uint Sum = (3 << 3) | 1;
        public const uint Schema = 4 << 3;
        public const uint ZeroThreshold = (5 << 3) | 1;
        public const uint ZeroCount = 6 << 3;
        public const uint FloatZeroCount = (7 << 3) | 1;
        public const uint NegativeSpans = (8 << 3) | 2;
        public const uint NegativeDeltas = (9 << 3) | 2;
        public const uint NegativeDelta = 9 << 3;
        public const uint NegativeCounts = (10 << 3) | 2;
        public const uint NegativeCount = (10 << 3) | 1;
        public const uint PositiveSpans = (11 << 3) | 2;
        public const uint PositiveDeltas = (12 << 3) | 2;
        public const uint PositiveDelta = 12 << 3;
        public const uint PositiveCounts = (13 << 3) | 2;
        public const uint PositiveCount = (13 << 3) | 1;
        public const uint ResetHint = 14 << 3;
        public const uint Timestamp = 15 << 3;
        public const uint CustomValues = (16 << 3) | 2;
        public const uint CustomValue = (16 << 3) | 1;
        public const uint StartTimestamp = 17 << 3;
    }

    /// <summary>The buckets of one sign: spans of neighbours, and a count for each of them.</summary>
    private sealed class Side
    {
        private const uint SpanOffset = 1 << 3;
        private const uint SpanLength = 2 << 3;

        private readonly Column<int> _offsets = new();
        private readonly Column<uint> _lengths = new();
        private readonly Column<long> _deltas = new();
        private readonly Column<ulong> _counts = new();

        public Column<double> FloatCounts { get; } = new();

        public bool IsEmpty => _counts.Count == 0;

        public void Clear()
        {
            _offsets.Clear();
            _lengths.Clear();
            _deltas.Clear();
            _counts.Clear();
            FloatCounts.Clear();
        }

        public void ReadSpan(ref ProtobufReader reader)
        {
            var offset = 0;
            var length = 0u;
            var outer = reader.Enter();
            while (reader.NextField(out var tag))
            {
                switch (tag)
                {
                    case SpanOffset:
                        offset = reader.ReadSInt32();
                        break;
                    case SpanLength:
                        length = reader.ReadUInt32();
                        break;
                    default:
                        reader.Skip(tag);
                        break;
                }
            }

            reader.Leave(outer);
            _offsets.Add(offset);
            _lengths.Add(length);
        }

        public void ReadDeltas(ref ProtobufReader reader, bool isPacked)
        {
            if (!isPacked)
            {
                _deltas.Add(ReadSInt64(ref reader));
                return;
            }

            var outer = reader.Enter();
            while (reader.HasMore)
            {
                _deltas.Add(ReadSInt64(ref reader));
            }

            reader.Leave(outer);
        }

        /// <summary>Makes absolute counts of what was sent, one for each bucket of the spans.</summary>
        public DecodeIssue Count(bool isFloat)
        {
            long buckets = 0;
            foreach (var length in _lengths.Values)
            {
                buckets += length;
            }

            if (buckets != (isFloat ? FloatCounts.Count : _deltas.Count) || (isFloat ? _deltas.Count : FloatCounts.Count) != 0)
            {
                return DecodeIssue.HistogramInvalid;
            }

            if (isFloat)
            {
                foreach (var count in FloatCounts.Values)
                {
                    if (!TryWhole(count, out var whole))
                    {
                        return DecodeIssue.HistogramFractional;
                    }

                    _counts.Add(whole);
                }

                return DecodeIssue.None;
            }

            long running = 0;
            foreach (var delta in _deltas.Values)
            {
                running = unchecked(running + delta);
                if (running < 0)
                {
                    return DecodeIssue.HistogramInvalid;
                }

                _counts.Add((ulong)running);
            }

            return DecodeIssue.None;
        }

        /// <returns>False when the sum does not fit.</returns>
        public bool TryTotal(ulong before, out ulong total)
        {
            total = before;
            foreach (var count in _counts.Values)
            {
                if (count > ulong.MaxValue - total)
                {
                    return false;
                }

                total += count;
            }

            return true;
        }

        /// <summary>Appends the counts from the first bucket to the last, gaps as zeros.</summary>
        /// <param name="offset">OpenTelemetry's number of the first bucket.</param>
        public DecodeIssue AppendDense(Column<ulong> to, int maxBuckets, out int offset)
        {
            offset = 0;
            if (IsEmpty)
            {
                return DecodeIssue.None;
            }

            long first = 0;
            long last = 0;
            long next = 0;
            var taken = 0;
            for (var span = 0; span < _offsets.Count; span++)
            {
                next += _offsets[span];
                if (span > 0 && _offsets[span] < 0)
                {
                    return DecodeIssue.HistogramInvalid;
                }

                if (_lengths[span] == 0)
                {
                    continue;
                }

                var gap = taken == 0 ? 0 : next - last;
                first = taken == 0 ? next : first;
                if (next + _lengths[span] - first > maxBuckets)
                {
                    return DecodeIssue.TooManyBuckets;
                }

                to.Append((int)gap).Clear();
                to.AddRange(_counts.Values.Slice(taken, (int)_lengths[span]));
                taken += (int)_lengths[span];
                next += _lengths[span];
                last = next;
            }

            if (first - 1 is < int.MinValue or > int.MaxValue)
            {
                return DecodeIssue.HistogramInvalid;
            }

            offset = (int)(first - 1);
            return DecodeIssue.None;
        }

        /// <summary>Puts the counts to their places.</summary>
        /// <returns>False when there is no such place.</returns>
        public bool TryFill(Span<ulong> places)
        {
            places.Clear();
            long next = 0;
            var taken = 0;
            for (var span = 0; span < _offsets.Count; span++)
            {
                next += _offsets[span];
                if (next < 0 || (span > 0 && _offsets[span] < 0) || next + _lengths[span] > places.Length)
                {
                    return false;
                }

                _counts.Values.Slice(taken, (int)_lengths[span]).CopyTo(places[(int)next..]);
                taken += (int)_lengths[span];
                next += _lengths[span];
            }

            return true;
        }

        private static long ReadSInt64(ref ProtobufReader reader)
        {
            var raw = reader.ReadVarint();
            return (long)(raw >> 1) ^ -(long)(raw & 1);
        }
    }
}
