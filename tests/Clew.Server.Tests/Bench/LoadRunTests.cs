using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using Clew.Load.Asking;
using Clew.Load.Encoding;
using Clew.Load.Sending;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Clew.Server.Tests.Bench;

public sealed class LoadRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Round Round = Round.Build(new RoundOptions(3, 2, 200, Mix.Collector, [Signal.Traces], 50_000) { Spans = 2_000 });
    private static readonly Stamp Stamp = new(3, 1_790_000_000_000_000_000, 1_000, Round);

    [Fact]
    public async Task Http_sends_every_request_once_and_counts_what_a_partial_success_refuses()
    {
        var bodies = new ConcurrentBag<byte[]>();
        var answers = 0;
        await using var server = await FakeCollector.StartAsync(HttpProtocols.Http1, async (context, body) =>
        {
            context.Request.Path.Value.ShouldBe("/v1/traces");
            context.Request.ContentType.ShouldBe("application/x-protobuf");
            bodies.Add(body);
            if (Interlocked.Increment(ref answers) == 1)
                await context.Response.Body.WriteAsync(PartialSuccess(3));
        });

        var (result, ledger) = await RunAsync(() => new HttpExporter(server.Address, gzip: false));

        bodies.Select(b => b.Length).Order().ShouldBe(Round.Requests.Select(r => r.Bytes.Length).Order());
        result.Rejected.ShouldBe(3);
        result.Items.ShouldBe(Round.Requests.Sum(r => r.Items) - 3);
        Enumerable.Range(0, Round.Requests.Length).Count(i => ledger[i]).ShouldBe(Round.Requests.Length - 1, "a partial success is not an acknowledged request");
        result.Messages.ShouldContainKey("no");
    }

    [Fact]
    public async Task Gzip_bodies_decompress_to_the_request()
    {
        var sizes = new ConcurrentBag<long>();
        await using var server = await FakeCollector.StartAsync(HttpProtocols.Http1, async (context, body) =>
        {
            context.Request.Headers.ContentEncoding.ToString().ShouldBe("gzip");
            await using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            await gzip.CopyToAsync(plain);
            sizes.Add(plain.Length);
        });

        await RunAsync(() => new HttpExporter(server.Address, gzip: true));

        sizes.Order().ShouldBe(Round.Requests.Select(r => (long)r.Bytes.Length).Order());
    }

    [Fact]
    public async Task Busy_answers_are_tried_again_and_other_errors_are_not()
    {
        var attempts = 0;
        await using var server = await FakeCollector.StartAsync(HttpProtocols.Http1, (context, _) =>
        {
            var attempt = Interlocked.Increment(ref attempts);
            context.Response.StatusCode = attempt == 1 ? 429 : attempt == 2 ? 503 : attempt == 3 ? 400 : 200;
            context.Response.Headers.RetryAfter = "0";
            return Task.CompletedTask;
        });

        var (result, _) = await RunAsync(() => new HttpExporter(server.Address, gzip: false), connections: 1);

        result.Retries.ShouldBe(2);
        result.Refused.ShouldBe(Round.Requests[0].Items);
        result.Failed.ShouldBe(0);
        result.Items.ShouldBe(Round.Requests.Skip(1).Sum(r => r.Items));
        attempts.ShouldBe(Round.Requests.Length + 2);
    }

    [Fact]
    public async Task Grpc_frames_messages_and_honours_retry_info()
    {
        var attempts = 0;
        var sizes = new ConcurrentBag<int>();
        await using var server = await FakeCollector.StartAsync(HttpProtocols.Http2, async (context, body) =>
        {
            context.Request.Path.Value.ShouldBe("/opentelemetry.proto.collector.trace.v1.TraceService/Export");
            context.Response.ContentType = "application/grpc";
            if (Interlocked.Increment(ref attempts) == 1)
            {
                context.Response.Headers["grpc-status"] = "8";
                context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(RetryInfo()).TrimEnd('=');
                return;
            }

            body[0].ShouldBe((byte)0);
            System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)).ShouldBe(body.Length - 5);
            sizes.Add(body.Length - 5);
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        });

        var (result, _) = await RunAsync(() => new GrpcExporter(server.Address));

        result.Retries.ShouldBe(1);
        result.Items.ShouldBe(Round.Requests.Sum(r => r.Items));
        sizes.Order().ShouldBe(Round.Requests.Select(r => r.Bytes.Length).Order());
    }

    [Fact]
    public async Task A_vanished_server_ends_the_run_when_asked_to()
    {
        var server = await FakeCollector.StartAsync(HttpProtocols.Http1, (_, _) => Task.CompletedTask);
        await server.DisposeAsync();

        var (result, _) = await RunAsync(() => new HttpExporter(server.Address, gzip: false), stopWhenBroken: true);

        result.Items.ShouldBe(0);
        result.Requests.ShouldBeLessThanOrEqualTo(4);
    }

    [Fact]
    public async Task A_check_finds_lost_traces_lost_spans_and_doubles()
    {
        // A store that answers with what was sent, except for the first three traces asked for.
        var known = Enumerable.Range(0, Round.Traces.Length).ToDictionary(t => IdOf(t), t => t);
        var asked = 0;
        await using var server = await FakeCollector.StartAsync(HttpProtocols.Http1, async (context, _) =>
        {
            var id = context.Request.Path.Value!.Split('/')[^1];
            var state = Stamp.StateOf(0, known[id]);
            var spans = Round.Traces[known[id]].Spans.Select(s => $"{state.SpanId(s.Number):x16}").ToList();
            switch (++asked)
            {
                case 1:
                    context.Response.StatusCode = 404;
                    return;
                case 2:
                    spans.RemoveAt(2);
                    break;
                case 3:
                    spans.Add(spans[0]);
                    break;
            }

            await context.Response.WriteAsync($$"""{"spans":[{{string.Join(',', spans.Select(s => $$"""{"spanId":"{{s}}","name":"n"}"""))}}]}""");
        });
        using var ledger = Ledger.Complete(Round.Requests.Length);
        using var asker = new Asker(server.Address, QueryApi.Native, Round, Stamp, ledger, 3);

        var check = await asker.CheckAsync(20, CancellationToken.None);

        (check.Checked, check.Complete, check.Missing, check.Short, check.Strange, check.Doubled).ShouldBe((20, 17, 1, 1, 0, 1));
        check.Examples.Count.ShouldBe(2);

        static string IdOf(int trace)
        {
            var state = Stamp.StateOf(0, trace);
            return string.Create(CultureInfo.InvariantCulture, $"{state.High:x16}{state.Low:x16}");
        }
    }

    private static async Task<(LoadResult Result, Ledger Ledger)> RunAsync(Func<IExporter> connect, int connections = 4, bool stopWhenBroken = false)
    {
        var items = Round.Requests.Sum(r => (long)r.Items);
        var ledger = new Ledger(LoadRun.RequestsFor(Round, items), null, "");
        using var run = new LoadRun(Round, Stamp, new LoadPlan(items, connections, null, stopWhenBroken), connect, ledger, TimeProvider.System);
        return (await run.RunAsync(CancellationToken.None).WaitAsync(Patience), ledger);
    }

    private static byte[] PartialSuccess(byte rejected) => [0x0A, 0x06, 0x08, rejected, 0x12, 0x02, (byte)'n', (byte)'o'];

    // google.rpc.Status { code: 8, details: [Any { type_url: RetryInfo, value: RetryInfo { retry_delay { nanos: 1000 } } }] }
    private static byte[] RetryInfo()
    {
        var type = "type.googleapis.com/google.rpc.RetryInfo"u8;
        byte[] any = [0x0A, (byte)type.Length, .. type, 0x12, 0x05, 0x0A, 0x03, 0x10, 0xE8, 0x07];
        return [0x08, 0x08, 0x1A, (byte)any.Length, .. any];
    }
}
