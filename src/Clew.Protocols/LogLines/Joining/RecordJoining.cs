namespace Clew.Protocols.LogLines.Joining;

/// <summary>What becomes of a line in view of the open record of its stream.</summary>
internal enum LineJoin
{
    /// <summary>It begins a record.</summary>
    Begins,

    /// <summary>It belongs to the open one.</summary>
    Continues,

    /// <summary>It belongs to the open one if the next line is a frame.</summary>
    Tentative,
}

/// <summary>
/// Decides which lines are one record. A line belongs to the one before it when it is indented, when it is a part of a stack trace, or when it is the
/// header of an exception below a record that reports trouble. Everything else begins a record: two unrelated lines are never joined because neither
/// has a time.
/// </summary>
internal static class RecordJoining
{
    /// <summary>Severity from which on a trace below a line is taken for that line's.</summary>
    private const byte Warn = 13;

    /// <summary>Bytes of a line's beginning in which its severity is looked for.</summary>
    private const int HeadBytes = 200;

    public static LineJoin Judge(OpenRecord open, ReadOnlySpan<byte> line)
    {
        if (!open.IsOpen || IsStructured(open.Text.Values))
        {
            return LineJoin.Begins;
        }

        if (line[0] is (byte)' ' or (byte)'\t')
        {
            return JudgeIndented(open, line);
        }

        if (open.Trace == TraceState.Go && TraceLines.IsGoLine(line))
        {
            return LineJoin.Continues;
        }

        if (open.Trace is TraceState.Python)
        {
            return JudgeAfterPythonFrames(open, line);
        }

        return line[0] switch
        {
            (byte)'C' or (byte)'S' or (byte)'-' or (byte)'.' when open.Lines > 1 && TraceLines.IsLink(line) => Frames(open),
            (byte)'T' when TraceLines.IsPythonStart(line) => JudgePythonStart(open),
            (byte)'D' or (byte)'T' when open.Trace == TraceState.PythonEnd && TraceLines.IsPythonLink(line) => LineJoin.Continues,
            (byte)'g' when TraceLines.IsGoroutine(line) => Go(open),
            _ when open.Trace != TraceState.None && TraceLines.IsFrame(line) => LineJoin.Continues,
            _ when TraceLines.IsRubyFrame(line) && HasException(open) => Frames(open),
            _ => JudgeHeader(open, line),
        };
    }

    /// <summary>What a record's first line says about the lines to come.</summary>
    public static TraceState StateOf(ReadOnlySpan<byte> line) =>
        line.IsEmpty ? TraceState.None
        : TraceLines.IsPythonStart(line) ? TraceState.Python
        : TraceLines.IsGoStart(line) || TraceLines.IsGoroutine(line) ? TraceState.Go
        : TraceState.None;

    private static bool IsStructured(ReadOnlySpan<byte> text) => text.StartsWith((byte)'{') && text.EndsWith((byte)'}');

    private static LineJoin JudgeIndented(OpenRecord open, ReadOnlySpan<byte> line)
    {
        var content = line.TrimStart(" \t"u8);
        if (content is [(byte)'{', .., (byte)'}'] && open.Trace == TraceState.None && open.Lines == 1)
        {
            return LineJoin.Begins;
        }

        if (open.Trace == TraceState.None && (content.StartsWith("at "u8) || content.StartsWith("from "u8) || TraceLines.IsLink(content)))
        {
            open.Trace = TraceState.Frames;
        }
        else if (TraceLines.IsPythonStart(content) || (open.Trace == TraceState.PythonEnd && content.StartsWith("File \""u8)))
        {
            open.Trace = TraceState.Python;
        }

        return LineJoin.Continues;
    }

    /// <summary>The first line behind Python's frames that is not indented is the exception.</summary>
    private static LineJoin JudgeAfterPythonFrames(OpenRecord open, ReadOnlySpan<byte> line)
    {
        if (open.LastLine is not [(byte)' ' or (byte)'\t', ..] || TraceLines.TypeAtStart(line).IsEmpty)
        {
            return TraceLines.IsPythonStart(line) ? LineJoin.Continues : LineJoin.Begins;
        }

        open.Trace = TraceState.PythonEnd;
        return LineJoin.Continues;
    }

    private static LineJoin JudgePythonStart(OpenRecord open)
    {
        if (open.Trace != TraceState.PythonEnd && !ReportsTrouble(open))
        {
            return LineJoin.Begins;
        }

        open.Trace = TraceState.Python;
        return LineJoin.Continues;
    }

    private static LineJoin JudgeHeader(OpenRecord open, ReadOnlySpan<byte> line)
    {
        if (open.Trace != TraceState.None)
        {
            return LineJoin.Begins;
        }

        var isSure = TraceLines.IsExceptionHeader(line);
        if (!isSure && !TraceLines.MayBeExceptionHeader(line))
        {
            return LineJoin.Begins;
        }

        // Node prints the source line with a caret below it before the exception.
        if (isSure && open.Lines > 1 && open.LastLine.Trim(" \t"u8) is [(byte)'^', ..])
        {
            return LineJoin.Continues;
        }

        return ReportsTrouble(open) && open.Lines == 1 ? LineJoin.Tentative : LineJoin.Begins;
    }

    private static LineJoin Go(OpenRecord open)
    {
        if (open.Trace != TraceState.Go && open.FirstLine.IndexOf("panic"u8) < 0)
        {
            return LineJoin.Begins;
        }

        open.Trace = TraceState.Go;
        return LineJoin.Continues;
    }

    private static LineJoin Frames(OpenRecord open)
    {
        open.Trace = TraceState.Frames;
        return LineJoin.Continues;
    }

    private static bool HasException(OpenRecord open) => open.Trace == TraceState.Frames || ReportsTrouble(open) || open.LastLine.IndexOf("Error"u8) >= 0;

    /// <summary>
    /// Whether a trace below the record's first line is likely to be its own: the line has a head, and no severity in it that says all is well.
    /// </summary>
    private static bool ReportsTrouble(OpenRecord open)
    {
        var line = open.FirstLine;
        var head = line[..Math.Min(line.Length, HeadBytes)];
        var at = 0;
        var hasDigit = false;
        while (at < head.Length)
        {
            var b = head[at];
            hasDigit |= LogTime.IsDigit(b);
            if ((uint)((b | 0x20) - 'a') >= 26)
            {
                at++;
                continue;
            }

            var length = 1;
            while (at + length < head.Length && (uint)((head[at + length] | 0x20) - 'a') < 26)
            {
                length++;
            }

            var word = head.Slice(at, length);
            var isLevel = (word[^1] is >= (byte)'A' and <= (byte)'Z' && word[0] is >= (byte)'A' and <= (byte)'Z')
                || (at + length < head.Length && head[at + length] is (byte)':' or (byte)']' or (byte)'|' or (byte)'=') || (at > 0 && head[at - 1] is (byte)'[' or (byte)'=');
            if (isLevel && SeverityNames.Find(word) is > 0 and var severity)
            {
                return severity >= Warn;
            }

            at += length;
        }

        // No level anywhere: a time at the beginning is a head too.
        return hasDigit && (LogTime.IsDigit(line[0]) || line[0] == '[');
    }
}
