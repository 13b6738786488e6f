using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Protocols.LogLines.Formats;
using Clew.Protocols.LogLines.Joining;
using Clew.Telemetry;

namespace Clew.Protocols.LogLines;

/// <summary>
/// Reads log lines as people have them into log batches. The way of a line:
/// <code>
///  1 clean      colours of terminals are taken out, empty lines passed over
///  2 envelope   the prefix of kubectl, compose or stern, the container runtime's time and stream, Docker's JSON
///  3 join       parts of one line, stack traces and indented lines become one record per container and stream
///  4 format     the first of <see cref="LogLineFormats"/> that fits reads the record, once; none: the whole text is the message
///  5 complete   trace ids in the text, the exception of a trace, the time of lines that have none, the resource
/// </code>
/// </summary>
/// <remarks>
/// <para>One decoder reads one stream from beginning to end. Records are added to the batch given last; the last record of a stream stays open until
/// <see cref="Flush"/>, because a stack trace may follow. Not safe for concurrent use.</para>
/// <para>Never throws for what is in a line. A record that breaks a limit is left out, counted and explained in <see cref="Result"/>.</para>
/// <para>A line without a time gets the time it was observed. In a stream that lags behind the clock by more than a minute (a file, a replay) that is
/// the time of the line before it, so that the order of the file is kept.</para>
/// </remarks>
public sealed class LogLineDecoder
{
    /// <summary>Nanoseconds by which a stream's lines are older than their reading when it is a replay.</summary>
    private const long ReplayLag = 60 * CalendarTime.NanosecondsPerSecond;

    private static readonly JsonReaderOptions ListOptions = new() { MaxDepth = 256, AllowMultipleValues = true };

    private readonly LogLineOptions _options;
    private readonly DecodeState _state;
    private readonly LineRecord _record;
    private readonly OpenRecord _sole = new();
    private readonly Dictionary<byte[], OpenRecord>.AlternateLookup<ReadOnlySpan<byte>> _streams =
        new Dictionary<byte[], OpenRecord>(Utf8Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    private readonly Column<byte> _clean = new();
    private readonly Column<byte> _key = new();
    private readonly Column<byte> _unescaped = new();
    private readonly Column<byte> _cut = new();
    private readonly int[] _byFormat = new int[LogLineFormats.All.Count];
    private int _dockerLines;
    private int _dockerFailures;
    private long _lastTime;
    private long _lastObserved;
    private long _lastGiven;

    public LogLineDecoder(LogLineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _state = new DecodeState(options.Limits);
        _record = new LineRecord(options, _state);
    }

    /// <summary>Records completed so far: those in the batches, those refused, and why.</summary>
    public DecodeResult Result => _state.ToResult();

    /// <summary>Records added to batches so far.</summary>
    public int Accepted => _state.Accepted;

    /// <summary>Records left out so far.</summary>
    public int Rejected => _state.Rejected;

    /// <summary>Why a record was left out last; null when none was.</summary>
    public string? LastRejection { get; private set; }

    /// <summary>Lines read so far that were not empty.</summary>
    public long Lines { get; private set; }

    /// <summary>Records kept as plain text, because no format (or not the one asked for) fitted.</summary>
    public int Plain => _byFormat[^1];

    /// <summary>Whether lines are held back that may yet go on.</summary>
    public bool HasOpenRecords { get; private set; }

    /// <summary>How many records each format has read, where it has read any.</summary>
    public IEnumerable<(LogLineFormat Format, int Records)> ByFormat =>
        LogLineFormats.All.Select((format, index) => (format, _byFormat[index])).Where(count => count.Item2 > 0);

    /// <summary>Records completed from here on are added to this batch.</summary>
    public void Use(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _record.Use(batch);
    }

    /// <summary>Takes the next line of the stream.</summary>
    /// <param name="line">Without line feed; or a JSON document over several lines.</param>
    /// <param name="observed">When it was read.</param>
    public void Add(ReadOnlySpan<byte> line, Timestamp observed)
    {
        line = Clean(line);
        if (line.IsEmpty || line.IndexOfAnyExcept(" \t"u8) < 0)
        {
            return;
        }

        Lines++;
        _record.Times.Reference = (_options.Reference ?? observed).UnixNanoseconds;
        if (_options.Format == LogLineFormats.Plain)
        {
            _sole.Begin(new LineEnvelope { Line = line }, observed.UnixNanoseconds);
            Complete(_sole);
            return;
        }

        var room = RoomFor(line);
        var envelope = LineEnvelope.Open(line, _record.Times, room);
        if (!room.IsEmpty)
        {
            _ = envelope.Time != 0 ? _dockerLines++ : _dockerFailures++;
        }

        if (envelope.Line.IsEmpty)
        {
            return;
        }

        Join(StreamOf(envelope), envelope, observed.UnixNanoseconds);
    }

    /// <summary>Completes every open record: the stream has ended, or has been silent for so long that nothing more belongs to them.</summary>
    public void Flush()
    {
        CompleteOpen(_sole);
        foreach (var (_, open) in _streams.Dictionary)
        {
            CompleteOpen(open);
        }

        HasOpenRecords = false;
    }

    /// <summary>Reads a whole body: lines, or JSON objects over several lines, or a list of them. Uses the batch.</summary>
    /// <param name="observed">When it came.</param>
    public DecodeResult Decode(ReadOnlySpan<byte> body, LogBatch batch, Timestamp observed)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (DecodeResult.TooLarge(body, batch, _options.Limits, TextGrowth) is { } tooLarge)
        {
            return tooLarge;
        }

        Use(batch);
        var text = body.StartsWith("\uFEFF"u8) ? body[3..] : body;
        if (_options.Format is null or JsonLine && IsJsonDocument(text))
        {
            return DecodeDocuments(text, batch, observed);
        }

        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            Add(end < 0 ? text : text[..end], observed);
            text = end < 0 ? default : text[(end + 1)..];
        }

        Flush();
        return Result;
    }

    /// <summary>The most bytes of text that one byte of a line can become: an attribute, a body, and a control character in a nested string.</summary>
    private const int TextGrowth = 8;

    /// <summary>A list of objects, or an object laid out over lines; lines of objects are not one document.</summary>
    private static bool IsJsonDocument(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        if (text.Length < 2)
        {
            return false;
        }

        if (text[0] == '{')
        {
            var end = text.IndexOf((byte)'\n');
            return end > 0 && text[1..end].Trim(" \t\r"u8).IsEmpty;
        }

        return text[0] == '[' && text[^1] == ']' && text[1..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }

    private DecodeResult DecodeDocuments(ReadOnlySpan<byte> text, LogBatch batch, Timestamp observed)
    {
        var mark = new BatchMark(batch);
        var reader = new Utf8JsonReader(text, ListOptions);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is not JsonTokenType.StartObject)
                {
                    if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray && reader.CurrentDepth == 0)
                    {
                        continue;
                    }

                    mark.Restore(batch);
                    return DecodeResult.Malformed("expected a list of JSON objects", reader.TokenStartIndex);
                }

                var start = (int)reader.TokenStartIndex;
                Lines++;
                _record.Times.Reference = (_options.Reference ?? observed).UnixNanoseconds;
                _record.Begin(observed.UnixNanoseconds);
                _record.Path.Clear();
                JsonLine.ReadObject(ref reader, _record, 1);
                _record.SettleFields(text[start..(int)reader.BytesConsumed]);

                _byFormat[0]++;
                Finish(observed.UnixNanoseconds, 0);
            }
        }
        catch (JsonException wrong)
        {
            mark.Restore(batch);
            return DecodeResult.Malformed(JsonFields.Reason(wrong), reader.TokenStartIndex);
        }

        return Result;
    }

    private void Join(OpenRecord open, in LineEnvelope envelope, long observed)
    {
        if (open.IsOpen && open.Text.Count + envelope.Line.Length > _options.Limits.MaxJoinedBytes)
        {
            Complete(open);
        }

        if (open.IsOpen && open.IsPartial)
        {
            open.Extend(envelope);
            return;
        }

        if (open.Tentative >= 0 && !(envelope.Line[0] is (byte)' ' or (byte)'\t' || TraceLines.IsFrame(envelope.Line) || TraceLines.IsLink(envelope.Line)))
        {
            // No frame came: the line was a record of its own.
            open.CutTentative(_cut);
            Complete(open);
            open.Restart(_cut.Values);
        }

        switch (RecordJoining.Judge(open, envelope.Line))
        {
            case LineJoin.Continues:
                open.Append(envelope);
                break;
            case LineJoin.Tentative:
                open.Append(envelope, tentative: true);
                break;
            default:
                CompleteOpen(open);
                open.Begin(envelope, observed);
                open.Trace = RecordJoining.StateOf(envelope.Line);
                break;
        }

        HasOpenRecords = true;
    }

    private void CompleteOpen(OpenRecord open)
    {
        if (!open.IsOpen)
        {
            return;
        }

        if (open.Tentative >= 0)
        {
            open.CutTentative(_cut);
            Complete(open);
            open.Restart(_cut.Values);
        }

        Complete(open);
    }

    private void Complete(OpenRecord open)
    {
        open.Close();
        var text = open.Text.Values;
        _record.Begin(open.Observed);
        _record.Times.Reference = open.EnvelopeTime != 0 ? open.EnvelopeTime : (_options.Reference?.UnixNanoseconds ?? open.Observed);
        _record.SetResource(ResourceField.Pod, open.Pod);
        _record.SetResource(ResourceField.Container, open.Container);
        _record.SetResource(ResourceField.ContainerName, open.ContainerName);
        if (open.Stream.Length > 0)
        {
            _record.AddText("log.iostream"u8, open.Stream);
        }

        Read(text);
        Finish(open.Observed, open.EnvelopeTime);
    }

    private void Read(ReadOnlySpan<byte> text)
    {
        var mark = _record.Mark();
        var plain = LogLineFormats.All.Count - 1;
        for (var format = 0; format <= plain; format++)
        {
            var candidate = LogLineFormats.All[format];
            if (_options.Format is { } only && only != candidate && format != plain)
            {
                continue;
            }

            if (candidate.TryRead(text, _record))
            {
                _byFormat[format]++;
                return;
            }

            _record.Restore(mark);
        }
    }

    /// <summary>What is the same for every format.</summary>
    private void Finish(long observed, long envelopeTime)
    {
        ref var fields = ref _record.Fields;
        TraceContextText.Find(_record);
        ExceptionText.Complete(_record);
        ExceptionText.Split(_record);
        if (_options.Source.FileName.Length > 0)
        {
            _record.AddName("log.file.name"u8, _options.Source.FileName);
        }

        fields.Observed = envelopeTime != 0 ? envelopeTime : observed;
        if (fields.Time == 0)
        {
            fields.Time = envelopeTime;
        }

        if (fields.Time == 0)
        {
            fields.Observed = TimeOfTimeless(observed);
        }
        else
        {
            (_lastTime, _lastObserved) = (fields.Time, observed);
        }

        _record.Complete();
        if (_state.RecordIssue != DecodeIssue.None)
        {
            LastRejection = DecodeIssues.Describe(_state.RecordIssue, _options.Limits);
        }
    }

    /// <summary>Each a nanosecond later than the one before, so that the order stays.</summary>
    private long TimeOfTimeless(long observed)
    {
        var isReplay = _lastTime != 0 && _lastObserved - _lastTime > ReplayLag;
        var time = isReplay ? Math.Max(_lastTime, _lastGiven < _lastObserved - ReplayLag ? _lastGiven : 0) : Math.Max(observed, _lastGiven);
        _lastGiven = time + 1;
        return _lastGiven;
    }

    private OpenRecord StreamOf(in LineEnvelope envelope)
    {
        if (envelope.Origin.IsEmpty && envelope.Stream.IsEmpty)
        {
            return _sole;
        }

        _key.Clear();
        _key.AddRange(envelope.Origin);
        _key.Add(0);
        _key.AddRange(envelope.Stream);
        if (_streams.TryGetValue(_key.Values, out var open))
        {
            return open;
        }

        if (_streams.Dictionary.Count >= _options.Limits.MaxLogStreams)
        {
            Flush();
            _streams.Dictionary.Clear();
        }

        open = new OpenRecord
        {
            Pod = envelope.Pod.ToArray(),
            Container = envelope.Container.ToArray(),
            ContainerName = envelope.ContainerName.ToArray(),
            Stream = envelope.Stream.ToArray(),
        };
        _streams[_key.Values] = open;
        return open;
    }

    /// <summary>Room to unescape Docker's JSON into; none for other lines, and none any more in a stream whose lines only look like it.</summary>
    private Span<byte> RoomFor(ReadOnlySpan<byte> line)
    {
        _unescaped.Clear();
        return _dockerFailures <= JsonLine.FreeFailures + _dockerLines && LineEnvelope.MayBeDocker(line) ? _unescaped.Append(line.Length) : default;
    }

    /// <summary>Without carriage return and without the sequences that colour a terminal (ECMA-48 control sequences).</summary>
    private ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        var escape = line.IndexOf((byte)0x1B);
        if (escape < 0)
        {
            return line;
        }

        _clean.Clear();
        while (escape >= 0)
        {
            _clean.AddRange(line[..escape]);
            line = line[(escape + 1)..];
            if (line.StartsWith((byte)'['))
            {
                var end = line[1..].IndexOfAnyInRange((byte)0x40, (byte)0x7E);
                line = end < 0 ? default : line[(end + 2)..];
            }

            escape = line.IndexOf((byte)0x1B);
        }

        _clean.AddRange(line);
        return _clean.Values;
    }
}
