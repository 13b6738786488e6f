namespace Clew.Server.Configuration;

/// <summary>What samplers of Jaeger's clients and of OpenTelemetry's remote samplers are told.</summary>
public sealed record HeadSamplingOptions
{
    /// <summary>A file in the format of Jaeger's <c>--sampling.strategies-file</c>; empty for none.</summary>
    public string Strategies { get; init; } = string.Empty;

    /// <summary>Share of traces to record, 0 to 1, of services that no strategy is for. Everything, because Clew decides afterwards what to keep.</summary>
    public double DefaultProbability { get; init; } = 1;
}
