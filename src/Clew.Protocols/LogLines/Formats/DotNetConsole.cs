using System.Buffers.Text;

namespace Clew.Protocols.LogLines.Formats;

/// <summary>
/// .NET's console logger: <c>fail: Category[EventId]</c>, with the message indented on the next lines, or behind it where it writes single lines.
/// A time may stand in front.
/// </summary>
internal sealed class DotNetConsole() : LogLineFormat("dotnet")
{
    internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
    {
        long time = 0;
        var rest = text;
        if (rest.Length > 0 && LogTime.IsDigit(rest[0]) && LogTime.TryRead(rest, record.Times, out time, out var length))
        {
            rest = rest[length..].TrimStart((byte)' ');
        }

        if (rest.Length < 8 || rest[4] != ':' || rest[5] != ' ' || SeverityOf(rest[..4]) is not (> 0 and var severity))
        {
            return false;
        }

        var word = rest[..4];
        rest = rest[6..];
        var open = rest.IndexOf((byte)'[');
        var close = rest.IndexOf((byte)']');
        if (open <= 0 || close < open || rest[..open].IndexOfAny(" \t\n"u8) >= 0 || !Utf8Parser.TryParse(rest[(open + 1)..close], out int id, out var used) || used != close - open - 1)
        {
            return false;
        }

        record.Fields.Time = time;
        record.SetSeverity(severity, word);
        record.SetLogger(rest[..open]);
        if (id != 0)
        {
            record.AddInt("event.id"u8, id);
        }

        record.SetBody(rest[(close + 1)..]);
        return true;
    }

    private static byte SeverityOf(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("trce"u8) ? (byte)1
        : word.SequenceEqual("dbug"u8) ? (byte)5
        : word.SequenceEqual("info"u8) ? (byte)9
        : word.SequenceEqual("warn"u8) ? (byte)13
        : word.SequenceEqual("fail"u8) ? (byte)17
        : word.SequenceEqual("crit"u8) ? (byte)21
        : (byte)0;
}
