using System.Globalization;
using System.Text.Json.Nodes;
using Clew.Server.Tests.Support;
using Clew.Tests;
using ProtoTime = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Clew.Server.Tests.Jaeger;

/// <summary>Jaeger's storage fixtures: traces as OTLP/JSON and the queries with the traces they must find.</summary>
internal static class JaegerFixtures
{
    public const string Folder = "compliance/jaeger/traces";
    public const string QueriesFile = "compliance/jaeger/queries.json";

    public static IReadOnlyList<string> Names { get; } = SharedFolder.Has(Folder)
        ? [.. Directory.GetFiles(SharedFolder.PathOf(Folder), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : [];

    public static IReadOnlyList<JaegerQuery> Queries { get; } = SharedFolder.Has(QueriesFile)
        ? [.. JsonNode.Parse(File.ReadAllText(SharedFolder.PathOf(QueriesFile)))!.AsArray().Select(item => JaegerQuery.Of(item!))]
        : [];

    public static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(SharedFolder.PathOf($"{Folder}/{name}.json")))!;

    public static string Golden(string name) => File.ReadAllText(SharedFolder.PathOf($"compliance/jaeger/golden/{name}.json"));
}

/// <param name="Tags">Values as the untyped text that both APIs take.</param>
/// <param name="MinDuration">Nanoseconds; 0 for none.</param>
/// <param name="MaxDuration">Nanoseconds; 0 for none.</param>
internal sealed record JaegerQuery(
    string Caption,
    string Service,
    string Operation,
    IReadOnlyDictionary<string, string> Tags,
    DateTimeOffset Earliest,
    DateTimeOffset Latest,
    long MinDuration,
    long MaxDuration,
    int Limit,
    IReadOnlyList<string> Fixtures)
{
    public static JaegerQuery Of(JsonNode item)
    {
        var query = item["Query"]!;
        return new JaegerQuery(
            item[nameof(Caption)]!.ToString(),
            query["ServiceName"]!.ToString(),
            query["OperationName"]!.ToString(),
            query[nameof(Tags)]?.AsObject().ToDictionary(tag => tag.Key, tag => tag.Value!.ToString()) ?? [],
            Time(query["StartTimeMin"]!),
            Time(query["StartTimeMax"]!),
            (long)query["DurationMin"]!,
            (long)query["DurationMax"]!,
            (int)query["NumTraces"]!,
            [.. item["ExpectedFixtures"]!.AsArray().Select(name => name!.ToString())]);
    }

    public string LegacyUrl()
    {
        var url = string.Create(
            CultureInfo.InvariantCulture,
            $"/api/traces?service={Service}&operation={Operation}&start={Microseconds(Earliest)}&end={Microseconds(Latest)}&limit={Limit}&lookback=custom");
        url += MinDuration > 0 ? string.Create(CultureInfo.InvariantCulture, $"&minDuration={MinDuration}ns") : string.Empty;
        url += MaxDuration > 0 ? string.Create(CultureInfo.InvariantCulture, $"&maxDuration={MaxDuration}ns") : string.Empty;
        return Tags.Count == 0 ? url : $"{url}&tags={Uri.EscapeDataString(TagMap())}";
    }

    /// <summary>The same with a <c>tag</c> for each tag.</summary>
    public string LegacyUrlWithSimpleTags() =>
        string.Concat([(this with { Tags = new Dictionary<string, string>() }).LegacyUrl(), .. Tags.Select(tag => $"&tag={tag.Key}:{Uri.EscapeDataString(tag.Value)}")]);

    /// <param name="path"><c>traces</c> or <c>trace-summaries</c>.</param>
    public string V3Url(string path) =>
        $"/api/v3/{path}?query.serviceName={Service}&query.operationName={Operation}&query.startTimeMin={Rfc3339(Earliest)}&query.startTimeMax={Rfc3339(Latest)}"
        + string.Create(CultureInfo.InvariantCulture, $"&query.durationMin={MinDuration}ns&query.durationMax={MaxDuration}ns&query.searchDepth={Limit}&query.rawTraces=true")
        + (Tags.Count == 0 ? string.Empty : $"&query.attributes={Uri.EscapeDataString(TagMap())}");

    /// <summary>The same in the older names.</summary>
    public string OlderV3Url(string path) => V3Url(path)
        .Replace("serviceName", "service_name", StringComparison.Ordinal)
        .Replace("operationName", "operation_name", StringComparison.Ordinal)
        .Replace("startTimeM", "start_time_m", StringComparison.Ordinal)
        .Replace("durationM", "duration_m", StringComparison.Ordinal)
        .Replace("searchDepth", "num_traces", StringComparison.Ordinal)
        .Replace("rawTraces", "raw_traces", StringComparison.Ordinal);

    /// <summary>The same as the body of a POST.</summary>
    public string V3Body() => new JsonObject
    {
        ["query"] = new JsonObject
        {
            ["serviceName"] = Service,
            ["operationName"] = Operation,
            ["attributes"] = JsonNode.Parse(TagMap()),
            ["startTimeMin"] = Rfc3339(Earliest),
            ["startTimeMax"] = Rfc3339(Latest),
            ["durationMin"] = string.Create(CultureInfo.InvariantCulture, $"{MinDuration / 1e9m}s"),
            ["durationMax"] = string.Create(CultureInfo.InvariantCulture, $"{MaxDuration / 1e9m}s"),
            ["searchDepth"] = Limit,
        },
    }.ToJsonString();

    public global::Jaeger.ApiV2.FindTracesRequest V2Message() => new()
    {
        Query = new()
        {
            ServiceName = Service,
            OperationName = Operation,
            Tags = { Tags.ToDictionary() },
            StartTimeMin = ProtoTime.FromDateTimeOffset(Earliest),
            StartTimeMax = ProtoTime.FromDateTimeOffset(Latest),
            DurationMin = ToDuration(MinDuration),
            DurationMax = ToDuration(MaxDuration),
            SearchDepth = Limit,
        },
    };

    public global::Jaeger.ApiV3.FindTracesRequest V3Message() => new()
    {
        Query = new()
        {
            ServiceName = Service,
            OperationName = Operation,
            Attributes = { Tags.ToDictionary() },
            StartTimeMin = ProtoTime.FromDateTimeOffset(Earliest),
            StartTimeMax = ProtoTime.FromDateTimeOffset(Latest),
            DurationMin = ToDuration(MinDuration),
            DurationMax = ToDuration(MaxDuration),
            SearchDepth = Limit,
            RawTraces = true,
        },
    };

    public global::Jaeger.StorageV2.FindTracesRequest StorageMessage() => new()
    {
        Query = new()
        {
            ServiceName = Service,
            OperationName = Operation,
            Attributes = { Tags.Select(tag => new OpenTelemetry.Proto.Common.V1.KeyValue { Key = tag.Key, Value = new() { StringValue = tag.Value } }) },
            StartTimeMin = ProtoTime.FromDateTimeOffset(Earliest),
            StartTimeMax = ProtoTime.FromDateTimeOffset(Latest),
            DurationMin = ToDuration(MinDuration),
            DurationMax = ToDuration(MaxDuration),
            SearchDepth = Limit,
        },
    };

    public override string ToString() => Caption;

    private static Google.Protobuf.WellKnownTypes.Duration ToDuration(long nanoseconds) => new() { Seconds = nanoseconds / 1_000_000_000, Nanos = (int)(nanoseconds % 1_000_000_000) };

    private static DateTimeOffset Time(JsonNode text) => DateTimeOffset.Parse(text.ToString(), CultureInfo.InvariantCulture);

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / 10;

    private static string Rfc3339(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private string TagMap() => new JsonObject(Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))).ToJsonString();
}

/// <summary>A server with all of Jaeger's fixtures in it, so that every query has the others' traces as decoys.</summary>
public sealed class FixtureServer : IAsyncLifetime
{
    private StoreServer? _server;

    internal StoreServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync()
    {
        if (JaegerFixtures.Names.Count == 0)
        {
            return; // The tests are skipped.
        }

        _server = await StoreServer.StartAsync();
        foreach (var name in JaegerFixtures.Names)
        {
            await Server.SendAsync("traces", JaegerFixtures.Read(name).ToJsonString());
        }
    }

    public async Task DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }
}
