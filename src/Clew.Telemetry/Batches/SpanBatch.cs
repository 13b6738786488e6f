namespace Clew.Telemetry;

/// <summary>
/// Spans by column: row <c>i</c> is value <c>i</c> of every column. Decoders fill it straight from the wire, the store writes it as it is, and
/// the store's answers come back in it too. Read single spans through the indexer.
/// </summary>
/// <remarks>
/// To add a span: append to every row column, add its attributes and close the list, add its events and links (closing each one's attribute
/// list), then call <see cref="EndSpan"/>. <see cref="Rollback"/> undoes everything since the last completed span.
/// </remarks>
public sealed class SpanBatch : RecordBatch
{
    public SpanBatch()
    {
        DictionaryColumns = [.. SharedDictionaryColumns, Names, Events.Names, Attributes.Keys, Events.Attributes.Keys, Links.Attributes.Keys];
        TextColumns = [.. SharedTextColumns, StatusMessages, TraceStates, Links.TraceStates, .. ErrorTable.TextColumns];
        AllAttributes = [.. SharedAttributes, Attributes, Events.Attributes, Links.Attributes];
    }

    public override int Count => EventEnds.Count;

    public override IReadOnlyList<Column<int>> DictionaryColumns { get; }

    public override IReadOnlyList<Column<TextRef>> TextColumns { get; }

    public override IReadOnlyList<AttributeLists> AllAttributes { get; }

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

    /// <summary>One list per span.</summary>
    public AttributeLists Attributes { get; } = new();

    /// <summary>Per span, the index after its last event.</summary>
    public Column<int> EventEnds { get; } = new();

    public EventColumns Events { get; } = new();

    /// <summary>Per span, the index after its last link.</summary>
    public Column<int> LinkEnds { get; } = new();

    public LinkColumns Links { get; } = new();

    /// <summary>Ids of <see cref="ErrorTable"/>, 0 for none. Empty until they are derived; then one per span.</summary>
    public Column<ulong> ErrorSignatures { get; } = new();

    public ErrorSignatureTable ErrorTable { get; } = new();

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
        ErrorSignatures.Truncate(count);
        EventEnds.Truncate(count);
        LinkEnds.Truncate(count);
        Events.Truncate(count == 0 ? 0 : EventEnds[count - 1]);
        Links.Truncate(count == 0 ? 0 : LinkEnds[count - 1]);
    }

    /// <summary>Takes out the spans whose flag is set, with their events and links.</summary>
    /// <param name="drop">One flag per span.</param>
    public void RemoveRows(ReadOnlySpan<bool> drop)
    {
        Events.Remove(Children(EventEnds, drop));
        Links.Remove(Children(LinkEnds, drop));
        TraceIds.Remove(drop);
        SpanIds.Remove(drop);
        ParentSpanIds.Remove(drop);
        StartTimes.Remove(drop);
        Durations.Remove(drop);
        Names.Remove(drop);
        Kinds.Remove(drop);
        Statuses.Remove(drop);
        StatusMessages.Remove(drop);
        TraceStates.Remove(drop);
        Flags.Remove(drop);
        DroppedAttributes.Remove(drop);
        DroppedEvents.Remove(drop);
        DroppedLinks.Remove(drop);
        ResourceIndexes.Remove(drop);
        ScopeIndexes.Remove(drop);
        Attributes.Remove(drop);
        ErrorSignatures.Remove(drop);
        EventEnds.Remove(drop);
        LinkEnds.Remove(drop);
    }

    /// <summary>Flags what belongs to flagged spans, and closes the gaps in the running ends of the others.</summary>
    private static bool[] Children(Column<int> ends, ReadOnlySpan<bool> drop)
    {
        var flags = new bool[ends.Count == 0 ? 0 : ends[ends.Count - 1]];
        var (start, gone) = (0, 0);
        for (var row = 0; row < ends.Count; row++)
        {
            var end = ends[row];
            if (drop[row])
            {
                flags.AsSpan(start, end - start).Fill(true);
                gone += end - start;
            }

            start = end;
            ends[row] = end - gone;
        }

        return flags;
    }

    public override void Clear()
    {
        Truncate(0);
        ErrorTable.Clear();
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

    internal void Remove(ReadOnlySpan<bool> drop)
    {
        Times.Remove(drop);
        Names.Remove(drop);
        DroppedAttributes.Remove(drop);
        Attributes.Remove(drop);
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

    internal void Remove(ReadOnlySpan<bool> drop)
    {
        TraceIds.Remove(drop);
        SpanIds.Remove(drop);
        TraceStates.Remove(drop);
        Flags.Remove(drop);
        DroppedAttributes.Remove(drop);
        Attributes.Remove(drop);
    }
}
