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

    /// <summary>Every column of dictionary numbers: names, keys, versions, units.</summary>
    public abstract IReadOnlyList<Column<int>> DictionaryColumns { get; }

    /// <summary>Every column of texts besides attribute values: bodies, status messages, trace states, schema URLs.</summary>
    public abstract IReadOnlyList<Column<TextRef>> TextColumns { get; }

    /// <summary>Every set of attribute lists, those of resources and scopes first.</summary>
    public abstract IReadOnlyList<AttributeLists> AllAttributes { get; }

    /// <summary>
    /// Must be called by whoever changed content that a fingerprint names: attributes, schema URLs or names of resources and scopes, or attributes,
    /// names or units of series. The store keeps such content once, by its fingerprint.
    /// </summary>
    public virtual void RecomputeFingerprints()
    {
        for (var resource = 0; resource < Resources.Count; resource++)
        {
            Resources.Recompute(resource);
        }

        for (var scope = 0; scope < Scopes.Count; scope++)
        {
            Scopes.Recompute(scope);
        }
    }

    /// <summary>Puts other texts into every column of dictionary numbers; see <see cref="RecomputeFingerprints"/>.</summary>
    /// <param name="places">Per dictionary number, the one to put in its place.</param>
    public void ReplaceWords(ReadOnlySpan<int> places)
    {
        foreach (var column in DictionaryColumns)
        {
            for (var i = 0; i < column.Count; i++)
            {
                if (column[i] < places.Length)
                {
                    column[i] = places[column[i]];
                }
            }
        }
    }

    protected IReadOnlyList<Column<int>> SharedDictionaryColumns => [Resources.Services, Resources.Attributes.Keys, Scopes.Names, Scopes.Versions, Scopes.Attributes.Keys];

    protected IReadOnlyList<Column<TextRef>> SharedTextColumns => [Resources.SchemaUrls, Scopes.SchemaUrls];

    protected IReadOnlyList<AttributeLists> SharedAttributes => [Resources.Attributes, Scopes.Attributes];

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
