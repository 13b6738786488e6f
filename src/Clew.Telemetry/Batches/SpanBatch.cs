namespace Clew.Telemetry;

/// <summary>
/// Spans by column: row <c>i</c> is value <c>i</c> of every column. Decoders fill it straight from the wire, the store writes it as it is, and
/// the store's answers come back in it too. Read single spans through the indexer.
/// </summary>
/// <remarks>
/// To add a span: append to every row column, add its attributes and close the list, add its events and links (closing each one's attribute
/// list), then call <see cref="EndSpan"/>. <see cref="Rollback"/> undoes everything since the last completed span.
/// </remarks>
public sealed class SpanBatch : TelemetryBatch
{
    public override int Count => EventEnds.Count;

    public Column<TraceId> TraceIds { get; } = new();

    public Column<SpanId> SpanIds { get; } = new();

    public Column<SpanId> ParentSpanIds { get; } = new();

    /// <summary>Nanoseconds since the Unix epoch.</summary>
    public Column<long> StartTimes { get; } = new();

    /// <summary>Nanoseconds, end minus start; negative when clocks disagree.</summary>
    public Column<long> Durations { get; } = new();

    /// <summary>Dictionary numbers.</summary>
    public Column<int> Names { get; } = new();

    public Column<SpanKind> Kinds { get; } = new();

    public Column<SpanStatus> Statuses { get; } = new();

    public Column<TextRef> StatusMessages { get; } = new();

    public Column<TextRef> TraceStates { get; } = new();

    /// <summary>OTLP's 32 flag bits: the low eight are W3C trace flags.</summary>
    public Column<uint> Flags { get; } = new();

    public Column<uint> DroppedAttributes { get; } = new();

    public Column<uint> DroppedEvents { get; } = new();

    public Column<uint> DroppedLinks { get; } = new();

    /// <summary>Index into <see cref="TelemetryBatch.Resources"/>.</summary>
    public Column<int> ResourceIndexes { get; } = new();

    /// <summary>Index into <see cref="TelemetryBatch.Scopes"/>.</summary>
    public Column<int> ScopeIndexes { get; } = new();

    /// <summary>One list per span.</summary>
    public AttributeLists Attributes { get; } = new();

    /// <summary>Per span, the index after its last event.</summary>
    public Column<int> EventEnds { get; } = new();

    public EventColumns Events { get; } = new();

    /// <summary>Per span, the index after its last link.</summary>
    public Column<int> LinkEnds { get; } = new();

    public LinkColumns Links { get; } = new();

    public SpanView this[int row] => new(this, row);

    /// <summary>Completes the span whose parts were appended.</summary>
    public void EndSpan()
    {
        EventEnds.Add(Events.Count);
        LinkEnds.Add(Links.Count);
    }

    /// <summary>Undoes whatever was appended since the last <see cref="EndSpan"/>.</summary>
    public void Rollback() => Truncate(Count);

    /// <summary>Drops the spans from <paramref name="count"/> on. Their texts stay in the arena until <see cref="Clear"/>.</summary>
    public void Truncate(int count)
    {
        TraceIds.Truncate(count);
        SpanIds.Truncate(count);
        ParentSpanIds.Truncate(count);
        StartTimes.Truncate(count);
        Durations.Truncate(count);
        Names.Truncate(count);
        Kinds.Truncate(count);
        Statuses.Truncate(count);
        StatusMessages.Truncate(count);
        TraceStates.Truncate(count);
        Flags.Truncate(count);
        DroppedAttributes.Truncate(count);
        DroppedEvents.Truncate(count);
        DroppedLinks.Truncate(count);
        ResourceIndexes.Truncate(count);
        ScopeIndexes.Truncate(count);
        Attributes.Truncate(count);
        EventEnds.Truncate(count);
        LinkEnds.Truncate(count);
        Events.Truncate(count == 0 ? 0 : EventEnds[count - 1]);
        Links.Truncate(count == 0 ? 0 : LinkEnds[count - 1]);
    }

    public override void Clear()
    {
        Truncate(0);
        base.Clear();
    }
}

/// <summary>Span events, flat over a batch.</summary>
public sealed class EventColumns
{
    public int Count => Attributes.Count;

    /// <summary>Nanoseconds since the Unix epoch.</summary>
    public Column<long> Times { get; } = new();

    /// <summary>Dictionary numbers.</summary>
    public Column<int> Names { get; } = new();

    public Column<uint> DroppedAttributes { get; } = new();

    /// <summary>One list per event; closing it completes the event.</summary>
    public AttributeLists Attributes { get; } = new();

    internal void Truncate(int count)
    {
        Times.Truncate(count);
        Names.Truncate(count);
        DroppedAttributes.Truncate(count);
        Attributes.Truncate(count);
    }
}

/// <summary>Span links, flat over a batch.</summary>
public sealed class LinkColumns
{
    public int Count => Attributes.Count;

    public Column<TraceId> TraceIds { get; } = new();

    public Column<SpanId> SpanIds { get; } = new();

    public Column<TextRef> TraceStates { get; } = new();

    public Column<uint> Flags { get; } = new();

    public Column<uint> DroppedAttributes { get; } = new();

    /// <summary>One list per link; closing it completes the link.</summary>
    public AttributeLists Attributes { get; } = new();

    internal void Truncate(int count)
    {
        TraceIds.Truncate(count);
        SpanIds.Truncate(count);
        TraceStates.Truncate(count);
        Flags.Truncate(count);
        DroppedAttributes.Truncate(count);
        Attributes.Truncate(count);
    }
}
