using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>
/// Writes the answers of Jaeger's gRPC query services and of its remote storage, apart from spans, by the field numbers of jaeger-idl.
/// </summary>
public static class JaegerAnswerWriter
{
    private const uint First = (1 << 3) | 2;
    private const uint Second = (2 << 3) | 2;
    private const uint Third = (3 << 3) | 2;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary><c>GetServicesResponse</c>, the same in all three.</summary>
    public static byte[] Services(IEnumerable<string> services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var writer = new ProtobufWriter();
        foreach (var service in services)
        {
            writer.Text(First, service);
        }

        return writer.Written.ToArray();
    }

    /// <summary><c>GetOperationsResponse</c> of <c>api_v3</c> and the storage.</summary>
    /// <param name="operations">Name and kind; a kind may be empty.</param>
    public static byte[] Operations(IEnumerable<(string Name, string Kind)> operations) => Operations(operations, First, areNamesToo: false);

    /// <summary><c>GetOperationsResponse</c> of <c>api_v2</c>, which has the names once more by themselves, for older clients.</summary>
    /// <param name="operations">Name and kind; a kind may be empty.</param>
    public static byte[] OperationsV2(IEnumerable<(string Name, string Kind)> operations) => Operations(operations, Second, areNamesToo: true);

    /// <summary>The answer to <c>GetDependencies</c>, the same in all three but for the field <c>source</c>, which is left out.</summary>
    public static byte[] Dependencies(IEnumerable<ServiceDependency> dependencies)
    {
        ArgumentNullException.ThrowIfNull(dependencies);
        var writer = new ProtobufWriter();
        foreach (var dependency in dependencies)
        {
            var start = writer.Begin(First);
            writer.Text(First, dependency.Caller);
            writer.Text(Second, dependency.Callee);
            writer.VarintIfAny(3 << 3, (ulong)dependency.Calls);
            writer.End(start);
        }

        return writer.Written.ToArray();
    }

    /// <summary><c>FindTraceSummariesResponse</c>.</summary>
    /// <param name="isStorage">Whether trace ids are bytes, as the storage has them, or hex digits.</param>
    public static byte[] Summaries(IEnumerable<TraceSummary> summaries, bool isStorage)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        var writer = new ProtobufWriter();
        foreach (var summary in summaries)
        {
            var start = writer.Begin(First);
            WriteId(writer, summary.TraceId, isStorage);
            TextIfAny(writer, Second, summary.RootService);
            TextIfAny(writer, Third, summary.RootName);
            writer.Fixed64IfAny((4 << 3) | 1, (ulong)summary.Start.UnixNanoseconds);
            writer.Fixed64IfAny((5 << 3) | 1, (ulong)summary.End.UnixNanoseconds);
            writer.VarintIfAny(6 << 3, (ulong)summary.SpanCount);
            writer.VarintIfAny(7 << 3, (ulong)summary.ErrorCount);
            writer.VarintIfAny(8 << 3, (ulong)summary.OrphanCount);
            foreach (var service in summary.Services)
            {
                var inner = writer.Begin((9 << 3) | 2);
                TextIfAny(writer, First, service.Service);
                writer.VarintIfAny(2 << 3, (ulong)service.SpanCount);
                writer.VarintIfAny(3 << 3, (ulong)service.ErrorCount);
                writer.End(inner);
            }

            writer.End(start);
        }

        return writer.Written.ToArray();
    }

    /// <summary>The storage's <c>FindTraceIDsResponse</c>: each id with the time its spans are in.</summary>
    public static byte[] Ids(IEnumerable<TraceSummary> summaries)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        var writer = new ProtobufWriter();
        foreach (var summary in summaries)
        {
            var start = writer.Begin(First);
            WriteId(writer, summary.TraceId, isStorage: true);
            WriteTime(writer, Second, summary.Start.UnixNanoseconds);
            WriteTime(writer, Third, summary.End.UnixNanoseconds);
            writer.End(start);
        }

        return writer.Written.ToArray();
    }

    /// <summary>
    /// The storage's <c>GetCapabilitiesResponse</c>: a search needs no service, and all its conditions hold for one span. Structured filters are not supported.
    /// </summary>
    public static byte[] Capabilities()
    {
        var writer = new ProtobufWriter();
        var start = writer.Begin(First);
        writer.Varint(1 << 3, 1);
        writer.Varint(2 << 3, 1);
        writer.End(start);
        return writer.Written.ToArray();
    }

    /// <summary>A <c>google.protobuf.Timestamp</c>.</summary>
    internal static void WriteTime(ProtobufWriter writer, uint tag, long nanoseconds)
    {
        var start = writer.Begin(tag);
        var rest = ((nanoseconds % NanosecondsPerSecond) + NanosecondsPerSecond) % NanosecondsPerSecond;
        writer.VarintIfAny(1 << 3, (ulong)((nanoseconds - rest) / NanosecondsPerSecond));
        writer.VarintIfAny(2 << 3, (ulong)rest);
        writer.End(start);
    }

    private static byte[] Operations(IEnumerable<(string Name, string Kind)> operations, uint tag, bool areNamesToo)
    {
        ArgumentNullException.ThrowIfNull(operations);
        var listed = operations.ToArray();
        var writer = new ProtobufWriter();
        foreach (var name in areNamesToo ? listed.Select(operation => operation.Name).Distinct() : [])
        {
            writer.Text(First, name);
        }

        foreach (var (name, kind) in listed)
        {
            var start = writer.Begin(tag);
            TextIfAny(writer, First, name);
            TextIfAny(writer, Second, kind);
            writer.End(start);
        }

        return writer.Written.ToArray();
    }

    private static void WriteId(ProtobufWriter writer, TraceId id, bool isStorage)
    {
        if (isStorage)
        {
            Span<byte> bytes = stackalloc byte[TraceId.Size];
            id.CopyTo(bytes);
            writer.Bytes(First, bytes);
        }
        else
        {
            writer.Text(First, id.ToString());
        }
    }

    private static void TextIfAny(ProtobufWriter writer, uint tag, string text)
    {
        if (text.Length > 0)
        {
            writer.Text(tag, text);
        }
    }
}
