using System.Text.Unicode;
using Clew.Protocols.Decoding;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.LogLines;

/// <summary>
/// The record that a line becomes. Formats put into it what they find; <see cref="Complete"/> adds it to the batch by the rules that hold for every
/// protocol. Attributes go straight into the batch; <see cref="Restore"/> takes back those of a format that turned out to be the wrong one.
/// </summary>
internal sealed class LineRecord(LogLineOptions options, DecodeState state)
{
    private readonly SharedRows _shared = new(options);
    private LogBatch _batch = new();
    private int _attributes;

    /// <summary>Public so that formats write the fields in place.</summary>
    public LineFields Fields;

    public LogLineOptions Options => options;

    public DecodeState State => state;

    public LogTimeContext Times { get; } = new(options.TimeZone);

    /// <summary>Whether the line being read is a part of another one (the message of a syslog line, for instance), so that formats with weak signs keep out.</summary>
    public bool IsInner { get; set; }

    /// <summary>The dotted path to the field being read, for formats with objects inside of objects.</summary>
    public Column<byte> Path { get; } = new();

    /// <summary>Lines of the stream that were JSON.</summary>
    public int JsonLines { get; set; }

    /// <summary>Lines of the stream that only looked like JSON.</summary>
    public int JsonFailures { get; set; }

    public TextArena Arena => _batch.Arena;

    /// <summary>Everything from here on goes into this batch.</summary>
    public void Use(LogBatch batch)
    {
        _batch = batch;
        _shared.Use(batch);
    }

    /// <param name="observed">When the line was seen, nanoseconds since 1970.</param>
    public void Begin(long observed)
    {
        state.BeginRecord();
        Fields = default;
        Fields.Observed = observed;
        Times.Reference = observed;
        IsInner = false;
        _attributes = 0;
    }

    public Checkpoint Mark() => new(Fields, _batch.Attributes.Keys.Count, _attributes);

    public void Restore(in Checkpoint mark)
    {
        Fields = mark.Fields;
        _attributes = mark.Counted;
        _batch.Attributes.Keys.Truncate(mark.Entries);
        _batch.Attributes.Types.Truncate(mark.Entries);
        _batch.Attributes.Values.Truncate(mark.Entries);
    }

    public bool TrySetTime(ReadOnlySpan<byte> text)
    {
        if (!LogTime.TryParse(text, Times, out var time))
        {
            return false;
        }

        Fields.Time = time;
        return true;
    }

    public bool TrySetSeverity(ReadOnlySpan<byte> word)
    {
        var number = SeverityNames.Find(word);
        if (number == 0)
        {
            return false;
        }

        SetSeverity(number, word);
        return true;
    }

    public void SetSeverity(byte number, ReadOnlySpan<byte> text)
    {
        Fields.Severity = number;
        Fields.SeverityText = state.Name(_batch, text);
    }

    /// <summary>The message; white space around it is not a part of it.</summary>
    public void SetBody(ReadOnlySpan<byte> message)
    {
        message = message.Trim(" \t\r\n"u8);
        if (message.Length > options.Limits.MaxValueBytes)
        {
            state.Refuse(DecodeIssue.ValueTooLong);
            return;
        }

        Fields.Body = _batch.Arena.Add(state.Repair(message));
        Fields.HasBody = true;
    }

    /// <summary>Puts further lines of the record behind the message.</summary>
    /// <param name="text">Begins with its line end.</param>
    public void AppendToBody(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd(" \t\r\n"u8);
        if (Fields.Body.Length + text.Length > options.Limits.MaxValueBytes)
        {
            state.Refuse(DecodeIssue.ValueTooLong);
            return;
        }

        var start = Arena.Length;
        Arena.Add(Arena.Get(Fields.Body));
        Arena.Add(state.Repair(text));
        Fields.Body = new TextRef(start, Arena.Length - start);
    }

    /// <summary>Decides what could only be decided with all fields of a structured line at hand: its message and its logger.</summary>
    /// <param name="line">The line as it is: the body when no part of it is the message.</param>
    public void SettleFields(ReadOnlySpan<byte> line)
    {
        if (Fields.WeakMessage.Length > 0)
        {
            if (Fields.HasBody)
            {
                Add(_batch.Dictionary.Get(Fields.WeakMessageKey), AttributeType.String, Fields.WeakMessage);
            }
            else
            {
                (Fields.Body, Fields.HasBody) = (Fields.WeakMessage, true);
            }
        }

        if (Fields.Name.Length > 0)
        {
            // bunyan and pino write levels as numbers; others mean something else by a name.
            var isLogger = Fields.IsPython || (_batch.Dictionary.Get(Fields.SeverityText) is [var first, ..] && LogTime.IsDigit(first));
            if (isLogger && Fields.Logger.Length == 0)
            {
                Fields.Logger = Fields.Name;
            }
            else
            {
                Add("name"u8, AttributeType.String, Fields.Name);
            }
        }

        if (!Fields.HasBody)
        {
            SetBody(line);
        }
    }

    public int KeyNumber(ReadOnlySpan<byte> key) => _batch.Dictionary.Add(key);

    public ReadOnlySpan<byte> Text(TextRef text) => _batch.Arena.Get(text);

    public void SetLogger(ReadOnlySpan<byte> name) => Fields.Logger = Short(name);

    public void SetResource(ResourceField field, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            Fields.Resource[(int)field] = Short(text);
        }
    }

    public void SetResource(ResourceField field, string text)
    {
        if (text.Length > 0)
        {
            Fields.Resource[(int)field] = _batch.Arena.Add(text);
        }
    }

    public bool Knows(ResourceField field) => Fields.Resource[(int)field].Length > 0;

    /// <summary>A name that goes to the resource or scope; too long a one is left out there with a warning.</summary>
    public TextRef Short(ReadOnlySpan<byte> text) => _batch.Arena.Add(state.SharedText(text));

    public TextRef Value(ReadOnlySpan<byte> text) => state.Text(_batch, text, options.Limits.MaxValueBytes, DecodeIssue.ValueTooLong);

    public void AddText(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text) => Add(key, AttributeType.String, Value(text));

    /// <summary>A text of the caller's own that is the same for many records.</summary>
    public void AddName(ReadOnlySpan<byte> key, string text) => Add(key, AttributeType.String, _batch.Dictionary.GetRef(_batch.Dictionary.Add(text)));

    public void AddInt(ReadOnlySpan<byte> key, long value) => Add(key, AttributeType.Int, _batch.Arena.Add(value));

    public void AddDouble(ReadOnlySpan<byte> key, double value) => Add(key, AttributeType.Double, _batch.Arena.Add(value));

    public void AddBool(ReadOnlySpan<byte> key, bool value) => Add(key, AttributeType.Bool, _batch.Arena.Add(value ? AttributeText.True : AttributeText.False));

    /// <summary>A list of one text, as the conventions want headers to be.</summary>
    public void AddSingleton(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        text = state.Repair(text);
        var start = Arena.Length;
        Arena.Add("["u8);
        AttributeTextWriter.WriteString(Arena, text);
        Arena.Add("]"u8);
        Add(key, AttributeType.Array, new TextRef(start, Arena.Length - start));
    }

    /// <summary>Adds an attribute; what breaks a limit refuses the record.</summary>
    /// <param name="key">Not a part of the arena.</param>
    public void Add(ReadOnlySpan<byte> key, AttributeType type, TextRef value)
    {
        if (key.Length > options.Limits.MaxKeyBytes)
        {
            state.Refuse(DecodeIssue.KeyTooLong);
        }
        else if (value.Length > options.Limits.MaxValueBytes)
        {
            state.Refuse(DecodeIssue.ValueTooLong);
        }
        else if (!Utf8.IsValid(key))
        {
            state.Refuse(DecodeIssue.KeyNotUtf8);
        }
        else if (++_attributes > options.Limits.MaxAttributes)
        {
            state.Refuse(DecodeIssue.TooManyAttributes);
        }
        else
        {
            _batch.Attributes.Add(_batch.Dictionary.Add(key), type, value);
        }
    }

    /// <summary>Adds the record to the batch, or counts why not.</summary>
    /// <returns>The record's time: its own, or when it was seen.</returns>
    public long Complete()
    {
        if (Fields.ExceptionType.Length > 0)
        {
            Add("exception.type"u8, AttributeType.String, Fields.ExceptionType);
        }

        if (Fields.ExceptionMessage.Length > 0)
        {
            Add("exception.message"u8, AttributeType.String, Fields.ExceptionMessage);
        }

        if (Fields.StackTrace.Length > 0)
        {
            Add("exception.stacktrace"u8, AttributeType.String, Fields.StackTrace);
        }

        var row = new LogRow
        {
            Time = (ulong)Fields.Time,
            ObservedTime = (ulong)Fields.Observed,
            TraceId = Fields.TraceId,
            SpanId = Fields.SpanId,
            Flags = Fields.Flags,
            Severity = Fields.Severity,
            SeverityText = Fields.SeverityText,
            BodyType = Fields.HasBody ? AttributeType.String : AttributeType.Empty,
            Body = Fields.Body,
        };
        if (state.RecordIssue == DecodeIssue.None)
        {
            _batch.ResourceIndexes.Add(_shared.ResourceOf(Fields));
            _batch.ScopeIndexes.Add(_shared.ScopeOf(Fields.Logger));
        }

        row.Complete(_batch, state);
        return Fields.Time != 0 ? Fields.Time : Fields.Observed;
    }

    /// <summary>Where a record stood.</summary>
    internal readonly record struct Checkpoint(LineFields Fields, int Entries, int Counted);
}
