using System.Text.Unicode;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// One series while its labels, samples and exemplars are read. First all labels, then whatever it has. A series of numbers, one of native histograms and
/// one of histograms with custom buckets are different series of the store, though their labels are the same; each is made when the first point needs it.
/// </summary>
internal struct PrometheusSeries
{
    /// <summary>The bits of the NaN that says "this series has ended": Prometheus, <c>model/value</c>.</summary>
    private const ulong StaleBits = 0x7FF0_0000_0000_0002;

    /// <summary>OTLP's data point flag for "no recorded value", which a stale marker is.</summary>
    private const uint NoRecordedValue = 1;

    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>Stands for a time after what 64 bits hold; any other negative one is before 1970.</summary>
    private const long TooLate = long.MinValue;

    private readonly PrometheusRequest _request;
    private int _labels;
    private int _name;
    private int _job;
    private int _instance;
    private bool _hasBound;
    private bool _isTargetInfo;
    private int _numbers;
    private int _native;
    private int _custom;
    private long _lastTime;
    private long _lastBits;
    private PointRow _exemplars;
    private readonly int _firstExemplar;
    private bool _hasSample;

    public PrometheusSeries(PrometheusRequest request)
    {
        _request = request;
        _numbers = _native = _custom = -1;
        _firstExemplar = request.Batch.Exemplars.Count;
        _lastTime = -1;
    }

    /// <summary>Why the series must be refused with everything in it.</summary>
    public DecodeIssue Issue { get; private set; }

    /// <summary>What came with the series itself; null to ask the catalogue.</summary>
    public PrometheusMetadata? Metadata { get; set; }

    public static bool IsStale(double value) => BitConverter.DoubleToUInt64Bits(value) == StaleBits;

    /// <summary>The stale marker itself.</summary>
    public static double StaleMarker => BitConverter.UInt64BitsToDouble(StaleBits);

    public void Refuse(DecodeIssue issue)
    {
        if (Issue == DecodeIssue.None)
        {
            Issue = issue;
        }
    }

    public void AddLabel(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var (batch, state) = (_request.Batch, _request.State);
        if (name.IsEmpty)
        {
            Refuse(DecodeIssue.LabelNameInvalid);
            return;
        }

        // A label without a value is no label.
        if (value.IsEmpty)
        {
            return;
        }

        if (++_labels > state.Limits.MaxLabels)
        {
            Refuse(DecodeIssue.TooManyLabels);
        }
        else if (name.SequenceEqual("__name__"u8))
        {
            Place(ref _name, value, state.Limits.MaxNameBytes, DecodeIssue.NameTooLong);
            _isTargetInfo = value.SequenceEqual("target_info"u8);
        }
        else if (name.SequenceEqual("job"u8))
        {
            Place(ref _job, value, state.Limits.MaxValueBytes, DecodeIssue.ValueTooLong);
        }
        else if (name.SequenceEqual("instance"u8))
        {
            Place(ref _instance, value, state.Limits.MaxValueBytes, DecodeIssue.ValueTooLong);
        }
        else
        {
            Refuse(AttributeRow.AddText(batch, batch.Series.Attributes, state, name, value));
            _hasBound |= name.SequenceEqual("le"u8);
        }
    }

    /// <summary>Called when all labels are there.</summary>
    public void EndLabels()
    {
        if (_name == 0)
        {
            Refuse(DecodeIssue.MetricNameMissing);
        }

        var keys = _request.Batch.Series.Attributes.Keys.Values[OpenLabels()..];
        for (var i = 1; i < keys.Length && Issue == DecodeIssue.None; i++)
        {
            if (keys[..i].Contains(keys[i]))
            {
                Refuse(DecodeIssue.LabelRepeated);
            }
        }

        Metadata ??= Issue == DecodeIssue.None ? _request.MetadataOf(_name) : null;
    }

    /// <param name="milliseconds">Since the Unix epoch.</param>
    /// <param name="startMilliseconds">When a counter began; 0 when not known.</param>
    public void AddSample(double value, long milliseconds, long startMilliseconds) =>
        AddSampleAt(value, Nanoseconds(milliseconds), Nanoseconds(startMilliseconds));

    /// <param name="time">Nanoseconds since the Unix epoch; negative for a time that cannot be kept.</param>
    /// <param name="start">As above.</param>
    public void AddSampleAt(double value, long time, long start)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        if (!BeginPoint(time, start))
        {
            return;
        }

        if (time == _lastTime && _hasSample)
        {
            if (bits == _lastBits)
            {
                _request.State.Warn(DecodeIssue.SampleRepeated);
            }
            else
            {
                _request.State.Refuse(DecodeIssue.SampleConflict);
                _request.State.CountRejected();
            }

            return;
        }

        (_lastTime, _lastBits, _hasSample) = (time, bits, true);
        var isStale = IsStale(value);
        var point = new PointRow { NumberType = NumberType.Double, Double = value, Flags = isStale ? NoRecordedValue : 0 };
        point.AddTo(_request.Batch, MetricKind.Gauge, NumberSeries(), Math.Max(0, start), time);
        _request.State.CountAccepted();
        if (_isTargetInfo)
        {
            _request.LearnTarget(_numbers, _job, _instance, isStale);
        }
    }

    /// <summary>Adds what was read into the request's <see cref="PrometheusRequest.Histogram"/>.</summary>
    public void AddHistogram(long startMilliseconds)
    {
        var histogram = _request.Histogram;
        var time = Nanoseconds(histogram.Timestamp);
        var start = Nanoseconds(histogram.StartTimestamp != 0 ? histogram.StartTimestamp : startMilliseconds);
        if (!BeginPoint(time, start))
        {
            return;
        }

        var (batch, state) = (_request.Batch, _request.State);
        var issue = histogram.AppendBuckets(batch, state.Limits);
        if (issue != DecodeIssue.None)
        {
            state.Refuse(issue);
            state.CountRejected();
            batch.Rollback(batch.Exemplars.Count);
            return;
        }

        _lastTime = time;
        var point = histogram.ToPoint();
        point.Flags = IsStale(histogram.Sum) ? NoRecordedValue : 0;
        if (histogram.IsCustom)
        {
            point.AddTo(batch, MetricKind.Histogram, CustomSeries(histogram.IsGauge), Math.Max(0, start), time);
        }
        else
        {
            point.AddTo(batch, MetricKind.ExponentialHistogram, NativeSeries(histogram.IsGauge), Math.Max(0, start), time);
        }

        state.CountAccepted();
    }

    /// <summary>Adds a label of the exemplar that <see cref="EndExemplar"/> will close.</summary>
    public readonly void AddExemplarLabel(ref ExemplarRow exemplar, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || value.IsEmpty)
        {
            return;
        }

        if (TraceContext.Take(name, value, ref exemplar.TraceId, ref exemplar.SpanId))
        {
            return;
        }

        var issue = ++exemplar.Attributes > _request.State.Limits.MaxLabels
            ? DecodeIssue.TooManyLabels
            : AttributeRow.AddText(_request.Batch, _request.Batch.Exemplars.Attributes, _request.State, name, value);
        exemplar.LeftOut += issue == DecodeIssue.None ? 0u : 1u;
    }

    public void EndExemplar(ref ExemplarRow exemplar, double value, long milliseconds) => EndExemplarAt(ref exemplar, value, Nanoseconds(milliseconds));

    public void EndExemplarAt(ref ExemplarRow exemplar, double value, long time)
    {
        exemplar.NumberType = NumberType.Double;
        exemplar.Double = value;
        exemplar.Time = time < 0 ? ulong.MaxValue : (ulong)time;
        _exemplars.AddExemplar(_request.Batch, _request.State, exemplar);
    }

    /// <summary>Completes the series. Its exemplars belong to the last point that came with them, or to their own time where none did.</summary>
    public void End()
    {
        var batch = _request.Batch;
        var exemplars = batch.Exemplars;
        if (Issue != DecodeIssue.None)
        {
            batch.Rollback(_firstExemplar);
            return;
        }

        if (_firstExemplar < exemplars.Count)
        {
            var series = _native >= 0 ? _native : _custom >= 0 ? _custom : NumberSeries();
            for (var i = _firstExemplar; i < exemplars.Count; i++)
            {
                exemplars.SeriesIndexes[i] = series;
                exemplars.PointTimes[i] = _lastTime >= 0 ? _lastTime : exemplars.Times[i];
            }
        }

        // The labels of a series without anything in it.
        batch.Rollback(exemplars.Count);
    }

    /// <summary>Negative for what a store cannot keep.</summary>
    private static long Nanoseconds(long milliseconds) => milliseconds is >= 0 and <= long.MaxValue / NanosecondsPerMillisecond ? milliseconds * NanosecondsPerMillisecond : milliseconds < 0 ? -1 : TooLate;

    /// <summary>True when a point of this time may be added; otherwise it has been counted.</summary>
    private readonly bool BeginPoint(long time, long start)
    {
        var state = _request.State;
        state.BeginRecord(Issue);
        if (time < 0 || start < 0)
        {
            state.Refuse(Math.Min(time, start) == TooLate ? DecodeIssue.TimeBeyondRange : DecodeIssue.TimeBeforeEpoch);
        }

        if (state.RecordIssue == DecodeIssue.None)
        {
            return true;
        }

        state.CountRejected();
        return false;
    }

    private int NumberSeries() => _numbers >= 0 ? _numbers : _numbers = MakeSeries(
        SeriesKind.Of(Metadata?.Type ?? PrometheusMetricType.Unknown, _request.Batch.Dictionary.Get(_name), _hasBound));

    private int NativeSeries(bool isGauge) => _native >= 0 ? _native : _native = MakeSeries(isGauge ? SeriesKind.NativeHistogram.OfGauges() : SeriesKind.NativeHistogram);

    private int CustomSeries(bool isGauge) => _custom >= 0 ? _custom : _custom = MakeSeries(isGauge ? SeriesKind.CustomHistogram.OfGauges() : SeriesKind.CustomHistogram);

    private readonly int MakeSeries(in SeriesKind kind)
    {
        // The first series of these labels takes those that are open; a further one gets copies.
        var made = Math.Max(_numbers, Math.Max(_native, _custom));
        if (made >= 0)
        {
            var attributes = _request.Batch.Series.Attributes;
            var (from, to) = (attributes.StartOf(made), attributes.EndOf(made));
            for (var entry = from; entry < to; entry++)
            {
                attributes.Add(attributes.Keys[entry], attributes.Types[entry], attributes.Values[entry]);
            }
        }

        return _request.EndSeries(_name, kind, Metadata, _job, _instance);
    }

    private readonly int OpenLabels()
    {
        var attributes = _request.Batch.Series.Attributes;
        return attributes.Count == 0 ? 0 : attributes.EndOf(attributes.Count - 1);
    }

    private void Place(ref int place, ReadOnlySpan<byte> value, int maxBytes, DecodeIssue tooLong)
    {
        if (place != 0)
        {
            Refuse(DecodeIssue.LabelRepeated);
        }
        else if (value.Length > maxBytes)
        {
            Refuse(tooLong);
        }
        else if (!Utf8.IsValid(value))
        {
            Refuse(DecodeIssue.KeyNotUtf8);
        }
        else
        {
            place = _request.Batch.Dictionary.Add(value);
        }
    }
}
