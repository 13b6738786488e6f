using Clew.Protocols.Otlp;
using Clew.Protocols.Tempo;
using Clew.Server.Api;
using Clew.Server.Hosting;
using Clew.Server.Ingest;
using Clew.Server.Ingest.Grpc;

namespace Clew.Server.Tempo;

/// <summary>
/// <c>tempopb.StreamingQuerier</c>: what the HTTP API answers at once, as streams of what is found so far. Tempo serves it on its HTTP port, where Grafana's data
/// source looks for it; so it is on that port here, and on the native one.
/// </summary>
internal sealed class TempoStreams : IGrpcService
{
    private const string Service = "tempopb.StreamingQuerier";

    /// <summary>Bytes of a request: a question is short. Beyond: RESOURCE_EXHAUSTED.</summary>
    private const long MaxRequestBytes = 1 << 20;

    private delegate Dictionary<string, string>? ReadMessage(ReadOnlySpan<byte> message);

    public IReadOnlyList<Door> Doors { get; } = [Door.Tempo, Door.Native];

    public IEnumerable<GrpcMethod> Methods =>
    [
        Method("Search", TempoMessageReader.Search, TempoSearch.StreamAsync),
        Method("SearchTags", TempoMessageReader.Tags, async (asking, send) => await send(TempoMessageWriter.Names(await TempoTags.NamesAsync(asking)))),
        Method("SearchTagsV2", TempoMessageReader.Tags, async (asking, send) => await send(TempoMessageWriter.Scopes(await TempoTags.ScopesAsync(asking)))),
        Method("SearchTagValues", TempoMessageReader.Values, async (asking, send) => await send(TempoMessageWriter.Names(await TempoTagValues.TextsAsync(asking)))),
        Method("SearchTagValuesV2", TempoMessageReader.Values, async (asking, send) => await send(TempoMessageWriter.Values(await TempoTagValues.TypedAsync(asking)))),
        Method("MetricsQueryRange", TempoMessageReader.Range, TempoMetrics.StreamRangeAsync),
        Method("MetricsQueryInstant", TempoMessageReader.Instant, TempoMetrics.StreamInstantAsync),
    ];

    private static GrpcMethod Method(string name, ReadMessage read, Func<TempoAsking, Func<byte[], Task>, Task> answer) => new($"/{Service}/{name}", MaxRequestBytes, async (call, cancellation) =>
    {
        var received = await call.ReadMessageAsync(MaxRequestBytes, admission: null, cancellation);
        if (received.Refusal is { } refusal)
        {
            return GrpcReply.Failed(Refusals.ToStatus(refusal, received.Problem, retryAfter: null));
        }

        Dictionary<string, string>? parameters;
        using (var body = received.Body!)
        {
            parameters = read(body.Memory.Span);
        }

        if (parameters is null)
        {
            return GrpcReply.Failed(RpcCode.InvalidArgument, $"the message is not the request of {Service}/{name}");
        }

        try
        {
            await answer(new TempoAsking(call.Http, parameters, cancellation), message => call.SendAsync(message, cancellation));
            return GrpcReply.Sent;
        }
        catch (Exception error) when (GrpcRefusal.StatusOf(error) is { } status)
        {
            return GrpcReply.Failed(status);
        }
    });
}
