namespace Clew.Server.Configuration;

/// <summary>What samplers of Jaeger's clients and of OpenTelemetry's remote samplers are told.</summary>
public sealed record HeadSamplingOptions
{
    /// <summary>A file in the format of Jaeger's <c>--sampling.strategies-file</c>; empty for none.</summary>
    public string Strategies { get; init; } = string.Empty;

    /// <summary>Share of traces to record, 0 to 1, of services that no strategy is for. Everything, because Clew decides afterwards what to keep.</summary>
    public double DefaultProbability { get; init; } = 1;

    /// <summary>Traces of each operation that should arrive in a second; 0: no probabilities are made from what is stored.</summary>
    public int TargetPerSecond { get; init; }

    /// <summary>The lowest probability made from what is stored: something of every operation is always seen.</summary>
    public double Floor { get; init; } = 0.001;

    /// <summary>How often probabilities are made anew.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Traces of each operation a second that samplers are told to keep at least: one a minute.</summary>
    public double MinPerSecond { get; init; } = 1.0 / 60;
}
