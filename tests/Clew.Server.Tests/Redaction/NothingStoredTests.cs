using System.Net.Http.Headers;
using System.Text;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Testing;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Clew.Server.Tests.Redaction;

/// <summary>
/// Secrets planted in every field of every signal, sent through every OTLP door, are not in the bytes of the data directory. That the search would
/// find them is shown by marks that are no secrets and stand in the same fields.
/// </summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class NothingStoredTests
{
    private const string Secret = "hunter2kept";

    private const ulong Time = 1_772_359_200_000_000_000;

    /// <summary>Name of the door; path or method per signal comes from the signal.</summary>
    public static TheoryData<string> Doors => ["grpc", "protobuf", "json"];

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task No_planted_secret_is_in_the_data_directory(string door)
    {
        await using var server = await StoreServer.StartAsync();
        foreach (var shape in new[] { "password={0}", "Authorization: Bearer {0}9", "{{\"client_secret\":\"{0}\"}}", "amqp:{1}app:{0}@mq/x" })
        {
            var planted = string.Format(System.Globalization.CultureInfo.InvariantCulture, shape, Secret, "//");
            await SendAsync(server, door, "trace", "traces", SecretPlanting.Everywhere(Traces(), planted));
            await SendAsync(server, door, "logs", "logs", SecretPlanting.Everywhere(Logs(), planted));
            await SendAsync(server, door, "metrics", "metrics", SecretPlanting.Everywhere(Metrics(), planted));
        }

        using var change = new StringContent($$"""{"kind":"deploy","summary":"rollout with password={{Secret}}","service":"shop","author":"bob","client_secret":"{{Secret}}"}""", new MediaTypeHeaderValue("application/json"));
        (await server.Native.PostAsync("/api/changes", change)).EnsureSuccessStatusCode();

        foreach (var mark in new[] { "span-mark", "event-mark", "link-mark", "status-mark", "scope-mark" })
        {
            Find(server.Folder, mark).ShouldNotBeEmpty($"the search would not find {mark}");
        }

        Find(server.Folder, Secret).ShouldBeEmpty();

        // What the engine compressed is read back instead.
        await ReadBackAsync(server, $"/api/traces/{Convert.ToHexString(Id(16).Span)}", "span-mark", "event-mark", "link-mark", "status-mark", "resource-mark");
        await ReadBackAsync(server, "/api/logs?start=2026-03-01T00:00:00Z&end=2026-03-02T00:00:00Z", "body-mark", "log-mark");
        await ReadBackAsync(server, "/api/changes?since=1h", "rollout");
        var counted = (await server.Native.GetStringAsync("/metrics")).Split('\n').Where(line => line.StartsWith("clew_pipeline_changes_total", StringComparison.Ordinal) && line.Contains("stage=\"redaction\"", StringComparison.Ordinal)).ToList();
        foreach (var rule in new[] { "key_value", "authorization", "url_password" })
        {
            counted.ShouldContain(line => line.Contains($"rule=\"{rule}\"", StringComparison.Ordinal));
        }
    }

    private static async Task ReadBackAsync(StoreServer server, string question, params string[] marks)
    {
        var answer = await server.Native.GetStringAsync(question);
        marks.ShouldAllBe(mark => answer.Contains(mark, StringComparison.Ordinal));
        answer.ShouldContain("REDACTED");
        answer.ShouldNotContain(Secret);
    }

    private static async Task SendAsync(StoreServer server, string door, string service, string signal, IMessage message)
    {
        if (door == "grpc")
        {
            var name = char.ToUpperInvariant(service[0]) + service[1..];
            var reply = await server.Grpc.CallAsync($"/opentelemetry.proto.collector.{service}.v1.{name}Service/Export", message.ToByteArray());
            reply.Status.ShouldBe(0, reply.Message);
            return;
        }

        using var content = new ByteArrayContent(door == "json" ? Encoding.UTF8.GetBytes(Json(message)) : message.ToByteArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(door == "json" ? "application/json" : "application/x-protobuf");
        using var response = await server.OtlpHttp.PostAsync($"/v1/{signal}", content);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    /// <summary>OTLP/JSON: protobuf's own mapping, but for ids, which are hex.</summary>
    private static string Json(IMessage message) => JsonFormatter.Default.Format(message)
        .Replace(Id(16).ToBase64(), Convert.ToHexString(Id(16).Span), StringComparison.Ordinal)
        .Replace(Id(8).ToBase64(), Convert.ToHexString(Id(8).Span), StringComparison.Ordinal);

    /// <summary>The files that hold a text; those that the store holds locked hold none.</summary>
    private static List<string> Find(DirectoryInfo folder, string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return [.. folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Name is not ("clew.lock" or "status") && ReadShared(file).AsSpan().IndexOf(wanted) >= 0).Select(file => file.FullName)];
    }

    private static byte[] ReadShared(FileInfo file)
    {
        try
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
        catch (FileNotFoundException)
        {
            // Merged away meanwhile.
            return [];
        }
    }

    private static TracesData Traces() => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = Resource(),
                SchemaUrl = "https://example.org/1",
                ScopeSpans =
                {
                    new ScopeSpans
                    {
                        Scope = Scope(),
                        Spans =
                        {
                            new Span
                            {
                                TraceId = Id(16),
                                SpanId = Id(8),
                                Name = "span-mark",
                                TraceState = "vendor=1",
                                StartTimeUnixNano = Time,
                                EndTimeUnixNano = Time + 1_000,
                                Status = new OpenTelemetry.Proto.Trace.V1.Status { Message = "status-mark" },
                                Attributes = { Pair("span.key", "span-value"), Nested() },
                                Events = { new Span.Types.Event { Name = "event-mark", TimeUnixNano = Time, Attributes = { Pair("event.key", "event-value") } } },
                                Links = { new Span.Types.Link { TraceId = Id(16), SpanId = Id(8), TraceState = "link=1", Attributes = { Pair("link.key", "link-mark") } } },
                            },
                        },
                    },
                },
            },
        },
    };

    private static LogsData Logs() => new()
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                Resource = Resource(),
                ScopeLogs =
                {
                    new ScopeLogs
                    {
                        Scope = Scope(),
                        LogRecords =
                        {
                            new LogRecord { TimeUnixNano = Time, SeverityText = "INFO", EventName = "event", Body = Text("body-mark"), Attributes = { Pair("log.key", "log-mark"), Nested() } },
                            new LogRecord { TimeUnixNano = Time, Body = Nested().Value },
                        },
                    },
                },
            },
        },
    };

    private static MetricsData Metrics() => new()
    {
        ResourceMetrics =
        {
            new ResourceMetrics
            {
                Resource = Resource(),
                ScopeMetrics =
                {
                    new ScopeMetrics
                    {
                        Scope = Scope(),
                        Metrics =
                        {
                            new Metric
                            {
                                Name = "metric-mark",
                                Unit = "By",
                                Description = "described",
                                Metadata = { Pair("meta", "data") },
                                Gauge = new Gauge { DataPoints = { new NumberDataPoint { TimeUnixNano = Time, AsInt = 7, Attributes = { Pair("label", "label-mark") }, Exemplars = { new Exemplar { TimeUnixNano = Time, AsInt = 7, FilteredAttributes = { Pair("exemplar.key", "exemplar-mark") } } } } } },
                            },
                        },
                    },
                },
            },
        },
    };

    private static Resource Resource() => new() { Attributes = { Pair("service.name", "shop"), Pair("resource.key", "resource-mark") } };

    private static InstrumentationScope Scope() => new() { Name = "scope-mark", Version = "1", Attributes = { Pair("scope.key", "scope-value") } };

    private static KeyValue Pair(string key, string value) => new() { Key = key, Value = Text(value) };

    private static AnyValue Text(string value) => new() { StringValue = value };

    private static KeyValue Nested() => new()
    {
        Key = "nested",
        Value = new AnyValue { KvlistValue = new KeyValueList { Values = { Pair("inner", "text"), new KeyValue { Key = "list", Value = new AnyValue { ArrayValue = new ArrayValue { Values = { Text("one"), new AnyValue { BytesValue = ByteString.CopyFromUtf8("bytes") } } } } } } } },
    };

    private static ByteString Id(int length) => ByteString.CopyFrom([.. Enumerable.Range(1, length).Select(i => (byte)i)]);
}
