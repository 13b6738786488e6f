using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>
/// What was read of one resource or scope besides its attributes. The records below it are added first and get its index when it is complete:
/// protobuf and JSON both allow a resource to come after its spans.
/// </summary>
internal struct SharedRow
{
    public int Name;
    public int Version;
    public TextRef SchemaUrl;
    public uint DroppedAttributes;
    public uint LeftOut;
    public int Attributes;

    private readonly uint AllDropped => uint.MaxValue - DroppedAttributes < LeftOut ? uint.MaxValue : DroppedAttributes + LeftOut;

    /// <summary>Completes the open resource for all rows that have none yet, or drops it when there is no such row.</summary>
    public readonly void EndResourceOfRows(RecordBatch batch)
    {
        var rows = batch.Count - batch.ResourceIndexes.Count;
        if (rows == 0)
        {
            batch.Resources.Attributes.DropOpenEntries();
            return;
        }

        batch.ResourceIndexes.Append(rows).Fill(EndResource(batch));
    }

    /// <returns>Its index.</returns>
    public readonly int EndResource(TelemetryBatch batch) => batch.Resources.End(SchemaUrl, AllDropped);

    /// <summary>Completes the open scope for all rows that have none yet, or drops it when there is no such row.</summary>
    public readonly void EndScopeOfRows(RecordBatch batch)
    {
        var rows = batch.Count - batch.ScopeIndexes.Count;
        if (rows == 0)
        {
            batch.Scopes.Attributes.DropOpenEntries();
            return;
        }

        batch.ScopeIndexes.Append(rows).Fill(EndScope(batch));
    }

    /// <returns>Its index.</returns>
    public readonly int EndScope(TelemetryBatch batch) => batch.Scopes.End(Name, Version, SchemaUrl, AllDropped);
}
