using Clew.Telemetry;

namespace Clew.Server.Investigations;

/// <summary>An investigation's starting point after it was read and found valid.</summary>
/// <param name="Window">What to explain.</param>
/// <param name="Origin">How the window came about, as a sentence.</param>
public sealed record InvestigationScope(Tenant Tenant, TimeRange Window, string Origin)
{
    /// <summary>A baseline the asker chose; null to pick one.</summary>
    public TimeRange? Baseline { get; init; }

    public IReadOnlyList<string> Inventory { get; init; } = [];

    public string FocusService { get; init; } = string.Empty;

    public TraceId FocusTrace { get; init; }
}
