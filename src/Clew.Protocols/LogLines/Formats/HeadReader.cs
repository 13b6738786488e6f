using System.Buffers;
using System.Buffers.Text;

namespace Clew.Protocols.LogLines.Formats;

/// <summary>Walks over the head of an <see cref="ApplicationLine"/>.</summary>
internal ref struct HeadReader(ReadOnlySpan<byte> line, LineRecord record)
{
    /// <summary>What no file's or function's name has in it.</summary>
    private static readonly SearchValues<byte> NoPlace = SearchValues.Create("[](){}\"'=,"u8);

    /// <summary>Bytes of a bracket in a head: more is a message that begins with one.</summary>
    private const int MaxBracket = 300;
    private const int MaxElements = 12;
    private const int MaxLogger = 160;

    private readonly ReadOnlySpan<byte> _line = line;
    private bool _hasSeverity;
    private bool _afterDashes;
    private ReadOnlySpan<byte> _thread;
    private bool _hasLogger;

    /// <summary>Where the message begins.</summary>
    public int At { get; private set; }

    public bool HasTime { get; private set; }

    private readonly ReadOnlySpan<byte> Rest => _line[At..];

    public bool TryRead()
    {
        ReadFirst();
        if (!HasTime && !_hasSeverity)
        {
            return false;
        }

        for (var elements = 0; elements < MaxElements; elements++)
        {
            SkipSeparators();
            if (Rest.IsEmpty || !(TryTime() || TrySeverityWord() || TryBracket() || TryNumber() || TryPlace() || TryLogger()))
            {
                break;
            }
        }

        if (!_thread.IsEmpty)
        {
            record.AddText("thread.name"u8, _thread);
        }

        return true;
    }

    private void ReadFirst()
    {
        if (TryTime() || _line.IsEmpty)
        {
            return;
        }

        if (_line[0] == '[' || _line[0] == '(')
        {
            At = 1;
            if (TryTime())
            {
                return;
            }

            At = 0;
            var close = _line.IndexOf((byte)']');
            if (close is > 3 and < 16 && record.TrySetSeverity(_line[1..close].Trim((byte)' ')))
            {
                (_hasSeverity, At) = (true, close + 1);
            }
            else if (close is > 1 and < 32 && close + 2 < _line.Length && IsLogger(_line[1..close]))
            {
                // [GIN] 2026/11/21 - 10:11:12
                At = close + 2;
                if (TryTime())
                {
                    record.SetLogger(_line[1..close]);
                    _hasLogger = true;
                }
                else
                {
                    At = 0;
                }
            }

            return;
        }

        if (LogTime.IsDigit(_line[0]) && TryRedis())
        {
            return;
        }

        TryLeadingSeverity();
    }

    /// <summary><c>PID:ROLE 21 Nov 2026 10:11:12.345 LEVEL message</c>, where the level is one of <c>. - * #</c>.</summary>
    private bool TryRedis()
    {
        var colon = _line.IndexOf((byte)':');
        if (colon is < 1 or > 8 || colon + 4 > _line.Length || _line[colon + 2] != ' ' || _line[colon + 1] is < (byte)'A' or > (byte)'Z'
            || !Utf8Parser.TryParse(_line[..colon], out long pid, out var used) || used != colon)
        {
            return false;
        }

        At = colon + 3;
        if (!TryTime() || Rest.Length < 3 || Rest[2] != ' ' || ".-*#"u8.IndexOf(Rest[1]) is not (>= 0 and var level))
        {
            At = 0;
            return HasTime = false;
        }

        record.AddInt("process.pid"u8, pid);
        record.SetSeverity(level switch { 0 => 5, 1 => 9, 2 => 10, _ => 13 }, Rest.Slice(1, 1));
        _hasSeverity = true;
        At += 3;
        return true;
    }

    /// <summary>A word in capitals at the very beginning of the line; a usual one in small letters with a colon counts and stays in the message.</summary>
    private void TryLeadingSeverity()
    {
        var word = Word(Rest);
        if (word.Length is < 3 or > 13 || word.Length == Rest.Length)
        {
            return;
        }

        var next = Rest[word.Length];
        if (next == ':' && !IsCapital(word))
        {
            _hasSeverity = IsUsual(word) && record.TrySetSeverity(word);
        }
        else if (next == ':' && SeverityNames.Find(word) != 0)
        {
            var after = Rest[(word.Length + 1)..];
            record.TrySetSeverity(word);
            _hasSeverity = true;
            At += word.Length + 1;

            // Python's basicConfig: LEVEL:logger:message.
            var name = after.IndexOf((byte)':');
            if (name > 0 && after[0] != ' ' && IsLogger(after[..name]))
            {
                record.SetLogger(after[..name]);
                _hasLogger = true;
                At += name + 1;
            }
        }
        else if (next is (byte)' ' or (byte)'\t' && IsUsualCapital(word) && record.TrySetSeverity(word))
        {
            _hasSeverity = true;
            At += word.Length;
        }
    }

    /// <summary>Without a time or a colon only the words that nobody begins a sentence with in capitals.</summary>
    private static bool IsUsualCapital(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("ERROR"u8) || word.SequenceEqual("WARNING"u8) || word.SequenceEqual("WARN"u8) || word.SequenceEqual("INFO"u8) || word.SequenceEqual("DEBUG"u8)
        || word.SequenceEqual("TRACE"u8) || word.SequenceEqual("FATAL"u8) || word.SequenceEqual("CRITICAL"u8) || word.SequenceEqual("SEVERE"u8) || word.SequenceEqual("NOTICE"u8);

    private static bool IsUsual(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("error"u8) || word.SequenceEqual("Error"u8) || word.SequenceEqual("warning"u8) || word.SequenceEqual("Warning"u8) || word.SequenceEqual("warn"u8)
        || word.SequenceEqual("info"u8) || word.SequenceEqual("debug"u8) || word.SequenceEqual("fatal"u8) || word.SequenceEqual("critical"u8);

    private bool TryTime()
    {
        if (HasTime || !LogTime.TryRead(Rest, record.Times, out var time, out var length) || !EndsHere(length))
        {
            return false;
        }

        record.Fields.Time = time;
        HasTime = true;
        At += length;
        return true;
    }

    private readonly bool EndsHere(int length) => length == Rest.Length || Rest[length] is (byte)' ' or (byte)'\t' or (byte)']' or (byte)')' or (byte)'|' or (byte)':' or (byte)',' or (byte)';' or (byte)'-';

    private void SkipSeparators()
    {
        while (!Rest.IsEmpty)
        {
            var b = Rest[0];
            if (b is (byte)' ' or (byte)'\t' or (byte)']' or (byte)')')
            {
                At++;
            }
            else if (b is (byte)'|' or (byte)'-' or (byte)':' or (byte)',' or (byte)'*' or (byte)'#' && IsSeparator(Rest, out var length))
            {
                _afterDashes |= length == 3;
                At += length;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>One mark, or several dashes, with white space behind.</summary>
    private static bool IsSeparator(ReadOnlySpan<byte> text, out int length)
    {
        length = text.IndexOfAnyExcept(text[0]);
        return length > 0 && (length == 1 || text[0] == '-') && text[length] is (byte)' ' or (byte)'\t' or (byte)'[';
    }

    private bool TrySeverityWord()
    {
        if (_hasSeverity)
        {
            return false;
        }

        var word = Word(Rest);
        if (word.Length is < 3 or > 13 || SeverityNames.Find(word) == 0)
        {
            return TryModuleSeverity();
        }

        var next = word.Length == Rest.Length ? (byte)' ' : Rest[word.Length];
        if (next is not ((byte)' ' or (byte)':' or (byte)']' or (byte)'|' or (byte)'\t' or (byte)',' or (byte)'-'))
        {
            return false;
        }

        record.TrySetSeverity(word);
        _hasSeverity = true;
        if (!IsCapital(word) && next == ' ')
        {
            // As likely the first word of the message as its level: it is both.
            return false;
        }

        At += word.Length;
        At += next is (byte)':' or (byte)',' ? 1 : 0;
        return true;
    }

    /// <summary>Monolog's <c>channel.LEVEL:</c>.</summary>
    private bool TryModuleSeverity()
    {
        var end = Rest.IndexOf((byte)':');
        var dot = end < 0 ? -1 : Rest[..end].LastIndexOf((byte)'.');
        if (dot <= 0 || end > 64 || !IsCapital(Rest[(dot + 1)..end]) || !IsLogger(Rest[..dot]) || !record.TrySetSeverity(Rest[(dot + 1)..end]))
        {
            return false;
        }

        record.SetLogger(Rest[..dot]);
        (_hasSeverity, _hasLogger) = (true, true);
        At += end + 1;
        return true;
    }

    private bool TryBracket()
    {
        if (Rest[0] != '[')
        {
            return false;
        }

        var close = ClosingBracket(Rest);
        if (close < 0)
        {
            return false;
        }

        var content = Rest[1..close].Trim((byte)' ');
        var after = Rest[(close + 1)..];
        if (!BracketContent.TryAssign(content, record, ref _hasSeverity, ref _hasLogger))
        {
            // A name of something: a thread when the head goes on behind it, else the beginning of the message.
            if (!(_hasSeverity || HasTime) || !(HeadGoesOn(after) || IsPlace(content, out _, out _)) || !TryName(content))
            {
                return false;
            }
        }

        At += close + 1;
        return true;
    }

    /// <summary>A name in brackets: the thread; of two behind Spring Boot's dashes the first is the application.</summary>
    private bool TryName(ReadOnlySpan<byte> content)
    {
        if (TryAddPlace(content))
        {
            // Python: the logger's name stands before the file.
            if (!_hasLogger && !_thread.IsEmpty)
            {
                record.SetLogger(_thread);
                _hasLogger = true;
                _thread = default;
            }

            return true;
        }

        if (!_thread.IsEmpty)
        {
            if (!_afterDashes)
            {
                return false;
            }

            record.SetResource(ResourceField.Service, _thread);
        }

        _thread = content;
        return true;
    }

    /// <summary>Where the bracket that begins the text closes, with brackets inside of it.</summary>
    private static int ClosingBracket(ReadOnlySpan<byte> text)
    {
        var depth = 0;
        var end = Math.Min(text.Length, MaxBracket);
        for (var at = 0; at < end; at++)
        {
            depth += text[at] switch
            {
                (byte)'[' => 1,
                (byte)']' => -1,
                _ => 0,
            };
            if (depth == 0)
            {
                return at;
            }
        }

        return -1;
    }

    private readonly bool HeadGoesOn(ReadOnlySpan<byte> after)
    {
        var brackets = 0;
        while (true)
        {
            after = after.TrimStart(" \t"u8);
            if (after.IsEmpty)
            {
                return false;
            }

            if (after[0] != '[' || ClosingBracket(after) is not (> 0 and var close) || ++brackets > 4)
            {
                break;
            }

            if (!_hasSeverity && SeverityNames.Find(after[1..close].Trim((byte)' ')) != 0)
            {
                return true;
            }

            after = after[(close + 1)..];
        }

        if (after[0] is (byte)'-' or (byte)':' or (byte)'|')
        {
            return IsSeparator(after, out _);
        }

        return (!_hasSeverity && SeverityNames.Find(Word(after)) != 0 && IsCapital(Word(after))) || (!_hasLogger && LoggerLength(after, isBehindName: true) > 0);
    }

    /// <summary>Behind a number a lone dash or bar may be the message's own: 5 - 3.</summary>
    private static bool MoreThanSeparator(ReadOnlySpan<byte> after)
    {
        after = after.TrimStart(" \t"u8);
        return after.StartsWith("---"u8) || (!after.IsEmpty && after[0] is not ((byte)'-' or (byte)'|' or (byte)':'));
    }

    /// <summary>A process or thread id: a number with more of the head behind it.</summary>
    private bool TryNumber()
    {
        if (!Utf8Parser.TryParse(Rest, out long number, out var used) || used == Rest.Length || number < 0 || Rest[used] is not ((byte)' ' or (byte)'\t') || !MoreThanSeparator(Rest[used..]) || !HeadGoesOn(Rest[used..]))
        {
            return false;
        }

        record.AddInt(_hasSeverity ? "process.pid"u8 : "thread.id"u8, number);
        At += used;
        return true;
    }

    /// <summary><c>main.go:23:</c>, <c>pkg/caller.go:12</c> and a tab, <c>module:function:12 -</c> (loguru).</summary>
    private bool TryPlace()
    {
        var end = Rest.IndexOfAny(" \t"u8);
        if (end is < 5 or > 200)
        {
            return false;
        }

        var place = Rest[..end].TrimEnd((byte)':');
        var colon = place.LastIndexOf((byte)':');
        if (colon < 3 || !Utf8Parser.TryParse(place[(colon + 1)..], out int lineNumber, out var used) || used != place.Length - colon - 1 || place[..colon].ContainsAny(NoPlace))
        {
            return false;
        }

        var file = place[..colon];
        var inner = file.IndexOf((byte)':');
        if (inner > 0)
        {
            if (!Rest[end..].StartsWith(" - "u8))
            {
                return false;
            }

            record.SetLogger(file[..inner]);
            record.AddText("code.function.name"u8, file[(inner + 1)..]);
            _hasLogger = true;
        }
        else
        {
            if (!TryAddPlace(place))
            {
                return false;
            }

            At += end;
            return true;
        }

        record.AddInt("code.line.number"u8, lineNumber);
        At += end;
        return true;
    }

    /// <summary><c>main.go:23</c>: a file with an extension, and a line.</summary>
    private readonly bool TryAddPlace(ReadOnlySpan<byte> place)
    {
        if (!IsPlace(place, out var file, out var lineNumber))
        {
            return false;
        }

        record.AddText("code.file.path"u8, file);
        record.AddInt("code.line.number"u8, lineNumber);
        return true;
    }

    private static bool IsPlace(ReadOnlySpan<byte> place, out ReadOnlySpan<byte> file, out int lineNumber)
    {
        var colon = place.LastIndexOf((byte)':');
        file = colon < 3 ? default : place[..colon];
        lineNumber = 0;
        return file.LastIndexOf((byte)'.') is > 0 and var dot && file.Length - dot is >= 2 and <= 5 && !LogTime.IsDigit(file[dot + 1])
            && Utf8Parser.TryParse(place[(colon + 1)..], out lineNumber, out var used) && used == place.Length - colon - 1;
    }

    private bool TryLogger()
    {
        if (_hasLogger || LoggerLength(Rest, !_thread.IsEmpty) is not (> 0 and var length))
        {
            return false;
        }

        record.SetLogger(Rest[..length]);
        _hasLogger = true;
        At += length;
        At += Rest.StartsWith((byte)':') ? 1 : 0;
        return true;
    }

    /// <summary>
    /// Bytes of a logger's name at the beginning of the text: a dotted, <c>::</c> or <c>$</c> name before a colon, or any name before a separator that
    /// stands between spaces; 0 for none.
    /// </summary>
    private readonly int LoggerLength(ReadOnlySpan<byte> text, bool isBehindName)
    {
        var length = 0;
        var joined = false;
        while (length < text.Length && length < MaxLogger && IsLoggerByte(text[length]))
        {
            joined |= text[length] is (byte)'.' or (byte)'$' && length + 1 < text.Length && IsLoggerByte(text[length + 1]);
            if (text[length] == ':')
            {
                if (length + 2 >= text.Length || text[length + 1] != ':')
                {
                    break;
                }

                joined = true;
                length++;
            }

            length++;
        }

        if (length < 2 || length >= text.Length || LogTime.IsDigit(text[0]) || text[0] is (byte)'.' or (byte)'-' or (byte)'/')
        {
            return 0;
        }

        if (text[length] == ']' && _line[0] == '[')
        {
            // Rust's env_logger has its whole head in brackets.
            return length;
        }

        var rest = text[length..];
        var isBeforeColon = rest[0] == ':' && rest.Length > 1 && rest[1] is (byte)' ' or (byte)'\t';
        if (isBeforeColon)
        {
            // Without a joint it is as likely the first word of the message: "ERROR Timeout: …".
            return joined ? length : 0;
        }

        rest = rest.TrimStart(" \t"u8);
        var isSeparated = text[length] is (byte)' ' or (byte)'\t' && rest.Length > 1
            && ((rest[0] is (byte)'-' or (byte)'|' && rest[1] == ' ') || rest.StartsWith(": "u8));
        if (isSeparated || (text[length] == '\t' && (joined || IsPlaceNext(rest))))
        {
            return length;
        }

        return text[length] == ' ' && isBehindName && IsClassAndMethod(text[..length]) ? length : 0;
    }

    private static bool IsPlaceNext(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\t');
        return end > 0 && IsPlace(text[..end], out _, out _);
    }

    /// <summary>Tomcat: <c>org.apache.catalina.startup.Catalina.start</c> and a space.</summary>
    private static bool IsClassAndMethod(ReadOnlySpan<byte> name)
    {
        var dots = 0;
        var hasClass = false;
        for (var at = 0; at + 1 < name.Length; at++)
        {
            if (name[at] == '.')
            {
                dots++;
                hasClass |= name[at + 1] is >= (byte)'A' and <= (byte)'Z';
            }
        }

        return dots >= 2 && hasClass;
    }

    private static bool IsLogger(ReadOnlySpan<byte> name)
    {
        foreach (var b in name)
        {
            if (!IsLoggerByte(b))
            {
                return false;
            }
        }

        return !name.IsEmpty;
    }

    private static bool IsLoggerByte(byte b) =>
        (uint)((b | 0x20) - 'a') < 26 || LogTime.IsDigit(b) || b is (byte)'.' or (byte)'_' or (byte)'$' or (byte)'-' or (byte)'/' or (byte)':' or (byte)'@';

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && (uint)((text[length] | 0x20) - 'a') < 26)
        {
            length++;
        }

        return text[..length];
    }

    private static bool IsCapital(ReadOnlySpan<byte> word) => word.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') < 0 && !word.IsEmpty;
}
