using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Otlp;
using Clew.Server.Api;
using Clew.Server.Api.Contracts;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Grpc;
using Clew.Telemetry;

namespace Clew.Server.Jaeger.Grpc;

/// <summary>
/// Jaeger's query services over gRPC: <c>jaeger.api_v2.QueryService</c> with spans in Jaeger's model, and <c>jaeger.api_v3.QueryService</c> with OTLP's.
/// Traces come in chunks that clients take with their usual limit of 4 MiB for a message.
/// </summary>
internal sealed class JaegerQueryServices(JaegerGrpcAsking asking) : IGrpcService
{
    private const string V2 = "jaeger.api_v2.QueryService";
    private const string V3 = "jaeger.api_v3.QueryService";

    /// <summary>Every service of Jaeger's that is served over gRPC to those who ask.</summary>
    public static FrozenSet<string> Names { get; } = FrozenSet.Create(V2, V3, JaegerStorageServices.Reader, JaegerStorageServices.DependencyReader, JaegerStorageServices.Capabilities);

    public IReadOnlyList<Door> Doors { get; } = [Door.JaegerQuery, Door.Native];

    public IEnumerable<GrpcMethod> Methods =>
    [
        asking.Method<JaegerTraceQuestion?>(V2, "GetTrace", JaegerQueryReader.TryReadTrace, GetTraceV2Async),
        asking.Method<JaegerTraceQuestion?>(V2, "ArchiveTrace", JaegerQueryReader.TryReadTrace, ArchiveAsync),
        asking.Method<JaegerQuestion?>(V2, "FindTraces", ReadSearch, FindTracesV2Async),
        asking.Method<bool>(V2, "GetServices", ReadNothing, (_, tenant, _, cancellation) => asking.ServicesAsync(tenant, cancellation)),
        asking.Method<(string Service, string Kind)>(V2, "GetOperations", ReadOperations, async (_, tenant, question, cancellation) =>
            GrpcReply.Ok(JaegerAnswerWriter.OperationsV2(await asking.OperationsAsync(tenant, question.Service, question.Kind, cancellation)))),
        asking.Method<(long?, long?)>(V2, "GetDependencies", ReadDependencies, (_, tenant, times, cancellation) => asking.DependenciesAsync(tenant, times, cancellation)),
        asking.Method<JaegerTraceQuestion?>(V3, "GetTrace", JaegerQueryReader.TryReadTrace, GetTraceV3Async),
        asking.Method<JaegerQuestion?>(V3, "FindTraces", ReadSearch, FindTracesV3Async),
        asking.Method<JaegerQuestion?>(V3, "FindTraceSummaries", ReadSearch, FindSummariesAsync),
        asking.Method<bool>(V3, "GetServices", ReadNothing, (_, tenant, _, cancellation) => asking.ServicesAsync(tenant, cancellation)),
        asking.Method<(string Service, string Kind)>(V3, "GetOperations", ReadOperations, async (_, tenant, question, cancellation) =>
            GrpcReply.Ok(JaegerAnswerWriter.Operations(await asking.OperationsAsync(tenant, question.Service, question.Kind, cancellation)))),
        asking.Method<(long?, long?)>(V3, "GetDependencies", ReadDependencies, (_, tenant, times, cancellation) => asking.DependenciesAsync(tenant, times, cancellation)),
    ];

    public static bool ReadNothing(ReadOnlySpan<byte> message, out bool question) => question = true;

    public static bool ReadOperations(ReadOnlySpan<byte> message, out (string Service, string Kind) question) =>
        JaegerQueryReader.TryReadOperations(message, out question.Service, out question.Kind);

    public static bool ReadDependencies(ReadOnlySpan<byte> message, out (long? Earliest, long? Latest) question) =>
        JaegerQueryReader.TryReadDependencies(message, out question.Earliest, out question.Latest);

    private bool ReadSearch(ReadOnlySpan<byte> message, out JaegerQuestion? question) =>
        JaegerQueryReader.TryReadSearch(message, isStorage: false, asking.Limits.Conditions, out question);

    private async Task<GrpcReply> GetTraceV2Async(GrpcCall call, Tenant tenant, JaegerTraceQuestion? question, CancellationToken cancellation)
    {
        var id = IdOf(question!);
        var (batch, traces) = await asking.TracesAsync(tenant, [(id, question!)], cancellation);
        if (traces.Count == 0)
        {
            throw new GrpcRefusal(RpcCode.NotFound, "trace not found");
        }

        await SendModelAsync(call, batch, traces, question!.IsRaw, cancellation);
        return GrpcReply.Sent;
    }

    /// <summary>Jaeger archives into a second store. Here everything is kept in one, as long as retention says.</summary>
    private async Task<GrpcReply> ArchiveAsync(GrpcCall call, Tenant tenant, JaegerTraceQuestion? question, CancellationToken cancellation)
    {
        var (_, traces) = await asking.TracesAsync(tenant, [(IdOf(question!), question!)], cancellation);
        throw traces.Count == 0
            ? new GrpcRefusal(RpcCode.NotFound, "trace not found")
            : new GrpcRefusal(RpcCode.Unimplemented, "archive span storage was not configured");
    }

    private async Task<GrpcReply> FindTracesV2Async(GrpcCall call, Tenant tenant, JaegerQuestion? question, CancellationToken cancellation)
    {
        var (batch, traces) = await asking.SearchOf(question, isDepthNeeded: false, areTimesNeeded: false).FindAsync(asking.Store, tenant, asking.Limits, cancellation);
        await SendModelAsync(call, batch, traces, isRaw: false, cancellation);
        return GrpcReply.Sent;
    }

    private async Task<GrpcReply> GetTraceV3Async(GrpcCall call, Tenant tenant, JaegerTraceQuestion? question, CancellationToken cancellation)
    {
        var text = Encoding.UTF8.GetString(question!.Id);
        if (!JaegerIds.TryParse(text, out var id))
        {
            throw GrpcRefusal.Invalid($"malformed trace ID: '{text}' is not one of up to 32 hexadecimal digits");
        }

        var (batch, traces) = await asking.TracesAsync(tenant, [(id, question)], cancellation);
        await JaegerChunks.SendAsync(call, batch, traces, cancellation);
        return GrpcReply.Sent;
    }

    private async Task<GrpcReply> FindTracesV3Async(GrpcCall call, Tenant tenant, JaegerQuestion? question, CancellationToken cancellation)
    {
        var (batch, traces) = await asking.SearchOf(question, isDepthNeeded: true, areTimesNeeded: true).FindAsync(asking.Store, tenant, asking.Limits, cancellation);
        await JaegerChunks.SendAsync(call, batch, traces, cancellation);
        return GrpcReply.Sent;
    }

    private async Task<GrpcReply> FindSummariesAsync(GrpcCall call, Tenant tenant, JaegerQuestion? question, CancellationToken cancellation)
    {
        var search = asking.SearchOf(question, isDepthNeeded: true, areTimesNeeded: true);
        await JaegerChunks.SendAsync(call, await asking.Store.FindTracesAsync(search.ToQuery(tenant), cancellation), isStorage: false, cancellation);
        return GrpcReply.Sent;
    }

    private static TraceId IdOf(JaegerTraceQuestion question) => JaegerQueryReader.TryReadId(question.Id, out var id) ? id
        : throw GrpcRefusal.Invalid($"a trace id has 16 bytes that are not all zero, not {question.Id.Length}");

    private static async Task SendModelAsync(GrpcCall call, SpanBatch batch, IReadOnlyList<(TraceId Trace, int[] Rows)> traces, bool isRaw, CancellationToken cancellation)
    {
        foreach (var (_, trace) in traces)
        {
            await JaegerChunks.SendAsync(call, trace, (output, rows) => JaegerModelWriter.Write(output, batch, trace, rows, isRaw), cancellation);
        }
    }
}

/// <summary>What several of Jaeger's services answer alike.</summary>
internal static class JaegerGrpcAnswers
{
    public static async Task<GrpcReply> ServicesAsync(this JaegerGrpcAsking asking, Tenant tenant, CancellationToken cancellation) =>
        GrpcReply.Ok(JaegerAnswerWriter.Services(await JaegerNames.ServicesAsync(asking.Store, tenant, asking.Limits, cancellation)));

    /// <returns>Name and kind in lower case; a span without one has none.</returns>
    public static async Task<IEnumerable<(string Name, string Kind)>> OperationsAsync(this JaegerGrpcAsking asking, Tenant tenant, string service, string kindWord, CancellationToken cancellation)
    {
        if (service.Length == 0)
        {
            throw GrpcRefusal.Invalid("service is required");
        }

        var kind = kindWord.Length == 0 ? (SpanKind?)null : SpanWords.ParseKind(kindWord) ?? throw GrpcRefusal.Invalid($"'{kindWord}' is not a span kind");
        var operations = await JaegerNames.OperationsAsync(asking.Store, tenant, service, kind, asking.Limits, cancellation);
        return operations.Select(operation => (operation.Name, operation.Kind == SpanKind.Unspecified ? string.Empty : SpanWords.NameOf(operation.Kind)));
    }

    public static async Task<GrpcReply> DependenciesAsync(this JaegerGrpcAsking asking, Tenant tenant, (long? Earliest, long? Latest) times, CancellationToken cancellation)
    {
        if (times is not ({ } earliest, { } latest))
        {
            throw GrpcRefusal.Invalid("start_time and end_time are required");
        }

        if (latest <= earliest)
        {
            throw GrpcRefusal.Invalid("end_time must be after start_time");
        }

        var found = await asking.Store.GetDependenciesAsync(tenant, new TimeRange(new Timestamp(earliest), new Timestamp(latest)), cancellation);
        return GrpcReply.Ok(JaegerAnswerWriter.Dependencies(found.OrderBy(link => link.Caller, StringComparer.Ordinal).ThenBy(link => link.Callee, StringComparer.Ordinal)));
    }

    /// <summary>The spans of these traces; each within its own time, if it has one.</summary>
    public static async Task<(SpanBatch Batch, IReadOnlyList<(TraceId Trace, int[] Rows)> Traces)> TracesAsync(
        this JaegerGrpcAsking asking, Tenant tenant, IReadOnlyList<(TraceId Id, JaegerTraceQuestion Question)> wanted, CancellationToken cancellation)
    {
        // What is looked at is the time around all of them; where one of them has none, everything.
        var earliest = wanted.Min(trace => trace.Question.Earliest ?? long.MinValue);
        var latest = wanted.Max(trace => trace.Question.Latest ?? long.MaxValue);
        TimeRange? range = earliest == long.MinValue && latest == long.MaxValue
            ? null
            : new TimeRange(new Timestamp(earliest), new Timestamp(latest == long.MaxValue ? latest : latest + 1));
        return await JaegerTraces.GetAsync(asking.Store, tenant, [.. wanted.Select(trace => trace.Id)], range, asking.Limits, cancellation);
    }

    /// <param name="isDepthNeeded">Whether a question without a depth is refused, as <c>api_v3</c> does, or is for the usual number.</param>
    /// <param name="areTimesNeeded">Whether a question without times is refused.</param>
    public static JaegerSearch SearchOf(this JaegerGrpcAsking asking, JaegerQuestion? question, bool isDepthNeeded, bool areTimesNeeded)
    {
        var limits = asking.Limits;
        if (question is null)
        {
            throw GrpcRefusal.Invalid("missing query");
        }

        // What cannot be honoured is refused: leaving a condition out would answer another question.
        if (question.Unsupported is { } unsupported)
        {
            throw GrpcRefusal.Invalid($"{unsupported} is not supported here");
        }

        if (areTimesNeeded && (question.Earliest is null || question.Latest is null))
        {
            throw GrpcRefusal.Invalid("start time min and max are required parameters");
        }

        if (question.Earliest > question.Latest)
        {
            throw GrpcRefusal.Invalid("start_time_min must be before start_time_max");
        }

        if (question.MinDuration is > 0 && question.MaxDuration is > 0 && question.MaxDuration < question.MinDuration)
        {
            throw GrpcRefusal.Invalid("duration_max must not be less than duration_min");
        }

        if (question.Depth < 0 || (question.Depth == 0 && isDepthNeeded))
        {
            throw GrpcRefusal.Invalid("search depth must be greater than 0");
        }

        if (question.Depth > limits.Traces)
        {
            throw GrpcRefusal.Invalid($"search depth must be at most {limits.Traces} (limit query.traces)");
        }

        if (question.Attributes.Count > limits.Conditions)
        {
            throw GrpcRefusal.Invalid($"at most {limits.Conditions} attributes (limit query.conditions)");
        }

        return new JaegerSearch(
            question.Service.Length == 0 ? null : question.Service,
            question.Operation.Length == 0 ? null : question.Operation,
            question.Attributes,
            new Timestamp(question.Earliest ?? long.MinValue),
            new Timestamp(question.Latest ?? long.MaxValue),
            question.MinDuration is > 0 and var shortest ? shortest : null,
            question.MaxDuration is > 0 and var longest ? longest : null,
            question.Depth == 0 ? Math.Min(JaegerSearch.DefaultLimit, limits.Traces) : question.Depth);
    }
}

/// <summary>Sends traces in messages of a size that clients take.</summary>
internal static class JaegerChunks
{
    /// <summary>Spans of a message at first.</summary>
    private const int Spans = 500;

    /// <summary>Summaries of a message.</summary>
    private const int Summaries = 500;

    /// <summary>Bytes of a message; one with more is divided, unless it is a single span's. Clients' usual limit is twice that.</summary>
    private const int MostBytes = 2 << 20;

    /// <summary>Writes these rows as one message.</summary>
    public delegate void WriteRows(IBufferWriter<byte> output, ReadOnlySpan<int> rows);

    /// <summary>Sends the rows of one trace.</summary>
    public static async Task SendAsync(GrpcCall call, ReadOnlyMemory<int> rows, WriteRows write, CancellationToken cancellation)
    {
        for (var size = Math.Min(Spans, rows.Length); !rows.IsEmpty; size = Math.Min(Spans, rows.Length))
        {
            var message = new ArrayBufferWriter<byte>();
            write(message, rows.Span[..size]);
            while (message.WrittenCount > MostBytes && size > 1)
            {
                size /= 2;
                message.Clear();
                write(message, rows.Span[..size]);
            }

            await call.SendAsync(message.WrittenMemory, cancellation);
            rows = rows[size..];
        }
    }

    /// <summary>Sends traces as OTLP's <c>TracesData</c>, none of which has spans of two traces.</summary>
    public static async Task SendAsync(GrpcCall call, SpanBatch batch, IReadOnlyList<(TraceId Trace, int[] Rows)> traces, CancellationToken cancellation)
    {
        foreach (var (_, trace) in traces)
        {
            await SendAsync(call, trace, (output, rows) => OtlpProtobufEncoder.Write(output, batch, rows), cancellation);
        }
    }

    public static async Task SendAsync(GrpcCall call, IReadOnlyList<TraceSummary> summaries, bool isStorage, CancellationToken cancellation)
    {
        foreach (var chunk in summaries.Chunk(Summaries))
        {
            await call.SendAsync(JaegerAnswerWriter.Summaries(chunk, isStorage), cancellation);
        }
    }
}
