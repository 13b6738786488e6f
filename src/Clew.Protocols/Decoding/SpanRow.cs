using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>
/// The scalar fields of one span while they are read, in whatever order they come. Attributes, events and links are in the batch already;
/// <see cref="Complete"/> applies OTLP's rules and either adds the row or takes back everything read for it.
/// </summary>
internal struct SpanRow
{
    public TraceId TraceId;
    public SpanId SpanId;
    public SpanId ParentSpanId;
    public bool TraceIdInvalid;
    public bool SpanIdInvalid;
    public bool ParentSpanIdInvalid;
    public ulong StartTime;
    public ulong EndTime;
    public int Name;
    public int Kind;
    public int StatusCode;
    public TextRef StatusMessage;
    public TextRef TraceState;
    public uint Flags;
    public uint DroppedAttributes;
    public uint DroppedEvents;
    public uint DroppedLinks;
    public uint LinksLeftOut;
    public int Attributes;
    public int Events;
    public int Links;

    public void Complete(SpanBatch batch, DecodeState state)
    {
        Check(state);
        var start = state.Time(StartTime);
        var end = state.Time(EndTime);
        if (state.RecordIssue != DecodeIssue.None)
        {
            state.CountRejected();
            batch.Rollback();
            return;
        }

        if (end < start)
        {
            state.Warn(DecodeIssue.EndBeforeStart);
        }

        if (start == 0)
        {
            state.Warn(DecodeIssue.TimeMissing);
        }

        batch.TraceIds.Add(TraceId);
        batch.SpanIds.Add(SpanId);
        batch.ParentSpanIds.Add(ParentSpanId);
        batch.StartTimes.Add(start);
        batch.Durations.Add(end - start);
        batch.Names.Add(Name);
        batch.Kinds.Add((SpanKind)state.EnumNumber(Kind));
        batch.Statuses.Add((SpanStatus)state.EnumNumber(StatusCode));
        batch.StatusMessages.Add(StatusMessage);
        batch.TraceStates.Add(TraceState);
        batch.Flags.Add(Flags);
        batch.DroppedAttributes.Add(DroppedAttributes);
        batch.DroppedEvents.Add(DroppedEvents);
        batch.DroppedLinks.Add(uint.MaxValue - DroppedLinks < LinksLeftOut ? uint.MaxValue : DroppedLinks + LinksLeftOut);
        batch.Attributes.EndList();
        batch.EndSpan();
        state.CountAccepted();
    }

    /// <summary>Closes an event whose attributes were added.</summary>
    public void AddEvent(SpanBatch batch, DecodeState state, ulong time, int name, uint droppedAttributes)
    {
        if (++Events > state.Limits.MaxEvents)
        {
            state.Refuse(DecodeIssue.TooManyEvents);
            batch.Events.Attributes.DropOpenEntries();
            return;
        }

        batch.Events.Times.Add(state.Time(time));
        batch.Events.Names.Add(name);
        batch.Events.DroppedAttributes.Add(droppedAttributes);
        batch.Events.Attributes.EndList();
    }

    /// <summary>Closes a link whose attributes were added.</summary>
    public void AddLink(SpanBatch batch, DecodeState state, in LinkRow link)
    {
        if (++Links > state.Limits.MaxLinks)
        {
            state.Refuse(DecodeIssue.TooManyLinks);
            batch.Links.Attributes.DropOpenEntries();
            return;
        }

        if (link.Invalid)
        {
            // A link is one pointer of many; the span is worth more than it.
            state.Warn(DecodeIssue.LinkLeftOut);
            LinksLeftOut++;
            batch.Links.Attributes.DropOpenEntries();
            return;
        }

        batch.Links.TraceIds.Add(link.TraceId);
        batch.Links.SpanIds.Add(link.SpanId);
        batch.Links.TraceStates.Add(link.TraceState);
        batch.Links.Flags.Add(link.Flags);
        batch.Links.DroppedAttributes.Add(link.DroppedAttributes);
        batch.Links.Attributes.EndList();
    }

    private readonly void Check(DecodeState state)
    {
        if (TraceIdInvalid)
        {
            state.Refuse(DecodeIssue.TraceIdLength);
        }
        else if (TraceId.IsEmpty)
        {
            state.Refuse(DecodeIssue.TraceIdMissing);
        }

        if (SpanIdInvalid)
        {
            state.Refuse(DecodeIssue.SpanIdLength);
        }
        else if (SpanId.IsEmpty)
        {
            state.Refuse(DecodeIssue.SpanIdMissing);
        }

        if (ParentSpanIdInvalid)
        {
            state.Refuse(DecodeIssue.ParentSpanIdLength);
        }
    }
}

/// <summary>The fields of one link while they are read.</summary>
internal struct LinkRow
{
    public TraceId TraceId;
    public SpanId SpanId;
    public bool TraceIdInvalid;
    public bool SpanIdInvalid;
    public TextRef TraceState;
    public uint Flags;
    public uint DroppedAttributes;

    public readonly bool Invalid => TraceIdInvalid || SpanIdInvalid;
}
