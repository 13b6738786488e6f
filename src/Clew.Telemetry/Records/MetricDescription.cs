namespace Clew.Telemetry;

/// <summary>What a sender said of a metric.</summary>
/// <param name="Name">Of its series, as it came.</param>
/// <param name="Type">Prometheus's word: counter, gauge, histogram, …</param>
/// <param name="Unit">Empty when none was told.</param>
/// <param name="Description">Empty when none was told.</param>
public sealed record MetricDescription(Tenant Tenant, string Name, string Type, string Unit, string Description);
