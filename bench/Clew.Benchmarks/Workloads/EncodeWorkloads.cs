using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Storage.Schema;
using Clew.Storage.Writing;
using Clew.Telemetry;

namespace Clew.Benchmarks.Workloads;

/// <summary>A decoded batch as a Native block in a buffer that is used again and again, as the store's pool does.</summary>
internal sealed class EncodeSpans(byte[] request, int items) : IWorkload
{
    private readonly SpanEncoder _encoder = new();
    private readonly EncodedRows _rows = new(Tables.Spans);
    private readonly SpanBatch _batch = Decode(request);

    public string Name => "encode_spans_native";

    public int Items => items;

    public int Run()
    {
        _rows.Clear();
        _encoder.Encode(_batch, _rows);
        return _rows.Rows;
    }

    private static SpanBatch Decode(byte[] request)
    {
        var batch = new SpanBatch();
        new OtlpDecoder(ProtocolLimits.Default).DecodeProtobuf(request, batch);
        return batch;
    }
}

internal sealed class EncodeLogs(byte[] request, int items) : IWorkload
{
    private readonly LogEncoder _encoder = new();
    private readonly EncodedRows _rows = new(Tables.Logs);
    private readonly LogBatch _batch = Decode(request);

    public string Name => "encode_logs_native";

    public int Items => items;

    public int Run()
    {
        _rows.Clear();
        _encoder.Encode(_batch, _rows);
        return _rows.Rows;
    }

    private static LogBatch Decode(byte[] request)
    {
        var batch = new LogBatch();
        new OtlpDecoder(ProtocolLimits.Default).DecodeProtobuf(request, batch);
        return batch;
    }
}

/// <summary>The points only: series are written once and then known.</summary>
internal sealed class EncodeMetrics(byte[] request, int items) : IWorkload
{
    private readonly MetricEncoder _encoder = new();
    private readonly EncodedRows _numbers = new(Tables.NumberPoints);
    private readonly EncodedRows _histograms = new(Tables.HistogramPoints);
    private readonly MetricBatch _batch = Decode(request);

    public string Name => "encode_metrics_native";

    public int Items => items;

    public int Run()
    {
        _numbers.Clear();
        _histograms.Clear();
        _encoder.EncodeNumbers(_batch, _numbers);
        _encoder.EncodeHistograms(_batch, _histograms);
        return _numbers.Rows + _histograms.Rows;
    }

    private static MetricBatch Decode(byte[] request)
    {
        var batch = new MetricBatch();
        new OtlpDecoder(ProtocolLimits.Default).DecodeProtobuf(request, batch);
        return batch;
    }
}
