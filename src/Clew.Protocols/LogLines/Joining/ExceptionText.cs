using Clew.Telemetry;

namespace Clew.Protocols.LogLines.Joining;

/// <summary>Finds the stack trace in the text of a record and says what was thrown.</summary>
internal static class ExceptionText
{
    /// <summary>
    /// Splits a body of several lines into message and trace: the message stays the body, the trace goes to <c>exception.stacktrace</c>, its type and
    /// message to <c>exception.type</c> and <c>exception.message</c>. A body that is nothing but a trace keeps the line that says what was thrown.
    /// </summary>
    public static void Split(LineRecord record)
    {
        ref var fields = ref record.Fields;
        var body = record.Text(fields.Body);
        if (fields.HasException || !fields.HasBody || !body.Contains((byte)'\n') || !TryFind(body, out var found))
        {
            return;
        }

        // What is kept is a slice of the body's own bytes: nothing is copied.
        fields.ExceptionType = Slice(fields.Body, body, found.Type);
        fields.ExceptionMessage = Slice(fields.Body, body, found.Message);
        fields.StackTrace = Slice(fields.Body, body, found.Trace);
        if (fields.Severity == 0)
        {
            // Nobody prints the trace of something that went well.
            fields.Severity = found.IsPanic ? (byte)21 : (byte)17;
        }

        var message = found.Head.TrimEnd(" \t\r\n"u8);
        fields.Body = message.IsEmpty ? Slice(fields.Body, body, found.Line) : Slice(fields.Body, body, message);
    }

    /// <summary>For a trace that came in a field of its own: type and message, where they are not known.</summary>
    public static void Complete(LineRecord record)
    {
        ref var fields = ref record.Fields;
        var trace = record.Text(fields.StackTrace);
        if (trace.IsEmpty || fields.ExceptionType.Length > 0 || !TryFind(trace, out var found))
        {
            return;
        }

        fields.ExceptionType = Slice(fields.StackTrace, trace, found.Type);
        if (fields.ExceptionMessage.Length == 0)
        {
            fields.ExceptionMessage = Slice(fields.StackTrace, trace, found.Message);
        }
    }

    private static TextRef Slice(TextRef whole, ReadOnlySpan<byte> text, ReadOnlySpan<byte> part) =>
        part.IsEmpty || !text.Overlaps(part, out var offset) ? TextRef.Empty : new TextRef(whole.Offset + offset, part.Length);

    private static bool TryFind(ReadOnlySpan<byte> text, out Found found)
    {
        found = default;
        var at = 0;
        while (at < text.Length)
        {
            var line = LineAt(text, at);
            var content = line.Trim(" \t\r"u8);
            if (TraceLines.IsPythonStart(content))
            {
                return TryPython(text, at, ref found);
            }

            if (TraceLines.IsGoStart(content) || TraceLines.IsGoroutine(content))
            {
                return TryGo(text, at, content, ref found);
            }

            var next = at + line.Length + 1;
            if (content.Length > 2 && IsFrameBelow(text, next) && TryHeader(content, ref found))
            {
                found.Head = text[..at];
                found.Line = line;
                found.Trace = text[at..].TrimStart(" \t"u8);
                ExtendMessage(text, at + line.Length, ref found);
                return true;
            }

            at = next;
        }

        return false;
    }

    private static ReadOnlySpan<byte> LineAt(ReadOnlySpan<byte> text, int at)
    {
        var end = text[at..].IndexOf((byte)'\n');
        return end < 0 ? text[at..] : text.Slice(at, end);
    }

    /// <summary>Whether the next lines are frames; a message may go on for a few lines before them.</summary>
    private static bool IsFrameBelow(ReadOnlySpan<byte> text, int at)
    {
        for (var lines = 0; at < text.Length && lines < 20; lines++)
        {
            var line = LineAt(text, at);
            var content = line.Trim(" \t\r"u8);
            if (content.StartsWith("at "u8) || content.StartsWith("from "u8) || TraceLines.IsRubyFrame(content) || TraceLines.IsLink(content))
            {
                return true;
            }

            if (TraceLines.IsExceptionHeader(content) || TraceLines.IsPythonStart(content))
            {
                return false;
            }

            at += line.Length + 1;
        }

        return false;
    }

    /// <summary>What was thrown, from the line above the frames.</summary>
    private static bool TryHeader(ReadOnlySpan<byte> line, ref Found found)
    {
        // Ruby: file.rb:1:in `name': message (Type), and Rails: Type (message):
        if (line.EndsWith((byte)')') && line.LastIndexOf(" ("u8) is > 0 and var open && line.IndexOf(": "u8) is > 0 and var colon && TraceLines.IsRubyFrame(line))
        {
            colon = line.IndexOf("': "u8) is > 0 and var quote ? quote + 1 : colon;
            found.Type = line[(open + 2)..^1];
            found.Message = colon + 2 < open ? line[(colon + 2)..open] : default;
            return true;
        }

        var start = StartOfType(line);
        if (start < 0)
        {
            return false;
        }

        var type = TraceLines.TypeAtStart(line[start..]);
        var rest = line[(start + type.Length)..];
        found.Type = type;
        found.Message = rest.StartsWith(" ("u8) ? rest[2..].TrimEnd("):"u8) : rest.TrimStart((byte)':').Trim((byte)' ');
        return true;
    }

    /// <summary>Where the type stands: at the beginning, behind words like <c>Exception in thread "main"</c>, or behind a message of the logger's.</summary>
    private static int StartOfType(ReadOnlySpan<byte> line)
    {
        var start = 0;
        var weak = -1;
        for (var words = 0; words < 64; words++)
        {
            var type = TraceLines.TypeAtStart(line[start..]);
            if (!type.IsEmpty && TraceLines.IsExceptionName(type))
            {
                return start;
            }

            if (!type.IsEmpty && weak < 0 && start == 0 && TraceLines.MayBeExceptionHeader(line))
            {
                weak = 0;
            }

            var space = line[start..].IndexOf((byte)' ');
            if (space < 0)
            {
                break;
            }

            start += space + 1;
        }

        return weak;
    }

    /// <summary>A message of several lines goes on until the first frame.</summary>
    private static void ExtendMessage(ReadOnlySpan<byte> text, int at, ref Found found)
    {
        if (found.Message.IsEmpty || !text.Overlaps(found.Message, out var start))
        {
            return;
        }

        var end = at;
        while (end < text.Length)
        {
            var line = LineAt(text, end + 1);
            var content = line.Trim(" \t\r"u8);
            if (content.StartsWith("at "u8) || content.StartsWith("from "u8) || content.StartsWith("---> "u8) || TraceLines.IsRubyFrame(content) || TraceLines.IsLink(content))
            {
                break;
            }

            end += line.Length + 1;
        }

        if (end > at && end < text.Length)
        {
            found.Message = text[start..end].TrimEnd(" \t\r\n"u8);
        }
    }

    /// <summary>The exception is the last line of the last trace; the trace begins with the first one.</summary>
    private static bool TryPython(ReadOnlySpan<byte> text, int at, ref Found found)
    {
        found.Head = text[..at];
        found.Trace = text[at..];
        var place = at;
        while (place < text.Length)
        {
            var line = LineAt(text, place);
            if (place > at && line.Length > 0 && line[0] is not ((byte)' ' or (byte)'\t') && TraceLines.TypeAtStart(line) is { IsEmpty: false } type && !TraceLines.IsPythonLink(line))
            {
                found.Type = type;
                found.Message = line[type.Length..].TrimStart((byte)':').Trim(" \r"u8);
                found.Line = line;
            }

            place += line.Length + 1;
        }

        found.Line = found.Line.IsEmpty ? LineAt(text, at) : found.Line;
        return true;
    }

    private static bool TryGo(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> line, ref Found found)
    {
        found.IsPanic = at == 0;
        found.Head = text[..at];
        found.Trace = text[at..];
        found.Line = line;
        if (TraceLines.IsGoroutine(line))
        {
            // Somebody recovered and told of it in a line of their own: "http: panic serving ADDRESS: message".
            line = found.Head.TrimEnd((byte)'\n');
            line = line[Math.Max(0, line.IndexOf("panic"u8))..];
            found.Type = line.StartsWith("panic"u8) ? line[..5] : default;
        }

        var colon = line.IndexOf(": "u8);
        if (colon > 0)
        {
            found.Type = found.Type.IsEmpty ? line[..colon] : found.Type;
            found.Message = line[(colon + 2)..];
        }

        return true;
    }

    private ref struct Found
    {
        /// <summary>The program ended by it.</summary>
        public bool IsPanic;
        public ReadOnlySpan<byte> Head;
        public ReadOnlySpan<byte> Line;
        public ReadOnlySpan<byte> Type;
        public ReadOnlySpan<byte> Message;
        public ReadOnlySpan<byte> Trace;
    }
}
