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

        if (text.Length > MaxAddressText || !IPAddress.TryParse(text, out var address))
        {
            state.Warn(DecodeIssue.EndpointLeftOut);
        }
        else if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
        {
            Ipv4 = arena.Add(text);
        }
        else
        {
            Ipv6 = arena.Add(text);
        }
    }

    /// <summary>Sets either address from its 4 or 16 bytes.</summary>
    public void SetAddressBytes(ReadOnlySpan<byte> bytes, TextArena arena, DecodeState state)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (bytes.Length is not (4 or 16))
        {
            state.Warn(DecodeIssue.EndpointLeftOut);
            return;
        }

        Span<byte> text = stackalloc byte[MaxAddressText];
        new IPAddress(bytes).TryFormat(text, out var written);
        SetAddress(text[..written], arena, state);
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
}
