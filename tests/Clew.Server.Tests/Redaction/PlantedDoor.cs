using System.CommandLine;
using System.Net.Sockets;
using System.Text;
using Clew.Cli;
using Clew.Protocols.Snappy;
using Clew.Server.Hosting;
using Clew.Testing;
using Google.Protobuf;
using Logproto;
using Prometheus.Write.V1;
using Zipkin.Proto3;
using V2 = Prometheus.Write.V2;

namespace Clew.Server.Tests.Redaction;

/// <summary>A way in, and a request for it with something planted in every field that it has.</summary>
/// <param name="Send">Completes when what was sent is on disk.</param>
internal sealed record PlantedDoor(string Name, Func<PlantedServer, Planting, Task> Send)
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";
    private const long Microseconds = 1_772_359_200_000_000;

    public static IReadOnlyList<PlantedDoor> All { get; } = [.. Otlp(), .. Jaeger(), .. ZipkinSpans(), .. Loki(), .. PrometheusSeries(), .. Lines(), .. Syslog(), .. PlantedRecords.Doors];

    private static IEnumerable<PlantedDoor> Otlp()
    {
        foreach (var (service, path, make) in new (string, string, Func<IMessage>)[] { ("trace", "traces", PlantedOtlp.Traces), ("logs", "logs", PlantedOtlp.Logs), ("metrics", "metrics", PlantedOtlp.Metrics) })
        {
            var name = char.ToUpperInvariant(service[0]) + service[1..];
            yield return new($"OTLP/gRPC {path}", (server, plant) => server.CallAsync(server.OtlpGrpc, $"/opentelemetry.proto.collector.{service}.v1.{name}Service/Export", Bytes(make(), plant)));
            yield return new($"OTLP/HTTP {path}", (server, plant) => server.PostAsync(new Uri(server.Url(Door.OtlpHttp), $"/v1/{path}"), Protobuf, Bytes(make(), plant)));
            yield return new($"OTLP/JSON {path}", (server, plant) => server.PostAsync($"/v1/{path}", Json, PlantedOtlp.Json(SecretPlanting.Everywhere(make(), field => plant[field]))));
        }
    }

    private static IEnumerable<PlantedDoor> Jaeger()
    {
        foreach (var compact in new[] { false, true })
        {
            var type = compact ? "application/vnd.apache.thrift.compact" : "application/x-thrift";
            var door = compact ? Door.JaegerAgentCompact : Door.JaegerAgentBinary;
            var protocol = compact ? "jaeger_agent_compact" : "jaeger_agent_binary";
            yield return new($"Jaeger Thrift over HTTP, compact {compact}", (server, plant) => server.PostAsync(new Uri(server.Url(Door.JaegerCollector), "/api/traces"), type, JaegerBatch(plant).ToThrift(compact)));
            yield return new($"Jaeger agent, compact {compact}", async (server, plant) =>
            {
                var before = await server.CountAsync(protocol);
                await SendAsync(server, door, JaegerBatch(plant).ToAgentMessage(compact));
                await server.StoredAsync(protocol, before + 1);
            });
        }

        yield return new("Jaeger gRPC", (server, plant) => server.CallAsync(server.JaegerGrpc, "/jaeger.api_v2.CollectorService/PostSpans", JaegerBatch(plant).ToProtobuf()));
    }

    private static JaegerModelBatch JaegerBatch(Planting plant) => new(
        plant["service"],
        [new JaegerModelTag("hostname", plant["process tag"]), new JaegerModelTag(plant["process tag's key"], "x")],
        [
            new JaegerModelSpan(0, 1, 2, 0, plant["operation"])
            {
                Start = Microseconds,
                Tags = [new JaegerModelTag("tag", plant["tag"]), new JaegerModelTag(plant["tag's key"], "x"), new JaegerModelTag("bytes", Encoding.UTF8.GetBytes(plant["bytes"]))],
                Logs = [new JaegerModelLog(Microseconds, [new JaegerModelTag("event", plant["event"]), new JaegerModelTag("message", plant["log field"])])],
            },
        ]);

    private static IEnumerable<PlantedDoor> ZipkinSpans()
    {
        yield return new("Zipkin v2 JSON", (server, plant) => server.PostAsync(new Uri(server.Url(Door.Zipkin), "/api/v2/spans"), Json, Encoding.UTF8.GetBytes(SecretPlanting.Everywhere(
            """[{"traceId":"1","id":"2","kind":"SERVER","name":"get","timestamp":1772359200000000,"duration":5,"localEndpoint":{"serviceName":"cart"},"remoteEndpoint":{"serviceName":"db"},"annotations":[{"timestamp":1772359200000000,"value":"noted"}],"tags":{"tag":"value"}}]""",
            field => field is "traceId" or "id" or "kind" ? null : plant[field]))));
        yield return new("Zipkin v2 protobuf", (server, plant) => server.PostAsync(new Uri(server.Url(Door.Zipkin), "/api/v2/spans"), Protobuf, Bytes(
            new ListOfSpans
            {
                Spans =
                {
                    new Span
                    {
                        TraceId = PlantedOtlp.Id(16), Id = PlantedOtlp.Id(8), Kind = 2, Name = "get", Timestamp = Microseconds, Duration = 5,
                        LocalEndpoint = new Endpoint { ServiceName = "cart" }, RemoteEndpoint = new Endpoint { ServiceName = "db" },
                        Annotations = { new Annotation { Timestamp = Microseconds, Value = "noted" } }, Tags = { ["tag"] = "value" },
                    },
                },
            },
            plant)));
        yield return new("Zipkin v1 JSON", (server, plant) => server.PostAsync(new Uri(server.Url(Door.Zipkin), "/api/v1/spans"), Json, Encoding.UTF8.GetBytes(ZipkinV1Model.ToJson(ZipkinV1(plant)))));
        yield return new("Zipkin v1 Thrift", (server, plant) => server.PostAsync(new Uri(server.Url(Door.Zipkin), "/api/v1/spans"), "application/x-thrift", ZipkinV1Model.ToThrift(ZipkinV1(plant))));
    }

    private static ZipkinV1Model[] ZipkinV1(Planting plant)
    {
        var own = new ZipkinV1Endpoint(plant["service"], "", 0);
        return
        [
            new(0, 1, 2, 0, plant["name"])
            {
                Timestamp = Microseconds,
                Duration = 5,
                Annotations = [new ZipkinV1Annotation(Microseconds, "sr", own), new ZipkinV1Annotation(Microseconds + 5, "ss", own), new ZipkinV1Annotation(Microseconds + 1, plant["annotation"], own)],
                Tags = [new ZipkinV1Tag("tag", plant["tag"], own), new ZipkinV1Tag(plant["tag's key"], "x", own), new ZipkinV1Tag("ca", true, new ZipkinV1Endpoint(plant["peer"], "", 0))],
            },
        ];
    }

    private static IEnumerable<PlantedDoor> Loki()
    {
        yield return new("Loki JSON", (server, plant) => server.PostAsync("/loki/api/v1/push", Json, $$$"""
            {"streams":[{"stream":{"app":{{{Quoted(plant["stream label"])}}},"{{{plant.Name("stream label's name")}}}":"x","level":"warn"},
            "values":[["1772359200000000001",{{{Quoted(plant["line"])}}},{"order":{{{Quoted(plant["structured metadata"])}}},{{{Quoted(plant["structured metadata's name"])}}}:"7"}]]}]}
            """));
        yield return new("Loki protobuf", (server, plant) => server.PostAsync("/loki/api/v1/push", Protobuf, Pack(new PushRequest
        {
            Streams =
            {
                new Logproto.Stream
                {
                    Labels = $"{{app={Quoted(plant["stream label"])}, {plant.Name("stream label's name")}=\"x\"}}",
                    Entries =
                    {
                        new Entry
                        {
                            Timestamp = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = Microseconds / 1_000_000 }, Line = plant["line"],
                            StructuredMetadata = { new LabelPair { Name = "order", Value = plant["structured metadata"] }, new LabelPair { Name = plant["structured metadata's name"], Value = "7" } },
                        },
                    },
                },
            },
        })));
    }

    private static IEnumerable<PlantedDoor> PrometheusSeries()
    {
        yield return new("remote write 1", (server, plant) => server.PostAsync("/prometheus/api/v1/write", Protobuf, Pack(new WriteRequest
        {
            Timeseries =
            {
                new TimeSeries
                {
                    Labels = { Label("__name__", "requests_total"), Label("instance", plant["instance"]), Label("job", plant["job"]), Label(plant.Name("label's name"), "x"), Label("zone", plant["label"]) },
                    Samples = { new Sample { Value = 5, Timestamp = Microseconds / 1_000 } },
                    Exemplars = { new Exemplar { Value = 1, Timestamp = Microseconds / 1_000, Labels = { Label("note", plant["exemplar label"]) } } },
                },
            },
            Metadata = { new MetricMetadata { Type = 1, MetricFamilyName = "requests_total", Help = plant["help"], Unit = plant["unit"] } },
        })));
        yield return new("remote write 2", (server, plant) => server.PostAsync("/prometheus/api/v1/write", Protobuf + ";proto=io.prometheus.write.v2.Request", Pack(new V2.Request
        {
            Symbols =
            {
                string.Empty, "__name__", "requests_total", "instance", plant["instance"], "job", plant["job"], plant.Name("label's name"), "x", "note", plant["exemplar label"], plant["help"], plant["unit"],
            },
            Timeseries =
            {
                new V2.TimeSeries
                {
                    LabelsRefs = { 1, 2, 7, 8, 3, 4, 5, 6 },
                    Samples = { new V2.Sample { Value = 5, Timestamp = Microseconds / 1_000 } },
                    Exemplars = { new V2.Exemplar { Value = 1, Timestamp = Microseconds / 1_000, LabelsRefs = { 9, 10 } } },
                    Metadata = new V2.Metadata { Type = 1, HelpRef = 11, UnitRef = 12 },
                },
            },
        })));
        yield return new("scraped target", async (server, plant) =>
        {
            var escaped = plant["help"].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            server.Target.Expose(
                $"# TYPE requests counter\n# HELP requests {escaped}\nrequests_total{{zone={Quoted(plant["label"])},{plant.Name("label's name")}=\"x\"}} 1 # {{note={Quoted(plant["exemplar label"])}}} 1\n# EOF\n",
                "application/openmetrics-text; version=1.0.0; charset=utf-8");
            var before = server.Target.Requests.Count;
            await Support.Eventually.BeTrueAsync(() => server.Target.Requests.Count > before + 1, "a scrape of the new text");
            await server.StoredAsync("prometheus_scrape", await server.CountAsync("prometheus_scrape") + 1);
        });
    }

    private static IEnumerable<PlantedDoor> Lines()
    {
        yield return new("log lines", (server, plant) =>
        {
            var lines = new[]
            {
                $$"""{"time":"2026-03-01T10:00:00Z","level":"info","service":{{Quoted(plant["JSON: service"])}},"msg":{{Quoted(plant["JSON: message"])}},"user":{{Quoted(plant["JSON: field"])}},"deep":{"a":[{{Quoted(plant["JSON: nested"])}}]},{{Quoted(plant["JSON: name"])}}:1}""",
                $"time=2026-03-01T10:00:00Z level=info msg={Quoted(plant["logfmt: message"])} user={Quoted(plant["logfmt: field"])} {plant.Name("logfmt: name")}=1",
                $"203.0.113.7 - bob [01/Mar/2026:10:00:00 +0000] \"GET /x?q={Uri.EscapeDataString(plant["combined: query"])} HTTP/1.1\" 200 5 \"https://example.org/?q={Uri.EscapeDataString(plant["combined: referer"])}\" {Quoted("agent " + plant["combined: agent"])}",
                $"2026-03-01T10:00:00.000000000Z stdout F {Line(plant["CRI"])}",
                $$"""{"log":{{Quoted(plant["docker"] + "\n")}},"stream":"stdout","time":"2026-03-01T10:00:00Z"}""",
                $"I0301 10:00:00.000000       1 main.go:1] {Line(plant["klog"])}",
                $"2026-03-01 10:00:00 [trace_id=4bf92f3577b34da6a3ce929d0e0e4736] ERROR {Line(plant["bracketed"])}",
                $"2026-03-01 10:00:00,345 ERROR [main] a.b.Pay - {Line(plant["log4j"])}",
                $"java.lang.IllegalStateException: {Line(plant["stack trace"])}",
                "\tat a.b.Pay.run(Pay.java:1)",
                Line(plant["plain"]),
            };
            return server.PostAsync($"/api/logs?service={Uri.EscapeDataString(Line(plant["parameter"]))}", "text/plain", string.Join('\n', lines));
        });
        yield return new("clew import", async (server, plant) =>
        {
            var file = Path.GetTempFileName();
            try
            {
                await File.WriteAllTextAsync(file, $$"""{"msg":{{Quoted(plant["message"])}},"user":{{Quoted(plant["field"])}}}""" + "\n" + Line(plant["plain"]) + "\n");
                using var said = new StringWriter();
                var import = CommandLine.CreateRoot().Parse(["--url", server.EndPoint(Door.Native).ToString(), "import", file, "--quiet"]);
                var code = await import.InvokeAsync(new InvocationConfiguration { Output = said, Error = said }).WaitAsync(Support.TestServer.Patience);
                code.ShouldBe(0, said.ToString());
            }
            finally
            {
                File.Delete(file);
            }
        });
    }

    private static IEnumerable<PlantedDoor> Syslog()
    {
        string[] Messages(Planting plant) =>
        [
            $"<34>1 2026-03-01T10:00:00Z {plant.Name("host")} {plant.Name("app")} {plant.Name("process")} {plant.Name("message id")} [sd@1 key={Quoted(Line(plant["structured data"]))}] {Line(plant["message"])}",
            $"<34>Mar  1 10:00:00 {plant.Name("host of RFC 3164")} {plant.Name("tag of RFC 3164")}: {Line(plant["message of RFC 3164"])}",
        ];

        yield return new("syslog over UDP", async (server, plant) =>
        {
            var before = await server.CountAsync("syslog_udp");
            foreach (var message in Messages(plant))
            {
                await SendAsync(server, Door.SyslogUdp, Encoding.UTF8.GetBytes(message));
            }

            await server.StoredAsync("syslog_udp", before + 2);
        });
        yield return new("syslog over TCP", async (server, plant) =>
        {
            var before = await server.CountAsync("syslog_tcp");
            using var client = new TcpClient();
            await client.ConnectAsync(server.EndPoint(Door.SyslogTcp));
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Messages(plant).Select(message => message + "\n"))));
            client.Close();
            await server.StoredAsync("syslog_tcp", before + 2);
        });
    }

    /// <summary>A text as JSON, as logfmt and as label values have it.</summary>
    internal static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    /// <summary>A text without line breaks.</summary>
    private static string Line(string text) => text.Replace("\n", "\\n", StringComparison.Ordinal);

    private static Label Label(string name, string value) => new() { Name = name, Value = value };

    private static byte[] Bytes(IMessage message, Planting plant) => SecretPlanting.Everywhere(message, field => plant[field]).ToByteArray();

    private static byte[] Pack(IMessage message)
    {
        var content = message.ToByteArray();
        var room = new byte[SnappyBlock.MaxEncodedLength(content.Length)];
        return room.AsSpan(0, SnappyBlock.Encode(content, room)).ToArray();
    }

    private static async Task SendAsync(PlantedServer server, Door door, byte[] packet)
    {
        using var client = new UdpClient(AddressFamily.InterNetwork);
        await client.SendAsync(packet, server.EndPoint(door));
    }
}
