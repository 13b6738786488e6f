using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>The scalar fields of one log record while they are read; see <see cref="SpanRow"/>.</summary>
internal struct LogRow
{
    private const int MaxSeverity = 24;

    public ulong Time;
    public ulong ObservedTime;
    public TraceId TraceId;
    public SpanId SpanId;
    public bool TraceIdInvalid;
    public bool SpanIdInvalid;
    public int Severity;
    public int SeverityText;
    public AttributeType BodyType;
    public TextRef Body;
    public int EventName;
    public uint Flags;
    public uint DroppedAttributes;
    public int Attributes;

    public void Complete(LogBatch batch, DecodeState state)
    {
        var time = state.Time(Time);
        var observed = state.Time(ObservedTime);
        if (state.RecordIssue != DecodeIssue.None)
        {
            state.CountRejected();
            batch.Rollback();
            return;
        }

        if (time == 0 && observed == 0)
        {
            state.Warn(DecodeIssue.TimeMissing);
        }

        // The standard (logs.proto): a receiver should assume that a record with an invalid id is not associated with a trace or span.
        if (TraceIdInvalid)
        {
            state.Warn(DecodeIssue.LogTraceIdInvalid);
        }

        if (SpanIdInvalid)
        {
            state.Warn(DecodeIssue.LogSpanIdInvalid);
        }

        batch.Times.Add(time);
        batch.ObservedTimes.Add(observed);
        batch.TraceIds.Add(TraceId);
        batch.SpanIds.Add(SpanId);
        batch.Severities.Add(state.EnumNumber(Severity, MaxSeverity));
        batch.SeverityTexts.Add(SeverityText);
        batch.BodyTypes.Add(BodyType);
        batch.Bodies.Add(Body);
        batch.EventNames.Add(EventName);
        batch.Flags.Add(Flags);
        batch.DroppedAttributes.Add(DroppedAttributes);
        batch.Attributes.EndList();
        state.CountAccepted();
    }
}
