namespace Clew.Telemetry;

/// <summary>The instrumentation scopes of a batch, named by content like resources.</summary>
public sealed class ScopeTable
{
    private readonly TelemetryBatch _batch;

    internal ScopeTable(TelemetryBatch batch) => _batch = batch;

    public int Count => Fingerprints.Count;

    public Column<ulong> Fingerprints { get; } = new();

    /// <summary>Dictionary numbers.</summary>
    public Column<int> Names { get; } = new();

    /// <summary>Dictionary numbers.</summary>
    public Column<int> Versions { get; } = new();

    public Column<TextRef> SchemaUrls { get; } = new();

    public Column<uint> DroppedAttributes { get; } = new();

    public AttributeLists Attributes { get; } = new();

    /// <summary>Completes the scope whose attributes were added to <see cref="Attributes"/> since the last call.</summary>
    /// <returns>Its index, for the rows' scope column.</returns>
    public int End(int name, int version, TextRef schemaUrl, uint droppedAttributes)
    {
        Attributes.EndList();
        var index = Count;
        Names.Add(name);
        Versions.Add(version);
        SchemaUrls.Add(schemaUrl);
        DroppedAttributes.Add(droppedAttributes);
        Fingerprints.Add(Fingerprint(index));
        return index;
    }

    /// <summary>Finds the fingerprint of a scope anew after its content was changed.</summary>
    internal void Recompute(int index) => Fingerprints[index] = Fingerprint(index);

    public ScopeView this[int index] => new(_batch, index);

    /// <summary>Drops the scopes from <paramref name="count"/> on, and attributes added since the last one was completed.</summary>
    public void Truncate(int count)
    {
        Fingerprints.Truncate(count);
        Names.Truncate(count);
        Versions.Truncate(count);
        SchemaUrls.Truncate(count);
        DroppedAttributes.Truncate(count);
        Attributes.Truncate(count);
    }

    internal void Clear() => Truncate(0);

    private ulong Fingerprint(int index) => ContentFingerprint.Of(
        _batch,
        Attributes,
        index,
        DroppedAttributes[index],
        _batch.Dictionary.GetRef(Names[index]),
        _batch.Dictionary.GetRef(Versions[index]),
        SchemaUrls[index]);
}

/// <summary>Reads one instrumentation scope.</summary>
public readonly struct ScopeView
{
    private readonly TelemetryBatch _batch;
    private readonly int _index;

    internal ScopeView(TelemetryBatch batch, int index)
    {
        _batch = batch;
        _index = index;
    }

    public ulong Fingerprint => _batch.Scopes.Fingerprints[_index];

    public string Name => _batch.Dictionary.GetString(_batch.Scopes.Names[_index]);

    public string Version => _batch.Dictionary.GetString(_batch.Scopes.Versions[_index]);

    public string SchemaUrl => _batch.Arena.GetString(_batch.Scopes.SchemaUrls[_index]);

    public uint DroppedAttributes => _batch.Scopes.DroppedAttributes[_index];

    public AttributeListView Attributes => _batch.View(_batch.Scopes.Attributes, _index);
}
