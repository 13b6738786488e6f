using System.Text.Json.Serialization;

namespace Clew.Cli.Client;

/// <summary>The parts of Tempo's answers that are shown. 64-bit integers are texts.</summary>
public sealed record TempoTraces(IReadOnlyList<TempoTrace> Traces, TempoWork? Metrics = null);

/// <param name="DurationMs">Left out below a millisecond.</param>
public sealed record TempoTrace(
    [property: JsonPropertyName("traceID")] string TraceId, string RootServiceName, string RootTraceName, string StartTimeUnixNano, long DurationMs = 0, IReadOnlyList<TempoSpanSet>? SpanSets = null);

/// <param name="Matched">How many spans there are, of which <paramref name="Spans"/> are some.</param>
public sealed record TempoSpanSet(IReadOnlyList<TempoSpan> Spans, int Matched = 0, IReadOnlyList<TempoLabel>? Attributes = null);

public sealed record TempoSpan(
    [property: JsonPropertyName("spanID")] string SpanId, string? Name = null, string DurationNanos = "0", IReadOnlyList<TempoLabel>? Attributes = null);

public sealed record TempoLabel(string Key, TempoValue Value);

/// <summary>One of them is there.</summary>
public sealed record TempoValue(string? StringValue = null, string? IntValue = null, double? DoubleValue = null, bool? BoolValue = null, TempoArray? ArrayValue = null)
{
    /// <summary>Whichever it is, as text.</summary>
    public string Show() => ArrayValue is { } array ? $"[{string.Join(", ", (array.Values ?? []).Select(value => value.Show()))}]" : StringValue ?? IntValue ?? DoubleValue?.ToString("R", System.Globalization.CultureInfo.InvariantCulture) ?? (BoolValue is { } flag ? flag ? "true" : "false" : string.Empty);
}

/// <param name="Values">Left out when it is empty.</param>
public sealed record TempoArray(IReadOnlyList<TempoValue>? Values = null);

/// <summary>How far a search got.</summary>
public sealed record TempoWork(int InspectedTraces = 0, int CompletedJobs = 0, int TotalJobs = 0);

public sealed record TempoMetrics(IReadOnlyList<TempoSeries> Series);

/// <param name="Value">Of an answer at once; left out when it is 0.</param>
public sealed record TempoSeries(IReadOnlyList<TempoLabel> Labels, IReadOnlyList<TempoSample>? Samples = null, double Value = 0);

/// <param name="Value">Left out when it is 0.</param>
public sealed record TempoSample(string TimestampMs, double Value = 0);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TempoTraces))]
[JsonSerializable(typeof(TempoMetrics))]
internal sealed partial class TempoJsonContext : JsonSerializerContext;
