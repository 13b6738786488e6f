namespace Clew.Protocols.Kubernetes;

/// <summary>What a cluster, or whoever writes in its name, could make large. Beyond a limit the text is cut and marked, or the field or object left out and counted.</summary>
public sealed record KubernetesLimits
{
    public static readonly KubernetesLimits Default = new();

    /// <summary>Objects and events of one request. Each becomes a row and is compared with the one before it. More: the rest is left out and counted.</summary>
    public int MaxObjects { get; init; } = 50_000;

    /// <summary>Fields kept of one object: a row's map is read whole. More: the rest is left out, and the field <c>fields.dropped</c> says how many.</summary>
    public int MaxFields { get; init; } = 512;

    /// <summary>Characters of one field: they are shown in lists and in changes. Longer texts are cut and end with an ellipsis.</summary>
    public int MaxFieldLength { get; init; } = 2_048;

    /// <summary>Characters of a name, kind, reason, key or label. Kubernetes itself allows 253 and 316; an object or event with a longer one is left out and counted.</summary>
    public int MaxNameLength { get; init; } = 512;

    /// <summary>Characters of an event's message; the API server allows 1,024. Longer ones are cut and end with an ellipsis.</summary>
    public int MaxMessageLength { get; init; } = 4_096;

    /// <summary>Levels of nesting in an object: it is read by recursion. A deeper document is malformed.</summary>
    public int MaxDepth { get; init; } = 64;
}
