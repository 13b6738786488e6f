namespace Clew.Telemetry;

/// <summary>A batch whose rows each have a resource and a scope: spans and log records. Data points have theirs through their series.</summary>
public abstract class RecordBatch : TelemetryBatch
{
    /// <summary>Index into <see cref="TelemetryBatch.Resources"/>.</summary>
    public Column<int> ResourceIndexes { get; } = new();

    /// <summary>Index into <see cref="TelemetryBatch.Scopes"/>.</summary>
    public Column<int> ScopeIndexes { get; } = new();
}
