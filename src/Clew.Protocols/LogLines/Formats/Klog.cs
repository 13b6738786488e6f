using System.Buffers.Text;

namespace Clew.Protocols.LogLines.Formats;

/// <summary>
/// Kubernetes' and glog's lines: <c>I1121 10:11:12.123456    1234 file.go:56] message</c>. Structured ones have the message in quotes and pairs behind it.
/// The year is the latest one that fits.
/// </summary>
internal sealed class Klog() : LogLineFormat("klog")
{
    internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
    {
        if (text.Length < 24 || SeverityNames.OfLetter(text[0]) is var severity && (severity == 0 || text[0] is not ((byte)'I' or (byte)'W' or (byte)'E' or (byte)'F')) || !LogTime.IsDigit(text[1]))
        {
            return false;
        }

        var scan = new TimeScanner(text[1..]);
        if (scan.CountDigits() != 4)
        {
            return false;
        }

        var (month, day) = (scan.Digits(2), scan.Digits(2));
        if (!scan.Skip((byte)' ') || !scan.TryDigits(2, 2, out var hour) || !scan.Skip((byte)':') || !scan.TryDigits(2, 2, out var minute) || !scan.Skip((byte)':')
            || !scan.TryDigits(2, 2, out var second) || scan.Peek(0) != '.' || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var nanosecond = scan.Fraction();
        var rest = text[(1 + scan.At)..].TrimStart((byte)' ');
        var bracket = rest.IndexOf("] "u8);
        if (bracket < 0 || bracket > 256 || record.Times.WithYear(month, day, (((hour * 60) + minute) * 60) + second) is not { } local)
        {
            return false;
        }

        record.Fields.Time = (record.Times.ToUtc(local) * CalendarTime.NanosecondsPerSecond) + nanosecond;
        record.SetSeverity(severity, text[..1]);
        ReadPlace(rest[..bracket], record);
        ReadMessage(rest[(bracket + 2)..], record);
        return true;
    }

    private static void ReadPlace(ReadOnlySpan<byte> place, LineRecord record)
    {
        if (Utf8Parser.TryParse(place, out long thread, out var used) && used > 0)
        {
            record.AddInt("thread.id"u8, thread);
            place = place[used..].TrimStart((byte)' ');
        }

        var colon = place.LastIndexOf((byte)':');
        if (colon > 0 && Utf8Parser.TryParse(place[(colon + 1)..], out int line, out _))
        {
            record.AddText("code.file.path"u8, place[..colon]);
            record.AddInt("code.line.number"u8, line);
        }
    }

    private static void ReadMessage(ReadOnlySpan<byte> message, LineRecord record)
    {
        if (message.StartsWith((byte)'"') && Logfmt.ClosingQuote(message) is > 0 and var close)
        {
            record.SetBody(Logfmt.Unquoted(message[1..close], record));
            AssignPairs(message[(close + 1)..], record);
        }
        else
        {
            record.SetBody(message);
        }
    }

    /// <summary>The pairs speak of what the message is about (a pod, a node), not of where it comes from; only ids of traces are the record's own.</summary>
    private static void AssignPairs(ReadOnlySpan<byte> pairs, LineRecord record)
    {
        while (Logfmt.TryNextPair(ref pairs, out var key, out var value, out var quoted))
        {
            if (key.IsEmpty)
            {
                continue;
            }

            var text = quoted ? Logfmt.Unquoted(value, record) : value;
            if (FieldNames.RoleOf(key) is FieldRole.TraceId or FieldRole.SpanId)
            {
                FieldAssignment.Text(record, key, text);
            }
            else
            {
                record.AddText(key, text);
            }
        }
    }
}
