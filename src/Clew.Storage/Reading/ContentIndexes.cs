using System.Runtime.InteropServices;
using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>Gives rows that name their resource and scope by fingerprint indexes into the batch's tables, adding each content once.</summary>
internal sealed class ContentIndexes(TelemetryBatch batch, ContentStore contents)
{
    private readonly Dictionary<ulong, int> _resources = [];
    private readonly Dictionary<ulong, int> _scopes = [];

    public void Resources(LowCardinalityColumn fingerprints, Column<int> to) => Add(fingerprints, to, _resources, contents.AddResource);

    public void Scopes(LowCardinalityColumn fingerprints, Column<int> to) => Add(fingerprints, to, _scopes, contents.AddScope);

    private void Add(LowCardinalityColumn fingerprints, Column<int> to, Dictionary<ulong, int> known, Func<ulong, TelemetryBatch, int> add)
    {
        var keys = ((FixedColumn)fingerprints.Keys).As<ulong>();
        var indexes = new int[keys.Length];
        indexes.AsSpan().Fill(-1);
        foreach (var key in fingerprints.Indexes)
        {
            if (indexes[key] < 0)
            {
                ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(known, keys[key], out var found);
                if (!found)
                {
                    index = add(keys[key], batch);
                }

                indexes[key] = index;
            }

            to.Add(indexes[key]);
        }
    }
}

/// <summary>
/// The contents needed for one answer, read before decoding it. A row whose content is missing (it cannot be, unless somebody deleted it by
/// hand) shows an empty one.
/// </summary>
internal sealed class ContentStore(IReadOnlyDictionary<ulong, StoredContent> resources, IReadOnlyDictionary<ulong, StoredContent> scopes)
{
    public int AddResource(ulong fingerprint, TelemetryBatch batch)
    {
        var content = resources.GetValueOrDefault(fingerprint, StoredContent.Missing);
        content.AddAttributes(batch, batch.Resources.Attributes);
        return batch.Resources.End(batch.Arena.Add(content.SchemaUrl), content.DroppedAttributes);
    }

    public int AddScope(ulong fingerprint, TelemetryBatch batch)
    {
        var content = scopes.GetValueOrDefault(fingerprint, StoredContent.Missing);
        content.AddAttributes(batch, batch.Scopes.Attributes);
        return batch.Scopes.End(
            batch.Dictionary.Add(content.Name), batch.Dictionary.Add(content.Version), batch.Arena.Add(content.SchemaUrl), content.DroppedAttributes);
    }
}

/// <summary>A resource or scope as stored. Name and version are a scope's.</summary>
internal sealed record StoredContent(
    string Name, string Version, string SchemaUrl, uint DroppedAttributes, IReadOnlyList<(string Key, AttributeType Type, string Value)> Attributes)
{
    public static readonly StoredContent Missing = new(string.Empty, string.Empty, string.Empty, 0, []);

    public void AddAttributes(TelemetryBatch batch, AttributeLists to)
    {
        foreach (var (key, type, value) in Attributes)
        {
            to.Add(batch.Dictionary.Add(key), type, batch.Arena.Add(value));
        }
    }
}
