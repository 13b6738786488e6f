namespace Clew.Telemetry;

/// <summary>
/// What all batches share: the texts, the resources and the scopes that rows point to. A batch belongs to one tenant and to one thread at a
/// time; whoever writes it hands it over whole. Cleared, it keeps its memory and can be filled again.
/// </summary>
public abstract class TelemetryBatch
{
    protected TelemetryBatch()
    {
        Arena = new TextArena();
        Dictionary = new TextDictionary(Arena);
        Resources = new ResourceTable(this);
        Scopes = new ScopeTable(this);
    }

    public Tenant Tenant { get; set; } = Tenant.Default;

    public TextArena Arena { get; }

    public TextDictionary Dictionary { get; }

    public ResourceTable Resources { get; }

    public ScopeTable Scopes { get; }

    /// <summary>Number of rows: spans, log records, or metric data points.</summary>
    public abstract int Count { get; }

    /// <summary>Nothing in it needs to be written.</summary>
    public virtual bool IsEmpty => Count == 0;

    public virtual void Clear()
    {
        Resources.Clear();
        Scopes.Clear();
        Dictionary.Reset();
        Arena.Clear();
        Dictionary.Reset();
    }

    /// <summary>Reads one list of any of the batch's attribute lists.</summary>
    public AttributeListView View(AttributeLists lists, int list) => new(this, lists, list);
}
