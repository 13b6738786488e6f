namespace Clew.Telemetry;

/// <summary>Reads one log record of a batch.</summary>
public readonly struct LogView
{
    private readonly LogBatch _batch;

    internal LogView(LogBatch batch, int row)
    {
        _batch = batch;
        Row = row;
    }

    public int Row { get; }

    /// <summary>The record's own time, or when it was observed if the source sent none.</summary>
    public Timestamp Time => new(_batch.Times[Row] != 0 ? _batch.Times[Row] : _batch.ObservedTimes[Row]);

    /// <summary>As sent; 0 when the source did not know.</summary>
    public Timestamp SourceTime => new(_batch.Times[Row]);

    public Timestamp ObservedTime => new(_batch.ObservedTimes[Row]);

    public TraceId TraceId => _batch.TraceIds[Row];

    public SpanId SpanId => _batch.SpanIds[Row];

    /// <summary>OTLP's severity number, 0 to 24.</summary>
    public byte Severity => _batch.Severities[Row];

    public string SeverityText => _batch.Dictionary.GetString(_batch.SeverityTexts[Row]);

    public AttributeValue Body => new(_batch.BodyTypes[Row], _batch.Arena.GetString(_batch.Bodies[Row]));

    public string EventName => _batch.Dictionary.GetString(_batch.EventNames[Row]);

    public uint Flags => _batch.Flags[Row];

    public uint DroppedAttributes => _batch.DroppedAttributes[Row];

    public string Service => Resource.Service;

    public ResourceView Resource => _batch.Resources[_batch.ResourceIndexes[Row]];

    public ScopeView Scope => _batch.Scopes[_batch.ScopeIndexes[Row]];

    public AttributeListView Attributes => _batch.View(_batch.Attributes, Row);
}
