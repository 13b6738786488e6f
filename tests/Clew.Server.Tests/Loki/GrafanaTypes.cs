using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clew.Server.Tests.Loki;

/// <summary>Loki's answers as its documentation describes them (grafana.com/docs/loki, HTTP API), for reading them strictly: every member must be known, and all must be there.</summary>
internal static class GrafanaTypes
{
    public static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    public sealed record Answer<T>(string Status, T Data);

    public sealed record Streams(string ResultType, StreamResult[] Result, Statistics Stats);

    public sealed record CategorizedStreams(string ResultType, string[] EncodingFlags, StreamResult[] Result, Statistics Stats);

    public sealed record StreamResult(Dictionary<string, string> Stream, JsonElement[][] Values);

    public sealed record Vector(string ResultType, VectorSeries[] Result, Statistics Stats);

    public sealed record VectorSeries(Dictionary<string, string> Metric, JsonElement[] Value);

    public sealed record Matrix(string ResultType, MatrixSeries[] Result, Statistics Stats);

    public sealed record MatrixSeries(Dictionary<string, string> Metric, JsonElement[][] Values);

    public sealed record Statistics(Summary Summary, Dictionary<string, double> Store, Dictionary<string, double> Ingester);

    public sealed record Summary(
        long BytesProcessedPerSecond, long LinesProcessedPerSecond, long TotalBytesProcessed, long TotalLinesProcessed, double ExecTime, double QueueTime, long TotalEntriesReturned);

    public sealed record IndexStats(long Streams, long Chunks, long Entries, long Bytes);

    public sealed record Pattern([property: JsonPropertyName("pattern")] string Text, long[][] Samples);

    public sealed record DetectedLabels([property: JsonPropertyName("detectedLabels")] DetectedLabel[] Labels);

    public sealed record DetectedLabel(string Label, int Cardinality);

    public sealed record DetectedFields(DetectedField[] Fields, int Limit);

    public sealed record DetectedField(string Label, string Type, int Cardinality, string[]? Parsers)
    {
        public string[]? JsonPath { get; init; }
    }

    public sealed record FieldValues(string[] Values, int Limit);

    public sealed record TailMessage(StreamResult[] Streams, [property: JsonPropertyName("dropped_entries")] DroppedEntry[] Dropped);

    public sealed record DroppedEntry(Dictionary<string, string> Labels, string Timestamp);
}
