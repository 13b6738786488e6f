namespace Clew.Telemetry;

/// <summary>Reads one span of a batch. Cheap to copy; valid as long as the batch is not changed.</summary>
public readonly struct SpanView
{
    private readonly SpanBatch _batch;

    internal SpanView(SpanBatch batch, int row)
    {
        _batch = batch;
        Row = row;
    }

    public int Row { get; }

    public TraceId TraceId => _batch.TraceIds[Row];

    public SpanId SpanId => _batch.SpanIds[Row];

    public SpanId ParentSpanId => _batch.ParentSpanIds[Row];

    public Timestamp Start => new(_batch.StartTimes[Row]);

    public Timestamp End => new(_batch.StartTimes[Row] + _batch.Durations[Row]);

    /// <summary>Nanoseconds; negative when clocks disagree.</summary>
    public long DurationNanoseconds => _batch.Durations[Row];

    public string Name => _batch.Dictionary.GetString(_batch.Names[Row]);

    public string Service => Resource.Service;

    public SpanKind Kind => _batch.Kinds[Row];

    public SpanStatus Status => _batch.Statuses[Row];

    public string StatusMessage => _batch.Arena.GetString(_batch.StatusMessages[Row]);

    public string TraceState => _batch.Arena.GetString(_batch.TraceStates[Row]);

    public uint Flags => _batch.Flags[Row];

    public uint DroppedAttributes => _batch.DroppedAttributes[Row];

    public uint DroppedEvents => _batch.DroppedEvents[Row];

    public uint DroppedLinks => _batch.DroppedLinks[Row];

    public ResourceView Resource => _batch.Resources[_batch.ResourceIndexes[Row]];

    public ScopeView Scope => _batch.Scopes[_batch.ScopeIndexes[Row]];

    public AttributeListView Attributes => _batch.View(_batch.Attributes, Row);

    public int EventCount => _batch.EventEnds[Row] - FirstEvent;

    public int LinkCount => _batch.LinkEnds[Row] - FirstLink;

    private int FirstEvent => Row == 0 ? 0 : _batch.EventEnds[Row - 1];

    private int FirstLink => Row == 0 ? 0 : _batch.LinkEnds[Row - 1];

    public EventView Event(int index) => new(_batch, FirstEvent + index);

    public LinkView Link(int index) => new(_batch, FirstLink + index);
}

/// <summary>Reads one event of a span.</summary>
public readonly struct EventView
{
    private readonly SpanBatch _batch;
    private readonly int _index;

    internal EventView(SpanBatch batch, int index)
    {
        _batch = batch;
        _index = index;
    }

    public Timestamp Time => new(_batch.Events.Times[_index]);

    public string Name => _batch.Dictionary.GetString(_batch.Events.Names[_index]);

    public uint DroppedAttributes => _batch.Events.DroppedAttributes[_index];

    public AttributeListView Attributes => _batch.View(_batch.Events.Attributes, _index);
}

/// <summary>Reads one link of a span.</summary>
public readonly struct LinkView
{
    private readonly SpanBatch _batch;
    private readonly int _index;

    internal LinkView(SpanBatch batch, int index)
    {
        _batch = batch;
        _index = index;
    }

    public TraceId TraceId => _batch.Links.TraceIds[_index];

    public SpanId SpanId => _batch.Links.SpanIds[_index];

    public string TraceState => _batch.Arena.GetString(_batch.Links.TraceStates[_index]);

    public uint Flags => _batch.Links.Flags[_index];

    public uint DroppedAttributes => _batch.Links.DroppedAttributes[_index];

    public AttributeListView Attributes => _batch.View(_batch.Links.Attributes, _index);
}
