using Clew.Protocols.Jaeger;
using Clew.Server.Api;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Grpc;
using Clew.Telemetry;

namespace Clew.Server.Jaeger.Grpc;

/// <summary>
/// Jaeger's remote storage, <c>jaeger.storage.v2</c>: an unmodified Jaeger reads its traces and dependencies from here, and writes them to the OTLP services of
/// the same port. What is not stored is left out of an answer, as its contract says; it is no error.
/// </summary>
internal sealed class JaegerStorageServices(JaegerGrpcAsking asking) : IGrpcService
{
    public const string Reader = "jaeger.storage.v2.TraceReader";
    public const string DependencyReader = "jaeger.storage.v2.DependencyReader";
    public const string Capabilities = "jaeger.storage.v2.Capabilities";

    public IReadOnlyList<Door> Doors { get; } = [Door.JaegerStorage, Door.Native];

    public IEnumerable<GrpcMethod> Methods =>
    [
        asking.Method<(IReadOnlyList<JaegerTraceQuestion> Traces, int Count)>(Reader, "GetTraces", ReadTraces, GetTracesAsync),
        asking.Method<bool>(Reader, "GetServices", JaegerQueryServices.ReadNothing, (_, tenant, _, cancellation) => asking.ServicesAsync(tenant, cancellation)),
        asking.Method<(string Service, string Kind)>(Reader, "GetOperations", JaegerQueryServices.ReadOperations, async (_, tenant, question, cancellation) =>
            GrpcReply.Ok(JaegerAnswerWriter.Operations(await asking.OperationsAsync(tenant, question.Service, question.Kind, cancellation)))),
        asking.Method<JaegerQuestion?>(Reader, "FindTraces", ReadSearch, FindTracesAsync),
        asking.Method<JaegerQuestion?>(Reader, "FindTraceIDs", ReadSearch, async (_, tenant, question, cancellation) =>
            GrpcReply.Ok(JaegerAnswerWriter.Ids(await asking.Store.FindTracesAsync(SearchOf(question).ToQuery(tenant), cancellation)))),
        asking.Method<JaegerQuestion?>(Reader, "FindTraceSummaries", ReadSearch, FindSummariesAsync),
        asking.Method<(long?, long?)>(DependencyReader, "GetDependencies", JaegerQueryServices.ReadDependencies, (_, tenant, times, cancellation) => asking.DependenciesAsync(tenant, times, cancellation)),
        asking.Method<bool>(Capabilities, "GetCapabilities", JaegerQueryServices.ReadNothing, (_, _, _, _) => Task.FromResult(GrpcReply.Ok(JaegerAnswerWriter.Capabilities()))),
    ];

    private bool ReadTraces(ReadOnlySpan<byte> message, out (IReadOnlyList<JaegerTraceQuestion> Traces, int Count) question) =>
        JaegerQueryReader.TryReadTraces(message, asking.Limits.Traces, out question.Traces, out question.Count);

    private bool ReadSearch(ReadOnlySpan<byte> message, out JaegerQuestion? question) =>
        JaegerQueryReader.TryReadSearch(message, isStorage: true, asking.Limits.Conditions, out question);

    private JaegerSearch SearchOf(JaegerQuestion? question) => asking.SearchOf(question, isDepthNeeded: false, areTimesNeeded: false);

    private async Task<GrpcReply> GetTracesAsync(GrpcCall call, Tenant tenant, (IReadOnlyList<JaegerTraceQuestion> Traces, int Count) question, CancellationToken cancellation)
    {
        if (question.Count > asking.Limits.Traces)
        {
            throw GrpcRefusal.Invalid($"at most {asking.Limits.Traces} traces at once (limit query.traces)");
        }

        if (question.Count == 0)
        {
            return GrpcReply.Sent;
        }

        var wanted = question.Traces.Select(trace => JaegerQueryReader.TryReadId(trace.Id, out var id)
            ? (id, trace)
            : throw GrpcRefusal.Invalid($"a trace id has 16 bytes that are not all zero, not {trace.Id.Length}"));
        var (batch, traces) = await asking.TracesAsync(tenant, [.. wanted], cancellation);
        await JaegerChunks.SendAsync(call, batch, traces, cancellation);
        return GrpcReply.Sent;
    }

    private async Task<GrpcReply> FindTracesAsync(GrpcCall call, Tenant tenant, JaegerQuestion? question, CancellationToken cancellation)
    {
        var (batch, traces) = await SearchOf(question).FindAsync(asking.Store, tenant, asking.Limits, cancellation);
        await JaegerChunks.SendAsync(call, batch, traces, cancellation);
        return GrpcReply.Sent;
    }

    private async Task<GrpcReply> FindSummariesAsync(GrpcCall call, Tenant tenant, JaegerQuestion? question, CancellationToken cancellation)
    {
        await JaegerChunks.SendAsync(call, await asking.Store.FindTracesAsync(SearchOf(question).ToQuery(tenant), cancellation), isStorage: true, cancellation);
        return GrpcReply.Sent;
    }
}
