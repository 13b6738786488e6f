namespace Clew.Telemetry;

/// <summary>Reads one series of a batch.</summary>
public readonly struct MetricSeriesView
{
    private readonly MetricBatch _batch;
    private readonly int _index;

    internal MetricSeriesView(MetricBatch batch, int index)
    {
        _batch = batch;
        _index = index;
    }

    public ulong Fingerprint => _batch.Series.Fingerprints[_index];

    public string Name => _batch.Dictionary.GetString(_batch.Series.Names[_index]);

    public string Unit => _batch.Dictionary.GetString(_batch.Series.Units[_index]);

    public string Description => _batch.Dictionary.GetString(_batch.Series.Descriptions[_index]);

    public MetricKind Kind => _batch.Series.Kinds[_index];

    public Temporality Temporality => _batch.Series.Temporalities[_index];

    public bool IsMonotonic => _batch.Series.Monotonic[_index] != 0;

    public string Service => Resource.Service;

    public ResourceView Resource => _batch.Resources[_batch.Series.ResourceIndexes[_index]];

    public ScopeView Scope => _batch.Scopes[_batch.Series.ScopeIndexes[_index]];

    public AttributeListView Attributes => _batch.View(_batch.Series.Attributes, _index);

    public AttributeListView Metadata => _batch.View(_batch.Series.Metadata, _index);
}
