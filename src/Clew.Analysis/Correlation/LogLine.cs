using Clew.Analysis.LogTemplates;
using Clew.Telemetry;

namespace Clew.Analysis.Correlation;

/// <summary>What correlation looks at of a log record.</summary>
public sealed class LogLine
{
    private const int ShapeLength = 96;

    private LogLine(long time, string service, byte severity, string body, string traceId, IReadOnlyList<CorrelationKey> keys, string shape)
    {
        Time = time;
        Service = service;
        Severity = severity;
        Body = body;
        TraceId = traceId;
        Keys = keys;
        Shape = shape;
    }

    /// <summary>Nanoseconds since the Unix epoch.</summary>
    public long Time { get; }

    public string Service { get; }

    /// <summary>OTLP's number, 0 to 24.</summary>
    public byte Severity { get; }

    public string Body { get; }

    /// <summary>Hex; empty when the record has none.</summary>
    public string TraceId { get; }

    public IReadOnlyList<CorrelationKey> Keys { get; }

    /// <summary>Service and text without values: what kind of line it is.</summary>
    public string Shape { get; }

    /// <param name="attributes">Of the record.</param>
    /// <param name="traceId">Hex; empty for none.</param>
    public static LogLine Of(long time, string service, byte severity, string body, string traceId, IEnumerable<KeyValuePair<string, string>> attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var keys = new List<CorrelationKey>();
        if (traceId.Length > 0)
        {
            keys.Add(new CorrelationKey(KeyKind.Trace, traceId));
        }

        foreach (var (name, value) in attributes)
        {
            KeyScanner.ScanAttribute(name, value, keys);
        }

        KeyScanner.Scan(body, keys);
        return new LogLine(time, service, severity, body, traceId, keys, ShapeOf(service, body));
    }

    /// <summary>All records of a batch, in the order of time.</summary>
    public static IReadOnlyList<LogLine> From(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var lines = new List<LogLine>(batch.Count);
        for (var row = 0; row < batch.Count; row++)
        {
            var log = batch[row];
            var attributes = new List<KeyValuePair<string, string>>();
            foreach (var (key, value) in log.Attributes)
            {
                attributes.Add(KeyValuePair.Create(key, value.Text));
            }

            lines.Add(Of(log.Time.UnixNanoseconds, log.Service, log.Severity, log.Body.Text, log.TraceId.IsEmpty ? string.Empty : log.TraceId.ToString(), attributes));
        }

        return [.. lines.OrderBy(line => line.Time)];
    }

    /// <summary>The beginning of a line says where in the code it was written; what follows is mostly data.</summary>
    public static string ShapeOf(string service, string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return $"{service}|{LineMask.Apply(body.AsSpan(0, Math.Min(body.Length, ShapeLength)))}";
    }
}
