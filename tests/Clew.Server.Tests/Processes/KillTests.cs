using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Clew.Server.Tests.Support;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Xunit.Abstractions;

namespace Clew.Server.Tests.Processes;

/// <summary>The promise to a sender: what was acknowledged survives a kill at any moment.</summary>
[Collection(ProcessCollection.Name)]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 10;
    private const int ItemsPerRequest = 40;

    private readonly string _directory = Directory.CreateTempSubdirectory("clew-kill-").FullName;

    [Fact]
    public async Task Nothing_acknowledged_is_missing_after_ten_kills_in_mid_load()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var pointsAcknowledged = 0;
        var server = await ClewProcess.ServeOnFreePortsAsync(_directory);
        try
        {
            for (var round = 1; round <= Rounds; round++)
            {
                server.ReadyLine.ShouldStartWith("clew is ready: ");
                var load = new Load(server, round);
                var senders = load.Start();
                await Eventually.BeTrueAsync(() => load.Acknowledged >= 10, "ten requests are acknowledged");
                await Task.Delay(random.Next(200));
                await server.KillAsync();
                await Task.WhenAll(senders);
                await server.DisposeAsync();

                server = await ClewProcess.ServeOnFreePortsAsync(_directory);
                pointsAcknowledged += load.PointsAcknowledged;
                await load.VerifyAsync(server, pointsAcknowledged);
                output.WriteLine($"round {round}: {load}");
            }

            (await server.TerminateAsync()).ExitCode.ShouldBe(0);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Six connections that send as fast as they are answered until the server dies: each sender's spans are one trace, each span has its own id.</summary>
    private sealed class Load(ClewProcess server, int round)
    {
        private readonly ConcurrentDictionary<byte[], ConcurrentBag<ulong>> _spans = new();
        private readonly ConcurrentBag<string> _lines = [];
        private readonly byte[] _logTrace = TraceOf(round, 0xFF);
        private readonly TimeProvider _time = TimeProvider.System;
        private int _acknowledged;
        private int _points;
        private int _cutOff;

        public int Acknowledged => Volatile.Read(ref _acknowledged);

        public int PointsAcknowledged => Volatile.Read(ref _points);

        public IReadOnlyList<Task> Start() =>
        [
            Task.Run(() => SendSpansAsync(0, PostAsync)),
            Task.Run(() => SendSpansAsync(1, PostAsync)),
            Task.Run(() => SendSpansAsync(2, CallAsync)),
            Task.Run(() => SendSpansAsync(3, CallAsync)),
            Task.Run(SendLogsAsync),
            Task.Run(SendPointsAsync),
        ];

        /// <summary>Asks for every acknowledged span and log record by its id; points are counted.</summary>
        public async Task VerifyAsync(ClewProcess after, int allPoints)
        {
            using var http = new HttpClient { BaseAddress = after.Addresses["listen"], Timeout = TestServer.Patience };
            foreach (var (trace, acknowledged) in _spans)
            {
                using var answer = JsonDocument.Parse(await http.GetStringAsync($"/api/traces/{Convert.ToHexString(trace)}"));
                var found = answer.RootElement.GetProperty("spans").EnumerateArray()
                    .Select(span => ulong.Parse(span.GetProperty("spanId").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToHashSet();
                acknowledged.Where(span => !found.Contains(span)).ShouldBeEmpty($"round {round}: acknowledged spans are missing");
            }

            using var logs = JsonDocument.Parse(await http.GetStringAsync($"/api/traces/{Convert.ToHexString(_logTrace)}/logs?limit=10000"));
            var lines = logs.RootElement.GetProperty("logs").EnumerateArray().Select(log => log.GetProperty("body").GetString()!).ToHashSet();
            _lines.Where(line => !lines.Contains(line)).ShouldBeEmpty($"round {round}: acknowledged log records are missing");

            var metrics = await http.GetStringAsync("/metrics");
            var rows = metrics.Split('\n').Single(line => line.StartsWith("""clew_store_rows{table="number_points"} """, StringComparison.Ordinal)).Split(' ')[1];
            int.Parse(rows, CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(allPoints, $"round {round}: acknowledged points are missing");
        }

        public override string ToString() =>
            $"{_spans.Values.Sum(spans => spans.Count)} spans, {_lines.Count} log records and {_points} points acknowledged in {_acknowledged} requests, {_cutOff} requests cut off";

        private static byte[] TraceOf(int round, int sender) => [.. Enumerable.Repeat((byte)0xC1, 14), (byte)round, (byte)sender];

        private async Task SendSpansAsync(int sender, Func<HttpClient, Payload, byte[], Task<bool>> send)
        {
            var trace = TraceOf(round, sender);
            var acknowledged = _spans.GetOrAdd(trace, _ => []);
            var next = 1UL;
            await SendAsync(send, Payload.Traces, () =>
            {
                var scope = new ScopeSpans();
                var ids = new List<ulong>();
                for (var i = 0; i < ItemsPerRequest; i++, next++)
                {
                    var id = BitConverter.GetBytes(next);
                    Array.Reverse(id);
                    scope.Spans.Add(new Span { TraceId = ByteString.CopyFrom(trace), SpanId = ByteString.CopyFrom(id), Name = "work", StartTimeUnixNano = Now(), EndTimeUnixNano = Now() });
                    ids.Add(next);
                }

                return (new TracesData { ResourceSpans = { new ResourceSpans { ScopeSpans = { scope } } } }.ToByteArray(), () => ids.ForEach(acknowledged.Add));
            });
        }

        private Task SendLogsAsync()
        {
            var next = 0;
            return SendAsync(PostAsync, Payload.Logs, () =>
            {
                var scope = new ScopeLogs();
                var lines = new List<string>();
                for (var i = 0; i < ItemsPerRequest; i++, next++)
                {
                    var line = $"line {next} of round {round}";
                    scope.LogRecords.Add(new LogRecord { TimeUnixNano = Now(), TraceId = ByteString.CopyFrom(_logTrace), Body = new AnyValue { StringValue = line } });
                    lines.Add(line);
                }

                return (new LogsData { ResourceLogs = { new ResourceLogs { ScopeLogs = { scope } } } }.ToByteArray(), () => lines.ForEach(_lines.Add));
            });
        }

        private Task SendPointsAsync() => SendAsync(CallAsync, Payload.Metrics, () =>
        {
            var gauge = new Gauge();
            for (var i = 0; i < ItemsPerRequest; i++)
            {
                gauge.DataPoints.Add(new NumberDataPoint { TimeUnixNano = Now() + (ulong)i, AsInt = i });
            }

            var data = new MetricsData { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { new Metric { Name = "work", Gauge = gauge } } } } } } };
            return (data.ToByteArray(), () => Interlocked.Add(ref _points, ItemsPerRequest));
        });

        private async Task SendAsync(Func<HttpClient, Payload, byte[], Task<bool>> send, Payload payload, Func<(byte[] Body, Action Acknowledge)> next)
        {
            using var http = new HttpClient { Timeout = TestServer.Patience };
            while (true)
            {
                var (body, acknowledge) = next();
                try
                {
                    if (await send(http, payload, body))
                    {
                        acknowledge();
                        Interlocked.Increment(ref _acknowledged);
                    }
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    Interlocked.Increment(ref _cutOff);
                    return;
                }
            }
        }

        private async Task<bool> PostAsync(HttpClient http, Payload payload, byte[] body)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            using var response = await http.PostAsync(new Uri(server.Addresses["otlp_http"], payload.Path), content);
            return response.IsSuccessStatusCode;
        }

        private async Task<bool> CallAsync(HttpClient http, Payload payload, byte[] body)
        {
            using var grpc = new ByteArrayContent(GrpcTestClient.Frame(body));
            grpc.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Addresses["otlp_grpc"], payload.Method))
            {
                Version = System.Net.HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = grpc,
            };
            using var response = await http.SendAsync(request);
            await response.Content.ReadAsByteArrayAsync();
            return response.TrailingHeaders.TryGetValues("grpc-status", out var status) && status.Single() == "0";
        }

        private ulong Now() => (ulong)(_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

        private sealed record Payload(string Path, string Method)
        {
            public static readonly Payload Traces = new("/v1/traces", "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
            public static readonly Payload Logs = new("/v1/logs", "/opentelemetry.proto.collector.logs.v1.LogsService/Export");
            public static readonly Payload Metrics = new("/v1/metrics", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export");
        }
    }
}
