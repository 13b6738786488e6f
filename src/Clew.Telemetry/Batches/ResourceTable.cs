namespace Clew.Telemetry;

/// <summary>
/// The resources of a batch. The fingerprint names the content (attributes in any order, schema URL, dropped count), so that the store keeps
/// each resource once.
/// </summary>
public sealed class ResourceTable
{
    private readonly TelemetryBatch _batch;

    internal ResourceTable(TelemetryBatch batch) => _batch = batch;

    public int Count => Fingerprints.Count;

    public Column<ulong> Fingerprints { get; } = new();

    /// <summary>Dictionary number of <c>service.name</c>; the standard's <c>unknown_service</c> when it is missing.</summary>
    public Column<int> Services { get; } = new();

    public Column<TextRef> SchemaUrls { get; } = new();

    public Column<uint> DroppedAttributes { get; } = new();

    public AttributeLists Attributes { get; } = new();

    /// <summary>Completes the resource whose attributes were added to <see cref="Attributes"/> since the last call.</summary>
    /// <returns>Its index, for the rows' resource column.</returns>
    public int End(TextRef schemaUrl, uint droppedAttributes)
    {
        Attributes.EndList();
        var index = Count;
        SchemaUrls.Add(schemaUrl);
        DroppedAttributes.Add(droppedAttributes);
        Services.Add(FindService(index));
        Fingerprints.Add(ContentFingerprint.Of(_batch, Attributes, index, droppedAttributes, schemaUrl));
        return index;
    }

    /// <summary>Finds service and fingerprint of a resource anew after its attributes or its schema URL were changed.</summary>
    internal void Recompute(int index)
    {
        Services[index] = FindService(index);
        Fingerprints[index] = ContentFingerprint.Of(_batch, Attributes, index, DroppedAttributes[index], SchemaUrls[index]);
    }

    public ResourceView this[int index] => new(_batch, index);

    /// <summary>Drops the resources from <paramref name="count"/> on, and attributes added since the last one was completed.</summary>
    public void Truncate(int count)
    {
        Fingerprints.Truncate(count);
        Services.Truncate(count);
        SchemaUrls.Truncate(count);
        DroppedAttributes.Truncate(count);
        Attributes.Truncate(count);
    }

    internal void Clear() => Truncate(0);

    private int FindService(int index)
    {
        for (var entry = Attributes.StartOf(index); entry < Attributes.EndOf(index); entry++)
        {
            if (_batch.Dictionary.Get(Attributes.Keys[entry]).SequenceEqual("service.name"u8) && !Attributes.Values[entry].IsEmpty)
            {
                // Copied aside: adding to the dictionary may move the arena under a span of it.
                return _batch.Dictionary.Add(_batch.Arena.GetString(Attributes.Values[entry]));
            }
        }

        return _batch.Dictionary.Add(ResourceView.UnknownService);
    }
}

/// <summary>Reads one resource.</summary>
public readonly struct ResourceView
{
    /// <summary>What the OpenTelemetry resource conventions call a service without a name.</summary>
    public const string UnknownService = "unknown_service";

    private readonly TelemetryBatch _batch;
    private readonly int _index;

    internal ResourceView(TelemetryBatch batch, int index)
    {
        _batch = batch;
        _index = index;
    }

    public ulong Fingerprint => _batch.Resources.Fingerprints[_index];

    public string Service => _batch.Dictionary.GetString(_batch.Resources.Services[_index]);

    public string SchemaUrl => _batch.Arena.GetString(_batch.Resources.SchemaUrls[_index]);

    public uint DroppedAttributes => _batch.Resources.DroppedAttributes[_index];

    public AttributeListView Attributes => _batch.View(_batch.Resources.Attributes, _index);
}
