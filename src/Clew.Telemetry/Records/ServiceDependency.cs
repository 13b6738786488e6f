namespace Clew.Telemetry;

/// <summary>Calls between two services in a time range.</summary>
/// <param name="Calls">Child spans of the callee whose parent span is of the caller.</param>
/// <param name="Errors">Those of them with status error.</param>
public sealed record ServiceDependency(string Caller, string Callee, long Calls, long Errors);
