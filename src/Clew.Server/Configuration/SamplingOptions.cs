namespace Clew.Server.Configuration;

/// <summary>What is kept for long, and when that is decided. docs/sampling.md.</summary>
public sealed record SamplingOptions
{
    /// <summary>How long everything is kept before policies decide. Null: sampling is off, everything is kept until retention.</summary>
    public TimeSpan? Hot { get; init; }

    /// <summary>The file with the policies; empty for none.</summary>
    public string PolicyFile { get; init; } = string.Empty;

    /// <summary>Added to <see cref="Hot"/> for spans that arrive late. Later ones still follow what was decided.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How far around the hour in which a trace begins its spans are looked for.</summary>
    public TimeSpan Reach { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether the log records of dropped traces go with them.</summary>
    public bool Logs { get; init; }

    /// <summary>How long it is remembered that a trace was dropped.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromDays(7);
}
