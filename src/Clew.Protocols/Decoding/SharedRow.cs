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

    /// <summary>Completes the open resource, or drops it when nothing hangs on it.</summary>
    public readonly void EndResource(TelemetryBatch batch, Column<int> indexes)
    {
        var records = batch.Count - indexes.Count;
        if (records == 0)
        {
            batch.Resources.Attributes.DropOpenEntries();
            return;
        }

        indexes.Append(records).Fill(EndResource(batch));
    }

    public readonly int EndResource(TelemetryBatch batch) => batch.Resources.End(SchemaUrl, AllDropped);

    /// <summary>Completes the open scope, or drops it when nothing hangs on it.</summary>
    public readonly void EndScope(TelemetryBatch batch, Column<int> indexes)
    {
        var records = batch.Count - indexes.Count;
        if (records == 0)
        {
            batch.Scopes.Attributes.DropOpenEntries();
            return;
        }

        indexes.Append(records).Fill(EndScope(batch));
    }

    public readonly int EndScope(TelemetryBatch batch) => batch.Scopes.End(Name, Version, SchemaUrl, AllDropped);
}
