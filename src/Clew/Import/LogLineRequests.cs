using System.Buffers;
using System.Text.Json;
using Clew.Protocols.LogLines;
using Clew.Protocols.Otlp;
using Clew.Telemetry;

namespace Clew.Cli.Import;

/// <summary>
/// Turns the log lines of one source into the elements of OTLP/JSON requests, so that they go the way of everything else that is imported. The reading
/// itself is <see cref="LogLineDecoder"/>'s, the same that <c>POST /api/logs</c> uses; it happens here because what one line means depends on the lines
/// before it, and only the reader of the stream has them.
/// </summary>
/// <remarks>Not for use by several threads.</remarks>
public sealed class LogLineRequests
{
    private static readonly byte[] Prefix = "{\"resourceLogs\":["u8.ToArray();

    private readonly LogLineDecoder _decoder;
    private readonly TimeProvider _clock;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly LogBatch _batch = new();
    private long _firstLine;
    private long _lastLine;
    private int _plain;

    /// <param name="options">With the source already in it.</param>
    public LogLineRequests(LogLineOptions options, TimeProvider clock)
    {
        _decoder = new LogLineDecoder(options);
        _decoder.Use(_batch);
        _clock = clock;
    }

    /// <summary>Records that are complete and not yet taken.</summary>
    public int Count => _batch.Count;

    /// <summary>Whether the last line may go on in the next one.</summary>
    public bool HasOpenRecords => _decoder.HasOpenRecords;

    /// <summary>Bytes of text in the complete records, about what a request with them needs.</summary>
    public int Bytes => _batch.Count == 0 ? 0 : _batch.Arena.Length;

    /// <summary>Takes a line in.</summary>
    /// <returns>Null, or why a record was left out.</returns>
    public string? Add(ReadOnlySpan<byte> line, long number)
    {
        if (_batch.Count == 0 && !_decoder.HasOpenRecords)
        {
            _firstLine = number;
        }

        _lastLine = number;
        var rejected = _decoder.Rejected;
        _decoder.Add(line, Timestamp.FromDateTimeOffset(_clock.GetUtcNow()));
        return _decoder.Rejected > rejected ? _decoder.LastRejection : null;
    }

    /// <summary>Completes what is open: the source has ended, or been silent for so long that nothing more belongs to it.</summary>
    /// <returns>Null, or why a record was left out.</returns>
    public string? Complete()
    {
        var rejected = _decoder.Rejected;
        _decoder.Flush();
        return _decoder.Rejected > rejected ? _decoder.LastRejection : null;
    }

    /// <summary>Hands over the complete records as the inside of a <c>resourceLogs</c> array, and forgets them.</summary>
    /// <param name="add">Gets the elements (valid during the call), the first and the last line they were read from, and what is in them.</param>
    /// <returns>How many of the records were of no format that is known.</returns>
    public int Take(TakeElements add)
    {
        ArgumentNullException.ThrowIfNull(add);
        if (_batch.Count == 0)
        {
            return 0;
        }

        _output.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_output, OtlpJsonEncoder.WriterOptions))
        {
            OtlpJsonEncoder.Write(writer, _batch);
        }

        var (first, last) = Range();
        var elements = _output.WrittenSpan[Prefix.Length..^2];
        add(elements, _firstLine, _lastLine, new LinePart(0, elements.Length, _batch.Resources.Count, _batch.Count, first, last));
        _batch.Clear();
        _decoder.Use(_batch);
        _firstLine = _lastLine;
        var plain = _decoder.Plain - _plain;
        _plain = _decoder.Plain;
        return plain;
    }

    private (long First, long Last) Range()
    {
        var (first, last) = (long.MaxValue, long.MinValue);
        for (var row = 0; row < _batch.Count; row++)
        {
            var time = _batch.Times[row] != 0 ? _batch.Times[row] : _batch.ObservedTimes[row];
            first = Math.Min(first, time);
            last = Math.Max(last, time);
        }

        return (first, last);
    }
}

/// <summary>Receives the elements of <see cref="LogLineRequests.Take"/>.</summary>
public delegate void TakeElements(ReadOnlySpan<byte> elements, long firstLine, long lastLine, LinePart part);
