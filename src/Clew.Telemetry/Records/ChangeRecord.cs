namespace Clew.Telemetry;

/// <summary>Something that was changed on purpose: a deploy, a configuration, a piece of infrastructure.</summary>
/// <param name="Id">Given by the sender or made on arrival. With the service and the time it names the change: written again, it replaces what was written before.</param>
/// <param name="Kind">deploy, rollout, config, flag, migration or infrastructure.</param>
/// <param name="Service">The service or component that was changed; empty when it was none in particular.</param>
/// <param name="Version">The new version, commit or revision; may be empty.</param>
/// <param name="Attributes">Anything else the sender told, as text.</param>
public sealed record ChangeRecord(
    string Id,
    Timestamp Time,
    string Kind,
    string Service,
    string Summary,
    string Version,
    string Author,
    string Link,
    IReadOnlyDictionary<string, string> Attributes);
