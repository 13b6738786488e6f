using System.Buffers.Text;

namespace Clew.Protocols.LogLines.Formats;

/// <summary>
/// nginx's error log: <c>2026/11/21 10:11:12 [error] 31#32: *5 message, client: 10.0.0.1, server: example.com, request: "GET / HTTP/1.1", upstream: "…", host: "…"</c>.
/// </summary>
internal sealed class NginxError() : LogLineFormat("nginx-error")
{
    internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
    {
        if (text.Length < 30 || text[4] != '/' || !LogTime.TryRead(text, record.Times, out var time, out var length) || !text[length..].StartsWith(" ["u8))
        {
            return false;
        }

        var rest = text[(length + 2)..];
        var close = rest.IndexOf("] "u8);
        var word = close < 0 ? default : rest[..close];
        if (close < 0 || SeverityNames.Find(word) == 0)
        {
            return false;
        }

        rest = rest[(close + 2)..];
        var hash = rest.IndexOf((byte)'#');
        var colon = rest.IndexOf(": "u8);
        if (hash < 1 || colon < hash || !Utf8Parser.TryParse(rest, out long pid, out var used) || used != hash || !Utf8Parser.TryParse(rest[(hash + 1)..], out long thread, out used) || used != colon - hash - 1)
        {
            return false;
        }

        record.Fields.Time = time;
        record.TrySetSeverity(word);
        record.AddInt("process.pid"u8, pid);
        record.AddInt("thread.id"u8, thread);
        rest = rest[(colon + 2)..];
        if (rest.StartsWith((byte)'*') && Utf8Parser.TryParse(rest[1..], out long connection, out used) && rest[(used + 1)..].StartsWith((byte)' '))
        {
            record.AddInt("nginx.connection"u8, connection);
            rest = rest[(used + 2)..];
        }

        record.SetBody(rest);
        ReadContext(rest, record);
        return true;
    }

    /// <summary>What nginx appends to a message: names, colons, values with or without quotes.</summary>
    private static void ReadContext(ReadOnlySpan<byte> message, LineRecord record)
    {
        if (Value(message, ", client: "u8) is { IsEmpty: false } client)
        {
            record.AddText("client.address"u8, client);
        }

        if (Value(message, ", server: "u8) is { IsEmpty: false } server)
        {
            record.AddText("server.address"u8, server);
        }

        if (Value(message, ", upstream: "u8) is { IsEmpty: false } upstream)
        {
            record.AddText("nginx.upstream"u8, upstream);
        }

        var request = Value(message, ", request: "u8);
        var space = request.IndexOf((byte)' ');
        if (space > 0)
        {
            record.AddText("http.request.method"u8, request[..space]);
            var target = request[(space + 1)..];
            var end = target.IndexOfAny((byte)' ', (byte)'?');
            record.AddText("url.path"u8, end < 0 ? target : target[..end]);
        }
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var at = message.IndexOf(name);
        if (at < 0)
        {
            return default;
        }

        var value = message[(at + name.Length)..];
        if (value.StartsWith((byte)'"'))
        {
            var close = Logfmt.ClosingQuote(value);
            return close < 0 ? default : value[1..close];
        }

        var end = value.IndexOf(", "u8);
        return end < 0 ? value : value[..end];
    }
}
