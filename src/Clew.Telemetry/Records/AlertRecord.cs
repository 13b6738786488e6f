namespace Clew.Telemetry;

/// <summary>An alert of a monitoring or paging system, from its beginning to its end.</summary>
public sealed record AlertRecord
{
    /// <summary>Names the alert within its source: the same alert keeps it from firing to resolved, and when it fires again.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>When it began to fire. Together with the fingerprint this names one firing.</summary>
    public required Timestamp Start { get; init; }

    /// <summary>When it ended; null while it fires.</summary>
    public Timestamp? End { get; init; }

    /// <summary>When the source told this. Of several records of one firing the one told last holds.</summary>
    public required Timestamp Updated { get; init; }

    public AlertStatus Status { get; init; }

    /// <summary>Who told: alertmanager, grafana, pagerduty, opsgenie, or what a sender calls itself.</summary>
    public required string Source { get; init; }

    /// <summary>Name of the rule, or title of the incident.</summary>
    public required string Name { get; init; }

    /// <summary>The source's own word: critical, high, P1; may be empty.</summary>
    public string Severity { get; init; } = "";

    /// <summary>The service it is about; may be empty.</summary>
    public string Service { get; init; } = "";

    /// <summary>What is wrong, in a sentence; may be empty.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Where to read about it; may be empty.</summary>
    public string Link { get; init; } = "";

    /// <summary>What identifies it.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>What explains it.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}

public enum AlertStatus
{
    Firing,
    Resolved,
}
