using System.Buffers.Text;
using System.Net;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>One side of a span while it is read. Its texts are in the batch.</summary>
internal struct ZipkinEndpoint
{
    /// <summary>The longest text of an address: IPv6 with an IPv4 tail and a zone.</summary>
    private const int MaxAddressText = 64;

    /// <summary>Dictionary number; 0 when there is none.</summary>
    public int Service;

    public TextRef Ipv4;
    public TextRef Ipv6;

    /// <summary>0 when there is none.</summary>
    public int Port;

    public readonly bool IsEmpty => Service == 0 && Ipv4.Length == 0 && Ipv6.Length == 0 && Port == 0;

    /// <summary>Sets either address from its text; one that is none is left out, as Zipkin does, and counted.</summary>
    public void SetAddress(ReadOnlySpan<byte> text, TextArena arena, DecodeState state)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (text.Length > MaxAddressText || !IPAddress.IsValidUtf8(text))
        {
            state.Warn(DecodeIssue.EndpointLeftOut);
        }
        else if (text.Contains((byte)':'))
        {
            Ipv6 = arena.Add(text);
        }
        else
        {
            Ipv4 = arena.Add(text);
        }
    }

    /// <summary>Sets either address from its 4 or 16 bytes.</summary>
    public void SetAddressBytes(ReadOnlySpan<byte> bytes, TextArena arena, DecodeState state)
    {
        Span<byte> text = stackalloc byte[MaxAddressText];
        switch (bytes.Length)
        {
            case 0:
                break;
            case 4:
                Ipv4 = arena.Add(text[..WriteIpv4(bytes, text)]);
                break;
            case 16:
                new IPAddress(bytes).TryFormat(text, out var length);
                Ipv6 = arena.Add(text[..length]);
                break;
            default:
                state.Warn(DecodeIssue.EndpointLeftOut);
                break;
        }
    }

    public void SetPort(long port, DecodeState state)
    {
        if (port is < 0 or > ushort.MaxValue)
        {
            state.Warn(DecodeIssue.EndpointLeftOut);
            return;
        }

        Port = (int)port;
    }

    public void SetService(ReadOnlySpan<byte> name, TelemetryBatch batch, DecodeState state) => Service = batch.Dictionary.Add(state.SharedText(name));

    /// <summary>Nearly every span has such an address, so it is not worth an object.</summary>
    private static int WriteIpv4(ReadOnlySpan<byte> bytes, Span<byte> text)
    {
        var length = 0;
        foreach (var part in bytes)
        {
            if (length > 0)
            {
                text[length++] = (byte)'.';
            }

            Utf8Formatter.TryFormat(part, text[length..], out var digits);
            length += digits;
        }

        return length;
    }
}
