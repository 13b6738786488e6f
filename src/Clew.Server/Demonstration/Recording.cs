using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Clew.Telemetry;

namespace Clew.Server.Demonstration;

/// <summary>
/// The incident that comes with Clew: a part of what the instrumented shop of <c>examples/shop</c> sent while its demonstration was played
/// (<c>build/record-demonstration.mjs</c> makes it). Its times are moved so that it ends at a given moment; its ids are made anew.
/// </summary>
internal sealed class Recording
{
    private const string Resource = "Clew.Server.Demonstration.recording.ndjson.br";

    /// <summary>Members of OTLP/JSON that hold nanoseconds since 1970.</summary>
    private static readonly string[] TimeMembers = ["startTimeUnixNano", "endTimeUnixNano", "timeUnixNano", "observedTimeUnixNano"];

    /// <summary>Before this many nanoseconds to the end the incident goes on; it began a good minute before.</summary>
    private const long IncidentBeforeEnd = 20_000_000_000;

    private readonly long _shift;

    /// <summary>Takes the place of the first half of every trace id, so that loading it twice makes two sets of traces.</summary>
    private readonly string _upperHalf = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    private Recording(IReadOnlyList<JsonObject> lines, Timestamp end)
    {
        var about = lines[0]["recording"]!;
        var (from, to) = (Nanoseconds(about["start"]!), Nanoseconds(about["end"]!));
        _shift = end.UnixNanoseconds - to;
        (Start, End, Incident) = (new Timestamp(from + _shift), end, new Timestamp(end.UnixNanoseconds - IncidentBeforeEnd));
        (Traces, Spans, Logs) = (about["traces"]!.GetValue<int>(), about["spans"]!.GetValue<int>(), about["logs"]!.GetValue<int>());
        TraceRequests = [.. lines.Where(line => line.ContainsKey("traces")).Select(line => Moved(line["traces"]!))];
        LogRequests = [.. lines.Where(line => line.ContainsKey("logs")).Select(line => Moved(line["logs"]!))];
        Changes = [.. lines.Where(line => line.ContainsKey("change")).Select(line => Change(line["change"]!.AsObject()))];
    }

    public Timestamp Start { get; }

    public Timestamp End { get; }

    public Timestamp Incident { get; }

    public int Traces { get; }

    public int Spans { get; }

    public int Logs { get; }

    /// <summary>Each an <c>ExportTraceServiceRequest</c>.</summary>
    public IReadOnlyList<JsonNode> TraceRequests { get; }

    /// <summary>Each an <c>ExportLogsServiceRequest</c>.</summary>
    public IReadOnlyList<JsonNode> LogRequests { get; }

    public IReadOnlyList<ChangeRecord> Changes { get; }

    /// <param name="end">When it ends.</param>
    public static Recording Read(Timestamp end)
    {
        using var packed = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The assembly has no {Resource}.");
        using var lines = new StreamReader(new BrotliStream(packed, CompressionMode.Decompress));
        var read = new List<JsonObject>();
        while (lines.ReadLine() is { } line)
        {
            read.Add(JsonNode.Parse(line)!.AsObject());
        }

        return new Recording(read, end);
    }

    /// <summary>Moves every time, and gives trace ids their new half.</summary>
    private JsonNode Moved(JsonNode node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var name in TimeMembers)
                {
                    if (members.TryGetPropertyValue(name, out var time) && time is not null)
                    {
                        members[name] = (Nanoseconds(time) + _shift).ToString(CultureInfo.InvariantCulture);
                    }
                }

                if (members.TryGetPropertyValue("traceId", out var id) && id?.GetValue<string>() is { Length: 32 } old)
                {
                    members["traceId"] = _upperHalf + old[16..];
                }

                foreach (var (_, value) in members)
                {
                    if (value is JsonObject or JsonArray)
                    {
                        Moved(value);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    if (item is JsonObject or JsonArray)
                    {
                        Moved(item);
                    }
                }

                break;
        }

        return node;
    }

    private ChangeRecord Change(JsonObject change)
    {
        string Text(string name) => change[name]?.GetValue<string>() ?? string.Empty;

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in change["attributes"]?.AsObject() ?? [])
        {
            attributes[key] = value?.GetValue<string>() ?? string.Empty;
        }

        var time = new Timestamp(Nanoseconds(change["time"]!) + _shift);
        return new ChangeRecord(
            Guid.CreateVersion7().ToString("N"), time, Text("kind"), Text("service"), Text("summary"), Text("version"), Text("author"), Text("link"), attributes);
    }

    private static long Nanoseconds(JsonNode node) => long.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture);
}
