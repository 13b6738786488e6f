using Clew.Storage.Native;

namespace Clew.Storage.Writing;

/// <summary>Resources and scopes as one-row Native blocks: they are written once per content, so convenience wins over speed.</summary>
internal sealed class ContentEncoder
{
    /// <summary>The resource attributes that are columns too, by column.</summary>
    private static readonly (string Column, string[] Keys)[] HotAttributes =
    [
        ("service_version", ["service.version"]),
        ("environment", ["deployment.environment.name", "deployment.environment"]),
        ("namespace", ["k8s.namespace.name", "service.namespace"]),
        ("pod", ["k8s.pod.name", "service.instance.id"]),
        ("node", ["k8s.node.name", "host.name"]),
        ("region", ["cloud.region"]),
    ];

    private readonly AttributeColumns _attributes = new();

    public void EncodeResource(TelemetryBatch batch, int index, EncodedRows rows)
    {
        var resources = batch.Resources;
        var view = resources[index];
        var columns = BlockColumns.Start(rows, 1);
        Repeated(columns.Begin("tenant"), batch.Tenant.Name);
        columns.Begin("fingerprint").Repeat(view.Fingerprint, 1);
        Repeated(columns.Begin("service"), view.Service);
        foreach (var (column, keys) in HotAttributes)
        {
            var value = keys.Select(key => view.Attributes.Find(key)?.Text).FirstOrDefault(text => !string.IsNullOrEmpty(text)) ?? string.Empty;
            if (column == "pod")
            {
                columns.Begin(column).String(value);
            }
            else
            {
                Repeated(columns.Begin(column), value);
            }
        }

        Repeated(columns.Begin("schema_url"), view.SchemaUrl);
        _attributes.OneMap(columns.Begin("attributes"), batch, resources.Attributes, index);
        AttributeColumns.OneTypes(columns.Begin("attribute_types"), resources.Attributes, index);
        columns.Begin("dropped_attributes").Repeat(view.DroppedAttributes, 1);
    }

    public void EncodeScope(TelemetryBatch batch, int index, EncodedRows rows)
    {
        var scopes = batch.Scopes;
        var view = scopes[index];
        var columns = BlockColumns.Start(rows, 1);
        Repeated(columns.Begin("tenant"), batch.Tenant.Name);
        columns.Begin("fingerprint").Repeat(view.Fingerprint, 1);
        Repeated(columns.Begin("name"), view.Name);
        Repeated(columns.Begin("version"), view.Version);
        Repeated(columns.Begin("schema_url"), view.SchemaUrl);
        _attributes.OneMap(columns.Begin("attributes"), batch, scopes.Attributes, index);
        AttributeColumns.OneTypes(columns.Begin("attribute_types"), scopes.Attributes, index);
        columns.Begin("dropped_attributes").Repeat(view.DroppedAttributes, 1);
    }

    public static void EncodeChange(Tenant tenant, ChangeRecord change, EncodedRows rows)
    {
        var columns = BlockColumns.Start(rows, 1);
        Repeated(columns.Begin("tenant"), tenant.Name);
        columns.Begin("time").Repeat(change.Time.UnixNanoseconds, 1);
        columns.Begin("id").String(change.Id);
        Repeated(columns.Begin("kind"), change.Kind);
        Repeated(columns.Begin("service"), change.Service);
        columns.Begin("summary").String(change.Summary);
        columns.Begin("version").String(change.Version);
        columns.Begin("author").String(change.Author);
        columns.Begin("link").String(change.Link);
        var to = columns.Begin("attributes");
        var arena = new TextArena();
        var keys = new TextDictionary(arena);
        var pairs = change.Attributes.Select(pair => (Key: keys.Add(pair.Key), Value: arena.Add(pair.Value))).ToArray();
        AttributeColumns.MapHeader(to);
        to.Offsets([pairs.Length]);
        to.LowCardinality(keys, pairs.Select(pair => pair.Key).ToArray(), new DictionaryScratch());
        to.Strings(arena, pairs.Select(pair => pair.Value).ToArray());
    }

    private static void Repeated(NativeWriter to, string text)
    {
        to.LowCardinalityHeader();
        to.LowCardinalityConstant(System.Text.Encoding.UTF8.GetBytes(text), 1);
    }
}
