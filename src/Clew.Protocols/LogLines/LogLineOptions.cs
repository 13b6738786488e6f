using Clew.Telemetry;

namespace Clew.Protocols.LogLines;

/// <summary>What the reader of log lines is told by whoever sends them.</summary>
public sealed record LogLineOptions
{
    /// <summary>The format of every line; null tries each.</summary>
    public LogLineFormat? Format { get; init; }

    /// <summary>The zone of times that say none.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The service of lines that name none; null when the sender did not say, and <see cref="Source"/> or the pod decides.</summary>
    public string? Service { get; init; }

    /// <summary>What the lines were read from.</summary>
    public LogSource Source { get; init; } = LogSource.Unknown;

    /// <summary>
    /// When the lines were written at the latest, such as a file's last change: dates without a year lie before it. Null: when each line is observed.
    /// </summary>
    public Timestamp? Reference { get; init; }

    /// <summary>What one record may have.</summary>
    public ProtocolLimits Limits { get; init; } = ProtocolLimits.Default;
}
