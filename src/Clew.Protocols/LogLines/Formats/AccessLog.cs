using System.Buffers.Text;
using System.Globalization;

namespace Clew.Protocols.LogLines.Formats;

/// <summary>
/// Common and Combined Log Format as Apache, nginx, Traefik and many others write them, with or without the virtual host in front:
/// <c>[HOST:PORT] CLIENT IDENT USER [TIME] "METHOD TARGET PROTOCOL" STATUS BYTES ["REFERER" "USER AGENT" ["FORWARDED FOR"] [SECONDS]]</c>.
/// Attributes are those of OpenTelemetry's HTTP conventions; the severity follows the status: 5xx ERROR, 4xx WARN, others INFO.
/// </summary>
/// <remarks>A bare number behind the user agent counts as nginx's <c>$request_time</c> when it has a point; Apache's <c>%D</c> (microseconds) and <c>%T</c>
/// (seconds) cannot be told apart without one and are left in the line.</remarks>
internal sealed class AccessLog() : LogLineFormat("access")
{
    internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
    {
        // The sign that costs least and says most: a time in brackets and a quote behind it.
        var open = text.IndexOf((byte)'[');
        if (open < 4 || open > 512 || text.Length < open + 30 || !LogTime.IsDigit(text[open + 1]) || text[open + 3] != '/' || text.Contains((byte)'\n'))
        {
            return false;
        }

        var rest = text[(open + 1)..];
        if (!LogTime.TryRead(rest, record.Times, out var time, out var length) || !rest[length..].StartsWith("] \""u8))
        {
            return false;
        }

        rest = rest[(length + 2)..];
        var close = Logfmt.ClosingQuote(rest);
        if (close < 0 || !TryReadClient(text[..open], record))
        {
            return false;
        }

        var request = rest[1..close];
        rest = rest[(close + 1)..].TrimStart((byte)' ');
        if (!TryReadStatus(ref rest, record))
        {
            return false;
        }

        record.Fields.Time = time;
        ReadRequest(request, record);
        ReadTail(rest, record);
        record.SetBody(text);
        return true;
    }

    private static bool TryReadClient(ReadOnlySpan<byte> front, LineRecord record)
    {
        front = front.TrimEnd((byte)' ');
        var first = LineText.NextWord(ref front);
        var second = LineText.NextWord(ref front);
        var third = LineText.NextWord(ref front);
        var fourth = LineText.NextWord(ref front);
        if (third.IsEmpty)
        {
            return false;
        }

        if (!fourth.IsEmpty)
        {
            // Only the virtual host comes before the client; a user name with spaces comes after "-".
            if (!second.SequenceEqual("-"u8))
            {
                var colon = first.LastIndexOf((byte)':');
                record.AddText("server.address"u8, colon > 0 ? first[..colon] : first);
                if (colon > 0 && Utf8Parser.TryParse(first[(colon + 1)..], out int port, out var used) && used == first.Length - colon - 1)
                {
                    record.AddInt("server.port"u8, port);
                }

                first = second;
                third = fourth;
            }
        }

        record.AddText("client.address"u8, first);
        if (!third.SequenceEqual("-"u8))
        {
            record.AddText("user.name"u8, third);
        }

        return true;
    }

    private static bool TryReadStatus(ref ReadOnlySpan<byte> rest, LineRecord record)
    {
        var word = LineText.NextWord(ref rest);
        if (word.Length != 3 || !Utf8Parser.TryParse(word, out int status, out var used) || used != 3 || status is < 0 or > 999)
        {
            return false;
        }

        record.AddInt("http.response.status_code"u8, status);
        record.Fields.Severity = status switch
        {
            >= 500 => 17,
            >= 400 => 13,
            _ => 9,
        };
        var bytes = rest;
        word = LineText.NextWord(ref bytes);
        if (Utf8Parser.TryParse(word, out long size, out used) && used == word.Length)
        {
            record.AddInt("http.response.body.size"u8, size);
            rest = bytes;
        }
        else if (word.SequenceEqual("-"u8))
        {
            rest = bytes;
        }

        return true;
    }

    private static void ReadRequest(ReadOnlySpan<byte> request, LineRecord record)
    {
        var rest = request;
        var method = LineText.NextWord(ref rest);
        var target = LineText.NextWord(ref rest);
        if (target.IsEmpty || method.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') >= 0)
        {
            // Something that is no HTTP, such as a TLS greeting on a plain port.
            return;
        }

        record.AddText("http.request.method"u8, method);
        var query = target.IndexOf((byte)'?');
        record.AddText("url.path"u8, query < 0 ? target : target[..query]);
        if (query >= 0)
        {
            record.AddText("url.query"u8, target[(query + 1)..]);
        }

        var protocol = LineText.NextWord(ref rest);
        if (protocol.IndexOf((byte)'/') is > 0 and var slash)
        {
            record.AddText("network.protocol.version"u8, protocol[(slash + 1)..]);
        }
    }

    /// <summary>Referer, user agent, what was forwarded for, a duration, pairs: whatever of it is there.</summary>
    private static void ReadTail(ReadOnlySpan<byte> rest, LineRecord record)
    {
        var quotes = 0;
        rest = rest.TrimStart((byte)' ');
        while (!rest.IsEmpty)
        {
            if (rest[0] == '"' && Logfmt.ClosingQuote(rest) is > 0 and var close)
            {
                AddQuoted(quotes++, rest[1..close], record);
                rest = rest[(close + 1)..].TrimStart((byte)' ');
                continue;
            }

            // Behind a bare word quotes mean something else.
            quotes = 3;
            var word = LineText.NextWord(ref rest);
            if (word.IndexOf((byte)'=') is > 0 and var equals)
            {
                AddPair(word[..equals], word[(equals + 1)..].Trim((byte)'"'), record);
            }
            else if (word.EndsWith("ms"u8) && double.TryParse(word[..^2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds))
            {
                record.AddDouble("http.server.request.duration"u8, milliseconds / 1_000);
            }
            else if (word.Contains((byte)'.') && double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            {
                record.AddDouble("http.server.request.duration"u8, seconds);
            }
        }
    }

    private static void AddQuoted(int place, ReadOnlySpan<byte> text, LineRecord record)
    {
        if (text.IsEmpty || text.SequenceEqual("-"u8))
        {
            return;
        }

        switch (place)
        {
            case 0:
                record.AddSingleton("http.request.header.referer"u8, Logfmt.Unquoted(text, record));
                break;
            case 1:
                record.AddText("user_agent.original"u8, Logfmt.Unquoted(text, record));
                break;
            case 2:
                record.AddSingleton("http.request.header.x-forwarded-for"u8, Logfmt.Unquoted(text, record));
                break;
        }
    }

    /// <summary>What people add to the format: <c>rt=0.012 uct="0.001" request_id=…</c>.</summary>
    private static void AddPair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, LineRecord record)
    {
        var isTime = key.SequenceEqual("rt"u8) || key.SequenceEqual("request_time"u8) || key.SequenceEqual("duration"u8);
        if (isTime && double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            record.AddDouble("http.server.request.duration"u8, seconds);
        }
        else if (!value.IsEmpty && !value.SequenceEqual("-"u8))
        {
            FieldAssignment.Text(record, key, value);
        }
    }
}
