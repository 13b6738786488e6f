using System.Buffers.Text;

namespace Clew.Protocols.LogLines.Formats;

/// <summary>Ruby's Logger, also in Rails: <c>E, [2026-11-21T10:11:12.123456 #1234] ERROR -- progname: message</c>.</summary>
internal sealed class RubyLogger() : LogLineFormat("ruby")
{
    internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
    {
        if (text.Length < 30 || text[1] != ',' || text[2] != ' ' || text[3] != '[' || SeverityNames.OfLetter(text[0]) == 0
            || !LogTime.TryRead(text[4..], record.Times, out var time, out var length))
        {
            return false;
        }

        var rest = text[(4 + length)..].TrimStart((byte)' ');
        var close = rest.IndexOf((byte)']');
        var marker = rest.IndexOf(" -- "u8);
        if (close < 0 || marker < close || !rest.StartsWith((byte)'#') || !record.TrySetSeverity(rest[(close + 1)..marker].Trim((byte)' ')))
        {
            return false;
        }

        record.Fields.Time = time;
        if (Utf8Parser.TryParse(rest[1..close], out long pid, out var used) && used == close - 1)
        {
            record.AddInt("process.pid"u8, pid);
        }

        rest = rest[(marker + 4)..];
        var colon = rest.IndexOf((byte)':');
        if (colon > 0 && rest[..colon].Trim((byte)' ') is { IsEmpty: false } program)
        {
            record.SetLogger(program);
        }

        record.SetBody(rest[(colon + 1)..]);
        return true;
    }
}
