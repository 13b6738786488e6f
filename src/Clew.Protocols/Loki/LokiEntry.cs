using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Loki;

/// <summary>
/// One entry of a stream while it is read. Structured metadata become the record's attributes. A trace or span id among them goes to where ids belong;
/// under its usual name (<c>trace_id</c>, <c>span_id</c>, lower-case hex) it is not kept a second time.
/// </summary>
internal struct LokiEntry
{
    private LogRow _row;
    private byte _lineSeverity;
    private int _lineSeverityText;

    /// <param name="state">Told of the new record.</param>
    /// <param name="stream">With all of its labels.</param>
    public static LokiEntry Begin(DecodeState state, in LokiStream stream)
    {
        state.BeginRecord(stream.Issue);
        return new LokiEntry { _row = new LogRow { BodyType = AttributeType.String, Severity = stream.Severity, SeverityText = stream.SeverityText } };
    }

    /// <param name="nanoseconds">Since the Unix epoch; the largest number stands for every time beyond it.</param>
    public void SetTime(DecodeState state, long nanoseconds)
    {
        if (nanoseconds < 0)
        {
            state.Refuse(DecodeIssue.TimeBeforeEpoch);
        }

        _row.Time = nanoseconds == long.MaxValue ? ulong.MaxValue : (ulong)Math.Max(0, nanoseconds);
    }

    public void SetLine(LogBatch batch, DecodeState state, ReadOnlySpan<byte> line)
    {
        if (_row.Severity == 0)
        {
            _lineSeverity = LogLevel.OfLine(line, out var text);
            _lineSeverityText = _lineSeverity == 0 ? 0 : batch.Dictionary.Add(text);
        }

        _row.Body = state.Text(batch, line, state.Limits.MaxValueBytes, DecodeIssue.ValueTooLong);
    }

    public void AddMetadata(LogBatch batch, DecodeState state, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty)
        {
            state.Refuse(DecodeIssue.LabelNameInvalid);
            return;
        }

        if (TraceContext.Take(name, value, ref _row.TraceId, ref _row.SpanId))
        {
            return;
        }

        if (LogLevel.IsField(name) && LogLevel.OfField(name, value) is > 0 and var severity)
        {
            _row.Severity = severity;
            _row.SeverityText = batch.Dictionary.Add(value);
        }

        var issue = ++_row.Attributes > state.Limits.MaxAttributes ? DecodeIssue.TooManyAttributes : AttributeRow.AddText(batch, batch.Attributes, state, name, value);
        if (issue != DecodeIssue.None)
        {
            state.Refuse(issue);
        }
    }

    public void Complete(LogBatch batch, DecodeState state)
    {
        if (_row.Severity == 0)
        {
            _row.Severity = _lineSeverity;
            _row.SeverityText = _lineSeverityText;
        }

        _row.Complete(batch, state);
    }
}
