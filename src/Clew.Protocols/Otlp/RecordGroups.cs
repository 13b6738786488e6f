using System.Runtime.InteropServices;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp;

/// <summary>
/// Rows of a batch in the order that OTLP writes them: by resource, then by scope, each in order of first appearance. Resources and scopes are the
/// same when their content is, whatever their index.
/// </summary>
internal sealed class RecordGroups
{
    private readonly Dictionary<ulong, int> _resources = [];
    private readonly Dictionary<(int Resource, ulong Scope), int> _scopes = [];

    public List<ResourceGroup> Resources { get; } = [];

    /// <param name="batch">A batch whose rows point into its resources and scopes.</param>
    /// <param name="resourceIndexes">The rows' resources.</param>
    /// <param name="scopeIndexes">The rows' scopes.</param>
    /// <param name="rows">Which rows, in which order.</param>
    public static RecordGroups Of(TelemetryBatch batch, Column<int> resourceIndexes, Column<int> scopeIndexes, ReadOnlySpan<int> rows)
    {
        var groups = new RecordGroups();
        foreach (var row in rows)
        {
            groups.Add(batch, resourceIndexes[row], scopeIndexes[row], row);
        }

        return groups;
    }

    /// <summary>All rows from 0 on.</summary>
    public static int[] AllRows(int count)
    {
        var rows = new int[count];
        for (var row = 0; row < count; row++)
        {
            rows[row] = row;
        }

        return rows;
    }

    public ScopeGroup Add(TelemetryBatch batch, int resource, int scope, int row)
    {
        ref var resourcePlace = ref CollectionsMarshal.GetValueRefOrAddDefault(_resources, batch.Resources.Fingerprints[resource], out var known);
        if (!known)
        {
            resourcePlace = Resources.Count;
            Resources.Add(new ResourceGroup(resource, []));
        }

        var scopes = Resources[resourcePlace].Scopes;
        ref var scopePlace = ref CollectionsMarshal.GetValueRefOrAddDefault(_scopes, (resourcePlace, batch.Scopes.Fingerprints[scope]), out known);
        if (!known)
        {
            scopePlace = scopes.Count;
            scopes.Add(new ScopeGroup(scope, []));
        }

        var group = scopes[scopePlace];
        group.Rows.Add(row);
        return group;
    }
}

/// <summary>A resource, by its index, and the scopes below it.</summary>
internal sealed record ResourceGroup(int Resource, List<ScopeGroup> Scopes);

/// <summary>A scope, by its index, and the rows below it.</summary>
internal sealed record ScopeGroup(int Scope, List<int> Rows);
