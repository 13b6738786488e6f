using System.Buffers;
using System.Buffers.Text;

namespace Clew.Protocols.LogLines.Formats;

/// <summary>
/// Syslog as it comes over a network and as it lies in files:
/// <code>
///  RFC 5424  &lt;PRI&gt;1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [BOM]MSG
///  RFC 3164  &lt;PRI&gt;Nov 21 10:11:12 HOSTNAME TAG[PID]: CONTENT
///  Cisco     &lt;PRI&gt;SEQUENCE: HOSTNAME: *Nov 21 10:11:12.123 UTC: %FACILITY-SEVERITY-MNEMONIC: CONTENT
///  files     Nov 21 10:11:12 HOSTNAME TAG[PID]: CONTENT   2026-11-21T10:11:12.123456+00:00 HOSTNAME TAG[PID]: CONTENT
/// </code>
/// Host and application become the resource, as OpenTelemetry's log data model maps them; the rest are attributes under <c>syslog.</c>. A message that is
/// JSON (also behind <c>@cee:</c>), pairs, or has a head of its own is read again.
/// </summary>
internal sealed class SyslogLine() : LogLineFormat("syslog")
{
    private const int MaxHost = 255;
    private const int MaxTag = 64;

    private static readonly SearchValues<byte> Mnemonic = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"u8);

    /// <summary>What no host's name has in it.</summary>
    private static readonly SearchValues<byte> NoHost = SearchValues.Create("[]()|,\"="u8);

    internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
    {
        if (text.StartsWith((byte)'<'))
        {
            if (!TryReadPriority(ref text, record))
            {
                return false;
            }

            return text.StartsWith("1 "u8) && TryReadNew(text[2..], record) || TryReadCisco(text, record) || TryReadOld(text, record, hasPriority: true);
        }

        return text.Length > 16 && (text[3] == ' ' || (text.Length > 10 && text[10] == 'T')) && TryReadOld(text, record, hasPriority: false);
    }

    /// <summary>The name RFC 5424's table 1 gives a facility in short, as syslog's own programs write it.</summary>
    internal static ReadOnlySpan<byte> FacilityName(int facility) => facility switch
    {
        0 => "kern"u8,
        1 => "user"u8,
        2 => "mail"u8,
        3 => "daemon"u8,
        4 => "auth"u8,
        5 => "syslog"u8,
        6 => "lpr"u8,
        7 => "news"u8,
        8 => "uucp"u8,
        9 => "cron"u8,
        10 => "authpriv"u8,
        11 => "ftp"u8,
        12 => "ntp"u8,
        13 => "audit"u8,
        14 => "console"u8,
        15 => "clock"u8,
        16 => "local0"u8,
        17 => "local1"u8,
        18 => "local2"u8,
        19 => "local3"u8,
        20 => "local4"u8,
        21 => "local5"u8,
        22 => "local6"u8,
        _ => "local7"u8,
    };

    private static bool TryReadPriority(ref ReadOnlySpan<byte> text, LineRecord record)
    {
        var close = text.IndexOf((byte)'>');
        if (close is < 2 or > 4 || !Utf8Parser.TryParse(text[1..close], out int priority, out var used) || used != close - 1 || priority is < 0 or > 191)
        {
            return false;
        }

        var severity = priority & 7;
        record.SetSeverity(SeverityNames.OfSyslog(severity), SeverityNames.SyslogWord(severity));
        record.AddText("syslog.facility"u8, FacilityName(priority >> 3));
        text = text[(close + 1)..];
        return true;
    }

    private static bool TryReadNew(ReadOnlySpan<byte> text, LineRecord record)
    {
        var mark = record.Mark();
        var timestamp = LineText.NextField(ref text);
        var host = LineText.NextField(ref text);
        var app = LineText.NextField(ref text);
        var process = LineText.NextField(ref text);
        var message = LineText.NextField(ref text);
        long time = 0;
        if (text.IsEmpty || (!IsNil(timestamp) && !LogTime.TryParse(timestamp, record.Times, out time)))
        {
            return false;
        }

        record.Fields.Time = time;
        if (!IsNil(host))
        {
            record.SetResource(ResourceField.Host, host);
        }

        if (!IsNil(app))
        {
            record.SetResource(ResourceField.Service, app);
        }

        AddProcess(process, record);
        if (!IsNil(message))
        {
            record.AddText("syslog.msgid"u8, message);
        }

        if (!TryReadStructuredData(ref text, record))
        {
            record.Restore(mark);
            return false;
        }

        ReadMessage(text, record);
        return true;
    }

    /// <summary><c>-</c> or <c>[ID name="value" …]…</c>; in a value, quote, backslash and closing bracket have a backslash before them.</summary>
    private static bool TryReadStructuredData(ref ReadOnlySpan<byte> text, LineRecord record)
    {
        if (text.StartsWith((byte)'-'))
        {
            text = text[1..].TrimStart((byte)' ');
            return true;
        }

        if (!text.StartsWith((byte)'['))
        {
            return false;
        }

        while (text.StartsWith((byte)'['))
        {
            var end = text.IndexOfAny((byte)' ', (byte)']');
            if (end < 0)
            {
                return false;
            }

            var id = text[1..end];
            text = text[end..];
            while (text.StartsWith((byte)' '))
            {
                text = text.TrimStart((byte)' ');
                var equals = text.IndexOf("=\""u8);
                var close = equals < 0 ? -1 : Logfmt.ClosingQuote(text[(equals + 1)..]);
                if (close < 0)
                {
                    return false;
                }

                AddParameter(id, text[..equals], text.Slice(equals + 2, close - 1), record);
                text = text[(equals + 2 + close)..];
            }

            if (!text.StartsWith((byte)']'))
            {
                return false;
            }

            text = text[1..];
        }

        text = text.TrimStart((byte)' ');
        return true;
    }

    private static void AddParameter(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, LineRecord record)
    {
        // Trace ids that applications put into structured data count as such; everything else keeps its full name.
        var role = FieldNames.RoleOf(name);
        if (role is FieldRole.TraceId or FieldRole.SpanId or FieldRole.TraceParent)
        {
            FieldAssignment.Text(record, name, value);
            return;
        }

        var path = record.Path;
        path.Clear();
        path.AddRange("syslog."u8);
        path.AddRange(id);
        path.Add((byte)'.');
        path.AddRange(name);
        record.AddText(path.Values, Logfmt.Unquoted(value, record));
    }

    /// <summary>What network devices send: the number of the message, the host, the moment (with an asterisk while the clock is not set) are each there or not.</summary>
    private static bool TryReadCisco(ReadOnlySpan<byte> text, LineRecord record)
    {
        var at = text.IndexOf((byte)'%');
        var end = at is < 0 or > MaxHost ? -1 : text[at..].IndexOf((byte)':');
        if (end is < 0 or > MaxTag || !IsMnemonic(text.Slice(at + 1, end - 1)))
        {
            return false;
        }

        var head = text[..at].TrimEnd(" :"u8);
        if (Utf8Parser.TryParse(head, out long sequence, out var digits) && head[digits..].StartsWith((byte)':'))
        {
            record.AddInt("syslog.sequence"u8, sequence);
            head = head[(digits + 1)..].TrimStart((byte)' ');
        }

        if (!TryReadMoment(ref head, record) && head.IndexOf(": "u8) is > 0 and <= MaxHost and var colon)
        {
            var host = head[..colon];
            head = head[(colon + 2)..];
            TryReadMoment(ref head, record);
            record.SetResource(ResourceField.Host, host);
        }
        else if (head.Length is > 0 and <= MaxHost && head.ContainsAnyExceptInRange((byte)'A', (byte)'Z'))
        {
            // What is left is the host, or the name of a zone.
            record.SetResource(ResourceField.Host, head.TrimEnd((byte)':'));
        }

        record.AddText("syslog.msgid"u8, text.Slice(at + 1, end - 1));
        record.SetBody(text[at..]);
        return true;
    }

    private static bool TryReadMoment(ref ReadOnlySpan<byte> head, LineRecord record)
    {
        var text = head.TrimStart("*."u8);
        if (!LogTime.TryRead(text, record.Times, out var time, out var length))
        {
            return false;
        }

        record.Fields.Time = time;
        head = text[length..].Trim((byte)' ');
        return true;
    }

    /// <summary><c>LINK-3-UPDOWN</c>, <c>SEC_LOGIN-SW1-5-LOGIN</c>: words in capitals, a severity between the last two.</summary>
    private static bool IsMnemonic(ReadOnlySpan<byte> text)
    {
        var last = text.LastIndexOf((byte)'-');
        return last > 2 && last < text.Length - 1 && text[last - 2] == '-' && text[last - 1] is >= (byte)'0' and <= (byte)'7' && !text.ContainsAnyExcept(Mnemonic);
    }

    private static bool TryReadOld(ReadOnlySpan<byte> text, LineRecord record, bool hasPriority)
    {
        if (!LogTime.TryRead(text, record.Times, out var time, out var length) || length >= text.Length || (text[length] != ' ' && !text[length..].StartsWith(": "u8)))
        {
            if (!hasPriority)
            {
                return false;
            }

            // RFC 3164 4.3.3: without a good header everything behind the priority is the message.
            var rest = text;
            ReadTag(ref rest, record);
            ReadMessage(rest, record);
            return true;
        }

        var after = text[(length + 1)..].TrimStart((byte)' ');
        var host = LineText.NextField(ref after);
        if (!hasPriority && !IsPlausibleHeader(text, host, after))
        {
            return false;
        }

        record.Fields.Time = time;
        if (host.EndsWith((byte)':') || host.IndexOf((byte)'[') > 0)
        {
            // Local senders leave the host out.
            after = text[(length + 1)..].TrimStart((byte)' ');
        }
        else if (host.Length <= MaxHost)
        {
            record.SetResource(ResourceField.Host, host);
        }

        ReadTag(ref after, record);
        ReadMessage(after, record);
        return true;
    }

    /// <summary>In a file the header is all there is to tell syslog from an application's own lines.</summary>
    private static bool IsPlausibleHeader(ReadOnlySpan<byte> text, ReadOnlySpan<byte> host, ReadOnlySpan<byte> after)
    {
        if (host.IsEmpty || host.Length > MaxHost || host.ContainsAny(NoHost) || SeverityNames.Find(host.TrimEnd((byte)':')) != 0)
        {
            return false;
        }

        var isOldTime = !LogTime.IsDigit(text[0]);
        var colon = after.IndexOf((byte)':');
        if (isOldTime)
        {
            return !host.EndsWith((byte)':');
        }

        // With an ISO time: a tag with its process id and colon, or the kernel's.
        return colon is > 0 and <= MaxTag && (after[colon - 1] == ']' || after.StartsWith("kernel:"u8)) && after[..colon].IndexOf((byte)' ') < 0 && after[0] != '[';
    }

    /// <summary><c>sshd[123]: </c>, <c>postfix/smtpd[4]: </c>, <c>sshd(pam_unix)[5]: </c>, <c>kernel: </c>.</summary>
    private static void ReadTag(ref ReadOnlySpan<byte> text, LineRecord record)
    {
        var end = text.IndexOfAny("[: "u8);
        if (end is <= 0 or > MaxTag)
        {
            return;
        }

        var tag = text[..end];
        if (text[end] == ' ' || !tag.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            // A number is no program, but one message's.
            return;
        }

        var rest = text[end..];
        if (rest[0] == '[')
        {
            var close = rest.IndexOf((byte)']');
            if (close < 0 || close > MaxTag)
            {
                return;
            }

            AddProcess(rest[1..close], record);
            rest = rest[(close + 1)..];
        }

        text = rest.TrimStart((byte)':').TrimStart((byte)' ');
        if (tag.IndexOf((byte)'(') is > 0 and var module && tag[^1] == ')')
        {
            // Old PAM: the program, and the module of it that speaks.
            record.AddText("syslog.tag"u8, tag);
            tag = tag[..module];
        }

        record.SetResource(ResourceField.Service, tag);
    }

    private static void AddProcess(ReadOnlySpan<byte> process, LineRecord record)
    {
        if (Utf8Parser.TryParse(process, out long pid, out var used) && used == process.Length)
        {
            record.AddInt("process.pid"u8, pid);
        }
        else if (!process.IsEmpty && !IsNil(process))
        {
            record.AddText("syslog.procid"u8, process);
        }
    }

    private static void ReadMessage(ReadOnlySpan<byte> message, LineRecord record)
    {
        message = message.StartsWith("\uFEFF"u8) ? message[3..] : message;
        var inner = message.TrimStart((byte)' ');
        if (inner.StartsWith("@cee:"u8))
        {
            inner = inner[5..].TrimStart((byte)' ');
        }

        if (!LogLineFormats.TryReadInner(inner, record))
        {
            record.SetBody(message);
        }
    }

    private static bool IsNil(ReadOnlySpan<byte> word) => word is [(byte)'-'];
}
