using System.Buffers;
using Clew.Protocols.Otlp.Protobuf;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp;

/// <summary>
/// Writes batches as OTLP protobuf: the message TracesData, LogsData or MetricsData, which is also the body of an export request. Rows are grouped by
/// resource and scope.
/// </summary>
public static class OtlpProtobufEncoder
{
    public static void Write(IBufferWriter<byte> output, SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Write(output, batch, RecordGroups.AllRows(batch.Count));
    }

    /// <param name="output">Gets one message.</param>
    /// <param name="batch">The spans.</param>
    /// <param name="rows">Which spans, such as those of one trace.</param>
    public static void Write(IBufferWriter<byte> output, SpanBatch batch, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(batch);
        var writer = new ProtobufWriter();
        var groups = RecordGroups.Of(batch, batch.ResourceIndexes, batch.ScopeIndexes, rows);
        RecordProtobufWriter.Write(writer, batch, groups.Resources, row => RecordProtobufWriter.WriteSpan(writer, batch, row));
        output.Write(writer.Written);
    }

    public static void Write(IBufferWriter<byte> output, LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(batch);
        var writer = new ProtobufWriter();
        var groups = RecordGroups.Of(batch, batch.ResourceIndexes, batch.ScopeIndexes, RecordGroups.AllRows(batch.Count));
        RecordProtobufWriter.Write(writer, batch, groups.Resources, row => RecordProtobufWriter.WriteLog(writer, batch, row));
        output.Write(writer.Written);
    }

    public static void Write(IBufferWriter<byte> output, MetricBatch batch)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(batch);
        var writer = new ProtobufWriter();
        var groups = MetricGroups.Of(batch);
        RecordProtobufWriter.Write(writer, batch, groups.Resources, metric => MetricProtobufWriter.WriteMetric(writer, batch, groups, groups.Metrics[metric]));
        output.Write(writer.Written);
    }
}
