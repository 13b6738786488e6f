using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Tempo;

/// <summary>
/// Writes the answers of <c>tempopb.StreamingQuerier</c>. The field numbers are those of Tempo's published protocol; what is zero or empty is left out, as protobuf does.
/// </summary>
public static class TempoMessageWriter
{
    private const uint First = (1 << 3) | 2;
    private const uint Second = (2 << 3) | 2;
    private const uint Third = (3 << 3) | 2;

    /// <summary><c>SearchResponse</c>.</summary>
    public static byte[] Search(IEnumerable<TempoTrace> traces, TempoWork work)
    {
        ArgumentNullException.ThrowIfNull(traces);
        ArgumentNullException.ThrowIfNull(work);
        var writer = new ProtobufWriter();
        foreach (var trace in traces)
        {
            WriteTrace(writer, trace);
        }

        WriteWork(writer, work);
        return writer.Written.ToArray();
    }

    /// <summary><c>SearchTagsResponse</c> and <c>SearchTagValuesResponse</c>, which have the same fields.</summary>
    public static byte[] Names(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var writer = new ProtobufWriter();
        foreach (var name in names)
        {
            writer.Text(First, name);
        }

        WriteNoMetrics(writer);
        return writer.Written.ToArray();
    }

    /// <summary><c>SearchTagsV2Response</c>.</summary>
    public static byte[] Scopes(IEnumerable<(string Scope, IEnumerable<string> Names)> scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        var writer = new ProtobufWriter();
        foreach (var (scope, names) in scopes)
        {
            var start = writer.Begin(First);
            writer.Text(First, scope);
            foreach (var name in names)
            {
                writer.Text(Second, name);
            }

            writer.End(start);
        }

        WriteNoMetrics(writer);
        return writer.Written.ToArray();
    }

    /// <summary><c>SearchTagValuesV2Response</c>.</summary>
    public static byte[] Values(IEnumerable<(string Type, string Value)> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var writer = new ProtobufWriter();
        foreach (var (type, value) in values)
        {
            var start = writer.Begin(First);
            writer.Text(First, type);
            writer.Text(Second, value);
            writer.End(start);
        }

        WriteNoMetrics(writer);
        return writer.Written.ToArray();
    }

    /// <summary><c>QueryRangeResponse</c>.</summary>
    public static byte[] Range(IEnumerable<TempoSeries> series, TempoWork work) => Series(series, work, static (writer, one) =>
    {
        foreach (var (milliseconds, value) in one.Samples)
        {
            var sample = writer.Begin(Second);
            WriteNumber(writer, 1, value);
            writer.VarintIfAny(2 << 3, (ulong)milliseconds);
            writer.End(sample);
        }

        foreach (var exemplar in one.Exemplars)
        {
            var inner = writer.Begin((4 << 3) | 2);
            WriteLabels(writer, First, exemplar.Labels);
            WriteNumber(writer, 2, exemplar.Value);
            writer.VarintIfAny(3 << 3, (ulong)exemplar.Milliseconds);
            writer.End(inner);
        }
    });

    /// <summary><c>QueryInstantResponse</c>.</summary>
    public static byte[] Instant(IEnumerable<TempoSeries> series, TempoWork work) => Series(series, work, static (writer, one) => WriteNumber(writer, 2, one.Samples[0].Value));

    /// <summary>Series with their labels, and what it took to make them.</summary>
    /// <param name="writeValues">Writes what a series has beside its labels.</param>
    private static byte[] Series(IEnumerable<TempoSeries> series, TempoWork work, Action<ProtobufWriter, TempoSeries> writeValues)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(work);
        var writer = new ProtobufWriter();
        foreach (var one in series)
        {
            var start = writer.Begin(First);
            WriteLabels(writer, First, one.Labels);
            writeValues(writer, one);
            writer.End(start);
        }

        WriteWork(writer, work);
        WritePartial(writer, work);
        return writer.Written.ToArray();
    }

    /// <summary>What goes around the bytes of a <c>Trace</c> to make it the field 1 of a <c>TraceByIDResponse</c>: its tag and length.</summary>
    /// <param name="length">Bytes of the trace.</param>
    public static byte[] TraceHead(int length)
    {
        var writer = new ProtobufWriter();
        writer.Varint(First);
        writer.Varint((ulong)length);
        return writer.Written.ToArray();
    }

    /// <summary>What follows the trace in a <c>TraceByIDResponse</c>: when it is not whole, the status PARTIAL and why.</summary>
    /// <param name="lack">Null for a whole trace.</param>
    public static byte[] TraceTail(string? lack)
    {
        if (lack is null)
        {
            return [];
        }

        var writer = new ProtobufWriter();
        writer.Varint(3 << 3, 1);
        writer.Text((4 << 3) | 2, lack);
        return writer.Written.ToArray();
    }

    private static void WriteTrace(ProtobufWriter writer, TempoTrace trace)
    {
        var start = writer.Begin(First);
        writer.Text(First, trace.Id);
        writer.Text(Second, trace.RootService);
        writer.Text(Third, trace.RootName);
        writer.VarintIfAny(4 << 3, (ulong)trace.StartNanoseconds);
        writer.VarintIfAny(5 << 3, trace.DurationMilliseconds);
        if (trace.Sets.Count > 0)
        {
            WriteSet(writer, (6 << 3) | 2, trace.Sets[0]);
        }

        foreach (var set in trace.Sets)
        {
            WriteSet(writer, (7 << 3) | 2, set);
        }

        foreach (var (name, spans, errors) in trace.Services)
        {
            var entry = writer.Begin((8 << 3) | 2);
            writer.Text(First, name);
            var stats = writer.Begin(Second);
            writer.VarintIfAny(1 << 3, (ulong)spans);
            writer.VarintIfAny(2 << 3, (ulong)errors);
            writer.End(stats);
            writer.End(entry);
        }

        writer.End(start);
    }

    private static void WriteSet(ProtobufWriter writer, uint tag, TempoSpanSet set)
    {
        var start = writer.Begin(tag);
        foreach (var span in set.Spans)
        {
            var inner = writer.Begin(First);
            writer.Text(First, span.Id);
            if (span.Name is { Length: > 0 } name)
            {
                writer.Text(Second, name);
            }

            writer.VarintIfAny(3 << 3, (ulong)span.StartNanoseconds);
            writer.VarintIfAny(4 << 3, (ulong)span.DurationNanoseconds);
            WriteLabels(writer, (5 << 3) | 2, span.Attributes);
            writer.End(inner);
        }

        writer.VarintIfAny(2 << 3, (ulong)set.Matched);
        WriteLabels(writer, Third, set.Attributes);
        writer.End(start);
    }

    /// <summary>OTLP's KeyValue: key 1, value 2, and in it text 1, bool 2, int 3, double 4, array 5, of which one is there even when it is zero.</summary>
    private static void WriteLabels(ProtobufWriter writer, uint tag, IReadOnlyList<TempoLabel> labels)
    {
        foreach (var (key, value) in labels)
        {
            var start = writer.Begin(tag);
            writer.Text(First, key);
            var inner = writer.Begin(Second);
            WriteValue(writer, value);
            writer.End(inner);
            writer.End(start);
        }
    }

    private static void WriteValue(ProtobufWriter writer, TempoValue value)
    {
        switch (value.Type)
        {
            case TempoValueType.Whole:
                writer.Varint(3 << 3, (ulong)value.Whole);
                break;
            case TempoValueType.Number:
                writer.Double((4 << 3) | 1, value.Number);
                break;
            case TempoValueType.Truth:
                writer.Varint(2 << 3, (ulong)value.Whole);
                break;
            case TempoValueType.Many:
                var start = writer.Begin((5 << 3) | 2);
                foreach (var item in value.Items)
                {
                    var inner = writer.Begin(First);
                    WriteValue(writer, item);
                    writer.End(inner);
                }

                writer.End(start);
                break;
            default:
                writer.Text(First, value.Text);
                break;
        }
    }

    private static void WriteNumber(ProtobufWriter writer, uint field, double value)
    {
        if (value != 0)
        {
            writer.Double((field << 3) | 1, value);
        }
    }

    private static void WriteWork(ProtobufWriter writer, TempoWork work)
    {
        var start = writer.Begin(Second);
        writer.VarintIfAny(1 << 3, (ulong)work.InspectedTraces);
        writer.Varint(4 << 3, TempoWork.CompletedJobs);
        writer.Varint(5 << 3, (ulong)work.TotalJobs);
        writer.End(start);
    }

    /// <summary>The status, 1 for partial.</summary>
    private static void WritePartial(ProtobufWriter writer, TempoWork work)
    {
        if (!work.IsComplete)
        {
            writer.Varint(3 << 3, 1);
        }
    }

    private static void WriteNoMetrics(ProtobufWriter writer) => writer.End(writer.Begin(Second));
}
