using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>
/// The resources and scopes of a request whose records name theirs one by one: each different one is completed once, when the first record that was
/// kept needs it.
/// </summary>
internal sealed class RowOwners(TelemetryBatch batch)
{
    private readonly Dictionary<(int Name, int Version), int> _scopes = [];
    private readonly Dictionary<int, int> _services = [];

    /// <summary>The index of the scope with this name and version and nothing else.</summary>
    /// <param name="name">Dictionary number.</param>
    /// <param name="version">Dictionary number.</param>
    public int ScopeOf(int name, int version)
    {
        if (!_scopes.TryGetValue((name, version), out var index))
        {
            index = _scopes[(name, version)] = batch.Scopes.End(name, version, TextRef.Empty, 0);
        }

        return index;
    }

    /// <summary>The index of the resource that has this <c>service.name</c> and nothing else; of one without attributes when the name is empty.</summary>
    /// <param name="name">Dictionary number.</param>
    public int ServiceOf(int name)
    {
        if (!_services.TryGetValue(name, out var index))
        {
            if (name != 0)
            {
                batch.Resources.Attributes.Add(batch.Dictionary.Add("service.name"u8), AttributeType.String, batch.Dictionary.GetRef(name));
            }

            index = _services[name] = batch.Resources.End(TextRef.Empty, 0);
        }

        return index;
    }
}
