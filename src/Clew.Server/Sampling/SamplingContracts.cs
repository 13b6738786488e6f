using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Analysis.Sampling;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Sampling;

/// <summary>The body of <c>POST /api/sampling/simulate</c>. Without a time range, all that is stored is looked at.</summary>
public sealed record SimulationRequest
{
    /// <summary>The policies as YAML, as they stand in a policy file.</summary>
    public string? Policies { get; init; }

    /// <summary>Traces that begin from here on: RFC 3339, or a number since 1970 whose size tells its unit.</summary>
    public string? Start { get; init; }

    /// <summary>Traces that begin before this. Now when absent.</summary>
    public string? End { get; init; }

    /// <summary>From so long ago until now, such as 24h; excludes <see cref="Start"/>.</summary>
    public string? Since { get; init; }
}

/// <param name="StartTime">What was looked at: from here</param>
/// <param name="EndTime">to here.</param>
public sealed record SimulationAnswer(Timestamp StartTime, Timestamp EndTime, SimulationReport Report);

/// <param name="Spans">Spans looked at so far.</param>
/// <param name="AllSpans">Spans there are.</param>
public sealed record SimulationProgress(long Spans, long AllSpans);

/// <summary>One line of a simulation whose progress was asked for: the last one has the answer, or the problem that ended it.</summary>
public sealed record SimulationLine
{
    public SimulationProgress? Progress { get; init; }

    public SimulationAnswer? Answer { get; init; }

    public string? Problem { get; init; }
}

/// <summary>What was decided about a trace.</summary>
/// <param name="StartTime">Of its first span.</param>
/// <param name="Policy">Which policy kept or dropped it; <c>errors</c> for a trace kept for an error alone; absent when no policy kept it.</param>
/// <param name="AdjustedCount">How many traces this one stands for: the product of the two below.</param>
/// <param name="HeadCount">Because its sender sampled.</param>
/// <param name="TailCount">Because a probabilistic policy kept it here.</param>
public sealed record DecisionEntry(TraceId TraceId, Timestamp StartTime, bool Kept, string? Policy, double AdjustedCount, double HeadCount, double TailCount);

/// <summary>JSON of sampling.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(TimestampConverter), typeof(TraceIdConverter)])]
[JsonSerializable(typeof(SimulationRequest))]
[JsonSerializable(typeof(SimulationAnswer))]
[JsonSerializable(typeof(SimulationLine))]
[JsonSerializable(typeof(DecisionEntry))]
public sealed partial class SamplingJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters: answers are never put into HTML as they are.</summary>
    public static SamplingJson Readable => Holder.Readable;

    /// <summary>A class of its own, so that <see cref="Default"/> exists before it is copied.</summary>
    private static class Holder
    {
        public static readonly SamplingJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
