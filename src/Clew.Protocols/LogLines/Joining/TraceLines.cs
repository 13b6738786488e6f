namespace Clew.Protocols.LogLines.Joining;

/// <summary>How the lines of stack traces look, one by one.</summary>
internal static class TraceLines
{
    /// <summary>Java's <c>Caused by: </c>, <c>Suppressed: </c>, <c>... 12 more</c>; .NET's <c>--- End of …</c>.</summary>
    public static bool IsLink(ReadOnlySpan<byte> line) =>
        line.StartsWith("Caused by: "u8) || line.StartsWith("Suppressed: "u8) || line.StartsWith("--- End of "u8)
        || (line.StartsWith("... "u8) && (line.EndsWith(" more"u8) || line.EndsWith(" common frames omitted"u8)));

    public static bool IsPythonStart(ReadOnlySpan<byte> line) => line.StartsWith("Traceback (most recent call last)"u8);

    /// <summary>What Python prints between the traces of a chain.</summary>
    public static bool IsPythonLink(ReadOnlySpan<byte> line) =>
        line.StartsWith("During handling of the above exception"u8) || line.StartsWith("The above exception was the direct cause"u8);

    public static bool IsGoStart(ReadOnlySpan<byte> line) => line.StartsWith("panic: "u8) || line.StartsWith("fatal error: "u8);

    public static bool IsGoroutine(ReadOnlySpan<byte> line) => line.StartsWith("goroutine "u8) && line.EndsWith("]:"u8);

    /// <summary>A function's line, or what stands around them, in a Go trace.</summary>
    public static bool IsGoLine(ReadOnlySpan<byte> line) =>
        IsGoroutine(line) || line.StartsWith("[signal "u8) || line.StartsWith("created by "u8) || line.StartsWith("exit status "u8) || line.StartsWith("panic("u8)
        || (line.EndsWith((byte)')') && line.IndexOf((byte)'(') > 0 && line[..line.IndexOf((byte)'(')].Contains((byte)'.') && !line.Contains((byte)' '));

    /// <summary>A frame that has lost its indentation.</summary>
    public static bool IsFrame(ReadOnlySpan<byte> line) =>
        (line.StartsWith("at "u8) && line.Contains((byte)'(')) || IsRubyFrame(line);

    /// <summary><c>app/models/user.rb:12:in `name'</c>.</summary>
    public static bool IsRubyFrame(ReadOnlySpan<byte> line)
    {
        var at = line.IndexOf(":in "u8);
        if (at < 3 || at + 4 >= line.Length || line[at + 4] is not ((byte)'`' or (byte)'\'') || !LogTime.IsDigit(line[at - 1]))
        {
            return false;
        }

        var digits = at;
        while (digits > 0 && LogTime.IsDigit(line[digits - 1]))
        {
            digits--;
        }

        return digits > 0 && line[digits - 1] == ':' && line[..(digits - 1)].IndexOf((byte)' ') < 0;
    }

    /// <summary>
    /// A line that begins with the type of an exception: <c>java.lang.IllegalStateException: message</c>, <c>TypeError: message</c>, alone or with a colon.
    /// </summary>
    public static bool IsExceptionHeader(ReadOnlySpan<byte> line)
    {
        var type = TypeAtStart(line);
        return !type.IsEmpty && IsExceptionName(type);
    }

    /// <summary>The same for any type in a package: the next line has to show that it is one.</summary>
    public static bool MayBeExceptionHeader(ReadOnlySpan<byte> line)
    {
        var type = TypeAtStart(line);
        var dot = type.LastIndexOf((byte)'.');
        return dot > 0 && dot + 1 < type.Length && type[dot + 1] is >= (byte)'A' and <= (byte)'Z';
    }

    /// <summary>The dotted name the line begins with when a colon or the line's end follows; empty when there is none.</summary>
    public static ReadOnlySpan<byte> TypeAtStart(ReadOnlySpan<byte> line)
    {
        var length = 0;
        while (length < line.Length && IsTypeByte(line[length]))
        {
            if (line[length] == ':' && !(length + 2 < line.Length && line[length + 1] == ':'))
            {
                break;
            }

            length += line[length] == ':' ? 2 : 1;
        }

        if (length < 3 || LogTime.IsDigit(line[0]) || line[0] is (byte)'.' or (byte)':')
        {
            return default;
        }

        var ends = length == line.Length || (line[length] == ':' && (length + 1 == line.Length || line[length + 1] is (byte)' ' or (byte)'\n' or (byte)'\r'))
            || line[length] is (byte)'\n' or (byte)'\r' || (line[length] == ' ' && line[length..].StartsWith(" ("u8));
        return ends ? line[..length] : default;
    }

    /// <summary>Whether a type's name ends as exceptions' names do.</summary>
    public static bool IsExceptionName(ReadOnlySpan<byte> type) =>
        type.EndsWith("Exception"u8) || type.EndsWith("Error"u8) || type.EndsWith("Throwable"u8) || type.EndsWith("Interrupt"u8) || type.EndsWith("Failure"u8)
        || type.EndsWith("Fault"u8) || type.EndsWith("Warning"u8) || type.SequenceEqual("SystemExit"u8) || type.SequenceEqual("StopIteration"u8);

    private static bool IsTypeByte(byte b) => (uint)((b | 0x20) - 'a') < 26 || LogTime.IsDigit(b) || b is (byte)'.' or (byte)'_' or (byte)'$' or (byte)'`' or (byte)'+' or (byte)':';
}
