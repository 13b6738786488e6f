namespace Clew.Telemetry;

/// <summary>Log records by column. To add one: append to every column, add its attributes and close the list.</summary>
public sealed class LogBatch : RecordBatch
{
    public LogBatch()
    {
        DictionaryColumns = [.. SharedDictionaryColumns, SeverityTexts, EventNames, Attributes.Keys];
        TextColumns = [.. SharedTextColumns, Bodies, TemplateTable.Texts, .. ErrorTable.TextColumns];
        AllAttributes = [.. SharedAttributes, Attributes];
    }

    public override int Count => Attributes.Count;

    public override IReadOnlyList<Column<int>> DictionaryColumns { get; }

    public override IReadOnlyList<Column<TextRef>> TextColumns { get; }

    public override IReadOnlyList<AttributeLists> AllAttributes { get; }

    /// <summary>Nanoseconds since the Unix epoch, as sent; 0 when the source did not know.</summary>
    public Column<long> Times { get; } = new();

    /// <summary>Nanoseconds since the Unix epoch when the record was first seen, as sent; 0 when not sent.</summary>
    public Column<long> ObservedTimes { get; } = new();

    /// <summary>All zero when the record belongs to no trace.</summary>
    public Column<TraceId> TraceIds { get; } = new();

    public Column<SpanId> SpanIds { get; } = new();

    /// <summary>OTLP's severity numbers 1 (TRACE) to 24 (FATAL4); 0 when unspecified.</summary>
    public Column<byte> Severities { get; } = new();

    /// <summary>Dictionary numbers of the text the source used.</summary>
    public Column<int> SeverityTexts { get; } = new();

    public Column<AttributeType> BodyTypes { get; } = new();

    /// <summary>The body as text: see <see cref="AttributeText"/>.</summary>
    public Column<TextRef> Bodies { get; } = new();

    /// <summary>Dictionary numbers.</summary>
    public Column<int> EventNames { get; } = new();

    public Column<uint> Flags { get; } = new();

    public Column<uint> DroppedAttributes { get; } = new();

    /// <summary>One list per record; closing it completes the record.</summary>
    public AttributeLists Attributes { get; } = new();

    /// <summary>Ids of <see cref="TemplateTable"/>, 0 for none. Empty until they are derived; then one per record.</summary>
    public Column<ulong> Templates { get; } = new();

    public LogTemplateTable TemplateTable { get; } = new();

    /// <summary>Ids of <see cref="ErrorTable"/>, 0 for none. Empty until they are derived; then one per record.</summary>
    public Column<ulong> ErrorSignatures { get; } = new();

    public ErrorSignatureTable ErrorTable { get; } = new();

    public LogView this[int row] => new(this, row);

    /// <summary>Undoes whatever was appended since the last complete record.</summary>
    public void Rollback() => Truncate(Count);

    public void Truncate(int count)
    {
        Times.Truncate(count);
        ObservedTimes.Truncate(count);
        TraceIds.Truncate(count);
        SpanIds.Truncate(count);
        Severities.Truncate(count);
        SeverityTexts.Truncate(count);
        BodyTypes.Truncate(count);
        Bodies.Truncate(count);
        EventNames.Truncate(count);
        Flags.Truncate(count);
        DroppedAttributes.Truncate(count);
        ResourceIndexes.Truncate(count);
        ScopeIndexes.Truncate(count);
        Attributes.Truncate(count);
        Templates.Truncate(count);
        ErrorSignatures.Truncate(count);
    }

    /// <summary>Takes out the records whose flag is set.</summary>
    /// <param name="drop">One flag per record.</param>
    public void RemoveRows(ReadOnlySpan<bool> drop)
    {
        Times.Remove(drop);
        ObservedTimes.Remove(drop);
        TraceIds.Remove(drop);
        SpanIds.Remove(drop);
        Severities.Remove(drop);
        SeverityTexts.Remove(drop);
        BodyTypes.Remove(drop);
        Bodies.Remove(drop);
        EventNames.Remove(drop);
        Flags.Remove(drop);
        DroppedAttributes.Remove(drop);
        ResourceIndexes.Remove(drop);
        ScopeIndexes.Remove(drop);
        Attributes.Remove(drop);
        Templates.Remove(drop);
        ErrorSignatures.Remove(drop);
    }

    public override void Clear()
    {
        Truncate(0);
        TemplateTable.Clear();
        ErrorTable.Clear();
        base.Clear();
    }
}
